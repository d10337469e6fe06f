"""Which rows of a comparison are named or drawn, and which way round."""

from typing import Any

import pandas as pd

__all__ = ["HOLDS", "UNTESTED", "first_of", "largest_first", "those_tested", "upright"]

UNTESTED = ("too few interviews", "not published", "base unknown")
"""Verdicts of comparisons that were not made."""

HOLDS = ("higher", "lower")
"""Verdicts of comparisons that found a difference."""


def those_tested(compared: pd.DataFrame) -> pd.DataFrame:
    """Return the comparisons that were made."""
    return compared[~compared["verdict"].isin(UNTESTED)]


def upright(compared: pd.DataFrame) -> pd.DataFrame:
    """Turn every comparison so that the greater share comes first.

    Examples
    --------
    >>> row = {"segment_a": "urban", "segment_b": "rural", "share_a": 0.389, "share_b": 0.615, "difference": -0.226}
    >>> row |= {"low": -0.3, "high": -0.15, "low_together": -0.33, "high_together": -0.1, "verdict": "lower"}
    >>> turned = upright(pd.DataFrame([row])).iloc[0]
    >>> print(turned["segment_a"], turned["difference"], turned["low"], turned["verdict"])
    rural 0.226 0.15 higher

    What is lower in urban places is higher in rural ones.
    """
    down = compared["difference"] < 0
    if not down.any():
        return compared.copy()
    turned = {
        "difference": compared["difference"].abs(),
        "verdict": compared["verdict"].replace("lower", "higher"),
    }
    for pair in (("segment_a", "segment_b"), ("share_a", "share_b")):
        turned |= {one: compared[one].mask(down, compared[other]) for one, other in (pair, pair[::-1])}
    for pair in (("low", "high"), ("low_together", "high_together")):
        turned |= {one: compared[one].mask(down, -compared[other]) for one, other in (pair, pair[::-1])}
    return compared.assign(**turned)


def largest_first(compared: pd.DataFrame) -> pd.DataFrame:
    """Sort comparisons by the size of the difference; of equal ones the first stays first."""
    return compared.sort_values("difference", key=lambda differences: -differences.abs(), kind="stable")


def first_of(compared: pd.DataFrame) -> Any:
    """Return the largest of some comparisons, turned upright."""
    return next(upright(largest_first(compared).head(1)).itertuples())
