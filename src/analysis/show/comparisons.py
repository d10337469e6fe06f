"""What people answered, and which segments really differ: the words and drawings of that notebook."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
from markupsafe import Markup

from analysis.estimates import SILENT_ROLES, UNNAMED_ROLES, Options
from analysis.estimates.bases import segment_bases
from analysis.polls import WHOLE, Question
from analysis.show.charts import Chart, ChartRow, Reference
from analysis.show.common import Key, colours, count_over_effects, difference_mark, nothing_chosen, share_mark
from analysis.show.common import answer as show_answer
from analysis.show.comparison_tables import (
    MOST_ROWS,
    differences_table,
    letters_table,
    test_table,
    tested,
    upright,
)
from analysis.show.display import Shown, each, follows, paragraph
from analysis.show.dots import Drawing, charted
from analysis.show.view import View

__all__ = [
    "answer",
    "answers_chart",
    "differences_chart",
    "differences_table",
    "letters_table",
    "segments_chart",
    "test_table",
]

_FOUND = ("higher", "lower")
_MOST_FIRST = 4  # answers that may be first and are named


def _own(compared: pd.DataFrame) -> pd.DataFrame:
    """Return what was found among the comparisons that are judged in their own table, the surest first."""
    found = tested(compared)
    return found[(found["verdict"] == "higher") & (found["judged_in"] == found["question"])]


def _surest(view: View, compared: pd.DataFrame) -> Any:
    """Return the difference of this table that is surest, named answers before those that name nothing; None without one."""
    found = list(each(view.by_row(_own, compared)))
    if not found:
        return None
    question = view.poll.question(found[0].question)
    return next((row for row in found if question[row.answer].role not in UNNAMED_ROLES), found[0])


@follows
def answer(view: View, ranked: pd.DataFrame, compared: pd.DataFrame) -> Shown:
    """Answer what people said, and where they differ most surely."""
    question = view.poll.question(ranked["question"].iloc[0]) if len(ranked) else None
    if question is None:
        return show_answer(view, view.say("No share of this question was published."))
    known = ranked[ranked["estimate"].notna()]
    surest = _surest(view, compared)
    count = len(view.by_row(tested, compared))
    headline = _headline(view, question, known, surest, count)
    caveat = _count_sentence(view, compared)
    largest = known.sort_values("estimate", ascending=False, kind="stable")
    keys = [_key(view, question, row) for row in each(largest[:3])]
    counts = count_over_effects(view, compared, _FOUND)
    if count:
        keys.append(
            Key(
                view.say("{own} of {tested}", own=counts["own"], tested=count),
                view.say("differences between segments are beyond chance"),
                view.say("{assumed} if interviews were independent", assumed=counts["assumed"]),
            )
        )
    return show_answer(view, headline, caveat, keys, view.stated(known))


def _may_be_first(known: pd.DataFrame) -> list[str]:
    """Return the answers of the whole that may be first of those that name something; none where that is not known."""
    places = [row for row in each(known) if row.segment == WHOLE and row.place + row.n_effective > 0]
    if len(places) < 2 or any(row.flag == "too few" for row in places):
        return []
    return [row.answer for row in places if row.can_be_first]


def _key(view: View, question: Question, row: Any) -> Key:
    ends = view.percents((row.low, row.high)) if row.low == row.low else ""
    return Key(view.share(row.estimate), view.short(question[row.answer]), ends)


def _headline(view: View, question: Question, known: pd.DataFrame, surest: Any, count: int) -> Markup:
    """Say in one sentence what was found."""
    silent = known[known["role"].isin(SILENT_ROLES)]
    named = known[~known["role"].isin(UNNAMED_ROLES)].sort_values("estimate", ascending=False, kind="stable")
    if known.empty:
        return view.say("No share of the whole sample was published.")
    if question.kind == "multiple_response" and len(silent) and len(named):
        return _what_was_named(view, question, silent, named)
    if surest is not None:
        return _where_they_differ(view, question, surest)
    first = next(each(named if len(named) else known))
    say = partial(view.say, answer=view.short(question[first.answer]), share=first.estimate)
    if not count:
        return say("{answer} came first, with {share:share}.")
    return say("{answer} was first with {share:share}; no difference between segments is beyond chance.")


def _what_was_named(view: View, question: Question, silent: pd.DataFrame, named: pd.DataFrame) -> Markup:
    """Say what was named most, whether that is sure, and how many named nothing."""
    first = next(each(named))
    fields = {
        "total": silent["estimate"].sum(),
        "rows": [view.quoted(view.short(question[row])) for row in silent["answer"]],
        "answer": view.quoted(view.short(question[first.answer])),
        "share": first.estimate,
        "n": len(_may_be_first(named)),
    }
    say = partial(view.say, **fields)
    if silent["estimate"].max() >= first.estimate:
        if fields["n"] > 1:
            return say(
                "{total:share} named nothing ({rows:list}). Of what was named, {n} answers are too close to call for "
                "the first place; {answer} had {share:share}."
            )
        return say(
            "{total:share} named nothing ({rows:list}). Of what was named, {answer} came first, with {share:share}."
        )
    if fields["n"] > 1:
        return say(
            "{answer} was named most, by {share:share}, but {n} answers are too close to call; {total:share} named nothing "
            "({rows:list})."
        )
    return say("{answer} was named most, by {share:share}; {total:share} named nothing ({rows:list}).")


def _where_they_differ(view: View, question: Question, surest: Any) -> Markup:
    """Say which difference is surest, and how large it is at least."""
    answer = question[surest.answer]
    say = partial(
        view.say,
        answer=view.short(answer),
        segment=surest.segment,
        against=surest.against,
        share=surest.share,
        other=surest.share_against,
    )
    if answer.given:
        said = say(
            "“{answer}”, among those who named {given}: {share:share} {segment:where} and {other:share} {against:where}.",
            given=view.short(question[answer.given]),
        )
    elif answer.role == "candidate":
        said = say("{answer} stood at {share:share} {segment:where} and {other:share} {against:where}.")
    else:
        said = say("“{answer}”: {share:share} {segment:where} and {other:share} {against:where}.")
    least = int(np.floor(100 * surest.low_simultaneous + 1e-9))
    size = (
        view.say(("The difference is at least {n} point.", "The difference is at least {n} points."), n=least)
        if least >= 1
        else view.say("The difference is beyond chance, but it may be less than a point.")
    )
    return said + " " + size


def _count_sentence(view: View, compared: pd.DataFrame) -> Markup:
    """Say how many differences are beyond chance, over the plausible design effects."""
    count = len(view.by_row(tested, compared))
    if not count:
        return view.say(
            "No difference between segments can be tested: too little was published, or too few were asked."
        )
    counts = count_over_effects(view, compared, _FOUND)
    if len(set(counts.values())) == 1:
        return view.say(
            (
                "Of {tested} comparisons between segments, {n} is beyond chance at every plausible design effect.",
                "Of {tested} comparisons between segments, {n} are beyond chance at every plausible design effect.",
            ),
            n=counts["own"],
            tested=count,
        )
    return view.say(
        (
            "Of {tested} comparisons between segments, {n} is beyond chance at a design effect of {effect:number}; "
            "{high} to {low} over the plausible range, {assumed} if interviews were independent.",
            "Of {tested} comparisons between segments, {n} are beyond chance at a design effect of {effect:number}; "
            "{high} to {low} over the plausible range, {assumed} if interviews were independent.",
        ),
        n=counts["own"],
        tested=count,
        effect=view.options.effect,
        **{name: counts[name] for name in ("low", "high", "assumed")},
    )


@charted
def answers_chart(view: View, ranked: pd.DataFrame, *, top: int = 10) -> Chart | Shown:
    """Draw what people answered in the whole sample, rows that name nothing first and in a colour of their own."""
    if ranked.empty:
        return nothing_chosen(view)
    question = view.poll.question(ranked["question"].iloc[0])
    known = ranked[ranked["estimate"].notna()]
    silent, named = known[known["role"].isin(SILENT_ROLES)], known[~known["role"].isin(SILENT_ROLES)]
    shown = pd.concat([silent, named.head(top)])
    paint = colours(question)
    rows = [
        ChartRow(
            view.short(question[row.answer]),
            [share_mark(view, row, "ink" if row.role in SILENT_ROLES else paint[row.answer])],
            rule=bool(len(silent)) and row.answer == named["answer"].iloc[0] if len(named) else False,
        )
        for row in each(shown)
    ]
    segment = ranked["segment"].iloc[0]
    left_out = len(known) - len(shown)
    caption = _who_is_first(view, question, known) or view.say(
        "What people answered: {segment:segment}", segment=segment
    )
    source = view.source(question=question) + (
        " "
        + view.say(
            ("One answer of fewer people is not drawn.", "{n} answers of fewer people are not drawn."),
            n=left_out,
        )
        if left_out
        else ""
    )
    return Chart(rows, caption, source, axis=_axis(view, question), numbers=view.stated(shown))


def _who_is_first(view: View, question: Question, known: pd.DataFrame) -> Markup:
    """Say which answers may be the first of those that name something; nothing where that is not known."""
    first = _may_be_first(known)
    if not first:
        return Markup()
    answers = [view.quoted(view.short(question[name])) for name in first]
    several = question.kind == "multiple_response"
    if len(answers) == 1:
        return (
            view.say("More people named {answer} than anything else, by more than chance", answer=answers[0])
            if several
            else view.say(
                "More people answered {answer} than anything else, by more than chance", answer=answers[0]
            )
        )
    if len(answers) > _MOST_FIRST:
        return (
            view.say(
                "Any of {n} answers may be the one named most: chance may have set their order",
                n=len(answers),
            )
            if several
            else view.say(
                "Any of {n} answers may be the most frequent one: chance may have set their order",
                n=len(answers),
            )
        )
    return (
        view.say(
            "The one named most may be {answers:choice}: chance may have set their order", answers=answers
        )
        if several
        else view.say(
            "The most frequent answer may be {answers:choice}: chance may have set their order",
            answers=answers,
        )
    )


def _axis(view: View, question: Question) -> str:
    return view.say(
        "% of {whom}; lines are {level} intervals",
        whom=view.whom(question),
        level=view.level(view.options.confidence_level),
    )


@charted
def segments_chart(view: View, intervals: pd.DataFrame, answers: Sequence[str]) -> Chart | Shown:
    """Draw some answers in every segment, one above the other."""
    if not intervals["answer"].isin(answers).any():
        return nothing_chosen(view)
    question = view.poll.question(intervals["question"].iloc[0])
    paint = colours(question)
    cells = {(row.answer, row.segment): row for row in each(intervals)}
    first_parts = {partition.parts[0] for partition in view.poll.segments.partitions}
    rows: list[ChartRow] = []
    for segment in view.poll.segments:
        there = [cells[answer, segment.id] for answer in answers if (answer, segment.id) in cells]
        marks = [share_mark(view, row, paint[row.answer]) for row in there if row.estimate == row.estimate]
        if marks:
            base = there[0].base
            small = _behind(view, question, segment.id, base) if segment.id != WHOLE else ""
            rule = segment.id in first_parts and bool(rows)
            rows.append(
                ChartRow(view.segment(segment.id), marks, small, strong=segment.id == WHOLE, rule=rule)
            )
    legend = [(view.short(question[answer]), paint[answer]) for answer in answers]
    names = [view.short(question[answer]) for answer in answers]
    caption = view.say("{names:list}, segment by segment", names=names)
    stated = view.stated(intervals[intervals["answer"].isin(answers)])
    source = view.source(question=question)
    return Chart(rows, caption, source, axis=_axis(view, question), legend=legend, numbers=stated)


def _behind(view: View, question: Question, segment: str, base: float) -> Markup:
    """Write how many interviews stand behind a segment's shares, where known."""
    if base != base:
        return Markup()
    if view.asked_of(question, segment) == base:
        return view.say("{n:interviews}", n=base)
    known = segment_bases(view.poll)
    if known.source[known.segments.index(segment)] == "at least":
        return view.say("at least {n:interviews}", n=base)
    return view.say("about {n:interviews}", n=base)


def differences_chart(view: View, compared: pd.DataFrame) -> Drawing | Shown:
    """Draw the surest differences, those beyond chance filled, others as rings.

    They are those that are surest at the usual options, so that a drawing that follows other ones keeps its rows.
    """
    usual = replace(view.options, confidence_level=Options().confidence_level, design_effect=None).of(
        view.poll
    )
    made = None if usual == view.options else view.again(compared, [usual])
    there = compared if made is None else made[0]
    order = tested(there).index[:MOST_ROWS]
    if order.empty:
        return paragraph(view.say("No difference between segments can be tested."))
    return _differences_chart(view, compared.loc[order], usual=usual)


@charted
def _differences_chart(view: View, chosen: pd.DataFrame, *, usual: Options) -> Chart | Shown:
    question = view.poll.question(chosen["question"].iloc[0])
    paint = colours(question)
    rows = []
    for row in each(view.by_row(upright, chosen)):
        mark = difference_mark(view, row, paint[row.answer], hollow=row.verdict != "higher")
        label = view.say(
            "{answer}: {segment:segment}", answer=view.short(question[row.answer]), segment=row.segment
        )
        small = view.say("compared with {against:segment}", against=row.against)
        rows.append(ChartRow(str(label.striptags()), [mark], str(small.striptags())))
    caption = view.say("The surest differences between segments, in points")
    source = (
        view.source(question=view.poll.question(chosen["question"].iloc[0]))
        + " "
        + view.say(
            "Filled: beyond chance, all comparisons of the table judged together. "
            "Ring: chance or rounding may explain it."
        )
    )
    if view.options != usual:
        source += " " + view.say(
            "Drawn are those that are surest at {level} confidence and a design effect of {effect:number}.",
            level=view.level(usual.confidence_level),
            effect=usual.effect,
        )
    return Chart(
        rows, caption, source, axis=view.say("percentage points"), references=[Reference(0.0)], percent=False,
        numbers=view.stated(chosen),
    )  # fmt: skip
