"""Segments that make up the whole, each person in one of them, with their weights: what totals are summed over.

A partition of a part, such as the zones of the interior, is completed by the parts beside it, such as the capital.
Segments that overlap are never summed.
"""

from collections.abc import Sequence

import numpy as np

from analysis.errors import AnalysisError
from analysis.estimates.bases import cell_bases, segment_bases, weighting_cost
from analysis.estimates.opening import Table, opened
from analysis.estimates.options import Options, a_poll
from analysis.polls import PUBLISHED, WHOLE, Poll, Segments, Target, load_target
from analysis.stats.arrays import FloatArray
from analysis.stats.totals import Parts

__all__ = [
    "finest_partition",
    "fitting_targets",
    "population_shares",
    "summed",
    "summed_segments",
    "target_weights",
]


def summed_segments(segments: Segments, partition: str | None) -> tuple[str, ...]:
    """Complete a partition to segments that make up the whole, each person in one of them; None is the whole itself.

    Of a partition of a part, the parts beside it are added. One of a segment that no partition makes part of the whole is
    an `AnalysisError`.

    Examples
    --------
    >>> from analysis import load_poll
    >>> summed_segments(load_poll("cpi-2021-04").segments, "area")
    ('lima_callao', 'urbano', 'rural')

    Urban and rural make up the interior alone; Lima and Callao complete the country.
    """
    if partition is None:
        return (WHOLE,)
    one = segments.partition(partition)
    found = one.parts
    while one.of != WHOLE:
        around = next((known for known in segments.partitions if one.of in known.parts), None)
        if around is None:
            raise AnalysisError(
                f"partition: {one.id!r} divides {one.of!r}, which no partition makes a part of {WHOLE!r}; "
                "declare one in poll.toml, or use a partition of the whole."
            )
        at = around.parts.index(one.of)
        one, found = around, (*around.parts[:at], *found, *around.parts[at + 1 :])
    return found


def population_shares(target: Target, segments: Sequence[str]) -> FloatArray:
    """Return the shares that a target gives to segments, which sum to 1; NaN if it lacks one."""
    counts = target.population.set_index("segment")["population"].astype(float).reindex(list(segments))
    return np.asarray(counts / counts.sum(skipna=False))


def target_weights(target: Target, segments: Sequence[str]) -> FloatArray:
    """Return the shares that a target gives to segments, which sum to 1; every segment that it lacks is an error."""
    counted = target.population["segment"].to_list()
    missing = [segment for segment in segments if segment not in counted]
    if missing:
        raise AnalysisError(
            f"target: {target.id!r} has no population for {', '.join(map(repr, missing))}; it has one for "
            f"{', '.join(counted)}. Add it, or use a partition of these."
        )
    return population_shares(target, segments)


def finest_partition(poll: Poll, target: Target, question: str = "") -> str:
    """Choose the partition with most segments to which a target can weight a poll; empty where there is none.

    With a question, those come first of whose segments most is published: a lead of one answer over another, or a share.
    """
    segments = a_poll(poll).segments
    if target.id == PUBLISHED:
        there = {
            s for s, weight in zip(segments.ids, segment_bases(poll).weight, strict=True) if weight == weight
        }
    else:
        there = set(target.population["segment"])
    of_whole = [WHOLE]
    for segment in of_whole:  # which grows as parts of parts are found
        of_whole += [part for one in segments.partitions if one.of == segment for part in one.parts]
    fitting = {}
    for partition in segments.partitions:
        parts = summed_segments(segments, partition.id) if partition.of in of_whole else ()
        if parts and there.issuperset(parts):
            fitting[partition.id] = (min(_known(poll, question, parts), 2), len(parts))
    return max(fitting, key=fitting.__getitem__, default="")


def _known(poll: Poll, question: str, segments: Sequence[str]) -> int:
    """Count the answers of which the share in every segment is published."""
    if not question:
        return 0
    table = opened(poll, question).within(segments)
    return int((~np.isnan(table.share[table.rows(table.of_all)])).all(axis=1).sum())


def fitting_targets(poll: Poll, targets: Sequence[Target], question: str = "") -> list[Target]:
    """Keep the targets to which a poll can be weighted: those that count every segment of one of its partitions.

    Where a question was asked of a part of the sample none fits: how large the segments are among these people is unknown.

    Examples
    --------
    >>> from analysis import load_poll, load_targets
    >>> [target.id for target in fitting_targets(load_poll("cpi-2021-04"), load_targets())]
    ['electoral-roll-2021', 'votes-cast-2021-06-06']

    The regions of this poll have a size on the electoral roll, and one in the votes cast.
    """
    if question and a_poll(poll).question(question).base != "all":
        return []
    return [
        target for target in targets if target.id != PUBLISHED and finest_partition(poll, target, question)
    ]


def summed(
    poll: Poll,
    question: str,
    target: str | Target = PUBLISHED,
    partition: str | None = None,
    options: Options | None = None,
) -> tuple[Table, Parts]:
    """Open the segments that a question is summed over: their figures, and their weights with all interviews.

    Those of the finest partition that fits if that is empty.

    `target` is `"published"` (the weights implied by the print, with their bounds) or a population. A question that was
    not asked of all has unknown weights: those of its segments among the people asked were not published.
    """
    goal, table, options = load_target(target), opened(poll, question), options or Options()
    if partition == "":
        partition = finest_partition(poll, goal, question) or None
    segments = summed_segments(poll.segments, partition)
    bases = segment_bases(poll, options.largest_nonresponse)
    at = table.columns(segments)
    weight, low, high = bases.weight[at], bases.low[at], bases.high[at]
    if goal.id != PUBLISHED:
        weight = low = high = target_weights(goal, segments)
    if table.question.base != "all" and len(segments) > 1:
        weight = low = high = np.full(len(segments), np.nan)
    n = np.full(len(table.segments), np.nan)
    if table.answers:
        n = cell_bases(poll, table, options)[table.rows(table.of_all)[:1] or [0]][0]
    # What weighting between the parts cost is in the design effect, and again in a sum over their own interviews.
    own = n[at] * (weighting_cost(poll, partition) if partition else 1)
    return table.within(segments), Parts(weight, low, high, own, float(n[table.whole]))
