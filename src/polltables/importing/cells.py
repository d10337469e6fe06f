"""A printed cell: a figure, a sign known to mean something, or a fault."""

import re
from dataclasses import dataclass
from decimal import Decimal

__all__ = ["Figure", "count_of", "figure_of", "is_figure_like", "marks_in"]

# A figure may be set in bold, carry a per-cent sign, and end in a footnote mark: *, †, ‡, §, ¹, (a), [1].
_FOOTNOTE = r"(?:\s*(?:\*{1,3}|[†‡§#¹²³⁴⁵⁶⁷⁸⁹⁰ªᵃᵇᶜ]+|\((?:[a-z]|\d)\)|\[(?:[a-z]|\d{1,2})\]))"
_FIGURE = re.compile(
    rf"(?P<number>\d+(?:[.,]\d+)?)\s*(?:%|\uff05|por ciento|per cent)?(?P<footnote>{_FOOTNOTE}?)\s*%?",
    re.ASCII,
)
_GAPS = {
    "", "-", "–", "—", "−", "--", ".", "..", "...", "…", "/", "x", "n.d.", "n/d", "nd", "n.a.", "n/a", "na", "s/d", "s.d.",
    "s/i", "n.p.", "no disponible", "no data", "not available", "not asked", "no aplica",
}  # fmt: skip
_SUPPRESSED = {
    "*": "suppressed: too few interviews, or below what is printed",
    "**": "suppressed: too few interviews, or below what is printed",
    "†": "suppressed, as a footnote says",
    "+": "above zero and below what is printed",
    "(*)": "suppressed: too few interviews, or below what is printed",
}
_BELOW = re.compile(r"(?:<|&lt;|menos de|less than)\s*(\d+(?:[.,]\d+)?)\s*%?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Figure:
    """What a cell says: the figure without its signs, and what could not be kept beside it, with its meaning."""

    printed: str | None
    left_out: str = ""
    because: str = ""


def figure_of(text: str, decimal_mark: str) -> Figure:
    """Read a cell of a table of percentages.

    Parameters
    ----------
    text : str
        The cell, its blanks already cleaned.
    decimal_mark : str
        `"."` or `","`, as most of the file has it.

    Raises
    ------
    ValueError
        If the cell is neither a percentage in 0–100 nor a known sign; the text says what is allowed.

    Examples
    --------
    >>> figure_of("38,4 %", ",").printed, figure_of("–", ",").printed
    ('38,4', None)
    >>> figure_of("12.5*", ".")
    Figure(printed='12.5', left_out='*', because='a footnote mark at 12.5')
    >>> figure_of("<1", ".").printed is None
    True

    A per-cent sign goes without saying; a footnote mark is set aside by name; "less than one" is no figure.
    """
    bold = re.fullmatch(r"(\*\*|__)(.+)\1", text)
    text = bold[2] if bold else text
    if text.lower() in _GAPS or text.lower().rstrip(".") in _GAPS:
        return Figure(None)
    if text in _SUPPRESSED:
        return Figure(None, text, _SUPPRESSED[text])
    if _BELOW.fullmatch(text.lower()):
        return Figure(None, text, "a bound and not a figure")
    match = _FIGURE.fullmatch(text)
    expected = f"expected a number such as 12{decimal_mark}3, or a known sign (blank, -, –, *, <1, n.d.)"
    if match is None:
        raise ValueError(f"{text!r} is not a percentage; {expected}")
    number = match["number"]
    whole, _, decimals = number.replace(",", ".").partition(".")
    wrong_mark = "," if decimal_mark == "." else "."
    if wrong_mark in number:
        raise ValueError(
            f"{text!r} is written with {wrong_mark!r}, but most figures of the file with {decimal_mark!r}; {expected}"
        )
    if len(whole) > 3 or Decimal(number.replace(",", ".")) > 100:
        raise ValueError(f"{text!r} is above 100; a percentage of a base lies in 0–100")
    if len(decimals) > 6:
        raise ValueError(f"{text!r} has {len(decimals)} decimals; at most 6 can be kept as printed")
    footnote = match["footnote"].strip()
    return Figure(number, footnote, f"a footnote mark at {number}" if footnote else "")


def is_figure_like(text: str) -> bool:
    """Say whether a cell could stand in the body of a table: a figure, whatever its mark, or a sign, but not blank.

    Examples
    --------
    >>> is_figure_like("45.0"), is_figure_like("1,200"), is_figure_like("Lima"), is_figure_like("")
    (True, True, False, False)

    That is how the body of a table is told from its header.
    """
    if not text:
        return False
    if re.fullmatch(r"\d{4,}", text, re.ASCII):
        return False  # a year names a column; a count that long is grouped, or stands in a row with a label
    return bool(
        text.lower() in _GAPS
        or text in _SUPPRESSED
        or _BELOW.fullmatch(text.lower())
        or _FIGURE.fullmatch(text.strip("*_"))
        or re.fullmatch(r"-?\d{1,3}(?:[.,' ]\d{3})*(?:[.,]\d+)?", text)
    )


def marks_in(text: str) -> str:
    """Return the decimal mark of a figure that shows one: a mark with one or two digits after it; else "".

    Examples
    --------
    >>> marks_in("38,4 %"), marks_in("1,200"), marks_in("45")
    (',', '', '')

    Three digits after a mark may be thousands, so they say nothing.
    """
    match = re.search(r"(?<![\d.,])\d{1,3}([.,])\d{1,2}(?![\d.,])", text, re.ASCII)
    return match[1] if match else ""


def count_of(text: str) -> str:
    """Take the words and signs off a printed count: `(n = 1,200)` is `1,200`.

    Examples
    --------
    >>> count_of("(n = 1,200)"), count_of("450*")
    ('1,200', '450')

    What is left is the count as printed; a number with decimals is none, and gives an empty text.
    """
    match = re.search(r"(?<![\d.,])(?:\d{1,3}(?:[.,' ]\d{3})+|\d+)(?!\d|[.,]\d)", text, re.ASCII)
    return match[0] if match else ""
