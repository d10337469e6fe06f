"""The figures of the reports: vector drawings whose colours follow the page they stand on."""

from analysis.reporting.charts.against_result import against_chart
from analysis.reporting.charts.certainty import certainty_chart
from analysis.reporting.charts.firmness import firm_vote_chart, firmness_picture
from analysis.reporting.charts.intervals import interval_chart
from analysis.reporting.charts.outlook import lead_picture, scenario_chart
from analysis.reporting.charts.small import precision_picture

__all__ = [
    "against_chart",
    "certainty_chart",
    "firm_vote_chart",
    "firmness_picture",
    "interval_chart",
    "lead_picture",
    "precision_picture",
    "scenario_chart",
]
