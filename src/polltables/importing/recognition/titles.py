"""Titles and notes: which of the texts around a table are its own, and what they call it."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence

from polltables.importing.page import Cell, Grid, Line
from polltables.importing.recognition.families import family_of
from polltables.importing.recognition.folding import folded
from polltables.importing.recognition.model import Panel, Table
from polltables.importing.recognition.vocabulary import is_count_unit, is_percent_unit, is_row_heading

__all__ = [
    "is_filter", "is_note", "is_question", "own_texts", "page_of", "set_head", "shortened", "tail_of", "texts_of",
    "title_by_contents", "title_of", "undecorated"
]  # fmt: skip

_NOTE = re.compile(
    r"^[-–—(*•]|respuesta (unica|multiple|asistida|espont)|espontane|\btarjeta\b|^((un)?weighted )?base\b|^nota\b|"
    r"multiple (response|choice|answers)|^n ?=|single (response|choice|answer)|spontaneous|"
    r"read (out|aloud)|show ?card|^note\b|^\(?%|^(in|en|em) (%|"
    r"percent|prozent|porcentaje)|^.{0,25}\b(in|en|em) (%|per ?cent|prozent)$|^among (those|adults|all)|^asked (of|to)|^(a|"
    r"aux) (ceux|personnes)|^basis\b|(einfach|mehrfach)nennung|resposta (unica|multipla)|risposta (singola|multipla)|"
    r"^(une seule|plusieurs) reponse|^quelle\b|^fonte\b|^valores em|^question (asked|posee) |^source\b|^fuente\b|"
    r"^reponses? |^plusieurs reponses"
)
_QUESTION = re.compile(
    r"^(?!\d{1,3}[.,]\d{3}\b|\d{1,2}( ?[-–] ?| )\S.{0,30}(19|20)\d\d$)"
    r"\(?(q|p|f|d|qn|pregunta|question|frage|questao|domanda|문)?[ .]?\d{1,3}[a-z]?([_.-]\d{1,3})?[a-z]?[.):\s-]|"
    r"[?？](\s|\)|$)|^[¿]"
)
# Whom the next question was put to, as questionnaires say it.
_FILTER = re.compile(r"^\W*ask(ed)? (all|if|only|form|half|those|every\w*|of|to)\b|\bbased on (all|those)\b")
_PIECE = re.compile(r"(?<=[?.]) (?=(?:Base|BASE|Basis|n ?=)\b)")  # a note on the base behind a question
_OF_WHOM = re.compile(r"(base|basis|n ?=|among|asked)\b", re.IGNORECASE)
_TABLE = re.compile(r"(table|tabla|cuadro|tableau|tabelle|tabela|tavola|sheet|hoja|표)[ .]*(?=\d)")
_NAME_MOST = 20  # letters of the name of a table, which is no wording
_ITEM = re.compile(r"[a-z][.)] ")
# What a data file calls a question, as `FERRY_2.`, and instructions, as `[RANDOMIZE ITEMS]`.
_VARIABLE = re.compile(r"^[A-Z]+[0-9_][A-Z0-9_]*\.? (?=[A-Z¿“].*[a-z])")
_TOLD = re.compile(r"\s*\[[A-Z][^\[\]a-z]{5,}\]")
_TEXT_MOST = 120
_FEW_WORDS = 4


def is_note(text: str) -> bool:
    """Say whether a text tells how, or of whom, a question was asked."""
    plain = folded(text)
    return bool(_NOTE.search(plain)) or is_filter(plain) or is_percent_unit(text) or is_count_unit(text)


def is_filter(plain: str) -> bool:
    """Say whether a folded text says of whom the question behind it was asked."""
    return bool(_FILTER.search(plain))


def is_question(text: str) -> bool:
    """Say whether a text reads like a question: a number before it that is no age, or a question mark."""
    return bool(_QUESTION.search(folded(text))) and not family_of(text)


def _is_note_alone(text: str) -> bool:
    """Say whether a text is a note and no question that also says how it was asked."""
    return is_note(text) and not is_question(text)


def page_of(where: str) -> str:
    """Return the page of a place; empty where the file has none."""
    match = re.search(r", page (\d+)", where)
    return match[1] if match else ""


def own_texts(lines: Sequence[Line]) -> list[Line]:
    """Return of the texts before a table those that are its own: title and the notes after it.

    The last heading and all that follows it are the table's; without a heading, the last line that is no note, with what a
    blank row does not set apart from it.
    """
    texts = list(lines)
    while texts and not texts[-1].text:
        texts.pop()
    if texts and texts[-1].size:
        return _of_page(texts)
    headings = [at for at, line in enumerate(texts) if line.heading]
    if headings:
        start = headings[-1]
        while start > 0 and texts[start - 1].heading and not is_question(texts[start].text):
            start -= 1
        return [line for line in texts[start:] if line.text]
    start = len(texts)
    while start > 0 and (not texts[start - 1].text or _is_note_alone(texts[start - 1].text)):
        start -= 1
    return [line for line in texts[max(start - 1, 0) :] if line.text]


def title_by_contents(tables: Sequence[Table], grids: Iterable[Grid], lines: Iterable[Line]) -> None:
    """Give tables that are called by a mere name, or by that of their sheet, the wording beside it in a list of contents.

    The list stands on another sheet, each wording behind a name in the next cell or after a colon; `lines` are texts of it.
    """
    listed: dict[str, list[tuple[str, list[Cell]]]] = {}
    sheets = Counter(table.where for table in tables)
    for grid in (
        one for one in grids if one.where not in sheets
    ):  # a header with its spanners is no such list
        for cells in ([cell for cell in row if cell.text] for row in grid.rows):
            texts = [cell.text for cell in cells]
            parts = texts if len(texts) != 1 else re.split(r"(?<=\w)[:.)] ", texts[0], maxsplit=1)
            wording = max(parts[1:], key=len, default="")
            if len(wording) > _NAME_MOST >= len(parts[0]):
                listed.setdefault(_name(parts[0]), []).append((wording, cells))
    for table in tables:
        names = [line.text for line in table.texts]
        if sheets[table.where] == 1 and (sheet := re.search(r", sheet '(.*)'$", table.where)):
            names.append(sheet[1])
        found = [one for name in names for one in listed.get(_name(name), [])]
        if found and all(len(line.text) <= _NAME_MOST or is_note(line.text) for line in table.texts):
            wording, cells = found[0]
            known = [line for line in table.texts if _name(line.text) in listed]
            told = [line for line in lines if line.where == cells[0].where] if len(cells) < 3 else []
            for line in (*known, *told):
                line.used = True
            for cell in cells:
                cell.used = True
            rest = [line for line in table.texts if line not in known]
            table.texts, table.titled = [Line(wording, cells[0].where), *rest], True


def _name(text: str) -> str:
    return _TABLE.sub("", folded(text).rstrip(" .:"))


def _of_page(texts: Sequence[Line]) -> list[Line]:
    """Take what stands over a table on its page, from the largest text on; smaller texts above that are something else."""
    page = page_of(texts[-1].where)
    here = [line for line in texts if any(one.isalpha() for one in line.text) and page_of(line.where) == page]
    if not here:
        return []
    # What stands under the last line of a technical sheet, if more than notes, is nearer than what stands over it.
    last = max((at for at, line in enumerate(texts) if not line.text), default=-1)
    beneath = [line for line in texts[last + 1 :] if line in here]
    here = beneath if not all(_is_note_alone(line.text) for line in beneath) else here
    filters = [at for at, line in enumerate(here) if is_filter(folded(line.text))]
    if filters and not all(_is_note_alone(line.text) for line in here[filters[-1] :]):
        return here[filters[-1] :]
    largest = max(line.size for line in here)
    start = next(at for at, line in enumerate(here) if line.size >= 0.95 * largest)
    bold = [at for at, line in enumerate(here) if line.heading]
    if all(line.size > 0.85 * largest for line in here) and bold:
        start = bold[0]
    numbered = [at for at, line in enumerate(here) if is_question(line.text)]
    return here[min([start, *numbered]) :]


def texts_of(table: Table, number: int) -> tuple[str, str]:
    """Part the texts of a table into its title and the notes on how it was asked."""
    pieces = [piece for line in (*table.texts, *table.notes) for piece in _PIECE.split(line.text)]
    lines = [(undecorated(piece), is_note(piece)) for piece in pieces]
    for line in (*table.texts, *table.notes):
        line.used = True
    lines = [(text, note) for text, note in lines if text]
    if not any(is_question(text) for text, note in lines if not note):
        # Names beside a chart are less than a question that also says how it was asked.
        lines = [
            (text, note and (text[-1] not in "?？" or bool(_OF_WHOM.match(text)))) for text, note in lines
        ]
    if lines and all(note for _, note in lines) and table.texts:
        lines[0] = (lines[0][0], False)
    titles = [text for text, note in lines if not note]
    notes = [text for text, note in lines if note]
    # A heading over a numbered question is its name; what is said at length before a question introduces it.
    asked = next((at for at, text in enumerate(titles) if is_question(text)), None)
    if asked is not None:
        before, titles, after = titles[:asked], titles[asked : asked + 1], titles[asked + 1 :]
        if before and not re.match(r"\(?[A-Za-z]{0,2}\d", titles[0]) and sum(map(len, before)) <= _TEXT_MOST:
            titles = [*before, *titles]
        else:
            notes = [*before, *notes]
        notes = [*after, *notes] if before or len(after) > 1 else notes
        titles += [] if before or len(after) > 1 else after
    if not titles:
        titles = [f"Table {number}"]
    broken = all(text.isupper() for text in titles)
    return (" " if broken else ". ").join(titles), ". ".join(notes)


def undecorated(text: str) -> str:
    """Take off the dashes and bullets that set a line apart."""
    return re.sub(r"^[-–—•*\s]+|[-–—*\s]+$", "", text)


def tail_of(title: str) -> str:
    """Return the telling part of a title, without the number of the question."""
    tail = _telling(title)
    return re.sub(r"^\(?[A-Za-z]{0,2}\d{1,3}[a-z]?([_.-]\d{1,3})?[a-z]?[.):\s]+", "", tail) or tail


def _telling(title: str) -> str:
    """Return what stands behind a colon, unless these are only the last words of a sentence."""
    head, _, tail = title.rpartition(":")
    tail = tail.strip(" .?¿")
    goes_on = tail[:1].islower() and not _ITEM.match(tail)
    last = goes_on and len(tail.split()) < _FEW_WORDS <= len(head.split())
    return title if last or not tail else tail


def shortened(title: str) -> str:
    """Shorten a title to what reports call the question, without the name of a variable and what interviewers are told."""
    tail = _telling(_TOLD.sub("", title)).removesuffix(":")
    tail = _VARIABLE.sub("", tail) or tail
    tail = tail.capitalize() if tail.isupper() else tail
    return tail if len(tail) <= _TEXT_MOST else f"{tail[: _TEXT_MOST - 1].rpartition(' ')[0]}…"


def title_of(panel: Panel, own: Sequence[Line], headings: Sequence[Cell]) -> str:
    """Return the first text over a table, or the corner of its header."""
    corner = [cell for row in panel.head for cell in row[panel.first : panel.last + 1]]
    texts = [text.text for text in own]
    return next(
        filter(None, [*(c.text for c in headings), *texts, *(c.text for c in (*panel.between, *corner))]), ""
    )


def set_head(table: Table, panel: Panel, own: Sequence[Line], headings: Sequence[Cell]) -> None:
    """Give a table its title and notes: texts over it, headings of its section, texts under its header, its corner."""
    sheets = [line for line in own if line.where.endswith(f"sheet {line.text!r}")]
    files = [line for line in own if line.where.startswith(f"{line.text}.")]
    if len(own) == len(sheets) + len(files) and not is_row_heading(table.stub):
        # The corner of a header says more than the name of its sheet or file.
        table.notes, own = [*table.notes, *sheets], []
    if own and not headings:
        for cell in panel.between:
            cell.why = "a text between the header of a table and its figures"
    over = headings or ([] if own else panel.between)
    for cell in over:
        cell.used = True
    table.texts = [*own, *(Line(cell.text, cell.where) for cell in over)]
    table.titled = bool(table.texts)
    table.places = [panel.where]
    if not table.texts and panel.dense and panel.group >= 0:
        # One row a group and candidates, as exit polls are handed on; nothing else is printed without a question.
        table.texts, table.stub = [Line("Vote", table.where)], ""
        table.doubts.append(
            ("title", "What is the table's title?", "Vote", "no text stands over it; it is laid out like an exit poll")
        )  # fmt: skip
    if not table.texts and table.stub and not is_row_heading(table.stub):
        table.texts, table.titled, table.stub = [Line(table.stub, table.where)], True, ""
