"""What every notebook shows: the answer with its key numbers, what was asked, rows and marks, shares, and provenance."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from markupsafe import Markup

from analysis.estimates import design_effects
from analysis.polls import WHOLE, Answer, Question, Reference, Segment
from analysis.polls.model import ANSWER_ROLES, BASE_ROLES, MEASURE_ROLES
from analysis.show.charts import ChartRow, Mark
from analysis.show.display import Rows, Shown, each, largest, paragraph, seen, sentences, values_of
from analysis.show.tables import GAP, Cell, Heading, Row, table
from analysis.show.view import View, is_said

__all__ = [
    "BEYOND_CHANCE", "COLOURS_OF_CANDIDATES", "OPEN_WEIGHT", "STEP_OF_MARGIN", "Key", "answered", "asked", "colours",
    "count_key", "count_over_effects", "difference_mark", "error_by_chance", "is_worded", "more_said", "of_a_part",
    "places_assumed", "plausible_frames", "provenance", "range_mark", "reckoned", "segment_rows", "share_cell",
    "share_mark", "shares_table", "told_twice", "turned", "until_vote", "upright", "valid_mark",
]  # fmt: skip

BEYOND_CHANCE = ("higher", "lower", "ahead", "behind")
"""The verdicts that a difference is not chance: filled dots in drawings, others being rings."""
_TURNED = {"ahead": "behind", "behind": "ahead", "higher": "lower", "lower": "higher"}
OPEN_WEIGHT = 0.1
"""The widest range of a weight that is not left open."""
STEP_OF_MARGIN = 0.0005
"""Half a step of a margin of error with one decimal, as a share: what its print leaves open."""
COLOURS_OF_CANDIDATES = ("first", "second", "third")
_QUESTION_MARKS = {"?", "\u061f", "\uff1f"}  # as in Latin, Arabic and Chinese scripts


@dataclass(frozen=True, slots=True)
class Key:
    """A key number: as it is written large, what it is, and a smaller line."""

    number: str
    what: str
    small: str = ""


def answered(
    headline: str, caveat: str = "", keys: Sequence[Key] = (), numbers: Sequence[dict[str, Any]] = ()
) -> Shown:
    """Show the one sentence that answers a report's question, its caveat, and key numbers; the front page repeats it."""
    shown = paragraph(headline, kind="pt-headline", numbers=numbers)
    if caveat:
        shown += paragraph(caveat, kind="pt-caveat")
    if not keys:
        return shown
    entry, small = Markup("<div><dt>{}</dt><dd>{}{}</dd></div>"), Markup("<small>{}</small>")
    entries = [entry.format(key.number, key.what, key.small and small.format(key.small)) for key in keys]
    html = Markup('<dl class="pt pt-keys">{}</dl>').format(Markup("").join(entries))
    written = [filter(None, (Markup("{} {}").format(key.number, key.what), key.small)) for key in keys]
    text = "\n".join(Markup("; ").join(parts).striptags() for parts in written)
    return shown + Shown(str(html), text, markdown=text)


def more_said(view: View, shares: pd.DataFrame, pair: Collection[str]) -> Markup | str:
    """Say which answer more people gave than either of two, such as a blank vote; nothing where none was."""
    question = view.asked_in(shares)
    asked = ((row, question[row.answer]) for row in largest(shares))
    most = next((row for row, answer in asked if answer.given is None and answer.role != "other"), None)
    if most is None or most.answer in pair:
        return ""
    return view.say(
        "More people, {share:share}, said {answer:quoted}.",
        share=most.estimate, answer=view.short(question[most.answer]),
    )  # fmt: skip


def of_a_part(view: View, frame: pd.DataFrame) -> Markup | str:
    """Say whose figures these are, where none of everybody are known, so that those of a segment stand for them."""
    segment = frame["segment"].iloc[0]
    if segment == WHOLE:
        return ""
    return view.say(
        "No figures of everybody are known; these are of {segment:quoted}.", segment=view.segment(segment)
    )


def places_assumed(view: View, *references: Any) -> Markup | str:
    """Say that it is an assumption which places are a part's, where a reference says so further down on the page."""
    said = view.say("Which places belong to each part of the country is an assumption (see below).")
    return said if any(one.assumption for one in references) else ""


def is_worded(question: Question) -> bool:
    """Say whether a question was published as it was asked: a heading without a question mark is not taken for one."""
    return bool(_QUESTION_MARKS & set(question.title + question.instructions))


def asked(view: View, question: str) -> Shown:
    """Show what was asked, of whom and how, in the pollster's words; nothing where there is no question."""
    if not question:
        return Shown("", "")
    found, say = view.poll.question(question), view.say
    n = view.asked_of(found) if found.base == "part" else view.poll.sheet.n
    how = {
        "all": say("asked of all {n:count} people interviewed", n=n) if n else say("asked of all"),
        "part": say("asked of {n:count} people", n=n) if n else say("asked of a part of the sample"),
    }.get(found.base, say("{n:interviews}", n=n) if n else "")
    kinds = {
        "single_response": say("one answer per person"),
        "multiple_response": say("several answers possible"),
    }
    ways = {
        "card": say("answers on a card"),
        "read_aloud": say("answers read out"),
        "spontaneous": say("answers in people’s own words"),
    }
    said = Markup("; ").join(filter(None, [how, kinds[found.kind], ways.get(found.asked)]))
    head, printed = say("What was asked:"), view.bilingual(found.title, found.title_en)
    if not is_worded(found):
        head = say("Heading of the table (the question itself was not published):")
    html = Markup('<p class="pt-asked"><b>{}</b> {} <span>({})</span></p>').format(head, printed, said)
    text = Markup("{} {} ({})").format(head, view.text(found, "title"), said).striptags()
    return Shown(str(html), text, markdown=text)


def colours(question: Question, side_by_side: Sequence[str] = ()) -> dict[str, str]:
    """Give the first three candidates a colour each, also what their voters went on to answer, and others the quiet one.

    What is drawn side by side is told apart.
    """
    named = [answer.id for answer in question.answers if answer.role == "candidate"]
    chosen = dict(zip(named, COLOURS_OF_CANDIDATES, strict=False))
    of_voters = {answer.id: chosen[answer.given] for answer in question.answers if answer.given in chosen}
    beside = [(chosen | of_voters).get(one) for one in side_by_side]
    chosen |= of_voters if len({*beside}) == len(beside) else {}
    others = [one for one in side_by_side if one not in chosen]
    chosen |= dict(zip(others, ("accent", "ink"), strict=False))
    return {answer.id: chosen.get(answer.id, "other") for answer in question.answers}


def share_mark(view: View, row: Any, colour: str) -> Mark:
    """Mark a share of `intervals` or `rank_answers`, its interval written beside it; a ring where too few were asked."""
    ends, few = view.figures((row.low, row.high)), row.flag == "too few"
    shape = "s" if colour == "ink" else ""  # in grey print too it is not the other one's
    return Mark(row.estimate, row.low, row.high, view.share(row.estimate), colour, ends, few, shape)


def difference_mark(view: View, row: Any, colour: str) -> Mark:
    """Mark a difference in points, its interval beside it; a ring if chance may explain it, a cross if nobody knows."""
    text, ends = view.signed(row.estimate), view.ends((row.low, row.high))
    hollow, shape = row.verdict not in BEYOND_CHANCE, "x" if row.verdict == "base unknown" else ""
    return Mark(row.estimate, row.low, row.high, text, colour, ends, hollow, shape)


def valid_mark(view: View, row: Any, colour: str) -> Mark:
    """Mark a share of valid votes in the poll; a ring where chance may explain how far it is from the count."""
    text, ends = view.percent(row.estimate), view.figures((row.low, row.high))
    return Mark(row.estimate, row.low, row.high, text, colour, ends, hollow=row.verdict not in BEYOND_CHANCE)


def range_mark(view: View, low: float, high: float, colour: str) -> Mark:
    """Mark a range that is certain, within which nothing is likelier than anything else: a line without a dot."""
    return Mark(float("nan"), low, high, view.certain((low, high)), colour)


def segment_rows(
    view: View, marks: Mapping[str, Sequence[Mark]], small: Callable[[str], str] = lambda segment: ""
) -> list[ChartRow]:
    """Make a row of every segment that has marks: the whole in bold, a line above the first of each division."""
    begins = {partition.parts[0] for partition in view.poll.segments.partitions}
    there = [one for one in view.poll.segments.ids if marks.get(one)]
    groups = np.cumsum([one in begins for one in there])
    return [
        ChartRow(view.segment(one), marks[one], small(one), one == WHOLE, group)
        for one, group in zip(there, groups, strict=True)
    ]


def turned(row: Any, side: str = "answer") -> Any:
    """Return a comparison of a `side` with `against`, both exchanged."""
    changed = {side: row.against, "against": getattr(row, side), "estimate": -row.estimate}
    for low, high in (("low", "high"), ("low_simultaneous", "high_simultaneous")):
        changed |= {low: -getattr(row, high), high: -getattr(row, low)}
    if hasattr(row, "share"):
        changed |= {"share": row.share_against, "share_against": row.share}
    return row._replace(verdict=_TURNED.get(row.verdict, row.verdict), **changed)


def upright(compared: Rows, side: str = "answer") -> list[Any]:
    """Return comparisons turned so that the larger share comes first."""
    return [turned(row, side) if row.estimate < 0 else row for row in each(compared)]


def plausible_frames(view: View, frame: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Return a table as it is, with the pollster's assumption (design effect 1), and at both ends of the plausible range."""
    found = design_effects(view.poll)
    effects = {"assumed": 1.0, "low": found.low, "high": found.high}
    settings = [replace(view.options, design_effect=effect) for effect in effects.values()]
    return {"own": frame} | dict(zip(effects, view.again(frame, settings) or [frame] * 3, strict=True))


def error_by_chance(view: View, measures: pd.DataFrame) -> str:
    """Write the error that chance alone makes, over the plausible design effects."""
    frames = plausible_frames(view, measures)
    expected = [each(frames[name])[0].expected for name in ("low", "own", "high")]
    return view.figures((min(expected), max(expected)))


def count_over_effects(view: View, frame: pd.DataFrame) -> dict[str, int]:
    """Count the rows that are beyond chance, at the design effects of `plausible_frames`."""
    frames = plausible_frames(view, frame)
    return {
        name: sum(one in BEYOND_CHANCE for one in values_of(rows, "verdict")) for name, rows in frames.items()
    }


def count_key(view: View, counts: Mapping[str, int], tested: int, what: str) -> Key:
    """Return as a key number how many differences are beyond chance, of those that were tested."""
    number = view.say("{own} of {tested}", own=counts["own"], tested=tested)
    drawn = view.say(
        "the same if each person had been drawn by lot"
        if counts["assumed"] == counts["own"]
        else "{assumed} if each person had been drawn by lot",
        assumed=counts["assumed"],
    )
    return Key(number, what, drawn)


def until_vote(view: View, reference: Any) -> int:
    """Count the days from the last interviews to a vote."""
    return int((reference.date - view.poll.sheet.fieldwork_end).days)


def shares_table(
    view: View,
    question: Question,
    intervals: pd.DataFrame,
    *,
    caption: str,
    source: str,
    letters: Mapping[str, tuple[str, Mapping[str, str]]] | None = None,
    whole: bool = False,
) -> Shown:
    """Show shares as pollsters print them: segments with their bases, each share with its interval, small bases in grey.

    `letters` maps segments to their letter, and to the letters that each of their answers carries. The `whole` table has
    every row of the published one, as printed where it is of no answers.
    """
    listed = each(intervals)
    printed = {segment for _, segment in question.figures} if whole else set[str]()
    there = {
        one.segment for one in listed if one.estimate == one.estimate or one.segment in printed
    } or printed
    segments = [one.id for one in view.poll.segments if one.id in there]
    divided = {part for one in view.poll.segments.partitions for part in one.parts}
    cells = {(row.answer, row.segment): row for row in listed}
    marks = letters or {}
    of_all = [answer.id for answer in question.answers if answer.given is None]

    behind = {}
    for segment in segments:
        bases = [cells[one, segment].base for one in of_all if (one, segment) in cells]
        if known := [base for base in bases if base == base]:
            behind[segment] = max(known)

    own = question.with_role("unweighted_base") if whole else ()

    def base(segment: str) -> str:
        if segment not in behind or any((row.id, segment) in question.figures for row in own):
            return ""  # or it stands beneath
        sign = {"printed": "=", "at least": "≥"}.get(view.how_known(question, segment, behind[segment]), "≈")
        return f"n {sign} {behind[segment]:,.0f}"

    def cell(answer: Answer, segment: str) -> Cell:
        if whole and (answer.id, segment) not in cells:
            return Cell(question.figures.get((answer.id, segment)) or GAP)
        lettered = marks[segment][1].get(answer.id, "") if segment in marks else None
        return share_cell(view, cells.get((answer.id, segment)), lettered)

    headings = []
    for one in segments:
        over, label = view.headed(one, view.segment(one, under=one in divided))
        beneath = beneath_segment(view, view.poll.segments[one], base(one))
        headings.append(Heading(label, beneath, over, letter=marks[one][0] if one in marks else ""))
    rows = [
        row_as_printed(view, answer, view.label(answer), [cell(answer, one) for one in segments])
        for answer in question.rows
        if any((answer.id, segment) in cells for segment in segments)
        or (whole and (not listed or answer.role not in ANSWER_ROLES))
    ]
    if any(row.low == row.low for row in listed):
        source = sentences(source, reckoned(view, question, behind))
    if any(row.flag == "too few" for row in listed):
        source = sentences(source, view.say("In grey: too few interviews to quote."))
    if any(row.looks == "inner" for row in rows):
        source = Markup("{} {}.").format(source, view.say("Indented: of those who gave the answer above"))
    return table(
        view, headings, rows, caption=caption, stub=view.text(question, "row_heading"), source=source,
        numbers=view.stated(intervals), sortable=not any(row.looks or row.small for row in rows),
    )  # fmt: skip


def beneath_segment(view: View, segment: Segment, base: str) -> str:
    """Write what stands beneath the label of a segment: its base, and what tells it from the others."""
    told = base, segment.wave, view.say("not part of the sample") if segment.outside else ""
    return "; ".join(filter(None, told))


def row_as_printed(view: View, row: Answer, label: str, cells: Sequence[Cell]) -> Row:
    """Lay out a row of a published table: what is no percentage of answers says what it counts."""
    unit = (
        row.unit
        if row.role in MEASURE_ROLES
        else view.say("interviews")
        if row.role in BASE_ROLES
        else ""
        if row.role in ANSWER_ROLES
        else view.say("sum of answers")
    )
    return Row(label, cells, unit, "inner" if row.given else "strong" if row.role == "net" else "")


def reckoned(view: View, question: Question, segments: Collection[str] = ()) -> Markup:
    """Say that intervals are ours, and the interviews of `segments` too, where these were not published."""
    return view.say(
        "Intervals and interviews per segment are our reckoning, not the pollster’s."
        if any(view.asked_of(question, segment) is None for segment in segments if segment != WHOLE)
        else "Intervals are our reckoning, not the pollster’s."
    )


def told_twice(view: View, rows: int, totals: int) -> Markup | str:
    """Say how many totals there are among some rows, where one that is divided in two ways has two of them."""
    said = view.say(
        (
            "A total that is divided in two ways counts twice; this is {n:count} total.",
            "A total that is divided in two ways counts twice; these are {n:count} totals.",
        ),
        n=totals,
    )
    return said if 0 < totals < rows else ""


def share_cell(view: View, row: Any, letters: str | None = None) -> Cell:
    """Write a share as printed over its interval; in grey where too few were asked, empty where no row was chosen."""
    if row is None or row.estimate != row.estimate:
        return Cell("" if row is None else GAP)
    looks = "few" if row.flag == "too few" else ""
    return Cell(row.printed, view.figures((row.low, row.high)), looks, letters)


def provenance(view: View, *references: Reference | None) -> Shown:
    """Show where the figures come from."""
    view = seen(provenance, view)
    source, say = view.poll.source, view.say
    lines: list[tuple[str, str]] = [
        (say("Poll"), Markup("{} ({})").format(view.text(source, "title"), view.poll.id)),
        (say("Publisher"), source.publisher if is_said(source.publisher) else ""),
        (say("Terms"), view.text(source, "licence")),
        (say("Data"), Markup("<code>{}</code>").format(f"SHA-256 {view.poll.sha256[:16]}…")),
    ]
    lines += [(view.reference(one), view.reference(one, "source")) for one in references if one is not None]
    return table(
        view, [Heading(say("Source"), words=True)], [Row(name, [Cell(text)]) for name, text in lines if text],
        caption=say("Where the figures come from"), stub="", sortable=False,
    )  # fmt: skip
