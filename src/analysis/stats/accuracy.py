"""Measures of how far shares of candidates are from an official result, on arrays.

Shares are in [0, 1], and so are errors: 0.01 is one percentage point.
"""

import numpy as np
import numpy.typing as npt

from analysis.errors import AnalysisError
from analysis.stats.arrays import FloatArray, check_shares, effective_size, together

__all__ = ["a_prime", "b_measure", "b_weighted", "log_odds_errors", "mosteller_3", "mosteller_5"]


def _shares_and_result(shares: npt.ArrayLike, result: npt.ArrayLike) -> tuple[FloatArray, FloatArray]:
    polled, official = together(
        over="candidates", shares=check_shares("shares", shares), result=check_shares("result", result)
    )
    if polled.shape[-1] < 2:
        raise AnalysisError("shares: fewer than two candidates; the last axis runs over candidates.")
    return polled, official


def mosteller_3(shares: npt.ArrayLike, result: npt.ArrayLike) -> FloatArray:
    r"""Mean absolute error over candidates.

    Parameters
    ----------
    shares, result : array_like
        Shares in [0, 1] of the same base; the last axis runs over candidates.

    Returns
    -------
    numpy.ndarray
        A share (0.01 is one point), of the shape without the last axis.

    Raises
    ------
    AnalysisError
        If a share lies outside [0, 1] or there are fewer than two candidates.

    Notes
    -----
    :math:`\frac1k\sum_i |p_i - r_i|`, measure 3 of Mosteller et al. (1949, *The Pre-election Polls of 1948*).

    Examples
    --------
    >>> print(mosteller_3([0.606, 0.394], [0.501, 0.499]).round(3))
    0.105

    On average over both candidates, the poll was off by 10.5 points.
    """
    polled, official = _shares_and_result(shares, result)
    return np.asarray(np.abs(polled - official).mean(axis=-1))


def mosteller_5(shares: npt.ArrayLike, result: npt.ArrayLike) -> FloatArray:
    r"""Absolute error of the lead between the two candidates who came first.

    Parameters
    ----------
    shares, result : array_like
        Shares in [0, 1]; the last axis runs over candidates. The two are first and second in `result`.

    Returns
    -------
    numpy.ndarray
        A difference of shares (0.01 is one point), of the shape without the last axis.

    Raises
    ------
    AnalysisError
        If a share lies outside [0, 1] or there are fewer than two candidates.

    Notes
    -----
    :math:`|(p_A - p_B) - (r_A - r_B)|`, measure 5 of Mosteller et al. (1949). The base matters: undecided interviews
    shrink the lead of a poll, but not that of a result.

    Examples
    --------
    >>> print(mosteller_5([0.606, 0.394], [0.501, 0.499]).round(2))
    0.21

    The poll's lead was off by 21 points: twice the error of a share, since what one gains the other loses.
    """
    polled, official = _shares_and_result(shares, result)
    error = polled - official
    top = np.argsort(-official, axis=-1, kind="stable")[..., :2]
    ahead, behind = np.moveaxis(np.take_along_axis(error, top, axis=-1), -1, 0)
    return np.asarray(np.abs(ahead - behind))


def a_prime(
    share_a: npt.ArrayLike,
    share_b: npt.ArrayLike,
    result_a: npt.ArrayLike,
    result_b: npt.ArrayLike,
    n: npt.ArrayLike,
    *,
    design_effect: npt.ArrayLike = 1.0,
) -> tuple[FloatArray, FloatArray]:
    r"""Log odds of A against B in a poll, relative to the result.

    Parameters
    ----------
    share_a, share_b : array_like
        Shares in [0, 1] of the poll's whole base, not of valid votes.
    result_a, result_b : array_like
        Votes or shares of the result; only their ratio counts.
    n : array_like
        Interviews that the shares refer to.
    design_effect : array_like
        Variance of the design relative to simple random sampling.

    Returns
    -------
    a_prime, standard_error : numpy.ndarray
        Of the broadcast shape. 0 without error; positive where the poll favoured A. NaN where a share or vote
        is 0, or where there is no base.

    Raises
    ------
    AnalysisError
        If a share lies outside [0, 1].

    Notes
    -----
    :math:`A' = \ln\frac{p_A/p_B}{r_A/r_B}` with standard error :math:`\sqrt{\mathrm{deff}(1/p_A + 1/p_B)/n}`
    (Martin, Traugott & Kennedy 2005, *Public Opinion Quarterly* 69). It does not depend on how the undecided are counted.

    Examples
    --------
    >>> value, error = a_prime(0.355, 0.231, 8_836_380, 8_792_117, 1200)
    >>> print(value.round(3), error.round(3))
    0.425 0.077

    In April the odds of Castillo against Fujimori were exp(0.425) = 1.5 times those of June: 5.5 standard errors.
    """
    polled_a, polled_b, votes_a, votes_b, size, effect = together(
        share_a=check_shares("share_a", share_a),
        share_b=check_shares("share_b", share_b),
        result_a=result_a,
        result_b=result_b,
        n=effective_size(n),
        design_effect=effective_size(design_effect),
    )
    positive = (polled_a > 0) & (polled_b > 0) & (votes_a > 0) & (votes_b > 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        value = np.log(polled_a / polled_b) - np.log(votes_a / votes_b)
        error = np.sqrt((1 / polled_a + 1 / polled_b) / (size / effect))
    return np.where(positive, value, np.nan), np.where(positive, error, np.nan)


def log_odds_errors(polled: FloatArray, official: FloatArray) -> FloatArray:
    """Return A'_i of each candidate against all others, NaN where a share is 0 or 1."""
    from scipy.special import logit

    inside = (polled > 0) & (polled < 1) & (official > 0) & (official < 1)
    return np.asarray(logit(np.where(inside, polled, np.nan)) - logit(np.where(inside, official, np.nan)))


def b_measure(shares: npt.ArrayLike, result: npt.ArrayLike) -> FloatArray:
    r"""Mean absolute error of the candidates' log odds.

    Parameters
    ----------
    shares, result : array_like
        Shares in [0, 1] of valid votes, which sum to 1; the last axis runs over candidates.

    Returns
    -------
    numpy.ndarray
        Of the shape without the last axis; NaN where a share is 0 or 1.

    Raises
    ------
    AnalysisError
        If a share lies outside [0, 1] or there are fewer than two candidates.

    Notes
    -----
    :math:`B = \frac1k\sum_i |A'_i|` with :math:`A'_i = \ln\frac{p_i/(1 - p_i)}{r_i/(1 - r_i)}` (Arzheimer & Evans 2014,
    *Political Analysis* 22). With two candidates it is :math:`|A'|`. A sum of absolute values, it is above 0 in
    samples of a poll without any bias: compare `expected` in `poll_errors`.

    Examples
    --------
    >>> print(b_measure([0.60580, 0.39420], [0.50126, 0.49874]).round(3))
    0.425

    With two candidates B is the size of A'.
    """
    return np.asarray(np.abs(log_odds_errors(*_shares_and_result(shares, result))).mean(axis=-1))


def b_weighted(shares: npt.ArrayLike, result: npt.ArrayLike) -> FloatArray:
    r"""Absolute error of the candidates' log odds, weighted by their result.

    Parameters
    ----------
    shares, result : array_like
        As for `b_measure`.

    Returns
    -------
    numpy.ndarray
        Of the shape without the last axis; NaN where a share is 0 or 1.

    Raises
    ------
    AnalysisError
        If a share lies outside [0, 1] or there are fewer than two candidates.

    Notes
    -----
    :math:`B_w = \sum_i r_i |A'_i| / \sum_i r_i` (Arzheimer & Evans 2014), so that small candidates count for little.

    Examples
    --------
    >>> print(b_measure([0.50, 0.48, 0.02], [0.49, 0.50, 0.01]).round(2))
    0.27
    >>> print(b_weighted([0.50, 0.48, 0.02], [0.49, 0.50, 0.01]).round(2))
    0.07

    One candidate at 2 % instead of 1 % makes a large B and a small B_w.
    """
    polled, official = _shares_and_result(shares, result)
    errors = np.abs(log_odds_errors(polled, official))
    return np.asarray((official * errors).sum(axis=-1) / official.sum(axis=-1))
