"""Figures that stand left of their labels, as in toplines: they go right of them, where any other table has them."""

from collections.abc import Sequence

from polltables.importing.layout.words import TextLine, Word, phrases_of
from polltables.importing.page import Cell
from polltables.importing.recognition.figures import token_of
from polltables.importing.recognition.rows import numbers_rows

__all__ = ["labels_left"]


def labels_left(lines: Sequence[TextLine]) -> None:
    """Move figures that stand left of their labels, with what stands over them, to the right of these."""
    led: list[int] = []
    for at, line in enumerate([*lines, TextLine([Word("", 0, 0, 0, 0, 0)])]):
        first, above = line.words[0], lines[led[0]].words[0] if led else line.words[0]
        edges = ((first.x0, above.x0), (first.x1, above.x1), (first.middle, above.middle))
        if _is_led(line) and any(abs(one - two) < 0.3 * first.size for one, two in edges):
            led.append(at)
        elif led and (_is_led(line) or first.x0 < above.x1):  # no part of a label
            _move(lines, led)
            led = [at] * _is_led(line)


def _is_led(line: TextLine) -> bool:
    """Say whether a line begins with a figure, and words stand apart from it."""
    first, *others = line.words
    worded = any(one.isalpha() and not one.isupper() for word in others for one in word.text)
    apart = worded and others[0].x0 - first.x1 > first.size
    return apart and token_of(first.text).stands_in_body and not token_of(others[0].text).stands_in_body


def _move(lines: Sequence[TextLine], led: Sequence[int]) -> None:
    """Put figures that do not number their rows, and their names, between labels and what stands right of these."""
    figures = [lines[at].words[0] for at in led]
    size, label = figures[0].size, min(lines[at].words[1].x0 for at in led)
    x0, x1 = min(word.x0 for word in figures), max(word.x1 for word in figures)
    own, far, at = dict(zip(led, ([word] for word in figures), strict=True)), 2.0, led[0] - 1
    while at >= 0 and lines[at + 1].top - lines[at].bottom < far * size:
        first = phrases_of(lines[at].words)[0]
        over = first[0].x0 < x1 and x0 < first[-1].x1 < label
        if not over and (far == 2.0 or first[0].x0 < label):
            break
        own[at], far, at = first if over else [], 0.4, at - 1
    if len(led) == 1 or len(own) == len(led) or numbers_rows([[Cell(word.text)] for word in figures], 0):
        return
    end = max(phrases_of(lines[at].words)[at in led][-1].x1 for at in range(led[0], led[-1] + 1))
    room = max(line.words[-1].x1 for line in lines) + size  # no title may reach over the figures
    moved = [word for words in own.values() for word in words]
    x0, x1 = min(word.x0 for word in moved), max(word.x1 for word in moved)
    for at, words in own.items():
        for word in lines[at].words:
            by = room - x0 if word in words else (room + x1 - x0 + size - end) * (word.x0 > end)
            word.x0, word.x1 = word.x0 + by, word.x1 + by
        lines[at].words.sort(key=lambda word: word.x0)
