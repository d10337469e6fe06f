"""The tables of the reports, with source and base beneath."""

from analysis.show.tables.comparisons import letters_table
from analysis.show.tables.firmness import (
    certainty_table,
    firm_leads_table,
    firm_segments_table,
    firm_votes_table,
)
from analysis.show.tables.outlook import (
    accuracy_table,
    against_table,
    leads_by_effect_table,
    probability_table,
    valid_votes_table,
)
from analysis.show.tables.precision import bases_table, interval_table, margin_table, method_table
from analysis.show.tables.published import (
    audit_table,
    contents_table,
    findings_table,
    provenance_table,
    published_tables,
    sheet_table,
)
from analysis.show.tables.race import (
    reading_sources_table,
    readings_table,
    same_segments_table,
    segments_by_reading_table,
)
from analysis.show.tables.race_comparisons import peers_table, pollster_changes_table, pollsters_table
from analysis.show.tables.reasons import places_table
from analysis.show.tables.relations import alike_table, overlap_table, whole_table
from analysis.show.tables.totals import leads_table, segment_shift_table, totals_table
from analysis.show.tables.weights import contradictions_table, weights_table

__all__ = [
    "accuracy_table",
    "against_table",
    "alike_table",
    "audit_table",
    "bases_table",
    "certainty_table",
    "contents_table",
    "contradictions_table",
    "findings_table",
    "firm_leads_table",
    "firm_segments_table",
    "firm_votes_table",
    "interval_table",
    "leads_by_effect_table",
    "leads_table",
    "letters_table",
    "margin_table",
    "method_table",
    "overlap_table",
    "peers_table",
    "places_table",
    "pollster_changes_table",
    "pollsters_table",
    "probability_table",
    "provenance_table",
    "published_tables",
    "reading_sources_table",
    "readings_table",
    "same_segments_table",
    "segment_shift_table",
    "segments_by_reading_table",
    "sheet_table",
    "totals_table",
    "valid_votes_table",
    "weights_table",
    "whole_table",
]
