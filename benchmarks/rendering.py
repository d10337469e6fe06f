"""Rendering, beside what a user would otherwise run: papermill and nbconvert by hand.

    .venv/bin/python benchmarks/rendering.py [--language en] [--repeats 3]

Everything runs in a copy of the project, with files and results thrown away afterwards. Writes the tables
into benchmarks/README.md.
"""

import argparse
import json
import os
import platform
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path

from analysis.paths import project_root
from polltables.rendering import load_collection, render_reports
from polltables.rendering.job import prepare
from polltables.rendering.page import SETTINGS_VARIABLE
from polltables.rendering.render import Maker
from polltables.rendering.supervise import ReportServer

ROOT = project_root()
README = ROOT / "benchmarks" / "README.md"
BEGIN, END = "<!-- rendering: written by rendering.py -->", "<!-- end of rendering -->"
BIN = Path(sys.executable).parent

BY_API = """
import json, sys, papermill, nbformat
from nbconvert import HTMLExporter
for notebook, parameters, out in json.load(sys.stdin):
    out_notebook, cwd = out + ".ipynb", sys.argv[1]
    executed = papermill.execute_notebook(notebook, out_notebook, parameters, progress_bar=False, cwd=cwd)
    page, _ = HTMLExporter().from_notebook_node(executed)
    open(out + ".html", "w", encoding="utf-8").write(page)
"""


def timed(run, repeats=1):
    """Return the medians of the seconds that a call takes, and of those that processors work for it."""
    taken = []
    for _ in range(repeats):
        start, worked = time.perf_counter(), processor_seconds()
        run()
        taken.append((time.perf_counter() - start, processor_seconds() - worked))
    return tuple(map(statistics.median, zip(*taken, strict=True)))


def processor_seconds():
    """Return what this process and all that it waited for have used."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


class Clone:
    """A copy of the project in which reports are made."""

    def __init__(self, folder):
        self.folder = folder / "clone"
        for name in ("src", "data", "notebooks"):
            shutil.copytree(ROOT / name, self.folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        shutil.copy(ROOT / "requirements.lock", self.folder)
        self.list = self.folder / "notebooks" / "reports.toml"
        self.environment = os.environ | {"PYTHONPATH": str(self.folder / "src")}
        self.call([sys.executable, "-m", "compileall", "-q", "src"])

    def call(self, command, further=(), **options):
        environment = self.environment | dict(further)
        subprocess.run(command, check=True, cwd=self.folder, env=environment, capture_output=True, **options)

    def render(self, *options, settings=True):
        """Run the command, whole process; without what pages show at other settings, if told so."""
        out = ["--out", str(self.folder / "out")]
        further = {} if settings else {SETTINGS_VARIABLE: ""}
        self.call([sys.executable, "-m", "polltables", "render", *out, *options], further)


def by_hand(clone, reports, at_a_time):
    """(a): papermill, then nbconvert, for each report, from the shell, one or more at a time."""

    def one(report):
        out = clone.folder / f"{report.name}.ipynb"
        chosen = [text for key, value in report.overrides.items() for text in ("-p", key, str(value))]
        notebooks = str(clone.folder / "notebooks")
        clone.call([str(BIN / "papermill"), str(report.notebook), str(out), *chosen, "--cwd", notebooks])
        clone.call([str(BIN / "jupyter"), "nbconvert", "--to", "html", str(out)])

    with ThreadPoolExecutor(at_a_time) as pool:
        list(pool.map(one, reports))


def by_api(clone, reports):
    """(b): the same through their Python interface, in one process."""
    work = [
        (str(report.notebook), dict(report.overrides), str(clone.folder / report.name)) for report in reports
    ]
    clone.call(
        [sys.executable, "-c", BY_API, str(clone.folder / "notebooks")], input=json.dumps(work).encode()
    )


def warm(reports, workers, repeats):
    """(d): the server already runs."""
    with tempfile.TemporaryDirectory() as out, ReportServer() as server:

        @contextmanager
        def running():
            with ThreadPoolExecutor(workers) as threads:
                yield Maker(lambda: workers, lambda job: threads.submit(server.make, job))

        def run():
            outcomes = render_reports(reports, Path(out), force=True, maker=running)
            assert not any(outcome.error for outcome in outcomes), outcomes

        server.make(prepare(reports[0]))
        # What the server's children use counts only once it has ended, so it is not known here.
        seconds, _ = timed(run, repeats)
    return seconds, None


def cells_alone(reports, settings):
    """Return the seconds of all cells, one report after the other, with what pages show at other settings or without."""
    os.environ[SETTINGS_VARIABLE] = settings
    try:
        with ReportServer() as server:
            server.make(prepare(reports[0]))
            return sum(server.make(prepare(report)).cell_seconds for report in reports)
    finally:
        del os.environ[SETTINGS_VARIABLE]


def one_changed(clone, language):
    """(g): a comment is added to one notebook, and all are asked for."""
    notebook = clone.folder / "notebooks" / "01-published-tables.ipynb"
    document = json.loads(notebook.read_text("utf-8"))
    document["cells"][-1]["source"].insert(0, "# changed\n")
    notebook.write_text(json.dumps(document), "utf-8")
    return timed(lambda: clone.render(*language))


def measure(clone, language, repeats):
    """Measure all ways of making the reports in a language; return the lines of a table."""
    reports = load_collection(clone.list, languages=[language])
    workers, chosen = os.cpu_count() or 1, ("--language", language)
    hand = timed(lambda: by_hand(clone, reports, 1))
    hands, api = timed(lambda: by_hand(clone, reports, 2)), timed(lambda: by_api(clone, reports))
    plain = timed(lambda: clone.render(*chosen, "--force", settings=False), repeats)
    cold = timed(lambda: clone.render(*chosen, "--force"), repeats)
    both = timed(lambda: clone.render("--force"))
    unchanged = timed(lambda: clone.render(*chosen), repeats)
    kernels = timed(lambda: clone.render(*chosen, "--force", "--engine", "kernel", "--workers", "2"))
    warmed = warm(reports, workers, repeats)
    alone, cells = (cells_alone(reports, settings) for settings in ("", "1"))
    clone.render(*chosen)
    changed = one_changed(clone, chosen)
    rows = [
        ("(a) `papermill`, then `jupyter nbconvert`, for each report from the shell", hand),
        ("(a2) the same, two at a time", hands),
        ("(b) the same through their Python interface, one process", api),
        (f"(c) `polltables render`, cold, {workers} workers, without settings", plain),
        ("(c27) the same with the 27 settings of each page", cold),
        ("(d) the same, server already running", warmed),
        ("(e) ordinary kernels, two at a time, with settings", kernels),
        ("(f) nothing changed", unchanged),
        ("(g) one notebook changed", changed),
    ]
    lines = [
        f"### {len(reports)} reports",
        "",
        f"| way | seconds | a report | ratio to (a) | processor seconds | ratio to (a) |\n{'|---' * 6}|",
    ]
    for way, (seconds, worked) in rows:
        work = f"{worked:.2f} | {hand[1] / worked:.1f}" if worked else "– | –"
        lines.append(
            f"| {way} | {seconds:.2f} | {seconds / len(reports):.2f} | {hand[0] / seconds:.1f} | {work} |"
        )
    lines += [
        "",
        f"Cells alone take {alone:.1f} s ({alone / len(reports):.2f} s a report), with the settings {cells:.1f} s "
        f"({cells / alone:.1f} times as long). (c) is {plain[0] / (alone / workers):.2f} times the cells ÷ {workers} cores. "
        f"All editions, with settings: {both[0]:.1f} s.",
        "",
    ]
    print("\n".join(lines))
    return lines


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--language", default="en")
    parser.add_argument("--repeats", type=int, default=3)
    chosen = parser.parse_args()
    load = os.getloadavg()[0]
    with tempfile.TemporaryDirectory() as folder:
        lines = measure(Clone(Path(folder)), chosen.language, chosen.repeats)
    packages = ", ".join(
        f"{name} {version(name)}" for name in ("papermill", "nbconvert", "ipykernel", "pandas")
    )
    lines.append(
        f"Wall time of whole processes, medians of {chosen.repeats} runs; (a), (a2), (b), (e), (g) and all editions once. "
        f"Load average before: {load:.1f}. "
        f"{os.cpu_count()} cores, {platform.system()}; Python {platform.python_version()}, {packages}."
    )
    text = README.read_text("utf-8")
    before, after = text.split(BEGIN)[0], text.split(END)[1]
    README.write_text(f"{before}{BEGIN}\n\n" + "\n".join(lines) + f"\n\n{END}{after}", "utf-8")


if __name__ == "__main__":
    main()
