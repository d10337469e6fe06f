"""Sentences with figures in them. A notebook's prose states no figure that a parameter can change; these do."""

from html import escape
from typing import Any

import numpy as np
import pandas as pd

from analysis.polls import Poll
from analysis.reporting.display import Shown, numbers_of, statement
from analysis.reporting.phrases import count, fieldwork, interval, joined, level, place_name, points

__all__ = [
    "audit_answer",
    "bases_sentence",
    "design_effect_sentence",
    "findings_sentence",
    "margin_sentence",
    "precision_answer",
    "precision_summary",
]


def _segment(poll: Poll, segment_id: str) -> str:
    return escape(poll.segments[segment_id].label_en)


def _column(poll: Poll, finding: Any) -> str:
    """Name the column of a finding: the question, the segment, and the answer it is conditional on."""
    question = poll.question(finding.question)
    among = (
        f" among those who answered “{escape(question[finding.answer].label_en)}”" if finding.answer else ""
    )
    return f"<em>{escape(question.name_en)}</em>, {_segment(poll, finding.segment)}{among}"


def findings_sentence(poll: Poll, audit: pd.DataFrame) -> Shown:
    """Say what does not add up, one sentence for each kind of finding, and what that means."""
    sentences = [_margin_finding(poll, audit), _joint_finding(poll, audit)]
    found = audit[(audit["verdict"] == "inconsistent") & ~audit["check"].isin(["sheet", "joint aggregation"])]
    for check, rows in found.groupby("check", sort=False):
        if check in {"single response", "multiple response"}:
            what = joined([f"{_column(poll, row)}: {row.printed}" for row in rows.itertuples()])
            rule = "100" if check == "single response" else "at least 100, since everybody answers something"
            sentences.append(
                f"{_number(len(rows), 'column does', 'columns do').capitalize()} not add up ({what}); the answers should "
                f"sum to {rule}, and rounding does not explain the difference."
            )
        else:
            what = joined([f"<em>{escape(poll.question(q).name_en)}</em>" for q in rows["question"].unique()])
            sentences.append(
                f"{_number(len(rows), 'figure fails', 'figures fail').capitalize()} the check “{check}” (in {what})."
            )
    gaps = audit[audit["verdict"] == "unexplained gap"]
    if len(gaps):
        what = joined([f"<em>{escape(poll.question(q).name_en)}</em>" for q in gaps["question"].unique()])
        sentences.append(f"Figures are missing without a reason in {what}.")
    sentences = [sentence for sentence in sentences if sentence]
    return statement(*sentences or ["Nothing that can be checked contradicts anything else."])


def _joint_finding(poll: Poll, audit: pd.DataFrame) -> str:
    """Say how many totals no one set of weights explains together with the others."""
    joint = audit[audit["check"] == "joint aggregation"]
    places = joint.loc[joint["verdict"] == "inconsistent", "segment"]
    if len(places):
        where = escape("; ".join(place_name(poll, place) for place in places))
        return f"No weights at all turn the columns into the totals of the closed questions ({where})."
    rows = joint[joint["verdict"] == "contradicts other rows"]
    if rows.empty:
        return ""
    keys = zip(rows["question"], rows["answer"], strict=True)
    other = sum(poll.question(question)[answer].role == "other" for question, answer in keys)
    merged = (
        f" {other:,} of them {'is a row' if other == 1 else 'are rows'} of small answers put together."
        if other
        else ""
    )
    contradicting = _number(len(rows), "total contradicts", "totals contradict")
    return (
        f"Taken together, {contradicting} the rest: no one set of weights for the columns explains all {len(joint):,}."
        f"{merged} The rows named are one least explanation among several."
    )


def _of_them(number: int, one: str, several: str) -> str:
    """Write how many of those just named, with the verb that agrees."""
    return f"{number:,} {several}" if number > 1 else f"{'one' if number else 'none'} {one}"


def _number(number: int, one: str, several: str) -> str:
    """Write a number with the words that agree with it."""
    return f"one {one}" if number == 1 else f"{number:,} {several}" if number else f"no {several}"


def _margin_finding(poll: Poll, audit: pd.DataFrame) -> str:
    """Say whether the printed margin of error follows from n and the confidence level."""
    row = audit[(audit["check"] == "sheet") & (audit["answer"] == "margin_of_error")].iloc[0]
    if row["verdict"] in {"consistent", "not published"}:
        return ""
    printed_level = poll.sheet.confidence_level or np.nan
    sentence = (
        f"The printed margin of error, {escape(row['printed'])}, does not follow from {count(poll.sheet.n, 'interview')} "
        f"at {level(printed_level)} confidence, which give ±{row['expected']}%"
    )
    if "truncated" in row["verdict"]:
        sentence += "; it follows only if that was cut off, not rounded"
    return f"{sentence}."


def audit_answer(poll: Poll, audit: pd.DataFrame) -> Shown:
    """Answer what was published and whether it adds up."""
    printed = poll.estimates["printed"].notna().sum()
    checked = audit[~audit["verdict"].isin(["descriptive", "not published", "explained gap"])]
    held = (checked["verdict"] == "consistent").sum()
    opening = statement(
        f"{escape(poll.sheet.short_name)} published {count(printed, 'figure')} in "
        f"{count(len(poll.questions), 'table')}, from {count(poll.sheet.n, 'interview')} made on {fieldwork(poll)}. "
        f"Of {count(len(checked), 'check')} that the printed figures allow, {held:,} hold.",
        numbers=[
            {"value": int(printed), "what": "printed figures"},
            {"value": int(poll.sheet.n), "what": "interviews"},
            {"value": len(checked), "what": "checks"},
            {"value": int(held), "what": "checks that hold"},
        ],
    )
    return opening + findings_sentence(poll, audit)


def margin_sentence(poll: Poll, margins: pd.DataFrame, confidence_level: float) -> Shown:
    """Read the margin of error of a share of one half, by design effect."""
    rows = margins[margins["share"] == 0.5]
    phrases = [
        f"±{points(margin)} with a design effect of {effect:g}"
        for effect, margin in zip(rows["design_effect"], rows["margin_of_error"], strict=True)
    ]
    return statement(
        f"At {level(confidence_level)} confidence, a share of one half among all "
        f"{count(poll.sheet.n, 'interview')} has a margin of sampling error of {joined(phrases)}.",
        numbers=numbers_of(
            rows.rename(columns={"margin_of_error": "value"}),
            what="margin of error",
            confidence_level=f"{confidence_level:g}",
        ),
    )


def design_effect_sentence(poll: Poll, effects: pd.DataFrame) -> Shown:
    """Say which design effects the number of places visited makes plausible."""
    visited = poll.sheet.sampling_points
    if visited is None:
        return statement(
            "The technical sheet does not say how many places were visited, so nothing in it bears on the design effect."
        )
    unit = escape(poll.sheet.sampling_unit or "")
    least, greatest = effects.iloc[0], effects.iloc[-1]
    return statement(
        f"The {count(poll.sheet.n, 'interview')} were made in {count(visited)} {unit}, "
        f"{poll.sheet.n / visited:.1f} in each. If people of one place resemble each other with an intraclass "
        f"correlation of {least['intraclass_correlation']:g} to {greatest['intraclass_correlation']:g}, the design "
        f"effect is {least['design_effect']:.1f} to {greatest['design_effect']:.1f}.",
        numbers=numbers_of(effects.rename(columns={"design_effect": "value"}), what="design effect"),
    )


def bases_sentence(poll: Poll, bases: pd.DataFrame, confidence_level: float) -> Shown:
    """Name the smallest and the largest base among the columns, and what the smallest is worth."""
    known = bases[bases["base"].notna() & (bases["segment"] != "total")].sort_values("base")
    unknown = [_segment(poll, segment) for segment in bases.loc[bases["base"].isna(), "segment"]]
    missing = (
        f"How many interviews stand behind {joined(unknown)} was not published and cannot be recovered."
        if unknown
        else ""
    )
    if known.empty:
        return statement(missing or "Only the whole sample was published.")
    smallest, largest = known.iloc[0], known.iloc[-1]
    return statement(
        f"The smallest column, {_segment(poll, smallest['segment'])}, rests on about "
        f"{count(smallest['base'], 'interview')}, the largest, {_segment(poll, largest['segment'])}, on about "
        f"{count(largest['base'])}. In the smallest, a share of one half has a margin of sampling error of "
        f"±{points(smallest['margin_of_error'])} at {level(confidence_level)} confidence.",
        missing,
        numbers=numbers_of(known.rename(columns={"base": "value"})[["segment", "value"]], what="base"),
    )


def precision_answer(
    poll: Poll, intervals: pd.DataFrame, confidence_level: float, design_effect: float
) -> Shown:
    """Answer how precise the shares of a table are: the two leading answers, and the widest interval."""
    known = intervals[intervals["low"].notna()].assign(width=lambda rows: rows["high"] - rows["low"])
    if known.empty:
        return statement(
            "No base was published or can be recovered, so none of these shares can be given an interval."
        )
    question = poll.question(known["question"].iloc[0])
    first = "total" if "total" in set(known["segment"]) else known["segment"].iloc[0]
    unconditional = {answer.id for answer in question.answers if answer.given is None}
    leading = known[(known["segment"] == first) & known["answer"].isin(unconditional)].nlargest(2, "share")

    def estimate(row: Any) -> str:
        label = escape(question[row.answer].label_en)
        return f"the {escape(row.printed)}% printed for “{label}” stands for {interval(row.low, row.high)}"

    widest: Any = next(known.nlargest(1, "width").itertuples())
    return statement(
        f"At {level(confidence_level)} confidence and with a design effect of {design_effect:g}, in the column "
        f"“{_segment(poll, first)}” {joined([estimate(row) for row in leading.itertuples()])}.",
        f"The least precise figure stands in the column “{_segment(poll, widest.segment)}”: on about "
        f"{count(widest.base, 'interview')}, {estimate(widest)}.",
        _few_sentence(intervals),
        numbers=numbers_of(
            known.rename(columns={"share": "value"})[["segment", "answer", "value", "low", "high"]],
            question=question.id,
            confidence_level=f"{confidence_level:g}",
        ),
    )


def precision_summary(intervals: pd.DataFrame, *, wide: float = 0.1) -> Shown:
    """Count the shares of a table whose intervals are wide, and those on too few interviews."""
    printed = intervals[intervals["flag"] != "not published"]
    known = printed[printed["low"].notna()]
    if known.empty:
        return statement(
            "None of the printed shares can be given an interval, since their bases are unknown."
        )
    vague = int((known["high"] - known["low"] > wide).sum())
    few = int((printed["flag"] == "too few").sum())
    unknown = len(printed) - len(known)
    missing = f"For {count(unknown, 'share')} no interval can be given." if unknown else ""
    return statement(
        f"Of {count(len(printed), 'printed share')}, {_of_them(vague, 'has', 'have')} an interval wider than "
        f"{points(wide, 0)}, and {_of_them(few, 'rests', 'rest')} on too few interviews to say.",
        missing,
        numbers=[
            {"value": len(printed), "what": "printed shares"},
            {"value": vague, "what": f"shares with an interval wider than {points(wide, 0)}"},
            {"value": few, "what": "shares on too few interviews"},
        ],
    )


def _few_sentence(intervals: pd.DataFrame) -> str:
    """Count the shares that rest on too few interviews."""
    few = int((intervals["flag"] == "too few").sum())
    if few == 0:
        return ""
    rest = "rests" if few == 1 else "rest"
    return f"{count(few, 'share').capitalize()} of {len(intervals):,} {rest} on too few interviews to say."
