"""A poll in the making: what poll.toml and its tables will say, what is not sure, and what was left out."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from analysis.polls.limits import MAX_TEXT, control_characters
from polltables.importing.recognition.model import Table

__all__ = ["Draft", "DraftQuestion", "DraftRow", "Given", "fitting", "harmless"]


@dataclass(frozen=True, slots=True)
class Given:
    """What the user says beside the file, since no source says it or it is to be said otherwise."""

    pollster: str | None = None
    sample_size: str | None = None
    fieldwork: str | None = None
    title: str | None = None
    language: str | None = None
    measures: bool = False
    pages: tuple[int, ...] = ()
    sheets: tuple[str, ...] = ()
    tables: tuple[int, ...] = ()
    strict: bool = False


@dataclass(slots=True)
class DraftRow:
    """A row of a CSV file in the making; `figures` by segment id, None where not published."""

    label: str
    figures: Mapping[str, str | None]
    id: str = ""
    role: str = ""
    given: str = ""
    of: str = ""
    unit: str = ""


@dataclass(slots=True)
class DraftQuestion:
    """A question in the making: its key values of poll.toml, its rows, and its bases by kind and segment."""

    table: Table
    rows: list[DraftRow]
    bases: dict[str, dict[str, str]]
    entry: dict[str, Any] = field(default_factory=dict)


def harmless(text: str) -> str:
    """Return a text without characters that no label holds, which are shown by their code points."""
    for name in set(control_characters(text)):
        text = text.replace(chr(int(name[2:], 16)), f"[{name}]")
    return text


def fitting(text: str) -> str:
    """Return as much of a text as the format allows."""
    text = harmless(text)
    return text if len(text) <= MAX_TEXT else f"{text[: MAX_TEXT - 1]}…"


@dataclass(slots=True)
class Draft:
    """Everything the source says, in the project's format; `files` are its name -> text once it is finished.

    `unread` names the tables and cells that could not be read, on which the exit status depends.
    """

    source_name: str
    decimal_mark: str = "."
    document: dict[str, Any] = field(default_factory=dict)
    questions: list[DraftQuestion] = field(default_factory=list)
    unsure: list[dict[str, str]] = field(default_factory=list)
    left_out: list[dict[str, str]] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)
    files: dict[str, str] = field(default_factory=dict)

    def ask(self, about: str, question: str, proposed: str, because: str) -> None:
        """Put a question on the list, with the answer that the draft holds until somebody gives another."""
        texts = {"about": about, "question": question, "proposed": proposed, "because": because}
        # The answer itself stands in the draft; a list of hundreds of rows is only begun here.
        self.unsure.append({key: fitting(text) for key, text in texts.items()})

    def leave_out(self, where: str, text: str, because: str) -> None:
        """List what is not in the draft, word for word, in pieces that the format allows."""
        text = harmless(text)
        for start in range(0, len(text), MAX_TEXT):
            entry = {
                "where": fitting(where),
                "text": text[start : start + MAX_TEXT],
                "because": fitting(because),
            }
            if entry["text"].strip():
                self.left_out.append(entry)
