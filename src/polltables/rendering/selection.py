"""What a user chooses of all that could be rendered: polls, and reports by name."""

from collections import Counter
from collections.abc import Sequence
from fnmatch import fnmatchcase
from pathlib import Path
from unicodedata import normalize

from analysis.errors import ReportError, unknown_name
from analysis.paths import project_root
from analysis.polls.loading import known_polls
from polltables.rendering.collection import Report, name_of
from polltables.rendering.page import LANGUAGES

__all__ = ["called", "find_polls", "select"]

_ALSO = (
    "A folder with a poll.toml works as well, a folder of such folders, or a pattern of them. Reports are named before "
    "--polls."
)


def find_polls(patterns: Sequence[str]) -> list[str]:
    """Find the polls that `--polls` names: ids, folders, folders of polls, or patterns of them.

    ReportError if a pattern names no poll, or two polls would write into the same folder.
    """
    inside = project_root() / "data" / "polls"
    found: dict[Path, str] = {}
    problems = []
    for pattern in patterns:
        matches = _matches(pattern, inside)
        folders = [
            poll.parent.resolve()
            for match in matches
            for poll in [match / "poll.toml", *sorted(match.glob("*/poll.toml"))]
            if poll.is_file()
        ]
        # A shell writes every name that a pattern fits, files beside polls among them; nobody meant those.
        if not folders and not (matches == [Path(pattern)] and matches[0].is_file()):
            problems.append(f"--polls: {unknown_name('no poll', pattern, known_polls(pattern))} {_ALSO}")
        for folder in folders:
            found.setdefault(folder, folder.name if folder.parent == inside.resolve() else str(folder))
    if not found and not problems:
        problems.append(f"--polls: there is no poll among these files. {_ALSO}")
    # Two spellings of a name are one on many disks: in capitals or not, an accent in its letter or behind it.
    names = Counter(normalize("NFC", folder.name).casefold() for folder in found)
    problems += [
        f"--polls: two polls are called {name!r} and would write the same files; rename one folder."
        for name, times in sorted(names.items())
        if times > 1
    ]
    problems += [
        f"--polls: a poll called {name!r} would write where reports in this language are; rename its folder."
        for name in sorted(names.keys() & set(LANGUAGES[1:]))
    ]
    if problems:
        raise ReportError(problems)
    return list(found.values())


def _matches(pattern: str, inside: Path) -> list[Path]:
    """Return the files and folders that a pattern names, in data/polls or from the working folder."""
    path = Path(pattern)
    try:
        if path.exists():
            return [path]
        anchor = Path(path.anchor)
        here = sorted(anchor.glob(str(path.relative_to(anchor))))
        return here or ([] if path.is_absolute() else sorted(inside.glob(pattern)))
    except (OSError, ValueError, NotImplementedError):  # a name that no file can have
        return []


def called(name: str) -> str:
    """Return a name as it stands in the collection, whether it was given as a file or as a number without its nought."""
    name = Path(name).stem if name.endswith(".ipynb") else name
    return name.zfill(2) if name.isdecimal() else name


def select(reports: Sequence[Report], names: Sequence[str]) -> list[Report]:
    """Return the reports with these names, or all if none is given; a name may be a pattern such as `03-*`.

    The name of a notebook, or its number, stands for all reports that it makes; `es/NAME` is the Spanish edition alone.
    ReportError lists what there is if a name is not in the collection.
    """
    names = list(map(called, names))
    stems = [report.notebook.stem for report in reports]
    numbers = [number if (number := stem.partition("-")[0]).isdigit() else stem for stem in stems]
    known_as = [
        {report.name, name_of(report), stem, number}
        for report, stem, number in zip(reports, stems, numbers, strict=True)
    ]
    there_is = list(dict.fromkeys(name for both in known_as for name in sorted(both)))
    unknown = [name for name in names if not any(fnmatchcase(known, name) for known in there_is)]
    if unknown:
        plain = dict.fromkeys(report.name for report in reports)
        raise ReportError(
            [unknown_name("no report", name, there_is if "/" in name else plain) for name in unknown]
        )
    return [
        report
        for report, both in zip(reports, known_as, strict=True)
        if not names or any(fnmatchcase(known, name) for known in both for name in names)
    ]
