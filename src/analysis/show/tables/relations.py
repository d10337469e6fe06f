"""Columns that contain one another or share interviews, and tests of whole questions."""

from html import escape
from typing import Any

import numpy as np
import pandas as pd

from analysis.polls import Poll
from analysis.polls.segments import WHOLE
from analysis.show.display import Shown, numbers_of, statement
from analysis.show.language import label_of, say, term, text_of
from analysis.show.layout import NOT_PUBLISHED, answer_labels, cell_figure, segment_columns, table_block
from analysis.show.names import brief_answer
from analysis.show.notes import adjustment_note, source_note, table_source
from analysis.show.phrases import level, signed
from analysis.show.selection import largest_first, those_tested

__all__ = ["alike_table", "overlap_table", "whole_table"]

_MOST_ANSWERS = 5
_LEAST_EXPECTED = 5
_SMALLEST_CHANCE = 0.001
_SPOKEN = ("higher", "lower", "depends on the overlap", "depends on rounding")


def _difference_cell(row: Any) -> str:
    """Write a difference, and beneath it the verdict where there is something to say."""
    if np.isnan(row.difference):
        return NOT_PUBLISHED
    spoken = term(row.verdict) if row.verdict in _SPOKEN else ""
    return signed(row.difference) + (f'<span class="pt-verdict">{spoken}</span>' if spoken else "")


def _difference_class(row: Any) -> str:
    return "pt-few" if row.verdict in {"too few interviews", "base unknown"} else ""


def _stated(compared: pd.DataFrame, what: str) -> tuple[dict[str, Any], ...]:
    """Return differences as records."""
    records = compared.drop(columns=["partition", "low", "high"]).rename(
        columns={"difference": "value", "low_together": "low", "high_together": "high"}
    )
    return numbers_of(records, what=what)


def _unmarked_note() -> str:
    return say("A difference without a word is not distinguishable from none.")


def whole_table(
    poll: Poll, compared: pd.DataFrame, *, confidence_level: float, adjustment: str, design_effect: float
) -> Shown:
    """Show how far each column lies from the whole sample, answer by answer."""
    if compared["difference"].notna().sum() == 0:
        return Shown("", "")
    question = poll.question(str(compared["question"].iloc[0]))
    wide = compared.assign(
        cell=[_difference_cell(row) for row in compared.itertuples()],
        css=[_difference_class(row) for row in compared.itertuples()],
    )
    columns, labels = segment_columns(poll)
    shown = [segment in set(compared["segment_a"]) for segment in poll.segments.ids]
    answers = [answer.id for answer in question.answers]
    cells, css = (
        wide.pivot(index="answer", columns="segment_a", values=values).loc[
            answers, [s for s, is_shown in zip(poll.segments.ids, shown, strict=True) if is_shown]
        ]
        for values in ("cell", "css")
    )
    cells.columns = css.columns = columns[shown]
    return table_block(
        cells,
        caption=say(
            "{question}: points above or below {whole}",
            question=text_of(question, "name"),
            whole=label_of(poll.segments[WHOLE]),
        ),
        stub=text_of(question, "row_heading") or say("Answer"),
        row_labels=answer_labels(poll, question, original=False),
        column_labels=[label for label, is_shown in zip(labels, shown, strict=True) if is_shown],
        classes=css,
        note=" ".join(
            [
                say(
                    "Higher, lower: than the rest of the sample, the column itself left out (p-value below {alpha}, all "
                    "judged together).",
                    alpha=level(1 - confidence_level),
                ),
                _unmarked_note(),
                adjustment_note(adjustment, design_effect),
                say("Grey italics: not tested, for too few interviews or an unknown base."),
                table_source(poll, question),
            ]
        ),
        numbers=_stated(compared, "difference between a column and the whole sample"),
    )


def overlap_table(
    poll: Poll, compared: pd.DataFrame, *, confidence_level: float, adjustment: str, design_effect: float
) -> Shown:
    """Show how far columns that share interviews lie from each other, for the answers in which they differ most."""
    if compared["difference"].notna().sum() == 0:
        return Shown("", "")
    question = poll.question(str(compared["question"].iloc[0]))
    testable = those_tested(compared) if len(those_tested(compared)) else compared
    most = set(largest_first(testable)["answer"].drop_duplicates().head(_MOST_ANSWERS))
    drawn = [answer.id for answer in question.answers if answer.id in most]
    wide = compared.assign(
        pair=compared["segment_a"] + " " + compared["segment_b"],
        cell=[_difference_cell(row) for row in compared.itertuples()],
        css=[_difference_class(row) for row in compared.itertuples()],
    )
    pairs = wide["pair"].unique()
    cells, css = (
        wide.pivot(index="pair", columns="answer", values=values).loc[pairs, drawn]
        for values in ("cell", "css")
    )
    labels = [
        say(
            "{a} less {b}",
            a=escape(label_of(poll.segments[a])),
            b=escape(label_of(poll.segments[b])),
        )
        for a, b in compared[["segment_a", "segment_b"]].drop_duplicates().to_numpy()
    ]
    left_out = compared["answer"].nunique() - len(drawn)
    note = [
        say(
            "Points by which the first column is above the second. Higher, lower: however many interviews the two share "
            "(p-value below {alpha}, all judged together). Depends on the overlap: more than chance or not, as they share "
            "more or fewer.",
            alpha=level(1 - confidence_level),
        ),
        _unmarked_note(),
        adjustment_note(adjustment, design_effect),
        say("The {drawn} answers that differ most; the others are in the CSV.", drawn=len(drawn))
        if left_out
        else "",
        table_source(poll, question),
    ]
    return table_block(
        cells,
        caption=say("{question}: columns that share interviews", question=text_of(question, "name")),
        stub=say("Columns"),
        row_labels=labels,
        column_labels=[escape(brief_answer(poll, question.id, answer, width=30)) for answer in drawn],
        classes=css,
        note=" ".join(sentence for sentence in note if sentence),
        numbers=_stated(compared, "difference between columns that share interviews"),
    )


def alike_table(poll: Poll, tests: pd.DataFrame, *, design_effect: float) -> Shown:
    """Show for every partition whether its columns answer the whole question alike."""
    if tests.empty:
        return statement(
            say(
                "No such test is made here: it needs a question with one answer a person, and columns that have no "
                "interview in common."
            )
        )
    rows: list[Any] = list(tests.itertuples())
    rough = ["*" if row.smallest_expected < _LEAST_EXPECTED else "" for row in rows]
    cells = pd.DataFrame(
        {
            say("Chance"): [_chance(row.p_value) + mark for row, mark in zip(rows, rough, strict=True)],
            say("Distance"): [cell_figure(row.cramers_v, ".2f") for row in rows],
            say("Chi-square"): [cell_figure(row.statistic) for row in rows],
            say("Degrees of freedom"): [cell_figure(row.degrees_of_freedom, ".0f") for row in rows],
        },
        index=[row.partition for row in rows],
    )
    note = [
        say(
            "Chance: of so much between columns that are alike (Rao–Scott test, design effect {effect}). Distance: "
            "Cramér’s V, from 0, alike, to 1.",
            effect=f"{design_effect:g}",
        ),
        say("*: only roughly right, since a column has few interviews for some answer.")
        if any(rough)
        else "",
        say(
            "{mark}: no test, since a figure or a base is missing, or a column does not add up.",
            mark=NOT_PUBLISHED,
        )
        if tests["p_value"].isna().any()
        else "",
        source_note(poll),
    ]
    parts = [poll.segments.partition(row.partition).parts for row in rows]
    return table_block(
        cells,
        caption=say("Could columns that answer alike look like this?"),
        stub=say("Columns"),
        row_labels=[escape(" / ".join(label_of(poll.segments[id_]) for id_ in ids)) for ids in parts],
        note=" ".join(sentence for sentence in note if sentence),
        numbers=numbers_of(
            tests.rename(columns={"p_value": "value"}),
            what="p-value of the test that the columns answer alike",
        ),
    )


def _chance(p_value: float) -> str:
    """Write a p-value as a share of polls."""
    if np.isnan(p_value):
        return NOT_PUBLISHED
    if p_value < _SMALLEST_CHANCE:
        return say("below {chance}", chance=level(_SMALLEST_CHANCE))
    return f"{100 * p_value:.1f}%"
