"""The words of a page as a person sees them: overprinted once, turned text upright, raised marks apart."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from polltables.importing.page import clean

__all__ = ["TextLine", "Word", "lines_of", "phrases_of", "words_of"]

_SPACE = 0.15  # of the size; a wider gap parts words
_PHRASE = 0.62  # of the size; a wider gap parts phrases
_DOUBLE = 0.12  # of the size; what is drawn again so near by was overprinted to look bold
_ORDINALS = {
    "st",
    "nd",
    "rd",
    "th",
    "er",
    "ère",
    "ere",
    "re",
    "e",
    "è",
    "ème",
    "eme",
    "do",
    "ra",
    "o",
    "a",
    "os",
    "as",
}


@dataclass(slots=True)
class Word:
    """A word with its box in points from the left and top of the page; `turned` where it reads upwards or downwards.

    `order` sorts the lines of turned text, since these stand side by side.
    """

    text: str
    x0: float
    x1: float
    top: float
    bottom: float
    size: float
    bold: bool = False
    turned: bool = False
    order: float = 0
    marks: str = ""

    @property
    def middle(self) -> float:
        """The middle from left to right."""
        return (self.x0 + self.x1) / 2


@dataclass(slots=True)
class TextLine:
    """Words on one line, from left to right."""

    words: list[Word] = field(default_factory=list)

    @property
    def top(self) -> float:
        """The upper edge."""
        return min(word.top for word in self.words)

    @property
    def bottom(self) -> float:
        """The lower edge."""
        return max(word.bottom for word in self.words)

    @property
    def size(self) -> float:
        """The size of most of its letters."""
        return max(self.words, key=lambda word: len(word.text)).size

    @property
    def text(self) -> str:
        """The words with blanks between those that a gap parts."""
        parts = [self.words[0].text]
        for before, word in zip(self.words, self.words[1:], strict=False):
            glued = word.x0 - before.x1 < 0.08 * word.size
            parts.append(word.text if glued else f" {word.text}")
        return clean("".join(parts))


def words_of(chars: Sequence[dict[str, Any]], width: float, height: float) -> tuple[list[Word], int]:
    """Collect the words of a page, and by how many quarter turns most of it was turned to read upright."""
    from pdfplumber.utils.text import extract_words

    seen = [char for char in chars if -2 < char["x0"] < width + 2 and -2 < char["top"] < height + 2]
    turns = _turns(seen)
    kept = [_turned(char, turns, width, height) for char in _once(seen)]
    if turns % 2:
        width, height = height, width
    words: list[Word] = []
    for turn in (0, 1, 3):
        some = [char for char in kept if char["turn"] == turn]
        if not some:
            continue
        flat = [_turned(char, turn, width, height) for char in some] if turn else some
        # The library groups neighbours of one size, so these have to stand together.
        flat.sort(key=lambda char: char["size"])
        found = extract_words(
            flat, x_tolerance_ratio=_SPACE, y_tolerance=2, extra_attrs=["size"], return_chars=True
        )
        made = [one for word in found if (one := _word(word))]
        words += _back(made, turn, width, height) if turn else made
    return words, turns


def _turn_of(char: dict[str, Any]) -> int:
    """Return by how many quarter turns clockwise a letter has to be turned to stand upright."""
    a, b, *_ = char["matrix"]
    if abs(a) >= abs(b):
        return 0 if a >= 0 else 2
    return 1 if b > 0 else 3


def _turns(chars: Sequence[dict[str, Any]]) -> int:
    """Return the quarter turns of most letters, and note those of each."""
    counts = [0, 0, 0, 0]
    for char in chars:
        char["turn"] = _turn_of(char)
        counts[char["turn"]] += 1
    most = counts.index(max(counts))
    return most if counts[most] > 0.6 * len(chars) else 0


def _once(chars: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Keep of letters that are drawn again at the same place the first."""
    kept: list[dict[str, Any]] = []
    for char in sorted(chars, key=lambda one: (one["text"], round(one["top"]), one["x0"])):
        before = kept[-1] if kept else None
        near = _DOUBLE * char["size"]
        if (
            before is None
            or before["text"] != char["text"]
            or abs(before["x0"] - char["x0"]) > near
            or abs(before["top"] - char["top"]) > near
        ):
            kept.append(char)
    return kept


def _turned(char: dict[str, Any], turn: int, width: float, height: float) -> dict[str, Any]:
    """Turn a letter's box clockwise with its page."""
    x0, x1, top, bottom = char["x0"], char["x1"], char["top"], char["bottom"]
    if turn == 1:
        x0, x1, top, bottom = height - bottom, height - top, x0, x1
    elif turn == 2:
        x0, x1, top, bottom = width - x1, width - x0, height - bottom, height - top
    elif turn == 3:
        x0, x1, top, bottom = top, bottom, width - x1, width - x0
    size = round(bottom - top if turn else char["size"], 1)
    return {
        "text": char["text"], "x0": x0, "x1": x1, "top": top, "bottom": bottom, "doctop": top, "upright": True, "size": size,
        "fontname": char.get("fontname") or "", "turn": (char["turn"] - turn) % 4,
    }  # fmt: skip


def _word(word: dict[str, Any]) -> Word | None:
    text = clean(word["text"])
    font = word["chars"][0]["fontname"].lower()
    bold = any(weight in font for weight in ("bold", "black", "heavy", "semibold", "demi")) or font.endswith(
        "-bd"
    )
    return (
        Word(text, word["x0"], word["x1"], word["top"], word["bottom"], word["size"], bold) if text else None
    )


def _back(words: Sequence[Word], turn: int, width: float, height: float) -> list[Word]:
    """Put words that were turned upright back where they stand, in the order in which they are read."""
    kept = []
    for number, line in enumerate(lines_of(words)):
        for place, word in enumerate(line.words):
            x0, x1, top, bottom = word.x0, word.x1, word.top, word.bottom
            box = (
                (top, bottom, height - x1, height - x0)
                if turn == 1
                else (width - bottom, width - top, x0, x1)
            )
            order = 1000 * number + place
            kept.append(
                Word(word.text, *box, word.size, word.bold, turned=True, order=order, marks=word.marks)
            )
    return kept


def lines_of(words: Iterable[Word]) -> list[TextLine]:
    """Put upright words on lines, raised marks at the word before them."""
    lines: list[TextLine] = []
    for word in sorted(
        (one for one in words if not one.turned), key=lambda one: ((one.top + one.bottom) / 2, one.x0)
    ):
        middle = (word.top + word.bottom) / 2
        for line in reversed(lines[-4:]):
            first = line.words[0]
            if abs((first.top + first.bottom) / 2 - middle) < 0.35 * max(first.size, word.size):
                line.words.append(word)
                break
        else:
            lines.append(TextLine([word]))
    for line in lines:
        line.words.sort(key=lambda one: one.x0)
        line.words = _without_marks(line.words)
    return sorted((line for line in lines if line.words), key=lambda line: (line.top, line.words[0].x0))


def _without_marks(words: list[Word]) -> list[Word]:
    """Put raised small letters and digits beside the word that they follow; raised endings of numbers belong to them."""
    kept: list[Word] = []
    for word in words:
        before = kept[-1] if kept else None
        small = (
            before is not None and word.size < 0.82 * before.size and word.x0 - before.x1 < 0.35 * before.size
        )
        if (
            before is None
            or not small
            or len(word.text) > 4
            or before.bottom - word.bottom < 0.06 * before.size
        ):
            kept.append(word)
        elif before.text.isdigit() and word.text.lower() in _ORDINALS:
            before.text, before.x1 = before.text + word.text, word.x1
        else:
            before.marks, before.x1 = f"{before.marks} {word.text}".strip(), max(before.x1, word.x1)
    return kept


def phrases_of(words: Sequence[Word], gap: float = _PHRASE) -> list[list[Word]]:
    """Part words where the gap is wider than between words of one phrase."""
    phrases: list[list[Word]] = []
    for word in words:
        if phrases and word.x0 - phrases[-1][-1].x1 < gap * max(word.size, phrases[-1][-1].size):
            phrases[-1].append(word)
        else:
            phrases.append([word])
    return phrases
