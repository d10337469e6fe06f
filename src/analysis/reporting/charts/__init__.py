"""The figures of the reports: vector drawings whose colours follow the page they stand on."""

from analysis.reporting.charts.intervals import interval_chart
from analysis.reporting.charts.small import precision_picture

__all__ = ["interval_chart", "precision_picture"]
