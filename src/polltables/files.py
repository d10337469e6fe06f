"""Files that commands write: whole or not at all, and named so that they are found."""

import ctypes
import errno
import os
import shlex
from argparse import ArgumentTypeError
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from analysis.errors import AnalysisError, nearest_name
from analysis.paths import beside_path, project_root, real_path, shown_path
from polltables.terminal import STANDARD_OUTPUT

__all__ = [
    "chosen_format",
    "new_folder",
    "no_file",
    "place",
    "put",
    "put_together",
    "spare",
    "swapped",
    "typed",
    "unwritten",
]

_WORKING_FOLDER, _EXCHANGE = -100, 2  # AT_FDCWD and RENAME_EXCHANGE of Linux


def put(path: Path, content: bytes) -> None:
    """Write a file so that nobody ever sees half of it: beside its place first, and then moved there.

    OSError names the file; what was there stays.
    """
    put_together({path: content})


def put_together(files: Mapping[Path, bytes]) -> None:
    """Write files that belong together as `put` writes one: none is moved to its place before all are written."""
    beside = {
        path: path.with_name(f".{os.getpid()}.{n}.new") for n, path in enumerate(files)
    }  # short, as names can be long
    made: list[Path] = []
    try:
        for path, content in files.items():
            made += [folder for folder in reversed(path.parents) if not folder.exists()]
            path.parent.mkdir(parents=True, exist_ok=True)
            # A device or pipe would be gone, were a file moved to its place.
            if path.exists() and not path.is_file():
                raise OSError(errno.EISDIR if path.is_dir() else errno.EINVAL, "", str(path))
            beside[path].write_bytes(content)
        for path in files:
            beside[path].replace(path)
    except OSError as error:
        raise unwritten(error, path) from error
    finally:
        for written in beside.values():
            with suppress(OSError):
                written.unlink(missing_ok=True)
        for folder in reversed(made):  # an empty one would be taken for what was to be written
            with suppress(OSError):
                folder.rmdir()


def unwritten(error: OSError, path: Path) -> OSError:
    """Say of a file or folder that it cannot be written, and why."""
    # Making a folder where a file or a dangling link is fails since "File exists", which says little.
    number = errno.ENOTDIR if error.errno == errno.EEXIST else error.errno or errno.EIO
    return OSError(number, f"cannot be written: {os.strerror(number)}", str(path))


def spare(path: Path, advice: str = "name another with --out, or add --replace.") -> None:
    """Refuse to write where something is, even a link that leads nowhere."""
    if path.exists() or path.is_symlink():
        raise AnalysisError(f"{place(path)}: it is there already, and was left as it is; {advice}")


def no_file(path: Path) -> str:
    """Say why there is no file to read at a path, and what was probably meant."""
    beside = beside_path(path)
    if path in beside:
        return "it is no file, but a folder, a pipe, a device or a link that leads nowhere; give the file itself."
    near = nearest_name(path, list(map(str, beside)))
    return f"there is no such file{f'; {near}' if near else '.'}"


def typed(path: Path | str) -> str:
    """Write a path as a shell takes it, and no command for an option.

    Examples
    --------
    >>> typed("my poll"), typed("-poll")
    ("'my poll'", './-poll')

    Advice that is pasted does what it says.
    """
    return shlex.quote(f"./{path}" if str(path).startswith("-") else str(path))


def new_folder(text: str) -> Path:
    """Take the name of a folder that is to be made; `-`, which elsewhere stands for standard output, is none."""
    if Path(text) == STANDARD_OUTPUT:
        raise ArgumentTypeError("'-' is no folder to make; name one")
    return Path(text)


def chosen_format(
    command: str, named: str | None, out: Path | None, endings: Mapping[str, str], formats: Sequence[str]
) -> str:
    """Return the format that `--format` names, else that of the ending of `--out`; AnalysisError if neither says one.

    Examples
    --------
    >>> chosen_format("export", None, Path("tables.XLSX"), {".xlsx": "xlsx"}, ["xlsx"])
    'xlsx'

    Capital letters make no other format.
    """
    by_ending = None if out in (None, STANDARD_OUTPUT) else endings.get(out.suffix.lower())
    if named is None and by_ending is None:
        where = f"no format has the ending of {out.name[:100]!r}; " if out and out != STANDARD_OUTPUT else ""
        raise AnalysisError(
            f"{command}: {where}name a format with --format ({', '.join(formats)}), or a file with --out that ends in "
            f"{', '.join(endings)}."
        )
    if named and by_ending and named != by_ending:
        raise AnalysisError(f"{command}: --format {named} and --out {out} are of two formats; leave one out.")
    return named or by_ending or ""


def swapped(one: Path, other: Path) -> bool:
    """Let two folders change places in one step, so that nobody finds neither, even after a kill; False if Linux cannot."""
    try:
        swap = ctypes.CDLL(None).renameat2
        return bool(swap(_WORKING_FOLDER, bytes(one), _WORKING_FOLDER, bytes(other), _EXCHANGE) == 0)
    except (AttributeError, TypeError):  # another system
        return False


def place(path: Path) -> str:
    """Name a file as the README does where it lies in the project, and as it is elsewhere."""
    try:
        inside = real_path(path).is_relative_to(project_root())
    except AnalysisError:
        inside = False
    return shown_path(path) if inside else str(path)
