"""What recovered weights are held against: a population, and the rows that they do not explain."""

from html import escape

import pandas as pd

from analysis.polls import PUBLISHED, Poll, Target
from analysis.show.display import Shown, numbers_of, rows_of, statement
from analysis.show.language import label_of, reference_text, say
from analysis.show.names import segment_name, target_name
from analysis.show.phrases import (
    bounds,
    counted,
    joined,
    level,
    percent,
    points,
)
from analysis.show.wording.weights import main_partition, named_parts, no_weights

__all__ = ["contradictions_sentence", "population_sentence", "target_text", "votes_warning"]


def population_sentence(
    poll: Poll, weights: pd.DataFrame, target: Target, *, confidence_level: float
) -> Shown:
    """Say how far the sample departs from a population, whether chance could take it there, and what is counted."""
    nothing = no_weights(weights)
    if nothing:
        return nothing
    known = weights[weights["population"].notna() & weights["weight"].notna()]
    if known.empty:
        return statement(
            say("No population was given to hold the weights against.")
            if target.id == PUBLISHED
            else say(
                "“{target}” has no counts for the parts of this poll, so that the weights cannot be held against it.",
                target=escape(target_name(target)),
            )
        )
    apart = known["weight"] - known["population"]
    farthest = rows_of(known.assign(apart=apart, size=apart.abs()).nlargest(1, "size"))[0]
    same = int((known["verdict"] == "its share").sum())
    chance = (apart.abs() <= known["chance"]).sum()
    sides = {
        "part": segment_name(poll, farthest.segment),
        "weight": bounds(farthest.low, farthest.high),
        "population": percent(farthest.population),
    }
    found = statement(
        say(
            "Of {parts}, {same} in the sample.",
            parts=counted(
                len(known), "", say("one part that can be compared"), say("# parts that can be compared")
            ),
            same=counted(
                same,
                say("none has its share of the population"),
                say("one has its share of the population"),
                say("# have their share of the population"),
            ),
        ),
        say("Farthest from it is {part}, with {weight} instead of {population}.", **sides),
        counted(
            int(chance),
            say("None of the weights is as near to the population’s as chance would bring it"),
            say("One of the weights is as near to the population’s as chance would bring it"),
            say("# of the weights are as near to the population’s as chance would bring them"),
        )
        + " "
        + say(
            "in a sample drawn by lot, without quotas or weighting ({level} confidence); for {part} chance "
            "means ±{chance}.",
            level=level(confidence_level),
            part=segment_name(poll, farthest.segment),
            chance=points(farthest.chance),
        )
        if farthest.chance > 0
        else "",
        numbers=numbers_of(
            known.rename(columns={"population": "value"})[["segment", "value"]], what=f"share in {target.id}"
        ),
    )
    return found + target_text(target)


def target_text(target: Target) -> Shown:
    """Say what a target counts, where it comes from and what had to be assumed, in full."""
    if target.id == PUBLISHED:
        return statement(
            say(
                "The weights are those that the printed figures imply: no count of the population is needed, "
                "and none is used."
            )
        )
    unit, assumption = (escape(reference_text(target, field)) for field in ("unit", "assumption"))
    return statement(
        say(
            "“{title}” counts {unit}.",
            title=escape(target_name(target)),
            unit=unit or say("what its file does not say"),
        ),
        say("Source: {source}.", source=escape(reference_text(target, "source"))),
        assumption,
        votes_warning(target),
    )


def votes_warning(target: Target) -> str:
    """Warn of a target that counts votes, in which abstention is counted already; empty for any other."""
    if target.counts != "votes":
        return ""
    return say(
        "Among votes cast, whoever stayed at home is missing already. The totals here are of all answers, with those of "
        "people who will not vote, so that weighting them to votes counts abstention twice."
    )


def contradictions_sentence(poll: Poll, weights: pd.DataFrame, contradictions: pd.DataFrame) -> Shown:
    """Say how many totals of open questions no weights explain, by how much, and what the others would say."""
    nothing = no_weights(weights)
    if nothing:
        return nothing
    if contradictions.empty:
        return statement(say("No printed total of an open question contradicts these weights."))
    size = contradictions["excess"].astype(float).abs()
    worst = rows_of(contradictions.assign(size=size).nlargest(1, "size"))[0]
    found = say(
        "{rows}; together they are off by {total}, the worst, “{answer}”, by {worst}.",
        rows=counted(
            len(contradictions),
            "",
            say("One total of an open question does not follow from its parts with any of these weights"),
            say("# totals of open questions do not follow from their parts with any of these weights"),
        ),
        total=points(float(size.sum()), 2),
        answer=escape(label_of(poll.question(worst.question)[worst.answer])),
        worst=points(worst.size, 2),
    )
    parts = main_partition(weights.dropna(subset=["weight", "all_low"]))
    narrowed = [
        say(
            "{part} would have had {bounds}",
            part=segment_name(poll, row.segment),
            bounds=bounds(row.all_low, row.all_high),
        )
        for row in rows_of(named_parts(parts))
    ]
    return statement(
        found,
        say("If those are the wrong ones and every other row is right, {parts}.", parts=joined(narrowed))
        if narrowed
        else "",
    )
