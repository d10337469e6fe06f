"""The layouts that pollsters use: what a table says is found by its words, its numbers and their sums."""

import io
from pathlib import Path

import pytest
from published import HEAD, open_document, pdf, word_document, workbook

from analysis.polls import load_poll
from polltables.cli import main
from polltables.importing import Given, import_poll
from polltables.importing.review import review

pytestmark = pytest.mark.usefixtures("read_in_this_process")

SHEET = HEAD.partition("Vote intention")[0]


def imported(folder, name, content, **given):
    (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    import_poll(folder / name, folder / "draft", given=Given(**given))
    return load_poll(folder / "draft")


def rows_of(question, role=None):
    """Label -> figures, of the answers or of the rows with a role."""
    table = question.printed
    rows = question.answers if role is None else [row for row in question.rows if row.role == role]
    return {row.label: table.loc[row.id].to_list() for row in rows}


def pipes(*rows, title="Ferry or bridge?"):
    lines = ["| " + " | ".join(row) + " |" for row in rows]
    return f"{SHEET}{title}\n\n" + "\n".join([lines[0], "|---" * len(rows[0]) + "|", *lines[1:]]) + "\n"


def test_a_table_with_its_groups_in_rows_is_turned(tmp_path):
    poll = imported(
        tmp_path, "a.md",
        pipes(["", "Ferry", "Bridge", "Unsure", "Base"], ["Total", "31", "60", "9", "800"], ["Men", "28", "65", "7", "390"],
              ["Women", "34", "55", "11", "410"]),
    )  # fmt: skip
    assert poll.segments.ids == ("total", "men", "women")
    assert rows_of(poll.questions[0]) == {
        "Ferry": ["31", "28", "34"], "Bridge": ["60", "65", "55"], "Unsure": ["9", "7", "11"],
    }  # fmt: skip
    assert [segment.interviews for segment in poll.segments] == [800, 390, 410]


def test_unweighted_interviews_count_whichever_base_stands_first(tmp_path):
    poll = imported(
        tmp_path, "a.md",
        pipes(["", "Total", "Coast"], ["Weighted base", "800", "511"], ["Unweighted base", "800", "302"],
              ["Ferry", "40", "45"], ["Bridge", "60", "55"]),
    )  # fmt: skip
    assert [segment.interviews for segment in poll.segments] == [800, 302]
    assert "511" in next((tmp_path / "draft").glob("*.csv")).read_text()


def test_nets_means_and_sums_are_no_answers(tmp_path):
    text = pipes(
        ["", "Total", "Coast"], ["Very pleased", "20", "30"], ["Rather pleased", "32", "25"], ["NET: Pleased", "52", "55"],
        ["Not pleased", "48", "45"], ["Mean score", "6.1", "6.4"], ["MOE", "3.5", "4.9"], ["Sum", "100", "100"],
    )  # fmt: skip
    poll = imported(tmp_path, "a.md", text, measures=True)
    question = poll.questions[0]
    assert list(rows_of(question)) == ["Very pleased", "Rather pleased", "Not pleased"]
    net = next(row for row in question.rows if row.role == "net")
    assert (net.label, set(net.of)) == ("NET: Pleased", {"very_pleased", "rather_pleased"})
    assert question.kind == "single_response"
    assert rows_of(question, "mean") == {"Mean score": ["6.1", "6.4"], "MOE": ["3.5", "4.9"]}
    assert not any("answers" in doubt.question for doubt in poll.unsure)


def test_rounded_columns_need_not_reach_100_to_be_one_answer_a_person(tmp_path):
    shares = ["15", "15", "15", "15", "14", "14", "15"]
    labels = ["Cod", "Herring", "Eel", "Pike", "Trout", "Salmon", "Carp"]
    text = pipes(
        ["", "Total", "Coast"],
        *([label, "14", share] for label, share in zip(labels, shares, strict=True)),
        title="Which fish?",
    )
    assert imported(tmp_path, "a.md", text).questions[0].kind == "single_response"


def test_shares_of_one_are_per_cents(tmp_path):
    text = "Which fish?\n\n,Total,Coast\nCod,0.384,0.41\nHerring,0.616,0.59\n"
    poll = imported(tmp_path, "a.csv", text, pollster="Nobody", sample_size="800")
    assert rows_of(poll.questions[0]) == {"Cod": ["38.4", "41"], "Herring": ["61.6", "59"]}


# One question about fish, printed in many ways: rows of the table, and the interviews where they are printed.
EATEN = {"Cod": ["53", "51", "54"], "Eel": ["48", "49", "46"]}
WAYS = {
    "a change behind each figure": (
        ["|Total|Men|Women", "Cod|53 (+2)|51 (=)|54 (–3)", "Eel|48 (-2)|49 ▲|46 ↓"], None
    ),
    "letters in brackets over the columns": (
        ["|Total|Men|Women", "||(a)|(b)", "Cod|53|51|54 a/b", "Eel|48|49|46"], None
    ),
    "columns lettered in brackets": (["|Total|Men [A]|Women [B]", "Cod|53|51|54", "Eel|48|49 B|46"], None),
    "marks of footnotes at labels": (["|Total|Men²|Women", "Cod¹|53|51|54", "Eel|48|49|46"], None),
    "interviews in brackets below": (
        ["|Total|Men|Women", "Cod|53|51|54", "Eel|48|49|46", "(N)|(80)|(39)|(41)"], [80, 39, 41]
    ),
    "interviews without a label": (
        ["|Total|Men|Women", "|n=80|n=39|n=41", "Cod|53|51|54", "Eel|48|49|46"], [80, 39, 41]
    ),
    "interviews on the second line of a name": (
        ["|Total<br>n=80|Men<br>n=39|Women<br>n=41", "Cod|53|51|54", "Eel|48|49|46"], [80, 39, 41]
    ),
    "interviews beside the groups of a turned table": (
        ["|Cod|Eel", "Total (80)|53|48", "Men (39)|51|49", "Women (41)|54|46"], [80, 39, 41]
    ),
    "per cents, then counts": (
        ["|Total|Men|Women", "Cod|53|51|54", "|42|20|22", "Eel|48|49|46", "|38|19|19"], None
    ),
    "counts, then per cents, and sums of both": (
        ["||Total|Men|Women", "Cod|Anz.|42|20|22", "|%|53|51|54", "Eel|Anz.|38|19|19", "|%|48|49|46",
         "Summe|Anz.|80|39|41", "|%|100|100|100"], [80, 39, 41]
    ),
    "per cents beside counts under names with units": (
        ["|Total %|Total Casos|Men %|Men Casos|Women %|Women Casos", "Cod|53|42|51|20|54|22", "Eel|48|38|49|19|46|19",
         "Total|100|80|100|39|100|41"], [80, 39, 41]
    ),
    "counts in an unknown word beside per cents": (
        ["|Total||Men||Women|", "|%|Leute|%|Leute|%|Leute", "Cod|53|42|51|20|54|22", "Eel|48|38|49|19|46|19"], None
    ),
    "a balance": (["|Total|Men|Women", "Cod|53|51|54", "Eel|48|49|46", "Net (cod less eel)|5|2|8"], None),
    "counts under an unknown word": (
        ["|Total|Men|Women", "Cod|53|51|54", "Eel|48|49|46", "Souls|180|89|91"], [180, 89, 91]
    ),
    "shares of those who answered": (["|%|Valid %", "Cod|53|58", "Eel|48|42"], None),
    "interviews in words beside each name": (
        ["|Total (80 casos)|Men (39 casos)|Women (41 casos)", "Cod|53|51|54", "Eel|48|49|46"], [80, 39, 41]
    ),
    "shares of one that begin with their mark": (["|Total|Men|Women", "Cod|.53|.51|.54", "Eel|.48|.49|.46"], None),
    "earlier readings": (["|Mar 2031|Apr 2031|May 2031", "Cod|50|51|53", "Eel|50|49|48"], None),
}  # fmt: skip


@pytest.mark.parametrize(("rows", "interviews"), WAYS.values(), ids=WAYS)
def test_one_question_is_read_however_it_is_printed(tmp_path, rows, interviews):
    poll = imported(
        tmp_path, "a.md", pipes(*(row.split("|") for row in rows)), sample_size=str((interviews or [800])[0])
    )
    printed = rows_of(poll.questions[0])
    assert printed in (EATEN, {label: figures[:1] for label, figures in EATEN.items()})
    if len(next(iter(printed.values()))) == 3:
        assert [segment.label for segment in poll.segments] == ["Total", "Men", "Women"]
    if interviews:
        assert [segment.interviews for segment in poll.segments] == interviews


TOPLINE = [["Ferry", "45%"], ["Bridge", "35%"], ["Neither", "20%"]]


@pytest.mark.parametrize("name", ["a.csv", "a.html", "a.pdf", "a.docx"])
def test_one_column_without_a_header_that_adds_up_is_that_of_the_whole_under_a_question(tmp_path, name):
    lines = [*SHEET.splitlines(), "Ferry or bridge?", ""]
    tables = {
        "a.csv": "\n".join([*lines, *map(",".join, TOPLINE)]),
        "a.pdf": pdf([(60, 40 + 16 * at, 11, line) for at, line in enumerate(lines) if line] + [
            (x, 200 + 16 * at, 11, text) for at, row in enumerate(TOPLINE) for x, text in zip((60, 200), row, strict=True)
        ]),
        "a.html": "".join(f"<p>{line}</p>" for line in lines)
        + "<table>" + "".join(f"<tr><td>{label}</td><td>{figure}</td></tr>" for label, figure in TOPLINE) + "</table>",
        "a.docx": word_document(lines, TOPLINE),
    }  # fmt: skip
    poll = imported(tmp_path, name, tables[name])
    assert [segment.label for segment in poll.segments] == ["Total"]
    assert rows_of(poll.questions[0]) == {"Ferry": ["45"], "Bridge": ["35"], "Neither": ["20"]}


COUNTED = (
    "Completed interviews", "No. of respondents", "N.º de casos", "Número de entrevistas", "Nombre d'interviews", "Basis",
    "Anzahl Befragte", "Tamanho da amostra", "Numero di interviste", "Unwgtd base", "실제 사례수",
)  # fmt: skip


@pytest.mark.parametrize("label", COUNTED)
def test_interviews_are_known_by_their_words_where_they_could_be_per_cents(tmp_path, label):
    rows = [["", "Total", "Coast"], [label, "60", "40"], ["Cod", "44", "48"], ["Eel", "51", "50"]]
    poll = imported(tmp_path, "a.md", pipes(*rows, title="Which fish do you eat?"), sample_size="60")
    assert rows_of(poll.questions[0]) == {"Cod": ["44", "48"], "Eel": ["51", "50"]}
    assert [segment.interviews for segment in poll.segments] == [60, 40]


def test_scores_and_margins_of_error_are_left_out_by_their_titles(tmp_path):
    text = pipes(["", "Total", "Coast"], ["Cod", "44", "48"], ["Eel", "56", "52"])
    for title, rows in {
        "Note moyenne sur 10": ["|Total|Coast", "Cod|5.2|5.1", "Eel|4.8|4.7"],
        "Marges d'erreur": ["Taille|5 ou 95%|50%", "400|2.2|5.0", "800|1.5|3.5"],
        "Errores muestrales": ["|Total|Coast", "5%|1.4%|2.0%", "50%|3.1%|4.4%"],
        "Durchschnittsalter": ["|Total|Coast", "Cod|45.2|51.1", "Eel|34.8|44.7"],
        "Number of boats": ["|Total|Coast", "Cod|45|51", "Eel|34|44"],
    }.items():
        text += pipes(*(row.split("|") for row in rows), title=title).removeprefix(SHEET)
    poll = imported(tmp_path, "a.md", text)
    assert [question.title for question in poll.questions] == ["Ferry or bridge?"]


def test_the_whole_behind_the_last_group_is_no_part_of_it(tmp_path):
    rows = ["Sex;;;", ";Men;Women;Total", "Base;390;410;800", "Cod;44;48;46", "Eel;56;52;54"]
    text = "Which fish?\n" + "\n".join([f";{rows[0]}", *rows[1:]])
    poll = imported(tmp_path, "a.csv", text, pollster="Nobody", sample_size="800")
    assert {segment.id: segment.label for segment in poll.segments}["total"] == "Total"
    assert [set(one.parts) for one in poll.segments.partitions] == [{"men", "women"}]


def test_counts_percents_and_letters_under_one_label_are_told_apart(tmp_path):
    rows = [
        ["Which fish?"], ["", "Total", "Men (A)", "Women (B)"], ["Base", 800, 390, 410],
        ["Cod", 416, 226, 190], ["", 0.52, 0.58, 0.46], ["", "", "B", ""],
        ["Herring", 384, 164, 220], ["", 0.48, 0.42, 0.54], ["", "", "", "A"],
    ]  # fmt: skip
    lines = [[line] for line in SHEET.splitlines()]
    place = len(lines) + 1
    formats = {f"{c}{place + at}": "0%" if at in (4, 7) else "0" for at in range(9) for c in "BCD"}
    poll = imported(tmp_path, "a.xlsx", workbook([*lines, *rows], head=False, formats=formats))
    assert rows_of(poll.questions[0]) == {"Cod": ["52", "58", "46"], "Herring": ["48", "42", "54"]}
    assert [segment.interviews for segment in poll.segments] == [800, 390, 410]
    listed = " ".join(f"{one.text} {one.because}" for one in poll.left_out)
    assert "416" in listed
    assert "letters" in listed


def test_marks_raised_struck_out_or_hidden_are_no_digits(tmp_path):
    """What a browser shows is read: 4 and not 41, 6 and not 046."""
    page = "".join(f"<p>{line}</p>" for line in SHEET.splitlines()) + "<h2>Which fish?</h2><table>"
    page += "<tr><th></th><th>Total</th><th style='display:none'>Draft</th></tr>"
    page += "<tr><td>Cod</td><td>34<sup>1</sup><a role='doc-noteref'>5</a></td><td style='display:none'>90</td></tr>"
    page += "<tr><td>Eel</td><td><span style='display:none'>0</span>6<i class='sr'>5</i>6<span style='vertical-align:super'>"
    page += "2</span><b style='opacity:0'>7</b><a id='far'>8</a><i class='up'>3</i></td><td style='display:none'>80</td>"
    page += "</tr></table><style>.sr, b.x {visibility: hidden} #far {position: absolute; left: -999px}"
    page += " .up {vertical-align: super}</style>"
    poll = imported(tmp_path, "a.html", page)
    assert rows_of(poll.questions[0]) == {"Cod": ["34"], "Eel": ["66"]}
    listed = " ".join(one.text for one in poll.left_out)
    assert all(text in listed for text in ("1", "90", "80", "Draft", "7 | 8", "2 3"))


def test_the_share_of_all_beside_the_name_of_a_group_is_a_mark(tmp_path):
    rows = [["", "Cod", "Eel"], ["Men48%", "41%", "59%"], ["Women 52 %", "54%", "46%"]]
    poll = imported(tmp_path, "a.md", pipes(*rows))
    assert [segment.label for segment in poll.segments] == ["Total", "Men", "Women"]
    assert rows_of(poll.questions[0]) == {"Cod": ["41", "54"], "Eel": ["59", "46"]}
    assert any("48%" in one.text for one in poll.left_out)


FISH = [
    (60, 120, 11, "Cod"),
    (60, 140, 11, "Herring, smo-"),
    (60, 154, 11, "ked or fresh"),
    (60, 180, 11, "No fish"),
]
PLACES = (220, 300, 380)


def fish_page(top=0):
    """A page without rulings: a question, three columns under two levels of names, a label over two lines."""
    words = [(60, 60 + top, 13, "Which fish do you eat most?")]
    words += [(300, 80 + top, 11, "Region"), (220, 98 + top, 11, "Total")]
    words += [(300, 98 + top, 11, "North"), (380, 98 + top, 11, "South")]
    words += [(x, y + top, size, text) for x, y, size, text in FISH]
    for y, figures in ((120, "41 38 44"), (140, "50 55 45"), (180, "9 7 11")):
        words += [(x, y + top, 11, f"{figure}%") for x, figure in zip(PLACES, figures.split(), strict=True)]
    return words


def test_a_page_without_rulings_is_read_by_where_its_words_stand(tmp_path):
    poll = imported(
        tmp_path, "a.pdf", pdf(fish_page()), pollster="Nobody", sample_size="800", fieldwork="6-8 May 2031"
    )
    assert poll.questions[0].title == "Which fish do you eat most?"
    assert [segment.label for segment in poll.segments] == ["Total", "North", "South"]
    assert rows_of(poll.questions[0]) == {
        "Cod": ["41", "38", "44"], "Herring, smo-ked or fresh": ["50", "55", "45"], "No fish": ["9", "7", "11"],
    }  # fmt: skip


def test_doubled_and_turned_letters_are_read_as_a_person_sees_them(tmp_path):
    page = fish_page()
    bold = [(x + 0.3, y, size, text) for x, y, size, text in page if text[0].isdigit()]
    shadow = [(x + 1.2, y - 0.6, size, text) for x, y, size, text in page if not text[0].isdigit()]
    poll = imported(tmp_path, "a.pdf", pdf([*page, *bold, *shadow]), pollster="Nobody", sample_size="800")
    assert rows_of(poll.questions[0])["No fish"] == ["9", "7", "11"]
    assert poll.questions[0].title == "Which fish do you eat most?"
    upright = [word for word in page if word[3] not in {"North", "South", "Region"}]
    turned = [(308, 98, 11, "North", "turned"), (388, 98, 11, "South", "turned")]
    (tmp_path / "b").mkdir()
    poll = imported(tmp_path / "b", "a.pdf", pdf([*upright, *turned]), pollster="Nobody", sample_size="800")
    assert [segment.label for segment in poll.segments] == ["Total", "North", "South"]


def test_two_tables_side_by_side_keep_their_titles_and_their_rows(tmp_path):
    words = []
    for left, title, rows in (
        (40, "Q1. Which fish?", ("Cod 53 51", "Eel 47 49")),
        (340, "Q2. Which bread?", ("Rye 60 30", "No 40 70")),
    ):
        words += [(left, 60, 11, title), (left + 90, 80, 11, "Total"), (left + 150, 80, 11, "Coast")]
        for at, row in enumerate(rows):
            words += [
                (left + x, 100 + 16 * at, 11, text) for x, text in zip((0, 90, 150), row.split(), strict=True)
            ]
    poll = imported(tmp_path, "a.pdf", pdf(words), pollster="Nobody", sample_size="800")
    assert [question.title for question in poll.questions] == ["Q1. Which fish?", "Q2. Which bread?"]
    assert rows_of(poll.questions[1]) == {"Rye": ["60", "30"], "No": ["40", "70"]}


def test_headings_beside_the_name_of_the_whole_small_letters_and_grouped_thousands_are_read_on_a_page(
    tmp_path,
):
    words = [(60, 60, 12, "Which fish do you eat?"), (220, 90, 11, "Total"), (360, 90, 11, "Age")]
    words += [(300, 104, 11, "18-34 ans"), (380, 104, 11, "65 ans et plus")]
    words += [
        (60, 124, 11, "Cod from the"),
        (60, 138, 11, "coast"),
        (60, 152, 11, "Eel"),
        (60, 166, 11, "Base"),
    ]
    for y, row in ((138, "53% 51% 54%|a"), (152, "47% 49%|b 46%"), (166, "1|204 602 602")):
        for x, figure in zip((220, 310, 400), row.split(), strict=True):
            first, _, second = figure.partition("|")
            words += [
                (x, y, 11, first),
                *([(x + 6.12 * len(first) + 5.5 * first.count("%") + 2, y, 11, second)] if second else []),
            ]
    poll = imported(tmp_path, "a.pdf", pdf(words), pollster="Nobody", sample_size="1204")
    assert rows_of(poll.questions[0]) == {"Cod from the coast": ["53", "51", "54"], "Eel": ["47", "49", "46"]}
    assert [segment.label for segment in poll.segments] == ["Total", "18-34 ans", "65 ans et plus"]
    assert [segment.interviews for segment in poll.segments] == [1204, 602, 602]


def test_pages_are_chosen_and_a_page_of_words_is_no_table(tmp_path, capsys, monkeypatch):
    monkeypatch.undo()  # the process that reads is told of it
    words = [(60, 80 + 14 * n, 11, "Of ten people asked, 4 eat cod and 5 herring.") for n in range(8)]
    (tmp_path / "a.pdf").write_bytes(pdf(words, fish_page()))
    command = ["import", str(tmp_path / "a.pdf"), "--out", str(tmp_path / "draft"), "--pollster", "Nobody"]
    assert main([*command, "--pages", "1"]) == 1
    assert "no table of percentages" in capsys.readouterr().err
    assert main([*command, "--pages", "2"]) == 0
    assert len(load_poll(tmp_path / "draft").figures) == 9


@pytest.mark.parametrize("name", ["a.pdf", "a.xlsx", "a.csv", "a.md", "a.html", "a.docx", "-"])
def test_a_choice_that_a_file_does_not_have_is_refused(tmp_path, capsys, monkeypatch, name):
    monkeypatch.undo()
    path = Path(name) if name == "-" else tmp_path / name
    if name != "-":
        path.write_bytes(b"x")
    for choice, kinds in (("pages", {"a.pdf"}), ("sheets", {"a.xlsx"})):
        status = main(["import", str(path), "--out", str(tmp_path / "draft"), f"--{choice}", "1"])
        said = capsys.readouterr().err
        assert status == 1
        assert (f"there are no {choice} to choose" in said) == (name not in kinds)


TABLE = [["Which fish?"], ["", "Total", "Coast"], ["Cod", "38.4", "41.0"], ["Herring", "61.6", "59.0"]]


@pytest.mark.parametrize("name", ["a.ods", "a.docx", "-", "-,", "a.txt"])
def test_other_formats_hold_the_same_table(tmp_path, monkeypatch, name):
    lines = SHEET.splitlines()
    if name == "a.txt":
        content = "\n".join([*lines, *(",".join(row) for row in TABLE)]).encode()
    elif name == "a.ods":
        content = open_document([*([line] for line in lines), *TABLE])
    elif name == "a.docx":
        content = word_document([*lines, *TABLE[0]], TABLE[1:])
    else:
        delimiter, name = name[1:] or "\t", "-"
        content = "\n".join([*lines, *(delimiter.join(row) for row in TABLE)]).encode()
        monkeypatch.undo()  # the process that reads is handed it
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(content)))
    path = tmp_path / name if name != "-" else name
    if name != "-":
        path.write_bytes(content)
    import_poll(path, tmp_path / "draft")
    poll = load_poll(tmp_path / "draft")
    assert poll.questions[0].title == "Which fish?"
    assert rows_of(poll.questions[0]) == {"Cod": ["38.4", "41.0"], "Herring": ["61.6", "59.0"]}
    assert poll.sheet.n == 800


SHEETS = {
    "en": "Survey of 1’250 registered voters, conducted May 6-8, 2031",
    "es": "Tamaño de la muestra: 1.250 encuestados\nFecha de campo: 6 al 8 de mayo de 2031",
    "fr": "Taille de l'échantillon : 1 250 personnes\nDates de terrain : du 6 au 8 mai 2031",
    "pt": "Amostra: 1.250\nPeríodo de campo: 6 a 8 de maio de 2031",
    "ko": "표본의 크기: 1,250명\n조사기간: 2031년 5월 6일 ~ 8일",
    "ko, dots": "표본의 크기: 1,250명\n조사일시: 2031. 5. 6. ~ 5. 8.",
    "it, with two commas and figures behind them": "Numero intervistati: 1.250\nFieldwork: 2031/05/06 - 2031/05/08\n"
    "Margine di errore: 3,1 %\nCosto: 4,5",
    "de, a year once": "Fallzahl: 1.250\nFeldzeit: 6.5.–8.5.2031",
    "de": "Stichprobe: 1.250 Personen\nErhebungszeitraum: 06.-08.05.2031",
}


@pytest.mark.parametrize("text", SHEETS.values(), ids=SHEETS)
def test_a_technical_sheet_is_read_in_the_words_of_its_country(tmp_path, text):
    poll = imported(tmp_path, "a.md", f"{text}\n\nXyz?\n\n| | Total |\n|---|---|\n| A | 61 |\n| B | 39 |\n")
    assert poll.sheet.n == 1250
    assert [day.isoformat() for day in poll.sheet.fieldwork] == ["2031-05-06", "2031-05-08"]


def test_a_table_broken_over_a_page_is_one_question_and_so_is_a_label_broken_at_its_hyphen(tmp_path):
    def banner(top, columns, rows):
        words = [(x, top, 11, label) for x, label in zip((230, 300, 380), ("Total", *columns), strict=True)]
        for at, (label, *figures) in enumerate(rows, start=1):
            words.append((60, top + 20 * at, 11, label))
            words += [
                (x, top + 20 * at, 11, f"{figure}%")
                for x, figure in zip((230, 300, 380), figures, strict=True)
            ]
        return words

    rows = [("Cod", 41, 38, 44), ("Herring", 44, 49, 39), ("Pike", 6, 6, 6), ("No fish", 9, 7, 11)]
    first = [(60, 60, 12, "Which fish do you eat most?"), *banner(90, ("North-East", "South"), rows)]
    below = [*banner(220, ("Men", "Women"), rows[:2]), (250, 300, 11, "continued on the next page...")]
    rest = [(250, 60, 11, "continued from previous page"), *banner(80, ("Men", "Women"), rows[2:])]
    for foot, top, counts in ((first, 190, (800, 300, 500)), (rest, 140, (800, 390, 410))):
        foot.append((60, top, 11, "Unweighted N"))
        foot += [(x, top, 11, f"({count})") for x, count in zip((230, 300, 380), counts, strict=True)]
    other = [
        (60, 60, 12, "Which bread do you eat?"),
        *banner(90, ("North- East", "South"), [("Rye", 60, 70, 50), ("Wheat", 40, 30, 50)]),
    ]
    poll = imported(
        tmp_path, "a.pdf", pdf([*first, *below], rest, other), pollster="Nobody", sample_size="800"
    )
    fish, bread = poll.questions
    assert [segment.label for segment in poll.segments] == ["Total", "North-East", "South", "Men", "Women"]
    assert rows_of(fish)["No fish"] == ["9", "7", "11", "7", "11"]
    assert [segment.interviews for segment in poll.segments] == [800, 300, 500, 390, 410]
    assert rows_of(bread)["Rye"][:3] == ["60", "70", "50"]


def test_a_sheet_is_read_whose_labels_stand_left_of_what_they_say(tmp_path):
    said = {
        "Survey company": "Harbour Research Ltd., registered in Tarn", "Fieldwork": "by the same",
        "Interviewing dates": "6-8 May 2031", "Target population": "Adults of Tarn",
        "Weighting": "The sample was weighted by age.", "Survey mode": "By telephone",
    }  # fmt: skip
    sheet = [(60, 90 + 20 * at, 11, label) for at, label in enumerate(said)]
    sheet += [(220, 89 + 20 * at, 12, text) for at, text in enumerate(said.values())]
    poll = imported(tmp_path, "a.pdf", pdf(fish_page(), sheet), sample_size="800")
    assert poll.sheet.short_name == "Harbour Research Ltd"
    printed = {item.id: item.printed for item in poll.sheet.items}
    assert printed["fieldwork"] == "6-8 May 2031"
    assert printed["target_group"] == "Adults of Tarn"
    assert printed["weighting"].startswith("The sample was")
    assert printed["technique"] == "By telephone"


def test_a_sheet_in_full_sentences_says_its_level_and_its_points_and_keeps_its_lines_whole(tmp_path):
    lines = (
        "1. Sistema de muestreo: hogares de las ciudades principales de todas las regiones, que son la costa",
        "septentrional: Bacalar, Carrizal, Dunas, Esteros, y la meridional; y en todas ellas primero",
        "aproximadamente 40 municipios, con el censo de ese siglo.",
        "2. Tipo de muestra: por conglomerados, con 150 puntos guia muestrales en los 40 municipios.",
        "3. Margen de error: se observa uno del 2,31% para proporciones superiores al 50%, con un cierto nivel",
        "de confianza del 95%.",
    )
    sheet = [(60, 90 + 13 * at, 11, line) for at, line in enumerate(lines)]
    poll = imported(tmp_path, "a.pdf", pdf(fish_page(), sheet), pollster="Nobody", sample_size="1800")
    printed = {item.id: item.printed for item in poll.sheet.items}
    assert printed["sampling"].endswith("de ese siglo.")
    assert (poll.sheet.margin_of_error, poll.sheet.confidence_level) == (0.0231, 0.95)
    assert (poll.sheet.sampling_unit, poll.sheet.sampling_points) == ("sampling_points", 150)


@pytest.mark.parametrize(
    "text",
    [
        "Survey for The Tarn Gazette. Harbour Research conducted this poll. Interviews were completed online,"
        " with 800 adults. Respondents were randomly selected\nfrom a panel of readers, and representative of"
        " adults in Tarn. The sample was weighted by age and\nby place. Have you ever been interviewed face-"
        "to-face?",
        "Encuesta de Vigía Norte para El Faro. Vigía Norte realizó este estudio con una muestra de 800 "
        "personas. Se hizo un muestreo por conglomerados, aleatorio en cada etapa,\nde una población "
        "representativa del valle. Las entrevistas fueron telefónicas. Los resultados\nfueron ponderados por "
        "edad y sexo. El intervalo de una muestra aleatoria de mil.",
        "Sondage Vigie pour Le Phare. La Vigie a réalisé cette enquête auprès de 800 personnes "
        "représentatives des habitants du Tarn. La méthode des quotas a été appliquée\nà l'age et au sexe. "
        "Interrogation par internet du 6 au 8 mai 2031. Un redressement a tenu compte du vote. La marge d'un "
        "sondage par quotas se discute.",
    ],
)
def test_sentences_say_how_a_poll_was_made(tmp_path, text):
    """A methodology in prose, broken over lines: each line of a sheet is the sentence that says it, questions say none."""
    table = "| | Total | Ana | Bo |\n|---|---|---|---|\n| Yes | 61 | 58 | 64 |\n| No | 39 | 42 | 36 |\n"
    poll = imported(tmp_path, "a.md", f"{text}\n\n# Ferry or bridge?\n\n{table}")
    said = {item.id: item.printed for item in poll.sheet.items}
    whole = text.replace("\n", " ")
    for name in ("target_group", "sampling", "technique", "weighting", "funding"):
        assert whole[max(whole.find(said[name]) - 2, 0) : whole.find(said[name])] in {"", ". "}
        assert said[name].endswith(".")
    assert said["sampling"] != said["technique"] != said["weighting"] != said["funding"]
    assert said["sample_size"] == "800"
    assert said["pollster"] in {"Harbour Research", "Vigía Norte", "Vigie"}


def test_labels_in_any_script_have_readable_ids(tmp_path):
    poll = imported(
        tmp_path, "a.md",
        pipes(["", "전체", "남성", "여성"], ["사례수", "1,003명", "490명", "513명"], ["찬성", "61", "58", "64"],
              ["반대", "39", "42", "36"]),
    )  # fmt: skip
    assert [segment.interviews for segment in poll.segments] == [1003, 490, 513]
    assert poll.segments.ids[0] == "total"
    assert all(len(name) > 2 and "unnamed" not in name for name in poll.segments.ids)
    assert [row.label for row in poll.questions[0].answers] == ["찬성", "반대"]


def test_columns_side_by_side_divide_nothing_without_evidence(tmp_path):
    """Two banners that overlap stay apart, and three columns of no family are no partition."""
    poll = imported(
        tmp_path, "a.csv",
        "Which fish?\n\n,Total,Anglers,Cooks,Sailors\nCod,38,70,30,31\nHerring,62,30,70,69\n", pollster="Nobody",
    )  # fmt: skip
    assert poll.segments.partitions == ()


def test_groups_that_leave_some_people_out_divide_nothing_and_an_orientation_is_no_sex(tmp_path):
    """Two groups fit the whole, but for an answer that nobody in either of them gave."""
    lines = [",,Sexual orientation,", ",Total,Straight,Gay"]
    for number in range(12):
        a, b = 30 + 2 * number, 60 - 3 * number
        whole = round(0.9 * a + 0.1 * b)
        lines += [
            "",
            f"Which of boats {number}?",
            f"Barge,{whole},{a},{b}",
            f"Raft,{93 - whole},{93 - a},{93 - b}",
        ]
        lines += ["Ferry,7,7,7"]
    both = "\n".join(lines) + "\n"
    more = "\nWhat are you?\nStraight,87,100,0\nGay,9,0,100\nOther,4,0,0\n"
    found = []
    for name, text in (("without", both), ("with", both + more)):
        (tmp_path / name).mkdir()
        found.append(imported(tmp_path / name, "a.csv", text, pollster="Nobody").segments.partitions)
    assert [[one.label for one in partitions] for partitions in found] == [["Sexual orientation"], []]
    assert [one.id for one in found[0]] == ["sexual_orientation"]


def test_columns_made_of_others_beside_them_are_asked_about_and_can_be_taken_back(tmp_path):
    """Coast and its two halves, with Inland, fit the whole as well as Coast and Inland do."""
    lines = ["Which boat?", "", ",,Region,,,", ",Total,Coast,North coast,South coast,Inland"]
    for boat, (north, south, inland) in {
        "Barge": (10, 40, 22), "Cutter": (25, 5, 30), "Ferry": (35, 15, 8), "Ketch": (20, 28, 12), "Raft": (10, 12, 28),
    }.items():  # fmt: skip
        coast = 0.6 * north + 0.4 * south
        shares = (0.7 * coast + 0.3 * inland, coast, north, south, inland)
        lines.append(",".join([boat, *(f"{share:.1f}" for share in shares)]))
    poll = imported(tmp_path, "a.csv", "\n".join(lines) + "\n", pollster="Nobody")
    assert [one.id for one in poll.segments.partitions] == ["region"]
    (asked,) = [doubt for doubt in poll.unsure if doubt.about == "partitions"]
    assert asked.proposed.startswith("region: Coast, North coast, South coast, Inland of Total")
    said = []
    answers = iter(["somewhere", "region"])
    review(
        tmp_path / "draft",
        lambda _: next(answers) if said[-1].startswith("partitions") else "",
        lambda text: said.extend(text.strip().splitlines()[:1]),
    )
    assert any("type no if none of them does, or those that do not, of: region" in text for text in said)
    assert load_poll(tmp_path / "draft").segments.partitions == ()


def test_a_review_writes_each_answer_and_leaves_other_files_alone(tmp_path):
    imported(tmp_path, "a.md", "Xyz?\n\n| | Total |\n|---|---|\n| A | 61 |\n| B | 39 |\n")
    (tmp_path / "draft" / "notes.txt").write_text("mine")
    answers = {
        "pollster": "Seafarers' Institute",
        "sample_size": "1200",
        "fieldwork": "2031-05-06 to 2031-05-08",
        "asked": "card",
    }
    said = []

    def answer(_):
        about = said[-1].split(":")[0]
        return next((value for key, value in answers.items() if key in about), "")

    assert review(tmp_path / "draft", answer, said.append) == 0
    poll = load_poll(tmp_path / "draft")
    assert poll.unsure == ()
    assert [item.printed for item in poll.sheet.items if item.id == "pollster"] == ["Seafarers' Institute"]
    assert poll.questions[0].asked == "card"
    assert [day.isoformat() for day in poll.sheet.fieldwork] == ["2031-05-06", "2031-05-08"]
    assert (tmp_path / "draft" / "notes.txt").read_text() == "mine"
    assert review(tmp_path / "draft", answer, said.append) == 0


@pytest.mark.parametrize("at", ["first name's end", "first name's begin", "middle", "last name's end"])
@pytest.mark.parametrize("headings", [("Area of work", "Trade"), ("Vote in May", "Type of dwelling")])
def test_headings_stand_over_their_names_however_they_are_aligned(tmp_path, at, headings):
    names = ["Total", "Alder", "Beech", "Cedar", "Hazel", "Juniper"]
    ends = [25 + 10 * place for place in range(len(names))]
    over = ""
    for heading, first, last in zip(headings, (1, 3), (2, 5), strict=True):
        begin, end = ends[first] - len(names[first]), ends[last]
        place = {
            "first name's end": ends[first] - len(heading), "first name's begin": begin,
            "middle": (begin + end - len(heading)) // 2, "last name's end": end - len(heading),
        }[at]  # fmt: skip
        over = f"{over:<{place}}{heading}"
    rows = [
        "".join(f"{name:>10}" for name in names),
        *("".join(f"{n:>10}" for n in r) for r in ("612345", "498765")),
    ]
    rows = [f"{label:<15}{row}" for label, row in zip(("", "Ferry", "Bridge"), rows, strict=True)]
    poll = imported(tmp_path, "a.txt", "\n".join([SHEET, "Ferry or bridge?", "", over, *rows]))
    # Figures that no weights fit make no partition, so that each label says what it stands under.
    over = ["", *[f"{headings[0]}: "] * 2, *[f"{headings[1]}: "] * 3]
    assert [one.label for one in poll.segments] == [f"{a}{name}" for a, name in zip(over, names, strict=True)]


@pytest.mark.parametrize("gap", [2, 12])
def test_a_list_set_in_columns_of_questions_answers_and_groups_is_laid_out(tmp_path, gap):
    shares = {
        "Ferry?": {"Yes": ["61", "55"], "No": ["39", "45"]},
        "Bridge?": {"Good": ["20", "30"], "Bad": ["80", "70"]},
    }
    lines = [
        (question, answer, group, base, share)
        for question, answers in shares.items()
        for answer, both in answers.items()
        for group, base, share in zip(("All", "Coast"), ("800", "390"), both, strict=True)
    ]
    rows = [("Question", "Answer", "Segment", "Base", "Per cent"), *lines]
    text = "\n".join(
        "".join(f"{cell:<{8 + gap}}" for cell in row[:3]) + f"{row[3]:>4}{row[4]:>10}" for row in rows
    )
    poll = imported(tmp_path, "a.txt", f"{SHEET}\n{text}\n")
    assert {question.title: rows_of(question) for question in poll.questions} == shares
    assert [segment.interviews for segment in poll.segments] == [800, 390]


@pytest.mark.parametrize(("after", "answers"), [
    ("None", ["A ferry", "Building at once", "None"]), ("  at last", ["A ferry", "at once", "at last"]),
])  # fmt: skip
def test_an_answer_goes_on_in_small_letters_unless_it_stands_in_a_list(tmp_path, after, answers):
    rows = ["A ferry           40   45", "Building", "  at once         35   30", f"{after:<18}25   25"]
    base = ["Unweighted base (all", "  who were asked) 800  390"]
    poll = imported(tmp_path, "a.txt", "\n".join([SHEET, "Ferry?", "", f"{'Total  Men':>28}", *rows, *base]))
    assert [row.label for one in poll.questions for row in one.answers] == answers


def test_lines_of_a_sheet_set_in_columns_over_a_table_name_no_columns(
    tmp_path,
):
    sheet = ["Pollster        Nobody", "Sample size     800", "Fieldwork       6-8 May 2031"]
    rows = [f"{'Total   Men':>25}", "Ferry             61    55", "Bridge            39    45"]
    for over in (["Ferry or bridge?", *sheet], [*sheet, "Ferry or bridge?"]):
        (tmp_path / over[0][:5]).mkdir()
        poll = imported(tmp_path / over[0][:5], "a.txt", "\n".join([*over, *rows]))
        assert poll.questions[0].title == "Ferry or bridge?"
        assert [segment.label for segment in poll.segments] == ["Total", "Men"]
        assert (poll.sheet.n, str(poll.sheet.fieldwork_end)) == (800, "2031-05-08")
