"""Printed figures as what they are: intervals.

A printed `45.0` stands for every share in [44.95, 45.05] %. The number of printed decimals is
data, so figures are stored as printed strings and turned into numbers only here.
"""

import re
from decimal import Decimal
from functools import lru_cache

__all__ = ["parse_count", "parse_percentage", "possible_shares", "printed_decimals", "rounding_interval"]

_MANY = r"mil(?:es|le)?\b|mil[lhi]i?[oõ]|thousand|tausend|billi|lakh|crore|[万萬千億亿만천억]"  # of what a number counts
_FIGURE = re.compile(r"\d{1,3}(?:[.,]\d{1,6})?", re.ASCII)


def printed_decimals(printed: str) -> int:
    """Count the decimals of a printed figure.

    Examples
    --------
    >>> printed_decimals("45.0"), printed_decimals("45"), printed_decimals("3,25")
    (1, 0, 2)

    `45.0` promises one decimal although its last digit is zero.
    """
    _, _, decimals = printed.replace(",", ".").partition(".")
    return len(decimals)


@lru_cache(maxsize=4096)  # figures repeat
def rounding_interval(printed: str, *, decimal_mark: str = ".") -> tuple[float, float, float]:
    r"""Turn a printed percentage into its share and the shares that round to it.

    * `printed`: a percentage in [0, 100], such as `"45.0"`.
    * `decimal_mark`: `"."` or `","`, as the publication uses it.

    Returns
    -------
    share, low, high : float
        Shares in [0, 1]; `low` and `high` are half a unit of the last printed decimal away from
        `share`, clipped to [0, 1].

    A `ValueError` if `printed` is not a percentage written with this decimal mark, or lies outside 0–100.

    With :math:`d` printed decimals, :math:`[p - h, p + h] \cap [0, 1]` where
    :math:`h = \tfrac12 10^{-d}/100`. Decimal arithmetic keeps the ends exact until the last step.

    Examples
    --------
    >>> rounding_interval("45.0")
    (0.45, 0.4495, 0.4505)
    >>> rounding_interval("0")
    (0.0, 0.0, 0.005)

    A printed 45.0 can be any share from 44.95 % to 45.05 %, and a printed 0 anything up to 0.5 %.
    """
    wrong_mark = "," if decimal_mark == "." else "."
    if not _FIGURE.fullmatch(printed) or wrong_mark in printed:
        raise ValueError(
            f"{printed[:100]!r} is not a percentage; expected a number such as 12{decimal_mark}3, "
            "or an empty cell for a figure not published"
        )
    value = Decimal(printed.replace(",", "."))
    if value > 100:
        raise ValueError(f"{printed!r} is above 100; a percentage of a base lies in 0–100")
    half = Decimal(5).scaleb(-printed_decimals(printed) - 1)
    low, high = max(value - half, Decimal(0)), min(value + half, Decimal(100))
    return float(value / 100), float(low / 100), float(high / 100)


def possible_shares(printed: str, decimals: int, decimal_mark: str) -> tuple[float, float, float]:
    """Return share, low and high of a figure among those with some decimals: one like `0.03` may be a share of one.

    Examples
    --------
    >>> possible_shares("0.03", 0, "."), possible_shares("3", 0, ".")
    ((0.0003, 0.00025, 0.035), (0.03, 0.025, 0.035))

    Among whole per cents it may stand for 3 %.
    """
    share, low, high = rounding_interval(printed, decimal_mark=decimal_mark)
    is_odd = printed[0] == "0" and printed_decimals(printed) > decimals + 1
    return share, low, round(100 * high, 12) if is_odd else high


def parse_percentage(printed: str, *, decimal_mark: str = ".") -> float:
    """Turn a percentage of a technical sheet, such as `±2.8%`, into a share.

    A `ValueError` if there is no number in 0–100.

    Examples
    --------
    >>> parse_percentage("±2.8%"), parse_percentage("95,5 %", decimal_mark=",")
    (0.028, 0.955)

    A margin printed as ±2.8 % is a share of 0.028.
    """
    figure = re.sub(r"^(?:±|\+/-|\+-)|[%\s\u00a0\u202f]", "", printed.strip())
    return rounding_interval(figure, decimal_mark=decimal_mark)[0]


def parse_count(printed: str, *, decimal_mark: str = ".") -> int:
    """Turn a printed count, such as `1,200` or `21,799,186 personas`, into a whole number.

    * `printed`: digits, grouped or not by the mark that is not the decimal mark, or by spaces; words may follow.
    * `decimal_mark`: `"."` or `","`, as the publication uses it.

    A `ValueError` if `printed` does not begin with a whole number of at most twelve digits, is grouped otherwise than by
    thousands, or goes on so that the number is another one: `1e9`, `1/2`, `8 00`, `21 million`.

    Examples
    --------
    >>> parse_count("21,799,186 personas")
    21799186
    >>> parse_count("1.200", decimal_mark=",")
    1200

    Where the decimal mark is a comma, the full stop groups thousands: 1.200 interviews are 1200.
    """
    group = "," if decimal_mark == "." else "."
    found = re.match(
        rf"\s*([0-9]{{1,3}}(?:[{group}'\s][0-9]{{3}}){{1,3}}|[0-9]{{1,12}})(?![.,_%/'A-Za-z]|\s*(?:\d|{_MANY}))",
        printed,
        flags=re.IGNORECASE,
    )
    if found is None:
        raise ValueError(f"{printed[:100]!r} is not a count; expected a whole number such as 1{group}200")
    return int(re.sub(r"\D", "", found[1]))
