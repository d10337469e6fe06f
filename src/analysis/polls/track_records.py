"""How far polls of past elections were from results: sums over many of them, by kind of race."""

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from analysis.errors import PollError, unknown_name
from analysis.polls.reference_files import ReferenceFiles, names_in
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

    * `short_title`: what the polls were about, within a sentence.
    * `level`: the level of the nominal intervals that `covered` counts.
    * `groups`: one row for each `kind` of race, `days_from, days_to` before the vote and `n_from, n_to` interviews
      (NaN: no end): `polls`, how many of them `covered` the result, their `mean_n`, and sums over them of
      `absolute_lead_error`, `squared_lead_error`, `lead_variance`, `squared_share_error` and `share_variance`: of
      shares in [0, 1], variances of simple random samples, the share that of one candidate among two.
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

    * `record`: an id under `data/track-records`, or a path to a CSV file with a TOML file beside it.

    Examples
    --------
    >>> groups = load_track_record("us-elections-1998-2022").groups
    >>> print(f"{groups['polls'].sum():,.0f} polls, {groups['covered'].sum() / groups['polls'].sum():.3f} covered")
    11,475 polls, 0.703 covered

    Seven in ten nominal intervals held the result; they were made to hold it in 95 of 100.
    """
    files = ReferenceFiles("track-records", record)
    described = files.described(TrackRecord)
    table = files.table(["kind", *_ENDS, *_SUMS])
    groups = files.numbers(table, [name for name in table.columns if name != "kind"])
    files.problems += [
        f"{files.where()}, line {line}: {row['covered']:g} of {row['polls']:g} polls are covered."
        for line, row in groups.iterrows()
        if not 0 <= row["covered"] <= row["polls"]
    ]
    files.problems += [
        f"{files.where()}, line {line}, column {name!r}: a sum is missing."
        for name in _SUMS
        for line in groups.index[groups[name].isna()]
    ]
    loaded: TrackRecord = files.loaded(described, groups=groups.reset_index(drop=True))
    return loaded
