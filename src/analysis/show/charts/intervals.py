"""Shares with their intervals: a panel for each answer, a line for each column."""

from textwrap import fill
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from analysis.polls import Answer, Poll, Question
from analysis.show.charts.drawing import COLOURS, STYLE, answer_colours, figure_svg, mark_not_published
from analysis.show.display import Shown, numbers_of
from analysis.show.language import label_of, say, text_of
from analysis.show.layout import figure_block
from analysis.show.notes import interval_note, source_note
from analysis.show.phrases import interval, level, percent

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["draw_panel", "interval_chart"]

_PANELS_ACROSS = 2
_MOST_PANELS = 6


def _panel_answers(question: Question, intervals: pd.DataFrame) -> list[Answer]:
    """Choose the answers that are drawn: those that are shares of all, the most frequent ones if there are many."""
    drawn = [answer for answer in question.answers if answer.given is None]
    if len(drawn) <= _MOST_PANELS:
        return drawn
    frequent = intervals.groupby("answer")["share"].max().nlargest(len(intervals))
    chosen = [answer for answer in frequent.index if question[str(answer)].given is None][:_MOST_PANELS]
    return [answer for answer in drawn if answer.id in chosen]


def draw_panel(axes: "Axes", rows: pd.DataFrame, colour: str) -> None:
    """Draw one answer: a dot and an interval for every segment, hollow where interviews are too few."""
    for position, row in enumerate(rows.itertuples()):
        cell: Any = row
        if np.isnan(cell.share):
            mark_not_published(axes, position)
            continue
        few = cell.flag in {"too few", "base unknown"}
        if not np.isnan(cell.low):
            axes.plot(
                [100 * cell.low, 100 * cell.high], [position] * 2, color=colour, linewidth=1 if few else 2.2
            )
        face = COLOURS["paper"] if few else colour
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

    question = poll.question(intervals["question"].iloc[0])
    answers = _panel_answers(question, intervals)
    colours = answer_colours(question)
    segments = list(poll.segments)
    down = -(-len(answers) // _PANELS_ACROSS)
    with rc_context(STYLE):
        figure = Figure(figsize=(7.2, down * (0.22 * len(segments) + 0.75)))
        grid = figure.subplots(down, _PANELS_ACROSS, sharex=True, sharey=True, squeeze=False)
        for axes, answer in zip(grid.flat, answers, strict=False):
            rows = (
                intervals[intervals["answer"] == answer.id].set_index("segment").loc[[s.id for s in segments]]
            )
            axes.set_title(fill(label_of(answer), 40, max_lines=2), loc="left", fontsize=9, fontweight="bold")
            axes.grid(axis="x", linewidth=0.6)
            axes.set_axisbelow(True)
            axes.tick_params(labelbottom=True)
            draw_panel(axes, rows, colours[answer.id])
        for axes in grid.flat[len(answers) :]:
            axes.remove()
        grid[0, 0].set_yticks(range(len(segments)), [fill(label_of(segment), 32) for segment in segments])
        grid[0, 0].set_ylim(len(segments) - 0.4, -0.6)
        grid[0, 0].set_xlim(0, max(5.0, 100 * np.nanmax(intervals[["share", "high"]].to_numpy()) + 2))
        figure.supxlabel(say("per cent of the column"), fontsize=9)
        svg = figure_svg(figure)
    drawn = intervals[intervals["answer"].isin([answer.id for answer in answers])]
    left_out = sum(answer.given is None for answer in question.answers) - len(answers)
    return figure_block(
        svg,
        caption=say(
            "{question}: printed shares with their {level} intervals",
            question=text_of(question, "name"),
            level=level(confidence_level),
        ),
        alternative=_alternative(poll, question, drawn),
        note=" ".join(
            [
                say(
                    "Dot: printed share. Line: its interval. Hollow dot: too few interviews to say, or base unknown."
                ),
                *(
                    [
                        say(
                            "The {drawn} most frequent answers; {left_out} more in the table.",
                            drawn=len(answers),
                            left_out=left_out,
                        )
                    ]
                    if left_out
                    else []
                ),
                interval_note(intervals),
                source_note(poll),
            ]
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
        fields = {"share": percent(row.share), "segment": label_of(poll.segments[row.segment])}
        if np.isnan(row.low):
            return say("{share} in {segment}", **fields)
        return say(
            "{share} in {segment} (interval {interval})", interval=interval(row.low, row.high), **fields
        )

    sentences = [say("Dots with intervals, one panel an answer, one line a column of the poll.")]
    for answer, rows in drawn.dropna(subset="share").groupby("answer", sort=False):
        ends = list(rows.sort_values("share", kind="stable").itertuples())
        sentences.append(
            say(
                "{answer}: highest {highest}, lowest {lowest}.",
                answer=label_of(question[str(answer)]),
                highest=end(ends[-1]),
                lowest=end(ends[0]),
            )
        )
    return " ".join(sentences)
