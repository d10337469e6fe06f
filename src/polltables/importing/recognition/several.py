"""Files that hold many polls, which is not what a poll folder is for."""

import re
from collections.abc import Sequence

from polltables.importing.page import Cell, Grid, Source
from polltables.importing.recognition.dates import is_date_label
from polltables.importing.recognition.folding import folded
from polltables.importing.recognition.rows import kinds_of, label_columns
from polltables.importing.recognition.sheet_words import parted, sheet_id

__all__ = ["several_polls"]

_DATE = re.compile(r"\d{1,4}[-/. ]\w{2,9}[-/. ]\d{2,4}|\d{4}-\d{2}(-\d{2})?|[A-Za-z]{3,9}\.? \d{1,2},? \d{4}")
_WHO = re.compile(
    r"((firma |casa |empresa )?encuestadora|pollster|source|polling ?firm|poll|"
    r"poll ?name|survey|encuesta|institut[eo]?|istituto|firm[ae]?|"
    r"empresa|company|poll ?id|wave|fieldwork|client|sponsor|display ?name|umfrage|sondage|pesquisa|sondaggio|조사 ?기관|"
    r"welle|ola|vague|onda)s?"
)
_WHEN = re.compile(
    r".*\b(dates?|fechas?|day|start|end|datum|created|fieldwork|campo|terrain|feldzeit|zeitraum|dat[ae]|rilevazione|month|"
    r"mes|mois|mese|monat)\b.*|date.*|.*date$|조사 ?(일|기간).*"
)
_FEW = 2


def several_polls(source: Source) -> str:
    """Say that a file holds several polls, as a sentence; an empty text where it holds one.

    Several polls are told apart by technical sheets of other pollsters and days, or by a column of dates, or of pollsters,
    beside the labels. Where other tables stand beside one of several polls, only that one is not read.
    """
    if who := _sheets_apart(source):
        return f"several polls are in one file: {who}. Split the file, one poll to a file."
    there = [(grid, found) for grid in source.grids if (found := label_columns(grid.rows))]
    for grid, found in there:
        kinds = kinds_of(grid.rows, *found)
        head = next((row for row, kind in zip(grid.rows, kinds, strict=True) if kind == "head"), [])
        body = [row for row, kind in zip(grid.rows, kinds, strict=True) if kind == "figures"]
        why = next(filter(None, (_tells_apart(head, body, column) for column in range(len(head)))), "")
        if why and len(there) == 1:
            return why
        grid.problem = grid.problem or (why and f"{grid.where}: {why.rstrip('.')}")
    return ""


def _sheets_apart(source: Source) -> str:
    """Name the pollsters where the same lines of a technical sheet name other ones, and other days, further on."""
    told: dict[tuple[str, str], dict[str, str]] = {}
    for block in source.blocks:
        rows = (
            [[cell.text for cell in row] for row in block.rows]
            if isinstance(block, Grid)
            else [parted(block.text)]
        )
        for filled in (list(filter(None, row)) for row in rows):
            if len(filled) == 2:
                label, printed = filled
                key = (sheet_id(label.rstrip(" :")) or "", folded(label))
                told.setdefault(key, {}).setdefault(folded(printed), printed)
    apart = {name: values for (name, _), values in told.items() if len(values) > 1}
    return ", ".join(apart["pollster"].values())[:100] if {"pollster", "fieldwork"} <= set(apart) else ""


def _spoken(cell: Cell) -> str:
    """Fold a name of a column as it would be spoken."""
    return folded(cell.text.replace("_", " ")).strip()


def _tells_apart(head: Sequence[Cell], body: Sequence[Sequence[Cell]], column: int) -> str:
    """Say what a column that names dates or pollsters tells apart."""
    texts = [row[column].text for row in body if column < len(row)]
    filled = [text for text in texts if text]
    if len(filled) < 0.9 * len(texts) or len(set(filled)) < _FEW:
        return ""
    name = _spoken(head[column])
    dates = sum(bool(_DATE.fullmatch(text)) for text in filled) > 0.9 * len(filled)
    others = [_spoken(cell) for at, cell in enumerate(head) if at != column and cell.text]
    who = bool(_WHO.fullmatch(name)) and len(others) > 1 and any(_WHEN.fullmatch(other) for other in others)
    waves = _WHO.fullmatch(name) and all(map(is_date_label, filled)) and len(set(filled)) < len(filled)
    if not (dates and (not name or _WHEN.fullmatch(name) or _WHO.fullmatch(name))) and not who and not waves:
        return ""
    first = ", ".join(dict.fromkeys(filled))[:100]
    return (
        f"several polls are in one file: its column {head[column].text!r} tells {len(set(filled))} apart ({first}). "
        f"Split the file, "
        "one poll to a file, and leave the column out."
    )
