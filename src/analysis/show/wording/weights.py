"""What weights the pollster used, as far as the printed figures tell."""

from html import escape

import pandas as pd

from analysis.polls import Poll, Target
from analysis.polls.segments import WHOLE
from analysis.show.display import Shown, headline, numbers_of, remark, rows_of, statement
from analysis.show.language import label_of, say, term
from analysis.show.names import segment_name, target_name
from analysis.show.phrases import (
    bounds,
    counted,
    interviews,
    joined,
    percent,
    points,
)

__all__ = [
    "main_partition",
    "named_parts",
    "no_weights",
    "proof_sentence",
    "row_weights_sentence",
    "weights_answer",
    "weights_summary",
]

_VAGUE = 0.1
_MOST_NAMED = 3


def main_partition(weights: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of the partition that an answer speaks of: the first of the whole, or the first of all."""
    of_whole = weights.loc[weights["of"] == WHOLE, "partition"]
    chosen = (of_whole if len(of_whole) else weights["partition"]).iloc[:1]
    return weights[weights["partition"].isin(chosen)]


def no_weights(weights: pd.DataFrame) -> Shown | None:
    """Say that no weights can be found, if so; the answer says why."""
    return statement(say("There are no weights to show here.")) if weights["weight"].isna().all() else None


def named_parts(rows: pd.DataFrame) -> pd.DataFrame:
    """Choose the parts that a sentence names: the first of two, whose rest the other is, else the heaviest."""
    known = rows.dropna(subset="weight")
    return known.iloc[:1] if len(known) == 2 else known.nlargest(_MOST_NAMED, "weight").sort_index()


def weights_answer(poll: Poll, weights: pd.DataFrame, target: Target) -> Shown:
    """Answer what share of the sample each main part had, and whether that is its share of the population."""
    if weights.empty:
        return headline(
            say(
                "No columns of this poll are declared to make up another, so that nothing printed says what they weigh."
            )
        )
    if weights["weight"].isna().all():
        return headline(
            say("No weights at all turn the printed columns into the printed totals of the closed questions.")
        )
    rows = main_partition(weights.dropna(subset="weight"))
    parts = named_parts(rows)
    vague = bool((parts["high"] - parts["low"] > _VAGUE).all())
    named = joined(
        [
            say("{part} {bounds}", part=segment_name(poll, row.segment), bounds=bounds(row.low, row.high))
            for row in rows_of(parts)
        ]
    )
    whole = rows["of"].iloc[0]
    inside = say("the sample") if whole == WHOLE else segment_name(poll, whole)
    if vague:
        found = say(
            "The printed figures leave open how large the parts of {whole} were: {parts}.",
            whole=inside,
            parts=named,
        )
    elif len(parts) == 1:
        found = say(
            "The weight of {part} in {whole} was {bounds}; no other agrees with the printed figures.",
            part=segment_name(poll, parts["segment"].iloc[0]),
            whole=inside,
            bounds=bounds(parts["low"].iloc[0], parts["high"].iloc[0]),
        )
    else:
        found = say(
            "The weights in {whole} were {parts}; no others agree with the printed figures.",
            whole=inside,
            parts=named,
        )
    compared = _compared(poll, parts, target)
    numbers = numbers_of(
        rows.rename(columns={"weight": "value"})[["segment", "value", "low", "high"]],
        what="weight",
        method="all that agrees with the printed figures, proved",
    )
    return headline(" ".join(filter(None, [found, compared])), numbers=numbers) + remark(
        _interviews_agree(poll, rows), _rule(parts)
    )


def _compared(poll: Poll, parts: pd.DataFrame, target: Target) -> str:
    """Hold the weights of some parts against a population in one sentence, empty where none fits."""
    known = parts[parts["population"].notna()]
    if known.empty:
        return ""
    title = escape(target_name(target))
    if len(known) == 1:
        row = rows_of(known)[0]
        return say(
            "By “{target}” it would be {population}: the sample gives it {verdict}.",
            target=title,
            population=percent(row.population),
            verdict=term(row.verdict),
        )
    phrases = [
        say(
            "{part} {population} ({verdict})",
            part=segment_name(poll, row.segment),
            population=percent(row.population),
            verdict=term(row.verdict),
        )
        for row in rows_of(known)
    ]
    return say("By “{target}” they would be {parts}.", target=title, parts=joined(phrases))


def _rule(rows: pd.DataFrame) -> str:
    """Say what the verdicts mean that are given."""
    given = set(rows["verdict"])
    return " ".join(
        rule
        for verdict, rule in (
            (
                "more than its share",
                say("“More than its share”: every weight that agrees with the printed figures is larger."),
            ),
            (
                "less than its share",
                say("“Less than its share”: every weight that agrees with the printed figures is smaller."),
            ),
            ("its share", say("“Its share”: the printed figures allow for the weight that it has there.")),
        )
        if verdict in given
    )


def _interviews_agree(poll: Poll, rows: pd.DataFrame) -> str:
    """Hold the published numbers of interviews against the weights, empty where none were published."""
    known = rows[rows["interviews"].notna()]
    if known.empty:
        return ""
    outside = known[(known["interviews"] < known["low"]) | (known["interviews"] > known["high"])]
    shares = joined(
        [
            say("{part} {share}", part=segment_name(poll, row.segment), share=percent(row.interviews))
            for row in rows_of(known)
        ]
    )
    if outside.empty:
        return say(
            "The published numbers of interviews give {shares}, which agrees with the printed figures.",
            shares=shares,
        )
    return say(
        "The published numbers of interviews give {shares}. As weights, these do not agree with the printed "
        "figures, so that "
        "interviews were weighted up or down: {parts}.",
        shares=shares,
        parts=joined([segment_name(poll, segment) for segment in outside["segment"]]),
    )


def row_weights_sentence(poll: Poll, rows: pd.DataFrame) -> Shown:
    """Say how far the rows of the closed questions, each by itself, agree on the weight of one part."""
    known = rows.dropna(subset="low")
    if known.empty:
        return statement(
            say(
                "No column of this poll is made up of two others whose shares were all printed, so that no row "
                "by itself "
                "says much; all rows together may say more."
            )
        )
    low, high = known["low"].max(), known["high"].min()
    part = segment_name(poll, known["segment"].iloc[0])
    together = (
        say("what they have in common is {bounds}", bounds=bounds(low, high))
        if low <= high
        else say("they have no weight in common")
    )
    ordered = rows_of(known.assign(width=known["high"] - known["low"]).sort_values("width", kind="stable"))
    ends = [
        say(
            "{bounds} (“{answer}”)",
            bounds=bounds(row.low, row.high),
            answer=escape(label_of(poll.question(row.question)[row.answer])),
        )
        for row in (ordered[0], ordered[-1])
    ]
    if len(known) == 1:
        return statement(
            say("One printed row leaves a range for the weight of {part}: {only}.", part=part, only=ends[0])
        )
    return statement(
        say(
            "Each of {rows} printed rows leaves a range for the weight of {part}, from {narrowest} to {widest}; {together}.",
            rows=len(known),
            part=part,
            narrowest=ends[0],
            widest=ends[1],
            together=together,
        )
    )


def proof_sentence(poll: Poll, weights: pd.DataFrame) -> Shown:
    """Say how many bounds are proved, and how narrow the weights are."""
    nothing = no_weights(weights)
    if nothing:
        return nothing
    known = weights.dropna(subset="weight").assign(width=lambda rows: rows["high"] - rows["low"])
    narrow = rows_of(known.nsmallest(1, "width"))[0]
    return statement(
        say(
            "All {bounds} bounds are proved in this way. The narrowest interval is that of {part}, {interval}, "
            "the widest "
            "spans {widest}.",
            bounds=2 * len(known),
            part=segment_name(poll, narrow.segment),
            interval=bounds(narrow.low, narrow.high, 3),
            widest=points(float(known["width"].max())),
        )
    )


def weights_summary(poll: Poll, weights: pd.DataFrame) -> Shown:
    """Count the weights that are known to within a point, and those that are hardly known."""
    nothing = no_weights(weights)
    if nothing:
        return nothing
    width = (weights["high"] - weights["low"]).dropna()
    near, vague = int((width <= 0.01).sum()), int((width > _VAGUE).sum())
    return statement(
        say(
            "From a publication that rests on {interviews}, the weights of {parts} follow: {near}, and {vague}.",
            interviews=interviews(poll.sheet.n),
            parts=counted(len(width), say("no parts"), say("one part"), say("# parts")),
            near=counted(
                near,
                say("none is known to within one point"),
                say("one is known to within one point"),
                say("# are known to within one point"),
            ),
            vague=counted(
                vague,
                say("none is vaguer than ten points"),
                say("one is vaguer than ten points"),
                say("# are vaguer than ten points"),
            ),
        ),
        numbers=[
            {"value": near, "what": "weights known to within one point"},
            {"value": vague, "what": "weights known to no better than ten points"},
        ],
    )
