"""What went wrong on published files never looked at before, one kind at a time, in words and places of our own."""

from published import pdf, workbook
from test_importing_layouts import imported, pipes, rows_of

from polltables.cli import main

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
    for name, text, why in (("a.md", chart, "a chart"), ("b.md", scores, "scores")):
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
