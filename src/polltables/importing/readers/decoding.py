"""Text files of unknown encoding."""

from analysis.errors import PollError
from analysis.polls.limits import MAX_LINES

__all__ = ["decoded"]


def decoded(content: bytes, name: str) -> tuple[str, list[tuple[str, str, str]]]:
    r"""Decode a text file: UTF-8 or UTF-16 with or without a byte order mark, else Windows-1252, which holds Latin-1.

    A remark (where, what, why) says so where the encoding was a guess.

    Examples
    --------
    >>> decoded("Per\u00fa".encode("latin-1"), "poll.txt")[0] == "Perú"
    True

    A file of an old system is read, and the guess is put on the list.
    """
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        try:
            return content.decode("utf-16"), []
        except UnicodeDecodeError as error:
            raise PollError(
                f"{name}: the file begins as UTF-16 but is cut off or mixed; save it as UTF-8."
            ) from error
    if b"\x00" in content:
        raise PollError(f"{name}: the file is not text; give it the ending of its format (xlsx, pdf, html).")
    remarks: list[tuple[str, str, str]] = []
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as first:
        line = content.count(b"\n", 0, first.start) + 1
        try:
            text = content.decode("cp1252")
        except UnicodeDecodeError as error:
            raise PollError(
                f"{name}, line {line}: neither UTF-8 nor Windows-1252 (Latin-1); save the file as UTF-8."
            ) from error
        remarks = [
            (f"{name}, line {line}", "no UTF-8", "the file was read as Windows-1252, which holds Latin-1")
        ]
    lines = sum(text.count(end) for end in ("\n", "\r"))
    if lines > 2 * MAX_LINES:
        raise PollError(
            f"{name}: the file has {lines:,} line ends; at most {MAX_LINES:,} lines are read. Split it."
        )
    return text, remarks
