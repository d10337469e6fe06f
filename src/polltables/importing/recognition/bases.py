"""Bases, wherever they are printed: among the answers, over several questions, or alone on a page of their own."""

import re
from collections.abc import Sequence

from polltables.importing.page import Cell
from polltables.importing.recognition.folding import folded
from polltables.importing.recognition.model import Item, Table
from polltables.importing.recognition.values import Reading, Value
from polltables.importing.recognition.vocabulary import base_kind

__all__ = ["bases_of", "fill_bases", "give_bases", "holds_bases_alone", "take_bases", "take_bases_beside"]

_COUNT = re.compile(r"\(?(\d{1,3}([.,'’ ]\d{3})+|\d{2,})\)?", re.ASCII)


def take_bases(table: Table, item: Item, pairs: Sequence[tuple[Cell, Value]]) -> None:
    """Give the columns their interviews; a second row of the same kind is listed."""
    printed = [value for _, value in pairs if value.number is not None]
    decimals = sum(value.half < 0.5 for value in printed) > len(printed) / 2  # weights make fractions
    kind = "weighted" if item.role == "weighted_base" or (decimals and item.role == "stated_base") else "base"
    if item.role == "effective_base":
        for cell in (*item.cells, *(cell for cell, _ in pairs)):
            cell.why = "an effective base, which is calculated and counts no interviews"
        return
    if any(getattr(column, kind) for column in table.columns):
        for cell, _ in pairs:
            cell.why = "a second row of bases"
        return
    item.use()
    table.base_labels["weighted_base" if kind == "weighted" else "unweighted_base"] = item.label
    for column, (cell, value) in zip(table.columns, pairs, strict=True):
        if value.number is not None and (value.half == 0.5 or kind == "weighted"):
            cell.used = value.half == 0.5
            cell.why = "a weighted base, of which the draft holds whole interviews"
            setattr(column, kind, str(round(value.number)))
        elif cell.text and value.token.kind not in {"gap", "blank"}:
            cell.why = "not a whole number of interviews"


def take_bases_beside(reading: Reading) -> None:
    """Take as bases the counts printed beside the figures of a column, in its cells or the next column, if all are the same.

    Where the figures differ, no counts of answers would be the same.
    """
    matrix, rows, kept = reading.matrix, reading.rows("", "net"), reading.columns()
    counted = [at for at, item in enumerate(matrix.columns) if item.role == "count"]
    step = next((step for step in (1, -1) if counted and {at - step for at in counted} <= {*kept}), 0)
    for at in kept:
        values = [reading.values[row][at] for row in rows]
        asides = [value.aside if value.token.kind == "pair" else "" for value in values]
        places = [(at, asides, 2)]
        if step and at + step in counted:
            places.append((at + step, [reading.values[row][at + step].printed for row in rows], 1))
        for column, texts, least in places:
            counts = [re.sub(r"\D", "", text) for text in texts if text]
            told = (
                len({value.number for value in values}) > 1 and len(counts) >= least and len(set(counts)) == 1
            )
            if told and all(map(_COUNT.fullmatch, filter(None, texts))) and not matrix.columns[at].base:
                matrix.columns[at].base = counts[0]
                for row in rows:
                    matrix.cells[row][column].used, matrix.cells[row][column].marks = True, ""


def holds_bases_alone(reading: Reading) -> bool:
    """Say whether all rows are bases by their words, which then belong to the table before or to what follows."""
    return all(item.role.endswith("_base") and base_kind(item.label) for item in reading.matrix.rows)


def bases_of(reading: Reading) -> list[Item]:
    """Read the bases of a matrix for the tables that they belong to."""
    kept = reading.columns()
    table = Table([reading.matrix.columns[at] for at in kept], [], "", "")
    for column in table.columns:
        column.use()
    for at, item in enumerate(reading.matrix.rows):
        if item.role.endswith("_base"):
            take_bases(table, item, [(reading.matrix.cells[at][c], reading.values[at][c]) for c in kept])
    return table.columns


def give_bases(bases: Sequence[Item], tables: Sequence[Table]) -> bool:
    """Give bases to the first table if it has the same columns and none of its own; say whether it took them."""
    columns = tables[0].columns if tables else []
    labels = [[folded(column.label) for column in one] for one in (bases, columns)]
    taken = bool(bases) and labels[0] == labels[1] and not any(column.base for column in columns)
    if taken:
        fill_bases(columns, bases)
    return taken


def fill_bases(columns: Sequence[Item], bases: Sequence[Item]) -> None:
    """Give columns that print no base the one that stands elsewhere."""
    for column, other in zip(columns, bases, strict=False):
        column.base, column.weighted = column.base or other.base, column.weighted or other.weighted
