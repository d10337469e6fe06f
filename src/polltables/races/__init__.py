"""Races in files: read, audited, imported and exported as CSV and as ROPF."""

from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from analysis.errors import PollError, unknown_name
from analysis.polls import Race, load_race
from analysis.polls.limits import size_problem
from analysis.polls.reference_files import find_reference
from polltables.files import no_file, place, put_together
from polltables.importing.writing import toml_text
from polltables.races.checks import findings
from polltables.races.delimited import read_csv, write_csv
from polltables.races.ropf import read_ropf, write_ropf
from polltables.races.settling import settle
from polltables.races.table import RaceTable, race_table, with_ids

__all__ = ["RACE_FORMATS", "audit_race", "import_race", "race_content", "read_race"]

_READERS = {".csv": read_csv, ".tsv": read_csv, ".ropf": read_ropf}
_WRITERS: dict[str, Callable[[RaceTable], str]] = {"csv": write_csv, "ropf": write_ropf}
RACE_FORMATS = tuple(_WRITERS)
_MOST_POLLS = 20_000


def read_race(path: str | Path, *, scope: str = "", area: str = "") -> RaceTable:
    """Read a file of polls, CSV or ROPF by its ending; its `problems` say what cannot be read, each with its place.

    Raises
    ------
    PollError
        If there is no such file, its format is not known, it is too large, or it is no text.
    """
    path = Path(path)
    name = path.name
    if not path.is_file():
        raise PollError(f"{place(path)}: {no_file(path)}")
    if path.suffix.lower() not in _READERS:
        raise PollError(f"{name}: the format {path.suffix!r} is not known; use {', '.join(_READERS)}.")
    if problem := size_problem(path, name):
        raise PollError(problem)
    content = path.read_bytes()
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise PollError(f"{name}, line {line}: not UTF-8; save the file as UTF-8.") from error
    table = _READERS[path.suffix.lower()](text, name)
    if len(table.entries) > _MOST_POLLS:
        raise PollError(f"{name}: {len(table.entries):,} polls; at most {_MOST_POLLS:,} are read. Split it.")
    settle(table, scope=scope, area=area)
    with_ids(table)
    return table


def audit_race(race: str | Path) -> tuple[list[str], list[str]]:
    """Return what cannot be read in a race, by its id under `data/races` or a file, and what is probably mistyped.

    Examples
    --------
    >>> problems, found = audit_race("peru-2021-runoff")
    >>> len(problems), [sentence.partition(": ")[2] for sentence in found][:1]
    (0, ['no number of interviews and no margin of error; the poll gets no interval.'])

    Everything can be read; three of the polls did not say how many people were asked.
    """
    path = Path(race)
    if path.suffix.lower() not in _READERS:
        stem = find_reference("races", str(race))
        path = stem.with_name(f"{stem.name}.csv")
    table = read_race(path)
    return table.problems, findings(table)


def import_race(
    path: str | Path,
    out: str | Path,
    *,
    title: str = "",
    source: str = "",
    result: str = "",
    scope: str = "",
    area: str = "",
    replace: bool = False,
) -> tuple[Race, list[str]]:
    r"""Make a race of a file of polls, proving that it loads before it is put in its place.

    Parameters
    ----------
    path : str or pathlib.Path
        CSV or ROPF; `scope` and `area` say which election, where the file holds the polls of several.
    out : str or pathlib.Path
        Path of the race without an ending, such as `data/races/NAME`: a CSV and a TOML file are written, which says title,
        source and result: the name of the file, unless given. `replace` puts them in the place of a race that is there.

    Returns
    -------
    race : Race
    found : list of str
        What is probably mistyped, or missing.

    Raises
    ------
    PollError
        Naming everything that cannot be read, and everything that is probably mistyped, with line and column; nothing is
        written then.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = Path(folder, "polls.ropf")
    ...     _ = file.write_text("•PF: ACME •FS: 2021-07-14 •FE: 2021-07-20 •SS: 1000 A: 55 B: 40 •N: 5\n", "utf-8")
    ...     race, found = import_race(file, Path(folder, "acme"))
    >>> race.candidates, race.readings["n"].to_list(), found
    (['a', 'b'], [1000], [])

    One poll was read, and nothing of it is doubtful.
    """
    path, out = Path(path), Path(out)
    table = read_race(path, scope=scope, area=area)
    found = findings(table)
    if table.problems:
        raise PollError([*table.problems, *found])
    described = {"format": 1, "title": title or path.stem, "source": source or path.name}
    if result:
        find_reference("results", result)
        described["result"] = result
    files = {".csv": write_csv(table, guard=False), ".toml": toml_text(described)}
    targets = {ending: out.with_name(f"{out.name}{ending}") for ending in files}
    there = [place(target) for target in targets.values() if target.exists() or target.is_symlink()]
    if there and not replace:
        raise PollError(f"{', '.join(there)}: there already; name another with --out, or add --replace.")
    with TemporaryDirectory() as folder:  # it is proved there that the race loads
        for ending, text in files.items():
            Path(folder, f"race{ending}").write_text(text, "utf-8", newline="")
        load_race(Path(folder, "race.csv"))
    put_together({target: files[ending].encode() for ending, target in targets.items()})
    return load_race(targets[".csv"]), found


def race_content(race: Race, format: str) -> str:  # noqa: A002
    """Write the readings of a race in one of `RACE_FORMATS`.

    Examples
    --------
    >>> text = race_content(load_race("peru-2021-runoff"), "ropf")
    >>> next(line for line in text.splitlines() if "•PF: CPI" in line)
    '•PF: CPI •C: CPI •C: Panorama •FS: 2021-04-18 •FE: 2021-04-21 •SS: 1200 CASTILLO: 35.5 FUJIMORI: 23.1 •N: 41.4'

    What the format has no field for stands in a comment before the line.
    """
    if format not in _WRITERS:
        raise PollError(unknown_name("no format", format, RACE_FORMATS))
    return _WRITERS[format](race_table(race))
