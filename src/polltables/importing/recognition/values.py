"""The numbers of a matrix, and what their sums say: arithmetic is the judge between readings."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from polltables.importing.page import Cell
from polltables.importing.recognition.figures import Token, digits_of, token_of
from polltables.importing.recognition.model import Matrix

__all__ = ["Reading", "Value", "near", "share", "values_in", "values_of"]

_MOST = 0.7


@dataclass(frozen=True, slots=True)
class Value:
    """A number with half a unit of its last digit, and how it is `printed`, with a full stop as decimal mark.

    Of a count and a percentage in one cell it is the percentage, with the count `aside`.
    """

    token: Token
    number: float | None = None
    half: float = 0.0
    printed: str = ""
    aside: str = ""


@lru_cache(maxsize=20_000)
def _parsed(text: str, typed: bool, mark: str, first: bool) -> Value:
    token = Token("formula") if typed and text.startswith("=") else token_of(text)
    if not token.is_number:
        return Value(token)
    printed, other = (digits_of(number, mark).replace(mark, ".") for number in (token.number, token.other))
    aside = token.aside
    try:
        if token.kind == "pair":
            if token.percent and token.other_percent:
                return Value(token)
            if token.other_percent or (not token.percent and float(printed) > 100 >= float(other)):
                printed, aside = other, token.number
            elif (
                token.percent
                or aside
                or first
                or (float(printed) <= 100 and (len(other) == 1 or float(other) > 100))
            ):
                aside = f"({token.other})"
            else:
                return Value(token)
        return Value(token, float(printed), 0.5 * 10.0 ** -len(printed.partition(".")[2]), printed, aside)
    except ValueError:
        return Value(token)


def values_of(row: Sequence[Cell], decimal_mark: str, *, first: bool = False) -> list[Value]:
    """Read the numbers of cells; those of a workbook show a full stop, whatever its readers print.

    Of two numbers of which neither tells what it is, the `first` may be the percentage.
    """
    return [_parsed(cell.text, cell.typed, "." if cell.typed else decimal_mark, first) for cell in row]


def values_in(rows: Sequence[Sequence[Cell]], decimal_mark: str) -> list[list[Value]]:
    """Read the numbers of a matrix; its columns say if the first ones of two numbers are percentages: they add up to 100."""
    read = [values_of(row, decimal_mark, first=True) for row in rows]
    pairs = [
        [value.number or 0 for value in column if value.token.kind == "pair" or value.token.aside[:1] == "("]
        for column in zip(*read, strict=True)
    ]
    first = share(near(sum(numbers), 100, len(numbers) / 2) for numbers in pairs if numbers) > _MOST
    return read if first else [values_of(row, decimal_mark) for row in rows]


def near(total: float, wanted: float, slack: float) -> bool:
    """Say whether a sum is what is wanted, as far as rounding goes, or one unit of the last digit beyond."""
    return abs(total - wanted) <= slack + 1e-6


def share(flags: Iterable[object]) -> float:
    """Return the share of what is true; 0 of nothing."""
    found = [bool(flag) for flag in flags]
    return sum(found) / len(found) if found else 0.0


@dataclass(slots=True)
class Reading:
    """A matrix read with its rows as answers, and what speaks for it.

    Attributes
    ----------
    scale : int
        What its figures have to be multiplied by to be percentages: 1, or 100 where they are shares of one.
    supported : float
        Share of the columns whose answers add up to all.
    words : float
        How much more its labels read like groups in columns and answers in rows than the other way round.
    items : bool
        Whether its columns are no groups of people, but what these were asked about.
    """

    matrix: Matrix
    values: list[list[Value]]
    scale: int = 1
    supported: float = 0.0
    words: float = 0.0
    items: bool = False
    doubts: list[tuple[str, str, str, str]] = field(default_factory=list)

    def rows(self, *roles: str) -> list[int]:
        """Return the positions of the rows with these roles; the answers have none."""
        return [at for at, item in enumerate(self.matrix.rows) if item.role in (roles or ("",))]

    def columns(self) -> list[int]:
        """Return the positions of the columns of figures."""
        return [at for at, item in enumerate(self.matrix.columns) if not item.role]

    def sums(self, rows: Sequence[int]) -> list[tuple[float, float]]:
        """Add up rows in every column, with how far rounding and suppressed figures may bring the sums off.

        A column with fewer than two figures says nothing and is left out.
        """
        sums = []
        for column in self.columns():
            cells = [self.values[row][column] for row in rows]
            numbers = [cell for cell in cells if cell.number is not None]
            if len(numbers) > 1:
                suppressed = sum(cell.token.kind == "suppressed" for cell in cells)
                sums.append(
                    (
                        sum(cell.number or 0 for cell in numbers),
                        sum(cell.half for cell in numbers) + suppressed,
                    )
                )
        return sums

    def whole(self, rows: Sequence[int]) -> float:
        """Return the share of the columns whose rows add up to 100."""
        return share(
            near(self.scale * total, 100, max(self.scale * slack, 0.02)) for total, slack in self.sums(rows)
        )

    def is_sum(self, row: int, run: Sequence[int]) -> bool:
        """Say whether a row is the sum of others in every column that prints it."""
        compared = exact = 0
        for column in self.columns():
            whole = self.values[row][column]
            parts = [self.values[one][column] for one in run]
            if whole.number is None or any(
                part.number is None and part.token.kind != "gap" for part in parts
            ):
                continue
            total = sum(part.number or 0 for part in parts)
            if not near(total, whole.number, whole.half + sum(part.half for part in parts)):
                return False
            compared += 1
            exact += abs(total - whole.number) < 1.01 * whole.half * 2
        return compared > 0 and exact > 0.5 * compared
