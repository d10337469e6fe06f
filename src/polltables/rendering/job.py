"""All that a report is made of, in one piece that can be sent to any process or machine."""

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from analysis.paths import data_files, project_root
from analysis.polls import PUBLISHED
from analysis.polls.loading import poll_folder
from analysis.polls.reference_files import find_reference, names_in
from polltables.rendering.collection import Report
from polltables.rendering.narrative import catalogue_path

__all__ = ["ENGINES", "JOB", "MADE", "PARTIAL", "Job", "Limits", "Made", "lay_out", "prepare"]

ENGINES = ("process", "kernel")
"""How cells are run: in the disposable process itself, or in an ordinary kernel that it starts."""

JOB, MADE = "job.pickle", "made.pickle"
"""Files of a job's folder: what to make, and what came of it."""

PARTIAL = ".partial.ipynb"
"""Ending of the notebook that a failed report leaves, as far as it ran."""

_REFERENCES = {"target": "targets", "result": "results", "race": "races", "record": "track-records"}


@dataclass(frozen=True, slots=True)
class Limits:
    """What a report may take: seconds, and megabytes of memory for each of its processes."""

    seconds: float = 300
    megabytes: int = 2048


@dataclass(frozen=True, slots=True)
class Job:
    """A report with everything it may read, so that it comes out the same wherever it is made.

    `files` holds a small project folder, path by path: the notebook, which the report names within it, its translation, the
    poll, which the report names by its id there, the targets, results, races and track records, and polls whose weights are
    known where it asks for them. The seed is for notebooks that forget to seed their own generators. A draft is a page that
    can be read at no other settings, in a third of the time.
    """

    report: Report
    files: Mapping[str, bytes]
    engine: str = ENGINES[0]
    limits: Limits = Limits()
    random_seed: int = 0
    draft: bool = False


@dataclass(frozen=True, slots=True)
class Made:
    """What came of a job: its files by their endings (`.html`, `.json`, or `PARTIAL` of a failed report), or an error.

    Of the seconds from start to end, some are the notebook's own cells. `cells` has the number of each cell in the notebook
    and a digest of its outputs.
    """

    files: Mapping[str, bytes]
    error: str | None = None
    seconds: float = 0.0
    cell_seconds: float = 0.0
    cells: tuple[tuple[int, str], ...] = ()


def prepare(report: Report, *, engine: str = ENGINES[0], limits: Limits | None = None) -> Job:
    """Collect what a report is made of; OSError if a file vanished since the collection was read."""
    parameters, notebook, data = dict(report.parameters), report.notebook, project_root() / "data"
    files = {f"notebooks/{notebook.name}": notebook.read_bytes()}
    translation = catalogue_path(notebook, report.language)
    if translation.is_file():
        files[f"notebooks/languages/{report.language}/{translation.name}"] = translation.read_bytes()
    polls: dict[str, Path] = {}  # the report's own comes before another of its name
    for key in ("poll", "other"):
        if parameters.get(key):
            folder = poll_folder(parameters[key]).resolve()
            parameters[key] = folder.name
            polls.setdefault(folder.name, folder)
    for key, kind in _REFERENCES.items():
        files.update(_contents(data / kind, f"data/{kind}"))
        if parameters.get(key) and parameters[key] != PUBLISHED:
            stem = find_reference(kind, parameters[key])
            parameters[key] = stem.name
            files.update(_contents(stem.parent, f"data/{kind}", f"{stem.name}*"))
    beside: set[str] = set()
    if "known" in parameters:
        # Weights are those of a poll of the project, and not of one from elsewhere that has its name.
        known = {path.stem for path in data_files("weights", "*.toml")}
        beside.update(name for name in known if polls.get(name) in (None, (data / "polls" / name).resolve()))
        for name in beside:
            files.update(_contents(data / "weights", "data/weights", f"{name}[.-]*"))
        named = names_in("weights", parameters["known"])
        parameters["known"] = " ".join(name for name in named if name not in known - beside)
    if "race" in parameters and not parameters.get("other"):
        beside.update(_of_the_same_race(parameters["poll"]))
    for folder in (data / "polls" / name for name in beside):
        polls.setdefault(folder.name, folder)
    for name, folder in polls.items():
        files.update(_contents(folder, f"data/polls/{name}"))
    overrides = {
        key: value
        for key, value in parameters.items()
        if key in report.overrides or (key == "known" and value != report.parameters[key])
    }
    carried = replace(
        report, notebook=Path("notebooks") / notebook.name, overrides=overrides, parameters=parameters
    )
    return Job(carried, files, engine, limits or Limits())


def _of_the_same_race(poll: str) -> Iterator[str]:
    """Go through the polls that stand with this one among the readings of a race."""
    for path in data_files("races", "*.csv"):
        with path.open(encoding="utf-8", newline="") as lines:
            named = {row["poll"] for row in csv.DictReader(lines) if row.get("poll")}
        if poll in named:
            yield from named


def _contents(folder: Path, name: str, pattern: str = "*") -> Iterator[tuple[str, bytes]]:
    """Read the tables and descriptions of a folder."""
    for path in sorted(folder.glob(pattern)):
        if path.suffix in {".csv", ".toml"} and path.is_file():
            yield f"{name}/{path.name}", path.read_bytes()


def lay_out(job: Job, folder: Path) -> Job:
    """Write a job's files into a folder; return the job that is left, whose notebook lies there."""
    for name, content in job.files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return replace(job, report=replace(job.report, notebook=folder / job.report.notebook), files={})
