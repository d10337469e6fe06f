"""What people answered, and which segments really differ: the words, drawings and tables of that notebook."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from math import fsum
from typing import Any

import numpy as np
import pandas as pd
from markupsafe import Markup

from analysis.estimates import SILENT_ROLES, UNNAMED_ROLES, UNTESTED, Options, design_effects
from analysis.estimates.comparisons import segment_letters
from analysis.polls import WHOLE, Question
from analysis.show.answers import (
    answers_chart,
    base_of,
    doubt,
    follows_up,
    may_be_first,
    named_first,
    segments_chart,
)
from analysis.show.charts import ZERO, Chart, ChartRow
from analysis.show.common import (
    BEYOND_CHANCE,
    Key,
    answered,
    colours,
    count_key,
    count_over_effects,
    difference_mark,
    of_a_part,
    plausible_frames,
    shares_table,
    upright,
)
from analysis.show.display import Shown, each, first_of, follows, largest, sentences, values_of
from analysis.show.dots import Drawing, charted
from analysis.show.tables import Column, column_table, difference_columns
from analysis.show.view import View
from analysis.stats import column_letters

__all__ = [
    "answer", "answers_chart", "differences_chart", "differences_table", "letters_table", "segments_chart", "test_table",
]  # fmt: skip

_MOST_NAMED = 4  # answers
_MOST_ROWS = 10  # differences that are drawn or listed
_MOST_LISTED = 1000  # comparisons that are in the data of a table
_LEAST_SILENCE = 0.1  # that named nothing and are told of
_ROUNDED = 0.015  # three whole per cents


def tested(compared: pd.DataFrame) -> list[Any]:
    """Return the comparisons that could be tested, turned, the surest first.

    Those beyond chance come by the least that each difference may be, and then the others, by how often chance makes such.
    """

    def sureness(row: Any) -> tuple[bool, float, float]:
        beyond = row.verdict == "higher"  # what the last bits alone tell apart stays
        return not beyond, 0.0 if beyond else row.p_adjusted, -round(row.low_simultaneous, 9)

    return sorted((row for row in upright(compared, "segment") if row.verdict not in UNTESTED), key=sureness)


@follows
def answer(view: View, ranked: pd.DataFrame, compared: pd.DataFrame) -> Shown:
    """Answer what people said, and where they differ most surely."""
    if ranked.empty:
        return answered(view.say("No share of this question was published."))
    question, known = view.asked_in(ranked), [row for row in each(ranked) if row.estimate == row.estimate]
    keys = [
        Key(view.share(row.estimate), view.of_whom(row), view.percents((row.low, row.high)))
        for row in largest(known)[:3]
    ]
    order, counts = tested(compared), count_over_effects(view, compared)
    untested = int(compared["verdict"].isin(UNTESTED[1:]).sum())  # of those that were published
    if order:
        what = view.say("differences between segments are beyond chance")
        keys.append(count_key(view, counts, len(order), what))
    # A headline is of what is beyond chance at every plausible design effect.
    of_largest = plausible_frames(view, compared)["high"]["verdict"].to_dict()
    robust = [row for row in order if row.verdict == "higher" and of_largest[row.Index] in BEYOND_CHANCE]
    told = _headline(view, question, known, robust)
    headline = sentences(of_a_part(view, ranked), told)
    more = view.say(
        (
            "{n} more cannot be tested: how many were asked there is unknown, or too few were.",
            "{n} more cannot be tested: how many were asked there is unknown, or too few were.",
        ),
        n=untested,
    )
    caveat = sentences(_count_sentence(view, counts, len(order)), more if untested and order else "")
    return answered(headline, caveat, keys, view.stated(known))


def _headline(view: View, question: Question, known: Sequence[Any], robust: Sequence[Any]) -> Markup:
    """Say what was named most, or what a follow-up found, else where segments differ most surely, else what came first."""
    if not known:
        return view.say("No share of the whole sample was published.")
    silent = [row for row in known if row.role in SILENT_ROLES]
    named = [row for row in largest(known) if row.role not in UNNAMED_ROLES]
    # Answers that name nothing add up where nobody gives one beside another answer, which the print may refute.
    nothing = fsum(row.estimate for row in silent)
    alone = nothing + fsum(row.estimate for row in named[:1]) <= 1 + _ROUNDED
    if question.kind == "multiple_response" and nothing >= _LEAST_SILENCE and named and alone:
        return sentences(_what_was_named(view, question, silent, named), doubt(view, named))
    if view.poll.is_division(question):
        most = largest(known)[:_MOST_NAMED]
        return view.say(
            "The tables divide people by these answers: {rows:list}."
            if len(known) <= _MOST_NAMED
            else "The tables divide people by {n} answers; the most frequent are {rows:list}.",
            rows=[f"{view.named(question[row.answer])} {view.share(row.estimate)}" for row in most], n=len(known),
        )  # fmt: skip
    if follows_up(question, known):
        return _what_followed(view, question, known)
    if robust:
        # Candidates and other named answers before those that name nothing, and before those by which people were divided.
        of_candidates = [row for row in robust if question[row.answer].role == "candidate"]
        of_named = of_candidates or [row for row in robust if question[row.answer].role not in UNNAMED_ROLES]
        surest = [row for row in of_named if row.share <= 0.99 or row.share_against >= 0.01] or of_named
        return _where_they_differ(view, question, (surest or robust)[0], known)
    said = _what_came_first(view, silent, named or known)
    return sentences(said, doubt(view, named))


def _what_came_first(view: View, silent: Sequence[Any], named: Sequence[Any]) -> Markup:
    """Say which answer came first and whether that is sure, after one that names nothing, if more people gave it."""
    first, most, n = named[0], first_of(largest(silent)), len(may_be_first(named))
    answer, share = named_first(view, named), first.estimate
    if most is not None and most.estimate > share:
        return view.say(
            "{most:share} answered {silent:quoted}. What was named most, {answer}, was named by {share:share}, but the "
            "order of the first {n} may be chance."
            if n > 1
            else "{most:share} answered {silent:quoted}. What was named most, {answer}, was named by {share:share}.",
            most=most.estimate, silent=view.of_answer(most), answer=answer, share=share, n=n,
        )  # fmt: skip
    return view.say(
        "{answer} came first, with {share:share}, but the order of the first {n} answers may be chance."
        if n > 1
        else "{answer} came first, with {share:share}.",
        answer=answer, share=share, n=n,
    )  # fmt: skip


def _what_was_named(view: View, question: Question, silent: Sequence[Any], named: Sequence[Any]) -> Markup:
    """Say what was named most, whether that is sure, and how many named nothing."""
    first, n = named[0], len(may_be_first(named))
    silent_first = largest(silent)[0].estimate >= first.estimate
    return view.say(
        "{total:share} named nothing ({rows:list}). What was named most, {answer}, was named by {share:share}, but the "
        "order of the first {n} answers may be chance."
        if silent_first and n > 1
        else "{total:share} named nothing ({rows:list}). What was named most, {answer}, was named by {share:share}."
        if silent_first
        else "{answer} was named most, by {share:share}, but the order of the first {n} answers may be chance; "
        "{total:share} named nothing ({rows:list})."
        if n > 1
        else "{answer} was named most, by {share:share}; {total:share} named nothing ({rows:list}).",
        total=fsum(row.estimate for row in silent), share=first.estimate, n=n, answer=named_first(view, named),
        rows=[view.quoted(view.short(question[row.answer])) for row in silent],
    )  # fmt: skip


def _what_followed(view: View, question: Question, known: Sequence[Any]) -> Markup:
    """Say what those said most who had given each answer to another question; of those who said the same, together."""
    most: dict[str, Any] = {}
    for row in known:
        given = str(question[row.answer].given)
        most[given] = max(most.get(given, row), row, key=lambda one: one.estimate)
    of_whom: dict[str, list[Markup]] = {}
    for given, row in most.items():
        whom = view.named(question[given])
        said = view.say("{share:share} of those who chose {given}", share=row.estimate, given=whom)
        of_whom.setdefault(view.short(question[row.answer]), []).append(said)
    return sentences(
        *(view.say("“{answer}”: {rows:list}.", answer=answer, rows=rows) for answer, rows in of_whom.items())
    )


def _where_they_differ(view: View, question: Question, surest: Any, known: Sequence[Any]) -> Markup:
    """Say which difference is surest, beside the share in the whole sample, how large it is, and how large at least."""
    answer = question[surest.answer]
    whole = [row.estimate for row in known if row.answer == surest.answer and row.segment == WHOLE]
    said = view.say(
        "“{answer}”, among those who chose {given}: {share:share} {segment:where} and {other:share} {against:where}."
        if answer.given
        else "{answer} stood at {share:share} {segment:where} and {other:share} {against:where}{whole}."
        if answer.role == "candidate"
        else "“{answer}”: {share:share} {segment:where} and {other:share} {against:where}{whole}.",
        whole=view.say("; {share:share} in all", share=whole[0]) if whole else "",
        answer=view.short(answer), given=view.short(question[answer.given]) if answer.given else "",
        segment=surest.segment, against=surest.against, share=surest.share, other=surest.share_against,
    )  # fmt: skip
    least = np.floor(1000 * surest.low_simultaneous + 1e-9) / 1000  # rounded down, so that it is "at least"
    size = view.say(
        "The difference is {found:points}; allowing for chance, at least {least:figure} ({level} confidence)."
        if least >= 0.01
        else "The difference, {found:points}, is beyond chance, but it may be less than a point.",
        found=surest.estimate,
        least=least,
    )
    return sentences(said, size)


def _count_sentence(view: View, counts: Mapping[str, int], count: int) -> Markup:
    """Say how many differences are beyond chance, over the plausible design effects."""
    least, own, most = (counts[name] for name in ("high", "own", "low"))
    counted = design_effects(view.poll).counted
    why = view.say("how alike people of one place answer" if counted else "what selection and weighting cost")
    return view.say(
        "No difference between segments can be tested: too little was published, or too few were asked."
        if not count
        else (
            "The one difference between segments is not larger than chance usually makes it, on any plausible assumption "
            "about {why}.",
            "None of {n} differences between segments is larger than chance usually makes it, on any plausible assumption "
            "about {why}.",
        )
        if not any((least, own, most))
        else (
            "{n} of {all} differences between segments is larger than chance usually makes it, on any plausible "
            "assumption about {why}.",
            "{n} of {all} differences between segments are larger than chance usually makes them, on any plausible "
            "assumption about {why}.",
        )
        if least == own == most
        else (
            "{n} of {all} differences between segments is larger than chance usually makes it (plausibly {range}, "
            "depending on {why}).",
            "{n} of {all} differences between segments are larger than chance usually makes them (plausibly {range}, "
            "depending on {why}).",
        ),
        n=own if any((least, own, most)) else count, all=count, why=why,
        range=str(least) if least == most else view.between(str(least), str(most)),
    )  # fmt: skip


def differences_chart(view: View, compared: pd.DataFrame) -> Drawing | Shown:
    """Draw the surest differences, those beyond chance filled, others as rings.

    They are those that are surest at the usual options, so that a drawing that follows other ones keeps its rows.
    """
    usual = replace(view.options, confidence_level=Options().confidence_level, design_effect=None)
    usual = usual.of(view.poll)
    made = None if usual == view.options else view.again(compared, [usual])
    order = tested(compared if made is None else made[0])
    if not order:
        return view.sentence("No such difference can be tested.")
    near = [row for row in order if row.verdict == "higher" or row.p_adjusted < 1]
    chosen = [row.Index for row in (near or order)[:_MOST_ROWS]]
    return _differences_chart(view, compared, chosen=chosen, usual=usual)


@charted
def _differences_chart(
    view: View, compared: pd.DataFrame, *, chosen: list[int], usual: Options
) -> Chart | Shown:
    question = view.asked_in(compared)
    paint = colours(question)
    drawn = compared.loc[chosen]
    rows = []
    for row in upright(drawn, "segment"):
        label = view.say("{answer}: {segment:segment}", answer=view.of_whom(row), segment=row.segment)
        small = view.say("compared with {against:segment}", against=row.against)
        rows.append(ChartRow(label, [difference_mark(view, row, paint[row.answer])], small))
    source = view.source(
        view.say(
            "Filled: beyond chance, all comparisons of the table judged together. "
            "Hollow: chance or rounding may explain it."
        ),
        view.say(
            "Intervals: {level} confidence, design effect {effect:number}. Rows: the surest at {usual} and {other:number}.",
            level=view.level(view.options.confidence_level), effect=view.options.effect,
            usual=view.level(usual.confidence_level), other=usual.effect,
        )
        if view.options != usual
        else "",
        base=base_of(view, question, each(drawn)), question=question,
    )  # fmt: skip
    verdicts = compared["verdict"].tolist()
    beyond, untested = (sum(map(words.__contains__, verdicts)) for words in (BEYOND_CHANCE, UNTESTED))
    caption = view.say(
        (
            "The one difference between segments, in points, is beyond chance",
            "{beyond:count} of {n:count} differences between segments, in points, are beyond chance",
        )
        if beyond
        else "Chance may explain every difference between segments, in points: the clearest of {n:count}",
        n=len(verdicts) - untested, beyond=beyond,
    )  # fmt: skip
    return Chart(
        rows, caption, source, references=ZERO, percent=False, axis=view.say("percentage points"),
        numbers=view.stated(drawn),
    )  # fmt: skip


@follows
def letters_table(view: View, question_id: str, intervals: pd.DataFrame, compared: pd.DataFrame) -> Shown:
    """Show the table as pollsters print it: shares with intervals, bases, and the letters of the segments they exceed."""
    question = view.poll.question(question_id)
    caption = view.say("{name}: per cent by segment", name=view.name(question))
    meaning = view.say(
        "Beneath each share its {level} interval. A letter means: higher, beyond chance, than the segment with that letter."
    )
    unknown = view.say("Without an interval: how many were asked is unknown, so that there can be no letter.")
    source = view.source(
        meaning if intervals["low"].notna().any() else "",
        unknown if (intervals["estimate"].notna() & intervals["low"].isna()).any() else "",
        question=question,
    )
    there = set(intervals["segment"].tolist())
    columns = (values_of(compared, name) for name in ("partition", "answer", "segment", "against", "verdict"))
    shown = [row for row in zip(*columns, strict=True) if {*row[2:4]} <= there]
    letters = _letters(view, shown)
    return shares_table(
        view, question, intervals, caption=caption, source=source, letters=letters, whole=True
    )


def _letters(view: View, compared: Sequence[tuple[str, ...]]) -> dict[str, tuple[str, dict[str, str]]]:
    """Map each segment to its letter, and to the letters that its answers carry, partition by partition."""
    partitions = view.poll.segments.partitions
    parts = list(dict.fromkeys(part for one in partitions for part in one.parts))
    names = dict(zip(parts, column_letters(len(parts)), strict=True))
    found: dict[str, tuple[str, dict[str, str]]] = {}
    for partition in partitions:
        chosen = [tuple(row) for of, *row in compared if of == partition.id]
        carried = segment_letters(chosen, {part: names[part] for part in partition.parts})
        for part in partition.parts if chosen else ():
            own = {answer: letters for (answer, segment), letters in carried.items() if segment == part}
            found.setdefault(part, (names[part], own))
    return found


@follows
def differences_table(view: View, compared: pd.DataFrame) -> Shown:
    """Show comparisons with their intervals and verdicts, the surest first."""
    ordered = tested(compared)
    if not ordered:
        return view.sentence("No such difference can be tested.")
    first, of_whole = ordered[0], view.say("Segments and the whole that they are part of")
    kinds = {"contains": of_whole, "within": of_whole, "overlapping": view.say("Groups that overlap")}
    caption = view.say(
        "{kind}: the {n} clearest of {count} comparisons; {listed} are in the CSV"
        if len(ordered) > _MOST_LISTED
        else "{kind}: the {n} clearest of {count} comparisons; all are in the CSV"
        if len(ordered) > _MOST_ROWS
        else "{kind}: every comparison that can be tested, the clearest first",
        kind=kinds.get(view.poll.segments.relation(first.segment, first.against), view.say("Segments beside one another")),
        n=_MOST_ROWS, count=view.count(len(ordered)), listed=view.count(_MOST_LISTED),
    )  # fmt: skip
    columns = [
        Column(view.say("Compared with"), "against", "segment", words=True),
        *difference_columns(view, view.say("Difference, points")),
    ]
    question = view.asked_in(compared)
    return column_table(
        view, ordered, columns, stub=view.say("Answer, segment"), label=view.of_whom, small=view.of_segment,
        caption=caption, most=_MOST_ROWS, states=ordered[:_MOST_LISTED],
        source=view.source(view.conditions(), base=base_of(view, question, ordered), question=question),
    )  # fmt: skip


@follows
def test_table(view: View, tests: pd.DataFrame) -> Shown:
    """Show, partition by partition, whether its parts answer a question alike."""
    known = tests[tests["p_value"].notna()]
    if known.empty:
        return view.sentence("Whether the segments answer this question alike cannot be tested as a whole.")
    parts = {one.id: list(map(view.segment, one.parts)) for one in view.poll.segments.partitions}
    columns = [
        Column(view.say("How often chance alone would separate them so far"), "p_value", "p_value"),
        Column(view.say("Strength (Cramér’s V)"), lambda row: f"{row.cramers_v:.2f}"),
        Column(view.say("Smallest number expected"), lambda row: f"{row.smallest_expected:.1f}"),
    ]
    method = view.say("Chi-square with the correction of Rao and Scott.")
    question = view.asked_in(known)
    return column_table(
        view, known, columns, stub=view.say("Segments"), label=lambda row: view.joined(parts[row.partition]),
        caption=view.say("Do the segments answer alike?"), numbers="statistic",
        beside=["partition", "cramers_v", "smallest_expected"],
        source=view.source(method, view.conditions(), question=question),
    )  # fmt: skip
