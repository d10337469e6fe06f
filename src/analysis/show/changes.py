"""What changed: from one poll of a pollster to another, between pollsters, and segment by segment."""

from functools import partial
from typing import Any

import pandas as pd
from markupsafe import Markup

from analysis.polls import WHOLE, Poll, Question, Race
from analysis.show.charts import Chart, ChartRow, Mark, Reference
from analysis.show.common import colours, difference_mark
from analysis.show.display import Shown, each, follows, paragraph
from analysis.show.dots import Drawing, charted
from analysis.show.race_words import candidate, days_of, plain, reading_names, source_line, tested_rows
from analysis.show.tables import Column, column_table
from analysis.show.view import View

__all__ = ["changes_chart", "waves_chart", "waves_table"]

_FOUND = ("higher", "lower")
_MOST_ROWS = 20
_MOST_PAIRS = 6  # of pollsters


def changes_chart(
    view: View, race: Race, leads: pd.DataFrame, within: pd.DataFrame, between: pd.DataFrame
) -> Drawing | Shown:
    """Draw the changes of the lead within pollsters, and the largest differences between pollsters of the same days."""
    order = tested_rows(between)["estimate"].abs().sort_values(ascending=False, kind="stable").index
    if tested_rows(within).empty and not len(order):
        return paragraph(view.say("No two polls of the race can be compared."))
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
    names, write = reading_names(view, leads), days_of(view, leads)
    readings = {row.reading: row for row in each(leads)}
    last_day = {name: write(row.last_day, row.last_day) for name, row in readings.items()}
    rows = []
    for row in each(tested_rows(within)):
        small = view.say(
            "from {first} to {last}",
            first=last_day[row.against],
            last=last_day[row.reading],
        )
        of = readings[row.reading]
        label = (
            view.say("{pollster}, simulated ballot", pollster=of.pollster)
            if of.instrument == "simulated_ballot"
            else of.pollster
        )
        rows.append(ChartRow(plain(label), [_mark(view, row, "accent")], plain(small)))
    for place, row in enumerate(each(between.loc[largest])):
        small = view.say("compared with {other}", other=names[row.against])
        rows.append(
            ChartRow(plain(names[row.reading]), [_mark(view, row, "other")], plain(small), rule=place == 0)
        )
    caption = Markup(" ").join(
        filter(None, [_moved(view, leads, tested_rows(within)), _apart(view, tested_rows(between))])
    )
    legend = [
        (plain(view.say("One pollster, first to last poll")), "accent"),
        (plain(view.say("Two pollsters, same days")), "other"),
    ]
    notes = [
        view.say(
            "Filled: beyond chance and rounding, all of a kind judged together. Ring: they may explain it."
        )
    ]
    if len(tested_rows(between)) > len(largest):
        notes.append(
            view.say(
                "Of {n} pairs of pollsters the {shown} that differ most.",
                n=len(tested_rows(between)),
                shown=len(largest),
            )
        )
    return Chart(
        rows, str(caption), plain(source_line(view, race, *notes)), axis=plain(view.say("difference of the leads, points")),
        legend=legend, references=[Reference(0.0)], percent=False,
        numbers=[*view.stated(within), *view.stated(between.loc[largest])],
    )  # fmt: skip


def _moved(view: View, leads: pd.DataFrame, tested: pd.DataFrame) -> Markup | None:
    """Say in how many series of one pollster the lead moved."""
    if tested.empty:
        return None
    say = partial(
        view.say,
        a=candidate(view, leads["answer"].iloc[0]),
        found=int(tested["verdict"].isin(_FOUND).sum()),
        tested=len(tested),
    )
    if tested["verdict"].eq("lower").any() and not tested["verdict"].eq("higher").any():
        return say(
            "From a pollster’s first poll to its last {a}’s lead fell by more than chance in {found} of {tested} cases, and "
            "rose in none."
        )
    return say(
        "From a pollster’s first poll to its last {a}’s lead moved by more than chance in {found} of {tested} cases."
    )


def _apart(view: View, tested: pd.DataFrame) -> Markup | None:
    """Say how many pairs of pollsters of the same days differ."""
    if tested.empty:
        return None
    found = int(tested["verdict"].isin(_FOUND).sum())
    if not found:
        return view.say(
            (
                "The one pair of pollsters in the same days did not differ by more than chance.",
                "Of {n} pairs of pollsters in the same days none differed by more than chance.",
            ),
            n=len(tested),
        )
    return view.say(
        "Pollsters in the same days differed by more than chance in {found} of {tested} pairs.",
        found=found,
        tested=len(tested),
    )


def _nothing(view: View, other: Poll | None) -> Shown:
    """Say why there is no change to show."""
    if other is None:
        return paragraph(
            view.say(
                "The collection holds no other poll that {pollster} took of this race.",
                pollster=view.pollster,
            )
        )
    return paragraph(
        view.say(
            "{pollster}’s poll of {days:days} has no figure of this question to compare.",
            pollster=other.sheet.short_name,
            days=other.sheet.fieldwork,
        )
    )


def _in_order(view: View, other: Poll) -> tuple[Poll, Poll]:
    """Return the earlier and the later of the two polls."""
    earlier, later = sorted((view.poll, other), key=lambda one: one.sheet.fieldwork[::-1])
    return earlier, later


@charted
def waves_chart(view: View, changed: pd.DataFrame, other: Poll | None) -> Chart | Shown:
    """Draw the change of every candidate by segment; of a question without candidates, that of every answer."""
    if other is None or changed.empty:
        return _nothing(view, other)
    question = view.poll.question(changed["question"].iloc[0])
    named = [answer.id for answer in question.answers if answer.role == "candidate"][:3]
    drawn = changed[changed["answer"].isin(named)] if named else changed.head(_MOST_ROWS)
    if drawn.empty:
        return _nothing(view, other)
    paint = colours(question)
    rows = []
    if named:
        for segment in dict.fromkeys(drawn["segment"]):
            marks = [_mark(view, row, paint[row.answer]) for row in each(drawn[drawn["segment"] == segment])]
            rows.append(ChartRow(view.segment(segment), marks, strong=segment == WHOLE))
    else:
        rows = [
            ChartRow(view.short(question[row.answer]), [_mark(view, row, "other")], view.segment(row.segment))
            for row in each(drawn)
        ]
    earlier, later = _in_order(view, other)
    notes = [
        view.say(
            "Source: {pollster}, {first:days} and {last:days}.",
            pollster=view.pollster,
            first=earlier.sheet.fieldwork,
            last=later.sheet.fieldwork,
        ),
        view.say(
            "Filled: beyond chance and rounding, all of a kind judged together. Ring: they may explain it."
        ),
        view.say("No line: interviews unknown."),
    ]
    return Chart(
        rows, str(_caption(view, changed, question)), plain(Markup(" ").join(notes)),
        axis=plain(view.say("change in points")), references=[Reference(0.0)], percent=False,
        legend=[(view.short(question[name]), paint[name]) for name in named if name in set(drawn["answer"])],
        numbers=view.stated(drawn),
    )  # fmt: skip


def _mark(view: View, row: Any, colour: str) -> Mark:
    return difference_mark(view, row, colour, hollow=row.verdict not in _FOUND)


def _caption(view: View, changed: pd.DataFrame, question: Question) -> Markup:
    """Say what became of each candidate in the whole sample; else how many changes were found."""
    candidates = {answer.id for answer in question.answers if answer.role == "candidate"}
    whole = changed[changed["answer"].isin(candidates) & changed["segment"].eq(WHOLE)]
    if whole.empty or len(whole) > 3:
        found = int(changed["verdict"].isin(_FOUND).sum())
        return view.say(
            (
                "Of {tested} changes between the two polls {n} is beyond chance.",
                "Of {tested} changes between the two polls {n} are beyond chance.",
            ),
            n=found,
            tested=int(changed["p_value"].notna().sum()),
        )
    sentences = []
    for row in each(whole.sort_values("estimate", key=abs, ascending=False, kind="stable")):
        fields = {
            "who": view.short(question[row.answer]),
            "before": row.share_against,
            "after": row.share,
            "least": min(abs(row.low), abs(row.high)),
        }
        if row.verdict == "higher":
            said = view.say(
                "{who} rose from {before:share} to {after:share}, by at least {least:points}.", **fields
            )
        elif row.verdict == "lower":
            said = view.say(
                "{who} fell from {before:share} to {after:share}, by at least {least:points}.", **fields
            )
        else:
            said = view.say("{who} went from {before:share} to {after:share}, which may be chance.", **fields)
        sentences.append(said)
    return Markup(" ").join(sentences)


@follows
def waves_table(view: View, changed: pd.DataFrame, other: Poll | None) -> Shown:
    """Show every figure that both polls publish, the change, and what can be said of it."""
    if other is None or changed.empty:
        return _nothing(view, other)
    question = view.poll.question(changed["question"].iloc[0])
    earlier, later = _in_order(view, other)
    columns = [
        Column(view.days(earlier.sheet.fieldwork), lambda row: view.share(row.share_against)),
        Column(view.days(later.sheet.fieldwork), lambda row: view.share(row.share)),
        Column(view.say("Change, points"), "estimate", "signed", ("low", "high"), "ends"),
        Column(view.say("Adjusted p"), lambda row: view.p_value(row.p_adjusted)),
        Column(view.say("What can be said"), lambda row: view.term(row.verdict), words=True),
    ]
    return column_table(
        view,
        changed,
        columns,
        stub=view.say("Segment, answer"),
        label=lambda row: view.segment(row.segment),
        small=lambda row: view.short(question[row.answer]),
        caption=view.say("Every figure that both polls published"),
        source=view.conditions(),
    )
