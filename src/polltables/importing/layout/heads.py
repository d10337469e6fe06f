"""The names over columns of figures: each phrase goes to the columns that it stands over."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

from polltables.importing.layout.runs import Column, Run
from polltables.importing.layout.words import TextLine, Word, phrases_of

__all__ = ["WHOLE", "Heading", "headings_over", "leaf_labels", "lines_of_names", "names_of_each", "names_on"]

WHOLE = "whole"
"""Stands for the family of a column called the whole."""
_NONE = float("inf")
_EDGES = ("x0", "middle", "x1")
_EQUAL = 0.25  # of the size; distances that differ by less are equal
_SAME = 0.1  # of the size; edges nearer than that are set under one another
_MOST_WORDS = 9  # of one line of a name
# The cost, before which piece of a line a part stops, over which column it ends.
_Way = tuple[float, int, int]
_Spans = tuple[tuple[int, int], ...]
# How far a heading stands from its cells, of which the first and the last are given.
_Distance = Callable[[Column, Column, Column], float]
_DISTANCES: tuple[_Distance, ...] = (
    lambda box, first, _: box.x0 - first.x0,
    lambda box, first, last: (box.x0 + box.x1 - first.x0 - last.x1) / 2,
    lambda box, _, last: box.x1 - last.x1,
    lambda box, first, _: box.x1 - first.x1,  # it ends with the first name under it
)
# The cost, parts from where to where, over which columns.
_Found = tuple[float, tuple[tuple[int, int, int, int], ...]]


@dataclass(slots=True)
class Heading:
    """A text over neighbouring columns."""

    words: list[Word]
    first: int
    last: int


def leaf_labels(columns: Sequence[Column], lines: Sequence[Sequence[Word]]) -> list[list[Word]] | None:
    """Give each column the words over it, line by line; None where a line cannot be parted between its columns.

    Under a line that has a phrase for each, all equally far from the figures, the others stand over and under its phrases.
    """
    labels: list[list[Word]] = [[] for _ in columns]
    each = {at: phrases for at, words in enumerate(lines) if (phrases := names_of_each(columns, words))}
    for phrases in each.values():
        over = [Column(phrase[0].x0, phrase[-1].x1) for phrase in phrases]
    for at, words in enumerate(lines):
        cost, found = (0.0, ()) if at in each else _parted(over if each else columns, words)
        if cost > 1.7 * len(columns) + 1:
            return None
        for place, phrase in enumerate(each.get(at, ())):
            labels[place] += phrase
        for start, stop, place, _ in found:
            labels[place] += words[start:stop]
    return labels


def names_of_each(columns: Sequence[Column], words: Sequence[Word]) -> list[list[Word]]:
    """Part a line into a phrase for each column, all equally far from the figures; nothing where it has others."""
    phrases = phrases_of(words)
    boxes = [Column(phrase[0].x0, phrase[-1].x1) for phrase in phrases]
    alike = len(boxes) == len(columns) and _tilings([columns], boxes, [False] * len(boxes), words[0].size)
    return phrases if alike else []


def _parted(columns: Sequence[Column], words: Sequence[Word]) -> _Found:
    """Part the words of a line between columns so that each part stands over its own, at the widest gaps."""
    size = words[0].size
    gaps = [two.x0 - one.x1 for one, two in pairwise(words)]

    def ways(start: int, at: int) -> Iterator[_Way]:
        column = columns[at]
        for stop in range(start + 1, min(len(words), start + _MOST_WORDS) + 1):
            x0, x1 = words[start].x0, words[stop - 1].x1
            off = min(abs((x0 + x1) / 2 - column.middle), abs(x0 - column.x0), abs(x1 - column.x1)) / size
            inner = sum(max(0.0, gap - 0.5 * size) / size for gap in gaps[start : stop - 1])
            outer = max(0.0, 0.45 * size - gaps[stop - 1]) / size * 4 if stop < len(words) else 0.0
            over = 2.0 * sum(x0 <= other.middle <= x1 for other in columns if other is not column)
            yield off + over + inner + outer, stop, at

    return _cheapest(len(words), [1.5] * len(columns), ways)


def headings_over(
    columns: Sequence[Column],
    names: Sequence[Column],
    words: Sequence[Word],
    rules: Sequence[tuple[float, float]],
    groups: Sequence[str],
) -> list[Heading] | None:
    """Find the columns that each phrase of a line spans: those over its rule or dots, or whose middle it stands over.

    `columns` are as wide as the labels beneath, whose lowest lines are `names`; `rules` reach between this line and the
    next, and `groups` are the families of the columns, `WHOLE` where no heading stands. None where no columns fit.
    """
    phrases = phrases_of(words)
    dotted = [(one[0].x0, one[-1].x1) for one in phrases if one[-1].text.endswith(("...", "---", "___"))]
    spans = [span for phrase in phrases if (span := _ruled(columns, phrase, [*dotted, *rules]))]
    if len(spans) == len(phrases) and all(one[1] < two[0] for one, two in pairwise(spans)):
        return [Heading(phrase, *span) for phrase, span in zip(phrases, spans, strict=True)]
    size = words[0].size
    wholes = [group == WHOLE for group in groups]

    def ways(phrase: int, column: int) -> Iterator[_Way]:
        x0, x1 = phrases[phrase][0].x0, phrases[phrase][-1].x1
        for last in range(column, len(columns)):
            left, right = columns[column].x0, columns[last].x1
            if left > x1 and last == column:
                break
            middles = (left + right, names[column].x0 + names[last].x1)
            off = min(abs(x0 + x1 - middle) for middle in middles) / 2 / size
            off += max(0.0, left - x0, x1 - right) / size * 0.5
            whole = 2.0 * sum(wholes[column : last + 1])
            yield off + whole + (0.5 if last == column else 0.0), phrase + 1, last

    # Columns without a heading, as that of the whole, are common at the left; gaps between headings are not.
    cost, found = _cheapest(len(phrases), [0.0 if whole else 0.7 for whole in wholes], ways)
    nearest = tuple((first, last) for _, _, first, last in found)
    tilings = _tilings((columns, names), [Column(one[0].x0, one[-1].x1) for one in phrases], wholes, size)
    if cost <= 1.5 * len(phrases) + 0.7 * len(columns):
        tilings.setdefault(nearest, _NONE)
    chosen = min(
        tilings,
        key=lambda some: (
            _faults(some, groups),
            tilings[some] == _NONE,
            sum(one == last for one, last in some),  # a heading over one column alone is rare
            some != nearest,
            tilings[some],
        ),
        default=None,
    )
    if chosen is None:
        return None
    return [Heading(phrase, *span) for phrase, span in zip(phrases, chosen, strict=True)]


def _faults(spans: _Spans, groups: Sequence[str]) -> int:
    """Count headings over the whole or over groups of two families, and neighbours of one family under two headings."""
    over = [
        next((at for at, (first, last) in enumerate(spans) if first <= one <= last), -1)
        for one in range(len(groups))
    ]
    mixed = sum(
        len({*groups[first : last + 1]} - {""}) > 1 or WHOLE in groups[first : last + 1]
        for first, last in spans
    )
    pairs = zip(pairwise(groups), pairwise(over), strict=True)
    return mixed + sum(one == two != "" and here != there for (one, two), (here, there) in pairs)


def _tilings(
    edges: Sequence[Sequence[Column]], boxes: Sequence[Column], wholes: Sequence[bool], size: float
) -> dict[_Spans, float]:
    """Find how headings stand over all columns but the whole, all equally far from the edges or the middles of cells.

    A cell reaches from column to column, wherever its name stands in it. Returns how much the distances differ.
    """
    found: dict[_Spans, float] = {}
    first = wholes.index(False) if False in wholes else len(wholes)
    end = len(wholes) - [*reversed(wholes)].index(False) if False in wholes else 0
    if any(wholes[first:end]) or end - first < max(2, len(boxes)):
        return found

    def place(cells: Sequence[Column], at: _Distance, spans: _Spans, offs: tuple[float, ...]) -> None:
        if len(spans) == len(boxes):
            found[spans] = min(found.get(spans, _NONE), max(offs) - min(offs))
            return
        box, start = boxes[len(spans)], spans[-1][1] + 1 if spans else first
        left = len(boxes) - len(spans) - 1
        for last in range(start if left else end - 1, end - left):
            off = at(box, cells[start], cells[last])
            if abs(off) <= size and max(off, *offs, off) - min(off, *offs, off) <= _EQUAL * size:
                place(cells, at, (*spans, (start, last)), (*offs, off))

    for columns in edges:
        lefts, rights, middles = ([getattr(one, edge) for one in columns] for edge in ("x0", "x1", "middle"))
        before = [2 * rights[0] - rights[1], *rights[:-1]]
        after = [*lefts[1:], 2 * lefts[-1] - lefts[-2]]
        if any(two - one < size for one, two in pairwise(middles)):
            continue  # so narrow that anything would fit, in too many ways
        halves = [(one + two) / 2 for one, two in pairwise(middles)]
        between = [2 * middles[0] - halves[0], *halves, 2 * middles[-1] - halves[-1]]
        for left, right in ((lefts, rights), (lefts, after), (before, rights), (between[:-1], between[1:])):
            for at in _DISTANCES:
                place([*map(Column, left, right)], at, (), ())
    return found


def lines_of_names(
    names: Sequence[Column],
    words: Sequence[Word],
    headings: Sequence[Heading],
    wholes: Sequence[bool],
    columns: Sequence[Column],
    *,
    begun: bool = False,
) -> list[Heading]:
    """Read a line close over the names as their upper line, if each part stands over the middle of one; else nothing.

    Headings over several columns each that leave out none but the whole, and stand there as well, remain, unless names were
    `begun` on the line.
    """
    size, phrases = words[0].size, phrases_of(words)
    parts = [Heading(list(words[start:stop]), at, at) for start, stop, at, _ in _parted(names, words)[1]]
    off = _off(parts, names, "middle") if parts else _NONE  # more words than names could take
    for edge in (one for one in _EDGES if _set_by(one, names, columns, size)):
        nearest = [
            min(range(len(names)), key=lambda at: abs(getattr(names[at], edge) - getattr(box, edge)))
            for box in (Column(phrase[0].x0, phrase[-1].x1) for phrase in phrases)
        ]
        ended = [Heading(phrase, at, at) for phrase, at in zip(phrases, nearest, strict=True)]
        if nearest == sorted(set(nearest)) and _off(ended, names, edge) < min(off, _SAME * size):
            parts, off = ended, _off(ended, names, edge)
    other = min(_off(headings, names, edge) for edge in _EDGES) if headings else off
    covered = {at for one in headings for at in range(one.first, one.last + 1)}
    spanned = covered and all(at in covered or whole for at, whole in enumerate(wholes))
    kept = spanned and other < off + 0.2 * size and all(one.last > one.first for one in headings)
    return [] if (kept and not begun) or off > 0.6 * size else parts


def _set_by(edge: str, names: Sequence[Column], columns: Sequence[Column], size: float) -> bool:
    """Say whether names stand under one another by an edge: it is equally far from the figures in all columns."""
    offs = (
        [getattr(name, edge) - getattr(column, one) for name, column in zip(names, columns, strict=True)]
        for one in _EDGES
    )
    return any(max(off) - min(off) <= _EQUAL * size for off in offs)


def _off(headings: Sequence[Heading], names: Sequence[Column], edge: str) -> float:
    """Return how far an edge, or the middle, of headings stands from that of their cells."""
    pairs = [
        (Column(one.words[0].x0, one.words[-1].x1), Column(names[one.first].x0, names[one.last].x1))
        for one in headings
    ]
    return max(float(abs(getattr(box, edge) - getattr(cell, edge))) for box, cell in pairs)


def _cheapest(pieces: int, blank: Sequence[float], ways: Callable[[int, int], Iterable[_Way]]) -> _Found:
    """Put the pieces of a line over columns, in their order and at the least cost.

    `blank` is what it costs to leave a column without a part, `ways` how a part may begin with a piece and a column.
    """

    @cache
    def best(start: int, column: int) -> _Found:
        if start == pieces:
            return sum(blank[column:]), ()
        if column == len(blank):
            return _NONE, ()
        cost, found = best(start, column + 1)
        cost += blank[column]
        for own, stop, last in ways(start, column):
            rest, others = best(stop, last + 1)
            if own + rest < cost:
                cost, found = own + rest, ((start, stop, column, last), *others)
        return cost, found

    return best(0, 0)


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


def names_on(run: Run, line: TextLine, boundary: float) -> list[Word]:
    """Return the words of a line that name columns: right of the labels, in no text that begins and ends left of figures.

    In a line of headings, a phrase that begins in the middle of the labels is no corner, so all of it names columns;
    one that begins where labels do and ends left of the figures names them.
    """
    phrases = phrases_of(line.words)
    begins = [phrase[0].x0 for _, row in run.rows for phrase in phrases_of(row.label)]
    corner = min(begins, default=boundary) if len(phrases) < len(run.columns) else boundary
    return [
        word
        for phrase in phrases
        if phrase[-1].x1 > run.left
        or (
            phrase[0].x0 > boundary - 3 * line.size
            and not any(abs(phrase[0].x0 - begin) < 1 for begin in begins)
        )
        for word in phrase
        if word.x1 > boundary or phrase[0].x0 > corner + line.size
    ]
