"""What a poll is held against: population targets, official results, and the other polls of its race."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from analysis.errors import PollError
from analysis.paths import project_root, shown_path
from analysis.polls.reference_files import (
    digest,
    doubled_keys,
    find_reference,
    number_columns,
    read_columns,
    read_description,
    share_columns,
    translations_of,
)

__all__ = ["PUBLISHED", "Race", "Result", "Target", "load_race", "load_result", "load_target", "load_targets"]

PUBLISHED = "published"
"""The id of the target that is the poll itself: the weights which its printed figures imply."""

_RACE_COLUMNS = (
    "reading", "pollster", "client", "fieldwork_start", "fieldwork_end", "n", "instrument", "base",
    "margin_of_error", "source", "note",
)  # fmt: skip


@dataclass(frozen=True, eq=False, slots=True)
class Target:
    """Population of segments, to reweight to: `population` has `segment, population` (counts above 0).

    `counts` says what is counted: `people`, or `votes`, among which whoever stays at home is missing.
    `translations` holds title, source, unit and assumption by language; `sha256` is that of its files, empty
    for the target `published`, which has no population of its own.
    """

    id: str
    title: str
    source: str
    unit: str
    assumption: str
    population: pd.DataFrame
    counts: str = "people"
    translations: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    sha256: str = ""


@dataclass(frozen=True, eq=False, slots=True)
class Result:
    """An official result: proclaimed votes by answer, and the counts of every region with its zone."""

    id: str
    title: str
    date: datetime.date
    source: str
    note: str
    assumption: str
    translations: Mapping[str, Mapping[str, str]]
    sha256: str
    proclaimed: Mapping[str, int]
    regions: pd.DataFrame


@dataclass(frozen=True, eq=False, slots=True)
class Race:
    """Published readings of one race.

    Attributes
    ----------
    readings : pandas.DataFrame
        One row a reading: who, when (`fieldwork_start`, `fieldwork_end`), `n`, `instrument`, `base`, a share in [0, 1] for
        each answer (NaN where not published), `margin_of_error` (share), `source`, `note`.
    by_segment : pandas.DataFrame
        `reading, segment`, shares of the answers, `source`: what was published by segment.
    result : str or None
        Id of the race's official result.
    """

    id: str
    title: str
    source: str
    note: str
    translations: Mapping[str, Mapping[str, str]]
    sha256: str
    result: str | None
    readings: pd.DataFrame
    by_segment: pd.DataFrame

    @property
    def answers(self) -> list[str]:
        """Ids of the answers that readings are given for."""
        return [name for name in self.readings.columns if name not in _RACE_COLUMNS]


def load_target(target: str | Path) -> Target:
    """Load population counts to reweight to.

    Parameters
    ----------
    target : str or pathlib.Path
        An id under `data/targets`, or a path to a CSV file with the columns `segment,population`; or
        `"published"`, which stands for the weights that a poll's own figures imply, whatever the poll.

    Raises
    ------
    PollError
        Naming every fault of the file.

    Examples
    --------
    >>> roll = load_target("electoral-roll-2021")
    >>> population = roll.population.set_index("segment")["population"]
    >>> round(float(population["lima_callao"] / (population["lima_callao"] + population["interior"])), 3)
    0.345

    Lima and Callao hold 34.5 % of the voters registered in Peru.
    """
    if target == PUBLISHED:
        nobody = pd.DataFrame({"segment": pd.Series(dtype=str), "population": pd.Series(dtype=float)})
        return Target(PUBLISHED, "Weights implied by the published figures", "", "", "", nobody)
    stem = find_reference("targets", target)
    path = stem.with_name(f"{stem.name}.csv")
    document, problems = read_description("targets", stem, optional=True)
    table, faults = read_columns(path, ["segment", "population"])
    problems += faults
    table = number_columns(table, ["population"], shown_path(path), problems)
    problems += [
        f"{shown_path(path)}, line {line}: the population of {table.loc[line, 'segment']!r} is missing or zero."
        for line in table.index[~(table["population"] > 0)]
        if not problems
    ]
    problems += doubled_keys(table, "segment", shown_path(path))
    if problems:
        raise PollError(problems)
    return Target(
        id=stem.name,
        title=document["title"],
        source=document["source"],
        unit=document.get("unit", ""),
        assumption=document.get("assumption", "").strip(),
        population=table[["segment", "population"]].reset_index(drop=True),
        counts=document.get("counts", "people"),
        translations=translations_of(document),
        sha256=digest(path, path.with_suffix(".toml")),
    )


def load_targets() -> list[Target]:
    """Load every target of `data/targets`, in the order of their ids.

    Raises
    ------
    PollError
        Naming the faults of the first that cannot be read.

    Examples
    --------
    >>> [target.id for target in load_targets()]
    ['electoral-roll-2021', 'votes-cast-2021-06-06']

    Whether one fits a poll depends on the segments of both: `analysis.inference.finest_partition`.
    """
    return [load_target(path.stem) for path in sorted((project_root() / "data" / "targets").glob("*.csv"))]


def load_result(result: str | Path) -> Result:
    """Load an official result.

    Parameters
    ----------
    result : str or pathlib.Path
        An id under `data/results`, or a path to a CSV file with a TOML file beside it.

    Raises
    ------
    PollError
        Naming every fault of the files.

    Examples
    --------
    >>> votes = load_result("peru-2021-runoff").proclaimed
    >>> round(votes["castillo"] / (votes["castillo"] + votes["fujimori"]), 5)
    0.50126

    Castillo won with 50.126 % of the valid votes.
    """
    stem = find_reference("results", result)
    path = stem.with_name(f"{stem.name}.csv")
    document, problems = read_description("results", stem)
    table, faults = read_columns(path, ["region", "zone"])
    problems += faults
    counts = [column for column in table.columns if column not in {"region", "zone"}]
    table = number_columns(table, counts, shown_path(path), problems)
    problems += doubled_keys(table, "region", shown_path(path))
    proclaimed = document.get("proclaimed", {})
    votes = {name: votes for name, votes in proclaimed.items() if name != "turnout"}
    problems += [
        f"{shown_path(path.with_suffix('.toml'))}, [proclaimed], {name!r}: {count!r} is not a whole number of votes."
        for name, count in votes.items()
        if type(count) is not int or count < 0
    ]
    if problems:
        raise PollError(problems)
    return Result(
        id=stem.name,
        title=document["title"],
        date=document["date"],
        source=document["source"],
        note=document.get("note", "").strip(),
        assumption=document.get("assumption", "").strip(),
        translations=translations_of(document),
        sha256=digest(path, path.with_suffix(".toml")),
        proclaimed=votes,
        regions=table.reset_index(drop=True),
    )


def load_race(race: str | Path) -> Race:
    """Load the published readings of a race.

    Parameters
    ----------
    race : str or pathlib.Path
        An id under `data/races`, or a path to a CSV file with a TOML file beside it.

    Raises
    ------
    PollError
        Naming every fault of the files.

    Examples
    --------
    >>> race = load_race("peru-2021-runoff")
    >>> len(race.readings), race.answers
    (23, ['castillo', 'fujimori', 'blank_null', 'undecided', 'will_not_vote'])

    Twenty-three readings of the race were published, of five answers at most.
    """
    stem = find_reference("races", race)
    path = stem.with_name(f"{stem.name}.csv")
    document, problems = read_description("races", stem)
    table, faults = read_columns(path, _RACE_COLUMNS)
    problems += faults
    answers = [column for column in table.columns if column not in _RACE_COLUMNS]
    readings = share_columns(table, [*answers, "margin_of_error"], shown_path(path), problems)
    readings = number_columns(readings, ["n"], shown_path(path), problems)
    for column in ("fieldwork_start", "fieldwork_end"):
        readings[column] = pd.to_datetime(table[column], format="%Y-%m-%d", errors="coerce")
        wrong = table[column].ne("") & readings[column].isna()
        problems += [
            f"{shown_path(path)}, line {line}, column {column!r}: {table.loc[line, column]!r} is not a date; "
            "write it as 2021-04-18."
            for line in table.index[wrong]
        ]
    problems += doubled_keys(table, "reading", shown_path(path))
    segment_path = stem.with_name(f"{stem.name}-by-segment.csv")
    by_segment = pd.DataFrame(columns=["reading", "segment", *answers, "source"])
    if segment_path.is_file():
        by_segment, faults = read_columns(segment_path, ["reading", "segment", *answers, "source"])
        problems += faults
        by_segment = share_columns(by_segment, answers, shown_path(segment_path), problems)
        problems += [
            f"{shown_path(segment_path)}, line {line}: no reading {by_segment.loc[line, 'reading']!r} in {shown_path(path)}."
            for line in by_segment.index[~by_segment["reading"].isin(table["reading"])]
        ]
    if problems:
        raise PollError(problems)
    return Race(
        id=stem.name,
        title=document["title"],
        source=document["source"],
        note=document.get("note", "").strip(),
        translations=translations_of(document),
        sha256=digest(path, path.with_suffix(".toml"), segment_path),
        result=document.get("result"),
        readings=readings.reset_index(drop=True),
        by_segment=by_segment.reset_index(drop=True),
    )
