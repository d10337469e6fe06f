"""Pieces of the parts of a workbook: texts, styles, ranges. Parts come without their own namespace."""

from dataclasses import dataclass
from xml.etree.ElementTree import Element

from openpyxl.styles.numbers import BUILTIN_FORMATS
from openpyxl.utils import range_boundaries

from analysis.errors import PollError
from polltables.importing.page import clean
from polltables.importing.readers.archives import setting
from polltables.importing.readers.sheets import MOST_CELLS

__all__ = ["Style", "range_of", "rich_text", "styles_of"]


@dataclass(frozen=True, slots=True)
class Style:
    """How a cell is set."""

    number_format: str = "General"
    struck: bool = False
    raised: bool = False


def range_of(reference: str, where: str) -> tuple[int, int, int]:
    """Return top, left and right of a merged range."""
    left, top, right, bottom = range_boundaries(reference)
    cells = (bottom - top + 1) * (right - left + 1)
    if cells > MOST_CELLS:
        raise PollError(f"{where}: the merged range {reference} covers {cells:,} cells.")
    return top, left, right


def rich_text(item: Element | None) -> tuple[str, str]:
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


def styles_of(root: Element) -> dict[str, Style]:
    """Read how cells are set, by the number of their style."""
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
            bool(setting(font, "strike")),
            bool(setting(font, "vertAlign")),
        )
    return styles
