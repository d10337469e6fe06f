"""Pieces of the parts of a workbook: texts, styles, places. Parts come without their own namespace."""

import re
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from openpyxl.styles.numbers import BUILTIN_FORMATS
from openpyxl.utils import column_index_from_string

from analysis.errors import PollError
from polltables.importing.page import clean
from polltables.importing.readers.sheets import MOST_CELLS

__all__ = ["Style", "place_of", "range_of", "rich_text", "styles_of"]

_PLACE = re.compile(r"\$?([A-Z]{1,3})\$?(\d{1,7})")


@dataclass(frozen=True, slots=True)
class Style:
    """How a cell is set."""

    number_format: str = "General"
    struck: bool = False
    raised: bool = False


def _value(element: Element | None, path: str) -> str:
    """Return the value of a setting such as <b/>, which is on unless it says otherwise; empty where it is not there."""
    found = element.find(path) if element is not None else None
    value = found.get("val", "1") if found is not None else ""
    return "" if value in {"0", "false", "baseline"} else value


def place_of(reference: str) -> tuple[int, int] | None:
    """Return the row and column of a place such as `$B$12`."""
    match = _PLACE.fullmatch(reference)
    return (int(match[2]), column_index_from_string(match[1])) if match else None


def range_of(reference: str, where: str) -> tuple[int, int, int, int]:
    """Return top, left, bottom and right of a merged range."""
    found = [place for one in reference.split(":") if (place := place_of(one))]
    if not found:
        return 0, 0, 0, 0
    (top, left), (bottom, right) = found[0], found[-1]
    cells = (bottom - top + 1) * (right - left + 1)
    if cells > MOST_CELLS:
        raise PollError(f"{where}: the merged range {reference} covers {cells:,} cells.")
    return top, left, bottom, right


def rich_text(item: Element | None) -> tuple[str, str]:
    """Return a text, and its raised or struck out pieces apart from it."""
    shown: list[str] = []
    apart: list[str] = []
    for piece in item if item is not None else ():
        if piece.tag == "t":
            shown.append(piece.text or "")
        elif piece.tag == "r":
            aside = _value(piece, "rPr/strike") or _value(piece, "rPr/vertAlign")
            (apart if aside else shown).append("".join(one.text or "" for one in piece.findall("t")))
    return clean("".join(shown)), clean(" ".join(apart))


def styles_of(root: Element | None) -> dict[str, Style]:
    """Read how cells are set, by the number of their style."""
    if root is None:
        return {}
    formats = {
        one.get("numFmtId"): one.get("formatCode", "General") for one in root.findall("numFmts/numFmt")
    }
    fonts = dict(enumerate(root.findall("fonts/font")))
    styles = {}
    for number, one in enumerate(root.findall("cellXfs/xf")):
        key = one.get("numFmtId", "0")
        font = fonts.get(int(one.get("fontId", "0")))
        styles[str(number)] = Style(
            formats.get(key) or BUILTIN_FORMATS.get(int(key) if key.isdigit() else 0, "General"),
            bool(_value(font, "strike")),
            bool(_value(font, "vertAlign")),
        )
    return styles
