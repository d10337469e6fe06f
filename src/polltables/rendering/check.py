"""Make every report twice under different conditions, and name the first cell that says something else."""

import concurrent.futures
import os
from collections.abc import Callable, Sequence
from dataclasses import replace

from polltables.rendering.collection import Report, name_of
from polltables.rendering.job import ENGINES, Limits, prepare
from polltables.rendering.supervise import ReportServer

__all__ = ["check_stability"]


def check_stability(
    reports: Sequence[Report],
    *,
    progress: Callable[[str], None] = lambda line: None,
    workers: int | None = None,
    engine: str = ENGINES[0],
    limits: Limits | None = None,
) -> dict[str, str | None]:
    """Say of each report's place what depends on the hash seed, the time zone or numbers that nobody seeded, or None.

    Rendering fixes all three, so that its pages are the same; but a notebook that needs this shows something
    else whenever it is run otherwise. The clock and unseeded generators differ between the runs by themselves.
    """
    found: dict[str, str | None] = {}
    with (
        ReportServer() as usual,
        ReportServer(hash_seed="1", time_zone="Pacific/Chatham") as other,
        concurrent.futures.ThreadPoolExecutor(workers or os.cpu_count()) as threads,
    ):

        def check(report: Report) -> str | None:
            job = prepare(report, engine=engine, limits=limits)
            once, again = usual.make(job), other.make(replace(job, random_seed=1))
            if error := once.error or again.error:
                return error
            if differing := set(once.cells) ^ set(again.cells):
                return f"cell {min(differing)[0]} shows something else when it runs again."
            if once.files != again.files:
                return "its cells show the same both times, but its page differs."
            return None

        for report, error in zip(reports, threads.map(check, reports), strict=True):
            found[name_of(report)] = error
            progress(f"[{len(found)}/{len(reports)}] {name_of(report)}: {error or 'stable'}")
    return found
