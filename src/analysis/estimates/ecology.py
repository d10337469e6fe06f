"""How two groups of voters voted, as far as the counts of places say, beside what a poll found among them."""

import numpy as np
import numpy.typing as npt
import pandas as pd

from analysis.estimates.options import Options, a_poll
from analysis.estimates.remaking import no_rows
from analysis.estimates.results import Limits, held_votes
from analysis.estimates.verdict import HIGHER
from analysis.estimates.votes import candidates
from analysis.polls import Partition, Poll, Result
from analysis.stats import ecological_bounds, ecological_regression

__all__ = ["group_places", "group_votes"]

_GROUPS = (
    "question", "answer", "segment", "estimate", "low", "high", "least", "most", "regression", "size", "n_effective",
    "verdict",
)  # fmt: skip
_ABROAD = "abroad"


def _divided(poll: Poll, result: Result | None) -> tuple[Partition, str] | None:
    """Return the partition into two groups of which a result says how large one is in every place, and that group."""
    if result is None or result.districts.empty:
        return None
    for partition in poll.segments.partitions:
        for group in partition.parts:
            if len(partition.parts) == 2 and f"{group}_population_share" in result.districts:
                return partition, group
    return None


def group_places(poll: Poll, result: Result | None, question: str) -> pd.DataFrame:
    """List the places in which two groups of a poll live that divide one of its segments, such as towns and countryside.

    The result's `id, region, province, district` and votes, with `valid` (the sum of the candidates' votes) and a
    column for each of the two groups: its share of the people of the place. A place belongs to the segment unless it is
    abroad or in a zone that the poll keeps apart from it. No rows where the poll has no such groups, or the result no
    places.

    Examples
    --------
    >>> from analysis import load_poll, load_result
    >>> places = group_places(load_poll("cpi-2021-04"), load_result("peru-2021-runoff"), "vote_intention")
    >>> len(places), round(float((places["rural"] * places["valid"]).sum() / places["valid"].sum()), 3)
    (1824, 0.269)

    Of those who voted in the districts outside Lima and Callao a quarter were rural, if they voted as often as others.
    """
    found = _divided(a_poll(poll), result) if question else None
    names = candidates(poll, question) if question else []
    if found is None or result is None or not set(names) <= set(result.districts):
        return pd.DataFrame({name: [] for name in ("id", "region", "province", "district", "valid")})
    partition, group = found
    zones = result.regions.set_index("region")["zone"]
    apart = {_ABROAD} | {
        zone
        for zone in set(zones)
        if zone in poll.segments.ids and poll.segments.relation(zone, partition.of) == "disjoint"
    }
    places = result.districts[~result.districts["region"].map(zones).isin(apart)]
    share = places[f"{group}_population_share"]
    (other,) = (part for part in partition.parts if part != group)
    places = places.assign(**{"valid": places[names].sum(axis=1), group: share, other: 1 - share})
    return places[(places["valid"] > 0) & share.notna()].reset_index(drop=True)


def group_votes(
    poll: Poll, result: Result | None, question: str, options: Options | None = None
) -> pd.DataFrame:
    """Bound each candidate's share of the votes of two groups by the counts of places, beside what the poll found.

    Columns: `question, answer, segment, estimate, low, high, least, most, regression, size, n_effective, verdict`, one
    row a group and candidate. `estimate`, `low` and `high` are the poll's share of valid votes; `least` and `most` what
    the count leaves possible (`stats.ecological_bounds`), if a group votes as often as the others of its place;
    `regression` Goodman's line; `size` the group's share of all valid votes. `verdict`: `higher` and `lower` where the
    whole interval lies outside the bounds, whatever rounding did.

    Examples
    --------
    >>> from analysis import load_poll, load_result
    >>> found = group_votes(load_poll("cpi-2021-04"), load_result("peru-2021-runoff"), "vote_intention")
    >>> found.loc[found["answer"] == "castillo", ["segment", "estimate", "least", "most", "verdict"]].round(3)
      segment  estimate  least   most              verdict
    0  urbano     0.667  0.480  0.630  not distinguishable
    2   rural     0.817  0.508  0.916  not distinguishable

    The poll had Castillo higher in towns than he can have been in June, but by no more than chance explains.
    """
    places = group_places(poll, result, question)
    if places.empty:
        return no_rows(poll, options, _GROUPS)

    names = candidates(poll, question)
    segments = [segment for segment in poll.segments.ids if segment in places]
    valid = places["valid"].to_numpy()
    group = places[segments].to_numpy(dtype=float).T  # segments × places
    share = (places[names].to_numpy() / valid[:, np.newaxis]).T[:, np.newaxis]  # candidates × 1 × places
    least, most = ecological_bounds(group, share, valid)
    line, _ = ecological_regression(group, share, valid)
    size = np.broadcast_to((group * valid).sum(axis=1) / valid.sum(), least.shape)
    known = {"least": least, "most": most, "regression": line, "size": size}

    def said(low: Limits, high: Limits) -> npt.NDArray[np.str_]:
        return np.select([low[0] > most, high[1] < least], [HIGHER.above, HIGHER.below], HIGHER.alike)

    return held_votes(poll, question, segments, lambda share: known, said, options)
