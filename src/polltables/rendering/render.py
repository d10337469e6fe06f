"""Make reports: what has not changed stays, the rest is made in disposable processes, and moved into place."""

import concurrent.futures
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path
from typing import Protocol

from polltables.rendering.collection import Report
from polltables.rendering.index import write_index
from polltables.rendering.job import ENGINES, Job, Limits, Made, prepare
from polltables.rendering.key import job_key
from polltables.rendering.state import State, put

__all__ = ["Maker", "Outcome", "render_reports"]

PARTIAL = ".partial.ipynb"


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one report went: its file, what it took, the error if there was one, and whether it was left as it is."""

    name: str
    path: Path
    seconds: float
    error: str | None
    unchanged: bool = False
    cell_seconds: float = 0.0

    @property
    def status(self) -> str:
        """One word: made, unchanged or failed."""
        return "failed" if self.error else "unchanged" if self.unchanged else "made"


class Maker(Protocol):
    """Something that makes reports from jobs: this machine, or a cluster."""

    @property
    def capacity(self) -> int:
        """How many reports it makes at a time."""

    def submit(self, job: Job) -> "concurrent.futures.Future[Made]":
        """Begin to make a report."""


def render_reports(
    reports: Sequence[Report],
    out: Path,
    *,
    progress: Callable[[int, int, Outcome], None] = lambda done, total, outcome: None,
    workers: int | None = None,
    engine: str = ENGINES[0],
    limits: Limits | None = None,
    force: bool = False,
    maker: Callable[[], AbstractContextManager[Maker]] | None = None,
    everything: Sequence[Report] | None = None,
) -> list[Outcome]:
    """Render reports into a folder, each as `NAME.html` and `NAME.json`.

    Parameters
    ----------
    reports : sequence of Report
    out : pathlib.Path
        Folder, made if need be.
    progress : callable
        Called with how many are done, how many there are, and how the last one went.
    workers : int, optional
        How many to make at a time; as many as there are cores unless given.
    engine : str
        `process`, or `kernel` for ordinary kernels, which takes longer and gives the same pages.
    limits : Limits, optional
        What a report may take.
    force : bool
        Make even what has not changed.
    maker : callable, optional
        Opens what makes the reports, when there is something to make: this machine unless given.
    everything : sequence of Report, optional
        What front pages lead to, as far as it has been made: `reports` unless given.

    Returns
    -------
    list of Outcome
        In the order of `reports`. A report that fails does not stop the others. Its last good files stay, and
        beside them `NAME.partial.ipynb` holds the notebook as far as it ran, the error marked in it.
    """
    folders = {report.path.parent: State(out / report.path.parent) for report in reports}
    states = [folders[report.path.parent] for report in reports]
    outcomes: dict[int, Outcome] = {}
    keys: dict[int, str] = {}

    def job(number: int) -> Job:
        return prepare(reports[number], engine=engine, limits=limits)

    def settle(number: int, outcome: Outcome) -> None:
        outcomes[number] = outcome
        progress(len(outcomes), len(reports), outcome)

    def stale() -> Iterator[int]:
        """Find what has to be made, while the first of it is being made already."""
        # Those that took longest first, so that none is left to one worker while the others have nothing to do.
        for number in sorted(range(len(reports)), key=lambda n: -states[n].seconds(reports[n].name)):
            report = reports[number]
            keys[number] = job_key(job(number))
            if force or not states[number].holds(report.name, keys[number]):
                yield number
            else:
                (out / report.path.with_suffix(PARTIAL)).unlink(missing_ok=True)
                settle(number, Outcome(_name(report), out / report.path, 0.0, None, unchanged=True))

    waiting = stale()
    first = next(waiting, None)
    if first is not None:
        with (maker or (lambda: this_machine(min(workers or os.cpu_count() or 1, len(reports)))))() as opened:
            for number, made in _in_any_order(opened, chain([first], waiting), job):
                _keep(reports[number], out, made)
                if made.error is None:
                    states[number].record(reports[number].name, keys[number], made.files, made.seconds)
                settle(number, _outcome(reports[number], out, made))
    _write_indexes(reports, everything or reports, out)
    return [outcomes[number] for number in range(len(reports))]


def _in_any_order(
    maker: Maker, numbers: Iterator[int], job: Callable[[int], Job]
) -> Iterator[tuple[int, Made]]:
    """Make reports as workers become free, never holding more jobs at once than they need."""
    running: dict[concurrent.futures.Future[Made], int] = {}
    while True:
        for number in islice(numbers, max(0, 2 * maker.capacity - len(running))):
            running[maker.submit(job(number))] = number
        if not running:
            return
        done, _ = concurrent.futures.wait(running, return_when=concurrent.futures.FIRST_COMPLETED)
        for future in done:
            yield running.pop(future), future.result()


class _Threads:
    """Makes reports on this machine: threads that each watch over one process at a time."""

    def __init__(
        self, executor: concurrent.futures.Executor, make: Callable[[Job], Made], capacity: int
    ) -> None:
        self._executor, self._make = executor, make
        self.capacity = capacity

    def submit(self, job: Job) -> "concurrent.futures.Future[Made]":
        return self._executor.submit(self._make, job)


@contextmanager
def this_machine(workers: int, make: Callable[[Job], Made] | None = None) -> Iterator[Maker]:
    """Make reports here, so many at a time; however the block is left, no process outlives it.

    Parameters
    ----------
    workers : int
    make : callable, optional
        What a thread calls for each job; unless given, a server is started and ended with the block.
    """
    from polltables.rendering.supervise import ReportServer

    server = None
    if make is None:
        server = ReportServer()
        make = server.make
    executor = concurrent.futures.ThreadPoolExecutor(workers)
    try:
        yield _Threads(executor, make, workers)
    finally:
        # First no new ones, then the running ones: an interruption must not wait for either.
        executor.shutdown(wait=False, cancel_futures=True)
        if server is not None:
            server.close()
        executor.shutdown()


def _name(report: Report) -> str:
    return str(report.path.with_suffix(""))


def _keep(report: Report, out: Path, made: Made) -> None:
    """Move the files of a report into place; a failed one leaves the last good ones alone."""
    folder = out / report.path.parent
    for ending, content in made.files.items():
        put(folder / f"{report.name}{ending}", content)
    if made.error is None:
        (out / report.path.with_suffix(PARTIAL)).unlink(missing_ok=True)


def _outcome(report: Report, out: Path, made: Made) -> Outcome:
    error = made.error
    if error and PARTIAL in made.files:
        error += f" (see {report.name}{PARTIAL})"
    return Outcome(_name(report), out / report.path, made.seconds, error, cell_seconds=made.cell_seconds)


def _write_indexes(reports: Sequence[Report], everything: Sequence[Report], out: Path) -> None:
    """Write the front page of each folder that reports were asked for in; the one place where that is done."""
    for folder in dict.fromkeys(report.path.parent for report in reports):
        write_index(out / folder, [report for report in everything if report.path.parent == folder])
