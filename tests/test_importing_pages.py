"""Pages as typesetters make them: names that touch or break, labels that go on, tables that end on the next page."""

from itertools import pairwise

import pytest
from pdfminer.fontmetrics import FONT_METRICS
from published import pdf
from test_importing_kinds import drafted, only_question
from test_importing_layouts import pipes, rows_of

from polltables.cli import main

pytestmark = pytest.mark.usefixtures("read_in_this_process")

WIDTHS = FONT_METRICS["Helvetica"][1]
FERRY = {
    "Ferry": ["45", "43", "48", "44", "40", "41", "47", "46"],
    "Bridge": ["55", "57", "52", "56", "60", "59", "53", "54"],
}
FIVE = {label: figures[:5] for label, figures in FERRY.items()}
PLACES = (200, 240, 280, 320, 360)


def middled(x, y, text, size=8):
    """A text whose middle stands at a place."""
    return x - sum(WIDTHS[one] for one in text) * size / 2000, y, size, text


def ended(x, y, text):
    """A text that ends at a place."""
    return 2 * middled(x, y, text)[0] - x, y, 8, text


def page_of(names, rows=FERRY, places=PLACES, top=100, step=14, title="Ferry or bridge?"):
    """A page with names of columns, each of texts with their heights, over rows with their figures in the middle."""
    words = [(60, 60, 12, title)] if title else []
    words += [middled(x, y, text) for x, lines in zip(places, names, strict=True) for y, text in lines]
    for at, (label, figures) in enumerate(rows.items()):
        words.append((60, top + 24 + step * at, 8, label))
        words += [middled(x, top + 24 + step * at, one) for x, one in zip(places, figures, strict=False)]
    return words


def at_once(*names, y=110):
    return [[(y, name)] for name in names]


CLOSE = ("Total", "Fisherwomen", "Shopkeeper", "Apprentices", "Pensioners")
LONG = (*CLOSE, "Housewives", "Landowners", "Schoolboys")
UNEVEN = (
    [(105, "Total")], [(100, "From 18 to 24"), (110, "years")], [(100, "From 25 to 34"), (110, "years")],
    [(100, "35 and over"), (110, "years")], [(105, "Away")],
)  # fmt: skip
OF_NUMBERS = (
    [(100, "Total")], [(100, "Up to"), (110, "2000")], [(100, "2000 to"), (110, "4000")], [(100, "Above")], [(100, "None")],
)  # fmt: skip


@pytest.mark.parametrize(
    ("names", "apart"),
    [
        (at_once(*CLOSE), 42),  # they touch, or overlap
        (at_once(*LONG, y=108), 46.5),  # nearer than words of two phrases, in a line longer than any name
        (UNEVEN, 62),
        (OF_NUMBERS, 40),
    ],
)
def test_each_column_has_the_whole_of_its_name_and_nothing_else(tmp_path, names, apart):
    places = [200 + apart * at for at in range(len(names))]
    note = (60, 89, 8, "Base: all who lived by the old harbours.")  # it ends over the first column
    question, poll, _ = only_question(tmp_path, "a.pdf", pdf([*page_of(names, places=places), note]))
    assert [one.label for one in poll.segments] == [" ".join(text for _, text in lines) for lines in names]
    assert rows_of(question) == {label: figures[: len(names)] for label, figures in FERRY.items()}


def test_dashes_under_names_are_rules_and_margins_interrupt_no_table(tmp_path):
    names = [[name] for name in ("Total", "Men", "Women", "18-34", "35+", "Coast", "Hills")] + [
        ["People", "of color"]
    ]
    places = [180 + 50 * at for at in range(8)]
    counts = [f"{one}" for one in range(612, 604, -1)]
    rows = FERRY | {"Sampling error": ["+/-4.1"] * 8, "Unweighted N": counts}
    page = page_of([[]] * 8, rows, places, step=9)
    for x, name in zip(places, names, strict=True):
        page += [ended(x + 8, y, text) for y, text in zip((90, 99), name, strict=False)]
        page.append(ended(x + 8, 108, "------"))
    question, poll, written = only_question(tmp_path, "a.pdf", pdf(page))
    assert [one.label for one in poll.segments] == list(map(" ".join, names))
    assert rows_of(question) == FERRY
    assert f"unweighted_base,{','.join(counts)}" in written


def test_counts_in_brackets_close_to_per_cents_have_no_name_of_their_own(tmp_path):
    groups = {"Total": ("61%", "39%"), "Men": ("57%", "43%"), "Women": ("66%", "34%")}
    page = [(60, 60, 12, "Ferry or bridge?"), middled(215, 100, "Right way"), middled(295, 100, "Wrong way")]
    for at, (label, shares) in enumerate(groups.items()):
        page.append((60, 124 + 14 * at, 8, label))
        for x, share in zip((200, 280), shares, strict=True):
            page += [(x, 124 + 14 * at, 8, share), (x + 20, 124 + 14 * at, 8, f"({2 * int(share[:2])})")]
    question, _, _ = only_question(tmp_path, "a.pdf", pdf(page))
    assert rows_of(question) == {"Right way": ["61", "57", "66"], "Wrong way": ["39", "43", "34"]}


@pytest.mark.parametrize("middle", [False, True])
def test_the_last_label_goes_on_beneath_its_figures(tmp_path, middle):
    """At the height of its first line stand the figures of a label, or in the middle of its two."""
    page = [*page_of(at_once("Total", "Men", "Women", "Coast", "Hills"), {}), (60, 250, 7, "Source: nobody.")]
    labels = {("A ferry that runs", "by night"): "45", ("A ferry", "for sheep"): "10", ("Neither",): "4"}
    labels |= {
        ("A tunnel", "Below the" if middle else "below the", "harbour"): "11",
        ("A bridge for all", "who can walk"): "30",
    }
    y = 124
    for lines, figure in labels.items():
        page += [(60, y + 9 * at, 8, line) for at, line in enumerate(lines)]
        page += [middled(x, y + 4.5 * middle * (len(lines) - 1), figure) for x in PLACES]
        y += 9 * len(lines)
    question, _, _ = only_question(tmp_path, "a.pdf", pdf(page))
    assert rows_of(question) == {" ".join(label): [figure] * 5 for label, figure in labels.items()}


def test_a_shaded_header_belongs_to_the_figures_under_it(tmp_path):
    edges = (60, 180, 220, 260, 300, 340, 380)
    drawn = [(one, 98, two, 114) for one, two in pairwise(edges)]
    names = at_once("Total", "Men", "Women", "Coast", "Hills", y=108)
    question, poll, _ = only_question(tmp_path, "a.pdf", pdf([*page_of(names), *drawn]))
    assert [one.label for one in poll.segments] == [name for ((_, name),) in names]
    assert rows_of(question) == FIVE


@pytest.mark.parametrize("title", ["", "Is the harbour safe?"])
def test_rows_go_on_over_a_page_without_their_header_unless_another_question_stands_over_them(
    tmp_path, title
):
    names = at_once("Total", "Men", "Women", "Coast", "Hills")
    first = {f"Worry {at}": ["32", "30", "34", "33", "31"] for at in range(46)}
    second = {"Noise": ["61", "60", "62", "63", "60"], "Smoke": ["12", "14", "10", "11", "13"]}
    foot = [(60, 785, 7, "Harbour tables")]
    one, two = page_of(names, first) + foot, page_of([[]] * 5, second, top=40, title=title) + foot
    poll, _ = drafted(tmp_path, "a.pdf", pdf(one, two))
    (question,) = poll.questions
    assert len(rows_of(question)) == (46 if title else 48)
    assert title or rows_of(question)["Smoke"] == second["Smoke"]


def test_the_whole_left_of_groups_in_rows_is_in_none_of_them(tmp_path):
    rows = [["Age", "18-34", "61", "39"], ["", "35 or over", "57", "43"], ["Sex", "Men", "64", "36"]]
    rows += [["", "Women", "54", "46"], ["Total", "", "59", "41"]]
    _, poll, _ = only_question(tmp_path, "a.md", pipes(["", "", "Ferry", "Bridge"], *rows))
    assert {one.label for one in poll.segments} == {"Total", "18-34", "35 or over", "Men", "Women"}


def test_letters_of_tests_under_all_groups_are_no_part_of_their_names(tmp_path):
    names = [
        [(100, "Total")],
        *([(100, name), (110, letter)] for name, letter in zip(CLOSE[1:], "ABCD", strict=True)),
    ]
    _, poll, _ = only_question(
        tmp_path, "a.pdf", pdf(page_of(names, places=[200 + 60 * at for at in range(5)]))
    )
    assert [one.label for one in poll.segments] == [*CLOSE]
    strata = pipes(
        ["", "Total", "Class A", "Class B", "Class C"], *([one, *two[:4]] for one, two in FERRY.items())
    )
    _, poll, _ = only_question(tmp_path, "a.md", strata)
    assert [one.label for one in poll.segments] == ["Total", "Class A", "Class B", "Class C"]


def test_numbers_close_to_labels_are_shares_if_they_make_a_hundred_with_the_others(tmp_path):
    rows = {"18-34": ["61", "30", "9"], "35-54": ["55", "40", "5"]}
    page = page_of(at_once("", "Unsure", "Bridge"), {}, (0, 146, 116))
    page += [middled(87, 110, "Ferry")]
    for at, (label, (first, *others)) in enumerate(rows.items()):
        page += [(60, 124 + 14 * at, 8, label), (60 + 23, 124 + 14 * at, 8, first)]
        page += [middled(x, 124 + 14 * at, one) for x, one in zip((116, 146), others, strict=True)]
    question, _, _ = only_question(tmp_path, "a.pdf", pdf(page))
    assert {
        label: column for label, *column in zip(("Ferry", "Bridge", "Unsure"), *rows.values(), strict=True)
    } == rows_of(question)


def test_a_table_whose_names_cannot_be_told_apart_is_one_left_out(tmp_path, capsys):
    read = ["Ferry?", "", "Total  Men".rjust(20), "Yes         61   55", "No          39   45", "", ""]
    unread = [
        "Said by everybody, and by men who were asked alone",
        "Yes         48   50   47",
        "No          52   50   53",
    ]
    (tmp_path / "a.txt").write_text("\n".join([*read, *unread]))
    given = ["--pollster", "Nobody", "--sample-size", "800", "--fieldwork", "2031-05-06"]
    assert main(["import", str(tmp_path / "a.txt"), "--out", str(tmp_path / "draft"), *given]) == 3
    assert "Yes | 48 | 50 | 47 | No | 52 | 50 | 53" in (tmp_path / "draft" / "poll.toml").read_text()
    assert "no header that names its columns" in capsys.readouterr().out


def test_a_text_over_the_labels_that_ends_over_the_first_figures_names_no_column(tmp_path):
    names = ["Total", "Men", "Women", "Young", "Old"]
    page = [*page_of(at_once(*names), FIVE), ended(199, 98, "shares of all who were asked at the time")]
    _, poll, _ = only_question(tmp_path, "a.pdf", pdf(page))
    assert [segment.label for segment in poll.segments] == names


def listed(top, rows, named=True, title="", step=11):
    """A list of answers with their figures left of them, those of an earlier reading on the right, under their days."""
    page = [(60, top, 8, title)] + ([middled(100, top + 24, "May 3-9, 2031")] if named else [])
    page += [(460, top + 15, 8, "Oct 16-"), (460, top + 24, 8, "28, 2029")] if rows[0][2:] else []
    for at, (share, label, *before) in enumerate(rows, start=1):
        y = top + 26 + step * at
        page += [middled(100, y, share)] * bool(share) + [(150 + 10 * label.startswith("by"), y, 8, label)]
        page += [middled(475, y, one) for one in before if one]
    return page


def test_figures_left_of_their_labels_on_a_page_belong_to_them_and_to_the_question_over_them(tmp_path):
    crossed = [
        ("64", "Crosses the harbour", "61"),
        ("40", "by ferry", "45"),
        ("24", "by bridge, or both", "16"),
    ]
    crossed += [("36", "Stays at home", "39"), ("*", "No answer", "<1")]
    safe = [
        ("7", "A great deal safer"),
        ("", "Safer by day, and neither safer nor less safe"),
        ("22", "by night"),
    ]
    safe += [("57", "Not safer"), ("14", "No answer")]
    ranks = [(f"{at}", f"Reason {at}", f"{40 - at}") for at in range(1, 5)]
    titles = ["Does anybody here cross the harbour, and how?", "Is it now safer?"]
    page = listed(100, crossed, title=titles[0]) + listed(220, safe, title=titles[1])
    poll, _ = drafted(tmp_path, "a.pdf", pdf([*page, *listed(340, ranks, named=False, title="Why?")]))
    one, two, *_ = poll.questions
    assert [one.title, two.title] == titles
    assert rows_of(one) | {"No answer": []} == {label: [share] for share, label, _ in crossed[1:4]} | {
        "No answer": []
    }
    assert rows_of(one, "net") == {"Crosses the harbour": ["64"]}
    assert list(rows_of(two)) == ["A great deal safer", f"{safe[1][1]} by night", "Not safer", "No answer"]
    assert list(rows_of(two).values()) == [["7"], ["22"], ["57"], ["14"]]


@pytest.mark.parametrize("stem", ["How often have you done these things?", "How good are they?"])
def test_days_under_what_was_asked_about_are_readings_of_it(tmp_path, stem):
    asked = {
        "a. Crossed the harbour by": ("61", "33", "6"),
        "b. Swum": ("9", "88", "3"),
        "c. Rowed": ("20", "79", "1"),
    }
    page = [
        (60, 60, 12, stem),
        *(middled(x, 100, one) for x, one in zip(PLACES, ("Often", "Never", "Unsure"), strict=False)),
    ]
    y = 110
    for at, (item, shares) in enumerate(asked.items()):
        page += [(60, y := y + 22, 8, item)] + ([(70, y := y + 9, 8, "the night ferry")] if not at else [])
        for day, less in (("May 3-9, 2031", 0), ("Oct 16-28, 2029", 1))[: 1 + (at < 2)]:
            page.append((90, y := y + 11, 8, day))
            page += [middled(x, y, f"{int(one) - less}") for x, one in zip(PLACES, shares, strict=False)]
    poll, _ = drafted(tmp_path, "a.pdf", pdf(page))
    names = [name + " the night ferry" * name.startswith("a.") for name in asked]
    assert [question.title for question in poll.questions] == [f"{stem}: {name}" for name in names]
    for question, shares in zip(poll.questions, asked.values(), strict=True):
        assert rows_of(question) == {
            a: [s] for a, s in zip(("Often", "Never", "Unsure"), shares, strict=True)
        }
    assert not any("asked about" in one.question for one in poll.unsure)
    assert sum("earlier reading" in one.because for one in poll.left_out) >= 1


def test_a_line_over_a_name_that_goes_on_in_small_letters_or_ends_open_begins_it(tmp_path):
    names = [
        [(118, "Total")], [(118, "Ferrymen")], [(94, "Peasants"), (106, "or other"), (118, "farmers")],
        [(106, "Sailors,"), (118, "Pilots")], [(118, "Nobles")],
    ]  # fmt: skip
    places = [200 + 60 * at for at in range(5)]
    question, poll, _ = only_question(tmp_path, "a.pdf", pdf(page_of(names, places=places, step=11)))
    assert [one.label for one in poll.segments] == [" ".join(text for _, text in lines) for lines in names]
    assert rows_of(question) == FIVE


def test_a_second_line_of_a_heading_close_over_one_name_is_no_part_of_it(tmp_path):
    names = ["Total", "North", "Mid", "South", "Men", "Women"]
    rows = {label: figures[:6] for label, figures in FERRY.items()}
    page = page_of(at_once(*names, y=114), rows, [200 + 50 * at for at in range(6)], step=11)
    page += [middled(300, 90, "Region of"), middled(300, 102, "Residence"), middled(425, 90, "Sex")]
    _, poll, _ = only_question(tmp_path, "a.pdf", pdf(page))
    assert [one.label.removeprefix("Sex: ") for one in poll.segments] == names


@pytest.mark.parametrize("reader", ["a.md", "a.pdf"])
def test_counts_in_brackets_without_a_per_cent_sign_stand_behind_what_adds_up(tmp_path, reader):
    rows = {"Ferry": ["52 (416)", "56 (70)", "48 (62)"], "Bridge": ["40 (320)", "36 (45)", "44 (57)"]}
    rows |= {"Neither": ["8 (64)", "8 (9)", "8 (10)"]}
    page = page_of(at_once("Total", "Men", "Women"), rows, (200, 260, 320))
    table = pipes(["", "Total", "Men", "Women"], *([label, *cells] for label, cells in rows.items()))
    question, _, _ = only_question(tmp_path, reader, pdf(page) if reader == "a.pdf" else table)
    assert rows_of(question) == {
        label: [cell.partition(" ")[0] for cell in cells] for label, cells in rows.items()
    }


def test_months_in_russian_are_dates(tmp_path):
    rows = (["", "Апрель 2031", "Май 2031"], ["Да", "45", "52"], ["Нет", "55", "48"])
    question, poll, _ = only_question(tmp_path, "a.md", pipes(*rows))
    assert rows_of(question) == {"Да": ["52"], "Нет": ["48"]}
    assert any("earlier reading" in one.because for one in poll.left_out)


def test_figures_read_as_a_name_are_refused_with_their_table(tmp_path, capsys):
    rows = (["", "Total", "1 1 11 5 8 24", "Old"], ["Да", "45", "52", "45"], ["Нет", "55", "48", "55"])
    (tmp_path / "a.md").write_text(pipes(*rows))
    assert main(["import", str(tmp_path / "a.md"), "--out", str(tmp_path / "draft")]) == 1
    assert "figures stand among its labels" in capsys.readouterr().err


ALIGNED = {"left": lambda room: 3.0, "middle": lambda room: room / 2, "right": lambda room: room - 3.0}


@pytest.mark.parametrize("heads", ALIGNED)
@pytest.mark.parametrize("names", ALIGNED)
@pytest.mark.parametrize("figures", ALIGNED)
def test_names_and_headings_belong_to_cells_wherever_they_stand_in_them(tmp_path, figures, names, heads):
    def put(text, left, right, top, align):
        room = right - left - sum(WIDTHS[one] for one in text) * 9 / 1000
        return (left + ALIGNED[align](room), top, 9, text)

    groups = ("Total", "Men", "Women", "18-34", "35-54", "55+")
    cells = [(180 + 56 * at, 236 + 56 * at) for at in range(len(groups))]
    page = [(50, 60, 12, "Ferry or bridge?")]
    page += [
        put("Sex", cells[1][0], cells[2][1], 90, heads),
        put("Age group", cells[3][0], cells[5][1], 90, heads),
    ]
    page += [put(name, *cell, 104, names) for name, cell in zip(groups, cells, strict=True)]
    rows = {"Ferry": ["45", "43", "46", "52", "44", "9"], "Bridge": ["55", "57", "54", "48", "56", "91"]}
    for top, (label, row) in zip((122, 136), rows.items(), strict=True):
        page += [(50, top, 9, label)]
        page += [put(figure, *cell, top, figures) for figure, cell in zip(row, cells, strict=True)]
    question, poll, _ = only_question(tmp_path, "a.pdf", pdf(page))
    assert rows_of(question) == rows
    labels = {segment.id: segment.label.rpartition(": ")[2] for segment in poll.segments}
    assert [*labels.values()] == [*groups]
    over = {one.label: one.label.partition(": ")[0] for one in poll.segments if ": " in one.label}
    over |= {part: whole.label for whole in poll.segments.partitions for part in whole.parts}
    assert [*over.values()] == ["Sex"] * 2 + ["Age group"] * 3


def test_a_heading_between_dashes_close_over_one_family_spans_it(tmp_path):
    text = "Ferry or bridge?\n\n" + " " * 23 + "---- Sex ----\n" + " " * 14 + "Total     Men   Women\n"
    text += "Ferry            45      44      46\nBridge           55      56      54\n"
    _, poll, _ = only_question(tmp_path, "a.txt", text)
    assert [(one.label, one.parts) for one in poll.segments.partitions] == [("Sex", ("men", "women"))]


@pytest.mark.parametrize("points", [range(1, 5), range(4, 0, -1)])
def test_the_points_of_a_scale_are_labels(tmp_path, points):
    rows = {
        str(point): row
        for point, row in zip(points, (["41", "38"], ["30", "33"], ["20", "19"], ["9", "10"]), strict=True)
    }
    page = [(60, 60, 12, "How good is the ferry?"), (200, 90, 9, "Total"), (260, 90, 9, "Coast")]
    for top, (point, row) in zip((106, 120, 134, 148), rows.items(), strict=True):
        page += [(60, top, 9, point), (204, top, 9, row[0]), (264, top, 9, row[1])]
    question, _, _ = only_question(tmp_path, "a.pdf", pdf(page))
    assert rows_of(question) == rows


@pytest.mark.parametrize("figures", [0, 0.5, 1])
@pytest.mark.parametrize("names", [0, 0.5, 1])
@pytest.mark.parametrize("low", [0, 0.5, 1])
@pytest.mark.parametrize(
    "heads",
    [
        "Gesamt;Orte im/Norden des/Landes;Orte im/Westen des/Landes;Berge/und alle/Inseln",
        "Alle;Raum Husum/mit Inseln;Alte/Stadt;Vororte",
    ],
)
def test_names_over_several_lines_go_to_their_columns_however_they_are_set(
    tmp_path, figures, names, low, heads
):
    """Names set left, in the middle or right, from the top, the middle or the bottom, over figures set otherwise."""
    named = [head.split("/") for head in heads.split(";")]
    words = [(40, 60, 12, "Was soll gebaut werden?")]
    for at, lines in enumerate(named):
        for line, text in enumerate(lines):
            x = 200 + 85 * at + names * (81 - sum(WIDTHS[one] for one in text) * 8 / 1000)
            words.append((x, 100 + 9.4 * (line + low * (max(map(len, named)) - len(lines))), 8, text))
    rows = {"Tunnel": (45, 43, 47, 50), "Steg": (32, 35, 29, 27), "Nichts": (23, 22, 24, 23)}
    for row, (label, shares) in enumerate(rows.items()):
        words.append((40, 134 + 14 * row, 8, label))
        words += [
            (200 + 85 * at + figures * 72, 134 + 14 * row, 8, str(one)) for at, one in enumerate(shares)
        ]
    question, poll, _ = only_question(tmp_path, "a.pdf", pdf(words))
    assert [segment.label for segment in poll.segments] == [" ".join(lines) for lines in named]
    assert rows_of(question) == {label: [*map(str, shares)] for label, shares in rows.items()}


@pytest.mark.parametrize("over", [0, 0.5, 1])
@pytest.mark.parametrize("names", [0, 0.5, 1])
@pytest.mark.parametrize("heads", [{1: (2, "Region"), 3: (2, "Ring")}, {1: (4, "Wahl 2030")}])
def test_a_heading_close_over_names_is_none_of_them_however_it_is_set(tmp_path, names, over, heads):
    """Headings and names set left, in the middle or right of their columns, as close as the lines of a name."""

    def put(first, wide, set_at, y, text):
        room = 70 * wide - 4 - sum(WIDTHS[one] for one in text) * 8 / 1000
        return 190 + 70 * first + set_at * room, y, 8, text

    words = [(40, 60, 12, "Was soll gebaut werden?")]
    words += [put(at, wide, over, 100, text) for at, (wide, text) in heads.items()]
    words += [
        put(at, 1, names, 109, one) for at, one in enumerate(("Gesamt", "Nord", "Westen", "Innen", "Au"))
    ]
    rows = {"Tunnel": (45, 43, 47, 50, 41), "Steg": (32, 35, 29, 27, 36), "Nichts": (23, 22, 24, 23, 23)}
    for row, (label, shares) in enumerate(rows.items()):
        words.append((40, 125 + 14 * row, 8, label))
        words += [put(at, 1, 1 - names, 125 + 14 * row, str(one)) for at, one in enumerate(shares)]
    _, poll, _ = only_question(tmp_path, "a.pdf", pdf(words))
    under = [head for head in heads.values() for _ in range(head[0])]
    said = [segment.label for segment in poll.segments][1:]
    divided = {part: one.label for one in poll.segments.partitions for part in one.parts}
    for segment, (_, head), label in zip([*poll.segments][1:], under, said, strict=True):
        assert divided.get(segment.id, label.partition(":")[0]) == head
