"""A poll drafted from the file that a pollster published."""

from collections.abc import Callable, Sequence
from pathlib import Path

from analysis.errors import PollError
from analysis.polls import load_poll
from polltables.importing.confined import draft_of_files
from polltables.importing.drafting.draft import Draft, Given
from polltables.importing.writing import write_folder

__all__ = ["Draft", "Given", "import_poll"]


def import_poll(
    path: str | Path | Sequence[Path],
    out: str | Path,
    *,
    given: Given | None = None,
    replace: bool = False,
    tell: Callable[[str], None] = lambda _: None,
) -> Draft:
    r"""Draft a poll folder from published files, proving that it loads before it is put in its place.

    Parameters
    ----------
    path : str, pathlib.Path or several
        The file, or all files of the poll; a folder stands for the files in it, `-` for standard input.
    out : str or pathlib.Path
        The folder to make.
    given : Given, optional
        What the file does not say, or is to be said otherwise.
    replace : bool
        Put the draft in the place of a poll that is there.
    tell : callable
        Told how far the reading of a long file has come.

    Raises
    ------
    PollError
        If nothing can be read, naming the reasons with their places; nothing is written then.

    Examples
    --------
    >>> import tempfile
    >>> text = "Pollster: Nobody\nSample size: 800\nFieldwork: 6-8 May 2031\n\nVote\n"
    >>> text += "| | All |\n|---|---|\n| Yes | 61.0 |\n| No | 39.0 |"
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = Path(folder, "poll.md")
    ...     _ = file.write_text(text, "utf-8")
    ...     draft = import_poll(file, Path(folder, "nobody-2031-05"))
    ...     poll = load_poll(Path(folder, "nobody-2031-05"))
    >>> poll.figures["printed"].to_list(), len(poll.unsure) == len(draft.unsure) > 0
    (['61.0', '39.0'], True)

    The figures are there as printed, and what was proposed is listed in the poll.
    """
    given = given or Given()
    paths = [Path(path)] if isinstance(path, str | Path) else path
    draft = draft_of_files(paths, given, tell)
    if given.strict and draft.unread:
        raise PollError(draft.unread)
    write_folder(Path(out), draft.files, replace=replace, check=load_poll)
    return draft
