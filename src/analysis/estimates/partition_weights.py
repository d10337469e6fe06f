"""All of a poll's partitions at once: what weights its parts had, what pins them, and what they are held against."""

import numpy as np
import pandas as pd

from analysis.estimates.contradictions import weight_contradictions, weight_sensitivity
from analysis.estimates.covers import is_published
from analysis.estimates.weights import (
    closed_programme,
    implied_weights,
    printed_intervals,
    segment_bases,
)
from analysis.polls import Partition, Poll, Target
from analysis.stats.margins import margin_of_error
from analysis.stats.programme import Programme

__all__ = [
    "WEIGHT_VERDICTS",
    "partition_contradictions",
    "partition_weights",
    "row_weights",
    "weight_outlines",
]

WEIGHT_VERDICTS = ("more than its share", "less than its share", "its share", "cannot be said")
"""How a part's weight in the sample compares with its share of a population: the first two where no weight that
agrees with the print would be the population's."""

_DRAWN = 3e-5  # three thousandths of a point: nobody sees a corner that sticks out by less

_WEIGHT_COLUMNS = [
    *("partition", "of", "segment", "weight", "low", "high", "all_low", "all_high"),
    *("interviews", "population", "chance", "verdict"),
]


def partition_weights(
    poll: Poll,
    *,
    target: Target | None = None,
    confidence_level: float = 0.95,
    design_effect: float = 1.0,
    certify: bool = False,
) -> pd.DataFrame:
    r"""Recover the weights of every partition of a poll, and hold them against what else is known.

    Parameters
    ----------
    poll : Poll
    target : Target, optional
        Population counts; a partition of which it lacks a part is not held against it.
    confidence_level : float
        In (0, 1).
    design_effect : float
        Variance of the design relative to simple random sampling.
    certify : bool
        As for `implied_weights`.

    Returns
    -------
    pandas.DataFrame
        One row a part, shares of the partition's parent:

        * `partition, of, segment, weight, low, high`: of `implied_weights`, all partitions jointly or, if they
          contradict one another, each by itself;
        * `all_low, all_high`: the range of `weight_sensitivity`, which uses open questions too and is not certain;
        * `interviews`: the share that the published numbers of interviews give;
        * `population`, `chance`: the share in the target's population, and how far from it a random sample
          of the parent's size strays at that level; `verdict`: one of `WEIGHT_VERDICTS`.

        NaN for what is unknown.

    Raises
    ------
    AnalysisError
        If an option is not allowed.

    Notes
    -----
    Interviews need not be in proportion to weights: that is what weighting is for. A sample that was neither
    weighted nor interviewed by quota differs from its population by chance; `chance` is `margin_of_error` for that.

    Examples
    --------
    >>> from analysis.polls import load_poll, load_target
    >>> weights = partition_weights(load_poll("cpi-2021-04"), target=load_target("electoral-roll-2021"))
    >>> weights.loc[0, ["segment", "low", "high", "population", "verdict"]].to_list()[:1]
    ['lima_callao']
    >>> weights.loc[0, ["low", "high", "population", "chance"]].astype(float).round(3).to_list()
    [0.367, 0.374, 0.345, 0.027]
    >>> weights.loc[0, "verdict"]
    'more than its share'

    Lima and Callao weigh 36.7 % to 37.4 % of the sample and hold 34.5 % of the voters: more than rounding explains,
    and no more than a random sample could have by chance.
    """
    bases = segment_bases(poll, design_effect=design_effect).set_index("segment")["n_effective"]
    printed = {segment.id: segment.base for segment in poll.segments}
    tables = []
    for partition in poll.segments.partitions:
        table = implied_weights(poll, partition=partition.id, jointly=True, certify=certify)
        if table["weight"].isna().any():
            table = implied_weights(poll, partition=partition.id, certify=certify)
        everything = weight_sensitivity(poll, partition=partition.id)
        counts = pd.Series([printed[part] for part in partition.parts], dtype=float)
        population = _population(target, partition)
        table.insert(0, "partition", partition.id)
        table.insert(1, "of", partition.of)
        tables.append(
            table.assign(
                all_low=everything["low"],
                all_high=everything["high"],
                interviews=counts / counts.sum(skipna=False),
                population=population,
                chance=margin_of_error(
                    bases.loc[[partition.of]],
                    confidence_level=confidence_level,
                    share=population,
                ),
            )
        )
    if not tables:
        return pd.DataFrame(columns=_WEIGHT_COLUMNS)
    weights = pd.concat(tables, ignore_index=True)
    known = weights["population"].notna() & weights["weight"].notna()
    weights["verdict"] = np.select(
        [~known, weights["low"] > weights["population"], weights["high"] < weights["population"]],
        ["cannot be said", "more than its share", "less than its share"],
        "its share",
    )
    return weights[_WEIGHT_COLUMNS]


def _population(target: Target | None, partition: Partition) -> np.ndarray:
    """Return the shares of the parts in the population of a partition, NaN if the target lacks one."""
    if target is None or is_published(target):
        return np.full(len(partition.parts), np.nan)
    counts = target.population.set_index("segment")["population"].astype(float).reindex(partition.parts)
    return np.asarray(counts / counts.sum(skipna=False))


def partition_contradictions(poll: Poll) -> pd.DataFrame:
    """Name, for every partition, the totals of open questions that no weights of the closed ones explain.

    Parameters
    ----------
    poll : Poll

    Returns
    -------
    pandas.DataFrame
        `partition, question, answer, printed, excess`; see `weight_contradictions`.

    Raises
    ------
    AnalysisError
        If a programme cannot be solved.

    Notes
    -----
    One least explanation for each partition by itself.

    Examples
    --------
    >>> from analysis.polls import load_poll
    >>> partition_contradictions(load_poll("cpi-2021-04"))["partition"].value_counts(sort=False).to_dict()
    {'region': 7, 'zone': 6, 'area': 12}

    Seven totals of the country, and six or twelve of the interior, do not follow from the columns.
    """
    tables = [
        weight_contradictions(poll, partition=partition.id).assign(partition=partition.id)
        for partition in poll.segments.partitions
    ]
    columns = ["partition", "question", "answer", "printed", "excess"]
    found = [table for table in tables if len(table)]
    return pd.concat(found, ignore_index=True)[columns] if found else pd.DataFrame(columns=columns)


def row_weights(poll: Poll) -> pd.DataFrame:
    r"""Say what each row by itself leaves to the weight of one part, where two parts make up another segment.

    Parameters
    ----------
    poll : Poll

    Returns
    -------
    pandas.DataFrame
        `partition, segment, question, answer, low, high`, for the first part of the poll's first partition into two.
        One row for each answer of a closed question that is a share of all, printed once; NaN where a figure was not
        published or no weight would explain the row. Empty without such a partition.

    Raises
    ------
    AnalysisError
        If a programme cannot be solved.

    Notes
    -----
    With two parts, :math:`w = (p_T - p_2)/(p_1 - p_2)`, over all figures that round to the printed ones. With more parts
    one row leaves nearly everything open, and only all of them together say something.

    Examples
    --------
    >>> from analysis.polls import load_poll
    >>> rows = row_weights(load_poll("cpi-2021-04")).set_index("answer")
    >>> rows.loc[["castillo", "will_not_vote"], ["low", "high"]].round(3).to_numpy().tolist()
    [[0.366, 0.374], [0.294, 0.412]]

    Castillo's row by itself puts Lima and Callao between 36.6 % and 37.4 %; a row that differs little between the two
    parts says little.
    """
    columns = ["partition", "segment", "question", "answer", "low", "high"]
    partition = next((one for one in poll.segments.partitions if len(one.parts) == 2), None)
    if partition is None:
        return pd.DataFrame(columns=columns)
    intervals = printed_intervals(poll)
    closed = [q for q in poll.questions if q.kind == "single_response" and q.base == "all"]
    quantities = dict.fromkeys(
        poll.quantity(question.id, answer.id)
        for question in closed
        for answer in question.answers
        if answer.given is None
    )
    rows = []
    for quantity in quantities:
        ends = [intervals.get((*quantity, segment)) for segment in (*partition.parts, partition.of)]
        low = high = np.nan
        if all(ends):
            (low_1, high_1), (low_2, high_2), (low_all, high_all) = (end for end in ends if end)
            programme = Programme()
            programme.require_equal({1: 1.0, 2: 1.0}, 1.0)
            programme.require_at_most({1: low_1, 2: low_2}, high_all)
            programme.require_at_most({1: -high_1, 2: -high_2}, -low_all)
            found = programme.extremes([1, 2])
            low, high = (float(end[0]) for end in found[1:]) if found else (np.nan, np.nan)
        rows.append([partition.id, partition.parts[0], *quantity, low, high])
    return pd.DataFrame(rows, columns=columns)


def weight_outlines(poll: Poll, *, most: int = 3) -> pd.DataFrame:
    r"""Draw the line around the weights that two parts of a partition can have together.

    Parameters
    ----------
    poll : Poll
    most : int
        How many pairs of a partition are wanted at the most.

    Returns
    -------
    pandas.DataFrame
        `partition, segment_a, segment_b, weight_a, weight_b`: corners of convex polygons, counterclockwise, shares of the
        parent. Three parts leave two free, and one polygon of the first two holds all there is; of more parts, the
        heaviest is paired with the others in turn, and each polygon is the shadow of the feasible weights on that
        pair. No rows for two parts, whose interval says everything, or where no weights agree with the print.

    Raises
    ------
    AnalysisError
        If a programme cannot be solved.

    Notes
    -----
    Linear programmes, one a corner and one an edge: each edge between known corners is pushed outwards until
    nothing lies beyond it. Corners that stick out by less than three thousandths of a point are left out.

    Examples
    --------
    >>> from analysis.polls import load_poll
    >>> outlines = weight_outlines(load_poll("cpi-2021-04"), most=1)
    >>> outlines["partition"].unique().tolist()
    ['zone']
    >>> outlines["weight_a"].agg(["min", "max"]).round(3).to_list()
    [0.404, 0.413]

    The four zones are drawn by pairs; the northern one ranges from 40.4 % to 41.3 %, as its interval says.
    """
    corners = []
    for partition in poll.segments.partitions:
        weights = implied_weights(poll, partition=partition.id)
        if len(partition.parts) < 3 or weights["weight"].isna().any():
            continue
        heaviest = partition.parts[int(np.argmax(weights["weight"]))]
        pairs = [(heaviest, part) for part in partition.parts if part != heaviest][:most]
        if len(partition.parts) == 3:
            pairs = [partition.parts[:2]]
        programme = closed_programme(poll, [partition], partition.of)
        for first, second in pairs:
            outline = programme.outline(("w", first), ("w", second), tolerance=_DRAWN)
            table = pd.DataFrame(outline, columns=["weight_a", "weight_b"])
            corners.append(table.assign(partition=partition.id, segment_a=first, segment_b=second))
    columns = ["partition", "segment_a", "segment_b", "weight_a", "weight_b"]
    return pd.concat(corners, ignore_index=True)[columns] if corners else pd.DataFrame(columns=columns)
