"""The numbers of a report as a spreadsheet: one sheet for each table or figure."""

import datetime
import io
import re
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

__all__ = ["numbers_workbook"]

_LONGEST_NAME = 31  # of a sheet, in every spreadsheet program
_ALWAYS_THE_SAME = datetime.datetime(1980, 1, 1)


def numbers_workbook(numbers: Sequence[Mapping[str, Any]]) -> bytes:
    """Write the numbers that a report states as XLSX, in the order of the report.

    Returns
    -------
    bytes
        The same for the same numbers, whenever it is written. Texts are never taken for formulas.
    """
    from xlsxwriter import Workbook

    table = pd.DataFrame([{"shown_in": "", **number} for number in numbers])
    content = io.BytesIO()
    with Workbook(
        content, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    ) as book:
        book.set_properties({"created": _ALWAYS_THE_SAME})
        bold = book.add_format({"bold": True})
        captions = list(dict.fromkeys(str(number.get("shown_in", "")) for number in numbers))
        for position, caption in enumerate(captions, start=1):
            rows = table[table["shown_in"] == caption]
            name = re.sub(r"[\[\]:*?/\\']", " ", f"{position} {caption}".strip())[:_LONGEST_NAME].strip()
            sheet = book.add_worksheet(name)
            sheet.write_string(0, 0, caption, bold)
            shown = rows.drop(columns="shown_in").dropna(axis=1, how="all")
            sheet.write_row(1, 0, list(shown.columns), bold)
            sheet.set_column(0, len(shown.columns), 16)
            for line, row in enumerate(shown.itertuples(index=False), start=2):
                sheet.write_row(line, 0, ["" if pd.isna(value) else value for value in row])
        if not len(table):
            book.add_worksheet()
    return content.getvalue()
