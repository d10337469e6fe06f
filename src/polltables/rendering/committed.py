"""Whether a notebook is the one that git knows: what breaks it may be an edit that nobody meant to keep."""

import os
import shlex
import subprocess
from pathlib import Path

from analysis.paths import shown_path

__all__ = ["advice"]

_PATIENCE = 5  # seconds


def advice(notebook: Path) -> str:
    """Say that a notebook differs from the committed one; nothing if it does not, or git is not there to tell."""
    command = [
        "git",
        "--literal-pathspecs",
        "-C",
        str(notebook.parent),
        "diff",
        "--quiet",
        "HEAD",
        "--",
        notebook.name,
    ]
    quiet = subprocess.DEVNULL
    try:
        done = subprocess.run(
            command, stdin=quiet, stdout=quiet, stderr=quiet, timeout=_PATIENCE, check=False,
            env=os.environ | {"GIT_OPTIONAL_LOCKS": "0"},
        )  # fmt: skip
    except (OSError, subprocess.SubprocessError):
        return ""
    if done.returncode != 1:
        return ""
    return f"The notebook differs from the committed one: git diff {shlex.quote(shown_path(notebook))}."
