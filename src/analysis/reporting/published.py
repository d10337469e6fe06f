"""The publication itself: technical sheet, tables as printed, what the audit found, provenance."""

from html import escape
from importlib.metadata import version
from typing import Any

import numpy as np
import pandas as pd

from analysis.polls import Poll, Question
from analysis.reporting.display import Shown, numbers_of
from analysis.reporting.layout import NOT_PUBLISHED, answer_labels, bilingual, segment_columns, table_block
from analysis.reporting.phrases import count, fieldwork, place_name, source_note

__all__ = [
    "audit_table",
    "contents_table",
    "findings_table",
    "provenance_table",
    "published_tables",
    "sheet_table",
]

_PROVEN_PACKAGES = ("polltables", "numpy", "pandas", "scipy", "statsmodels", "matplotlib")


def sheet_table(poll: Poll) -> Shown:
    """Show every line of the technical sheet, as printed."""
    items = poll.sheet.items
    cells = pd.DataFrame(
        {"As printed": [bilingual(item.printed, item.printed_en, poll.language) for item in items]},
        index=[item.id for item in items],
    )
    figures = {
        "sample_size": poll.sheet.n,
        "margin_of_error": poll.sheet.margin_of_error,
        "confidence_level": poll.sheet.confidence_level,
        "universe": poll.sheet.universe,
        "representativeness": poll.sheet.representativeness,
        **poll.sheet.coverage_counts,
    }
    rows = pd.DataFrame({"what": list(figures), "value": list(figures.values())}, dtype=object)
    return table_block(
        cells,
        caption="The technical sheet",
        stub="Line",
        row_labels=[bilingual(item.label, item.label_en, poll.language) for item in items],
        text_columns=["As printed"],
        note=f"Source: {poll.sheet.short_name}, {fieldwork(poll)}, technical sheet.",
        numbers=numbers_of(rows, method="as printed"),
    )


def contents_table(poll: Poll) -> Shown:
    """Show which tables were published: how each was asked, and how much of it is there."""
    questions = poll.questions
    columns = {
        "Answers": [str(len(q.answers)) for q in questions],
        "Figures": [f"{q.estimates['printed'].notna().sum():,}" for q in questions],
        "Gaps": [f"{q.estimates['printed'].isna().sum():,}" for q in questions],
        "Kind": [q.kind.replace("_", " ") for q in questions],
        "Asked": [q.asked.replace("_", " ") for q in questions],
        "What is missing": [escape(q.not_published_en) or NOT_PUBLISHED for q in questions],
    }
    return table_block(
        pd.DataFrame(columns, index=[q.id for q in questions]),
        caption="What was published",
        stub="Table",
        row_labels=[bilingual(q.name, q.name_en, poll.language) for q in questions],
        text_columns=["Kind", "Asked", "What is missing"],
        note=source_note(poll),
    )


def published_tables(poll: Poll) -> Shown:
    """Show every published table as printed, one after the other."""
    shown = Shown("", "")
    for number, question in enumerate(poll.questions, start=1):
        shown += _published_table(poll, question, number)
    return shown


def _published_table(poll: Poll, question: Question, number: int) -> Shown:
    """Show one published table as printed."""
    columns, labels = segment_columns(poll)
    cells = question.table("printed").fillna(NOT_PUBLISHED).map(escape)
    cells.columns = columns
    conditional = np.array([[bool(answer.given)] for answer in question.answers])
    asked = escape(question.instructions_en)
    missing = (
        f" {NOT_PUBLISHED} not published: {question.not_published_en}." if question.not_published_en else ""
    )
    base = f"all {count(poll.sheet.n, 'interview')}" if question.base == "all" else "not stated"
    if conditional.any():
        base += "; indented rows, those who gave the answer above them"
    return table_block(
        cells,
        caption=f"{question.name_en} (%)",
        stub=question.row_heading_en or "Answer",
        row_labels=answer_labels(poll, question, original=True),
        column_labels=labels,
        note=(
            f"{question.title_en}. {asked}. Source: {poll.sheet.short_name}, {fieldwork(poll)}, table {number}. "
            f"Base: {base}.{missing}"
        ),
        numbers=numbers_of(
            question.estimates.rename(columns={"share": "value"})[
                ["question", "answer", "segment", "value", "low", "high"]
            ],
            method="as printed, with its rounding interval",
        ),
    )


def audit_table(audit: pd.DataFrame) -> Shown:
    """Show how often each check of the audit was made and how often it holds."""
    rules = {
        "sheet": "The margin of error follows from the interviews and the confidence level",
        "range": "Figures have the declared decimals and every gap a reason",
        "single response": "A column of exclusive answers can sum to 100",
        "multiple response": "A column in which everybody answers something can sum to 100 or more",
        "repeated figures": "A figure printed twice is the same in both tables",
        "aggregation": "A total lies between its parts",
        "joint aggregation": "One set of weights turns the parts into the totals of all rows",
    }
    checked = audit[~audit["verdict"].isin(["descriptive", "not published"])]
    holds = checked["verdict"].isin(["consistent", "explained gap"])
    made = checked.groupby("check", sort=False).size()
    held = holds.groupby(checked["check"], sort=False).sum()
    cells = pd.DataFrame(
        {
            "What must hold": [escape(rules[check]) for check in made.index],
            "Checked": [f"{number:,}" for number in made],
            "Holds": [f"{number:,}" for number in held],
            "Fails": [f"{number:,}" for number in made - held],
        },
        index=made.index,
    )
    rows = pd.DataFrame({"what": made.index, "value": (made - held).to_list()})
    return table_block(
        cells,
        caption="The checks, and how many fail",
        stub="Check",
        row_labels=[escape(check.capitalize()) for check in made.index],
        text_columns=["What must hold"],
        note="Rounding is allowed for: a check fails only if no figures that round to the printed ones would pass it.",
        numbers=numbers_of(rows, method="number of failed checks"),
    )


def findings_table(poll: Poll, audit: pd.DataFrame) -> Shown:
    """Show every row of the audit that is not simply consistent."""
    found = audit[audit["verdict"] != "consistent"]
    where = []
    for row in found.itertuples():
        names = [
            str(row.check).capitalize(),
            poll.question(str(row.question)).name_en if row.question else "",
            _answer(poll, row),
            place_name(poll, str(row.segment)),
        ]
        where.append(escape(" · ".join(name for name in names if name)))
    cells = pd.DataFrame(
        {
            "Printed": [escape(str(text)) or NOT_PUBLISHED for text in found["printed"]],
            "Expected": [escape(str(text)) for text in found["expected"]],
            "Verdict": [escape(str(text)) for text in found["verdict"]],
        },
        index=found.index,
    )
    return table_block(
        cells,
        caption="What the audit found",
        stub="Check and place",
        row_labels=where,
        text_columns=["Printed", "Expected", "Verdict"],
        note=(
            "In per cent, interviews for the sample size. Descriptive rows say what the printed margin, if rounded, would "
            "imply at the other figures of the sheet, and how many exact sums chance would give; they are no faults. Rows "
            "that contradict other rows are one least explanation of a contradiction: others would name other rows."
        ),
    )


def _answer(poll: Poll, finding: Any) -> str:
    """Name the row of a finding, or the line of the technical sheet."""
    if finding.check == "sheet":
        return str(finding.answer).replace("_", " ")
    if "aggregation" in finding.check and finding.answer:
        return poll.question(finding.question)[finding.answer].label_en
    return ""


def provenance_table(poll: Poll) -> Shown:
    """Show where the data come from and what computed the figures; no clock time, so that a rerun is identical."""
    lines = {
        "Poll": escape(poll.id),
        "Title": bilingual(poll.source.title, poll.source.title_en, poll.language),
        "Publisher": escape(poll.source.publisher),
        "Address": escape(poll.source.url) or NOT_PUBLISHED,
        "Licence": escape(poll.source.licence) or NOT_PUBLISHED,
        "Data (SHA-256)": f"<code>{poll.sha256}</code>",
        "Computed with": escape(", ".join(f"{name} {version(name)}" for name in _PROVEN_PACKAGES)),
    }
    return table_block(
        pd.DataFrame({"value": list(lines.values())}, index=list(lines)),
        caption="Provenance",
        stub="What",
        column_labels=["Value"],
        text_columns=["value"],
    )
