"""The lint of executed notebooks: what cannot be the same next time has no place in a report."""

import datetime
import json
import re
import socket
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from polltables.rendering.key import digest

__all__ = ["ADDRESS", "cell_digests", "instabilities", "numbered"]

ADDRESS = re.compile(r"\bat 0x[0-9a-fA-F]{6,}|\b0x[0-9a-fA-F]{9,}\b")
"""What Python writes of an object that has no better name."""
_LEAST = 4  # a shorter name of a host or folder would be found in ordinary words


def _own_names(job_folder: Path) -> Iterator[tuple[str, str]]:
    """Yield what names this machine, its user or this moment."""
    folders = {
        "the folder of this process": [job_folder, job_folder.resolve()],
        "the folder for temporary files": [job_folder.parents[1], job_folder.resolve().parents[1]],
        "a user's folder": [Path.home()],
        "the folder of this environment": [Path(sys.prefix), Path(__file__).parents[3]],
    }
    for what, paths in folders.items():
        yield from ((what, str(path)) for path in paths)
    if (host := socket.gethostname()) != "localhost":
        yield "the name of this machine", host
    for day in {datetime.date.today(), datetime.datetime.now(datetime.UTC).date()}:
        yield "today's date", day.isoformat()


def _texts(output: Mapping[str, Any]) -> Iterator[str]:
    """Go through the texts of one output."""
    if "text" in output:
        yield output["text"]
    for content in output.get("data", {}).values():
        yield content if isinstance(content, str) else json.dumps(content, ensure_ascii=False)


def instabilities(cells: Iterable[Any], job_folder: Path, data: Iterable[str]) -> list[str]:
    """Say which outputs hold something that would be different elsewhere or tomorrow: one sentence each, naming the cell.

    What stands in `data`, the texts that the notebook was given, is no clock's date and no machine's name.
    """
    texts = [
        (number, cell, text)
        for number, cell in numbered(cells)
        for output in cell.get("outputs", [])
        if output.get("name") != "stderr"  # which is refused, whatever it says
        for text in _texts(output)
    ]
    found = [
        (number, "the address of an object", match.group(), cell)
        for number, cell, text in texts
        if "0x" in text and (match := ADDRESS.search(text))
    ]
    data = list(data)
    for what, name in dict.fromkeys(_own_names(job_folder)):
        if len(name) >= _LEAST:
            whole = re.compile(rf"(?<![\w.-]){re.escape(name)}(?![\w-])")
            shown = [(number, cell) for number, cell, text in texts if name in text and whole.search(text)]
            if shown and not any(name in given for given in data):
                found += [(number, what, name, cell) for number, cell in shown]
    return [
        f"cell {number} shows {what} ({name!r}), which is another one next time; show something that lasts "
        f"instead. The cell begins {_beginning(cell)}."
        for number, (what, name, cell) in sorted(
            {number: (what, name, cell) for number, what, name, cell in reversed(found)}.items()
        )
    ]


def _beginning(cell: Any) -> str:
    return repr(cell.source.strip().partition("\n")[0])


def numbered(cells: Iterable[Any]) -> Iterator[tuple[int, Any]]:
    """Give each executed cell its number in the notebook file, which has no injected parameters."""
    number = 0
    for cell in cells:
        if "injected-parameters" not in cell.metadata.get("tags", []):
            number += 1
        yield number, cell


def cell_digests(cells: Iterable[Any]) -> tuple[tuple[int, str], ...]:
    """Digest the outputs of every cell that has some, by its number in the notebook."""
    return tuple(
        (number, digest(json.dumps(cell["outputs"], sort_keys=True).encode()))
        for number, cell in numbered(cells)
        if cell.get("outputs")
    )
