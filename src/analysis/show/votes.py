"""What a poll said of the votes: the words, tables and drawing of that notebook; `results` holds it against the result."""

from collections.abc import Sequence
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
from markupsafe import Markup

from analysis.estimates import UNTESTED
from analysis.polls import WHOLE, Question, Result, Target
from analysis.show.charts import Chart, ChartRow, Mark, Reference
from analysis.show.common import Key, colours
from analysis.show.common import answer as show_answer
from analysis.show.display import Shown, each, follows, paragraph
from analysis.show.dots import charted
from analysis.show.results import missed_most, official_shares, said_of_error, votes_abroad
from analysis.show.tables import GAP, Column, column_table
from analysis.show.view import View

__all__ = ["answer", "nonresponse_sentence", "probability_sentence", "scenarios_chart", "valid_table"]

_CLEAR = ("ahead", "behind")
_SURE = 0.999  # beyond it a probability is not written out: neither the draws nor the model carry more


def _nothing(view: View, valid: pd.DataFrame) -> Markup:
    """Say why there are no votes to speak of; empty where there are."""
    if valid.empty:
        return view.say(
            "{pollster} published no question in which people each choose one of several candidates, so nothing can be said "
            "of the votes.",
            pollster=view.pollster,
        )
    if valid["estimate"].isna().any():
        return view.say("The candidates’ totals were not published, so nothing can be said of the votes.")
    return Markup()


@follows
def answer(
    view: View,
    valid: pd.DataFrame,
    scenarios: pd.DataFrame,
    held: pd.DataFrame,
    measures: pd.DataFrame,
    result: Result | None,
) -> Shown:
    """Answer how far the poll was from the result; where there is none, who was ahead in valid votes."""
    if nothing := _nothing(view, valid):
        return show_answer(view, nothing)
    question, lead = view.poll.question(valid["question"].iloc[0]), next(each(scenarios))
    shares = {
        row.answer: Key(
            view.percent(row.estimate),
            view.say("{candidate} in valid votes, in the poll", candidate=view.short(question[row.answer])),
            view.percents((row.low, row.high)) if row.low == row.low else "",
        )
        for row in each(valid)
    }
    subject = missed_most(held)
    if result is None or subject is None:
        caveat = view.say("It says who was ahead on the days of the interviews, not who will win.")
        keys = [shares[lead.answer], shares[lead.against]]
        return show_answer(view, _lead_sentence(view, question, lead), caveat, keys, view.stated(scenarios))
    caveat = view.say(
        (
            "The vote came {n} day after the last interviews: what was wrong with the poll, and what people changed in "
            "between, cannot be told apart.",
            "The vote came {n} days after the last interviews: what was wrong with the poll, and what people changed in "
            "between, cannot be told apart.",
        ),
        n=(result.date - view.poll.sheet.fieldwork_end).days,
    )
    if result.assumption and set(held["segment"]) > {WHOLE}:
        assumed = view.say("Which places belong to each part of the country is an assumption (see below).")
        caveat = Markup(" ").join([caveat, assumed])
    caveat = Markup(" ").join(filter(None, [caveat, votes_abroad(view, held, result)]))
    official, names = (
        official_shares(held),
        [view.short(question[name]) for name in (lead.answer, lead.against)],
    )
    what = view.say(
        "lead of {first} over {second} in valid votes, in the poll", first=names[0], second=names[1]
    )
    of_vote = view.say("{lead:signed} in the vote", lead=official[lead.answer] - official[lead.against])
    keys = [
        shares[subject.answer],
        Key(view.percent(subject.official), view.say("in the vote of {day:date}", day=result.date)),
        Key(view.signed(lead.estimate), what, of_vote),
    ]
    headline = said_of_error(view, held, measures)
    return show_answer(view, headline, caveat, keys, view.stated(held) + view.stated(measures))


def _lead_sentence(view: View, question: Question, lead: Any) -> Markup:
    """Say who was ahead in valid votes, by how much and how surely."""
    names = [view.short(question[name]) for name in (lead.answer, lead.against)]
    ends = [(lead.low, lead.high), (-lead.high, -lead.low)]
    if lead.estimate < 0:
        names, ends = names[::-1], ends[::-1]
    fields = {"first": names[0], "second": names[1], "lead": lead.estimate, "ends": ends[0]}
    fields["level"] = view.level(view.options.confidence_level)
    say = partial(view.say, **fields)
    if lead.verdict in UNTESTED:
        return say(
            "Among those who chose a candidate {first} had {lead:points} more than {second}; how sure that is cannot be "
            "said."
        )
    if lead.verdict in _CLEAR:
        return say(
            "{first} led {second} by {lead:points} among those who chose a candidate ({ends:points_range}, {level} "
            "confidence)."
        )
    return say(
        "{first} and {second} were too close to call among those who chose a candidate: {lead:points} apart "
        "({ends:points_range}, {level} confidence)."
    )


@follows
def valid_table(view: View, valid: pd.DataFrame, held: pd.DataFrame) -> Shown:
    """Show each candidate's share of all interviewed and of valid votes, beside the result."""
    if nothing := _nothing(view, valid):
        return paragraph(nothing)

    def reach(row: Any) -> str:
        known = row.calibrated_low == row.calibrated_low
        return view.percents((row.calibrated_low, row.calibrated_high)) if known else GAP

    question, official = view.poll.question(valid["question"].iloc[0]), official_shares(held)
    shown = valid.assign(official=[official.get(answer, np.nan) for answer in valid["answer"]])
    columns = [
        Column(view.say("Of {whom}", whom=view.whom(question)), "of_all", "percent"),
        Column(view.say("Of valid votes"), "estimate", "percent", ("low", "high")),
        *([Column(view.say("As far as polls have erred"), reach)] if "calibrated_low" in valid else []),
        *([Column(view.say("In the vote"), "official", "percent")] if official else []),
    ]
    first = next(each(valid.nlargest(1, "estimate")))
    caption = view.say(
        "Without the {rest:percent} who chose no candidate, {first} had {share:percent}",
        rest=1 - valid["of_all"].sum(), first=view.short(question[first.answer]), share=first.estimate,
    )  # fmt: skip
    return column_table(
        view, shown, columns, stub=view.text(question, "row_heading"), label=lambda row: view.label(question[row.answer]),
        caption=caption, source=view.source(question=question) + " " + view.conditions(),
    )  # fmt: skip


@charted
def scenarios_chart(
    view: View,
    scenarios: pd.DataFrame,
    held: pd.DataFrame,
    *by_turnout: pd.DataFrame,
    votes: Sequence[Target] = (),
) -> Chart | Shown:
    """Draw the lead in valid votes, by what the undecided do, and by whose sizes the parts have."""
    if scenarios.empty or scenarios["estimate"].isna().all():
        return paragraph(view.say("There is no lead to draw."))
    question = view.poll.question(scenarios["question"].iloc[0])
    first, second = scenarios["answer"].iloc[0], scenarios["against"].iloc[0]
    paint = colours(question)

    def mark(lead: float, low: float = np.nan, high: float = np.nan, **looks: Any) -> Mark:
        leader, ends = (first, (low, high)) if lead >= 0 else (second, (-high, -low))
        name = view.short(question[leader])
        text = view.say("{leader} {lead:signed}", leader=name, lead=abs(lead)).striptags()
        return Mark(lead, low, high, text, paint[leader], view.ends(ends) if low == low else "", **looks)

    groups = [(view.say("With parts as large as in the sample"), scenarios)]
    for target, frame in zip(votes, by_turnout, strict=True):
        title = view.say("With parts as large as in: {target}", target=view.reference(target))
        groups.append((title, frame))
    rows: list[ChartRow] = []
    for title, frame in groups:
        if by_turnout:
            rows.append(ChartRow(title.striptags(), [], strong=True, rule=bool(rows)))
        for row in each(frame[frame["estimate"].notna()]):
            drawn = mark(row.estimate, row.low, row.high, hollow=row.verdict not in _CLEAR)
            rows.append(ChartRow(_scenario(view, question, row.scenario), [drawn]))
    official = official_shares(held)
    of_vote = official.get(first, np.nan) - official.get(second, np.nan)
    if of_vote == of_vote:
        rows.append(ChartRow(view.say("The result"), [mark(of_vote, shape="D")], strong=True, rule=True))
    names = {"first": view.short(question[first]), "second": view.short(question[second])}
    base = view.source(view.say("those who chose a candidate, and the undecided"))
    beside = view.say("Ring: chance or rounding may explain the lead.")
    return Chart(
        rows, _needed(view, scenarios, names), Markup(" ").join([base, beside, view.conditions()]),
        axis=view.say("points in valid votes: right of zero {first} leads, left of it {second}", **names).striptags(),
        references=[Reference(0.0)], percent=False, numbers=[n for _, frame in groups for n in view.stated(frame)],
    )  # fmt: skip


def _scenario(view: View, question: Question, scenario: str) -> str:
    """Write what the undecided do."""
    fixed = {
        "as_decided": view.say("Undecided stay at home, or vote like the others"),
        "equally": view.say("Undecided split equally"),
        "as_decided_by_segment": view.say("Undecided vote like the others of their part"),
    }
    if scenario in fixed:
        return fixed[scenario]
    name = view.short(question[scenario.removeprefix("all_to_")])
    return view.say("All undecided vote for {candidate}", candidate=name).striptags()


def _needed(view: View, scenarios: pd.DataFrame, names: dict[str, str]) -> Markup:
    """Say how many of the undecided the second candidate would have needed."""
    lead = scenarios.set_index("scenario")["estimate"]
    undecided = lead["equally"] - lead[f"all_to_{scenarios['against'].iloc[0]}"]
    if not undecided > 0:
        return view.say("The lead of {first} over {second} in valid votes", **names)
    needed = (1 + lead["equally"] / undecided) / 2
    if needed > 1:
        return view.say(
            "Even with all of the undecided {second} would not have drawn level with {first}", **names
        )
    return view.say(
        "{second} would have needed {needed:percent} of the undecided to draw level with {first}",
        needed=needed,
        **names,
    )


@follows
def probability_sentence(view: View, chances: pd.DataFrame, *, added_error: float) -> Shown:
    """Say how likely it is that the first was ahead that week, for chance alone and with the other errors of polls."""
    known = chances[chances["estimate"].notna()]
    if known.empty:
        return paragraph(view.say("It cannot be said how likely it is that anybody was ahead."))
    first = max(each(known), key=lambda row: row.estimate).answer
    own = {row.error: row for row in each(known) if row.answer == first}
    say = partial(
        view.say,
        first=view.answer(own["total"].question, own["total"].answer),
        sampling=_chance(view, own["sampling"].estimate),
        total=_chance(view, own["total"].estimate),
        error=added_error,
    )
    said = [
        say(
            "If chance in drawing people were the only error, the probability that {first} was ahead that week is "
            "{sampling}."
        )
    ]
    if own["total"].estimate <= _SURE:
        said += [
            say("With the other errors that polls have had, it is at most {total}."),
            say(
                "Those errors are taken to have a standard deviation of {error:points} in the share of one of two "
                "candidates, as in polls of American states in the last weeks before elections (Shirani-Mehr, Rothschild, "
                "Goel and Gelman 2018)."
            ),
        ]
    return paragraph(*said, numbers=view.stated(known))


def _chance(view: View, probability: float) -> str:
    """Write a probability, no surer than a simulation can be."""
    if probability > _SURE:
        return view.say("more than {share:percent}", share=_SURE)
    if probability < 1 - _SURE:
        return view.say("less than {share:percent}", share=1 - _SURE)
    return view.percent(probability)


def nonresponse_sentence(
    view: View, valid: pd.DataFrame, others: float, gap: float, *, response_rate: float
) -> Shown:
    """Say how different those who did not answer would have to be for the lead to vanish."""
    if valid.empty or np.isnan(others):
        return paragraph(view.say("There is no lead that those who did not answer could undo."))
    question, printed = view.poll.question(valid["question"].iloc[0]), view.poll.sheet.item("response_rate")
    first, second = (view.short(question[name]) for name in valid.nlargest(2, "of_all")["answer"])
    say = partial(
        view.say, rate=response_rate, first=first, second=second, others=others, gap=gap, lead=others + gap
    )
    published = (
        view.say("The technical sheet says of response: {text:quoted}.", text=view.text(printed, "printed"))
        if printed
        else view.say(
            "{pollster} does not publish how many of those it approached answered.", pollster=view.pollster
        )
    )
    if others < -1:
        undone = say("If {rate:percent} did, {first} leads among all of them, whatever the others think.")
    else:
        undone = say(
            "If {rate:percent} did, which is an assumption, the lead of {lead:points} vanishes among all of them where the "
            "others favour {second} by {others:points}: {gap:points} away from those who answered."
        )
    return paragraph(published, undone)
