"""Which reports there are: `notebooks/reports.toml`, checked before anything runs."""

import os
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, cached_property
from itertools import chain, pairwise
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import quote

from analysis.errors import AnalysisError, ReportError, unknown_name
from analysis.paths import project_root, shown_path
from analysis.polls import Poll, load_poll
from analysis.polls.loading import poll_folder, read_toml
from polltables.rendering.entries import FRONT_PAGE, Entry, read_entry
from polltables.rendering.narrative import title_of
from polltables.rendering.page import LANGUAGES
from polltables.rendering.parameters import Named, adapted, load_named, value_problems

__all__ = ["Collection", "Report", "load_collection", "name_of", "read_collection"]


@dataclass(frozen=True)
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
    languages : tuple of str
        The languages that it is made in, this one among them.
    neighbours : tuple of (str, str, str)
        The reports before and after it: `prev` or `next`, what each is called, and its address as seen from here.
    links : dict
        Of each notebook's file, the address of its report: of several, that about the same question, or the first. Of
        `FILE#QUESTION`, that about the question.
    """

    name: str
    notebook: Path
    overrides: Mapping[str, Any]
    parameters: Mapping[str, Any]
    shelf: str = ""
    languages: tuple[str, ...] = LANGUAGES
    neighbours: tuple[tuple[str, str, str], ...] = ()
    links: Mapping[str, str] = field(default_factory=dict)

    @property
    def poll(self) -> Poll:
        """The poll that the report is about."""
        return load_poll(self.parameters["poll"])

    @property
    def language(self) -> str:
        """The language of its readers."""
        return str(self.parameters.get("language", LANGUAGES[0]))

    @property
    def is_of_each_question(self) -> bool:
        """Whether there is a report like it for other questions, and its name says which it is about."""
        question = self.parameters.get("question")
        return bool(question) and self.name.endswith("-" + str(question).replace("_", "-"))

    @cached_property
    def path(self) -> PurePosixPath:
        """The report's place in the folder of reports, which tells it from every other one."""
        edition = "" if self.language == LANGUAGES[0] else self.language
        return PurePosixPath(edition, self.shelf, f"{self.name}.html")

    def edition_link(self, language: str) -> str:
        """Return the address of the same report in another language, as seen from this one."""
        there = replace(self, parameters={**self.parameters, "language": language})
        return quote(PurePosixPath(os.path.relpath(there.path, self.path.parent)).as_posix())


def name_of(report: Report) -> str:
    """Name a report as nothing else is named: its place in the folder of reports, without the ending."""
    return str(report.path.with_suffix(""))


@dataclass(frozen=True, slots=True)
class Collection:
    """The reports to be made, in `notes` why an entry makes none for some poll, and in `problems` all that is wrong."""

    reports: list[Report]
    notes: list[str]
    problems: list[str]


def read_collection(
    path: Path | None = None, *, polls: Sequence[str] | None = None, languages: Sequence[str] | None = None
) -> Collection:
    """Read a list of reports, `notebooks/reports.toml` unless another is given, and check every parameter of every one.

    Notebooks lie beside it. `polls` (ids or folders) take the place of each notebook's own; of `languages` only those are
    made. A notebook without a parameter `language` speaks English only. Problems name every unknown notebook, parameter,
    poll, question, segment, partition, target, race, result, method or language, every value of the wrong type or size, and
    what there is instead; an entry with one costs no other.
    """
    path = path or project_root() / "notebooks" / "reports.toml"
    where = shown_path(path)
    document, problems = read_toml(path)
    if not document and not problems:
        problems.append(f"{where}: no report is listed; add a table such as [01-published-tables].")
    for language in languages or ():
        if language not in LANGUAGES:
            problems.append(unknown_name("no language", language, LANGUAGES))
    found = Collection([], [], [])
    load, named, shelf = cache(load_poll), cache(load_named), cache(_shelf)
    for name, table in document.items():
        try:
            entry = read_entry(name, table, path.parent, f"{where}, [{name}]")
            found.reports.extend(
                _reports(entry, polls, languages or LANGUAGES, load, named, shelf, found.notes)
            )
        except AnalysisError as error:
            problems += error.problems
    paths = Counter(report.path for report in found.reports)
    problems += [
        f"{where}: two reports are called {one!r}; give one entry another name."
        for one in sorted(path for path, times in paths.items() if times > 1)
    ]
    problems = list(dict.fromkeys(problems))  # one of a poll stands at every entry
    return Collection(_with_neighbours(found.reports, load), found.notes, problems)


def _with_neighbours(reports: Sequence[Report], load: Callable[[str], Poll]) -> list[Report]:
    """Tell each report which comes before and after it in its folder; the front page is neither."""
    rows: defaultdict[PurePosixPath, list[Report]] = defaultdict(list)
    for report in reports:
        if report.name != FRONT_PAGE:
            rows[report.path.parent].append(report)
    titled = cache(title_of)
    beside: defaultdict[PurePosixPath, list[tuple[str, str, str]]] = defaultdict(list)
    for before, after in chain.from_iterable(map(pairwise, rows.values())):
        beside[before.path].append(("next", _title(after, titled, load), f"{after.name}.html"))
        beside[after.path].append(("prev", _title(before, titled, load), f"{before.name}.html"))
    return [
        replace(report, neighbours=tuple(beside[report.path]), links=_links(report, rows[report.path.parent]))
        for report in reports
    ]


def _links(report: Report, others: Iterable[Report]) -> dict[str, str]:
    """Map the files of notebooks to the addresses of their reports, as seen from one beside them.

    A report on all questions leads to that of each, by its notebook and question.
    """
    links: dict[str, str] = {}
    for other in others:
        notebook = other.notebook.name
        if notebook not in links or other.parameters.get("question") == report.parameters.get("question"):
            links[notebook] = f"{other.name}.html"
        if other.is_of_each_question and not report.is_of_each_question:
            links[f"{notebook}#{other.parameters['question']}"] = f"{other.name}.html"
    return links


def _title(report: Report, titled: Callable[[Path, str], str], load: Callable[[str], Poll]) -> str:
    """Return what other reports call a report: its question where there is one of each, else the title of its notebook."""
    title = titled(report.notebook, report.language)
    if not report.is_of_each_question:
        return title
    asked = load(report.parameters["poll"]).question(report.parameters["question"])
    return str(asked.name_en if report.language == LANGUAGES[0] else asked.name)


def load_collection(path: Path | None = None, **chosen: Any) -> list[Report]:
    """Return the reports of a list as `read_collection` reads it; ReportError names all that is wrong.

    Examples
    --------
    >>> "01-published-tables" in [report.name for report in load_collection()]
    True

    One of the reports shows what was published.
    """
    found = read_collection(path, **chosen)
    if found.problems:
        raise ReportError(found.problems)
    return found.reports


def _reports(
    entry: Entry,
    polls: Sequence[str] | None,
    languages: Sequence[str],
    load: Callable[[str], Poll],
    named: Named,
    shelf_of: Callable[[str, str], str],
    notes: list[str],
) -> Iterator[Report]:
    """Make the reports of one entry: for every poll, value of `each`, and language."""
    own = entry.overrides.get("poll", entry.defaults["poll"])
    problems: list[str] = []
    for chosen in [own] if polls is None else polls:
        try:
            shelf = shelf_of(chosen, own)
            poll = load(chosen)
        except (AnalysisError, TypeError) as error:
            where = "--polls" if polls else f"{entry.where}, parameter 'poll'"
            problems.append(f"{where}: {error}")
            continue
        if shelf and "poll" in entry.overrides:
            notes.append(f"{entry.name}: no report for {poll.id}, since the entry names a poll of its own.")
            continue
        for suffix, values in _each_value(entry, poll, notes):
            defaults = entry.defaults | {"poll": chosen}
            if chosen != entry.defaults["poll"]:
                defaults = adapted(defaults, poll, named)
            parameters = {**defaults, **entry.overrides, **values}
            found = value_problems(parameters, poll, entry.where, defaults=entry.defaults, named=named)
            if problem := list(found):
                problems += problem
                continue
            name = f"{entry.name}-{suffix}" if suffix else entry.name
            yield from _editions(entry, name, parameters, languages, shelf)
    if problems:
        raise ReportError(dict.fromkeys(problems))


def _shelf(chosen: str, own: str) -> str:
    """Return the folder for the reports of a poll, which is none for the entry's own."""
    if chosen == own:
        return ""
    folder = poll_folder(chosen)
    return "" if folder.samefile(poll_folder(own)) else folder.resolve().name


def _editions(
    entry: Entry, name: str, parameters: Mapping[str, Any], languages: Sequence[str], shelf: str
) -> Iterator[Report]:
    """Make a report in every language that is asked for, of those that the entry names or its notebook speaks."""
    defaults = entry.defaults
    for language in entry.languages:
        if language in languages:
            spoken = {**parameters, "language": language} if "language" in entry.known else dict(parameters)
            changed = {
                key: value
                for key, value in spoken.items()
                if key in entry.overrides or value != defaults[key]
            }
            yield Report(name, entry.notebook, changed, spoken, shelf=shelf, languages=entry.languages)


def _each_value(entry: Entry, poll: Poll, notes: list[str]) -> Iterator[tuple[str, dict[str, str]]]:
    """Go through the values that an entry makes a report of, each with the ending of its name."""
    if not entry.each:
        yield "", {}
        return
    asked = [question.id for question in poll.questions if entry.each in {"all", question.kind}]
    if not asked:
        notes.append(
            f"{entry.name}: no report for {poll.id}, which has no question of the kind {entry.each!r}."
        )
    for question in asked:
        yield question.replace("_", "-"), {"question": question}
