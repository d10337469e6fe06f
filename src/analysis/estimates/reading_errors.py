"""How far each reading of a race was from the official result."""

import numpy as np
import pandas as pd

from analysis.estimates.leading import TOTAL_ERROR
from analysis.estimates.readings import official_shares
from analysis.polls import Result

__all__ = ["RESULT_VERDICTS", "readings_against_result"]

RESULT_VERDICTS = ("inside", "inside twice the interval", "outside", "not published", "base unknown")
"""Where the official lead lies to the interval of a reading's lead; the last two cannot be told."""


def readings_against_result(leads: pd.DataFrame, result: Result | None) -> pd.DataFrame:
    """Hold the lead of every reading against the official one.

    Parameters
    ----------
    leads : pandas.DataFrame
        From `reading_leads`.
    result : Result or None
        Without one there are no rows.

    Returns
    -------
    pandas.DataFrame
        `reading, pollster, last_of_pollster, days_before, lead, low, high, twice_low, twice_high, official, error,
        share_error, total_errors, verdict`: `error` is the lead less the official one; `twice_low` and `twice_high`
        end an interval of twice the width; `share_error` is the error of the leader's share, and `total_errors`
        the same in units of `TOTAL_ERROR`, NaN where there are more than two candidates; `verdict` is one of
        `RESULT_VERDICTS`;
        `last_of_pollster` marks the last reading of each pollster.

    Notes
    -----
    An error is what lies between a reading and the vote: sampling, everything else that can go wrong, and whatever
    happened in between.

    Examples
    --------
    >>> from analysis.estimates import reading_leads
    >>> from analysis.polls import load_race_and_result
    >>> race, result = load_race_and_result("peru-2021-runoff")
    >>> table = readings_against_result(reading_leads(race, result), result)
    >>> table["verdict"].value_counts().to_dict()
    {'inside': 12, 'outside': 5, 'base unknown': 4, 'inside twice the interval': 2}

    Twelve of the 23 leads had the official one inside their interval, all of them in May.
    """
    columns = [
        "reading", "pollster", "last_of_pollster", "days_before", "lead", "low", "high", "twice_low", "twice_high",
        "official", "error", "share_error", "total_errors", "verdict",
    ]  # fmt: skip
    if result is None or leads.empty:
        return pd.DataFrame(columns=columns)
    shares = official_shares(leads, result).query("base == 'valid_votes'")["share"].to_numpy()
    official = shares[0] - shares[1] if len(shares) else np.nan
    two = (leads["share_a"] + leads["share_b"]).sub(1).abs() < 1e-9
    share_error = leads["share_a"] - (shares[0] if len(shares) else np.nan)
    return leads.assign(
        last_of_pollster=~leads["pollster"].duplicated(keep="last"),
        twice_low=leads["lead"] - 2 * (leads["lead"] - leads["low"]),
        twice_high=leads["lead"] + 2 * (leads["high"] - leads["lead"]),
        official=official,
        error=leads["lead"] - official,
        share_error=share_error,
        total_errors=(share_error / TOTAL_ERROR).where(two),
        verdict=lambda rows: np.select(
            [
                rows["lead"].isna() | np.isnan(official),
                rows["low"].isna(),
                rows["low"].le(official) & rows["high"].ge(official),
                rows["twice_low"].le(official) & rows["twice_high"].ge(official),
            ],
            ["not published", "base unknown", "inside", "inside twice the interval"],
            default="outside",
        ),
    )[columns]
