"""The figures of the reports: vector drawings whose colours follow the page they stand on."""

from analysis.reporting.charts.comparisons import comparison_chart, comparison_picture
from analysis.reporting.charts.intervals import interval_chart
from analysis.reporting.charts.reasons import reasons_chart, reasons_picture
from analysis.reporting.charts.small import precision_picture

__all__ = [
    "comparison_chart",
    "comparison_picture",
    "interval_chart",
    "precision_picture",
    "reasons_chart",
    "reasons_picture",
]
