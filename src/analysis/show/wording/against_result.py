"""A poll against the official result, in words."""

from html import escape
from typing import Any

import numpy as np
import pandas as pd

from analysis.estimates import VoteOutlook
from analysis.polls import Poll
from analysis.polls.segments import WHOLE
from analysis.show.display import Shown, numbers_of, rows_of, statement
from analysis.show.language import reference_text, say
from analysis.show.names import segment_name, short_name
from analysis.show.phrases import counted, days, joined, level, percent, points
from analysis.show.wording.leads import share_phrase

__all__ = ["accuracy_sentence", "against_sentence", "result_phrase", "result_sentence", "without_result"]


def _whole(outlook: VoteOutlook) -> list[Any]:
    """Return the candidates' rows of the whole, in the order of the poll."""
    if outlook.against.empty:
        return []
    rows = outlook.against[outlook.against["segment"] == WHOLE].set_index("answer", drop=False)
    return rows_of(rows.loc[list(outlook.candidates)])


def _days_later(outlook: VoteOutlook) -> str:
    number = outlook.days or 0
    if number < 0:
        return say("before the interviews")
    return counted(
        number, say("on the last day of the interviews"), say("one day later"), say("# days later")
    )


def without_result() -> str:
    """Say that there is nothing to hold the poll against."""
    return say("There is no result to hold this poll against.")


def _other_result(outlook: VoteOutlook) -> str:
    """Say why the result that was named is not used."""
    if outlook.result is None or not outlook.candidates:
        return ""
    return say(
        "“{title}” has no votes for all of this poll’s candidates: it is the result of something else.",
        title=escape(reference_text(outlook.result, "title")),
    )


def result_phrase(poll: Poll, outlook: VoteOutlook) -> str:
    """Say what came of it, and how long after the interviews."""
    rows = _whole(outlook)
    if not rows:
        return without_result()
    shares = [
        say(
            "{share} to {candidate}",
            candidate=escape(short_name(poll, outlook.question, row.answer)),
            share=percent(row.official, 2),
        )
        for row in rows
    ]
    return say("The vote, {later}, gave {shares}.", later=_days_later(outlook), shares=joined(shares))


def result_sentence(poll: Poll, outlook: VoteOutlook) -> Shown:
    """Say which result it is, when it came, and what its figures rest on."""
    result = outlook.result
    rows = _whole(outlook)
    if result is None or not rows:
        return statement(without_result(), _other_result(outlook))
    assumption = escape(reference_text(result, "assumption"))
    told = escape(reference_text(outlook.votes_cast, "assumption")) if outlook.votes_cast is not None else ""
    return statement(
        say(
            "{title}. Source: {source}.",
            title=escape(reference_text(result, "title")),
            source=escape(reference_text(result, "source")),
        ),
        say(
            "The vote was on {day}, {later}; the last interviews were made on {last}.",
            day=days(result.date, result.date),
            later=_days_later(outlook),
            last=days(poll.sheet.fieldwork[1], poll.sheet.fieldwork[1]),
        ),
        say("The whole counts every vote, also those of places that are in no column of this poll.")
        if set(result.regions["zone"]) - set(poll.segments.ids)
        else "",
        assumption if len(set(outlook.against["segment"])) > 1 and assumption not in told else "",
    )


def against_sentence(poll: Poll, outlook: VoteOutlook) -> Shown:
    """Say how far the first candidate's share of valid votes was from the result, in the whole and by column."""
    rows = _whole(outlook)
    if not rows:
        return Shown("", "")
    first = rows[0]
    name = escape(short_name(poll, outlook.question, first.answer))
    sentences = [_distance(first, name, outlook)]
    columns = outlook.against[
        (outlook.against["answer"] == first.answer) & (outlook.against["segment"] != WHOLE)
    ].dropna(subset="error")
    if len(columns):
        outside = columns[columns["verdict"].isin(["higher", "lower"])]
        sentences.append(
            counted(
                len(outside),
                say("Of {columns} with a result of their own, none lies outside its interval."),
                say("Of {columns} with a result of their own, one lies outside its interval: {named}."),
                say("Of {columns} with a result of their own, # lie outside their intervals: {named}."),
            )
            .replace("{columns}", counted(len(columns), "", say("one column"), say("# columns")))
            .replace("{named}", joined([segment_name(poll, segment) for segment in outside["segment"]]))
        )
    return statement(*sentences, numbers=_numbers(outlook.against))


def _numbers(against: pd.DataFrame) -> tuple[dict[str, Any], ...]:
    columns = ["answer", "segment", "value", "low", "high"]
    poll = against.rename(columns={"share": "value"})[columns]
    official = against.rename(columns={"official": "value"})[columns[:3]]
    return numbers_of(poll, what="poll, valid votes") + numbers_of(official, what="result, valid votes")


def _distance(row: Any, name: str, outlook: VoteOutlook) -> str:
    """Compare a share with the result."""
    if np.isnan(row.error):
        return say("The share of {candidate} in the whole sample was not published.", candidate=name)
    fields = {
        "candidate": name,
        "share": share_phrase(row.share, row.low, row.high),
        "official": percent(row.official, 2),
        "error": points(abs(row.error)),
        "level": level(outlook.confidence_level),
        "later": _days_later(outlook),
    }
    if row.verdict == "higher":
        return say(
            "{candidate} had {share} of the valid votes in the poll and {official} in the vote, {later}: {error} less, and "
            "more than sampling error at {level} confidence explains.",
            **fields,
        )
    if row.verdict == "lower":
        return say(
            "{candidate} had {share} of the valid votes in the poll and {official} in the vote, {later}: {error} more, and "
            "more than sampling error at {level} confidence explains.",
            **fields,
        )
    if row.verdict == "not distinguishable":
        return say(
            "{candidate} had {share} of the valid votes in the poll and {official} in the vote, {later}: a difference of "
            "{error}, which is within sampling error at {level} confidence.",
            **fields,
        )
    return say(
        "{candidate} had {share} of the valid votes in the poll and {official} in the vote, {later}: a difference of "
        "{error}.",
        **{key: value for key, value in fields.items() if key != "level"},
    )


def accuracy_sentence(poll: Poll, outlook: VoteOutlook) -> Shown:
    """Read the two measures that everybody quotes: the error of a share, and that of the lead."""
    if outlook.accuracy.empty:
        return Shown("", "")
    of_votes = outlook.accuracy[outlook.accuracy["base"] == "valid_votes"]
    share, lead = (
        rows_of(of_votes[of_votes["measure"] == measure])[0] for measure in ("mosteller_3", "mosteller_5")
    )
    if np.isnan(share.value):
        return statement(say("The shares of the whole sample were not published."))
    return statement(
        say(
            "In valid votes the poll was off by {share} a candidate on average, and its lead by {lead}.",
            share=points(share.value),
            lead=points(lead.value),
        ),
        say(
            "An unbiased poll of this size, taken on the day of the vote, would have been off by {share} and {lead} on "
            "average.",
            share=points(share.expected),
            lead=points(lead.expected),
        )
        if not np.isnan(share.expected)
        else "",
    )
