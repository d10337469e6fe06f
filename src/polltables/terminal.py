"""What commands say: nothing in it acts on a terminal, and a place that takes no more of it stops no work."""

import codecs
import contextlib
import errno
import io
import os
import re
import sys
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TextIO

from analysis.errors import AnalysisError

__all__ = [
    "SHORT_OF_MEMORY",
    "STANDARD_OUTPUT",
    "Output",
    "counted",
    "escaped",
    "hand_over",
    "outputs",
    "system_error",
]

STANDARD_OUTPUT = Path("-")
"""What `--out` calls standard output."""

SHORT_OF_MEMORY = re.compile(
    "MemoryError|[Cc]annot allocate|failed to map segment|can't start new thread|Resource temporarily unavailable|"
    "Memory allocation"
)
"""What Python, the loader of libraries, and libraries say where memory is short."""

# Letters and marks that show nothing, beside those whose category says so.
_INVISIBLE = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]"
)
_LONGEST = 200  # characters of a path in a message
_ERRORS = "polltables-escapes"


def counted(number: int, word: str) -> str:
    """Say how many there are of something.

    Examples
    --------
    >>> counted(1, "table"), counted(1_200, "figure")
    ('1 table', '1,200 figures')

    All words here have their plural in s.
    """
    return f"{number:,} {word}{'' if number == 1 else 's'}"


def escaped(text: str) -> str:
    r"""Write out what a terminal would obey or not show: controls, marks of direction, characters without width.

    Examples
    --------
    >>> print(escaped("No\u202erth\x1b[2J, Limón"))
    No\u202erth\u001b[2J, Limón

    Line ends and tabs stay. The escapes are those of JSON, so that a JSON document says what it said.
    """
    if text.isascii() and text.replace("\n", "").isprintable():
        return text
    return "".join(character if _shows(character) else _escape(character) for character in text)


def _shows(character: str) -> bool:
    known = character.isprintable() or character in "\n\t" or unicodedata.category(character) == "Zs"
    return known and not _INVISIBLE.match(character)


def _escape(text: str) -> str:
    units = text.encode("utf-16-be", "surrogatepass").hex()
    return "".join(f"\\u{units[start : start + 4]}" for start in range(0, len(units), 4))


codecs.register_error(
    _ERRORS,
    lambda error: (_escape(error.object[error.start : error.end]), error.end),  # type: ignore[attr-defined]
)


class Output(io.TextIOBase):
    """Standard output or error as commands see it: what is written is escaped, and what cannot be written is let go.

    A pipe that is closed or a disk that is full must not end a command halfway through its work; `error` keeps it.
    """

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self.error: OSError | None = None
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors=_ERRORS)

    def write(self, text: str) -> int:
        """Write a text, escaped."""
        self.draw(escaped(text))
        return len(text)

    def draw(self, text: str) -> None:
        """Write a text as it is."""
        self._attempt(self._stream.write, text)

    def hand_over(self, content: bytes) -> None:
        """Write the bytes of a file as they are."""
        self._attempt(self._stream.flush)
        self._attempt(self._stream.buffer.write, content)

    def flush(self) -> None:
        """Write what waits; Python asks for it once more when all is over."""
        if not self._stream.closed:
            self._attempt(self._stream.flush)

    def isatty(self) -> bool:
        """Say whether somebody looks on."""
        return self._stream.isatty()

    def _attempt(self, step: Any, *arguments: Any) -> None:
        try:
            if self.error is None:
                step(*arguments)
        except OSError as error:
            self.error = error
            with contextlib.suppress(OSError, ValueError):
                # What still waits in the buffer goes to nowhere, instead of failing once more when Python ends.
                nowhere = os.open(os.devnull, os.O_WRONLY)
                os.dup2(nowhere, self._stream.fileno())
                os.close(nowhere)


@contextlib.contextmanager
def outputs() -> Iterator[Output]:
    """Have everything that is printed go through outputs as above; the one for standard output is handed over."""
    # A standard stream that is closed would give its number to the next file.
    with contextlib.suppress(OSError):
        while (descriptor := os.open(os.devnull, os.O_RDWR)) < 3:
            pass
        os.close(descriptor)
    with Path(os.devnull).open("w") as nowhere, Path(os.devnull).open() as nothing:
        sys.stdin = sys.stdin or nothing
        out, errors = Output(sys.stdout or nowhere), Output(sys.stderr or nowhere)
        try:
            with contextlib.redirect_stdout(out), contextlib.redirect_stderr(errors):
                yield out
        finally:
            out.flush()
            if out.error and out.error.errno != errno.EPIPE:
                print(f"The output cannot be written: {out.error.strerror}.", file=errors)
            errors.flush()


def hand_over(content: bytes) -> None:
    """Write a file to standard output: byte for byte to a program or file, as text to somebody who looks on."""
    out = sys.stdout
    if isinstance(out, Output) and not out.isatty():
        out.hand_over(content)
        return
    try:
        print(content.decode(), end="")
    except UnicodeDecodeError:
        raise AnalysisError("These bytes are no text; send them to a file, with --out FILE.") from None


def system_error(error: OSError) -> str:
    """Say in one sentence what the operating system refused, and where.

    Examples
    --------
    >>> system_error(FileNotFoundError(2, "No such file or directory", "a/b"))
    'a/b: no such file or directory.'

    Both names stand there if there are two.
    """
    # Only the call for the working folder names no file.
    if error.filename is None and error.strerror == os.strerror(errno.ENOENT):
        return "The working folder is gone; go to another."
    said = error.strerror or str(error) or type(error).__name__
    names = [
        os.fsdecode(name)
        for name in (error.filename, error.filename2)
        if isinstance(name, str | bytes | os.PathLike)
    ]
    where = ", ".join(name if len(name) <= _LONGEST else f"{name[:_LONGEST]}…" for name in names)
    return f"{where}: {said[:1].lower()}{said[1:]}." if where else f"{said[:1].upper()}{said[1:]}."
