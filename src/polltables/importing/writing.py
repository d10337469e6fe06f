"""A draft written as a poll folder: beside its place first, loaded to prove it, then moved there whole."""

import csv
import datetime
import io
import json
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from analysis.errors import PollError
from analysis.paths import shown_path
from polltables.importing.drafting.draft import Draft, DraftQuestion, fitting, harmless

__all__ = ["draft_files", "toml_text", "write_folder"]


def toml_text(document: Mapping[str, Any]) -> str:
    r"""Write a poll.toml: plain keys first, then tables, then lists of tables, each key on a line of its own.

    Examples
    --------
    >>> print(toml_text({"format": 1, "source": {"title": "\"Vote\""}, "segments": [{"id": "total"}]}))
    format = 1
    <BLANKLINE>
    [source]
    title = "\"Vote\""
    <BLANKLINE>
    [[segments]]
    id = "total"
    <BLANKLINE>

    The standard library reads TOML but does not write it.
    """
    return "\n".join(_lines(document, "")) + "\n"


def _lines(table: Mapping[str, Any], prefix: str) -> Iterator[str]:
    nested = {key: value for key, value in table.items() if _is_nested(value)}
    for key, value in table.items():
        if key not in nested:
            yield f"{key} = {_value(value)}"
    # A table of a table comes before a list of them, which would otherwise take it for its own.
    for key, value in sorted(nested.items(), key=lambda item: isinstance(item[1], list)):
        if isinstance(value, dict):
            yield from ["", f"[{prefix}{key}]", *_lines(value, f"{prefix}{key}.")]
        else:
            for entry in value:
                yield from ["", f"[[{prefix}{key}]]", *_lines(entry, f"{prefix}{key}.")]


def _is_nested(value: Any) -> bool:
    return isinstance(value, dict) or (
        isinstance(value, list) and any(isinstance(entry, dict) for entry in value)
    )


def _value(value: Any) -> str:
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, list):
        return f"[{', '.join(map(_value, value))}]"
    # JSON and TOML write text and whole numbers alike, but for DEL, which JSON leaves as it is.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def draft_files(draft: Draft) -> dict[str, str]:
    """Write the files of a draft: name -> text."""
    _set_bases(draft)
    document = {
        "format": 2,
        "language": draft.document["language"],
        "decimal_mark": draft.decimal_mark,
        "decimals": draft.document["decimals"],
        "source": draft.document["source"],
        "sheet": draft.document["sheet"],
        "segments": draft.document["segments"],
        "partitions": draft.document["partitions"],
        "questions": [question.entry for question in draft.questions],
        "unsure": draft.unsure,
        "left_out": draft.left_out,
    }
    document = {key: value for key, value in document.items() if value != []}
    head = (
        f"# Drafted from {json.dumps(harmless(draft.source_name), ensure_ascii=False)[1:-1]} by `polltables import`. "
        f"Figures are as "
        "printed; what was proposed is\n# listed under [[unsure]], what is not in the draft under [[left_out]]. Answer a "
        "question by mending the key\n# it is about, and remove its entry, or run `polltables review`. The codebook is "
        "data/README.md.\n"
    )
    return {
        "poll.toml": head + toml_text(document),
        **{str(question.entry["file"]): _csv(question, draft) for question in draft.questions},
    }


def _set_bases(draft: Draft) -> None:
    """Put bases that are the same wherever all were asked at the segments; others stay in the rows of their tables."""
    printed: dict[str, set[str]] = {}
    of_all = [question for question in draft.questions if question.entry["base"] == "all"]
    for question in of_all:
        for segment, base in question.bases["unweighted_base"].items():
            printed.setdefault(segment, set()).add(base)
    if any(len(bases) > 1 for bases in printed.values()):
        return
    for segment in draft.document["segments"]:
        if segment["id"] in printed:
            segment["base"] = next(iter(printed[segment["id"]]))
    for question in of_all:
        question.bases["unweighted_base"] = {}


def _csv(question: DraftQuestion, draft: Draft) -> str:
    """Write the table of a question, its bases first; a column without a figure is kept, as an empty one."""
    names = {segment for row in question.rows for segment in row.figures}
    segments = [segment["id"] for segment in draft.document["segments"] if segment["id"] in names]
    optional = [
        name for name in ("role", "given", "of", "unit") if any(getattr(row, name) for row in question.rows)
    ]
    bases = [(role, counts) for role, counts in question.bases.items() if counts]
    if bases and "role" not in optional:
        optional.insert(0, "role")
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["answer", "label", *optional, *segments])
    for role, counts in bases:
        label = fitting(question.table.base_labels.get(role, "")) or role.replace("_", " ").capitalize()
        beside = [role if name == "role" else "" for name in optional]
        writer.writerow([role, label, *beside, *(counts.get(segment, "") for segment in segments)])
    for row in question.rows:
        beside = [getattr(row, name) for name in optional]
        writer.writerow(
            [row.id, row.label, *beside, *(row.figures.get(segment) or "" for segment in segments)]
        )
    return text.getvalue()


def write_folder(
    out: Path,
    files: Mapping[str, str],
    *,
    replace: bool = False,
    check: Callable[[Path], object] = lambda _: None,
) -> Path:
    """Write files as a folder, whole or not at all.

    Parameters
    ----------
    out : pathlib.Path
        The folder to make; it must not be there, unless `replace`.
    files : mapping
        File name -> text.
    replace : bool
        Put the new folder in the place of one that is there, in one step; what it held is gone.
    check : callable
        Called with the finished folder before it is moved to its place; an error leaves everything as it was.

    PollError if the folder is there already, holds something else than a poll, or cannot be written.
    """
    there = out.exists() or out.is_symlink()
    if there and not replace:
        raise PollError(
            f"{shown_path(out)}: it is there already, and was left as it is; name another, or add --replace."
        )
    if there and (
        out.is_symlink() or not out.is_dir() or (any(out.iterdir()) and not (out / "poll.toml").is_file())
    ):
        raise PollError(f"{shown_path(out)}: it is no poll folder, so it is not replaced; name another.")
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=f".{out.name}-", dir=out.parent) as scratch:
            new = Path(scratch) / out.name
            new.mkdir()
            for name, text in files.items():
                (new / name).write_text(text, "utf-8", newline="\n")
            check(new)
            _swap(new, out, Path(scratch) / "old")
    except OSError as error:
        raise PollError(f"{shown_path(out)}: cannot be written: {error.strerror or error}.") from error
    return out


def _swap(new: Path, out: Path, old: Path) -> None:
    """Move a folder to its place; if that fails, what was there goes back."""
    if out.exists():
        out.rename(old)
        try:
            new.rename(out)
        except OSError:
            old.rename(out)
            raise
        shutil.rmtree(old)
    else:
        new.rename(out)
