"""Whether a notebook is the one that git knows: what breaks it may be an edit that nobody meant to keep."""

import os
import shlex
import subprocess
from pathlib import Path

from analysis.paths import shown_path

__all__ = ["advice", "is_committed"]

_PATIENCE = 5  # seconds


def advice(notebook: Path) -> str:
    """Say that a notebook differs from the committed one; nothing if it does not, or git is not there to tell."""
    status = _git(notebook, "status", "--porcelain")
    if not status or status.startswith("??"):
        return ""
    return f"The notebook differs from the committed one: git diff {shlex.quote(shown_path(notebook))}."


def is_committed(notebook: Path) -> bool:
    """Say whether git knows a notebook; where there is no git, any may be the collection's."""
    return _git(notebook, "ls-files") != ""


def _git(notebook: Path, *command: str) -> str | None:
    """Return what git says of a file, or None where it says nothing."""
    called = ["git", "--literal-pathspecs", "-C", str(notebook.parent), *command, "--", notebook.name]
    environment = os.environ | {"GIT_OPTIONAL_LOCKS": "0"}
    try:
        done = subprocess.run(called, capture_output=True, timeout=_PATIENCE, check=True, env=environment)
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout.decode("utf-8", "replace")
