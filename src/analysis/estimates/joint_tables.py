"""Joint tables of which only the margins were published, such as zone × urban/rural: which agree with the print."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.errors import AnalysisError
from analysis.estimates.covers import Figures, figures
from analysis.estimates.weights import implied_weights
from analysis.polls import Partition, Poll
from analysis.stats.margins import FloatArray
from analysis.stats.programme import Programme, Variable

__all__ = ["JointTables", "joint_tables"]


@dataclass(frozen=True, eq=False, slots=True)
class JointTables:
    """A segment divided in two ways, and what is printed of both.

    A joint table is an array (1 + answers, rows, columns) of shares of the segment: people in a cell, then
    those of them who give each answer.

    Attributes
    ----------
    weights : tuple of pandas.DataFrame
        `implied_weights` of rows and of columns.
    figures : tuple of Figures
        Answers in rows and in columns; only answers of which both are wholly published.
    whole : Figures
        Answers in the segment itself, NaN where not published.
    exclusive, exhaustive : bool
        Whether a person gives one answer at most, and whether these are all the answers.
    """

    weights: tuple[pd.DataFrame, pd.DataFrame]
    figures: tuple[Figures, Figures]
    whole: Figures
    exclusive: bool
    exhaustive: bool

    @property
    def shape(self) -> tuple[int, int, int]:
        """Return the shape of a joint table."""
        return 1 + len(self.whole.answers), len(self.weights[0]), len(self.weights[1])

    def programme(self) -> Programme:
        """Write down which joint tables agree with everything printed."""
        programme = Programme()
        layers, rows, columns = self.shape
        lines: tuple[list[list[tuple[int, int]]], ...] = (
            [[(row, column) for column in range(columns)] for row in range(rows)],
            [[(row, column) for row in range(rows)] for column in range(columns)],
        )
        cells = [cell for line in lines[0] for cell in line]
        programme.require_equal(dict.fromkeys([(0, *cell) for cell in cells], 1.0), 1.0)
        for side in (0, 1):
            limits = self.weights[side][["low", "high"]].fillna({"low": 0, "high": 1})
            for line, (low, high) in zip(lines[side], limits.to_numpy(dtype=float), strict=True):
                programme.require_at_most(dict.fromkeys([(0, *cell) for cell in line], 1.0), high)
                programme.require_at_most(dict.fromkeys([(0, *cell) for cell in line], -1.0), -low)
        printed = [(lines[0], self.figures[0]), (lines[1], self.figures[1]), ([cells], self.whole)]
        for answer in range(layers - 1):
            for groups, known in printed:
                for group, line in enumerate(groups):
                    people: list[Variable] = [(0, *cell) for cell in line]
                    givers: list[Variable] = [(1 + answer, *cell) for cell in line]
                    low, high = float(known.low[answer, group]), float(known.high[answer, group])
                    if not np.isnan(low):
                        programme.require_ratio(givers, people, low, high)
        for cell in cells:
            answers: list[Variable] = [(layer, *cell) for layer in range(1, layers)]
            for together in [answers] if self.exclusive else [[answer] for answer in answers]:
                row: dict[Variable, float] = {**dict.fromkeys(together, 1.0), (0, *cell): -1.0}
                if self.exhaustive:
                    programme.require_equal(row, 0.0)
                else:
                    programme.require_at_most(row, 0.0)
        return programme

    def likeliest(self) -> FloatArray:
        """Return the table that agrees with the print and is nearest to the one of greatest entropy.

        That one, given the printed margins, has rows and columns independent among the givers of each answer;
        rounding can keep it from agreeing. Nearest is in the sum of absolute departures. NaN if no table agrees.
        """
        by_row, by_column = (
            weights["weight"].to_numpy(dtype=float) * known.share
            for weights, known in zip(self.weights, self.figures, strict=True)
        )
        with np.errstate(divide="ignore", invalid="ignore"):
            split = np.nan_to_num(by_column / by_column.sum(axis=1, keepdims=True))
        answers = by_row[:, :, np.newaxis] * split[:, np.newaxis, :]
        independent = np.outer(*(weights["weight"].to_numpy(dtype=float) for weights in self.weights))
        wanted = np.concatenate(
            [(answers.sum(axis=0) if self.exhaustive else independent)[np.newaxis], answers]
        )
        if np.isnan(wanted).any():
            return wanted * np.nan
        programme = self.programme()
        departures: list[Variable] = []
        for cell, value in np.ndenumerate(wanted):
            above, below = ("above", cell), ("below", cell)
            programme.require_equal({cell: 1.0, above: -1.0, below: 1.0}, float(value))
            departures += [above, below]
        return self.table(programme.minimise(dict.fromkeys(departures, 1.0)))

    def table(self, solution: dict[Variable, float] | None) -> FloatArray:
        """Lay a solution of the programme out, NaN if there is none."""
        if solution is None:
            return np.full(self.shape, np.nan)
        return np.array([solution[cell] for cell in np.ndindex(*self.shape)]).reshape(self.shape).clip(min=0)

    def corners(self, programme: Programme) -> Iterator[FloatArray]:
        """Yield the tables in which some cell is smallest or largest."""
        for cell in np.ndindex(*self.shape[1:]):
            for sign in (1.0, -1.0):
                yield self.table(programme.minimise({(0, *cell): sign}))


def joint_tables(
    poll: Poll, question: str, partitions: tuple[str, str]
) -> tuple[JointTables, Partition, Partition]:
    """Collect what is printed of a question in the parts of two partitions of one segment."""
    first, second = (poll.segments.partition(name) for name in partitions)
    if first.of != second.of or first.id == second.id:
        raise AnalysisError(
            f"partitions: {first.id!r} divides {first.of!r} and {second.id!r} divides {second.of!r}; "
            "use two partitions of one segment."
        )
    asked = poll.question(question)
    if asked.base != "all":
        raise AnalysisError(f"question: {question!r} was not asked of all; use one that was.")
    of_all = [answer.id for answer in asked.answers if answer.given is None]
    sides = [figures(poll, question, partition.parts).rows(of_all) for partition in (first, second)]
    known = [
        answer
        for row, answer in enumerate(of_all)
        if not any(np.isnan(side.share[row]).any() for side in sides)
    ]
    single = asked.kind == "single_response"
    weights = [implied_weights(poll, partition=partition.id) for partition in (first, second)]
    tables = JointTables(
        weights=(weights[0], weights[1]),
        figures=(sides[0].rows(known), sides[1].rows(known)),
        whole=figures(poll, question, [first.of]).rows(known),
        exclusive=single,
        exhaustive=single and known == of_all,
    )
    return tables, first, second
