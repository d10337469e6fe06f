"""Small notebooks and lists of them, made up for tests of rendering."""

import shutil
from pathlib import Path

import nbformat

HARBOUR = Path(__file__).parent / "data" / "harbour-2030-05"
VALLE = Path(__file__).parent / "data" / "valle-2031-02"

PARAMETERS = f'poll: str = "{HARBOUR}"  # the made-up poll'


def write_notebook(path, *cells, parameters=PARAMETERS, title="# What does this show?"):
    """Write a notebook with a title, parameters and code cells."""
    notebook = nbformat.v4.new_notebook(
        metadata={
            "kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"},
            "language_info": {"name": "python"},
        }
    )
    new = nbformat.v4.new_code_cell
    notebook.cells = [
        nbformat.v4.new_markdown_cell(title),
        new(parameters, metadata={"tags": ["parameters"]}),
        *map(new, cells),
    ]
    for number, cell in enumerate(notebook.cells):
        cell.id = str(number)
    path.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(notebook, path)


def write_collection(folder, notebooks, **options):
    """Write notebooks (name: cells) and the list that has a report of each; return the list's path."""
    for name, cells in notebooks.items():
        write_notebook(folder / f"{name}.ipynb", *cells, **options)
    path = folder / "reports.toml"
    path.write_text("".join(f'[{name}]\nnotebook = "{name}.ipynb"\n' for name in notebooks), "utf-8")
    return path


def write_project(folder, notebooks, **options):
    """Write a project of its own: data with the made-up poll, notebooks, and their list; return the folder."""
    shutil.copytree(HARBOUR, folder / "data" / "polls" / HARBOUR.name)
    write_collection(folder / "notebooks", notebooks, **options)
    return folder
