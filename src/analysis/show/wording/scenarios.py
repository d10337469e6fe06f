"""What the undecided, and turnout, would change, in words."""

from html import escape
from typing import Any

from analysis.estimates import VoteOutlook
from analysis.polls import Poll
from analysis.show.display import Shown, rows_of, statement
from analysis.show.language import reference_text, say
from analysis.show.names import short_name
from analysis.show.phrases import percent, points
from analysis.show.wording.leads import lead_judged
from analysis.show.wording.outlook import chosen_lead, nothing_leads, pair_names

__all__ = ["scenario_name", "scenario_sentence", "turnout_sentence"]


def scenario_name(poll: Poll, question: str, scenario: str) -> str:
    """Name a scenario, as text."""
    names = {
        "as_decided": say("undecided vote like the others"),
        "equally": say("undecided split equally"),
        "as_decided_by_segment": say("undecided vote like the others of their segment"),
    }
    if scenario in names:
        return names[scenario]
    return say(
        "all undecided for {candidate}",
        candidate=short_name(poll, question, scenario.removeprefix("all_to_")),
    )


def scenario_sentence(poll: Poll, outlook: VoteOutlook) -> Shown:
    """Name the best and the worst scenario of the first candidate, and what the second would need."""
    if chosen_lead(outlook) is None:
        return Shown("", "")
    first, second = pair_names(poll, outlook)
    rows = outlook.scenarios.dropna(subset="lead").sort_values("lead", kind="stable")
    worst, best = rows_of(rows)[0], rows_of(rows)[-1]

    needed = ""
    if outlook.undecided > 0 and outlook.needed > 1:
        needed = say(
            "{undecided} of all interviewed were undecided; even all of them would not have made {second} level.",
            undecided=percent(outlook.undecided),
            second=second,
        )
    elif outlook.undecided > 0:
        needed = say(
            "{undecided} of all interviewed were undecided; {second} would have needed about {needed} of them, {first} "
            "winning the rest, to be level.",
            undecided=percent(outlook.undecided),
            second=second,
            first=first,
            needed=percent(outlook.needed, 0),
        )
    else:
        needed = say("No answer of the table says undecided, so there is nothing to distribute.")
    return statement(
        say(
            "The scenarios reach from {best} to {worst}.",
            best=_lead_of_scenario(poll, outlook, best),
            worst=_lead_of_scenario(poll, outlook, worst),
        ),
        needed,
    )


def _lead_of_scenario(poll: Poll, outlook: VoteOutlook, row: Any) -> str:
    first, second = pair_names(poll, outlook)
    return say(
        "a lead of {lead} for {leader} ({scenario}; {judged})",
        leader=first if row.lead >= 0 else second,
        lead=points(abs(row.lead)),
        scenario=escape(scenario_name(poll, outlook.question, row.scenario)),
        judged=lead_judged(row.lead, row.low, row.high, row.verdict, outlook.confidence_level),
    )


def turnout_sentence(poll: Poll, outlook: VoteOutlook) -> Shown:
    """Say whose votes cast were used as the sizes of the segments, and what that rests on."""
    cast = outlook.votes_cast
    if cast is None:
        return statement(
            say("No votes cast by segment are used, so every segment counts for what it is in the sample.")
        )
    title = escape(reference_text(cast, "title"))
    if not outlook.candidates:
        return nothing_leads(outlook)
    if not outlook.partition:
        return statement(
            say(
                "“{title}” has no votes for the columns of this poll, so every segment counts for what it is in the sample.",
                title=title,
            )
        )
    return statement(
        say(
            "Sizes by turnout are those of “{title}” ({source}).",
            title=title,
            source=escape(reference_text(cast, "source")),
        ),
        escape(reference_text(cast, "assumption")),
    )
