"""What changed: from one poll of a pollster to another, between pollsters, and segment by segment."""

from typing import Any

import pandas as pd
from markupsafe import Markup

from analysis.estimates.reading_changes import MOST_PAIRS
from analysis.polls import WHOLE, Poll, Question, Race
from analysis.show.charts import ZERO, Chart, ChartRow, Mark
from analysis.show.common import BEYOND_CHANCE, colours, difference_mark
from analysis.show.display import Shown, each, follows, sentences
from analysis.show.dots import Drawing, charted
from analysis.show.race import candidate, days_of, reading_names, source_line, tested_rows, uneven
from analysis.show.tables import Column, column_table, difference_columns
from analysis.show.view import View

__all__ = ["changes_chart", "waves_chart", "waves_table"]

_MOST_ROWS = 20
_MOST_PAIRS = 6  # of pollsters


def _filled(view: View) -> Markup:
    return view.say(
        "Filled: beyond chance and rounding, all of a kind judged together. Hollow: they may explain it."
    )


def changes_chart(
    view: View, race: Race, leads: pd.DataFrame, within: pd.DataFrame, between: pd.DataFrame
) -> Drawing | Shown:
    """Draw the changes of the lead within pollsters, and the largest differences between pollsters of the same days."""
    order = tested_rows(between)["estimate"].abs().sort_values(ascending=False, kind="stable").index
    if tested_rows(within).empty and not len(order):
        return view.nothing()
    return _changes_chart(view, leads, within, between, race=race, largest=list(order[:_MOST_PAIRS]))


@charted
def _changes_chart(
    view: View,
    leads: pd.DataFrame,
    within: pd.DataFrame,
    between: pd.DataFrame,
    *,
    race: Race,
    largest: list[Any],
) -> Chart:
    names, write, say = reading_names(view, leads), days_of(view, leads), view.say
    readings = {row.reading: row for row in each(leads)}
    moved, apart, drawn = tested_rows(within), tested_rows(between), between.loc[largest]
    rows = []
    for row in each(moved):
        of, before = readings[row.reading], readings[row.against]
        first, last = (write(one.last_day, one.last_day) for one in (before, of))
        ballot = say("{pollster}, simulated ballot", pollster=of.pollster)
        label = ballot if of.instrument == "simulated_ballot" else of.pollster
        small = say("from {first} to {last}", first=first, last=last)
        rows.append(ChartRow(label, [difference_mark(view, row, "accent")], small))
    for row in each(drawn):
        small = say("compared with {other}", other=names[row.against])
        mark = difference_mark(view, row, "other")
        rows.append(ChartRow(names[row.reading], [mark], small, group="between"))
    most = say("Of {n} pairs of pollsters the {shown} that differ most.", n=len(apart), shown=len(largest))
    nearest = say("Judged are the {n} pairs of pollsters nearest in time to this poll.", n=len(between))
    return Chart(
        rows, sentences(_moved(view, leads, moved), _apart(view, apart)),
        source_line(view, race, _filled(view), most if len(apart) > len(largest) else "",
                    nearest if len(between) == MOST_PAIRS else "",
                    uneven(view, pd.concat([moved, drawn]), "lead", "lead_against", "estimate")),
        axis=say("difference of the leads, points"), references=ZERO, percent=False,
        legend=[(say("One pollster, first to last poll"), "accent"), (say("Two pollsters, same days"), "other")],
        numbers=view.stated(within, drawn),
    )  # fmt: skip


def _moved(view: View, leads: pd.DataFrame, tested: pd.DataFrame) -> Markup | None:
    """Say in how many series of one pollster the lead moved."""
    if tested.empty:
        return None
    verdicts = set(tested["verdict"])
    return view.say(
        "From a pollster’s first poll to its last comparable one {a}’s lead fell by more than chance in {found} of {tested} "
        "cases, and rose in none."
        if "lower" in verdicts and "higher" not in verdicts
        else "From a pollster’s first poll to its last comparable one {a}’s lead moved by more than chance in {found} of "
        "{tested} cases.",
        a=candidate(view, leads["answer"].iloc[0]), found=_found(tested), tested=len(tested),
    )  # fmt: skip


def _found(tested: pd.DataFrame) -> int:
    return int(tested["verdict"].isin(BEYOND_CHANCE).sum())


def _apart(view: View, tested: pd.DataFrame) -> Markup | None:
    """Say how many pairs of pollsters of the same days differ."""
    if tested.empty:
        return None
    return view.say(
        "Pollsters in the same days differed by more than chance in {found} of {n} pairs."
        if _found(tested)
        else (
            "The one pair of pollsters in the same days did not differ by more than chance.",
            "Of {n} pairs of pollsters in the same days none differed by more than chance.",
        ),
        found=_found(tested), n=len(tested),
    )  # fmt: skip


def _in_order(view: View, other: Poll) -> tuple[Any, Any]:
    """Return the days of the earlier and of the later of the two polls."""
    earlier, later = sorted((view.poll.sheet.fieldwork, other.sheet.fieldwork), key=lambda days: days[::-1])
    return earlier, later


@charted
def waves_chart(view: View, changed: pd.DataFrame, other: Poll | None) -> Chart | Shown:
    """Draw the change of every candidate by segment; of a question without candidates, that of every answer."""
    if other is None or changed.empty:
        return view.nothing()
    question = view.asked_in(changed)
    named = [answer.id for answer in question.answers if answer.role == "candidate"][:3]
    drawn = changed[changed["answer"].isin(named)] if named else changed.head(_MOST_ROWS)
    if drawn.empty:
        return view.nothing()
    paint, there = colours(question), each(drawn)
    if named:
        marks: dict[str, list[Mark]] = {}
        for row in there:
            marks.setdefault(row.segment, []).append(difference_mark(view, row, paint[row.answer]))
        rows = [ChartRow(view.segment(one), marks[one], strong=one == WHOLE) for one in marks]
    else:
        rows = [
            ChartRow(view.of_answer(row), [difference_mark(view, row, "other")], view.of_segment(row))
            for row in there
        ]
    first, last = _in_order(view, other)
    both = view.say("Source: {pollster}, {first:days} and {last:days}.", first=first, last=last)
    source = sentences(
        both, _filled(view), view.say("Cross: interviews or base unknown, so that it cannot be tested.")
    )
    return Chart(
        rows, _caption(view, changed, question), source, axis=view.say("change in points"), references=ZERO, percent=False,
        legend=[(view.short(question[name]), paint[name]) for name in named if name in set(drawn["answer"])],
        numbers=view.stated(drawn),
    )  # fmt: skip


def _caption(view: View, changed: pd.DataFrame, question: Question) -> Markup:
    """Say what became of each candidate in the whole sample; else how many changes were found."""
    candidates = {answer.id for answer in question.answers if answer.role == "candidate"}
    whole = changed[changed["answer"].isin(candidates) & changed["segment"].eq(WHOLE)]
    if whole.empty or len(whole) > 3:
        return view.say(
            (
                "Of {tested} changes between the two polls {n} is beyond chance.",
                "Of {tested} changes between the two polls {n} are beyond chance.",
            ),
            n=_found(changed), tested=int(changed["p_value"].notna().sum()),
        )  # fmt: skip

    def said(row: Any) -> Markup:
        return view.say(
            "{who} rose from {before:share} to {after:share}: by {found:points}, at least {least:figure} allowing for "
            "chance ({level} confidence)."
            if row.verdict == "higher"
            else "{who} fell from {before:share} to {after:share}: by {found:points}, at least {least:figure} allowing for "
            "chance ({level} confidence)."
            if row.verdict == "lower"
            else "{who} went from {before:share} to {after:share}, which may be chance.",
            who=view.of_answer(row), before=row.share_against, after=row.share, found=row.estimate,
            least=min(abs(row.low), abs(row.high)),
        )  # fmt: skip

    return sentences(*map(said, each(whole.sort_values("estimate", key=abs, ascending=False, kind="stable"))))


@follows
def waves_table(view: View, changed: pd.DataFrame, other: Poll | None) -> Shown:
    """Show every figure that both polls publish, the change, and what can be said of it."""
    if other is None or changed.empty:
        return view.nothing()
    first, last = _in_order(view, other)
    columns = [
        Column(view.days(first), "share_against", "share"),
        Column(view.days(last), "share", "share"),
        *difference_columns(view, view.say("Change, points")),
    ]
    return column_table(
        view, changed, columns, stub=view.say("Segment, answer"), label=view.of_segment, small=view.of_answer,
        caption=view.say("Every figure that both polls published"), source=view.conditions(),
    )  # fmt: skip
