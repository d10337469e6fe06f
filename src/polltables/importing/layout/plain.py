"""Text whose columns are set by blanks, as on a typewriter: laid out like the page that it is."""

import re
from collections.abc import Sequence

from polltables.importing.layout.led import labels_left
from polltables.importing.layout.ruled import Rules
from polltables.importing.layout.runs import runs_of
from polltables.importing.layout.tables import lay_out
from polltables.importing.layout.words import TextLine, Word, phrases_of
from polltables.importing.page import Grid
from polltables.importing.recognition.figures import token_of

__all__ = ["grids_of_text"]

# Points: two blanks part phrases, and one does not.
_SIZE, _WIDE, _HIGH = 10.0, 3.5, 12.0
_APART = 40.0  # of a title from the table under it


def grids_of_text(texts: Sequence[str], where: str) -> tuple[dict[int, Grid], set[int]]:
    """Find the tables in lines of text: by the position of the line where each begins, and the lines that they take.

    Examples
    --------
    >>> text = ["          Total   Men", "          -----   ---", "Ferry        61    60", "Bridge       39    40"]
    >>> grids, taken = grids_of_text(text, "a.txt")
    >>> [[cell.text for cell in row] for row in grids[0].rows], sorted(taken)
    ([['', 'Total', 'Men'], ['Ferry', '61', '60'], ['Bridge', '39', '40']], [0, 1, 2, 3])

    The rule under the header is no row.
    """
    lines: list[TextLine] = []
    places: list[int] = []
    rules = Rules()
    taken: set[int] = set()
    top = 0.0
    for place, text in enumerate(texts):
        words = [
            Word(match[0], match.start() * _WIDE, match.end() * _WIDE, top, top + _SIZE, _SIZE)
            for match in re.finditer(r"\S+", text.expandtabs())
        ]
        if rules.drawn_by(words):
            taken.add(place)
        elif words:
            if lines and _is_title(lines[-1], words):
                top += _APART
                for word in words:
                    word.top, word.bottom = word.top + _APART, word.bottom + _APART
            lines.append(TextLine(words))
            places.append(place)
        top += _HIGH
    labels_left(lines)
    grids: dict[int, Grid] = {}
    for laid in lay_out(runs_of(lines), lines, [], rules, where):
        begins = places[min(laid.lines)]
        grids[begins] = laid.grid
        taken |= {places[at] for at in laid.lines}
        for row in laid.grid.rows:
            for cell in row:
                cell.where = cell.where.partition(", line ")[0] + f", table at line {begins + 1}"
    return grids, taken


def _is_title(line: TextLine, below: Sequence[Word]) -> bool:
    """Say whether a line in one piece stands over names of columns, so that it is no corner of theirs."""
    left = line.words[0].x0
    named = not any(token_of(word.text).is_number for word in below)
    ended = line.text[-1] in "?:." and len(phrases_of(below)) > 2
    return (
        named
        and (ended or below[0].x0 > left + 4 * _WIDE)
        and len(phrases_of(line.words)) == 1
        and left < 4 * _WIDE
    )
