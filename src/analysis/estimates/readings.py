"""Readings of a race: the lead among valid votes poll by poll, compared with one another and with the result."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from analysis.errors import AnalysisError, unknown_name
from analysis.estimates.options import Options, design_effects, made, options_of_race
from analysis.estimates.pairs import Cells, Pairs, lead_method
from analysis.estimates.verdict import HIGHER, LEADS, PValues, judge, nearest_corner
from analysis.polls import Poll, Race, Result
from analysis.stats import (
    combined_interval,
    implied_sample_size,
    inverted_p_value,
    lead_interval,
    share_interval,
)
from analysis.stats.arrays import FloatArray, effective_size

__all__ = [
    "READING_SIZES",
    "RESULT_VERDICTS",
    "compare_readings",
    "leading_pair",
    "official_shares",
    "pairs_of_peers",
    "pairs_of_pollsters",
    "pairs_within_pollsters",
    "reading_leads",
    "reading_shares",
    "readings_against_result",
]

READING_SIZES = ("stated", "from the margin", "not published")
"""Where the interviews of a reading are known from: its own words, the margin of error that it quotes, or nowhere."""

RESULT_VERDICTS = ("inside", "inside twice the interval", "outside", "not published", "base unknown")
"""Where the official lead lies to the interval of a reading's lead; the last two cannot be told."""

UNKNOWN_DESIGN_EFFECT = 1.5
"""Design effect of readings whose places are not counted: an assumption, the middle of 1 to 2."""

_QUOTED_LEVEL = 0.95  # confidence that press reports mean by a margin of error, where they name none
_NO_CANDIDATES = {"blank", "null", "votes_cast"}  # what else an official result counts


def leading_pair(race: Race, poll: Poll | None = None, result: Result | None = None) -> tuple[str, str]:
    """Choose the two candidates whose lead is followed, by the poll, the result, or the last reading; the leader first."""
    shares = race.readings[race.candidates].astype(float)
    own = shares[race.readings["poll"].eq(poll.id)] if poll is not None else shares.iloc[:0]
    chosen = own.iloc[0] if len(own) else pd.Series(np.nan, index=race.candidates)
    if chosen.notna().sum() < 2 and result is not None:
        chosen = pd.Series({name: result.votes.get(name, np.nan) for name in race.candidates})
    if chosen.notna().sum() < 2:
        chosen = shares[shares.notna().sum(axis=1) >= 2].iloc[-1]
    first, second = chosen.sort_values(ascending=False, kind="stable").index[:2]
    return str(first), str(second)


def reading_leads(
    race: Race, poll: Poll | None = None, options: Options | None = None, *, result: Result | None = None
) -> pd.DataFrame:
    """Put all readings of a race on valid votes, and give the lead of each its interval.

    Parameters
    ----------
    race : Race
    poll : Poll, optional
        Whose reading is marked, and whose order of candidates is followed.
    options : Options, optional
        A design effect of None is that of the poll's sheet for its own reading, and 1.5 for all others, whose places
        nobody counted.
    result : Result, optional
        For the days before the election, and the order of candidates if no poll decides it.

    Returns
    -------
    pandas.DataFrame
        `reading, this_poll, pollster, first_day, last_day, days_before, instrument, basis, n, n_from, answer, against,
        share, share_against, estimate, low, high, n_effective, verdict, least, greatest`, one row a reading in the order of
        time. `estimate` is the lead of `answer` among those who named a candidate; `least` and `greatest` are the leads
        that round to what was printed. Each reading is judged by itself.

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
    return made(_reading_leads, race, options, poll=poll, result=result)


def _reading_leads(
    race: Race, settings: Sequence[Options], *, poll: Poll | None, result: Result | None
) -> list[pd.DataFrame]:
    """Do what `reading_leads` says, for each of the options."""
    readings = race.readings.sort_values(["fieldwork_end", "fieldwork_start"], kind="stable").reset_index(
        drop=True
    )
    pair = leading_pair(race, poll, result)
    named = readings[race.candidates].astype(float)
    valid = readings["base"].eq("valid_votes")
    naming = named.sum(axis=1, skipna=False).where(~valid, 1.0)
    shares = named.div(naming.where(naming > 0), axis=0)
    n, n_from = _interviews(readings)
    n_valid = n * naming.where(~valid, 1 - _column(readings, "blank_null"))
    # Shares that fill their base are of valid votes, whether or not that was said.
    n_valid = n_valid.where(~(readings["base"].eq("not_stated") & (naming > 0.995)))
    half_unit = np.where(_whole(readings[race.answers]), 0.005, 0.0005) / naming
    cells = [
        Cells(ends[0], ends[1], ends[2], effective_size(n_valid))
        for answer in pair
        if (ends := [np.asarray((shares[answer] + end * half_unit).clip(0, 1)) for end in (0, -1, 1)])
    ]
    lead = shares[pair[0]] - shares[pair[1]]
    own = readings["poll"].eq("" if poll is None else poll.id) & readings["poll"].ne("")
    before = np.nan if result is None else (pd.Timestamp(result.date) - readings["fieldwork_end"]).dt.days
    frame = pd.DataFrame(
        {
            "reading": readings["reading"],
            "this_poll": own,
            "pollster": readings["pollster"],
            "first_day": readings["fieldwork_start"],
            "last_day": readings["fieldwork_end"],
            "days_before": before,
            "instrument": readings["instrument"],
            "basis": readings["base"],
            "n": n,
            "n_from": n_from,
            "answer": pair[0],
            "against": pair[1],
            "share": shares[pair[0]],
            "share_against": shares[pair[1]],
            "least": (lead - 2 * half_unit).clip(-1, 1),
            "greatest": (lead + 2 * half_unit).clip(-1, 1),
        }
    )
    frames = []
    for one in settings:
        effects = np.full(len(frame), one.design_effect or UNKNOWN_DESIGN_EFFECT)
        if one.design_effect is None and poll is not None:
            effects[own.to_numpy()] = design_effects(poll).middle
        a, b = (Cells(c.share, c.low, c.high, c.base / effects) for c in cells)
        pairs = Pairs(a, b, lead_method(single=True), exclusive=True)
        alone = options_of_race(one, adjustment="none", design_effect=1.0)
        judged = judge(pairs, [alone], LEADS)[0]
        columns = {name: judged[name] for name in ("estimate", "low", "high", "n_effective", "verdict")}
        frames.append(frame.assign(**columns))
    return frames


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


def reading_shares(race: Race, leads: pd.DataFrame, *, confidence_level: float = 0.95) -> pd.DataFrame:
    """Give the shares of the two candidates of the leads their intervals, as published and of valid votes.

    Returns
    -------
    pandas.DataFrame
        `reading, basis, answer, estimate, low, high`: for each reading the base as printed and then `valid_votes`, or that
        alone where it is what was printed.

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
    printed = race.readings.set_index("reading").loc[leads["reading"]]
    on_valid_votes = leads["basis"].eq("valid_votes")
    naming = (leads["share"] + leads["share_against"]) * 0 + 1
    pieces = []
    for side, share in (("answer", "share"), ("against", "share_against")):
        answer = leads[side].iloc[0]
        as_printed = pd.Series(printed[answer].to_numpy(dtype=float), index=leads.index)
        of_all = leads["n_effective"] * (leads[share] / as_printed).where(as_printed > 0) * naming
        for basis, values, n in (
            (leads["basis"].mask(on_valid_votes), as_printed, of_all),
            ("valid_votes", leads[share], leads["n_effective"]),
        ):
            low, high = share_interval(values, n, confidence_level=confidence_level)
            piece = leads[["reading"]].assign(basis=basis, answer=answer, estimate=values, low=low, high=high)
            pieces.append(piece.dropna(subset="basis"))
    return pd.concat(pieces, ignore_index=True)


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


@dataclass(frozen=True, eq=False)
class _Changes:
    """Differences between leads of independent readings, as a comparison; sizes are effective ones."""

    a: pd.DataFrame
    b: pd.DataFrame

    @property
    def estimate(self) -> FloatArray:
        """The lead of one less that of the other."""
        return np.asarray(self.a["estimate"] - self.b["estimate"], dtype=float)

    @property
    def smallest(self) -> FloatArray:
        """The smaller size."""
        return np.asarray(np.minimum(self.a["n_effective"], self.b["n_effective"]), dtype=float)

    def _interval(
        self, ends: tuple[str, str], level: FloatArray
    ) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Return the difference of two leads at ends of their rounding, with limits from those of each."""
        sides = []
        for rows, end in zip((self.a, self.b), ends, strict=True):
            both, lead = rows["share"] + rows["share_against"], rows[end]
            a, b = (np.asarray((both + sign * lead) / 2, dtype=float).clip(0, 1) for sign in (1, -1))
            n = np.asarray(rows["n_effective"], dtype=float)
            sides.append(lead_interval(a, b, n, confidence_level=level, small_count=0))
        leads, lows, highs = (np.stack(pair, axis=-1) for pair in zip(*sides, strict=True))
        return combined_interval([1.0, -1.0], leads, lows, highs, confidence_level=level)

    def tests(self, effects: FloatArray) -> PValues:
        """Invert the intervals; sizes are effective ones already."""

        def test(*ends: str) -> tuple[FloatArray, FloatArray]:
            p = inverted_p_value(
                lambda level: self._interval((ends[0], ends[1]), np.broadcast_to(level, len(self.a)))
            )
            difference = (self.a[ends[0]] - self.b[ends[1]]).to_numpy(dtype=float)
            return np.tile(difference, (len(effects), 1)), np.tile(p, (len(effects), 1))

        low, high = test("least", "greatest"), test("greatest", "least")
        unknown = np.full(low[1].shape, np.nan)
        return PValues(nearest_corner(low, high), np.minimum(low[1], high[1]), unknown, unknown)

    def limits(self, effects: FloatArray, levels: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return the hull over rounding."""
        low = np.array([self._interval(("least", "greatest"), level)[1] for level in levels])
        high = np.array([self._interval(("greatest", "least"), level)[2] for level in levels])
        return low, high


def compare_readings(
    leads: pd.DataFrame, pairs: Sequence[tuple[str, str]], options: Options | None = None
) -> pd.DataFrame:
    """Compare the leads of pairs of readings, which are independent samples, judged together.

    Parameters
    ----------
    leads : pandas.DataFrame
        From `reading_leads`.
    pairs : sequence of tuple of str
        Ids of two readings each, of different samples: a poll and the simulated ballot of the same people are one.
    options : Options, optional
        Those of the leads unless given; the design effect is that of the leads.

    Returns
    -------
    pandas.DataFrame
        `reading, against, days_apart, lead, lead_against, estimate, low, high, …, verdict`, as `compare_segments`:
        `estimate` is the lead of `reading` less that of `against`.

    Examples
    --------
    >>> from analysis import Options, load_race
    >>> leads = reading_leads(load_race("peru-2021-runoff"), options=Options(design_effect=1))
    >>> table = compare_readings(leads, [("iep_0421", "cpi_0421")])
    >>> table[["estimate", "low", "high", "p_value", "verdict"]].round(3)
       estimate    low   high  p_value verdict
    0     0.106  0.007  0.205    0.036  higher

    Taken by themselves, the two polls of those days differ: IEP's lead was 10.6 points larger.
    """
    options = options_of_race(options or leads.attrs.get("options"), design_effect=1.0)
    by_reading = leads.set_index("reading")
    unknown = sorted({name for pair in pairs for name in pair} - set(by_reading.index))
    if unknown:
        raise AnalysisError(unknown_name("pairs: no reading", unknown[0], by_reading.index))
    about = ["reading", "against", "days_apart", "lead", "lead_against"]
    if not pairs:
        return pd.DataFrame(columns=[*about, "estimate", "low", "high", "p_value", "p_adjusted", "verdict"])
    a, b = (by_reading.loc[[pair[side] for pair in pairs]].reset_index() for side in (0, 1))
    frame = pd.DataFrame(
        {
            "reading": a["reading"],
            "against": b["reading"],
            "days_apart": (a["last_day"] - b["last_day"]).dt.days.abs(),
            "lead": a["estimate"],
            "lead_against": b["estimate"],
        }
    )
    frame = frame.assign(**judge(_Changes(a, b), [options], HIGHER)[0])
    frame.attrs["options"] = leads.attrs.get("options", options)
    return frame


def pairs_of_peers(leads: pd.DataFrame, *, days: int = 7) -> list[tuple[str, str]]:
    """Pair the marked poll with every reading of another sample that ended within some days of it, the largest lead first.

    Examples
    --------
    >>> from analysis import load_poll, load_race
    >>> pairs_of_peers(reading_leads(load_race("peru-2021-runoff"), load_poll("cpi-2021-04")))
    [('cpi_0421', 'iep_0421'), ('cpi_0421', 'datum_0420'), ('cpi_0421', 'ipsos_0416')]

    Three other readings were taken in those days.
    """
    pairs = []
    for own in leads[leads["this_poll"].astype(bool)].to_dict("records"):
        apart = (leads["last_day"] - own["last_day"]).dt.days.abs()
        same = leads["pollster"].eq(own["pollster"]) & leads["last_day"].eq(own["last_day"])
        peers = leads[(apart <= days) & ~same].sort_values("estimate", ascending=False, kind="stable")
        pairs += [(str(own["reading"]), str(peer)) for peer in peers["reading"]]
    return pairs


def _usable(leads: pd.DataFrame) -> pd.DataFrame:
    """Return the readings of a known base, whose instrument was stated."""
    return leads[
        leads["n_effective"].notna() & leads["estimate"].notna() & leads["instrument"].ne("not_stated")
    ]


def pairs_within_pollsters(leads: pd.DataFrame) -> list[tuple[str, str]]:
    """Pair each reading with the one that its pollster took before it, with the same instrument."""
    usable = _usable(leads)
    order = {pollster: place for place, pollster in enumerate(leads["pollster"].unique())}
    ordered = usable.sort_values("pollster", key=lambda names: names.map(order), kind="stable")
    pairs: list[tuple[str, str]] = []
    for _, rows in ordered.groupby(["pollster", "instrument"], sort=False):
        names = rows["reading"].to_list()
        pairs += zip(names[1:], names[:-1], strict=True)
    return pairs


def pairs_of_pollsters(leads: pd.DataFrame, *, days: int = 7) -> list[tuple[str, str]]:
    """Pair readings of different pollsters, of one instrument, that ended within some days; the larger lead first.

    What is found is a pollster's way of working or some days of news: with few readings the two cannot be told apart.
    """
    pairs = []
    for one, other in combinations(_usable(leads).to_dict("records"), 2):
        near = abs((one["last_day"] - other["last_day"]).days) <= days
        if near and one["pollster"] != other["pollster"] and one["instrument"] == other["instrument"]:
            larger, smaller = (one, other) if one["estimate"] >= other["estimate"] else (other, one)
            pairs.append((str(larger["reading"]), str(smaller["reading"])))
    return pairs


def readings_against_result(leads: pd.DataFrame, result: Result | None) -> pd.DataFrame:
    """Hold the lead of every reading against the official one.

    Returns
    -------
    pandas.DataFrame
        `reading, pollster, last_of_pollster, days_before, estimate, low, high, twice_low, twice_high, official, error,
        share_error, verdict`. `verdict` is one of `RESULT_VERDICTS`; no rows without a result.

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
    official = official_shares(list(leads.iloc[0][["answer", "against"]]) if len(leads) else [], result)
    shares = official.loc[official["basis"] == "valid_votes", "share"].to_numpy()
    columns: dict[str, Any] = {
        "last_of_pollster": ~leads["pollster"].duplicated(keep="last"),
        "twice_low": leads["estimate"] - 2 * (leads["estimate"] - leads["low"]),
        "twice_high": leads["estimate"] + 2 * (leads["high"] - leads["estimate"]),
        "official": shares[0] - shares[1] if len(shares) else np.nan,
        "share_error": leads["share"] - (shares[0] if len(shares) else np.nan),
    }
    held = leads.assign(**columns)
    held["error"] = held["estimate"] - held["official"]
    held["verdict"] = np.select(
        [
            held["estimate"].isna() | held["official"].isna(),
            held["low"].isna(),
            held["official"].between(held["low"], held["high"]),
            held["official"].between(held["twice_low"], held["twice_high"]),
        ],
        ["not published", "base unknown", "inside", "inside twice the interval"],
        default="outside",
    ).astype(object)
    names = [
        "reading",
        "pollster",
        "last_of_pollster",
        "days_before",
        "estimate",
        "low",
        "high",
        "twice_low",
        "twice_high",
    ]
    found = held[[*names, "official", "error", "share_error", "verdict"]]
    return found if result is not None else found.iloc[:0]
