"""What kind of row each row of a grid is, and which of its columns hold the labels."""

import re
from collections.abc import Sequence
from itertools import pairwise, takewhile

from polltables.importing.page import Cell
from polltables.importing.recognition.figures import Token, token_of
from polltables.importing.recognition.vocabulary import base_kind, is_bound, is_rank

__all__ = ["kinds_of", "label_columns", "labels_first", "numbers_rows", "tokens"]

_YEAR = re.compile(r"(19|20|21)\d\d")
_FEW, _MOST = 3, 0.8


def tokens(row: Sequence[Cell]) -> list[Token]:
    """Read every cell of a row."""
    return [
        token_of(cell.text) if not (cell.typed and cell.text.startswith("=")) else Token("formula")
        for cell in row
    ]


def labels_first(rows: Sequence[list[Cell]]) -> list[list[Cell]]:
    """Put the labels before percentages that stand left of them, and words among the codes of answers beside them."""
    worded, figured = _worded_and_figured(rows)
    column = worded[0] if worded else 0
    left = [other for other in figured if other < column]
    labels = "".join(row[column].text for row in rows if column < len(row))
    if not left or sum(map(str.isalpha, labels)) < 0.5 * len(labels):
        return list(rows)
    if not all(numbers_rows(rows, other) for other in left):
        # A text alone in its row stands over the table or under it.
        return [
            [row[column], *row[:column], *row[column + 1 :]]
            if sum(bool(cell.text) for cell in row) > 1
            else row
            for row in rows
        ]
    placed = []
    for row in rows:
        read = tokens(row)
        lead = next((at for at, token in enumerate(read[:column]) if token.kind in {"word", "letters"}), None)
        if lead is not None and any(token.is_number for token in read[column:]) and not row[column].text:
            row = [*row[:lead], row[column], *row[lead + 1 : column], row[lead], *row[column + 1 :]]
        placed.append(row)
    return placed


def _worded_and_figured(rows: Sequence[Sequence[Cell]]) -> tuple[list[int], list[int]]:
    """Find the columns that hold more words than numbers in the rows that hold numbers, and the others with numbers."""
    width = max(map(len, rows), default=0)
    words, numbers = [0] * width, [0] * width
    for row in rows:
        read = tokens(row)
        if not any(token.is_number or token.kind == "formula" for token in read):
            continue
        for column, token in enumerate(read):
            words[column] += token.kind in {"word", "letters"}
            numbers[column] += token.stands_in_body or token.kind == "formula"
    worded = [column for column in range(width) if words[column] > numbers[column]]
    return worded, [column for column in range(width) if numbers[column] and column not in worded]


def label_columns(rows: Sequence[Sequence[Cell]]) -> tuple[int, int] | None:
    """Find the first and last column that hold labels, by what stands in the rows that hold numbers; None without any."""
    worded, figured = _worded_and_figured(rows)
    # Labels may themselves be numbers, such as the points of a scale.
    first = next((column for column in worded if any(other > column for other in figured)), None)
    if first is None or not all(numbers_rows(rows, column) for column in figured if column < first):
        return (0, 0) if len(figured) > 1 and 0 in figured else None
    others = range(first + 1, min(column for column in figured if column > first))
    filled = (any(row[column].text for row in rows if column < len(row)) for column in others)
    return first, first + sum(takewhile(bool, filled))


def numbers_rows(rows: Sequence[Sequence[Cell]], column: int) -> bool:
    """Say whether a column left of the labels only numbers or ranks the rows: by ones, or rising from the first."""
    texts = [row[column].text for row in rows if column < len(row) and row[column].text]
    values = [text.rstrip(".)") for text in texts if token_of(text).is_number]
    if is_rank(texts[0] if texts else ""):
        return True
    if not values or not all(map(str.isdigit, values)):
        return False
    steps = [two - one for one, two in pairwise(map(int, values))]
    rising = int(values[0]) < _FEW and sum(step > 0 for step in steps) > _MOST * len(steps)
    return rising or max(steps.count(1), steps.count(-1)) > 0.5 * len(steps)


def kinds_of(rows: Sequence[Sequence[Cell]], first: int, label: int) -> list[str]:
    """Say of each row whether it is `blank`, `text`, `head`, `figures` or `letters` of a test.

    Examples
    --------
    >>> grid = [[Cell(text) for text in row] for row in (["", "Total", "Men"], ["Yes", "52%", "–"], ["Note", "", ""])]
    >>> kinds_of(grid, 0, 0)
    ['head', 'figures', 'text']

    The first row names columns, the last is a note.
    """
    kinds: list[str] = []
    for row in rows:
        kinds += [_kind(row, first, label, kinds)]
    return kinds


def _kind(row: Sequence[Cell], first: int, label: int, before: list[str]) -> str:
    filled = [cell for cell in row if cell.text]
    stub = any(cell.text for cell in row[first : label + 1])
    body = tokens(row[label + 1 :])
    there = [token for token in body if token.kind != "blank"]
    if not there:
        return "text" if filled else "blank"
    numbers = sum(token.is_number or token.kind in {"suppressed", "formula"} for token in there)
    gaps = sum(token.kind == "gap" for token in there)
    letters = sum(token.kind == "letters" for token in there)
    stars = sum(token.kind == "suppressed" for token in there)
    if (
        before[-1:] in (["figures"], ["letters"])
        and not stub
        and letters + stars == len(there)
        and (letters or before[-2:-1] == ["figures"])
    ):
        return "letters"  # tests between columns, with stars at small bases
    words = len(there) - numbers - gaps - letters
    if not numbers and "head" in before and is_bound(row[label].text):
        return "figures"  # intervals, such as 42–48, that are no names of columns
    if not words and not numbers and not gaps:
        # Letters name columns only where nothing else does.
        return (
            "letters"
            if not stub and ("head" in before or "figures" in before) and before[-1] != "blank"
            else "head"
        )
    if numbers and _names_columns(row, label, body, before):
        return "head"
    if not numbers and not words:
        return "figures" if stub and "head" in before else "blank" if not stub else "text"
    return "figures" if numbers + gaps >= words + letters and numbers else "head"


def _names_columns(row: Sequence[Cell], label: int, body: Sequence[Token], before: list[str]) -> bool:
    """Say whether numbers name columns, as years and points of a scale do, where a header may stand."""
    if "figures" in before[-1:] or base_kind(row[label].text):
        return False
    numbers = [token.number for token in body if token.is_number]
    bare = all(
        token.kind == "figure" and not (token.percent or token.bracketed) for token in body if token.is_number
    )
    if not bare or len(set(numbers)) < len(numbers):
        return False
    headed = "head" in before
    if all(map(_YEAR.fullmatch, numbers)):
        return not headed or not row[label].text
    # 1, 2, 3 … over the columns, without a label beside them, before anything else named them.
    counting = all(number.isdigit() and len(number) < 3 for number in numbers) and [
        int(n) for n in numbers
    ] == sorted(map(int, numbers))
    return not headed and not any(cell.text for cell in row[: label + 1]) and counting and len(numbers) > 1
