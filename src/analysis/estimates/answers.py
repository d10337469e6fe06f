"""What people name: how often, in which order, and how many answers each gives."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from analysis.errors import AnalysisError
from analysis.estimates.bases import cell_bases
from analysis.estimates.comparisons import compare_answers
from analysis.estimates.intervals import intervals
from analysis.estimates.opening import opened
from analysis.estimates.options import Options, a_poll, again, made
from analysis.estimates.verdict import LEADS
from analysis.polls import WHOLE, Poll
from analysis.stats import can_be_first, rao_scott_test, share_interval

__all__ = ["SILENT_ROLES", "UNNAMED_ROLES", "answer_counts", "question_test", "rank_answers"]

UNNAMED_ROLES = ("other", "nothing", "no_opinion")
"""Roles of rows that name nothing: small answers put together, people to whom nothing stands out, and no opinion."""

SILENT_ROLES = ("nothing", "no_opinion")
"""Roles of rows of people who name nothing at all."""


def _first_column(poll: Poll, question: str) -> str:
    """Return the whole, where anything of a question is printed of it; else the first segment of which something is."""
    table = opened(poll, question)
    printed = {s for s, there in zip(table.segments, (table.printed != "").any(axis=0), strict=True) if there}
    return next((segment for segment in (WHOLE, *table.segments) if segment in printed), WHOLE)


def rank_answers(
    poll: Poll, question: str, segment: str = "", options: Options | None = None
) -> pd.DataFrame:
    """Give every answer its share in one segment, and the places it may hold in their order.

    Parameters
    ----------
    segment : str
        Empty for the whole sample, or the first segment that is printed.

    Returns
    -------
    pandas.DataFrame
        The rows of `intervals` of that segment, with `role, can_be_first, place, best_place, worst_place`. Answers that
        name nothing (`UNNAMED_ROLES`) hold no place. `can_be_first`: not ruled out as the most frequent of those that name
        something (`stats.can_be_first`); places are those that `compare_answers` leaves, all pairs judged together.

    Examples
    --------
    >>> from analysis import load_poll
    >>> ranked = rank_answers(load_poll("cpi-2021-04"), "reasons_castillo")
    >>> ranked.loc[:2, ["answer", "printed", "can_be_first", "place", "best_place", "worst_place"]]
              answer printed can_be_first  place  best_place  worst_place
    0  of_the_people    19.2         True    1.0         1.0          3.0
    1     discontent    18.2         True    2.0         1.0          3.0
    2  new_candidate    14.7         True    3.0         1.0          4.0

    Any of the three may be the reason that most people name.
    """
    chosen = a_poll(poll).segments[segment or _first_column(poll, question)].id

    def make(settings: Sequence[Options]) -> list[pd.DataFrame]:
        table = opened(poll, question)
        roles = {answer: table.question[answer].role for answer in table.of_all}
        column = table.columns([chosen])[0]
        named = [
            answer
            for answer, role in roles.items()
            if role not in UNNAMED_ROLES and table.printed[table.answers.index(answer), column] != ""
        ]
        rows = table.rows(named)
        share = dict(zip(named, table.share[rows, column], strict=True))
        base = np.fmax.reduce(cell_bases(poll, table)[rows, column], initial=np.nan)
        cells = intervals(poll, question, settings[0])
        cells = cells[(cells["segment"] == chosen) & cells["answer"].isin(roles)]
        of_cells = again(cells, settings) or []
        of_leads = again(compare_answers(poll, question, chosen, settings[0], answers=named), settings) or []
        places = pd.Series(share, dtype=float).rank(method="min", ascending=False)
        frames = []
        for one, found, leads in zip(settings, of_cells, of_leads, strict=True):
            above, below = (leads[leads["verdict"] == word] for word in (LEADS.above, LEADS.below))
            ahead, behind = [*above["answer"], *below["against"]], [*above["against"], *below["answer"]]
            first = can_be_first(
                table.share[rows, column],
                base / one.effect,
                confidence_level=one.confidence_level,
                unit=table.unit[rows, column],
            )
            added = pd.DataFrame(
                {
                    "can_be_first": first.astype(object),
                    "place": places.to_numpy(),
                    "best_place": [1.0 + behind.count(answer) for answer in named],
                    "worst_place": [float(len(named) - ahead.count(answer)) for answer in named],
                },
                index=named,
            )
            frame = found.reset_index(drop=True)
            frames.append(frame.assign(role=frame["answer"].map(roles)).join(added, on="answer"))
        return frames

    return made(poll, options, make)


def answer_counts(poll: Poll, question: str, options: Options | None = None) -> pd.DataFrame:
    """Say of every segment how many answers a person gave, and how many people named nothing.

    Returns
    -------
    pandas.DataFrame
        `question, segment, total, total_low, total_high, most_with_two, silent, low, high, base, per_namer`: the sum of all
        shares with the ends that rounding leaves; the most that can have given two answers or more, where everybody gives
        one; the share that named nothing, with its interval; answers a person of those who named something.

    Examples
    --------
    >>> from analysis import load_poll
    >>> counts = answer_counts(load_poll("cpi-2021-04"), "fujimori_positive").set_index("segment")
    >>> counts.loc["total", ["total", "silent", "per_namer"]].astype(float).round(3).to_list()
    [1.008, 0.706, 1.027]

    70.6 % named nothing that speaks for Fujimori; hardly any of the others gave more than one answer.
    """

    def make(settings: Sequence[Options]) -> list[pd.DataFrame]:
        table = opened(poll, question)
        of_all = table.rows(table.of_all)
        roles = [table.question[answer].role for answer in table.of_all]
        silent_rows = [row for row, role in zip(of_all, roles, strict=True) if role in SILENT_ROLES]
        total, total_low, total_high = (
            values[of_all].sum(axis=0) for values in (table.share, table.low, table.high)
        )
        nothing = np.full(len(table.segments), np.nan)
        silent = table.share[silent_rows].sum(axis=0).clip(max=1) if silent_rows else nothing
        excess = np.where(total_high >= 1, total_high - 1, np.nan).clip(max=1)
        base = cell_bases(poll, table)[of_all].max(axis=0, initial=-np.inf) + 0 * total
        naming = np.where(silent < 1, 1 - silent, np.nan)
        frames = []
        for one in settings:
            n = base / one.effect
            low, high = share_interval(silent, n, confidence_level=one.confidence_level)
            columns: dict[str, Any] = {
                "question": table.question.id,
                "segment": table.segments,
                "total": total,
                "total_low": total_low,
                "total_high": total_high,
                "most_with_two": excess if "no_opinion" in roles else nothing,
                "silent": silent,
                "low": low,
                "high": high,
                "base": base,
                "per_namer": (total - silent) / naming,
            }
            frames.append(pd.DataFrame(columns))
        return frames

    return made(poll, options, make)


def question_test(poll: Poll, question: str, options: Options | None = None) -> pd.DataFrame:
    """Test for every partition whether its parts answer a question of one answer a person alike.

    Returns
    -------
    pandas.DataFrame
        `question, partition, statistic, degrees_of_freedom, p_value, cramers_v, smallest_expected`, as by
        `stats.rao_scott_test`; NaN where a column was not published whole. No rows for a question of several answers.

    Examples
    --------
    >>> from analysis import Options, load_poll
    >>> found = question_test(load_poll("cpi-2021-04"), "vote_intention", Options(design_effect=1))
    >>> found[["partition", "statistic", "cramers_v", "smallest_expected"]].round(3)
      partition  statistic  cramers_v  smallest_expected
    0    region     94.099      0.280             14.975
    1      zone     52.454      0.152              3.740
    2      area     37.255      0.222              8.048

    Regions, zones and kinds of places all vote differently, far beyond chance.
    """

    def make(settings: Sequence[Options]) -> list[pd.DataFrame]:
        table = opened(poll, question)
        names = ["statistic", "degrees_of_freedom", "p_value", "cramers_v", "smallest_expected"]
        rows, base = table.rows(table.of_all), cell_bases(poll, table)
        partitions = poll.segments.partitions if rows and table.question.kind == "single_response" else ()
        frames = []
        for one in settings:
            found = []
            for partition in partitions:
                at = table.columns(partition.parts)
                try:
                    test = rao_scott_test(
                        table.share[np.ix_(rows, at)],
                        base[np.ix_(rows, at)].min(axis=0),
                        design_effect=one.effect,
                    )
                    values = [float(getattr(test, name)) for name in names]
                except (
                    AnalysisError
                ):  # a column that does not add up, or a question to which only one answer was given
                    values = [np.nan] * len(names)
                found.append([table.question.id, partition.id, *values])
            frames.append(pd.DataFrame(found, columns=["question", "partition", *names]))
        return frames

    return made(poll, options, make)
