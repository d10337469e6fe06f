"""The technical sheet of a draft: its lines, and the figures that methods need, wherever the file prints them."""

import datetime
import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from polltables.importing.drafting.draft import Draft, Given, fitting
from polltables.importing.drafting.sheet_items import (
    SheetItems,
    count_of,
    is_plain_count,
    percentage_of,
    take_rows,
)
from polltables.importing.drafting.sheet_sentences import LABELS, find_level, find_methods, find_phrases
from polltables.importing.page import Cell, Line, clean
from polltables.importing.recognition.dates import fieldwork_dates, month_first
from polltables.importing.recognition.figures import NUMBER
from polltables.importing.recognition.folding import folded
from polltables.importing.recognition.sheet_words import is_sheet_line, parted, sheet_id

__all__ = ["draft_sheet"]

_FIELD = re.compile(
    r"campo|field|terrain|interview|interrog|realis|realiz|conducted|recueil|recolec|erhebung|befragt|rilevaz|coleta|조사|"
    r"encuest|enquete|sondage"
)
_FIELD_OR_FROM = re.compile(rf"{_FIELD.pattern}|\b(between|from|entre|del?|du|vom|dal)\b")
_EARLIER = re.compile(
    r"par rapport|compared (to|with)|since|rappel|previous|anterior|desde|vorherig|precedente|\bvs\b"
)
# Units that sheets count, from the widest to the narrowest; the last three are places that are drawn to be visited.
_PLACES = (
    ("departments", r"departamentos|departments"), ("regions", r"regiones|regions"), ("states", r"estados|states"),
    ("provinces", r"provincias|provinces"), ("districts", r"distritos|districts"),
    ("municipalities", r"municipios|comunas|municipalities"),
    ("sampling_points", r"(?:puntos|pontos) (?:\w+ ){0,2}(?:muestr|amostra)\w+|conglomerados|manzanas|"
                        r"(?:secciones|segmentos|setores) cens\w+|sampl(?:ing|e) (?:points|locations)|"
                        r"primary sampling units|psus|clusters|enumeration areas|points de sondage"),
)  # fmt: skip
_DRAWN = {"districts", "municipalities", "sampling_points"}
_PERCENTAGES = {"margin_of_error", "confidence_level", "representativeness"}
_COUNTS = {"sample_size", "universe"}
_OF_DESIGN = {"coverage", "sampling"}  # of which a sheet may have several lines
_UNKNOWN = datetime.date(1900, 1, 1)
_MOST_LINES = 400
_LONG_LABEL = 40
_FEW_PEOPLE = 120
_MORE = 1.03  # a base so much larger than the sample is of another sample


def draft_sheet(
    draft: Draft, rows: Sequence[Sequence[Cell]], lines: Sequence[Line], given: Given, base: str
) -> int | None:
    """Write the technical sheet into a draft and return the number of interviews.

    `rows` are rows of tables that hold the sheet, `lines` texts in which a line of it, or a phrase that says the same, may
    stand, `base` the interviews behind the column of the whole sample, where a table prints them.
    """
    items = SheetItems()
    take_rows(items, rows)
    for line in lines:
        pieces = re.split(r"\s*[|·•;,]\s+(?=[^:：|·•;,]{2,40}[:：])", line.text)  # a sheet on one line
        for piece in pieces if all(map(is_sheet_line, pieces)) else [line.text]:
            label, printed = (clean(part) for part in parted(piece))
            more = sheet_id(label) in _OF_DESIGN and fitting(printed) not in items.texts()
            if is_sheet_line(piece) and (more or sheet_id(label) not in items.by_id):
                items.add(label, printed)
                line.used = True
    _take_pairs(items, lines)
    _overrule(draft, items, given)
    heads = [line.text for line in lines[:_MOST_LINES]]
    # A sentence may go on in the next line.
    texts = [clean(f"{one}\n{two}") if two[:1].islower() else one for one, two in pairwise([*heads, ""])]
    texts += items.texts()
    find_phrases(draft, items, texts, base)
    find_level(items, texts, draft.decimal_mark)
    find_methods(items, heads)
    dates = _fieldwork(draft, items, texts)
    n = _figures(draft, items)
    if n and base and int(base) > _MORE * n:
        draft.ask(
            "sheet, sample_size", f"Were {n:,} people interviewed?", str(n),
            f"a table prints {int(base):,} interviews for the whole sample",
        )  # fmt: skip
    sheet: dict[str, Any] = {"short_name": fitting(_short_name(draft, items, given))}
    sheet |= {"fieldwork_start": dates[0], "fieldwork_end": dates[1]}
    sheet |= _coverage(draft, items)
    sheet["items"] = list(items.by_id.values())
    draft.document["sheet"] = sheet
    return n


def _take_pairs(items: SheetItems, lines: Sequence[Line]) -> None:
    """Take lines of a sheet whose label stands left of what it says, without a colon."""
    for label, said in pairwise(lines):
        name = sheet_id(label.text) if len(label.text) < _LONG_LABEL and not label.used else None
        beside = 0 < label.top == said.top and label.where == said.where
        if (
            name in {None, *items.by_id}
            or not beside
            or (name == "fieldwork" and not fieldwork_dates(said.text))
            or (name == "sample_size" and not any(map(str.isdigit, said.text)))
        ):
            continue
        items.add(clean(label.text), clean(said.text))
        label.used = said.used = True


def _overrule(draft: Draft, items: SheetItems, given: Given) -> None:
    """Put what the user says in the place of what the file says."""
    for name in ("pollster", "sample_size", "fieldwork"):
        if not (value := getattr(given, name)):
            continue
        before = items.by_id.get(name)
        if before and before["printed"] != value:
            because = f"--{name.replace('_', '-')} says otherwise"
            draft.leave_out(f"technical sheet, {before['label']!r}", before["printed"], because)
        items.by_id[name] = {**(before or {"id": name, "label": LABELS[name]}), "printed": fitting(value)}


def _fieldwork(draft: Draft, items: SheetItems, texts: Sequence[str]) -> tuple[datetime.date, datetime.date]:
    """Read the days of fieldwork from the sheet, or from a text that names them; a stand-in where nothing does."""
    printed = items.printed("fieldwork")
    if printed and (dates := fieldwork_dates(printed)):
        if month_first(printed):
            draft.ask(
                "sheet, fieldwork", "When was the fieldwork: does the month or the day stand first?",
                " to ".join(map(str, dates)), f"{printed!r} can be read both ways",
            )  # fmt: skip
        return dates
    dated = [(text, dates) for text in texts if any(c.isdigit() for c in text) and (dates := _dates_in(text))]
    dated = [pair for pair in dated if not _EARLIER.search(folded(pair[0]))]
    spans = [pair for pair in dated if pair[1][0] != pair[1][1] and len(pair[0]) < 120]
    telling = [pair for pair in dated if _FIELD.search(folded(pair[0]))]
    telling += sorted(spans, key=lambda pair: pair[1], reverse=True)  # which may be those of earlier readings
    if telling:
        text, dates = telling[0]
        days = " to ".join(map(str, dates))
        draft.ask("sheet, fieldwork", "When was the fieldwork?", days, f"read in {text[:200]!r}")
        return dates
    because = f"{printed!r} names no day, month and year" if printed else "the file does not say"
    draft.ask(
        "sheet, fieldwork", "When was the fieldwork? The days in the draft only stand for those that are missing.",
        str(_UNKNOWN),
        f"{because}; type fieldwork_start and fieldwork_end, or give --fieldwork '2031-05-06 to 2031-05-08'",
    )  # fmt: skip
    return _UNKNOWN, _UNKNOWN


def _dates_in(text: str) -> tuple[datetime.date, datetime.date] | None:
    """Read the days that a text names, or that stand behind a word for fieldwork or `from` where it holds other numbers."""
    if dates := fieldwork_dates(text):
        return dates
    plain = folded(text)
    behind = [plain[match.end() :] for match in _FIELD_OR_FROM.finditer(plain)]
    behind += [match[0] for rest in behind if (match := re.match(r".*?\b20\d\d\b", rest))]
    return next((dates for rest in behind if (dates := fieldwork_dates(rest))), None)


def _figures(draft: Draft, items: SheetItems) -> int | None:
    """Write the lines that hold figures so that they can be read, beside what is printed in full; return the interviews."""
    n = None
    for name in (*_PERCENTAGES, *_COUNTS):
        item = items.by_id.get(name)
        if item is None:
            continue
        printed = item["printed"]
        value = percentage_of(printed, name) if name in _PERCENTAGES else count_of(printed)
        mark = draft.decimal_mark
        least = _FEW_PEOPLE if name == "universe" else 0  # who is 18 or older is no number of people
        if value is None or float(value) <= least or (name == "confidence_level" and float(value) >= 100):
            # A universe that is no number says who was to be asked.
            says_whom = name == "universe" and "target_group" not in items.by_id
            item["id"] = "target_group" if says_whom else f"{name}_as_printed"
            items.by_id = {item["id"] if key == name else key: one for key, one in items.by_id.items()}
            if name == "sample_size":
                draft.ask(
                    "sheet item sample_size", "How many interviews were made?", "not settled",
                    f"{printed!r} holds no number, or more than one; type it, or give --sample-size N",
                )  # fmt: skip
            continue
        if name == "sample_size":
            n = int(value)
            if len(re.findall(NUMBER, printed)) > 1:
                how_many = "How many interviews were made?"
                draft.ask("sheet item sample_size", how_many, value, f"read in {printed[:200]!r}")
        short = re.sub(r"^(±|\+/-|\+-)? *|\s*%$", "", printed)
        shown = value.replace(".", mark)
        if not (short == shown if name in _PERCENTAGES else is_plain_count(printed, mark, value)):
            item["printed"] = shown
            items.add(item["label"], printed, item.get("group", ""), known=f"{name}_in_full")
    return n


def _short_name(draft: Draft, items: SheetItems, given: Given) -> str:
    """Return what reports call the pollster: the acronym behind the name, or the name.

    What goes on in small letters after a comma, as where a firm is registered, is no part of a name.
    """
    printed = items.printed("pollster")
    acronym = re.search(r"\(([A-Z][A-Za-z&. ]{1,15})\)", printed)
    name = given.pollster or (acronym[1] if acronym else re.sub(r"(?<=\w)[. ]*, (?=[a-z]).*", "", printed))
    if acronym and not given.pollster:
        draft.ask(
            "sheet, short_name", "What do readers call the pollster?", name, "the sheet prints its full name"
        )
    return name.rstrip(" .,")[:80] or "?"


def _coverage(draft: Draft, items: SheetItems) -> dict[str, Any]:
    """Read how many places were visited, and propose the narrowest as the sampling unit."""
    told = [item for item in items.by_id.values() if sheet_id(item["label"]) in _OF_DESIGN]
    text = folded(" ".join(item["printed"] for item in told))
    counts = {}
    for name, pattern in _PLACES:
        match = re.search(rf"(?<![\d.,])(\d{{1,5}}) (?:{pattern})\b", text, re.ASCII)
        if match and int(match[1]) > 0:
            counts[name] = int(match[1])
    if not counts:
        return {}
    unit = list(counts)[-1]
    if unit not in _DRAWN:
        return {"coverage_counts": counts}
    draft.ask(
        "sheet, sampling_unit", "Which places were drawn to be visited?", unit,
        f"the narrowest of those that the sheet counts: {', '.join(f'{n} {name}' for name, n in counts.items())}",
    )  # fmt: skip
    return {"sampling_unit": unit, "coverage_counts": counts}
