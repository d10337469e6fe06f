"""What a poll said of the votes: the words, tables and drawing of that notebook; `results` holds it against the result."""

from collections.abc import Sequence
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
from markupsafe import Markup

from analysis.estimates import UNTESTED, a_share
from analysis.polls import WHOLE, Question, Result, Target
from analysis.show.charts import ZERO, Chart, ChartRow, Mark
from analysis.show.common import BEYOND_CHANCE, Key, answered, colours, places_assumed, until_vote, upright
from analysis.show.display import Shown, each, first_of, follows, paragraph, sentences
from analysis.show.dots import charted
from analysis.show.results import missed_most, official_shares, said_of_error, votes_abroad
from analysis.show.tables import Column, column_table
from analysis.show.view import View

__all__ = ["answer", "nonresponse_sentence", "probability_sentence", "scenarios_chart", "valid_table"]

_SURE = 0.999  # beyond it a probability is not written out: neither the draws nor the model carry more


def _unknown(valid: pd.DataFrame) -> bool:
    return valid.empty or bool(valid["estimate"].isna().any())


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
    if _unknown(valid):
        return answered(
            view.say(
                "No question of this poll is known to ask for one of several candidates, so nothing can be said of the "
                "votes."
                if valid.empty
                else "Not every candidate’s total was published, so nothing can be said of valid votes."
            )
        )
    question, lead, say = view.asked_in(valid), each(scenarios)[0], view.say
    shares = {}
    for row in each(valid):
        what = say("{candidate} in valid votes, in the poll", candidate=view.of_answer(row))
        shares[row.answer] = Key(view.percent(row.estimate), what, view.percents((row.low, row.high)))
    subject, names = missed_most(held), [view.short(question[name]) for name in (lead.answer, lead.against)]
    if result is None or subject is None:
        caveat = say("So it stood on the days of the interviews; that is no forecast.")
        keys = [shares[lead.answer], shares[lead.against]]
        told = _lead_sentence(view, first_of(upright(scenarios)))
        return answered(told, caveat, keys, view.stated(scenarios))
    caveat = say(
        (
            "The vote came {n} day after the last interviews: what was wrong with the poll, and what people changed in "
            "between, cannot be told apart.",
            "The vote came {n} days after the last interviews: what was wrong with the poll, and what people changed in "
            "between, cannot be told apart.",
        ),
        n=until_vote(view, result),
    )
    assumed = places_assumed(view, result) if set(held["segment"]) > {WHOLE} else ""
    caveat = sentences(caveat, assumed, votes_abroad(view, held, result))
    official = official_shares(held)
    what = say("lead of {first} over {second} in valid votes, in the poll", first=names[0], second=names[1])
    of_vote = say("{lead:signed} in the vote", lead=official[lead.answer] - official[lead.against])
    keys = [
        shares[subject.answer],
        Key(view.percent(subject.official), say("in the vote of {day:date}", day=result.date)),
        Key(view.signed(lead.estimate), what, of_vote),
    ]
    return answered(said_of_error(view, held, measures), caveat, keys, view.stated(held, measures))


def _lead_sentence(view: View, lead: Any) -> Markup:
    """Say who was ahead in valid votes, by how much and how surely."""
    return view.say(
        "Among those who chose a candidate {first} had {lead:points} more than {second}; how sure that is cannot be said."
        if lead.verdict in UNTESTED
        else "{first} led {second} by {lead:points} among those who chose a candidate ({ends:points_range}, {level} "
        "confidence)."
        if lead.verdict in BEYOND_CHANCE
        else "{first} and {second} were too close to call among those who chose a candidate: {lead:points} apart "
        "({ends:points_range}, {level} confidence).",
        first=view.of_answer(lead), second=view.answer(lead.question, lead.against), lead=lead.estimate,
        ends=(lead.low, lead.high),
    )  # fmt: skip


@follows
def valid_table(view: View, valid: pd.DataFrame, held: pd.DataFrame, *, added_error: float) -> Shown:
    """Show each candidate's share of all interviewed and of valid votes, beside the result."""
    if _unknown(valid):
        return view.nothing()
    question, official = view.asked_in(valid), official_shares(held)
    shown = valid.assign(official=[official.get(answer, np.nan) for answer in valid["answer"]])
    columns = [
        Column(view.say("Of {whom}", whom=view.whom(question)), "of_all", "percent"),
        Column(view.say("Of valid votes"), "estimate", "percent", ("low", "high")),
        Column(view.say("As far as polls have erred"), ("calibrated_low", "calibrated_high"), "percents"),
        *([Column(view.say("In the vote"), "official", "percent")] if official else []),
    ]
    first = first_of(valid.nlargest(1, "estimate"))
    caption = view.say(
        "Without the {rest:percent} who chose no candidate, {first} had {share:percent}",
        rest=1 - valid["of_all"].max() / valid["estimate"].max(), first=view.of_answer(first), share=first.estimate,
    )  # fmt: skip
    reach = view.say(
        "As far as polls have erred: with errors of {error:points} besides chance (standard deviation, in a share of two "
        "candidates).",
        error=added_error,
    )  # fmt: skip
    return column_table(
        view, shown, columns, stub=view.text(question, "row_heading"), label=lambda row: view.label(question[row.answer]),
        caption=caption, source=view.source(reach, view.conditions(), question=question),
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
    lead = scenarios.set_index("scenario")["estimate"]
    if lead.isna().all() or not ("equally" in lead or by_turnout):
        return view.nothing()
    question = view.asked_in(scenarios)
    first, second = scenarios["answer"].iloc[0], scenarios["against"].iloc[0]
    paint = colours(question)

    def mark(lead: float, low: float = np.nan, high: float = np.nan, **looks: Any) -> Mark:
        leader, ends = (first, (low, high)) if lead >= 0 else (second, (-high, -low))
        name = view.short(question[leader])
        text = view.say("{leader} {lead:signed}", leader=name, lead=abs(lead))
        return Mark(lead, low, high, text, paint[leader], view.ends(ends), **looks)

    groups = [(view.say("With parts as large as in the sample"), scenarios)]
    for target, frame in zip(votes, by_turnout, strict=True):
        as_voted = view.say("With parts as large as in {target:quoted}", target=view.reference(target))
        groups.append((as_voted, frame))
    rows = []
    for title, frame in groups:
        if by_turnout:
            rows.append(ChartRow(title, [], strong=True, group=title))
        for row in each(frame[frame["estimate"].notna()]):
            drawn = mark(row.estimate, row.low, row.high, hollow=row.verdict not in BEYOND_CHANCE)
            rows.append(ChartRow(_scenario(view, question, row.scenario), [drawn], group=title))
    official = official_shares(held)
    of_vote = official.get(first, np.nan) - official.get(second, np.nan)
    if of_vote == of_vote:
        rows.append(ChartRow(view.say("The result"), [mark(of_vote, shape="D")], strong=True))
    say = partial(view.say, first=view.short(question[first]), second=view.short(question[second]))
    base = view.say("those who chose a candidate, and the undecided")
    beside = view.say("Hollow: chance or rounding may explain the lead.")
    equally = lead.get("equally", np.nan)
    undecided = equally - lead.get(f"all_to_{second}", np.nan)
    needed = (1 + equally / undecided) / 2 if undecided > 0 else np.nan
    caption = say(
        "Even with all of the undecided {second} would not have drawn level with {first}"
        if needed > 1
        else "{second} would have needed {needed:percent} of the undecided to draw level with {first}"
        if undecided > 0
        else "The lead of {first} over {second} in valid votes",
        needed=needed,
    )
    return Chart(
        rows, caption, view.source(beside, view.conditions(), base=base), references=ZERO, percent=False,
        axis=say("points in valid votes: right of zero {first} leads, left of it {second}"),
        numbers=view.stated(scenarios, *by_turnout),
    )  # fmt: skip


def _scenario(view: View, question: Question, scenario: str) -> str:
    fixed = {
        "as_decided": view.say("Undecided stay at home, or vote like the others"),
        "equally": view.say("Undecided split equally"),
        "as_decided_by_segment": view.say("Undecided vote like the others of their part"),
    }
    if scenario in fixed:
        return fixed[scenario]
    name = view.short(question[scenario.removeprefix("all_to_")])
    return view.say("All undecided vote for {candidate}", candidate=name)


@follows
def probability_sentence(view: View, chances: pd.DataFrame, *, added_error: float) -> Shown:
    """Say how likely it is that the first was ahead that week, for chance alone and with the other errors of polls."""
    known = chances[chances["estimate"].notna()]
    if known.empty:
        return view.nothing()
    first = max(each(known), key=lambda row: row.estimate)
    own = {row.error: row.estimate for row in each(known) if row.answer == first.answer}

    def chance(probability: float) -> str:
        """Write a probability, no surer than a simulation can be."""
        if _SURE >= probability >= 1 - _SURE:
            return view.percent(probability)
        share = _SURE if probability > _SURE else 1 - _SURE
        return view.say(
            "more than {share:percent}" if probability > _SURE else "less than {share:percent}", share=share
        )

    said = [
        view.say(
            "If chance in drawing people were the only error, the probability that {first} was ahead that week is "
            "{sampling}.",
            first=view.of_answer(first), sampling=chance(own["sampling"]),
        )
    ]  # fmt: skip
    if own["total"] <= _SURE:
        said += [
            view.say("With the other errors that polls have had, it is at most {total}.", total=chance(own["total"])),
            view.say(
                "Those errors are taken to have a standard deviation of {error:points} in the share of one of two "
                "candidates, as in polls of American states in the last weeks before elections (Shirani-Mehr, Rothschild, "
                "Goel and Gelman 2018).",
                error=added_error,
            ),
        ]  # fmt: skip
    return paragraph(*said, numbers=view.stated(known))


def nonresponse_sentence(
    view: View, valid: pd.DataFrame, others: float, gap: float, *, response_rate: float
) -> Shown:
    """Say how different those who did not answer would have to be for the lead to vanish."""
    a_share("response_rate", response_rate)
    if valid.empty or np.isnan(others):
        return view.nothing()
    printed = view.line("response_rate")
    first, second = map(view.of_answer, each(valid.nlargest(2, "of_all")))
    published = view.say(
        "What was said of response: {text:quoted}."
        if printed
        else "How many of those approached answered was not published.",
        text=printed,
    )
    undone = view.say(
        "If {rate:percent} answered, {first} leads among all of them, whatever the others think."
        if others < -1
        else "If {rate:percent} answered, the lead of {lead:points} vanishes among all of them where the others favour "
        "{second} by {others:points}: {gap:points} away from those who answered.",
        rate=response_rate, first=first, second=second, others=others, gap=gap, lead=others + gap,
    )  # fmt: skip
    return paragraph(published, undone)
