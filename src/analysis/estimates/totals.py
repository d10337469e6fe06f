"""National totals: what a poll says of the whole if its segments have this or that size."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from analysis.errors import AnalysisError
from analysis.estimates.covers import PUBLISHED, Cover, cover, figures
from analysis.estimates.ratios import interval_from_error, ratio_bounds, weighted_ratio
from analysis.polls import Poll, Target
from analysis.polls.segments import WHOLE
from analysis.stats.margins import FloatArray

__all__ = ["break_even", "break_even_weight", "decomposition", "national_total", "total_of_cover"]


def national_total(
    poll: Poll,
    question: str,
    *,
    target: str | Target = PUBLISHED,
    partition: str | Sequence[str] | None = "region",
    confidence_level: float = 0.95,
    design_effect: float = 1.0,
) -> pd.DataFrame:
    r"""Weight the segments of a question to the whole.

    Parameters
    ----------
    poll : Poll
    question : str
        Id of a question of the poll.
    target : str or Target
        `"published"`: the weights implied by the printed figures. Or population counts, loaded with `load_target`.
    partition : str, sequence of str or None
        Segments to weight. A partition of a part, such as the zones of the interior, is completed by
        the parts beside it; several partitions may be given if they divide different segments; None takes the
        printed total as it is.
    confidence_level : float
        In (0, 1).
    design_effect : float
        Variance of the design relative to simple random sampling.

    Returns
    -------
    pandas.DataFrame
        One row an answer, in published order, all shares in [0, 1]:

        * `answer`, `share`: the total :math:`T`; of an answer conditional on another, a share of the givers of that one;
        * `low`, `high`: confidence interval, sampling error alone;
        * `standard_error`: weights counted as sampled; `standard_error_stratified`: as fixed;
        * `rounding_low`, `rounding_high`: what the total can be, given that every share was rounded and, for
          `"published"`, that weights are known within an interval. It comes on top of sampling error;
        * `published`, `difference`: the printed total, and `share` minus it.

        NaN where a segment's share was not published, and where the question was not asked of all:
        of such a question nothing is known but the printed total.

    Raises
    ------
    PollError
        If there is no such question or partition.
    AnalysisError
        If two partitions overlap, the target lacks a segment, or an option is not allowed.

    Notes
    -----
    :math:`T(W) = \sum_g W_g p_g`, with stratified variance :math:`\sum_g W_g^2 p_g(1 - p_g)/n_g` at effective
    sizes, to which sampled weights add :math:`\sum_g W_g(p_g - T)^2/n`: together the
    simple random variance where interviews are proportional to weights. A known target has fixed weights, and
    the smaller error is its own (Holt & Smith 1979); the larger is the one used, here too. The interval is
    Wilson's at the size :math:`T(1 - T)/\mathrm{SE}^2`. See `weighted_ratio` and `ratio_bounds`.

    Examples
    --------
    >>> from analysis.polls import load_poll, load_target
    >>> poll, roll = load_poll("cpi-2021-04"), load_target("electoral-roll-2021")
    >>> total = national_total(poll, "vote_intention", target=roll, partition="zone").head(2)
    >>> total[["answer", "share", "low", "high", "published", "difference"]].round(3)
         answer  share    low   high  published  difference
    0  castillo  0.361  0.334  0.389      0.355       0.006
    1  fujimori  0.229  0.206  0.254      0.231      -0.002

    Weighted to the electoral roll, Castillo has 36.1 %, 0.6 points more than was published.
    """
    summed = cover(poll, question, partition=partition, target=target, design_effect=design_effect)
    return total_of_cover(poll, question, summed, confidence_level=confidence_level)


def total_of_cover(poll: Poll, question: str, summed: Cover, *, confidence_level: float) -> pd.DataFrame:
    """Return the table of `national_total` for segments whose weights are known already."""
    known = figures(poll, question, summed.segments)
    given = [answer.given for answer in poll.question(question).answers]

    def of_condition(values: FloatArray) -> FloatArray:
        rows = [
            np.ones(len(summed.segments)) if answer is None else values[known.answers.index(answer)]
            for answer in given
        ]
        return np.array(rows)

    share, low, high = (of_condition(values) for values in (known.share, known.low, known.high))
    estimate = weighted_ratio(summed, share * known.share, share)
    interval = interval_from_error(estimate, confidence_level=confidence_level)
    # The givers of the condition weigh most where that serves the bound: both ends of their share are tried.
    bounds = [
        ratio_bounds(summed, (ends * known.low[row], ends), (ends * known.high[row], ends))
        for row, ends in enumerate(np.stack([low, high], axis=1))
    ]
    printed = figures(poll, question, [WHOLE]).share[:, 0]
    return pd.DataFrame(
        {
            "answer": known.answers,
            "share": estimate.share,
            "low": interval[0],
            "high": interval[1],
            "standard_error": estimate.standard_error,
            "standard_error_stratified": estimate.standard_error_stratified,
            "rounding_low": [bound[0] for bound in bounds],
            "rounding_high": [bound[1] for bound in bounds],
            "published": printed,
            "difference": estimate.share - printed,
        }
    )


def decomposition(
    poll: Poll,
    question: str,
    *,
    target: Target,
    partition: str | Sequence[str] = "region",
) -> pd.DataFrame:
    r"""Say which segments move a total when the published weights give way to others.

    Parameters
    ----------
    poll : Poll
    question : str
        Id of a question of the poll.
    target : Target
    partition : str or sequence of str
        As for `national_total`.

    Returns
    -------
    pandas.DataFrame
        `segment, answer, published_weight, target_weight, contribution`, by answer in published order. Answers
        conditional on another are left out: their totals are ratios, not sums.

    Raises
    ------
    PollError
        If there is no such question or partition.
    AnalysisError
        If two partitions overlap, or the target lacks a segment.

    Notes
    -----
    :math:`(W_g - w_g)\,p_g`. The contributions to an answer sum to its total at the target's weights minus its
    total at the published ones; that total equals the printed one up to rounding.

    Examples
    --------
    >>> from analysis.polls import load_poll, load_target
    >>> poll, roll = load_poll("cpi-2021-04"), load_target("electoral-roll-2021")
    >>> parts = decomposition(poll, "vote_intention", target=roll)
    >>> castillo = parts[parts["answer"] == "castillo"].set_index("segment")
    >>> castillo[["published_weight", "target_weight", "contribution"]].round(4)
                 published_weight  target_weight  contribution
    segment
    lima_callao            0.3705         0.3451       -0.0049
    interior               0.6295         0.6549        0.0114

    The capital is 2.5 points smaller on the roll than in the sample: Castillo loses 0.5 points there
    and gains 1.1 in the interior, 0.7 in all.
    """
    published = cover(poll, question, partition=partition)
    wanted = cover(poll, question, partition=partition, target=target)
    known = figures(poll, question, published.segments)
    of_all = [answer.id for answer in poll.question(question).answers if answer.given is None]
    rows = pd.MultiIndex.from_product([of_all, published.segments], names=["answer", "segment"])
    table = rows.to_frame(index=False)[["segment", "answer"]]
    table["published_weight"] = np.tile(published.weight, len(of_all))
    table["target_weight"] = np.tile(wanted.weight, len(of_all))
    shift = table["target_weight"] - table["published_weight"]
    return table.assign(contribution=shift * known.rows(of_all).share.ravel())


def break_even_weight(
    poll: Poll,
    question: str,
    *,
    segment: str,
    answer_a: str,
    answer_b: str,
    target: str | Target = PUBLISHED,
    partition: str | Sequence[str] = "region",
) -> float:
    r"""Find the weight of a segment at which two answers tie in the whole.

    Parameters
    ----------
    poll : Poll
    question : str
        Id of a question of the poll.
    segment : str
        One of the segments that the partition weights. The others keep their proportions to each other.
    answer_a, answer_b : str
        Answers that are shares of the question's whole base.
    target : str or Target
        Where the proportions of the others come from.
    partition : str or sequence of str
        As for `national_total`.

    Returns
    -------
    float
        In [0, 1]; NaN if no weight of this segment makes a tie, or if any does.

    Raises
    ------
    PollError
        If there is no such question, answer or partition.
    AnalysisError
        If the partition does not weight this segment, an answer is conditional on another, or as for
        `national_total`.

    Notes
    -----
    With :math:`d` the lead of A over B in the segment and :math:`e` in all others,
    :math:`x d + (1 - x) e = 0` at :math:`x = e/(e - d)`.

    Examples
    --------
    >>> from analysis.polls import load_poll
    >>> poll = load_poll("cpi-2021-04")
    >>> candidates = {"answer_a": "castillo", "answer_b": "fujimori"}
    >>> round(break_even_weight(poll, "vote_intention", segment="lima_callao", **candidates), 2)
    0.68

    Lima and Callao would have to be 68 % of the sample, not 37 %, for a tie.
    """
    summed = cover(poll, question, partition=partition, target=target)
    if segment not in summed.segments:
        raise AnalysisError(
            f"segment: {segment!r} is not weighted here; use one of {', '.join(summed.segments)}, or another partition."
        )
    for answer in (answer_a, answer_b):
        if poll.question(question)[answer].given is not None:
            raise AnalysisError(f"{answer!r} is not a share of all; use answers that are.")
    share_a, share_b = figures(poll, question, summed.segments).rows([answer_a, answer_b]).share
    return break_even(summed.weight, share_a - share_b, summed.segments.index(segment))


def break_even(weight: FloatArray, lead: FloatArray, at: int) -> float:
    """Return the weight of one of several segments at which a lead, given for each, vanishes; NaN if none does."""
    others = np.arange(len(weight)) != at
    with np.errstate(divide="ignore", invalid="ignore"):
        elsewhere = float(weight[others] @ lead[others] / weight[others].sum())
        found = float(np.float64(elsewhere) / (elsewhere - lead[at]))
    return found if 0 <= found <= 1 else float("nan")
