"""Differences between columns with the intervals that hold together: a dot and a line each, around none."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from analysis.polls import Poll
from analysis.show.charts.drawing import COLOURS, STYLE, answer_colours, figure_svg, small_panel
from analysis.show.charts.fitting import fitted
from analysis.show.display import Shown, numbers_of
from analysis.show.language import label_of, say, term, text_of
from analysis.show.layout import figure_block, picture
from analysis.show.names import brief_answer
from analysis.show.notes import adjustment_note, table_source
from analysis.show.phrases import (
    joined,
    level,
    points,
    points_range,
    signed,
)
from analysis.show.selection import HOLDS, largest_first, those_tested, upright

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["comparison_chart", "comparison_picture"]

_MOST_DRAWN = 20
_IN_PICTURE = 3
_INCHES_A_LINE = 0.135


def _pair(poll: Poll, row: Any) -> str:
    """Name the two columns of a comparison."""
    return say(
        "{a} over {b}",
        a=label_of(poll.segments[row.segment_a]),
        b=label_of(poll.segments[row.segment_b]),
    )


def _draw(
    axes: "Axes", rows: pd.DataFrame, positions: Sequence[float], colours: Sequence[str], *, size: float = 9
) -> None:
    """Draw differences: filled where they hold, hollow where there may be none, without a line where nothing is known."""
    values = 100 * rows[["difference", "low_together", "high_together"]].to_numpy()
    holds = rows["verdict"].isin(HOLDS).tolist()
    axes.hlines(
        positions,
        values[:, 1],
        values[:, 2],
        colors=colours,
        linewidths=[2.2 if h else 1 for h in holds],
        zorder=2,
    )
    faces = [colour if held else COLOURS["paper"] for held, colour in zip(holds, colours, strict=True)]
    axes.scatter(values[:, 0], positions, s=36, c=faces, edgecolors=colours, linewidths=1, zorder=3)
    for (difference, *_), right, position, held in zip(
        values, np.nanmax(values, axis=1), positions, holds, strict=True
    ):
        axes.annotate(
            signed(difference / 100),
            (right, position),
            xytext=(7, 0),
            textcoords="offset points",
            va="center",
            fontsize=size,
            fontweight="bold" if held else "normal",
            color=COLOURS["ink"] if held else COLOURS["quiet"],
        )


def _scale(axes: "Axes", rows: pd.DataFrame, room: float) -> None:
    """Set the limits of the axis, with room for the figures at the right, and draw the line of no difference."""
    values = 100 * rows[["difference", "low_together", "high_together"]].to_numpy()
    least, greatest = min(0.0, float(np.nanmin(values))), max(1.0, float(np.nanmax(values)))
    axes.set_xlim(least - 0.02 * (greatest - least), greatest + room * (greatest - least))
    axes.axvline(0, color=COLOURS["ink"], linewidth=0.8, zorder=1)
    axes.grid(axis="x", linewidth=0.6)
    axes.set_axisbelow(True)


def comparison_chart(
    poll: Poll, compared: pd.DataFrame, *, confidence_level: float, adjustment: str, design_effect: float
) -> Shown:
    """Draw the largest differences between columns, grouped by answer, each with the interval that holds with all others."""
    drawable = compared[compared["difference"].notna()]
    if drawable.empty:
        return Shown("", "")
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    question = poll.question(str(compared["question"].iloc[0]))
    colours = answer_colours(question)
    first = those_tested(drawable) if len(those_tested(drawable)) else drawable
    rows = largest_first(upright(first)).head(_MOST_DRAWN)
    groups = [group for _, group in rows.groupby("answer", sort=False)]
    lines: list[tuple[str, bool]] = []  # each with whether it is a heading
    for group in groups:
        name = brief_answer(poll, question.id, str(group["answer"].iloc[0]), width=70)
        lines.append((fitted(name, 7.0, size=9, weight="bold"), True))
        lines += [(fitted(_pair(poll, row), 2.5, size=8), False) for row in group.itertuples()]
    heights = np.array(
        [_INCHES_A_LINE * (1 + text.count("\n")) + (0.16 if heading else 0.11) for text, heading in lines]
    )
    total = float(heights.sum())
    bottoms = np.cumsum(heights)
    middles = bottoms - heights / 2
    with rc_context(STYLE):
        figure = Figure(figsize=(7.2, total + 0.6))
        axes = figure.add_axes((0.37, 0.5 / (total + 0.6), 0.62, total / (total + 0.6)))
        _scale(axes, rows, room=0.12)
        beside = axes.get_yaxis_transform()
        for (text, heading), middle, bottom in zip(lines, middles, bottoms, strict=True):
            if heading:
                axes.text(
                    -0.59,
                    bottom - 0.03,
                    text,
                    transform=beside,
                    va="bottom",
                    fontweight="bold",
                    fontsize=9,
                    bbox={"facecolor": COLOURS["paper"], "edgecolor": "none", "pad": 1},
                )
            else:
                axes.text(
                    -0.02,
                    middle,
                    text,
                    transform=beside,
                    ha="right",
                    va="center",
                    fontsize=8,
                    linespacing=1.1,
                )
        of_rows = [not heading for _, heading in lines]
        shades = [colours[answer] for group in groups for answer in group["answer"]]
        _draw(axes, pd.concat(groups), middles[of_rows].tolist(), shades, size=8)
        axes.set_ylim(total, 0)
        axes.set_yticks([])
        axes.set_xlabel(say("difference in percentage points"))
        svg = figure_svg(figure, placed=True)
    left_out = len(first) - len(rows)
    note = [
        say(
            "Dot: the printed share of the first column less that of the second. Line: its interval, wide enough for all "
            "{comparisons} to hold together at {level} confidence. Filled, bold: a difference that holds. Hollow: not "
            "distinguishable from none.",
            comparisons=len(those_tested(compared)),
            level=level(confidence_level),
        )
        if len(those_tested(compared))
        else say(
            "Dot: the printed share of the first column less that of the second. No intervals: nothing here can be tested."
        ),
        say("The {drawn} largest; the other {left_out} are in the CSV.", drawn=len(rows), left_out=left_out)
        if left_out
        else "",
        say(
            "A difference can hold though its line just reaches none: the method of the test is sharper than any interval."
        )
        if ((rows["low_together"] <= 0) & rows["verdict"].isin(HOLDS)).any()
        else "",
        say("Intervals: Newcombe."),
        adjustment_note(adjustment, design_effect),
        table_source(poll, question),
    ]
    stated = compared.drop(columns=["low", "high"]).rename(
        columns={"difference": "value", "low_together": "low", "high_together": "high"}
    )
    return figure_block(
        svg,
        caption=say(
            "{question}: the largest differences between columns", question=text_of(question, "name")
        ),
        alternative=_alternative(poll, question.id, rows),
        note=" ".join(sentence for sentence in note if sentence),
        numbers=numbers_of(stated, what="difference between columns"),
    )


def _alternative(poll: Poll, question: str, rows: pd.DataFrame) -> str:
    """Say in words what the chart shows, line by line."""
    sentences = [say("Dots with intervals around no difference, grouped by answer.")]
    for answer, group in rows.groupby("answer", sort=False):
        group_rows: list[Any] = list(group.itertuples())
        described = [
            say(
                "{pair} {difference}, {verdict}",
                pair=_pair(poll, row),
                difference=points(row.difference),
                verdict=term(row.verdict),
            )
            for row in group_rows
        ]
        sentences.append(f"{brief_answer(poll, question, str(answer))}: {'; '.join(described)}.")
    return " ".join(sentences)


def comparison_picture(poll: Poll, compared: pd.DataFrame) -> Shown:
    """Draw the largest difference of each of three answers."""
    rows = largest_first(upright(compared)).drop_duplicates("answer").head(_IN_PICTURE)
    if rows.empty or rows["low_together"].isna().any():
        return Shown("", "")
    from matplotlib import rc_context

    question = str(rows["question"].iloc[0])
    colours = answer_colours(poll.question(question))
    drawn: list[Any] = list(rows.itertuples())
    names = [
        fitted(brief_answer(poll, question, row.answer, width=40), 2.3, size=8)
        + "\n"
        + fitted(_pair(poll, row), 2.3, size=8)
        for row in drawn
    ]
    lines = sum(name.count("\n") + 1 for name in names)
    with rc_context(STYLE):
        title = say("difference in percentage points")
        figure, axes = small_panel(names, title, size=8, height=0.14 * lines + 0.1 * len(drawn) + 0.45)
        _scale(axes, rows, room=0.22)
        _draw(axes, rows, list(range(len(rows))), [colours[answer] for answer in rows["answer"]])
        svg = figure_svg(figure, placed=True)
    described = [
        say(
            "{answer}: {pair} {difference} (interval {interval})",
            answer=brief_answer(poll, question, row.answer),
            pair=_pair(poll, row),
            difference=points(row.difference),
            interval=points_range(row.low_together, row.high_together),
        )
        for row in drawn
    ]
    return picture(svg, alternative=say("Dots with intervals: {answers}.", answers=joined(described)))
