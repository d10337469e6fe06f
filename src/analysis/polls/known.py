"""Weights that are known: what the segments of a poll counted for, from its respondents or from what was printed of them."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import pandas as pd

from analysis.paths import data_files
from analysis.polls.loading import list_polls, load_poll
from analysis.polls.model import Poll
from analysis.polls.reference_files import ReferenceFiles, names_in
from analysis.polls.references import Reference
from analysis.polls.schema import computed

__all__ = ["KnownWeights", "load_known_weights"]

_NAMES = ["partition", "segment", "label", "label_es"]
_COUNTS = ["interviews", "weighted", "low", "high"]
_CROSSED = ["question", "answer", "segment", "other", "weighted"]
_ANSWERED = ["people", "question", "answer"]


@dataclass(frozen=True, eq=False, kw_only=True, repr=False)
class KnownWeights(Reference):
    """How much the segments of a poll counted for; its id is the poll's.

    * `known_from`: `respondents`, whose weights were published; `printed_bases`, the weighted interviews beside every
      table; or `profile`, a table of who was interviewed.
    * `step`: one step of the last digit of `weighted`, by which it may be rounded.
    * `factor`: Kish's factor of the weights of all respondents, where these are known: n Σw² / (Σw)².
    * `weights`: `partition, segment, label, label_es, interviews, weighted, low, high`, one row a segment of a
      partition of the whole sample. Counts of interviews, before weighting and after; bounds only of a poll whose
      tables are not among the data.
    * `crossed`: what nobody printed and respondents show: `question, answer, segment, other, weighted`, the weighted
      interviews of those who are in two segments at once.
    * `answered`: tables made of respondents: `people` (`all`, or `answered`: without those who gave no answer to the
      question), `question, answer`, and a column of shares for each segment.
    * `poll`: the poll, if its tables are among the data.
    """

    short_title: str
    known_from: Literal["respondents", "printed_bases", "profile"]
    step: float
    factor: float | None = None
    weights: pd.DataFrame = computed(pd.DataFrame)
    crossed: pd.DataFrame = computed(lambda: pd.DataFrame(columns=_CROSSED))
    answered: pd.DataFrame = computed(lambda: pd.DataFrame(columns=_ANSWERED))
    poll: Poll | None = computed(lambda: None)


def load_known_weights(names: str = "") -> list[KnownWeights]:
    """Load weights that are known, of some polls or of every one in `data/weights`, in the order of their ids.

    * `names`: ids of polls, separated by blanks or commas; empty for all there are.

    Examples
    --------
    >>> known = load_known_weights("masculinity-2018")[0].weights.set_index("segment")
    >>> print((known.loc["age_18_34", ["interviews", "weighted"]] / 1615).astype(float).round(3).to_dict())
    {'interviews': 0.082, 'weighted': 0.292}

    Men under 35 were 8 % of those interviewed, and count for 29 % of every figure.
    """
    return [_known(name) for name in names_in("weights", names) or data_files("weights", "*.toml")]


def _known(name: str | Path) -> KnownWeights:
    files = ReferenceFiles("weights", name)
    described = files.described(KnownWeights)
    further = {
        kind: _table(files, names, [], f"-{kind}")
        for kind, names in (("crossed", _CROSSED), ("answered", _ANSWERED))
        if files.path(f"-{kind}").is_file()
    }
    if "answered" in further:  # printed per cents
        shares = further["answered"].columns.difference(_ANSWERED)
        further["answered"] = further["answered"].assign(**further["answered"][shares] / 100)
    weights = _table(files, [*_NAMES, "interviews", "weighted"], _COUNTS)
    poll = load_poll(files.stem.name) if files.stem.name in list_polls() else None
    if poll is not None:
        parts = {(one.id, part) for one in poll.segments.partitions for part in one.parts}
        files.problems += [
            f"{files.where()}: {segment!r} is no part of {partition!r} in poll {poll.id!r}."
            for partition, segment in zip(weights["partition"], weights["segment"], strict=True)
            if (partition, segment) not in parts
        ]
    loaded: KnownWeights = files.loaded(described, weights=weights, poll=poll, **further)
    return loaded


def _table(files: ReferenceFiles, required: list[str], counts: list[str], part: str = "") -> pd.DataFrame:
    """Read a table of names and, in all other columns, numbers; with all columns of counts, though the file lack them."""
    table = files.table(required, part)
    names = {*_NAMES, *_ANSWERED, "other"}
    table = files.numbers(table, [column for column in table.columns if column not in names], part)
    return table.reindex(columns=list(dict.fromkeys([*table.columns, *counts]))).reset_index(drop=True)
