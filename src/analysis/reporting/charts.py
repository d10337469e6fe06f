"""The figures of the reports: vector drawings whose colours follow the page they stand on."""

import io
import re
from hashlib import sha256
from textwrap import fill
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from analysis.polls import Answer, Poll, Question
from analysis.reporting.display import Shown, numbers_of
from analysis.reporting.layout import figure_block
from analysis.reporting.phrases import interval, interval_note, level, percent, source_note

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["interval_chart"]

# Each is drawn in its own colour and then replaced by the style sheet's variable of that name, so
# that a figure follows light and dark. The first two answer's colours differ in lightness and hue
# (blue and vermilion: Okabe & Ito 2008), so they survive greyscale and colour blindness.
_COLOURS = {
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
_STYLE: Any = {
    "font.family": "DejaVu Sans",
    "font.size": 9,
    "svg.fonttype": "none",
    "svg.hashsalt": "polltables",
    "axes.edgecolor": _COLOURS["line"],
    "axes.labelcolor": _COLOURS["ink"],
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.spines.left": False,
    "axes.facecolor": "none",
    "figure.facecolor": "none",
    "grid.color": _COLOURS["line"],
    "text.color": _COLOURS["ink"],
    "text.parse_math": False,  # a label with dollar signs is no formula
    "xtick.color": _COLOURS["ink"],
    "ytick.color": _COLOURS["ink"],
    "xtick.major.size": 0,
    "ytick.major.size": 0,
}
_PANELS_ACROSS = 2
_MOST_PANELS = 6


def _svg(figure: "Figure") -> str:
    """Write a figure as SVG for a page: no date, no ids but those referred to, colours as variables."""
    from matplotlib import rc_context

    buffer = io.StringIO()
    with rc_context(_STYLE):
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
    for name, colour in _COLOURS.items():
        svg = svg.replace(colour, f"var(--{name},{colour})")
    while "<g></g>" in (svg := re.sub(r">\s+<", "><", svg)):
        svg = svg.replace("<g></g>", "")
    return svg


def _answer_colours(question: Question) -> dict[str, str]:
    """Give the first three candidates a colour each and every other answer the quiet one."""
    candidates = [answer.id for answer in question.answers if answer.role == "candidate"][:3]
    named = dict(zip(candidates, ["first", "second", "third"], strict=False))
    return {answer.id: _COLOURS[named.get(answer.id, "other")] for answer in question.answers}


def _panel_answers(question: Question, intervals: pd.DataFrame) -> list[Answer]:
    """Choose the answers that are drawn: those that are shares of all, the most frequent ones if there are many."""
    drawn = [answer for answer in question.answers if answer.given is None]
    if len(drawn) <= _MOST_PANELS:
        return drawn
    frequent = intervals.groupby("answer")["share"].max().nlargest(len(intervals))
    chosen = [answer for answer in frequent.index if question[str(answer)].given is None][:_MOST_PANELS]
    return [answer for answer in drawn if answer.id in chosen]


def _draw_panel(axes: "Axes", rows: pd.DataFrame, colour: str) -> None:
    """Draw one answer: a dot and an interval for every segment, hollow where interviews are too few."""
    for position, row in enumerate(rows.itertuples()):
        cell: Any = row
        if np.isnan(cell.share):
            axes.text(0.4, position, "not published", va="center", fontsize=7.5, color=_COLOURS["quiet"])
            continue
        few = cell.flag in {"too few", "base unknown"}
        if not np.isnan(cell.low):
            axes.plot(
                [100 * cell.low, 100 * cell.high], [position] * 2, color=colour, linewidth=1 if few else 2.2
            )
        face = _COLOURS["paper"] if few else colour
        axes.plot(
            100 * cell.share,
            position,
            "o",
            markersize=5.5,
            markerfacecolor=face,
            markeredgecolor=colour,
            clip_on=False,
            zorder=3,
        )


def interval_chart(poll: Poll, intervals: pd.DataFrame, *, confidence_level: float) -> Shown:
    """Draw the shares of a question with their intervals: a panel for each answer, a line for each segment."""
    from matplotlib import rc_context
    from matplotlib.figure import Figure
    from matplotlib.layout_engine import ConstrainedLayoutEngine

    question = poll.question(intervals["question"].iloc[0])
    answers = _panel_answers(question, intervals)
    colours = _answer_colours(question)
    segments = list(poll.segments)
    down = -(-len(answers) // _PANELS_ACROSS)
    with rc_context(_STYLE):
        figure = Figure(
            figsize=(7.2, down * (0.22 * len(segments) + 0.75)), layout=ConstrainedLayoutEngine(hspace=0.06)
        )
        grid = figure.subplots(down, _PANELS_ACROSS, sharex=True, sharey=True, squeeze=False)
        for axes, answer in zip(grid.flat, answers, strict=False):
            rows = (
                intervals[intervals["answer"] == answer.id].set_index("segment").loc[[s.id for s in segments]]
            )
            axes.set_title(fill(answer.label_en, 40, max_lines=2), loc="left", fontsize=9, fontweight="bold")
            axes.grid(axis="x", linewidth=0.6)
            axes.set_axisbelow(True)
            axes.tick_params(labelbottom=True)
            _draw_panel(axes, rows, colours[answer.id])
        for axes in grid.flat[len(answers) :]:
            axes.remove()
        grid[0, 0].set_yticks(range(len(segments)), [fill(segment.label_en, 32) for segment in segments])
        grid[0, 0].set_ylim(len(segments) - 0.4, -0.6)
        grid[0, 0].set_xlim(0, max(5.0, 100 * np.nanmax(intervals[["share", "high"]].to_numpy()) + 2))
        figure.supxlabel("per cent of the column", fontsize=9)
        svg = _svg(figure)
    drawn = intervals[intervals["answer"].isin([answer.id for answer in answers])]
    left_out = sum(answer.given is None for answer in question.answers) - len(answers)
    return figure_block(
        svg,
        caption=f"{question.name_en}: printed shares with their {level(confidence_level)} intervals",
        alternative=_alternative(poll, question, drawn),
        note=(
            "Dot: printed share. Line: interval of the share. Hollow dot: too few interviews to say, or base unknown."
            f"{f' The {len(answers)} most frequent answers; {left_out} more in the table.' if left_out else ''} "
            f"{interval_note(intervals)} {source_note(poll)}"
        ),
        numbers=numbers_of(
            drawn.rename(columns={"share": "value"})[
                ["question", "answer", "segment", "value", "low", "high", "method"]
            ]
        ),
    )


def _alternative(poll: Poll, question: Question, drawn: pd.DataFrame) -> str:
    """Say in words what the panels show: for each answer its highest and its lowest segment."""

    def end(row: Any) -> str:
        where = f"{percent(row.share)} in {poll.segments[row.segment].label_en}"
        return where if np.isnan(row.low) else f"{where} (interval {interval(row.low, row.high)})"

    sentences = []
    for answer, rows in drawn.dropna(subset="share").groupby("answer", sort=False):
        ends = list(rows.sort_values("share", kind="stable").itertuples())
        sentences.append(f"{question[str(answer)].label_en}: highest {end(ends[-1])}, lowest {end(ends[0])}.")
    return " ".join(["Dots with intervals, one panel an answer, one line a column of the poll.", *sentences])
