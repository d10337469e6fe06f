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
from analysis.reporting.tables.race import (
    reading_sources_table,
    readings_table,
    same_segments_table,
    segments_by_reading_table,
)
from analysis.reporting.tables.race_comparisons import peers_table, pollster_changes_table, pollsters_table

__all__ = [
    "audit_table",
    "bases_table",
    "contents_table",
    "findings_table",
    "interval_table",
    "margin_table",
    "method_table",
    "peers_table",
    "pollster_changes_table",
    "pollsters_table",
    "provenance_table",
    "published_tables",
    "reading_sources_table",
    "readings_table",
    "same_segments_table",
    "segments_by_reading_table",
    "sheet_table",
]
