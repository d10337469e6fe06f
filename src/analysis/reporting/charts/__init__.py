"""The figures of the reports: vector drawings whose colours follow the page they stand on."""

from analysis.reporting.charts.against_result import against_chart
from analysis.reporting.charts.certainty import certainty_chart
from analysis.reporting.charts.comparisons import comparison_chart, comparison_picture
from analysis.reporting.charts.firmness import firm_vote_chart, firmness_picture
from analysis.reporting.charts.intervals import interval_chart
from analysis.reporting.charts.outlines import outlines_chart
from analysis.reporting.charts.outlook import lead_picture, scenario_chart
from analysis.reporting.charts.race import race_chart
from analysis.reporting.charts.race_leads import readings_result_chart
from analysis.reporting.charts.reasons import reasons_chart, reasons_picture
from analysis.reporting.charts.small import precision_picture
from analysis.reporting.charts.totals import segment_shift_chart, total_picture, totals_chart
from analysis.reporting.charts.weights import row_weights_chart, weights_chart, weights_picture

__all__ = [
    "against_chart",
    "certainty_chart",
    "comparison_chart",
    "comparison_picture",
    "firm_vote_chart",
    "firmness_picture",
    "interval_chart",
    "lead_picture",
    "outlines_chart",
    "precision_picture",
    "race_chart",
    "readings_result_chart",
    "reasons_chart",
    "reasons_picture",
    "row_weights_chart",
    "scenario_chart",
    "segment_shift_chart",
    "total_picture",
    "totals_chart",
    "weights_chart",
    "weights_picture",
]
