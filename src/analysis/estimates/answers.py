"""What people name: how often, and in which order; and whether segments answer a question alike."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from analysis.errors import AnalysisError
from analysis.estimates.bases import cell_bases
from analysis.estimates.comparisons import compare_answers
from analysis.estimates.intervals import intervals
from analysis.estimates.opening import opened
from analysis.estimates.options import Options, a_poll, again, at_settings, made, made_each
from analysis.estimates.verdict import LEADS
from analysis.polls import WHOLE, Poll
from analysis.stats import can_be_first, rao_scott_test

__all__ = ["SILENT_ROLES", "UNNAMED_ROLES", "question_test", "rank_answers"]

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
        cells = cells.reset_index(drop=True)
        of_named = [named.index(answer) if answer in named else -1 for answer in cells["answer"]]

        def column_of(values: Sequence[Any], kind: type = float) -> npt.NDArray[Any]:
            """Put what is known of the named answers into rows of all."""
            return np.array([values[at] if at >= 0 else np.nan for at in of_named], dtype=kind)

        places = pd.Series(share, dtype=float).rank(method="min", ascending=False)
        frame = cells.assign(role=cells["answer"].map(roles), place=column_of(places.to_list()))
        changing = []
        for one, found, leads in zip(settings, of_cells, of_leads, strict=True):
            said = [leads[name].to_list() for name in ("answer", "against", "verdict")]
            won = [pair for *pair, verdict in zip(*said, strict=True) if verdict == LEADS.above]
            won += [[b, a] for a, b, verdict in zip(*said, strict=True) if verdict == LEADS.below]
            ahead, behind = ([pair[side] for pair in won] for side in (0, 1))
            first = can_be_first(
                table.share[rows, column],
                base / one.effect,
                confidence_level=one.confidence_level,
                unit=table.unit[rows, column],
            )
            changing.append(
                {name: found[name].to_numpy() for name in ("low", "high", "n_effective", "flag")}
                | {
                    "can_be_first": column_of(first.tolist(), object),
                    "best_place": column_of([1.0 + behind.count(answer) for answer in named]),
                    "worst_place": column_of([float(len(named) - ahead.count(answer)) for answer in named]),
                }
            )
        added = ["role", "can_be_first", "place", "best_place", "worst_place"]
        return at_settings(frame, changing, [*cells.columns, *added])

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
    table = opened(poll, question)
    names = ["statistic", "degrees_of_freedom", "p_value", "cramers_v", "smallest_expected"]
    rows, base = table.rows(table.of_all), cell_bases(poll, table)
    partitions = poll.segments.partitions if rows and table.question.kind == "single_response" else ()

    def make(one: Options) -> pd.DataFrame:
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
            except AnalysisError:
                # A column that does not add up, or a question to which only one answer was given.
                values = [np.nan] * len(names)
            found.append([table.question.id, partition.id, *values])
        return pd.DataFrame(found, columns=["question", "partition", *names])

    return made_each(poll, options, make)
