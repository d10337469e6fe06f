"""From intention to votes: shares of valid votes, and how firm they are."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from analysis.errors import AnalysisError
from analysis.estimates.covers import PUBLISHED, cover, figures, is_published
from analysis.estimates.ratios import interval_from_error, ratio_bounds, weighted_ratio
from analysis.estimates.weights import segment_bases
from analysis.polls import Poll, Target
from analysis.stats.intervals import share_interval

__all__ = ["answers_of_role", "candidates", "firm_vote", "valid_votes"]


def answers_of_role(poll: Poll, question: str, role: str) -> list[str]:
    """Return the answers of a role that are shares of the question's whole base, in published order."""
    return [
        answer.id
        for answer in poll.question(question).answers
        if answer.role == role and answer.given is None
    ]


def candidates(poll: Poll, question: str, *, fewest: int = 1) -> list[str]:
    """Return the candidates of a question of which each person names one, or say that there are too few.

    Raises
    ------
    PollError
        If there is no such question.
    AnalysisError
        If there are fewer candidates, or people could name several.
    """
    found = answers_of_role(poll, question, "candidate")
    if poll.question(question).kind != "single_response" or len(found) < fewest:
        raise AnalysisError(
            f"question: {question!r} has {len(found)} answers of role 'candidate' and is "
            f"{poll.question(question).kind}; use a single_response question with {fewest} or more."
        )
    return found


def valid_votes(
    poll: Poll,
    question: str,
    *,
    target: str | Target = PUBLISHED,
    partition: str | Sequence[str] | None = None,
    confidence_level: float = 0.95,
    design_effect: float = 1.0,
) -> pd.DataFrame:
    r"""Share of each candidate among those who name a candidate, as official results count.

    Parameters
    ----------
    poll : Poll
    question : str
        Id of a single-response question with answers of role `candidate`.
    target : str or Target
        `"published"`, or population counts from `load_target`; they need a partition.
    partition : str, sequence of str or None
        Segments to weight, as for `national_total`; None takes the printed total as it is.
    confidence_level : float
        In (0, 1).
    design_effect : float
        Variance of the design relative to simple random sampling.

    Returns
    -------
    pandas.DataFrame
        `answer, share, low, high, standard_error, standard_error_stratified, rounding_low, rounding_high,
        all_interviews`, one row a candidate; shares of valid votes, which sum to 1, but for `all_interviews`, a share
        of everybody. As in `national_total`, sampling errors count the weights as sampled or, stratified, as
        fixed, and rounding comes on top. NaN where a figure, weight or base is unknown.

    Raises
    ------
    PollError
        If there is no such question or partition.
    AnalysisError
        If the question has no candidates, a target is given without a partition or lacks a segment, or an
        option is not allowed.

    Notes
    -----
    :math:`v = \sum_g W_g p_g / \sum_g W_g d_g` with the candidates' shares :math:`d_g = 1 - b_g`; what is left out are blank
    and spoilt ballots, the undecided and those who will not vote. For the sample as published its variance is
    :math:`v(1 - v)/(n(1 - b))` at the effective size; reweighted, that of the linearised
    :math:`z = (1_A - v\,1_{valid})/D` (Woodruff 1971). See `weighted_ratio`.

    Examples
    --------
    >>> from analysis.polls import load_poll
    >>> votes = valid_votes(load_poll("cpi-2021-04"), "vote_intention")
    >>> votes[["answer", "share", "low", "high", "standard_error"]].round(3)
         answer  share    low   high  standard_error
    0  castillo  0.606  0.569  0.641           0.018
    1  fujimori  0.394  0.359  0.431           0.018

    Of those who named a candidate 60.6 % named Castillo, with 95 % confidence between 56.9 and 64.1 %.
    """
    names = candidates(poll, question)
    if partition is None and not is_published(target):
        raise AnalysisError("target: a target needs segments to weight; give a partition, such as 'region'.")
    summed = cover(poll, question, partition=partition, target=target, design_effect=design_effect)
    known = figures(poll, question, summed.segments).rows(names)
    estimate = weighted_ratio(summed, known.share, known.share.sum(axis=0))
    low, high = interval_from_error(estimate, confidence_level=confidence_level)
    bounds = [
        ratio_bounds(
            summed,
            (known.low[row], known.low[row] + np.delete(known.high, row, axis=0).sum(axis=0)),
            (known.high[row], known.high[row] + np.delete(known.low, row, axis=0).sum(axis=0)),
        )
        for row in range(len(names))
    ]
    return pd.DataFrame(
        {
            "answer": names,
            "share": estimate.share,
            "low": low,
            "high": high,
            "standard_error": estimate.standard_error,
            "standard_error_stratified": estimate.standard_error_stratified,
            "rounding_low": [bound[0] for bound in bounds],
            "rounding_high": [bound[1] for bound in bounds],
            "all_interviews": weighted_ratio(summed, known.share).share,
        }
    )


def firm_vote(
    poll: Poll, question: str, *, confidence_level: float = 0.95, design_effect: float = 1.0
) -> pd.DataFrame:
    r"""Floor and ceiling of each candidate: who is certain, and who could still be won.

    Parameters
    ----------
    poll : Poll
    question : str
        Id of a single-response question with candidates, and rows of role `certain` (and `may_change`)
        conditional on them.
    confidence_level : float
        In (0, 1).
    design_effect : float
        Variance of the design relative to simple random sampling.

    Returns
    -------
    pandas.DataFrame
        `answer, segment, share, floor, floor_low, floor_high, soft, undecided, ceiling, ceiling_low, ceiling_high,
        soft_others`, one row a candidate and segment, in published order; all are shares of the whole segment:

        * `floor`: names the candidate and is certain; `soft`: names the candidate and is not certain, whether it may
          change or gave no opinion;
        * `undecided`: everybody who is; 0 where the question has no such answer;
        * `ceiling`: `floor` + `soft` + `undecided`;
        * `soft_others`: gave another answer and said that it may change, beyond the ceiling.

        Intervals are for sampling error alone. What was not published is NaN, and so is all that needs
        it: every column but `share` and `undecided` if no certainty was published, `soft_others` if that of
        another candidate was not.

    Raises
    ------
    PollError
        If there is no such question.
    AnalysisError
        If the question has no candidates, or an option is not allowed.

    Notes
    -----
    With :math:`p` the candidate's share and :math:`c` the share of its voters who are certain, :math:`f = pc` is
    itself a share of the whole segment: Wilson at the segment's effective size, not at that of the candidate's voters.

    Examples
    --------
    >>> from analysis.polls import load_poll
    >>> firm = firm_vote(load_poll("cpi-2021-04"), "vote_certainty")
    >>> total = firm[firm["segment"] == "total"].set_index("answer")
    >>> total[["floor", "floor_low", "floor_high", "ceiling", "soft_others"]].round(3)
              floor  floor_low  floor_high  ceiling  soft_others
    answer
    castillo  0.318      0.292       0.345    0.532        0.059
    fujimori  0.197      0.175       0.220    0.408        0.063

    31.8 % of all interviewed were firmly for Castillo. With everybody who was undecided he would have had
    53.2 %, and could have won another 5.9 % who had chosen otherwise but might change.
    """
    names = candidates(poll, question)
    segments = list(dict.fromkeys(poll.question(question).estimates["segment"]))
    known = figures(poll, question, segments)
    certain, may_change = (
        _shares_by_condition(poll, question, segments, role) for role in ("certain", "may_change")
    )
    share = known.rows(names).share
    nothing = np.full(len(segments), np.nan)
    floor = np.array([certain.get(name, nothing) for name in names])
    open_ = answers_of_role(poll, question, "undecided")
    undecided = known.rows(open_).share.sum(axis=0)
    ceiling = share + undecided + 0 * floor
    of_others = [
        sum((soft for name, soft in may_change.items() if name not in {own, *open_}), np.zeros(len(segments)))
        + sum((nothing for name in names if name != own and name not in may_change), np.zeros(len(segments)))
        for own in names
    ]
    asked_of_all = poll.question(question).base == "all"
    bases = segment_bases(poll, design_effect=design_effect).set_index("segment").loc[segments, "n_effective"]
    n_effective = bases.to_numpy(dtype=float) if asked_of_all else nothing
    floor_low, floor_high = share_interval(floor, n_effective, confidence_level=confidence_level)
    ceiling_low, ceiling_high = share_interval(
        ceiling.clip(max=1), n_effective, confidence_level=confidence_level
    )
    rows = pd.MultiIndex.from_product([names, segments], names=["answer", "segment"])
    columns = {
        "share": share,
        "floor": floor,
        "floor_low": floor_low,
        "floor_high": floor_high,
        "soft": share - floor,
        "undecided": np.tile(undecided, (len(names), 1)),
        "ceiling": ceiling,
        "ceiling_low": ceiling_low,
        "ceiling_high": ceiling_high,
        "soft_others": np.array(of_others),
    }
    return rows.to_frame(index=False).assign(**{name: values.ravel() for name, values in columns.items()})


def _shares_by_condition(
    poll: Poll, question: str, segments: Sequence[str], role: str
) -> dict[str, np.ndarray]:
    """Map an answer to the share of everybody who gave it and a conditional row of this role."""
    known = figures(poll, question, segments)
    shares = dict(zip(known.answers, known.share, strict=True))
    return {
        answer.given: shares[answer.given] * shares[answer.id]
        for answer in poll.question(question).answers
        if answer.given is not None and answer.role == role
    }
