"""What other readings of a race found in segments that bear the name of one of the poll's."""

import unicodedata

import pandas as pd

from analysis.polls import Poll, Race
from analysis.polls.segments import WHOLE

__all__ = ["matching_segments"]

_COLUMNS = ["segment", "reading", "this_poll", "base", "share_a", "share_b", "lead"]


def _plain(name: str) -> str:
    """Return a name without accents, capitals and stray blanks, for comparison."""
    bare = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return " ".join(bare.lower().split())


def matching_segments(poll: Poll, race: Race | None, leads: pd.DataFrame) -> pd.DataFrame:
    """Put the poll's columns beside what other readings published under the same names.

    Parameters
    ----------
    poll : Poll
    race : Race or None
    leads : pandas.DataFrame
        From `reading_leads`, with the poll.

    Returns
    -------
    pandas.DataFrame
        `segment, reading, this_poll, base, share_a, share_b, lead`, by segment of the poll and last day; the poll's own
        figures are those of its tables, and of others only those that give both candidates. Shares are of the base as
        published, so that leads compare within one base
        only. No rows where the race lacks the poll, or nothing bears a name of its columns.

    Notes
    -----
    Names are compared as printed and in English, without accents and capitals, and nothing is guessed. Two pollsters may
    draw a segment of one name differently; that one pollster draws it alike in two polls is likely and not certain.

    Examples
    --------
    >>> from analysis.estimates import reading_leads
    >>> from analysis.polls import load_poll, load_race
    >>> poll, race = load_poll("cpi-2021-04"), load_race("peru-2021-runoff")
    >>> table = matching_segments(poll, race, reading_leads(race, poll=poll))
    >>> table.loc[table["segment"] == "lima_callao", ["reading", "base", "lead"]].round(3)
            reading        base   lead
    0      cpi_0421         all -0.127
    1      cpi_0508         all -0.131
    2      cpi_0514         all -0.147
    3  cpi_0530_sim  votes_cast -0.235

    In Lima and Callao Castillo was behind in all four polls of CPI.
    """
    own = leads[leads["this_poll"].astype(bool)]
    pair = [] if leads.empty else [str(leads["answer_a"].iloc[0]), str(leads["answer_b"].iloc[0])]
    question = _question_about(poll, pair)
    if race is None or own.empty or question is None:
        return pd.DataFrame(columns=_COLUMNS)
    reading = str(own["reading"].iloc[0])
    figures = poll.known(question).pivot(index="segment", columns="answer", values="share")
    ids = {
        _plain(name): segment.id
        for segment in poll.segments
        if segment.id != WHOLE
        for name in (segment.label, segment.label_en)
    }
    names = race.by_segment[["segment", "segment_es"]].map(_plain)
    found = names["segment"].map(ids).fillna(names["segment_es"].map(ids))
    others = race.by_segment.assign(segment=found).dropna(subset="segment")
    others = others[(others["reading"] != reading) & others[pair].notna().all(axis=1)]
    bases = race.readings.set_index("reading")["base"]
    rows = pd.concat(
        [
            figures[pair].reset_index().assign(reading=reading, this_poll=True),
            others[["segment", "reading", *pair]].assign(this_poll=False),
        ]
    ).rename(columns={pair[0]: "share_a", pair[1]: "share_b"})
    rows = rows[rows["segment"].isin(others["segment"])]
    order = {segment.id: place for place, segment in enumerate(poll.segments)}
    last_day = leads.set_index("reading")["last_day"]
    rows = rows.assign(
        base=rows["reading"].map(bases),
        lead=rows["share_a"].astype(float) - rows["share_b"].astype(float),
        place=rows["segment"].map(order),
        last_day=rows["reading"].map(last_day),
    )
    return rows.sort_values(["place", "last_day"], kind="stable")[_COLUMNS].reset_index(drop=True)


def _question_about(poll: Poll, pair: list[str]) -> str | None:
    """Find the question of which both candidates are answers."""
    for question in poll.questions:
        if pair and {answer.id for answer in question.answers if answer.given is None} >= set(pair):
            return question.id
    return None
