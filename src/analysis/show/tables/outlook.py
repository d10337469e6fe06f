"""Leads, valid votes, probabilities and accuracy."""

from html import escape

import numpy as np
import pandas as pd

from analysis.estimates import VoteOutlook
from analysis.polls import Poll
from analysis.show.display import Shown, numbers_of, rows_of, statement
from analysis.show.language import label_of, reference_text, say, text_of
from analysis.show.layout import NOT_PUBLISHED, cell_figure, cell_range, table_block
from analysis.show.names import short_name
from analysis.show.notes import source_note
from analysis.show.phrases import level, signed
from analysis.show.wording.against_result import without_result
from analysis.show.wording.leads import lead_rule, lead_span, verdict_word
from analysis.show.wording.outlook import chance

__all__ = [
    "accuracy_table",
    "against_table",
    "leads_by_effect_table",
    "probability_table",
    "valid_votes_table",
]


def _nothing() -> Shown:
    return statement(say("There are no candidates to compare."))


def _effect_note(outlook: VoteOutlook) -> str:
    return say(
        "Intervals: sampling error, {level} confidence, design effect {effect}.",
        level=level(outlook.confidence_level),
        effect=f"{outlook.design_effect:.4g}",
    )


def leads_by_effect_table(poll: Poll, outlook: VoteOutlook) -> Shown:
    """Show the lead among all interviews for several design effects."""
    if outlook.leads.empty:
        return _nothing()
    rows = rows_of(outlook.leads)
    cells = pd.DataFrame(
        {
            say("Lead (points)"): [NOT_PUBLISHED if np.isnan(row.lead) else signed(row.lead) for row in rows],
            say("Interval (points)"): [
                NOT_PUBLISHED if np.isnan(row.low) else lead_span(row.low, row.high) for row in rows
            ],
            say("Verdict"): [verdict_word(row.verdict) for row in rows],
        },
        index=[f"{row.design_effect:g}" for row in rows],
    )
    first, second = (short_name(poll, outlook.question, answer) for answer in outlook.candidates[:2])
    return table_block(
        cells,
        caption=say(
            "Lead of {first} over {second} among all interviewed, by design effect",
            first=first,
            second=second,
        ),
        stub=say("Design effect"),
        row_labels=[
            say("{effect} (the sheet’s assumption)", effect=1)
            if row.design_effect == 1
            else f"{row.design_effect:g}"
            for row in rows
        ],
        text_columns=[say("Verdict")],
        note=" ".join(
            [
                say("Intervals at {level} confidence.", level=level(outlook.confidence_level)),
                lead_rule(outlook.confidence_level),
                source_note(poll),
            ]
        ),
        numbers=numbers_of(outlook.leads.rename(columns={"lead": "value"}), what="lead"),
    )


def valid_votes_table(poll: Poll, outlook: VoteOutlook) -> Shown:
    """Show each candidate's share of all interviews and of valid votes."""
    if outlook.valid.empty:
        return _nothing()
    question = poll.question(outlook.question)
    rows = rows_of(outlook.valid.set_index("answer", drop=False).loc[list(outlook.candidates)])
    cells = pd.DataFrame(
        {
            say("Of all interviewed (%)"): [cell_figure(100 * row.all_interviews) for row in rows],
            say("Of valid votes (%)"): [cell_figure(100 * row.share) for row in rows],
            say("Interval (%)"): [cell_range(row.low, row.high) for row in rows],
            say("Left open by rounding (%)"): [
                cell_range(row.rounding_low, row.rounding_high, 2) for row in rows
            ],
        },
        index=[row.answer for row in rows],
    )
    return table_block(
        cells,
        caption=say("{question}: from all interviewed to valid votes", question=text_of(question, "name")),
        stub=say("Candidate"),
        row_labels=[escape(label_of(question[row.answer])) for row in rows],
        note=f"{_effect_note(outlook)} {source_note(poll, say('all interviews, and those that name a candidate'))}",
        numbers=numbers_of(
            outlook.valid.rename(columns={"share": "value"})[["answer", "value", "low", "high"]],
            what="valid votes",
            question=outlook.question,
        ),
    )


def probability_table(poll: Poll, outlook: VoteOutlook) -> Shown:
    """Show the probability that each candidate led, by what is counted as error."""
    if outlook.probability.empty:
        return _nothing()
    wide = outlook.probability.pivot(index="answer", columns="error", values="probability")
    wide = wide.loc[list(outlook.candidates), ["sampling", "total"]]
    question = poll.question(outlook.question)
    return table_block(
        wide.map(lambda value: NOT_PUBLISHED if np.isnan(value) else chance(value)),
        caption=say("Probability that each candidate had most support on the days of the interviews"),
        stub=say("Candidate"),
        row_labels=[escape(label_of(question[answer])) for answer in wide.index],
        column_labels=[say("Sampling error alone"), say("With total survey error")],
        note=say(
            "By simulation from the shares of all answers, design effect {effect}.",
            effect=f"{outlook.design_effect:.4g}",
        )
        + f" {source_note(poll)}",
        numbers=numbers_of(
            outlook.probability.rename(columns={"probability": "value"})[
                ["answer", "error", "value", "monte_carlo_error", "added_error"]
            ],
            what="probability of leading",
        ),
    )


def against_table(poll: Poll, outlook: VoteOutlook) -> Shown:
    """Show the first candidate's share of valid votes against the result, column by column."""
    if outlook.against.empty or outlook.result is None:
        return statement(without_result())
    answer = outlook.candidates[0]
    held = outlook.against[outlook.against["answer"] == answer]
    rows = rows_of(held)
    words = {
        "higher": say("poll higher"),
        "lower": say("poll lower"),
        "not distinguishable": say("within the interval"),
    }
    cells = pd.DataFrame(
        {
            say("Poll (%)"): [
                NOT_PUBLISHED
                if np.isnan(row.share)
                else f'{cell_figure(100 * row.share)}<span class="pt-interval">{cell_range(row.low, row.high)}</span>'
                for row in rows
            ],
            say("Result (%)"): [cell_figure(100 * row.official, ".2f") for row in rows],
            say("Difference (points)"): [
                NOT_PUBLISHED if np.isnan(row.error) else signed(row.error) for row in rows
            ],
            say("Verdict"): [words.get(row.verdict) or verdict_word(row.verdict) for row in rows],
        },
        index=[row.segment for row in rows],
    )
    classes = pd.DataFrame("", index=cells.index, columns=cells.columns)
    classes.loc[held["verdict"].isin(["too few interviews", "base unknown"]).to_numpy()] = "pt-few"
    return table_block(
        cells,
        caption=say(
            "{candidate}: share of valid votes in the poll and in the vote",
            candidate=short_name(poll, outlook.question, answer),
        ),
        stub=say("Column"),
        row_labels=[escape(label_of(poll.segments[row.segment])) for row in rows],
        text_columns=[say("Verdict")],
        classes=classes,
        note=" ".join(
            [
                say(
                    "Higher, lower: the result lies outside the interval, for all shares that round to the printed ones."
                ),
                _effect_note(outlook),
                source_note(poll, say("in each column, interviews that name a candidate")),
                say("Result: {source}.", source=reference_text(outlook.result, "source")),
            ]
        ),
        numbers=numbers_of(
            held.rename(columns={"share": "value"})[
                ["answer", "segment", "value", "low", "high", "official", "error", "verdict"]
            ],
            what="poll, valid votes",
        ),
    )


def accuracy_table(poll: Poll, outlook: VoteOutlook) -> Shown:
    """Show the measures of accuracy, each with what it says in words."""
    if outlook.accuracy.empty or outlook.result is None:
        return statement(without_result())
    first, second = sorted(outlook.candidates, key=lambda a: -_official(outlook, a))[:2]
    winner, other = (escape(short_name(poll, outlook.question, answer)) for answer in (first, second))
    words = {
        ("mosteller_3", "valid_votes"): say("Mosteller 3: mean error of a candidate’s share, in points"),
        ("mosteller_5", "valid_votes"): say("Mosteller 5: error of the lead, in points"),
        ("mosteller_5", "all_interviews"): say(
            "Mosteller 5 with shares of all interviewed, where the undecided make leads smaller, in points"
        ),
        ("a_prime", "valid_votes"): say(
            "A': log of the odds of {winner} against {other}, relative to the vote; above 0 the poll favoured {winner}",
            winner=winner,
            other=other,
        ),
        ("b", "valid_votes"): say("B: mean size of the candidates’ log-odds errors"),
        ("b_weighted", "valid_votes"): say("B weighted by votes"),
    }
    rows = rows_of(outlook.accuracy)
    forms = [(100, ".1f") if row.measure.startswith("mosteller") else (1, ".3f") for row in rows]
    columns = {say("Value"): "value", say("Standard error"): "standard_error", say("If unbiased"): "expected"}
    cells = pd.DataFrame(
        {
            label: [
                cell_figure(scale * getattr(row, name), form)
                for row, (scale, form) in zip(rows, forms, strict=True)
            ]
            for label, name in columns.items()
        },
        index=[f"{row.measure} {row.base}" for row in rows],
    )
    return table_block(
        cells,
        caption=say("How far the poll was from the vote, by six measures"),
        stub=say("Measure"),
        row_labels=[words[row.measure, row.base] for row in rows],
        note=" ".join(
            [
                say(
                    "If unbiased: what a poll of this size without any bias would show on average, design effect {effect}. "
                    "On valid votes unless said.",
                    effect=f"{outlook.design_effect:.4g}",
                ),
                say("Mosteller et al. 1949; Martin, Traugott and Kennedy 2005; Arzheimer and Evans 2014."),
                source_note(poll),
            ]
        ),
        numbers=numbers_of(outlook.accuracy.rename(columns={"measure": "what"})),
    )


def _official(outlook: VoteOutlook, answer: str) -> float:
    return float(outlook.result.proclaimed.get(answer, 0)) if outlook.result is not None else 0.0
