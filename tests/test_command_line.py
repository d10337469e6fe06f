"""The command line: what it offers, what it says on a terminal, and that each advice can be followed."""

import argparse
import io
import json
import os
import pty
import re
import shlex
import shutil
import signal
import subprocess
import sys
import threading
import time
import urllib.parse
from html import unescape

import nbformat
import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_up_collection import HARBOUR, PARAMETERS, write_notebook, write_project
from published import markdown

from analysis.errors import AnalysisError
from analysis.paths import PROJECT_VARIABLE, forget_project, project_root
from polltables import cli
from polltables.cli import main
from polltables.files import put_together
from polltables.rendering.parameters import read_parameters
from polltables.rendering.working import spare_collection, with_values
from polltables.terminal import escaped, system_error

pytestmark = pytest.mark.usefixtures("one_server")

SPOKEN = f'{PARAMETERS}\nlevel: float = 0.95  # a level\nlanguage: str = "en"  # a language'


@pytest.fixture
def project(tmp_path, monkeypatch):
    """Work in a project of one small notebook, in English and Spanish."""
    folder = write_project(tmp_path / "project", {"01-one": ["'one'"]}, parameters=SPOKEN)
    (folder / "notebooks" / "languages" / "es").mkdir(parents=True)
    (folder / "notebooks" / "languages" / "es" / "01-one.po").write_text(
        'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\n'
        'msgid "# What does this show?"\nmsgstr "# ¿Qué muestra?"\n',
        "utf-8",
    )
    monkeypatch.setenv(PROJECT_VARIABLE, str(folder))
    forget_project()
    yield folder
    forget_project()


def say(capsys, *arguments):
    status = main(list(map(str, arguments)))
    out, errors = capsys.readouterr()
    assert "Traceback" not in out + errors
    return status, out, errors


def parsers():
    """The parser of each command."""
    for name in cli._COMMANDS:
        whole = cli._parser([name])
        (commands,) = (one for one in whole._actions if isinstance(one, argparse._SubParsersAction))
        yield name, commands.choices[name]


def test_the_version_is_said_at_once():
    start = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "polltables", "--version"], capture_output=True, text=True
    )
    assert time.perf_counter() - start < 5
    assert re.fullmatch(r"polltables \d+\.\d+\.\d+\n", done.stdout)
    for heavy in ("pandas", "numpy", "matplotlib"):
        assert f"| {heavy}" not in done.stderr.replace(" ", "")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "polltables: name a command: list, init, import, review, new, "),
        (["audt"], "No command 'audt'; did you mean 'audit'? There is: list, init, import, "),
        (["--verion"], "No option '--verion'; did you mean '--version'? There is: --help, "),
        (["audit"], "polltables audit: the following arguments are required: poll. See polltables audit --help.\n"),
        (["audit", "harbour-2030-5"], "No poll 'harbour-2030-5'; did you mean 'harbour-2030-05'? There is: "),
        (["audit", "x" * 5000], "No poll 'xxx"),
        (["render", "01-on"], "No report '01-on'; did you mean '01-one'? There is: 01-one."),
        (["render", "es/01-on"], "No report 'es/01-on'; did you mean 'es/01-one'?"),
        (["notebook", "1-one"], "No notebook '1-one'; did you mean '01-one'?"),
        (["notebook", "--language", "es"], "name a report to write with --language or --out"),
        (["export", "harbour-2030-05", "--out", "a.txt"], "no format has the ending of 'a.txt'; name a format with"),
        (["export", "harbour-2030-05", "--formt", "csv"], "No option '--formt'; did you mean '--format'?"),
        (["export", "harbour-2030-05", "--format", "xlsx", "--out", "a.csv"], "--out a.csv are of two formats"),
        (["notebook", "01-one", "--out", "a"], "a notebook's name ends in .ipynb"),
        (["import", "a.md", "--out", "p", "--sample-size", "-3"], "'-3' is no number of interviews; write it as 1200"),
        (["import", "a.md", "--out", "p", "--fieldwork", "2031-05-08 to 2031-05-06"], "names no days; write them as"),
        (["import", "a.md", "--out", "p", "--language", "xx"], "'xx' is no language; write its code, such as en"),
        (["import", "a.md", "--out", "-"], "'-' is no folder to make; name one"),
        (["new", "-"], "'-' is no folder to make; name one"),
        (["render", "--out", "-"], "'-' is no folder to make; name one"),
        (["audit", "datapolls"], "No poll 'datapolls'; there is: "),
        (["race", "audti", "x"], "Invalid choice: 'audti'; did you mean 'audit'?"),
        (["render", "--polls", "harbour-2030-05", "01"], "Reports are named before --polls"),
        (["audit", "notebooks"], "notebooks: it holds no poll.toml. A poll is an id"),
    ],
)  # fmt: skip
def test_what_is_wrong_and_what_was_meant(project, capsys, arguments, said):
    status, out, errors = say(capsys, *arguments)
    assert (status, out) == (2, "")
    assert said in errors


def test_nothing_is_written_over_unasked(project, tmp_path, capsys):
    for form, name in (("csv", "mine.csv"), ("datapackage", "mine")):
        (tmp_path / name).mkdir() if form == "datapackage" else (tmp_path / name).write_text("mine")
        export = ["export", HARBOUR, "--format", form, "--out", tmp_path / name]
        status, _, errors = say(capsys, *export)
        assert (status, "it is there already" in errors) == (2, True)
        assert say(capsys, *export, "--replace")[0] == 0
    source, link = tmp_path / "poll.md", tmp_path / "dangling"
    source.write_bytes(markdown())
    link.symlink_to("nowhere")
    for more, why in (([], "it is there already"), (["--replace"], "it is no poll folder")):
        status, _, errors = say(capsys, "import", source, "--out", link, *more)
        assert (status, errors.startswith(f"{link}: {why}"), link.is_symlink()) == (1, True, True)


def test_what_cannot_be_written_leaves_no_folder_that_would_be_taken_for_it(tmp_path):
    with pytest.raises(OSError, match="cannot be written"):
        put_together({tmp_path / "a" / "b" / name: b"" for name in ("x", "x" * 300)})
    assert not list(tmp_path.iterdir())


def test_a_notebook_is_named_by_its_number_or_file_and_goes_to_standard_output(project, tmp_path, capsys):
    for name in ("1", "01", "01-one.ipynb"):
        assert say(capsys, "render", "--language", "en", "--out", tmp_path / "out", name)[0] == 0
        assert json.loads(say(capsys, "notebook", name, "--out", "-")[1])["nbformat"] == 4
    assert (tmp_path / "out" / "01-one.html").is_file()


def test_the_name_of_a_folder_is_data_in_pages_and_in_commands_that_make_them_again(
    project, tmp_path, monkeypatch, capsys
):
    name = "x\"><img src=x onerror=a()> 100% #1? $(id) 'é'"
    shutil.copytree(HARBOUR, tmp_path / name)
    monkeypatch.chdir(tmp_path)
    out = tmp_path / "out"
    assert say(capsys, "render", "-q", "--out", out, "--polls", name)[0] == 0
    for folder, edition in ((out / name, "es"), (out / "es" / name, "en")):
        for page in (folder / "01-one.html", folder / "index.html"):
            html = page.read_text("utf-8")
            assert "<img" not in html
            (there,) = re.findall(f'<a href="([^"]+)"[^>]* hreflang="{edition}"', html)
            assert (folder / urllib.parse.unquote(there)).resolve().is_file()
    html = (out / name / "01-one.html").read_text("utf-8")
    (again,), (papermill,) = (
        re.findall(f"<code>({program} [^<]+)</code>", html) for program in ("polltables render", "papermill")
    )
    assert shlex.split(unescape(papermill))[-3:] == ["-p", "poll", name]
    (out / name / "01-one.html").unlink()
    assert say(capsys, *shlex.split(unescape(again))[1:], "--out", out)[0] == 0
    assert (out / name / "01-one.html").is_file()


def test_advice_about_a_folder_can_be_pasted_whatever_it_is_called(project, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "poll.md").write_bytes(markdown())
    for number, name in enumerate(("-x", "a b'c", "$(id)")):
        for command in (["new"], ["import", "poll.md", "--out"]):
            folder = f"./{name}{number}{command[0]}"
            advice = re.search(
                r"polltables ((?:audit|review) .+?)(\);|\n)", say(capsys, *command, folder)[1]
            )[1]
            assert say(capsys, *shlex.split(advice))[0] in (0, 1)


def test_help_is_there_for_every_command(capsys):
    for name in (None, *cli._COMMANDS):
        status, out, _ = say(capsys, *([name] if name else []), "--help")
        assert status == 0
        assert out.startswith("usage: polltables")


def test_advice_names_only_options_and_commands_that_exist():
    known = {
        option for _, parser in parsers() for action in parser._actions for option in action.option_strings
    }
    others = {"--no-deps", "--editable", "--upgrade", "--no-build-isolation"}  # of pip
    for path in (project_root() / "src" / "polltables").rglob("*.py"):
        text = path.read_text("utf-8")
        # Of what programs in other processes are called with, in lists of their own.
        text = re.sub(r'"--(log-level|IPKernelApp|literal-pathspecs|porcelain|quiet)', "", text)
        for option in re.findall(r"(?<![\w-])--[a-z][a-z-]*[a-z](?![\w-])", text):
            assert option in known | others | {"--version"}, f"{path}: {option}"
        for command in re.findall(r"[`\"]polltables ([a-z]+)", text):
            assert command in cli._COMMANDS, f"{path}: {command}"


def test_the_list_as_json(project, capsys):
    shutil.copytree(HARBOUR, project / "data" / "polls" / "broken")
    (project / "data" / "polls" / "broken" / "vote.csv").unlink()
    document = json.loads(say(capsys, "list", "--format", "json")[1])
    assert [report["name"] for report in document["reports"]] == ["01-one", "es/01-one"]
    assert document["reports"][1]["parameters"]["language"] == "es"
    assert [poll["id"] for poll in document["polls"]] == ["broken", "harbour-2030-05"]
    status, out, _ = say(capsys, "list")
    assert (status, "broken: cannot be read; polltables audit broken says why" in out) == (1, True)


def test_the_list_goes_on_behind_what_is_wrong_in_it(project, capsys):
    listed = project / "notebooks" / "reports.toml"
    listed.write_text(f'[bad]\nnotebook = "0-one.ipynb"\n{listed.read_text("utf-8")}[worse]\nnotebook = 3\n')
    status, out, errors = say(capsys, "list")
    assert (status, "  es/01-one: notebooks/01-one.ipynb language=es\n" in out) == (1, True)
    assert "did you mean '01-one.ipynb'?" in errors
    assert "[worse]: 'notebook' is missing" in errors
    status, out, _ = say(capsys, "list", "--format", "json")
    assert (status, len(json.loads(out)["problems"]), len(json.loads(out)["reports"])) == (1, 2, 2)
    listed.unlink()
    status, out, errors = say(capsys, "list")
    assert (status, "  harbour-2030-05: " in out) == (1, True)
    assert errors == "notebooks/reports.toml: cannot be read: No such file or directory.\n"


def test_quiet_says_only_what_went_wrong(project, tmp_path, capsys):
    assert say(capsys, "--quiet", "render", "--out", tmp_path / "out") == (0, "", "")
    assert say(capsys, "export", "-q", HARBOUR, "--out", tmp_path / "a.csv") == (0, "", "")
    assert say(capsys, "new", "-q", tmp_path / "new") == (0, "", "")
    assert say(capsys, "notebook", "-q") == (0, "", "")
    write_notebook(project / "notebooks" / "01-one.ipynb", "1 / 0", parameters=SPOKEN)
    status, out, errors = say(capsys, "render", "-q", "--language", "en", "--out", tmp_path / "out")
    assert (status, out) == (1, "")
    assert "ZeroDivisionError" in errors


def test_verbose_says_what_runs_and_what_is_unchanged(project, tmp_path, capsys):
    write_notebook(project / "notebooks" / "01-one.ipynb", "import time; time.sleep(1)", parameters=SPOKEN)
    first = say(capsys, "render", "-v", "--language", "en", "--out", tmp_path / "out")[1]
    assert first.index("01-one runs") < first.index("[1/1] 01-one made")
    assert (
        "[1/1] 01-one unchanged"
        in say(capsys, "render", "-v", "--language", "en", "--out", tmp_path / "out")[1]
    )


def test_a_fault_of_the_program_itself_is_one_sentence_and_a_traceback_only_on_request(monkeypatch, capsys):
    def break_down(_):
        raise LookupError("lost")

    monkeypatch.setattr(
        cli, "import_module", lambda _: argparse.Namespace(add_list=lambda p: p.set_defaults(run=break_down))
    )
    assert say(capsys, "list") == (
        70,
        "",
        "A fault of polltables itself: LookupError: lost; --verbose shows where.\n",
    )
    assert main(["list", "--verbose"]) == 70
    assert "Traceback" in capsys.readouterr().err


@pytest.mark.parametrize(
    "error",
    [
        MemoryError,
        SystemError("error return without exception set"),
        ImportError("libzmq.so: failed to map segment from shared object"),
        RuntimeError("can't start new thread"),
    ],
)
def test_too_little_memory_is_no_fault_of_the_program(monkeypatch, capsys, error):
    def fill(_):
        raise error

    monkeypatch.setattr(
        cli, "import_module", lambda _: argparse.Namespace(add_list=lambda p: p.set_defaults(run=fill))
    )
    status, _, errors = say(capsys, "list")
    assert (status, errors[:32]) == (1, "There is too little memory for t")


@pytest.mark.skipif(sys.platform != "linux", reason="other systems set no such limit")
@pytest.mark.parametrize(
    ("command", "megabytes"),
    [("audit", 160), ("audit", 200), ("audit", 250), ("render", 270), ("render", 370)],
)
def test_a_command_does_not_wait_for_memory_that_it_cannot_have(command, megabytes):
    limited = ["sh", "-c", f'ulimit -v {megabytes * 1024}; exec "$@"', "sh"]
    called = [sys.executable, "-m", "polltables", command, str(HARBOUR)]
    ran = subprocess.run([*limited, *called], capture_output=True, text=True, timeout=60, check=False)
    assert (ran.returncode, ran.stderr[:32]) == (1, "There is too little memory for t")


@pytest.mark.skipif(sys.platform == "win32", reason="there are no such requests")
@pytest.mark.parametrize(
    "number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP] if sys.platform != "win32" else []
)
def test_any_command_that_is_asked_to_end_cleans_up_and_heeds_no_second_request(monkeypatch, capsys, number):
    heeded, cleaned = [], []

    def work(_):
        heeded.append(signal.getsignal(number))
        try:
            signal.raise_signal(number)
        finally:
            signal.raise_signal(number)
            cleaned.append(True)

    monkeypatch.setattr(
        cli, "import_module", lambda _: argparse.Namespace(add_list=lambda p: p.set_defaults(run=work))
    )
    found = signal.signal(number, signal.SIG_DFL)  # what runs in the background may be told to ignore some
    try:
        assert say(capsys, "list") == (130, "", "interrupted.\n")
        assert cleaned == [True]
        assert signal.getsignal(number) is signal.SIG_DFL is not heeded[0]
    finally:
        signal.signal(number, found)


def test_an_interruption_while_a_command_is_loaded_is_no_traceback(tmp_path):
    (tmp_path / "argparse.py").write_text("raise KeyboardInterrupt")  # as Ctrl-C does, at a moment of its own
    environment = os.environ | {"PYTHONPATH": str(tmp_path)}
    called = [sys.executable, "-m", "polltables", "list"]
    ran = subprocess.run(called, capture_output=True, text=True, env=environment, check=False)
    assert (ran.returncode, ran.stderr) == (130, "interrupted.\n")


@pytest.mark.parametrize("command", ["new", "init", "import", "notebook 01-one", "export"])
def test_a_place_that_cannot_be_written_is_told_alike_by_every_command(project, tmp_path, capsys, command):
    (tmp_path / "file").touch()
    (tmp_path / "dangling").symlink_to(tmp_path / "nowhere" / "at all")
    source = tmp_path / "poll.md"
    source.write_bytes(markdown())
    what = {"import": [str(source)], "export": [str(HARBOUR)]}
    ending = {"notebook 01-one": ".ipynb", "export": ".xlsx"}.get(command, "")
    for place in ("file", "dangling"):
        out = str(tmp_path / place / "below" / f"x{ending}")
        words = [
            *command.split(),
            *what.get(command, ()),
            *([] if command in {"new", "init"} else ["--out"]),
            out,
        ]
        status, _, errors = say(capsys, *words)
        assert (status, errors.splitlines()[0]) == (1, f"{out}: cannot be written: Not a directory.")


def test_a_poll_or_file_beside_what_was_typed_is_proposed(project, tmp_path, monkeypatch, capsys):
    shutil.copytree(HARBOUR, tmp_path / "my-poll")
    (tmp_path / "race.csv").write_text("")
    (tmp_path / "poll.md").write_text("")
    monkeypatch.chdir(tmp_path)
    for command, meant in (
        (["audit", "mypoll"], "my-poll"),
        (["review", "./mypoll"], "my-poll"),
        (["audit", tmp_path / "mypoll"], str(tmp_path / "my-poll")),
        (["render", "01-one", "--polls", "mypoll"], "my-poll"),
        (["import", "pol.md", "--out", "new"], "poll.md"),
        (["race", "audit", "rac.csv"], "race.csv"),
    ):
        status, _, errors = say(capsys, *command)
        assert status in (1, 2)
        assert f"did you mean {meant!r}?" in errors


def test_no_standard_input_is_an_empty_one(project, tmp_path):
    asked = [sys.executable, "-m", "polltables", "import", "-", "--out", str(tmp_path / "x")]
    closed = [
        sys.executable,
        "-c",
        "import os, sys; os.close(0); os.execv(sys.argv[1], sys.argv[1:])",
        *asked,
    ]
    done = subprocess.run(closed, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (1, "pasted text: the file is empty.\nNothing was written.\n")


def test_an_odd_time_zone_or_window_system_does_not_matter(project, tmp_path):
    odd = os.environ | {PROJECT_VARIABLE: str(project), "TZ": "x" * 500, "MPLBACKEND": "x"}
    command = [sys.executable, "-m", "polltables", "notebook", "01-one", "--out", str(tmp_path / "x.ipynb")]
    made = subprocess.run(command, capture_output=True, text=True, env=odd)
    assert (made.returncode, made.stderr) == (0, "")
    assert (tmp_path / "x.ipynb").exists()


def test_a_working_folder_that_is_gone_is_told(project, tmp_path, monkeypatch, capsys):
    (tmp_path / "gone").mkdir()
    monkeypatch.chdir(tmp_path / "gone")
    (tmp_path / "gone").rmdir()
    assert say(capsys, "render", "--out", "out") == (1, "", "The working folder is gone; go to another.\n")


def test_a_project_begins_whole_wherever_the_package_lies(project, tmp_path, monkeypatch, capsys):
    (tmp_path / "working").mkdir()
    monkeypatch.setenv(PROJECT_VARIABLE, str(project.rename(tmp_path / "working" / "project")))
    forget_project()
    assert say(capsys, "init", tmp_path / "new")[0] == 0
    assert (tmp_path / "new" / "notebooks" / "01-one.ipynb").is_file()
    assert (tmp_path / "new" / "data" / "polls" / "harbour-2030-05" / "poll.toml").is_file()


def test_new_advises_nothing_that_it_cannot_do(tmp_path, capsys):
    status, _, errors = say(capsys, "new", tmp_path)
    assert status == 2
    assert "it is there already, and was left as it is; name another." in errors


@pytest.mark.parametrize(
    "command", [["init"], ["new"], ["import", HARBOUR / "vote.csv", "--out"], ["export", HARBOUR, "--format", "md", "--out"]]
)  # fmt: skip
def test_a_link_to_itself_is_there_already(project, tmp_path, capsys, command):
    loop = tmp_path / "loop"
    loop.symlink_to(loop)
    status, out, errors = say(capsys, *command, loop)
    assert (status in {1, 2}, out) == (True, "")
    assert errors
    assert "A fault of polltables" not in errors
    assert loop.is_symlink()


def on_a_terminal(project, *arguments, columns=60):
    """Run the command in a terminal of that width, and return what it draws."""
    ours, theirs = pty.openpty()
    environment = os.environ | {PROJECT_VARIABLE: str(project), "COLUMNS": str(columns)}
    command = [sys.executable, "-m", "polltables", *map(str, arguments)]
    with subprocess.Popen(command, stdout=theirs, stderr=theirs, stdin=theirs, env=environment) as running:
        os.close(theirs)
        drawn = io.BytesIO()
        try:
            while read := os.read(ours, 4096):
                drawn.write(read)
        except OSError:  # how a terminal ends
            pass
        os.close(ours)
    return running.returncode, drawn.getvalue().decode()


def test_a_terminal_shows_what_runs_and_how_long_still(project, tmp_path, capsys):
    write_notebook(project / "notebooks" / "01-one.ipynb", "import time; time.sleep(1)", parameters=SPOKEN)
    command = ["render", "--force", "--language", "en", "--out", tmp_path / "out"]
    assert say(capsys, *command)[0] == 0  # which tells how long it takes
    status, drawn = on_a_terminal(project, *command)
    lines = [line for line in re.split(r"\r\x1b\[K|\r\n", drawn) if line]
    assert status == 0
    assert re.fullmatch(r"\[0/1\] (starting|01-one)  about \d+ s left", lines[0])
    assert any(line.startswith("[0/1] 01-one") for line in lines)
    assert re.search(r"01-one +[\d.]+ s  made +\S+/out/01-one\.html\r\n1 made", drawn)
    assert all(len(line) < 60 for line in lines if line.startswith("["))


def test_nothing_that_is_printed_acts_on_a_terminal(project, tmp_path):
    poll = project / "data" / "polls" / "harbour-2030-05" / "poll.toml"
    title = 'title = "a\\u202eb\\u200bc\\u2066'
    poll.write_text(
        re.sub('(?m)^title = "', title.replace("\\", "\\\\"), poll.read_text("utf-8"), count=1), "utf-8"
    )
    _, drawn = on_a_terminal(project, "list")
    assert r"a\u202eb\u200bc\u2066" in drawn or "cannot be read" in drawn
    _, drawn = on_a_terminal(project, "audit", "x\x1b]0;PWNED\x07\u202e")
    assert "\x1b" not in drawn
    assert "\x07" not in drawn
    assert "\u202e" not in drawn
    assert r"\x1b]0;PWNED" in drawn or r"\u001b]0;PWNED" in drawn


@given(st.text())
def test_what_is_escaped_shows_all_and_is_the_same_in_json(text):
    shown = escaped(text)
    assert all(character.isprintable() or character in "\n\t" or character.isspace() for character in shown)
    assert not re.search("[\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\U000e0000-\U000e007f]", shown)
    if not any("\ud800" <= character <= "\udfff" for character in text):
        assert json.loads(escaped(json.dumps(text, ensure_ascii=False))) == text


def test_what_the_system_refuses_is_one_sentence():
    assert system_error(OSError("no words")) == "No words."
    assert system_error(OSError()) == "OSError."
    assert system_error(PermissionError(13, "Permission denied", b"a\xff")) == "a\udcff: permission denied."
    assert (
        system_error(OSError(18, "Invalid cross-device link", "a", None, "b"))
        == "a, b: invalid cross-device link."
    )
    assert len(system_error(OSError(36, "File name too long", "x" * 5000))) < 300


def test_a_notebook_whole_in_one_language(project, tmp_path, capsys):
    out = tmp_path / "x.ipynb"
    assert say(capsys, "notebook", "01", "--language", "es", "--out", out) == (0, f"{out}: written\n", "")
    notebook = nbformat.read(out, as_version=4)
    assert notebook.cells[0].source == "# ¿Qué muestra?"
    assert notebook.cells[1].source == SPOKEN.replace('"en"', '"es"')
    assert [cell.outputs for cell in notebook.cells if cell.cell_type == "code"] == [[], []]
    status, _, errors = say(capsys, "notebook", "01", "--out", out)
    assert status == 2
    assert "it is there already, and was left as it is; name another with --out, or add --replace" in errors
    assert say(capsys, "notebook", "01", "--out", out, "--replace")[0] == 0
    assert nbformat.read(out, as_version=4).cells[0].source == "# What does this show?"
    assert say(capsys, "notebook", "es/01-one")[1] == "notebooks/working/es-01-one-es.ipynb: written\n"


def test_a_notebook_that_is_broken_is_told(project, capsys):
    path = project / "notebooks" / "01-one.ipynb"
    path.write_text(path.read_text("utf-8").replace('"markdown"', "1e999"), "utf-8")
    status, _, errors = say(capsys, "notebook", "01")
    assert (status, "01-one.ipynb: not a notebook that can be run" in errors) == (2, True)


def test_a_notebook_has_the_parameters_of_the_report_that_is_asked_for(project, tmp_path, capsys):
    listed = project / "notebooks" / "reports.toml"
    listed.write_text('[strict]\nnotebook = "01-one.ipynb"\nparameters = { level = 0.99 }\n', "utf-8")
    assert say(capsys, "notebook", "strict", "--out", tmp_path / "x.ipynb")[0] == 0
    assert read_parameters(tmp_path / "x.ipynb")["level"].default == 0.99


def test_values_take_the_place_of_others_and_nothing_else_changes():
    source = 'a: str = "ñ"; b = (\n  1,\n)  # ¿b?\nc: int = 3  # help'
    assert (
        with_values(source, {"a": 'é"', "b": 2.5, "c": True})
        == 'a: str = "é\\""; b = 2.5  # ¿b?\nc: int = True  # help'
    )


def test_working_copies_are_made_where_there_are_none_and_changes_stay(project, capsys):
    working = project / "notebooks" / "working"
    assert say(capsys, "notebook") == (0, "notebooks/working/01-one.ipynb: written\n", "")
    (working / "01-one.ipynb").write_text("changed", "utf-8")
    assert say(capsys, "notebook") == (0, "", "")
    assert (working / "01-one.ipynb").read_text("utf-8") == "changed"
    assert say(capsys, "notebook", "--replace")[1] == "notebooks/working/01-one.ipynb: written\n"


def test_a_copy_renders_in_both_languages(project, tmp_path, capsys):
    say(capsys, "notebook")
    listed = project / "notebooks" / "reports.toml"
    listed.write_text('[mine]\nnotebook = "working/01-one.ipynb"\n', "utf-8")
    assert say(capsys, "render", "--out", tmp_path / "out")[0] == 0
    assert "¿Qué muestra?" in (tmp_path / "out" / "es" / "mine.html").read_text("utf-8")


def test_jupyterlab_saves_no_committed_notebook(project):
    from tornado.web import HTTPError

    def git(*arguments):
        subprocess.run(
            ["git", "-C", project, "-c", "user.name=x", "-c", "user.email=x", *arguments], check=True
        )

    git("init", "--quiet")
    git("add", ".")
    write_notebook(project / "notebooks" / "mine.ipynb", "1")
    manager = argparse.Namespace(root_dir=str(project))
    with pytest.raises(HTTPError, match=r"was not saved\. Work on notebooks/working/01-one\.ipynb"):
        spare_collection({}, "notebooks/01-one.ipynb", manager)
    for path in (
        "notebooks/mine.ipynb",
        "notebooks/working/01-one.ipynb",
        "notebooks/reports.toml",
        "01-one.ipynb",
    ):
        spare_collection({}, path, manager)


def test_make_lab_hands_its_options_through_and_works_as_root():
    said = subprocess.run(
        ["make", "--dry-run", "--assume-old=.venv/.ready", "lab", "ARGS=--port 9999"],
        cwd=project_root(), check=True, capture_output=True, text=True,
    ).stdout  # fmt: skip
    assert "polltables notebook" in said
    assert re.search(r"jupyter lab --allow-root .*--ServerApp\.root_dir=\. (.|\n)*--port 9999", said)


def test_watching_makes_a_page_anew_when_its_notebook_is_saved(project, tmp_path):
    out = tmp_path / "out"
    page = out / "01-one.html"
    environment = os.environ | {PROJECT_VARIABLE: str(project), "PYTHONUNBUFFERED": "1"}
    command = [sys.executable, "-m", "polltables", "render", "--watch", "--language", "en", "--out", str(out)]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=environment
    ) as running:
        said = []
        request_end = threading.Timer(120, running.kill)
        request_end.start()
        threading.Thread(target=lambda: said.extend(running.stdout), daemon=True).start()

        def wait_for(condition, seconds=60):
            start = time.monotonic()
            while not condition():
                assert time.monotonic() - start < seconds, said
                time.sleep(0.01)
            return time.monotonic() - start

        def waiting(times):
            return lambda: sum("Waiting for a change" in line for line in said) >= times

        wait_for(waiting(1))
        taken = []
        for times, text in enumerate(("amber", "beryl", "coral"), 2):
            write_notebook(project / "notebooks" / "01-one.ipynb", f"'{text}'", parameters=SPOKEN)
            taken.append(wait_for(lambda text=text: text in page.read_text("utf-8")))
            wait_for(waiting(times))
        assert min(taken) < 1
        (project / "notebooks" / "01-one.ipynb").write_text("{", "utf-8")
        wait_for(waiting(5))
        assert any("not a notebook with parameters" in line for line in said)
        write_notebook(project / "notebooks" / "01-one.ipynb", "'mended'", parameters=SPOKEN)
        wait_for(lambda: "mended" in page.read_text("utf-8"))
        running.terminate()
        assert running.wait(30) == 130
        request_end.cancel()


def test_parameters_of_a_cell_are_checked_before_it_is_written(project, capsys):
    write_notebook(project / "notebooks" / "plain.ipynb", "1")
    listed = project / "notebooks" / "reports.toml"
    listed.write_text('[plain]\nnotebook = "plain.ipynb"\n', "utf-8")
    status, _, errors = say(capsys, "notebook", "plain", "--language", "es")
    assert status == 2
    assert "it has no parameter 'language', so it speaks one language only" in errors
    assert issubclass(AnalysisError, ValueError)
