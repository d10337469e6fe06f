"""What the parts of a partition can weigh together: the feasible weights in two dimensions."""

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from analysis.polls import Poll, Target
from analysis.show.charts.drawing import COLOURS, STYLE, figure_svg, label_lines
from analysis.show.display import Shown, numbers_of, statement
from analysis.show.language import label_of, say
from analysis.show.layout import figure_block
from analysis.show.names import target_name
from analysis.show.notes import source_note
from analysis.show.phrases import interval, joined, percent
from analysis.show.wording.weights import no_weights

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["outlines_chart"]

_PANELS_ACROSS = 3
_FAR = 8  # a mark farther from the weights than this many times their extent would shrink them to a dot


def _marks(pair: pd.DataFrame, weights: pd.DataFrame) -> dict[str, tuple[float, float]]:
    """Return the points to mark in a panel: the population and the interviews, where known."""
    rows = weights[weights["partition"] == pair["partition"].iloc[0]].set_index("segment")
    segments = [pair["segment_a"].iloc[0], pair["segment_b"].iloc[0]]
    points = {name: tuple(rows.loc[segments, name].astype(float)) for name in ("population", "interviews")}
    return {name: (a, b) for name, (a, b) in points.items() if not np.isnan(a + b)}


def _draw(axes: "Axes", poll: Poll, pair: pd.DataFrame, marks: dict[str, tuple[float, float]]) -> bool:
    """Draw one polygon, and say whether every mark is in the drawing."""
    corners = 100 * pair[["weight_a", "weight_b"]].to_numpy(dtype=float)
    axes.fill(*corners.T, facecolor=COLOURS["line"], edgecolor=COLOURS["first"], linewidth=1.8)
    low, high = corners.min(axis=0), corners.max(axis=0)
    extent = np.maximum(high - low, 0.1)
    complete = True
    for name, point in marks.items():
        at = 100 * np.array(point)
        away = np.maximum(low - at, at - high) / extent
        if (away > _FAR).any():
            complete = False
            continue
        marker, colour = ("D", "second") if name == "population" else ("s", "third")
        axes.plot(
            *at,
            marker,
            markersize=6,
            markerfacecolor=COLOURS["paper"],
            markeredgecolor=COLOURS[colour],
            markeredgewidth=1.8,
            clip_on=False,
            zorder=3,
        )
    axes.margins(0.12)
    axes.grid(linewidth=0.6)
    axes.set_axisbelow(True)
    first, second = (label_of(poll.segments[str(pair[name].iloc[0])]) for name in ("segment_a", "segment_b"))
    axes.set_xlabel(f"{label_lines(first, 24)} (%)", fontsize=8.5)
    axes.set_title(f"{label_lines(second, 24)} (%)", loc="left", fontsize=8.5)
    axes.locator_params(nbins=5)
    return complete


def outlines_chart(poll: Poll, weights: pd.DataFrame, outlines: pd.DataFrame, target: Target) -> Shown:
    """Draw the feasible weights of partitions into three or more parts, a panel for each pair of parts."""
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    pairs = [pair for _, pair in outlines.groupby(["partition", "segment_a", "segment_b"], sort=False)]
    nothing = no_weights(weights)
    if nothing:
        return nothing
    if not pairs:
        return statement(
            say(
                "No partition of this poll has more than two parts: where one has its weight, the other has the rest, and "
                "the intervals above say all there is to know."
            )
        )
    down = -(-len(pairs) // _PANELS_ACROSS)
    marked = [_marks(pair, weights) for pair in pairs]
    with rc_context(STYLE):
        figure = Figure(figsize=(7.2, 2.6 * down))
        grid = figure.subplots(down, min(len(pairs), _PANELS_ACROSS), squeeze=False)
        complete = [
            _draw(axes, poll, pair, marks)
            for axes, pair, marks in zip(grid.flat, pairs, marked, strict=False)
        ]
        for axes in grid.flat[len(pairs) :]:
            axes.remove()
        svg = figure_svg(figure)
    named = {name for marks in marked for name in marks}
    note = [
        say("Shaded: every pair of weights that agrees with the printed figures of the closed questions.")
    ]
    if "population" in named:
        note.append(say("Diamond: the share in “{target}”.", target=target_name(target)))
    if "interviews" in named:
        note.append(say("Square: the share of the published numbers of interviews."))
    if not all(complete):
        note.append(say("A mark that would lie far outside is not drawn."))
    return figure_block(
        svg,
        caption=say("What two parts can weigh together"),
        alternative=_alternative(poll, pairs, marked),
        note=" ".join([*note, source_note(poll)]),
        numbers=numbers_of(
            outlines.rename(columns={"weight_a": "value", "weight_b": "value_b"})[
                ["partition", "segment_a", "segment_b", "value", "value_b"]
            ],
            what="corner of the feasible weights",
        ),
    )


def _alternative(poll: Poll, pairs: list[pd.DataFrame], marked: list[dict[str, tuple[float, float]]]) -> str:
    """Say in words how far each polygon reaches."""
    sentences = []
    for pair, marks in zip(pairs, marked, strict=True):
        first: Any = pair.iloc[0]
        sentence = say(
            "Horizontally {first} from {first_range}, vertically {second} from {second_range}, {corners} corners",
            first=label_of(poll.segments[first["segment_a"]]),
            second=label_of(poll.segments[first["segment_b"]]),
            first_range=interval(pair["weight_a"].min(), pair["weight_a"].max()),
            second_range=interval(pair["weight_b"].min(), pair["weight_b"].max()),
            corners=len(pair),
        )
        if "population" in marks:
            sentence += say(
                "; the population at {place}", place=joined([percent(share) for share in marks["population"]])
            )
        sentences.append(sentence)
    return say("Polygons of feasible weights. {panels}.", panels=". ".join(sentences))
