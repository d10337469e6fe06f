"""Sections of a panel: which of their rows are questions of their own."""

from collections.abc import Sequence

from polltables.importing.recognition.folding import folded
from polltables.importing.recognition.matrices import matrix_of
from polltables.importing.recognition.model import Item, Panel, Section
from polltables.importing.recognition.orienting import readings_of
from polltables.importing.recognition.rows import tokens

__all__ = ["questions_in"]

_GOOD = 0.75


def questions_in(panel: Panel, columns: Sequence[Item], section: Section) -> list[Section]:
    """Part a section into questions that each add up to all.

    They stand under rows that print no more than an interview count, or blank rows between which an answer comes back.
    """
    printed = [
        {at for at, one in enumerate(tokens(row)) if one.is_number and at > panel.last}
        for row in section.rows
    ]
    figured = set().union(*(places for places in printed if len(places) > 1))
    parts, headed = [Section(section.headings, [])], 0
    for row, places in zip(section.rows, printed, strict=True):
        named = len(figured) > 1 and bool(row) and len(places) < 2 and figured.isdisjoint(places)
        if (named or not row) and parts[-1].rows:
            parts.append(Section([], []))
        parts[-1].headings = [row[panel.name]] if named else parts[-1].headings
        parts[-1].rows += [row] if row and not named else []
        headed += named
    labels = [folded(row[panel.name].text) for part in parts for row in part.rows]
    again = len(set(labels)) < len(labels)
    read = (matrix_of(panel, columns, [part]) for part in parts)
    if (
        len(parts) < 2
        or not (headed == len(parts) or (again and not headed))
        or any(readings_of(one)[0].supported < _GOOD for one in read)
    ):
        return [section]
    for row in section.rows:
        for cell in row if not any(row is one for part in parts for one in part.rows) else ():
            cell.why = "counts beside the percentages"
    return parts
