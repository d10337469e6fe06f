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
from analysis.polls.limits import text_problem
from analysis.polls.loading import read_toml
from analysis.polls.schema import read_table
from analysis.polls.tables import read_rows

__all__ = ["ReferenceFiles", "find_reference", "names_in"]

_MOST = 10**12  # of what is counted
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
            f"{kind}: {type(name).__name__} is neither an id under data/{kind} nor a path to a CSV file; "
            "a table of your own is saved there first, with to_csv."
        )
    known = {path.stem: path.with_suffix("") for path in data_files(kind, "*.toml")}
    try:
        for candidate in filter(None, (known.get(str(name)), Path(name))):
            stem = candidate.with_suffix("") if candidate.suffix in {".csv", ".toml"} else candidate
            if stem.name and stem.with_name(f"{stem.name}.csv").is_file():
                return stem
    except (OSError, ValueError):  # a name that no file can have
        pass
    there_is = [*known, *also]
    raise PollError(
        f"{unknown_name(f'nothing in data/{kind} called', name, there_is)} A path to a CSV file also works."
    )


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


class ReferenceFiles:
    """The files of a reference, NAME.toml, NAME.csv and perhaps NAME-PART.csv, and everything that is wrong with them."""

    def __init__(self, kind: str, name: str | Path, *, also: Sequence[str] = ()) -> None:
        self.stem = find_reference(kind, name, also=also)
        self.problems: list[str] = []

    def path(self, part: str = "", ending: str = ".csv") -> Path:
        """Return the path of one of the files, whether it is there or not."""
        return self.stem.with_name(f"{self.stem.name}{part}{ending}")

    def where(self, part: str = "") -> str:
        """Name one of the tables as a reader knows it."""
        return shown_path(self.path(part))

    def described(self, of: type, *, optional: bool = False) -> Any:
        """Read the TOML file into a reference, None where it has faults; a user's own CSV may come without one."""
        path = self.path(ending=".toml")
        where = shown_path(path)
        if optional and not path.is_file():
            return of(id=self.stem.name, format=1, title=self.stem.name, source=f"{self.stem.name}.csv")
        document, faults = read_toml(path)
        self.problems += faults
        described = None if faults else read_table(of, document, where, self.problems)
        if described is None:
            return None
        self.problems += _translation_problems(described, where)
        texts = {name: getattr(described, name).strip() for name in _TRANSLATED if hasattr(described, name)}
        return replace(described, id=self.stem.name, **texts)

    def table(self, required: Sequence[str], part: str = "") -> pd.DataFrame:
        """Read a CSV into text columns, indexed by line, checking that the required ones are there and rows are whole."""
        where, nothing = self.where(part), pd.DataFrame(columns=list(required))
        rows, faults = read_rows(self.path(part), where)
        if faults:
            self.problems += faults
            return nothing
        (_, header), *body = rows
        faults = [f"{where}: column {name!r} is missing." for name in required if name not in header]
        faults += [
            f"{where}: column {name!r} stands twice; keep one."
            for name in set(header)
            if header.count(name) > 1
        ]
        faults += [
            f"{where}, line {line}: {len(row)} cells under {len(header)} columns."
            for line, row in body
            if len(row) != len(header)
        ]
        faults += [
            f"{where}, line {line}: {why}."
            for line, row in rows
            if (why := next(filter(None, map(text_problem, row)), None))
        ]
        if not body:
            faults.append(f"{where}: the file has no rows.")
        self.problems += faults
        lines = [line for line, _ in body]
        return nothing if faults else pd.DataFrame([row for _, row in body], columns=header, index=lines)

    def numbers(self, table: pd.DataFrame, columns: Sequence[str], part: str = "") -> pd.DataFrame:
        """Turn columns into numbers, empty cells into NaN, noting what is neither."""
        numbers = table.copy()
        for column in columns:
            numbers[column] = pd.to_numeric(table[column], errors="coerce")
            wrong = table[column][table[column].ne("") & ~numbers[column].between(0, _MOST)]
            self.problems += [
                f"{self.where(part)}, line {line}, column {column!r}: {printed[:100]!r} is not a number from 0 to {_MOST:,}."
                for line, printed in wrong.items()
            ]
        return numbers

    def shares(self, table: pd.DataFrame, columns: Sequence[str], part: str = "") -> pd.DataFrame:
        """Turn columns of printed percentages into shares, empty cells into NaN, noting what is neither."""
        shares = table.copy()
        for column in columns:
            values = []
            for line, printed in table[column].items():
                try:
                    values.append(rounding_interval(printed)[0] if printed else float("nan"))
                except ValueError as error:
                    self.problems.append(f"{self.where(part)}, line {line}, column {column!r}: {error}.")
                    values.append(float("nan"))
            shares[column] = values
        return shares

    def require_unique(self, table: pd.DataFrame, column: str, part: str = "") -> None:
        """Note which keys stand twice."""
        self.problems += [
            f"{self.where(part)}, line {line}: {table.loc[line, column]!r} stands twice; keep one row."
            for line in table.index[table[column].duplicated()]
        ]

    def loaded(self, described: Any, *parts: str, **fields: Any) -> Any:
        """Complete a reference by what its tables say, with the digest of its files; all faults at once are an error."""
        if self.problems:
            raise PollError(self.problems)
        paths = [self.path(), self.path(ending=".toml"), *map(self.path, parts)]
        content = b"".join(path.read_bytes() for path in paths if path.is_file())
        return replace(described, sha256=hashlib.sha256(content).hexdigest(), **fields)
