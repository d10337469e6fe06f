"""The same answer in two segments of a poll: which differences are more than chance, and the letters that say so."""

from collections.abc import Iterable, Sequence
from functools import partial
from itertools import combinations
from string import ascii_uppercase

import pandas as pd

from analysis.errors import AnalysisError
from analysis.estimates.paired_cells import pair_rows, paired_cells
from analysis.estimates.verdicts import COMPARISON_WORDS, judge
from analysis.polls import Poll
from analysis.stats.margins import SMALL_BASE, critical_value

__all__ = ["FAMILIES", "compare_pairs", "compare_segments", "significance_letters"]

FAMILIES = ("table", "row", "report")
"""Which comparisons are judged together: those of one table, of one answer, or of all tables of the poll."""

_COLUMNS = [
    "segment_a",
    "segment_b",
    "answer",
    "difference",
    "low",
    "high",
    "p_value",
    "p_adjusted",
    "verdict",
]


def compare_segments(
    poll: Poll,
    question: str,
    *,
    partition: str = "region",
    adjustment: str = "holm",
    confidence_level: float = 0.95,
    design_effect: float = 1.0,
    family: str = "table",
    small_base: float = SMALL_BASE,
) -> pd.DataFrame:
    """Compare every two parts of a partition, answer by answer.

    Parameters
    ----------
    poll : Poll
    question : str
        Id of a question of the poll.
    partition : str
        Id of one of the poll's partitions; its parts have no interview in common.
    adjustment : str
        For the number of comparisons, as for `adjusted_p_values`.
    confidence_level : float
        In (0, 1); of the intervals, and one minus the level of significance.
    design_effect : float
        Variance of the design relative to simple random sampling.
    family : str
        One of `FAMILIES`. In `"report"` a figure that two tables print is counted once.
    small_base : float
        Effective base below which a segment is not tested.

    Returns
    -------
    pandas.DataFrame
        `segment_a, segment_b, answer, difference, low, high, p_value, p_adjusted, verdict`: each pair in
        printed order, and for each the answers in published order. Differences of shares, `a − b`. The
        intervals are not adjusted. Verdicts: `COMPARISON_VERDICTS`.

    Raises
    ------
    PollError
        If the poll has no such question or partition.
    AnalysisError
        If a level, design effect, adjustment, family or threshold is not allowed.

    Notes
    -----
    `difference_interval` and `difference_test` at base / design effect, with the figures and bases of
    `published_intervals`: those of a row that is conditional on an answer are the people who gave it.
    The bases are taken as they are. What printed figures leave open about those that were not published is
    less than what is not known of the design effect.

    Examples
    --------
    >>> from analysis.polls import load_poll
    >>> compared = compare_segments(load_poll("cpi-2021-04"), "vote_intention", partition="area")
    >>> compared[["answer", "difference", "low", "high", "p_adjusted", "verdict"]].round(3)
              answer  difference    low   high  p_adjusted              verdict
    0       castillo      -0.226 -0.301 -0.146       0.000                lower
    1       fujimori       0.056 -0.006  0.110       0.223  not distinguishable
    2     blank_null       0.138  0.085  0.182       0.000               higher
    3      undecided       0.024 -0.038  0.078       0.861  not distinguishable
    4  will_not_vote       0.006 -0.032  0.033       0.861  not distinguishable

    In the towns of the interior Castillo is weaker and blank ballots are more frequent than in rural
    places; that Fujimori is stronger there cannot be said.
    """
    return compare_pairs(
        poll,
        question,
        pairs=combinations(poll.segments.partition(partition).parts, 2),
        adjustment=adjustment,
        confidence_level=confidence_level,
        design_effect=design_effect,
        family=family,
        small_base=small_base,
    )


def compare_pairs(
    poll: Poll,
    question: str,
    *,
    pairs: Iterable[tuple[str, str]],
    adjustment: str = "holm",
    confidence_level: float = 0.95,
    design_effect: float = 1.0,
    family: str = "table",
    small_base: float = SMALL_BASE,
) -> pd.DataFrame:
    """Compare any two segments, each pair as the poll says that they lie to each other.

    Parameters
    ----------
    pairs : iterable of (str, str)
        Ids of the segments to compare.
    poll, question, adjustment, confidence_level, design_effect, family, small_base
        As for `compare_segments`.

    Returns
    -------
    pandas.DataFrame
        As `compare_segments`, pairs in the order given.

    Raises
    ------
    PollError
        If the poll has no such question or segment.
    AnalysisError
        If there is no pair, or a segment is to be compared with itself, and as `compare_segments`.

    Notes
    -----
    Disjoint segments: `difference_test`. A segment and one that contains it: `part_whole_test`, against
    the rest of the latter, which has to be large enough too. Overlapping ones: `overlap_test` within
    the smallest segment that contains both, and as p-value and interval the largest and the widest;
    where significance is a matter of the overlap, the verdict is `"depends on the overlap"`.

    Examples
    --------
    >>> from analysis.polls import load_poll
    >>> pairs = [("lima_callao", "total"), ("rural", "sierra_centro_sur"), ("rural", "costa_sierra_norte")]
    >>> compared = compare_pairs(load_poll("cpi-2021-04"), "vote_intention", pairs=pairs)
    >>> compared.loc[compared["answer"] == "castillo", ["segment_b", "difference", "low", "high", "verdict"]].round(3)
                 segment_b  difference    low   high                 verdict
    0                total      -0.162 -0.193 -0.129                   lower
    5    sierra_centro_sur       0.046 -0.046  0.137  depends on the overlap
    10  costa_sierra_norte       0.213  0.125  0.296                  higher

    Castillo is weaker in Lima and Callao than in the whole country, and stronger in rural places than
    on the Northern Coast. Whether he is stronger there than in the Central and Southern Highlands, many
    of whose places are rural, the printed figures cannot say.
    """
    if family not in FAMILIES:
        raise AnalysisError(f"family: {family!r} is not allowed; use one of {', '.join(FAMILIES)}.")
    wanted = poll.question(question).id
    pairs = list(pairs)
    if not pairs:
        raise AnalysisError("pairs: there is none; give at least two segments to compare.")
    others = [q.id for q in poll.questions if q.id != wanted] if family == "report" else []
    compare = partial(paired_cells, confidence_level=confidence_level, small_base=small_base)
    bases = {"design_effect": design_effect, "small_base": small_base}
    rows = pd.concat(
        [pair_rows(poll, q, pairs, compare, **bases) for q in (wanted, *others)],
        ignore_index=True,
    ).drop_duplicates(["quantity", "segment_a", "segment_b"])
    rows["family"] = rows["quantity"] if family == "row" else ""
    compared = rows.join(
        judge(rows, COMPARISON_WORDS, adjustment=adjustment, confidence_level=confidence_level)
    )
    return compared.loc[compared["question"] == wanted, _COLUMNS]


def significance_letters(
    comparisons: pd.DataFrame, segments: Sequence[str], *, confidence_level: float = 0.95
) -> pd.DataFrame:
    """Mark each column of a table with the letters of the columns that it exceeds.

    Parameters
    ----------
    comparisons : pandas.DataFrame
        From `compare_segments`, or from `compare_pairs` for disjoint segments.
    segments : sequence of str
        Ids of its segments in the order of the columns: the first is A, the second B, and so on.
    confidence_level : float
        In (0, 1).

    Returns
    -------
    pandas.DataFrame
        Answers × segments: the letters, such as `"AC"`, or nothing. A letter stands where the share is greater
        and the adjusted p-value is below 1 − level; whether it depends on rounding is not asked.

    Raises
    ------
    AnalysisError
        If a segment stands twice, there are more than 26, two of them were not compared, or the level lies
        outside (0, 1).

    Notes
    -----
    The convention of market research tables, there usually without adjustment.

    Examples
    --------
    >>> from analysis.polls import load_poll
    >>> poll = load_poll("cpi-2021-04")
    >>> zones = poll.segments.partition("zone").parts
    >>> compared = compare_segments(poll, "vote_intention", partition="zone")
    >>> significance_letters(compared, zones).loc[["castillo", "fujimori"]]
    segment  costa_sierra_norte costa_sur sierra_centro_sur oriente
    answer
    castillo                                             AD
    fujimori                  C

    Castillo is stronger in the Central and Southern Highlands than on the Northern Coast and in the East,
    columns A and D; Fujimori is stronger on the Northern Coast than in those Highlands, column C.
    """
    critical_value(confidence_level)
    if len(set(segments)) < len(segments) or len(segments) > len(ascii_uppercase):
        raise AnalysisError(f"segments: {', '.join(segments)}; give at most 26, each once.")
    columns = ("segment_a", "segment_b", "answer", "difference", "p_adjusted")
    rows = list(zip(*(comparisons[column] for column in columns), strict=True))
    compared = {frozenset((a, b)) for a, b, *_ in rows}
    if missing := [f"{a} and {b}" for a, b in combinations(segments, 2) if {a, b} not in compared]:
        raise AnalysisError(f"segments: {missing[0]} were not compared; give the parts of one partition.")
    exceeded = {
        (answer, a, b) if difference > 0 else (answer, b, a)
        for a, b, answer, difference, p_adjusted in rows
        if difference != 0 and p_adjusted < 1 - confidence_level
    }
    answers = pd.Index(comparisons["answer"].unique(), name="answer")
    letters = list(zip(segments, ascii_uppercase, strict=False))
    return pd.DataFrame(
        [
            ["".join(letter for b, letter in letters if (answer, a, b) in exceeded) for a in segments]
            for answer in answers
        ],
        index=answers,
        columns=pd.Index(segments, name="segment"),
        dtype="str",
    )
