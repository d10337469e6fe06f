"""The other polls of a race: what many pollsters published about one election, as it was quoted."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from analysis.paths import data_files
from analysis.polls.loading import list_polls, load_poll
from analysis.polls.model import ROLES, Poll
from analysis.polls.reference_files import ReferenceFiles
from analysis.polls.references import Reference, Result, load_result
from analysis.polls.schema import computed

__all__ = [
    "READING_BASES", "READING_INSTRUMENTS", "Race", "find_other_poll", "find_race", "find_result", "load_race",
]  # fmt: skip

_POLL_ID = re.compile(r"\w[\w.-]*", re.ASCII)

READING_INSTRUMENTS = ("poll", "simulated_ballot", "not_stated")
READING_BASES = ("all", "votes_cast", "valid_votes", "not_stated")

_COLUMNS = (
    "reading", "pollster", "client", "fieldwork_start", "fieldwork_end", "n", "instrument", "base",
    "margin_of_error", "source", "note",
)  # fmt: skip
_OPTIONAL_COLUMNS = ("poll", "note_es")
_SEGMENT_COLUMNS = ("reading", "segment", "source")
_OPTIONAL_SEGMENT_COLUMNS = ("segment_es",)


@dataclass(frozen=True, eq=False, kw_only=True, repr=False)
class Race(Reference):
    """Published readings of one race.

    * `result`: id of the race's official result; empty where there is none yet.
    * `readings`: one row a reading: who, when (`fieldwork_start`, `fieldwork_end`), `n`, `instrument`, `base`, a share
      in [0, 1] for each answer (NaN where not published), `margin_of_error` (share), `source`, `note`; `poll`, the id
      of the poll in `data/polls` whose reading it is, or empty; `note_es`.
    * `by_segment`: `reading, segment, segment_es`, shares of the answers, `source`: what was published by segment.
    """

    result: str = ""
    readings: pd.DataFrame = computed(pd.DataFrame)
    by_segment: pd.DataFrame = computed(pd.DataFrame)

    @property
    def answers(self) -> list[str]:
        """Ids of the answers that readings are given for."""
        return [name for name in self.readings.columns if name not in {*_COLUMNS, *_OPTIONAL_COLUMNS}]

    @property
    def candidates(self) -> list[str]:
        """Ids of the answers that are candidates: all but those named like a role, such as `undecided`."""
        return [answer for answer in self.answers if answer not in ROLES]


def load_race(race: str | Path) -> Race:
    """Load the published readings of a race.

    * `race`: an id under `data/races`, or a path to a CSV file with a TOML file beside it.

    Examples
    --------
    >>> race = load_race("peru-2021-runoff")
    >>> len(race.readings), race.answers
    (23, ['castillo', 'fujimori', 'blank_null', 'undecided', 'will_not_vote'])

    Twenty-three readings of the race were published, of five answers at most.
    """
    files, part = ReferenceFiles("races", race), "-by-segment"
    described = files.described(Race)
    table = _with_columns(files.table(_COLUMNS), _OPTIONAL_COLUMNS)
    answers = [column for column in table.columns if column not in {*_COLUMNS, *_OPTIONAL_COLUMNS}]
    readings = files.numbers(files.shares(table, [*answers, "margin_of_error"]), ["n"])
    for column in ("fieldwork_start", "fieldwork_end"):
        readings[column] = pd.to_datetime(table[column], format="%Y-%m-%d", errors="coerce")
    files.problems += [*_date_problems(table, readings, files.where()), *_word_problems(table, files.where())]
    files.require_unique(table, "reading")
    by_segment = pd.DataFrame(columns=[*_SEGMENT_COLUMNS, *_OPTIONAL_SEGMENT_COLUMNS, *answers])
    if files.path(part).is_file():
        by_segment = _with_columns(
            files.table([*_SEGMENT_COLUMNS, *answers], part), _OPTIONAL_SEGMENT_COLUMNS
        )
        broken = bool(files.problems)  # then lines that could not be read are missing
        by_segment = files.shares(by_segment, answers, part)
        files.problems += [
            f"{files.where(part)}, line {line}: no reading {by_segment.loc[line, 'reading']!r} in {files.where()}."
            for line in by_segment.index[~by_segment["reading"].isin(table["reading"]) & (not broken)]
        ]
    loaded: Race = files.loaded(
        described,
        part,
        readings=readings.reset_index(drop=True),
        by_segment=by_segment.reset_index(drop=True),
    )
    return loaded


def find_race(poll: Poll, race: str | Path = "") -> Race:
    """Load a race by name, or else that of `data/races` which holds a reading of a poll; one without readings if none does.

    Examples
    --------
    >>> race = find_race(load_poll("cpi-2021-04"))
    >>> race.id, find_result(race).id, find_other_poll(load_poll("cpi-2021-04"), race).id
    ('peru-2021-runoff', 'peru-2021-runoff', 'cpi-2021-05-08')

    CPI's poll of April is one of the run-off of 2021, in which CPI asked again in May.
    """
    if race:
        return load_race(race)
    for path in data_files("races", "*.toml"):
        found = load_race(path)
        if poll.id in set(found.readings["poll"]):
            return found
    nothing = pd.DataFrame(columns=[*_COLUMNS, *_OPTIONAL_COLUMNS])
    of_segments = pd.DataFrame(columns=[*_SEGMENT_COLUMNS, *_OPTIONAL_SEGMENT_COLUMNS])
    return Race(format=1, title="", source="", readings=nothing, by_segment=of_segments)


def find_result(race: Race) -> Result | None:
    """Load the official result of a race; None where there is none yet."""
    return load_result(race.result) if race.result else None


def find_other_poll(poll: Poll, race: Race, other: str | Path = "") -> Poll | None:
    """Load another poll by its name, or else the one of `data/polls` that the same pollster took for the same race.

    Of several the nearest in time; None where there is none.
    """
    if other:
        return load_poll(other)
    readings = race.readings[race.readings["poll"].isin(list_polls())]
    own, others = readings[readings["poll"].eq(poll.id)], readings[readings["poll"].ne(poll.id)]
    others = others[others["pollster"].isin(own["pollster"])]
    if others.empty:
        return None
    apart = (others["fieldwork_end"] - own["fieldwork_end"].iloc[0]).abs()
    return load_poll(others.loc[apart.idxmin(), "poll"])


def _with_columns(table: pd.DataFrame, columns: tuple[str, ...]) -> pd.DataFrame:
    """Add the columns that a file may leave out, empty."""
    return table.assign(**{name: "" for name in columns if name not in table.columns})


def _date_problems(table: pd.DataFrame, readings: pd.DataFrame, where: str) -> Iterator[str]:
    """Say which days are no dates, missing, or in the wrong order."""
    for column in ("fieldwork_start", "fieldwork_end"):
        for line in table.index[table[column].ne("") & readings[column].isna()]:
            yield (
                f"{where}, line {line}, column {column!r}: {table.loc[line, column]!r} is not a date; "
                "write it as 2021-04-18."
            )
    for line in table.index[table["fieldwork_end"].eq("")]:
        yield f"{where}, line {line}: 'fieldwork_end' is empty; give the day of publication and say so in the note."
    for line in table.index[readings["fieldwork_end"] < readings["fieldwork_start"]]:
        yield f"{where}, line {line}: fieldwork ends before it starts; swap the two dates."


def _word_problems(table: pd.DataFrame, where: str) -> Iterator[str]:
    """Say which readings have an unknown instrument or base, or belong to no poll, or to one that another has."""
    for column, allowed in (("instrument", READING_INSTRUMENTS), ("base", READING_BASES)):
        for line in table.index[~table[column].isin(allowed)]:
            yield (
                f"{where}, line {line}, column {column!r}: {table.loc[line, column]!r} is not allowed; "
                f"use one of {', '.join(allowed)}."
            )
    named = table[table["poll"].ne("")]
    for line in named.index[named["poll"].duplicated()]:
        yield f"{where}, line {line}: the poll {named.loc[line, 'poll']!r} stands twice; one reading is that of its vote."
    for line in named.index[[not _POLL_ID.fullmatch(name) for name in named["poll"]]]:
        yield (
            f"{where}, line {line}, column 'poll': {named.loc[line, 'poll']!r} is no id of a poll; "
            "write the name of its folder, such as cpi-2021-04."
        )
