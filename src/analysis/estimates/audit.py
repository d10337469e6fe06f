"""Does the publication add up? Every check is answered for every figure; nothing is repaired.

Each check yields rows (check, question, answer, segment, printed, expected, verdict). Checks that
depend on rounding ask whether *some* figures that round to what is printed would pass.
"""

import math
from collections.abc import Iterator
from dataclasses import astuple, fields

import numpy as np
import pandas as pd

from analysis.estimates.audit_figures import (
    TOLERANCE,
    Finding,
    check_columns,
    check_exact_sums,
    check_nets,
    check_range,
    check_repeated_figures,
    holding,
    percent,
)
from analysis.estimates.opening import are_noughts, opened, printed_bases
from analysis.estimates.options import a_poll
from analysis.estimates.sensitivity import weight_contradictions
from analysis.estimates.weights import closed_programme
from analysis.polls import Poll
from analysis.polls.figures import printed_decimals, rounding_interval
from analysis.stats import (
    implied_confidence_level,
    implied_design_effect,
    implied_sample_size,
    margin_of_error,
)

__all__ = ["AUDIT_FINDINGS", "AUDIT_VERDICTS", "audit"]

AUDIT_FINDINGS = (
    "inconsistent if rounded, consistent if truncated",
    "inconsistent",
    "contradicts other rows",
    "unexplained gap",
)
"""Verdicts that say that something does not add up. A truncated figure is one that was cut off after its last printed
decimal instead of being rounded. Rows that contradict others are *one* explanation of a contradiction among several."""

AUDIT_VERDICTS = ("consistent", *AUDIT_FINDINGS, "explained gap", "not published", "descriptive")
"""What a check can find."""


def audit(poll: Poll) -> pd.DataFrame:
    """Check whether the publication adds up.

    Returns
    -------
    pandas.DataFrame
        `check, question, answer, segment, printed, expected, verdict, value, low, high`, one row for each thing checked. The
        checks: `sheet`, `range`, `single response`, `multiple response`, `nets`, `bases`, `repeated figures`, `aggregation`,
        `joint aggregation`, `exact sums`. Verdicts: `AUDIT_VERDICTS`. Percentages in `printed` and `expected`, empty where
        a column does not apply; `value` is what was printed as a number (a share; a count of interviews or columns), `low`
        and `high` the least and greatest that were expected, NaN where that is no matter of size.

    Notes
    -----
    A published total is a weighted mean of its parts, so, rounding allowed for, it lies between the
    least and the greatest of them: that is `aggregation`, row by row. All rows must be reachable with
    one set of weights: that is `joint aggregation`, the least contradiction of `weight_contradictions`.
    How likely sums of exactly 100 are: `analysis.estimates.audit_figures.chance_of_exact_sum`.

    Examples
    --------
    >>> from analysis import load_poll
    >>> found = audit(load_poll("cpi-2021-04"))
    >>> found.loc[found["verdict"] == "inconsistent", ["question", "segment", "printed", "expected"]]
                 question      segment printed     expected
    85  castillo_negative  lima_callao    99.0  100 or more

    One column of the open-ended tables sums to less than 100, which rounding cannot explain.
    """
    a_poll(poll)
    checks = (
        _sheet, check_range, check_columns, check_nets, _bases, check_repeated_figures, _aggregation,
        _joint_aggregation, check_exact_sums,
    )  # fmt: skip
    findings = [astuple(finding) for check in checks for finding in check(poll)]
    return pd.DataFrame(findings, columns=[one.name for one in fields(Finding)])


def _sheet(poll: Poll) -> Iterator[Finding]:
    """Compare the margin of error with what n and the confidence level give, and invert it."""
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
    unit = 10.0 ** -(decimals + 2)
    truncated = sheet.margin_of_error <= margin + TOLERANCE and margin < sheet.margin_of_error + unit
    if low - TOLERANCE <= margin <= high + TOLERANCE:
        verdict = "consistent"
    elif truncated:
        verdict = "inconsistent if rounded, consistent if truncated"
    else:
        verdict = "inconsistent"
    expected = percent(margin, decimals + 1)
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


def _bases(poll: Poll) -> Iterator[Finding]:
    """Check that the printed interviews of parts add up to those of their whole."""
    for question in poll.questions:
        counts = printed_bases(poll, question, "unweighted_base")
        if counts is None:
            continue
        known = dict(zip(poll.segments.ids, counts, strict=True))
        for partition in poll.segments.partitions:
            whole, parts = known[partition.of], sum(known[part] for part in partition.parts)
            if not np.isnan(whole + parts):
                yield Finding(
                    "bases", question.id, "", f"{partition.of} from {partition.id}", f"{whole:,.0f}", f"{parts:,.0f}",
                    holding(whole == parts), whole, parts, parts,
                )  # fmt: skip


def _aggregation(poll: Poll) -> Iterator[Finding]:
    """Check that each total lies between its parts, rounding allowed for."""
    for question in poll.questions:
        table = opened(poll, question.id)
        own = [
            row
            for row, answer in enumerate(table.answers)
            if poll.quantity(question.id, answer)[0] == question.id
        ]
        for partition in poll.segments.partitions:
            whole, parts = table.segments.index(partition.of), table.columns(partition.parts)
            parts = [part for part in parts if not are_noughts(table.printed[own, part])]
            for row in own if parts else ():
                if not (table.printed[row, [whole, *parts]] != "").all():
                    continue
                low, high = table.low[row, parts], table.high[row, parts]
                holds = (
                    table.low[row, whole] <= high.max() + TOLERANCE
                    and table.high[row, whole] >= low.min() - TOLERANCE
                )
                order = np.argsort(low, kind="stable")
                smallest, greatest = (table.printed[row, parts[at]] for at in (order[0], order[-1]))
                yield Finding(
                    "aggregation", question.id, table.answers[row], f"{partition.of} from {partition.id}",
                    table.printed[row, whole], f"{smallest} to {greatest}", holding(bool(holds)),
                    *table.share[row, [whole, parts[order[0]], parts[order[-1]]]].tolist(),
                )  # fmt: skip


def _joint_aggregation(poll: Poll) -> Iterator[Finding]:
    """Check that one set of weights explains all totals of a partition, or name rows that stand in its way."""
    for partition in poll.segments.partitions:
        place = f"{partition.of} from {partition.id}"
        if closed_programme(poll, [partition], partition.of).minimise({}) is None:
            yield Finding("joint aggregation", "", "", place, "", "one set of weights", "inconsistent")
            continue
        named = weight_contradictions(poll, partition.id)
        excess = named.set_index(["question", "answer"])["excess"].to_dict()
        totals = poll.figures[poll.figures["segment"] == partition.of]
        columns = (
            totals[name].tolist() for name in ("question", "answer", "printed", "share", "low", "high")
        )
        for question, answer, printed, share, low, high in zip(*columns, strict=True):
            off = excess.get((question, answer), 0.0)
            if not off:
                reached, ends = "reachable by the weights", (math.nan, math.nan)
            elif off > 0:
                reached, ends = f"at least {percent(high + off, 2)}", (high + off, math.inf)
            else:
                reached, ends = f"at most {percent(low + off, 2)}", (-math.inf, low + off)
            yield Finding(
                "joint aggregation", question, answer, place, printed, reached,
                "contradicts other rows" if off else "consistent", share, *ends,
            )  # fmt: skip
