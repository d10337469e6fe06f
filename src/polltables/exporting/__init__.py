"""A poll written out: its tables as printed, or tidy ones with a codebook."""

import os
import re
import tempfile
from collections.abc import Callable
from pathlib import Path

from analysis.errors import ReportError
from analysis.paths import shown_path
from analysis.polls import Poll
from polltables.exporting.text import poll_csv, poll_markdown
from polltables.exporting.tidy import data_package, poll_json, poll_parquet
from polltables.exporting.webpage import poll_webpage
from polltables.exporting.workbook import poll_workbook

__all__ = ["EXPORT_FORMATS", "export_poll"]

_WRITERS: dict[str, tuple[str, Callable[[Poll], str | bytes]]] = {
    "markdown": (".md", poll_markdown),
    "csv": (".csv", poll_csv),
    "xlsx": (".xlsx", poll_workbook),
    "html": (".html", poll_webpage),
    "json": (".json", poll_json),
    "parquet": (".parquet", poll_parquet),
}
EXPORT_FORMATS = (*_WRITERS, "datapackage")


def export_poll(poll: Poll, format: str, out: str | Path | None = None) -> Path:  # noqa: A002
    """Write a poll in one of `EXPORT_FORMATS`; a file is replaced whole or not at all.

    Parameters
    ----------
    poll : Poll
    format : str
        `markdown`, `csv`, `xlsx` and `html` write the tables as printed, which `import_poll` reads again; `json`,
        `parquet` and `datapackage` tidy tables.
    out : str or pathlib.Path, optional
        The file, or the folder of a data package; the poll's name in the working folder if not given.

    Raises
    ------
    ReportError
        If the format is not known, or the place cannot be written.

    Examples
    --------
    >>> import tempfile
    >>> from analysis.polls import load_poll
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     export_poll(load_poll("cpi-2021-04"), "markdown", Path(folder, "cpi.md")).stat().st_size > 10_000
    True

    The file holds the technical sheet and the eight tables.
    """
    if format not in EXPORT_FORMATS:
        raise ReportError(f"No format {format!r}; there is: {', '.join(EXPORT_FORMATS)}.")
    try:
        if format == "datapackage":
            return _write_package(poll, Path(out or f"{poll.id}-datapackage"))
        ending, write = _WRITERS[format]
        path = Path(out or f"{poll.id}{ending}")
        content = write(poll)
        _write(path, content if isinstance(content, bytes) else content.encode())
    except OSError as error:
        raise ReportError(
            f"{shown_path(Path(out or '.'))}: cannot be written: {error.strerror or error}."
        ) from error
    return path


def _write_package(poll: Poll, folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in data_package(poll).items():
        _write(folder / name, text.encode())
    return folder


def _write(path: Path, content: bytes) -> None:
    """Write a file beside its place and move it there in one step."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=f".{re.sub(r'[^A-Za-z0-9.]', '_', path.name)}-", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        Path(name).chmod(0o644)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
