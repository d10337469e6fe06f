"""The tables of comparisons: letters, differences, tests of whole questions."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from analysis.estimates import UNTESTED, segment_letters
from analysis.show.common import nothing_chosen, shares_table
from analysis.show.display import Shown, follows, paragraph
from analysis.show.tables import Column, column_table
from analysis.show.view import View

__all__ = [
    "MOST_ROWS",
    "differences_table",
    "letters_table",
    "surest_first",
    "test_table",
    "tested",
    "upright",
]

MOST_ROWS = 10
"""Differences that are drawn or listed."""


def upright(compared: pd.DataFrame) -> pd.DataFrame:
    """Turn comparisons so that the larger share comes first."""
    estimate, verdict = compared["estimate"].to_numpy(), compared["verdict"].to_numpy()
    down = estimate < 0
    changed: dict[str, Any] = {
        "estimate": np.abs(estimate),
        "verdict": np.where(verdict == "lower", "higher", verdict),
    }
    for one, other, sign in (
        ("segment", "against", 1),
        ("share", "share_against", 1),
        ("low", "high", -1),
        ("low_simultaneous", "high_simultaneous", -1),
    ):
        a, b = compared[one].to_numpy(), compared[other].to_numpy()
        changed[one] = np.where(down, b if sign > 0 else -b, a)
        changed[other] = np.where(down, a if sign > 0 else -a, b)
    return compared.assign(**changed)


def surest_first(compared: pd.DataFrame) -> pd.DataFrame:
    """Turn and order comparisons by the least that each difference may be; what the last bits alone tell apart stays."""
    turned = upright(compared)
    return turned.iloc[np.argsort(-turned["low_simultaneous"].round(9).to_numpy(), kind="stable")]


def tested(compared: pd.DataFrame) -> pd.DataFrame:
    """Return the comparisons that could be tested, turned and ordered so."""
    return surest_first(compared[~compared["verdict"].isin(UNTESTED)])


@follows
def letters_table(view: View, intervals: pd.DataFrame, compared: pd.DataFrame) -> Shown:
    """Show the table as pollsters print it: shares with intervals, bases, and the letters of the segments they exceed."""
    if intervals.empty:
        return nothing_chosen(view)
    question = view.poll.question(intervals["question"].iloc[0])
    caption = view.say("{name}: per cent by segment", name=view.name(question))
    source = (
        view.source(question=question)
        + " "
        + view.say(
            "Beneath each share its {level} interval. "
            "A letter means: beyond chance higher than the segment with that letter. "
            "In grey: too few interviews to say much.",
            level=view.level(view.options.confidence_level),
        )
    )
    return shares_table(view, intervals, caption=caption, source=source, letters=_letters(view, compared))


def _letters(view: View, compared: pd.DataFrame) -> dict[str, tuple[str, Mapping[str, str]]]:
    """Map each segment to its letter, and to the letters that its answers carry, partition by partition."""
    from analysis.stats import column_letters

    parts = list(dict.fromkeys(part for one in view.poll.segments.partitions for part in one.parts))
    names = dict(zip(parts, column_letters(len(parts)), strict=True))
    found: dict[str, tuple[str, Mapping[str, str]]] = {}
    of = compared["partition"].to_numpy()
    for partition in view.poll.segments.partitions:
        if not (chosen := of == partition.id).any():
            continue
        marks = segment_letters(compared[chosen], partition.parts, [names[part] for part in partition.parts])
        for part, carried in marks.to_dict().items():
            found.setdefault(str(part), (names[str(part)], carried))
    return found


@follows
def differences_table(view: View, compared: pd.DataFrame, *, caption: str = "") -> Shown:
    """Show comparisons with their intervals and verdicts, the surest first."""
    ordered = view.by_row(tested, compared)
    if ordered.empty:
        return paragraph(view.say("No such difference can be tested."))
    question = view.poll.question(ordered["question"].iloc[0])
    count = len(ordered)
    if not caption and count <= MOST_ROWS:
        caption = view.say("Every comparison, the surest first")
    elif not caption:
        caption = view.say(
            "The {n} surest of {count} comparisons; all are in the CSV", n=MOST_ROWS, count=count
        )
    columns = [
        Column(view.say("Compared with"), lambda row: view.segment(row.against), words=True),
        Column(view.say("Difference, points"), "estimate", "signed", ("low", "high"), "ends"),
        Column(view.say("Adjusted p"), lambda row: view.p_value(row.p_adjusted)),
        Column(view.say("What can be said"), lambda row: view.term(row.verdict), words=True),
    ]
    return column_table(
        view,
        ordered,
        columns,
        stub=view.say("Answer, segment"),
        label=lambda row: str(view.short(question[row.answer])),
        small=lambda row: view.segment(row.segment),
        caption=caption,
        source=view.source(question=question) + " " + view.conditions(),
        most=MOST_ROWS,
    )


@follows
def test_table(view: View, tests: pd.DataFrame) -> Shown:
    """Show, partition by partition, whether its parts answer a question alike."""
    known = tests[tests["p_value"].notna()]
    if known.empty:
        return paragraph(
            view.say("Whether the segments answer this question alike cannot be tested as a whole.")
        )
    partitions = {one.id: one for one in view.poll.segments.partitions}
    columns = [
        Column(
            view.say("How often chance alone would separate them so far"),
            lambda row: view.p_value(row.p_value),
        ),
        Column(view.say("Strength (Cramér’s V)"), lambda row: f"{row.cramers_v:.2f}"),
        Column(view.say("Smallest number expected"), lambda row: f"{row.smallest_expected:.1f}"),
    ]
    return column_table(
        view,
        known,
        columns,
        stub=view.say("Segments"),
        label=lambda row: str(view.joined([view.segment(part) for part in partitions[row.partition].parts])),
        caption=view.say("Do the segments answer alike?"),
        source=view.source(question=view.poll.question(known["question"].iloc[0]))
        + " "
        + view.say("Chi-square with the correction of Rao and Scott.")
        + " "
        + view.conditions(),
        numbers="statistic",
    )
