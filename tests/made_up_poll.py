"""Polls written for one test: folders as data/polls has them, read as any other, and polls made of other figures."""

import datetime
from dataclasses import replace

import pandas as pd

from analysis.polls import Answer, Partition, Poll, Question, Segment, Segments, Sheet, Target
from analysis.polls.loading import load_poll
from analysis.polls.sheet import Source

HEAD = """format = {format}
language = "en"
decimal_mark = "."
decimals = {decimals}

[source]
title = "Made up"
publisher = "Nobody"

[sheet]
short_name = "Nobody"
fieldwork_start = 2030-01-01
fieldwork_end = 2030-01-02
{places}
[[sheet.items]]
id = "pollster"
label = "By"
printed = "Nobody"
"""
SIZE = '\n[[sheet.items]]\nid = "sample_size"\nlabel = "Sample"\nprinted = "{n}"\n'
LEADING = ("answer", "label", "role", "given", "of", "unit")


def write_poll(
    folder,
    tables,
    *,
    n,
    bases=None,
    partitions=(),
    kinds=None,
    base="all",
    places=None,
    decimals=1,
    form=1,
    segments=None,
    repeats=None,
):
    """Write and load a poll.

    `tables` maps questions to rows {answer or (answer, role, given, of, unit), as far as wanted: {segment: printed}},
    `bases` segments to interviews, and `partitions` are (id, of, parts). `places` is how many were visited; `segments` maps
    ids to more lines of their entries, and `repeats` questions to those that they print again.
    """
    bases, kinds, more, repeats = bases or {}, kinds or {}, segments or {}, repeats or {}
    names = ["total"]
    for _, of, parts in partitions:
        names += [segment for segment in (of, *parts) if segment not in names]
    names += [segment for rows in tables.values() for row in rows.values() for segment in row]
    visited = f'sampling_unit = "places"\n[sheet.coverage_counts]\nplaces = {places}\n' if places else ""
    text = HEAD.format(format=form, places=visited, decimals=decimals)
    text += "" if n is None else SIZE.format(n=n)
    for segment in dict.fromkeys([*names, *more]):
        text += f'\n[[segments]]\nid = "{segment}"\nlabel = "{segment}"\n'
        text += f'base = "{bases[segment]}"\n' if segment in bases else ""
        text += more.get(segment, "")
    for name, of, parts in partitions:
        text += f'\n[[partitions]]\nid = "{name}"\nof = "{of}"\nparts = {list(parts)}\n'
    folder.mkdir(exist_ok=True)
    for question, rows in tables.items():
        text += (
            f'\n[[questions]]\nid = "{question}"\nfile = "{question}.csv"\nname = "{question}"\ntitle = "?"\n'
            f'kind = "{kinds.get(question, "single_response")}"\nasked = "card"\nbase = "{base}"\nnot_published = "no"\n'
        )
        text += f'repeats = "{repeats[question]}"\n' if question in repeats else ""
        columns = list(dict.fromkeys(segment for row in rows.values() for segment in row))
        lines = [",".join([*LEADING, *columns])]
        for row, printed in rows.items():
            answer, *leading = row if isinstance(row, tuple) else (row,)
            leading = [answer, answer, *leading, *[""] * len(LEADING)][: len(LEADING)]
            lines.append(",".join([*leading, *(printed.get(column, "") for column in columns)]))
        (folder / f"{question}.csv").write_text("\n".join(lines) + "\n", "utf-8")
    (folder / "poll.toml").write_text(text, "utf-8")
    return load_poll(folder)


# The interviews of tests/reference/totals.R: three segments of 500, 250 and 250, printed without rounding.
REGIONS = ("north", "south", "east")
COUNTS = {
    ("amaro", "candidate"): (190, 40, 120),
    ("bravo", "candidate"): (130, 110, 30),
    ("blank", "blank_null"): (80, 45, 60),
    ("open", "undecided"): (100, 55, 40),
}
SIZES = (500, 250, 250)


def write_regions(folder):
    """Write and load the poll of tests/reference/totals.R."""
    rows = {
        answer: {
            "total": f"{sum(counts) / 10:.1f}",
            **{
                region: f"{100 * count / size:.1f}"
                for region, count, size in zip(REGIONS, counts, SIZES, strict=True)
            },
        }
        for answer, counts in COUNTS.items()
    }
    return write_poll(
        folder,
        {"vote": rows},
        n=1000,
        bases=dict(zip(REGIONS, SIZES, strict=True)),
        partitions=[("region", "total", REGIONS)],
    )


def target_of(name="made-up", /, **population):
    """Make a target that counts people in segments."""
    table = pd.DataFrame({"segment": list(population), "population": list(population.values())})
    return Target(id=name, format=1, title=f"Count {name}", source="Nobody", unit="people", population=table)


# Polls that are no folder: quicker to make, where a test needs hundreds.


def question(name, answers, printed, *, kind="single_response", repeats="", base="all"):
    """Make a question; `answers` maps ids to conditions or to (role, condition), `printed` (answer, segment) to figures."""
    segments = list(dict.fromkeys(segment for _, segment in printed))
    rows = []
    for answer, about in answers.items():
        role, given = about if isinstance(about, tuple) else ("substantive", about)
        rows.append(Answer(id=answer, label=answer, role=role, given=given))
    return Question(
        id=name,
        file=f"{name}.csv",
        name=name,
        title=name,
        kind=kind,
        asked="card",
        base=base,
        repeats=repeats,
        rows=tuple(rows),
        columns=tuple(segments),
        figures=printed,
    )


def poll_of(questions, parts=("north", "south"), *, partitions=None, bases=None, n=1000, decimals=1):
    """Make a poll, with one partition of the whole unless others are given as (id, of, parts)."""
    day, bases = datetime.date(2030, 1, 1), bases or {}
    partitions = [("parts", "total", parts)] if partitions is None else partitions
    segments = dict.fromkeys(["total", *(segment for _, of, its in partitions for segment in (of, *its))])
    return Poll(
        id="made-up",
        source=Source("Made up", "Nobody"),
        sheet=Sheet("Nobody", day, day, (), figures={} if n is None else {"sample_size": n}),
        segments=Segments(
            tuple(
                replace(Segment(id=name, label=name), interviews=bases[name])
                if name in bases
                else Segment(id=name, label=name)
                for name in segments
            ),
            tuple(Partition(id=name, of=of, parts=tuple(its)) for name, of, its in partitions),
        ),
        questions=tuple(questions),
        language="en",
        decimal_mark=".",
        decimals=decimals,
        sha256="",
    )


def with_questions(poll, questions):
    """Return a poll with other questions."""
    return replace(poll, questions=tuple(questions))


def with_figures(poll, figures):
    """Return a poll with other printed figures: a map of (question, answer, segment) to figures, None for a gap."""
    questions = []
    for asked in poll.questions:
        own = {
            (answer, segment): figure
            for (name, answer, segment), figure in figures.items()
            if name == asked.id
        }
        assert all(map(asked.figures.get, own)), own
        questions.append(replace(asked, figures={**asked.figures, **own}))
    return with_questions(poll, questions)
