"""A published table laid out as a pollster prints it: spanning headers, bases, rows, figures as printed."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from analysis.polls import Poll, Question

__all__ = ["GAP", "Layout", "Spanner", "layout", "sheet_rows"]

GAP = "–"
"""What a pollster prints where there is no figure."""

_BASE_LABELS = {"es": "Base (entrevistas)"}


@dataclass(frozen=True, slots=True)
class Spanner:
    """A heading over neighbouring columns: first column and number of columns, counted among the figures."""

    label: str
    start: int
    width: int


@dataclass(frozen=True, slots=True)
class Layout:
    """A table ready to be written in any format.

    Rows of `header` are blank where a cell is covered by its neighbour above or on the left; rows of `body` hold a label
    and the printed texts, the `base_rows` before the others.
    """

    title: str
    notes: tuple[str, ...]
    header: list[list[str]]
    spanners: tuple[Spanner, ...]
    base_rows: int
    body: list[list[str]]


def layout(poll: Poll, question: Question) -> Layout:
    """Lay out a question's table, without the columns that it does not print.

    Examples
    --------
    >>> from analysis.polls import load_poll
    >>> poll = load_poll("cpi-2021-04")
    >>> table = layout(poll, poll.question("vote_intention"))
    >>> table.spanners[0]
    Spanner(label='Zonas del Interior del País', start=2, width=4)
    >>> table.header[1]
    ['', '', '', 'Costa y Sierra Norte', 'Costa Sur', 'Sierra Centro y Sur', 'Oriente', 'Urbano', 'Rural']

    One heading spans the four zones, which are named beneath it.
    """
    wide = question.printed.dropna(axis="columns", how="all")
    if wide.shape[1] == 0:
        wide = question.printed.iloc[:, :1]
    segments = [poll.segments[str(segment)] for segment in wide.columns]
    spanners = tuple(_spanners(poll, [segment.id for segment in segments]))
    bases = [GAP if segment.interviews is None else str(segment.interviews) for segment in segments]
    base_rows = int(any(base != GAP for base in bases))
    figures = np.asarray(wide.fillna(GAP)).tolist()
    return Layout(
        title=question.title,
        notes=(question.instructions,) if question.instructions else (),
        header=_header(question.row_heading, [segment.label for segment in segments], spanners),
        spanners=spanners,
        base_rows=base_rows,
        body=[[_BASE_LABELS.get(poll.language, "Base (interviews)"), *bases]] * base_rows
        + [[answer.label, *map(str, row)] for answer, row in zip(question.rows, figures, strict=True)],
    )


def _header(stub: str, labels: list[str], spanners: tuple[Spanner, ...]) -> list[list[str]]:
    """Write the rows of the header: two where a heading spans columns."""
    if not spanners:
        return [[stub, *labels]]
    first, second = list(labels), [""] * len(labels)
    for spanner in spanners:
        under = slice(spanner.start, spanner.start + spanner.width)
        second[under] = labels[under]
        first[under] = [spanner.label, *[""] * (spanner.width - 1)]
    return [[stub, *first], ["", *second]]


def _spanners(poll: Poll, columns: list[str]) -> Iterator[Spanner]:
    """Find the printed headings of partitions whose columns stand side by side."""
    taken: set[int] = set()
    for partition in poll.segments.partitions:
        places = [columns.index(part) for part in partition.parts if part in columns]
        together = places == list(range(min(places, default=0), min(places, default=0) + len(places)))
        if partition.label and len(places) > 1 and together and taken.isdisjoint(places):
            taken.update(places)
            yield Spanner(partition.label, places[0], len(places))


def sheet_rows(poll: Poll) -> list[tuple[str, str, str]]:
    """Return the technical sheet as printed: group, only where it begins, label, text."""
    rows, before = [], ""
    items = [(item.group, item.label, item.printed) for item in poll.sheet.items]
    if poll.sheet.item("fieldwork") is None and poll.sheet.is_dated:
        start, end = poll.sheet.fieldwork
        label = "Fecha de campo" if poll.language == "es" else "Fieldwork"
        items.append(("", label, f"{start} – {end}"))
    for group, label, printed in items:
        rows.append((group if group != before else "", label, printed))
        before = group
    return rows
