"""Groups that nobody printed, such as the rural people of one zone: what their shares can be, given the tables that were.

Respondents are imagined: so many in each group with each answer. All who would have been printed as the tables are fit; the
least and greatest share among them are found by linear programmes (`stats.joint_bounds`).
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import combinations, product

import numpy as np
import pandas as pd

from analysis.estimates.options import a_poll
from analysis.estimates.totals import foremost
from analysis.estimates.weights import Quantity, printed_intervals
from analysis.polls import WHOLE, Partition, Poll, Question
from analysis.stats import JointBounds, PrintedTable, joint_bounds

__all__ = ["cross_contradictions", "cross_leads", "cross_table", "crossing_partitions"]

_MOST_QUESTIONS = 6  # by which respondents are bound: few more say anything new
_MOST_KINDS = (
    500  # of respondents in a programme, by group and answer: it is solved for every group and answer
)
_EVERYBODY = (0.0, 1.0)
_OF_TWO = " of two"  # what is asked beside the answers, whose ids have no blanks

_Cells = dict[tuple[str | None, ...], frozenset[str]]


def crossing_partitions(poll: Poll, first: str = "", second: str = "") -> list[str]:
    """Return two partitions whose parts overlap in groups that were not printed: those named, or the fewest.

    Examples
    --------
    >>> from analysis import load_poll
    >>> crossing_partitions(load_poll("cpi-2021-04"))
    ['zone', 'area']

    Which rural people live in which zone is in no table. Empty where no two partitions cross.
    """
    segments = a_poll(poll).segments
    named = [segments.partition(one) for one in (first, second) if one]
    pairs = [named] if len(named) == 2 else [[*pair] for pair in combinations(segments.partitions, 2)]
    crossing = []
    for pair in pairs:
        made, most = len(_crossed(poll, pair)), max(len(one.parts) for one in pair)
        if all(one in pair for one in named) and made > most:
            crossing.append((made, [one.id for one in pair]))
    return min(crossing, key=lambda found: found[0])[1] if crossing else []


def cross_table(poll: Poll, question: str, first: str = "", second: str = "") -> pd.DataFrame:
    """Bound what was not printed: how large the groups are that two partitions make, and what they answered.

    Parameters
    ----------
    poll : Poll
    question : str
        One that everybody was asked and that takes one answer.
    first, second : str
        Ids of partitions; empty for the two that cross in the fewest groups.

    Returns
    -------
    pandas.DataFrame
        `question, segment, other, answer, low, high`: for each group of a part of either partition its share of the whole
        sample (`answer` empty), and the share of each answer among its people. 0 to 1 where the print says nothing, NaN
        where no respondents fit the tables; no rows where no partitions cross or the question takes several answers.

    Notes
    -----
    Of questions of one answer that everybody was asked, this one and at most five more are used: those in which the parts
    differ most. They are taken to have one weighted base and to be rounded correctly. Bounds are of the sample; chance
    comes on top.

    Examples
    --------
    >>> from analysis import load_poll
    >>> found = cross_table(load_poll("cpi-2021-04"), "vote_intention").set_index(["segment", "other", "answer"])
    >>> print(found.loc[[("costa_sierra_norte", "urbano", "castillo")], ["low", "high"]].round(2).to_string(index=False))
     low  high
    0.01  0.54

    Of urban people in the northern coast and highlands, 1 % may have chosen Castillo, or 54 %.
    """
    rows = [row for row in _rows(poll, question, first, second) if row[4] != _OF_TWO]
    return pd.DataFrame(
        [(question, *row[:2], *row[4:]) for row in rows],
        columns=["question", "segment", "other", "answer", "low", "high"],
    )


def cross_leads(poll: Poll, question: str, first: str = "", second: str = "") -> pd.DataFrame:
    """Say in which of the groups of `cross_table` the print settles who was ahead, of the two foremost answers.

    Returns
    -------
    pandas.DataFrame
        `question, segment, other, answer, against, low, high, verdict`: the share of `answer` among those who gave one
        or the other of both; `verdict` is `ahead` or `behind` where every share that fits is above or below one half, else
        `cannot be said`.
    """
    rows = [row for row in _rows(poll, question, first, second) if row[4] == _OF_TWO]
    frame = pd.DataFrame(
        [(question, *row[:4], *row[5:]) for row in rows],
        columns=["question", "segment", "other", "answer", "against", "low", "high"],
    )
    settled = [frame["low"] > 0.5, frame["high"] < 0.5]
    return frame.assign(verdict=np.select(settled, ["ahead", "behind"], "cannot be said"))


def _rows(poll: Poll, question: str, first: str, second: str) -> list[tuple[object, ...]]:
    """Return segment, other, the foremost answers, what is asked of the group, low and high."""
    pair = tuple(crossing_partitions(poll, first, second))
    if not pair or not _is_usable(poll.question(question)):
        return []
    groups, asked, found, _ = _fitting(poll, question, pair)
    two = [*foremost(poll, question), "", ""][:2]
    return [
        (*group, *two, one, low, high)
        for group, lows, highs in zip(groups, found.low, found.high, strict=True)
        for one, low, high in zip(asked, lows, highs, strict=True)
    ]


def cross_contradictions(poll: Poll, question: str, first: str = "", second: str = "") -> pd.DataFrame:
    """Name figures that no respondents have together with the others: one explanation, whose departures sum to the least.

    Returns
    -------
    pandas.DataFrame
        `question, answer, segment, printed`; no rows where some respondents fit every figure.
    """
    pair = tuple(crossing_partitions(poll, first, second))
    usable = bool(pair) and _is_usable(poll.question(question))
    named = _fitting(poll, question, pair)[3] if usable else []
    table = poll.figures.drop_duplicates(["question", "answer", "segment"]).set_index(
        ["question", "answer", "segment"]
    )
    rows = [(*figure, table["printed"].get(figure, "")) for figure in named]
    return pd.DataFrame(rows, columns=["question", "answer", "segment", "printed"])


def _is_usable(question: Question) -> bool:
    return question.kind == "single_response" and question.base == "all" and bool(question.answers)


def _upwards(poll: Poll, segments: Iterable[str | None]) -> frozenset[str]:
    """Return segments and all that contain them."""
    found, waiting = {WHOLE}, [one for one in segments if one]
    for segment in waiting:
        found.add(segment)
        waiting += [one.of for one in poll.segments.partitions if segment in one.parts]
    return frozenset(found)


def _cells(poll: Poll, partitions: Sequence[Partition]) -> _Cells:
    """Map the finest groups, a part (or none) of each partition, to all segments that hold them."""
    used = list(partitions)
    for one in used:  # a division of a part brings in the division that this is a part of
        used += [more for more in poll.segments.partitions if one.of in more.parts and more not in used]
    found: _Cells = {}
    for parts in product(*[(*one.parts, None) for one in used]):
        inside = _upwards(poll, parts)
        if all(
            inside.intersection(one.parts) == ({part} if part else set()) and (one.of in inside) == bool(part)
            for one, part in zip(used, parts, strict=True)
        ):
            found[parts] = inside
    return found


def _crossed(poll: Poll, pair: Sequence[Partition]) -> list[tuple[str, str]]:
    """Return the groups that are in a part of both partitions."""
    return [(parts[0], parts[1]) for parts in _cells(poll, pair) if parts[0] and parts[1]]


@lru_cache(maxsize=16)
def _fitting(
    poll: Poll, question: str, pair: tuple[str, ...]
) -> tuple[list[tuple[str, str]], list[str], JointBounds, list[tuple[str, str, str]]]:
    """Return groups, what is asked of each (size, answers, first of two), bounds, and figures that contradict others."""
    partitions = [poll.segments.partition(one) for one in pair]
    cells = _cells(poll, partitions)
    columns = [one for one in poll.segments.ids if any(one in inside for inside in cells.values())]
    cover = [[column in inside for inside in cells.values()] for column in columns]
    telling = _most_telling(poll, question, [part for one in partitions for part in one.parts])
    size = np.cumsum([len(cells) * len(_kinds(poll, one)) for one in telling])
    used = telling[: max(1, int(np.searchsorted(size, _MOST_KINDS, side="right")))]
    tables = [_printed(poll, one, columns) for one in used]
    kinds, groups = _kinds(poll, used[0]), _crossed(poll, partitions)
    answers = [answer.id for answer in poll.question(question).answers if answer.given is None]
    given = np.array([[poll.quantity(question, one) == kind[0] for kind in kinds] for one in answers])
    of_two = given[[answers.index(one) for one in foremost(poll, question)]].any(axis=0)
    counted = np.zeros((len(groups), len(answers) + 2, len(kinds), len(cells)), dtype=bool)
    among = np.ones_like(counted)
    for place, cell in enumerate(number for number, parts in enumerate(cells) if parts[0] and parts[1]):
        counted[place, 0, :, cell] = True
        among[place, 1:] = False
        among[place, 1:-1, :, cell] = True
        counted[place, 1:-1, :, cell] = given
        among[place, -1, :, cell] = of_two
        counted[place, -1, :, cell] = given[answers.index(foremost(poll, question)[0])]
    found = joint_bounds(cover, tables, counted, among)
    named = [
        (used[table].id, used[table].answers[row].id, columns[column])
        for table, row, column in found.contradictions
    ]
    return groups, ["", *answers, _OF_TWO], found, named


def _quantities(poll: Poll, question: Question) -> frozenset[Quantity]:
    return frozenset(poll.quantity(question.id, answer.id) for answer in question.answers if not answer.given)


def _most_telling(poll: Poll, question: str, parts: Sequence[str]) -> list[Question]:
    """Return the fullest table of a question, and others in whose answers the parts differ most."""
    same = _quantities(poll, poll.question(question))
    fullest, others = poll.question(question), []
    for one in filter(_is_usable, poll.questions):
        if _quantities(poll, one) != same:
            others.append(one)
        elif len(one.answers) > len(fullest.answers):
            fullest = one

    def spread(one: Question) -> float:
        table = poll.table(one.id).reindex(columns=list(parts))
        return -float(np.nanmax((table.max(axis=1) - table.min(axis=1)).fillna(0), initial=0))

    return [fullest, *sorted(others, key=spread)[: _MOST_QUESTIONS - 1]]


def _kinds(poll: Poll, question: Question) -> list[tuple[Quantity, str]]:
    """Return what a person can have answered: an answer, and what followed up on it where that was asked."""
    followed: Mapping[str, list[str]] = {
        answer.id: [one.id for one in question.answers if one.given == answer.id]
        for answer in question.answers
        if answer.given is None
    }
    return [(poll.quantity(question.id, one), more) for one, of in followed.items() for more in of or [""]]


def _printed(poll: Poll, question: Question, columns: Sequence[str]) -> PrintedTable:
    """Write a table as ends of its figures, and which answers each of its rows counts among whom."""
    intervals, kinds = printed_intervals(poll), _kinds(poll, question)
    ends, counted, among = [], [], []
    for answer in question.answers:
        own = poll.quantity(question.id, answer.id)
        ends.append([intervals.get((*own, column), _EVERYBODY) for column in columns])
        base = poll.quantity(question.id, answer.given) if answer.given else None
        counted.append([own == kind if base is None else more == answer.id for kind, more in kinds])
        among.append([base in (None, kind) for kind, _ in kinds])
    low, high = np.moveaxis(np.array(ends), -1, 0)
    return PrintedTable(low, high, counted, among)
