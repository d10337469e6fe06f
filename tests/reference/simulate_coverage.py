"""Write coverage.csv beside this file: how often each interval holds the true share.

Run with `python tests/reference/simulate_coverage.py`. Samples are binomial. `simulated` counts the
draws whose interval holds the true share; `exact` adds up the binomial probabilities of those counts.
An interval that is not defined (logit, where nobody or everybody gives the answer) holds nothing.
"""

from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.stats import binom

from analysis.inference import METHODS, share_interval

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


if __name__ == "__main__":
    table = coverage(SIZES, SHARES, draws=DRAWS, seed=SEED)
    table.to_csv(Path(__file__).with_name("coverage.csv"), index=False, float_format="%.6g")
