"""What people name: how often, and in which order; and whether segments answer a question alike."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from analysis.errors import AnalysisError
from analysis.estimates.bases import cell_bases
from analysis.estimates.intervals import intervals
from analysis.estimates.opening import Table, opened
from analysis.estimates.options import Options
from analysis.estimates.remaking import again, at_settings, remakeable, remakeable_each
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
    printed = [table.segments[at] for at in np.flatnonzero((table.printed != "").any(axis=0))]
    return WHOLE if WHOLE in printed or not printed else printed[0]


def _follow_ups(poll: Poll, table: Table) -> list[str]:
    """Return the answers that follow up on those of another question, where a table has no others of its own."""
    given = [answer.id for answer in table.question.answers if answer.given is not None]
    asked = table.question.id
    return given if all(poll.quantity(asked, answer)[0] != asked for answer in table.of_all) else []


def rank_answers(poll: Poll, question: str, options: Options | None = None) -> pd.DataFrame:
    """Give every answer its share, and its place in their order, in the whole or else the first segment that is printed.

    The rows of `intervals` of that segment, with `role, can_be_first, place`. Of a question that only follows up on
    another, they are what those said who had given each answer to that one, and hold no place; nor do answers that name
    nothing (`UNNAMED_ROLES`). `can_be_first`: not ruled out as the most frequent of those that name something
    (`stats.can_be_first`); `place` is that of the printed share.

    Examples
    --------
    >>> from analysis import load_poll
    >>> ranked = rank_answers(load_poll("cpi-2021-04"), "reasons_castillo")
    >>> ranked.loc[:2, ["answer", "printed", "can_be_first", "place"]]
              answer printed can_be_first  place
    0  of_the_people    19.2         True    1.0
    1     discontent    18.2         True    2.0
    2  new_candidate    14.7         True    3.0

    Any of the three may be the reason that most people name.
    """
    chosen = _first_column(poll, question)

    def make(settings: Sequence[Options]) -> list[pd.DataFrame]:
        table = opened(poll, question).within([chosen])
        follow_ups = _follow_ups(poll, table)
        cells = intervals(poll, question, settings[0])
        cells = cells[(cells["segment"] == chosen) & cells["answer"].isin(follow_ups or table.of_all)]
        role = cells["answer"].map(lambda answer: table.question[answer].role)
        named = (cells["printed"] != "") & ~role.isin(UNNAMED_ROLES) & (not follow_ups)
        share, base = cells["estimate"].where(named), cells.loc[named, "base"].max()
        unit = table.unit[table.rows(list(cells.loc[named, "answer"])), 0]
        changing = []
        for one, found in zip(settings, again(cells, settings) or [], strict=True):
            first = np.full(len(cells), np.nan, dtype=object)
            if named.any():
                n, level = base / one.effect, one.confidence_level
                first[named] = can_be_first(share[named], n, confidence_level=level, unit=unit)
            follows = {name: found[name] for name in ("low", "high", "n_effective", "flag")}
            changing.append(follows | {"can_be_first": first})
        place = share.rank(method="min", ascending=False)
        frame = cells.assign(role=role, place=place).reset_index(drop=True)
        return at_settings(frame, changing, [*cells.columns, "role", "can_be_first", "place"])

    return remakeable(poll, options, make)


def question_test(poll: Poll, question: str, options: Options | None = None) -> pd.DataFrame:
    """Test for every partition whether its parts answer a question of one answer a person alike.

    Columns: `question, partition, statistic, degrees_of_freedom, p_value, cramers_v, smallest_expected`, as by
    `stats.rao_scott_test`; NaN where a column was not published whole. No rows for a question of several answers, or for one
    whose answers another question gave: that one has the test.

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
    rows = table.rows(table.of_all)
    own = any(poll.quantity(question, answer)[0] == question for answer in table.of_all)
    partitions = poll.segments.partitions if own and table.single else ()

    def make(one: Options) -> pd.DataFrame:
        base, found = cell_bases(poll, table, one), []
        for partition in partitions:
            at = np.ix_(rows, table.columns(partition.parts))
            try:
                test = rao_scott_test(table.share[at], base[at].min(axis=0), design_effect=one.effect)
                values = [float(getattr(test, name)) for name in names]
            except AnalysisError:
                # A column that does not add up, or a question to which only one answer was given.
                values = [np.nan] * len(names)
            found.append([table.question.id, partition.id, *values])
        return pd.DataFrame(found, columns=["question", "partition", *names])

    return remakeable_each(poll, options, make)
