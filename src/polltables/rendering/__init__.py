"""Notebooks into reports: papermill runs them, nbconvert writes their prose and code, jinja the page around them."""

from polltables.rendering.collection import Report, load_collection
from polltables.rendering.render import Outcome, render_reports

__all__ = ["Outcome", "Report", "load_collection", "render_reports"]
