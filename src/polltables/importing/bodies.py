"""The body of a table: answers with their figures, rows of bases, rows of totals, and every fault of a cell."""

import re
from dataclasses import replace
from decimal import Decimal

from analysis.polls.figures import parse_count
from polltables.importing.cells import count_of, figure_of
from polltables.importing.draft import Draft
from polltables.importing.headers import SourceTable
from polltables.importing.source import Cell, TextLine
from polltables.importing.vocabulary import folded, is_base_label

__all__ = ["body_of"]


def body_of(draft: Draft, table: SourceTable) -> list[tuple[Cell, list[str | None]]]:
    """Read the rows of a table: label, and the printed figure of each column.

    Rows of bases go to the columns; a row that says 100 under "Total" and every sign beside a figure go to the list
    of what was left out; what is neither a figure nor a known sign is a problem of the draft.
    """
    draft.problems += table.problems
    answers: list[tuple[Cell, list[str | None]]] = []
    for row in table.rows:
        label, *cells = row
        if not any(cell.text for cell in row):
            continue
        if is_base_label(label.text) and any(cell.text for cell in cells):
            _take_bases(draft, table, label, cells)
        elif folded(label.text).startswith(("base:", "base ", "nota:", "note:")) and not any(
            c.text for c in cells
        ):
            table.texts.append(TextLine(label.text, label.where))
        elif not label.text:
            first = next(cell for cell in cells if cell.text)
            draft.problems.append(
                f"{first.where}: the row has {first.text!r} but no label; write the answer in its first cell."
            )
        elif _is_total(label, cells):
            draft.leave_out(
                label.where,
                " | ".join(cell.text for cell in row),
                "a row that only says that columns sum to 100",
            )
        else:
            answers.append(
                (label, [_figure(draft, table, *pair) for pair in zip(table.columns, cells, strict=True)])
            )
    if not answers and not table.problems:
        draft.problems.append(f"{table.where}: the table has a header but no rows; is the file cut off?")
    return answers


def _figure(draft: Draft, table: SourceTable, column: object, cell: Cell) -> str | None:
    name = getattr(column, "label", "")
    text = cell.text.replace(".", ",") if cell.typed and draft.decimal_mark == "," else cell.text
    try:
        figure = figure_of(text, draft.decimal_mark)
    except ValueError as error:
        draft.problems.append(f"{cell.where} ({name!r}): {error}.")
        return None
    if figure.left_out:
        draft.leave_out(cell.where, figure.left_out, figure.because)
    return figure.printed


def _is_total(label: Cell, cells: list[Cell]) -> bool:
    """Recognise a row of 100s under a label such as Total."""
    texts = [cell.text.rstrip("% ").replace(",", ".") for cell in cells if cell.text]
    return (
        folded(label.text).strip(" :") in {"total", "suma", "sum", "totales"}
        and bool(texts)
        and all(
            text.replace(".", "", 1).isdigit() and text.isascii() and Decimal(text) == 100 for text in texts
        )
    )


def _take_bases(draft: Draft, table: SourceTable, label: Cell, cells: list[Cell]) -> None:
    """Give the columns their printed numbers of interviews; a second row of bases is listed."""
    counts = []
    for column, cell in zip(table.columns, cells, strict=True):
        # A number typed into a workbook may be shown with decimals that a count does not have.
        text = re.sub(r"\.0+$", "", cell.text) if cell.typed else cell.text
        if cell.typed and draft.decimal_mark == ",":
            text = text.replace(",", "\0").replace(".", ",").replace("\0", ".")
        count = count_of(text)
        if text.strip("-–—. ") and not count:
            draft.problems.append(
                f"{cell.where} ({column.label!r}): {text!r} is not a number of interviews; expected a count such as 450."
            )
        elif count:
            try:
                parse_count(count, decimal_mark=draft.decimal_mark)
            except ValueError as error:
                draft.problems.append(f"{cell.where} ({column.label!r}): {error}.")
        counts.append(count)
    if any(column.base for column in table.columns):
        draft.leave_out(
            label.where, " | ".join([label.text, *(cell.text for cell in cells)]), "a second row of bases"
        )
        return
    for position, (count, cell) in enumerate(zip(counts, cells, strict=True)):
        table.columns[position] = replace(table.columns[position], base=count)
        if count and cell.text != count and not cell.typed:
            draft.leave_out(cell.where, cell.text, f"the base {count} was kept without its words and signs")
