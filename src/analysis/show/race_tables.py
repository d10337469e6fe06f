"""The readings of a race in tables: as published, compared, by segment, and where they come from."""

from collections.abc import Hashable
from typing import Any

import pandas as pd
from markupsafe import Markup

from analysis.estimates.reading_changes import MOST_PAIRS
from analysis.polls import WHOLE, Race
from analysis.show.display import Shown, each, follows, paragraph
from analysis.show.race_words import (
    base_name,
    candidate,
    conditions,
    instrument_name,
    reading_names,
    reading_note,
    source_line,
)
from analysis.show.tables import GAP, Cell, Column, Heading, Row, column_table, table
from analysis.show.view import View

__all__ = ["changes_table", "peers_table", "readings_table", "segments_table", "sources_table"]


@follows
def peers_table(view: View, race: Race, leads: pd.DataFrame, peers: pd.DataFrame) -> Shown:
    """Show how far this poll's lead is from each of the same days."""
    if peers.empty:
        return paragraph(view.say("No other poll of the race is of the same days."))
    return _compared(
        view,
        race,
        leads,
        peers,
        caption=view.say("This poll beside those of the same days"),
        stub=view.say("Other poll"),
        named="against",
        leads_shown={"lead_against": view.say("Its lead, points")},
        difference=view.say("This poll minus that"),
    )


@follows
def changes_table(
    view: View, race: Race, leads: pd.DataFrame, compared: pd.DataFrame, *, between: bool = False
) -> Shown:
    """Show differences between leads: from one poll of a pollster to its next, or between pollsters of the same days."""
    if compared.empty:
        return paragraph(view.say("No two polls of the race can be compared in this way."))
    if len(compared) < MOST_PAIRS:
        caption = (
            view.say("Every pair of pollsters in the same days, the larger lead first")
            if between
            else view.say("From one poll of a pollster to its next")
        )
    elif between:
        caption = view.say(
            "Pairs of pollsters in the same days, the larger lead first: the {n} nearest in time to this poll",
            n=MOST_PAIRS,
        )
    else:
        caption = view.say(
            "From one poll of a pollster to its next: the {n} steps nearest in time to this poll",
            n=MOST_PAIRS,
        )
    return _compared(
        view,
        race,
        leads,
        compared,
        caption=caption,
        stub=view.say("Poll"),
        named="reading",
        leads_shown={"lead": view.say("Lead, points"), "lead_against": view.say("Lead of that, points")},
        difference=view.say("Difference") if between else view.say("Change"),
    )


def _compared(
    view: View,
    race: Race,
    leads: pd.DataFrame,
    compared: pd.DataFrame,
    *,
    caption: Markup,
    stub: Markup,
    named: str,
    leads_shown: dict[str, Markup],
    difference: Markup,
) -> Shown:
    names = reading_names(view, leads)
    other = "against" if named == "reading" else ""
    columns = [
        *(
            [Column(view.say("Compared with"), lambda row: names[getattr(row, other)], words=True)]
            if other
            else []
        ),
        *(Column(heading, name, "signed") for name, heading in leads_shown.items()),
        Column(difference, "estimate", "signed", ends=("low", "high"), as_ends="ends"),
        Column(view.say("Adjusted p"), lambda row: view.p_value(row.p_adjusted)),
        Column(view.say("What can be said"), lambda row: view.term(row.verdict), words=True),
    ]
    return column_table(
        view,
        compared,
        columns,
        stub=stub,
        label=lambda row: names[getattr(row, named)],
        caption=caption,
        source=source_line(view, race, view.say("Leads in points of valid votes."), conditions(view)),
    )


@follows
def readings_table(
    view: View, race: Race, leads: pd.DataFrame, shares: pd.DataFrame, held: pd.DataFrame
) -> Shown:
    """Show every reading as published, with what its percentages are of, its lead and its distance from the result."""
    if leads.empty:
        return paragraph(view.say("There is no poll of a race to list."))
    names, printed, answers = reading_names(view, leads), _by_reading(race), race.answers
    as_printed = {
        (row.reading, row.answer): row for row in each(shares.drop_duplicates(["reading", "answer"]))
    }
    errors = dict(zip(held["reading"], held["error"], strict=True))
    headings = [
        *(Heading(_answer_heading(view, race, name), over=view.say("As published, %")) for name in answers),
        Heading(view.say("Per cent of"), words=True),
        Heading(view.say("Interviews")),
        Heading(view.say("Lead, points of valid votes")),
        *([Heading(view.say("Off the result"))] if errors else []),
    ]

    def share(reading: str, answer: str) -> Cell:
        value = printed[reading][answer]
        if value != value:
            return Cell(GAP)
        row = as_printed.get((reading, answer))
        ends = "" if row is None or row.low != row.low else _percentages(view, row.low, row.high)
        return Cell(f"{100 * value:.1f}", ends)

    def lead(row: Any) -> Cell:
        ends = view.ends((row.low, row.high)) if row.low == row.low else ""
        return Cell(view.signed(row.estimate), ends) if row.estimate == row.estimate else Cell(GAP)

    rows = [
        Row(
            names[row.reading],
            [
                *(share(row.reading, answer) for answer in answers),
                Cell(base_name(view, row.basis)),
                Cell(GAP if row.n != row.n else _size(view, row)),
                lead(row),
                *([Cell(_signed(view, errors.get(row.reading, float("nan"))))] if errors else []),
            ],
            looks="strong" if row.this_poll else "",
        )
        for row in each(leads)
    ]
    source = source_line(
        view,
        race,
        view.say(
            "In bold: this poll. ≈: from the margin of error that was published. {gap}: not published.",
            gap=GAP,
        ),
        conditions(view),
    )
    return table(
        view, headings, rows, caption=view.say("Every poll of the race, as published"), stub=view.say("Poll"),
        source=source, numbers=view.stated(leads),
    )  # fmt: skip


def _by_reading(race: Race) -> dict[str, dict[Hashable, Any]]:
    """Return the rows of a race by the ids of their readings."""
    return {row["reading"]: row for row in race.readings.to_dict("records")}


def _answer_heading(view: View, race: Race, name: str) -> str:
    words = {
        "blank_null": view.say("Blank, spoilt"),
        "undecided": view.say("Undecided"),
        "will_not_vote": view.say("Will not vote"),
        "other": view.say("Others"),
        "no_opinion": view.say("No answer"),
    }
    return str(words[name]) if name in words else candidate(view, name)


def _percentages(view: View, low: float, high: float) -> str:
    return view.between(*(f"{100 * end:.1f}" for end in (low, high)))


def _size(view: View, row: Any) -> str:
    return view.count(row.n) if row.n_from == "stated" else f"≈ {view.count(row.n)}"


def _signed(view: View, value: float) -> str:
    return view.signed(value) if value == value else GAP


def segments_table(view: View, race: Race, leads: pd.DataFrame, by_segment: pd.DataFrame) -> Shown:
    """Show the places for which other polls give both candidates, those named like a segment of this poll beside its own."""
    known = by_segment[by_segment["estimate"].notna() & by_segment["segment"].ne(WHOLE)]
    others = known[~known["this_poll"].astype(bool)]
    shown = known[~known["this_poll"].astype(bool) | known["segment"].isin(others["segment"])]
    if others.empty:
        return paragraph(
            view.say("No other poll of the race gives both candidates for a part of the country.")
        )
    house = set(leads.loc[leads["this_poll"].astype(bool), "pollster"])
    own = set(leads.loc[leads["pollster"].isin(house), "reading"])
    names, first = reading_names(view, leads), leads.iloc[0]
    place = "named" if view.language == "en" else "named_es"
    columns = [
        Column(view.say("Poll"), lambda row: names[row.reading], words=True),
        Column(candidate(view, first["answer"]), lambda row: f"{100 * row.share:.1f}"),
        Column(candidate(view, first["against"]), lambda row: f"{100 * row.share_against:.1f}"),
        Column(view.say("Lead, points"), "estimate", "signed"),
        Column(view.say("Per cent of"), lambda row: base_name(view, row.basis), words=True),
    ]
    return column_table(
        view,
        shown,
        columns,
        stub=view.say("Place"),
        label=lambda row: (
            view.segment(row.segment) if row.segment and row.reading in own else getattr(row, place)
        ),
        caption=view.say("The lead in parts of the country, as published"),
        looks=lambda row: "strong" if row.this_poll else "",
        source=source_line(
            view,
            race,
            view.say(
                "In bold: this poll. The same name need not mean the same places, least of all between pollsters. "
                "Interviews in each place were not published: there is no interval."
            ),
        ),
    )


def sources_table(view: View, race: Race, leads: pd.DataFrame) -> Shown:
    """Show where every reading comes from, in its own terms, and what to know of it."""
    if leads.empty:
        return paragraph(view.say("There is no poll of a race to list."))
    names, printed = reading_names(view, leads), _by_reading(race)
    address = Markup('<span class="pt-address">{}</span>')
    rows = []
    for row in each(leads):
        of = printed[row.reading]
        addresses = Markup("").join(address.format(one) for one in str(of["source"]).split())
        cells = [
            str(of["client"]) or GAP, instrument_name(view, row.instrument), base_name(view, row.basis),
            reading_note(view, of) or GAP, addresses or GAP,
        ]  # fmt: skip
        rows.append(
            Row(names[row.reading], [Cell(cell) for cell in cells], looks="strong" if row.this_poll else "")
        )
    headings = [
        view.say("For whom"), view.say("How"), view.say("Per cent of"), view.say("To know"), view.say("Address"),
    ]  # fmt: skip
    return table(
        view,
        [Heading(heading, words=True) for heading in headings],
        rows,
        caption=view.say("Where each poll was published, and in which terms"),
        stub=view.say("Poll"),
        source=view.reference(race, "note"),
        sortable=False,
    )
