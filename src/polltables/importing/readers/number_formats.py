"""Numbers of a workbook as their cell formats show them."""

import operator
import re
from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal

from analysis.errors import PollError
from polltables.importing.page import clean

__all__ = ["shown"]

_MOST_DECIMALS = 12
_MOST_LETTERS = 300
_PART = re.compile(
    r'"(?P<text>[^"]*)"?|\\(?P<letter>.)|_.|\*.|\[(?P<bracket>[^\]]*)\]|(?P<other>.)', re.DOTALL
)
_SIGNS = {
    "<": operator.lt, ">": operator.gt, "<=": operator.le, ">=": operator.ge, "=": operator.eq, "<>": operator.ne,
}  # fmt: skip
_CONDITION = re.compile(r"(<=|>=|<>|<|>|=)\s*(-?\d+(?:\.\d+)?)")


def shown(value: float, number_format: str, where: str = "") -> str:
    """Write a number as its cell format shows it, with a full stop as decimal mark.

    PollError if the format has more decimals than a number of a poll could, naming the place.

    Examples
    --------
    >>> shown(45, "0.0"), shown(0.384, "0.0%"), shown(1200, "#,##0"), shown(19.3, "General")
    ('45.0', '38.4%', '1,200', '19.3')
    >>> shown(0.003, '[<0.005]"*";0%'), shown(45.5, "# ?/?"), shown(3.2, ";;;")
    ('*', '45.5', '')

    What is kept is what a reader of the sheet sees: 45 in a column of one decimal is 45.0, and a star hides a small share.
    """
    number = Decimal(repr(int(value) if float(value).is_integer() and abs(value) < 1e15 else value))
    if not number.is_finite():
        return str(value)
    if len(number_format) > _MOST_LETTERS:
        raise PollError(f"{where}: the number format has {len(number_format):,} characters.")
    section, number = _section(number_format, number)
    plain = section.strip().lower() in {"general", "@", ""}
    if not number_format.strip() or (plain and section.strip()):
        return _general(number)
    if plain and number_format.strip(";"):
        return ""
    return clean(_by_format(section, number, where))


def _general(number: Decimal) -> str:
    """Write a number as a sheet shows it without a format: up to eleven digits."""
    if number == 0 or number.adjusted() >= 15 or number.adjusted() < -9:
        return f"{number.normalize():g}" if number else "0"
    digits = round(number, max(10 - number.adjusted(), 0)).normalize()
    return f"{digits:f}"


def _section(number_format: str, number: Decimal) -> tuple[str, Decimal]:
    """Choose the section of a format that a number falls into; a section for negative numbers writes its own sign."""
    sections = re.split(r';(?=(?:[^"]*"[^"]*")*[^"]*$)', number_format)
    conditions = [_CONDITION.search(" ".join(re.findall(r"\[([^\]]*)\]", section))) for section in sections]
    if any(conditions):
        for section, condition in zip(sections, conditions, strict=True):
            if condition is None or _SIGNS[condition[1]](number, Decimal(condition[2])):
                return section, number
        return "General", number
    if number < 0 and len(sections) > 1:
        return sections[1], -number
    if number == 0 and len(sections) > 2:
        return sections[2], number
    return sections[0], number


def _parts(section: str) -> Iterator[tuple[str, bool]]:
    """Go through the characters of a section: literal text, or a sign that lays out the number."""
    for match in _PART.finditer(section):
        if match["text"] is not None:
            yield match["text"], True
        elif match["letter"] is not None:
            yield match["letter"], True
        elif match["bracket"] is not None and match["bracket"].startswith("$"):
            yield match["bracket"][1:].partition("-")[0], True
        elif match["other"] is not None:
            yield match["other"], match["other"] not in "0#?.,%/E"


def _by_format(section: str, number: Decimal, where: str) -> str:
    """Write a number by one section of a format."""
    before, pattern, after = "", "", ""
    for text, literal in _parts(section):
        if not literal:
            pattern += text
        elif re.search(r"[0#?]", pattern):
            after += text
        else:
            before += text
    if not re.search(r"[0#?]", pattern):
        return (before + after).strip()
    if "%" in pattern:
        number, pattern, after = number * 100, pattern.replace("%", ""), "%" + after
    if scaled := re.search(r"[0#?](,+)(?=$|\.)", pattern):
        number = number.scaleb(-3 * len(scaled[1]))
        pattern = pattern.replace(scaled[1], "", 1) if pattern.endswith(scaled[1]) else pattern
    if "E" in pattern and "/" not in pattern:
        return f"{number:E}"
    # Halves and quarters are figures like any other.
    digits = _general(number) if "/" in pattern else _digits(number, pattern, where)
    return f"{before}{digits}{after}".strip()


def _digits(number: Decimal, pattern: str, where: str) -> str:
    """Round to the decimals of a pattern and group thousands where it does."""
    whole, _, places = pattern.partition(".")
    places = places.replace(",", "")
    if len(places) > _MOST_DECIMALS:
        raise PollError(
            f"{where}: the number format has {len(places)} decimals; at most {_MOST_DECIMALS} are read."
        )
    if number.adjusted() > 20:
        return f"{number:f}"
    digits = number.quantize(Decimal(1).scaleb(-len(places)), ROUND_HALF_UP)
    text = f"{digits:,f}" if "," in whole else f"{digits:f}"
    for _ in range(places.count("#") + places.count("?")):
        text = text[:-1] if text.endswith("0") and "." in text else text
    return text.rstrip(".")
