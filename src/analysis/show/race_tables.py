"""The readings of a race in tables: as published, compared, by segment, and where they come from."""

from typing import Any

import pandas as pd
from markupsafe import Markup

from analysis.estimates.reading_changes import MOST_PAIRS
from analysis.polls import WHOLE, Race
from analysis.show.display import Shown, each, follows
from analysis.show.race import base_name, candidate, conditions, reading_names, source_line, uneven
from analysis.show.tables import GAP, Cell, Column, Heading, Row, column_table, difference_columns, table
from analysis.show.view import View

__all__ = ["changes_table", "peers_table", "readings_table", "segments_table", "sources_table"]


@follows
def peers_table(view: View, race: Race, leads: pd.DataFrame, peers: pd.DataFrame) -> Shown:
    """Show how far this poll's lead is from each of the same days."""
    columns = [
        Column(view.say("Its lead, points"), "lead_against", "signed"),
        *difference_columns(view, view.say("This poll minus that")),
    ]
    names = reading_names(view, leads)
    return column_table(
        view, peers, columns, stub=view.say("Other poll"), label=lambda row: names[row.against],
        caption=view.say("This poll beside those of the same days"), source=_beneath(view, race, peers),
    )  # fmt: skip


@follows
def changes_table(view: View, race: Race, leads: pd.DataFrame, compared: pd.DataFrame) -> Shown:
    """Show how the lead changed from one poll of a pollster to its next."""
    names = reading_names(view, leads)
    columns = [
        Column(view.say("Compared with"), lambda row: names[row.against], words=True),
        Column(view.say("Lead, points"), "lead", "signed"),
        Column(view.say("Lead of the other, points"), "lead_against", "signed"),
        *difference_columns(view, view.say("Change")),
    ]
    caption = view.say(
        "From one poll of a pollster to its next: the {n} steps nearest in time to this poll"
        if len(compared) == MOST_PAIRS
        else "From one poll of a pollster to its next",
        n=len(compared),
    )
    return column_table(
        view, compared, columns, stub=view.say("Poll"), label=lambda row: names[row.reading], caption=caption,
        source=_beneath(view, race, compared),
    )  # fmt: skip


def _beneath(view: View, race: Race, compared: pd.DataFrame) -> Markup:
    off = uneven(view, compared, "lead", "lead_against", "estimate")
    return source_line(view, race, view.say("Leads in points of valid votes."), off, conditions(view))


def _strong(row: Any) -> str:
    return "strong" if row.this_poll else ""


@follows
def readings_table(
    view: View, race: Race, leads: pd.DataFrame, shares: pd.DataFrame, held: pd.DataFrame
) -> Shown:
    """Show every reading as published, with what its percentages are of, its lead and its distance from the result."""
    if leads.empty:
        return view.nothing()
    names, printed = reading_names(view, leads), race.readings.set_index("reading").to_dict("index")
    known = {(row.reading, row.answer): row for row in reversed(each(shares))}
    shown = leads.merge(
        held[["reading", "official", "error"]].drop_duplicates("reading"), on="reading", how="left"
    )
    words = {
        "blank_null": view.say("Blank, spoilt"),
        "undecided": view.say("Undecided"),
        "will_not_vote": view.say("Will not vote"),
        "other": view.say("Others"),
        "no_opinion": view.say("No answer"),
    }

    def as_published(answer: str) -> Column:
        def share(row: Any) -> Cell:
            found = known.get((row.reading, answer))
            ends = view.figures((found.low, found.high)) if found is not None else ""
            value = printed[row.reading][answer]
            return Cell(view.figure(value), "" if pd.isna(value) else ends)

        heading = words.get(answer) or candidate(view, answer)
        return Column(heading, share, over=view.say("As published, %"))

    def size(row: Any) -> str:
        return view.count(row.n) if row.n != row.n or row.n_from == "stated" else f"≈ {view.count(row.n)}"

    columns = [
        *map(as_published, race.answers),
        Column(view.say("Per cent of"), lambda row: base_name(view, row.basis), words=True),
        Column(view.say("Interviews"), size),
        Column(view.say("Lead, points of valid votes"), "estimate", "signed", ("low", "high")),
        *([Column(view.say("Off the result"), "error", "signed")] if len(held) else []),
    ]
    bold = view.say(
        "In bold: this poll. ≈: from the margin of error that was published. {gap}: not published.", gap=GAP
    )
    off = uneven(view, shown, "estimate", "official", "error")
    return column_table(
        view, shown, columns, stub=view.say("Poll"), label=lambda row: names[row.reading], looks=_strong,
        caption=view.say("Every poll of the race, as published"), states=(shown, shares), beside=["n"],
        source=source_line(view, race, bold, off, conditions(view)),
    )  # fmt: skip


def segments_table(view: View, race: Race, leads: pd.DataFrame, by_segment: pd.DataFrame) -> Shown:
    """Show the places for which other polls give both candidates, those named like a segment of this poll beside its own."""
    known = by_segment[by_segment["estimate"].notna() & by_segment["segment"].ne(WHOLE)]
    others = known[~known["this_poll"].astype(bool)]
    shown = known[~known["this_poll"].astype(bool) | known["segment"].isin(others["segment"])]
    if others.empty:
        return view.nothing()
    house = set(leads.loc[leads["this_poll"].astype(bool), "pollster"])
    own = set(leads.loc[leads["pollster"].isin(house), "reading"])
    names, first = reading_names(view, leads), leads.iloc[0]
    place = "named" if view.language == "en" else "named_es"

    def label(row: Any) -> str:
        return view.segment(row.segment) if row.segment and row.reading in own else getattr(row, place)

    columns = [
        Column(view.say("Poll"), lambda row: names[row.reading], words=True),
        Column(candidate(view, first["answer"]), "share", "figure"),
        Column(candidate(view, first["against"]), "share_against", "figure"),
        Column(view.say("Lead, points"), "estimate", "signed"),
        Column(view.say("Per cent of"), lambda row: base_name(view, row.basis), words=True),
    ]
    bold = view.say(
        "In bold: this poll. The same name need not mean the same places, least of all between pollsters. Interviews in "
        "each place were not published: there is no interval."
    )
    return column_table(
        view, shown, columns, stub=view.say("Place"), label=label, looks=_strong, source=source_line(view, race, bold),
        caption=view.say("The lead in parts of the country, as published"),
    )  # fmt: skip


def sources_table(view: View, race: Race, leads: pd.DataFrame) -> Shown:
    """Show where every reading comes from, in its own terms, and what to know of it."""
    names, say = reading_names(view, leads), view.say
    instruments = {
        "poll": say("interview"),
        "simulated_ballot": say("simulated ballot"),
        "not_stated": say("not stated"),
    }
    published = {row["reading"]: row for row in race.readings.to_dict("records")}
    address = Markup('<span class="pt-address">{}</span>')
    rows = []
    for row in each(leads):
        of = published[row.reading]
        note = of.get(f"note_{view.language}", "") or of["note"]
        addresses = Markup("").join(address.format(one) for one in str(of["source"]).split())
        told = [of["client"], instruments[row.instrument], base_name(view, row.basis), note, addresses]
        rows.append(Row(names[row.reading], [Cell(one or GAP) for one in told], looks=_strong(row)))
    headings = [say("For whom"), say("How"), say("Per cent of"), say("To know"), say("Address")]
    return table(
        view, [Heading(heading, words=True) for heading in headings], rows, stub=say("Poll"), sortable=False,
        caption=say("Where each poll was published, and in which terms"), source=view.reference(race, "note"),
    )  # fmt: skip
