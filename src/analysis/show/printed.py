"""What a pollster published, as it was printed: the technical sheet, the tables, and what was not said."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd
from markupsafe import Markup

from analysis.polls import Answer, Question
from analysis.polls.model import ANSWER_ROLES, BASE_ROLES, MEASURE_ROLES
from analysis.polls.sheet import DISCLOSURE
from analysis.show.common import is_worded
from analysis.show.display import Shown, numbers_of, sentences
from analysis.show.tables import GAP, Cell, Column, Heading, Row, column_table, table
from analysis.show.view import View

__all__ = ["Item", "contents_table", "disclosed", "disclosure_table", "published_tables", "sheet_table"]


@dataclass(frozen=True, slots=True)
class Item:
    """One of the things that a pollster should say: its name, what was said of it, and what of it is missing."""

    name: str
    said: str
    missing: str = ""


def disclosed(view: View) -> list[Item]:
    """Go through what the AAPOR code asks to be said when results are released: `analysis.polls.sheet.DISCLOSURE`."""
    sheet = view.poll.sheet
    lines = {
        name: Markup(" · ").join(
            dict.fromkeys(view.text(item, "printed") for item in map(sheet.item, ids) if item is not None)
        )
        for name, ids in DISCLOSURE.items()
    }
    margin, level = sheet.item("margin_of_error"), sheet.item("confidence_level")
    precise = [
        view.interviews(sheet.n) if sheet.n is not None else "",
        margin.printed if margin else "",
        view.say("{level} confidence", level=level.printed) if level else "",
    ]
    missing = {
        view.say("how many were asked"): sheet.n is None,
        view.say("the margin of error"): margin is None,
        view.say("the confidence level"): level is None,
        view.say("the interviews behind each segment"): _bases_missing(view),
    }
    silent = [what for what, is_missing in missing.items() if is_missing]
    said = {
        "strategy": (view.say("how data were collected"), view.say("by a survey")),
        "sponsor": (view.say("who made the poll, and who paid"), lines["sponsor"]),
        "wording": (view.say("the wording of the questions"), ""),
        "population": (view.say("whom it stands for"), lines["population"]),
        "sample": (view.say("how people were selected"), lines["sample"]),
        "mode": (view.say("how they were interviewed"), lines["mode"]),
        "dates": (view.say("when"), view.fieldwork()),
        "precision": (view.say("how many were asked, and how precise that is"),
                      Markup("; ").join(filter(None, precise))),
        "weighting": (view.say("how answers were weighted"), lines["weighting"]),
        "quality": (view.say("how the data were checked"), lines["quality"]),
        "limitations": (view.say("what its limits are"), lines["limitations"]),
    }  # fmt: skip
    more = {
        "sponsor": "" if sheet.item("funding") else view.say("who paid"),
        "precision": view.joined(silent) if silent else "",
    }
    return [
        _wording(view, name) if item == "wording" else Item(name, text, more.get(item, ""))
        for item, (name, text) in said.items()
    ]


def _bases_missing(view: View) -> bool:
    """Say whether there are segments whose interviews are printed nowhere."""
    segments, questions = list(view.poll.segments), view.poll.questions
    printed = any(one.base for one in segments) or any(one.with_role(*BASE_ROLES) for one in questions)
    return len(segments) > 1 and not printed


def _wording(view: View, name: str) -> Item:
    """Say whether questions were published as they were asked; a heading without a question mark is not taken for one."""
    questions = view.poll.questions
    headings = sum(not is_worded(one) for one in questions)
    if not headings:
        return Item(name, view.say("the question of every table"))
    if headings == len(questions):
        return Item(name, "")
    missing = view.say(
        (
            "the question as it was asked, of {count} table",
            "the questions as they were asked, of {count} tables",
        ),
        n=headings,
        count=view.count(headings),
    )
    return Item(name, view.say("headings of the tables"), missing)


def disclosure_table(view: View) -> Shown:
    """Show what a pollster should say of a poll: said, or not published."""

    def row(item: Item) -> Row:
        said = Cell(item.said) if item.said else Cell(view.say("not published"), looks="strong")
        small = view.say("not published: {what}", what=item.missing) if item.missing else ""
        return Row(item.name[:1].upper() + item.name[1:], [Cell(said.text, small, said.looks)])

    response = view.poll.sheet.item("response_rate")
    more = (
        view.say("Response rate: {printed}.", printed=view.text(response, "printed"))
        if response
        else view.say("How many people refused or were not found, to be said on request, was not published.")
    )
    source = view.say(
        "What the code of AAPOR, the American Association for Public Opinion Research, asks for when results are released "
        "(April 2021, section III.A). It binds its members; here it is a measure of openness. “Not published” means: not in "
        "the source of these figures, {title}.",
        title=view.text(view.poll.source, "title").rstrip("."),
    )
    if view.poll.left_out:
        more = sentences(
            more, view.say("Texts of the source that were left out when it was imported may say it.")
        )
    return table(
        view,
        [Heading(view.say("What was published"), words=True)],
        [row(item) for item in disclosed(view)],
        caption=view.say("Eleven things that a pollster should say, and what this one said"),
        stub=view.say("What should be said"),
        source=sentences(source, more),
        sortable=False,
    )


def sheet_table(view: View) -> Shown:
    """Show every line of the technical sheet, as printed."""
    rows, group = [], ""
    for item in view.poll.sheet.items:
        if item.group != group:
            rows.append(Row(view.bilingual(item.group, item.group_en), [Cell("")], looks="strong"))
            group = item.group
        printed = Cell(view.bilingual(item.printed, item.printed_en))
        rows.append(Row(view.bilingual(item.label, item.label_en), [printed]))
    sheet = view.poll.sheet
    stated = {**sheet.figures, **sheet.coverage_counts}
    return table(
        view,
        [Heading(view.say("As printed"), words=True)],
        rows,
        caption=view.say("The technical sheet, line by line"),
        stub=view.say("Line"),
        source=view.say("Source: {pollster}, technical sheet."),
        numbers=[{"what": name, "value": value} for name, value in stated.items()],
        sortable=False,
    )


def contents_table(view: View) -> Shown:
    """Show which tables were published: how each was asked, how much of it is there, and what is not."""
    questions = view.poll.questions
    frame = pd.DataFrame(
        {
            "question": [one.id for one in questions],
            "answers": [len(one.answers) for one in questions],
            "figures": [int(one.printed.notna().to_numpy().sum()) for one in questions],
            "gaps": [int(one.printed.isna().to_numpy().sum()) for one in questions],
        }
    )

    kinds = {"single_response": view.say("one"), "multiple_response": view.say("several")}
    ways = {
        "card": view.say("on a card"),
        "read_aloud": view.say("read out"),
        "spontaneous": view.say("in their own words"),
    }
    bases = {"all": view.say("of all"), "part": view.say("of some")}

    def of(column: str, words: Mapping[str, str]) -> Callable[[Any], str]:
        return lambda row: words.get(
            getattr(view.poll.question(row.question), column), view.say("not stated")
        )

    columns = [
        Column(view.say("Answers"), "answers", "count"),
        Column(view.say("Figures"), "figures", "count"),
        Column(view.say("Gaps"), "gaps", "count"),
        Column(view.say("Answers a person"), of("kind", kinds), words=True),
        Column(view.say("Answers were given"), of("asked", ways), words=True),
        Column(view.say("Asked"), of("base", bases), words=True),
        Column(view.say("What is missing"),
               lambda row: view.question_text(row.question, "not_published") or GAP, words=True),
    ]  # fmt: skip
    return column_table(
        view, frame, columns, stub=view.say("Table"), label=lambda row: view.name(row.question),
        caption=view.say("Which tables there are"), source=view.source(), numbers="figures", sortable=False,
    )  # fmt: skip


def published_tables(view: View) -> Shown:
    """Show every published table as printed, each folded under its name."""
    shown = Shown("", "")
    for question in view.poll.questions:
        shown += _folded(view.name(question), _published_table(view, question))
    return shown + _left_out(view) if view.poll.left_out else shown


def _folded(name: str, inner: Shown) -> Shown:
    html = Markup('<details class="pt-fold"><summary>{}</summary>{}</details>').format(
        name, Markup(inner.html)
    )
    return Shown(str(html), inner.text, inner.numbers, inner.markdown, inner.latex)


def _left_out(view: View) -> Shown:
    """Show what the source of an imported poll holds beside its tables, word for word."""
    title = view.say("What the source holds beside")
    rows = [Row(one.where, [Cell(one.text)]) for one in view.poll.left_out]
    headings = [Heading(view.say("As printed"), words=True)]
    return _folded(title, table(view, headings, rows, caption=title, stub=view.say("Where"), sortable=False))


def _published_table(view: View, question: Question) -> Shown:
    """Show one table as printed: every row and every column that it has."""
    segments = [one for one in view.poll.segments if one.id in question.printed.columns]
    over = {part: view.label(one) for one in reversed(view.poll.segments.partitions) for part in one.parts}
    headings = [
        Heading(
            view.label(one),
            "; ".join(filter(None, [f"n = {one.base}" if one.base else "", one.wave])),
            over=over.get(one.id, ""),
        )
        for one in segments
    ]
    figures = question.printed.reindex(index=[row.id for row in question.rows]).to_dict("index")
    rows = [
        Row(
            view.bilingual(row.label, row.label_en),
            [Cell(_cell(figures[row.id].get(one.id))) for one in segments],
            _unit(view, row),
            looks="inner" if row.given else "strong" if row.role == "net" else "",
        )
        for row in question.rows
    ]
    shares = view.poll.figures[view.poll.figures["question"] == question.id]
    bases = {"part": view.say("a part of the sample"), "not_stated": view.say("not stated")}
    notes = [
        view.bilingual(question.title, question.title_en or question.title),
        view.question_text(question, "instructions"),
        view.source(bases.get(question.base, "")),
        view.say("Indented: of those who gave the answer above")
        if any(row.given for row in question.answers)
        else "",
        view.say("Not published: {what}", what=view.question_text(question, "not_published"))
        if question.not_published
        else "",
    ]
    return table(
        view,
        headings,
        rows,
        caption=view.say("{name}: per cent, as printed", name=view.name(question)),
        stub=view.text(question, "row_heading"),
        source=Markup(" ").join(Markup("{}.").format(text.rstrip(".")) for text in notes if text),
        numbers=numbers_of(shares, value="share"),
        sortable=False,
    )


def _cell(printed: Any) -> str:
    return printed if isinstance(printed, str) else GAP


def _unit(view: View, row: Answer) -> str:
    """Write what a row counts that is no percentage of answers."""
    if row.role in MEASURE_ROLES:
        return row.unit
    if row.role in BASE_ROLES:
        return view.say("interviews")
    return "" if row.role in ANSWER_ROLES else view.say("sum of answers")
