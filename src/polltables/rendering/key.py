"""The content key: a digest of all that a report depends on, so that what has not changed is not made again."""

import hashlib
import json
import sys
from functools import cache
from importlib.metadata import version
from pathlib import Path

import analysis
import polltables
from analysis.paths import project_root
from polltables.rendering.job import Job

__all__ = ["code_digest", "digest", "job_key"]

# Whatever else is installed reaches a report only through one of these.
_PACKAGES = (
    "babel", "highspy", "ipykernel", "ipython", "jinja2", "markupsafe", "matplotlib", "nbclient", "nbconvert",
    "nbformat", "numpy", "pandas", "papermill", "pygments", "scipy", "statsmodels",
)  # fmt: skip


def digest(content: bytes) -> str:
    """Return the SHA-256 of some bytes, in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


@cache
def code_digest() -> str:
    """Digest the code that makes reports: both packages, Python, and the packages that reach a page.

    Two machines on which it is the same make the same reports.
    """
    folder = Path(analysis.__path__[0]).parent
    known = {
        path.relative_to(folder).as_posix(): digest(path.read_bytes())
        for package in (analysis, polltables)
        for path in Path(package.__path__[0]).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    known["python"] = ".".join(map(str, sys.version_info[:3]))
    known.update({name: version(name) for name in _PACKAGES})
    return digest(json.dumps(known, sort_keys=True).encode())


@cache
def _lock_digest() -> str:
    lock = project_root() / "requirements.lock"
    return digest(lock.read_bytes()) if lock.is_file() else ""


def job_key(job: Job) -> str:
    """Digest all that the page of a job depends on.

    The engine and the limits are no part of it: they change nothing on the page.
    """
    report = job.report
    parts = {
        "code": code_digest(),
        "lock": _lock_digest(),
        "report": str(report.path),
        "languages": report.languages,
        "links": dict(report.links),
        "neighbours": report.neighbours,
        "overrides": dict(report.overrides),
        "parameters": dict(report.parameters),
        "files": {name: digest(content) for name, content in job.files.items()},
    }
    return digest(json.dumps(parts, sort_keys=True).encode())
