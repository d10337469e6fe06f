"""An installed package works anywhere: in an empty folder, without the clone that it was built from."""

import os
import shutil
import subprocess
import sys
import tomllib
import zipfile

import pytest
from made_up_collection import HARBOUR

from analysis.paths import PROJECT_VARIABLE, project_root

ROOT = project_root()


def test_the_wheel_holds_every_package():
    listed = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["setuptools"]["packages"]
    found = {
        ".".join(path.parent.relative_to(ROOT / "src").parts) for path in (ROOT / "src").rglob("__init__.py")
    }
    assert set(listed) == found | {"polltables.collection.data", "polltables.collection.notebooks"}


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """Build the wheel from a copy, with what work leaves behind in it, and unpack it where nothing else is."""
    copy, site = tmp_path_factory.mktemp("copy"), tmp_path_factory.mktemp("site")
    for name in ("src", "data", "notebooks"):
        ignored = shutil.ignore_patterns("__pycache__", "*.egg-info", "working")
        shutil.copytree(ROOT / name, copy / name, ignore=ignored)
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, copy)
    for name in ("working", ".ipynb_checkpoints"):
        (copy / "notebooks" / name).mkdir(exist_ok=True)
        (copy / "notebooks" / name / "left.ipynb").write_text("{}")
    (copy / "notebooks" / "01.partial.ipynb").write_text("{}")
    build = "import setuptools.build_meta as build; build.build_wheel('dist')"
    subprocess.run([sys.executable, "-c", build], cwd=copy, check=True, capture_output=True)
    (wheel,) = (copy / "dist").iterdir()
    zipfile.ZipFile(wheel).extractall(site)
    return site


@pytest.fixture
def say(installed, tmp_path):
    """Run a command of the installed package in an empty folder."""

    def run(*arguments, cwd="."):
        environment = {key: value for key, value in os.environ.items() if key != PROJECT_VARIABLE}
        environment["PYTHONPATH"] = str(installed)
        command = [sys.executable, "-m", "polltables", *map(str, arguments)]
        done = subprocess.run(
            command, cwd=tmp_path / cwd, env=environment, capture_output=True, text=True, check=False
        )
        assert "Traceback" not in done.stderr
        return done.returncode, done.stdout + done.stderr

    return run


def test_a_poll_in_a_folder_needs_no_project(say, tmp_path):
    assert say("new", "mine")[0] == 0
    assert say("audit", "mine")[0] in {0, 1}
    assert say("export", HARBOUR, "--out", "a.md") == (0, "a.md: written\n")
    assert {path.name for path in tmp_path.iterdir()} == {"mine", "a.md"}
    status, said = say("render")
    assert status == 2
    assert "make one with `polltables init FOLDER`" in said


def test_a_project_is_begun_with_the_notebooks_and_data(say, tmp_path):
    status, said = say("init", "mine")
    assert (status, said.split(":")[0]) == (0, "mine")
    for part in ("notebooks", "data"):
        kept = {
            path.relative_to(ROOT)
            for path in (ROOT / part).rglob("*")
            if path.is_file() and not {"working", ".ipynb_checkpoints"}.intersection(path.parts)
        }
        made = {
            path.relative_to(tmp_path / "mine")
            for path in (tmp_path / "mine" / part).rglob("*")
            if path.is_file()
        }
        assert made == kept
    assert "cpi-2021-04" in say("list", cwd="mine")[1]
    status, said = say("init", "mine")
    assert status == 2
    assert "it is there already, and was left as it is" in said
    (tmp_path / "file").write_text("")
    assert say("init", "file/below")[0] == 1


@pytest.mark.parametrize(
    ("command", "package", "extra"),
    [
        (["render"], "papermill", "render"),
        (["notebook", "02"], "nbformat", "notebooks"),
        (["import", "a.xlsx", "--out", "b"], "openpyxl", "import"),
        (["import", "a.pdf", "--out", "b"], "pdfplumber", "import"),
    ],
)
def test_a_missing_package_is_named_with_the_extra_that_brings_it(
    installed, tmp_path, command, package, extra
):
    for name in ("a.xlsx", "a.pdf"):
        (tmp_path / name).write_text("something")
    script = f"""
import importlib.metadata, sys

class Missing:  # is asked first, for modules and for what is installed
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] == {package!r}:
            raise ModuleNotFoundError("no", name=name)

def version(name, known=importlib.metadata.version):
    if name == {package!r}:
        raise importlib.metadata.PackageNotFoundError(name)
    return known(name)

sys.meta_path.insert(0, Missing())
importlib.metadata.version = version
from polltables.cli import main
sys.exit(main({command!r}))
"""
    environment = os.environ | {"PYTHONPATH": str(installed), PROJECT_VARIABLE: str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr == (
        f"polltables {command[0]} needs {package}, which is not installed. "
        f'Run: pip install "polltables[{extra}]" (in a clone: make install).\n'
    )
