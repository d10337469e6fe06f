"""A question under several sets of weights at once: totals, the lead, and which segments move it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from analysis.estimates.covers import PUBLISHED, Cover, cover, cover_segments, figures, target_weights
from analysis.estimates.ratios import ratio_bounds
from analysis.estimates.scenarios import delta_estimate
from analysis.estimates.totals import break_even, total_of_cover
from analysis.estimates.votes import answers_of_role
from analysis.estimates.weights import segment_bases
from analysis.polls import Poll, Target
from analysis.polls.segments import WHOLE
from analysis.stats.margins import SMALL_BASE, FloatArray, critical_value

__all__ = ["PRINTED", "Reweighting", "finest_partition", "reweight"]

PRINTED = "printed"
"""The name of the total as the pollster printed it, beside those of other weights."""


@dataclass(frozen=True, eq=False, slots=True)
class Reweighting:
    """A question's totals under several sets of weights.

    Attributes
    ----------
    question : str
    target : Target
        The one that was asked for.
    fits : bool
        Whether it has a population for segments that make up the whole; if not, the tables do without it.
    partition : str
        The partition that is weighted, empty if none can be.
    parts : tuple of str
        The segments that are weighted: those of the partition, and what completes the whole.
    targets : tuple of Target
        All that are in the tables.
    confidence_level, design_effect : float
    totals : pandas.DataFrame
        `weights` (`printed`, `published` or the id of a target), then the columns of `national_total`.
    leads : pandas.DataFrame
        `weights, answer_a, answer_b, lead, low, high, standard_error, rounding_low, rounding_high, verdict`: the two
        foremost answers under the weights of `main`. Empty for a question with fewer than two.
    segments : pandas.DataFrame
        `segment, published_weight, target_weight, lead, contribution_a, contribution_b, contribution,
        break_even`: how much the segment adds to either answer and to the lead when the published weights
        give way to those of `main`, and its weight at which the two tie. Empty without partition or lead.
    """

    question: str
    target: Target
    fits: bool
    partition: str
    parts: tuple[str, ...]
    targets: tuple[Target, ...]
    confidence_level: float
    design_effect: float
    totals: pd.DataFrame
    leads: pd.DataFrame
    segments: pd.DataFrame

    @property
    def main(self) -> str:
        """The weights that the result is about: the target's if it fits, else the implied ones, else none."""
        return self.target.id if self.fits else PUBLISHED if self.partition else PRINTED


def finest_partition(poll: Poll, target: Target) -> str | None:
    """Choose the partition with most segments to which a target can weight a poll.

    Parameters
    ----------
    poll : Poll
    target : Target
        Of `load_target`, which may be the published weights.

    Returns
    -------
    str or None
        Id of a partition, the first of those that divide the whole into most segments, and None if the target has
        no population for the segments of any, or, for the published weights, none can be recovered.

    Raises
    ------
    PollError
        If the poll is not in order.

    Notes
    -----
    Population counts decide by segment id alone: a target for another country fits if it uses the same names.

    Examples
    --------
    >>> from analysis.polls import load_poll, load_target
    >>> finest_partition(load_poll("cpi-2021-04"), load_target("electoral-roll-2021"))
    'zone'

    The electoral roll has counts for the capital and the four zones of the interior.
    """
    if target.id == PUBLISHED:
        bases = segment_bases(poll)
        there = set(bases.loc[bases["weight"].notna(), "segment"])
    else:
        there = set(target.population["segment"])
    of_whole = [WHOLE]
    for segment in of_whole:  # which grows as parts of parts are found
        of_whole += [part for one in poll.segments.partitions if one.of == segment for part in one.parts]
    covers = {
        partition.id: cover_segments(poll.segments, partition.id)
        for partition in poll.segments.partitions
        if partition.of in of_whole
    }
    fitting = {name: len(segments) for name, segments in covers.items() if there.issuperset(segments)}
    return max(fitting, key=lambda name: fitting[name]) if fitting else None


def reweight(
    poll: Poll,
    question: str,
    target: Target,
    others: Sequence[Target] = (),
    *,
    partition: str = "",
    confidence_level: float = 0.95,
    design_effect: float = 1.0,
) -> Reweighting:
    r"""Hold a question's printed totals against those of other weights.

    Parameters
    ----------
    poll : Poll
    question : str
        Id of a question of the poll.
    target : Target
        Of `load_target`, which may be the published weights.
    others : sequence of Target
        More, to be set beside it; those that do not fit the poll are left out.
    partition : str
        As for `national_total`; empty: `finest_partition` of the target or, if that does not fit, of the
        published weights.
    confidence_level : float
        In (0, 1).
    design_effect : float
        Variance of the design relative to simple random sampling.

    Returns
    -------
    Reweighting

    Raises
    ------
    PollError
        If there is no such question or partition.
    AnalysisError
        If a partition is given for which the target has no population, or an option is not allowed.

    Notes
    -----
    The lead :math:`\sum_g W_g(p_{Ag} - p_{Bg})` has the error of `delta_estimate`, weights counted as sampled. Its verdict
    is *ahead*, *behind* or *statistical tie* where that holds throughout its rounding range, and *depends on
    rounding* elsewhere. People may give both answers to a question with several: the interval is then that of
    no overlap, the widest, and where it does not decide the verdict *depends on the overlap*.

    Examples
    --------
    >>> from analysis.polls import load_poll, load_target
    >>> roll = reweight(load_poll("cpi-2021-04"), "vote_intention", load_target("electoral-roll-2021"))
    >>> roll.leads[["weights", "lead", "low", "high", "verdict"]].round(3)
                   weights   lead    low   high verdict
    0              printed  0.124  0.081  0.167   ahead
    1            published  0.124  0.081  0.166   ahead
    2  electoral-roll-2021  0.132  0.089  0.175   ahead

    Weighted to the electoral roll, the lead is 13.2 points and not 12.4: it was ahead in any case.
    """
    implied = Target(PUBLISHED, "", "", "", "", pd.DataFrame())
    fitting = partition or finest_partition(poll, target)
    chosen = fitting or finest_partition(poll, implied) or ""
    drawn = [(PRINTED, cover(poll, question, partition=None, design_effect=design_effect))]
    used: list[Target] = []
    if chosen:
        published = cover(poll, question, partition=chosen, design_effect=design_effect)
        drawn.append((PUBLISHED, published))
        for one in ([target] if fitting else []) + list(others):
            if one.id == PUBLISHED or one.id in {name for name, _ in drawn}:
                continue
            if one is target or set(one.population["segment"]).issuperset(published.segments):
                drawn.append((one.id, _with_weights(published, target_weights(one, published.segments))))
                used.append(one)
    totals = pd.concat(
        [
            total_of_cover(poll, question, summed, confidence_level=confidence_level).assign(weights=name)
            for name, summed in drawn
        ],
        ignore_index=True,
    )
    totals.insert(0, "weights", totals.pop("weights"))
    nothing = pd.DataFrame()
    about = (question, target, bool(fitting), chosen, drawn[-1][1].segments, tuple(used))
    result = Reweighting(*about, confidence_level, design_effect, totals, nothing, nothing)
    foremost = _foremost(poll, question, totals[totals["weights"] == result.main])
    if len(foremost) < 2:
        return result
    leads = pd.DataFrame(
        [
            {"weights": name, **_lead(poll, question, summed, foremost, confidence_level)}
            for name, summed in drawn
        ]
    )
    covers = dict(drawn)
    segments = (
        _segments(poll, question, covers[PUBLISHED], covers[result.main], foremost) if chosen else nothing
    )
    return replace(result, leads=leads, segments=segments)


def _with_weights(summed: Cover, weight: FloatArray) -> Cover:
    """Return a cover with weights that are known."""
    given = weight + 0 * summed.weight  # nobody knows the weights of a question that was not asked of all
    return replace(summed, weight=given, low=given, high=given)


def _foremost(poll: Poll, question: str, totals: pd.DataFrame) -> list[str]:
    """Return the two foremost answers: of the candidates, of what else says something, or of all."""
    share = totals.set_index("answer")["share"]
    of_all = [answer.id for answer in poll.question(question).answers if answer.given is None]
    meant = answers_of_role(poll, question, "candidate")
    if len(meant) < 2:
        meant += answers_of_role(poll, question, "substantive")
    if len(meant) < 2:
        meant = of_all
    known = share.loc[meant].dropna()
    return [str(answer) for answer in known.sort_values(ascending=False, kind="stable").index[:2]]


def _lead(
    poll: Poll, question: str, summed: Cover, foremost: Sequence[str], confidence_level: float
) -> dict[str, object]:
    """Return the lead of the first answer over the second, with its interval, rounding range and verdict."""
    known = figures(poll, question, summed.segments).rows(foremost)
    estimate = delta_estimate(lambda weights, share: (share[0] - share[1]) @ weights, summed, known.share)
    lead, error = float(estimate.share), float(estimate.standard_error)
    # Leads may be negative, which ratios of parts to wholes are not: they are moved up and back.
    least, greatest = ((known.low[0] - known.high[1] + 1) / 2, (known.high[0] - known.low[1] + 1) / 2)
    bounds = [2 * end - 1 for end in ratio_bounds(summed, (least, 1.0), (greatest, 1.0))]
    half = critical_value(confidence_level) * error
    single = poll.question(question).kind == "single_response"
    found = [np.sign(end) * (abs(end) > half) for end in (*bounds, lead)]
    if np.isnan(lead):
        verdict = "not published"
    elif np.isnan(error):
        verdict = "base unknown"
    elif summed.n_whole < SMALL_BASE:
        verdict = "too few interviews"
    elif not single and not all(found):
        verdict = "depends on the overlap"
    elif len(set(found)) > 1:
        verdict = "depends on rounding"
    elif found[0]:
        verdict = "ahead" if found[0] > 0 else "behind"
    else:
        verdict = "statistical tie"
    return {
        "answer_a": foremost[0],
        "answer_b": foremost[1],
        "lead": lead,
        "low": max(lead - half, -1.0),
        "high": min(lead + half, 1.0),
        "standard_error": error,
        "rounding_low": bounds[0],
        "rounding_high": bounds[1],
        "verdict": verdict,
    }


def _segments(
    poll: Poll, question: str, published: Cover, main: Cover, foremost: Sequence[str]
) -> pd.DataFrame:
    """Return what each segment adds to the two answers and to the lead, and its weight at a tie."""
    share_a, share_b = figures(poll, question, main.segments).rows(foremost).share
    shift, lead = main.weight - published.weight, share_a - share_b
    return pd.DataFrame(
        {
            "segment": main.segments,
            "published_weight": published.weight,
            "target_weight": main.weight,
            "lead": lead,
            "contribution_a": shift * share_a,
            "contribution_b": shift * share_b,
            "contribution": shift * lead,
            "break_even": [break_even(main.weight, lead, at) for at in range(len(lead))],
        }
    )
