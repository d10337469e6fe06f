"""What a poll is held against: population targets and official results."""

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
    translations_of,
)

__all__ = ["PUBLISHED", "Result", "Target", "load_result", "load_target", "load_targets"]

PUBLISHED = "published"
"""The id of the target that is the poll itself: the weights which its printed figures imply."""


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
    proclaimed: Mapping[str, int]
    regions: pd.DataFrame
    translations: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    sha256: str = ""


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

    Whether one fits a poll depends on the segments of both: `analysis.estimates.finest_partition`.
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
