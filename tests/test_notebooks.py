"""The anatomy of a notebook, rule by rule (CONTRIBUTING.md, "A notebook")."""

import ast
import re

import nbformat
import pytest

from analysis.paths import project_root

NOTEBOOKS = sorted((project_root() / "notebooks").glob("[0-9][0-9]-*.ipynb"))
LIBRARIES = {"numpy", "pandas", "scipy", "statsmodels", "matplotlib", "statistics"}


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


def only_shows(cell):
    """A cell of nothing but calls of `show`."""
    return all(
        isinstance(line, ast.Expr) and ast.unparse(line).startswith("show.")
        for line in ast.parse(cell.source).body
    )


def test_there_are_notebooks():
    assert len(NOTEBOOKS) >= 9


def test_it_opens_with_a_question_and_a_lead_without_figures(notebook):
    title, _, lead = notebook.cells[0].source.partition("\n")
    assert re.fullmatch(r"# .+\?", title)
    assert lead.strip()
    assert not re.search(r"\d", re.sub(r"\]\([^)]*\)", "]", lead))  # but in the address of a link


def test_parameters_stand_in_one_cell_each_with_type_and_help(notebook):
    (cell,) = tagged(notebook, "parameters")
    names = []
    for statement in ast.parse(cell.source).body:
        assert isinstance(statement, ast.AnnAssign)
        assert ast.unparse(statement.annotation) in {"str", "int", "float", "bool", "float | None"}
        assert re.search(rf"^{statement.target.id}: [^#]+# \S", cell.source, flags=re.MULTILINE | re.DOTALL)
        names.append(statement.target.id)
    assert (names[0], names[-1]) == ("poll", "language")


def test_one_cell_is_the_answer(notebook):
    (cell,) = tagged(notebook, "answer")
    assert only_shows(cell)


def test_findings_come_first_and_how_we_know_is_folded(notebook):
    found = headings(notebook)
    assert found[-1] == "Provenance"
    if notebook.cells[0].source.startswith("# What does this poll say?"):
        return  # the front page, which leads to the others
    assert found[-3:] == ["How we know", "Limits", "Provenance"]
    assert 1 <= len(found) - 3 <= 4
    (folded,) = tagged(notebook, "folded")
    assert folded.source.startswith("## How we know")
    assert tagged(notebook, "workings")


def test_it_is_short(notebook):
    assert len(notebook.cells) <= 30
    assert max(len(cell.source.splitlines()) for cell in code(notebook)) <= 16


def test_it_uses_only_public_names(notebook):
    allowed = {"analysis", "analysis.polls", "analysis.stats.totals", *LIBRARIES}
    for cell in code(notebook):
        assert not re.search(r"^\s*[!%]|\._\w", cell.source, flags=re.MULTILINE)
        for node in ast.walk(ast.parse(cell.source)):
            if isinstance(node, ast.ImportFrom):
                assert node.module in allowed
            elif isinstance(node, ast.Import):
                assert {name.name.partition(".")[0] for name in node.names} <= LIBRARIES


def test_its_prose_names_no_place_of_one_machine(notebook):
    for cell in notebook.cells:
        assert not re.search(r"(?<![\w.])/(?:home|root|tmp|Users|work)\b|[A-Z]:\\\\", cell.source)


def test_it_ends_with_where_the_figures_come_from(notebook):
    assert notebook.cells[-1].source.startswith("show.provenance(view")


def test_it_is_committed_without_outputs(notebook):
    for cell in code(notebook):
        assert cell.outputs == []
        assert cell.execution_count is None


def test_fewer_than_half_of_the_cells_only_show():
    cells = [cell for path in NOTEBOOKS for cell in code(nbformat.read(path, as_version=4))]
    assert sum(map(only_shows, cells)) < len(cells) / 2
