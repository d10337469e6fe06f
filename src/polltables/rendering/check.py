"""Make every report twice under different conditions, and name the first cell that says something else."""

import concurrent.futures
import os
from collections.abc import Callable, Sequence
from dataclasses import replace

from polltables.rendering.collection import Report
from polltables.rendering.job import Limits, prepare
from polltables.rendering.stability import first_difference
from polltables.rendering.supervise import ReportServer

__all__ = ["check_stability"]


def check_stability(
    reports: Sequence[Report],
    *,
    progress: Callable[[str], None] = lambda line: None,
    workers: int | None = None,
    limits: Limits | None = None,
) -> dict[str, str | None]:
    """Say which reports depend on the hash seed, the time zone, or random numbers that nobody seeded.

    Rendering fixes all three, so that its pages are the same; but a notebook that needs this shows something
    else whenever it is run otherwise. The clock and unseeded generators differ between the runs by themselves.

    Parameters
    ----------
    progress : callable
        Called with a line for each report.

    Returns
    -------
    dict
        Place of each report, and what is wrong with it or None. Nothing is written.
    """
    found: dict[str, str | None] = {}
    with (
        ReportServer() as usual,
        ReportServer(hash_seed="1", time_zone="Pacific/Chatham") as other,
        concurrent.futures.ThreadPoolExecutor(workers or os.cpu_count()) as threads,
    ):

        def check(report: Report) -> str | None:
            job = prepare(report, limits=limits)
            once, again = usual.make(job), other.make(replace(job, random_seed=1))
            if error := once.error or again.error:
                return error
            if cell := first_difference(once.cells, again.cells):
                return f"cell {cell} shows something else when it runs again."
            if once.files != again.files:
                return "its cells show the same both times, but its page differs."
            return None

        for report, error in zip(reports, threads.map(check, reports), strict=True):
            name = str(report.path.with_suffix(""))
            found[name] = error
            progress(f"[{len(found)}/{len(reports)}] {name}: {error or 'stable'}")
    return found
