"""How firm each candidate's vote is: floors and ceilings, whether they meet, and whose voters are surer."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from analysis.estimates.bases import cell_bases, table_cells
from analysis.estimates.opening import Table, answers_of_role, laid_out, opened
from analysis.estimates.options import Options, a_poll
from analysis.estimates.pairs import DISJOINT, Cells, compared, lead_method
from analysis.estimates.remaking import at_settings, no_rows, remakeable
from analysis.estimates.totals import foremost
from analysis.estimates.verdict import HIGHER, JUDGED, LEADS, judge, stacked
from analysis.polls import WHOLE, Poll, Question
from analysis.stats import share_interval
from analysis.stats.arrays import FloatArray

__all__ = ["certainty_differences", "certainty_question", "firm_leads", "firm_votes"]

_FIRM_VOTES = (
    "question", "answer", "segment", "share", "floor", "floor_low", "floor_high", "soft", "undecided", "ceiling",
    "ceiling_low", "ceiling_high", "to_win", "to_win_low", "to_win_high", "n_effective",
)  # fmt: skip
_FIRM = ("segment", "question", "measure", "answer", "against", *JUDGED)
_CERTAIN = ("segment", "question", "answer", "against", "share", "share_against", *JUDGED)


def certainty_question(poll: Poll) -> str:
    """Choose the table that says how certain the voters of each candidate are; empty where there is none.

    Examples
    --------
    >>> from analysis import load_poll
    >>> certainty_question(load_poll("cpi-2021-04"))
    'vote_certainty'

    The second table of this poll asks how certain people are.
    """
    return next((asked.id for asked in a_poll(poll).questions if _asks_how_certain(asked)), "")


def _asks_how_certain(question: Question) -> bool:
    """Say whether a question has a row of the certain among the voters of a candidate."""
    named = {answer.id for answer in question.answers if answer.role == "candidate"}
    return question.kind == "single_response" and any(
        answer.role == "certain" and answer.given in named for answer in question.answers
    )


def _conditional(table: Table, role: str, end: str = "share") -> dict[str, FloatArray]:
    """Map an answer to the share of everybody who gave it and a conditional row of this role."""
    values = dict(zip(table.answers, getattr(table, end), strict=True))
    return {
        answer.given: values[answer.given] * values[answer.id]
        for answer in table.question.answers
        if answer.given is not None and answer.role == role
    }


def firm_votes(poll: Poll, question: str, options: Options | None = None) -> pd.DataFrame:
    """Give each candidate's floor and ceiling: who is certain, and who could still be won.

    Columns: `question, answer, segment, share, floor, floor_low, floor_high, soft, undecided, ceiling, ceiling_low,
    ceiling_high, to_win, to_win_low, to_win_high, n_effective`, candidates × segments; shares of all interviews.
    `floor` are the certain, `soft` the other voters, `ceiling` all voters and the undecided; `to_win` the undecided and
    what is soft among the voters of all others. NaN where a figure or base is unknown.

    The product of a share and a conditional share is itself a share of the whole sample, with the variance of one: nothing
    is lost by the smaller base of the second (delta method, exactly). Intervals hold sampling error and rounding.

    Examples
    --------
    >>> from analysis import Options, load_poll
    >>> firm = firm_votes(load_poll("cpi-2021-04"), "vote_certainty", Options(design_effect=1))
    >>> firm.loc[firm["segment"] == "total", ["answer", "floor", "floor_low", "floor_high", "ceiling"]].round(3)
          answer  floor  floor_low  floor_high  ceiling
    0   castillo  0.318      0.292       0.345    0.532
    9   fujimori  0.197      0.175       0.220    0.408

    31.8 % were firmly for Castillo; with all who were undecided he would have had 53.2 %.
    """
    table = opened(poll, question)
    names, undecided_rows = (answers_of_role(table.question, role) for role in ("candidate", "undecided"))

    def at(end: str) -> list[FloatArray]:
        """Return floors, ceilings and whom candidates could still win, at one end of what the figures may stand for."""
        values, nothing = getattr(table, end), np.full(len(table.segments), np.nan)
        certain, may_change = (_conditional(table, role, end) for role in ("certain", "may_change"))
        share, undecided = values[table.rows(names)], values[table.rows(undecided_rows)].sum(axis=0)
        floor = np.array([certain.get(name, nothing) for name in names]).reshape(share.shape)
        # What is soft among the voters of all others; unknown where that of another candidate is.
        soft = {name: may_change.get(name, nothing) for name in names} | may_change
        to_win = np.empty(share.shape)
        for row, own in enumerate(names):
            others = [values for name, values in soft.items() if name not in {own, *undecided_rows}]
            to_win[row] = undecided + sum(others)
        return [floor, share + undecided + 0 * floor, to_win]

    printed, least, greatest = map(at, ("share", "low", "high"))
    share = table.share[table.rows(names)]
    undecided = np.broadcast_to(table.share[table.rows(undecided_rows)].sum(axis=0), share.shape)
    wholes = ("floor", "ceiling", "to_win")
    known = {"share": share, "soft": share - printed[0], "undecided": undecided}
    frame = laid_out(
        table.question.id, names, table.segments, known | dict(zip(wholes, printed, strict=True))
    )

    def make(settings: Sequence[Options]) -> list[pd.DataFrame]:
        base = cell_bases(poll, table, settings[0])[table.rows(names)]
        changing: list[dict[str, FloatArray]] = [{"n_effective": base / one.effect} for one in settings]
        for one, columns in zip(settings, changing, strict=True):
            for name, low, high in zip(wholes, least, greatest, strict=True):
                # Every share between the ends, each as likely as the others: rather more than products and sums stray.
                low, high = low.clip(0, 1), high.clip(0, 1)
                n, level = columns["n_effective"], one.confidence_level
                ends = share_interval((low + high) / 2, n, confidence_level=level, unit=high - low)
                columns[f"{name}_low"], columns[f"{name}_high"] = ends
        return at_settings(frame, changing, _FIRM_VOTES)

    return remakeable(poll, options, make)


def _two_candidates(poll: Poll, question: str) -> list[str]:
    """Return the two foremost candidates; nobody where shares of fewer were published."""
    found = foremost(poll, question)
    roles = [poll.question(question)[name].role for name in found]
    return found if roles == ["candidate", "candidate"] else []


def _wholes(segments: Sequence[str]) -> list[bool]:
    """Tell the whole, which is judged by itself, from the segments, which are judged together."""
    return [segment == WHOLE for segment in segments]


def firm_leads(poll: Poll, question: str, options: Options | None = None) -> pd.DataFrame:
    """Compare the two foremost candidates in all votes, in firm votes, and the second's ceiling with the first's floor.

    Columns: `question, measure, answer, against, segment, estimate, low, high, …, verdict`, as `compare_answers`; the
    whole is judged by itself, the other segments of a measure together. `measure` is one of `all`, `firm` and `reach`:
    there a candidate who is `behind` cannot pass the other's floor even with all who are undecided. No rows where
    shares of fewer than two candidates were published.

    Examples
    --------
    >>> from analysis import load_poll
    >>> leads = firm_leads(load_poll("cpi-2021-04"), "vote_certainty")
    >>> leads.loc[leads["segment"] == "total", ["measure", "answer", "estimate", "verdict"]].round(3)
       measure    answer  estimate verdict
    0      all  castillo     0.124   ahead
    9     firm  castillo     0.121   ahead
    18   reach  fujimori     0.090   ahead

    Castillo led among the certain as well, but with the undecided Fujimori could have passed his floor.
    """
    table, pair = opened(poll, question), _two_candidates(poll, question)
    if not pair:
        return no_rows(poll, options, _FIRM)
    single = lead_method(single=True)
    undecided, nothing = answers_of_role(table.question, "undecided"), np.full(len(table.segments), np.nan)
    found = {}
    for name in pair:
        ends = [getattr(table, end)[table.rows([name, *undecided])] for end in ("share", "low", "high")]
        firm = [_conditional(table, "certain", end).get(name, nothing) for end in ("share", "low", "high")]
        reach = [np.minimum(end.sum(axis=0), 1.0) + 0 * own for end, own in zip(ends, firm, strict=True)]
        measures = ([end[0] for end in ends], firm, reach)
        found[name] = [Cells(share, low, high, nothing) for share, low, high in measures]
    (first, (all_a, firm_a, _)), (second, (all_b, firm_b, reach_b)) = found.items()
    sides = {
        ("all", first, second): (all_a, all_b),
        ("firm", first, second): (firm_a, firm_b),
        ("reach", second, first): (reach_b, firm_a),
    }
    rows = [(segment, table.question.id, *side) for side in sides for segment in table.segments]
    frame = pd.DataFrame(rows, columns=_FIRM[:5])

    def make(settings: Sequence[Options]) -> list[pd.DataFrame]:
        base = cell_bases(poll, table, settings[0])[table.rows(pair[:1])[0]]
        based = [(replace(a, base=base), replace(b, base=base)) for a, b in sides.values()]
        pairs = [compared(a, b, single, exclusive=True) for a, b in based]
        judged = [judge(one, settings, LEADS, _wholes(table.segments)) for one in pairs]
        return at_settings(frame, stacked(judged), _FIRM)

    return remakeable(poll, options, make)


def certainty_differences(poll: Poll, question: str, options: Options | None = None) -> pd.DataFrame:
    """Compare how many of either candidate's voters are certain, segment by segment.

    Columns: `question, answer, against, segment, share, share_against, estimate, low, high, …, verdict`, as
    `compare_segments`: voters of two candidates have no interview in common. The whole is judged by itself, the other
    segments together. No rows where shares of fewer than two candidates were published.

    Examples
    --------
    >>> from analysis import load_poll
    >>> found = certainty_differences(load_poll("cpi-2021-04"), "vote_certainty")
    >>> found.loc[found["segment"] == "total", ["estimate", "low", "high", "verdict"]].round(3)
       estimate    low   high              verdict
    0     0.045 -0.019  0.116  not distinguishable

    89.6 % of Castillo's voters were certain and 85.1 % of Fujimori's: that may be chance.
    """
    table, pair = opened(poll, question), _two_candidates(poll, question)
    if not pair:
        return no_rows(poll, options, _CERTAIN)
    certain = {answer.given: answer.id for answer in table.question.answers if answer.role == "certain"}
    missing = Cells(*np.full((4, len(table.segments)), np.nan))

    def make(settings: Sequence[Options]) -> list[pd.DataFrame]:
        cells = table_cells(poll, table, settings[0])
        a, b = (cells[table.answers.index(certain[name])] if name in certain else missing for name in pair)
        frame = pd.DataFrame({"segment": table.segments}).assign(
            question=table.question.id, answer=pair[0], against=pair[1], share=a.share, share_against=b.share
        )
        judged = judge(compared(a, b, DISJOINT), settings, HIGHER, _wholes(table.segments))
        return at_settings(frame, judged, _CERTAIN)

    return remakeable(poll, options, make)
