"""How a poll was weighted, as far as its figures show: the words, drawings and tables of that notebook."""

from typing import Any

import numpy as np
import pandas as pd
from markupsafe import Markup

from analysis.estimates import misprinted_rows
from analysis.estimates.bases import printed_weights
from analysis.polls import WHOLE, Target
from analysis.show.charts import ZERO, Chart, ChartRow, Mark
from analysis.show.common import OPEN_WEIGHT, Key, answered, places_assumed, range_mark
from analysis.show.display import Shown, each, first_of, follows, paragraph, sentences
from analysis.show.dots import Drawing, charted, drawn
from analysis.show.tables import Cell, Column, column_table, strong_whole
from analysis.show.view import View

__all__ = [
    "answer", "contradictions_table", "cost_sentence", "interviews_table", "population_chart", "rows_chart",
    "weights_table",
]  # fmt: skip

_MOST_NAMED = 3
_MOST_ROWS = 12
_ROUNDED = 0.005


def _main(held: pd.DataFrame) -> list[Any]:
    """Return the known parts of the division that an answer speaks of.

    It is one of the whole sample, with a population to be held against, and the best known of these, as far as there is one.
    """
    known = held[held["weight"].notna()]
    whole = known[known["of"] == WHOLE]
    chosen = known if whole.empty else whole
    told = chosen.assign(width=chosen["high"] - chosen["low"], fits=chosen["population"].notna())
    order = told.groupby("partition", sort=False)[["fits", "width"]].max()
    order = order.sort_values(["fits", "width"], ascending=[False, True], kind="stable")
    return each(chosen[chosen["partition"].isin(order.index[:1])])


def _apart(row: Any) -> float:
    """Return how far every weight that is possible is from the population's, in margins of what chance brings about.

    Beyond 1, no weight that is possible is as near to the population as chance may bring it.
    """
    return float(max(row.low - row.population, row.population - row.high, 0.0) / row.chance)


def _moved(row: Any) -> float:
    """Return how far a part's share of the interviews is from every weight that it can have had; 0 where it is one."""
    if np.isnan(row.interviews):
        return 0.0
    if not np.isnan(row.weighted):  # counts of weighted interviews are rounded: half a point is not weighting
        apart = abs(row.weighted - row.interviews)
        return float(apart) if apart > _ROUNDED else 0.0
    return float(max(row.low - row.interviews, row.interviews - row.high, 0.0))


def _is_open(row: Any) -> bool:
    return bool(row.high - row.low > OPEN_WEIGHT)


@follows
def answer(view: View, held: pd.DataFrame, bases: pd.DataFrame, target: Target) -> Shown:
    """Answer how much the parts of a sample counted, and whether that is their share of a population."""
    rows, line = _main(held), view.line("weighting")
    sheet = view.say(
        "What was said of weighting: {line:quoted}"
        if line
        else "How answers were weighted was not published.",
        line=line,
    )
    if not rows:
        headline = view.say(
            "Nothing shows how {pollster} weighted: no segments of this poll are known to make up another."
            if held.empty
            else "No weights turn the segments that {pollster} published into its totals: something in its tables is wrong."
        )
        return answered(headline, sheet)
    told = [row for row in rows if not (_is_open(row) and np.isnan(row.interviews))]
    keys = [_key(view, row, target) for row in _named(told)]
    segments = each(bases)
    if all(row.source in {"printed", "recovered"} for row in segments):
        row = min(segments, key=lambda row: float(row.base))
        count = view.count(row.base)
        number = count if row.source == "printed" else view.say("about {count}", count=count)
        what = view.say("interviews in the smallest segment, {segment:segment}", segment=row.segment)
        keys.append(Key(number, what, view.say("worth {n:count} that are independent", n=row.n_effective)))
    assumed = places_assumed(view, target) if any(row.population == row.population for row in rows) else ""
    caveat = sentences(_certainty(view, certified=all(row.certified for row in rows)), sheet, assumed)
    known = [row for row in each(held) if row.of == rows[0].of and not np.isnan(row.weight)]
    return answered(_headline(view, rows, known, target), caveat, keys, _numbers(view, held))


def _numbers(view: View, held: pd.DataFrame) -> list[dict[str, Any]]:
    people = held[["segment", "population"]]
    return view.stated(held, value="weight", what="weight") + view.stated(
        people, value="population", what="share of the population"
    )


def _named(rows: list[Any]) -> list[Any]:
    """Choose the parts that are named: the first of two, whose rest the other is, else the heaviest."""
    heaviest = sorted(rows, key=lambda row: float(-row.weight))[:_MOST_NAMED]
    return rows[:1] if len(rows) == 2 else [row for row in rows if row in heaviest]


def _key(view: View, row: Any, target: Target) -> Key:
    """Return a part as a key number: what it may count for, beside its interviews or the population."""
    ends, segment = view.of_range(row), row.segment
    if _is_open(row):
        what = view.say("of the interviews: {segment:segment}", segment=segment)
        return Key(view.percent(row.interviews), what, view.say("may count for {ends}", ends=ends))
    what = view.say("the weight of {segment:segment}", segment=segment)
    if np.isnan(row.population):
        return Key(ends, what)
    people = view.reference(target)
    small = view.say("{population:percent}: {target}", population=row.population, target=people)
    return Key(ends, what, small)


def _headline(view: View, rows: list[Any], known: list[Any], target: Target) -> Markup:
    """Say what is surest: that interviews were weighted, how much a part counts, or that this is left open."""
    moved, whole = max(known, key=_moved), rows[0].of
    if _moved(moved) > 0:
        return view.say(
            "{pollster} weighted its interviews: {segment:segment}, {interviews:percent} of them, made up {ends} of the "
            "figures.",
            segment=moved.segment, interviews=moved.interviews,
            ends=view.of_range(moved) if np.isnan(moved.weighted) else view.percent(moved.weighted),
        )  # fmt: skip
    fields = {"whole": view.say("the total") if whole == WHOLE else view.segment(whole)}
    weights = {"whole": view.say("in the total") if whole == WHOLE else view.say("in {whole}", **fields)}
    widest = max(rows, key=lambda row: float(row.high - row.low))
    if _is_open(widest):
        return view.say(
            "Weighting hardly changed the shares of {segments:list} among {pollster}’s interviews."
            if not any(np.isnan(row.weighted) for row in rows)
            else "Nothing shows how {pollster} weighted: its figures allow any weights of {segments:list}."
            if all(row.high - row.low >= 1 for row in rows)
            else "{pollster}’s figures leave open how much its segments counted: {segment:segment} may be {ends} of {whole}."
            if any(np.isnan(row.interviews) for row in rows)
            else "{pollster}’s figures do not show whether it weighted its interviews: the shares of {segments:list} among "
            "them fit every figure.",
            segment=widest.segment, ends=view.of_range(widest), segments=list(map(view.of_segment, rows)), **fields,
        )  # fmt: skip
    compared = [row for row in rows if not np.isnan(row.population + row.chance)]
    if not compared:
        parts = [
            view.say("{segment:segment} {ends}", segment=row.segment, ends=view.of_range(row))
            for row in _named(rows)
        ]
        return view.say("{pollster}’s figures leave these weights: {parts:list}.", parts=parts)
    farthest = max(compared, key=_apart)  # of two parts one is as far off as the other
    people = view.quoted(view.reference(target))
    return view.say(
        "{pollster}’s tables give {segment:segment} a weight of {ends} {whole}, against {population:percent} in {target}: "
        "more apart than chance explains."
        if _apart(farthest) > 1
        else "{pollster}’s tables give {segment:segment} a weight of {ends} {whole}, against {population:percent} in "
        "{target}: chance may explain the difference.",
        segment=farthest.segment, ends=view.of_range(farthest), population=farthest.population, target=people, **weights,
    )  # fmt: skip


def _certainty(view: View, *, certified: bool) -> Markup:
    """Say how sure weights are, on which assumptions, and what was left out as misprinted."""
    wrong = misprinted_rows(view.poll)
    said = view.say(
        "What each segment may count for is certified on two assumptions: that the tables with one answer a person share "
        "one base, and that their figures were rounded correctly."
        if certified
        else "What a segment may count for is not certified: it allows each table to have left out those who gave no "
        "answer, up to {nonresponse:percent} of any segment, since they are not printed; figures must have been rounded "
        "correctly.",
        nonresponse=view.options.largest_nonresponse,
    )
    left_out = view.say(
        (
            "A row was left out, since its whole lies beyond all of its parts: {rows:list}.",
            "{n} rows were left out, since their wholes lie beyond all of their parts: {rows:list}.",
        ),
        n=len(wrong), rows=[view.quoted(view.answer(*row)) for row in wrong],
    )  # fmt: skip
    return sentences(said, left_out if wrong else "")


def _part_of(view: View, row: Any) -> str:
    """Say of what a part is a share, where that is not the whole sample."""
    return "" if row.of == WHOLE else view.say("{whole:where}", whole=row.of)


@charted
def population_chart(view: View, held: pd.DataFrame, target: Target) -> Chart | Shown:
    """Draw how far each weight is from the population's share, beside how far chance may bring it."""
    if held["weight"].isna().all():
        return view.nothing()
    held = held[held[["weight", "population", "chance"]].notna().all(axis=1)]
    if held.empty:
        return view.sentence(
            "No population was given for these segments, so that their weights cannot be held against any."
        )
    rows = []
    for row in each(held):
        people, chance = row.population, row.chance
        shift, low, high = row.weight - people, row.low - people, row.high - people
        ends = view.of_range(row)
        against = view.say("{ends}; population {population:percent}", ends=ends, population=people)
        marks = [
            Mark(shift, low, high, view.signed(shift), "accent", against, hollow=not _apart(row) > 1),
            Mark(np.nan, -chance, chance, f"±{100 * chance:.1f}", "other", view.say("by chance")),
        ]
        rows.append(ChartRow(view.segment(row.segment), marks, _part_of(view, row), group=row.partition))
    beyond = sum(_apart(row) > 1 for row in each(held))
    caption = view.say(
        "The weights of {beyond:count} of {n:count} segments are farther from the population than chance explains"
        if beyond
        else "Chance may explain how far each of {n:count} weights is from the population",
        n=len(held), beyond=beyond,
    )  # fmt: skip
    beside = view.say(
        "Population: {target}. Mark: the weight minus the population’s share, hollow where chance may explain the "
        "difference. Grey: how far a random choice of as many people may stray, at a design effect of {effect:number}, with "
        "{level} confidence.",
        target=view.reference(target),
    )  # fmt: skip
    return Chart(
        rows, caption, view.source(beside, view.reference(target, "assumption")), references=ZERO, percent=False,
        axis=view.say("percentage points more than in the population"), numbers=_numbers(view, held),
    )  # fmt: skip


def rows_chart(view: View, rows: pd.DataFrame) -> Drawing | Shown:
    """Draw the weights of one segment that each published row allows by itself, and what all of them leave together."""
    told = rows.assign(width=rows["high"] - rows["low"])
    told = told[told["width"] < 1].nsmallest(_MOST_ROWS, "width").sort_index() if len(rows) else rows
    if told.empty:
        return view.nothing()
    found = [
        ChartRow(view.of_answer(row), [range_mark(view, row.low, row.high, "other")]) for row in each(told)
    ]
    low, high = float(told["low"].max()), float(told["high"].min())
    if low <= high:
        mark = range_mark(view, low, high, "accent")
        found.append(ChartRow(view.say("All of them"), [mark], strong=True, group="all"))
    caption = view.say(
        (
            "The weight of {segment:segment} that {n:count} row allows: {ends:certain}",
            "The weight of {segment:segment} that each row allows, and all {n:count} together: {ends:certain}",
        )
        if low <= high
        else "The weight of {segment:segment} that each of {n:count} rows allows: they have none in common",
        segment=told["segment"].iloc[0], n=len(told), ends=(low, high),
    )  # fmt: skip
    middles = told.assign(weight=(told["low"] + told["high"]) / 2)
    numbers = view.stated(middles, value="weight", what="weight by one row")
    axis = view.say("weight, % of what the segments make up")
    return drawn(view, Chart(found, caption, view.source(), axis=axis, from_zero=False, numbers=numbers))


@follows
def weights_table(view: View, held: pd.DataFrame, target: Target) -> Shown:
    """Show every weight with its range, what narrows it, and what it is held against."""
    known, say = held[held["weight"].notna()], view.say
    notes = [_certainty(view, certified=bool(known["certified"].all()))]
    columns = [
        Column(say("Weight, %"), ("low", "high"), "outwards"),
        Column(say("Certified"), lambda row: say("yes") if row.certified else say("no"), words=True),
    ]
    if any(question.kind == "multiple_response" for question in view.poll.questions):
        columns.append(Column(say("With tables of several answers, %"), ("all_low", "all_high"), "outwards"))
        notes.append(
            say("With tables of several answers: without totals that contradict others, so never certified.")
        )
    for heading, name in (
        (say("Share of interviews"), "interviews"),
        (say("After weighting, as printed"), "weighted"),
        (say("Population"), "population"),
    ):
        if known[name].notna().any():
            columns.append(Column(heading, name, "percent"))
    if known["population"].notna().any():
        columns.append(Column(say("By chance, points"), "chance", "margin"))
        notes.append(say("Population: {target}.", target=view.reference(target)))
    return column_table(
        view, known, columns, stub=say("Segment"), label=view.of_segment, small=lambda row: _part_of(view, row),
        caption=say("How much each segment counts"), source=view.source(*notes), numbers="weight", sortable=False,
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
        return Cell(view.count(row.base), looks="few" if row.n_effective < view.options.small_base else "")

    columns = [
        Column(view.say("Interviews"), count),
        Column(view.say("Independent interviews they are worth"), "n_effective", "count"),
        Column(view.say("Margin of error, points"), "margin_of_error", "margin"),
        Column(view.say("How that is known"), lambda row: words.get(row.source, view.say("unknown")), words=True),
    ]  # fmt: skip
    return column_table(
        view, bases, columns, stub=view.say("Segment"), label=view.of_segment, numbers="base", looks=strong_whole,
        caption=view.say("Interviews behind each segment"), source=view.source(view.conditions()), sortable=False,
    )  # fmt: skip


def contradictions_table(view: View, contradictions: pd.DataFrame) -> Shown:
    """Show, division by division, how many totals no weights explain, how far they are off, and the farthest."""
    if not view.poll.segments.partitions:
        return view.nothing()
    if contradictions.empty:
        return view.sentence("No total of a table of several answers contradicts these weights.")
    # An excess is beyond rounding; told is how far off the print is.
    rounding = 0.5 * 10.0 ** -(view.poll.decimals + 2)
    sizes = contradictions.assign(off=contradictions["excess"].abs() + rounding)
    groups = sizes.groupby("partition", sort=False)["off"]
    found = groups.agg(["size", "sum", "max", "idxmax"]).reset_index()

    def parts(row: Any) -> str:
        chosen = view.poll.segments.partition(row.partition).parts
        return Markup(" + ").join(view.segment(part) for part in chosen)

    columns = [
        Column(view.say("Totals that do not fit"), "size", "count"),
        Column(view.say("Off in all, points"), "sum", "figure"),
        Column(view.say("The farthest, points"), "max", "figure"),
        Column(view.say("Which that is"), lambda row: view.of_answer(sizes.loc[row.idxmax]), words=True),
    ]  # fmt: skip
    off = view.say(
        "Off: from what was published, by more than rounding explains. The totals are one least explanation; another "
        "reckoning names others."
    )
    return column_table(
        view, found, columns, stub=view.say("Segments"), label=parts, numbers="size", sortable=False,
        caption=view.say("Totals of tables of several answers that no weights explain"), source=view.source(off),
    )  # fmt: skip


@follows
def cost_sentence(view: View, factors: pd.DataFrame) -> Shown:
    """Say by how much weighting must at least have widened the margin of error, and how weak that is."""
    known = factors[factors["factor"].notna() & (factors["of"] == WHOLE)]
    if known.empty:
        return view.sentence(
            "How many people were interviewed in each segment was not published, so that nothing can be said of what "
            "weighting cost."
        )
    row, margin = first_of(known.nlargest(1, "factor")), view.poll.sheet.item("margin_of_error")
    parts = [view.segment(part) for part in view.poll.segments.partition(row.partition).parts]
    weakness = view.say(
        "That is a lower bound, and often far below the truth: weights within segments, and by what no table shows, come on "
        "top. It holds for answers that have nothing to do with the weights."
    )
    is_weighted = round(row.factor, 2) > 1
    said = view.say(
        "Weighting {parts:list} widened the margin of error by next to nothing."
        if not is_weighted and printed_weights(view.poll) is not None
        else "Nothing shows that weighting {parts:list} widened the margin of error."
        if not is_weighted
        else "Weighting {parts:list} multiplied the variance by {factor:number} at least, so that the margin of error is "
        "±{margin:percent} or more ({level} confidence), if tables share one base and were rounded correctly."
        if row.certified
        else "Weighting {parts:list} multiplied the variance by {factor:number} at least, so that the margin of error is "
        "±{margin:percent} or more ({level} confidence), if no table left out more people than is allowed for here.",
        parts=parts, factor=row.factor, margin=row.margin_of_error,
    )  # fmt: skip
    printed = margin.printed if margin and is_weighted else ""
    sheet = view.say("As published it is {printed}.", printed=printed) if printed else ""
    return paragraph(said, sheet, weakness)
