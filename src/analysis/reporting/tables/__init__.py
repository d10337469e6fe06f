"""The tables of the reports, with source and base beneath."""

from analysis.reporting.tables.firmness import (
    certainty_table,
    firm_leads_table,
    firm_segments_table,
    firm_votes_table,
)
from analysis.reporting.tables.outlook import (
    accuracy_table,
    against_table,
    leads_by_effect_table,
    probability_table,
    valid_votes_table,
)
from analysis.reporting.tables.precision import bases_table, interval_table, margin_table, method_table
from analysis.reporting.tables.published import (
    audit_table,
    contents_table,
    findings_table,
    provenance_table,
    published_tables,
    sheet_table,
)

__all__ = [
    "accuracy_table",
    "against_table",
    "audit_table",
    "bases_table",
    "certainty_table",
    "contents_table",
    "findings_table",
    "firm_leads_table",
    "firm_segments_table",
    "firm_votes_table",
    "interval_table",
    "leads_by_effect_table",
    "margin_table",
    "method_table",
    "probability_table",
    "provenance_table",
    "published_tables",
    "sheet_table",
    "valid_votes_table",
]
