"""What a process that reads a stranger's file may use, and the pages and sheets that it has read so far."""

import contextlib
import json
import math
import os
import threading
import time

__all__ = ["MAX_MEMORY", "SECONDS", "SECONDS_PER_HUNDRED", "confine", "read_so_far"]

MAX_MEMORY = 2**30
SECONDS = 30
"""Of processor time; every hundred pages or sheets that were really read bring `SECONDS_PER_HUNDRED` more."""
SECONDS_PER_HUNDRED = 30
_TELL_EVERY = 25
_is_confined = False  # whether this process has limits
_allowed = 0  # seconds of processor time


def confine() -> None:
    """Set the limits of this process."""
    global _is_confined
    _is_confined = True
    with contextlib.suppress(ImportError, ValueError, OSError):  # not on Windows, and memory not on macOS
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY, MAX_MEMORY))
    _allow(0)


def _allow(pages: int) -> None:
    global _allowed
    _allowed, before = SECONDS + math.ceil(SECONDS_PER_HUNDRED * pages / 100), _allowed
    try:
        import resource

        _, most = resource.getrlimit(resource.RLIMIT_CPU)
        resource.setrlimit(resource.RLIMIT_CPU, (_allowed, most))
    except (ImportError, ValueError, OSError):
        if not before:
            threading.Thread(target=_end_in_time, daemon=True).start()


def _end_in_time() -> None:
    """End this process when it has taken its time, where the system does not."""
    while time.process_time() < _allowed:
        time.sleep(1)
    os._exit(1)


def read_so_far(number: int, total: int, what: str = "page") -> None:
    """Tell whoever waits how far the reading has come, and take the time that it has earned."""
    if _is_confined:
        _allow(number)
    if number % _TELL_EVERY == 0 and total > _TELL_EVERY:
        print(json.dumps({"progress": f"{what} {number} of {total}"}), flush=True)
