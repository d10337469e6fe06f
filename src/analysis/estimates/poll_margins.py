"""Margins of error of a poll: by share and design effect, by column, and the design effects its clusters make plausible."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from analysis.estimates.weights import segment_bases
from analysis.polls import Poll
from analysis.stats.margins import cluster_design_effect, margin_of_error

__all__ = ["column_margins", "plausible_design_effects", "sheet_margins"]


def sheet_margins(
    poll: Poll,
    *,
    confidence_level: float = 0.95,
    design_effects: Sequence[float] = (1.0, 1.5, 2.0),
    shares: Sequence[float] = (0.5, 0.25, 0.1, 0.05),
) -> pd.DataFrame:
    """Return the margin of error of the whole sample for several shares and design effects.

    Parameters
    ----------
    poll : Poll
    confidence_level : float
        In (0, 1).
    design_effects, shares : sequence of float
        What the margin is wanted for; shares in [0, 1].

    Returns
    -------
    pandas.DataFrame
        `design_effect, share, margin_of_error`, design effects in ascending order, each once.

    Raises
    ------
    AnalysisError
        If the level lies outside (0, 1) or a share outside [0, 1].

    Notes
    -----
    `margin_of_error` at the sheet's n.

    Examples
    --------
    >>> from analysis.polls import load_poll
    >>> margins = sheet_margins(load_poll("cpi-2021-04"), shares=[0.5]).round(4)
    >>> margins["margin_of_error"].to_list()
    [0.0283, 0.0346, 0.04]

    A design effect of 2 turns ±2.8 points into ±4.0.
    """
    effects = sorted(set(design_effects))
    grid = pd.MultiIndex.from_product([effects, shares], names=["design_effect", "share"]).to_frame(
        index=False
    )
    grid["margin_of_error"] = margin_of_error(
        poll.sheet.n,
        confidence_level=confidence_level,
        share=grid["share"],
        design_effect=grid["design_effect"],
    )
    return grid


def column_margins(poll: Poll, *, confidence_level: float = 0.95, design_effect: float = 1.0) -> pd.DataFrame:
    """Return the base of each column with the margin of error of a share of one half in it.

    Parameters
    ----------
    poll : Poll
    confidence_level : float
        In (0, 1).
    design_effect : float
        Variance of the design relative to simple random sampling.

    Returns
    -------
    pandas.DataFrame
        The columns of `segment_bases`, and `margin_of_error`: a share, NaN where the base is unknown.

    Raises
    ------
    AnalysisError
        If the level lies outside (0, 1), or the design effect is not positive.

    Notes
    -----
    `margin_of_error` at the effective base, for a share of one half.

    Examples
    --------
    >>> from analysis.polls import load_poll
    >>> margins = column_margins(load_poll("cpi-2021-04")).set_index("segment")["margin_of_error"]
    >>> margins[["total", "oriente"]].round(3).to_list()
    [0.028, 0.101]

    In the East, a share of one half is known to ±10.1 points at best, against ±2.8 in the whole sample.
    """
    bases = segment_bases(poll, design_effect=design_effect)
    margins = margin_of_error(bases["n_effective"], confidence_level=confidence_level)
    return bases.assign(margin_of_error=margins)


def plausible_design_effects(poll: Poll, intraclass_correlations: Sequence[float]) -> pd.DataFrame:
    """Return the design effect of the poll's clustering for several intraclass correlations.

    Parameters
    ----------
    poll : Poll
    intraclass_correlations : sequence of float
        How alike people of one place answer.

    Returns
    -------
    pandas.DataFrame
        `intraclass_correlation, design_effect`; empty where the sheet does not count the places visited.

    Raises
    ------
    AnalysisError
        If a correlation cannot be.

    Notes
    -----
    `cluster_design_effect` with the sheet's n and number of places.

    Examples
    --------
    >>> from analysis.polls import load_poll
    >>> plausible_design_effects(load_poll("cpi-2021-04"), [0.03, 0.11]).round(2)
       intraclass_correlation  design_effect
    0                    0.03           1.28
    1                    0.11           2.04

    About ten interviews in each of 115 districts make a design effect of 1.3 to 2.0.
    """
    visited = poll.sheet.sampling_points
    rows = pd.DataFrame(
        {"intraclass_correlation": [float(rho) for rho in intraclass_correlations if visited]}
    )
    return rows.assign(
        design_effect=cluster_design_effect(
            poll.sheet.n / (visited or np.nan), rows["intraclass_correlation"]
        )
    )
