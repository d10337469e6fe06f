"""How certain each candidate's voters are, by column."""

import numpy as np

from analysis.estimates import VoteFirmness
from analysis.polls import Poll
from analysis.show.charts.drawing import STYLE, answer_colours, figure_svg
from analysis.show.charts.firmness import drawn_candidates
from analysis.show.charts.fitting import fitted
from analysis.show.charts.intervals import draw_panel
from analysis.show.display import Shown, numbers_of, rows_of, statement
from analysis.show.language import label_of, say
from analysis.show.layout import figure_block
from analysis.show.names import short_name
from analysis.show.notes import interval_note, source_note
from analysis.show.phrases import joined, level, percent

__all__ = ["certainty_chart"]


def certainty_chart(poll: Poll, firmness: VoteFirmness) -> Shown:
    """Draw the share of each candidate's voters who are certain, by column: hollow where too few were asked."""
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    names = drawn_candidates(firmness)
    if not names:
        return statement(say("No such table was published."))
    certain = firmness.certainty[
        (firmness.certainty["role"] == "certain") & firmness.certainty["given"].isin(names)
    ]
    segments = [segment.id for segment in poll.segments if segment.id in set(certain["segment"])]
    labels = [fitted(label_of(poll.segments[segment]), 1.9, size=9) for segment in segments]
    height = max(0.24, 0.16 * max(label.count("\n") + 1 for label in labels) + 0.06)
    colours = answer_colours(poll.question(firmness.question))
    with rc_context(STYLE):
        figure = Figure(figsize=(7.2, height * len(segments) + 0.9))
        grid = figure.subplots(1, len(names), sharex=True, sharey=True, squeeze=False)[0]
        for axes, answer in zip(grid, names, strict=True):
            rows = certain[certain["given"] == answer].set_index("segment").loc[segments]
            name = fitted(
                short_name(poll, firmness.question, answer), 4.4 / len(names), size=9, weight="bold"
            )
            axes.set_title(name, loc="left", fontsize=9, fontweight="bold")
            axes.grid(axis="x", linewidth=0.6)
            axes.set_axisbelow(True)
            draw_panel(axes, rows, colours[answer])
        grid[0].set_yticks(range(len(segments)), labels)
        grid[0].set_ylim(len(segments) - 0.4, -0.6)
        grid[0].set_xlim(max(0.0, 100 * float(np.nanmin(certain[["share", "low"]])) - 3), 101)
        figure.supxlabel(say("per cent of those who named the candidate"), fontsize=9)
        svg = figure_svg(figure)
    few = certain[certain["flag"] == "too few"]
    told = [
        say(
            "{candidate}: {shares}.",
            candidate=short_name(poll, firmness.question, answer),
            shares=joined(
                [
                    say(
                        "{share} in {segment}",
                        share=percent(row.share),
                        segment=label_of(poll.segments[row.segment]),
                    )
                    for row in rows_of(certain[certain["given"] == answer])
                ]
            ),
        )
        for answer in names
    ]
    return figure_block(
        svg,
        caption=say(
            "Share of each candidate’s voters who are certain, with {level} intervals, by column",
            level=level(firmness.confidence_level),
        ),
        alternative=" ".join(
            [say("Dots with intervals, one panel a candidate, one line a column of the poll."), *told]
        ),
        note=" ".join(
            filter(
                None,
                [
                    say(
                        "Dot: printed share. Line: its interval. Hollow dot: too few interviews to say, or base unknown."
                    )
                    if len(few)
                    else say("Dot: printed share. Line: its interval."),
                    interval_note(certain),
                    source_note(poll, say("in each column, those who named the candidate")),
                ],
            )
        ),
        numbers=numbers_of(
            certain.rename(columns={"share": "value"})[
                ["question", "answer", "given", "segment", "value", "low", "high", "base", "method"]
            ]
        ),
    )
