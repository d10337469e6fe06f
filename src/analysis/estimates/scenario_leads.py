"""How far ahead the leader stays if the undecided vote in one way or another."""

from collections.abc import Mapping, Sequence
from itertools import product

import numpy as np
import pandas as pd

from analysis.estimates.covers import PUBLISHED
from analysis.estimates.scenarios import ScenarioModel, delta_estimate, scenario_model
from analysis.polls import Poll, Target
from analysis.stats.margins import SMALL_BASE, FloatArray, critical_value

__all__ = ["scenario_leads"]


def scenario_leads(
    poll: Poll,
    question: str,
    pair: tuple[str, str],
    *,
    target: str | Target = PUBLISHED,
    partition: str | Sequence[str] | None = None,
    turnout: Mapping[str, float] | Target | None = None,
    confidence_level: float = 0.95,
    design_effect: float = 1.0,
    small_base: float = SMALL_BASE,
) -> pd.DataFrame:
    r"""Lead in valid votes of one candidate over another, scenario by scenario.

    Parameters
    ----------
    poll : Poll
    question : str
        Id of a single-response question with two or more answers of role `candidate`.
    pair : tuple of str
        Ids of two of them; leads are of the first over the second.
    target, partition, turnout
        As for `undecided_scenarios`.
    confidence_level : float
        In (0, 1).
    design_effect : float
        Variance of the design relative to simple random sampling.
    small_base : float
        Effective size of the whole sample below which nothing is tested.

    Returns
    -------
    pandas.DataFrame
        `scenario, lead, low, high, standard_error, verdict`; leads are differences of shares of valid votes. A verdict
        of `lead_verdict` holds where every figure rounds to what is printed: it is the same at all corners of the
        rounding box, the figures of all segments moved together.

    Raises
    ------
    PollError
        If there is no such question or partition.
    AnalysisError
        As for `undecided_scenarios`.

    Notes
    -----
    The difference of two shares of `undecided_scenarios`, its standard error by the delta method with both at once
    (`delta_estimate`): they are shares of the same votes, so that errors do not add up like those of strangers.

    Examples
    --------
    >>> from analysis.polls import load_poll
    >>> leads = scenario_leads(load_poll("cpi-2021-04"), "vote_intention", ("castillo", "fujimori"))
    >>> leads.round(3)
              scenario   lead    low   high  standard_error verdict
    0       as_decided  0.212  0.139  0.284           0.037   ahead
    1          equally  0.163  0.107  0.218           0.028   ahead
    2  all_to_castillo  0.394  0.335  0.454           0.030   ahead
    3  all_to_fujimori -0.069 -0.134 -0.005           0.033  behind

    Only if nearly all of the undecided had gone to Fujimori would she have led.
    """
    model = scenario_model(
        poll, question, target=target, partition=partition, turnout=turnout, design_effect=design_effect
    )
    z = critical_value(confidence_level)
    lead, error = _leads(model, pair, model.shares.share)
    named = len(model.candidates)
    first, second = (model.candidates.index(answer) for answer in pair)
    least, greatest = model.shares.low, model.shares.high
    # Of the two candidates, the undecided, all other candidates, and those who will not vote.
    groups = [[first], [second], [named], [i for i in range(named) if i not in (first, second)], [named + 1]]
    signs = []
    for corner in product((False, True), repeat=len(groups)):
        shares = least.copy()
        for group, up in zip(groups, corner, strict=True):
            if up:
                shares[group] = greatest[group]
        # A corner that no column can reach is scaled back to the whole.
        shares /= np.maximum(1.0, shares.sum(axis=0))
        at, off = _leads(model, pair, shares)
        signs.append(np.where(np.abs(at) > z * off, np.sign(at), 0.0))
    settled = np.min(signs, axis=0) == np.max(signs, axis=0)
    unknown = np.isnan(lead)
    verdicts = {
        "not published": np.isnan(model.shares.share).any() & unknown,
        "base unknown": np.isnan(error),
        "too few interviews": np.full(len(lead), model.cover.n_whole < small_base),
        "depends on rounding": ~settled,
        "ahead": signs[0] > 0,
        "behind": signs[0] < 0,
    }
    return pd.DataFrame(
        {
            "scenario": model.scenarios,
            "lead": lead,
            "low": (lead - z * error).clip(-1, 1),
            "high": (lead + z * error).clip(-1, 1),
            "standard_error": error,
            "verdict": np.select(list(verdicts.values()), list(verdicts), default="statistical tie"),
        }
    )


def _leads(model: ScenarioModel, pair: tuple[str, str], shares: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return the lead in every scenario and its standard error."""
    first, second = (model.candidates.index(answer) for answer in pair)

    def lead(weights: np.ndarray, moved: np.ndarray) -> np.ndarray:
        votes = model.allocate(weights, moved)
        return np.asarray(votes[:, first] - votes[:, second])

    estimate = delta_estimate(lead, model.cover, shares)
    return estimate.share, estimate.standard_error
