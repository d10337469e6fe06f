"""Which columns of a table really differ."""

from html import escape
from typing import Any

import pandas as pd

from analysis.polls import Poll
from analysis.show.charts.comparisons import comparison_picture
from analysis.show.display import Shown, headline, numbers_of, statement
from analysis.show.language import say
from analysis.show.names import brief_answer, segment_name
from analysis.show.notes import adjustment_name
from analysis.show.phrases import (
    counted,
    joined,
    level,
    percent,
    points,
    points_range,
)
from analysis.show.selection import HOLDS, UNTESTED, first_of, those_tested

__all__ = [
    "adjustment_sentence",
    "comparison_answer",
    "comparisons",
    "named_places",
    "untested_words",
]


def named_places(poll: Poll, row: Any) -> dict[str, str]:
    """Name the answer, the columns and the shares of a comparison whose greater share comes first."""
    return {
        "answer": say("“{answer}”", answer=escape(brief_answer(poll, row.question, row.answer))),
        "a": segment_name(poll, row.segment_a),
        "b": segment_name(poll, row.segment_b),
        "share_a": percent(row.share_a),
        "share_b": percent(row.share_b),
        "difference": points(row.difference),
    }


def untested_words(compared: pd.DataFrame) -> str:
    """Count the comparisons that were not made, reason by reason."""
    found = compared["verdict"].value_counts()
    words = [
        counted(
            found.get("too few interviews", 0),
            "",
            say("one has too few interviews to say"),
            say("# have too few interviews to say"),
        ),
        counted(
            found.get("not published", 0),
            "",
            say("one lacks a figure that was not published"),
            say("# lack a figure that was not published"),
        ),
        counted(
            found.get("base unknown", 0),
            "",
            say("for one the number of interviews is unknown"),
            say("for # the number of interviews is unknown"),
        ),
    ]
    return joined([word for word in words if word])


def comparisons(number: float) -> str:
    """Write a number of comparisons."""
    return counted(number, say("no comparisons"), say("one comparison"), say("# comparisons"))


def comparison_answer(
    poll: Poll, compared: pd.DataFrame, *, confidence_level: float, adjustment: str, design_effect: float
) -> Shown:
    """Answer how many of the differences between columns hold, and which is the largest."""
    if compared.empty:
        return headline(
            say(
                "This poll does not divide its sample into columns that have no interview in common, so no two of them can "
                "be compared as separate samples."
            )
        )
    tested = those_tested(compared)
    if tested.empty:
        return headline(
            say(
                "None of the differences between columns can be tested: of {comparisons}, {reasons}.",
                comparisons=comparisons(len(compared)),
                reasons=untested_words(compared),
            )
        )
    holding = tested[tested["verdict"].isin(HOLDS)]
    # Intervals for all comparisons at once are Bonferroni's, wider than Holm's test: a few findings reach zero.
    clear = holding[(holding["low_together"] > 0) | (holding["high_together"] < 0)]
    largest = first_of(tested if holding.empty else holding if clear.empty else clear)
    fields = named_places(poll, largest) | {
        "level": level(confidence_level),
        "interval": points_range(largest.low_together, largest.high_together),
        "effect": f"{design_effect:g}",
        "tested": counted(len(tested), "", say("one difference"), say("# differences")),
    }
    if holding.empty:
        sentence = say(
            "Of {tested} between columns, none holds; the largest, {difference} more for {answer} in {a} ({share_a}) than "
            "in {b} ({share_b}), is not distinguishable from none ({level} interval {interval}, design effect {effect}).",
            **fields,
        )
    else:
        sentence = say(
            "Of {tested} between columns, {hold}; the largest is {answer}, higher in {a} ({share_a}) than in {b} "
            "({share_b}) by {difference} ({level} interval {interval}, design effect {effect}).",
            hold=counted(len(holding), "", say("one holds"), say("# hold")),
            **fields,
        )
        if clear.empty:
            sentence += " " + say("It holds only just: an interval for all comparisons at once reaches zero.")
    numbers = numbers_of(
        pd.DataFrame([largest._asdict()])
        .rename(columns={"difference": "value", "low": "low_alone", "high": "high_alone"})
        .rename(columns={"low_together": "low", "high_together": "high"})[
            [
                "question",
                "answer",
                "segment_a",
                "segment_b",
                "value",
                "low",
                "high",
                "p_value",
                "p_adjusted",
                "verdict",
            ]
        ],
        what="largest difference between columns",
    )
    counts = [
        {"value": len(tested), "what": "differences tested"},
        {"value": len(holding), "what": "differences that hold"},
    ]
    return (
        headline(sentence, numbers=[*numbers, *counts])
        + statement(_rule(adjustment, confidence_level), _not_made(compared))
        + comparison_picture(poll, tested if holding.empty else holding)
    )


def _rule(adjustment: str, confidence_level: float) -> str:
    """Say when a difference is called one."""
    alpha = level(1 - confidence_level)
    if adjustment == "none":
        return say(
            "A difference holds, and the share is called higher or lower, when chance alone would make one as large in "
            "fewer than {alpha} of polls, for every share that rounds to what is printed; the number of comparisons is not "
            "allowed for.",
            alpha=alpha,
        )
    return say(
        "A difference holds, and the share is called higher or lower, when its p-value, adjusted for the number of "
        "comparisons ({method}), is below {alpha} for every share that rounds to what is printed. The interval allows "
        "for their number too.",
        alpha=alpha,
        method=adjustment_name(adjustment),
    )


def _not_made(compared: pd.DataFrame) -> str:
    """Count what was not tested, and what turns on the last digit."""
    untested = int(compared["verdict"].isin(UNTESTED).sum())
    rounding = int((compared["verdict"] == "depends on rounding").sum())
    return " ".join(
        sentence
        for sentence in (
            say(
                "Besides these there are {comparisons} that cannot be made: {reasons}.",
                comparisons=comparisons(untested),
                reasons=untested_words(compared),
            )
            if untested
            else "",
            counted(
                rounding,
                "",
                say(
                    "One more depends on how a printed figure was rounded, and is not counted among those that hold."
                ),
                say(
                    "Another # depend on how printed figures were rounded, and are not counted among those that hold."
                ),
            ),
        )
        if sentence
    )


def adjustment_sentence(compared: pd.DataFrame, *, confidence_level: float, adjustment: str) -> Shown:
    """Say how many differences would be called significant one by one, and how many are when judged together."""
    tested = those_tested(compared)
    if tested.empty:
        return statement(say("There is no comparison to adjust."))
    alpha = 1 - confidence_level
    alone = int((tested["p_value"] < alpha).sum())
    together = int((tested["p_adjusted"] < alpha).sum())
    fields = {"alpha": level(alpha), "method": "" if adjustment == "none" else adjustment_name(adjustment)}
    of = comparisons(len(tested))
    first = say(
        "Judged one by one, {alone} would be called significant; if no two columns differed in anything, chance would still "
        "make about {false} so.",
        alone=counted(
            alone,
            say("none of {comparisons}", comparisons=of),
            say("one of {comparisons}", comparisons=of),
            say("# of {comparisons}", comparisons=of),
        ),
        false=f"{len(tested) * alpha:.1f}",
    )
    remain = counted(together, say("none remains"), say("one remains"), say("# remain"))
    second = {
        "none": say("Here they are judged one by one."),
        "benjamini_hochberg": say(
            "Judged together by {method}, {remain}, and of those no more than {alpha} are expected to be false.",
            remain=remain,
            **fields,
        ),
    }.get(
        adjustment,
        say(
            "Judged together by {method}, {remain}, and the chance that even one of them is false is at most {alpha}.",
            remain=remain,
            **fields,
        ),
    )
    hold = int(tested["verdict"].isin(HOLDS).sum())
    firm = say(
        "Of these, {hold} whatever the rounding of the printed figures.",
        hold=counted(hold, say("none holds"), say("one holds"), say("# hold")),
    )
    return statement(
        first,
        second,
        firm if hold < together else "",
        numbers=[
            {"value": len(tested), "what": "differences tested"},
            {"value": alone, "what": "differences significant one by one"},
            {"value": together, "what": f"differences significant, adjustment {adjustment}"},
        ],
    )
