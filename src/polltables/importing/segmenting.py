"""Columns turned into segments, and spanning headers into partitions, each proposed with its reason."""

import re
from collections.abc import Sequence

from analysis.polls.segments import WHOLE
from polltables.importing.draft import Draft
from polltables.importing.headers import Column, SourceTable
from polltables.importing.vocabulary import folded, free_id, identifier

__all__ = ["SegmentKey", "draft_segments"]

SegmentKey = tuple[str, str]

_WHOLE = re.compile(
    r"(gran )?total( (peru|pais|nacional|general|muestra|sample|encuestados|entrevistados|de entrevistas))?|"
    r"(nivel )?nacional|national|all( (adults|respondents|voters|interviews))?|overall|todos|base total|everyone"
)
# Columns that divide a whole although no header spans them, by their folded labels.
_FAMILIES = (
    ("sex", r"hombres?|mujer(es)?|masculino|femenino|m[ae]n|wom[ae]n|males?|females?|varon(es)?"),
    ("area", r"urban[oa]|rural"),
    ("age", r"(de )?\d{1,2} ?(-|–|—|a|to|y) ?(\d{1,2}|mas)( anos| years)?( a mas)?|(under|over) \d{1,2}|"
     r"\d{1,2} ?\+|mas de \d{1,2}"),
    ("socioeconomic_level", r"(nse )?[a-e](/?[a-e])?(\d)?"),
)  # fmt: skip
_SPANNER_IDS = (
    ("zone", r"^zonas?\b|^zones?\b"), ("region", r"^regi(on|ones|ons)\b|^macro"), ("sex", r"^sexo?$|^genero|^gender"),
    ("age", r"^edad|^grupos? de edad|^age"), ("socioeconomic_level", r"nivel socio|^nse\b|socioeconomic|^class"),
    ("area", r"^ambito|^area"),
)  # fmt: skip


def column_key(column: Column, doubled: set[str]) -> SegmentKey:
    """Return what tells a column's segment from others: its label, and its spanner where the label is not enough."""
    label = folded(column.label)
    return (label, " / ".join(map(folded, column.spanners)) if label in doubled else "")


def draft_segments(draft: Draft, tables: Sequence[SourceTable]) -> dict[int, list[str]]:
    """Write segments and partitions into a draft; return the segment ids of each table's columns."""
    doubled = set()
    for table in tables:
        labels = [folded(column.label) for column in table.columns]
        doubled |= {label for label in labels if labels.count(label) > 1}
    order: list[SegmentKey] = []
    first: dict[SegmentKey, Column] = {}
    for table in tables:
        before = -1
        for column in table.columns:
            key = column_key(column, doubled)
            if key not in first:
                order.insert(before + 1, key)
                first[key] = column
            before = order.index(key)
    whole = _whole(draft, [key for key in order if not key[1]], first)
    if whole is not None:
        order.remove(whole)
        order.insert(0, whole)
    ids: dict[SegmentKey, str] = {}
    for key in order:
        name = " ".join(key) if key[1] else first[key].label
        ids[key] = WHOLE if key == whole else free_id(identifier(name), {WHOLE, *ids.values()})
    bases = _bases(draft, tables, doubled)
    segments = [
        {"id": ids[key], "label": first[key].label, **({"base": bases[key]} if key in bases else {})}
        for key in order
    ]
    if whole is None:
        segments.insert(0, {"id": WHOLE, "label": "Total"})
    draft.document["segments"] = segments
    named = [[(ids[column_key(c, doubled)], c) for c in table.columns] for table in tables]
    draft.document["partitions"] = _partitions(draft, named, [segment["id"] for segment in segments])
    return {position: [name for name, _ in columns] for position, columns in enumerate(named)}


def _whole(draft: Draft, keys: Sequence[SegmentKey], first: dict[SegmentKey, Column]) -> SegmentKey | None:
    """Find the column of the whole sample, by its name."""
    certain = [key for key in keys if _WHOLE.fullmatch(key[0])]
    likely = [key for key in keys if re.match(r"total\b|nacional\b", key[0])]
    found = (certain or (likely if len(likely) == 1 else []))[:1]
    if found and not re.fullmatch(r"total|all|overall", found[0][0]):
        label = first[found[0]].label
        draft.ask(f"segment {WHOLE}", f"Is the column {label!r} the whole sample?", WHOLE, "its name says so")
    if not found:
        draft.ask(
            f"segment {WHOLE}", "Is there a column for the whole sample?", "no column; the id total is declared without one",
            f"no column is named Total, National or All; there is: {', '.join(c.label for c in first.values())}",
        )  # fmt: skip
    return found[0] if found else None


def _bases(draft: Draft, tables: Sequence[SourceTable], doubled: set[str]) -> dict[SegmentKey, str]:
    """Collect the printed numbers of interviews; the first stands, others that differ are listed."""
    bases: dict[SegmentKey, str] = {}
    for table in tables:
        for column in table.columns:
            key = column_key(column, doubled)
            if column.base and bases.setdefault(key, column.base) != column.base:
                because = f"another table prints the base {bases[key]} for {column.label!r}"
                draft.leave_out(column.where, column.base, because)
    return bases


def _partitions(
    draft: Draft, tables: Sequence[Sequence[tuple[str, Column]]], segments: Sequence[str]
) -> list[dict[str, object]]:
    """Propose what divides what: columns under one spanner, families of names, and what stands beside the whole."""
    spanned: dict[str, list[str]] = {}
    labels: dict[str, str] = {}
    for columns in tables:
        for name, column in columns:
            labels.setdefault(folded(column.label), name)
            over = " / ".join(column.spanners)
            if over and name not in spanned.setdefault(over, []):
                spanned[over].append(name)
    found: list[dict[str, object]] = []
    taken: set[str] = set()
    for over, parts in spanned.items():
        parts = [part for part in parts if part != WHOLE]
        if len(parts) < 2:
            draft.leave_out("header of the tables", over, f"a heading over one column: {', '.join(parts)}")
            continue
        of = _divided(over, parts, labels)
        name = next((known for known, pattern in _SPANNER_IDS if re.search(pattern, folded(over))), "")
        name = free_id(
            name or _family([label for label, part in labels.items() if part in parts]) or identifier(over),
            taken,
        )
        _propose(draft, found, taken, name, of, parts, f"the heading {over!r} stands over them", over)
    in_spanner = {part for parts in spanned.values() for part in parts}
    free = [part for part in segments if part != WHOLE and part not in in_spanner]
    by_id = {part: label for label, part in labels.items()}
    for family, pattern in _FAMILIES:
        parts = [part for part in free if re.fullmatch(pattern, by_id.get(part, ""))]
        if len(parts) > 1:
            free = [part for part in free if part not in parts]
            _propose(draft, found, taken, free_id(family, taken), WHOLE, parts, "their names are of one kind")
    if len(free) > 1:
        _propose(
            draft,
            found,
            taken,
            free_id("region", taken),
            WHOLE,
            free,
            "no heading spans them, and they stand side by side",
        )
    found.sort(key=lambda partition: partition["of"] != WHOLE)
    return found


def _family(labels: Sequence[str]) -> str:
    return next(
        (
            name
            for name, pattern in _FAMILIES
            if labels and all(re.fullmatch(pattern, label) for label in labels)
        ),
        "",
    )


def _divided(over: str, parts: Sequence[str], labels: dict[str, str]) -> str:
    """Say which segment a spanner's columns divide: the one that the spanner names, else the whole sample."""
    named = [
        (len(label), name)
        for label, name in labels.items()
        if name not in parts and re.search(rf"\b{re.escape(label)}\b", folded(over)) and len(label) > 2
    ]
    return max(named)[1] if named else WHOLE


def _propose(
    draft: Draft, found: list[dict[str, object]], taken: set[str], name: str, of: str, parts: list[str], because: str,
    label: str = "",
) -> None:  # fmt: skip
    taken.add(name)
    found.append({"id": name, "of": of, "parts": parts, **({"label": label} if label else {})})
    draft.ask(
        f"partition {name}", f"Do {', '.join(parts)} divide {of!r}: no interview in two of them, all of {of!r} in one?",
        f"yes: parts of {of}", because,
    )  # fmt: skip
