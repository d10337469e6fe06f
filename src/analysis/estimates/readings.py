"""The readings of a race on one base: the lead among valid votes, with its interval, poll by poll."""

import numpy as np
import numpy.typing as npt
import pandas as pd

from analysis.polls import Poll, Race, Result
from analysis.stats.intervals import lead_interval, share_interval
from analysis.stats.leads import lead_verdict
from analysis.stats.margins import effective_size, implied_sample_size

__all__ = ["READING_SIZES", "leading_pair", "official_shares", "reading_leads", "reading_shares"]

READING_SIZES = ("stated", "from the margin", "not published")
"""Where the interviews of a reading are known from: its own words, the margin of error that it quotes, or nowhere."""

_QUOTED_LEVEL = 0.95  # confidence that press reports mean by a margin of error, where they name none
_NO_CANDIDATES = {"blank", "null", "votes_cast"}  # what else an official result counts
_COLUMNS = [
    "reading",
    "this_poll",
    "pollster",
    "first_day",
    "last_day",
    "days_before",
    "instrument",
    "base",
    "n",
    "n_from",
    "answer_a",
    "answer_b",
    "share_a",
    "share_b",
    "n_effective",
    "lead",
    "low",
    "high",
    "standard_error",
    "least",
    "greatest",
    "verdict",
]


def leading_pair(race: Race, poll: Poll | None = None, result: Result | None = None) -> tuple[str, str]:
    """Choose the two candidates whose lead is followed, the one in front first.

    They are the first two of the poll's own reading; without one, of the official result; without either,
    of the last reading that gives two.

    Examples
    --------
    >>> from analysis.polls import load_race
    >>> leading_pair(load_race("peru-2021-runoff"))
    ('castillo', 'fujimori')

    The last reading of the race put Castillo first and Fujimori second.
    """
    shares = race.readings[race.candidates].astype(float)
    own = shares[race.readings["poll"].eq(poll.id)] if poll is not None else shares.iloc[:0]
    chosen = own.iloc[0] if len(own) else pd.Series(np.nan, index=race.candidates)
    if chosen.notna().sum() < 2 and result is not None:
        chosen = pd.Series({name: result.proclaimed.get(name, np.nan) for name in race.candidates})
    if chosen.notna().sum() < 2:
        chosen = shares[shares.notna().sum(axis=1) >= 2].iloc[-1]
    first, second = chosen.sort_values(ascending=False, kind="stable").index[:2]
    return str(first), str(second)


def reading_leads(
    race: Race | None,
    result: Result | None = None,
    *,
    poll: Poll | None = None,
    confidence_level: float = 0.95,
    design_effect: float = 1.0,
) -> pd.DataFrame:
    r"""Put all readings of a race on valid votes, and give the lead of each its interval.

    Parameters
    ----------
    race : Race or None
        From `load_race`; without one there are no rows.
    result : Result, optional
        The official result, for the days from each reading to the vote.
    poll : Poll, optional
        The poll whose reading is marked, and whose two leading candidates are followed; see `leading_pair`.
    confidence_level : float
        In (0, 1).
    design_effect : float
        Variance of every reading relative to simple random sampling.

    Returns
    -------
    pandas.DataFrame
        One row a reading, by last day of fieldwork: `reading, this_poll, pollster, first_day, last_day, days_before,
        instrument, base, n, n_from, answer_a, answer_b, share_a, share_b, n_effective, lead, low, high,
        standard_error, least, greatest, verdict`. Shares are of valid votes; `n` are all interviews and `n_effective`
        those who named a candidate, divided by the design effect; `n_from` is one of `READING_SIZES`; `least` and
        `greatest` are the ends of the leads that round to what was printed, and `verdict`, one of
        `LEAD_VERDICTS`, holds for all of them. NaN where a figure or the base is unknown.

    Raises
    ------
    AnalysisError
        If the level lies outside (0, 1) or the readings are no shares.

    Notes
    -----
    :math:`v_A = p_A/\sum p` over the candidates, of :math:`n\sum p` interviews, whatever the printed base; where
    that is `valid_votes`, of :math:`n(1 - b)` with the blank ballots quoted beside them, and of an unknown number
    without. Of a simulated ballot nobody says how many took part; all are taken to have. Where only a margin of error
    was quoted, the interviews are those that have it at 95 %. A reading in which all figures are whole is taken
    to be rounded to whole per cents, any other to tenths. One design effect for all is an assumption.

    Examples
    --------
    >>> from analysis.polls import load_race
    >>> leads = reading_leads(load_race("peru-2021-runoff"))
    >>> leads.loc[2:3, ["reading", "share_a", "n_effective", "lead", "low", "high"]].round(3)
       reading  share_a  n_effective   lead    low   high
    2  iep_0421    0.659       861.21  0.317  0.254  0.381
    3  cpi_0421    0.606       703.20  0.212  0.139  0.284

    In the same days CPI had Castillo 21.2 points ahead in valid votes and IEP 31.7.
    """
    if race is None:
        return pd.DataFrame(columns=_COLUMNS)
    readings = race.readings.sort_values(["fieldwork_end", "fieldwork_start"], kind="stable").reset_index(
        drop=True
    )
    answer_a, answer_b = leading_pair(race, poll, result)
    named = readings[race.candidates].astype(float)
    valid = readings["base"].eq("valid_votes")
    naming = named.sum(axis=1, skipna=False).where(~valid, 1.0)
    shares = named.div(naming.where(naming > 0), axis=0)
    n, n_from = _interviews(readings)
    n_valid = n * naming.where(~valid, 1 - _column(readings, "blank_null"))
    # Shares that fill their base are of valid votes, whether or not that was said.
    n_valid = n_valid.where(~(readings["base"].eq("not_stated") & (naming > 0.995)))
    n_effective = effective_size(n_valid / effective_size(design_effect))
    lead, low, high = lead_interval(
        shares[answer_a], shares[answer_b], n_effective, confidence_level=confidence_level
    )
    half_unit = np.where(_whole(readings[race.answers]), 0.005, 0.0005) / naming
    low_a, high_a, low_b, high_b = (
        (shares[answer] + end * half_unit).clip(0, 1) for answer in (answer_a, answer_b) for end in (-1, 1)
    )
    before = np.nan if result is None else (pd.Timestamp(result.date) - readings["fieldwork_end"]).dt.days
    return pd.DataFrame(
        {
            "reading": readings["reading"],
            "this_poll": readings["poll"].eq("" if poll is None else poll.id) & readings["poll"].ne(""),
            "pollster": readings["pollster"],
            "first_day": readings["fieldwork_start"],
            "last_day": readings["fieldwork_end"],
            "days_before": before,
            "instrument": readings["instrument"],
            "base": readings["base"],
            "n": n,
            "n_from": n_from,
            "answer_a": answer_a,
            "answer_b": answer_b,
            "share_a": shares[answer_a],
            "share_b": shares[answer_b],
            "n_effective": n_effective,
            "lead": lead,
            "low": low,
            "high": high,
            "standard_error": np.sqrt((shares[answer_a] + shares[answer_b] - lead**2) / n_effective),
            "least": (lead - 2 * half_unit).clip(-1, 1),
            "greatest": (lead + 2 * half_unit).clip(-1, 1),
            "verdict": lead_verdict(
                low_a, high_a, low_b, high_b, n_effective, confidence_level=confidence_level
            ),
        }
    )


def _column(readings: pd.DataFrame, name: str) -> pd.Series:
    """Return a column of shares, NaN where the race has none."""
    return readings[name].astype(float) if name in readings else pd.Series(np.nan, index=readings.index)


def _interviews(readings: pd.DataFrame) -> tuple[pd.Series, npt.NDArray[np.str_]]:
    """Return the interviews of each reading, from the margin of error where they were not stated."""
    stated = readings["n"].astype(float)
    implied = implied_sample_size(readings["margin_of_error"].astype(float), confidence_level=_QUOTED_LEVEL)
    found = stated.fillna(pd.Series(implied, index=readings.index))
    said, quoted, unknown = READING_SIZES
    return found, np.select([stated.notna(), found.notna()], [said, quoted], default=unknown)


def _whole(shares: pd.DataFrame) -> npt.NDArray[np.bool_]:
    """Say which rows hold nothing but whole per cents."""
    percentages = 100 * shares.astype(float)
    return np.asarray(((percentages - percentages.round()).abs().fillna(0) < 1e-9).all(axis=1))


def reading_shares(
    race: Race | None, leads: pd.DataFrame, *, confidence_level: float = 0.95, design_effect: float = 1.0
) -> pd.DataFrame:
    """Give the shares of the two leading candidates their intervals, as published and of valid votes.

    Parameters
    ----------
    race : Race or None
    leads : pandas.DataFrame
        From `reading_leads`, with the same design effect.
    confidence_level : float
        In (0, 1).
    design_effect : float
        Variance of every reading relative to simple random sampling.

    Returns
    -------
    pandas.DataFrame
        `reading, base, answer, share, low, high`: for each reading the base as printed and then `valid_votes`, or that
        alone where it is what was printed.

    Raises
    ------
    AnalysisError
        If the level lies outside (0, 1).

    Examples
    --------
    >>> from analysis.polls import load_race
    >>> race = load_race("peru-2021-runoff")
    >>> shares = reading_shares(race, reading_leads(race))
    >>> shares[shares["reading"] == "cpi_0421"].round(3)
         reading         base    answer  share    low   high
    3   cpi_0421          all  castillo  0.355  0.328  0.382
    24  cpi_0421  valid_votes  castillo  0.606  0.569  0.641
    47  cpi_0421          all  fujimori  0.231  0.208  0.256
    68  cpi_0421  valid_votes  fujimori  0.394  0.359  0.431

    Of all interviewed 35.5 % named Castillo, which is 60.6 % of those who named a candidate.
    """
    columns = ["reading", "base", "answer", "share", "low", "high"]
    if race is None:
        return pd.DataFrame(columns=columns)
    printed = race.readings.set_index("reading").loc[leads["reading"]]
    interviews = leads["n"] / effective_size(design_effect)
    on_valid_votes = leads["base"].eq("valid_votes")
    pieces = []
    for letter in "ab":
        answer = leads[f"answer_{letter}"].iloc[0]
        as_printed = pd.Series(printed[answer].to_numpy(dtype=float), index=leads.index)
        for base, share, n in (
            (leads["base"].mask(on_valid_votes), as_printed, interviews),
            ("valid_votes", leads[f"share_{letter}"], leads["n_effective"]),
        ):
            low, high = share_interval(share, n, confidence_level=confidence_level)
            piece = leads[["reading"]].assign(base=base, answer=answer, share=share, low=low, high=high)
            pieces.append(piece.dropna(subset="base"))
    return pd.concat(pieces, ignore_index=True)[columns]


def official_shares(leads: pd.DataFrame, result: Result | None) -> pd.DataFrame:
    """Return what the two candidates of the leads had in the official result.

    Returns
    -------
    pandas.DataFrame
        `answer, base, share`: of `valid_votes`, and of `votes_cast` where the result counts them. No rows without a
        result, or where it has no votes of one of the two.

    Examples
    --------
    >>> from analysis.polls import load_race_and_result
    >>> race, result = load_race_and_result("peru-2021-runoff")
    >>> official_shares(reading_leads(race, result), result).round(3)
         answer         base  share
    0  castillo  valid_votes  0.501
    1  fujimori  valid_votes  0.499
    2  castillo   votes_cast  0.469
    3  fujimori   votes_cast  0.466

    Castillo had 50.1 % of the valid votes, and 46.9 % of all that were cast.
    """
    pair = [] if leads.empty else [leads["answer_a"].iloc[0], leads["answer_b"].iloc[0]]
    votes = {} if result is None else result.proclaimed
    rows = []
    if pair and all(answer in votes for answer in pair):
        # All candidates of the result, of whom the race may follow some: whatever is no ballot of another kind.
        named = sum(count for name, count in votes.items() if name not in _NO_CANDIDATES)
        wholes = {"valid_votes": named, "votes_cast": votes.get("votes_cast", 0)}
        rows = [
            {"answer": answer, "base": base, "share": votes[answer] / whole}
            for base, whole in wholes.items()
            if whole
            for answer in pair
        ]
    return pd.DataFrame(rows, columns=["answer", "base", "share"])
