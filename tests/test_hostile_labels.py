"""Labels are data: whatever they hold is shown as it is, and no sentence, table or drawing breaks or comes alive."""

import csv
import io
import itertools
import re
import shutil
from html.parser import HTMLParser

import pytest
from figure_texts import assert_readable
from notebook_cells import NOTEBOOKS, run_and_show

from analysis import estimates, show
from analysis.paths import project_root
from analysis.polls import load_poll
from analysis.show.view import SETTINGS_VARIABLE
from polltables.exporting.webpage import poll_webpage

# Format fields, mathematics, plurals, markup that is live, entities, and quotes of HTML, CSV and TOML.
HOSTILE = "{ } {0} {0:9000000} {x.__class__} %s %(a)d $a_1$ #7 <x-live onclick=a()> </text><img src=x onerror=a()> &lt; ';="
TOML = str.maketrans({"\\": r"\\", '"': r"\""})
TEXTS = (
    "label|name|title|instructions|row_heading|not_published|short|phrase|publisher|licence|short_name|group|printed_en|"
    "label_en|name_en|title_en|instructions_en|row_heading_en|not_published_en|short_en|phrase_en|licence_en|group_en"
)


class Page(HTMLParser):
    """The tags and attributes that a browser would see, and what it would show."""

    def __init__(self, html):
        super().__init__()
        self.tags, self.attributes, self.text = set(), set(), ""
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}

    def handle_data(self, data):
        self.text += data

    @property
    def is_dead(self):
        live = {"script", "img", "x-live", "iframe", "object"}
        return not live & self.tags and not any(name.startswith("on") for name in self.attributes)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """The real poll, every text of which is hostile, each with a number of its own."""
    folder = tmp_path_factory.mktemp("polls") / "hostile"
    shutil.copytree(project_root() / "data" / "polls" / "cpi-2021-04", folder)
    numbers = itertools.count(1)
    text = (folder / "poll.toml").read_text("utf-8")
    text = re.sub(
        rf'^({TEXTS}) = ".*"$',
        lambda m: f'{m[1]} = "{next(numbers)}. {HOSTILE.translate(TOML)}"',
        text,
        flags=re.M,
    )
    (folder / "poll.toml").write_text(text, "utf-8")
    for path in folder.glob("*.csv"):
        header, *rows = csv.reader(io.StringIO(path.read_text("utf-8")))
        texts = [at for at, name in enumerate(header) if re.fullmatch(r"(label|short)(_en)?", name)]
        for row in rows:
            for at in texts:
                row[at] = f"{next(numbers)}. {HOSTILE}"
        with path.open("w", newline="", encoding="utf-8") as file:
            csv.writer(file).writerows([header, *rows])
    return folder


@pytest.fixture(scope="module")
def hostile(folder):
    return load_poll(folder)


def squeezed(text):
    """Text without blanks, as lines are broken differently in a drawing."""
    return re.sub(r"\s", "", text)


def html_of(shown):
    bundle = shown._repr_mimebundle_()
    return re.sub(r"<style>.*?</style>", "", bundle["text/html"], flags=re.DOTALL), bundle


def test_texts_are_held_as_they_are_and_change_no_number(hostile, cpi):
    assert all(answer.label_en.endswith(HOSTILE) for asked in hostile.questions for answer in asked.answers)
    assert all(segment.phrase.endswith(HOSTILE) for segment in hostile.segments)
    compared = [estimates.compare_segments(poll, "castillo_negative") for poll in (hostile, cpi)]
    assert compared[0].equals(compared[1])
    assert estimates.audit(hostile).equals(estimates.audit(cpi))


def test_nothing_in_a_drawing_of_long_labels_is_cut_off_or_overlaid(hostile, cpi):
    for poll, narrow in itertools.product((hostile, cpi), (False, True)):
        view = show.View(poll)
        compared = estimates.compare_segments(poll, "castillo_negative")
        for chart in (
            show.comparisons.answers_chart(view, estimates.rank_answers(poll, "castillo_negative")).chart,
            show.comparisons.differences_chart(view, compared).chart,
        ):
            assert_readable(show.Drawing(view, chart, narrow=narrow))


def test_what_follows_the_controls_of_a_report_shows_them_as_they_are(hostile, monkeypatch):
    monkeypatch.setenv(SETTINGS_VARIABLE, "1")
    view = show.View(hostile)
    compared = estimates.compare_segments(hostile, "vote_intention", "area")
    for shown in (
        show.comparisons.differences_table(view, compared),
        show.comparisons.differences_chart(view, compared).shown(),
    ):
        assert len(shown.variants) >= 27
        for variant in (shown.variants[0], shown.variants[-1]):
            page = Page(variant)
            assert page.is_dead
            assert squeezed(HOSTILE) in squeezed(page.text)


def test_an_exported_page_shows_them_as_they_are(hostile):
    page = Page(poll_webpage(hostile))
    assert page.is_dead
    assert squeezed(HOSTILE) in squeezed(page.text)


def test_a_message_reads_no_field_of_its_data():
    words = show.View.__mro__[1]("en")
    assert words.say("{a} and {b}", a="{b} {0} %s", b="<b>") == "{b} {0} %s and &lt;b&gt;"
    assert words.say(("{n} of {a}", "{n} of {a}"), n=2, a="#{n}") == "2 of #{n}"


MORE = [("03-segment-comparisons", {"question": "castillo_negative", "language": "es"})]


@pytest.mark.parametrize(("stem", "chosen"), [*((path.stem, {}) for path in NOTEBOOKS), *MORE])
def test_every_notebook_runs_with_them_and_nothing_comes_alive(folder, stem, chosen, capsys):
    """Wherever one begins it stands whole, escaped once, in markup as in plain text."""
    _, shown = run_and_show(stem, poll=str(folder), **chosen)
    assert len(shown) > 3
    for output in shown:
        html, bundle = html_of(output)
        page = Page(html)
        assert page.is_dead
        for text in map(squeezed, (page.text, bundle["text/plain"])):
            assert text.count("{x.__class__}") == text.count(squeezed(HOSTILE)), output
        if HOSTILE in bundle["text/plain"]:
            assert squeezed(HOSTILE[:12]) in squeezed(bundle.get("text/markdown", HOSTILE))
