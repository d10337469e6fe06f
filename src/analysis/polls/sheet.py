"""Where a poll comes from, and its technical sheet: every line as printed, and the figures that the methods need."""

import datetime
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from analysis.polls.figures import parse_count, parse_percentage
from analysis.polls.schema import Id, InTwoLanguages, computed

__all__ = ["DISCLOSURE", "SHEET_FIGURES", "UNKNOWN_DAY", "Sheet", "SheetItem", "Source"]

DISCLOSURE: Mapping[str, tuple[str, ...]] = {
    "strategy": (),
    "sponsor": ("pollster", "funding"),
    "wording": (),
    "population": ("target_group", "universe"),
    "sample": ("sampling", "coverage"),
    "mode": ("technique",),
    "dates": ("fieldwork",),
    "precision": ("margin_of_error", "confidence_level"),
    "weighting": ("weighting",),
    "quality": ("processing", "quality", "supervision"),
    "limitations": ("limitations",),
}
"""The eleven items that the AAPOR Code of Professional Ethics and Practices (2021, section III.A) asks to be disclosed with
results, and the lines of a technical sheet that say them. Wording and interviews behind each column are in the tables."""

SHEET_FIGURES = {
    "sample_size": parse_count,
    "universe": parse_count,
    "margin_of_error": parse_percentage,
    "confidence_level": parse_percentage,
    "representativeness": parse_percentage,
}
"""The lines of a technical sheet that hold a figure the methods use, and how each is read."""

UNKNOWN_DAY = datetime.date(1900, 1, 1)
"""What stands for the days of fieldwork where a publication does not say them."""


@dataclass(frozen=True, slots=True)
class Source(InTwoLanguages):
    """Where the figures come from."""

    title: str
    publisher: str
    title_en: str = ""
    url: str = ""
    licence: str = ""
    licence_en: str = ""


@dataclass(frozen=True, slots=True)
class SheetItem(InTwoLanguages):
    """One printed line of the technical sheet."""

    id: Id
    label: str
    printed: str
    label_en: str = ""
    printed_en: str = ""
    group: str = ""
    group_en: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """What the pollster says of how the poll was made.

    * `items`: every printed line, in printed order.
    * `figures`: those of `SHEET_FIGURES` that are printed, as numbers: counts, and shares in [0, 1].
    """

    short_name: str
    fieldwork_start: datetime.date
    fieldwork_end: datetime.date
    items: tuple[SheetItem, ...]
    sampling_unit: str = ""
    coverage_counts: Mapping[str, int] = field(default_factory=dict)
    figures: Mapping[str, Any] = computed(dict)

    @property
    def n(self) -> int | None:
        """Interviews in the whole sample; None where that was not published."""
        return self.figures.get("sample_size")

    @property
    def margin_of_error(self) -> float | None:
        """Margin of error as printed, as a share."""
        return self.figures.get("margin_of_error")

    @property
    def confidence_level(self) -> float | None:
        """Confidence level as printed, as a share."""
        return self.figures.get("confidence_level")

    @property
    def fieldwork(self) -> tuple[datetime.date, datetime.date]:
        """First and last day."""
        return self.fieldwork_start, self.fieldwork_end

    @property
    def sampling_points(self) -> int | None:
        """How many places were visited; None where the sheet does not count them."""
        return self.coverage_counts[self.sampling_unit] if self.sampling_unit else None

    @property
    def is_dated(self) -> bool:
        """Whether the days of fieldwork are known."""
        return self.fieldwork_end != UNKNOWN_DAY

    @property
    def response_rate(self) -> float | None:
        """The share of those approached who answered, where the sheet says one percentage of it."""
        item = self.item("response_rate")
        found = re.findall(r"(\d+)(?:[.,](\d+))?\s*%", item.printed) if item else []
        rate = float(".".join(found[0]) + "0") / 100 if len(found) == 1 else 0.0
        return rate if 0 < rate < 1 else None

    def item(self, item_id: str) -> SheetItem | None:
        """Return a line of the sheet, or None if the sheet has no such line."""
        return next((item for item in self.items if item.id == item_id), None)
