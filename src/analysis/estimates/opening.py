"""The door of this room: a poll's table is opened once, as arrays of answers × segments; only arrays travel on."""

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from analysis.estimates.options import a_poll
from analysis.polls import Poll, Question
from analysis.polls.cells import Table, open_table
from analysis.polls.figures import parse_count, rounding_interval
from analysis.stats.arrays import FloatArray

__all__ = [
    "TOLERANCE", "Table", "answers_of_role", "are_noughts", "is_closed", "laid_out", "leaves_out", "opened", "printed_bases",
    "spread_of",
]  # fmt: skip

# Sums of printed decimals are exact; this only absorbs their binary representation.
TOLERANCE = 1e-9


def opened(poll: Poll, question: str) -> Table:
    """Open a question of a poll."""
    return open_table(a_poll(poll), poll.question(question))


def are_noughts(figures: Iterable[object]) -> bool:
    """Say whether a column prints nothing but noughts: nobody in it was asked, whatever the others were."""
    return all(isinstance(one, str) and one != "" and not one.strip("0.,") for one in figures)


@lru_cache(maxsize=4096)
def is_closed(question: Question) -> bool:
    """Say whether everybody was asked and gave one answer: the rows exhaust every segment."""
    if question.kind != "single_response" or question.base != "all" or not question.answers:
        return False
    return not leaves_out(question) and not any(map(are_noughts, _columns(question)))


def _columns(question: Question) -> list[list[str]]:
    """Return what was printed of each segment, but for shares of those who gave an answer; "" for a gap."""
    rows = [answer.id for answer in question.answers if answer.given is None]
    return [[question.figures.get((row, one)) or "" for row in rows] for one in question.columns]


@lru_cache(maxsize=4096)
def leaves_out(question: Question, least: float = 1.0) -> bool:
    """Say whether most columns add up to less than they should, since some answers were left out."""
    columns = [column for column in _columns(question) if all(column)]
    return 2 * sum(_most(column) < least - TOLERANCE for column in columns) > len(columns)


def _most(figures: Iterable[str]) -> float:
    """Return the most that figures which round to those printed sum to."""
    marks = (("," if "," in figure else ".", figure) for figure in figures)
    return sum(rounding_interval(figure, decimal_mark=mark)[2] for mark, figure in marks)


@lru_cache(maxsize=512)
def spread_of(poll: Poll, question: Question, parts: tuple[str, ...]) -> float:
    """Return how far apart the parts are in the answer in which they differ most."""
    table = poll.table(question.id).reindex(columns=list(parts))
    return float(np.nanmax((table.max(axis=1) - table.min(axis=1)).fillna(0), initial=0))


def laid_out(
    question: str,
    answers: Sequence[str],
    segments: Sequence[str],
    columns: Mapping[str, npt.NDArray[Any]],
    *,
    by_segment: bool = False,
) -> pd.DataFrame:
    """Lay arrays of answers × segments out with a row for each, in the order of answers or of segments."""
    if by_segment:
        rows = [(question, answer, segment) for segment in segments for answer in answers]
    else:
        rows = [(question, answer, segment) for answer in answers for segment in segments]
    frame = pd.DataFrame(rows, columns=["question", "answer", "segment"])
    return frame.assign(
        **{name: np.ravel(values.T if by_segment else values) for name, values in columns.items()}
    )


def answers_of_role(question: Question, *roles: str) -> list[str]:
    """Return the answers of some roles that are shares of the question's whole base, in published order."""
    return [answer.id for answer in question.answers if answer.role in roles and answer.given is None]


def printed_bases(poll: Poll, question: Question, role: str, given: str | None = None) -> FloatArray | None:
    """Return the interviews that a question's own table prints behind each segment; None where it prints none."""
    row = next((row for row in question.with_role(role) if row.given == given), None)
    if row is None:
        return None
    figures = [question.figures.get((row.id, segment)) for segment in poll.segments.ids]
    counts = [parse_count(one, decimal_mark=poll.decimal_mark) if one else np.nan for one in figures]
    return np.array(counts, dtype=float)
