"""The second screen of the README, walked through with its own commands."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from analysis.paths import project_root
from analysis.polls import load_poll
from polltables.cli import main

ROOT = project_root()


@pytest.fixture(scope="module")
def walk():
    """The lines of the section that are set as code."""
    text = (ROOT / "README.md").read_text("utf-8")
    section = text.partition("## Your poll in ten minutes\n")[2].partition("\n## ")[0]
    return [line.strip() for line in section.splitlines() if line.startswith("    ")]


def run(command, folder):
    """Run a command of the README in a folder outside the project, as installed beside this Python."""
    words = [
        str(ROOT / word) if word.startswith(("tests/", "notebooks/")) else word for word in command.split()
    ]
    words[0] = str(Path(sys.executable).parent / words[0])
    environment = os.environ | {"PYTHONWARNINGS": "default"}
    return subprocess.run(words, cwd=folder, capture_output=True, text=True, check=False, env=environment)


def test_the_readme_is_right_command_by_command(walk, tmp_path, monkeypatch, capsys):
    """What reads and what renders as processes, as a reader starts them; for the rest `test_wheel.py` does."""

    def here(command):
        capsys.readouterr()
        return main(command.split()[1:]), capsys.readouterr().out

    monkeypatch.chdir(tmp_path)
    imports, audits, renders, exports = [
        line for line in walk if line.startswith(("polltables", "papermill"))
    ]
    done = run(imports, tmp_path)
    assert done.returncode == 0, done.stderr
    for line in walk[1:3]:
        assert line.partition(": ...")[0].removeprefix("my-poll") in done.stdout
    status, said = here(audits)
    assert status == 1
    assert "10 findings" in said
    assert "not answered: questions, asked" in said
    answer = next(line for line in walk if line.startswith("not_published"))
    poll = tmp_path / "my-poll" / "poll.toml"
    poll.write_text(poll.read_text("utf-8").replace('base = "all"', f'base = "all"\n{answer}'), "utf-8")
    status, said = here(audits)
    assert status == 0, said
    assert "0 findings" in said
    rendered = run(renders, tmp_path)
    assert rendered.returncode == 0, rendered.stderr[-2000:]
    assert "38.8" in (tmp_path / "my-report.ipynb").read_text("utf-8")
    assert here(exports)[0] == 0
    assert (tmp_path / "my-poll.xlsx").stat().st_size > 5_000
    assert load_poll(tmp_path / "my-poll").sheet.n == 1600
