"""The tables as printed, as a workbook in the usual layout: one table a sheet, merged headers, figures as numbers."""

import datetime
import io
from typing import Any

from analysis.polls import Poll
from analysis.polls.figures import printed_decimals
from polltables.exporting.printed import GAP, Layout, layout, sheet_rows

__all__ = ["poll_workbook"]


def poll_workbook(poll: Poll) -> bytes:
    """Write a workbook; labels are text whatever they begin with, so that none runs as a formula.

    Examples
    --------
    >>> from analysis.polls import load_poll
    >>> content = poll_workbook(load_poll("cpi-2021-04"))
    >>> content == poll_workbook(load_poll("cpi-2021-04"))
    True

    The same poll gives the same bytes, as no clock time is in them.
    """
    import xlsxwriter

    stream = io.BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    book = xlsxwriter.Workbook(stream, options)
    start, _ = poll.sheet.fieldwork
    book.set_properties(
        {"title": poll.source.title[:250], "created": datetime.datetime(start.year, start.month, start.day)}
    )
    formats: dict[str, Any] = {
        "head": book.add_format(
            {"bold": True, "text_wrap": True, "align": "center", "valign": "vcenter", "border": 1}
        ),
        "title": book.add_format({"bold": True}),
    }
    first = book.add_worksheet("Ficha" if poll.language == "es" else "Sheet")
    first.write_string(0, 0, poll.source.title, formats["title"])
    for number, row in enumerate(sheet_rows(poll), start=2):
        for column, text in enumerate(row):
            if text:
                first.write_string(number, column, text)
    for number, question in enumerate(poll.questions, start=1):
        page = book.add_worksheet(str(number))
        _write_table(book, page, layout(poll, question), poll.decimal_mark, formats)
    book.close()
    return stream.getvalue()


def _write_table(book: Any, page: Any, table: Layout, mark: str, formats: dict[str, Any]) -> None:
    page.set_column(0, 0, 50)
    page.write_string(0, 0, table.title, formats["title"])
    for line, note in enumerate(table.notes, start=1):
        page.write_string(line, 0, f"- {note} -")
    top = len(table.notes) + 2
    for line, row in enumerate(table.header, start=top):
        for column, text in enumerate(row):
            if text:
                page.write_string(line, column, text, formats["head"])
    for spanner in table.spanners:
        page.merge_range(top, spanner.start + 1, top, spanner.start + spanner.width, "", formats["head"])
        page.write_string(top, spanner.start + 1, spanner.label, formats["head"])
    top += len(table.header)
    for line, (label, *cells) in enumerate(table.body, start=top):
        page.write_string(line, 0, label)
        for column, text in enumerate(cells, start=1):
            if text == GAP:
                page.write_string(line, column, text)
            elif line < top + table.base_rows:
                page.write_number(line, column, int(text))
            else:
                decimals = printed_decimals(text)
                shown = "0." + "0" * decimals if decimals else "0"
                if shown not in formats:
                    formats[shown] = book.add_format({"num_format": shown})
                page.write_number(line, column, float(text.replace(mark, ".")), formats[shown])
