"""Tables that hold several questions: one for each item of a list, for each scenario, or for each block of columns."""

import re
from collections.abc import Sequence
from dataclasses import replace

from polltables.importing.page import Line
from polltables.importing.recognition.dates import is_date_label
from polltables.importing.recognition.families import is_demographic, is_segment_word, is_whole
from polltables.importing.recognition.folding import bare, folded, pattern_of
from polltables.importing.recognition.model import Item, Table
from polltables.importing.recognition.titles import is_note, is_question

__all__ = ["are_items", "asked_about", "questions_of"]

_ANNOUNCED = pattern_of(
    r"\b(each|cada un[oa]?|chacune?|jeweils|ciascun[oa]?|statements?|afirmaci(on|ones)|afirmacoes|frases|affirmations?)\b|",
    r"\baussagen\b|",
    r"\b(public figures|politicians|political leaders|institutions|personajes|personalidades|politicos|instituciones|"
    r"instituicoes|personnalites|dirigeants|politiker|institutionen|istituzioni)\b|",
    r"(\.\.\.|…)\W*$|^(?!.*\b(which|what|who|cual(es)?|quien(es)?|quel(le)?s?|welche[nrs]?|qua(l|is|le|li)?)\b.{0,25}"
    r"\b(following|siguientes|suivant|folgend|seguint|seguent)).*"
    r"\b(following|siguientes|suivant(e?s)|folgende[nr]?|seguintes|seguenti)\b",
)
_SCENARIO = pattern_of(
    r"(hypothe[sz]e|hypothesis|hipotesis|hipotese|ipotesi|scenario|escenario|cenario|szenario|configuration)\b.{0,60}|",
    r"(si|if|se|wenn|falls) (?!no\b).{3,80}|.{2,40} (vs\.?|versus|gegen|contra|contre|contro) .{2,40}",
)
_PEOPLE = pattern_of(
    r"^(people|those|voters?|supporters?|electeurs?|sympathisant|proches?|personas|quienes|votantes|simpatizantes|personen|"
    r"wahler|anhanger|eleitores|elettori|less|more|menos|mas|moins|plus|between|from|de|entre)\b|"
    r"\b(voters?|supporters?|households?|income|degree|years?|anos|ans|school)$",
)
_WORDS = 4  # of a label that says something, and names no group


def are_items(labels: Sequence[str], texts: Sequence[str]) -> bool:
    """Say whether labels are what people were asked about: a text announces them, they are sentences, or scenarios.

    Examples
    --------
    >>> are_items(["Ana Ruelas", "Bruno Seco"], ["What do you think of each of these people?"])
    True
    >>> are_items(["North Valley", "Old Town"], ["Approval of the mayor"])
    False

    Groups of people whose names nobody knows look like items, but for such words.
    """
    long = sum(len(one.split()) >= _WORDS and not _PEOPLE.search(folded(one)) for one in labels)
    announced = any(_ANNOUNCED.search(folded(text)) for text in texts)
    return announced or 2 * long > len(labels) or all(_SCENARIO.fullmatch(bare(label)) for label in labels)


def asked_about(item: Item) -> tuple[str, ...]:
    """Return the headings and label of an item, or the headings over a date, since that only says when it was asked."""
    return item.path if item.path and is_date_label(item.label) else (*item.path, item.label)


def questions_of(table: Table, *, items: bool) -> list[Table]:
    """Part a table into the questions that stand side by side in it; of a list of `items` each is one of the whole sample.

    Scenarios tell themselves by their words; blocks, by a column for the whole in each of them, under what no group is
    called.
    """
    paths = [(*column.path, column.label) for column in table.columns]
    names = [
        ": ".join(asked_about(column)) if items else path[0]
        for column, path in zip(table.columns, paths, strict=True)
    ]
    heads = list(dict.fromkeys(names))
    if not items and (len(heads) < 2 or not (_are_scenarios(heads) or _are_blocks(paths))):
        return [table]
    notes = [line for line in table.texts if is_note(line.text) and not is_question(line.text)]
    stem = ". ".join(line.text for line in table.texts if line not in notes).rstrip(" .:…")
    stem = re.sub(r"[.…]+ (?=[a-zà-ÿ])", " ", stem)  # a sentence over several lines
    made = []
    for head in heads:
        block = [at for at, name in enumerate(names) if name == head]
        kept = [at for at, row in enumerate(table.rows) if any(row.figures[one] is not None for one in block)]
        rows = [
            replace(
                row := table.rows[at],
                figures=[row.figures[one] for one in block],
                of=tuple(kept.index(one) for one in row.of if one in kept),
            )
            for at in kept
        ]
        columns = [_below(table.columns[at], head) for at in block]
        title = Line(f"{stem}: {head}" if stem else head, columns[0].where or table.where)
        made.append(
            replace(table, columns=columns, rows=rows, texts=[title, *notes], titled=True, doubts=[],
                    notes=list(table.notes), places=list(table.places))
        )  # fmt: skip
    if not _are_scenarios(heads) and not all(is_date_label(path[-1]) for path in paths):
        made[0].doubts = [
            ("items", f"Are {', '.join(heads[:6])} what people were asked about, and no groups of people?", "yes",
             "no column beside them is the whole sample, and none has the name of a group")
        ]  # fmt: skip
    return made


def _below(column: Item, head: str) -> Item:
    """Return a column without the heading that became its question; without a name of its own it is the whole."""
    path = (*column.path, column.label)
    *over, label = path[1:] if path[0] == head and len(path) > 1 else ("",)
    return replace(column, path=tuple(over), label=label)


def _are_scenarios(heads: Sequence[str]) -> bool:
    return all(_SCENARIO.fullmatch(bare(head)) for head in heads)


def _are_blocks(paths: Sequence[tuple[str, ...]]) -> bool:
    """Say whether columns stand in blocks of the same names, each with the whole, under heads that name no group."""
    blocks: dict[str, list[tuple[str, ...]]] = {}
    for head, *names in paths:
        blocks.setdefault(head, []).append(tuple(map(folded, names)))
    first, *others = blocks.values()
    grouped = any(is_whole(head) or is_segment_word(head) or is_demographic(head) for head in blocks)
    whole = any(len(names) == 1 and is_whole(names[0]) for names in first)
    return not grouped and whole and all(block == first for block in others)
