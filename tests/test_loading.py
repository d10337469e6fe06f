import csv
import datetime
import shutil
from pathlib import Path

import numpy as np
import pytest

from analysis.errors import PollError
from analysis.polls import list_polls, load_poll
from analysis.polls.cells import open_table

REFERENCE = Path(__file__).parent / "reference"
POLL = "poll.toml"
VOTE = "01-vote-intention.csv"
CERTAINTY = "02-vote-certainty.csv"


def test_every_printed_figure_of_the_publication_is_held_as_printed(cpi):
    with (REFERENCE / "cpi-2021-04.csv").open(newline="") as file:
        published = list(csv.DictReader(file))
    assert len(published) == len(cpi.questions)
    for table, question in zip(published, cpi.questions, strict=True):
        printed = [figure for figure in question.printed.to_numpy().ravel() if isinstance(figure, str)]
        assert " ".join(printed) == table["figures"]
        assert len(printed) == int(table["count"])
        assert cpi.figures.loc[cpi.figures["question"] == question.id, "printed"].to_list() == printed
    assert len(cpi.figures) == 868


def test_figures_are_long_typed_and_in_published_order(cpi):
    columns = ["question", "answer", "segment", "printed", "share", "low", "high"]
    assert cpi.figures.columns.to_list() == columns
    assert [q.id for q in cpi.questions] == cpi.figures["question"].unique().tolist()
    first = cpi.figures.iloc[:8]
    assert first["segment"].tolist() == list(cpi.segments.ids[1:])  # this table prints no total
    assert set(first["answer"]) == {"castillo"}
    assert (cpi.figures[["share", "low", "high"]].dtypes == np.float64).all()


def test_the_technical_sheet_is_held_as_printed_and_as_numbers(cpi):
    sheet = cpi.sheet
    assert sheet.n == 1200
    assert sheet.margin_of_error == 0.028
    assert sheet.confidence_level == 0.955
    assert sheet.figures["universe"] == 21_799_186
    assert sheet.figures["representativeness"] == 0.964
    assert sheet.fieldwork == (datetime.date(2021, 4, 18), datetime.date(2021, 4, 21))
    assert sheet.sampling_points == 115
    assert list(sheet.coverage_counts.values()) == [18, 38, 115, 40, 75]
    printed = [item.printed for item in sheet.items]
    assert len(printed) == 15
    for figure in ("1,200", "±2.8%", "95.5%", "96.4%", "21,799,186 personas", "No. 100-REE/JNE"):
        assert figure in printed
    coverage = sheet.item("coverage").printed
    assert all(str(count) in coverage for count in sheet.coverage_counts.values())


def test_a_figure_that_another_table_prints_fills_a_gap(cpi):
    cells = open_table(cpi, cpi.question("vote_intention"))
    assert cells.printed[:, cells.whole].tolist() == ["35.5", "23.1", "20.3", "17.7", "3.4"]
    assert set(cells.printed_in[:, cells.whole]) == {"vote_certainty"}
    assert (
        cells.printed_in[cells.answers.index("castillo"), cells.segments.index("rural")] == "vote_intention"
    )
    assert cpi.table("vote_intention")["total"].to_list() == [0.355, 0.231, 0.203, 0.177, 0.034]
    alone = open_table(cpi, cpi.question("fujimori_negative"))
    own = cpi.figures[cpi.figures["question"] == "fujimori_negative"]
    for name in ("printed", "share", "low", "high"):
        assert getattr(alone, name).ravel().tolist() == own[name].to_list()


def test_a_table_has_the_ends_that_round_to_its_figures(cpi):
    low, high = (cpi.table("vote_certainty", end) for end in ("low", "high"))
    assert low.loc["castillo", "total"] == 0.3545
    assert high.loc["castillo", "total"] == 0.3555
    assert low.loc["castillo_no_opinion", "lima_callao"] == 0


def test_whole_percentages_and_published_bases_are_read(harbour):
    assert harbour.decimals == 0
    assert [segment.interviews for segment in harbour.segments] == [None, 201, 350, 252]
    vote = harbour.figures.set_index(["answer", "segment"]).loc[("okafor", "under_35")]
    assert (vote["printed"], vote["share"], vote["low"], vote["high"]) == ("39", 0.39, 0.385, 0.395)
    assert harbour.sheet.margin_of_error is None


def test_decimal_commas_gaps_and_absent_columns_are_read(valle):
    approval = valle.table("approval")
    assert approval.loc["yes"].tolist() == [0.384, 0.41, 0.0]
    assert np.isnan(approval.loc["no", "women"])
    assert valle.table("problems")["first_vote"].isna().all()
    assert valle.sheet.n == 1024
    assert valle.segments.partitions == ()


def test_a_poll_is_found_by_its_name_and_by_a_path(cpi):
    assert "cpi-2021-04" in list_polls()
    folder = Path(__file__).parents[1] / "data" / "polls" / "cpi-2021-04"
    by_path = load_poll(folder)
    assert by_path.sha256 == cpi.sha256
    assert by_path.id == "cpi-2021-04"


def test_the_digest_follows_the_figures_and_not_the_line_ends(spoilt, cpi):
    folder = spoilt(VOTE, "19.3", "19.3")
    text = (folder / VOTE).read_bytes()
    (folder / VOTE).write_bytes(text.replace(b"\n", b"\r\n"))
    assert load_poll(folder).sha256 == cpi.sha256
    (folder / VOTE).write_bytes(text.replace(b"19.3", b"19.4"))
    assert load_poll(folder).sha256 != cpi.sha256


def test_an_unknown_name_is_answered_with_those_there_are(cpi):
    with pytest.raises(
        PollError,
        match=r"No poll 'nonsense'; there is: .*cpi-2021-04.*A path to any folder with a poll.toml also works",
    ):
        load_poll("nonsense")
    with pytest.raises(PollError, match="Poll 'cpi-2021-04': no question 'vote'; there is: vote_intention"):
        cpi.question("vote")
    with pytest.raises(PollError, match="no answer 'keiko'; there is: castillo, fujimori"):
        cpi.question("vote_intention")["keiko"]


# file, what is replaced, by what, and what the message must say.
FAULTS = [
    (
        VOTE,
        "19.3",
        "abc",
        r"01-vote-intention.csv, line 2 \('Pedro Castillo - Perú Libre'\), column 'lima_callao': 'abc' is not",
    ),
    (VOTE, "19.3", "101.0", "'101.0' is above 100; a percentage of a base lies in 0–100"),
    (VOTE, "19.3", '"19,3"', "'19,3' is not a percentage; expected a number such as 12.3"),
    (VOTE, "19.3", "-19.3", "'-19.3' is not a percentage"),
    (VOTE, ",19.3", "", "line 2: 13 cells under 14 columns; a figure not published is an empty cell"),
    (VOTE, "fujimori,Keiko", "castillo,Keiko", "the answer 'castillo' stands twice"),
    (VOTE, "fujimori,Keiko", "Keiko F,Keiko", "'Keiko F' is not an id; use small letters, digits and _"),
    (VOTE, "undecided,Indecisos", "undecided,", "column 'label': the text is empty"),
    (
        VOTE,
        ",blank_null,26.7",
        ",blank,26.7",
        "column 'role': 'blank' is not allowed; use one of candidate, blank_null",
    ),
    (
        VOTE,
        "oriente",
        "selva",
        "column 12 is 'selva', which is no segment of poll.toml; allowed: answer, label",
    ),
    (VOTE, "oriente", "rural", "column 'rural' stands twice"),
    (VOTE, "label,", "printed_label,", "column 'label' is missing"),
    (
        CERTAINTY,
        "certain,castillo,",
        "certain,nobody,",
        "column 'given': 'nobody' is not an answer that is a share of all",
    ),
    (
        CERTAINTY,
        "certain,castillo,",
        "certain,fujimori_certain,",
        "use one of castillo, fujimori, blank_null",
    ),
    (POLL, "format = 1", "format = 3", "'format': 3 is not allowed; use one of 1, 2"),
    (
        POLL,
        "format = 1",
        "format = 1\nformat = 1",
        "cannot be read as TOML in UTF-8: Cannot overwrite a value",
    ),
    (POLL, 'decimal_mark = "."', 'decimal_mark = ";"', "'decimal_mark': ';' is not allowed; use one of ., ,"),
    (POLL, "fieldwork_end = 2021-04-21", "fieldwork_end = 2021-04-01", "fieldwork ends before it starts"),
    (POLL, "departments = 18", "departments = 0", "'departments': 0 is no whole number from 1 to"),
    (POLL, 'sampling_unit = "districts"', 'sampling_unit = "blocks"', "'blocks' is not counted"),
    (POLL, 'printed = "1,200"', 'printed = "many"', "sheet item 'sample_size': 'many' is not a count"),
    (POLL, 'printed = "1,200"', 'printed = "0"', "sheet item 'sample_size': '0' cannot be"),
    (POLL, 'printed = "95.5%"', 'printed = "100%"', "sheet item 'confidence_level': '100%' cannot be"),
    (
        POLL,
        'printed = "95.5%"',
        'printed = "high"',
        "sheet item 'confidence_level': 'high' is not a percentage",
    ),
    (POLL, 'id = "sample_size"', 'id = "n"', "the line 'sample_size' is missing"),
    (POLL, 'id = "total"', 'id = "all"', "no segment 'total'; declare it"),
    (POLL, 'id = "oriente"', 'id = "rural"', "the id 'rural' is used twice"),
    (POLL, '"oriente"]', '"selva"]', "partition 'zone': 'selva' is no segment"),
    (POLL, '["urbano", "rural"]', '["urbano"]', "must be two or more different segments"),
    (POLL, '["urbano", "rural"]', '["urbano", "interior"]', "must be two or more different segments"),
    (POLL, 'of = "total"', 'of = "rural"', "'interior' would lie within itself"),
    (POLL, 'repeats = "vote_intention"', 'repeats = "votes"', "'repeats': 'votes' is no other question"),
    (POLL, 'file = "01-vote-intention.csv"', 'file = "../x.csv"', "'../x.csv' is not a plain file name"),
    (POLL, 'file = "01-vote-intention.csv"', 'file = "none.csv"', "none.csv: there is no such file"),
    (
        POLL,
        'file = "01-vote-intention.csv"',
        'file = "02-vote-certainty.csv"',
        "two questions name '02-vote-certainty.csv'",
    ),
    (POLL, 'file = "01-vote-intention.csv"', 'file = ".."', "'..' is not a plain file name"),
    (POLL, 'file = "01-vote-intention.csv"', 'file = "a\\u0000"', "is not a plain file name"),
    (
        POLL,
        'language = "es"',
        'language = "español"',
        "'español' is no code of a language, such as es or pt-BR",
    ),
    (POLL, "fieldwork_end = 2021-04-21", "fieldwork_end = 9999-12-31", "outside the years 1800 to 2200"),
    (POLL, "departments = 18", "departments = 9999999999", "'departments': 9999999999 is no whole number"),
    (POLL, "departments = 18", '"<b>" = 18', "'<b>' is not an id"),
    (POLL, 'id = "lima_callao"', f'id = "{"a" * 101}"', "is not an id; use small letters, digits and _"),
    (POLL, "format = 1", f"format = 1\n{'k' * 5000} = 1", r"unknown key 'k{96}\.\.\.; allowed"),
    (POLL, 'title = "2° VUELTA', 'heading = "2° VUELTA', "unknown key 'heading'; allowed: id, file"),
    (POLL, 'name = "Intención de voto"', 'name = "\u200b\ufe0f\u3164"', "'name': the text is empty"),
    (POLL, 'name = "Intención de voto"', 'name = "a\u202e54"', r"control character U\+202E; remove it"),
]


@pytest.mark.parametrize(("name", "old", "new", "message"), FAULTS)
def test_a_fault_is_named_with_its_place_and_what_is_allowed(spoilt, name, old, new, message):
    folder = spoilt(name, old, new)
    with pytest.raises(PollError, match=message):
        load_poll(folder)


def test_all_faults_of_a_poll_are_named_at_once(spoilt):
    spoilt(VOTE, "19.3", "abc")
    spoilt(VOTE, "45.0", "45.0.0")
    spoilt(CERTAINTY, "89.6", "x")
    folder = spoilt(POLL, 'kind = "single_response"', 'kind = "closed"')
    with pytest.raises(PollError) as error:
        load_poll(folder)
    assert len(error.value.problems) == 4
    assert "4 problems:" in str(error.value)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "the file is empty"),
        (b"answer,label,rural\n", "the table has no rows"),
        (b"answer,label\na,A\n", "no column is a segment"),
        (b"answer,label,rural\na,\xe1,1.0\n", "line 2: not UTF-8; save the file as UTF-8"),
        (b'answer,label,rural\na,"A,1.0\n', "quote with"),
    ],
)
def test_a_table_that_cannot_be_read_is_named(spoilt, content, message):
    folder = spoilt(VOTE, "19.3", "19.3")
    (folder / VOTE).write_bytes(content)
    with pytest.raises(PollError, match=message):
        load_poll(folder)


def test_blank_lines_do_not_shift_the_line_that_is_named(spoilt):
    folder = spoilt(VOTE, "\nfujimori", "\n\n,,,,,,,,,,,\nfujimori")
    text = (folder / VOTE).read_text("utf-8")
    (folder / VOTE).write_text(text.replace("32.0", "x"), "utf-8")
    with pytest.raises(PollError, match="line 5 "):
        load_poll(folder)


def test_a_byte_order_mark_is_tolerated(spoilt, cpi):
    folder = spoilt(VOTE, "answer", "\ufeffanswer")
    assert load_poll(folder).table("vote_intention").equals(cpi.table("vote_intention"))


def test_a_table_that_no_question_names_is_not_lost_silently(spoilt):
    folder = spoilt(VOTE, "19.3", "19.3")
    shutil.copyfile(folder / VOTE, folder / "09-more.csv")
    with pytest.raises(PollError, match=r"09-more\.csv: no question of poll.toml names this file"):
        load_poll(folder)
