"""`python -m polltables …` is the command line."""

import sys

__all__ = ["main"]


def main() -> int:
    """Run a command; an interruption while it is still loaded is no traceback either."""
    try:
        from polltables.cli import main

        return main()
    except KeyboardInterrupt:
        print("interrupted.", file=sys.stderr)
        return 130


if __name__ == "__main__":
    sys.exit(main())
