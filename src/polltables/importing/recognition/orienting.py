"""Which way a matrix lies, and where it is several: the reading that the sums and words support is taken."""

from collections import Counter
from collections.abc import Sequence
from decimal import Decimal

from polltables.importing.page import Cell
from polltables.importing.recognition.bases import take_bases, take_bases_beside
from polltables.importing.recognition.columns import set_names_apart
from polltables.importing.recognition.dates import is_date_label
from polltables.importing.recognition.families import is_demographic, is_segment_word, is_whole
from polltables.importing.recognition.figures import digits_of
from polltables.importing.recognition.folding import folded
from polltables.importing.recognition.items import are_items
from polltables.importing.recognition.matrices import matrix_of
from polltables.importing.recognition.model import Item, Matrix, Panel, Row, Section, Table, UnreadError
from polltables.importing.recognition.refusing import refuse
from polltables.importing.recognition.rows import tokens
from polltables.importing.recognition.settling import set_reasons, settle
from polltables.importing.recognition.values import Reading, Value
from polltables.importing.recognition.vocabulary import is_answer_word, is_percent_unit

__all__ = ["oriented", "questions_in", "readings_of", "table_of"]

_GOOD = 0.75
_MOST_FAULTS = 0.25
_MOST_DECIMALS = 6  # of the format
_LONG = 80  # letters of a name of a column, beyond which it is a text
_MEASURES = {"measure": "mean", "change": "change"}


def readings_of(matrix: Matrix) -> tuple[Reading, Reading]:
    """Read a matrix with its rows as answers, and with its columns as answers."""
    turned = matrix.copied().turned()
    set_names_apart(turned.columns)
    return settle(matrix.copied()), settle(turned)


def oriented(direct: Reading, turned: Reading, texts: Sequence[str] = ()) -> bool:
    """Say whether a matrix has its answers in its columns.

    The turned reading has `items` if its rows are no groups of people: then each is a question of its own. UnreadError if
    nothing tells items from groups.
    """
    if direct.supported >= _GOOD > turned.supported:
        return False
    columns = [turned.matrix.columns[at] for at in turned.columns()]
    labels = [item.label for item in columns]
    headings = {item.path for item in columns if item.path and is_date_label(item.label)}
    groups = sum(any(is_segment_word(one) or is_demographic(one) for one in path) for path in headings)
    dated = len(headings) > 1 and 2 * groups < len(
        headings
    )  # what was asked about, over the days when it was
    items = dated or are_items(labels, texts)
    grouped = not dated and _has_groups(turned, items=items)
    added = direct.supported < _GOOD <= turned.supported and turned.supported >= direct.supported + 0.3
    over = [direct.matrix.columns[at] for at in direct.columns()]
    answered = (
        len(over) > 1 and not any(item.path for item in over) and all(is_answer_word(c.label) for c in over)
    )
    if added or (answered and direct.supported < _GOOD and not grouped):
        turned.items = not grouped and len(labels) > 1  # one row may add up to all by chance
        if turned.items and not items:
            raise UnreadError(
                "its columns are answers, and no row names the whole sample or a group of people: a list of items"
            )
        return grouped or turned.items
    # Sums that say nothing, as those of several answers a person, leave it to the words.
    return grouped and turned.words > direct.words + 0.2


def _has_groups(turned: Reading, *, items: bool) -> bool:
    """Say whether what would be the columns are groups of people or readings: by their names, headings or bases."""
    columns = [turned.matrix.columns[at] for at in turned.columns()]
    # Most items of a list are put to the same people.
    based = not items and len({item.base for item in columns}) > 1
    known = sum(is_segment_word(item.label) for item in columns)
    headed = any(any(map(is_demographic, item.path)) for item in columns)
    dated = any(item.role == "wave" for item in turned.matrix.columns)
    return based or known > 1 or headed or dated or any(is_whole(item.label) for item in columns)


def table_of(reading: Reading, title: str = "", *, measures: bool = False) -> Table:
    """Make a table of a reading.

    UnreadError if it holds no percentages, as its title may say, or too many cells that are none.
    """
    matrix = reading.matrix
    refuse(reading, title)
    set_reasons(reading)
    kept = reading.columns()
    columns = [matrix.columns[at] for at in kept]
    table = Table(columns, [], matrix.stub, matrix.where, doubts=list(reading.doubts))
    waves = any(item.role == "wave" for item in matrix.columns)
    lengths = [
        len(v.printed.partition(".")[2]) for row in reading.values for v in row if v.number is not None
    ]
    computed = reading.supported >= _GOOD and 2 * sum(length > _MOST_DECIMALS for length in lengths) > len(
        lengths
    )
    if computed:
        table.doubts.append(
            (
                "decimals",
                "May figures of more than 6 decimals be rounded?",
                "to 6",
                "most are printed with more",
            )
        )
    faults: list[str] = []
    positions: dict[int, int] = {}
    for item in columns:
        item.use()
    doubled = Counter(item.label for item in matrix.rows if item.path)
    for at, item in enumerate(matrix.rows):
        pairs = [(matrix.cells[at][column], reading.values[at][column]) for column in kept]
        role = _MEASURES.get(item.role, item.role)
        if item.role.endswith("_base"):
            take_bases(table, item, pairs)
        elif waves and all(value.token.kind in {"blank", "gap"} for _, value in pairs):
            for cell in (*item.cells, *(cell for cell, _ in pairs)):
                cell.why = f"{item.label}: an answer of earlier readings alone"
        elif (item.label or any(value.number is not None for _, value in pairs)) and (
            item.role in {"", "net"} or (measures and item.role in _MEASURES)
        ):
            positions[at] = len(table.rows)
            measured = item.role in _MEASURES
            figures = [
                _figure(cell, value, matrix.mark, reading.scale, faults, not measured, computed)
                for cell, value in pairs
            ]
            unit = item.label if measured else ""
            signs = frozenset(cell.text for cell, value in pairs if value.token.kind in {"gap", "suppressed"})
            blanks = sum(value.token.kind == "blank" for _, value in pairs)
            # Such as `Strongly`, once for those who approve and once for those who do not.
            twice = item.path and doubled[item.label] > 1
            label = f"{item.path[-1]}: {item.label}" if twice else item.label
            table.rows.append(Row(label, item.where, figures, role, item.of, unit, signs, blanks))
            item.use()
    take_bases_beside(reading)
    for row in table.rows:
        row.of = tuple(positions[one] for one in row.of if one in positions)
    if not table.rows:
        raise UnreadError("no column or row of percentages is in it")
    names = {(*one.path, one.label) for one in columns}
    if len(table.rows) == 1 < len(columns) and (
        len(names) < len(columns) or is_percent_unit(table.rows[0].label)
    ):
        raise UnreadError("it holds one figure to a line; lay it out with the groups of people as columns")
    printed = sum(figure is not None for row in table.rows for figure in row.figures)
    if printed < 3 and any(len(column.label) > _LONG for column in table.columns):
        raise UnreadError("it is a table of texts, with hardly a number")
    if len(table.rows) == 1 == len(columns) and not is_whole(columns[0].label):
        raise UnreadError("it holds a single figure")
    if len(faults) > _MOST_FAULTS * (printed + len(faults)):
        shown = ", ".join(map(repr, faults[:3]))
        raise UnreadError(f"too many of its cells are no percentages, such as {shown}")
    for row in table.rows:
        if not row.label:
            raise UnreadError(
                "the row has figures but no label; write the answer in its first cell", row.where
            )
    return table


def _figure(
    cell: Cell,
    value: Value,
    decimal_mark: str,
    scale: int,
    faults: list[str],
    percentage: bool,
    computed: bool,
) -> str | None:
    """Read the printed percentage of a cell, rounded if it was computed; what cannot be kept is named."""
    token = value.token
    if token.kind in {"blank", "gap"}:
        cell.used = True
        return None
    if token.kind == "suppressed":
        cell.why = token.aside
        return None
    mark = "." if cell.typed else decimal_mark
    number = digits_of(token.number, mark)
    if token.kind == "signed" and not percentage and value.number is not None:
        cell.used = True
        return token.other + number
    hundredfold = scale == 100 and value.number is not None
    shown = f"{Decimal(value.printed).scaleb(2):f}" if hundredfold else value.printed
    if computed and len(shown.partition(".")[2]) > _MOST_DECIMALS:
        shown = f"{round(Decimal(shown), _MOST_DECIMALS).normalize():f}"
    if token.kind == "pair" and value.number is None:
        cell.why = "two numbers, of which neither is known to be the percentage"
    elif ("," if mark == "." else ".") in number:
        cell.why = f"not a percentage where {mark!r} is the decimal mark"
    elif token.kind not in {"figure", "pair"} or value.number is None:
        cell.why = "not a percentage"
    elif cell.wide > 1:
        cell.why = "one figure printed over several columns"
    elif percentage and float(shown) > 100:
        cell.why = "above 100; a percentage of a base lies in 0–100"
    elif percentage and len(shown.partition(".")[2]) > _MOST_DECIMALS:
        cell.why = "more than 6 decimals"
    else:
        cell.used = True
        if value.aside:
            cell.marks = f"{value.aside} {cell.marks}".strip()
        return shown.replace(".", decimal_mark)
    faults.append(cell.text)
    return None


def questions_in(panel: Panel, columns: Sequence[Item], section: Section) -> list[Section]:
    """Part a section into questions that each add up to all.

    They stand under rows that print no more than an interview count, or blank rows between which an answer comes back.
    """
    printed = [
        {at for at, one in enumerate(tokens(row)) if one.is_number and at > panel.last}
        for row in section.rows
    ]
    figured = set().union(*(places for places in printed if len(places) > 1))
    parts, headed = [Section(section.headings, [])], 0
    for row, places in zip(section.rows, printed, strict=True):
        named = len(figured) > 1 and bool(row) and len(places) < 2 and figured.isdisjoint(places)
        if (named or not row) and parts[-1].rows:
            parts.append(Section([], []))
        parts[-1].headings = [row[panel.name]] if named else parts[-1].headings
        parts[-1].rows += [row] if row and not named else []
        headed += named
    labels = [folded(row[panel.name].text) for part in parts for row in part.rows]
    again = len(set(labels)) < len(labels)
    read = (matrix_of(panel, columns, [part]) for part in parts)
    if (
        len(parts) < 2
        or not (headed == len(parts) or (again and not headed))
        or any(readings_of(one)[0].supported < _GOOD for one in read)
    ):
        return [section]
    for row in section.rows:
        for cell in row if not any(row is one for part in parts for one in part.rows) else ():
            cell.why = "counts beside the percentages"
    return parts
