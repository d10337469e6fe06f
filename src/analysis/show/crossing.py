"""Groups that nobody printed, and what respondents who fit the tables can have answered in them: words and drawings."""

from typing import Any

import numpy as np
import pandas as pd
from markupsafe import Markup

from analysis.show.charts import Chart, ChartRow, Mark, Reference
from analysis.show.common import Key, answered, colours
from analysis.show.display import Shown, each, paragraph
from analysis.show.dots import Drawing, drawn
from analysis.show.tables import GAP, Cell, Column, column_table
from analysis.show.view import View

__all__ = ["answer", "contradictions_table", "groups_chart", "groups_table", "said_table", "truth_table"]

_MOST_ROWS, _MOST_ANSWERS = 15, 6
_NOTHING = 0.995  # a range as wide as this says nothing


def _nothing(view: View) -> Markup:
    return view.say("No two divisions of this poll overlap: there is nothing to bound.")


def _ends(view: View, row: Any) -> str:
    return GAP if np.isnan(row.low) else view.outwards((row.low, row.high)) + "%"


def _named(view: View, side: str, name: str) -> str:
    """Name a part of a division, or an answer to a question; of one that followed up on another, both."""
    asked = side.partition(":")[0]
    if not name or any(name in one.parts for one in view.poll.segments.partitions if one.id == side):
        return view.segment(name) if name else ""
    given = view.poll.question(asked)[name].given
    return f"{view.answer(asked, given)}: {view.answer(asked, name)}" if given else view.answer(asked, name)


def _group(view: View, row: Any) -> str:
    return ", ".join(
        filter(None, [_named(view, row.first, row.segment), _named(view, row.second, row.other)])
    )


def _narrowest(rows: pd.DataFrame) -> Any:
    return each(rows.loc[(rows["high"] - rows["low"]).sort_values().index])[0]


def _told(view: View, said: pd.DataFrame | None) -> list[Key]:
    """Give the answer to another question that most of those must have given who gave an answer to this one."""
    if said is None or said["low"].isna().all():
        return []
    rows = said[said["answer"].ne("") & said["low"].notna()]
    surest = rows.loc[[rows["low"].idxmax()]]
    row = each(surest)[0] if surest["low"].iloc[0] > 0 else _narrowest(rows)
    what = view.say(
        "of those who chose {group:quoted} may have answered {answer:quoted}",
        group=_group(view, row), answer=_named(view, row.question, row.answer),
    )  # fmt: skip
    return [Key(_ends(view, row), what, view.name(row.question))]


def answer(view: View, cross: pd.DataFrame, leads: pd.DataFrame, said: pd.DataFrame | None = None) -> Shown:
    """Answer whether the tables say who was ahead in groups that were not printed, and what they say at all."""
    told = _told(view, said)
    if cross.empty:
        return answered(_nothing(view), keys=told)
    pollster, groups = view.pollster, cross.drop_duplicates(["segment", "other"])
    if cross.loc[cross["answer"].ne(""), "low"].isna().all():
        headline = view.say(
            "Nobody can have been interviewed as {pollster}’s tables say: they contradict one another.",
            pollster=pollster,
        )
        return answered(headline, keys=told)
    one = leads["answer"].iloc[0] if len(leads) else ""
    rows = cross[(cross["answer"] == one if one else cross["answer"].ne("")) & cross["low"].notna()]
    narrow = _narrowest(rows)
    fields: dict[str, Any] = {
        "pollster": pollster, "n": len(groups), "settled": int(leads["verdict"].ne("cannot be said").sum()),
        "a": _named(view, narrow.question, narrow.answer), "group": _group(view, narrow), "ends": _ends(view, narrow),
        "b": _named(view, narrow.question, leads["against"].iloc[0]) if one else "",
        "example": _group(view, each(groups.tail(1))[0]),
    }  # fmt: skip
    if one:
        headline = view.say(
            "In all {n} groups that {pollster} did not publish, such as {example:quoted}, its tables say whether {a} or "
            "{b} was ahead."
            if fields["settled"] == len(groups)
            else "In {settled} of {n} groups that {pollster} did not publish, such as {example:quoted}, its tables say "
            "whether {a} or {b} was ahead; in the others either may have been."
            if fields["settled"]
            else "In none of the {n} groups that {pollster} did not publish, such as {example:quoted}, do its tables say "
            "whether {a} or {b} was ahead: in each, either may have been.",
            **fields,
        )
    else:
        headline = view.say(
            "Of {group:quoted}, {ends} may be {a:quoted}: in no other of {n} groups that {pollster} did not publish do its "
            "tables leave less open.",
            **fields,
        )
    caveat = view.say(
        "Every range holds what respondents can have answered who fit all published figures, if the tables share one base "
        "and were rounded correctly. Chance is not in it. Whoever names one number instead has assumed something."
    )
    keys = told
    if one:
        idle = int((rows["high"] - rows["low"] > _NOTHING).sum())
        keys = [
            Key(
                view.say("{inside} of {n}", inside=idle, n=len(groups)),
                view.say("groups in which nobody or everybody may have chosen {a}", **fields),
            ),
            Key(fields["ends"], view.say("the narrowest range of {a}", **fields), fields["group"]),
            *told,
        ]
    return answered(headline, caveat, keys, view.stated(leads if one else rows, value="low"))


def groups_chart(view: View, cross: pd.DataFrame, leads: pd.DataFrame) -> Drawing | Shown:
    """Draw the ranges of the two foremost answers in each group."""
    if leads.empty or cross["low"].isna().all():
        return paragraph(_nothing(view) if leads.empty else "")
    question = view.poll.question(leads["question"].iloc[0])
    two = [leads["answer"].iloc[0], leads["against"].iloc[0]]
    paint = colours(question, two)
    cells = {(row.segment, row.other, row.answer): row for row in each(cross)}
    rows, before = [], ""
    for row in each(leads.head(_MOST_ROWS)):
        marks = [
            Mark(np.nan, cell.low, cell.high, _ends(view, cell), paint[one])
            for one in two
            if (cell := cells.get((row.segment, row.other, one))) is not None
        ]
        rows.append(
            ChartRow(
                _named(view, row.first, row.segment),
                marks,
                _named(view, row.second, row.other),
                rule=bool(before) and before != row.segment,
            )
        )
        before = row.segment
    caption = view.say("What {pollster}’s tables leave open in groups that it did not publish")
    legend = [(view.answer(question.id, one), paint[one]) for one in two]
    axis = view.say("% of the group")
    return drawn(
        view, Chart(rows, caption, view.source(), axis=axis, legend=legend, references=[Reference(0.5)])
    )


def groups_table(view: View, cross: pd.DataFrame) -> Shown:
    """Show the range of each group's size, and of every answer in it."""
    if cross.empty:
        return paragraph(_nothing(view))
    question = cross["question"].iloc[0]
    cells = {(row.segment, row.other, row.answer): row for row in each(cross)}

    def column(answer: str, heading: str) -> Column:
        def cell(row: Any) -> Cell:
            found = cells.get((row.segment, row.other, answer))
            few = found is not None and answer and found.high - found.low > _NOTHING
            return Cell(GAP if found is None else _ends(view, found), looks="few" if few else "")

        over = view.say("Of its people") if answer else ""
        return Column(heading, cell, over=over)

    answers = [one for one in cross["answer"].unique() if one][:_MOST_ANSWERS]
    columns = [
        column("", view.say("Of the sample")),
        *(column(one, _named(view, question, one)) for one in answers),
    ]
    return column_table(
        view, cross.drop_duplicates(["segment", "other"]), columns, stub=view.say("Group"), numbers="high", sortable=False,
        label=lambda row: _named(view, row.first, row.segment), small=lambda row: _named(view, row.second, row.other),
        most=_MOST_ROWS, caption=view.say("The size and the answers of groups that were not published"),
        source=view.source("", view.say("Grey: the tables say nothing.")),
    )  # fmt: skip


def said_table(view: View, said: pd.DataFrame) -> Shown:
    """Show what those who gave each answer to one question can have answered to another."""
    rows = said[said["answer"].ne("")]
    if rows.empty:
        return view.sentence("No other question was asked of everybody: there is nothing to cross.")
    cells = {(row.segment, row.answer): row for row in each(rows)}

    def column(group: Any) -> Column:
        def cell(row: Any) -> Cell:
            found = cells[group.segment, row.answer]
            return Cell(_ends(view, found), looks="few" if found.high - found.low > _NOTHING else "")

        return Column(_group(view, group), cell, over=view.say("Of those who chose"))

    groups = rows.drop_duplicates(["segment", "other"]).head(_MOST_ANSWERS)
    source = view.say("Grey: the tables say nothing.")
    if rows["low"].isna().any():
        source += " " + view.say(
            "{gap}: no respondents have this row’s figures together with the others.", gap=GAP
        )
    return column_table(
        view, rows.drop_duplicates("answer"), [column(group) for group in each(groups)], stub=view.say("Answer"),
        numbers="high", sortable=False, label=lambda row: _named(view, row.question, row.answer), most=_MOST_ROWS,
        caption=view.say("What they may have answered to {question:quoted}", question=view.name(rows["question"].iloc[0])),
        source=view.source("", source),
    )  # fmt: skip


def contradictions_table(view: View, contradictions: pd.DataFrame) -> Shown:
    """Name figures that no respondents have together with the others."""
    if contradictions.empty:
        return view.sentence(
            "The tables used here do not contradict one another: some respondents fit them all."
        )
    columns = [
        Column(view.say("Segment"), view.of_segment, words=True),
        Column(view.say("Published"), "printed"),
    ]
    return column_table(
        view, contradictions, columns, stub=view.say("Answer"), label=view.of_answer,
        small=lambda row: view.name(row.question), numbers="", most=_MOST_ROWS,
        caption=view.say("Figures that no respondents have together with the others"),
        source=view.say("One explanation, the least in all; another reckoning may name others."),
    )  # fmt: skip


def truth_table(view: View, checked: pd.DataFrame) -> Shown:
    """Show true shares of a poll whose respondents are known, with the range that its tables leave for each."""
    if checked.empty:
        return view.sentence("Of no poll that was given are respondents known.")
    question = view.poll.question(checked["question"].iloc[0])
    cells = {(row.segment, row.other, row.answer): row for row in each(checked)}

    def column(answer: str, heading: str) -> Column:
        def cell(row: Any) -> Cell:
            found = cells[row.segment, row.other, answer]
            return Cell(view.percent(found.truth), _ends(view, found))

        return Column(heading, cell, over=view.say("Of its people") if answer else "")

    answers = [one for one in checked["answer"].unique() if one]
    columns = [
        column("", view.say("Of the sample")),
        *(column(one, view.answer(question.id, one)) for one in answers),
    ]
    return column_table(
        view, checked.drop_duplicates(["segment", "other"]), columns, stub=view.say("Group"), numbers="", sortable=False,
        label=view.of_segment, small=lambda row: view.segment(row.other),
        caption=view.say(
            "{inside} of {n} true shares lie within the range that the tables leave",
            inside=int(checked["inside"].sum()), n=len(checked),
        ),
        source=view.source("", view.say("Beneath each true share: its range.")),
    )  # fmt: skip
