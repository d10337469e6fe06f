"""Weights of a whole poll: one programme for all bounds, against a plain `linprog` call for each.

Run with `.venv/bin/python benchmarks/weights.py`; the figures go into benchmarks/README.md. The plain
call is what a user would write without this package: the same printed rows as dense inequalities in the
weights alone (the half-unit of both sides, no lifting), set up anew for each bound.
"""

import statistics
import time
from collections.abc import Callable
from dataclasses import replace

import numpy as np
from scipy.optimize import linprog

from analysis import estimates, load_poll, stats
from analysis.estimates.options import LARGEST_NONRESPONSE
from analysis.estimates.weights import weight_bounds_of

REPEATS = 15
UNIT = 0.001


def plain_bounds(parts: np.ndarray, total: np.ndarray) -> np.ndarray:
    """Bound each weight by two calls of linprog."""
    bounds = np.empty((parts.shape[1], 2))
    for segment in range(parts.shape[1]):
        for side, sign in enumerate((1, -1)):
            cost = np.zeros(parts.shape[1])
            cost[segment] = sign
            result = linprog(
                cost,
                A_ub=np.vstack([parts, -parts]),
                b_ub=np.concatenate([total + UNIT, UNIT - total]),
                A_eq=np.ones((1, parts.shape[1])),
                b_eq=[1.0],
                bounds=(0, 1),
            )
            bounds[segment, side] = sign * result.fun
    return bounds


def median_milliseconds(task: Callable[[], object]) -> float:
    """Return the median time of a task, after one run to warm up."""
    task()
    times = []
    for _ in range(REPEATS):
        start = time.perf_counter()
        task()
        times.append(1000 * (time.perf_counter() - start))
    return statistics.median(times)


def main() -> None:
    """Print milliseconds a poll, the ratio, and how wide the bounds are."""
    poll = load_poll("cpi-2021-04")
    shares = poll.table("vote_intention")
    arrays = {
        p.id: (shares[list(p.parts)].to_numpy(), shares[p.of].to_numpy()) for p in poll.segments.partitions
    }
    # Always another object, since the weights of a poll are computed once and kept.
    tasks = {
        "plain linprog call per bound (vote intention)": lambda: [plain_bounds(*arrays[p]) for p in arrays],
        "stats.weight_bounds, the same rows": lambda: [
            stats.weight_bounds(*arrays[p], unit=UNIT) for p in arrays
        ],
        "estimates.implied_weights, all closed tables, lifted": lambda: [
            estimates.implied_weights(again, p) for again in [replace(poll)] for p in arrays
        ],
        "estimates.implied_weights, proved in rationals": lambda: [
            weight_bounds_of(again, p, LARGEST_NONRESPONSE, certify=True)
            for again in [replace(poll)]
            for p in arrays
        ],
    }
    times = {name: median_milliseconds(task) for name, task in tasks.items()}
    plain = next(iter(times.values()))
    width = {
        "plain": np.mean(np.diff(plain_bounds(*arrays["zone"]), axis=1)),
        "lifted": np.mean(
            np.diff(estimates.implied_weights(poll, "zone")[["low", "high"]].to_numpy(), axis=1)
        ),
    }
    print("| task: the weights of three partitions of one poll | milliseconds | ratio to plain |")
    print("|---|---|---|")
    for name, milliseconds in times.items():
        print(f"| {name} | {milliseconds:.1f} | {milliseconds / plain:.2f} |")
    print(f"\nMean width of the zones' bounds: plain {width['plain']:.4f}, lifted {width['lifted']:.4f}.")


if __name__ == "__main__":
    main()
