"""Leads with their intervals around a line at zero: on the front page, and under every scenario."""

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from analysis.estimates import VoteOutlook
from analysis.polls import Poll
from analysis.polls.segments import WHOLE
from analysis.show.charts.drawing import COLOURS, STYLE, answer_colours, figure_svg
from analysis.show.charts.fitting import fitted
from analysis.show.display import Shown, numbers_of, rows_of, statement
from analysis.show.language import reference_text, say
from analysis.show.layout import figure_block, picture
from analysis.show.names import short_name
from analysis.show.notes import source_note
from analysis.show.phrases import capitalised, days, joined, level, signed
from analysis.show.wording.leads import lead_span, verdict_word
from analysis.show.wording.outlook import chosen_lead
from analysis.show.wording.scenarios import scenario_name

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["lead_picture", "scenario_chart"]


def _draw_lead(axes: "Axes", row: Any, position: float, colours: tuple[str, str], size: float) -> None:
    """Draw a lead: filled, in the colour of whoever is ahead, or hollow where nobody is."""
    settled = row.verdict in {"ahead", "behind"}
    colour = COLOURS["other"] if not settled else colours[0] if row.lead > 0 else colours[1]
    if not np.isnan(row.low):
        axes.plot([100 * row.low, 100 * row.high], [position] * 2, color=colour, linewidth=2.4, zorder=2)
    axes.plot(
        100 * row.lead,
        position,
        "o" if row.lead >= 0 else "s",
        markersize=6,
        markerfacecolor=colour if settled else COLOURS["paper"],
        markeredgecolor=colour,
        zorder=3,
    )
    axes.annotate(
        signed(row.lead),
        (100 * np.nanmax([row.lead, row.high]), position),
        xytext=(6, 0),
        textcoords="offset points",
        va="center",
        fontsize=size,
    )


def _frame(axes: "Axes", rows: list[Any]) -> None:
    """Draw the line at zero, and the room around the leads."""
    ends = [100 * value for row in rows for value in (row.lead, row.low, row.high) if not np.isnan(value)]
    least, greatest = min(0.0, *ends), max(0.0, *ends)
    room = 0.05 * (greatest - least + 10)
    axes.axvline(0, color=COLOURS["ink"], linewidth=0.9, zorder=1)
    axes.set_xlim(min(least - room, -3 * room), max(greatest + 3.4 * room, 3 * room))
    axes.grid(axis="x", linewidth=0.6)
    axes.set_axisbelow(True)


def _axis_title(first: str, second: str) -> str:
    return say("lead of {first}, in points; below 0, {second} leads", first=first, second=second)


def _names(poll: Poll, outlook: VoteOutlook) -> tuple[str, str]:
    first, second = (short_name(poll, outlook.question, answer) for answer in outlook.candidates[:2])
    return first, second


def _pair_colours(poll: Poll, outlook: VoteOutlook) -> tuple[str, str]:
    colours = answer_colours(poll.question(outlook.question))
    return colours[outlook.candidates[0]], colours[outlook.candidates[1]]


def lead_picture(poll: Poll, outlook: VoteOutlook) -> Shown:
    """Draw the lead among all interviewed, in valid votes, and in the result, for the front page."""
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    lead = chosen_lead(outlook)
    if lead is None:
        return Shown("", "")
    first, second = _names(poll, outlook)
    valid = next(row for row in rows_of(outlook.scenarios) if row.scenario == "as_decided")
    rows = {say("All interviewed"): lead, say("Valid votes"): valid}
    if outlook.result is not None and not outlook.against.empty:
        official = outlook.against[outlook.against["segment"] == WHOLE].set_index("answer")["official"]
        gap = float(official[outlook.candidates[0]] - official[outlook.candidates[1]])
        table = pd.DataFrame(
            {"lead": [gap], "low": np.nan, "high": np.nan, "verdict": "ahead" if gap > 0 else "behind"}
        )
        rows[say("Result, {day}", day=days(outlook.result.date, outlook.result.date))] = rows_of(table)[0]
    with rc_context(STYLE):
        figure = Figure(figsize=(5, 0.32 * len(rows) + 0.6))
        axes = figure.subplots()
        for position, row in enumerate(rows.values()):
            _draw_lead(axes, row, position, _pair_colours(poll, outlook), 9.5)
        axes.set_yticks(range(len(rows)), list(rows), fontsize=9.5)
        axes.set_ylim(len(rows) - 0.5, -0.5)
        _frame(axes, list(rows.values()))
        figure.supxlabel(fitted(_axis_title(first, second), 4.8, size=9), fontsize=9)
        svg = figure_svg(figure)
    told = [say("{label} {lead}", label=label, lead=_told(row)) for label, row in rows.items()]
    return picture(
        svg,
        alternative=say(
            "Lead of {first} over {second} in points: {leads}.",
            first=first,
            second=second,
            leads=joined(told),
        ),
    )


def _told(row: Any) -> str:
    if np.isnan(row.low):
        return signed(row.lead)
    return say("{lead} (interval {interval})", lead=signed(row.lead), interval=lead_span(row.low, row.high))


def scenario_chart(poll: Poll, outlook: VoteOutlook) -> Shown:
    """Draw the lead in valid votes under every scenario, from the best for the first candidate to the worst."""
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    known = outlook.scenarios.dropna(subset="lead") if len(outlook.scenarios) else outlook.scenarios
    if known.empty:
        return statement(
            say("The shares of the whole sample were not published.")
            if outlook.candidates
            else say("There are no candidates to compare.")
        )
    first, second = _names(poll, outlook)
    headings = {
        "printed": say("Sizes of the segments as in the sample"),
        "votes_cast": say("Sizes of the segments by votes cast"),
    }
    groups = {
        weights: rows_of(rows.sort_values("lead", ascending=False, kind="stable"))
        for weights, rows in known.groupby("weights", sort=False)
    }
    labels = {
        name: fitted(capitalised(scenario_name(poll, outlook.question, name)), 2.2, size=9)
        for name in known["scenario"].unique()
    }
    height = max(0.31, 0.16 * max(label.count("\n") + 1 for label in labels.values()) + 0.06)
    heights = [len(rows) + 0.6 for rows in groups.values()]
    with rc_context(STYLE):
        figure = Figure(figsize=(7.2, height * sum(heights) + 0.35 * len(groups) + 0.5))
        grid = figure.subplots(len(groups), 1, sharex=True, squeeze=False, height_ratios=heights)[:, 0]
        for axes, (weights, rows) in zip(grid, groups.items(), strict=True):
            for position, row in enumerate(rows):
                _draw_lead(axes, row, position, _pair_colours(poll, outlook), 8.5)
            axes.set_yticks(range(len(rows)), [labels[row.scenario] for row in rows])
            axes.set_ylim(len(rows) - 0.4, -0.6)
            _frame(axes, [row for group in groups.values() for row in group])
            axes.set_title(headings[str(weights)], loc="left", fontsize=9, fontweight="bold")
        figure.supxlabel(fitted(_axis_title(first, second), 6.8, size=9), fontsize=9)
        svg = figure_svg(figure)
    told = [
        say(
            "{heading}: {leads}.",
            heading=headings[str(weights)],
            leads=joined(
                [
                    say(
                        "{label} {lead}",
                        label=scenario_name(poll, outlook.question, row.scenario),
                        lead=f"{_told(row)}, {verdict_word(row.verdict)}",
                    )
                    for row in rows
                ]
            ),
        )
        for weights, rows in groups.items()
    ]
    cast = outlook.votes_cast if outlook.partition else None
    return figure_block(
        svg,
        caption=say(
            "Lead of {first} over {second} in valid votes, by what the undecided do",
            first=first,
            second=second,
        ),
        alternative=" ".join(told),
        note=" ".join(
            filter(
                None,
                [
                    say(
                        "Line: {level} interval from sampling error, design effect {effect}. Filled mark: somebody is ahead "
                        "(a circle for {first}, a square for {second}); hollow: nobody surely is.",
                        level=level(outlook.confidence_level),
                        effect=f"{outlook.design_effect:.4g}",
                        first=first,
                        second=second,
                    ),
                    say("Votes cast: {source}.", source=reference_text(cast, "source"))
                    if cast is not None
                    else "",
                    source_note(poll),
                ],
            )
        ),
        numbers=numbers_of(
            known.rename(columns={"lead": "value"})[
                ["weights", "scenario", "value", "low", "high", "verdict"]
            ],
            what="lead in valid votes",
        ),
    )
