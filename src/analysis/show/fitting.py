"""Labels that fit: text broken into lines by its width on paper, not by its number of letters."""

from collections.abc import Iterable
from functools import cache
from math import fsum

__all__ = ["fitted", "widest"]

_INCH = 72.0  # pixels; matplotlib measures in inches, and pictures name their parts by digests of their sizes
# Digits of this font are all of one width, whatever stands beside them.
_AS_WIDE = str.maketrans("123456789", "000000000")


@cache  # words recur, while lines hardly do
def _word_width(text: str, size: float, weight: str) -> float:
    """Return the width of a word in inches; letters that the font lacks, and a reader's has, are as wide as a W."""
    from matplotlib.font_manager import FontProperties, findfont, get_font
    from matplotlib.textpath import text_to_path

    font = FontProperties(family="DejaVu Sans", size=size, weight=weight)
    known = get_font(findfont(font)).get_charmap()
    text = "".join(letter if ord(letter) in known else "W" for letter in text)
    return float(text_to_path.get_text_width_height_descent(text, font, ismath=False)[0]) / _INCH


def _width(line: str, size: float, weight: str) -> float:
    """Return the width of a line in inches: that of its words, and of the blanks between them."""
    words = line.split()
    blank = _word_width("n n", size, weight) - 2 * _word_width("n", size, weight)
    # `sum` rounds otherwise since Python 3.12.
    return fsum(_word_width(word.translate(_AS_WIDE), size, weight) for word in words) + blank * (
        len(words) - 1
    )


def fitted(text: str, pixels: float, *, size: float, weight: str = "normal") -> str:
    r"""Break a label into lines that are no wider than they may be.

    Examples
    --------
    >>> fitted("Central and Southern Highlands over Urban", 144, size=8)
    'Central and Southern Highlands\nover Urban'

    Two inches, of 72 pixels, hold thirty letters of this size, or a few more if many are narrow.
    """
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if _width(longer, size, weight) <= pixels / _INCH:
            lines[-1] = longer
            continue
        lines += [""] if lines[-1] else []
        for letter in word:  # a word that is wider than the room by itself is broken anywhere
            if _width(lines[-1] + letter, size, weight) > pixels / _INCH and lines[-1]:
                lines.append("")
            lines[-1] += letter
    return "\n".join(lines)


def widest(labels: Iterable[str], *, size: float, weight: str = "normal") -> float:
    r"""Return the width in pixels of the longest line of some labels.

    Examples
    --------
    >>> round(widest(["Urban", "Central and\nSouthern Highlands"], size=8))
    78

    The longest of the three lines is a little wider than an inch of 72 pixels.
    """
    return _INCH * max(_width(line, size, weight) for label in labels for line in label.split("\n"))
