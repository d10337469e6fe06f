"""Whose voters are surer, in words."""

from html import escape
from typing import Any

import numpy as np

from analysis.estimates import VoteFirmness
from analysis.polls import Poll
from analysis.polls.segments import WHOLE
from analysis.show.display import Shown, numbers_of, rows_of, statement
from analysis.show.language import say
from analysis.show.names import segment_name, short_name
from analysis.show.phrases import (
    count,
    counted,
    joined,
    level,
    percent,
    points,
)
from analysis.show.wording.firmness import without_certainty
from analysis.show.wording.leads import lead_span, verdict_word

__all__ = ["certainty_sentence", "firmness_summary"]


def _named(poll: Poll, firmness: VoteFirmness, answer: str) -> str:
    return escape(short_name(poll, firmness.question, answer))


def certainty_sentence(poll: Poll, firmness: VoteFirmness) -> Shown:
    """Say whether the voters of one candidate are surer than those of the other, and in which columns."""
    tested = firmness.differences
    if tested.empty:
        return Shown("", "")
    first, second = (_named(poll, firmness, answer) for answer in firmness.candidates[:2])
    fields = {"first": first, "second": second}
    whole = rows_of(tested[tested["segment"] == WHOLE].dropna(subset="difference"))
    sentences = [_difference(row, level(firmness.confidence_level), **fields) for row in whole]
    columns = tested[tested["segment"] != WHOLE]
    found = columns[columns["verdict"].isin(["higher", "lower"])]
    few = int((columns["verdict"] == "too few interviews").sum())
    if len(columns):
        sentences.append(
            counted(
                len(found),
                say("In no other column can they be told apart."),
                say("They differ in one other column: {columns}."),
                say("They differ in # other columns: {columns}."),
            ).replace("{columns}", joined([segment_name(poll, segment) for segment in found["segment"]]))
        )
        sentences.append(
            counted(
                few,
                "",
                say("In one column there are too few interviews to say."),
                say("In # columns there are too few interviews to say."),
            )
        )
    return statement(
        *sentences,
        numbers=numbers_of(
            tested.rename(columns={"difference": "value"})[
                ["segment", "value", "low", "high", "p_value", "verdict"]
            ],
            what="difference in certainty",
        ),
    )


def _difference(row: Any, confidence: str, *, first: str, second: str) -> str:
    surer, other = (first, second) if row.difference >= 0 else (second, first)
    ends = (row.low, row.high) if row.difference >= 0 else (-row.high, -row.low)
    fields = {
        "surer": surer,
        "other": other,
        "difference": points(abs(row.difference)),
        "interval": "–" if np.isnan(row.low) else lead_span(*ends),
        "level": confidence,
    }
    if row.verdict in {"higher", "lower"}:
        return say(
            "In the whole sample voters of {surer} are surer than those of {other}: {difference} more are certain ({level} "
            "interval {interval}), more than chance would give.",
            **fields,
        )
    if row.verdict == "not distinguishable":
        return say(
            "In the whole sample voters of {surer} and {other} cannot be told apart in certainty: {difference} more of the "
            "former are certain ({level} interval {interval}), no more than chance can give.",
            **fields,
        )
    return say(
        "In the whole sample {difference} more of the voters of {surer} than of those of {other} are certain ({verdict}).",
        verdict=verdict_word(row.verdict),
        **{name: fields[name] for name in ("difference", "surer", "other")},
    )


def firmness_summary(poll: Poll, firmness: VoteFirmness) -> Shown:
    """Sum up: how much of each candidate's vote is firm, and how many could still move."""
    if firmness.votes.empty:
        return statement(without_certainty(poll, firmness))
    certain = firmness.certainty[
        (firmness.certainty["segment"] == WHOLE) & (firmness.certainty["role"] == "certain")
    ]
    phrases = [
        say(
            "{share} of the {number} who named {candidate}",
            share=percent(row.share),
            number=count(row.base),
            candidate=_named(poll, firmness, row.given),
        )
        for row in rows_of(certain.dropna(subset=["share", "base"]))
        if row.given in firmness.candidates
    ]
    of_candidates = firmness.certainty[
        (firmness.certainty["role"] == "certain") & firmness.certainty["given"].isin(firmness.candidates)
    ]
    few = int((of_candidates["flag"] == "too few").sum())
    shown = int(of_candidates["share"].notna().sum())
    return statement(
        say("Certain of their vote are {shares}.", shares=joined(phrases)) if phrases else "",
        counted(
            few,
            say(
                "All {shares} shares of certain voters rest on enough interviews to be read.",
                shares=count(shown),
            ),
            say(
                "Of {shares} shares of certain voters, one rests on too few interviews to say.",
                shares=count(shown),
            ),
            say(
                "Of {shares} shares of certain voters, # rest on too few interviews to say.",
                shares=count(shown),
            ),
        ),
    )
