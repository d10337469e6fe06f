"""The tables of totals under several sets of weights, of leads, and of what each segment adds."""

from html import escape
from typing import Any

import numpy as np
import pandas as pd

from analysis.estimates import PRINTED, Reweighting
from analysis.polls import PUBLISHED, Poll
from analysis.show.display import Shown, numbers_of, rows_of
from analysis.show.language import label_of, say, term, text_of
from analysis.show.layout import NOT_PUBLISHED, answer_labels, cell_figure, cell_range, table_block
from analysis.show.names import short_label, weights_name
from analysis.show.notes import source_note
from analysis.show.phrases import capitalised, level, signed

__all__ = ["leads_table", "segment_shift_table", "totals_table"]


def _options(result: Reweighting) -> str:
    return say(
        "Intervals: sampling error alone, {level} confidence, design effect {effect}.",
        level=level(result.confidence_level),
        effect=f"{result.design_effect:.4g}",
    )


def totals_table(poll: Poll, result: Reweighting) -> Shown:
    """Show every answer's total under each set of weights, with its interval beneath it."""
    question = poll.question(result.question)
    names = list(dict.fromkeys(result.totals["weights"]))

    def cell(row: Any) -> str:
        if np.isnan(row.share):
            return NOT_PUBLISHED
        moved = ""
        if row.weights not in {PRINTED, PUBLISHED} and not np.isnan(row.difference):
            moved = f" ({signed(row.difference)})"
        beneath = cell_range(row.low, row.high)
        return f'{100 * row.share:.1f}{moved}<span class="pt-interval">{beneath}</span>'

    totals = result.totals.assign(cell=[cell(row) for row in rows_of(result.totals)])
    cells = totals.pivot(index="answer", columns="weights", values="cell")
    return table_block(
        cells.loc[[answer.id for answer in question.answers], names],
        caption=say(
            "{question}: the total under each set of weights (%)", question=text_of(question, "name")
        ),
        stub=text_of(question, "row_heading") or say("Answer"),
        row_labels=answer_labels(poll, question, original=False),
        column_labels=[escape(capitalised(weights_name(result, name))) for name in names],
        note=" ".join(
            [
                say("In brackets, the change from the printed total, in points."),
                _options(result),
                source_note(poll),
            ]
        ),
        numbers=numbers_of(
            result.totals.rename(columns={"share": "value"})[
                ["weights", "answer", "value", "low", "high", "rounding_low", "rounding_high"]
            ],
            question=result.question,
            confidence_level=f"{result.confidence_level:g}",
        ),
    )


def leads_table(poll: Poll, result: Reweighting) -> Shown:
    """Show the lead under each set of weights; nothing where no answer leads another."""
    if result.leads.empty:
        return Shown("", "")
    rows = rows_of(result.leads)

    def ends(low: float, high: float) -> str:
        return NOT_PUBLISHED if np.isnan(low) else f"{100 * low:.1f} – {100 * high:.1f}".replace("-", "−")

    cells = pd.DataFrame(
        {
            say("Lead (points)"): [cell_figure(100 * row.lead).replace("-", "−") for row in rows],
            say("Interval"): [ends(row.low, row.high) for row in rows],
            say("Left open by rounding"): [ends(row.rounding_low, row.rounding_high) for row in rows],
            say("Verdict"): [escape(term(row.verdict)) for row in rows],
        },
        index=range(len(rows)),
    )
    return table_block(
        cells,
        caption=say(
            "The lead of {first} over {second}",
            first=short_label(poll, result.question, rows[0].answer_a),
            second=short_label(poll, result.question, rows[0].answer_b),
        ),
        stub=say("Weights"),
        row_labels=[escape(capitalised(weights_name(result, row.weights))) for row in rows],
        text_columns=[say("Verdict")],
        note=" ".join([_options(result), source_note(poll)]),
        numbers=numbers_of(
            result.leads.rename(columns={"lead": "value"})[
                ["weights", "value", "low", "high", "rounding_low", "rounding_high", "verdict"]
            ],
            what="lead",
            question=result.question,
        ),
    )


def segment_shift_table(poll: Poll, result: Reweighting) -> Shown:
    """Show how each segment's weight changes, what that adds to the lead, and its weight at a tie."""
    if result.segments.empty:
        return Shown("", "")
    rows = result.segments
    columns = {say("In the sample (%)"): [cell_figure(100 * share) for share in rows["published_weight"]]}
    if result.main != PUBLISHED:
        columns |= {
            say("With these weights (%)"): [cell_figure(100 * share) for share in rows["target_weight"]],
            say("Adds to the lead (points)"): [
                NOT_PUBLISHED if np.isnan(added) else signed(added) for added in rows["contribution"]
            ],
        }
    columns |= {
        say("Lead in the segment (points)"): [
            NOT_PUBLISHED if np.isnan(lead) else signed(lead) for lead in rows["lead"]
        ],
        say("Size at a tie (%)"): [cell_figure(100 * share) for share in rows["break_even"]],
    }
    first, second = (
        short_label(poll, result.question, result.leads[name].iloc[0]) for name in ("answer_a", "answer_b")
    )
    return table_block(
        pd.DataFrame(columns, index=rows["segment"].to_list()),
        caption=say(
            "What each segment does to the lead of {first} over {second}", first=first, second=second
        ),
        stub=say("Segment"),
        row_labels=[escape(label_of(poll.segments[segment])) for segment in rows["segment"]],
        note=" ".join(
            [
                say(
                    "Size at a tie: of this segment, the others keeping their proportions; {mark}: no size makes one.",
                    mark=NOT_PUBLISHED,
                ),
                source_note(poll),
            ]
        ),
        numbers=numbers_of(
            rows.rename(columns={"target_weight": "value"})[["segment", "value", "published_weight"]],
            what="weight",
        )
        + numbers_of(
            rows.rename(columns={"contribution": "value"})[["segment", "value"]],
            what="contribution to the lead",
        )
        + numbers_of(
            rows.rename(columns={"break_even": "value"})[["segment", "value"]], what="break-even weight"
        ),
    )
