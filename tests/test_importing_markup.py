"""Tables by another markup: columns that cannot be seen, roles instead of tags, HTML in Markdown, delimiters, lists."""

import pytest
from test_importing_kinds import drafted, only_question
from test_importing_layouts import SHEET, imported, pipes, rows_of

from analysis.errors import PollError

pytestmark = pytest.mark.usefixtures("read_in_this_process")

ROWS = [["Tunnel", "48", "51", "45"], ["Pont", "37", "33", "41"], ["Aucun", "15", "16", "14"]]
SEEN = {label: [total, last] for label, total, _, last in ROWS}
QUESTION = "<h2>Quel ouvrage faut-il construire ?</h2>"


def html(table="table", row="tr", head="th", cell="td", before="", **more):
    def line(kind, texts):
        cells = "".join(f"<{kind}>{text}</{kind.split()[0]}>" for text in texts)
        return f"<{row}>{cells}</{row.split()[0]}>"

    lines = [line(head, ["", "Ensemble", "Vallée", "Littoral"]), *(line(cell, one) for one in ROWS)]
    return (
        f"{more.get('style', '')}{QUESTION}<{table}>{before}{''.join(lines)}</{table.split()[0]}><p>Fin</p>"
    )


@pytest.mark.parametrize(
    "how",
    [
        {"before": "<colgroup><col span=2><col style='visibility: collapse'><col></colgroup>"},
        {"before": "<col><col><col hidden>"},
        {"before": "<colgroup span=2></colgroup><colgroup class=x><col><tbody>", "style": "<style>.x{display:none}</style>"},
        {"style": "<style>tr > td:nth-child(3), th:nth-child(3) { display:none }</style>"},
        {"style": "<style>table.x td:nth-child(3), .x th:nth-child(3) {display:none}</style>", "table": "table class=x"},
    ],
)  # fmt: skip
def test_a_column_that_a_browser_hides_is_left_out_and_said(tmp_path, how):
    question, poll, _ = only_question(tmp_path, "a.html", html(**how))
    assert rows_of(question) == SEEN
    assert any("Vallée" in left.text and "33" in left.text for left in poll.left_out)


def test_a_rule_for_another_table_hides_nothing(tmp_path):
    page = html(style="<style>.other td:nth-child(3), li:nth-child(2) {display: none}</style>")
    question, _, _ = only_question(tmp_path, "a.html", page)
    assert rows_of(question) == {label: figures for label, *figures in ROWS}


def test_a_table_may_be_told_by_roles_alone(tmp_path):
    page = html("div role=table", "div role=row", "span role=columnheader", "span role=cell")
    page = page.replace(">48<", "><div><b>4</b>8</div><").replace("<p>Fin", "<div>Coût : 77 %</div><p>Fin")
    question, poll, _ = only_question(tmp_path, "a.html", page)
    assert rows_of(question) == {label: figures for label, *figures in ROWS}
    assert any("77" in left.text for left in poll.left_out)
    over = (
        "<div role=row><i role=cell></i><i role=cell></i><i role=columnheader aria-colspan=2>Zone</i></div>"
    )
    poll, _ = drafted(tmp_path, "b.html", page.replace("<div role=row>", f"{over}<div role=row>", 1))
    assert str([*poll.segments, *poll.segments.partitions]).count("Zone") in {1, 2}


def test_html_may_stand_in_markdown_beside_pipes_or_alone(tmp_path):
    table = html().replace(QUESTION, "").replace("<p>Fin</p>", "\n")
    both = pipes(["", "Total", "Coast"], ["Yes", "61", "58"], ["No", "39", "42"], title="A toll?")
    poll, _ = drafted(
        tmp_path, "a.md", f"{both}\n## Which link should be built?\n\n{table}\nNot asked of 12 people.\n"
    )
    assert [question.title for question in poll.questions] == ["A toll?", "Which link should be built?"]
    assert rows_of(poll.questions[1]) == {label: figures for label, *figures in ROWS}
    assert any("12 people" in left.text for left in poll.left_out)
    question, poll, _ = only_question(tmp_path, "b.md", f"{SHEET}## Which link should be built?\n\n{table}")
    assert question.title == "Which link should be built?"
    assert {item.id for item in poll.sheet.items} >= {"pollster", "fieldwork"}


@pytest.mark.parametrize("ending", ["csv", "txt"])
@pytest.mark.parametrize("mark", ["|", ";"])
def test_pipes_and_semicolons_delimit(tmp_path, mark, ending):
    rows = [["", "Gesamt", "Land, ohne Stadt", "Stadt"], *ROWS]
    text = "Was soll gebaut werden?\n" + "\n".join(mark.join(row) for row in rows)
    question, _, _ = only_question(tmp_path, f"a.{ending}", text)
    assert rows_of(question) == {label: figures for label, *figures in ROWS}
    assert question.title == "Was soll gebaut werden?"


@pytest.mark.parametrize("form", ["- {}: {}%", "* **{}:** {} %", "{} – {}%", "3) {} ..... {}%"])
def test_a_list_of_answers_and_percentages_is_a_table_of_the_whole(tmp_path, form):
    items = "\n".join(form.format(label, total) for label, total, *_ in ROWS)
    question, poll, _ = only_question(
        tmp_path, "a.md", f"{SHEET}## Which link?\n\n{items}\n\nAlso 12 letters.\n"
    )
    assert rows_of(question) == {label: [total] for label, total, *_ in ROWS}
    assert [segment.id for segment in poll.segments] == ["total"]


def test_a_list_that_adds_up_to_nothing_is_refused_with_its_place_and_lines_that_are_none_are_texts(tmp_path):
    sheet = "Sample size: 900\nMargin of error: 3%\n\n"
    with pytest.raises(PollError, match=r"line 5.*no header.*Which papers"):
        imported(tmp_path, "a.txt", f"{sheet}Which papers do you read?\n- Mail: 45%\n- Post: 75%\n")
    table = pipes(["", "Total", "Coast"], ["Yes", "61", "58"], ["No", "39", "42"])
    poll, _ = drafted(tmp_path, "b.md", f"{table}\nAnswered by letter: 12%\nAnswered by wire: 7%\n")
    (left,) = [left for left in poll.left_out if "12" in left.text]
    assert left.because == "a text that is neither title nor note of a table"


def test_labels_may_be_points_with_a_decimal_and_columns_name_their_unit(tmp_path):
    points = [[f"{at}.0", *figures] for at, (_, *figures) in enumerate(ROWS, start=1)]
    question, _, _ = only_question(tmp_path, "a.md", pipes(["", "Total", "Coast", "Hills"], *points))
    assert rows_of(question) == {label: figures for label, *figures in points}
    names = "respuesta,total_pct,total_n,mujeres_pct,mujeres_n\n"
    rows = "".join(f"{label},{one},{8 * int(one)},{two},{4 * int(two)}\n" for label, one, two, _ in ROWS)
    question, poll, _ = only_question(tmp_path, "b.csv", names + rows)
    assert rows_of(question) == {label: [one, two] for label, one, two, _ in ROWS}
    assert [segment.label for segment in poll.segments] == ["total", "mujeres"]
