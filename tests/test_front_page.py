"""The front page, and the files that a report carries inside it."""

import base64
import csv
import io
import json
import re
import urllib.parse

import openpyxl
import pytest

from analysis.show.display import download_link
from analysis.show.words import Words
from polltables.rendering import load_collection, render_reports
from polltables.rendering.index import write_index
from polltables.rendering.workbook import numbers_workbook

NUMBERS = (
    {"answer": "a", "value": 0.25, "shown_in": "Vote: a table, 100% [of it]"},
    {"answer": "b", "value": 0.5, "low": 0.4, "shown_in": "Vote: a table, 100% [of it]"},
    {"what": "=SUM(A1)", "value": 3, "shown_in": "Another"},
)


@pytest.fixture(scope="module")
def rendered(tmp_path_factory):
    """Render the front page and one report in both languages."""
    out = tmp_path_factory.mktemp("reports")
    reports = [report for report in load_collection() if report.name in {"index", "02-margins-of-error"}]
    outcomes = render_reports(reports, out)
    assert [outcome.error for outcome in outcomes] == [None] * 4
    return out


def test_the_front_page_repeats_the_headline_and_links_to_its_report(rendered):
    finding = json.loads((rendered / "02-margins-of-error.json").read_text("utf-8"))
    page = (rendered / "index.html").read_text("utf-8")
    assert finding["headline"] in page
    assert 'href="02-margins-of-error.html"' in page


def test_both_editions_link_to_each_other_and_speak_their_language(rendered):
    english = (rendered / "index.html").read_text("utf-8")
    spanish = (rendered / "es" / "index.html").read_text("utf-8")
    assert '<html lang="en">' in english
    assert re.search(r'href="es/index.html"[^>]* hreflang="es"', english)
    assert '<html lang="es">' in spanish
    assert re.search(r'href="../index.html"[^>]* hreflang="en"', spanish)
    report = (rendered / "es" / "02-margins-of-error.html").read_text("utf-8")
    assert re.search(r'href="../02-margins-of-error.html"[^>]* hreflang="en"', report)
    for english_words in ("The answer", "On this page", "Interviews", "not published", "Source:"):
        assert english_words not in re.sub(r"<pre.*?</pre>", "", report, flags=re.DOTALL)


def test_a_front_page_that_was_not_touched_is_not_made_again(rendered):
    reports = [report for report in load_collection() if report.name in {"index", "02-margins-of-error"}]
    assert all(outcome.unchanged for outcome in render_reports(reports, rendered))


def test_a_report_that_was_never_made_is_left_out_of_the_front_page(rendered, tmp_path):
    reports = [report for report in load_collection(languages=["en"]) if report.name != "index"]
    write_index(tmp_path, reports)
    assert not (tmp_path / "index.html").exists()
    (tmp_path / "02-margins-of-error.json").write_bytes((rendered / "02-margins-of-error.json").read_bytes())
    write_index(tmp_path, reports)
    page = (tmp_path / "index.html").read_text("utf-8")
    assert page.count('<tr><th scope="row"><a href="') == 1


def test_a_report_carries_its_numbers_as_a_workbook(rendered):
    page = (rendered / "02-margins-of-error.html").read_text("utf-8")
    encoded = re.search(r"spreadsheetml\.sheet;base64,([^\"]+)", page).group(1)
    book = openpyxl.load_workbook(io.BytesIO(base64.b64decode(encoded)))
    numbers = json.loads((rendered / "02-margins-of-error.json").read_text("utf-8"))["numbers"]
    assert sum(sheet.max_row - 2 for sheet in book) == len(numbers)


def test_the_workbook_keeps_texts_as_texts_and_numbers_as_numbers():
    book = openpyxl.load_workbook(io.BytesIO(numbers_workbook(NUMBERS)))
    assert book.sheetnames == ["1 Vote  a table, 100%  of it", "2 Another"]
    first, second = book.worksheets
    assert [cell.value for cell in first[2]] == ["answer", "value", "low"]
    assert [cell.value for cell in first[4]] == ["b", 0.5, 0.4]
    assert (second["A3"].value, second["A3"].data_type) == ("=SUM(A1)", "s")
    assert numbers_workbook(NUMBERS) == numbers_workbook(NUMBERS)
    assert openpyxl.load_workbook(io.BytesIO(numbers_workbook(()))).worksheets


def test_a_table_s_link_holds_its_numbers_as_csv():
    link = download_link(Words("en"), "Vote: a table, 100% [of it]", NUMBERS[:2])
    name, content = re.search(r'download="(.*?)" href="data:text/csv;charset=utf-8,(.*?)"', link).groups()
    assert name == "vote-a-table-100-of-it.csv"
    rows = list(csv.DictReader(io.StringIO(urllib.parse.unquote(content))))
    assert rows == [
        {"answer": "a", "value": "0.25", "low": ""},
        {"answer": "b", "value": "0.5", "low": "0.4"},
    ]
    assert download_link(Words("en"), "Nothing", ()) == ""
