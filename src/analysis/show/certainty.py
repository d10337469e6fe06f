"""How firm each candidate's vote is: the words, drawing and tables of that notebook."""

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
from markupsafe import Markup

from analysis.estimates import UNSETTLED, UNTESTED, certainty_question
from analysis.polls import WHOLE
from analysis.show.charts import Chart, Mark
from analysis.show.common import (
    BEYOND_CHANCE,
    Key,
    answered,
    colours,
    count_over_effects,
    segment_rows,
    share_cell,
    upright,
)
from analysis.show.display import Shown, each, first_of, follows, sentences
from analysis.show.dots import charted
from analysis.show.tables import (
    GAP,
    Cell,
    Column,
    Heading,
    Row,
    column_table,
    strong_whole,
    table,
    verdict_column,
)
from analysis.show.view import View

__all__ = [
    "answer", "certainty_table", "leads_table", "segments_chart", "segments_table", "surer_table", "votes_table",
]  # fmt: skip


def _of(leads: pd.DataFrame, measure: str) -> Any:
    """Return the first row of a measure; None where there is none."""
    return first_of(leads[leads["measure"] == measure])


def _of_whole(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of the whole; of the first segment there is, where nothing is known of the whole."""
    segments = list(frame["segment"])
    return frame[frame["segment"] == (WHOLE if WHOLE in segments or not segments else segments[0])]


def _floors(votes: pd.DataFrame) -> pd.DataFrame:
    """Return the floors of the whole, the candidate with the largest share first."""
    known = _of_whole(votes[votes["floor"].notna()])
    return known.sort_values("share", ascending=False, kind="stable")


def _numbers(view: View, votes: pd.DataFrame) -> list[dict[str, Any]]:
    kept = votes.rename(columns={"floor_low": "low", "floor_high": "high"})
    return view.stated(kept, value="floor", measure="floor")


def _pair(view: View, row: Any) -> tuple[str, str]:
    return view.of_answer(row), view.answer(row.question, row.against)


@follows
def answer(view: View, votes: pd.DataFrame, leads: pd.DataFrame) -> Shown:
    """Answer who has more voters who are certain, and whether the undecided could change that."""
    whole = _floors(votes)
    if whole.empty:
        told = certainty_question(view.poll)
        return answered(
            view.say("This table does not say how certain voters are; “{name}” does.", name=view.name(told))
            if told
            else view.say("How certain voters are was not published, so firm votes are not known.")
        )
    segment, last = whole["segment"].iloc[0], each(whole.head(2))[-1]
    here = leads[leads["segment"] == segment]
    keys = []
    for row in each(whole.head(2)):
        what = view.say("certain to vote for {candidate}", candidate=view.of_answer(row))
        keys.append(Key(view.percent(row.floor), what, view.percents((row.floor_low, row.floor_high))))
    if last.undecided > 0:
        reach = view.say("for {candidate} with all the undecided", candidate=view.of_answer(last))
        ends = view.percents((last.ceiling_low, last.ceiling_high))
        keys.append(Key(view.percent(last.undecided), view.say("undecided")))
        keys.append(Key(view.percent(last.ceiling), reach, ends))
    return answered(
        _headline(view, each(whole), here), _caveat(view, segment, here), keys, _numbers(view, whole)
    )


def _headline(view: View, whole: list[Any], leads: pd.DataFrame) -> Markup:
    """Say who has more certain voters, by how much and how surely, and what the undecided could change."""
    firm = _of(leads, "firm")
    if firm is None or firm.estimate != firm.estimate:
        alone = whole[0]
        return view.say(
            "{floor:percent} were certain to vote for {candidate}, and {soft:percent} more without being certain.",
            floor=alone.floor, soft=alone.soft, candidate=view.of_answer(alone),
        )  # fmt: skip
    candidates = {row.answer: row for row in whole}
    lead = next(row for row in upright(leads) if row.measure == "firm")
    first, second = candidates[lead.answer], candidates[lead.against]
    say = partial(
        view.say, first=view.of_answer(first), share=first.floor, second=view.of_answer(second), other=second.floor,
        lead=lead.estimate, near=np.floor(1000 * lead.low + 1e-9) / 1000,  # rounded down, so that it is "at least"
        ceiling=second.ceiling, all=first.share,
    )  # fmt: skip
    how_sure = say(
        "That is a lead of {lead:points}; allowing for chance, of at least {near:figure} ({level} confidence)."
        if firm.verdict in BEYOND_CHANCE
        else "Too few people were asked to say who is ahead, or nobody knows how many."
        if firm.verdict in UNTESTED
        else "Chance or rounding may explain the difference."
    )
    firmly = say("{share:percent} were certain to vote for {first} and {other:percent} for {second}.")
    said = [firmly, how_sure]
    if firm.estimate < 0 and _of(leads, "all").verdict == "ahead":
        said.append(say("Among all voters, certain or not, {second} was ahead."))
    if firm.estimate >= 0 and second.undecided > 0:
        reach = _of(leads, "reach").verdict
        with_undecided = say(
            "With all the undecided {second} would reach {ceiling:percent}; {all:percent} chose {first} in all."
            if reach == "ahead"
            else "Even every undecided voter would leave {second} at {ceiling:percent}, fewer than are certain of {first}."
            if reach == "behind"
            else "With every undecided voter {second} would have {ceiling:percent}."
        )
        said.append(with_undecided)
    return sentences(*said)


def _caveat(view: View, segment: str, leads: pd.DataFrame) -> Markup:
    """Say of whom the shares are, how sure the lead is over the plausible design effects, and what certain means."""
    of_whom = view.say("Shares are of everybody who was asked, whether they named a candidate or not.")
    alone = view.say("This is {segment:segment} alone: of the whole nothing was published.", segment=segment)
    sure = count_over_effects(view, leads[leads["measure"] == "firm"])
    how_sure = view.say(
        "The lead among the certain is beyond chance at every plausible design effect."
        if sure["low"] and sure["high"]
        else "At the highest plausible design effect, chance may explain the lead."
    )
    meaning = view.say("Being certain is what people say of themselves on one day; some change all the same.")
    return sentences(of_whom, "" if segment == WHOLE else alone, how_sure if sure["own"] else "", meaning)


@follows
def votes_table(view: View, votes: pd.DataFrame) -> Shown:
    """Show what each candidate's vote is made of."""
    say = view.say
    columns = [
        Column(say("Certain (floor)"), "floor", "percent", ("floor_low", "floor_high")),
        Column(say("Named, not certain"), "soft", "percent"),
        Column(say("Undecided"), "undecided", "percent"),
        Column(say("All three (ceiling)"), "ceiling", "percent", ("ceiling_low", "ceiling_high")),
        Column(say("Could still be won"), "to_win", "percent", ("to_win_low", "to_win_high")),
    ]
    return column_table(
        view, _floors(votes), columns, stub=say("Candidate"), label=view.of_answer,
        caption=say("What each candidate’s vote is made of, in per cent of everybody who was asked"),
        source=view.source(
            say(
                "Could still be won: the undecided, and voters of others or of nobody who might change, whom the ceiling "
                "leaves out."
            ),
            view.conditions(),
        ),
        numbers="floor", sortable=False,
    )  # fmt: skip


def _compared(view: View, over: str = "", of: Callable[[Any], Any] = lambda row: row) -> list[Column]:
    """Return the columns of a difference and of who is ahead; `of` finds what is compared in a row."""

    def said(row: Any) -> str:
        found = of(row)
        if found.measure != "reach" or found.verdict in (*UNTESTED, *UNSETTLED):
            return view.of_lead(found)
        return view.say(
            "would pass them"
            if found.verdict == "ahead"
            else "would not reach them"
            if found.verdict == "behind"
            else "open"
        )

    difference = Column(view.say("Difference, points"), lambda row: _difference(view, of(row)), over=over)
    return [difference, verdict_column(view, said, over)]


def _difference(view: View, row: Any) -> Cell:
    """Write a difference over its interval; in grey, without one, where it cannot be judged."""
    if row.verdict in UNTESTED and row.estimate == row.estimate:
        return Cell(view.signed(row.estimate), looks="few")
    return Cell(view.signed(row.estimate), view.ends((row.low, row.high)))


@follows
def leads_table(view: View, leads: pd.DataFrame) -> Shown:
    """Show the lead among all voters, among the certain, and of what the second could reach over the first's floor."""
    known = _of_whole(leads[(leads["measure"] == "firm") & leads["estimate"].notna()])
    if known.empty:
        return view.nothing()
    here = leads[leads["segment"] == known["segment"].iloc[0]]
    reach = _of(here, "reach")
    second, first = _pair(view, reach)
    say = partial(view.say, first=first, second=second)
    caption = say(
        "With every undecided voter {second} would pass the certain voters of {first}"
        if reach.verdict == "ahead"
        else "Even with every undecided voter {second} would not reach the certain voters of {first}"
        if reach.verdict == "behind"
        else "It is open whether {second} would pass the certain voters of {first} with every undecided voter"
    )
    labels = {
        "all": say("All voters: {first} minus {second}"),
        "firm": say("Certain voters: {first} minus {second}"),
        "reach": say("{second} with every undecided voter, minus the certain voters of {first}"),
    }
    return column_table(
        view, here, _compared(view), stub=view.say("What is compared"), label=lambda row: labels[row.measure],
        caption=caption, source=view.source(view.conditions()), sortable=False,
    )  # fmt: skip


@charted
def segments_chart(view: View, votes: pd.DataFrame, leads: pd.DataFrame) -> Chart | Shown:
    """Draw for every segment from the certain voters of each candidate to what all the undecided would make of them."""
    whole, firm = _floors(votes), leads[leads["measure"] == "firm"]
    if whole.empty:
        return view.nothing()
    chosen, paint = whole["answer"].to_list()[:2], colours(view.asked_in(whole))
    names = [view.of_answer(row) for row in each(whole.head(2))]
    drawn = votes[votes["answer"].isin(chosen) & votes["floor"].notna()]
    open_leads = set(firm.loc[~firm["verdict"].isin(BEYOND_CHANCE), "segment"])
    marks: dict[str, list[Mark]] = {}
    for row in each(drawn):
        known = row.ceiling == row.ceiling
        ends = view.say("up to {ceiling:percent}", ceiling=row.ceiling) if known else ""
        line, hollow = (row.floor, row.ceiling if known else row.floor), row.segment in open_leads
        mark = Mark(row.floor, *line, view.percent(row.floor), paint[row.answer], ends, hollow)
        marks.setdefault(row.segment, []).append(mark)
    beside = view.say(
        "Mark: certain voters. Line: up to all who chose the candidate, and all the undecided. Hollow: chance may explain "
        "who has more certain voters there."
    )
    tested = firm[(firm["segment"] != WHOLE) & ~firm["verdict"].isin(UNTESTED)]
    caption = view.say("Certain voters by segment, and all who could be added to them")
    if len(tested):
        first, second = _pair(view, each(tested)[0])
        ahead, behind = (int((tested["verdict"] == verdict).sum()) for verdict in ("ahead", "behind"))
        caption = view.say(
            "Of {tested} segments {first} has more certain voters in {ahead} and {second} in {behind}, beyond chance",
            tested=len(tested), first=first, second=second, ahead=ahead, behind=behind,
        )  # fmt: skip
    return Chart(
        segment_rows(view, marks), caption, view.source(beside), axis=view.say("% of everybody who was asked"),
        alternative=view.say("Of each segment, in this order: {candidates:list}.", candidates=names),
        legend=[*zip(names, (paint[one] for one in chosen), strict=True)], numbers=_numbers(view, drawn),
    )  # fmt: skip


def _by_segment(
    view: View, frame: pd.DataFrame, columns: list[Column], caption: Markup, base: str = ""
) -> Shown:
    return column_table(
        view, frame, columns, stub=view.say("Segment"), label=view.of_segment, caption=caption, looks=strong_whole,
        source=view.source(view.conditions(), view.say("Rounded figures need not add up exactly."), base=base),
    )  # fmt: skip


@follows
def segments_table(view: View, leads: pd.DataFrame) -> Shown:
    """Show, segment by segment, the lead among the certain, and whether the undecided could turn it."""
    firm = leads[(leads["measure"] == "firm") & leads["estimate"].notna()]
    if firm.empty:
        return view.nothing()
    first, second = _pair(view, each(firm)[0])
    say = partial(view.say, first=first, second=second)
    reach = {row.segment: row for row in each(leads[leads["measure"] == "reach"])}
    of_reach = say("{second} with every undecided voter, minus the certain voters of {first}")
    columns = [
        *_compared(view, say("Certain voters: {first} minus {second}")),
        *_compared(view, of_reach, lambda row: reach[row.segment]),
    ]
    caption = view.say(
        "The lead among the certain by segment, and the reach of the other with every undecided voter"
    )
    return _by_segment(view, firm, columns, caption)


@follows
def certainty_table(view: View, shares: pd.DataFrame, surer: pd.DataFrame) -> Shown:
    """Show how certain those are who gave each answer, and whether one candidate's voters are surer than the other's."""
    question = view.asked_in(shares)
    given = {answer.id: answer.given for answer in question.answers if answer.given is not None}
    here = _of_whole(shares[shares["answer"].isin(given) & shares["estimate"].notna()])
    if here.empty:
        return view.nothing()
    rows = []
    for one, frame in here.groupby(here["answer"].map(given), sort=False):
        of_role = {question[row.answer].role: row for row in reversed(each(frame))}
        found = [of_role.get(role) for role in ("certain", "may_change", "no_opinion")]
        cells = [Cell(GAP) if row is None else share_cell(view, row) for row in found]
        rows.append(Row(view.answer(question.id, str(one)), [Cell(view.count(frame["base"].max())), *cells]))
    titles = view.say("Interviews"), view.say("Certain"), view.say("Might change"), view.say("Does not know")
    compared = surer[surer["segment"] == here["segment"].iloc[0]]
    return table(
        view, [*map(Heading, titles)], rows, caption=_surer(view, first_of(compared)), stub=view.say("Those who answered"),
        source=view.source(view.say("In per cent."), view.conditions(), base=view.say("those who gave each answer")),
        numbers=view.stated(here), sortable=False,
    )  # fmt: skip


def _surer(view: View, row: Any) -> Markup:
    """Say whose voters are surer, or that chance may explain it."""
    if row is None or row.verdict not in {"higher", "lower", "not distinguishable"}:
        return view.say("How certain those were who gave each answer")
    names = _pair(view, row)
    pair = [(names[0], row.share), (names[1], row.share_against)]
    (first, share), (second, other) = pair if row.estimate >= 0 else pair[::-1]
    return view.say(
        "{share:share} of {first}’s voters and {other:share} of {second}’s were certain: chance may explain the difference"
        if row.verdict == "not distinguishable"
        else "{share:share} of {first}’s voters were certain, but only {other:share} of {second}’s",
        first=first, second=second, share=share, other=other,
    )  # fmt: skip


@follows
def surer_table(view: View, surer: pd.DataFrame) -> Shown:
    """Show, segment by segment, how many of either candidate's voters are certain."""
    known = surer[surer["estimate"].notna()]
    if known.empty:
        return view.nothing()
    first, second = _pair(view, each(known)[0])
    columns = [
        Column(first, "share", "share"),
        Column(second, "share_against", "share"),
        Column(view.say("Difference, points"), lambda row: _difference(view, row)),
        verdict_column(view),
    ]
    caption = view.say("Certain voters by segment, in per cent of the voters of each candidate")
    return _by_segment(view, known, columns, caption, view.say("those who gave each answer"))
