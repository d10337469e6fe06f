"""The commands `polltables import` and `polltables review`."""

import argparse
import re
import sys
from collections.abc import Callable
from pathlib import Path

from analysis.errors import AnalysisError
from polltables.files import new_folder, place, typed
from polltables.poll_commands import contents
from polltables.terminal import Output, counted, system_error

__all__ = ["add_import", "add_review"]

ALL_READ, NOTHING_READ, PARTLY_READ = 0, 1, 3
"""Exit status: everything was read, nothing was, some tables or figures were left out."""
_MOST_NUMBERS = 5_000


def add_import(parser: argparse.ArgumentParser) -> None:
    """Add the options of `polltables import`."""
    parser.description = (
        "draft a poll from what was published of it; exit status 0 if all figures are accounted for, 3 if tables or figures "
        "were left out, 1 if nothing was imported"
    )
    formats = (
        "md, txt, csv, tsv, xlsx, xls, ods, html, docx or pdf; - for standard input, such as a clipboard"
    )
    formats += "; of several files, or of those in a folder, one poll is made"
    parser.add_argument("file", type=Path, nargs="+", help=formats)
    parser.add_argument(
        "-o", "--out", type=new_folder, required=True, help="folder to make, such as data/polls/NAME"
    )
    parser.add_argument("--replace", action="store_true", help="put it in the place of a poll that is there")
    for option, meaning in (
        ("pollster", "who made the poll"),
        ("sample-size", "interviews"),
        ("fieldwork", "such as '2031-05-06 to 2031-05-08'"),
        ("title", "title of the publication"),
        ("language", "of the printed labels, such as es"),
    ):
        help_of = f"{meaning}, if the file does not say or is to be overruled"
        parser.add_argument(f"--{option}", help=help_of, type=_CHECKED.get(option, str))
    for option, example, meaning in (
        ("pages", "1-20,25", "read these pages of a PDF"),
        ("tables", "1-3", "keep these tables, in the order of the file"),
    ):
        parser.add_argument(f"--{option}", type=_numbers, default=(), metavar=example, help=meaning)
    sheet = "read this sheet of a workbook, hidden or not; may be repeated"
    parser.add_argument("--sheets", action="append", default=[], metavar="SHEET", help=sheet)
    measures = "keep rows of means and changes, which are no percentages"
    parser.add_argument("--measures", action="store_true", help=measures)
    strict = "all or nothing: write no poll if a table or figure cannot be read"
    parser.add_argument("--strict", action="store_true", help=strict)
    parser.set_defaults(run=_import)


def add_review(parser: argparse.ArgumentParser) -> None:
    """Add the options of `polltables review`."""
    parser.add_argument("poll", type=Path, help="the poll's folder")
    parser.set_defaults(run=_review)


def _count(text: str) -> str:
    """Take a number of interviews as it is, or say that it is none."""
    if not re.fullmatch(r"\d{1,3}([.,\s]?\d{3}){0,3}", text.strip()) or not text.strip("0 .,"):
        raise argparse.ArgumentTypeError(f"{text[:60]!r} is no number of interviews; write it as 1200")
    return text


def _days(text: str) -> str:
    """Take days of fieldwork as they are, or say that they cannot be read."""
    from polltables.importing.recognition.dates import fieldwork_dates

    if not fieldwork_dates(text):
        raise argparse.ArgumentTypeError(
            f"{text[:60]!r} names no days; write them as 2031-05-06 to 2031-05-08"
        )
    return text


def _language(text: str) -> str:
    """Take the code of a language as it is, or say that there is none."""
    from babel import localedata

    if not localedata.exists(text):
        raise argparse.ArgumentTypeError(
            f"{text[:60]!r} is no language; write its code, such as en, es or pt"
        )
    return text


_CHECKED: dict[str, Callable[[str], str]] = {"sample-size": _count, "fieldwork": _days, "language": _language}


def _numbers(text: str) -> tuple[int, ...]:
    """Read a choice of numbers such as `1-20,25`."""
    found: list[int] = []
    for part in text.split(","):
        match = re.fullmatch(r"\s*(\d{1,6})(?:\s*-\s*(\d{1,6}))?\s*", part)
        if not match or int(match[1]) < 1 or int(match[2] or match[1]) < int(match[1]):
            raise argparse.ArgumentTypeError(f"{text[:60]!r} is no choice of numbers; write it as 1-20,25")
        found += range(int(match[1]), min(int(match[2] or match[1]), int(match[1]) + _MOST_NUMBERS) + 1)
    return tuple(dict.fromkeys(found))


def _import(chosen: argparse.Namespace) -> int:
    from analysis.polls import load_poll
    from polltables.importing import Given, import_poll
    from polltables.importing.messages import grouped, left_out_lines, question_lines

    given = Given(
        chosen.pollster, chosen.sample_size, chosen.fieldwork, chosen.title, chosen.language, measures=chosen.measures,
        pages=chosen.pages, sheets=tuple(chosen.sheets), tables=chosen.tables, strict=chosen.strict,
    )  # fmt: skip
    if Path("-") in chosen.file and sys.stdin.isatty():
        print(
            "Paste the tables, then press Ctrl-D on a line of its own (Ctrl-Z and Enter on Windows).",
            file=sys.stderr,
        )
    try:
        draft = import_poll(chosen.file, chosen.out, given=given, replace=chosen.replace, tell=_tell)
    except (AnalysisError, OSError) as error:
        _tell("")
        problems = [system_error(error)] if isinstance(error, OSError) else grouped(error.problems)
        print(problems[0] if len(problems) == 1 else "\n  ".join(["Problems:", *problems]), file=sys.stderr)
        print("Nothing was written.", file=sys.stderr)
        return NOTHING_READ
    _tell("")
    status = PARTLY_READ if draft.unread else ALL_READ
    if chosen.quiet:
        return status
    poll = load_poll(chosen.out)
    print(f"{place(chosen.out)}: {contents(poll)}")
    if draft.unsure:
        print(
            f"\n{counted(len(draft.unsure), 'question')} to answer (polltables review {typed(chosen.out)}); "
            "until then the proposed answers hold:"
        )
        print("\n".join(question_lines(draft.unsure)))
    if draft.left_out:
        verb = "is" if len(draft.left_out) == 1 else "are"
        print(f"\n{counted(len(draft.left_out), 'thing')} of the file {verb} not in the draft:")
        print("\n".join(left_out_lines(draft.left_out)))
    return status


def _tell(progress: str) -> None:
    """Show a person who waits how far the reading has come; an empty text ends it."""
    if isinstance(sys.stderr, Output) and sys.stderr.isatty():
        sys.stderr.draw(f"\r\x1b[K{progress}")


def _review(chosen: argparse.Namespace) -> int:
    from polltables.importing.review import review

    return review(chosen.poll)
