"""Notebooks into reports: papermill runs them, nbconvert writes them with the template of this project."""

from analysis.reporting.rendering.collection import Report, load_collection
from analysis.reporting.rendering.render import Outcome, render_reports

__all__ = ["Outcome", "Report", "load_collection", "render_reports"]
