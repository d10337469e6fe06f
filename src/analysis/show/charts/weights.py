"""Weights drawn as intervals: all that agrees with the print, beside a population and published numbers of interviews."""

from collections.abc import Sequence
from textwrap import fill
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from analysis.polls import Poll, Target
from analysis.show.charts.drawing import COLOURS, STYLE, figure_svg, label_lines
from analysis.show.display import Shown, numbers_of, rows_of
from analysis.show.language import label_of, say
from analysis.show.layout import figure_block, picture
from analysis.show.names import target_name
from analysis.show.notes import source_note
from analysis.show.phrases import bounds, percent
from analysis.show.wording.weights import main_partition, named_parts, no_weights

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["row_weights_chart", "weights_chart", "weights_picture"]

_BENEATH = 0.26  # lines; a mark on the bar would hide it


def _whole(poll: Poll, segment: str) -> str:
    return say("the sample") if segment == "total" else label_of(poll.segments[segment])


def _draw_parts(axes: "Axes", poll: Poll, rows: pd.DataFrame, *, size: float = 8.5) -> None:
    """Draw one partition: a bar from the least to the greatest weight, marks for a population and for interviews."""
    for position, row in enumerate(rows_of(rows)):
        if np.isnan(row.weight):
            axes.text(
                0.4, position, say("no weight agrees"), va="center", fontsize=size, color=COLOURS["quiet"]
            )
            continue
        axes.plot(
            [100 * row.low, 100 * row.high],
            [position] * 2,
            color=COLOURS["first"],
            linewidth=7,
            solid_capstyle="butt",
        )
        for share, marker, colour in (
            (row.population, "D", "second"),
            (row.interviews, "s", "third"),
        ):
            if not np.isnan(share):
                axes.plot(
                    100 * share,
                    position + _BENEATH,
                    marker,
                    markersize=5,
                    markerfacecolor=COLOURS["paper"],
                    markeredgecolor=COLOURS[colour],
                    markeredgewidth=1.6,
                    clip_on=False,
                    zorder=3,
                )
        farthest = np.nanmax([row.high, row.population, row.interviews])
        axes.annotate(
            bounds(row.low, row.high),
            (100 * farthest, position),
            xytext=(9, 0),
            textcoords="offset points",
            va="center",
            fontsize=size,
        )
    axes.set_yticks(
        range(len(rows)),
        [label_lines(label_of(poll.segments[s]), 30) for s in rows["segment"]],
        fontsize=size + 0.5,
    )
    axes.set_ylim(len(rows) - 0.4, -0.6)
    axes.grid(axis="x", linewidth=0.6)
    axes.set_axisbelow(True)


def _marks(weights: pd.DataFrame, target: Target) -> str:
    """Explain the marks that are drawn."""
    marks = [say("Bar: every weight that agrees with the printed figures.")]
    if weights["population"].notna().any():
        marks.append(say("Diamond: the share in “{target}”.", target=target_name(target)))
    if weights["interviews"].notna().any():
        marks.append(say("Square: the share of the published numbers of interviews."))
    return " ".join(marks)


def _small_marks(rows: pd.DataFrame, target: Target) -> str:
    """Explain the marks of the small drawing, empty where there are none."""
    marks = []
    if rows["population"].notna().any():
        marks.append(say("Diamond: {target}.", target=target_name(target)))
    if rows["interviews"].notna().any():
        marks.append(say("Square: by numbers of interviews."))
    return " ".join(marks)


def _told(poll: Poll, rows: pd.DataFrame) -> str:
    """Say in words what is drawn."""
    phrases = []
    for row in rows_of(rows.dropna(subset="weight")):
        phrase = say(
            "{part}: {bounds}",
            part=label_of(poll.segments[str(row.segment)]),
            bounds=bounds(row.low, row.high),
        )
        if not np.isnan(row.population):
            phrase += say(", in the population {share}", share=percent(row.population))
        if not np.isnan(row.interviews):
            phrase += say(", by interviews {share}", share=percent(row.interviews))
        phrases.append(phrase)
    return "; ".join(phrases) + "."


def _numbers(weights: pd.DataFrame) -> tuple[dict[str, Any], ...]:
    return numbers_of(
        weights.rename(columns={"weight": "value"})[["partition", "segment", "value", "low", "high"]],
        what="weight",
    )


def weights_chart(poll: Poll, weights: pd.DataFrame, target: Target) -> Shown:
    """Draw the weights of every partition, a panel each."""
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    nothing = no_weights(weights)
    if nothing:
        return nothing
    groups = [rows for _, rows in weights.groupby("partition", sort=False)]
    heights = [len(rows) + 1.2 for rows in groups]
    most = np.nanmax(weights[["high", "population", "interviews"]].to_numpy(dtype=float))
    with rc_context(STYLE):
        figure = Figure(figsize=(7.2, 0.42 * sum(heights) + 0.5))
        grid = figure.subplots(len(groups), 1, sharex=True, squeeze=False, height_ratios=heights)
        for axes, rows in zip(grid[:, 0], groups, strict=True):
            _draw_parts(axes, poll, rows)
            axes.set_title(
                label_lines(say("Shares of: {whole}", whole=_whole(poll, rows["of"].iloc[0])), 60),
                loc="left",
                fontsize=9,
                fontweight="bold",
            )
            axes.tick_params(labelbottom=True)
        grid[0, 0].set_xlim(0, min(100, 100 * most + 2) * 1.16)
        figure.supxlabel(say("per cent of what the parts make up"), fontsize=9)
        svg = figure_svg(figure)
    return figure_block(
        svg,
        caption=say("The weights that agree with everything printed"),
        alternative=say(
            "Bars from the least to the greatest weight of each part, one panel a partition. {parts}",
            parts=_told(poll, weights),
        ),
        note=" ".join([_marks(weights, target), say("No sampling error is in these."), source_note(poll)]),
        numbers=_numbers(weights),
    )


def weights_picture(poll: Poll, weights: pd.DataFrame, target: Target) -> Shown:
    """Draw the weights that the answer names, small."""
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    if no_weights(weights):
        return Shown("", "")
    rows = named_parts(main_partition(weights.dropna(subset="weight")))
    ends = rows[["low", "high", "population", "interviews"]].to_numpy(dtype=float)
    least, most = 100 * np.nanmin(ends), 100 * np.nanmax(ends)
    room = max(2.0, 0.5 * (most - least))
    with rc_context(STYLE):
        figure = Figure(figsize=(5, 0.45 * len(rows) + 0.8))
        axes = figure.subplots()
        _draw_parts(axes, poll, rows, size=10)
        axes.set_xlim(max(0, least - room), min(100, most + room) + 0.6 * room)
        axes.set_xticks([tick for tick in axes.get_xticks() if tick <= 100])
        axes.set_xlabel(say("per cent of: {whole}", whole=_whole(poll, rows["of"].iloc[0])))
        marks = _small_marks(rows, target)
        if marks:
            figure.suptitle(label_lines(marks, 66), x=0.01, horizontalalignment="left", fontsize=8.5)
        svg = figure_svg(figure)
    return picture(svg, alternative=say("Weights as bars. {parts}", parts=_told(poll, rows)))


def row_weights_chart(poll: Poll, rows: pd.DataFrame, weights: pd.DataFrame) -> Shown:
    """Draw what each row of the closed questions leaves to the weight of one part, and what all of them leave."""
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    known = rows.dropna(subset="low")
    if known.empty:
        return Shown("", "")
    part = known["segment"].iloc[0]
    everything = weights[(weights["segment"] == part) & weights["partition"].isin(known["partition"])].iloc[0]
    labels = [label_of(poll.question(row.question)[row.answer]) for row in rows_of(known)]
    with rc_context(STYLE):
        figure = Figure(figsize=(7.2, 0.36 * (len(known) + 1) + 0.7))
        axes = figure.subplots()
        if not np.isnan(everything["low"]):
            axes.axvspan(
                100 * everything["low"],
                100 * everything["high"],
                color=COLOURS["line"],
                linewidth=0,
                zorder=0,
            )
        _draw_ranges(axes, known[["low", "high"]].to_numpy().tolist(), "ink")
        if not np.isnan(everything["low"]):
            _draw_ranges(axes, [(everything["low"], everything["high"])], "first", start=len(known))
            labels.append(say("All rows together"))
        axes.set_yticks(range(len(labels)), [label_lines(label, 34) for label in labels])
        axes.set_ylim(len(labels) - 0.4, -0.6)
        low, high = 100 * known["low"].min(), 100 * known["high"].max()
        axes.set_xlim(max(0, low - 0.04 * (high - low)), high + 0.22 * (high - low))
        axes.grid(axis="x", linewidth=0.6)
        axes.set_axisbelow(True)
        axes.set_xlabel(
            fill(
                say(
                    "weight of {part} (per cent of: {whole})",
                    part=label_of(poll.segments[part]),
                    whole=_whole(poll, everything["of"]),
                ),
                64,
            )
        )
        svg = figure_svg(figure)
    told = [
        say("{part}: {bounds}", part=label, bounds=bounds(row.low, row.high))
        for label, row in zip(labels, rows_of(known), strict=False)
    ]
    return figure_block(
        svg,
        caption=say(
            "The weight of {part} that each printed row allows by itself", part=label_of(poll.segments[part])
        ),
        alternative=say(
            "One bar a row, from the least to the greatest weight with which the row can be right. {rows}.",
            rows="; ".join(told),
        ),
        note=" ".join(
            [
                say("Bar: every weight with which the row can be right, rounding allowed for."),
                say("Band: what all rows leave, with those of conditional tables, which are not drawn."),
                source_note(poll),
            ]
        ),
        numbers=numbers_of(
            known.assign(value=(known["low"] + known["high"]) / 2)[
                ["question", "answer", "segment", "value", "low", "high"]
            ],
            what="weight by one row",
        ),
    )


def _draw_ranges(axes: "Axes", ranges: Sequence[Any], colour: str, *, start: int = 0) -> None:
    """Draw bars from low to high with their figures, one a line."""
    for position, (low, high) in enumerate(ranges, start=start):
        axes.plot(
            [100 * low, 100 * high],
            [position] * 2,
            color=COLOURS[colour],
            linewidth=5,
            solid_capstyle="butt",
        )
        axes.annotate(
            bounds(low, high),
            (100 * high, position),
            xytext=(6, 0),
            textcoords="offset points",
            va="center",
            fontsize=8.5,
        )
