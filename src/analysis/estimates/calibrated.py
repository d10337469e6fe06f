"""Intervals that reach as far as polls have erred, beside those of sampling: of votes, and of leads."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from analysis.errors import AnalysisError
from analysis.estimates.bases import cell_bases
from analysis.estimates.opening import opened
from analysis.estimates.options import Options, a_share
from analysis.estimates.remaking import derived, no_rows, remakeable_each
from analysis.estimates.votes import candidates
from analysis.polls import Poll
from analysis.stats import ADDED_ERROR, calibrated_interval, critical_value, lead_interval
from analysis.stats.arrays import FloatArray

__all__ = ["calibrated_leads", "calibrated_votes"]

_LEADS = (
    "question", "answer", "against", "own", "estimate", "low", "high", "calibrated_low", "calibrated_high", "needed",
    "calibrated_needed", "n_effective",
)  # fmt: skip


def calibrated_votes(valid: pd.DataFrame, *, added_error: float = ADDED_ERROR) -> pd.DataFrame:
    """Give shares of valid votes a second interval, which reaches as far as polls have erred.

    `valid_votes` with `calibrated_low, calibrated_high`: for the poll's own error and the added one, that of one of two
    candidates (`stats.calibration`), in proportion to what the two foremost have together. Added errors are measured
    above those of simple random samples, so that a design effect counts twice: an interval that is rather too wide than
    too narrow.

    Examples
    --------
    >>> from analysis import load_poll
    >>> from analysis.estimates import valid_votes
    >>> votes = calibrated_votes(valid_votes(load_poll("cpi-2021-04"), "vote_intention"), added_error=0.0286)
    >>> votes[["answer", "estimate", "low", "high", "calibrated_low", "calibrated_high"]].round(3)
         answer  estimate    low   high  calibrated_low  calibrated_high
    0  castillo     0.606  0.558  0.652           0.532            0.680
    1  fujimori     0.394  0.348  0.442           0.320            0.468

    Polls as wrong as those of American elections would have Castillo anywhere between 53.2 and 68.0 %.
    """
    error = a_share("added_error", added_error)

    def calibrate(valid: pd.DataFrame) -> pd.DataFrame:
        added = error * valid["estimate"].nlargest(2).sum()
        least, greatest, sampling = valid[["rounding_low", "rounding_high", "standard_error"]].to_numpy().T
        level = valid.attrs["options"].confidence_level
        low, high = _reaching(least, greatest, sampling, added, level)
        return valid.assign(calibrated_low=low.clip(min=0), calibrated_high=high)

    return derived(valid, lambda tables: [calibrate(one) for one in tables])


def _reaching(
    least: FloatArray, greatest: FloatArray, error: FloatArray, added: float, level: float
) -> tuple[FloatArray, FloatArray]:
    """Return intervals as far as polls have erred, from the ends that rounding leaves."""
    low, _ = calibrated_interval(least, error, added_error=added, confidence_level=level)
    _, high = calibrated_interval(greatest, error, added_error=added, confidence_level=level)
    return low, high


def calibrated_leads(
    poll: Poll,
    question: str,
    options: Options | None = None,
    *,
    added_error: float = ADDED_ERROR,
    leads: Sequence[float] = (),
) -> pd.DataFrame:
    """Give the lead of the first candidate over the second, and leads that it might have been, both kinds of intervals.

    Columns: `question, answer, against, own, estimate, low, high, calibrated_low, calibrated_high, needed,
    calibrated_needed, n_effective`, among all interviewed; the poll's own lead first, then `leads`. `needed` is the
    smallest lead of such a poll that is beyond chance, `calibrated_needed` the smallest that is beyond the errors of
    polls as well.

    Examples
    --------
    >>> from analysis import load_poll
    >>> found = calibrated_leads(load_poll("cpi-2021-04"), "vote_intention", added_error=0.0286, leads=[0.02])
    >>> found[["estimate", "low", "high", "calibrated_low", "calibrated_high"]].round(3)
       estimate    low   high  calibrated_low  calibrated_high
    0     0.124  0.068  0.180           0.037            0.211
    1     0.020 -0.037  0.077          -0.067            0.107

    A lead of 12.4 points is one even if polls are as wrong as they have been, a lead of 2 is none by either measure.
    """
    if not question:
        return no_rows(poll, options, _LEADS)
    table, names = opened(poll, question), candidates(poll, question)
    rows, column = table.rows(names), table.whole
    first, second, *_ = (rows[at] for at in np.argsort(-table.share[rows, column], kind="stable"))
    a, b = table.share[[first, second], column]
    half = float((table.high - table.low)[[first, second], column].max()) / 2
    lead, both = np.array([a - b, *(a_share("leads", one) for one in leads)]), a + b
    if lead.max() > both:
        raise AnalysisError(
            f"leads: no lead is above {both:.3f}, which is what both candidates have together."
        )
    added = 2 * both * a_share("added_error", added_error)

    def make(one: Options) -> pd.DataFrame:
        base = cell_bases(poll, table, one)[rows[0], column]
        level, n, z = one.confidence_level, base / one.effect, critical_value(one.confidence_level)
        # For every figure that rounds to what is printed: each candidate at one end, the other at the other.
        sides = (
            np.maximum([(both + lead) / 2 + step, (both - lead) / 2 - step], 0) for step in (-half, half)
        )
        # A column that sums to more than all, and an end beyond all, are taken as a whole.
        ends = (side / np.maximum(side.sum(axis=0), 1) for side in sides)
        (_, low, _), (_, _, high) = (lead_interval(a, b, n, confidence_level=level) for a, b in ends)
        error = np.sqrt((both - lead**2) / n) if n > 0 else np.full(len(lead), np.nan)
        reach_low, reach_high = _reaching(lead - 2 * half, lead + 2 * half, error, added, level)
        smallest = np.sqrt(both / n)
        columns = {
            "question": table.question.id,
            "answer": table.answers[first],
            "against": table.answers[second],
            "own": [True, *[False] * (len(lead) - 1)],
            "estimate": lead,
            "low": low,
            "high": high,
            "calibrated_low": reach_low,
            "calibrated_high": reach_high,
            "needed": z * smallest,
            "calibrated_needed": z * np.hypot(smallest, added),
            "n_effective": n,
        }
        return pd.DataFrame(columns)

    return remakeable_each(poll, options, make)
