"""How often polls are right: the words, drawings and tables of that notebook."""

from typing import Any

import pandas as pd
from markupsafe import Markup

from analysis.estimates import official_shares
from analysis.polls import WHOLE, Result, TrackRecord
from analysis.show.charts import ZERO, Chart, ChartRow, Mark
from analysis.show.common import Key, answered, colours, until_vote
from analysis.show.display import Shown, each, first_of, follows, numbers_of, paragraph, sentences
from analysis.show.dots import Drawing, charted, drawn
from analysis.show.view import View

__all__ = ["after_sentence", "answer", "errors_chart", "leads_chart"]


def _own(leads: pd.DataFrame) -> Any:
    """Return the row of the poll's own lead; None where it is unknown."""
    return first_of(leads[leads["own"].astype(bool) & leads["calibrated_low"].notna()])


@follows
def answer(view: View, record: TrackRecord, overall: pd.DataFrame, leads: pd.DataFrame) -> Shown:
    """Answer how often polls were as near to the result as they said, and what that means for the lead of this one.

    `overall` has a row of all polls and one of those whose errors are taken over, whose `kind` names the others.
    """
    everything, general = each(overall)
    level, own, numbers = view.level(record.level), _own(leads), numbers_of(overall, value="coverage")
    polls, left_out = record.text("short_title", view.language), general.kind.replace(",", " ").split()
    named = [_label(view, general._replace(kind=kind), in_a_sentence=True) for kind in left_out]
    headline = view.say(
        "In {polls:count} polls of the last {days:count} days before {what}, the lead in the count lay within the {level} "
        "interval of chance only {coverage:percent} of the time."
        if general.coverage < record.level
        else "In {polls:count} polls of the last {days:count} days before {what}, the lead in the count lay within the "
        "{level} interval of chance {coverage:percent} of the time.",
        polls=general.polls, what=view.say("{polls} (without {kinds:list})", polls=polls, kinds=named) if named else polls,
        days=record.groups["days_to"].max(),
        coverage=general.coverage, level=level,
    )  # fmt: skip
    far = view.say(
        "Leads were off {ratio} times as far as chance explains.", ratio=f"{general.error_ratio:.1f}"
    )
    too_far = far if general.coverage < record.level else ""
    of_polls = view.say("of {polls:count}; {level} should have", polls=general.polls, level=level)
    what = view.say("of intervals held the lead in the count")
    keys = [Key(view.percent(general.coverage), what, of_polls)]
    if everything.polls > general.polls:
        what = view.say("with the kinds of races that are left out above")
        of_polls = view.say("of {polls:count}; {level} should have", polls=everything.polls, level=level)
        keys.append(Key(view.percent(everything.coverage), what, of_polls))
    if own is None:
        caveat = view.say(
            "What that means for this poll cannot be said: no lead of a candidate is known of it, or not how many were "
            "asked."
        )
        return answered(headline, sentences(too_far, caveat), keys, numbers)
    caveat = view.say(
        "If this poll erred as those did, which nobody knows, {candidate}’s lead, {lead:points} in its tables, was anything "
        "from {reach:points_range} among all voters then ({level} confidence); with chance alone, from "
        "{chance:points_range}.",
        candidate=view.of_answer(own), lead=own.estimate, reach=(own.calibrated_low, own.calibrated_high),
        chance=(own.low, own.high),
    )  # fmt: skip
    what = view.say("the smallest lead in such a poll that stands out from these errors")
    by_chance = view.say("from chance alone: {needed:points}", needed=own.needed)
    keys.append(Key(view.points(own.calibrated_needed), what, by_chance))
    return answered(headline, sentences(too_far, caveat), keys, [*numbers, *_stated(view, leads)])


def _stated(view: View, leads: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the numbers of leads, each with either interval."""
    reach = leads.assign(low=leads["calibrated_low"], high=leads["calibrated_high"])
    return view.stated(leads, measure="by chance") + view.stated(reach, measure="as polls have erred")


def _label(view: View, row: Any, *, in_a_sentence: bool = False) -> str:
    """Name a group of polls: by kind of race, days before the vote, or interviews; what is not known by its own name."""
    if hasattr(row, "days_from"):
        first, last = f"{row.days_from:g}", f"{row.days_to:g}"
        return view.say("{first} to {last} days before the vote", first=first, last=last)
    if hasattr(row, "n_from"):
        return view.say(
            "up to {last:count} interviews"
            if row.n_from != row.n_from
            else "{first:count} interviews or more"
            if row.n_to != row.n_to
            else "{first:count} to {last:count} interviews",
            first=row.n_from, last=row.n_to,
        )  # fmt: skip
    names = {
        "president": (view.say("President"), view.say("races for president")),
        "senate": (view.say("Senate"), view.say("races for the Senate")),
        "governor": (view.say("Governor"), view.say("races for governor")),
        "house": (view.say("House of Representatives"), view.say("races for the House of Representatives")),
        "presidential_primary": (view.say("Presidential primaries"), view.say("presidential primaries")),
    }
    return str(names.get(row.kind, (row.kind, row.kind))[in_a_sentence])


def errors_chart(view: View, errors: pd.DataFrame, record: TrackRecord) -> Drawing:
    """Draw, for groups of polls, how far off their leads were, beside what chance explains."""
    rows = []
    for row in each(errors):
        marks = [
            Mark(row.chance, text=view.points(row.chance), colour="ink", hollow=True),
            Mark(row.error, text=view.points(row.error), colour="accent"),
        ]
        held = {"polls": row.polls, "coverage": row.coverage}
        small = view.say("{polls:count} polls; {coverage:percent} of intervals held the result", **held)
        rows.append(ChartRow(_label(view, row), marks, small))
    legend = [(view.say("what chance explains"), "ink"), (view.say("actual error"), "accent")]
    named = errors.assign(measure=[str(_label(view, row)) for row in each(errors)])
    chart = Chart(
        rows, _finding(view, errors, record), view.say("Source: {source}.", source=record.text("source", view.language)),
        axis=view.say("typical error of the lead, in points (root mean square)"), legend=legend, percent=False,
        numbers=numbers_of(named, value="error"),
    )  # fmt: skip
    return drawn(view, chart)


def _finding(view: View, errors: pd.DataFrame, record: TrackRecord) -> Markup:
    first, *_, last = each(errors)
    if "days_from" in errors:
        return view.say(
            "Polls came nearer to the result as the vote drew near: {earlier:points} off at first, {off:figure} in the last "
            "days"
            if last.error - first.error > 0.01
            else "Waiting helped little: {earlier:points} off at first, {off:figure} in the last days",
            off=first.error, earlier=last.error,
        )  # fmt: skip
    if "n_from" in errors:
        return view.say(
            "Large polls were nearer ({earlier:points} off, not {off:figure}), but not as near as they promise: "
            "{last:percent} of their intervals held the result, against {first:percent} of those of the smallest"
            if last.coverage < first.coverage and last.error < first.error
            else "Intervals of the smallest polls held the result in {first:percent} of cases, those of the largest in "
            "{last:percent}",
            first=first.coverage, last=last.coverage, off=first.error, earlier=last.error,
        )  # fmt: skip
    worst, *_, best = each(errors.sort_values("coverage"))
    return view.say(
        "Intervals that should hold {level} of results held {most:percent} in {best}, and {least:percent} in {worst}",
        level=view.level(record.level), most=best.coverage, least=worst.coverage,
        best=_label(view, best, in_a_sentence=True), worst=_label(view, worst, in_a_sentence=True),
    )  # fmt: skip


@charted
def leads_chart(view: View, leads: pd.DataFrame, record: TrackRecord) -> Chart | Shown:
    """Draw the lead of the poll, and others that it might have been, with either interval."""
    own = _own(leads)
    if own is None:
        return view.nothing()
    rows: list[ChartRow] = []
    names = [view.answer(own.question, name) for name in (own.answer, own.against)]
    question = view.poll.question(own.question)
    paint = colours(question)[own.answer]
    for row in each(leads):
        label = view.say(
            "{a} over {b} in this poll" if row.own else "A lead of {lead:points} in such a poll",
            a=names[0], b=names[1], lead=row.estimate,
        )  # fmt: skip
        ends = {
            paint if row.own else "other": (row.low, row.high),
            "accent": (row.calibrated_low, row.calibrated_high),
        }
        marks = [
            Mark(row.estimate, *pair, view.ends(pair), colour, hollow=pair[0] <= 0 <= pair[1])
            for colour, pair in ends.items()
        ]  # fmt: skip
        rows.append(ChartRow(label, marks, strong=row.own, group=len(rows)))
    caption = view.say(
        "With errors like those of polls before {what}, {candidate} was ahead then, by {reach} points ({level} confidence)"
        if own.calibrated_low > 0
        else "{candidate}’s lead of {lead:points} is more than chance, but not more than polls have erred"
        if own.low > 0
        else "{candidate}’s lead of {lead:points} may be chance, let alone other errors",
        candidate=names[0], lead=own.estimate, reach=view.figures((own.calibrated_low, own.calibrated_high)),
        what=record.text("short_title", view.language),
    )  # fmt: skip
    beside = view.say("Above: chance and rounding. Below: as polls have erred. Hollow: who leads is open.")
    return Chart(
        rows, caption, view.source(beside, view.conditions(), question=question),
        axis=view.say("lead in points of {whom}", whom=view.whom(question)),
        references=ZERO, percent=False, numbers=_stated(view, leads),
        legend=[(view.say("by chance"), paint), (view.say("as polls have erred"), "accent")],
    )  # fmt: skip


def after_sentence(view: View, leads: pd.DataFrame, record: TrackRecord, result: Result | None) -> Shown:
    """Say how long before the vote the poll was, and what the lead was then."""
    own = _own(leads)
    if own is None or result is None:
        return Shown("", "")
    official = official_shares(view.poll, result, own.question).loc[WHOLE]
    days, longest = until_vote(view, result), record.groups["days_to"].max()
    lead = official[own.answer] - official[own.against]
    first, second = (own.answer, own.against)[:: 1 if lead >= 0 else -1]
    said = view.say(
        "In the vote of {day:date} {first} was {lead:points} ahead of {second}, of valid votes.",
        day=result.date, first=view.answer(own.question, first), second=view.answer(own.question, second), lead=lead,
    )  # fmt: skip
    later = view.say(
        "These errors are of polls made {longest:count} days before a vote at most; what people change in more time comes "
        "on top.", longest=longest,
    )  # fmt: skip
    return paragraph(said, later if days > longest else "")
