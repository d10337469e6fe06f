"""The notebooks and data of the project, which an installed package carries beside this file, and the command `init`."""

import argparse
import shutil
import tempfile
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

from analysis.errors import AnalysisError
from analysis.paths import project_root
from polltables.files import new_folder, place, unwritten

__all__ = ["add_init"]

_PARTS = ("notebooks", "data")
_ENDINGS = {".ipynb", ".md", ".toml", ".csv", ".po"}
_LEFT_OUT = {"working", ".ipynb_checkpoints"}


def add_init(parser: argparse.ArgumentParser) -> None:
    """Add the options of `polltables init`."""
    parser.add_argument("folder", type=new_folder, help="folder to make")
    parser.set_defaults(run=_init)


def _init(chosen: argparse.Namespace) -> int:
    """Write the notebooks and data into a new folder, whole or not at all."""
    out: Path = chosen.folder
    if out.is_symlink() or (out.exists() and (not out.is_dir() or any(out.iterdir()))):
        raise AnalysisError(f"{place(out)}: it is there already, and was left as it is; name another.")
    installed = Path(str(files("polltables.collection")))
    source = installed if (installed / _PARTS[0]).is_dir() else project_root()
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".init-", dir=out.parent) as scratch:
            new = Path(scratch) / "new"
            for path in _kept(source):
                copy = new / path.relative_to(source)
                copy.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(path, copy)
            if out.is_dir():
                out.rmdir()  # it is empty; Windows moves nothing to where something is
            new.rename(out)
    except OSError as error:
        raise unwritten(error, out) from error
    if not chosen.quiet:
        print(f"{place(out)}: notebooks and data. Go there, then: polltables list, polltables render")
    return 0


def _kept(source: Path) -> Iterator[Path]:
    """Go through the files that make a project, without what somebody's work left beside them."""
    for part in _PARTS:
        for path in sorted((source / part).rglob("*")):
            if (
                path.suffix in _ENDINGS
                and not _LEFT_OUT.intersection(path.relative_to(source).parts)
                and not path.name.endswith(".partial.ipynb")
            ):
                yield path
