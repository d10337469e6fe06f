"""Write coverage.csv and coverage-of-others.csv beside this file: how often intervals hold what is true.

Run with `python tests/reference/simulate_coverage.py`. Samples are binomial. `simulated` counts the
draws whose interval holds the true share; `exact` adds up the binomial probabilities of those counts.
An interval that is not defined (logit, where nobody or everybody gives the answer) holds nothing.

The others are those of a lead (multinomial samples), of a difference between two segments (two binomial
samples), and of all answers of a question at once (multinomial samples, held only if all are).
"""

from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.stats import binom

from analysis.stats import METHODS, difference_interval, lead_interval, share_interval

SIZES = (20, 60, 100, 445, 1200)
SHARES = (0.01, 0.05, 0.1, 0.231, 0.355, 0.5)
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
    answers = np.array([0.355, 0.231, 0.203, 0.177, 0.034])
    rows = []
    for n in sizes:
        drawn = rng.multinomial(n, answers, size=draws) / n
        _, low, high = lead_interval(drawn[:, 0], drawn[:, 1], n, confidence_level=confidence_level)
        lead = answers[0] - answers[1]
        held = {"lead": (low <= lead) & (lead <= high)}
        smaller = max(n // 3, 10)
        other = rng.binomial(smaller, 0.193, size=draws) / smaller
        _, low, high = difference_interval(drawn[:, 0], n, other, smaller, confidence_level=confidence_level)
        difference = answers[0] - 0.193
        held["difference, Newcombe"] = (low <= difference) & (difference <= high)
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


if __name__ == "__main__":
    others = coverage_of_others(SIZES, draws=DRAWS, seed=SEED)
    others.to_csv(Path(__file__).with_name("coverage-of-others.csv"), index=False, float_format="%.6g")
    table = coverage(SIZES, SHARES, draws=DRAWS, seed=SEED)
    table.to_csv(Path(__file__).with_name("coverage.csv"), index=False, float_format="%.6g")
