"""Titles and notes of a question, from the texts beside its table."""

import re

from polltables.importing.recognition.model import Table
from polltables.importing.recognition.titles import is_note, is_question

__all__ = ["shortened", "tail_of", "texts_of", "undecorated"]

_PIECE = re.compile(r"(?<=[?.]) (?=(?:Base|BASE|Basis|n ?=)\b)")  # a note on the base behind a question
_OF_WHOM = re.compile(r"(base|basis|n ?=|among|asked)\b", re.IGNORECASE)
_TEXT_MOST = 120
_FEW_WORDS = 4


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
    last = tail[:1].islower() and len(tail.split()) < _FEW_WORDS <= len(head.split())
    return title if last or not tail else tail


def shortened(title: str) -> str:
    """Shorten a title to what reports call the question."""
    tail = _telling(title)
    tail = tail.capitalize() if tail.isupper() else tail
    return tail if len(tail) <= _TEXT_MOST else f"{tail[: _TEXT_MOST - 1].rpartition(' ')[0]}…"
