"""Read XLSX workbooks: figures as their formats show them, formulas as text, nothing unpacked unseen."""

import io
import re
import warnings
import zipfile
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from analysis.errors import PollError
from analysis.polls.limits import MAX_CELLS, MAX_COLUMNS
from polltables.importing.source import Cell, Grid, Source, TextLine, blocks_of_rows, clean

__all__ = ["MAX_PARTS", "MAX_UNPACKED_BYTES", "read_workbook", "shown"]

MAX_UNPACKED_BYTES = 40_000_000
"""Unpacked size of a workbook, as its directory declares it and as it unpacks."""
MAX_RATIO = 200
"""Unpacked to packed size of one part; sheets of figures reach about 20, bombs more than 1,000."""
MAX_PARTS = 1_000
_SMALL_PART = 1_000_000


def read_workbook(content: bytes, name: str) -> Source:
    """Read every visible and hidden sheet of a workbook, after its archive and XML have been found harmless.

    Raises
    ------
    PollError
        If it is no workbook, unpacks to an enormous size, holds a DTD or entities, or a cell holds an error.
    """
    _refuse_bombs(content, name)
    import openpyxl

    try:
        with warnings.catch_warnings():
            warnings.simplefilter(
                "ignore"
            )  # styles and extensions that openpyxl does not know hold no figures
            book = openpyxl.load_workbook(io.BytesIO(content), data_only=True, keep_links=False)
    except (
        Exception
    ) as error:  # whatever a broken workbook does to a parser, the reader hears of the workbook
        reason = str(error) or type(error).__name__
        raise PollError(
            f"{name}: the workbook cannot be read: {reason[:200]}. Save it anew as XLSX and try again."
        ) from error
    blocks: list[TextLine | Grid] = []
    problems: list[str] = []
    remarks = []
    for sheet in book.worksheets:
        title = f"{name}, sheet {clean(sheet.title)!r}"
        if sheet.sheet_state != "visible":
            remarks.append(f"{title} is hidden, and was read like the others.")
        if sheet.max_column > MAX_COLUMNS or sheet.max_row * sheet.max_column > MAX_CELLS:
            problems.append(
                f"{title}: {sheet.max_row:,} rows and {sheet.max_column:,} columns are in use; "
                f"at most {MAX_CELLS:,} cells in {MAX_COLUMNS} columns are read."
            )
            continue
        rows = [
            [_cell(cell, f"{title}, cell {cell.coordinate}", problems) for cell in row]
            for row in sheet.iter_rows()
        ]
        blocks += [TextLine(clean(sheet.title), title), *blocks_of_rows(rows)]
    if problems:
        raise PollError(problems)
    return Source(name, tuple(blocks), tuple(remarks))


def _refuse_bombs(content: bytes, name: str) -> None:
    """Check the archive by its directory, then each XML part for a DTD, before anything else parses them."""
    from defusedxml import ElementTree
    from defusedxml.common import DefusedXmlException

    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
        raise PollError(f"{name}: the file is no XLSX workbook, or is cut off: {error}.") from error
    parts = archive.infolist()
    problems = []
    if len(parts) > MAX_PARTS:
        problems.append(f"{name}: the workbook has {len(parts):,} parts; at most {MAX_PARTS:,} are unpacked.")
    total = sum(part.file_size for part in parts)
    if total > MAX_UNPACKED_BYTES:
        problems.append(
            f"{name}: the workbook unpacks to {total:,} bytes; at most {MAX_UNPACKED_BYTES:,} are unpacked."
        )
    for part in parts:
        if part.file_size > _SMALL_PART and part.file_size > MAX_RATIO * max(part.compress_size, 1):
            problems.append(
                f"{name}: the part {part.filename!r} unpacks to {part.file_size / max(part.compress_size, 1):,.0f} "
                f"times its size; at most {MAX_RATIO} times is unpacked."
            )
    if len({part.filename for part in parts}) < len(parts):
        problems.append(f"{name}: two parts of the workbook have the same name; save it anew.")
    if problems:
        raise PollError(problems)
    for part in parts:
        if not part.filename.endswith((".xml", ".rels", ".vml")):
            continue
        try:
            with archive.open(part) as stream:
                ElementTree.fromstring(stream.read(part.file_size + 1), forbid_dtd=True)
        except DefusedXmlException as error:
            problems.append(
                f"{name}: the part {part.filename!r} holds a DTD or entities ({type(error).__name__}), "
                "which no workbook needs; nothing was expanded."
            )
        except Exception as error:  # a wrong checksum, a password, XML that breaks off
            problems.append(f"{name}: the part {part.filename!r} cannot be read: {error}.")
    if problems:
        raise PollError(problems)


def _cell(cell: Any, where: str, problems: list[str]) -> Cell:
    """Show a cell as a spreadsheet shows it."""
    value = cell.value
    if cell.data_type == "e":
        problems.append(
            f"{where}: the cell holds the error {value}; put the figure there, or leave it empty."
        )
        return Cell("", where)
    if isinstance(value, bool) or value is None:
        return Cell("" if value is None else str(value).upper(), where)
    if isinstance(value, (int, float)):
        return Cell(shown(value, cell.number_format or "General"), where, typed=True)
    return Cell(clean(value.strftime("%Y-%m-%d") if hasattr(value, "strftime") else str(value)), where)


def shown(value: float, number_format: str) -> str:
    """Write a number as its cell format shows it, with a full stop as decimal mark.

    Examples
    --------
    >>> shown(45, "0.0"), shown(0.384, "0.0%"), shown(1200, "#,##0"), shown(19.3, "General")
    ('45.0', '38.4%', '1,200', '19.3')

    What is kept is what a reader of the sheet sees: 45 in a column of one decimal is 45.0.
    """
    number = Decimal(repr(value))
    if not number.is_finite():
        return str(value)
    section = re.sub(r'"[^"]*"|\\.|_.|\*.|\[[^\]]*\]', "", number_format.split(";")[0])
    if not re.search(r"[0#]", section):
        return f"{number.normalize():f}" if abs(number) < 10**15 else str(value)
    percent = "%" in section
    if percent:
        number *= 100
    match = re.search(r"\.([0#?]*)", section)
    places = match[1] if match else ""
    digits = (
        number.quantize(Decimal(1).scaleb(-len(places)), ROUND_HALF_UP) if number.adjusted() < 20 else number
    )
    text = f"{digits:,f}" if "," in section else f"{digits:f}"
    optional = len(places) - len(places.replace("#", "").replace("?", ""))
    for _ in range(optional):
        text = text[:-1] if text.endswith("0") and "." in text else text
    return text.rstrip(".") + ("%" if percent else "")
