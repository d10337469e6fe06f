"""The command line: `polltables …`, the same as `python -m analysis …`."""

import argparse
import sys
from collections.abc import Sequence

from analysis.errors import AnalysisError
from analysis.reporting.rendering import command

__all__ = ["main"]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command and return its exit status: 0 done, 1 something failed, 2 asked for wrongly, 130 interrupted."""
    parser = argparse.ArgumentParser(prog="polltables", description="Read published polls.")
    commands = parser.add_subparsers(dest="command", required=True)
    command.add_arguments(commands.add_parser("render", help="render reports of notebooks/reports.toml"))
    commands.add_parser("list", help="list reports and polls")
    chosen = parser.parse_args(arguments)
    try:
        return command.render_command(chosen) if chosen.command == "render" else command.list_command()
    except AnalysisError as error:
        print(error, file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
