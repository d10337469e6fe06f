"""What the readings of a race found by segment, and which of their segments bear the name of one of a poll's."""

import unicodedata

import pandas as pd

from analysis.estimates.options import a_poll
from analysis.estimates.votes import vote_question
from analysis.polls import WHOLE, Poll, Race

__all__ = ["readings_by_segment"]

_COLUMNS = [
    "reading", "this_poll", "segment", "named", "named_es", "basis", "share", "share_against", "estimate",
]  # fmt: skip


def _plain(name: str) -> str:
    """Return a name without accents, capitals and stray blanks, for comparison."""
    bare = unicodedata.normalize("NFKD", name)
    return " ".join("".join(c for c in bare if not unicodedata.combining(c)).casefold().split())


def readings_by_segment(poll: Poll, race: Race, leads: pd.DataFrame) -> pd.DataFrame:
    """List what every reading published by segment, beside the poll's own figures.

    Columns: `reading, this_poll, segment, named, named_es, basis, share, share_against, estimate`: by segment of the
    poll and last day, then those whose names are none of the poll's, with an empty `segment`; `total` where the reading
    itself is printed once more. `named` is what the press called it: names are compared as printed and in English,
    without accents and capitals, and nothing is guessed. `estimate` is the lead within the base as published, so that
    leads compare within one `basis` only.

    * `leads`: from `reading_leads`, with the poll; which readings, and of which two candidates.

    Examples
    --------
    >>> from analysis import load_poll, load_race
    >>> from analysis.estimates import reading_leads
    >>> poll, race = load_poll("cpi-2021-04"), load_race("peru-2021-runoff")
    >>> table = readings_by_segment(poll, race, reading_leads(race, poll))
    >>> table.loc[table["segment"] == "lima_callao", ["reading", "basis", "estimate"]].round(3)
             reading       basis  estimate
    10      cpi_0421         all    -0.127
    11      cpi_0508         all    -0.131
    12      cpi_0514         all    -0.147
    13  cpi_0530_sim  votes_cast    -0.235

    In Lima and Callao Castillo was behind in all four polls of CPI.
    """
    a_poll(poll)
    if leads.empty:
        return pd.DataFrame(columns=_COLUMNS)
    pair = [str(leads[side].iloc[0]) for side in ("answer", "against")]
    ids = {
        _plain(name): segment.id
        for segment in poll.segments
        if segment.id != WHOLE
        for name in (segment.label, segment.label_en)
    }
    published = race.by_segment[race.by_segment["reading"].isin(leads["reading"])]
    shares = published[pair].astype(float)
    named_es = published["segment_es"].where(published["segment_es"].ne(""), published["segment"])
    segment = named_es.map(_plain).map(ids).fillna("")
    segment = published["segment"].map(_plain).map(ids).fillna(segment)
    whole = race.readings.set_index("reading")[pair].astype(float).reindex(published["reading"])
    found = pd.DataFrame(
        {
            "reading": published["reading"],
            "segment": segment.mask((shares.to_numpy() == whole.to_numpy()).all(axis=1), WHOLE),
            "named": published["segment"],
            "named_es": named_es,
            "share": shares[pair[0]],
            "share_against": shares[pair[1]],
        }
    )
    question, own = vote_question(poll), leads.loc[leads["this_poll"].astype(bool), "reading"]
    figures = poll.table(question) if question else pd.DataFrame()
    if len(own) and set(pair) <= set(figures.index):
        of_poll = [
            (own.iloc[0], one.id, one.label_en, one.label, *figures.loc[pair, one.id])
            for one in poll.segments
            if one.id in set(found["segment"])
        ]
        if of_poll:
            found = pd.concat([found, pd.DataFrame(of_poll, columns=found.columns)], ignore_index=True)
    # The press's figures of this poll give way to its own.
    rows = found[~found.duplicated(["reading", "segment"], keep="last") | found["segment"].eq("")]
    order = {name: place for place, name in enumerate(poll.segments.ids)}
    rows = rows.assign(
        estimate=rows["share"] - rows["share_against"], place=rows["segment"].map(order).fillna(len(order))
    )
    of_reading = leads[["reading", "this_poll", "basis", "last_day"]]
    rows = rows.merge(of_reading, on="reading", how="left").sort_values(["place", "last_day"], kind="stable")
    return rows[_COLUMNS].reset_index(drop=True)
