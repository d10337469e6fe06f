"""How results are shown: everything a notebook displays, one call each."""

from analysis.reporting.charts import interval_chart, precision_picture
from analysis.reporting.language import set_language
from analysis.reporting.tables import (
    audit_table,
    bases_table,
    contents_table,
    findings_table,
    interval_table,
    margin_table,
    method_table,
    provenance_table,
    published_tables,
    sheet_table,
)
from analysis.reporting.wording import (
    audit_answer,
    bases_sentence,
    design_effect_sentence,
    findings_sentence,
    margin_sentence,
    precision_answer,
    precision_summary,
    undisclosed_sentence,
)

__all__ = [
    "audit_answer",
    "audit_table",
    "bases_sentence",
    "bases_table",
    "contents_table",
    "design_effect_sentence",
    "findings_sentence",
    "findings_table",
    "interval_chart",
    "interval_table",
    "margin_sentence",
    "margin_table",
    "method_table",
    "precision_answer",
    "precision_picture",
    "precision_summary",
    "provenance_table",
    "published_tables",
    "set_language",
    "sheet_table",
    "undisclosed_sentence",
]
