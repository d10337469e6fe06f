"""A poll's valid votes against the official result: in the whole, and in each segment that has a result."""

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache

import numpy as np
import numpy.typing as npt
import pandas as pd

from analysis.estimates.bases import cell_bases
from analysis.estimates.opening import answers_of_role, laid_out, opened
from analysis.estimates.options import Options, a_poll, loaded
from analysis.estimates.remaking import no_rows, remakeable_each
from analysis.estimates.verdict import HIGHER, UNSETTLED, UNTESTED, untested
from analysis.estimates.votes import candidates, valid_parts
from analysis.polls import WHOLE, Poll, Result
from analysis.stats import poll_errors, share_interval
from analysis.stats.arrays import FloatArray

__all__ = [
    "fitting_result", "held_votes", "official_shares", "poll_accuracy", "segments_against_result",
]  # fmt: skip

_SEGMENTS = (
    "question", "answer", "segment", "estimate", "low", "high", "official", "error", "n_effective", "verdict",
)  # fmt: skip
Limits = tuple[FloatArray, FloatArray]
_LEAST_NAMED = 0.5  # of the votes, by the candidates of a poll that a result is for

_MEASURES = ("question", "measure", "estimate", "standard_error", "expected")


def fitting_result(poll: Poll, question: str, results: Sequence[Result]) -> Result | None:
    """Choose the result that a poll is held against: the first after its interviews in which its candidates had most votes.

    All of them must have votes, the two foremost must be among them, and they must have half of all votes.

    Examples
    --------
    >>> from analysis import load_poll, load_results
    >>> fitting_result(load_poll("cpi-2021-04"), "vote_intention", load_results())
    <Result peru-2021-runoff: Peru, second round of the presidential election, 6 June 2021>

    The poll of April is about the second round. Of a vote that is to come there is none, nor for a poll without a date.
    """
    names = set(candidates(poll, question)) if question else {""}
    results = [loaded(Result, one) for one in results if one is not None]
    sheet = a_poll(poll).sheet

    def named(result: Result) -> float:
        """Return the share of the votes that the poll's candidates had; none where one of the two foremost is not theirs."""
        votes = {name: result.votes[name] for name in result.candidates}
        two = sorted(votes, key=lambda name: -votes[name])[:2]
        return sum(votes[name] for name in names) / sum(votes.values()) if names.issuperset(two) else 0.0

    there = [
        one
        for one in results
        if names <= set(one.candidates) and one.date >= sheet.fieldwork_end and named(one) >= _LEAST_NAMED
    ]
    return min(there, key=lambda one: (-named(one), one.date), default=None) if sheet.is_dated else None


def official_shares(poll: Poll, result: Result, question: str) -> pd.DataFrame:
    """Give the official shares of valid votes of a poll's candidates, segments × candidates, as far as they are known.

    Valid are votes for these, and for all others of the result if the poll has others. The whole is the proclaimed count. A
    segment has a result if its id is a zone of the result, or if all the parts of a partition of it have one.

    Examples
    --------
    >>> from analysis import load_poll, load_result
    >>> shares = official_shares(load_poll("cpi-2021-04"), load_result("peru-2021-runoff"), "vote_intention")
    >>> shares["castillo"].round(3)[["total", "lima_callao", "interior"]].to_list()
    [0.501, 0.341, 0.597]

    Castillo won 50.1 % of the valid votes, 34.1 % in Lima and Callao and 59.7 % elsewhere in Peru.
    """
    names = candidates(poll, question, fewest=1)
    others = result.candidates if answers_of_role(poll.question(question), "other") else []
    votes = _official_votes(poll, result, tuple(dict.fromkeys([*names, *others])))
    return votes[names].div(votes.sum(axis=1, skipna=False), axis=0)


@lru_cache(maxsize=64)
def _official_votes(poll: Poll, result: Result, answers: tuple[str, ...]) -> pd.DataFrame:
    """Count the official votes of candidates in every segment that has a result, segments × candidates in printed order."""
    counts: dict[str, FloatArray] = {}
    if set(answers) <= set(result.regions.columns):
        by_zone = result.regions.groupby("zone")[list(answers)].sum()
        counts = {str(zone): by_zone.loc[zone].to_numpy(dtype=float) for zone in by_zone.index}
    for _ in poll.segments.partitions:
        for partition in poll.segments.partitions:
            if partition.of not in counts and all(part in counts for part in partition.parts):
                counts[partition.of] = np.sum([counts[part] for part in partition.parts], axis=0)
    counts[WHOLE] = np.array([result.votes.get(answer, np.nan) for answer in answers], dtype=float)
    there_is = [segment for segment in poll.segments.ids if segment in counts]
    return pd.DataFrame([counts[s] for s in there_is], index=there_is, columns=list(answers))


def segments_against_result(
    poll: Poll, result: Result | None, question: str, options: Options | None = None
) -> pd.DataFrame:
    """Hold each segment's shares of valid votes against the votes counted there; without a result no rows.

    Columns: `question, answer, segment, estimate, low, high, official, error, n_effective, verdict`, one row a segment
    and candidate: shares of valid votes, with intervals that hold sampling error and rounding. `verdict`: `higher` and
    `lower` where the official share lies outside the interval, `depends on rounding` where only for some of the figures
    that round to what is printed, `not distinguishable` else. Each is judged by itself.

    Examples
    --------
    >>> from analysis import load_poll, load_result
    >>> held = segments_against_result(load_poll("cpi-2021-04"), load_result("peru-2021-runoff"), "vote_intention")
    >>> held.loc[held["answer"] == "castillo", ["segment", "estimate", "official", "verdict"]].round(3).head(3)
           segment  estimate  official              verdict
    0        total     0.606     0.501               higher
    2  lima_callao     0.376     0.341  not distinguishable
    4     interior     0.715     0.597               higher

    In April Castillo stood higher than in June, by more than chance in the country and in the interior.
    """
    if result is None or not question:
        return no_rows(poll, options, _SEGMENTS)

    counted = official_shares(poll, loaded(Result, result), question)
    official = counted.to_numpy(dtype=float).T

    def known(share: FloatArray) -> dict[str, FloatArray]:
        return {"official": official, "error": share - official}

    def said(low: Limits, high: Limits) -> npt.NDArray[np.str_]:
        return np.select(
            [
                np.isnan(official),
                official < low[0],
                official > high[1],
                (official >= high[0]) & (official <= low[1]),
            ],
            [UNTESTED[0], HIGHER.above, HIGHER.below, HIGHER.alike],
            default=UNSETTLED[1],
        )

    return held_votes(poll, question, list(counted.index), known, said, options)


def held_votes(
    poll: Poll,
    question: str,
    segments: Sequence[str],
    known: Callable[[FloatArray], Mapping[str, FloatArray]],
    said: Callable[[Limits, Limits], npt.NDArray[np.str_]],
    options: Options | None,
) -> pd.DataFrame:
    """Give candidates' shares of valid votes intervals and, where there can be one, a verdict, beside what is known of them.

    `known` takes the shares, candidates × segments; `said` the limits of the least and of the greatest shares that round to
    what is printed.
    """
    names, table = candidates(poll, question, fewest=1), opened(poll, question)
    pairs = valid_parts(table.within(segments), names)
    least, share, greatest = (part / np.where(whole > 0, whole, np.nan) for part, whole in pairs)
    at = np.ix_(table.rows(names), table.columns(segments))

    def make(one: Options) -> pd.DataFrame:
        n = cell_bases(poll, table, one)[at] * pairs[1][1] / one.effect
        level = one.confidence_level
        low, high = (share_interval(end, n, confidence_level=level) for end in (least, greatest))
        reasons = untested(share, n, one.small_base)
        verdict = np.where(reasons == "", said(low, high), reasons).astype(object)
        columns = {"estimate": share, "low": low[0], "high": high[1], **known(share)}
        columns |= {"n_effective": n, "verdict": verdict}
        return laid_out(question, names, segments, columns, by_segment=True)

    return remakeable_each(poll, options, make)


def poll_accuracy(
    poll: Poll, result: Result | None, question: str, options: Options | None = None
) -> pd.DataFrame:
    """Measure how far a poll was from the result, beside what chance alone would do; without a result no rows.

    Columns: `question, measure, estimate, standard_error, expected`, one row a measure of `poll_errors`: `expected` is
    what an unbiased poll of this design would show on average. Valid votes hold others, as in `official_shares`. A poll
    is no forecast: its distance from the result holds what happened in between as well.

    Examples
    --------
    >>> from analysis import Options, load_poll, load_result
    >>> measured = poll_accuracy(
    ...     load_poll("cpi-2021-04"), load_result("peru-2021-runoff"), "vote_intention", Options(design_effect=1)
    ... )
    >>> measured.loc[:1, ["measure", "estimate", "expected"]].round(3)
           measure  estimate  expected
    0  mosteller_3     0.105     0.015
    1  mosteller_5     0.209     0.030

    Castillo's share of valid votes in April was 10.5 points off the result of June; chance alone makes 1.5.
    """
    if result is None or not question:
        return no_rows(poll, options, _MEASURES)

    names, table = candidates(poll, question), opened(poll, question)
    share = table.share[table.rows(names), table.whole]
    votes = [loaded(Result, result).votes.get(name, np.nan) for name in names]
    rest = answers_of_role(table.question, "other")
    elsewhere = [result.votes[name] for name in result.candidates if rest and name not in names]
    others = float(table.share[table.rows(rest), table.whole].sum()), float(sum(elsewhere))

    def make(one: Options) -> pd.DataFrame:
        base = cell_bases(poll, table, one)[table.rows(names)[0], table.whole]
        errors = poll_errors(share, votes, base / one.effect, others=others)
        rows = [(question, name, of.value, of.standard_error, of.expected) for name, of in errors.items()]
        return pd.DataFrame(rows, columns=_MEASURES).astype(dict.fromkeys(_MEASURES[2:], float))

    return remakeable_each(poll, options, make)
