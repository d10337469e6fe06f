"""The readings of a race against its official result."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from analysis.estimates.options import derived
from analysis.polls import Result

__all__ = ["RESULT_VERDICTS", "official_shares", "readings_against_result"]

RESULT_VERDICTS = ("inside", "inside twice the interval", "outside", "not published", "base unknown")
"""Where the official lead lies to the interval of a reading's lead; the last two cannot be told."""

_NO_CANDIDATES = {"blank", "null", "votes_cast"}  # what else an official result counts


def official_shares(pair: Sequence[str], result: Result | None) -> pd.DataFrame:
    """Return what two candidates had in the official result.

    Returns
    -------
    pandas.DataFrame
        `answer, basis, share`: of `valid_votes`, and of `votes_cast` where the result counts them. No rows without a
        result, or where it has no votes of one of the two.

    Examples
    --------
    >>> from analysis import load_result
    >>> official_shares(["castillo", "fujimori"], load_result("peru-2021-runoff")).round(3)
         answer        basis  share
    0  castillo  valid_votes  0.501
    1  fujimori  valid_votes  0.499
    2  castillo   votes_cast  0.469
    3  fujimori   votes_cast  0.466

    Castillo had 50.1 % of the valid votes, and 46.9 % of all that were cast.
    """
    votes = {} if result is None else result.votes
    rows = []
    if pair and all(answer in votes for answer in pair):
        # All candidates of the result, of whom the race may follow some: whatever is no ballot of another kind.
        named = sum(count for name, count in votes.items() if name not in _NO_CANDIDATES)
        wholes = {"valid_votes": named, "votes_cast": votes.get("votes_cast", 0)}
        rows = [
            {"answer": answer, "basis": basis, "share": votes[answer] / whole}
            for basis, whole in wholes.items()
            if whole
            for answer in pair
        ]
    return pd.DataFrame(rows, columns=["answer", "basis", "share"])


def readings_against_result(leads: pd.DataFrame, result: Result | None) -> pd.DataFrame:
    """Hold the lead of every reading against the official one.

    Returns
    -------
    pandas.DataFrame
        The rows of `leads`, with `last_of_pollster, official, error, verdict`: one of `RESULT_VERDICTS`. No rows without a
        result.

    Examples
    --------
    >>> from analysis import Options, load_race, load_result
    >>> from analysis.estimates import reading_leads
    >>> result = load_result("peru-2021-runoff")
    >>> leads = reading_leads(load_race("peru-2021-runoff"), options=Options(design_effect=1), result=result)
    >>> held = readings_against_result(leads, result)
    >>> held.loc[held["reading"] == "cpi_0421", ["estimate", "official", "error", "verdict"]].round(3)
       estimate  official  error  verdict
    3     0.212     0.003  0.209  outside

    CPI's April lead of 21.2 points was a quarter of a point in June.
    """

    def make(leads: pd.DataFrame) -> pd.DataFrame:
        pair = list(leads.iloc[0][["answer", "against"]]) if len(leads) else []
        shares = official_shares(pair, result).query("basis == 'valid_votes'")["share"].to_list()
        official = shares[0] - shares[1] if shares else np.nan
        lead, low, high = leads["estimate"], leads["low"], leads["high"]
        verdict = np.select(
            [
                lead.isna() | np.isnan(official),
                low.isna(),
                (low <= official) & (official <= high),
                (2 * low - lead <= official) & (official <= 2 * high - lead),
            ],
            [*RESULT_VERDICTS[3:], *RESULT_VERDICTS[:2]],
            default=RESULT_VERDICTS[2],
        )
        held = leads.assign(
            last_of_pollster=~leads["pollster"].duplicated(keep="last"),
            official=official,
            error=lead - official,
            verdict=verdict.astype(object),
        )
        return held if result is not None else held.iloc[:0]

    return derived(leads, make)
