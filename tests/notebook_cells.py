"""Notebooks run in this process, cell by cell, as JupyterLab does."""

import ast

import nbformat

from analysis.paths import project_root

NOTEBOOKS = sorted((project_root() / "notebooks").glob("[0-9][0-9]-*.ipynb"))


def cells(stem, tag=""):
    """The code cells of a notebook, or those with a tag."""
    notebook = nbformat.read(project_root() / "notebooks" / f"{stem}.ipynb", as_version=4)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    return [cell for cell in code if not tag or tag in cell.metadata.get("tags", [])]


def run(stem, **parameters):
    """Run the cells of a notebook; return what its names stand for at the end."""
    names = {}
    for cell in cells(stem):
        exec(cell.source, names)
        names |= parameters if "parameters" in cell.metadata.get("tags", []) else {}
    return names


def run_workings(stem, **names):
    """Run what a notebook computes in the open, given what it has computed before; return what its names stand for."""
    for cell in cells(stem, "workings"):
        exec(cell.source, names)
    return names


def run_and_show(stem, **parameters):
    """Run the cells of a notebook; return what its names stand for, and what its cells show."""
    names, shown = {}, []
    for cell in cells(stem):
        tree = ast.parse(cell.source)
        last = tree.body.pop() if isinstance(tree.body[-1], ast.Expr) else None
        exec(compile(tree, stem, "exec"), names)
        if last is not None:
            shown.append(eval(compile(ast.Expression(last.value), stem, "eval"), names))
        names |= parameters if "parameters" in cell.metadata.get("tags", []) else {}
    return names, [one for one in shown if hasattr(one, "_repr_mimebundle_")]
