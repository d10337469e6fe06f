"""What is fuzzed: each target takes bytes, lets only PollError pass, and checks that no number is lost."""

import csv
import io
import os
import random
import re
import tempfile
import zipfile
from collections import Counter
from itertools import chain
from pathlib import Path
from xml.etree.ElementTree import ParseError

from analysis.errors import PollError
from analysis.polls import load_poll
from polltables.importing import Given
from polltables.importing.drafting.drafting import draft_poll
from polltables.importing.page import Line
from polltables.importing.readers.reading import FORMATS, Chosen, read_here
from polltables.importing.writing import draft_files, write_folder

# Folders that many runs write into; memory is kinder to a disk than a million small files.
SCRATCH = Path("/dev/shm") if os.access("/dev/shm", os.W_OK) else None
GIVEN = Given(pollster="Fuzz", sample_size="800", fieldwork="2031-05-06 to 2031-05-08")
NUMBER = re.compile(r"\d{1,3}(?:[.,'’ ]\d{3})+(?!\d)|\d+(?:[.,]\d+)?", re.ASCII)


def numbers(texts):
    """The digits of numbers, by which 0.384 and 38.4, or 1,204 and 1204 are the same."""
    return Counter(re.sub(r"\D", "", number).strip("0") for text in texts for number in NUMBER.findall(text))


def lost(source, files):
    """Numbers of a source that its draft holds nowhere."""
    kept = numbers(
        piece
        for name, text in files.items()
        for piece in (
            chain.from_iterable(csv.reader(io.StringIO(text))) if name.endswith("csv") else text.splitlines()
        )
    )
    texts = [block.text for block in source.blocks if isinstance(block, Line)]
    return [
        number for number in numbers([*texts, *(cell.text for cell in source.cells)]) if number not in kept
    ]


def _said(error):
    """A refusal says why, problem by problem."""
    assert error.problems
    assert all(problem.strip() for problem in error.problems)


def imported(path, given=GIVEN):
    """Import a file as the command does, and check that nothing is lost and the draft loads."""
    try:
        source = read_here(FORMATS[path.suffix], path, path.name, Chosen())
        draft = draft_poll(source, given)
    except PollError as error:
        _said(error)
        return None
    except ParseError:  # told by the process that `read_here` is called in
        return None
    files = draft_files(draft)
    missing = lost(source, files)
    assert not missing, f"numbers lost: {missing}"
    out = path.parent / "out"
    write_folder(out, files, check=load_poll)
    return load_poll(out)


def text(data):
    """The first byte chooses the format, the rest is the file."""
    if not data:
        return
    ending = ("md", "csv", "html", "txt", "tsv")[data[0] % 5]
    with tempfile.TemporaryDirectory(dir=SCRATCH) as folder:
        path = Path(folder, f"poll.{ending}")
        path.write_bytes(data[1:])
        imported(path)


PARTS = ("xl/workbook.xml", "xl/worksheets/sheet1.xml", "xl/styles.xml", "[Content_Types].xml", "_rels/.rels")


def workbook(data):
    """The first byte chooses a part of a sound workbook, whose XML the rest replaces; 255 is the archive itself."""
    if not data:
        return
    with tempfile.TemporaryDirectory(dir=SCRATCH) as folder:
        path = Path(folder, "poll.xlsx")
        if data[0] == 255:
            path.write_bytes(data[1:])
        else:
            part = PARTS[data[0] % len(PARTS)]
            with zipfile.ZipFile(io.BytesIO(sound_workbook())) as old, zipfile.ZipFile(path, "w") as new:
                for name in old.namelist():
                    new.writestr(name, data[1:] if name == part else old.read(name))
        imported(path)


_SOUND = []


def sound_workbook():
    if not _SOUND:
        import xlsxwriter

        stream = io.BytesIO()
        book = xlsxwriter.Workbook(stream, {"in_memory": True})
        page = book.add_worksheet("Vote")
        figure = book.add_format({"num_format": "0.0"})
        page.write_string(0, 0, "Vote intention")
        page.merge_range(2, 2, 2, 3, "Region")
        for column, label in enumerate(["Answer", "Total", "North", "South"]):
            page.write_string(3, column, label)
        for row, label in enumerate(["Okafor", "Lindqvist"], start=4):
            page.write_string(row, 0, label)
            for column in (1, 2, 3):
                page.write_number(row, column, 40 + column + row, figure)
        book.close()
        _SOUND.append(stream.getvalue())
    return _SOUND[0]


FIGURES = ["45.0", "0.3", "100", "7", "12.5%", "12.5*", "–", "", "*", "<1", "n.d.", "33.3 (a)"]
LABELS = [
    "Castillo",
    "Indecisos",
    "Otros",
    "Base",
    "No sabe",
    "=1+1",
    "a|b",
    "x;y",
    "18-34",
    "Total",
    '"q"',
    "Ñandú 2º",
    "'-",
    "\\",
]


def cells(data):
    """Lay out a poll at random by the bytes, in a format by the first: figures must come back as often as they stood."""
    if len(data) < 4:
        return
    source = random.Random(data)
    columns = [source.choice(LABELS) + f" {position}" for position in range(1 + data[1] % 5)]
    rows = [
        [source.choice(LABELS) + " " * (byte % 2), *(source.choice(FIGURES) for _ in columns)]
        for byte in data[3:20]
    ]
    with tempfile.TemporaryDirectory(dir=SCRATCH) as folder:
        path = Path(folder, ("poll.md", "poll.csv")[data[0] % 2])
        table = [["Answer", *columns], *rows]
        if path.suffix == ".md":
            lines = [
                "| " + " | ".join(cell.replace("\\", "\\\\").replace("|", "\\|") for cell in row) + " |"
                for row in table
            ]
            content = "\n".join(["Vote", "", *lines])
        else:
            quoted = [",".join('"' + cell.replace('"', '""') + '"' for cell in row) for row in table]
            content = "\n".join(["Vote", "", *quoted])
        path.write_text(content, "utf-8")
        poll = imported(path)
        if poll is not None:
            source = Counter(re.match(r"[\d.]*", cell)[0] for row in rows for cell in row[1:])
            written = Counter(poll.figures["printed"].dropna())
            assert written <= source, written - source


def loader(data):
    """Up to the first NUL poll.toml, after it a table named vote.csv."""
    document, _, table = data.partition(b"\0")
    with tempfile.TemporaryDirectory(dir=SCRATCH) as folder:
        Path(folder, "poll.toml").write_bytes(document)
        Path(folder, "vote.csv").write_bytes(table)
        try:
            load_poll(folder)
        except PollError as error:
            _said(error)


TARGETS = {"text": text, "workbook": workbook, "cells": cells, "loader": loader}


def seeds(target):
    """Sound inputs to begin from."""
    root = Path(__file__).parents[1] / "data"
    head = b"Empresa: X (2031)\nMuestra: 1,200\nMargen de error: 2.8%\nFecha de campo: 6 al 8 de mayo de 2031\n\n"
    pages = {
        0: b"Vote\n\n- card -\n\n| | Total | Zone | |\n|---|---|---|---|\n| | | North | South |\n"
        b"| Yes | 61.0 | 58.5% | <1 |\n| (a) No | 39.0 | 41.5* | - |\n",
        1: b"Vote\n\n;Total;North\nBase;800;400\nYes;61,0;58,5*\nNo;39,0;-\n",
        2: b"<h2>Vote</h2><p>note</p><table><tr><th rowspan=2></th><th colspan=2>Zone</th></tr><tr><th>N</th><th>S</th></tr>"
        b"<tr><td>Yes</td><td>61.0</td><td>&lt;1</td></tr></table>",
    }
    if target is text:
        return [bytes([kind]) + page for kind, page in pages.items()] + [b"\0" + head + pages[0] * 2]
    if target is workbook:
        with zipfile.ZipFile(io.BytesIO(sound_workbook())) as book:
            return [bytes([number]) + book.read(part) for number, part in enumerate(PARTS)] + [
                b"\xff" + sound_workbook()
            ]
    if target is cells:
        return [bytes(range(start, start + 12)) for start in range(4)]
    return [
        (root / "harbour-2030-05" / "poll.toml").read_bytes()
        + b"\0"
        + (root / "harbour-2030-05" / "vote.csv").read_bytes()
    ]
