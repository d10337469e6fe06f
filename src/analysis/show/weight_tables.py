"""How much the segments of a poll count, and how many interviews stand behind them: tables."""

from typing import Any

import numpy as np
import pandas as pd
from markupsafe import Markup

from analysis.polls import WHOLE, Target
from analysis.show.display import Shown, each, follows, paragraph, sentences
from analysis.show.tables import GAP, Cell, Column, column_table
from analysis.show.view import View

__all__ = [
    "certainty",
    "contradictions_table",
    "cost_sentence",
    "interviews_table",
    "part_of",
    "weights_table",
]


def certainty(view: View, *, certified: bool) -> Markup:
    """Say how sure weights are, and on which assumptions."""
    if certified:
        return view.say(
            "What a segment may count for is certified on two assumptions: the tables of one answer a person share one "
            "base, and their figures were rounded correctly."
        )
    return view.say(
        "What a segment may count for is not certified: it allows each table to have left out those who gave no answer, up "
        "to {nonresponse:percent} of any segment, since they are not printed; figures must have been rounded correctly.",
        nonresponse=view.options.largest_nonresponse,
    )


def part_of(view: View, row: Any) -> str:
    """Say of what a part is a share, where that is not the whole sample."""
    if row.of == WHOLE:
        return ""
    return view.say("of {whole:segment}", whole=row.of)


@follows
def weights_table(view: View, held: pd.DataFrame, target: Target) -> Shown:
    """Show every weight with its range, what narrows it, and what it is held against."""
    known = held[held["weight"].notna()] if len(held) else held
    if known.empty:
        return view.sentence("There are no weights to show.")
    notes = [view.source(), certainty(view, certified=bool(known["certified"].all()))]
    columns = [
        Column(view.say("Weight, %"), lambda row: view.outwards((row.low, row.high))),
        Column(
            view.say("Certified"),
            lambda row: view.say("yes") if row.certified else view.say("no"),
            words=True,
        ),
    ]
    if any(question.kind == "multiple_response" for question in view.poll.questions):
        heading = view.say("With tables of several answers, %")
        columns.append(Column(heading, lambda row: view.outwards((row.all_low, row.all_high))))
        notes.append(
            view.say(
                "With tables of several answers: without totals that contradict others, so never certified."
            )
        )
    for heading, name in (
        (view.say("Share of interviews"), "interviews"),
        (view.say("After weighting, as printed"), "weighted"),
        (view.say("Population"), "population"),
    ):
        if known[name].notna().any():
            columns.append(Column(heading, name, "percent"))
    if known["population"].notna().any():
        heading = view.say("By chance, points")
        columns.append(
            Column(heading, lambda row: GAP if np.isnan(row.chance) else f"±{100 * row.chance:.1f}")
        )
        notes.append(view.say("Population: {target}.", target=view.reference(target)))
    return column_table(
        view, known, columns, stub=view.say("Segment"), label=view.of_segment,
        small=lambda row: part_of(view, row), caption=view.say("How much each segment counts"),
        source=sentences(*notes), numbers="weight", sortable=False,
    )  # fmt: skip


@follows
def interviews_table(view: View, bases: pd.DataFrame) -> Shown:
    """Show how many interviews stand behind each segment, from where that is known, and how precise they make a share."""
    words = {
        "printed": view.say("published"),
        "recovered": view.say("recovered from its weight"),
        "at least": view.say("the least that its weight allows"),
    }

    def count(row: Any) -> Cell:
        if np.isnan(row.base):
            return Cell(GAP)
        few = "few" if row.n_effective < view.options.small_base else ""
        return Cell(view.count(row.base), looks=few)

    def effective(row: Any) -> str:
        return GAP if np.isnan(row.base) else view.count(row.n_effective)

    def margin(row: Any) -> str:
        return GAP if np.isnan(row.base) else f"±{100 * row.margin_of_error:.1f}"

    columns = [
        Column(view.say("Interviews"), count),
        Column(view.say("Independent interviews they are worth"), effective),
        Column(view.say("Margin of error, points"), margin),
        Column(view.say("How that is known"), lambda row: words.get(row.source, view.say("unknown")), words=True),
    ]  # fmt: skip
    return column_table(
        view, bases, columns, stub=view.say("Segment"), label=view.of_segment,
        caption=view.say("Interviews behind each segment"), source=view.source("", view.conditions()), numbers="base",
        looks=lambda row: "strong" if row.segment == WHOLE else "", sortable=False,
    )  # fmt: skip


def contradictions_table(view: View, contradictions: pd.DataFrame) -> Shown:
    """Show, division by division, how many totals no weights explain, how far they are off, and the farthest."""
    if contradictions.empty:
        return view.sentence("No total of a table of several answers contradicts these weights.")
    sizes = contradictions.assign(off=contradictions["excess"].abs())
    groups = sizes.groupby("partition", sort=False)["off"]
    found = groups.agg(["size", "sum", "idxmax"]).reset_index()

    def farthest(row: Any) -> str:
        worst = sizes.loc[row.idxmax]
        return view.answer(str(worst["question"]), str(worst["answer"]))

    def parts(row: Any) -> str:
        chosen = view.poll.segments.partition(row.partition).parts
        return Markup(" + ").join(view.label(view.poll.segments[part]) for part in chosen)

    columns = [
        Column(view.say("Totals that do not fit"), "size", "count"),
        Column(view.say("Off in all, points"), lambda row: f"{100 * row.sum:.1f}"),
        Column(view.say("The farthest, points"), lambda row: f"{100 * sizes.loc[row.idxmax, 'off']:.1f}"),
        Column(view.say("Which that is"), farthest, words=True),
    ]  # fmt: skip
    return column_table(
        view, found, columns, stub=view.say("Segments"), label=parts, numbers="size", sortable=False,
        caption=view.say("Totals of tables of several answers that no weights explain"),
        source=view.source("", view.say(
            "Off: beyond what rounding explains. The totals are one least explanation; another reckoning names others."
        )),
    )  # fmt: skip


@follows
def cost_sentence(view: View, factors: pd.DataFrame) -> Shown:
    """Say by how much weighting must at least have widened the margin of error, and how weak that is."""
    known = factors[factors["factor"].notna() & (factors["of"] == WHOLE)] if len(factors) else factors
    if known.empty:
        return view.sentence(
            "How many people were interviewed in each segment was not published, so that nothing can be said of what "
            "weighting cost."
        )
    row = each(known.nlargest(1, "factor"))[0]
    fields = {
        "factor": row.factor,
        "margin": row.margin_of_error,
        "level": view.level(view.options.confidence_level),
    }
    parts = [view.segment(part) for part in view.poll.segments.partition(row.partition).parts]
    weakness = view.say(
        "That is a lower bound, and often far below the truth: weights within segments, and by what no table shows, come on "
        "top. It holds for answers that have nothing to do with the weights."
    )
    if round(row.factor, 2) <= 1:
        return paragraph(
            view.say(
                "The interviews of {parts:list} need not have been weighted at all: nothing shows that weighting widened "
                "the margin of error.",
                parts=parts,
            ),
            weakness,
        )
    certain = view.say(
        "Weighting {parts:list} multiplied the variance by {factor:number} at least, so that the margin of error is "
        "±{margin:percent} or more ({level} confidence), if tables share one base and were rounded correctly."
        if row.certified
        else "Weighting {parts:list} multiplied the variance by {factor:number} at least, so that the margin of error is "
        "±{margin:percent} or more ({level} confidence), if no table left out more people than is allowed for here.",
        parts=parts,
        **fields,
    )
    margin = view.poll.sheet.item("margin_of_error")
    said = view.say("The technical sheet says {printed}.", printed=margin.printed) if margin else ""
    return paragraph(certain, said, weakness)
