"""Read XLSX workbooks: figures as their formats show them, what is hidden left out, nothing unpacked unseen.

The parts are parsed here, once each: openpyxl's read-only mode gives neither hidden rows and columns nor merged cells, nor a
formula beside its stored value, so that every sheet would have to be read twice.
"""

import posixpath
from dataclasses import dataclass
from xml.etree.ElementTree import Element, iterparse
from zipfile import ZipFile

from openpyxl.styles.numbers import BUILTIN_FORMATS, is_date_format
from openpyxl.utils import coordinate_to_tuple, range_boundaries
from openpyxl.utils.datetime import MAC_EPOCH, WINDOWS_EPOCH, from_excel

from analysis.errors import PollError
from polltables.importing.page import Cell, Source, clean
from polltables.importing.readers.archives import harmless_archive, setting, xml_part
from polltables.importing.readers.number_formats import shown
from polltables.importing.readers.sheets import MOST_CELLS, Sheet, read_sheets

__all__ = ["read_workbook"]

_MOST_MERGED = 10_000
_YES = {"1", "true"}


def read_workbook(content: bytes, name: str, sheets: tuple[str, ...] = ()) -> Source:
    """Read the visible sheets of a workbook, or those that are named, each into one grid.

    PollError if it is no workbook, unpacks to an enormous size, holds a DTD or entities, or merges enormous ranges.
    """
    return _Book(harmless_archive(content, name), name).read(sheets)


class _Book:
    """A workbook: its strings, styles and sheets."""

    def __init__(self, archive: ZipFile, name: str) -> None:
        self.archive, self.name = archive, name
        book = xml_part(archive, "xl/workbook.xml")
        targets = {
            one.get("Id"): one.get("Target", "") for one in xml_part(archive, "xl/_rels/workbook.xml.rels")
        }
        properties = book.find("workbookPr")
        mac = properties is not None and properties.get("date1904") in _YES
        self.epoch = MAC_EPOCH if mac else WINDOWS_EPOCH
        self.sheets = []
        for sheet in book.findall("sheets/sheet"):
            target = targets.get(sheet.get("id"), "")
            path = target.lstrip("/") if target.startswith("/") else posixpath.normpath(f"xl/{target}")
            self.sheets.append((clean(sheet.get("name", "")), sheet.get("state", "visible"), path))
        if not self.sheets or not targets:
            raise PollError(f"{name}: the workbook cannot be read: it names no sheets. Save it anew as XLSX.")
        self.strings = [_rich_text(item) for item in xml_part(archive, "xl/sharedStrings.xml").findall("si")]
        self.styles = _styles_of(xml_part(archive, "xl/styles.xml"))

    def read(self, chosen: tuple[str, ...]) -> Source:
        """Read the sheets into grids."""
        titles = [title for title, _, _ in self.sheets]
        hidden = [state != "visible" for _, state, _ in self.sheets]
        return read_sheets(self.name, titles, hidden, chosen, self._fill)

    def _fill(self, at: int, sheet: Sheet) -> None:
        """Parse the part of a sheet, cell by cell."""
        path = self.sheets[at][2]
        if path not in self.archive.namelist():
            return
        row = merged = 0
        with self.archive.open(path) as stream:
            for _, element in iterparse(stream):
                name = element.tag = element.tag.rpartition("}")[2]
                if name == "row":
                    row = int(element.get("r", row + 1))
                    if element.get("hidden") in _YES or element.get("ht") == "0":
                        sheet.hidden_rows.add(row)
                    self._fill_row(row, element, sheet)
                    element.clear()
                elif name == "col" and (element.get("hidden") in _YES or element.get("width") == "0"):
                    sheet.hide_columns(int(element.get("min", 0)), int(element.get("max", 0)))
                elif name == "mergeCell":
                    merged += 1
                    top, left, right = _range_of(element.get("ref", ""), sheet.where)
                    if (cell := sheet.cells.get(top, {}).get(left)) is not None:
                        cell.wide = right - left + 1
                    if merged > _MOST_MERGED:
                        raise PollError(
                            f"{sheet.where}: more than {_MOST_MERGED:,} ranges are merged; no table needs so many."
                        )

    def _fill_row(self, row: int, element: Element, sheet: Sheet) -> None:
        column = 0
        for found in element.iterfind("c"):
            reference = found.get("r", "")
            column = coordinate_to_tuple(reference)[1] if reference else column + 1
            where = f"{sheet.where}, cell {reference or f'{row}:{column}'}"
            sheet.put(row, column, self._cell(found, where))

    def _cell(self, element: Element, where: str) -> Cell:
        """Show a cell as a spreadsheet shows it."""
        kind, text = element.get("t", "n"), element.findtext("v") or ""
        style = self.styles.get(element.get("s", "0"), _Style())
        cell = Cell("", where)
        if kind == "inlineStr":
            cell.text, cell.marks = _rich_text(element.find("is"))
        elif not text:
            if (formula := element.find("f")) is not None:
                cell.text, cell.typed = f"={formula.text or ''}", True
        elif kind == "s":
            cell.text, cell.marks = self.strings[int(text)]
        elif kind != "n":
            cell.text = {"1": "TRUE", "0": "FALSE"}.get(text, text) if kind == "b" else clean(text)
        elif is_date_format(style.number_format):
            cell.text, cell.typed = clean(f"{from_excel(float(text), self.epoch):%Y-%m-%d}"), True
        else:
            cell.text, cell.typed = shown(float(text), style.number_format, where), True
        if style.struck or (style.raised and cell.text):
            cell.text, cell.marks = "", clean(f"{cell.text} {cell.marks}")
        return cell


@dataclass(frozen=True, slots=True)
class _Style:
    """How a cell is set."""

    number_format: str = "General"
    struck: bool = False
    raised: bool = False


def _range_of(reference: str, where: str) -> tuple[int, int, int]:
    """Return top, left and right of a merged range."""
    left, top, right, bottom = range_boundaries(reference)
    cells = (bottom - top + 1) * (right - left + 1)
    if cells > MOST_CELLS:
        raise PollError(f"{where}: the merged range {reference} covers {cells:,} cells.")
    return top, left, right


def _rich_text(item: Element | None) -> tuple[str, str]:
    """Return a text, and its raised or struck out pieces apart from it."""
    shown: list[str] = []
    apart: list[str] = []
    for piece in item if item is not None else ():
        if piece.tag == "t":
            shown.append(piece.text or "")
        elif piece.tag == "r":
            aside = setting(piece, "rPr/strike") or setting(piece, "rPr/vertAlign")
            (apart if aside else shown).append("".join(one.text or "" for one in piece.findall("t")))
    return clean("".join(shown)), clean(" ".join(apart))


def _styles_of(root: Element) -> dict[str, _Style]:
    """Read how cells are set, by the number of their style."""
    formats = {
        one.get("numFmtId"): one.get("formatCode", "General") for one in root.findall("numFmts/numFmt")
    }
    fonts = dict(enumerate(root.findall("fonts/font")))
    styles = {}
    for number, one in enumerate(root.findall("cellXfs/xf")):
        key = one.get("numFmtId", "0")
        font = fonts.get(int(one.get("fontId", "0")))
        styles[str(number)] = _Style(
            formats.get(key) or BUILTIN_FORMATS.get(int(key) if key.isdigit() else 0, "General"),
            bool(setting(font, "strike")),
            bool(setting(font, "vertAlign")),
        )
    return styles
