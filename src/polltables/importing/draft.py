"""A poll in the making: what poll.toml and its tables will say, what is not sure, and what was left out."""

from dataclasses import dataclass, field
from typing import Any

from analysis.polls.limits import MAX_TEXT
from polltables.importing.source import TextLine

__all__ = ["Draft", "Given", "Row", "Table"]


@dataclass(frozen=True, slots=True)
class Given:
    """What the user says beside the file, since no source says it or it is to be said otherwise."""

    pollster: str | None = None
    sample_size: str | None = None
    fieldwork: str | None = None
    title: str | None = None
    language: str | None = None


@dataclass(slots=True)
class Row:
    """A row of a table in the making; `figures` by segment id, None where not published."""

    label: str
    figures: dict[str, str | None]
    where: str
    id: str = ""
    role: str = ""
    given: str = ""


@dataclass(slots=True)
class Table:
    """A question in the making: its key values of poll.toml, its rows, and the texts printed over it."""

    rows: list[Row]
    texts: list[TextLine]
    where: str
    stub: str
    entry: dict[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class Draft:
    """Everything the source says, in the project's format."""

    source_name: str
    decimal_mark: str = "."
    document: dict[str, Any] = field(default_factory=dict)
    tables: list[Table] = field(default_factory=list)
    unsure: list[dict[str, str]] = field(default_factory=list)
    left_out: list[dict[str, str]] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    def ask(self, about: str, question: str, proposed: str, because: str) -> None:
        """Put a question on the list, with the answer that the draft holds until somebody gives another."""
        texts = {"about": about, "question": question, "proposed": proposed, "because": because}
        # The answer itself stands in the draft; a list of hundreds of rows is only begun here.
        self.unsure.append({key: text[: MAX_TEXT - 1] for key, text in texts.items()})

    def leave_out(self, where: str, text: str, because: str) -> None:
        """List what is not in the draft, word for word, in pieces that the format allows."""
        for start in range(0, len(text), MAX_TEXT):
            self.left_out.append({"where": where, "text": text[start : start + MAX_TEXT], "because": because})

    def fitting(self, where: str, text: str) -> str:
        """Return as much of a joined text as the format allows; the rest is listed."""
        self.leave_out(where, text[MAX_TEXT:], "the text goes on beyond what the format allows")
        return text[:MAX_TEXT]
