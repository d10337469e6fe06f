"""Polls from strangers: nothing is run, nothing outside the folder is read, nothing enormous is loaded."""

import csv
import io
import os
import pkgutil
import re
import shutil
import signal
from importlib import import_module
from itertools import product
from pathlib import Path

import pytest

import analysis
import polltables
from analysis.errors import PollError
from analysis.polls import load_poll
from analysis.polls.limits import MAX_TEXT_BYTES
from polltables.exporting import export_poll
from polltables.exporting.text import poll_csv
from polltables.importing import import_poll

pytestmark = pytest.mark.usefixtures("read_in_this_process")

POLL, VOTE = "poll.toml", "01-vote-intention.csv"
BEGINS_A_FORMULA = tuple("=+-@\t\r\uff1d\uff0b\uff0d\uff20")  # in one spreadsheet or another
FORMULAS = ["=1+1", "+1+1", "-1+1", "@SUM(A1)", '=HYPERLINK("http://x","y")', "'=1+1", "\uff1d1+1"]


@pytest.fixture
def formulas(tmp_path):
    """A poll whose labels a spreadsheet would run."""
    folder = tmp_path / "formulas"
    shutil.copytree(Path(__file__).parent / "data" / "harbour-2030-05", folder)
    rows = list(csv.reader(io.StringIO((folder / "vote.csv").read_text("utf-8"))))
    rows = [
        rows[0],
        *([f"a{number}", text, "candidate", *rows[1][3:]] for number, text in enumerate(FORMULAS)),
    ]
    with (folder / "vote.csv").open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(rows)
    return load_poll(folder)


def test_no_cell_of_an_exported_csv_begins_a_formula(formulas, cpi, valle):
    for poll in (formulas, cpi, valle):
        mark = ";" if poll.decimal_mark == "," else ","
        cells = [cell for row in csv.reader(io.StringIO(poll_csv(poll)), delimiter=mark) for cell in row]
        assert not [cell for cell in cells if cell.startswith(BEGINS_A_FORMULA)]


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_labels_that_look_like_formulas_come_back_as_they_were(tmp_path, formulas, form):
    import_poll(export_poll(formulas, form, tmp_path / f"a.{form}"), tmp_path / "again")
    assert [answer.label for answer in load_poll(tmp_path / "again").questions[0].answers] == FORMULAS


@pytest.mark.parametrize(
    "name", ["../x.csv", "/etc/hostname", "..", "a/../../x.csv", "sub/x.csv", "", "x\\u0000.csv"]
)
def test_no_path_of_a_poll_leaves_its_folder(spoilt, name):
    folder = spoilt(POLL, f'file = "{VOTE}"', f'file = "{name}"')
    with pytest.raises(
        PollError, match=r"is not a plain file name|the text is empty|control character|no such file"
    ):
        load_poll(folder)


def test_a_link_that_leaves_the_folder_is_not_followed(spoilt, tmp_path):
    folder = spoilt(VOTE, "19.3", "19.3")
    secret = tmp_path / "secret.csv"
    (folder / VOTE).rename(secret)
    (folder / VOTE).symlink_to(secret)
    with pytest.raises(
        PollError, match=rf"file '{VOTE}' is not a plain file name; keep the table beside poll.toml"
    ) as error:
        load_poll(folder)
    assert "19.3" not in str(error.value)
    (folder / VOTE).unlink()
    secret.rename(folder / VOTE)
    (folder / POLL).rename(tmp_path / "elsewhere.toml")
    (folder / POLL).symlink_to(tmp_path / "elsewhere.toml")
    with pytest.raises(PollError, match="the file lies outside its folder; put it there, not a link"):
        load_poll(folder)


def test_a_link_to_itself_is_named(spoilt):
    folder = spoilt(VOTE, "19.3", "19.3")
    (folder / VOTE).unlink()
    (folder / VOTE).symlink_to(folder / VOTE)
    with pytest.raises(PollError, match=r"not a plain file name|no such file"):
        load_poll(folder)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes on this system")
def test_a_pipe_is_not_waited_for(spoilt):
    folder = spoilt(VOTE, "19.3", "19.3")
    (folder / VOTE).unlink()
    os.mkfifo(folder / VOTE)
    with pytest.raises(PollError, match="no such file"):
        load_poll(folder)


LONG = "x" * 3000
# file, what it holds, what the message must say.
ENORMOUS = {
    "nested brackets": (POLL, "a = " + "[" * 100_000, "nested too deeply"),
    "a number of ten thousand digits": (
        POLL,
        "format = " + "9" * 10_000,
        "line 1 has a number of more than 20 digits",
    ),
    "a key of a thousand parts": (POLL, "format" + ".a" * 100_000 + " = 1", "line 1 has a key of many parts"),
    "a file of many bytes": (VOTE, "x" * (MAX_TEXT_BYTES + 1), "at most 4,000,000 are read"),
    "a poll.toml of many bytes": (POLL, "#" * (MAX_TEXT_BYTES + 1), "at most 4,000,000 are read"),
    "many rows": (
        VOTE,
        "answer,label,rural\n" + "".join(f"a{n},A,1.0\n" for n in range(3000)),
        "3,000 rows of 3 columns; at most",
    ),
    "many columns": (
        VOTE,
        "answer,label," + ",".join(f"c{n}" for n in range(300)) + "\na,A" + ",1" * 300,
        "1 rows of 302 columns",
    ),
    "a long label": (
        VOTE,
        f"answer,label,rural\na,{LONG},1.0\n",
        "column 'label': the text has 3,000 characters",
    ),
    "a cell that a CSV reader refuses": (
        VOTE,
        f"answer,label,rural\na,{'x' * 200_000},1.0\n",
        "field larger than field limit",
    ),
    "a control character": (VOTE, "answer,label,rural\na,A\x1b[31m,1.0\n", r"the control character U\+001B"),
    "a half of a character": (VOTE, "answer,label,rural\na,A\x80,1.0\n", r"the control character U\+0080"),
}


@pytest.mark.parametrize(("name", "content", "message"), ENORMOUS.values(), ids=ENORMOUS)
def test_what_no_poll_holds_is_refused_with_a_clear_error(spoilt, name, content, message):
    folder = spoilt(VOTE, "19.3", "19.3")
    (folder / name).write_text(content, "utf-8")
    with pytest.raises(PollError, match=message):
        load_poll(folder)


def test_a_message_of_many_faults_stays_readable(spoilt):
    folder = spoilt(POLL, "format = 1", "".join(f"k{number} = 1\n" for number in range(50_000)))
    with pytest.raises(PollError, match=r"and 49,9\d\d more\.") as error:
        load_poll(folder)
    assert len(str(error.value)) < 30_000 < len(error.value.problems)


def test_a_list_of_many_entries_is_refused(spoilt):
    segments = "".join(f'[[segments]]\nid = "s{number}"\nlabel = "S"\n' for number in range(2_100))
    folder = spoilt(POLL, "[[partitions]]", f"{segments}\n[[partitions]]")
    with pytest.raises(PollError, match=r"\[\[segments\]\] stands 2,109 times; at most 2,000"):
        load_poll(folder)


def test_a_long_text_or_control_character_in_poll_toml_is_refused(spoilt):
    spoilt(POLL, 'short_name = "CPI"', f'short_name = "{LONG}"')
    folder = spoilt(POLL, 'label = "Oriente"', 'label = "Ori\\u0000ente"')
    with pytest.raises(PollError) as error:
        load_poll(folder)
    assert "'short_name': the text has 3,000 characters; at most 2,000 are allowed" in str(error.value)
    assert "'label': the text holds the control character U+0000; remove it" in str(error.value)


def test_doubts_and_what_was_left_out_have_a_form_and_change_no_figure(spoilt, cpi):
    doubt = '[[unsure]]\nabout = "decimals"\nquestion = "How many?"\nproposed = "1"\n\n'
    doubt += '[[left_out]]\nwhere = "page 2"\ntext = "17"\nbecause = "x"\n'
    folder = spoilt(POLL, "[[partitions]]", f"{doubt}\n[[partitions]]")
    poll = load_poll(folder)
    assert poll.figures.equals(cpi.figures)
    assert (poll.unsure[0].proposed, poll.unsure[0].because, poll.left_out[0].text) == ("1", "", "17")
    spoilt(POLL, 'proposed = "1"', 'answer = "1"')
    with pytest.raises(
        PollError, match=r"\[\[unsure\]\] number 1: unknown key 'answer'; allowed: about, question, proposed"
    ):
        load_poll(folder)


def test_no_pattern_takes_a_time_that_doubles_with_every_character():
    """On a text that goes on repeating what a pattern looks for, and ends otherwise."""
    modules = [
        import_module(found.name)
        for package in (analysis, polltables)
        for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}.")
        if not found.name.endswith("__main__")
    ]
    patterns = {one for module in modules for one in vars(module).values() if isinstance(one, re.Pattern)}
    slow = []

    def give_up(*_):
        raise TimeoutError

    before = signal.signal(signal.SIGVTALRM, give_up)
    for pattern in patterns:
        said = pattern.pattern if isinstance(pattern.pattern, str) else pattern.pattern.decode()
        repeated = [one + more for one, more in product({*said, *"1 a"}, ("", "1", " "))]
        for begun, one in product(("", "1", "(1"), repeated):
            text = f"{begun}{one * 60}\0"
            signal.setitimer(signal.ITIMER_VIRTUAL, 1)  # of processor time, for what takes microseconds
            try:
                for match in (pattern.fullmatch, pattern.search):
                    match(text if isinstance(pattern.pattern, str) else text.encode())
            except TimeoutError:
                slow.append((pattern.pattern, begun, one))
                break
            finally:
                signal.setitimer(signal.ITIMER_VIRTUAL, 0)
    signal.signal(signal.SIGVTALRM, before)
    assert len(patterns) > 100
    assert not slow
