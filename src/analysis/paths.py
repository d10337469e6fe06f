"""Where the project's files are, from whatever folder a notebook or command is run."""

import os
from functools import cache
from pathlib import Path

from analysis.errors import AnalysisError

__all__ = ["PROJECT_VARIABLE", "project_root", "shown_path"]

PROJECT_VARIABLE = "POLLTABLES_PROJECT"
"""The environment variable that names a project other than the one this package or the working folder lies in."""


@cache
def project_root() -> Path:
    """Find the project: the first folder holding `data/polls`, upwards from here or the working folder.

    The environment variable `POLLTABLES_PROJECT` comes before both: reports are made in a folder that
    holds nothing but what they may read.

    Raises
    ------
    AnalysisError
        If neither this package nor the working folder lies in a project.
    """
    starts = [Path(__file__).resolve(), Path.cwd() / "here"]
    chosen = os.environ.get(PROJECT_VARIABLE)
    for start in [Path(chosen).resolve() / "here", *starts] if chosen else starts:
        for folder in start.parents:
            if (folder / "data" / "polls").is_dir():
                return folder
    raise AnalysisError(
        f"No folder data/polls above {starts[0].parent} or {starts[1].parent}; "
        "install the package with `pip install --editable .` in a clone, or work inside one."
    )


def shown_path(path: Path) -> str:
    """Name a file as a reader knows it: relative to the project where it lies inside it.

    A report never names a folder outside the project, so that it is the same on every machine.

    Examples
    --------
    >>> shown_path(project_root() / "data" / "polls")
    'data/polls'

    The folder is named as the README names it, wherever the clone lies.
    """
    resolved = path.resolve()
    if resolved.is_relative_to(project_root()):
        return resolved.relative_to(project_root()).as_posix()
    return "/".join(resolved.parts[-2:])
