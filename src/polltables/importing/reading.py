"""Choose the reader of a file and decode its text."""

from pathlib import Path

from analysis.errors import PollError
from analysis.paths import shown_path
from analysis.polls.limits import MAX_CELLS, MAX_FILE_BYTES, MAX_LINES, MAX_TEXT_BYTES, size_problem
from polltables.importing.delimited import read_delimited
from polltables.importing.markdown import read_markdown
from polltables.importing.source import Source, limit_problems

__all__ = ["decoded", "read_source"]

_TEXT = {".md", ".markdown", ".txt", ".text"}
_DELIMITED = {".csv", ".tsv"}
_WEBPAGE = {".html", ".htm", ".xhtml"}


def decoded(content: bytes, name: str) -> tuple[str, tuple[str, ...]]:
    r"""Decode a text file: UTF-8 or UTF-16 with or without a byte order mark, else Windows-1252, which holds Latin-1.

    Returns
    -------
    text, remarks : str, tuple of str
        The remark says so where the encoding was a guess.

    Examples
    --------
    >>> decoded("Per\u00fa".encode("latin-1"), "poll.txt")[0] == "Perú"
    True

    A file of an old system is read, and the guess is put on the list.
    """
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        try:
            return content.decode("utf-16"), ()
        except UnicodeDecodeError as error:
            raise PollError(
                f"{name}: the file begins as UTF-16 but is cut off or mixed; save it as UTF-8."
            ) from error
    if b"\x00" in content:
        raise PollError(f"{name}: the file is not text; give it the ending of its format (xlsx, pdf, html).")
    try:
        return content.decode("utf-8-sig"), ()
    except UnicodeDecodeError as first:
        line = content.count(b"\n", 0, first.start) + 1
    try:
        text = content.decode("cp1252")
    except UnicodeDecodeError as error:
        raise PollError(
            f"{name}, line {line}: neither UTF-8 nor Windows-1252 (Latin-1); save the file as UTF-8."
        ) from error
    return text, (f"{name} is not UTF-8 (line {line}); it was read as Windows-1252, which holds Latin-1.",)


def read_source(path: Path) -> Source:
    """Read a published file into text lines and grids, by the ending of its name.

    Raises
    ------
    PollError
        If there is no such file, its format is not known, or it cannot be read.
    """
    name = shown_path(path) if path.exists() else str(path)
    if not path.is_file():
        raise PollError(f"{name}: there is no such file; give the file that the pollster published.")
    text = path.suffix.lower() in _TEXT | _DELIMITED | _WEBPAGE
    if problem := size_problem(path, path.name, MAX_TEXT_BYTES if text else MAX_FILE_BYTES):
        raise PollError(problem)
    name, ending = path.name, path.suffix.lower()
    content = path.read_bytes()
    if not content.strip():
        raise PollError(f"{name}: the file is empty.")
    source = _read(path, content, name, ending)
    limit_problems(source)
    return source


def _read(path: Path, content: bytes, name: str, ending: str) -> Source:
    if ending in {".xlsx", ".xlsm"}:
        from polltables.importing.workbook import read_workbook

        return read_workbook(content, name)
    if ending == ".pdf":
        from polltables.importing.portable_document import read_portable_document

        return read_portable_document(path, name)
    if ending not in _TEXT | _DELIMITED | _WEBPAGE:
        raise PollError(
            f"{name}: the format {ending or 'without an ending'!r} is not known; "
            "allowed: md, txt, csv, tsv, xlsx, html, pdf. Save an old workbook (xls, ods) as XLSX."
        )
    text, remarks = decoded(content, name)
    _refuse_enormous(text, name)
    if ending in _WEBPAGE:
        from polltables.importing.webpage import read_webpage

        source = read_webpage(text, name)
    else:
        source = read_delimited(text, name) if ending in _DELIMITED else read_markdown(text, name)
    return Source(source.name, source.blocks, (*source.remarks, *remarks))


def _refuse_enormous(text: str, name: str) -> None:
    """Refuse what would only be found too large after it was taken apart, cell by cell."""
    lines = sum(text.count(end) for end in ("\n", "\r"))
    signs = max(text.count(sign) for sign in ("|", ";", "\t", "<", '"'))
    # An attribute or a quoted cell has two quotes, a cell of a page two tags; commas stand in sentences too.
    if lines > 2 * MAX_LINES:
        raise PollError(
            f"{name}: the file has {lines:,} line ends; at most {MAX_LINES:,} lines are read. Split it."
        )
    if max(signs / 2, text.count(",")) > MAX_CELLS:
        raise PollError(
            f"{name}: the file has more signs that part cells than {MAX_CELLS:,} cells need; split it."
        )
