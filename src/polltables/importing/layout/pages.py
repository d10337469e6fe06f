"""A page laid out: its tables, ruled or not, and its texts, from top to bottom."""

import re
from collections.abc import Sequence
from itertools import pairwise, permutations
from typing import Any

from polltables.importing.layout.led import labels_left
from polltables.importing.layout.ruled import Box, Rules, ruled_grids, within
from polltables.importing.layout.runs import runs_of
from polltables.importing.layout.tables import Laid, lay_out
from polltables.importing.layout.words import TextLine, Word, lines_of, marks_of, phrases_of, words_of
from polltables.importing.page import Block, Grid, Line, clean
from polltables.importing.recognition.figures import token_of
from polltables.importing.recognition.folding import folded, pattern_of

__all__ = ["blocks_of_page"]

# A bullet, a number, a label.
_BEGINS = re.compile(r"[•●▪■◆*]|[-–—] |\(?\d{1,3}[.)] |[^\W\d_][^:.?!]{1,40}: ")
_TURNS = pattern_of(
    r"^\W*contin\w+ (on|from) (the )?(next|previous) page\W*$",
    r"^\W*(continua en|viene de) la (siguiente pagina|pagina (siguiente|anterior))\W*$",
    r"^\W*suite (a la|de la) page (suivante|precedente)\W*$",
)  # what points to the rest of a table
_COLUMN_GAP = 1.6  # of the size; a wider gap parts columns of text
_UNDER = 20.0  # points under a header in which its first row of figures stands
_OVER = 60.0  # points over a table in which its title and header stand
_MOST_OF = 0.7


def blocks_of_page(page: Any, where: str, before: Laid | None = None) -> tuple[list[Block], Laid | None]:
    """Read the tables and texts of a page of a PDF in the order of their heights, and the table that may go on.

    `before` is that of the page before.
    """
    if not page.chars:
        return [], None
    words, turns = words_of(page.chars, float(page.width), float(page.height))
    drawn = [] if turns else ruled_grids(page, words, where)
    drawn = [one for one in drawn if not any(_frames(one[0], other) for other, _ in drawn)]
    drawn = [one for one in drawn if _figured(one[1]) or not _heads_figures(one[0], words)]
    drawn = [_with_names(box, grid, page, words, where) for box, grid in drawn]
    boxes = [box for box, _ in drawn]
    rest = [word for word in words if not any(within(word, box) for box in boxes)]
    rules = Rules([] if turns else _rules(page, boxes))
    placed_lines = lines_of(rest)
    labels_left(placed_lines)
    rest = [word for word in rest if word.turned] + [word for line in placed_lines for word in line.words]
    gap, top, bottom = _gap_between(placed_lines, boxes)
    placed: list[tuple[float, Block]] = []
    last: Laid | None = None
    for right in (False, True) if bottom else (False,):
        half = [word for word in rest if right == (word.x0 > gap and top < word.top < bottom)]
        lines = [
            line
            for line in lines_of(half)
            if not (_is_number(line, page) or _TURNS.search(folded(line.text)) or rules.drawn_by(line.words))
        ]
        turned = [word for word in half if word.turned]
        found: list[tuple[float, Block]] = [
            (box[1], grid) for box, grid in drawn if right == (box[0] > gap and top < box[1] < bottom)
        ]
        taken: set[int] = set()
        for laid in lay_out(runs_of(lines), lines, turned, rules, where, None if boxes or bottom else before):
            taken |= laid.lines
            turned = [word for word in turned if not any(word is other for other in laid.turned)]
            last = laid
            if not laid.more:
                found.append((lines[laid.first].top, laid.grid))
        free = [line for at, line in enumerate(lines) if at not in taken]
        found += [(text.top, text) for text in _texts(free, float(page.width), where)]
        found += [(word.top, Line(word.text, where, top=word.top)) for word in turned]
        # What stands on the right is read after what stands beside it.
        after = max((y for y, block in placed if top < y < bottom), default=0) if right else 0
        placed += [(max(y, after), block) for y, block in sorted(found, key=lambda pair: pair[0])]
    blocks = [block for _, block in sorted(placed, key=lambda pair: pair[0])]
    return blocks, last if last and last.heads is not None and not bottom else None


def _frames(box: Box, other: Box) -> bool:
    """Say whether a box is a frame of the page around another."""
    return box[0] < other[0] and box[1] < other[1] and box[2] > other[2] and box[3] > other[3]


def _heads_figures(box: Box, words: Sequence[Word]) -> bool:
    """Say whether a line of figures stands right under a box, which then is a shaded header."""
    beneath = [word for word in words if within(word, (box[0], box[3], box[2], box[3] + _UNDER))]
    return any(
        sum(token_of(word.text).is_number for word in line.words) > 1 for line in lines_of(beneath)[:1]
    )


def _with_names(box: Box, grid: Grid, page: Any, words: Sequence[Word], where: str) -> tuple[Box, Grid]:
    """Return a drawn table; where it begins with figures, as laid out with the names of columns over its frame."""
    first = [token_of(cell.text).stands_in_body for cell in grid.rows[0][1:] if cell.text]
    rows = _figured(grid)
    if len(first) < 2 or not all(first) or rows < 2:
        return box, grid
    area = (0.0, box[1] - _OVER, box[2], box[3])
    around = [word for word in words if within(word, area, 2)]
    turned = [word for word in around if word.turned]
    lines = lines_of(around)
    for laid in lay_out(runs_of(lines), lines, turned, Rules(_rules(page, [])), where):
        if (
            lines[laid.last].bottom > box[1]
            and len(laid.columns) >= len(first)
            and _figured(laid.grid) == rows
        ):
            top = min(lines[laid.first].top, *(word.top for word in laid.turned), box[1])
            return (min(box[0], laid.columns[0].x0), top, box[2], box[3]), laid.grid
    return box, grid


def _figured(grid: Grid) -> int:
    """Count the rows of a grid that hold figures."""
    return sum(any(token_of(cell.text).is_number for cell in row[1:]) for row in grid.rows)


def _gap_between(lines: Sequence[TextLine], boxes: Sequence[Box]) -> tuple[float, float, float]:
    """Find two tables side by side: where the right one begins, and from which height to which; zeros without any."""
    for one, two in permutations(boxes, 2):
        top, bottom = max(one[1], two[1]), min(one[3], two[3])
        if one[2] < two[0] + 2 and bottom - top > 0.5 * max(one[3] - one[1], two[3] - two[1]):
            return two[0] - 5, top - _OVER, bottom
    starts, figured = [], []
    for line in lines:
        kinds = [token_of(word.text) for word in line.words]
        numbers = [at for at, kind in enumerate(kinds) if kind.is_number]
        figured += [line] if numbers and numbers[0] else []
        for at, (before, word) in enumerate(pairwise(line.words), start=1):
            apart = word.x0 - before.x1 > _COLUMN_GAP * word.size
            if apart and kinds[at].kind in {"word", "letters"} and at - 1 in numbers and at < numbers[-1]:
                starts.append(word)
                break
    left = min((word.x0 for word in starts if token_of(word.text).kind == "word"), default=0)
    if len(starts) < 2 or any(abs(word.x0 - left) > 2 for word in starts):
        return float("inf"), 0, 0
    top, bottom = starts[0].top, starts[-1].bottom
    if len(starts) < _MOST_OF * sum(top <= line.top <= bottom for line in figured):
        return float("inf"), 0, 0
    return left - 5, top - _OVER, bottom


def _is_number(line: TextLine, page: Any) -> bool:
    """Say whether a line at the edge of a page holds nothing but its number."""
    edge = line.top < 0.07 * page.height or line.bottom > 0.9 * page.height
    text, *others = {word.text for word in line.words}
    return edge and not others and text.isdigit() and abs(int(text[:6]) - page.page_number) < 40


def _rules(page: Any, boxes: Sequence[Box]) -> list[tuple[float, float, float]]:
    """Return the horizontal rules outside of ruled tables."""
    return [
        (float(edge["x0"]), float(edge["x1"]), float(edge["top"]))
        for edge in page.edges
        if edge["orientation"] == "h" and edge["x1"] - edge["x0"] > 8
        if not any(
            box[1] - 2 <= edge["top"] <= box[3] + 2 and box[0] - 2 <= edge["x0"] <= box[2] for box in boxes
        )
    ]


def _texts(lines: Sequence[TextLine], width: float, where: str) -> list[Line]:
    """Make lines of text of what stands in no table; lines of one paragraph are one, columns of text stay apart."""
    placed = [
        (line.top, TextLine(phrase)) for line in lines for phrase in phrases_of(line.words, _COLUMN_GAP)
    ]
    pieces = [piece for _, piece in placed]
    # Of the whole line, so that what it parts into stays in order.
    tops = {id(piece): top for top, piece in placed}
    paragraphs: list[list[TextLine]] = []
    for piece in pieces:
        margin = _margin(piece, pieces, width)
        paragraph = next((one for one in reversed(paragraphs[-6:]) if _goes_on(one[-1], piece, margin)), None)
        if paragraph is None:
            paragraphs.append([piece])
        else:
            paragraph.append(piece)
    texts = []
    for paragraph in paragraphs:
        words = [word for piece in paragraph for word in piece.words]
        text = clean(f"{clean(' '.join(piece.text for piece in paragraph))} {marks_of(words)}")
        top = tops[id(paragraph[0])]
        texts.append(Line(text, where, all(word.bold for word in words), top, words[0].size))
    return texts


def _margin(piece: TextLine, pieces: Sequence[TextLine], width: float) -> float:
    """Return where lines like this one end: where several of them do, else as far from the right edge as from the left."""
    left = piece.words[0].x0
    ends = [
        one.words[-1].x1
        for one in pieces
        if abs(one.words[0].x0 - left) < 3 * one.size and abs(one.size - piece.size) < 0.6
    ]
    furthest = max(ends)
    return furthest if sum(furthest - end < piece.size for end in ends) > 2 else max(furthest, width - left)


def _goes_on(last: TextLine, piece: TextLine, margin: float) -> bool:
    """Say whether a line goes on with a paragraph.

    It is set alike, and stands close below a full line, or one with an open bracket, or at the same middle.
    """
    one, two = last.words[-1], piece.words[0]
    alike = abs(one.size - two.size) < 0.6 and one.bold == two.bold
    close = -0.3 * one.size < piece.top - last.bottom < 0.55 * two.size
    is_open = any(last.text.count(one) > last.text.count(other) for one, other in ("()", "[]"))
    begins = _BEGINS.match(piece.text) and not piece.text[0].islower() and not is_open
    ends = last.text.endswith(":") and piece.text[0].isupper()
    if not alike or not close or begins or ends:
        return False
    centred = abs((last.words[0].x0 + one.x1) / 2 - (two.x0 + piece.words[-1].x1) / 2) < two.size
    left = abs(last.words[0].x0 - two.x0) < 2.5 * two.size
    # A line breaks where the next word would not have fitted.
    full = one.x1 + two.x1 - two.x0 + 0.3 * two.size > margin
    return (full or is_open) if left else centred
