"""Broken published files: each is named with its place, exit status 1, and nothing is written."""

import io
import re
import zipfile

import pytest
from published import HEAD, ROWS, TABLE, markdown, with_part, workbook

from polltables.cli import main

SOUND = workbook(ROWS)
SHEET = "xl/worksheets/sheet1.xml"
PAGE = "<p>Pollster: Nobody</p><p>Sample size: 800</p><p>Fieldwork: 6-8 May 2031</p><h2>Vote</h2>"
CSV = (
    "Pollster: Nobody\nSample size: 800\nFieldwork: 6-8 May 2031\n\nVote\n\n"
    ",Total,North\nOkafor,45.0,41.5\nLindqvist,55.0,58.5\n"
)


def table(*rows, head=HEAD):
    return (head + "\n".join(rows)).encode()


def spoilt(old, new):
    assert old in CSV
    return CSV.replace(old, new, 1).encode()


def rows(changed):
    """The sound workbook with the cells of its table replaced: {(row, column): value}."""
    table = [row.copy() for row in ROWS]
    for (row, column), value in changed.items():
        table[row][column] = value
    return workbook(table)


def parts(count):
    """The sound workbook with this many more parts."""
    stream = io.BytesIO(SOUND)
    with zipfile.ZipFile(stream, "a") as book:
        for number in range(count):
            book.writestr(f"{number}.bin", b"")
    return stream.getvalue()


# what is wrong: file, content, what the message must say.
FAULTS = {
    # cells
    "a word in a cell": (
        "a.md",
        markdown(("41.5", "abc")),
        r"a\.md, line 10, column 3 \('North'\): 'abc' is not a percentage; expected",
    ),
    "a share above 100": (
        "a.md",
        markdown(("41.5", "141.5")),
        r"line 10, column 3 .*'141\.5' is above 100; .* lies in 0–100",
    ),
    "a share a little above 100": ("a.md", markdown(("41.5", "100.1")), r"'100\.1' is above 100"),
    "a share below 0": ("a.md", markdown(("41.5", "-4.1")), r"'-4\.1' is not a percentage"),
    "a share with a minus sign of print": (
        "a.md",
        markdown(("41.5", "−4.1")),
        r"'−4\.1' is not a percentage",
    ),
    "a comma among full stops": (
        "a.md",
        markdown(("41.5", "41,5")),
        r"'41,5' is written with ',', but most figures of the file with '\.'",
    ),
    "a full stop among commas": (
        "a.md",
        markdown(
            ("45.0", "45,0"),
            ("50.2", "50,2"),
            ("55.0", "55,0"),
            ("58.5", "58,5"),
            ("49.8", "49,8"),
            ("3.5%", "3,5%"),
        ),
        r"'41\.5' is written with '\.', but most figures of the file with ','",
    ),
    "two marks in a figure": ("a.md", markdown(("41.5", "4.1.5")), r"'4\.1\.5' is not a percentage"),
    "a figure without its first digit": ("a.md", markdown(("41.5", ".5")), r"'\.5' is not a percentage"),
    "a figure in two pieces": ("a.md", markdown(("41.5", "41. 5")), r"'41\. 5' is not a percentage"),
    "two figures in a cell": ("a.md", markdown(("41.5", "41.5 58.5")), r"'41\.5 58\.5' is not a percentage"),
    "a range in a cell": ("a.md", markdown(("41.5", "41–42")), r"'41–42' is not a percentage"),
    "the letter O for a zero": ("a.md", markdown(("50.2", "5O.2")), r"'5O\.2' is not a percentage"),
    "digits of another script": ("a.md", markdown(("41.5", "٤١")), r"'٤١' is not a percentage"),
    "an exponent": ("a.md", markdown(("41.5", "4e1")), r"'4e1' is not a percentage"),
    "infinity": ("a.md", markdown(("41.5", "inf")), r"'inf' is not a percentage"),
    "a question mark": ("a.md", markdown(("41.5", "?")), r"'\?' is not a percentage"),
    "a currency": ("a.md", markdown(("41.5", "$41")), r"'\$41' is not a percentage"),
    "seven decimals": ("a.md", markdown(("41.5", "41.1234567")), r"has 7 decimals; at most 6"),
    "an enormous number": ("a.md", markdown(("41.5", "9" * 500)), r"is above 100"),
    # rows
    "a row too short": (
        "a.md",
        markdown((" 41.5 | 50.2 |", " 41.5 |")),
        r"a\.md, line 10: the row has 3 cells, but the header of its table \(line 8\) 4",
    ),
    "a row too long": (
        "a.md",
        markdown(("50.2 |", "50.2 | 1.0 |")),
        r"line 10: the row has 5 cells, but the header of its table \(line 8\) 4",
    ),
    "a pipe that is missing": (
        "a.md",
        markdown(("45.0 | 41.5", "45.0 41.5")),
        r"line 10: the row has 3 cells",
    ),
    "a table cut off within a row": (
        "a.md",
        markdown((" 58.5 | 49.8 |\n", "")),
        r"line 11: the row has 2 cells",
    ),
    "a row without a label": (
        "a.md",
        markdown(("| Okafor ", "| ")),
        r"line 10, column 2: the row has '45\.0' but no label",
    ),
    "a header without rows": (
        "a.md",
        table("| Answer | Total |", "|---|---|"),
        r"a\.md, line 8: the table has a header but no rows; is the file cut off\?",
    ),
    "rows without a header": (
        "a.md",
        table("| Okafor | 45.0 |", "| Lindqvist | 55.0 |"),
        r"line 8: the table has no header: its first row, 'Okafor \| 45\.0'",
    ),
    # columns
    "a column without a name": (
        "a.md",
        markdown(("| North ", "|  ")),
        r"line 8, column 3: the column has no name, but figures such as '41\.5'",
    ),
    "a column named twice": (
        "a.md",
        markdown(("South", "North")),
        r"line 8, column 4: a second column is named 'North' \(the first: a\.md, line 8, column 3\)",
    ),
    "a column named twice but for its case": (
        "a.md",
        markdown(("South", "NORTH")),
        r"a second column is named 'NORTH'",
    ),
    "a column named twice under one heading": (
        "a.md",
        table("| | Zone | |", "|---|---|---|", "| | East | East |", "| Yes | 1.0 | 2.0 |"),
        r"a second column is named 'East' under 'Zone'",
    ),
    # bases
    "a base that is a word": (
        "a.md",
        markdown(("| Okafor |", "| Base | 800 | many | 400 |\n| Okafor |")),
        r"column 3 \('North'\): 'many' is not a number of interviews",
    ),
    "a base with decimals": (
        "a.md",
        markdown(("| Okafor |", "| Base | 800 | 400.5 | 400 |\n| Okafor |")),
        r"not a (count|number)",
    ),
    # the sheet
    "no pollster": (
        "a.md",
        markdown(("Pollster: Nobody\n", "")),
        r"no line of a technical sheet names the pollster; .* --pollster NAME",
    ),
    "no sample size": (
        "a.md",
        markdown(("Sample size: 800\n", "")),
        r"names the sample size; .* --sample-size N",
    ),
    "a sample size in words": (
        "a.md",
        markdown(("800", "many")),
        r"technical sheet, 'Sample size': 'many' is not a count; .* --sample-size N",
    ),
    "a sample of nobody": ("a.md", markdown(("800", "0")), r"'Sample size': '0' cannot be"),
    "no fieldwork": (
        "a.md",
        markdown(("Fieldwork: 6-8 May 2031\n", "")),
        r"the days of fieldwork are not named; .* --fieldwork",
    ),
    "fieldwork without a year": ("a.md", markdown((" 2031", "")), r"'6-8 May' names no day, month and year"),
    "fieldwork that ends before it begins": (
        "a.md",
        markdown(("6-8 May", "8-6 May")),
        r"the days of fieldwork are not named",
    ),
    "fieldwork on a day that there is not": (
        "a.md",
        markdown(("6-8 May", "30-31 February")),
        r"the days of fieldwork are not named",
    ),
    # files
    "an empty file": ("a.md", b"", r"a\.md: the file is empty"),
    "a file of blanks": ("a.md", b" \r\n \n", r"a\.md: the file is empty"),
    "no table at all": ("a.md", HEAD.encode(), r"a\.md: no table of percentages was found"),
    "a binary file": ("a.txt", b"\x00\x01\x02", r"a\.txt: the file is not text"),
    "no known encoding": (
        "a.md",
        markdown(("Okafor", "Okafor\u00ff")).replace("\u00ff".encode(), b"\x81\xff"),
        r"a\.md, line 10: neither UTF-8 nor Windows-1252",
    ),
    "UTF-16 that is cut off": (
        "a.md",
        b"\xff\xfe" + "Vote".encode("utf-16-le")[:-1],
        r"begins as UTF-16 but is cut off",
    ),
    "a format that is not known": (
        "a.doc",
        b"x",
        r"a\.doc: the format '\.doc' is not known; allowed: md, txt, csv, tsv, xlsx, html, pdf",
    ),
    "an old workbook": ("a.xls", b"\xd0\xcf\x11\xe0", r"Save an old workbook \(xls, ods\) as XLSX"),
    "no ending": ("a", b"x", r"the format 'without an ending' is not known"),
    "a control character in a label": (
        "a.md",
        markdown(("Okafor", "Oka\x07for")),
        r"line 10, column 1: the text holds the control character U\+0007",
    ),
    "a label of ten thousand letters": (
        "a.md",
        markdown(("Okafor", "x" * 10_000)),
        r"line 10, column 1: the text has 10,000 characters; at most 2,000",
    ),
    "a table of ten thousand rows": (
        "a.md",
        table("| A | Total |", "|---|---|", *[f"| r{n} | 1.0 |" for n in range(10_000)]),
        r"the table has 10,001 rows; at most 2,000",
    ),
    "a table of five hundred columns": (
        "a.md",
        table("| A |" + "|".join(f"c{n}" for n in range(500)) + "|", "| r |" + "1.0|" * 500),
        r"the table has 501 columns; at most 200",
    ),
    "an enormous file": (
        "a.md",
        b"x" * 4_000_001,
        r"a\.md: the file has 4,000,001 bytes; at most 4,000,000",
    ),
    # delimited text
    "csv: a word in a cell": (
        "a.csv",
        spoilt("41.5", "abc"),
        r"a\.csv, line 8, column 3 \('North'\): 'abc' is not a percentage",
    ),
    "csv: a row too short": (
        "a.csv",
        spoilt("45.0,41.5", "45.0"),
        r"a\.csv, line 8: the row has 2 cells, but the header of its table \(line 7\) 3",
    ),
    "csv: a row too long": (
        "a.csv",
        spoilt("41.5", "41.5,7.0"),
        r"the row has 4 cells|the column has no name",
    ),
    "csv: a quote that is not closed": (
        "a.csv",
        spoilt("Okafor", '"Okafor'),
        r"a\.csv, line \d+: unexpected end of data; .* quote with",
    ),
    "csv: a column named twice": (
        "a.csv",
        spoilt("Total,North", "North,North"),
        r"line 7, column 3: a second column is named 'North'",
    ),
    "csv: a column without a name": (
        "a.csv",
        spoilt("Total,North", ",North"),
        r"line 7, column 2: the column has no name",
    ),
    "csv: a decimal comma that parts a cell": (
        "a.csv",
        spoilt("45.0,41.5", "45,0,41,5"),
        r"the row has 5 cells|the column has no name",
    ),
    # workbooks
    "xlsx: a word in a cell": (
        "a.xlsx",
        rows({(1, 2): "abc"}),
        r"a\.xlsx, sheet 'Vote', cell C9 \('North'\): 'abc' is not a percentage",
    ),
    "xlsx: a share above 100": (
        "a.xlsx",
        rows({(1, 2): 141.5}),
        r"cell C9 \('North'\): '141\.5' is above 100",
    ),
    "xlsx: a share below 0": ("a.xlsx", rows({(1, 2): -4.1}), r"cell C9 .*'-4\.1' is not a percentage"),
    "xlsx: a column without a name": (
        "a.xlsx",
        rows({(0, 1): ""}),
        r"cell B8: the column has no name, but figures such as '45\.0'",
    ),
    "xlsx: a column named twice": (
        "a.xlsx",
        rows({(0, 1): "North"}),
        r"cell C8: a second column is named 'North' \(the first: .*cell B8\)",
    ),
    "xlsx: no archive": (
        "a.xlsx",
        b"PK\x03\x04 and no more",
        r"a\.xlsx: the file is no XLSX workbook, or is cut off",
    ),
    "xlsx: cut off": ("a.xlsx", SOUND[: len(SOUND) // 2], r"no XLSX workbook, or is cut off"),
    "xlsx: text named a workbook": ("a.xlsx", markdown(), r"no XLSX workbook"),
    "xlsx: a sheet that is no XML": (
        "a.xlsx",
        with_part(SOUND, SHEET, b"<worksheet><"),
        r"the part 'xl/worksheets/sheet1\.xml' cannot be read",
    ),
    "xlsx: entities": (
        "a.xlsx",
        with_part(SOUND, SHEET, b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><x>&b;</x>'),
        r"holds a DTD or entities .*; nothing was expanded",
    ),
    "xlsx: an entity from a file": (
        "a.xlsx",
        with_part(SOUND, SHEET, b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><x>&a;</x>'),
        r"holds a DTD or entities",
    ),
    "xlsx: entities in UTF-16": (
        "a.xlsx",
        with_part(
            SOUND,
            SHEET,
            '<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE x [<!ENTITY a "b">]><x/>'.encode("utf-16"),
        ),
        r"holds a DTD or entities",
    ),
    "xlsx: a bomb": (
        "a.xlsx",
        with_part(SOUND, "xl/media/bomb.bin", bytes(20_000_000)),
        r"unpacks to [\d,]+ times its size; at most 200 times",
    ),
    "xlsx: two thousand parts": ("a.xlsx", parts(2_000), r"the workbook has 2,0\d\d parts; at most 1,000"),
    "xlsx: no sheets": (
        "a.xlsx",
        with_part(SOUND, "xl/workbook.xml", b"<workbook/>"),
        r"a\.xlsx: (the workbook cannot be read|no table of percentages)",
    ),
    # web pages
    "html: a word in a cell": (
        "a.html",
        (PAGE + "<table><tr><td><td>Total<tr><td>Yes<td>abc</table>").encode(),
        r"a\.html, table 1, row 2, column 2 \('Total'\): 'abc' is not a percentage",
    ),
    "html: a row too short": (
        "a.html",
        (
            PAGE + "<table><tr><td></td><td>A</td><td>B</td></tr><tr><td>Yes</td><td>1.0</td></tr></table>"
        ).encode(),
        r"table 1, row 2: the row has 2 cells, but the widest row of its table 3",
    ),
    "html: a span of a million": (
        "a.html",
        (PAGE + "<table><tr><td colspan=1000000>x</td></tr></table>").encode(),
        r"colspan='1000000' is not allowed; a cell spans 1 to 200",
    ),
    "html: a span that is no number": (
        "a.html",
        (PAGE + "<table><tr><td colspan=x>x</td></tr></table>").encode(),
        r"colspan='x' is not allowed",
    ),
    "html: no table": ("a.html", PAGE.encode(), r"no table of percentages was found"),
    # PDF
    "pdf: no PDF": (
        "a.pdf",
        b"%PDF-1.4 and no more",
        r"a\.pdf: the file cannot be read as a PDF|a\.pdf: the PDF has no text layer",
    ),
    "pdf: text named a PDF": (
        "a.pdf",
        markdown(),
        r"a\.pdf: the (file cannot be read as a PDF|PDF has no text layer)",
    ),
}


@pytest.mark.parametrize(("name", "content", "message"), FAULTS.values(), ids=FAULTS)
def test_a_broken_file_is_named_with_its_place_and_nothing_is_written(
    tmp_path, capsys, name, content, message
):
    (tmp_path / name).write_bytes(content)
    assert main(["import", str(tmp_path / name), "--out", str(tmp_path / "draft")]) == 1
    said = capsys.readouterr().err
    assert re.search(message, said), said
    assert "Nothing was written." in said
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_there_are_at_least_sixty_and_what_they_spoil_is_sound(tmp_path):
    assert len(FAULTS) >= 60
    sound = {"a.md": markdown(), "a.csv": CSV.encode(), "a.xlsx": SOUND}
    page = PAGE + "<table><tr><td><td>Total<tr><td>Yes<td>1.0</table>"
    for name, content in {**sound, "a.html": page.encode()}.items():
        (tmp_path / name).write_bytes(content)
        assert main(["import", str(tmp_path / name), "--out", str(tmp_path / f"{name}-draft")]) == 0, name


def test_every_problem_of_a_file_is_named_at_once(tmp_path, capsys):
    content = markdown(
        ("41.5", "abc"), ("58.5", "158.5"), (" 49.8 |", ""), ("South", "North"), ("Sample size: 800\n", "")
    )
    (tmp_path / "a.md").write_bytes(content)
    assert main(["import", str(tmp_path / "a.md"), "--out", str(tmp_path / "draft")]) == 1
    said = capsys.readouterr().err
    assert "5 problems:" in said
    for piece in ("'abc'", "'158.5'", "line 10: the row has 3 cells", "a second column", "sample size"):
        assert piece in said


def test_a_file_that_is_not_there_is_named(tmp_path, capsys):
    assert main(["import", str(tmp_path / "none.md"), "--out", str(tmp_path / "draft")]) == 1
    assert "there is no such file" in capsys.readouterr().err


def test_a_missing_rule_beneath_the_header_is_tolerated(tmp_path):
    (tmp_path / "a.md").write_bytes(markdown(("|---|---|---|---|\n", "")))
    assert main(["import", str(tmp_path / "a.md"), "--out", str(tmp_path / "draft")]) == 0
    assert "|---" in TABLE
