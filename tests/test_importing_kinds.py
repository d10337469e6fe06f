"""What went wrong on published files never looked at before, one kind at a time, in words and places of our own."""

import pytest
from published import pdf, workbook
from test_importing_layouts import SHEET, imported, pipes, rows_of

from analysis.errors import PollError
from analysis.estimates import audit
from analysis.polls import load_poll
from polltables.cli import main
from polltables.importing import Given
from polltables.importing.drafting.drafting import draft_poll
from polltables.importing.readers.reading import Chosen, read_here, reader_of
from polltables.importing.recognition.vocabulary import role_of
from polltables.importing.writing import write_folder

pytestmark = pytest.mark.usefixtures("read_in_this_process")

LEFTS = (200, 260, 320, 380)
GIVEN = {"pollster": "Nobody", "sample_size": "800", "fieldwork": "6-8 May 2031"}


def line(top, *texts, label=None):
    """Words of a row: its label, and a text in each column."""
    words = [(60, top, 11, label)] if label else []
    return words + [(x + 4, top, 11, text) for x, text in zip(LEFTS, texts, strict=False) if text]


def cells(top, columns=3, height=20):
    return [(x, top - 14, x + 60, top - 14 + height) for x in LEFTS[:columns]]


def test_labels_beside_drawn_cells_and_figures_under_them_belong_to_the_table(tmp_path):
    """Cells are drawn around figures alone; a row and the bases stand among and under them without any."""
    page = [(60, 60, 14, "Which fish do you eat most?")]
    page += [*cells(100), *line(100, "Total", "Coast", "Inland")]
    page += [
        *cells(120),
        *line(120, "41%", "44%", "38%", label=None),
        (60, 114, 9, "Cod, fresh or"),
        (60, 124, 9, "smoked"),
    ]
    page += [(200, 126, 260, 146), (260, 126, 320, 146), (320, 126, 380, 146)]
    page += line(140, "30%", "31%", "29%", label="Eel")
    page += line(160, "20%", "15%", "25%", label="Pike")
    page += [*cells(180), *line(180, "9%", "10%", "8%", label="None")]
    page += line(200, "800", "300", "500", label="Base:")
    poll = imported(tmp_path, "a.pdf", pdf(page), **GIVEN)
    assert list(rows_of(poll.questions[0]).items()) == [
        ("Cod, fresh or smoked", ["41", "44", "38"]),
        ("Eel", ["30", "31", "29"]), ("Pike", ["20", "15", "25"]), ("None", ["9", "10", "8"]),
    ]  # fmt: skip
    assert [segment.interviews for segment in poll.segments] == [800, 300, 500]


def test_a_drawn_cell_that_holds_several_figures_is_a_frame(tmp_path):
    """Boxes around headings and stretches of columns; shares stand under the bases, and are those of no answer."""
    page = [(60, 60, 14, "Ferry or bridge?"), (60, 84, 500, 84.5)]
    page += [(200, 86, 260, 106), (260, 86, 440, 106), (204, 100, 12, "TOTAL"), (310, 100, 12, "PLACE")]
    page += [(200, 106, 260, 126), (260, 106, 440, 126), *line(120, "%", "Coast", "Hills", "Plain")]
    page += [(200, 126, 260, 146), (260, 126, 440, 146), *line(140, "800", "300", "302", "198", label="Base")]
    page += [(200, 146, 260, 166), (260, 146, 440, 166), *line(160, "100%", "38%", "38%", "25%")]
    page += [
        *line(200, "60%", "65%", "55%", "61%", label="Ferry"),
        *line(220, "40%", "35%", "45%", "39%", label="Bridge"),
    ]
    poll = imported(tmp_path, "a.pdf", pdf(page), **GIVEN)
    assert rows_of(poll.questions[0]) == {
        "Ferry": ["60", "65", "55", "61"],
        "Bridge": ["40", "35", "45", "39"],
    }
    assert [(s.label, s.interviews) for s in poll.segments] == [
        ("TOTAL", 800), ("Coast", 300), ("Hills", 302), ("Plain", 198),
    ]  # fmt: skip


def test_bases_stand_beside_their_figures_and_one_row_may_end_a_page(tmp_path):
    names = ("Total", "Coast", "Hills", "Plain", "Isles")
    rows = [("Cod", 41, 38, 44, 40, "*"), ("Herring", 50, 55, 45, 52, "*"), ("No fish", 9, 7, 11, 8, "*")]

    def banner(top, some):
        words = [(200 + 60 * at, top, 11, name) for at, name in enumerate(names)]
        for down, (label, *figures) in enumerate(some, start=1):
            words.append((60, top + 18 * down, 11, label))
            shown = [f"{one}%" if one != "*" else one for one in figures]
            words += [
                (222 + 60 * at - 6 * len(one), top + 18 * down, 11, one) for at, one in enumerate(shown)
            ]
        return words

    first = [(60, 60, 14, "Which fish do you eat most?"), *banner(90, rows[:1])]
    last = banner(60, rows[1:])
    last += [(60, 130, 11, "Unweighted N")]
    last += [(180 + 60 * at, 130, 11, f"({n})") for at, n in enumerate((800, 300, 290, 201, 9))]
    poll = imported(tmp_path, "a.pdf", pdf(first, last), **GIVEN)
    (fish,) = poll.questions
    assert [figures[:4] for figures in rows_of(fish).values()] == [
        ["41", "38", "44", "40"], ["50", "55", "45", "52"], ["9", "7", "11", "8"],
    ]  # fmt: skip
    assert [segment.interviews for segment in poll.segments] == [800, 300, 290, 201, 9]


def test_sums_of_answers_far_above_them_are_nets(tmp_path):
    poll = imported(
        tmp_path, "a.md",
        pipes(["", "Total", "Coast", "Hills", "Plain"],
              ["Surely", "41", "23", "45", "15"], ["Perhaps", "21", "26", "33", "27"], ["Hardly", "17", "23", "13", "31"],
              ["Never", "14", "19", "2", "21"], ["Unsure", "7", "9", "7", "6"],
              ["For it", "62", "49", "78", "42"], ["Against it", "31", "42", "15", "52"]),
    )  # fmt: skip
    question = poll.questions[0]
    assert {row.label: row.of for row in question.rows if row.role == "net"} == {
        "For it": ("surely", "perhaps"), "Against it": ("hardly", "never"),
    }  # fmt: skip
    assert question.kind == "single_response"


def test_the_share_that_a_group_is_of_all_is_no_answer(tmp_path):
    text = "Who got your vote?\n\ngroup,percent,okafor,lindqvist\nMen,42,57,43\nWomen,58,70,30\nTotal,100,64,36\n"
    poll = imported(tmp_path, "a.csv", text, **GIVEN)
    assert rows_of(poll.questions[0]) == {"okafor": ["64", "57", "70"], "lindqvist": ["36", "43", "30"]}
    assert any("what share of all interviews" in one.because for one in poll.left_out)


def test_counts_without_a_per_cent_sign_beside_rates_that_have_it_are_no_answers(tmp_path):
    poll = imported(
        tmp_path, "a.md",
        pipes(["", "Anglers", "Sailors", "Cod%", "Eel%"], ["Total", "148", "20", "62%", "38%"],
              ["Coast", "92", "15", "71%", "29%"], ["Inland", "56", "5", "47%", "53%"]),
    )  # fmt: skip
    assert rows_of(poll.questions[0]) == {"Cod%": ["62", "71", "47"], "Eel%": ["38", "29", "53"]}
    assert any("148" in one.text and "counts" in one.because for one in poll.left_out)


def test_a_sign_in_the_first_row_alone_says_what_all_rows_are(tmp_path):
    poll = imported(
        tmp_path, "a.md",
        pipes(["", "Total", "Coast"], ["Cod", "61%", "72%"], ["Eel", "38", "25"], ["Pike", "1", "3"],
              ["Asked", "800", "310"]),
    )  # fmt: skip
    assert rows_of(poll.questions[0]) == {"Cod": ["61", "72"], "Eel": ["38", "25"], "Pike": ["1", "3"]}


def test_none_is_a_number_among_numbers_and_nobody_else_s_answer(tmp_path):
    def roles(folder, *labels):
        (tmp_path / folder).mkdir()
        rows = [[label, figure] for label, figure in zip(labels, ("50", "30", "20"), strict=True)]
        answers = imported(tmp_path / folder, "a.md", pipes(["", "Total"], *rows)).questions[0].answers
        return {answer.label: answer.role for answer in answers}

    assert roles("boats", "None", "1 boat", "2 or more")["None"] != "nothing"
    assert roles("fish", "Cod", "Eel", "None")["None"] == "nothing"


def test_a_row_named_after_the_total_of_its_column_only_adds_up(tmp_path):
    rows = [["Cod", "61", "72"], ["Eel", "39", "28"], ["Column total", "100", "100"]]
    poll = imported(tmp_path, "a.md", pipes(["", "Total", "Coast"], *rows))
    assert list(rows_of(poll.questions[0])) == ["Cod", "Eel"]


def test_tables_that_agree_in_all_but_one_figure_are_two(tmp_path):
    def table(title, last):
        figures = [[f"Fish {at}", str(8 + at), str(11 - at)] for at in range(1, 8)]
        rows = [*figures, ["Whale", "14", last], ["No answer", "2", "2"]]
        return pipes(["", "Total", "Coast"], *rows, title=title).removeprefix(SHEET)

    def repeats(folder, last, silent=("2", "2")):
        (tmp_path / folder).mkdir()
        liked = table("Which fish do you like?", last).replace("| 2 | 2 |", "| {} | {} |".format(*silent))
        text = SHEET + table("Which fish do you eat?", "49") + "\n" + liked
        return [question.repeats for question in imported(tmp_path / folder, "a.md", text).questions]

    assert repeats("one", "50") == ["", ""]
    assert repeats("all", "49") == repeats("misprint", "49", ("2", "3")) == ["", "which_fish_you_eat"]
    assert repeats("rest", "49", ("3", "4")) == ["", ""]  # of whom some others are asked further


def test_strata_are_not_taken_for_the_places_that_were_drawn(tmp_path):
    text = "Sampling: stratified by 4 regions\nSample size: 1,000\n\nWhich fish?\n\n"
    poll = imported(tmp_path, "a.md", text + pipes(["", "Total"], ["Cod", "61"], ["Eel", "39"]))
    assert dict(poll.sheet.coverage_counts) == {"regions": 4}
    assert poll.sheet.sampling_points is None


@pytest.mark.parametrize("ones", [("1", "1"), ("1.00", "1.00")])
def test_shares_of_one_may_stand_over_their_sum(tmp_path, ones):
    rows = [["Cod", "0.61", "0.72"], ["Eel", "0.39", "0.28"], ["Total", *ones]]
    poll = imported(tmp_path, "a.md", pipes(["", "Total", "Coast"], *rows))
    assert rows_of(poll.questions[0]) == {"Cod": ["61", "72"], "Eel": ["39", "28"]}
    assert not any("shares of one" in one.question for one in poll.unsure)


@pytest.mark.parametrize("scale", [1, 100])
def test_figures_that_a_program_computed_are_rounded_and_asked_about(tmp_path, scale):
    shares = [f"{scale * part / 7:.15f}" for part in (2, 5, 3, 4)]
    rows = [["Cod", *shares[::2]], ["Eel", *shares[1::2]]]
    poll = imported(tmp_path, "a.md", pipes(["", "Total", "Coast"], *rows))
    assert rows_of(poll.questions[0]) == {
        "Cod": ["28.571429", "42.857143"],
        "Eel": ["71.428571", "57.142857"],
    }
    assert any("be rounded" in one.question for one in poll.unsure)
    assert any(shares[0] in one.text for one in poll.left_out)


def test_shares_of_one_among_whole_per_cents_are_asked_about_if_the_sums_tell(tmp_path):
    rows = [["", "Total", "Coast"], ["Cod", "61", "72"], ["Eel", "38", "25"]]
    poll = imported(tmp_path, "a.md", pipes(*rows, ["Pike", "1", "0.03"]))
    assert any("0.03 shares of one" in one.question for one in poll.unsure)
    assert rows_of(poll.questions[0])["Pike"] == ["1", "0.03"]
    (tmp_path / "b").mkdir()
    poll = imported(tmp_path / "b", "a.md", pipes(*rows[:2], ["Eel", "38", "28"], ["Pike", "1", "0.03"]))
    assert not any("shares of one" in one.question for one in poll.unsure)


def test_few_interviews_and_margins_of_error_are_no_answers(tmp_path):
    text = pipes(
        ["", "Total", "Coast"],
        ["Cod", "60%", "100%"],
        ["Eel", "20%", "0%"],
        ["n-size", "12", "4"],
        ["MOE", "28%", "49%"],
    )
    poll = imported(tmp_path, "a.md", text)
    assert list(rows_of(poll.questions[0])) == ["Cod", "Eel"]
    assert "unweighted_base,12,4" in next((tmp_path / "draft").glob("*.csv")).read_text()


def test_figures_among_labels_are_those_of_a_chart_and_scores_are_no_percentages(tmp_path, capsys):
    chart = pipes(
        ["", "Coast"], ["Okafor 21.6% Lindqvist", "19.3"], ["Okafor 10.2% Nobody", "4.3"], ["Nobody", "2.0"]
    )
    scores = pipes(["", "Score in May"], ["Men", "5.2"], ["Women", "4.1"], ["Total", "4.6"])
    notes = pipes(["", "Note octobre"], ["Okafor", "0.7"], ["Lindqvist", "6.7"], ["Abstention", "3.2"])
    names = ["May June July"] * 3
    same = pipes(["", "Total", *names], ["Cod", "65", "60", "70", "66"], ["Eel", "35", "40", "30", "34"])
    for name, text, why in (
        ("a.md", chart, "a chart"),
        ("b.md", scores, "scores"),
        ("e.md", notes, "scores"),
        ("d.md", same, "one name"),
    ):
        (tmp_path / name).write_text(text)
        assert main(["import", str(tmp_path / name), "--out", str(tmp_path / "draft")]) == 1
        assert why in capsys.readouterr().err
    rates = pipes(
        ["", "Total"], ["Less than 5%", "40"], ["Between 5% and 6%", "35"], ["Greater than 6%", "25"]
    )
    assert "Less than 5%" in rows_of(imported(tmp_path, "c.md", rates).questions[0])


def test_a_header_may_go_on_under_a_blank_row_over_some_of_its_columns(tmp_path):
    rows = [
        ["", "Total", "Sex", "", "Coast", ""], ["", "", "Men", "Women", "", ""], [], ["", "", "", "", "East", "West"],
        ["Which fish?"], ["Cod", 60, 62, 58, 55, 65], ["Eel", 40, 38, 42, 45, 35],
    ]  # fmt: skip
    poll = imported(
        tmp_path, "a.xlsx", workbook(rows, formats={f"{c}{at}": "0" for c in "BCDEF" for at in range(1, 20)})
    )
    assert [segment.label for segment in poll.segments] == ["Total", "Men", "Women", "East", "West"]
    assert rows_of(poll.questions[0])["Cod"] == ["60", "62", "58", "55", "65"]


def drafted(folder, name, content):
    """The poll that a file holds, drafted in this process; its folder."""
    path, out = folder / name, folder / f"draft{len(list(folder.iterdir()))}"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    reader, name = reader_of(path)
    files = draft_poll(read_here(reader, path, name, Chosen((), ())), Given(**GIVEN)).files
    return load_poll(write_folder(out, files)), out


def only_question(folder, name, content):
    """The one question of a file, its poll, and its table as written."""
    poll, out = drafted(folder, name, content)
    (question,) = poll.questions
    return question, poll, next(out.glob("*.csv")).read_text()


def test_codes_of_answers_are_no_figures_and_a_base_may_stand_among_them(tmp_path):
    beside = "Ferry or bridge?\n,Kode,Insgesamt\nFerry,1,55\nBridge,2,30\nNeither,99,15\nN,,640\n"
    before = "Ferry or bridge?\nKode;Antwort;Insgesamt\n1;Ferry;55\n2;Bridge;30\n99;Neither;15\nN;;640\n"
    for text in (beside, before):
        question, poll, written = only_question(tmp_path, "a.csv", text)
        assert rows_of(question) == {"Ferry": ["55"], "Bridge": ["30"], "Neither": ["15"]}
        assert [segment.label for segment in poll.segments] == ["Insgesamt"]
        assert "unweighted_base,N,unweighted_base,640" in written


def test_figures_may_stand_left_of_their_labels(tmp_path):
    rows = (
        ["6-8 May 2031", "", "Jan 2031"],
        ["27", "A good deal", "30"],
        ["68", "Not much", "66"],
        ["5", "Unsure", "4"],
    )
    question, poll, _ = only_question(tmp_path, "a.md", pipes(*rows))
    assert rows_of(question) == {"A good deal": ["27"], "Not much": ["68"], "Unsure": ["5"]}
    assert [(segment.id, segment.label) for segment in poll.segments] == [("total", "6-8 May 2031")]
    assert any("30 | 66 | 4" in one.text for one in poll.left_out)


def test_readings_in_rows_are_earlier_polls(tmp_path):
    rows = (
        ["", "Pro", "Contra", "Keine Angabe"],
        ["Mai 2031", "45", "50", "5"],
        ["April 2031", "43", "51", "6"],
    )
    question, poll, _ = only_question(tmp_path, "a.md", pipes(*rows))
    assert rows_of(question) == {"Pro": ["45"], "Contra": ["50"], "Keine Angabe": ["5"]}
    assert any("earlier reading" in one.because for one in poll.left_out)


def test_bases_alone_on_a_page_belong_to_the_table_before_or_after_them(tmp_path):
    title, head = [(60, 60, 14, "Which fish do you eat most?")], line(80, "Total", "Coast", "Inland")
    bases = line(100, "800", "300", "500", label="Unweighted N")
    bases += line(120, "800", "320", "480", label="Weighted N")

    def figures(top):
        return line(top, "41%", "44%", "38%", label="Cod") + line(top + 20, "59%", "56%", "62%", label="Eel")

    over = pdf([*title, *head, *bases, *line(140, "%", "%", "%"), *figures(160)])
    behind = pdf([*title, *head, *figures(100)], [*head, *bases])
    for content in (over, behind):
        question, poll, written = only_question(tmp_path, "a.pdf", content)
        assert rows_of(question) == {"Cod": ["41", "44", "38"], "Eel": ["59", "56", "62"]}
        assert [segment.interviews for segment in poll.segments] == [800, 300, 500]
        assert "weighted_base,800,320,480" in written


def test_titles_say_in_many_words_that_a_table_goes_on(tmp_path):
    first, second = "¿Qué pescado come más?", "Which fish do you eat most?"
    for one, two in (
        (first, f"{first} (continúa)"),
        (first, "(Continuación)"),
        (f"{second} - Fortsetzung", f"Fortsetzung: {second}"),
        (second, f"{second} (continued from page 7)"),
        (f"Q4 (1/2). {second}", f"Q4 (2/2). {second}"),
        (second, f"(Suite) {second}"),
    ):
        head = pipes(["", "Total", "Coast"], ["Cod", "41", "44"], ["Eel", "29", "26"], title=one)
        rest = pipes(["", "Total", "Coast"], ["Pike", "20", "20"], ["None", "10", "10"], title=two)
        question, _, _ = only_question(tmp_path, "a.md", head + "\n" + rest.partition("\n\n")[2])
        assert list(rows_of(question)) == ["Cod", "Eel", "Pike", "None"]
    banner = pipes(
        ["", "Isles", "Hills"], ["Cod", "40", "45"], ["Eel", "60", "55"], title=f"{second} (cont.)"
    )
    head = pipes(["", "Total", "Coast"], ["Cod", "41", "44"], ["Eel", "59", "56"], title=second)
    question, _, _ = only_question(tmp_path, "a.md", head + "\n" + banner.partition("\n\n")[2])
    assert rows_of(question) == {"Cod": ["41", "44", "40", "45"], "Eel": ["59", "56", "60", "55"]}


def test_the_sample_is_described_in_the_first_column_alone(tmp_path):
    rows = [
        ["", "Haven", "Men", "Women", "Coast", "Hills"], ["Which fish?"], ["Cod", 60, 62, 58, 55, 65],
        ["Eel", 40, 38, 42, 45, 35], [], ["Sex"], ["Man", 47], ["Woman", 53], [], ["Age"], ["18-34", 44], ["35+", 51],
    ]  # fmt: skip
    poll = imported(
        tmp_path, "a.xlsx", workbook(rows, formats={f"{c}{at}": "0" for c in "BCDEF" for at in range(1, 20)})
    )
    assert [list(rows_of(question)) for question in poll.questions] == [
        ["Cod", "Eel"],
        ["Man", "Woman"],
        ["18-34", "35+"],
    ]


def test_the_whole_may_have_no_name_and_stand_anywhere(tmp_path):
    figures = [["Ferry", 44, 41, 47, 40, 50], ["Bridge", 40, 39, 41, 44, 34], ["Unsure", 16, 20, 12, 16, 16]]
    for name, place in (("", 1), ("", 5), ("%", 1), ("May 2031", 1), ("Isle of Nowhere", 3)):
        rows = [["", name, "Men", "Women", "North", "South"], *figures]
        rows = [[row[0], *row[2 : place + 1], row[1], *row[place + 1 :]] for row in rows]
        poll, _ = drafted(tmp_path, "a.md", pipes(*([str(one) for one in row] for row in rows)))
        assert next(iter(poll.segments)).label == (name or "Total")
        assert rows_of(poll.questions[0])["Ferry"] == ["44", "41", "47", "40", "50"]
        assert any("the whole sample" in one.question for one in poll.unsure)
    for name in ("%", "Valid percent", "Mai 2031", "Result"):
        _, poll, _ = only_question(tmp_path, "a.md", pipes(["", name], ["Ferry", "61"], ["Bridge", "39"]))
        assert [segment.id for segment in poll.segments] == ["total"]
        assert any("the whole sample" in one.question for one in poll.unsure) == (name == "Result")


def test_a_cross_tabulation_names_its_units_beside_its_answers(tmp_path):
    rows = [
        ["", "", "", "Sex", "", "Total"], ["", "", "", "Man", "Woman", ""], ["Way", "Ferry", "Count", 200, 260, 460],
        ["", "", "% within Sex", 42.6, 49.1, 46.0], ["", "Bridge", "Count", 270, 270, 540],
        ["", "", "% within Sex", 57.4, 50.9, 54.0], ["Total", "", "Count", 470, 530, 1000],
        ["", "", "% within Sex", 100.0, 100.0, 100.0],
    ]  # fmt: skip
    counts = {f"{column}{at}": "0" for column in "DEF" for at in range(2, 20, 2)}
    question, poll, _ = only_question(tmp_path, "a.xlsx", workbook(rows, formats=counts))
    assert rows_of(question) == {"Ferry": ["46.0", "42.6", "49.1"], "Bridge": ["54.0", "57.4", "50.9"]}
    assert [segment.interviews for segment in poll.segments] == [1000, 470, 530]


def test_counts_are_known_by_their_sums_over_groups_whatever_they_are_called(tmp_path):
    head = ["", "Total", "Men", "Women"]
    answers = ["Ferry", "65", "61", "69"], ["Bridge", "45", "49", "41"]
    for label, row, kept in (
        ("Souls reached", ["82", "40", "42"], "unweighted_base,82,40,42"),
        ("Teilnehmer", ["512", "200", "312"], "unweighted_base,512,200,312"),
        ("Effective base", ["640", "310", "330"], ""),
        ("Population (000s)", ["41,200", "20,100", "21,100"], ""),
    ):
        question, _, written = only_question(tmp_path, "a.md", pipes(head, [label, *row], *answers))
        assert list(rows_of(question)) == ["Ferry", "Bridge"]
        assert kept in written if kept else row[0].replace(",", "") not in written


def test_bounds_of_intervals_and_cumulated_shares_are_no_groups(tmp_path):
    for head, rows in (
        (["", "Estimate", "Lower", "Upper"], [["Ferry", "55", "51", "58"], ["Bridge", "45", "42", "49"]]),
        (["", "%", "95% CI low", "95% CI high"], [["Ferry", "55", "51", "58"], ["Bridge", "45", "42", "49"]]),
        (
            ["", "n", "Valid percent", "Cumulative percent"],
            [["Ferry", "440", "55", "55"], ["Bridge", "360", "45", "100"]],
        ),
    ):
        question, _, _ = only_question(tmp_path, "a.md", pipes(head, *rows))
        assert rows_of(question) == {"Ferry": ["55"], "Bridge": ["45"]}
    classes = pipes(
        ["", "Total", "Lower", "Upper"], ["Ferry", "55", "51", "58"], ["Bridge", "45", "49", "42"]
    )
    assert rows_of(only_question(tmp_path, "a.md", classes)[0])["Ferry"] == ["55", "51", "58"]


def test_groups_on_both_sides_leave_the_answer_without_a_name(tmp_path, capsys):
    text = pipes(["", "N", "All"], ["Men", "390", "41"], ["Women", "410", "47"], ["All", "800", "44"])
    (tmp_path / "a.md").write_text(text)
    assert main(["import", str(tmp_path / "a.md"), "--out", str(tmp_path / "draft")]) == 1
    assert "no answer has a name" in capsys.readouterr().err


def test_counts_in_brackets_say_nothing_of_the_decimal_mark_of_a_workbook(tmp_path):
    rows = [
        ["", "Total", "Coast"],
        ["Ferry", 45.1, 41.0],
        ["Bridge", 54.9, 59.0],
        ["(N)", "(4,804)", "(1,204)"],
    ]
    question, poll, _ = only_question(tmp_path, "a.xlsx", workbook(rows))
    assert rows_of(question)["Ferry"] == ["45.1", "41.0"]
    assert [segment.interviews for segment in poll.segments] == [4804, 1204]


def test_columns_of_earlier_readings_are_named_in_many_ways(tmp_path):
    for names, kept in (
        (("Now", "March", "2027 election"), "Now"),
        (("Ene-31", "Feb-31", "Mar-31"), "Mar-31"),
        (("Gesamt", "Vormonat", "Letzte Umfrage"), "Gesamt"),
        (("Ensemble", "Rappel mars", "Évolution"), "Ensemble"),
        (("Total", "Then", "Change"), "Total"),
    ):
        rows = [["Ferry", "44", "42", "+2"], ["Bridge", "40", "43", "-3"], ["Unsure", "16", "15", "+1"]]
        if names[2] not in {"Évolution", "Change"}:
            rows = [[*row[:3], there] for row, there in zip(rows, ("41", "45", "14"), strict=True)]
        question, poll, _ = only_question(tmp_path, "a.md", pipes(["", *names], *rows))
        assert [segment.label for segment in poll.segments] == [kept]
        first = ["41", "45", "14"] if kept == "Mar-31" else ["44", "40", "16"]
        assert [figures for (figures,) in rows_of(question).values()] == first


def test_units_may_stand_behind_every_name_and_ages_be_told_in_words(tmp_path):
    head = ["", "Gesamt %", "18- bis 29-Jährige %", "60 Jahre und älter %"]
    _, poll, _ = only_question(
        tmp_path, "a.md", pipes(head, ["Fähre", "60", "51", "66"], ["Brücke", "40", "49", "34"])
    )
    assert [segment.label for segment in poll.segments] == [
        "Gesamt",
        "18- bis 29-Jährige",
        "60 Jahre und älter",
    ]
    assert [partition.id for partition in poll.segments.partitions] == ["age"]


def test_items_put_to_the_same_people_are_no_groups(tmp_path, capsys):
    text = pipes(
        ["", "Well", "Not well", "Base"], ["Honest", "55", "45", "800"], ["Strong", "60", "40", "800"]
    )
    (tmp_path / "a.md").write_text(text)
    assert main(["import", str(tmp_path / "a.md"), "--out", str(tmp_path / "draft")]) == 1
    assert "a list of items" in capsys.readouterr().err


def test_what_many_tables_leave_open_is_asked_once(tmp_path):
    head, figures = "|  | Total | North | South |\n|---|---|---|---|\n", ("41", "44", "38", "59", "56", "62")
    table = head + "| Cod | {} | {} | {} |\n| Eel | {} | {} | {} |\n\n"
    poll, _ = drafted(tmp_path, "a.md", "\n\n".join(table.format(*figures) for _ in range(9)))
    asked = [doubt.about for doubt in poll.unsure]
    assert len(asked) < 6
    assert {"questions, titles", "questions, repeated"} <= set(asked)


def test_an_unnamed_row_of_hundreds_is_the_sum_of_all_answers_and_not_the_percents_of_the_last(tmp_path):
    """Men and women divide the sample: each has gaps where the other has all, and the sum has a hundred everywhere."""
    table = pipes(
        ["", "Total", "Men", "Women", "Coast", "Inland"],
        ["Base", "800", "390", "410", "300", "500"],
        ["Men", "49%", "100%", "-", "47%", "50%"],
        ["Women", "51%", "-", "100%", "53%", "50%"],
        ["", "100%", "100%", "100%", "100%", "100%"],
        title="Sex",
    )
    poll = imported(tmp_path, "a.md", table, **GIVEN)
    assert poll.questions[0].printed.fillna("").to_numpy().tolist() == [
        ["49", "100", "", "47", "50"],
        ["51", "", "100", "53", "50"],
    ]


@pytest.mark.parametrize("total", ["المجموع", "कुल", "Σύνολο", "Ogółem", "Összesen", "Tổng cộng"])
def test_the_whole_sample_has_a_name_in_many_languages(tmp_path, total):
    poll = imported(
        tmp_path,
        "a.md",
        pipes(["", "X", total, "Y"], ["A", "61", "58", "55"], ["B", "39", "42", "45"]),
        **GIVEN,
    )
    assert poll.segments["total"].label == total


@pytest.mark.parametrize(
    ("title", "is_intention"),
    [
        ("Who would you vote for if the election were today?", True),
        ("Who did you vote for in the election of 2027?", False),
        ("¿Por quién votó en 2027? Recuerdo de voto", False),
        ("Intención de voto", True),
        ("Vote intention among likely voters", True),
        ("Cambiando de tema: de los candidatos que participan, ¿por cuál de ellos votaría?", True),
        ("An important election is near. Which party would you be likely to vote for?", True),
        ("¿Por qué motivo votaría por su candidato?", False),
        ("For whom of these people would you never vote?", False),
        ("How likely are you to vote for each?", False),
        ("Votaría por alguien, pero ¿quién cree que va a ganar?", False),
    ],
)
def test_only_for_whom_people_would_vote_is_an_intention(tmp_path, title, is_intention):
    table = pipes(
        ["", "Total", "Men", "Women"],
        ["Ana Rojas", "61", "58", "64"],
        ["Luis Vega", "39", "42", "36"],
        title=title,
    )
    question = imported(tmp_path, "a.md", table, **GIVEN).questions[0]
    assert (question.id == "vote_intention") is is_intention
    assert (question.answers[0].role == "candidate") is is_intention


def test_rows_between_shaded_ones_belong_to_their_table(tmp_path):
    """Every other row is drawn, those between stand bare, and one of them has a label of two lines."""

    def shaded(top, height=20):
        return [(40, top, 200, top + height), *((x, top, x + 60, top + height) for x in LEFTS[:3])]

    page = [(60, 60, 14, "Ferry or bridge?"), *shaded(80), *line(94, "Total", "Coast", "Inland")]
    page += [*shaded(100), *line(114, "41%", "44%", "38%", label="Ferry")]
    page += [(60, 131, 9, "Bridge, low or"), (60, 141, 9, "high"), *line(136, "30%", "31%", "29%")]
    page += [*shaded(146), *line(160, "20%", "15%", "25%", label="Tunnel")]
    page += [*line(180, "5%", "6%", "4%", label="Neither"), *line(200, "3%", "3%", "3%", label="Both")]
    page += [*shaded(206), *line(220, "1%", "1%", "1%", label="Unsure")]
    poll = imported(tmp_path, "a.pdf", pdf(page), **GIVEN)
    assert [(label.split(",")[0], *figures) for label, figures in rows_of(poll.questions[0]).items()] == [
        ("Ferry", "41", "44", "38"), ("Bridge", "30", "31", "29"), ("Tunnel", "20", "15", "25"), ("Neither", "5", "6", "4"),
        ("Both", "3", "3", "3"), ("Unsure", "1", "1", "1"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("label", "role"),
    [("Lucía Mora Blanco", ""), ("Rui Castelo Branco", ""), ("Bianca Serra", ""), ("Votaría en blanco", "blank_null"),
     ("Blanco o nulo", "blank_null"), ("Branco/Nulo", "blank_null"), ("Scheda bianca", "blank_null"),
     ("Blank or spoilt", "blank_null"), ("Con ninguno", "nothing"), ("NSE 3", ""), ("NRA members", ""),
     ("NSNR", "no_opinion"), ("Ns / Nr", "no_opinion"), ("NSP (no lee)", "no_opinion")],
)  # fmt: skip
def test_a_name_is_no_blank_vote_and_no_silence(label, role):
    assert role_of(label) == role


@pytest.mark.parametrize("over", ["Total Jan 2031", "Jan/ 31"])
def test_readings_of_the_whole_stand_beside_groups_of_today(tmp_path, over):
    """Named by the whole and a month, or by a month alone where only the groups have a heading."""
    now = over.replace("Jan", "Mar")
    rows = [[None, over, now, "SEX", None], [None, None, None, "Men", "Women"], ["Ferry", 35.0, 40.1, 38.0, 42.1],
            ["Bridge", 63.0, 59.9, 62.0, 57.9], ["Tunnel", 2.0, None, None, None],
            ["Base", 750.0, 800.0, 390.0, 410.0]]  # fmt: skip
    poll = imported(tmp_path, "a.xlsx", workbook(rows, formats={f"{c}13": "0" for c in "BCDE"}))
    assert [(s.label, s.interviews) for s in list(poll.segments)[1:]] == [("Men", 390), ("Women", 410)]
    assert poll.segments["total"].interviews == 800
    assert rows_of(poll.questions[0]) == {
        "Ferry": ["40.1", "38.0", "42.1"],
        "Bridge": ["59.9", "62.0", "57.9"],
    }
    assert any("earlier reading" in left.because for left in poll.left_out)


def test_a_list_of_several_answers_goes_on_over_a_page_whose_header_breaks_otherwise(tmp_path):
    head = ["", "Total", "North-west", "South/East"]
    first = pipes(head, ["Cod", "60", "62", "58"], ["Eel", "55", "49", "61"], title="Which fish do you eat?")
    more = pipes(["", "Total", "North- west", "South / East"], ["Pike", "21", "25", "18"], ["Carp", "9", "12", "7"],
                 title="Which fish do you eat?")  # fmt: skip
    poll = imported(tmp_path, "a.md", first + "\n" + more.partition("\n\n")[2])
    (question,) = poll.questions
    assert list(rows_of(question)) == ["Cod", "Eel", "Pike", "Carp"]
    assert question.kind == "multiple_response"


def test_groups_that_hold_others_beside_them_divide_nothing(tmp_path):
    labels = ["Total", "18 to 29", "30 to 49", "50+", "18 to 49", "Active", "Inactive", "Officials"]
    rows = [[None, *[None] * 5, "WORK", None, None], [None, *labels], ["Ferry", 40, 38, 41, 41, 40, 39, 41, 44],
            ["Bridge", 60, 62, 59, 59, 60, 61, 59, 56]]  # fmt: skip
    poll = imported(tmp_path, "a.xlsx", workbook(rows, merges=[(8, 6, 8, 8, "WORK")]))
    assert {one.parts for one in poll.segments.partitions} == {("from_18_29", "from_30_49", "from_50")}


@pytest.mark.parametrize(
    ("name", "text", "why"),
    [("a.csv", "medio,firma_encuestadora,fecha_publicacion,mora,rivas\n"
               + "".join(f"Diario {n},Firma {n},0{n}-03-2031,4{n},5{n}\n" for n in range(1, 6)), "several polls"),
     ("a.md", pipes(["", "Remarks: from 6 to 8 May"], ["Interviewers", "85"], title="On the survey"), "a single figure"),
     ("a.md", pipes(["Región", "Muestra 18-34", "Muestra 35+"], ["Costa", "31", "47"], ["Sierra", "27", "41"],
                    title="Diseño"), "how the sample is made up"),
     ("a.md", pipes(["", "Total", "Coast"], ["Cod", "41", "12"], ["Eel", "38", "26"], ["Pike", "21", "130"],
                    ["Carp", "140", "107"]), "above 100")],
)  # fmt: skip
def test_what_only_looks_like_answers_is_refused(tmp_path, capsys, name, text, why):
    (tmp_path / name).write_text(text)
    given = ["--pollster", "Nobody", "--sample-size", "800", "--fieldwork", "6-8 May 2031"]
    assert main(["import", str(tmp_path / name), "--out", str(tmp_path / "draft"), *given]) == 1
    assert why in capsys.readouterr().err


def test_who_can_be_voted_for_stands_beside_a_blank_vote_and_safety_is_no_certainty(tmp_path):
    rows = (["", "Total"], ["Ana Rivas", "45"], ["Luis Mora", "44"], ["Voto en blanco", "11"])
    title = "Con esta tarjeta, ¿a quién de ellos prefiere?"
    poll = imported(tmp_path, "a.md", pipes(*rows, title=f"# {title}\n\nAna Luis"))
    assert [row.role for row in poll.questions[0].rows] == ["candidate", "candidate", "blank_null"]
    assert title in poll.questions[0].title
    rows = (["", "Total"], ["Mejor", "55"], ["Peor", "45"])
    (tmp_path / "x").mkdir()
    poll = imported(tmp_path / "x", "a.md", pipes(*rows, title="¿Cómo va la seguridad en las calles?"))
    assert poll.questions[0].id != "vote_certainty"
    assert {row.role for row in poll.questions[0].rows} == {"substantive"}


@pytest.mark.parametrize(
    ("title", "answers", "are_candidates"),
    [
        ("The ballot, as of today", ["Ana Rivas", "Party of the Coast", "I would not vote"], True),
        (
            "How likely is it that you will go to the polls?",
            ["Very likely", "Hardly", "I will not vote"],
            False,
        ),
        ("Taking part", ["Have voted already", "Definitely will vote", "Will not vote"], False),
        (
            "Ways to the ballot box",
            ["In person before that day", "By post from abroad", "Will not vote"],
            False,
        ),
        ("How glad are you to vote for her?", ["Extremely glad", "Somewhat glad", "Not so glad"], False),
        ("Trust in the count", ["A great deal", "Only a little", "Will not vote"], False),
        ("Referendum: how would you vote?", ["Yes", "No", "I would not vote"], True),
        ("Certainty of the choice", ["I will vote for them", "I could change my mind", "No answer"], False),
    ],
)
def test_ways_to_vote_are_no_candidates(tmp_path, title, answers, are_candidates):
    rows = (["", "Total", "Men"], *([label, *figures] for label, figures in zip(answers, (("55", "50"), ("35", "41"),
            ("10", "9")), strict=True)))  # fmt: skip
    question = imported(tmp_path, "a.md", pipes(*rows, title=title), **GIVEN).questions[0]
    assert ("candidate" in {row.role for row in question.rows}) is are_candidates


@pytest.mark.parametrize(("base", "asked"), [("800", False), ("812", False), ("1204", True)])
def test_a_sample_that_is_smaller_than_its_tables_is_asked_about(tmp_path, base, asked):
    rows = ["", "Total"], ["Unweighted base", base], ["Good", "61"], ["Bad", "39"]
    poll = imported(tmp_path, "a.md", pipes(*rows, title="How is it going?"), **GIVEN)
    assert ("sheet, sample_size" in {doubt.about for doubt in poll.unsure}) is asked


def test_who_does_not_know_for_whom_is_undecided_unless_others_are(tmp_path):
    title = "For whom would you vote tomorrow?"
    rows = ["", "Total"], ["Ana Rivas", "45"], ["Luis Mora", "40"], ["Don't know", "10"], ["Refused", "5"]
    question = imported(tmp_path, "a.md", pipes(*rows, title=title), **GIVEN).questions[0]
    assert [row.role for row in question.rows][2:] == ["undecided", "no_opinion"]
    (tmp_path / "x").mkdir()
    rows = (*rows[:4], ["Undecided", "5"])
    question = imported(tmp_path / "x", "a.md", pipes(*rows, title=title), **GIVEN).questions[0]
    assert [row.role for row in question.rows][2:] == ["no_opinion", "undecided"]


@pytest.mark.parametrize("mark", [" | ", " · ", "; ", ", "])
def test_a_technical_sheet_may_stand_on_one_line(tmp_path, mark):
    sheet = mark.join(["Pollster: Nobody", "Sample size: 812", "Fieldwork: 6-8 May 2031"])
    table = "| | Total |\n|---|---|\n| Ferry | 40 |\n| Bridge | 60 |\n"
    poll = imported(tmp_path, "a.md", f"{sheet}\n\nFerry or bridge?\n\n{table}")
    assert (poll.sheet.short_name, poll.sheet.n) == ("Nobody", 812)
    assert str(poll.sheet.fieldwork_start) == "2031-05-06"


@pytest.mark.parametrize(
    ("rows", "asked"),
    [("N,50,33\nYes,26,8", 1), ("N,50,33\nYes,60,40\nNo,40,60", 0), ("N,500,80\nYes,26,8", 0)],
)
def test_a_row_called_n_is_asked_about_where_its_figures_could_be_percentages(tmp_path, rows, asked):
    poll, _ = drafted(tmp_path, "a.csv", f"Do you know it?\n\n,Total,North\n{rows}\n")
    assert sum("row N" in doubt.about for doubt in poll.unsure) == asked


def test_a_blank_column_without_a_base_was_not_asked(tmp_path):
    bases = [["Base", "300", "300", ""], ["Base", "300", "300", "0"], ["Base", "300", "120", "180"]]
    for number, base in enumerate(bases):
        folder = tmp_path / str(number)
        folder.mkdir()
        rows = [["Cod", "61", "61", ""], ["Eel", "39", "39", ""], base]
        poll = imported(folder, "a.md", pipes(["", "Total", "Coast", "Hills"], *rows))
        gaps = [doubt for doubt in poll.unsure if "not_published" in doubt.about]
        assert bool(gaps) == ("unexplained gap" in set(audit(poll)["verdict"])) == (number == 2)


def test_figures_that_touch_are_two(tmp_path):
    """Of Helvetica of 11 points a figure of two digits and a decimal is 31.2 wide."""
    lefts = [200, 231.2, 262.4, 293.6]
    rows = {"Cod": ("41.5%", "45.0%", "28.0%", "52.0%"), "Eel": ("34.5%", "30.8%", "62.7%", "19.9%")}
    rows |= {"Pike": ("24.0%", "24.2%", "9.3%", "28.1%")}
    words = [(60, 60, 14, "Which fish do you eat most?")]
    words += [(x, 80, 9, name) for x, name in zip(lefts, ("Total", "Coast", "Hills", "Plain"), strict=True)]
    for top, (label, figures) in enumerate(rows.items()):
        words += [(60, 100 + 20 * top, 11, label)]
        words += [(x, 100 + 20 * top, 11, text) for x, text in zip(lefts, figures, strict=True)]
    poll = imported(tmp_path, "a.pdf", pdf(words), **GIVEN)
    assert rows_of(poll.questions[0]) == {
        label: [one.rstrip("%") for one in figures] for label, figures in rows.items()
    }


def test_one_reading_under_the_word_total_is_the_whole(tmp_path):
    rows = [["Cod", "61", "72"], ["Eel", "39", "28"]]
    first = pipes(["", "Total", "Coast"], *rows, title="Which fish do you eat?")
    other = pipes(
        ["", "Total", "Group"],
        ["", "May/31", "Coast"],
        ["Like", "58", "66"],
        ["Do not", "42", "34"],
        title="Do you?",
    )
    poll = imported(tmp_path, "a.md", first + "\n" + other.removeprefix(SHEET))
    assert poll.segments.ids == ("total", "group_coast")


@pytest.mark.parametrize(
    ("part", "letters", "is_named"), [(0.8, 110, True), (0.8, 400, False), (0.4, 110, False), (0.4, 30, True)]
)
def test_a_page_of_a_picture_under_a_letterhead_is_named(tmp_path, part, letters, is_named):
    from matplotlib.figure import Figure

    page = Figure(figsize=(10, 6))
    page.add_axes((0.1, 0.1, part, part)).imshow([[0, 1], [1, 0]], aspect="auto")
    page.axes[0].set_axis_off()
    lines = [("Nobody, 6-8 May 2031. " * 20)[at : at + 50] for at in range(0, letters, 50)]
    page.text(0.02, 0.98, "\n".join(lines)[:letters], size=6, va="top")
    page.savefig(tmp_path / "a.pdf")
    with pytest.raises(PollError) as told:
        imported(tmp_path, "a.pdf", (tmp_path / "a.pdf").read_bytes(), **GIVEN)
    assert ("holds a picture of" in str(told.value)) is is_named


def test_a_sign_before_a_label_makes_no_other_group(tmp_path):
    rows = [["Cod", "61", "72"], ["Eel", "39", "28"]]
    first = pipes(["", "% Total", "Coast"], *rows, title="Which fish do you eat?")
    other = pipes(["", "Total", "Coast"], *rows[::-1], title="Which fish do you like?").removeprefix(SHEET)
    poll = imported(tmp_path, "a.md", first + "\n" + other)
    assert poll.segments.ids == ("total", "coast")
    assert imported(tmp_path / "draft", "b.md", first).segments.ids == ("total", "coast")


def test_a_title_over_all_answers_is_no_heading_of_groups(tmp_path):
    """Groups in rows under headings are groups, although `vote` stands over the answers and the sums say nothing."""
    title = "Vote intention at the next election of the council"
    rows = [[None, title, None, None], [None, "Ada Rey", "Bo Lund", "Cy Voss"], ["ALL", 12, 8, 31], ["GENDER"],
            ["Men", 10, 7, 33], ["Women", 14, 9, 29], ["OCCUPATION"], ["Working", 9, 8, 36],
            ["Other", 16, 7, 24]]  # fmt: skip
    poll = imported(tmp_path, "a.xlsx", workbook(rows, merges=[(2, 1, 4, 1, title)]), **GIVEN)
    (question,) = poll.questions
    assert [float(figure) for figure in rows_of(question)["Bo Lund"]] == [8, 7, 9, 8, 7]
    assert [segment.label for segment in poll.segments][3:] == ["OCCUPATION: Working", "OCCUPATION: Other"]


def test_answers_go_on_under_banners_whose_headings_break_otherwise(tmp_path):
    """Two halves of the answers, each on two pages of groups; a dash may have a footnote, and a heading break twice."""
    first, second = ["Total", "Coast", "Hills"], ["Total", "Young", "Old (60 on)"]
    broken = ["Total", "Young", "Older"]

    def page(columns, rows, title=None):
        words = [(60, 60, 14, title)] if title else []
        words += line(100, *columns)
        for at, (label, *figures) in enumerate(rows):
            words += line(120 + 16 * at, *figures, label=label)
        return words

    ada, bo = ("Ada", "38", "33", "41"), ("Bo", "30", "40", "24")
    cy, di, none = ("Cy", "21", "17", "25"), ("Di", "1", "-*", "2"), ("None", "10", "10", "8")
    pages = [page(first, [ada, bo], "For whom would you vote?"), page(second, [ada, bo])]
    pages += [page(first, [cy, di, none]), page(broken, [cy, di, none])]
    poll = imported(tmp_path, "a.pdf", pdf(*pages), **GIVEN)
    (question,) = poll.questions
    assert [*map(str, rows_of(question)["Di"])] == ["1", "nan", "2", "nan", "2"]
    assert list(rows_of(question)) == ["Ada", "Bo", "Cy", "Di", "None"]


def test_dots_set_one_by_one_lead_to_figures_and_are_none(tmp_path):
    page = [(60, 60, 14, "Which fish do you eat most?"), *line(100, "Total")]
    for at, (label, figure) in enumerate({"Cod": "41", "Eel": "38", "Pike, smoked": "21"}.items()):
        dots = [(x, 120 + 16 * at, 11, ".") for x in range(130, 196, 6)]
        page += [*line(120 + 16 * at, figure, label=label), *dots]
    contents = [(60, 60 + 16 * at, 11, f"{at}. Fish {at}") for at in range(1, 20)]
    contents += [(x, 60 + 16 * at, 11, ".") for at in range(1, 20) for x in range(120, 380, 6)]
    contents += [(390, 60 + 16 * at, 11, str(at + 3)) for at in range(1, 20)]
    poll = imported(tmp_path, "a.pdf", pdf(contents, page), **GIVEN)
    assert [rows_of(one) for one in poll.questions] == [
        {"Cod": ["41"], "Eel": ["38"], "Pike, smoked": ["21"]}
    ]


def test_a_heading_in_capitals_may_break_over_two_lines(tmp_path):
    """Groups stand in rows; a heading over some is broken, close to the label under it."""
    page = [(60, 60, 14, "For whom would you vote?"), *line(100, "Ada", "Bo", "Cy")]
    page += line(120, "41", "38", "21", label="Total")
    page += [(60, 142, 11, "OCCUPATION OF"), (60, 153, 11, "THE VOTER")]
    page += line(164, "45", "36", "19", label="Working") + line(184, "37", "40", "23", label="Retired")
    poll = imported(tmp_path, "a.pdf", pdf(page), **GIVEN)
    assert [segment.label for segment in poll.segments][1:] == ["Working", "Retired"]
    assert [one.label for one in poll.segments.partitions] == ["OCCUPATION OF THE VOTER"]
