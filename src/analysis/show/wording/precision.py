"""How precise the published shares are."""

from html import escape
from typing import Any

import pandas as pd

from analysis.polls import Poll
from analysis.show.display import Shown, headline, numbers_of, statement
from analysis.show.language import label_of, say
from analysis.show.names import segment_name
from analysis.show.phrases import count, counted, interval, interviews, joined, level, points

__all__ = [
    "bases_sentence",
    "design_effect_sentence",
    "margin_sentence",
    "precision_answer",
    "precision_summary",
]


def margin_sentence(poll: Poll, margins: pd.DataFrame, confidence_level: float) -> Shown:
    """Read the margin of error of a share of one half, by design effect."""
    rows = margins[margins["share"] == 0.5]
    phrases = [
        say("±{margin} with a design effect of {effect}", margin=points(margin), effect=f"{effect:g}")
        for effect, margin in zip(rows["design_effect"], rows["margin_of_error"], strict=True)
    ]
    return statement(
        say(
            "At {level} confidence, a share of one half among all {interviews} has a margin of sampling error of {margins}.",
            level=level(confidence_level),
            interviews=interviews(poll.sheet.n),
            margins=joined(phrases),
        ),
        _printed_margin(poll),
        numbers=numbers_of(
            rows.rename(columns={"margin_of_error": "value"}),
            what="margin of error",
            confidence_level=f"{confidence_level:g}",
        ),
    )


def _printed_margin(poll: Poll) -> str:
    """Repeat what the sheet prints, at its own confidence level."""
    printed, chosen = poll.sheet.item("margin_of_error"), poll.sheet.confidence_level
    if printed is None or chosen is None:
        return ""
    return say(
        "The sheet itself prints {margin}, at {level} confidence.",
        margin=escape(printed.printed),
        level=level(chosen),
    )


def design_effect_sentence(poll: Poll, effects: pd.DataFrame) -> Shown:
    """Say which design effects the number of places visited makes plausible."""
    visited = poll.sheet.sampling_points
    if visited is None:
        return statement(
            say(
                "The technical sheet does not say how many places were visited, so nothing in it bears on the design effect."
            )
        )
    least, greatest = effects.iloc[0], effects.iloc[-1]
    return statement(
        say(
            "The {interviews} were made in {places} places, {each} in each.",
            interviews=interviews(poll.sheet.n),
            places=count(visited),
            each=f"{poll.sheet.n / visited:.1f}",
        ),
        say(
            "If people of one place resemble each other with an intraclass correlation of {least} to {greatest}, the "
            "design effect is {least_effect} to {greatest_effect}.",
            least=f"{least['intraclass_correlation']:g}",
            greatest=f"{greatest['intraclass_correlation']:g}",
            least_effect=f"{least['design_effect']:.1f}",
            greatest_effect=f"{greatest['design_effect']:.1f}",
        ),
        numbers=numbers_of(effects.rename(columns={"design_effect": "value"}), what="design effect"),
    )


def bases_sentence(poll: Poll, bases: pd.DataFrame, confidence_level: float) -> Shown:
    """Name the smallest and the largest base among the columns, and what the smallest is worth."""
    known = bases[bases["base"].notna() & (bases["segment"] != "total")].sort_values("base")
    unknown = [segment_name(poll, segment) for segment in bases.loc[bases["base"].isna(), "segment"]]
    missing = (
        say(
            "How many interviews stand behind {columns} was not published and cannot be recovered.",
            columns=joined(unknown),
        )
        if unknown
        else ""
    )
    if known.empty:
        return statement(missing or say("Only the whole sample was published."))
    smallest, largest = known.iloc[0], known.iloc[-1]
    return statement(
        say(
            "The smallest column, {smallest}, rests on about {least}, the largest, {largest}, on about {greatest}.",
            smallest=segment_name(poll, smallest["segment"]),
            least=interviews(smallest["base"]),
            largest=segment_name(poll, largest["segment"]),
            greatest=count(largest["base"]),
        ),
        say(
            "In the smallest, a share of one half has a margin of sampling error of ±{margin} at {level} confidence.",
            margin=points(smallest["margin_of_error"]),
            level=level(confidence_level),
        ),
        missing,
        numbers=numbers_of(known.rename(columns={"base": "value"})[["segment", "value"]], what="base"),
    )


def precision_answer(
    poll: Poll, intervals: pd.DataFrame, confidence_level: float, design_effect: float
) -> Shown:
    """Answer how precise the shares of a table are: the two leading answers, and the widest interval."""
    known = intervals[intervals["low"].notna()].assign(width=lambda rows: rows["high"] - rows["low"])
    if known.empty:
        return headline(
            say(
                "No base was published or can be recovered, so none of these shares can be given an interval."
            )
        )
    question = poll.question(known["question"].iloc[0])
    first = "total" if "total" in set(known["segment"]) else known["segment"].iloc[0]
    unconditional = {answer.id for answer in question.answers if answer.given is None}
    leading = known[(known["segment"] == first) & known["answer"].isin(unconditional)].nlargest(2, "share")

    def estimate(row: Any) -> str:
        return say(
            "the {printed}% printed for “{answer}” is compatible with {interval}",
            printed=escape(row.printed),
            answer=escape(label_of(question[row.answer])),
            interval=interval(row.low, row.high),
        )

    widest: Any = next(known.nlargest(1, "width").itertuples())
    numbers = numbers_of(
        known.rename(columns={"share": "value"})[["segment", "answer", "value", "low", "high"]],
        question=question.id,
        confidence_level=f"{confidence_level:g}",
    )
    return headline(
        say(
            "In the column “{column}”, {estimates} ({level} confidence, design effect {effect}).",
            level=level(confidence_level),
            effect=f"{design_effect:g}",
            column=segment_name(poll, first),
            estimates=joined([estimate(row) for row in leading.itertuples()]),
        ),
        numbers=numbers,
    ) + statement(
        say(
            "The least precise figure stands in the column “{column}”: on about {interviews}, {estimate}.",
            column=segment_name(poll, widest.segment),
            interviews=interviews(widest.base),
            estimate=estimate(widest),
        ),
        _few_sentence(intervals),
    )


def precision_summary(intervals: pd.DataFrame, *, wide: float = 0.1) -> Shown:
    """Count the shares of a table whose intervals are wide, and those on too few interviews."""
    printed = intervals[intervals["flag"] != "not published"]
    known = printed[printed["low"].notna()]
    if known.empty:
        return statement(
            say("None of the printed shares can be given an interval, since their bases are unknown.")
        )
    vague = int((known["high"] - known["low"] > wide).sum())
    few = int((printed["flag"] == "too few").sum())
    unknown = len(printed) - len(known)
    return statement(
        say(
            "Of {shares}, {wide}, and {few}.",
            shares=counted(len(printed), "", say("one printed share"), say("# printed shares")),
            wide=counted(
                vague,
                say("none has an interval wider than {width}", width=points(wide, 0)),
                say("one has an interval wider than {width}", width=points(wide, 0)),
                say("# have an interval wider than {width}", width=points(wide, 0)),
            ),
            few=counted(
                few,
                say("none rests on too few interviews to say"),
                say("one rests on too few interviews to say"),
                say("# rest on too few interviews to say"),
            ),
        ),
        counted(
            unknown,
            "",
            say("For one share no interval can be given."),
            say("For # shares no interval can be given."),
        ),
        numbers=[
            {"value": len(printed), "what": "printed shares"},
            {"value": vague, "what": f"shares with an interval wider than {100 * wide:g} points"},
            {"value": few, "what": "shares on too few interviews"},
        ],
    )


def _few_sentence(intervals: pd.DataFrame) -> str:
    """Count the shares that rest on too few interviews."""
    return counted(
        int((intervals["flag"] == "too few").sum()),
        "",
        say("One share of {shares} rests on too few interviews to say.", shares=count(len(intervals))),
        say("# shares of {shares} rest on too few interviews to say.", shares=count(len(intervals))),
    )
