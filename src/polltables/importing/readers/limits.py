"""What a process that imports a stranger's file may use, and the pages and sheets that it has read so far."""

import contextlib
import json
import math

__all__ = ["MAX_MEMORY", "SECONDS", "confine", "read_so_far"]

MAX_MEMORY = 2**30
SECONDS = 30
"""Of processor time; every hundred pages or sheets that were really read bring `SECONDS_PER_HUNDRED` more."""
SECONDS_PER_HUNDRED = 30
_TELL_EVERY = 25
_seconds: float = 0  # that this process has; 0 where it has no limits


def confine(seconds: int = SECONDS) -> None:
    """Set the limits of this process, for the whole way from bytes to draft."""
    global _seconds
    _seconds = seconds
    with contextlib.suppress(ImportError, ValueError, OSError):  # Windows has no such limits
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY, MAX_MEMORY))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    _allow(0)


def _allow(pages: int) -> None:
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        _, most = resource.getrlimit(resource.RLIMIT_CPU)
        seconds = _seconds + SECONDS_PER_HUNDRED * pages / 100
        resource.setrlimit(resource.RLIMIT_CPU, (math.ceil(seconds), most))


def read_so_far(number: int, total: int, what: str = "page") -> None:
    """Tell whoever waits how far the reading has come, and take the time that it has earned."""
    if not _seconds:
        return
    _allow(number)
    if number % _TELL_EVERY == 0 and total > _TELL_EVERY:
        print(json.dumps({"progress": f"{what} {number} of {total}"}), flush=True)
