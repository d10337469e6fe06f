"""What people answered, drawn: in the whole sample, and segment by segment."""

from collections.abc import Sequence
from typing import Any

import pandas as pd
from markupsafe import Markup

from analysis.errors import AnalysisError
from analysis.estimates import SILENT_ROLES, UNNAMED_ROLES
from analysis.polls import WHOLE, Question
from analysis.show.charts import Chart, ChartRow
from analysis.show.common import colours, reckoned, segment_rows, share_mark
from analysis.show.display import Shown, each, largest
from analysis.show.dots import charted
from analysis.show.view import View

__all__ = [
    "MOST_FIRST", "answers_chart", "base_of", "doubt", "follows_up", "may_be_first", "named_first", "segments_chart",
]  # fmt: skip

MOST_FIRST = 4
"""Answers that may be first and are named in a sentence; more are counted."""
_MOST_ROWS = 10  # answers that are drawn


def may_be_first(known: Sequence[Any]) -> list[str]:
    """Return the answers of the whole that may be first of those that name something; none where that is not known."""
    places = [row for row in known if row.segment == WHOLE and row.place + row.n_effective > 0]
    left_out = all(row.place > 1 for row in places)  # the first was, before anything was drawn
    if len(places) < 2 or left_out or any(row.flag == "too few" for row in places):
        return []
    return [row.answer for row in places if row.can_be_first]


def named_first(view: View, rows: Sequence[Any]) -> Markup | str:
    """Name the first of some answers, beside those that were given as often."""
    question = view.poll.question(rows[0].question)
    first, *others = [view.named(question[row.answer]) for row in rows if row.estimate == rows[0].estimate]
    return view.say("{answer} (level with {others:list})", answer=first, others=others) if others else first


def doubt(view: View, named: Sequence[Any]) -> Markup | str:
    """Say that nobody knows how sure the order of answers is, where too little is known of who gave them."""
    is_open = len(named) > 1 and not may_be_first(named)
    return view.say("How sure that order is cannot be said.") if is_open else ""


@charted
def answers_chart(view: View, ranked: pd.DataFrame) -> Chart | Shown:
    """Draw what people answered in the whole sample, rows that name nothing first and in a colour of their own."""
    if ranked.empty:
        return view.nothing()
    question, known = view.asked_in(ranked), [row for row in each(ranked) if row.estimate == row.estimate]
    silent = [row for row in known if row.role in SILENT_ROLES]
    most = [row for row in largest(known) if row.role not in SILENT_ROLES][:_MOST_ROWS]
    shown, paint = silent + sorted(most, key=lambda row: row.Index), colours(question)
    if follow_ups := follows_up(question, known):
        shown = known[:_MOST_ROWS]
    rows = []
    for row in shown:
        given, is_silent = question[row.answer].given, row.role in SILENT_ROLES
        mark = share_mark(view, row, "ink" if is_silent else paint[row.answer])
        whose = view.say("of those who chose {given}", given=view.named(question[given])) if given else ""
        rows.append(ChartRow(view.short(question[row.answer]), [mark], whose, group=given or is_silent))
    segment, left_out = ranked["segment"].iloc[0], len(known) - len(shown)
    caption = _who_is_first(view, question, known) or view.say(
        "What those who gave each answer said: {segment:segment}"
        if follow_ups
        else "What people answered: {segment:segment}",
        segment=segment,
    )
    fewer = view.say(
        ("One answer of fewer people is not drawn.", "{n} answers of fewer people are not drawn."), n=left_out
    )
    ours = reckoned(view, question) if any(row.low == row.low for row in shown) else ""
    source = view.source(
        fewer if left_out else "", ours, base=base_of(view, question, shown), question=question
    )
    return Chart(rows, caption, source, axis=_axis(view, question, shown), numbers=view.stated(shown))


def follows_up(question: Question, rows: Sequence[Any]) -> bool:
    """Say whether all rows are of those who gave an answer to another question."""
    return len(rows) > 0 and all(question[row.answer].given for row in rows)


def base_of(view: View, question: Question, rows: Sequence[Any]) -> Markup:
    """Say who stands behind rows that follow up on an answer."""
    return view.say("those who gave each answer") if follows_up(question, rows) else Markup()


def _who_is_first(view: View, question: Question, known: Sequence[Any]) -> Markup:
    """Say which answers may be the first of those that name something; nothing where that is not known."""
    answers = [view.named(question[name]) for name in may_be_first(known)]
    n = len(answers)
    if not answers:
        return Markup()
    of_named = question.kind == "multiple_response" or largest(known)[0].role in UNNAMED_ROLES
    return view.say(
        "Of what was named, {answer} came first, by more than chance"
        if of_named and n == 1
        else "More people answered {answer} than anything else, by more than chance"
        if n == 1
        else "Of what was named, any of {n} answers may come first: their order may be chance"
        if of_named and n > MOST_FIRST
        else "Any of {n} answers may be the most frequent: their order may be chance"
        if n > MOST_FIRST
        else "Of what was named, {answers:choice} may come first: their order may be chance"
        if of_named
        else "The most frequent answer may be {answers:choice}: their order may be chance",
        answer=answers[0], answers=answers, n=n,
    )  # fmt: skip


def _axis(view: View, question: Question, rows: Sequence[Any]) -> str:
    whom = base_of(view, question, rows) or view.whom(question)
    known = any(row.low == row.low for row in rows)
    return view.say("% of {whom}; lines are {level} intervals" if known else "% of {whom}", whom=whom)


@charted
def segments_chart(view: View, intervals: pd.DataFrame, answers: Sequence[str]) -> Chart | Shown:
    """Draw some answers in every segment, one above the other."""
    if isinstance(answers, str):
        raise AnalysisError(f"answers: {answers!r} is not allowed; use a list of answers.")
    for answer in answers if len(intervals) else ():
        view.asked_in(intervals)[answer]  # is one of the question's, or an error names them
    drawn = [row for row in each(intervals) if row.answer in answers]
    if not drawn:
        return view.nothing()
    question, bases = view.asked_in(intervals), {row.segment: row.base for row in reversed(drawn)}
    if len(bases) < 2:
        return view.sentence("Nothing was published by segment.")
    paint, cells = colours(question, answers), sorted(drawn, key=lambda row: [*answers].index(row.answer))
    marks = {
        one: [share_mark(view, row, paint[row.answer]) for row in cells if row.segment == one and row.estimate >= 0]
        for one in bases
    }  # fmt: skip
    of_all = not follows_up(question, drawn)
    unknown = of_all and all(base != base for segment, base in bases.items() if segment != WHOLE)

    def behind(segment: str) -> str:
        base = bases[segment]
        told = of_all and segment != WHOLE and (not unknown or view.poll.segments[segment].outside)
        return view.behind(segment, base, view.how_known(question, segment, base)) if told else ""

    rows = segment_rows(view, marks, behind)
    names = [view.whose(question, answer) for answer in answers]
    legend = [(name, paint[answer]) for name, answer in zip(names, answers, strict=True)]
    named = [view.named(question[one]) for one in answers] if of_all else list(map(view.quoted, names))
    caption = view.say("{names:list}, segment by segment", names=named)
    hollow = any(mark.hollow for of_row in marks.values() for mark in of_row)
    few = view.say("Hollow: too few interviews to say much.") if hollow else ""
    alone = view.say("How many people stand behind each segment is not known.") if unknown else ""
    counted = [segment for segment, base in bases.items() if of_all and base == base]
    ours = reckoned(view, question, counted) if any(row.low == row.low for row in drawn) else ""
    source = view.source(few, alone, ours, base=base_of(view, question, drawn), question=question)
    axis = _axis(view, question, drawn)
    return Chart(rows, caption, source, axis=axis, legend=legend, numbers=view.stated(drawn))
