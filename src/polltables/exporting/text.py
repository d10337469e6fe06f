"""The tables as printed, in text: Markdown with pipe tables, and CSV that no spreadsheet runs."""

import csv
import io
import re

from analysis.polls import Poll
from polltables.exporting.printed import layout, sheet_rows
from polltables.importing.readers.delimited import FORMULA_START

__all__ = ["guarded", "poll_csv", "poll_markdown"]

_FORMULA = re.compile(rf"'*[{re.escape(FORMULA_START)}]")


def guarded(text: str) -> str:
    """Put an apostrophe before a text that a spreadsheet would run as a formula; the importer takes it off.

    Examples
    --------
    >>> guarded("=1+1"), guarded("Lima"), guarded("'=x")
    ("'=1+1", 'Lima', "''=x")

    A guard of the text itself gets one more, so that taking one off gives back what was printed.
    """
    return f"'{text}" if _FORMULA.match(text) else text


def poll_markdown(poll: Poll) -> str:
    """Write every table as a pipe table under its title.

    Examples
    --------
    >>> from analysis.polls import load_poll
    >>> lines = poll_markdown(load_poll("cpi-2021-04")).splitlines()
    >>> next(line for line in lines if line.startswith("| Keiko"))
    '| Keiko Fujimori - Fuerza Popular | 32.0 | 17.9 | 23.2 | 11.9 | 12.1 | 22.2 | 19.4 | 13.8 |'

    Keiko Fujimori's row reads as the pollster printed it.
    """
    lines = [f"# {poll.source.title}", ""]
    lines += _pipe_table([["", "", ""]], [list(row) for row in sheet_rows(poll)])
    for question in poll.questions:
        table = layout(poll, question)
        lines += ["", f"## {table.title}", ""]
        for note in table.notes:
            lines += [f"- {note} -", ""]
        lines += _pipe_table(table.header, table.body)
    return "\n".join(lines) + "\n"


def _pipe_table(header: list[list[str]], body: list[list[str]]) -> list[str]:
    rows = [f"| {' | '.join(map(_escaped, row))} |" for row in [*header, *body]]
    return [rows[0], f"|{'---|' * len(header[0])}", *rows[1:]]


def _escaped(text: str) -> str:
    return re.sub(r"([\\|])", r"\\\1", text).replace("\n", " ")


def poll_csv(poll: Poll) -> str:
    """Write the sheet and every table one after the other, with their titles and notes between them."""
    rows: list[list[str]] = [[poll.source.title], [], *[list(row) for row in sheet_rows(poll)]]
    for question in poll.questions:
        table = layout(poll, question)
        notes = [[f"- {note} -"] for note in table.notes]
        rows += [[], [], [table.title], *notes, [], *table.header, *table.body]
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n", delimiter=";" if poll.decimal_mark == "," else ",")
    writer.writerows([guarded(cell) for cell in row] for row in rows)
    return text.getvalue()
