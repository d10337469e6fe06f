"""The same reports on a dask cluster: a real scheduler and two workers, of which one is killed midway."""

import contextlib
import gc
import os
import socket
import subprocess
import sys
import threading
import time
from importlib.metadata import PackageNotFoundError

import psutil
import pytest
from made_up_collection import write_collection

from analysis.errors import ReportError
from polltables.cli import main
from polltables.rendering import cluster as module
from polltables.rendering import load_collection, render_reports
from polltables.rendering.cluster import cluster

distributed = pytest.importorskip("distributed")

# dask closes its own connections when workers are killed and loops end; none of it is ours to mend.
pytestmark = pytest.mark.filterwarnings("ignore")


@contextlib.contextmanager
def running(*arguments, scratch=None):
    process = subprocess.Popen(
        [sys.executable, "-m", "distributed.cli." + arguments[0], *arguments[1:]],
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | ({"TMPDIR": str(scratch)} if scratch else {}),
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()
        process.stderr.close()


def wait_for(process, text):
    """Read what a process says until it says this, and let it talk on."""
    for line in process.stderr:
        if text in line:
            threading.Thread(target=process.stderr.read, daemon=True).start()
            return line
    raise AssertionError(f"{process.args} ended")


def test_a_cluster_makes_the_same_reports_even_if_a_worker_is_lost(tmp_path):
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    mark, go_on = tmp_path / "mark", tmp_path / "go-on"
    wait = (
        f"import pathlib, time\npathlib.Path({str(mark)!r}).touch()\n"
        f"while not pathlib.Path({str(go_on)!r}).exists(): time.sleep(0.05)"
    )
    notebooks = {
        "waits": [wait],
        **{f"report-{n}": [f"import pandas as pd\npd.Series([{n}])"] for n in range(5)},
    }
    path = write_collection(tmp_path / "notebooks", notebooks)
    reports = load_collection(path)
    with running("dask_scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard") as scheduler:
        address = wait_for(scheduler, "Scheduler at:").split()[-1]
        options = [address, "--nthreads", "1", "--no-nanny", "--no-dashboard"]
        with (
            running("dask_worker", *options, scratch=scratch) as one,
            running("dask_worker", *options, scratch=scratch) as two,
        ):
            for worker in (one, two):
                wait_for(worker, "Registered to:")
            killed = []

            def kill_one() -> None:
                while not mark.exists():
                    time.sleep(0.05)
                busy = next(
                    worker
                    for worker in (one, two)
                    if len(psutil.Process(worker.pid).children(recursive=True)) >= 2
                )
                killed.append(busy.pid)
                busy.kill()
                go_on.touch()

            killer = threading.Thread(target=kill_one)
            killer.start()
            outcomes = render_reports(reports, tmp_path / "there", maker=lambda: cluster(address))
            killer.join()
    assert killed
    end = time.monotonic() + 30
    while any(scratch.glob("polltables-*")):
        assert time.monotonic() < end, "a worker that is killed leaves its reports' processes or files behind"
        time.sleep(0.05)
    assert [outcome.error for outcome in outcomes] == [None] * 6
    render_reports(reports, tmp_path / "here")
    for report in reports:
        for ending in (".html", ".json"):
            here, there = (tmp_path / where / f"{report.name}{ending}" for where in ("here", "there"))
            assert here.read_bytes() == there.read_bytes()


@pytest.mark.parametrize("answer", [None, b"", b"HTTP/1.1 400 Bad Request\r\n\r\n" * 3, bytes(4096)])
def test_nobody_at_the_address_is_told_and_so_is_somebody_else(monkeypatch, answer):
    """Nobody listens; or somebody takes the connection and is silent, speaks another language, or sends nonsense."""
    monkeypatch.setattr(module, "_PATIENCE", 0.3)
    unraisable = []
    monkeypatch.setattr(sys, "unraisablehook", unraisable.append)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        address = f"tcp://127.0.0.1:{listening.getsockname()[1]}"
        taken = []

        def answer_all():
            with contextlib.suppress(OSError):
                while True:
                    taken.append(listening.accept()[0])
                    taken[-1].sendall(answer)

        threading.Thread(target=answer_all, daemon=True).start() if answer is not None else listening.close()
        with (
            pytest.raises(ReportError, match=rf"no dask scheduler answers at '{address}' \("),
            cluster(address),
        ):
            pass
    gc.collect()
    assert not unraisable


def test_dask_that_is_missing_or_too_old_is_told(monkeypatch, capsys, tmp_path):
    def missing(name):
        raise PackageNotFoundError(name)

    monkeypatch.setattr(module, "version", missing)
    command = ["render", "01-published-tables", "--out", str(tmp_path), "--scheduler", "tcp://127.0.0.1:1"]
    assert main(command) == 1
    assert 'needs distributed, which is not installed. Run: pip install "polltables[cluster]"' in (
        capsys.readouterr().err
    )
    monkeypatch.setattr(module, "version", lambda _: "2023.5.0")
    said = r"2025\.1 or newer; 2023\.5\.0 is installed. Run: pip install --upgrade 'polltables\[cluster\]'"
    with pytest.raises(ReportError, match=said), cluster("tcp://127.0.0.1:1"):
        pass


def test_a_worker_with_other_code_is_refused():
    with pytest.raises(ReportError, match="A worker has another version"):
        module.make_there(b"", "other code")
