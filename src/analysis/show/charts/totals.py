"""Totals under several sets of weights, side by side, and what the sizes of segments do to a lead."""

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from analysis.estimates import PRINTED, Reweighting
from analysis.polls import PUBLISHED, Answer, Poll
from analysis.show.charts.drawing import COLOURS, STYLE, answer_colours, figure_svg, label_lines
from analysis.show.display import Shown, numbers_of, rows_of
from analysis.show.language import label_of, say, text_of
from analysis.show.layout import figure_block, picture
from analysis.show.names import short_label, weights_name
from analysis.show.notes import source_note
from analysis.show.phrases import capitalised, interval, joined, level, percent, signed

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["segment_shift_chart", "total_picture", "totals_chart"]

_PANELS_ACROSS = 2
_MOST_PANELS = 6


def _drawn_answers(poll: Poll, result: Reweighting) -> list[Answer]:
    """Choose the answers that are drawn: those that are shares of all, the most frequent ones if there are many."""
    of_all = [answer for answer in poll.question(result.question).answers if answer.given is None]
    main = result.totals[result.totals["weights"] == result.main].set_index("answer")["share"]
    frequent = main.loc[[answer.id for answer in of_all]].nlargest(_MOST_PANELS).index
    return [answer for answer in of_all if answer.id in set(frequent)]


def _draw_totals(axes: "Axes", rows: pd.DataFrame, colour: str, *, size: float = 8) -> None:
    """Draw one answer: for each set of weights a dot, a line for sampling error, and a bar for rounding."""
    for position, row in enumerate(rows_of(rows)):
        if np.isnan(row.share):
            axes.text(0.4, position, say("not published"), va="center", fontsize=size, color=COLOURS["quiet"])
            continue
        if not np.isnan(row.rounding_low):
            axes.plot(
                [100 * row.rounding_low, 100 * row.rounding_high],
                [position] * 2,
                color=COLOURS["line"],
                linewidth=9,
                solid_capstyle="butt",
                zorder=1,
            )
        if not np.isnan(row.low):
            axes.plot([100 * row.low, 100 * row.high], [position] * 2, color=colour, linewidth=2, zorder=2)
        hollow = row.weights == PRINTED
        axes.plot(
            100 * row.share,
            position,
            "o",
            markersize=5.5,
            markerfacecolor=COLOURS["paper"] if hollow else colour,
            markeredgecolor=colour,
            zorder=3,
        )
        axes.annotate(
            f"{100 * row.share:.1f}",
            (100 * np.nanmax([row.share, row.high, row.rounding_high]), position),
            xytext=(5, 0),
            textcoords="offset points",
            va="center",
            fontsize=size,
        )
    axes.set_ylim(len(rows) - 0.4, -0.6)
    axes.grid(axis="x", linewidth=0.6)
    axes.set_axisbelow(True)


def _labels(result: Reweighting, rows: pd.DataFrame, width: int) -> list[str]:
    names = [weights_name(result, name) for name in rows["weights"]]
    return [label_lines(capitalised(name), width) for name in names]


def _reach(rows: pd.DataFrame) -> float:
    """Return the greatest figure that is drawn, in per cent."""
    ends = rows[["share", "high", "rounding_high"]].to_numpy(dtype=float)
    return 5.0 if np.isnan(ends).all() else max(5.0, 100 * float(np.nanmax(ends)))


def totals_chart(poll: Poll, result: Reweighting) -> Shown:
    """Draw the total of each answer under every set of weights: a panel an answer, a line a set."""
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    question = poll.question(result.question)
    answers = _drawn_answers(poll, result)
    colours = answer_colours(question)
    drawn = result.totals[result.totals["answer"].isin([answer.id for answer in answers])]
    by_answer = {answer.id: drawn[drawn["answer"] == answer.id] for answer in answers}
    lines = drawn["weights"].nunique()
    down = -(-len(answers) // _PANELS_ACROSS)
    with rc_context(STYLE):
        figure = Figure(figsize=(7.2, down * (0.36 * lines + 0.7) + 0.3))
        grid = figure.subplots(down, _PANELS_ACROSS, sharex=True, sharey=True, squeeze=False)
        for axes, answer in zip(grid.flat, answers, strict=False):
            axes.set_title(label_lines(label_of(answer), 34), loc="left", fontsize=9, fontweight="bold")
            axes.tick_params(labelbottom=True)
            _draw_totals(axes, by_answer[answer.id], colours[answer.id])
        for axes in grid.flat[len(answers) :]:
            axes.remove()
        grid[0, 0].set_yticks(range(lines), _labels(result, by_answer[answers[0].id], 26))
        grid[0, 0].set_xlim(0, 1.16 * _reach(drawn))
        figure.supxlabel(say("per cent of the whole"), fontsize=9)
        svg = figure_svg(figure)
    left_out = sum(answer.given is None for answer in question.answers) - len(answers)
    note = [
        say(
            "Dot: total; hollow, as printed. Line: its interval from sampling error, {level} confidence, design "
            "effect {effect}. "
            "Grey bar: what rounding and weights that are not fully known leave open; where it cannot be seen, "
            "it is narrower than "
            "the dot.",
            level=level(result.confidence_level),
            effect=f"{result.design_effect:.4g}",
        ),
        say(
            "The {drawn} most frequent answers; {left_out} more in the table.",
            drawn=len(answers),
            left_out=left_out,
        )
        if left_out
        else "",
        source_note(poll),
    ]
    told = [
        say(
            "{answer}: {totals}.",
            answer=label_of(answer),
            totals=joined(
                [
                    say("{weights} {share}", weights=weights_name(result, row.weights), share=_told(row))
                    for row in rows_of(by_answer[answer.id])
                ]
            ),
        )
        for answer in answers
    ]
    return figure_block(
        svg,
        caption=say("{question}: the total under each set of weights", question=text_of(question, "name")),
        alternative=" ".join(
            [say("Dots with intervals, one panel an answer, one line a set of weights."), *told]
        ),
        note=" ".join(filter(None, note)),
        numbers=numbers_of(
            drawn.rename(columns={"share": "value"})[
                ["weights", "answer", "value", "low", "high", "rounding_low", "rounding_high"]
            ],
            question=result.question,
        ),
    )


def _told(row: Any) -> str:
    ends = "" if np.isnan(row.low) else f" ({interval(row.low, row.high)})"
    return f"{percent(row.share)}{ends}"


def total_picture(poll: Poll, result: Reweighting) -> Shown:
    """Draw the two foremost answers as printed and with the weights of the answer, small."""
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    if result.leads.empty:
        return Shown("", "")
    question = poll.question(result.question)
    answers = [str(result.leads[name].iloc[0]) for name in ("answer_a", "answer_b")]
    sets = list(dict.fromkeys([PRINTED, result.main]))
    colours = answer_colours(question)
    totals = result.totals[result.totals["weights"].isin(sets)]
    with rc_context(STYLE):
        figure = Figure(figsize=(5, 0.3 * 2 * len(sets) + 0.95))
        grid = figure.subplots(2, 1, sharex=True)
        for axes, answer in zip(grid, answers, strict=True):
            rows = totals[totals["answer"] == answer]
            _draw_totals(axes, rows, colours[answer], size=9)
            axes.set_yticks(range(len(rows)), _labels(result, rows, 30), fontsize=8.5)
            axes.set_title(
                label_lines(label_of(question[answer]), 36), loc="left", fontsize=9, fontweight="bold"
            )
            axes.tick_params(labelbottom=answer == answers[-1])
        grid[0].set_xlim(0, 1.16 * _reach(totals[totals["answer"].isin(answers)]))
        svg = figure_svg(figure)
    told = [
        say(
            "{answer}: {totals}.",
            answer=label_of(question[answer]),
            totals=joined(
                [
                    say("{weights} {share}", weights=weights_name(result, row.weights), share=_told(row))
                    for row in rows_of(totals[totals["answer"] == answer])
                ]
            ),
        )
        for answer in answers
    ]
    return picture(svg, alternative=say("Dots with intervals. {answers}", answers=" ".join(told)))


def segment_shift_chart(poll: Poll, result: Reweighting) -> Shown:
    """Draw how the size of each segment changes, with what that adds to the lead; nothing where none changes."""
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    if result.segments.empty or result.main == PUBLISHED or result.segments["contribution"].isna().any():
        return Shown("", "")
    rows = rows_of(result.segments)
    added = [say("{points} to the lead", points=signed(row.contribution)) for row in rows]
    with rc_context(STYLE):
        figure = Figure(figsize=(7.2, 0.4 * len(rows) + 0.7))
        axes = figure.subplots()
        for position, row in enumerate(rows):
            ends = 100 * row.published_weight, 100 * row.target_weight
            axes.plot(ends, [position] * 2, color=COLOURS["quiet"], linewidth=1.5, zorder=1)
            axes.plot(
                ends[0],
                position,
                "o",
                markersize=6,
                markerfacecolor=COLOURS["paper"],
                markeredgecolor=COLOURS["first"],
                zorder=2,
            )
            axes.plot(ends[1], position, "D", markersize=6, color=COLOURS["second"], zorder=3)
            axes.annotate(
                added[position],
                (max(ends), position),
                xytext=(10, 0),
                textcoords="offset points",
                va="center",
                fontsize=8.5,
            )
        names = [label_lines(label_of(poll.segments[row.segment]), 32) for row in rows]
        axes.set_yticks(range(len(rows)), names)
        axes.set_ylim(len(rows) - 0.5, -0.5)
        reach = 100 * float(result.segments[["published_weight", "target_weight"]].to_numpy().max())
        axes.set_xlim(0, 1.45 * reach)
        axes.grid(axis="x", linewidth=0.6)
        axes.set_axisbelow(True)
        axes.set_xlabel(say("per cent of the whole"))
        svg = figure_svg(figure)
    told = [
        say(
            "{segment} from {published} to {target}, {added}",
            segment=label_of(poll.segments[row.segment]),
            published=percent(row.published_weight),
            target=percent(row.target_weight),
            added=words,
        )
        for row, words in zip(rows, added, strict=True)
    ]
    return figure_block(
        svg,
        caption=say(
            "The size of each segment, and what its change adds to the lead of {first} over {second}",
            first=short_label(poll, result.question, result.leads["answer_a"].iloc[0]),
            second=short_label(poll, result.question, result.leads["answer_b"].iloc[0]),
        ),
        alternative=say("Two marks a segment, joined by a line. {segments}.", segments="; ".join(told)),
        note=" ".join(
            [
                say(
                    "Circle: in the sample, by the weights that the printed figures imply. Diamond: in "
                    "“{target}”. What is added is in points.",
                    target=weights_name(result, result.main),
                ),
                source_note(poll),
            ]
        ),
        numbers=numbers_of(
            result.segments.rename(columns={"target_weight": "value"})[
                ["segment", "value", "published_weight", "contribution"]
            ],
            what="weight",
        ),
    )
