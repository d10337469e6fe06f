"""What people answered, and which segments really differ: the words and drawings of that notebook."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from markupsafe import Markup

from analysis.estimates import SILENT_ROLES, UNNAMED_ROLES, UNTESTED, segment_letters
from analysis.polls import WHOLE, Question
from analysis.show.common import Key, colours, count_over_effects, nothing_chosen, share_mark, shares_table
from analysis.show.common import answer as show_answer
from analysis.show.display import Shown, each, follows, paragraph
from analysis.show.dots import Chart, ChartRow, Drawing, Mark, Reference, followed
from analysis.show.tables import Cell, Column, column_table
from analysis.show.view import View

__all__ = [
    "answer",
    "answers_chart",
    "differences_chart",
    "differences_table",
    "letters_table",
    "segments_chart",
    "test_table",
    "tipping_table",
]

_FOUND = ("higher", "lower")
_MOST_ROWS, _MOST_LISTED = 10, 15  # of differences that are drawn, and that are listed


def _upright(compared: pd.DataFrame) -> pd.DataFrame:
    """Turn comparisons so that the larger share comes first."""
    down = (compared["estimate"] < 0).to_numpy()
    verdict = compared["verdict"].to_numpy()
    changed: dict[str, Any] = {
        "estimate": compared["estimate"].abs(),
        "verdict": np.where(verdict == "lower", "higher", verdict),
    }
    for one, other, sign in (
        ("segment", "against", 1),
        ("share", "share_against", 1),
        ("low", "high", -1),
        ("low_simultaneous", "high_simultaneous", -1),
    ):
        a, b = compared[one].to_numpy(), compared[other].to_numpy()
        changed[one] = np.where(down, b if sign > 0 else -b, a)
        changed[other] = np.where(down, a if sign > 0 else -a, b)
    return compared.assign(**changed)


def _surest(view: View, compared: pd.DataFrame) -> Any:
    """Return the difference of this table that is surest, named answers before those that name nothing; None without one."""
    own = compared["verdict"].isin(_FOUND) & (compared["judged_in"] == compared["question"])
    found = _upright(compared[own])
    if found.empty:
        return None
    roles = {answer.id: answer.role for answer in view.poll.question(compared["question"].iloc[0]).answers}
    named = ~found["answer"].map(roles).isin(UNNAMED_ROLES)
    order = found.assign(named=named).sort_values(
        ["named", "low_simultaneous"], ascending=False, kind="stable"
    )
    return next(each(order))


def _at_least(ends: float) -> str:
    """Write the near end of an interval in whole points, rounded down."""
    return f"{np.floor(100 * ends + 1e-9):.0f}"


@follows
def answer(view: View, ranked: pd.DataFrame, compared: pd.DataFrame) -> Shown:
    """Answer what people said, and where they differ most surely."""
    question = view.poll.question(ranked["question"].iloc[0]) if len(ranked) else None
    if question is None:
        return show_answer(view, view.say("No share of this question was published."))
    known = ranked[ranked["estimate"].notna()]
    surest = _surest(view, compared)
    headline = _headline(view, question, known, surest)
    caveat = _count_sentence(view, compared)
    keys = [_key(view, question, row) for row in each(_first(known, question)[:3])]
    counts = count_over_effects(view, compared, _FOUND)
    tested = int((~compared["verdict"].isin(UNTESTED)).sum())
    if tested:
        keys.append(
            Key(
                view.say("{own} of {tested}", own=counts["own"], tested=tested),
                view.say("differences between segments are beyond chance"),
                view.say("{assumed} if interviews were independent", assumed=counts["assumed"]),
            )
        )
    return show_answer(view, headline, caveat, keys, view.stated(known))


def _first(known: pd.DataFrame, question: Question) -> pd.DataFrame:
    """Return answers in the order in which they matter: those of silence first where they are largest, then by share."""
    return known.sort_values("estimate", ascending=False, kind="stable")


def _key(view: View, question: Question, row: Any) -> Key:
    ends = view.percents((row.low, row.high)) if row.low == row.low else ""
    return Key(view.share(row.estimate), view.short(question[row.answer]), ends)


def _headline(view: View, question: Question, known: pd.DataFrame, surest: Any) -> Markup:
    """Say in one sentence what was found."""
    silent = known[known["role"].isin(SILENT_ROLES)]
    named = _first(known[~known["role"].isin(UNNAMED_ROLES)], question)
    if known.empty:
        return view.say("No share of the whole sample was published.")
    top = named.head(1)
    if question.kind == "multiple_response" and len(silent) and len(top):
        fields = {
            "total": silent["estimate"].sum(),
            "rows": [view.quoted(view.short(question[row])) for row in silent["answer"]],
            "answer": view.quoted(view.short(question[top["answer"].iloc[0]])),
            "share": top["estimate"].iloc[0],
        }
        if silent["estimate"].max() >= fields["share"]:
            return view.say(
                "{total:share} named nothing ({rows:list}). Of what was named, {answer} came first, with {share:share}.",
                **fields,
            )
        return view.say(
            "{answer} was named most, by {share:share}; {total:share} named nothing ({rows:list}).", **fields
        )
    if surest is not None:
        fields = {
            "answer": view.short(question[surest.answer]),
            "segment": surest.segment,
            "against": surest.against,
            "share": surest.share,
            "other": surest.share_against,
            "least": _at_least(surest.low_simultaneous),
        }
        if question[surest.answer].role == "candidate":
            return view.say(
                "{answer} stood at {share:share} {segment:where} and {other:share} {against:where}: "
                "at least {least} points apart.",
                **fields,
            )
        return view.say(
            "“{answer}”: {share:share} {segment:where} and {other:share} {against:where}, "
            "at least {least} points apart.",
            **fields,
        )
    leader = (
        view.short(question[named["answer"].iloc[0]])
        if len(named)
        else view.short(question[known["answer"].iloc[0]])
    )
    return view.say(
        "{answer} was first with {share:share}; no difference between segments is beyond chance.",
        answer=leader,
        share=(named if len(named) else known)["estimate"].iloc[0],
    )


def _count_sentence(view: View, compared: pd.DataFrame) -> Markup:
    """Say how many differences are beyond chance, over the plausible design effects."""
    tested = int((~compared["verdict"].isin(UNTESTED)).sum())
    if not tested:
        return view.say(
            "No difference between segments can be tested: too little was published, or too few were asked."
        )
    counts = count_over_effects(view, compared, _FOUND)
    return view.say(
        (
            "Of {tested} comparisons between segments, {n} is beyond chance at a design effect of {effect:number}; "
            "{high} to {low} over the plausible range, {assumed} under the pollster's own assumption of 1.",
            "Of {tested} comparisons between segments, {n} are beyond chance at a design effect of {effect:number}; "
            "{high} to {low} over the plausible range, {assumed} under the pollster's own assumption of 1.",
        ),
        n=counts["own"],
        tested=tested,
        effect=view.options.effect,
        **{name: counts[name] for name in ("low", "high", "assumed")},
    )


def answers_chart(view: View, ranked: pd.DataFrame, *, top: int = 12) -> Drawing | Shown:
    """Draw what people answered in the whole sample, rows that name nothing first and in a colour of their own."""
    if ranked.empty:
        return nothing_chosen(view)
    return followed(view, _answers_chart, ranked, top=top)


def _answers_chart(view: View, ranked: pd.DataFrame, *, top: int) -> Chart:
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
    caption = view.say("What people answered: {segment:segment}", segment=segment)
    source = view.source() + (
        " "
        + view.say(
            ("One answer of fewer people is not drawn.", "{n} answers of fewer people are not drawn."),
            n=left_out,
        )
        if left_out
        else ""
    )
    return Chart(rows, caption, source, axis=_axis(view), numbers=view.stated(shown))


def _axis(view: View) -> str:
    return view.say(
        "% of all interviewed; lines are {level} intervals",
        level=view.level(view.options.confidence_level),
    )


def segments_chart(view: View, intervals: pd.DataFrame, answers: Sequence[str]) -> Drawing | Shown:
    """Draw some answers in every segment, one above the other."""
    if not intervals["answer"].isin(answers).any():
        return nothing_chosen(view)
    return followed(view, _segments_chart, intervals, answers=list(answers))


def _segments_chart(view: View, intervals: pd.DataFrame, *, answers: list[str]) -> Chart:
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
            small = view.say("about {n:interviews}", n=base) if base == base and segment.id != WHOLE else ""
            rule = segment.id in first_parts and bool(rows)
            rows.append(
                ChartRow(view.segment(segment.id), marks, small, strong=segment.id == WHOLE, rule=rule)
            )
    legend = [(view.short(question[answer]), paint[answer]) for answer in answers]
    names = [view.short(question[answer]) for answer in answers]
    caption = view.say("{names:list}, segment by segment", names=names)
    stated = view.stated(intervals[intervals["answer"].isin(answers)])
    return Chart(rows, caption, view.source(), axis=_axis(view), legend=legend, numbers=stated)


def differences_chart(view: View, compared: pd.DataFrame) -> Drawing | Shown:
    """Draw the largest differences, those beyond chance filled, others as rings."""
    tested = compared[~compared["verdict"].isin(UNTESTED)]
    if tested.empty:
        return paragraph(view.say("No difference between segments can be tested."))
    order = (
        _upright(tested).sort_values("low_simultaneous", ascending=False, kind="stable").index[:_MOST_ROWS]
    )
    return followed(view, _differences_chart, compared.loc[order])


def _differences_chart(view: View, chosen: pd.DataFrame) -> Chart:
    question = view.poll.question(chosen["question"].iloc[0])
    paint = colours(question)
    rows = []
    for row in each(_upright(chosen)):
        found = row.verdict == "higher"
        mark = Mark(
            row.estimate, row.low, row.high, view.signed(row.estimate), paint[row.answer],
            view.ends((row.low, row.high)), hollow=not found,
        )  # fmt: skip
        label = view.say(
            "{answer}: {segment:segment}", answer=view.short(question[row.answer]), segment=row.segment
        )
        small = view.say("compared with {against:segment}", against=row.against)
        rows.append(ChartRow(str(label.striptags()), [mark], str(small.striptags())))
    caption = view.say("The surest differences between segments, in points")
    source = (
        view.source()
        + " "
        + view.say(
            "Filled: beyond chance, all comparisons of the table judged together. "
            "Ring: chance or rounding may explain it."
        )
    )
    return Chart(
        rows, caption, source, axis=view.say("percentage points"), references=[Reference(0.0)], percent=False,
        numbers=view.stated(chosen),
    )  # fmt: skip


@follows
def letters_table(view: View, intervals: pd.DataFrame, compared: pd.DataFrame) -> Shown:
    """Show the table as pollsters print it: shares with intervals, bases, and the letters of the segments they exceed."""
    if intervals.empty:
        return nothing_chosen(view)
    question = view.poll.question(intervals["question"].iloc[0])
    caption = view.say("{name}: per cent by segment", name=view.name(question))
    source = (
        view.source()
        + " "
        + view.say(
            "Beneath each share its {level} interval. "
            "A letter means: beyond chance higher than the segment with that letter. "
            "In grey: too few interviews to say much.",
            level=view.level(view.options.confidence_level),
        )
    )
    return shares_table(view, intervals, caption=caption, source=source, letters=_letters(view, compared))


def _letters(view: View, compared: pd.DataFrame) -> dict[str, tuple[str, Mapping[str, str]]]:
    """Map each segment to its letter, and to the letters that its answers carry, partition by partition."""
    from analysis.stats import column_letters

    parts = list(dict.fromkeys(part for one in view.poll.segments.partitions for part in one.parts))
    names = dict(zip(parts, column_letters(len(parts)), strict=True))
    found: dict[str, tuple[str, Mapping[str, str]]] = {}
    for partition in view.poll.segments.partitions:
        some = compared[compared["partition"] == partition.id]
        if some.empty:
            continue
        marks = segment_letters(some, partition.parts, [names[part] for part in partition.parts])
        for part in partition.parts:
            if part not in found:
                found[part] = names[part], {str(row): letter for row, letter in marks[part].items()}
    return found


@follows
def differences_table(view: View, compared: pd.DataFrame, *, caption: str = "") -> Shown:
    """Show comparisons with their intervals and verdicts, the surest first."""
    tested = _upright(compared[~compared["verdict"].isin(UNTESTED)])
    if tested.empty:
        return paragraph(view.say("No such difference can be tested."))
    question = view.poll.question(tested["question"].iloc[0])
    ordered = tested.sort_values("low_simultaneous", ascending=False, kind="stable")
    count = len(ordered)
    if not caption and count <= _MOST_LISTED:
        caption = view.say("Every comparison, the surest first")
    elif not caption:
        caption = view.say(
            "The {n} surest of {count} comparisons; all are in the CSV", n=_MOST_LISTED, count=count
        )
    columns = [
        Column(view.say("Compared with"), lambda row: view.segment(row.against), words=True),
        Column(
            view.say("Difference, points"),
            lambda row: Cell(view.signed(row.estimate), view.ends((row.low, row.high))),
        ),
        Column(view.say("Adjusted p"), lambda row: view.p_value(row.p_adjusted)),
        Column(view.say("What can be said"), lambda row: view.term(row.verdict), words=True),
    ]
    return column_table(
        view,
        ordered,
        columns,
        stub=view.say("Answer, segment"),
        label=lambda row: str(view.short(question[row.answer])),
        small=lambda row: view.segment(row.segment),
        caption=caption,
        source=view.source() + " " + view.conditions(),
        most=_MOST_LISTED,
    )


@follows
def test_table(view: View, tests: pd.DataFrame) -> Shown:
    """Show, partition by partition, whether its parts answer a question alike."""
    known = tests[tests["p_value"].notna()]
    if known.empty:
        return paragraph(
            view.say("Whether the segments answer this question alike cannot be tested as a whole.")
        )
    partitions = {one.id: one for one in view.poll.segments.partitions}
    columns = [
        Column(
            view.say("How often chance alone would separate them so far"),
            lambda row: view.p_value(row.p_value),
        ),
        Column(view.say("Strength (Cramér's V)"), lambda row: f"{row.cramers_v:.2f}"),
        Column(view.say("Smallest number expected"), lambda row: f"{row.smallest_expected:.1f}"),
    ]
    return column_table(
        view,
        known,
        columns,
        stub=view.say("Segments"),
        label=lambda row: str(view.joined([view.segment(part) for part in partitions[row.partition].parts])),
        caption=view.say("Do the segments answer alike?"),
        source=view.source()
        + " "
        + view.say("Chi-square with the correction of Rao and Scott.")
        + " "
        + view.conditions(),
        numbers="statistic",
    )


def tipping_table(view: View, tipping: pd.DataFrame) -> Shown:
    """Show what would undo each of the differences found."""
    if tipping.empty:
        return paragraph(view.say("Nothing was found that could be undone."))
    question = view.poll.question(tipping["question"].iloc[0])
    columns = [
        Column(view.say("Compared with"), lambda row: view.segment(row.against), words=True),
        Column(view.say("Gone from a design effect of"), lambda row: f"{row.tipping_design_effect:.1f}"),
        Column(
            view.say("Or if the figures are off by, points"),
            lambda row: f"{100 * row.bias_to_insignificance:.1f}",
        ),
    ]
    return column_table(
        view,
        _upright(tipping),
        columns,
        stub=view.say("Answer, segment"),
        label=lambda row: str(view.short(question[row.answer])),
        small=lambda row: view.segment(row.segment),
        caption=view.say("What would undo the differences found?"),
        source=view.source(),
        numbers="tipping_design_effect",
    )
