"""Segments that make up the whole, each once, with their weights: what a national total is summed over.

A partition of a part, such as the zones of the interior, is completed by the parts beside it, such as
the capital. Segments that overlap are never summed.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.errors import AnalysisError
from analysis.estimates.weights import segment_bases
from analysis.polls import PUBLISHED, Partition, Poll, Segments, Target
from analysis.polls.segments import WHOLE
from analysis.stats.margins import FloatArray

__all__ = [
    "PUBLISHED",
    "Cover",
    "Figures",
    "cover",
    "cover_segments",
    "figures",
    "is_published",
    "target_weights",
]


@dataclass(frozen=True, eq=False, slots=True)
class Cover:
    """Disjoint segments that make up the whole, and what stands behind each.

    Attributes
    ----------
    segments : tuple of str
    weight, low, high : numpy.ndarray
        Shares of the whole, one a segment, and the interval that is left to each. They sum to 1.
        `low` and `high` equal `weight` where it is known.
    n_effective : numpy.ndarray
        Interviews of each segment / design effect; NaN where unknown.
    n_whole : float
        Interviews of the whole sample / design effect.
    """

    segments: tuple[str, ...]
    weight: FloatArray
    low: FloatArray
    high: FloatArray
    n_effective: FloatArray
    n_whole: float


@dataclass(frozen=True, eq=False, slots=True)
class Figures:
    """Shares of a question, answers × segments, and the intervals they were rounded from."""

    answers: tuple[str, ...]
    share: FloatArray
    low: FloatArray
    high: FloatArray

    def rows(self, answers: Sequence[str]) -> "Figures":
        """Return the figures of some answers, in that order."""
        at = [self.answers.index(answer) for answer in answers]
        return Figures(tuple(answers), self.share[at], self.low[at], self.high[at])


def cover_segments(segments: Segments, partition: str | Sequence[str] | None) -> tuple[str, ...]:
    """Resolve partitions into segments that make up the whole, each person in one of them.

    Parameters
    ----------
    segments : Segments
    partition : str, sequence of str or None
        Ids of partitions. Of a part of the whole, the parts beside it are added. None is the whole itself.

    Returns
    -------
    tuple of str
        Segment ids, in the order of the partitions.

    Raises
    ------
    PollError
        If there is no such partition.
    AnalysisError
        If two partitions divide the same segment, or one divides a segment that no partition makes
        part of the whole.

    Examples
    --------
    >>> from analysis.polls import load_poll
    >>> segments = load_poll("cpi-2021-04").segments
    >>> cover_segments(segments, "area")
    ('lima_callao', 'urbano', 'rural')
    >>> cover_segments(segments, ["zone", "area"])
    Traceback (most recent call last):
    ...
    analysis.errors.AnalysisError: partition: 'zone' and 'area' both divide 'interior', and how their parts
    overlap was not published; use one of them.

    Urban and rural make up the interior alone; Lima and Callao complete the country.
    """
    names = [] if partition is None else [partition] if isinstance(partition, str) else list(partition)
    chosen: dict[str, Partition] = {}
    pending = [segments.partition(name) for name in names]
    while pending:
        one = pending.pop(0)
        other = chosen.setdefault(one.of, one)
        if other.id != one.id:
            raise AnalysisError(
                f"partition: {other.id!r} and {one.id!r} both divide {one.of!r}, and how their parts overlap was "
                "not published; use one of them."
            )
        if one.of != WHOLE and not any(one.of in known.parts for known in [*chosen.values(), *pending]):
            around = next((known for known in segments.partitions if one.of in known.parts), None)
            if around is None:
                raise AnalysisError(
                    f"partition: {one.id!r} divides {one.of!r}, which no partition makes a part of {WHOLE!r}; "
                    "declare one in poll.toml, or use a partition of the whole."
                )
            pending.append(around)

    def parts(segment: str) -> list[str]:
        if segment not in chosen:
            return [segment]
        return [smallest for part in chosen[segment].parts for smallest in parts(part)]

    return tuple(parts(WHOLE))


def is_published(target: str | Target) -> bool:
    """Say whether a target is the poll itself, by name or as `load_target("published")`."""
    return (target.id if isinstance(target, Target) else target) == PUBLISHED


def target_weights(target: Target, segments: Sequence[str]) -> FloatArray:
    """Return the shares that a target gives to segments, which sum to 1.

    Raises
    ------
    AnalysisError
        Naming every segment that the target lacks.
    """
    population = target.population.set_index("segment")["population"].astype(float)
    missing = [segment for segment in segments if segment not in population.index]
    if missing:
        raise AnalysisError(
            f"target: {target.id!r} has no population for {', '.join(map(repr, missing))}; it has one for "
            f"{', '.join(population.index)}. Add it, or use a partition of these."
        )
    counts = population[list(segments)].to_numpy(dtype=float)
    return np.asarray(counts / counts.sum())


def cover(
    poll: Poll,
    question: str,
    *,
    partition: str | Sequence[str] | None = "region",
    target: str | Target = PUBLISHED,
    design_effect: float = 1.0,
) -> Cover:
    """Return the segments that a question is summed over, with their weights and bases.

    Parameters
    ----------
    poll : Poll
    question : str
        Id of a question. One that was not asked of all has unknown weights: those of its segments in
        the people asked were not published.
    partition : str, sequence of str or None
        As for `cover_segments`.
    target : str or Target
        `"published"` (the weights implied by the print, with their intervals) or a loaded target.
    design_effect : float
        Variance of the design relative to simple random sampling.

    Raises
    ------
    PollError
        If there is no such question or partition.
    AnalysisError
        If the partitions overlap, the target lacks a segment, or an option is not allowed.

    Examples
    --------
    >>> from analysis.polls import load_poll
    >>> zones = cover(load_poll("cpi-2021-04"), "vote_intention", partition="zone")
    >>> dict(zip(zones.segments[:2], zones.weight.round(3).tolist()))
    {'lima_callao': 0.37, 'costa_sierra_norte': 0.257}

    The northern coast and highlands are 25.7 % of the whole sample.
    """
    if isinstance(target, str) and not is_published(target):
        raise AnalysisError(
            f"target: {target!r} is not allowed; use {PUBLISHED!r} or a loaded target, as by load_target({target!r})."
        )
    asked_of_all = poll.question(question).base == "all"
    segments = cover_segments(poll.segments, partition)
    bases = segment_bases(poll, design_effect=design_effect).set_index("segment").loc[list(segments)]
    weight, low, high = bases[["weight", "low", "high"]].to_numpy(dtype=float).T
    n_effective = bases["n_effective"].to_numpy(dtype=float)
    if isinstance(target, Target) and not is_published(target):
        weight = low = high = target_weights(target, segments)
    if not asked_of_all:
        n_effective = np.full(len(segments), np.nan)
        if len(segments) > 1:
            weight = low = high = n_effective
    n_whole = poll.sheet.n / design_effect if asked_of_all else np.nan
    return Cover(segments, weight, low, high, n_effective, n_whole)


def figures(poll: Poll, question: str, segments: Sequence[str]) -> Figures:
    """Return a question's shares in segments, NaN where no table prints them."""
    known: pd.DataFrame = poll.known(question)
    answers = tuple(answer.id for answer in poll.question(question).answers)

    def wide(values: str) -> FloatArray:
        table = known.pivot(index="answer", columns="segment", values=values)
        return table.reindex(index=list(answers), columns=list(segments)).to_numpy(dtype=float)

    return Figures(answers, wide("share"), wide("low"), wide("high"))
