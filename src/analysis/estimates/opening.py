"""The door of this room: a poll's table is opened once, as arrays of answers × segments; only arrays travel on."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from analysis.estimates.options import a_poll
from analysis.polls import WHOLE, Poll, Question
from analysis.polls.figures import parse_count, printed_decimals, rounding_interval
from analysis.stats.arrays import FloatArray

__all__ = [
    "TOLERANCE", "Table", "answers_of_role", "are_noughts", "is_closed", "laid_out", "leaves_out", "opened", "printed_bases",
]  # fmt: skip

# Sums of printed decimals are exact; this only absorbs their binary representation.
TOLERANCE = 1e-9


@dataclass(frozen=True, eq=False, slots=True)
class Table:
    """The percentages of a question, answers × segments; NaN and "" where no table prints them.

    `low` and `high` are the shares that round to what is printed, `unit` is one step of the last printed digit.
    """

    question: Question
    answers: tuple[str, ...]
    segments: tuple[str, ...]
    printed: npt.NDArray[np.object_]
    printed_in: npt.NDArray[np.object_]
    share: FloatArray
    low: FloatArray
    high: FloatArray
    unit: FloatArray

    def rows(self, answers: Sequence[str]) -> list[int]:
        """Return the places of some answers."""
        return [self.answers.index(self.question[answer].id) for answer in answers]

    def columns(self, segments: Sequence[str]) -> list[int]:
        """Return the places of some segments."""
        return [self.segments.index(segment) for segment in segments]

    @property
    def whole(self) -> int:
        """The place of the whole sample among the segments."""
        return self.segments.index(WHOLE)

    @property
    def single(self) -> bool:
        """Whether everybody gave one answer."""
        return self.question.kind == "single_response"

    @property
    def of_all(self) -> list[str]:
        """Answers that are shares of the question's whole base."""
        return [answer for answer in self.answers if self.question[answer].given is None]

    def within(self, segments: Sequence[str]) -> "Table":
        """Return the table of some of its segments."""
        names = ("printed", "printed_in", "share", "low", "high", "unit")
        columns = self.columns(segments)
        return replace(
            self, segments=tuple(segments), **{name: getattr(self, name)[:, columns] for name in names}
        )

    def conditions(self, values: FloatArray) -> FloatArray:
        """Return for each cell a value of the answer that it is conditional on, such as its share; 1 for a share of all."""
        given = [self.question[answer].given for answer in self.answers]
        whole = np.ones(len(self.segments))
        found = [whole if one is None else values[self.answers.index(one)] for one in given]
        return np.array(found).reshape(self.share.shape)  # of no answers, too


def opened(poll: Poll, question: str) -> Table:
    """Open a question of a poll."""
    return _opened(a_poll(poll), poll.question(question))


@lru_cache(maxsize=256)  # a poll never changes
def _opened(poll: Poll, asked: Question) -> Table:
    answers, segments = tuple(answer.id for answer in asked.answers), poll.segments.ids
    cells = poll.cells(asked.id)
    cells = cells[cells["answer"].isin(answers)]

    def wide(name: str) -> npt.NDArray[np.object_]:
        return cells[name].to_numpy(dtype=object).reshape(len(answers), len(segments))

    known = ~pd.isna(wide("printed"))
    printed, printed_in = (np.where(known, wide(name), "") for name in ("printed", "printed_in"))
    units = [10.0 ** -(printed_decimals(figure) + 2) if figure else np.nan for figure in printed.ravel()]
    share, low, high = (wide(name).astype(float) for name in ("share", "low", "high"))
    return Table(
        asked, answers, segments, printed, printed_in, share, low, high, np.reshape(units, share.shape)
    )


def are_noughts(figures: Iterable[object]) -> bool:
    """Say whether a column prints nothing but noughts: nobody in it was asked, whatever the others were."""
    return all(isinstance(one, str) and one != "" and not one.strip("0.,") for one in figures)


@lru_cache(maxsize=4096)
def is_closed(question: Question) -> bool:
    """Say whether everybody was asked and gave one answer: the rows exhaust every segment."""
    if question.kind != "single_response" or question.base != "all" or not question.answers:
        return False
    return not leaves_out(question) and not any(map(are_noughts, _columns(question)))


def _columns(question: Question) -> npt.NDArray[np.object_]:
    """Return what was printed of each segment, but for shares of those who gave an answer."""
    rows = question.printed.loc[[answer.id for answer in question.answers if answer.given is None]]
    return rows.to_numpy(dtype=object).T


@lru_cache(maxsize=4096)
def leaves_out(question: Question, least: float = 1.0) -> bool:
    """Say whether most columns add up to less than they should, since some answers were left out."""
    columns = [column for column in _columns(question) if not pd.isna(column).any()]
    return 2 * sum(_most(column) < least - TOLERANCE for column in columns) > len(columns)


def _most(figures: Iterable[str]) -> float:
    """Return the most that figures which round to those printed sum to."""
    marks = (("," if "," in figure else ".", figure) for figure in figures)
    return sum(rounding_interval(figure, decimal_mark=mark)[2] for mark, figure in marks)


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
    printed = question.printed.loc[row.id].to_dict()
    figures = [printed.get(segment) for segment in poll.segments.ids]
    return np.array(
        [
            parse_count(figure, decimal_mark=poll.decimal_mark) if isinstance(figure, str) else np.nan
            for figure in figures
        ],
        dtype=float,
    )
