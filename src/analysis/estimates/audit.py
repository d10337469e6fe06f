"""Does the publication add up? Every check is answered for every figure; nothing is repaired.

Each check yields rows (check, question, answer, segment, printed, expected, verdict). Checks that
depend on rounding ask whether *some* figures that round to what is printed would pass.
"""

import itertools
from collections.abc import Iterator
from dataclasses import asdict, dataclass

import numpy as np
import pandas as pd

from analysis.estimates.contradictions import weight_contradictions
from analysis.estimates.weights import implied_weights
from analysis.polls import Poll, Question
from analysis.polls.figures import printed_decimals, rounding_interval
from analysis.stats.margins import (
    implied_confidence_level,
    implied_design_effect,
    implied_sample_size,
    margin_of_error,
)

__all__ = ["AUDIT_VERDICTS", "audit_poll", "chance_of_exact_sum"]

AUDIT_VERDICTS = (
    "consistent",
    "inconsistent if rounded, consistent if truncated",
    "inconsistent",
    "contradicts other rows",
    "unexplained gap",
    "explained gap",
    "not published",
    "descriptive",
)
"""What a check can find. The verdicts that begin with `inconsistent`, `contradicts other rows` and
`unexplained gap` are findings. A truncated figure is one that was cut off after its last printed decimal instead of
being rounded. Rows that contradict others are *one* explanation of a contradiction among several."""

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


def _percent(share: float, decimals: int = 1) -> str:
    return f"{100 * share:.{decimals}f}"


def _verdict(holds: bool) -> str:
    return "consistent" if holds else "inconsistent"


def chance_of_exact_sum(categories: int) -> float:
    r"""Probability that independently rounded shares of this many categories sum to exactly 100.

    Parameters
    ----------
    categories : int
        Number of non-zero categories, at least 1.

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


def audit_poll(poll: Poll) -> pd.DataFrame:
    """Check whether the publication adds up.

    Parameters
    ----------
    poll : Poll

    Returns
    -------
    pandas.DataFrame
        `check, question, answer, segment, printed, expected, verdict`, one row for each thing
        checked. The checks: `sheet`, `range`, `single response`, `multiple response`, `repeated
        figures`, `aggregation`, `joint aggregation`, `exact sums`. Verdicts: `AUDIT_VERDICTS`. Percentages in `printed`
        and `expected`; empty where a column does not apply.

    Notes
    -----
    A published total is a weighted mean of its parts, so, rounding allowed for, it lies between the
    least and the greatest of them: that is `aggregation`, row by row. All rows must be reachable with
    one set of weights: that is `joint aggregation`, the least contradiction of `weight_contradictions`.
    How likely sums of exactly 100 are: `chance_of_exact_sum`.

    Examples
    --------
    >>> from analysis.polls import load_poll
    >>> audit = audit_poll(load_poll("cpi-2021-04"))
    >>> audit.loc[audit["verdict"] == "inconsistent", ["question", "segment", "printed", "expected"]]
                 question      segment printed     expected
    85  castillo_negative  lima_callao    99.0  100 or more

    One column of the open-ended tables sums to less than 100, which rounding cannot explain.
    """
    checks = (_sheet, _range, _column_sums, _repeated_figures, _aggregation, _joint_aggregation, _exact_sums)
    findings = [asdict(finding) for check in checks for finding in check(poll)]
    return pd.DataFrame(findings, columns=list(_Finding.__slots__))


def _sheet(poll: Poll) -> Iterator[_Finding]:
    """Compare the margin of error with what n and the confidence level give, and invert it."""
    sheet = poll.sheet
    item = sheet.item("margin_of_error")
    if item is None or sheet.margin_of_error is None or sheet.confidence_level is None:
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
    yield _Finding("sheet", "", "margin_of_error", "", item.printed, expected, verdict)
    levels = implied_confidence_level([low, high], n)
    sizes = implied_sample_size([high, low], confidence_level=level)
    effect = float(implied_design_effect(high, n, confidence_level=level))
    implied = {
        "confidence_level": f"{_percent(levels[0])}–{_percent(levels[1])}",
        "sample_size": f"{sizes[0]:,.0f}–{sizes[1]:,.0f}",
    }
    for line, expected in implied.items():
        printed = sheet.item(line)
        yield _Finding("sheet", "", line, "", printed.printed if printed else "", expected, "descriptive")
    yield _Finding("sheet", "", "design_effect", "", "", f"at most {effect:.3f}", "descriptive")


def _range(poll: Poll) -> Iterator[_Finding]:
    """Look for undeclared decimals and gaps without a reason; loading has refused the rest."""
    for question in poll.questions:
        cells = question.estimates
        printed = cells["printed"].dropna()
        decimals = sorted({printed_decimals(figure) for figure in printed})
        right = decimals == [poll.decimals] or not decimals
        yield _Finding(
            "range", question.id, "", "",
            f"figures: {len(printed)}; decimals: {', '.join(map(str, decimals)) or 'none'}",
            f"decimals: {poll.decimals}; from 0 to 100", _verdict(right),
        )  # fmt: skip
        gaps = cells[cells["printed"].isna()]
        for segment, rows in gaps.groupby("segment", sort=False):
            yield _Finding(
                "range", question.id, ", ".join(rows["answer"]), str(segment), "", "a figure or a reason",
                "explained gap" if question.not_published else "unexplained gap",
            )  # fmt: skip


def _columns(question: Question) -> Iterator[tuple[str, str, pd.DataFrame]]:
    """Yield (condition, segment, rows) for every column of answers that share one base and are all printed."""
    condition = question.estimates["answer"].map({a.id: a.given or "" for a in question.answers})
    for (given, segment), rows in question.estimates.groupby([condition, "segment"], sort=False):
        if rows["printed"].notna().all():
            yield str(given), str(segment), rows


def _column_sums(poll: Poll) -> Iterator[_Finding]:
    """Check that columns can sum to 100 (single response), or to 100 or more (multiple response)."""
    for question in poll.questions:
        single = question.kind == "single_response"
        for given, segment, rows in _columns(question):
            enough = rows["high"].sum() >= 1 - _TOLERANCE
            holds = enough and (not single or rows["low"].sum() <= 1 + _TOLERANCE)
            yield _Finding(
                "single response" if single else "multiple response",
                question.id,
                given,
                segment,
                _percent(rows["share"].sum(), poll.decimals),
                "100 within rounding" if single else "100 or more",
                _verdict(holds),
            )


def _repeated_figures(poll: Poll) -> Iterator[_Finding]:
    """Compare the figures that two tables print."""
    for question in poll.questions:
        if question.repeats is None:
            continue
        twice = question.estimates.merge(
            poll.question(question.repeats).estimates, on=["answer", "segment"], suffixes=("", "_first")
        ).dropna(subset=["printed", "printed_first"])
        # Neighbouring figures share an end, which rounds to only one of them.
        overlap = (
            np.minimum(twice["high"], twice["high_first"])
            > np.maximum(twice["low"], twice["low_first"]) + _TOLERANCE
        )
        columns = (twice[name].tolist() for name in ("answer", "segment", "printed", "printed_first"))
        for answer, segment, again, first, holds in zip(*columns, overlap, strict=True):
            yield _Finding("repeated figures", question.id, answer, segment, again, first, _verdict(holds))


def _aggregation(poll: Poll) -> Iterator[_Finding]:
    """Check that each total lies between its parts, rounding allowed for."""
    for question in poll.questions:
        known = poll.known(question.id)
        cells = known.set_index(["answer", "segment"])[["printed", "low", "high"]].to_dict("index")
        answers = [a.id for a in question.answers if poll.quantity(question.id, a.id)[0] == question.id]
        for partition, answer in itertools.product(poll.segments.partitions, answers):
            total, *parts = (cells[answer, segment] for segment in (partition.of, *partition.parts))
            if any(pd.isna(cell["printed"]) for cell in (total, *parts)):
                continue
            smallest, *_, greatest = sorted(parts, key=lambda cell: float(cell["low"]))
            highest = max(cell["high"] for cell in parts)
            holds = total["low"] <= highest + _TOLERANCE and total["high"] >= smallest["low"] - _TOLERANCE
            yield _Finding(
                "aggregation", question.id, answer, f"{partition.of} from {partition.id}", total["printed"],
                f"{smallest['printed']} to {greatest['printed']}", _verdict(holds),
            )  # fmt: skip


def _joint_aggregation(poll: Poll) -> Iterator[_Finding]:
    """Check that one set of weights explains all totals of a partition, or name rows that stand in its way."""
    for partition in poll.segments.partitions:
        place = f"{partition.of} from {partition.id}"
        if implied_weights(poll, partition=partition.id)["weight"].isna().any():
            yield _Finding("joint aggregation", "", "", place, "", "one set of weights", "inconsistent")
            continue
        named = weight_contradictions(poll, partition=partition.id)
        excess = named.set_index(["question", "answer"])["excess"].to_dict()
        totals = poll.estimates[
            (poll.estimates["segment"] == partition.of) & poll.estimates["printed"].notna()
        ]
        for question, answer, printed, low, high in zip(
            *(totals[column].tolist() for column in ("question", "answer", "printed", "low", "high")),
            strict=True,
        ):
            off = excess.get((question, answer), 0.0)
            reached = (
                f"at least {_percent(high + off, 2)}" if off > 0 else f"at most {_percent(low + off, 2)}"
            )
            yield _Finding(
                "joint aggregation", question, answer, place, printed, reached if off else "reachable by the weights",
                "contradicts other rows" if off else "consistent",
            )  # fmt: skip


def _exact_sums(poll: Poll) -> Iterator[_Finding]:
    """Count the single-response columns that sum to exactly 100, and those that would by chance."""
    exact, chances, seen = 0, [], set()
    for question in poll.questions:
        if question.kind != "single_response":
            continue
        for _, segment, rows in _columns(question):
            column = (frozenset(poll.quantity(question.id, answer) for answer in rows["answer"]), segment)
            if column in seen:
                continue
            seen.add(column)
            exact += abs(rows["share"].sum() - 1) < _TOLERANCE
            chances.append(chance_of_exact_sum(int((rows["share"] > 0).sum())))
    if chances:
        from scipy.stats import poisson_binom

        chance = poisson_binom.sf(exact - 1, chances)
        yield _Finding(
            "exact sums", "", "", "", f"{exact} of {len(chances)} columns",
            f"{sum(chances):.1f} expected; {chance:.2g} chance of as many or more", "descriptive",
        )  # fmt: skip
