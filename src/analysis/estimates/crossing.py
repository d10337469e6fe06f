"""Groups that nobody printed, such as the rural people of one zone: what their shares can be, given the tables that were.

Divisions make such groups, and questions, whose answers are crossed with those to another.

Respondents are imagined: so many in each group with each answer. All who would have been printed as the tables are fit; the
least and greatest share among them are found by linear programmes (`stats.joint_bounds`).
"""

from collections.abc import Iterator
from functools import lru_cache
from itertools import combinations, product

import numpy as np
import pandas as pd

from analysis.errors import AnalysisError, unknown_name
from analysis.estimates.opening import is_closed
from analysis.estimates.options import a_poll
from analysis.estimates.sides import Mask, People, Side, crossed, side_of
from analysis.estimates.totals import foremost
from analysis.polls import Poll
from analysis.stats import joint_bounds

__all__ = ["cross_contradictions", "cross_leads", "cross_table", "telling_question"]

_OF_TWO = " of two"  # what is asked beside the answers, whose ids have no blanks
_ALL = 0.995  # what whole per cents print as 100
_NAMES = ["question", "first", "second", "segment", "other"]


def _crossing(poll: Poll, first: str, second: str) -> list[str]:
    """Return two partitions whose parts overlap in groups that were not printed: those named, or the fewest; or none."""
    segments = a_poll(poll).segments
    named = [segments.partition(one) for one in (first, second) if one]
    pairs = [named] if len(named) == 2 else [[*pair] for pair in combinations(segments.partitions, 2)]
    crossing = []
    for pair in pairs:
        made, most = len(crossed(poll, pair)), max(len(one.parts) for one in pair)
        if all(one in pair for one in named) and made > most:
            crossing.append((made, [one.id for one in pair]))
    return min(crossing, key=lambda found: found[0])[1] if crossing else []


def telling_question(poll: Poll, question: str) -> str:
    """Choose the question that says most of those who gave either foremost answer to one; empty where there is none.

    An answer that many gave in a column where many gave the other must be shared by some of them: that question is chosen in
    which this must be most. A question whose answers are columns has been crossed in print.

    Examples
    --------
    >>> from analysis import load_poll
    >>> telling_question(load_poll("cpi-2021-04"), "vote_intention")
    'fujimori_positive'

    In the countryside, where most chose Castillo, most named nothing that speaks for Fujimori: some did both.
    """
    asked = a_poll(poll).question(question)
    own = {poll.quantity(question, one.id) for one in asked.answers}
    voters = poll.table(question).loc[foremost(poll, question)] if is_closed(asked) else pd.DataFrame()
    shared: dict[str, float] = {}
    for one in poll.questions if len(voters) else ():
        meant = [answer.id for answer in one.answers if answer.role != "no_opinion" and not answer.given]
        table = poll.table(one.id).loc[meant]
        if (
            one is not asked
            and one.base == "all"
            and not own & {poll.quantity(one.id, answer) for answer in meant}
            and not (table > _ALL).any(axis=None)
        ):
            most = table.to_numpy()[:, np.newaxis] + voters.to_numpy() - 1
            shared[one.id] = float(np.nanmax(most, initial=0.0))
    return max(shared, key=lambda one: shared[one], default="")


def cross_table(
    poll: Poll, question: str, first: str = "", second: str = "", among: str = ""
) -> pd.DataFrame:
    """Bound what was not printed: how large the groups are that divisions and questions make, and what they answered.

    Columns: `question, first, second, segment, other, answer, low, high`: for each group of the sides (`segment, other`
    are parts or answers) its share of those among whom (`answer` empty), and the share of each answer in it; of a
    conditional answer, among those in the group who gave the answer that it follows up. 0 to 1 where the print says
    nothing, NaN where nobody can be in the group or no respondents fit the tables; no rows where no partitions cross, or
    where all who are asked for lie outside them.

    Parameters
    ----------
    poll : Poll
    question : str
        Whose shares are bounded: a question that everybody was asked (of one that takes several answers each by itself),
        one of its answers as `question:answer`, or a division.
    first, second : str
        Sides that make the groups: ids of partitions, of questions of one answer, or `question:answer` for those who gave
        it. Both empty for the two partitions that cross in the fewest groups; a partition alone is crossed by another, a
        question may stand alone.
    among : str
        A segment, or `question:answer`; empty for everybody.

    Of questions of one answer that everybody was asked, at most five are used beside those that are crossed: those in which
    the parts differ most. They are taken to have one weighted base and to be rounded correctly. Bounds are of the sample;
    chance comes on top.

    Examples
    --------
    >>> from analysis import load_poll
    >>> poll = load_poll("cpi-2021-04")
    >>> found = cross_table(poll, "vote_intention").set_index(["segment", "other", "answer"])
    >>> print(found.loc[[("costa_sierra_norte", "urbano", "castillo")], ["low", "high"]].round(2).to_string(index=False))
     low  high
    0.01  0.54

    Of urban people in the northern coast and highlands, 1 % may have chosen Castillo, or 54 %.
    """
    found = _rows(poll, question, first, second, among)
    return found[found["answer"] != _OF_TWO].reset_index(drop=True)


def cross_leads(
    poll: Poll, question: str, first: str = "", second: str = "", among: str = ""
) -> pd.DataFrame:
    """Say in which of the groups of `cross_table` the print settles who was ahead, of the two foremost answers.

    Columns: `question, first, second, segment, other, answer, against, low, high, verdict`: the share of `answer` among
    those who gave one or the other of both; `verdict` is `ahead` or `behind` where every share that fits is above or
    below one half, else `cannot be said`. No rows for a question of several answers a person.
    """
    found = _rows(poll, question, first, second, among)
    frame = found[found["answer"] == _OF_TWO].reset_index(drop=True)
    two = [*foremost(poll, question), "", ""][:2] if len(frame) else ["", ""]
    frame.insert(len(_NAMES) + 1, "against", two[1])
    settled = [frame["low"] > 0.5, frame["high"] < 0.5]
    return frame.assign(answer=two[0], verdict=np.select(settled, ["ahead", "behind"], "cannot be said"))


def cross_contradictions(
    poll: Poll, question: str, first: str = "", second: str = "", among: str = ""
) -> pd.DataFrame:
    """Name figures that no respondents have together with the others: one explanation, whose departures sum to the least.

    Columns: `question, answer, segment, printed`; no rows where some respondents fit every figure.
    """
    sides = _sides(poll, question, first, second)
    named = [
        figure
        for asked in _asked_at_once(poll, question)
        for figure in _fitting(poll, asked, sides, str(among or ""))[1]
    ]
    rows = [
        (asked, answer, segment, poll.question(asked).figures.get((answer, segment), ""))
        for asked, answer, segment in dict.fromkeys(named)
    ]
    return pd.DataFrame(rows, columns=["question", "answer", "segment", "printed"])


def _sides(poll: Poll, question: str, first: str, second: str) -> tuple[str, ...]:
    """Return the sides that make the groups: those named, or divisions that cross; none where there are none."""
    sides = named = tuple(one for one in (first, second) if one)
    if all(side_of(poll, one).partition is not None for one in named):
        sides = tuple(_crossing(poll, first, second))
    if question in (*named, *sides):
        raise AnalysisError(
            f"question {question!r}: it is crossed with itself; choose another question or division."
        )
    return sides


def _asked_at_once(poll: Poll, question: str) -> list[str]:
    """Return what is reckoned by itself: a question, or each answer of one of several answers, after the groups alone.

    Nothing where no question at all was put to everybody.
    """
    if all(one.base != "all" for one in poll.questions):
        return []
    side = side_of(poll, question, at_once=False)
    if side.question is None or is_closed(side.question):
        return [question]
    answers = [side.answer] if side.answer else [one.id for one in side.question.answers]
    return ["", *(f"{side.question.id}:{one}" for one in answers)]


def _rows(poll: Poll, question: str, first: str, second: str, among: str) -> pd.DataFrame:
    """Return sizes of groups, shares of answers in them, and of the first of two."""
    sides = _sides(a_poll(poll), question, first, second)
    rows = [
        (question.partition(":")[0], *[*sides, ""][:2], *row)
        for asked in _asked_at_once(poll, question)
        for row in _fitting(poll, asked, sides, str(among or ""))[0]
    ]
    return pd.DataFrame(rows, columns=[*_NAMES, "answer", "low", "high"])


@lru_cache(maxsize=64)
def _fitting(
    poll: Poll, question: str, names: tuple[str, ...], among: str
) -> tuple[list[tuple[str, str, str, float, float]], list[tuple[str, str, str]]]:
    """Return group, what is asked (size, answers, first of two) and bounds; and figures that contradict others."""
    asked, sides = side_of(poll, question, at_once=False), [side_of(poll, one) for one in names]
    if not sides:
        return [], []
    condition = _condition(poll, among)
    people = People(poll, [asked, *sides, condition], among)
    whole = people.mask(condition, condition.answer or among)
    if among and not whole.any():
        raise AnalysisError(f"among: {among!r} is part of no division, so that nothing says whom it holds.")
    groups, counted, bases = [], [], []
    for parts in product(*(side.groups for side in sides)):
        group = whole.copy()
        for side, part in zip(sides, parts, strict=True):
            group = group & people.mask(side, part)
        for name, share, base in _shares(poll, people, asked, group, whole) if group.any() else ():
            groups.append((*(*parts, "")[:2], name))
            counted.append(share)
            bases.append(base)
    if not groups:  # nobody of those among whom is in any of them
        return [], []
    tables, rows = people.tables()
    found = joint_bounds(people.cover, tables, np.array(counted), np.array(bases))
    named = [(*rows[table][row], people.columns[column]) for table, row, column in found.contradictions]
    lows, highs = found.low.tolist(), found.high.tolist()
    return [(*group, low, high) for group, low, high in zip(groups, lows, highs, strict=True)], named


def _condition(poll: Poll, among: str) -> Side:
    """Read among whom shares are asked for: everybody, a segment, or those who gave an answer."""
    if not among or among in poll.segments.ids:
        return Side()
    found = side_of(poll, among)
    if not found.answer:
        raise AnalysisError(unknown_name("among: no segment or question:answer", among, [*poll.segments.ids]))
    return found


def _shares(
    poll: Poll, people: People, asked: Side, group: Mask, whole: Mask
) -> Iterator[tuple[str, Mask, Mask]]:
    """Yield what is asked of a group: name, who is counted, among whom."""
    if asked.question is None or is_closed(asked.question):
        yield "", group, whole
    if asked.question is None:
        for part in asked.groups if asked.partition is not None else ():
            yield part, group & people.mask(asked, part), group
        return
    for answer in asked.question.answers:
        if asked.answer in ("", answer.id) and (answer.given is None or is_closed(asked.question)):
            base = group & people.mask(asked, answer.given) if answer.given else group
            yield answer.id, base & people.mask(asked, answer.id), base
    two = foremost(poll, asked.question.id)
    if is_closed(asked.question) and not asked.answer and len(two) == 2:
        first, either = people.mask(asked, two[0]), np.any([people.mask(asked, one) for one in two], axis=0)
        yield _OF_TWO, group & first, group & either
