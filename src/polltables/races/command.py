"""The command `polltables race`: audit, import and export."""

import argparse
import json
import sys
from pathlib import Path

from analysis.errors import AnalysisError
from polltables.files import chosen_format, place, put, spare
from polltables.terminal import STANDARD_OUTPUT, counted, hand_over

__all__ = ["add_race"]


def add_race(parser: argparse.ArgumentParser) -> None:
    """Add the options of `polltables race`."""
    parser.add_argument("action", choices=tuple(_ACTIONS), help="what to do")
    parser.add_argument(
        "race",
        help="audit, export: an id under data/races, or its CSV file; audit, import: a CSV or ROPF file",
    )
    parser.add_argument(
        "-o", "--out", type=Path,
        help="import: the race to make, such as data/races/NAME; export: the file to write, - for standard output "
        "(default: the race's name)",
    )  # fmt: skip
    parser.add_argument(
        "--format", help="export: csv or ropf (default: by the ending of --out); audit: text or json"
    )
    parser.add_argument(
        "--replace", action="store_true", help="import, export: put it in the place of what is there"
    )
    for option, meaning in (
        ("title", "what the polls are about"),
        ("source", "where they were published"),
        ("result", "id of the official result, under data/results"),
        ("scope", "which election, where an ROPF file holds several"),
        ("area", "which area, where an ROPF file holds several"),
    ):
        parser.add_argument(f"--{option}", default="", help=f"import: {meaning}")
    parser.set_defaults(run=lambda chosen: _ACTIONS[chosen.action](chosen))


def _audit(chosen: argparse.Namespace) -> int:
    from polltables.races import audit_race

    if chosen.format not in {None, "text", "json"}:
        raise AnalysisError(f"race audit: --format {chosen.format!r} is not allowed; use text or json.")
    problems, found = audit_race(chosen.race)
    if chosen.format == "json":
        said = {"race": chosen.race, "problems": problems, "findings": found}
        print(json.dumps(said, ensure_ascii=False, indent=2))
    else:
        heading = f"{chosen.race}: {counted(len(problems), 'problem')}, {counted(len(found), 'finding')}"
        print("\n  ".join([heading, *problems, *found]))
    return int(bool(problems or found))


def _import(chosen: argparse.Namespace) -> int:
    from polltables.races import import_race

    if chosen.out in (None, STANDARD_OUTPUT):
        raise AnalysisError("race import: name the race to make with --out, such as --out data/races/NAME.")
    try:
        race, found = import_race(
            chosen.race, chosen.out, title=chosen.title, source=chosen.source, result=chosen.result, scope=chosen.scope,
            area=chosen.area, replace=chosen.replace,
        )  # fmt: skip
    except AnalysisError as error:
        print(error, file=sys.stderr)
        print("Nothing was written.", file=sys.stderr)
        return 1
    if chosen.quiet:
        return 0
    written = place(chosen.out.with_name(f"{chosen.out.name}.csv"))
    print(f"{written}: {counted(len(race.readings), 'poll')} of {', '.join(race.candidates)}")
    if found:
        print(
            "\n  ".join([f"\n{counted(len(found), 'thing')} to look at, in the file and then here:", *found])
        )
    return 0


def _export(chosen: argparse.Namespace) -> int:
    from analysis.polls import load_race
    from polltables.races import RACE_FORMATS, race_content

    endings = {f".{form}": form for form in RACE_FORMATS}
    named = chosen.format.lower() if chosen.format else None
    form = chosen_format("race export", named, chosen.out, endings, RACE_FORMATS)
    race = load_race(chosen.race)
    content = race_content(race, form).encode()
    if chosen.out == STANDARD_OUTPUT:
        hand_over(content)
        return 0
    path = chosen.out or Path(f"{race.id}.{form}")
    if not chosen.replace:
        spare(path)
    put(path, content)
    if not chosen.quiet:
        print(f"{place(path)}: written")
    return 0


_ACTIONS = {"audit": _audit, "import": _import, "export": _export}
