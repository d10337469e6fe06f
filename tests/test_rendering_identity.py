"""The same inputs give the same bytes, and nothing is made twice."""

import concurrent.futures
import contextlib
import datetime
import hashlib
import json
import os
import shutil
import subprocess
import sys

import nbformat
import pytest
from made_up_collection import HARBOUR, PARAMETERS, write_collection, write_notebook
from test_rendering_own_notebooks import FRAME, PLOT, SVG

from analysis.paths import project_root
from polltables.rendering import load_collection, render, render_reports
from polltables.rendering.check import check_stability
from polltables.rendering.job import Made, prepare
from polltables.rendering.key import job_key
from polltables.rendering.stability import instabilities
from polltables.rendering.supervise import ReportServer

pytestmark = pytest.mark.usefixtures("one_server")


def digests(folder):
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("[!.]*"))
        if path.suffix in {".html", ".json"} and path.name != "index.html"
    }


def chosen():
    """The front page, pictures and tables, in English, and one in Spanish as well; `make verify` compares all."""
    everything = load_collection()
    names = ("index", "02-margins-of-error", "05-national-totals")
    english = [report for report in everything if report.name in names and report.language == "en"]
    return english + [report for report in everything if report.language == "es"][:1]


@pytest.fixture(scope="module")
def rendered(tmp_path_factory, one_server):
    out = tmp_path_factory.mktemp("reports")
    outcomes = render_reports(chosen(), out, workers=1)
    assert [outcome.error for outcome in outcomes] == [None] * len(outcomes)
    return digests(out)


def test_ordinary_kernels_in_any_number_and_order(rendered, tmp_path):
    render_reports(chosen()[::-1], tmp_path, engine="kernel", workers=2)
    assert digests(tmp_path) == rendered


def test_any_clone_hash_seed_time_zone_settings_and_number_of_workers(rendered, tmp_path):
    """In a folder whose name has spaces and an accent; with a user's own settings, and the language of a machine."""
    clone, home = tmp_path / "a second clónè", tmp_path / "home"
    for name in ("src", "data", "notebooks", "requirements.lock", "pyproject.toml"):
        source = project_root() / name
        ignored = shutil.ignore_patterns("__pycache__", ".ipynb_checkpoints")
        shutil.copytree(source, clone / name, ignore=ignored) if source.is_dir() else shutil.copy(
            source, clone
        )
    for name, text in {
        ".config/matplotlib/matplotlibrc": "font.size: 30\nsvg.fonttype: path\n",
        ".ipython/profile_default/startup/00.py": "import pandas; pandas.options.display.precision = 1\n",
    }.items():
        (home / name).parent.mkdir(parents=True)
        (home / name).write_text(text, "utf-8")
    settings = {
        "PYTHONHASHSEED": "7",
        "TZ": "Asia/Tokyo",
        "LC_ALL": "C",
        "HOME": str(home),
        "OMP_NUM_THREADS": "2",
        "PYTHONPATH": str(clone / "src"),
    }
    environment = {
        key: value for key, value in os.environ.items() if not key.startswith(("XDG", "MPL", "IPYTHON"))
    }
    names = dict.fromkeys(report.name for report in chosen())
    command = [sys.executable, "-m", "polltables", "render", *names, "--language", "en", "--workers", "2"]
    done = subprocess.run(
        command, check=True, cwd=clone, env=environment | settings, capture_output=True, text=True
    )
    assert "reports/02-margins-of-error.html" in done.stdout
    assert digests(clone / "reports") == {name: rendered[name] for name in rendered if name[:3] != "es/"}


def test_a_user_s_own_settings_of_matplotlib_reach_no_picture(tmp_path, monkeypatch, server):
    (report,) = load_collection(write_collection(tmp_path, {"picture": [PLOT]}))
    (tmp_path / "matplotlibrc").write_text("font.size: 30\nlines.linewidth: 9\n", "utf-8")
    monkeypatch.setenv("MATPLOTLIBRC", str(tmp_path / "matplotlibrc"))
    with ReportServer() as started_with_them:
        made = started_with_them.make(prepare(report))
    assert made.error is None
    assert made.files == server.make(prepare(report)).files


def test_a_poll_anywhere_on_the_disk(tmp_path):
    for name in ("here", "there/in another place"):
        shutil.copytree(HARBOUR, tmp_path / name / HARBOUR.name)
        reports = load_collection(polls=[str(tmp_path / name / HARBOUR.name)], languages=["en"])
        assert not any(outcome.error for outcome in render_reports(reports[:1], tmp_path / "out" / name))
    here, there = digests(tmp_path / "out" / "here"), digests(tmp_path / "out" / "there/in another place")
    assert here == there
    assert next(iter(here)).startswith("harbour-2030-05/")


def test_a_poll_comes_before_one_of_its_name_in_the_project(tmp_path):
    """A copy that somebody mends, whose original stands in a race with others."""
    poll = shutil.copytree(project_root() / "data" / "polls" / "cpi-2021-04", tmp_path / "cpi-2021-04")
    mended = (poll / "poll.toml").read_bytes() + b"# mended\n"
    (poll / "poll.toml").write_bytes(mended)
    for report in load_collection(polls=[str(poll)], languages=["en"]):
        assert prepare(report).files["data/polls/cpi-2021-04/poll.toml"] == mended


@pytest.fixture
def small(tmp_path, one_server):
    """A collection of two small notebooks, rendered."""
    path = write_collection(tmp_path / "notebooks", {"one": ["'one'"], "two": ["'two'"]})
    render_reports(load_collection(path), tmp_path / "out")
    return path, tmp_path / "out"


def statuses(path, out, **options):
    return [outcome.status for outcome in render_reports(load_collection(path), out, **options)]


def test_nothing_changed_is_nothing_done(small):
    path, out = small
    before = {file: file.stat().st_mtime_ns for file in out.iterdir() if file.name != "index.html"}
    assert statuses(path, out) == ["unchanged", "unchanged"]
    assert {file: file.stat().st_mtime_ns for file in before} == before
    assert statuses(path, out, force=True) == ["made", "made"]


def test_only_the_reports_of_a_changed_notebook_are_made(small):
    path, out = small
    write_notebook(path.parent / "two.ipynb", "'changed'")
    assert statuses(path, out) == ["unchanged", "made"]
    assert "changed" in (out / "two.html").read_text("utf-8")


def test_a_mended_notebook_leaves_nothing_of_its_fault(small):
    path, out = small
    for code, status, partial in (("1 / 0", "failed", True), ("'mended'", "made", False)):
        write_notebook(path.parent / "two.ipynb", code)
        assert statuses(path, out) == ["unchanged", status]
        assert (out / "two.partial.ipynb").exists() == partial


def test_a_changed_poll_makes_its_reports_anew(tmp_path):
    poll = shutil.copytree(HARBOUR, tmp_path / "poll")
    path = write_collection(tmp_path, {"one": ["'one'"]}, parameters=f'poll: str = "{poll}"  # a poll')
    assert statuses(path, tmp_path / "out") == ["made"]
    table = poll / "vote.csv"
    table.write_bytes(table.read_bytes() + b"\n")
    assert statuses(path, tmp_path / "out") == ["made"]


def test_a_report_that_was_touched_or_lost_is_made_again(small):
    path, out = small
    good = (out / "one.html").read_bytes()
    (out / "one.html").write_bytes(b"spoilt")
    (out / "two.json").unlink()
    assert statuses(path, out) == ["made", "made"]
    assert (out / "one.html").read_bytes() == good


@pytest.mark.parametrize("content", ["", "[]", '{"one": 3}', '{"one": {"key": 1}}'])
def test_a_state_that_cannot_be_read_costs_only_time(small, content):
    path, out = small
    (out / ".polltables.json").write_text(content, "utf-8")
    assert statuses(path, out) == ["made", "made"]
    assert len(json.loads((out / ".polltables.json").read_text("utf-8"))) == 2


UNSTABLE = {
    "address": ("object()", "cell 3 shows the address of an object"),
    "clock": ("import datetime; str(datetime.datetime.now())", "cell 3 shows today's date"),
    "folder": ("import os; os.getcwd()", "cell 3 shows the folder of this process"),
    "temporary": ("import tempfile; tempfile.mkdtemp()", "cell 3 shows the folder of this process"),
    "prefix": ("import sys; sys.prefix", "cell 3 shows the folder of this environment"),
}


def test_what_cannot_be_the_same_next_time_is_refused_with_its_cell(tmp_path):
    path = write_collection(tmp_path, {name: [code] for name, (code, _) in UNSTABLE.items()})
    outcomes = render_reports(load_collection(path), tmp_path / "out")
    assert len(outcomes) == len(UNSTABLE)
    for outcome in outcomes:
        assert UNSTABLE[outcome.name][1] in outcome.error
        assert not outcome.path.exists()


def test_the_name_of_the_machine_is_found(tmp_path, monkeypatch):
    monkeypatch.setattr("socket.gethostname", lambda: "turing-42")
    shown = [
        nbformat.v4.new_output("execute_result", {"text/plain": text})
        for text in ("on turing-42.", "turing-421")
    ]
    cells = [nbformat.v4.new_code_cell("x", outputs=[output]) for output in shown]
    (problem,) = instabilities(cells, tmp_path, [])
    assert problem.startswith("cell 1 shows the name of this machine ('turing-42')")
    assert instabilities(cells, tmp_path, ["turing-42 is a place in the poll"]) == []


def test_a_date_of_the_poll_is_no_clock(tmp_path):
    """Even if the poll was taken today."""
    shown = "import datetime; str(datetime.date.today())"
    poll = shutil.copytree(HARBOUR, tmp_path / "poll")
    today = datetime.date.today().isoformat()
    sheet = poll / "poll.toml"
    sheet.write_text(sheet.read_text("utf-8").replace("2030-06-02", "2030-06-30") + f"# {today}\n", "utf-8")
    path = write_collection(tmp_path, {"one": [shown]}, parameters=f'poll: str = "{poll}"  # a poll')
    (outcome,) = render_reports(load_collection(path), tmp_path / "out")
    assert outcome.error is None


def test_a_report_that_changes_from_run_to_run_is_named_with_its_cell(tmp_path):
    notebooks = {
        "stable": ["sorted({'a', 'b', 'c'})", f"{SVG}\n{PLOT}\nplt.show()", PLOT, f"{FRAME}\nframe.style"],
        "hashes": ["1", "list({str(n) for n in range(100)})"],
        "random": ["import numpy as np", "float(np.random.random())"],
        "fresh": ["import numpy as np\nfloat(np.random.default_rng().random())"],
        "zone": ["import time; time.localtime(0).tm_hour"],
        "clock": ["1", "2", "import time; time.perf_counter_ns()"],
    }
    found = check_stability(load_collection(write_collection(tmp_path, notebooks)))
    cells = {"hashes": 4, "random": 4, "fresh": 3, "zone": 3, "clock": 5}
    assert found == {"stable": None} | {
        name: f"cell {cell} shows something else when it runs again." for name, cell in cells.items()
    }


def test_stability_is_checked_by_the_engine_that_is_asked_for(tmp_path):
    usual = ["from IPython import get_ipython; assert type(get_ipython()).__name__ == 'ZMQInteractiveShell'"]
    path = write_collection(tmp_path, {"kernel": usual, "random": ["import random; random.random()"]})
    found = check_stability(load_collection(path), engine="kernel")
    assert found == {"kernel": None, "random": "cell 3 shows something else when it runs again."}


def test_cells_are_numbered_as_in_the_notebook(tmp_path):
    """Papermill puts a cell with the parameters in between, which no reader of the notebook has."""
    parameters = f"{PARAMETERS}\nlevel: float = 0.95  # a level"
    path = write_collection(tmp_path, {"one": ["object()"], "two": ["1 / 0"]}, parameters=parameters)
    path.write_text(
        path.read_text("utf-8").replace('ipynb"\n', 'ipynb"\nparameters = { level = 0.9 }\n'), "utf-8"
    )
    address, _ = render_reports(load_collection(path), tmp_path / "out")
    assert "one, cell 3 shows the address" in address.error


class OneByOne:
    """Makes nothing, at once, and remembers what was asked for; what it says each took depends on the name."""

    def __init__(self, seconds):
        self.seconds, self.asked = seconds, []

    def capacity(self):
        return 1

    def submit(self, job):
        self.asked.append(job.report.name)
        made = concurrent.futures.Future()
        made.set_result(Made({".html": b"", ".json": b"{}"}, seconds=self.seconds[job.report.name]))
        return made


def test_what_took_longest_last_time_is_made_first_and_the_first_waits_for_no_other(tmp_path, monkeypatch):
    monkeypatch.setattr(render, "_write_indexes", lambda *_: [])
    reports = [
        report for report in load_collection() if report.name.startswith("03") and report.language == "en"
    ]
    names = [report.name for report in reports]
    maker = OneByOne({name: float(place) for place, name in enumerate(names)})
    keyed = []
    monkeypatch.setattr(
        render, "job_key", lambda job: keyed.append((job.report.name, len(maker.asked))) or job_key(job)
    )
    render_reports(reports, tmp_path, force=True, maker=lambda: contextlib.nullcontext(maker))
    assert maker.asked == names
    # Nobody's key is asked for before the first two are on their way: as many as one worker holds.
    assert [made for _, made in keyed[:3]] == [0, 1, 2]
    maker.asked.clear()
    render_reports(reports, tmp_path, force=True, maker=lambda: contextlib.nullcontext(maker))
    assert maker.asked == names[::-1]
    maker.asked.clear()
    outcomes = render_reports(reports, tmp_path, maker=lambda: contextlib.nullcontext(maker))
    assert maker.asked == []
    assert all(outcome.unchanged for outcome in outcomes)
