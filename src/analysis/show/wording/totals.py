"""What the total would be if the segments had other sizes."""

from html import escape
from typing import Any

import numpy as np

from analysis.estimates import PRINTED, Reweighting
from analysis.polls import PUBLISHED, Poll
from analysis.show.display import Shown, headline, numbers_of, remark, rows_of, statement
from analysis.show.language import say, term
from analysis.show.names import answer_mention, segment_name, target_name, weights_name
from analysis.show.phrases import (
    capitalised,
    interval,
    joined,
    level,
    percent,
    points,
)
from analysis.show.wording.population import target_text, votes_warning

__all__ = [
    "lead_words",
    "total_answer",
    "total_summary",
    "total_text",
]


def lead_words(poll: Poll, result: Reweighting, lead: Any) -> str:
    """Say who leads whom by how much, with interval and verdict."""
    names = (lead.answer_a, lead.answer_b) if lead.lead >= 0 else (lead.answer_b, lead.answer_a)
    first, second = (answer_mention(poll, result.question, name) for name in names)
    return say("{first} has {lead}", first=first, lead=_lead_over(result, lead, second))


def _lead_over(result: Reweighting, lead: Any, second: str) -> str:
    """Say how much more than another the foremost has, with interval and verdict."""
    size = (lead.lead, lead.low, lead.high) if lead.lead >= 0 else (-lead.lead, -lead.high, -lead.low)
    fields = {
        "second": second,
        "lead": points(size[0]),
        "verdict": term("ahead" if lead.verdict == "behind" else lead.verdict),
    }
    if np.isnan(lead.low):
        return say("{lead} more than {second}, which cannot be tested ({verdict})", **fields)
    return say(
        "{lead} more than {second} ({low} to {high}, {level} confidence): {verdict}",
        low=f"{100 * size[1]:.1f}".replace("-", "−"),
        high=f"{100 * size[2]:.1f}",
        level=level(result.confidence_level),
        **fields,
    )


def _share_words(poll: Poll, result: Reweighting, answer: str) -> str:
    """Say what share an answer has under the weights of the result, beside the printed one."""
    totals = result.totals[(result.totals["weights"] == result.main) & (result.totals["answer"] == answer)]
    row = rows_of(totals)[0]
    fields = {"answer": answer_mention(poll, result.question, answer), "share": percent(row.share)}
    ends = "" if np.isnan(row.low) else f" ({interval(row.low, row.high)})"
    if result.main == PRINTED or np.isnan(row.published):
        return say("{answer} has {share}{ends}", ends=ends, **fields)
    return say(
        "{answer} has {share}{ends} instead of the printed {printed}",
        ends=ends,
        printed=percent(row.published),
        **fields,
    )


def total_answer(poll: Poll, result: Reweighting) -> Shown:
    """Answer what the foremost answer has, and how far it leads, with segments of other sizes."""
    title = escape(target_name(result.target))
    refused = (
        say("“{target}” has no counts for the segments of this poll.", target=title)
        if not result.fits
        else ""
    )
    if result.target.id == PUBLISHED and not result.fits:
        refused = say("No columns of this poll make up the whole, so that nothing can be weighted anew.")
    opening = {
        PRINTED: say("As printed"),
        PUBLISHED: say("With the weights that the printed figures imply"),
    }.get(result.main, say("With segments as large as in “{target}”", target=title))
    if result.leads.empty:
        return headline(
            " ".join(
                [
                    refused,
                    say("No two answers of this table have a total under these weights, so that none leads."),
                ]
            ).strip()
        )
    leads: Any = {row.weights: row for row in rows_of(result.leads)}
    main = leads[result.main]
    sentence = say(
        "{opening}, {share}, {lead}.",
        opening=opening,
        share=_share_words(poll, result, main.answer_a),
        lead=_lead_over(result, main, answer_mention(poll, result.question, main.answer_b)),
    )
    printed = leads[PRINTED]
    beside = ""
    if result.main != PRINTED and not np.isnan(printed.lead):
        beside = say("As printed, {lead}.", lead=lead_words(poll, result, printed))
    return headline(
        " ".join(filter(None, [refused, sentence])),
        numbers=numbers_of(
            result.leads.rename(columns={"lead": "value"})[["weights", "value", "low", "high", "verdict"]],
            what="lead",
            question=result.question,
            confidence_level=f"{result.confidence_level:g}",
        ),
    ) + remark(beside, _rule(result))


def _rule(result: Reweighting) -> str:
    """Say what the verdicts mean that are given."""
    given = {"ahead" if verdict == "behind" else verdict for verdict in result.leads["verdict"]}
    rules = {
        "ahead": say("{word}: the interval of the lead leaves out zero, whatever the rounding hides."),
        "statistical tie": say("{word}: the interval holds zero, whatever the rounding hides."),
        "depends on rounding": say(
            "{word}: the shares and weights that round to the printed figures include some that make a lead, "
            "and others that do not."
        ),
        "depends on the overlap": say(
            "{word}: people could give both answers, and how many did decides whether the lead is one."
        ),
        "too few interviews": say("{word}: fewer than 30 effective interviews are not tested."),
    }
    known = [rule.format(word=capitalised(term(word))) for word, rule in rules.items() if word in given]
    return " ".join(known)


def total_text(poll: Poll, result: Reweighting) -> Shown:
    """Say what the target counts and which segments are weighted, or why they are weighted otherwise."""
    if not result.partition:
        return statement(
            say(
                "No columns of this poll are declared to make up the whole, so that only the total as printed "
                "can be shown."
            )
        )
    names = joined([segment_name(poll, segment) for segment in result.parts])
    beside = [
        say("A caution on “{target}”, which is shown beside it:", target=escape(target_name(target)))
        + f" {votes_warning(target)}"
        for target in result.targets
        if target is not result.target and target.counts == "votes"
    ]
    weighted = statement(
        say("The segments weighted are {segments}.", segments=names),
        ""
        if result.fits
        else say(
            "“{target}” has no counts for them, so that the weights are those that the printed figures imply.",
            target=escape(target_name(result.target)),
        ),
        *beside,
    )
    return (target_text(result.target) if result.fits else Shown("", "")) + weighted


def total_summary(poll: Poll, result: Reweighting) -> Shown:
    """Say whether the verdict is the same under all weights."""
    if result.leads.empty:
        return statement(say("No lead can be stated under any weights."))
    leads = result.leads
    same = len(set(leads["verdict"])) == 1
    if len(leads) == 1:
        row = rows_of(leads)[0]
        return statement(say("There is one set of weights: {lead}.", lead=lead_words(poll, result, row)))
    each = [
        say(
            "{weights}: {verdict}, {lead}",
            weights=escape(weights_name(result, row.weights)),
            verdict=term(row.verdict),
            lead=points(row.lead),
        )
        for row in rows_of(leads)
    ]
    return statement(
        say(
            "Of the lead of {first} over {second} the verdict is the same under all weights ({each}).",
            first=answer_mention(poll, result.question, leads["answer_a"].iloc[0]),
            second=answer_mention(poll, result.question, leads["answer_b"].iloc[0]),
            each="; ".join(each),
        )
        if same
        else say(
            "Of the lead of {first} over {second} the verdict depends on the weights ({each}).",
            first=answer_mention(poll, result.question, leads["answer_a"].iloc[0]),
            second=answer_mention(poll, result.question, leads["answer_b"].iloc[0]),
            each="; ".join(each),
        )
    )
