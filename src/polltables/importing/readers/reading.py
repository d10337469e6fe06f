"""Choose the reader of a file by the ending of its name, and read it into text lines and grids."""

import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from importlib.metadata import version
from itertools import chain
from pathlib import Path
from typing import Any

from analysis.errors import PollError
from analysis.polls.limits import MAX_FILE_BYTES, MAX_TEXT_BYTES, size_problem
from polltables.files import no_file
from polltables.importing.page import Line, Source
from polltables.importing.readers.decoding import decoded
from polltables.terminal import escaped

__all__ = ["FORMATS", "PASTED", "Chosen", "merged", "read_here", "reader_of", "readers_of"]

_READERS = {
    "markdown": ".md .markdown .txt .text", "delimited": ".csv .tsv", "webpage": ".html .htm .xhtml",
    "workbook": ".xlsx .xlsm", "old_workbook": ".xls", "open_document": ".ods", "word_document": ".docx",
    "portable_document": ".pdf",
}  # fmt: skip
FORMATS = {ending: reader for reader, endings in _READERS.items() for ending in endings.split()}
"""The reader of each ending of a file name: its module, and a function `read_` that."""
PASTED = "pasted"
_CHOICES = {
    "portable_document": "pages", "workbook": "sheets", "old_workbook": "sheets", "open_document": "sheets",
}  # fmt: skip
_LIBRARIES = {"workbook": "openpyxl", "old_workbook": "xlrd", "portable_document": "pdfplumber"}
_MOST_FILES = 200
_TEXT_READERS = {"markdown", "delimited", "webpage"}
# A label without the blanks that set columns, figures behind delimiters, and nothing else but gaps; no number with a comma.
_DELIMITED = re.compile(
    r"""^(?=[^|\n]*[,;]"?\d)(?![^,;\n]*\d,\d+\s?%?\r?$)"""
    r"""(?:"[^"\n]*"|(?:(?!  )[^",;\n])*)(?:[,;](?:"\d+(?:[.,]\d+)?\s?%?"|\d+(?:\.\d+)?\s?%?|[-–—*])?)+\r?$""",
    re.MULTILINE,
)


@dataclass(frozen=True, slots=True)
class Chosen:
    """Which pages of a document, and which sheets of a workbook, are to be read; all where none is named."""

    pages: tuple[int, ...] = ()
    sheets: tuple[str, ...] = ()


def readers_of(paths: Sequence[Path], chosen: Chosen) -> list[tuple[Path, str, str]]:
    """Return files with their readers and names, those of a folder by name.

    PollError as for one, and if pages or sheets are chosen of files that have none.
    """
    listed = [sorted(path.iterdir()) if path.is_dir() else [path] for path in paths]
    files = [one for found in listed for one in found if len(found) == 1 or one.suffix.lower() in FORMATS]
    if not 0 < len(files) <= _MOST_FILES:
        raise PollError(
            f"{escaped(str(paths[0])[:200])}: {len(files)} files that can be read; give 1 to {_MOST_FILES}, all of one poll."
        )
    found = [(path, *reader_of(path)) for path in files]
    for choice, having in (("pages", "a PDF has"), ("sheets", "a workbook has (xlsx, xls, ods)")):
        if getattr(chosen, choice) and choice not in {_CHOICES.get(reader) for _, reader, _ in found}:
            raise PollError(
                f"{found[0][2]}: there are no {choice} to choose, as {having}; leave --{choice} out, or use --tables."
            )
    return found


def merged(sources: Sequence[Source]) -> Source:
    """Put the files of one poll together; over each stands its name, as that of a sheet does in a workbook."""
    if len(sources) == 1:
        return sources[0]
    blocks = ([Line(Path(one.name).stem, one.name, used=True), *one.blocks] for one in sources)
    remarks, pictures = (
        [*chain.from_iterable(some)] for some in zip(*((s.remarks, s.pictures) for s in sources), strict=True)
    )
    return Source(
        ", ".join(one.name for one in sources)[:200], [*chain.from_iterable(blocks)], remarks, pictures
    )


def reader_of(path: Path) -> tuple[str, str]:
    """Return the reader of a file, and the name that messages call it by; `-` is what was pasted.

    PollError if there is no such file, its format is not known, or it is larger than any poll.
    """
    if str(path) == "-":
        return PASTED, "pasted text"
    try:
        there = path.is_file()
    except (OSError, ValueError):  # a name that no file can have
        there = False
    if not there:
        raise PollError(f"{escaped(str(path)[:200])}: {no_file(path)}")
    ending = path.suffix.lower()
    name = escaped(path.name)
    if ending not in FORMATS:
        raise PollError(
            f"{name}: the format {ending or 'without an ending'!r} is not known; allowed: "
            f"{', '.join(one.lstrip('.') for one in FORMATS)}. Save the file in one of them."
        )
    reader = FORMATS[ending]
    if problem := size_problem(path, name, MAX_TEXT_BYTES if reader in _TEXT_READERS else MAX_FILE_BYTES):
        raise PollError(problem)
    if reader in _LIBRARIES:
        version(_LIBRARIES[reader])  # where it is missing, this process can say so
    return reader, name


def read_here(reader: str, path: Path, name: str, chosen: Chosen) -> Source:
    """Read a file in this process, which a broken file may end."""
    content = sys.stdin.buffer.read() if reader == PASTED else path.read_bytes()
    if not content.strip():
        raise PollError(f"{name}: the file is empty.")
    if reader not in {PASTED, *_TEXT_READERS}:
        choice = [getattr(chosen, _CHOICES[reader])] if reader in _CHOICES else []
        source: Source = _function(reader)(content, name, *choice)
        return source
    text, remarks = decoded(content, name)
    piped = re.search(r"^\s*\|", text, re.MULTILINE)
    if reader in {PASTED, "markdown"} or (reader == "delimited" and piped):
        parted = (reader == PASTED and "\t" in text and "|" not in text) or len(_DELIMITED.findall(text)) > 1
        marked = text.lstrip().startswith("<") and "<table" in text.lower()
        reader = "markdown" if piped else "webpage" if marked else "delimited" if parted else "markdown"
    source = _function(reader)(text, name)
    source.remarks += remarks
    return source


def _function(reader: str) -> Any:
    """Import a reader, which may need a library that not everybody has."""
    return getattr(import_module(f"polltables.importing.readers.{reader}"), f"read_{reader}")
