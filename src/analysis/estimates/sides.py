"""Who is crossed with whom: divisions and questions as groups of imagined people, and what is printed of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
import numpy.typing as npt

from analysis.errors import AnalysisError, unknown_name
from analysis.estimates.opening import is_closed, spread_of
from analysis.estimates.weights import Quantity, printed_intervals
from analysis.polls import WHOLE, Partition, Poll, Question
from analysis.stats import PrintedTable

__all__ = ["Mask", "People", "Side", "crossed", "side_of"]

_MOST_QUESTIONS = 6  # by which respondents are bound: few more say anything new
_MOST_KINDS = 500  # of respondents, by group and answer, in a programme that is solved for each of these
_LARGEST = 1000  # more of them than this are not solved in seconds

Mask = npt.NDArray[np.bool_]
_Kind = tuple[Quantity | None, str]


@dataclass(frozen=True, slots=True)
class Side:
    """What divides people: a partition, or a question of which each gave one answer, or one answer that some gave."""

    partition: Partition | None = None
    question: Question | None = None
    answer: str = ""

    @property
    def groups(self) -> tuple[str, ...]:
        """Parts, or answers; of what followed up on an answer, the follow-ups in its place."""
        if self.partition is not None:
            return self.partition.parts
        if self.question is None or self.answer:
            return (self.answer,)
        followed = {one.given for one in self.question.answers}
        return tuple(one.id for one in self.question.answers if one.id not in followed)


def side_of(poll: Poll, name: str, *, at_once: bool = True) -> Side:
    """Read a side: the id of a division, of a question, or `question:answer`; nothing for an empty one.

    With `at_once`, a question of several answers a person is refused: these divide nobody.
    """
    partitions = {one.id: one for one in poll.segments.partitions}
    questions = {one.id: one for one in poll.questions}
    name = str(name or "")  # papermill hands over numbers and lists as such
    asked, _, answer = name.partition(":")
    if not name or (name in partitions and (at_once or name not in questions)):
        return Side(partitions.get(name))
    if asked not in questions:
        raise AnalysisError(unknown_name("no division or question", asked, [*partitions, *questions]))
    question = questions[asked]
    if answer:
        question[answer]  # which says what there is
    if question.base != "all" or not question.answers:
        raise AnalysisError(
            f"question {asked!r}: it was not asked of everybody (base: {question.base}), and nobody knows of whom; only "
            f"questions of base 'all' can be crossed: {_allowed(poll)}."
        )
    if question.kind != "single_response" and at_once and not answer:
        first = f"{asked}:{question.answers[0].id}"
        raise AnalysisError(
            f"question {asked!r}: people may give several answers to it, so that these divide nobody; cross one of them, "
            f"such as {first!r}, or a question of one answer: {_allowed(poll)}."
        )
    return Side(question=question, answer=answer)


def _allowed(poll: Poll) -> str:
    return ", ".join(one.id for one in poll.questions if is_closed(one)) or "there is none"


def crossed(poll: Poll, pair: Sequence[Partition]) -> list[tuple[str, ...]]:
    """Return the groups that are in a part of each partition."""
    cells = _cells(poll, pair)
    groups = product(*(one.parts for one in pair))
    return [group for group in groups if any(inside.issuperset(group) for inside in cells)]


def _cells(poll: Poll, partitions: Sequence[Partition]) -> list[frozenset[str]]:
    """Return the finest groups, a part (or none) of each partition, as all segments that hold them."""
    used = list(partitions)
    for one in used:  # a division of a part brings in the division that this is a part of
        used += [more for more in poll.segments.partitions if one.of in more.parts and more not in used]
    found = []
    for parts in product(*[(*one.parts, None) for one in used]):
        inside = frozenset({WHOLE}.union(*(poll.segments.containers(part) for part in parts if part)))
        if all(
            inside.intersection(one.parts) == ({part} if part else set()) and (one.of in inside) == bool(part)
            for one, part in zip(used, parts, strict=True)
        ):
            found.append(inside)
    return found


@dataclass(frozen=True, slots=True)
class _Variable:
    """What each person answered: a table, or whether one answer of several was among theirs."""

    question: Question
    item: str = ""

    def kinds(self, poll: Poll) -> list[_Kind]:
        """Return what a person can have answered: an answer, and what followed up on it where that was asked."""
        asked = self.question
        if self.item:
            return [(poll.quantity(asked.id, self.item), ""), (None, "")]
        followed: Mapping[str, list[str]] = {
            answer.id: [one.id for one in asked.answers if one.given == answer.id]
            for answer in asked.answers
            if answer.given is None
        }
        return [(poll.quantity(asked.id, one), more) for one, of in followed.items() for more in of or [""]]

    def rows(self) -> list[tuple[str, str]]:
        """Return question and answer of each printed row."""
        answers = [self.item] if self.item else [one.id for one in self.question.answers]
        return [(self.question.id, one) for one in answers]


class People:
    """Imagined respondents: so many of each kind, by what they answered, in each cell of the divisions."""

    def __init__(self, poll: Poll, sides: Sequence[Side], among: str = "") -> None:
        self._poll = poll
        inside = [one for one in poll.segments.partitions if among in one.parts][:1]
        self._variables: list[_Variable] = []
        for side in sides:
            if side.question is not None and (one := self._variable(side)) not in self._variables:
                self._variables.append(one)
        of_each = [one.kinds(poll) for one in self._variables]
        self._kinds = list(product(*of_each))
        wanted = [side.partition for side in sides if side.partition is not None]
        self._cells = _cells(poll, self._divisions([*wanted, *inside]))
        if len(self._cells) * len(self._kinds) > _LARGEST:
            raise AnalysisError(
                f"{' × '.join(one.question.id for one in self._variables)}: {len(self._kinds)} kinds of answers in "
                f"{len(self._cells)} groups are too many to reckon with; cross fewer, or smaller ones."
            )
        self.columns = [one for one in poll.segments.ids if any(one in cell for cell in self._cells)]
        self.cover = np.array([[column in cell for cell in self._cells] for column in self.columns])

    def _variable(self, side: Side) -> _Variable:
        """Return the fullest table of a question, which may be printed in two."""
        assert side.question is not None
        if not is_closed(side.question):
            return _Variable(side.question, side.answer)
        fullest, same = side.question, _quantities(self._poll, side.question)
        for one in filter(is_closed, self._poll.questions):
            longer = len(one.answers) > len(fullest.answers)
            if longer and _quantities(self._poll, one) == same and not any(a.given for a in fullest.answers):
                fullest = one
        return _Variable(fullest)

    def _divisions(self, wanted: Sequence[Partition]) -> list[Partition]:
        """Return the divisions that are crossed, or else those by which answers differ most, as far as there is room."""
        used = list(dict.fromkeys(wanted))
        if len(used) > 1:
            return used

        def telling(one: Partition) -> float:
            return max(
                (spread_of(self._poll, each.question, one.parts) for each in self._variables), default=0.0
            )

        for one in sorted(self._poll.segments.partitions, key=telling, reverse=True):
            more = [*used, one]
            if one not in used and len(self._kinds) * len(_cells(self._poll, more)) <= _MOST_KINDS:
                used = more
        return used

    def mask(self, side: Side, group: str) -> Mask:
        """Say which kinds in which cells are of a group of a side."""
        shape = (len(self._kinds), len(self._cells))
        if side.question is None:
            return np.broadcast_to([not group or group in cell for cell in self._cells], shape)
        place = self._variables.index(self._variable(side))
        given = side.question[group].given
        own = self._poll.quantity(side.question.id, group)
        chosen = [kind[place][1] == group if given else kind[place][0] == own for kind in self._kinds]
        return np.broadcast_to(np.array(chosen)[:, np.newaxis], shape)

    def tables(self) -> tuple[list[PrintedTable], list[list[tuple[str, str]]]]:
        """Return what is printed of these people, and of others' answers by the same divisions; and rows of each table."""
        printed = [
            self._printed(one, [kind[place] for kind in self._kinds])
            for place, one in enumerate(self._variables)
        ]
        if not printed:  # who was asked nothing that is crossed
            everybody = np.ones((1, len(self.columns)))
            printed = [PrintedTable(everybody, everybody, np.ones((1, 1), bool), np.ones((1, 1), bool))]
        names = ("low", "high", "counted", "among")
        joint = PrintedTable(*(np.vstack([getattr(one, name) for one in printed]) for name in names))
        known = [_quantities(self._poll, one.question) for one in self._variables]
        parts = tuple(one for one in self.columns if one != WHOLE)
        others = [
            _Variable(one)
            for one in filter(is_closed, self._poll.questions)
            if _quantities(self._poll, one) not in known
        ]
        others.sort(key=lambda one: -spread_of(self._poll, one.question, parts))
        kinds = np.cumsum([len(self._kinds), *(len(one.kinds(self._poll)) for one in others)])
        room = int(np.searchsorted(kinds * len(self._cells), _MOST_KINDS, side="right"))
        others = others[: max(0, min(_MOST_QUESTIONS, room) - 1)]
        rows = [[row for one in self._variables for row in one.rows()], *(one.rows() for one in others)]
        return [joint, *(self._printed(one, one.kinds(self._poll)) for one in others)], rows

    def _printed(self, variable: _Variable, kinds: Sequence[_Kind]) -> PrintedTable:
        """Write a table as ends of its figures, and which kinds each of its rows counts among which."""
        poll, question, intervals = self._poll, variable.question, printed_intervals(self._poll)
        ends, counted, among = [], [], []
        for _, answer in variable.rows():
            own, given = poll.quantity(question.id, answer), question[answer].given
            ends.append([intervals[(*own, column)] for column in self.columns])
            base = poll.quantity(question.id, given) if given and not variable.item else None
            counted.append([own == kind if base is None else more == answer for kind, more in kinds])
            among.append([base in (None, kind) for kind, _ in kinds])
        low, high = np.moveaxis(np.array(ends), -1, 0)
        return PrintedTable(low, high, np.array(counted), np.array(among))


def _quantities(poll: Poll, question: Question) -> frozenset[Quantity]:
    return frozenset(poll.quantity(question.id, answer.id) for answer in question.answers if not answer.given)
