"""Text files of unknown encoding."""

import codecs
import re

from analysis.errors import PollError
from analysis.polls.limits import MAX_LINES

__all__ = ["decoded"]

# Three such letters in a row are of another script, and count for one.
_WESTERN = r"[À-ÖØ-öø-ÿ]{3,}|[àáâãäåæçèéêëìíîïñòóôõöøùúûüßœ¿¡ºª°’\u2018“”…«»€±·\u00a0]|(?<![a-zà-ÿ])[À-ÖØ-Þ]|(?<![a-z])[–—]"
# Encodings of old systems, in the order in which they are tried, with the letters that texts in them hold.
_GUESSES = (
    ("cp1252", "Windows-1252, which holds Latin-1", _WESTERN),
    ("mac-roman", "Mac OS Roman", _WESTERN),
    ("cp1250", "Windows-1250", r"[ąćęłńóśźżěščřžýáíéúůďťňőűöüäĄĆĘŁŃÓŚŹŻŠČŘŽ]"),
    ("euc-kr", "EUC-KR", r"[가-힣]"),
    ("cp932", "Shift-JIS", r"[ぁ-ヿ一-鿿々、。]"),
    ("cp1251", "Windows-1251", "[\u0430-\u044f\u0451\u2116]|(?<![\u0430-\u044f])[\u0410-\u042f]"),
    ("gb2312", "GB 2312", "[一-鿿\uff0c。、\uff08\uff09]"),
)
_SURE = 0.9
_MARKS = [
    (getattr(codecs, f"BOM_UTF{bits}_{end}"), f"utf-{bits}") for bits in (32, 16) for end in ("LE", "BE")
]


def decoded(content: bytes, name: str) -> tuple[str, list[tuple[str, str, str]]]:
    r"""Decode a text file: UTF-8, UTF-16 or UTF-32, else what a web page declares, else what makes most familiar letters.

    A remark (where, what, why) says so where the encoding was a guess.

    Examples
    --------
    >>> decoded("Per\u00fa".encode("latin-1"), "poll.txt")[0] == "Perú"
    True

    A file of an old system is read, and the guess is put on the list.
    """
    # The longer marks come first, as one begins as the shorter ones do.
    begun = next((code for mark, code in _MARKS if content.startswith(mark)), None)
    if begun:
        try:
            return content.decode(begun), []
        except UnicodeDecodeError as error:
            raise PollError(
                f"{name}: the file begins as {begun.upper()} but is cut off or mixed; save it as UTF-8."
            ) from error
    if b"\x00" in content:
        raise PollError(f"{name}: the file is not text; give it the ending of its format (xlsx, pdf, html).")
    remarks: list[tuple[str, str, str]] = []
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as first:
        line = content.count(b"\n", 0, first.start) + 1
        declared = re.search(rb"charset=[\"']?([\w-]+)", content[:4000])
        guesses = [_read_as(content, *guess) for guess in _GUESSES]
        (share, text, called), *_ = sorted(guesses, key=lambda guess: -guess[0])
        if (
            declared
            and (read := _read_as(content, declared[1].decode().lower(), "", "."))[0]
            and share < _SURE
        ):
            text, called = read[1], ""
        elif share < _SURE:
            share, text, called = guesses[0]
        if not text:
            raise PollError(
                f"{name}, line {line}: neither UTF-8 nor Windows-1252 (Latin-1); save the file as UTF-8."
            ) from first
        remarks = [(f"{name}, line {line}", "no UTF-8", f"the file was read as {called}")] if called else []
    lines = sum(text.count(end) for end in ("\n", "\r"))
    if lines > 2 * MAX_LINES:
        raise PollError(
            f"{name}: the file has {lines:,} line ends; at most {MAX_LINES:,} lines are read. Split it."
        )
    return text, remarks


def _read_as(content: bytes, encoding: str, called: str, letters: str) -> tuple[float, str, str]:
    """Decode a text, with the share of what is no ASCII in it that is familiar; an empty text where it cannot be."""
    try:
        text = content.decode(encoding)
    except (UnicodeDecodeError, LookupError):
        return 0, "", called
    strange = sum(not one.isascii() for one in text)
    return len(re.findall(letters, text)) / max(strange, 1), text, called
