"""The commands `render` and `list`, apart from the parser that they belong to."""

import argparse
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from pathlib import Path
from types import FrameType
from typing import NoReturn

from analysis.paths import project_root, shown_path
from analysis.polls import list_polls, load_poll
from analysis.show.language import LANGUAGES
from polltables.rendering.collection import Report, load_collection, read_collection
from polltables.rendering.job import ENGINES, Limits
from polltables.rendering.render import Maker, Outcome, render_reports
from polltables.rendering.selection import find_polls, select

__all__ = ["add_arguments", "list_command", "render_command"]

INTERRUPTED = 130
"""The exit status of a command that was stopped, as shells count it."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of `polltables render`."""
    limits = Limits()
    add = parser.add_argument
    add("reports", nargs="*", metavar="REPORT", help="names or patterns of reports; all if none is given")
    add(
        "--polls",
        nargs="+",
        metavar="POLL",
        help="ids, folders or patterns of polls (default: each entry's own)",
    )
    add("--language", choices=LANGUAGES, help="one edition (default: every one)")
    add("--out", type=Path, help="folder to write into (default: reports)")
    add("--workers", type=_whole, metavar="N", help="reports at a time (default: one for each core)")
    add("--engine", choices=ENGINES, default=ENGINES[0], help="where cells run (default: %(default)s)")
    add(
        "--time-limit",
        type=_positive,
        default=limits.seconds,
        metavar="SECONDS",
        help="for one report (default: %(default)g)",
    )
    add(
        "--memory-limit",
        type=_whole,
        default=limits.megabytes,
        metavar="MB",
        help="for one process (default: %(default)s)",
    )
    add("--force", action="store_true", help="make even what has not changed")
    add(
        "--check-stability",
        action="store_true",
        help="make each report twice, and name the cells that differ",
    )
    add("--scheduler", metavar="ADDRESS", help="make the reports on a dask.distributed cluster")


def _whole(text: str) -> int:
    number = int(text)
    if number < 1:
        raise ValueError
    return number


def _positive(text: str) -> float:
    number = float(text)
    if not 0 < number < float("inf"):
        raise ValueError
    return number


@contextmanager
def _stopped_like_interrupted() -> Iterator[None]:
    """Let a request to end (SIGTERM) clean up as Ctrl-C does."""

    def stop(number: int, frame: FrameType | None) -> NoReturn:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def all_reports(chosen: argparse.Namespace) -> list[Report]:
    """Return the reports of the polls and languages that the options ask for."""
    polls = find_polls(chosen.polls) if chosen.polls else None
    languages = [chosen.language] if chosen.language else None
    return load_collection(polls=polls, languages=languages)


def render_command(chosen: argparse.Namespace) -> int:
    """Render reports, saying how each went, and return the exit status."""
    start = time.perf_counter()
    everything = all_reports(chosen)
    reports = select(everything, chosen.reports)
    limits = Limits(chosen.time_limit, chosen.memory_limit)
    if chosen.check_stability:
        return _check(reports, chosen.workers, limits)
    progress = Progress()
    try:
        with _stopped_like_interrupted():
            outcomes = render_reports(
                reports,
                chosen.out or project_root() / "reports",
                progress=progress,
                workers=chosen.workers,
                engine=chosen.engine,
                limits=limits,
                force=chosen.force,
                everything=everything,
                maker=partial(cluster_maker, chosen.scheduler) if chosen.scheduler else None,
            )
    except KeyboardInterrupt:
        progress.clear()
        print("interrupted: what was finished is kept, nothing else was changed.", file=sys.stderr)
        return INTERRUPTED
    progress.clear()
    print_table(outcomes, time.perf_counter() - start)
    return int(any(outcome.error for outcome in outcomes))


def _check(reports: list[Report], workers: int | None, limits: Limits) -> int:
    """Say which reports are the same whenever they are made, and return the exit status."""
    from polltables.rendering.check import check_stability

    found = check_stability(reports, progress=print, workers=workers, limits=limits)
    unstable = [name for name, error in found.items() if error]
    print(f"{len(found) - len(unstable)} stable, {len(unstable)} not.")
    return int(bool(unstable))


def cluster_maker(address: str) -> AbstractContextManager[Maker]:
    """Open a cluster; dask is imported only here, when there is something to make on it."""
    from polltables.rendering.cluster import cluster

    return cluster(address)


class Progress:
    """One line that is written over again on a terminal; elsewhere, a line for each report that was made."""

    def __init__(self) -> None:
        self._terminal = sys.stdout.isatty()
        self._width = 0

    def __call__(self, done: int, total: int, outcome: Outcome) -> None:
        """Say that one more report is done."""
        line = f"[{done}/{total}] {outcome.name} {outcome.status}"
        if self._terminal:
            print(f"\r{line:<{self._width}}", end="", flush=True)
            self._width = len(line)
        elif not outcome.unchanged:
            print(line, flush=True)

    def clear(self) -> None:
        """Leave an empty line."""
        if self._terminal and self._width:
            print(f"\r{'':<{self._width}}\r", end="", flush=True)


def _shown(path: Path) -> str:
    """Name a page as the README does where it lies in the project, and in full elsewhere."""
    inside = path.resolve().is_relative_to(project_root())
    return shown_path(path) if inside else str(path)


def print_table(outcomes: list[Outcome], seconds: float) -> None:
    """Print how each report went, and a summary."""
    counts = {
        status: sum(outcome.status == status for outcome in outcomes)
        for status in ("made", "unchanged", "failed")
    }
    if counts["unchanged"] == len(outcomes):
        print(f"Nothing changed: {len(outcomes)} reports stay as they are ({seconds:.1f} s).")
        return
    width = max(len(outcome.name) for outcome in outcomes)
    for outcome in outcomes:
        where = outcome.error or _shown(outcome.path)
        print(f"{outcome.name:<{width}}  {outcome.seconds:5.1f} s  {outcome.status:<9}  {where}")
    said = ", ".join(f"{count} {status}" for status, count in counts.items() if count)
    print(f"{said}; {seconds:.1f} s in all.")


def list_command() -> int:
    """Print the reports with their notebooks, what makes none, and the polls with their titles."""
    collection = read_collection()
    print("Reports (polltables render NAME):")
    for report in collection.reports:
        overrides = ", ".join(f"{key}={value}" for key, value in report.overrides.items())
        print(f"  {report.path.with_suffix('')}: notebooks/{report.notebook.name} {overrides}".rstrip())
    for note in collection.notes:
        print(f"  {note}")
    print("Polls (data/polls):")
    for poll in list_polls():
        print(f"  {poll}: {load_poll(poll).source.title_en}")
    return 0
