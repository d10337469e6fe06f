"""Rendering, beside what a user would otherwise run: papermill and nbconvert by hand.

    .venv/bin/python benchmarks/rendering.py [--language en] [--reports PATTERN ...] [--repeats 3]

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
from functools import partial
from importlib.metadata import version
from pathlib import Path

from analysis.paths import project_root
from polltables.rendering import load_collection, render_reports
from polltables.rendering.job import prepare
from polltables.rendering.render import this_machine
from polltables.rendering.selection import select
from polltables.rendering.supervise import ReportServer

ROOT = project_root()
README = ROOT / "benchmarks" / "README.md"
BEGIN, END = "<!-- rendering: written by rendering.py -->", "<!-- end of rendering -->"
BIN = Path(sys.executable).parent
VARIANTS = 12  # fewer reports than this are joined by others of the same notebooks, with other parameters

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

    def __init__(self, folder, collection=""):
        self.folder = folder / "clone"
        for name in ("src", "data", "notebooks"):
            shutil.copytree(ROOT / name, self.folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        shutil.copy(ROOT / "requirements.lock", self.folder)
        self.list = self.folder / "notebooks" / "reports.toml"
        self.list.write_text(self.list.read_text("utf-8") + collection, "utf-8")
        self.environment = os.environ | {"PYTHONPATH": str(self.folder / "src")}
        self.call([sys.executable, "-m", "compileall", "-q", "src"])

    def call(self, command, **options):
        subprocess.run(
            command, check=True, cwd=self.folder, env=self.environment, capture_output=True, **options
        )

    def render(self, names, language, *options):
        """Run the command, whole process."""
        out = ["--out", str(self.folder / "out"), "--language", language]
        self.call([sys.executable, "-m", "polltables", "render", *names, *out, *options])


def by_hand(clone, reports):
    """(a): papermill, then nbconvert, for each report, from the shell."""
    for report in reports:
        out = clone.folder / f"{report.name}.ipynb"
        chosen = [text for key, value in report.overrides.items() for text in ("-p", key, str(value))]
        notebooks = str(clone.folder / "notebooks")
        clone.call([str(BIN / "papermill"), str(report.notebook), str(out), *chosen, "--cwd", notebooks])
        clone.call([str(BIN / "jupyter"), "nbconvert", "--to", "html", str(out)])


def by_api(clone, reports):
    """(b): the same through their Python interface, in one process."""
    work = [
        (str(report.notebook), dict(report.overrides), str(clone.folder / report.name)) for report in reports
    ]
    clone.call(
        [sys.executable, "-c", BY_API, str(clone.folder / "notebooks")], input=json.dumps(work).encode()
    )


def warm(reports, workers, repeats):
    """(d): the server already runs; also the seconds of all cells, and of what is loaded once."""
    outcomes = []
    with tempfile.TemporaryDirectory() as out, ReportServer() as server:

        def run():
            maker = partial(this_machine, workers, server.make)
            outcomes[:] = render_reports(reports, Path(out), force=True, maker=maker)
            assert not any(outcome.error for outcome in outcomes), outcomes

        job = prepare(reports[0])
        first, again = timed(lambda: server.make(job))[0], timed(lambda: server.make(job))[0]
        # What the server's children use counts only once it has ended, so it is not known here.
        seconds, _ = timed(run, repeats)
    return (seconds, None), sum(outcome.cell_seconds for outcome in outcomes), first - again


def one_changed(clone, names, language):
    """(g): a comment is added to one notebook, and all are asked for."""
    notebook = clone.folder / "notebooks" / "01-published-tables.ipynb"
    document = json.loads(notebook.read_text("utf-8"))
    document["cells"][-1]["source"].insert(0, "# changed\n")
    notebook.write_text(json.dumps(document), "utf-8")
    return timed(lambda: clone.render(names, language))


def measure(title, clone, names, language, repeats):
    """Measure all ways of making some reports; return the lines of a table."""
    everything = load_collection(clone.list, languages=[language])
    reports = select(everything, names)
    chosen = [report.name for report in reports]
    workers = os.cpu_count() or 1
    hand, api = timed(lambda: by_hand(clone, reports)), timed(lambda: by_api(clone, reports))
    cold = timed(lambda: clone.render(chosen, language, "--force"), repeats)
    unchanged = timed(lambda: clone.render(chosen, language), repeats)
    kernels = timed(lambda: clone.render(chosen, language, "--force", "--engine", "kernel", "--workers", "2"))
    warmed, cells, preload = warm(reports, workers, repeats)
    clone.render(chosen, language)
    changed = one_changed(clone, chosen, language)
    bound = 1.5 * cells / workers + preload
    rows = [
        ("(a) `papermill`, then `jupyter nbconvert`, for each report from the shell", hand),
        ("(b) the same through their Python interface, one process", api),
        (f"(c) `polltables render`, cold, {workers} workers", cold),
        ("(d) the same, server already running", warmed),
        ("(e) ordinary kernels, two at a time", kernels),
        ("(f) nothing changed", unchanged),
        ("(g) one notebook changed", changed),
    ]
    lines = [
        f"### {title}: {len(reports)} reports",
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
        f"The cells alone take {cells:.1f} s ({cells / len(reports):.2f} s a report). 1.5 × cells ÷ {workers} cores + "
        f"{preload:.1f} s loaded once = {bound:.1f} s; cold takes {cold[0]:.1f} s.",
        "",
    ]
    print("\n".join(lines))
    return lines


def more_entries(reports):
    """Write entries that bring a short collection to twelve reports: every question, by several methods."""
    entries = [
        f'[variant-{method}]\nnotebook = "02-margins-of-error.ipynb"\neach = {{ question = "all" }}\n'
        f'parameters = {{ method = "{method}" }}\n'
        for method in ("wilson", "jeffreys")
    ]
    return "\n" + "\n".join(entries) if len(reports) < VARIANTS else ""


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--language", default="en")
    parser.add_argument("--reports", nargs="*", default=[])
    parser.add_argument("--repeats", type=int, default=3)
    chosen = parser.parse_args()
    reports = select(load_collection(languages=[chosen.language]), chosen.reports)
    lines = []
    load = os.getloadavg()[0]
    with tempfile.TemporaryDirectory() as folder:
        names = [report.name for report in reports]
        clone = Clone(Path(folder))
        lines += measure("The collection", clone, names, chosen.language, chosen.repeats)
    if more := more_entries(reports):
        with tempfile.TemporaryDirectory() as folder:
            clone = Clone(Path(folder), more)
            every = [report.name for report in load_collection(clone.list, languages=[chosen.language])]
            lines += measure(
                "With other parameters", clone, every[:VARIANTS], chosen.language, chosen.repeats
            )
    packages = ", ".join(
        f"{name} {version(name)}" for name in ("papermill", "nbconvert", "ipykernel", "pandas")
    )
    lines.append(
        f"Wall time of whole processes, medians of {chosen.repeats} runs; (a), (b), (e) and (g) once. "
        f"Load average before: {load:.1f}. "
        f"{os.cpu_count()} cores, {platform.system()}; Python {platform.python_version()}, {packages}."
    )
    text = README.read_text("utf-8")
    before, after = text.split(BEGIN)[0], text.split(END)[1]
    README.write_text(f"{before}{BEGIN}\n\n" + "\n".join(lines) + f"\n\n{END}{after}", "utf-8")


if __name__ == "__main__":
    main()
