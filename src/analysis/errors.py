"""The errors a user can cause, each saying where, what, what is allowed and what to do."""

from collections.abc import Iterable, Sequence
from difflib import get_close_matches

__all__ = ["AnalysisError", "PollError", "ReportError", "nearest_name", "unknown_name"]


_MOST, _LONGEST = 100, 3000  # problems that are listed, and characters of one
_TELLING = 4  # letters that are no part of many names


class AnalysisError(ValueError):
    """Something in the input is wrong; every problem found is listed, not only the first, as far as anybody reads.

    Parameters
    ----------
    problems : str or iterable of str
        One sentence for each problem.

    Attributes
    ----------
    problems : tuple of str

    Examples
    --------
    >>> error = AnalysisError(["row 2: 'abc' is not a percentage", "row 3: empty label"])
    >>> print(error)
    2 problems:
      row 2: 'abc' is not a percentage
      row 3: empty label

    Both problems are named at once, so that one reading of the message mends the file.
    """

    def __init__(self, problems: str | Iterable[str]) -> None:
        self.problems = (problems,) if isinstance(problems, str) else tuple(problems)
        super().__init__(self.problems)

    def __str__(self) -> str:
        """List the problems, one a line."""
        listed = [one if len(one) <= _LONGEST else f"{one[:_LONGEST]}…" for one in self.problems[:_MOST]]
        if len(self.problems) == 1:
            return listed[0]
        more = [f"and {len(self.problems) - _MOST:,} more."] if len(self.problems) > _MOST else []
        return "\n  ".join([f"{len(self.problems):,} problems:", *listed, *more])


class PollError(AnalysisError):
    """A poll, or another file of published figures, cannot be read as it stands."""


class ReportError(AnalysisError):
    """A report was asked for that cannot be made."""


def unknown_name(what: str, name: object, there_is: Iterable[str]) -> str:
    """Say that there is nothing of a name, what was probably meant, and what there is.

    Examples
    --------
    >>> unknown_name("no segment", "ruale", ["urbano", "rural"])
    "No segment 'ruale'; did you mean 'rural'? There is: urbano, rural."

    The nearest name stands before the list of all.
    """
    names = list(there_is)
    near = nearest_name(name, names)
    meant = f"{near} There is: " if near else "there is: "
    return f"{what[:1].upper()}{what[1:]} {str(name)[:100]!r}; {meant}{', '.join(names) or 'none'}."


def nearest_name(name: object, names: Sequence[str]) -> str:
    """Ask whether a name was meant: the only one that begins so, or the only one with it inside, or one almost the same."""
    typed = str(name)
    begun = [one for one in names if typed and one.startswith(typed)]
    inside = [one for one in names if len(typed) >= _TELLING and typed in one]
    near = next((some for some in (begun, inside) if len(some) == 1), get_close_matches(typed, names, n=1))
    return f"did you mean {near[0]!r}?" if near else ""
