"""Does the publication add up? Every check is answered for every figure; nothing is repaired.

Each check yields rows (check, question, answer, segment, printed, expected, verdict). Checks that
depend on rounding ask whether *some* figures that round to what is printed would pass.
"""

import math
from collections.abc import Iterator
from dataclasses import astuple, dataclass, fields

import numpy as np
import pandas as pd

from analysis.estimates.opening import opened, printed_bases
from analysis.estimates.options import a_poll
from analysis.estimates.sensitivity import weight_contradictions
from analysis.estimates.weights import closed_programme
from analysis.polls import WHOLE, Poll, Question
from analysis.polls.figures import printed_decimals, rounding_interval
from analysis.stats import (
    implied_confidence_level,
    implied_design_effect,
    implied_sample_size,
    margin_of_error,
)

__all__ = ["AUDIT_FINDINGS", "AUDIT_VERDICTS", "audit", "chance_of_exact_sum"]

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

# Sums of printed decimals are exact; this only absorbs their binary representation.
_TOLERANCE = 1e-9


@dataclass(frozen=True, slots=True)
class _Finding:
    check: str
    question: str
    answer: str
    segment: str
    printed: str
    expected: str
    verdict: str
    value: float = math.nan
    low: float = math.nan
    high: float = math.nan


def _percent(share: float, decimals: int = 1) -> str:
    return f"{100 * share:.{decimals}f}"


def _verdict(holds: bool) -> str:
    return "consistent" if holds else "inconsistent"


def chance_of_exact_sum(categories: int) -> float:
    r"""Probability that independently rounded shares of this many categories sum to exactly 100.

    Notes
    -----
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
    a_poll(poll)
    checks = (
        _sheet, _range, _column_sums, _nets, _bases, _repeated_figures, _aggregation, _joint_aggregation, _exact_sums
    )  # fmt: skip
    findings = [astuple(finding) for check in checks for finding in check(poll)]
    return pd.DataFrame(findings, columns=[one.name for one in fields(_Finding)])


def _sheet(poll: Poll) -> Iterator[_Finding]:
    """Compare the margin of error with what n and the confidence level give, and invert it."""
    sheet = poll.sheet
    item = sheet.item("margin_of_error")
    if item is None or sheet.margin_of_error is None or sheet.confidence_level is None or sheet.n is None:
        yield _Finding("sheet", "", "margin_of_error", "", "", "", "not published")
        return
    level, n = sheet.confidence_level, sheet.n
    margin = float(margin_of_error(n, confidence_level=level))
    figure = item.printed.strip("±%+/- \u00a0\u202f")
    decimals = printed_decimals(figure)
    _, low, high = rounding_interval(figure, decimal_mark=poll.decimal_mark)
    unit = 10.0 ** -(decimals + 2)
    truncated = sheet.margin_of_error <= margin + _TOLERANCE and margin < sheet.margin_of_error + unit
    if low - _TOLERANCE <= margin <= high + _TOLERANCE:
        verdict = "consistent"
    elif truncated:
        verdict = "inconsistent if rounded, consistent if truncated"
    else:
        verdict = "inconsistent"
    expected = _percent(margin, decimals + 1)
    yield _Finding(
        "sheet", "", "margin_of_error", "", item.printed, expected, verdict, sheet.margin_of_error, margin, margin
    )  # fmt: skip
    levels = implied_confidence_level([low, high], n)
    sizes = implied_sample_size([high, low], confidence_level=level)
    effect = float(implied_design_effect(high, n, confidence_level=level))
    implied = (
        ("confidence_level", f"{_percent(levels[0])}–{_percent(levels[1])}", level, levels),
        ("sample_size", f"{sizes[0]:,.0f}–{sizes[1]:,.0f}", float(n), sizes),
    )
    for line, expected, value, ends in implied:
        printed = sheet.item(line)
        yield _Finding(
            "sheet", "", line, "", printed.printed if printed else "", expected, "descriptive", value, *map(float, ends)
        )  # fmt: skip
    at_most = f"at most {effect:.3f}"
    yield _Finding("sheet", "", "design_effect", "", "", at_most, "descriptive", low=0.0, high=effect)


def _own(poll: Poll, question: Question) -> pd.DataFrame:
    """Return the percentages that a question's own table prints, answers × segments of the poll."""
    answers = [answer.id for answer in question.answers]
    return question.printed.reindex(index=answers, columns=list(poll.segments.ids))


def _range(poll: Poll) -> Iterator[_Finding]:
    """Look for undeclared decimals and gaps without a reason; loading has refused the rest."""
    has_total = any(WHOLE in question.printed.columns for question in poll.questions)
    for question in poll.questions:
        cells = _own(poll, question)
        printed = [figure for figure in cells.to_numpy().ravel().tolist() if isinstance(figure, str)]
        decimals = sorted({printed_decimals(figure) for figure in printed})
        right = decimals == [poll.decimals] or not decimals
        yield _Finding(
            "range", question.id, "", "",
            f"figures: {len(printed)}; decimals: {', '.join(map(str, decimals)) or 'none'}",
            f"decimals: {poll.decimals}; from 0 to 100", _verdict(right),
        )  # fmt: skip
        missing = cells.isna()
        for segment in cells.columns[missing.any()]:
            if segment not in question.printed.columns and not (segment == WHOLE and has_total):
                continue  # a column that the table does not have is no gap in it
            yield _Finding(
                "range", question.id, ", ".join(cells.index[missing[segment]]), str(segment), "",
                "a figure or a reason", "explained gap" if question.not_published else "unexplained gap",
            )  # fmt: skip


def _columns(poll: Poll, question: Question) -> Iterator[tuple[str, str, list[int], int]]:
    """Yield (condition, segment, rows, column) for every column of answers that share one base and are all printed."""
    printed = _own(poll, question).notna().to_numpy()
    given = [answer.given for answer in question.answers]
    for condition in dict.fromkeys(given):
        rows = [row for row, one in enumerate(given) if one == condition]
        for column in np.flatnonzero(printed[rows].all(axis=0)).tolist():
            yield condition or "", poll.segments.ids[column], rows, column


def _column_sums(poll: Poll) -> Iterator[_Finding]:
    """Check that columns can sum to 100 (single response), or to 100 or more (multiple response)."""
    for question in poll.questions:
        single, table = question.kind == "single_response", opened(poll, question.id)
        for given, segment, rows, column in _columns(poll, question):
            low, high = (ends[rows, column].sum() for ends in (table.low, table.high))
            holds = high >= 1 - _TOLERANCE and (not single or low <= 1 + _TOLERANCE)
            total = float(table.share[rows, column].sum())
            yield _Finding(
                "single response" if single else "multiple response", question.id, given, segment,
                _percent(total, poll.decimals), "100 within rounding" if single else "100 or more", _verdict(holds),
                total, 1.0, 1.0 if single else math.inf,
            )  # fmt: skip


def _nets(poll: Poll) -> Iterator[_Finding]:
    """Check that a net can be the sum of its rows, or, where people give several answers, lies at most their sum."""
    for question in poll.questions:
        for net in question.with_role("net"):
            if not net.of:
                continue
            for segment in question.printed.columns:
                column = question.printed[segment].to_dict()
                figures = [str(column[row]) for row in (net.id, *net.of) if isinstance(column[row], str)]
                if len(figures) <= len(net.of):
                    continue
                ends = np.array([rounding_interval(f, decimal_mark=poll.decimal_mark)[1:] for f in figures])
                least, most = ends[1:].sum(axis=0)
                if question.kind == "multiple_response":
                    least, most = ends[1:, 0].max(), min(most, 1.0)
                holds = ends[0, 1] >= least - _TOLERANCE and ends[0, 0] <= most + _TOLERANCE
                expected = f"{_percent(least, 2)} to {_percent(most, 2)}"
                yield _Finding(
                    "nets", question.id, net.id, str(segment), figures[0], expected, _verdict(holds),
                    float(ends[0].mean()), float(least), float(most),
                )  # fmt: skip


def _bases(poll: Poll) -> Iterator[_Finding]:
    """Check that the printed interviews of parts add up to those of their whole."""
    for question in poll.questions:
        counts = printed_bases(poll, question, "unweighted_base")
        if counts is None:
            continue
        known = dict(zip(poll.segments.ids, counts, strict=True))
        for partition in poll.segments.partitions:
            whole, parts = known[partition.of], sum(known[part] for part in partition.parts)
            if not np.isnan(whole + parts):
                yield _Finding(
                    "bases", question.id, "", f"{partition.of} from {partition.id}", f"{whole:,.0f}", f"{parts:,.0f}",
                    _verdict(whole == parts), whole, parts, parts,
                )  # fmt: skip


def _repeated_figures(poll: Poll) -> Iterator[_Finding]:
    """Compare the figures that two tables print."""
    for question in poll.questions:
        if not question.repeats:
            continue
        again, first = (
            poll.figures[poll.figures["question"] == name].set_index(["answer", "segment"])
            for name in (question.id, question.repeats)
        )
        twice = again.join(first.add_suffix("_first"), how="inner")
        # Neighbouring figures share an end, which rounds to only one of them.
        overlap = (
            np.minimum(twice["high"], twice["high_first"])
            > np.maximum(twice["low"], twice["low_first"]) + _TOLERANCE
        )
        columns = (twice[name].tolist() for name in ("printed", "printed_first", "share", "share_first"))
        for (answer, segment), holds, printed, before, share, first_share in zip(
            twice.index, overlap, *columns, strict=True
        ):
            yield _Finding(
                "repeated figures", question.id, answer, segment, printed, before, _verdict(holds),
                share, first_share, first_share,
            )  # fmt: skip


def _aggregation(poll: Poll) -> Iterator[_Finding]:
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
            for row in own:
                if not (table.printed[row, [whole, *parts]] != "").all():
                    continue
                low, high = table.low[row, parts], table.high[row, parts]
                holds = (
                    table.low[row, whole] <= high.max() + _TOLERANCE
                    and table.high[row, whole] >= low.min() - _TOLERANCE
                )
                order = np.argsort(low, kind="stable")
                smallest, greatest = (table.printed[row, parts[at]] for at in (order[0], order[-1]))
                yield _Finding(
                    "aggregation", question.id, table.answers[row], f"{partition.of} from {partition.id}",
                    table.printed[row, whole], f"{smallest} to {greatest}", _verdict(bool(holds)),
                    *table.share[row, [whole, parts[order[0]], parts[order[-1]]]].tolist(),
                )  # fmt: skip


def _joint_aggregation(poll: Poll) -> Iterator[_Finding]:
    """Check that one set of weights explains all totals of a partition, or name rows that stand in its way."""
    for partition in poll.segments.partitions:
        place = f"{partition.of} from {partition.id}"
        if closed_programme(poll, [partition], partition.of).minimise({}) is None:
            yield _Finding("joint aggregation", "", "", place, "", "one set of weights", "inconsistent")
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
                reached, ends = f"at least {_percent(high + off, 2)}", (high + off, math.inf)
            else:
                reached, ends = f"at most {_percent(low + off, 2)}", (-math.inf, low + off)
            yield _Finding(
                "joint aggregation", question, answer, place, printed, reached,
                "contradicts other rows" if off else "consistent", share, *ends,
            )  # fmt: skip


def _exact_sums(poll: Poll) -> Iterator[_Finding]:
    """Count the single-response columns that sum to exactly 100, and those that would by chance."""
    exact, chances, seen = 0, [], set()
    for question in poll.questions:
        if question.kind != "single_response":
            continue
        table = opened(poll, question.id)
        for _, segment, rows, column in _columns(poll, question):
            quantities = frozenset(poll.quantity(question.id, table.answers[row]) for row in rows)
            if (quantities, segment) in seen:
                continue
            seen.add((quantities, segment))
            shares = table.share[rows, column]
            exact += abs(shares.sum() - 1) < _TOLERANCE
            chances.append(chance_of_exact_sum(int((shares > 0).sum())))
    if chances:
        from scipy.stats import poisson_binom

        chance = poisson_binom.sf(exact - 1, chances)
        yield _Finding(
            "exact sums", "", "", "", f"{exact} of {len(chances)} columns",
            f"{sum(chances):.1f} expected; {chance:.2g} chance of as many or more", "descriptive",
            float(exact), sum(chances), sum(chances),
        )  # fmt: skip
