"""Readings of a race: the lead among valid votes poll by poll, the shares behind it, and the official result."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from analysis.estimates.options import Options, design_effects, loaded
from analysis.estimates.pairs import Cells, compared, lead_method
from analysis.estimates.remaking import at_settings, derived, remakeable
from analysis.estimates.verdict import LEADS, judge
from analysis.polls import Poll, Race, Result
from analysis.stats import implied_sample_size, plausible_design_effects, share_interval
from analysis.stats.arrays import FloatArray, effective_size

__all__ = [
    "READING_SIZES", "RESULT_VERDICTS", "leading_pair", "reading_leads", "reading_shares", "readings_against_result",
]  # fmt: skip

READING_SIZES = ("stated", "from the margin", "not published")
"""Where the interviews of a reading are known from: its own words, the margin of error that it quotes, or nowhere."""

RESULT_VERDICTS = ("inside", "inside twice the interval", "outside", "not published", "base unknown")
"""Where the official lead lies to the interval of a reading's lead; the last two cannot be told."""

_LEADS = [
    "reading", "this_poll", "pollster", "first_day", "last_day", "days_before", "instrument", "basis", "n", "n_from",
    "answer", "against", "share", "share_against", "least", "greatest", "estimate", "low", "high", "n_effective", "verdict",
]  # fmt: skip
_SIDES = ("answer", "against")
_QUOTED_LEVEL = 0.95  # confidence that press reports mean by a margin of error, where they name none


def leading_pair(race: Race, poll: Poll | None = None, result: Result | None = None) -> tuple[str, str]:
    """Choose the two candidates whose lead is followed, by the poll, the result, or the last reading; the leader first.

    Both are empty where a race has no two candidates.
    """
    shares = race.readings[race.candidates].astype(float)
    own = shares[race.readings["poll"].eq("" if poll is None else poll.id) & race.readings["poll"].ne("")]
    whole = shares[shares.notna().sum(axis=1) >= 2]
    votes = {} if result is None else result.votes
    official = pd.DataFrame([{name: votes.get(name, np.nan) for name in race.candidates}])
    for rows in (own.iloc[:1], official, whole.iloc[-1:]):
        if len(rows) and rows.iloc[0].notna().sum() >= 2:
            first, second = rows.iloc[0].sort_values(ascending=False, kind="stable").index[:2]
            return str(first), str(second)
    return "", ""


def reading_leads(
    race: Race, poll: Poll | None = None, options: Options | None = None, *, result: Result | None = None
) -> pd.DataFrame:
    """Put all readings of a race on valid votes, and give the lead of each its interval.

    Columns: `reading, this_poll, pollster, first_day, last_day, days_before, instrument, basis, n, n_from, answer,
    against, share, share_against, least, greatest, estimate, low, high, n_effective, verdict`, one row a reading in the
    order of time; none where the race has no two candidates. `estimate` is the lead of `answer` among those who named a
    candidate or others; `least` and `greatest` are the leads that round to what was printed. Each reading is judged by
    itself.

    * `poll`: whose reading is marked, and whose order of candidates is followed.
    * `options`: a design effect of None is that of the poll's sheet for its own reading, and 1.5 for all others, whose
      places nobody counted.
    * `result`: for the days before the election, and the order of candidates if no poll decides it.

    Examples
    --------
    >>> from analysis import Options, load_race
    >>> leads = reading_leads(load_race("peru-2021-runoff"), options=Options(design_effect=1))
    >>> leads.loc[leads["reading"].isin(["iep_0421", "cpi_0421"]), ["reading", "share", "estimate", "low", "high"]].round(3)
        reading  share  estimate    low   high
    2  iep_0421  0.659     0.317  0.251  0.381
    3  cpi_0421  0.606     0.212  0.137  0.284

    In the same days CPI had Castillo 21.2 points ahead in valid votes and IEP 31.7.
    """
    loaded(Race, race)

    def make(settings: Sequence[Options]) -> list[pd.DataFrame]:
        pair = leading_pair(race, poll, result)
        readings = race.readings.sort_values(
            ["fieldwork_end", "fieldwork_start"], kind="stable", ignore_index=True
        )
        if not all(pair):
            return [pd.DataFrame(columns=_LEADS, dtype=float) for _ in settings]
        # Valid votes hold those for others, as a poll's own do.
        of_valid = [one for one in race.answers if one in {*race.candidates, "other"}]
        named = readings[of_valid].astype(float).fillna({"other": 0.0})
        valid = readings["base"].eq("valid_votes")
        naming = named.sum(axis=1, skipna=False).where(~valid, 1.0)
        shares = named.div(naming.where(naming > 0), axis=0)
        n, n_from = _interviews(readings)
        n_valid = n * naming.where(~valid, 1 - readings.get("blank_null", np.nan))
        # Shares that fill their base are of valid votes, whether or not that was said.
        n_valid = n_valid.where(~(readings["base"].eq("not_stated") & (naming > 0.995)))
        half = np.where(_whole(readings[race.answers]), 0.005, 0.0005)
        (a_least, b_most), (a_most, b_least) = (
            _at_end(named, pair, sign * half, valid.to_numpy()) for sign in (-1, 1)
        )
        own = readings["poll"].eq("" if poll is None else poll.id) & readings["poll"].ne("")
        before = np.nan if result is None else (pd.Timestamp(result.date) - readings["fieldwork_end"]).dt.days
        named_so = {"fieldwork_start": "first_day", "fieldwork_end": "last_day", "base": "basis"}
        frame = readings.rename(columns=named_so).assign(
            this_poll=own,
            days_before=before,
            n=n,
            n_from=n_from,
            answer=pair[0],
            against=pair[1],
            share=shares[pair[0]],
            share_against=shares[pair[1]],
            least=a_least - b_most,
            greatest=a_most - b_least,
        )
        # Where the effect is not said, what those of sheets differ by is counted in the bases.
        unsaid = np.full(len(frame), plausible_design_effects(np.nan, np.nan)[1])
        if poll is not None:
            unsaid[own.to_numpy()] = design_effects(poll).middle
        a, b = (
            Cells(shares[one].to_numpy(), low, high, effective_size(n_valid))
            for one, low, high in zip(pair, (a_least, b_least), (a_most, b_most), strict=True)
        )
        pairs = compared(a, b, lead_method(single=True), exclusive=True, own=(unsaid, unsaid))
        alone = [replace(one, adjustment="none") for one in settings]
        return at_settings(frame, judge(pairs, alone, LEADS), _LEADS)

    return remakeable(race, options, make)


def _at_end(
    named: pd.DataFrame, pair: tuple[str, str], half: FloatArray, valid: npt.NDArray[np.bool_]
) -> tuple[FloatArray, FloatArray]:
    """Return two candidates' shares of valid votes where rounding, by `half` at most, makes the lead greatest.

    Or least, if that is negative. What all others have makes a lead smaller, either way, the more it is.
    """
    a, b = ((named[one] + end).clip(0, 1).to_numpy() for one, end in zip(pair, (half, -half), strict=True))
    others = named.drop(columns=list(pair)).to_numpy()
    away = (np.where((a - b) * half > 0, -1, 1) * np.abs(half))[:, np.newaxis]
    naming = a + b + (others + away).clip(0).sum(axis=1)
    whole = np.where(valid, 1.0, np.where(naming > 0, naming, np.nan))
    return a / whole, b / whole


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


def reading_shares(race: Race, leads: pd.DataFrame) -> pd.DataFrame:
    """Give the shares of the two candidates of the leads their intervals, as published and of valid votes.

    Columns: `reading, basis, answer, estimate, low, high`: for each reading the base as printed and then `valid_votes`,
    or that alone where it is what was printed. Intervals hold sampling error and rounding.

    Examples
    --------
    >>> from analysis import load_race
    >>> race = load_race("peru-2021-runoff")
    >>> shares = reading_shares(race, reading_leads(race))
    >>> shares.loc[shares["reading"] == "cpi_0421", ["basis", "answer", "estimate"]].round(3)
              basis    answer  estimate
    3           all  castillo     0.355
    24  valid_votes  castillo     0.606
    47          all  fujimori     0.231
    68  valid_votes  fujimori     0.394

    Of all interviewed 35.5 % named Castillo, which is 60.6 % of those who named a candidate.
    """

    def make(tables: Sequence[pd.DataFrame]) -> list[pd.DataFrame]:
        columns = ["reading", "basis", "answer", "estimate", "low", "high"]
        if leads.empty:
            return [pd.DataFrame(columns=columns) for _ in tables]
        printed = race.readings.set_index("reading").reindex(leads["reading"])
        # What rounding moves a lead by moves either share by half.
        unit = (leads["greatest"] - leads["least"]) / 2
        pieces = []
        for side, share in (("answer", "share"), ("against", "share_against")):
            answer = leads[side].iloc[0]
            as_printed = pd.Series(printed[answer].to_numpy(dtype=float), index=leads.index)
            # Whom it is of, for each who names a candidate.
            part = (leads[share] / as_printed).where(as_printed > 0)
            rows = leads.assign(answer=answer, place=range(len(leads)))
            other = rows[leads["basis"] != "valid_votes"]
            pieces.append(other.assign(estimate=as_printed, part=part, unit=unit / part))
            pieces.append(rows.assign(basis="valid_votes", estimate=leads[share], part=1.0, unit=unit))
        shares = pd.concat(pieces, ignore_index=True)
        n = [one["n_effective"].to_numpy()[shares["place"]] * shares["part"] for one in tables]
        levels = [[one.attrs.get("options", Options()).confidence_level] for one in tables]
        ends = share_interval(shares["estimate"], n, confidence_level=levels, unit=shares["unit"])
        changing = [{"low": low, "high": high} for low, high in zip(*ends, strict=True)]
        return at_settings(shares, changing, columns)

    return derived(leads, make)


def readings_against_result(leads: pd.DataFrame, result: Result | None) -> pd.DataFrame:
    """Hold the lead of every reading against the official one.

    The rows of `leads`, with `last_of_pollster, official, error, verdict`: one of `RESULT_VERDICTS`. No rows without a
    result.

    Examples
    --------
    >>> from analysis import Options, load_race, load_result
    >>> result = load_result("peru-2021-runoff")
    >>> leads = reading_leads(load_race("peru-2021-runoff"), options=Options(design_effect=1), result=result)
    >>> held = readings_against_result(leads, result)
    >>> held.loc[held["reading"] == "cpi_0421", ["estimate", "official", "error", "verdict"]].round(3)
       estimate  official  error  verdict
    3     0.212     0.003  0.209  outside

    CPI's April lead of 21.2 points was a quarter of a point in June.
    """

    def hold(leads: pd.DataFrame) -> pd.DataFrame:
        votes = {} if result is None else result.votes
        # All candidates of the result, of whom the race may follow some.
        named = 0 if result is None else sum(votes[name] for name in result.candidates)
        first, second = (votes.get(leads[side].iloc[0], np.nan) if len(leads) else np.nan for side in _SIDES)
        official = (first - second) / named if named else np.nan
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

    return derived(leads, lambda tables: [hold(one) for one in tables])
