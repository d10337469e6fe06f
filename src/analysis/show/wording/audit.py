"""What a publication holds, and what of it does not add up."""

from html import escape
from typing import Any

import numpy as np
import pandas as pd

from analysis.polls import Poll
from analysis.show.display import Shown, headline, statement
from analysis.show.language import label_of, say, term
from analysis.show.names import question_name, segment_name
from analysis.show.notes import fieldwork, place_name
from analysis.show.phrases import count, counted, interviews, joined, level

__all__ = ["audit_answer", "findings_sentence"]


def _column(poll: Poll, finding: Any) -> str:
    """Name the column of a finding: the question, the segment, and the answer it is conditional on."""
    names = {
        "question": question_name(poll, finding.question),
        "segment": segment_name(poll, finding.segment),
    }
    if not finding.answer:
        return say("{question}, {segment}", **names)
    answer = escape(label_of(poll.question(finding.question)[finding.answer]))
    return say("{question}, {segment} among those who answered “{answer}”", answer=answer, **names)


def findings_sentence(poll: Poll, audit: pd.DataFrame) -> Shown:
    """Say what does not add up, one sentence for each kind of finding, and what that means."""
    sentences = [_margin_finding(poll, audit), _joint_finding(poll, audit)]
    found = audit[(audit["verdict"] == "inconsistent") & ~audit["check"].isin(["sheet", "joint aggregation"])]
    for check, rows in found.groupby("check", sort=False):
        if check in {"single response", "multiple response"}:
            columns = counted(
                len(rows), "", say("One column does not add up"), say("# columns do not add up")
            )
            what = joined([f"{_column(poll, row)}: {row.printed}" for row in rows.itertuples()])
            rule = (
                say("the answers should sum to 100, and rounding does not explain the difference")
                if check == "single response"
                else say(
                    "everybody answers something, so that the answers should sum to at least 100, and rounding does "
                    "not explain the difference"
                )
            )
            sentences.append(f"{columns} ({what}); {rule}.")
        else:
            fails = counted(
                len(rows),
                "",
                say("One figure fails the check “{check}”", check=term(str(check))),
                say("# figures fail the check “{check}”", check=term(str(check))),
            )
            what = joined([question_name(poll, question) for question in rows["question"].unique()])
            sentences.append(f"{fails} ({what}).")
    gaps = audit[audit["verdict"] == "unexplained gap"]
    if len(gaps):
        what = joined([question_name(poll, question) for question in gaps["question"].unique()])
        sentences.append(say("Figures are missing without a reason in {tables}.", tables=what))
    sentences = [sentence for sentence in sentences if sentence]
    return statement(*sentences or [say("Nothing that can be checked contradicts anything else.")])


def _joint_finding(poll: Poll, audit: pd.DataFrame) -> str:
    """Say how many totals no one set of weights explains together with the others."""
    joint = audit[audit["check"] == "joint aggregation"]
    places = joint.loc[joint["verdict"] == "inconsistent", "segment"]
    if len(places):
        return say(
            "No weights at all turn the columns into the totals of the closed questions ({places}).",
            places=escape("; ".join(place_name(poll, place) for place in places)),
        )
    rows = joint[joint["verdict"] == "contradicts other rows"]
    if rows.empty:
        return ""
    keys = zip(rows["question"], rows["answer"], strict=True)
    other = sum(poll.question(question)[answer].role == "other" for question, answer in keys)
    return " ".join(
        [
            counted(
                len(rows),
                "",
                say(
                    "Taken together, one total contradicts the rest: no one set of weights for the columns explains "
                    "all {rows}.",
                    rows=count(len(joint)),
                ),
                say(
                    "Taken together, # totals contradict the rest: no one set of weights for the columns "
                    "explains all {rows}.",
                    rows=count(len(joint)),
                ),
            ),
            counted(
                other,
                "",
                say("One of them is a row of small answers put together."),
                say("# of them are rows of small answers put together."),
            ),
            say("The rows named are one least explanation among several."),
        ]
    ).replace("  ", " ")


def _margin_finding(poll: Poll, audit: pd.DataFrame) -> str:
    """Say whether the printed margin of error follows from n and the confidence level."""
    row = audit[(audit["check"] == "sheet") & (audit["answer"] == "margin_of_error")].iloc[0]
    if row["verdict"] in {"consistent", "not published"}:
        return ""
    fields = {
        "printed": escape(row["printed"]),
        "interviews": interviews(poll.sheet.n),
        "level": level(poll.sheet.confidence_level or np.nan),
        "expected": row["expected"],
    }
    if "truncated" in row["verdict"]:
        return say(
            "The printed margin of error, {printed}, does not follow from {interviews} at {level} confidence, which give "
            "±{expected}%; it follows only if that was cut off, not rounded.",
            **fields,
        )
    return say(
        "The printed margin of error, {printed}, does not follow from {interviews} at {level} confidence, which give "
        "±{expected}%.",
        **fields,
    )


def _undisclosed(poll: Poll) -> str:
    """Say what the pollster did not say, of what pollsters are asked to disclose."""
    lines = {
        "funding": say("who paid for the poll"),
        "target_group": say("whom it stands for"),
        "technique": say("how people were interviewed"),
        "sampling": say("how they were selected"),
        "margin_of_error": say("a margin of error"),
        "weighting": say("how answers were weighted"),
        "response_rate": say("how many people refused or were not found"),
    }
    missing = [lines[item] for item in poll.sheet.undisclosed]
    if len(poll.segments.ids) > 1 and all(segment.base is None for segment in poll.segments):
        missing.append(say("how many interviews stand behind each column"))
    if not missing:
        return say(
            "The publication says all that the AAPOR code of ethics asks of it and that is looked for here."
        )
    if len(missing) == 1:
        return say(
            "Of what the AAPOR code of ethics asks for, it does not say {missing}.", missing=missing[0]
        )
    return say(
        "Of what the AAPOR code of ethics asks for, it does not say {missing} or {last}.",
        missing=", ".join(missing[:-1]),
        last=missing[-1],
    )


def audit_answer(poll: Poll, audit: pd.DataFrame) -> Shown:
    """Answer what was published, whether it adds up, and what was not said."""
    printed = poll.estimates["printed"].notna().sum()
    checked = audit[~audit["verdict"].isin(["descriptive", "not published", "explained gap"])]
    together = checked["check"] == "joint aggregation"
    single = checked[~together]
    failed = int((single["verdict"] != "consistent").sum())
    answer = say(
        "{pollster} published {figures} in {tables}; of {checks} of figures and columns one by one, {result}.",
        pollster=escape(poll.sheet.short_name),
        figures=counted(printed, say("no figures"), say("one figure"), say("# figures")),
        tables=counted(len(poll.questions), say("no tables"), say("one table"), say("# tables")),
        checks=counted(len(single), say("no checks"), say("one check"), say("# checks")),
        result=counted(failed, say("none fails"), say("one fails"), say("# fail")),
    )
    if (checked.loc[together, "verdict"] != "consistent").any():
        contradiction = say(
            "No one set of weights for the columns explains all {totals} printed totals.",
            totals=count(together.sum()),
        )
        answer = f"{answer} {contradiction}"
    numbers = [
        {"value": int(printed), "what": "printed figures"},
        {"value": int(poll.sheet.n), "what": "interviews"},
        {"value": len(single), "what": "checks of figures and columns one by one"},
        {"value": failed, "what": "of them, checks that fail"},
        {"value": int(together.sum()), "what": "totals checked together"},
    ]
    return headline(f"{answer} {_undisclosed(poll)}", numbers=numbers) + statement(
        say(
            "It rests on {interviews}, made on {fieldwork}.",
            interviews=interviews(poll.sheet.n),
            fieldwork=fieldwork(poll),
        )
    )
