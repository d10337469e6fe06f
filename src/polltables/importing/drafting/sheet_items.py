"""The lines of a technical sheet under their ids, and the numbers that they hold."""

import re
from collections.abc import Sequence

from analysis.polls.figures import parse_count
from polltables.importing.drafting.draft import fitting
from polltables.importing.drafting.ids import free_id, identifier
from polltables.importing.page import Cell
from polltables.importing.recognition.families import ASKED
from polltables.importing.recognition.figures import NUMBER, count_in
from polltables.importing.recognition.folding import folded
from polltables.importing.recognition.sheet_words import sheet_id

__all__ = ["SAMPLE", "SheetItems", "count_of", "in_digits", "is_plain_count", "percentage_of", "take_rows"]

_MOST_DIGITS = 12
_PEOPLE = (
    r"(?:self-identified )?(?:u\.?s\.? |american |british )?(?:registered |likely |adult |eligible )?(?:voters|adults|"
    r"people|persons|residents|"
    rf"americans|completes|personas|personnes|individus|francais|electeurs|pessoas|personen|명|{ASKED})"
)
SAMPLE = (
    re.compile(rf"\bn ?= ?(?P<n>{NUMBER})(?! ?(?:a|to|bis|y|et|[-–]) ?\d)"),
    re.compile(rf"(?:echantillon|sample|muestra|amostra|stichprobe|campione)(?: total| representatif| national)? (?:de|"
               rf"of|von|di|total) (?P<n>{NUMBER})"),
    re.compile(rf"(?<![\d.,])(?P<n>{NUMBER}) ?{_PEOPLE}\b"),
)  # fmt: skip

# One to nineteen, the tens, the hundreds and a thousand, in English and Spanish.
_SPELLED = (
    "one un", "two dos", "three tres", "four cuatro", "five cinco", "six seis", "seven siete", "eight ocho", "nine nueve",
    "ten diez", "eleven once", "twelve doce", "thirteen trece", "fourteen catorce", "fifteen quince", "sixteen dieciseis",
    "seventeen diecisiete", "eighteen dieciocho", "nineteen diecinueve", "twenty veinte", "thirty treinta", "forty cuarenta",
    "fifty cincuenta", "sixty sesenta", "seventy setenta", "eighty ochenta", "ninety noventa", "hundred cien ciento",
    *(f"{one}ientas {one}ientos" for one in ("dosc", "tresc", "cuatroc", "quin", "seisc", "setec", "ochoc", "novec")),
    "thousand mil",
)  # fmt: skip
_VALUES = [*range(1, 20), *range(20, 100, 10), *range(100, 1001, 100)]
_WORDS = {word: value for value, words in zip(_VALUES, _SPELLED, strict=True) for word in words.split()}
_WORD = "|".join(sorted(_WORDS, key=len, reverse=True))
_RUN = re.compile(rf"\b(?!hundred|thousand)({_WORD})(([ -]| and | y )({_WORD}))*\b")


def in_digits(text: str) -> str:
    """Write the numbers from a hundred on that a folded text spells out in digits.

    Examples
    --------
    >>> in_digits("mil doscientas entrevistas"), in_digits("twelve hundred and four adults"), in_digits("one of ten")
    ('1200 entrevistas', '1204 adults', 'one of ten')

    What stands before no number, as in several hundred, is none.
    """
    return _RUN.sub(_spelled, text)


def _spelled(match: re.Match[str]) -> str:
    total = run = 0
    for value in (_WORDS.get(word, 0) for word in re.split(r"[ -]", match[0])):
        total += (run or 1) * 1000 if value == 1000 else 0
        run = 0 if value == 1000 else (run or 1) * 100 if value == 100 else run + value
    return str(total + run) if total + run >= 100 else match[0]


class SheetItems:
    """The lines of the sheet by id, in printed order."""

    def __init__(self) -> None:
        self.by_id: dict[str, dict[str, str]] = {}

    def add(self, label: str, printed: str, group: str = "", *, known: str = "") -> None:
        """Add a line, under the id that its label has, or one made from it."""
        name = free_id(known or sheet_id(label) or identifier(label), self.by_id)
        item = {"id": name, "label": fitting(label), "printed": fitting(printed)}
        self.by_id[name] = {**item, **({"group": fitting(group)} if group else {})}

    def texts(self) -> list[str]:
        """Return what all lines say."""
        return [item["printed"] for item in self.by_id.values()]

    def printed(self, name: str) -> str:
        """Return what a line says; an empty text where there is none."""
        return self.by_id.get(name, {}).get("printed", "")


def take_rows(items: SheetItems, rows: Sequence[Sequence[Cell]]) -> None:
    """Take the rows of a technical sheet: group (as far as one is printed), label, printed."""
    group = ""
    for row in rows:
        filled = [cell for cell in row if cell.text]
        if len(filled) > 1:
            *before, label, printed = (cell.text for cell in filled)
            group = before[0] if before else group
            items.add(label.rstrip(" :："), printed, group)
            for cell in filled:
                cell.used = True


def is_plain_count(printed: str, decimal_mark: str, value: str) -> bool:
    """Say whether a count is printed so that its digits and thousands can be read as they stand."""
    try:
        read = parse_count(printed, decimal_mark=decimal_mark)
    except ValueError:
        return False
    return read == int(value) and len(re.findall(r"\d+(?:[.,' ]\d{3})*", printed)) == 1


def percentage_of(printed: str, name: str) -> str | None:
    """Return the only percentage of a line, with a full stop: of a margin the one that is no confidence level."""
    found = re.findall(r"(?<![\d.,])(\d{1,3}(?:[.,]\d{1,3})?)(?![\d]|[.,]\d)", printed, re.ASCII)
    numbers = [one.replace(",", ".") for one in found]
    if name == "margin_of_error":
        small = [one for one in numbers if float(one) < 40]
        signed = re.findall(r"(?:±|\+ ?/ ?[-–]|\+-) ?(\d{1,2}(?:[.,]\d{1,3})?)", printed)
        numbers = [one.replace(",", ".") for one in signed][:1] or small[:1]
    elif name == "confidence_level" and len(numbers) > 1:
        numbers = [one for one in numbers if float(one) > 60][:1]
    return numbers[0] if len(numbers) == 1 and float(numbers[0]) <= 100 else None


def count_of(printed: str) -> str | None:
    """Return the digits of the only count of a line, or of the one that people are named at."""
    named = SAMPLE[2].search(in_digits(folded(printed)))
    count = count_in(in_digits(folded(printed))) or (re.sub(r"\D", "", named["n"]) if named else "")
    return count if 0 < len(count) < _MOST_DIGITS else None
