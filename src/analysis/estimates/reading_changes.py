"""Differences between the leads of readings: within a pollster, between pollsters, and of one poll to its peers."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from analysis.errors import AnalysisError, unknown_name
from analysis.estimates.options import Options
from analysis.estimates.pairs import Cells, Comparison, Method, compared
from analysis.estimates.remaking import again, at_settings, derived
from analysis.estimates.verdict import HIGHER, JUDGED, judge
from analysis.stats import combined_interval, inverted_p_value, lead_interval
from analysis.stats.arrays import FloatArray

__all__ = ["MOST_PAIRS", "compare_readings", "pairs_of_peers", "pairs_of_pollsters", "pairs_within_pollsters"]

_MOST_DAYS = 36_500
MOST_PAIRS = 500
"""Pairs of readings that are made at most, of a long race those nearest in time to the marked poll, or to the last one."""


def _changes(a: pd.DataFrame, b: pd.DataFrame) -> Comparison:
    """Compare leads of independent readings; `size` holds their interviews, `own` their design effects if none is said."""
    wholes = [(rows["share"] + rows["share_against"]).to_numpy(dtype=float) for rows in (a, b)]

    def interval(
        *point: FloatArray, confidence_level: FloatArray
    ) -> tuple[FloatArray, FloatArray, FloatArray]:
        level = np.broadcast_to(confidence_level, point[1].shape)
        sides = []
        for both, lead, n in zip(wholes, point[::2], point[1::2], strict=True):
            first, second = (np.broadcast_to(((both + end) / 2).clip(0, 1), n.shape) for end in (lead, -lead))
            sides.append(lead_interval(first, second, n, confidence_level=level, small_count=0))
        leads, lows, highs = (np.stack(pair, axis=-1) for pair in zip(*sides, strict=True))
        return combined_interval([1.0, -1.0], leads, lows, highs, confidence_level=level)

    def test(*point: FloatArray) -> tuple[FloatArray, FloatArray]:
        p = inverted_p_value(lambda level: interval(*point, confidence_level=level))
        return np.broadcast_to(point[0] - point[2], p.shape), p

    one, other = (
        Cells(*(rows[name].to_numpy(dtype=float) for name in ("estimate", "least", "greatest", "size")))
        for rows in (a, b)
    )
    own = a["own"].to_numpy(dtype=float), b["own"].to_numpy(dtype=float)
    return compared(one, other, Method(test, interval), own=own)


def compare_readings(leads: pd.DataFrame, pairs: Sequence[tuple[str, str]]) -> pd.DataFrame:
    """Compare the leads of pairs of readings, which are independent samples, judged together.

    Columns: `reading, against, lead, lead_against, estimate, low, high, …, verdict`, as `compare_segments`: `estimate`
    is the lead of `reading` less that of `against`.

    * `leads`: from `reading_leads`, whose options hold.
    * `pairs`: ids of two readings each, of different samples: a poll and the simulated ballot of the same people are
      one.

    Examples
    --------
    >>> from analysis import Options, load_race
    >>> from analysis.estimates import reading_leads
    >>> leads = reading_leads(load_race("peru-2021-runoff"), options=Options(design_effect=1))
    >>> table = compare_readings(leads, [("iep_0421", "cpi_0421")])
    >>> table[["estimate", "low", "high", "p_value", "verdict"]].round(3)
       estimate    low   high  p_value verdict
    0     0.106  0.007  0.205    0.036  higher

    Taken by themselves, the two polls of those days differ: IEP's lead was 10.6 points larger.
    """
    unknown = sorted({name for pair in pairs for name in pair} - set(leads["reading"]))
    if unknown:
        raise AnalysisError(unknown_name("pairs: no reading", unknown[0], leads["reading"]))
    made_with = leads.attrs.get("options", Options())
    plain = again(leads, [replace(made_with, design_effect=1.0)])
    size = plain[0]["n_effective"] if plain else leads["n_effective"] * (made_with.design_effect or 1.0)
    by_reading = leads.assign(size=size, own=size / leads["n_effective"]).set_index("reading")
    a, b = (by_reading.loc[[pair[side] for pair in pairs]].reset_index() for side in (0, 1))
    columns = {
        "reading": a["reading"],
        "against": b["reading"],
        "lead": a["estimate"],
        "lead_against": b["estimate"],
    }

    def make(tables: Sequence[pd.DataFrame]) -> list[pd.DataFrame]:
        judged = judge(_changes(a, b), [one.attrs.get("options", made_with) for one in tables], HIGHER)
        return at_settings(pd.DataFrame(columns), judged, [*columns, *JUDGED])

    return derived(leads, make)


def _whole_days(days: int) -> int:
    if not isinstance(days, int) or not 0 <= days <= _MOST_DAYS:
        allowed = f"use a whole number of 0 or more, such as 7, {_MOST_DAYS:,} at most"
        raise AnalysisError(f"days: {days!r} is not allowed; {allowed}.")
    return days


def pairs_of_peers(leads: pd.DataFrame, *, days: int = 7) -> list[tuple[str, str]]:
    """Pair the marked poll with every reading of another sample that ended within some days of it, the largest lead first.

    Examples
    --------
    >>> from analysis import load_poll, load_race
    >>> from analysis.estimates import reading_leads
    >>> pairs_of_peers(reading_leads(load_race("peru-2021-runoff"), load_poll("cpi-2021-04")))
    [('cpi_0421', 'iep_0421'), ('cpi_0421', 'datum_0420'), ('cpi_0421', 'ipsos_0416')]

    Three other readings were taken in those days.
    """
    days, pairs = _whole_days(days), []
    for own in leads[leads["this_poll"].astype(bool)].to_dict("records"):
        apart = (leads["last_day"] - own["last_day"]).dt.days.abs()
        same = leads["pollster"].eq(own["pollster"]) & leads["last_day"].eq(own["last_day"])
        peers = leads[(apart <= days) & ~same].sort_values("estimate", ascending=False, kind="stable")
        pairs += [(str(own["reading"]), str(peer)) for peer in peers["reading"]]
    return pairs


def _usable(leads: pd.DataFrame) -> pd.DataFrame:
    """Return the readings of a known base whose instrument was stated, with their days from the marked one, or the last."""
    own = leads.loc[leads["this_poll"].astype(bool), "last_day"]
    centre = own.iloc[0] if len(own) else leads["last_day"].max()
    known = leads[["n_effective", "estimate"]].notna().all(axis=1) & leads["instrument"].ne("not_stated")
    return leads.assign(days_away=(leads["last_day"] - centre).abs())[known]


def pairs_within_pollsters(leads: pd.DataFrame, *, whole: bool = False) -> list[tuple[str, str]]:
    """Pair each reading with the one that its pollster took before it, with the same instrument.

    * `whole`: pair the last reading of each pollster and instrument with the first instead: small steps the same way
      add up to a change that no single step shows.

    Examples
    --------
    >>> from analysis import load_race
    >>> from analysis.estimates import reading_leads
    >>> leads = reading_leads(load_race("peru-2021-runoff"))
    >>> len(pairs_within_pollsters(leads)), pairs_within_pollsters(leads, whole=True)[-1]
    (12, ('cpi_0514', 'cpi_0421'))

    The pollsters took twelve steps; CPI's first poll and its last are 23 days apart.
    """
    usable = _usable(leads)
    pairs: list[tuple[str, str]] = []
    for pollster in leads["pollster"].unique():
        for _, rows in usable[usable["pollster"] == pollster].groupby("instrument", sort=False):
            names = rows["reading"].to_list()
            if whole:
                names = [names[0], names[-1]] if len(names) > 1 else []
            pairs += zip(names[1:], names[:-1], strict=True)
    away = usable.set_index("reading")["days_away"]
    nearest = sorted(range(len(pairs)), key=lambda at: away[pairs[at][0]])[:MOST_PAIRS]
    return [pairs[at] for at in sorted(nearest)]


def pairs_of_pollsters(leads: pd.DataFrame, *, days: int = 7) -> list[tuple[str, str]]:
    """Pair readings of different pollsters, of one instrument, that ended within some days; the larger lead first.

    What is found is a pollster's way of working or some days of news: with few readings the two cannot be told apart.
    """
    days, usable = _whole_days(days), _usable(leads)
    order = np.argsort(usable["days_away"].to_numpy(), kind="stable")
    rows = usable.iloc[order]
    day = rows["last_day"].to_numpy()
    pollster, instrument = (pd.factorize(rows[name])[0] for name in ("pollster", "instrument"))
    found: list[tuple[int, int]] = []
    for at in range(len(rows)):  # from the nearest on, each with those that are nearer
        near = np.abs(day[:at] - day[at]) <= np.timedelta64(days, "D")
        paired = near & (pollster[:at] != pollster[at]) & (instrument[:at] == instrument[at])
        found += [(order[other], order[at]) for other in np.flatnonzero(paired)]
        if len(found) >= MOST_PAIRS:
            break
    names, lead = usable["reading"].to_list(), usable["estimate"].to_list()
    pairs = sorted((min(pair), max(pair)) for pair in found[:MOST_PAIRS])
    return [(names[a], names[b]) if lead[a] >= lead[b] else (names[b], names[a]) for a, b in pairs]
