"""An executed notebook into a self-contained HTML page and the JSON of its numbers."""

import json
import re
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from nbformat import NotebookNode

from analysis.errors import ReportError
from analysis.reporting.display import NUMBERS_MIME, figure_style
from analysis.reporting.phrases import fieldwork
from analysis.reporting.rendering.collection import Report

__all__ = ["export_html", "export_numbers"]

_HEADING = re.compile(r"<h([23])>(.*?)</h\1>", re.DOTALL)


@cache
def _exporter() -> Any:
    """Return nbconvert's HTML exporter with the template of this project."""
    from nbconvert import HTMLExporter

    folder = Path(str(files("analysis.reporting")))
    exporter: Any = HTMLExporter
    return exporter(extra_template_basedirs=[str(folder)], template_name="template")


def _tags(cell: NotebookNode) -> set[str]:
    return set(cell.metadata.get("tags", []))


def _refuse_stray_output(notebook: NotebookNode, name: str) -> None:
    """Refuse what a reader should not see: warnings and other output on the error stream."""
    for number, cell in enumerate(notebook.cells, start=1):
        for output in cell.get("outputs", []):
            if output.output_type == "stream" and output.name == "stderr":
                raise ReportError(
                    f"{name}: cell {number} wrote to the error stream: {output.text.strip()[:500]}. "
                    "Mend what it warns of; reports show no warnings."
                )


def export_html(notebook: NotebookNode, report: Report) -> str:
    """Write an executed notebook as one HTML page that needs nothing else.

    Raises
    ------
    ReportError
        If a cell wrote to the error stream, or the notebook does not open with a title.
    """
    _refuse_stray_output(notebook, report.name)
    markdown = _markdown
    contents: list[tuple[str, str]] = []

    def anchored(match: re.Match[str]) -> str:
        anchor = f"section-{len(contents) + 1}"
        if match.group(1) == "2":
            contents.append((anchor, match.group(2)))
        return f'<h{match.group(1)} id="{anchor}">{match.group(2)}</h{match.group(1)}>'

    style = figure_style()
    cells = []
    for cell in notebook.cells:
        if _tags(cell) & {"parameters", "injected-parameters"}:
            continue
        if cell.cell_type == "markdown":
            cell.html = _HEADING.sub(anchored, markdown(cell.source))
        for output in cell.get("outputs", []):
            if "text/html" in output.get("data", {}):
                output.data["text/html"] = output.data["text/html"].replace(style, "")
        cells.append(cell)
    title = re.match(r"# (.+)", cells[0].source) if cells else None
    if title is None:
        raise ReportError(
            f"{report.name}: the notebook's first cell does not begin with a title; write '# A question?'."
        )
    answer = next((cell for cell in cells if "answer" in _tags(cell)), None)
    before = cells[: cells.index(answer)] if answer else []
    setup = [cell for cell in before if cell.cell_type == "code" and not cell.outputs]
    css = style.removeprefix("<style>").removesuffix("</style>")
    poll = report.poll
    html, _ = _exporter().from_notebook_node(
        notebook,
        resources={
            "report": {
                "name": report.name,
                "title": title.group(1),
                "poll_name": f"{poll.sheet.short_name}, {fieldwork(poll)}",
                "style": css + files("analysis.reporting").joinpath("template/report.css").read_text("utf-8"),
                "opening": cells[0].html,
                "answer": answer,
                "setup": setup,
                "cells": [cell for cell in cells[1:] if cell is not answer and cell not in setup],
                "contents": contents,
                "parameters": {key: json.dumps(value) for key, value in report.parameters.items()},
                "command": f"polltables render {report.name}",
                "papermill": _papermill_command(report),
            }
        },
    )
    return str(html)


def _markdown(source: str) -> str:
    """Turn a markdown cell into HTML, without the links that nbconvert puts on headings."""
    from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath

    renderer = IPythonRenderer(escape=False, exclude_anchor_links=True)
    return str(MarkdownWithMath(renderer=renderer).render(source))


def _papermill_command(report: Report) -> str:
    """Write the plain papermill call with the same parameters."""
    chosen = [f"-p {key} {value}" for key, value in report.overrides.items()]
    return " ".join([f"papermill notebooks/{report.notebook.name} out.ipynb", *chosen])


def export_numbers(notebook: NotebookNode, report: Report) -> str:
    """Write every number that an executed notebook states as JSON, in the order of the report."""
    numbers = [
        number
        for cell in notebook.cells
        for output in cell.get("outputs", [])
        for number in output.get("data", {}).get(NUMBERS_MIME, [])
    ]
    document = {
        "report": report.name,
        "poll": report.poll.id,
        "data_sha256": report.poll.sha256,
        "parameters": dict(report.parameters),
    }
    lines = ",\n".join(json.dumps(number, ensure_ascii=False, sort_keys=True) for number in numbers)
    head = json.dumps(document, ensure_ascii=False, indent=1).removesuffix("\n}")
    return f'{head},\n "numbers": [\n{lines}\n]}}\n'
