"""Notebooks into reports: papermill runs them, nbconvert writes them with the template of this project."""

from polltables.rendering.collection import Report, load_collection
from polltables.rendering.render import Outcome, render_reports

__all__ = ["Outcome", "Report", "load_collection", "render_reports"]
