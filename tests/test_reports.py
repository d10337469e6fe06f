import base64
import hashlib
import html
import json
import os
import re
import shutil
from html.parser import HTMLParser
from pathlib import Path

import nbformat
import papermill
import pytest

from analysis.errors import ReportError
from analysis.paths import project_root
from polltables.cli import main
from polltables.rendering import command, load_collection, render_reports

NOTEBOOKS = project_root() / "notebooks"
DATA = Path(__file__).parent / "data"

pytestmark = pytest.mark.usefixtures("one_server")


@pytest.fixture(scope="module")
def rendered(tmp_path_factory, one_server):
    """Render the collection once."""
    out = tmp_path_factory.mktemp("reports")
    outcomes = render_reports(load_collection(languages=["en"]), out)
    assert [outcome.error for outcome in outcomes] == [None] * len(outcomes)
    return out


@pytest.fixture
def collection(tmp_path):
    """Write a collection of our own beside copies of the notebooks."""

    def write(text):
        folder = tmp_path / "notebooks"
        folder.mkdir(exist_ok=True)
        for notebook in NOTEBOOKS.glob("*.ipynb"):
            shutil.copyfile(notebook, folder / notebook.name)
        (folder / "reports.toml").write_text(text, "utf-8")
        return folder / "reports.toml"

    return write


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


def digest(folder):
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("[!.]*"))
        if path.suffix in {".html", ".json"}
    }


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
    own = {path.name for path in rendered.glob("*.html")}
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
        assert str(project_root()) not in text
        assert str(Path.home()) not in text or Path.home() == Path("/")
        assert os.uname().nodename not in text or len(os.uname().nodename) < 4
        assert not re.search(r"0x[0-9a-f]{8,}", text)


def test_every_printed_figure_and_line_of_the_sheet_is_in_the_first_report(rendered, cpi):
    text = (rendered / "01-published-tables.html").read_text("utf-8")
    cells = re.findall(r"<td>([\d.]+)</td>", text)
    printed = cpi.figures["printed"].dropna().tolist()
    start = next(at for at in range(len(cells)) if cells[at : at + 40] == printed[:40])
    assert cells[start : start + 868] == printed
    said = html.unescape(text)
    for item in cpi.sheet.items:
        assert item.printed in said
    for question in cpi.questions:
        assert question.title in said
        assert all(answer.label in said for answer in question.answers)


def test_the_json_beside_a_report_holds_its_numbers(rendered, cpi):
    document = json.loads((rendered / "01-published-tables.json").read_text("utf-8"))
    assert document["data_sha256"] == cpi.sha256
    figures = [number for number in document["numbers"] if number.get("segment") and "answer" in number]
    assert len(figures) == 868
    castillo = next(n for n in figures if n["answer"] == "castillo" and n["segment"] == "rural")
    assert castillo["value"] == 0.615
    document = json.loads((rendered / "02-margins-of-error.json").read_text("utf-8"))
    assert document["parameters"]["confidence_level"] == 0.95


def test_the_headline_is_the_title_of_a_page_and_the_question_stands_above_it(rendered):
    text = (rendered / "02-margins-of-error.html").read_text("utf-8")
    headline = json.loads((rendered / "02-margins-of-error.json").read_text("utf-8"))["headline"]
    shown = re.search(r'<h1 class="pt-headline">(.*?)</h1>', text, flags=re.DOTALL).group(1)
    assert re.sub(r"</?span[^>]*>", "", shown) == headline
    assert (
        text.index('<p class="kicker">How precise is each share?') < text.index("<h1") < text.index("<table")
    )


@pytest.mark.parametrize("poll", ["harbour-2030-05", "valle-2031-02"])
def test_the_whole_collection_is_made_for_any_poll(tmp_path, poll):
    outcomes = render_reports(load_collection(languages=["en"], polls=[str(DATA / poll)]), tmp_path / "out")
    assert [outcome.error for outcome in outcomes] == [None] * len(outcomes)
    front = (tmp_path / "out" / poll / "index.html").read_text("utf-8")
    assert front.count('<tr><th scope="row"><a href="') == len(outcomes) - 1


def test_plain_papermill_works_with_a_parameter_of_its_own(tmp_path):
    notebook = papermill.execute_notebook(
        NOTEBOOKS / "02-margins-of-error.ipynb",
        tmp_path / "out.ipynb",
        parameters={"confidence_level": 0.99},
        progress_bar=False,
        cwd=tmp_path,
    )
    answer = next(cell for cell in notebook.cells if "answer" in cell.metadata.tags)
    assert "at 99% confidence" in answer.outputs[0]["data"]["text/plain"]


def test_plain_papermill_refuses_a_parameter_that_the_notebook_does_not_have(tmp_path):
    said = "No parameter 'confidence'; did you mean 'confidence_level'[?] There is: poll, question, "
    with pytest.raises(papermill.PapermillExecutionError, match=said):
        papermill.execute_notebook(
            NOTEBOOKS / "02-margins-of-error.ipynb",
            tmp_path / "out.ipynb",
            parameters={"confidence": 0.99},
            progress_bar=False,
            cwd=tmp_path,
        )


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        ("parameters = { pol = 'x' }", r"unknown parameter 'pol'; the notebook has: poll, question, method"),
        ("parameters = { poll = 'nonsense' }", "No poll 'nonsense'; there is: .*cpi-2021-04"),
        ("parameters = { question = 'vote' }", "no question 'vote'; there is: vote_intention"),
        ("parameters = { method = 'exact' }", "'exact' is not allowed; use one of wilson, wald"),
        ("parameters = { confidence_level = '95 %' }", "'95 %' is not of type float"),
        ("parameters = { confidence_level = true }", "True is not of type float"),
        ("parameters = { poll = 3 }", "3 is not of type str"),
        ("title = 'x'", "Unknown key 'title'; there is: notebook, parameters"),
    ],
)
def test_a_wrong_parameter_is_named_before_anything_runs(collection, entry, message):
    path = collection(f"[margins]\nnotebook = '02-margins-of-error.ipynb'\n{entry}\n")
    with pytest.raises(ReportError, match=message):
        load_collection(path, languages=["en"])


def test_every_wrong_entry_of_a_collection_is_named(collection):
    path = collection(
        "[a]\nnotebook = '99.ipynb'\n[b]\n[c]\nnotebook = '01-published-tables.ipynb'\nparameters = { x = 1 }\n"
    )
    with pytest.raises(ReportError) as error:
        load_collection(path, languages=["en"])
    assert len(error.value.problems) == 3


def spoil_last_cell(path, source):
    notebook = nbformat.read(path, as_version=4)
    notebook.cells[-1].source = source
    nbformat.write(notebook, path)


def test_a_failed_report_keeps_the_last_good_one_and_stops_no_other(collection, tmp_path):
    path = collection(
        "[tables]\nnotebook = '01-published-tables.ipynb'\n[margins]\nnotebook = '02-margins-of-error.ipynb'\n"
    )
    out = tmp_path / "out"
    assert not any(outcome.error for outcome in render_reports(load_collection(path, languages=["en"]), out))
    good = digest(out)
    spoil_last_cell(path.parent / "01-published-tables.ipynb", "1 / 0")
    outcomes = render_reports(load_collection(path, languages=["en"]), out)
    assert "ZeroDivisionError" in outcomes[0].error
    assert outcomes[1].error is None
    assert digest(out) == good
    partial = nbformat.read(out / "tables.partial.ipynb", as_version=4)
    assert any(output.output_type == "error" for cell in partial.cells for output in cell.get("outputs", []))
    spoil_last_cell(path.parent / "01-published-tables.ipynb", "show.provenance(view)")
    render_reports(load_collection(path, languages=["en"]), out)
    assert not (out / "tables.partial.ipynb").exists()


def test_a_warning_in_a_notebook_fails_its_report(collection, tmp_path):
    path = collection("[tables]\nnotebook = '01-published-tables.ipynb'\n")
    spoil_last_cell(path.parent / "01-published-tables.ipynb", "import warnings\nwarnings.warn('beware')")
    (outcome,) = render_reports(load_collection(path, languages=["en"]), tmp_path / "out")
    assert "beware" in outcome.error


def test_the_command_lists_and_refuses(capsys):
    assert main(["list"]) == 0
    listed = capsys.readouterr().out
    assert "01-published-tables" in listed
    assert "cpi-2021-04" in listed
    assert main(["render", "nonsense"]) == 2
    assert "No report 'nonsense'; there is: index, 01-published-tables" in capsys.readouterr().err


def test_the_exit_status_tells_of_a_failure(collection, tmp_path, monkeypatch, capsys):
    path = collection("[tables]\nnotebook = '01-published-tables.ipynb'\n")
    spoil_last_cell(path.parent / "01-published-tables.ipynb", "1 / 0")
    reports = load_collection(path, languages=["en"])
    monkeypatch.setattr(command, "all_reports", lambda _: reports)
    assert main(["render", "--out", str(tmp_path / "out")]) == 1
    assert "failed" in capsys.readouterr().out
