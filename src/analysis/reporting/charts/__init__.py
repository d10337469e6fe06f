"""The figures of the reports: vector drawings whose colours follow the page they stand on."""

from analysis.reporting.charts.intervals import interval_chart
from analysis.reporting.charts.race import race_chart
from analysis.reporting.charts.race_leads import readings_result_chart

__all__ = [
    "interval_chart",
    "race_chart",
    "readings_result_chart",
]
