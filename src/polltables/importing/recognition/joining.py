"""Pieces of one published table put together: banners one under another, and rows that go on over a page."""

import re
from collections.abc import Sequence

from polltables.importing.recognition.bases import fill_bases
from polltables.importing.recognition.folding import folded, unbroken
from polltables.importing.recognition.model import Item, Table
from polltables.importing.recognition.sums import add_up
from polltables.importing.recognition.titles import is_question, page_of
from polltables.importing.recognition.values import share

__all__ = ["join"]

# Said at either end of a title or in brackets: that a table goes on, or which of how many parts it is.
_GOES_ON = (
    r"(cont('?d|inued|inua(cion|cao)?|inuazione|\.)?|suite( et fin)?|fin|fortsetzung|forts\.|segue|계속|"
    r"(part |page |parte |pagina |teil |seite )?\d{1,2} ?(/|of|de|von|sur|di) ?\d{1,2})( (from|on|de|von|da) [^)\]]{0,30})?"
)
_MOST_OF_PAGE = 8
_ALIKE = 0.75
_CONTINUED = re.compile(rf"[(\[]{_GOES_ON}[)\]]|^{_GOES_ON}(?=\W|$)|(?<=[ .:,;–—-]){_GOES_ON}\W*$")


def join(tables: Sequence[Table]) -> list[Table]:
    """Join each table to the one before it where both are pieces of one.

    Pieces with the same answers are banners of one question, as long as what both print agrees; pieces with the same columns
    go on over a page, if only together they add up to all.
    """
    joined: list[Table] = []
    for table in tables:
        last = joined[-1] if joined else None
        if last and last.stub and [folded(line.text) for line in table.texts] == [folded(last.stub)]:
            # The corner of a header that is printed again on the next page was taken for a title.
            table.texts, table.titled, table.stub = [], False, last.stub
        # Several tables may stand on a page, and further banners of each on the next, or behind that of a chart.
        near = (one for one in joined[-1:-_MOST_OF_PAGE:-1] if _beside(one, table, 2))
        again = next((one for one in near if _again(one, table)), None)
        of = again or last
        if last is None or of is None or not (again or _beside(of, table)) or not _of_one_title(of, table):
            joined.append(table)
        elif _same_rows(of, table) and (fits := _new_columns(of, table)):
            _add_columns(of, table, fits)
            if of is joined[-1] and len(joined) > 1 and _is_more(joined[-2], of):
                _continue(joined, joined[-2], joined.pop())  # whose columns are complete only now
        elif _goes_on(last, table):
            _continue(joined, last, table)
            one, two = joined[-2:] if len(joined) > 1 else (table, table)
            alike = one is not two and _beside(one, two) and _of_one_title(one, two) and _same_rows(one, two)
            if alike and (fits := _new_columns(one, two)) is not None:
                _add_columns(one, joined.pop(), fits)  # a banner whose rows are complete only now
        else:
            joined.append(table)
    return joined


def _is_more(last: Table, table: Table) -> bool:
    """Say whether a table whose columns are complete may be further rows of the question before it."""
    return _beside(last, table) and _of_one_title(last, table) and _goes_on(last, table)


def _beside(last: Table, table: Table, most: int = 1) -> bool:
    """Say whether a table stands where the other could go on: on the same sheet, on its page or at `most` so many on."""
    before, here = page_of(last.places[-1]), page_of(table.places[0])
    if before and here:
        return 0 <= int(here) - int(before) <= most
    return last.places[-1] == table.places[0] or ", sheet " not in table.places[0]


def _of_one_title(last: Table, table: Table) -> bool:
    """Say whether a table has no title of its own, or that of the other again, or prints some of its figures again."""
    if not table.titled or _again(last, table):
        return True
    titles = [folded(" ".join(line.text for line in one.texts)) for one in (last, table)]
    bare = [" ".join(re.findall(r"\w+", _CONTINUED.sub(" ", title))) for title in titles]
    if bare[1] in {"", bare[0]} and _CONTINUED.search(titles[1]):
        table.titled = False  # it says itself that it goes on
        return True
    return last.titled and bare[0] == bare[1]


def _again(last: Table, table: Table) -> bool:
    """Say whether a table prints figures of another again beside new columns, as banners of one question do."""
    new = _new_columns(last, table) if _same_rows(last, table) else None
    again = (
        row.figures[at] for row in table.rows for at in range(len(table.columns)) if at not in (new or ())
    )
    return bool(new) and sum(figure is not None for figure in again) > 2


def _goes_on(last: Table, table: Table) -> bool:
    """Say whether a table may be further rows of the question before it.

    Names that are broken otherwise on one page than on the other are the same if the rows of both add up, and only they.
    """
    if len(last.columns) != len(table.columns) or set(_labels(last)) & set(_labels(table)):
        return False
    alike = [one == other for one, other in zip(_keys(last.columns), _keys(table.columns), strict=True)]
    broken = not table.titled and share(alike) >= _ALIKE
    return all(alike) or (broken and not add_up(last.rows) and add_up([*last.rows, *table.rows]))


def _same_rows(last: Table, table: Table) -> bool:
    roles = [[row.role for row in one.rows] for one in (last, table)]
    return _labels(last) == _labels(table) and roles[0] == roles[1]


def _labels(table: Table) -> list[str]:
    return [folded(row.label) for row in table.rows]


def _keys(columns: Sequence[Item]) -> list[tuple[str, ...]]:
    return [(*map(unbroken, column.path), unbroken(column.label)) for column in columns]


def _new_columns(last: Table, table: Table) -> list[int] | None:
    """Return the columns that the first piece lacks; None where the pieces print different figures under one name."""
    known = {key: at for at, key in reversed(list(enumerate(_keys(last.columns))))}
    new = []
    for at, key in enumerate(_keys(table.columns)):
        if key not in known:
            new.append(at)
            continue
        for one, two in zip(last.rows, table.rows, strict=True):
            if one.figures[known[key]] != two.figures[at]:
                return None
    return new if new and (len(new) < len(table.columns) or table.texts or len(table.rows) > 2) else None


def _add_columns(last: Table, table: Table, new: Sequence[int]) -> None:
    last.columns += [table.columns[at] for at in new]
    for one, two in zip(last.rows, table.rows, strict=True):
        one.figures += [two.figures[at] for at in new]
        one.signs, one.blanks = one.signs | two.signs, one.blanks + two.blanks
    last.places += table.places
    last.notes += table.notes


def _continue(joined: list[Table], last: Table, table: Table) -> None:
    """Put rows that go on under those before them; rows that add up by themselves are a question of their own."""
    whole = add_up(last.rows)
    # The sums decide; a piece may also be rows that add up to nothing, or without a title of its own one row.
    together = add_up([*last.rows, *table.rows]) or (
        not whole
        and (
            (not table.titled and len(last.rows) == 1)
            or (
                not add_up(table.rows)
                and (not table.titled or any(is_question(line.text) for line in table.texts))
            )
        )
    )
    if not together:
        joined.append(table)
        return
    shift = len(last.rows)
    for row in table.rows:
        row.of = tuple(one + shift for one in row.of)
    fill_bases(last.columns, table.columns)  # bases are printed beneath the last piece
    last.base_labels = table.base_labels | last.base_labels
    last.rows += table.rows
    last.places += table.places
    last.notes += table.notes
