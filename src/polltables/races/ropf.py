"""Races as ROPF, the Rich Opinion Poll File format of the open data on European polls (github.com/filipvanlaenen/asapop).

A line is a poll: fields such as `•PF: ACME` and results such as `A: 55`. What the format has no field for, such as the
address of a source, stands in a comment before the poll, which other programs pass over.
"""

import json
import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from itertools import zip_longest
from typing import Any

from polltables.importing.drafting.ids import free_id
from polltables.races.table import Entry, RaceTable, answer_id

__all__ = ["read_ropf", "write_ropf"]

_KEY = re.compile(r"(?:^|\s+)(•?)([^\s:•+&‡]+(?:\+[^\s:•+&‡]+)*):")
_LIST = re.compile(r"\s*([^\s:•&‡]+):\s*([A-Z]{2}\d{3,6}|[A-Z]{2}\d{4}[A-Z])?(\s*•[A-Z]+:.*)$", re.ASCII)
_OWN = "‡ polltables: "
_FIELDS = {
    "PF": "pollster", "PFP": "partner", "C": "client", "FS": "fieldwork_start", "FE": "fieldwork_end", "PD": "publication",
    "SC": "scope", "A": "area", "SS": "n", "EX": "excluded", "U": "unit", "O": "other", "N": "no_opinion", "ON": "other",
    "VS": "verified_sum",
}  # fmt: skip
_OF_ONE_SCENARIO = {"O", "N", "ON", "U", "VS"}  # what a further scenario of a poll does not inherit
_NO_ANSWER = ("blank_null", "undecided", "will_not_vote", "no_opinion", "nothing")


def _is_key(text: str) -> bool:
    """Say whether a text is the key of an electoral list or candidate, or of several that were asked together."""
    return all(one[:1].isupper() and all(c.isupper() or c.isdigit() for c in one) for one in text.split("+"))


def _fields(line: str) -> Iterator[tuple[str, str]]:
    """Part a line into keys, metadata with their bullet, and values."""
    keys = [
        match
        for match in _KEY.finditer(line)
        if (match[1] and re.fullmatch(r"[A-Z]+", match[2], re.ASCII)) or (not match[1] and _is_key(match[2]))
    ]
    for match, following in zip_longest(keys, keys[1:]):
        yield match[1] + match[2], line[match.end() : following.start() if following else None].strip()


def read_ropf(text: str, name: str) -> RaceTable:
    r"""Read a rich opinion poll file.

    Examples
    --------
    >>> table = read_ropf("•PF: ACME •FE: 2021-07-20 •SS: 1000 A:55 B:43 •O:2\n\nA: AA001 •A:AP\n", "polls.ropf")
    >>> table.answers, table.entries[0].cells["ap"], table.entries[0].place("ap")
    (['ap', 'b', 'other'], '55', "line 1, 'A'")

    The list with the key A is called AP, which the second part of the file says.
    """
    table = RaceTable(name)
    lines = [(number, line.strip()) for number, line in enumerate(text.splitlines(), start=1) if line.strip()]
    keys = _answers(lines)
    inherited: dict[str, list[str]] = {}
    own: dict[str, str] = {}
    for number, line in lines:
        if line.startswith("‡"):
            own = _own(line) or own
        elif line.startswith(("•", "&")):
            if line.startswith("&") and not inherited:
                table.refuse("a further scenario (&) of no poll; put it after its poll.", f"line {number}")
            fields: dict[str, list[str]] = {}
            for key, value in _fields(line.removeprefix("&")):
                fields.setdefault(key, []).append(value)
            if line.startswith("&"):
                fields = inherited | fields
            inherited = {k: v for k, v in fields.items() if k[:1] == "•" and k[1:] not in _OF_ONE_SCENARIO}
            _entry(table, number, fields, keys, own, scenario=line.startswith("&"))
            own = {}
        elif not _LIST.match(line):
            why = "neither a poll (•PF: …), nor a scenario (&), a list (A: AA001 •A: …) or a comment (‡)."
            table.refuse(why, f"line {number}")
    table.answers = [
        answer for answer in table.answers if any(answer in entry.cells for entry in table.entries)
    ]
    if not table.entries:
        table.refuse("no polls; each stands in a line that begins with •PF: or another field.")
    return table


def _answers(lines: list[tuple[int, str]]) -> dict[str, str]:
    """Map the keys of electoral lists and candidates to ids made of their romanized or official abbreviations."""
    keys: dict[str, str] = {}
    for _, line in lines:
        found = _LIST.match(line) if line[:1] not in "•&‡" else None
        if found and _is_key(found[1]):
            names = dict(_fields(found[3]))
            label = names.get("•R") or names.get("•A") or found[1]
            keys[found[1]] = free_id(answer_id(label), set(keys.values()))
    return keys


def _own(line: str) -> dict[str, str]:
    """Read what our own writer put into a comment; any other comment is no JSON, and holds nothing."""
    try:
        said = json.loads(line.removeprefix(_OWN.strip()))
    except (ValueError, RecursionError):
        return {}
    cells = said.items() if isinstance(said, dict) else ()
    return {key: value for key, value in cells if isinstance(value, str)}


def _entry(
    table: RaceTable,
    line: int,
    fields: Mapping[str, list[str]],
    keys: dict[str, str],
    own: Mapping[str, str],
    *,
    scenario: bool,
) -> None:
    """Add a poll to the table."""
    cells: dict[str, str] = {}
    places: dict[str, str] = {}
    if not fields:
        table.refuse("no field; write them as •PF: ACME, and results as A: 55.", f"line {line}")
    for key, values in fields.items():
        place = f"line {line}, {key if key[:1] == '•' else repr(key)}"
        if key[:1] == "•" and key[1:] not in _FIELDS:
            table.refuse(f"no such field; there is: {', '.join(_FIELDS)}.", place)
            continue
        if key[:1] != "•":
            for one in key.split("+"):
                keys.setdefault(one, free_id(answer_id(one), set(keys.values())))
        column = _FIELDS[key[1:]] if key[:1] == "•" else "_".join(keys[one] for one in key.split("+"))
        if len(values) > 1 and key != "•C":
            table.refuse("it stands twice; keep one.", place)
        cells[column], places[column] = ", ".join(values), place
        if (key[:1] != "•" or column in {"other", "no_opinion"}) and column not in table.answers:
            table.answers.append(column)
    notes = list(_notes(cells, fields, scenario=scenario))
    if "partner" in cells:
        cells["pollster"] = "/".join(filter(None, (cells.get("pollster"), cells.pop("partner"))))
    cells.setdefault("pollster", cells.get("client", ""))
    if "excluded" in cells:  # shares are of those who answered
        cells |= {"base": "valid_votes", "blank_null": cells.pop("excluded")}
        places["blank_null"] = places["excluded"]
        if "blank_null" not in table.answers:
            table.answers.append("blank_null")
    elif "no_opinion" in cells:
        cells["base"] = "all"
    cells |= {"instrument": "poll", "note": " ".join(notes)}
    cells.pop("verified_sum", None)
    cells |= own
    table.answers += [key for key in own if key in _NO_ANSWER and key not in table.answers]
    table.entries.append(Entry({key: cell for key, cell in cells.items() if cell}, line, places))


def _notes(cells: dict[str, str], fields: Mapping[str, list[str]], *, scenario: bool) -> Iterator[str]:
    """Say in words what a cell cannot hold, and put into the cell what can be said."""
    size = cells.get("n", "")
    if found := re.fullmatch(r"([≈≥])?(\d+)(?:–(\d+))?", size, re.ASCII):
        if found[1] or found[3]:
            yield f"Interviews as published: {size}."
        cells["n"] = found[2]
    for column in [key for key in cells if key not in _FIELDS.values() or key in {"other", "no_opinion"}]:
        if re.fullmatch(r"<\d+(\.\d+)?|\d+(\.\d+)?–\d+(\.\d+)?", cells[column], re.ASCII):
            yield f"{column}: {cells[column]} %."
            cells[column] = ""
    if "•ON" in fields:
        yield "Others and no answer are one figure."
    if "•VS" in fields:
        yield f"The shares add up to {cells['verified_sum']}, as published."
    if scenario:
        yield "A further question of the poll before it."


def write_ropf(table: RaceTable) -> str:
    """Write a race as a rich opinion poll file; what it has no field for stands in a comment before each poll."""
    keys = _keys(table.candidates)
    lines: list[str] = []
    lists = [
        f"{key}: AA{number:03d} •A: {_listed(answer)}"
        for number, (answer, key) in enumerate(keys.items(), start=1)
    ]
    for entry in table.entries:
        line = _line(entry.cells, keys)
        understood = read_ropf("\n".join([line, *lists]), table.name).entries
        said: dict[str, str] = understood[0].cells if understood else {}
        mine = entry.cells
        left = {name: mine.get(name, "") for name in said | mine if mine.get(name) != said.get(name)}
        if left:
            lines.append(_OWN + json.dumps(left, ensure_ascii=False))
        lines.append(line)
    return "\n".join([*lines, "", *lists]) + "\n"


def _keys(candidates: list[str]) -> dict[str, str]:
    """Give every candidate a key of capital letters and digits."""
    keys: dict[str, str] = {}
    for candidate in candidates:
        bare = re.sub(r"[^A-Z0-9]", "", candidate.upper())
        keys[candidate] = free_id(bare or "LIST", set(keys.values())).replace("_", "N")
    return keys


def _listed(answer: str) -> str:
    """Write the name of a candidate so that its id can be made of it again."""
    name = answer.replace("_", " ").title()
    return name if answer_id(name) == answer else answer


def _line(cells: Mapping[str, str], keys: Mapping[str, str]) -> str:
    """Write the line of a poll."""
    fields: list[tuple[str, Any]] = [
        ("•PF", cells.get("pollster")), *(("•C", one) for one in cells.get("client", "").split(", ")),
        ("•FS", cells.get("fieldwork_start")), ("•FE", cells.get("fieldwork_end")), ("•SS", cells.get("n")),
    ]  # fmt: skip
    on_valid_votes = cells.get("base") == "valid_votes"
    if on_valid_votes:
        fields.append(("•EX", cells.get("blank_null")))
    fields += [(key, cells.get(answer)) for answer, key in keys.items()]
    fields.append(("•O", cells.get("other")))
    silent = [Decimal(cells[name]) for name in _NO_ANSWER if cells.get(name)]
    if silent and not on_valid_votes:
        fields.append(("•N", str(sum(silent))))
    return " ".join(f"{key}: {_safe(str(value))}" for key, value in fields if value)


def _safe(text: str) -> str:
    """Take out of a value what a reader would take for the next field; the comment keeps it whole."""
    return re.sub(r"\s*:\s*", " – ", re.sub(r"[•‡&]", "·", " ".join(text.split())))
