"""`make verify`: the whole collection, rendered under three conditions and compared byte by byte, then read in a browser."""

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from analysis.paths import project_root
from analysis.reporting.rendering import load_collection

ROOT = project_root()
BROWSER = ROOT / "tests" / "browser"


# Each must give the same bytes: workers, engines, hash seeds, time zones and working folders.
CONDITIONS = {
    "first": ([], {"PYTHONHASHSEED": "1", "TZ": "America/Lima"}),
    "one worker": (["--workers", "1"], {"PYTHONHASHSEED": "2", "TZ": "Asia/Tokyo"}),
    "ordinary kernels": (["--engine", "kernel"], {"PYTHONHASHSEED": "3", "TZ": "UTC"}),
}


def render(out: Path, options: list[str], environment: dict[str, str]) -> dict[str, str]:
    """Render the collection in a process of its own, from a folder of its own; return the digest of every file."""
    command = [sys.executable, "-m", "analysis", "render", "--out", str(out), *options]
    out.mkdir()
    subprocess.run(command, check=True, cwd=out, env=os.environ | environment)
    return digests(out)


def digests(folder: Path) -> dict[str, str]:
    """Return the digest of every report and front page in a folder."""
    files = sorted(path for path in folder.rglob("[!.]*") if path.suffix in {".html", ".json"})
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files
    }


def browser_checks(reports: Path) -> Iterator[tuple[str, list[str]]]:
    """Yield the commands that read the reports and run the notebooks in a browser."""
    node = shutil.which("node")
    if node is None:
        sys.exit(
            "make verify needs Node.js 20 or newer, for the checks in a browser; install it and try again."
        )
    subprocess.run(["npm", "ci", "--silent"], check=True, cwd=BROWSER)
    yield "reports in a browser", [node, str(BROWSER / "reports.mjs"), str(reports)]
    yield "notebooks in JupyterLab", [node, str(BROWSER / "lab.mjs"), str(ROOT / "notebooks")]


def main() -> int:
    """Run every check, say how each went, and return the exit status."""
    reports = load_collection()
    outcomes = {}
    with tempfile.TemporaryDirectory() as scratch:
        first = Path(scratch) / "first"
        found = {
            name: render(Path(scratch) / name, options, environment)
            for name, (options, environment) in CONDITIONS.items()
        }
        once = found.pop("first")
        outcomes["every report is there"] = {str(report.path) for report in reports} <= once.keys()
        for name, again in found.items():
            outcomes[f"the same bytes: {name}"] = again == once
        check = [sys.executable, "-m", "analysis", "render", "--check-stability"]
        outcomes["the same whenever it runs"] = subprocess.run(check, check=False).returncode == 0
        committed = digests(ROOT / "reports")
        stale = [name for name, digest in once.items() if committed.get(name) != digest]
        for name, command in browser_checks(first):
            outcomes[name] = subprocess.run(command, check=False).returncode == 0
    print()
    if stale:
        print(f"note: reports/ differs from what this machine renders: {', '.join(stale)}; run make reports.")
    for name, passed in outcomes.items():
        print(f"{'passed' if passed else 'FAILED'}  {name}")
    print(f"verify: {sum(outcomes.values())} passed, {len(outcomes) - sum(outcomes.values())} failed")
    return int(not all(outcomes.values()))


if __name__ == "__main__":
    sys.exit(main())
