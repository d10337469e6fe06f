"""The words of a page as a person sees them: overprinted once, turned text upright, raised marks apart."""

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby, pairwise
from operator import itemgetter
from typing import Any

from polltables.importing.page import clean

__all__ = ["TextLine", "Word", "lines_of", "marks_of", "phrases_of", "text_of", "words_of"]

_SPACE = 0.15  # of the size; a wider gap parts words
_OFF = 0.02  # of the size; letters of one word follow exactly on one another
_PHRASE = 0.62  # of the size; a wider gap parts phrases
_DOUBLE = 0.12  # of the size; what is drawn again so near by was overprinted to look bold
_LEADER = 4  # dots in a row; fewer may be cells without a figure
_Box = tuple[float, float, float, float]  # left, right, top, bottom
_ORDINALS = {
    "st", "nd", "rd", "th", "er", "ère", "ere", "re", "e", "è", "ème", "eme", "do", "ra", "o", "a", "os", "as"
}  # fmt: skip


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
        for before, word in pairwise(self.words):
            glued = word.x0 - before.x1 < 0.08 * word.size
            parts.append(word.text if glued else f" {word.text}")
        return clean("".join(parts))


def text_of(words: Sequence[Word]) -> str:
    """Return the texts of words, a blank between them, or the end of a line."""
    parts = [word.text for word in words[:1]]
    for before, word in pairwise(words):
        parts += ["\n" if word.top >= before.bottom else " ", word.text]
    return clean("".join(parts))


def marks_of(words: Sequence[Word]) -> str:
    """Return the raised marks beside words."""
    return clean(" ".join(word.marks for word in words if word.marks))


def words_of(chars: Sequence[dict[str, Any]], width: float, height: float) -> tuple[list[Word], int]:
    """Collect the words of a page, and by how many quarter turns most of it was turned to read upright."""
    from pdfplumber.utils.text import extract_words

    seen = [
        char | {"turn": _turn_of(char)}
        for char in chars
        if -2 < char["x0"] < width + 2 and -2 < char["top"] < height + 2
    ]
    (most, count), *_ = Counter(char["turn"] for char in seen).most_common(1) or [(0, 0)]
    turns = most if count > 0.6 * len(seen) else 0
    kept = _once(seen)
    words: list[Word] = []
    for aside in (0, 1, 3):
        turn = (turns + aside) % 4
        some = [_upright(char, width, height) for char in kept if char["turn"] == turn]
        # The library groups neighbours of one size, so these have to stand together.
        some.sort(key=lambda char: char["size"])
        found = extract_words(
            some, x_tolerance_ratio=_SPACE, y_tolerance=2, extra_attrs=["size"], return_chars=True
        )
        made = [word for one in found for part in _parted(one["chars"]) if (word := _word(part)).text]
        words += _back(made, turn, turns, width, height) if aside else made
    return words, turns


def _turn_of(char: dict[str, Any]) -> int:
    """Return by how many quarter turns clockwise a letter has to be turned to stand upright."""
    a, b, *_ = char["matrix"]
    if abs(a) >= abs(b):
        return 0 if a >= 0 else 2
    return 1 if b > 0 else 3


def _once(chars: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Keep of letters that are drawn again at the same place, or as a shadow beside it, the leftmost."""
    lines: list[list[dict[str, Any]]] = []  # of one letter each
    for char in sorted(chars, key=itemgetter("text", "top")):
        first = lines[-1][0] if lines else None
        if first and first["text"] == char["text"] and char["top"] - first["top"] <= _DOUBLE * char["size"]:
            lines[-1].append(char)
        else:
            lines.append([char])
    kept: list[dict[str, Any]] = []
    for line in lines:
        at = -math.inf
        for char in sorted(line, key=itemgetter("x0")):
            if char["x0"] - at > _DOUBLE * char["size"]:
                kept.append(char)
                at = char["x0"]
    return kept


def _turned(box: _Box, turn: int, width: float, height: float) -> _Box:
    """Turn a box clockwise with its page of some width and height."""
    for _ in range(turn):
        x0, x1, top, bottom = box
        box = (height - bottom, height - top, x0, x1)
        width, height = height, width
    return box


def _upright(char: dict[str, Any], width: float, height: float) -> dict[str, Any]:
    """Turn a letter with its page so that it stands upright."""
    x0, x1, top, bottom = _turned(
        (char["x0"], char["x1"], char["top"], char["bottom"]), char["turn"], width, height
    )
    return {
        "text": char["text"], "x0": x0, "x1": x1, "top": top, "bottom": bottom, "doctop": top, "upright": True,
        "size": round(bottom - top if char["turn"] else char["size"], 1), "fontname": char.get("fontname") or "",
    }  # fmt: skip


def _parted(chars: Sequence[dict[str, Any]]) -> list[Sequence[dict[str, Any]]]:
    """Part the letters of a word where two figures or two names touch.

    A number follows on a per-cent sign, or a capital, nearer or farther than type would set it, on a small letter.
    """
    cuts = []
    for at, (one, two) in enumerate(pairwise(chars), start=1):
        off = abs(two["x0"] - one["x1"]) > _OFF * two["size"]
        named = off and one["text"].islower() and two["text"].isupper()
        if named or (one["text"] == "%" and two["text"].isdigit()):
            cuts.append(at)
    return [chars[start:end] for start, end in pairwise([0, *cuts, len(chars)])]


def _word(chars: Sequence[dict[str, Any]]) -> Word:
    font, text = chars[0]["fontname"].lower(), clean("".join(char["text"] for char in chars))
    bold = any(weight in font for weight in ("bold", "black", "heavy", "demi")) or font.endswith("-bd")
    top, bottom = min(char["top"] for char in chars), max(char["bottom"] for char in chars)
    return Word(text, chars[0]["x0"], chars[-1]["x1"], top, bottom, chars[0]["size"], bold)


def _back(words: Sequence[Word], turn: int, turns: int, width: float, height: float) -> list[Word]:
    """Put words that were turned upright back where they stand, in the order in which they are read."""
    if turn % 2:
        width, height = height, width
    read = [word for line in lines_of(words) for word in line.words]
    for order, word in enumerate(read):
        box = _turned((word.x0, word.x1, word.top, word.bottom), (turns - turn) % 4, width, height)
        word.x0, word.x1, word.top, word.bottom = box
        word.turned, word.order = True, order
    return read


def lines_of(words: Iterable[Word]) -> list[TextLine]:
    """Put upright words on lines, raised marks at the word before them."""

    def middle(word: Word) -> float:
        return (word.top + word.bottom) / 2

    lines: list[TextLine] = []
    for word in sorted((one for one in words if not one.turned), key=lambda one: (middle(one), one.x0)):
        for line in reversed(lines[-4:]):
            first = line.words[0]
            if abs(middle(first) - middle(word)) < 0.35 * max(first.size, word.size):
                line.words.append(word)
                break
        else:
            lines.append(TextLine([word]))
    for line in lines:
        line.words = _without_leaders(_without_marks(sorted(line.words, key=lambda one: one.x0)))
    return sorted(lines, key=lambda line: (line.top, line.words[0].x0))


def _without_marks(words: list[Word]) -> list[Word]:
    """Put raised small letters and digits beside the word that they follow; raised endings of numbers belong to them."""
    kept = words[:1]
    for word in words[1:]:
        before = kept[-1]
        small = word.size < 0.82 * before.size and word.x0 - before.x1 < 0.35 * before.size
        raised = before.bottom - word.bottom >= 0.06 * before.size
        if not small or len(word.text) > 4 or not raised:
            kept.append(word)
        elif before.text.isdigit() and word.text.lower() in _ORDINALS:
            kept[-1] = replace(before, text=before.text + word.text, x1=word.x1)
        else:
            marks = f"{before.marks} {word.text}".strip()
            kept[-1] = replace(before, marks=marks, x1=max(before.x1, word.x1))
    return kept


def _without_leaders(words: list[Word]) -> list[Word]:
    """Leave out dots set one by one between a label and its number, which would be columns of a page of contents."""
    stretches = [(dots, list(some)) for dots, some in groupby(words, key=lambda word: word.text == ".")]
    return [word for dots, some in stretches if not dots or len(some) < _LEADER for word in some] or words


def phrases_of(words: Sequence[Word], gap: float = _PHRASE) -> list[list[Word]]:
    """Part words where the gap is wider than between words of one phrase, and figures that are per cents."""
    phrases: list[list[Word]] = []
    for word in words:
        follows = phrases and phrases[-1][-1].text.endswith("%") and word.text[0].isdigit()
        if (
            phrases
            and not follows
            and word.x0 - phrases[-1][-1].x1 < gap * max(word.size, phrases[-1][-1].size)
        ):
            phrases[-1].append(word)
        else:
            phrases.append([word])
    return phrases
