"""A poll written out: its tables as printed, or tidy ones with a codebook."""

from collections.abc import Callable
from pathlib import Path

from analysis.errors import ReportError, unknown_name
from analysis.polls import Poll
from polltables.exporting.text import poll_csv, poll_markdown
from polltables.exporting.tidy import data_package, poll_json, poll_parquet
from polltables.exporting.webpage import poll_webpage
from polltables.exporting.workbook import poll_workbook
from polltables.files import place, put, put_together

__all__ = ["ENDINGS", "EXPORT_FORMATS", "default_place", "export_content", "export_poll", "format_called"]

_WRITERS: dict[str, tuple[tuple[str, ...], Callable[[Poll], str | bytes]]] = {
    "markdown": ((".md", ".markdown"), poll_markdown),
    "csv": ((".csv",), poll_csv),
    "xlsx": ((".xlsx",), poll_workbook),
    "html": ((".html", ".htm"), poll_webpage),
    "json": ((".json",), poll_json),
    "parquet": ((".parquet",), poll_parquet),
}
ENDINGS = {ending: name for name, (endings, _) in _WRITERS.items() for ending in endings}
"""What the name of a file may end in, and the format that this says."""

EXPORT_FORMATS = (*_WRITERS, "datapackage")


def default_place(poll: Poll, format: str) -> Path:  # noqa: A002
    """Return where a poll is written if no place is named: by its name, in the working folder."""
    return Path(f"{poll.id}{_WRITERS[format][0][0] if format in _WRITERS else '-datapackage'}")


def format_called(name: str) -> str:
    """Return the format that is called by the ending of its files, such as md; any other name as it is."""
    return ENDINGS.get(f".{name.lower().removeprefix('.')}", name)


def export_content(poll: Poll, format: str) -> bytes:  # noqa: A002
    """Write a poll as the bytes of a file, in one of `EXPORT_FORMATS` but `datapackage`, which is a folder.

    Raises
    ------
    ReportError
        If the format is not known, or makes no single file.
    """
    if format not in EXPORT_FORMATS:
        raise ReportError(unknown_name("no format", format, EXPORT_FORMATS))
    if format not in _WRITERS:
        raise ReportError(f"{format} is a folder of files; name it with --out FOLDER.")
    content = _WRITERS[format][1](poll)
    return content if isinstance(content, bytes) else content.encode()


def export_poll(poll: Poll, format: str, out: str | Path | None = None) -> Path:  # noqa: A002
    """Write a poll in one of `EXPORT_FORMATS`; a file is replaced whole or not at all.

    Parameters
    ----------
    format : str
        `markdown`, `csv`, `xlsx` and `html` write the tables as printed, which `import_poll` reads again; `json`,
        `parquet` and `datapackage` tidy tables.
    out : str or pathlib.Path, optional
        The file, or the folder of a data package; the poll's name in the working folder if not given.

    Raises
    ------
    ReportError
        If the format is not known, or a data package would lie among other files.
    OSError
        If the place cannot be written.

    Examples
    --------
    >>> import tempfile
    >>> from analysis.polls import load_poll
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     export_poll(load_poll("cpi-2021-04"), "markdown", Path(folder, "cpi.md")).stat().st_size > 10_000
    True

    The file holds the technical sheet and the eight tables.
    """
    if format == "datapackage":
        folder = Path(out or default_place(poll, format))
        # Beside other files those of the package would be taken for parts of a poll, say.
        if folder.is_dir() and any(folder.iterdir()) and not (folder / "datapackage.json").is_file():
            raise ReportError(f"{place(folder)}: it is no data package, so it is not replaced; name another.")
        put_together({folder / name: text.encode() for name, text in data_package(poll).items()})
        return folder
    content = export_content(poll, format)
    path = Path(out or default_place(poll, format))
    put(path, content)
    return path
