"""Prose and formulas as HTML that needs no script and no other file."""

import io
import re
from base64 import b64encode
from functools import cache
from html import escape
from typing import Any

from analysis.errors import ReportError

__all__ = ["boxed", "data_address", "formula_html", "markdown_html"]

# The tables of pandas, plain and styled, and of Markdown.
_TABLE = re.compile(r'<table(?: border="1" class="dataframe[^"]*"| id="T_\w+"[^>]*)?>')
_FRAME_STYLE = re.compile(r"<style scoped>.*?</style>\s*", re.DOTALL)
_OLD_ATTRIBUTES = re.compile(r' (?:valign="top"|halign="left"|style="text-align: right;")')
_HEAD = re.compile(r"<thead>.*?</thead>", re.DOTALL)
_POINTS = 12  # size of a formula's letters in its drawing, of which the page makes the size of its own


def markdown_html(source: str, attachments: Any = None, *, heading: str = "") -> str:
    """Turn Markdown into HTML: formulas are drawn, pictures stand in the file, tables in boxes called by a heading.

    ReportError if a picture is neither attached to the cell nor written out in its address.
    """
    from nbconvert.filters.markdown_mistune import MarkdownWithMath

    return boxed(str(MarkdownWithMath(renderer=_renderer()(attachments)).render(source)), heading)


def boxed(markup: str, label: str) -> str:
    """Put plain tables into our style and a box that scrolls: wide ones would run off the page."""
    if not _TABLE.search(markup) or 'class="pt' in markup:
        return markup
    named = f' role="region" aria-label="{escape(label)}"' if label else ""

    def box(found: re.Match[str]) -> str:
        kind, table = ("pt-prose", "<table>") if found.group() == "<table>" else ("pt-frame", found.group())
        opened = "<table>" if "dataframe" in table else table
        return f'<div class="pt {kind}"><div class="pt-scroll"{named} tabindex="0">{opened}'

    markup = _OLD_ATTRIBUTES.sub("", _FRAME_STYLE.sub("", markup)).replace("<th></th>", "<td></td>")
    markup = _HEAD.sub(lambda head: _scoped(head.group(), "col"), markup)
    markup = _TABLE.sub(box, _scoped(markup, "row"))
    return markup.replace("</table>", "</table></div></div>")


def _scoped(markup: str, kind: str) -> str:
    """Say of headings without a scope what they head: one column or row, or several."""
    markup = markup.replace("<th>", f'<th scope="{kind}">')
    return re.sub(rf'<th (?={kind}span="\d)', f'<th scope="{kind}group" ', markup)


@cache
def _renderer() -> Any:
    """Return what writes the parts of Markdown; nbconvert is imported only here."""
    from nbconvert.filters.markdown_mistune import IPythonRenderer

    class Renderer(IPythonRenderer):
        def __init__(self, attachments: Any) -> None:
            super().__init__(escape=False, exclude_anchor_links=True, attachments=attachments)

        def inline_math(self, body: str) -> str:
            # Between blanks it is two sums of money.
            return (formula_html(body) if body == body.strip() else "") or super().inline_math(body)

        def block_math(self, body: str) -> str:
            return formula_html(body) or super().block_math(body)

        def image(self, text: str, url: str, title: str | None = None) -> str:
            if not url.startswith(("attachment:", "data:")) or (
                url.startswith("attachment:") and url.removeprefix("attachment:") not in self.attachments
            ):
                raise ReportError(
                    f"the picture {url[:100]!r} is no part of the notebook; attach it to its cell (drop the file on it)."
                )
            return super().image(text, url, title)

    return Renderer


def formula_html(tex: str) -> str:
    """Draw a formula of TeX, its source for an alternative text; empty if it holds what matplotlib cannot set."""
    from matplotlib import rc_context
    from matplotlib.figure import Figure
    from matplotlib.font_manager import FontProperties
    from matplotlib.mathtext import MathTextParser

    source = " ".join(tex.replace(r"\displaystyle", "").split())
    formula = f"${source}$"
    letters = FontProperties(family="DejaVu Sans", size=_POINTS)
    drawing = io.BytesIO()
    with rc_context({"svg.hashsalt": "polltables", "svg.fonttype": "path"}):
        try:
            width, height, depth, *_ = MathTextParser("path").parse(formula, dpi=72, prop=letters)
        except (ValueError, RuntimeError):
            return ""
        if not width or not height:
            return ""
        figure = Figure(figsize=(width / 72, height / 72))
        figure.text(0, depth / height, formula, fontproperties=letters)
        nothing = dict.fromkeys(("Date", "Creator", "Format", "Type"))
        figure.savefig(drawing, format="svg", transparent=True, metadata=nothing)
    size = f"height:{height / _POINTS:.2f}em;vertical-align:{-depth / _POINTS:.2f}em"
    address = data_address("image/svg+xml", drawing.getvalue())
    return f'<img class="formula" src="{address}" alt="{escape(source)}" style="{size}">'


def data_address(kind: str, content: bytes) -> str:
    """Write a file out as an address."""
    return f"data:{kind};base64,{b64encode(content).decode()}"
