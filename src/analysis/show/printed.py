"""What a pollster published, as it was printed: the technical sheet, the tables, and what was not said."""

from collections import defaultdict
from dataclasses import dataclass, replace

from markupsafe import Markup

from analysis.polls import WHOLE, Answer, Question
from analysis.polls.sheet import DISCLOSURE
from analysis.show.common import beneath_segment, is_worded, row_as_printed
from analysis.show.display import Shown, numbers_of, sentences
from analysis.show.tables import GAP, Cell, Heading, Row, table
from analysis.show.view import View, is_said

__all__ = ["Item", "contents_table", "disclosed", "disclosure_table", "published_tables", "sheet_table"]

_MOST_FIGURES = 4000  # of all tables on one page
_MOST_LEFT_OUT = 200  # texts


@dataclass(frozen=True, slots=True)
class Item:
    """One of the things that a pollster should say: its name, what was said of it, and what of it is missing."""

    name: str
    said: str
    missing: str = ""


def disclosed(view: View) -> list[Item]:
    """Go through what the AAPOR code asks to be said when results are released: `analysis.polls.sheet.DISCLOSURE`."""
    sheet, say, questions = view.poll.sheet, view.say, view.poll.questions
    lines = {}
    for name, ids in DISCLOSURE.items():
        items = [item for item in map(sheet.item, ids) if item and is_said(item.printed)]
        texts = dict.fromkeys(view.text(item, "printed") for item in items)
        # A name that another line begins with is said there.
        lines[name] = Markup(" · ").join(
            text for text in texts if not any(other != text and other.startswith(text) for other in texts)
        )
    margin, level = sheet.item("margin_of_error"), sheet.item("confidence_level")
    precise = [
        view.interviews(sheet.n) if sheet.n is not None else "",
        say("a margin of error of ±{margin} points", margin=margin.printed.lstrip("±+/-–− "))
        if margin and margin.printed[-1:].isdigit()
        else margin.printed
        if margin
        else "",
        say("{level} confidence", level=level.printed) if level else "",
    ]
    parts = [one for one in view.poll.segments if one.id != WHOLE]
    printed = any(part.base for part in parts) or any(
        (row.id, part.id) in question.figures
        for question in questions
        for row in question.with_role("unweighted_base")
        for part in parts
    )
    behind = say("the interviews behind each segment")
    if printed:
        precise.append(behind)
    missing = {
        say("how many were asked"): sheet.n is None,
        say("the margin of error"): margin is None,
        say("the confidence level"): level is None,
        behind: bool(parts) and not printed,
    }
    # A heading without a question mark is not taken for a question as it was asked.
    headings = sum(not is_worded(one) for one in questions)
    as_asked = say(
        ("the question as it was asked, of {n:count} table", "the questions as they were asked, of {n:count} tables"),
        n=headings,
    )  # fmt: skip
    wording = say("headings of the tables") if headings else say("the question of every table")
    if headings == len(questions):
        wording, headings = Markup(), 0
    return [
        Item(say("how data were collected"), say("by a survey")),
        Item(say("who made the poll, and who paid"), lines["sponsor"], "" if sheet.item("funding") else say("who paid")),
        Item(say("the wording of the questions"), wording, as_asked if headings else ""),
        Item(say("whom it stands for"), lines["population"]),
        Item(say("how people were selected"), lines["sample"]),
        Item(say("how they were interviewed"), lines["mode"]),
        Item(say("when"), view.fieldwork() if sheet.is_dated else ""),
        Item(say("how many were asked, and how precise that is"), Markup("; ").join(filter(None, precise)),
             view.joined([what for what, is_missing in missing.items() if is_missing])),
        Item(say("how answers were weighted"), lines["weighting"]),
        Item(say("how the data were checked"), lines["quality"]),
        Item(say("what its limits are"), lines["limitations"]),
    ]  # fmt: skip


def disclosure_table(view: View) -> Shown:
    """Show what a pollster should say of a poll: said, or not published."""

    def row(item: Item) -> Row:
        small = view.say("not published: {what}", what=item.missing) if item.said and item.missing else ""
        cell = Cell(item.said or view.say("not published"), small, "" if item.said else "strong")
        return Row(item.name[:1].upper() + item.name[1:], [cell])

    response = view.line("response_rate")
    source = sentences(
        view.say(
            "What the code of AAPOR, the American Association for Public Opinion Research, asks for when results are "
            "released (April 2021, section III.A). It binds its members; here it is a measure of openness. “Not published” "
            "means: not in the source of these figures, “{title}”.", title=view.text(view.poll.source, "title").rstrip("."),
        ),
        view.say(
            "Response rate: {printed}."
            if response
            else "How many people refused or were not found, to be said on request, was not published.",
            printed=response,
        ),
        view.say("Texts of the source that were left out when it was imported may say it.") if view.poll.left_out else "",
    )  # fmt: skip
    return table(
        view, [Heading(view.say("What was published"), words=True)], [row(item) for item in disclosed(view)],
        caption=view.say("Eleven things that a pollster should say, and what this one said"),
        stub=view.say("What should be said"), source=source, sortable=False,
    )  # fmt: skip


def sheet_table(view: View) -> Shown:
    """Show every line of the technical sheet, as printed."""
    sheet, rows, group = view.poll.sheet, list[Row](), ""
    for item in (item for item in sheet.items if is_said(item.printed)):
        if item.group != group:
            rows.append(Row(view.bilingual(item.group, item.group_en), [Cell("")], looks="strong"))
            group = item.group
        printed = Cell(view.bilingual(item.printed, item.printed_en))
        rows.append(Row(view.bilingual(item.label, item.label_en), [printed]))
    stated = {**sheet.figures, **sheet.coverage_counts}
    return table(
        view, [Heading(view.say("As printed"), words=True)], rows, caption=view.say("The technical sheet, line by line"),
        stub=view.say("Line"), source=view.say("Source: {source}.", source=view.text(view.poll.source, "title").rstrip(".")),
        numbers=[{"what": name, "value": value} for name, value in stated.items()], sortable=False,
    )  # fmt: skip


def contents_table(view: View) -> Shown:
    """Show which tables were published: how each was asked, how much of it is there, and what is not."""
    questions, say = view.poll.questions, view.say
    figures = {one.id: len(one.figures) for one in questions}
    words = {
        "kind": {"single_response": say("one"), "multiple_response": say("several")},
        "asked": {"card": say("on a card"), "read_aloud": say("read out"), "spontaneous": say("in their own words")},
        "base": {"all": say("of all"), "part": say("of some")},
    }  # fmt: skip

    def row(one: Question) -> Row:
        counts = len(one.answers), figures[one.id], one.printed.size - figures[one.id]
        how = [words[name].get(getattr(one, name), say("not stated")) for name in ("kind", "asked", "base")]
        told = [*map(view.count, counts), *how, view.text(one, "not_published") or GAP]
        link = Markup('<a href="03-segment-comparisons.ipynb#{}">{}</a>').format(one.id, view.name(one))
        return Row(link, list(map(Cell, told)))

    counted = [say("Answers"), say("Figures"), say("Gaps")]
    worded = [say("Answers per person"), say("Answers were given"), say("Asked"), say("What is missing")]
    headings = [*map(Heading, counted), *(Heading(one, words=True) for one in worded)]
    return table(
        view, headings, list(map(row, questions)), caption=say("Which tables there are"), stub=say("Table"),
        source=view.source(), numbers=[{"question": name, "value": n} for name, n in figures.items()], sortable=False,
    )  # fmt: skip


def published_tables(view: View) -> Shown:
    """Show every published table as printed, and what else the source of an imported poll holds, each folded.

    Tables of a whole book would make too long a page: each stands on that of its question, to which the contents lead.
    """
    shown, questions = Shown("", ""), view.poll.questions
    if sum(len(one.figures) for one in questions) > _MOST_FIGURES:
        shown = view.sentence(
            "These tables are too many for one page: each stands, as printed, on the page of its question."
        )
        questions = ()
    for question in questions:
        shown += _folded(view.name(question), _published_table(view, question))
    return shown + _left_out(view) if view.poll.left_out else shown


def _left_out(view: View) -> Shown:
    """Show what the source of an imported poll holds beside its tables: every text once."""
    places: defaultdict[str, list[str]] = defaultdict(list)
    for one in view.poll.left_out:
        places[one.text].append(one.where)
    more = len(places) - _MOST_LEFT_OUT
    rows = [
        Row(
            where,
            [Cell(text)],
            view.say(("and {n:count} more place", "and {n:count} more places"), n=len(also)) if also else "",
        )
        for text, (where, *also) in list(places.items())[:_MOST_LEFT_OUT]
    ]
    title = view.say("What the source holds beside")
    listed = table(
        view, [Heading(view.say("As printed"), words=True)], rows, caption=title, stub=view.say("Where"), sortable=False,
        source=view.say("{n:count} more texts are in poll.toml, the file of the poll.", n=more) if more > 0 else "",
    )  # fmt: skip
    return _folded(title, listed)


def _folded(name: str, inner: Shown) -> Shown:
    fold = Markup('<details class="pt-fold"><summary>{}</summary>{}</details>')
    return replace(inner, html=str(fold.format(name, Markup(inner.html))))


def _published_table(view: View, question: Question) -> Shown:
    """Show one table as printed: every row and every column that it has."""
    segments = [one for one in view.poll.segments if one.id in question.columns]
    headings, has_own_bases = [], bool(question.with_role("unweighted_base"))
    for one in segments:
        over, label = view.headed(one.id, view.label(one))
        n = f"n = {one.base}" if one.base and not has_own_bases else ""
        headings.append(Heading(label, beneath_segment(view, one, n), over))

    def row(answer: Answer) -> Row:
        cells = [Cell(question.figures.get((answer.id, one.id)) or GAP) for one in segments]
        return row_as_printed(view, answer, view.bilingual(answer.label, answer.label_en), cells)

    base = {"part": view.say("a part of the sample"), "not_stated": view.say("not stated")}.get(
        question.base, ""
    )
    missing = view.text(question, "not_published")
    notes = [
        view.bilingual(question.title, question.title_en or question.title),
        view.text(question, "instructions"),
        view.source(base=base),
        view.say("Indented: of those who gave the answer above") if any(one.given for one in question.answers) else "",
        view.say("Not published: {what}", what=missing) if question.not_published else "",
    ]  # fmt: skip
    shares = view.poll.figures[view.poll.figures["question"] == question.id]
    return table(
        view, headings, [row(one) for one in question.rows], stub=view.text(question, "row_heading"), sortable=False,
        caption=view.say("{name}: per cent, as printed", name=view.name(question)),
        source=sentences(*(text if text[-1:] in ".?!…" else Markup("{}.").format(text) for text in notes if text)),
        numbers=numbers_of(shares, value="share"),
    )  # fmt: skip
