"""How far polls of past elections were from results: sums over many of them, by kind of race."""

from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd

from analysis.errors import PollError, unknown_name
from analysis.paths import shown_path
from analysis.polls.reference_files import (
    digest,
    find_reference,
    names_in,
    number_columns,
    read_columns,
    read_description,
)
from analysis.polls.references import Reference
from analysis.polls.schema import computed

__all__ = ["TrackRecord", "load_track_record"]

_ENDS = ["days_from", "days_to", "n_from", "n_to"]
_SUMS = [
    "polls", "covered", "absolute_lead_error", "squared_lead_error", "lead_variance", "squared_share_error",
    "share_variance",
]  # fmt: skip


@dataclass(frozen=True, eq=False, kw_only=True, repr=False)
class TrackRecord(Reference):
    """Errors that polls had, summed.

    Attributes
    ----------
    short_title : str
        What the polls were about, within a sentence.
    level : float
        The level of the nominal intervals that `covered` counts.
    groups : pandas.DataFrame
        One row for each `kind` of race, `days_from, days_to` before the vote and `n_from, n_to` interviews (NaN: no end):
        `polls`, how many of them `covered` the result, their `mean_n`, and sums over them of `absolute_lead_error`,
        `squared_lead_error`, `lead_variance`, `squared_share_error` and `share_variance`: of shares in [0, 1], variances of
        simple random samples, the share that of one candidate among two.
    """

    short_title: str
    level: float
    groups: pd.DataFrame = computed(pd.DataFrame)

    def without(self, kinds: str) -> pd.DataFrame:
        """Return the groups of other kinds of races than some, which are separated by blanks or commas."""
        left_out, there_is = names_in("left_out", kinds), list(dict.fromkeys(self.groups["kind"]))
        for unknown in (kind for kind in left_out if kind not in there_is):
            raise PollError(unknown_name("no kind of race", unknown, there_is))
        kept = self.groups[~self.groups["kind"].isin(left_out)]
        if kept.empty:
            raise PollError("left_out: it names every kind of race; keep one at least.")
        return kept


def load_track_record(record: str | Path) -> TrackRecord:
    """Load the errors of past polls.

    Parameters
    ----------
    record : str or pathlib.Path
        An id under `data/track-records`, or a path to a CSV file with a TOML file beside it.

    Raises
    ------
    PollError
        Naming every fault of the files.

    Examples
    --------
    >>> groups = load_track_record("us-elections-1998-2022").groups
    >>> print(f"{groups['polls'].sum():,.0f} polls, {groups['covered'].sum() / groups['polls'].sum():.3f} covered")
    11,475 polls, 0.703 covered

    Seven in ten nominal intervals held the result; they were made to hold it in 95 of 100.
    """
    stem = find_reference("track-records", record)
    path = stem.with_name(f"{stem.name}.csv")
    where, problems = shown_path(path), list[str]()
    described = read_description(TrackRecord, stem, problems)
    table, faults = read_columns(path, ["kind", *_ENDS, *_SUMS])
    problems += faults
    groups = number_columns(table, [name for name in table.columns if name != "kind"], where, problems)
    if not faults:
        problems += [
            f"{where}, line {line}: {row['covered']:g} of {row['polls']:g} polls are covered."
            for line, row in groups.iterrows()
            if not 0 <= row["covered"] <= row["polls"]
        ]
        problems += [
            f"{where}, line {line}, column {name!r}: a sum is missing."
            for name in _SUMS
            for line in groups.index[groups[name].isna()]
        ]
    if problems:
        raise PollError(problems)
    loaded: TrackRecord = replace(
        described, groups=groups.reset_index(drop=True), sha256=digest(path, path.with_suffix(".toml"))
    )
    return loaded
