"""Checks of one printed table: gaps, sums, nets, bases, repetitions, and totals between their parts."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from analysis.estimates.opening import TOLERANCE, Table, are_noughts, printed_bases
from analysis.polls import WHOLE, Poll
from analysis.polls.figures import printed_decimals, rounding_interval

__all__ = ["CHECKS", "Finding", "columns_of_one_base", "percent"]


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


def _holding(holds: bool | np.bool_) -> str:
    """Return the verdict on something that holds or does not."""
    return "consistent" if holds else "inconsistent"


def _meeting(ends: Sequence[float], least: float, most: float) -> str:
    """Return the verdict on a figure between two ends that should lie between a least and a greatest value."""
    return _holding(ends[0] <= most + TOLERANCE and ends[1] >= least - TOLERANCE)


def columns_of_one_base(poll: Poll, table: Table) -> Iterator[tuple[str, str, list[int], int]]:
    """Yield (condition, segment, rows, column) for every column of answers that share one base and are all printed.

    A column of noughts alone is left out: nobody in it was asked.
    """
    given = [table.question[answer].given for answer in table.answers]
    for condition in dict.fromkeys(given):
        rows = [row for row, one in enumerate(given) if one == condition]
        for column, segment in enumerate(poll.segments.ids):
            figures = [table.question.figures.get((table.answers[row], segment)) for row in rows]
            if all(figures) and not are_noughts(figures):
                yield condition or "", segment, rows, column


def _range(poll: Poll, table: Table) -> Iterator[Finding]:
    """Look for undeclared decimals and gaps without a reason; loading has refused the rest.

    A table may have decimals of its own, and a share below one per cent one more than the others.
    """
    has_total = any(WHOLE in question.printed.columns for question in poll.questions)
    question = table.question
    cells = question.printed.reindex(index=list(table.answers), columns=list(poll.segments.ids))
    printed = [figure for figure in cells.to_numpy().ravel().tolist() if isinstance(figure, str)]
    decimals = sorted({printed_decimals(figure) for figure in printed})
    others = {printed_decimals(figure) for figure in printed if figure[0] != "0"}
    own = max(others) if len(others) == 1 else poll.decimals
    usual = {own, own + (others <= {own})}
    if _are_halves_or_without_noughts(printed, max(decimals, default=0)):
        usual.update(decimals)
    yield Finding(
        "range", question.id, "", "",
        f"figures: {len(printed)}; decimals: {', '.join(map(str, decimals)) or 'none'}",
        f"decimals: {own}; from 0 to 100", _holding(set(decimals) <= usual),
    )  # fmt: skip
    missing = cells.isna()
    for segment in cells.columns[missing.any()]:
        # A column that the table does not have, or in which nobody was counted, is no gap in it, unless it is of the whole.
        counted = any(
            question.figures.get((row.id, str(segment)), "0") != "0"
            for row in question.with_role("unweighted_base", "weighted_base")
        )
        is_there = segment in question.printed.columns and (counted or not missing[segment].all())
        if is_there or (segment == WHOLE and has_total):
            yield Finding(
                "range", question.id, ", ".join(cells.index[missing[segment]]), str(segment), "",
                "a figure or a reason", "explained gap" if question.not_published else "unexplained gap",
            )  # fmt: skip


def _are_halves_or_without_noughts(printed: Sequence[str], most: int) -> bool:
    """Say whether per cents were rounded to halves, or noughts behind the last other digit were left out."""
    fine = [figure for figure in printed if printed_decimals(figure) == most]
    halves = most == 1 and len(fine) > 1 and all(figure.endswith("5") for figure in fine)
    return halves or (2 * len(fine) > len(printed) and not any(figure.endswith("0") for figure in fine))


def _sums(poll: Poll, table: Table) -> Iterator[Finding]:
    """Check that columns can sum to 100 (single response), or to 100 or more (multiple response)."""
    check, expected, most = "multiple response", "100 or more", math.inf
    if table.single:
        check, expected, most = "single response", "100 within rounding", 1.0
    for given, segment, rows, column in columns_of_one_base(poll, table):
        low, total, high = (float(of[rows, column].sum()) for of in (table.low, table.share, table.high))
        yield Finding(
            check, table.question.id, given, segment, percent(total, poll.decimals), expected,
            _meeting((low, high), 1.0, most), total, 1.0, most,
        )  # fmt: skip


def _nets(poll: Poll, table: Table) -> Iterator[Finding]:
    """Check that a net can be the sum of its rows, or, where people give several answers, lies at most their sum."""
    for net in table.question.with_role("net"):
        for segment in table.question.columns if net.of else ():
            cells = [table.question.figures.get((row, segment)) for row in (net.id, *net.of)]
            figures = [figure for figure in cells if figure]
            if len(figures) <= len(net.of):
                continue
            ends = np.array([rounding_interval(f, decimal_mark=poll.decimal_mark)[1:] for f in figures])
            least, most = ends[1:].sum(axis=0)
            if not table.single:
                least, most = ends[1:, 0].max(), min(most, 1.0)
            yield Finding(
                "nets", table.question.id, net.id, segment, figures[0], f"{percent(least, 2)} to {percent(most, 2)}",
                _meeting(ends[0], least, most), float(ends[0].mean()), float(least), float(most),
            )  # fmt: skip


def _bases(poll: Poll, table: Table) -> Iterator[Finding]:
    """Check that the printed interviews of parts add up to those of their whole."""
    counts = printed_bases(poll, table.question, "unweighted_base")
    if counts is None:
        return
    for partition in poll.segments.partitions:
        whole = counts[table.segments.index(partition.of)]
        parts = counts[table.columns(partition.parts)].sum()
        if not np.isnan(whole + parts):
            yield Finding(
                "bases", table.question.id, "", f"{partition.of} from {partition.id}", f"{whole:,.0f}", f"{parts:,.0f}",
                _holding(whole == parts), whole, parts, parts,
            )  # fmt: skip


def _repeated_figures(poll: Poll, table: Table) -> Iterator[Finding]:
    """Compare the figures that two tables print."""
    again, first = (
        poll.figures[poll.figures["question"] == name].set_index(["answer", "segment"])
        for name in (table.question.id, table.question.repeats)
    )
    twice = again.join(first.add_suffix("_first"), how="inner")
    row: Any
    for row in twice.reset_index().itertuples():
        # Neighbouring figures share an end, which rounds to only one of them.
        holds = min(row.high, row.high_first) > max(row.low, row.low_first) + TOLERANCE
        yield Finding(
            "repeated figures", table.question.id, row.answer, row.segment, row.printed, row.printed_first,
            _holding(holds), row.share, row.share_first, row.share_first,
        )  # fmt: skip


def _aggregation(poll: Poll, table: Table) -> Iterator[Finding]:
    """Check that each total lies between its parts, rounding allowed for."""
    asked = table.question.id
    own = [row for row, answer in enumerate(table.answers) if poll.quantity(asked, answer)[0] == asked]
    for partition in poll.segments.partitions:
        whole, parts = table.segments.index(partition.of), table.columns(partition.parts)
        parts = [part for part in parts if not are_noughts(table.printed[own, part])]
        for row in own if parts else ():
            if not (table.printed[row, [whole, *parts]] != "").all():
                continue
            low, high = table.low[row], table.high[row]
            ordered = sorted(parts, key=lambda part: low[part])
            ends = [ordered[0], ordered[-1]]
            share, least, most = table.share[row, [whole, *ends]].tolist()
            verdict = _meeting((low[whole], high[whole]), low[parts].min(), high[parts].max())
            yield Finding(
                "aggregation", asked, table.answers[row], f"{partition.of} from {partition.id}",
                table.printed[row, whole], " to ".join(table.printed[row, ends]), verdict, share, least, most,
            )  # fmt: skip


CHECKS = (_range, _sums, _nets, _bases, _repeated_figures, _aggregation)
"""What is checked of every table, in this order."""
