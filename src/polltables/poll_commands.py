"""Commands on one poll: `new`, `audit`, `export`."""

import argparse
import json
from dataclasses import asdict
from importlib import resources
from pathlib import Path

from analysis.polls import Poll, load_poll
from polltables.files import chosen_format, new_folder, place, spare, typed
from polltables.terminal import STANDARD_OUTPUT, counted, hand_over

__all__ = ["add_audit", "add_export", "add_new", "contents"]


def add_new(parser: argparse.ArgumentParser) -> None:
    """Add the options of `polltables new`."""
    parser.add_argument("folder", type=new_folder, help="folder to make")
    parser.set_defaults(run=_new)


def add_audit(parser: argparse.ArgumentParser) -> None:
    """Add the options of `polltables audit`."""
    parser.add_argument("poll", help="an id under data/polls, or a folder")
    parser.add_argument("--format", choices=("text", "json"), default="text")
    parser.set_defaults(run=_audit)


def add_export(parser: argparse.ArgumentParser) -> None:
    """Add the options of `polltables export`."""
    from polltables.exporting import EXPORT_FORMATS, format_called

    parser.add_argument("poll", help="an id under data/polls, or a folder")
    help_of = "(default: by the ending of --out)"
    parser.add_argument("--format", type=format_called, choices=EXPORT_FORMATS, help=help_of)
    parser.add_argument(
        "-o",
        "--out",
        type=Path,
        help="file to write, - for standard output, a folder for datapackage (default: the poll's name)",
    )
    parser.add_argument("--replace", action="store_true", help="put it in the place of what is there")
    parser.set_defaults(run=_export)


def contents(poll: Poll) -> str:
    """Say how much a poll holds."""
    numbers = (
        (len(poll.questions), "table"),
        (len(poll.segments.ids), "segment"),
        (len(poll.figures), "figure"),
    )
    return ", ".join(counted(number, of) for number, of in numbers)


def _new(chosen: argparse.Namespace) -> int:
    from polltables.importing.writing import write_folder

    template = resources.files("polltables.importing") / "template"
    files = {file.name: file.read_text("utf-8") for file in template.iterdir() if file.is_file()}
    spare(chosen.folder, "name another.")
    write_folder(chosen.folder, files)
    if not chosen.quiet:
        then = f"polltables audit {typed(chosen.folder)}"
        print(f"{place(chosen.folder)}: {', '.join(sorted(files))}. Fill them, then: {then}")
    return 0


def _audit(chosen: argparse.Namespace) -> int:
    from analysis.estimates import AUDIT_FINDINGS, audit

    poll = load_poll(chosen.poll)
    checks = audit(poll)
    found = checks[checks["verdict"].isin(AUDIT_FINDINGS)]
    if chosen.format == "json":
        report = {
            "poll": poll.id,
            "checked": len(checks),
            "findings": found.to_dict(orient="records"),
            "descriptive": checks[checks["verdict"] == "descriptive"].to_dict(orient="records"),
            "unsure": list(map(asdict, poll.unsure)),
            "left_out": list(map(asdict, poll.left_out)),
        }
        print(json.dumps(report, ensure_ascii=False, indent=2))
        return int(not found.empty)
    print(f"{poll.id}: {contents(poll)}; {counted(len(checks), 'check')}, {counted(len(found), 'finding')}")
    for row in found.to_dict(orient="records"):
        where = ", ".join(str(row[key]) for key in ("question", "answer", "segment") if row[key])
        expected = f"; expected {row['expected']}" if row["expected"] else ""
        print(f"  {row['check']}: {where}: printed {row['printed'] or 'nothing'}{expected}: {row['verdict']}")
    for doubt in poll.unsure:
        print(f"  not answered: {doubt.about}: {doubt.question} Proposed: {doubt.proposed}")
    if poll.left_out:
        from polltables.importing.messages import left_out_lines

        print("\n".join(["  left out:", *left_out_lines(map(asdict, poll.left_out))]))
    return int(not found.empty)


def _export(chosen: argparse.Namespace) -> int:
    from polltables.exporting import ENDINGS, EXPORT_FORMATS, default_place, export_content, export_poll

    form = chosen_format("export", chosen.format, chosen.out, ENDINGS, EXPORT_FORMATS)
    poll = load_poll(chosen.poll)
    if chosen.out == STANDARD_OUTPUT:
        hand_over(export_content(poll, form))
        return 0
    out = chosen.out or default_place(poll, form)
    if not chosen.replace:
        spare(out)
    path = export_poll(poll, form, out)
    if not chosen.quiet:
        print(f"{place(path)}: written")
    return 0
