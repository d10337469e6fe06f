"""Tables of comparisons: the published one with letters, and columns that share interviews."""

from html import escape
from string import ascii_uppercase
from typing import Any

import numpy as np
import pandas as pd

from analysis.inference import significance_letters
from analysis.polls import Poll
from analysis.polls.segments import WHOLE
from analysis.reporting.display import Shown, numbers_of
from analysis.reporting.language import label_of, say, term, text_of
from analysis.reporting.layout import (
    NOT_PUBLISHED,
    answer_labels,
    cell_figure,
    segment_columns,
    table_block,
)
from analysis.reporting.names import brief_answer
from analysis.reporting.phrases import level, signed, source_note
from analysis.reporting.selection import largest_first
from analysis.reporting.tables.precision import small_bases_note

__all__ = ["letters_table", "overlap_table", "whole_table"]

_MOST_ANSWERS = 5
_SPOKEN = ("higher", "lower", "depends on the overlap", "depends on rounding")


def _letters(poll: Poll, compared: pd.DataFrame) -> dict[str, str]:
    """Give every column that is compared with another its letter, in printed order."""
    lettered = set(compared["segment_a"]) | set(compared["segment_b"])
    columns = [segment for segment in poll.segments.ids if segment in lettered]
    names = [*ascii_uppercase, *(a + b for a in ascii_uppercase for b in ascii_uppercase)]
    return dict(zip(columns, names, strict=False))


def _letter_cells(
    poll: Poll, compared: pd.DataFrame, names: dict[str, str], confidence_level: float
) -> pd.DataFrame:
    """Return the letters of the columns that each cell exceeds: answers × columns."""
    tables = []
    for partition, rows in compared.groupby("partition", sort=False):
        parts = poll.segments.partition(str(partition)).parts
        own = significance_letters(rows, parts, confidence_level=confidence_level)
        translation = str.maketrans({ascii_uppercase[i]: f"{names[p]} " for i, p in enumerate(parts)})
        separator = " " if any(len(names[part]) > 1 for part in parts) else ""
        tables.append(own.map(lambda cell, t=translation, s=separator: s.join(cell.translate(t).split())))
    wide = pd.concat(tables, axis=1)
    # A column of two partitions carries the letters of both.
    return wide.T.groupby(level=0, sort=False).agg("".join).T if tables else wide


def letters_table(
    poll: Poll,
    intervals: pd.DataFrame,
    compared: pd.DataFrame,
    *,
    confidence_level: float,
    adjustment: str,
) -> Shown:
    """Show a table as published, with the letters of the columns that each share exceeds, and the bases."""
    question = poll.question(intervals["question"].iloc[0])
    columns, labels = segment_columns(poll)
    names = _letters(poll, compared)
    answers = [answer.id for answer in question.answers]
    letters = pd.DataFrame("", index=answers, columns=list(poll.segments.ids))
    if not compared.empty:
        letters.update(_letter_cells(poll, compared, names, confidence_level))
    lettered: Any = letters

    def cell(row: Any) -> str:
        if row.flag == "not published":
            return NOT_PUBLISHED
        care = "*" if row.flag == "read with care" else ""
        beneath = lettered.loc[row.answer, row.segment]
        return f"{escape(row.printed)}{care}" + (
            f'<span class="pt-letters">{beneath}</span>' if beneath else ""
        )

    wide = intervals.assign(
        cell=[cell(row) for row in intervals.itertuples()],
        css=intervals["flag"].map({"too few": "pt-few"}).fillna(""),
    )
    cells, css = (
        wide.pivot(index="answer", columns="segment", values=values).loc[answers, list(poll.segments.ids)]
        for values in ("cell", "css")
    )
    of_all = intervals[~intervals["answer"].map({a.id: a.given is not None for a in question.answers})]
    bases = of_all.groupby("segment")["base"].max()
    cells.loc["base"] = [cell_figure(bases[segment], ",.0f") for segment in poll.segments.ids]
    css.loc["base"] = ""
    cells.columns = css.columns = columns
    heads = [
        (spanner, f'{label} <span class="pt-letters">{names[segment]}</span>' if segment in names else label)
        for segment, (spanner, label) in zip(poll.segments.ids, labels, strict=True)
    ]
    key = "; ".join(f"{name} {label_of(poll.segments[segment])}" for segment, name in names.items())
    how = (
        say("not adjusted for the number of comparisons")
        if adjustment == "none"
        else say("adjusted for the number of comparisons")
    )
    note = [
        say(
            "A letter beneath a share: it is higher than that of the column with this letter (p-value below {alpha}, {how}; "
            "only within one partition). {key}.",
            alpha=level(1 - confidence_level),
            how=how,
            key=key,
        )
        if names
        else say("No columns of this poll can be compared as separate samples, so there are no letters."),
        small_bases_note(),
        source_note(poll),
    ]
    records = intervals.assign(
        letters=[lettered.loc[a, s] for a, s in zip(intervals["answer"], intervals["segment"], strict=True)]
    )
    return table_block(
        cells,
        caption=say("{question} (%), with letters", question=text_of(question, "name")),
        stub=text_of(question, "row_heading") or say("Answer"),
        row_labels=[*answer_labels(poll, question, original=False), say("Interviews (base)")],
        column_labels=heads,
        classes=css,
        note=" ".join(note),
        numbers=numbers_of(
            records.rename(columns={"share": "value"})[
                ["question", "answer", "segment", "value", "base", "letters"]
            ]
        ),
    )


def _difference_cell(row: Any) -> str:
    """Write a difference, and beneath it the verdict where there is something to say."""
    if np.isnan(row.difference):
        return NOT_PUBLISHED
    spoken = term(row.verdict) if row.verdict in _SPOKEN else ""
    return signed(row.difference) + (f'<span class="pt-interval">{spoken}</span>' if spoken else "")


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


def whole_table(poll: Poll, compared: pd.DataFrame, *, confidence_level: float) -> Shown:
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
                say("Grey italics: not tested, for too few interviews or an unknown base."),
                source_note(poll),
            ]
        ),
        numbers=_stated(compared, "difference between a column and the whole sample"),
    )


def overlap_table(poll: Poll, compared: pd.DataFrame, *, confidence_level: float) -> Shown:
    """Show how far columns that share interviews lie from each other, for the answers in which they differ most."""
    if compared["difference"].notna().sum() == 0:
        return Shown("", "")
    question = poll.question(str(compared["question"].iloc[0]))
    most = set(largest_first(compared)["answer"].drop_duplicates().head(_MOST_ANSWERS))
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
        say("The {drawn} answers that differ most; the others are in the CSV.", drawn=len(drawn))
        if left_out
        else "",
        source_note(poll),
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
