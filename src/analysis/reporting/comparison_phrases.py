"""Phrases of comparisons: differences with their sign, how tests were made, and the base of a table."""

from analysis.polls import Poll, Question
from analysis.reporting.language import say
from analysis.reporting.phrases import all_interviews, source_note

__all__ = [
    "adjustment_name",
    "adjustment_note",
    "points_range",
    "signed",
    "table_source",
]

_ADJUSTMENTS = {"holm": "Holm", "bonferroni": "Bonferroni", "benjamini_hochberg": "Benjamini–Hochberg"}


def signed(difference: float, decimals: int = 1) -> str:
    """Write a difference of shares in points, with its sign and without the unit.

    Examples
    --------
    >>> signed(0.226), signed(-0.0204), signed(0.0)
    ('+22.6', '−2.0', '0.0')

    Nought has no sign.
    """
    figure = f"{100 * difference:+.{decimals}f}"
    return figure[1:] if float(figure) == 0 else figure.replace("-", "−")


def points_range(low: float, high: float, decimals: int = 1) -> str:
    """Write the interval of a difference in percentage points.

    Examples
    --------
    >>> points_range(0.146, 0.301), points_range(-0.006, 0.11)
    ('14.6 to 30.1 points', '−0.6 to 11.0 points')

    A lower limit below 0 has its sign.
    """
    ends = (signed(end, decimals).removeprefix("+") for end in (low, high))
    return say("{low} to {high} points", **dict(zip(("low", "high"), ends, strict=True)))


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


def table_source(poll: Poll, question: Question) -> str:
    """Write the source of a table and the base of its shares, as far as it was stated."""
    base = all_interviews(poll) if question.base == "all" else say("not stated")
    if any(answer.given for answer in question.answers):
        base = say("{base}; indented rows, those who gave the answer above them", base=base)
    return source_note(poll, base)
