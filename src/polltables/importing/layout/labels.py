"""Labels of rows that break over lines, and headings over rows: which lines of words belong to which line of figures."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from polltables.importing.layout.runs import Run
from polltables.importing.layout.words import TextLine, Word
from polltables.importing.page import clean

__all__ = ["BodyRow", "body_rows"]

_TIGHT = 0.75


@dataclass(slots=True)
class BodyRow:
    """A row of a table, or a heading over rows where it has no figures."""

    words: list[Word]
    figures: list[Word] = field(default_factory=list)
    line: int = -1

    @property
    def text(self) -> str:
        """The label."""
        return clean(" ".join(word.text for word in self.words))


def body_rows(run: Run, lines: Sequence[TextLine], rules: Sequence[float]) -> list[BodyRow]:
    """Give each line of figures of a run its label; `rules` are the heights of rules that part rows."""
    rows = [BodyRow(list(row.label), row.figures, at) for at, row in run.rows]
    above: dict[int, list[int]] = {number: [] for number in range(len(rows))}
    below: dict[int, list[int]] = {number: [] for number in range(len(rows))}
    headings: dict[int, list[int]] = {number: [] for number in range(len(rows))}
    pitch = _pitch(run)
    for number in range(len(rows)):
        before = run.rows[number - 1][0] if number else run.first - 1
        between = list(range(before + 1, run.rows[number][0]))
        if number == 0:
            between = []
        for place, at in enumerate(between):
            kind = _belongs(lines, rows, number, at, between[place + 1 :], rules, pitch)
            (above[number] if kind == "below" else below[number - 1] if kind == "above" else headings[number]).append(at)
    result: list[BodyRow] = []
    for number, row in enumerate(rows):
        for at in headings[number]:
            # Neighbouring lines of a heading are one, as long as nothing shows that they are two.
            last = result[-1] if result else None
            if last is not None and not last.figures and lines[at].top - lines[last.line].bottom < 0.5 * lines[at].size:
                last.words += lines[at].words
                last.line = at
            else:
                result.append(BodyRow(list(lines[at].words), [], at))
        over = [word for at in above[number] for word in lines[at].words]
        under = [word for at in below[number] for word in lines[at].words]
        row.words = [*over, *row.words, *under]
        result.append(row)
    return result


def _pitch(run: Run) -> float:
    """Return the usual distance from one line of figures to the next."""
    tops = [row.figures[0].top for _, row in run.rows]
    steps = sorted(two - one for one, two in zip(tops, tops[1:], strict=False))
    return steps[len(steps) // 4] if steps else 0.0


def _belongs(
    lines: Sequence[TextLine], rows: Sequence[BodyRow], number: int, at: int, rest: Sequence[int], rules: Sequence[float], pitch: float
) -> str:
    """Say whether a line of words belongs to the row `below`, to the one `above`, or is a `heading`."""
    line, upper, lower = lines[at], rows[number - 1], rows[number]
    upper_line, lower_line = lines[upper.line], lines[lower.line]
    ruled_up = any(upper_line.bottom - 2 < y < line.top + 2 for y in rules)
    ruled_down = any(line.bottom - 2 < y < lower_line.top + 2 for y in rules)
    if ruled_up != ruled_down:
        return "below" if ruled_up else "above"
    up = line.top - (lines[at - 1].bottom if at > 0 else upper_line.bottom)
    down = lines[rest[0]].top - line.bottom if rest else lower_line.top - line.bottom
    if not lower.words and not upper.words:
        return "below" if lower_line.top - line.bottom < line.top - upper_line.bottom else "above"
    if not lower.words:
        return "below"
    if not upper.words:
        return "above"
    size = line.size
    indent = lower.words[0].x0 - line.words[0].x0
    small = line.text[:1].islower()
    continues = small or line.words[0].x0 - upper.words[0].x0 > 0.4 * size
    tight_down, tight_up = down < 0.4 * size and down < _TIGHT * (pitch - size), up < 0.4 * size and up < _TIGHT * (pitch - size)
    if tight_down and (indent > 0.4 * size or lower.text[:1].islower() or not tight_up):
        return "below"
    if tight_up and (continues or not tight_down):
        return "above"
    if small and up < 0.6 * size:
        return "above"
    return "heading"
