r"""Two margins at once: reweighting by, say, zone and urban/rural when nobody printed zone × urban/rural.

With interviews one would rake: multiply each cell of the joint table by a factor of its row and one of its column
until both margins are the target's. Here the joint table is known through its margins only, twice over: how
many people are in a cell, and what they answer. So the raked total is not one number but a range.

What is identified? If cells could be reweighted in any way, nothing would be: a cell that may be empty in the
sample can answer anything and yet be large in the target, even where both margins already agree. Raking keeps
the odds ratios of the sample, and that link is what bounds the total; where the target has the margins
of the sample, it leaves nothing open but rounding. The range is large where the two ways to divide could nearly coincide.
"""

import numpy as np
import pandas as pd

from analysis.inference.covers import cover_segments, figures, target_weights
from analysis.inference.joint_tables import JointTables, joint_tables
from analysis.inference.margins import FloatArray
from analysis.inference.programme import Programme, Variable
from analysis.inference.raking import raked_share, raked_slope
from analysis.polls import Poll, Target

__all__ = ["crossed_total", "crossed_weights"]

_CLIMBING_STEPS = 30
_LEAST_GAIN = 1e-5  # a thousandth of a point
_STRIDES = np.append(np.linspace(0.05, 1, 20), 0.999)[:, np.newaxis, np.newaxis, np.newaxis]
# Raking is not defined everywhere on the edge of what is possible; climbs begin a little inside.
_INSIDE = 0.05


def crossed_weights(
    poll: Poll, question: str, *, partitions: tuple[str, str] = ("zone", "area")
) -> pd.DataFrame:
    """Bound how many people are in each cell of a joint table of which only the margins were published.

    Parameters
    ----------
    poll : Poll
    question : str
        Id of a question asked of all; its answers in both margins say how far the two can go together.
    partitions : tuple of str
        Two partitions of the same segment.

    Returns
    -------
    pandas.DataFrame
        `segment_a, segment_b, weight, low, high`: shares of the segment that both divide. `low` and `high` are exact
        for the figures of this question and the weights of the margins (linear programmes); `weight` belongs to
        the table nearest to the one in which the two are independent among the givers of each answer. NaN where
        the weights of the margins are unknown, or no table agrees with the print.

    Raises
    ------
    PollError
        If there is no such question or partition.
    AnalysisError
        If the partitions do not divide the same segment, or the question was not asked of all.

    Examples
    --------
    >>> from analysis.polls import load_poll
    >>> cells = crossed_weights(load_poll("cpi-2021-04"), "vote_intention")
    >>> cells[cells["segment_b"] == "rural"].round(2)
                segment_a segment_b  weight  low  high
    1  costa_sierra_norte     rural    0.11  0.0  0.27
    3           costa_sur     rural    0.04  0.0  0.15
    5   sierra_centro_sur     rural    0.09  0.0  0.27
    7             oriente     rural    0.03  0.0  0.13

    For all that was printed, the rural people of the interior (27 % of it) could nearly all live in one zone.
    """
    joint, first, second = joint_tables(poll, question, partitions)
    cells = pd.MultiIndex.from_product([first.parts, second.parts], names=["segment_a", "segment_b"])
    table = cells.to_frame(index=False)
    weight = joint.likeliest()[0].ravel()
    extremes = joint.programme().extremes([(0, *cell) for cell in np.ndindex(*joint.shape[1:])])
    if extremes is None or np.isnan(weight).any():
        return table.assign(weight=np.nan, low=np.nan, high=np.nan)
    return table.assign(weight=weight, low=extremes[1], high=extremes[2])


def crossed_total(
    poll: Poll, question: str, *, target: Target, partitions: tuple[str, str] = ("zone", "area")
) -> pd.DataFrame:
    r"""Weight a question to two margins at once, as far as the published margins allow.

    Parameters
    ----------
    poll : Poll
    question : str
        Id of a question asked of all.
    target : Target
        Population of the parts of both partitions. Counts of the second are scaled to those of the first.
    partitions : tuple of str
        Two partitions of the same segment; the parts beside it complete the whole.

    Returns
    -------
    pandas.DataFrame
        `answer, share, low, high, share_first, share_second`, one row an answer that is a share of all. `share` is
        raked from the table of `crossed_weights`; `low` and `high` are the least and greatest raked totals found
        among all joint tables that agree with everything printed; `share_first` and `share_second` weight by
        one partition alone. No sampling error is in these. NaN where a figure or weight is unknown.

    Raises
    ------
    PollError
        If there is no such question or partition.
    AnalysisError
        If the partitions do not divide the same segment, the question was not asked of all, or the target
        lacks a part.

    Notes
    -----
    The joint table has cells :math:`w_{za}` and :math:`u_{rza}`, people and those of them who answer :math:`r`, whose
    margins lie within what is printed: a polytope. The raked total is a smooth function on it, linearised at each table
    by the residuals of an additive fit (Deville & Särndal 1992, *Journal of the American Statistical Association* 87) and
    improved by linear programmes (Frank & Wolfe 1956) from many starts. Each end is attained by a
    table, so the range is never too wide; since the function is not concave, a search can miss what lies beyond it.

    Examples
    --------
    >>> import pandas as pd
    >>> from analysis.polls import Target, load_poll, load_target
    >>> zones = load_target("electoral-roll-2021").population
    >>> areas = pd.DataFrame({"segment": ["urbano", "rural"], "population": [0.70, 0.30]})
    >>> both = Target("made-up", "Made up", "", "", "", pd.concat([zones, areas]))
    >>> totals = crossed_total(load_poll("cpi-2021-04"), "vote_intention", target=both).set_index("answer")
    >>> totals.loc["castillo", ["share", "low", "high", "share_first", "share_second"]].round(3).to_list()
    [0.365, 0.362, 0.383, 0.361, 0.366]

    If 30 % of the interior's voters were rural, interviews raked to that and to the zones of the roll would
    give Castillo between 36.2 % and 38.3 %; the published margins say no more.
    """
    joint, first, second = joint_tables(poll, question, partitions)
    outer = [segment for segment in cover_segments(poll.segments, first.id) if segment not in first.parts]
    weights = target_weights(target, [*outer, *first.parts])
    beside, inside = weights[: len(outer)], weights[len(outer) :]
    margins = inside / inside.sum(), target_weights(target, second.parts)
    programme, likeliest = joint.programme(), joint.likeliest()
    starts = [likeliest]
    if not np.isnan(likeliest).any():
        starts += [(1 - _INSIDE) * corner + _INSIDE * likeliest for corner in joint.corners(programme)]
    rest = figures(poll, question, outer).rows(joint.whole.answers)
    found = []
    for answer in range(1, joint.shape[0]):
        ends = [
            sign * max(sign * _climb(joint, programme, start, answer, margins, sign) for start in starts)
            for sign in (-1.0, 1.0)
        ]
        found.append([float(raked_share(likeliest, answer, *margins)), *ends])
    raked = inside.sum() * np.array(found).reshape(-1, 3).T
    around = [beside @ values.T for values in (rest.share, rest.low, rest.high)]
    alone = [
        inside.sum() * (known.share @ margin) + around[0]
        for known, margin in zip(joint.figures, margins, strict=True)
    ]
    columns = [*(raked + np.array(around)), *alone]
    table = pd.DataFrame(
        dict(zip(("share", "low", "high", "share_first", "share_second"), columns, strict=True)),
        index=pd.Index(joint.whole.answers),
    )
    of_all = [answer.id for answer in poll.question(question).answers if answer.given is None]
    return table.reindex(of_all).rename_axis("answer").reset_index()


def _climb(
    joint: JointTables,
    programme: Programme,
    start: FloatArray,
    answer: int,
    margins: tuple[FloatArray, FloatArray],
    sign: float,
) -> float:
    """Follow the slope from one table to better ones, and return the best raked share found."""
    table, best = start, sign * float(raked_share(start, answer, *margins))
    for _ in range(_CLIMBING_STEPS):
        if np.isnan(best):
            break
        by_answer, by_weight = raked_slope(table, answer, *margins)
        costs: dict[Variable, float] = {}
        for cell in np.ndindex(*joint.shape[1:]):
            costs[answer, *cell] = -sign * float(by_answer[cell])
            costs[0, *cell] = -sign * float(by_weight[cell])
        step = joint.table(programme.minimise(costs)) - table
        tables = table + _STRIDES * step
        shares = sign * raked_share(tables, answer, *margins)
        shares = np.where(np.isnan(shares), -np.inf, shares)
        at = int(np.argmax(shares))
        if not shares[at] > best + _LEAST_GAIN:
            break
        table, best = tables[at], float(shares[at])
    return sign * best
