"""The leads of a race's readings among valid votes: all of them against the result, and the poll among its peers."""

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from analysis.polls import Poll, Race, Result
from analysis.show.charts.drawing import COLOURS, STYLE, figure_svg
from analysis.show.charts.fitting import widest
from analysis.show.display import Shown, numbers_of
from analysis.show.language import reference_text, say
from analysis.show.layout import figure_block, picture
from analysis.show.phrases import level, points_range, signed
from analysis.show.reading_names import candidate_name, pair_colours, reading_names

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["lead_note", "peers_picture", "race_source", "readings_result_chart"]

_LAST_COLUMN = 1.2  # where the figures beside the panel end, in widths of the panel


def _draw_lead(axes: "Axes", position: float, row: Any, colour: str) -> None:
    """Draw one lead with its interval: hollow for a simulated ballot."""
    if not np.isnan(row.low):
        axes.plot(
            [100 * row.low, 100 * row.high],
            [position] * 2,
            color=colour,
            linewidth=2.2,
            solid_capstyle="butt",
        )
    axes.plot(
        100 * row.lead,
        position,
        "o",
        markersize=6,
        markerfacecolor=COLOURS["paper"] if row.instrument == "simulated_ballot" else colour,
        markeredgecolor=colour,
        zorder=3,
    )


def _axis_title(leads: pd.DataFrame) -> str:
    return say(
        "lead of {a} over {b} in valid votes, in points",
        a=candidate_name(leads["answer_a"].iloc[0]),
        b=candidate_name(leads["answer_b"].iloc[0]),
    )


def _name_rows(axes: "Axes", names: list[str], own: list[bool]) -> None:
    """Write the names of the readings beside their rows, this poll's in bold."""
    axes.set_yticks(range(len(names)), names)
    for label, emphasised in zip(axes.get_yticklabels(), own, strict=True):
        label.set_fontweight("bold" if emphasised else "normal")
    axes.set_ylim(len(names) - 0.4, -0.6)


def peers_picture(poll: Poll, race: Race, leads: pd.DataFrame, peers: pd.DataFrame) -> Shown:
    """Draw the poll's lead among those of the same days, in small."""
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    names = reading_names(leads)
    shown = leads[leads["this_poll"].astype(bool) | leads["reading"].isin(peers["reading_b"])]
    shown = shown.dropna(subset="lead").sort_values("lead", ascending=False, kind="stable")
    colour, _ = pair_colours(poll, race, leads)
    with rc_context(STYLE):
        figure = Figure(figsize=(5, 0.22 * len(shown) + 0.6))
        axes = figure.subplots()
        axes.grid(axis="x", linewidth=0.6)
        axes.axvline(0, color=COLOURS["quiet"], linewidth=1)
        for position, row in enumerate(shown.itertuples()):
            _draw_lead(axes, position, row, colour if row.this_poll else COLOURS["other"])
        _name_rows(axes, [names[reading] for reading in shown["reading"]], shown["this_poll"].to_list())
        axes.set_xlabel(_axis_title(leads), fontsize=9)
        svg = figure_svg(figure)
    return picture(svg, alternative=_alternative(shown, names))


def _alternative(shown: pd.DataFrame, names: dict[str, str]) -> str:
    """Say in words what leads are drawn."""
    sentences = [say("Dots with intervals, one line a reading.")]
    for row in shown.itertuples():
        drawn: Any = row
        fields = {"reading": names[drawn.reading], "lead": signed(drawn.lead)}
        sentences.append(
            say("{reading}: {lead}.", **fields)
            if np.isnan(drawn.low)
            else say(
                "{reading}: {lead} ({interval}).", interval=points_range(drawn.low, drawn.high), **fields
            )
        )
    return " ".join(sentences)


def readings_result_chart(
    poll: Poll,
    race: Race | None,
    result: Result | None,
    leads: pd.DataFrame,
    against: pd.DataFrame,
    *,
    confidence_level: float,
    design_effect: float,
) -> Shown:
    """Draw the lead of every reading with its interval and twice that, against the official lead."""
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    if race is None or result is None or against["official"].isna().all():
        return Shown("", "")
    names = reading_names(leads)
    rows = leads.merge(against[["reading", "twice_low", "twice_high", "official", "error"]], on="reading")
    rows = rows.dropna(subset="lead")
    official = 100 * float(rows["official"].iloc[0])
    colour, _ = pair_colours(poll, race, leads)
    with rc_context(STYLE):
        labels = [names[reading] for reading in rows["reading"]]
        left, height = (widest(labels, size=9, weight="bold") + 0.1) / 7.2, 0.21 * len(rows) + 1.0
        figure = Figure(figsize=(7.2, height))
        axes = figure.add_axes((left, 0.5 / height, (0.99 - left) / _LAST_COLUMN, 1 - 0.8 / height))
        axes.grid(axis="x", linewidth=0.6)
        axes.axvline(official, color=COLOURS["ink"], linewidth=1.2)
        right = axes.get_yaxis_transform()
        for position, row in enumerate(rows.itertuples()):
            drawn: Any = row
            own = colour if drawn.this_poll else COLOURS["other"]
            if not np.isnan(drawn.low):
                axes.plot(
                    [100 * drawn.twice_low, 100 * drawn.twice_high], [position] * 2, color=own, linewidth=0.8
                )
            _draw_lead(axes, position, drawn, own)
            for place, text in ((1.1, signed(drawn.error)), (_LAST_COLUMN, f"{drawn.days_before:.0f}")):
                axes.text(place, position, text, transform=right, ha="right", va="center", clip_on=False)
        _name_rows(axes, labels, rows["this_poll"].to_list())
        for place, text in ((1.1, say("error")), (_LAST_COLUMN, say("days"))):
            axes.text(place, -1, text, transform=right, ha="right", va="bottom", fontweight="bold")
        axes.text(
            official,
            -1,
            say("result {lead}", lead=signed(official / 100)),
            ha="center",
            va="bottom",
            fontweight="bold",
        )
        axes.set_xlabel(_axis_title(leads), fontsize=9)
        svg = figure_svg(figure, placed=True)
    return figure_block(
        svg,
        caption=say(
            "Every reading against the result: the lead in valid votes, with its {level} interval",
            level=level(confidence_level),
        ),
        alternative=_alternative(rows, names)
        + " "
        + say("Official lead: {lead}.", lead=signed(official / 100)),
        note=" ".join(
            [
                say(
                    "Thick line: the interval. Thin line: twice the interval. No line: interviews unknown. Hollow dot: "
                    "simulated ballot. Bold: this poll. Error: reading less result, in points. Days: from the last day of "
                    "fieldwork to the vote."
                ),
                lead_note(design_effect),
            ]
        ),
        numbers=numbers_of(
            rows.rename(columns={"lead": "value"})[
                ["reading", "value", "low", "high", "error", "days_before"]
            ]
        ),
    )


def lead_note(design_effect: float, race: Race | None = None) -> str:
    """Write how the intervals of leads were made and, where it is to be said again, what the source is."""
    made = say("Intervals: multinomial, design effect {effect}.", effect=f"{design_effect:g}")
    return made if race is None else f"{made} {race_source(race)}"


def race_source(race: Race) -> str:
    """Write the source of the readings."""
    return say(
        "Source: {race}. {source}.", race=reference_text(race, "title"), source=reference_text(race, "source")
    )
