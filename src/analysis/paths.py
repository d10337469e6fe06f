"""Where the project's files are, from whatever folder a notebook or command is run."""

import os
from functools import cache
from pathlib import Path

from analysis.errors import AnalysisError

__all__ = [
    "PROJECT_VARIABLE",
    "beside_path",
    "data_files",
    "forget_project",
    "project_root",
    "real_path",
    "shown_path",
]

PROJECT_VARIABLE = "POLLTABLES_PROJECT"
"""The environment variable that names a project other than the one that the working folder or this package lies in."""


@cache
def _project() -> Path | None:
    """Find the first folder holding `data/polls`: of the environment variable, upwards from the working folder or here."""
    starts = [Path.cwd() / "here", Path(__file__).resolve()]
    chosen = os.environ.get(PROJECT_VARIABLE)
    for start in [real_path(Path(chosen)) / "here", *starts] if chosen else starts:
        for folder in start.parents:
            if (folder / "data" / "polls").is_dir():
                return folder
    return None


def project_root() -> Path:
    """Find the project: the first folder holding `data/polls`, upwards from the working folder or this package.

    The environment variable `POLLTABLES_PROJECT` comes before both: reports are made in a folder that
    holds nothing but what they may read.

    Raises
    ------
    AnalysisError
        If neither the working folder nor this package lies in a project.
    """
    found = _project()
    if found is None:
        raise AnalysisError(
            f"No project: no folder data/polls above {Path.cwd()}. Work inside a project, name one in "
            f"{PROJECT_VARIABLE}, or make one with `polltables init FOLDER`."
        )
    return found


def real_path(path: Path) -> Path:
    """Follow links as far as they lead somewhere; `Path.resolve` raises where one leads to itself."""
    return Path(os.path.realpath(path))


def beside_path(path: str | Path) -> list[Path]:
    """List what lies in the folder of a path, which itself is probably mistyped; nothing if that is no folder."""
    try:
        return sorted(Path(path).parent.iterdir())
    except (OSError, ValueError):
        return []


def data_files(kind: str, pattern: str) -> list[Path]:
    """List the files of a folder of the project's data, in the order of their names; none outside a project."""
    found = _project()
    return sorted((found / "data" / kind).glob(pattern)) if found else []


def forget_project() -> None:
    """Look for the project anew, after the environment has changed."""
    _project.cache_clear()


def shown_path(path: Path) -> str:
    """Name a file as a reader knows it: relative to the project where it lies inside it.

    A report never names a folder outside the project, so that it is the same on every machine.

    Examples
    --------
    >>> shown_path(project_root() / "data" / "polls")
    'data/polls'

    The folder is named as the README names it, wherever the clone lies.
    """
    resolved = real_path(path)
    found = _project()
    if found and resolved.is_relative_to(found):
        return resolved.relative_to(found).as_posix()
    return "/".join(resolved.parts[-2:])
