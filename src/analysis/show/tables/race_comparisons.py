"""Differences between the leads of readings of a race, in tables."""

from collections.abc import Mapping, Sequence
from html import escape

import numpy as np
import pandas as pd

from analysis.polls import Race
from analysis.show.display import Shown, numbers_of, statement
from analysis.show.language import say, term
from analysis.show.layout import NOT_PUBLISHED, table_block
from analysis.show.phrases import counted, level, signed
from analysis.show.reading_names import cell_points, change_names
from analysis.show.tables.race import marked_names

__all__ = ["peers_table", "pollster_changes_table", "pollsters_table"]

_MOST_PAIRS = 6


def _comparison_table(
    table: pd.DataFrame,
    labels: Sequence[str],
    heads: Mapping[str, str],
    difference: str,
    *,
    caption: str,
    stub: str,
    note: str,
) -> Shown:
    """Lay out differences of leads with their intervals, adjusted p-values and verdicts."""

    def p_value(value: float) -> str:
        return NOT_PUBLISHED if np.isnan(value) else "&lt; 0.001" if value < 0.0005 else f"{value:.3f}"

    def lead(value: float) -> str:
        return NOT_PUBLISHED if np.isnan(value) else signed(value)

    verdict = say("Verdict")
    cells = pd.DataFrame(
        {
            **{head: [lead(value) for value in table[column]] for column, head in heads.items()},
            difference: [
                lead(middle)
                + (
                    ""
                    if np.isnan(low)
                    else f'<span class="pt-interval">{escape(cell_points(low, high))}</span>'
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
        note=note,
        numbers=numbers_of(
            table.rename(columns={"difference": "value"})[
                ["reading_a", "reading_b", "value", "low", "high", "p_value", "p_adjusted", "verdict"]
            ],
            what="difference of leads in valid votes",
        ),
    )


def _interval_words(confidence_level: float, design_effect: float) -> str:
    return say(
        "Leads and differences in points of valid votes. Intervals: {level}, each for one difference by itself, with a "
        "design effect of {effect} for every reading; p-values and verdicts are adjusted by Holm for all rows of the "
        "comparison.",
        level=level(confidence_level),
        effect=f"{design_effect:g}",
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
        peers,
        [names[reading] for reading in peers["reading_b"]],
        {"lead_b": say("Its lead")},
        say("This poll less that"),
        caption=say(
            "This poll against the readings that ended within {days} of it",
            days=counted(days, say("no day"), say("one day"), say("# days")),
        ),
        stub=say("Other reading"),
        note=_interval_words(confidence_level, design_effect),
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
    return _comparison_table(
        changes,
        [escape(name) for name in change_names(leads, changes)],
        {"lead_b": say("Earlier lead"), "lead_a": say("Later lead")},
        say("Change"),
        caption=say("Changes of the lead within a pollster"),
        stub=say("Reading"),
        note=_interval_words(confidence_level, design_effect),
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
        shown,
        [f"{names[a]}<br>{names[b]}" for a, b in zip(shown["reading_a"], shown["reading_b"], strict=True)],
        {"lead_a": say("First lead"), "lead_b": say("Second lead")},
        say("Difference"),
        caption=say("Readings of different pollsters around the same dates"),
        stub=say("First and second reading"),
        note=f"{_interval_words(confidence_level, design_effect)} {left_out}".strip(),
    )
