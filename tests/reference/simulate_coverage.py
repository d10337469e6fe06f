"""Write coverage.csv, coverage-of-others.csv and coverage-of-rounded.csv: how often intervals hold what is true.

Run with `python tests/reference/simulate_coverage.py`. Samples are binomial. `simulated` counts the
draws whose interval holds the true share; `exact` adds up the binomial probabilities of those counts.
An interval that is not defined (logit, where nobody or everybody gives the answer) holds nothing.

The others are those of a lead (multinomial samples) and of a difference between two segments (two binomial samples, the
second a third as large), at several true shares. Rounded are shares of which the printed figure is all that is known,
averaged over truths, beside the same interval without a unit.
"""

from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.stats import binom

from analysis.stats import METHODS, difference_interval, lead_interval, share_interval

SIZES = (20, 60, 100, 445, 1200)
SHARES = (0.01, 0.05, 0.1, 0.231, 0.355, 0.5)
LEADS = ((0.355, 0.231), (0.04, 0.01), (0.95, 0.02), (0.02, 0.02))
DIFFERENCES = ((0.355, 0.193), (0.03, 0.005), (0.05, 0.05), (0.97, 0.9))
ROUNDED = (
    (30, 0.01),
    (100, 0.01),
    (1200, 0.001),
    (1200, 0.01),
    (10_000, 0.01),
    (100_000, 0.01),
    (1_000_000, 0.01),
)
TRUTHS = {"0 to .006": (0.0, 0.006), ".01 to .1": (0.01, 0.1), ".2 to .5": (0.2, 0.5)}
DRAWS = 20_000
SEED = 20210418


def coverage(
    sizes: Iterable[int], shares: Iterable[float], *, draws: int, seed: int, confidence_level: float = 0.95
) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    shares = tuple(shares)
    rows = []
    for n in sizes:
        counts = np.arange(n + 1)
        limits = {
            method: share_interval(counts / n, n, confidence_level=confidence_level, method=method)
            for method in METHODS
        }
        for share in shares:
            drawn = rng.binomial(n, share, size=draws)
            for method, (low, high) in limits.items():
                holds = (low <= share) & (share <= high)
                rows.append(
                    {
                        "method": method,
                        "n": n,
                        "share": share,
                        "confidence_level": confidence_level,
                        "draws": draws,
                        "simulated": holds[drawn].mean(),
                        "exact": binom.pmf(counts, n, share)[holds].sum(),
                    }
                )
    return pd.DataFrame(rows)


def coverage_of_others(
    sizes: Iterable[int], *, draws: int, seed: int, confidence_level: float = 0.95
) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    rows = []
    for n in sizes:
        held = {}
        for a, b in LEADS:
            drawn = rng.multinomial(n, [a, b, 1 - a - b], size=draws) / n
            _, low, high = lead_interval(drawn[:, 0], drawn[:, 1], n, confidence_level=confidence_level)
            held[f"lead {a} {b}"] = (low <= a - b + 1e-12) & (a - b - 1e-12 <= high)
        smaller = max(n // 3, 10)
        for a, b in DIFFERENCES:
            drawn, other = rng.binomial(n, a, size=draws) / n, rng.binomial(smaller, b, size=draws) / smaller
            _, low, high = difference_interval(drawn, n, other, smaller, confidence_level=confidence_level)
            held[f"difference {a} {b}"] = (low <= a - b + 1e-12) & (a - b - 1e-12 <= high)
        rows += [
            {
                "interval": name,
                "n": n,
                "confidence_level": confidence_level,
                "draws": draws,
                "simulated": holds.mean(),
            }
            for name, holds in held.items()
        ]
    return pd.DataFrame(rows)


def coverage_of_rounded(
    cells: Iterable[tuple[int, float]], *, draws: int, seed: int, confidence_level: float = 0.95
) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    rows = []
    for n, unit in cells:
        for about, (least, most) in TRUTHS.items():
            truth = rng.uniform(least, most, size=draws)
            printed = (np.round(rng.binomial(n, truth) / n / unit) * unit).clip(0, 1)
            held = {}
            for name, step in (("rounded", unit), ("exact", 0.0)):
                low, high = share_interval(printed, n, unit=step, confidence_level=confidence_level)
                held[name] = ((low <= truth) & (truth <= high)).mean()
            rows.append({"n": n, "unit": unit, "truths": about, "draws": draws, **held})
    return pd.DataFrame(rows)


if __name__ == "__main__":
    others = coverage_of_others(SIZES, draws=DRAWS, seed=SEED)
    rounded = coverage_of_rounded(ROUNDED, draws=DRAWS, seed=SEED)
    rounded.to_csv(Path(__file__).with_name("coverage-of-rounded.csv"), index=False, float_format="%.6g")
    others.to_csv(Path(__file__).with_name("coverage-of-others.csv"), index=False, float_format="%.6g")
    table = coverage(SIZES, SHARES, draws=DRAWS, seed=SEED)
    table.to_csv(Path(__file__).with_name("coverage.csv"), index=False, float_format="%.6g")
