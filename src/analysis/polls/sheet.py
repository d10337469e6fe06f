"""The technical sheet: every line as printed, and the figures that the methods need."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from analysis.polls.rounding import parse_count, parse_percentage

__all__ = ["DISCLOSURE", "SHEET_FIGURES", "SheetItem", "TechnicalSheet", "build_sheet", "sheet_problems"]

DISCLOSURE = (
    "funding",
    "target_group",
    "technique",
    "sampling",
    "margin_of_error",
    "weighting",
    "response_rate",
)
"""Lines that the AAPOR Code of Professional Ethics and Practices (2021) asks a pollster to disclose, beside what every
poll here must have; the interviews behind each column, which it asks for too, belong to the segments."""

# The lines of a technical sheet that hold a figure the methods use, and how to read each.
SHEET_FIGURES = {
    "sample_size": parse_count,
    "universe": parse_count,
    "margin_of_error": parse_percentage,
    "confidence_level": parse_percentage,
    "representativeness": parse_percentage,
}
_REQUIRED_ITEMS = ("pollster", "sample_size")


@dataclass(frozen=True, slots=True)
class SheetItem:
    """One printed line of the technical sheet."""

    id: str
    group: str
    group_en: str
    label: str
    label_en: str
    printed: str
    printed_en: str


@dataclass(frozen=True, slots=True)
class TechnicalSheet:
    """What the pollster says of how the poll was made.

    Attributes
    ----------
    n : int
        Interviews in the whole sample.
    margin_of_error, confidence_level : float or None
        As printed, as shares in [0, 1]; None where the sheet does not say.
    fieldwork : tuple of datetime.date
        First and last day.
    sampling_points : int or None
        How many places were visited, if the sheet counts them.
    items : tuple of SheetItem
        Every printed line, in printed order.
    """

    short_name: str
    n: int
    margin_of_error: float | None
    confidence_level: float | None
    universe: int | None
    representativeness: float | None
    fieldwork: tuple[datetime.date, datetime.date]
    coverage_counts: Mapping[str, int]
    sampling_unit: str | None
    items: tuple[SheetItem, ...]

    @property
    def sampling_points(self) -> int | None:
        """Number of sampling units visited, or None where it was not published."""
        return None if self.sampling_unit is None else self.coverage_counts[self.sampling_unit]

    @property
    def undisclosed(self) -> tuple[str, ...]:
        """Ids of the lines of `DISCLOSURE` that the sheet lacks."""
        there = {item.id for item in self.items}
        return tuple(item for item in DISCLOSURE if item not in there)

    def item(self, item_id: str) -> SheetItem | None:
        """Return a line of the sheet, or None if the sheet has no such line."""
        return next((item for item in self.items if item.id == item_id), None)


def sheet_problems(document: Mapping[str, Any], where: str) -> list[str]:
    """Say what is wrong with the figures of the technical sheet."""
    sheet, mark = document["sheet"], document["decimal_mark"]
    items = {item["id"]: item["printed"] for item in sheet["items"]}
    problems = [
        f"{where}, [sheet]: the line {item!r} is missing; every poll says it. Add [[sheet.items]] with this id."
        for item in _REQUIRED_ITEMS
        if item not in items
    ]
    for item in SHEET_FIGURES.keys() & items.keys():
        try:
            value = SHEET_FIGURES[item](items[item], decimal_mark=mark)
        except ValueError as error:
            problems.append(f"{where}, sheet item {item!r}: {error}.")
        else:
            if value == 0 or (item == "confidence_level" and value == 1):
                problems.append(
                    f"{where}, sheet item {item!r}: {items[item]!r} cannot be; copy it as printed."
                )
    if sheet["fieldwork_end"] < sheet["fieldwork_start"]:
        problems.append(f"{where}, [sheet]: fieldwork ends before it starts; swap the two dates.")
    counts = sheet.get("coverage_counts", {})
    problems += [
        f"{where}, [sheet.coverage_counts], {name!r}: {count!r} is not a positive whole number."
        for name, count in counts.items()
        if type(count) is not int or count < 1
    ]
    if sheet.get("sampling_unit", next(iter(counts), None)) not in [*counts, None]:
        problems.append(
            f"{where}, [sheet], 'sampling_unit': {sheet['sampling_unit']!r} is not counted in "
            f"[sheet.coverage_counts]; there is: {', '.join(counts) or 'nothing'}."
        )
    return problems


def build_sheet(sheet: Mapping[str, Any], mark: str) -> TechnicalSheet:
    """Read the figures of the technical sheet, keeping every printed line."""
    items = tuple(
        SheetItem(
            id=item["id"],
            group=item.get("group", ""),
            group_en=item.get("group_en", item.get("group", "")),
            label=item["label"],
            label_en=item.get("label_en", item["label"]),
            printed=item["printed"],
            printed_en=item.get("printed_en", item["printed"]),
        )
        for item in sheet["items"]
    )
    printed = {item.id: item.printed for item in items}

    def share(item: str) -> float | None:
        return parse_percentage(printed[item], decimal_mark=mark) if item in printed else None

    return TechnicalSheet(
        short_name=sheet["short_name"],
        n=parse_count(printed["sample_size"], decimal_mark=mark),
        margin_of_error=share("margin_of_error"),
        confidence_level=share("confidence_level"),
        universe=parse_count(printed["universe"], decimal_mark=mark) if "universe" in printed else None,
        representativeness=share("representativeness"),
        fieldwork=(sheet["fieldwork_start"], sheet["fieldwork_end"]),
        coverage_counts=sheet.get("coverage_counts", {}),
        sampling_unit=sheet.get("sampling_unit"),
        items=items,
    )
