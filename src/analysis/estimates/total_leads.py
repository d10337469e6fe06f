"""Leads of the whole sample with segments in their true sizes, and what each segment adds."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from analysis.estimates.opening import Table
from analysis.estimates.options import Options
from analysis.estimates.pairs import Comparison, Method, Points
from analysis.estimates.remaking import at_settings, remakeable, remakeable_each
from analysis.estimates.sums import finest_partition, summed
from analysis.estimates.totals import PRINTED, foremost
from analysis.estimates.verdict import JUDGED, LEADS, judge, stacked
from analysis.polls import PUBLISHED, WHOLE, Poll, Target, load_target
from analysis.stats import combined_interval, inverted_p_value, lead_interval, shared_answers
from analysis.stats.arrays import FloatArray
from analysis.stats.totals import Parts, break_even, extreme_weights

__all__ = ["segment_shifts", "total_leads"]


_ABOUT, _ENDS = ("question", "answer", "against", "segment", "target"), ("rounding_low", "rounding_high")

Corner = tuple[FloatArray, FloatArray, FloatArray]


def _corners(table: Table, parts: Parts, pair: Sequence[str]) -> list[Corner]:
    """Return shares and weights with which a lead is least, greatest, and as printed."""
    rows = table.rows(pair)
    (a, b), (a_low, b_low), (a_high, b_high) = table.share[rows], table.low[rows], table.high[rows]
    if table.single:
        a_high, b_high = np.minimum(a_high, 1 - b_low), np.minimum(b_high, 1 - a_low)
    light = heavy = parts.weight
    if not np.isnan(parts.low).any():
        light, heavy = (
            extreme_weights(parts.low, parts.high, gain) for gain in (b_high - a_low, a_high - b_low)
        )
    return [(a_low, b_high, light), (a_high, b_low, heavy), (a, b, parts.weight)]


def _weighted_lead(corners: Sequence[Corner], parts: Parts, *, single: bool) -> Comparison:
    """Compare one answer with another in a sum of segments: a comparison of one row."""

    def interval(
        *point: FloatArray, level: FloatArray, end: int = 0
    ) -> tuple[FloatArray, FloatArray, FloatArray]:
        a, b, weight, effects = point
        both = 0.0 if single else shared_answers(a, b)[end]
        levels, n = np.broadcast_to(level, effects.shape), parts.n / effects[:, np.newaxis]
        leads = lead_interval(a, b, n, confidence_level=levels[:, np.newaxis], small_count=0, overlap=both)
        return combined_interval(weight, *leads, confidence_level=levels, n_weights=parts.n_whole / effects)

    def p_value(*point: FloatArray, end: int) -> FloatArray:
        return inverted_p_value(lambda level: interval(*point, level=level, end=end))[:, np.newaxis]

    def test(*point: FloatArray) -> tuple[FloatArray, ...]:
        a, b, weight, effects = point
        surest = [] if single else [p_value(*point, end=1)]
        return np.full((len(effects), 1), weight @ (a - b)), p_value(*point, end=0), *surest

    def within(*point: FloatArray, confidence_level: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
        lead, low, high = interval(*point, level=confidence_level[:, 0])
        return lead, low.clip(-1)[:, np.newaxis], high.clip(max=1)[:, np.newaxis]

    def points(effects: FloatArray) -> Points:
        fewest = (parts.n_whole + 0 * parts.n.sum()) / effects[:, np.newaxis]
        return fewest, [(*corner, effects) for corner in corners], {}

    a, b, weight = corners[2]
    return Comparison(np.array([weight @ (a - b)]), Method(test, within), points)


def total_leads(
    poll: Poll,
    question: str,
    targets: Sequence[str | Target] = (),
    options: Options | None = None,
) -> pd.DataFrame:
    """Give the lead of the foremost answer over the second under several sets of weights.

    Columns: `question, answer, against, segment, target, estimate, low, high, …, verdict, rounding_low, rounding_high`,
    as `compare_answers`, each judged by itself: for the total as printed, the weights that the print implies, and every
    target over the finest partition that fits it. No rows where fewer than two answers are known.

    Examples
    --------
    >>> from analysis import load_poll, load_target
    >>> leads = total_leads(load_poll("cpi-2021-04"), "vote_intention", [load_target("electoral-roll-2021")])
    >>> leads[["target", "estimate", "low", "high", "verdict"]].round(3)
                    target  estimate    low   high verdict
    0              printed     0.124  0.068  0.180   ahead
    1            published     0.124  0.064  0.181   ahead
    2  electoral-roll-2021     0.132  0.074  0.187   ahead

    Whoever's sizes are used, Castillo was ahead.
    """
    goals = [load_target(PUBLISHED), *(one for one in map(load_target, targets) if one.id != PUBLISHED)]

    def make(settings: Sequence[Options]) -> list[pd.DataFrame]:
        pair = foremost(poll, question)
        if len(pair) < 2:
            return [pd.DataFrame() for _ in settings]
        sums = {PRINTED: summed(poll, question, options=settings[0])}
        for goal in goals:
            if chosen := finest_partition(poll, goal, question):
                sums[goal.id] = summed(poll, question, goal, chosen, settings[0])
        rows, judged = [], []
        for name, (table, parts) in sums.items():
            corners = _corners(table, parts, pair)
            # Sorted, since two shares that sum to more than all have no ends that do not.
            least, greatest = sorted(float(weight @ (a - b)) for a, b, weight in corners[:2])
            rows.append((question, *pair, WHOLE, name, least, greatest))
            comparison = _weighted_lead(corners, parts, single=table.single)
            judged.append(judge(comparison, settings, LEADS))
        return at_settings(
            pd.DataFrame(rows, columns=[*_ABOUT, *_ENDS]), stacked(judged), [*_ABOUT, *JUDGED, *_ENDS]
        )

    return remakeable(poll, options, make)


def segment_shifts(
    poll: Poll,
    question: str,
    target: str | Target = PUBLISHED,
    options: Options | None = None,
    *,
    partition: str = "",
) -> pd.DataFrame:
    """Say what each segment adds to a lead when the published weights give way to those of a target.

    Columns: `segment, published_weight, published_low, published_high, target_weight, lead, contribution, break_even`:
    the lead of the foremost answer over the second, what the lead in the whole gains, and the weight of the segment at
    which they would tie. A contribution is the change of a weight times how far the lead there is from that in the
    whole: where others make room, a segment like all of them changes nothing. All sum to the change of the lead.

    Examples
    --------
    >>> from analysis import load_poll, load_target
    >>> roll = load_target("electoral-roll-2021")
    >>> shifts = segment_shifts(load_poll("cpi-2021-04"), "vote_intention", roll, partition="region")
    >>> shifts[["segment", "published_weight", "target_weight", "contribution", "break_even"]].round(3)
           segment  published_weight  target_weight  contribution  break_even
    0  lima_callao              0.37          0.345         0.006       0.681
    1     interior              0.63          0.655         0.004       0.319

    Fewer people in the capital and more outside it add a point to Castillo's lead; for a tie the capital would have to
    be 68 % of the country.
    """
    pair = foremost(poll, question)
    partition = partition or finest_partition(poll, load_target(target), question)

    def make(one: Options) -> pd.DataFrame:
        _, published = summed(poll, question, PUBLISHED, partition or None, one)
        table, parts = summed(poll, question, target if partition else PUBLISHED, partition or None, one)
        weight = parts.weight
        a, b = table.share[table.rows(pair)] if len(pair) == 2 else np.full((2, len(weight)), np.nan)
        whole = published.weight @ (a - b)
        return pd.DataFrame(
            {
                "segment": table.segments,
                "published_weight": published.weight,
                "published_low": published.low,
                "published_high": published.high,
                "target_weight": weight,
                "lead": a - b,
                "contribution": (weight - published.weight) * (a - b - whole),
                "break_even": [break_even(weight, a - b, at) for at in range(len(weight))],
            }
        )

    return remakeable_each(poll, options, make)
