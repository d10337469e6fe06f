"""How long intervals of many shares take: one call on arrays, against a loop over statsmodels.

    .venv/bin/python benchmarks/intervals.py

prints the table and writes it into benchmarks/README.md. It takes about a minute.
"""

import os
import platform
import re
import statistics
import time
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

import numpy as np
from statsmodels.stats.proportion import proportion_confint

from analysis.stats import METHODS, share_interval

README = Path(__file__).with_name("README.md")
BEGIN, END = "<!-- results: written by intervals.py -->", "<!-- end of results -->"

REPEATS = 7
# The loop is timed on so many shares only, and its time multiplied: it is the same work again and again.
LOOPED = {"wilson": 20_000, "clopper_pearson": 2_000}
SHARES = {"wilson": 1_000_000, "clopper_pearson": 100_000}


def drawn(number: int) -> tuple[np.ndarray, np.ndarray]:
    """Return shares with one decimal of a percentage, and bases of 30 to 1,200 interviews."""
    rng = np.random.default_rng(20210418)
    return rng.integers(0, 1001, number) / 1000, rng.uniform(30, 1200, number)


def seconds(work: Callable[[], object]) -> float:
    """Return the processor time of some work, which nothing here spreads over cores."""
    start = time.process_time()
    work()
    return time.process_time() - start


def looped(shares: np.ndarray, bases: np.ndarray, method: str) -> np.ndarray:
    """Do what a user would otherwise: ask statsmodels for one interval after another."""
    return np.array(
        [
            proportion_confint(share * base, base, method=method)
            for share, base in zip(shares.tolist(), bases.tolist(), strict=True)
        ]
    ).T


def compare(method: str) -> list[str]:
    """Time the three ways in turn, several times, and return a row of the table."""
    shares, bases = drawn(SHARES[method])
    few, name = LOOPED[method], METHODS[method]
    ours = share_interval(shares[:few], bases[:few], method=method)
    np.testing.assert_allclose(ours, looped(shares[:few], bases[:few], name), rtol=0, atol=1e-12)
    times: dict[str, list[float]] = {"call": [], "loop": [], "direct": []}
    for _ in range(REPEATS):
        times["call"].append(seconds(lambda: share_interval(shares, bases, method=method)))
        times["loop"].append(seconds(lambda: looped(shares[:few], bases[:few], name)))
        times["direct"].append(seconds(lambda: proportion_confint(shares * bases, bases, method=name)))
    call, direct = statistics.median(times["call"]), statistics.median(times["direct"])
    loop = statistics.median(times["loop"]) * len(shares) / few
    slowest, fastest = max(times["call"]), min(times["call"])
    return [
        f"`{method}`",
        f"{len(shares):,}",
        f"{call:.3f} s ({fastest:.3f}–{slowest:.3f})",
        f"{loop:.1f} s (from {few:,})",
        f"**{loop / call:.0f}**",
        f"{direct:.3f} s",
    ]


def machine() -> str:
    """Name the processor, the cores, Python and the packages."""
    named = re.search(r"^model name\s*:\s*(.+)$", _read("/proc/cpuinfo"), flags=re.MULTILINE)
    processor = named[1] if named else platform.processor() or platform.machine()
    packages = ", ".join(f"{name} {version(name)}" for name in ("numpy", "scipy", "statsmodels"))
    return (
        f"{processor}, {os.cpu_count()} cores, {platform.system()}; "
        f"Python {platform.python_version()}, {packages}."
    )


def _read(path: str) -> str:
    return Path(path).read_text("utf-8") if Path(path).exists() else ""


def main() -> None:
    """Print the results and write them between the markers of the README."""
    header = ["method", "shares", "one call", "loop over statsmodels", "ratio", "statsmodels on arrays"]
    rows = [header, ["---"] * len(header), *(compare(method) for method in SHARES)]
    table = "\n".join("| " + " | ".join(row) + " |" for row in rows)
    results = f"{table}\n\nProcessor time, medians of {REPEATS} repeats, fastest and slowest in brackets. {machine()}"
    print(results)
    before, _, rest = README.read_text("utf-8").partition(BEGIN)
    _, _, after = rest.partition(END)
    README.write_text(f"{before}{BEGIN}\n\n{results}\n\n{END}{after}", "utf-8")


if __name__ == "__main__":
    main()
