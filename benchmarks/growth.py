"""How time grows with questions, segments, tables of a file and polls: exponents of processor time.

.venv/bin/python benchmarks/growth.py
"""

import os
import shutil
import sys
import tempfile
from pathlib import Path

import numpy as np
import openpyxl

from analysis.estimates import audit, compare_segments, implied_weights
from analysis.paths import project_root
from polltables.importing import import_poll
from polltables.rendering.collection import load_collection

ROOT = project_root()
sys.path.insert(0, str(ROOT / "tests"))
from made_up_poll import write_poll  # noqa: E402

README = ROOT / "benchmarks" / "README.md"
BEGIN, END = "<!-- growth: written by growth.py -->", "<!-- end of growth -->"
ANSWERS = 6


def tables(questions, parts):
    """Return printed tables of questions that everybody answered, the whole made of its parts."""
    random = np.random.default_rng(1)
    weights = random.dirichlet(np.full(len(parts), 20))
    printed = {}
    for number in range(questions):
        shares = random.dirichlet(np.full(ANSWERS, 5), size=len(parts))
        columns = dict(zip([*parts, "total"], [*shares, weights @ shares], strict=True))
        printed[f"question_{number}"] = {
            (f"answer_{row}", ""): {name: f"{100 * column[row]:.1f}" for name, column in columns.items()}
            for row in range(ANSWERS)
        }
    return printed


def of_questions(folder, number, segments=8):
    """Write a poll of so many questions."""
    parts = tuple(f"part_{part}" for part in range(segments))
    return write_poll(folder, tables(number, parts), n=3000, partitions=(("parts", "total", parts),))


def of_segments(folder, number):
    """Write a poll of so many segments."""
    return of_questions(folder, 20, number)


def of_tables(folder, number):
    """Write a workbook of so many tables beneath each other."""
    book = openpyxl.Workbook()
    for name, rows in tables(number, ("North", "South", "East", "West")).items():
        book.active.append([f"{name.replace('_', ' ').capitalize()}. What do you think?"])
        book.active.append(["", *next(iter(rows.values()))])
        for (answer, _), figures in rows.items():
            book.active.append([answer.replace("_", " ").capitalize(), *map(float, figures.values())])
        book.active.append([])
    book.save(folder / "book.xlsx")
    return folder / "book.xlsx"


def of_polls(folder, number):
    """Write so many copies of the poll of April 2021."""
    copies = [folder / f"poll-{index}" for index in range(number)]
    for copy in copies:
        shutil.copytree(ROOT / "data" / "polls" / "cpi-2021-04", copy)
    return list(map(str, copies))


TASKS = [
    ("audit", "questions", (25, 50, 100, 200), of_questions, audit),
    ("audit", "segments", (5, 10, 20, 40), of_segments, audit),
    ("implied weights", "questions", (25, 50, 100, 200), of_questions, implied_weights),
    ("implied weights", "segments", (5, 10, 20, 40), of_segments, implied_weights),
    ("comparison of segments", "segments", (5, 10, 20, 40), of_segments, lambda poll: compare_segments(poll, "question_0")),
    ("import of a workbook", "tables", (50, 100, 200, 400), of_tables, lambda file: import_poll(file, file.parent / "out")),
    ("planning of 40 reports a poll", "polls", (10, 20, 40, 80), of_polls, lambda polls: load_collection(polls=polls)),
]  # fmt: skip


def used():
    """Return the processor seconds of this process and of those it started and awaited."""
    return sum(os.times()[:4])


def seconds(make, size, work):
    """Return the processor seconds of a piece of work: the least of three, each on something newly made."""
    runs = []
    for _ in range(3):
        with tempfile.TemporaryDirectory() as folder:
            made = make(Path(folder), size)
            start = used()
            work(made)
            runs.append(used() - start)
    return min(runs)


def main():
    lines = ["| what | grows in | sizes | processor seconds | exponent |", "|---|---|---|---|---|"]
    for name, unit, sizes, make, work in TASKS:
        took = [seconds(make, size, work) for size in sizes]
        exponent = np.polyfit(np.log(sizes), np.log(took), 1)[0]
        cells = (
            name,
            unit,
            ", ".join(map(str, sizes)),
            ", ".join(f"{one:.2f}" for one in took),
            f"{exponent:.2f}",
        )
        lines.append(f"| {' | '.join(cells)} |")
        print(lines[-1], flush=True)
    text = README.read_text("utf-8")
    before, after = text.split(BEGIN)[0], text.split(END)[1]
    README.write_text("\n".join([f"{before}{BEGIN}", "", *lines, "", f"{END}{after}"]), "utf-8")


if __name__ == "__main__":
    main()
