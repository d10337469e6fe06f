"""The answers that people named, in their order, with the places that each may hold."""

from typing import Any

import numpy as np
import pandas as pd

from analysis.polls import Poll
from analysis.show.display import Shown, numbers_of
from analysis.show.language import label_of, say, text_of
from analysis.show.layout import NOT_PUBLISHED, answer_labels, cell_range, table_block
from analysis.show.notes import adjustment_note, table_source
from analysis.show.phrases import (
    level,
)
from analysis.show.tables.precision import small_bases_note

__all__ = ["places_table"]


def _place(row: Any) -> str:
    """Write the places that an answer may hold."""
    if np.isnan(row.place):
        return ""
    if row.flag == "base unknown":
        return NOT_PUBLISHED
    least, greatest = f"{row.best_place:.0f}", f"{row.worst_place:.0f}"
    return least if least == greatest else f"{least}–{greatest}"


def places_table(
    poll: Poll, ranked: pd.DataFrame, *, confidence_level: float, adjustment: str, design_effect: float
) -> Shown:
    """Show every answer with its interval, alone and with all others, and the places it may hold."""
    if ranked.empty:
        return Shown("", "")
    question = poll.question(str(ranked["question"].iloc[0]))
    rows: list[Any] = list(ranked.itertuples())
    column = label_of(poll.segments[rows[0].segment])
    cells = pd.DataFrame(
        {
            say("Share (%)"): [NOT_PUBLISHED if pd.isna(row.printed) else row.printed for row in rows],
            say("Interval (%)"): [cell_range(row.low, row.high) for row in rows],
            say("All at once (%)"): [cell_range(row.low_together, row.high_together) for row in rows],
            say("Printed place"): ["" if np.isnan(row.place) else f"{row.place:.0f}" for row in rows],
            say("Possible places"): [_place(row) for row in rows],
        },
        index=[row.answer for row in rows],
    )
    few = ["pt-few" if row.flag == "too few" else "" for row in rows]
    labels = dict(
        zip([a.id for a in question.answers], answer_labels(poll, question, original=False), strict=True)
    )
    note = [
        say(
            "Share: of {column}. Interval: of one share by itself; all at once: wide enough for all of them to hold "
            "together (both Wilson, {level} confidence). Possible places: those that an answer can hold, given which others "
            "are ahead of it or behind, however many people gave both. Rows that name nothing have no place.",
            column=column,
            level=level(confidence_level),
        ),
        adjustment_note(adjustment, design_effect),
        small_bases_note(),
        table_source(poll, question),
    ]
    return table_block(
        cells,
        caption=say("{question}: shares and places", question=text_of(question, "name")),
        stub=text_of(question, "row_heading") or say("Answer"),
        row_labels=[labels[row.answer] for row in rows],
        classes=pd.DataFrame(dict.fromkeys(cells.columns, few), index=cells.index),
        note=" ".join(note),
        numbers=numbers_of(
            ranked.rename(columns={"share": "value"})[
                [
                    "question",
                    "answer",
                    "segment",
                    "value",
                    "low",
                    "high",
                    "low_together",
                    "high_together",
                    "place",
                    "best_place",
                    "worst_place",
                ]
            ]
        ),
    )
