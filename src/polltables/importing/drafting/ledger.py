"""What a draft does not hold of its source: every number once, grouped by why and where."""

import re
from collections.abc import Iterable, Sequence
from itertools import groupby

from analysis.polls.limits import MAX_TEXT
from polltables.importing.drafting.draft import Draft
from polltables.importing.page import Cell, Grid, Line, Source
from polltables.importing.recognition.recognising import Recognised

__all__ = ["list_rest"]

_UNREAD = (
    "not a percentage",
    "not a whole number",
    "above 100",
    "more than 6",
    "two numbers",
    "one figure printed over",
)
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
    _list_lines(draft, [block for block in (*found.head, *found.loose) if isinstance(block, Line)])


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
