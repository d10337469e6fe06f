"""Commands on one poll: `import`, `new`, `audit`, `export`."""

import argparse
import json
import sys
from importlib import resources
from pathlib import Path
from typing import Any

from analysis.errors import AnalysisError
from analysis.paths import shown_path
from analysis.polls import Poll, load_poll

__all__ = ["add_poll_commands"]

_FORMATS = ("markdown", "csv", "xlsx", "html", "json", "parquet", "datapackage")

# How the verdicts begin that say that something does not add up (AUDIT_VERDICTS).
_FINDINGS = ("inconsistent", "contradicts", "unexplained")


def add_poll_commands(commands: Any) -> None:
    """Add the commands to a parser's subcommands; each sets `run`, which returns the exit status."""
    importing = commands.add_parser("import", help="draft a poll from a published file")
    importing.add_argument(
        "file", type=Path, help="Markdown or text with pipe tables, CSV, XLSX, HTML or PDF"
    )
    importing.add_argument("--out", type=Path, required=True, help="folder to make, such as data/polls/NAME")
    importing.add_argument(
        "--replace", action="store_true", help="put it in the place of a poll that is there"
    )
    for option, meaning in (
        ("pollster", "who made the poll"),
        ("sample-size", "interviews"),
        ("fieldwork", "such as '2031-05-06 to 2031-05-08'"),
        ("title", "title of the publication"),
        ("language", "of the printed labels, such as es"),
    ):
        importing.add_argument(
            f"--{option}", help=f"{meaning}, if the file does not say or is to be overruled"
        )
    importing.set_defaults(run=_import)
    new = commands.add_parser("new", help="write a commented template of a poll")
    new.add_argument("folder", type=Path, help="folder to make")
    new.set_defaults(run=_new)
    audit = commands.add_parser(
        "audit", help="say what does not add up in a poll; exit status 1 if something does not"
    )
    audit.add_argument("poll", help="an id under data/polls, or a folder")
    audit.add_argument("--format", choices=("text", "json"), default="text")
    audit.set_defaults(run=_audit)
    export = commands.add_parser("export", help="write a poll's tables as printed, or tidy with a codebook")
    export.add_argument("poll", help="an id under data/polls, or a folder")
    export.add_argument("--format", choices=_FORMATS, required=True)
    export.add_argument(
        "--out", type=Path, help="file to write, a folder for datapackage (default: the poll's name)"
    )
    export.set_defaults(run=_export)


def _import(chosen: argparse.Namespace) -> int:
    from polltables.importing import Given, import_poll

    given = Given(chosen.pollster, chosen.sample_size, chosen.fieldwork, chosen.title, chosen.language)
    try:
        draft = import_poll(chosen.file, chosen.out, given=given, replace=chosen.replace)
    except AnalysisError as error:
        print(error, file=sys.stderr)
        print("Nothing was written.", file=sys.stderr)
        return 1
    poll = load_poll(chosen.out)
    print(f"{shown_path(chosen.out)}: {_contents(poll)}")
    if draft.unsure:
        print(
            f"\n{len(draft.unsure)} questions to answer in poll.toml; until then the proposed answers hold:"
        )
        for doubt in draft.unsure:
            print(f"  {doubt['about']}: {doubt['question']}\n    {doubt['proposed']} ({doubt['because']})")
    if draft.left_out:
        print(f"\n{len(draft.left_out)} things of the file are not in the draft:")
        for left in draft.left_out:
            print(f"  {left['where']}: {left['text']!r}: {left['because']}")
    return 0


def _contents(poll: Poll) -> str:
    return f"{len(poll.questions)} tables, {len(poll.segments.ids)} segments, {len(poll.figures):,} figures"


def _new(chosen: argparse.Namespace) -> int:
    from polltables.importing.writing import write_folder

    template = resources.files("polltables.importing") / "template"
    files = {file.name: file.read_text("utf-8") for file in template.iterdir() if file.is_file()}
    write_folder(chosen.folder, files)
    print(
        f"{shown_path(chosen.folder)}: {', '.join(sorted(files))}. Fill them, then: polltables audit {chosen.folder}"
    )
    return 0


def _audit(chosen: argparse.Namespace) -> int:
    from analysis.estimates.audit import AUDIT_VERDICTS, audit_poll

    poll = load_poll(chosen.poll)
    audit = audit_poll(poll)
    findings = [verdict for verdict in AUDIT_VERDICTS if verdict.startswith(_FINDINGS)]
    found = audit[audit["verdict"].isin(findings)]
    if chosen.format == "json":
        report = {
            "poll": poll.id,
            "checked": len(audit),
            "findings": found.to_dict(orient="records"),
            "descriptive": audit[audit["verdict"] == "descriptive"].to_dict(orient="records"),
            "unsure": [_fields(doubt) for doubt in poll.unsure],
            "left_out": [_fields(left) for left in poll.left_out],
        }
        print(json.dumps(report, ensure_ascii=False, indent=2))
        return int(not found.empty)
    print(f"{poll.id}: {_contents(poll)}; {len(audit)} checks, {len(found)} findings")
    for row in found.to_dict(orient="records"):
        place = ", ".join(str(row[key]) for key in ("question", "answer", "segment") if row[key])
        expected = f"; expected {row['expected']}" if row["expected"] else ""
        print(f"  {row['check']}: {place}: printed {row['printed'] or 'nothing'}{expected}: {row['verdict']}")
    for doubt in poll.unsure:
        print(f"  not answered: {doubt.about}: {doubt.question} Proposed: {doubt.proposed}")
    for left in poll.left_out:
        print(f"  left out: {left.where}: {left.text!r}: {left.because}")
    return int(not found.empty)


def _fields(item: Any) -> dict[str, str]:
    return {name: getattr(item, name) for name in item.__slots__}


def _export(chosen: argparse.Namespace) -> int:
    from polltables.exporting import export_poll

    path = export_poll(load_poll(chosen.poll), chosen.format, chosen.out)
    print(f"{shown_path(path)}: written")
    return 0
