"""Comparisons that are judged together: of segments, as they lie to each other, and of answers of the same people."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from analysis import stats
from analysis.stats.arrays import FloatArray, two_sided_p_value
from analysis.stats.differences import FEW_EXPECTED, fewest_expected
from analysis.stats.leads import FEW_DECIDE
from analysis.stats.overlaps import fewest_people
from analysis.stats.part_whole import complement

__all__ = [
    "DISJOINT", "OVERLAPPING", "WITHIN", "Cells", "Comparison", "Method", "Points", "compared", "lead_method",
]  # fmt: skip

Points = tuple[FloatArray, Sequence[tuple[Any, ...]], dict[str, FloatArray]]


@dataclass(frozen=True, eq=False, slots=True)
class Cells:
    """Printed figures in a row: shares, the ends that round to them, and the interviews behind each."""

    share: FloatArray
    low: FloatArray
    high: FloatArray
    base: FloatArray

    def __getitem__(self, at: Any) -> "Cells":
        """Return some of them."""
        return Cells(self.share[at], self.low[at], self.high[at], self.base[at])


@dataclass(frozen=True, slots=True)
class Method:
    """How one kind of comparison is made, of shares and effective bases `a, n_a, b, n_b`, or of what else it takes.

    `test` gives z and p where the comparison is least sure, and p where it is surest, if that is another one because an
    overlap is unknown. `interval` takes a `confidence_level` as well, and gives the difference and its limits
    where it is least sure. Where `few` says so of the shares and bases, they are small: all of them are told, by an
    infinite `small_count` or one of 0.
    """

    test: Callable[..., tuple[FloatArray, ...]]
    interval: Callable[..., tuple[FloatArray, FloatArray, FloatArray]]
    few: Callable[..., npt.NDArray[np.bool_]] | None = None


@dataclass(frozen=True, eq=False, slots=True)
class Comparison:
    """Comparisons that are judged together, as one family.

    `estimate` are the differences, NaN where a figure was not published. `points` gives, at several design effects (design
    effects × comparisons), the fewest effective interviews behind each, and what the method takes: at the corners of the
    rounding box where the difference is least and greatest, and as printed; and what it takes by name at all of them.
    """

    estimate: FloatArray
    method: Method
    points: Callable[[FloatArray], Points]


def compared(
    a: Cells,
    b: Cells,
    method: Method,
    *,
    smallest: FloatArray | None = None,
    around: FloatArray | None = None,
    exclusive: bool = False,
    own: tuple[FloatArray | float, FloatArray | float] = (1.0, 1.0),
    **named: FloatArray,
) -> Comparison:
    """Compare cells with cells; `exclusive` where two shares cannot add up to more than 1.

    `smallest` is the smaller base of the two unless given; `around` holds the interviews of a segment that contains both,
    where an overlap is unknown. `own` are the design effects of both sides where none is said, which is NaN. What else the
    method takes is `named`.
    """
    a_high, b_high = a.high, b.high
    if exclusive:
        a_high, b_high = np.minimum(a_high, 1 - b.low), np.minimum(b_high, 1 - a.low)
    bases = [(a.base, own[0]), (b.base, own[1]), *([] if around is None else [(around, own[0])])]

    def points(effects: FloatArray) -> Points:
        said = effects[:, np.newaxis]
        n_a, n_b, *n_around = (base / np.where(np.isnan(said), its_own, said) for base, its_own in bases)
        fewest = np.minimum(n_a, n_b) if smallest is None else smallest / said
        shares = [(a.low, b_high), (a_high, b.low), (a.share, b.share)]
        # Who are few at one of the figures that round to what is printed are treated so at all of them: a test that
        # changed within the box would not be at its least sure at a corner.
        ends = ((a.low, b.low), (a.high, b.high))
        told = named
        if method.few is not None:
            few = [method.few(one, n_a, other, n_b, *n_around, **named) for one, other in ends]
            told = named | {"small_count": np.where(np.logical_or(*few), np.inf, 0.0)}
        return fewest, [(share_a, n_a, share_b, n_b, *n_around) for share_a, share_b in shares], told

    return Comparison(a.share - b.share, method, points)


def _overlap(*pair: FloatArray, small_count: FloatArray) -> tuple[FloatArray, ...]:
    ends = stats.overlap_test(*pair, small_count=small_count)
    z = np.clip(0.0, *ends)
    return z, two_sided_p_value(z), two_sided_p_value(np.abs(ends).max(axis=0))


DISJOINT = Method(
    stats.difference_test,
    stats.difference_interval,
    few=lambda *pair: fewest_expected(*pair) < FEW_EXPECTED,
)
WITHIN = Method(
    stats.part_whole_test,
    stats.part_whole_interval,
    few=lambda a, n_a, whole, n, weight: (
        fewest_expected(a, n_a, *complement(a, n_a, whole, n, weight)) < FEW_EXPECTED
    ),
)
OVERLAPPING = Method(
    _overlap,
    stats.overlap_interval,
    lambda *pair: fewest_people(*pair[:4]) < FEW_EXPECTED,
)


def lead_method(*, single: bool, sums: FloatArray | float = np.nan) -> Method:
    """Return how answers of the same people are compared, each of whom gives one answer if `single`.

    Otherwise `sums` is the most that all answers of the column sum to if everybody gives one; NaN where that is not known.
    """

    def overlap(a: FloatArray, b: FloatArray, end: int) -> FloatArray | float:
        return 0.0 if single else stats.shared_answers(a, b, np.maximum(sums, a + b))[end]

    def test(a: FloatArray, n: FloatArray, b: FloatArray, _: Any, **small: Any) -> tuple[FloatArray, ...]:
        found = stats.lead_test(a, b, n, overlap=overlap(a, b, 0), **small)
        return found if single else (*found, stats.lead_test(a, b, n, overlap=overlap(a, b, 1))[1])

    return Method(
        test,
        lambda a, n, b, _, **level: stats.lead_interval(a, b, n, overlap=overlap(a, b, 0), **level),
        lambda a, n, b, _: n * (a + b - 2 * overlap(a, b, 0)) < FEW_DECIDE,
    )
