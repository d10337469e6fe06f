"""Intervals that reach as far as polls have erred, beside those of sampling: of votes, and of leads."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from analysis.estimates.bases import cell_bases
from analysis.estimates.opening import opened
from analysis.estimates.options import Options, a_poll, derived, made_each, no_rows
from analysis.estimates.votes import candidates
from analysis.polls import WHOLE, Poll
from analysis.stats import ADDED_ERROR, calibrated_interval, critical_value, lead_interval
from analysis.stats.arrays import check_shares

__all__ = ["calibrated_leads", "calibrated_votes"]

_LEADS = (
    "question", "answer", "against", "own", "estimate", "low", "high", "calibrated_low", "calibrated_high", "needed",
    "calibrated_needed", "n_effective",
)  # fmt: skip


def calibrated_votes(valid: pd.DataFrame, *, added_error: float = ADDED_ERROR) -> pd.DataFrame:
    """Give shares of valid votes a second interval, which reaches as far as polls have erred.

    Parameters
    ----------
    valid : pandas.DataFrame
        From `valid_votes`.
    added_error : float
        Standard deviation of errors beyond sampling in the share of one of two candidates (`stats.calibration`).

    Returns
    -------
    pandas.DataFrame
        `valid` with `calibrated_low, calibrated_high`: for the poll's own error and the added one, in proportion to what the
        two foremost candidates have together. Added errors are measured above those of simple random samples, so that a
        design effect counts twice: an interval that is rather too wide than too narrow.

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

    def make(valid: pd.DataFrame) -> pd.DataFrame:
        options: Options = valid.attrs["options"]
        low, high = (
            calibrated_interval(
                valid[end].to_numpy(),
                valid["standard_error"].to_numpy(),
                added_error=added_error * valid["estimate"].nlargest(2).sum(),
                confidence_level=options.confidence_level,
            )[side]
            for side, end in enumerate(("rounding_low", "rounding_high"))
        )
        return valid.assign(calibrated_low=low.clip(min=0), calibrated_high=high)

    return derived(valid, make)


def calibrated_leads(
    poll: Poll,
    question: str,
    options: Options | None = None,
    *,
    added_error: float = ADDED_ERROR,
    leads: Sequence[float] = (),
) -> pd.DataFrame:
    """Give the lead of the first candidate over the second, and leads that it might have been, both kinds of intervals.

    Returns
    -------
    pandas.DataFrame
        `question, answer, against, own, estimate, low, high, calibrated_low, calibrated_high, needed, calibrated_needed,
        n_effective`, among all interviewed; the poll's own lead first, then `leads`. `needed` is the smallest lead of such a
        poll that is beyond chance, `calibrated_needed` the smallest that is beyond the errors of polls as well.

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
    a_poll(poll)
    if not question:
        return no_rows(poll, options, _LEADS)
    others = tuple(check_shares("leads", leads).tolist())

    names, table = candidates(poll, question), opened(poll, question)
    column = table.columns([WHOLE])[0]
    shares = pd.Series(table.share[table.rows(names), column], names).sort_values(
        ascending=False, kind="stable"
    )
    (first, second), (a, b) = shares.index[:2], shares.iloc[:2]
    base = cell_bases(poll, table)[table.rows(names)[0], column]
    rows = table.rows([first, second])
    half = float((table.high[rows, column] - table.low[rows, column]).max()) / 2
    lead, both = np.array([a - b, *others]), a + b

    def make(one: Options) -> pd.DataFrame:
        level, n = one.confidence_level, base / one.effect
        # For every figure that rounds to what is printed: each candidate at one end, the other at the other.
        low, high = (
            lead_interval(
                np.maximum((both + lead) / 2 + step, 0),
                np.maximum((both - lead) / 2 - step, 0),
                n,
                confidence_level=level,
            )[side]
            for side, step in ((1, -half), (2, half))
        )
        added = 2 * both * added_error
        error = np.sqrt((both - lead**2) / n) if n > 0 else np.full(len(lead), np.nan)
        reach = [
            calibrated_interval(lead + 2 * step, error, added_error=added, confidence_level=level)[side]
            for side, step in enumerate((-half, half))
        ]
        z = critical_value(level)
        frame = pd.DataFrame({"estimate": lead, "low": low, "high": high, "n_effective": n})
        return frame.assign(
            question=table.question.id,
            answer=first,
            against=second,
            own=[True, *[False] * len(others)],
            calibrated_low=reach[0],
            calibrated_high=reach[1],
            needed=z * np.sqrt(both / n),
            calibrated_needed=z * np.hypot(np.sqrt(both / n), added),
        )[[*_LEADS]]

    return made_each(poll, options, make)
