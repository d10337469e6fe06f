"""What a process that imports a stranger's file may use, and the pages and sheets that it has read so far."""

import contextlib
import json
import math
import os
import threading
import time

__all__ = ["MAX_MEMORY", "SECONDS", "confine", "read_so_far"]

MAX_MEMORY = 2**30
SECONDS = 30
"""Of processor time; every hundred pages or sheets that were really read bring `SECONDS_PER_HUNDRED` more."""
SECONDS_PER_HUNDRED = 30
_TELL_EVERY = 25
_seconds: float = 0  # of processor time that this process has; 0 where it has no limits
_earned: float = 0  # more of it, for what was read


def confine(seconds: int = SECONDS) -> None:
    """Set the limits of this process, for the whole way from bytes to draft."""
    global _seconds
    _seconds = seconds
    with contextlib.suppress(ImportError, ValueError, OSError):  # not on Windows, and memory not on macOS
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY, MAX_MEMORY))
    if not _keep_to_time():
        threading.Thread(target=_end_in_time, daemon=True).start()


def _keep_to_time() -> bool:
    """Have the system end this process when it has taken its time; say whether it will."""
    try:
        import resource

        _, most = resource.getrlimit(resource.RLIMIT_CPU)
        resource.setrlimit(resource.RLIMIT_CPU, (math.ceil(_seconds + _earned), most))
    except (ImportError, ValueError, OSError):
        return False
    return True


def _end_in_time() -> None:
    """End this process when it has taken its time, where the system does not."""
    while time.process_time() < _seconds + _earned:
        time.sleep(1)
    os._exit(1)


def read_so_far(number: int, total: int, what: str = "page") -> None:
    """Tell whoever waits how far the reading has come, and take the time that it has earned."""
    global _earned
    if not _seconds:
        return
    _earned = SECONDS_PER_HUNDRED * number / 100
    _keep_to_time()
    if number % _TELL_EVERY == 0 and total > _TELL_EVERY:
        print(json.dumps({"progress": f"{what} {number} of {total}"}), flush=True)
