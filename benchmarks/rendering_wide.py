"""Rendering of many polls: reports a second, memory, and whether cost grows in proportion.

.venv/bin/python benchmarks/rendering_wide.py [10 50 200]
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil

from analysis.paths import project_root

ROOT = project_root()
README = ROOT / "benchmarks" / "README.md"
BEGIN, END = "<!-- wide: written by rendering_wide.py -->", "<!-- end of wide -->"
SIZES = (10, 50, 200)
COLLECTION = """
[tables]
notebook = "01-published-tables.ipynb"
[margins]
notebook = "02-margins-of-error.ipynb"
[margins-jeffreys]
notebook = "02-margins-of-error.ipynb"
parameters = { method = "jeffreys" }
"""


def polls(folder, number):
    """Write so many polls, each with an id of its own and one line that makes its digest its own."""
    for index in range(number):
        poll = shutil.copytree(ROOT / "data" / "polls" / "cpi-2021-04", folder / f"poll-{index:03}")
        sheet = poll / "poll.toml"
        sheet.write_text(sheet.read_text("utf-8") + f"# poll {index}\n", "utf-8")


def memory(process):
    """Return the megabytes that a process and all it started hold, and those of the process alone."""
    total = 0
    for one in [process, *process.children(recursive=True)]:
        try:
            total += one.memory_full_info().pss
        except (psutil.NoSuchProcess, psutil.AccessDenied, AttributeError):
            continue
    return total / 2**20, process.memory_info().rss / 2**20


def measure(number):
    """Render three reports of so many polls; return seconds and the highest memory, of all and of the parent."""
    with tempfile.TemporaryDirectory() as scratch:
        clone, given = Path(scratch) / "clone", Path(scratch) / "polls"
        for name in ("src", "data", "notebooks"):
            shutil.copytree(ROOT / name, clone / name, ignore=shutil.ignore_patterns("__pycache__"))
        (clone / "notebooks" / "reports.toml").write_text(COLLECTION, "utf-8")
        polls(given, number)
        command = [sys.executable, "-m", "polltables", "render", "--polls", str(given), "--language", "en"]
        start = time.perf_counter()
        running = subprocess.Popen(
            [*command, "--out", str(clone / "out")],
            cwd=clone,
            env=os.environ | {"PYTHONPATH": str(clone / "src")},
            stdout=subprocess.DEVNULL,
        )
        watched = psutil.Process(running.pid)
        highest = (0.0, 0.0)
        while running.poll() is None:
            try:
                highest = tuple(map(max, highest, memory(watched)))
            except psutil.NoSuchProcess:
                break
            time.sleep(1)
        if running.wait():
            raise SystemExit(f"{command} failed")
        return time.perf_counter() - start, *highest


def main():
    sizes = [int(size) for size in sys.argv[1:]] or SIZES
    lines = [
        "| polls | reports | seconds | reports a second | seconds a report | memory of all (MB) | of the parent (MB) |",
        "|---|---|---|---|---|---|---|",
    ]
    for number in sizes:
        seconds, together, parent = measure(number)
        reports = 3 * number
        lines.append(
            f"| {number} | {reports} | {seconds:.0f} | {reports / seconds:.1f} | {seconds / reports:.2f} "
            f"| {together:.0f} | {parent:.0f} |"
        )
        print(lines[-1], flush=True)
    text = README.read_text("utf-8")
    before, after = text.split(BEGIN)[0], text.split(END)[1]
    note = f"One run each, {os.cpu_count()} cores."
    README.write_text("\n".join([f"{before}{BEGIN}", "", *lines, "", note, "", f"{END}{after}"]), "utf-8")


if __name__ == "__main__":
    main()
