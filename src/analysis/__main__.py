"""The command line: `polltables …`, the same as `python -m analysis …`."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from analysis.commands import add_poll_commands
from analysis.errors import AnalysisError
from analysis.paths import project_root, shown_path
from analysis.polls import list_polls, load_poll

__all__ = ["main"]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command and return its exit status: 0 done, 1 something failed, 2 asked for wrongly."""
    parser = argparse.ArgumentParser(prog="polltables", description="Read published polls.")
    commands = parser.add_subparsers(dest="command", required=True)
    render = commands.add_parser("render", help="render reports of notebooks/reports.toml")
    render.add_argument("reports", nargs="*", metavar="REPORT", help="names of reports; all if none is given")
    render.add_argument("--out", type=Path, help="folder to write into (default: reports)")
    commands.add_parser("list", help="list reports and polls")
    add_poll_commands(commands)
    chosen = parser.parse_args(arguments)
    try:
        if "run" in chosen:
            return int(chosen.run(chosen))
        return _render(chosen.reports, chosen.out) if chosen.command == "render" else _list()
    except AnalysisError as error:
        print(error, file=sys.stderr)
        return 2


def _render(names: Sequence[str], out: Path | None) -> int:
    """Render reports, saying how each went."""
    from analysis.reporting.rendering import load_collection, render_reports
    from analysis.reporting.rendering.collection import select

    reports = select(load_collection(), names)
    outcomes = render_reports(reports, out or project_root() / "reports", progress=print)
    width = max(len(outcome.name) for outcome in outcomes)
    print()
    for outcome in outcomes:
        status = "failed" if outcome.error else "made"
        where = outcome.error or shown_path(outcome.path)
        print(f"{outcome.name:<{width}}  {outcome.seconds:5.1f} s  {status:<6}  {where}")
    return int(any(outcome.error for outcome in outcomes))


def _list() -> int:
    """Print the reports with their notebooks, and the polls with their titles."""
    from analysis.reporting.rendering import load_collection

    print("Reports (polltables render NAME):")
    for report in load_collection():
        overrides = ", ".join(f"{key}={value}" for key, value in report.overrides.items())
        print(f"  {report.name}: notebooks/{report.notebook.name} {overrides}".rstrip())
    print("Polls (data/polls):")
    for poll in list_polls():
        print(f"  {poll}: {load_poll(poll).source.title_en}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
