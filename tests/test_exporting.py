"""A poll written out: the same bytes every time, tidy tables with a codebook, nothing that runs."""

import csv
import io
import json
import os
import shutil
import zipfile

import pandas as pd
import pytest
from made_up_collection import HARBOUR

from analysis.errors import AnalysisError, ReportError
from analysis.polls import load_poll
from polltables.cli import main
from polltables.exporting import EXPORT_FORMATS, export_content, export_poll
from polltables.exporting.text import poll_csv
from polltables.exporting.tidy import CODEBOOK, data_package, poll_json, tidy_tables
from polltables.exporting.workbook import poll_workbook


@pytest.mark.parametrize("form", [form for form in EXPORT_FORMATS if form not in {"parquet", "datapackage"}])
def test_every_format_is_written_by_the_command_and_the_same_twice(tmp_path, form, capsys):
    for name in ("one", "two"):
        assert main(["export", "cpi-2021-05-08", "--format", form, "--out", str(tmp_path / name)]) == 0
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()
    assert "written" in capsys.readouterr().out
    assert len(list(tmp_path.iterdir())) == 2


def test_the_codebook_has_a_line_for_every_column_of_the_tidy_tables(cpi, harbour, valle):
    for poll in (cpi, harbour, valle):
        tables = tidy_tables(poll)
        assert {name: list(table.columns) for name, table in tables.items()} == {
            name: list(columns) for name, columns in CODEBOOK.items()
        }
        assert all(meaning for columns in CODEBOOK.values() for _, meaning in columns.values())


def test_the_json_holds_every_figure_and_gap(cpi):
    document = json.loads(poll_json(cpi))
    printed = [row["printed"] for row in document["figures"]]
    assert printed == cpi.figures["printed"].to_list()
    assert document["sheet"][7] == {
        "item": "sample_size",
        "label": "Tamaño de la muestra",
        "printed": "1,200",
    }
    assert document["codebook"].keys() == CODEBOOK.keys()


def check_descriptor(descriptor, files):
    """The rules of the Data Package and Table Schema specifications (v1) that a package can break."""
    import re

    assert re.fullmatch(r"[a-z0-9._-]+", descriptor["name"])
    assert descriptor["profile"] == "tabular-data-package"
    names = [resource["name"] for resource in descriptor["resources"]]
    assert len(set(names)) == len(names)
    assert all(re.fullmatch(r"[a-z0-9._-]+", name) for name in names)
    types = {"string", "number", "integer", "boolean", "date", "any"}
    for resource in descriptor["resources"]:
        assert not resource["path"].startswith(("/", "."))
        header, *rows = csv.reader(io.StringIO(files[resource["path"]]))
        fields = resource["schema"]["fields"]
        assert header == [field["name"] for field in fields]
        assert {field["type"] for field in fields} <= types
        missing = resource["schema"]["missingValues"]
        for row in rows:
            assert len(row) == len(fields)
            for field, cell in zip(fields, row, strict=True):
                if cell not in missing and field["type"] != "string":
                    (int if field["type"] == "integer" else float)(cell)
        key = [header.index(name) for name in resource["schema"]["primaryKey"]]
        keys = [tuple(row[position] for position in key) for row in rows]
        assert len(set(keys)) == len(keys)
        for reference in resource["schema"].get("foreignKeys", []):
            other = next(
                r for r in descriptor["resources"] if r["name"] == reference["reference"]["resource"]
            )
            head, *lines = csv.reader(io.StringIO(files[other["path"]]))
            there = {
                tuple(line[head.index(name)] for name in reference["reference"]["fields"]) for line in lines
            }
            here = {tuple(row[header.index(name)] for name in reference["fields"]) for row in rows}
            assert here <= there


def test_the_data_package_keeps_the_rules_of_its_specification(cpi, harbour, valle):
    for poll in (cpi, harbour, valle, load_poll("cpi-2021-05-08")):
        files = data_package(poll)
        descriptor = json.loads(files.pop("datapackage.json"))
        check_descriptor(descriptor, files)
        assert {resource["path"] for resource in descriptor["resources"]} == set(files)


def test_a_package_is_a_folder(tmp_path, harbour):
    folder = export_poll(harbour, "datapackage", tmp_path / "package")
    assert {path.name for path in folder.iterdir()} == {
        "datapackage.json",
        *(f"{name}.csv" for name in CODEBOOK),
    }


def test_the_workbook_holds_no_formula_and_no_clock_time(valle):
    with zipfile.ZipFile(io.BytesIO(poll_workbook(valle))) as book:
        sheets = [book.read(name) for name in book.namelist() if name.startswith("xl/worksheets/sheet")]
        assert len(sheets) == 3
        assert all(b"<f>" not in sheet for sheet in sheets)
        assert {entry.date_time for entry in book.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_parquet_without_a_library_says_what_to_install(monkeypatch, tmp_path, harbour):
    def absent(*_, **__):
        raise ImportError("pyarrow")

    monkeypatch.setattr(pd.DataFrame, "to_parquet", absent)
    with pytest.raises(AnalysisError, match="pip install pyarrow"):
        export_poll(harbour, "parquet", tmp_path / "a.parquet")
    assert list(tmp_path.iterdir()) == []


def test_parquet_holds_the_long_table(monkeypatch, tmp_path, harbour):
    """Pandas writes it; here that the table which is to be written is the whole one."""
    written = []
    monkeypatch.setattr(pd.DataFrame, "to_parquet", lambda self, stream, index: written.append((self, index)))
    export_poll(harbour, "parquet", tmp_path / "a.parquet")
    assert written[0][0].equals(harbour.figures)
    assert written[0][1] is False


@pytest.mark.parametrize(
    ("called", "form"), [("md", "markdown"), ("MD", "markdown"), (".htm", "html"), ("JSON", "json")]
)
def test_a_format_is_called_by_its_ending_too(tmp_path, harbour, capsys, called, form):
    assert main(["export", str(HARBOUR), "--format", called, "--out", "-"]) == 0
    assert capsys.readouterr().out == export_content(harbour, form).decode()
    out = tmp_path / f"a.{called.lower().removeprefix('.')}"
    assert main(["export", str(HARBOUR), "--out", str(out)]) == 0
    assert out.read_bytes() == export_content(harbour, form)


def test_a_format_or_place_that_cannot_be_is_named(tmp_path, harbour):
    with pytest.raises(ReportError, match="No format 'docx'; there is: markdown"):
        export_poll(harbour, "docx")
    beside = tmp_path / "poll"
    shutil.copytree(HARBOUR, beside)
    with pytest.raises(ReportError, match="it is no data package, so it is not replaced; name another"):
        export_poll(harbour, "datapackage", beside)
    assert load_poll(beside).figures.equals(harbour.figures)
    (tmp_path / "file").write_text("")
    with pytest.raises(OSError, match="cannot be written: Not a directory"):
        export_poll(harbour, "json", tmp_path / "file" / "a.json")


def test_what_is_no_file_is_not_replaced_by_one(tmp_path, harbour):
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "link").symlink_to(os.devnull)
    (tmp_path / "folder").mkdir()
    for name, said in (
        ("pipe", "Invalid argument"),
        ("link", "Invalid argument"),
        ("folder", "Is a directory"),
    ):
        with pytest.raises(OSError, match=f"cannot be written: {said}"):
            export_poll(harbour, "csv", tmp_path / name)
    assert {path.name for path in tmp_path.iterdir()} == {"pipe", "link", "folder"}
    assert (tmp_path / "link").is_symlink()


def test_the_ending_says_the_format(tmp_path, capsys):
    assert main(["export", str(HARBOUR), "--out", str(tmp_path / "a.CSV")]) == 0
    assert (tmp_path / "a.CSV").read_text("utf-8") == poll_csv(load_poll(HARBOUR))
    assert main(["export", str(HARBOUR), "--out", str(tmp_path / "a")]) == 2
    assert main(["export", str(HARBOUR)]) == 2
    assert capsys.readouterr().err.count("name a format with --format (markdown, ") == 2


def test_a_dash_is_standard_output_byte_for_byte(capfdbinary, harbour):
    for form in ("xlsx", "csv"):
        assert main(["export", str(HARBOUR), "--out", "-", "--format", form]) == 0
        out, errors = capfdbinary.readouterr()
        assert (out, errors) == (export_content(harbour, form), b"")
    assert main(["export", str(HARBOUR), "--out", "-", "--format", "datapackage"]) == 2
    assert b"datapackage is a folder of files" in capfdbinary.readouterr().err


def test_a_file_that_cannot_be_finished_leaves_the_old_one(tmp_path, monkeypatch, harbour):
    (tmp_path / "a.md").write_text("old")

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("pathlib.Path.replace", full)
    with pytest.raises(OSError, match="cannot be written: No space left"):
        export_poll(harbour, "markdown", tmp_path / "a.md")
    assert [path.name for path in tmp_path.iterdir()] == ["a.md"]
    assert (tmp_path / "a.md").read_text() == "old"
