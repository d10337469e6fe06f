"""Broken published files: what cannot be read is named with its place, and the rest is imported."""

import io
import os
import re
import zipfile

import pytest
from published import HEAD, ROWS, markdown, with_part, workbook

from analysis.polls import load_poll
from polltables.cli import main

SOUND = workbook(ROWS)
SHEET = "xl/worksheets/sheet1.xml"
with zipfile.ZipFile(io.BytesIO(SOUND)) as _book:
    FORMULA = _book.read(SHEET).replace(b"<v>41.5</v>", b"<f>B9-4</f>")
PAGE = "<p>Pollster: Nobody</p><p>Sample size: 800</p><p>Fieldwork: 6-8 May 2031</p><h2>Vote</h2>"
CSV = (
    "Pollster: Nobody\nSample size: 800\nFieldwork: 6-8 May 2031\n\nVote\n\n"
    ",Total,North\nOkafor,45.0,41.5\nLindqvist,55.0,58.5\n"
)


def table(*rows):
    return (HEAD + "\n".join(rows)).encode()


def parts(count):
    """The sound workbook with this many more parts."""
    stream = io.BytesIO(SOUND)
    with zipfile.ZipFile(stream, "a") as book:
        for number in range(count):
            book.writestr(f"{number}.bin", b"")
    return stream.getvalue()


def entities(text, encoding="utf-8"):
    return with_part(SOUND, SHEET, f"<!DOCTYPE x [{text}]><x>&a;</x>".encode(encoding))


# A cell that is no figure, in an otherwise sound table -> why.
CELLS = {
    "abc": "not a percentage",
    "141.5": "above 100",
    "100.1": "above 100",
    "−4.1": "not a percentage",
    "41,5": "not a percentage where '.' is the decimal mark",
    "4.1.5": "not a percentage",
    ".5": "not a percentage",
    "41. 5": "not a percentage",
    "41–42": "not a percentage",
    "5O.2": "not a percentage",
    "4e1": "not a percentage",
    "inf": "not a percentage",
    "$41": "not a percentage",
    "41.1234567": "more than 6 decimals",
    "9" * 500: "above 100",
}


def test_cells_that_are_no_figures_are_listed_and_their_tables_imported(tmp_path, capsys):
    head, _, tables = markdown().decode().partition("Vote intention")
    text = head + "".join(f"Vote {n}{tables.replace('41.5', cell)}\n" for n, cell in enumerate(CELLS))
    (tmp_path / "a.md").write_text(text, "utf-8")
    command = ["import", str(tmp_path / "a.md"), "--out", str(tmp_path / "draft")]
    assert main(command) == 3
    poll = load_poll(tmp_path / "draft")
    assert len(poll.questions) == len(CELLS)
    for question in poll.questions:
        assert question.printed.loc["okafor"].to_list()[::2] == ["45.0", "50.2"]
    listed = {one.text: one for one in poll.left_out}
    for cell, why in CELLS.items():
        assert listed[cell].because.partition(";")[0] == why
        line = next(n for n, line in enumerate(text.splitlines(), start=1) if f"| {cell} |" in line)
        assert listed[cell].where == f"a.md, line {line}, column 3"
    capsys.readouterr()
    assert main([*command, "--replace", "--strict"]) == 1
    said = capsys.readouterr().err
    assert "not a percentage" in said
    assert len(said.splitlines()) < 20


# what is wrong: file, content, what the message must say.
REFUSED = {
    "a row without a label": (
        "a.md", markdown(("| Okafor ", "| ")), r"a\.md, line 10, column 1: the row has figures but no label"
    ),
    "rows without a header": (
        "a.md", table("| Okafor | 45.0 |", "| Lindqvist | 55.0 |"), r"line 8, column 1: it has no header"
    ),
    "a column without a name": (
        "a.md", markdown(("| North ", "|  ")), r"column 3: the column has no name, but figures such as '41\.5'"
    ),
    "a table of texts": (
        "a.md", table(f"| file | {'what it must give in the end ' * 4} |", "|---|---|", "| fractions | 45.5 |"),
        r"it is a table of texts, with hardly a number",
    ),
    "polls of several pollsters": (
        "a.md", table("| Institut | Feldzeit | A | B |", "|---|---|---|---|", "| Alpha | 1.-3. Mai | 45 | 55 |",
                      "| Beta | 4.-6. Mai | 40 | 60 |", "| Alpha | 8.-9. Mai | 41 | 59 |"),
        r"several polls are in one file: its column 'Institut' tells 2 apart \(Alpha, Beta\)",
    ),
    "two technical sheets": (
        "a.md", (markdown() + b"\nPollster: Somebody\nFieldwork: 1-3 June 2031\n").replace(b"\n\nP", b"\nP"),
        r"several polls are in one file: Nobody, Somebody",
    ),
    "one figure to a line": (
        "a.csv", ("answer,group,percent\n" + "".join(f"{a},{g},{n}\n" for a, n in (("Yes", 60), ("No", 30))
                                                    for g in ("Total", "Men", "Women"))).encode(),
        r"one figure to a line",
    ),
    "counts that add up to their bases": (
        "a.md", table("| | Total | Men |", "|---|---|---|", "| Base | 80 | 39 |", "| Cod | 42 | 20 |", "| Eel | 38 | 19 |"),
        r"add up to the bases",
    ),
    "an empty file": ("a.md", b"", r"a\.md: the file is empty"),
    "a file of blanks": ("a.md", b" \r\n \n", r"a\.md: the file is empty"),
    "no table at all": ("a.md", HEAD.encode(), r"a\.md: no table of percentages was found"),
    "a binary file": ("a.txt", b"\x00\x01\x02", r"a\.txt: the file is not text"),
    "no known encoding": (
        "a.md", markdown(("Okafor", "Okafor@")).replace(b"@", b"\x81\xff"),
        r"a\.md, line 10: neither UTF-8 nor Windows-1252",
    ),
    "UTF-16 that is cut off": (
        "a.md", b"\xff\xfe" + "Vote".encode("utf-16-le")[:-1], r"begins as UTF-16 but is cut off"
    ),
    "a format that is not known": ("a.doc", b"x", r"the format '\.doc' is not known; allowed: md, .*, xlsx,"),
    "no ending": ("a", b"x", r"the format 'without an ending' is not known"),
    "a table of two thousand rows": (
        "a.md", table("| A | Total |", "|---|---|", *[f"| r{n} | 1.0 |" for n in range(2_001)]),
        r"has 2,001 rows .*; at most 2,000",
    ),
    "a table of five hundred columns": (
        "a.md", table("| A |" + "|".join(f"c{n}" for n in range(500)) + "|", "| r |" + "1.0|" * 500),
        r"500 columns of figures; at most",
    ),
    "an enormous file": ("a.md", b"x" * 4_000_001, r"a\.md: the file has 4,000,001 bytes; at most 4,000,000"),
    "csv: a quote that is not closed": (
        "a.csv", CSV.replace("Okafor", '"Okafor').encode(), r"a\.csv, line \d+: unexpected end of data"
    ),
    "xlsx: no archive": ("a.xlsx", b"PK\x03\x04 and no more", r"is no XLSX workbook, or is cut off"),
    "xlsx: cut off": ("a.xlsx", SOUND[: len(SOUND) // 2], r"no XLSX workbook, or is cut off"),
    "xlsx: a sheet that is no XML": (
        "a.xlsx", with_part(SOUND, SHEET, b"<worksheet><"), r"the part 'xl/worksheets/sheet1\.xml' cannot be read"
    ),
    "xlsx: entities": ("a.xlsx", entities('<!ENTITY a "bb">'), r"holds a DTD or entities.*; nothing was expanded"),
    "xlsx: an entity from a file": (
        "a.xlsx", entities('<!ENTITY a SYSTEM "file:///etc/passwd">'), r"holds a DTD or entities"
    ),
    "xlsx: entities in UTF-16": ("a.xlsx", entities('<!ENTITY a "bb">', "utf-16"), r"holds a DTD or entities"),
    "xlsx: a bomb": (
        "a.xlsx", with_part(SOUND, "xl/media/bomb.bin", bytes(20_000_000)), r"unpacks to [\d,]+ times its size"
    ),
    "xlsx: thousands of parts": ("a.xlsx", parts(2_000), r"the file has 2,0\d\d parts; at most 2,000"),
    "xlsx: no sheets": ("a.xlsx", with_part(SOUND, "xl/workbook.xml", b"<workbook/>"), r"a\.xlsx: "),
    "xlsx: cells merged all over the sheet": (
        "a.xlsx", workbook(ROWS, merges=[(30, 0, 50_000, 90, "x")]), r"the merged range A31:CM50001 covers"
    ),
    "xlsx: a formula that was never calculated": (
        "a.xlsx", with_part(SOUND, SHEET, FORMULA), r"cell C9: the cell holds the formula '=B9-4', whose result is not"
    ),
    "xls: text named an old workbook": ("a.xls", markdown(), r"a\.xls: the file cannot be read as XLS"),
    "ods: text named a spreadsheet": ("a.ods", markdown(), r"a\.ods: "),
    "docx: text named a document": ("a.docx", markdown(), r"a\.docx: "),
    "html: no table": ("a.html", PAGE.encode(), r"no table of percentages was found"),
    "html: a character reference of a thousand digits": (
        "a.html", f"{PAGE}&#{'9' * 1000};".encode(), r"a character reference of too many digits"
    ),
    "xlsx: locked by a password": (
        "a.xlsx", b"\xd0\xcf\x11\xe0" + "EncryptedPackage".encode("utf-16-le"), r"a\.xlsx: the file is locked by a password"
    ),
    "pdf: locked by a password": (
        "a.pdf",
        b"%PDF-1.4\n1 0 obj <</Type/Catalog/Pages 2 0 R>> endobj\n2 0 obj <</Type/Pages/Kids[]/Count 0>> endobj\n"
        b"trailer <</Root 1 0 R/ID[(a)(a)]/Encrypt<</Filter/Standard/V 1/R 2/P -4/O("
        + b"x" * 32 + b")/U(" + b"x" * 32 + b")>>>>\n%%EOF",
        r"a\.pdf: the file is locked by a password",
    ),
    "pdf: no PDF": ("a.pdf", b"%PDF-1.4 and no more", r"a\.pdf: the (file cannot be read as PDF|PDF has)"),
}  # fmt: skip


@pytest.mark.parametrize(("name", "content", "message"), REFUSED.values(), ids=REFUSED)
def test_a_file_without_a_table_that_can_be_read_is_refused_and_nothing_is_written(
    tmp_path, capsys, request, name, content, message
):
    if name.endswith((".md", ".csv", ".html")):  # of others, libraries are kept from ending more than a child
        request.getfixturevalue("read_in_this_process")
    (tmp_path / name).write_bytes(content)
    assert main(["import", str(tmp_path / name), "--out", str(tmp_path / "draft")]) == 1
    said = capsys.readouterr().err
    assert re.search(message, said), said
    assert "Nothing was written." in said
    assert [path.name for path in tmp_path.iterdir()] == [name]


def with_base(count):
    return markdown(("| Okafor |", f"| Base | 800 | {count} | 400 |\n| Okafor |"))


# what is odd: content of a.md, exit status, what the poll must ask or list about it.
ODD = {
    "a column named twice": (markdown(("South", "NORTH")), 0, "What tells the columns of the same name apart?"),
    "a base that is a word": (with_base("many"), 3, "not a whole number of interviews"),
    "a base with decimals": (with_base("400.5"), 3, "not a whole number of interviews"),
    "no pollster": (markdown(("Pollster: Nobody\n", "")), 0, "Who made the poll?"),
    "a sample size in words": (markdown(("800", "many")), 0, "'many' holds no number, or more than one"),
    "two sample sizes": (markdown(("800", "2 x 1,000")), 0, "'2 x 1,000' holds no number, or more than one"),
    "a sample of nobody": (markdown(("800", "0")), 0, "'0' holds no number"),
    "no fieldwork": (markdown(("Fieldwork: 6-8 May 2031\n", "")), 0, "give --fieldwork"),
    "fieldwork without a year": (markdown((" 2031", "")), 0, "'6-8 May' names no day, month and year"),
    "fieldwork that ends before it begins": (markdown(("6-8 May", "8-6 May")), 0, "names no day, month and year"),
    "a month or a day first": (markdown(("6-8 May 2031", "3/4/2031 - 3/6/2031")), 0, "the month or the day stand first"),
    "a label of ten thousand letters": (markdown(("Okafor", "x" * 10_000)), 0, "longer than 2,000 characters"),
}  # fmt: skip


@pytest.mark.usefixtures("read_in_this_process")
@pytest.mark.parametrize(("content", "status", "said"), ODD.values(), ids=ODD)
def test_what_is_odd_is_asked_or_listed(tmp_path, content, status, said):
    (tmp_path / "a.md").write_bytes(content)
    assert main(["import", str(tmp_path / "a.md"), "--out", str(tmp_path / "draft")]) == status
    poll = load_poll(tmp_path / "draft")
    told = [f"{one.question} {one.because}" for one in poll.unsure] + [one.because for one in poll.left_out]
    assert any(said in text for text in told), told
    assert poll.figures["printed"].notna().sum() == 6


def test_what_is_spoilt_is_sound(tmp_path):
    page = PAGE + "<table><tr><td><td>Total<tr><td>Yes<td>61.0<tr><td>No<td>39.0</table>"
    files = {"a.md": markdown(), "a.csv": CSV.encode(), "a.xlsx": SOUND, "a.html": page.encode()}
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
        assert main(["import", str(tmp_path / name), "--out", str(tmp_path / f"{name}-draft")]) == 0, name


@pytest.mark.usefixtures("read_in_this_process")
def test_one_table_that_cannot_be_read_does_not_refuse_the_others(tmp_path, capsys):
    """The bad one is listed with its place and its figures, once; status 3 says so, and `--strict` refuses."""
    bad = "\n\nShoe sizes\n\n| | Total |\n|---|---|\n| Left | 412 |\n| Right | 398 |\n"
    (tmp_path / "a.md").write_bytes(markdown() + bad.encode())
    command = ["import", str(tmp_path / "a.md"), "--out", str(tmp_path / "draft")]
    assert main([*command, "--strict"]) == 1
    assert not (tmp_path / "draft").exists()
    assert main(command) == 3
    poll = load_poll(tmp_path / "draft")
    assert [question.id for question in poll.questions] == ["vote_intention"]
    listed = [one for one in poll.left_out if "412" in one.text and "398" in one.text]
    assert len(listed) == 1
    assert "a table that was not read" in listed[0].because


@pytest.mark.usefixtures("read_in_this_process")
def test_a_thousand_problems_of_one_kind_are_a_few_lines(tmp_path, capsys):
    rows = "".join(f"| | {n % 90}.0 | 1.0 |\n" for n in range(500))
    (tmp_path / "a.md").write_bytes((HEAD + "| | A | B |\n|---|---|---|\n" + rows).encode())
    main(["import", str(tmp_path / "a.md"), "--out", str(tmp_path / "draft")])
    captured = capsys.readouterr()
    assert len((captured.out + captured.err).splitlines()) < 20


def test_a_file_that_is_not_there_is_named(tmp_path, capsys):
    assert main(["import", str(tmp_path / "none.md"), "--out", str(tmp_path / "draft")]) == 1
    assert "there is no such file" in capsys.readouterr().err


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes on this system")
@pytest.mark.parametrize("command", [["import", "--out", "draft"], ["race", "import", "--out", "race"]])
def test_what_is_there_but_no_file_is_not_waited_for_and_never_proposed(
    tmp_path, monkeypatch, capsys, command
):
    monkeypatch.chdir(tmp_path)
    os.mkfifo("a.csv")
    (tmp_path / "b.csv").symlink_to("b.csv")
    (tmp_path / "c.csv").mkdir()
    for name in ("a.csv", "b.csv", *(["c.csv"] if command[0] == "race" else [])):
        assert main([*command, name]) != 0
        assert f"{name}: it is no file, but a folder, a pipe, a device" in capsys.readouterr().err


def test_a_missing_rule_beneath_the_header_is_tolerated(tmp_path):
    (tmp_path / "a.md").write_bytes(markdown(("|---|---|---|---|\n", "")))
    assert main(["import", str(tmp_path / "a.md"), "--out", str(tmp_path / "draft")]) == 0


def test_a_fault_of_the_importer_is_told_as_one_and_not_as_a_file_too_large(tmp_path, capsys, monkeypatch):
    """The child that reads a file fails by an error that nobody foresaw."""
    (tmp_path / "sitecustomize.py").write_text(
        "from polltables.importing.drafting import drafting\n"
        "def draft_poll(source, given):\n    raise TypeError('no such kind')\n"
        "drafting.draft_poll = draft_poll\n"
    )
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    (tmp_path / "a.md").write_bytes(markdown())
    assert main(["import", str(tmp_path / "a.md"), "--out", str(tmp_path / "draft")]) == 70
    said = capsys.readouterr().err
    assert "A fault of polltables itself: RuntimeError: TypeError: no such kind" in said
    assert "processor time" not in said


def test_tables_that_take_too_long_to_understand_are_given_up(tmp_path, capsys, monkeypatch):
    """Four thousand tables are read at once, but each is compared with all before it."""
    monkeypatch.setattr("polltables.importing.confined.SECONDS", 2)
    tables = [
        f"Vote {n}\n\n| | Total |\n|---|---|\n| Yes | {n % 90}.5 |\n| No | 7.0 |\n\n" for n in range(4_000)
    ]
    (tmp_path / "a.md").write_text(HEAD + "".join(tables))
    assert main(["import", str(tmp_path / "a.md"), "--out", str(tmp_path / "draft")]) == 1
    said = capsys.readouterr().err
    assert "a.md: the import was stopped: it needed more than 2 seconds of processor time" in said
    assert [path.name for path in tmp_path.iterdir()] == ["a.md"]
