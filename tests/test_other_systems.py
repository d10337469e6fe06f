"""What Windows and macOS lack is taken from this system: reports and readers do without, within the same limits."""

import os
import subprocess
import sys

import pytest
from made_up_collection import write_project

from analysis.paths import PROJECT_VARIABLE

# Reports are made by fresh processes on both. Windows has no limits; macOS refuses one of memory.
LACKING = {
    "windows": "import os, psutil, sys\ndel os.fork, os.setsid\nsys.modules['resource'] = None\n",
    "macos": """
import os, resource
del os.fork
def refuse(kind, limits, set_limit=resource.setrlimit):
    if kind in {resource.RLIMIT_AS, resource.RLIMIT_DATA}:
        raise ValueError("current limit exceeds maximum limit")
    set_limit(kind, limits)
resource.setrlimit = refuse
""",
}


@pytest.fixture(scope="module")
def start(tmp_path_factory):
    """Run Python on a system that lacks something: what is said as a process starts reaches those that it starts."""
    folder = tmp_path_factory.mktemp("systems")
    notebooks = {
        "one": [
            "import os\nos.write(1, b'beneath')",
            "from analysis import load_poll\nload_poll(poll).figures.shape",
        ],
        "hog": ["import numpy, time\nkept = numpy.ones(10**8)\ntime.sleep(600)"],
    }
    write_project(folder / "project", notebooks)

    def run(lacking, *arguments):
        own = folder / (lacking or "linux")
        own.mkdir(exist_ok=True)
        (own / "sitecustomize.py").write_text(LACKING.get(lacking, ""), "utf-8")
        paths = os.pathsep.join([str(own), os.environ.get("PYTHONPATH", "")])
        environment = os.environ | {"PYTHONPATH": paths, PROJECT_VARIABLE: str(folder / "project")}
        command = [sys.executable, *map(str, arguments)]
        return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)

    return run


@pytest.fixture(scope="module")
def here(tmp_path_factory, start):
    """The page as this system makes it."""
    out = tmp_path_factory.mktemp("here")
    done = start(None, "-m", "polltables", "render", "one", "--out", out)
    assert done.returncode == 0, done.stderr
    return (out / "one.html").read_bytes()


@pytest.mark.slow
@pytest.mark.parametrize("lacking", LACKING)
def test_reports_are_the_same_and_keep_their_limits(tmp_path, start, here, lacking):
    """Without a limit of the system, what a process holds is looked at; what is written beneath Python is shown."""
    done = start(lacking, "-m", "polltables", "render", "--memory-limit", 700, "--out", tmp_path)
    assert (tmp_path / "one.html").read_bytes() == here
    assert b"beneath" in here
    assert done.returncode == 1
    assert (
        "cell 3: it was stopped at the memory limit of 700 MB (--memory-limit)" in done.stdout + done.stderr
    )


def test_a_reader_without_end_is_ended(start):
    script = "from polltables.importing.readers import limits; limits.confine(1)\nwhile True: pass"
    assert start("windows", "-c", script).returncode == 1
