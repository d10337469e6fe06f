"""Races in files: CSV and ROPF there and back, and what is found in tables that people type."""

import re
from pathlib import Path
from string import ascii_lowercase

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.errors import PollError
from analysis.polls import load_race
from polltables.cli import main
from polltables.races import audit_race, import_race, race_content, read_race
from polltables.races.checks import findings
from polltables.races.delimited import read_csv, write_csv
from polltables.races.ropf import read_ropf, write_ropf
from polltables.races.settling import settle
from polltables.races.table import Entry, RaceTable, with_ids

READERS = {"csv": (read_csv, write_csv), "ropf": (read_ropf, write_ropf)}
# The lines of a rich opinion poll file as asapop matches them (Line, OpinionPollLine, ElectoralListLine), for ASCII keys.
FIELD = r"(•[A-Z]+|[A-Z][A-Z0-9]*(\+[A-Z][A-Z0-9]*)*):.+?"
ASAPOP = rf"\s*•[A-Z]+:.+?(\s+{FIELD})+|\s*[A-Z][A-Z0-9]*:\s*[A-Z]{{2}}\d{{3,6}}(\s+•[A-Z]+:.+?)+|\s*‡.*|\s*"


def settled(table, **chosen):
    settle(table, **chosen)
    with_ids(table)
    return table


def comparable(race):
    readings = race.readings.drop(columns=[name for name in race.answers if race.readings[name].isna().all()])
    return readings[sorted(readings.columns)].set_index("reading")


@pytest.mark.parametrize("form", READERS)
def test_a_race_comes_back_as_it_was(tmp_path, form):
    race = load_race("peru-2021-runoff")
    (tmp_path / f"race.{form}").write_text(race_content(race, form), "utf-8")
    again, found = import_race(tmp_path / f"race.{form}", tmp_path / "again", result="peru-2021-runoff")
    pd.testing.assert_frame_equal(comparable(again), comparable(race), check_dtype=False)
    assert (again.candidates, again.result) == (race.candidates, race.result)
    assert len(found) == 2  # two polls of unknown size


def test_ropf_is_what_asapop_reads():
    lines = race_content(load_race("peru-2021-runoff"), "ropf").splitlines()
    assert all(re.fullmatch(ASAPOP, line) for line in lines)
    assert (
        "•PF: Ipsos •C: América TV •FS: 2021-05-21 •FE: 2021-05-21 •SS: 1200 •EX: 14.3 CASTILLO: 52.6 FUJIMORI: 47.4"
        in lines
    )


TEXTS = st.text(
    st.characters(codec="utf-8", exclude_categories=["C", "Z"]) | st.sampled_from(" •‡&:=+-'\",;"),
    max_size=30,
)
WORDS = TEXTS.map(lambda text: " ".join(text.split())).filter(
    lambda text: text.strip("-–— ") and text.casefold() not in {"not available", "n/a", "na"}
)
SHARES = st.integers(0, 400).map(lambda n: f"{n / 10:.1f}")
DAYS = st.dates(pd.Timestamp("2000-01-01").date(), pd.Timestamp("2099-12-31").date()).map(str)
IDS = st.text(ascii_lowercase, min_size=1, max_size=8)


@st.composite
def race_tables(draw):
    """A race as a file may have it: cells of text, some empty."""
    candidates = draw(st.lists(IDS.map(lambda name: f"x{name}"), min_size=2, max_size=4, unique=True))
    answers = [
        *candidates,
        *draw(st.lists(st.sampled_from(["other", "undecided", "blank_null"]), unique=True)),
    ]
    table = RaceTable("made", answers)
    for number in range(draw(st.integers(1, 4))):
        days = sorted([draw(DAYS), draw(DAYS)])
        cells = {
            "reading": f"r{number}",
            "pollster": draw(WORDS),
            "client": draw(st.just("") | WORDS),
            "fieldwork_start": draw(st.sampled_from(["", days[0]])),
            "fieldwork_end": days[1],
            "n": draw(st.just("") | st.integers(1, 99_999).map(str)),
            "instrument": draw(st.sampled_from(["poll", "simulated_ballot", "not_stated"])),
            "base": draw(st.sampled_from(["all", "votes_cast", "valid_votes", "not_stated"])),
            "margin_of_error": draw(st.sampled_from(["", "2.8", "3"])),
            "source": draw(st.just("") | WORDS),
            "note": draw(st.just("") | WORDS),
            **{answer: draw(st.just("") | SHARES) for answer in answers},
        }
        cells[candidates[0]] = draw(SHARES)
        table.entries.append(Entry({name: cell for name, cell in cells.items() if cell}, number + 2))
    table.answers = [name for name in answers if any(name in entry.cells for entry in table.entries)]
    return table


@pytest.mark.parametrize("form", READERS)
@given(table=race_tables())
@settings(max_examples=60)
def test_any_race_comes_back_from_a_file(form, table):
    read, write = READERS[form]
    again = settled(read(write(table), "made"))
    assert again.problems == []
    assert [entry.cells for entry in again.entries] == [entry.cells for entry in table.entries]
    assert set(again.answers) == set(table.answers)


@pytest.mark.parametrize("form", READERS)
@given(text=st.text() | st.text(st.sampled_from("•‡&:AB0129.,;\n\"' <–-PFESC=%{}")))
@settings(max_examples=150)
def test_no_text_does_more_than_be_refused(form, text):
    table = settled(READERS[form][0](text, "stranger"))
    assert all(isinstance(sentence, str) for sentence in findings(table))
    assert table.problems or table.entries


# Of the examples in the documentation of the format (filipvanlaenen/asapop, README).
ROPF = """
‡ A comment, and an empty line

•PF: ACME •PFP: BCME •C: The Times •C: The Post •FS:2021-07-14 •FE: 2021-07-20 •PD:2021-07-27 •SS:1000 •U:% A:55 B:40 •N:3
•PF: ACME •PD: 2021-07-20 •SS: 1250 •EX: 20 A: 65 B: 40 •O:2 •VS: 107
•PF: ACME •FS: 2021-06 •FE: 2021-07 •SS: ≈1000 A:55 B+C:38 D: <0.5 •ON:5
& •SS: 600–700 A:50 B:10 C:40
A: AA001 •A: AP •EN: Apple Party •EO: Pomo Partio
B: AA201501 •A: ΑΠ •R: BP
"""


def test_fields_of_the_format_are_read():
    table = settled(read_ropf(ROPF, "polls.ropf"))
    assert table.problems == []
    assert set(table.answers) == {"ap", "bp", "other", "no_opinion", "bp_c", "c", "blank_null"}
    first, second, third, scenario = (entry.cells for entry in table.entries)
    assert first | {"base": "all", "n": "1000", "no_opinion": "3", "pollster": "ACME/BCME"} == first
    assert first["client"] == "The Times, The Post"
    assert (first["fieldwork_start"], first["fieldwork_end"]) == ("2021-07-14", "2021-07-20")
    # Of 1,250 people 20 % are left out: what remains are valid votes of 1,000.
    assert (
        second | {"base": "valid_votes", "blank_null": "20", "n": "1250", "fieldwork_end": "2021-07-20"}
        == second
    )
    assert second["note"] == "The shares add up to 107, as published. The day is that of publication."
    assert (third["fieldwork_start"], third["fieldwork_end"], third["n"]) == (
        "2021-06-01",
        "2021-07-31",
        "1000",
    )
    assert third["bp_c"] == "38"
    assert "d" not in third
    assert "d: <0.5 %." in third["note"]
    assert (
        scenario | {"pollster": "ACME", "n": "600", "ap": "50", "c": "40", "fieldwork_end": "2021-07-31"}
        == scenario
    )
    assert "other" not in scenario  # results are not inherited
    assert any("add up to 107.0" in sentence for sentence in findings(table))


def test_polls_of_several_elections_are_told_apart():
    text = "•PF: A •FE: 2021-07-20 •SC: N •SS: 900 A: 50\n& •SC: E A: 45\n•PF: B •FE: 2021-07-21 •U: S A: 7 B: 8\n"
    problems = settled(read_ropf(text, "polls.ropf")).problems
    assert problems == [
        "polls.ropf, line 3, •U: seats, not percentages of people; take the line out.",
        "polls.ropf: polls of several elections (scope: E, N); name one with --scope.",
    ]
    chosen = settled(read_ropf(text.partition("•PF: B")[0], "polls.ropf"), scope="E")
    assert [entry.cells["a"] for entry in chosen.entries] == ["45"]


TYPED = """Polling Firm;Fieldwork Start;Fieldwork End;Sample Size;Margin of error;Ash;Birch;Undecided
ACME;2031-05-01;2031-05-03;1,000;3.1;45%;38,5;15
Basel;2031-05-02;2031-05-05;1200;2.8;45;48;17
ACMEE;2031-05-04;2031-05-06;;;40;45;12
Basel;2031-05-04;2031-05-08;1000;4.5;41;44;12
Basel;2031-05-04;2031-05-08;1000;4.5;41;44;12
ACME;2031-05-11;2031-06-15;1000;3.1;42;44;11
ACME;2031-03-12;2031-06-14;1000;3.1;42;44;10
ACME;2031-06-17;2031-06-18;1000;3.1;42;43;9
Basel;2031-06-18;2031-06-19;0;;42;43;9
"""


def test_what_was_mistyped_is_found_with_line_and_column(tmp_path):
    (tmp_path / "typed.csv").write_text(TYPED)
    problems, found = audit_race(tmp_path / "typed.csv")
    assert problems == []
    assert found == [
        "typed.csv, line 3: the shares add up to 110.0, more than 100 and its rounding; one of them may be mistyped.",
        "typed.csv, line 4, column 'Sample Size': no number of interviews and no margin of error; the poll gets no "
        "interval.",
        "typed.csv, line 4, column 'Polling Firm': 'ACMEE' is almost 'ACME' of line 2; are they one pollster?",
        "typed.csv, line 5, column 'Margin of error': ±4.5 points for 1000 interviews, where ±3.1 would be simple random "
        "sampling's; one of the two may be mistyped.",
        "typed.csv, line 6, column 'Margin of error': ±4.5 points for 1000 interviews, where ±3.1 would be simple random "
        "sampling's; one of the two may be mistyped.",
        "typed.csv, line 6: the poll of line 5 once more, with the same shares; keep one, or say how they differ.",
        "typed.csv, line 8, column 'Fieldwork End': fieldwork of 94 days; is month or year mistyped?",
        "typed.csv, line 8, column 'Fieldwork End': 2031-06-14 stands out of order, next to 2031-06-15; is the day "
        "mistyped?",
        "typed.csv, line 10, column 'Sample Size': no interviews at all; leave the cell empty if the number is unknown.",
    ]


FAULTY = """pollster,fieldwork_start,fieldwork_end,n,base,ash,birch
,2031-05-01,2031-05-03,1000,all,45,38
ACME,2031-05-09,2031-05-03,many,everybody,145,38
ACME,May 3,,1000,all,45,x
ACME,2031-05-01,2031-05-03,1000,all,70,60
ACME,2031-05-01
"""


def test_every_fault_is_named_at_once_and_nothing_is_written(tmp_path):
    (tmp_path / "faulty.csv").write_text(FAULTY)
    with pytest.raises(PollError) as caught:
        import_race(tmp_path / "faulty.csv", tmp_path / "race")
    said = str(caught.value)
    for place, words in (
        ("line 2, column 'pollster'", "no pollster"),
        ("line 3, column 'fieldwork_end'", "ends on 2031-05-03, before it starts on 2031-05-09"),
        ("line 3, column 'n'", "'many' is not a count"),
        ("line 3, column 'base'", "'everybody' is not allowed"),
        ("line 3, column 'ash'", "'145' is above 100"),
        ("line 4, column 'fieldwork_start'", "'May 3' is not a day"),
        ("line 4, column 'fieldwork_end'", "no last day of fieldwork"),
        ("line 4, column 'birch'", "'x' is not a percentage"),
        ("line 5", "add up to 130.0"),
        ("line 6", "2 cells under 7 columns"),
    ):
        assert re.search(rf"faulty.csv, {place}: .*{re.escape(words)}", said), (place, said)
    assert [path.name for path in tmp_path.iterdir()] == ["faulty.csv"]


def test_headings_of_other_collections_are_understood():
    text = "Polling Firm,Commissioners,Fieldwork Start,Fieldwork End,Scope,Sample Size,Sample Size Qualification,"
    text += "Participation,Precision,AP,B L,Other\n"
    text += '"ACME, BCME",The Times,2021-07-14,2021-07-20,National,1250,Provided,80%,0.1%,55.0%,41.0%,Not Available\n'
    table = settled(read_csv(text, "nn.csv"))
    assert table.problems == []
    assert table.entries[0].cells == {
        "reading": "acme_bcme_2021_07_20", "pollster": "ACME, BCME", "client": "The Times", "fieldwork_start": "2021-07-14",
        "fieldwork_end": "2021-07-20", "n": "1250", "base": "valid_votes", "blank_null": "20", "instrument": "poll",
        "ap": "55.0", "b_l": "41.0",
    }  # fmt: skip


def test_formulas_are_guarded_in_what_is_handed_on(tmp_path):
    head = "pollster,fieldwork_end,n,base,ash,birch,note\n"
    (tmp_path / "in.csv").write_text(head + '=cmd(),2031-05-03,1000,all,50,40,"@x"\n')
    race, _ = import_race(tmp_path / "in.csv", tmp_path / "race")
    assert race.readings["pollster"].to_list() == ["=cmd()"]
    assert "'=cmd()" in race_content(race, "csv")
    assert read_csv(race_content(race, "csv"), "again").entries[0].cells["note"] == "@x"


def test_the_commands_say_what_they_did(tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert main(["race", "export", "peru-2021-runoff", "--out", "peru.ropf"]) == 0
    assert main(["race", "import", "peru.ropf", "--out", "again", "--title", "Peru"]) == 0
    assert "again.csv: 23 polls of castillo, fujimori" in capsys.readouterr().out
    assert main(["race", "import", "peru.ropf", "--out", "again"]) == 1
    assert "there already" in capsys.readouterr().err
    Path("link.csv").symlink_to("nowhere.csv")
    assert main(["race", "import", "peru.ropf", "--out", "link"]) == 1
    assert "link.csv: there already" in capsys.readouterr().err
    assert main(["race", "import", "peru.ropf", "--out", "again", "--replace", "--quiet"]) == 0
    assert main(["race", "audit", "again.csv"]) == 1
    assert "0 problems, 2 findings" in capsys.readouterr().out
    before = Path("again.csv").read_bytes()
    assert main(["race", "export", "peru-2021-runoff", "--out", "again.csv"]) == 2
    assert "again.csv: it is there already" in capsys.readouterr().err
    assert Path("again.csv").read_bytes() == before
    assert main(["race", "export", "again.csv", "--out", "peru.ropf", "--replace", "-q"]) == 0
    assert main(["race", "export", "again.csv", "--format", "CSV", "--out", "b.ropf"]) == 2
    assert "--format csv and --out b.ropf are of two formats" in capsys.readouterr().err
    assert main(["race", "export", "again.csv", "--format", "csv", "--out", "-"]) == 0
    assert capsys.readouterr().out.startswith("reading,poll,pollster,client,")
    for wrong in (
        ["import", "peru.ropf"],
        ["export", "again.csv"],
        ["audit", "peru-2021"],
        ["import", "x.ods", "--out", "y"],
    ):
        assert main(["race", *wrong]) in (1, 2)
    assert "did you mean 'peru-2021-runoff'" in capsys.readouterr().err


def test_a_file_that_is_no_text_is_refused(tmp_path):
    (tmp_path / "latin.csv").write_bytes("pollster,Perú\n".encode("latin-1"))
    with pytest.raises(PollError, match=r"latin\.csv, line 1: not UTF-8"):
        read_race(tmp_path / "latin.csv")
