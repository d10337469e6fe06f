"""Which reports there are: `notebooks/reports.toml`, checked before anything runs."""

import ast
import os
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import Any

from analysis.errors import AnalysisError, ReportError
from analysis.inference import METHODS
from analysis.paths import project_root, shown_path
from analysis.polls import Poll, load_poll
from analysis.reporting.language import LANGUAGES

__all__ = ["Report", "load_collection"]

_TYPES: dict[str, tuple[type, ...]] = {"str": (str,), "int": (int,), "float": (int, float), "bool": (bool,)}
_MORE_KEYS = "notebook, parameters"


@dataclass(frozen=True, slots=True)
class Report:
    """A report to be made.

    Attributes
    ----------
    name : str
        File name of the report without its ending.
    notebook : pathlib.Path
    overrides : dict
        The parameters that reports.toml sets.
    parameters : dict
        All parameters with their values, in the notebook's order.
    """

    name: str
    notebook: Path
    overrides: Mapping[str, Any]
    parameters: Mapping[str, Any]

    @property
    def poll(self) -> Poll:
        """The poll that the report is about."""
        return load_poll(self.parameters["poll"])

    @property
    def language(self) -> str:
        """The language of its readers."""
        return str(self.parameters.get("language", LANGUAGES[0]))

    @property
    def path(self) -> PurePosixPath:
        """The report's place in the folder of reports."""
        edition = "" if self.language == LANGUAGES[0] else self.language
        return PurePosixPath(edition, f"{self.name}.html")

    def edition_link(self, language: str) -> PurePosixPath:
        """Return the address of the same report in another language, as seen from this one."""
        other = self.in_language(language).path
        return PurePosixPath(os.path.relpath(other, self.path.parent))

    def in_language(self, language: str) -> "Report":
        """Return the same report for the readers of another language."""
        return replace(
            self,
            overrides={**self.overrides, "language": language},
            parameters={**self.parameters, "language": language},
        )


def notebook_parameters(notebook: Path) -> dict[str, tuple[str, Any]]:
    """Read a notebook's parameters: name → (type name, default value)."""
    import papermill

    return {
        name: (parameter["inferred_type_name"], ast.literal_eval(parameter["default"]))
        for name, parameter in papermill.inspect_notebook(str(notebook)).items()
    }


def load_collection(path: Path | None = None) -> list[Report]:
    """Read a list of reports and check every parameter of every one.

    Parameters
    ----------
    path : pathlib.Path, optional
        The list; `notebooks/reports.toml` unless given. Notebooks lie beside it.

    Raises
    ------
    ReportError
        Naming every unknown notebook, parameter, poll, question, segment or method, every value
        of the wrong type, and what there is instead.

    Examples
    --------
    >>> [report.name for report in load_collection()][0]
    '01-published-tables'

    The first report shows what was published.
    """
    path = path or project_root() / "notebooks" / "reports.toml"
    where = shown_path(path)
    try:
        entries = tomllib.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ReportError(f"{where}: cannot be read as TOML in UTF-8: {error}.") from error
    problems: list[str] = []
    reports = [
        report
        for name, entry in entries.items()
        if (report := _read_report(name, entry, path.parent, f"{where}, [{name}]", problems))
    ]
    if not entries:
        problems.append(f"{where}: no report is listed; add a table such as [01-published-tables].")
    if problems:
        raise ReportError(problems)
    return reports


def _read_report(name: str, entry: Any, folder: Path, where: str, problems: list[str]) -> Report | None:
    """Read one entry, adding to `problems` what is wrong with it."""
    if not isinstance(entry, dict) or not isinstance(entry.get("notebook"), str):
        problems.append(
            f"{where}: 'notebook' is missing; add it, such as notebook = \"01-published-tables.ipynb\"."
        )
        return None
    problems += [
        f"{where}: unknown key {key!r}; allowed: {_MORE_KEYS}."
        for key in entry
        if key not in {"notebook", "parameters"}
    ]
    notebook = folder / entry["notebook"]
    overrides = entry.get("parameters", {})
    if not notebook.is_file() or not isinstance(overrides, dict):
        there_is = ", ".join(sorted(other.name for other in folder.glob("*.ipynb")))
        problems.append(
            f"{where}: no notebook {entry['notebook']!r}, or no table of parameters; there is: {there_is}."
        )
        return None
    known = notebook_parameters(notebook)
    problems += _form_problems(overrides, known, where)
    parameters = {key: overrides.get(key, default) for key, (_, default) in known.items()}
    problems += _value_problems(parameters, where)
    return Report(name=name, notebook=notebook, overrides=overrides, parameters=parameters)


def _form_problems(
    overrides: Mapping[str, Any], known: Mapping[str, tuple[str, Any]], where: str
) -> Iterator[str]:
    """Say which parameters the notebook does not have, and which values are of another type."""
    for key, value in overrides.items():
        if key not in known:
            yield f"{where}: unknown parameter {key!r}; the notebook has: {', '.join(known)}."
            continue
        type_name = known[key][0]
        allowed = _TYPES.get(type_name)
        if allowed and (not isinstance(value, allowed) or (isinstance(value, bool) and bool not in allowed)):
            yield f"{where}, parameter {key!r}: {value!r} is not of type {type_name}."


def _value_problems(parameters: Mapping[str, Any], where: str) -> Iterator[str]:
    """Say which polls, questions, segments, partitions and methods do not exist."""
    try:
        poll = load_poll(parameters["poll"])
    except KeyError:
        yield f"{where}: the notebook has no parameter 'poll'; add it as its first one."
        return
    except (AnalysisError, TypeError) as error:
        yield f"{where}, parameter 'poll': {error}"
        return
    finders = {
        "question": poll.question,
        "segment": poll.segments.__getitem__,
        "partition": poll.segments.partition,
    }
    for key, find in finders.items():
        if key in parameters:
            try:
                find(parameters[key])
            except AnalysisError as error:
                yield f"{where}, parameter {key!r}: {error}"
    method = parameters.get("method", "wilson")
    if method not in METHODS:
        yield f"{where}, parameter 'method': {method!r} is not allowed; use one of {', '.join(METHODS)}."


def select(reports: Sequence[Report], names: Sequence[str]) -> list[Report]:
    """Return the named reports, or all if none is named.

    Raises
    ------
    ReportError
        If a name is not in the collection; the message lists what is.
    """
    there_is = [report.name for report in reports]
    unknown = [name for name in names if name not in there_is]
    if unknown:
        raise ReportError(f"No report {', '.join(map(repr, unknown))}; there is: {', '.join(there_is)}.")
    return [report for report in reports if not names or report.name in names]
