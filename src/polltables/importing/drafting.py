"""A source turned into a draft poll: its texts and grids sorted into sheet, tables and what is left."""

import re
from collections import Counter
from collections.abc import Sequence

from polltables.importing.bodies import body_of
from polltables.importing.cells import marks_in
from polltables.importing.draft import Draft, Given, Row, Table
from polltables.importing.headers import SourceTable, table_of
from polltables.importing.questioning import draft_questions
from polltables.importing.segmenting import draft_segments
from polltables.importing.sheet_lines import (
    draft_sheet,
    is_sheet,
    is_sheet_line,
    sheet_lines_of,
    text_lines,
)
from polltables.importing.source import Cell, Grid, Source, TextLine
from polltables.importing.vocabulary import folded, sheet_id

__all__ = ["draft_poll"]

_NOTE = re.compile(
    r"^[-–—(*•]|respuesta|espontane|tarjeta|^base\b|^nota|multiple|response|"
    r"spontaneous|read (out|aloud)|\bcard\b|^note|^\(?%"
)
_SPANISH = {
    "el", "la", "los", "las", "de", "del", "que", "en", "por", "para", "con", "una", "encuesta", "voto", "muestra", "margen",
}  # fmt: skip
_ENGLISH = {
    "the", "of", "and", "to", "in", "for", "with", "who", "would", "you", "vote", "sample", "margin", "poll", "survey",
}  # fmt: skip


def draft_poll(source: Source, given: Given) -> Draft:
    """Turn a source into a draft, listing its doubts, what it left out and its problems."""
    draft = Draft(source.name)
    for remark in source.remarks:
        draft.leave_out(source.name, remark, "a decision of the reader")
    draft.decimal_mark = _decimal_mark(draft, source)
    sheet_rows, tables, head, tail = _sorted_blocks(draft, source)
    loose, tail = text_lines(tail, {str(sheet_id(row["label"])) for row in sheet_rows})
    if not tables:
        draft.problems.append(
            f"{source.name}: no table of percentages was found; a table has a header, labels in its first column and "
            "figures beside them."
        )
        return draft
    if len({table.where for table in tables}) > 200:
        draft.problems.append(
            f"{source.name}: {len(tables)} tables were found; at most 200 are read. Split the file."
        )
        return draft
    bodies = [body_of(draft, table) for table in tables]
    _language(draft, source, given)
    draft.document["decimals"] = _decimals(draft, bodies)
    head = draft_sheet(draft, [*sheet_rows, *loose], head, given)
    _title(draft, head, given)
    columns = draft_segments(draft, tables)
    for position, (table, body) in enumerate(zip(tables, bodies, strict=True)):
        rows = [
            Row(label.text, dict(zip(columns[position], figures, strict=True)), label.where)
            for label, figures in body
        ]
        draft.tables.append(Table(rows, table.texts, table.where, table.stub))
    _titles(draft)
    draft_questions(draft)
    for line in tail:
        draft.leave_out(line.where, line.text, "a text that belongs to no table")
    return draft


def _sorted_blocks(
    draft: Draft, source: Source
) -> tuple[list[dict[str, str]], list[SourceTable], list[TextLine], list[TextLine]]:
    """Part the blocks of a source into lines of the sheet, tables with the texts over them, head and tail."""
    sheet: list[dict[str, str]] = []
    tables: list[SourceTable] = []
    head: list[TextLine] = []
    texts: list[TextLine] = []
    for block in source.blocks:
        if isinstance(block, TextLine):
            texts.append(block)
        elif is_sheet(block):
            sheet += sheet_lines_of(block)
            if tables:
                for line in texts:
                    draft.leave_out(line.where, line.text, "a text over the technical sheet")
            else:
                head += texts
            texts = []
        else:
            table = table_of(block, texts)
            if tables and not texts and _goes_on(tables[-1], table, block):
                continue
            if not table.columns and not table.problems:
                if any(cell.text for row in block.rows for cell in row):
                    _loose_grid(draft, block)
                continue
            if not tables:
                before, table.texts = _own_texts([line for line in texts if not is_sheet_line(line)])
                head += [line for line in texts if is_sheet_line(line)] + before
            tables.append(table)
            texts = []
    return sheet, tables, head, texts


def _goes_on(last: SourceTable, table: SourceTable, grid: Grid) -> bool:
    """Append a table to the last one where it goes on over a page: the same header again, or none at all."""
    if table.columns and table.header == last.header:
        last.rows += table.rows
        last.problems += table.problems
        return True
    if not table.columns and len(grid.rows[0]) == len(last.columns) + 1:
        last.rows += grid.rows
        return True
    return False


def _loose_grid(draft: Draft, grid: Grid) -> None:
    """Name a grid of figures without a header as a fault; list one of words."""
    rows = [" | ".join(cell.text for cell in row) for row in grid.rows]
    if any(re.search(r"\d", text) for text in rows):
        draft.problems.append(
            f"{grid.where}: the table has no header: its first row, {rows[0][:80]!r}, already holds figures; "
            "name the columns above it."
        )
    else:
        draft.leave_out(grid.where, " / ".join(rows), "a table without figures")


def _own_texts(texts: Sequence[TextLine]) -> tuple[list[TextLine], list[TextLine]]:
    """Part the texts before a table into those of something else and its own: title and the notes after it."""
    headings = [position for position, line in enumerate(texts) if line.heading]
    if headings:
        return list(texts[: headings[-1]]), list(texts[headings[-1] :])
    start = len(texts)
    while start > 0 and _NOTE.search(folded(texts[start - 1].text)):
        start -= 1
    start = max(start - 1, 0)
    while start > 0 and texts[start].text.isupper() and texts[start - 1].text.isupper():
        start -= 1  # a title that breaks over lines
    return list(texts[:start]), list(texts[start:])


def _titles(draft: Draft) -> None:
    """Give every table its printed title and notes."""
    for number, table in enumerate(draft.tables, start=1):
        others, own = _own_texts(table.texts)
        for line in others:
            draft.leave_out(
                line.where, line.text, "a text between tables that is neither title nor note of one"
            )
        lines = [(words, _tells(line.text)) for line in own if (words := _without_dashes(line.text))]
        if lines and all(tells for _, tells in lines):
            lines[0] = (lines[0][0], False)
        # A note that does not say how the question was asked goes on with the title.
        titles = [words for words, tells in lines if not tells]
        if not titles:
            titles = [f"Table {number}"]
            because = f"no text stands over it ({table.where})"
            draft.ask(f"question {number}, title", "What is the table's title?", titles[0], because)
        broken = all(words.isupper() for words in titles)
        table.entry = {
            "title": draft.fitting(table.where, (" " if broken else ". ").join(titles)),
            "notes": draft.fitting(table.where, ". ".join(words for words, tells in lines if tells)),
        }


def _without_dashes(text: str) -> str:
    """Take off the dashes and bullets that set a line apart."""
    return re.sub(r"^[-–—•*\s]+|[-–—*\s]+$", "", text)


def _tells(line: str) -> bool:
    """Say whether a line says how a question was asked, or of whom."""
    return bool(_NOTE.search(folded(_without_dashes(line))))


def _title(draft: Draft, head: Sequence[TextLine], given: Given) -> None:
    """Write the source: the lines over the first table are the document's title."""
    lines = [_without_dashes(line.text) for line in head]
    title = given.title or draft.fitting("head of the document", ". ".join(line for line in lines if line))
    if not title:
        title = draft.source_name.rpartition(".")[0] or draft.source_name
        draft.ask(
            "source, title", "What is the document's title?", title, "no text stands over the first table"
        )
    if given.title:
        for line in head:
            draft.leave_out(line.where, line.text, "--title says otherwise")
    sheet = draft.document.get("sheet", {})
    items = {item["id"]: item["printed"] for item in sheet.get("items", [])}
    draft.document["source"] = {"title": title, "publisher": items.get("pollster", "?")}
    address = re.search(r"\b(?:https?://|www\.)[^\s/|,]+(?:/[^\s|,]*)?", " ".join(items.values()))
    if address:
        draft.document["source"]["url"] = address[0].strip(".")


def _decimal_mark(draft: Draft, source: Source) -> str:
    """Find the decimal mark that most figures show."""
    marks = Counter(mark for cell in source.cells if not cell.typed and (mark := marks_in(cell.text)))
    if not marks:
        texts = [block.text for block in source.blocks if isinstance(block, TextLine)]
        marks = Counter(mark for text in texts if (mark := marks_in(text)))
    if not marks:
        grouped = Counter(
            mark
            for text in [*(cell.text for cell in source.cells if not cell.typed)]
            for mark in re.findall(r"(?<![\d.,])\d{1,3}([.,])\d{3}(?![\d.,])", text, re.ASCII)
        )
        marks = Counter({"," if mark == "." else ".": count for mark, count in grouped.items()})
    mark = marks.most_common(1)[0][0] if marks else "."
    if len(marks) != 1:
        shown = ", ".join(f"{mark!r} {count} times" for mark, count in marks.items()) or "none"
        draft.ask(
            "decimal_mark",
            "Is the decimal mark a full stop or a comma?",
            mark,
            f"marks that figures show: {shown}",
        )
    return mark


def _decimals(draft: Draft, bodies: Sequence[Sequence[tuple[Cell, list[str | None]]]]) -> int:
    """Find with how many decimals most figures are printed."""
    counts = Counter(
        len(figure.replace(",", ".").partition(".")[2])
        for body in bodies for _, figures in body for figure in figures if figure is not None
    )  # fmt: skip
    decimals = counts.most_common(1)[0][0] if counts else 0
    if len(counts) != 1:
        shown = (
            ", ".join(f"{count} with {number}" for number, count in sorted(counts.items()))
            or "no figure at all"
        )
        draft.ask("decimals", "With how many decimals are percentages printed?", str(decimals), shown)
    return decimals


def _language(draft: Draft, source: Source, given: Given) -> None:
    """Find the language of the labels by its small words."""
    texts = [block.text for block in source.blocks if isinstance(block, TextLine)] + [
        cell.text for cell in source.cells
    ]
    words = Counter(word for text in texts for word in re.findall(r"[a-z]+", folded(text)))
    spanish, english = (sum(words[word] for word in group) for group in (_SPANISH, _ENGLISH))
    draft.document["language"] = given.language or ("es" if spanish >= english else "en")
    if not given.language:
        draft.ask(
            "language", "In which language are the labels printed?", draft.document["language"],
            f"{spanish} small words are Spanish, {english} English",
        )  # fmt: skip
