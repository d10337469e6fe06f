"""The figures of the reports: vector drawings whose colours follow the page they stand on."""

from analysis.reporting.charts.intervals import interval_chart
from analysis.reporting.charts.outlines import outlines_chart
from analysis.reporting.charts.small import precision_picture
from analysis.reporting.charts.totals import segment_shift_chart, total_picture, totals_chart
from analysis.reporting.charts.weights import row_weights_chart, weights_chart, weights_picture

__all__ = [
    "interval_chart",
    "outlines_chart",
    "precision_picture",
    "row_weights_chart",
    "segment_shift_chart",
    "total_picture",
    "totals_chart",
    "weights_chart",
    "weights_picture",
]
