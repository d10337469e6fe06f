"""Tables turned into questions: what they are called, of what kind they are, which rows are what, how they were asked."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import chain

from analysis.polls.segments import WHOLE
from polltables.importing.drafting.draft import Draft, DraftQuestion, DraftRow, fitting
from polltables.importing.drafting.ids import free_id, identifier
from polltables.importing.drafting.topics import is_undecided, names_candidates, topic_of
from polltables.importing.recognition.figures import count_in
from polltables.importing.recognition.folding import folded
from polltables.importing.recognition.model import Table
from polltables.importing.recognition.sums import FEW_ANSWERS, fractions_of, is_short, table_sums
from polltables.importing.recognition.titles import shortened, tail_of, texts_of
from polltables.importing.recognition.vocabulary import base_kind, role_of

__all__ = ["draft_questions"]

_MULTIPLE = (
    r"mas de una respuesta|respuestas? multiples?|multiple (response|choice|answer|mention)|more than one (answer|"
    r"response|option|mention|choice)|(all|any) that apply|suma(n)? mas de 100|"
    r"over 100|plusieurs reponses|reponses multiples|mehrfach|risposta multipla|resposta multipla|복수 ?응답"
)
_SINGLE = r"respuesta unica|una sola respuesta|single (response|answer|choice)|one answer|une seule reponse"
_ASKED = (
    ("card", r"tarjeta|cedula|showcard|show card|\bcard\b|ballot paper|tarjeton"),
    ("spontaneous", r"spontan|pregunta abierta|unprompted|open[- ]ended"),
    ("read_aloud", r"leer|leid|lectura|asistida|guiada|read (out|aloud)|prompted"),
)  # fmt: skip
_BASE_PART = (
    r"base ?:?.*(que|who|qui|among)\b|solo (a |entre )|entre quienes|only (those|asked)|among (those|the|adults|voters|"
    r"respondents|women|men)|ask(ed)? (of those|if|form|half)\b|based on those|aupres de(s)? |nur (befragte|wer)|\(if "
)
_BASE_ALL = (
    r"base ?:? ?(total|todos|all|ensemble|alle)|total (de )?(la )?(muestra|entrevistad|encuestad|encuestas)|all (respond|"
    r"adults|interviews|voters)|\bask all\b|(en %|aupres de) ?-? ?(l')?ensemble"
)
# What is asked once about all questions of which it is true: the question, the answer proposed, and why.
_ONCE = {
    "titles": ("What {were} {these} called?", "by number", "no text stands over the figures"),
    "candidates": ("In which questions are the answers candidates, so that they count as votes?", "{these}",
                   "titles that ask for whom people would vote, or names beside blank ballots"),
    "asked": ("How {were} {these} asked: card, read_aloud or spontaneous?", "not_stated", "no note says so"),
    "base": ("Who {were} {these} put to: all interviews of a column, or part of them?", "all",
             "no note names a part of the sample"),
    "not_published": ("Why are cells of {these} without a figure?", "no reason is stated",
                      "the cells are blank or hold a sign; until 'not_published' says why, the audit finds gaps"),
    "answers": ("Which answers of {these} are not printed?", "as printed",
                "most of their columns add up to less than 100, beyond rounding"),
}  # fmt: skip
_HOW_MUCH = r"\d|(much|bastante|poc|muit|pouc)\w*\b|algo$|a (lot|little|great deal)\b"
_MANY = 6
_ITEM = re.compile(r": (?=\(?(?:[a-z]|\d{1,2})[.)] )")  # before an item of a list, as `: b. the bus`


def draft_questions(
    draft: Draft, tables: Sequence[Table], segments: Sequence[Sequence[str | None]], n: int | None
) -> None:
    """Make a question of every table: ids, roles, conditions, kind, and the values proposed for each."""
    taken: set[str] = set()
    repeated: list[tuple[str, str, str]] = []
    fractions: set[str] = set()
    once: dict[str, list[str]] = {about: [] for about in _ONCE}
    for number, (table, named) in enumerate(zip(tables, segments, strict=True), start=1):
        columns = _put_to(table, named)
        title, notes = texts_of(table, number)
        name = free_id(topic_of(title) or identifier(tail_of(title), 6), taken)
        taken.add(name)
        rows = _rows(draft, table, columns, name, candidates=names_candidates(table, title))
        question = DraftQuestion(table, rows, _bases(table, columns))
        words = folded(f"{title} {notes}")
        asked = next((asked for asked, pattern in _ASKED if re.search(pattern, folded(notes))), "not_stated")
        base = _base(question.bases["unweighted_base"], columns, words, n)
        once["titles"] += [name] if title == f"Table {number}" else []
        once["candidates"] += [name] if any(row.role == "candidate" for row in rows) else []
        once["base"] += [name] if not base else []
        once["asked"] += [name] if asked == "not_stated" else []
        question.entry = {
            "id": name,
            "file": f"{number:02}-{name.replace('_', '-')[:60]}.csv",
            "name": fitting(shortened(title)),
            "title": fitting(title),
            **({"instructions": fitting(notes)} if notes else {}),
            **({"row_heading": fitting(table.stub)} if table.stub else {}),
            "kind": _kind(draft, table, name, words),
            "asked": asked,
            "base": base or "all",
        }
        for about, doubt, proposed, because in table.doubts:
            draft.ask(f"question {name}, {about}", doubt, proposed, because)
        earlier, why = _repeats(question, draft.questions)
        if earlier:
            question.entry["repeats"] = earlier
        repeated += [(name, earlier, why)] if why else []
        fractions.update(fractions_of(table))
        once["not_published"] += _gaps(draft, question)
        single = question.entry["kind"] == "single_response"
        once["answers"] += [name] if single and is_short(table) else []
        draft.questions.append(question)
    if repeated:
        (name, earlier, why), *more = repeated
        draft.ask(
            "questions, repeated" if more else f"question {name}, repeats",
            "Do these tables print the figures of earlier ones again?"
            if more
            else f"Does the table print the figures of {earlier!r} again?",
            "; ".join(f"{name}: {earlier}" for name, earlier, _ in repeated) if more else earlier,
            "figures of answers with the same ids are the same" if more else why,
        )
    if fractions:
        draft.ask(
            "figures", f"Are {_listed(sorted(fractions))} shares of one, and not per cents? Mend them in the tables.",
            "as printed", "all others of their columns are whole per cents, and add up to 100 with a hundred times these",
        )  # fmt: skip
    for about, (doubt, proposed, because) in _ONCE.items():
        names = once[about]
        these = f"all {len(tables)} questions" if len(names) == len(tables) > 1 else _listed(names)
        if names:
            alone = about == "titles" and len(names) == 1
            told = {"were": "was" if len(names) == 1 else "were", "these": these}
            draft.ask(
                f"question {these}, title" if alone else f"questions, {about}",
                doubt.format(**told), proposed.format(**told), because,
            )  # fmt: skip


def _put_to(table: Table, columns: Sequence[str | None]) -> list[str | None]:
    """Return the columns, None of those that are blank from top to bottom where the others have bases: nobody was asked."""
    counted = any(column.base for column in table.columns)
    return [
        None
        if counted and column.base in {"", "0"} and all(row.figures[at] is None for row in table.rows)
        else name
        for at, (name, column) in enumerate(zip(columns, table.columns, strict=True))
    ]


def _bases(table: Table, columns: Sequence[str | None]) -> dict[str, dict[str, str]]:
    """Collect the printed bases of a table, by kind and segment."""
    pairs = [(name, column) for name, column in zip(columns, table.columns, strict=True) if name is not None]
    whole = next((column for name, column in pairs if name == WHOLE), None)
    if whole is not None and not any(column.base for column in table.columns):
        stated = [count for line in (*table.texts, *table.notes) if (count := _base_of_note(line.text))]
        whole.base = stated[0] if stated else ""
    return {
        "unweighted_base": {name: column.base for name, column in pairs if column.base},
        "weighted_base": {name: column.weighted for name, column in pairs if column.weighted},
    }


def _base_of_note(text: str) -> str:
    """Return the interviews that a note such as `Base: 1,180 respondents` states; empty where it states none or several."""
    found = re.search(r"(?:^|[.;?] |[(\[])(base|basis|n)\b([^:=]{0,40})[:=](.{0,60})", folded(text))
    if not found or base_kind(found[1] + found[2]) in {"", "weighted"}:
        return ""
    return count_in(re.split(r", |\. ", found[3])[0])


def _listed(names: Sequence[str]) -> str:
    more = f" and {len(names) - _MANY} more" if len(names) > _MANY else ""
    return f"{', '.join(names[:_MANY])}{more}"


def _rows(
    draft: Draft, table: Table, columns: Sequence[str | None], question: str, *, candidates: bool
) -> list[DraftRow]:
    """Give every row an id, a role and the answer among whose givers it is a share."""
    given = table.given
    rows: list[DraftRow] = []
    taken: set[str] = set()
    undecided = any(role_of(row.label) == "undecided" for row in table.rows)
    lasts = Counter(identifier(_named(row.label)) for row in table.rows)
    for at, row in enumerate(table.rows):
        figures = {
            name: figure for name, figure in zip(columns, row.figures, strict=True) if name is not None
        }
        made = DraftRow(fitting(row.label), figures, role=row.role, unit=fitting(row.unit))
        role = row.role or role_of(row.label)
        if role == "nothing" and any(re.match(_HOW_MUCH, folded(other.label)) for other in table.rows):
            role = ""  # None is a number there, or the least of a scale
        if candidates and not undecided and role == "no_opinion" and is_undecided(row.label):
            role = "undecided"
        parent = given.get(at)
        if parent is not None:
            made.given = rows[parent].id
            made.role = role
            wanted = f"{made.given}_{role or identifier(row.label, 3)}"
        elif role in {"certain", "may_change"} or not role:
            made.role = role or ("candidate" if candidates else "")
            person = identifier(_named(row.label))
            named = made.role == "candidate" and lasts[person] == 1
            wanted = person if named else identifier(row.label, 4)
        else:
            made.role = role
            wanted = role if role not in {"net", "mean", "change"} else f"{role}_{identifier(row.label, 4)}"
        made.id = free_id(wanted[:80], taken)
        taken.add(made.id)
        rows.append(made)
    for row, made in zip(table.rows, rows, strict=True):
        made.of = " ".join(rows[one].id for one in row.of)
    if given:
        shares = ", ".join(f"{row.id} of {row.given}" for row in rows if row.given)
        draft.ask(
            f"question {question}, given", "Which rows are shares of those who gave the answer above them?", shares,
            "they add up to 100 beneath an answer, and all rows together to more",
        )  # fmt: skip
    return rows


def _named(label: str) -> str:
    """Return the last name of a person, which is printed before the party."""
    return (re.split(r"\s+[-–—]\s+|\s*[(/,|]", label)[0].split() or [label])[-1]


def _kind(draft: Draft, table: Table, question: str, words: str) -> str:
    """Say whether a person could give several answers: by the notes, else by the sums of the columns."""
    if re.search(_SINGLE, words):
        return "single_response"
    if re.search(_MULTIPLE, words):
        return "multiple_response"
    sums = table_sums(table)
    if not sums:
        return "single_response"
    over = sum(total > 100 + max(slack, 0.011) for total, slack in sums)
    short = sum(total < 100 - max(slack, 0.011) for total, slack in sums)
    lowest, highest = min(total for total, _ in sums), max(total for total, _ in sums)
    because = f"the columns add up to {lowest:g}" + (f"–{highest:g}" if highest > lowest else "")
    if over > 0.15 * len(sums):
        doubt, kind = "Could one person give several answers?", "multiple_response"
        doubtful = over <= 0.5 * len(sums) or highest <= 110
    else:
        doubt = "Could one person give several answers, or are answers missing?"
        kind, doubtful = "single_response", short > 0.5 * len(sums) and lowest < FEW_ANSWERS
    if doubtful:
        draft.ask(f"question {question}, kind", doubt, kind, because)
    return kind


def _base(printed: Mapping[str, str], columns: Sequence[str | None], words: str, n: int | None) -> str:
    """Say whether all interviews of a column were asked, as far as notes or the printed bases tell."""
    if n and printed and (WHOLE in printed or WHOLE not in columns):  # else these need not make up the whole
        interviews = int(printed.get(WHOLE, 0)) or sum(map(int, printed.values()))
        nearly = interviews < n and re.search(_BASE_PART, words)
        return "all" if interviews >= 0.97 * n and not nearly else "part"
    if re.search(_BASE_PART, words):
        return "part"
    return "all" if re.search(_BASE_ALL, words) else ""


def _repeats(question: DraftQuestion, earlier: Sequence[DraftQuestion]) -> tuple[str, str]:
    """Propose that a table prints an earlier one again: two or more answers of substance with the same figures; and why.

    A rest of the same name, such as those who gave no answer, may be off here and there, but not in most places.
    """
    mine = {row.id: row for row in question.rows if not row.given}
    asked = folded(question.entry["title"])
    for other in earlier:
        before = folded(other.entry["title"])
        again = asked == before
        items = [_ITEM.split(title, maxsplit=1) for title in (asked, before)]
        if not again and items[0][0] == items[1][0] and len(items[0]) == len(items[1]) == 2:
            continue
        shared, rests = list[list[bool]](), list[list[bool]]()
        for row in other.rows:
            if row.id in mine and not row.given:
                one, two = row.figures, mine[row.id].figures
                alike = [
                    one[at] == two[at] for at in one.keys() & two.keys() if one[at] is not None is not two[at]
                ]
                (shared if mine[row.id].role in {"", "candidate"} else rests).append(alike)
        same = sum(map(sum, shared))
        whole = all(map(all, shared)) and all(2 * sum(alike) >= len(alike) for alike in rests)
        if len(shared) >= 2 and same >= (2 if again else 4) and whole:
            name = str(other.entry["id"])
            return name, "" if again else f"all {same} figures of answers with the same ids are the same"
    return "", ""


def _gaps(draft: Draft, question: DraftQuestion) -> list[str]:
    """Say which columns are missing, or what stands in place of figures; return the id where nothing says why."""
    rows = question.table.rows
    printed = set(chain.from_iterable(row.figures for row in question.rows))
    absent = [segment["label"] for segment in draft.document["segments"] if segment["id"] not in printed]
    gaps = any(figure is None for row in question.rows for figure in row.figures.values())
    signs = " ".join(sorted(frozenset().union(*(row.signs for row in rows))))
    if gaps and (not signs or any(row.blanks for row in rows)):
        return [question.entry["id"]]
    lacks = [", ".join(absent)] if len(absent) <= _MANY else [len(absent), len(draft.document["segments"])]
    said = {
        "es": ("La tabla no tiene columna {}", "{} de las {} columnas", "Las celdas en las que se imprimió {}"),
        "en": ("The table has no column {}", "{} of the {} columns", "The cells in which {} is printed"),
    }  # fmt: skip
    for language, suffix in ((draft.document["language"], ""), ("en", "_en")):
        *missing, instead = said["es" if language == "es" else "en"]
        reasons = [missing[len(lacks) - 1].format(*lacks)] * bool(absent) + [instead.format(signs)] * gaps
        if reasons:
            question.entry[f"not_published{suffix}"] = fitting(". ".join(reasons))
    return []
