"""The tables of the reports, with source and base beneath."""

from analysis.reporting.tables.precision import bases_table, interval_table, margin_table, method_table
from analysis.reporting.tables.published import (
    audit_table,
    contents_table,
    findings_table,
    provenance_table,
    published_tables,
    sheet_table,
)
from analysis.reporting.tables.totals import leads_table, segment_shift_table, totals_table
from analysis.reporting.tables.weights import contradictions_table, weights_table

__all__ = [
    "audit_table",
    "bases_table",
    "contents_table",
    "contradictions_table",
    "findings_table",
    "interval_table",
    "leads_table",
    "margin_table",
    "method_table",
    "provenance_table",
    "published_tables",
    "segment_shift_table",
    "sheet_table",
    "totals_table",
    "weights_table",
]
