"""What cells show, as HTML of a page: anybody's pictures, tables, Markdown and formulas as well as our own."""

import json
import re
from base64 import b64decode
from collections.abc import Iterable, Mapping
from html import escape
from typing import Any

from analysis.errors import ReportError
from polltables.rendering.markup import boxed, data_address, formula_html, markdown_html
from polltables.rendering.page import NUMBERS_MIME, SETTINGS_MIME, style_sheet
from polltables.rendering.stability import ADDRESS

__all__ = ["alternative_text", "output_html", "steady"]

_PICTURES = ("image/svg+xml", "image/png", "image/jpeg", "image/gif", "image/webp")
_BETTER = ("text/html", *_PICTURES, "text/markdown", "text/latex")  # than plain text, best first
_SCRIPT = re.compile(r"<script\b", re.IGNORECASE)
_STYLER = re.compile(r'<table id="T_([0-9a-f]{5})"')
_OBJECT = re.compile(r"(?m)^[^'\"\n]*<[\w.]+(?: object|:| at |>| of )|^Text\(")
_SAID = re.compile(r"^#\|\s*(?:fig-)?alt:\s*(.+)$", re.MULTILINE)


def steady(cells: Iterable[Any]) -> None:
    """Take out of executed cells what differs from run to run and tells a reader nothing.

    That is the text that stands for an object (`[<Line2D at 0x7f…>]`) beside a picture or table, and the random names
    that pandas gives to styled tables.
    """
    for number, cell in enumerate(cells):
        outputs = cell.get("outputs", [])
        pictures = any(kind in output.get("data", {}) for output in outputs for kind in _PICTURES)
        kept = []
        for output in outputs:
            data = output.get("data", {})
            shown = any(kind in data for kind in _BETTER)
            text = data.get("text/plain", "")
            if pictures and not shown and _OBJECT.search(text):
                continue
            if shown and ADDRESS.search(text):
                data["text/plain"] = ""
            for position, name in enumerate(_STYLER.findall(data.get("text/html", ""))):
                data["text/html"] = data["text/html"].replace(f"T_{name}", f"T_{number}_{position}")
            kept.append(output)
        if outputs:
            cell.outputs = kept


def alternative_text(source: str, heading: str) -> str:
    """Say what a picture shows: what the cell says in a line `#| fig-alt: …`, else the heading that it stands under."""
    said = _SAID.search(source)
    return said.group(1).strip().strip("\"'") if said else heading


def output_html(output: Any, alternative: str) -> str:
    """Write one output of a cell as HTML that needs nothing else; ReportError if a script alone can show it.

    `alternative` is what a picture shows or a table holds, unless the output says it.
    """
    if output.output_type == "stream":
        return _preformatted(output.text)
    data = output.get("data", {})
    markup = data.get("text/html", "")
    if markup and not _SCRIPT.search(markup):
        return boxed(markup.replace(style_sheet(), ""), alternative)
    for kind in _PICTURES:
        if kind in data:
            said = output.metadata.get(kind, {}).get("alt") or output.metadata.get("alt") or alternative
            return _picture(kind, data[kind], said)
    if "text/markdown" in data:
        return markdown_html(data["text/markdown"], heading=alternative)
    if "text/latex" in data:
        return f"<p>{_latex(data['text/latex'])}</p>"
    needs_script = [
        kind for kind in data if kind.startswith("application/") and kind not in (NUMBERS_MIME, SETTINGS_MIME)
    ]
    if markup or (needs_script and "application/json" not in data):
        raise ReportError(
            f"shows something that needs a script ({needs_script[0] if needs_script else 'text/html'}), and pages run "
            "none; show a picture or a table of it."
        )
    return _preformatted(data.get("text/plain", ""))


def _preformatted(text: str) -> str:
    return f'<pre tabindex="0">{escape(text, quote=False)}</pre>' if text else ""


def _picture(kind: str, content: str | Mapping[str, Any], alternative: str) -> str:
    drawn = content if isinstance(content, str) else json.dumps(content)
    address = data_address(kind, drawn.encode() if kind == "image/svg+xml" else b64decode(drawn))
    return f'<p class="picture"><img src="{address}" alt="{escape(alternative)}"></p>'


def _latex(source: str) -> str:
    """Write what is TeX: a formula as a drawing, anything else as its source."""
    formula = re.fullmatch(r"\s*(?:\$\$?(.+?)\$?\$|\\\[(.+)\\\])\s*", source, re.DOTALL)
    drawn = formula_html(formula.group(1) or formula.group(2)) if formula else ""
    return drawn or f"<code>{escape(source, quote=False)}</code>"
