"""Firm votes, what is left to win, and how certain the voters of each answer are."""

from html import escape
from typing import Any

import numpy as np
import pandas as pd

from analysis.estimates import VoteFirmness
from analysis.polls import Poll
from analysis.polls.segments import WHOLE
from analysis.show.display import Shown, numbers_of, rows_of, statement
from analysis.show.language import label_of, say
from analysis.show.layout import NOT_PUBLISHED, cell_figure, cell_range, table_block
from analysis.show.names import short_name
from analysis.show.notes import interval_note, source_note
from analysis.show.phrases import level, signed
from analysis.show.wording.firmness import whole_votes
from analysis.show.wording.leads import lead_rule, lead_span, verdict_word

__all__ = ["certainty_table", "firm_leads_table", "firm_segments_table", "firm_votes_table"]


def _nothing() -> Shown:
    return statement(say("No such table was published."))


def _with_interval(share: float, low: float, high: float) -> str:
    """Write a share in a cell, its interval beneath."""
    if np.isnan(share):
        return NOT_PUBLISHED
    beneath = say("base unknown") if np.isnan(low) else cell_range(low, high)
    return f'{cell_figure(100 * share)}<span class="pt-interval">{beneath}</span>'


def sampling_note(firmness: VoteFirmness) -> str:
    """Say of what kind the intervals beneath a table or figure are."""
    return say(
        "Intervals: sampling error, {level} confidence, design effect {effect}.",
        level=level(firmness.confidence_level),
        effect=f"{firmness.design_effect:.4g}",
    )


def firm_votes_table(poll: Poll, firmness: VoteFirmness) -> Shown:
    """Show what each candidate's vote is made of in the whole sample: firm, open, and beyond."""
    rows = whole_votes(firmness)
    if not rows:
        return _nothing()
    asked = poll.question(firmness.question)
    cells = pd.DataFrame(
        {
            say("Named"): [cell_figure(100 * row.share) for row in rows],
            say("Firm (floor)"): [_with_interval(row.floor, row.floor_low, row.floor_high) for row in rows],
            say("Named, not certain"): [cell_figure(100 * row.soft) for row in rows],
            say("Undecided"): [cell_figure(100 * row.undecided) for row in rows],
            say("Ceiling"): [_with_interval(row.ceiling, row.ceiling_low, row.ceiling_high) for row in rows],
            say("Could change from another answer"): [cell_figure(100 * row.soft_others) for row in rows],
            say("Left to win"): [_with_interval(row.to_win, row.to_win_low, row.to_win_high) for row in rows],
        },
        index=[row.answer for row in rows],
    )
    note = say(
        "Ceiling: firm, not certain and undecided. Left to win: undecided, and those who could change from another answer."
    )
    whole = firmness.votes[firmness.votes["segment"] == WHOLE]
    numbers: tuple[dict[str, Any], ...] = ()
    for what in ("share", "soft", "undecided", "soft_others"):
        table = whole[["answer", "segment", what]].set_axis(["answer", "segment", "value"], axis=1)
        numbers += numbers_of(table, what=what.replace("_", " "), question=firmness.question)
    for what in ("floor", "ceiling", "to_win"):
        table = whole[["answer", "segment", what, f"{what}_low", f"{what}_high"]]
        numbers += numbers_of(
            table.set_axis(["answer", "segment", "value", "low", "high"], axis=1),
            what=what.replace("_", " "),
            question=firmness.question,
        )
    return table_block(
        cells,
        caption=say("What each candidate’s vote is made of, in per cent of all interviewed"),
        stub=say("Candidate"),
        row_labels=[escape(label_of(asked[row.answer])) for row in rows],
        note=f"{note} {sampling_note(firmness)} {source_note(poll)}",
        numbers=numbers,
    )


def firm_leads_table(poll: Poll, firmness: VoteFirmness) -> Shown:
    """Show the lead among all, in firm votes, and the reach of the second's ceiling over the first's floor."""
    if firmness.leads.empty:
        return _nothing()
    rows = firmness.leads[firmness.leads["segment"] == WHOLE]
    first, second = (escape(short_name(poll, firmness.question, a)) for a in firmness.candidates[:2])
    labels = {
        "all": say("All who named {first}, less all who named {second}", first=first, second=second),
        "firm": say("Floor of {first}, less floor of {second}", first=first, second=second),
        "reach": say("Ceiling of {second}, less floor of {first}", first=first, second=second),
    }
    cells = pd.DataFrame(
        {
            say("Difference (points)"): [
                NOT_PUBLISHED if np.isnan(row.lead) else signed(row.lead) for row in rows_of(rows)
            ],
            say("Interval (points)"): [
                NOT_PUBLISHED if np.isnan(row.low) else lead_span(row.low, row.high) for row in rows_of(rows)
            ],
            say("Verdict"): [_difference_word(row) for row in rows_of(rows)],
        },
        index=rows["measure"].to_list(),
    )
    return table_block(
        cells,
        caption=say("Leads among all votes, in firm votes, and of a ceiling over a floor"),
        stub=say("What is compared"),
        row_labels=[labels[measure] for measure in rows["measure"]],
        text_columns=[say("Verdict")],
        note=f"{lead_rule(firmness.confidence_level)} {sampling_note(firmness)} {source_note(poll)}",
        numbers=numbers_of(
            rows.rename(columns={"lead": "value", "measure": "what"})[
                ["what", "segment", "value", "low", "high", "verdict"]
            ]
        ),
    )


def _difference_word(row: Any) -> str:
    """Write the verdict on a lead; on a ceiling over a floor it says which of the two is higher."""
    if row.measure == "reach" and row.verdict in {"ahead", "behind", "statistical tie"}:
        words = {
            "ahead": say("ceiling above floor"),
            "behind": say("ceiling below floor"),
            "statistical tie": say("cannot be told apart"),
        }
        return words[row.verdict]
    return verdict_word(row.verdict)


def firm_segments_table(poll: Poll, firmness: VoteFirmness) -> Shown:
    """Show the lead in firm votes column by column, and whether the second's ceiling reaches the first's floor."""
    if firmness.leads.empty:
        return _nothing()
    firm, reach = (
        firmness.leads[firmness.leads["measure"] == measure].set_index("segment", drop=False)
        for measure in ("firm", "reach")
    )
    cells = pd.DataFrame(
        {
            say("Lead in firm votes"): [_with_range(row.lead, row.low, row.high) for row in rows_of(firm)],
            say("Verdict"): [verdict_word(row.verdict) for row in rows_of(firm)],
            say("Ceiling over floor"): [_with_range(row.lead, row.low, row.high) for row in rows_of(reach)],
            say("Which is higher"): [_difference_word(row) for row in rows_of(reach)],
        },
        index=firm["segment"].to_list(),
    )
    few = firm["verdict"].isin(["too few interviews", "base unknown"]).to_numpy()
    classes = pd.DataFrame("", index=cells.index, columns=cells.columns)
    classes.loc[few] = "pt-few"
    first, second = (short_name(poll, firmness.question, a) for a in firmness.candidates[:2])
    return table_block(
        cells,
        caption=say(
            "{first} against {second} in firm votes, by column, in points", first=first, second=second
        ),
        stub=say("Column"),
        row_labels=[escape(label_of(poll.segments[segment])) for segment in firm["segment"]],
        text_columns=[say("Verdict"), say("Which is higher")],
        classes=classes,
        note=" ".join(
            [
                say(
                    "Leads are of {first}; below zero, {second} leads. Ceiling over floor: ceiling of {second} less floor "
                    "of {first}.",
                    first=first,
                    second=second,
                ),
                lead_rule(firmness.confidence_level),
                sampling_note(firmness),
                source_note(poll),
            ]
        ),
        numbers=numbers_of(
            firmness.leads.rename(columns={"lead": "value", "measure": "what"})[
                ["what", "segment", "value", "low", "high", "verdict"]
            ]
        ),
    )


def _with_range(lead: float, low: float, high: float) -> str:
    if np.isnan(lead):
        return NOT_PUBLISHED
    if np.isnan(low):
        return signed(lead)
    ends = lead_span(low, high)
    return f'{signed(lead)}<span class="pt-interval">{ends}</span>'


def certainty_table(poll: Poll, firmness: VoteFirmness) -> Shown:
    """Show how certain those were who gave each answer, in the whole sample: a share of them, not of all."""
    whole = firmness.certainty
    if whole.empty or not (whole["segment"] == WHOLE).any():
        return _nothing()
    whole = whole[whole["segment"] == WHOLE]
    asked = poll.question(firmness.question)
    given, roles = whole["given"].unique().tolist(), whole["role"].unique().tolist()
    labels = {role: label_of(asked[whole[whole["role"] == role]["answer"].iloc[0]]) for role in roles}
    at = {(row.given, row.role): row for row in rows_of(whole)}
    cells, classes = pd.DataFrame(index=given), pd.DataFrame(index=given)
    for role in roles:
        found = [at.get((answer, role)) for answer in given]
        cells[role] = [
            NOT_PUBLISHED if row is None else _with_interval(row.share, row.low, row.high) for row in found
        ]
        classes[role] = ["pt-few" if row is not None and row.flag == "too few" else "" for row in found]
    bases = whole.groupby("given", sort=False)["base"].max()
    cells["base"] = [cell_figure(bases[answer], ",.0f") for answer in given]
    classes["base"] = ""
    return table_block(
        cells,
        caption=say("How certain those were who gave each answer, in per cent of them"),
        stub=say("Answer"),
        row_labels=[escape(label_of(asked[answer])) for answer in given],
        column_labels=[*(escape(labels[role]) for role in roles), say("Interviews (base)")],
        classes=classes,
        note=(
            say("Grey italics: too few interviews to say.") + " "
            if (whole["flag"] == "too few").any()
            else ""
        )
        + f"{interval_note(whole)} "
        + source_note(
            poll, say("those who gave the answer, of {interviews}", interviews=f"{poll.sheet.n:,}")
        ),
        numbers=numbers_of(
            whole.rename(columns={"share": "value"})[
                ["question", "answer", "given", "segment", "value", "low", "high", "base", "method"]
            ]
        ),
    )
