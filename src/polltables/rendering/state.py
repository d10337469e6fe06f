"""What was rendered into a folder, from what: a small file that is not committed."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from polltables.files import put
from polltables.rendering.index import as_made
from polltables.rendering.key import digest

__all__ = ["STATE_NAME", "State"]

STATE_NAME = ".polltables.json"
"""The file beside the reports that remembers their keys."""


class State:
    """The reports of one folder, each with its key, the digests of its files, and the seconds that it took.

    A state that cannot be read counts as empty: the worst that follows is work done twice.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        try:
            known = json.loads((folder / STATE_NAME).read_text("utf-8"))
        except (OSError, ValueError, RecursionError):
            known = {}
        known = known if isinstance(known, dict) else {}
        self._known: dict[str, dict[str, Any]] = {
            name: entry for name, entry in known.items() if isinstance(entry, dict)
        }

    def holds(self, name: str, key: str) -> bool:
        """Say whether the folder holds this report, made from just this and untouched since."""
        entry = self._known.get(name, {})
        files = entry.get("files")
        if entry.get("key") != key or not isinstance(files, dict) or not files:
            return False
        try:
            return all(
                digest(as_made((self._folder / f"{name}{ending}").read_bytes())) == known
                for ending, known in files.items()
            )
        except OSError:
            return False

    def seconds(self, name: str) -> float:
        """Return how long a report took last time; 0 if that is not known."""
        seconds = self._known.get(name, {}).get("seconds")
        return seconds if isinstance(seconds, float) else 0.0

    def record(self, name: str, key: str, files: Mapping[str, bytes], seconds: float) -> None:
        """Remember what a report was made from, and write it down at once, so that a crash forgets nothing."""
        digests = {ending: digest(as_made(content)) for ending, content in files.items()}
        self._known[name] = {"key": key, "seconds": round(float(seconds), 2), "files": digests}
        self.save()

    def save(self) -> None:
        """Write down what is known, which shows as well whether the folder can be written."""
        text = json.dumps(self._known, indent=1, sort_keys=True)
        put(self._folder / STATE_NAME, f"{text}\n".encode())
