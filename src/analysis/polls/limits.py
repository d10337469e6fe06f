"""How large a file from a stranger may be: far above any published poll, far below what stops a machine."""

import re
import unicodedata
from pathlib import Path

__all__ = [
    "MAX_CELLS", "MAX_COLUMNS", "MAX_ENTRIES", "MAX_FILE_BYTES", "MAX_LINES", "MAX_ROWS", "MAX_TEXT",
    "MAX_TEXT_BYTES", "control_characters", "is_blank", "size_problem", "text_problem", "toml_problem",
]  # fmt: skip

MAX_FILE_BYTES = 20_000_000
MAX_TEXT_BYTES = 4_000_000
"""Bytes of a file of text; a workbook or PDF may be larger, since pictures are in it."""
MAX_LINES = 20_000
"""Lines of a file of text."""
MAX_ROWS = 2_000
"""Rows of one table."""
MAX_COLUMNS = 200
"""Columns of one table."""
MAX_CELLS = 200_000
"""Cells of all tables of one file or poll."""
MAX_TEXT = 2_000
"""Characters of a label, a heading or a line of the technical sheet."""
MAX_ENTRIES = 2_000
"""Entries of one list of a poll.toml, such as its questions."""
_FILLERS = "\u115f\u1160\u3164\uffa0"  # letters that show nothing
_MAX_PARTS = 20  # of a dotted key
_MAX_DIGITS = 20  # of a number


_QUOTED = re.compile(r"\"(?:[^\"\\]|\\.)*+(?:\"|\\?$)|'[^']*+(?:'|$)")  # to the end, where it is not closed
_MANY_PARTS = re.compile(rf"(?<![\w-])(?:(?:[\w-]++|\"\")\s*+\.\s*+){{{_MAX_PARTS},}}")
_LONG_NUMBER = re.compile(rf"(?<![\w.-])[0-9](?:[xob]?)[0-9a-fA-F_]{{{_MAX_DIGITS},}}", re.ASCII)
# Halves of characters and overrides of direction among them: these turn around whatever stands behind a label in a sentence.
_CONTROLS = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]"
)


def size_problem(path: Path, where: str, most: int = MAX_TEXT_BYTES) -> str | None:
    """Say that a file is larger than any poll, before it is read."""
    size = path.stat().st_size
    if size <= most:
        return None
    return f"{where}: the file has {size:,} bytes; at most {most:,} are read. Split it."


def is_blank(text: str) -> bool:
    """Say whether a text shows nothing: it is empty, or all of it is blanks and marks without width."""
    return not any(unicodedata.category(one)[0] in "LNPS" and one not in _FILLERS for one in text)


def control_characters(text: str) -> list[str]:
    r"""Name the characters of a text that no printed label holds: controls, overrides of direction and lone halves.

    Examples
    --------
    >>> control_characters("Costa\x00 Sur")
    ['U+0000']

    A NUL inside a label is named by its code point.
    """
    return [f"U+{ord(character):04X}" for character in _CONTROLS.findall(text)]


def text_problem(text: str) -> str | None:
    """Say why a text cannot be a printed label, as the end of a sentence; None where it can.

    Examples
    --------
    >>> text_problem("x" * 3000)
    'the text has 3,000 characters; at most 2,000 are allowed'

    No pollster prints a label of three thousand characters.
    """
    if len(text) > MAX_TEXT:
        return f"the text has {len(text):,} characters; at most {MAX_TEXT:,} are allowed"
    if found := _CONTROLS.search(text):
        return f"the text holds the control character {control_characters(found[0])[0]}; remove it"
    return None


def toml_problem(text: str) -> str | None:
    """Say what in a TOML file would keep its parser busy for nothing, as the end of a sentence; None where nothing does.

    Examples
    --------
    >>> toml_problem("format" + ".a" * 1000 + " = 1")
    'line 1 has a key of many parts; at most 20 are read'

    The time of the parser grows with the square of the parts of a key.
    """
    for number, line in enumerate(text.split("\n"), start=1):
        bare = _QUOTED.sub('""', line)
        if _MANY_PARTS.search(bare):
            return f"line {number} has a key of many parts; at most {_MAX_PARTS} are read"
        if _LONG_NUMBER.search(bare):
            return f"line {number} has a number of more than {_MAX_DIGITS} digits"
    return None
