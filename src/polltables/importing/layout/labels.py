"""Labels of rows that break over lines, and headings over rows: which lines of words belong to which line of figures."""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from polltables.importing.layout.runs import Run
from polltables.importing.layout.words import TextLine, Word
from polltables.importing.page import clean
from polltables.importing.recognition.dates import is_date_label
from polltables.importing.recognition.titles import is_note

__all__ = ["TIGHT", "BodyRow", "body_rows", "pitch_of"]

TIGHT = 0.75
"""Of the gap between two rows; lines of one text stand nearer."""
_HYPHENATED = re.compile(r"[^\W\d_]{2}-$")


@dataclass(slots=True)
class BodyRow:
    """A row of a table, or a heading over rows where it has no figures; `tail` are lines of its label under them all."""

    words: list[Word]
    figures: list[Word] = field(default_factory=list)
    line: int = -1
    tail: list[int] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The label."""
        return self.between()

    def between(self, left: float = -math.inf, right: float = math.inf) -> str:
        """Return what of the label stands between two places; what a hyphen parts at a line's end is put together."""
        text = ""
        words = [word for word in self.words if left <= word.x0 < right]
        for before, word in zip([None, *words], words, strict=False):
            broken = before is not None and word.top > before.bottom - 0.3 * word.size
            glued = broken and _HYPHENATED.search(text) and word.text[:1].isalpha()
            text += word.text if glued else f" {word.text}"
        return clean(text)


def body_rows(
    run: Run, lines: Sequence[TextLine], rules: Sequence[float], first: Sequence[int] = ()
) -> list[BodyRow]:
    """Give each line of figures of a run its label; `rules` are heights that part rows, `first` lines under the header."""
    rows = [BodyRow(list(row.label), row.figures, at) for at, row in run.rows]
    pitch = pitch_of(run)
    centred = sum(not row.words for row in rows) > 1
    places: dict[tuple[str, int], list[int]] = {}
    for number in range(len(rows)):
        between = range(run.rows[number - 1][0] + 1, run.rows[number][0]) if number else first
        above = len(places.get(("below", number - 1), ()))
        chains = _chains(lines, between, rules)
        if 0 < above < sum(map(len, chains)) and not (rows[number - 1].words and rows[number].words):
            # Figures in the middle of their labels have as many lines under as over them.
            places["above", number - 1] = list(between)[:above]
            chains = _chains(lines, list(between)[above:], rules)
        for chain in chains:
            kind = _belongs(lines, rows, number, chain, rules, pitch)
            under = run.rows[number + 1][0] - rows[number].line if number + 1 < len(rows) else 0
            if kind == "heading" and centred and under > len(chain):
                kind = "below"
            places.setdefault((kind, number - (kind == "above")), []).extend(chain)

    def words(kind: str, number: int) -> list[Word]:
        return [word for at in places.get((kind, number), ()) for word in lines[at].words]

    result: list[BodyRow] = []
    for number, row in enumerate(rows):
        headings: list[BodyRow] = []
        for at in places.get(("heading", number), ()):
            close = headings and lines[at].top - headings[-1].words[-1].bottom < 0.35 * lines[at].size
            capitals = headings and lines[at].text.isupper() and headings[-1].text.isupper()
            if close and (capitals or is_date_label(row.text)):
                headings[-1].words += lines[at].words  # a heading that breaks over lines
            else:
                headings.append(BodyRow(list(lines[at].words), [], at))
        result += headings
        row.words = [*words("below", number), *row.words, *words("above", number)]
        result.append(row)
    last = rows[-1]
    over = len(places.get(("below", len(rows) - 1), ())) if centred or not run.rows[-1][1].label else 0
    for at in range(run.last + 1, len(lines)):
        line, bottom = lines[at], lines[at - 1].bottom
        up = line.top - bottom
        tight = up < 0.4 * line.size and (up < TIGHT * (pitch - line.size) or line.text[:1].islower())
        ruled = any(bottom - 2 < y < line.top + 2 for y in rules)
        goes_on = len(last.tail) < over or line.text[:1].islower() or last.text[-1:] in "/,;&-–("
        alike = last.words and abs(line.size - last.words[0].size) < 0.5 and line.words[-1].x1 < run.left
        if not (tight and goes_on and alike) or ruled or is_note(line.text):
            break
        last.words += line.words
        last.tail.append(at)
    return result


def pitch_of(run: Run) -> float:
    """Return the usual distance from one line of figures to the next."""
    steps = sorted(two - one for one, two in pairwise(row.figures[0].top for _, row in run.rows))
    return steps[len(steps) // 4] if steps else 0.0


def _chains(lines: Sequence[TextLine], between: Sequence[int], rules: Sequence[float]) -> list[list[int]]:
    """Group lines that follow closely on one another alike with no rule between, since they are pieces of one text."""
    chains: list[list[int]] = []
    for at in between:
        above = lines[chains[-1][-1]].bottom if chains else 0.0
        parted = any(above - 2 < y < lines[at].top + 2 for y in rules) or (
            chains and lines[at].words[0].bold != lines[chains[-1][-1]].words[-1].bold
        )
        if chains and lines[at].top - above < 0.35 * lines[at].size and not parted:
            chains[-1].append(at)
        else:
            chains.append([at])
    return chains


def _belongs(
    lines: Sequence[TextLine],
    rows: Sequence[BodyRow],
    number: int,
    chain: Sequence[int],
    rules: Sequence[float],
    pitch: float,
) -> str:
    """Say whether lines of words belong to the row `below`, to the one `above`, or are a `heading`."""
    first, last, lower = lines[chain[0]], lines[chain[-1]], rows[number]
    down = lines[lower.line].top - last.bottom
    bold = all(word.bold for at in chain for word in lines[at].words)
    if bold and lower.words and not lower.words[0].bold and (number == 0 or not rows[number - 1].words):
        return "heading"
    capitals = all(lines[at].text.isupper() for at in chain) and sum(map(str.isalpha, first.text)) > 2
    if (
        capitals
        and not any(row.text.isupper() for row in rows[max(number - 1, 0) : number + 1])
        and lower.words
    ):
        return "heading"
    if is_date_label(lower.text):
        return "heading"  # what was asked about, over its readings
    if number == 0:
        return "below" if not lower.words or down < 0.4 * last.size else "heading"
    upper = rows[number - 1]
    up = first.top - lines[upper.line].bottom
    ruled_up = any(lines[upper.line].bottom - 2 < y < first.top + 2 for y in rules)
    ruled_down = any(last.bottom - 2 < y < lines[lower.line].top + 2 for y in rules)
    if ruled_up != ruled_down:
        return "below" if ruled_up else "above"
    if not lower.words and not upper.words:
        return "below" if down < up else "above"
    if not lower.words or not upper.words:
        return "above" if lower.words else "below"
    size = first.size
    indented = lower.words[0].x0 - first.words[0].x0 > 0.4 * size
    small = first.text[:1].islower()
    continues = small or first.words[0].x0 - upper.words[0].x0 > 0.4 * size
    tight_down, tight_up = (gap < 0.4 * size and gap < TIGHT * (pitch - size) for gap in (down, up))
    after = rows[number + 1] if number + 1 < len(rows) else lower
    listed = after.line == lower.line + 1 and after.text[:1].islower()  # as answers under a heading are
    whole = small or listed or last.text[-1] in ":?" or last.words[-1].bold != lower.words[0].bold
    # A label that begins on the line before its figures.
    begun = lower.text[:1].islower() and down < 0.6 * size and (last.text[-1] in ",;/&–-" or not whole)
    if tight_down and (indented or lower.text[:1].islower() or not tight_up):
        return "below"
    if not begun and ((tight_up and (continues or not tight_down)) or (small and up < 0.6 * size)):
        return "above"
    return "below" if begun else "heading"
