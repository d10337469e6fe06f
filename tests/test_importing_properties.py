"""Whatever is laid out comes back, and no number of a source is lost without a word."""

import re
import tempfile
import tomllib
from collections import Counter
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.errors import PollError
from analysis.polls import load_poll
from polltables.exporting.text import guarded
from polltables.importing import Given
from polltables.importing.drafting.drafting import draft_poll
from polltables.importing.page import Line
from polltables.importing.readers.delimited import without_guard
from polltables.importing.readers.reading import FORMATS, Chosen, read_here
from polltables.importing.recognition.figures import token_of
from polltables.importing.writing import draft_files, toml_text, write_folder

HEAD = "Pollster: Nobody\nSample size: 800\nFieldwork: 6-8 May 2031\n\n"
FIGURE = st.builds(lambda tenths: f"{tenths / 10:.1f}", st.integers(100, 990))
CELL = st.one_of(
    FIGURE, st.sampled_from(["", "–", "-", "*", "<1", "n.d.", "12.5*", "7.5 (a)", "33.3%", "48.0¹"])
)
# Words and numbers as labels have them, but none that means something to the importer.
WORD = st.sampled_from(
    ["Okafor", "Ñandú", "18–34", "Sí", "=SUM(A1)", "@home", "a|b", 'he "said"', "x;y", "\\", "2031", "1.5 km"]
)
TITLES = st.lists(
    st.sampled_from(["Water", "Roads", "2031", "Confidence in 12", "¿Sí?", "No. 7"]), max_size=3
)


@st.composite
def tables(draw):
    columns = draw(st.lists(WORD, min_size=1, max_size=4, unique=True))
    labels = draw(st.lists(WORD, min_size=1, max_size=6, unique=True))
    rows = [[label, *(draw(CELL) for _ in columns)] for label in labels]
    # A label alone is a line of text in a sheet or CSV file, so a row without figures says that it has none.
    return [["Answer", *columns], *([row[0], row[1] or "–", *row[2:]] for row in rows)]


def as_markdown(rows):
    return "\n".join(
        "| " + " | ".join(re.sub(r"([\\|])", r"\\\1", cell) for cell in row) + " |" for row in rows
    )


def as_csv(rows):
    return "\n".join(",".join('"' + guarded(cell).replace('"', '""') + '"' for cell in row) for row in rows)


FORMS = st.sampled_from([("a.md", as_markdown), ("a.csv", as_csv)])


def read(path):
    return read_here(FORMATS[path.suffix], path, path.name, Chosen())


def digits(*texts):
    return Counter(number for text in texts for number in re.findall(r"\d+", text, re.ASCII))


@settings(max_examples=150)
@given(table=tables(), titles=TITLES, form=FORMS)
def test_every_number_of_a_source_is_in_the_draft_or_on_the_list(table, titles, form):
    """No figure is written that was not printed, and no number of the file is forgotten."""
    name, write = form
    text = HEAD + "\n\n".join([*titles, write(table)]) + "\n\nPrinted 17 May 2031\n"
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, name)
        path.write_text(text, "utf-8")
        source = read(path)
        try:
            draft = draft_poll(source, Given())
        except PollError:  # a table of nothing but signs has no percentages
            return
        poll = load_poll(write_folder(Path(folder, "out"), draft_files(draft)))
    texts = [block.text for block in source.blocks if isinstance(block, Line)]
    kept = digits(*draft_files(draft).values())
    printed = digits(*texts, *(cell.text for cell in source.cells))
    assert [number for number in printed if number not in kept] == []
    cells = Counter(token_of(cell).number for row in table[1:] for cell in row[1:])
    assert Counter(poll.figures["printed"].dropna()) <= cells


@settings(max_examples=300)
@given(text=st.text(max_size=300), name=st.sampled_from(["a.md", "a.csv", "a.tsv", "a.html"]))
def test_any_text_is_a_draft_or_a_list_of_problems(text, name):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, name)
        path.write_text(HEAD + text, "utf-8", errors="surrogatepass")
        try:
            draft_poll(read(path), Given())
        except PollError as error:
            problems = error.problems
        else:
            return
    assert problems
    assert name in problems[0]


@given(text=st.text())
def test_a_guard_against_formulas_is_taken_off_again(text):
    assert without_guard(guarded(text)) == text
    assert not guarded(text).startswith(tuple("=+-@\t\r"))


@given(
    document=st.dictionaries(
        st.from_regex(r"[a-z_]{1,8}", fullmatch=True),
        st.text(st.characters(exclude_categories=["Cs"])) | st.integers(-(2**60), 2**60) | st.dates(),
    )
)
def test_what_is_written_as_toml_reads_back(document):
    assert tomllib.loads(toml_text({"first": document, "rows": [document]})) == {
        "first": document,
        "rows": [document],
    }


@given(
    figure=FIGURE,
    mark=st.sampled_from([".", ","]),
    sign=st.sampled_from(["", "%", " %", "*", "¹", " (b)", " AB"]),
)
def test_a_figure_is_kept_as_printed_whatever_stands_beside_it(figure, mark, sign):
    printed = figure.replace(".", mark)
    token = token_of(printed + sign)
    assert (token.kind, token.number) == ("figure", printed)
    assert token.percent == ("%" in sign)
    assert bool(token.aside) == (sign.strip() not in {"", "%"})
