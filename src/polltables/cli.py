"""The command line: `polltables …`, the same as `python -m polltables …`."""

import argparse
import os
import re
import signal
import sys
import threading
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from importlib import import_module
from types import FrameType
from typing import Any, NoReturn

from analysis.errors import AnalysisError, unknown_name
from polltables.terminal import SHORT_OF_MEMORY, outputs, system_error

__all__ = ["INTERRUPTED", "main"]

# Command -> where its options are, and what it does. A module is imported when its command is called: `--help` waits
# for no pandas. Each function adds the options to a parser and sets `run`, which takes them and returns the exit status.
_COMMANDS = {
    "list": ("polltables.rendering.listing:add_list", "list reports and polls"),
    "init": (
        "polltables.collection:add_init",
        "begin a project: the notebooks and data in a folder of your own",
    ),
    "import": ("polltables.importing.command:add_import", "draft a poll from a published file"),
    "review": ("polltables.importing.command:add_review", "answer the open questions of a drafted poll"),
    "new": ("polltables.poll_commands:add_new", "write a commented template of a poll"),
    "audit": (
        "polltables.poll_commands:add_audit",
        "say what does not add up in a poll; exit status 1 if something does not",
    ),
    "export": (
        "polltables.poll_commands:add_export",
        "write a poll's tables as printed, or tidy with a codebook",
    ),
    "race": (
        "polltables.races.command:add_race",
        "audit, import or export the polls of a race, as CSV or ROPF",
    ),
    "notebook": (
        "polltables.rendering.working:add_notebook",
        "write a notebook to work with, whole in one language",
    ),
    "render": ("polltables.rendering.command:add_render", "make reports of notebooks"),
}
_LEAST_MEMORY, _LEAST_OF_RENDER = 256 * 2**20, 384 * 2**20
# Exit statuses; the last two are those of sysexits.h and of shells.
FAILED, MISUSED, BROKEN, INTERRUPTED = 1, 2, 70, 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command and return its exit status: 0 done, 1 something failed, 2 asked for wrongly, 130 interrupted."""
    with outputs() as out:
        status = _run(sys.argv[1:] if arguments is None else list(arguments))
    return status or (FAILED if out.error and not isinstance(out.error, BrokenPipeError) else 0)


def _run(arguments: list[str]) -> int:
    """Run a command; whatever goes wrong is a sentence."""
    verbose = False
    # Neither babel nor matplotlib loads where these are odd; no command tells the time or opens a window. Threads of
    # OpenBLAS, each with memory of its own, gain nothing with tables as small as a poll's.
    os.environ |= {"TZ": "UTC", "MPLBACKEND": "agg", "OPENBLAS_NUM_THREADS": "1"}
    try:
        with _stopped_like_interrupted():
            parser = _parser(arguments)
            chosen = parser.parse_args(arguments, argparse.Namespace(quiet=False, verbose=False))
            verbose = chosen.verbose
            if chosen.command is None:
                parser.error(f"name a command: {', '.join(_COMMANDS)}")
            run: Callable[[argparse.Namespace], int] = chosen.run
            return run(chosen)
    except SystemExit as asked:  # by the parser, for help or a wrong option
        return int(asked.code or 0)
    except AnalysisError as error:
        print(error, file=sys.stderr)
        return MISUSED
    except OSError as error:
        print(system_error(error), file=sys.stderr)
        return FAILED
    except KeyboardInterrupt:
        print("interrupted.", file=sys.stderr)
        return INTERRUPTED
    except Exception as error:
        if _is_of_memory(error):
            print(
                "There is too little memory for this; free some, or lift a limit (ulimit -v).",
                file=sys.stderr,
            )
            return FAILED
        if isinstance(error, ModuleNotFoundError) and (missing := _missing(error, arguments)):
            print(missing, file=sys.stderr)
            return FAILED
        said = "" if verbose else "; --verbose shows where"
        print(f"A fault of polltables itself: {type(error).__name__}: {error}{said}.", file=sys.stderr)
        if verbose:
            traceback.print_exc()
        return BROKEN


@contextmanager
def _stopped_like_interrupted() -> Iterator[None]:
    """Let a request to end (SIGTERM), or a terminal that is closed (SIGHUP), clean up as Ctrl-C does, unless ignored.

    Another one while that is done is not heeded: it would leave the rest undone.
    """

    def stop(number: int, frame: FrameType | None) -> NoReturn:
        for one in before:
            signal.signal(one, signal.SIG_IGN)
        raise KeyboardInterrupt

    names = ("SIGINT", "SIGTERM", "SIGHUP") if threading.current_thread() is threading.main_thread() else ()
    asked = [getattr(signal, name) for name in names if hasattr(signal, name)]
    before = {one: found for one in asked if (found := signal.getsignal(one)) is not signal.SIG_IGN}
    for one in before:
        signal.signal(one, stop)
    try:
        yield
    finally:
        for one, found in before.items():
            signal.signal(one, found)


def _has_memory(command: str) -> None:
    """Refuse to begin with less memory than libraries take, for which OpenBLAS or the end of Python may wait without end."""
    with suppress(ImportError):  # Windows has no such limit
        import resource

        least = _LEAST_OF_RENDER if command == "render" else _LEAST_MEMORY
        if 0 <= resource.getrlimit(resource.RLIMIT_AS)[0] < least:
            raise MemoryError


def _is_of_memory(error: BaseException | None) -> bool:
    """Say whether memory was short: a SystemError stands where a C library found none, and forgot to say so."""
    while error:
        if isinstance(error, MemoryError | SystemError) or SHORT_OF_MEMORY.search(str(error)):
            return True
        error = error.__cause__ or error.__context__
    return False


def _missing(error: ModuleNotFoundError, arguments: Sequence[str]) -> str | None:
    """Name the extra that brings a package which is missing; nothing if none does, which is a fault."""
    from importlib.metadata import requires

    package = (error.name or "").partition(".")[0]
    needed = re.compile(rf"{re.escape(package)}\b.*; extra == [\"'](\w+)[\"']")
    extras = [found[1] for line in requires("polltables") or () if package and (found := needed.match(line))]
    if not extras:
        return None
    command = next((argument for argument in arguments if argument in _COMMANDS), "")
    extra = next((one for one in extras if one.startswith(command)), extras[0])
    # An installed clone leaves out what few have a use for.
    in_clone = "" if extra == "cluster" else " (in a clone: make install)"
    return (
        f"polltables {command} needs {package}, which is not installed. "
        f'Run: pip install "polltables[{extra}]"{in_clone}.'
    )


class _Parser(argparse.ArgumentParser):
    """A parser that says what is wrong in one sentence, and what was probably meant."""

    called: argparse.ArgumentParser | None = None

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.color = False  # of Python 3.14: the escapes of colours are none that `Output` lets through

    def _check_value(self, action: argparse.Action, value: Any) -> None:
        """Refuse a value that is none of the choices, with what was probably meant."""
        if action.choices is not None and value not in action.choices:
            raise argparse.ArgumentError(action, unknown_name("invalid choice:", value, action.choices))

    def error(self, message: str) -> NoReturn:
        """Say what is wrong, and end."""
        if message.startswith("unrecognized arguments: -"):
            actions = (self.called or self)._actions
            options = [option for action in actions for option in action.option_strings if option[:2] == "--"]
            message = unknown_name("no option", message.split()[2].partition("=")[0], options)
        self.exit(MISUSED, f"{self.prog}: {message.rstrip('.')}. See {(self.called or self).prog} --help.\n")


def _parser(arguments: Sequence[str]) -> argparse.ArgumentParser:
    """Make the parser, with the options of the command that is called."""
    from importlib.metadata import version  # here, where an interruption is no traceback

    common = _Parser(add_help=False)
    for options, meaning in (
        (("-q", "--quiet"), "say only what was asked for and what went wrong"),
        (("-v", "--verbose"), "say more: each step, and where an unforeseen error came from"),
    ):
        common.add_argument(*options, action="store_true", default=argparse.SUPPRESS, help=meaning)
    parser = _Parser(prog="polltables", description="Read published polls.", parents=[common])
    parser.add_argument("--version", action="version", version=f"polltables {version('polltables')}")
    commands: Any = parser.add_subparsers(dest="command", metavar="COMMAND")
    called = next((argument for argument in arguments if not argument.startswith("-")), None)
    if called is not None and called not in _COMMANDS:
        raise AnalysisError(unknown_name("no command", called, _COMMANDS))
    for name, (place, meaning) in _COMMANDS.items():
        command = commands.add_parser(name, help=meaning, description=meaning, parents=[common])
        if name == called:
            parser.called = command
            _has_memory(name)
            module, _, function = place.partition(":")
            getattr(import_module(module), function)(command)
    return parser
