"""How far a notebook came: written as it runs, so that a process that dies leaves its outputs behind."""

import pickle
from contextlib import suppress
from pathlib import Path
from typing import Any

from polltables.rendering.job import PARTIAL
from polltables.rendering.stability import numbered

__all__ = ["Journal", "cut_short", "last_words"]

_NAME = "journal.pickle"
_LONGEST = 500  # characters of last words


class Journal:
    """Writes down a notebook when it begins, and the outputs of each cell when the next one starts.

    Appending costs little however long the notebook grows, unlike saving all of it after every cell.
    """

    def __init__(self, folder: Path) -> None:
        self._path = folder / _NAME
        self.notebook: Any = None
        self._written = 0

    def begin(self, notebook: Any) -> None:
        """Write the notebook as it is before its first cell runs."""
        self.notebook = notebook
        self._append(notebook)

    def start_cell(self, cell: Any, cell_index: int) -> None:
        """Write what the cells before this one showed, and that this one runs."""
        shown = [
            (index, before.execution_count, before.outputs)
            for index, before in enumerate(
                self.notebook.cells[self._written : cell_index], start=self._written
            )
            if before.cell_type == "code"
        ]
        self._written = cell_index
        self._append((cell_index, shown))

    def _append(self, entry: Any) -> None:
        with self._path.open("ab") as journal:
            pickle.dump(entry, journal)


def cut_short(folder: Path, message: str) -> tuple[dict[str, bytes], str]:
    """Put the notebook of a job that was cut short together from its journal, the message marked in the cell that ran last.

    Returns the notebook as the file of a failed report, none if the process died before the notebook began, and the message
    with the number of that cell in the notebook, counted from 1.
    """
    import nbformat
    from papermill.exceptions import PapermillExecutionError
    from papermill.execute import raise_for_execution_errors

    running, notebook = None, None
    try:
        with (folder / _NAME).open("rb") as journal:
            notebook = pickle.load(journal)
            while True:
                running, shown = pickle.load(journal)
                for index, count, outputs in shown:
                    notebook.cells[index].execution_count = count
                    notebook.cells[index].outputs = outputs
    except (OSError, EOFError, pickle.UnpicklingError):
        if notebook is None or running is None:
            return {}, f"before the first cell: {message}"
    number, cell = list(numbered(notebook.cells))[running]
    if cell.cell_type == "code":
        # Marked as papermill marks any error, so that a reader finds it in the same way.
        cell.outputs = [
            nbformat.v4.new_output("error", ename="ProcessEnded", evalue=message, traceback=[message])
        ]
        with suppress(PapermillExecutionError):
            raise_for_execution_errors(notebook, None)
    return {PARTIAL: nbformat.writes(notebook).encode()}, f"cell {number}: {message}"


def last_words(folder: Path) -> str:
    """Return what the process of a job, or its kernel, wrote last to its error stream, as the end of a sentence."""
    try:
        lines = (folder / "stderr.txt").read_text("utf-8", "replace").strip().splitlines()
    except OSError:
        return ""
    return f", and last wrote: {lines[-1][:_LONGEST]}" if lines else ""
