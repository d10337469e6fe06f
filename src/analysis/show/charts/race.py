"""The readings of a race over time: shares of the two leading candidates, of valid votes and as published."""

from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from analysis.polls import Poll, Race
from analysis.show.charts.drawing import COLOURS, STYLE, figure_svg
from analysis.show.charts.race_leads import race_source
from analysis.show.display import Shown, numbers_of
from analysis.show.language import say
from analysis.show.layout import figure_block
from analysis.show.phrases import level, percent
from analysis.show.reading_names import candidate_name, pair_colours, reading_names, short_day

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["race_chart"]

_MARKERS = "os^Dv<>P"
_APART = 0.8  # days between the dots of neighbouring readings, at least


def _places(days: pd.Series) -> list[float]:
    """Put readings of neighbouring days side by side, moving each as little as its neighbours ask."""
    forward, backward = days.to_list(), days.to_list()
    for before, after in pairwise(range(len(days))):
        forward[after] = max(forward[after], forward[before] + _APART)
    for after, before in pairwise(range(len(days) - 1, -1, -1)):
        backward[before] = min(backward[before], backward[after] - _APART)
    return [(ahead + behind) / 2 for ahead, behind in zip(forward, backward, strict=True)]


def _draw_shares(axes: "Axes", rows: pd.DataFrame, colours: dict[str, str], markers: dict[str, str]) -> None:
    """Draw every share with its interval, this poll's larger and ringed."""
    for row in rows.itertuples():
        cell: Any = row
        colour = colours[cell.answer]
        if not np.isnan(cell.low):
            axes.plot(
                [cell.place] * 2, [100 * cell.low, 100 * cell.high], color=colour, linewidth=1.1, alpha=0.75
            )
        axes.plot(
            cell.place,
            100 * cell.share,
            markers[cell.pollster],
            markersize=9 if cell.this_poll else 5.5,
            markerfacecolor=COLOURS["paper"] if cell.instrument == "simulated_ballot" else colour,
            markeredgecolor=COLOURS["ink"] if cell.this_poll else colour,
            markeredgewidth=1.8 if cell.this_poll else 1.1,
            zorder=4 if cell.this_poll else 3,
        )


def race_chart(
    poll: Poll,
    race: Race | None,
    leads: pd.DataFrame,
    shares: pd.DataFrame,
    official: pd.DataFrame,
    *,
    confidence_level: float,
    design_effect: float,
) -> Shown:
    """Draw the two leading candidates over time: a panel of valid votes, one as published, and the official result."""
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    if race is None:
        return Shown("", "")
    start = leads["last_day"].min()
    known = leads.dropna(subset="lead").assign(
        place=lambda rows: _places((rows["last_day"] - start).dt.days.astype(float))
    )
    rows = shares.merge(
        known[["reading", "pollster", "instrument", "this_poll", "place"]], on="reading"
    ).dropna(subset="share")
    pair = [leads["answer_a"].iloc[0], leads["answer_b"].iloc[0]]
    colours = dict(zip(pair, pair_colours(poll, race, leads), strict=True))
    pollsters = list(leads["pollster"].unique())
    markers = {name: _MARKERS[place % len(_MARKERS)] for place, name in enumerate(pollsters)}
    last = float((leads["last_day"].max() - start).days)
    vote = last + (leads["days_before"].min() if len(official) else 2)
    panels = (
        (say("of valid votes"), rows[rows["base"] == "valid_votes"], "valid_votes"),
        (say("as published, each of its own base"), rows[rows["base"] != "valid_votes"], "votes_cast"),
    )
    with rc_context(STYLE):
        figure = Figure(figsize=(7.2, 6.2))
        drawn = figure.subplots(2, sharex=True)
        for axes, (title, part, base) in zip(drawn, panels, strict=True):
            axes.set_title(title, loc="left", fontsize=9, fontweight="bold")
            axes.grid(axis="y", linewidth=0.6)
            axes.set_axisbelow(True)
            _draw_shares(axes, part, colours, markers)
            _name_candidates(axes, part, official[official["base"] == base], pair, colours, vote)
            axes.set_ylabel(say("per cent"))
        _name_own(drawn[0], known, rows)
        drawn[0].axhline(50, color=COLOURS["quiet"], linewidth=1)
        ticks = [*np.arange(0, last - 3, 7), *([vote] if len(official) else [])]
        drawn[1].set_xticks(ticks, [short_day(start + pd.Timedelta(days=float(day))) for day in ticks])
        drawn[1].set_xlim(-2, vote + 9)
        drawn[1].set_xlabel(
            say("last day of fieldwork, and the vote") if len(official) else say("last day of fieldwork")
        )
        svg = figure_svg(figure, within=(0, 0, 1, _legend(figure, markers)), margin=0.15)
    return figure_block(
        svg,
        caption=say(
            "{a} and {b} in every reading of the race, with {level} intervals",
            a=candidate_name(pair[0]),
            b=candidate_name(pair[1]),
            level=level(confidence_level),
        ),
        alternative=_alternative(known, pair),
        note=" ".join(
            [
                say(
                    "Marker: the pollster. Hollow: simulated ballot. No line: interviews unknown. Large and ringed: this "
                    "poll. Readings of neighbouring days are moved apart. Valid votes are those for a candidate; as "
                    "published, shares are of all interviews, or of the votes cast in a simulated ballot, and the result of "
                    "all votes cast."
                ),
                say(
                    "Intervals: {method}, design effect {effect}.",
                    method="Wilson",
                    effect=f"{design_effect:g}",
                ),
                race_source(race),
            ]
        ),
        numbers=numbers_of(
            rows.rename(columns={"share": "value"})[["reading", "answer", "base", "value", "low", "high"]]
        ),
    )


def _name_candidates(
    axes: "Axes",
    part: pd.DataFrame,
    official: pd.DataFrame,
    pair: list[str],
    colours: dict[str, str],
    vote: float,
) -> None:
    """Write each candidate's name at the right, with the official share where there is one."""
    found = official.set_index("answer")["share"]
    last = part.groupby("answer")["share"].last()
    height = {answer: 100 * found.get(answer, last.get(answer, np.nan)) for answer in pair}
    above = max(pair, key=lambda answer: (height[answer], answer == pair[0]))
    for answer in pair:
        if np.isnan(height[answer]):
            continue
        name = candidate_name(answer)
        if answer in found:
            axes.plot(vote, height[answer], "_", color=colours[answer], markersize=16, markeredgewidth=2.4)
            name = f"{name} {height[answer]:.1f}"
        axes.annotate(
            name,
            (vote, height[answer]),
            (9, 7 if answer == above else -7),
            textcoords="offset points",
            va="center",
            color=colours[answer],
            fontweight="bold",
        )


def _name_own(axes: "Axes", known: pd.DataFrame, rows: pd.DataFrame) -> None:
    """Write beside this poll's upper dot which one it is."""
    own = rows[rows["this_poll"].astype(bool) & rows["base"].eq("valid_votes")]
    if own.empty:
        return
    row = own.sort_values("share").iloc[-1]
    axes.annotate(
        say("this poll"),
        (row["place"], 100 * row["share"]),
        (9, 0),
        textcoords="offset points",
        va="center",
        fontweight="bold",
    )


def _legend(figure: Any, markers: dict[str, str]) -> float:
    """Show the marker of each pollster above the panels; return up to which height these may reach."""
    from matplotlib.lines import Line2D

    handles = [
        Line2D([], [], linestyle="", marker=marker, color=COLOURS["other"], markersize=6, label=pollster)
        for pollster, marker in markers.items()
    ]
    legend = figure.legend(handles=handles, loc="upper left", ncols=6, frameon=False, handletextpad=0.3)
    return 1 - float(legend.get_window_extent().height / figure.bbox.height)


def _alternative(known: pd.DataFrame, pair: list[str]) -> str:
    """Say in words what the panels show: every reading's two shares of valid votes."""
    names = reading_names(known)
    sentences = [
        say("Dots with intervals over time, two for each reading: shares of valid votes, and as published.")
    ]
    for row in known.itertuples():
        cell: Any = row
        sentences.append(
            say(
                "{reading}: {a} {share_a}, {b} {share_b}.",
                reading=names[cell.reading],
                a=candidate_name(pair[0]),
                b=candidate_name(pair[1]),
                share_a=percent(cell.share_a),
                share_b=percent(cell.share_b),
            )
        )
    return " ".join(sentences)
