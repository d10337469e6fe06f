"""The figures of the reports: vector drawings whose colours follow the page they stand on."""

from analysis.show.charts.against_result import against_chart
from analysis.show.charts.certainty import certainty_chart
from analysis.show.charts.comparisons import comparison_chart, comparison_picture
from analysis.show.charts.firmness import firm_vote_chart, firmness_picture
from analysis.show.charts.intervals import interval_chart
from analysis.show.charts.outlines import outlines_chart
from analysis.show.charts.outlook import lead_picture, scenario_chart
from analysis.show.charts.race import race_chart
from analysis.show.charts.race_leads import readings_result_chart
from analysis.show.charts.reasons import reasons_chart, reasons_picture
from analysis.show.charts.small import precision_picture
from analysis.show.charts.totals import segment_shift_chart, total_picture, totals_chart
from analysis.show.charts.weights import row_weights_chart, weights_chart, weights_picture

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
