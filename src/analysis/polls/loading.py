"""Read a poll folder, reporting everything that is wrong with it at once."""

import hashlib
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from glob import escape
from pathlib import Path
from typing import Any

from analysis.errors import PollError, unknown_name
from analysis.paths import beside_path, data_files, shown_path
from analysis.polls.checking import document_problems
from analysis.polls.figures import parse_count
from analysis.polls.limits import MAX_CELLS, size_problem, text_problem, toml_problem
from analysis.polls.model import Document, Poll
from analysis.polls.schema import read_table as read_toml_table
from analysis.polls.segments import Segments
from analysis.polls.sheet import SHEET_FIGURES, Sheet
from analysis.polls.tables import PublishedTable, read_table

__all__ = ["list_polls", "load_poll", "poll_folder", "read_toml"]


def list_polls() -> list[str]:
    """List the ids of the polls in `data/polls`; none outside a project.

    Examples
    --------
    >>> "cpi-2021-04" in list_polls()
    True

    The poll of April 2021 can be loaded by this name.
    """
    return sorted(path.parent.name for path in data_files("polls", "*/poll.toml"))


def poll_folder(poll: str | Path) -> Path:
    """Find a poll's folder from its id under `data/polls`, or from a path, which needs no project around it."""
    if not isinstance(poll, str | Path):
        raise PollError(
            f"poll: {type(poll).__name__} is neither an id under data/polls nor a path to a poll's folder."
        )
    try:
        name = str(poll)
        inside = data_files("polls", f"{escape(name)}/poll.toml") if name and name == Path(name).name else []
        for folder in (*(path.parent for path in inside), Path(poll)):
            if (folder / "poll.toml").is_file():
                return folder
        is_there = bool(name) and Path(name).exists()
    except (OSError, ValueError):  # a name that no file can have
        is_there = False
    if is_there:
        there = (
            "is no folder; name the folder that holds it" if Path(name).is_file() else "holds no poll.toml"
        )
        raise PollError(
            f"{name}: it {there}. A poll is an id under data/polls, or a folder with a poll.toml."
        )
    raise PollError(
        f"{unknown_name('no poll', poll, known_polls(poll))} A path to any folder with a poll.toml also works."
    )


def known_polls(near: str | Path) -> list[str]:
    """Return the ids of the project's polls, and the folders of polls that lie beside where one was looked for."""
    beside = [str(path) for path in beside_path(near) if (path / "poll.toml").is_file()]
    return list(dict.fromkeys([*list_polls(), *beside]))


def read_toml(path: Path) -> tuple[dict[str, Any], list[str]]:
    """Read a TOML file from anybody, with what is wrong with it; nothing of it is used then."""
    where = shown_path(path)
    try:
        if problem := size_problem(path, where):
            return {}, [problem]
        text = path.read_bytes().decode("utf-8-sig")
        if problem := toml_problem(text):
            return {}, [f"{where}: {problem}."]
        return tomllib.loads(text), []
    except RecursionError:
        return {}, [f"{where}: brackets are nested too deeply."]
    except OSError as error:
        return {}, [f"{where}: cannot be read: {error.strerror or error}."]
    # A number of thousands of digits is a ValueError of its own.
    except ValueError as error:
        return {}, [f"{where}: cannot be read as TOML in UTF-8: {error}."]


def load_poll(poll: str | Path | Poll) -> Poll:
    """Load a poll, checking all of it first.

    * `poll`: an id under `data/polls`, or a path to any poll folder; a poll is returned as it is.

    Examples
    --------
    >>> poll = load_poll("cpi-2021-04")
    >>> poll
    <Poll cpi-2021-04: CPI, until 2021-04-21, n = 1,200; 8 questions, 9 segments>
    >>> len(poll.figures)
    868

    The poll printed 868 figures about 1,200 interviews.
    """
    if isinstance(poll, Poll):  # a cell that loads a poll may be run twice
        return poll
    folder = poll_folder(poll)
    path = folder / "poll.toml"
    where = shown_path(path)
    if not _lies_within(path, folder):
        raise PollError(f"{where}: the file lies outside its folder; put it there, not a link to it.")
    content, problems = read_toml(path)
    if problems:
        raise PollError(problems)
    document = read_toml_table(Document, content, where, problems)
    if document is not None:
        problems += document_problems(document, where)
    tables = _read_tables(folder, content, where)
    problems += [problem for table in tables.values() for problem in table.problems]
    problems += _stray_files(folder, tables)
    cells = sum(len(table.rows) for table in tables.values()) * len(list(_entries(content, "segments")))
    if cells > MAX_CELLS:
        problems.append(f"{where}: the tables have {cells:,} cells; at most {MAX_CELLS:,} are read.")
    if problems:
        raise PollError(problems)
    return _build(folder, document, tables)


def _lies_within(path: Path, folder: Path) -> bool:
    """Say whether a file of a folder lies there once it is followed, should it be a link."""
    try:
        return not path.is_symlink() or path.resolve().is_relative_to(folder.resolve())
    except (OSError, RuntimeError):
        return False


def _entries(document: Mapping[str, Any], name: str) -> Iterator[dict[str, Any]]:
    """Go through the well-formed entries of a list of tables, even in a file with faults."""
    entries = document.get(name, [])
    yield from (entry for entry in entries if isinstance(entry, dict)) if isinstance(entries, list) else ()


def _read_tables(folder: Path, document: Mapping[str, Any], where: str) -> dict[str, PublishedTable]:
    """Read the file of every question, by file name; a name that leaves the folder is a problem."""
    segment_ids = [
        entry["id"] for entry in _entries(document, "segments") if isinstance(entry.get("id"), str)
    ]
    mark = "," if document.get("decimal_mark") == "," else "."
    tables: dict[str, PublishedTable] = {}
    for question in _entries(document, "questions"):
        name = question.get("file")
        if not isinstance(name, str):
            continue
        if name in tables:
            tables[name].problems.append(
                f"{where}: two questions name {name[:80]!r}; each needs a file of its own."
            )
        elif (
            name in {"", ".."}
            or name != Path(name).name
            or text_problem(name)
            or not _lies_within(folder / name, folder)
        ):
            wrong = f"{where}: file {name[:80]!r} is not a plain file name; keep the table beside poll.toml."
            tables[name] = PublishedTable(problems=[wrong])
        else:
            tables[name] = read_table(folder / name, segment_ids, mark)
    return tables


def _stray_files(folder: Path, tables: Mapping[str, PublishedTable]) -> list[str]:
    """Say which CSV files no question names: a table must not be lost without a word."""
    return [
        f"{shown_path(path)}: no question of poll.toml names this file; add a [[questions]] entry or remove it."
        for path in sorted(folder.glob("*.csv"))
        if path.name not in tables
    ]


def _build(folder: Path, document: Document, tables: Mapping[str, PublishedTable]) -> Poll:
    """Assemble a poll from files without faults."""
    mark = document.decimal_mark
    segments = [
        replace(one, interviews=parse_count(one.base, decimal_mark=mark)) if one.base else one
        for one in document.segments
    ]
    questions = [
        replace(one, rows=tuple(table.rows), columns=tuple(table.segments), figures=table.figures)
        for one in document.questions
        for table in [tables[one.file]]
    ]
    return Poll(
        id=folder.resolve().name,
        source=document.source,
        sheet=_with_figures(document.sheet, mark),
        segments=Segments(tuple(segments), document.partitions),
        questions=tuple(questions),
        language=document.language,
        decimal_mark=mark,
        decimals=document.decimals,
        sha256=_digest(folder, ["poll.toml", *tables]),
        unsure=document.unsure,
        left_out=document.left_out,
    )


def _with_figures(sheet: Sheet, mark: str) -> Sheet:
    """Read the numbers of the technical sheet."""
    printed = {item.id: item.printed for item in sheet.items}
    numbers = {
        name: parse(printed[name], decimal_mark=mark)
        for name, parse in SHEET_FIGURES.items()
        if name in printed
    }
    return replace(sheet, figures=numbers)


def _digest(folder: Path, names: Sequence[str]) -> str:
    """Hash the poll's files, names included, whatever line ends a checkout gave them."""
    digest = hashlib.sha256()
    for name in sorted(names):
        content = (folder / name).read_bytes().replace(b"\r\n", b"\n")
        digest.update(f"{name}\n{len(content)}\n".encode() + content)
    return digest.hexdigest()
