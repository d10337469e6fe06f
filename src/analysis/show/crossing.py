"""Groups that nobody printed, and what respondents who fit the tables can have answered in them: words and drawings."""

from collections.abc import Callable, Sequence
from typing import Any

import pandas as pd

from analysis.estimates import UNNAMED_ROLES, vote_question
from analysis.show.charts import Chart, ChartRow, Line
from analysis.show.common import Key, answered, colours, range_mark
from analysis.show.display import Shown, each, first_of
from analysis.show.dots import Drawing, drawn
from analysis.show.tables import GAP, Cell, Column, column_table
from analysis.show.view import View

__all__ = ["answer", "contradictions_table", "groups_chart", "groups_table", "said_table", "truth_table"]

_MOST_ROWS, _MOST_ANSWERS = 15, 6
_NOTHING = 0.995  # a range as wide as this says nothing


def _range_cell(view: View, row: Any) -> Cell:
    """Write a range, in grey where it says nothing."""
    return Cell(view.of_range(row), looks="few" if row.high - row.low > _NOTHING else "")


def _named(view: View, side: str, name: str) -> str:
    """Name a part of a division, or an answer to a question; of one that followed up on another, both."""
    asked = side.partition(":")[0]
    if not name or any(name in one.parts for one in view.poll.segments.partitions if one.id == side):
        return view.segment(name) if name else ""
    given = view.poll.question(asked)[name].given
    return f"{view.answer(asked, given)}: {view.answer(asked, name)}" if given else view.answer(asked, name)


def _role(view: View, side: str, name: str) -> str:
    """Return the role of an answer to a question; none of a part of a division."""
    asked = next((one for one in view.poll.questions if one.id == side), None)
    return "" if asked is None else asked[name].role


def _quoted(view: View, side: str, name: str) -> str:
    """Name such a part or answer as a sentence does: a candidate by name, others in quotes."""
    is_candidate = _role(view, side, name) == "candidate"
    return _named(view, side, name) if is_candidate else view.quoted(_named(view, side, name))


def _group(view: View, row: Any) -> str:
    """Name a group: the parts of two divisions, or an answer and a part, that it is made of."""
    parts = _named(view, row.first, row.segment), _named(view, row.second, row.other)
    return " · ".join(filter(None, parts))


def _narrowest(rows: pd.DataFrame) -> Any:
    return each(rows.loc[(rows["high"] - rows["low"]).sort_values().index])[0]


def _told(view: View, said: pd.DataFrame | None) -> list[Key]:
    """Give the answer to another question that most of those must have given who gave an answer to this one."""
    if said is None or said["low"].isna().all():
        return []
    rows = said[said["answer"].ne("") & said["low"].notna()]
    named = rows[[_role(view, row.question, row.answer) not in UNNAMED_ROLES for row in each(rows)]]
    surest = each(rows.loc[[rows["low"].idxmax()]])[0]
    row = surest if surest.low > 0 or named.empty else _narrowest(named)
    what = view.say(
        "of those who chose {group} may have answered {answer:quoted}",
        group=_quoted(view, row.first, row.segment), answer=_named(view, row.question, row.answer),
    )  # fmt: skip
    return [Key(view.of_range(row), what, view.name(row.question))] if row.high - row.low <= _NOTHING else []


def answer(view: View, cross: pd.DataFrame, leads: pd.DataFrame, said: pd.DataFrame | None = None) -> Shown:
    """Answer whether the tables say which answer was ahead in groups that were not printed, and what they say at all."""
    told = _told(view, said)
    if cross.loc[cross["answer"].ne(""), "low"].isna().all():
        nothing = view.say(
            "Nobody can have been interviewed as {pollster}’s tables say: they contradict one another."
            if len(cross)
            else "No two divisions of this poll overlap, or nobody who is asked about is in them: no group can be bounded."
            if any(question.base == "all" for question in view.poll.questions)
            else "No question of this poll is known to have been put to everybody: no group can be bounded."
        )
        return answered(nothing, keys=told)
    lead, groups = first_of(leads), cross.drop_duplicates(["segment", "other"])
    chosen = cross["answer"].ne("") if lead is None else cross["answer"].eq(lead.answer)
    rows = cross[chosen & cross["low"].notna()]
    narrow, settled = _narrowest(rows), leads[leads["verdict"].ne("cannot be said")]
    example = first_of(settled)
    fields: dict[str, Any] = {
        "n": len(groups), "settled": len(settled), "a": _quoted(view, narrow.question, narrow.answer),
        "b": "" if lead is None else _quoted(view, narrow.question, lead.against),
        "group": _group(view, narrow), "ends": view.of_range(narrow),
        "example": _group(view, each(groups)[-1] if example is None else example),
    }  # fmt: skip
    if example is not None:
        fields["first"] = fields["a" if example.verdict == "ahead" else "b"]
    headline = view.say(
        "Of {n} groups that {pollster} did not publish, such as {example:quoted}, its tables say nothing: nobody or "
        "everybody in them may have given any of the answers."
        if lead is None and narrow.high - narrow.low > _NOTHING
        else "Of {group:quoted}, {ends} may have answered {a}: in no other of {n} groups that {pollster} did not publish do "
        "its tables leave less open."
        if lead is None
        else "{pollster}’s tables settle whether {a} or {b} was ahead in {settled} of {n} groups that it did not "
        "publish: in {example:quoted} it was {first}."
        if example is not None
        else (
            "{pollster} published no figures of {example:quoted}, and its tables do not say whether {a} or {b} was ahead "
            "there.",
            "{pollster} published no figures of groups such as {example:quoted}: in none of the {n} do its tables say "
            "whether {a} or {b} was ahead.",
        ),
        **fields,
    )
    if lead is not None and lead.question != vote_question(view.poll):
        headline = view.say("{question:quoted}. {told}", question=view.name(lead.question), told=headline)
    caveat = view.say(
        "A range runs from the least to the most that people of a group can have answered without contradicting a published "
        "figure, if all tables rest on the same people and were rounded correctly. Chance comes on top. Whoever names one "
        "number instead has assumed something more."
    )
    keys = []
    if lead is not None:
        idle = int((rows["high"] - rows["low"] > _NOTHING).sum())
        number = view.say("{inside} of {n}", inside=idle, n=len(groups))
        what = view.say(
            "groups of which the tables say nothing: nobody or everybody may have chosen {a}", **fields
        )
        keys = [Key(number, what)]
        if idle < len(rows):
            what = view.say("may have chosen {a} in the group of which the tables say most", **fields)
            keys.append(Key(fields["ends"], what, fields["group"]))
    stated = view.stated(rows if lead is None else leads, value="low")
    return answered(headline, caveat, [*keys, *told], stated)


def groups_chart(view: View, cross: pd.DataFrame, leads: pd.DataFrame) -> Drawing | Shown:
    """Draw the ranges of the two foremost answers in each group."""
    if leads.empty or cross["low"].isna().all():
        return view.nothing()
    question = view.asked_in(leads)
    two = [leads["answer"].iloc[0], leads["against"].iloc[0]]
    paint = colours(question, two)
    cells = {(row.segment, row.other, row.answer): row for row in each(cross)}
    rows, drawn_cells = [], []
    for row in each(leads.head(_MOST_ROWS)):
        known = [cells[key] for key in ((row.segment, row.other, one) for one in two) if key in cells]
        marks = [range_mark(view, one.low, one.high, paint[one.answer]) for one in known]
        drawn_cells += known
        first, second = _named(view, row.first, row.segment), _named(view, row.second, row.other)
        rows.append(ChartRow(first, marks, second, group=row.segment))
    settled = int(leads["verdict"].ne("cannot be said").sum())
    caption = view.say(
        (
            "{a} or {b}: in the one group, {pollster}’s tables settle which was ahead",
            "{a} or {b}: in {settled} of {n} groups, {pollster}’s tables settle which was ahead",
        )
        if settled
        else (
            "{a} or {b}: in the one group, {pollster}’s tables leave open which was ahead",
            "{a} or {b}: in all {n} groups, {pollster}’s tables leave open which was ahead",
        ),
        a=_quoted(view, question.id, two[0]), b=_quoted(view, question.id, two[1]), settled=settled, n=len(leads),
    )  # fmt: skip
    legend = [(view.answer(question.id, one), paint[one]) for one in two]
    half, axis = [Line(0.5)], view.say("% of the group")
    numbers = view.stated(drawn_cells, value="high")
    source = view.source(view.say("Line: everything that the published figures allow."))
    return drawn(
        view, Chart(rows, caption, source, axis=axis, legend=legend, references=half, numbers=numbers)
    )


def _columns(
    view: View, answers: Sequence[str], name: Callable[[str], str], cell: Callable[[Any, str], Cell]
) -> list[Column]:
    """Return columns of the size of groups, and of answers in them."""

    def column(answer: str) -> Column:
        over = view.say("Of the people in the group") if answer else ""
        heading = name(answer) if answer else view.say("Of the sample")
        return Column(heading, lambda row: cell(row, answer), over=over)

    return [column(answer) for answer in ("", *answers)]


def groups_table(view: View, cross: pd.DataFrame) -> Shown:
    """Show the range of each group's size, and of every answer in it."""
    if cross.empty:
        return view.nothing()
    cells = {(row.segment, row.other, row.answer): row for row in each(cross)}

    def cell(row: Any, answer: str) -> Cell:
        found = cells.get((row.segment, row.other, answer))
        return Cell(GAP) if found is None else _range_cell(view, found)

    question, answers = cross["question"].iloc[0], [one for one in cross["answer"].unique() if one]
    columns = _columns(view, answers[:_MOST_ANSWERS], lambda one: _named(view, question, one), cell)
    return column_table(
        view, cross.drop_duplicates(["segment", "other"]), columns, stub=view.say("Group"), numbers="high", states=cross,
        label=lambda row: _named(view, row.first, row.segment), small=lambda row: _named(view, row.second, row.other),
        sortable=False, most=_MOST_ROWS, caption=view.say("The size and the answers of groups that were not published"),
        source=view.source(view.say("Grey: the tables say nothing.")),
    )  # fmt: skip


def said_table(view: View, said: pd.DataFrame) -> Shown:
    """Show what those who gave each answer to one question can have answered to another."""
    rows = said[said["answer"].ne("")]
    if rows.empty:
        return view.nothing()
    cells = {(row.segment, row.answer): row for row in each(rows)}

    def column(group: Any) -> Column:
        def cell(row: Any) -> Cell:
            return _range_cell(view, cells[group.segment, row.answer])

        return Column(_group(view, group), cell, over=view.say("Of those who answered"))

    gap = view.say("{gap}: this row’s figures contradict other published ones.", gap=GAP)
    more = [view.say("Grey: the tables say nothing."), gap if rows["low"].isna().any() else ""]
    groups = rows.drop_duplicates(["segment", "other"]).head(_MOST_ANSWERS)
    return column_table(
        view, rows.drop_duplicates("answer"), [column(group) for group in each(groups)], stub=view.say("Answer"),
        numbers="high", states=rows, sortable=False, label=lambda row: _named(view, row.question, row.answer),
        caption=view.say("What they may have answered to {question:quoted}", question=view.name(rows["question"].iloc[0])),
        source=view.source(*more), most=_MOST_ROWS,
    )  # fmt: skip


def contradictions_table(view: View, contradictions: pd.DataFrame) -> Shown:
    """Name figures that no respondents have together with the others."""
    if contradictions.empty:
        return view.sentence(
            "The tables used here do not contradict one another: some respondents fit them all."
        )
    columns = [
        Column(view.say("Segment"), "segment", "segment", words=True),
        Column(view.say("Published"), "printed"),
    ]
    return column_table(
        view, contradictions, columns, stub=view.say("Answer"), label=view.of_answer,
        small=lambda row: view.name(row.question), numbers="", most=_MOST_ROWS,
        caption=view.say("Figures that contradict the others"),
        source=view.say("One explanation, with the least to correct in all; another calculation may name other figures."),
    )  # fmt: skip


def truth_table(view: View, checked: pd.DataFrame) -> Shown:
    """Show true shares of a poll whose respondents are known, with the range that its tables leave for each."""
    if checked.empty:
        return view.nothing()
    question = checked["question"].iloc[0]
    cells = {(row.segment, row.other, row.answer): row for row in each(checked)}

    def cell(row: Any, answer: str) -> Cell:
        found = cells[row.segment, row.other, answer]
        return Cell(view.percent(found.truth), view.of_range(found))

    answers = [one for one in checked["answer"].unique() if one]
    columns = _columns(view, answers, lambda one: view.answer(question, one), cell)
    return column_table(
        view, checked.drop_duplicates(["segment", "other"]), columns, stub=view.say("Group"), sortable=False,
        numbers="truth", states=checked,
        label=view.of_segment, small=lambda row: view.segment(row.other),
        caption=view.say(
            "{inside} of {n} true shares lie within the range that the tables leave",
            inside=int(checked["inside"].sum()), n=len(checked),
        ),
        source=view.source(view.say("Beneath each true share: its range."), view.untranslated()),
    )  # fmt: skip
