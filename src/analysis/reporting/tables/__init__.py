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

__all__ = [
    "audit_table",
    "bases_table",
    "contents_table",
    "findings_table",
    "interval_table",
    "margin_table",
    "method_table",
    "provenance_table",
    "published_tables",
    "sheet_table",
]
