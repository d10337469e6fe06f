"""Pairs of printed figures as comparisons: of segments, as they lie to each other, and of answers of the same people."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import numpy as np

from analysis.estimates.verdict import PValues, nearest_corner
from analysis.stats import (
    difference_interval,
    difference_test,
    lead_interval,
    lead_test,
    overlap_interval,
    overlap_test,
    part_whole_interval,
    part_whole_test,
    shared_answers,
)
from analysis.stats.arrays import FloatArray, two_sided_p_value

__all__ = ["DISJOINT", "OVERLAPPING", "WITHIN", "Cells", "Method", "Pairs", "lead_method"]

_Limits = tuple[FloatArray, FloatArray, FloatArray]


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
    """How one kind of comparison is made, of shares and effective bases `a, n_a, b, n_b`.

    `test` gives z and p where the comparison is least sure; `surest` gives p where it is surest, if that is another one
    because an overlap is unknown. `interval` takes a level as well, and gives the difference and its limits where it is
    least sure, without regard to small counts. Where interviews of a segment that contains both matter, all three take its
    effective base behind `n_b`.
    """

    test: Callable[..., tuple[FloatArray, FloatArray]]
    interval: Callable[..., _Limits]
    surest: Callable[..., FloatArray] | None = None


@dataclass(frozen=True, eq=False)
class Pairs:
    """A comparison of cells with cells; `exclusive` where two shares cannot add up to more than 1.

    `around` holds the interviews of a segment that contains both, where an overlap is unknown.
    """

    a: Cells
    b: Cells
    method: Method
    smallest: FloatArray = field(default_factory=lambda: np.array([]))
    around: FloatArray | None = None
    exclusive: bool = False

    def __post_init__(self) -> None:
        """Take the smaller base of the two cells, unless another was given."""
        if not self.smallest.size:
            object.__setattr__(self, "smallest", np.minimum(self.a.base, self.b.base))

    @property
    def estimate(self) -> FloatArray:
        """The differences."""
        return self.a.share - self.b.share

    def _points(self, effects: FloatArray) -> list[tuple[FloatArray, ...]]:
        """Return the corners where the difference is least and greatest, and the middle, as arguments of the method."""
        a, b = self.a, self.b
        a_high, b_high = a.high, b.high
        if self.exclusive:
            a_high, b_high = np.minimum(a_high, 1 - b.low), np.minimum(b_high, 1 - a.low)
        bases = [a.base, b.base, *([] if self.around is None else [self.around])]
        n_a, n_b, *around = (base / effects[:, np.newaxis] for base in bases)
        shares = [(a.low, b_high), (a_high, b.low), (a.share, b.share)]
        return [(share_a, n_a, share_b, n_b, *around) for share_a, share_b in shares]

    def tests(self, effects: FloatArray) -> PValues:
        """Test every pair at several design effects."""
        *corners, middle = self._points(effects)
        low, high = (self.method.test(*corner) for corner in corners)
        surest = self.method.surest
        if surest is None:
            unknown = np.full(low[1].shape, np.nan)
            return PValues(nearest_corner(low, high), np.minimum(low[1], high[1]), unknown, unknown)
        least = np.minimum(*(surest(*corner) for corner in corners))
        return PValues(nearest_corner(low, high), least, self.method.test(*middle)[1], surest(*middle))

    def limits(self, effects: FloatArray, levels: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return the hull of each interval over its rounding box."""
        low, high, _ = self._points(effects)
        return self.method.interval(*low, levels)[1], self.method.interval(*high, levels)[2]


def _at_level(interval: Callable[..., _Limits]) -> Callable[..., _Limits]:
    """Let an interval take its level as its last argument, without regard to small counts."""
    return lambda *arguments: interval(*arguments[:-1], confidence_level=arguments[-1], small_count=0)


def _least_sure(*pair: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Test two overlapping segments at the overlap that says least."""
    z = np.clip(0.0, *overlap_test(*pair))
    return z, two_sided_p_value(z)


DISJOINT = Method(difference_test, _at_level(difference_interval))
WITHIN = Method(part_whole_test, _at_level(part_whole_interval))
OVERLAPPING = Method(
    _least_sure,
    _at_level(overlap_interval),
    lambda *pair: two_sided_p_value(np.abs(overlap_test(*pair)).max(axis=0)),
)


def lead_method(*, single: bool, sums: FloatArray | float = np.nan) -> Method:
    """Return how answers of the same people are compared.

    Parameters
    ----------
    single : bool
        Each person gives one answer.
    sums : array
        Otherwise, the most that all answers of the column sum to if everybody gives one; NaN where that is not known.
    """
    if single:
        return Method(
            lambda a, n, b, _: lead_test(a, b, n),
            lambda a, n, b, _, at: _at_level(lead_interval)(a, b, n, at),
        )

    def shared(a: FloatArray, b: FloatArray) -> tuple[FloatArray, FloatArray]:
        return shared_answers(a, b, np.maximum(sums, a + b))

    return Method(
        lambda a, n, b, _: lead_test(a, b, n, overlap=shared(a, b)[0]),
        lambda a, n, b, _, at: _at_level(partial(lead_interval, overlap=shared(a, b)[0]))(a, b, n, at),
        lambda a, n, b, _: lead_test(a, b, n, overlap=shared(a, b)[1])[1],
    )
