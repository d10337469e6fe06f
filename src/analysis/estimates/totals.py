"""Totals of the whole sample: as published, or with segments in their true sizes."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from analysis.errors import AnalysisError
from analysis.estimates.opening import answers_of_role, opened
from analysis.estimates.options import Options
from analysis.estimates.remaking import remakeable
from analysis.estimates.sums import finest_partition, summed
from analysis.polls import PUBLISHED, WHOLE, Poll, Target, load_target
from analysis.stats import share_interval
from analysis.stats.arrays import FloatArray
from analysis.stats.totals import Parts, ratio_bounds, weighted_ratio

__all__ = ["PRINTED", "foremost", "national_total", "ratios"]

Ends = tuple[FloatArray, FloatArray]

PRINTED = "printed"
"""The name of the total as the pollster printed it, beside those of other weights."""


def ratios(
    parts: Parts,
    part: FloatArray,
    whole: FloatArray,
    corners: Sequence[tuple[Ends, Ends]],
    settings: Sequence[Options],
    unit: FloatArray | None = None,
) -> list[dict[str, FloatArray]]:
    """Estimate ratios of sums over segments, with what rounding and weights leave open and, for each option, chance.

    `part` and `whole` are those of `stats.totals.weighted_ratio`, `corners` those of `ratio_bounds`. Limits are Wilson's
    at the equivalent sample size, from the ends that rounding and weights leave; of a ratio that was printed itself, with
    this `unit` of its last digit, those of `intervals`.
    """
    bounds = np.array([ratio_bounds(parts, *ends) for ends in corners]).reshape(-1, 2).T
    least, greatest = bounds.clip(0, 1)  # the last bit of a sum may lie beyond
    found = []
    for one in settings:
        estimate, level = weighted_ratio(parts.at(one.effect), part, whole), one.confidence_level
        n = estimate.n_equivalent
        if unit is None:
            low, _ = share_interval(least, n, confidence_level=level)
            _, high = share_interval(greatest, n, confidence_level=level)
        else:
            low, high = share_interval(estimate.share, n, confidence_level=level, unit=unit)
        found.append(
            {
                "estimate": estimate.share,
                "low": low,
                "high": high,
                "standard_error": estimate.standard_error,
                "standard_error_stratified": estimate.standard_error_stratified,
                "rounding_low": bounds[0],
                "rounding_high": bounds[1],
            }
        )
    return found


def national_total(
    poll: Poll,
    question: str,
    target: str | Target = PUBLISHED,
    options: Options | None = None,
    *,
    partition: str | None = "",
) -> pd.DataFrame:
    """Weight the segments of a question to the whole.

    Columns: `question, answer, segment, target, estimate, low, high, standard_error, standard_error_stratified,
    rounding_low, rounding_high, published, difference`, one row an answer; `segment` is the whole. `low` and `high`
    hold sampling error, rounding, and what the print leaves open of the weights; `rounding_low` and `rounding_high` the
    last two alone; the printed total has the interval of `intervals`. `standard_error_stratified` takes the weights as
    known, `standard_error` as sampled, which is the safer. A row that is conditional on an answer is a share of those
    who gave it.

    * `target`: `"published"`: the weights implied by the print. Or population counts, by id or from `load_target`.
    * `partition`: which segments are weighted; empty for the finest partition that fits the target, None for the
      printed total.

    Examples
    --------
    >>> from analysis import load_poll
    >>> total = national_total(load_poll("cpi-2021-04"), "vote_intention", "electoral-roll-2021")
    >>> total.loc[0, ["estimate", "low", "high", "published"]].astype(float).round(3).to_list()
    [0.361, 0.326, 0.397, 0.355]

    With segments in the sizes of the electoral roll Castillo has 36.1 % instead of 35.5 %: it changes next to nothing.
    """
    goal = load_target(target)
    chosen = partition if partition != "" else finest_partition(poll, goal, question) or None
    if goal.id != PUBLISHED and chosen is None:
        raise AnalysisError(
            f"target: {goal.id!r} counts {', '.join(goal.population['segment'])}, of which no partition of the poll "
            "makes up the whole; name one with partition, or use a target that counts all parts of one."
        )

    def make(settings: Sequence[Options]) -> list[pd.DataFrame]:
        table, parts = summed(poll, question, goal, chosen, settings[0])
        # The givers of a condition weigh most where that serves the bound: both ends of their share are tried.
        ends = np.stack([table.conditions(table.low), table.conditions(table.high)], axis=1)
        corners = [
            ((both * low, both), (both * high, both))
            for both, low, high in zip(ends, table.low, table.high, strict=True)
        ]
        whole, unit = table.conditions(table.share), table.unit[:, 0] if chosen is None else None
        published = opened(poll, question).share[:, opened(poll, question).whole]
        about = {
            "question": table.question.id,
            "answer": table.answers,
            "segment": WHOLE,
            "target": PRINTED if chosen is None else goal.id,
        }
        return [
            pd.DataFrame(about | found).assign(published=published, difference=found["estimate"] - published)
            for found in ratios(parts, whole * table.share, whole, corners, settings, unit)
        ]

    return remakeable(poll, options, make)


def foremost(poll: Poll, question: str) -> list[str]:
    """Return the two foremost answers: of the candidates, of what else says something, or of all."""
    table = opened(poll, question)
    meant = answers_of_role(table.question, "candidate")
    if len(meant) < 2:
        meant += answers_of_role(table.question, "substantive")
    if len(meant) < 2:
        meant = table.of_all
    share = table.share[table.rows(meant)]
    column = table.whole
    if np.isnan(share[:, column]).all():  # nothing is printed of the whole
        column = int(np.argmax(~np.isnan(share).any(axis=0)))
    order = np.argsort(-share[:, column], kind="stable")
    return [meant[at] for at in order if not np.isnan(share[at, column])][:2]
