"""What a poll is held against: population targets and official results."""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import pandas as pd

from analysis.paths import data_files, shown_path
from analysis.polls.reference_files import ReferenceFiles, names_in
from analysis.polls.schema import Unchanging, computed

__all__ = [
    "PUBLISHED", "Reference", "Result", "Target", "load_result", "load_results", "load_target", "load_targets",
]  # fmt: skip

PUBLISHED = "published"
"""The id of the target that is the poll itself: the weights which its printed figures imply."""


@dataclass(frozen=True, eq=False, kw_only=True, repr=False)
class Reference(Unchanging):
    """What the TOML file of a reference says; `translations` holds its texts by language.

    `id` is the name of the files, `sha256` their digest.
    """

    format: Literal[1]
    title: str
    source: str
    note: str = ""
    assumption: str = ""
    translations: Mapping[str, Any] = field(default_factory=dict, repr=False)
    id: str = computed(str)
    sha256: str = computed(str)

    def text(self, name: str, language: str) -> str:
        """Return one of the texts in a language, as it is where there is no translation."""
        return str(self.translations.get(language, {}).get(name, getattr(self, name))).strip()

    def __repr__(self) -> str:
        """Say in a line what it is."""
        return f"<{type(self).__name__} {self.id}: {self.title}>"


@dataclass(frozen=True, eq=False, kw_only=True, repr=False)
class Target(Reference):
    """Population of segments, to reweight to: `population` has `segment, population` (counts above 0).

    `counts` says what is counted: `people`, or `votes`, among which whoever stays at home is missing. The target
    `published` has no population of its own.
    """

    unit: str = ""
    counts: Literal["people", "votes"] = "people"
    date: datetime.date | None = None
    population: pd.DataFrame = computed(lambda: pd.DataFrame({"segment": [], "population": []}))


@dataclass(frozen=True, eq=False, kw_only=True, repr=False)
class Result(Reference):
    """An official result: proclaimed votes by answer, the counts of every region with its zone, and of smaller places.

    * `votes`: proclaimed votes by answer, and `votes_cast`.
    * `regions`: `region, zone`, counts, `rural_population_share`, and for a map of tiles `tile, tile_row, tile_column`:
      a short name and its place, counted from 1.
    * `districts`: the same for the smallest places that were counted apart, with `region`; no rows where there is no
      such file.
    """

    date: datetime.date
    proclaimed: Mapping[str, Any]
    votes: Mapping[str, int] = computed(dict)
    regions: pd.DataFrame = computed(pd.DataFrame)
    districts: pd.DataFrame = computed(pd.DataFrame)

    @property
    def candidates(self) -> list[str]:
        """Return whom votes were for: whatever is no ballot of another kind."""
        return [name for name in self.votes if name not in {"blank", "null", "votes_cast"}]


def load_target(target: str | Path | Target) -> Target:
    """Load population counts to reweight to.

    * `target`: an id under `data/targets`, or a path to a CSV file with the columns `segment,population`; or
      `"published"`, which stands for the weights that a poll's own figures imply, whatever the poll. A target is
      returned as it is.

    Examples
    --------
    >>> roll = load_target("electoral-roll-2021")
    >>> population = roll.population.set_index("segment")["population"]
    >>> round(float(population["lima_callao"] / (population["lima_callao"] + population["interior"])), 3)
    0.345

    Lima and Callao hold 34.5 % of the voters registered in Peru.
    """
    if isinstance(target, Target):
        return target
    if isinstance(target, str) and target == PUBLISHED:
        return Target(id=PUBLISHED, format=1, title="Weights implied by the published figures", source="")
    files = ReferenceFiles("targets", target, also=[PUBLISHED])
    described = files.described(Target, optional=True)
    table = files.numbers(files.table(["segment", "population"]), ["population"])
    if not files.problems:
        files.problems += [
            f"{files.where()}, line {line}: the population of {table.loc[line, 'segment']!r} is missing or zero."
            for line in table.index[~(table["population"] > 0)]
        ]
    files.require_unique(table, "segment")
    population = table[["segment", "population"]].reset_index(drop=True)
    loaded: Target = files.loaded(described, population=population)
    return loaded


def load_targets(names: str = "") -> list[Target]:
    """Load some targets, or every one of `data/targets` in the order of their ids.

    * `names`: ids or paths, separated by blanks or commas; empty for all there are.

    Examples
    --------
    >>> [target.id for target in load_targets()]
    ['electoral-roll-2021', 'votes-cast-2021-06-06']

    Whether one fits a poll depends on the segments of both: `analysis.estimates.fitting_targets`.
    """
    return [load_target(name) for name in names_in("targets", names) or data_files("targets", "*.csv")]


def load_result(result: str | Path) -> Result:
    """Load an official result.

    * `result`: an id under `data/results`, or a path to a CSV file with a TOML file beside it. `ID-by-district.csv`
      beside them has the counts of smaller places.

    Examples
    --------
    >>> votes = load_result("peru-2021-runoff").votes
    >>> round(votes["castillo"] / (votes["castillo"] + votes["fujimori"]), 5)
    0.50126

    Castillo won with 50.126 % of the valid votes.
    """
    files = ReferenceFiles("results", result)
    described = files.described(Result)
    regions = _counts(files, ["region", "zone"], "region", also=["tile"])
    districts = pd.DataFrame()
    if files.path("-by-district").is_file():
        districts = _counts(files, ["id", "region", "province", "district"], "id", "-by-district")
    votes = {} if described is None else {k: v for k, v in described.proclaimed.items() if k != "turnout"}
    files.problems += [
        f"{shown_path(files.path(ending='.toml'))}, [proclaimed], {name!r}: {count!r} is not a whole number of votes."
        for name, count in votes.items()
        if type(count) is not int or count < 0
    ]
    loaded: Result = files.loaded(
        described, "-by-district", votes=votes, regions=regions, districts=districts
    )
    return loaded


def load_results(names: str = "") -> list[Result]:
    """Load some official results, or every one of `data/results` in the order of their ids; as `load_targets`.

    Examples
    --------
    >>> [result.id for result in load_results()]
    ['peru-2021-runoff']

    Which of them a poll is about depends on its candidates: `analysis.estimates.fitting_result`.
    """
    return [load_result(name) for name in names_in("results", names) or data_files("results", "*.toml")]


def _counts(
    files: ReferenceFiles, names: list[str], key: str, part: str = "", *, also: Sequence[str] = ()
) -> pd.DataFrame:
    """Read counts of places: columns of names, of which some may be missing, and numbers in all others."""
    table = files.table(names, part)
    table = files.numbers(table, [name for name in table.columns if name not in {*names, *also}], part)
    files.require_unique(table, key, part)
    return table.reset_index(drop=True)
