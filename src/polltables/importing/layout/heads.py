"""The names over columns of figures: each phrase goes to the columns that it stands over."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

from polltables.importing.layout.runs import Column
from polltables.importing.layout.words import Word, phrases_of

__all__ = ["Heading", "headings_over", "leaf_labels"]

_NONE = float("inf")


@dataclass(slots=True)
class Heading:
    """A text over neighbouring columns."""

    words: list[Word]
    first: int
    last: int


def leaf_labels(columns: Sequence[Column], lines: Sequence[Sequence[Word]]) -> list[list[Word]] | None:
    """Give each column the words over it, line by line; None where a phrase cannot be parted between its columns."""
    labels: list[list[Word]] = [[] for _ in columns]
    for words in lines:
        phrases = phrases_of(words)
        places = [_nearest(columns, phrase[0].x0, phrase[-1].x1) for phrase in phrases]
        spread = any(sum(p[0].x0 <= c.middle <= p[-1].x1 for c in columns) > 1 for p in phrases)
        if spread or places != sorted(places):
            # Names of neighbouring columns that nearly touch are parted where that puts each over its column.
            parted = _parted(columns, words)
            if parted is None:
                return None
            phrases, places = parted
        for phrase, place in zip(phrases, places, strict=True):
            labels[place] += phrase
    return labels


def _aligned(column: Column, x0: float, x1: float) -> float:
    """Return how far a phrase stands from a column: by its middle or either edge."""
    return min(abs((x0 + x1) / 2 - column.middle), abs(x0 - column.x0), abs(x1 - column.x1))


def _nearest(columns: Sequence[Column], x0: float, x1: float) -> int:
    """Return the column that a phrase stands over."""
    return min(
        range(len(columns)),
        key=lambda at: _aligned(columns[at], x0, x1) + 0.35 * abs((x0 + x1) / 2 - columns[at].middle),
    )


def _parted(columns: Sequence[Column], words: Sequence[Word]) -> tuple[list[list[Word]], list[int]] | None:
    """Part the words of a line between columns so that each part stands over its own, at the widest gaps."""
    size = words[0].size
    gaps = [two.x0 - one.x1 for one, two in pairwise(words)]

    @cache
    def best(start: int, column: int) -> tuple[float, tuple[tuple[int, int], ...]]:
        """Return the least cost of putting the words from one on over the columns from one on, and how."""
        if start == len(words):
            return 1.5 * (len(columns) - column), ()
        if column == len(columns):
            return _NONE, ()
        skip = best(start, column + 1)
        result = (skip[0] + 1.5, skip[1])
        for stop in range(start + 1, min(len(words), start + 9) + 1):
            x0, x1 = words[start].x0, words[stop - 1].x1
            inner = sum(max(0.0, gap - 0.5 * size) / size for gap in gaps[start : stop - 1])
            outer = max(0.0, 0.45 * size - gaps[stop - 1]) / size * 4 if stop < len(words) else 0.0
            over = 2.0 * sum(x0 <= other.middle <= x1 for at, other in enumerate(columns) if at != column)
            rest = best(stop, column + 1)
            cost = _aligned(columns[column], x0, x1) / size + over + inner + outer + rest[0]
            if cost < result[0]:
                result = (cost, ((column, stop), *rest[1]))
        return result

    cost, parts = best(0, 0)
    if cost > 1.7 * len(columns) + 1:
        return None
    starts = [0, *(stop for _, stop in parts)]
    phrases = [list(words[start:stop]) for start, (_, stop) in zip(starts, parts, strict=False)]
    return phrases, [column for column, _ in parts]


def headings_over(
    columns: Sequence[Column],
    words: Sequence[Word],
    rules: Sequence[tuple[float, float]],
    wholes: Sequence[bool],
) -> list[Heading] | None:
    """Find the columns that each phrase of a line spans: those over its rule, or those whose middle it stands over.

    `columns` are as wide as the labels beneath, `rules` reach between this line and the next, and `wholes` are the columns
    called the whole, over which no heading stands. None where no columns fit.
    """
    phrases = phrases_of(words)
    spans = [span for phrase in phrases if (span := _ruled(columns, phrase, rules))]
    if len(spans) == len(phrases) and all(one[1] < two[0] for one, two in pairwise(spans)):
        return [Heading(phrase, *span) for phrase, span in zip(phrases, spans, strict=True)]
    size = words[0].size

    @cache
    def best(phrase: int, column: int) -> tuple[float, tuple[tuple[int, int], ...]]:
        """Return the least cost of the phrases from one on over the columns from one on, and their spans."""
        if phrase == len(phrases):
            return 0.7 * sum(not whole for whole in wholes[column:]), ()
        if column >= len(columns):
            return _NONE, ()
        # Columns on the left without a heading, as that of the whole, are common; gaps between headings are not.
        skip = best(phrase, column + 1)
        result = (skip[0] + (0.0 if wholes[column] else 0.7 if phrase or any(wholes) else 0.1), skip[1])
        x0, x1 = phrases[phrase][0].x0, phrases[phrase][-1].x1
        for last in range(column, len(columns)):
            left, right = columns[column].x0, columns[last].x1
            if left > x1 and last == column:
                break
            # Headings stand in the middle, or at an edge where all columns do.
            off = min(
                abs((x0 + x1) / 2 - (left + right) / 2) / size,
                0.3 + min(abs(x0 - left), abs(x1 - right)) / size,
            )
            off += 2.0 * sum(wholes[column : last + 1]) + (0.5 if last == column else 0.0)
            rest = best(phrase + 1, last + 1)
            cost = off + max(0.0, left - x0, x1 - right) / size * 0.5 + rest[0]
            if cost < result[0]:
                result = (cost, ((column, last), *rest[1]))
        return result

    cost, found = best(0, 0)
    if cost > 1.5 * len(phrases) + 0.7 * len(columns) or len(found) < len(phrases):
        return None
    return [Heading(phrase, *span) for phrase, span in zip(phrases, found, strict=True)]


def _ruled(
    columns: Sequence[Column], phrase: Sequence[Word], rules: Sequence[tuple[float, float]]
) -> tuple[int, int] | None:
    """Return the columns over whose rule a phrase stands."""
    middle = (phrase[0].x0 + phrase[-1].x1) / 2
    for x0, x1 in rules:
        over = [at for at, column in enumerate(columns) if x0 - 1 <= column.middle <= x1 + 1]
        if over and x0 - 1 <= middle <= x1 + 1:
            return over[0], over[-1]
    return None
