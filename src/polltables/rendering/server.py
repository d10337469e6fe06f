"""A process that has everything loaded and forks one disposable process for each report.

It runs as a program of its own, with one thread and no socket, so that a fork is safe, and speaks with its
parent over its standard input and output: a line with the name of a job's folder comes in, a line with the
process that makes it goes out, and another one when that ended. When the input ends, whatever still runs is killed.
"""

import contextlib
import gc
import importlib
import os
import select
import shutil
import signal
import sys
import traceback
from collections.abc import Callable, Container
from pathlib import Path
from typing import Any

__all__ = ["SAID", "kill_tree", "largest_of_tree", "main", "preload", "serve"]

SAID = b"polltables: "
"""What a line for the parent begins with: a user's own `sitecustomize`, or a library, may print as well."""

# What makes a report, and what that and its notebook import only when they come to it, for every report anew.
_MODULES = (
    "polltables.rendering.process", "IPython.core.logger", "bdb", "highspy", "pandas.core.methods.to_dict",
    "pandas.core.reshape.reshape", "pandas.io.formats.csvs", "pandas.io.formats.html", "pandas.io.formats.string",
    "scipy.optimize", "scipy.special", "scipy.stats", "statsmodels.stats.contingency_tables",
    "statsmodels.stats.multitest", "statsmodels.stats.proportion",
)  # fmt: skip

# Requests to Linux: to kill this process when its parent dies, were that by the harshest of signals; and to make it the
# parent of what its children leave behind.
_DIE_WITH_PARENT, _ADOPT_ORPHANS = 1, 36


def preload() -> None:
    """Import what reports need, and compile the template of the pages."""
    gc.disable()  # what is imported stays: looking for garbage among it would take a sixth of the time
    # jsonschema imports it where it can, for 0.8 s, to check addresses that no notebook has.
    modules: Any = sys.modules  # None stands for a module that must not be found
    modules.setdefault("rfc3987_syntax", None)
    for name in _MODULES:
        importlib.import_module(name)
    show = importlib.import_module("analysis.show")
    for name in show.__all__:
        getattr(show, name)
    import pandas as pd

    pd.set_option("display.max_columns", 20)  # its default where it is imported in a notebook
    _warm_up()
    gc.freeze()  # so that a collection in a child does not copy what they share
    gc.set_threshold(100_000)  # children live for a second or two
    gc.enable()


def _warm_up() -> None:
    """Have the template, patterns and schema that pages are made with compiled: children share what is there."""
    import nbformat
    from nbconvert.filters import Highlight2HTML

    from polltables.rendering import markup, page
    from polltables.rendering.engine import shell

    shell()
    page.warm_up()
    page.page_template("report")
    nbformat.validate(nbformat.v4.new_notebook())
    Highlight2HTML(pygments_lexer="ipython3")("import numpy as np\nx: float = f(1)  # help")
    markup.markdown_html("# A *question*?\n\nOne `answer`, with a [link](#here).\n\n* a list")


def kill_tree(process: int) -> None:
    """Kill a process and all that it started, kernels in a session of their own included."""
    _with_tree(process, lambda member: member.kill())


def largest_of_tree(process: int) -> float:
    """Return how many megabytes of memory the largest of a process and those that it started holds."""
    sizes = [0]
    _with_tree(process, lambda member: sizes.append(member.memory_info().rss))
    return max(sizes) / 2**20


def _with_tree(process: int, act: Callable[[Any], None]) -> None:
    """Do something with a process and all that it started, as far as they are still there."""
    import psutil

    with contextlib.suppress(psutil.NoSuchProcess):
        root = psutil.Process(process)
        for member in [root, *root.children(recursive=True)]:
            with contextlib.suppress(psutil.NoSuchProcess):
                act(member)


def serve(scratch: Path) -> None:
    """Fork a process for every folder that is named, until the input ends; then remove the folder of them all."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent answers it, and ends this input
    _ask_linux(_ADOPT_ORPHANS, 1)
    wakeup_read, wakeup_write = os.pipe()
    os.set_blocking(wakeup_write, False)
    os.set_blocking(wakeup_read, False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.set_wakeup_fd(wakeup_write, warn_on_full_buffer=False)
    preload()
    running: dict[int, str] = {}
    waiting = b""
    try:
        while True:
            readable, _, _ = select.select([0, wakeup_read], [], [])
            if wakeup_read in readable:
                os.read(wakeup_read, 65536)
                _reap(running)
            if 0 in readable:
                received = os.read(0, 65536)
                if not received:
                    return
                *lines, waiting = (waiting + received).split(b"\n")
                for name in map(bytes.decode, lines):
                    process = _fork(scratch / name)
                    running[process] = name
                    _tell("started", name, process)
    finally:
        for process in running:
            kill_tree(process)
        shutil.rmtree(scratch, ignore_errors=True)


def _reap(running: dict[int, str]) -> None:
    """Say which processes have ended, and how."""
    while running:
        process, status = os.waitpid(-1, os.WNOHANG)
        if process == 0:
            return
        if process in running:
            name = running.pop(process)
            # What it could not end itself, were it killed, is a child of this process now.
            _end_children(running)
            _tell("ended", name, os.waitstatus_to_exitcode(status))


def _tell(event: str, name: str, number: int) -> None:
    """Say which process makes a job, or with which status it ended."""
    os.write(1, b"\n%s%s\n" % (SAID, f"{event} {name} {number}".encode()))


def _fork(folder: Path) -> int:
    """Fork a process that makes the report of a folder, and return its id."""
    process = os.fork()
    if process:
        return process
    status = 70
    try:
        signal.set_wakeup_fd(-1)
        for number in (signal.SIGCHLD, signal.SIGINT, signal.SIGTERM):
            signal.signal(number, signal.SIG_DFL)
        os.setsid()
        run(folder)
        status = 0
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(status)


def run(folder: Path) -> None:
    """Make the report of a folder in this process, whose standard streams go to files there."""
    from polltables.rendering import process

    _ask_linux(_DIE_WITH_PARENT, signal.SIGKILL)
    _ask_linux(_ADOPT_ORPHANS, 1)
    with (folder / "empty").open("w+b") as nothing:
        os.dup2(nothing.fileno(), 0)
    for descriptor, name in ((1, "stdout.txt"), (2, "stderr.txt")):
        with (folder / name).open("wb") as written:
            os.dup2(written.fileno(), descriptor)
    try:
        process.main(folder)
    finally:
        _end_children()


def _end_children(spared: Container[int] = ()) -> None:
    """Kill what a notebook started and left running."""
    with contextlib.suppress(ChildProcessError):  # nearly always there is none, which Unix says at once
        if hasattr(os, "waitid"):
            os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
        import psutil

        for child in psutil.Process().children():
            if child.pid not in spared:
                kill_tree(child.pid)


def _ask_linux(*request: int) -> None:
    if sys.platform == "linux":
        import ctypes

        ctypes.CDLL(None).prctl(*request)


def main() -> None:
    """Serve, or make a single report: what to do and the folder stand in the command."""
    what, folder = sys.argv[1], Path(sys.argv[2])
    if what == "make":
        preload()
        run(folder)
    else:
        serve(folder)
