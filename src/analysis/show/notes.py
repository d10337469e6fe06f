"""What stands beneath a table or figure: source, base, and how intervals and tests were made."""

import re

import pandas as pd

from analysis.polls import Poll, Question
from analysis.show.language import label_of, say, term
from analysis.show.phrases import days, interviews, joined, method_name

__all__ = [
    "adjustment_name",
    "adjustment_note",
    "all_interviews",
    "fieldwork",
    "figures_term",
    "interval_note",
    "place_name",
    "source_note",
    "table_source",
]

_FIGURE = r"\d+(?:[.,–]\d+)*"
_ADJUSTMENTS = {"holm": "Holm", "bonferroni": "Bonferroni", "benjamini_hochberg": "Benjamini–Hochberg"}


def fieldwork(poll: Poll) -> str:
    """Write the days of fieldwork.

    Examples
    --------
    >>> from analysis.polls import load_poll
    >>> fieldwork(load_poll("cpi-2021-04"))
    '18–21 April 2021'

    The interviews were made from 18 to 21 April 2021.
    """
    return days(*poll.sheet.fieldwork)


def source_note(poll: Poll, base: str = "") -> str:
    """Write the line beneath a table or a figure: the source and the base of its shares."""
    return say(
        "Source: {pollster}, {fieldwork}. Base: {base}.",
        pollster=poll.sheet.short_name,
        fieldwork=fieldwork(poll),
        base=base or all_interviews(poll),
    )


def table_source(poll: Poll, question: Question) -> str:
    """Write the source of a table and the base of its shares, as far as it was stated."""
    base = all_interviews(poll) if question.base == "all" else say("not stated")
    if any(answer.given for answer in question.answers):
        base = say("{base}; indented rows, those who gave the answer above them", base=base)
    return source_note(poll, base)


def all_interviews(poll: Poll) -> str:
    """Write the base of a question that was put to everybody."""
    return say("all {interviews}", interviews=interviews(poll.sheet.n))


def interval_note(intervals: pd.DataFrame) -> str:
    """Write how the intervals of a table or figure were made: the method and the design effect."""
    known = intervals[intervals["n_effective"] > 0]
    if known.empty:
        return say("No intervals: the base is unknown.")
    effect = (known["base"] / known["n_effective"]).iloc[0]
    return say(
        "Intervals: {method}, design effect {effect}.",
        method=method_name(known["method"].iloc[0]),
        effect=f"{effect:.4g}",
    )


def adjustment_name(adjustment: str) -> str:
    """Write the name of an adjustment for many comparisons, after the people it is named for."""
    return _ADJUSTMENTS[adjustment]


def adjustment_note(adjustment: str, design_effect: float) -> str:
    """Write how the tests of a table or figure were made: the adjustment and the design effect."""
    if adjustment == "none":
        return say(
            "P-values: not adjusted for the number of comparisons, design effect {effect}.",
            effect=f"{design_effect:g}",
        )
    return say(
        "P-values: adjusted for the number of comparisons ({method}), design effect {effect}.",
        method=adjustment_name(adjustment),
        effect=f"{design_effect:g}",
    )


def figures_term(text: str) -> str:
    """Translate a phrase of the audit, whose words are a term and whose figures stay.

    Examples
    --------
    >>> figures_term("28 of 36 columns")
    '28 of 36 columns'

    Its term is "# of # columns".
    """
    pattern = re.sub(_FIGURE, "#", text)
    words = term(pattern) if pattern.strip("#") else pattern
    for figure in re.findall(_FIGURE, text):
        words = words.replace("#", figure, 1)
    return words


def place_name(poll: Poll, segment: str) -> str:
    """Name the column of a finding, or the total and the parts that it is checked against.

    Examples
    --------
    >>> from analysis.polls import load_poll
    >>> place_name(load_poll("cpi-2021-04"), "interior from area")
    'Interior from Urban and Rural'

    The total of the interior is checked against its urban and its rural part.
    """
    if segment in poll.segments.ids:
        return label_of(poll.segments[segment])
    whole, _, partition = segment.partition(" from ")
    if not partition:
        return segment
    parts = poll.segments.partition(partition).parts
    return say(
        "{whole} from {parts}",
        whole=label_of(poll.segments[whole]),
        parts=joined([label_of(poll.segments[part]) for part in parts]),
    )
