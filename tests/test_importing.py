"""Published files become drafts: every round trip, the layouts and signs pollsters use, and what is asked."""

import csv
import os
import shutil
import sys
from pathlib import Path

import pytest
from made_up_poll import write_poll, write_regions
from published import HEAD, TABLE, markdown, workbook

from analysis.errors import PollError
from analysis.paths import project_root
from analysis.polls import load_poll
from polltables.cli import main
from polltables.exporting import export_poll
from polltables.importing import Given, import_poll, writing
from polltables.importing.writing import write_folder

pytestmark = pytest.mark.usefixtures("read_in_this_process")

DATA = Path(__file__).parent / "data"
ENDINGS = {"markdown": "md", "csv": "csv", "xlsx": "xlsx", "html": "html"}


def printed(poll):
    """What a reader sees of every table: title, row labels, column labels, figures."""
    tables = []
    for question in poll.questions:
        wide = question.printed.loc[[row.id for row in question.answers]].dropna(axis="columns", how="all")
        labels = [poll.segments[segment].label for segment in wide.columns]
        rows = [answer.label for answer in question.answers]
        tables.append((question.title, rows, labels, wide.fillna("").to_numpy().tolist()))
    return tables


def imported(tmp_path, name, content, **given):
    (tmp_path / name).write_bytes(content)
    draft = import_poll(tmp_path / name, tmp_path / "draft", given=Given(**given), replace=True)
    return draft, load_poll(tmp_path / "draft")


@pytest.mark.parametrize("form", ENDINGS)
@pytest.mark.parametrize("name", ["cpi-2021-04", "cpi-2021-05-08", "harbour-2030-05", "valle-2031-02"])
def test_a_poll_exported_as_printed_comes_back_figure_for_figure(tmp_path, name, form):
    poll = load_poll(DATA / name if (DATA / name).exists() else name)
    path = export_poll(poll, form, tmp_path / f"a.{ENDINGS[form]}")
    import_poll(path, tmp_path / "draft")
    again = load_poll(tmp_path / "draft")
    assert printed(again) == printed(poll)
    assert again.sheet.n == poll.sheet.n
    assert again.sheet.fieldwork == poll.sheet.fieldwork
    assert (again.decimals, again.decimal_mark) == (poll.decimals, poll.decimal_mark)
    assert again.sheet.margin_of_error == poll.sheet.margin_of_error
    bases = {segment.label: segment.interviews for segment in poll.segments if segment.interviews is not None}
    assert {s.label: s.interviews for s in again.segments if s.interviews is not None} == bases


def test_the_real_poll_comes_back_with_its_ids_conditions_and_partitions(tmp_path, cpi):
    """What the file says is read, and what it does not say is proposed as an expert decided it."""
    import_poll(export_poll(cpi, "markdown", tmp_path / "a.md"), tmp_path / "draft")
    again = load_poll(tmp_path / "draft")
    assert again.figures["printed"].notna().sum() == 868
    assert again.segments.ids == cpi.segments.ids
    assert [(p.id, p.of, p.parts) for p in again.segments.partitions] == [
        (p.id, p.of, p.parts) for p in cpi.segments.partitions
    ]
    for ours, theirs in zip(again.questions, cpi.questions, strict=True):
        fields = ("title", "instructions", "row_heading", "kind", "asked", "base", "repeats")
        assert [getattr(ours, name) for name in fields] == [getattr(theirs, name) for name in fields]
        assert [answer.role for answer in ours.answers[-2:]] == [
            answer.role for answer in theirs.answers[-2:]
        ]
    for name in ("vote_intention", "vote_certainty"):
        answers = [(a.id, a.role, a.given) for a in again.question(name).answers]
        assert answers == [(a.id, a.role, a.given) for a in cpi.question(name).answers]
    items = [(item.id, item.group, item.label, item.printed) for item in again.sheet.items]
    assert items == [(item.id, item.group, item.label, item.printed) for item in cpi.sheet.items]
    asked = " ".join(doubt.about for doubt in again.unsure)
    assert "vote_certainty, given" in asked
    assert "vote_certainty, repeats" in asked


def test_made_up_polls_with_conditions_and_bases_come_back(tmp_path):
    tables = {
        "vote": {
            ("a", "candidate"): {"total": "60.0", "north": "55.0", "south": "65.0"},
            ("sure", "certain", "a"): {"total": "90.0", "north": "80.0", "south": "70.0"},
            ("change", "may_change", "a"): {"total": "10.0", "north": "20.0", "south": "30.0"},
            ("b", "candidate"): {"total": "40.0", "north": "45.0", "south": "35.0"},
        }
    }
    polls = [
        write_poll(tmp_path / "one", tables, n=900, partitions=[("region", "total", ["north", "south"])]),
        write_regions(tmp_path / "two"),
    ]
    for poll in polls:
        for form, ending in ENDINGS.items():
            out = tmp_path / f"{poll.id}-{form}"
            import_poll(export_poll(poll, form, tmp_path / f"a.{ending}"), out)
            assert printed(load_poll(out)) == printed(poll)
    again = load_poll(tmp_path / "one-markdown")
    assert [answer.given is not None for answer in again.questions[0].answers] == [False, True, True, False]


def test_the_second_poll_of_the_readme_is_what_its_file_says():
    draft = load_poll("cpi-2021-05-08")
    assert draft.figures["printed"].notna().sum() == 18
    with (project_root() / "data" / "races" / "peru-2021-runoff-by-segment.csv").open(newline="") as file:
        quoted = [
            row
            for row in csv.DictReader(file)
            if "cpi" in row["reading"] and "0508" in row["reading"].replace("-", "")
        ]
    figures = sorted(
        row[name]
        for row in quoted
        for name in ("castillo", "fujimori", "blank_null", "undecided")
        if row[name]
    )
    assert figures == sorted(draft.figures["printed"].dropna())


def test_the_second_poll_of_the_readme_is_imported_as_it_ships(tmp_path):
    ships = load_poll("cpi-2021-05-08")
    import_poll(DATA / "published" / "cpi-2021-05-08.md", tmp_path / "cpi-2021-05-08")
    draft = load_poll(tmp_path / "cpi-2021-05-08")
    assert printed(draft) == printed(ships)
    assert draft.segments.ids == ships.segments.ids
    assert [(p.id, p.of, p.parts) for p in draft.segments.partitions] == [
        (p.id, p.of, p.parts) for p in ships.segments.partitions
    ]
    assert draft.left_out == ()
    assert ships.unsure == ()


# A sign in a cell -> the figure that is kept, and what is listed.
SIGNS = {
    "digits as wide as letters": ("\uff14\uff11\uff0e\uff15\uff05", "41.5", ""),
    "Arabic digits": ("\u0664\u0661\u066b\u0665", "41.5", ""),
    "a place to break": ("4\u00ad1.\u200b5", "41.5", ""),
    "a per-cent sign": ("41.5%", "41.5", None),
    "a per-cent sign after a blank": ("41.5 %", "41.5", None),
    "bold": ("**41.5**", "41.5", None),
    "a footnote star": ("41.5*", "41.5", "*"),
    "a footnote number": ("41.5¹", "41.5", "¹"),
    "a footnote letter": ("41.5 (a)", "41.5", "(a)"),
    "a dagger": ("41.5†", "41.5", "†"),
    "a hyphen": ("-", None, None),
    "a dash": ("–", None, None),
    "blank": ("", None, None),
    "no-break spaces": ("\u00a041.5\u202f%", "41.5", None),
    "not available": ("n.d.", None, None),
    "a star alone": ("*", None, "*"),
    "less than one": ("0< 1", None, "0< 1"),
    "less than one half": ("< 0.5%", None, "< 0.5%"),
}


@pytest.mark.parametrize(("sign", "figure", "listed"), SIGNS.values(), ids=SIGNS)
def test_a_sign_is_understood_and_what_is_not_a_figure_is_listed(tmp_path, sign, figure, listed):
    _, poll = imported(tmp_path, "a.md", markdown(("41.5", sign)))
    cell = poll.questions[0].printed.iloc[0, 1]
    assert (cell if isinstance(cell, str) else None) == figure
    left = [(item.text, item.where) for item in poll.left_out if "column 3" in item.where]
    assert left == ([(listed, "a.md, line 10, column 3")] if listed else [])


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32", "latin-1", "cp1252"])
@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
def test_encodings_and_line_ends_of_old_systems_are_read(tmp_path, encoding, ends):
    text = markdown(("Okafor", "Peña")).decode().replace("\n", ends)
    _, poll = imported(tmp_path, "a.md", text.encode(encoding))
    assert poll.questions[0].answers[0].label == "Peña"
    guessed = any("Windows-1252" in item.because for item in poll.left_out)
    assert guessed == (encoding in {"latin-1", "cp1252"})


OLD = {
    "mac-roman": "Peña único", "euc-kr": "공원 없음", "shift-jis": "公園のベンチ", "cp1251": "Иван Жуков",
    "gb2312": "公园和图书",
}  # fmt: skip


@pytest.mark.parametrize(("encoding", "label"), OLD.items(), ids=OLD)
def test_an_old_encoding_is_known_by_the_letters_that_it_makes(tmp_path, encoding, label):
    _, poll = imported(
        tmp_path, "a.csv", f"Vote\n;Total\n{label};61\nB;39\n".encode(encoding), pollster="N", sample_size="9"
    )
    assert poll.questions[0].answers[0].label == label
    assert any("was read as" in item.because for item in poll.left_out)


def test_decimal_commas_and_grouped_thousands_are_read(tmp_path):
    text = (HEAD.replace("800", "1.800").replace("3.5%", "2,3 %") + TABLE.replace(".", ",")).encode()
    _, poll = imported(tmp_path, "a.md", text)
    assert (poll.decimal_mark, poll.sheet.n, poll.sheet.margin_of_error) == (",", 1800, 0.023)
    assert poll.figures["printed"].iloc[1] == "41,5"


def test_a_workbook_in_the_usual_layout_is_read(tmp_path):
    """A banner of three header rows with merged cells, a base row, formats instead of digits, two tables on a sheet."""
    rows = [
        [], ["Vote intention"], [],
        ["", "", "Sex", "", "Age", "", ""],
        ["", "Total", "Men", "Women", "18–34", "35–59", "60+"],
        ["Base", 1200, 580, 620, 410, 520, 270],
        ["Okafor", 0.451, 0.4, 0.5, 0.45, 0.44, 0.47],
        ["Lindqvist", 0.549, 0.6, 0.5, 0.55, 0.56, 0.53],
        ["Total", 1, 1, 1, 1, 1, 1],
        [], ["Problems"], ["- multiple response -"], [],
        ["", "Total"], ["Water", 0.61], ["Roads", 0.47],
    ]  # fmt: skip
    formats = {f"{column}{row}": "0.0%" for row in (14, 15, 16, 22, 23) for column in "BCDEFG"}
    formats |= {f"{column}13": "#,##0" for column in "BCDEFG"}
    content = workbook(rows, merges=[(10, 2, 10, 3, "Sex"), (10, 4, 10, 6, "Age")], formats=formats)
    draft, poll = imported(tmp_path, "a.xlsx", content)
    assert [question.id for question in poll.questions] == ["vote_intention", "problems"]
    assert poll.question("problems").kind == "multiple_response"
    assert poll.questions[0].printed.loc["okafor"].to_list() == [
        "45.1",
        "40.0",
        "50.0",
        "45.0",
        "44.0",
        "47.0",
    ]
    assert [segment.interviews for segment in poll.segments] == [1200, 580, 620, 410, 520, 270]
    assert [(p.id, p.parts) for p in poll.segments.partitions] == [
        ("sex", ("men", "women")), ("age", ("from_18_34", "from_35_59", "from_60"))
    ]  # fmt: skip
    assert any(item["text"].startswith("Total | 100.0%") for item in draft.left_out)


def test_conditional_rows_are_proposed_where_labels_come_back(tmp_path):
    table = "| | All |\n|---|---|\n| A | 60 |\n"
    table += "| Sure | 90 |\n| May change | 10 |\n| B | 40 |\n| Sure | 75 |\n| May change | 25 |\n"
    _, poll = imported(tmp_path, "a.md", markdown(table=table))
    assert [answer.given for answer in poll.questions[0].answers] == [None, "a", "a", None, "b", "b"]
    assert poll.questions[0].kind == "single_response"


def test_what_the_file_does_not_say_can_be_said_beside_it(tmp_path):
    content = TABLE.encode()
    _, poll = imported(
        tmp_path,
        "a.md",
        content,
        pollster="Nobody",
        sample_size="1,200",
        fieldwork="2031-05-06 to 2031-05-08",
        title="T",
    )
    assert (poll.sheet.n, poll.sheet.short_name, poll.source.title) == (1200, "Nobody", "T")


@pytest.mark.parametrize("corner", ["", "Why people wish it"])
def test_a_table_that_goes_on_over_a_page_is_one_table(tmp_path, corner):
    """With the header again, whose corner is no title then."""
    head, first, second = TABLE.splitlines()[0], *TABLE.splitlines()[2:]
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in (head, first, second)]
    page = "".join(f"<p>{line}</p>" for line in HEAD.splitlines())
    rows[0][0] = corner or rows[0][0]
    tables = [[rows[0], rows[1]], [rows[0], rows[2]]]
    html = (
        page
        + "<h2>Reasons for the harbour bridge</h2>" * bool(corner)
        + "".join(
            "<table>" + "".join("<tr>" + "".join(f"<td>{cell}" for cell in row) for row in table) + "</table>"
            for table in tables
        )
    )
    _, poll = imported(tmp_path, "a.html", html.encode())
    assert [answer.label for answer in poll.questions[0].answers] == ["Okafor", "Lindqvist"]
    assert len(poll.questions) == 1


def test_a_layout_table_is_text_and_its_inner_table_a_table(tmp_path):
    inner = "<table><tr><td></td><td>Total</td></tr><tr><td>Yes</td><td>61.0</td></tr></table>"
    lines = "".join(f"<p>{line}</p>" for line in HEAD.splitlines())
    _, poll = imported(
        tmp_path, "a.html", f"{lines}<table><tr><td>Vote 2031</td><td>{inner}</td></tr></table>".encode()
    )
    assert poll.questions[0].title == "Vote 2031"
    assert poll.figures["printed"].to_list() == ["61.0"]


def test_a_poll_that_is_there_is_left_as_it_is_unless_it_is_to_be_replaced(tmp_path, capsys):
    (tmp_path / "a.md").write_bytes(markdown())
    command = ["import", str(tmp_path / "a.md"), "--out", str(tmp_path / "draft")]
    assert main(command) == 0
    (tmp_path / "draft" / "notes.txt").write_text("mine")
    (tmp_path / "a.md").write_bytes(markdown(("41.5", "42.5")))
    assert main(command) == 1
    assert "it is there already" in capsys.readouterr().err
    assert (tmp_path / "draft" / "notes.txt").read_text() == "mine"
    assert main([*command, "--replace"]) == 0
    assert load_poll(tmp_path / "draft").figures["printed"].iloc[1] == "42.5"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.md", "draft"]


@pytest.mark.usefixtures("read_in_this_process")
def test_what_lies_beside_a_poll_that_is_replaced_stays(tmp_path):
    """The published file itself, notes, folders; even where the poll is broken. No link of a stranger is written through."""
    draft, kept = tmp_path / "draft", tmp_path / "kept.csv"
    (draft / "sources").mkdir(parents=True)
    for path in (draft / "a.md", draft / "sources" / "poll.toml"):
        path.write_bytes(markdown())
    kept.write_text("mine")
    shutil.copytree(DATA / "harbour-2030-05", draft, dirs_exist_ok=True)
    for described in ("", "format = ["):
        table = draft / "01-vote-intention.csv"
        if not described:
            table.symlink_to(kept)
        (draft / "poll.toml").write_text((draft / "poll.toml").read_text("utf-8") + described, "utf-8")
        assert main(["import", str(draft / "a.md"), "--out", str(draft), "--replace"]) == 0
        assert sorted(path.name for path in draft.iterdir()) == [table.name, "a.md", "poll.toml", "sources"]
        assert (draft / "sources" / "poll.toml").read_bytes() == (draft / "a.md").read_bytes() == markdown()
        assert load_poll(draft).sheet.n == 800
        assert not table.is_symlink()
    assert kept.read_text() == "mine"


def test_a_folder_that_is_no_poll_is_never_replaced(tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "letter.txt").write_text("dear")
    with pytest.raises(PollError, match="it is no poll folder"):
        write_folder(tmp_path / "mine", {"poll.toml": ""}, replace=True)
    (tmp_path / "link").symlink_to(tmp_path / "mine")
    with pytest.raises(PollError, match="it is no poll folder"):
        write_folder(tmp_path / "link", {"poll.toml": ""}, replace=True)


def test_a_write_that_fails_half_way_leaves_the_old_poll(tmp_path, monkeypatch):
    shutil.copytree(DATA / "harbour-2030-05", tmp_path / "poll")
    rename = Path.rename
    moves = []
    monkeypatch.setattr(writing, "swapped", lambda one, other: False)  # as where a system has no such call

    def fail(self, target):
        moves.append(target)
        if len(moves) == 2:
            raise OSError(28, os.strerror(28))
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", fail)
    with pytest.raises(OSError, match="cannot be written: No space left"):
        write_folder(tmp_path / "poll", {"poll.toml": "x"}, replace=True)
    monkeypatch.undo()
    assert len(moves) == 3
    assert load_poll(tmp_path / "poll").sheet.n == 803
    assert [path.name for path in tmp_path.iterdir()] == ["poll"]


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux lets two folders change places in one step")
def test_a_poll_is_replaced_in_one_step(tmp_path, monkeypatch):
    """Between two steps the command could be killed, and leave no poll at all."""
    shutil.copytree(DATA / "harbour-2030-05", tmp_path / "poll")
    monkeypatch.delattr(Path, "rename")
    write_folder(tmp_path / "poll", {"poll.toml": "x"}, replace=True)
    assert [(path.name, path.read_text()) for path in (tmp_path / "poll").iterdir()] == [("poll.toml", "x")]
    assert [path.name for path in tmp_path.iterdir()] == ["poll"]


def test_the_template_loads_and_adds_up(tmp_path, capsys):
    assert main(["new", str(tmp_path / "mine")]) == 0
    assert main(["audit", str(tmp_path / "mine")]) == 0
    assert "0 findings" in capsys.readouterr().out
    text = (tmp_path / "mine" / "poll.toml").read_text("utf-8")
    assert text.count("#") > 15
    assert main(["new", str(tmp_path / "mine")]) == 2


def test_the_audit_says_what_does_not_add_up_and_what_is_not_answered(tmp_path, capsys):
    import json

    assert main(["audit", "cpi-2021-04"]) == 1
    assert (
        "castillo_negative, lima_callao: printed 99.0; expected 100 or more: inconsistent"
        in capsys.readouterr().out
    )
    _, poll = imported(tmp_path, "a.md", markdown(("41.5", "<1")))
    assert main(["audit", str(tmp_path / "draft"), "--format", "json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert report["left_out"][0]["text"] == "<1"
    assert [doubt["about"] for doubt in report["unsure"]] == [doubt.about for doubt in poll.unsure]
    # What stands in place of a figure is said; only a blank cell is a gap that nobody explains.
    assert poll.questions[0].not_published == "The cells in which <1 is printed"
    assert not report["findings"]
    groups = [f"Zone {letter}" for letter in "ABCDEFGH"]
    wide = [
        f"|{'|'.join(row)}|"
        for row in (["Answer", "Total", *groups], ["-"] * 10, ["Quispe", *["60"] * 9], ["Salas", *["40"] * 9])
    ]
    narrow = ["|Answer|Total|Zone A|", "|-|-|-|", "|Yes|70|71|", "|No|30|29|"]
    (tmp_path / "wide").mkdir()
    tables = ["# 1. For whom would you vote?", "", *wide, "", "# 2. Is it fair?", "", *narrow, ""]
    _, poll = imported(tmp_path / "wide", "a.md", "\n".join(tables).encode())
    assert [one.not_published for one in poll.questions] == ["", "7 of the 9 columns"]
    (tmp_path / "blank").mkdir()
    imported(tmp_path / "blank", "a.md", markdown(("41.5", "")))
    assert main(["audit", str(tmp_path / "blank" / "draft"), "--format", "json"]) == 1
    findings = json.loads(capsys.readouterr().out)["findings"]
    assert {finding["verdict"] for finding in findings} == {"unexplained gap"}
    assert main(["audit", "nonsense"]) == 2
