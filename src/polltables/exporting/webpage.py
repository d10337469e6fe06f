"""The tables as printed, as a plain web page: every text escaped, spanning cells, nothing that runs."""

from html import escape

from analysis.polls import Poll
from polltables.exporting.printed import Layout, layout, sheet_rows

__all__ = ["poll_webpage"]

# For print: ruled cells that a reader of the PDF finds, rows that do not break over pages.
_STYLE = (
    "body{font:10pt sans-serif}table{border-collapse:collapse;margin:1em 0}th,td{border:1px solid #444;padding:2px 4px}"
    "td+td{text-align:right}tr,h2{break-inside:avoid}h2,p{break-after:avoid}@page{size:A4 landscape;margin:12mm}"
)


def poll_webpage(poll: Poll) -> str:
    """Write a page with the technical sheet and every table.

    Examples
    --------
    >>> from analysis.polls import load_poll
    >>> page = poll_webpage(load_poll("cpi-2021-04"))
    >>> page.count("<table>"), 'colspan="4">Zonas del Interior del País' in page
    (9, True)

    One table for the technical sheet and eight for the questions, the zones under one heading.
    """
    sheet = "".join(
        f"<tr>{''.join(f'<td>{escape(text)}</td>' for text in row)}</tr>\n" for row in sheet_rows(poll)
    )
    tables = "".join(_table(layout(poll, question)) for question in poll.questions)
    return (
        f'<!DOCTYPE html>\n<html lang="{escape(poll.language)}">\n<head><meta charset="utf-8">'
        f"<title>{escape(poll.source.title)}</title><style>{_STYLE}</style></head>\n"
        f"<body>\n<h1>{escape(poll.source.title)}</h1>\n<table>\n{sheet}</table>\n{tables}</body>\n</html>\n"
    )


def _table(table: Layout) -> str:
    notes = "".join(f"<p>- {escape(note)} -</p>\n" for note in table.notes)
    body = "".join(
        f"<tr><th>{escape(label)}</th>{''.join(f'<td>{escape(cell)}</td>' for cell in cells)}</tr>\n"
        for label, *cells in table.body
    )
    return (
        f"<h2>{escape(table.title)}</h2>\n{notes}<table>\n<thead>\n{_header(table)}</thead>\n"
        f"<tbody>\n{body}</tbody>\n</table>\n"
    )


def _header(table: Layout) -> str:
    """Write the header rows, a heading spanning its columns and the other columns both rows."""
    top, *under = table.header
    spans = {spanner.start + 1: spanner.width for spanner in table.spanners}
    spanned = [column + further for column, width in sorted(spans.items()) for further in range(width)]
    high = ' rowspan="2"' if spanned else ""
    first = ""
    for column, label in enumerate(top):
        if column in spans:
            first += f'<th colspan="{spans[column]}">{escape(label)}</th>'
        elif column not in spanned:
            first += f"<th{high}>{escape(label)}</th>"
    second = "".join(f"<th>{escape(under[0][column])}</th>" for column in spanned)
    return f"<tr>{first}</tr>\n" + (f"<tr>{second}</tr>\n" if second else "")
