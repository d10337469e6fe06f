"""An executed notebook into a self-contained HTML page and the JSON of its numbers."""

import json
import re
from base64 import b64encode
from functools import cache
from html import unescape
from importlib.resources import files
from pathlib import Path
from typing import Any

from nbformat import NotebookNode

from analysis.errors import ReportError
from analysis.polls import PUBLISHED, Poll, load_target
from polltables.rendering.collection import Report
from polltables.rendering.markup import markdown_html
from polltables.rendering.outputs import alternative_text, output_html
from polltables.rendering.page import (
    LANGUAGES,
    NUMBERS_MIME,
    View,
    page_style,
    page_words,
    poll_name,
    style_sheet,
)
from polltables.rendering.stability import numbered
from polltables.rendering.workbook import numbers_workbook

__all__ = ["export_html", "export_numbers", "subject"]

_HEADLINE = re.compile(r'<p class="pt-sentence pt-headline">(.*?)</p>', re.DOTALL)
_PICTURE = re.compile(r'<div class="pt pt-picture">(.*?)</div>', re.DOTALL)
_HEADING = re.compile(r"<h([1-3])>(.*?)</h\1>", re.DOTALL)
_TAG = re.compile(r"<[^>]*>")


@cache
def _exporter() -> Any:
    """Return nbconvert's HTML exporter with the template of this project."""
    from nbconvert import HTMLExporter

    folder = Path(str(files("polltables.rendering")))
    exporter: Any = HTMLExporter
    return exporter(extra_template_basedirs=[str(folder)], template_name="template")


def _tags(cell: NotebookNode) -> set[str]:
    return set(cell.metadata.get("tags", []))


def _cells_shown(notebook: NotebookNode, report: Report) -> tuple[list[NotebookNode], list[tuple[str, str]]]:
    """Write what cells show as HTML, and return them, but those of parameters, with anchors and texts of headings.

    Raises
    ------
    ReportError
        If a cell shows what a reader should not see, a warning or other output on the error stream, or what no page can.
    """
    contents: list[tuple[str, str]] = []
    heading = ""

    def anchored(match: re.Match[str]) -> str:
        nonlocal heading
        level, text = match.groups()
        heading = unescape(_TAG.sub("", text))
        if level == "1":
            return match.group()
        anchor = f"section-{len(contents) + 1}"
        if level == "2":
            contents.append((anchor, text))
        return f'<h{level} id="{anchor}">{text}</h{level}>'

    cells = []
    for number, cell in numbered(notebook.cells):
        for output in cell.get("outputs", []):
            if output.output_type == "stream" and output.name == "stderr":
                raise ReportError(
                    f"{report.name}: cell {number} wrote to the error stream: {output.text.strip()[:500]}. "
                    "Mend what it warns of; reports show no warnings."
                )
        if _tags(cell) & {"parameters", "injected-parameters"}:
            continue
        try:
            if cell.cell_type == "markdown":
                cell.shown = _HEADING.sub(
                    anchored, markdown_html(cell.source, cell.get("attachments"), heading=heading)
                )
            else:
                said = alternative_text(cell.source, heading)
                cell.shown = "\n".join(output_html(output, said) for output in cell.get("outputs", []))
        except ReportError as error:
            raise ReportError(f"{report.name}, cell {number}: {error}") from error
        cells.append(cell)
    return cells, contents


def export_html(notebook: NotebookNode, report: Report, poll: Poll) -> str:
    """Write an executed notebook about a poll as one HTML page that needs nothing else.

    Raises
    ------
    ReportError
        If a cell wrote to the error stream or shows what no page can, or the notebook does not open with a title.
    """
    cells, contents = _cells_shown(notebook, report)
    title = re.match(r"# (.+)", cells[0].source) if cells else None
    if title is None:
        raise ReportError(
            f"{report.name}: the notebook's first cell does not begin with a title; write '# A question?'."
        )
    answer = next((cell for cell in cells if "answer" in _tags(cell)), None)
    before = cells[: cells.index(answer)] if answer else []
    setup = [cell for cell in before if cell.cell_type == "code" and not cell.outputs]
    numbers, view = _numbers(notebook), View(poll, report.language)
    other = next((language for language in report.languages if language != report.language), None)
    return _page(
        notebook,
        {
            "report": {
                "name": report.name,
                "title": title.group(1),
                "language": report.language,
                "poll_name": poll_name(view),
                "style": style_sheet().removeprefix("<style>").removesuffix("</style>") + page_style(),
                "opening": cells[0].shown,
                "answer": answer,
                "setup": setup,
                "cells": [cell for cell in cells[1:] if cell is not answer and cell not in setup],
                "contents": contents,
                "parameters": {key: json.dumps(value) for key, value in report.parameters.items()},
                "command": _render_command(report),
                "papermill": _papermill_command(report),
                "words": page_words(view),
                "other_language": other,
                "other_edition": report.edition_link(other).as_posix() if other else "",
                "subject": subject(report, view),
                "workbook": b64encode(numbers_workbook(numbers)).decode() if numbers else "",
            }
        },
    )


def _page(notebook: NotebookNode, resources: dict[str, Any]) -> str:
    """Fill our template by way of nbconvert, leaving out what its HTML exporter does for templates of its own.

    That would parse and write the whole page once more, which takes as long as many a notebook's cells. The cells
    come to the template in the resources; the notebook itself would only be copied and checked.
    """
    from nbconvert.exporters import TemplateExporter
    from nbconvert.filters import Highlight2HTML
    from nbformat.v4 import new_notebook

    exporter = _exporter()
    lexer = notebook.metadata.get("language_info", {}).get("pygments_lexer", "ipython3")
    exporter.register_filter("highlight_code", Highlight2HTML(pygments_lexer=lexer, parent=exporter))
    html, _ = TemplateExporter.from_notebook_node(exporter, new_notebook(), resources)
    return str(html)


def subject(report: Report, view: View) -> str:
    """Say what a report is about, of those that ask the same question: the table, and what it is weighted to."""
    parts = []
    if report.parameters.get("question"):
        parts.append(view.name(report.parameters["question"]))
    if report.parameters.get("target", PUBLISHED) != PUBLISHED:
        parts.append(view.reference(load_target(report.parameters["target"])))
    return " · ".join(parts)


def _render_command(report: Report) -> str:
    """Write the command that makes the report again."""
    chosen = "" if report.language == LANGUAGES[0] else f" --language {report.language}"
    return f"polltables render {report.name}{chosen}"


def _papermill_command(report: Report) -> str:
    """Write the plain papermill call with the same parameters."""
    chosen = [f"-p {key} {value}" for key, value in report.overrides.items()]
    return " ".join([f"papermill notebooks/{report.notebook.name} out.ipynb", *chosen])


def export_numbers(notebook: NotebookNode, report: Report, poll: Poll) -> str:
    """Write every number that an executed notebook states about a poll as JSON, in the order of the report."""
    numbers = _numbers(notebook)
    markup = "".join(
        output.data.get("text/html", "")
        for cell in notebook.cells
        if "answer" in _tags(cell)
        for output in cell.outputs
        if "data" in output
    )
    headline, picture = _HEADLINE.search(markup), _PICTURE.search(markup)
    document = {
        "report": report.name,
        "title": notebook.cells[0].source.partition("\n")[0].removeprefix("# "),
        "subject": subject(report, View(poll, report.language)),
        "language": report.language,
        "headline": headline.group(1) if headline else "",
        "picture": picture.group(1) if picture else "",
        "poll": poll.id,
        "data_sha256": poll.sha256,
        "parameters": dict(report.parameters),
    }
    lines = ",\n".join(json.dumps(number, ensure_ascii=False, sort_keys=True) for number in numbers)
    head = json.dumps(document, ensure_ascii=False, indent=1).removesuffix("\n}")
    return f'{head},\n "numbers": [\n{lines}\n]}}\n'


def _numbers(notebook: NotebookNode) -> list[dict[str, Any]]:
    """Return every number that an executed notebook states."""
    return [
        number
        for cell in notebook.cells
        for output in cell.get("outputs", [])
        for number in output.get("data", {}).get(NUMBERS_MIME, [])
    ]
