"""Columns that contain one another or share interviews, whole questions, and what would overturn a finding."""

from html import escape
from typing import Any

import pandas as pd

from analysis.polls import Poll
from analysis.polls.segments import WHOLE
from analysis.show.display import Shown, numbers_of, statement
from analysis.show.language import say
from analysis.show.names import brief_answer, segment_name
from analysis.show.phrases import (
    counted,
    joined,
    level,
    points,
    points_range,
)
from analysis.show.selection import HOLDS, first_of, largest_first, those_tested
from analysis.show.wording.comparisons import comparisons, named_places, untested_words

__all__ = ["comparison_summary", "overlap_sentence", "tipping_sentence", "whole_sentence"]

_MOST_NAMED = 4


def whole_sentence(poll: Poll, compared: pd.DataFrame, *, confidence_level: float) -> Shown:
    """Say which columns differ from everybody else, and where most."""
    if compared.empty:
        return statement(say("The poll prints no column beside that of the whole sample."))
    tested = those_tested(compared)
    if tested.empty:
        return statement(
            say(
                "No column can be held against the rest of the sample: of {comparisons}, {reasons}.",
                comparisons=comparisons(len(compared)),
                reasons=untested_words(compared),
            )
        )
    holding = tested[tested["verdict"].isin(HOLDS)]
    opening = say(
        "Of {comparisons} of a column with the rest of the sample, {hold}.",
        comparisons=comparisons(len(tested)),
        hold=counted(len(holding), say("none holds"), say("one holds"), say("# hold")),
    )
    numbers = [
        {"value": len(tested), "what": "comparisons with the rest of the sample"},
        {"value": len(holding), "what": "comparisons with the rest of the sample that hold"},
    ]
    if holding.empty:
        return statement(opening, numbers=numbers)
    by_column = holding["segment_a"].value_counts(sort=False)
    most = by_column[by_column == by_column.max()]
    often = counted(most.iloc[0], "", say("one answer"), say("# answers"))
    columns = joined([segment_name(poll, str(segment)) for segment in most.index])
    standing_out = counted(
        len(most),
        "",
        say("{columns} stands apart most often, for {answers}."),
        say("{columns} stand apart most often, for {answers} each."),
    ).format(columns=columns, answers=often)
    farthest = first_of(holding)
    fields = named_places(poll, farthest) | {
        "interval": points_range(farthest.low_together, farthest.high_together),
        "level": level(confidence_level),
    }
    if farthest.segment_b == WHOLE:
        widest = say(
            "The widest distance is that of {a} for {answer}: {share_a}, {difference} above the {share_b} of all "
            "({level} interval {interval}).",
            **fields,
        )
    else:
        widest = say(
            "The widest distance is that of {b} for {answer}: {share_b}, {difference} below the {share_a} of all "
            "({level} interval {interval}).",
            **fields,
        )
    return statement(opening, standing_out, widest, numbers=numbers)


def overlap_sentence(poll: Poll, compared: pd.DataFrame) -> Shown:
    """Say what can be said of columns that share interviews, nobody knows how many."""
    if compared.empty:
        return statement(
            say("No two columns of this poll are known to share interviews without one containing the other.")
        )
    tested = those_tested(compared)
    if tested.empty:
        return statement(
            say(
                "None of them can be compared: of {comparisons}, {reasons}.",
                comparisons=comparisons(len(compared)),
                reasons=untested_words(compared),
            )
        )
    found = tested["verdict"].value_counts()
    hold = int(found.reindex(HOLDS).sum())
    open_ = int(found.get("depends on the overlap", 0))
    opening = say(
        "Of {comparisons} of columns that share interviews, {hold} however many they share, and {open}.",
        comparisons=comparisons(len(tested)),
        hold=counted(hold, say("none holds"), say("one holds"), say("# hold")),
        open=counted(open_, say("none depends on it"), say("one depends on it"), say("# depend on it")),
    )
    numbers = [
        {"value": len(tested), "what": "comparisons of columns that share interviews"},
        {"value": hold, "what": "comparisons that hold however many interviews are shared"},
        {"value": open_, "what": "comparisons that depend on the overlap"},
    ]
    if not open_:
        return statement(opening, numbers=numbers)
    example = say(
        "{answer}, for one, has {share_a} in {a} and {share_b} in {b}: {difference} that are more than chance, or not, as "
        "the two columns have more or fewer interviews in common.",
        **named_places(poll, first_of(tested[tested["verdict"] == "depends on the overlap"])),
    )
    return statement(opening, example, numbers=numbers)


def tipping_sentence(poll: Poll, tipping: pd.DataFrame, *, design_effect: float) -> Shown:
    """Say what it would take to overturn the largest of the differences that hold, and the frailest."""
    holding = tipping[tipping["verdict"].isin(HOLDS)]
    if holding.empty:
        return statement(say("No difference holds, so there is nothing to overturn."))
    strongest, frailest = (
        first_of(holding),
        holding.sort_values("tipping_design_effect", kind="stable").iloc[[0]],
    )
    weakest = first_of(frailest)
    sentences = [
        say(
            "The largest, {answer} in {a} over {b}, would be gone with a design effect of {effect} instead of {used}, or if "
            "{bias} of its {difference} were an error in its favour.",
            effect=f"{strongest.tipping_design_effect:.1f}",
            used=f"{design_effect:g}",
            bias=f"{100 * strongest.bias_to_insignificance:.1f}",
            **{k: v for k, v in named_places(poll, strongest).items() if k not in {"share_a", "share_b"}},
        )
    ]
    if len(holding) > 1:
        sentences.append(
            say(
                "The frailest, {answer} in {a} over {b}, would be gone with one of {effect}, or {bias}.",
                effect=f"{weakest.tipping_design_effect:.2f}",
                bias=points(weakest.bias_to_insignificance),
                **{k: v for k, v in named_places(poll, weakest).items() if k in {"answer", "a", "b"}},
            )
        )
    columns = ["question", "answer", "segment_a", "segment_b", "value"]
    numbers = [
        number
        for column, what in (
            ("tipping_design_effect", "design effect at which the difference stops being significant"),
            ("bias_to_insignificance", "bias at which the difference stops being significant"),
        )
        for number in numbers_of(holding.rename(columns={column: "value"})[columns], what=what)
    ]
    return statement(*sentences, numbers=numbers)


def comparison_summary(poll: Poll, compared: pd.DataFrame) -> Shown:
    """Say for which answers some column stands apart, and for which none can be told from another."""
    tested = those_tested(compared)
    if tested.empty:
        return statement(say("Nothing can be said of differences between the columns of this table."))
    question = str(tested["question"].iloc[0])
    holding = largest_first(tested[tested["verdict"].isin(HOLDS)])["answer"].unique()
    silent = [answer for answer in tested["answer"].unique() if answer not in holding]

    def named(answers: Any) -> str:
        return joined(
            [say("“{answer}”", answer=escape(brief_answer(poll, question, answer))) for answer in answers]
        )

    if len(holding) == 0:
        return statement(say("For no answer of this table can one column be told from another."))
    apart = counted(
        len(holding),
        "",
        say("Columns differ for one answer: {answers}."),
        say("Columns differ for # answers: {answers}.")
        if len(holding) <= _MOST_NAMED
        else say("Columns differ for # answers, most of all {answers}."),
    ).format(answers=named(holding[:_MOST_NAMED]))
    alike = counted(
        len(silent),
        "",
        say("For one, {answers}, no column can be told from another."),
        say("For # no column can be told from another."),
    ).format(answers=named(silent[:1]))
    return statement(apart, alike)
