"""A printed cell: a figure, a count, a sign known to mean something, letters of a test, or words."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from unicodedata import decimal

__all__ = ["NUMBER", "Token", "count_in", "decimal_mark_of", "digits_of", "token_of"]

NUMBER = r"\d{1,3}(?:[.,'’ ]\d{3})+(?![\d])(?:[.,]\d+)?|\d+(?:[.,]\d+)?"
_PERCENT = r"\.?%|por ciento|per cent|percent|pour cent|prozent|퍼센트"
# A figure may end in a mark: of a footnote (*, †, ‡, §, ¹, (a), [1]), of a test (an arrow), of a change ((+2), (=)).
_FOOTNOTE = (
    r"\*{1,3}|[†‡§#¹²³⁴⁵⁶⁷⁸⁹⁰ªᵃᵇᶜ]+|\((?:[a-z]|\d)\)|\[(?:[a-z]|\d{1,2})\]|[↑↓→↗↘▲▼△▽⬆⬇]|"
    rf"[(\[]\s*(?:(?:\+/[-−–]|[+\-−–±▲▼△▽])\s?(?:{NUMBER})|=)\s*[)\]]|±\s?(?:{NUMBER})|"
    rf"[(\[]\s*(?:{NUMBER})\s*%?\s*(?:[-–—,;]|to|a)\s*(?:{NUMBER})\s*%?\s*[)\]]"
)
_LETTERS = r"[A-Z]{1,8}|[a-z]{1,3}|[a-z](?:[/,] ?[a-z]){1,7}|[A-Z](?:[/,. ]{1,2}[A-Z]){1,7}"
_FIGURE = re.compile(
    rf"(?P<sign>(?:\+/[-−–]|[+\-−–±▲▼△▽])\s?)?(?P<number>{NUMBER})\s*(?P<percent>{_PERCENT})?\s*(?P<letters>{_LETTERS})?"
    rf"(?P<marks>(?:\s*(?:{_FOOTNOTE}))*+)\s*(?P<late>{_PERCENT})?",
    re.ASCII,
)
_WIDE = str.maketrans("（）％﹪٪．，＋－٫", "()%%%.,+-.")  # noqa: RUF001
# A sign before its number, one that a web address has written, or one of letters.
_SIGNED = re.compile(rf"^%\s?((?:{NUMBER}))$|(?<=\d)%25$|\s?[°º]/[o0]$", re.ASCII)
_BEGUN = re.compile(r"^(?=[.,]\d\d+\s?%?$)", re.ASCII)  # a share such as .45
_THOUSANDS = re.compile(r"\d{1,3}[05]?[kK]")  # a label such as 50k, no figure with a letter
_BRACKETED = re.compile(rf"[(\[]\s*(?:[nN]\s*=\s*)?(?P<number>{NUMBER})\s*(?:[명人名])?\s*[)\]]", re.ASCII)
_PAIR = re.compile(
    rf"(?P<one>{NUMBER})\s*(?P<first>{_PERCENT})?(?:\s*[(\[/|]\s*|(?<=%)[,;]?\s+|\s+(?=[\d.,]+\s*%))"
    rf"(?P<n>[nN]\s*=\s*)?(?P<two>{NUMBER})\s*(?P<second>{_PERCENT})?\s*[)\]]?",
    re.ASCII,
)
_STATED = re.compile(
    rf"(?:unweighted\s+)?(?:n|N|base)\s*[=:]\s*(?P<number>{NUMBER})|(?P<people>{NUMBER})\s?[명人名]", re.ASCII
)
_GAPS = {
    "-", "–", "—", "−", "--", "---", ".", "..", "...", "…", "/", "x", "·", "=", "n.d.", "n/d", "nd", "n.a.", "n/a", "na",
    "s/d", "s.d.", "s/i", "n.p.", "n.r.", "k.a.", "no disponible", "no data", "not available", "not asked", "no aplica",
}  # fmt: skip
_MARKED = re.compile(r"(?<=[^*\s])\s?(?:\*{1,3}|[†‡§¹²³⁴⁵⁶⁷⁸⁹⁰]+)$")  # a gap that a footnote explains
_SUPPRESSED = dict.fromkeys(
    ("*", "**", "***", "∗", "(*)"), "suppressed: too few interviews, or below what is printed"
) | {"†": "suppressed, as a footnote says", "+": "above zero and below what is printed"}
_BELOW = re.compile(
    r"(?:(?:0 ?)?(?:<|&lt;|≤)|menos de|less than|moins de|weniger als|under)\s*(?:\d+|\d*[.,]\d+)\s*%?",
    re.ASCII | re.I,
)


@dataclass(frozen=True, slots=True)
class Token:
    """What a cell says.

    Attributes
    ----------
    kind : str
        `figure`, `signed` (a change), `pair` (two numbers), `gap`, `suppressed`, `letters`, `formula`, `word` or `blank`.
    number : str
        The number as printed, without its signs; of a pair the first one.
    other : str
        The second number of a pair, or the words beside a suppressed figure.
    percent : bool
        Whether a per-cent sign stands at the number; of a pair at the first one.
    other_percent, bracketed : bool
    aside : str
        Letters and footnote marks at the number.
    """

    kind: str
    number: str = ""
    other: str = ""
    percent: bool = False
    other_percent: bool = False
    bracketed: bool = False
    aside: str = ""

    @property
    def is_number(self) -> bool:
        """Whether the cell holds a number, of whatever meaning."""
        return self.kind in {"figure", "signed", "pair"}

    @property
    def stands_in_body(self) -> bool:
        """Whether the cell could stand among figures."""
        return self.kind in {"figure", "signed", "pair", "gap", "suppressed"}


@lru_cache(maxsize=20_000)
def token_of(text: str) -> Token:
    """Read a cell, whatever it may mean in its table.

    Examples
    --------
    >>> token_of("38,4 %").number, token_of("(1,204)").bracketed, token_of("54% AB").aside, token_of("-").kind
    ('38,4', True, 'AB', 'gap')
    >>> token_of("416 (52%)").other, token_of("+2").kind, token_of("18-34").kind
    ('52', 'signed', 'word')

    What a number means, its table says.
    """
    if not text:
        return Token("blank")
    if not text.isascii():  # digits of any script, and signs as wide as those of East Asia
        text = "".join(str(decimal(one)) if one.isdecimal() else one for one in text.translate(_WIDE))
    bold = re.fullmatch(r"(\*\*|__)(.+)\1", text)
    text = bold[2].strip() if bold else text
    text = _SIGNED.sub(r"\1%", _BEGUN.sub("0", text))
    if _MARKED.sub("", text.lower()) in _GAPS:
        return Token("gap", other=text)
    if text in _SUPPRESSED:
        return Token("suppressed", other=text, aside=_SUPPRESSED[text])
    if _BELOW.fullmatch(text):
        return Token("suppressed", other=text, aside="a bound and not a figure")
    if (match := _FIGURE.fullmatch(text)) and not _THOUSANDS.fullmatch(text):
        sign = (match["sign"] or "").strip()
        if match["letters"] and not _ascends(match["letters"]):
            return Token("word", other=text)
        aside = " ".join(filter(None, (match["letters"], (match["marks"] or "").strip())))
        percent = bool(match["percent"] or match["late"])
        return Token("signed" if sign else "figure", match["number"], sign, percent, aside=aside)
    if match := _BRACKETED.fullmatch(text) or _STATED.fullmatch(text):
        return Token("figure", match["number"] or match["people"], bracketed=True)
    # No count begins with a nought: `05/31` is a month.
    if (match := _PAIR.fullmatch(text)) and not re.match(r"0\d", text):
        aside = "n" if match["n"] else ""
        return Token(
            "pair", match["one"], match["two"], bool(match["first"]), bool(match["second"]), aside=aside
        )
    if re.fullmatch(rf"(?:{_LETTERS}|\([A-Za-z]\))\*{{0,2}}", text) and _ascends(text):
        return Token("letters", other=text)
    return Token("word", other=text)


def _ascends(text: str) -> bool:
    """Say whether letters follow the alphabet, as those of tests do and those of words hardly ever."""
    letters = re.findall(r"[A-Za-z]", text)
    return all(one < two for one, two in pairwise(letters))


def digits_of(number: str, decimal_mark: str) -> str:
    """Take the marks that group thousands out of a number: `1.192` is 1192 where the decimal mark is a comma.

    Examples
    --------
    >>> digits_of("1.192", ","), digits_of("38,4", ","), digits_of("1,500", ".")
    ('1192', '38,4', '1500')

    What is left has at most a decimal mark.
    """
    group = "," if decimal_mark == "." else "."
    return re.sub(rf"(?<=\d)[{group}'’ ](?=\d{{3}}(?!\d))", "", number)


def count_in(text: str) -> str:
    """Return the digits of the only count in a text; an empty one where there is none, or more than one.

    Examples
    --------
    >>> count_in("(n = 1,200)"), count_in("1’000"), count_in("12 regions, 1,200 interviews")
    ('1200', '1000', '')

    A number with decimals is no count.
    """
    found = re.findall(r"(?<![\d.,])(?:\d{1,3}(?:[.,'’ ]\d{3})+|\d+)(?!\d|[.,]\d)", text, re.ASCII)
    return re.sub(r"\D", "", found[0]) if len(found) == 1 else ""


def decimal_mark_of(texts: Iterable[str], *, others: int = 0) -> str:
    """Find the decimal mark that most numbers show; an empty text where none shows any.

    One or two digits after a mark are decimals. Three are thousands, unless zero stands before them, or most of the numbers
    are printed so: a table of percentages is not one of thousands. `others` are numbers of a workbook, which show no mark.

    Examples
    --------
    >>> decimal_mark_of(["38,4", "1.192"]), decimal_mark_of(["45.125", "54.875"]), decimal_mark_of(["45", "1,200"])
    (',', '.', '.')

    Without a mark nothing is known.
    """
    seen: Counter[str] = Counter()
    grouped: Counter[str] = Counter()
    numbers = others
    for text in texts:
        for match in re.finditer(r"(?<![\d.,])(\d+)(?:([.,])(\d+))?(?![\d.,]|\s?\d{3})", text, re.ASCII):
            whole, mark, after = match.groups()
            numbers += 1
            if mark:
                (seen if len(after) != 3 or whole == "0" else grouped)[mark] += 1
    if not seen and grouped:
        mark, count = grouped.most_common(1)[0]
        seen[mark if count > 0.6 * numbers or len(grouped) > 1 else "." if mark == "," else ","] = count
    return seen.most_common(1)[0][0] if seen else ""
