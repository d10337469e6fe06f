"""What a vote is held against, where there is something to hold it against."""

from pathlib import Path

from analysis.polls.references import Result, Target, load_result, load_target

__all__ = ["load_result_and_votes"]


def load_result_and_votes(result: str | Path, votes_cast: str | Path) -> tuple[Result | None, Target | None]:
    """Load an official result, and the votes cast by segment.

    Parameters
    ----------
    result : str or pathlib.Path
        As for `load_result`, or empty where there is none yet.
    votes_cast : str or pathlib.Path
        As for `load_target`, or empty where they are not known.

    Returns
    -------
    result, votes_cast : Result or None, Target or None
        None where nothing was asked for.

    Raises
    ------
    PollError
        Naming every fault of the files.

    Examples
    --------
    >>> result, votes_cast = load_result_and_votes("peru-2021-runoff", "")
    >>> str(result.date), votes_cast
    ('2021-06-06', None)

    The vote was on 6 June 2021; no votes cast by segment are used.
    """
    return (
        None if result == "" else load_result(result),
        None if votes_cast == "" else load_target(votes_cast),
    )
