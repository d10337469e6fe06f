"""Comparisons of segments and of answers: each is a list of pairs; one function turns pairs into a table."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import astuple
from itertools import combinations

import numpy as np
import pandas as pd

from analysis.errors import AnalysisError
from analysis.estimates.bases import segment_bases, table_cells
from analysis.estimates.opening import Table, opened
from analysis.estimates.options import Options, a_poll
from analysis.estimates.pairs import DISJOINT, OVERLAPPING, WITHIN, Cells, compared, lead_method
from analysis.estimates.remaking import at_settings, remakeable
from analysis.estimates.verdict import HIGHER, JUDGED, LEADS, judge
from analysis.polls import WHOLE, Poll, Question
from analysis.stats.arrays import FloatArray

__all__ = [
    "RELATIONS", "compare_answers", "compare_segments", "segment_letters", "segment_pairs",
]  # fmt: skip

RELATIONS = ("disjoint", "within", "overlapping")
"""Which segments are compared: the parts of a partition with one another, each with the whole sample, or those that
divide one whole in different ways."""

_SEGMENTS = [
    "question", "answer", "segment", "against", "partition", "share", "share_against", *JUDGED, "judged_in",
]  # fmt: skip
_ANSWERS = ["question", "answer", "segment", "against", *JUDGED]

# Who gives one of these gives no other answer: "no opinion", and "nothing stands out".
_EXCLUSIVE = {"no_opinion", "nothing"}


def segment_pairs(poll: Poll, relation: str = "disjoint", partition: str = "") -> dict[tuple[str, str], str]:
    """List the pairs of a poll's segments that lie to each other in one way.

    Pairs of ids in published order, with the partition that keeps disjoint ones apart.

    Examples
    --------
    >>> from analysis import load_poll
    >>> pairs = segment_pairs(load_poll("cpi-2021-04"))
    >>> len(pairs), pairs["urbano", "rural"]
    (8, 'area')

    Two regions, four zones and two kinds of places make 1 + 6 + 1 pairs.
    """
    if relation not in RELATIONS:
        raise AnalysisError(f"relation: {relation!r} is not allowed; use one of {', '.join(RELATIONS)}.")
    segments, partitions = a_poll(poll).segments, poll.segments.partitions
    chosen = [segments.partition(partition)] if partition else list(partitions)
    now = [segment.id for segment in segments if not segment.apart]
    parts = {part for each in chosen for part in each.parts}
    if relation == "disjoint":
        pairs_of: dict[tuple[str, str], str] = {}
        for each in chosen:
            for pair in combinations(each.parts, 2):
                pairs_of.setdefault(pair, each.id)
        return pairs_of
    if relation == "within":
        inside = [s for s in now if segments.relation(WHOLE, s) == "contains"]
        return {(s, WHOLE): "" for s in inside if not partition or s in parts}
    pairs = combinations(now, 2)
    overlapping = [pair for pair in pairs if segments.relation(*pair) == "overlapping"]
    return dict.fromkeys((pair for pair in overlapping if not partition or parts.intersection(pair)), "")


_METHODS = {"disjoint": DISJOINT, "within": WITHIN, "overlapping": OVERLAPPING}


def _stacked(poll: Poll, rows: Sequence[tuple[str, str]], options: Options) -> Cells:
    """Return rows of several tables, each named by question and answer, as one table of cells."""
    cells = {name: table_cells(poll, opened(poll, name), options) for name, _ in rows}
    found = [cells[name][opened(poll, name).answers.index(answer)] for name, answer in rows]
    return Cells(*(np.array(values) for values in zip(*map(astuple, found), strict=True)))


def _around(poll: Poll, base: FloatArray, pairs: Sequence[tuple[str, str]]) -> FloatArray:
    """Return, pairs × answers, the base of the smallest segment that contains both of two overlapping ones."""
    ids = poll.segments.ids
    contains = np.array([[poll.segments.relation(c, a) == "contains" for c in ids] for a in ids])
    around = [contains[ids.index(a)] & contains[ids.index(b)] for a, b in pairs]
    return np.array([np.fmin.reduce(base[:, inside], axis=1, initial=np.nan) for inside in around])


def _counted(poll: Poll, options: Options) -> FloatArray:
    """Return how much an interview of each segment counts for: 1, unless its weight cannot be that of its interviews."""
    bases = segment_bases(poll, options.largest_nonresponse)
    proportional = bases.base / bases.base[bases.segments.index(WHOLE)]
    return np.asarray(np.clip(proportional, bases.low, bases.high) / proportional)


def compare_segments(
    poll: Poll,
    question: str,
    partition: str = "",
    options: Options | None = None,
    *,
    relation: str = "disjoint",
) -> pd.DataFrame:
    """Compare the segments of a table, answer by answer, judged together: of one partition or all, in one of `RELATIONS`.

    Columns: `question, answer, segment, against, partition, share, share_against, estimate, low, high,
    low_simultaneous, high_simultaneous, n_effective, p_value, p_adjusted, verdict, judged_in`. `estimate` is the share
    of `segment` minus that of `against`. A verdict and its interval hold for every figure that rounds to what is
    printed and every overlap: `higher` and `lower` leave out 0 on that side. Figures that another table prints first
    are judged there, as `judged_in` says, and quoted.

    Examples
    --------
    >>> from analysis import Options, load_poll
    >>> found = compare_segments(load_poll("cpi-2021-04"), "vote_intention", "region", Options(design_effect=1.5))
    >>> found.loc[found["answer"] == "castillo", ["segment", "against", "estimate", "low", "high", "verdict"]].round(3)
           segment   against  estimate    low   high verdict
    0  lima_callao  interior    -0.257 -0.337 -0.171   lower

    In Lima and Callao Castillo was 25.7 points weaker than in the interior, and at least 17 whatever chance
    and rounding did.
    """

    def make(settings: Sequence[Options]) -> list[pd.DataFrame]:
        pairs = segment_pairs(poll, relation, partition)
        asked = [answer.id for answer in poll.question(question).answers]
        # Each table is a family of the answers that are printed there first, of which some may not be asked for.
        tables = dict.fromkeys([question, *(poll.quantity(question, answer)[0] for answer in asked)])
        rows = [
            (name, answer)
            for name in tables
            for answer in opened(poll, name).answers
            if poll.quantity(name, answer)[0] == name
        ]
        rows.sort(key=lambda row: asked.index(row[1]) if row[1] in asked else len(asked))
        if not pairs or not rows:
            return [pd.DataFrame(columns=_SEGMENTS) for _ in settings]
        cells = _stacked(poll, rows, settings[0])
        columns = np.array([[poll.segments.ids.index(segment) for segment in pair] for pair in pairs])
        a, b = (Cells(*(values[:, at].T.ravel() for values in astuple(cells))) for at in columns.T)
        smallest, around, named = np.minimum(a.base, b.base), None, {}
        if relation == "within":  # what is tested against is the rest of the whole
            smallest = np.minimum(smallest, b.base - a.base)
            counted = _counted(poll, settings[0])[columns[:, 0]]
            named["weight"] = a.base / b.base * np.repeat(counted, len(rows))
        elif relation == "overlapping":
            around = _around(poll, cells.base, list(pairs)).ravel()
            smallest = np.where(np.isnan(around), np.nan, smallest)
        comparison = compared(a, b, _METHODS[relation], smallest=smallest, around=around, **named)
        frame = pd.DataFrame(
            [(name, answer, *pair, pairs[pair]) for pair in pairs for name, answer in rows],
            columns=["judged_in", "answer", "segment", "against", "partition"],
        )
        frame = frame.assign(question=question, share=a.share, share_against=b.share)
        judged = judge(comparison, settings, HIGHER, frame["judged_in"].to_list())
        wanted = frame["answer"].isin(asked).to_numpy()
        judged = [{name: values[wanted] for name, values in one.items()} for one in judged]
        return at_settings(frame[wanted].reset_index(drop=True), judged, _SEGMENTS)

    return remakeable(poll, options, make)


def segment_letters(
    comparisons: Iterable[tuple[str, ...]], marks: Mapping[str, str]
) -> dict[tuple[str, str], str]:
    """Mark segments of a table with the letters of those that they exceed, as pollsters' tables have them.

    `comparisons` are rows of answer, segment, against and verdict, as `compare_segments` has them, and `marks` the
    segments, in the order of their letters, with these. Letters such as `"AC"` by answer and segment, where there are
    any; with blanks between them if a mark is longer than one letter. They say what the verdicts say.

    Examples
    --------
    >>> from analysis import Options, load_poll
    >>> found = compare_segments(load_poll("cpi-2021-04"), "vote_intention", "area", Options(design_effect=1.5))
    >>> rows = found[["answer", "segment", "against", "verdict"]].itertuples(index=False)
    >>> segment_letters(rows, {"urbano": "A", "rural": "B"})["castillo", "rural"]
    'A'

    In rural places Castillo was stronger than in towns, by more than chance, rounding and many comparisons explain.
    """
    between = " " if any(len(mark) > 1 for mark in marks.values()) else ""
    exceeded: dict[tuple[str, str], set[str]] = {}
    for answer, a, b, verdict in comparisons:
        if verdict in (HIGHER.above, HIGHER.below):
            above, below = (a, b) if verdict == HIGHER.above else (b, a)
            exceeded.setdefault((answer, above), set()).add(below)
    return {
        (answer, above): between.join(name for one, name in marks.items() if one in below)
        for (answer, above), below in exceeded.items()
        if above in marks
    }


def compare_answers(
    poll: Poll,
    question: str,
    segment: str = WHOLE,
    options: Options | None = None,
    *,
    answers: Sequence[str] | None = None,
) -> pd.DataFrame:
    """Give the lead of every answer over every other in one segment, judged together.

    Columns: `question, answer, segment, against, estimate, low, high, …, verdict`, as `compare_segments`; `estimate` is
    the lead of `answer` over `against`, among `answers` or all of the question. Shares of different people are not
    compared.

    Examples
    --------
    >>> from analysis import load_poll
    >>> poll = load_poll("cpi-2021-04")
    >>> leads = compare_answers(poll, "vote_intention", answers=["castillo", "fujimori"])
    >>> leads[["estimate", "low", "high", "verdict"]].round(3)
       estimate    low  high verdict
    0     0.124  0.068  0.18   ahead

    Castillo led by 12.4 points, with 95 % confidence by 7 to 18 where clusters make 1.7 interviews worth one.
    """
    if isinstance(answers, str):
        raise AnalysisError(f"answers: {answers!r} is not allowed; use a list of answers, or None for all.")

    def make(settings: Sequence[Options]) -> list[pd.DataFrame]:
        table = opened(poll, question)
        wanted = set(table.answers if answers is None else (table.question[name].id for name in answers))
        chosen = [answer for answer in table.question.answers if answer.id in wanted]
        pairs = [(one.id, other.id) for one, other in combinations(chosen, 2) if one.given == other.given]
        rows = np.array([table.rows(pair) for pair in pairs], dtype=int).reshape(-1, 2)
        column = table.columns([poll.segments[segment].id])[0]
        cells = table_cells(poll, table, settings[0])[:, column]
        single = table.question.kind == "single_response"
        of = {given: _column_sum(table, column, given) for given in {answer.given for answer in chosen}}
        sums = [1.0 if _alone(table.question, pair) else of[table.question[pair[0]].given] for pair in pairs]
        method = lead_method(single=single, sums=np.array(sums, dtype=float))
        leads = compared(cells[rows[:, 0]], cells[rows[:, 1]], method, exclusive=single)
        judged = judge(leads, settings, LEADS)
        frame = pd.DataFrame(pairs, columns=["answer", "against"]).assign(
            question=table.question.id, segment=segment
        )
        return at_settings(frame, judged, _ANSWERS)

    return remakeable(poll, options, make)


def _alone(question: Question, pair: tuple[str, str]) -> bool:
    """Say whether nobody can give both answers."""
    return bool({question[answer].role for answer in pair} & _EXCLUSIVE)


def _column_sum(table: Table, column: int, given: str | None) -> float:
    """Return the most that the answers of a column under a condition sum to if everybody gave one of them, else NaN."""
    answers = [answer for answer in table.question.answers if answer.given == given]
    if not any(answer.role == "no_opinion" for answer in answers):
        return np.nan
    return float(table.high[table.rows([answer.id for answer in answers]), column].sum())
