"""Labels folded, so that printed variants of a word compare equal."""

import re
import unicodedata
from functools import lru_cache

__all__ = ["bare", "folded", "pattern_of", "unbroken"]

_MARKS = dict.fromkeys(range(0x300, 0x370))
_RAISED = dict.fromkeys(map(ord, "¹²³⁰⁴⁵⁶⁷⁸⁹"))  # marks of footnotes, no digits of a label


@lru_cache(maxsize=20_000)
def folded(text: str) -> str:
    """Take accents, case and runs of blanks out of a text, so that printed variants of a word compare equal.

    Examples
    --------
    >>> folded("Tamaño de la  MUESTRA¹"), folded("전  체")
    ('tamano de la muestra', '전 체')

    Words are compared in this form and printed in their own.
    """
    plain = unicodedata.normalize("NFKD", text.casefold().translate(_RAISED)).translate(_MARKS)
    plain = "".join(one for one in unicodedata.normalize("NFC", plain) if unicodedata.category(one) != "Cf")
    return " ".join(plain.replace("’", "'").split())


def bare(text: str) -> str:
    """Fold a label and take off what only decorates it."""
    return re.sub(r"^[^\w%#<>+(]+|[^\w%#)+]+$", "", folded(text))


def unbroken(text: str) -> str:
    """Fold a label and take its blanks out: a table that breaks the line at a hyphen or a slash has one more."""
    return folded(text).replace(" ", "")


def pattern_of(*words: str) -> re.Pattern[str]:
    """Compile a pattern that any of several fulfils."""
    return re.compile("|".join(word.strip("|") for word in words))
