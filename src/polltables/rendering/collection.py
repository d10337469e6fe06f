"""Which reports there are: `notebooks/reports.toml`, checked before anything runs."""

import os
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path, PurePosixPath
from typing import Any

from analysis.errors import AnalysisError, ReportError
from analysis.estimates.covers import PUBLISHED
from analysis.paths import project_root, shown_path
from analysis.polls import Poll, load_poll
from analysis.polls.loading import poll_folder
from analysis.show.language import LANGUAGES
from polltables.rendering.parameters import (
    Parameter,
    adapted,
    fitting_targets,
    form_problems,
    read_parameters,
    value_problems,
)

__all__ = ["Collection", "Report", "load_collection", "read_collection"]

_KEYS = ("notebook", "parameters", "each", "front")
_LAST = 1000  # on the front page, for an entry that does not say
_EACH = {"question": ("all", "single_response", "multiple_response"), "target": ("all",)}


@dataclass(frozen=True, slots=True)
class Report:
    """A report to be made.

    Attributes
    ----------
    name : str
        File name of the report without its ending.
    notebook : pathlib.Path
    overrides : dict
        The parameters that differ from the notebook's own.
    parameters : dict
        All parameters with their values, in the notebook's order.
    shelf : str
        The folder of a poll that is not the collection's own; empty for one that is.
    front : int
        Its place on the front page, lowest first.
    """

    name: str
    notebook: Path
    overrides: Mapping[str, Any]
    parameters: Mapping[str, Any]
    shelf: str = ""
    front: int = _LAST

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
        """The report's place in the folder of reports, which tells it from every other one."""
        edition = "" if self.language == LANGUAGES[0] else self.language
        return PurePosixPath(edition, self.shelf, f"{self.name}.html")

    def edition_link(self, language: str) -> PurePosixPath:
        """Return the address of the same report in another language, as seen from this one."""
        return PurePosixPath(os.path.relpath(self.in_language(language).path, self.path.parent))

    def in_language(self, language: str) -> "Report":
        """Return the same report for the readers of another language."""
        return replace(
            self,
            overrides={**self.overrides, "language": language},
            parameters={**self.parameters, "language": language},
        )


@dataclass(frozen=True, slots=True)
class Collection:
    """The reports to be made, and in `notes` why an entry makes none for some poll."""

    reports: list[Report]
    notes: list[str]


@dataclass(frozen=True, slots=True)
class _Entry:
    """One table of reports.toml, well formed."""

    name: str
    notebook: Path
    known: Mapping[str, Parameter]
    overrides: Mapping[str, Any]
    each: Mapping[str, str]
    front: int
    where: str

    @property
    def defaults(self) -> dict[str, Any]:
        """The values of all parameters unless a poll lacks them."""
        return {key: parameter.default for key, parameter in self.known.items()}


def load_collection(
    path: Path | None = None, *, polls: Sequence[str] | None = None, languages: Sequence[str] | None = None
) -> list[Report]:
    """Read a list of reports and check every parameter of every one.

    Parameters
    ----------
    path : pathlib.Path, optional
        The list; `notebooks/reports.toml` unless given. Notebooks lie beside it.
    polls : sequence of str, optional
        Ids or folders of polls to make the collection for, instead of each notebook's own.
    languages : sequence of str, optional
        Editions to make; every one unless given. A notebook without a parameter `language` speaks English only.

    Raises
    ------
    ReportError
        Naming every unknown notebook, parameter, poll, question, segment, partition, target, race, result,
        method or language, every value of the wrong type or size, and what there is instead.

    Examples
    --------
    >>> [report.name for report in load_collection()][0]
    '01-published-tables'

    The first report shows what was published.
    """
    return read_collection(path, polls=polls, languages=languages).reports


def read_collection(
    path: Path | None = None, *, polls: Sequence[str] | None = None, languages: Sequence[str] | None = None
) -> Collection:
    """Do what `load_collection` does, and say as well which entries make no report, and why."""
    path = path or project_root() / "notebooks" / "reports.toml"
    where = shown_path(path)
    try:
        document = tomllib.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ReportError(f"{where}: cannot be read as TOML in UTF-8: {error}.") from error
    problems: list[str] = []
    if not document:
        problems.append(f"{where}: no report is listed; add a table such as [01-published-tables].")
    for language in languages or ():
        if language not in LANGUAGES:
            problems.append(f"No language {language!r}; there is: {', '.join(LANGUAGES)}.")
    found = Collection([], [])
    load = cache(load_poll)
    for name, table in document.items():
        try:
            entry = _read_entry(name, table, path.parent, f"{where}, [{name}]")
            found.reports.extend(_reports(entry, polls, languages or LANGUAGES, load, found.notes))
        except AnalysisError as error:
            problems += error.problems
    paths = [report.path for report in found.reports]
    problems += [
        f"{where}: two reports are called {doubled!r}; give one entry another name."
        for doubled in sorted({one for one in paths if paths.count(one) > 1})
    ]
    if problems:
        raise ReportError(problems)
    return found


def _read_entry(name: str, table: Any, folder: Path, where: str) -> _Entry:
    """Read one table, or say everything that is wrong with its form."""
    if not isinstance(table, dict) or not isinstance(table.get("notebook"), str):
        raise ReportError(
            f"{where}: 'notebook' is missing; add it, such as notebook = \"01-published-tables.ipynb\"."
        )
    problems = [
        f"{where}: unknown key {key!r}; allowed: {', '.join(_KEYS)}." for key in table if key not in _KEYS
    ]
    notebook, overrides, each = folder / table["notebook"], table.get("parameters", {}), table.get("each", {})
    if not notebook.is_file() or not isinstance(overrides, dict):
        there_is = ", ".join(sorted(other.name for other in folder.glob("*.ipynb")))
        raise ReportError(
            [
                *problems,
                f"{where}: no notebook {table['notebook']!r}, or no table of parameters; there is: {there_is}.",
            ]
        )
    known = read_parameters(notebook)
    if "poll" not in known:
        problems.append(f"{where}: the notebook has no parameter 'poll'; add it as its first one.")
    problems += form_problems(overrides, known, where)
    problems += _each_problems(each, known, overrides, where)
    front = table.get("front", _LAST)
    if type(front) is not int:
        problems.append(
            f"{where}, 'front': {front!r} is not a whole number; write the place on the front page."
        )
    if problems:
        raise ReportError(problems)
    return _Entry(name, notebook, known, overrides, each, front, where)


def _each_problems(
    each: Any, known: Mapping[str, Parameter], overrides: Mapping[str, Any], where: str
) -> Iterator[str]:
    """Say what is wrong with `each`: what an entry makes several reports of."""
    if not each and isinstance(each, dict):
        return
    if (
        not isinstance(each, dict)
        or len(each) != 1
        or next(iter(each.items()))[1] not in _EACH.get(next(iter(each)), ())
    ):
        allowed = ", ".join(f'{{{key} = "{value}"}}' for key, values in _EACH.items() for value in values)
        yield f"{where}, 'each': {each!r} is not allowed; use one of {allowed}."
        return
    (key,) = each
    if key not in known:
        yield f"{where}, 'each': unknown parameter {key!r}; the notebook has: {', '.join(known)}."
    if key in overrides:
        yield f"{where}: {key!r} stands in 'parameters' and in 'each'; keep one of them."


def _reports(
    entry: _Entry, polls: Sequence[str] | None, languages: Sequence[str], load: Any, notes: list[str]
) -> Iterator[Report]:
    """Make the reports of one entry: for every poll, value of `each`, and language."""
    own = entry.overrides.get("poll", entry.defaults["poll"])
    problems: list[str] = []
    for chosen in [own] if polls is None else polls:
        try:
            shelf = _shelf(chosen, own)
            poll: Poll = load(chosen)
        except (AnalysisError, TypeError) as error:
            problems.append(f"{entry.where}, parameter 'poll': {error}")
            continue
        if shelf and "poll" in entry.overrides:
            notes.append(f"{entry.name}: no report for {poll.id}, since the entry names a poll of its own.")
            continue
        for suffix, values in _each_value(entry, poll, notes):
            defaults = entry.defaults | {"poll": chosen}
            if chosen != entry.defaults["poll"]:
                defaults = adapted(defaults, poll)
            parameters = {**defaults, **entry.overrides, **values}
            if problem := list(value_problems(parameters, poll, entry.where, defaults=entry.defaults)):
                problems += problem
                continue
            name = f"{entry.name}-{suffix}" if suffix else entry.name
            yield from _editions(entry, name, parameters, languages, shelf)
    if problems:
        raise ReportError(dict.fromkeys(problems))


def _shelf(chosen: str, own: str) -> str:
    """Return the folder for the reports of a poll, which is none for the entry's own."""
    found = poll_folder(chosen).resolve()
    return "" if chosen == own or found == poll_folder(own).resolve() else found.name


def _editions(
    entry: _Entry, name: str, parameters: Mapping[str, Any], languages: Sequence[str], shelf: str
) -> Iterator[Report]:
    """Make a report in every language that is asked for, if the notebook speaks it."""
    speaks: Sequence[str] = LANGUAGES if "language" in entry.known else LANGUAGES[:1]
    if "language" in entry.overrides:
        speaks = [parameters["language"]]
    for language in speaks:
        if language in languages:
            spoken = {**parameters, "language": language} if "language" in entry.known else dict(parameters)
            changed = {
                key: value
                for key, value in spoken.items()
                if key in entry.overrides or value != entry.defaults[key]
            }
            yield Report(name, entry.notebook, changed, spoken, shelf=shelf, front=entry.front)


def _each_value(entry: _Entry, poll: Poll, notes: list[str]) -> Iterator[tuple[str, dict[str, str]]]:
    """Go through the values that an entry makes a report of, each with the ending of its name."""
    if not entry.each:
        yield "", {}
        return
    ((key, kind),) = entry.each.items()
    if key == "question":
        values = [question.id for question in poll.questions if kind in {"all", question.kind}]
    else:
        partition = entry.overrides.get("partition")
        values = fitting_targets(poll, partition) or [PUBLISHED]
    if not values:
        notes.append(f"{entry.name}: no report for {poll.id}, which has no question of the kind {kind!r}.")
    for value in values:
        yield value.replace("_", "-"), {key: value}
