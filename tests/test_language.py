"""Languages: nothing a reader sees is untranslated, no translation is left over, words are written as readers write them."""

import ast
import datetime
import string

import nbformat
import pytest
from markupsafe import Markup
from messages import CATALOGUES, NOTEBOOKS, calls, messages_in, missing, parsed, said, terms, translations

from analysis import show
from analysis.errors import ReportError
from analysis.show.words import LANGUAGES, Words, read_catalogue
from polltables.rendering.narrative import catalogue_path, paragraphs, translate

OTHERS = LANGUAGES[1:]


def forms(message):
    """The texts of a message, one or two, or of its translation."""
    return [message] if isinstance(message, str) else list(message)


def fields(text):
    """The fields of a message with their types."""
    return {(name, kind) for _, name, kind, _ in string.Formatter().parse(text) if name is not None}


@pytest.mark.parametrize("language", OTHERS)
def test_every_message_and_every_paragraph_is_translated(language):
    assert list(missing(language)) == []


@pytest.mark.parametrize("language", OTHERS)
def test_no_translation_is_left_over_from_a_message_that_is_gone(language):
    used = said().keys() | terms().keys()
    for message, (_, path) in translations(language).items():
        assert message in used, path.name
    for path in NOTEBOOKS:
        where = catalogue_path(path, language)
        prose = set(paragraphs(nbformat.read(path, as_version=4)))
        assert set(read_catalogue(where)) <= prose, path.stem
    there_are = {catalogue_path(path, language).name for path in NOTEBOOKS}
    assert {path.name for path in (NOTEBOOKS[0].parent / "languages" / language).glob("*.po")} <= there_are


@pytest.mark.parametrize("language", OTHERS)
def test_a_translation_has_the_fields_of_its_message(language):
    """With their types; a plural may leave the number out where its message does."""
    for message, (translation, path) in translations(language).items():
        every = set.union(*map(fields, forms(message)))
        fewest = set.intersection(*map(fields, forms(message)))
        for form in forms(translation):
            assert fewest - {("n", ""), ("n", "count")} <= fields(form) <= every, (path.name, message)
        assert set.union(*map(fields, forms(translation))) == every, (path.name, message)
        assert isinstance(message, str) == isinstance(translation, str), message


@pytest.mark.parametrize("language", OTHERS)
def test_a_message_has_one_translation_in_all_files(language):
    seen = {}
    for path in sorted((CATALOGUES / language).glob("*.po")):
        for message, translation in read_catalogue(path).items():
            assert seen.setdefault(message, translation) == translation, (path.name, message)


def fields_given(path, node):
    """The fields of a sentence: its own, and those that `say = partial(view.say, …)` gives to all of its function."""
    given = {one.arg for one in node.keywords}
    if isinstance(node.func, ast.Name):
        for function in ast.walk(parsed(path)):
            if (
                isinstance(function, ast.FunctionDef)
                and function.lineno <= node.lineno <= function.end_lineno
            ):
                shared = [one for one in ast.walk(function) if isinstance(one, ast.Call)]
                shared = [one for one in shared if getattr(one.func, "id", "") == "partial"]
                given |= {field.arg for one in shared for field in one.keywords}
    return given


def test_messages_are_written_out_where_they_are_said():
    for path, node in calls("say", "sentence"):
        handed_on = path.name in {"words.py", "view.py"}  # a term, or what is asked for by name
        assert messages_in(node.args[0]) or handed_on, f"{path}:{node.lineno}"
        for message in messages_in(node.args[0]):
            assert all(isinstance(text, str) for text in forms(message))
            assert len(forms(message)) in {1, 2}
            # A plural is chosen by n, which must be given.
            given = fields_given(path, node)
            assert isinstance(message, str) or given & {"n", None}, f"{path}:{node.lineno}"


def test_a_message_names_no_field_that_is_not_given():
    """Nor one of a type that nobody knows; of fields that come in a dictionary only the types are checked."""
    from analysis import load_poll

    known = {"", *show.View(load_poll("cpi-2021-04")).formats()}
    for path, node in calls("say", "sentence"):
        given = fields_given(path, node) | {"pollster", "fieldwork", "level", "effect"}  # `View.own`
        for message in messages_in(node.args[0]):
            for name, kind in set.union(*map(fields, forms(message))):
                assert kind in known, f"{path}:{node.lineno}"
                assert name in given or None in given, f"{path}:{node.lineno}: {name}"


def test_words_of_results_are_terms():
    for path, node in calls("term"):
        assert not isinstance(node.args[0], ast.Constant) or node.args[0].value in terms(), (
            f"{path}:{node.lineno}"
        )


def test_a_missing_translation_is_an_error_and_not_english():
    spanish = Words("es")
    with pytest.raises(ReportError, match="No translation into 'es' of 'no such thing'"):
        spanish.term("no such thing")
    with pytest.raises(ReportError, match=r"No translation into 'es' of \('{n} x', '{n} y'\)"):
        spanish.say(("{n} x", "{n} y"), n=2)
    assert Words("en").term("no such thing") == "no such thing"


def test_an_unknown_language_is_refused():
    with pytest.raises(ReportError, match="language: 'fr' is not allowed; use one of en, es"):
        Words("fr")


@pytest.mark.parametrize(
    ("last", "expected"),
    [("Oriente", "Lima y Oriente"), ("Interior", "Lima e Interior"), ("«Ica»", "Lima e «Ica»"), ("Inés", "Lima e Inés"),
     ("hierro", "Lima y hierro"), ("Huancayo", "Lima y Huancayo"), ("hijos", "Lima e hijos"), ("Ítaca", "Lima e Ítaca"),
     ("y", "Lima y y")],
)  # fmt: skip
def test_spanish_writes_e_before_the_sound_of_i(last, expected):
    assert Words("es").joined(["Lima", last]) == expected
    assert Words("es").joined([]) == ""
    assert Words("es").joined([last]) == last
    level = (
        "{first} and {second} would still be too close to call if each part of the sample had its true size: a gap of {new} "
        "points instead of {old}."
    )
    assert Words("es").say(level, first="Lima", second=last, new="1", old="2").startswith(expected)


@pytest.mark.parametrize(
    ("last", "expected"), [("Ollanta", "Ana u Ollanta"), ("«Hoy»", "Ana u «Hoy»"), ("Yo", "Ana o Yo")]
)
def test_spanish_writes_u_before_the_sound_of_o(last, expected):
    assert Words("es").alternatives(["Ana", last]) == expected
    assert Words("en").alternatives(["Ana", last]) == f"Ana or {last}"


@pytest.mark.parametrize(
    ("message", "given", "expected"),
    [
        ("{a:percent}", {"a": 0.0}, "0.0%"),
        ("{a:percent}", {"a": 1.0}, "100.0%"),
        ("{a:percent}", {"a": float("nan")}, "not published"),
        ("{a:points}", {"a": 0.01}, "1.0 point"),
        ("{a:points}", {"a": -0.0996}, "10.0 points"),
        ("{a:signed}", {"a": -0.0996}, "−10.0"),
        ("{a:signed}", {"a": 0.05}, "+5.0"),
        ("{a:percents}", {"a": (0.328, 0.382)}, "32.8 to 38.2%"),
        ("{a:points_range}", {"a": (-0.02, 0.13)}, "−2.0 to +13.0 points"),
        ("{a:points_range}", {"a": (0.0002, 0.13)}, "0.1 to 13.0 points"),
        ("{a:points_range}", {"a": (-0.13, -0.02)}, "−13.0 to −2.0 points"),
        ("{a:count}", {"a": 1234567}, "1,234,567"),
        ("{a:list}", {"a": ["a", "b", "c"]}, "a, b and c"),
        ("{a:list}", {"a": ["<a>"]}, "&lt;a&gt;"),
        ("{a}", {"a": Markup("<b>")}, "<b>"),
        (("{n} poll", "{n} polls"), {"n": 1}, "1 poll"),
        (("{n} poll", "{n} polls"), {"n": 0}, "0 polls"),
    ],
)
def test_figures_are_written_as_readers_write_them(message, given, expected):
    assert Words("en").say(message, **given) == expected


def test_days_are_written_without_repetition(cpi, harbour, valle):
    assert [show.View(poll).fieldwork() for poll in (cpi, harbour, valle)] == [
        "18–21 April 2021", "31 May to 2 June 2030", "28 February 2031",
    ]  # fmt: skip
    assert show.View(cpi, "es").fieldwork() == "del 18 al 21 de abril de 2021"
    over_new_year = (datetime.date(2030, 12, 30), datetime.date(2031, 1, 2))
    assert Words("en").days(over_new_year) == "30 December 2030 to 2 January 2031"


def test_a_notebook_names_every_paragraph_that_lacks_a_translation(tmp_path):
    path = tmp_path / "a.ipynb"
    notebook = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_markdown_cell("# A question?\n\nA lead.\n\nMore.")]
    )
    nbformat.write(notebook, path)
    with pytest.raises(
        ReportError, match=r"a\.ipynb: its prose is not translated into 'es'; write languages/es/a\.po beside"
    ):
        translate(notebook, path, "es")
    spanish = nbformat.v4.new_code_cell('language: str = "es"', metadata={"tags": ["parameters"]})
    nbformat.write(nbformat.v4.new_notebook(cells=[*notebook.cells, spanish]), tmp_path / "b.ipynb")
    with pytest.raises(
        ReportError, match=r"into 'en'; .* languages = \[\"es\"\], the one that its parameter language"
    ):
        translate(notebook, tmp_path / "b.ipynb", "en")
    (tmp_path / "languages" / "es").mkdir(parents=True)
    (tmp_path / "languages" / "es" / "a.po").write_text('msgid "A lead."\nmsgstr "Una entrada."\n', "utf-8")
    with pytest.raises(ReportError) as caught:
        translate(notebook, path, "es")
    assert [problem.count("no translation") for problem in caught.value.problems] == [1, 1]
    assert notebook.cells[0].source.startswith("# A question?")
