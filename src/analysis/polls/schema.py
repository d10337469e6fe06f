"""Dataclasses as schemas of TOML files: what a table may hold follows from the fields of the class that it becomes."""

import datetime
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import MISSING, Field, dataclass, field, fields, is_dataclass
from functools import cache
from types import UnionType
from typing import Annotated, Any, Literal, Protocol, Self, TypeVar, get_args, get_origin, get_type_hints

from analysis.errors import PollError, unknown_name
from analysis.polls.limits import MAX_ENTRIES, is_blank, text_problem

__all__ = [
    "ID_FORM",
    "Id",
    "InTwoLanguages",
    "Unchanging",
    "allowed_values",
    "computed",
    "is_id",
    "read_table",
    "the_named",
]

ID_FORM = "small letters, digits and _, beginning with a letter, 100 at most"
Id = Annotated[str, ID_FORM]
"""A text that names something in code."""


class _HasId(Protocol):
    @property
    def id(self) -> str: ...


_Named = TypeVar("_Named", bound=_HasId)
_TYPE_NAMES = {
    str: "text in quotes",
    int: "a whole number",
    float: "a number such as 1.5",
    bool: "true or false",
    datetime.date: "a date such as 2021-04-18",
    list: "a list",
    dict: "a table",
}
_UNLIMITED = {"unsure", "left_out"}  # lists that people work through, and that no method goes over


def computed(default: Any) -> Any:
    """Declare a field that is not in the file; without another value it is what a function without arguments returns."""
    return field(default_factory=default, metadata={"computed": True}, repr=False, compare=False)


class Unchanging:
    """A thing that never changes: tables keep it among their attributes, and a copy of them holds the thing itself."""

    __slots__ = ()

    def __deepcopy__(self, memo: Any) -> Self:
        """Return the thing itself."""
        return self


@dataclass(frozen=True, eq=False)
class InTwoLanguages:
    """A thing whose text `x_en` says `x` in English; where it was left out, it is the printed text."""

    def __post_init__(self) -> None:
        """Fill the English twins."""
        kind: type = type(self)
        for name in _twins(kind):
            if not getattr(self, name):
                object.__setattr__(self, name, getattr(self, name.removesuffix("_en")))


@cache
def _twins(of: type) -> list[str]:
    return [one.name for one in fields(of) if one.name.endswith("_en")]


def the_named(what: str, name: str, things: Sequence[_Named]) -> _Named:
    """Return the thing with an id, or say which there are."""
    for thing in things:
        if thing.id == name:
            return thing
    raise PollError(unknown_name(what, name, [thing.id for thing in things]))


def is_id(text: str) -> bool:
    """Say whether a text may name something in code."""
    return re.fullmatch(r"[a-z][a-z0-9_]{,99}", text) is not None


def allowed_values(of: type, name: str) -> tuple[Any, ...]:
    """Return the values that a field may have, none where it may have any.

    Examples
    --------
    >>> from analysis.polls.model import Question
    >>> allowed_values(Question, "base")
    ('all', 'part', 'not_stated')

    A question was put to everybody, to a part, or the pollster did not say.
    """
    hint = get_type_hints(of, include_extras=True)[name]
    return get_args(hint) if get_origin(hint) is Literal else ()


@cache
def _keys(of: type) -> dict[str, tuple[Field[Any], Any, Any, type]]:
    """Return the fields that a file gives, by name, with their types, what these are made of, and TOML's for them."""
    hints = get_type_hints(of, include_extras=True)
    found = {}
    for one in fields(of):
        if not one.metadata.get("computed"):
            kinds = [kind for kind in get_args(hints[one.name]) if kind is not type(None)]
            hint = kinds[0] if get_origin(hints[one.name]) is UnionType else hints[one.name]
            found[one.name] = one, hint, get_origin(hint), _plain_type(hint)
    return found


def _required(one: Field[Any]) -> bool:
    return one.default is MISSING and one.default_factory is MISSING


def _plain_type(hint: Any) -> type:
    """Return the type that TOML gives a value of this declaration."""
    if get_origin(hint) is Literal:
        return type(get_args(hint)[0])
    if get_origin(hint) is tuple:
        return list
    if get_origin(hint) is Annotated:
        return str
    return dict if is_dataclass(hint) or get_origin(hint) is Mapping else hint


def read_table(
    of: type, table: Mapping[str, Any], where: str, problems: list[str], *, within: str = ""
) -> Any:
    """Turn a table of a TOML file into an instance of a dataclass, noting everything that is wrong with it.

    * `of`: the dataclass.
    * `table`: what the file says.
    * `where`: how to name the place.
    * `problems`: to which what is wrong is added: keys, types, allowed values, empty texts, doubled ids.
    * `within`: name of the table in the file; empty for the file itself.

    Returns
    -------
    object or None
        None where the table has problems.

    Examples
    --------
    >>> from analysis.polls.model import Document
    >>> problems = []
    >>> read_table(Document, {"format": 3}, "poll.toml", problems)
    >>> problems[0]
    "poll.toml, 'format': 3 is not allowed; use one of 1, 2."

    The message says where, what, and what would be allowed.
    """
    before = len(problems)
    declared = _keys(of)
    problems += [
        f"{where}: unknown key {_shown(key)}; allowed: {', '.join(declared)}."
        for key in table
        if key not in declared
    ]
    values: dict[str, Any] = {}
    for one, hint, origin, wanted in declared.values():
        if one.name not in table:
            if _required(one):
                problems.append(f"{where}: {one.name!r} is missing; add it as {_TYPE_NAMES[wanted]}.")
            continue
        value: Any = table[one.name]
        if wanted is float and type(value) is int:
            value = float(value)
        if problem := _value_problem(one, hint, origin, value, wanted):
            problems.append(f"{where}, {one.name!r}: {problem}.")
        elif is_dataclass(hint):
            values[one.name] = read_table(hint, value, f"{where}, [{one.name}]", problems, within=one.name)  # type: ignore[arg-type]
        elif wanted is list and is_dataclass(part := get_args(hint)[0]):
            name = f"{within}.{one.name}".strip(".")
            values[one.name] = _read_list(part, value, where.partition(",")[0], name, problems)  # type: ignore[arg-type]
        else:
            values[one.name] = tuple(value) if wanted is list else value
    return of(**values) if len(problems) == before else None


def _read_list(of: type, entries: list[Any], where: str, name: str, problems: list[str]) -> tuple[Any, ...]:
    """Read a list of tables, whose ids are unique."""
    if len(entries) > MAX_ENTRIES and name not in _UNLIMITED:
        problems.append(
            f"{where}: [[{name}]] stands {len(entries):,} times; at most {MAX_ENTRIES:,} are read."
        )
        return ()
    seen: set[str] = set()
    found = []
    for number, entry in enumerate(entries, start=1):
        there = f"{where}, [[{name}]] number {number}"
        if not isinstance(entry, dict):
            problems.append(f"{there}: {entry!r} is not a table; begin it with [[{name}]].")
            continue
        found.append(read_table(of, entry, there, problems, within=name))
        if isinstance(entry.get("id"), str):
            if entry["id"] in seen:
                problems.append(f"{there}: the id {entry['id']!r} is used twice; ids are unique.")
            seen.add(entry["id"])
    return tuple(found)


def _value_problem(one: Field[Any], hint: Any, origin: Any, value: Any, wanted: type) -> str:
    """Say what is wrong with the form of a value, as the end of a sentence; empty where nothing is."""
    # To Python a bool is an int and a datetime a date; to the reader of a file they are not.
    kind: type = type(value)
    if kind is not wanted or (wanted is float and not math.isfinite(value)):
        return f"{_shown(value)} is not {_TYPE_NAMES[wanted]}"
    if origin is Literal and value not in (allowed := get_args(hint)):
        return f"{_shown(value)} is not allowed; use one of {', '.join(map(str, allowed))}"
    if origin is Annotated and not is_id(value):
        return f"{_shown(value)} is not an id; use {ID_FORM}"
    if wanted is list and get_args(hint)[0] is str and not all(type(part) is str for part in value):
        return f"{_shown(value)} is not a list of texts in quotes"
    if wanted is str:
        if why := text_problem(value):
            return why
        if _required(one) and is_blank(value):
            return "the text is empty; write it, as printed"
    return ""


def _shown(value: Any) -> str:
    """Show a value from a file, shortened where it is long."""
    text = str(value) if isinstance(value, datetime.date | datetime.time) else repr(value)
    return text if len(text) <= 100 else f"{text[:97]}..."
