"""The tables of results: margins, bases, intervals and methods, with source and base beneath."""

from html import escape
from math import isnan
from typing import Any

import pandas as pd

from analysis.polls import Poll
from analysis.show.display import Shown, numbers_of, statement
from analysis.show.language import label_of, say, text_of
from analysis.show.layout import (
    NOT_PUBLISHED,
    answer_labels,
    cell_figure,
    cell_range,
    segment_columns,
    table_block,
)
from analysis.show.notes import interval_note, source_note
from analysis.show.phrases import bounds, count, level, method_name, percent

__all__ = ["bases_table", "interval_table", "margin_table", "method_table", "small_bases_note"]


def small_bases_note() -> str:
    """Say how small bases are marked."""
    return say(
        "Grey italics: too few interviews to say (effective base below 30). *: read with care (below 100)."
    )


def margin_table(poll: Poll, margins: pd.DataFrame, *, confidence_level: float) -> Shown:
    """Show the margin of sampling error of the whole sample by share and design effect."""
    wide = margins.pivot(index="design_effect", columns="share", values="margin_of_error")
    wide = wide[margins["share"].unique()]
    return table_block(
        (100 * wide).map(lambda margin: f"±{margin:.1f}"),
        caption=say(
            "Margin of sampling error, in points, at {level} confidence", level=level(confidence_level)
        ),
        stub=say("Design effect"),
        row_labels=[
            say("{effect} (the sheet’s assumption)", effect=1) if effect == 1 else f"{effect:g}"
            for effect in wide.index
        ],
        column_labels=[say("a share of {share}", share=percent(float(share), 0)) for share in wide.columns],
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
            say("Share of the sample (%)"): [cell_figure(100 * weight, ".1f") for weight in bases["weight"]],
            say("between (%)"): [
                NOT_PUBLISHED if segment == "total" or isnan(low) else bounds(low, high).rstrip("%")
                for segment, low, high in zip(bases["segment"], bases["low"], bases["high"], strict=True)
            ],
            say("Interviews"): [cell_figure(base, ",.0f") for base in bases["base"]],
            say("Effective"): [cell_figure(base, ",.0f") for base in bases["n_effective"]],
            say("Margin (points)"): [
                cell_figure(100 * margin, ".1f").replace("", "±", 1) if margin > 0 else NOT_PUBLISHED
                for margin in bases["margin_of_error"]
            ],
        },
        index=bases["segment"].to_list(),
    )
    published = any(segment.base is not None for segment in poll.segments)
    origin = (
        say("as published")
        if published
        else say("about n × the recovered share, since no bases were published")
    )
    return table_block(
        cells,
        caption=say("The interviews behind each column"),
        stub=say("Column"),
        row_labels=[escape(label_of(segment)) for segment in poll.segments],
        note=say(
            "Interviews: {origin}. Effective: interviews ÷ design effect. Margin: of a share of 50%, at {level} confidence.",
            origin=origin,
            level=level(confidence_level),
        )
        + f" {source_note(poll)}",
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
        beneath = say("base unknown") if row.flag == "base unknown" else cell_range(row.low, row.high)
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
    cells.loc["base"] = [cell_figure(bases[segment], ",.0f") for segment in poll.segments.ids]
    css.loc["base"] = ""
    cells.columns = css.columns = columns
    elsewhere = set(intervals["printed_in"].dropna()) - {question.id}
    borrowed = [
        say(
            "What this table does not print is taken from “{table}”.",
            table=text_of(poll.question(other), "name"),
        )
        for other in sorted(elsewhere)
    ]
    return table_block(
        cells,
        caption=say("{question}: printed share and interval (%)", question=text_of(question, "name")),
        stub=text_of(question, "row_heading") or say("Answer"),
        row_labels=[*answer_labels(poll, question, original=False), say("Interviews (base)")],
        column_labels=labels,
        classes=css,
        note=" ".join([small_bases_note(), *borrowed, interval_note(intervals), source_note(poll)]),
        numbers=numbers_of(
            intervals.rename(columns={"share": "value"})[
                ["question", "answer", "segment", "value", "low", "high", "method"]
            ]
        ),
    )


def method_table(poll: Poll, compared: pd.DataFrame, *, confidence_level: float) -> Shown:
    """Show what each interval method makes of the same figures."""
    if compared.empty:
        return statement(say("No base is known, so there is nothing to compare."))
    question = poll.question(compared["question"].iloc[0])
    cells, heads = {}, []
    for (answer, segment), rows in compared.groupby(["answer", "segment"], sort=False):
        first: Any = next(rows.itertuples())
        heads.append(
            say(
                "{answer}, {segment}: {printed}% of {base}",
                answer=escape(label_of(question[str(answer)])),
                segment=escape(label_of(poll.segments[str(segment)])),
                printed=escape(first.printed),
                base=count(first.base),
            )
        )
        cells[f"{answer} {segment}"] = [
            cell_range(low, high, 2) for low, high in zip(rows["low"], rows["high"], strict=True)
        ]
    methods = compared["method"].unique()
    return table_block(
        pd.DataFrame(cells, index=methods),
        caption=say(
            "The same figures by {methods} methods (%), at {level} confidence",
            methods=len(methods),
            level=level(confidence_level),
        ),
        stub=say("Method"),
        row_labels=[method_name(method) for method in methods],
        column_labels=heads,
        note=say(
            "{mark}: the method gives no interval. The design effect is in all of them.", mark=NOT_PUBLISHED
        )
        + f" {source_note(poll)}",
        numbers=numbers_of(
            compared.rename(columns={"share": "value"})[
                ["question", "answer", "segment", "method", "value", "low", "high"]
            ]
        ),
    )
