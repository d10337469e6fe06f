"""The tables of the reports, with source and base beneath."""

from analysis.reporting.tables.comparisons import letters_table
from analysis.reporting.tables.precision import bases_table, interval_table, margin_table, method_table
from analysis.reporting.tables.published import (
    audit_table,
    contents_table,
    findings_table,
    provenance_table,
    published_tables,
    sheet_table,
)
from analysis.reporting.tables.reasons import places_table
from analysis.reporting.tables.relations import alike_table, overlap_table, whole_table

__all__ = [
    "alike_table",
    "audit_table",
    "bases_table",
    "contents_table",
    "findings_table",
    "interval_table",
    "letters_table",
    "margin_table",
    "method_table",
    "overlap_table",
    "places_table",
    "provenance_table",
    "published_tables",
    "sheet_table",
    "whole_table",
]
