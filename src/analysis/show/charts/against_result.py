"""The poll's shares of valid votes beside the votes that were counted."""

from typing import TYPE_CHECKING, Any

import numpy as np

from analysis.estimates import VoteOutlook
from analysis.polls import Poll
from analysis.show.charts.drawing import COLOURS, STYLE, answer_colours, figure_svg, mark_not_published
from analysis.show.charts.fitting import fitted
from analysis.show.display import Shown, numbers_of, rows_of, statement
from analysis.show.language import label_of, reference_text, say
from analysis.show.layout import figure_block
from analysis.show.names import short_name
from analysis.show.notes import fieldwork, source_note
from analysis.show.phrases import days, joined, level, percent
from analysis.show.wording.against_result import without_result
from analysis.show.wording.leads import share_phrase

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["against_chart"]

_MOST_CANDIDATES = 3


def _draw_pair(axes: "Axes", row: Any, position: float, colour: str) -> None:
    """Draw a share of the poll with its interval, and the result as a diamond."""
    few = row.verdict in {"too few interviews", "base unknown"}
    if not np.isnan(row.low):
        axes.plot(
            [100 * row.low, 100 * row.high],
            [position] * 2,
            color=colour,
            linewidth=1 if few else 2.4,
            zorder=2,
        )
    if np.isnan(row.share):
        mark_not_published(axes, position)
    else:
        axes.plot(
            100 * row.share,
            position,
            "o",
            markersize=6,
            markerfacecolor=COLOURS["paper"] if few else colour,
            markeredgecolor=colour,
            zorder=3,
        )
    axes.plot(
        100 * row.official,
        position,
        "D",
        markersize=6.5,
        markerfacecolor=COLOURS["paper"],
        markeredgecolor=COLOURS["ink"],
        markeredgewidth=1.4,
        zorder=4,
    )


def _label_first(axes: "Axes", row: Any) -> None:
    """Write beside the marks of the first line which is the poll and which the vote."""
    if np.isnan(row.share):
        return
    side = 1 if row.share >= row.official else -1
    for at, text, to in ((row.share, say("poll"), side), (row.official, say("vote"), -side)):
        axes.annotate(
            text,
            (100 * at, 0),
            xytext=(9 * to, 6),
            textcoords="offset points",
            ha="left" if to > 0 else "right",
            fontsize=8,
        )


def against_chart(poll: Poll, outlook: VoteOutlook) -> Shown:
    """Draw shares of valid votes with intervals, and the result; with two candidates the second's are the rest."""
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    if outlook.against.empty or outlook.result is None:
        return statement(without_result())
    of_two = len(outlook.candidates) == 2
    names = outlook.candidates[:1] if of_two else outlook.candidates[:_MOST_CANDIDATES]
    held = outlook.against[outlook.against["answer"].isin(names)].dropna(subset="official")
    segments = list(dict.fromkeys(held["segment"]))
    labels = [fitted(label_of(poll.segments[segment]), 1.9, size=9) for segment in segments]
    height = max(0.34, 0.16 * max(label.count("\n") + 1 for label in labels) + 0.06)
    colours = answer_colours(poll.question(outlook.question))
    with rc_context(STYLE):
        figure = Figure(figsize=(7.2, height * len(segments) + 1.05))
        grid = figure.subplots(1, len(names), sharey=True, squeeze=False)[0]
        for axes, answer in zip(grid, names, strict=True):
            rows = rows_of(held[held["answer"] == answer].set_index("segment", drop=False).loc[segments])
            for position, row in enumerate(rows):
                _draw_pair(axes, row, position, colours[answer])
            if not of_two:
                name = fitted(
                    short_name(poll, outlook.question, answer), 4.4 / len(names), size=9, weight="bold"
                )
                axes.set_title(name, loc="left", fontsize=9, fontweight="bold")
            axes.grid(axis="x", linewidth=0.6)
            axes.set_axisbelow(True)
        _label_first(grid[0], rows_of(held[held["answer"] == names[0]].iloc[:1])[0])
        if of_two:
            grid[0].axvline(50, color=COLOURS["ink"], linewidth=0.9, zorder=1)
        grid[0].set_yticks(range(len(segments)), labels)
        grid[0].set_ylim(len(segments) - 0.4, -0.75)
        label = (
            say(
                "per cent of valid votes for {candidate}",
                candidate=short_name(poll, outlook.question, names[0]),
            )
            if of_two
            else say("per cent of valid votes")
        )
        if of_two:
            grid[0].set_xlabel(fitted(label, 4.6, size=9))
        else:
            figure.supxlabel(label, fontsize=9)
        svg = figure_svg(figure)
    result = outlook.result
    day = days(result.date, result.date)
    return figure_block(
        svg,
        caption=say(
            "Shares of valid votes in the poll ({fieldwork}) and in the vote ({day})",
            fieldwork=fieldwork(poll),
            day=day,
        ),
        alternative=" ".join(
            [
                say(
                    "Dots with intervals for the poll and diamonds for the vote, one line a column that has a result."
                ),
                *(_told(poll, outlook, answer, held) for answer in names),
            ]
        ),
        note=" ".join(
            filter(
                None,
                [
                    say(
                        "Dot and line: poll, with its {level} interval from sampling error, design effect {effect}. "
                        "Diamond: votes counted.",
                        level=level(outlook.confidence_level),
                        effect=f"{outlook.design_effect:.4g}",
                    ),
                    say("Hollow dot: too few interviews to say, or base unknown.")
                    if held["verdict"].isin(["too few interviews", "base unknown"]).any()
                    else "",
                    source_note(poll, say("in each column, interviews that name a candidate")),
                    say("Result: {source}.", source=reference_text(result, "source")),
                ],
            )
        ),
        numbers=numbers_of(
            held.rename(columns={"share": "value"})[
                ["answer", "segment", "value", "low", "high", "official"]
            ],
            what="poll, valid votes",
            question=outlook.question,
        ),
    )


def _told(poll: Poll, outlook: VoteOutlook, answer: str, held: Any) -> str:
    pairs = [
        say(
            "{column} {share} in the poll and {official} in the vote",
            column=label_of(poll.segments[row.segment]),
            share=share_phrase(row.share, row.low, row.high),
            official=percent(row.official, 2),
        )
        for row in rows_of(held[held["answer"] == answer])
    ]
    return say(
        "{candidate}: {shares}.", candidate=short_name(poll, outlook.question, answer), shares=joined(pairs)
    )
