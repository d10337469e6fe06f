"""The anatomy of a notebook, rule by rule (CONTRIBUTING.md, "A notebook")."""

import ast
import re
import statistics

import nbformat
import pytest

from analysis.paths import project_root

NOTEBOOKS = sorted((project_root() / "notebooks").glob("*.ipynb"))
CLOSING = ["What this shows", "Limits", "Provenance"]


@pytest.fixture(params=NOTEBOOKS, ids=lambda path: path.stem)
def notebook(request):
    return nbformat.read(request.param, as_version=4)


def code(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def tagged(notebook, tag):
    return [cell for cell in notebook.cells if tag in cell.metadata.get("tags", [])]


def headings(notebook):
    prose = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    return re.findall(r"^## (.+)$", prose, flags=re.MULTILINE)


def test_there_are_notebooks():
    assert len(NOTEBOOKS) >= 2


def test_it_opens_with_a_question_and_a_lead_without_figures(notebook):
    title, _, lead = notebook.cells[0].source.partition("\n")
    assert re.fullmatch(r"# .+\?", title)
    assert lead.strip()
    assert not re.search(r"\d", lead)


def test_parameters_stand_in_one_cell_each_with_type_and_help(notebook):
    (cell,) = tagged(notebook, "parameters")
    for line in cell.source.splitlines():
        assert re.fullmatch(r"[a-z_]+: (str|int|float|bool) = [^#]+  # .+", line), line
    assert cell.source.startswith("poll: str = ")
    assert 'language: str = "en"' in cell.source


def test_one_cell_is_the_answer(notebook):
    (cell,) = tagged(notebook, "answer")
    assert cell.cell_type == "code"


def test_sections_are_questions_and_the_last_three_are_always_the_same(notebook):
    found = headings(notebook)
    assert found[-3:] == CLOSING
    assert all(heading.endswith("?") for heading in found[:-3])


def test_it_is_short(notebook):
    assert len(notebook.cells) <= 30
    lines = [
        len(cell.source.splitlines())
        for cell in code(notebook)
        if "parameters" not in cell.metadata.get("tags", [])
    ]
    assert max(lines) <= 8
    assert statistics.median(lines) <= 3


def test_it_holds_no_logic(notebook):
    for cell in code(notebook):
        assert not re.search(r"^\s*[!%]", cell.source, flags=re.MULTILINE)
        for node in ast.walk(ast.parse(cell.source)):
            assert not isinstance(
                node, ast.FunctionDef | ast.ClassDef | ast.Lambda | ast.For | ast.While | ast.If
            )


def test_it_uses_only_the_public_interface(notebook):
    rooms = {"analysis", "analysis.polls"}
    for cell in code(notebook):
        for node in ast.walk(ast.parse(cell.source)):
            assert not isinstance(node, ast.Import)
            if isinstance(node, ast.ImportFrom):
                imported = {f"{node.module}.{name.name}" for name in node.names} | {node.module}
                assert imported & rooms


def test_its_prose_states_no_figure_that_a_parameter_can_change(notebook):
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            figures = re.findall(r"\d[\d.,]*", cell.source)
            # 1 stands for "no design effect", 0.0 for an observation: conventions, not results.
            assert set(figures) <= {"1", "0.0"}, figures


def test_it_names_no_place_of_one_machine(notebook):
    for cell in notebook.cells:
        assert not re.search(r"(?<![\w.])/(?:home|root|tmp|Users|work)\b|[A-Z]:\\\\", cell.source)


def test_prose_stands_before_code_and_a_table_closes(notebook):
    assert re.fullmatch(r"show\.provenance_table\(published(, [a-z_*]+)*\)", notebook.cells[-1].source)
    after_answer = notebook.cells[notebook.cells.index(tagged(notebook, "answer")[0]) + 1 :]
    runs = re.findall(r"c+", "".join(cell.cell_type[0] for cell in after_answer))
    assert max(map(len, runs)) <= 2


def test_it_is_committed_without_outputs(notebook):
    for cell in code(notebook):
        assert cell.outputs == []
        assert cell.execution_count is None
