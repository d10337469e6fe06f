"""How far a notebook came: written as it runs, so that a process that dies leaves its outputs behind."""

import pickle
from pathlib import Path
from typing import Any

from polltables.rendering.stability import numbered

__all__ = ["Journal", "last_words", "partial_notebook"]

_LONGEST = 500  # characters of last words


class Journal:
    """Writes down a notebook when it begins, and the outputs of each cell when the next one starts.

    Appending costs little however long the notebook grows, unlike saving all of it after every cell.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
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


def partial_notebook(path: Path, message: str) -> tuple[int | None, bytes]:
    """Put a notebook together from its journal, an error marked in the cell that ran last.

    Returns the number of that cell in the notebook, counted from 1, and the notebook file; None and nothing if the process
    died before the notebook began.
    """
    import nbformat
    from papermill.exceptions import PapermillExecutionError
    from papermill.execute import raise_for_execution_errors

    running, notebook = None, None
    try:
        with path.open("rb") as journal:
            notebook = pickle.load(journal)
            while True:
                running, shown = pickle.load(journal)
                for index, count, outputs in shown:
                    notebook.cells[index].execution_count = count
                    notebook.cells[index].outputs = outputs
    except (OSError, EOFError, pickle.UnpicklingError):
        if notebook is None or running is None:
            return None, b""
    number, cell = list(numbered(notebook.cells))[running]
    if cell.cell_type == "code":
        # Marked as papermill marks any error, so that a reader finds it in the same way.
        cell.outputs = [
            nbformat.v4.new_output("error", ename="ProcessEnded", evalue=message, traceback=[message])
        ]
        written = path.with_suffix(".ipynb")
        try:
            raise_for_execution_errors(notebook, str(written))
        except PapermillExecutionError:
            return number, written.read_bytes()
    return number, nbformat.writes(notebook).encode()


def last_words(folder: Path) -> str:
    """Return what the process of a job, or its kernel, wrote last to its error stream, as the end of a sentence."""
    try:
        lines = (folder / "stderr.txt").read_text("utf-8", "replace").strip().splitlines()
    except OSError:
        return ""
    return f", and last wrote: {lines[-1][:_LONGEST]}" if lines else ""
