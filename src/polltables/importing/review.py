"""The open questions of a drafted poll, answered one by one in the terminal."""

import datetime
import re
import tempfile
from collections.abc import Callable
from itertools import takewhile
from pathlib import Path
from typing import Any

from analysis.errors import PollError
from analysis.polls import load_poll
from analysis.polls.loading import read_toml
from analysis.polls.model import Question
from analysis.polls.schema import allowed_values
from polltables.files import place, put
from polltables.importing.writing import toml_text, write_folder
from polltables.terminal import counted

__all__ = ["answered", "review"]

_HELP = "Enter: the proposed answer holds. Or type another. s: later, q: stop."
_OF_ONE = {"kind", "asked", "base", "title", "repeats", "not_published"}


def review(folder: Path, ask: Callable[[str], str] = input, tell: Callable[[str], None] = print) -> int:
    """Go through the open questions of a poll, writing each answer before the next is asked.

    `ask` shows a prompt and returns what was typed, `tell` shows a line. Returns exit status 0 where no question is left
    open, 1 otherwise.
    """
    left = len(load_poll(folder).unsure)
    if not left:
        tell(f"{place(folder)}: no open questions.")
        return 0
    tell(f"{place(folder)}: {counted(left, 'open question')}. {_HELP}")
    head, rest = _comments(folder)
    if any(line.lstrip().startswith("#") for line in rest):
        tell("poll.toml is written anew; comments beneath its head go.")
    position = 0
    while position < left:
        document, problems = read_toml(folder / "poll.toml")
        if problems:
            raise PollError(problems)
        doubt = document["unsure"][position]
        proposed = f"{doubt['proposed']} ({doubt.get('because', '')})"
        tell(f"\n{doubt['about']}: {doubt['question']}\n  proposed: {proposed}")
        try:
            typed = ask("> ").strip()
        except (EOFError, KeyboardInterrupt):
            break
        if typed == "q":
            break
        if typed == "s":
            position += 1
            continue
        try:
            _write(folder, head, answered(document, position, typed))
            left -= 1
        except PollError as error:
            tell(f"  {error}")
    tell(f"\n{counted(left, 'question')} still open." if left else "\nNo question is open any more.")
    return int(bool(left))


def answered(document: dict[str, Any], position: int, typed: str) -> dict[str, Any]:
    """Return the document of a poll.toml with one of its open questions answered and taken off the list.

    An empty answer lets the proposed one hold. PollError if the answer is not one that the key may have, or the question is
    about more than one key.

    Examples
    --------
    >>> poll = {"language": "en", "unsure": [{"about": "language", "question": "Which?", "proposed": "en"}]}
    >>> answered(poll, 0, "de")
    {'language': 'de'}

    The labels are German. Who made the poll is told to everything that names it:

    >>> doubt = {"about": "sheet item pollster", "question": "Who made it?", "proposed": "?"}
    >>> poll = {"sheet": {"short_name": "?", "items": []}, "source": {}, "unsure": [doubt]}
    >>> answered(poll, 0, "Coast Polls")["source"]
    {'publisher': 'Coast Polls'}
    """
    doubt = document["unsure"][position]
    changed = {**document, "unsure": [other for at, other in enumerate(document["unsure"]) if at != position]}
    if typed and typed != doubt["proposed"]:
        _apply(changed, doubt, typed)
    if not changed["unsure"]:
        del changed["unsure"]
    return changed


def _apply(document: dict[str, Any], doubt: dict[str, str], typed: str) -> None:
    """Write an answer to the keys that a question is about."""
    about, proposed = doubt["about"], doubt["proposed"]
    subject, _, key = about.partition(", ")
    if about in {"language", "decimal_mark"}:
        document[about] = typed
    elif about == "decimals" and typed.isdigit():
        document["decimals"] = int(typed)
    elif about == "sheet, fieldwork":
        days = [datetime.date.fromisoformat(day) for day in re.findall(r"\d{4}-\d{2}-\d{2}", typed)]
        if not days:
            raise PollError(f"{typed!r} names no day; type it as 2031-05-06 to 2031-05-08.")
        document["sheet"] |= {"fieldwork_start": min(days), "fieldwork_end": max(days)}
    elif about in {"sheet, short_name", "sheet, sampling_unit"}:
        document["sheet"][key] = typed
    elif subject.startswith("sheet item "):
        name = subject.removeprefix("sheet item ")
        items = {item["id"]: item for item in document["sheet"]["items"]}
        if name not in items:
            items[name] = {"id": name, "label": name.replace("_", " ").capitalize()}
            document["sheet"]["items"].append(items[name])
        items[name]["printed"] = typed
        if name == "pollster":  # who had no name before is called so everywhere
            for place, field in ((document["sheet"], "short_name"), (document["source"], "publisher")):
                if place.get(field, "?") == "?":
                    place[field] = typed
    elif about == "partitions":
        asked = [one.partition(":")[0] for one in proposed.split("; ")]
        wrong = asked if typed == "no" else re.split(r"[\s,]+", typed.strip())
        if not set(wrong) <= set(asked):
            raise PollError(f"type no if none of them does, or those that do not, of: {', '.join(asked)}.")
        document["partitions"] = [one for one in document["partitions"] if one["id"] not in wrong]
    elif subject == "questions" and key in {"asked", "base", "not_published"}:
        for question in document["questions"]:
            if key != "not_published" or key not in question:
                question[key] = _allowed(key, typed)
    elif subject.startswith("question ") and key in _OF_ONE:
        for question in document["questions"]:
            if question["id"] == subject.removeprefix("question "):
                question[key] = _allowed(key, typed)
                if key == "repeats" and typed == "no":
                    del question[key]
    else:
        raise PollError(
            "this answer does not say how to change the file; mend the key by hand, or press Enter to let it stand"
        )


def _allowed(key: str, typed: str) -> str:
    """Return an answer that a key of a question may have."""
    allowed = allowed_values(Question, key)
    if allowed and typed not in allowed:
        raise PollError(f"{typed!r} is not allowed; type one of {', '.join(map(str, allowed))}.")
    return typed


def _comments(folder: Path) -> tuple[str, list[str]]:
    """Return the comments at the head of a poll.toml, and the lines beneath them."""
    lines = (folder / "poll.toml").read_text("utf-8").splitlines(keepends=True)
    head = list(takewhile(lambda line: line.startswith("#"), lines))
    return "".join(head), lines[len(head) :]


def _write(folder: Path, head: str, document: dict[str, Any]) -> None:
    """Write poll.toml anew, its comments at the head kept, after proving that the poll loads."""
    files = {"poll.toml": head + toml_text(document)}
    for question in document["questions"]:
        files[question["file"]] = (folder / question["file"]).read_text("utf-8")
    with tempfile.TemporaryDirectory() as scratch:
        write_folder(Path(scratch, folder.resolve().name), files, check=load_poll)
    put(folder / "poll.toml", files["poll.toml"].encode())
