"""Tables turned into questions: what they are called, which rows are conditional, how they were asked."""

import re
from collections.abc import Sequence

from polltables.importing.conditions import conditions_of, full_columns
from polltables.importing.draft import Draft, Row, Table
from polltables.importing.vocabulary import TOPICS, folded, free_id, identifier, role_of

__all__ = ["draft_questions"]

_MULTIPLE = r"mas de una respuesta|respuestas? multiples?|multiple|more than one|all that apply|suma(n)? mas de 100|over 100"
_SINGLE = r"respuesta unica|una sola respuesta|single (response|answer|choice)|one answer"
_ASKED = (
    ("card", r"tarjeta|cedula|showcard|show card|\bcard\b|ballot"),
    ("spontaneous", r"espontane|pregunta abierta|spontaneous|unprompted|open[- ]ended"),
    ("read_aloud", r"leer|leid|lectura|asistida|guiada|read (out|aloud)|prompted"),
)  # fmt: skip
_BASE_PART = r"base ?:?.*(que|who)\b|solo (a |entre )|entre quienes|only (those|asked)|among (those|the)|asked of those"
_BASE_ALL = r"base ?:? ?(total|todos|all)|total (de )?(la )?(muestra|entrevistad|encuestad)|all (respond|adults|interviews)"


def draft_questions(draft: Draft) -> None:
    """Complete the tables of a draft: ids, roles, conditions, kind, and the values proposed for each question."""
    taken: set[str] = set()
    for number, table in enumerate(draft.tables, start=1):
        title, notes = str(table.entry["title"]), str(table.entry.pop("notes"))
        topic = next((topic for topic in TOPICS if re.search(topic[1], folded(title))), None)
        tail = title.rpartition(":")[2].strip(" .?¿") or title
        name = free_id(topic[0] if topic else identifier(tail), taken)
        taken.add(name)
        _name_rows(draft, table, name, candidates=topic is not None and topic[2])
        entry = {
            "id": name,
            "file": f"{number:02}-{name.replace('_', '-')[:60]}.csv",
            "name": (tail.capitalize() if tail.isupper() else tail)[:120],
            "title": title,
            **({"instructions": notes} if notes else {}),
            **({"row_heading": table.stub} if table.stub else {}),
            "kind": _kind(draft, table, name, folded(f"{title} {notes}")),
            "asked": _asked(draft, name, folded(notes)),
            "base": _base(draft, name, folded(notes)),
        }
        earlier = _repeats(draft, table, name, draft.tables[: number - 1])
        if earlier:
            entry["repeats"] = earlier
        table.entry = entry
        _gaps(draft, table, name)


def _name_rows(draft: Draft, table: Table, question: str, *, candidates: bool) -> None:
    """Give every row an id, a role and the answer among whose givers it is a share."""
    given = conditions_of(table.rows)
    proposed, conditional = [], []
    taken: set[str] = set()
    for position, row in enumerate(table.rows):
        parent = given.get(position)
        row.role = role_of(row.label)
        if parent is not None:
            row.given = table.rows[parent].id
            wanted = f"{row.given}_{row.role or identifier(row.label, 3)}"
            conditional.append(row.label)
        elif row.role in {"certain", "may_change"} or not row.role:
            row.role = row.role or ("candidate" if candidates else "")
            wanted = _surname(row.label) if row.role == "candidate" else identifier(row.label, 4)
        else:
            wanted = row.role
        row.id = free_id(wanted, taken)
        taken.add(row.id)
        if row.role:
            proposed.append(f"{row.id}: {row.role}")
    if proposed:
        draft.ask(
            f"question {question}, roles", "What kind of answer is each row?", ", ".join(proposed),
            "the words of the labels" + ("; the others of a question on the vote are candidates" if candidates else ""),
        )  # fmt: skip
    if conditional:
        rows = ", ".join(f"{row.id} of {row.given}" for row in table.rows if row.given)
        draft.ask(
            f"question {question}, given", "Which rows are shares of those who gave the answer above them?", rows,
            f"the labels {', '.join(map(repr, dict.fromkeys(conditional)))} come back under several answers"
            if len(set(conditional)) < len(conditional) else "they sum to 100 beneath an answer, whose table sums to more",
        )  # fmt: skip


def _surname(label: str) -> str:
    """Make a candidate's id of the last name that is printed before the party."""
    person = re.split(r"\s+[-–—]\s+|\s*[(/,|]", label)[0]
    words = re.findall(r"[a-z0-9]+", folded(person))
    return identifier(words[-1] if words else label)


def _sums(rows: Sequence[Row]) -> list[float]:
    return [sum(column) for column in full_columns([row for row in rows if not row.given])]


def _kind(draft: Draft, table: Table, question: str, words: str) -> str:
    """Propose the kind of question by its notes, else by the sums of its columns."""
    if re.search(_MULTIPLE, words):
        return "multiple_response"
    if re.search(_SINGLE, words):
        return "single_response"
    sums = _sums(table.rows)
    slack = 0.06 * len(table.rows) + (1.1 if draft.document["decimals"] == 0 else 0)
    single = all(abs(total - 100) <= slack for total in sums)
    because = (
        f"the full columns sum to {min(sums):.1f}–{max(sums):.1f}"
        if sums
        else "no column is full, so sums do not tell"
    )
    kind = "single_response" if single else "multiple_response"
    draft.ask(f"question {question}, kind", "Could one person give several answers?", kind, because)
    return kind


def _asked(draft: Draft, question: str, words: str) -> str:
    asked = next((asked for asked, pattern in _ASKED if re.search(pattern, words)), "not_stated")
    if asked == "not_stated":
        draft.ask(
            f"question {question}, asked",
            "How was it asked: card, read_aloud or spontaneous?",
            asked,
            "no note says so",
        )
    return asked


def _base(draft: Draft, question: str, words: str) -> str:
    if re.search(_BASE_PART, words):
        base, because = "part", "a note names a part"
    elif re.search(_BASE_ALL, words):
        return "all"
    else:
        base, because = "all", "no note names a part of the sample"
    draft.ask(
        f"question {question}, base",
        "Was it asked of all interviews of a column, or of part of them?",
        base,
        because,
    )
    return base


def _repeats(draft: Draft, table: Table, question: str, earlier: Sequence[Table]) -> str:
    """Propose that a table prints an earlier one again: two or more answers with the same figures."""
    mine = {row.id: row.figures for row in table.rows if not row.given}
    for other in earlier:
        shared = [(row.figures, mine[row.id]) for row in other.rows if row.id in mine and not row.given]
        pairs = [
            (one[segment], two[segment])
            for one, two in shared
            for segment in one.keys() & two.keys()
            if one[segment] is not None and two[segment] is not None
        ]
        if len(shared) >= 2 and len(pairs) >= 4 and sum(one == two for one, two in pairs) > len(pairs) / 2:
            name = str(other.entry["id"])
            draft.ask(
                f"question {question}, repeats", f"Does the table print the figures of {name!r} again?", name,
                f"{sum(one == two for one, two in pairs)} of {len(pairs)} figures of answers with the same ids are the same",
            )  # fmt: skip
            return name
    return ""


def _gaps(draft: Draft, table: Table, question: str) -> None:
    """Say which columns a table does not have, which is why cells are missing; ask about other gaps."""
    printed = {name for row in table.rows for name in row.figures}
    absent = [segment["label"] for segment in draft.document["segments"] if segment["id"] not in printed]
    blank = sum(figure is None for row in table.rows for figure in row.figures.values())
    if absent and not blank:
        spanish = draft.document["language"] == "es"
        table.entry["not_published"] = (
            "La tabla no tiene columna " if spanish else "The table has no column "
        ) + ", ".join(absent)
        table.entry["not_published_en"] = "The table has no column " + ", ".join(absent)
    elif blank:
        draft.ask(
            f"question {question}, not_published", f"Why are {blank} cells without a figure?", "no reason is stated",
            "the cells are blank or hold a sign; until 'not_published' says why, the audit finds a gap",
        )  # fmt: skip
