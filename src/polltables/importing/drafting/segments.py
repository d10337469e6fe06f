"""Columns turned into segments, and the headings over them into partitions."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from analysis.polls.segments import WHOLE
from polltables.importing.drafting.draft import Draft, fitting
from polltables.importing.drafting.ids import free_id, identifier
from polltables.importing.drafting.partitions import (
    Evidence,
    Group,
    are_nested,
    divides,
    is_larger,
    lack_some,
    narrowest,
    runs_by_bases,
    sums_among,
)
from polltables.importing.recognition.dates import is_date_label, reading_day
from polltables.importing.recognition.families import family_of, is_demographic, is_segment_word, is_whole
from polltables.importing.recognition.folding import folded, unbroken
from polltables.importing.recognition.model import Table
from polltables.importing.recognition.vocabulary import is_percent_unit

__all__ = ["draft_segments"]

_SPANNER_IDS = (
    ("zone", r"^zonas?\b|^zones?\b"),
    ("region", r"^regi(on|ones|ons|oes)\b|^macro"),
    ("sex", r"^se(x[eo]?|ks)s?\b(?! orient)|^genero|^gender|^genre"),
    ("age", r"\bedad|^age\b|\bage$|^alter\b|^idade"),
    ("socioeconomic_level", r"nivel socio|^nse\b|socioeconomic|^class|^estrato"),
    ("area", r"^ambito|^area"),
)
_MOST_FLAT = 3
_MOST_PARTS = 12


@dataclass(frozen=True, slots=True)
class _Division:
    """A partition in the making."""

    name: str
    label: str
    of: Group | None
    parts: list[Group]


def draft_segments(draft: Draft, tables: Sequence[Table], n: int | None) -> list[list[str | None]]:
    """Write segments and partitions into a draft; return the segment id of each table's columns, None of repeated ones.

    `n` are the interviews that the technical sheet states.
    """
    groups = _groups(tables)
    if doubles := [f"{group.label!r} ({group.where})" for group in groups if group.double]:
        draft.ask("segments", "What tells the columns of the same name apart?", f"their order: {', '.join(doubles)}",
                  "a table names them twice, under the same headings")  # fmt: skip
    whole = _whole(draft, groups, tables)
    if any(not column.label for table in tables for column in table.columns):
        unnamed = "Is the column without a name the whole sample?"
        draft.ask(f"segment {WHOLE}", unnamed, WHOLE, "it lies between the others")
    if whole is not None:
        groups = [
            whole,
            *(one for one in groups if one is not whole and not _repeats(draft, one, whole, tables)),
        ]
        for group in groups[1:]:
            group.outside = is_larger(tables, group.places, whole.places)
    inside = [group for group in groups if not group.outside]
    divisions = _divisions(draft, inside, whole, tables, n)
    _name(groups, whole, [part for division in divisions for part in division.parts])
    segments = [
        {"id": group.id, "label": fitting(group.label), **({"outside": True} if group.outside else {})}
        for group in groups
    ]
    draft.document["segments"] = segments if whole else [{"id": WHOLE, "label": "Total"}, *segments]
    partitions = [
        {
            "id": one.name, "of": one.of.id if one.of else WHOLE, "parts": [part.id for part in one.parts],
            **({"label": fitting(one.label)} if one.label else {}),
        }
        for one in divisions
    ]  # fmt: skip
    draft.document["partitions"] = sorted(partitions, key=lambda partition: partition["of"] != WHOLE)
    ids: list[list[str | None]] = [[None] * len(table.columns) for table in tables]
    for group in groups:
        for number, place in enumerate(group.places):
            if place is not None:
                ids[number][place] = group.id
    return ids


def _groups(tables: Sequence[Table]) -> list[Group]:
    """Find the columns of all tables that are one group of people: the same label, under the same heading where that tells.

    A label that stands twice in a table is told apart by its heading, or else by its order.
    """
    doubled = set()
    wholes = [column.label for table in tables for column in table.columns if is_whole(column.label)]
    days: dict[tuple[int, int, int], str] = {}
    for table in tables:
        read = [
            column for column in table.columns
            if is_date_label(column.label) and all(map(is_whole, column.path))
        ]  # fmt: skip
        if wholes and len(read) == 1 and not any(is_whole(column.label) for column in table.columns):
            read[0].label, read[0].path = wholes[0], ()  # the latest of several readings of the whole
        elif len(read) == len(table.columns) == 1:  # days that are set with and without blanks
            read[0].label = days.setdefault(reading_day(read[0].label), read[0].label)
        if len(table.columns) == 1 and not table.columns[0].label:
            table.columns[0].label = next(iter(wholes), "Total")  # all that was printed of a question
        labels = [_told_by(column.label) for column in table.columns]
        doubled |= {label for label in labels if labels.count(label) > 1}
    order: list[tuple[str, ...]] = []
    groups: dict[tuple[str, ...], Group] = {}
    for number, table in enumerate(tables):
        before, seen = -1, dict[tuple[str, ...], int]()
        for place, column in enumerate(table.columns):
            label = _told_by(column.label)
            key: tuple[str, ...] = (label, *(map(folded, column.path) if label in doubled else ()))
            seen[key] = seen.get(key, 0) + 1
            if seen[key] > 1:
                key = (*key, f"#{seen[key]}")
            if key not in groups:
                order.insert(before + 1, key)
                groups[key] = Group(
                    column.label or "Total", column.path, [None] * len(tables), where=column.where
                )
            groups[key].places[number] = place
            groups[key].double = key[-1].startswith("#")
            groups[key].path = groups[key].path or column.path
            before = order.index(key)
    return [groups[key] for key in order]


def _told_by(label: str) -> str:
    """Return what a column is told by from others: its label, but for a sign that its figures are per cents."""
    return unbroken(label or "Total").removeprefix("%") or "%"


def _whole(draft: Draft, groups: Sequence[Group], tables: Sequence[Table]) -> Group | None:
    """Find the column of the whole sample: by its name, because it stands alone, or can be made of all others."""
    plain = [group for group in groups if not group.path]
    certain = [group for group in plain if is_whole(group.label)]
    if certain:
        return certain[0]
    unnamed = [group for group in plain if is_percent_unit(group.label) or is_date_label(group.label)]
    if len(groups) == len(unnamed) == 1:
        return unnamed[0]
    likely = [group for group in plain if is_whole(group.label, maybe=True)]
    because = "its name says so"
    alone = len(groups) == len(plain) == 1 and plain[0].label.lower().rstrip(".")
    if len(likely) != 1 and alone and (alone == "est" or not is_segment_word(plain[0].label)):  # no East
        likely, because = plain, "the tables have no other column"
    elif len(likely) != 1:
        because = "the groups beside it add up to it"
        judged: list[tuple[int, Group]] = []
        divided = [parts for _, _, parts in _candidates(groups, None, tables)]
        for group in plain if divided else ():
            if family_of(group.label):
                continue
            found = [divides(tables, [part.places for part in parts], group.places) for parts in divided]
            proved = sum(one.proved for one in found)
            if proved > sum(one.refuted for one in found):
                judged.append((proved, group))
        likely = [max(judged, key=lambda pair: pair[0])[1]] if judged else []
        if not likely and len(unnamed) == 1:
            likely, because = unnamed, "it has no name of its own"
    if not likely:
        return None
    draft.ask(f"segment {WHOLE}", f"Is the column {likely[0].label!r} the whole sample?", WHOLE, because)
    return likely[0]


def _repeats(draft: Draft, group: Group, whole: Group, tables: Sequence[Table]) -> bool:
    """Say whether a column under a heading prints the whole again; then it is left out."""
    pairs = [
        (row.figures[one], row.figures[two])
        for table, one, two in zip(tables, group.places, whole.places, strict=True)
        if one is not None and two is not None
        for row in table.rows
    ]
    again = group.path and is_whole(group.label) and pairs and all(one == two for one, two in pairs)
    if again:
        name = " / ".join([*group.path, group.label])
        draft.leave_out(group.where, name, "a column that prints the whole sample again")
    return bool(again)


def _divisions(
    draft: Draft, groups: Sequence[Group], whole: Group | None, tables: Sequence[Table], n: int | None
) -> list[_Division]:
    """Find what divides what: groups under one heading, and families of names side by side."""
    found: list[_Division] = []
    doubtful: list[str] = []
    for over, family, parts in _candidates(groups, whole, tables):
        of, evidence = _judged(over, parts, groups, whole, tables)
        nested = are_nested([part.label for part in parts])
        # Of many parts this would take too long.
        open_to = not nested and not (evidence.proved and evidence.equations) and len(parts) <= _MOST_PARTS
        if open_to and (certain := sums_among(parts, tables)):
            parts = [part for part in parts if not any(part is one for one in certain)]
            of, evidence = _judged(over, parts, groups, whole, tables)
        named = bool(family and family != "region") or is_demographic(over) or not (of is None or of is whole)
        apart = (evidence.proved and evidence.equations) or not nested
        if (
            evidence.refuted
            or (of and of is whole and n and lack_some(tables, [part.places for part in parts], of.places, n))
            or not (evidence.proved or named)
            or any(part.double for part in parts)
            or not apart
        ):
            continue
        name = free_id(_name_of(over, family, parts), {division.name for division in found})
        found.append(_Division(name, over, of, parts))
        if not (evidence.proved and evidence.equations > (0 if named else 3 * len(parts))):
            labels = ", ".join(part.label for part in parts)
            doubtful.append(f"{name}: {labels} of {of.label if of else 'all'}")
    if doubtful:
        draft.ask(
            "partitions", "Do these groups divide what they are parts of: no interview in two of them, all of it in one?",
            "; ".join(doubtful), "the words of the headings and labels; figures and bases do not prove it",
        )  # fmt: skip
    return found


def _judged(
    over: str, parts: Sequence[Group], groups: Sequence[Group], whole: Group | None, tables: Sequence[Table]
) -> tuple[Group | None, Evidence]:
    """Return what the parts divide, the group that their heading names before the whole, and what shows it."""
    evidence = Evidence(False, False)
    for of in (_divided(over, parts, groups), whole):
        if of is not None:
            evidence = divides(tables, [part.places for part in parts], of.places)
            if not evidence.refuted or of is whole:
                return of, evidence
    return None, Evidence(False, False)


def _candidates(
    groups: Sequence[Group], whole: Group | None, tables: Sequence[Table]
) -> Iterator[tuple[str, str, list[Group]]]:
    """Go through the groups that may divide another: heading, family, parts."""
    spanned: dict[str, list[Group]] = {}
    families: dict[str, list[Group]] = {}
    for group in groups:
        if group.path:
            spanned.setdefault(" / ".join(group.path), []).append(group)
        elif group is not whole:
            families.setdefault(family_of(group.label), []).append(group)
    rest = families.pop("", [])
    found = [(over, "", parts) for over, parts in spanned.items()]
    families |= {"age": narrowest(families.get("age", []))}
    found += [("", family, parts) for family, parts in families.items()]
    if len(rest) <= _MOST_FLAT and whole is not None:
        found.append(("", "region", rest))
    if whole is not None:
        flat = [group for group in groups if not group.path and group is not whole]
        named = [{id(part) for part in parts} for _, _, parts in found]
        runs = runs_by_bases(flat, whole, tables)
        found += [("", "groups", run) for run in runs if {id(part) for part in run} not in named]
    yield from (one for one in found if len(one[2]) > 1)


def _name_of(over: str, family: str, parts: Sequence[Group]) -> str:
    """Name a partition by its heading or its family."""
    known = [name for name, pattern in _SPANNER_IDS if over and re.search(pattern, folded(over))]
    families = {family_of(part.label) for part in parts}
    common = families.pop() if len(families) == 1 else ""
    return next(filter(None, [*known[:1], family, common]), "") or identifier(over)


def _divided(over: str, parts: Sequence[Group], groups: Sequence[Group]) -> Group | None:
    """Return the group that a heading names, whose parts then stand under it."""
    named = [
        group
        for group in groups
        if group not in parts
        and len(group.label) > 3
        and re.search(rf"(?<!\w){re.escape(folded(group.label))}(?!\w)", folded(over))
    ]
    return max(named, key=lambda group: len(folded(group.label)), default=None)


def _name(groups: Sequence[Group], whole: Group | None, parts: Sequence[Group]) -> None:
    """Give every group its id, and put the heading before a label where no partition carries it."""
    labels = [folded(group.label) for group in groups]
    # Columns of a table that are no groups.
    taken = {WHOLE, "answer", "label", "short", "role", "given", "of", "unit"}
    for group in groups:
        heading = " / ".join(group.path)
        doubled = labels.count(folded(group.label)) > 1
        if heading and not any(group is part for part in parts):
            group.label = f"{heading}: {group.label}"
        wanted = identifier(f"{heading} {group.label}" if heading and doubled else group.label, 7)
        group.id = WHOLE if group is whole else free_id(wanted, taken)
        taken.add(group.id)
