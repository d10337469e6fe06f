"""What the undecided, and those who stay at home, would change in the share of valid votes."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
import pandas as pd

from analysis.errors import AnalysisError
from analysis.estimates.covers import PUBLISHED, Cover, Figures, cover, figures, is_published, target_weights
from analysis.estimates.ratios import Estimate, interval_from_error
from analysis.estimates.votes import answers_of_role, candidates
from analysis.polls import Poll, Target
from analysis.stats.margins import FloatArray

__all__ = ["ScenarioModel", "delta_estimate", "scenario_model", "undecided_scenarios"]

# So small a step in the imaginary direction leaves the real part unchanged to the last bit.
_IMAGINARY_STEP = 1e-30


def delta_estimate(function: Callable[..., np.ndarray], cover: Cover, shares: FloatArray) -> Estimate:
    r"""Estimate smooth functions of segment weights and of answers' shares in each segment.

    Parameters
    ----------
    function : callable
        Takes weights (segments,) and shares (answers, segments), which may be complex, and returns an array of
        estimates; made of sums, products and quotients.
    cover : Cover
    shares : numpy.ndarray
        Answers × segments, of answers that exclude one another.

    Returns
    -------
    Estimate
        Of the shape that the function returns.

    Notes
    -----
    The delta method. In each segment answers are multinomial: with slopes :math:`z_{gr}` in the shares, the
    stratified variance is :math:`\sum_g (\sum_r p_{gr}z_{gr}^2 - (\sum_r p_{gr}z_{gr})^2)/n_g`; with slopes
    :math:`d_g` in the weights, sampled ones add :math:`(\sum_g W_g d_g^2 - (\sum_g W_g d_g)^2)/n`. Slopes are
    exact to the last digits, by an imaginary step (Squire & Trapp 1998, *SIAM Review* 40).

    Examples
    --------
    >>> import numpy as np
    >>> from analysis.estimates.covers import Cover
    >>> whole = Cover(("total",), np.ones(1), np.ones(1), np.ones(1), np.array([1200.0]), 1200.0)
    >>> shares = np.array([[0.355], [0.231]])
    >>> lead = delta_estimate(lambda weights, shares: (shares[0] - shares[1]) @ weights, whole, shares)
    >>> print(lead.share.round(3), lead.standard_error.round(4))
    0.124 0.0218

    The lead of 12.4 points has a standard error of 2.2.
    """
    value = np.asarray(function(cover.weight, shares), dtype=float)

    def slope(weights: FloatArray, moved: FloatArray, at: tuple[int, ...]) -> FloatArray:
        stepped = [weights.astype(complex), moved.astype(complex)]
        stepped[len(at) - 1][at] += _IMAGINARY_STEP * 1j
        return np.asarray(function(*stepped)).imag / _IMAGINARY_STEP

    by_share = np.stack([slope(cover.weight, shares, at) for at in np.ndindex(*shares.shape)], axis=-1)
    by_share = by_share.reshape(*value.shape, *shares.shape)
    by_weight = np.stack([slope(cover.weight, shares, (at,)) for at in range(len(cover.weight))], axis=-1)
    within = (shares * by_share**2).sum(axis=-2) - (shares * by_share).sum(axis=-2) ** 2
    stratified = np.asarray((within / cover.n_effective).sum(axis=-1))
    mean = (cover.weight * by_weight).sum(axis=-1, keepdims=True)
    variance = stratified + (cover.weight * (by_weight - mean) ** 2).sum(axis=-1) / cover.n_whole
    with np.errstate(divide="ignore", invalid="ignore"):
        n_equivalent = np.asarray(value * (1 - value) / variance)
    return Estimate(value, np.sqrt(variance), np.sqrt(stratified), n_equivalent)


def _allocate(
    weights: np.ndarray, shares: np.ndarray, *, named: int, by_segment: bool, absent: bool
) -> np.ndarray:
    """Return valid votes of each candidate, scenarios × candidates.

    Rows of shares: the candidates, the undecided and, with `absent`, those who will not vote, whom
    others of their segment then replace.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        voters = shares[: named + 1] / (1 - shares[named + 1]) if absent else shares[: named + 1]
        decided, undecided = voters[:named], voters[named]
        votes, open_votes = decided @ weights, undecided @ weights
        everybody = votes.sum() + open_votes
        scenarios = [votes / votes.sum(), (votes + open_votes / named) / everybody]
        scenarios += [(votes + open_votes * own) / everybody for own in np.eye(named)]
        if by_segment:
            scenarios.append((decided * (1 + undecided / decided.sum(axis=0))) @ weights / everybody)
    return np.array(scenarios)


def _voting_weights(summed: Cover, poll: Poll, turnout: Mapping[str, float] | Target) -> FloatArray:
    """Return the segments' shares of those who vote."""
    if isinstance(turnout, Target):
        return target_weights(turnout, summed.segments)
    problems = [
        f"turnout: there is no segment {segment!r}; there is: {', '.join(poll.segments.ids)}."
        for segment in turnout
        if segment not in poll.segments.ids
    ]
    problems += [
        f"turnout: {segment!r} is missing; give the share of it that votes."
        for segment in summed.segments
        if segment not in turnout
    ]
    problems += [
        f"turnout of {segment!r}: {share!r} is not allowed; use a share above 0 and at most 1."
        for segment, share in turnout.items()
        if not 0 < share <= 1
    ]
    if problems:
        raise AnalysisError(problems)
    voting = summed.weight * np.array([turnout[segment] for segment in summed.segments])
    return np.asarray(voting / voting.sum())


@dataclass(frozen=True, eq=False, slots=True)
class ScenarioModel:
    """Scenarios of one question: which there are, and how they turn shares into valid votes.

    `allocate` takes the weights and shares of the segments, in the rows of `shares`: the candidates, the undecided and
    those who will not vote; it returns valid votes, scenarios × candidates.
    """

    scenarios: tuple[str, ...]
    candidates: tuple[str, ...]
    cover: Cover
    shares: Figures
    allocate: Callable[..., np.ndarray]


def scenario_model(
    poll: Poll,
    question: str,
    *,
    target: str | Target = PUBLISHED,
    partition: str | Sequence[str] | None = None,
    turnout: Mapping[str, float] | Target | None = None,
    design_effect: float = 1.0,
) -> ScenarioModel:
    """Set up the scenarios of `undecided_scenarios`, which says what the parameters mean."""
    names = candidates(poll, question, fewest=2)
    if partition is None and (not is_published(target) or turnout is not None):
        raise AnalysisError(
            "A target or a turnout needs segments to weight; give a partition, such as 'region'."
        )
    if isinstance(turnout, Target) and not is_published(target):
        raise AnalysisError("turnout: votes cast are weights themselves; give them or a target, not both.")
    summed = cover(poll, question, partition=partition, target=target, design_effect=design_effect)
    if turnout is not None:
        voting = _voting_weights(summed, poll, turnout)
        summed = Cover(summed.segments, voting, voting, voting, summed.n_effective, summed.n_whole)
    known = figures(poll, question, summed.segments)
    rows = [known.rows(names)]
    rows += [known.rows(answers_of_role(poll, question, role)) for role in ("undecided", "will_not_vote")]
    share, least, greatest = (
        np.concatenate(
            [
                getattr(rows[0], side),
                *(getattr(group, side).sum(axis=0, keepdims=True) for group in rows[1:]),
            ]
        )
        for side in ("share", "low", "high")
    )
    scenarios = ["as_decided", "equally", *(f"all_to_{name}" for name in names)]
    scenarios += ["as_decided_by_segment"] if partition is not None else []
    allocate = partial(
        _allocate, named=len(names), by_segment=partition is not None, absent=turnout is not None
    )
    shares = Figures((*names, "undecided", "will_not_vote"), share, least, greatest)
    return ScenarioModel(tuple(scenarios), tuple(names), summed, shares, allocate)


def undecided_scenarios(
    poll: Poll,
    question: str,
    *,
    target: str | Target = PUBLISHED,
    partition: str | Sequence[str] | None = None,
    turnout: Mapping[str, float] | Target | None = None,
    confidence_level: float = 0.95,
    design_effect: float = 1.0,
) -> pd.DataFrame:
    r"""Share of valid votes if the undecided vote in one way or another.

    Parameters
    ----------
    poll : Poll
    question : str
        Id of a single-response question with two or more answers of role `candidate`.
    target : str or Target
        `"published"`, or population counts from `load_target`; they need a partition.
    partition : str, sequence of str or None
        Segments to weight, as for `national_total`; None takes the printed total as it is.
    turnout : mapping, Target or None
        None: everybody votes who does not say otherwise. Or the share of each segment that votes, on top of `target`;
        or the votes cast in each segment, as a target, in place of it. Those who say that they will not vote then stand for
        nobody, and the others of their segment for everybody who votes.
    confidence_level : float
        In (0, 1).
    design_effect : float
        Variance of the design relative to simple random sampling.

    Returns
    -------
    pandas.DataFrame
        `scenario, answer, share, low, high, standard_error, standard_error_stratified`; shares of valid votes, which sum
        to 1 in each scenario:

        * `as_decided`: the undecided split as the others do; `valid_votes` if there is no `turnout`;
        * `equally`: each candidate gets the same number of them;
        * `all_to_X`: candidate X gets all;
        * `as_decided_by_segment`: they split as the others of their segment do; only with a partition.

        Intervals cover sampling error in each scenario; how far the scenarios lie apart is what the undecided leave
        open. NaN where a figure, weight or base is unknown.

    Raises
    ------
    PollError
        If there is no such question or partition.
    AnalysisError
        If there are fewer than two candidates, a target or turnout is given without a partition, both give weights, a
        turnout is missing or not a share, or an option is not allowed.

    Notes
    -----
    Blank and spoilt ballots stay what they are. Without a row of role `undecided` there is nothing to split, and
    all scenarios agree. Standard errors by the delta method (`delta_estimate`), weights counted as sampled or as fixed.

    Examples
    --------
    >>> from analysis.polls import load_poll
    >>> scenarios = undecided_scenarios(load_poll("cpi-2021-04"), "vote_intention", partition="region")
    >>> castillo = scenarios[scenarios["answer"] == "castillo"].set_index("scenario")
    >>> castillo[["share", "low", "high"]].round(3)
                           share    low   high
    scenario
    as_decided             0.605  0.569  0.641
    equally                0.581  0.553  0.609
    all_to_castillo        0.697  0.666  0.726
    all_to_fujimori        0.465  0.433  0.497
    as_decided_by_segment  0.599  0.562  0.634

    Had every undecided voter gone to Fujimori, Castillo would have had 46.5 % of the valid votes.
    """
    model = scenario_model(
        poll, question, target=target, partition=partition, turnout=turnout, design_effect=design_effect
    )
    estimate = delta_estimate(model.allocate, model.cover, model.shares.share)
    low, high = interval_from_error(estimate, confidence_level=confidence_level)
    rows = pd.MultiIndex.from_product([model.scenarios, model.candidates], names=["scenario", "answer"])
    columns = {
        "share": estimate.share,
        "low": low,
        "high": high,
        "standard_error": estimate.standard_error,
        "standard_error_stratified": estimate.standard_error_stratified,
    }
    return rows.to_frame(index=False).assign(**{name: values.ravel() for name, values in columns.items()})
