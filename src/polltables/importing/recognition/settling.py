"""What each row and column of a matrix is, if its rows are the answers: by words, by format, and by the sums."""

from collections.abc import Sequence

from polltables.importing.recognition.columns import (
    are_counts,
    mostly,
    set_bounds,
    settle_columns,
    settle_waves,
)
from polltables.importing.recognition.families import family_of, is_demographic, is_segment_word, is_whole
from polltables.importing.recognition.model import Item, Matrix
from polltables.importing.recognition.nets import find_nets
from polltables.importing.recognition.values import Reading, near, share, values_in
from polltables.importing.recognition.vocabulary import (
    base_kind,
    is_answer_word,
    is_beside,
    is_change,
    is_group_size,
    is_measure,
    is_net,
    is_percent_unit,
    is_population,
    is_sum,
)

__all__ = ["set_reasons", "settle"]

_WHY = {
    "sum": "a row or column that only says that the others sum to 100",
    "count": "counts beside the percentages",
    "change": "changes since an earlier reading, in points",
    "rank": "places in a ranking",
    "wave": "an earlier reading",
    "population": "people of the population, and no interviews",
    "measure": "a measure that is no percentage",
    "letters": "letters of tests between columns",
    "bounds": "bounds of an interval",
    "size": "what share of all interviews each group is",
    "beside": "a rate beside answers that add up to 100 without it",
}


def settle(matrix: Matrix) -> Reading:
    """Read a matrix with its rows as answers."""
    reading = Reading(matrix, values_in(matrix.cells, matrix.mark))
    settle_columns(reading)
    settle_waves(reading)
    _settle_rows(reading)
    _settle_unsigned(reading)
    _confirm_measures(reading)
    _scale(reading)
    _settle_sums(reading)
    find_nets(reading)
    reading.supported = reading.whole(reading.rows())
    columns = [matrix.columns[at] for at in reading.columns()]
    rows = [matrix.rows[at] for at in reading.rows("", "net")]
    groups = _like_groups(columns, rows) - _like_groups(rows, columns)
    reading.words = groups + _like_answers(rows) - _like_answers(columns)
    return reading


def _like_groups(items: Sequence[Item], others: Sequence[Item]) -> float:
    """Return how many items are groups by their words; a title over all of them is no heading where the others have some."""
    over_all: set[str] = set()
    if items and any(is_demographic(heading) for item in others for heading in item.path):
        over_all.update(*(item.path for item in items[:1]))
        over_all.intersection_update(*(item.path for item in items))
    return share(
        is_segment_word(item.label) or any(map(is_demographic, {*item.path} - over_all)) for item in items
    )


def _like_answers(items: Sequence[Item]) -> float:
    return share(is_answer_word(item.label) for item in items)


def _settle_rows(reading: Reading) -> None:
    """Find the rows that are bases, measures, changes or letters, by their words and the form of their numbers."""
    columns = [at for at, item in enumerate(reading.matrix.columns) if item.role in {"", "count"}]
    others = reading.matrix.rows
    for at, item in enumerate(others):
        cells = [reading.values[at][column] for column in columns]
        numbers = [cell for cell in cells if cell.number is not None]
        kind = base_kind(item.label or (item.path[-1] if item.path else ""))
        percents = any(cell.token.percent for cell in numbers)
        signed = sum(cell.token.kind == "signed" for cell in cells)
        kind = kind or ("stated" if item.unit == "count" and not percents else "")
        shares = [reading.values[at][column] for column in reading.columns()]
        hundred = all(cell.number is None or near(cell.number, 100, 1.01) for cell in shares)
        if len(shares) < len(cells) and hundred and kind != "weighted" and (kind or is_sum(item.label)):
            # Counts and per cents side by side: how many were asked stands under the counts.
            item.role = "sum"
            _bases_of_sum(reading, at)
            continue
        whole = all(cell.half == 0.5 for cell in numbers) or any((cell.number or 0) > 100 for cell in numbers)
        if is_population(item.label) and numbers and not percents and whole and kind != "weighted":
            item.role = "population"
        elif kind and numbers and not percents and whole:
            item.role = f"{kind}_base"
        elif is_whole(item.label) and are_counts([cell for cell in shares if cell.number is not None]):
            item.role = "stated_base"
        elif (measure := is_measure(item.label)) and (measure == "other" or not percents):
            item.role = "measure"  # a margin of error may be printed in per cent
        elif is_beside(item.label) and any(
            is_percent_unit(other.label) for other in others if other is not item
        ):
            item.role = "beside"
        elif is_group_size(item.label) and numbers and len(others) > 1:
            item.role = "size"
        elif not percents and whole and _adds_over(reading, at):
            item.role = "stated_base"
        elif signed > 0.5 * max(len(numbers), 1) or (signed and is_change(item.label)):
            # Without a sign, Change may be an answer.
            item.role = "measure" if is_net(item.label) else "change"
        elif not numbers and mostly(cells, "letters", len(cells)):
            item.role = "letters"
    set_bounds(reading.matrix.rows, reading.values)


def _settle_unsigned(reading: Reading) -> None:
    """Find the rows or columns that are counts: above 100 somewhere, without a per-cent sign where others have one."""
    matrix, rows, columns = reading.matrix, reading.rows(), reading.columns()
    by_row = [(matrix.rows[row], [reading.values[row][at] for at in columns]) for row in rows]
    by_column = [(matrix.columns[at], [reading.values[row][at] for row in rows]) for at in columns]
    for lines in (by_row, by_column):
        numbers = [(item, [cell for cell in cells if cell.number is not None]) for item, cells in lines]
        plain = [
            (item, cells)
            for item, cells in numbers
            if cells and not any(cell.token.percent for cell in cells)
        ]
        signed = sum(bool(cells) and all(cell.token.percent for cell in cells) for _, cells in numbers)
        # A sign in the first row alone says what all are.
        if signed > 1 and are_counts([cell for _, cells in plain for cell in cells]):
            for item, _ in plain:
                item.role = "count"


def _adds_over(reading: Reading, row: int) -> bool:
    """Say whether the groups of a row add up to the whole, as counts do; its percentage lies between those of the groups."""
    whole: float | None = None
    groups: dict[tuple[str, ...], list[float]] = {}
    for at in reading.columns():
        item, number = reading.matrix.columns[at], reading.values[row][at].number
        family = family_of(item.label)
        if is_whole(item.label) and not item.path:
            whole = number
        elif number is not None and (family == "sex" or any(map(is_demographic, item.path))):
            groups.setdefault(item.path or (family,), []).append(number)
    return bool(groups) and all(
        whole is not None
        and len(parts) > 1
        and near(sum(parts), whole, len(parts) / 2)
        and whole > max(max(parts) + 1, 5 * len(parts))  # where rounding could not add up a few per cent
        for parts in groups.values()
    )


def _confirm_measures(reading: Reading) -> None:
    """Take back what the sums need: an answer may be called Average, or N."""
    for at in reading.rows("measure", "stated_base", "weighted_base", "unweighted_base"):
        item = reading.matrix.rows[at]
        numbers = [cell for cell in reading.values[at] if cell.number is not None]
        if item.role != "measure" and (are_counts(numbers) or reading.is_sum(at, reading.rows())):
            continue
        without, within = (
            _adds_up(reading, rows) for rows in (reading.rows(), sorted([*reading.rows(), at]))
        )
        if within > 0.8 > without:
            item.role = ""
        elif item.role == "stated_base" and without <= 0.8:
            reading.doubts.append(
                (f"row {item.label}", "Is the row of counts the number of interviews?", "yes",
                 "its label says so, but its figures could be percentages")
            )  # fmt: skip


def _adds_up(reading: Reading, rows: Sequence[int]) -> float:
    """Return the share of the columns whose rows add up to 100, or to 1."""
    return share(
        near(total, 100, max(slack, 0.011)) or near(total, 1, min(slack, 0.05))
        for total, slack in reading.sums(rows)
    )


def _scale(reading: Reading) -> None:
    """Find out whether the figures are shares of one: all columns add up to one, and to nothing near 100."""
    labels = [item.label for item in reading.matrix.rows]
    rows = [row for row in reading.rows() if not (is_sum(labels[row]) or is_whole(labels[row]))]
    cells = [reading.values[row][column] for row in reading.rows() for column in reading.columns()]
    numbers = [cell for cell in cells if cell.number is not None]
    if any(cell.token.percent or (cell.number or 0) > 1.011 for cell in numbers):
        return
    good = share(near(total, 1, min(max(slack, 0.0011), 0.06)) for total, slack in reading.sums(rows))
    if good > 0.8 and any(cell.half < 0.1 for cell in numbers):
        reading.scale = 100
    elif all(cell.half < 0.01 for cell in numbers) and all(total > 1 for total, _ in reading.sums(rows)):
        # Several answers a person; no table prints nothing but figures below one per cent that add up to more.
        reading.scale = 100
        reading.doubts.append(
            ("figures", "Are the figures shares of one, so that 0.62 is 62 per cent?", "yes",
             "all are below 1, and the columns add up to more")
        )  # fmt: skip


def _settle_sums(reading: Reading) -> None:
    """Find the rows that only add up the others."""
    columns = reading.columns()
    halves = {row: max((reading.values[row][c].half for c in columns), default=0) for row in reading.rows()}
    slack = sum(halves.values())
    for at in tuple(halves):
        label = reading.matrix.rows[at].label
        numbers = [number for c in columns if (number := reading.values[at][c].number) is not None]
        named = is_sum(label) or is_whole(label)
        if not numbers or not (named or (not label and len(halves) > 2)):
            continue
        bound = max(reading.scale * (slack - halves[at]), 3.01 if named else 1.01)
        hundred = all(abs(reading.scale * number - 100) <= bound for number in numbers)
        if hundred or (is_sum(label) and len(halves) > 2 and reading.is_sum(at, [*halves.keys() - {at}])):
            reading.matrix.rows[at].role = "sum"
            slack -= halves.pop(at)
            if hundred:
                _bases_of_sum(reading, at)


def _bases_of_sum(reading: Reading, at: int) -> None:
    """Take the counts of a row of sums as the interviews of the columns of per cents beside them."""
    columns = reading.matrix.columns
    for column, item in enumerate(columns):
        value = reading.values[at][column]
        if item.role != "count" or value.number is None or value.half != 0.5:
            continue
        weighted = base_kind(item.label) == "weighted"
        counts = [
            one for one in columns if one.role == "count" and weighted == (base_kind(one.label) == "weighted")
        ]
        kind = "weighted" if weighted else "base"
        for other in columns:
            same = (*other.path, other.label) == (*item.path, item.label)
            alone = len(reading.columns()) == len(counts) == 1
            if not other.role and (same or alone) and value.number > int(getattr(other, kind) or 0):
                setattr(other, kind, str(int(value.number)))
                reading.matrix.cells[at][column].used = True


def set_reasons(reading: Reading) -> None:
    """Say of every cell of a row or column that is no percentage why it is left out."""
    matrix = reading.matrix
    rows = [(item, (*item.cells, *cells)) for item, cells in zip(matrix.rows, matrix.cells, strict=True)]
    columns = [
        (item, (*item.cells[-1:], *(row[at] for row in matrix.cells)))
        for at, item in enumerate(matrix.columns)
    ]
    for item, cells in (*rows, *columns):
        why = _WHY.get(item.role, "")
        told = f"{item.label}: {why}" if why and item.role != "count" and item.label else why
        for cell in cells:
            cell.why = cell.why or told
