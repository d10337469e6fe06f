"""Certain intervals and changes of shares as readers write them, and words that begin a sentence."""

import numpy as np

__all__ = ["bounds", "capitalised", "change"]


def bounds(low: float, high: float, decimals: int = 1) -> str:
    """Write an interval of shares that is certain: rounded outwards, so that it stays so.

    Examples
    --------
    >>> bounds(0.29867, 0.30909)
    '29.8–31.0%'

    Rounded to the nearest, 29.9–30.9% would leave out shares that are possible.
    """
    step = 10.0**-decimals
    # A bound that is a round number but for its last bits stays that number.
    least, greatest = np.floor(100 * low / step + 1e-6) * step, np.ceil(100 * high / step - 1e-6) * step
    return f"{least:.{decimals}f}–{greatest:.{decimals}f}%"


def capitalised(words: str) -> str:
    """Write words as they begin a sentence or a heading.

    Examples
    --------
    >>> capitalised("statistical tie")
    'Statistical tie'

    Only the first letter changes.
    """
    return words[:1].upper() + words[1:]


def change(difference: float) -> str:
    """Write a change of a share in points, with its sign and without the unit.

    Examples
    --------
    >>> [change(difference) for difference in (0.0124, -0.003, -0.0001)]
    ['+1.2', '−0.3', '0.0']

    What rounds to nothing has no sign.
    """
    figure = f"{100 * difference:+.1f}".replace("-", "−")
    return "0.0" if figure[1:] == "0.0" else figure
