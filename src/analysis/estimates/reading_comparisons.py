"""Readings of a race against one another: the lead among valid votes."""

from collections.abc import Sequence
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd

from analysis.errors import AnalysisError
from analysis.estimates.verdicts import COMPARISON_WORDS, judge
from analysis.stats.margins import SMALL_BASE, FloatArray, critical_value

__all__ = [
    "compare_pollsters",
    "compare_readings",
    "compare_with_peers",
    "same_pollster_changes",
]

_COLUMNS = [
    "reading_a",
    "reading_b",
    "days_apart",
    "lead_a",
    "lead_b",
    "difference",
    "low",
    "high",
    "p_value",
    "p_adjusted",
    "verdict",
]


def compare_readings(
    leads: pd.DataFrame,
    pairs: Sequence[tuple[str, str]],
    *,
    adjustment: str = "holm",
    confidence_level: float = 0.95,
    small_base: float = SMALL_BASE,
) -> pd.DataFrame:
    r"""Compare the leads of pairs of readings, which are independent samples.

    Parameters
    ----------
    leads : pandas.DataFrame
        From `reading_leads`.
    pairs : sequence of tuple of str
        Ids of two readings each, of different samples: a poll and the simulated ballot of the same people are one.
    adjustment : str
        As for `adjusted_p_values`; the family is all pairs.
    confidence_level : float
        In (0, 1).
    small_base : float
        Effective base below which nothing is tested.

    Returns
    -------
    pandas.DataFrame
        `reading_a, reading_b, days_apart, lead_a, lead_b, difference, low, high, p_value, p_adjusted, verdict`:
        `difference` is the lead of `a` less that of `b`, `verdict` one of `COMPARISON_VERDICTS`. Intervals are
        unadjusted.

    Raises
    ------
    AnalysisError
        If there is no such reading or adjustment, or the level lies outside (0, 1).

    Notes
    -----
    :math:`z = (d_1 - d_2)/\sqrt{s_1^2 + s_2^2}` with the standard errors of `lead_interval` (Franklin 2007). It
    grows with the first lead and falls with the second everywhere, so over the leads that round to what was printed
    it is extreme at their ends; a verdict is given where both agree.

    Examples
    --------
    >>> from analysis.estimates import reading_leads
    >>> from analysis.polls import load_race
    >>> leads = reading_leads(load_race("peru-2021-runoff"))
    >>> table = compare_readings(leads, [("iep_0421", "cpi_0421")])
    >>> table[["difference", "low", "high", "p_value", "verdict"]].round(3)
       difference   low   high  p_value verdict
    0       0.106  0.01  0.202    0.031  higher

    Taken by themselves, the two polls of those days differ: IEP's lead was 10.6 points larger.
    """
    by_reading = leads.set_index("reading")
    unknown = sorted({name for pair in pairs for name in pair} - set(by_reading.index))
    if unknown:
        raise AnalysisError(
            f"pairs: no reading {', '.join(map(repr, unknown))}; there is: {', '.join(by_reading.index)}."
        )
    z = critical_value(confidence_level)
    if not pairs:
        return pd.DataFrame(columns=_COLUMNS)
    a, b = (by_reading.loc[[pair[side] for pair in pairs]].reset_index() for side in (0, 1))
    difference = (a["lead"] - b["lead"]).to_numpy(dtype=float)
    error = np.hypot(a["standard_error"].to_numpy(dtype=float), b["standard_error"].to_numpy(dtype=float))
    statistic = difference / error
    smallest = np.minimum(a["n_effective"], b["n_effective"])
    tests = pd.DataFrame(
        {
            "family": "",
            "untested": np.select(
                [np.isnan(difference), np.isnan(error), smallest < small_base],
                np.array(["not published", "base unknown", "too few interviews"]),
                default="",
            ),
            "z_low": statistic,
            "z_high": statistic,
            "box_low": _statistic(a, "least", b, "greatest"),
            "box_high": _statistic(a, "greatest", b, "least"),
        }
    )
    table = pd.DataFrame(
        {
            "reading_a": a["reading"],
            "reading_b": b["reading"],
            "days_apart": (a["last_day"] - b["last_day"]).dt.days.abs(),
            "lead_a": a["lead"],
            "lead_b": b["lead"],
            "difference": difference,
            "low": difference - z * error,
            "high": difference + z * error,
        }
    )
    judged = judge(tests, COMPARISON_WORDS, adjustment=adjustment, confidence_level=confidence_level)
    return table.join(judged)[_COLUMNS]


def _statistic(a: pd.DataFrame, end_a: str, b: pd.DataFrame, end_b: str) -> FloatArray:
    """Return the difference in standard errors at ends of the leads, whose variances follow them."""
    variances = [
        rows["standard_error"] ** 2 + (rows["lead"] ** 2 - rows[end] ** 2) / rows["n_effective"]
        for rows, end in ((a, end_a), (b, end_b))
    ]
    return np.asarray((a[end_a] - b[end_b]) / np.sqrt(sum(variances)), dtype=float)


def compare_with_peers(
    leads: pd.DataFrame, *, days: int = 7, confidence_level: float = 0.95, small_base: float = SMALL_BASE
) -> pd.DataFrame:
    """Compare the marked poll with every reading of another sample that ended within some days of it.

    Parameters
    ----------
    leads : pandas.DataFrame
        From `reading_leads`, with a poll.
    days : int
        Days between the last days of fieldwork, at most.
    confidence_level, small_base
        As for `compare_readings`; the family is the table, adjusted by Holm.

    Returns
    -------
    pandas.DataFrame
        As `compare_readings`, with the poll as `a`, the largest lead first. No rows if the race lacks the poll.

    Examples
    --------
    >>> from analysis.estimates import reading_leads
    >>> from analysis.polls import load_poll, load_race
    >>> leads = reading_leads(load_race("peru-2021-runoff"), poll=load_poll("cpi-2021-04"))
    >>> compare_with_peers(leads)[["reading_b", "lead_b", "p_adjusted", "verdict"]].round(3)
        reading_b  lead_b  p_adjusted              verdict
    0    iep_0421   0.317       0.092  not distinguishable
    1  datum_0420   0.224       0.807  not distinguishable
    2  ipsos_0416   0.151       0.441  not distinguishable

    Once three readings are compared, chance may explain what sets this poll apart from each of them.
    """
    pairs = []
    for row in leads[leads["this_poll"].astype(bool)].itertuples():
        own: Any = row
        apart = (leads["last_day"] - own.last_day).dt.days.abs()
        same = leads["pollster"].eq(own.pollster) & leads["last_day"].eq(own.last_day)
        peers = leads[(apart <= days) & ~same].sort_values("lead", ascending=False, kind="stable")
        pairs += [(str(own.reading), str(peer)) for peer in peers["reading"]]
    return compare_readings(leads, pairs, confidence_level=confidence_level, small_base=small_base)


def same_pollster_changes(
    leads: pd.DataFrame, *, confidence_level: float = 0.95, small_base: float = SMALL_BASE
) -> pd.DataFrame:
    """Compare each reading with the one that its pollster took before it, with the same instrument.

    Parameters
    ----------
    leads : pandas.DataFrame
        From `reading_leads`. Readings of an unknown base are passed over, as are those whose instrument was not stated.
    confidence_level, small_base
        As for `compare_readings`; the family is the table, adjusted by Holm.

    Returns
    -------
    pandas.DataFrame
        As `compare_readings`, with the later reading as `a`: pollsters in the order of their first reading.

    Examples
    --------
    >>> from analysis.estimates import reading_leads
    >>> from analysis.polls import load_race
    >>> changes = same_pollster_changes(reading_leads(load_race("peru-2021-runoff")))
    >>> len(changes), changes.loc[changes["verdict"] == "lower", "reading_a"].to_list()
    (11, ['iep_0515', 'cpi_0508'])

    Of eleven changes within pollsters two are more than chance: the lead fell between April and May.
    """
    usable = leads[
        leads["n_effective"].notna() & leads["lead"].notna() & leads["instrument"].ne("not_stated")
    ]
    pairs: list[tuple[str, str]] = []
    order = {pollster: place for place, pollster in enumerate(leads["pollster"].unique())}
    ordered = usable.sort_values("pollster", key=lambda names: names.map(order), kind="stable")
    for _, rows in ordered.groupby(["pollster", "instrument"], sort=False):
        names = rows["reading"].to_list()
        pairs += zip(names[1:], names[:-1], strict=True)
    return compare_readings(leads, pairs, confidence_level=confidence_level, small_base=small_base)


def compare_pollsters(
    leads: pd.DataFrame, *, days: int = 7, confidence_level: float = 0.95, small_base: float = SMALL_BASE
) -> pd.DataFrame:
    """Compare every two readings of different pollsters that ended within some days, with the same instrument.

    Parameters
    ----------
    leads : pandas.DataFrame
        From `reading_leads`. Readings of an unknown base are left out, as are those whose instrument was not stated.
    days : int
        Days between the last days of fieldwork, at most.
    confidence_level, small_base
        As for `compare_readings`; the family is the table, adjusted by Holm.

    Returns
    -------
    pandas.DataFrame
        As `compare_readings`, with the larger lead as `a`, the least p-value first.

    Notes
    -----
    What is found is a pollster's way of working or some days of news: with few readings the two cannot be told apart.

    Examples
    --------
    >>> from analysis.estimates import reading_leads
    >>> from analysis.polls import load_race
    >>> pairs = compare_pollsters(reading_leads(load_race("peru-2021-runoff")))
    >>> len(pairs), pairs.loc[pairs["verdict"] == "higher", ["reading_a", "reading_b"]].to_numpy().tolist()
    (21, [['iep_0421', 'ipsos_0416']])

    Of 21 pairs of neighbouring readings one differs by more than chance.
    """
    usable = leads[
        leads["n_effective"].notna() & leads["lead"].notna() & leads["instrument"].ne("not_stated")
    ]
    pairs = []
    for one, other in combinations(usable.to_dict("records"), 2):
        near = abs((one["last_day"] - other["last_day"]).days) <= days
        if near and one["pollster"] != other["pollster"] and one["instrument"] == other["instrument"]:
            larger, smaller = (one, other) if one["lead"] >= other["lead"] else (other, one)
            pairs.append((larger["reading"], smaller["reading"]))
    table = compare_readings(leads, pairs, confidence_level=confidence_level, small_base=small_base)
    return table.sort_values("p_value", kind="stable").reset_index(drop=True)
