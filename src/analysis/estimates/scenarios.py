"""Who would lead if the undecided vote in one way or another, or if turnout were that of another count."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
import pandas as pd

from analysis.estimates.opening import Table, answers_of_role, opened
from analysis.estimates.options import Options
from analysis.estimates.pairs import Cells, compared, lead_method
from analysis.estimates.remaking import at_settings, no_rows, remakeable
from analysis.estimates.verdict import JUDGED, LEADS, judge
from analysis.estimates.votes import candidates, votes_summed
from analysis.polls import PUBLISHED, Poll, Target
from analysis.stats.arrays import FloatArray
from analysis.stats.totals import Parts, delta_estimate, ratio_bounds

__all__ = ["scenario_leads"]

_SCENARIOS = ("scenario", "question", "answer", "against", *JUDGED, "standard_error")


@dataclass(frozen=True, slots=True)
class _Scenario:
    """What the undecided do: `gain` of them is added to the lead of the first of two candidates over the second.

    Or they are shared out as the others of their segment vote, and all are counted, or not.
    """

    name: str
    gain: float = 0.0
    counted: bool = True
    shared_out: bool = False

    def votes(
        self, a: FloatArray, b: FloatArray, others: FloatArray, undecided: FloatArray
    ) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Return the lead among all, who decide it and who vote, of two candidates, other ones and the undecided."""
        decided = a + b + others
        whole = decided + undecided if self.counted else decided
        if not self.shared_out:
            return a - b + self.gain * undecided, a + b + abs(self.gain) * undecided, whole
        # Where nobody has decided there are no votes to multiply.
        times = 1 + undecided / np.where(decided == 0, 1, decided)
        return np.asarray((a - b) * times), np.asarray((a + b) * times), whole


def scenario_leads(
    poll: Poll,
    question: str,
    options: Options | None = None,
    *,
    partition: str | None = None,
    turnout: Target | None = None,
) -> pd.DataFrame:
    r"""Give the lead in valid votes of the foremost candidate over the second if the undecided vote in one way or another.

    Columns: `question, scenario, answer, against, estimate, low, high, …, verdict, standard_error`, as
    `compare_answers`, each judged by itself. `scenario`: `as_decided`, the undecided split as the others do; `equally`;
    `all_to_X`; and with a partition `as_decided_by_segment`. Rounding moves the figures of each segment by themselves,
    and weights within their bounds (`ratio_bounds`); standard errors are those of the delta method, with weights as
    sampled, and intervals those of `stats.lead_interval` with as many votes as have that error.

    * `question`, `partition`: as for `valid_votes`.
    * `turnout`: votes cast by segment, in place of the published weights. Those who say that they will not vote then
      stand for nobody, and the others of their segment for everybody who votes.

    Examples
    --------
    >>> from analysis import Options, load_poll
    >>> leads = scenario_leads(load_poll("cpi-2021-04"), "vote_intention", Options(design_effect=1))
    >>> leads[["scenario", "estimate", "low", "high", "verdict"]].round(3)
              scenario  estimate    low   high verdict
    0       as_decided     0.212  0.137  0.284   ahead
    1          equally     0.163  0.105  0.219   ahead
    2  all_to_castillo     0.394  0.332  0.454   ahead
    3  all_to_fujimori    -0.069 -0.136 -0.003  behind

    Only if nearly all of the undecided had gone to Fujimori would she have led.
    """
    if not question:
        return no_rows(poll, options, _SCENARIOS)
    table, names = opened(poll, question), candidates(poll, question)
    whole = table.share[table.rows(names), table.whole]
    first, second, *others = (names[at] for at in np.argsort(-whole, kind="stable"))
    scenarios = [_Scenario("as_decided", counted=False)]
    if answers_of_role(table.question, "undecided"):
        scenarios.append(_Scenario("equally"))
        scenarios += [_Scenario(f"all_to_{one}", float(one == first) - float(one == second)) for one in names]
    if partition is not None or turnout is not None:
        scenarios.append(_Scenario("as_decided_by_segment", shared_out=True))
    groups = [[first], [second], [*others, *answers_of_role(table.question, "other")]]
    groups += [answers_of_role(table.question, role) for role in ("undecided", "will_not_vote")]
    about = {"question": table.question.id, "answer": first, "against": second}

    def make(settings: Sequence[Options]) -> list[pd.DataFrame]:
        summed_over, parts = votes_summed(poll, question, settings[0], turnout or PUBLISHED, partition)
        leads = _leads(summed_over, parts, groups, scenarios, absent=turnout is not None)
        estimate, least, greatest, deciding, voters = leads.T[:5].clip(-1, 1)
        error, base = leads.T[5:]
        names = [one.name for one in scenarios]
        # Both as shares of the votes, among as many as would know their lead as well; where nothing varies, of all voters.
        varies = ~(error < 1e-9)
        n = np.where(varies, (deciding - estimate**2) / np.where(varies, error, 1) ** 2, base * voters)
        deciding = np.maximum(deciding, np.maximum(-least, greatest))
        ahead = Cells((deciding + estimate) / 2, (deciding + least) / 2, (deciding + greatest) / 2, n)
        behind = Cells((deciding - estimate) / 2, (deciding - greatest) / 2, (deciding - least) / 2, n)
        comparison = compared(ahead, behind, lead_method(single=True), smallest=base)
        frame = pd.DataFrame({"scenario": names}).assign(**about)
        judged = judge(comparison, settings, LEADS, names)
        errors = [{"standard_error": error * np.sqrt(one.effect)} for one in settings]
        changing = [one | more for one, more in zip(judged, errors, strict=True)]
        return at_settings(frame, changing, _SCENARIOS)

    return remakeable(poll, options, make)


def _leads(
    table: Table,
    parts: Parts,
    groups: Sequence[Sequence[str]],
    scenarios: Sequence[_Scenario],
    *,
    absent: bool,
) -> FloatArray:
    """Return the lead of every scenario, its ends over rounding and weights, who decide it and vote, error, interviews.

    `groups` are the answers for the first candidate, the second, the others, nobody yet, and of those who will not vote.
    """

    def voters(shares: np.ndarray) -> np.ndarray:
        return shares[:4] / (1 - shares[4]) if absent else shares[:4]

    share, low, high = (
        np.array([values[table.rows(group)].sum(axis=0) for group in groups])
        for values in (table.share, table.low, table.high)
    )
    undecided_unknown = bool(np.isnan(share[3]).any())
    for values in (share, low, high):  # some scenarios do without them
        values[3] = 0 if undecided_unknown else values[3]
    # At most all: a corner that no column can reach is scaled back to the whole.
    corners = [
        np.where(np.array(up)[:, np.newaxis], high, low) for up in product((False, True), repeat=len(groups))
    ]
    corners = [corner / np.maximum(1.0, corner.sum(axis=0)) for corner in corners]
    found = []
    for one in scenarios:

        def lead(weights: np.ndarray, shares: np.ndarray, one: _Scenario = one) -> np.ndarray:
            ahead, _, whole = one.votes(*voters(shares))
            return np.asarray((ahead @ weights) / (whole @ weights))

        with np.errstate(divide="ignore", invalid="ignore"):
            leads, _, wholes = np.moveaxis(np.array([one.votes(*voters(corner)) for corner in corners]), 1, 0)
            halves = (wholes + leads) / 2
            least, greatest = (2 * end - 1 for end in ratio_bounds(parts, (halves, wholes), (halves, wholes)))
            estimate = delta_estimate(lead, parts, share)
            _, of_both, whole = (people @ parts.weight for people in one.votes(*voters(share)))
        if undecided_unknown and one.counted:
            least = greatest = np.nan
        error = float(estimate.standard_error)
        # Without an end a lead is not known, and without an error its interviews are not: neither is a tie.
        known = float(estimate.share) + 0 * (least + greatest)
        found.append((known, least, greatest, of_both / whole, whole, error, parts.n_whole + 0 * error))
    return np.array(found)
