"""Keep watch over the processes of reports: their time, how they end, and that none outlives this one."""

import contextlib
import os
import pickle
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass, field, replace
from pathlib import Path

from polltables.rendering.job import JOB, MADE, Job, Made, lay_out
from polltables.rendering.journal import cut_short, last_words
from polltables.rendering.server import SAID, kill_tree, largest_of_tree
from polltables.terminal import SHORT_OF_MEMORY, system_error

__all__ = ["ReportServer"]

_PROGRAM = "from polltables.rendering.server import main; main()"
_CAN_FORK = hasattr(os, "fork") and sys.platform != "darwin"  # Apple's frameworks do not survive a fork
_PATIENCE = 5.0  # seconds that the server has to end by itself
_LEAST_FREE = 2**16  # bytes on a disk that is not full
_LOOK = 0.2  # seconds between two looks at the memory of a process that no limit of the system holds
_LOADING = 300.0  # seconds that it may take to load what reports need; it takes two

# What a notebook's process needs so that the same inputs give the same bytes on every machine.
_STEADY = {
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "NUMEXPR_NUM_THREADS": "1",
    "SOURCE_DATE_EPOCH": "0",
    "LC_ALL": "C.UTF-8",
    "MPLBACKEND": "module://matplotlib_inline.backend_inline",
    "MATPLOTLIBRC": str(Path(__file__).parent / "template" / "matplotlibrc"),
    "PYDEVD_DISABLE_FILE_VALIDATION": "1",
}
# A user's own settings of these would reach the report.
_REMOVED = ("LANGUAGE", "LANG")
# Of all that Python itself heeds, only where it finds modules, and whether it writes compiled ones.
_KEPT = {
    "PYTHONPATH", "PYTHONHOME", "PYTHONSAFEPATH", "PYTHONUSERBASE", "PYTHONNOUSERSITE", "PYTHONPLATLIBDIR",
    "PYTHONDONTWRITEBYTECODE", "PYTHONPYCACHEPREFIX",
}  # fmt: skip


@dataclass(slots=True)
class _Running:
    """One process at work: its id once it has started, and its status once it has ended."""

    started: threading.Event = field(default_factory=threading.Event)
    ended: threading.Event = field(default_factory=threading.Event)
    process: int | None = None
    status: int | None = None


class ReportServer(contextlib.AbstractContextManager["ReportServer"]):
    """Makes reports in disposable processes, for several threads at once; the end of a `with` block kills what still runs.

    Processes are forked from one that has everything loaded, wherever a fork is safe; otherwise each is started anew, which
    takes longer. The hash seed and the time zone that they are started with change no page that is worth making.
    """

    def __init__(self, *, fork: bool = _CAN_FORK, hash_seed: str = "0", time_zone: str = "UTC") -> None:
        self._fork = fork
        self._scratch = Path(tempfile.mkdtemp(prefix="polltables-"))
        self._environment = _steady_environment() | {
            "PYTHONHASHSEED": hash_seed,
            "TZ": time_zone,
            "IPYTHONDIR": str(self._scratch / "ipython"),
            "TMPDIR": str(self._scratch),  # what a library leaves there goes with it
        }
        self._running: dict[str, _Running] = {}
        self._lock = threading.Lock()
        self.ended = False
        """Whether it makes no more reports."""
        self._server = self._start() if fork else None

    def _start(self) -> subprocess.Popen[bytes]:
        """Start the process that forks the others, out of reach of the terminal's Ctrl-C."""
        with (self._scratch / "server.txt").open("wb") as errors:
            server = subprocess.Popen(
                [sys.executable, "-c", _PROGRAM, "serve", str(self._scratch)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                cwd=self._scratch,
                env=self._environment,
                start_new_session=True,
            )
        threading.Thread(target=self._listen, args=(server,), daemon=True).start()
        return server

    def _listen(self, server: subprocess.Popen[bytes]) -> None:
        """Pass on what the server says, until it falls silent."""
        assert server.stdout is not None
        for line in server.stdout:
            if not line.startswith(SAID):
                continue
            event, name, number = line.removeprefix(SAID).decode().split()
            with self._lock:
                running = self._running.get(name)
            if running and event == "started":
                running.process = int(number)
                running.started.set()
            elif running:
                running.status = int(number)
                running.ended.set()
        with self._lock:
            self.ended = True
            for running in self._running.values():
                running.started.set()
                running.ended.set()

    def make(self, job: Job) -> Made:
        """Make one report in a process of its own, and wait; what that could not say itself of its end is said for it."""
        start = time.perf_counter()
        try:
            with tempfile.TemporaryDirectory(
                prefix="job-", dir=self._scratch, ignore_cleanup_errors=True
            ) as name:
                folder = Path(name)
                (folder / JOB).write_bytes(pickle.dumps(lay_out(job, folder)))
                status = self._run_forked(job, folder) if self._fork else self._run_alone(job, folder)
                with contextlib.suppress(OSError, EOFError, pickle.UnpicklingError):
                    made = pickle.loads((folder / MADE).read_bytes())
                    if isinstance(made, Made):
                        return replace(made, error=made.error and _of_memory(made.error, job))
                return _died(job, folder, status, time.perf_counter() - start)
        except OSError as error:
            error.filename = error.filename or self._scratch  # of a file that was open, nobody says which
            return Made({}, f"before the first cell: {system_error(error)}")

    def _run_forked(self, job: Job, folder: Path) -> int | str | None:
        """Have the server fork a process; return its exit status, or what happened to it."""
        running = _Running()
        with self._lock:
            if self.ended or self._server is None or self._server.stdin is None:
                return self._silence()
            self._running[folder.name] = running
            with contextlib.suppress(BrokenPipeError):
                self._server.stdin.write(f"{folder.name}\n".encode())
                self._server.stdin.flush()
        try:
            if not running.started.wait(_LOADING):
                return "the process that starts reports does not answer"
            timed_out = not running.ended.wait(min(job.limits.seconds, threading.TIMEOUT_MAX))
            if timed_out and running.process is not None:
                kill_tree(running.process)
                running.ended.wait(_PATIENCE)
                return _too_long(job)
            return self._silence() if running.status is None else running.status
        finally:
            with self._lock:
                del self._running[folder.name]

    def _silence(self) -> str:
        """Say why the server does not answer."""
        with contextlib.suppress(OSError):
            if said := (self._scratch / "server.txt").read_text("utf-8", "replace").strip():
                return f"the process that starts reports ended: {said.splitlines()[-1]}"
        return "the process that starts reports was ended"

    def _run_alone(self, job: Job, folder: Path) -> int | str:
        """Start a process that loads everything itself; return its exit status, or what happened to it."""
        with (folder / "stderr.txt").open("wb") as errors:
            process = subprocess.Popen(
                [sys.executable, "-c", _PROGRAM, "make", str(folder)],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=errors,
                cwd=folder,
                env=self._environment,
                start_new_session=True,
            )
        running = _Running(process=process.pid)
        with self._lock:
            self._running[folder.name] = running
            if self.ended:
                kill_tree(process.pid)
        end = time.monotonic() + job.limits.seconds
        try:
            status = _too_long(job)
            while (left := end - time.monotonic()) > 0:
                with contextlib.suppress(subprocess.TimeoutExpired):
                    return process.wait(min(left, _LOOK))
                if largest_of_tree(process.pid) > job.limits.megabytes:
                    status = (
                        f"it was stopped at the memory limit of {job.limits.megabytes} MB (--memory-limit)"
                    )
                    break
            kill_tree(process.pid)
            process.wait()
            return status
        finally:
            with self._lock:
                del self._running[folder.name]

    def __exit__(self, *_: object) -> None:
        """Kill whatever still runs and remove every temporary file."""
        with self._lock:
            self.ended = True
            alone = [] if self._fork else [one.process for one in self._running.values() if one.process]
        for process in alone:
            kill_tree(process)
        if self._server is not None:
            with contextlib.suppress(BrokenPipeError):
                assert self._server.stdin is not None
                self._server.stdin.close()
            try:
                self._server.wait(_PATIENCE)
            except subprocess.TimeoutExpired:
                kill_tree(self._server.pid)
                self._server.wait()
            assert self._server.stdout is not None
            self._server.stdout.close()
        shutil.rmtree(self._scratch, ignore_errors=True)


def _steady_environment() -> dict[str, str]:
    """Return the environment of this process, without what would make reports differ."""
    ours = (
        (key, value)
        for key, value in os.environ.items()
        if key in _KEPT or not (key in _REMOVED or key.startswith(("PYTHON", "LC_")))
    )
    return dict(ours) | _STEADY


def _too_long(job: Job) -> str:
    return f"it was stopped at the time limit of {job.limits.seconds:g} s (--time-limit)"


def _of_memory(message: str, job: Job) -> str:
    """Add to a message that memory is short, if it says so in the words of those who found none."""
    if not SHORT_OF_MEMORY.search(message):
        return message
    limit = f"{job.limits.megabytes} MB (--memory-limit)"
    return f"{message.rstrip('.: ')}; memory is short: the limit is {limit}, or less by that of a shell (ulimit -v)"


def _died(job: Job, folder: Path, status: int | str | None, seconds: float) -> Made:
    """Say how a process ended that could not say it itself, and mark the cell."""
    if isinstance(status, int) and status < 0:
        with contextlib.suppress(ValueError):
            status = f"its process was killed by {signal.Signals(-status).name}"
    message = status if isinstance(status, str) else f"its process ended with status {status}"
    message += last_words(folder)
    message = _of_memory(message, job)
    with contextlib.suppress(OSError):
        if shutil.disk_usage(folder).free < _LEAST_FREE:
            message += f"; the disk of temporary files is full ({folder.parents[1]}, TMPDIR)"
    files, error = cut_short(folder, message)
    return Made(files, f"{error}.", seconds)
