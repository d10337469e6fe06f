"""The pages of the collection, whole: what they ask for and hold, the front page, and the files that a report carries."""

import base64
import csv
import hashlib
import io
import json
import os
import re
import urllib.parse
import zlib
from collections import Counter
from html.parser import HTMLParser
from itertools import chain
from pathlib import Path

import numpy as np
import papermill
import pytest
from made_up_poll import write_poll

from analysis import show
from analysis.paths import project_root
from analysis.show.display import download_link
from polltables.rendering import load_collection, render_reports
from polltables.rendering.index import as_made, write_index

DATA = Path(__file__).parent / "data"
NUMBERS = (
    {"answer": "a", "value": 0.25, "shown_in": "Vote: a table, 100% [of it]"},
    {"answer": "b", "value": 0.5, "low": 0.4, "shown_in": "Vote: a table, 100% [of it]"},
)

pytestmark = pytest.mark.usefixtures("one_server")


@pytest.fixture(scope="module")
def rendered(tmp_path_factory, one_server):
    """Render the collection once."""
    out = tmp_path_factory.mktemp("reports")
    outcomes = render_reports(load_collection(), out)
    assert [outcome.error for outcome in outcomes] == [None] * len(outcomes)
    return out


def pages(folder):
    """The reports and front pages in a folder, and the numbers beside them."""
    found = [path for path in folder.rglob("[!.]*") if path.suffix in {".html", ".json"}]
    return {path.relative_to(folder).as_posix(): path.read_text("utf-8") for path in found}


def test_what_is_committed_is_what_is_rendered(rendered):
    """Every sentence, figure and drawing of the April poll, in both languages and at every setting, is tested by this.

    Where one is to change, `make reports` and read the difference: it is the test that another would repeat.
    """
    committed, made = pages(project_root() / "reports"), pages(rendered)
    assert committed.keys() == made.keys()
    for name, text in made.items():
        if text != committed[name]:
            pairs = zip(text, committed[name], strict=False)
            at = next((place for place, (now, was) in enumerate(pairs) if now != was), -1)
            was, now = (one[max(0, at - 150) : at + 150] for one in (committed[name], text))
            pytest.fail(
                f"reports/{name} is not what is rendered; if it should be, make reports:\n- {was}\n+ {now}"
            )


def test_a_draft_is_a_page_at_its_own_setting_and_is_made_anew(rendered, tmp_path):
    [report] = [one for one in load_collection(languages=["en"]) if one.name == "06-vote-certainty"]
    whole = as_made((rendered / report.path).read_bytes())
    for draft, status, follows in ((True, "made", False), (False, "made", True), (True, "unchanged", True)):
        [outcome] = render_reports([report], tmp_path, draft=draft)
        made = as_made((tmp_path / report.path).read_bytes())
        assert (outcome.status, b'id="controls"' in made, made == whole) == (status, follows, follows)


class Page(HTMLParser):
    """The parts of a page that the tests ask for."""

    def __init__(self, text):
        super().__init__()
        self.tags = []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))

    def find(self, *names):
        return [attributes for tag, attributes in self.tags if tag in names]


def names():
    return [report.name for report in load_collection(languages=["en"])]


@pytest.mark.parametrize("name", names())
def test_a_report_is_one_file_that_asks_nothing_of_anywhere(rendered, name):
    text = (rendered / f"{name}.html").read_text("utf-8")
    page = Page(text)
    assert page.find("html")[0]["lang"] == "en"
    assert not page.find("link", "iframe", "object", "embed", "video", "audio")
    assert all(image["src"].startswith("data:") for image in page.find("img"))
    # One script, which the page's own policy names by its digest; the rest is data.
    scripts = re.findall(r"<script>(.*?)</script>", text, flags=re.DOTALL)
    assert [kind.get("type") for kind in page.find("script")].count(None) == len(scripts) == 1
    digested = base64.b64encode(hashlib.sha256(scripts[0].encode()).digest()).decode()
    assert f"script-src 'sha256-{digested}'" in text
    links = [attributes["href"] for attributes in page.find("a")]
    assert all(re.match(r"#|data:|(\.\./|es/)*[\w-]+\.html(#[\w-]+)?$|https://", link) for link in links)
    own = {report.path.name for report in load_collection(languages=["en"])}
    assert {link.partition("#")[0] for link in links if re.match(r"[\w-]+\.html", link)} <= own
    assert not re.search(r"url\((?!#)|@import|(?:src|action|srcset|poster)=.https?:", text)
    assert len(text.encode()) < 300_000


@pytest.mark.parametrize("name", names())
def test_a_report_can_be_read_by_a_machine_that_reads_aloud(rendered, name):
    page = Page((rendered / f"{name}.html").read_text("utf-8"))
    assert len(page.find("main")) == len(page.find("h1")) == 1
    assert all(cell.get("scope") in {"col", "row", "colgroup", "rowgroup"} for cell in page.find("th"))
    assert all(drawing["aria-hidden"] == "true" for drawing in page.find("svg"))
    figures = [one for one in page.find("figure") if "pt-where" not in one["class"]]
    spoken = [one for one in page.find("div") if one.get("class") == "pt-spoken"]
    assert len(figures) == len(spoken)
    anchors = [attributes["id"] for _, attributes in page.tags if "id" in attributes]
    assert len(anchors) == len(set(anchors))
    links = [attributes["href"] for attributes in page.find("a")]
    assert {link[1:] for link in links if link.startswith("#")} <= set(anchors)


@pytest.mark.parametrize("name", names())
def test_a_report_holds_nothing_of_the_machine_that_made_it(rendered, name):
    for ending in ("html", "json"):
        text = (rendered / f"{name}.{ending}").read_text("utf-8")
        text = re.sub(r"[\w+/=]{1000,}", "", text)  # what is packed may hold any four letters
        assert str(project_root()) not in text
        assert str(Path.home()) not in text or Path.home() == Path("/")
        assert os.uname().nodename not in text or len(os.uname().nodename) < 4
        assert not re.search(r"0x[0-9a-f]{8,}", text)


def test_a_front_page_that_was_not_touched_is_not_made_again(rendered):
    assert all(outcome.unchanged for outcome in render_reports(load_collection(), rendered))


def test_a_report_that_was_never_made_is_left_out_of_the_front_page(rendered, tmp_path):
    reports = [report for report in load_collection(languages=["en"]) if report.name != "index"]
    write_index(tmp_path, reports)
    assert not (tmp_path / "index.html").exists()
    for name in ("02-margins-of-error.json", "02-margins-of-error.html"):
        (tmp_path / name).write_bytes((rendered / name).read_bytes())
    write_index(tmp_path, reports)
    page = (tmp_path / "index.html").read_text("utf-8")
    assert page.count('<tr><th scope="row"><a href="') == 1


def test_pages_lead_to_no_report_that_was_never_made(rendered, tmp_path):
    def write():
        for language, folder in (("en", tmp_path), ("es", tmp_path / "es")):
            write_index(folder, load_collection(languages=[language]))

    everything, kept = pages(rendered), ["08-other-polls.html", "es/02-margins-of-error.html", "index.html"]
    (tmp_path / "es").mkdir()
    for name in kept:
        (tmp_path / name).write_text(everything[name], "utf-8")
    write()
    for name, text in pages(tmp_path).items():
        links = [link["href"].partition("#")[0] for link in Page(text).find("a") if "href" in link]
        assert all(
            ((tmp_path / name).parent / link).is_file() for link in links if re.match(r"[\w./-]+$", link)
        )
        masked = [link for link in Page(text).find("a") if "data-href" in link]
        assert masked
        assert not any({"href", "rel", "hreflang"} & link.keys() for link in masked)
        assert name not in kept or as_made(text.encode()) == as_made(everything[name].encode())
    for name, text in everything.items():
        if name not in kept:
            (tmp_path / name).write_text(text, "utf-8")
    write()
    assert pages(tmp_path) == everything


def test_the_files_that_a_report_saves_hold_every_number_once(rendered):
    for path in rendered.rglob("[!.]*.json"):
        page = path.with_suffix(".html").read_text("utf-8")
        stated = [number["value"] for number in json.loads(path.read_text("utf-8"))["numbers"]]
        packed = re.search(r'id="page-settings">([^<]+)', page).group(1)
        files = json.loads(zlib.decompress(base64.b64decode(packed), -15))["files"]
        columns = [{name: cells for name, *cells in columns}["value"] for _, columns, _ in files]
        assert Counter(chain(*columns)) == Counter(map(str, stated)), path.name
        named = [int(row["data-file"]) for row in Page(page).find("p") if "data-file" in row]
        assert named == [place for place, (name, _, _) in enumerate(files) if name]


def test_a_table_s_link_holds_its_numbers_as_csv(cpi):
    link = download_link(show.View(cpi), "Vote: a table, 100% [of it]", NUMBERS)
    name, content = re.search(r'download="(.*?)" href="data:text/csv;charset=utf-8,(.*?)"', link).groups()
    assert name == "vote-a-table-100-of-it.csv"
    rows = list(csv.DictReader(io.StringIO(urllib.parse.unquote(content))))
    assert rows == [
        {"answer": "a", "value": "0.25", "low": ""},
        {"answer": "b", "value": "0.5", "low": "0.4"},
    ]
    assert download_link(show.View(cpi), "Nothing", ()) == ""


@pytest.mark.parametrize(("poll", "language"), [("harbour-2030-05", "en"), ("valle-2031-02", "es")])
def test_the_whole_collection_is_made_for_any_poll(tmp_path, poll, language):
    reports = load_collection(languages=[language], polls=[str(DATA / poll)])
    outcomes = render_reports(reports, tmp_path)
    assert [outcome.error for outcome in outcomes] == [None] * len(outcomes)
    pages = {report.path.name: (tmp_path / report.path).read_text("utf-8") for report in reports}
    for name, page in pages.items():
        said = re.sub(r"<(script|pre)\b.*?</\1>", "", page, flags=re.DOTALL)
        assert not re.search(r"\bnan\b|&lt;NA&gt;", said), name
    table = pages["index.html"].partition("<!--findings-->")[2]
    assert all(f'<a href="{name}">' in table for name in pages if name != "index.html")
    if poll.startswith("valle"):  # where people chose nobody
        assert re.search(r'no responde</th><td class="pt-text"><a href="06-vote-certainty.html">', table)


def test_pages_of_a_book_of_wide_tables_are_small_and_lead_to_each_figure(tmp_path):
    parts = [tuple(f"{kind}{number}" for number in range(11)) for kind in "abcd"]
    columns, random = ["total", *chain(*parts)], np.random.default_rng(1)
    tables = {}
    for question in range(9):
        shares = dict(zip(columns, random.dirichlet(np.full(12, 3), len(columns)), strict=True))
        rows = {
            f"answer{row}": {one: f"{100 * shares[one][row]:.1f}" for one in columns} for row in range(12)
        }
        bases = {one: str(4000 if one == "total" else 200 + place) for place, one in enumerate(columns)}
        tables[f"q{question}"] = rows | {("asked", "unweighted_base"): bases}
    divided = [(kind, "total", of) for kind, of in zip("abcd", parts, strict=True)]
    write_poll(tmp_path / "book", tables, n=4000, partitions=divided, form=2)
    reports = load_collection(polls=[str(tmp_path / "book")], languages=["en"])
    names = {"01-published-tables": "", "03-segment-comparisons-q3": ""}
    chosen = [report for report in reports if report.name in names]
    assert [one.error for one in render_reports(chosen, tmp_path, everything=reports)] == [None] * 2
    for name in names:
        names[name] = (tmp_path / "book" / f"{name}.html").read_text("utf-8")
        assert len(names[name].encode()) < 300_000
    published, asked = names.values()
    leads = re.findall(r'<a (?:data-)?href="03-segment-comparisons-(q\d)\.html">', published)
    assert leads == list(tables)
    assert "each stands, as printed, on the page of its question" in published
    table = re.search(r"<table[^>]*><caption>q3: per cent by segment.*?</table>", asked, re.DOTALL).group()
    printed = Counter(figure for row in tables["q3"].values() for figure in row.values())
    assert Counter(re.findall(r"<td[^>]*>([\d.]+)", table)) == printed


def test_plain_papermill_refuses_a_parameter_that_the_notebook_does_not_have(tmp_path):
    said = "No parameter 'confidence'; did you mean 'confidence_level'[?] There is: poll, question, "
    with pytest.raises(papermill.PapermillExecutionError, match=said):
        papermill.execute_notebook(
            project_root() / "notebooks" / "02-margins-of-error.ipynb",
            tmp_path / "out.ipynb",
            parameters={"confidence": 0.99},
            progress_bar=False,
            cwd=tmp_path,
        )
