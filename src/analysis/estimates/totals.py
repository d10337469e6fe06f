"""Totals of the whole sample: as published, or with segments in their true sizes."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from analysis.errors import AnalysisError
from analysis.estimates.opening import Table, answers_of_role, opened
from analysis.estimates.options import Options, a_poll, made
from analysis.estimates.sums import Sum, finest_partition, summed, summed_segments
from analysis.estimates.verdict import LEADS, PValues, judge, nearest_corner
from analysis.polls import PUBLISHED, WHOLE, Poll, Target, load_target
from analysis.stats import combined_interval, inverted_p_value, lead_interval, share_interval, shared_answers
from analysis.stats.arrays import FloatArray
from analysis.stats.totals import Estimate, break_even, extreme_weights, ratio_bounds, weighted_ratio

__all__ = [
    "PRINTED",
    "foremost",
    "hull_interval",
    "national_total",
    "segment_shifts",
    "total_leads",
]

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
    poll : Poll
    question : str
    target : str or Target
        `"published"`: the weights implied by the print. Or population counts, by id or from `load_target`.
    options : Options, optional
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
    return made(_national_total, poll, options, question=question, target=goal, partition=chosen)


def _national_total(
    poll: Poll,
    settings: Sequence[Options],
    *,
    question: str,
    target: Target,
    partition: str | Sequence[str] | None,
) -> list[pd.DataFrame]:
    """Do what `national_total` says, for each of the options."""
    table, of_parts = (
        opened(poll, question),
        summed(
            poll, question, partition=partition, target=target, nonresponse=settings[0].largest_nonresponse
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
            "target": PRINTED if partition is None else target.id,
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


@dataclass(frozen=True, eq=False)
class _WeightedLead:
    """The lead of one answer over another in a sum of segments, as a comparison of one row."""

    table: Table
    rows: tuple[int, int]
    of_parts: Sum

    @property
    def _columns(self) -> list[int]:
        return self.table.columns(self.of_parts.segments)

    def _ends(self, name: str) -> tuple[FloatArray, FloatArray]:
        values = getattr(self.table, name)[:, self._columns]
        return values[self.rows[0]], values[self.rows[1]]

    @property
    def estimate(self) -> FloatArray:
        """The lead with these weights."""
        a, b = self._ends("share")
        return np.array([self.of_parts.parts.weight @ (a - b)])

    @property
    def smallest(self) -> FloatArray:
        """Interviews of the whole sample."""
        return np.array([self.of_parts.parts.n_whole + 0 * self.of_parts.parts.n.sum()])

    def corners(self) -> list[tuple[FloatArray, FloatArray, FloatArray]]:
        """Return shares and weights with which the lead is least, greatest, and as printed."""
        (a, b), (a_low, b_low), (a_high, b_high) = (self._ends(name) for name in ("share", "low", "high"))
        parts, single = self.of_parts.parts, self.table.question.kind == "single_response"
        if single:
            a_high, b_high = np.minimum(a_high, 1 - b_low), np.minimum(b_high, 1 - a_low)
        known = not np.isnan(parts.low).any()
        light = extreme_weights(parts.low, parts.high, b_high - a_low) if known else parts.weight
        heavy = extreme_weights(parts.low, parts.high, a_high - b_low) if known else parts.weight
        return [(a_low, b_high, light), (a_high, b_low, heavy), (a, b, parts.weight)]

    def _interval(
        self,
        corner: tuple[FloatArray, FloatArray, FloatArray],
        effects: FloatArray,
        level: FloatArray,
        *,
        least: bool,
    ) -> tuple[FloatArray, FloatArray, FloatArray]:
        a, b, weight = corner
        parts = self.of_parts.parts
        single = self.table.question.kind == "single_response"
        both = 0.0 if single else shared_answers(a, b)[0 if least else 1]
        levels = np.broadcast_to(level, effects.shape)
        leads = lead_interval(
            a,
            b,
            parts.n / effects[:, np.newaxis],
            confidence_level=levels[:, np.newaxis],
            small_count=0,
            overlap=both,
        )
        return combined_interval(weight, *leads, confidence_level=levels, n_weights=parts.n_whole / effects)

    def tests(self, effects: FloatArray) -> PValues:
        """Invert the intervals."""

        def test(corner: int, *, least: bool) -> tuple[FloatArray, FloatArray]:
            at = self.corners()[corner]
            p = inverted_p_value(lambda level: self._interval(at, effects, level, least=least))
            return np.full((len(effects), 1), at[2] @ (at[0] - at[1])), p[:, np.newaxis]

        low, high = test(0, least=True), test(1, least=True)
        if self.table.question.kind == "single_response":
            unknown = np.full(low[1].shape, np.nan)
            return PValues(nearest_corner(low, high), np.minimum(low[1], high[1]), unknown, unknown)
        surest = np.minimum(test(0, least=False)[1], test(1, least=False)[1])
        return PValues(nearest_corner(low, high), surest, test(2, least=True)[1], test(2, least=False)[1])

    def limits(self, effects: FloatArray, levels: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return the hull over rounding and weights."""
        low, high, _ = self.corners()
        below = self._interval(low, effects, levels[:, 0], least=True)[1]
        above = self._interval(high, effects, levels[:, 0], least=True)[2]
        return below.clip(-1)[:, np.newaxis], above.clip(max=1)[:, np.newaxis]


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
    poll : Poll
    question : str
    targets : sequence of Target
        Beside the total as printed and with the weights implied by the print. A target that lacks a segment is left out.
    options : Options, optional
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
    return made(_total_leads, poll, options, question=question, targets=tuple(targets), partition=partition)


def _total_leads(
    poll: Poll, settings: Sequence[Options], *, question: str, targets: Sequence[Target], partition: str
) -> list[pd.DataFrame]:
    """Do what `total_leads` says, for each of the options."""
    table, pair = opened(poll, question), foremost(poll, question)
    goals = [load_target(PUBLISHED), *(target for target in targets if target.id != PUBLISHED)]
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
        lead = _WeightedLead(table, (table.rows(pair)[0], table.rows(pair)[1]), of_parts)
        ends = [float(weight @ (a - b)) for a, b, weight in lead.corners()[:2]]
        judged = judge(lead, settings, LEADS)
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


def segment_shifts(
    poll: Poll, question: str, target: str | Target = PUBLISHED, *, partition: str = ""
) -> pd.DataFrame:
    """Say what each segment adds to a lead when the published weights give way to those of a target.

    Returns
    -------
    pandas.DataFrame
        `segment, published_weight, target_weight, lead, contribution, contribution_a, contribution_b, break_even`:
        contributions are of the two foremost answers, and `break_even` is the weight of the segment at which they would tie.

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
            "target_weight": main.parts.weight,
            "lead": lead,
            "contribution": shift * lead,
            "contribution_a": shift * share_a,
            "contribution_b": shift * share_b,
            "break_even": [break_even(main.parts.weight, lead, at) for at in range(len(lead))],
        }
    )
