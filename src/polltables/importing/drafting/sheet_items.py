"""The lines of a technical sheet, under their ids."""

from collections.abc import Sequence

from polltables.importing.drafting.draft import fitting
from polltables.importing.drafting.ids import free_id, identifier
from polltables.importing.page import Cell
from polltables.importing.recognition.sheet_words import parted, sheet_id

__all__ = ["SheetItems", "take_rows"]


class SheetItems:
    """The lines of the sheet by id, in printed order."""

    def __init__(self) -> None:
        self.by_id: dict[str, dict[str, str]] = {}

    def add(self, label: str, printed: str, group: str = "", *, known: str = "") -> None:
        """Add a line, under the id that its label has, or one made from it."""
        name = free_id(known or sheet_id(label) or identifier(label), self.by_id)
        item = {"id": name, "label": fitting(label), "printed": fitting(printed)}
        self.by_id[name] = {**item, **({"group": fitting(group)} if group else {})}

    def printed(self, name: str) -> str:
        """Return what a line says; an empty text where there is none."""
        return self.by_id.get(name, {}).get("printed", "")


def take_rows(items: SheetItems, rows: Sequence[Sequence[Cell]]) -> None:
    """Take the rows of a technical sheet: group (as far as one is printed), label, printed."""
    group = ""
    for at, row in enumerate(rows):
        filled = [cell for cell in row if cell.text]
        for cell in filled:
            cell.used = True
        texts = [cell.text for cell in filled]
        if len(texts) == 1:
            label, printed = parted(texts[0])
            if label:
                items.add(label, printed)
                continue
            # A heading over the lines that follow; without any it is a line that says itself.
            follows = any(cell.text for later in rows[at + 1 : at + 2] for cell in later)
            group = texts[0]
            if not follows:
                items.add(group, group)
        elif texts:
            *before, label, printed = texts
            group = before[0] if before else group
            items.add(label.rstrip(" :："), printed, group)
