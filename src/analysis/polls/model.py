"""A poll as published. The dataclasses are the schema of poll.toml, as `schema` reads it.

A field without a default must be in the file; a `Literal` names what is allowed; a `computed` field is not in the file.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
import pandas as pd

from analysis.errors import PollError, unknown_name
from analysis.polls.figures import possible_shares
from analysis.polls.schema import Id, InTwoLanguages, Unchanging, computed, the_named
from analysis.polls.segments import Partition, Segment, Segments
from analysis.polls.sheet import Sheet, Source

__all__ = [
    "ANSWER_ROLES", "BASE_ROLES", "MEASURE_ROLES", "PERCENTAGE_ROLES", "ROLES", "Answer", "Document", "Doubt",
    "LeftOut", "Poll", "Question",
]  # fmt: skip

ANSWER_ROLES = (
    "candidate", "blank_null", "undecided", "will_not_vote", "certain", "may_change",
    "other", "nothing", "no_opinion", "substantive",
)  # fmt: skip
PERCENTAGE_ROLES = (*ANSWER_ROLES, "net")
_VALUES = ("share", "low", "high")
MEASURE_ROLES = ("mean", "score", "index", "change")
"""Rows that are no percentages; their `unit` says what they are."""
BASE_ROLES = ("unweighted_base", "weighted_base")
"""Rows of interviews behind each column."""
ROLES = (*PERCENTAGE_ROLES, *MEASURE_ROLES, *BASE_ROLES)


@dataclass(frozen=True, slots=True)
class Answer(InTwoLanguages):
    """A row of a published table, as the leading columns of its file describe it.

    * `role`: one of `ROLES`: what kind of answer it is, or a net of answers, a measure that is no percentage, or a
      base.
    * `given`: the answer of the same table among whose givers this row is a share; None for one of the whole base.
    * `of`: the rows that a net sums, as far as that is known.
    * `unit`: what a measure counts.
    * `short`: what reports call the answer after its label was given, such as a candidate's surname.
    """

    id: str
    label: str
    label_en: str = ""
    short: str = ""
    short_en: str = ""
    role: str = "substantive"
    given: str | None = None
    of: tuple[str, ...] = ()
    unit: str = ""


@dataclass(frozen=True, eq=False)
class Question(InTwoLanguages):
    """A published table: its rows, and their figures by segment.

    * `kind`: whether the answers of a column exclude one another and add up to all, or may be several a person.
    * `base`: `all` interviews of a segment, `part` of them, or `not_stated`.
    * `repeats`: the question whose answers of the same id this table prints again; empty where there is none.
    * `rows`: every row of the table, in printed order.
    * `columns`: the segments that are columns of it, in printed order.
    * `figures`: what is printed in its cells, by row and segment.
    """

    id: Id
    file: str
    name: str
    title: str
    kind: Literal["single_response", "multiple_response"]
    asked: Literal["card", "read_aloud", "spontaneous", "not_stated"]
    base: Literal["all", "part", "not_stated"]
    name_en: str = ""
    title_en: str = ""
    instructions: str = ""
    instructions_en: str = ""
    row_heading: str = ""
    row_heading_en: str = ""
    repeats: str = ""
    not_published: str = ""
    not_published_en: str = ""
    rows: tuple[Answer, ...] = computed(tuple)
    columns: tuple[str, ...] = computed(tuple)
    figures: Mapping[tuple[str, str], str] = computed(dict)

    @cached_property
    def printed(self) -> pd.DataFrame:
        """Rows × segments as printed, missing where not published."""
        rows = pd.Index([row.id for row in self.rows], name="answer")
        columns = pd.Index(self.columns, name="segment")
        figures = [[self.figures.get((row, segment)) for segment in columns] for row in rows]
        cells = np.array(figures, dtype=object).reshape(len(rows), len(columns))  # of no rows, too
        return pd.DataFrame(cells, rows, columns, dtype="str")

    @cached_property
    def answers(self) -> tuple[Answer, ...]:
        """The rows that are answers: no nets, no measures, no bases."""
        return tuple(row for row in self.rows if row.role in ANSWER_ROLES)

    def with_role(self, *roles: str) -> tuple[Answer, ...]:
        """Return the rows of some roles, in printed order."""
        return tuple(row for row in self.rows if row.role in roles)

    def __getitem__(self, answer_id: str) -> Answer:
        """Return the row with this id, or say which there are."""
        own = [row for row in self.rows if row.id == answer_id]
        return the_named(f"question {self.id!r}: no answer", answer_id, own or self.answers)

    def __repr__(self) -> str:
        """Say in a line what the table is."""
        return f"<Question {self.id}: {self.name_en}; {len(self.answers)} answers, {self.kind}>"


@dataclass(frozen=True, slots=True)
class Doubt:
    """What a draft was not sure of: the key it is about, the question, the answer it holds, and why."""

    about: str
    question: str
    proposed: str
    because: str = ""


@dataclass(frozen=True, slots=True)
class LeftOut:
    """What a draft does not hold of its source: the place, the text word for word, and why."""

    where: str
    text: str
    because: str


@dataclass(frozen=True, eq=False)
class Document:
    """What a poll.toml says."""

    format: Literal[1, 2]
    language: str
    decimal_mark: Literal[".", ","]
    decimals: Literal[0, 1, 2, 3, 4, 5, 6]
    source: Source
    sheet: Sheet
    segments: tuple[Segment, ...]
    questions: tuple[Question, ...]
    partitions: tuple[Partition, ...] = ()
    unsure: tuple[Doubt, ...] = ()
    left_out: tuple[LeftOut, ...] = ()


@dataclass(frozen=True, eq=False)
class Poll(Unchanging):
    """One published poll.

    * `id`: name of the poll's folder.
    * `questions`: in published order.
    * `language`: language of the printed labels, such as `es`.
    * `decimals`: decimals with which the publication prints its figures.
    * `unsure`: questions that nobody has answered yet, in a poll drafted by `polltables import`.
    * `left_out`: what its source holds beside.
    * `sha256`: digest of the poll's files.
    """

    id: str
    source: Source
    sheet: Sheet
    segments: Segments
    questions: tuple[Question, ...]
    language: str
    decimal_mark: str
    decimals: int
    sha256: str
    unsure: tuple[Doubt, ...] = ()
    left_out: tuple[LeftOut, ...] = ()

    @property
    def figures(self) -> pd.DataFrame:
        """One row a printed percentage, in published order: `question, answer, segment, printed, share, low, high`.

        `low` and `high` are the least and greatest share, in [0, 1], that what is printed may stand for. A frame of one's
        own: the poll stays as it is.
        """
        return self._figures.copy(deep=False)

    @cached_property
    def _figures(self) -> pd.DataFrame:
        rows = [
            (asked.id, row.id, segment, figure, *possible_shares(figure, self.decimals, self.decimal_mark))
            for asked in self.questions
            for row in asked.with_role(*PERCENTAGE_ROLES)
            for segment in asked.columns
            if (figure := asked.figures.get((row.id, segment)))
        ]
        return pd.DataFrame(
            rows, columns=["question", "answer", "segment", "printed", "share", "low", "high"]
        )

    def question(self, question_id: str) -> Question:
        """Return the question with this id, or say which there are."""
        return the_named(f"poll {self.id!r}: no question", question_id, self.questions)

    @property
    def main_question(self) -> Question:
        """The first question that does more than divide the sample; the first of all where none does."""
        return next((one for one in self.questions if not self.is_division(one)), self.questions[0])

    def is_division(self, question: Question) -> bool:
        """Say whether a table tells how the sample is divided: each part of a partition gave its own answer."""
        answers = {answer.label.casefold(): answer.id for answer in question.answers}

        def own(part: str) -> str:
            return question.figures.get((answers.get(self.segments[part].label.casefold(), ""), part)) or "0"

        partitions = self.segments.partitions
        return any(all(float(own(part).replace(",", ".")) > 99 for part in one.parts) for one in partitions)

    def quantity(self, question_id: str, answer_id: str) -> tuple[str, str]:
        """Return the (question, answer) under which a figure is first printed.

        A figure printed in two tables is one quantity: the vote rows of a certainty table are
        those of the vote-intention table.
        """
        repeats = self.question(question_id).repeats
        if repeats and any(answer.id == answer_id for answer in self.question(repeats).rows):
            return repeats, answer_id
        return question_id, answer_id

    def table(self, question_id: str, values: str = "share", *, printed: bool = False) -> pd.DataFrame:
        """Lay a question's figures out as published: answers × segments.

        * `values`: `"share"` (in [0, 1], missing where not published), `"low"` or `"high"`.
        * `printed`: give the strings that this table prints, nothing filled in.

        Examples
        --------
        >>> from analysis import load_poll
        >>> load_poll("cpi-2021-04").table("vote_intention").loc["castillo", ["total", "rural"]].to_list()
        [0.355, 0.615]

        35.5 % of all, and 61.5 % of rural people, would vote for Castillo.
        """
        from analysis.polls.cells import open_table

        asked = self.question(question_id)
        answers = pd.Index([answer.id for answer in asked.answers], name="answer")
        if values not in _VALUES:
            raise PollError(
                f"{unknown_name('table: no values', values, _VALUES)} For what is printed: printed=True."
            )
        if printed:
            return asked.printed.loc[answers]
        segments = pd.Index(self.segments.ids, name="segment")
        return pd.DataFrame(getattr(open_table(self, asked), values).copy(), answers, segments)

    def __repr__(self) -> str:
        """Say in a line which poll it is."""
        n = "n not published" if self.sheet.n is None else f"n = {self.sheet.n:,}"
        contents = f"{len(self.questions)} questions, {len(self.segments.ids)} segments"
        return f"<Poll {self.id}: {self.sheet.short_name}, until {self.sheet.fieldwork_end}, {n}; {contents}>"

    def _repr_html_(self) -> str:
        """Show a card: who, when, how many, and what can be asked of the poll."""
        from analysis.polls.card import poll_card

        return poll_card(self)
