"""What is rendered: every parameter is checked before anything runs, and one entry can make many reports."""

import shutil

import pytest
from made_up_collection import HARBOUR, PARAMETERS, VALLE, write_notebook

from analysis.errors import ReportError
from analysis.paths import project_root
from polltables.cli import main
from polltables.rendering import load_collection
from polltables.rendering.collection import read_collection
from polltables.rendering.job import prepare
from polltables.rendering.parameters import read_parameters
from polltables.rendering.selection import find_polls, select

EVERYTHING = """poll: str = "cpi-2021-04"  # a poll
question: str = "vote_intention"  # a question
segment: str = "total"  # a segment
partition: str = "region"  # a partition
target: str = "electoral-roll-2021"  # a target
race: str = "peru-2021-runoff"  # a race
result: str = "peru-2021-runoff"  # a result
method: str = "wilson"  # a method
confidence_level: float = 0.95  # between 0 and 1
design_effect: float = 1.0  # 1 or more
language: str = "en"  # a language"""


@pytest.fixture
def collection(tmp_path):
    """Write a collection of one notebook that takes every parameter there is."""

    def write(entries, parameters=EVERYTHING):
        write_notebook(tmp_path / "all.ipynb", parameters=parameters)
        path = tmp_path / "reports.toml"
        path.write_text(entries.replace("NOTEBOOK", 'notebook = "all.ipynb"'), "utf-8")
        return path

    return write


def paths(reports):
    return [str(report.path) for report in reports]


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        (
            "target = 'roll'",
            "parameter 'target': Nothing in data/targets called 'roll'; did you mean 'electoral-roll-2021'. There is: ",
        ),
        ("race = 'x'", "parameter 'race': Nothing in data/races called 'x'; there is: peru-2021-runoff"),
        (
            "result = 'x'",
            "parameter 'result': Nothing in data/results called 'x'; there is: peru-2021-runoff",
        ),
        ("partition = 'x'", "parameter 'partition': No partition 'x'; there is: region, zone, area"),
        ("segment = 'x'", "parameter 'segment': No segment 'x'; there is: total, "),
        ("pol = 'x'", r"unknown parameter 'pol'; the notebook has: poll, question, segment"),
        ("poll = 'nonsense'", "No poll 'nonsense'; there is: .*cpi-2021-04"),
        ("poll = 3", "3 is not of type str"),
        ("question = 'vote'", "no question 'vote'; there is: vote_intention"),
        ("method = 'exact'", "'exact' is not allowed; use one of wilson, wald"),
        ("confidence_level = '95 %'", "'95 %' is not of type float"),
        ("confidence_level = true", "True is not of type float"),
        ("language = 'fr'", "parameter 'language': 'fr' is not allowed; use one of en, es"),
        ("confidence_level = 95", "95 is not allowed; use a number strictly between 0 and 1"),
        ("confidence_level = 1.0", "1.0 is not allowed"),
        ("design_effect = 0.0", "0.0 is not allowed; use a number above 0"),
        ("design_effect = nan", "nan is not allowed"),
    ],
)
def test_a_value_that_cannot_be_is_named_with_what_there_is(collection, entry, message):
    with pytest.raises(ReportError, match=message):
        load_collection(collection(f"[x]\nNOTEBOOK\nparameters = {{ {entry} }}\n"))


def test_every_wrong_entry_of_a_collection_is_named(collection):
    entries = (
        "[a]\nnotebook = '99.ipynb'\n[b]\n[c]\nNOTEBOOK\nparameters = { x = 1 }\n[d]\nNOTEBOOK\ntitle = 'x'\n"
    )
    with pytest.raises(ReportError, match="Unknown key 'title'; there is: notebook, parameters") as error:
        load_collection(collection(entries))
    assert len(error.value.problems) == 4


@pytest.mark.parametrize(
    ("each", "message"),
    [
        (
            "{ question = 'some' }",
            "'each': {'question': 'some'} is not allowed; use one of {question = \"all\"}",
        ),
        ("{ segment = 'all' }", "'each': .* is not allowed"),
        ("'all'", "'each': 'all' is not allowed"),
        ("{ question = 'all', target = 'all' }", "'each': .* is not allowed"),
    ],
)
def test_an_each_that_cannot_be_is_named(collection, each, message):
    with pytest.raises(ReportError, match=message):
        load_collection(collection(f"[x]\nNOTEBOOK\neach = {each}\n"))


def test_a_parameter_is_set_in_one_place(collection):
    entry = "[x]\nNOTEBOOK\neach = { question = 'all' }\nparameters = { question = 'vote_intention' }\n"
    with pytest.raises(ReportError, match="stands in 'parameters' and in 'each'; keep one"):
        load_collection(collection(entry))


def test_every_edition_has_its_folder(collection):
    path = collection("[x]\nNOTEBOOK\n")
    assert paths(load_collection(path)) == ["x.html", "es/x.html"]
    (spanish,) = load_collection(path, languages=["es"])
    assert spanish.overrides == {"language": "es"}
    assert spanish.parameters["language"] == spanish.language == "es"
    fixed = collection("[x]\nNOTEBOOK\nparameters = { language = 'es' }\n")
    assert paths(load_collection(fixed)) == ["es/x.html"]
    assert load_collection(fixed, languages=["en"]) == []


def test_a_notebook_without_a_language_speaks_english_only(collection):
    path = collection("[x]\nNOTEBOOK\n", parameters=PARAMETERS)
    assert paths(load_collection(path)) == ["x.html"]
    assert load_collection(path, languages=["es"]) == []


def test_one_entry_makes_a_report_for_each_question(collection, cpi):
    reports = load_collection(collection("[x]\nNOTEBOOK\neach = { question = 'all' }\n"), languages=["en"])
    assert [report.parameters["question"] for report in reports] == [
        question.id for question in cpi.questions
    ]
    assert reports[0].name == "x-vote-intention"
    path = collection("[x]\nNOTEBOOK\neach = { question = 'multiple_response' }\n")
    found = {report.parameters["question"] for report in load_collection(path)}
    assert found == {question.id for question in cpi.questions if question.kind == "multiple_response"}
    assert found


def test_an_entry_that_makes_no_report_for_a_poll_is_told(collection):
    path = collection("[x]\nNOTEBOOK\neach = { question = 'multiple_response' }\n")
    found = read_collection(path, polls=[str(HARBOUR)])
    assert found.reports == []
    assert found.notes == [
        "x: no report for harbour-2030-05, which has no question of the kind 'multiple_response'."
    ]


def test_another_poll_takes_the_place_of_what_a_notebook_takes_unless_told_otherwise(collection, harbour):
    path = collection("[x]\nNOTEBOOK\n")
    (report,) = load_collection(path, polls=[str(HARBOUR)], languages=["en"])
    assert str(report.path) == "harbour-2030-05/x.html"
    replaced = {"question": "vote", "partition": "age", "target": "published", "race": "", "result": ""}
    assert {key: report.parameters[key] for key in replaced} == replaced
    assert report.overrides == {"poll": str(HARBOUR), **replaced}
    own = load_collection(path, polls=["cpi-2021-04"], languages=["en"])
    assert paths(own) == ["x.html"]
    assert own[0].overrides == {}


def test_what_an_entry_sets_must_be_in_every_poll(collection):
    path = collection("[x]\nNOTEBOOK\nparameters = { question = 'vote_intention' }\n")
    with pytest.raises(ReportError, match="no question 'vote_intention'; there is: vote"):
        load_collection(path, polls=["cpi-2021-04", str(HARBOUR)])


def test_an_entry_with_a_poll_of_its_own_is_left_out_for_others(collection):
    path = collection(f"[x]\nNOTEBOOK\nparameters = {{ poll = '{VALLE}', question = 'approval' }}\n")
    found = read_collection(path, polls=[str(HARBOUR), str(VALLE)], languages=["en"])
    assert paths(found.reports) == ["x.html"]
    assert found.notes == ["x: no report for harbour-2030-05, since the entry names a poll of its own."]


def test_a_fault_of_a_poll_is_told_once(collection, tmp_path):
    path = collection("[a]\nNOTEBOOK\n[b]\nNOTEBOOK\n")
    (tmp_path / "spoilt").mkdir()
    (tmp_path / "spoilt" / "poll.toml").write_text("format = 1\n")
    with pytest.raises(ReportError, match=r"^--polls: ") as told:
        load_collection(path, polls=[str(tmp_path / "spoilt")])
    assert len(told.value.problems) == 1


def test_two_reports_cannot_have_one_name(collection):
    path = collection("[x]\nNOTEBOOK\neach = { question = 'all' }\n[x-vote-intention]\nNOTEBOOK\n")
    with pytest.raises(ReportError, match=r"two reports are called .*'x-vote-intention.html'"):
        load_collection(path)


def test_parameters_are_read_as_papermill_reads_them():
    papermill = pytest.importorskip("papermill")
    for notebook in (project_root() / "notebooks").glob("*.ipynb"):
        known = read_parameters(notebook)
        types = {name: parameter.type_name for name, parameter in known.items()}
        ours = {name: repr(parameter.default) for name, parameter in known.items()}
        theirs = papermill.inspect_notebook(str(notebook))
        # Papermill runs a notebook with a parameter of two types, but does not list it.
        ours = {name: ours[name] for name in ours if name in theirs or "|" not in types[name]}
        assert list(ours) == list(theirs)
        assert [value.strip("'\"") for value in ours.values()] == [
            parameter["default"].strip("'\"()") for parameter in theirs.values()
        ]


@pytest.mark.parametrize("line", ["import os", "x: int", "x: str = os.name", "x, y = 1, 2"])
def test_a_parameter_is_a_literal(tmp_path, line):
    write_notebook(tmp_path / "wrong.ipynb", parameters=f"{PARAMETERS}\n{line}")
    with pytest.raises(ReportError, match="write name: type = value"):
        read_parameters(tmp_path / "wrong.ipynb")


def test_a_file_that_is_no_notebook_is_named(tmp_path):
    (tmp_path / "wrong.ipynb").write_text("{}", "utf-8")
    with pytest.raises(ReportError, match=r"wrong\.ipynb: not a notebook with parameters"):
        read_parameters(tmp_path / "wrong.ipynb")


def test_polls_are_found_by_id_folder_and_pattern(tmp_path, monkeypatch):
    for name in ("one", "two"):
        shutil.copytree(HARBOUR, tmp_path / "polls" / name)
    (tmp_path / "polls" / "README.md").touch()
    outside = [str(tmp_path / "polls" / name) for name in ("one", "two")]
    assert find_polls([str(tmp_path / "polls")]) == outside
    assert find_polls([str(tmp_path / "polls" / "*")]) == outside
    assert find_polls([str(tmp_path / "polls" / "README.md"), outside[0]]) == outside[:1]
    monkeypatch.chdir(project_root())
    assert find_polls(["data/polls/cpi-2021-04*", "cpi-2021-04"]) == ["cpi-2021-04"]
    with pytest.raises(
        ReportError, match=r"No poll 'nonsense'; there is: .*A folder with a poll.toml works as well"
    ):
        find_polls(["nonsense"])
    shutil.copytree(HARBOUR, tmp_path / "other" / "one")
    with pytest.raises(ReportError, match="two polls are called 'one'"):
        find_polls([str(tmp_path / "polls"), str(tmp_path / "other")])
    for one, other, called in (("Lima", "LIMA", "lima"), ("Per\u00fa", "Peru\u0301", "per\u00fa")):
        for name in (one, other):
            shutil.copytree(HARBOUR, tmp_path / called / name)
        with pytest.raises(ReportError, match=f"two polls are called {called!r}"):
            find_polls([str(tmp_path / called)])
    shutil.copytree(HARBOUR, tmp_path / "es")
    with pytest.raises(
        ReportError, match="a poll called 'es' would write where reports in this language are"
    ):
        find_polls([str(tmp_path / "es")])
    for nothing in ("/etc/*", "x" * 5000, "**x", "", "\ud800"):
        with pytest.raises(ReportError, match="No poll "):
            find_polls([nothing])
    with pytest.raises(ReportError, match="there is no poll among these files"):
        find_polls([str(tmp_path / "polls" / "README.md")])


def test_reports_are_chosen_by_name_and_pattern(collection):
    reports = load_collection(collection("[x]\nNOTEBOOK\n[y-1]\nNOTEBOOK\n[y-2]\nNOTEBOOK\n"))
    assert paths(select(reports, ["y-*"])) == ["y-1.html", "es/y-1.html", "y-2.html", "es/y-2.html"]
    assert paths(select(reports, ["x"])) == ["x.html", "es/x.html"]
    assert paths(select(reports, ["es/x"])) == ["es/x.html"]
    with pytest.raises(ReportError, match="No report 'z'; there is: x, y-1, y-2"):
        select(reports, ["x", "z"])
    with pytest.raises(ReportError, match="No report 'es/xx'; did you mean 'es/x'"):
        select(reports, ["es/xx"])


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--workers", "0"], "'0' is no whole number from 1 to 1000000"),
        (["--workers", "1" * 5000], "is no whole number"),
        (["--time-limit", "-1"], "'-1' is no number above 0"),
        (["--time-limit", "nan"], "'nan' is no number above 0"),
        (["--memory-limit", "1e9"], "'1e9' is no whole number"),
        (["--memory-limit", "50"], "50 is less than libraries take for themselves; use 400 to 1000000"),
        (
            ["--check-stability", "--out", "x", "--force"],
            "--check-stability takes no notice of --out or --force",
        ),
        (["--scheduler", "a:1", "--workers", "2"], "--scheduler takes no notice of --workers; leave it out."),
        (["--engine", "kernl"], "Invalid choice: 'kernl'; did you mean 'kernel'? There is: process, kernel."),
        (["--watch", "--scheduler", "a:1"], "not allowed with argument --watch"),
        (
            ["--scheduler", "inproc://x"],
            "'inproc://x' is no address of a scheduler, such as tcp://10.0.0.1:8786",
        ),
        (["--scheduler", "junk"], "is no address"),
        (["--scheduler", "tcp://host:99999"], "is no address"),
        (["--langage", "es"], "No option '--langage'; did you mean '--language'?"),
    ],
)
def test_a_wrong_option_is_refused_in_one_sentence(arguments, message, capsys):
    assert main(["render", *arguments]) == 2
    errors = capsys.readouterr().err
    assert message in errors
    assert errors.count("\n") == 1


@pytest.mark.parametrize(
    ("languages", "message"),
    [
        ("[]", r"\[\] is not allowed; write a list of \"en\", \"es\""),
        ("['fr']", "is not allowed"),
        ("'en'", "is not allowed"),
        ("3", "is not allowed"),
    ],
)
def test_languages_that_cannot_be_are_named(collection, languages, message):
    with pytest.raises(ReportError, match=message):
        load_collection(collection(f"[x]\nNOTEBOOK\nlanguages = {languages}\n"))


def test_an_entry_names_the_languages_it_is_made_in(collection):
    path = collection("[x]\nNOTEBOOK\nlanguages = ['en']\n[y]\nNOTEBOOK\n")
    assert paths(load_collection(path)) == ["x.html", "y.html", "es/y.html"]
    assert {report.name: report.languages for report in load_collection(path)} == {
        "x": ("en",),
        "y": ("en", "es"),
    }
    with pytest.raises(ReportError, match="stands in 'parameters' and in 'languages'"):
        load_collection(collection("[x]\nNOTEBOOK\nlanguages = ['en']\nparameters = { language = 'es' }\n"))
    with pytest.raises(ReportError, match="no parameter 'language', so it speaks 'en' only"):
        load_collection(collection("[x]\nNOTEBOOK\nlanguages = ['es']\n", parameters=PARAMETERS))


@pytest.mark.parametrize("name", ["../x", "/etc/x", ".x", "a/b", "", "x" * 300])
def test_a_name_that_no_file_can_have_is_refused(collection, name):
    with pytest.raises(ReportError, match="names no report"):
        load_collection(collection(f"['{name}']\nNOTEBOOK\n"))


def test_weights_of_a_poll_are_not_those_of_another_that_has_its_name(tmp_path):
    for name in ("nesdc-15276", "masculinity-2018"):
        shutil.copytree(project_root() / "data" / "polls" / name, tmp_path / name)

    def job(poll, notebook):
        return prepare(
            next(one for one in load_collection(polls=[poll]) if one.notebook.name.startswith(notebook))
        )

    own, others = (job(poll, "09").files for poll in ("nesdc-15276", str(tmp_path / "nesdc-15276")))
    weights = {"data/weights/nesdc-15276.csv", "data/weights/nesdc-15276.toml"}
    assert set(own) - set(others) == weights
    # A notebook that names them does without them.
    assert job("masculinity-2018", "10").report.parameters["known"] == "masculinity-2018"
    other = job(str(tmp_path / "masculinity-2018"), "10")
    assert other.report.overrides["known"] == other.report.parameters["known"] == ""
