"""Leads of the whole sample with segments in their true sizes, and what each segment adds."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from analysis.estimates.opening import Table, opened
from analysis.estimates.options import Options, made
from analysis.estimates.pairs import Comparison, Method
from analysis.estimates.sums import Sum, finest_partition, summed, summed_segments
from analysis.estimates.totals import PRINTED, foremost
from analysis.estimates.verdict import LEADS, judge
from analysis.polls import PUBLISHED, WHOLE, Poll, Target, load_target
from analysis.stats import combined_interval, inverted_p_value, lead_interval, shared_answers
from analysis.stats.arrays import FloatArray
from analysis.stats.totals import Parts, break_even, extreme_weights

__all__ = ["segment_shifts", "total_leads"]


_Corner = tuple[FloatArray, FloatArray, FloatArray]


def _corners(table: Table, pair: Sequence[str], of_parts: Sum) -> list[_Corner]:
    """Return shares and weights with which a lead is least, greatest, and as printed."""
    at = np.ix_(table.rows(pair), table.columns(of_parts.segments))
    (a, b), (a_low, b_low), (a_high, b_high) = table.share[at], table.low[at], table.high[at]
    parts = of_parts.parts
    if table.question.kind == "single_response":
        a_high, b_high = np.minimum(a_high, 1 - b_low), np.minimum(b_high, 1 - a_low)
    known = not np.isnan(parts.low).any()
    light = extreme_weights(parts.low, parts.high, b_high - a_low) if known else parts.weight
    heavy = extreme_weights(parts.low, parts.high, a_high - b_low) if known else parts.weight
    return [(a_low, b_high, light), (a_high, b_low, heavy), (a, b, parts.weight)]


def _weighted_lead(corners: Sequence[_Corner], parts: Parts, *, single: bool) -> Comparison:
    """Compare one answer with another in a sum of segments: a comparison of one row."""

    def interval(
        a: FloatArray,
        b: FloatArray,
        weight: FloatArray,
        effects: FloatArray,
        *,
        level: FloatArray,
        least: bool,
    ) -> tuple[FloatArray, FloatArray, FloatArray]:
        both = 0.0 if single else shared_answers(a, b)[0 if least else 1]
        levels, n = np.broadcast_to(level, effects.shape), parts.n / effects[:, np.newaxis]
        leads = lead_interval(a, b, n, confidence_level=levels[:, np.newaxis], small_count=0, overlap=both)
        return combined_interval(weight, *leads, confidence_level=levels, n_weights=parts.n_whole / effects)

    def test(*point: FloatArray, least: bool = True) -> tuple[FloatArray, FloatArray]:
        a, b, weight, effects = point
        p = inverted_p_value(lambda level: interval(*point, level=level, least=least))
        return np.full((len(effects), 1), weight @ (a - b)), p[:, np.newaxis]

    def within(*point: FloatArray, confidence_level: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
        lead, low, high = interval(*point, level=confidence_level[:, 0], least=True)
        return lead, low.clip(-1)[:, np.newaxis], high.clip(max=1)[:, np.newaxis]

    a, b, weight = corners[2]
    return Comparison(
        np.array([weight @ (a - b)]),
        np.array([parts.n_whole + 0 * parts.n.sum()]),
        Method(test, within, None if single else lambda *point: test(*point, least=False)[1]),
        lambda effects: [(*corner, effects) for corner in corners],
    )


def total_leads(
    poll: Poll,
    question: str,
    targets: Sequence[Target] = (),
    options: Options | None = None,
    *,
    partition: str = "",
) -> pd.DataFrame:
    """Give the lead of the foremost answer over the second under several sets of weights.

    Parameters
    ----------
    targets : sequence of Target
        Beside the total as printed and with the weights implied by the print. A target that lacks a segment is left out.
    partition : str
        Which segments are weighted; empty for the finest partition that fits, target by target.

    Returns
    -------
    pandas.DataFrame
        `question, answer, against, segment, target, estimate, low, high, …, verdict, rounding_low, rounding_high`, one
        row a set of weights; as `compare_answers`. Each is judged by itself. No rows where fewer than two answers are
        known.

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
    given = tuple(targets)

    def make(settings: Sequence[Options]) -> list[pd.DataFrame]:
        table, pair = opened(poll, question), foremost(poll, question)
        goals = [load_target(PUBLISHED), *(target for target in given if target.id != PUBLISHED)]
        own = [finest_partition(poll, goal, question) for goal in goals]
        if partition:
            there = set(summed_segments(poll.segments, partition))
            fits = [goal.id == PUBLISHED or there <= set(goal.population["segment"]) for goal in goals]
            own = [partition if one else "" for one in fits]
        nonresponse = settings[0].largest_nonresponse
        sums = [(PRINTED, summed(poll, question, partition=None))] + [
            (goal.id, summed(poll, question, partition=chosen, target=goal, nonresponse=nonresponse))
            for goal, chosen in zip(goals, own, strict=True)
            if chosen
        ]
        frames: list[list[dict[str, Any]]] = [[] for _ in settings]
        for name, of_parts in sums if len(pair) == 2 else []:
            corners = _corners(table, pair, of_parts)
            ends = [float(weight @ (a - b)) for a, b, weight in corners[:2]]
            single = table.question.kind == "single_response"
            judged = judge(_weighted_lead(corners, of_parts.parts, single=single), settings, LEADS)
            about = {
                "question": table.question.id,
                "answer": pair[0],
                "against": pair[1],
                "segment": WHOLE,
                "target": name,
            }
            for rows, one in zip(frames, judged, strict=True):
                values = {key: column[0] for key, column in one.items()}
                rows.append({**about, **values, "rounding_low": ends[0], "rounding_high": ends[1]})
        return [pd.DataFrame(rows) for rows in frames]

    return made(poll, options, make)


def segment_shifts(
    poll: Poll, question: str, target: str | Target = PUBLISHED, *, partition: str = ""
) -> pd.DataFrame:
    """Say what each segment adds to a lead when the published weights give way to those of a target.

    Returns
    -------
    pandas.DataFrame
        `segment, published_weight, published_low, published_high, target_weight, lead, contribution, contribution_a,
        contribution_b, break_even`: contributions are of the two foremost answers, and `break_even` is the weight of the
        segment at which they would tie.

    Examples
    --------
    >>> from analysis import load_poll, load_target
    >>> roll = load_target("electoral-roll-2021")
    >>> shifts = segment_shifts(load_poll("cpi-2021-04"), "vote_intention", roll, partition="region")
    >>> shifts[["segment", "published_weight", "target_weight", "contribution", "break_even"]].round(3)
           segment  published_weight  target_weight  contribution  break_even
    0  lima_callao              0.37          0.345         0.003       0.681
    1     interior              0.63          0.655         0.007       0.319

    Fewer people in the capital and more outside it add a point to Castillo's lead; for a tie the capital would have to
    be 68 % of the country.
    """
    table, pair = opened(poll, question), foremost(poll, question)
    goal = load_target(target)
    chosen = partition or finest_partition(poll, goal, question) or None
    published = summed(poll, question, partition=chosen).parts
    main = summed(poll, question, partition=chosen, target=goal if chosen else PUBLISHED)
    columns = table.columns(main.segments)
    share_a, share_b = (
        table.share[np.ix_(table.rows(pair), columns)]
        if len(pair) == 2
        else np.full((2, len(columns)), np.nan)
    )
    shift, lead = main.parts.weight - published.weight, share_a - share_b
    return pd.DataFrame(
        {
            "segment": main.segments,
            "published_weight": published.weight,
            "published_low": published.low,
            "published_high": published.high,
            "target_weight": main.parts.weight,
            "lead": lead,
            "contribution": shift * lead,
            "contribution_a": shift * share_a,
            "contribution_b": shift * share_b,
            "break_even": [break_even(main.parts.weight, lead, at) for at in range(len(lead))],
        }
    )
