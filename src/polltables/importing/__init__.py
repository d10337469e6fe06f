"""A poll drafted from the file that a pollster published: Markdown, CSV, XLSX, HTML or PDF."""

from pathlib import Path

from analysis.errors import PollError
from analysis.polls.loading import load_poll
from polltables.importing.draft import Draft, Given
from polltables.importing.drafting import draft_poll
from polltables.importing.reading import read_source
from polltables.importing.writing import draft_files, write_folder

__all__ = ["Draft", "Given", "import_poll", "read_draft"]


def read_draft(path: str | Path, given: Given | None = None) -> Draft:
    """Read a published file into a draft that could be written.

    Parameters
    ----------
    path : str or pathlib.Path
        The file; its ending says what it is.
    given : Given, optional
        What the file does not say, or is to be said otherwise.

    Raises
    ------
    PollError
        Naming every fault of the file with its place.
    """
    draft = draft_poll(read_source(Path(path)), given or Given())
    if draft.problems:
        raise PollError(dict.fromkeys(draft.problems))
    return draft


def import_poll(
    path: str | Path, out: str | Path, *, given: Given | None = None, replace: bool = False
) -> Draft:
    r"""Draft a poll folder from a published file, proving that it loads before it is put in its place.

    Parameters
    ----------
    path : str or pathlib.Path
        The file.
    out : str or pathlib.Path
        The folder to make.
    given : Given, optional
        What the file does not say, or is to be said otherwise.
    replace : bool
        Put the draft in the place of a poll that is there.

    Raises
    ------
    PollError
        Naming every fault of the file with its place; nothing is written then.

    Examples
    --------
    >>> import tempfile
    >>> text = "Pollster: Nobody\nSample size: 800\nFieldwork: 6-8 May 2031\n\nVote\n"
    >>> text += "| | All |\n|---|---|\n| Yes | 61.0 |"
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = Path(folder, "poll.md")
    ...     _ = file.write_text(text, "utf-8")
    ...     draft = import_poll(file, Path(folder, "nobody-2031-05"))
    ...     poll = load_poll(Path(folder, "nobody-2031-05"))
    >>> poll.figures["printed"].to_list(), len(poll.unsure) == len(draft.unsure) > 0
    (['61.0'], True)

    The figure is there as printed, and what was proposed is listed in the poll.
    """
    draft = read_draft(path, given)
    write_folder(Path(out), draft_files(draft), replace=replace, check=load_poll)
    return draft
