"""The tables of recovered weights, and of the rows that they do not explain."""

from html import escape
from typing import Any

import numpy as np
import pandas as pd

from analysis.polls import Poll, Target
from analysis.show.display import Shown, numbers_of, rows_of
from analysis.show.language import label_of, say, term, text_of
from analysis.show.layout import NOT_PUBLISHED, cell_figure, table_block
from analysis.show.names import target_name
from analysis.show.notes import place_name, source_note
from analysis.show.phrases import bounds, count

__all__ = ["contradictions_table", "weights_table"]

_MOST_ROWS = 12


def weights_table(poll: Poll, weights: pd.DataFrame, target: Target) -> Shown:
    """Show the weights of every part, proved, with what they are held against; nothing without partitions."""
    if weights.empty:
        return Shown("", "")

    def certain(row: Any) -> str:
        return NOT_PUBLISHED if np.isnan(row.low) else bounds(row.low, row.high, 2).rstrip("%")

    rows = rows_of(weights)
    columns = {
        say("Share of"): [_whole(poll, row) for row in rows],
        say("Weight between (%)"): [certain(row) for row in rows],
    }
    compared = weights["population"].notna().any()
    if compared:
        columns |= {
            say("Population (%)"): [cell_figure(100 * share) for share in weights["population"]],
            say("In the sample"): [escape(term(verdict)) for verdict in weights["verdict"]],
        }
    if weights["interviews"].notna().any():
        columns[say("By interviews (%)")] = [cell_figure(100 * share) for share in weights["interviews"]]
    note = [say("The bounds are proved, and rounded outwards.")]
    if compared:
        note.append(say("Population: “{target}”.", target=target_name(target)))
    return table_block(
        pd.DataFrame(columns, index=range(len(rows))),
        caption=say("The weights, part by part"),
        stub=say("Part"),
        row_labels=[escape(label_of(poll.segments[str(row.segment)])) for row in rows],
        text_columns=[say("Share of"), say("In the sample")],
        note=" ".join([*note, source_note(poll)]),
        numbers=numbers_of(
            weights.rename(columns={"weight": "value"})[["partition", "segment", "value", "low", "high"]],
            what="weight",
            method="proved",
        )
        + numbers_of(
            weights.rename(columns={"population": "value"})[["partition", "segment", "value"]],
            what=f"share in {target.id}",
        ),
    )


def _whole(poll: Poll, row: Any) -> str:
    return say("the sample") if row.of == "total" else escape(label_of(poll.segments[str(row.of)]))


def _total_from(poll: Poll, partition: str) -> str:
    """Name a total and its parts, their number where they are many."""
    chosen = poll.segments.partition(partition)
    if len(chosen.parts) == 2:
        return place_name(poll, f"{chosen.of} from {partition}")
    return say(
        "{whole} from {number} parts", whole=label_of(poll.segments[chosen.of]), number=len(chosen.parts)
    )


def contradictions_table(poll: Poll, contradictions: pd.DataFrame) -> Shown:
    """Show each total that does not follow from its parts, and by how much; nothing if there is none."""
    if contradictions.empty:
        return Shown("", "")
    largest = contradictions["excess"].astype(float).abs().nlargest(_MOST_ROWS).index
    rows = rows_of(contradictions.loc[sorted(largest)])
    left_out = len(contradictions) - len(rows)
    cells = pd.DataFrame(
        {
            say("Answer"): [
                escape(label_of(poll.question(str(row.question))[str(row.answer)])) for row in rows
            ],
            say("Total from its parts"): [escape(_total_from(poll, row.partition)) for row in rows],
            say("Printed (%)"): [escape(str(row.printed)) for row in rows],
            say("Off by (points)"): [f"{100 * row.excess:+.3f}".replace("-", "−") for row in rows],
        },
        index=range(len(rows)),
    )
    return table_block(
        cells,
        caption=say("Totals of open questions that the weights do not explain"),
        stub=say("Table"),
        row_labels=[escape(text_of(poll.question(str(row.question)), "name")) for row in rows],
        text_columns=[say("Answer"), say("Total from its parts")],
        note=" ".join(
            sentence
            for sentence in [
                say(
                    "Off by: how far the weighted parts lie above (+) or below (−) every total that rounds to "
                    "the printed one. "
                    "The {rows} rows are one least explanation; others would name other rows.",
                    rows=count(len(contradictions)),
                ),
                say("The {shown} farthest off are shown; the file holds all.", shown=len(rows))
                if left_out
                else "",
                source_note(poll),
            ]
            if sentence
        ),
        numbers=numbers_of(
            contradictions.rename(columns={"excess": "value"})[["partition", "question", "answer", "value"]],
            what="excess over rounding",
        ),
    )
