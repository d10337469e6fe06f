"""Names of columns rid of what stands beside them: headings, units, interviews, letters of tests."""

import re
from collections.abc import Sequence

from polltables.importing.recognition.model import Item
from polltables.importing.recognition.vocabulary import is_count_unit, is_percent_unit

__all__ = ["set_bases_apart", "set_names_apart"]

_BASE = re.compile(
    r"\s*[(\[]?\s*(?:unweighted\s+)?\b(?:n|base)\s*[=:]\s*(\d[\d.,'’ ]*)\s*[)\]]?\s*$",
    re.IGNORECASE | re.ASCII,
)
_BRACKETED = re.compile(r"\s*\((\d{2,}|\d{1,3}(?:[.,'’ ]\d{3})+)\)\s*$", re.ASCII)
_UNIT = re.compile(r"(.+?)[ :,–-]+[(\[]?([^\s(\[\])]+)[)\]]?")
_LETTER = re.compile(r"\s*[(\[]([A-Z]{1,2}|[a-z])[)\]]\s*$")
_BARE_LETTER = re.compile(r"\s([A-Z]{1,2}|[a-z])$")


def set_names_apart(items: Sequence[Item]) -> None:
    """Take off the names of columns what is none of them."""
    _set_headings_apart(items)
    _set_units_apart(items)
    set_bases_apart(items)
    _set_letters_apart(items)


def _set_headings_apart(items: Sequence[Item]) -> None:
    """Take a heading off names such as `Age: 18-34` where several have it."""
    found = [re.fullmatch(r"(\D{2,30}?)(?:: | [-–|>/] )(\S.*)", item.label) for item in items]
    heads = [match[1] for match in found if match]
    for item, match in zip(items, found, strict=True):
        if match and not item.path and heads.count(match[1]) > 1:
            item.path, item.label = (match[1],), match[2]


def _set_units_apart(items: Sequence[Item]) -> None:
    """Take units off names such as `Men n` and `Men %` where each name stands over both, or all over per cents."""
    found = [_UNIT.fullmatch(item.label) for item in items]
    found = [
        match if match and (is_count_unit(match[2]) or is_percent_unit(match[2])) else None for match in found
    ]
    named = [match[1] for match in found if match]
    alone = len(items) > 1 and all(match and is_percent_unit(match[2]) for match in found)
    if not named or not (alone or all(named.count(name) == 2 for name in named)):
        return
    for item, match in zip(items, found, strict=True):
        if match and not item.unit:
            item.label = match[1]
            item.unit = "count" if is_count_unit(match[2]) else "percent"


def set_bases_apart(items: Sequence[Item]) -> None:
    """Take the number of interviews out of labels such as `Men (n = 480)`, and bare ones where most labels have one."""
    bracketed = [_BRACKETED.search(item.label) for item in items]
    years = all(re.fullmatch(r"(19|20|21)\d\d", match[1]) for match in bracketed if match)
    common = sum(map(bool, bracketed)) > len(items) / 2 and not years
    for item, bare in zip(items, bracketed, strict=True):
        match = _BASE.search(item.label) or (bare if common else None)
        if match and match.start():
            item.base = re.sub(r"\D", "", match[1])
            item.label = item.label[: match.start()].strip()


def _set_letters_apart(items: Sequence[Item]) -> None:
    """Take letters off labels such as `Men (A)` where several columns are lettered, and bare ones where all groups are."""
    for pattern, least in ((_LETTER, 2), (_BARE_LETTER, max(0.75 * len(items), 3))):
        found = [(item, match) for item in items if (match := pattern.search(item.label))]
        letters = [match[1] for _, match in found]
        names = {(*item.path, item.label[: match.start()].strip()) for item, match in found}
        ascend = sorted(set(letters), key=lambda one: (len(one), one)) == letters
        if (
            len(letters) >= least
            and letters[0] in "Aa"
            and ascend
            and (least == 2 or len(names) == len(found))
        ):
            for item, match in found:
                item.label = item.label[: match.start()].strip() or item.label
