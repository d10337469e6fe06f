"""Checks of a publication's figures and columns by themselves: gaps, sums, nets, repetitions."""

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.estimates.opening import are_noughts, opened
from analysis.polls import WHOLE, Poll, Question
from analysis.polls.figures import printed_decimals, rounding_interval

__all__ = [
    "TOLERANCE",
    "Finding",
    "chance_of_exact_sum",
    "check_columns",
    "check_exact_sums",
    "check_nets",
    "check_range",
    "check_repeated_figures",
    "holding",
    "percent",
]

# Sums of printed decimals are exact; this only absorbs their binary representation.
TOLERANCE = 1e-9


@dataclass(frozen=True, slots=True)
class Finding:
    """One row of an audit."""

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


def percent(share: float, decimals: int = 1) -> str:
    """Write a share as a percentage, without its sign."""
    return f"{100 * share:.{decimals}f}"


def holding(holds: bool) -> str:
    """Return the verdict on something that holds or does not."""
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


def _own(poll: Poll, question: Question) -> pd.DataFrame:
    """Return the percentages that a question's own table prints, answers × segments of the poll."""
    answers = [answer.id for answer in question.answers]
    return question.printed.reindex(index=answers, columns=list(poll.segments.ids))


def check_range(poll: Poll) -> Iterator[Finding]:
    """Look for undeclared decimals and gaps without a reason; loading has refused the rest."""
    has_total = any(WHOLE in question.printed.columns for question in poll.questions)
    for question in poll.questions:
        cells = _own(poll, question)
        printed = [figure for figure in cells.to_numpy().ravel().tolist() if isinstance(figure, str)]
        decimals = sorted({printed_decimals(figure) for figure in printed})
        right = decimals == [poll.decimals] or not decimals
        yield Finding(
            "range", question.id, "", "",
            f"figures: {len(printed)}; decimals: {', '.join(map(str, decimals)) or 'none'}",
            f"decimals: {poll.decimals}; from 0 to 100", holding(right),
        )  # fmt: skip
        missing = cells.isna()
        for segment in cells.columns[missing.any()]:
            if segment not in question.printed.columns and not (segment == WHOLE and has_total):
                continue  # a column that the table does not have is no gap in it
            yield Finding(
                "range", question.id, ", ".join(cells.index[missing[segment]]), str(segment), "",
                "a figure or a reason", "explained gap" if question.not_published else "unexplained gap",
            )  # fmt: skip


def _columns(poll: Poll, question: Question) -> Iterator[tuple[str, str, list[int], int]]:
    """Yield (condition, segment, rows, column) for every column of answers that share one base and are all printed.

    A column of noughts alone is left out: nobody in it was asked.
    """
    figures = _own(poll, question).to_numpy(dtype=object)
    printed = pd.notna(figures)
    given = [answer.given for answer in question.answers]
    for condition in dict.fromkeys(given):
        rows = [row for row, one in enumerate(given) if one == condition]
        for column in np.flatnonzero(printed[rows].all(axis=0)).tolist():
            if not are_noughts(figures[rows, column]):
                yield condition or "", poll.segments.ids[column], rows, column


def check_columns(poll: Poll) -> Iterator[Finding]:
    """Check that columns can sum to 100 (single response), or to 100 or more (multiple response)."""
    for question in poll.questions:
        single, table = question.kind == "single_response", opened(poll, question.id)
        for given, segment, rows, column in _columns(poll, question):
            low, high = (ends[rows, column].sum() for ends in (table.low, table.high))
            holds = high >= 1 - TOLERANCE and (not single or low <= 1 + TOLERANCE)
            total = float(table.share[rows, column].sum())
            yield Finding(
                "single response" if single else "multiple response", question.id, given, segment,
                percent(total, poll.decimals), "100 within rounding" if single else "100 or more", holding(holds),
                total, 1.0, 1.0 if single else math.inf,
            )  # fmt: skip


def check_nets(poll: Poll) -> Iterator[Finding]:
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
                holds = ends[0, 1] >= least - TOLERANCE and ends[0, 0] <= most + TOLERANCE
                expected = f"{percent(least, 2)} to {percent(most, 2)}"
                yield Finding(
                    "nets", question.id, net.id, str(segment), figures[0], expected, holding(holds),
                    float(ends[0].mean()), float(least), float(most),
                )  # fmt: skip


def check_repeated_figures(poll: Poll) -> Iterator[Finding]:
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
            > np.maximum(twice["low"], twice["low_first"]) + TOLERANCE
        )
        columns = (twice[name].tolist() for name in ("printed", "printed_first", "share", "share_first"))
        for (answer, segment), holds, printed, before, share, first_share in zip(
            twice.index, overlap, *columns, strict=True
        ):
            yield Finding(
                "repeated figures", question.id, answer, segment, printed, before, holding(holds),
                share, first_share, first_share,
            )  # fmt: skip


def check_exact_sums(poll: Poll) -> Iterator[Finding]:
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
            exact += abs(shares.sum() - 1) < TOLERANCE
            chances.append(chance_of_exact_sum(int((shares > 0).sum())))
    if chances:
        from scipy.stats import poisson_binom

        chance = poisson_binom.sf(exact - 1, chances)
        yield Finding(
            "exact sums", "", "", "", f"{exact} of {len(chances)} columns",
            f"{sum(chances):.1f} expected; {chance:.2g} chance of as many or more", "descriptive",
            float(exact), sum(chances), sum(chances),
        )  # fmt: skip
