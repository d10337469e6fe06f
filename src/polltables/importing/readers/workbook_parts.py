"""Pieces of the parts of a workbook: texts, styles, places."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from xml.etree import ElementTree

from openpyxl.styles.numbers import BUILTIN_FORMATS

from analysis.errors import PollError
from polltables.importing.page import clean

__all__ = [
    "MOST_CELLS",
    "PLACE",
    "Style",
    "children",
    "column_number",
    "first",
    "local",
    "range_of",
    "rich_text",
    "styles_of",
]

MOST_CELLS = 600_000


PLACE = re.compile(r"\$?([A-Z]{1,3})\$?(\d{1,7})")


@dataclass(frozen=True, slots=True)
class Style:
    """How a cell is set."""

    number_format: str = "General"
    bold: bool = False
    struck: bool = False
    raised: bool = False
    indent: float = 0


def local(element: ElementTree.Element) -> str:
    """Return the name of an element without its namespace."""
    return element.tag.rpartition("}")[2]


def children(element: ElementTree.Element | None, name: str) -> Iterator[ElementTree.Element]:
    """Go through the children of a name, of which an element that is not there has none."""
    return (child for child in (element if element is not None else ()) if local(child) == name)


def first(element: ElementTree.Element | None, name: str) -> ElementTree.Element | None:
    """Return the first child of a name."""
    return next(children(element, name), None)


def _on(element: ElementTree.Element | None) -> bool:
    """Say whether a switch such as <b/> is there and not turned off."""
    return element is not None and element.get("val", "1") not in {"0", "false"}


def column_number(letters: str) -> int:
    """Return the number of a column, A being 1."""
    number = 0
    for letter in letters:
        number = 26 * number + ord(letter) - 64
    return number


def range_of(reference: str, where: str) -> tuple[int, int, int, int]:
    """Return top, left, bottom and right of a merged range."""
    places = [PLACE.fullmatch(place) for place in reference.split(":")]
    found = [(int(place[2]), column_number(place[1])) for place in places if place]
    if not found:
        return 0, 0, 0, 0
    top, left, bottom, right = *found[0], *found[-1]
    if (bottom - top + 1) * (right - left + 1) > MOST_CELLS:
        raise PollError(
            f"{where}: the merged range {reference} covers {(bottom - top + 1) * (right - left + 1):,} cells."
        )
    return top, left, bottom, right


def rich_text(item: ElementTree.Element | None) -> tuple[str, str]:
    """Return a text, and its raised or struck out pieces apart from it."""
    shown_pieces: list[str] = []
    apart: list[str] = []
    for piece in item if item is not None else ():
        if local(piece) == "t":
            shown_pieces.append(piece.text or "")
        elif local(piece) == "r":
            setting = first(piece, "rPr")
            raised = first(setting, "vertAlign")
            text = "".join(one.text or "" for one in children(piece, "t"))
            aside = _on(first(setting, "strike")) or (raised is not None and raised.get("val") != "baseline")
            (apart if aside else shown_pieces).append(text)
    return clean("".join(shown_pieces)), clean(" ".join(apart))


def styles_of(root: ElementTree.Element | None) -> dict[str, Style]:
    """Read how cells are set, by the number of their style."""
    formats = {
        one.get("numFmtId"): one.get("formatCode", "General")
        for one in children(first(root, "numFmts"), "numFmt")
    }
    fonts = list(children(first(root, "fonts"), "font"))
    styles = {}
    for number, one in enumerate(children(first(root, "cellXfs"), "xf")):
        key = one.get("numFmtId", "0")
        place = int(one.get("fontId", "0"))
        font = fonts[place] if place < len(fonts) else None
        raised = first(font, "vertAlign")
        alignment = first(one, "alignment")
        styles[str(number)] = Style(
            formats.get(key) or BUILTIN_FORMATS.get(int(key) if key.isdigit() else 0, "General"),
            _on(first(font, "b")),
            _on(first(font, "strike")),
            raised is not None and raised.get("val") in {"superscript", "subscript"},
            float(alignment.get("indent", 0)) if alignment is not None else 0,
        )
    return styles
