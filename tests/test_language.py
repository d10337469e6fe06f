"""Languages: nothing a reader sees is untranslated, and no translation is left over."""

import ast
import string

import nbformat
import pytest
from messages import NOTEBOOKS, SOURCES, calls, missing, said, terms

from analysis.errors import ReportError
from analysis.show.language import LANGUAGES, catalogue, read_catalogue, say, set_language, term
from analysis.show.phrases import joined
from polltables.rendering.narrative import catalogue_path, paragraphs, translated

OTHERS = LANGUAGES[1:]


@pytest.fixture
def spanish():
    set_language("es")
    yield
    set_language("en")


def fields(message):
    return sorted(name for _, name, _, _ in string.Formatter().parse(message) if name is not None)


@pytest.mark.parametrize("language", OTHERS)
def test_every_message_and_every_paragraph_is_translated(language):
    assert list(missing(language)) == []


@pytest.mark.parametrize("language", OTHERS)
def test_no_translation_is_left_over_from_a_message_that_is_gone(language):
    used = said().keys() | terms().keys()
    for path in (SOURCES / "analysis" / "show" / "languages" / language).glob("*.po"):
        if path.stem != "terms":
            assert set(read_catalogue(path)) <= used, path.name
    for path in NOTEBOOKS:
        prose = set(paragraphs(nbformat.read(path, as_version=4)))
        assert set(read_catalogue(catalogue_path(path, language))) <= prose, path.stem


@pytest.mark.parametrize("language", OTHERS)
def test_a_translation_has_the_fields_of_its_message(language):
    for message, translation in catalogue(language).items():
        assert fields(translation) == fields(message), message
        assert translation.count("#") == message.count("#"), message


@pytest.mark.parametrize("language", OTHERS)
def test_a_message_has_one_translation_in_all_files(language):
    seen = {}
    for path in sorted((SOURCES / "analysis" / "show" / "languages" / language).glob("*.po")):
        for message, translation in read_catalogue(path).items():
            assert seen.setdefault(message, translation) == translation, message


def test_messages_are_written_out_where_they_are_said():
    for path, node in calls("say"):
        literal = isinstance(node.args[0], ast.Constant) and isinstance(node.args[0].value, str)
        assert literal or path.name == "language.py", f"{path}:{node.lineno}"


def test_a_missing_translation_is_an_error_and_not_english(spanish):
    with pytest.raises(ReportError, match="No translation into 'es' of 'no such thing'"):
        term("no such thing")


def test_an_unknown_language_is_refused():
    with pytest.raises(ReportError, match="No language 'fr'; there is: en, es"):
        set_language("fr")


def test_figures_keep_their_place_in_a_translation(spanish):
    assert say("Base: {base}", base="20") == "Base: 20"
    assert say("all {interviews}", interviews="20 entrevistas") == "el total de 20 entrevistas"


@pytest.mark.parametrize(
    ("last", "expected"),
    [("Oriente", "Lima y Oriente"), ("Interior", "Lima e Interior"), ("«Ica»", "Lima y «Ica»"),
     ("<em>Ica</em>", "Lima e <em>Ica</em>"), ("hierro", "Lima y hierro"), ("Huancayo", "Lima y Huancayo")],
)  # fmt: skip
def test_spanish_writes_e_before_the_sound_of_i(spanish, last, expected):
    assert joined(["Lima", last]) == expected


def test_a_notebook_without_a_translation_names_every_paragraph_that_lacks_one(tmp_path):
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell("# A question?\n\nA lead.")])
    with pytest.raises(ReportError) as caught:
        translated(notebook, tmp_path / "a.ipynb", "es")
    assert [problem.count("no translation") for problem in caught.value.problems] == [1, 1]
    assert notebook.cells[0].source.startswith("# A question?")
