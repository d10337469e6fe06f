"""Two cells of published tables side by side: their difference, and what z rounding and overlap leave them."""

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd

from analysis.errors import AnalysisError
from analysis.estimates.precision import published_intervals
from analysis.polls import Poll
from analysis.stats.differences import difference_interval, difference_test
from analysis.stats.margins import LARGE_BASE, FloatArray
from analysis.stats.overlaps import overlap_interval, overlap_test, part_whole_interval, part_whole_test

__all__ = ["column_of", "compared_cells", "pair_rows", "paired_cells", "paired_intervals", "untested"]


def compared_cells(poll: Poll, question: str, *, design_effect: float, small_base: float) -> pd.DataFrame:
    """Return what a comparison needs to know of every cell of a table.

    Returns
    -------
    pandas.DataFrame
        `share, least, greatest, n_effective` by `answer` and `segment`; every share from `least` to
        `greatest` rounds to what is printed. Figures and bases are those of `published_intervals`.
    """
    cells = published_intervals(
        poll,
        question,
        design_effect=design_effect,
        small_base=small_base,
        large_base=max(small_base, LARGE_BASE),
    )
    cells[["least", "greatest"]] = poll.known(question)[["low", "high"]]
    return cells.set_index(["answer", "segment"])[["share", "least", "greatest", "n_effective"]]


def pair_rows(
    poll: Poll,
    question: str,
    pairs: Sequence[tuple[str, str]],
    compare: Callable[[pd.DataFrame, pd.DataFrame, str, pd.Series], pd.DataFrame],
    *,
    design_effect: float,
    small_base: float,
) -> pd.DataFrame:
    """Compare each pair of segments in one table, as they lie to each other, by `paired_cells` or `paired_intervals`."""
    cells = compared_cells(poll, question, design_effect=design_effect, small_base=small_base)
    answers = [answer.id for answer in poll.question(question).answers]
    relations = [poll.segments.relation(a, b) for a, b in pairs]
    if "same" in relations:
        same, _ = pairs[relations.index("same")]
        raise AnalysisError(f"pairs: {same!r} is to be compared with itself; give two segments.")
    rows = pd.DataFrame(
        [
            (a, b, relation, answer)
            for (a, b), relation in zip(pairs, relations, strict=True)
            for answer in answers
        ],
        columns=["segment_a", "segment_b", "relation", "answer"],
    )
    bases = cells["n_effective"].unstack().reindex(answers)
    rows["n_parent"] = np.concatenate([_base_around(poll, bases, a, b) for a, b in pairs])
    a, b = (
        cells.reindex(pd.MultiIndex.from_frame(rows[["answer", side]])).set_axis(rows.index)
        for side in ("segment_a", "segment_b")
    )
    compared = [
        compare(a.loc[of], b.loc[of], str(relation), rows.loc[of, "n_parent"])
        for relation, of in rows.groupby("relation", sort=False).groups.items()
    ]
    quantities = {answer: ".".join(poll.quantity(question, answer)) for answer in answers}
    return rows.assign(question=question, quantity=rows["answer"].map(quantities)).join(pd.concat(compared))


def _base_around(poll: Poll, bases: pd.DataFrame, a: str, b: str) -> FloatArray:
    """Return, answer by answer, the base of the smallest segment that contains two overlapping ones, else NaN."""
    relation = poll.segments.relation
    if relation(a, b) != "overlapping":
        return np.full(len(bases), np.nan)
    around = [c for c in poll.segments.ids if relation(c, a) == relation(c, b) == "contains"]
    return np.asarray(np.fmin.reduce(bases.reindex(columns=around).to_numpy(), axis=1, initial=np.nan))


def column_of(cells: pd.DataFrame, answers: Sequence[str], segment: str) -> pd.DataFrame:
    """Return the cells of one segment by answer; NaN for an answer or a segment that the table does not have."""
    keys = pd.MultiIndex.from_product([answers, [segment]], names=["answer", "segment"])
    return cells.reindex(keys).droplevel("segment")


def untested(*shares: pd.Series, smallest_base: FloatArray, small_base: float) -> pd.Series:
    """Say why a comparison is not tested; empty where it is."""
    reasons = np.select(
        [np.isnan(shares).any(axis=0), ~(smallest_base > 0), smallest_base < small_base],
        ["not published", "base unknown", "too few interviews"],
        default="",
    )
    return pd.Series(reasons, index=shares[0].index)


def paired_cells(
    a: pd.DataFrame,
    b: pd.DataFrame,
    relation: str,
    n_parent: pd.Series | float = np.nan,
    *,
    confidence_level: float,
    small_base: float,
) -> pd.DataFrame:
    """Compare two columns of cells, row by row.

    Parameters
    ----------
    a, b : pandas.DataFrame
        Rows of `compared_cells`, with one index for both.
    relation : str
        How the segment of `a` lies to that of `b`, as `Segments.relation` says.
    n_parent : pandas.Series or float
        Effective base of a segment that contains both; used where they overlap.
    confidence_level : float
        In (0, 1).
    small_base : float
        Effective base below which nothing is tested.

    Returns
    -------
    pandas.DataFrame
        `difference, low, high` and, for `judge`, `untested, z_low, z_high, box_low, box_high`.
    """
    cells = _cells_of(a, b)
    n_a, n_b = a["n_effective"].to_numpy(), b["n_effective"].to_numpy()
    smallest = np.minimum(n_a, n_b)
    if relation in {"within", "contains"}:
        smallest = np.minimum(smallest, np.abs(n_a - n_b))  # the rest of the whole is what is tested against
    z_low, z_high = _statistic(relation, cells, n_parent)
    lowest, _ = _statistic(relation, (a["least"], n_a, b["greatest"], n_b), n_parent)
    _, highest = _statistic(relation, (a["greatest"], n_a, b["least"], n_b), n_parent)
    smallest = np.where(np.isnan(z_low), np.nan, smallest)
    return paired_intervals(a, b, relation, n_parent, confidence_level=confidence_level).assign(
        untested=untested(a["share"], b["share"], smallest_base=smallest, small_base=small_base),
        z_low=z_low,
        z_high=z_high,
        box_low=np.fmin(lowest, z_low),
        box_high=np.fmax(highest, z_high),
    )


def paired_intervals(
    a: pd.DataFrame,
    b: pd.DataFrame,
    relation: str,
    n_parent: pd.Series | float = np.nan,
    *,
    confidence_level: float,
) -> pd.DataFrame:
    """Return `difference, low, high` of `paired_cells` alone."""
    found = _interval(relation, _cells_of(a, b), n_parent, confidence_level)
    return pd.DataFrame(dict(zip(["difference", "low", "high"], found, strict=True)), index=a.index)


_Cells = Sequence[pd.Series | FloatArray]


def _cells_of(a: pd.DataFrame, b: pd.DataFrame) -> _Cells:
    return a["share"], a["n_effective"], b["share"], b["n_effective"]


def _statistic(relation: str, cells: _Cells, n_parent: pd.Series | float) -> tuple[FloatArray, FloatArray]:
    """Return the least and the greatest z that the overlap admits: the same one, unless it is unknown."""
    share_a, n_a, share_b, n_b = cells
    if relation == "overlapping":
        return overlap_test(share_a, n_a, share_b, n_b, n_parent)
    if relation == "within":
        z, _ = part_whole_test(share_a, n_a, share_b, n_b)
    elif relation == "contains":
        z = -part_whole_test(share_b, n_b, share_a, n_a)[0]
    else:
        z, _ = difference_test(share_a, n_a, share_b, n_b)
    return z, z


def _interval(
    relation: str, cells: _Cells, n_parent: pd.Series | float, confidence_level: float
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return the difference and its limits, the widest where the overlap is unknown."""
    share_a, n_a, share_b, n_b = cells
    if relation == "overlapping":
        return overlap_interval(share_a, n_a, share_b, n_b, n_parent, confidence_level=confidence_level)
    if relation == "within":
        return part_whole_interval(share_a, n_a, share_b, n_b, confidence_level=confidence_level)
    if relation == "contains":
        difference, low, high = part_whole_interval(
            share_b, n_b, share_a, n_a, confidence_level=confidence_level
        )
        return -difference, -high, -low
    return difference_interval(share_a, n_a, share_b, n_b, confidence_level=confidence_level)
