"""How firm each candidate's vote is: the words and drawings of that notebook."""

from functools import partial
from typing import Any

import numpy as np
import pandas as pd
from markupsafe import Markup

from analysis.estimates import UNTESTED
from analysis.polls import WHOLE
from analysis.show.charts import Chart, ChartRow, Mark
from analysis.show.common import Key, answered, colours, plausible_frames, share_cell
from analysis.show.display import Shown, each, follows, sentences
from analysis.show.dots import charted
from analysis.show.tables import GAP, Cell, Column, Heading, Row, column_table, table, verdict_column
from analysis.show.view import View

__all__ = [
    "answer",
    "certainty_table",
    "leads_table",
    "segments_chart",
    "segments_table",
    "surer_table",
    "votes_table",
]

_FOUND = ("ahead", "behind")


def _row(rows: list[Any], **wanted: str) -> Any:
    """Return the first row with some values; None where there is none."""
    return next(
        (row for row in rows if all(getattr(row, name) == value for name, value in wanted.items())), None
    )


def _of_whole(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of the whole; of the first segment there is, where nothing is known of the whole."""
    segments = list(frame["segment"])
    return frame[frame["segment"] == (WHOLE if WHOLE in segments or not segments else segments[0])]


def _floors(votes: pd.DataFrame) -> pd.DataFrame:
    """Return the floors of the whole, the candidate with the largest share first."""
    known = _of_whole(votes[votes["floor"].notna()])
    return known.sort_values("share", ascending=False, kind="stable")


def _numbers(view: View, votes: pd.DataFrame) -> list[dict[str, Any]]:
    """Return floors as numbers that are stated."""
    kept = votes.rename(columns={"floor_low": "low", "floor_high": "high"})
    return view.stated(kept, value="floor", measure="floor")


def _unknown(view: View) -> Shown:
    return view.sentence(
        "How certain the voters of two candidates are was not published, so firm votes cannot be compared."
    )


def _name(view: View, row: Any) -> str:
    return view.answer(row.question, row.answer)


@follows
def answer(view: View, votes: pd.DataFrame, leads: pd.DataFrame) -> Shown:
    """Answer who has more voters who are certain, and whether the undecided could change that."""
    whole = _floors(votes)
    if whole.empty:
        return answered(view.say("How certain voters are was not published, so firm votes are not known."))
    segment = whole["segment"].iloc[0]
    here = leads[leads["segment"] == segment]
    headline = Markup(" ").join(_headline(view, whole, here))
    return answered(headline, _caveat(view, segment, here), _keys(view, whole), _numbers(view, whole))


def _keys(view: View, whole: pd.DataFrame) -> list[Key]:
    """Return the floors of the first two, the undecided, and the ceiling of the second."""

    def ends(low: float, high: float) -> str:
        return view.percents((low, high))

    keys, last = [], each(whole.head(2).tail(1))[0]
    for row in each(whole.head(2)):
        what = view.say("certain to vote for {candidate}", candidate=_name(view, row))
        keys.append(Key(view.percent(row.floor), what, ends(row.floor_low, row.floor_high)))
    if last.undecided > 0:
        reach = view.say("for {candidate} with all the undecided", candidate=_name(view, last))
        keys.append(Key(view.percent(last.undecided), view.say("undecided")))
        keys.append(Key(view.percent(last.ceiling), reach, ends(last.ceiling_low, last.ceiling_high)))
    return keys


def _headline(view: View, whole: pd.DataFrame, leads: pd.DataFrame) -> list[Markup]:
    """Say who has more certain voters, by how much and how surely, and what the undecided could change."""
    firm, of_all, reach = (_row(each(leads), measure=measure) for measure in ("firm", "all", "reach"))
    if firm is None or firm.estimate != firm.estimate:
        alone = each(whole)[0]
        return [
            view.say(
                "{floor:percent} were certain to vote for {candidate}, and {soft:percent} more without being certain.",
                floor=alone.floor,
                soft=alone.soft,
                candidate=_name(view, alone),
            )
        ]
    pair = [firm.answer, firm.against] if firm.estimate >= 0 else [firm.against, firm.answer]
    first, second = (_row(each(whole), answer=name) for name in pair)
    fields = {"first": _name(view, first), "share": first.floor}
    fields |= {"second": _name(view, second), "other": second.floor}
    say = partial(view.say, **fields)
    if firm.verdict in _FOUND:
        # Rounded down, so that it is "at least".
        near = np.floor(1000 * max(firm.low, -firm.high) + 1e-9) / 1000
        said = [
            say(
                "{share:percent} were certain to vote for {first} and {other:percent} for {second}: "
                "at least {near:points} more.",
                near=near,
            )
        ]
    else:
        tie = firm.verdict not in UNTESTED
        said = [
            say("{share:percent} were certain to vote for {first} and {other:percent} for {second}."),
            view.say("Chance or rounding may explain the difference.")
            if tie
            else view.say("Too few people were asked to say who is ahead, or nobody knows how many."),
        ]
    if firm.estimate < 0 and of_all.verdict == "ahead":
        said.append(say("Among all voters, certain or not, {second} was ahead."))
    if firm.estimate >= 0 and second.undecided > 0:
        said.append(_reach(view, reach.verdict, fields | {"ceiling": second.ceiling}))
    return said


def _reach(view: View, verdict: str, fields: dict[str, Any]) -> Markup:
    """Say whether the undecided could carry the second past the first's certain voters."""
    if verdict == "ahead":
        return view.say(
            "With all the undecided, {second} would have {ceiling:percent}, more than {first} is sure of.",
            **fields,
        )
    if verdict == "behind":
        return view.say(
            "Even all the undecided would leave {second} at {ceiling:percent}, less than {first} is sure of.",
            **fields,
        )
    return view.say("With all the undecided, {second} would have {ceiling:percent}.", **fields)


def _caveat(view: View, segment: str, leads: pd.DataFrame) -> Markup:
    """Say of whom the shares are, how sure the lead is over the plausible design effects, and what certain means."""
    said = [view.say("Shares are of everybody who was asked, whether they named a candidate or not.")]
    if segment != WHOLE:
        said.append(
            view.say("This is {segment:segment} alone: of the whole nothing was published.", segment=segment)
        )
    frames = plausible_frames(view, leads[leads["measure"] == "firm"])
    sure = {name: frame["verdict"].isin(_FOUND).any() for name, frame in frames.items()}
    if sure["own"] and sure["low"] and sure["high"]:
        said.append(view.say("The lead among the certain is beyond chance at every plausible design effect."))
    elif sure["own"]:
        said.append(view.say("At the highest plausible design effect, chance may explain the lead."))
    said.append(
        view.say("Being certain is what people say of themselves on one day; some change all the same.")
    )
    return sentences(*said)


@follows
def votes_table(view: View, votes: pd.DataFrame) -> Shown:
    """Show what each candidate's vote is made of."""
    whole = _floors(votes)
    if whole.empty:
        return _unknown(view)
    columns = [
        Column(view.say("Certain (floor)"), "floor", "percent", ("floor_low", "floor_high")),
        Column(view.say("Named, not certain"), "soft", "percent"),
        Column(view.say("Undecided"), "undecided", "percent"),
        Column(view.say("All three (ceiling)"), "ceiling", "percent", ("ceiling_low", "ceiling_high")),
        Column(view.say("Could still be won"), "to_win", "percent", ("to_win_low", "to_win_high")),
    ]
    return column_table(
        view, whole, columns, stub=view.say("Candidate"), label=lambda row: _name(view, row),
        caption=view.say("What each candidate’s vote is made of, in per cent of everybody who was asked"),
        source=view.source("", view.conditions()), numbers="floor", sortable=False,
    )  # fmt: skip


def _said(view: View, row: Any) -> Markup | str:
    """Say who is ahead, or whether the undecided are enough, or why that cannot be said."""
    if row.verdict not in _FOUND:
        return view.term(row.verdict)
    if row.measure == "reach":
        return view.say(
            "the undecided are enough" if row.verdict == "ahead" else "the undecided are not enough"
        )
    ahead = row.answer if row.verdict == "ahead" else row.against
    return view.say("{candidate} ahead", candidate=view.answer(row.question, ahead))


def _difference(view: View, row: Any) -> Cell:
    """Write a difference over its interval; in grey, without one, where it cannot be judged."""
    if row.estimate != row.estimate:
        return Cell(GAP)
    if row.verdict in UNTESTED:
        return Cell(view.signed(row.estimate), looks="few")
    return Cell(view.signed(row.estimate), view.ends((row.low, row.high)))


@follows
def leads_table(view: View, leads: pd.DataFrame) -> Shown:
    """Show the lead among all voters, among the certain, and of what the second could reach over the first's floor."""
    known = _of_whole(leads[(leads["measure"] == "firm") & leads["estimate"].notna()])
    if known.empty:
        return _unknown(view)
    here = leads[leads["segment"] == known["segment"].iloc[0]]
    reach = _row(each(here), measure="reach")
    fields = {
        name: view.answer(reach.question, who)
        for name, who in (("first", reach.against), ("second", reach.answer))
    }
    say = partial(view.say, **fields)
    captions = {
        "ahead": say("The undecided are enough to carry {second} past the certain voters of {first}"),
        "behind": say("The undecided are too few to carry {second} past the certain voters of {first}"),
    }
    open_still = say(
        "It is open whether the undecided could carry {second} past the certain voters of {first}"
    )
    labels = {
        "all": say("All voters: {first} minus {second}"),
        "firm": say("Certain voters: {first} minus {second}"),
        "reach": say("{second} with all the undecided, minus the certain voters of {first}"),
    }
    columns = [
        Column(view.say("Difference, points"), lambda row: _difference(view, row)),
        verdict_column(view, lambda row: _said(view, row)),
    ]
    return column_table(
        view, here, columns, stub=view.say("What is compared"), label=lambda row: labels[row.measure],
        caption=captions.get(reach.verdict, open_still), source=view.source("", view.conditions()), sortable=False,
    )  # fmt: skip


@charted
def segments_chart(view: View, votes: pd.DataFrame, leads: pd.DataFrame) -> Chart | Shown:
    """Draw for every segment from the certain voters of each candidate to what all the undecided would make of them."""
    if _floors(votes).empty:
        return _unknown(view)
    whole, firm = _floors(votes), leads[leads["measure"] == "firm"]
    question, chosen = str(whole["question"].iloc[0]), whole["answer"].to_list()[:2]
    paint, names = colours(view.poll.question(question)), [view.answer(question, one) for one in chosen]
    first_parts = {partition.parts[0] for partition in view.poll.segments.partitions}
    rows: list[ChartRow] = []
    drawn = votes[votes["answer"].isin(chosen) & votes["floor"].notna()]
    cells, of_firm = each(drawn), {row.segment: row for row in each(firm)}
    for segment in view.poll.segments.ids:
        lead = of_firm.get(segment)
        hollow = lead is not None and lead.verdict not in _FOUND
        marks = []
        for row in (cell for cell in cells if cell.segment == segment):
            known = row.ceiling == row.ceiling
            ends = view.say("up to {ceiling:percent}", ceiling=row.ceiling) if known else ""
            line = row.floor, row.ceiling if known else row.floor
            marks.append(Mark(row.floor, *line, view.percent(row.floor), paint[row.answer], ends, hollow))
        if marks:
            rule = segment in first_parts and bool(rows)
            rows.append(ChartRow(view.segment(segment), marks, strong=segment == WHOLE, rule=rule))
    said = view.say(
        "Dot: certain voters. Line: up to all who named the candidate, and all the undecided. Ring: chance may explain who "
        "has more certain voters there."
    )
    tested = firm[(firm["segment"] != WHOLE) & ~firm["verdict"].isin(UNTESTED)]
    caption = view.say("Certain voters by segment, and all who could be added to them")
    if len(tested):
        caption = view.say(
            "Of {tested} segments {first} has more certain voters in {ahead} and {second} in {behind}, beyond chance",
            tested=len(tested),
            first=_name(view, each(tested)[0]),
            second=view.answer(question, tested["against"].iloc[0]),
            ahead=int((tested["verdict"] == "ahead").sum()),
            behind=int((tested["verdict"] == "behind").sum()),
        )
    return Chart(
        rows, caption, view.source("", said), axis=view.say("% of everybody who was asked"),
        alternative=view.say("Of each segment, in this order: {candidates:list}.", candidates=names),
        legend=[*zip(names, (paint[one] for one in chosen), strict=True)],
        numbers=_numbers(view, drawn),
    )  # fmt: skip


@follows
def segments_table(view: View, leads: pd.DataFrame) -> Shown:
    """Show, segment by segment, the lead among the certain, and whether the undecided could turn it."""
    firm = leads[(leads["measure"] == "firm") & leads["estimate"].notna()]
    if firm.empty:
        return _unknown(view)
    one = each(firm)[0]
    say = partial(view.say, first=_name(view, one), second=view.answer(one.question, one.against))
    reach = {row.segment: row for row in each(leads[leads["measure"] == "reach"])}
    of_firm = say("Certain voters: {first} minus {second}")
    of_reach = say("{second} with all the undecided, minus the certain voters of {first}")
    difference, said = view.say("Difference, points"), view.say("What can be said")
    columns = [
        Column(difference, lambda row: _difference(view, row), over=of_firm),
        Column(said, lambda row: _said(view, row), over=of_firm, words=True),
        Column(difference, lambda row: _difference(view, reach[row.segment]), over=of_reach),
        Column(said, lambda row: _said(view, reach[row.segment]), over=of_reach, words=True),
    ]
    caption = view.say("The lead among the certain by segment, and whether the undecided could turn it")
    return _by_segment(view, firm, columns, caption)


def _by_segment(view: View, frame: pd.DataFrame, columns: list[Column], caption: Markup) -> Shown:
    return column_table(
        view, frame, columns, stub=view.say("Segment"), label=view.of_segment, caption=caption,
        looks=lambda row: "strong" if row.segment == WHOLE else "", source=view.source("", view.conditions()),
    )  # fmt: skip


@follows
def certainty_table(view: View, shares: pd.DataFrame, surer: pd.DataFrame) -> Shown:
    """Show how certain those are who gave each answer, and whether one candidate's voters are surer than the other's."""
    question = view.poll.question(str(shares["question"].iloc[0]))
    given = {answer.id: answer.given for answer in question.answers if answer.given is not None}
    roles = {answer.id: answer.role for answer in question.answers}
    here = _of_whole(shares[shares["answer"].isin(given) & shares["estimate"].notna()])
    if here.empty:
        return _unknown(view)
    here = here.assign(given=here["answer"].map(given), role=here["answer"].map(roles))
    titles = view.say("Interviews"), view.say("Certain"), view.say("Might change"), view.say("Does not say")
    rows = []
    for one, frame in here.groupby("given", sort=False):
        cells = each(frame)
        of_role = [_row(cells, role=role) for role in ("certain", "may_change", "no_opinion")]
        base = view.count(frame["base"].max()) if frame["base"].notna().any() else GAP
        filled = [Cell(GAP) if cell is None else share_cell(view, cell) for cell in of_role]
        rows.append(Row(view.answer(question.id, str(one)), [Cell(base), *filled]))
    source = view.source("", view.say("Per cent of those who gave the answer."), view.conditions())
    return table(
        view, [*map(Heading, titles)], rows, caption=_surer(view, _row(each(surer), segment=here["segment"].iloc[0])),
        stub=view.say("Those who answered"), source=source, numbers=view.stated(here), sortable=False,
    )  # fmt: skip


def _surer(view: View, row: Any) -> Markup:
    """Say whose voters are surer, or that chance may explain it."""
    if row is None or row.estimate != row.estimate:
        return view.say("How certain those were who gave each answer")
    pair = [(row.answer, row.share), (row.against, row.share_against)]
    (first, share), (second, other) = pair if row.estimate >= 0 else pair[::-1]
    names = {"first": view.answer(row.question, first), "second": view.answer(row.question, second)}
    fields = names | {"share": share, "other": other}
    say = partial(view.say, **fields)
    surer = say("{share:share} of {first}’s voters were certain, but only {other:share} of {second}’s")
    alike = say(
        "{share:share} of {first}’s voters and {other:share} of {second}’s were certain: chance may explain the difference"
    )
    said = {"higher": surer, "lower": surer, "not distinguishable": alike}
    return said.get(row.verdict, view.say("How certain those were who gave each answer"))


@follows
def surer_table(view: View, surer: pd.DataFrame) -> Shown:
    """Show, segment by segment, how many of either candidate's voters are certain."""
    known = surer[surer["estimate"].notna()]
    if known.empty:
        return _unknown(view)
    one = each(known)[0]
    columns = [
        Column(_name(view, one), "share", "share"),
        Column(view.answer(one.question, one.against), "share_against", "share"),
        Column(view.say("Difference, points"), lambda row: _difference(view, row)),
        verdict_column(view),
    ]
    caption = view.say("Certain voters by segment, in per cent of the voters of each candidate")
    return _by_segment(view, known, columns, caption)
