"""What people name when they may give several answers: how often, in which order, and how many answers each gives."""

import numpy as np
import pandas as pd

from analysis.estimates.answer_comparisons import compare_answers
from analysis.estimates.precision import published_intervals
from analysis.polls import Poll
from analysis.polls.segments import WHOLE
from analysis.stats.intervals import share_interval
from analysis.stats.margins import SMALL_BASE, FloatArray

__all__ = ["UNNAMED_ROLES", "answer_counts", "chosen_question", "rank_answers"]

UNNAMED_ROLES = ("other", "nothing", "no_opinion")
"""Roles of rows that name nothing: small answers put together, people to whom nothing stands out, and no opinion."""

_SILENT_ROLES = {"nothing", "no_opinion"}
_RANKED = [
    "question",
    "answer",
    "segment",
    "role",
    "printed",
    "share",
    "base",
    "n_effective",
    "low",
    "high",
    "low_together",
    "high_together",
    "flag",
]
_PLACES = ["place", "best_place", "worst_place"]
_COUNTED = [
    "question",
    "segment",
    "total",
    "total_low",
    "total_high",
    "most_with_two",
    "silent",
    "low",
    "high",
    "base",
    "per_namer",
]


def chosen_question(poll: Poll, question: str = "", *, kind: str = "") -> str:
    """Choose a question of a poll.

    Parameters
    ----------
    poll : Poll
    question : str
        Id of a question of the poll; empty for the first one that fits.
    kind : str
        `single_response` or `multiple_response`; empty for either.

    Returns
    -------
    str
        Its id, or an empty string where it, or every question of the poll, is of another kind.

    Raises
    ------
    PollError
        If the poll has no such question.

    Examples
    --------
    >>> from analysis.polls import load_poll
    >>> poll = load_poll("cpi-2021-04")
    >>> chosen_question(poll, kind="multiple_response"), chosen_question(poll), chosen_question(poll, "reasons_fujimori")
    ('reasons_castillo', 'vote_intention', 'reasons_fujimori')

    The first table with several answers a person is that of the reasons for preferring Castillo.
    """
    candidates = [poll.question(question)] if question else poll.questions
    return next((q.id for q in candidates if kind in {"", q.kind}), "")


def rank_answers(
    poll: Poll,
    question: str,
    *,
    segment: str = "",
    adjustment: str = "holm",
    confidence_level: float = 0.95,
    design_effect: float = 1.0,
    small_base: float = SMALL_BASE,
) -> pd.DataFrame:
    r"""Give every answer its share in one column, and the places it may hold in their order.

    Parameters
    ----------
    poll : Poll
    question : str
        Id of a question of the poll; empty for none, which gives a table without rows.
    segment : str
        Id of one of its segments; empty for the whole sample or, where the table has no figure of it, the first
        segment that has.
    adjustment : str
        For the number of pairs of answers, as for `adjusted_p_values`.
    confidence_level : float
        In (0, 1); of the intervals and of the places.
    design_effect : float
        Variance of the design relative to simple random sampling.
    small_base : float
        Effective base below which nothing is tested.

    Returns
    -------
    pandas.DataFrame
        `question, answer, segment, role, printed, share, base, n_effective, low, high, low_together, high_together,
        flag, place, best_place, worst_place`, in published order: the answers that are shares of the whole base. `low` and
        `high` are those of one share by itself; the other two hold together. Places are NaN for rows that name
        nothing (`UNNAMED_ROLES`) and for what was not published; equal shares have the same place.

    Raises
    ------
    PollError
        If the poll has no such question or segment.
    AnalysisError
        If a level, design effect, adjustment or threshold is not allowed.

    Notes
    -----
    Of k answers, the intervals that hold together are Wilson's at the level :math:`1 - \alpha/k`
    (Bonferroni), which holds however the answers depend on one another. For one answer a person that is
    Goodman's.

    The best place of an answer is one more than the number of answers that are ahead of it by
    `compare_answers`, the worst the number of all less those that are behind it. Where p-values are adjusted by
    Holm or Bonferroni, all these ranges hold together with the confidence stated (Al Mohamad, Goeman &
    van Zwet 2022, *Biometrics* 78).

    Examples
    --------
    >>> from analysis.polls import load_poll
    >>> ranked = rank_answers(load_poll("cpi-2021-04"), "reasons_castillo").set_index("answer")
    >>> ranked[["printed", "low_together", "high_together", "best_place", "worst_place"]].round(3).head(3)
                  printed  low_together  high_together  best_place  worst_place
    answer
    of_the_people    19.2         0.161          0.227         1.0          3.0
    discontent       18.2         0.152          0.216         1.0          3.0
    new_candidate    14.7         0.120          0.179         1.0          3.0

    That people identify with Castillo is named most often, but either of the two reasons that follow could
    be first as well; no other could.
    """
    if not question:
        return pd.DataFrame(columns=[*_RANKED, *_PLACES])
    asked = poll.question(question)
    of_all = {answer.id: answer.role for answer in asked.answers if answer.given is None}
    cells = published_intervals(
        poll,
        question,
        confidence_level=confidence_level,
        design_effect=design_effect,
        small_base=small_base,
        large_base=max(small_base, 100.0),
    )
    cells = cells[cells["answer"].isin(of_all.keys())]
    printed = set(cells.loc[cells["share"].notna(), "segment"])
    first = next((id_ for id_ in (WHOLE, *poll.segments.ids) if id_ in printed), WHOLE)
    segment = poll.segments[segment or first].id
    rows = cells[cells["segment"] == segment].reset_index(drop=True)
    known = max(int(rows["share"].notna().sum()), 1)
    rows["low_together"], rows["high_together"] = share_interval(
        rows["share"], rows["n_effective"], confidence_level=1 - (1 - confidence_level) / known
    )
    rows["role"] = rows["answer"].map(of_all)
    named = rows[~rows["role"].isin(UNNAMED_ROLES) & rows["share"].notna()].set_index("answer")
    leads = compare_answers(
        poll,
        question,
        segment=segment,
        answers=list(named.index),
        adjustment=adjustment,
        confidence_level=confidence_level,
        design_effect=design_effect,
        small_base=small_base,
    )
    better, worse = (
        pd.concat(
            [
                leads.loc[leads["verdict"] == verdict, side]
                for verdict, side in ((above, "answer_b"), (below, "answer_a"))
            ]
        )
        .value_counts()
        .reindex(named.index, fill_value=0)
        for above, below in (("ahead", "behind"), ("behind", "ahead"))
    )
    places = pd.DataFrame(
        {
            "place": named["share"].rank(method="min", ascending=False),
            "best_place": 1.0 + better,
            "worst_place": 1.0 * len(named) - worse,
        }
    )[_PLACES]
    return rows[_RANKED].join(places, on="answer")


def answer_counts(
    poll: Poll,
    question: str,
    *,
    confidence_level: float = 0.95,
    design_effect: float = 1.0,
) -> pd.DataFrame:
    """Say of every column how many answers a person gave, and how many people named nothing.

    Parameters
    ----------
    poll : Poll
    question : str
        Id of a question of the poll; empty for none, which gives a table without rows.
    confidence_level : float
        In (0, 1).
    design_effect : float
        Variance of the design relative to simple random sampling.

    Returns
    -------
    pandas.DataFrame
        `question, segment, total, total_low, total_high, most_with_two, silent, low, high, base, per_namer`, one row a
        segment in printed order. `total` is the sum of the column as a share, answers a person, with the ends that rounding
        leaves it. `most_with_two`: the greatest share of people who can have given two answers or more, known
        where "no opinion" is an answer, so that everybody gave one, and the column sums to 1 or more.
        `silent`: people who named nothing or had no opinion, with its interval; `per_namer`: answers of each of the
        others. NaN where a figure of the column was not published, or no row counts such people.

    Raises
    ------
    PollError
        If the poll has no such question.
    AnalysisError
        If a level or design effect is not allowed.

    Notes
    -----
    Every answer after a person's first adds to the excess of the column over 1, so that no more people than
    that gave two. Wilson intervals at base / design effect.

    Examples
    --------
    >>> from analysis.polls import load_poll
    >>> counts = answer_counts(load_poll("cpi-2021-04"), "reasons_castillo").set_index("segment")
    >>> counts.loc["total", ["total", "most_with_two", "silent", "per_namer"]].astype(float).round(3).to_list()
    [1.07, 0.077, 0.118, 1.079]

    People gave 1.07 answers each, so that at most 7.7 % gave more than one; 11.8 % had no opinion, and the
    others gave 1.08 answers.
    """
    if not question:
        return pd.DataFrame(columns=_COUNTED)
    asked = poll.question(question)
    of_all = [answer for answer in asked.answers if answer.given is None]
    silent = [answer.id for answer in of_all if answer.role in _SILENT_ROLES]
    cells = published_intervals(
        poll, question, confidence_level=confidence_level, design_effect=design_effect
    )
    cells[["least", "greatest"]] = poll.known(question)[["low", "high"]]
    cells = cells[cells["answer"].isin([answer.id for answer in of_all])]
    segments = list(poll.segments.ids)

    def sums(value: str, rows: pd.DataFrame) -> FloatArray:
        wide = rows.pivot(index="answer", columns="segment", values=value)
        return np.asarray(wide.sum(skipna=False).reindex(segments))

    counts = pd.DataFrame({"question": asked.id, "segment": segments})
    for column, value in (("total", "share"), ("total_low", "least"), ("total_high", "greatest")):
        counts[column] = sums(value, cells)
    everybody = any(answer.role == "no_opinion" for answer in of_all)
    excess = (counts["total_high"] - 1).where(counts["total_high"] >= 1)
    counts["most_with_two"] = excess.clip(upper=1) if everybody else np.nan
    counts["silent"] = sums("share", cells[cells["answer"].isin(silent)]).clip(max=1) if silent else np.nan
    bases = cells.groupby("segment")[["base", "n_effective"]].max().reindex(segments)
    counts["low"], counts["high"] = share_interval(
        counts["silent"], bases["n_effective"].to_numpy(), confidence_level=confidence_level
    )
    counts["base"] = bases["base"].to_numpy()
    counts["per_namer"] = (counts["total"] - counts["silent"]) / (1 - counts["silent"]).replace(0, np.nan)
    return counts[_COUNTED]
