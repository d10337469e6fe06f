"""What a process that reads a stranger's file may use, and the pages and sheets that it has read so far."""

import contextlib
import json
import math

__all__ = ["MAX_MEMORY", "SECONDS", "SECONDS_PER_HUNDRED", "confine", "read_so_far"]

MAX_MEMORY = 2**30
SECONDS = 30
"""Of processor time; every hundred pages or sheets that were really read bring `SECONDS_PER_HUNDRED` more."""
SECONDS_PER_HUNDRED = 30
_TELL_EVERY = 25
_is_confined = False  # whether this process has limits


def confine() -> None:
    """Set the limits of this process."""
    global _is_confined
    _is_confined = True
    with contextlib.suppress(ImportError, ValueError, OSError):  # Windows has no such limits
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY, MAX_MEMORY))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    _allow(0)


def _allow(pages: int) -> None:
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        _, most = resource.getrlimit(resource.RLIMIT_CPU)
        seconds = SECONDS + math.ceil(SECONDS_PER_HUNDRED * pages / 100)
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, most))


def read_so_far(number: int, total: int, what: str = "page") -> None:
    """Tell whoever waits how far the reading has come, and take the time that it has earned."""
    if _is_confined:
        _allow(number)
    if number % _TELL_EVERY == 0 and total > _TELL_EVERY:
        print(json.dumps({"progress": f"{what} {number} of {total}"}), flush=True)
