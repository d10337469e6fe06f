"""Read a poll folder, reporting everything that is wrong with it at once."""

import hashlib
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from analysis.errors import PollError
from analysis.paths import project_root, shown_path
from analysis.polls.consistency import reference_problems
from analysis.polls.figures import PublishedTable, read_table
from analysis.polls.limits import MAX_CELLS, size_problem
from analysis.polls.model import Doubt, LeftOut, Poll, Question, Source
from analysis.polls.rounding import parse_count, rounding_interval
from analysis.polls.schema import poll_problems
from analysis.polls.segments import Partition, Segment, Segments
from analysis.polls.sheet import build_sheet, sheet_problems

__all__ = ["list_polls", "load_poll", "poll_folder"]


def list_polls() -> list[str]:
    """List the ids of the polls in `data/polls`.

    Examples
    --------
    >>> "cpi-2021-04" in list_polls()
    True

    The poll of April 2021 can be loaded by this name.
    """
    return sorted(path.parent.name for path in (project_root() / "data" / "polls").glob("*/poll.toml"))


def poll_folder(poll: str | Path) -> Path:
    """Find a poll's folder from its id under `data/polls`, or from a path.

    Raises
    ------
    PollError
        If there is no such poll; the message lists those there are.
    """
    candidates = [project_root() / "data" / "polls" / poll, Path(poll)]
    for folder in candidates:
        if (folder / "poll.toml").is_file():
            return folder
    raise PollError(
        f"No poll {str(poll)!r}; in data/polls there is: {', '.join(list_polls())}. "
        "A path to any folder with a poll.toml also works."
    )


def load_poll(poll: str | Path) -> Poll:
    """Load a poll, checking all of it first.

    Parameters
    ----------
    poll : str or pathlib.Path
        An id under `data/polls`, or a path to any poll folder.

    Raises
    ------
    PollError
        Naming every fault of the folder: the file and row, what is wrong, what is allowed.

    Examples
    --------
    >>> poll = load_poll("cpi-2021-04")
    >>> poll.sheet.n, int(poll.estimates["printed"].notna().sum())
    (1200, 868)
    >>> poll.question("vote_intention").table().loc["castillo", ["total", "rural"]].to_list()
    [nan, 0.615]

    The poll printed 868 figures about 1,200 interviews; its first table has no total column, which
    is a gap and not a zero, and 61.5 % of rural respondents would vote for Castillo.
    """
    folder = poll_folder(poll)
    path = folder / "poll.toml"
    where = shown_path(path)
    if not _lies_within(path, folder):
        raise PollError(f"{where}: the file lies outside its folder; put it there, not a link to it.")
    if problem := size_problem(path, where):
        raise PollError(problem)
    try:
        document = tomllib.loads(path.read_bytes().decode("utf-8-sig"))
    except RecursionError:
        raise PollError(f"{where}: not a poll: brackets are nested too deeply.") from None
    # A number of thousands of digits is a ValueError of its own.
    except ValueError as error:
        raise PollError(f"{where}: not a TOML file in UTF-8: {error}.") from error
    problems = poll_problems(document, where)
    well_formed = not problems
    if well_formed:
        problems += reference_problems(document, where)
        problems += sheet_problems(document, where)
    tables = _read_tables(folder, document)
    problems += [problem for table in tables.values() for problem in table.problems]
    problems += _stray_files(folder, tables)
    cells = sum(len(table.answers) for table in tables.values()) * len(list(_entries(document, "segments")))
    if cells > MAX_CELLS:
        problems.append(f"{where}: the tables have {cells:,} cells; at most {MAX_CELLS:,} are read.")
    if problems:
        raise PollError(problems)
    return _build(folder, document, tables)


def _lies_within(path: Path, folder: Path) -> bool:
    """Say whether a file lies in a folder once links are followed; a name no file can have does not."""
    try:
        return path.resolve().is_relative_to(folder.resolve())
    except (ValueError, OSError, RuntimeError):
        return False


def _entries(document: Mapping[str, Any], name: str) -> Iterator[dict[str, Any]]:
    """Go through the well-formed entries of a list of tables, even in a file with faults."""
    entries = document.get(name, [])
    yield from (entry for entry in entries if isinstance(entry, dict)) if isinstance(entries, list) else ()


def _read_tables(folder: Path, document: Mapping[str, Any]) -> dict[str, PublishedTable]:
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
        path = folder / name
        if name in tables:
            tables[name].problems.append(
                f"{shown_path(folder)}/{name[:80]}: two questions name this file; each needs its own."
            )
        elif Path(name).name != name or not _lies_within(path, folder):
            tables[name] = PublishedTable(
                problems=[f"{shown_path(folder)}/poll.toml: file {name[:80]!r} is not a plain file name; "
                          "keep the table beside poll.toml."]
            )  # fmt: skip
        else:
            tables[name] = read_table(path, segment_ids, mark)
    return tables


def _stray_files(folder: Path, tables: Mapping[str, PublishedTable]) -> list[str]:
    """Say which CSV files no question names: a table must not be lost without a word."""
    return [
        f"{shown_path(path)}: no question of poll.toml names this file; add a [[questions]] entry or remove it."
        for path in sorted(folder.glob("*.csv"))
        if path.name not in tables
    ]


def _build(folder: Path, document: Mapping[str, Any], tables: Mapping[str, PublishedTable]) -> Poll:
    """Assemble a poll from files without faults."""
    mark = document["decimal_mark"]
    segments = Segments(
        items=tuple(
            Segment(
                id=entry["id"],
                label=entry["label"],
                label_en=entry.get("label_en", entry["label"]),
                base=parse_count(entry["base"], decimal_mark=mark) if "base" in entry else None,
            )
            for entry in document["segments"]
        ),
        partitions=tuple(
            Partition(
                id=entry["id"],
                of=entry["of"],
                parts=tuple(entry["parts"]),
                label=entry.get("label", ""),
                label_en=entry.get("label_en", entry.get("label", "")),
            )
            for entry in document.get("partitions", [])
        ),
    )
    questions = tuple(
        _question(entry, tables[entry["file"]], segments.ids, mark) for entry in document["questions"]
    )
    source = document["source"]
    return Poll(
        id=folder.resolve().name,
        source=Source(
            title=source["title"],
            title_en=source.get("title_en", source["title"]),
            publisher=source["publisher"],
            url=source.get("url", ""),
            licence=source.get("licence", ""),
            licence_en=source.get("licence_en", source.get("licence", "")),
        ),
        sheet=build_sheet(document["sheet"], mark),
        segments=segments,
        questions=questions,
        estimates=pd.concat([question.estimates for question in questions], ignore_index=True),
        language=document["language"],
        decimal_mark=mark,
        decimals=document["decimals"],
        sha256=_digest(folder, ["poll.toml", *tables]),
        unsure=tuple(Doubt(**{"because": "", **entry}) for entry in document.get("unsure", [])),
        left_out=tuple(LeftOut(**entry) for entry in document.get("left_out", [])),
    )


def _question(
    entry: Mapping[str, str], table: PublishedTable, segment_ids: Sequence[str], mark: str
) -> Question:
    """Put a question together with the long form of its table, a row for every answer and segment."""
    rows = []
    for answer in table.answers:
        for segment in segment_ids:
            printed = table.figures.get((answer.id, segment))
            share, low, high = (
                (float("nan"),) * 3 if printed is None else rounding_interval(printed, decimal_mark=mark)
            )
            rows.append((entry["id"], answer.id, segment, printed, share, low, high))
    columns = ["question", "answer", "segment", "printed", "share", "low", "high"]
    estimates = pd.DataFrame(rows, columns=columns)
    estimates["printed"] = estimates["printed"].astype("str")  # also where nothing was printed
    return Question(
        id=entry["id"],
        name=entry["name"],
        name_en=entry.get("name_en", entry["name"]),
        title=entry["title"],
        title_en=entry.get("title_en", entry["title"]),
        instructions=entry.get("instructions", ""),
        instructions_en=entry.get("instructions_en", entry.get("instructions", "")),
        row_heading=entry.get("row_heading", ""),
        row_heading_en=entry.get("row_heading_en", entry.get("row_heading", "")),
        kind=entry["kind"],
        asked=entry["asked"],
        base=entry["base"],
        repeats=entry.get("repeats"),
        not_published=entry.get("not_published", ""),
        not_published_en=entry.get("not_published_en", entry.get("not_published", "")),
        file=entry["file"],
        answers=tuple(table.answers),
        estimates=estimates,
    )


def _digest(folder: Path, names: Sequence[str]) -> str:
    """Hash the poll's files, names included, whatever line ends a checkout gave them."""
    digest = hashlib.sha256()
    for name in sorted(names):
        content = (folder / name).read_bytes().replace(b"\r\n", b"\n")
        digest.update(f"{name}\n{len(content)}\n".encode() + content)
    return digest.hexdigest()
