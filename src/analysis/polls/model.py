"""A poll as published: source, technical sheet, segments, questions, figures."""

from dataclasses import dataclass
from functools import lru_cache

import pandas as pd

from analysis.errors import PollError
from analysis.polls.segments import Segments
from analysis.polls.sheet import TechnicalSheet

__all__ = ["Answer", "Doubt", "LeftOut", "Poll", "Question", "Source"]


@dataclass(frozen=True, slots=True)
class Source:
    """Where the figures come from."""

    title: str
    title_en: str
    publisher: str
    url: str
    licence: str
    licence_en: str


@dataclass(frozen=True, slots=True)
class Answer:
    """A row of a published table.

    Attributes
    ----------
    role : str
        What kind of answer it is: `candidate`, `blank_null`, `undecided`, `will_not_vote`, `certain`,
        `may_change`, `other`, `nothing`, `no_opinion`, or `substantive` for any other.
    given : str or None
        The answer of the same table among whose givers this row is a share; None for a row that
        is a share of the question's whole base.
    """

    id: str
    label: str
    label_en: str
    role: str
    given: str | None


@dataclass(frozen=True, eq=False)
class Question:
    """A published table: its answers (rows) and figures by segment (columns).

    Attributes
    ----------
    kind : str
        `single_response` (the answers of a column exclude one another and add up to all) or `multiple_response`.
    asked : str
        `card`, `read_aloud`, `spontaneous` or `not_stated`.
    base : str
        `all` interviews of a segment, `part` of them, or `not_stated`.
    repeats : str or None
        The question whose answers of the same id this table prints again.
    estimates : pandas.DataFrame
        This question's rows of `Poll.estimates`.
    """

    id: str
    name: str
    name_en: str
    title: str
    title_en: str
    instructions: str
    instructions_en: str
    row_heading: str
    row_heading_en: str
    kind: str
    asked: str
    base: str
    repeats: str | None
    not_published: str
    not_published_en: str
    file: str
    answers: tuple[Answer, ...]
    estimates: pd.DataFrame

    def __getitem__(self, answer_id: str) -> Answer:
        """Return the answer with this id, or say which there are."""
        for answer in self.answers:
            if answer.id == answer_id:
                return answer
        there_is = ", ".join(answer.id for answer in self.answers)
        raise PollError(f"Question {self.id!r} has no answer {answer_id!r}; there is: {there_is}.")

    def table(self, values: str = "share") -> pd.DataFrame:
        """Lay the figures out as published: answers × segments.

        Parameters
        ----------
        values : str
            `"share"` (in [0, 1], NaN where not published), `"printed"`, `"low"` or `"high"`.
        """
        wide = self.estimates.pivot(index="answer", columns="segment", values=values)
        return wide.reindex(
            index=pd.Index([answer.id for answer in self.answers], name="answer"),
            columns=pd.Index(self.estimates["segment"].unique(), name="segment"),
        )


@dataclass(frozen=True, slots=True)
class Doubt:
    """What a draft was not sure of: the key it is about, the question, the answer it holds, and why."""

    about: str
    question: str
    proposed: str
    because: str


@dataclass(frozen=True, slots=True)
class LeftOut:
    """What a draft does not hold of its source: the place, the text word for word, and why."""

    where: str
    text: str
    because: str


@dataclass(frozen=True, eq=False)
class Poll:
    """One published poll.

    Attributes
    ----------
    id : str
        Name of the poll's folder.
    sheet : TechnicalSheet
    segments : Segments
    questions : tuple of Question
        In published order.
    estimates : pandas.DataFrame
        One row per answer and segment of every table, in published order: `question, answer, segment,
        printed, share, low, high`. Shares in [0, 1]; a missing `printed` was not published.
    language : str
        Language of the printed labels, such as `es`.
    decimals : int
        Decimals with which the publication prints its figures.
    sha256 : str
        Digest of the poll's files.
    unsure : tuple of Doubt
        Questions that nobody has answered yet, in a poll drafted by `polltables import`.
    left_out : tuple of LeftOut
        What its source holds beside.
    """

    id: str
    source: Source
    sheet: TechnicalSheet
    segments: Segments
    questions: tuple[Question, ...]
    estimates: pd.DataFrame
    language: str
    decimal_mark: str
    decimals: int
    sha256: str
    unsure: tuple[Doubt, ...] = ()
    left_out: tuple[LeftOut, ...] = ()

    def question(self, question_id: str) -> Question:
        """Return the question with this id, or say which there are."""
        for question in self.questions:
            if question.id == question_id:
                return question
        there_is = ", ".join(question.id for question in self.questions)
        raise PollError(f"Poll {self.id!r} has no question {question_id!r}; there is: {there_is}.")

    def quantity(self, question_id: str, answer_id: str) -> tuple[str, str]:
        """Return the (question, answer) under which a figure is first printed.

        A figure printed in two tables is one quantity: the vote rows of a certainty table are
        those of the vote-intention table.
        """
        repeats = self.question(question_id).repeats
        if repeats is not None and any(answer.id == answer_id for answer in self.question(repeats).answers):
            return repeats, answer_id
        return question_id, answer_id

    def known(self, question_id: str) -> pd.DataFrame:
        """Return a question's estimates, its gaps filled from tables that print the same figures.

        Returns
        -------
        pandas.DataFrame
            As `estimates`, with the column `printed_in`: the question whose table prints the
            figure, missing where none does.

        Examples
        --------
        >>> from analysis.polls import load_poll
        >>> known = load_poll("cpi-2021-04").known("vote_intention")
        >>> known.loc[known["segment"] == "total", ["answer", "printed", "printed_in"]].head(2)
             answer printed      printed_in
        0  castillo    35.5  vote_certainty
        9  fujimori    23.1  vote_certainty

        The vote-intention table has no total column; the certainty table prints it.
        """
        return _known(self, question_id).copy()

    def quantity_index(self, estimates: pd.DataFrame) -> pd.MultiIndex:
        """Key rows of estimates by the quantity they print, so that twins share a key."""
        columns = (estimates[column].astype(str) for column in ("question", "answer", "segment"))
        keys = [(*self.quantity(q, answer), segment) for q, answer, segment in zip(*columns, strict=True)]
        return pd.MultiIndex.from_tuples(keys, names=["question", "answer", "segment"])


@lru_cache(maxsize=128)  # notebooks ask for the same few again and again
def _known(poll: Poll, question_id: str) -> pd.DataFrame:
    """Fill the gaps of a question's estimates; a poll never changes."""
    rows = poll.question(question_id).estimates.reset_index(drop=True)
    rows["printed_in"] = rows["question"].where(rows["printed"].notna())
    if rows["printed"].notna().all():
        return rows
    elsewhere = poll.estimates[poll.estimates["printed"].notna()].assign(
        printed_in=lambda frame: frame["question"]
    )
    elsewhere.index = poll.quantity_index(elsewhere)
    elsewhere = elsewhere[~elsewhere.index.duplicated()]
    filled = elsewhere.reindex(poll.quantity_index(rows)).reset_index(drop=True)
    columns = ["printed", "share", "low", "high", "printed_in"]
    rows[columns] = rows[columns].where(rows["printed"].notna(), filled[columns])
    return rows
