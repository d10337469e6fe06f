"""The columns of a matrix: their names, and which hold no percentages of a group but counts, changes, ranks or letters."""

import re
from collections.abc import Sequence
from itertools import permutations

from polltables.importing.recognition.dates import is_date_label, reading_day
from polltables.importing.recognition.families import is_segment_word, is_whole
from polltables.importing.recognition.model import Item
from polltables.importing.recognition.values import Reading, Value, near
from polltables.importing.recognition.vocabulary import (
    base_kind,
    is_beside,
    is_bound,
    is_change,
    is_count_unit,
    is_earlier,
    is_measure,
    is_percent_unit,
    is_rank,
    is_sum,
)

__all__ = ["are_counts", "mostly", "set_bounds", "set_names_apart", "settle_columns", "settle_waves"]

_COUNT = r"\d{1,3}(?:[.,'’ ]\d{3})+|\d+"
_BASE = re.compile(
    rf"[\s,;:/|–-]*(?:[(\[]\s*(?P<before>[^\W\d][^\d()\[\]]*?)?[.:=≈\s]*(?P<n>{_COUNT})\s*"
    rf"(?P<behind>[^\W\d][^\d()\[\]]*)?[)\]]|(?:unweighted\s+)?\b(?:n|base)\s*[=:]\s*(?P<bare>{_COUNT}))\s*$",
    re.IGNORECASE,
)
_BRACKETED = re.compile(r"\s*[(\[](?P<n>\d{2,}|\d{1,3}(?:[.,'’ ]\d{3})+)[)\]]\s*$", re.ASCII)
_SIZED = re.compile(r"(?=.*[^\W\d])(.*?)[\s,:(–-]*+(?<![\d.,])(\d{1,3}(?:[.,]\d+)?)\s?%\)?")
_UNIT = re.compile(r"(.+?)[ .:,_–-]+[(\[]?((?:(?:row|col(?:umn)?) )?[^\s._(\[\])]+)[)\]]?", re.IGNORECASE)
_LETTER = re.compile(r"\s*[(\[]([A-Z]{1,2}|[a-z])[)\]]\s*$")
_BARE_LETTER = re.compile(r"\s([A-Z]{1,2}|[a-z])$")


def set_names_apart(items: Sequence[Item]) -> None:
    """Take off the names of columns what is none of them."""
    _set_headings_apart(items)
    _set_units_apart(items)
    _set_bases_apart(items)
    _set_sizes_apart(items)
    _set_letters_apart(items)


def _set_headings_apart(items: Sequence[Item]) -> None:
    """Take a heading off names such as `Age: 18-34` where several have it."""
    found = [re.fullmatch(r"(\D{2,30}?)(?:: | [-–|>/] )(\S.*)", item.label) for item in items]
    heads = [match[1] for match in found if match]
    for item, match in zip(items, found, strict=True):
        if match and not item.path and heads.count(match[1]) > 1:
            item.path, item.label = (match[1],), match[2]


def _set_units_apart(items: Sequence[Item]) -> None:
    """Take units off names such as `Men n` and `Men %` where each name stands over both, or every name has a unit."""
    found = [_UNIT.fullmatch(item.label) for item in items]
    found = [
        match if match and (is_count_unit(match[2]) or is_percent_unit(match[2])) else None for match in found
    ]
    named = [match[1] for match in found if match]
    percents = any(match and is_percent_unit(match[2]) for match in found)
    alone = len(items) > 1 and percents and all(found)
    if not named or not (alone or all(named.count(name) == 2 for name in named)):
        return
    for item, match in zip(items, found, strict=True):
        if match and not item.unit:
            item.label = match[1]
            item.unit = "count" if is_count_unit(match[2]) else "percent"


def _set_bases_apart(items: Sequence[Item]) -> None:
    """Take the number of interviews out of labels such as `Men (n = 480)`, and bare ones where most labels have one."""
    bracketed = [_BRACKETED.search(item.label) for item in items]
    years = all(re.fullmatch(r"(19|20|21)\d\d", match["n"]) for match in bracketed if match)
    common = sum(map(bool, bracketed)) > len(items) / 2 and not years
    for item, bare in zip(items, bracketed, strict=True):
        match = _BASE.search(item.label)
        told = match and (match["bare"] or base_kind(match["before"] or match["behind"] or ""))
        match = match if told else bare if common else None
        if match and match.start():
            item.base = re.sub(r"\D", "", match["n"] or match["bare"])
            item.label = item.label[: match.start()].strip()


def _set_sizes_apart(items: Sequence[Item]) -> None:
    """Take off names such as `Men 48%` the share of all that a group is, if most are groups that make a whole."""
    found = [_SIZED.fullmatch(item.label) for item in items]
    named = [match for match in found if match]
    groups = sum(is_segment_word(match[1]) for match in named)
    sizes = [float(match[2].replace(",", ".")) for match in named if not is_whole(match[1])]
    if (
        len(sizes) > 1
        and 2 * groups >= len(named) >= len(items) - 1
        and near(sum(sizes), 100 * max(1, round(sum(sizes) / 100)), len(sizes))
    ):
        for item, match in zip(items, found, strict=True):
            if match and item.cells:
                item.label, item.cells[-1].marks = match[1], f"{match[2]}%"


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


def settle_columns(reading: Reading) -> None:
    """Find the columns that hold no percentages of a group."""
    columns = reading.matrix.columns
    percents = {(*item.path, item.label) for item in columns if item.unit == "percent"}
    falling = _falling([*zip(*reading.values, strict=True)])
    for at, item in enumerate(columns):
        cells = [row[at] for row in reading.values if row[at].token.kind != "blank"]
        numbers = [cell for cell in cells if cell.number is not None]
        percent = any(cell.token.percent for cell in numbers)
        # A base may be printed at every figure: the same whole number without a per-cent sign.
        kinds = {(one.number, one.half, one.token.percent) for one in numbers}
        based = len(numbers) > 1 == len(kinds) and kinds == {(numbers[0].number, 0.5, False)}
        counted = item.unit == "count" and (*item.path, item.label) in percents
        if not cells:
            told = base_kind(item.label) or is_measure(item.label) or item.unit == "count"
            item.role = "blank" if told or not item.label else ""
        elif (
            is_sum(item.label.rpartition(" ")[2])
            and {cell.number for cell in cells} == {100}
            and len(cells) > 1
        ):
            item.role = "sum"  # of each row
        elif is_change(item.label) or mostly(cells, "signed", len(numbers)) or at in falling:
            item.role = "change"
        elif is_beside(item.label) and any(
            other.unit == "percent" or is_percent_unit(other.label) for other in columns if other is not item
        ):
            item.role = "beside"
        elif is_earlier(item.label) and len(columns) > 1:
            item.role = "wave"
        elif is_rank(item.label) and not percent:
            item.role = "rank"
        elif (
            (measure := is_measure(item.label))
            and (measure == "other" or not percent)
            and (len(columns) > 1 or not near(sum(one.number or 0 for one in numbers), 100, len(numbers)))
        ):
            item.role = "measure"
        elif mostly(cells, "letters", len(cells)):
            item.role = "letters"
        elif (
            counted
            or ((base_kind(item.label) or item.unit == "count") and (are_counts(numbers) or based))
            or (item.unit == "count" and sum(other.label == item.label for other in columns) > 1)
            or any(_counts_of(reading, at, other) for other in (at - 1, at + 1) if 0 <= other < len(columns))
        ):
            item.role = "count"
    set_bounds(columns, list(zip(*reading.values, strict=True)))


def set_bounds(items: Sequence[Item], lines: Sequence[Sequence[Value]]) -> None:
    """Find two and two lines called bounds with another between them throughout, as no group lies between two."""
    at = [at for at, item in enumerate(items) if is_bound(item.label) and item.role in {"", "measure"}]
    for one, two in zip(at[::2], at[1::2], strict=False):
        for other in {*range(len(lines))} - {one, two}:
            rows = [
                [cell.number for cell in row]
                for row in zip(lines[one], lines[other], lines[two], strict=True)
            ]
            full = [tuple(row) for row in rows if None not in row and row[0] != row[2]]
            if len(full) > 1 and (all(map(_rises, full)) or all(_rises(row[::-1]) for row in full)):
                items[one].role = items[two].role = "bounds"


def _rises(numbers: Sequence[float | None]) -> bool:
    low, middle, high = numbers
    return (low or 0) <= (middle or 0) <= (high or 0)


def _counts_of(reading: Reading, counts: int, shares: int) -> bool:
    """Say whether a column holds the counts that the one beside it, under the same heading, says again as shares of all."""
    one, two = (
        (*reading.matrix.columns[at].path, reading.matrix.columns[at].label)[0] for at in (counts, shares)
    )
    pairs = [(row[counts], row[shares]) for row in reading.values]
    pairs = [(a, b) for a, b in pairs if a.number and b.number is not None]
    whole = all(a.half == 0.5 and not a.token.percent for a, _ in pairs)
    if one != two or len(pairs) < 2 or not whole:
        return False
    # With a row of sums they add up to 200.
    all_of = [
        any(near(sum(cell.number or 0 for cell in cells), whole, 0.5 * len(pairs)) for whole in (100, 200))
        for cells in zip(*pairs, strict=True)
    ]
    low = max(((b.number or 0) - b.half) / (a.number or 1) for a, b in pairs)
    high = min(((b.number or 0) + b.half) / (a.number or 1) for a, b in pairs)
    return all_of == [False, True] and low <= high


def _falling(columns: Sequence[Sequence[Value]]) -> list[int]:
    """Find the columns of small numbers that hold one below zero, as no percentages of a group do, beside large numbers."""
    largest = [max((one.number or 0 for one in column), default=0) for column in columns]
    below = [any(_signed(one) < 0 for one in column if one.token.kind == "signed") for column in columns]
    few = [at for at, most in enumerate(largest) if below[at] and most < 20]
    return few if 2 * len(few) <= sum(most >= 20 for most in largest) + 1 else []


def mostly(cells: Sequence[Value], kind: str, among: int) -> bool:
    """Say whether more than half of so many cells are of a kind."""
    return among > 0 and sum(cell.token.kind == kind for cell in cells) > 0.5 * among


def are_counts(cells: Sequence[Value]) -> bool:
    """Say whether numbers are counts: whole, without a per-cent sign, and above 100 or in brackets somewhere."""
    return all(cell.half == 0.5 and not cell.token.percent for cell in cells) and any(
        (cell.number or 0) > 100 or cell.token.bracketed for cell in cells
    )


def settle_waves(reading: Reading) -> None:
    """Of columns named by dates, or beside changes, the one that the changes lead to, or the latest, is the poll's own."""
    columns = reading.matrix.columns
    changes = [at for at, item in enumerate(columns) if item.role == "change"]
    dates = {at: _dated(item) for at, item in enumerate(columns) if not item.role}
    dated = [at for at, (_, day) in dates.items() if day]
    dated.sort(key=lambda at: reading_day(dates[at][1]), reverse=True)  # the latest is tried first
    near_by = [
        at for at, item in enumerate(columns) if changes and not item.role and abs(at - changes[0]) <= 2
    ]
    for one, two in permutations(dated if changes and len(dated) > 1 else near_by, 2):
        rows = [[row[at] for at in (one, two, changes[0])] for row in reading.values]
        rows = [row for row in rows if all(cell.number is not None for cell in row)]
        if len(rows) > 1 and all(
            abs(_signed(change) - (now.number or 0) + (before.number or 0)) < 1.01
            for now, before, change in rows
        ):
            for at in (*dated, two):
                columns[at].role = "" if at == one else "wave"
            return
    days = [reading_day(dates[at][1]) for at in dated]
    months, years = [month for _, month, _ in days], {year for year, _, _ in days}
    undated = 0 in years and 9999 not in years
    if undated and len(years) == 2:  # a year printed once is that of all
        days = [(max(years), month, day) for _, month, day in days]
    blocks = {(columns[at].path, day) for at, day in zip(dated, days, strict=True)}
    if len(dated) < 2 or len(blocks) < len(dated) or (undated and max(months) - min(months) > 6):
        return
    for at, day in zip(dated, days, strict=True):
        columns[at].role = "" if day == max(days) else "wave"
        if whole := dates[at][0]:
            columns[at].label, columns[at].path = (
                (whole, ()) if day == max(days) else (dates[at][1], (whole,))
            )


def _dated(item: Item) -> tuple[str, str]:
    """Return how a column names the whole sample, and the date it names beside that; empty where it does not."""
    whole, _, day = item.label.partition(" ")
    if is_whole(whole) and is_date_label(day):
        return whole, day
    over = item.path[-1] if item.path and is_whole(item.path[-1]) else ""
    return (over, item.label) if is_date_label(item.label) else ("", "")


def _signed(value: Value) -> float:
    return -(value.number or 0) if value.token.other in {"-", "−", "–", "▼", "▽"} else value.number or 0
