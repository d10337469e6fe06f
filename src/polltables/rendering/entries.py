"""One table of `notebooks/reports.toml`: what it may say, and what is wrong with it."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from analysis.errors import ReportError, unknown_name
from polltables.rendering.page import LANGUAGES
from polltables.rendering.parameters import Parameter, form_problems, read_parameters

__all__ = ["FRONT_PAGE", "Entry", "read_entry"]

FRONT_PAGE = "index"
"""The name of the report that is the front page of all others."""

_KEYS = ("notebook", "parameters", "each", "languages")
_FILE_NAME = re.compile(r"\w[\w. -]{,99}")
_EACH = ("all", "single_response", "multiple_response")


@dataclass(frozen=True, slots=True)
class Entry:
    """One table of reports.toml, well formed."""

    name: str
    notebook: Path
    known: Mapping[str, Parameter]
    overrides: Mapping[str, Any]
    each: str
    """Of which kind of question, or of `all`, there is a report each; empty where there is one report."""
    languages: tuple[str, ...]
    where: str

    @property
    def defaults(self) -> dict[str, Any]:
        """The values of all parameters unless a poll lacks them."""
        return {key: parameter.default for key, parameter in self.known.items()}


def read_entry(name: str, table: Any, folder: Path, where: str) -> Entry:
    """Read one table, or say everything that is wrong with its form."""
    if not isinstance(table, dict) or not isinstance(table.get("notebook"), str):
        raise ReportError(
            f"{where}: 'notebook' is missing; add it, such as notebook = \"01-published-tables.ipynb\"."
        )
    problems = [f"{where}: {unknown_name('unknown key', key, _KEYS)}" for key in table if key not in _KEYS]
    if not _FILE_NAME.fullmatch(name):
        problems.append(f"{where}: {name[:100]!r} names no report; write letters, digits, dots and dashes.")
    notebook, overrides, each = folder / table["notebook"], table.get("parameters", {}), table.get("each", {})
    if not notebook.is_file():
        there_is = sorted(other.name for other in folder.glob("*.ipynb"))
        raise ReportError([*problems, f"{where}: {unknown_name('no notebook', table['notebook'], there_is)}"])
    if not isinstance(overrides, dict):
        raise ReportError(
            [*problems, f"{where}, 'parameters': {overrides!r} is no table; write {{ name = value }}."]
        )
    known = read_parameters(notebook)
    if "poll" not in known:
        problems.append(f"{where}: the notebook has no parameter 'poll'; add it as its first one.")
    problems += form_problems(overrides, known, where)
    problems += _each_problems(each, known, overrides, where)
    languages = LANGUAGES if "language" in known else LANGUAGES[:1]
    if "languages" in table:
        languages = table["languages"]
        problems += _language_problems(languages, known, overrides, where)
    elif "language" in overrides:
        languages = (overrides["language"],)
    if problems:
        raise ReportError(problems)
    return Entry(
        name, notebook, known, overrides, each.get("question", ""), tuple(dict.fromkeys(languages)), where
    )


def _language_problems(
    languages: Any, known: Mapping[str, Parameter], overrides: Mapping[str, Any], where: str
) -> Iterator[str]:
    """Say what is wrong with `languages`: which editions an entry makes."""
    if not isinstance(languages, list) or not languages or any(one not in LANGUAGES for one in languages):
        allowed = ", ".join(f'"{language}"' for language in LANGUAGES)
        yield f"{where}, 'languages': {languages!r} is not allowed; write a list of {allowed}."
    elif "language" in overrides:
        yield f"{where}: 'language' stands in 'parameters' and in 'languages'; keep one of them."
    elif "language" not in known and languages != [LANGUAGES[0]]:
        yield f"{where}, 'languages': the notebook has no parameter 'language', so it speaks {LANGUAGES[0]!r} only."


def _each_problems(
    each: Any, known: Mapping[str, Parameter], overrides: Mapping[str, Any], where: str
) -> Iterator[str]:
    """Say what is wrong with `each`: what an entry makes several reports of."""
    if each == {}:
        return
    if each not in [{"question": kind} for kind in _EACH]:
        allowed = ", ".join(f'{{question = "{kind}"}}' for kind in _EACH)
        yield f"{where}, 'each': {each!r} is not allowed; use one of {allowed}."
        return
    if "question" not in known:
        yield f"{where}, 'each': unknown parameter 'question'; the notebook has: {', '.join(known)}."
    if "question" in overrides:
        yield f"{where}: 'question' stands in 'parameters' and in 'each'; keep one of them."
