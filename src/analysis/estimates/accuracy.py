"""How far a poll was from the official result."""

import numpy as np
import pandas as pd

from analysis.errors import AnalysisError
from analysis.estimates.covers import figures
from analysis.estimates.votes import candidates
from analysis.polls import Poll, Result
from analysis.polls.segments import WHOLE
from analysis.stats.accuracy import (
    a_prime,
    b_measure,
    b_weighted,
    log_odds_errors,
    mosteller_3,
    mosteller_5,
)
from analysis.stats.margins import FloatArray, effective_size

__all__ = ["poll_accuracy"]

# The mean of |z| for a standard normal z.
_MEAN_FOLDED = np.sqrt(2 / np.pi)


def poll_accuracy(poll: Poll, result: Result, *, question: str, design_effect: float = 1.0) -> pd.DataFrame:
    r"""Hold a poll against the official result.

    Parameters
    ----------
    poll : Poll
    result : Result
        From `load_result`.
    question : str
        Id of a single-response question whose candidates are those of the result.
    design_effect : float
        Variance of the design relative to simple random sampling.

    Returns
    -------
    pandas.DataFrame
        `measure, value, standard_error, expected, base`: `mosteller_3` and `mosteller_5` on valid votes, `mosteller_5`
        on all interviews (differences of shares), `a_prime` of the winner against the second, `b` and `b_weighted`.
        `base` says what the poll's shares refer to; those of the result are of valid votes. `standard_error` is that of
        sampling, for the error with its sign; `expected` is what an unbiased poll of this size would show on
        average, above 0 for measures without a sign. NaN where the printed total or the base is unknown.

    Raises
    ------
    PollError
        If there is no such question.
    AnalysisError
        If the question has fewer than two candidates, or the result no votes of one of them.

    Notes
    -----
    Standard errors by the delta method from a multinomial at the effective size, signs held. An absolute error of
    standard deviation :math:`s` has the mean :math:`s\sqrt{2/\pi}` without any bias. A poll is not a forecast: what it
    is off by includes all that happened between the interviews and the election.

    Examples
    --------
    >>> from analysis.polls import load_poll, load_result
    >>> table = poll_accuracy(
    ...     load_poll("cpi-2021-04"), load_result("peru-2021-runoff"), question="vote_intention"
    ... )
    >>> table.round(4)
           measure   value  standard_error  expected            base
    0  mosteller_3  0.1045          0.0184    0.0147     valid_votes
    1  mosteller_5  0.2091          0.0369    0.0294     valid_votes
    2  mosteller_5  0.1215          0.0218    0.0174  all_interviews
    3      a_prime  0.4247          0.0772    0.0000     valid_votes
    4            b  0.4247          0.0772    0.0616     valid_votes
    5   b_weighted  0.4247          0.0772    0.0616     valid_votes

    Seven weeks before, Castillo's share of valid votes was 10.5 points above the result.
    """
    names = candidates(poll, question, fewest=2)
    missing = [name for name in names if not result.proclaimed.get(name, 0) > 0]
    if missing:
        raise AnalysisError(
            f"result: {result.id!r} has no votes of {', '.join(map(repr, missing))}, candidates of {question!r}; it has "
            f"{', '.join(result.proclaimed)}."
        )
    votes = np.array([result.proclaimed[name] for name in names], dtype=float)
    official = votes / votes.sum()
    share = figures(poll, question, [WHOLE]).rows(names).share[:, 0]
    valid = share / (share.sum() or np.nan)
    n = poll.sheet.n if poll.question(question).base == "all" else np.nan
    n_effective = effective_size(n / effective_size(design_effect))
    n_valid = n_effective * share.sum()

    def error_of(slopes: FloatArray, shares: FloatArray, interviews: FloatArray) -> FloatArray:
        variance = (slopes**2 * shares).sum(axis=-1) - (slopes * shares).sum(axis=-1) ** 2
        return np.asarray(np.sqrt(variance / interviews))

    first, second = np.argsort(-official, kind="stable")[:2]
    lead = np.zeros(len(names))
    lead[[first, second]] = 1.0, -1.0
    mean = np.full(len(names), 1 / len(names))
    signs, log_signs = np.sign(valid - official), np.sign(log_odds_errors(valid, official))
    # The slope of A'_i in p_i, the shares of the others summing to 1 - p_i.
    odds = 1 / np.where((valid > 0) & (valid < 1), valid * (1 - valid), np.nan)
    a, error_of_a = a_prime(
        share[first], share[second], votes[first], votes[second], n, design_effect=design_effect
    )
    errors = [
        error_of(signs * mean, valid, n_valid),
        error_of(lead, valid, n_valid),
        error_of(lead, share, n_effective),
        error_of_a,
        error_of(log_signs * odds * mean, valid, n_valid),
        error_of(log_signs * odds * official, valid, n_valid),
    ]
    folded = _MEAN_FOLDED * error_of(np.eye(len(names)), valid, n_valid)
    expected = [
        folded @ mean,
        _MEAN_FOLDED * errors[1],
        _MEAN_FOLDED * errors[2],
        0 * error_of_a,
        (odds * folded) @ mean,
        (odds * folded) @ official,
    ]
    on_valid_votes = mosteller_3(valid, official), mosteller_5(valid, official)
    log_measures = b_measure(valid, official), b_weighted(valid, official)
    return pd.DataFrame(
        {
            "measure": ["mosteller_3", "mosteller_5", "mosteller_5", "a_prime", "b", "b_weighted"],
            "value": np.array([*on_valid_votes, mosteller_5(share, official), a, *log_measures]),
            "standard_error": np.array(errors),
            "expected": np.array(expected),
            "base": ["valid_votes", "valid_votes", "all_interviews", *["valid_votes"] * 3],
        }
    )
