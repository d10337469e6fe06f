"""Which of the texts around a table are its title and notes."""

import re
from collections.abc import Sequence

from polltables.importing.page import Line
from polltables.importing.recognition.families import family_of
from polltables.importing.recognition.folding import folded

__all__ = ["is_note", "is_question", "own_texts", "page_of"]

_NOTE = re.compile(
    r"^[-–—(*•]|respuesta (unica|multiple|asistida|espont)|espontane|\btarjeta\b|^base\b|^nota\b|multiple (response|choice|"
    r"answers)|^n ?=|single (response|choice|answer)|spontaneous|read (out|aloud)|show ?card|^note\b|^\(?%|^(in|en|em) (%|"
    r"percent|prozent|porcentaje)|^.{0,25}\b(in|en|em) (%|per ?cent|prozent)$|^among (those|adults|all)|^asked (of|to)|^(a|"
    r"aux) (ceux|personnes)|^basis\b|(einfach|mehrfach)nennung|resposta (unica|multipla)|risposta (singola|multipla)|"
    r"^(une seule|plusieurs) reponse|^quelle\b|^fonte\b|^valores em|^question (asked|posee) |^source\b|^fuente\b|"
    r"^reponses? |^plusieurs reponses"
)
_QUESTION = re.compile(
    r"^(?!\d{1,3}[.,]\d{3}\b)\(?(q|p|f|d|qn|pregunta|question|frage|questao|domanda|문)?[ .]?"
    r"\d{1,3}[a-z]?([_.-]\d{1,3})?[a-z]?[.):\s-]|"
    r"[?？](\s|\)|$)|^[¿]"
)


def is_note(text: str) -> bool:
    """Say whether a text tells how, or of whom, a question was asked."""
    return bool(_NOTE.search(folded(text)))


def is_question(text: str) -> bool:
    """Say whether a text reads like a question: a number before it that is no age, or a question mark."""
    return bool(_QUESTION.search(folded(text))) and not family_of(text)


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
    while start > 0 and (not texts[start - 1].text or is_note(texts[start - 1].text)):
        start -= 1
    start = max(start - 1, 0)
    while start > 0 and texts[start].text.isupper() and texts[start - 1].text.isupper():
        start -= 1  # a title that breaks over lines
    return [line for line in texts[start:] if line.text]


def _of_page(texts: Sequence[Line]) -> list[Line]:
    """Take what stands over a table on its page, from the largest text on; smaller texts above that are something else."""
    page = page_of(texts[-1].where)
    here = [line for line in texts if any(one.isalpha() for one in line.text) and page_of(line.where) == page]
    if not here:
        return []
    # What stands under the last line of a technical sheet, if more than notes, is nearer than what stands over it.
    last = max((at for at, line in enumerate(texts) if not line.text), default=-1)
    beneath = [line for line in texts[last + 1 :] if line in here]
    here = beneath if not all(is_note(line.text) and not is_question(line.text) for line in beneath) else here
    largest = max(line.size for line in here)
    start = next(at for at, line in enumerate(here) if line.size >= 0.95 * largest)
    bold = [at for at, line in enumerate(here) if line.heading]
    if all(line.size > 0.85 * largest for line in here) and bold:
        start = bold[0]
    numbered = [at for at, line in enumerate(here) if is_question(line.text)]
    return here[min([start, *numbered]) :]
