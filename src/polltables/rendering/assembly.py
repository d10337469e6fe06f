"""The parts of a page: what cells show, its answer, sections and anchors, and what follows the page's controls."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from html import unescape
from typing import Any

from nbformat import NotebookNode

from analysis.errors import ReportError
from polltables.rendering.collection import Report
from polltables.rendering.markup import markdown_html
from polltables.rendering.outputs import alternative_text, output_html
from polltables.rendering.page import SETTINGS_MIME
from polltables.rendering.settings import Lookups
from polltables.rendering.stability import numbered

__all__ = ["Parts", "Section", "assembled", "headline_of", "headlines_of", "plain", "tags"]

_HEADING = re.compile(r"<h([1-3])>(.*?)</h\1>", re.DOTALL)
_TAG = re.compile(r"<[^>]*>")
_HEADLINE = re.compile(r'<p class="pt-sentence pt-headline"([^>]*)>(.*?)</p>', re.DOTALL)
_TO_NOTEBOOK = re.compile(r"\[([^]]+)\]\(([\w.-]+\.ipynb)\)")
_LINK = re.compile(r'<a href="([\w.-]+\.ipynb(?:#[^"]*)?)">(.*?)</a>')
_NOTHING = re.compile(r'\s*<p class="pt-sentence pt-nothing">.*?</p>\s*', re.DOTALL)
_PIECE = re.compile(r'<(figure class="pt pt-figure"|div class="pt pt-table")>')


@dataclass
class Section:
    """A section of a page: its heading, the cells of its body, and whether it is folded."""

    anchor: str
    heading: str
    cells: list[NotebookNode] = field(default_factory=list)
    folded: bool = False
    findings: bool = False

    @property
    def has_workings(self) -> bool:
        """Whether arithmetic by hand is among its cells."""
        return any("workings" in tags(cell) for cell in self.cells)


@dataclass
class Parts:
    """The parts of a page, in the order in which it shows them."""

    title: str
    answer: NotebookNode | None
    setup: list[NotebookNode]
    opening: list[NotebookNode]
    sections: list[Section]


def tags(cell: NotebookNode) -> set[str]:
    """Return the tags of a cell."""
    return set(cell.metadata.get("tags", []))


def headline_of(answer: NotebookNode | None) -> str:
    """Return the headline of a report as it is at its own setting, as markup; empty if it has none."""
    shown = "".join(
        output.data.get("text/html", "") for output in (answer.outputs if answer else []) if "data" in output
    )
    return _headline(shown)


def _headline(shown: str) -> str:
    """Return the headline of a page's HTML, without the spans that keep days in one line: JSON has it too."""
    found = _HEADLINE.search(shown)
    return re.sub(r"</?span\b[^>]*>", "", found.group(2)) if found else ""


def headlines_of(answer: NotebookNode | None) -> list[str]:
    """Return the headline of a report at every setting of its controls; none if it is the same at all."""
    for output in answer.outputs if answer else []:
        said = [_headline(shown) for shown in output.get("data", {}).get(SETTINGS_MIME, [])]
        if len(set(said)) > 1 and all(said):
            return said
    return []


def assembled(notebook: NotebookNode, report: Report, lookups: Lookups) -> Parts:
    """Take an executed notebook apart into the parts of a page.

    ReportError if a cell shows what a reader should not see, a warning or other output on the error stream, or what no page
    can; or if the notebook does not open with a title.
    """
    title = re.match(r"# (.+)", notebook.cells[0].source) if notebook.cells else None
    if title is None:
        raise ReportError(
            f"{report.name}: the notebook's first cell does not begin with a title; write '# A question?'."
        )
    cells = _shown(notebook, report, lookups)
    answer = next((cell for cell in cells if "answer" in tags(cell)), None)
    before = cells[: cells.index(answer)] if answer else []
    setup = [cell for cell in before if cell.cell_type == "code" and not cell.outputs]
    if answer is not None:
        answer.shown = _HEADLINE.sub(r'<h1 class="pt-headline"\1>\2</h1>', answer.shown, count=1)
    parts = Parts(title.group(1), answer, setup, [], [])
    for cell in cells:
        if cell is answer or cell in setup:
            continue
        _place(cell, parts)
    parts.sections = [section for section in parts.sections if not _shows_nothing(section.cells)]
    for section in parts.sections:
        section.cells = _with_figures(section.cells)
    return parts


def _with_figures(cells: Sequence[NotebookNode]) -> list[NotebookNode]:
    """Leave out what would show figures and has none: all under a heading of the third level, or one cell beside others."""
    under: list[list[NotebookNode]] = [[]]
    for cell in cells:
        if cell.cell_type == "markdown" and cell.shown.startswith("<h3>"):
            under.append([])
        under[-1].append(cell)
    first, *others = under
    kept = [*first, *(cell for part in others if not _shows_nothing(part) for cell in part)]
    for cell in kept:
        cell.shown = _NOTHING.sub("", cell.shown)
    return kept


def _shows_nothing(cells: Sequence[NotebookNode]) -> bool:
    """Say whether cells would show figures, and have none at all."""
    shown = [
        cell.shown
        for cell in cells
        if cell.cell_type == "code" and "workings" not in tags(cell) and cell.shown
    ]
    return bool(shown) and all(map(_NOTHING.fullmatch, shown))


def _place(cell: NotebookNode, parts: Parts) -> None:
    """Put a cell into the section to which it belongs; its headings of the second level begin new ones."""
    into = parts.sections[-1].cells if parts.sections else parts.opening
    if cell.cell_type != "markdown":
        into.append(cell)
        return
    anchors = list(cell.metadata.get("anchors", []))
    pieces = re.split(r"(?=<h2>)", cell.shown)
    for piece in pieces:
        opened = re.match(r"<h2>(.*?)</h2>", piece, re.DOTALL)
        body = piece
        if opened:
            heading = opened.group(1)
            anchor = anchors.pop(0) if anchors else _slug(heading)
            taken = {section.anchor for section in parts.sections}
            while anchor in taken or anchor in ("answer", "main", "contents", "controls"):
                anchor += "-2"
            found = tags(cell)
            parts.sections.append(
                Section(anchor, heading, folded="folded" in found, findings="findings" in found)
            )
            into, body = parts.sections[-1].cells, piece[opened.end() :]
        body = re.sub(r"<h1>.*?</h1>", "", body, flags=re.DOTALL) if not parts.sections else body
        if body.strip():
            prose = NotebookNode(cell_type="markdown", shown=body.strip(), source="", metadata={})
            into.append(prose)


def _slug(heading: str) -> str:
    """Return the name of a section in an address."""
    plain = unescape(_TAG.sub("", heading)).lower()
    return re.sub(r"[^\w]+", "-", plain).strip("-") or "section"


def _shown(notebook: NotebookNode, report: Report, lookups: Lookups) -> list[NotebookNode]:
    """Write what cells show as HTML, and return them, but those of parameters."""
    heading = ""
    pieces = {"figure": 0, "table": 0}

    def named(found: re.Match[str]) -> str:
        kind = "figure" if found.group(1).startswith("figure") else "table"
        pieces[kind] += 1
        return f'<{found.group(1)} id="{kind}-{pieces[kind]}">'

    cells = []
    for number, cell in numbered(notebook.cells):
        for output in cell.get("outputs", []):
            if output.output_type == "stream" and output.name == "stderr":
                raise ReportError(
                    f"{report.name}: cell {number} wrote to the error stream: {output.text.strip()[:500]}. "
                    "Mend what it warns of; reports show no warnings."
                )
        if tags(cell) & {"parameters", "injected-parameters", "notebook-alone"}:
            continue
        try:
            if cell.cell_type == "markdown":
                cell.shown = markdown_html(
                    _linked(cell.source, report), cell.get("attachments"), heading=heading
                )
                for _, text in _HEADING.findall(cell.shown):
                    heading = unescape(_TAG.sub("", text))
            else:
                said = alternative_text(cell.source, heading)
                shown = [_output(output, said, lookups) for output in cell.get("outputs", [])]
                linked = _led("\n".join(filter(None, shown)), report)
                cell.shown = lookups.filed(_PIECE.sub(named, linked))
                if "workings" in tags(cell) and cell.shown:
                    cell.shown = f'<div class="code">{cell.shown}</div>'
        except ReportError as error:
            raise ReportError(f"{report.name}, cell {number}: {error}") from error
        cells.append(cell)
    return cells


def _linked(source: str, report: Report) -> str:
    """Let what links to a notebook link to its report; what links to one without a report is plain text."""

    def address(found: re.Match[str]) -> str:
        text, notebook = found.groups()
        return f"[{text}]({report.links[notebook]})" if notebook in report.links else text

    return _TO_NOTEBOOK.sub(address, source)


def _led(shown: str, report: Report) -> str:
    """Do the same with the links of outputs, which may name a question as well."""

    def anchor(found: re.Match[str]) -> str:
        target, text = found.groups()
        return f'<a href="{report.links[target]}">{text}</a>' if target in report.links else text

    return _LINK.sub(anchor, shown)


def _output(output: NotebookNode, said: str, lookups: Lookups) -> str:
    """Write one output as HTML, marked where it follows the controls."""
    variants: Sequence[Any] = output.get("data", {}).get(SETTINGS_MIME, [])
    shown = output_html(output, said)
    return lookups.followed(shown, variants) if variants else shown


def plain(markup: str) -> str:
    """Return the text of markup."""
    return unescape(_TAG.sub("", markup))
