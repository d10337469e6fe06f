"""How different those who did not answer would have to be, on arrays, for a lead to vanish."""

import numpy as np
import numpy.typing as npt

from analysis.errors import AnalysisError
from analysis.stats.arrays import FloatArray, check_shares

__all__ = ["nonresponse_tipping_point"]


def nonresponse_tipping_point(
    lead: npt.ArrayLike, response_rate: npt.ArrayLike
) -> tuple[FloatArray, FloatArray]:
    r"""How those who did not answer would have to differ for a lead to vanish among all.

    Parameters
    ----------
    lead : array_like
        Leads in [−1, 1] among those who answered.
    response_rate : array_like
        Share of those asked who answered, in [0, 1]; a parameter where it is not published.

    Returns
    -------
    lead_of_others, gap : numpy.ndarray
        The lead among the others at which both are level, and how far that is from `lead`; of the broadcast shape. A lead
        of others beyond −1 or 1 is one that nobody can have: then the lead stands whatever they think. Where all
        answered the gap is infinite.

    Raises
    ------
    AnalysisError
        If a lead lies outside [−1, 1] or a rate outside [0, 1].

    Notes
    -----
    :math:`rL + (1 - r)L' = 0` gives :math:`L' = -rL/(1 - r)` and a gap of :math:`L/(1 - r)` (after Dominitz & Manski 2025).

    Examples
    --------
    >>> others, gap = nonresponse_tipping_point(0.124, [0.3, 0.9])
    >>> print(others.round(3), gap.round(3))
    [-0.053 -1.116] [0.177 1.24 ]

    With three answers in ten, a lead of 12.4 points is gone if the others favour the rival by 5.3, a gap of 17.7 points;
    with nine in ten nothing could undo it.
    """
    d, r = np.broadcast_arrays(np.asarray(lead, dtype=float), check_shares("response_rate", response_rate))
    outside = d[np.abs(d) > 1]
    if outside.size:
        raise AnalysisError(f"lead: {outside.flat[0]:g} is not a difference of shares; divide points by 100.")
    with np.errstate(divide="ignore", invalid="ignore"):
        gap = np.asarray(d / (1 - r))
    return d - gap, gap
