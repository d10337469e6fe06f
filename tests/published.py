"""Published files made for one test: text with pipe tables, pages and workbooks."""

import io
import zipfile

HEAD = "Pollster: Nobody\nSample size: 800\nMargin of error: ±3.5%\nFieldwork: 6-8 May 2031\n\nVote intention\n\n"
TABLE = (
    "| Answer | Total | North | South |\n|---|---|---|---|\n"
    "| Okafor | 45.0 | 41.5 | 50.2 |\n| Lindqvist | 55.0 | 58.5 | 49.8 |\n"
)


def markdown(*replacements, head=HEAD, table=TABLE):
    """The sound file with pieces replaced; a piece that is not there would spoil nothing."""
    text = head + table
    for old, new in replacements:
        assert old in text, old
        text = text.replace(old, new, 1)
    return text.encode()


def workbook(rows, *, merges=(), formats=None, head=True):
    """A workbook with one sheet; numbers with their formats by cell, such as {"B9": "0.0%"}."""
    import xlsxwriter

    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True, "strings_to_formulas": False})
    page = book.add_worksheet("Vote")
    lines = [[line] for line in HEAD.splitlines()] if head else []
    for r, row in enumerate([*lines, *rows]):
        for c, value in enumerate(row):
            place = f"{chr(65 + c)}{r + 1}"
            shown = book.add_format({"num_format": (formats or {}).get(place, "0.0")})
            if isinstance(value, str):
                page.write_string(r, c, value)
            elif value is not None:
                page.write_number(r, c, value, shown)
    for first_row, first_column, last_row, last_column, text in merges:
        page.merge_range(first_row, first_column, last_row, last_column, text)
    book.close()
    return stream.getvalue()


def with_part(content, name, part):
    """The workbook with one of its parts replaced or added."""
    stream = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for other in old.namelist():
            if other != name:
                new.writestr(other, old.read(other))
        new.writestr(name, part)
    return stream.getvalue()


ROWS = [["", "Total", "North"], ["Okafor", 45.0, 41.5], ["Lindqvist", 55.0, 58.5]]
