"""The command `list`."""

import argparse
import json
import sys

from analysis.errors import AnalysisError, ReportError
from analysis.polls import list_polls, load_poll
from polltables.rendering.collection import name_of, read_collection

__all__ = ["add_list"]


def add_list(parser: argparse.ArgumentParser) -> None:
    """Add the options of `polltables list`."""
    parser.add_argument("--format", choices=("text", "json"), default="text")
    parser.set_defaults(run=_list)


def _list(chosen: argparse.Namespace) -> int:
    """Print the reports with their notebooks, what makes none, and the polls with their titles; 1 if something is wrong."""
    collection = read_collection()
    polls = {poll: _title(poll) for poll in list_polls()}
    status = int(bool(collection.problems) or None in polls.values())
    if chosen.format == "json":
        document = {
            "reports": [
                {
                    "name": name_of(report),
                    "notebook": f"notebooks/{report.notebook.name}",
                    "language": report.language,
                    "parameters": dict(report.parameters),
                }
                for report in collection.reports
            ],
            "notes": collection.notes,
            "problems": collection.problems,
            "polls": [{"id": poll, "title": title} for poll, title in polls.items()],
        }
        print(json.dumps(document, ensure_ascii=False, indent=2))
        return status
    print("Reports (polltables render NAME):")
    for report in collection.reports:
        overrides = ", ".join(f"{key}={value}" for key, value in report.overrides.items())
        print(f"  {name_of(report)}: notebooks/{report.notebook.name} {overrides}".rstrip())
    for note in collection.notes:
        print(f"  {note}")
    print("Polls (data/polls):")
    for poll, title in polls.items():
        print(f"  {poll}: {title or f'cannot be read; polltables audit {poll} says why'}")
    if collection.problems:
        print(ReportError(collection.problems), file=sys.stderr)
    return status


def _title(poll: str) -> str | None:
    """Return the title of a poll, or None if it cannot be read."""
    try:
        return load_poll(poll).source.title_en
    except AnalysisError:
        return None
