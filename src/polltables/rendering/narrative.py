"""The prose of a notebook in another language, paragraph by paragraph."""

from pathlib import Path

from nbformat import NotebookNode

from analysis.errors import ReportError
from analysis.show.language import LANGUAGES, read_catalogue

__all__ = ["catalogue_path", "paragraphs", "translated"]


def paragraphs(notebook: NotebookNode) -> list[str]:
    """Return the paragraphs of a notebook's prose, each once, in reading order."""
    prose = [cell.source for cell in notebook.cells if cell.cell_type == "markdown"]
    return list(dict.fromkeys(part for source in prose for part in source.split("\n\n")))


def catalogue_path(notebook: Path, language: str) -> Path:
    """Return where the translation of a notebook's prose stands."""
    return notebook.parent / "languages" / language / f"{notebook.stem}.po"


def translated(notebook: NotebookNode, path: Path, language: str) -> NotebookNode:
    """Translate the prose of a notebook.

    Parameters
    ----------
    notebook : NotebookNode
        It stays as it is.
    path : pathlib.Path
        Where the notebook was read from; its translations lie in `languages/` beside it.
    language : str
        One of `analysis.show.language.LANGUAGES`.

    Returns
    -------
    NotebookNode
        A copy with every paragraph in that language; the notebook itself where it is written in it.

    Raises
    ------
    ReportError
        Naming every paragraph that has no translation.
    """
    if language == LANGUAGES[0]:
        return notebook
    from copy import deepcopy

    copy = deepcopy(notebook)
    catalogue = catalogue_path(path, language)
    known = read_catalogue(catalogue) if catalogue.is_file() else {}
    missing = [paragraph for paragraph in paragraphs(copy) if paragraph not in known]
    if missing:
        raise ReportError(
            [f"{catalogue.name}: no translation into {language!r} of “{text}”; add it." for text in missing]
        )
    for cell in copy.cells:
        if cell.cell_type == "markdown":
            cell.source = "\n\n".join(known[part] for part in cell.source.split("\n\n"))
    return copy
