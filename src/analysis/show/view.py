"""A view of a poll: who reads it, in which language, and with which options its estimates were made."""

import os
import re
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from copy import copy
from dataclasses import replace
from itertools import pairwise
from typing import Any, TypeVar

import numpy as np
import pandas as pd
from markupsafe import Markup, escape

from analysis.errors import AnalysisError, unknown_name
from analysis.estimates import Options, design_effects
from analysis.estimates.bases import segment_bases
from analysis.estimates.opening import printed_bases
from analysis.estimates.options import options_of
from analysis.estimates.remaking import Recipe, remade, rows_of
from analysis.polls import PUBLISHED, Answer, Poll, Question, Reference
from analysis.polls.segments import WHOLE
from analysis.show.display import Rows, Shown, numbers_of, paragraph, sentences, values_of
from analysis.show.words import Words

__all__ = ["SETTINGS_VARIABLE", "View", "is_said", "settings_of"]

SETTINGS_VARIABLE = "POLLTABLES_SETTINGS"
"""The environment variable that asks for everything shown at every setting of a report's controls."""

R = TypeVar("R")

_LEVELS = (0.9, 0.95, 0.99)
_MANY_SEGMENTS = 24


def settings_of(poll: Poll, options: Options) -> list[Options]:
    """Return the settings of a report's controls: design effects × confidence levels, the options themselves among them.

    A page about many segments, where each weighs most, has fewer of them.
    """
    found, made = design_effects(poll), options.of(poll)
    many = len(poll.segments.ids) > _MANY_SEGMENTS
    between = () if many else ((found.low + found.middle) / 2, (found.middle + found.high) / 2)
    beyond = [found.high + more for more in ((1.0,) if many else (0.5, 1.0, 2.0))]
    effects = sorted({1.0, found.low, found.middle, found.high, *between, *beyond, made.effect})
    levels = sorted({*_LEVELS, options.confidence_level})
    return [
        replace(made, confidence_level=level, design_effect=effect) for level in levels for effect in effects
    ]


def _are_alike(table: pd.DataFrame, other: pd.DataFrame) -> bool:
    """Say whether tables hold the same but for the last bits, which differ if a table is made at one setting or at many."""
    return table is other or (
        table.columns.equals(other.columns)
        and all(
            one.equals(another)
            or (one.dtype == another.dtype == float and np.allclose(one, another, rtol=1e-9, equal_nan=True))
            for (_, one), (_, another) in zip(table.items(), other.items(), strict=True)
        )
    )


def is_said(printed: str) -> bool:
    """Say whether a text says something: `?` stands in a draft for what its file does not say."""
    return any(map(str.isalnum, printed))


def _refuse_unknown_parameters() -> None:
    """Refuse a parameter that plain papermill put into a notebook which has none of that name: nothing would follow it."""
    for own, injected in pairwise(getattr(sys.modules["__main__"], "In", [])):
        if own and injected.startswith("# Parameters\n"):
            known, given = (re.findall(r"(?m)^(\w+)\b.*=", cell) for cell in (own, injected))
            if problems := [unknown_name("no parameter", name, known) for name in given if name not in known]:
                raise AnalysisError(problems)


class View(Words):
    """Names, numbers and sentences about a poll, in one language.

    Parameters
    ----------
    language : str
        `en` or `es`.
    options : Options, optional
        Those of the tables that are shown.

    Examples
    --------
    >>> from analysis import load_poll
    >>> view = View(load_poll("cpi-2021-04"), "en")
    >>> print(view.say("{who:segment}: {answer}", who="oriente", answer=view.answer("vote_intention", "castillo")))
    East: Castillo

    Segments and answers are called by their names.
    """

    def __init__(self, poll: Poll, language: str = "en", options: Options | None = None) -> None:
        _refuse_unknown_parameters()
        super().__init__(language)
        self.poll = poll
        self.options = options_of(poll, options)
        self.settings = settings_of(poll, self.options) if os.environ.get(SETTINGS_VARIABLE) else []
        self.is_variant = False
        self._made: dict[Recipe, dict[Options, pd.DataFrame]] = {}
        self._chosen: dict[tuple[Any, ...], dict[Options, pd.DataFrame]] = {}
        self._once: dict[tuple[Any, ...], tuple[tuple[Any, ...], Any]] = {}
        self._unclear = self._unclear_names()

    def at(self, options: Options) -> "View":
        """Return the view with other options, which follows no controls."""
        other = copy(self)
        other.options, other.settings, other.is_variant = options, [], True
        other._formats = other.formats()
        return other

    def of(self, *given: Any) -> "View":
        """Return the view at the options of the tables given; where these are not its own, it follows no controls."""
        found = {
            one.attrs["options"] for one in given if isinstance(one, pd.DataFrame) and "options" in one.attrs
        }
        if len(found) != 1 or found == {self.options}:
            return self
        other = self.at(found.pop())
        other.is_variant = self.is_variant
        return other

    def follow(self, table: pd.DataFrame) -> list[pd.DataFrame] | None:
        """Return a table at every setting; None where it is not, or no longer, as `estimates` made it."""
        return self.again(table, self.settings)

    def again(self, table: pd.DataFrame, settings: Sequence[Options]) -> list[pd.DataFrame] | None:
        """Return a table at some settings, at each made once however often it is asked for; None as `follow`."""
        recipe = table.attrs.get("recipe")
        if recipe is None:
            return None
        own = table.attrs["options"]
        wanted, whole = dict.fromkeys([own, *settings, *self.settings]), self._made.setdefault(recipe, {})
        missing = [one for one in wanted if one not in whole]
        whole |= zip(missing, remade(recipe, missing), strict=True)
        made = self._chosen.setdefault((recipe, tuple(table.index)), {})
        missing = [one for one in wanted if one not in made]
        tables = rows_of(table, [whole[one] for one in missing])
        if tables is None:
            return None
        made |= zip(missing, tables, strict=True)
        # What somebody has changed stays as it is.
        return [made[one] for one in settings] if _are_alike(table, made[own]) else None

    def once(self, function: Callable[..., R], *given: Any) -> R:
        """Return what a function makes of this view and of things whatever the options, made once for all settings."""
        key = function, *map(id, given)
        if key not in self._once:  # what is given is kept, so that no other has its id
            self._once[key] = given, function(self, *given)
        made: R = self._once[key][1]
        return made

    def stated(self, *tables: Rows, **how: Any) -> list[dict[str, Any]]:
        """Return the numbers that tables state; of a variant, which states none of its own, only whether there are any."""
        if not self.is_variant:
            return [number for table in tables for number in numbers_of(table, **how)]
        value = how.get("value", "estimate")
        return [{} for table in tables if any(map(pd.notna, values_of(table, value)))]

    def say(self, message: str | tuple[str, str], /, **fields: Any) -> Markup:
        """Write a message, as `Words.say`; with a capital where it begins with a pollster that has no name."""
        said = super().say(message, **fields)
        begins = not is_said(self.poll.sheet.short_name) and said.startswith(self.pollster)
        return said[:1].upper() + said[1:] if begins else said

    def formats(self) -> dict[str, Callable[[Any], Any]]:
        """Return the types of fields: those of the language, and the names that a poll knows."""
        return super().formats() | {
            "segment": self.segment,
            "where": self.where,
            "share": self.share,
            "interviews": self.interviews,
        }

    def own(self, name: str) -> Any:
        """Return what any message may speak of: `pollster`, `fieldwork`, and the `level` and design `effect` of the page."""
        match name:
            case "pollster":
                return self.pollster
            case "fieldwork":
                return self.fieldwork()
            case "level":
                return self.level(self.options.confidence_level)
            case "effect":
                return self.options.effect
        raise KeyError(name)

    def sentence(self, message: str | tuple[str, str], /, **fields: Any) -> Shown:
        """Show a message as a paragraph."""
        return paragraph(self.say(message, **fields))

    def nothing(self) -> Shown:
        """Say that there are no figures of which something would be made; the answer of a page says why.

        A section of a page that shows nothing else is left out.
        """
        return paragraph(self.say("The figures for this are not at hand."), kind="pt-nothing")

    def share(self, share: float) -> str:
        """Write a printed share, with the poll's decimals."""
        return self.percent(share) if pd.isna(share) else f"{100 * share:.{self.poll.decimals}f}%"

    def size(self, difference: float) -> str:
        """Write the size of a difference; whole points between figures that were printed whole, without decimals."""
        points = abs(100 * difference)
        is_whole = self.poll.decimals == 0 and abs(points - round(points)) < 1e-9
        return f"{points:.0f}" if is_whole else super().size(difference)

    def interviews(self, number: float) -> str:
        """Write a number of interviews."""
        return self.say(
            ("{count} interview", "{count} interviews"), n=round(number), count=self.count(number)
        )

    def text(self, thing: Any, name: str) -> str:
        """Return a text, such as `label` or `title`: as printed for readers of that language, in English for others."""
        as_printed = self.language == self.poll.language != "en"
        return str(getattr(thing, name if as_printed else f"{name}_en"))

    def label(self, thing: Any) -> str:
        """Return the label of a segment, partition, answer or line of the sheet."""
        return self.text(thing, "label")

    def line(self, name: str) -> str:
        """Return what was printed in a line of the technical sheet; nothing where there is no such line."""
        item = self.poll.sheet.item(name)
        return self.text(item, "printed") if item else ""

    def division(self, partition: str) -> str:
        """Name a partition by its heading, or its parts where it has none."""
        found = self.poll.segments.partition(partition)
        return self.label(found) or self.joined(list(map(self.segment, found.parts)))

    def segment(self, segment: str, *, under: bool = False) -> str:
        """Return the label of a segment; unless under the heading of its division, after that where it is not clear."""
        name = self._plain_name(segment)
        headings = (self.label(one) for one in self.poll.segments.partitions if segment in one.parts)
        over = next(headings, "") if name in self._unclear and not under else ""
        return f"{over}: {name}" if over else name

    def headed(self, segment: str, label: str) -> tuple[str, str]:
        """Return what stands over a segment in a table, and what of its label stands beneath that.

        It is the heading of its division; else what its label and others begin with, as in "Race: White" and "Race: Black".
        """
        for partition in self.poll.segments.partitions:
            if segment in partition.parts:
                return self.label(partition), label
        over, mark, beneath = label.partition(": ")
        alike = [one for one in self.poll.segments if self.label(one).startswith(f"{over}: ")]
        is_shared = len(alike) > 1 or over in map(self.label, self.poll.segments.partitions)
        return (over, beneath) if mark and is_shared else ("", label)

    def _unclear_names(self) -> set[str]:
        """Return the labels that two segments have, and those that are answers too, such as "Yes"."""
        names = Counter(map(self._plain_name, self.poll.segments.ids))
        answers = {
            answer.label
            for question in self.poll.questions
            if not names.keys().isdisjoint(answer.label for answer in question.answers)
            and not self.poll.is_division(question)
            for answer in question.answers
        }
        return {name for name, count in names.items() if count > 1 or name in answers}

    def _plain_name(self, segment: str) -> str:
        found = self.poll.segments[segment]
        return self.text(found, "short") or self.label(found)

    def where(self, segment: str) -> str:
        """Place somebody in a segment, as a sentence does; by its label in brackets where the file has no phrase."""
        phrase = self.text(self.poll.segments[segment], "phrase")
        return phrase or (
            self.say("in the whole sample") if segment == WHOLE else f"({self.segment(segment)})"
        )

    def answer(self, question: str, answer: str) -> str:
        """Return the short name of an answer."""
        return self.short(self.poll.question(question)[answer])

    def short(self, answer: Answer) -> str:
        """Return the short name of an answer: that of the file, else its label up to a mark behind a word."""
        written = self.text(answer, "short")
        if written:
            return written
        label = self.label(answer)
        for mark in (" - ", " – ", " (", "/ ", " /"):
            before = label.partition(mark)[0]
            label = before if any(map(str.isalpha, before)) else label
        return label.strip()

    def named(self, answer: Answer) -> str:
        """Name an answer as a sentence does: a candidate by name, others in quotes."""
        return self.short(answer) if answer.role == "candidate" else self.quoted(self.short(answer))

    def of_segment(self, row: Any) -> str:
        """Name the segment of a row."""
        return self.segment(row.segment)

    def of_answer(self, row: Any) -> str:
        """Name the answer of a row."""
        return self.answer(row.question, row.answer)

    def of_whom(self, row: Any) -> str:
        """Name the answer of a row, as `whose`."""
        return self.whose(self.poll.question(row.question), row.answer)

    def whose(self, question: Question, answer: str) -> str:
        """Name an answer, after that of the answer whose voters gave it, if it is of them alone."""
        name, given = self.short(question[answer]), question[answer].given
        return f"{self.short(question[given])}: {name}" if given else name

    def of_range(self, row: Any) -> str:
        """Write the range of a row, within which it certainly lies."""
        return self.certain((row.low, row.high))

    def of_verdict(self, row: Any) -> str:
        """Say what is found of a row."""
        return self.term(row.verdict)

    def of_lead(self, row: Any) -> str:
        """Say which of two answers is ahead by more than chance, else what is found of the lead."""
        if row.verdict not in {"ahead", "behind"}:
            return self.of_verdict(row)
        leader = row.answer if row.verdict == "ahead" else row.against
        return self.say("{leader} ahead", leader=self.answer(row.question, leader))

    def name(self, question: str | Question) -> str:
        """Return what reports call a question."""
        asked = self.poll.question(question) if isinstance(question, str) else question
        return self.text(asked, "name")

    def reference(self, reference: Reference, field: str = "title") -> str:
        """Return a text of a target, result or race."""
        if not isinstance(reference, Reference):
            raise AnalysisError(
                f"reference: {str(reference)[:60]!r} is a {type(reference).__name__}; use what load_target, load_result "
                "or load_race returns."
            )
        if reference.id == PUBLISHED and field == "title":
            return self.say("weights implied by the figures")
        return reference.text(field, self.language)

    @property
    def pollster(self) -> str:
        """How a sentence calls the pollster; an imported file may not say who it is."""
        name = self.poll.sheet.short_name
        return name if is_said(name) else super().say("an unnamed pollster")

    def fieldwork(self) -> str:
        """Write the days of fieldwork, as far as they are known."""
        sheet = self.poll.sheet
        return self.days(sheet.fieldwork) if sheet.is_dated else self.say("unknown date")

    def asked_in(self, table: pd.DataFrame) -> Question:
        """Return the question that a table of estimates is about."""
        return self.poll.question(str(table["question"].array[0]))

    def asked_of(self, question: Question, segment: str = WHOLE) -> int | None:
        """Return the interviews printed behind a question's figures; None where that is not known."""
        own = printed_bases(self.poll, question, "unweighted_base")
        if own is not None and (printed := own[self.poll.segments.ids.index(segment)]) == printed:
            return round(float(printed))
        if question.base == "part":
            return None
        return self.poll.sheet.n if segment == WHOLE else self.poll.segments[segment].interviews

    def how_known(self, question: Question, segment: str, base: float) -> str:
        """Return how the interviews behind a segment are known, as `bases` says: `printed`, `at least` or `recovered`."""
        if self.asked_of(question, segment) == base:
            return "printed"
        known = segment_bases(self.poll, self.options.largest_nonresponse)
        return "at least" if known.source[known.segments.index(segment)] == "at least" else "recovered"

    def behind(self, segment: str, number: float, source: str) -> Markup:
        """Write how many interviews stand behind a segment, as far as that is known and there are any."""
        return self.say(
            "not part of the sample"
            if number != number and self.poll.segments[segment].outside
            else "interviews unknown"
            if number != number
            else "{n:interviews}"
            if source == "printed"
            else "about {n:interviews}"
            if source == "recovered"
            else "at least {n:interviews}",
            n=number,
        )

    def whom(self, question: Question) -> Markup:
        """Say of whom the shares of a question are."""
        return self.say("those asked") if question.base == "part" else self.say("all interviewed")

    def source(self, *more: str, base: str = "", question: Question | None = None) -> Markup:
        """Write the line beneath a table or a figure: the source, the base of its shares, and more sentences."""
        if question is not None and question.base == "part":
            n = self.asked_of(question)
            base = self.say("{n:interviews} of this question", n=n) if n else self.say("a part of the sample")
        if not base and self.poll.sheet.n is not None:
            base = self.say("all {n:interviews}", n=self.poll.sheet.n)
        if base:
            return sentences(self.say("Source: {pollster}, {fieldwork}. Base: {base}.", base=base), *more)
        return sentences(self.say("Source: {pollster}, {fieldwork}."), *more)

    def conditions(self) -> Markup:
        """Write with which design effect and confidence intervals and verdicts were made."""
        return self.say("{level} confidence, design effect {effect:number}.")

    def untranslated(self) -> Markup:
        """Say in which language the poll is quoted, where that is not the reader's; nothing where it is."""
        from babel import Locale

        texts = [(row.label, row.label_en) for one in self.poll.questions for row in one.answers]
        texts += [(one.title, one.title_en) for one in self.poll.questions]
        is_translated = self.language != self.poll.language and any(one != other for one, other in texts)
        quoted = "en" if is_translated else self.poll.language
        if quoted == self.language:
            return Markup()
        name = Locale(self.language).languages.get(quoted.partition("-")[0], quoted)
        return self.say("Questions and answers are quoted in {name}, untranslated.", name=name)

    def bilingual(self, printed: str, english: str) -> Markup:
        """Write the printed text for readers of its language, for others the English one over it, where they differ."""
        if self.language == self.poll.language or printed == english:
            return escape(printed)
        original = Markup('<span class="pt-original" lang="{}">{}</span>').format(self.poll.language, printed)
        return escape(english) + original
