"""What people name when they may give several answers, and how sure the order is."""

from html import escape
from typing import Any

import numpy as np
import pandas as pd

from analysis.polls import Poll
from analysis.polls.segments import WHOLE
from analysis.show.charts.reasons import reasons_picture
from analysis.show.display import Shown, headline, numbers_of, statement
from analysis.show.language import label_of, say
from analysis.show.names import brief_answer, segment_name
from analysis.show.phrases import counted, interval, joined, level, percent

__all__ = ["counts_sentence", "order_sentence", "reasons_answer", "reasons_summary", "unnamed_sentence"]

_MOST_NAMED = 2
_SILENT_ROLES = ("nothing", "no_opinion")


def _quoted(poll: Poll, row: Any) -> str:
    return say("“{answer}”", answer=escape(brief_answer(poll, row.question, row.answer)))


def _in_order(ranked: pd.DataFrame) -> list[Any]:
    """Return the answers that name something, the most frequent first."""
    return list(ranked[ranked["place"].notna()].sort_values("place", kind="stable").itertuples())


def reasons_answer(
    poll: Poll, ranked: pd.DataFrame, *, confidence_level: float, adjustment: str, design_effect: float
) -> Shown:
    """Answer what is named most often, how sure its share is, and whether it is ahead of what follows."""
    if ranked.empty:
        return headline(say("There is no table here in which a person could give several answers."))
    named = _in_order(ranked)
    if not named:
        return headline(say("No answer of this table has a share of the whole sample."))
    first, others = named[0], [row for row in named[1:] if row.best_place == 1]
    fields = {
        "first": _quoted(poll, first),
        "share": percent(first.share),
        "interval": "" if np.isnan(first.low) else interval(first.low_together, first.high_together),
        "level": level(confidence_level),
        "effect": f"{design_effect:g}",
    }
    if np.isnan(first.low):
        return headline(
            say(
                "{first} is named most often, by {share}; how many people were asked is not known, so that nothing can be "
                "said of how sure that is.",
                **fields,
            )
        )
    if first.flag == "too few":
        return headline(
            say(
                "{first} is printed most often, with {share} ({level} interval {interval}, design effect {effect}), but "
                "these are too few interviews to say.",
                **fields,
            )
        )
    if len(named) == 1:
        sentence = say(
            "{first} is named by {share} ({level} interval {interval}, design effect {effect}), and nothing else is.",
            **fields,
        )
    elif not others:
        sentence = say(
            "{first} is named most often, by {share} ({level} interval {interval}, design effect {effect}), ahead of every "
            "other answer.",
            **fields,
        )
    else:
        more = len(others) - _MOST_NAMED
        ties = [
            say("{answer} ({share})", answer=_quoted(poll, row), share=percent(row.share))
            for row in others[:_MOST_NAMED]
        ] + ([counted(more, "", say("one more answer"), say("# more answers"))] if more > 0 else [])
        sentence = say(
            "{first} is named most often, by {share} ({level} interval {interval}, design effect {effect}), in a "
            "statistical tie with {ties}.",
            ties=joined(ties),
            **fields,
        )
    numbers = numbers_of(
        pd.DataFrame([first._asdict()])
        .drop(columns=["low", "high"])
        .rename(columns={"share": "value", "low_together": "low", "high_together": "high"})[
            ["question", "answer", "segment", "value", "low", "high", "best_place", "worst_place"]
        ],
        what="answer named most often",
    )
    rule = (
        say(
            "Ahead: by more than chance, with a p-value below {alpha}, whatever the rounding and however many people gave "
            "both answers; else a statistical tie.",
            alpha=level(1 - confidence_level),
        )
        if adjustment == "none"
        else say(
            "Ahead: by more than chance, with a p-value, adjusted for all pairs of answers, below {alpha}, whatever the "
            "rounding and however many people gave both answers; else a statistical tie.",
            alpha=level(1 - confidence_level),
        )
    )
    together = say("The interval is wide enough to hold together with those of all other answers.")
    return headline(sentence, numbers=numbers) + statement(rule, together) + reasons_picture(poll, ranked)


def order_sentence(poll: Poll, ranked: pd.DataFrame) -> Shown:
    """Say how many answers have a place of their own, and which could be first."""
    named = [row for row in _in_order(ranked) if not np.isnan(row.low)]
    if ranked.empty:
        return Shown("", "")
    if len(named) < 2:
        return statement(say("There are no two answers whose order could be tested."))
    sure = [row for row in named if row.best_place == row.worst_place]
    possible = [row for row in named if row.best_place == 1]
    opening = say(
        "Of {answers}, {sure}.",
        answers=counted(len(named), "", say("one named answer"), say("# named answers")),
        sure=counted(
            len(sure),
            say("none has a place that is sure"),
            say("one has a place that is sure"),
            say("# have a place that is sure"),
        ),
    )
    leading = counted(
        len(possible), "", say("Only {answer} can be first."), say("Any of # can be first.")
    ).format(answer=_quoted(poll, possible[0]))
    widest = max(named, key=lambda row: row.worst_place - row.best_place)
    spread = say(
        "The least sure is the place of {answer}: anything from {best} to {worst}.",
        answer=_quoted(poll, widest),
        best=f"{widest.best_place:.0f}",
        worst=f"{widest.worst_place:.0f}",
    )
    return statement(
        opening,
        leading,
        spread if widest.worst_place > widest.best_place else "",
        numbers=[
            {"value": len(named), "what": "named answers"},
            {"value": len(sure), "what": "answers whose place is sure"},
            {"value": len(possible), "what": "answers that can be first"},
        ],
    )


def _leading_column(counts: pd.DataFrame, value: str) -> pd.DataFrame:
    """Return the row of the whole sample or, where it has no such figure, of the first column that has."""
    known = counts[counts[value].notna()]
    whole = known[known["segment"] == WHOLE]
    return (whole if len(whole) else known).head(1)


def _ends(poll: Poll, counts: pd.DataFrame, value: str, column: str) -> dict[str, str]:
    """Name the columns of the lowest and the highest figure, apart from the leading one."""
    others = counts[counts[value].notna() & (counts["segment"] != column)].sort_values(value, kind="stable")
    if len(others) < 2:
        return {}
    low, high = others.iloc[0], others.iloc[-1]
    return {
        "low": percent(low[value]),
        "low_column": segment_name(poll, low["segment"]),
        "high": percent(high[value]),
        "high_column": segment_name(poll, high["segment"]),
    }


def counts_sentence(poll: Poll, counts: pd.DataFrame) -> Shown:
    """Say what a column sums to, and what that tells of how many answers a person gave."""
    leading = _leading_column(counts, "total")
    if counts.empty:
        return Shown("", "")
    if leading.empty:
        return statement(
            say("No column is printed in full, so nothing is known of how many answers a person gave.")
        )
    row: Any = next(leading.itertuples())
    ends = _ends(poll, counts, "total", row.segment)
    each = say(
        "The answers in the column “{column}” sum to {total}, or {answers} for each person.",
        column=segment_name(poll, row.segment),
        total=percent(row.total),
        answers=f"{row.total:.2f}",
    )
    if not np.isnan(row.most_with_two):
        several = say(
            "Since everybody stands in some row, if only in that of no opinion, at most {share} can have given two or more.",
            share=percent(row.most_with_two),
        )
    else:
        several = say("How many gave two or more cannot be told from that.")
    span = (
        say("Other columns sum to {low} ({low_column}) up to {high} ({high_column}).", **ends) if ends else ""
    )
    short = counts[(counts["total_high"] < 1) & counts["silent"].notna()]
    columns = joined([segment_name(poll, segment) for segment in short["segment"]])
    missing = (
        say(
            "Less than everybody is in the rows of {columns}: some answers there were left out.",
            columns=columns,
        )
        if len(short)
        else ""
    )
    return statement(
        each,
        several,
        span,
        missing,
        numbers=numbers_of(
            counts.drop(columns=["low", "high"]).rename(
                columns={"total": "value", "total_low": "low", "total_high": "high"}
            )[["question", "segment", "value", "low", "high"]],
            what="sum of the answers of a column, with its rounding interval",
        ),
    )


def unnamed_sentence(
    poll: Poll, ranked: pd.DataFrame, counts: pd.DataFrame, *, confidence_level: float
) -> Shown:
    """Say how many people named nothing, and what the rows hold that put small answers together."""
    if ranked.empty:
        return Shown("", "")
    question = poll.question(str(ranked["question"].iloc[0]))
    other: list[Any] = list(ranked[(ranked["role"] == "other") & ranked["share"].notna()].itertuples())
    together = [
        say(
            "{answer}, {share}, puts small answers together and is no answer of its own.",
            answer=_quoted(poll, row),
            share=percent(row.share),
        )
        for row in other
    ]
    leading = _leading_column(counts, "silent")
    if leading.empty:
        return statement(say("No row counts people who named nothing."), *together)
    row: Any = next(leading.itertuples())
    silent = [answer for answer in question.answers if answer.role in _SILENT_ROLES]
    labels = joined([say("“{answer}”", answer=escape(label_of(answer))) for answer in silent])
    fields = {"share": percent(row.silent), "labels": labels, "column": segment_name(poll, row.segment)}
    if np.isnan(row.low):
        opening = say("In the column “{column}”, {share} named nothing ({labels}).", **fields)
    else:
        opening = say(
            "In the column “{column}”, {share} named nothing ({labels}; {level} interval {interval}).",
            interval=interval(row.low, row.high),
            level=level(confidence_level),
            **fields,
        )
    most = ranked["share"][ranked["place"].notna()].max()
    beyond = say("No single answer is named by as many.") if row.silent > most else ""
    ends = _ends(poll, counts, "silent", row.segment)
    span = say("Elsewhere it is {low} ({low_column}) up to {high} ({high_column}).", **ends) if ends else ""
    return statement(
        opening,
        beyond,
        span,
        *together,
        numbers=numbers_of(
            counts.rename(columns={"silent": "value"})[["question", "segment", "value", "low", "high"]],
            what="people who named nothing",
        ),
    )


def reasons_summary(poll: Poll, ranked: pd.DataFrame, whole: pd.DataFrame) -> Shown:
    """Say what can be relied on: what is named most, and which answers differ from place to place."""
    named = _in_order(ranked)
    if not named or np.isnan(named[0].low):
        return statement(say("Nothing can be said of which answers are named more often, or where."))
    possible = [row for row in named if row.best_place == 1]
    first = say("Named most often: {answers}.", answers=joined([_quoted(poll, row) for row in possible[:4]]))
    if len(possible) > 4:
        first = say("Which answer is named most often is open: {number} could be.", number=len(possible))
    apart = set(whole.loc[whole["verdict"].isin(["higher", "lower"]), "answer"])
    differing = [row for row in named if row.answer in apart]
    places = counted(
        len(differing),
        say(
            "None of the {named} answers is shown to be more or less frequent in some column than elsewhere."
        ),
        say("One of the {named} answers is more or less frequent in some column than elsewhere: {answers}."),
        say("# of the {named} answers are more or less frequent in some column than elsewhere."),
    ).format(named=len(named), answers=joined([_quoted(poll, row) for row in differing[:1]]))
    return statement(first, places)
