"""Read published polls: what was printed, what follows from it, and how it is shown.

`stats` holds formulas on arrays, `estimates` applies them to a poll, `show` puts the answers into words, drawings,
and tables.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    __version__: str
    from analysis import estimates, show, stats
    from analysis.estimates import Options
    from analysis.polls import (
        list_polls,
        load_known_weights,
        load_poll,
        load_race,
        load_result,
        load_results,
        load_target,
        load_targets,
        load_track_record,
    )

__all__ = [
    "Options", "__version__", "estimates", "list_polls", "load_known_weights", "load_poll", "load_race",
    "load_result", "load_results", "load_target", "load_targets", "load_track_record", "show", "stats",
]  # fmt: skip

_ROOMS = ("estimates", "show", "stats")


def __getattr__(name: str) -> Any:
    """Load a room, or what one offers, when it is asked for: pandas and scipy take a second."""
    if name in _ROOMS:
        return import_module(f"analysis.{name}")
    if name == "Options":
        return import_module("analysis.estimates").Options
    if name == "__version__":
        return import_module("importlib.metadata").version("polltables")
    if name in __all__:
        return getattr(import_module("analysis.polls"), name)
    raise AttributeError(f"module 'analysis' has no attribute {name!r}")


def __dir__() -> list[str]:
    return __all__
