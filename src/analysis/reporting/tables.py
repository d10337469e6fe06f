"""The tables of results: margins, bases, intervals and methods, with source and base beneath."""

from html import escape
from typing import Any

import numpy as np
import pandas as pd

from analysis.polls import Poll
from analysis.reporting.display import Shown, numbers_of, statement
from analysis.reporting.layout import NOT_PUBLISHED, answer_labels, segment_columns, table_block
from analysis.reporting.phrases import (
    count,
    interval,
    interval_note,
    level,
    method_name,
    percent,
    source_note,
)

__all__ = ["bases_table", "interval_table", "margin_table", "method_table"]


def _written(value: float, form: str) -> str:
    """Format a number, or say that it cannot be known."""
    return NOT_PUBLISHED if np.isnan(value) else format(value, form)


def _range(low: float, high: float, decimals: int = 1) -> str:
    """Write an interval under a heading that gives the unit."""
    return NOT_PUBLISHED if np.isnan(low) else interval(low, high, decimals).rstrip("%")


def margin_table(poll: Poll, margins: pd.DataFrame, *, confidence_level: float) -> Shown:
    """Show the margin of sampling error of the whole sample by share and design effect."""
    wide = margins.pivot(index="design_effect", columns="share", values="margin_of_error")
    wide = wide[margins["share"].unique()]
    return table_block(
        (100 * wide).map(lambda margin: f"±{margin:.1f}"),
        caption=f"Margin of sampling error, in points, at {level(confidence_level)} confidence",
        stub="Design effect",
        row_labels=[
            f"{effect:g}{' (the sheet’s assumption)' if effect == 1 else ''}" for effect in wide.index
        ],
        column_labels=[f"a share of {percent(float(share), 0)}" for share in wide.columns],
        note=source_note(poll),
        numbers=numbers_of(
            margins.rename(columns={"margin_of_error": "value"}),
            what="margin of error",
            confidence_level=f"{confidence_level:g}",
        ),
    )


def bases_table(poll: Poll, bases: pd.DataFrame, *, confidence_level: float) -> Shown:
    """Show how many interviews stand behind each column, and what that is worth."""
    cells = pd.DataFrame(
        {
            "Share of the sample (%)": [_written(100 * weight, ".1f") for weight in bases["weight"]],
            "between (%)": [
                NOT_PUBLISHED if segment == "total" else _range(low, high)
                for segment, low, high in zip(bases["segment"], bases["low"], bases["high"], strict=True)
            ],
            "Interviews": [_written(base, ",.0f") for base in bases["base"]],
            "Effective": [_written(base, ",.0f") for base in bases["n_effective"]],
            "Margin (points)": [
                _written(100 * margin, ".1f").replace("", "±", 1) if margin > 0 else NOT_PUBLISHED
                for margin in bases["margin_of_error"]
            ],
        },
        index=bases["segment"].to_list(),
    )
    published = any(segment.base is not None for segment in poll.segments)
    origin = "as published" if published else "about n × the recovered share, since no bases were published"
    return table_block(
        cells,
        caption="The interviews behind each column",
        stub="Column",
        row_labels=[escape(segment.label_en) for segment in poll.segments],
        note=(
            f"Interviews: {origin}. Effective: interviews ÷ design effect. Margin: of a share of 50%, at "
            f"{level(confidence_level)} confidence. {source_note(poll)}"
        ),
        numbers=numbers_of(
            bases.rename(columns={"weight": "value"})[["segment", "value", "low", "high"]], what="weight"
        )
        + numbers_of(bases.rename(columns={"base": "value"})[["segment", "value"]], what="base")
        + numbers_of(
            bases.rename(columns={"margin_of_error": "value"})[["segment", "value"]],
            what="margin of error",
            confidence_level=f"{confidence_level:g}",
        ),
    )


def interval_table(poll: Poll, intervals: pd.DataFrame) -> Shown:
    """Show every share of a question with its interval beneath it, small bases greyed."""
    question = poll.question(intervals["question"].iloc[0])
    columns, labels = segment_columns(poll)

    def cell(row: Any) -> str:
        if row.flag == "not published":
            return NOT_PUBLISHED
        beneath = "base unknown" if row.flag == "base unknown" else _range(row.low, row.high)
        care = "*" if row.flag == "read with care" else ""
        return f'{escape(row.printed)}{care}<span class="pt-interval">{beneath}</span>'

    wide = intervals.assign(
        cell=[cell(row) for row in intervals.itertuples()],
        css=intervals["flag"].map({"too few": "pt-few"}).fillna(""),
    )
    answers = [answer.id for answer in question.answers]
    cells, css = (
        wide.pivot(index="answer", columns="segment", values=values).loc[answers, list(poll.segments.ids)]
        for values in ("cell", "css")
    )
    of_all = intervals[~intervals["answer"].map({a.id: a.given is not None for a in question.answers})]
    bases = of_all.groupby("segment")["base"].max()
    cells.loc["base"] = [_written(bases[segment], ",.0f") for segment in poll.segments.ids]
    css.loc["base"] = ""
    cells.columns = css.columns = columns
    elsewhere = set(intervals["printed_in"].dropna()) - {question.id}
    borrowed = "".join(
        f" What this table does not print is taken from “{poll.question(other).name_en}”."
        for other in sorted(elsewhere)
    )
    return table_block(
        cells,
        caption=f"{question.name_en}: printed share and interval (%)",
        stub=question.row_heading_en or "Answer",
        row_labels=[*answer_labels(poll, question, original=False), "Interviews (base)"],
        column_labels=labels,
        classes=css,
        note=(
            "Grey italics: too few interviews to say (effective base below 30). *: read with care (below 100)."
            f"{borrowed} {interval_note(intervals)} {source_note(poll)}"
        ),
        numbers=numbers_of(
            intervals.rename(columns={"share": "value"})[
                ["question", "answer", "segment", "value", "low", "high", "method"]
            ]
        ),
    )


def method_table(poll: Poll, compared: pd.DataFrame, *, confidence_level: float) -> Shown:
    """Show what each interval method makes of the same figures."""
    if compared.empty:
        return statement("No base is known, so there is nothing to compare.")
    question = poll.question(compared["question"].iloc[0])
    cells, heads = {}, []
    for (answer, segment), rows in compared.groupby(["answer", "segment"], sort=False):
        first: Any = next(rows.itertuples())
        heads.append(
            f"{escape(question[str(answer)].label_en)}, {escape(poll.segments[str(segment)].label_en)}: "
            f"{escape(first.printed)}% of {count(first.base)}"
        )
        cells[f"{answer} {segment}"] = [
            _range(low, high, 2) for low, high in zip(rows["low"], rows["high"], strict=True)
        ]
    methods = compared["method"].unique()
    return table_block(
        pd.DataFrame(cells, index=methods),
        caption=f"The same figures by {len(methods)} methods (%), at {level(confidence_level)} confidence",
        stub="Method",
        row_labels=[method_name(method) for method in methods],
        column_labels=heads,
        note=f"{NOT_PUBLISHED}: the method gives no interval. The design effect is in all of them. {source_note(poll)}",
        numbers=numbers_of(
            compared.rename(columns={"share": "value"})[
                ["question", "answer", "segment", "method", "value", "low", "high"]
            ]
        ),
    )
