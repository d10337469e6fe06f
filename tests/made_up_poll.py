"""Polls written for one test: a folder as data/polls has them, read as any other."""

from analysis.polls import load_poll

HEAD = """format = 1
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

[[sheet.items]]
id = "sample_size"
label = "Sample"
printed = "{n}"
"""


def write_poll(
    folder, tables, *, n, bases=None, partitions=(), kinds=None, base="all", places=None, decimals=1
):
    """Write and load a poll.

    `tables` maps questions to rows {answer or (answer, role) or (answer, role, given): {segment: printed}}, `bases`
    segments to interviews, and `partitions` are (id, of, parts). `places` is how many were visited.
    """
    bases, kinds = bases or {}, kinds or {}
    segments = ["total"]
    for _, of, parts in partitions:
        segments += [segment for segment in (of, *parts) if segment not in segments]
    segments += [segment for rows in tables.values() for row in rows.values() for segment in row]
    segments = list(dict.fromkeys(segments))
    visited = f'sampling_unit = "places"\n[sheet.coverage_counts]\nplaces = {places}\n' if places else ""
    text = HEAD.format(n=n, places=visited, decimals=decimals)
    for segment in segments:
        text += f'\n[[segments]]\nid = "{segment}"\nlabel = "{segment}"\n'
        text += f'base = "{bases[segment]}"\n' if segment in bases else ""
    for name, of, parts in partitions:
        text += f'\n[[partitions]]\nid = "{name}"\nof = "{of}"\nparts = {list(parts)}\n'
    folder.mkdir(exist_ok=True)
    for question, rows in tables.items():
        kind = kinds.get(question, "single_response")
        text += (
            f'\n[[questions]]\nid = "{question}"\nfile = "{question}.csv"\nname = "{question}"\ntitle = "?"\n'
        )
        text += f'kind = "{kind}"\nasked = "card"\nbase = "{base}"\nnot_published = "no"\n'
        columns = list(dict.fromkeys(segment for row in rows.values() for segment in row))
        lines = [",".join(["answer", "label", "role", "given", *columns])]
        for answer, printed in rows.items():
            names = answer if isinstance(answer, tuple) else (answer,)
            name, role, given = (*names, "", "")[:3]
            lines.append(
                ",".join([name, name, role, given, *(printed.get(column, "") for column in columns)])
            )
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
