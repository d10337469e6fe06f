"""Rendering again whenever a file is saved: the server stays, so that a page is new at once."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path

import analysis
import polltables
from analysis.errors import AnalysisError
from analysis.paths import project_root
from polltables.terminal import system_error

__all__ = ["watch"]

_PAUSE = 0.05  # seconds between two looks
_LEFT_OUT = {"__pycache__", ".ipynb_checkpoints"}

Seen = dict[str, tuple[int, int]]


def watch(render: Callable[[], int], again: Callable[[], int], polls: Sequence[str] | None) -> None:
    """Render, and `again` after every change of a notebook, a poll or another file that reports depend on, without end.

    An error of either is told, and waits for the next change; `polls` are what `--polls` has.
    """
    project = project_root()
    given = [Path(poll) for poll in polls or () if Path(poll).is_dir()]
    watched = [project / "notebooks", project / "data", *given]
    code = [Path(package.__path__[0]) for package in (analysis, polltables)]
    before, loaded = _seen(watched), _seen(code)
    while True:
        try:
            render()
            render = again
        except AnalysisError as error:
            print(error, file=sys.stderr)
        except OSError as error:
            print(system_error(error), file=sys.stderr)
        print("Waiting for a change; Ctrl-C ends.", flush=True)
        seen = before
        # Two looks must be the same: what is just being written is not read half.
        while (now := _seen(watched)) == before or now != seen:
            if _seen(code) != loaded:
                # What is loaded is old: begin anew as the same command.
                command = [sys.executable, "-m", "polltables", *sys.argv[1:]]
                # On Windows this process would end, and give the terminal back, before the new one does.
                if sys.platform == "win32":
                    sys.exit(subprocess.call(command))
                os.execv(sys.executable, command)
            seen = now
            time.sleep(_PAUSE)
        before = now


def _seen(folders: Sequence[Path]) -> Seen:
    """Return when each file was changed, and its size."""
    return {
        path: (status.st_mtime_ns, status.st_size)
        for folder in folders
        for path, status in _files(str(folder))
    }


def _files(folder: str) -> Iterator[tuple[str, os.stat_result]]:
    with suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            with suppress(OSError):
                if entry.is_dir(follow_symlinks=False):
                    if entry.name not in _LEFT_OUT:
                        yield from _files(entry.path)
                else:
                    yield entry.path, entry.stat()
