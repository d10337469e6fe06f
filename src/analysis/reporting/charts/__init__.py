"""The figures of the reports: vector drawings whose colours follow the page they stand on."""

from analysis.reporting.charts.intervals import interval_chart

__all__ = ["interval_chart"]
