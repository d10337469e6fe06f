"""Lines of figures that stand under one another in columns, found without any rule: the figures show the columns."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from polltables.importing.layout.words import TextLine, Word
from polltables.importing.recognition.figures import digits_of, token_of

__all__ = ["Column", "FigureLine", "Run", "add_up", "runs_of"]

_NEAR = 0.36  # of the size; words nearer than that may be one figure
_BESIDE = 1.0  # of the size; a count in brackets so near to a percentage has no column of its own
_ALIKE = 0.6
_FAR = 10  # of the size; rows stand nearer


@dataclass(slots=True)
class Column:
    """A column of figures: from where to where they reach."""

    x0: float
    x1: float

    @property
    def middle(self) -> float:
        """The middle from left to right."""
        return (self.x0 + self.x1) / 2


@dataclass(slots=True)
class FigureLine:
    """A line of figures with the words left of them."""

    line: TextLine
    label: list[Word]
    figures: list[Word]


@dataclass(slots=True)
class Run:
    """Figure lines in the same columns; `first` and `last` are positions among the lines of the page."""

    columns: list[Column]
    rows: list[tuple[int, FigureLine]] = field(default_factory=list)

    @property
    def first(self) -> int:
        """The position of the uppermost line."""
        return self.rows[0][0]

    @property
    def last(self) -> int:
        """The position of the lowest line."""
        return self.rows[-1][0]

    @property
    def left(self) -> float:
        """Where the figures begin."""
        return self.columns[0].x0


def _joined(words: Sequence[Word]) -> list[Word]:
    """Put pieces of one figure together: a per-cent sign, a count and its percentage, letters of a test."""
    kept: list[Word] = []
    for word, after in zip(words, [*words[1:], None], strict=True):
        before = kept[-1] if kept else None
        counted = word.text[0] == "(" and before is not None and before.text[-1] == "%"
        reach = _BESIDE if counted and token_of(word.text).bracketed else _NEAR
        if before is not None and word.x0 - before.x1 < reach * word.size:
            text = f"{before.text}{word.text}" if word.text in {"%", "％"} else f"{before.text} {word.text}"
            token = token_of(text)
            numeric = token_of(before.text).stands_in_body or before.text in {"<", "(", "n", "+", "-", "−"}
            # A small letter is one of a test, unless it leads to another number, as in 18 a 24.
            leads = after is not None and after.x0 - word.x1 < _NEAR * word.size and word.text.islower()
            # Blanks group thousands, but a hundred per cent may stand close to the column before it.
            grouped = re.fullmatch(r"\d{1,3}( \d{3})+", text) and (
                word.text != "100" or len(before.text) == 1
            )
            plain = leads or (word.text.isdigit() and not grouped)
            both = token.percent and token.other_percent  # two figures that touch
            if numeric and token.stands_in_body and not both and not (token.kind == "figure" and plain):
                kept[-1] = replace(
                    before, text=text, x1=word.x1, top=min(before.top, word.top),
                    bottom=max(before.bottom, word.bottom), marks=f"{before.marks} {word.marks}".strip(),
                )  # fmt: skip
                continue
        kept.append(word)
    return kept


def _figure_lines(lines: Sequence[TextLine]) -> dict[int, FigureLine]:
    """Find the lines on which figures follow a label and nothing else follows the figures."""
    found = {}
    for at, line in enumerate(lines):
        words = _joined(line.words)
        start = len(words)
        while start > 0 and _could_be_figure(words[start - 1]):
            start -= 1
        # A label may end in a number, or be one, which then stands nearer to it than figures do to one another.
        start = max(start, 1) if start or _near(words, 1) else 0
        while start and (_near(words, start) or _ends_label(words, start)):
            start += 1
        figures = words[start:]
        if start < len(words) and (start or _holds_numbers(figures)):
            found[at] = FigureLine(line, words[:start], figures)
    return found


def _holds_numbers(figures: Sequence[Word]) -> bool:
    kinds = [token_of(word.text) for word in figures]
    return any(token.is_number or token.kind == "suppressed" for token in kinds)


def _near(words: Sequence[Word], at: int) -> bool:
    """Say whether a word stands as near to the one before it as words of a phrase do."""
    return 0 < at < len(words) and words[at].x0 - words[at - 1].x1 < 0.5 * words[at].size


def _ends_label(words: Sequence[Word], at: int) -> bool:
    """Say whether a letter, such as the N of `Unweighted N`, stands nearer to the label before it than to a figure."""
    if not 0 < at < len(words) - 1 or token_of(words[at].text).kind != "letters":
        return False
    return words[at].x0 - words[at - 1].x1 < words[at + 1].x0 - words[at].x1


def _could_be_figure(word: Word) -> bool:
    token = token_of(word.text)
    return token.stands_in_body or (token.kind == "letters" and word.text.isupper() and len(word.text) < 6)


def runs_of(lines: Sequence[TextLine]) -> list[Run]:
    """Group the lines of figures into runs, beginning with the lines that have the most figures."""
    found = _figure_lines(lines)
    runs: list[Run] = []
    taken: set[int] = set()
    # A dash or two may end a text.
    sure = {at for at, line in found.items() if _holds_numbers(line.figures) or len(line.figures) > 2}
    for seed in sorted(sure, key=lambda at: (not found[at].label, -len(found[at].figures), at)):
        if seed in taken:
            continue
        run = Run([Column(word.x0, word.x1) for word in found[seed].figures], [(seed, found[seed])])
        taken.add(seed)
        for step in (1, -1):
            at = seed + step
            while 0 <= at < len(lines) and at not in taken:
                if at in found and not _far(run, lines[at]) and _fits(run, found[at]):
                    _take(run, at, found[at])
                    taken.add(at)
                # A line left of the columns is part of a label, or a heading over rows.
                elif at in sure or max(word.x1 for word in lines[at].words) >= run.left + 2:
                    break
                at += step
        run.rows.sort(key=lambda row: row[0])
        while len(run.rows) > 1 and _ends_names(run.rows[0][1], len(run.columns)):
            del run.rows[0]
        _part_from_labels(run)
        _name_points(run)
        runs.append(run)
    # One line is a table where a page ends after its first row, or begins with its last.
    kept = [run for run in runs if len(run.rows) > 1 or (len(run.columns) > 4 and _is_named(run.rows[0][1]))]
    return sorted(kept, key=lambda run: run.first)


def _give_back(run: Run, line: FigureLine) -> None:
    """Take a number close to its label but over the first column for a figure, as that of a base of four digits is."""
    while line.label and _could_be_figure(line.label[-1]) and line.label[-1].middle > run.left:
        line.figures.insert(0, line.label.pop())


def _part_from_labels(run: Run) -> None:
    """Make a column of the shares that end most labels of a run, under one another: figures may stand close to labels.

    Numbers without a sign are shares if they make a hundred with the others.
    """
    for _, line in run.rows:
        _give_back(run, line)
    lines = [line for _, line in run.rows if line.label and _could_be_figure(line.label[-1])]
    ends = [line.label[-1] for line in lines]
    shares = sum(token_of(word.text).percent for word in ends)
    whole = len(lines) == len(run.rows) and add_up([[line.label[-1], *line.figures] for line in lines])
    few = shares < max(2, 0.5 * len(run.rows)) and not whole
    if few or max(word.x0 for word in ends) > min(word.x1 for word in ends):
        return
    run.columns.insert(0, Column(min(word.x0 for word in ends), max(word.x1 for word in ends)))
    for line in lines:
        line.figures.insert(0, line.label.pop())


def _name_points(run: Run) -> None:
    """Take the points of a scale left of all figures, each one more or less than that over it, for labels."""
    rows = [row for _, row in run.rows]
    points = [int(row.figures[0].text) for row in rows if not row.label and row.figures[0].text.isdigit()]
    steps = {two - one for one, two in pairwise(points)}
    if len(points) == len(rows) > 2 and steps in ({1}, {-1}) and len(run.columns) > 1:
        del run.columns[0]
        for row in rows:
            row.label.append(row.figures.pop(0))


def add_up(lines: Sequence[Sequence[Word]]) -> bool:
    """Say whether lines of figures, or their columns, add up to a hundred, or two with a sum; bases are left aside."""
    rows = [[digits_of(digits_of(token_of(word.text).number, ","), ".") for word in line] for line in lines]
    if not all(all(row) and len(row) == len(rows[0]) > 1 for row in rows):
        return False
    numbers = [[float(number.replace(",", ".")) for number in row] for row in rows]
    shares = [row for row in numbers if max(row) <= 100]
    return len(shares) > 1 and any(
        all(min(abs(sum(one) - 100), abs(sum(one) - 200)) <= 0.5 * len(one) for one in some)
        for some in (shares, [*zip(*shares, strict=True)])
    )


def _ends_names(line: FigureLine, columns: int) -> bool:
    """Say whether numbers without a label are the last line of names such as `1000 to / 2000`, or years."""
    years = all(re.fullmatch(r"(19|20|21)\d\d", word.text) for word in line.figures)
    return not line.label and (2 * len(line.figures) < columns or years)


def _is_named(line: FigureLine) -> bool:
    return any(word.text.isalpha() for word in line.label)


def _far(run: Run, line: TextLine) -> bool:
    """Say whether a line stands farther off than rows of a table from one another, as the number of a page does."""
    return min(abs(line.top - row.line.top) for _, row in run.rows) > _FAR * line.size


def _columns_under(run: Run, words: Sequence[Word]) -> list[list[int]]:
    """Return the columns that each figure stands in; of as many figures as columns each may be set beside its own."""
    nearest = [
        min(range(len(run.columns)), key=lambda at: abs(run.columns[at].middle - word.middle))
        for word in words
    ]
    if len(nearest) > 3 and nearest == list(range(len(run.columns))):
        return [[at] for at in nearest]
    return [[at for at, c in enumerate(run.columns) if word.x0 < c.x1 and word.x1 > c.x0] for word in words]


def _fits(run: Run, line: FigureLine) -> bool:
    """Say whether the figures of a line stand in the columns of a run, one in each, and its label left of them."""
    # Numbers left of all columns are the label, as the points of a scale are; a rank stays what it is.
    while len(line.figures) > 1 and not line.label and line.figures[0].x1 < run.left - line.figures[0].size:
        line.label.append(line.figures.pop(0))
    _give_back(run, line)
    under = _columns_under(run, line.figures)
    if not under or any(len(columns) > 1 for columns in under):
        return False
    hit = [columns[0] for columns in under if columns]
    if len(set(hit)) < len(hit) or len(hit) < max(1, _ALIKE * len(line.figures)):
        return False
    if line.label and max(word.x1 for word in line.label) > run.left + 1:
        return False
    # A single figure may stand anywhere, as on a chart; it counts where it stands as those of the run do.
    column, word = run.columns[hit[0]], line.figures[0]
    off = min(abs(column.x1 - word.x1), abs(column.x0 - word.x0), abs(column.middle - word.middle))
    return len(line.figures) > 1 or len(run.columns) == 1 or off < 0.3 * word.size


def _take(run: Run, at: int, line: FigureLine) -> None:
    """Add a line to a run, widening its columns; a figure between columns begins one that other lines leave blank."""
    run.rows.append((at, line))
    added = []
    for word, under in zip(line.figures, _columns_under(run, line.figures), strict=True):
        if under:
            column = run.columns[under[0]]
            column.x0, column.x1 = min(column.x0, word.x0), max(column.x1, word.x1)
        else:
            added.append(Column(word.x0, word.x1))
    run.columns = sorted([*run.columns, *added], key=lambda column: column.x0)
