"""What a draft does not hold of its source: every number once, grouped by why and where."""

import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain, groupby

from analysis.polls.limits import MAX_TEXT
from polltables.importing.drafting.draft import Draft
from polltables.importing.page import Cell, Grid, Line, Source
from polltables.importing.recognition.figures import NUMBER
from polltables.importing.recognition.recognising import Recognised

__all__ = ["list_lost", "list_rest"]

_UNREAD = (
    "not a percentage", "not a whole number", "above 100", "more than 6", "two numbers", "one figure printed over"
)  # fmt: skip
_NUMBER = re.compile(NUMBER, re.ASCII)
_NOT_UNDERSTOOD = "figures of no table: a chart, or text laid out in columns"


def list_rest(draft: Draft, source: Source, found: Recognised) -> None:
    """List what was left out: unread tables, cells with their reasons, marks beside figures, texts."""
    for where, what, why in source.remarks:
        draft.leave_out(where, what, why)
    for picture in source.pictures:
        draft.leave_out(source.name, picture, "a picture, not read")
    for where, why, cells in found.unread:
        left = [cell for cell in cells if not cell.used]
        if any(re.search(r"\d", cell.text) for cell in left):
            draft.unread.append(f"{where}: {why}")
        draft.leave_out(where, " | ".join(cell.text for cell in left), f"a table that was not read: {why}")
        for cell in cells:
            cell.used = True
    marks: list[tuple[str, str, str]] = []
    for grid in source.grids:
        _list_cells(draft, grid, marks)
    _list_marks(draft, marks)
    _list_lines(draft, [*found.head, *found.loose])


def _list_cells(draft: Draft, grid: Grid, marks: list[tuple[str, str, str]]) -> None:
    """List the cells of a grid that are not in the draft, those of one reason together."""
    left: dict[str, list[Cell]] = {}
    for row in grid.rows:
        for cell in row:
            if cell.marks and (cell.used or not cell.text):
                marks.append((cell.where, cell.marks, cell.text))
            if (
                not cell.used
                and cell.text
                and (cell.why or re.search(r"\d", cell.text) or len(cell.text) > 1)
            ):
                left.setdefault(cell.why or _NOT_UNDERSTOOD, []).append(cell)
            elif cell.used and len(cell.text) > MAX_TEXT:
                left.setdefault(f"longer than {MAX_TEXT:,} characters, so cut in the draft", []).append(cell)
    for why, cells in left.items():
        where = cells[0].where if len(cells) == 1 else f"{cells[0].where} and {len(cells) - 1} more cells"
        text = " | ".join(f"{cell.text} {cell.marks}".strip() for cell in cells)
        draft.leave_out(where, text, why)
        if why.startswith(_UNREAD):
            draft.unread.append(f"{where}: {why}")


def _list_marks(draft: Draft, marks: Sequence[tuple[str, str, str]]) -> None:
    """List letters and footnote marks beside figures, a few by name and many together."""
    if len(marks) <= 8:
        for where, mark, text in marks:
            draft.leave_out(where, mark, f"a mark at {text}" if text else "struck out or raised")
        return
    text = ", ".join(f"{mark} at {text}" for _, mark, text in marks)
    draft.leave_out(
        f"{marks[0][0]} and {len(marks) - 1} more cells",
        text,
        "letters of tests and footnote marks beside figures",
    )


def _list_lines(draft: Draft, lines: Iterable[Line]) -> None:
    """List the texts that are neither title nor note nor line of the sheet, page by page."""
    rest = [line for line in lines if not line.used and line.text]
    for line in rest:
        line.used = True
    for where, group in groupby(
        rest, key=lambda line: re.sub(r", (line|text|row|cell|table) .*", "", line.where)
    ):
        texts = list(group)
        place = texts[0].where if len(texts) == 1 else f"{where}, {len(texts)} lines"
        draft.leave_out(
            place, " / ".join(line.text for line in texts), "a text that is neither title nor note of a table"
        )


def list_lost(draft: Draft, source: Source, written: Mapping[str, str]) -> None:
    """List every text with a number that what is written does not hold, so that no number of a source goes unsaid."""
    cells = chain.from_iterable(
        chain.from_iterable(csv.reader(io.StringIO(text))) if name.endswith(".csv") else text.splitlines()
        for name, text in written.items()
    )
    kept = {_digits(number) for text in cells for number in _NUMBER.findall(text)}
    texts = [(block.text, block.where) for block in source.blocks if isinstance(block, Line)]
    texts += [(cell.text, cell.where) for cell in source.cells]
    lost = [
        (text, where)
        for text, where in texts
        if any(_digits(number) not in kept for number in _NUMBER.findall(text))
    ]
    if lost:
        (_, first), more = lost[0], len(lost) - 1
        where = f"{first} and {more} more places" if more else first
        draft.leave_out(
            where, " | ".join(text for text, _ in lost), "a number of it stands nowhere else in the draft"
        )


def _digits(number: str) -> str:
    """Return the digits of a number, by which 0.384 and 38.4 %, or 1,204 and 1204 are the same."""
    return re.sub(r"\D", "", number).strip("0")
