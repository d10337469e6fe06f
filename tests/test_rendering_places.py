"""Commands in odd places: whatever the system refuses is one sentence, the right exit status, and nothing is lost."""

import errno
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import nbformat
import pytest
from made_up_collection import HARBOUR, write_notebook, write_project

from analysis.paths import PROJECT_VARIABLE, forget_project
from polltables.cli import main
from polltables.rendering import load_collection, render_reports
from polltables.rendering import supervise as module
from polltables.rendering.job import prepare
from polltables.rendering.supervise import ReportServer

pytestmark = pytest.mark.usefixtures("one_server")

ENGINES = ["process", "kernel"]


@pytest.fixture
def project(tmp_path, monkeypatch):
    """Work in a project of two small notebooks."""
    folder = write_project(tmp_path / "project", {"one": ["'one'"], "two": ["'two'"]})
    monkeypatch.setenv(PROJECT_VARIABLE, str(folder))
    forget_project()
    yield folder
    forget_project()


def render(capsys, *options):
    """Run the command; return its exit status and what it said on either stream."""
    status = main(["render", *map(str, options)])
    out, errors = capsys.readouterr()
    assert "Traceback" not in out + errors
    return status, out, errors


def files(folder):
    return {path: path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def test_any_name_of_a_folder_for_temporary_files_will_do(project, tmp_path, monkeypatch):
    """A line end in it must not break what is said to the server, nor its length the sockets of kernels."""
    name = "-rf a\nb clónè ' \"" + "x" * 120
    (tmp_path / name).mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / name))
    (report,) = load_collection()[:1]
    with ReportServer() as server:
        assert [server.make(prepare(report, engine=engine)).error for engine in ENGINES] == [None, None]
    assert list((tmp_path / name).iterdir()) == []


def test_what_is_printed_where_python_starts_disturbs_nobody(project, tmp_path, monkeypatch, capfd):
    """A user's own `sitecustomize`, and variables that Python heeds, at the server and at kernels."""
    (tmp_path / "sitecustomize.py").write_text("print('noise', end='')\nprint('{}')\n", "utf-8")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path), prepend=os.pathsep)
    monkeypatch.setenv("PYTHONTRACEMALLOC", "25")
    (report,) = load_collection()[:1]
    with ReportServer() as noisy:
        made = [noisy.make(prepare(report, engine=engine)) for engine in ENGINES]
    assert [one.error for one in made] == [None, None]
    assert made[0].files == made[1].files
    assert b"noise" not in made[0].files[".html"]


def test_a_server_that_does_not_answer_is_not_waited_for_without_end(project, monkeypatch):
    monkeypatch.setattr(module, "_LOADING", 0.01)
    (report,) = load_collection()[:1]
    with ReportServer() as server:
        assert "does not answer" in server.make(prepare(report)).error


PLACES = {
    "a file": lambda tmp: (tmp / "file").write_text("kept") and tmp / "file",
    "below a file": lambda tmp: (tmp / "file").write_text("kept") and tmp / "file" / "below" / "it",
    "a dangling link": lambda tmp: (tmp / "link").symlink_to(tmp / "nowhere") or tmp / "link",
    "a loop of links": lambda tmp: (tmp / "loop").symlink_to(tmp / "loop") or tmp / "loop",
    "a name that is too long": lambda tmp: tmp / ("x" * 300),
    "a path that is too long": lambda tmp: tmp / "/".join(["x" * 200] * 30),
    "a folder of the system": lambda tmp: Path("/proc/polltables"),
}


@pytest.mark.parametrize("place", PLACES)
def test_a_folder_that_cannot_be_written_is_told_before_anything_runs(project, tmp_path, capsys, place):
    out = PLACES[place](tmp_path)
    before = files(tmp_path)
    status, said, errors = render(capsys, "--out", out)
    assert (status, said) == (1, "")
    assert re.fullmatch(r".*: cannot be written: [A-Z][\w ]+\.\n", errors)
    assert files(tmp_path) == before


def test_long_names_are_shortened_in_messages(project, capsys):
    *_, errors = render(capsys, "--out", "x" * 100_000)
    assert len(errors) < 400


@pytest.fixture
def disk(tmp_path, monkeypatch):
    """A folder on which nothing more can be written once its error is set."""
    folder, refused = tmp_path / "disk", []
    folder.mkdir()
    write = Path.write_bytes

    def write_bytes(self, content):
        if refused and self.is_relative_to(folder) and len(content) >= refused[1]:
            # As the system does: only what cannot be opened has a name.
            raise OSError(
                refused[0], os.strerror(refused[0]), str(self) if refused[0] == errno.EROFS else None
            )
        return write(self, content)

    def unlink(self, missing_ok=False):
        if refused and refused[0] == errno.EROFS and self.is_relative_to(folder):
            raise OSError(errno.EROFS, os.strerror(errno.EROFS), str(self))
        return remove(self, missing_ok=missing_ok)

    remove = Path.unlink
    monkeypatch.setattr(Path, "write_bytes", write_bytes)
    monkeypatch.setattr(Path, "unlink", unlink)
    return folder, lambda number, least=0: refused.extend([number, least])


def test_a_read_only_disk_that_holds_what_is_asked_for_is_no_error(project, disk, capsys):
    out, refuse = disk
    assert render(capsys, "--out", out)[0] == 0
    refuse(errno.EROFS)
    status, said, errors = render(capsys, "--out", out)
    assert (status, errors) == (0, "")
    assert "Nothing changed: 2 reports stay as they are" in said
    status, _, errors = render(capsys, "--out", out, "--force")
    assert status == 1
    assert "cannot be written: Read-only file system." in errors


@pytest.mark.parametrize("engine", ENGINES)
def test_a_disk_that_fills_up_costs_what_no_longer_fits(project, disk, capsys, engine):
    """The pages are large, the rest is small: each page is told, the last good ones stay, no half of a file is left."""
    out, refuse = disk
    assert render(capsys, "--out", out)[0] == 0
    before = files(out)
    refuse(errno.ENOSPC, 5000)
    write_notebook(project / "notebooks" / "one.ipynb", "'changed'")
    status, said, _ = render(capsys, "--out", out, "--engine", engine)
    assert status == 1
    assert re.search(
        r"one +[\d.]+ s  failed +\S+one\.html: cannot be written: No space left on device\.\n", said
    )
    assert re.search(r"two +[\d.]+ s  unchanged", said)
    assert files(out) == before


def test_a_page_is_not_replaced_unless_its_numbers_are(project, tmp_path, capsys):
    out = tmp_path / "out"
    assert render(capsys, "one", "--out", out)[0] == 0
    before = (out / "one.html").read_bytes()
    (out / "one.json").unlink()
    (out / "one.json").mkdir()
    write_notebook(project / "notebooks" / "one.ipynb", "'changed'")
    status, said, _ = render(capsys, "one", "--out", out)
    assert status == 1
    assert re.search(r"one +[\d.]+ s  failed +\S+one\.json: cannot be written: Is a directory\.\n", said)
    assert (out / "one.html").read_bytes() == before
    assert not list(out.glob(".*.new"))


def test_a_full_disk_for_temporary_files_is_told_for_each_report(project, disk, monkeypatch):
    folder, refuse = disk
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    (report,) = load_collection()[:1]
    with ReportServer() as server:
        refuse(errno.ENOSPC)
        for engine in ENGINES:
            error = server.make(prepare(report, engine=engine)).error
            assert re.fullmatch(r"before the first cell: \S+: no space left on device\.", error)


def test_a_front_page_that_cannot_be_written_is_told_beside_the_reports(project, disk, capsys):
    out, _ = disk
    (out / "index.html").mkdir()
    status, said, _ = render(capsys, "--out", out)
    assert status == 1
    assert re.search(r"one +[\d.]+ s  made", said)
    assert re.search(r"index +0.0 s  failed +\S+index\.html: cannot be written: Is a directory\.", said)


@pytest.mark.parametrize("content", ["", "[]", "{}", "\\xff", '{"report": 1}'])
def test_a_file_that_is_no_reports_numbers_is_left_out_of_the_front_page(project, tmp_path, capsys, content):
    out = tmp_path / "out"
    assert render(capsys, "--out", out)[0] == 0
    (out / "two.json").write_bytes(content.encode("latin-1"))
    assert render(capsys, "one", "--out", out)[0] == 0
    front = (out / "index.html").read_text("utf-8")
    assert "one.html" in front
    assert "two.html" not in front


def test_a_poll_that_goes_while_others_are_made_costs_its_own_report(project, tmp_path, monkeypatch):
    reports = load_collection()
    (project / "notebooks" / "two.ipynb").unlink()
    one, two = render_reports(reports, tmp_path / "out")
    assert one.error is None
    assert "two.ipynb: no such file or directory." in two.error


def test_a_poll_that_goes_once_its_reports_are_made_costs_the_front_page_alone(project, tmp_path):
    poll = tmp_path / "mine"
    shutil.copytree(HARBOUR, poll)

    def take(standing):
        if standing.outcome:
            shutil.rmtree(poll, ignore_errors=True)

    reports = load_collection(polls=[str(poll)])
    *made, front = render_reports(reports, tmp_path / "out", progress=take, workers=1)
    assert made[0].status == "made"
    assert front.name == "mine/index"
    assert f"No poll '{poll}'" in front.error


def test_any_time_limit_is_one(project, tmp_path, capsys):
    assert render(capsys, "one", "--out", tmp_path / "out", "--time-limit", "1e300")[0] == 0


@pytest.mark.parametrize("engine", ENGINES)
def test_a_broken_cell_is_named_and_that_it_differs_from_the_committed_notebook(
    project, tmp_path, capsys, engine
):
    def git(*arguments):
        subprocess.run(
            ["git", "-C", project, "-c", "user.name=x", "-c", "user.email=x", *arguments], check=True
        )

    git("init", "--quiet")
    git("add", ".")
    git("commit", "--quiet", "--message", "kept")
    write_notebook(project / "notebooks" / "one.ipynb", "'fine'", "half = )")
    mine = project / "notebooks" / "mine.ipynb"
    write_notebook(mine, "'words'", "1 / 0")
    notebook = nbformat.read(mine, as_version=4)
    notebook.cells[2] = nbformat.v4.new_markdown_cell("## Words", id="2")
    nbformat.write(notebook, mine)
    listed = project / "notebooks" / "reports.toml"
    listed.write_text(listed.read_text("utf-8") + '[mine]\nnotebook = "mine.ipynb"\n', "utf-8")
    status, said, _ = render(capsys, "--out", tmp_path / "out", "--engine", engine)
    assert status == 1
    assert re.search(
        r"cell 4: SyntaxError: .* \(see one\.partial\.ipynb\) "
        r"The notebook differs from the committed one: git diff notebooks/one\.ipynb\.\n",
        said,
    )
    assert re.search(r"cell 4: ZeroDivisionError: division by zero \(see mine\.partial\.ipynb\)\n", said)
    (project / "notebooks" / "one.ipynb").write_text('{"cells": [', "utf-8")
    status, _, errors = render(capsys)
    assert status == 2
    assert "notebooks/one.ipynb: not a notebook with parameters" in errors
    assert "The notebook differs from the committed one: git diff notebooks/one.ipynb." in errors


def test_a_kernel_that_does_not_start_keeps_its_last_words(project, tmp_path, monkeypatch):
    (tmp_path / "ipykernel_launcher.py").write_text("raise SystemExit('no luck today')", "utf-8")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    (report,) = load_collection()[:1]
    with ReportServer() as server:
        error = server.make(prepare(report, engine="kernel")).error
    assert re.fullmatch("before the first cell: Kernel died.*, and last wrote: no luck today", error)


def run(project, *arguments, **options):
    """Run the command as a process of its own."""
    environment = os.environ | {PROJECT_VARIABLE: str(project)} | options.pop("env", {})
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE} | options
    command = [sys.executable, "-m", "polltables", *map(str, arguments)]
    return subprocess.run(command, env=environment, check=False, text=True, **pipes)


def test_an_output_that_takes_no_more_stops_no_work(project, tmp_path):
    """A pipe that nobody reads, no output at all: the reports are made; a full disk alone is an error."""
    read, write = os.pipe()
    os.close(read)
    with os.fdopen(write, "w") as closed:
        done = run(project, "render", "--out", tmp_path / "pipe", stdout=closed)
    assert (done.returncode, done.stderr) == (0, "")
    if Path("/dev/full").exists():
        with Path("/dev/full").open("w") as full:
            done = run(project, "list", stdout=full)
        assert (done.returncode, done.stderr) == (
            1,
            "The output cannot be written: No space left on device.\n",
        )
    nothing = lambda: [os.close(number) for number in (0, 1, 2)]  # noqa: E731
    assert run(project, "render", "--out", tmp_path / "none", preexec_fn=nothing).returncode == 0
    for name in ("pipe", "none"):
        assert {"one.html", "two.html", "index.html"} <= {path.name for path in (tmp_path / name).iterdir()}


def test_what_an_encoding_lacks_is_escaped(project):
    poll = project / "data" / "polls" / "harbour-2030-05" / "poll.toml"
    poll.write_text(re.sub('(?m)^title = "', 'title = "Δ 😀 ', poll.read_text("utf-8"), count=1), "utf-8")
    done = run(project, "list", env={"PYTHONIOENCODING": "ascii"})
    assert done.returncode == 0
    assert r"\u0394 \ud83d\ude00" in done.stdout


@pytest.mark.skipif(sys.platform != "linux", reason="other systems set no such limit")
@pytest.mark.parametrize("engine", ["process", "kernel"])
def test_a_shell_s_limit_of_memory_is_told_for_each_report(project, tmp_path, engine):
    """What libraries take differs from machine to machine: the least with which the command itself begins is sought."""
    command = [sys.executable, "-m", "polltables", "render", "--quiet", "--engine", engine]
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    for megabytes in range(360, 520, 10):
        limited = ["sh", "-c", f'ulimit -v {megabytes * 1024}; exec "$@"', "sh", *command]
        ran = subprocess.run(
            [*limited, "--out", str(tmp_path / "out")],
            capture_output=True, text=True, timeout=120, check=False, env={**os.environ, "TMPDIR": str(temporary)},
        )  # fmt: skip
        assert list(temporary.iterdir()) == []
        if "There is too little memory for this" not in ran.stderr:
            break
    told = ran.stderr.count("memory is short: the limit is 2048 MB")
    assert (ran.returncode, told) in {(1, 2), (0, 0)}, (
        ran.stderr
    )  # on some machines reports need no more than it does


def test_kernels_need_no_ports(project, tmp_path, capsys):
    """Two kernels were given the same port, and one of them died; now each has sockets in the folder of its job."""
    peek = "import ipykernel.kernelapp, json, pathlib, sys\nprint('tcp' in sys.argv)"
    shown = "from ipykernel.kernelapp import IPKernelApp\nIPKernelApp.instance().transport"
    write_notebook(project / "notebooks" / "one.ipynb", peek, shown)
    assert render(capsys, "one", "--out", tmp_path / "out", "--engine", "kernel")[0] == 0
    page = (tmp_path / "out" / "one.html").read_text("utf-8")
    assert ("'ipc'" in page) == (sys.platform != "win32")
