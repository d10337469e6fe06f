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
from analysis.polls.loading import read_toml
from polltables.files import place, swapped, unwritten
from polltables.importing.drafting.draft import Draft, DraftQuestion, DraftRow, fitting, harmless

__all__ = ["draft_files", "toml_text", "write_folder"]


_HEAD = """\
# Drafted from NAME by `polltables import`. Figures are as printed; what was proposed is
# listed under [[unsure]], what is not in the draft under [[left_out]]. Answer a question by mending the key
# it is about, and remove its entry, or run `polltables review`. The codebook is data/README.md.
"""


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
    made = draft.document
    document = {
        "format": 2, "language": made["language"], "decimal_mark": draft.decimal_mark, "decimals": made["decimals"],
        "source": made["source"], "sheet": made["sheet"], "segments": made["segments"], "partitions": made["partitions"],
        "questions": [question.entry for question in draft.questions], "unsure": draft.unsure, "left_out": draft.left_out,
    }  # fmt: skip
    name = json.dumps(harmless(draft.source_name), ensure_ascii=False)[1:-1]
    tables = {str(question.entry["file"]): _csv(question, draft) for question in draft.questions}
    text = toml_text({key: value for key, value in document.items() if value != []})
    return {"poll.toml": _HEAD.replace("NAME", name, 1) + text, **tables}


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
    bases = []
    for role, counts in question.bases.items():
        label = fitting(question.table.base_labels.get(role, "")) or role.replace("_", " ").capitalize()
        bases += [DraftRow(label, counts, id=role, role=role)] if counts else []
    names = {segment for row in question.rows for segment in row.figures}
    segments = [segment["id"] for segment in draft.document["segments"] if segment["id"] in names]
    rows = [*bases, *question.rows]
    optional = [name for name in ("role", "given", "of", "unit") if any(getattr(row, name) for row in rows)]
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["answer", "label", *optional, *segments])
    for row in rows:
        beside = [getattr(row, name) for name in optional]
        writer.writerow([row.id, row.label, *beside, *(row.figures.get(one) or "" for one in segments)])
    return text.getvalue()


def _take_along(old: Path, new: Path) -> None:
    """Copy what lies in a poll's folder and is no part of the poll: no table, where that names none."""
    entries = read_toml(old / "poll.toml")[0].get("questions")
    named = [one.get("file") for one in entries if isinstance(one, dict)] if isinstance(entries, list) else []
    own = {"poll.toml", *(map(str, named) if named else (path.name for path in old.glob("*.csv")))}
    shutil.copytree(
        old,
        new,
        symlinks=True,
        dirs_exist_ok=True,
        ignore=lambda folder, _: own if folder == str(old) else (),
    )


def write_folder(
    out: Path,
    files: Mapping[str, str],
    *,
    replace: bool = False,
    check: Callable[[Path], object] = lambda _: None,
) -> Path:
    """Write files (name -> text) as a folder, whole or not at all.

    `replace` puts the new folder in the place of a poll that is there, in one step; what lies beside that poll, such as the
    published file, stays. `check` is called with the finished folder before it is moved to its place; an error leaves
    everything as it was. PollError if the folder is there already or holds something else than a poll, OSError if it cannot
    be written.
    """
    there = out.exists() or out.is_symlink()
    if there and not replace:
        raise PollError(
            f"{place(out)}: it is there already, and was left as it is; name another, or add --replace."
        )
    if there and (
        out.is_symlink() or not out.is_dir() or (any(out.iterdir()) and not (out / "poll.toml").is_file())
    ):
        raise PollError(f"{place(out)}: it is no poll folder, so it is not replaced; name another.")
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=f".{out.name}-", dir=out.parent) as scratch:
            new, old = Path(scratch) / out.name, Path(scratch) / "old"
            new.mkdir()
            if there:
                _take_along(out, new)
            for name, text in files.items():
                (new / name).unlink(missing_ok=True)  # a link would be followed
                (new / name).write_text(text, "utf-8", newline="\n")
            check(new)
            if there and swapped(new, out):
                return out
            if there:
                out.rename(old)
            try:
                new.rename(out)
            except OSError:  # what was there goes back
                if there:
                    old.rename(out)
                raise
    except OSError as error:
        raise unwritten(error, out) from error
    return out
