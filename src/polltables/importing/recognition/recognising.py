"""A source understood: the tables in it, the lines of its technical sheet, and the texts around them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain, dropwhile

from polltables.importing.page import Cell, Grid, Line, Source
from polltables.importing.recognition.bases import bases_of, fill_bases, give_bases, holds_bases_alone
from polltables.importing.recognition.cutting import Piece, SheetRows, cut
from polltables.importing.recognition.dates import is_date_label
from polltables.importing.recognition.figures import decimal_mark_of
from polltables.importing.recognition.folding import folded
from polltables.importing.recognition.items import asked_about, questions_of
from polltables.importing.recognition.joining import join
from polltables.importing.recognition.matrices import columns_of, matrix_of
from polltables.importing.recognition.model import Item, Panel, Section, Table, UnreadError
from polltables.importing.recognition.orienting import oriented, questions_in, readings_of, table_of
from polltables.importing.recognition.refusing import is_joint
from polltables.importing.recognition.settling import set_reasons
from polltables.importing.recognition.sheet_words import is_sheet_line
from polltables.importing.recognition.titles import (
    is_question,
    own_texts,
    page_of,
    set_head,
    title_by_contents,
    title_of,
)
from polltables.importing.recognition.unfolding import listed, unfolded
from polltables.importing.recognition.values import Reading, near, values_of
from polltables.importing.recognition.vocabulary import base_kind, is_percent_unit, is_summary

__all__ = ["Recognised", "recognise"]

_GOOD = 0.75
_MANY = 1_000_000


@dataclass(slots=True)
class Recognised:
    """What was understood of a source; `unread` are the grids that were not, with the reason."""

    decimal_mark: str
    tables: list[Table] = field(default_factory=list)
    sheet: list[list[Cell]] = field(default_factory=list)
    head: list[Line] = field(default_factory=list)
    loose: list[Line] = field(default_factory=list)
    unread: list[tuple[str, str, list[Cell]]] = field(default_factory=list)


def recognise(source: Source, *, measures: bool = False) -> Recognised:
    """Find the tables of a source and what stands around them."""
    source.blocks = listed(source.blocks)
    for grid in source.grids:
        grid.fill()
        grid.mend_labels()
    typed = sum(cell.typed for cell in source.cells)
    mark = decimal_mark_of((cell.text for cell in source.cells if not cell.typed), others=typed)
    texts = (block.text for block in source.blocks if isinstance(block, Line))
    found = Recognised(mark or decimal_mark_of(texts, others=_MANY) or ".")
    reader = _Reader(found, measures)
    for block in source.blocks:
        for part in unfolded(block) or [block] if isinstance(block, Grid) else [block]:
            for piece in [part] if isinstance(part, Line) else cut(part):
                reader.take(piece)
    reader.finish()
    title_by_contents(found.tables, source.grids, [*found.head, *found.loose])
    found.tables = join(found.tables)
    return found


class _Reader:
    """Goes through the pieces of a source in order, giving each table the texts around it."""

    def __init__(self, found: Recognised, measures: bool) -> None:
        self.found, self.measures = found, measures
        self.lines: list[Line] = []
        self.last: list[Table] = []
        self.columns: tuple[Panel, list[Item]] | None = None
        self.bases: list[Item] = []
        self.segments: set[tuple[str, ...]] = set()
        self.counted: tuple[list[str], list[Line]] = ([], [])
        self.lists: list[tuple[Panel, list[Line], list[set[str]], list[Table]]] = []

    def take(self, piece: Piece) -> None:
        """Take the next piece."""
        if isinstance(piece, Line):
            self.lines.append(piece)
        elif isinstance(piece, SheetRows):
            self.found.sheet += piece
            self._put_aside(self.lines)
            self.lines = []
        else:
            self._panel(piece)

    def finish(self) -> None:
        """Give what stands below the last table its place."""
        self._text_below("")
        self._put_aside(self.lines)
        refused = [
            {cell.text for cell in cells} for _, why, cells in self.found.unread if "list of items" in why
        ]
        for panel, own, names, made in self.lists:
            others = [*refused, *(set().union(*other) for _, _, other, _ in self.lists if other is not names)]
            if any(all(2 * len(some & other) > len(some) for some in names) for other in others):
                mine = set(map(id, made))
                self.found.tables = [one for one in self.found.tables if id(one) not in mine]
                for cell in chain.from_iterable(row for section in panel.sections for row in section.rows):
                    cell.used = False
                self._put_aside(own)
                self._unread(
                    panel,
                    "the list of items stands in the file again: each for other people, and none for all",
                )

    def _put_aside(self, lines: Iterable[Line]) -> None:
        (self.found.loose if self.found.tables else self.found.head).extend(
            line for line in lines if line.text
        )

    def _panel(self, panel: Panel) -> None:
        """Make tables of a panel, or say why none can be made."""
        panel.mark = self.found.decimal_mark
        names = [cell.text for row in panel.head for cell in row[panel.last + 1 :] if cell.text]
        if not panel.head and self._answers_all(panel):
            columns = [Item("Total")]
        elif not panel.head or (len(names) > 1 == len(set(names)) and is_percent_unit(names[0])):
            if self.columns is None or not self._goes_on(panel):
                self._without_header(panel)
                return
            panel.head, columns = self.columns[0].head, [replace(item) for item in self.columns[1]]
        else:
            columns = columns_of(panel)
        self._text_below(panel.where)
        sheet = [line for line in self.lines if is_sheet_line(line.text)]
        # What stands on either side of a line of the technical sheet is no one title.
        own = own_texts([Line("", line.where) if line in sheet else line for line in self.lines])
        self._put_aside(line for line in self.lines if not any(line is one for one in own))
        labels = [item.label for item in columns]
        if own and self.counted[0] == labels and all(is_percent_unit(line.text) for line in own):
            own = [*self.counted[1], *own]  # what was counted just above is printed in per cents
        self.counted = ([], [])
        self.lines = []
        self.columns = (panel, columns)
        try:
            tables = self._tables(panel, columns, own)
        except UnreadError as error:
            reading = readings_of(matrix_of(panel, columns, panel.sections))[0]
            if holds_bases_alone(reading):
                bases = bases_of(reading)
                apart = [table for table in self.last if page_of(table.where) != page_of(panel.where)]
                if give_bases(bases, apart[-1:]):
                    self._put_aside(own)
                else:
                    self.bases, self.lines = bases, own
                return
            self._unread(panel, str(error), error.where)
            self._put_aside(own)
            self.counted = (labels, own[:1])
            return
        give_bases(self.bases, tables)
        self.bases = []
        self.last = tables
        self.found.tables += tables

    def _without_header(self, panel: Panel) -> None:
        """Note that rows have no header; those under a question further down may be answers of the whole sample."""
        is_asked = [any(is_question(cell.text) for cell in one.headings) for one in panel.sections]
        at = is_asked.index(True, 1) if any(is_asked[1:]) else len(is_asked)
        self._unread(replace(panel, sections=panel.sections[:at]), "it has no header that names its columns")
        if first := panel.sections[at : at + 1]:
            self._put_aside(self.lines)
            self.lines = [Line(cell.text, cell.where, heading=True) for cell in first[0].headings]
            self._panel(replace(panel, sections=[replace(first[0], headings=[]), *panel.sections[at + 1 :]]))

    def _answers_all(self, panel: Panel) -> bool:
        """Say whether one column of figures without a header adds up to all under a question: that of the whole sample."""
        own = own_texts(self.lines)
        asked = any(is_question(line.text) or (line.heading and not line.size) for line in own)
        for section in panel.sections:
            rows = [values_of(row[panel.last + 1 :], panel.mark) for row in section.rows if row]
            whole = near(sum(value.number or 0 for row in rows for value in row), 100, len(rows) / 2)
            if not asked or not whole or len(rows) < 2 or any(len(row) > 1 for row in rows):
                return False
        return True

    def _goes_on(self, panel: Panel) -> bool:
        """Say whether rows without a header stand under the columns of the last one."""
        assert self.columns is not None
        before, columns = self.columns
        width = max(len(row) for section in panel.sections for row in section.rows if row) - panel.last - 1
        fits = before.last == panel.last and width == len(columns)
        return fits and (bool(self.bases) or not any(line.text for line in self.lines))

    def _unread(self, panel: Panel, why: str, where: str = "") -> None:
        """Note a panel of which no table was made."""
        bodies = [row for section in panel.sections for row in [section.headings, *section.rows]]
        title = next((line.text for line in reversed(self.lines) if line.text), "")
        under = f" (under {title[:80]!r})" if title else ""
        self._note([*panel.head, *bodies], why + under, where, panel)

    def _note(self, rows: Sequence[Sequence[Cell]], why: str, where: str, panel: Panel) -> None:
        cells = [cell for row in rows for cell in row if cell.text]
        place = next((cell.where for cell in cells if cell.where), panel.where)
        self.found.unread.append((where or place, why, cells))

    def _text_below(self, following: str) -> None:
        """Give a table the notes on its base under it, or, if it has no text, the question if nothing else follows."""
        if len(self.last) == 1 and not (table := self.last[0]).titled:
            page = page_of(table.where)
            # Where there are no pages, only a file of one table can be sure which text is whose.
            alone = page_of(following) != page if page else not following and len(self.found.tables) == 1
            below = [line for line in self.lines if line.text and page_of(line.where) == page]
            asked = list(dropwhile(lambda line: not is_question(line.text), below)) if alone else []
            if asked:
                table.texts += asked
                table.titled = True
                self.lines = [line for line in self.lines if line not in asked]
                return
        while self.last and self.lines:
            if self.lines[0].text and not base_kind(self.lines[0].text.partition(":")[0]):
                break
            line = self.lines.pop(0)
            if line.text:
                self.last[-1].notes.append(line)

    def _tables(self, panel: Panel, columns: list[Item], own: list[Line]) -> list[Table]:
        """Make the tables of a panel: one, or one for each of its sections."""
        groups: list[list[Section]] = []
        for section in chain.from_iterable(questions_in(panel, columns, one) for one in panel.sections):
            section.headings = [cell for cell in section.headings if cell.text]
            if groups and section.headings and is_summary(section.headings[-1].text) and any(section.rows):
                groups[-1].append(section)
            elif any(section.rows):
                groups.append([section])
        rows = [[row for one in group for row in one.rows if row] for group in groups]
        labels = [[folded(row[panel.name].text) for row in some] for some in rows]
        alike = labels[1:] == labels[:1] * (len(labels) - 1) or all(map(is_date_label, chain(*labels)))
        if panel.between and not groups[0][0].headings and alike and labels[1:]:
            groups[0][0].headings = [panel.between.pop()]  # it stands over the first of several blocks
        direct, turned = readings_of(matrix_of(panel, columns, list(chain(*groups))))
        if is_joint(direct):
            raise UnreadError(
                "its cells add up to 100 together, so it says how the sample or population is made up"
            )
        # Every section is read as a table of its own.
        bare = [[replace(first, headings=[]), *rest] for first, *rest in groups] if len(groups) > 1 else []
        parts = [readings_of(matrix_of(panel, columns, group))[0] for group in bare]
        if parts:
            direct.supported = max(direct.supported, sum(part.supported for part in parts) / len(parts))
        names = {(*item.path, item.label) for item in columns if item.label}
        # Where the sums say little, columns that were groups of people in a table that adds up are so again.
        direct_too = direct.supported > 0.5 or names <= self.segments
        texts = [*(line.text for line in own), *(cell.text for cell in panel.between), direct.matrix.stub]
        lies = oriented(direct, turned, texts) and not (direct_too and turned.supported < _GOOD)
        if not lies and direct.supported >= _GOOD:
            self.segments |= names
        apart = parts and not (direct.supported >= _GOOD and all(part.supported < _GOOD for part in parts))
        if apart and not lies:
            return self._of_sections(panel, groups, parts, own)
        headings = groups[0][0].headings if len(groups) == 1 and not lies else []
        table = table_of(turned if lies else direct, title_of(panel, own, headings), measures=self.measures)
        set_head(table, panel, own, headings)
        made = questions_of(table, items=lies and turned.items)
        if lies and turned.items:
            told = [{asked_about(column)[-1] for column in table.columns}, {row.label for row in table.rows}]
            self.lists.append((panel, own, told, made))
        return made

    def _of_sections(
        self, panel: Panel, groups: Sequence[Sequence[Section]], parts: Sequence[Reading], own: list[Line]
    ) -> list[Table]:
        """Make a table of every section; bases over the first one are those of all."""
        tables: list[Table] = []
        bases: list[Item] = []
        pending: list[Cell] = list(panel.between)
        for group, part in zip(groups, parts, strict=True):
            headings = [*pending, *group[0].headings]
            pending = []
            if not part.rows("", "net") and any(item.role.endswith("_base") for item in part.matrix.rows):
                bases = bases_of(part)
                set_reasons(part)
                pending = headings
                for earlier in tables if part is parts[-1] else ():
                    fill_bases(earlier.columns, bases)
                continue
            try:
                title = title_of(panel, own, headings)
                table = table_of(part, title, measures=self.measures)
            except UnreadError as error:
                self._note([row for one in group for row in one.rows], str(error), error.where, panel)
                continue
            fill_bases(table.columns, bases)
            set_head(table, panel, own if not headings else [], headings)
            tables.append(table)
        if tables and own and tables[0].texts[:1] != own[:1]:
            self._put_aside(own)
        if not tables:
            raise UnreadError("none of its parts holds percentages")
        return tables
