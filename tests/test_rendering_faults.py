"""What goes wrong in a notebook costs its own report only; benchmarks/README.md, "Faults", lists these tests."""

import concurrent.futures
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import nbformat
import psutil
import pytest
from made_up_collection import write_collection

from polltables.files import put
from polltables.rendering import load_collection, render_reports
from polltables.rendering.job import Limits, prepare
from polltables.rendering.supervise import ReportServer

LIMITS = Limits(seconds=4, megabytes=700)  # of time that passes, as long as notebooks beside it may take

FAULTS = {
    "exception": ("1 / 0", "ZeroDivisionError"),
    "long": ("raise ValueError('x' * 10**6)", r"cell 4: ValueError: x{900,1000}… \(see"),
    "group": (
        "raise ExceptionGroup('g', [ValueError(1)])",
        "cell 4: CellExecutionError: it stands among what the cell",
    ),
    "bytes": (
        "class A:\n    def _repr_mimebundle_(self, **_): return {'x': object()}\nA()",
        "is not JSON serializable",
    ),
    "ends": (
        "import sys; sys.exit()",
        "cell 4: SystemExit: it ended the notebook; cells behind it did not run",
    ),
    "leaves": ("import os; os._exit(3)", "cell 4: its process ended with status 3"),
    "crashes": ("import ctypes; ctypes.string_at(0)", "cell 4: its process was killed by SIGSEGV"),
    "killed": ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", "cell 4: .*killed by SIGKILL"),
    "endless": (
        "import time\nwhile True: time.sleep(0.1)",
        r"cell 4: it was stopped at the time limit of 4 s \(--time-limit\)",
    ),
    "hog": ("import numpy; numpy.ones(10**9)", "MemoryError"),
    "slow-hog": ("hog = []\nwhile True: hog.append(bytes(10**6))", "MemoryError"),
    "warns": ("import warnings; warnings.warn('beware')", r"cell 4 wrote to the error stream: (.|\n)*beware"),
}
KERNEL_FAULTS = ["exception", "ends", "leaves", "crashes", "endless", "hog", "warns"]


def pages(out):
    return {
        file.name: file.read_bytes()
        for file in out.iterdir()
        if re.fullmatch(r"\w.*\.(html|json)", file.name)
    }


def spoil(folder, names):
    """Write a collection in which some notebooks have faults, and two others have changed."""
    notebooks = {name: ["'came so far'", FAULTS[name][0], "'never'"] for name in names}
    return write_collection(folder, {"first": ["'anew'"], **notebooks, "last": ["'anew'"]})


@pytest.fixture(scope="module", params=["process", "kernel"])
def spoilt_run(request, tmp_path_factory):
    """Render good notebooks, put a fault in most of them, and render them again."""
    folder, out, before = tmp_path_factory.mktemp("notebooks"), tmp_path_factory.mktemp("out"), descendants()
    names = list(FAULTS) if request.param == "process" else KERNEL_FAULTS
    path = write_collection(folder, {name: ["'all is well'"] for name in ["first", *names, "last"]})
    outcomes = render_reports(load_collection(path), out)
    assert [outcome.status for outcome in outcomes] == ["made"] * len(outcomes)
    good = pages(out)
    limits = LIMITS if request.param == "process" else Limits(seconds=8, megabytes=700)
    outcomes = render_reports(
        load_collection(spoil(folder, names)), out, limits=limits, engine=request.param, workers=3
    )
    wait_until(lambda: descendants() <= before)
    return request.param, good, out, {outcome.name: outcome for outcome in outcomes}


def test_a_fault_is_told_with_its_cell(spoilt_run):
    engine, _, _, outcomes = spoilt_run
    for name in KERNEL_FAULTS if engine == "kernel" else FAULTS:
        assert outcomes[name].status == "failed"
        if engine == "process":
            assert re.search(FAULTS[name][1], outcomes[name].error), outcomes[name].error
        else:
            said = (
                r"cell 4:? .*(ZeroDivisionError|SystemExit: it ended|wrote to the error stream|Kernel died|"
                "time limit of 8 s|MemoryError)"
            )
            assert re.search(said, outcomes[name].error), outcomes[name].error


def test_a_fault_costs_no_other_report(spoilt_run):
    _, good, out, outcomes = spoilt_run
    assert outcomes["first"].status == outcomes["last"].status == "made"
    assert "anew" in (out / "first.html").read_text("utf-8")
    assert "anew" in (out / "last.html").read_text("utf-8")
    assert pages(out) == good | {
        name: content for name, content in pages(out).items() if name.startswith(("first.", "last."))
    }


def test_a_fault_leaves_the_notebook_as_far_as_it_ran_with_the_error_marked(spoilt_run):
    engine, _, out, _ = spoilt_run
    for name in KERNEL_FAULTS if engine == "kernel" else FAULTS:
        partial = nbformat.read(out / f"{name}.partial.ipynb", as_version=4)
        text = nbformat.writes(partial)
        assert "'came so far'" in [
            output["data"]["text/plain"]
            for cell in partial.cells
            for output in cell.get("outputs", [])
            if "data" in output
        ]
        if name != "warns":
            assert "papermill-error-cell" in text
            assert "'never'" not in [
                output.get("data", {}).get("text/plain")
                for cell in partial.cells
                for output in cell.get("outputs", [])
            ]


def test_nothing_is_left_behind_by_a_fault(spoilt_run):
    _, _, out, _ = spoilt_run
    assert [path.name for path in out.iterdir() if path.name.endswith(".new")] == []


def descendants(process=None):
    """Name the processes of reports that a process has, this one where none is given."""
    return {
        child.pid
        for child in psutil.Process(process).children(recursive=True)
        if child.status() != psutil.STATUS_ZOMBIE
    }


@pytest.mark.parametrize(
    ("number", "engine"),
    [
        (signal.SIGINT, "process"),
        (signal.SIGTERM, "process"),
        (signal.SIGHUP, "process"),
        (signal.SIGKILL, "process"),
        (signal.SIGINT, "kernel"),
        (signal.SIGKILL, "kernel"),
    ],
)
def test_an_interruption_leaves_no_process_and_no_file(tmp_path, number, engine):
    """Ctrl-C, a request to end, and an end without warning, while two notebooks run and one is done."""
    started = "import pathlib; pathlib.Path({!r}).touch(); import time; time.sleep(600)"
    marks = [tmp_path / "one", tmp_path / "two"]
    notebooks = {"done": ["'done'"], **{mark.name: [started.format(str(mark))] for mark in marks}}
    path = write_collection(tmp_path / "notebooks", notebooks)
    script = (
        "import signal, sys; from pathlib import Path; from polltables.rendering import command, load_collection\n"
        f"command.all_reports = lambda _: load_collection(Path({str(path)!r}))\n"
        "from polltables.cli import main\n"
        "signal.signal(signal.SIGINT, signal.default_int_handler)  # what nohup takes away\n"
        "signal.signal(signal.SIGHUP, signal.SIG_DFL)\n"
        f"sys.exit(main(['render', '--out', {str(tmp_path / 'out')!r}, '--workers', '2', '--engine', {engine!r}]))"
    )
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    running = subprocess.Popen(
        [sys.executable, "-c", script],
        env=os.environ | {"TMPDIR": str(scratch)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    wait_until(lambda: all(mark.exists() for mark in marks))
    family = descendants(running.pid)
    assert len(family) >= 3
    running.send_signal(number)
    _, errors = running.communicate(timeout=60)
    wait_until(lambda: not any(map(alive, family)))
    wait_until(lambda: not any(scratch.iterdir()))
    assert sorted(file.name for file in (tmp_path / "out").iterdir()) == [
        ".polltables.json",
        "done.html",
        "done.json",
    ]
    if number != signal.SIGKILL:
        assert running.returncode == 130
        assert "interrupted" in errors
        assert "Traceback" not in errors


@pytest.mark.skipif(
    sys.platform != "linux", reason="elsewhere what is left behind twice has no parent that knows it"
)
@pytest.mark.parametrize("engine", ["process", "kernel"])
def test_nothing_that_a_notebook_started_outlives_its_report(tmp_path, server, engine):
    """A process in a session of its own, a daemon, both where the notebook's own process is gone at once, and a fork."""
    mark = f"600.{os.getpid()}"
    starts = (
        f"import os, subprocess\nsubprocess.Popen(['sleep', '{mark}'], start_new_session=True).pid * 0\n"
        f"if os.fork() == 0:\n    os.fork() or os.execvp('sleep', ['sleep', '{mark}'])\n    os._exit(0)"
    )
    notebooks = {
        "starts": [starts],
        "leaves": [f"{starts}\nos._exit(0)"],
        "forks": ["import os; os.fork() * 0"],
    }
    made = [
        server.make(prepare(report, engine=engine))
        for report in load_collection(write_collection(tmp_path, notebooks))
    ]
    assert [bool(one.error) for one in made] == [False, True, False]
    wait_until(
        lambda: not [one for one in psutil.process_iter(["cmdline"]) if mark in (one.info["cmdline"] or ())]
    )


def test_a_kernel_that_loses_its_reply_and_lives_on_is_given_up(tmp_path, server):
    """As happens where memory is short: it says that it is done, and nothing comes."""
    loses = (
        "session = get_ipython().kernel.session\nsend = session.send\n"
        "session.send = lambda to, what, *more, **named: (\n"
        "    None if what == 'execute_reply' else send(to, what, *more, **named)\n)"
    )
    informs = loses.replace("execute_reply", "kernel_info_reply")  # asked for when the cells are done
    notebooks = {"loses": [loses, "'never'"], "informs": [informs]}
    lost, fine = (
        server.make(prepare(report, engine="kernel", limits=Limits(seconds=60)))
        for report in load_collection(write_collection(tmp_path, notebooks))
    )
    assert (lost.error, fine.error) == ("cell 3: Kernel died", None)
    assert lost.seconds < 30 > fine.seconds


@pytest.mark.parametrize("engine", ["process", "kernel"])
@pytest.mark.parametrize(
    "raised",
    [
        'raise RuntimeError("can\'t start new thread")',
        "try:\n    raise ImportError('libx.so: failed to map segment from shared object')\n"
        "except ImportError as error:\n    raise ImportError('numpy is needed') from error",
    ],
)
def test_that_memory_was_short_is_told_whoever_says_so(tmp_path, server, engine, raised):
    (report,) = load_collection(write_collection(tmp_path, {"raises": [raised]}))
    said = r"cell 3: \w+Error: (can't start new thread|numpy is needed \(.*libx.*\)); memory is short: the limit is 2048 MB"
    assert re.match(said, server.make(prepare(report, engine=engine)).error)


def alive(process):
    try:
        return psutil.Process(process).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def wait_until(condition):
    """Wait for what must come to be; half a minute is long past any doubt."""
    end = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.05)


def test_a_server_that_dies_fails_its_reports_and_hangs_nobody(tmp_path):
    path = write_collection(tmp_path, {"waits": ["import time; time.sleep(600)"]})
    (report,) = load_collection(path)
    others, before = set(psutil.Process().children()), descendants()
    with ReportServer() as server, concurrent.futures.ThreadPoolExecutor(1) as threads:
        made = threads.submit(server.make, prepare(report))
        wait_until(lambda: len(descendants() - before) >= 2)
        (its_own,) = set(psutil.Process().children()) - others
        its_own.kill()
        assert "the process that starts reports was ended" in made.result().error
        wait_until(lambda: descendants() <= before)
        assert server.ended


def test_where_a_fork_is_not_safe_each_process_starts_anew(tmp_path, server):
    path = write_collection(tmp_path, {"same": ["'all is well'"], "leaves": [FAULTS["leaves"][0]]})
    same, leaves = load_collection(path)
    with ReportServer(fork=False) as other:
        assert other.make(prepare(same)).files == server.make(prepare(same)).files
        assert "status 3" in other.make(prepare(leaves)).error
        endless = prepare(leaves, limits=Limits(seconds=0.1))
        assert "time limit" in other.make(endless).error


def test_the_last_report_stays_when_the_disk_is_full(tmp_path, monkeypatch):
    """Writing beside the page fails: the page itself is untouched, and no half of a file is left."""
    page = tmp_path / "page.html"
    put(page, b"good")

    def full(self, content):
        with self.open("wb") as opened:
            opened.write(content[:2])
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(OSError, match="No space"):
        put(page, b"better")
    assert page.read_text() == "good"
    assert list(tmp_path.iterdir()) == [page]
