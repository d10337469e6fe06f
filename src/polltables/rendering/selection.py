"""What a user chooses of all that could be rendered: polls, and reports by name."""

from collections.abc import Sequence
from fnmatch import fnmatchcase
from pathlib import Path

from analysis.errors import ReportError
from analysis.paths import project_root
from polltables.rendering.collection import Report

__all__ = ["find_polls", "select"]


def find_polls(patterns: Sequence[str]) -> list[str]:
    """Find the polls that `--polls` names: ids, folders, folders of polls, or patterns of them.

    Raises
    ------
    ReportError
        If a pattern names no poll, or two polls would write into the same folder.

    Examples
    --------
    >>> find_polls(["*-2021-04"])
    ['cpi-2021-04']

    A pattern finds polls of `data/polls` by their ids.
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
        if not folders and not any(match.is_file() for match in matches):
            problems.append(
                f"--polls: no poll {pattern!r}; name an id of data/polls, a folder with a poll.toml, "
                "or a folder of such folders."
            )
        for folder in folders:
            found.setdefault(folder, folder.name if folder.parent == inside.resolve() else str(folder))
    names = [folder.name for folder in found]
    problems += [
        f"--polls: two polls are called {name!r} and would write the same files; rename one folder."
        for name in sorted({name for name in names if names.count(name) > 1})
    ]
    if problems:
        raise ReportError(problems)
    return list(found.values())


def _matches(pattern: str, inside: Path) -> list[Path]:
    """Return the files and folders that a pattern names, in data/polls or from the working folder."""
    path = Path(pattern)
    if path.exists():
        return [path]
    anchor = Path(path.anchor)
    here = sorted(anchor.glob(str(path.relative_to(anchor))))
    return here or ([] if path.is_absolute() else sorted(inside.glob(pattern)))


def select(reports: Sequence[Report], names: Sequence[str]) -> list[Report]:
    """Return the reports with these names, or all if none is given; a name may be a pattern such as `03-*`.

    Raises
    ------
    ReportError
        If a name is not in the collection; the message lists what is.
    """
    there_is = list(dict.fromkeys(report.name for report in reports))
    unknown = [name for name in names if not any(fnmatchcase(known, name) for known in there_is)]
    if unknown:
        raise ReportError(f"No report {', '.join(map(repr, unknown))}; there is: {', '.join(there_is)}.")
    return [
        report for report in reports if not names or any(fnmatchcase(report.name, name) for name in names)
    ]
