"""Totals of the whole sample: as published, or with segments in their true sizes."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from analysis.errors import AnalysisError
from analysis.estimates.opening import answers_of_role, opened
from analysis.estimates.options import Options, a_poll, made
from analysis.estimates.sums import finest_partition, summed
from analysis.polls import PUBLISHED, WHOLE, Poll, Target, load_target
from analysis.stats import share_interval
from analysis.stats.arrays import FloatArray
from analysis.stats.totals import Estimate, ratio_bounds, weighted_ratio

__all__ = ["PRINTED", "foremost", "hull_interval", "national_total"]

PRINTED = "printed"
"""The name of the total as the pollster printed it, beside those of other weights."""


def hull_interval(
    estimate: Estimate, bounds: tuple[FloatArray, FloatArray], options: Options
) -> tuple[FloatArray, FloatArray]:
    """Return Wilson limits at the equivalent sample size, from the ends that rounding and weights leave."""
    n = estimate.n_equivalent
    low, high = (np.clip(end, 0, 1) for end in bounds)  # the last bit of a sum may lie beyond
    level = options.confidence_level
    return share_interval(low, n, confidence_level=level)[0], share_interval(high, n, confidence_level=level)[
        1
    ]


def national_total(
    poll: Poll,
    question: str,
    target: str | Target = PUBLISHED,
    options: Options | None = None,
    *,
    partition: str | Sequence[str] | None = "",
) -> pd.DataFrame:
    """Weight the segments of a question to the whole.

    Parameters
    ----------
    target : str or Target
        `"published"`: the weights implied by the print. Or population counts, by id or from `load_target`.
    partition : str, sequence of str or None
        Which segments are weighted; empty for the finest partition that fits the target, None for the printed total.

    Returns
    -------
    pandas.DataFrame
        `question, answer, segment, target, estimate, low, high, standard_error, standard_error_stratified,
        rounding_low, rounding_high, published, difference`, one row an answer; `segment` is the whole. `low` and `high`
        hold sampling error, rounding, and what the print leaves open of the weights; `rounding_low` and `rounding_high`
        the last two alone. `standard_error_stratified` takes the weights as known, `standard_error` as sampled, which
        is the safer. A row that is conditional on an answer is a share of those who gave it.

    Examples
    --------
    >>> from analysis import load_poll
    >>> total = national_total(load_poll("cpi-2021-04"), "vote_intention", "electoral-roll-2021")
    >>> total.loc[0, ["estimate", "low", "high", "published"]].astype(float).round(3).to_list()
    [0.361, 0.326, 0.397, 0.355]

    With segments in the sizes of the electoral roll Castillo has 36.1 % instead of 35.5 %: it changes next to nothing.
    """
    goal = load_target(target)
    a_poll(poll)
    chosen = partition if partition != "" else finest_partition(poll, goal, question) or None
    if goal.id != PUBLISHED and chosen is None:
        segments = ", ".join(goal.population["segment"])
        raise AnalysisError(
            f"target: {goal.id!r} counts {segments}, of which no partition of the poll makes up the whole; name one with "
            "partition, or use a target that counts all parts of one."
        )

    def make(settings: Sequence[Options]) -> list[pd.DataFrame]:
        table, of_parts = (
            opened(poll, question),
            summed(
                poll, question, partition=chosen, target=goal, nonresponse=settings[0].largest_nonresponse
            ),
        )
        at = table.columns(of_parts.segments)
        given = [table.question[answer].given for answer in table.answers]

        def of_condition(values: FloatArray) -> FloatArray:
            everybody = np.ones(len(at))
            conditions = [everybody if one is None else values[table.answers.index(one)] for one in given]
            return np.array(conditions).reshape(values.shape)

        share, low, high = table.share[:, at], table.low[:, at], table.high[:, at]
        whole, whole_low, whole_high = (of_condition(values) for values in (share, low, high))
        # The givers of the condition weigh most where that serves the bound: both ends of their share are tried.
        bounds = [
            ratio_bounds(of_parts.parts, (ends * low[row], ends), (ends * high[row], ends))
            for row, ends in enumerate(np.stack([whole_low, whole_high], axis=1))
        ]
        ends = tuple(np.array(bounds).reshape(-1, 2).T)
        published = table.share[:, table.segments.index(WHOLE)]
        frames = []
        for one in settings:
            estimate = weighted_ratio(of_parts.at(one.effect), whole * share, whole)
            limits = hull_interval(estimate, (ends[0], ends[1]), one)
            columns: dict[str, Any] = {
                "question": table.question.id,
                "answer": table.answers,
                "segment": WHOLE,
                "target": PRINTED if chosen is None else goal.id,
                "estimate": estimate.share,
                "low": limits[0],
                "high": limits[1],
                "standard_error": estimate.standard_error,
                "standard_error_stratified": estimate.standard_error_stratified,
                "rounding_low": ends[0],
                "rounding_high": ends[1],
                "published": published,
                "difference": estimate.share - published,
            }
            frames.append(pd.DataFrame(columns))
        return frames

    return made(poll, options, make)


def foremost(poll: Poll, question: str) -> list[str]:
    """Return the two foremost answers: of the candidates, of what else says something, or of all."""
    table = opened(poll, question)
    meant = answers_of_role(table.question, "candidate")
    if len(meant) < 2:
        meant += answers_of_role(table.question, "substantive")
    if len(meant) < 2:
        meant = table.of_all
    column = table.segments.index(WHOLE)
    if np.isnan(table.share[table.rows(meant), column]).all():  # nothing is printed of the whole
        column = int(np.argmax(~np.isnan(table.share[table.rows(meant)]).any(axis=0)))
    share = dict(zip(meant, table.share[table.rows(meant), column], strict=True))
    known = [answer for answer in meant if not np.isnan(share[answer])]
    return sorted(known, key=lambda answer: -share[answer])[:2]
