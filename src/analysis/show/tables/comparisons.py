"""The published table with the letters of the columns that each share exceeds."""

from html import escape
from string import ascii_uppercase
from typing import Any

import pandas as pd

from analysis.estimates import significance_letters
from analysis.polls import Poll
from analysis.show.display import Shown, numbers_of
from analysis.show.language import label_of, say, text_of
from analysis.show.layout import (
    NOT_PUBLISHED,
    answer_labels,
    cell_figure,
    segment_columns,
    table_block,
)
from analysis.show.notes import adjustment_note, table_source
from analysis.show.phrases import (
    level,
)
from analysis.show.selection import HOLDS
from analysis.show.tables.precision import small_bases_note

__all__ = ["letters_table"]


def _letters(poll: Poll, compared: pd.DataFrame) -> dict[str, str]:
    """Give every column that is compared with another its letter, in printed order."""
    lettered = set(compared["segment_a"]) | set(compared["segment_b"])
    columns = [segment for segment in poll.segments.ids if segment in lettered]
    names = [*ascii_uppercase, *(a + b for a in ascii_uppercase for b in ascii_uppercase)]
    return dict(zip(columns, names, strict=False))


def _letter_cells(
    poll: Poll, compared: pd.DataFrame, names: dict[str, str], confidence_level: float
) -> dict[tuple[str, str], str]:
    """Return the letters of the columns that each cell exceeds, by answer and column, where there are some."""
    cells: dict[tuple[str, str], str] = {}
    for partition, rows in compared.groupby("partition", sort=False):
        parts = poll.segments.partition(str(partition)).parts
        # A letter that the rounding of a figure could undo would contradict the verdict.
        firm = rows.assign(p_adjusted=rows["p_adjusted"].where(rows["verdict"].isin(HOLDS)))
        own = significance_letters(firm, parts, confidence_level=confidence_level)
        of_part = dict(zip(ascii_uppercase, (names[part] for part in parts), strict=False))
        separator = " " if any(len(name) > 1 for name in of_part.values()) else ""
        for answer, letters in zip(own.index, own.to_numpy(), strict=True):
            for part, found in zip(parts, letters, strict=True):
                # A column of two partitions carries the letters of both.
                beneath = cells.get((answer, part), "") + separator.join(of_part[letter] for letter in found)
                cells[answer, part] = beneath
    return cells


def letters_table(
    poll: Poll,
    intervals: pd.DataFrame,
    compared: pd.DataFrame,
    *,
    confidence_level: float,
    adjustment: str,
    design_effect: float,
) -> Shown:
    """Show a table as published, with the letters of the columns that each share exceeds, and the bases."""
    question = poll.question(intervals["question"].iloc[0])
    columns, labels = segment_columns(poll)
    names = _letters(poll, compared)
    answers = [answer.id for answer in question.answers]
    lettered = _letter_cells(poll, compared, names, confidence_level)

    def cell(row: Any) -> str:
        if row.flag == "not published":
            return NOT_PUBLISHED
        care = "*" if row.flag == "read with care" else ""
        beneath = lettered.get((row.answer, row.segment), "")
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
    note = [
        say(
            "A letter beneath a share: it is higher than that of the column with this letter (p-value below {alpha}; "
            "only within one partition). {key}.",
            alpha=level(1 - confidence_level),
            key=key,
        )
        if names
        else say("No columns of this poll can be compared as separate samples, so there are no letters."),
        adjustment_note(adjustment, design_effect) if names else "",
        small_bases_note(),
        table_source(poll, question),
    ]
    records = intervals.assign(
        letters=[lettered.get(key, "") for key in zip(intervals["answer"], intervals["segment"], strict=True)]
    )
    return table_block(
        cells,
        caption=say("{question} (%), with letters", question=text_of(question, "name")),
        stub=text_of(question, "row_heading") or say("Answer"),
        row_labels=[*answer_labels(poll, question, original=False), say("Interviews (base)")],
        column_labels=heads,
        classes=css,
        note=" ".join(sentence for sentence in note if sentence),
        numbers=numbers_of(
            records.rename(columns={"share": "value"})[
                ["question", "answer", "segment", "value", "base", "letters"]
            ]
        ),
    )
