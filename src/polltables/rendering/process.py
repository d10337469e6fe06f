"""What happens in the disposable process of a report: its cells are run, checked, and written as a page."""

import logging
import os
import pickle
import random
import re
import sys
import tempfile
import time
from collections.abc import Callable
from itertools import chain
from pathlib import Path
from typing import Any

import nbformat
import numpy as np
from papermill import PapermillExecutionError, execute_notebook
from papermill.execute import raise_for_execution_errors

from analysis.errors import AnalysisError
from analysis.paths import PROJECT_VARIABLE, forget_project
from polltables.files import put
from polltables.rendering.engine import KERNEL, PAPERMILL_ENGINES
from polltables.rendering.export import export_html, export_numbers
from polltables.rendering.job import JOB, MADE, PARTIAL, Job, Limits, Made
from polltables.rendering.journal import Journal, cut_short, last_words
from polltables.rendering.narrative import anchored, read_notebook, translate
from polltables.rendering.outputs import steady
from polltables.rendering.page import SETTINGS_VARIABLE
from polltables.rendering.stability import cell_digests, instabilities, numbered
from polltables.terminal import SHORT_OF_MEMORY

__all__ = ["main"]

_LONGEST = 1000  # characters of what a cell raised
_BEGUN = (  # in a kernel, before the first cell
    "import random, numpy, analysis.show; random.seed({0}); numpy.random.seed({0}); del random, numpy, analysis"
)


def main(folder: Path) -> None:
    """Make the report of a folder, and leave what came of it there."""
    with (folder / JOB).open("rb") as written:
        job: Job = pickle.load(written)
    os.environ[PROJECT_VARIABLE] = str(folder)
    # Pages can be read at other settings; empty: at none.
    os.environ[SETTINGS_VARIABLE] = "" if job.draft else os.environ.get(SETTINGS_VARIABLE, "1")
    os.environ["IPYTHONDIR"] = str(folder / "ipython")  # a user's own settings must not reach a report
    os.environ["JUPYTER_RUNTIME_DIR"] = str(folder)
    os.environ["TMPDIR"] = str(folder / "temporary")  # removed with the folder, however this process ends
    (folder / "temporary").mkdir()
    tempfile.tempdir = None
    forget_project()
    os.chdir(job.report.notebook.parent)
    put(folder / MADE, pickle.dumps(_make(job, folder, _limit_memory(job.limits))))


def _limit_memory(limits: Limits) -> Callable[[], None]:
    """Limit what this process and its kernel may allocate; return a way to lift it, to report that it was met.

    Windows has no such limit, and macOS refuses to set one: there `supervise` looks at what they use.
    """
    try:
        import resource

        kind = resource.RLIMIT_DATA if sys.platform == "linux" else resource.RLIMIT_AS
        _, hard = resource.getrlimit(kind)
        wanted = limits.megabytes * 2**20
        resource.setrlimit(kind, (wanted if hard == resource.RLIM_INFINITY else min(wanted, hard), hard))
    except (ImportError, ValueError, OSError):
        return lambda: None
    return lambda: resource.setrlimit(kind, (hard, hard))


def _make(job: Job, folder: Path, relax: Callable[[], None]) -> Made:
    """Run a job that is laid out in a folder, in this process; `relax` lifts the limit of its memory."""
    start = time.perf_counter()
    random.seed(job.random_seed)
    np.random.seed(job.random_seed)  # noqa: NPY002 - the global generator is the one that is meant
    logging.getLogger("papermill").setLevel(logging.CRITICAL)  # it says again what errors say
    journal = Journal(folder)
    notebook = nbformat.from_dict({"cells": []})
    pages: dict[str, bytes] = {}
    error = None
    try:
        notebook = _executed(job, journal, relax)
        steady(notebook.cells)
        data = (path.read_text("utf-8", "replace") for path in folder.glob("[dn]*/**/*") if path.is_file())
        if found := instabilities(notebook.cells, folder, data):
            raise AnalysisError([f"{job.report.name}, {problem}" for problem in found])
        poll = job.report.poll
        pages = {
            ".html": export_html(notebook, job.report, poll).encode(),
            ".json": export_numbers(notebook, job.report, poll).encode(),
        }
    except AnalysisError as problem:
        error = str(problem)
        if journal.notebook:
            pages = {PARTIAL: nbformat.writes(journal.notebook).encode()}
    except (RuntimeError, TimeoutError) as problem:  # the kernel died, or is silent
        pages, error = cut_short(folder, f"{problem}{last_words(folder)}")
    return Made(
        files=pages,
        error=error,
        seconds=time.perf_counter() - start,
        cell_seconds=sum(cell.metadata.papermill["duration"] or 0.0 for cell in notebook.cells),
        cells=cell_digests(notebook.cells),
    )


def _executed(job: Job, journal: Journal, relax: Callable[[], None]) -> Any:
    """Run the notebook of a job from top to bottom.

    AnalysisError if it cannot be read, or a cell fails; RuntimeError or TimeoutError if its kernel dies, or is silent.
    """
    try:
        # Executed apart: papermill would go on to write the notebook with all its outputs, to nowhere.
        prepared = execute_notebook(
            _translated(job),
            None,
            parameters=dict(job.report.overrides),
            prepare_only=True,
            **KERNEL,
        )
    except AnalysisError:
        raise
    except Exception as problem:
        raise AnalysisError(
            f"{job.report.notebook.name}: not a notebook that can be run: {problem}. Open it in JupyterLab and save it anew."
        ) from problem
    streams = sys.stdout, sys.stderr
    try:
        notebook = PAPERMILL_ENGINES[job.engine].execute_notebook(
            prepared,
            KERNEL["kernel_name"],
            progress_bar=False,
            journal=journal,
            before_traceback=relax,
            extra_arguments=[
                "--log-level=CRITICAL",
                f"--IPKernelApp.exec_lines={_BEGUN.format(job.random_seed)}",
            ],
        )
    finally:
        sys.stdout, sys.stderr = streams
        relax()
    # Before marks of the error are put in, which move the cells behind them.
    numbers, cells = [number for number, _ in numbered(notebook.cells)], list(notebook.cells)
    for output in chain.from_iterable(cell.get("outputs", ()) for cell in cells):
        # Which papermill takes for no error.
        if output.get("ename") == "SystemExit" and output.evalue in {"", "0"}:
            output.evalue = "it ended the notebook; cells behind it did not run"
            output.traceback = [f"SystemExit: {output.evalue}"]
    try:
        raise_for_execution_errors(notebook, None)
    except PapermillExecutionError as problem:
        said = _in_short(problem, cells[problem.cell_index])
        raise AnalysisError(f"cell {numbers[problem.cell_index]}: {said}") from problem
    return notebook


def _translated(job: Job) -> Any:
    """Read the notebook, its prose in the language of the report."""
    notebook = read_notebook(job.report.notebook)
    anchored(notebook)
    translate(notebook, job.report.notebook, job.report.language)
    return notebook


def _in_short(error: PapermillExecutionError, cell: Any) -> str:
    """Say what a cell raised: its message, or the line that names it where that says more; and that memory was short."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    named = "\n" in error.evalue or not error.traceback
    words = " ".join(error.evalue.split()) or "it stands among what the cell wrote to the error stream"
    said = f"{error.ename}: {words}" if named else lines[-1]
    said = said if len(said) <= _LONGEST else f"{said[:_LONGEST]}…"
    # A library that cannot be loaded says why in an error before its own; where no traceback can be made, it is written.
    lines += [
        line for output in cell.outputs if output.get("name") == "stderr" for line in output.text.splitlines()
    ]
    causes = [line for line in lines if re.match(r"\w+Error\b", line) and SHORT_OF_MEMORY.search(line)]
    return f"{said} ({causes[-1][:_LONGEST]})" if causes and not SHORT_OF_MEMORY.search(said) else said
