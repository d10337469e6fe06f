"""Who would lead if the undecided vote in one way or another, or if turnout were that of another count."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
import pandas as pd

from analysis.estimates.opening import answers_of_role, opened
from analysis.estimates.options import Options, made, no_rows
from analysis.estimates.pairs import Comparison, Method
from analysis.estimates.sums import Sum, finest_partition, summed
from analysis.estimates.verdict import LEADS, judge
from analysis.estimates.votes import candidates
from analysis.polls import PUBLISHED, WHOLE, Poll, Target
from analysis.stats.arrays import FloatArray, critical_value, two_sided_p_value
from analysis.stats.totals import delta_estimate, ratio_bounds

__all__ = ["scenario_leads"]

_SCENARIOS = (
    "scenario", "question", "answer", "against", "estimate", "low", "high", "low_simultaneous", "high_simultaneous",
    "n_effective", "p_value", "p_adjusted", "verdict", "standard_error",
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class _Scenario:
    """What the undecided do: from shares of two candidates, the other ones and the undecided to a lead and a whole."""

    name: str
    lead: Callable[..., FloatArray]
    whole: Callable[..., FloatArray] = lambda a, b, others, undecided: a + b + others + undecided
    counts_undecided: bool = True


def _scenarios(names: Sequence[str], pair: tuple[str, str], *, by_segment: bool) -> list[_Scenario]:
    """List the scenarios: the undecided vote as the others, equally, or all for one candidate."""
    gains = {name: float(name == pair[0]) - float(name == pair[1]) for name in names}
    found = [
        _Scenario("as_decided", lambda a, b, others, _: a - b, lambda a, b, others, _: a + b + others, False),
        _Scenario("equally", lambda a, b, others, _: a - b),
    ]
    found += [
        _Scenario(f"all_to_{name}", lambda a, b, others, open_, gain=gain: a - b + gain * open_)
        for name, gain in gains.items()
    ]
    if by_segment:
        found += [
            _Scenario(
                "as_decided_by_segment",
                lambda a, b, others, open_: (a - b) * _share_out(a + b + others, open_),
            )
        ]
    return found


def _share_out(decided: FloatArray, undecided: FloatArray) -> FloatArray:
    """Return by what the undecided of a segment multiply its votes; where nobody has decided there are none."""
    return np.asarray(1 + undecided / np.where(decided == 0, 1, decided))


def _test(end: FloatArray, error: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Compare a lead with its standard error."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return end, two_sided_p_value(end / error)


def _interval(
    end: FloatArray, error: FloatArray, *, confidence_level: FloatArray
) -> tuple[FloatArray, FloatArray, FloatArray]:
    half = critical_value(confidence_level) * error
    return end, (end - half).clip(-1, 1), (end + half).clip(-1, 1)


def _comparison(lead: FloatArray) -> Comparison:
    """Compare the votes of two candidates in one scenario; errors of leads grow with the root of the design effect."""
    estimate, least, greatest, error, n = lead[:, np.newaxis]

    def points(effects: FloatArray) -> list[tuple[FloatArray, FloatArray]]:
        return [(end, error * np.sqrt(effects[:, np.newaxis])) for end in (least, greatest, estimate)]

    return Comparison(estimate, n, Method(_test, _interval), points)


def scenario_leads(
    poll: Poll,
    question: str,
    options: Options | None = None,
    *,
    pair: tuple[str, str] | None = None,
    partition: str | None = None,
    turnout: Target | None = None,
) -> pd.DataFrame:
    r"""Give the lead in valid votes of one candidate over another if the undecided vote in one way or another.

    Parameters
    ----------
    question : str
        As by `vote_question`; where that is empty the table has no rows.
    pair : tuple of str, optional
        Two candidates; the two foremost unless given.
    partition : str, optional
        Segments to weight; without one the printed total is taken as it is.
    turnout : Target, optional
        Votes cast by segment, in place of the published weights. Those who say that they will not vote then stand for
        nobody, and the others of their segment for everybody who votes.

    Returns
    -------
    pandas.DataFrame
        `question, scenario, answer, against, estimate, low, high, …, verdict, standard_error`, as `compare_answers`, each
        judged by itself. `scenario`: `as_decided`, the undecided split as the others do; `equally`; `all_to_X`; and with a
        partition `as_decided_by_segment`. Rounding moves the figures of each segment by themselves, and weights within
        their bounds.

    Notes
    -----
    Shares of the same votes, so that one lead is estimated, not two shares; standard errors by the delta method, with
    weights as sampled. Over the rounding boxes and the weights a lead is a ratio of weighted sums (`ratio_bounds`).

    Examples
    --------
    >>> from analysis import Options, load_poll
    >>> leads = scenario_leads(load_poll("cpi-2021-04"), "vote_intention", Options(design_effect=1))
    >>> leads[["scenario", "estimate", "low", "high", "verdict"]].round(3)
              scenario  estimate    low   high verdict
    0       as_decided     0.212  0.138  0.286   ahead
    1          equally     0.163  0.105  0.220   ahead
    2  all_to_castillo     0.394  0.333  0.456   ahead
    3  all_to_fujimori    -0.069 -0.136 -0.003  behind

    Only if nearly all of the undecided had gone to Fujimori would she have led.
    """
    if not question:
        return no_rows(poll, options, _SCENARIOS)
    names = candidates(poll, question)
    table = opened(poll, question)
    whole = table.share[table.rows(names), table.segments.index(WHOLE)]
    ranked = [names[at] for at in np.argsort(-whole, kind="stable")]
    chosen = (
        (ranked[0], ranked[1]) if pair is None else (table.question[pair[0]].id, table.question[pair[1]].id)
    )
    if turnout is not None and partition is None:
        partition = finest_partition(poll, turnout, question)

    def make(settings: Sequence[Options]) -> list[pd.DataFrame]:
        names = candidates(poll, question)
        of_parts = summed(poll, question, partition=partition, target=turnout or PUBLISHED)
        scenarios = _scenarios(names, chosen, by_segment=partition is not None)
        leads = _leads(poll, question, chosen, of_parts, scenarios, absent=turnout is not None)
        frame = pd.DataFrame({"scenario": [one.name for one in scenarios]}).assign(
            question=poll.question(question).id, answer=chosen[0], against=chosen[1]
        )
        frames = []
        for one, *rows in zip(
            settings, *(judge(_comparison(lead), settings, LEADS) for lead in leads), strict=True
        ):
            judged = {name: np.concatenate([row[name] for row in rows]) for name in rows[0]}
            frames.append(frame.assign(**judged, standard_error=leads[:, 3] * np.sqrt(one.effect)))
        return frames

    return made(poll, options, make)


def _leads(
    poll: Poll,
    question: str,
    pair: tuple[str, str],
    of_parts: Sum,
    scenarios: Sequence[_Scenario],
    *,
    absent: bool,
) -> FloatArray:
    """Return the lead of every scenario, its ends over rounding and weights, its standard error, and its interviews."""
    table, parts = opened(poll, question), of_parts.parts
    columns = table.columns(of_parts.segments)
    others = [name for name in candidates(poll, question) if name not in pair]
    roles = {role: answers_of_role(table.question, role) for role in ("undecided", "will_not_vote")}
    groups = [[pair[0]], [pair[1]], others, roles["undecided"], roles["will_not_vote"]]

    def grouped(values: FloatArray) -> FloatArray:
        sums = [values[np.ix_(table.rows(group), columns)].sum(axis=0) for group in groups]
        return np.array(sums)

    def voters(shares: np.ndarray) -> np.ndarray:
        return shares[:4] / (1 - shares[4]) if absent else shares[:4]

    share, low, high = grouped(table.share), grouped(table.low), grouped(table.high)
    undecided_unknown = bool(np.isnan(share[3]).any())
    for values in (share, low, high):  # some scenarios do without them
        values[3] = 0 if undecided_unknown else values[3]
    # At most all: a corner that no column can reach is scaled back to the whole.
    corners = [
        np.where(np.array(up)[:, np.newaxis], high, low) for up in product((False, True), repeat=len(groups))
    ]
    corners = [corner / np.maximum(1.0, corner.sum(axis=0)) for corner in corners]
    ends, estimates = [], []
    for one in scenarios:

        def lead(weights: np.ndarray, shares: np.ndarray, one: _Scenario = one) -> np.ndarray:
            of_voters = voters(shares)
            return np.asarray((one.lead(*of_voters) @ weights) / (one.whole(*of_voters) @ weights))

        with np.errstate(divide="ignore", invalid="ignore"):
            of_corners = [voters(corner) for corner in corners]
            wholes = np.array([one.whole(*corner) for corner in of_corners])
            halves = (wholes + np.array([one.lead(*corner) for corner in of_corners])) / 2
            ends.append([2 * end - 1 for end in ratio_bounds(parts, (halves, wholes), (halves, wholes))])
            estimates.append(delta_estimate(lead, parts, share))
    missing = np.array([undecided_unknown and one.counts_undecided for one in scenarios])
    least, greatest = np.where(missing, np.nan, np.array(ends).T)
    error = np.array([float(one.standard_error) for one in estimates])
    # Without an end a lead is not known, and without an error its interviews are not: neither is a tie.
    found = np.array([float(one.share) for one in estimates]) + 0 * (least + greatest)
    return np.stack([found, least, greatest, error, parts.n_whole + 0 * error], axis=1)
