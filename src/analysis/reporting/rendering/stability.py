"""The lint of executed notebooks: what cannot be the same next time has no place in a report."""

import datetime
import json
import re
import socket
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from analysis.reporting.rendering.key import digest

__all__ = ["cell_digests", "first_difference", "instabilities"]

_ADDRESS = re.compile(r"\bat 0x[0-9a-fA-F]{6,}|\b0x[0-9a-fA-F]{9,}\b")
_LEAST = 4  # a shorter name of a host or folder would be found in ordinary words


def _own_names(job_folder: Path) -> Iterator[tuple[str, re.Pattern[str]]]:
    """Yield what names this machine, its user or this moment, and how to find it in an output."""
    folders = {
        "the folder of this process": [job_folder, Path.cwd(), job_folder.resolve()],
        "the folder for temporary files": [Path(tempfile.gettempdir()).resolve()],
        "a user's folder": [Path.home()],
        "the folder of this environment": [Path(sys.prefix), Path(__file__).parents[3]],
    }
    for what, paths in folders.items():
        for path in paths:
            if len(str(path)) >= _LEAST:
                yield what, re.compile(rf"(?<![\w.]){re.escape(str(path))}(?=/|\\|\b)")
    host = socket.gethostname()
    if len(host) >= _LEAST and host != "localhost":
        yield "the name of this machine", re.compile(rf"(?<![\w.-]){re.escape(host)}(?![\w-])")
    for day in {datetime.date.today(), datetime.datetime.now(datetime.UTC).date()}:
        yield "today's date", re.compile(rf"(?<!\d){day.isoformat()}(?!\d)")


def _texts(output: Mapping[str, Any]) -> Iterator[str]:
    """Go through the texts of one output."""
    if "text" in output:
        yield output["text"]
    for content in output.get("data", {}).values():
        yield content if isinstance(content, str) else json.dumps(content, ensure_ascii=False)


def instabilities(cells: Iterable[Any], job_folder: Path, data: Iterable[str]) -> list[str]:
    """Say which outputs hold something that would be different elsewhere or tomorrow.

    Parameters
    ----------
    cells : iterable of NotebookNode
        Executed cells.
    job_folder : pathlib.Path
        Where they were executed.
    data : iterable of str
        The texts that the notebook was given: a date that stands there is no clock's.

    Returns
    -------
    list of str
        One sentence for each, naming the cell.
    """
    given = "\n".join(data)
    own = [(what, pattern) for what, pattern in _own_names(job_folder) if not pattern.search(given)]
    problems = []
    for number, cell in enumerate(cells, start=1):
        for text in (text for output in cell.get("outputs", []) for text in _texts(output)):
            for what, pattern in [("the address of an object", _ADDRESS), *own]:
                if match := pattern.search(text):
                    problems.append(
                        f"cell {number} shows {what} ({match.group()!r}), which is another one next time; "
                        f"show something that lasts instead. The cell begins {_beginning(cell)}."
                    )
    return list(dict.fromkeys(problems))


def _beginning(cell: Any) -> str:
    lines = cell.source.strip().splitlines()
    return repr(lines[0] if lines else "")


def cell_digests(cells: Iterable[Any]) -> tuple[tuple[int, str], ...]:
    """Digest the outputs of every cell that has some, by its number in the notebook."""
    return tuple(
        (number, digest(json.dumps(cell["outputs"], sort_keys=True).encode()))
        for number, cell in enumerate(cells, start=1)
        if cell.get("outputs")
    )


def first_difference(once: tuple[tuple[int, str], ...], again: tuple[tuple[int, str], ...]) -> int | None:
    """Return the number of the first cell whose outputs differ between two runs, or None.

    Examples
    --------
    >>> first_difference(((2, "a"), (4, "b")), ((2, "a"), (4, "c")))
    4

    The second cell says the same both times, the fourth does not.
    """
    differing = set(once) ^ set(again)
    return min((number for number, _ in differing), default=None)
