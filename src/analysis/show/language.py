"""The language that a reader reads: messages are written in English where they are used, and translated from catalogues.

A catalogue is a gettext PO file, as translators know it, in `show/languages/<language>/`. A message that
has no translation is an error, never a sentence in the wrong language.
"""

from collections.abc import Mapping
from contextvars import ContextVar
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Protocol

from analysis.errors import ReportError

__all__ = [
    "LANGUAGES",
    "catalogue",
    "label_of",
    "language",
    "read_catalogue",
    "say",
    "set_language",
    "term",
    "text_of",
]

LANGUAGES = ("en", "es")
"""The languages of the reports; the first is the one in which everything is written."""

_current = ContextVar("language", default=LANGUAGES[0])


class Labelled(Protocol):
    """What has a label as printed and one in English: a segment, a partition, an answer, a line of the sheet."""

    @property
    def label(self) -> str:
        """The printed label."""

    @property
    def label_en(self) -> str:
        """The English one."""


class Reference(Protocol):
    """What a poll is held against: a target, a result or a race, with texts in several languages."""

    @property
    def translations(self) -> Mapping[str, Mapping[str, str]]:
        """By language, and by field."""


def set_language(chosen: str) -> None:
    """Choose the language of everything shown from here on.

    Parameters
    ----------
    chosen : str
        One of `LANGUAGES`.

    Raises
    ------
    ReportError
        If there is no such language.

    Examples
    --------
    >>> set_language("es")
    >>> say("and")
    'y'
    >>> set_language("en")

    In Spanish the last two things of a list are joined by “y”.
    """
    if chosen not in LANGUAGES:
        raise ReportError(f"No language {chosen!r}; there is: {', '.join(LANGUAGES)}.")
    _current.set(chosen)


def language() -> str:
    """Return the language chosen: one of `LANGUAGES`."""
    return _current.get()


def read_catalogue(path: Path) -> dict[str, str]:
    """Read the translations of a PO file, of every message that has one."""
    from babel.messages.pofile import read_po

    with path.open("rb") as opened:
        messages = read_po(opened, ignore_obsolete=True, abort_invalid=True)
    return {str(entry.id): str(entry.string) for entry in messages if entry.id and entry.string}


@cache
def catalogue(chosen: str) -> dict[str, str]:
    """Return every translation into a language, from all of its files."""
    folder = Path(str(files("analysis.show"))) / "languages" / chosen
    return {
        message: text
        for path in sorted(folder.glob("*.po"))
        for message, text in read_catalogue(path).items()
    }


def say(message: str, /, **fields: Any) -> str:
    """Write a message in the reader's language, its fields filled in.

    Parameters
    ----------
    message : str
        The English text, written out where it is called for, with `{name}` for each field. Whatever
        agrees with a number is a message of its own: "one table", "{number} tables".

    Raises
    ------
    ReportError
        If it is not translated.

    Examples
    --------
    >>> say("{first} to {last}", first=18, last=21)
    '18 to 21'

    In English a message is what it says.
    """
    chosen = _current.get()
    if chosen != LANGUAGES[0]:
        known = catalogue(chosen)
        if message not in known:
            raise ReportError(
                f"No translation into {chosen!r} of {message!r}; add it to show/languages/{chosen}."
            )
        message = known[message]
    return message.format(**fields) if fields else message


def term(word: str) -> str:
    """Write a word from the vocabulary of results, such as a verdict or a kind of question; `terms.po` lists them."""
    return say(word.replace("_", " "))


def label_of(thing: Labelled) -> str:
    """Return the label for the reader: the English one in English, in any other language the printed one."""
    return thing.label_en if _current.get() == "en" else thing.label


def reference_text(reference: Reference, field: str) -> str:
    """Return a text of a target, result or race for the reader; untranslated where its file gives no translation."""
    return reference.translations.get(_current.get(), {}).get(field) or str(getattr(reference, field))


def text_of(thing: Any, field: str) -> str:
    """Return another text that was printed and has an English twin, such as the `name` of a question."""
    return str(getattr(thing, f"{field}_en" if _current.get() == "en" else field))
