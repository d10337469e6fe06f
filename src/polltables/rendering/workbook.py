"""The numbers of a report as a spreadsheet: one sheet for each table or figure."""

import datetime
import io
import re
from collections.abc import Mapping, Sequence
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

__all__ = ["numbers_workbook"]

_LONGEST_NAME = 31  # of a sheet, in every spreadsheet program
_ALWAYS_THE_SAME = datetime.datetime(1980, 1, 1)


def numbers_workbook(numbers: Sequence[Mapping[str, Any]]) -> bytes:
    """Write the numbers that a report states as XLSX, in its order; the same numbers make the same bytes at any time.

    Texts are never taken for formulas.
    """
    from xlsxwriter import Workbook

    tables: dict[str, list[Mapping[str, Any]]] = {}
    for number in numbers:
        tables.setdefault(str(number.get("shown_in", "")), []).append(number)
    content = io.BytesIO()
    with Workbook(
        content, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    ) as book:
        book.set_properties({"created": _ALWAYS_THE_SAME})
        bold, usual = book.add_format({"bold": True}), book.add_format()
        for position, (caption, rows) in enumerate(tables.items(), start=1):
            name = re.sub(r"[\[\]:*?/\\']", " ", f"{position} {caption}".strip())[:_LONGEST_NAME].strip()
            sheet = book.add_worksheet(name)
            sheet.write_string(0, 0, caption, bold)
            columns = list(dict.fromkeys(key for row in rows for key in row if key != "shown_in"))
            sheet.write_row(1, 0, columns, bold)
            sheet.set_column(0, len(columns), 16)
            for line, row in enumerate(rows, start=2):
                sheet.write_row(line, 0, [row.get(column) for column in columns], usual)
    return _slim(content)


def _slim(book: io.BytesIO) -> bytes:
    """Leave out the address of each cell, which follows from those before it: two thirds of a workbook, in a page."""
    slim = io.BytesIO()
    with ZipFile(book) as parts, ZipFile(slim, "w") as kept:
        for part in parts.infolist():
            content = parts.read(part)
            if part.filename.startswith("xl/worksheets/"):
                content = re.sub(rb' (?:r|spans)="[A-Z\d:]+"', b"", content)
            kept.writestr(part, content, ZIP_DEFLATED, 9)
    return slim.getvalue()
