"""Make reports: run each notebook, write its page, and keep the last good one if that fails."""

import os
import shutil
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from analysis.errors import AnalysisError
from analysis.paths import shown_path
from analysis.reporting.language import set_language
from analysis.reporting.rendering.collection import Report
from analysis.reporting.rendering.index import write_index

__all__ = ["Outcome", "render_reports"]

# What a notebook's process needs so that the same inputs give the same bytes on every machine.
_STEADY = {
    "PYTHONHASHSEED": "0",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "SOURCE_DATE_EPOCH": "0",
    "TZ": "UTC",
    "LC_ALL": "C.UTF-8",
}


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one report went: its file, the seconds it took, and the error if there was one."""

    name: str
    path: Path
    seconds: float
    error: str | None


def render_reports(
    reports: Sequence[Report], out: Path, *, progress: Callable[[str], None] = lambda line: None
) -> list[Outcome]:
    """Render reports into a folder, each as `NAME.html` and `NAME.json`.

    Parameters
    ----------
    reports : sequence of Report
    out : pathlib.Path
        Folder, made if need be.
    progress : callable
        Called with one line before each report.

    Returns
    -------
    list of Outcome
        A report that fails does not stop the others. Its last good files stay, and beside them
        `NAME.partial.ipynb` holds the notebook as far as it ran, the error marked in it.
    """
    out.mkdir(parents=True, exist_ok=True)
    before = {key: os.environ.get(key) for key in _STEADY}
    os.environ.update(_STEADY)
    outcomes = []
    try:
        for number, report in enumerate(reports, start=1):
            progress(f"[{number}/{len(reports)}] {report.name}")
            start = time.perf_counter()
            error = _render(report, out)
            path = out / report.path
            outcomes.append(Outcome(report.name, path, time.perf_counter() - start, error))
        for folder in dict.fromkeys(report.path.parent for report in reports):
            write_index(out / folder, [report for report in reports if report.path.parent == folder])
    finally:
        for key, value in before.items():
            if value is None:
                del os.environ[key]
            else:
                os.environ[key] = value
    return outcomes


def _render(report: Report, out: Path) -> str | None:
    """Render one report; return what went wrong, if anything."""
    import nbformat
    import papermill

    from analysis.reporting.rendering.export import export_html, export_numbers
    from analysis.reporting.rendering.narrative import translated

    folder = out / report.path.parent
    folder.mkdir(parents=True, exist_ok=True)
    partial = folder / f"{report.name}.partial.ipynb"
    with tempfile.TemporaryDirectory(prefix="polltables-") as scratch:
        executed = Path(scratch) / "executed.ipynb"
        source = Path(scratch) / "source.ipynb"
        try:
            notebooks: Any = nbformat
            prose = notebooks.reads(report.notebook.read_text("utf-8"), as_version=4)
            source.write_text(notebooks.writes(translated(prose, report.notebook, report.language)), "utf-8")
            notebook = papermill.execute_notebook(
                str(source),
                str(executed),
                parameters=dict(report.overrides),
                progress_bar=False,
                extra_arguments=["--log-level=CRITICAL"],
                request_save_on_cell_execute=False,
                cwd=str(report.notebook.parent),
            )
            set_language(report.language)
            pages = {
                f"{report.name}.html": export_html(notebook, report),
                f"{report.name}.json": export_numbers(notebook, report),
            }
        except (papermill.PapermillExecutionError, AnalysisError) as error:
            if executed.exists():
                _move_into_place(executed, partial)
            return f"{_last_line(str(error))} (see {shown_path(partial)})"
        for name, text in pages.items():
            written = Path(scratch) / name
            written.write_text(text, "utf-8", newline="\n")
            _move_into_place(written, folder / name)
    partial.unlink(missing_ok=True)
    return None


def _last_line(message: str) -> str:
    """Shorten a traceback to the line that names the error."""
    return [line for line in message.strip().splitlines() if line.strip()][-1].strip()


def _move_into_place(source: Path, target: Path) -> None:
    """Put a finished file in its place at once, so that nobody ever sees half of it."""
    beside = target.with_name(f".{target.name}.new")
    shutil.copyfile(source, beside)
    beside.replace(target)
