"""Who leads, by how much and how surely, in words."""

from html import escape
from typing import Any

import numpy as np

from analysis.estimates import TOTAL_ERROR, VoteOutlook
from analysis.polls import Poll
from analysis.show.display import Shown, headline, numbers_of, rows_of, statement
from analysis.show.language import say
from analysis.show.names import question_name, short_name
from analysis.show.phrases import counted, joined, level, percent, points
from analysis.show.wording.against_result import result_phrase
from analysis.show.wording.leads import lead_judged, lead_rule, share_phrase

__all__ = [
    "chance",
    "chosen_lead",
    "lead_sentence",
    "leading_answer",
    "leading_sentence",
    "nothing_leads",
    "outlook_summary",
    "pair_names",
    "valid_votes_sentence",
    "without_candidates",
]

# Beyond this a probability is not written out: neither the draws nor the model carry more.
_SURE = 0.999


def without_candidates(poll: Poll, outlook: VoteOutlook) -> str:
    """Say why nobody leads."""
    if outlook.question:
        return say(
            "In the table {table} people did not each name one of several candidates, so it does not say who leads.",
            table=question_name(poll, outlook.question),
        )
    return say(
        "{pollster} published no table in which people each name one of several candidates, so it does not say who leads.",
        pollster=escape(poll.sheet.short_name),
    )


def nothing_leads(outlook: VoteOutlook) -> Shown:
    """Say why there is no lead to show."""
    return statement(
        say("The shares of the whole sample were not published.")
        if outlook.candidates
        else say("There are no candidates to compare.")
    )


def pair_names(poll: Poll, outlook: VoteOutlook) -> tuple[str, str]:
    """Name the first and the second candidate."""
    first, second = (escape(short_name(poll, outlook.question, a)) for a in outlook.candidates[:2])
    return first, second


def chosen_lead(outlook: VoteOutlook) -> Any:
    """Return the lead among all interviews with the design effect of the notebook; None where there is none."""
    if outlook.leads.empty:
        return None
    rows = rows_of(outlook.leads[outlook.leads["design_effect"] == outlook.design_effect])
    return rows[0] if rows and not np.isnan(rows[0].lead) else None


def chance(probability: float) -> str:
    """Write a probability as a percentage, no surer than a simulation can be.

    Examples
    --------
    >>> chance(0.873), chance(1.0), chance(0.0002)
    ('87%', 'more than 99.9%', 'less than 0.1%')

    Nothing is written as certain.
    """
    if probability > _SURE:
        return say("more than {share}", share=percent(_SURE))
    if probability < 1 - _SURE:
        return say("less than {share}", share=percent(1 - _SURE))
    return percent(probability, 1 if probability > 0.99 or probability < 0.01 else 0)


def leading_answer(poll: Poll, outlook: VoteOutlook) -> Shown:
    """Answer who leads, by how much and how surely; in valid votes, in probability, and against the result."""
    if not outlook.candidates:
        return headline(without_candidates(poll, outlook))
    row = chosen_lead(outlook)
    if row is None:
        return headline(
            say("The shares of the whole sample were not published, so it does not say who leads.")
        )
    first, second = pair_names(poll, outlook)
    shares = outlook.valid.set_index("answer")["all_interviews"]
    fields = {
        "first": first,
        "second": second,
        "share": percent(float(shares[outlook.candidates[0]])),
        "other": percent(float(shares[outlook.candidates[1]])),
        "lead": points(abs(row.lead)),
        "judged": lead_judged(row.lead, row.low, row.high, row.verdict, outlook.confidence_level),
    }
    opening = (
        say("{first} and {second} were level, each with {share} of all interviewed ({judged}).", **fields)
        if row.lead == 0
        else say(
            "{first} led {second} by {lead}, {share} to {other} of all interviewed ({judged}).", **fields
        )
        if row.verdict in {"ahead", "behind"}
        else say(
            "{first} had {lead} more than {second}, {share} to {other} of all interviewed ({judged}).",
            **fields,
        )
    )
    numbers = numbers_of(
        outlook.leads.rename(columns={"lead": "value"}),
        what="lead",
        question=outlook.question,
        confidence_level=f"{outlook.confidence_level:g}",
    )
    further = [_valid_phrase(poll, outlook), result_phrase(poll, outlook), _chance_phrase(poll, outlook)]
    return headline(opening, numbers=numbers) + statement(*further, lead_rule(outlook.confidence_level))


def _valid_phrase(poll: Poll, outlook: VoteOutlook) -> str:
    rows = outlook.valid.set_index("answer").loc[list(outlook.candidates)].reset_index()
    shares = [
        say(
            "{candidate} had {share}",
            candidate=escape(short_name(poll, outlook.question, row.answer)),
            share=share_phrase(row.share, row.low, row.high),
        )
        for row in rows_of(rows)
    ]
    return say("Of those who named a candidate, {shares}.", shares=joined(shares))


def _chance_phrase(poll: Poll, outlook: VoteOutlook) -> str:
    likely = _probabilities(outlook)
    if not likely:
        return ""
    return say(
        "The probability that {first} had most support on the days of the interviews is {sampling} if sampling were the "
        "only error, and {total} with the total error that polls have had.",
        first=pair_names(poll, outlook)[0],
        sampling=chance(likely["sampling"]),
        total=chance(likely["total"]),
    )


def _probabilities(outlook: VoteOutlook) -> dict[str, float]:
    """Return the probability that the first candidate led, by the error counted; empty where it is unknown."""
    rows = outlook.probability
    if rows.empty:
        return {}
    own = rows[rows["answer"] == outlook.candidates[0]].dropna(subset="probability")
    return {row.error: row.probability for row in rows_of(own)}


def lead_sentence(poll: Poll, outlook: VoteOutlook) -> Shown:
    """Say what would have to be wrong for the lead to be a tie."""
    row = chosen_lead(outlook)
    if row is None:
        return Shown("", "")
    if np.isnan(outlook.tipping):
        return statement(say("How many interviews stand behind the lead is unknown, so it cannot be tested."))
    fields = {"effect": f"{outlook.tipping:.1f}", "level": level(outlook.confidence_level)}
    return statement(
        say(
            "At {level} confidence the lead would become a statistical tie at a design effect of {effect}.",
            **fields,
        )
        if outlook.tipping >= 1
        else say(
            "At {level} confidence the lead is a statistical tie even without a design effect.", **fields
        )
    )


def valid_votes_sentence(poll: Poll, outlook: VoteOutlook) -> Shown:
    """Say how many of the interviewed named a candidate, and what the lead among these is."""
    if chosen_lead(outlook) is None:
        return Shown("", "")
    first, second = pair_names(poll, outlook)
    decided = next(row for row in rows_of(outlook.scenarios) if row.scenario == "as_decided")
    return statement(
        say(
            "{named} of all interviewed named a candidate. Among these the lead of {first} over {second} is {lead} "
            "({judged}).",
            named=percent(float(outlook.valid["all_interviews"].sum())),
            first=first,
            second=second,
            lead=points(abs(decided.lead)),
            judged=lead_judged(
                decided.lead, decided.low, decided.high, decided.verdict, outlook.confidence_level
            ),
        )
    )


def leading_sentence(poll: Poll, outlook: VoteOutlook) -> Shown:
    """Say what each probability counts as error."""
    likely = _probabilities(outlook)
    if not likely:
        return Shown("", "")
    added = float(outlook.probability["added_error"].max())
    first = outlook.candidates[0]
    return statement(
        say(
            "State polls in the last weeks of campaigns in the United States were off by {total} of the two candidates’ "
            "share (root mean square; Shirani-Mehr, Rothschild, Goel and Gelman 2018). Sampling error here is {sampling}, "
            "so {added} of other error are added, the same for all interviews.",
            total=points(TOTAL_ERROR),
            sampling=points(outlook.sampling_error),
            added=points(added),
        ),
        numbers=numbers_of(
            outlook.probability[outlook.probability["answer"] == first].rename(
                columns={"probability": "value"}
            ),
            what="probability of leading",
        ),
    )


def outlook_summary(poll: Poll, outlook: VoteOutlook) -> Shown:
    """Sum up: who led, in how many scenarios, and what came of it."""
    if not outlook.candidates:
        return statement(without_candidates(poll, outlook))
    row = chosen_lead(outlook)
    if row is None:
        return nothing_leads(outlook)
    first, second = pair_names(poll, outlook)
    verdicts = outlook.scenarios["verdict"]
    return statement(
        say(
            "Of {scenarios} scenarios for the undecided and for turnout, {first} is ahead in {ahead} and {second} in "
            "{behind}.",
            scenarios=len(verdicts),
            first=first,
            ahead=counted(int((verdicts == "ahead").sum()), say("none of them"), say("one of them"), "#"),
            second=second,
            behind=counted(int((verdicts == "behind").sum()), say("none of them"), say("one of them"), "#"),
        ),
        result_phrase(poll, outlook),
    )
