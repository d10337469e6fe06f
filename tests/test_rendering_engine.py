"""What the process engine shows is what an ordinary kernel shows."""

import json

import nbformat
import pytest
from made_up_collection import write_collection, write_notebook

from polltables.rendering import load_collection
from polltables.rendering.job import prepare

CELLS = [
    "import sys\nprint('one')\nprint('two', end='')\nsys.stdout.flush()\nprint('!')",
    "1 + 1",
    "_ + 1",
    "from IPython.display import HTML, display, clear_output\ndisplay(HTML('<b>x</b>'), {'a': 1})\n'last'",
    "print('gone')\nclear_output()\ndisplay('stays')",
    "handle = display('before', display_id='a-name')\nhandle.update('after')",
    "import pandas as pd\npd.DataFrame({'share': [0.5, 0.25]})",
    "import asyncio\nawait asyncio.sleep(0, 'awaited')",
    "async def answer():\n    return 42\nawait answer()",
    "%%capture kept\nprint('kept')",
    "kept.stdout",
    "import matplotlib.pyplot as plt\nplt.rcParams['svg.hashsalt'] = 'x'\n%config InlineBackend.figure_formats = ['svg']",
    "plt.figure(figsize=(1, 1)); plt.plot([1, 2]);",
    "import contextvars\nvariable = contextvars.ContextVar('variable', default=0)\nvariable.set(1);",
    "variable.get()",
    "x = 3;",
    "x",
    "__name__",
    "print('50 %\\r100 %')",
    "class Both:\n    def _repr_mimebundle_(self, include=None, exclude=None):\n"
    "        return {'text/plain': 'b', 'application/json': {'n': [1]}}, {'application/json': {'m': 1}}\nBoth()",
    "import numpy as np\nfloat(np.random.normal())",
    "len(In), Out[3], get_ipython().execution_count",
]


def shown(content):
    """Return the outputs of every cell; the backend names its file after the process, in warnings only."""
    notebook = nbformat.reads(content, as_version=4)
    return [(cell.execution_count, cell.outputs) for cell in notebook.cells if cell.cell_type == "code"]


@pytest.fixture(scope="module")
def both(tmp_path_factory, server):
    """Run a notebook that ends in an error, so that the executed notebook is handed back, on both engines."""
    path = write_collection(tmp_path_factory.mktemp("book"), {"all": [*CELLS, "1 / 0"]})
    (report,) = load_collection(path)
    made = [server.make(prepare(report, engine=engine)) for engine in ("process", "kernel")]
    return [shown(one.files[".partial.ipynb"].decode()) for one in made]


@pytest.mark.parametrize("number", range(1, len(CELLS) + 1))
def test_a_cell_shows_the_same_on_both_engines(both, number):
    assert both[0][number] == both[1][number]


def test_the_cells_show_something(both):
    texts = json.dumps(both[0])
    for text in ("awaited", "stays", "after", "<svg", "100 %", "one"):
        assert text in texts
    assert "gone" not in texts


def test_what_is_written_past_python_stands_where_it_was_written(tmp_path, server):
    """An ordinary kernel notices it at some later time, even in another cell."""
    cells = ["import os, subprocess\nsubprocess.run(['echo', 'first'])\nos.write(1, b'second')", "1 / 0"]
    (report,) = load_collection(write_collection(tmp_path, {"past": cells}))
    (_, (_, outputs), _) = shown(server.make(prepare(report)).files[".partial.ipynb"].decode())
    assert outputs[0] == {"output_type": "stream", "name": "stdout", "text": "first\nsecond"}


def test_an_error_is_the_same_on_both_engines(both):
    errors = [engine[-1][1][-1] for engine in both]
    assert errors[0].ename == errors[1].ename == "ZeroDivisionError"
    assert errors[0].evalue == errors[1].evalue


def test_nothing_of_a_report_reaches_the_next(tmp_path, server):
    """Settings, modules and names that one report changes are not there in another."""
    change = (
        "import sys, pandas, numpy\npandas.options.display.precision = 1\nleft = 1\nsys.modules['left'] = sys"
    )
    look = (
        "import sys, pandas\n('left' in sys.modules, 'left' in globals(), pandas.options.display.precision)"
    )
    path = write_collection(tmp_path, {"changes": [change], "looks": [look]})
    first, second = (server.make(prepare(report)) for report in load_collection(path))
    assert first.error is None
    assert "(False, False, 6)" in second.files[".html"].decode()


def test_a_notebook_sees_no_other_data_than_its_own(tmp_path, server):
    """So that the key holds all that a report depends on."""
    write_notebook(tmp_path / "peeks.ipynb", "from analysis.polls import list_polls\nlist_polls()")
    (tmp_path / "reports.toml").write_text('[peeks]\nnotebook = "peeks.ipynb"\n', "utf-8")
    (report,) = load_collection(tmp_path / "reports.toml")
    page = server.make(prepare(report)).files[".html"].decode()
    assert "harbour-2030-05" in page
    assert "cpi-2021-04" not in page
