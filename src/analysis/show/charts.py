"""What a drawing says: rows of marks with intervals, values written beside them, and lines to compare with."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup, escape

from analysis.show.display import plain

__all__ = ["COLOURS", "ZERO", "Chart", "ChartRow", "Line", "Mark", "limits"]

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


def _take_markup(thing: Any, *names: str) -> None:
    """Make plain texts of what is said: nothing is markup in a drawing."""
    for name in names:
        object.__setattr__(thing, name, plain(getattr(thing, name)))


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
        `D` (an official result, a population) or `x` (what cannot be tested); empty: that of the colour.
    """

    value: float
    low: float = float("nan")
    high: float = float("nan")
    text: str = ""
    colour: str = "other"
    ends: str = ""
    hollow: bool = False
    shape: str = ""

    def __post_init__(self) -> None:
        """Make plain texts of what is said."""
        _take_markup(self, "text", "ends")


@dataclass(frozen=True, slots=True)
class ChartRow:
    """A row: its label, a smaller line beneath, its marks one above the other, and the group that it stands with."""

    label: str
    marks: Sequence[Mark]
    small: str = ""
    strong: bool = False
    group: Any = None

    def __post_init__(self) -> None:
        """Make plain texts of what is said."""
        _take_markup(self, "label", "small")


@dataclass(frozen=True, slots=True)
class Line:
    """A vertical line, such as zero or the result, with its name."""

    value: float
    label: str = ""


ZERO = (Line(0.0),)
"""What differences are compared with."""


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
    references : sequence of Line
    numbers : sequence of dict
        What is stated; see `Shown`.
    """

    rows: Sequence[ChartRow]
    caption: str
    source: str = ""
    alternative: str = ""
    axis: str = ""
    legend: Sequence[tuple[str, str]] = ()
    references: Sequence[Line] = ()
    percent: bool = True
    from_zero: bool = True
    numbers: Sequence[dict[str, Any]] = ()

    def __post_init__(self) -> None:
        """Make plain texts of what is said."""
        _take_markup(self, "caption", "source", "alternative", "axis")
        object.__setattr__(self, "legend", [(plain(name), colour) for name, colour in self.legend])

    def described(self) -> Markup:
        """Write the rows of the drawing as text for those who cannot see it."""
        rows = []
        for row in self.rows:  # by hand: `Markup.format` takes ten times as long, and pages ask often
            marks = [map(escape, told) for told in self._told(row)]
            said = "; ".join(f"{name}<i>{text}</i> <i>{ends}</i>" for name, text, ends in marks)
            label = escape(" ".join(filter(None, [row.label, row.small])) if said else row.label)
            rows.append(Markup(f"<li>{label}: {said}</li>" if said else f"<li>{label}</li>"))
        said = Markup("<p>{}</p>").format(self.alternative) if self.alternative else ""
        return Markup('<div class="pt-spoken">{}<ul>{}</ul></div>').format(said, Markup("").join(rows))

    def spoken(self) -> str:
        """Return the text that stands for the drawing: what it is, then its rows."""
        rows = []
        for row in filter(lambda row: row.marks, self.rows):
            told = [f"{name}{text} ({ends})" if ends else name + text for name, text, ends in self._told(row)]
            rows.append(f"{row.label}: {', '.join(told)}")
        return " ".join(filter(None, [self.alternative or self.caption, "; ".join(rows)]))

    def _told(self, row: ChartRow) -> list[tuple[str, str, str]]:
        """Return of each mark its name in the legend, where a row of this drawing has several, its text and its interval."""
        names = {colour: f"{name} " for name, colour in reversed(self.legend) if name}
        if all(len(row.marks) < 2 for row in self.rows):
            names = {}
        return [(names.get(mark.colour, ""), mark.text, mark.ends) for mark in row.marks]


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
    room = 0.02 * ((high - low) or 0.01)
    return low - (room if low < 0 or not first.from_zero else 0.0), high + room
