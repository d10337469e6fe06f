"""All columns of a table compared as they lie to each other, judged together, with intervals that hold together."""

from functools import partial
from itertools import combinations

import numpy as np
import pandas as pd

from analysis.errors import AnalysisError
from analysis.estimates.paired_cells import pair_rows, paired_intervals
from analysis.estimates.segment_comparisons import compare_pairs
from analysis.polls import Poll
from analysis.polls.segments import WHOLE
from analysis.stats.margins import SMALL_BASE, critical_value
from analysis.stats.multiplicity import ADJUSTMENTS, tipping_bias

__all__ = ["RELATIONS", "compare_columns", "segment_pairs", "tipping_points"]

RELATIONS = ("disjoint", "within", "overlapping")
"""Which columns are compared: the parts of a partition with one another, each with the whole sample, or those that
divide one whole in different ways."""

_COLUMNS = [
    "question",
    "partition",
    "segment_a",
    "segment_b",
    "answer",
    "share_a",
    "share_b",
    "difference",
    "low",
    "high",
    "low_together",
    "high_together",
    "p_value",
    "p_adjusted",
    "verdict",
]


def segment_pairs(
    poll: Poll, relation: str = "disjoint", *, partition: str = ""
) -> dict[tuple[str, str], str]:
    """List the pairs of a poll's columns that lie to each other in one way.

    Parameters
    ----------
    poll : Poll
    relation : str
        One of `RELATIONS`.
    partition : str
        Id of a partition, to which the first segment of a pair has to belong, or, where they overlap,
        either; empty for all.

    Returns
    -------
    dict
        The pairs in printed order, with the partition that a disjoint pair is of, else an empty string.

    Raises
    ------
    PollError
        If the poll has no such partition.
    AnalysisError
        If the relation is not one of them.

    Examples
    --------
    >>> from analysis.polls import load_poll
    >>> poll = load_poll("cpi-2021-04")
    >>> [len(segment_pairs(poll, relation)) for relation in RELATIONS]
    [8, 8, 8]
    >>> list(segment_pairs(poll, "overlapping", partition="area"))[0]
    ('costa_sierra_norte', 'urbano')

    Two regions, four zones and two areas make eight pairs; eight columns are part of the total; and each
    zone shares interviews with the urban and with the rural column, nobody knows how many.
    """
    if relation not in RELATIONS:
        raise AnalysisError(f"relation: {relation!r} is not allowed; use one of {', '.join(RELATIONS)}.")
    segments, partitions = poll.segments, poll.segments.partitions
    chosen = [segments.partition(partition)] if partition else list(partitions)
    parts = {part for each in chosen for part in each.parts}
    if relation == "disjoint":
        pairs_of: dict[tuple[str, str], str] = {}
        for each in chosen:
            for pair in combinations(each.parts, 2):
                pairs_of.setdefault(pair, each.id)
        return pairs_of
    if relation == "within":
        columns = [s for s in segments.ids if segments.relation(WHOLE, s) == "contains"]
        return {(s, WHOLE): "" for s in columns if not partition or s in parts}
    pairs = combinations(segments.ids, 2)
    overlapping = [pair for pair in pairs if segments.relation(*pair) == "overlapping"]
    return dict.fromkeys((pair for pair in overlapping if not partition or parts.intersection(pair)), "")


def compare_columns(
    poll: Poll,
    question: str,
    *,
    relation: str = "disjoint",
    partition: str = "",
    adjustment: str = "holm",
    confidence_level: float = 0.95,
    design_effect: float = 1.0,
    small_base: float = SMALL_BASE,
) -> pd.DataFrame:
    r"""Compare all columns of a table that lie to each other in one way, answer by answer.

    Parameters
    ----------
    poll : Poll
    question : str
        Id of a question of the poll; empty for none, which gives a table without rows.
    relation : str
        One of `RELATIONS`.
    partition : str
        Id of a partition, as for `segment_pairs`; empty for all of them.
    adjustment : str
        For the number of comparisons, as for `adjusted_p_values`.
    confidence_level : float
        In (0, 1); of the intervals, and one minus the level of significance.
    design_effect : float
        Variance of the design relative to simple random sampling.
    small_base : float
        Effective base below which a segment is not tested.

    Returns
    -------
    pandas.DataFrame
        `question, partition, segment_a, segment_b, answer, share_a, share_b, difference, low, high, low_together,
        high_together, p_value, p_adjusted, verdict`: as `compare_pairs`, all comparisons being one family. `low`
        and `high` are those of one comparison by itself; the other two hold together. Empty where no two
        columns lie to each other so.

    Raises
    ------
    PollError
        If the poll has no such question or partition.
    AnalysisError
        If a relation, level, design effect, adjustment or threshold is not allowed.

    Notes
    -----
    Of m comparisons tested, the intervals that hold together are those at the level
    :math:`1 - \alpha/m` (Bonferroni), also where Holm adjusts the p-values: no simple intervals belong to it,
    so that now and then an interval reaches 0 where Holm finds a difference. With Benjamini & Hochberg
    they are at :math:`1 - \alpha R/m`, of R found (Benjamini & Yekutieli 2005, *JASA* 100), and among the
    intervals of what was found at most a share :math:`\alpha` is expected to miss.

    Examples
    --------
    >>> from analysis.polls import load_poll
    >>> compared = compare_columns(load_poll("cpi-2021-04"), "vote_intention")
    >>> largest = compared.loc[compared["difference"].abs().idxmax()]
    >>> print(len(compared), compared["verdict"].isin(["higher", "lower"]).sum(), largest["segment_b"])
    40 9 interior
    >>> print(largest[["difference", "low", "high", "low_together", "high_together"]].astype(float).round(3).to_list())
    [-0.257, -0.306, -0.204, -0.336, -0.169]

    Of 40 comparisons, 9 are more than chance. The largest is Castillo's in Lima and Callao, 25.7 points below
    the interior; as one of 40 its interval goes from 16.9 to 33.6 points.
    """
    pairs = segment_pairs(poll, relation, partition=partition)
    if not question or not pairs:
        return _nothing_to_compare()
    wanted = poll.question(question).id

    rows = compare_pairs(
        poll,
        question,
        pairs=pairs,
        adjustment=adjustment,
        confidence_level=confidence_level,
        design_effect=design_effect,
        small_base=small_base,
    ).reset_index(drop=True)
    alpha = 1 - confidence_level
    part = alpha * _part_of_alpha(rows["p_adjusted"], adjustment, alpha)
    all_at_once = partial(paired_intervals, confidence_level=1 - part)
    together = pair_rows(
        poll, question, list(pairs), all_at_once, design_effect=design_effect, small_base=small_base
    )
    rows[["low_together", "high_together"]] = together[["low", "high"]]
    rows["partition"] = [pairs[pair] for pair in zip(rows["segment_a"], rows["segment_b"], strict=True)]
    shares = poll.known(question).set_index(["answer", "segment"])["share"]
    for side in ("a", "b"):
        keys = pd.MultiIndex.from_frame(rows[["answer", f"segment_{side}"]])
        rows[f"share_{side}"] = shares.reindex(keys).to_numpy()
    return rows.assign(question=wanted)[_COLUMNS]


def _nothing_to_compare() -> pd.DataFrame:
    """Return a comparison without rows."""
    words = {"question", "partition", "segment_a", "segment_b", "answer", "verdict"}
    return pd.DataFrame({column: pd.Series(dtype=str if column in words else float) for column in _COLUMNS})


def _part_of_alpha(p_adjusted: pd.Series, adjustment: str, alpha: float) -> float:
    """Return the part of the level of significance that falls to each of the intervals that hold together."""
    tested, found = max(int(p_adjusted.notna().sum()), 1), int((p_adjusted < alpha).sum())
    parts = {"none": 1.0, "benjamini_hochberg": max(found, 1) / tested}
    return parts.get(adjustment, 1 / tested)


def tipping_points(
    compared: pd.DataFrame,
    *,
    adjustment: str = "holm",
    confidence_level: float = 0.95,
    design_effect: float = 1.0,
) -> pd.DataFrame:
    r"""Say what it would take to undo each of the differences found, all comparisons judged together.

    Parameters
    ----------
    compared : pandas.DataFrame
        From `compare_columns`, `compare_segments` or `compare_pairs`: one whole family.
    adjustment, confidence_level, design_effect
        Those that it was made with.

    Returns
    -------
    pandas.DataFrame
        As `compared`, with `tipping_design_effect`, that at which a difference stops being significant, and
        `bias_to_insignificance` and `bias_to_tie`, by how much it would have to be overstated for that, and
        for there to be no difference; of each that was tested, else NaN.

    Raises
    ------
    AnalysisError
        If the level or the adjustment is not allowed.

    Notes
    -----
    With :math:`z_{(1)} \ge z_{(2)} \ge \dots` the m statistics in size, all of which fall with the square root
    of the design effect, the i-th is significant after Holm up to the design effect
    :math:`\min_{j \le i} (z_{(j)}/c_j)^2`, :math:`c_j` being the critical value at :math:`\alpha/(m - j + 1)`;
    after Benjamini & Hochberg up to :math:`\max_{j \ge i} (z_{(j)}/c_j)^2` at :math:`\alpha j/m`; after
    Bonferroni up to :math:`(z/c)^2` at :math:`\alpha/m`. The bias is `tipping_bias` of one difference while all
    others found stay: at :math:`\alpha/(m - R + 1)` after Holm, :math:`\alpha R/m` after Benjamini & Hochberg, of R
    found. Rounding is not asked about.

    Examples
    --------
    >>> from analysis.polls import load_poll
    >>> compared = compare_columns(load_poll("cpi-2021-04"), "vote_intention", partition="area")
    >>> castillo = tipping_points(compared).iloc[0]
    >>> print(castillo["tipping_design_effect"].round(1), castillo["bias_to_insignificance"].round(3))
    4.6 0.124

    Castillo's 22.6 points more in rural places than in towns would be within sampling error only if the
    design effect were 4.6, or if 12.4 of them were a bias.
    """
    if adjustment not in ADJUSTMENTS:
        raise AnalysisError(
            f"adjustment: {adjustment!r} is not allowed; use one of {', '.join(ADJUSTMENTS)}."
        )
    critical_value(confidence_level)
    from scipy.special import ndtri

    alpha = 1 - confidence_level
    tested = compared["p_value"].notna().to_numpy()
    # What is too small for a floating-point number is taken as the smallest there is.
    p_values = compared["p_value"].to_numpy()[tested].clip(min=np.finfo(float).tiny)
    z = -ndtri(p_values / 2)
    m, found = len(z), int((compared["p_adjusted"] < alpha).sum())
    order, rank = np.argsort(-z, kind="stable"), np.arange(1, m + 1)
    # The part of alpha against which each rank is tested, and that of the last one found.
    parts, last = {
        "none": (rank**0.0, 1.0),
        "bonferroni": (rank**0.0 / max(m, 1), 1 / max(m, 1)),
        "holm": (1 / (m - rank + 1), 1 / max(m - found + 1, 1)),
        "benjamini_hochberg": (rank / max(m, 1), max(found, 1) / max(m, 1)),
    }[adjustment]
    ratios = (z[order] / -ndtri(alpha * parts / 2)) ** 2
    if adjustment == "holm":
        ratios = np.minimum.accumulate(ratios)
    elif adjustment == "benjamini_hochberg":
        ratios = np.maximum.accumulate(ratios[::-1])[::-1]
    effects, standard_errors = np.full((2, len(compared)), np.nan)
    effects[np.flatnonzero(tested)[order]] = design_effect * ratios
    difference = compared["difference"].to_numpy()
    standard_errors[tested] = np.divide(np.abs(difference[tested]), z, out=np.full(m, np.nan), where=z > 0)
    to_insignificance, to_tie = tipping_bias(difference, standard_errors, confidence_level=1 - alpha * last)
    return compared.assign(
        tipping_design_effect=effects,
        bias_to_insignificance=to_insignificance,
        bias_to_tie=np.where(tested, to_tie, np.nan),
    )
