"""Reading the files of a reference: a TOML file that describes it and a CSV file beside it."""

import datetime
import hashlib
import tomllib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from analysis.errors import PollError
from analysis.paths import project_root, shown_path
from analysis.polls.figures import read_rows
from analysis.polls.rounding import rounding_interval
from analysis.polls.schema import Field, field_problems

__all__ = [
    "digest",
    "doubled_keys",
    "find_reference",
    "number_columns",
    "read_columns",
    "read_description",
    "share_columns",
    "translations_of",
]

_OPTIONAL_TEXT = Field(str, required=False)
_COMMON = {
    "format": Field(int, allowed=(1,)),
    "title": Field(str),
    "source": Field(str),
    "note": _OPTIONAL_TEXT,
    "assumption": _OPTIONAL_TEXT,
    "translations": Field(dict, required=False),
}
_TRANSLATED = ("title", "source", "unit", "note", "assumption")
_FIELDS = {
    "targets": _COMMON
    | {
        "unit": _OPTIONAL_TEXT,
        "counts": Field(str, required=False, allowed=("people", "votes")),
        "date": Field(datetime.date, required=False),
    },
    "results": _COMMON | {"date": Field(datetime.date), "proclaimed": Field(dict)},
    "races": _COMMON | {"result": _OPTIONAL_TEXT},
}


def find_reference(kind: str, name: str | Path) -> Path:
    """Return the path of a reference without its ending, or say which there are."""
    folder = project_root() / "data" / kind
    for candidate in (folder / name, Path(name)):
        stem = candidate.with_suffix("") if candidate.suffix in {".csv", ".toml"} else candidate
        if stem.with_name(f"{stem.name}.csv").is_file():
            return stem
    there_is = ", ".join(
        sorted(path.stem for path in folder.glob("*.toml")) + ["published"] * (kind == "targets")
    )
    raise PollError(
        f"No file {name!s} for data/{kind}; there is: {there_is}. A path to a CSV file also works."
    )


def read_description(kind: str, stem: Path, *, optional: bool = False) -> tuple[dict[str, Any], list[str]]:
    """Read the TOML file beside a CSV, with its problems; a user's own CSV may come without one."""
    path = stem.with_name(f"{stem.name}.toml")
    where = shown_path(path)
    if optional and not path.is_file():
        return {"title": stem.name, "source": f"{stem.name}.csv"}, []
    try:
        document = tomllib.loads(path.read_bytes().decode("utf-8-sig"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        return {}, [f"{where}: cannot be read as TOML in UTF-8: {error}."]
    return document, [
        *field_problems(document, _FIELDS[kind], where),
        *_translation_problems(document, where),
    ]


def _translation_problems(document: dict[str, Any], where: str) -> Iterator[str]:
    """Say which translations are no texts, or translate nothing."""
    translations = document.get("translations")
    for language, texts in translations.items() if isinstance(translations, dict) else ():
        place = f"{where}, [translations.{language}]"
        if not isinstance(texts, dict):
            yield f"{place}: write a table of texts."
            continue
        for key, text in texts.items():
            if key not in _TRANSLATED or key not in document:
                yield f"{place}: {key!r} translates nothing; allowed: {', '.join(_TRANSLATED)}, where the file has them."
            elif not isinstance(text, str):
                yield f"{place}, {key!r}: {text!r} is not a text."


def translations_of(document: dict[str, Any]) -> dict[str, dict[str, str]]:
    """Return the texts of a description in other languages."""
    return {
        language: {key: text.strip() for key, text in texts.items()}
        for language, texts in document.get("translations", {}).items()
    }


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
