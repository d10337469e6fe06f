"""Reading the files of a reference: a TOML file that describes it and a CSV file beside it."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd

from analysis.errors import PollError, unknown_name
from analysis.paths import data_files, shown_path
from analysis.polls.figures import rounding_interval
from analysis.polls.loading import read_toml
from analysis.polls.schema import read_table
from analysis.polls.tables import read_rows

__all__ = [
    "digest",
    "doubled_keys",
    "find_reference",
    "names_in",
    "number_columns",
    "read_columns",
    "read_description",
    "share_columns",
]

_TRANSLATED = ("title", "short_title", "source", "unit", "note", "assumption")


def names_in(kind: str, names: str) -> list[str]:
    """Return the references that a list names, separated by blanks or commas."""
    if not isinstance(names, str):
        raise PollError(
            f"{kind}: {names!r} is no list of ids or paths; write them separated by commas, or nothing for all."
        )
    return names.replace(",", " ").split()


def find_reference(kind: str, name: str | Path, *, also: Sequence[str] = ()) -> Path:
    """Return the path of a reference without its ending, or say which there are."""
    if not isinstance(name, str | Path):
        raise PollError(
            f"{kind}: {type(name).__name__} is neither an id under data/{kind} nor a path to a CSV file."
        )
    known = {path.stem: path.with_suffix("") for path in data_files(kind, "*.toml")}
    try:
        for candidate in (known.get(str(name)), Path(name)):
            stem = (
                candidate.with_suffix("")
                if candidate and candidate.suffix in {".csv", ".toml"}
                else candidate
            )
            if stem is not None and stem.name and stem.with_name(f"{stem.name}.csv").is_file():
                return stem
    except (OSError, ValueError):  # a name that no file can have
        pass
    there_is = [*known, *also]
    raise PollError(
        f"{unknown_name(f'nothing in data/{kind} called', name, there_is)} A path to a CSV file also works."
    )


def read_description(of: type, stem: Path, problems: list[str], *, optional: bool = False) -> Any:
    """Read the TOML file beside a CSV into a reference, noting what is wrong; a user's own CSV may come without one."""
    path = stem.with_name(f"{stem.name}.toml")
    where = shown_path(path)
    if optional and not path.is_file():
        return of(id=stem.name, format=1, title=stem.name, source=f"{stem.name}.csv")
    document, faults = read_toml(path)
    problems += faults
    if faults:
        return None
    described = read_table(of, document, where, problems)
    if described is None:
        return None
    problems += _translation_problems(described, where)
    texts = {name: getattr(described, name).strip() for name in _TRANSLATED if hasattr(described, name)}
    return replace(described, id=stem.name, **texts)


def _translation_problems(described: Any, where: str) -> Iterator[str]:
    """Say which translations are no texts, or translate nothing."""
    for language, texts in described.translations.items():
        place = f"{where}, [translations.{language}]"
        if not isinstance(texts, dict):
            yield f"{place}: write a table of texts."
            continue
        for key, text in texts.items():
            if key not in _TRANSLATED or not getattr(described, key, ""):
                yield f"{place}: {key!r} translates nothing; allowed: {', '.join(_TRANSLATED)}, where the file has them."
            elif not isinstance(text, str):
                yield f"{place}, {key!r}: {text!r} is not a text."


def digest(*paths: Path) -> str:
    """Return the SHA-256 of the files that are there, one after the other."""
    return hashlib.sha256(b"".join(path.read_bytes() for path in paths if path.is_file())).hexdigest()


def read_columns(path: Path, required: Sequence[str]) -> tuple[pd.DataFrame, list[str]]:
    """Read a CSV into text columns, indexed by line, checking that the required ones are there and rows are whole."""
    rows, problems = read_rows(path)
    if problems:
        return pd.DataFrame(columns=list(required)), problems
    where = shown_path(path)
    (_, header), *body = rows
    problems += [f"{where}: column {name!r} is missing." for name in required if name not in header]
    problems += [
        f"{where}: column {name!r} stands twice; keep one." for name in set(header) if header.count(name) > 1
    ]
    problems += [
        f"{where}, line {line}: {len(row)} cells under {len(header)} columns."
        for line, row in body
        if len(row) != len(header)
    ]
    if not body:
        problems.append(f"{where}: the file has no rows.")
    if problems:
        return pd.DataFrame(columns=list(required)), problems
    return pd.DataFrame([row for _, row in body], columns=header, index=[line for line, _ in body]), []


def number_columns(
    table: pd.DataFrame, columns: Sequence[str], where: str, problems: list[str]
) -> pd.DataFrame:
    """Turn columns into numbers, empty cells into NaN, noting what is neither."""
    numbers = table.copy()
    for column in columns:
        numbers[column] = pd.to_numeric(table[column], errors="coerce")
        wrong = table[column].ne("") & ~(numbers[column] >= 0)
        problems += [
            f"{where}, line {line}, column {column!r}: {table.loc[line, column]!r} is not a number of 0 or more."
            for line in table.index[wrong]
        ]
    return numbers


def share_columns(
    table: pd.DataFrame, columns: Sequence[str], where: str, problems: list[str]
) -> pd.DataFrame:
    """Turn columns of printed percentages into shares, empty cells into NaN, noting what is neither."""
    shares = table.copy()
    for column in columns:
        values = []
        for line, printed in table[column].items():
            try:
                values.append(rounding_interval(printed)[0] if printed else float("nan"))
            except ValueError as error:
                problems.append(f"{where}, line {line}, column {column!r}: {error}.")
                values.append(float("nan"))
        shares[column] = values
    return shares


def doubled_keys(table: pd.DataFrame, column: str, where: str) -> Iterator[str]:
    """Say which keys stand twice."""
    for line in table.index[table[column].duplicated()]:
        yield f"{where}, line {line}: {table.loc[line, column]!r} stands twice; keep one row."
