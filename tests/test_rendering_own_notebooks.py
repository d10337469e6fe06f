"""Anybody's notebook is a report: its pictures, tables, Markdown and formulas, in the languages that it has."""

import base64
import json
import re

import nbformat
import pytest
from made_up_collection import HARBOUR, PARAMETERS, write_collection

from analysis.errors import ReportError
from polltables.rendering import load_collection, render_reports
from polltables.rendering.job import prepare
from polltables.rendering.markup import formula_html, markdown_html

pytestmark = pytest.mark.usefixtures("one_server")

PLOT = "import matplotlib.pyplot as plt\nfig, ax = plt.subplots(figsize=(1, 1))\nax.plot([1, 2])"
SVG = "%config InlineBackend.figure_formats = ['svg']"
FRAME = "import pandas as pd\nframe = pd.DataFrame({'share': [0.5, 0.25]}, index=['A', 'B'])"
DISPLAY = "from IPython.display import HTML, Image, Latex, Markdown, Math, display"

CELLS = {
    "a picture": ("plt.plot([1, 2]); plt.title('t'); plt.show()", [("img", "image/png")]),
    "a picture, and the objects that made it": (PLOT, [("img", "image/png")]),
    "two pictures": ("plt.figure(); plt.plot([1]); plt.figure(); plt.hist([1])", [("img", "image/png")] * 2),
    "a picture in vectors": (f"{SVG}\n{PLOT}\nplt.show()", [("img", "image/svg+xml")]),
    "a frame's own picture": ("frame.share.plot.bar()", [("img", "image/svg+xml")]),
    "a frame": ("frame", ['<th scope="row">A</th>', "<td>0.50</td>"]),
    "a wide frame": ("pd.DataFrame([range(40)])", ['<th scope="col">...</th>', "1 rows × 40 columns"]),
    "a frame with two headers": ("pd.concat({'x': frame, 'y': frame}, axis=1)", ['<th scope="col">x</th>']),
    "a styled frame": ("frame.style.format(precision=1)", [">0.5</td>"]),
    "Markdown": ("Markdown('**bold**\\n\\n| a |\\n|---|\\n| b |')", ["<strong>bold</strong>", "<td>b</td>"]),
    "a formula": (r"Math(r'\frac{p}{n}')", [r'alt="\frac{p}{n}"', ("img", "image/svg+xml")]),
    "a formula in TeX": (r"Latex(r'$$\sqrt{p}$$')", [r'alt="\sqrt{p}"', ("img", "image/svg+xml")]),
    "other TeX": (r"Latex(r'\begin{tabular}{l}\end{tabular}')", [r"<code>\begin{tabular}{l}\end{tabular}</code>"]),
    "HTML": ("HTML('<b>bold</b>')", ["<b>bold</b>"]),
    "an object that shows itself as HTML": (
        "class Shows:\n    def _repr_html_(self): return '<i>shown</i>'\nShows()", ["<i>shown</i>"]),
    "a half of a character": (r"print('a\udcffb')", ["a\ufffdb"]),
    "text": ("print('a < b')\n'c < d'", ["a &lt; b", "'c &lt; d'"]),
}  # fmt: skip
NAMES = list(CELLS)


@pytest.fixture(scope="module")
def pages(tmp_path_factory, server):
    """The page of a notebook with all of these cells, made on both engines."""
    cells = [DISPLAY, f"{PLOT};", FRAME]
    for number, (name, (code, _)) in enumerate(CELLS.items()):
        cells += [f"HTML('<i>{number}</i>')", f"#| fig-alt: {name}\n{code}"]
    path = write_collection(tmp_path_factory.mktemp("own"), {"own": cells})
    (report,) = load_collection(path)
    made = [server.make(prepare(report, engine=engine)) for engine in ("process", "kernel")]
    assert [one.error for one in made] == [None, None]
    return [one.files[".html"].decode() for one in made]


def shown(page, number):
    """Return what stands after the mark of one cell, up to the next one, but for the code."""
    found = page.partition(f"<i>{number}</i>")[2].partition(f"<i>{number + 1}</i>")[0].partition("<footer")[0]
    return re.sub(r'<div class=" highlight.*?</pre>\s*</div>', "", found, flags=re.DOTALL)


def test_the_page_is_the_same_on_both_engines(pages):
    assert pages[0] == pages[1]


@pytest.mark.parametrize("name", NAMES)
def test_what_a_cell_shows_comes_out_well(pages, name):
    markup = shown(pages[0], NAMES.index(name))
    pictures = re.findall(r'<img[^>]*src="data:([\w/+]+);base64,([^"]+)"[^>]*>', markup)
    wanted = CELLS[name][1]
    assert [kind for kind, _ in pictures] == [
        kind for kind in wanted if isinstance(kind, tuple) for kind in kind[1:]
    ]
    assert all(base64.b64decode(content) for _, content in pictures)
    assert all(part in markup for part in wanted if isinstance(part, str))
    assert "0x" not in re.sub(r'src="[^"]*"', "", markup)
    if pictures:
        assert "<pre" not in markup
        assert len(re.findall(r'alt="[^"]+"', markup)) == len(pictures)
    if name.startswith(("a picture", "two", "a frame's")):
        assert f'alt="{name.replace(chr(39), "&#x27;")}"' in markup
    if "<table" in markup:
        assert markup.count('<div class="pt-scroll" role="region" aria-label=') == markup.count("<table") == 1
        assert not re.search(r'border=|valign|<style scoped|style="text-align', markup)


@pytest.mark.parametrize("engine", ["process", "kernel"])
def test_a_figure_made_without_pyplot_is_a_picture_too(tmp_path, server, engine):
    """One that shows itself otherwise is shown as it says."""
    figure = "from matplotlib.figure import Figure\nfig = Figure()\nfig.subplots().plot([1, 2])\nfig"
    own = "class Own(Figure):\n    def _repr_mimebundle_(self, **_): return {'text/latex': 'own'}\nOwn()"
    (report,) = load_collection(write_collection(tmp_path, {"own": [figure, own]}))
    page = server.make(prepare(report, engine=engine)).files[".html"].decode()
    assert page.count('<img src="data:image/png') == 1
    assert "&lt;Figure" not in page
    assert "<code>own</code>" in page


@pytest.fixture
def rendered(tmp_path):
    """Render one notebook of one cell in English and say how that went; return the page too."""

    def render(cell, **options):
        path = write_collection(tmp_path / "notebooks", {"own": [cell]}, **options)
        (outcome,) = render_reports(load_collection(path, languages=["en"]), tmp_path / "out")
        return outcome, outcome.path.read_text("utf-8") if outcome.path.exists() else ""

    return render


@pytest.mark.parametrize(
    ("cell", "kind"),
    [
        ("from IPython.display import HTML\nHTML('<div id=x></div><SCRIPT>draw()</SCRIPT>')", "text/html"),
        ("from IPython.display import Javascript\nJavascript('draw()')", "application/javascript"),
        ("{'application/vnd.vegalite.v5+json': {}, 'text/plain': 'chart'}", "application/vnd.vegalite.v5"),
    ],
)
def test_what_needs_a_script_is_refused_with_its_cell(rendered, cell, kind):
    if cell.startswith("{"):
        cell = f"from IPython.display import display\ndisplay({cell}, raw=True)"
    outcome, _ = rendered(cell)
    assert f"own, cell 3: shows something that needs a script ({kind}" in outcome.error


def test_a_script_with_a_picture_beside_it_is_left_out(rendered):
    bundle = "{'text/html': '<script>draw()</script>', 'image/svg+xml': '<svg></svg>'}"
    outcome, page = rendered(f"from IPython.display import display\ndisplay({bundle}, raw=True)")
    assert outcome.error is None
    assert "draw()</script>" not in page
    assert "data:image/svg+xml;base64," in page


def test_a_page_without_sections_and_numbers_promises_neither(rendered):
    outcome, page = rendered("'nothing to count'")
    assert outcome.error is None
    for absent in ('id="contents"', "<nav", "The main numbers", "own.json", 'own.xlsx"', "hreflang="):
        assert absent not in page


def test_what_would_show_figures_and_has_none_is_left_out_with_its_heading(tmp_path):
    nothing = "from analysis import load_poll, show\nshow.View(load_poll(poll)).nothing()"
    cells = ["## Whole", nothing, "## Both", "### Alone", nothing, "### Beside", nothing, "'a figure'"]
    path = write_collection(tmp_path / "notebooks", {"own": cells})
    notebook = nbformat.read(path.with_name("own.ipynb"), 4)
    for cell in notebook.cells:
        if cell.source.startswith("##"):
            cell.update(nbformat.v4.new_markdown_cell(cell.source, id=cell.id))
            del cell["outputs"], cell["execution_count"]
    nbformat.write(notebook, path.with_name("own.ipynb"))
    (outcome,) = render_reports(load_collection(path, languages=["en"]), tmp_path / "out")
    page = outcome.path.read_text("utf-8")
    assert [name in page for name in ("Whole", "Both", "Alone", "Beside", "a figure", "not at hand")] == [
        False, True, False, True, True, False,
    ]  # fmt: skip


def test_a_notebook_that_imports_nothing_works_and_its_prose_may_hold_formulas_and_pictures(rendered):
    title = "# What is it?\n\nOf R$ 5 or R$ 6, $\\hat p$\n\n$$\\frac{a}{b}$$"
    outcome, page = rendered("1 + 1", title=title)
    assert outcome.error is None
    assert page.count('<img class="formula"') == 2
    assert "R$ 5 or R$ 6" in page


def test_a_picture_in_prose_is_part_of_the_notebook(tmp_path):
    dot = base64.b64encode(b"<svg xmlns='http://www.w3.org/2000/svg'/>").decode()
    attached = {"dot.svg": {"image/svg+xml": dot}}
    assert f'src="data:image/svg+xml;base64,{dot}"' in markdown_html("![a dot](attachment:dot.svg)", attached)
    path = write_collection(tmp_path, {"own": ["1"]}, title="# What?\n\n![a dot](dot.png)")
    (outcome,) = render_reports(load_collection(path), tmp_path / "out")
    assert "own, cell 1: the picture 'dot.png' is no part of the notebook; attach it" in outcome.error


@pytest.mark.parametrize(
    "tex", ["", " ", r"\begin{matrix} a \end{matrix}", r"\unknown", "{", "$", "a_", "\\"]
)
def test_a_formula_that_cannot_be_drawn_stays_as_it_is(tex):
    assert formula_html(tex) == ""


SPOKEN = f'{PARAMETERS}\nlanguage: str = "en"  # a language'


def test_one_language_makes_one_edition_and_no_dead_link(tmp_path):
    """A notebook with the parameter but no Spanish prose, in a collection that has both."""
    path = write_collection(tmp_path, {"own": ["1"], "both": ["1"]}, parameters=SPOKEN)
    (tmp_path / "languages" / "es").mkdir(parents=True)
    (tmp_path / "languages" / "es" / "both.po").write_text(
        'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\n'
        'msgid "# What does this show?"\nmsgstr "# ¿Qué muestra?"\n',
        "utf-8",
    )
    failed, *_ = sorted(render_reports(load_collection(path), tmp_path / "out"), key=lambda o: not o.error)
    assert failed.name == "es/own"
    assert "prose is not translated into 'es'; write languages/es/own.po beside it, or" in failed.error
    path.write_text(path.read_text().replace("[both]", 'languages = ["en"]\n\n[both]'), "utf-8")
    outcomes = render_reports(load_collection(path), tmp_path / "out")
    assert {outcome.name: outcome.error for outcome in outcomes} == dict.fromkeys(["own", "both", "es/both"])
    assert "hreflang=" not in (tmp_path / "out" / "own.html").read_text("utf-8")
    assert 'href="es/both.html"' in (tmp_path / "out" / "both.html").read_text("utf-8")
    front, spanish = (
        (tmp_path / "out" / name).read_text("utf-8") for name in ("index.html", "es/index.html")
    )
    assert "own.html" in front
    assert 'href="es/index.html"' in front
    assert "own.html" not in spanish


def test_a_collection_in_one_language_has_one_front_page_without_a_link_to_another(tmp_path):
    path = write_collection(tmp_path, {"own": ["1"]}, parameters=SPOKEN)
    path.write_text(path.read_text() + 'languages = ["en"]\n', "utf-8")
    assert [outcome.error for outcome in render_reports(load_collection(path), tmp_path / "out")] == [None]
    assert "hreflang=" not in (tmp_path / "out" / "index.html").read_text("utf-8")
    assert not (tmp_path / "out" / "es").exists()


def test_a_notebook_written_in_spanish_needs_no_translation(tmp_path):
    path = write_collection(
        tmp_path, {"own": ["1"]}, parameters=SPOKEN.replace('"en"', '"es"'), title="# ¿Qué?"
    )
    path.write_text(path.read_text() + 'languages = ["es"]\n', "utf-8")
    (outcome,) = render_reports(load_collection(path), tmp_path / "out")
    assert (outcome.name, outcome.error) == ("es/own", None)
    assert "<h1>¿Qué?</h1>" in outcome.path.read_text("utf-8")


KERNELS = {
    "nameless": ({}, None),
    "of-conda": ({"kernelspec": {"name": "conda-env-mine-py", "display_name": "x", "language": "python"}}, None),
    "of-r": ({"kernelspec": {"name": "ir", "display_name": "R", "language": "R"}}, "it is written in R; reports run Python"),
}  # fmt: skip


@pytest.mark.parametrize("engine", ["process", "kernel"])
def test_a_notebook_runs_in_this_environment_whatever_kernel_it_names(tmp_path, engine):
    path = write_collection(tmp_path, {name: ["1 + 1"] for name in KERNELS})
    for name, (metadata, _) in KERNELS.items():
        notebook = nbformat.read(tmp_path / f"{name}.ipynb", as_version=4)
        notebook.metadata = nbformat.from_dict(metadata)
        nbformat.write(notebook, tmp_path / f"{name}.ipynb")
    for outcome in render_reports(load_collection(path), tmp_path / "out", engine=engine):
        error = KERNELS[outcome.name][1]
        assert (error in outcome.error) if error else outcome.error is None


def test_a_notebook_that_was_put_together_by_hand_is_made_or_told(tmp_path, server):
    """Ids of cells that stand twice change nothing; halves of characters are named; a set is no value of a parameter."""
    path = write_collection(tmp_path, {"own": ["1 + 1"], "half": ["'half'"]})
    once = load_collection(path)[0]
    good = server.make(prepare(once)).files
    (tmp_path / "own.ipynb").write_text(
        (tmp_path / "own.ipynb").read_text("utf-8").replace('"id": "2"', '"id": "1"'), "utf-8"
    )
    assert [server.make(prepare(once, engine=engine)).files for engine in ("process", "kernel")] == [
        good,
        good,
    ]
    (tmp_path / "half.ipynb").write_text(
        (tmp_path / "half.ipynb").read_text("utf-8").replace("'half'", r"'\ud800'"), "utf-8"
    )
    assert (
        "surrogates not allowed. Open it in JupyterLab"
        in server.make(prepare(load_collection(path)[1])).error
    )
    write_collection(tmp_path, {"own": []}, parameters=f"{PARAMETERS}\nodd = {{1, 2}}")
    with pytest.raises(ReportError, match=r"'odd = \{1, 2\}': write name: type = value"):
        load_collection(path)


@pytest.mark.parametrize("first", ["", '{"metadata": {}, "source": [1]}, '])
def test_a_file_that_is_no_notebook_but_has_parameters_is_told(tmp_path, first):
    cell = {"metadata": {"tags": ["parameters"]}, "source": [f'poll = "{HARBOUR}"']}
    (tmp_path / "own.ipynb").write_text(f'{{"cells": [{first}{json.dumps(cell)}]}}', "utf-8")
    (tmp_path / "reports.toml").write_text(
        'own.notebook = "own.ipynb"\nnext.notebook = "own.ipynb"\n', "utf-8"
    )
    for outcome in render_reports(load_collection(tmp_path / "reports.toml"), tmp_path / "out"):
        assert "own.ipynb: not a notebook that can be run" in outcome.error
