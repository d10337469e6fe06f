"""The way from bytes to draft in a process of its own, which may neither hang nor fill the memory."""

import json
import os
import re
import subprocess
import sys
import tempfile
import threading
import traceback
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from analysis.errors import PollError
from analysis.polls.limits import MAX_TEXT_BYTES
from polltables.importing.drafting.draft import Draft, Given
from polltables.importing.readers.limits import MAX_MEMORY, SECONDS, confine
from polltables.importing.readers.reading import PASTED, Chosen, merged, read_here, readers_of

__all__ = ["draft_of_files"]

_LONGEST_WAIT = 1800  # seconds, for a machine that is busy with other things


def draft_of_files(paths: Sequence[Path], given: Given, tell: Callable[[str], None]) -> Draft:
    """Read, recognise and draft the published files of a poll in a child process; `-` is standard input.

    PollError if one is not there, nothing can be read, or it takes more time or memory than a file may.
    """
    files = readers_of(paths, Chosen(given.pages, tuple(given.sheets)))
    name = ", ".join(name for _, _, name in files)[:200]
    order = {
        "files": [(reader, str(path.absolute()), name) for path, reader, name in files],
        "given": asdict(given),
        "seconds": SECONDS,
    }
    answer: dict[str, Any] = {}
    with tempfile.TemporaryFile() as pasted:
        if any(reader == PASTED for _, reader, _ in files):
            pasted.write(sys.stdin.buffer.read(MAX_TEXT_BYTES + 1))
            pasted.seek(0)
        with subprocess.Popen(
            [sys.executable, "-m", "polltables.importing.confined", json.dumps(order)],
            stdin=pasted, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            env={**os.environ, "OPENBLAS_NUM_THREADS": "1"},  # each thread reserves memory
        ) as child:  # fmt: skip
            watch = threading.Timer(_LONGEST_WAIT, child.kill)
            try:
                watch.start()
                for line in child.stdout or ():
                    answer = json.loads(line)
                    if "progress" in answer:
                        tell(answer.pop("progress"))
            except ValueError:  # the child was ended in the middle of a line
                answer = {}
            finally:
                watch.cancel()
                child.kill()
    if not answer:
        raise PollError(
            f"{name}: the import was stopped: it needed more than {SECONDS} seconds of processor time (more for long files) "
            f"or {MAX_MEMORY // 2**20} MB of memory (less where ulimit -v says so), as no published table does. Save the "
            "file anew or split it."
        )
    if "fault" in answer:
        raise RuntimeError(answer["fault"])
    if "problems" in answer:
        raise PollError(answer["problems"])
    return Draft(name, **answer)


def _main(wish: dict[str, Any]) -> dict[str, Any]:
    """Do what the parent asks for, and say what was drafted or why nothing was."""
    from polltables.importing.drafting.drafting import draft_poll

    given = Given(**wish["given"])
    sources = []
    try:
        for reader, path, name in wish["files"]:
            try:
                chosen = Chosen(tuple(given.pages), tuple(given.sheets))
                sources.append(read_here(reader, Path(path), name, chosen))
            except (PollError, MemoryError):
                raise
            except (
                Exception
            ) as error:  # whatever a broken file does to a parser, the reader hears of the file
                kind = Path(path).suffix.lstrip(".").upper() or "text"
                if re.search("Password|encrypted", repr(error)):  # in the words of each library
                    raise PollError(
                        f"{name}: the file is locked by a password; save it without one."
                    ) from error
                why = (str(error) or type(error).__name__)[:200].rstrip(".?! ")
                raise PollError(f"{name}: the file cannot be read as {kind}: {why}. Save it anew.") from error
        draft = draft_poll(merged(sources), given)
    except PollError as error:
        return {"problems": list(error.problems)}
    except MemoryError:
        return {}
    except Exception as error:
        return {
            "fault": f"{type(error).__name__}: {error}, {traceback.format_exc(limit=-1).splitlines()[1].strip()}"
        }
    return {"files": draft.files, "unsure": draft.unsure, "left_out": draft.left_out, "unread": draft.unread}


if __name__ == "__main__":
    order = json.loads(sys.argv[1])
    confine(order["seconds"])
    print(json.dumps(_main(order)))
