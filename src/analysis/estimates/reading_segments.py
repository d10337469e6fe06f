"""What the readings of a race found by segment, and which of their segments bear the name of one of a poll's."""

import unicodedata

import pandas as pd

from analysis.estimates.options import a_poll
from analysis.estimates.votes import vote_question
from analysis.polls import WHOLE, Poll, Race

__all__ = ["readings_by_segment"]

_COLUMNS = [
    "reading",
    "this_poll",
    "segment",
    "named",
    "named_es",
    "basis",
    "share",
    "share_against",
    "estimate",
]


def _plain(name: str) -> str:
    """Return a name without accents, capitals and stray blanks, for comparison."""
    bare = unicodedata.normalize("NFKD", name)
    return " ".join("".join(c for c in bare if not unicodedata.combining(c)).casefold().split())


def readings_by_segment(poll: Poll, race: Race, leads: pd.DataFrame) -> pd.DataFrame:
    """List what every reading published by segment, beside the poll's own figures.

    Parameters
    ----------
    leads : pandas.DataFrame
        From `reading_leads`, with the poll; which readings, and of which two candidates.

    Returns
    -------
    pandas.DataFrame
        `reading, this_poll, segment, named, named_es, basis, share, share_against, estimate`: by segment of the poll and
        last day, then those whose names are none of the poll's, with an empty `segment`; `total` where the reading itself
        is printed once more. `named` is what the press called it. `estimate` is the lead within the base as published, so
        that leads compare within one `basis` only.

    Notes
    -----
    Names are compared as printed and in English, without accents and capitals, and nothing is guessed. Two pollsters may
    draw a segment of one name differently; that one pollster draws it alike in two polls is likely and not certain.

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
    found = pd.DataFrame(
        {
            "reading": published["reading"],
            "named": published["segment"],
            "named_es": published["segment_es"].where(published["segment_es"].ne(""), published["segment"]),
            "share": published[pair[0]].astype(float),
            "share_against": published[pair[1]].astype(float),
        }
    )
    by_name = [found[column].map(_plain).map(ids) for column in ("named", "named_es")]
    whole = race.readings.set_index("reading")[pair].astype(float).reindex(found["reading"])
    repeated = (found[["share", "share_against"]].to_numpy() == whole.to_numpy()).all(axis=1)
    found["segment"] = by_name[0].fillna(by_name[1]).fillna("").mask(repeated, WHOLE)
    rows = pd.concat([found, _own_figures(poll, leads, pair, set(found["segment"]))], ignore_index=True)
    own = set(leads.loc[leads["this_poll"].astype(bool), "reading"])
    # The press's figures of this poll give way to its own.
    rows = rows[~rows.duplicated(["reading", "segment"], keep="last") | rows["segment"].eq("")]
    last_day = leads.set_index("reading")["last_day"]
    order = {segment.id: place for place, segment in enumerate(poll.segments)}
    rows = rows.assign(
        this_poll=rows["reading"].isin(own),
        basis=rows["reading"].map(leads.set_index("reading")["basis"]),
        estimate=rows["share"] - rows["share_against"],
        place=rows["segment"].map(order).fillna(len(order)),
        last_day=rows["reading"].map(last_day),
    )
    return rows.sort_values(["place", "last_day"], kind="stable")[_COLUMNS].reset_index(drop=True)


def _own_figures(poll: Poll, leads: pd.DataFrame, pair: list[str], segments: set[str]) -> pd.DataFrame:
    """Return the poll's own figures of both candidates in some segments."""
    question = vote_question(poll)
    readings = leads.loc[leads["this_poll"].astype(bool), "reading"]
    if not question or readings.empty:
        return pd.DataFrame()
    table = poll.table(question)
    if not set(pair) <= set(table.index):
        return pd.DataFrame()
    rows = table.loc[pair, [segment for segment in poll.segments.ids if segment in segments]].T
    return pd.DataFrame(
        {
            "reading": readings.iloc[0],
            "segment": rows.index,
            "named": [poll.segments[segment].label_en for segment in rows.index],
            "named_es": [poll.segments[segment].label for segment in rows.index],
            "share": rows[pair[0]].to_numpy(dtype=float),
            "share_against": rows[pair[1]].to_numpy(dtype=float),
        }
    )
