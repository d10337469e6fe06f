"""Write coverage-of-calibrated.csv: how often intervals that reach as far as polls have erred hold the lead.

Run with `python tests/reference/simulate_calibration.py`. A record of past polls is drawn and summed as the published
one is; `calibration` finds from it what errors there are beyond sampling, and `calibrated_interval` takes them over to
polls of other elections, of each of which one is drawn. All polls of an election share a part of their errors.

`held_chance` is the share of polls whose nominal interval held the lead, `held_added` that of intervals with an added
error, `held_ratio` that of intervals that multiply the standard error instead; `held_unlucky` is `held_added` of the
tenth of records that found the least error.
"""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from analysis.stats import Calibration, calibrated_interval, calibration
from analysis.stats.arrays import FloatArray

POLLS = 20_000
SEED = 20210606


@dataclass(frozen=True)
class World:
    """Elections and their polls: those of the record, and those that an interval is wanted for."""

    what: str
    n: int = 700  # interviews; `n_effective` of them tell anything
    effect: float = (
        1.0  # the design effect of the polls, which is known of new ones and was left out of the record
    )
    both: float = 0.95  # what the two candidates have together
    added: float = 0.0286  # standard deviation of errors beyond sampling, in the two-candidate share
    added_then: float = 0.0286  # the same, of the record
    n_then: int = 700
    elections: int = 10_000  # in the record
    polls_each: int = 10
    records: int = 1
    of_election: float = 0.7  # what part of the variance of those errors all polls of an election share
    tails: int = 0  # degrees of freedom of t, 0 for the normal curve
    level: float = 0.95
    in_count: bool = (
        False  # hold the lead of the count against the interval, not that among those interviewed
    )


WORLDS = [
    *(World("as in the record", level=level) for level in (0.8, 0.9, 0.95, 0.99)),
    *(World("other numbers of interviews", n=n) for n in (200, 1200, 3000, 10_000)),
    *(World("the same error, another design", effect=effect) for effect in (1.3, 1.6, 2.0)),
    *(
        World(f"errors of {kind}, intervals of general elections", added=added)
        for kind, added in (("presidents", 0.0194), ("senators", 0.0309), ("houses", 0.0335), ("primaries", 0.0719))
    ),
    *(World("half and twice the errors of the record", added=0.0286 * factor) for factor in (0.0, 0.5, 1.5, 2.0)),
    *(World("long tails", tails=3, level=level) for level in (0.8, 0.95, 0.99)),
    *(World("few elections in the record", elections=few, records=2000) for few in (5, 10, 20, 50)),
    *(World("undecided, the lead among all interviewed", both=both) for both in (0.8, 0.6)),
    *(World("undecided, the lead of the count", both=both, in_count=True) for both in (0.95, 0.8, 0.6)),
]  # fmt: skip


def errors(rng: np.random.Generator, world: World, spread: float, shape: tuple[int, ...]) -> FloatArray:
    """Draw errors beyond sampling of polls, elections × polls of each."""

    def drawn(part: float, size: tuple[int, ...]) -> FloatArray:
        if world.tails:
            return spread * np.sqrt(part * (1 - 2 / world.tails)) * rng.standard_t(world.tails, size)
        return rng.normal(0, spread * np.sqrt(part), size)

    return drawn(world.of_election, (*shape[:-1], 1)) + drawn(1 - world.of_election, shape)


def polls(
    rng: np.random.Generator, world: World, n: int, spread: float, shape: tuple[int, ...]
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return two-candidate shares in the count, and shares of both candidates in polls."""
    truth = np.broadcast_to(0.5 + rng.normal(0, 0.05, (*shape[:-1], 1)), shape)
    heard = round(n / world.effect)
    decided = rng.binomial(heard, world.both, shape)
    first = rng.binomial(decided, np.clip(truth + errors(rng, world, spread, shape), 0, 1))
    return truth, first / heard, (decided - first) / heard


def record(rng: np.random.Generator, world: World) -> Calibration:
    """Sum records of past polls, each by itself, as the published one is: of simple random samples."""
    shape = (world.records, world.elections, world.polls_each)
    truth, first, second = polls(rng, world, world.n_then, world.added_then, shape)
    both, lead = first + second, first - second
    variance, result = (both - lead**2) / world.n_then, 2 * truth - 1
    of_share = first * second / both**2 / (world.n_then * both)
    sums = (
        np.abs(lead - result) < 1.96 * np.sqrt(variance),
        (lead - result) ** 2,
        variance,
        (first / both - truth) ** 2,
        of_share,
    )
    return calibration(world.elections * world.polls_each, *(each.sum(axis=(1, 2)) for each in sums))


def coverage(worlds: Iterable[World], *, polls_of: int = POLLS, seed: int = SEED) -> pd.DataFrame:
    """Hold leads against the intervals of new polls."""
    rng = np.random.default_rng(seed)
    rows = []
    for world in worlds:
        found = record(rng, world)
        shape = (world.records, max(1, polls_of // world.records), 1)
        truth, first, second = (one[..., 0] for one in polls(rng, world, world.n, world.added, shape))
        both, lead = first + second, first - second
        error = np.sqrt((both - lead**2) * world.effect / world.n)
        wanted = (2 * truth - 1) * (1 if world.in_count else world.both)
        added, ratio = (each[:, np.newaxis] for each in (found.added_error, found.error_ratio))
        held = {}
        for name, beyond in (
            ("chance", (1, 0)),
            ("added", (1, 2 * both * added)),
            ("ratio", (ratio, 0)),
        ):
            low, high = calibrated_interval(
                lead, beyond[0] * error, added_error=beyond[1], confidence_level=world.level
            )
            held[name] = ((low <= wanted) & (wanted <= high)).mean(axis=1)
        unlucky = held["added"][found.added_error <= np.quantile(found.added_error, 0.1)]
        rows.append(
            {
                key: asdict(world)[key]
                for key in ("what", "n", "effect", "both", "added", "elections", "level")
            }
            | {
                f"held_{name}": round(share.mean(), 4)
                for name, share in (*held.items(), ("unlucky", unlucky))
            }
        )
    return pd.DataFrame(rows)


if __name__ == "__main__":
    coverage(WORLDS).to_csv(Path(__file__).with_name("coverage-of-calibrated.csv"), index=False)
