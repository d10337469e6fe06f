"""Notebooks to work with: whole in one language, and copies that keep the collection as it is."""

import argparse
import ast
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from analysis.errors import AnalysisError, ReportError, unknown_name
from analysis.paths import project_root
from polltables.files import place, put, spare
from polltables.rendering.collection import Report, load_collection, name_of
from polltables.rendering.committed import is_committed
from polltables.rendering.narrative import read_notebook, translate
from polltables.rendering.page import LANGUAGES
from polltables.rendering.parameters import assignment, read_parameters
from polltables.rendering.selection import called
from polltables.terminal import STANDARD_OUTPUT, hand_over

__all__ = ["add_notebook", "spare_collection", "with_values"]


def add_notebook(parser: argparse.ArgumentParser) -> None:
    """Add the options of `polltables notebook`."""
    parser.add_argument(
        "name",
        nargs="?",
        metavar="REPORT",
        help="name of a report or notebook, or how it begins; copies of all that are not there yet if none is given",
    )
    parser.add_argument("--language", choices=LANGUAGES, help="write prose and results in it")
    parser.add_argument(
        "-o", "--out", type=Path, help="file to write, - for standard output (default: in notebooks/working)"
    )
    parser.add_argument("--replace", action="store_true", help="put it in the place of a file that is there")
    parser.set_defaults(run=_notebook)


def _notebook(chosen: argparse.Namespace) -> int:
    """Write a notebook, or working copies of all."""
    working = project_root() / "notebooks" / "working"
    if chosen.name is None:
        if chosen.language or chosen.out:
            raise AnalysisError("notebook: name a report to write with --language or --out.")
        written = _copies(working, replace=chosen.replace)
    else:
        name = called(chosen.name)
        notebook, values = _find(name)
        if chosen.language:
            values = {**values, "language": chosen.language}
        suffix = f"-{values['language']}" if values.get("language", LANGUAGES[0]) != LANGUAGES[0] else ""
        if chosen.out == STANDARD_OUTPUT:
            hand_over(_text(notebook, values).encode())
            return 0
        out = chosen.out or working / f"{name.replace('/', '-')}{suffix}.ipynb"
        if out.suffix != ".ipynb":
            raise AnalysisError(f"notebook: --out {out}: a notebook's name ends in .ipynb.")
        if not chosen.replace:
            spare(out)
        put(out, _text(notebook, values).encode())
        written = [out]
    if not chosen.quiet:
        for path in written:
            print(f"{place(path)}: written")
    return 0


def _copies(working: Path, *, replace: bool) -> list[Path]:
    """Copy the notebooks of the collection that have no working copy: somebody's changes stay."""
    written = []
    for notebook in sorted(working.parent.glob("*.ipynb")):
        copy = working / notebook.name
        if is_committed(notebook) and (replace or not copy.exists()):
            put(copy, notebook.read_bytes())
            written.append(copy)
    return written


def _find(name: str) -> tuple[Path, Mapping[str, Any]]:
    """Find the notebook and the parameters of a report; the name of a notebook, or how it begins, is enough."""
    reports = load_collection()
    named: dict[str, Report] = {}
    for report in reports:
        named.setdefault(name_of(report), report)
    if name in named:
        return named[name].notebook, named[name].overrides
    notebooks = {report.notebook.stem: report.notebook for report in reports}
    begun = [stem for stem in notebooks if stem.startswith(name)]
    if name in notebooks or len(begun) == 1:
        return notebooks[name if name in notebooks else begun[0]], {}
    others = (other for other in named if other not in notebooks and ("/" in name or "/" not in other))
    raise ReportError(unknown_name("no notebook", name, [*notebooks, *others]))


def _text(notebook: Path, values: Mapping[str, Any]) -> str:
    """Write a notebook with values in its parameters, its prose in their language."""
    import nbformat

    document = read_notebook(notebook)
    known = read_parameters(notebook)
    if "language" in values:
        if "language" not in known:
            raise ReportError(
                f"{notebook.name}: it has no parameter 'language', so it speaks one language only."
            )
        translate(document, notebook, values["language"])
    parameters = next(cell for cell in document.cells if "parameters" in cell.metadata.get("tags", []))
    parameters.source = with_values(parameters.source, values)
    for cell in document.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    return f"{nbformat.writes(document)}\n"


def with_values(source: str, values: Mapping[str, Any]) -> str:
    """Put values in the place of those in a cell of parameters; all else stays, help and order too.

    Examples
    --------
    >>> with_values('level: float = 0.95  # of confidence', {"level": 0.9})
    'level: float = 0.9  # of confidence'

    The help still stands behind the new value.
    """
    lines = [line.encode() for line in source.splitlines(keepends=True)]  # columns are counted in bytes
    for statement in reversed(ast.parse(source).body):
        name, _, value = assignment(statement)
        if name in values:
            first, last = value.lineno - 1, (value.end_lineno or value.lineno) - 1
            new = values[name]
            written = json.dumps(new, ensure_ascii=False) if isinstance(new, str) else repr(new)
            end = lines[last][value.end_col_offset :]
            lines[first : last + 1] = [lines[first][: value.col_offset] + written.encode() + end]
    return b"".join(lines).decode()


def spare_collection(model: Any, path: str, contents_manager: Any, **_: Any) -> None:
    """Refuse, inside JupyterLab, to save a committed notebook, which it does by itself with what was only tried.

    The error of tornado names the working copy.
    """
    from tornado.web import HTTPError

    notebook = Path(contents_manager.root_dir, path)
    kept = notebook.suffix == ".ipynb" and notebook.parent == project_root() / "notebooks"
    if kept and is_committed(notebook):
        raise HTTPError(
            403,
            f"{notebook.name} belongs to the collection and was not saved. "
            f"Work on notebooks/working/{notebook.name}; to keep a change, copy it back.",
        )
