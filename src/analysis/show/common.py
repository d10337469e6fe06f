"""What every notebook shows: the answer with its key numbers, what was asked, counts over design effects, and provenance."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import pandas as pd
from markupsafe import Markup

from analysis.estimates import Options, design_effects
from analysis.polls import Poll, Question, Reference
from analysis.show.charts import Mark
from analysis.show.display import Shown, paragraph, rows_of
from analysis.show.tables import GAP, Cell, Heading, Row, table
from analysis.show.view import View

__all__ = [
    "COLOURS_OF_CANDIDATES",
    "Key",
    "answer",
    "asked",
    "colours",
    "count_over_effects",
    "design_effect_sentence",
    "difference_mark",
    "is_worded",
    "key_numbers",
    "nothing_chosen",
    "plausible_frames",
    "provenance",
    "share_cell",
    "share_mark",
    "shares_table",
]

COLOURS_OF_CANDIDATES = ("first", "second", "third")

_QUESTION_MARKS = {"?", "\u061f", "\uff1f"}  # as in Latin, Arabic and Chinese scripts


@dataclass(frozen=True, slots=True)
class Key:
    """A key number: as it is written large, what it is, and a smaller line."""

    number: str
    what: str
    small: str = ""


def answer(
    view: View,
    headline: str,
    caveat: str = "",
    keys: Sequence[Key] = (),
    numbers: Sequence[dict[str, Any]] = (),
) -> Shown:
    """Show the one sentence that answers a report's question, its caveat, and key numbers; the front page repeats it."""
    shown = paragraph(headline, kind="pt-headline", numbers=numbers)
    if caveat:
        shown = shown + paragraph(caveat, kind="pt-caveat")
    return shown + key_numbers(keys) if keys else shown


def key_numbers(keys: Sequence[Key]) -> Shown:
    """Show a few numbers large."""
    entry = Markup("<div><dt>{}</dt><dd>{}{}</dd></div>")
    small = Markup("<small>{}</small>")
    html = Markup('<dl class="pt pt-keys">{}</dl>').format(
        Markup("").join(
            entry.format(key.number, key.what, small.format(key.small) if key.small else "") for key in keys
        )
    )
    written = [filter(None, (Markup("{} {}").format(key.number, key.what), key.small)) for key in keys]
    text = "\n".join(Markup("; ").join(parts).striptags() for parts in written)
    return Shown(str(html), text, markdown=text)


def is_worded(question: Question) -> bool:
    """Say whether a question was published as it was asked: a heading without a question mark is not taken for one."""
    return bool(_QUESTION_MARKS & set(question.title + question.instructions))


def asked(view: View, question: str) -> Shown:
    """Show what was asked, of whom and how, in the pollster's words; nothing where there is no question."""
    if not question:
        return Shown("", "")
    found = view.poll.question(question)
    printed = view.bilingual(found.title, found.title_en)
    how = [view.say("{n:interviews}", n=view.poll.sheet.n)] if view.poll.sheet.n is not None else []
    if found.base == "all":
        how = (
            [view.say("asked of all {n:interviews}", n=view.poll.sheet.n)]
            if how
            else [view.say("asked of all")]
        )
    elif found.base == "part":
        n = view.asked_of(found)
        how = [view.say("asked of {n:interviews}", n=n) if n else view.say("asked of a part of the sample")]
    kinds = {
        "single_response": view.say("one answer a person"),
        "multiple_response": view.say("several answers possible"),
    }
    ways = {
        "card": view.say("answers on a card"),
        "read_aloud": view.say("answers read out"),
        "spontaneous": view.say("answers in people’s own words"),
    }
    parts = [*how, kinds[found.kind], *([ways[found.asked]] if found.asked in ways else [])]
    said = Markup("; ").join(parts)
    what = view.say("What was asked:")
    if not is_worded(found):
        what = view.say("Heading of the table (the question itself was not published):")
    html = Markup('<p class="pt-asked"><b>{}</b> {} <span>({})</span></p>').format(what, printed, said)
    title = view.question_text(found, "title")
    text = Markup("{} {} ({})").format(what, title, said).striptags()
    return Shown(str(html), text, markdown=text)


def colours(question: Question, side_by_side: Sequence[str] = ()) -> dict[str, str]:
    """Give the first three candidates a colour each, and every other answer the quiet one, unless drawn side by side."""
    named = [answer.id for answer in question.answers if answer.role == "candidate"]
    of_candidates = dict(zip(named, COLOURS_OF_CANDIDATES, strict=False))
    of_others = dict(
        zip([one for one in side_by_side if one not in of_candidates], ("accent", "ink"), strict=False)
    )
    return {answer.id: (of_candidates | of_others).get(answer.id, "other") for answer in question.answers}


def share_mark(view: View, row: Any, colour: str) -> Mark:
    """Mark a share of `intervals` or `rank_answers`, its interval written beside it; a ring where too few were asked."""
    ends = view.between(*(f"{100 * end:.1f}" for end in (row.low, row.high))) if row.low == row.low else ""
    return Mark(
        row.estimate, row.low, row.high, view.share(row.estimate), colour, ends, hollow=row.flag == "too few"
    )


def difference_mark(view: View, row: Any, colour: str, *, hollow: bool) -> Mark:
    """Mark a difference in points, its interval written beside it; a ring where chance may explain it."""
    ends = view.ends((row.low, row.high)) if row.low == row.low else ""
    return Mark(row.estimate, row.low, row.high, view.signed(row.estimate), colour, ends, hollow=hollow)


def plausible_frames(view: View, frame: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Return a table as it is, with the pollster's assumption (design effect 1), and at both ends of the plausible range."""
    found = design_effects(view.poll)
    level = view.options.confidence_level
    effects = {"assumed": 1.0, "low": found.low, "high": found.high}
    settings = [
        Options(
            level, effect, view.options.adjustment, view.options.small_base, view.options.largest_nonresponse
        )
        for effect in effects.values()
    ]
    return {"own": frame} | dict(zip(effects, view.again(frame, settings) or [frame] * 3, strict=True))


def count_over_effects(view: View, frame: pd.DataFrame, found: Iterable[str]) -> dict[str, int]:
    """Count the rows whose verdict is one of some, at the design effects of `plausible_frames`."""
    words = set(found)
    return {
        name: sum(map(words.__contains__, rows["verdict"].to_list()))
        for name, rows in plausible_frames(view, frame).items()
    }


def design_effect_sentence(view: View) -> Markup:
    """Say which design effect is used, and why it is not 1."""
    found, used = design_effects(view.poll), view.options.effect
    say = partial(view.say, effect=used, low=found.low, high=found.high, n=view.poll.sheet.n)
    if found.counted:
        places = view.poll.sheet.sampling_points or 1
        why = say(
            "{n:interviews} in {places:count} places are not {n:count} independent ones: people of one place answer alike. "
            "For such samples a design effect between {low:number} and {high:number} is plausible; this page uses "
            "{effect:number}. A margin of error without one takes it for 1.",
            places=places,
        )
    else:
        why = say(
            "The technical sheet does not say in how many places people were interviewed. A design effect of 1.5 is assumed "
            "then, within 1 to 2; this page uses {effect:number}."
        )
    return why


def nothing_chosen(view: View) -> Shown:
    """Say that a table without rows was handed over."""
    return paragraph(view.say("No rows were chosen, so that there is nothing to show."))


def shares_table(
    view: View,
    intervals: pd.DataFrame,
    *,
    caption: str,
    source: str,
    letters: Mapping[str, tuple[str, Mapping[str, str]]] | None = None,
) -> Shown:
    """Show shares as pollsters print them: segments with their bases, each share with its interval, small bases in grey.

    `letters` maps segments to their letter, and to the letters that each of their answers carries.
    """
    if intervals.empty:
        return nothing_chosen(view)
    question = view.poll.question(intervals["question"].iloc[0])
    segments, marks = _columns(view, intervals), letters or {}
    cells = {(row.answer, row.segment): row for row in rows_of(intervals)}
    headings = [
        Heading(
            view.segment(segment),
            _base(cells, question, segment),
            over=_spanner(view, segment),
            letter=marks.get(segment, ("", {}))[0],
        )
        for segment in segments
    ]
    rows = [
        Row(
            view.label(answer),
            [
                share_cell(view, cells.get((answer.id, s)), marks.get(s, ("", {}))[1].get(answer.id, ""))
                for s in segments
            ],
            looks="inner" if answer.given else "",
        )
        for answer in question.answers
        if any((answer.id, segment) in cells for segment in segments)
    ]
    indented = any(row.looks for row in rows)
    if indented:
        source = Markup("{} {}.").format(source, view.say("Indented: of those who gave the answer above"))
    return table(
        view, headings, rows, caption=caption, stub=view.text(question, "row_heading"), source=source,
        numbers=view.stated(intervals), sortable=not indented,
    )  # fmt: skip


def _columns(view: View, intervals: pd.DataFrame) -> list[str]:
    """Return the segments of which anything was published."""
    there = set(intervals.loc[intervals["estimate"].notna(), "segment"])
    return [segment for segment in view.poll.segments.ids if segment in there]


def _spanner(view: View, segment: str) -> str:
    partition = next((one for one in view.poll.segments.partitions if segment in one.parts), None)
    return view.label(partition) if partition else ""


def _base(cells: Mapping[tuple[str, str], Any], question: Question, segment: str) -> str:
    bases = [
        cells[a.id, segment].base for a in question.answers if a.given is None and (a.id, segment) in cells
    ]
    known = [base for base in bases if base == base]
    return f"n = {max(known):,.0f}" if known else ""


def share_cell(view: View, row: Any, letters: str = "") -> Cell:
    """Write a share as printed over its interval; in grey where too few were asked, empty where no row was chosen."""
    if row is None:
        return Cell("")
    if row.estimate != row.estimate:
        return Cell(GAP)
    ends = view.between(*(f"{100 * end:.1f}" for end in (row.low, row.high))) if row.low == row.low else ""
    return Cell(row.printed, ends, "few" if row.flag == "too few" else "", letters)


def provenance(view: View, *references: Reference | None) -> Shown:
    """Show where the figures come from."""
    poll: Poll = view.poll
    source = poll.source
    licence = view.text(source, "licence")
    lines: list[tuple[str, str]] = [
        (view.say("Poll"), Markup("{} ({})").format(view.text(source, "title"), poll.id)),
        (view.say("Publisher"), source.publisher),
        (view.say("Terms"), licence),
        (view.say("Data"), Markup("<code>{}</code>").format(f"SHA-256 {poll.sha256[:16]}…")),
    ]
    lines += [
        (view.reference(one), view.reference(one, "source"))
        for one in references
        if one is not None and one.source
    ]
    rows = [Row(name, [Cell(text)]) for name, text in lines if text]
    return table(
        view,
        [Heading(view.say("Source"), words=True)],
        rows,
        caption=view.say("Where the figures come from"),
        stub="",
        sortable=False,
    )
