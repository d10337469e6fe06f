"""What a design or a bias would do to the significance of a difference or lead, on arrays; by Wald's standard errors."""

import numpy as np
import numpy.typing as npt

from analysis.stats.arrays import FloatArray, critical_value, effective_size

__all__ = ["tipping_bias", "tipping_design_effect"]


def tipping_design_effect(
    estimate: npt.ArrayLike, standard_error: npt.ArrayLike, *, confidence_level: npt.ArrayLike = 0.95
) -> FloatArray:
    r"""Design effect at which a difference or lead stops being significant.

    Parameters
    ----------
    estimate : array_like
        Differences of shares.
    standard_error : array_like
        Theirs, for simple random sampling.
    confidence_level : array_like
        In (0, 1).

    Returns
    -------
    numpy.ndarray
        Of the broadcast shape; below 1 where the estimate is not significant to begin with, NaN where
        the standard error is missing or not positive.

    Raises
    ------
    AnalysisError
        If the level lies outside (0, 1).

    Notes
    -----
    :math:`(z/z_c)^2`, where z is the estimate in standard errors and :math:`z_c` the critical value:
    a design effect multiplies the variance, so that z falls with its square root.

    Examples
    --------
    >>> standard_error = np.sqrt((0.355 + 0.231 - 0.124**2) / 1200)
    >>> print(tipping_design_effect(0.124, standard_error).round(2))
    8.42

    Only with a design effect of 8.4, several times what such samples have, would a lead of 12.4 points
    among 1,200 people be within sampling error.
    """
    z = np.asarray(estimate, dtype=float) / effective_size(standard_error)
    return np.asarray((z / critical_value(confidence_level)) ** 2)


def tipping_bias(
    estimate: npt.ArrayLike, standard_error: npt.ArrayLike, *, confidence_level: npt.ArrayLike = 0.95
) -> tuple[FloatArray, FloatArray]:
    r"""Bias against which a difference or lead would not stand.

    Parameters
    ----------
    estimate : array_like
        Differences of shares.
    standard_error : array_like
        Theirs, whatever the design.
    confidence_level : array_like
        In (0, 1).

    Returns
    -------
    to_insignificance, to_tie : numpy.ndarray
        How far, as a share, the estimate would have to be off in its own favour to be no longer
        significant, and to be nothing; of the broadcast shape. The first is 0 where the estimate is not
        significant, and NaN where the standard error is missing or not positive.

    Raises
    ------
    AnalysisError
        If the level lies outside (0, 1).

    Notes
    -----
    :math:`\max(0, |d| - z_c\,\mathrm{SE})` and :math:`|d|`. Bias is what a larger sample does not
    cure: refusals, coverage, wording, changes of mind.

    Examples
    --------
    >>> standard_error = np.sqrt((0.355 + 0.231 - 0.124**2) / 1200)
    >>> to_insignificance, to_tie = tipping_bias(0.124, standard_error)
    >>> print(to_insignificance.round(3), to_tie)
    0.081 0.124

    A poll that overstates the lead by 8.1 points would have found nothing significant without that
    error, and a tie if it overstates the lead by 12.4.
    """
    size, error = np.broadcast_arrays(
        np.abs(np.asarray(estimate, dtype=float)), effective_size(standard_error)
    )
    return np.maximum(size - critical_value(confidence_level) * error, 0), np.array(size)
