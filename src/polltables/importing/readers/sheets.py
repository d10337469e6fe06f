"""Which sheets of a workbook are read: those that can be seen, or those that are named."""

from collections.abc import Iterator, Sequence

from analysis.errors import PollError
from polltables.importing.page import Source
from polltables.importing.readers.limits import read_so_far

__all__ = ["MOST_CELLS", "sheets_to_read"]

MOST_CELLS = 600_000
"""Of all sheets."""


def sheets_to_read(
    source: Source, titles: Sequence[str], hidden: Sequence[bool], chosen: Sequence[str]
) -> Iterator[tuple[int, str]]:
    """Go through the sheets that are read: position and place.

    PollError if a sheet is named that is not there.
    """
    wanted = {title.casefold() for title in chosen}
    if unknown := wanted - {title.casefold() for title in titles}:
        raise PollError(
            f"{source.name}: no sheet is called {', '.join(sorted(unknown))}; there is: {', '.join(titles)[:500]}."
        )
    for at, title in enumerate(titles):
        where = f"{source.name}, sheet {title!r}"
        if wanted and title.casefold() not in wanted:
            continue
        if hidden[at] and not wanted:
            source.remarks.append((where, title, f"the sheet is hidden; --sheets {title!r} reads it"))
            continue
        yield at, where
        read_so_far(at + 1, len(titles), "sheet")
