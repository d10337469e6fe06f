"""Ids made from printed labels of any script."""

import re
from collections.abc import Collection
from functools import lru_cache

from anyascii import anyascii

__all__ = ["free_id", "identifier"]

_SMALL_WORDS = {
    "a", "al", "and", "at", "au", "aux", "but", "by", "con", "da", "das", "de", "del", "der", "des", "di", "die", "do",
    "dos", "du", "e", "el", "en", "es", "et", "for", "from", "il", "in", "la", "las", "le", "les", "lo", "los", "of",
    "on", "or", "para", "pais", "peru", "por", "que", "se", "su", "the", "to", "u", "un", "una", "und", "une", "with",
    "y",
}  # fmt: skip
_LONGEST = 60


@lru_cache(maxsize=10_000)
def identifier(text: str, words: int = 5) -> str:
    """Make an id of a printed label from its first telling words, in Latin letters.

    Examples
    --------
    >>> identifier("Costa y Sierra Norte"), identifier("Interior del País"), identifier("18–34"), identifier("전체")
    ('costa_sierra_norte', 'interior', 'from_18_34', 'jeonche')

    The id is proposed; any other does as well.
    """
    found = re.findall(r"[a-z0-9]+", anyascii(text[:400].replace("'", "").replace("’", "")).lower())
    telling = [word for word in found if word not in _SMALL_WORDS] or found
    name = "_".join(telling[:words])[:_LONGEST].strip("_")
    if not name:
        return "other_signs"
    return name if name[0].isalpha() else f"from_{name}"


def free_id(wanted: str, taken: Collection[str]) -> str:
    """Return the id, with a number behind it if it is taken.

    Examples
    --------
    >>> free_id("other", {"other", "other_2"})
    'other_3'

    Ids are unique in their list.
    """
    number, name = 1, wanted
    while name in taken:
        number += 1
        name = f"{wanted}_{number}"
    return name
