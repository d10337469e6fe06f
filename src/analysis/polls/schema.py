"""What a `poll.toml` may say: its keys, their types and allowed values (codebook: data/README.md)."""

import datetime
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from analysis.polls.limits import MAX_ENTRIES, text_problem

__all__ = ["ASKED", "BASES", "KINDS", "ROLES", "field_problems", "poll_problems"]

KINDS = ("single_response", "multiple_response")
ASKED = ("card", "read_aloud", "spontaneous", "not_stated")
BASES = ("all", "part", "not_stated")
ROLES = (
    "candidate", "blank_null", "undecided", "will_not_vote", "certain", "may_change",
    "other", "nothing", "no_opinion", "substantive",
)  # fmt: skip

_IDENTIFIER = re.compile(r"[a-z][a-z0-9_]*")
_TYPE_NAMES = {
    str: "text in quotes",
    int: "a whole number",
    datetime.date: "a date such as 2021-04-18",
    list: "a list",
    dict: "a table",
}


@dataclass(frozen=True, slots=True)
class Field:
    """A key: the type of its value, whether it must be there, and the values allowed (any if empty)."""

    value_type: type
    required: bool = True
    allowed: tuple[object, ...] = ()
    identifier: bool = False


_TEXT = Field(str)
_OPTIONAL_TEXT = Field(str, required=False)
_ID = Field(str, identifier=True)

_POLL = {
    "format": Field(int, allowed=(1,)),
    "language": _TEXT,
    "decimal_mark": Field(str, allowed=(".", ",")),
    "decimals": Field(int, allowed=tuple(range(7))),
    "source": Field(dict),
    "sheet": Field(dict),
    "segments": Field(list),
    "partitions": Field(list, required=False),
    "questions": Field(list),
    "unsure": Field(list, required=False),
    "left_out": Field(list, required=False),
}
_SOURCE = {
    "title": _TEXT,
    "title_en": _OPTIONAL_TEXT,
    "publisher": _TEXT,
    "url": _OPTIONAL_TEXT,
    "licence": _OPTIONAL_TEXT,
    "licence_en": _OPTIONAL_TEXT,
}
_SHEET = {
    "short_name": _TEXT,
    "fieldwork_start": Field(datetime.date),
    "fieldwork_end": Field(datetime.date),
    "sampling_unit": _OPTIONAL_TEXT,
    "coverage_counts": Field(dict, required=False),
    "items": Field(list),
}
_ITEM = {
    "id": _ID,
    "label": _TEXT,
    "printed": _TEXT,
    "group": _OPTIONAL_TEXT,
    "group_en": _OPTIONAL_TEXT,
    "label_en": _OPTIONAL_TEXT,
    "printed_en": _OPTIONAL_TEXT,
}
_SEGMENT = {"id": _ID, "label": _TEXT, "label_en": _OPTIONAL_TEXT, "base": _OPTIONAL_TEXT}
_PARTITION = {
    "id": _ID,
    "of": _TEXT,
    "parts": Field(list),
    "label": _OPTIONAL_TEXT,
    "label_en": _OPTIONAL_TEXT,
}
_QUESTION = {
    "id": _ID,
    "file": _TEXT,
    "name": _TEXT,
    "name_en": _OPTIONAL_TEXT,
    "title": _TEXT,
    "title_en": _OPTIONAL_TEXT,
    "instructions": _OPTIONAL_TEXT,
    "instructions_en": _OPTIONAL_TEXT,
    "row_heading": _OPTIONAL_TEXT,
    "row_heading_en": _OPTIONAL_TEXT,
    "kind": Field(str, allowed=KINDS),
    "asked": Field(str, allowed=ASKED),
    "base": Field(str, allowed=BASES),
    "repeats": _OPTIONAL_TEXT,
    "not_published": _OPTIONAL_TEXT,
    "not_published_en": _OPTIONAL_TEXT,
}
_UNSURE = {"about": _TEXT, "question": _TEXT, "proposed": _TEXT, "because": _OPTIONAL_TEXT}
_LEFT_OUT = {"where": _TEXT, "text": _TEXT, "because": _TEXT}


def field_problems(table: Mapping[str, Any], fields: Mapping[str, Field], where: str) -> Iterator[str]:
    """Say what is wrong with the keys of one table and the form of their values."""
    for key in table:
        if key not in fields:
            yield f"{where}: unknown key {key!r}; allowed: {', '.join(fields)}."
    for key, field in fields.items():
        if key not in table:
            if field.required:
                yield f"{where}: {key!r} is missing; add it as {_TYPE_NAMES[field.value_type]}."
            continue
        value: Any = table[key]
        # To Python a bool is an int and a datetime a date; to the reader of a file they are not.
        if type(value) is not field.value_type:
            yield f"{where}, {key!r}: {value!r} is not {_TYPE_NAMES[field.value_type]}."
        elif field.allowed and value not in field.allowed:
            yield (
                f"{where}, {key!r}: {value!r} is not allowed; "
                f"use one of {', '.join(map(str, field.allowed))}."
            )
        elif field.identifier and not _IDENTIFIER.fullmatch(str(value)):
            yield (
                f"{where}, {key!r}: {value!r} is not an id; use small letters, digits and _, "
                "beginning with a letter."
            )
        elif isinstance(value, str) and (why := text_problem(value)):
            yield f"{where}, {key!r}: {why}."
        elif field.required and isinstance(value, str) and not value.strip():
            yield f"{where}, {key!r}: the text is empty; write it, as printed."


def poll_problems(document: Mapping[str, Any], where: str) -> list[str]:
    """Say everything that is wrong with the form of a `poll.toml`: keys, types, allowed values, doubled ids.

    How its parts refer to one another is checked on loading, once the form is right.

    Parameters
    ----------
    document : mapping
        The parsed file.
    where : str
        How to name the file.

    Examples
    --------
    >>> poll_problems({"format": 2}, "poll.toml")[0]
    "poll.toml, 'format': 2 is not allowed; use one of 1."

    The message says where, what, and what would be allowed.
    """
    problems = list(field_problems(document, _POLL, where))
    tables = {"source": _SOURCE, "sheet": _SHEET}
    for name, fields in tables.items():
        if isinstance(document.get(name), dict):
            problems += field_problems(document[name], fields, f"{where}, [{name}]")
    sheet = document.get("sheet")
    lists = {
        "segments": (document.get("segments"), _SEGMENT),
        "partitions": (document.get("partitions", []), _PARTITION),
        "questions": (document.get("questions"), _QUESTION),
        "unsure": (document.get("unsure", []), _UNSURE),
        "left_out": (document.get("left_out", []), _LEFT_OUT),
        "sheet.items": (sheet.get("items") if isinstance(sheet, dict) else None, _ITEM),
    }
    for name, (entries, fields) in lists.items():
        if not isinstance(entries, list):
            continue
        if len(entries) > MAX_ENTRIES and name not in {"unsure", "left_out"}:
            problems.append(
                f"{where}: [[{name}]] stands {len(entries):,} times; at most {MAX_ENTRIES:,} are read."
            )
            continue
        seen: set[object] = set()
        for number, entry in enumerate(entries, start=1):
            there = f"{where}, [[{name}]] number {number}"
            if not isinstance(entry, dict):
                problems.append(f"{there}: {entry!r} is not a table; begin it with [[{name}]].")
                continue
            problems += field_problems(entry, fields, there)
            if isinstance(entry.get("id"), str):
                if entry["id"] in seen:
                    problems.append(f"{there}: the id {entry['id']!r} is used twice; ids are unique.")
                seen.add(entry["id"])
    return problems
