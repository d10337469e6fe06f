"""The pages of the site: every command, script and file that they print is tried, in a new project, as a reader would."""

import contextlib
import doctest
import io
import os
import re
import runpy
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from analysis.paths import PROJECT_VARIABLE, forget_project, project_root
from polltables.cli import main

DOCS = project_root() / "docs"
PAGES = sorted(
    page
    for page in DOCS.glob("*.md")
    if re.search(r"^```(sh|python|\{code-block\})", page.read_text("utf-8"), re.MULTILINE)
)
SLOW = {"another-level.md", "add-a-notebook.md", "many-polls.md"}
BLOCK = re.compile(
    r"^```(?:\{code-block\} )?(\w+)\n(?::caption: ([^\n]+)\n\n)?(.*?)^```$", re.MULTILINE | re.DOTALL
)
OPTIONS = doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS

pytestmark = pytest.mark.usefixtures("one_server")


@pytest.fixture
def project(tmp_path, monkeypatch):
    """Work in a project as `polltables init` makes it, with the programs of this environment."""
    assert main(["init", str(tmp_path / "project"), "--quiet"]) == 0
    monkeypatch.chdir(tmp_path / "project")
    monkeypatch.setenv(PROJECT_VARIABLE, str(tmp_path / "project"))
    monkeypatch.setenv("PATH", f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("PYTHONWARNINGS", "default")
    forget_project()
    yield
    forget_project()


def run(command):
    """Run a command, and return what it says; those of polltables in this process, which has everything loaded."""
    words = shlex.split(command, comments=True)
    if words[0] != "polltables":
        done = subprocess.run(command, shell=True, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout
    said = io.StringIO()
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
        status = main(words[1:])
    assert status in ({0, 1} if "audit" in words else {0}), said.getvalue()
    return said.getvalue()


def follow(language, name, text, said):
    """Do what a block asks for, and return what was said."""
    if name and language in {"sh", "bat"}:  # what is no matter of a test: to install, to open JupyterLab
        return ""
    if name:  # a file, or what is added to one
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        with Path(name).open("a", encoding="utf-8") as file:
            file.write(text)
    elif language == "sh":
        return "".join(map(run, text.replace("\\\n", "").splitlines()))
    elif language == "text":
        assert doctest.OutputChecker().check_output(text, said, OPTIONS), said
    return said


@pytest.mark.parametrize(
    "page",
    [pytest.param(page, marks=[pytest.mark.slow] * (page.name in SLOW), id=page.stem) for page in PAGES],
)
def test_a_page_can_be_followed(page, project):
    said, known = "", {}
    for language, name, text in BLOCK.findall(page.read_text("utf-8")):
        if language == "python" and not name:
            examples = doctest.DocTestParser().get_doctest(text, known, page.name, str(page), 0)
            outcome = io.StringIO()
            doctest.DocTestRunner(optionflags=OPTIONS).run(examples, out=outcome.write, clear_globs=False)
            assert not outcome.getvalue()
            known = examples.globs
        else:
            said = follow(language, name, text, said)


def test_a_link_that_leads_nowhere_is_named(tmp_path):
    dead_links = runpy.run_path(str(DOCS / "links.py"))["dead_links"]
    (tmp_path / "a.html").write_text(
        '<p id="here"><a href="#here"><a href="b.html#there"><a href="https://a.b">', "utf-8"
    )
    (tmp_path / "b.html").write_text('<p><img src="none.svg"><a href="a.html#here">', "utf-8")
    assert list(dead_links(tmp_path)) == [
        "a.html: b.html#there leads nowhere.",
        "b.html: none.svg leads nowhere.",
    ]
