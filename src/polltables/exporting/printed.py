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
    """A table ready to be written in any format; `rows` hold a label and one printed text for each column."""

    title: str
    notes: tuple[str, ...]
    stub: str
    columns: tuple[str, ...]
    spanners: tuple[Spanner, ...]
    bases: tuple[str, ...]
    base_label: str
    rows: tuple[tuple[str, tuple[str, ...]], ...]

    @property
    def header(self) -> list[list[str]]:
        """The header rows, blank where a cell is covered by its neighbour above or on the left."""
        spanned = {position for s in self.spanners for position in range(s.start, s.start + s.width)}
        if not spanned:
            return [[self.stub, *self.columns]]
        first = [label if position not in spanned else "" for position, label in enumerate(self.columns)]
        for spanner in self.spanners:
            first[spanner.start] = spanner.label
        second = [label if position in spanned else "" for position, label in enumerate(self.columns)]
        return [[self.stub, *first], ["", *second]]

    @property
    def body(self) -> list[list[str]]:
        """The rows under the header, the bases first where they were published."""
        base = [[self.base_label, *self.bases]] if any(self.bases) else []
        return base + [[label, *figures] for label, figures in self.rows]


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
    bases = tuple("" if segment.interviews is None else str(segment.interviews) for segment in segments)
    return Layout(
        title=question.title,
        notes=(question.instructions,) if question.instructions else (),
        stub=question.row_heading,
        columns=tuple(segment.label for segment in segments),
        spanners=tuple(_spanners(poll, [segment.id for segment in segments])),
        bases=tuple(base or GAP for base in bases) if any(bases) else bases,
        base_label=_BASE_LABELS.get(poll.language, "Base (interviews)"),
        rows=tuple(
            (answer.label, tuple(map(str, figures)))
            for answer, figures in zip(question.rows, np.asarray(wide.fillna(GAP)).tolist(), strict=True)
        ),
    )


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
