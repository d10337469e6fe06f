"""Groups that nobody printed, and what respondents who fit the tables can have answered in them: words and drawings."""

from typing import Any

import numpy as np
import pandas as pd
from markupsafe import Markup

from analysis.show.charts import Chart, ChartRow, Mark, Reference
from analysis.show.common import Key, colours
from analysis.show.common import answer as show_answer
from analysis.show.display import Shown, each, paragraph
from analysis.show.dots import Drawing, drawn
from analysis.show.tables import GAP, Cell, Column, column_table
from analysis.show.view import View

__all__ = ["answer", "contradictions_table", "groups_chart", "groups_table", "truth_table"]

_MOST_ROWS, _MOST_ANSWERS = 15, 6
_NOTHING = 0.995  # a range as wide as this says nothing


def _nothing(view: View) -> Markup:
    return view.say(
        "No two divisions of this poll overlap, or the question takes several answers: there is nothing to bound."
    )


def _ends(view: View, row: Any) -> str:
    return GAP if np.isnan(row.low) else view.outwards((row.low, row.high)) + "%"


def _group(view: View, row: Any) -> Markup:
    return view.say("{segment:segment}, {other:segment}", segment=row.segment, other=row.other)


def answer(view: View, cross: pd.DataFrame, leads: pd.DataFrame) -> Shown:
    """Answer whether the tables say who was ahead in groups that were not printed, and what they say at all."""
    if leads.empty:
        return show_answer(view, _nothing(view))
    first = leads.iloc[0]
    fields: dict[str, Any] = {
        "pollster": view.pollster, "n": len(leads), "settled": int(leads["verdict"].ne("cannot be said").sum()),
        "a": view.answer(first["question"], first["answer"]), "b": view.answer(first["question"], first["against"]),
    }  # fmt: skip
    if cross["low"].isna().all():
        headline = view.say(
            "Nobody can have been interviewed as {pollster}’s tables say: they contradict one another.",
            **fields,
        )
        return show_answer(view, headline)
    rows = cross[cross["answer"] == first["answer"]]
    narrow = next(each(rows.loc[(rows["high"] - rows["low"]).sort_values().index]))
    idle = int((rows["high"] - rows["low"] > _NOTHING).sum())
    fields |= {
        "example": _group(view, leads.iloc[-1]),
        "group": _group(view, narrow),
        "ends": _ends(view, narrow),
    }
    headline = view.say(
        "In {settled} of {n} groups that {pollster} did not publish, such as {example:quoted}, its tables say whether "
        "{a} or {b} was ahead; in the others either may have been."
        if fields["settled"]
        else "In none of the {n} groups that {pollster} did not publish, such as {example:quoted}, do its tables say "
        "whether {a} or {b} was ahead: in each, either may have been.",
        **fields,
    )
    caveat = view.say(
        "Every range holds what respondents can have answered who fit all published figures, if the tables share one base "
        "and were rounded correctly. Chance is not in it. Whoever names one number instead has assumed something."
    )
    keys = [
        Key(
            view.say("{inside} of {n}", inside=idle, n=len(leads)),
            view.say("groups in which nobody or everybody may have chosen {a}", **fields),
        ),
        Key(fields["ends"], view.say("the narrowest range of {a}", **fields), fields["group"]),
    ]
    return show_answer(view, headline, caveat, keys, view.stated(leads, value="low"))


def groups_chart(view: View, cross: pd.DataFrame, leads: pd.DataFrame) -> Drawing | Shown:
    """Draw the ranges of the two foremost answers in each group."""
    if leads.empty or cross["low"].isna().all():
        return paragraph(_nothing(view) if leads.empty else "")
    question = view.poll.question(leads["question"].iloc[0])
    two, paint = [leads["answer"].iloc[0], leads["against"].iloc[0]], colours(question)
    if paint[two[0]] == paint[two[1]]:
        paint = {two[0]: "accent", two[1]: "ink"}
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
                view.segment(row.segment),
                marks,
                view.segment(row.other),
                rule=bool(before) and before != row.segment,
            )
        )
        before = row.segment
    caption = view.say(
        "What {pollster}’s tables leave open in groups that it did not publish", pollster=view.pollster
    )
    legend = [(view.answer(question.id, one), paint[one]) for one in two]
    axis = str(view.say("% of the group"))
    return drawn(
        view, Chart(rows, caption, view.source(), axis=axis, legend=legend, references=[Reference(0.5)])
    )


def groups_table(view: View, cross: pd.DataFrame) -> Shown:
    """Show the range of each group's size, and of every answer in it."""
    if cross.empty:
        return paragraph(_nothing(view))
    question = view.poll.question(cross["question"].iloc[0])
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
        *(column(one, view.answer(question.id, one)) for one in answers),
    ]
    return column_table(
        view, cross.drop_duplicates(["segment", "other"]), columns, stub=view.say("Group"), numbers="high", sortable=False,
        label=lambda row: view.segment(row.segment), small=lambda row: view.segment(row.other), most=_MOST_ROWS,
        caption=view.say("The size and the answers of groups that were not published"),
        source=view.source() + " " + view.say("Grey: the tables say nothing."),
    )  # fmt: skip


def contradictions_table(view: View, contradictions: pd.DataFrame) -> Shown:
    """Name figures that no respondents have together with the others."""
    if contradictions.empty:
        return paragraph(
            view.say(
                "The tables of one answer a person do not contradict one another: some respondents fit them all."
            )
        )
    columns = [
        Column(view.say("Segment"), lambda row: view.segment(row.segment), words=True),
        Column(view.say("Published"), "printed"),
    ]
    return column_table(
        view, contradictions, columns, stub=view.say("Answer"), label=lambda row: view.answer(row.question, row.answer),
        small=lambda row: view.name(row.question), numbers="", most=_MOST_ROWS,
        caption=view.say("Figures that no respondents have together with the others"),
        source=view.say("One explanation, the least in all; another reckoning may name others."),
    )  # fmt: skip


def truth_table(view: View, checked: pd.DataFrame) -> Shown:
    """Show true shares of a poll whose respondents are known, with the range that its tables leave for each."""
    if checked.empty:
        return paragraph(view.say("Of no poll that was given are respondents known."))
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
        label=lambda row: view.segment(row.segment), small=lambda row: view.segment(row.other),
        caption=view.say(
            "{inside} of {n} true shares lie within the range that the tables leave",
            inside=int(checked["inside"].sum()), n=len(checked),
        ),
        source=view.source() + " " + view.say("Beneath each true share: its range."),
    )  # fmt: skip
