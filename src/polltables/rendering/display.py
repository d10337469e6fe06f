"""How rendering is watched: one line on a terminal, a line for each report elsewhere, a table at the end."""

import shutil
import sys
from collections.abc import Sequence

from polltables.files import place
from polltables.rendering.render import Outcome, Standing
from polltables.terminal import Output, counted, escaped

__all__ = ["Progress", "print_table"]

_CLEARED = "\r\x1b[K"


class Progress:
    """Says what is done, what runs and how long still: on a terminal in one line that is written over again."""

    def __init__(self, *, quiet: bool = False, verbose: bool = False) -> None:
        out = sys.stdout
        self._line = out if isinstance(out, Output) and out.isatty() and not quiet else None
        self._quiet, self._verbose = quiet, verbose
        self._failed = 0
        self._running: tuple[str, ...] = ()

    def __call__(self, standing: Standing) -> None:
        """Say how far it has come."""
        outcome = standing.outcome
        self._failed += bool(outcome and outcome.error)
        if self._verbose:
            for name in standing.running:
                if name not in self._running:
                    self._print(f"{name} runs")
            self._running = standing.running
        if outcome and (self._verbose or (self._line is None and not outcome.unchanged)):
            self._print(f"[{standing.done}/{standing.total}] {outcome.name} {outcome.status}")
        if self._line:
            self._line.draw(_CLEARED + escaped(self._said(standing)))
            self._line.flush()

    def _said(self, standing: Standing) -> str:
        """Write the line, as wide as the terminal."""
        done = f"[{standing.done}/{standing.total}{f', {self._failed} failed' if self._failed else ''}]"
        left = "" if standing.seconds_left is None else f"  about {_duration(standing.seconds_left)} left"
        room = shutil.get_terminal_size().columns - len(done) - len(left) - 2
        running = ", ".join(standing.running) or ("starting" if standing.done < standing.total else "")
        return f"{done} {running if len(running) <= room else running[: max(room - 1, 0)] + '…'}{left}"

    def _print(self, line: str) -> None:
        self.clear()
        if not self._quiet:
            print(line, flush=True)

    def clear(self) -> None:
        """Leave an empty line."""
        if self._line:
            self._line.draw(_CLEARED)


def _duration(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 100 else f"{seconds / 60:.0f} min"


def print_table(outcomes: Sequence[Outcome], seconds: float, *, quiet: bool = False) -> None:
    """Print how each report went, and a summary; if quiet, those that failed."""
    counts = {
        status: sum(outcome.status == status for outcome in outcomes)
        for status in ("made", "unchanged", "failed")
    }
    width = max((len(outcome.name) for outcome in outcomes), default=0)
    shown = [outcome for outcome in outcomes if outcome.error or not quiet]
    if counts["unchanged"] < len(outcomes):
        for outcome in shown:
            where = outcome.error or place(outcome.path)
            line = f"{outcome.name:<{width}}  {outcome.seconds:5.1f} s  {outcome.status:<9}  {where}"
            print(line, file=sys.stderr if quiet else sys.stdout)
    if quiet:
        return
    if counts["unchanged"] == len(outcomes):
        kept = f"{counted(len(outcomes), 'report')} {'stays as it is' if len(outcomes) == 1 else 'stay as they are'}"
        print(f"Nothing changed: {kept} ({seconds:.1f} s).")
        return
    said = ", ".join(f"{count} {status}" for status, count in counts.items() if count)
    print(f"{said}; {seconds:.1f} s in all.")
