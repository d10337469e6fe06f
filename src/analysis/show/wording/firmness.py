"""How firm each candidate's vote is, in words."""

from html import escape
from typing import Any

import numpy as np
import pandas as pd

from analysis.estimates import VoteFirmness
from analysis.polls import Poll
from analysis.polls.segments import WHOLE
from analysis.show.display import Shown, headline, numbers_of, remark, rows_of, statement
from analysis.show.language import say
from analysis.show.names import question_name, segment_name, short_name
from analysis.show.phrases import (
    joined,
    level,
    percent,
    points,
)
from analysis.show.wording.leads import lead_phrase, lead_rule, lead_span, share_phrase, verdict_word

__all__ = [
    "firm_segments_sentence",
    "firmness_answer",
    "left_to_win_sentence",
    "reach_sentence",
    "whole_votes",
    "without_certainty",
]


def without_certainty(poll: Poll, firmness: VoteFirmness) -> str:
    """Say why a poll, or the table named, cannot tell firm votes from others."""
    if firmness.question:
        return say(
            "The table {table} does not say how certain the voters of each candidate were, so firm votes cannot be told "
            "from others.",
            table=question_name(poll, firmness.question),
        )
    return say(
        "{pollster} published no table that says how certain the voters of each candidate were, so firm votes cannot be "
        "told from others.",
        pollster=escape(poll.sheet.short_name),
    )


def _named(poll: Poll, firmness: VoteFirmness, answer: str) -> str:
    return escape(short_name(poll, firmness.question, answer))


def whole_votes(firmness: VoteFirmness) -> list[Any]:
    """Return the candidates' rows of the whole sample, those with the largest share first."""
    if firmness.votes.empty:
        return []
    rows = firmness.votes[firmness.votes["segment"] == WHOLE].set_index("answer", drop=False)
    return rows_of(rows.loc[list(firmness.candidates)]) if len(rows) else []


def _lead(firmness: VoteFirmness, measure: str, segment: str = WHOLE) -> Any:
    rows = firmness.leads
    if rows.empty:
        return None
    chosen = rows_of(rows[(rows["measure"] == measure) & (rows["segment"] == segment)])
    return chosen[0] if chosen and not np.isnan(chosen[0].lead) else None


def _reach_phrase(poll: Poll, firmness: VoteFirmness, reach: Any) -> str:
    """Say whether the second's ceiling reaches the first's floor."""
    first, second = whole_votes(firmness)[:2]
    fields = {
        "first": _named(poll, firmness, first.answer),
        "second": _named(poll, firmness, second.answer),
        "ceiling": percent(second.ceiling),
        "floor": percent(first.floor),
    }
    if reach.verdict == "ahead":
        return say(
            "with all the undecided, {second} would have {ceiling}, above the floor of {first}", **fields
        )
    if reach.verdict == "behind":
        return say(
            "even with all the undecided, {second} would have {ceiling}, below the floor of {first}", **fields
        )
    if reach.verdict == "statistical tie":
        return say(
            "with all the undecided, {second} would have {ceiling}, which cannot be told apart from the floor of {first}",
            **fields,
        )
    return say(
        "with all the undecided, {second} would have {ceiling} against the floor of {floor} of {first} ({verdict})",
        verdict=verdict_word(reach.verdict),
        **fields,
    )


def firmness_answer(poll: Poll, firmness: VoteFirmness) -> Shown:
    """Answer how firm the votes are: floors and ceilings, and whether they meet."""
    if firmness.votes.empty:
        return headline(without_certainty(poll, firmness))
    rows = whole_votes(firmness)
    known = [row for row in rows if not np.isnan(row.floor)]
    numbers = _vote_numbers(firmness)
    if not known:
        return headline(
            say("How many votes of the whole sample are firm was not published."), numbers=numbers
        )
    firm, reach = _lead(firmness, "firm"), _lead(firmness, "reach")
    ranges = [
        say(
            "{candidate}: floor {floor}, ceiling {ceiling}.",
            candidate=_named(poll, firmness, row.answer),
            floor=share_phrase(row.floor, row.floor_low, row.floor_high),
            ceiling=share_phrase(row.ceiling, row.ceiling_low, row.ceiling_high),
        )
        for row in known
    ]
    if firm is None:
        only = known[0]
        sentence = say(
            "{floor} of all interviewed were firmly for {candidate}, who with all the undecided would have {ceiling} "
            "({level} confidence).",
            candidate=_named(poll, firmness, only.answer),
            floor=share_phrase(only.floor, only.floor_low, only.floor_high),
            ceiling=share_phrase(only.ceiling, only.ceiling_low, only.ceiling_high),
            level=level(firmness.confidence_level),
        )
        return headline(sentence, numbers=numbers) + remark(*ranges[1:])
    return headline(_firm_lead_sentence(poll, firmness, firm, reach), numbers=numbers) + statement(
        *ranges,
        say("Intervals are at {level} confidence.", level=level(firmness.confidence_level)),
        lead_rule(firmness.confidence_level),
    )


def _firm_lead_sentence(poll: Poll, firmness: VoteFirmness, firm: Any, reach: Any) -> str:
    """Compare the firm votes of the two, and say how far the second can come."""
    pair = whole_votes(firmness)[:2]
    more, fewer = pair if firm.lead >= 0 else pair[::-1]
    fields = {
        "more": _named(poll, firmness, more.answer),
        "fewer": _named(poll, firmness, fewer.answer),
        "floor": percent(more.floor),
        "other": percent(fewer.floor),
        "lead": lead_phrase(firm.lead, firm.low, firm.high, firm.verdict, firmness.confidence_level),
        "reach": _reach_phrase(poll, firmness, reach),
    }
    if firm.lead == 0:
        return say(
            "{more} and {fewer} have as many firm votes, {floor} of all interviewed each ({lead}); {reach}.",
            **fields,
        )
    return say(
        "{more} has more firm votes than {fewer}, {floor} against {other} of all interviewed (by {lead}); {reach}.",
        **fields,
    )


def _vote_numbers(firmness: VoteFirmness) -> tuple[dict[str, Any], ...]:
    whole = firmness.votes[firmness.votes["segment"] == WHOLE]
    constant = {"question": firmness.question, "confidence_level": f"{firmness.confidence_level:g}"}
    found: tuple[dict[str, Any], ...] = ()
    for what in ("floor", "ceiling", "to_win"):
        table = whole[["answer", "segment", what, f"{what}_low", f"{what}_high"]]
        found += numbers_of(
            table.set_axis(["answer", "segment", "value", "low", "high"], axis=1),
            what=what.replace("_", " "),
            **constant,
        )
    return found


def left_to_win_sentence(poll: Poll, firmness: VoteFirmness) -> Shown:
    """Say for each candidate who could still be won, and how much of what there is could be lost."""
    sentences = [
        say(
            "{candidate} could still win {to_win} of all interviewed: {undecided} undecided and {others} who chose another "
            "answer but might change; {soft} named {candidate} without being certain.",
            candidate=_named(poll, firmness, row.answer),
            to_win=share_phrase(row.to_win, row.to_win_low, row.to_win_high),
            undecided=percent(row.undecided),
            others=percent(row.soft_others),
            soft=percent(row.soft),
        )
        for row in whole_votes(firmness)
        if not np.isnan(row.to_win)
    ]
    return remark(*sentences)


def reach_sentence(poll: Poll, firmness: VoteFirmness) -> Shown:
    """Read the distance from the second's ceiling to the first's floor."""
    reach = _lead(firmness, "reach")
    if reach is None:
        return Shown("", "")
    first, second = whole_votes(firmness)[:2]
    fields = {
        "first": _named(poll, firmness, first.answer),
        "second": _named(poll, firmness, second.answer),
        "distance": points(abs(reach.lead)),
        "interval": "–"
        if np.isnan(reach.low)
        else lead_span(*((reach.low, reach.high) if reach.lead >= 0 else (-reach.high, -reach.low))),
        "level": level(firmness.confidence_level),
    }
    sentence = (
        say(
            "The ceiling of {second} lies {distance} above the floor of {first} ({level} interval {interval}).",
            **fields,
        )
        if reach.lead >= 0
        else say(
            "The ceiling of {second} lies {distance} below the floor of {first} ({level} interval {interval}).",
            **fields,
        )
    )
    meaning = {
        "ahead": say(
            "By these figures the lead was not safe: the undecided were enough to overtake the firm votes."
        ),
        "behind": say("By these figures the firm votes alone were out of reach, whatever the undecided did."),
        "statistical tie": say(
            "Whether the undecided were enough to overtake the firm votes cannot be told."
        ),
    }.get(reach.verdict, say("The verdict: {verdict}.", verdict=verdict_word(reach.verdict)))
    return statement(sentence, meaning)


def firm_segments_sentence(poll: Poll, firmness: VoteFirmness) -> Shown:
    """Say in which columns either candidate is ahead in firm votes, and where the other could overtake."""
    if firmness.leads.empty:
        return Shown("", "")
    first, second = (_named(poll, firmness, answer) for answer in firmness.candidates[:2])
    firm = firmness.leads[(firmness.leads["measure"] == "firm") & (firmness.leads["segment"] != WHOLE)]
    if firm.empty:
        return statement(say("Only the whole sample was published."))

    def columns(rows: pd.DataFrame) -> str:
        return joined([segment_name(poll, segment) for segment in rows["segment"]])

    sentences = {
        "ahead": say(
            "{candidate} is ahead in firm votes in {columns}.", candidate=first, columns="{columns}"
        ),
        "behind": say(
            "{candidate} is ahead in firm votes in {columns}.", candidate=second, columns="{columns}"
        ),
        "statistical tie": say("Firm votes are a statistical tie in {columns}.", columns="{columns}"),
        "depends on rounding": say("Who is ahead depends on rounding in {columns}.", columns="{columns}"),
        "too few interviews": say("There are too few interviews to say in {columns}.", columns="{columns}"),
        "base unknown": say("How many people were interviewed is unknown in {columns}.", columns="{columns}"),
        "not published": say("How many votes are firm was not published in {columns}.", columns="{columns}"),
    }
    return statement(
        *(
            sentence.replace("{columns}", columns(rows))
            for verdict, sentence in sentences.items()
            if len(rows := firm[firm["verdict"] == verdict])
        )
    )
