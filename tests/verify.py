"""`make verify`: the whole collection, rendered under three conditions and compared byte by byte, then read in a browser."""

import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import openpyxl

from analysis.estimates import Options
from analysis.paths import project_root
from analysis.polls import Poll, load_poll
from analysis.show.view import SETTINGS_VARIABLE, settings_of
from polltables.exporting import export_poll
from polltables.importing import import_poll
from polltables.rendering import Report, load_collection, render_reports

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
    command = [sys.executable, "-m", "polltables", "render", "--out", str(out), *options]
    out.mkdir()
    subprocess.run(command, check=True, cwd=out, env=os.environ | environment)
    return digests(out)


def digests(folder: Path) -> dict[str, str]:
    """Return the digest of every report and front page in a folder."""
    files = sorted(path for path in folder.rglob("[!.]*") if path.suffix in {".html", ".json"})
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files
    }


def render_every_setting(pages: Path, out: Path) -> bool:
    """Render pages that follow controls once more for each of their settings, as their parameters and following none.

    One page of each notebook at all of them; further ones, Spanish ones, which have the same figures, and front pages,
    beside which everything has to stand that they repeat, at three.
    """

    def follows(report: Report) -> bool:
        return 'id="controls"' in (pages / report.path).read_text("utf-8")

    made, everything, notebooks = [], [], set()
    reports = load_collection()
    settings = settings_of(reports[0].poll, Options())
    for report in reports:
        is_first = report.notebook not in notebooks and report.name != "index"
        notebooks.add(report.notebook)
        for place in range(len(settings)) if is_first and report.language == "en" else (0, 13, 26):
            there = replace(report, shelf=str(place))
            if follows(report):
                one = settings[place]
                chosen = {"confidence_level": one.confidence_level, "design_effect": one.effect}
                chosen = {name: value for name, value in chosen.items() if name in report.parameters}
                overrides, parameters = {**report.overrides, **chosen}, {**report.parameters, **chosen}
                there = replace(there, overrides=overrides, parameters=parameters)
                made.append(there)
            else:
                numbers = out / there.path.with_suffix(".json")
                numbers.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(pages / report.path.with_suffix(".json"), numbers)
            everything.append(there)
    os.environ[SETTINGS_VARIABLE] = ""
    outcomes = render_reports(made, out, everything=everything)
    os.environ.pop(SETTINGS_VARIABLE)
    fronts = {report.path for report in made}
    for listed in [page for page in out.rglob("index.html") if page.relative_to(out) not in fronts]:
        listed.unlink()  # a list of reports, which every folder without a front page has
    for outcome in outcomes:
        if outcome.error:
            print(f"{outcome.name}: {outcome.error}")
    return not any(outcome.error for outcome in outcomes)


def browser_checks(reports: Path, settings: Path, books: Path) -> Iterator[tuple[str, list[str]]]:
    """Yield the commands that read the reports and run the notebooks in a browser."""
    node = shutil.which("node")
    if node is None:
        sys.exit(
            "make verify needs Node.js 20 or newer, for the checks in a browser; install it and try again."
        )
    subprocess.run(["npm", "ci", "--silent"], check=True, cwd=BROWSER)
    yield "reports in a browser", [node, str(BROWSER / "reports.mjs"), str(reports), "--books", str(books)]
    yield "every number at every setting", [node, str(BROWSER / "settings.mjs"), str(reports), str(settings)]
    yield "notebooks in JupyterLab", [node, str(BROWSER / "lab.mjs"), str(ROOT / "notebooks")]


def books_hold_every_number(books: Path, pages: Path) -> bool:
    """Open the workbooks that pages saved in the browser: each must hold the numbers of the JSON beside its page."""
    saved = sorted(books.rglob("*.xlsx"))
    for path in saved:
        found = []
        for sheet in openpyxl.load_workbook(path):
            names, *rows = sheet.iter_rows(min_row=2, values_only=True)
            found += [row[names.index("value")] for row in rows]
        page = (pages / path.relative_to(books)).with_suffix(".json")
        stated = [number["value"] for number in json.loads(page.read_text("utf-8"))["numbers"]]
        if Counter(found) != Counter(stated):
            print(f"{path.name}: {len(found)} numbers, not the {len(stated)} of the page")
            return False
    return bool(saved)


def tables(poll: Poll) -> list[object]:
    """Return what a reader sees of a poll: titles, row labels, column labels and figures."""
    seen: list[object] = []
    for question in poll.questions:
        wide = poll.table(question.id, printed=True).dropna(axis="columns", how="all")
        labels = [poll.segments[str(segment)].label for segment in wide.columns]
        seen.append(
            [
                question.title,
                [answer.label for answer in question.answers],
                labels,
                wide.fillna("").to_numpy().tolist(),
            ]
        )
    return seen


def printed_polls_come_back(folder: Path) -> bool:
    """Print polls with chromium as a pollster would, and import the PDFs: every figure must be the same."""
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None:
        sys.exit("make verify needs chromium; install it and try again.")
    same = True
    for name in ["cpi-2021-04", "cpi-2021-05-08", *sorted((ROOT / "tests" / "data").glob("*-20*"))]:
        poll = load_poll(name)
        page = export_poll(poll, "html", folder / f"{poll.id}.html")
        pdf = page.with_suffix(".pdf")
        options = [
            "--headless",
            "--no-sandbox",
            "--no-pdf-header-footer",
            f"--print-to-pdf={pdf}",
            page.as_uri(),
        ]
        subprocess.run([chromium, *options], check=True, capture_output=True)
        import_poll(pdf, folder / "polls" / poll.id)
        came_back = tables(load_poll(folder / "polls" / poll.id)) == tables(poll)
        print(f"{poll.id} printed as PDF: {'the same' if came_back else 'DIFFERENT'}")
        same = same and came_back
    return same


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
        check = [sys.executable, "-m", "polltables", "render", "--check-stability"]
        outcomes["the same whenever it runs"] = subprocess.run(check, check=False).returncode == 0
        committed = digests(ROOT / "reports")
        stale = [name for name, digest in once.items() if committed.get(name) != digest]
        outcomes["polls printed as PDF come back"] = printed_polls_come_back(Path(scratch))
        settings = Path(scratch) / "settings"
        outcomes["every setting can be rendered"] = render_every_setting(first, settings)
        books = Path(scratch) / "books"
        for name, command in browser_checks(first, settings, books):
            outcomes[name] = subprocess.run(command, check=False).returncode == 0
        outcomes["saved workbooks hold every number"] = books_hold_every_number(books, first)
    print()
    if stale:
        print(f"note: reports/ differs from what this machine renders: {', '.join(stale)}; run make reports.")
    for name, passed in outcomes.items():
        print(f"{'passed' if passed else 'FAILED'}  {name}")
    print(f"verify: {sum(outcomes.values())} passed, {len(outcomes) - sum(outcomes.values())} failed")
    return int(not all(outcomes.values()))


if __name__ == "__main__":
    sys.exit(main())
