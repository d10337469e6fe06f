"""Intervals of shares that are certain, as readers write them, and words that begin a sentence."""

import numpy as np

__all__ = ["bounds", "capitalised"]


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
