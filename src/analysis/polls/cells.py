"""The cells of a question: every answer in every segment, with gaps filled from tables that repeat it."""

from functools import lru_cache
from typing import Any

import pandas as pd

from analysis.polls.model import PERCENTAGE_ROLES, Poll, Question

__all__ = ["laid_out"]


@lru_cache(maxsize=64)
def _by_cell(poll: Poll) -> dict[str, dict[tuple[str, str], list[Any]]]:
    """Return the printed percentages of each question, by answer and segment; a poll never changes."""
    found: dict[str, dict[tuple[str, str], list[Any]]] = {question.id: {} for question in poll.questions}
    for question, answer, segment, *figure in zip(
        *(poll.figures[name].to_list() for name in poll.figures), strict=True
    ):
        found.setdefault(question, {}).setdefault((answer, segment), figure)
    return found


@lru_cache(maxsize=256)
def laid_out(poll: Poll, asked: Question) -> pd.DataFrame:
    """Return what `Poll.cells` lays out, to be copied."""
    first = poll.question(asked.repeats or asked.id)
    shared, printed = {row.id for row in first.rows}, _by_cell(poll)
    twins = [one.id for one in poll.questions if first.id in (one.id, one.repeats) and one is not asked]
    columns = list(poll.figures.columns)
    rows = []
    for answer in (row.id for row in asked.with_role(*PERCENTAGE_ROLES)):
        tables = [asked.id, *(twins if answer in shared else [])]
        for segment in poll.segments.ids:
            there = next((name for name in tables if (answer, segment) in printed[name]), None)
            figure = printed[there][answer, segment] if there else [None] * (len(columns) - 3)
            rows.append((asked.id, answer, segment, *figure, there))
    frame = pd.DataFrame(rows, columns=[*columns, "printed_in"])
    return frame.astype({**poll.figures.dtypes, "printed_in": poll.figures["question"].dtype})
