"""A poll's valid votes against the official result: in the whole country, and in each segment that has a result."""

import numpy as np
import pandas as pd

from analysis.estimates.covers import figures
from analysis.estimates.votes import candidates
from analysis.estimates.weights import segment_bases
from analysis.polls import Poll, Result
from analysis.polls.segments import WHOLE
from analysis.stats.intervals import share_interval
from analysis.stats.margins import SMALL_BASE, FloatArray

__all__ = ["official_votes", "segments_against_result"]


def official_votes(poll: Poll, result: Result, answers: list[str]) -> pd.DataFrame:
    """Count the official votes of candidates in every segment of a poll for which the result has them.

    Parameters
    ----------
    poll : Poll
    result : Result
    answers : list of str
        Ids of candidates.

    Returns
    -------
    pandas.DataFrame
        Segments × candidates, in printed order. The whole is the proclaimed count. A segment has a result if its id is a
        zone of the result, or if all the parts of a partition of it have one.

    Examples
    --------
    >>> from analysis.polls import load_poll, load_result
    >>> votes = official_votes(load_poll("cpi-2021-04"), load_result("peru-2021-runoff"), ["castillo", "fujimori"])
    >>> votes.loc[["total", "interior", "oriente"]]
               castillo   fujimori
    total     8836380.0  8792117.0
    interior  6586169.0  4442328.0
    oriente    734712.0   611042.0

    The urban and rural columns have no result of their own: votes were not counted that way.
    """
    counts: dict[str, FloatArray] = {}
    if set(answers) <= set(result.regions.columns):
        by_zone = result.regions.groupby("zone")[answers].sum()
        counts = {str(zone): by_zone.loc[zone].to_numpy(dtype=float) for zone in by_zone.index}
    for _ in poll.segments.partitions:
        for partition in poll.segments.partitions:
            if partition.of not in counts and all(part in counts for part in partition.parts):
                counts[partition.of] = np.sum([counts[part] for part in partition.parts], axis=0)
    counts[WHOLE] = np.array([result.proclaimed.get(answer, np.nan) for answer in answers], dtype=float)
    there_is = [segment for segment in poll.segments.ids if segment in counts]
    rows = [counts[segment] for segment in there_is]
    return pd.DataFrame(rows, index=there_is, columns=answers)


def segments_against_result(
    poll: Poll,
    result: Result,
    question: str,
    *,
    confidence_level: float = 0.95,
    design_effect: float = 1.0,
    small_base: float = SMALL_BASE,
) -> pd.DataFrame:
    r"""Hold each segment's shares of valid votes against the votes counted there.

    Parameters
    ----------
    poll : Poll
    result : Result
    question : str
        Id of a single-response question whose candidates are those of the result.
    confidence_level : float
        In (0, 1).
    design_effect : float
        Variance of the design relative to simple random sampling.
    small_base : float
        Effective number of interviews that name a candidate below which nothing is tested.

    Returns
    -------
    pandas.DataFrame
        `segment, answer, share, low, high, official, error, n_effective, verdict`, shares of valid votes; `error` is
        `share − official`. `verdict`: `higher` or `lower` if the official share lies outside the interval of every share
        that rounds to what is printed, `not distinguishable` if it lies inside all of them.

    Raises
    ------
    PollError
        If there is no such question.
    AnalysisError
        If the question has no candidates, or an option is not allowed.

    Notes
    -----
    Wilson at the segment's effective size times its share of candidates' voters, :math:`v(1-v)/(n(1-b))`; the official
    share is a count and has no sampling error. The intervals are not adjusted for their number.

    Examples
    --------
    >>> from analysis.polls import load_poll, load_result
    >>> held = segments_against_result(
    ...     load_poll("cpi-2021-04"), load_result("peru-2021-runoff"), "vote_intention"
    ... )
    >>> first = held[held["answer"] == "castillo"].set_index("segment")
    >>> first.loc[["total", "oriente"], ["share", "low", "high", "official", "verdict"]].round(3)
             share    low   high  official              verdict
    segment
    total    0.606  0.569  0.641     0.501               higher
    oriente  0.623  0.492  0.738     0.546  not distinguishable

    In the whole sample Castillo's share was higher than the result by more than sampling error; in the East, with few
    interviews, it cannot be told apart.
    """
    names = candidates(poll, question)
    votes = official_votes(poll, result, names)
    segments = [str(segment) for segment in votes.index]
    bases = segment_bases(poll, design_effect=design_effect).set_index("segment")["n_effective"]
    n_effective = bases.reindex(segments).to_numpy(dtype=float)
    if poll.question(question).base != "all":
        n_effective = n_effective * np.nan
    known = figures(poll, question, segments).rows(names)
    n_valid = n_effective * known.share.sum(axis=0)
    official = votes.to_numpy(dtype=float).T
    official = official / official.sum(axis=0)
    share = _valid(known.share, known.share)
    low, high = share_interval(share, n_valid, confidence_level=confidence_level)
    of_least = share_interval(_valid(known.low, known.high), n_valid, confidence_level=confidence_level)
    of_most = share_interval(_valid(known.high, known.low), n_valid, confidence_level=confidence_level)
    verdicts = {
        "not published": np.isnan(share + official),
        "base unknown": np.isnan(n_valid) & (share >= 0),
        "too few interviews": (n_valid < small_base) & (share >= 0),
        "higher": official < of_least[0],
        "lower": official > of_most[1],
        "not distinguishable": (official >= of_most[0]) & (official <= of_least[1]),
    }
    verdict = np.select(list(verdicts.values()), list(verdicts), default="depends on rounding")
    rows = pd.MultiIndex.from_product([segments, names], names=["segment", "answer"]).to_frame(index=False)
    columns = {
        "share": share,
        "low": low,
        "high": high,
        "official": official,
        "error": share - official,
        "n_effective": np.tile(n_valid, (len(names), 1)),
        "verdict": verdict,
    }
    return rows.assign(**{name: values.T.ravel() for name, values in columns.items()})


def _valid(own: FloatArray, others: FloatArray) -> FloatArray:
    """Return shares of valid votes, each candidate at one end of its figure and the others at another."""
    whole = own + others.sum(axis=0) - others
    return np.asarray(own / np.where(whole > 0, whole, np.nan))
