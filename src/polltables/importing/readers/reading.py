"""Choose the reader of a file and run it in a process of its own, which may neither hang nor fill the memory."""

import json
import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from analysis.errors import PollError
from analysis.polls.limits import MAX_FILE_BYTES, MAX_TEXT_BYTES, size_problem
from polltables.importing.page import Source, block_of_json, json_of_block
from polltables.importing.readers.limits import MAX_MEMORY, SECONDS, confine
from polltables.terminal import escaped

__all__ = ["FORMATS", "Chosen", "read_here", "read_source"]

_READERS = {
    "markdown": ".md .markdown .txt .text", "delimited": ".csv .tsv", "webpage": ".html .htm .xhtml",
    "workbook": ".xlsx .xlsm", "old_workbook": ".xls", "open_document": ".ods", "word_document": ".docx",
    "portable_document": ".pdf",
}  # fmt: skip
FORMATS = {ending: reader for reader, endings in _READERS.items() for ending in endings.split()}
"""The reader of each ending of a file name."""
_LIBRARIES = {"workbook": "openpyxl", "old_workbook": "xlrd", "portable_document": "pdfplumber"}
_TEXT_READERS = {"markdown", "delimited", "webpage"}
_LONGEST_WAIT = 1800  # seconds, for a machine that is busy with other things


@dataclass(frozen=True, slots=True)
class Chosen:
    """Which pages of a document, and which sheets of a workbook, are to be read; all where none is named."""

    pages: tuple[int, ...] = ()
    sheets: tuple[str, ...] = ()


def read_source(
    path: Path, chosen: Chosen | None = None, tell: Callable[[str], None] = lambda _: None
) -> Source:
    """Read a published file into text lines and grids, by the ending of its name.

    Parameters
    ----------
    path : pathlib.Path
        The file; `-` is standard input, pasted text or a table from the clipboard.
    chosen : Chosen, optional
        The pages and sheets to read.
    tell : callable
        Told how far the reading of a long file has come.

    Raises
    ------
    PollError
        If there is no such file, its format is not known, or it cannot be read.
    """
    if str(path) == "-":
        return _run(
            "pasted", path, "pasted text", chosen or Chosen(), tell, sys.stdin.buffer.read(MAX_TEXT_BYTES + 1)
        )
    try:
        there = path.is_file()
    except (OSError, ValueError):  # a name that no file can have
        there = False
    if not there:
        raise PollError(
            f"{escaped(str(path)[:200])}: there is no such file; give the file that the pollster published."
        )
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
    return _run(reader, path, name, chosen or Chosen(), tell)


def _run(
    reader: str,
    path: Path,
    name: str,
    chosen: Chosen,
    tell: Callable[[str], None],
    pasted: bytes | None = None,
) -> Source:
    """Run a reader in a child process and take what it has read."""
    order = json.dumps({"reader": reader, "path": str(path.absolute()), "name": name, **asdict(chosen)})
    child = subprocess.Popen(
        [sys.executable, "-m", "polltables.importing.readers.reading", order],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    watch = threading.Timer(_LONGEST_WAIT, child.kill)
    watch.start()
    answer: dict[str, Any] = {}
    try:
        if child.stdin is not None:
            _hand_over(child, pasted)
        for line in child.stdout or ():
            said = json.loads(line)
            if "progress" in said:
                tell(said["progress"])
            else:
                answer = said
    except ValueError:  # the child was ended in the middle of a line
        answer = {}
    finally:
        watch.cancel()
        child.kill()
        child.wait()
        for stream in (child.stdin, child.stdout):
            if stream is not None:
                stream.close()
    if not answer:
        raise PollError(
            f"{name}: the reader was stopped: it needed more than {SECONDS} seconds of processor time (more for long files) "
            f"or {MAX_MEMORY // 2**20} MB of memory, as no published table does. Save the file anew or split it."
        )
    if "problems" in answer:
        raise PollError(answer["problems"])
    return Source(
        name,
        [block_of_json(block) for block in answer["blocks"]],
        [(where, what, why) for where, what, why in answer["remarks"]],
        answer["pictures"],
    )


def _hand_over(child: subprocess.Popen[bytes], pasted: bytes | None) -> None:
    """Give the child what was pasted; it may end before it has taken everything."""
    try:
        if pasted and child.stdin is not None:
            child.stdin.write(pasted)
        if child.stdin is not None:
            child.stdin.close()
    except BrokenPipeError:
        pass


def read_here(reader: str, path: Path, name: str, chosen: Chosen) -> Source:
    """Read a file in this process, which a broken file may end."""
    content = sys.stdin.buffer.read() if reader == "pasted" else path.read_bytes()
    if not content.strip():
        raise PollError(f"{name}: the file is empty.")
    if reader == "workbook":
        from polltables.importing.readers.workbook import read_workbook

        return read_workbook(content, name, chosen.sheets)
    if reader == "old_workbook":
        from polltables.importing.readers.old_workbook import read_old_workbook

        return read_old_workbook(content, name, chosen.sheets)
    if reader == "open_document":
        from polltables.importing.readers.open_document import read_open_document

        return read_open_document(content, name, chosen.sheets)
    if reader == "word_document":
        from polltables.importing.readers.word_document import read_word_document

        return read_word_document(content, name)
    if reader == "portable_document":
        from polltables.importing.readers.portable_document import read_portable_document

        return read_portable_document(content, name, chosen.pages)
    return _read_text(reader, content, name)


def _read_text(reader: str, content: bytes, name: str) -> Source:
    """Read a file of text; what was pasted is a page, pipe tables or cells that tabs part."""
    from polltables.importing.readers.decoding import decoded
    from polltables.importing.readers.delimited import read_delimited
    from polltables.importing.readers.markdown import read_markdown
    from polltables.importing.readers.webpage import read_webpage

    text, remarks = decoded(content, name)
    if reader == "pasted":
        tabs = "\t" in text and "|" not in text
        reader = "webpage" if "<table" in text.lower() else "delimited" if tabs else "markdown"
    readers = {"webpage": read_webpage, "delimited": read_delimited, "markdown": read_markdown}
    source = readers[reader](text, name)
    source.remarks += remarks
    return source


def _main(order: str) -> dict[str, Any]:
    """Do what the parent asks for, and say what was read or why not."""
    wish = json.loads(order)
    name = wish["name"]
    chosen = Chosen(tuple(wish["pages"]), tuple(wish["sheets"]))
    try:
        source = read_here(wish["reader"], Path(wish["path"]), name, chosen)
        blocks = [json_of_block(block) for block in source.blocks]
    except PollError as error:
        return {"problems": list(error.problems)}
    except MemoryError:
        return {}
    except Exception as error:  # whatever a broken file does to a parser, the reader hears of the file
        kind = Path(wish["path"]).suffix.lstrip(".").upper() or "text"
        return {
            "problems": [
                f"{name}: the file cannot be read as {kind}: {(str(error) or type(error).__name__)[:200].rstrip('.?! ')}."
            ]
        }
    return {"blocks": blocks, "remarks": source.remarks, "pictures": source.pictures}


if __name__ == "__main__":
    confine()
    print(json.dumps(_main(sys.argv[1])))
