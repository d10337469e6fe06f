"""What a first reading of strangers' files got wrong: what stands beside percentages, and tables of other makes."""

import tomllib

import pytest
from published import HEAD, pdf, workbook
from test_importing_kinds import drafted, only_question
from test_importing_layouts import SHEET, imported, pipes, rows_of

from analysis.errors import PollError
from analysis.polls import load_poll
from polltables.cli import main
from polltables.importing.recognition.dates import fieldwork_dates

pytestmark = pytest.mark.usefixtures("read_in_this_process")

FERRY = {"Ferry": ["45", "43", "48"], "Bridge": ["32", "35", "27"], "Neither": ["23", "22", "25"]}


def with_rows(*rows, head=("", "Total", "Coast", "Hills")):
    return pipes(head, *([label, *figures] for label, figures in FERRY.items()), *rows)


@pytest.mark.parametrize(
    "names",
    [
        ("Lower", "Upper"),
        ("li_95", "ls_95"),
        ("Lím. inf.", "Lím. sup."),
        ("ci_low", "ci_high"),
        ("95% CI", "CI"),
    ],
)
def test_bounds_of_an_interval_are_no_groups_and_no_answers(tmp_path, names):
    low, high = names
    rows = [["Ferry", "45", "41", "49", "48", "43", "53"], ["Bridge", "32", "28", "36", "27", "22", "32"]]
    rows += [["Neither", "23", "19", "27", "25", "21", "29"]]
    question, poll, _ = only_question(
        tmp_path, "a.md", pipes(["", "Total", low, high, "Hills", low, high], *rows)
    )
    assert rows_of(question) == {label: [one[0], one[2]] for label, one in FERRY.items()}
    assert any("bounds of an interval" in left.because for left in poll.left_out)
    between = []
    for label, figures in FERRY.items():
        edges = [[str(int(figure) + step) for figure in figures] for step in (-4, 4)]
        between += [[label, *figures], ["Lower bound", *edges[0]], ["Upper bound", *edges[1]]]
        between += [["95% CI", *map("-".join, zip(*edges, strict=True))]]
    question, poll, _ = only_question(tmp_path, "b.md", pipes(["", "Total", "Coast", "Hills"], *between))
    assert rows_of(question) == FERRY
    assert {left.because for left in poll.left_out} == {
        "bounds of an interval", "Lower bound: bounds of an interval", "Upper bound: bounds of an interval",
    }  # fmt: skip


def test_classes_called_lower_and_upper_are_groups(tmp_path):
    question, _, _ = only_question(tmp_path, "a.md", with_rows(head=("", "Total", "Lower", "Upper")))
    assert rows_of(question) == FERRY


@pytest.mark.parametrize(
    ("row", "because"),
    [
        (["p-value", "0.03", "0.2", "0.4"], "a measure"),
        (["Chi-square", "7.3", "", ""], "a measure"),
        (["Design effect", "1.4", "1.3", "1.5"], "a measure"),
        (["Net support", "+13", "+8", "+21"], "a measure"),
        (["Lead", "+13", "+8", "+21"], "a measure"),
    ],
)
def test_what_is_computed_from_answers_is_none(tmp_path, row, because):
    question, poll, _ = only_question(tmp_path, "a.md", with_rows(row))
    assert (rows_of(question), question.kind) == (FERRY, "single_response")
    assert any(because in left.because for left in poll.left_out)


def test_a_column_of_hundreds_called_total_only_adds_up_its_rows(tmp_path):
    rows = [
        ["", "Total", "Coast", "Hills", "Row total"],
        *([label, *one, "100"] for label, one in FERRY.items()),
    ]
    question, poll, _ = only_question(tmp_path, "a.md", pipes(*rows))
    assert rows_of(question) == FERRY
    assert [segment.label for segment in poll.segments] == ["Total", "Coast", "Hills"]


@pytest.mark.parametrize("sign", ["{}.%", "%{}", "{}\u066a", "{} °/o", "{}%25", "{} \u00b1 3", "{}% (±2.6)"])
def test_a_sign_of_per_cent_or_a_margin_may_stand_in_odd_places(tmp_path, sign):
    rows = [[label, *map(sign.format, figures)] for label, figures in FERRY.items()]
    question, _, _ = only_question(
        tmp_path, "a.csv", "\n".join(map(";".join, [["", "Total", "Coast", "Hills"], *rows]))
    )
    assert rows_of(question) == FERRY


def test_weights_make_fractions_of_interviews(tmp_path):
    text = with_rows(["Base ponderada", "1.203,4", "601,2", "602,2"], ["Base real", "1.200", "590", "610"])
    _, poll, table = only_question(tmp_path, "a.md", text.replace("45 |", "45,0 |"))
    assert [segment.interviews for segment in poll.segments] == [1200, 590, 610]
    assert "weighted_base,Base ponderada,weighted_base,1203,601,602" in table
    assert any("1.203,4" in left.text for left in poll.left_out)


def test_shares_of_all_in_each_cell_and_of_the_sample_alone_are_no_answers(tmp_path, capsys):
    cells = [["North", "Large", "4.1%", "6.0%", "9.9%"], ["", "Small", "10.0%", "12.0%", "8.0%"]]
    cells += [["South", "Large", "11.0%", "9.0%", "5.0%"], ["", "Small", "7.0%", "8.0%", "10.0%"]]
    joint = pipes(["Region", "Town", "18-34 years", "35-54 years", "55+ years"], *cells, title="Composition")
    sample = pipes(["", "Total"], ["Men", "48%"], ["Women", "52%"], title="Sample by sex").partition("\n\n")[
        2
    ]
    (tmp_path / "a.md").write_text(joint + "\n" + sample)
    assert main(["import", str(tmp_path / "a.md"), "--out", str(tmp_path / "a")]) == 1
    said = capsys.readouterr().err
    assert "add up to 100 together" in said
    assert "how the sample is made up" in said


def test_answers_that_are_not_printed_are_asked_about_once(tmp_path):
    short = [["Ferry", "42", "43"], ["Bridge", "31", "30"], ["Tunnel", "23", "22"]]
    text = pipes(["", "Total", "Coast"], *short)
    text += "\n" + pipes(["", "Total", "Coast"], *short[::-1], title="And if it rains?").partition("\n\n")[2]
    poll, _ = drafted(tmp_path, "a.md", text)
    asked = [doubt for doubt in poll.unsure if "not printed" in doubt.question]
    assert [doubt.question for doubt in asked] == ["Which answers of all 2 questions are not printed?"]
    assert rows_of(poll.questions[0])["Ferry"] == ["42", "43"]


def test_a_blank_row_parts_two_questions_that_share_an_answer(tmp_path):
    rows = [["Good", "30", "40"], ["Bad", "60", "51"], ["Unsure", "10", "9"]]
    more = [["Ferry", "45", "50"], ["Bridge", "35", "30"], ["Unsure", "20", "20"]]
    poll, _ = drafted(tmp_path, "a.md", pipes(["", "May 2031", "June 2031"], *rows, ["", "", ""], *more))
    assert [list(rows_of(question).items()) for question in poll.questions] == [
        [("Good", ["40"]), ("Bad", ["51"]), ("Unsure", ["9"])],
        [("Ferry", ["50"]), ("Bridge", ["30"]), ("Unsure", ["20"])],
    ]


def test_of_two_years_the_later_is_the_poll_s_though_changes_have_no_sign(tmp_path):
    rows = [["Ferry", "45", "43", "2"], ["Bridge", "32", "35", "3"], ["Neither", "23", "22", "1"]]
    question, _, _ = only_question(tmp_path, "a.md", pipes(["", "2031", "2030", "Change"], *rows))
    assert rows_of(question) == {label: figures[:1] for label, figures in FERRY.items()}


@pytest.mark.parametrize("name", ["vs. April", "Var.", "Evol. / avril", "Fathoms"])
def test_a_column_of_small_numbers_of_which_one_is_below_zero_holds_no_percentages(tmp_path, name):
    rows = [[label, one[0], move] for (label, one), move in zip(FERRY.items(), ("2", "-3", "1"), strict=True)]
    question, poll, _ = only_question(tmp_path, "a.md", pipes(["", "Total", name], *rows))
    assert rows_of(question) == {label: figures[:1] for label, figures in FERRY.items()}
    assert any("changes since an earlier reading" in one.because for one in poll.left_out)


@pytest.mark.parametrize("form", ["{} to {}", "{} bis {}", "{} a {} km"])
def test_ranges_of_numbers_are_no_days(tmp_path, form):
    rows = [[form.format(10 * at, 10 * at + 10), *one] for at, one in enumerate(FERRY.values())]
    question, _, _ = only_question(tmp_path, "a.md", pipes(["", "Total", "Coast", "Hills"], *rows))
    assert [*rows_of(question).values()] == [*FERRY.values()]


def test_labels_may_be_in_two_languages(tmp_path):
    beside = with_rows(head=("", "Total / Total", "Hombres / Men", "Mujeres / Women"))
    under = pipes(["", "Total", "Hombres", "Mujeres"], ["", "Total", "Men", "Women"],
                  *([label, *one] for label, one in FERRY.items()))  # fmt: skip
    for name, text in (("a.md", beside), ("b.md", under)):
        question, poll, _ = only_question(tmp_path, name, text)
        assert rows_of(question) == FERRY
        assert [(one.id, one.parts) for one in poll.segments.partitions] == [
            ("sex", ("hombres_men", "mujeres_women"))
        ]


SET_IN = """\
                           Age
                    -----------------
            Total   18-34  35-54  55+
-------------------------------------
Base         1000     300    400  300
Ferry,
fast or slow  45%     43%    48%  44%
Bridge        32%     35%    27%  34%
Neither       23%     22%    25%  22%
"""


@pytest.mark.parametrize(
    ("name", "form"),
    [
        ("a.txt", HEAD.partition("Vote")[0] + "Q1. Ferry or bridge?\n{}\nSource: our own.\n"),
        ("a.html", "<h2>Ferry or bridge?</h2><pre>\n{}</pre><p>Source: our own.</p>"),
        ("a.md", "# Ferry or bridge?\n\n```\n{}```\n"),
    ],
)
def test_tables_set_in_columns_by_blanks_are_read_like_a_page(tmp_path, name, form):
    question, poll, _ = only_question(tmp_path, name, form.format(SET_IN))
    assert question.title.endswith("Ferry or bridge?")
    assert rows_of(question) == {
        "Ferry, fast or slow": ["45", "43", "48", "44"], "Bridge": ["32", "35", "27", "34"],
        "Neither": ["23", "22", "25", "22"],
    }  # fmt: skip
    assert [segment.interviews for segment in poll.segments] == [1000, 300, 400, 300]
    assert poll.segments.partitions[0].parts == ("from_18_34", "from_35_54", "from_55")


def test_frames_drawn_by_signs_are_no_text(tmp_path):
    rows = [["", "Total", "Coast", "Hills"], *([label, *figures] for label, figures in FERRY.items())]
    drawn = "+---+---+---+---+\n".join(
        ["", *("|" + "|".join(f" {cell} " for cell in row) + "|\n" for row in rows), ""]
    )
    bare = "\n".join([" | ".join(rows[0]), "---+---+---+---", *map(" | ".join, rows[1:])])
    for name, text in (("a.txt", drawn), ("b.txt", bare)):
        question, _, _ = only_question(tmp_path, name, f"Ferry or bridge?\n{text}\n")
        assert (question.title, rows_of(question)) == ("Ferry or bridge?", FERRY)


def test_who_made_a_poll_of_how_many_is_read_or_asked(tmp_path):
    said = "A survey of several hundred adults, conducted by Nowhere Research between 6 and 8 May 2031.\n\n"
    (tmp_path / "a.md").write_text(said + with_rows().partition("\n\n")[2])
    assert main(["import", str(tmp_path / "a.md"), "--out", str(tmp_path / "a")]) == 0
    draft = (tmp_path / "a" / "poll.toml").read_text()
    assert 'printed = "Nowhere Research"' in draft
    assert "How many interviews were made?" in draft


def test_a_table_of_one_percentage_to_a_line_is_laid_out(tmp_path):
    asked = {
        "Ferry or bridge?": ("Ferry", "Bridge", "Neither"),
        "And if it rains?": ("Ferry", "Bus", "Neither"),
    }
    groups = {"All": ("All", "800", ("45", "32", "23")), "Sex": ("Men", "390", ("43", "35", "22"))}
    groups["Sex "] = ("Women", "410", ("48", "27", "25"))
    lines = ["Pollster,Nobody", "", "question,group,subgroup,response,pct,ci_low,n"]
    for question, answers in asked.items():
        for heading, (name, n, shares) in groups.items():
            lines += [
                f"{question},{heading.strip()},{name},{a},{s},{int(s) - 3},{n}"
                for a, s in zip(answers, shares, strict=True)
            ]
    poll, _ = drafted(tmp_path, "a.csv", "\n".join(lines))
    assert [question.title for question in poll.questions] == list(asked)
    assert rows_of(poll.questions[1]) == {
        "Ferry": FERRY["Ferry"],
        "Bus": FERRY["Bridge"],
        "Neither": FERRY["Neither"],
    }
    assert [(one.label, one.interviews) for one in poll.segments] == [
        ("All", 800),
        ("Men", 390),
        ("Women", 410),
    ]
    assert [(one.id, one.label) for one in poll.segments.partitions] == [("sex", "Sex")]
    assert [left.because for left in poll.left_out] == ["counts, bounds or measures beside the percentages"]


def test_where_no_rule_is_drawn_labels_in_two_columns_stay_apart_and_a_corner_keeps_its_words(tmp_path):
    rows = [("Question", "Answer", "Total", "Men"), ("Q1. Ferry or bridge?", "Ferry", "55%", "48%"),
            ("", "Bridge", "45%", "52%"), ("Q2. And when it rains?", "Bus", "35%", "31%"),
            ("", "Ferry", "65%", "69%")]  # fmt: skip
    text = "\n".join(f"{one:26}{two:10}{three:>10}{four:>8}" for one, two, three, four in rows)
    poll, _ = drafted(tmp_path, "a.txt", f"Pollster: Nobody\n\n{text}\n")
    assert [question.title for question in poll.questions] == [
        "Q1. Ferry or bridge?",
        "Q2. And when it rains?",
    ]
    assert rows_of(poll.questions[1]) == {"Bus": ["35", "31"], "Ferry": ["65", "69"]}
    rows = [
        ("Ferry or bridge, or neither", "Total", "Men"),
        ("Ferry", "55%", "48%"),
        ("Bridge", "45%", "52%"),
    ]
    text = "\n".join(f"{one:27}{two:>8}{three:>8}" for one, two, three in rows)
    question, _, _ = only_question(tmp_path, "b.txt", f"Pollster: Nobody\n\n{text}")
    assert question.title == "Ferry or bridge, or neither"


def test_a_name_over_pairs_of_counts_and_per_cents_stands_over_both_wherever_it_begins(tmp_path):
    rows = [
        ("", "N", "%", "N", "%"),
        ("Ferry", "44", "55.0", "19", "48.7"),
        ("Bridge", "36", "45.0", "20", "51.3"),
    ]
    rows = [("", "Total", "", "Men"), *rows]
    text = "\n".join("".join(f"{one:>9}" for one in row) for row in rows)
    question, _, _ = only_question(tmp_path, "a.txt", f"Ferry or bridge?\n\n{text}\n")
    assert rows_of(question) == {"Ferry": ["55.0", "48.7"], "Bridge": ["45.0", "51.3"]}


def test_months_in_digits_name_readings_of_which_the_latest_is_the_polls_own(tmp_path):
    question, poll, _ = only_question(tmp_path, "a.md", with_rows(head=("", "05/31", "12/30", "04/31")))
    assert rows_of(question) == {label: [first] for label, (first, *_) in FERRY.items()}
    assert any("an earlier reading" in left.because for left in poll.left_out)


def test_a_question_of_a_sheet_may_say_how_it_was_asked(tmp_path):
    title = "Q2. Which of these? (Multiple response)"
    text = f"Pollster,Nobody\n\n{title}\n,Total,Men\nFerry,62,60\nBridge,71,75\n"
    question, _, _ = only_question(tmp_path, "a.csv", text)
    assert question.title == title


def test_readings_in_long_form_are_several_polls(tmp_path, capsys):
    lines = [
        f"{wave},{label},{share}"
        for wave in ("May 2031", "June 2031")
        for label, (share, *_) in FERRY.items()
    ]
    (tmp_path / "a.csv").write_text("\n".join(["Wave,Ferry or bridge?,Total", *lines]))
    assert main(["import", str(tmp_path / "a.csv"), "--out", str(tmp_path / "a")]) == 1
    assert "several polls" in capsys.readouterr().err


def test_questions_of_one_table_stand_under_rows_that_only_count(tmp_path):
    rows = [["", "N", "Overall", "Coast"], ["Age", "800", "", ""], ["18-34", "", "40% (320)", "45% (90)"],
            ["35+", "", "60% (480)", "55% (110)"], ["Ferry or bridge?", "790", "", ""],
            ["Ferry", "", "62% (490)", "60% (119)"], ["Bridge", "", "38% (300)", "40% (79)"]]  # fmt: skip
    poll, _ = drafted(tmp_path, "a.md", pipes(*rows, title="All answers"))
    assert {question.title: rows_of(question) for question in poll.questions} == {
        "Age": {"18-34": ["40", "45"], "35+": ["60", "55"]},
        "Ferry or bridge?": {"Ferry": ["62", "60"], "Bridge": ["38", "40"]},
    }


def test_a_heading_over_a_hidden_column_and_one_before_a_colon_span_their_groups(tmp_path):
    rows = [
        ["Ferry or bridge?"],
        [],
        ["", "Total", "Sex", "", "Place", "", ""],
        ["", "", "Men", "Women", "Coast", "Hills", "Isles"],
    ]
    rows += [[label, *map(int, figures), *map(int, figures)] for label, figures in FERRY.items()]
    content = workbook(
        rows, formats={f"{c}{at}": "0" for c in "BCDEFG" for at in range(1, 20)}, hidden_column="E"
    )
    poll, _ = drafted(tmp_path, "a.xlsx", content)
    assert [(one.label, one.parts) for one in poll.segments.partitions] == [
        ("Sex", ("men", "women")),
        ("Place", ("hills", "isles")),
    ]
    names = ("", "Total", "Town: small", "Town: large", "Sex: Men", "Sex: Women")
    flat = pipes(names, *([label, one[0], *one[1:], *one[1:]] for label, one in FERRY.items()))
    _, poll, _ = only_question(tmp_path, "b.md", flat)
    assert [one.label for one in poll.segments][-2:] == ["Men", "Women"]


def test_a_table_of_a_statistics_package_keeps_its_question(tmp_path):
    text = """\
Ferry or bridge, |
if it rains?     |      Freq.     Percent        Cum.
-----------------+-----------------------------------
           Ferry |        450       45.00       45.00
          Bridge |        320       32.00       77.00
         Neither |        230       23.00      100.00
-----------------+-----------------------------------
           Total |      1,000      100.00
"""
    question, poll, _ = only_question(tmp_path, "a.txt", text)
    assert question.title == "Ferry or bridge, if it rains?"
    assert rows_of(question) == {"Ferry": ["45.00"], "Bridge": ["32.00"], "Neither": ["23.00"]}
    assert next(iter(poll.segments)).interviews == 1000


def test_of_changes_that_fit_two_readings_the_later_is_meant(tmp_path):
    rows = [["Good", "40", "42", "44", "+2"], ["Bad", "50", "49", "48", "-1"], ["N.C.", "10", "9", "8", "-1"]]
    question, _, _ = only_question(tmp_path, "a.md", pipes(["", "Jan-31", "Feb-31", "Mar-31", "Var."], *rows))
    assert rows_of(question) == {"Good": ["44"], "Bad": ["48"], "N.C.": ["8"]}
    assert [row.role for row in question.answers] == ["substantive", "substantive", "no_opinion"]


def test_a_row_of_all_and_one_of_the_sample_are_no_answers(tmp_path):
    rows = (["Total general", "100", "100", "100"], ["Distribución de la muestra (%)", "100", "50.2", "49.8"])
    question, _, _ = only_question(tmp_path, "a.md", with_rows(*rows))
    assert (rows_of(question), question.kind) == (FERRY, "single_response")


def test_interviews_may_stand_in_brackets_behind_a_title(tmp_path):
    titles = ("Eat? (n=1,000)", "Fish? (n=812, of eaters)")
    tables = [f"{title}\n\n| | % |\n|---|---|\n| Cod | 45 |\n| Eel | 55 |\n" for title in titles]
    _, out = drafted(tmp_path, "a.md", "\n".join(tables))
    bases = [path.read_text().splitlines()[1].rpartition(",")[2] for path in sorted(out.glob("*.csv"))]
    assert bases == ["1000", "812"]


def test_ages_and_places_are_no_numbers_of_people_and_a_sentence_may_name_days_before_interviews(tmp_path):
    said = (
        "Enquête réalisée par Institut Vert du lundi 12 au mercredi 14 mai 2031 auprès de 1 004 personnes.\n"
    )
    said += "Univers : personnes de 18 ans et plus\nMarge d'erreur : 2,8 points, au niveau de confiance de 95,5 %\n\n"
    (tmp_path / "a.md").write_text(
        said + with_rows(head=("", "Ensemble", "Hommes", "Femmes")).partition("\n\n")[2]
    )
    assert main(["import", str(tmp_path / "a.md"), "--out", str(tmp_path / "a")]) == 0
    sheet = load_poll(tmp_path / "a").sheet
    printed = {item.id: item.printed for item in sheet.items}
    assert printed["pollster"] == "Institut Vert"
    assert printed["target_group"] == "personnes de 18 ans et plus"
    assert (str(sheet.fieldwork_start), str(sheet.fieldwork_end)) == ("2031-05-12", "2031-05-14")


def test_an_answer_of_gaps_is_no_label_of_the_sums_beneath_it(tmp_path):
    text = with_rows(["Does not say", "-", "-", "-"], ["", "100", "100", "100"])
    question, _, _ = only_question(tmp_path, "a.md", text)
    assert list(rows_of(question)) == [*FERRY, "Does not say"]
    assert "100" not in next(tmp_path.glob("draft*/*.csv")).read_text()


def test_a_row_of_two_dashes_belongs_to_the_table_of_its_page(tmp_path):
    page = [(60, 60, 14, "Ferry or bridge, if it rains?")]
    rows = [
        ("Total", "Men"),
        ("Ferry", "45%", "43%"),
        ("Does not say", "-", "-"),
        ("Bridge", "55%", "57%"),
        ("Total", "100%", "100%"),
    ]
    for at, (*label, one, two) in enumerate(rows):
        page += [(60, 100 + 16 * at, 11, text) for text in label] + [
            (224, 100 + 16 * at, 11, one),
            (284, 100 + 16 * at, 11, two),
        ]
    question, _, _ = only_question(tmp_path, "a.pdf", pdf(page))
    assert list(rows_of(question)) == ["Ferry", "Does not say", "Bridge"]
    assert rows_of(question)["Bridge"] == ["55", "57"]


def test_an_estimate_is_no_east(tmp_path):
    rows = [
        ["", "est.", "li_95", "ls_95"],
        *([label, one, str(int(one) - 3), str(int(one) + 3)] for label, (one, *_) in FERRY.items()),
    ]
    question, poll, _ = only_question(tmp_path, "a.md", pipes(*rows))
    assert [segment.id for segment in poll.segments] == ["total"]
    assert rows_of(question) == {label: [one] for label, (one, *_) in FERRY.items()}


def test_groups_may_be_called_as_columns_of_a_draft_are(tmp_path):
    question, poll, _ = only_question(tmp_path, "a.md", with_rows(head=("", "Total", "Answer", "Role")))
    assert [segment.id for segment in poll.segments] == ["total", "answer_2", "role_2"]
    assert rows_of(question) == FERRY


@pytest.mark.parametrize("margin", ["+3.1%", "- 3.1 %", "+ / - 3.1%", "±3.1%", "+/-3.1%"])
def test_a_margin_of_error_may_have_any_sign(tmp_path, margin):
    poll, _ = drafted(tmp_path, "a.md", f"Margin of error: {margin}\n\n" + with_rows().partition("\n\n")[2])
    assert poll.sheet.figures["margin_of_error"] == pytest.approx(0.031)


def test_a_group_of_regions_is_left_out_and_one_like_its_neighbours_is_not(tmp_path):
    """Of few rows a region is soon like a mixture of others; a long list under one heading proves nothing."""
    groups = {
        "Total": "14 10 23 49 4 24 72", "REGION": "", "Capital": "22 14 18 43 3 36 61", "Provinces": "12 9 25 50 4 21 75",
        "North East": "13 9 29 45 4 22 74", "North West": "11 9 22 54 4 20 76", "South East": "10 8 26 53 3 18 79",
        "South West": "12 9 20 54 5 21 74", "OCCUPATION": "", "ACTIVE": "14 11 22 49 4 25 71",
        **{f"Trade {letter}": f"{10 + at} 9 {26 - at} 51 4 {19 + at} {77 - at}" for at, letter in enumerate("ABCDEFG")},
        "INACTIVE": "13 9 26 48 4 22 74", "Retired": "15 9 25 47 4 24 72", "Village": "12 6 26 52 4 18 78",
        "Town": "13 9 24 50 4 22 74", "City": "15 12 21 48 4 27 69", "Large city": "17 13 20 46 4 30 66",
    }  # fmt: skip
    head = ["", "Very good", "Good", "Bad", "Very bad", "Unsure", "Total good", "Total bad"]
    rows = ([name, *(figures.split() or [""] * 7)] for name, figures in groups.items())
    poll, _ = drafted(tmp_path, "a.md", pipes(head, *rows, title="How are things?"))
    assert [(one.label, one.parts) for one in poll.segments.partitions] == [
        ("REGION", ("capital", "north_east", "north_west", "south_east", "south_west"))
    ]
    assert poll.segments["occupation_village"].label == "OCCUPATION: Village"


def test_a_word_broken_behind_its_hyphen_has_no_blank(tmp_path):
    book = workbook([["", "Total", "North-\nEast"], *([one, *figures[:2]] for one, figures in FERRY.items())])
    poll, _ = drafted(tmp_path, "a.xlsx", book)
    assert poll.segments["north_east"].label == "North-East"


def test_the_columns_of_tables_that_add_up_are_groups_where_the_sums_of_another_say_nothing(tmp_path):
    lived = "How long have you lived here?\n,,Isle\nLess than 5,,14\n5 to 10,,19\n11 to 20,,31\nMore than 20,,44\n"
    poll, _ = drafted(tmp_path, "a.csv", f"Is the pier safe?\n,Coast,Isle\nYes,52,46\nNo,48,54\n\n{lived}")
    assert [segment.label for segment in poll.segments if segment.id != "total"] == ["Coast", "Isle"]
    assert rows_of(poll.questions[1])["5 to 10"][-1] == "19"
    sample = "\n\nWho was asked\n\nGender\nMale,,49\nFemale,,51\nAge\n18 to 34,,40\n35 or older,,57\n"
    poll, _ = drafted(tmp_path, "b.csv", f"Is the pier safe?\n,Coast,Isle\nYes,52,46\nNo,48,54\n{sample}")
    assert [len(question.answers) for question in poll.questions] == [2, 2, 2]


def test_a_row_that_says_it_was_calculated_is_no_answer_however_small_it_is(tmp_path):
    row = ["Calculated rate: adults who row to work", "1", "1", "0"]
    question, poll, _ = only_question(tmp_path, "a.md", with_rows(row))
    assert rows_of(question) == FERRY
    assert "a rate beside answers" in poll.left_out[0].because


def test_two_percentages_in_a_cell_are_not_one_of_them_in_silence(tmp_path):
    rows = [["Ferry", "55% (52%)", "50%"], ["Bridge", "45% (48%)", "50%"]]
    with pytest.raises(PollError, match=r"cells are no percentages, such as '55% \(52%\)'"):
        only_question(tmp_path, "a.md", pipes(["", "Total", "Coast"], *rows))
    rows = [["Ferry", "440 55%", "50% 190"], ["Bridge", "360 45%", "50% 190"]]
    question, _, _ = only_question(tmp_path, "b.md", pipes(["", "Total", "Coast"], *rows))
    assert rows_of(question) == {"Ferry": ["55", "50"], "Bridge": ["45", "50"]}


def test_a_year_printed_once_is_that_of_all_readings(tmp_path):
    head = ["", "Feb 22-27, 2031", "Mar. 31-Apr. 7", "May 6-8"]
    question, poll, _ = only_question(tmp_path, "a.md", with_rows(head=head))
    assert rows_of(question) == {label: figures[-1:] for label, figures in FERRY.items()}
    assert [left.text.partition(" |")[0] for left in poll.left_out] == ["Feb 22-27, 2031", "Mar. 31-Apr. 7"]


def test_tables_of_one_sheet_may_have_labels_of_different_width(tmp_path):
    answers = "Ferry or bridge?\n,Total,Coast,Hills\nFerry,45,43,48\nBridge,32,35,27\nNeither,23,22,25\n\n"
    sample = "Who was asked\nTrait,Group,Observed count,Weighted count,Observed share,Weighted share,Max. margin of error\n"
    sample += "Sex,Men,390,400,49,50,\nSex,Women,410,400,51,50,5\nArea,Coast,500,480,62,60,\nArea,Hills,300,320,38,40,\n"
    question, poll, _ = only_question(tmp_path, "a.csv", answers + sample)
    assert rows_of(question) == FERRY
    assert any("how the sample is made up" in left.because for left in poll.left_out)


def test_a_percentage_within_a_sentence_makes_no_chart_of_a_table(tmp_path):
    long = [
        "The council should raise the toll by 5% a year to build more ferries",
        "The toll should stay at 2% of what it is",
    ]
    rows = [[long[0], "45"], [long[1], "55"]]
    question, _, _ = only_question(tmp_path, "a.md", pipes(["", "Total"], *rows))
    assert rows_of(question) == {long[0]: ["45"], long[1]: ["55"]}


def test_a_line_of_bases_is_no_title_and_the_level_of_margins_no_margin(tmp_path):
    margins = "Statistical margin of error (95%)\nSample,10%,50%\n800,2.1,3.5\n400,2.9,4.9\n\n"
    asked = (
        'Ferry or bridge?\n"Unweighted base: Total 800, Coast 390"\n,Total,Coast\nFerry,55,50\nBridge,45,50\n'
    )
    question, poll, _ = only_question(tmp_path, "a.csv", margins + asked)
    assert question.title == "Ferry or bridge?"
    assert "margin_of_error" not in poll.sheet.figures


def test_a_heading_does_not_reach_beneath_another_heading_than_its_own(tmp_path):
    head = [
        ["", "", "Social", "", "Region", ""],
        ["", "", "grade", "", "", ""],
        ["", "Total", "ABC", "DE", "Coast", "Hills"],
    ]
    rows = [["Ferry", "55", "60", "70", "58", "62"], ["Bridge", "45", "40", "30", "42", "38"]]
    _, poll, _ = only_question(tmp_path, "a.md", pipes(*head, *rows))
    labels = [segment.label for segment in poll.segments]
    assert labels == ["Total", "Social / grade: ABC", "Social / grade: DE", "Region: Coast", "Region: Hills"]


def test_per_cents_under_counts_of_the_same_columns_have_their_title(tmp_path):
    counts = "Ferry or bridge?\nCounts\n,Total,Coast\nFerry,440,190\nBridge,360,190\nTotal,800,380\n\n"
    question, _, _ = only_question(
        tmp_path, "a.csv", f"{counts}Column %\n,Total,Coast\nFerry,55,50\nBridge,45,50\n"
    )
    assert question.title == "Ferry or bridge?"
    assert rows_of(question) == {"Ferry": ["55", "50"], "Bridge": ["45", "50"]}


def test_days_of_fieldwork_stand_behind_between_in_a_sentence_of_other_numbers(tmp_path):
    text = "Nobody interviewed 1,204 adults aged 18+ online between 6 and 8 May 2031.\n\n"
    path = tmp_path / "a.md"
    path.write_text(text + with_rows().partition("\n\n")[2])
    assert main(["import", str(path), "--out", str(tmp_path / "poll"), "--pollster", "Nobody"]) in {0, 3}
    sheet = load_poll(tmp_path / "poll").sheet
    assert [day.isoformat() for day in (sheet.fieldwork_start, sheet.fieldwork_end)] == [
        "2031-05-06",
        "2031-05-08",
    ]


def test_labels_in_the_middle_of_their_rows_end_at_the_rules_and_figures_may_stand_close_to_them(tmp_path):
    page = [(60, 40, 14, "What should the harbour do first?"), (20, 76, 11, "% first choice")]
    page += [(x, 112, 9, name, "turned") for x, name in ((172, "TOTAL"), (222, "Coast"), (272, "Inland"))]
    rows = [
        (["Mend the wall", "of the old quay"], "41% 38% 44%"),
        (["Buy a boat for", "the pilots and", "their pupils"], "31% 33% 29%"),
        (["Paint the lights", "that lead in"], "19% 20% 18%"),
        (["None of it"], "9% 9% 9%"),
    ]
    top = 120
    for label, figures in rows:
        page += [(110, top + 9 + 9 * at, 8, line) for at, line in enumerate(label)]
        middle = top + 9 + 4.5 * (len(label) - 1)
        page += [(x, middle, 10, one) for x, one in zip((166, 216, 266), figures.split(), strict=True)]
        top += 9 * len(label) + 3
        page.append((60, top, 300, top + 0.4))
    page += [
        (140, top + 14, 8, "Base:"),
        (164, top + 14, 10, "1204"),
        (216, top + 14, 10, "602"),
        (266, top + 14, 10, "602"),
    ]
    question, poll, _ = only_question(tmp_path, "a.pdf", pdf(page))
    assert rows_of(question) == {
        "Mend the wall of the old quay": ["41", "38", "44"],
        "Buy a boat for the pilots and their pupils": ["31", "33", "29"],
        "Paint the lights that lead in": ["19", "20", "18"],
        "None of it": ["9", "9", "9"],
    }  # fmt: skip
    assert [(segment.label, segment.interviews) for segment in poll.segments] == [
        ("TOTAL", 1204), ("Coast", 602), ("Inland", 602),
    ]  # fmt: skip


def test_a_question_printed_on_every_page_is_its_title_and_banners_follow_their_own_table(tmp_path):
    ballots = [
        [("Okafor", 45), ("Lindqvist", 38), ("Blank", 17)],
        [("Okafor", 48), ("Moreau", 33), ("Blank", 19)],
    ]
    pages = []
    for names, step in ((("North", "South"), 2), (("Men", "Women"), 1), (("Town", "Country"), 3)):
        page = [(60, 60, 14, "Whom would you vote for, if these stood?"), (60, 700, 9, "The Ferry Institute")]
        for at, ballot in enumerate(ballots):
            top = 120 + 120 * at
            page += [(x, top, 11, name) for x, name in zip((230, 300, 380), ("Total", *names), strict=True)]
            for row, (name, share) in enumerate(ballot, start=1):
                sign = (row == 1) - (row == 2)
                shares = (share, share + step * sign, share - step * sign)
                page += [(60, top + 16 * row, 11, name)]
                page += [
                    (x, top + 16 * row, 11, f"{one}.0%")
                    for x, one in zip((230, 300, 380), shares, strict=True)
                ]
        pages.append(page)
    poll = imported(tmp_path, "a.pdf", pdf(*pages), pollster="Nobody", sample_size="800")
    assert [segment.label for segment in poll.segments] == [
        "Total",
        "North",
        "South",
        "Men",
        "Women",
        "Town",
        "Country",
    ]
    one, two = poll.questions
    assert one.title == "Whom would you vote for, if these stood?"
    assert rows_of(one)["Okafor"] == ["45.0", "47.0", "43.0", "46.0", "44.0", "48.0", "42.0"]
    assert rows_of(two)["Moreau"] == ["33.0", "31.0", "35.0", "32.0", "34.0", "30.0", "36.0"]


def test_the_last_of_a_list_over_pages_is_no_question_of_its_own(tmp_path):
    listed = [("Ferry", 48), ("Bridge", 30), ("Tunnel", 21)], [("Balloon", 1), ("Raft", 0)]
    pages = []
    for rows in listed:
        page = [
            (60, 60, 14, "How do you cross?"),
            (230, 100, 11, "Total"),
            (300, 100, 11, "Coast"),
            (380, 100, 11, "Hills"),
        ]
        for at, (label, share) in enumerate(rows, start=1):
            page += [(60, 100 + 16 * at, 11, label)]
            page += [(x, 100 + 16 * at, 11, f"{share}%") for x in (230, 300, 380)]
        pages.append(page)
    question, _, _ = only_question(tmp_path, "a.pdf", pdf(*pages))
    assert list(rows_of(question)) == ["Ferry", "Bridge", "Tunnel", "Balloon", "Raft"]


def test_a_drawn_cell_with_a_broken_frame_keeps_its_label(tmp_path):
    rows = [
        ("Shore", "Ferry", "Bridge", "Neither"),
        ("North", "41%", "38%", "21%"),
        ("South", "47%", "34%", "19%"),
    ]
    page = [(60, 60, 14, "Ferry or bridge?")]
    for r, row in enumerate([*rows, ("Everybody", "44%", "36%", "20%")]):
        for c, text in enumerate(row):
            x, y = 60 + 90 * c, 100 + 20 * r
            page += [(x + 5, y + 14, 11, text)] + [(x, y, x + 90, y + 20)] * ((r, c) != (3, 0))
    question, poll, _ = only_question(tmp_path, "a.pdf", pdf(page))
    assert rows_of(question) == {
        "Ferry": ["44", "41", "47"],
        "Bridge": ["36", "38", "34"],
        "Neither": ["20", "21", "19"],
    }
    assert [segment.label for segment in poll.segments] == ["Everybody", "North", "South"]


def test_names_beside_drawn_ones_have_the_columns_that_their_frames_leave_open(tmp_path):
    """The first name of a header, and the heading over it and its neighbours, have no frame of their own."""
    page = [(60, 60, 14, "Ferry or bridge?"), (74, 128, 9, "% of all"), (196, 106, 9, "Where they live")]
    heads = (("North", "shore"), ("South",), ("Island",), ("Man",), ("Woman",))
    for c, lines in enumerate(heads):
        x = 160 + 60 * c
        page += [(x, 116, x + 60, 140)] * (c > 0)
        page += [(x + 8, 126 + 10 * at, 9, text) for at, text in enumerate(lines)]
    page += [(340, 92, 460, 116), (382, 106, 9, "Sex")]
    for r, (label, *figures) in enumerate(
        (
            ("Ferry", "41%", "47%", "52%", "43%", "45%"),
            ("Bridge", "38%", "34%", "30%", "35%", "36%"),
            ("Neither", *["19%"] * 5),
        )
    ):
        y = 140 + 20 * r
        page += [(60, y, 160, y + 20), (64, y + 14, 9, label)]
        for c, text in enumerate(figures):
            page += [(160 + 60 * c, y, 220 + 60 * c, y + 20), (180 + 60 * c, y + 14, 9, text)]
    page += [(60, 216, 9, "People who cross the river at least once a week, and say so")]
    question, poll, _ = only_question(tmp_path, "a.pdf", pdf(page))
    assert rows_of(question)["Ferry"] == ["41", "47", "52", "43", "45"]
    names = [segment.label.partition(": ")[2] or segment.label for segment in poll.segments]
    assert names == ["Total", "North shore", "South", "Island", "Man", "Woman"]
    assert "Where they live" in next(tmp_path.glob("draft*/poll.toml")).read_text()


def test_boxes_under_one_another_with_words_beside_them_are_no_table(tmp_path):
    page = [(60, 300 + 20 * at, 200 + 60 * (at % 2), 320 + 20 * at) for at in range(6)]
    page += [(70, 314 + 20 * at, 9, f"Step {at}: we asked") for at in range(6)] + [(210, 314, 9, "first")]
    page += [(60, 60, 14, "Ferry or bridge?")]
    page += [(x, 90, 9, name) for x, name in zip((200, 260, 320), ("Total", "Coast", "Hills"), strict=True)]
    for at, (label, *figures) in enumerate((key, *value) for key, value in FERRY.items()):
        page.append((60, 110 + 16 * at, 9, label))
        page += [(x, 110 + 16 * at, 9, one) for x, one in zip((202, 262, 322), figures, strict=True)]
    question, _, _ = only_question(tmp_path, "a.pdf", pdf(page))
    assert rows_of(question) == FERRY


def test_dots_that_lead_to_figures_are_no_label_and_labels_and_headings_may_end_on_the_next_line(tmp_path):
    page = [
        (60, 40, 14, "Ferry or bridge?"),
        (330, 70, 9, "Ferry"),
        (390, 70, 9, "Bridge"),
        (450, 70, 9, "Neither"),
    ]
    lines = [
        ("EVERYBODY ........", "44 36 20"),
        ("SEX OF", ""), ("WHO ANSWERED", ""),
        ("Man ......................", "41 38 21"), ("Woman ................", "47 34 19"),
        ("INCOME OF A HOUSE", ""),
        (". Poor (less than 900 ....", "40 39 21"), ("OR NONE)", ""), (". Rich / well off ..", "50 30 20"),
    ]  # fmt: skip
    for at, (label, figures) in enumerate(lines):
        page.append((60, 84 + 11 * at, 9, label))
        page += [(x, 84 + 11 * at, 9, one) for x, one in zip((335, 395, 455), figures.split(), strict=False)]
    question, poll, _ = only_question(tmp_path, "a.pdf", pdf(page))
    assert rows_of(question)["Ferry"] == ["44", "41", "47", "40", "50"]
    assert [segment.label for segment in poll.segments] == [
        "EVERYBODY", "Man", "Woman", "Poor (less than 900 OR NONE)", "Rich / well off",
    ]  # fmt: skip
    assert "SEX OF WHO ANSWERED" in next(tmp_path.glob("draft*/poll.toml")).read_text()


def test_a_table_of_errors_by_share_and_sample_is_no_question(tmp_path):
    errors = [
        ["Asked", "5% or 95%", "20% or 80%", "50%"],
        ["100 people", "4.4", "8.0", "10"],
        ["900 people", "1.5", "2.7", "3.3"],
    ]
    lines = [
        "\n\nHow sure is a share?\n\n",
        *(f"| {' | '.join(row)} |\n" for row in (errors[0], ["---"] * 4, *errors[1:])),
    ]
    question, poll, _ = only_question(tmp_path, "a.md", with_rows() + "".join(lines))
    assert rows_of(question) == FERRY
    assert any("margins of error" in left.because for left in poll.left_out)


def test_names_of_columns_may_stand_over_the_frame_of_their_figures(tmp_path):
    page = [(60, 40, 16, "How do you cross the river?"), (40, 20, 560, 700)]
    page += [(x, 90, 9, name) for x, name in zip((240, 330, 420), ("Total", "Coast", "Hills"), strict=True)]
    for r, (label, *figures) in enumerate((*([key, *value] for key, value in FERRY.items()),)):
        for c, text in enumerate((label, *figures)):
            x, wide = (60, 170) if c == 0 else (140 + 90 * c, 90)
            page += [
                (x, 105 + 30 * r, x + wide, 135 + 30 * r),
                (x + 10, 123 + 30 * r, 10, text if c == 0 else f"{text}%"),
            ]
    question, poll, _ = only_question(tmp_path, "a.pdf", pdf(page))
    assert rows_of(question) == FERRY
    assert [segment.label for segment in poll.segments] == ["Total", "Coast", "Hills"]
    assert question.title == "How do you cross the river?"


def test_days_of_fieldwork_may_stand_in_a_sentence_over_two_lines_before_those_of_another_poll(tmp_path):
    page = [
        (60, 40, 10, "Method"),
        (200, 40, 10, "The interviews were made by telephone"),
    ]
    page += [
        (200, 52, 10, "from 29 April to 2 May 2031."),
        (200, 76, 10, "Each of the towns on the coast and in the hills had its share of the homes."),
        (60, 90, 14, "Ferry or bridge?"),
    ]
    page += [(230, 130, 11, "Total"), (300, 130, 11, "Coast")]
    for at, (label, (one, two, _)) in enumerate(FERRY.items()):
        page += [
            (60, 150 + 16 * at, 11, label),
            (230, 150 + 16 * at, 11, f"{one}%"),
            (300, 150 + 16 * at, 11, f"{two}%"),
        ]
    page.append(
        (
            60,
            300,
            9,
            "1 Survey of the Harbour Board, conducted online from 5 to 11 March 2031 among 2 554 people.",
        )
    )
    poll = imported(tmp_path, "a.pdf", pdf(page), pollster="Nobody", sample_size="800")
    assert (str(poll.sheet.fieldwork_start), str(poll.sheet.fieldwork_end)) == ("2031-04-29", "2031-05-02")


def test_a_number_a_year_and_a_month_far_apart_are_no_day():
    assert (
        fieldwork_dates(
            "2 - The election of 2032 - The Harbour Board and The Evening Post of the Coast - May 2031"
        )
        is None
    )
    assert fieldwork_dates("from 29 April until, and with, 2 May 31")[1].isoformat() == "2031-05-02"


def test_labels_of_a_chart_with_figures_and_changes_are_no_answers(tmp_path, capsys):
    rows = [["Ferry 41 (+2) 43", "45"], ["Bridge 30 (=) 31", "30"], ["Neither 29 (-2) 26", "25"]]
    (tmp_path / "a.md").write_text(pipes(["", "Total"], *rows))
    assert main(["import", str(tmp_path / "a.md"), "--out", str(tmp_path / "draft")]) == 1
    assert "a chart" in capsys.readouterr().err


def test_a_raised_ending_is_read_once(tmp_path):
    page = [(60, 60, 14, "Whom did you choose in the 1"), (253, 55, 8, "er"), (264, 60, 14, "tour?")]
    page += [(230, 100, 11, "Total"), (300, 100, 11, "Coast"), (370, 100, 11, "Hills")]
    for at, (label, shares) in enumerate(FERRY.items(), start=1):
        page += [(60, 100 + 16 * at, 11, label)]
        page += [(x, 100 + 16 * at, 11, f"{one}%") for x, one in zip((230, 300, 370), shares, strict=True)]
    question, _, _ = only_question(tmp_path, "a.pdf", pdf(page))
    assert question.title == "Whom did you choose in the 1er tour?"


def test_a_few_per_cent_that_add_up_to_the_whole_are_no_interviews(tmp_path):
    rows = [["Ferry", "60", "61", "59"], ["Bridge", "16", "17", "19"], ["Raft", "4", "2", "2"]]
    question, _, _ = only_question(tmp_path, "a.md", pipes(["", "Total", "Men", "Women"], *rows))
    assert rows_of(question)["Raft"] == ["4", "2", "2"]


SCALE = ("", "Very fair", "Fairly fair", "Unfair", "Don't know")
ITEMS = {"Ferry fares": ["20", "40", "30", "10"], "Mooring fees": ["30", "25", "25", "20"]}
BATTERY = [SCALE, *([label, *figures] for label, figures in ITEMS.items())]


def answers_by_title(poll):
    return {question.title: rows_of(question) for question in poll.questions}


@pytest.mark.parametrize("title", ["How fair is each of these?", "Fairness of public institutions"])
@pytest.mark.parametrize("beside", [(), ("N", "612", "608"), ("Mean", "2.1", "2.4"), ("Total", "100", "100")])
def test_each_row_of_a_battery_is_a_question_of_its_own(tmp_path, beside, title):
    rows = [[*row, *beside[at : at + 1]] for at, row in enumerate(BATTERY)]
    poll, out = drafted(tmp_path, "a.md", pipes(*rows, title=title))
    found = answers_by_title(poll)
    assert found == {
        f"{title}: {label}": dict(zip(SCALE[1:], ([figure] for figure in figures), strict=True))
        for label, figures in ITEMS.items()
    }
    assert [segment.id for segment in poll.segments] == ["total"]
    written = [path.read_text() for path in sorted(out.glob("*.csv"))]
    assert [f"unweighted_base,{n}\n" in text for n, text in zip((612, 608), written, strict=True)] == 2 * [
        beside[:1] == ("N",)
    ]
    assert any(doubt.about.endswith("items") for doubt in poll.unsure)


def test_rows_that_may_be_groups_are_no_battery(tmp_path):
    with pytest.raises(PollError, match="a list of items"):
        drafted(tmp_path, "a.md", pipes(*BATTERY, title="Fairness of fares"))
    shares = [("", "Agree", "Disagree"), ("Old Town", "40", "50"), ("Mill Side", "30", "62")]
    with pytest.raises(PollError, match="a list of items"):  # nor are answers groups of people
        drafted(tmp_path, "b.md", pipes(*shares, title="Fares are fair"))
    again = pipes(*BATTERY, title="How fair is each of these?") + "\n\n" + pipes(*BATTERY, title="Sailors")
    with pytest.raises(PollError, match="stands in the file again"):
        drafted(tmp_path, "c.md", again)


def test_items_with_groups_of_their_own_are_questions_whichever_way_they_lie(tmp_path):
    groups = ("Total", "Men", "Women")
    figures = {"The pilot": [[60, 40], [65, 35], [55, 45]], "The mayor": [[30, 70], [25, 75], [35, 65]]}
    rows = [["", "Trust", "No trust"]]
    for item, lines in figures.items():
        rows += [[item, "", ""], *([group, *line] for group, line in zip(groups, lines, strict=True))]
    across = [
        ["", "The pilot", "", "", "The mayor", "", ""],
        ["", *groups, *groups],
        *(
            [answer, *(line[at] for lines in figures.values() for line in lines)]
            for at, answer in enumerate(rows[0][1:])
        ),
    ]
    for table in (rows, across):
        text = "\n".join(",".join(map(str, row)) for row in table)
        poll, _ = drafted(tmp_path, "a.csv", f"Trust in people\n\n{text}")
        assert answers_by_title(poll) == {
            f"Trust in people: {item}": {
                answer: [str(line[at]) for line in lines] for at, answer in enumerate(rows[0][1:])
            }
            for item, lines in figures.items()
        }
        assert [segment.label for segment in poll.segments] == list(groups)


@pytest.mark.parametrize(
    "names",
    [
        ("Hypothèse 1", "Hypothèse 2"),
        ("Escenario A", "Escenario B"),
        ("Si fueran Ferry y Bridge", "Si fueran Ferry y Canal"),
        ("Ferry vs. Bridge", "Ferry vs. Canal"),
    ],
)
def test_scenarios_are_questions_and_no_groups(tmp_path, names):
    rows = [["Ferry", "52", "47"], ["Bridge", "38", ""], ["Canal", "", "41"], ["Neither", "10", "12"]]
    poll, _ = drafted(tmp_path, "a.md", pipes(["", *names], *rows, title="Second round"))
    assert answers_by_title(poll) == {
        f"Second round: {names[0]}": {"Ferry": ["52"], "Bridge": ["38"], "Neither": ["10"]},
        f"Second round: {names[1]}": {"Ferry": ["47"], "Canal": ["41"], "Neither": ["12"]},
    }
    assert [segment.id for segment in poll.segments] == ["total"]


@pytest.mark.parametrize(
    "waves",
    [("Wave 9", "Wave 10"), ("28/04/2031", "03/05/2031"), ("6-8 May", "10-12 June"), ("Ola 3", "Ola 4")],
)
def test_readings_are_no_groups_whatever_stands_beside_them(tmp_path, waves):
    rows = [["Yes", "45", "47", "44", "50"], ["No", "55", "53", "56", "50"]]
    question, _, _ = only_question(tmp_path, "a.md", pipes(["", *waves, "Men", "Women"], *rows))
    assert rows_of(question) == {row[0]: row[2:] for row in rows}


@pytest.mark.parametrize(("kind", "bases"), [("N", "118,9139,56,62"), ("Weighted base", "118,9139,56,61")])
def test_people_beyond_the_whole_are_no_part_of_it(tmp_path, kind, bases):
    rows = [["Yes", "45", "47", "44", "46"], ["No", "55", "53", "56", "54"], [kind, *bases.split(",")]]
    _, poll, _ = only_question(tmp_path, "a.md", pipes(["", "Total", "Country", "Men", "Women"], *rows))
    assert [segment.id for segment in poll.segments if segment.outside] == ["country"]
    assert [partition.parts for partition in poll.segments.partitions] == [("men", "women")]


def test_groups_without_a_heading_divide_the_whole_if_their_interviews_add_up_to_it(tmp_path):
    names = ["전체", "가", "나", "동부", "서부", "남부", "기타"]
    rows = [
        ["찬성", "45", "44", "46", "40", "45", "50", "42"], ["반대", "55", "56", "54", "60", "55", "50", "58"],
        ["조사완료 사례수 (명)", "802", "392", "410", "219", "283", "300", "91"],
        ["가중값 적용 사례수 (명)", "802", "394", "408", "220", "281", "302", "90"],
    ]  # fmt: skip
    _, poll, _ = only_question(tmp_path, "a.md", pipes(["", *names], *rows))
    ids = poll.segments.ids
    assert [partition.parts for partition in poll.segments.partitions] == [ids[1:3], ids[3:6]]


@pytest.mark.parametrize("unit", [".%", " %", " (%)", ": %"])
def test_a_unit_behind_every_name_is_part_of_none_and_the_first_heading_names_the_file(tmp_path, unit):
    head = ["", "n.(명)", *(f"{name}{unit}" for name in ("Ferry", "Bridge", "없다"))]
    rows = [
        ["전체", "802", "45", "40", "15"],
        ["남성", "392", "44", "40", "16"],
        ["여성", "410", "46", "40", "14"],
    ]
    table = pipes(head, *rows, title="").removeprefix(SHEET)
    poll, _ = drafted(tmp_path, "a.md", f"# Tables from a disk\n\n## Page 8\n\n{table}\n## Page 9\n\n{table}")
    assert [question.title for question in poll.questions] == ["Page 8", "Page 9"]
    for question in poll.questions:
        told = [
            (answer.label, answer.role) for answer in question.answers if answer.role != "unweighted_base"
        ]
        assert told == [("Ferry", "substantive"), ("Bridge", "substantive"), ("없다", "nothing")]


@pytest.mark.parametrize(
    "name",
    ["Factor ponderación {}", "Weighting factor {}", "Facteur de pondération {}", "Gewichtungsfaktor {}"],
)
def test_factors_of_weights_are_no_percentages(tmp_path, name):
    groups = ("18-34", "35-54", "55+")
    rows = [["Yes", "45", "47", "44"], ["No", "55", "53", "56"]]
    factors = [["Coast", "1.918109", "1.549516", "0.728120"], ["Hills", "0.864504", "0.723026", "1.425599"]]
    text = pipes(["", *groups], *rows) + "\nHow were people weighted?\n\n"
    text += pipes(["", *(name.format(group) for group in groups)], *factors, title="").removeprefix(SHEET)
    question, _, _ = only_question(tmp_path, "a.md", text)
    assert rows_of(question) == {row[0]: row[1:] for row in rows}


@pytest.mark.parametrize("form", ["{}% ({})", "{}% n={}", "{} (n={})", "{}|{}", "{}%|{}"])
def test_the_base_beside_every_figure_is_that_of_its_column(tmp_path, form):
    bases = {"Total": "95", "Coast": "45", "Hills": "50"}
    columns = form.count("|")
    head = [cell for name in bases for cell in [name, "n"][: columns + 1]]
    rows = [
        [label, *(form.format(*pair) for pair in zip(figures, bases.values(), strict=True))]
        for label, figures in FERRY.items()
    ]
    rows = [[cell for one in row for cell in one.split("|")] for row in rows]
    question, _, written = only_question(tmp_path, "a.md", pipes(["", *head], *rows))
    assert rows_of(question) == FERRY
    assert "unweighted_base,95,45,50" in written


def test_wording_that_stands_only_in_the_list_of_contents_is_the_title(tmp_path):
    import io

    import xlsxwriter

    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True})
    page = book.add_worksheet("Contents")
    wordings = {"T1": "Is the ferry late too often?", "T2": "Should the bridge be closed?"}
    for at, row in enumerate(
        [["Tab", "Question", "Page"], *([*one, n] for n, one in enumerate(wordings.items(), 4))]
    ):
        page.write_row(at, 0, row)
    for at, name in enumerate(wordings):
        page = book.add_worksheet(name)
        rows = [
            ["", "Total", "Men", "Women"],
            ["Yes", 60 + at, 62 + at, 58 + at],
            ["No", 40 - at, 38 - at, 42 - at],
        ]
        for line, row in enumerate(rows):
            page.write_row(line, 0, row)
    book.close()
    poll, _ = drafted(tmp_path, "a.xlsx", stream.getvalue())
    assert [question.title for question in poll.questions] == list(wordings.values())


def test_several_files_make_one_poll_and_say_where_each_figure_stood(tmp_path, capsys):
    folder = tmp_path / "tables"
    folder.mkdir()
    (folder / "late.csv").write_text("Is the ferry late?,Total,Men\nYes,60,62\nNo,40,38\n")
    (folder / "shut.csv").write_text(",Total,Men\nOpen,70,x7\nShut,30,28\n")
    (folder / "readme.rst").write_text("nothing to read")
    given = ["--pollster", "X", "--sample-size", "900", "--fieldwork", "6-8 May 2031", "--quiet"]
    for number, files in enumerate(([folder], [folder / "late.csv", folder / "shut.csv"])):
        out = tmp_path / f"out{number}"
        assert main(["import", *map(str, files), "--out", str(out), *given]) == 3
        poll = load_poll(out)
        assert [question.title for question in poll.questions] == ["Is the ferry late?", "shut"]
        assert any("shut.csv, line 2, column 3" in left.where for left in poll.left_out)
    assert main(["import", str(folder / "readme.rst"), str(folder), "-o", str(tmp_path / "x"), *given]) == 1
    assert "format '.rst' is not known" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("text", "count"),
    [("Se hicieron mil doscientas cuatro entrevistas.", 1204), ("Twelve hundred and four adults were asked.", 1204),
     ("One of ten adults was away.", None)],
)  # fmt: skip
def test_interviews_may_be_spelled_out(tmp_path, text, count):
    table = "| | Total |\n|---|---|\n| Yes | 60 |\n| No | 40 |\n"
    poll = imported(tmp_path, "a.md", f"{text}\n\nFerry?\n\n{table}")
    assert poll.sheet.n == count


def test_headings_printed_over_each_of_their_columns_end_where_they_stop(tmp_path):
    rows = [["Ferry", "45", "43", "48", "44"], ["Bridge", "55", "57", "52", "56"]]
    head = "| | | Sex | Sex | |\n|---|---|---|---|---|\n| | Total | Men | Women | Sailors |\n"
    table = head + "\n".join("| " + " | ".join(row) + " |" for row in rows)
    question, poll, _ = only_question(tmp_path, "a.md", f"Ferry or bridge?\n\n{table}\n")
    assert [segment.label for segment in poll.segments] == ["Total", "Men", "Women", "Sailors"]
    groups = [["", "", "Ferry", "Bridge", "Total"], *(["", *row] for row in zip(*rows, strict=True))][:1]
    names = [
        ("", "Total"),
        ("Sex", "Men"),
        ("Sex", "Women"),
        ("Pay", "Low"),
        ("Pay", "High"),
        ("", "Sailors"),
    ]
    for at, name in enumerate(names):
        groups.append([*name, str(45 + at), str(55 - at), "100"])
    question, poll, _ = only_question(tmp_path, "b.csv", "\n".join(",".join(row) for row in groups))
    assert [segment.label for segment in poll.segments][-1] == "Sailors"
    assert rows_of(question)["Ferry"] == ["45", "46", "47", "48", "49", "50"]


def test_groups_in_rows_are_known_by_the_headings_before_their_names(tmp_path):
    rows = [
        ["Sex: Men", "47", "61"],
        ["Sex: Women", "52", "66"],
        ["Pay: Under 75K+", "41", "64"],
        ["Pay: More", "49", "70"],
    ]
    question, _, _ = only_question(
        tmp_path, "a.md", pipes(["", "Eels", "Cod"], *rows, title="Which do you buy?")
    )
    assert rows_of(question) == {"Eels": ["47", "52", "41", "49"], "Cod": ["61", "66", "64", "70"]}
    headed = [["", "Eels", "Cod"], ["Total", "47", "53"], ["Pay", "", ""], ["Under 75K", "41", "59"], ["75K+", "52", "48"],
              ["Sex", "", ""], ["Men", "49", "51"], ["Women", "44", "56"]]  # fmt: skip
    _, poll, _ = only_question(tmp_path, "b.csv", "\n".join(",".join(row) for row in headed))
    assert [segment.label for segment in poll.segments] == ["Total", "Under 75K", "75K+", "Men", "Women"]


def test_hundreds_under_answers_are_no_counts(tmp_path):
    rows = [
        ["Ferry", "45.0", "43.0"],
        ["Bridge", "32.0", "35.0"],
        ["Neither", "24.0", "21.0"],
        ["Total %", "100.0", "100.0"],
    ]
    question, _, _ = only_question(tmp_path, "a.md", pipes(["", "Total", "Coast"], *rows))
    assert rows_of(question) == {label: figures for label, *figures in rows[:3]}


def names_over(lines, x, *, top, size=8):
    """The lines of a name that ends at a height, its lines centred over a place."""
    return [
        (x - 0.25 * size * len(line), top - 10 * (len(lines) - at - 1), size, line)
        for at, line in enumerate(lines)
    ]


@pytest.mark.parametrize("unit", ["", "%"])
def test_names_of_columns_break_over_more_lines_than_their_neighbours(tmp_path, unit):
    names = [["Total"], ["Men"], ["Women"], ["North and", "centre"], ["Crafts and", "shops"]]
    places = [200, 260, 320, 390, 470]
    page = [(60, 60, 12, "Ferry or bridge?")]
    for lines, x in zip(names, places, strict=True):
        page += names_over(lines, x, top=100)
        page += [(x - 3, 116, 8, unit)] if unit else []
    page += [(60, 180, 103, 103.5)] if not unit else []
    for at, (label, figures) in enumerate(
        {"Ferry": (45, 43, 48, 44, 40), "Bridge": (55, 57, 52, 56, 60)}.items()
    ):
        page.append((60, 132 + 14 * at, 8, label))
        page += [(x - 4, 132 + 14 * at, 8, f"{one}") for x, one in zip(places, figures, strict=True)]
    question, poll, _ = only_question(tmp_path, "a.pdf", pdf(page))
    assert [segment.label for segment in poll.segments] == [" ".join(lines) for lines in names]
    assert rows_of(question)["Bridge"] == ["55", "57", "52", "56", "60"]


def test_counts_beside_hundreds_are_the_bases_wherever_they_stand(tmp_path):
    bases = (["612", "36", "50"], ["100", "100", "100"])
    for under in (False, True):
        rows = []
        for label, shares in {**FERRY, "Total": bases[1]}.items():
            counts = (
                bases[0]
                if label == "Total"
                else [str(round(int(s) * int(b) / 100)) for s, b in zip(shares, bases[0], strict=True)]
            )
            first, second = (shares, counts) if under else (counts, shares)
            signs = [[f"{one}%" for one in line] if line is shares else line for line in (first, second)]
            rows += [[label, *signs[0]], ["", *signs[1]]]
        question, _, written = only_question(tmp_path, "a.md", pipes(["", "Total", "Coast", "Hills"], *rows))
        assert rows_of(question) == FERRY
        assert "unweighted_base,612,36,50" in written


def test_units_beside_answers_say_which_row_holds_the_per_cents(tmp_path):
    lines = {
        "Likes the ferry": (["310", "20"], ["52", "57"]),
        "Likes the bridge": (["250", "25"], ["42", "71"]),
    }
    rows = [row for label, (n, shares) in lines.items() for row in ([label, "n", *n], ["", "%", *shares])]
    question, _, _ = only_question(
        tmp_path, "a.csv", "\n".join(",".join(row) for row in [["", "", "Total", "Hills"], *rows])
    )
    assert rows_of(question) == {label: shares for label, (_, shares) in lines.items()}


def test_a_line_of_many_words_over_few_names_is_no_name(tmp_path):
    page = [(60, 60, 12, "Ferry or bridge?"), (190, 90, 8, " ".join("abcdefghijklmnopqrstuvwxyz"))]
    for at, row in enumerate([("", "Total", "Men"), ("Ferry", "45", "43"), ("Bridge", "55", "57")]):
        page += [
            (x, 100 + (at and 4) + 12 * at, 8, cell)
            for x, cell in zip((60, 200, 260), row, strict=True)
            if cell
        ]
    with pytest.raises(PollError, match="no header that names its columns"):
        drafted(tmp_path, "a.pdf", pdf(page))


def test_lines_that_end_early_are_filled_up(tmp_path, capsys):
    (tmp_path / "a.csv").write_text(",Total,Men\n100,45\n45,55,Women,Sex,x\n,43\n")
    assert main(["import", str(tmp_path / "a.csv"), "--out", str(tmp_path / "draft")]) == 1
    assert "the column has no name" in capsys.readouterr().err


def test_who_was_asked_how_and_with_which_weights_is_said_in_several_languages(tmp_path):
    for number, (universe, mode, weights, question) in enumerate(
        [
            (
                "Universe",
                "Data collection method",
                "Weights",
                "If there were a ballot tomorrow, how would you vote?",
            ),
            ("Grundgesamtheit", "Erhebungsmethode", "Gewichtung", "Wen würden Sie wählen?"),
            ("Universo", "Metodo di rilevazione", "Ponderazione", "Per quale partito voterebbe oggi?"),
            ("Univers", "Méthode", "Redressement", "Pour quelle liste voteriez-vous ?"),
        ]
    ):
        folder = tmp_path / str(number)
        folder.mkdir()
        sheet = f"{universe}: 18 +\n{mode}: panel\n{weights}: age, sex\n"
        table = pipes(["", "Total", "Coast"], ["Ana Ruiz", "61", "72"], ["Bo Li", "39", "28"], title=question)
        poll = imported(folder, "a.md", f"{sheet}\n{table}")
        told = {item.id for item in poll.sheet.items}
        assert {"target_group", "technique", "weighting"} <= told
        assert [answer.role for answer in poll.questions[0].answers] == ["candidate", "candidate"]


def test_a_way_of_voting_is_nobody_to_vote_for(tmp_path):
    table = pipes(
        ["", "Total"], ["By mail", "61"], ["In person", "39"], title="How would you vote, by mail or not?"
    )
    poll = imported(tmp_path, "a.md", table)
    assert "candidate" not in [answer.role for answer in poll.questions[0].answers]


def test_a_language_is_asked_about_where_few_words_tell_it(tmp_path):
    for number, (labels, language, asked) in enumerate(
        [
            (("Hvilket parti ville du stemme på?", "Vet ikke", "Kvinner", "Menn"), "no", False),
            (("Op welke partij zou u stemmen?", "Weet niet", "Mannen", "Vrouwen"), "nl", False),
            (("Per quale partito voterebbe?", "Non sa", "Uomini", "Donne"), "it", False),
            (("Vote", "Ana", "Costa", "Sierra"), "en", True),
        ]
    ):
        title, other, *columns = labels
        folder = tmp_path / str(number)
        folder.mkdir()
        rows = [["Ana Ruiz", "61", "72", "50"], [other, "39", "28", "50"]]
        poll = imported(
            folder, "a.md", pipes(["", "Total", *columns], *rows, title=title).removeprefix(SHEET)
        )
        assert (poll.language, any(doubt.about == "language" for doubt in poll.unsure)) == (language, asked)


def test_tables_that_are_not_there_are_not_said_to_be_no_tables(tmp_path):
    table = pipes(["", "Total"], ["Cod", "61"], ["Eel", "39"])
    with pytest.raises(PollError, match="--tables: there are 1, and none of those numbers"):
        imported(tmp_path, "a.md", table, tables=(7,))


def test_a_header_is_no_list_of_contents(tmp_path):
    """What stands beside "Coast" in the header of one sheet words no table of that name on another."""
    import io

    import xlsxwriter

    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True})
    tables = {
        "One": [
            ["Which fish do you eat most?"],
            ["", "", "Coast", "Zones of the interior of the land"],
            ["", "Total", "Men", "Women"],
        ],
        "Two": [["Coast"], ["", "Total", "Men", "Women"]],
    }
    for name, head in tables.items():
        page = book.add_worksheet(name)
        for line, row in enumerate([*head, ["Cod", 60, 62, 58], ["Eel", 40, 38, 42]]):
            page.write_row(line, 0, row)
    book.close()
    poll = imported(tmp_path, "a.xlsx", stream.getvalue(), pollster="Nobody")
    assert [question.title for question in poll.questions] == ["Which fish do you eat most?", "Coast"]


def test_a_topline_says_before_each_question_of_whom_it_was_asked_and_over_its_figures_when(tmp_path):
    page = [(230, 60, "HARBOUR OPINION CENTER"), (200, 90, "TOPLINE OF MAY 2031"), (240, 101, "N=4,180")]
    for top, who, code, wording, yes in (
        (140, ("ASK ALL:",), "FERRY_1", "Have you ever taken the ferry? [ROTATE BOTH]", 61),
        (250, ("ASK IF TOOK THE FERRY (FERRY=1) [N=2,550]:",), "SEAT_1", "Did you find a seat?", 55),
        (360, ("ASK IF OFTEN OR NEVER SEATED (SEAT=1-", "3) [N=1,402]:"), "RAIL_1", "Did you stand?", 70),
    ):
        lines = [[(60, text)] for text in who] + [[(60, code), (130, wording)], [], [(70, "MAY 6-8, 2031")]]
        lines += [[(90, str(yes)), (150, "Yes")], [(90, str(100 - yes)), (150, "No")]]
        page += [(x, top + 11 * at, text) for at, line in enumerate(lines) for x, text in line]
    poll = imported(tmp_path, "a.pdf", pdf([(x, y, 10, text) for x, y, text in page]))
    assert (poll.sheet.figures["sample_size"], poll.sheet.short_name) == (4180, "HARBOUR OPINION CENTER")
    assert str(poll.sheet.fieldwork_start) == "2031-05-06"
    assert [(question.name, question.base) for question in poll.questions] == [
        ("Have you ever taken the ferry", "all"),
        ("Did you find a seat", "part"),
        ("Did you stand", "part"),
    ]


def test_the_whole_may_stand_where_headings_of_groups_do_under_any_name_with_interviews_last(tmp_path):
    rows = [
        ("Registered voters", "", 46, 44, 10, 1230),
        ("Shore", "Coast", 51, 39, 10, 610),
        ("", "Hills", 41, 49, 10, 620),
        ("Age", "18-44", 50, 41, 9, 500),
        ("", "45+", 43, 46, 11, 730),
    ]
    head = "".join(f"{name:>16}" for name in ("For", "Against", "Unsure", "Total N"))
    table = [" " * 40 + head, " " * 40 + "".join(f"{unit:>16}" for unit in ("Row %", "Row %", "Row %", ""))]
    table += [f"{a:20}{b:20}" + "".join(f"{one:>16}" for one in figures) for a, b, *figures in rows]
    text = "\n".join(["How would you vote?", "", *table])
    poll = imported(tmp_path, "a.txt", text.encode(), pollster="Nobody", fieldwork="6-8 May 2031")
    assert poll.sheet.n == 1230
    assert [(one.label, one.interviews) for one in poll.segments] == [
        ("Registered voters", 1230), ("Coast", 610), ("Hills", 620), ("18-44", 500), ("45+", 730),
    ]  # fmt: skip
    assert [(one.label, len(one.parts)) for one in poll.segments.partitions] == [("Shore", 2), ("Age", 2)]


def test_readings_may_stand_in_rows_each_under_its_day(tmp_path):
    rows = [["5/10/31", "44", "50", "6"], ["1/20/31", "47", "46", "7"]]
    question, _, _ = only_question(tmp_path, "a.md", pipes(["", "Ferry", "Bridge", "Neither"], *rows))
    assert rows_of(question) == {"Ferry": ["44"], "Bridge": ["50"], "Neither": ["6"]}


@pytest.mark.parametrize(("name", "one", "two"), [("Pollster", "Alpha", "Beta"), ("Sample", "1000", "800")])
def test_rows_that_say_who_asked_or_how_many_are_polls_and_no_readings(tmp_path, name, one, two):
    rows = [["5/10/2031", one, "44", "50", "6"], ["1/20/2031", two, "47", "46", "7"]]
    with pytest.raises(PollError, match="several polls"):
        drafted(tmp_path, "a.md", pipes(["", name, "Ferry", "Bridge", "Neither"], *rows))


def test_interviews_of_a_question_are_those_of_the_poll_only_where_nothing_else_tells(tmp_path):
    asked = "ASK IF TOOK THE FERRY [N=310]:\n\nSeated?\n\n| | Total |\n|---|---|\n| Yes | 40 |\n| No | 60 |\n"
    for at, before, n in ((1, "Results are based on all adults (n = 1,204).\n\n", "1,204"), (2, "", "310")):
        (tmp_path / f"{at}.md").write_text(before + asked)
        assert main(["import", str(tmp_path / f"{at}.md"), "--out", str(tmp_path / str(at))]) in {0, 3}
        document = tomllib.loads((tmp_path / str(at) / "poll.toml").read_text())
        (doubt,) = [one for one in document["unsure"] if one["about"] == "sheet item sample_size"]
        assert doubt["proposed"] == n


def test_dots_behind_a_heading_end_where_its_groups_do(tmp_path):
    text = """Ferry or bridge?

                 AGE............  COAST.....
          Tot    18-44  45+       Men    Wom   Hills  Isle

Ferry     41%    46%    37%       44%    38%   40%    50%
Bridge    52     45     58        48     55    53     44
Unsure    7      9      5         8      7     7      6
"""
    poll, _ = drafted(tmp_path, "a.txt", text)
    parts = {one.label: one.parts for one in poll.segments.partitions if one.label}
    assert parts == {"AGE": ("from_18_44", "from_45"), "COAST": ("men", "wom")}


def test_answers_of_one_name_under_two_headings_are_told_apart(tmp_path):
    head = [
        ["", "For", "For", "Against", "Against", "Unsure"],
        ["", "Strongly", "Somewhat", "Somewhat", "Strongly", ""],
    ]
    rows = [["5/10/31", "28", "16", "13", "37", "6"], ["1/20/31", "30", "17", "12", "34", "7"]]
    question, _, _ = only_question(tmp_path, "a.md", pipes(*head, *rows))
    names = ["For: Strongly", "For: Somewhat", "Against: Somewhat", "Against: Strongly", "Unsure"]
    assert list(rows_of(question)) == names


def test_a_data_file_of_one_percentage_to_a_line_may_hold_codes_shares_of_one_and_addresses(tmp_path):
    asked = {
        "Q1": (("Ferry", "45.5"), ("Bridge", "32.25"), ("None", "22.25")),
        "Q2": (("1", "60.0"), ("Bus", "40.0")),
    }
    lines = [
        "question_id,option_id,option_label,weighted_share,weighted_percent,weighted_n,is_missing,source_url"
    ]
    lines += [
        f"{question},{code},{label},{float(share) / 100},{share},{8 * float(share)},false,https://example.org/{question}"
        for question, answers in asked.items()
        for code, (label, share) in zip((9, 1, 2), answers, strict=False)
    ]
    lines += [
        f"Q{at},1,Yes,0.5,50.0,400.0,false,https://example.org/\nQ{at},2,No,0.5,50.0,400.0,false,w"
        for at in (3, 4)
    ]
    poll, _ = drafted(tmp_path, "a.csv", "\n".join(lines).replace(",w", ",https://example.org/w"))
    assert [rows_of(question) for question in poll.questions[:2]] == [
        {label: [share] for label, share in answers} for answers in asked.values()
    ]
    assert [segment.label for segment in poll.segments] == ["Total"]
    assert [left.because for left in poll.left_out][:1] == [
        "counts, bounds or measures beside the percentages"
    ]


@pytest.mark.parametrize("names", [("Unweighted N", "Weighted N"), ("Weighted N", "Unweighted N")])
def test_weighted_per_cents_beside_counts_are_answers_and_the_unweighted_count_is_the_base(tmp_path, names):
    rows = [("Ferry", "465", "450", "45"), ("Bridge", "300", "320", "32"), ("Neither", "245", "230", "23")]
    rows += [("Total", "1010", "1000", "100")]
    turned = names[0] == "Weighted N"
    rows = [
        (label, two, one, share) if turned else (label, one, two, share) for label, one, two, share in rows
    ]
    question, poll, table = only_question(tmp_path, "a.md", pipes(("", *names, "Weighted %"), *rows))
    assert rows_of(question) == {label: [shares[0]] for label, shares in FERRY.items()}
    assert next(iter(poll.segments)).interviews == 1010
    assert "weighted_base,Weighted base,weighted_base,1000" in table
    compared = pipes(("", "Weighted %", "Unweighted %"), *((label, *one[:2]) for label, one in FERRY.items()))
    (tmp_path / "b.md").write_text(compared)
    assert main(["import", str(tmp_path / "b.md"), "--out", str(tmp_path / "b")]) == 1


def test_what_a_publication_says_of_itself_may_run_into_its_first_question(tmp_path):
    said = (
        "These are findings from a Nowhere poll conducted May 6-8, 2031. For the survey, a sample of roughly 1,017",
        "adults including 380 Greens and 500 Blues from everywhere was interviewed online.",
        "All polls may be subject to other sources of error, such as errors of measurement.",
        "The precision of our polls is measured otherwise.",
        "1. Ferry or bridge?",
    )
    page = [(50, 40, 14, "NOWHERE POLL DATA"), *((50, 70 + 16 * at, 9, text) for at, text in enumerate(said))]
    rows = [("", "Total", "Green (n=380)", "Blue (n=500)"), *((label, *one) for label, one in FERRY.items())]
    page += [
        (x, 170 + 18 * at, 10, cell)
        for at, row in enumerate(rows)
        for x, cell in zip((50, 220, 300, 400), row, strict=True)
        if cell
    ]
    page += [(50, 700, 9, "Sample size"), (220, 700, 9, "Credibility intervals")]
    (tmp_path / "a.pdf").write_bytes(pdf(page))
    assert main(["import", str(tmp_path / "a.pdf"), "--out", str(tmp_path / "a")]) == 0
    poll = load_poll(tmp_path / "a")
    assert rows_of(poll.questions[0]) == FERRY
    assert (poll.sheet.n, str(poll.sheet.fieldwork_start), poll.sheet.short_name) == (
        1017,
        "2031-05-06",
        "NOWHERE",
    )
    assert not poll.segments.partitions  # of 1,017 people, 137 are neither
    assert poll.questions[0].base == "all"


@pytest.mark.parametrize("move", ["(+/-0)", "(±0)", "(+/–0)"])
def test_a_change_of_nothing_is_a_mark_like_any_other(tmp_path, move):
    rows = [["Ferry", "45 (+1)"], ["Bridge", f"32 {move}"], ["Neither", "23 (-1)"]]
    question, _, _ = only_question(tmp_path, "a.md", pipes(["", "Mai 2031"], *rows))
    assert rows_of(question) == {label: shares[:1] for label, shares in FERRY.items()}


def test_figures_left_of_labels_in_a_text_are_those_of_the_poll_and_not_its_labels(tmp_path):
    text = """\
Q1    All in all, is the ferry better than the bridge?

      May 6-8,                     Jan 8-14,   Sep 3-9,
         2031                         2031        2030
          45     Better                 28          25
          53     Worse                  71          74
           2     No answer               1           1
"""
    question, poll, _ = only_question(tmp_path, "a.txt", text)
    assert rows_of(question) == {"Better": ["45"], "Worse": ["53"], "No answer": ["2"]}
    assert {left.because.rpartition(": ")[2] for left in poll.left_out} == {"an earlier reading"}


FREQUENCIES = ["Frequency", "Percent", "Valid Percent", "Cumulative Percent"]


def test_of_answers_counted_with_those_who_gave_none_the_larger_sum_is_the_base(tmp_path):
    lines = ["Ferry or bridge?", ",".join(["", "", *FREQUENCIES]), "Valid,Ferry,450,45.0,45.5,45.5",
             ",Bridge,540,54.0,54.5,100.0", ",Total,990,99.0,100.0,", "Missing,System,10,1.0,,",
             "Total,,1000,100.0,,"]  # fmt: skip
    question, poll, _ = only_question(tmp_path, "a.csv", "\n".join(lines))
    assert rows_of(question) == {"Ferry": ["45.0"], "Bridge": ["54.0"], "System": ["1.0"]}
    assert next(iter(poll.segments)).interviews == 1000


def test_cumulated_percentages_are_no_answer_where_a_table_lies_on_its_side(tmp_path, capsys):
    lines = [",".join(["", "", *FREQUENCIES]), "Are you a man or a woman?", "Valid,Man,490,49.0,49.0,49.0",
             ",Woman,510,51.0,51.0,100.0", "Ferry or bridge?", "Valid,Ferry,450,45.0,45.5,45.5",
             ",Bridge,540,54.0,54.5,100.0", "Missing,System,10,1.0,,"]  # fmt: skip
    (tmp_path / "a.csv").write_text("\n".join(lines))
    assert main(["import", str(tmp_path / "a.csv"), "--out", str(tmp_path / "a")]) == 1
    assert "no column or row of percentages" in capsys.readouterr().err


def test_the_last_rows_of_a_crossing_are_its_bases_and_no_table(tmp_path):
    lines = ["Ferry or bridge?", ",,,Gender,,Total", ",,,Male,Female,"]
    for label, shares in FERRY.items():
        whole, one, two = map(int, shares)
        lines += [
            f"Vote,{label},Count,{5 * one},{5 * two},{10 * whole}",
            f",,% within Gender,{one}%,{two}%,{whole}%",
        ]
    lines += ["Total,,Count,490,510,1000", ",,% within Gender,100%,100%,100%"]
    question, poll, _ = only_question(tmp_path, "a.csv", "\n".join(lines))
    assert rows_of(question) == FERRY
    assert [segment.interviews for segment in poll.segments] == [1000, 490, 510]


BARS = (("Ferry", "45,2%"), ("Bridge", "31,8%"), ("Neither of the two", "23,0%"), ("N", "1.204"))


def test_bars_and_plain_lists_of_a_page_that_add_up_to_all_are_tables(tmp_path):
    title = (60, 60, 14, "Ferry or bridge, or neither of the two?")
    bars = [(60, 120 + 24 * at, 10, label) for at, (label, _) in enumerate(BARS)]
    bars += [(250 + 30 * at, 120 + 24 * at, 10, share) for at, (_, share) in enumerate(BARS)]
    question, poll, _ = only_question(tmp_path, "a.pdf", pdf([title, *bars]))
    assert rows_of(question) == {label: [share.rstrip("%")] for label, share in BARS[:3]}
    assert (question.title, next(iter(poll.segments)).interviews) == (title[3], 1204)
    for fault in ([*bars[:-2], (330, 168, 10, "21,0%")], [*bars, (400, 144, 10, "30%")]):
        (tmp_path / "b.pdf").write_bytes(pdf([title, *fault]))
        assert main(["import", str(tmp_path / "b.pdf"), "--out", str(tmp_path / "b")]) == 1


def test_a_sentence_that_ends_before_a_verb_names_no_pollster(tmp_path):
    said = "\nNowhere Poll of All. Interviews conducted May 6th through May 8th, 2031, n=1450\n"
    (tmp_path / "a.md").write_text(with_rows().partition("\n\n")[2] + said)
    assert main(["import", str(tmp_path / "a.md"), "--out", str(tmp_path / "a")]) == 0
    assert load_poll(tmp_path / "a").sheet.short_name == "Nowhere"


def test_counts_that_say_n_each_are_bases(tmp_path):
    text = """\
1. Is the ferry better than the bridge?

                        05/31    03/31
Better                     45       43
Worse                      53       55
No answer                   2        2
                      n=1,479  n=1,271

2. Have you used the ferry?

                        05/31
Yes                        41
No                         58
No answer                   1
                      n=1,002
"""
    poll, out = drafted(tmp_path, "a.txt", text)
    assert [rows_of(question)["No answer"] for question in poll.questions] == [["2"], ["1"]]
    bases = [path.read_text().splitlines()[1].rpartition(",")[2] for path in sorted(out.glob("*.csv"))]
    assert bases == ["1479", "1002"]


def test_days_of_digits_alone_name_readings_and_topline_is_the_whole(tmp_path):
    turned = [
        ["5/6-8/31", "45", "32", "23"],
        ["3/30-4/2/31", "43", "35", "22"],
        ["1/5-12/31", "44", "34", "22"],
    ]
    question, _, _ = only_question(tmp_path, "a.md", pipes(["Poll date", *FERRY], *turned))
    assert rows_of(question) == {label: shares[:1] for label, shares in FERRY.items()}
    _, poll, _ = only_question(tmp_path, "b.md", with_rows(head=("", "Topline", "Coast", "Hills")))
    assert [segment.id for segment in poll.segments] == ["total", "coast", "hills"]


@pytest.mark.parametrize("least", ["Nada satisfecho", "Ninguna confianza", "Nada", "Ninguna", "None at all"])
def test_the_least_of_a_scale_is_an_answer_of_substance(tmp_path, least):
    rows = [["Mucha", "45"], ["Poca", "32"], [least, "23"]]
    question, _, _ = only_question(tmp_path, "a.md", pipes(["", "Total"], *rows))
    assert [answer.role for answer in question.answers] == ["substantive"] * 3
    rows = [["Ferry", "45"], ["Bridge", "32"], ["Ninguno de los dos", "23"]]
    question, _, _ = only_question(tmp_path, "b.md", pipes(["", "Total"], *rows))
    assert [answer.role for answer in question.answers][2] == "nothing"


def test_tables_side_by_side_may_have_an_answer_of_letters(tmp_path):
    rows = [["Approve", "45", "43", "48"], ["Disapprove", "32", "35", "27"], ["DK", "23", "22", "25"]]
    lines = ["Ferry approval,,,,Bridge approval,,,", ",Total,Men,Women,,Total,Men,Women"]
    lines += [",".join([*one, label, *figures[::-1]]) for one in rows for label, *figures in [one]]
    poll, _ = drafted(tmp_path, "a.csv", "\n".join(lines))
    assert [rows_of(question) for question in poll.questions] == [
        {label: figures[::step] for label, *figures in rows} for step in (1, -1)
    ]


def test_a_list_without_a_header_costs_no_answers_that_follow_it_under_their_question(tmp_path):
    lines = [["How the sample is made up"], ["North", "45.0%"], ["Centre", "32.0%"], ["South", "23.0%"]]
    lines += [["Which one do you prefer?"], ["Ferry", "41.0%"], ["Bridge", "33.0%"], ["Neither", "26.0%"]]
    words = [
        (72 + 228 * place, 100 + 18 * at, 10, text)
        for at, line in enumerate(lines)
        for place, text in enumerate(line)
    ]
    question, _, _ = only_question(tmp_path, "a.pdf", pdf(words))
    assert question.title == "Which one do you prefer?"
    assert rows_of(question) == {"Ferry": ["41.0"], "Bridge": ["33.0"], "Neither": ["26.0"]}
