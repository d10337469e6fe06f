"""The readings of a race in tables: what was published, what differs, by segment, and where it comes from."""

from html import escape
from typing import Any

import numpy as np
import pandas as pd

from analysis.polls import Poll, Race
from analysis.show.charts.race_leads import lead_note
from analysis.show.display import Shown, numbers_of, statement
from analysis.show.language import label_of, language, reference_text, say
from analysis.show.layout import NOT_PUBLISHED, cell_figure, table_block
from analysis.show.phrases import count, level, signed
from analysis.show.reading_names import (
    answer_heading,
    base_name,
    candidate_name,
    cell_points,
    reading_names,
    reading_note,
)

__all__ = [
    "marked_names",
    "reading_sources_table",
    "readings_table",
    "same_segments_table",
    "segments_by_reading_table",
]


def marked_names(leads: pd.DataFrame) -> dict[str, str]:
    """Name the readings as markup, this poll's set apart."""
    own = set(leads.loc[leads["this_poll"].astype(bool), "reading"])
    return {
        reading: f"<strong>{escape(name)}</strong>" if reading in own else escape(name)
        for reading, name in reading_names(leads).items()
    }


def readings_table(
    race: Race | None, leads: pd.DataFrame, *, confidence_level: float, design_effect: float
) -> Shown:
    """Show every reading as published, and its lead among valid votes."""
    if race is None:
        return Shown("", "")
    names = marked_names(leads)
    printed = race.readings.set_index("reading").loc[leads["reading"]]

    def size(row: Any) -> str:
        return NOT_PUBLISHED if np.isnan(row.n) else f"{'' if row.n_from == 'stated' else '≈'}{count(row.n)}"

    def lead(row: Any) -> str:
        if np.isnan(row.lead):
            return NOT_PUBLISHED
        beneath = say("base unknown") if np.isnan(row.low) else cell_points(row.low, row.high)
        return f'{signed(row.lead)}<span class="pt-interval">{escape(beneath)}</span>'

    lead_heading = say("Lead in valid votes")
    base_heading = say("Base (per cent of)")
    cells = pd.DataFrame(
        {
            lead_heading: [lead(row) for row in leads.itertuples()],
            **{
                answer_heading(answer): [cell_figure(100 * share) for share in printed[answer].astype(float)]
                for answer in race.answers
            },
            base_heading: [escape(base_name(base)) for base in leads["base"]],
            say("Interviews"): [size(row) for row in leads.itertuples()],
        },
        index=leads["reading"].to_list(),
    )
    return table_block(
        cells,
        caption=say(
            "The readings of the race, as published, and the lead of {a} over {b} among valid votes",
            a=candidate_name(leads["answer_a"].iloc[0]),
            b=candidate_name(leads["answer_b"].iloc[0]),
        ),
        stub=say("Reading"),
        row_labels=[names[reading] for reading in leads["reading"]],
        text_columns=[base_heading],
        note=" ".join(
            [
                say(
                    "Simulated: a simulated ballot. ≈: from the margin of error quoted, at 95% confidence. {mark}: not "
                    "published. Bold: this poll. Lead in points, with its {level} interval. Beside shares of valid votes, "
                    "blank ballots are per cent of the votes cast.",
                    mark=NOT_PUBLISHED,
                    level=level(confidence_level),
                ),
                lead_note(design_effect, race),
            ]
        ),
        numbers=numbers_of(
            leads.rename(columns={"lead": "value"})[["reading", "n", "base", "value", "low", "high"]],
            what="lead in valid votes",
        ),
    )


def same_segments_table(poll: Poll, race: Race | None, leads: pd.DataFrame, segments: pd.DataFrame) -> Shown:
    """Show this poll's columns beside the segments of other readings that bear the same names."""
    if race is None:
        return Shown("", "")
    if segments.empty:
        return statement(
            say("No other reading of the race has a segment with the name of a column of this poll.")
        )
    names = marked_names(leads)
    a, b = candidate_name(leads["answer_a"].iloc[0]), candidate_name(leads["answer_b"].iloc[0])
    base_heading = say("Base (per cent of)")
    cells = pd.DataFrame(
        {
            a: [cell_figure(100 * share) for share in segments["share_a"].astype(float)],
            b: [cell_figure(100 * share) for share in segments["share_b"].astype(float)],
            say("Lead"): [
                NOT_PUBLISHED if np.isnan(lead) else signed(lead) for lead in segments["lead"].astype(float)
            ],
            base_heading: [escape(base_name(base)) for base in segments["base"]],
        },
        index=range(len(segments)),
    )
    labels = [
        f"{escape(label_of(poll.segments[segment]))} · {names[reading]}"
        for segment, reading in zip(segments["segment"], segments["reading"], strict=True)
    ]
    return table_block(
        cells,
        caption=say("Columns of this poll, and segments of other readings with the same names"),
        stub=say("Segment and reading"),
        row_labels=labels,
        text_columns=[base_heading],
        note=say(
            "Lead in points of the base as published, so that rows compare only where the base is the same. "
            "{mark}: not published. The bases of the other readings’ segments are unknown: there is no interval.",
            mark=NOT_PUBLISHED,
        ),
        numbers=numbers_of(
            segments.rename(columns={"lead": "value"})[["segment", "reading", "base", "value"]],
            what="lead as published",
        ),
    )


def segments_by_reading_table(race: Race | None, leads: pd.DataFrame) -> Shown:
    """List what every reading published by segment, under the names that the press gave."""
    if race is None or race.by_segment.empty:
        return Shown("", "")
    names = marked_names(leads)
    pair = [str(leads["answer_a"].iloc[0]), str(leads["answer_b"].iloc[0])]

    def listed(row: Any) -> str:
        segment = (row["segment_es"] if language() == "es" else "") or row["segment"]
        shares = " / ".join(cell_figure(100 * float(row[answer])) for answer in pair)
        return f"{escape(str(segment))} {shares}"

    rows = {
        str(reading): "; ".join(listed(row) for row in part.to_dict("records"))
        for reading, part in race.by_segment.groupby("reading", sort=False)
    }
    order = [reading for reading in leads["reading"] if reading in rows]
    heading = say("Segments: {a} / {b}, per cent", a=candidate_name(pair[0]), b=candidate_name(pair[1]))
    return table_block(
        pd.DataFrame({heading: [rows[reading] for reading in order]}, index=order),
        caption=say("What each reading published by segment"),
        stub=say("Reading"),
        row_labels=[names[reading] for reading in order],
        text_columns=[heading],
        note=say(
            "Names as the press gave them. {mark}: not published. Per cent of the base of the reading, unless the name "
            "says otherwise.",
            mark=NOT_PUBLISHED,
        ),
    )


def reading_sources_table(race: Race | None, leads: pd.DataFrame) -> Shown:
    """List where every reading comes from, and what to know of it."""
    if race is None:
        return Shown("", "")
    names = marked_names(leads)
    sources = race.readings.set_index("reading")["source"]
    order = leads["reading"].to_list()
    cells = pd.DataFrame(
        {
            say("Note"): [escape(reading_note(race, reading)) or NOT_PUBLISHED for reading in order],
            say("Address"): [
                "".join(
                    f'<span class="pt-address">{escape(address)}</span>'
                    for address in sources[reading].split()
                )
                for reading in order
            ],
        },
        index=order,
    )
    return table_block(
        cells,
        caption=say("The sources of the readings"),
        stub=say("Reading"),
        row_labels=[names[reading] for reading in order],
        text_columns=list(cells.columns),
        note=reference_text(race, "note"),
    )
