"""Tables as pollsters' readers know them: spanners, bases under the columns, letters, small bases greyed."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import pandas as pd
from markupsafe import escape

from analysis.polls import WHOLE
from analysis.show.display import Rows, Shown, _latex, download_link, each, note, plain
from analysis.show.view import View
from analysis.show.words import GAP

__all__ = [
    "GAP", "Cell", "Column", "Heading", "Row", "column_table", "difference_columns", "strong_whole", "table",
    "verdict_column",
]  # fmt: skip

_TWO_ROWS = ' rowspan="2"'


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell: its text, a smaller line beneath, how it looks (`few` or `strong`), and letters, where it may have any."""

    text: str
    small: str = ""
    looks: str = ""
    letters: str | None = None


@dataclass(frozen=True, slots=True)
class Heading:
    """The heading of a column, with a smaller line such as its base, a letter, and the spanner above it."""

    text: str
    small: str = ""
    over: str = ""
    letter: str = ""
    words: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """A row: its label, a smaller line, its cells, and how it looks: `strong`, `inner` (a share of the row above)."""

    label: str
    cells: Sequence[Cell]
    small: str = ""
    looks: str = ""


def table(
    view: View,
    headings: Sequence[Heading],
    rows: Sequence[Row],
    *,
    caption: str,
    stub: str,
    source: str = "",
    numbers: Sequence[dict[str, Any]] = (),
    sortable: bool = True,
) -> Shown:
    """Show a table; of no rows, that there are no figures for it.

    Parameters
    ----------
    rows : sequence of Row
        Each with one cell a heading.
    caption, stub, source : str
        The caption above, the heading of the row labels, and the source and base beneath.
    numbers : sequence of dict
        What the table states; see `Shown`.
    sortable : bool
        Whether readers of a report may sort it; a table whose rows belong to one another is better left as it is.
    """
    if not rows:
        return view.nothing()
    title = plain(caption)
    stated = tuple({**number, "shown_in": title} for number in numbers)
    body = "".join(_row(row, headings) for row in rows)
    kind = "pt-sortable" if sortable and len(rows) > 2 else ""
    html = (
        f'<div class="pt pt-table"><div class="pt-scroll" tabindex="0" role="region" aria-label="{escape(title)}">'
        f'<table class="{kind}"><caption>{escape(caption)}</caption>{_head(headings, stub)}<tbody>{body}</tbody>'
        f"</table></div>{note(source)}{download_link(view, title, stated)}</div>"
    )
    if view.is_variant:  # of which a page takes the markup alone
        return Shown(html, "")
    grid = _grid(headings, rows, stub)
    text = f"{title}\n{_as_text(grid)}\n{plain(source)}".strip()
    return Shown(html, text, stated, _markdown(title, grid), _tex(title, grid))


def _plain(*parts: str) -> str:
    """Return texts without markup, one after the other."""
    return " ".join(plain(part) for part in parts if part)


def _head(headings: Sequence[Heading], stub: str) -> str:
    """Write the heads of columns, under spanners where there are any."""
    spanned = any(heading.over for heading in headings)
    first = f'<th scope="col"{_TWO_ROWS if spanned else ""}>{escape(stub)}</th>'
    if not spanned:
        return f"<thead><tr>{first}{''.join(map(_heading, headings))}</tr></thead>"
    above, below = [], list[str]()
    for over, group in groupby(headings, lambda heading: heading.over or id(heading)):
        beneath = list(group)
        if isinstance(over, str):
            above.append(f'<th scope="colgroup" colspan="{len(beneath)}">{escape(over)}</th>')
            below += map(_heading, beneath)
        else:
            above.append(_heading(beneath[0], _TWO_ROWS))
    return f"<thead><tr>{first}{''.join(above)}</tr><tr>{''.join(below)}</tr></thead>"


def _heading(heading: Heading, rowspan: str = "") -> str:
    letter = f' <span class="pt-letter">{escape(heading.letter)}</span>' if heading.letter else ""
    kind = ' class="pt-text"' if heading.words else ""
    return f'<th scope="col"{rowspan}{kind}>{escape(heading.text)}{letter}{_small(heading.small)}</th>'


def _small(text: str) -> str:
    return f"<small>{escape(text)}</small>" if text else ""


def _row(row: Row, headings: Sequence[Heading]) -> str:
    cells = [_cell(cell, heading) for cell, heading in zip(row.cells, headings, strict=True)]
    kind = f' class="pt-{escape(row.looks)}"' if row.looks else ""
    return f'<tr{kind}><th scope="row">{escape(row.label)}{_small(row.small)}</th>{"".join(cells)}</tr>'


def _cell(cell: Cell, heading: Heading) -> str:
    looks = [f"pt-{one}" for one in (*cell.looks.split(), *(["text"] if heading.words else []))]
    kind = f' class="{escape(" ".join(looks))}"' if looks else ""
    # Empty where another design effect may give letters: what a setting changes is the text of an element.
    letters = "" if cell.letters is None else f'<b class="pt-letters">{escape(cell.letters)}</b>'
    return f"<td{kind}>{escape(cell.text)}{letters}{_small(cell.small)}</td>"


def _grid(headings: Sequence[Heading], rows: Sequence[Row], stub: str) -> list[list[str]]:
    """Return the table as plain texts, its first row the heads."""
    heads = [_plain(stub), *(_plain(one.over, one.text, one.letter, one.small) for one in headings)]
    body = [
        [
            _plain(row.label, row.small),
            *(_plain(cell.text, cell.letters or "", cell.small) for cell in row.cells),
        ]
        for row in rows
    ]
    return [heads, *body]


def _as_text(grid: list[list[str]]) -> str:
    first, *widths = (max(map(len, column)) for column in zip(*grid, strict=True))
    return "\n".join("  ".join([row[0].ljust(first), *map(str.rjust, row[1:], widths)]) for row in grid)


def _markdown(caption: str, grid: list[list[str]]) -> str:
    lines = ["| " + " | ".join(text.replace("|", r"\|") for text in row) + " |" for row in grid]
    rule = "|" + "|".join([":--", *["--:"] * (len(grid[0]) - 1)]) + "|"
    return "\n".join([f"**{caption}**", "", lines[0], rule, *lines[1:]])


def _tex(caption: str, grid: list[list[str]]) -> str:
    rows = [" & ".join(map(_latex, row)) + r" \\" for row in grid]
    columns = "l" + "r" * (len(grid[0]) - 1)
    return "\n".join(
        [r"\begin{table}", rf"\caption{{{_latex(caption)}}}", rf"\begin{{tabular}}{{{columns}}}", r"\hline", rows[0],
         r"\hline", *rows[1:], r"\hline", r"\end{tabular}", r"\end{table}"]
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: its heading, and how a row of a data frame becomes a cell.

    `content` is a column of the frame, or several, written by the type of field `kind`; else a function of the row. `ends`
    names the two columns of an interval, which stands beneath.
    """

    heading: str
    content: str | tuple[str, str] | Callable[[Any], str | Cell]
    kind: str = ""
    ends: tuple[str, str] | None = None
    over: str = ""
    words: bool = False

    @property
    def names(self) -> tuple[str, ...]:
        """The columns of the frame that stand in its cells; none that a function is given."""
        if callable(self.content):
            return ()
        return self.content if isinstance(self.content, tuple) else (self.content,)

    def cell(self, view: View, row: Any) -> Cell:
        """Write the cell of a row."""
        if callable(self.content):
            made = self.content(row)
            return made if isinstance(made, Cell) else Cell(made)
        values = tuple(getattr(row, name) for name in self.names)
        if pd.isna(values[0]):
            return Cell(GAP)
        ends = tuple(getattr(row, end) for end in self.ends or ())
        beneath = view.written(ends, "ends" if self.kind == "signed" else "percents") if ends else ""
        return Cell(view.written(values if len(values) > 1 else values[0], self.kind), beneath)


def column_table(
    view: View,
    frame: Rows,
    columns: Sequence[Column],
    *,
    stub: str,
    label: Callable[[Any], str],
    caption: str,
    source: str = "",
    looks: Callable[[Any], str] = lambda row: "",
    small: Callable[[Any], str] = lambda row: "",
    numbers: str = "estimate",
    states: Rows | tuple[Rows, ...] | None = None,
    beside: Sequence[str] = (),
    sortable: bool = True,
    most: int | None = None,
) -> Shown:
    """Show a data frame, or rows of one, a row each, by column specifications.

    Parameters
    ----------
    label : callable
        Writes the label of a row, as `small` its smaller line and `looks` how it looks.
    numbers : str
        The column whose numbers the table states, with what else stands in their rows; empty for none.
    states : data frame or rows, or several, optional
        The rows that hold these numbers, where one of the table shows those of several.
    beside : sequence of str
        Columns of which functions write the cells, for the numbers as well.
    most : int, optional
        How many rows are listed; all are among the numbers stated.
    """
    rows = [
        Row(label(row), [column.cell(view, row) for column in columns], small(row), looks(row))
        for row in each(frame[:most])
    ]
    headings = [Heading(column.heading, over=column.over, words=column.words) for column in columns]
    tables = states if isinstance(states, tuple) else (frame if states is None else states,)
    also = [*(name for column in columns for name in (*column.names, *(column.ends or ()))), *beside]
    stated = view.stated(*filter(len, tables), value=numbers, beside=also) if numbers else []
    return table(
        view, headings, rows, caption=caption, stub=stub, source=source, numbers=stated, sortable=sortable
    )


def verdict_column(view: View, content: Callable[[Any], str] | None = None, over: str = "") -> Column:
    """Return the column of what can be said of each row."""
    return Column(view.say("What can be said"), content or view.of_verdict, over=over, words=True)


def difference_columns(view: View, heading: str) -> list[Column]:
    """Return the columns of a difference, of how often chance alone would do as much, and of what can be said of it."""
    return [
        Column(heading, "estimate", "signed", ("low", "high")),
        Column(view.say("Adjusted p"), "p_adjusted", "p_value"),
        verdict_column(view),
    ]


def strong_whole(row: Any) -> str:
    """Let the row of the whole stand out."""
    return "strong" if row.segment == WHOLE else ""
