"""Words, drawings and tables: what estimates say, to people. One module for each notebook; no statistics here."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from analysis.show.charts import Chart, ChartRow, Mark
from analysis.show.common import asked, provenance
from analysis.show.display import draw_figures
from analysis.show.view import View

if TYPE_CHECKING:
    from analysis.show import (
        certainty,
        changes,
        comparisons,
        crossing,
        front,
        groups,
        precision,
        published,
        race,
        race_tables,
        records,
        recovered,
        results,
        totals,
        votes,
        weights,
    )
    from analysis.show.dots import Drawing

__all__ = [
    "Chart", "ChartRow", "Drawing", "Mark", "View", "asked", "certainty", "changes", "comparisons", "crossing",
    "front", "groups", "precision", "provenance", "published", "race", "race_tables", "records",
    "recovered", "results", "totals", "votes", "weights",
]  # fmt: skip


def __getattr__(name: str) -> Any:
    """Load the module of a notebook when it is asked for, and matplotlib when somebody draws."""
    if name == "Drawing":
        return import_module("analysis.show.dots").Drawing
    if name in __all__:  # whatever is not there yet is one of the modules
        return import_module(f"analysis.show.{name}")
    raise AttributeError(f"module 'analysis.show' has no attribute {name!r}")


draw_figures()
