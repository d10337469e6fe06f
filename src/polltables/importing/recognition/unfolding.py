"""Tables in long form, one percentage to a line: laid out with answers in rows and groups of people in columns."""

import re
from collections.abc import Sequence

from polltables.importing.page import Block, Cell, Grid, Line
from polltables.importing.recognition.folding import folded
from polltables.importing.recognition.rows import tokens
from polltables.importing.recognition.titles import is_question
from polltables.importing.recognition.values import near
from polltables.importing.recognition.vocabulary import base_kind, is_bound, is_count_unit, is_measure

__all__ = ["unfolded"]

_FEW = 4
_GOOD = 0.8
_ASKED = re.compile(r"(question|pregunta|pergunta|frage|domanda|item|variable|topic|tema)\b.*|q")


def unfolded(grid: Grid) -> list[Block]:
    """Lay out a grid of one percentage to a line: a title and a grid for each question; nothing where it is none.

    One column of texts holds the answers: over the lines that agree in all others, the percentages add up to 100.
    """
    head, *body = [row for row in grid.rows if any(cell.text for cell in row)] or [[]]
    if len(body) < _FEW or any(token.is_number for token in tokens(head)):
        return []
    kinds = [[token.is_number for token in column] for column in zip(*map(tokens, body), strict=True)]
    texts = [at for at, kind in enumerate(kinds) if not any(kind) and all(row[at].text for row in body)]
    names = [folded(cell.text.replace("_", " ")) for cell in head]
    beside = {
        at
        for at, name in enumerate(names)
        if base_kind(name) or is_count_unit(name) or is_bound(name) or is_measure(name)
    }
    shares = [at for at, kind in enumerate(kinds) if all(kind) and at not in beside]
    if len(shares) != 1 or len(texts) + len(beside) + 1 != len(head):
        return []
    for answer in texts[::-1]:
        others = [at for at in texts if at != answer]
        groups: dict[tuple[str, ...], list[float]] = {}
        for row in body:
            number = tokens(row[shares[0] : shares[0] + 1])[0].number.replace(",", ".")
            groups.setdefault(tuple(row[at].text for at in others), []).append(float(number))
        whole = sum(
            near(sum(one), 100, len(one) / 2) or near(sum(one), 1, 0.01 * len(one)) for one in groups.values()
        )
        given = {
            at: {
                row[at].text: {one[answer].text for one in body if one[at].text == row[at].text}
                for row in body
            }
            for at in others
        }
        asked = [
            at
            for at in others
            if _ASKED.fullmatch(names[at])
            or any(map(is_question, given[at]))
            or len({*map(frozenset, given[at].values())}) > 1
        ]
        if whole > _GOOD * len(groups) and len(groups) < len(body) and asked != others:
            for cell in head:
                cell.used = True
            over = [at for at in others if at not in asked]
            return _laid_out(grid.where, body, names, answer, asked, over, shares[0], beside)
    return []


def _laid_out(
    where: str, body: Sequence[Sequence[Cell]], names: Sequence[str], answer: int, asked: Sequence[int], over: Sequence[int],
    share: int, beside: set[int],
) -> list[Block]:  # fmt: skip
    """Make a grid of every question, and say of what stands beside the percentages what it is."""
    blocks: list[Block] = []
    questions: dict[tuple[str, ...], list[Sequence[Cell]]] = {}
    for row in body:
        questions.setdefault(tuple(row[at].text for at in asked), []).append(row)
        for at, cell in enumerate(row):
            cell.used = cell.used or at not in {share, *beside}
            cell.why = "counts, bounds or measures beside the percentages" if at in beside else ""
    for title, rows in questions.items():
        columns = list(dict.fromkeys(tuple(row[at].text for at in over) for row in rows))
        labels = list(dict.fromkeys(row[answer].text for row in rows))
        place = rows[0][answer].where
        made = [
            [Cell("", place), *(Cell(one[level], place) for one in columns)] for level in range(len(over))
        ]
        cells = {(row[answer].text, tuple(row[at].text for at in over)): row for row in rows}
        made += [
            [
                Cell(label, place),
                *(cells[label, one][share] if (label, one) in cells else Cell("", place) for one in columns),
            ]
            for label in labels
        ]
        for at in beside:
            counts = [{row[at].text for (_, one), row in cells.items() if one == group} for group in columns]
            if base_kind(names[at]) and all(len(one) == 1 for one in counts):
                made.append([Cell(names[at], place), *(Cell(min(one), place) for one in counts)])
                for row in rows:
                    row[at].used = True
        blocks += [Line(": ".join(title), place), Grid(made, where)]
    return blocks
