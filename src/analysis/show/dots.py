"""One grammar for drawings: rows of dots with intervals, values written beside them, and lines to compare with.

A `Chart` says what is drawn; `Drawing` is the matplotlib figure of it, which anybody may change. A report has a second,
narrow one for telephones, and moves lines and dots as its controls are moved, without drawing anew.
"""

import io
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

import pandas as pd
from markupsafe import Markup, escape
from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from analysis.show.display import (
    NUMBERS_MIME,
    SETTINGS_MIME,
    Shown,
    download_link,
    made_of_rows,
    note,
    style_sheet,
)
from analysis.show.fitting import fitted, widest
from analysis.show.view import View

__all__ = ["COLOURS", "STYLE", "Chart", "ChartRow", "Drawing", "Mark", "Reference", "drawn", "followed"]

# Each is drawn in its own colour and then replaced by the style sheet's variable of that name, so that a figure follows
# light and dark. The first two differ in lightness and hue (blue and vermilion: Okabe & Ito 2008), so that they survive
# greyscale and colour blindness; they are candidates' colours and nothing else's.
COLOURS = {
    "ink": "#1b1b1b",
    "quiet": "#595959",
    "line": "#c9c9c9",
    "paper": "#fefefe",
    "first": "#0b62a8",
    "second": "#b3400a",
    "third": "#3f6b1f",
    "other": "#666666",
    "accent": "#6a3d9a",
}

# matplotlib types its settings by name, one by one.
STYLE: Any = {
    "font.family": "DejaVu Sans",
    "font.size": 13,
    "svg.fonttype": "none",
    "svg.hashsalt": "polltables",
    "figure.dpi": 72,  # a point is a pixel: what is measured is what SVG draws
    "figure.facecolor": "none",
    "axes.facecolor": "none",
    "text.color": COLOURS["ink"],
    "text.hinting": "none",
    "text.parse_math": False,  # a label with dollar signs is no formula
}

# Pixels, of a figure whose letters have 13.
_WIDE, _NARROW = 860.0, 340.0
_SIZE, _SMALL = 13.0, 12.0
_LINE = 17.0  # from one line of letters to the next
_AXIS, _AXIS_TITLE = 24.0, 20.0
_MOST_OF_LABELS = 0.34  # of the width of a wide figure
_GAP = 12.0
_INDENT = 16.0  # of all that a narrow figure writes
_LEAST_AXIS = 120.0


@dataclass(frozen=True, slots=True)
class Mark:
    """A dot with its interval.

    Attributes
    ----------
    value, low, high : float
        Where it stands, and its interval; NaN where there is none.
    text : str
        The value as it is written.
    colour : str
        One of `COLOURS`.
    ends : str
        The interval as it is written; empty where it is not.
    hollow : bool
        What is not beyond chance is drawn as a ring.
    shape : str
        `o`, `D` (an official result, a population) or `|` (a printed total).
    """

    value: float
    low: float = float("nan")
    high: float = float("nan")
    text: str = ""
    colour: str = "other"
    ends: str = ""
    hollow: bool = False
    shape: str = "o"


@dataclass(frozen=True, slots=True)
class ChartRow:
    """A row: its label, a smaller line beneath, its marks one above the other, and whether a line is drawn above it."""

    label: str
    marks: Sequence[Mark]
    small: str = ""
    strong: bool = False
    rule: bool = False


@dataclass(frozen=True, slots=True)
class Reference:
    """A vertical line, such as zero or the result, with its name."""

    value: float
    label: str = ""


@dataclass(frozen=True, slots=True)
class Chart:
    """What is drawn.

    Attributes
    ----------
    rows : sequence of ChartRow
    caption, source, alternative : str
        The finding above the figure, source and base beneath it, and the text that stands for it; rows are added to that.
    axis : str
        What the numbers are, beneath the axis.
    legend : sequence of tuple of str
        Names and colours of the marks, written above the rows.
    columns : sequence of str
        Headings of the values at the right, one for each mark of a row.
    references : sequence of Reference
    unit : float
        What a step of 1 on the axis is in data: 0.01 for percentages and points.
    numbers : sequence of dict
        What is stated; see `Shown`.
    """

    rows: Sequence[ChartRow]
    caption: str
    source: str = ""
    alternative: str = ""
    axis: str = ""
    legend: Sequence[tuple[str, str]] = ()
    columns: Sequence[str] = ()
    references: Sequence[Reference] = ()
    unit: float = 0.01
    percent: bool = True
    from_zero: bool = True
    numbers: Sequence[dict[str, Any]] = field(default_factory=list)

    def described(self) -> Markup:
        """Write the rows of the drawing as text for those who cannot see it."""
        mark = Markup("<i>{}</i> <i>{}</i>")
        rows = [
            Markup("<li>{} {}: {}</li>").format(
                row.label, row.small, Markup("; ").join(mark.format(one.text, one.ends) for one in row.marks)
            )
            for row in self.rows
            if row.marks
        ]
        said = Markup("<p>{}</p>").format(self.alternative) if self.alternative else ""
        return Markup('<div class="pt-spoken">{}<ul>{}</ul></div>').format(said, Markup("").join(rows))

    def spoken(self) -> str:
        """Return the text that stands for the drawing: what it is, then its rows."""
        rows = [
            f"{row.label}: "
            + ", ".join(f"{mark.text} ({mark.ends})" if mark.ends else mark.text for mark in row.marks)
            for row in self.rows
            if row.marks
        ]
        return " ".join(
            filter(None, [str(escape(self.alternative or self.caption).striptags()), "; ".join(rows)])
        )


def _limits(charts: Sequence[Chart]) -> tuple[float, float]:
    """Return the ends of the axis, wide enough for every setting."""
    first = charts[0]
    ends = [
        end
        for chart in charts
        for row in chart.rows
        for mark in row.marks
        for end in (mark.value, mark.low, mark.high)
        if end == end  # NaN is not itself
    ]
    ends += [reference.value for reference in first.references]
    low, high = (min(ends, default=0.0), max(ends, default=1.0))
    low = min(low, 0.0) if first.from_zero else low
    room = 0.02 * ((high - low) or first.unit)
    return low - (room if low < 0 or not first.from_zero else 0.0), high + room


class Drawing(Figure):
    """A figure made without pyplot: shown as SVG in the colours of the page, and open to anybody's changes.

    Its axes are `drawing.axes[0]`; after a change the drawing is shown as it then is.
    """

    def __init__(
        self, view: View, chart: Chart, *, narrow: bool = False, charts: Sequence[Chart] = ()
    ) -> None:
        self.view, self.chart, self.is_narrow = view, chart, narrow
        self.variants: tuple[str, ...] = ()
        self._drawn: tuple[str, str] | None = None
        self.other: Drawing | None = None
        with rc_context(STYLE):
            self._places = _Layout(chart, charts, narrow=narrow)
            super().__init__(figsize=(self._places.width / 72, self._places.height / 72))
            self._draw(_limits(charts or [chart]))

    def _draw(self, limits: tuple[float, float]) -> None:
        chart, places = self.chart, self._places
        axes = self.add_axes(
            (
                places.left / places.width,
                places.below / places.height,
                (places.width - places.left - places.right) / places.width,
                places.rows_height / places.height,
            )
        )
        axes.set_xlim(*limits)
        axes.set_ylim(places.rows_height, 0)
        axes.set_yticks([])
        axes.tick_params(axis="x", length=0, labelsize=_SMALL, colors=COLOURS["quiet"], pad=4)
        for spine in axes.spines.values():
            spine.set_visible(False)
        axes.grid(axis="x", color=COLOURS["line"], linewidth=1)
        axes.set_axisbelow(True)
        axes.xaxis.set_major_formatter(lambda value, _: _tick(value, chart))
        axes.locator_params(axis="x", nbins=5 if self.is_narrow else 9)
        if chart.axis:
            self.text(
                places.left / places.width, 3 / places.height, fitted_to(chart.axis, places.width - places.left - 4),
                fontsize=_SMALL, color=COLOURS["quiet"], va="bottom",
            )  # fmt: skip
        _draw_references(self, axes, chart, places)
        _draw_headings(self, chart, places)
        for number, (row, top) in enumerate(zip(chart.rows, places.tops, strict=True)):
            _draw_row(axes, row, number, top, places)

    def svg(self) -> str:
        """Write the figure as SVG for a page: no date, no ids but those of what moves, colours as variables."""
        buffer = io.StringIO()
        with rc_context(STYLE):
            metadata: Any = {"Date": None, "Creator": None, "Format": None, "Type": None}
            self.savefig(buffer, format="svg", metadata=metadata)
        svg = buffer.getvalue()
        svg = svg[svg.index("<svg") :]
        # matplotlib's metadata names its version, and its style would reach beyond the figure.
        svg = re.sub(r"<metadata>.*?</metadata>|<style.*?</style>", "", svg, flags=re.DOTALL)
        referred = {name for pair in re.findall(r'url\(#([^)]+)\)|href="#([^"]+)"', svg) for name in pair} - {
            ""
        }
        svg = re.sub(
            r' id="([^"]+)"',
            lambda m: m.group() if m.group(1) in referred or m.group(1).startswith("mark-") else "",
            svg,
        )
        # Several figures share a page, where an id must stand once.
        prefix = "pt" + sha256(svg.encode()).hexdigest()[:8]
        for name in sorted(referred):
            svg = svg.replace(f'id="{name}"', f'id="{prefix}{name}"').replace(f"#{name}", f"#{prefix}{name}")
        svg = re.sub(r'<path d="[^"]*" style="fill: none"/>', "", svg)
        svg = re.sub(r"<[^>]+>", lambda tag: _short(tag.group()), svg)
        # Verdana has the same widths, for readers without DejaVu Sans; the family is said once.
        svg = svg.replace("<svg", "<svg font-family=\"'DejaVu Sans',Verdana,sans-serif\"", 1)
        for name, colour in COLOURS.items():
            svg = svg.replace(colour, f"var(--{name},{colour})")
        svg = re.sub(r">\s+<", "><", svg)
        while "<g></g>" in svg:
            svg = svg.replace("<g></g>", "")
        return svg

    def pieces(self, chart: Chart) -> dict[str, str]:
        """Return what moves when the same rows have other intervals: path data, fills and texts, by the ids of marks."""
        axes = self.axes[0]
        found: dict[str, str] = {}
        height = self.get_figheight() * 72
        for number, (row, top) in enumerate(zip(chart.rows, self._places.tops, strict=True)):
            for place, mark in enumerate(row.marks):
                y = self._places.mark_height(row, place, top)
                name = f"{number}-{place}"
                if mark.low == mark.low:
                    ends = axes.transData.transform([(mark.low, y), (mark.high, y)]) * 72 / self.dpi
                    (x1, y1), (x2, y2) = ends
                    found[f"line-{name}"] = f"M {_n(x1)} {_n(height - y1)} L {_n(x2)} {_n(height - y2)}"
                if mark.value == mark.value:
                    found[f"at-{name}"] = _n(axes.transData.transform((mark.value, y))[0] * 72 / self.dpi)
                found[f"value-{name}"] = mark.text
                found[f"dot-{name}"] = "paper" if mark.hollow else mark.colour
                found[f"value-{name}"], found[f"text-{name}"] = mark.text, mark.ends
        return found

    def _both(self) -> tuple[str, str]:
        return self.svg(), self.other.svg() if self.other is not None else ""

    def _html(self, svg: str, narrow: str, chart: Chart, view: View | None = None) -> str:
        wide, slim = (
            re.sub(r' id="mark-[^"]*"', "", drawing).replace("<svg ", '<svg aria-hidden="true" ', 1)
            for drawing in (svg, narrow)
        )
        both = f'<div class="pt-wide">{wide}</div><div class="pt-narrow">{slim}</div>' if narrow else wide
        caption = escape(chart.caption).striptags()
        stated = [{**number, "shown_in": caption} for number in chart.numbers]
        return (
            f'<figure class="pt pt-figure"><figcaption>{escape(chart.caption)}</figcaption>{both}{chart.described()}'
            f"{note(chart.source)}{download_link(view or self.view, caption, stated)}</figure>"
        )

    def shown(self) -> Shown:
        """Return the figure as it goes into a report."""
        numbers = tuple(
            {**one, "shown_in": str(escape(self.chart.caption).striptags())} for one in self.chart.numbers
        )
        html = self._html(*(self._drawn or self._both()), self.chart)
        caption = str(escape(self.chart.caption).striptags())
        text = "\n".join(filter(None, [caption, self.chart.spoken(), escape(self.chart.source).striptags()]))
        return Shown(html, text, numbers, variants=self.variants)

    def follow(self, charts: Sequence[Chart]) -> None:
        """Prepare the figure for every setting: what moves is written anew, the rest stays."""
        self._drawn = base, slim = self._both()
        own = self.pieces(self.chart), self.other.pieces(self.chart) if self.other is not None else {}
        variants = []
        for chart in charts:
            wide = _moved(base, own[0], self.pieces(chart))
            narrow = _moved(slim, own[1], self.other.pieces(chart)) if self.other is not None else ""
            variants.append(self._html(wide, narrow, chart, self.view.at(self.view.options)))
        self.variants = tuple(variants)

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None, **kwargs: Any) -> dict[str, Any]:
        shown = self.shown()
        bundle: dict[str, Any] = {"text/html": style_sheet() + shown.html, "text/plain": shown.text}
        svg = self._drawn[0] if self._drawn else self.svg()
        bundle["image/svg+xml"] = re.sub(r"var\(--\w+,(#\w+)\)", r"\1", svg)
        if shown.numbers:
            bundle[NUMBERS_MIME] = list(shown.numbers)
        if shown.variants:
            bundle[SETTINGS_MIME] = list(shown.variants)
        return bundle


def _n(number: float) -> str:
    """Write a coordinate as it stands in a shortened tag."""
    return re.sub(r"(\d\.\d)\d+", r"\1", f"{number:.6f}".rstrip("0").rstrip("."))


def _short(tag: str) -> str:
    """Shorten what matplotlib writes in a tag: places to a tenth, no turn by nothing, no blanks that say nothing."""
    tag = re.sub(r" font-family: 'DejaVu Sans';?| transform=\"rotate\(-0 [^\"]*\"", "", tag)
    tag = re.sub(r"(\d\.\d)\d+", r"\1", " ".join(tag.split()))
    return tag.replace("; ", ";").replace(": ", ":").replace(' z"', 'z"')


def _moved(svg: str, before: dict[str, str], after: dict[str, str]) -> str:
    """Write the pieces that differ into an SVG."""
    for name, value in after.items():
        if before.get(name) == value:
            continue
        kind, _, place = name.partition("-")
        start = svg.find(f'id="mark-{"dot" if kind == "at" else kind}-{place}"')
        end = svg.find("</g>", start)
        if start < 0:
            continue
        part = svg[start:end]
        if kind == "line":
            part = re.sub(r' d="[^"]*"', f' d="{value}"', part, count=1)
        elif kind == "at":
            part = re.sub(r' x="[^"]*"', f' x="{value}"', part, count=1)
        elif kind == "dot":
            part = re.sub(r"fill:var\(--\w+,#\w+\)", f"fill:var(--{value},{COLOURS[value]})", part)
        else:
            part = re.sub(r">[^<]*</text>", f">{escape(value)}</text>", part, count=1)
        svg = svg[:start] + part + svg[end:]
    return svg


def fitted_to(text: str, pixels: float, size: float = _SMALL, weight: str = "normal") -> str:
    """Break a text into lines that are no wider than some pixels."""
    return fitted(text, pixels / 72, size=size, weight=weight)


def _tick(value: float, chart: Chart) -> str:
    figure = round(value / chart.unit, 6)
    text = f"{figure:g}".replace("-", "−")
    return f"{text}%" if chart.percent else text


class _Layout:
    """Where things stand, in pixels from the left and from the top of the rows; with room for what any setting writes."""

    def __init__(self, chart: Chart, charts: Sequence[Chart], *, narrow: bool) -> None:
        self.narrow, self.width = narrow, _NARROW if narrow else _WIDE
        room = self.width - _INDENT - 4 if narrow else self.width * _MOST_OF_LABELS
        weights = ["bold" if row.strong else "normal" for row in chart.rows]
        self.labels = [
            fitted_to(row.label, room, _SIZE, weight) for row, weight in zip(chart.rows, weights, strict=True)
        ]
        self.smalls = [fitted_to(row.small, room) if row.small else "" for row in chart.rows]
        marks = [mark for one in charts or [chart] for row in one.rows for mark in row.marks]
        values, ends = [one.text for one in marks if one.text], [one.ends for one in marks if one.ends]
        self.value_width = 72 * widest(values, size=_SIZE, weight="bold") if values else 0.0
        self.with_ends = bool(ends) and not narrow  # a telephone has room for one of line and numbers
        self.right = self.value_width + _GAP if values else 8.0
        if self.with_ends:
            self.right += 72 * widest(ends, size=_SMALL) + _GAP
        if narrow:
            self.left = _INDENT
        else:
            texts = [
                *zip(self.labels, weights, strict=True),
                *((small, "normal") for small in self.smalls if small),
            ]
            most = max(72 * widest([text], size=_SIZE, weight=weight) for text, weight in texts)
            self.left = min(most + _GAP, room + _GAP) if any(text for text, _ in texts) else 8.0
        # Beside values that hold a long name, a figure is wider.
        self.width = max(self.width, self.left + self.right + _LEAST_AXIS)
        self.tops: list[float] = []
        at = 6.0
        for row, label, small in zip(chart.rows, self.labels, self.smalls, strict=True):
            at += 8.0 if row.rule else 0.0
            self.tops.append(at)
            lines = label.count("\n") + 1 + (small.count("\n") + 1 if small else 0)
            height = len(row.marks) * _LINE
            at += (lines * _LINE + height if narrow else max(lines * _LINE, height)) + 9.0
        self.rows_height = at
        self.legend = _placed([name for name, _ in chart.legend], 4.0 if narrow else self.left, self.width)
        legend = 5.0 + (1 + max(line for _, line in self.legend)) * _LINE if chart.legend else 0.0
        self.heads = 20.0 if any(reference.label for reference in chart.references) else 0.0
        self.above = legend + self.heads + 4.0
        title = fitted_to(chart.axis, self.width - self.left - 4)
        self.below = _AXIS + (_AXIS_TITLE * (title.count("\n") + 1) if chart.axis else 0.0)
        self.height = self.above + self.rows_height + self.below

    def mark_height(self, row: ChartRow, place: int, top: float) -> float:
        """Return how far from the top of the rows a mark stands."""
        at = self.tops.index(top)
        lines = self.labels[at].count("\n") + 1 + (self.smalls[at].count("\n") + 1 if self.smalls[at] else 0)
        block = lines * _LINE
        count = max(len(row.marks), 1)
        start = top + block if self.narrow else top + max(0.0, (block - count * _LINE) / 2)
        return start + (place + 0.5) * _LINE


def _draw_references(figure: Figure, axes: Axes, chart: Chart, places: _Layout) -> None:
    for reference in chart.references:
        axes.axvline(reference.value, color=COLOURS["ink"], linewidth=1.2, zorder=1)
        if reference.label:
            axes.text(
                reference.value,
                -4,
                reference.label,
                fontsize=_SMALL,
                color=COLOURS["quiet"],
                ha="center",
                va="bottom",
            )


def _placed(names: Sequence[str], left: float, width: float) -> list[tuple[float, int]]:
    """Place names one beside the other, in lines no wider than the figure: pixels from its left, and the line of each."""
    places: list[tuple[float, int]] = []
    at, line = left, 0
    for name in names:
        wide = 72 * widest([name], size=_SIZE, weight="bold")
        if at > left and at + wide > width:
            at, line = left, line + 1
        places.append((at, line))
        at += wide + 18
    return places


def _draw_headings(figure: Figure, chart: Chart, places: _Layout) -> None:
    """Write the names of the marks in their colours, above the rows."""
    for (name, colour), (at, line) in zip(chart.legend, places.legend, strict=True):
        figure.text(
            at / places.width,
            1 - (4 + line * _LINE) / places.height,
            name,
            color=COLOURS[colour],
            fontsize=_SIZE,
            fontweight="bold",
            va="top",
        )


def _behind(places: _Layout) -> dict[str, Any] | None:
    """Return what keeps the lines of the grid from running through labels that stand among them."""
    return {"facecolor": COLOURS["paper"], "edgecolor": "none", "pad": 1} if places.narrow else None


def _draw_row(axes: Axes, row: ChartRow, number: int, top: float, places: _Layout) -> None:
    at = places.tops.index(top)
    across = axes.get_yaxis_transform()
    span = places.width - places.left - places.right
    if row.rule:
        axes.plot(
            [-(places.left - 4) / span, 1 + (places.right - 4) / span], [top - 8, top - 8], transform=across,
            color=COLOURS["line"], linewidth=1, clip_on=False,
        )  # fmt: skip
    lines = places.labels[at].count("\n") + 1
    count = max(len(row.marks), 1)
    block = (lines + (places.smalls[at].count("\n") + 1 if places.smalls[at] else 0)) * _LINE
    first = top if places.narrow else top + max(0.0, (count * _LINE - block) / 2)
    x = 0.0 if places.narrow else -(places.left - 4) / span
    axes.text(
        x, first + 1, places.labels[at], fontsize=_SIZE, va="top", transform=across, linespacing=1.12,
        fontweight="bold" if row.strong else "normal", bbox=_behind(places),
    )  # fmt: skip
    if places.smalls[at]:
        axes.text(
            x, first + 1 + lines * _LINE, places.smalls[at], fontsize=_SMALL, va="top", color=COLOURS["quiet"],
            transform=across, linespacing=1.12, bbox=_behind(places),
        )  # fmt: skip
    for place, mark in enumerate(row.marks):
        y = places.mark_height(row, place, top)
        colour = COLOURS[mark.colour]
        if mark.low == mark.low:
            axes.add_line(
                Line2D([mark.low, mark.high], [y, y], color=colour, linewidth=4, alpha=0.4, solid_capstyle="butt",
                       gid=f"mark-line-{number}-{place}", clip_on=False)
            )  # fmt: skip
        if mark.value == mark.value:
            axes.add_line(
                Line2D([mark.value], [y], marker=mark.shape, markersize=8, markeredgewidth=1.8, color=colour,
                       markerfacecolor=COLOURS["paper"] if mark.hollow else colour, linestyle="none",
                       gid=f"mark-dot-{number}-{place}", clip_on=False)
            )  # fmt: skip
        if mark.text:
            beyond = 1 + _GAP / span
            axes.text(
                beyond,
                y,
                mark.text,
                fontsize=_SIZE,
                fontweight="bold",
                color=colour,
                va="center",
                transform=across,
                gid=f"mark-value-{number}-{place}",
            )
            if mark.ends and places.with_ends:
                axes.text(
                    beyond + (places.value_width + _GAP) / span,
                    y,
                    mark.ends,
                    fontsize=_SMALL,
                    color=COLOURS["quiet"],
                    va="center",
                    transform=across,
                    gid=f"mark-text-{number}-{place}",
                )


def drawn(view: View, chart: Chart, charts: Sequence[Chart] = ()) -> Drawing:
    """Draw a chart; while a report is made, a narrow one as well, and both for every setting."""
    drawing = Drawing(view, chart, charts=charts)
    if view.settings:
        drawing.other = Drawing(view, chart, narrow=True, charts=charts)
        if charts:
            drawing.follow(charts)
    return drawing


def followed(view: View, build: Callable[..., Chart], *frames: pd.DataFrame, **options: Any) -> Drawing:
    """Draw the chart that a function builds of a view and of tables, and let it follow the controls of a report."""
    chart = made_of_rows(build, view, *frames, **options)
    if not view.settings:
        return drawn(view, chart)
    made = [view.follow(frame) for frame in frames]
    charts = [
        build(
            view.at(one),
            *(
                frame if of_frame is None else of_frame[place]
                for frame, of_frame in zip(frames, made, strict=True)
            ),
            **options,
        )
        for place, one in enumerate(view.settings)
    ]
    return drawn(view, chart, charts)
