r"""Score limits and mid-p values of differences and leads: the numbers behind `differences` and `leads`.

A score limit is the value that its own test would just not reject, the variance taken where that value holds; so
an interval and its test agree, and both are defined where nobody or everybody gives an answer. All arrays have one
shape and hold no NaN, but for `score_limits`.
"""

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt

from analysis.stats.arrays import FloatArray, increasing_root

__all__ = [
    "difference_mid_p", "lead_mid_p", "lower_difference_limit", "lower_lead_limit", "not_found_holds_zero",
    "score_limits",
]  # fmt: skip

# A share of nobody counts as this much, so that logarithms exist; the limits are right to the last digits.
_NOBODY = 1e-18
_NODES = 40  # of the trapezoidal rule, which is then right to six digits
_UNSEEN = 1e-18  # chances below it are left out
_SMALLEST = 1e-300  # shares below it have no logarithm


def score_limits(
    lower: Callable[..., FloatArray],
    cells: Sequence[FloatArray],
    turned: Sequence[FloatArray],
    z: npt.ArrayLike,
) -> tuple[FloatArray, FloatArray]:
    """Return both limits of a difference, from its cells and those of the same difference turned round; NaN where one is."""
    *arrays, critical = np.broadcast_arrays(*cells, *turned, np.asarray(z, dtype=float))
    known = ~np.isnan(sum(arrays))
    some = [array[known] for array in arrays]
    sides = [np.concatenate(pair) for pair in zip(some[: len(cells)], some[len(cells) :], strict=True)]
    low, high = np.full(known.shape, np.nan), np.full(known.shape, np.nan)
    low[known], high[known] = np.split(
        lower(*sides, np.tile(critical[known], 2)) * np.repeat([1, -1], known.sum()), 2
    )
    return low, high


def not_found_holds_zero(
    low: FloatArray, high: FloatArray, p_value: FloatArray, confidence_level: npt.ArrayLike
) -> tuple[FloatArray, FloatArray]:
    """Extend intervals to 0 where a p-value, of small counts, finds nothing at the level."""
    unsure = ~(p_value < 1 - np.asarray(confidence_level, dtype=float))
    return np.where(unsure, np.minimum(low, 0), low), np.where(unsure, np.maximum(high, 0), high)


def lower_difference_limit(
    a: FloatArray, n_a: FloatArray, b: FloatArray, n_b: FloatArray, z: FloatArray
) -> FloatArray:
    r"""Return the lower limit of a − b by Mee's score interval.

    Notes
    -----
    At a difference :math:`\delta`, likelihood is greatest at shares with :math:`\hat a - a = \lambda a(1-a)/n_A` and
    :math:`b - \hat b = \lambda b(1-b)/n_B`: two quadratic equations, so that no cubic one need be solved. There
    :math:`V = a(1-a)/n_A + b(1-b)/n_B`, :math:`\hat a - \hat b - \delta = \lambda V` and the score is
    :math:`\lambda\sqrt V`. It grows with :math:`\lambda`; the limit is where it is z.
    """

    def excess(step: FloatArray, *cells: FloatArray) -> FloatArray:
        a, n_a, b, n_b, z = cells
        return np.asarray(
            2 * step + np.log(_restricted_variance(np.exp(step), a, n_a, b, n_b)) - 2 * np.log(z)
        )

    # V is at most that of two halves; and λV, the way to the limit, is longer at a greater λ.
    least = z / np.sqrt(0.25 / n_a + 0.25 / n_b)
    way = least * _restricted_variance(least, a, n_a, b, n_b)
    step = increasing_root(excess, np.log(least) - 1e-9, np.log(z**2 / way) + 1e-9, a, n_a, b, n_b, z)
    return np.asarray(np.maximum(a - b - z**2 / np.exp(step), -1.0))


def _restricted_variance(
    multiplier: FloatArray, a: FloatArray, n_a: FloatArray, b: FloatArray, n_b: FloatArray
) -> FloatArray:
    """Return the variance of a − b where a has fallen and b has risen as far as a multiplier says."""
    variance = np.zeros(np.shape(multiplier))
    for share, other, n in ((a, 1 - a, n_a), (1 - b, b, n_b)):
        p, q, k = np.maximum(share, _NOBODY), np.maximum(other, _NOBODY), multiplier / n
        root = np.sqrt((1 - k) ** 2 + 4 * k * q)
        fallen = 2 * p / (1 + k + root)
        rest = np.where(k < 1, 2 * q / (np.abs(1 - k) + root), (k - 1 + root) / (2 * k))
        variance += fallen * rest / n
    return variance


def lower_lead_limit(a: FloatArray, b: FloatArray, n: FloatArray, z: FloatArray) -> FloatArray:
    r"""Return the lower limit of a − b, shares of one base that exclude one another, by Tango's score interval.

    Notes
    -----
    The least :math:`\delta` with :math:`(a - b - \delta)\sqrt n \le z\sqrt{2q + \delta(1-\delta)}`, where q, the share
    of b that is likeliest where the lead is :math:`\delta`, is a root of
    :math:`2q^2 + \{(2 - a + b)\delta - a - b\}q - b\delta(1 - \delta)`.
    """

    def excess(way: FloatArray, *cells: FloatArray) -> FloatArray:
        a, b, n, z = cells
        lead = a - b - np.exp(way)
        slope, constant = (2 - a + b) * lead - a - b, -b * lead * (1 - lead)
        root = np.sqrt(np.maximum(slope**2 - 8 * constant, 0))
        q = np.where(slope > 0, -2 * constant / np.where(slope > 0, slope + root, 1), (root - slope) / 4)
        variance = np.maximum(2 * q + lead * (1 - lead), np.finfo(float).tiny)
        return np.asarray(2 * way + np.log(n) - np.log(variance) - 2 * np.log(z))

    # Where nobody gives either answer the way is z²/(n + z²), and nowhere is it a thousandth of that or a tenth of the room.
    room = np.maximum(a - b + 1, _NOBODY)
    least = np.minimum(1e-3 * z**2 / (n + z**2), room / 10)
    way = increasing_root(excess, np.log(least), np.log(room), a, b, n, z)
    return np.fmax(a - b - np.exp(way), -1.0)  # without a root where hardly any room is left


def difference_mid_p(a: FloatArray, n_a: FloatArray, b: FloatArray, n_b: FloatArray) -> FloatArray:
    r"""Return the doubled one-sided mid-p of two independent shares, at fractional counts.

    Notes
    -----
    With x the larger share's count and y the other's, it is
    :math:`P(B(x, n-x+1) < B(y+1, m-y)) + P(B(x+1, n-x) < B(y, m-y+1))`, B independent beta variables (Altham 1969,
    *JRSS B* 31): at whole counts the hypergeometric chance of what was seen and of less likely tables, the first
    counted half. Each is an integral over the logit of a variable both of whose parameters are at least 1,
    or whose slower tail the other's distribution function cuts off; the trapezoidal rule converges exponentially.
    """
    turned = a < b
    p, n, q, m = (np.where(turned, there, here) for here, there in ((a, b), (n_a, n_b), (b, a), (n_b, n_a)))
    x, y = p * n, q * m
    # Of the larger share's count: chances of at least x, with the beta variable of whichever side is no rarity.
    rare = m - y < 1
    sides = (x, n - x + 1, y + 1, m - y), (m - y, y + 1, n - x + 1, x)
    at_least = _chance_above(*(np.where(rare, *pair) for pair in zip(*sides, strict=True)))
    more = _chance_above(x + 1, n - x, y, m - y + 1)
    # 1 for less than one person, where it may be NaN.
    return np.where(a == b, 1.0, np.fmin(at_least + more, 1.0))


def _chance_above(a: FloatArray, b: FloatArray, c: FloatArray, d: FloatArray) -> FloatArray:
    """Return the chance that a beta variable with parameters a, b lies below one with c, d; integrated over the first."""
    from scipy.special import betainc, betaincinv, betaln, expit, log_expit

    certain = (c <= 0) | (b <= 0)  # the second is 0, or the first is 1
    a, b, c, d = (np.where(certain, 1.0, np.maximum(values, _NOBODY)) for values in (a, b, c, d))
    low = np.maximum(betaincinv(a, b, _UNSEEN), _SMALLEST)
    high = np.maximum.reduce(
        [betaincinv(b, a, _UNSEEN), betaincinv(d, c, _UNSEEN), np.full(a.shape, _SMALLEST)]
    )
    start, stop = np.log(low) - np.log1p(-low), np.log1p(-high) - np.log(high)
    # Where most of the integral lies, and how wide it is there, were both logits normal; from there steps widen.
    first, second = a * b / (a + b), c * d / (c + d)
    centre = np.log(a / b)
    centre -= second / (first + second) * np.maximum(centre - np.log(c / d), 0)
    scale = 1 / np.sqrt(first + second)
    ends = np.arcsinh((start - centre) / scale), np.arcsinh((np.maximum(stop, start) - centre) / scale)
    step = (ends[1] - ends[0]) / (_NODES - 1)
    grid = (ends[0] + step * np.arange(_NODES)[:, np.newaxis]).reshape(_NODES, -1)
    logit = centre.ravel() + scale.ravel() * np.sinh(grid)
    density = np.exp(a.ravel() * log_expit(logit) + b.ravel() * log_expit(-logit) - betaln(a, b).ravel())
    # As betaincc(c, d, expit(logit)), in a tenth of the time.
    tail = betainc(d.ravel(), c.ravel(), expit(-logit))
    chance = (density * tail * np.cosh(grid)).sum(axis=0).reshape(a.shape) * scale * step
    return np.asarray(np.where(certain, 0.0, chance))


def lead_mid_p(a: FloatArray, b: FloatArray) -> FloatArray:
    """Return the doubled one-sided mid-p of a against b people who do not give both answers, at fractional counts.

    At whole counts it is that of a sign test, the chance of heads in a + b throws of a coin.
    """
    from scipy.special import betainc

    more, fewer = np.maximum(a, b), np.minimum(a, b)
    at_least = betainc(np.maximum(more, _NOBODY), fewer + 1, 0.5)
    above = np.where(fewer > 0, betainc(more + 1, np.maximum(fewer, _NOBODY), 0.5), 0.0)
    return np.asarray(np.where(a == b, 1.0, np.minimum(at_least + above, 1.0)))
