"""What a reader makes of a file: text lines and grids of cells in the file's order, each with its place."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

__all__ = ["Block", "Cell", "Grid", "Line", "Source", "clean"]

# Places to break a word, marks that turn or hide text without being seen, Unicode tags; no printed label needs them.
_UNSEEN = dict.fromkeys([
    0x00AD, 0x200B, 0x2060, 0xFEFF, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A),
    *range(0xE0000, 0xE0080),
])  # fmt: skip
_JOINERS = " \u200c\u200d"
_BROKEN = re.compile(r"(?<=[^\W\d_]-)[ \t\r]*\n\s*(?=[^\W\d_])")  # behind the hyphen of a word, which goes on
# Dots that lead from a label to its figures, and those that set a part of a group apart.
_LEADERS = re.compile(r"\.{4}|(?: \.){4}|_{4}")
_LED = re.compile(r"(?:[ ._…]*(?:\.\.|_|[ …]\.)…*|…+)$|\.{4,}(?= )|^\.{1,2} (?=\S)|^\.{1,2}(?=[^\W\d])")


def clean(text: str) -> str:
    r"""Take the layout out of a text: no-break and thin spaces, line ends and runs of blanks become one space.

    Examples
    --------
    >>> clean("  Costa\u00a0y\r\n Sierra-\n  Norte ")
    'Costa y Sierra-Norte'

    The label is what was printed, however its lines were broken.
    """
    shown = " ".join(_BROKEN.sub("", text.translate(_UNSEEN)).split())
    return shown if shown.strip(_JOINERS) else ""


@dataclass(slots=True)
class Cell:
    """A cell as a reader sees it.

    Attributes
    ----------
    text : str
        As printed, without its raised marks.
    where : str
        Its place in the file.
    wide : int
        Columns that it covers; the cells that it covers are blank.
    typed : bool
        A number that a workbook shows by a format, with a full stop as decimal mark whatever its readers print.
    marks : str
        Raised, struck out or otherwise set apart characters beside the text.
    used : bool
        Whether what it says is in the draft.
    why : str
        Why it is not, where that is known; what is neither used nor explained was not understood.
    """

    text: str = ""
    where: str = ""
    wide: int = 1
    typed: bool = False
    marks: str = ""
    used: bool = False
    why: str = ""


@dataclass(slots=True)
class Line:
    """A line of text outside the tables; `heading` where the file sets it apart as one, `top` and `size` as on a page."""

    text: str
    where: str
    heading: bool = False
    top: float = 0
    size: float = 0
    used: bool = False


@dataclass(slots=True)
class Grid:
    """Cells in rows before anything is known of them; every row has as many cells as the widest.

    `problem` says why no table can be made of it. Titles and notes of a sheet are cells too.
    """

    rows: list[list[Cell]]
    where: str
    problem: str = ""

    def fill(self) -> None:
        """Give every row as many cells as the widest."""
        width = max(map(len, self.rows), default=0)
        for row in self.rows:
            row += [Cell("", row[-1].where if row else self.where) for _ in range(width - len(row))]

    def leave_out(self, unseen: set[int]) -> list[str]:
        """Take columns out, and return what stood in them; a cell that reaches beyond them stays."""
        left: list[str] = []
        for row in self.rows if unseen else ():
            for at, cell in enumerate(list(row)):
                seen = [one for one in range(at, at + cell.wide) if one not in unseen]
                left += [cell.text] if cell.text and not seen else []
                if seen:
                    row[seen[0]], cell.wide = cell, len(seen)
            row[:] = [cell for at, cell in enumerate(row) if at not in unseen]
        return left

    def mend_labels(self) -> None:
        """Take off the dots that lead from labels to figures, and put labels together that end on a row of their own."""
        cells = [cell for row in self.rows for cell in row]
        if any(_LEADERS.search(cell.text) for cell in cells):
            for cell in cells:
                cell.text = clean(_LED.sub("", cell.text)) or cell.text
        kept: list[list[Cell]] = []
        for row in self.rows:
            at, *more = [at for at, cell in enumerate(row) if cell.text] or [0, 0]
            above = kept[-1] if kept and not more else []
            labelled = not any(cell.text for cell in above[:at]) and any(
                cell.text for cell in above[at + 1 :]
            )
            label, text = (above[at].text, row[at].text) if labelled else ("", "")
            opened = label.count("(") - label.count(")") > max(0, text.count("(") - text.count(")"))
            if opened or label.endswith(("/", " +", "&")):
                above[at].text += f" {text}"
                row[at].used = True
            else:
                kept.append(row)
        self.rows = kept


Block = Line | Grid


@dataclass(slots=True)
class Source:
    """A file as read: `blocks` in the file's order, and the pictures that hold what could not be read.

    `remarks` say what a reader left out or had to guess: where, what, why.
    """

    name: str
    blocks: list[Block]
    remarks: list[tuple[str, str, str]] = field(default_factory=list)
    pictures: list[str] = field(default_factory=list)

    @property
    def grids(self) -> Iterator[Grid]:
        """Go through the grids."""
        return (block for block in self.blocks if isinstance(block, Grid))

    @property
    def cells(self) -> Iterator[Cell]:
        """Go through the cells of every grid."""
        return (cell for grid in self.grids for row in grid.rows for cell in row)
