"""Files that commands write: whole or not at all, and named so that they are found."""

import errno
import os
from pathlib import Path

from analysis.errors import AnalysisError
from analysis.paths import project_root, shown_path

__all__ = ["place", "put"]


def put(path: Path, content: bytes) -> None:
    """Write a file so that nobody ever sees half of it: beside its place first, and then moved there.

    Raises
    ------
    OSError
        Naming the file. What was there stays.
    """
    beside = path.with_name(f".{os.getpid()}.new")  # short: the name may be as long as a name can be
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        # A device or pipe would be gone, were a file moved to its place.
        if path.exists() and not path.is_file():
            raise OSError(errno.EISDIR if path.is_dir() else errno.EINVAL, "", str(path))
        try:
            beside.write_bytes(content)
            beside.replace(path)
        finally:
            beside.unlink(missing_ok=True)
    except OSError as error:
        # Making a folder where a file or a dangling link is fails since "File exists", which says little.
        number = errno.ENOTDIR if error.errno == errno.EEXIST else error.errno or errno.EIO
        raise OSError(number, f"cannot be written: {os.strerror(number)}", str(path)) from error


def place(path: Path) -> str:
    """Name a file as the README does where it lies in the project, and as it is elsewhere."""
    try:
        inside = path.resolve().is_relative_to(project_root())
    except AnalysisError:
        inside = False
    return shown_path(path) if inside else str(path)
