"""Where things stand in a drawing, in pixels, with labels in lines that fit, and what matplotlib draws there."""

import io
import pathlib
from collections.abc import Iterable, Sequence
from functools import cache
from itertools import pairwise
from math import fsum
from threading import get_ident
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties, findfont
from matplotlib.ft2font import FT2Font, LoadFlags
from matplotlib.lines import Line2D
from matplotlib.path import Path
from matplotlib.textpath import text_to_path
from matplotlib.transforms import TransformedPath

from analysis.show.charts import COLOURS, Chart, ChartRow, Mark

__all__ = [
    "STYLE", "Layout", "draw_axis", "draw_headings", "draw_references", "draw_row", "measured", "widest",
]  # fmt: skip

# matplotlib types its settings by name, one by one.
STYLE: Any = {
    "font.family": "DejaVu Sans",
    "font.size": 13,
    "svg.fonttype": "none",
    "svg.hashsalt": "polltables",
    "figure.dpi": 72,  # a point is a pixel: what is measured is what SVG draws
    "figure.facecolor": "white",  # of a picture that somebody saves; on a page it is that of the page
    "axes.facecolor": "none",
    "text.color": COLOURS["ink"],
    "text.hinting": "none",
    "text.parse_math": False,  # a label with dollar signs is no formula
}

# Pixels, of a figure whose letters have 13.
_WIDE, _NARROW = 860.0, 290.0  # the narrow one as it is on the smallest telephone
_SIZE, _SMALL = 13.0, 12.0
_LINE = 17.0  # from one line of letters to the next
_AXIS, _AXIS_TITLE = 24.0, 20.0
_MOST_OF_LABELS = 0.34  # of the width of a wide figure
_GAP = 12.0
_MARGIN = 4.0  # right of what is written there
_INDENT = 16.0  # of all that a narrow figure writes
_LEAST_AXIS = 120.0
_INCH = 72.0  # pixels; matplotlib measures in inches, and pictures name their parts by digests of their sizes
# Marks are told apart without their colours, and signs in the legend are those that are drawn.
_SHAPES = {"second": "s", "third": "^", "accent": "v"}
_SIGNS = {"o": "●○", "s": "■□", "^": "▲△", "v": "▼▽", "D": "◆◇"}
_BROKEN = {"second", "ink"}  # ranges without a dot
# Digits of this font are all of one width, whatever stands beside them.
_AS_WIDE = str.maketrans("123456789", "000000000")


@cache
def _font(path: str, thread: int) -> FT2Font:
    """Return a font; out of memory, while matplotlib reads the file anew for each letter that it measures."""
    font = FT2Font(io.BytesIO(pathlib.Path(path).read_bytes()))
    font.set_size(text_to_path.FONT_SCALE, text_to_path.DPI)
    return font


@cache  # words and labels recur, while lines hardly do
def measured(text: str, path: str, size: float) -> tuple[float, ...] | None:
    """Return width, height and descent of a text in points, as matplotlib does; None of letters that the font lacks."""
    font, scale = _font(path, get_ident()), size / text_to_path.FONT_SCALE / 64
    if not all(map(font.get_char_index, map(ord, text))):
        return None
    font.set_text(text, 0.0, flags=LoadFlags.NO_HINTING)
    return tuple(extent * scale for extent in (*font.get_width_height(), font.get_descent()))


@cache
def _word_width(text: str, size: float, weight: str) -> float:
    """Return the width of a word in inches; letters that the font lacks, and a reader's has, are as wide as a W."""
    path = findfont(FontProperties(family="DejaVu Sans", weight=weight))
    known = _font(path, get_ident()).get_char_index
    text = "".join(letter if known(ord(letter)) else "W" for letter in text)
    return (measured(text, path, size) or (0.0,))[0] / _INCH


def _width(line: str, size: float, weight: str) -> float:
    """Return the width of a line in inches: that of its words, and of the blanks between them."""
    words = line.split()
    blank = _word_width("n n", size, weight) - 2 * _word_width("n", size, weight)
    # `sum` rounds otherwise since Python 3.12.
    return fsum(_word_width(word.translate(_AS_WIDE), size, weight) for word in words) + blank * (
        len(words) - 1
    )


@cache  # a title stays, however often the controls of a page are moved
def fitted(text: str, pixels: float, *, size: float, weight: str = "normal") -> str:
    r"""Break a label into lines that are no wider than they may be.

    Examples
    --------
    >>> fitted("Central and Southern Highlands over Urban", 144, size=8)
    'Central and Southern Highlands\nover Urban'

    Two inches, of 72 pixels, hold thirty letters of this size, or a few more if many are narrow.
    """
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if _width(longer, size, weight) <= pixels / _INCH:
            lines[-1] = longer
            continue
        lines += [""] if lines[-1] else []
        for letter in word:  # a word that is wider than the room by itself is broken anywhere
            if _width(lines[-1] + letter, size, weight) > pixels / _INCH and lines[-1]:
                lines.append("")
            lines[-1] += letter
    return "\n".join(lines)


def widest(labels: Iterable[str], *, size: float, weight: str = "normal") -> float:
    r"""Return the width in pixels of the longest line of some labels.

    Examples
    --------
    >>> round(widest(["Urban", "Central and\nSouthern Highlands"], size=8))
    79

    The longest of the three lines is a little wider than an inch of 72 pixels.
    """
    return _INCH * max(_width(line, size, weight) for label in labels for line in label.split("\n"))


def _tick(value: float, chart: Chart) -> str:
    figure = round(value / 0.01, 6)
    text = f"{figure:g}".replace("-", "−")
    return f"{text}%" if chart.percent else text


class Layout:
    """Where things stand, in pixels from the left and from the top of the rows; with room for what any setting writes."""

    def __init__(self, chart: Chart, charts: Sequence[Chart], *, narrow: bool) -> None:
        self.narrow, self.width, self.step = narrow, *((_NARROW, 15.0) if narrow else (_WIDE, _LINE))
        room = self.width - _INDENT - 4 if narrow else self.width * _MOST_OF_LABELS
        weights = ["bold" if row.strong else "normal" for row in chart.rows]
        self.labels = [
            fitted(row.label, room, size=_SIZE, weight=weight)
            for row, weight in zip(chart.rows, weights, strict=True)
        ]
        self.smalls = [fitted(row.small, room, size=_SMALL) if row.small else "" for row in chart.rows]
        marks = [mark for one in charts or [chart] for row in one.rows for mark in row.marks]
        values, ends = [one.text for one in marks if one.text], [one.ends for one in marks if one.ends]
        self.value_width = widest(values, size=_SIZE, weight="bold") if values else 0.0
        self.with_ends = bool(ends) and not narrow  # a telephone has room for one of line and numbers
        self.right = self.value_width + _GAP + _MARGIN if values else 8.0
        if self.with_ends:
            self.right += widest(ends, size=_SMALL) + _GAP
        if narrow:
            self.left = _INDENT
        else:
            texts = [*zip(self.labels, weights, strict=True), *((small, "normal") for small in self.smalls)]
            most = max(widest([text], size=_SIZE, weight=weight) for text, weight in texts)
            self.left = min(most + _GAP, room + _GAP) if any(text for text, _ in texts) else 8.0
        # Beside values that hold a long name, a figure is wider.
        self.width = max(self.width, self.left + self.right + _LEAST_AXIS)
        self.span = self.width - self.left - self.right
        # Where a narrow figure has room for it, the smaller line stands beside the label.
        both = [*zip(self.labels, self.smalls, strict=True)]
        fits = (widest([f"{label}  {small}"], size=_SIZE) <= room for label, small in both)
        self.joined = [
            narrow and "\n" not in label and fit for label, fit in zip(self.labels, fits, strict=True)
        ]
        self.label_heights = [
            _LINE * (label.count("\n") + 1 + (small.count("\n") + 1 if small and not joined else 0))
            for (label, small), joined in zip(both, self.joined, strict=True)
        ]
        self.tops: list[float] = []
        at = 6.0
        # A line is drawn between one group of rows and the next.
        self.begins = [above.group != row.group for above, row in pairwise([*chart.rows[:1], *chart.rows])]
        for row, begins, of_label in zip(chart.rows, self.begins, self.label_heights, strict=True):
            at += 8.0 if begins else 0.0
            self.tops.append(at)
            of_marks = len(row.marks) * self.step
            tall = of_label + of_marks if narrow else max(of_label, of_marks)
            at += tall + (7.0 if tall > _LINE else 5.0)
        self.rows_height = at
        left = 4.0 if narrow else self.left
        self.names = [
            fitted(f"{_sign(colour, marks)} {name}", self.width - left, size=_SIZE, weight="bold")
            for name, colour in chart.legend
        ]
        self.legend, lines = _placed(self.names, left, self.width)
        legend = 5.0 + lines * _LINE if chart.legend else 0.0
        heads = 20.0 if any(reference.label for reference in chart.references) else 0.0
        self.below = _AXIS + (_AXIS_TITLE * (self.axis_title(chart).count("\n") + 1) if chart.axis else 0.0)
        self.height = legend + heads + 4.0 + self.rows_height + self.below

    def axis_title(self, chart: Chart) -> str:
        """Return what stands beneath the axis, in lines."""
        return fitted(chart.axis, self.width - self.left - 4, size=_SMALL)

    def mark_height(self, row: ChartRow, number: int, place: int) -> float:
        """Return how far from the top of the rows a mark stands."""
        of_label, of_marks = self.label_heights[number], max(len(row.marks), 1) * self.step
        above = of_label if self.narrow else max(0.0, (of_label - of_marks) / 2)
        return self.tops[number] + above + (place + 0.5) * self.step


def draw_axis(figure: Figure, axes: Axes, chart: Chart, places: Layout, ends: tuple[float, float]) -> None:
    """Draw the axis, its grid and its title."""
    axes.set_xlim(*ends)
    axes.set_ylim(places.rows_height, 0)
    axes.set_yticks([])
    axes.xaxis.set_label_coords(0, 0)  # of no label: else a place for it would be sought
    axes.tick_params(axis="x", length=0, labelsize=_SMALL, colors=COLOURS["quiet"], pad=4)
    for spine in axes.spines.values():
        spine.set_visible(False)
    axes.grid(axis="x", color=COLOURS["line"], linewidth=1, clip_on=False)
    axes.set_axisbelow(True)
    axes.xaxis.set_major_formatter(lambda value, _: _tick(value, chart))
    axes.locator_params(axis="x", nbins=5 if places.narrow else 9)
    if chart.axis:
        figure.text(
            places.left / places.width, 3 / places.height, places.axis_title(chart),
            fontsize=_SMALL, color=COLOURS["quiet"], va="bottom", gid="mark-axis-",
        )  # fmt: skip


def draw_references(axes: Axes, chart: Chart) -> None:
    """Draw the lines to compare with, and their names above."""
    for reference in chart.references:
        axes.axvline(reference.value, color=COLOURS["ink"], linewidth=1.2, zorder=1)
        if reference.label:
            looks: Any = {"fontsize": _SMALL, "color": COLOURS["quiet"], "ha": "left", "va": "bottom"}
            axes.text(reference.value, -4, reference.label, **looks)


def _shape(mark: Mark) -> str:
    return mark.shape or _SHAPES.get(mark.colour, "o")


def _sign(colour: str, marks: Sequence[Mark]) -> str:
    """Return what marks of a colour look like: the usual one of their dots, or the line of a range.

    It is a ring where all are at any setting: those with an interval are rings only where that holds nothing beyond chance.
    """
    ours = [mark for mark in marks if mark.colour == colour and mark.value == mark.value]
    if not ours:
        return "╍╍" if colour in _BROKEN else "━━"
    dots = [mark for mark in ours if mark.shape != "x"]  # crosses are of every colour, and tell none apart
    sign = _SIGNS[_shape(dots[0]) if dots else _SHAPES.get(colour, "o")]
    return sign[bool(dots) and all(mark.hollow and mark.low != mark.low for mark in dots)]


def _placed(names: Sequence[str], left: float, width: float) -> tuple[list[tuple[float, int]], int]:
    """Place names side by side in the width of a figure: pixels from its left and line of each, and how many lines."""
    places: list[tuple[float, int]] = []
    at, line, lines = left, 0, 0
    for name in names:
        wide = widest([name], size=_SIZE, weight="bold")
        if at > left and at + wide > width:
            at, line = left, lines
        places.append((at, line))
        at, lines = at + wide + 18, max(lines, line + 1 + name.count("\n"))
    return places, lines


def draw_headings(figure: Figure, chart: Chart, places: Layout) -> None:
    """Write the names of the marks in their colours, above the rows."""
    for name, (_, colour), (at, line) in zip(places.names, chart.legend, places.legend, strict=True):
        looks: Any = {"color": COLOURS[colour], "fontsize": _SIZE, "fontweight": "bold", "va": "top"}
        figure.text(at / places.width, 1 - (4 + line * _LINE) / places.height, name, **looks)


def draw_row(axes: Axes, row: ChartRow, number: int, places: Layout) -> None:
    """Draw a row: its label, its marks, and what is written beside them."""
    top, label, small = places.tops[number], places.labels[number], places.smalls[number]
    across, span = axes.get_yaxis_transform(), places.span
    left, beyond, quiet = -(places.left - 4) / span, 1 + _GAP / span, COLOURS["quiet"]
    # Every artist would be given a path to be cut at, which takes as long as the artist itself.
    unclipped: Any = {"clip_on": False, "clip_path": TransformedPath(Path.unit_rectangle(), axes.transAxes)}
    if places.begins[number]:
        ends, y = [left, 1 + (places.right - 4) / span], top - 8
        line: Any = {"color": COLOURS["line"], "linewidth": 1}
        axes.add_line(Line2D(ends, [y, y], transform=across, **line, **unclipped))
    above = max(0.0, (max(len(row.marks), 1) * _LINE - places.label_heights[number]) / 2)
    first = top + 1 + (0.0 if places.narrow else above)
    # Labels that stand among the lines of the grid are not run through by them.
    behind = {"facecolor": COLOURS["paper"], "edgecolor": "none", "pad": 1} if places.narrow else None
    looks: Any = {"va": "top", "transform": across, "linespacing": 1.12, "bbox": behind, **unclipped}
    x, weight = 0.0 if places.narrow else left, "bold" if row.strong else "normal"
    axes.text(x, first, label, fontsize=_SIZE, fontweight=weight, **looks)
    if small:
        beside = (widest([label], size=_SIZE, weight=weight) + 8) / span if places.joined[number] else 0.0
        y = first + (0 if beside else label.count("\n") + 1) * _LINE
        axes.text(x + beside, y, small, fontsize=_SMALL, color=quiet, **looks)
    for place, mark in enumerate(row.marks):
        y, colour, name = places.mark_height(row, number, place), COLOURS[mark.colour], f"{number}-{place}"
        if mark.low == mark.low:
            axes.add_line(
                Line2D([mark.low, mark.high], [y, y], color=colour, linewidth=4, alpha=0.4, solid_capstyle="butt",
                       linestyle=(0, (2, 1)) if mark.value != mark.value and mark.colour in _BROKEN else "-",
                       gid=f"mark-line-{name}", **unclipped)
            )  # fmt: skip
        if mark.value == mark.value:
            axes.add_line(
                Line2D([mark.value], [y], marker=_shape(mark), markersize=8, markeredgewidth=1.8, color=colour,
                       markerfacecolor=COLOURS["paper"] if mark.hollow else colour, linestyle="none",
                       gid=f"mark-dot-{name}", **unclipped)
            )  # fmt: skip
        level: Any = {"va": "center", "transform": across, **unclipped}
        if mark.text:
            bold: Any = {"fontsize": _SIZE, "fontweight": "bold", "color": colour, **level}
            axes.text(beyond, y, mark.text, gid=f"mark-value-{name}", **bold)
        if mark.text and mark.ends and places.with_ends:
            x, light = beyond + (places.value_width + _GAP) / span, {"fontsize": _SMALL, "color": quiet}
            axes.text(x, y, mark.ends, gid=f"mark-text-{name}", **level | light)
