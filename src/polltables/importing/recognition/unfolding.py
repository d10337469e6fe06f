"""Percentages one to a line, in a table of long form or a list: laid out with answers in rows and groups in columns."""

import re
from collections.abc import Mapping, Sequence
from itertools import chain, groupby, takewhile

from polltables.importing.page import Block, Cell, Grid, Line
from polltables.importing.recognition.families import family_of
from polltables.importing.recognition.figures import token_of
from polltables.importing.recognition.folding import folded
from polltables.importing.recognition.rows import tokens
from polltables.importing.recognition.sheet_words import is_sheet_line
from polltables.importing.recognition.titles import is_question
from polltables.importing.recognition.values import near, values_of
from polltables.importing.recognition.vocabulary import base_kind, is_bound, is_count_unit, is_measure

__all__ = ["listed", "unfolded"]

_FEW = 4
_GOOD = 0.8
_ASKED = re.compile(r"(question|pregunta|pergunta|frage|domanda|item|variable|topic|tema)\b.*|q")
_CODE = re.compile(r"(.* )?(id|code|codigo|order|orden|position)")
_ASIDE = (base_kind, is_count_unit, is_bound, is_measure)
_MUTE = re.compile(r"true|false|(https?://|www\.)\S*")
_SHARE = re.compile(  # a mark of a list, an answer and its percentage
    r"([-*+•▪●–—]\s+|\d{1,2}[.)]\s+)?([^:]*[^\W\d_][^:]*?)\s*(?::|\s[-–—=]|\.{2,}|…)[*_\s]*([<(]?\d[\d.,]*\s?%\)?)[.,;]?"
)
_PRINTED = re.compile(r"\d{1,2}([.,]\d)? ?%?", re.ASCII)
_LONGEST = 200  # letters of a line of a list


def listed(blocks: Sequence[Block]) -> list[Block]:
    """Make grids of lines under one another that each end in a percentage; on a page, these stand right of their answers.

    Without the marks of a list, they are one if they add up to 100.

    Examples
    --------
    >>> *_, grid = listed([Line(text, "a.txt") for text in ("Which one?", "- Ferry: 45%", "- Bridge: 55 %")])
    >>> [[cell.text for cell in row] for row in grid.rows]
    [['Ferry', '45%'], ['Bridge', '55 %']]

    Lines of a technical sheet stay what they are.
    """
    made: list[Block] = []
    for _, some in groupby(_paired(blocks), key=lambda block: bool(_share_of(block))):
        lines = list(some)
        found = [(shared, line) for line in lines if (shared := _share_of(line))]
        rows = [[Cell(text.strip("*_ "), line.where) for text in shared[1:]] for shared, line in found]
        sums = (sum(value.number or 0 for row in rows for value in values_of(row[1:], mark)) for mark in ",.")
        told = any(shared[0] for shared, _ in found) or any(near(one, 100, len(rows) / 2) for one in sums)
        made += [Grid(rows, rows[0][0].where)] if len(rows) > 1 and told else lines
    return made


def _paired(blocks: Sequence[Block]) -> list[Block]:
    """Make grids of lines of a page that hold one label and one figure, as in a chart of bars, if these add up to 100."""
    made: list[Block] = []
    run: list[list[Line]] = []
    for _, some in groupby([*blocks, Line("", "")], key=_level):
        here = list(some)
        lines = [block for block in here if isinstance(block, Line) and block.size]
        if len(lines) == len(here) == 2 and _is_pair(*lines):
            run.append(lines)
            continue
        if _adds_up(run, made):
            rows = [[Cell(line.text, line.where) for line in pair] for pair in run]
            made.append(Grid([[Cell(), Cell("Total")], *rows], rows[0][0].where))
        else:
            made += chain(*run)
        made, run = [*made, *here], []
    return made[:-1]


def _level(block: Block) -> tuple[str, float]:
    """Return the page of a line and its height there; a grid is alone."""
    return block.where, block.top if isinstance(block, Line) else -id(block)


def _is_pair(label: Line, figure: Line) -> bool:
    """Say whether two lines are an answer and its percentage, or the name of a base and its count."""
    counted = base_kind(label.text) and token_of(figure.text).is_number
    return any(map(str.isalpha, label.text)) and bool(counted or _PRINTED.fullmatch(figure.text))


def _adds_up(run: Sequence[Sequence[Line]], before: Sequence[Block]) -> bool:
    """Say whether pairs of lines are answers, under a question or with signs or decimals, and no groups of people."""
    pairs = [(label.text, figure.text) for label, figure in run if _PRINTED.fullmatch(figure.text)]
    numbers = [figure.rstrip(" %").replace(",", ".") for _, figure in pairs]
    slack = sum(0.5 * 10.0 ** -len(number.partition(".")[2]) for number in numbers)
    asked = any(isinstance(block, Line) and is_question(block.text) for block in before[-2:])
    told = asked or all("%" in figure or re.search(r"[.,]", figure) for _, figure in pairs)
    peopled = any(family_of(label) in {"sex", "age"} for label, _ in pairs)
    return len(pairs) > 2 and near(sum(map(float, numbers)), 100, slack) and told and not peopled


def _share_of(block: Block) -> Sequence[str]:
    """Part a line into a mark of a list, an answer and its percentage; nothing where it is none."""
    if not isinstance(block, Line) or block.size or len(block.text) > _LONGEST or is_sheet_line(block.text):
        return ()
    match = _SHARE.fullmatch(block.text)
    return match.groups("") if match else ()


def unfolded(grid: Grid) -> list[Block]:
    """Lay out a grid of one percentage to a line: a title and a grid for each question; nothing where it is none.

    What stands over its header comes before these.

    One column of texts holds the answers: over the lines that agree in all others, the percentages add up to 100.
    """
    over = sum(1 for _ in takewhile(lambda row: not all(cell.text for cell in row), grid.rows))
    head, *body = [row for row in grid.rows[over:] if any(cell.text for cell in row)] or [[]]
    if (
        len(body) < _FEW
        or len({len(head), *map(len, body)}) > 1
        or any(one.is_number for one in tokens(head))
    ):
        return []
    names = [folded(cell.text.replace("_", " ")) for cell in head]
    columns = list(zip(*body, strict=True))
    numeric = [[token.is_number for token in tokens(column)] for column in columns]
    mute = [at for at, cells in enumerate(columns) if all(_MUTE.fullmatch(folded(c.text)) for c in cells)]
    filled = [at for at, cells in enumerate(columns) if at not in mute and all(c.text for c in cells)]
    texts = [at for at in filled if sum(numeric[at]) < (1 - _GOOD) * len(body)]  # of which some are numbers
    aside = [
        at for at, name in enumerate(names)
        if any(is_one(name) for is_one in _ASIDE) or (all(numeric[at]) and _CODE.fullmatch(name))
    ]  # fmt: skip
    figured = [at for at, found in enumerate(numeric) if all(found) and at not in aside]
    if not figured or len(texts) + len(mute) + len(aside) + len(figured) != len(head):
        return []
    plain = {at: [token.number.replace(",", ".") for token in tokens(columns[at])] for at in figured}
    if any(one.count(".") > 1 for column in plain.values() for one in column):
        return []
    numbers = {at: [*map(float, column)] for at, column in plain.items()}
    for answer in reversed(texts):
        others = [at for at in texts if at != answer]
        lines: dict[tuple[str, ...], list[int]] = {}
        answers: dict[int, dict[str, set[str]]] = {at: {} for at in others}
        for number, row in enumerate(body):
            lines.setdefault(tuple(row[at].text for at in others), []).append(number)
            for at in others:
                answers[at].setdefault(row[at].text, set()).add(row[answer].text)
        share = _share_of_all(numbers, list(lines.values()))
        asked = [
            at for at, given in answers.items()
            if _ASKED.fullmatch(names[at]) or any(map(is_question, given)) or len(set(map(frozenset, given.values()))) > 1
        ]  # by name, by text, or since other answers stand beside each  # fmt: skip
        beside = {*aside, *mute, *numbers} - {share}
        if share is not None and len(lines) < len(body) and (asked != others or beside):
            for cell in [*head, *(row[at] for row in body for at in texts)]:
                cell.used = True
            for cell in (row[at] for row in body for at in beside):
                cell.why = "counts, bounds or measures beside the percentages"
            parts: dict[str, list[Sequence[Cell]]] = {}
            for row in body:
                parts.setdefault(": ".join(row[at].text for at in asked), []).append(row)
            groups = [at for at in others if at not in asked]
            bases = [at for at in aside if base_kind(names[at])]
            blocks: list[Block] = [Grid(grid.rows[:over], grid.where)] if over else []
            for title, rows in parts.items():
                laid = _laid_out(rows, answer, groups, share, bases)
                blocks += [Line(title, rows[0][0].where), Grid(laid, grid.where)]
            return blocks
    return []


def _share_of_all(numbers: Mapping[int, Sequence[float]], lines: Sequence[Sequence[int]]) -> int | None:
    """Return the column of numbers that adds up to 100 over most of some lists of lines, or else to 1; None of several.

    Beside it only the same shares of 1 may stand.
    """
    whole: dict[int, int] = {}
    for at, column in numbers.items():
        sums = [(sum(column[one] for one in some), len(some)) for some in lines]
        for wanted, steps in ((100, 2), (1, 100)):
            if _GOOD * len(lines) < sum(near(total, wanted, number / steps) for total, number in sums):
                whole[at] = wanted
    if len(whole) < len(numbers):
        return None
    share = max(whole, key=lambda at: whole[at])
    for at, column in numbers.items():
        pairs = zip(column, numbers[share], strict=True)
        if not all(near(100 / whole[at] * one, 100 / whole[share] * two, 0.51) for one, two in pairs):
            return None
    return share


def _laid_out(
    rows: Sequence[Sequence[Cell]], answer: int, over: Sequence[int], share: int, bases: Sequence[int]
) -> list[list[Cell]]:
    """Make the rows of one question: names of groups, answers, and bases that all answers share."""
    place = rows[0][answer].where
    cells = {(row[answer].text, *(row[at].text for at in over)): row for row in rows}
    groups = list(dict.fromkeys(key[1:] for key in cells))
    made = [[Cell("", place), *(Cell(names[level], place) for names in groups)] for level in range(len(over))]
    made = made or [[Cell("", place), Cell("Total", place)]]
    for label in dict.fromkeys(key[0] for key in cells):
        shares = (
            cells[label, *names][share] if (label, *names) in cells else Cell("", place) for names in groups
        )
        made.append([Cell(label, place), *shares])
    for at in bases:
        counts = [{row[at].text for key, row in cells.items() if key[1:] == names} for names in groups]
        if all(len(count) == 1 for count in counts):
            made.append([Cell("Base", place), *(Cell(min(count), place) for count in counts)])
            for row in rows:
                row[at].used = True
    return made
