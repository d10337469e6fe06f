"""What was published, and whether it adds up: the words and tables of that notebook."""

import math
import re
from typing import Any

import numpy as np
import pandas as pd
from markupsafe import Markup, escape

from analysis.estimates import AUDIT_FINDINGS
from analysis.show.common import Key, answered, told_twice
from analysis.show.display import Shown, each, first_of, paragraph, sentences
from analysis.show.printed import contents_table, disclosed, disclosure_table, published_tables, sheet_table
from analysis.show.tables import GAP, Cell, Column, Heading, Row, column_table, table
from analysis.show.view import View
from analysis.stats import margin_of_error

__all__ = [
    "answer", "checks_table", "contents_table", "disclosure_table", "exact_sentence", "findings_table",
    "implied_sentence", "published_tables", "sheet_table", "verdict_sentence",
]  # fmt: skip

_TOGETHER = "joint aggregation"  # the one check that is made of all totals at once
_COUNTS = ("bases", "exact sums")  # checks of interviews and of columns, not of shares
_MOST_NAMED = 2  # of what fails, in a headline
_MOST_PARTS = 3  # of a whole, by name


def _measured(audit: pd.DataFrame) -> pd.DataFrame:
    """Add whether a check fails, and how far the printed figure is from what was expected; NaN where that is no share."""
    fails = audit["verdict"].isin(AUDIT_FINDINGS)
    off = np.fmax(audit["low"] - audit["value"], audit["value"] - audit["high"])
    return audit.assign(fails=fails, off=np.where(fails & ~audit["check"].isin(_COUNTS), off, np.nan))


def _single(audit: pd.DataFrame) -> pd.DataFrame:
    """Return the checks that were made of figures and columns one by one."""
    made = ~audit["verdict"].isin(["descriptive", "not published"])
    return _measured(audit[made & (audit["check"] != _TOGETHER)])


def _totals(audit: pd.DataFrame) -> pd.DataFrame:
    """Return every total once; one that does not follow from its parts in one way of dividing them fails."""
    rows = _measured(audit[(audit["check"] == _TOGETHER) & (audit["question"] != "")])
    whole = [str(segment).partition(" from ")[0] for segment in rows["segment"]]
    ordered = rows.assign(whole=whole).sort_values("off", ascending=False, kind="stable")
    return ordered.drop_duplicates(["question", "answer", "whole"])


def _without_weights(audit: pd.DataFrame) -> pd.Series:
    """Return the wholes whose parts no weights at all can explain."""
    return audit[(audit["check"] == _TOGETHER) & (audit["question"] == "")]["segment"]


def answer(view: View, audit: pd.DataFrame) -> Shown:
    """Answer whether what was published adds up, and whether what does not is serious."""
    checks, totals, items = _single(audit), _totals(audit), disclosed(view)
    silent = [item.name for item in items if not item.said]
    figures = _figures(view)
    stated = {
        "published figures": figures, "checks of single figures and columns": len(checks),
        "checks that fail": int(checks["fails"].sum()), "totals checked together": len(totals),
        "totals that do not fit": int(totals["fails"].sum()),
        "items of the AAPOR code that were not published": len(silent),
    }  # fmt: skip

    def key(made: pd.DataFrame, what: Markup) -> Key:
        fails, off = made["fails"].sum(), made["off"].max()
        number = view.say("{some:count} of {all:count}", some=fails, all=len(made))
        return Key(number, what, "" if pd.isna(off) else view.say("off by {off:points} at most", off=off))

    in_tables = view.say(
        ("published figures, in {n:count} table", "published figures, in {n:count} tables"), n=len(view.poll.questions)
    )  # fmt: skip
    failing = view.say("checks, one by one, fail")
    keys = [Key(view.count(figures), in_tables), key(checks, failing)]
    if len(totals):
        left = len(_without_weights(audit))
        more = view.say(
            ("; nor does any total of {n:count} more division", "; nor does any total of {n:count} more divisions"),
            n=left,
        )  # fmt: skip
        what = view.say("totals do not follow from their parts by one set of weights")
        keys.append(key(totals, what + more if left else what))
    number = view.say("{some:count} of {all:count}", some=len(silent), all=len(items))
    what = view.say("things that a pollster should say were not published")
    keys.append(Key(number, what, view.joined(silent)))
    numbers = [{"value": value, "what": name} for name, value in stated.items()]
    return answered(*_verdict(view, audit), keys, numbers)


def verdict_sentence(view: View, audit: pd.DataFrame) -> Markup:
    """Say in a few sentences whether what was published adds up, and how serious it is that it does not."""
    return sentences(*_verdict(view, audit))


def _verdict(view: View, audit: pd.DataFrame) -> tuple[Markup, Markup]:
    headline, failed, together = view.once(_found, audit)
    return headline, sentences(_serious(view, failed), together)


def _found(view: View, audit: pd.DataFrame) -> tuple[Markup, pd.DataFrame, Markup | str]:
    """Say what fails one by one and what together, with the checks that fail; how serious that is depends on the options."""
    checks = _single(audit)
    failed, together = checks[checks["fails"]], _apart(view, _totals(audit), audit)
    return _headline(view, checks, failed, together), failed, together


def _figures(view: View) -> int:
    return sum(len(question.figures) for question in view.poll.questions)


def _headline(view: View, checks: pd.DataFrame, failed: pd.DataFrame, together: str) -> Markup:
    """Say whether figures agree, or which do not; gaps contradict nothing, and totals may `together`."""
    gaps = int(failed["verdict"].eq("unexplained gap").sum())
    worst = each(failed.sort_values("off", ascending=False, kind="stable").head(1))
    named = [_fault(view, row) for row in (each(failed) if len(failed) <= _MOST_NAMED else worst)]
    return view.say(
        "Nothing of what {pollster} published can be checked."
        if checks.empty
        else "{pollster}’s {figures:count} figures agree with one another wherever that can be checked."
        if failed.empty and not together
        else "One by one {pollster}’s {figures:count} figures agree with one another wherever that can be checked."
        if failed.empty
        else (
            "Of {made:count} checks of {pollster}’s {figures:count} figures, one fails: {faults:list}.",
            "Of {made:count} checks of {pollster}’s {figures:count} figures, {n:count} fail: {faults:list}.",
        )
        if len(failed) <= _MOST_NAMED
        else "{pollster}’s {figures:count} figures agree with one another wherever that can be checked; in {n:count} places "
        "figures are missing without a reason."
        if gaps == len(failed)
        else "Of {made:count} checks of {pollster}’s {figures:count} figures, {n:count} fail, {gaps:count} of them "
        "because figures are missing without a reason. Farthest off: {faults:list}."
        if gaps
        else "Of {made:count} checks of {pollster}’s {figures:count} figures, {n:count} fail. Farthest off: {faults:list}.",
        figures=_figures(view), faults=named, n=len(failed), made=len(checks), gaps=gaps,
    )  # fmt: skip


def _serious(view: View, failed: pd.DataFrame) -> Markup | str:
    """Say how serious it is what fails, measured by how far chance alone may move a share of the whole."""
    n, off = view.poll.sheet.n, failed["off"].max()
    if failed.empty or (n is None and not pd.isna(off)):
        return ""
    options = view.options
    margin = margin_of_error((n or np.nan) / options.effect, confidence_level=options.confidence_level)
    return view.say(
        "That makes no other figure wrong, but it cannot be checked from outside."
        if pd.isna(off)
        else "That is serious: by up to {off:points}, no less than chance alone may move a share (±{margin:points})."
        if off + 1e-9 > margin
        else (
            "That is small: {off:points} off, where chance alone may move a share by up to {margin:points}.",
            "That is small: {off:points} off at most, where chance alone may move a share by up to {margin:points}.",
        ),
        n=len(failed), off=off, margin=float(margin),
    )  # fmt: skip


def _apart(view: View, totals: pd.DataFrame, audit: pd.DataFrame) -> Markup | str:
    """Say how many totals no one set of weights explains, and in what kind of table they stand."""
    apart = totals[totals["fails"]]
    nowhere = _without_weights(audit)
    # Whose base nobody has told may have been put to some alone, whose shares no weights bring together.
    untold = any(re.fullmatch(r"question.*, base", doubt.about) for doubt in view.poll.unsure)
    if nowhere.empty and apart.empty:
        return ""
    said = view.say(
        (
            "Taken together, {n:count} of {totals:count} totals does not follow from its parts by one set of weights: it is "
            "off by {off:points}.",
            "Taken together, {n:count} of {totals:count} totals do not follow from their parts by one set of weights: they "
            "are off by {off:points} at most.",
        )
        if nowhere.empty
        else "In the tables of one answer per person the totals do not follow from the parts, whatever each part counts "
        "for: {places:list}."
        if len(nowhere) <= _MOST_NAMED
        else "In the tables of one answer per person the totals of {n:count} divisions do not follow from their parts, "
        "whatever each part counts for.",
        n=len(nowhere) or len(apart), totals=len(totals), off=apart["off"].max(),
        places=[_segment(view, place) for place in nowhere],
    )  # fmt: skip
    asked = {view.poll.question(question).asked for question in apart["question"]}
    own_words = nowhere.empty and asked == {"spontaneous"}
    unprompted = view.say("All are of answers that people gave in their own words.") if own_words else ""
    doubt = view.say("This holds only if every question was put to everybody, which is not said.")
    return sentences(said, unprompted, doubt if untold else "")


def _fault(view: View, row: Any) -> Markup:
    """Name what fails, and how, as a part of a sentence."""
    due = _due(view, row)
    if row.check == "sheet":
        return view.say(
            "the margin of error (published: {printed}; independent interviews give {due})", printed=row.printed, due=due
        )  # fmt: skip
    fields: dict[str, Any] = {"question": _what(view, row), "due": due}
    if row.check == "range":
        return view.say(
            "“{question}” {where}, where figures are missing without a reason"
            if row.verdict == "unexplained gap"
            else "“{question}”, whose decimals are not those of the publication",
            where=view.where(row.segment) if row.segment else "", **fields,
        )  # fmt: skip
    if row.check in {"single response", "multiple response"} and not row.answer:
        return view.say(
            "“{question}” {segment:where} (the answers sum to {printed:share}, not {due})",
            segment=row.segment, printed=row.value, **fields,
        )  # fmt: skip
    names = [view.say("“{name}”", name=_what(view, row)), *_answers(view, row)]
    return view.say(
        "{names} in {place} ({printed}, where {due} is due)", names=Markup(", ").join(names),
        place=_segment(view, row.segment), printed=_written(view, row, row.value), due=due,
    )  # fmt: skip


def _written(view: View, row: Any, number: float, decimals: int = 0) -> str:
    """Write a number of a check: a count, or a share with the poll's decimals and some more."""
    if row.check == "bases":
        return view.count(number)
    return f"{100 * number:.{max(view.poll.decimals, row.check == 'sheet') + decimals}f}%"


def _due(view: View, row: Any) -> Markup | str:
    """Write what was expected; what weights give with more decimals, since it is off by less than the last one."""
    if math.isnan(row.low):
        return GAP
    more = 2 * (row.check in {_TOGETHER, "nets"})
    low, high = (_written(view, row, end, more) if math.isfinite(end) else "" for end in (row.low, row.high))
    if not high:
        return view.say("{least} or more", least=low)
    if not low:
        return view.say("{most} or less", most=high)
    sign = "±" if row.check == "sheet" else ""
    return sign + high if low == high else view.between(low.removesuffix("%"), high)


def _what(view: View, row: Any) -> str:
    """Name the question of a check, or the line of the sheet."""
    if row.check == "sheet":
        item = view.poll.sheet.item(row.answer)
        return "" if item is None else view.label(item)
    return view.name(row.question) if row.question else ""


def _answers(view: View, row: Any) -> list[str]:
    """Name the rows of a table that a check is about."""
    found = {one.id: one for one in view.poll.question(row.question).rows} if row.question else {}
    return [view.short(found[one]) for one in row.answer.split(", ") if one in found]


def _segment(view: View, named: str) -> Markup:
    """Name a segment, or a whole and the parts that it is made of."""
    whole, _, partition = named.partition(" from ")
    parts = view.poll.segments.partition(partition).parts if partition else ()
    if not parts:
        return escape(view.segment(whole))
    if len(parts) > _MOST_PARTS:
        return view.say("{whole:segment}, from its {n:count} parts", whole=whole, n=len(parts))
    names = Markup(" + ").join(view.label(view.poll.segments[part]) for part in parts)
    return view.say("{whole:segment}, from {parts}", whole=whole, parts=names)


def _rules(view: View) -> dict[str, Markup]:
    """Say what each check asks for."""
    return {
        "sheet": view.say("The margin of error follows from the interviews and the confidence level"),
        "range": view.say("Figures have the decimals of the publication, and every gap a reason"),
        "single response": view.say("Where a person gives one answer, the answers sum to 100%"),
        "multiple response": view.say("Where a person may give several, the answers sum to 100% or more"),
        "nets": view.say("A sum of answers is what its answers sum to"),
        "bases": view.say("The interviews of the parts add up to those of the whole"),
        "repeated figures": view.say("A figure that is printed twice is the same both times"),
        "aggregation": view.say("A total lies between its parts"),
        _TOGETHER: view.say("All totals follow from their parts by one set of weights"),
    }


def checks_table(view: View, audit: pd.DataFrame) -> Shown:
    """Show which checks were made, how often, and how often each fails."""
    checks, totals, rules = _single(audit), _totals(audit), _rules(view)

    def row(label: Markup, made: pd.DataFrame, looks: str = "") -> Row:
        fails = int(made["fails"].sum())
        cells = [Cell(view.count(len(made))), Cell(view.count(fails), looks="strong" if fails else "")]
        return Row(label, cells, looks=looks)

    rows = [row(rules[str(check)], made) for check, made in checks.groupby("check", sort=False)]
    rows.append(row(view.say("All of these, one by one"), checks, "strong"))
    if len(totals):
        rows.append(row(rules[_TOGETHER], totals))
    rounding = view.say(
        "Rounding is allowed for: a check fails only where no figures that round to the published ones would pass it."
    )
    return table(
        view, [Heading(view.say("Checked")), Heading(view.say("Fail"))], rows, sortable=False,
        caption=view.say("What can be checked, and what fails"), stub=view.say("What must hold"),
        source=view.source(rounding),
    )  # fmt: skip


def findings_table(view: View, found: pd.DataFrame) -> Shown:
    """Show some rows of the audit that fail: where, what was published, what was expected, and how far that is."""
    if found.empty:
        return view.sentence("Nothing that can be checked contradicts anything else.")
    rules = _rules(view)
    truncated = view.say("It follows only if it was cut off instead of rounded")
    apart = found[(found["check"] == _TOGETHER) & (found["question"] != "")]
    together = view.say("Totals that no one set of weights explains together")

    def small(row: Any) -> str:
        names = view.joined(_answers(view, row)) if row.answer and row.question else ""
        rule = "" if row.check == _TOGETHER else truncated if "truncated" in row.verdict else rules[row.check]
        return Markup(". ").join(filter(None, [names, rule]))

    def printed(row: Any) -> str:
        if row.check == "range" or not row.printed:
            return GAP
        return str(row.printed) + ("" if row.check in {"sheet", "bases"} else "%")

    # Gaps of the same answers are one fault, in however many columns.
    gaps = found["verdict"].eq("unexplained gap")
    times = found[gaps].groupby(["question", "answer"]).size()
    shown = _measured(found)[~(gaps & found.duplicated(["question", "answer", "verdict"]))]

    def segment(row: Any) -> str:
        columns = times.get((row.question, row.answer), 1) if row.verdict == "unexplained gap" else 1
        if columns > 1:
            return view.say(("{n:count} segment", "{n:count} segments"), n=columns)
        return _segment(view, row.segment) if row.segment else GAP

    def label(row: Any) -> str:
        return _what(view, row) or (
            view.say("All tables of one answer per person") if row.check == _TOGETHER else ""
        )

    columns = [
        Column(view.say("Segment"), segment, words=True),
        Column(view.say("Published"), printed),
        Column(view.say("Expected"), lambda row: _due(view, row)),
        Column(view.say("Off by, points"), "off", "figure"),
    ]
    return column_table(
        view, shown, columns, stub=view.say("What was checked"), label=label, small=small,
        caption=together if (found["check"] == _TOGETHER).all() else view.say("What does not add up, or is missing"),
        source=view.source(told_twice(view, len(apart), len(_totals(found)))), numbers="", sortable=False,
    )  # fmt: skip


def implied_sentence(view: View, audit: pd.DataFrame) -> Shown:
    """Say to which confidence level, interviews and design effect the published margin of error would belong."""
    lines = {row.answer: row for row in each(audit[audit["check"] == "sheet"])}
    if not {"confidence_level", "sample_size", "design_effect"} <= lines.keys():
        return view.nothing()
    level, size = lines["confidence_level"], lines["sample_size"]
    return paragraph(
        view.say(
            "If {printed} was rounded, it belongs to a confidence level of {levels:percents}; or, at {level}, to "
            "{least:count} to {most:count} interviews, or to a design effect of {effect:number} at most.",
            printed=lines["margin_of_error"].printed, levels=(level.low, level.high), level=view.level(level.value),
            least=size.low, most=size.high, effect=lines["design_effect"].high,
        ),
        view.say(
            "A margin of error on a sheet takes interviews to be independent of one another: a design effect of 1."
            if size.high >= size.value
            else "It is larger than that of as many independent interviews, which leaves room for how people were selected."
        ),
    )  # fmt: skip


def exact_sentence(view: View, audit: pd.DataFrame) -> Shown:
    """Say how many columns sum to exactly 100, and how many would by chance."""
    row = first_of(audit[audit["check"] == "exact sums"])
    if row is None:
        return paragraph()
    return view.sentence(
        "In tables of one answer per person, {n:count} of {of} columns sum to exactly 100; by rounding alone one would "
        "expect {expected:number}.",
        n=row.value, of=row.printed.split()[2], expected=round(row.low, 1),
    )  # fmt: skip
