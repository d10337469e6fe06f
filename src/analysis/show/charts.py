"""What a drawing says: rows of marks with intervals, values written beside them, and lines to compare with."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from markupsafe import Markup, escape

__all__ = ["COLOURS", "Chart", "ChartRow", "Mark", "Reference", "limits"]

# Each is drawn in its own colour and then replaced by the style sheet's variable of that name, so that a figure follows
# light and dark. The first two differ in lightness and hue (blue and vermilion: Okabe & Ito 2008), so that they survive
# greyscale and colour blindness; they are candidates' colours and nothing else's.
COLOURS = {
    "ink": "#1b1b1b",
    "quiet": "#595959",
    "line": "#c9c9c9",
    "paper": "#fefefe",
    "first": "#0b62a8",
    "second": "#b3400a",
    "third": "#3f6b1f",
    "other": "#666666",
    "accent": "#6a3d9a",
}


@dataclass(frozen=True, slots=True)
class Mark:
    """A dot with its interval.

    Attributes
    ----------
    value, low, high : float
        Where it stands, and its interval; NaN where there is none.
    text : str
        The value as it is written.
    colour : str
        One of `COLOURS`.
    ends : str
        The interval as it is written; empty where it is not.
    hollow : bool
        What is not beyond chance is drawn as a ring.
    shape : str
        `o`, `D` (an official result, a population) or `|` (a printed total).
    """

    value: float
    low: float = float("nan")
    high: float = float("nan")
    text: str = ""
    colour: str = "other"
    ends: str = ""
    hollow: bool = False
    shape: str = "o"


@dataclass(frozen=True, slots=True)
class ChartRow:
    """A row: its label, a smaller line beneath, its marks one above the other, and whether a line is drawn above it."""

    label: str
    marks: Sequence[Mark]
    small: str = ""
    strong: bool = False
    rule: bool = False


@dataclass(frozen=True, slots=True)
class Reference:
    """A vertical line, such as zero or the result, with its name."""

    value: float
    label: str = ""


@dataclass(frozen=True, slots=True)
class Chart:
    """What is drawn.

    Attributes
    ----------
    rows : sequence of ChartRow
    caption, source, alternative : str
        The finding above the figure, source and base beneath it, and the text that stands for it; rows are added to that.
    axis : str
        What the numbers are, beneath the axis.
    legend : sequence of tuple of str
        Names and colours of the marks, written above the rows, and before each value for those who cannot see them; each
        colour once.
    references : sequence of Reference
    unit : float
        What a step of 1 on the axis is in data: 0.01 for percentages and points.
    numbers : sequence of dict
        What is stated; see `Shown`.
    """

    rows: Sequence[ChartRow]
    caption: str
    source: str = ""
    alternative: str = ""
    axis: str = ""
    legend: Sequence[tuple[str, str]] = ()
    references: Sequence[Reference] = ()
    unit: float = 0.01
    percent: bool = True
    from_zero: bool = True
    numbers: Sequence[dict[str, Any]] = field(default_factory=list)

    def described(self) -> Markup:
        """Write the rows of the drawing as text for those who cannot see it."""
        mark = Markup("{}<i>{}</i> <i>{}</i>")
        rows = [
            Markup("<li>{}: {}</li>").format(
                " ".join(filter(None, [row.label, row.small])),
                Markup("; ").join(mark.format(self._named(one), one.text, one.ends) for one in row.marks),
            )
            if row.marks
            else Markup("<li><b>{}</b></li>").format(row.label)
            for row in self.rows
        ]
        said = Markup("<p>{}</p>").format(self.alternative) if self.alternative else ""
        return Markup('<div class="pt-spoken">{}<ul>{}</ul></div>').format(said, Markup("").join(rows))

    def spoken(self) -> str:
        """Return the text that stands for the drawing: what it is, then its rows."""
        rows = [
            f"{row.label}: "
            + ", ".join(
                self._named(mark) + (f"{mark.text} ({mark.ends})" if mark.ends else mark.text)
                for mark in row.marks
            )
            for row in self.rows
            if row.marks
        ]
        return " ".join(
            filter(None, [str(escape(self.alternative or self.caption).striptags()), "; ".join(rows)])
        )

    def _named(self, mark: Mark) -> str:
        """Return what a mark's colour says, of a drawing with several marks a row: its name in the legend."""
        if all(len(row.marks) < 2 for row in self.rows):
            return ""
        name = next((name for name, colour in self.legend if colour == mark.colour), "")
        return f"{escape(name).striptags()} " if name else ""


def limits(charts: Sequence[Chart]) -> tuple[float, float]:
    """Return the ends of the axis, wide enough for every setting."""
    first = charts[0]
    ends = [
        end
        for chart in charts
        for row in chart.rows
        for mark in row.marks
        for end in (mark.value, mark.low, mark.high)
        if end == end  # NaN is not itself
    ]
    ends += [reference.value for reference in first.references]
    low, high = (min(ends, default=0.0), max(ends, default=1.0))
    low = min(low, 0.0) if first.from_zero else low
    room = 0.02 * ((high - low) or first.unit)
    return low - (room if low < 0 or not first.from_zero else 0.0), high + room
