"""Firm votes and ceilings: a line for each candidate and column, from those who are certain to all who could be won."""

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from analysis.estimates import VoteFirmness
from analysis.polls import Poll
from analysis.polls.segments import WHOLE
from analysis.show.charts.drawing import COLOURS, STYLE, answer_colours, figure_svg, mark_not_published
from analysis.show.charts.fitting import fitted
from analysis.show.display import Shown, numbers_of, rows_of, statement
from analysis.show.language import label_of, say
from analysis.show.layout import figure_block, picture
from analysis.show.names import short_name
from analysis.show.notes import source_note
from analysis.show.phrases import joined, level, percent

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["drawn_candidates", "firm_vote_chart", "firmness_picture"]

_MOST_CANDIDATES = 3
_MARKERS = ("o", "s", "D")


def _nothing() -> Shown:
    return statement(say("No such table was published."))


def drawn_candidates(firmness: VoteFirmness) -> tuple[str, ...]:
    """Choose the candidates that are drawn: those of whom some floor is known, the strongest first."""
    known = set(firmness.votes.dropna(subset="floor")["answer"]) if len(firmness.votes) else set()
    return tuple(answer for answer in firmness.candidates if answer in known)[:_MOST_CANDIDATES]


def _draw_line(axes: "Axes", row: Any, position: float, colour: str, marker: str, *, few: bool) -> None:
    """Draw one candidate in one column: floor, all who named it, ceiling, with the intervals of both ends behind."""
    for low, high in ((row.floor_low, row.floor_high), (row.ceiling_low, row.ceiling_high)):
        if not np.isnan(low):
            axes.plot(
                [100 * low, 100 * high],
                [position] * 2,
                color=colour,
                alpha=0.28,
                linewidth=7,
                solid_capstyle="butt",
                zorder=1,
            )
    axes.plot([100 * row.floor, 100 * row.share], [position] * 2, color=colour, linewidth=2.4, zorder=2)
    axes.plot(
        [100 * row.share, 100 * row.ceiling],
        [position] * 2,
        color=colour,
        linewidth=1.6,
        linestyle=(0, (1, 1.2)),
        zorder=2,
    )
    for value, face in ((row.floor, COLOURS["paper"] if few else colour), (row.ceiling, COLOURS["paper"])):
        axes.plot(
            100 * value,
            position,
            marker,
            markersize=5.5,
            markerfacecolor=face,
            markeredgecolor=colour,
            markeredgewidth=1.3,
            zorder=3,
        )


def _label(axes: "Axes", row: Any, position: float, size: float) -> None:
    """Write the floor to the left of a line and the ceiling to its right."""
    ends = (
        (np.nanmin([row.floor, row.floor_low]), -4, "right", f"{100 * row.floor:.1f}"),
        (np.nanmax([row.ceiling, row.ceiling_high]), 4, "left", f"{100 * row.ceiling:.1f}"),
    )
    for at, offset, side, text in ends:
        axes.annotate(
            text,
            (100 * at, position),
            xytext=(offset, 0),
            textcoords="offset points",
            ha=side,
            va="center",
            fontsize=size,
        )


def _reach(votes: pd.DataFrame) -> tuple[float, float]:
    """Return the range of what is drawn, in per cent, with room for the labels."""
    ends = votes[["floor", "floor_low", "ceiling", "ceiling_high"]].to_numpy(dtype=float)
    least, greatest = 100 * float(np.nanmin(ends)), 100 * float(np.nanmax(ends))
    room = 0.11 * (greatest - least + 10)
    return least - room, greatest + room


def _small_bases(firmness: VoteFirmness) -> set[tuple[str, str]]:
    """Return the candidates and columns of which too few people were asked how certain they are."""
    rows = firmness.certainty[firmness.certainty["flag"] == "too few"]
    return set(zip(rows["given"], rows["segment"], strict=True))


def _brief(name: str, most: int = 20) -> str:
    """Cut a name that is too long for the margin."""
    return name if len(name) <= most else f"{name[: most - 1].rstrip()}…"


def firm_vote_chart(poll: Poll, firmness: VoteFirmness) -> Shown:
    """Draw floors and ceilings by column, the candidates of a column one under another."""
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    names = drawn_candidates(firmness)
    if not names:
        return _nothing()
    votes = firmness.votes[firmness.votes["answer"].isin(names)]
    segments = [segment.id for segment in poll.segments if segment.id in set(votes["segment"])]
    colours, few = answer_colours(poll.question(firmness.question)), _small_bases(firmness)
    at = {(row.answer, row.segment): row for row in rows_of(votes)}
    step = len(names) + 0.9
    labels = {name: fitted(label_of(poll.segments[name]), 1.9, size=9) for name in segments}
    lines = max(label.count("\n") + 1 for label in labels.values())
    height = max(0.19 * step, 0.16 * lines + 0.08)
    with rc_context(STYLE):
        figure = Figure(figsize=(7.2, height * len(segments) + 0.55))
        axes = figure.subplots()
        ticks, texts = [], []
        for place, segment in enumerate(segments):
            ticks.append(place * step + (len(names) - 1) / 2)
            texts.append(labels[segment])
            for order, answer in enumerate(names):
                row, position = at[answer, segment], place * step + order
                if np.isnan(row.floor):
                    mark_not_published(axes, position)
                    continue
                is_few = (answer, segment) in few
                _draw_line(axes, row, position, colours[answer], _MARKERS[order], few=is_few)
                _label(axes, row, position, 8)
            if place:
                axes.axhline(place * step - 0.95, color=COLOURS["line"], linewidth=0.6)
        axes.set_yticks(ticks, texts)
        axes.set_ylim((len(segments) - 1) * step + len(names) - 0.2, -0.9)
        axes.set_xlim(*_reach(votes))
        named = axes.secondary_yaxis("right")
        places = [place * step + order for place in range(len(segments)) for order in range(len(names))]
        brief = [_brief(short_name(poll, firmness.question, answer)) for answer in names]
        named.set_yticks(places, brief * len(segments), fontsize=8)
        named.spines["right"].set_visible(False)
        for text, answer in zip(named.get_yticklabels(), names * len(segments), strict=True):
            text.set_color(colours[answer])
        axes.grid(axis="x", linewidth=0.6)
        axes.set_axisbelow(True)
        axes.set_xlabel(say("per cent of the column"))
        svg = figure_svg(figure)
    numbers = tuple(
        number
        for what in ("floor", "ceiling")
        for number in numbers_of(
            votes[["answer", "segment", what, f"{what}_low", f"{what}_high"]].set_axis(
                ["answer", "segment", "value", "low", "high"], axis=1
            ),
            what=what,
            question=firmness.question,
        )
    )
    return figure_block(
        svg,
        caption=say("From the firm votes to the ceiling, by column"),
        alternative=_alternative(poll, firmness, names, segments),
        note=" ".join(
            filter(
                None,
                [
                    say(
                        "Filled mark: firm votes. Solid line: named, not certain. Dotted line: undecided. Mark at the right "
                        "end: ceiling. Pale bands: {level} intervals of both, design effect {effect}.",
                        level=level(firmness.confidence_level),
                        effect=f"{firmness.design_effect:.4g}",
                    ),
                    say(
                        "Hollow mark at the left end: too few interviews to say how certain this candidate’s voters are."
                    )
                    if few
                    else "",
                    source_note(poll),
                ],
            )
        ),
        numbers=numbers,
    )


def _alternative(poll: Poll, firmness: VoteFirmness, names: tuple[str, ...], segments: list[str]) -> str:
    """Say in words what the lines show."""
    sentences = [
        say(
            "Lines from floor to ceiling, for each column of the poll and each of {count} candidates.",
            count=len(names),
        )
    ]
    votes = firmness.votes.dropna(subset="floor")
    for segment in segments:
        rows = votes[(votes["segment"] == segment) & votes["answer"].isin(names)].set_index("answer")
        ranges = [
            _range(poll, firmness, answer, rows.loc[answer]) for answer in names if answer in rows.index
        ]
        if ranges:
            sentences.append(
                say("{column}: {ranges}.", column=label_of(poll.segments[segment]), ranges=joined(ranges))
            )
    return " ".join(sentences)


def _range(poll: Poll, firmness: VoteFirmness, answer: str, row: Any) -> str:
    return say(
        "{candidate} from {floor} to {ceiling}",
        candidate=short_name(poll, firmness.question, answer),
        floor=percent(row["floor"]),
        ceiling=percent(row["ceiling"]),
    )


def firmness_picture(poll: Poll, firmness: VoteFirmness) -> Shown:
    """Draw floors and ceilings of the whole sample, for the front page."""
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    if firmness.votes.empty:
        return Shown("", "")
    votes = firmness.votes[firmness.votes["segment"] == WHOLE].dropna(subset="floor").set_index("answer")
    names = [answer for answer in drawn_candidates(firmness) if answer in votes.index]
    if not names:
        return Shown("", "")
    colours, few = answer_colours(poll.question(firmness.question)), _small_bases(firmness)
    with rc_context(STYLE):
        brief = [fitted(short_name(poll, firmness.question, answer), 1.5, size=10) for answer in names]
        height = max(0.42, 0.18 * max(name.count("\n") + 1 for name in brief) + 0.06)
        figure = Figure(figsize=(5, height * len(names) + 0.55))
        axes = figure.subplots()
        for position, answer in enumerate(names):
            is_few = (answer, WHOLE) in few
            _draw_line(axes, votes.loc[answer], position, colours[answer], _MARKERS[position], few=is_few)
            _label(axes, votes.loc[answer], position, 9.5)
        axes.set_yticks(range(len(names)), brief, fontsize=10)
        axes.set_ylim(len(names) - 0.4, -0.6)
        axes.set_xlim(*_reach(votes.loc[names]))
        label = say("per cent of all: firm votes (left) to ceiling (right)")
        figure.supxlabel(fitted(label, 4.8, size=9), fontsize=9)
        svg = figure_svg(figure)
    ranges = [_range(poll, firmness, answer, votes.loc[answer]) for answer in names]
    return picture(svg, alternative=say("Firm votes and ceilings: {ranges}.", ranges=joined(ranges)))
