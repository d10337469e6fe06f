"""Does the publication add up? Every check is answered for every figure; nothing is repaired.

Each check yields rows (check, question, answer, segment, printed, expected, verdict). Checks that
depend on rounding ask whether *some* figures that round to what is printed would pass.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import astuple, fields
from typing import Any

import pandas as pd

from analysis.estimates.audit_figures import CHECKS, Finding, columns_of_one_base, percent
from analysis.estimates.opening import TOLERANCE, Table, opened
from analysis.estimates.options import a_poll
from analysis.estimates.sensitivity import weight_contradictions
from analysis.estimates.weights import closed_programme, printed_intervals
from analysis.polls import Poll
from analysis.polls.figures import printed_decimals, rounding_interval
from analysis.stats import (
    implied_confidence_level,
    implied_design_effect,
    implied_sample_size,
    margin_of_error,
)

__all__ = ["AUDIT_FINDINGS", "audit", "chance_of_exact_sum"]

AUDIT_FINDINGS = (
    "inconsistent if rounded, consistent if truncated",
    "inconsistent",
    "contradicts other rows",
    "unexplained gap",
)
"""Verdicts that say that something does not add up. A truncated figure is one that was cut off after its last printed
decimal instead of being rounded. Rows that contradict others are *one* explanation of a contradiction among several."""


def audit(poll: Poll) -> pd.DataFrame:
    """Check whether the publication adds up.

    Columns: `check, question, answer, segment, printed, expected, verdict, value, low, high`, one row for each thing
    checked. The checks: `sheet`, `range`, `single response`, `multiple response`, `nets`, `bases`, `repeated figures`,
    `aggregation`, `joint aggregation`, `exact sums`. Verdicts: `consistent`, `explained gap`, `not published`,
    `descriptive`, and what does not add up, `AUDIT_FINDINGS`. Percentages in `printed` and `expected`, empty where a
    column does not apply; `value` is what was printed as a number (a share; a count of interviews or columns), `low`
    and `high` the least and greatest that were expected, NaN where that is no matter of size.

    A published total is a weighted mean of its parts, so, rounding allowed for, it lies between the
    least and the greatest of them: that is `aggregation`, row by row. All rows must be reachable with
    one set of weights: that is `joint aggregation`, the least contradiction of `weight_contradictions`.
    How likely sums of exactly 100 are: `chance_of_exact_sum`.

    Examples
    --------
    >>> from analysis import load_poll
    >>> found = audit(load_poll("cpi-2021-04"))
    >>> found.loc[found["verdict"] == "inconsistent", ["question", "segment", "printed", "expected"]]
                 question      segment printed     expected
    85  castillo_negative  lima_callao    99.0  100 or more

    One column of the open-ended tables sums to less than 100, which rounding cannot explain.
    """
    tables = [opened(poll, question.id) for question in a_poll(poll).questions]
    of_tables = [finding for check in CHECKS for table in tables for finding in check(poll, table)]
    findings = [*_sheet(poll), *of_tables, *_joint_aggregation(poll), *_exact_sums(poll, tables)]
    return pd.DataFrame(map(astuple, findings), columns=[one.name for one in fields(Finding)])


def _sheet(poll: Poll) -> Iterator[Finding]:
    """Check that the margin of error is at least what n and the confidence level give, and invert it."""
    sheet = poll.sheet
    item = sheet.item("margin_of_error")
    if item is None or sheet.margin_of_error is None or sheet.confidence_level is None or sheet.n is None:
        yield Finding("sheet", "", "margin_of_error", "", "", "", "not published")
        return
    level, n = sheet.confidence_level, sheet.n
    margin = float(margin_of_error(n, confidence_level=level))
    figure = item.printed.strip("±%+/- \u00a0\u202f")
    decimals = printed_decimals(figure)
    _, low, high = rounding_interval(figure, decimal_mark=poll.decimal_mark)
    cut_off = sheet.margin_of_error + 10.0 ** -(decimals + 2)
    if margin <= high + TOLERANCE:  # a larger one leaves room for how people were selected
        verdict = "consistent"
    elif sheet.margin_of_error <= margin + TOLERANCE and margin < cut_off:
        verdict = "inconsistent if rounded, consistent if truncated"
    else:
        verdict = "inconsistent"
    expected = percent(margin, decimals + 1) + (" or more" if low > margin + TOLERANCE else "")
    yield Finding(
        "sheet", "", "margin_of_error", "", item.printed, expected, verdict, sheet.margin_of_error, margin, margin
    )  # fmt: skip
    levels = implied_confidence_level([low, high], n)
    sizes = implied_sample_size([high, low], confidence_level=level)
    effect = float(implied_design_effect(high, n, confidence_level=level))
    implied = (
        ("confidence_level", f"{percent(levels[0])}–{percent(levels[1])}", level, levels),
        ("sample_size", f"{sizes[0]:,.0f}–{sizes[1]:,.0f}", float(n), sizes),
    )
    for line, expected, value, ends in implied:
        printed = sheet.item(line)
        yield Finding(
            "sheet", "", line, "", printed.printed if printed else "", expected, "descriptive", value, *map(float, ends)
        )  # fmt: skip
    at_most = f"at most {effect:.3f}"
    yield Finding("sheet", "", "design_effect", "", "", at_most, "descriptive", low=0.0, high=effect)


def _joint_aggregation(poll: Poll) -> Iterator[Finding]:
    """Check that one set of weights explains all totals of a partition, or name rows that stand in its way."""
    row: Any
    for partition in poll.segments.partitions:
        place = f"{partition.of} from {partition.id}"
        if closed_programme(poll, [partition], partition.of).minimise({}) is None:
            yield Finding("joint aggregation", "", "", place, "", "one set of weights", "inconsistent")
            continue
        named = weight_contradictions(poll, partition.id)
        excess, used = named.set_index(["question", "answer"])["excess"].to_dict(), printed_intervals(poll)
        totals = poll.figures[poll.figures["segment"] == partition.of]
        for row in totals.itertuples():
            if (*poll.quantity(row.question, row.answer), partition.of) not in used:
                continue
            off = excess.get((row.question, row.answer), 0.0)
            if not off:
                reached, ends = "reachable by the weights", (math.nan, math.nan)
            elif off > 0:
                reached, ends = f"at least {percent(row.high + off, 2)}", (row.high + off, math.inf)
            else:
                reached, ends = f"at most {percent(row.low + off, 2)}", (-math.inf, row.low + off)
            yield Finding(
                "joint aggregation", row.question, row.answer, place, row.printed, reached,
                "contradicts other rows" if off else "consistent", row.share, *ends,
            )  # fmt: skip


def chance_of_exact_sum(categories: int) -> float:
    r"""Probability that independently rounded shares of this many categories sum to exactly 100.

    The rounding errors of :math:`k - 1` categories are taken as independent and uniform; the sum is
    exact when theirs lies within half a unit: an Irwin–Hall probability (Mosteller, Youtz & Zahn
    1967, *Demography* 4).

    Examples
    --------
    >>> [round(chance_of_exact_sum(k), 3) for k in (2, 3, 4, 6, 10)]
    [1.0, 0.75, 0.667, 0.55, 0.43]

    A column of ten rounded categories sums to exactly 100.0 in 43 % of cases.
    """
    from scipy.stats import irwinhall

    free = categories - 1
    if free < 1:
        return 1.0
    return float(irwinhall.cdf(free / 2 + 0.5, free) - irwinhall.cdf(free / 2 - 0.5, free))


def _exact_sums(poll: Poll, tables: Sequence[Table]) -> Iterator[Finding]:
    """Count the single-response columns that sum to exactly 100, and those that would by chance."""
    chances: dict[tuple[frozenset[tuple[str, str]], str], float] = {}
    exact = 0
    for table in tables:
        for _, segment, rows, column in columns_of_one_base(poll, table) if table.single else ():
            key = frozenset(poll.quantity(table.question.id, table.answers[row]) for row in rows), segment
            if key not in chances:  # which another table may have printed
                shares = table.share[rows, column]
                exact += abs(shares.sum() - 1) < TOLERANCE
                chances[key] = chance_of_exact_sum(int((shares > 0).sum()))
    if chances:
        from scipy.stats import poisson_binom

        expected, chance = sum(chances.values()), poisson_binom.sf(exact - 1, list(chances.values()))
        yield Finding(
            "exact sums", "", "", "", f"{exact} of {len(chances)} columns",
            f"{expected:.1f} expected; {chance:.2g} chance of as many or more", "descriptive",
            float(exact), expected, expected,
        )  # fmt: skip
