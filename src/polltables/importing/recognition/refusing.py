"""What is no table of percentages, or of many polls: counts, scores, charts, what is too large, broken or without names."""

import re
from collections.abc import Sequence
from itertools import chain

from analysis.polls.limits import MAX_COLUMNS, MAX_ROWS
from polltables.importing.page import Cell, Grid, Source
from polltables.importing.recognition.dates import is_date_label
from polltables.importing.recognition.families import family_of, is_segment_word, is_whole
from polltables.importing.recognition.folding import folded, pattern_of
from polltables.importing.recognition.model import UnreadError
from polltables.importing.recognition.rows import kinds_of, label_columns
from polltables.importing.recognition.sheet_words import parted, sheet_id
from polltables.importing.recognition.titles import is_question
from polltables.importing.recognition.values import Reading, near
from polltables.importing.recognition.vocabulary import base_kind, is_mean_title, is_score_title, is_sum

__all__ = ["is_joint", "refuse", "several_polls"]

_MANY = 0.25
_MOST_OF_ALL = 80  # per cent
_MOST_COLUMNS = MAX_COLUMNS - 6  # beside the columns of a poll's CSV file that hold no figures
_SAMPLE = pattern_of(r"\b(muestra|sample|stichprobe|echantillon|amostra|campione|표본)\b")
_RANGE = re.compile(
    r"([-–—<>≤≥+/]|a|about|and|at|au|below|between|bis|by|de|desde|e|entre|et|from|greater|hasta|less|lower|mas|mehr|"
    r"menos|moins|more|o|of|or|ou|over|plus|que|than|to|under|unter|up|uber|y| )*"
)
_SHARES = re.compile(r"\d{1,2} ?%?( ?(ou|o|or|oder|u|/|[-–]|y|et|and|und|e) ?\d{1,2} ?%?)?")
# Two figures before all else, or one with its change since an earlier reading.
_LED_BY_FIGURES = re.compile(
    r"^\d{1,2}[.,][1-9]$|^\d{1,2}([.,]\d)? \d{1,2}([.,]\d)?( |$)|\d ?\(([+−–-] ?\d+|=)\)"
)
_STACKED = re.compile(r"(?:^| )(?:(?:\d{1,3}|-) ){4}")  # a column of figures that was read as a name
_OF_SAMPLE = pattern_of(r"(%|per ?cent\w*|porcentaje|share|anteil)\W{0,2}(of|de|do|da|der|du) (the |la )?(sample|muestra|",
                        r"amostra|stichprobe|echantillon)")  # fmt: skip
_WEIGHTED = pattern_of(r"\b(pond\w*|redresse\w*|(un)?gewichtet\w*|(un)?w(eigh)?te?d|observed)\b")

_DATE = re.compile(r"\d{1,4}[-/. ]\w{2,9}[-/. ]\d{2,4}|\d{4}-\d{2}(-\d{2})?|[A-Za-z]{3,9}\.? \d{1,2},? \d{4}")
_WHO = re.compile(
    r"((firma |casa |empresa )?encuestadora|pollster|source|polling ?firm|poll|"
    r"poll ?name|survey|encuesta|institut[eo]?|istituto|firm[ae]?|"
    r"empresa|company|poll ?id|wave|fieldwork|client|sponsor|display ?name|umfrage|sondage|pesquisa|sondaggio|조사 ?기관|"
    r"welle|ola|vague|onda)s?"
)
_WHEN = re.compile(
    r".*\b(dates?|fechas?|day|start|end|datum|created|fieldwork|campo|terrain|feldzeit|zeitraum|dat[ae]|rilevazione|month|"
    r"mes|mois|mese|monat)\b.*|date.*|.*date$|조사 ?(일|기간).*"
)


def refuse(reading: Reading, title: str) -> None:
    """Refuse what is too large or broken, formulas without results, nothing but measures or counts, unnamed columns."""
    matrix = reading.matrix
    if matrix.problem:
        where, _, why = matrix.problem.partition(": ")
        raise UnreadError(why or where, where if why else "")
    if len(matrix.rows) > MAX_ROWS or len(matrix.columns) > _MOST_COLUMNS:
        raise UnreadError(
            f"the table has {len(matrix.rows):,} rows and {len(matrix.columns):,} columns of figures; at most "
            f"{MAX_ROWS:,} and {_MOST_COLUMNS} are read"
        )
    over = [matrix.columns[at] for at in reading.columns()]
    names = [matrix.rows[at].label for at in reading.rows()]
    counted = [item.label for item in over if item.unit != "percent"]
    kinds = [set(map(base_kind, labels)) for labels in (counted, names)]
    first = [(*item.path, item.label)[0].replace("_", " ") for item in over]
    numbers = [value for row in reading.values for value in row if value.number is not None]
    percents = sum(value.token.percent for value in numbers) > 0.5 * len(numbers)
    sampled = all(_SAMPLE.search(folded(one)) for one in first) and not all(map(is_whole, first))
    of_sample = [bool(_OF_SAMPLE.search(folded(one))) for one in first]
    weighted = [bool(_WEIGHTED.search(folded(one))) for one in first]
    compared = any(
        labels
        and all(_WEIGHTED.search(folded(one)) for one in labels)
        and (len(labels) > 1 or any(map(is_segment_word, others)))
        for labels, others in ((first, names), (names, first))
    )
    if (
        compared
        or any(kind and kind <= {"weighted", "unweighted"} for kind in kinds)
        or (sampled and not percents and reading.supported < 0.5)
        or (any(of_sample) and all(map(max, of_sample, weighted)))
    ):
        raise UnreadError("it says how the sample is made up")
    _refuse_by_title(reading, title)
    _refuse_counts(reading)
    for cell, value in zip(chain(*matrix.cells), chain(*reading.values), strict=True):
        if value.token.kind == "formula":
            raise UnreadError(
                f"the cell holds the formula {cell.text[:60]!r}, whose result is not stored; save the file anew",
                cell.where,
            )
    names = [matrix.rows[at].label for at in reading.rows("", "net")]
    for labels in (names, [matrix.columns[at].label for at in reading.columns()]):
        if any(map(_STACKED.search, labels)) or sum(map(_holds_figures, labels)) > max(
            min(1, len(labels) - 1), _MANY * len(labels)
        ):
            raise UnreadError("figures stand among its labels: a chart, or text laid out in columns")
    paths = [(*matrix.columns[at].path, matrix.columns[at].label) for at in reading.columns()]
    if any(
        one == two == three for one, two, three in zip(paths, paths[1:], paths[2:], strict=False) if one[-1]
    ):
        raise UnreadError("three columns beside one another have one name")
    if not reading.columns() or not names:
        measured = any(item.role == "measure" for item in (*matrix.rows, *matrix.columns))
        raise UnreadError(
            "it holds scores and no percentages" if measured else "no column or row of percentages is in it"
        )
    unnamed = [at for at in reading.columns() if not matrix.columns[at].label]
    if unnamed and not (len(unnamed) == 1 and _lies_between(reading, unnamed[0])):
        found = next((row[unnamed[0]] for row in matrix.cells if row[unnamed[0]].text), Cell())
        raise UnreadError(
            f"the column has no name, but figures such as {found.text!r}; name it in the header", found.where
        )
    families = set(map(family_of, names))
    if reading.supported < 0.5 and all(map(is_segment_word, names)) and len(families) > 1:
        raise UnreadError("its rows are groups of people of more than one kind, and no answer has a name")
    # The sexes or ages of a sample, in a column without a name or under a title that says so.
    described = len(over) == 1 and (
        _SAMPLE.search(folded(title)) or not re.search(r"[^\W\d_]", over[0].label)
    )
    if described and len(names) > 1 and families <= {"sex", "age"} and not is_question(title):
        raise UnreadError("it says how the sample is made up")


def is_joint(reading: Reading) -> bool:
    """Say whether the cells of several columns, and not the columns, add up to 100: shares of all in each cell."""
    over = [at for at in reading.columns() if not is_whole(reading.matrix.columns[at].label)]
    labels = {row: reading.matrix.rows[row].label for row in reading.rows()}
    rows = [row for row, label in labels.items() if label and not is_sum(label)]
    signed = any(reading.values[row][at].token.percent for row in rows for at in over)
    columns = [
        [value.number for row in rows if (value := reading.values[row][at]).token.percent or not signed]
        for at in over
    ]
    printed = [[number for number in column if number is not None] for column in columns]
    sums = [sum(column) for column in printed if len(column) > 1]
    slack = min(sum(map(len, printed)) / 15, 2)
    return len(sums) > 2 and max(sums) < _MOST_OF_ALL and near(sum(sums), 100, slack)


def _lies_between(reading: Reading, at: int) -> bool:
    """Say whether a column at either end lies between the others in every row, as that of the whole does."""
    columns = reading.columns()
    rows = [[reading.values[row][column].number for column in columns] for row in reading.rows()]
    full = [[number for number in row if number is not None] for row in rows if None not in row]
    place = columns.index(at)
    others = [[*row[:place], *row[place + 1 :]] for row in full]
    between = (min(other) <= row[place] <= max(other) for row, other in zip(full, others, strict=True))
    grouped = any(is_segment_word(item.label) or item.path for item in reading.matrix.columns)
    return grouped and place in {0, len(columns) - 1} and len(columns) > 2 and len(full) > 1 and all(between)


def _holds_figures(label: str) -> bool:
    """Say whether a percentage stands in a label that names no range, such as `Up to 5%` or `30-40%`.

    Examples
    --------
    >>> [_holds_figures(label) for label in ("The mayor 21.6% Nobody 4%", "36 43 May", "Aye 36 (+2)", "0,5", "5% to 6%")]
    [True, True, True, True, False]

    The labels of charts run into their figures; a sentence goes on after its only one.
    """
    if re.fullmatch(r"[^\d%]{15,}\d[\d.,]* ?%,? [^\W\d_A-Z]\D{9,}", label):
        return False
    figures = re.findall(r"(\d+(?:[.,]\d+)?) ?%", label)
    rest = folded(re.sub(r"[\d.,]+ ?%?", " ", label)).strip()
    ranged = _RANGE.fullmatch(rest) and (rest or all(re.fullmatch(r"\d*[05]", one) for one in figures))
    return (bool(figures) and not ranged) or bool(_LED_BY_FIGURES.search(label))


def _refuse_by_title(reading: Reading, title: str) -> None:
    """Refuse margins of error and scores, which add up to nothing, where the title announces them."""
    numbers = [reading.values[row][at] for row in reading.rows() for at in reading.columns()]
    if reading.supported > 0.5:
        return
    small = 2 * sum((value.number or 0) < 25 for value in numbers) > len(numbers)
    if sheet_id(title) == "margin_of_error" and small:
        raise UnreadError("it holds margins of error")
    if any(value.token.percent for value in numbers):
        return
    items = (reading.matrix.rows, reading.matrix.columns)
    names = [[item.label for item in some if item.label and not item.role] for some in items]
    # Errors of so many per cent, by how many were asked.
    for_shares = any(
        len(labels) > 2
        and "%" in "".join(labels)
        and all(_SHARES.fullmatch(folded(label)) for label in labels)
        for labels in names
    )
    if for_shares and all((value.number or 0) < 25 for value in numbers):
        raise UnreadError("it holds margins of error")
    if is_mean_title(title) or (
        is_score_title(title) and all((value.number or 0) <= 10 for value in numbers)
    ):
        raise UnreadError("it holds scores and no percentages")


def _refuse_counts(reading: Reading) -> None:
    """Refuse whole numbers that add up to the bases printed with them, and numbers above 100 that add up to nothing."""
    columns = reading.columns()
    numbers = [reading.values[row][at] for row in reading.rows() for at in columns]
    numbers = [value for value in numbers if value.number is not None]
    if not numbers or any(value.token.percent for value in numbers) or reading.supported > 0.5:
        return
    for base in reading.rows("stated_base", "unweighted_base", "weighted_base", "sum"):
        pairs = [
            (
                sum(reading.values[row][at].number or 0 for row in reading.rows()),
                reading.values[base][at].number,
            )
            for at in columns
        ]
        equal = sum(whole not in {None, 100} and abs(total - (whole or 0)) < 1.5 for total, whole in pairs)
        if len(reading.rows()) > 1 and equal > 0.8 * len(pairs):
            raise UnreadError("its numbers add up to the bases under them, so they are counts")
    large = [value for value in numbers if (value.number or 0) > 100]
    if len(large) > (min(_MANY, max(2 / len(numbers), 0.03)) * len(numbers) if reading.supported else 0):
        shown = large[0].token.number
        raise UnreadError(
            f"{shown!r} is above 100, and the columns do not add up to 100, so its numbers are no percentages"
        )


def several_polls(source: Source) -> str:
    """Say that a file holds several polls, as a sentence; an empty text where it holds one.

    Several polls are told apart by technical sheets of other pollsters and days, or by a column of dates, or of pollsters,
    beside the labels. Where other tables stand beside one of several polls, only that one is not read.
    """
    if who := _sheets_apart(source):
        return f"several polls are in one file: {who}. Split the file, one poll to a file."
    there = [(grid, found) for grid in source.grids if (found := label_columns(grid.rows))]
    for grid, found in there:
        kinds = kinds_of(grid.rows, *found)
        head = next((row for row, kind in zip(grid.rows, kinds, strict=True) if kind == "head"), [])
        body = [row for row, kind in zip(grid.rows, kinds, strict=True) if kind == "figures"]
        why = next(filter(None, (_tells_apart(head, body, column) for column in range(len(head)))), "")
        if why and len(there) == 1:
            return why
        grid.problem = grid.problem or (why and f"{grid.where}: {why.rstrip('.')}")
    return ""


def _sheets_apart(source: Source) -> str:
    """Name the pollsters where the same lines of a technical sheet name other ones, and other days, further on."""
    told: dict[tuple[str, str], dict[str, str]] = {}
    for block in source.blocks:
        rows = (
            [[cell.text for cell in row] for row in block.rows]
            if isinstance(block, Grid)
            else [parted(block.text)]
        )
        for filled in (list(filter(None, row)) for row in rows):
            if len(filled) == 2:
                label, printed = filled
                key = (sheet_id(label.rstrip(" :")) or "", folded(label))
                told.setdefault(key, {}).setdefault(folded(printed), printed)
    apart = {name: values for (name, _), values in told.items() if len(values) > 1}
    return ", ".join(apart["pollster"].values())[:100] if {"pollster", "fieldwork"} <= set(apart) else ""


def _spoken(cell: Cell) -> str:
    """Fold a name of a column as it would be spoken."""
    return folded(cell.text.replace("_", " ")).strip()


def _tells_apart(head: Sequence[Cell], body: Sequence[Sequence[Cell]], column: int) -> str:
    """Say what a column that names dates or pollsters tells apart."""
    texts = [row[column].text for row in body if column < len(row)]
    filled = [text for text in texts if text]
    if len(filled) < 0.9 * len(texts) or len(set(filled)) < 2:
        return ""
    name = _spoken(head[column])
    others = [_spoken(cell) for at, cell in enumerate(head) if at != column and cell.text]
    of_polls = any(_WHO.fullmatch(other) or sheet_id(other) for other in others)
    if column == 0 and not name and len({*filled}) == len(texts) and not of_polls:
        return ""  # readings of one question, each a row
    told = (
        bool(_DATE.fullmatch(text)) and (text.upper() == text.lower() or is_date_label(text))
        for text in filled
    )
    dates = sum(told) > 0.9 * len(filled)
    who = bool(_WHO.fullmatch(name)) and len(others) > 1 and any(_WHEN.fullmatch(other) for other in others)
    waves = _WHO.fullmatch(name) and all(map(is_date_label, filled)) and len(set(filled)) < len(filled)
    if not (dates and (not name or _WHEN.fullmatch(name) or _WHO.fullmatch(name))) and not who and not waves:
        return ""
    first = ", ".join(dict.fromkeys(filled))[:100]
    return (
        f"several polls are in one file: its column {head[column].text!r} tells {len(set(filled))} apart ({first}). "
        f"Split the file, "
        "one poll to a file, and leave the column out."
    )
