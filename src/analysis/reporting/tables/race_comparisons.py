"""Differences between the leads of readings of a race, in tables."""

from collections.abc import Sequence
from html import escape

import numpy as np
import pandas as pd

from analysis.polls import Race
from analysis.reporting.charts.race_leads import lead_note
from analysis.reporting.display import Shown, numbers_of, statement
from analysis.reporting.language import say, term
from analysis.reporting.layout import NOT_PUBLISHED, table_block
from analysis.reporting.phrases import counted, level
from analysis.reporting.reading_names import points_range, reading_names, signed_points
from analysis.reporting.tables.race import marked_names

__all__ = ["peers_table", "pollster_changes_table", "pollsters_table"]

_MOST_PAIRS = 10


def _comparison_table(
    race: Race,
    table: pd.DataFrame,
    labels: Sequence[str],
    heads: tuple[str, str, str],
    *,
    caption: str,
    stub: str,
    note: str,
    design_effect: float,
) -> Shown:
    """Lay out differences of leads with their intervals, adjusted p-values and verdicts."""
    lead_a, lead_b, difference = heads

    def p_value(value: float) -> str:
        return NOT_PUBLISHED if np.isnan(value) else "&lt; 0.001" if value < 0.0005 else f"{value:.3f}"

    def lead(value: float) -> str:
        return NOT_PUBLISHED if np.isnan(value) else signed_points(value)

    verdict = say("Verdict")
    cells = pd.DataFrame(
        {
            lead_a: [lead(value) for value in table["lead_a"]],
            lead_b: [lead(value) for value in table["lead_b"]],
            difference: [
                lead(middle)
                + (
                    ""
                    if np.isnan(low)
                    else f'<span class="pt-interval">{escape(points_range(low, high))}</span>'
                )
                for middle, low, high in zip(table["difference"], table["low"], table["high"], strict=True)
            ],
            say("Adjusted p"): [p_value(value) for value in table["p_adjusted"]],
            verdict: [escape(term(word)) for word in table["verdict"]],
        },
        index=range(len(table)),
    )
    return table_block(
        cells,
        caption=caption,
        stub=stub,
        row_labels=list(labels),
        text_columns=[verdict],
        note=f"{note} {lead_note(design_effect)}".strip(),
        numbers=numbers_of(
            table.rename(columns={"difference": "value"})[
                ["reading_a", "reading_b", "value", "low", "high", "p_value", "p_adjusted", "verdict"]
            ],
            what="difference of leads in valid votes",
        ),
    )


def _interval_words(confidence_level: float) -> str:
    return say(
        "Leads and differences in points of valid votes. Intervals: {level}, of one difference by itself; p-values and "
        "verdicts are adjusted by Holm for all rows of the comparison.",
        level=level(confidence_level),
    )


def peers_table(
    race: Race | None,
    leads: pd.DataFrame,
    peers: pd.DataFrame,
    *,
    days: int,
    confidence_level: float,
    design_effect: float,
) -> Shown:
    """Show how this poll's lead differs from each reading of the same days."""
    if race is None:
        return Shown("", "")
    if peers.empty:
        return statement(say("There is no such reading to compare this poll with."))
    names = marked_names(leads)
    return _comparison_table(
        race,
        peers,
        [names[reading] for reading in peers["reading_b"]],
        (say("This poll"), say("Other reading"), say("Difference")),
        caption=say(
            "This poll against the readings that ended within {days} of it",
            days=counted(days, say("no day"), say("one day"), say("# days")),
        ),
        stub=say("Other reading"),
        note=_interval_words(confidence_level),
        design_effect=design_effect,
    )


def pollster_changes_table(
    race: Race | None,
    leads: pd.DataFrame,
    changes: pd.DataFrame,
    *,
    confidence_level: float,
    design_effect: float,
) -> Shown:
    """Show the changes of the lead from one reading of a pollster to its next."""
    if race is None or changes.empty:
        return Shown("", "")
    names = reading_names(leads)
    labels = [
        say(
            "{reading}, after {before}",
            reading=escape(names[later]),
            before=escape(names[earlier].partition(", ")[2]),
        )
        for later, earlier in zip(changes["reading_a"], changes["reading_b"], strict=True)
    ]
    return _comparison_table(
        race,
        changes,
        labels,
        (say("Later lead"), say("Earlier lead"), say("Change")),
        caption=say("Changes of the lead within a pollster"),
        stub=say("Reading"),
        note=_interval_words(confidence_level),
        design_effect=design_effect,
    )


def pollsters_table(
    race: Race | None,
    leads: pd.DataFrame,
    pairs: pd.DataFrame,
    *,
    confidence_level: float,
    design_effect: float,
) -> Shown:
    """Show the pairs of neighbouring readings by different pollsters that differ most."""
    if race is None or pairs.empty:
        return Shown("", "")
    names = marked_names(leads)
    shown = pairs.head(_MOST_PAIRS)
    left_out = counted(
        len(pairs) - len(shown),
        "",
        say("One pair that differs less is not shown."),
        say("# pairs that differ less are not shown."),
    )
    return _comparison_table(
        race,
        shown,
        [f"{names[a]}<br>{names[b]}" for a, b in zip(shown["reading_a"], shown["reading_b"], strict=True)],
        (say("First lead"), say("Second lead"), say("Difference")),
        caption=say("Readings of different pollsters around the same dates"),
        stub=say("First and second reading"),
        note=f"{_interval_words(confidence_level)} {left_out}".strip(),
        design_effect=design_effect,
    )
