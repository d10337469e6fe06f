"""How every figure is drawn: one style, colours that follow the page, SVG without ids or dates of its own."""

import io
import re
from collections.abc import Sequence
from hashlib import sha256
from textwrap import fill
from typing import TYPE_CHECKING, Any

from analysis.polls import Question
from analysis.show.charts.fitting import widest
from analysis.show.language import say

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = [
    "COLOURS",
    "STYLE",
    "answer_colours",
    "figure_svg",
    "label_lines",
    "mark_not_published",
    "small_panel",
]

# Each is drawn in its own colour and then replaced by the style sheet's variable of that name, so
# that a figure follows light and dark. The first two answer's colours differ in lightness and hue
# (blue and vermilion: Okabe & Ito 2008), so they survive greyscale and colour blindness.
COLOURS = {
    "ink": "#1b1b1b",
    "quiet": "#595959",
    "line": "#c9c9c9",
    "paper": "#fefefe",
    "first": "#0b62a8",
    "second": "#b3400a",
    "third": "#3f6b1f",
    "other": "#666666",
}
# matplotlib types its settings by name, one by one.
STYLE: Any = {
    "font.family": "DejaVu Sans",
    "font.size": 9,
    "svg.fonttype": "none",
    "svg.hashsalt": "polltables",
    "axes.edgecolor": COLOURS["line"],
    "axes.labelcolor": COLOURS["ink"],
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.spines.left": False,
    "axes.facecolor": "none",
    "figure.dpi": 72,  # this, and letters as they are designed: what is measured is what SVG draws
    "figure.facecolor": "none",
    "grid.color": COLOURS["line"],
    "text.color": COLOURS["ink"],
    "text.hinting": "none",
    "text.parse_math": False,  # a label with dollar signs is no formula
    "xtick.color": COLOURS["ink"],
    "ytick.color": COLOURS["ink"],
    "xtick.major.size": 0,
    "ytick.major.size": 0,
}

# Inches: the width of a small picture, room beside what stands in it, room for an axis with a title, and one more line.
_PICTURE_WIDTH, _GAP, _BENEATH, _LINE = 5.0, 0.1, 0.42, 0.16


def figure_svg(
    figure: "Figure",
    *,
    within: tuple[float, float, float, float] | None = None,
    margin: float = 0.4,
    placed: bool = False,
) -> str:
    """Write a figure as SVG for a page: no date, no ids but those referred to, colours as variables.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
    within : tuple of float, optional
        Left, bottom, right and top of what panels and their labels fill, as parts of the figure, if not all.
    margin : float
        Left of the panels, in parts of the figure, while their labels are measured: rather more than these need,
        since what hangs over the edge of a panel hangs over less of a wider one.
    placed : bool
        Whether the panels have been placed already.
    """
    from matplotlib import rc_context

    buffer = io.StringIO()
    with rc_context(STYLE):
        if not placed:
            figure.subplots_adjust(left=margin)
            figure.tight_layout(pad=0.5, h_pad=0.8, w_pad=1.2, rect=within)
            figure.set_layout_engine()  # once is enough: with an engine, saving draws everything twice
        figure.savefig(
            buffer, format="svg", metadata={"Date": None, "Creator": None, "Format": None, "Type": None}
        )
    svg = buffer.getvalue()
    svg = svg[svg.index("<svg") :]
    # matplotlib's metadata names its version, and its style would reach beyond the figure.
    svg = re.sub(r"<metadata>.*?</metadata>|<style.*?</style>", "", svg, flags=re.DOTALL)
    referred = {name for pair in re.findall(r'url\(#([^)]+)\)|href="#([^"]+)"', svg) for name in pair} - {""}
    svg = re.sub(r' id="([^"]+)"', lambda m: m.group() if m.group(1) in referred else "", svg)
    # Several figures share a page, where an id must stand once.
    prefix = "pt" + sha256(svg.encode()).hexdigest()[:8]
    for name in sorted(referred):
        svg = svg.replace(f'id="{name}"', f'id="{prefix}{name}"').replace(f"#{name}", f"#{prefix}{name}")
    # Verdana has the same widths, for readers without DejaVu Sans.
    svg = svg.replace("'DejaVu Sans'", "'DejaVu Sans', Verdana, sans-serif")
    for name, colour in COLOURS.items():
        svg = svg.replace(colour, f"var(--{name},{colour})")
    while "<g></g>" in (svg := re.sub(r">\s+<", "><", svg)):
        svg = svg.replace("<g></g>", "")
    return svg


def small_panel(labels: Sequence[str], title: str, *, size: float, height: float) -> tuple["Figure", "Axes"]:
    """Make the figure of a small picture: one panel with the labels of its rows at the left and a title beneath.

    Parameters
    ----------
    labels : sequence of str
        From the top, broken into lines.
    title : str
        Of the axis beneath.
    size : float
        Of the labels' letters, in points.
    height : float
        Of the picture, in inches.

    Returns
    -------
    matplotlib.figure.Figure, matplotlib.axes.Axes
        Placed already: there is no need to measure what stands around the panel.
    """
    from matplotlib.figure import Figure

    figure = Figure(figsize=(_PICTURE_WIDTH, height))
    left, below = widest(labels, size=size) + _GAP, _BENEATH + _LINE * title.count("\n")
    axes = figure.add_axes(
        (
            left / _PICTURE_WIDTH,
            below / height,
            1 - (left + _GAP) / _PICTURE_WIDTH,
            1 - (below + _GAP / 2) / height,
        )
    )
    axes.set_yticks(range(len(labels)), labels, fontsize=size, linespacing=1.1)
    axes.set_ylim(len(labels) - 0.5, -0.5)
    axes.set_xlabel(title)
    return figure, axes


def answer_colours(question: Question) -> dict[str, str]:
    """Give the first three candidates a colour each and every other answer the quiet one."""
    candidates = [answer.id for answer in question.answers if answer.role == "candidate"][:3]
    named = dict(zip(candidates, ["first", "second", "third"], strict=False))
    return {answer.id: COLOURS[named.get(answer.id, "other")] for answer in question.answers}


def label_lines(label: str, width: int) -> str:
    """Break a label into two lines at the most, and cut what is longer."""
    return fill(label, width, max_lines=2, placeholder=" …")


def mark_not_published(axes: "Axes", position: float) -> None:
    """Write, on a line that has no dot, that its share was not published."""
    axes.text(
        0.01,
        position,
        say("not published"),
        va="center",
        fontsize=8,
        color=COLOURS["quiet"],
        transform=axes.get_yaxis_transform(),
    )
