"""The command line: `polltables …`, the same as `python -m polltables …`."""

import argparse
import sys
from collections.abc import Sequence

from analysis.errors import AnalysisError
from polltables.poll_commands import add_poll_commands
from polltables.rendering import command

__all__ = ["main"]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command and return its exit status: 0 done, 1 something failed, 2 asked for wrongly, 130 interrupted."""
    parser = argparse.ArgumentParser(prog="polltables", description="Read published polls.")
    commands = parser.add_subparsers(dest="command", required=True)
    command.add_arguments(commands.add_parser("render", help="render reports of notebooks/reports.toml"))
    commands.add_parser("list", help="list reports and polls")
    add_poll_commands(commands)
    chosen = parser.parse_args(arguments)
    try:
        if "run" in chosen:
            return int(chosen.run(chosen))
        return command.render_command(chosen) if chosen.command == "render" else command.list_command()
    except AnalysisError as error:
        print(error, file=sys.stderr)
        return 2
