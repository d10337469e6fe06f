"""The small picture beside a headline: a few shares of one column with their intervals."""

from textwrap import fill
from typing import Any

import numpy as np
import pandas as pd

from analysis.polls import Poll
from analysis.show.charts.drawing import COLOURS, STYLE, answer_colours, figure_svg
from analysis.show.display import Shown
from analysis.show.language import label_of, say
from analysis.show.layout import picture
from analysis.show.phrases import interval, joined, percent

__all__ = ["precision_picture"]

_MOST_ANSWERS = 3


def precision_picture(poll: Poll, intervals: pd.DataFrame) -> Shown:
    """Draw the most frequent answers of the whole sample, or of the first column that has intervals."""
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    known = intervals[intervals["low"].notna()]
    if known.empty:
        return Shown("", "")
    question = poll.question(known["question"].iloc[0])
    segment = "total" if "total" in set(known["segment"]) else known["segment"].iloc[0]
    of_all = [answer.id for answer in question.answers if answer.given is None]
    drawn = known[(known["segment"] == segment) & known["answer"].isin(of_all)].nlargest(
        _MOST_ANSWERS, "share"
    )
    colours = answer_colours(question)
    rows: list[Any] = list(drawn.itertuples())
    with rc_context(STYLE):
        figure = Figure(figsize=(5, 0.42 * len(rows) + 0.45))
        axes = figure.subplots()
        for position, row in enumerate(rows):
            colour = colours[row.answer]
            axes.plot([100 * row.low, 100 * row.high], [position] * 2, color=colour, linewidth=3)
            axes.plot(100 * row.share, position, "o", color=colour, markersize=7)
            axes.annotate(
                percent(row.share),
                (100 * row.high, position),
                xytext=(6, 0),
                textcoords="offset points",
                va="center",
                color=COLOURS["ink"],
                fontsize=10,
            )
        axes.set_yticks(
            range(len(rows)), [fill(label_of(question[row.answer]), 34) for row in rows], fontsize=10
        )
        axes.set_ylim(len(rows) - 0.5, -0.5)
        axes.set_xlim(0, 1.25 * 100 * float(np.nanmax(drawn["high"])))
        axes.set_xlabel(say("per cent of {segment}", segment=label_of(poll.segments[segment])))
        svg = figure_svg(figure)
    described = [
        say(
            "{answer} {share} (interval {interval})",
            answer=label_of(question[row.answer]),
            share=percent(row.share),
            interval=interval(row.low, row.high),
        )
        for row in rows
    ]
    return picture(svg, alternative=say("Dots with intervals: {answers}.", answers=joined(described)))
