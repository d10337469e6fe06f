"""The gallery: every committed report with its question, its finding and its first picture, in each language.

Nothing of it is written by hand: titles and findings are those of the JSON file beside each report.
"""

import json
import re
import shutil
from collections.abc import Iterator
from html import escape
from itertools import groupby
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx
from sphinx.errors import ExtensionError

from polltables.cli import main
from polltables.rendering import Report, load_collection

__all__ = ["setup"]

ROOT = Path(__file__).parent.parent
REPORTS = ROOT / "reports"
LANGUAGES = {"en": "English", "es": "Español"}
PLACE = "% The reports are put here."


def _collection() -> Iterator[tuple[Path, list[Report]]]:
    """Go through the notebooks with those of their reports that are committed."""
    reports = [report for report in load_collection() if _file(report, ".json").is_file()]
    for notebook, made in groupby(reports, key=lambda report: report.notebook):
        yield notebook, list(made)


def _file(report: Report, ending: str) -> Path:
    return (REPORTS / report.path).with_suffix(ending)


def _said(report: Report) -> dict[str, Any]:
    said: dict[str, Any] = json.loads(_file(report, ".json").read_text("utf-8"))
    return said


def _picture(report: Report) -> str | None:
    """Take the first drawing out of a page."""
    found = re.search(r"<svg aria-hidden=.*?</svg>", _file(report, ".html").read_text("utf-8"), re.DOTALL)
    return found[0] if found else None


def _name(report: Report) -> str:
    return "-".join(Path(report.path).with_suffix("").parts)


def _notebook(notebook: Path, language: str) -> Path:
    """Say where a notebook lies on the site, whole in one language."""
    return Path("notebooks") / (notebook.name if language == "en" else f"{notebook.stem}-{language}.ipynb")


def _entry(notebook: Path, reports: list[Report]) -> Iterator[str]:
    """Write a notebook's part of the gallery, as Markdown that holds HTML."""
    by_language = {
        language: [report for report in reports if _said(report)["language"] == language]
        for language in LANGUAGES
    }
    yield f"## {_said(reports[0])['title']}\n\n"
    yield '<div class="editions">\n'
    for language, made in by_language.items():
        yield f'<div lang="{language}">\n'
        if made and _picture(made[0]):
            yield f'<a href="reports/{made[0].path}" aria-label="{LANGUAGES[language]}">'
            yield f'<img src="gallery/{_name(made[0])}.svg" alt="" loading="lazy"></a>\n'
        for report in made:
            said = _said(report)
            link = escape(said["subject"]) if len(made) > 1 else LANGUAGES[language]
            yield f'<p><a href="reports/{report.path}">{link}</a>: {escape(said["headline"])}</p>\n'
        if made:
            link = _notebook(notebook, language)
            yield f'<p><a href="{link}" download>{link.name}</a></p>\n'
        yield "</div>\n"
    yield "</div>\n\n"


def _fill(app: Sphinx, document: str, source: list[str]) -> None:
    """Put the reports into the page that has a place for them."""
    if PLACE in source[0]:
        source[0] = source[0].replace(PLACE, "".join("".join(_entry(*one)) for one in _collection()))


def _copy(app: Sphinx, error: Exception | None) -> None:
    """Put the reports, their pictures and the notebooks beside the pages."""
    if error or app.builder.name != "html":
        return
    out = Path(app.outdir)
    shutil.copytree(REPORTS, out / "reports", dirs_exist_ok=True, ignore=shutil.ignore_patterns(".*"))
    (out / "gallery").mkdir(exist_ok=True)
    for notebook, reports in _collection():
        for language in {_said(report)["language"] for report in reports}:
            copy = str(out / _notebook(notebook, language))
            if main(
                ["notebook", notebook.stem, "--language", language, "--out", copy, "--replace", "--quiet"]
            ):
                raise ExtensionError(f"{notebook.name}: it could not be written in {language}.")
        for report in reports:
            if picture := _picture(report):
                (out / "gallery" / f"{_name(report)}.svg").write_text(picture, "utf-8")


def setup(app: Sphinx) -> dict[str, Any]:
    """Fill the gallery, and copy what it shows."""
    app.connect("source-read", _fill)
    app.connect("build-finished", _copy)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
