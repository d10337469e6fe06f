"""Make reports: what has not changed stays, the rest is made in disposable processes, and moved into place."""

import concurrent.futures
import contextlib
import os
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from itertools import chain, islice
from pathlib import Path

from analysis.errors import AnalysisError
from polltables.files import put_together
from polltables.rendering import committed
from polltables.rendering.collection import Report, name_of
from polltables.rendering.index import write_index
from polltables.rendering.job import ENGINES, PARTIAL, Job, Limits, Made, prepare
from polltables.rendering.key import job_key
from polltables.rendering.state import State
from polltables.rendering.supervise import ReportServer
from polltables.terminal import system_error

__all__ = ["Maker", "Outcome", "Standing", "render_reports", "this_machine"]

_TICK = 0.25  # seconds between two words on how far it has come


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


@dataclass(frozen=True, slots=True)
class Standing:
    """How far rendering has come: reports done, of all; those that run; seconds left, if known; the one just done."""

    done: int
    total: int
    running: tuple[str, ...]
    seconds_left: float | None
    outcome: Outcome | None


@dataclass(frozen=True, slots=True)
class Maker:
    """What makes reports of jobs, this machine or a cluster: how many at a time, and what begins to make one."""

    capacity: Callable[[], int]
    submit: Callable[[Job], "concurrent.futures.Future[Made]"]


def render_reports(
    reports: Sequence[Report],
    out: Path,
    *,
    progress: Callable[[Standing], None] = lambda standing: None,
    workers: int | None = None,
    engine: str = ENGINES[0],
    limits: Limits | None = None,
    force: bool = False,
    draft: bool = False,
    maker: Callable[[], AbstractContextManager[Maker]] | None = None,
    everything: Sequence[Report] | None = None,
) -> list[Outcome]:
    """Render reports into a folder, each as `NAME.html` and `NAME.json`, and return how each went, in their order.

    What has not changed stays, unless forced. Drafts, which can be read at no other settings, are made anew the next time.
    A report that fails does not stop the others: its last good files stay, and beside them `NAME.partial.ipynb` holds the
    notebook as far as it ran, the error marked in it. A front page that could not be written is one more outcome. OSError if
    there is something to make, and the folder cannot be written.

    `progress` is called with how far it has come, for each report that is done, and now and then while others run.
    `maker` opens what makes the reports, when there is something to make: unless given, this machine, `workers` at a time
    (else one for each core). `everything` is what front pages lead to, unless `reports` are all there are.
    """
    folders = {report.path.parent: State(out / report.path.parent) for report in reports}
    states = [folders[report.path.parent] for report in reports]
    outcomes: dict[int, Outcome] = {}
    keys: dict[int, str] = {}
    took = {number: state.seconds(reports[number].name) for number, state in enumerate(states)}
    capacity, since = 1, time.monotonic()

    def tell(running: Sequence[int], outcome: Outcome | None = None) -> None:
        nonlocal since
        since = time.monotonic() if outcome else since
        left = None
        # What took no time is not known: it will be as the others.
        if known := [seconds for seconds in took.values() if seconds]:
            unmade = [took[n] or statistics.mean(known) for n in took if n not in outcomes]
            left = max(sum(unmade) / capacity - (time.monotonic() - since), 0.0)
        names = tuple(name_of(reports[number]) for number in running)
        progress(Standing(len(outcomes), len(reports), names, left, outcome))

    def stale() -> Iterator[tuple[int, Job]]:
        """Find what has to be made, while the first of it is being made already."""
        # Those that took longest first, so that none is left to one worker while the others have nothing to do.
        for number in sorted(took, key=lambda n: -took[n]):
            report = reports[number]
            page = out / report.path
            try:
                job = prepare(report, engine=engine, limits=limits)
            except (OSError, AnalysisError) as error:  # a file went while others were made
                outcomes[number] = Outcome(name_of(report), page, 0.0, _said(error))
            else:
                keys[number] = job_key(job)
                if force or not states[number].holds(report.name, keys[number]):
                    yield number, replace(job, draft=draft)
                    continue
                with contextlib.suppress(OSError):
                    page.with_name(f"{report.name}{PARTIAL}").unlink(missing_ok=True)
                outcomes[number] = Outcome(name_of(report), page, 0.0, None, unchanged=True)
            tell((), outcomes[number])

    waiting = stale()
    first = next(waiting, None)
    if first is not None:
        for state in folders.values():
            state.save()
        with (maker or (lambda: this_machine(min(workers or os.cpu_count() or 1, len(reports)))))() as opened:
            capacity = opened.capacity()
            for running, number, made in _in_any_order(opened, chain([first], waiting)):
                if made is None:
                    tell(running)
                    continue
                kept = None if draft else states[number]
                outcomes[number] = _keep(reports[number], out, made, kept, keys[number])
                took[number] = made.seconds
                tell(running, outcomes[number])
    unwritten = _write_indexes(reports, everything or reports, out)
    return [outcomes[number] for number in range(len(reports))] + unwritten


def _in_any_order(
    maker: Maker, jobs: Iterator[tuple[int, Job]]
) -> Iterator[tuple[list[int], int, Made | None]]:
    """Make reports as workers become free, never holding more jobs at once than they need.

    Yields which reports run, and the number of one that is done with what came of it, or None while none is.
    """
    running: dict[concurrent.futures.Future[Made], int] = {}
    while True:
        for number, job in islice(jobs, max(0, 2 * maker.capacity() - len(running))):
            running[maker.submit(job)] = number
        if not running:
            return
        done, _ = concurrent.futures.wait(running, _TICK, return_when=concurrent.futures.FIRST_COMPLETED)
        ended = [(running.pop(future), future.result()) for future in done]
        busy = [number for future, number in running.items() if future.running()]
        yield from ((busy, number, made) for number, made in ended)
        if not ended:
            yield busy, -1, None


@contextmanager
def this_machine(workers: int) -> Iterator[Maker]:
    """Make reports here, so many at a time; however the block is left, no process outlives it."""
    with concurrent.futures.ThreadPoolExecutor(workers) as threads, ReportServer() as running:
        try:
            yield Maker(lambda: workers, lambda job: threads.submit(running.make, job))
        finally:
            # First no new ones, then the end of the running ones: an interruption must not wait for either.
            threads.shutdown(wait=False, cancel_futures=True)


def _keep(report: Report, out: Path, made: Made, state: State | None, key: str) -> Outcome:
    """Move the files of a report into place; a failed one leaves the last good ones alone."""
    folder = out / report.path.parent
    partial = folder / f"{report.name}{PARTIAL}"
    said = [made.error] if made.error else []
    try:
        put_together({folder / f"{report.name}{ending}": content for ending, content in made.files.items()})
        if not made.error:
            partial.unlink(missing_ok=True)
            if state is not None:
                state.record(report.name, key, made.files, made.seconds)
        elif PARTIAL in made.files:
            said.append(f"(see {partial.name})")
    except OSError as error:
        said.append(system_error(error))
    if made.error and "cell " in made.error and (advice := committed.advice(report.notebook)):
        said.append(advice)
    return Outcome(
        name_of(report),
        out / report.path,
        made.seconds,
        " ".join(said) or None,
        cell_seconds=made.cell_seconds,
    )


def _write_indexes(reports: Sequence[Report], everything: Sequence[Report], out: Path) -> list[Outcome]:
    """Write the front page of each folder that reports were asked for in; the one place where that is done."""
    failed = []
    for folder in dict.fromkeys(report.path.parent for report in reports):
        try:
            write_index(out / folder, [report for report in everything if report.path.parent == folder])
        except (OSError, AnalysisError) as error:  # a disk that is full; a poll that went
            page = folder / "index.html"
            failed.append(Outcome(str(page.with_suffix("")), out / page, 0.0, _said(error)))
    return failed


def _said(error: OSError | AnalysisError) -> str:
    return system_error(error) if isinstance(error, OSError) else str(error)
