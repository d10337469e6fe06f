"""A race as a file has it: one entry a poll, its cells as text, each with its place."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import pandas as pd

from analysis.polls import Race
from analysis.polls.model import ANSWER_ROLES
from polltables.importing.recognition.folding import folded

__all__ = [
    "COLUMNS",
    "Entry",
    "RaceTable",
    "answer_id",
    "columns_of",
    "race_table",
    "with_ids",
]

COLUMNS = (
    "reading", "poll", "pollster", "client", "fieldwork_start", "fieldwork_end", "n", "instrument", "base",
    "margin_of_error", "source", "note", "note_es",
)  # fmt: skip
"""The columns of a race that are no answers, as `data/README.md` defines them."""

_SHARE = re.compile(r"\d{1,3}(\.\d{1,6})?", re.ASCII)


@dataclass(slots=True)
class Entry:
    """One poll: its cells by column, an empty one left out, the line it stands in, and the places of its cells."""

    cells: dict[str, str]
    line: int
    places: Mapping[str, str] = field(default_factory=dict)

    def place(self, column: str = "") -> str:
        """Name the place of the cell in a column that the file has, else of the line."""
        return self.places.get(column, f"line {self.line}")

    def add_note(self, note: str) -> None:
        """Say in the note what no other cell can hold."""
        self.cells["note"] = " ".join(filter(None, (self.cells.get("note", ""), note)))


@dataclass(slots=True)
class RaceTable:
    """A file of polls: its name, the ids of its answers, its entries, and what could not be read."""

    name: str
    answers: list[str] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    @property
    def candidates(self) -> list[str]:
        """The answers that are candidates."""
        return [answer for answer in self.answers if answer not in ANSWER_ROLES]

    def refuse(self, why: str, place: str = "") -> None:
        """Note what cannot be read, with its place in the file."""
        self.problems.append(f"{self.name}, {place}: {why}" if place else f"{self.name}: {why}")

    def shares(self, entry: Entry) -> dict[str, float]:
        """Return the percentages of an entry, where they can be read."""
        printed = {answer: entry.cells.get(answer, "") for answer in self.answers}
        return {answer: float(text) for answer, text in printed.items() if _SHARE.fullmatch(text)}


def answer_id(label: str) -> str:
    """Make the id of an answer of its label.

    Examples
    --------
    >>> answer_id("Keiko Fujimori"), answer_id("Δ"), answer_id("2 de Mayo")
    ('keiko_fujimori', 'list', 'list_2_de_mayo')

    A label without letters of the alphabet has an id all the same.
    """
    name = re.sub(r"[^a-z0-9]+", "_", folded(label)).strip("_")[:60]
    named = name if name[:1].isalpha() else f"list_{name}".strip("_")
    return f"list_{named}" if named in {*COLUMNS, *ANSWER_ROLES} else named


def with_ids(table: RaceTable) -> None:
    """Give every entry that has none an id, made of its pollster and last day."""
    taken = {entry.cells["reading"] for entry in table.entries if "reading" in entry.cells}
    numbers: dict[str, int] = {}
    for entry in table.entries:
        if "reading" not in entry.cells:
            of = folded(f"{entry.cells.get('pollster', '')} {entry.cells.get('fieldwork_end', '')}")
            made = re.sub(r"[^a-z0-9]+", "_", of).strip("_") or "poll"
            name = made
            while name in taken:
                numbers[made] = numbers.get(made, 1) + 1
                name = f"{made}_{numbers[made]}"
            entry.cells["reading"] = name
            taken.add(name)


def race_table(race: Race) -> RaceTable:
    """Write the readings of a race as cells of text; a reading of whole per cents keeps no decimals."""
    table = RaceTable(race.id, race.answers)
    for line, row in enumerate(race.readings.to_dict("records"), start=2):
        cells = {name: str(row[name]) for name in COLUMNS if name in row and isinstance(row[name], str)}
        for name in ("fieldwork_start", "fieldwork_end"):
            cells[name] = "" if pd.isna(row[name]) else row[name].date().isoformat()
        cells["n"] = "" if pd.isna(row["n"]) else f"{row['n']:.0f}"
        shares = {name: 100 * float(row[name]) for name in race.answers if not pd.isna(row[name])}
        whole = all(abs(share - round(share)) < 1e-9 for share in shares.values())
        cells |= {name: _figure(share, 0 if whole else 1) for name, share in shares.items()}
        cells["margin_of_error"] = (
            "" if pd.isna(row["margin_of_error"]) else _figure(100 * row["margin_of_error"], 0)
        )
        table.entries.append(Entry({name: text for name, text in cells.items() if text}, line))
    return table


def _figure(value: float, decimals: int) -> str:
    """Write a number with as many decimals as it needs, and some at least."""
    digits = next((d for d in range(decimals, 7) if abs(round(value, d) - value) < 1e-9), 6)
    return f"{value:.{digits}f}"


def columns_of(table: RaceTable) -> Iterator[str]:
    """Go through the columns of a race's file, answers between base and margin of error."""
    for name in COLUMNS:
        if name == "margin_of_error":
            yield from table.answers
        if name not in {"poll", "note_es"} or any(name in entry.cells for entry in table.entries):
            yield name
