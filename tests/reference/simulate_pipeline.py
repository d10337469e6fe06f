"""Write coverage-of-pipeline.csv: what the estimates say of simulated polls, printed and read again, against what is true.

Run with `PYTHONPATH=tests python tests/reference/simulate_pipeline.py [POLLS]`: so many samples of each kind, 200 unless
given, which take a quarter of an hour.

A country has a capital and an interior of four zones, each of them urban and rural. Interviews are made in places, drawn in
these nine strata; the people of one place answer alike (correlation rho within strata), and zones are weighted to
their true sizes. What is printed, per column, are weighted percentages of two questions, one with ten rare answers, without
a base. Each poll is loaded as any other and goes through weights, bases, intervals, leads, comparisons, totals, valid votes
and the probability of leading, at the design effect that its sheet makes plausible.

Half of the samples are of a country whose parts differ, with another truth each time; in the other half all parts are
alike, so that every finding and every letter is false. `mean` is the share of cases that held, or the mean of a number;
cases without an interval are left out of it, and counted in `undefined`.
"""

import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pandas as pd
from made_up_poll import write_poll

from analysis.estimates import (
    Options,
    bases,
    compare_answers,
    compare_segments,
    implied_weights,
    intervals,
    leading_probability,
    national_total,
    scenario_leads,
    segment_letters,
    total_leads,
    valid_votes,
)
from analysis.polls import Poll, Target

ZONES = ("capital", "north", "south", "highlands", "east")
ZONE_OF = np.array([0, 1, 1, 2, 2, 3, 3, 4, 4])  # of each stratum
RURAL = np.array([0, 0, 1, 0, 1, 0, 1, 0, 1], dtype=bool)
SIZES = np.array([0.35, 0.20, 0.07, 0.08, 0.02, 0.10, 0.09, 0.05, 0.04])
COLUMNS = {
    "total": np.ones(9, dtype=bool),
    "interior": ZONE_OF > 0,
    **{zone: place == ZONE_OF for place, zone in enumerate(ZONES)},
    "urban": (ZONE_OF > 0) & ~RURAL,
    "rural": RURAL,
}
PARTITIONS = (
    ("region", "total", ("capital", "interior")),
    ("zone", "interior", ZONES[1:]),
    ("area", "interior", ("urban", "rural")),
)
VOTE = {"a": "candidate", "b": "candidate", "blank": "blank_null", "open": "undecided"}
IMAGE = {f"image{place}": "" for place in range(9)} | {"none": "no_opinion"}
RARE = np.array([0.02, 0.03, 0.04, 0.05, 0.06, 0.07, 0.08, 0.09, 0.10, 0.46])
PLACES = 115
DEFAULT_RHO = 0.07
SEED = 20210606
SMALLEST = 30  # interviews of a column that counts


@dataclass(frozen=True)
class Kind:
    """How samples are made and printed."""

    n: int
    decimals: int
    allocation: str = (
        "proportional"  # or "equal": as many interviews in every zone; or "equal, printed": and said so
    )
    rho: float = DEFAULT_RHO


KINDS = [
    *(Kind(n, decimals) for n in (300, 1200, 3000, 10_000) for decimals in (0, 1)),
    *(Kind(1200, decimals, "equal") for decimals in (0, 1)),
    *(Kind(1200, 1, rho=rho) for rho in (0.03, 0.11, 0.15)),
    Kind(1200, 1, "equal, printed"),
]


def countries(rng: np.random.Generator, *, alike: bool) -> list[np.ndarray]:
    """Return the true shares of two questions, strata × answers."""
    first, second = rng.uniform(0.22, 0.40, 2)
    blank = rng.uniform(0.3, 0.7) * (1 - first - second)
    votes = np.array([first, second, blank, 1 - first - second - blank])
    if alike:
        return [np.tile(votes, (9, 1)), np.tile(RARE, (9, 1))]
    return [rng.dirichlet(60 * shares, size=9) for shares in (votes, RARE)]


def sample(
    rng: np.random.Generator, kind: Kind, truth: list[np.ndarray]
) -> tuple[np.ndarray, list[np.ndarray]]:
    """Return interviews by stratum, and the counts of answers, questions × (strata × answers)."""
    wanted = SIZES.copy()
    if kind.allocation != "proportional":
        wanted = SIZES / np.bincount(ZONE_OF, SIZES)[ZONE_OF] / len(ZONES)
    places = np.maximum(1, np.round(PLACES * wanted)).astype(int)
    of_place = np.repeat(np.arange(9), places)
    interviews = np.bincount(rng.permutation(kind.n) % len(of_place), minlength=len(of_place))
    counts = []
    for shares in truth:
        # Dirichlet shares have this correlation within places, whatever the answer.
        gammas = rng.standard_gamma(np.maximum(shares[of_place] * (1 / kind.rho - 1), 1e-3))
        drawn = rng.multinomial(interviews, gammas / gammas.sum(axis=1, keepdims=True))
        counts.append(np.array([drawn[of_place == stratum].sum(axis=0) for stratum in range(9)]))
    return np.bincount(of_place, interviews, minlength=9), counts


def print_poll(folder: Path, kind: Kind, weights: np.ndarray, counts: list[np.ndarray]) -> Poll:
    """Print weighted percentages and read them."""
    interviews, tables = counts[0].sum(axis=1), {}
    printed = {column: interviews[inside].sum() for column, inside in COLUMNS.items()}
    for name, roles, of_question in zip(("vote", "image"), (VOTE, IMAGE), counts, strict=True):
        weighted = weights[:, np.newaxis] * of_question
        percent = {
            column: 100 * weighted[inside].sum(axis=0) / weighted[inside].sum()
            for column, inside in COLUMNS.items()
        }
        tables[name] = {
            (answer, role): {column: f"{values[row]:.{kind.decimals}f}" for column, values in percent.items()}
            for row, (answer, role) in enumerate(roles.items())
        }
    bases = printed if kind.allocation == "equal, printed" else None
    return write_poll(
        folder, tables, n=kind.n, bases=bases, partitions=PARTITIONS, places=PLACES, decimals=kind.decimals
    )


def false_findings(poll: Poll) -> Iterator[tuple[str, float]]:
    """Yield whether anything is found in a poll of parts that are all alike."""
    for question in ("vote", "image"):
        found = compare_segments(poll, question)
        yield f"any false finding, {question}", float(found["verdict"].isin(["higher", "lower"]).any())
        rows = found[["answer", "segment", "against", "verdict"]].itertuples(index=False)
        letters = segment_letters(rows, {column: column for column in list(COLUMNS)[1:]})
        yield f"any false letter, {question}", float(bool(letters))
        for relation, what in (("within", "against the whole"), ("overlapping", "of overlapping columns")):
            found = compare_segments(poll, question, relation=relation)
            yield (
                f"any false finding {what}, {question}",
                float(found["verdict"].isin(["higher", "lower"]).any()),
            )


def check_poll(
    poll: Poll, truth: list[np.ndarray], interviews: np.ndarray, weights: np.ndarray
) -> Iterator[tuple[str, float]]:
    """Yield what is looked at, and whether it held."""
    shares = {
        column: dict(
            zip(
                (*VOTE, *IMAGE),
                np.concatenate([SIZES[s] @ t[s] for t in truth]) / SIZES[s].sum(),
                strict=True,
            )
        )
        for column, s in COLUMNS.items()
    }
    asked = {column: interviews[inside].sum() for column, inside in COLUMNS.items()}
    weighted = {column: (weights * interviews)[inside].sum() for column, inside in COLUMNS.items()}

    def held(frame: pd.DataFrame, true: Iterable[float]) -> np.ndarray:
        inside = (frame["low"] <= list(true)) & (frame["high"] >= list(true))
        return np.where(frame["low"].isna(), np.nan, inside)

    def each(what: str, values: Iterable[float]) -> Iterator[tuple[str, float]]:
        for value in values:
            yield what, float(value)

    for partition, parent, parts in PARTITIONS:
        found = implied_weights(poll, partition)
        true = [weighted[part] / weighted[parent] for part in parts]
        inside = (found["low"] - 1e-9 <= true) & (found["high"] + 1e-9 >= true)
        yield "weights of a partition held", float(inside.all())
        yield "weights said to be certified", float(found["certified"].all())
    known = bases(poll).set_index("segment")["base"]
    yield from each("base recovered / true", (known[column] / asked[column] for column in ZONES))
    plain = Options(adjustment="none")
    for question in ("vote", "image"):
        found = intervals(poll, question)
        found = found[found["segment"].map(asked) >= SMALLEST]
        of_total = found["segment"] == "total"
        for what, rows in (("share of the total", found[of_total]), ("share of a column", found[~of_total])):
            yield from each(
                what, held(rows, [shares[c][a] for c, a in zip(rows["segment"], rows["answer"], strict=True)])
            )
        for relation, what in (("disjoint", "difference of columns"), ("within", "column against the whole")):
            found = compare_segments(poll, question, options=plain, relation=relation)
            found = found[(found["verdict"] != "too few interviews") & (found["verdict"] != "base unknown")]
            true = [
                shares[row.segment][row.answer] - shares[row.against][row.answer]
                for row in found.itertuples()
            ]
            yield from each(what, held(found, true))
    for column in COLUMNS:
        if asked[column] >= SMALLEST:
            found = compare_answers(poll, "vote", column, plain, answers=["a", "b"])
            lead = shares[column]["a"] - shares[column]["b"]
            what = "lead in the total" if column == "total" else "lead in a column"
            yield from each(what, held(found, [lead]))
            wrong = {"ahead": lead < 0, "behind": lead > 0}.get(found["verdict"].iloc[0], False)
            yield "leader of a column named, and wrong", float(wrong)
    whole = shares["total"]
    sizes = Target(
        id="sizes",
        format=1,
        title="True sizes",
        source="",
        population=pd.DataFrame(
            {"segment": ZONES, "population": [1e6 * SIZES[COLUMNS[zone]].sum() for zone in ZONES]}
        ),
    )
    for name, target in (("published weights", "published"), ("true sizes", sizes)):
        found = national_total(poll, "vote", target)
        yield from each(f"total, {name}", held(found, [whole[answer] for answer in found["answer"]]))
    found = total_leads(poll, "vote", [sizes])
    leads = [whole[row.answer] - whole[row.against] for row in found.itertuples()]
    for row, ok in zip(found.itertuples(), held(found, leads), strict=True):
        yield f"lead of totals, {row.target}", float(ok)
    valid = {name: whole[name] / (whole["a"] + whole["b"]) for name in ("a", "b")}
    for partition, what in ((None, "printed"), ("zone", "by zone")):
        found = valid_votes(poll, "vote", partition=partition)
        yield from each(f"valid votes, {what}", held(found, [valid[answer] for answer in found["answer"]]))
    found = scenario_leads(poll, "vote", plain, partition="zone")
    found = found[found["scenario"] == "as_decided"]
    leads = [valid[row.answer] - valid[row.against] for row in found.itertuples()]
    yield from each("lead of valid votes", held(found, leads))
    found = leading_probability(poll, "vote")
    found = found[found["error"] == "sampling"].set_index("answer")["estimate"]
    if not found.isna().any():
        yield "P(lead) of the leader: said", float(found.max())
        yield "P(lead) of the leader: happened", float(whole[found.idxmax()] == max(whole["a"], whole["b"]))


def simulate(kinds: Iterable[Kind], *, polls: int, seed: int) -> pd.DataFrame:
    """Return how often each thing held, one row a kind of sample and thing; in half of the polls all parts are alike."""
    rows = []
    for place, kind in enumerate(kinds):
        rng = np.random.default_rng(seed + place)
        found: dict[str, list[float]] = defaultdict(list)
        for number in range(polls):
            alike = number % 2 == 1
            truth = countries(rng, alike=alike)
            interviews, counts = sample(rng, kind, truth)
            of_zone = np.bincount(ZONE_OF, SIZES) / np.bincount(ZONE_OF, interviews)
            weights = of_zone[ZONE_OF]
            with TemporaryDirectory() as folder:
                poll = print_poll(Path(folder) / "poll", kind, weights, counts)
                checked = false_findings(poll) if alike else check_poll(poll, truth, interviews, weights)
                for what, value in checked:
                    found[what].append(value)
        rows += [
            {
                "n": kind.n,
                "decimals": kind.decimals,
                "allocation": kind.allocation,
                "rho": kind.rho,
                "polls": polls,
                "what": what,
                "cases": len(values),
                "mean": np.nanmean(values) if not np.isnan(values).all() else np.nan,
                "undefined": np.isnan(values).mean(),
            }
            for what, values in found.items()
        ]
    return pd.DataFrame(rows)


if __name__ == "__main__":
    table = simulate(KINDS, polls=int(sys.argv[1]) if len(sys.argv) > 1 else 200, seed=SEED)
    table.to_csv(Path(__file__).with_name("coverage-of-pipeline.csv"), index=False, float_format="%.4g")
