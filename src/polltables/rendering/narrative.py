"""The prose of a notebook in another language, paragraph by paragraph."""

import json
import re
import warnings
from contextlib import suppress
from pathlib import Path
from typing import Any

from analysis.errors import ReportError
from polltables.rendering.page import LANGUAGES, read_catalogue
from polltables.rendering.parameters import read_parameters

__all__ = ["anchored", "catalogue_path", "paragraphs", "read_notebook", "title_of", "translate"]


def read_notebook(path: Path) -> Any:
    """Read a whole notebook, its cells told apart by their ids; ReportError if it is none, or none that Python runs."""
    import nbformat

    try:
        with warnings.catch_warnings(action="ignore"):  # of ids that stand twice, as copied cells have
            notebook = nbformat.read(path, as_version=4)
        json.dumps(notebook, ensure_ascii=False).encode()  # halves of characters are an error
    except Exception as error:  # a file that is no notebook makes any
        again = "Open it in JupyterLab and save it anew."
        raise ReportError(f"{path.name}: not a notebook that can be run: {error}. {again}") from error
    for number, cell in enumerate(notebook.cells):
        if cell.get("id") in {before.get("id") for before in notebook.cells[:number]}:
            cell.id = f"{cell.id}-{number}"
    language = notebook.metadata.get("kernelspec", {}).get("language", "python")
    if language != "python":
        raise ReportError(f"{path.name}: it is written in {language}; reports run Python.")
    return notebook


def paragraphs(notebook: Any) -> list[str]:
    """Return the paragraphs of a notebook's prose, each once, in reading order."""
    prose = [cell.source for cell in notebook.cells if cell.cell_type == "markdown"]
    return list(dict.fromkeys(part for source in prose for part in source.split("\n\n")))


def catalogue_path(notebook: Path, language: str) -> Path:
    """Return where the translation of a notebook's prose stands: beside it, or beside the one that it is a copy of."""
    name = Path("languages") / language / f"{notebook.stem}.po"
    above = notebook.parent.parent / name
    return above if above.is_file() and not (notebook.parent / name).is_file() else notebook.parent / name


def title_of(path: Path, language: str) -> str:
    """Return the title of a notebook in a language, or as it is written where that has no translation."""
    cells, first = json.loads(path.read_text("utf-8"))["cells"], ""
    with suppress(LookupError, TypeError):  # of what is no cell, which its own report tells
        first = "".join(cells[0]["source"]).partition("\n\n")[0]
    translation, known = catalogue_path(path, language), dict[str, str]()
    if language != LANGUAGES[0] and translation.is_file():
        with suppress(ReportError):  # which its own report tells
            known = _read(translation)
    return known.get(first, first).removeprefix("# ")


def anchored(notebook: Any) -> None:
    """Name the sections of a notebook for addresses, by its headings as they are written, the same in every language."""
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            headings = [line[3:] for line in cell.source.splitlines() if line.startswith("## ")]
            cell.metadata["anchors"] = [
                re.sub(r"[^a-z0-9]+", "-", heading.lower()).strip("-") or "section" for heading in headings
            ]


def translate(notebook: Any, path: Path, language: str) -> None:
    """Put the prose of a notebook into a language, unless its parameter says that it is written in it.

    Translations lie in `languages/` beside the path that it was read from. ReportError names every paragraph without one.
    """
    spoken = read_parameters(path).get("language")
    own = spoken.default if spoken else LANGUAGES[0]
    if language == own:
        return
    catalogue = catalogue_path(path, language)
    place = f"languages/{language}/{catalogue.name}"
    if not catalogue.is_file():
        raise ReportError(
            f"{path.name}: its prose is not translated into {language!r}; write {place} beside it, or name the languages "
            f'that it has in its entry of reports.toml, such as languages = ["{own}"], the one that its parameter '
            "language says it is written in."
        )
    known = _read(catalogue)
    missing = [paragraph for paragraph in paragraphs(notebook) if paragraph not in known]
    if missing:
        raise ReportError(
            [f"{place}: no translation into {language!r} of “{text}”; add it." for text in missing]
        )
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            cell.source = "\n\n".join(known[part] for part in cell.source.split("\n\n"))


def _read(catalogue: Path) -> dict[str, str]:
    """Read the translations of a file, or say why that cannot be done."""
    try:
        return read_catalogue(catalogue)
    except Exception as error:  # of babel, which has no type of its own for them
        place = "/".join(catalogue.parts[-3:])
        raise ReportError(f"{place}: cannot be read as a PO file: {error}.") from error
