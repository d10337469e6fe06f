"""The publication itself: technical sheet, tables as printed, what the audit found, provenance."""

from functools import cache
from html import escape
from importlib.metadata import version
from typing import Any

import numpy as np
import pandas as pd

from analysis.polls import Poll, Question, Race, Result, Target
from analysis.show.display import Shown, numbers_of
from analysis.show.language import label_of, reference_text, say, term, text_of
from analysis.show.layout import NOT_PUBLISHED, answer_labels, bilingual, segment_columns, table_block
from analysis.show.notes import all_interviews, fieldwork, figures_term, place_name, source_note
from analysis.show.phrases import capitalised

__all__ = [
    "audit_table",
    "computed_with",
    "contents_table",
    "findings_table",
    "provenance_table",
    "published_tables",
    "sheet_table",
]

_FOLDERS: dict[type, str] = {Target: "targets", Result: "results", Race: "races"}
_PROVEN_PACKAGES = ("polltables", "numpy", "pandas", "scipy", "statsmodels", "matplotlib")


def sheet_table(poll: Poll) -> Shown:
    """Show every line of the technical sheet, as printed."""
    items = poll.sheet.items
    cells = pd.DataFrame(
        {say("As printed"): [bilingual(item.printed, item.printed_en, poll.language) for item in items]},
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
        caption=say("The technical sheet"),
        stub=say("Line"),
        row_labels=[bilingual(item.label, item.label_en, poll.language) for item in items],
        text_columns=[say("As printed")],
        note=say(
            "Source: {pollster}, {fieldwork}, technical sheet.",
            pollster=poll.sheet.short_name,
            fieldwork=fieldwork(poll),
        ),
        numbers=numbers_of(rows, method="as printed"),
    )


def contents_table(poll: Poll) -> Shown:
    """Show which tables were published: how each was asked, and how much of it is there."""
    questions = poll.questions
    columns = {
        say("Answers"): [str(len(q.answers)) for q in questions],
        say("Figures"): [f"{q.estimates['printed'].notna().sum():,}" for q in questions],
        say("Gaps"): [f"{q.estimates['printed'].isna().sum():,}" for q in questions],
        say("Kind"): [term(q.kind) for q in questions],
        say("Asked"): [term(q.asked) for q in questions],
        say("What is missing"): [escape(text_of(q, "not_published")) or NOT_PUBLISHED for q in questions],
    }
    return table_block(
        pd.DataFrame(columns, index=[q.id for q in questions]),
        caption=say("What was published"),
        stub=say("Table"),
        row_labels=[bilingual(q.name, q.name_en, poll.language) for q in questions],
        text_columns=[say("Kind"), say("Asked"), say("What is missing")],
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
    base = all_interviews(poll) if question.base == "all" else say("not stated")
    if conditional.any():
        base = say("{base}; indented rows, those who gave the answer above them", base=base)
    missing = text_of(question, "not_published")
    about = [
        text_of(question, "title"),
        text_of(question, "instructions"),
        say(
            "Source: {pollster}, {fieldwork}, table {number}",
            pollster=poll.sheet.short_name,
            fieldwork=fieldwork(poll),
            number=number,
        ),
        say("Base: {base}", base=base),
        say("{mark} not published: {reason}", mark=NOT_PUBLISHED, reason=missing) if missing else "",
    ]
    return table_block(
        cells,
        caption=f"{text_of(question, 'name')} (%)",
        stub=text_of(question, "row_heading") or say("Answer"),
        row_labels=answer_labels(poll, question, original=True),
        column_labels=labels,
        note=" ".join(f"{sentence.rstrip('.')}." for sentence in about if sentence),
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
        "sheet": say("The margin of error follows from the interviews and the confidence level"),
        "range": say("Figures have the declared decimals and every gap a reason"),
        "single response": say("A column of exclusive answers can sum to 100"),
        "multiple response": say("A column in which everybody answers something can sum to 100 or more"),
        "repeated figures": say("A figure printed twice is the same in both tables"),
        "aggregation": say("A total lies between its parts"),
        "joint aggregation": say("One set of weights turns the parts into the totals of all rows"),
    }
    checked = audit[~audit["verdict"].isin(["descriptive", "not published"])]
    holds = checked["verdict"].isin(["consistent", "explained gap"])
    made = checked.groupby("check", sort=False).size()
    held = holds.groupby(checked["check"], sort=False).sum()
    cells = pd.DataFrame(
        {
            say("What must hold"): [escape(rules[check]) for check in made.index],
            say("Checked"): [f"{number:,}" for number in made],
            say("Holds"): [f"{number:,}" for number in held],
            say("Fails"): [f"{number:,}" for number in made - held],
        },
        index=made.index,
    )
    rows = pd.DataFrame({"what": made.index, "value": (made - held).to_list()})
    return table_block(
        cells,
        caption=say("The checks, and how many fail"),
        stub=say("Check"),
        row_labels=[escape(capitalised(term(check))) for check in made.index],
        text_columns=[say("What must hold")],
        note=say(
            "Rounding is allowed for: a check fails only if no figures that round to the printed ones would pass it."
        ),
        numbers=numbers_of(rows, method="number of failed checks"),
    )


def findings_table(poll: Poll, audit: pd.DataFrame) -> Shown:
    """Show every row of the audit that is neither consistent nor a gap with a reason."""
    found = audit[~audit["verdict"].isin(["consistent", "explained gap"])]
    where = []
    for row in found.itertuples():
        names = [
            capitalised(term(str(row.check))),
            text_of(poll.question(str(row.question)), "name") if row.question else "",
            _answer(poll, row),
            place_name(poll, str(row.segment)),
        ]
        where.append(escape(" · ".join(name for name in names if name)))
    cells = pd.DataFrame(
        {
            say("Printed"): [escape(_printed(row)) or NOT_PUBLISHED for row in found.itertuples()],
            say("Expected"): [escape(_expected(row)) for row in found.itertuples()],
            say("Verdict"): [escape(term(str(text))) for text in found["verdict"]],
        },
        index=found.index,
    )
    return table_block(
        cells,
        caption=say("What the audit found"),
        stub=say("Check and place"),
        row_labels=where,
        text_columns=[say("Printed"), say("Expected"), say("Verdict")],
        note=say(
            "In per cent, interviews for the sample size. Descriptive rows say what the printed margin, if rounded, would "
            "imply at the other figures of the sheet, and how many exact sums chance would give; they are no faults. Rows "
            "that contradict other rows are one least explanation of a contradiction: others would name other rows."
        ),
    )


def _answer(poll: Poll, finding: Any) -> str:
    """Name the row of a finding, or the line of the technical sheet."""
    if finding.check == "sheet":
        return term(str(finding.answer))
    if "aggregation" in finding.check and finding.answer:
        return label_of(poll.question(finding.question)[finding.answer])
    return ""


def _printed(finding: Any) -> str:
    """Return what was printed: as it stands, or where it counts figures, in the reader's words."""
    return figures_term(finding.printed) if finding.check in {"range", "exact sums"} else str(finding.printed)


def _expected(finding: Any) -> str:
    """Return what would be expected, in the reader's words."""
    if finding.check == "sheet" and finding.answer == "margin_of_error" and finding.expected:
        return f"±{finding.expected}%"
    return figures_term(str(finding.expected))


@cache
def computed_with() -> str:
    """Name the packages that compute, with their versions."""
    return ", ".join(f"{name} {version(name)}" for name in _PROVEN_PACKAGES)


def provenance_table(poll: Poll, *references: Target | Result | Race | None) -> Shown:
    """Show where the data come from and what computed the figures; no clock time, so that a rerun is identical.

    Parameters
    ----------
    poll : Poll
    *references : Target, Result, Race or None
        What the poll was held against.
    """
    lines = {
        say("Poll"): escape(poll.id),
        say("Title"): bilingual(poll.source.title, poll.source.title_en, poll.language),
        say("Publisher"): escape(poll.source.publisher),
        say("Address"): escape(poll.source.url) or NOT_PUBLISHED,
        say("Licence"): escape(text_of(poll.source, "licence")) or NOT_PUBLISHED,
        say("Data (SHA-256)"): f"<code>{poll.sha256}</code>",
    }
    # The weights that a poll's own figures imply are a target without files.
    for reference in (held for held in references if held is not None and held.sha256):
        lines |= {
            escape(reference_text(reference, "title")): escape(reference_text(reference, "source")),
            # A race and its result may bear one name.
            say(
                "SHA-256 of {file}", file=f"<code>{_FOLDERS[type(reference)]}/{escape(reference.id)}</code>"
            ): f"<code>{reference.sha256}</code>",
        }
    lines |= {
        say("Computed with"): escape(computed_with()),
    }
    return table_block(
        pd.DataFrame({"value": list(lines.values())}, index=list(lines)),
        caption=say("Provenance"),
        stub=say("What"),
        column_labels=[say("Value")],
        text_columns=["value"],
    )
