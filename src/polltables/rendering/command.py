"""The command `render`."""

import argparse
import os
import re
import sys
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from functools import partial

from analysis.errors import AnalysisError
from analysis.paths import project_root
from polltables.cli import INTERRUPTED
from polltables.files import new_folder
from polltables.rendering.check import check_stability
from polltables.rendering.cluster import cluster
from polltables.rendering.collection import Report, load_collection
from polltables.rendering.display import Progress, print_table
from polltables.rendering.job import ENGINES, Limits
from polltables.rendering.page import LANGUAGES
from polltables.rendering.render import Maker, render_reports, this_machine
from polltables.rendering.selection import find_polls, select
from polltables.rendering.watching import watch

__all__ = ["add_render"]

_MOST = 10**6  # workers, or megabytes
_LIBRARIES = 400  # megabytes that they take for themselves
_ALONE = {
    "check_stability": ("out", "force"),
    "scheduler": ("workers",),
}  # what nothing would come of beside them
_ADDRESS = re.compile(r"(?:(?:tcp|tls|wss?)://)?(?:\[[0-9a-fA-F:.]+\]|[\w.-]+):(?P<port>\d{1,5})")
_LAST_PORT = 65535


def add_render(parser: argparse.ArgumentParser) -> None:
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
    add("-o", "--out", type=new_folder, help="folder to write into (default: reports)")
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
        type=_megabytes,
        default=limits.megabytes,
        metavar="MB",
        help="for one process (default: %(default)s)",
    )
    add("--force", action="store_true", help="make even what has not changed")
    add_one = parser.add_mutually_exclusive_group().add_argument
    add_one("--watch", action="store_true", help="go on, and make anew what depends on a file that is saved")
    stability = "make each report twice, and name the cells that differ"
    add_one("--check-stability", action="store_true", help=stability)
    cluster_help = "make the reports on a dask.distributed cluster"
    add_one("--scheduler", type=_address, metavar="ADDRESS", help=cluster_help)
    parser.set_defaults(run=_render)


def _whole(text: str) -> int:
    if not (text.isdecimal() and len(text) < 10 and 1 <= int(text) <= _MOST):
        raise argparse.ArgumentTypeError(f"{text[:50]!r} is no whole number from 1 to {_MOST}")
    return int(text)


def _megabytes(text: str) -> int:
    if (number := _whole(text)) < _LIBRARIES:
        raise argparse.ArgumentTypeError(
            f"{text} is less than libraries take for themselves; use {_LIBRARIES} to {_MOST}"
        )
    return number


def _positive(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = 0.0
    if not 0 < number < float("inf"):
        raise argparse.ArgumentTypeError(f"{text[:50]!r} is no number above 0")
    return number


def _address(text: str) -> str:
    """Check an address before dask does, which waits for what cannot be."""
    found = _ADDRESS.fullmatch(text)
    if not found or int(found.group("port")) > _LAST_PORT:
        raise argparse.ArgumentTypeError(
            f"{text[:100]!r} is no address of a scheduler, such as tcp://10.0.0.1:8786"
        )
    return text


def all_reports(chosen: argparse.Namespace) -> list[Report]:
    """Return the reports of the polls and languages that the options ask for."""
    polls = find_polls(chosen.polls) if chosen.polls else None
    languages = [chosen.language] if chosen.language else None
    return load_collection(polls=polls, languages=languages)


def _render(chosen: argparse.Namespace) -> int:
    """Render reports, saying how each went, and return the exit status."""
    for option, ignored in _ALONE.items():
        if getattr(chosen, option) and (given := [one for one in ignored if getattr(chosen, one)]):
            names = [f"--{name.replace('_', '-')}" for name in (option, *given)]
            raise AnalysisError(
                f"render: {names[0]} takes no notice of {' or '.join(names[1:])}; leave it out."
            )
    progress = Progress(quiet=chosen.quiet, verbose=chosen.verbose)
    try:
        if chosen.check_stability:
            return _check(chosen)
        if not chosen.watch:
            maker = partial(cluster, chosen.scheduler) if chosen.scheduler else None
            return _render_once(chosen, progress, maker)
        with this_machine(chosen.workers or os.cpu_count() or 1) as opened:
            once = partial(_render_once, chosen, progress, lambda: nullcontext(opened))
            # What is looked at comes first: the page at its own setting, in the first language.
            watch(once, lambda: once(draft=True) or once(), chosen.polls)
    except KeyboardInterrupt:
        progress.clear()
        print("interrupted: what was finished is kept, nothing else was changed.", file=sys.stderr)
    return INTERRUPTED


def _render_once(
    chosen: argparse.Namespace,
    progress: Progress,
    maker: Callable[[], AbstractContextManager[Maker]] | None,
    *,
    draft: bool = False,
) -> int:
    """Render what has changed, and return the exit status; of drafts nothing is said that goes well."""
    start = time.perf_counter()
    everything = all_reports(chosen)
    reports = select(everything, chosen.reports)
    outcomes = render_reports(
        [one for one in reports if one.language == reports[0].language] if draft else reports,
        chosen.out or project_root() / "reports",
        progress=progress,
        workers=chosen.workers,
        engine=chosen.engine,
        limits=Limits(chosen.time_limit, chosen.memory_limit),
        force=chosen.force and not draft,
        draft=draft,
        everything=everything,
        maker=maker,
    )
    progress.clear()
    failed = any(outcome.error for outcome in outcomes)
    if failed or not draft:
        print_table(outcomes, time.perf_counter() - start, quiet=chosen.quiet)
    return int(failed)


def _check(chosen: argparse.Namespace) -> int:
    """Say which reports are the same whenever they are made, and return the exit status."""
    reports = select(all_reports(chosen), chosen.reports)
    limits = Limits(chosen.time_limit, chosen.memory_limit)
    found = check_stability(
        reports, progress=print, workers=chosen.workers, engine=chosen.engine, limits=limits
    )
    unstable = [name for name, error in found.items() if error]
    print(f"{len(found) - len(unstable)} stable, {len(unstable)} not.")
    return int(bool(unstable))
