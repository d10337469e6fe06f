"""The cells of a question as arrays: every answer in every segment, with gaps filled from tables that repeat it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from analysis.polls.figures import possible_shares, printed_decimals
from analysis.polls.model import PERCENTAGE_ROLES, Poll, Question
from analysis.polls.segments import WHOLE

__all__ = ["Table", "open_table"]

_Shares = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False, slots=True)
class Table:
    """The percentages of a question, answers × segments; NaN and "" where no table prints them.

    `low` and `high` are the shares that round to what is printed, `unit` is one step of the last printed digit, and
    `printed_in` the question whose table prints the figure.
    """

    question: Question
    answers: tuple[str, ...]
    segments: tuple[str, ...]
    printed: npt.NDArray[np.object_]
    printed_in: npt.NDArray[np.object_]
    share: _Shares
    low: _Shares
    high: _Shares
    unit: _Shares

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

    def conditions(self, values: _Shares) -> _Shares:
        """Return for each cell a value of the answer that it is conditional on, such as its share; 1 for a share of all."""
        given = [self.question[answer].given for answer in self.answers]
        whole = np.ones(len(self.segments))
        found = [whole if one is None else values[self.answers.index(one)] for one in given]
        return np.array(found).reshape(self.share.shape)  # of no answers, too


@lru_cache(maxsize=256)  # a poll never changes
def open_table(poll: Poll, asked: Question) -> Table:
    """Lay a question's answers out; what another table prints of the same answer fills a gap."""
    first = poll.question(asked.repeats or asked.id)
    shared = {row.id for row in first.rows}
    twins = [one for one in poll.questions if first.id in (one.id, one.repeats) and one is not asked]
    percentages = {one.id: {row.id for row in one.with_role(*PERCENTAGE_ROLES)} for one in (asked, *twins)}
    answers, segments = tuple(answer.id for answer in asked.answers), poll.segments.ids
    shape = len(answers), len(segments)
    printed, printed_in = (np.full(shape, "", dtype=object) for _ in range(2))
    numbers = np.full((4, *shape), np.nan)
    for row, answer in enumerate(answers):
        tables = [
            one for one in (asked, *(twins if answer in shared else ())) if answer in percentages[one.id]
        ]
        for column, segment in enumerate(segments):
            there = next((one for one in tables if one.figures.get((answer, segment))), None)
            if there is not None:
                figure = there.figures[answer, segment]
                shares = possible_shares(figure, poll.decimals, poll.decimal_mark)
                printed[row, column], printed_in[row, column] = figure, there.id
                numbers[:, row, column] = *shares, 10.0 ** -(printed_decimals(figure) + 2)
    return Table(asked, answers, segments, printed, printed_in, *numbers)
