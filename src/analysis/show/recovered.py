"""Whether weights that were recovered are the true ones: the words and drawings of that notebook."""

from collections.abc import Sequence
from typing import Any

import pandas as pd

from analysis.polls import KnownWeights
from analysis.show.charts import Chart, ChartRow, Mark
from analysis.show.common import Key, answered, range_mark
from analysis.show.display import Shown, each, first_of, sentences
from analysis.show.dots import Drawing, drawn
from analysis.show.tables import GAP, Cell, Column, column_table
from analysis.show.view import View

__all__ = [
    "answer", "cost_table", "left_out_table", "narrowing_chart", "polls_table", "truth_chart", "unweighted_table",
]  # fmt: skip

_MOST_ROWS = 15


def _moved(held: pd.DataFrame) -> pd.DataFrame:
    """Return segments by how far weighting moved them, the farthest first."""
    return held.loc[(held["weight"] - held["interviews"]).abs().sort_values(ascending=False).index]


def _name(view: View, row: Any) -> str:
    return str(row.label if view.language == "en" else row.label_es)


def _names(view: View, held: pd.DataFrame) -> dict[str, str]:
    """Map the segments of the poll at hand to their names, those of its weights where they are known."""
    own = {row.segment: _name(view, row) for row in each(held[held["poll"] == view.poll.id])}
    return {one: view.segment(one) for one in view.poll.segments.ids} | own


def _numbers(view: View, held: pd.DataFrame) -> list[dict[str, Any]]:
    return view.stated(held, value="weight", what="true weight")


def answer(view: View, held: pd.DataFrame) -> Shown:
    """Answer whether ranges of weights hold the truth, and what they say of the poll at hand."""
    if held.empty:
        return answered(view.say("No poll was given whose true weights are known."))
    own = _moved(held[held["poll"] == view.poll.id])
    row, fields = first_of(own), {"inside": int(held["inside"].sum()), "n": len(held)}
    caveat = view.say(
        "Ranges rest on two assumptions: the tables share one base, and were rounded correctly. A poll with few tables "
        "leaves wide ranges, which hold the truth without saying much; and that ranges were right here proves nothing of a "
        "poll that breaks the assumptions."
    )
    number, polls = view.say("{inside} of {n}", **fields), held["poll"].nunique()
    what = view.say("true weights lie within their range")
    keys = [Key(number, what, view.say(("{n} poll", "{n} polls"), n=polls))]
    if row is None:
        headline = view.say(
            "Nobody can check the weights recovered from {pollster}’s figures, since the true ones are not known; where "
            "they are, {inside} of {n} lie within the range that the figures allow.",
            **fields,
        )
        return answered(headline, caveat, keys, _numbers(view, held))
    ends, name = view.of_range(row), _name(view, row)
    general = view.say(
        (
            "Yes, within a range: the one that published figures leave holds the true weight.",
            "Yes, as ranges: all {n} true weights lie within those that published figures leave.",
        )
        if fields["inside"] == len(held)
        else "Not always: the ranges that published figures leave hold {inside} of {n} true weights.",
        **fields,
    )
    here = view.say(
        "{segment} made up {interviews:percent} of {pollster}’s interviews and counted for {weight:percent}; its figures "
        "alone say {ends}.",
        segment=name, interviews=row.interviews, weight=row.weight, ends=ends,
    )  # fmt: skip
    recovered = view.say("recovered: {ends}", ends=ends)
    keys += [
        Key(view.percent(row.interviews), view.say("of the interviews: {segment}", segment=name)),
        Key(view.percent(row.weight), view.say("the true weight in every figure"), recovered),
    ]
    return answered(sentences(general, here), caveat, keys, _numbers(view, own))


def _truth(view: View, weight: float) -> Mark:
    return Mark(weight, text=view.percent(weight), colour="ink", shape="D")


def truth_chart(view: View, held: pd.DataFrame, known: Sequence[KnownWeights]) -> Drawing | Shown:
    """Draw the range of each weight, the weight itself, and the share of the interviews; those that were moved most."""
    told = _moved(held).head(_MOST_ROWS).sort_index()
    if told.empty:
        return view.nothing()
    titles = {one.id: view.reference(one, "short_title") for one in known} | {view.poll.id: ""}
    rows = []
    for row in each(told):
        marks = [
            range_mark(view, row.low, row.high, "accent"),
            _truth(view, row.weight),
            Mark(row.interviews, text=view.percent(row.interviews), colour="other", hollow=True),
        ]
        division = (row.poll, row.partition)
        rows.append(ChartRow(_name(view, row), marks, titles.get(row.poll, row.poll), group=division))
    outside = (told["interviews"] < told["low"]) | (told["interviews"] > told["high"])
    caption = view.say(
        "{inside} of {n} true weights lie within the range that figures allow; {out} of {n} shares of the interviews "
        "outside it",
        inside=int(told["inside"].sum()), n=len(told), out=int(outside.sum()),
    )  # fmt: skip
    legend = [
        (view.say("recovered range"), "accent"),
        (view.say("true weight"), "ink"),
        (view.say("share of the interviews"), "other"),
    ]
    source = view.source() if (told["poll"] == view.poll.id).all() else ""
    axis, numbers = view.say("% of the sample"), _numbers(view, told)
    return drawn(view, Chart(rows, caption, source, axis=axis, legend=legend, numbers=numbers))


def polls_table(view: View, polls: pd.DataFrame, known: Sequence[KnownWeights]) -> Shown:
    """Show how many true weights lie within their ranges, poll by poll, and how wide these are."""
    titles = {one.id: view.reference(one, "short_title") for one in known}
    words = {
        "respondents": view.say("the weights of its respondents"),
        "printed_bases": view.say("interviews before and after weighting, beside each table"),
        "profile": view.say("a table of who was interviewed"),
    }
    sources = {one.id: words[one.known_from] for one in known}
    columns = [
        Column(view.say("Segments"), "segments", "count"),
        Column(view.say("True weights within the range"), "inside", "count"),
        Column(view.say("Median width of the ranges, points"), "width", "figure"),
        Column(view.say("Ranges that leave out the share of the interviews"), "ruled_out", "count"),
        Column(view.say("How the truth is known"), lambda row: sources.get(row.poll, GAP), words=True),
    ]
    return column_table(
        view, polls, columns, stub=view.say("Poll"), label=lambda row: titles.get(row.poll, row.poll), numbers="inside",
        caption=view.say("Recovered ranges against true weights, poll by poll"), sortable=False,
        source=view.say("The ends of a range are rounded outwards: as it is written, it is up to 0.2 points wider."),
    )  # fmt: skip


def unweighted_table(view: View, rows: pd.DataFrame, partition: str) -> Shown:
    """Show the answers that interviews would have given otherwise, had each counted as one."""
    told = rows.assign(off=rows["unweighted"] - rows["printed"])
    told = told.loc[told["off"].abs().sort_values(ascending=False).index].head(6)
    first = first_of(told)
    if first is None:
        return view.nothing()
    columns = [
        Column(view.say("Published"), "printed", "share"),
        Column(view.say("Without weights"), "unweighted", "percent"),
        Column(view.say("Difference, points"), "off", "signed"),
    ]
    division = view.division(partition)
    return column_table(
        view, told, columns, stub=view.say("Answer"), label=view.of_answer, small=lambda row: view.name(row.question),
        caption=view.say(
            "“{answer}” would have had {bare:percent}, not {printed:share}, had interviews not been weighted by "
            "{division:quoted}",
            answer=view.of_answer(first), bare=first.unweighted, printed=first.printed, division=division,
        ),
        numbers="unweighted", sortable=False,
        source=view.source(view.say("Unweighted in one respect alone: {division}.", division=division)),
    )  # fmt: skip


def cost_table(view: View, factors: pd.DataFrame, known: Sequence[KnownWeights]) -> Shown:
    """Show what weighting cost at least, by each division, and in truth where respondents are known."""
    found = factors[factors["factor"].notna()]
    if found.empty:
        return view.nothing()
    rows = [(row.partition, row.factor, row.margin_of_error) for row in each(found)]
    own = next((one for one in known if one.id == view.poll.id), None)
    if own is not None and own.factor:
        simple = found["margin_of_error"].iloc[0] / found["factor"].iloc[0] ** 0.5
        rows.append(("", own.factor, simple * own.factor**0.5))
    table = pd.DataFrame(rows, columns=["partition", "factor", "margin"])
    printed = view.line("margin_of_error")
    caption = view.say(
        "Weighting alone makes the margin of error at least {margin:margin} points; as published it is {printed}"
        if printed
        else "Weighting alone makes the margin of error at least {margin:margin} points",
        margin=found["margin_of_error"].max(), printed=printed,
    )  # fmt: skip
    columns = [
        Column(view.say("The variance is multiplied by"), lambda row: f"{row.factor:.2f}"),
        Column(view.say("Margin of error, points"), "margin", "margin"),
    ]

    def label(row: Any) -> str:
        if not row.partition:
            return view.say("In truth, by all weights of its respondents")
        return view.say("At least, by {division:quoted}", division=view.division(row.partition))

    return column_table(
        view, table, columns, stub="", label=label, sortable=False, numbers="factor",
        caption=caption, looks=lambda row: "" if row.partition else "strong",
        source=view.say(
            "{level} confidence, as if interviews were a simple random sample before weighting. A lower bound: weights "
            "within segments come on top."
        ),
    )  # fmt: skip


def narrowing_chart(view: View, narrowing: pd.DataFrame, held: pd.DataFrame) -> Drawing | Shown:
    """Draw how the range of one segment's weight narrows as tables are added, beside its true weight."""
    if narrowing.empty:
        return view.nothing()
    segment, last = str(narrowing["segment"].iloc[0]), each(narrowing.tail(1))[0]
    truth = held.loc[(held["poll"] == view.poll.id) & (held["segment"] == segment), "weight"]
    rows, true = [], [_truth(view, weight) for weight in truth]
    for row in each(narrowing):
        label = view.say(("{n} table", "{n} tables"), n=row.tables)
        rows.append(ChartRow(label, [range_mark(view, row.low, row.high, "accent"), *true]))
    caption = view.say(
        ("The weight of {segment:quoted}: {ends} by {n} table", "The weight of {segment:quoted}: {ends} by {n} tables"),
        segment=_names(view, held)[segment], ends=view.of_range(last), n=last.tables,
    )  # fmt: skip
    legend = [(view.say("recovered range"), "accent"), (view.say("true weight"), "ink")][: 1 + len(truth)]
    return drawn(view, Chart(rows, caption, view.source(), axis=view.say("% of the sample"), legend=legend))


def left_out_table(view: View, rows: pd.DataFrame, held: pd.DataFrame) -> Shown:
    """Show what becomes of ranges where tables leave out those who gave no answer, and what allowing for them mends."""
    if rows.empty:
        return view.nothing()
    truth = held[held["poll"] == view.poll.id].set_index("segment")["weight"]
    names = _names(view, held)
    segments, most = rows[["segment"]].drop_duplicates(), rows["allowed"].max()

    def ranges(people: str, allowed: float) -> dict[str, Any]:
        chosen = rows[rows["people"].eq(people) & rows["allowed"].eq(allowed)]
        return {row.segment: row for row in each(chosen)}

    def misses(row: Any) -> bool:
        return not row.low - 1e-7 <= truth[row.segment] <= row.high + 1e-7

    def column(heading: str, found: dict[str, Any]) -> Column:
        def cell(row: Any) -> Cell:
            there = found[row.segment]
            outside = view.say("misses the truth") if misses(there) else ""
            ends = view.between(f"{100 * there.low:.2f}", f"{100 * there.high:.2f}%")
            return Cell(GAP if there.low > there.high else ends, outside)

        return Column(heading, cell)

    everybody, fewer, allowing = ranges("all", 0), ranges("answered", 0), ranges("answered", most)
    columns = [
        Column(view.say("True weight"), lambda row: f"{100 * truth[row.segment]:.2f}%"),
        column(view.say("Everybody in the tables"), everybody),
        column(view.say("Without those who gave no answer"), fewer),
        column(view.say("The same, allowing for up to {share:percent} left out", share=most), allowing),
    ]
    caption = view.say(
        "Where tables leave people out unsaid, {n} of {of} ranges miss the truth; allowing for it, {still}",
        n=sum(map(misses, fewer.values())), of=len(segments), still=sum(map(misses, allowing.values())),
    )  # fmt: skip
    return column_table(
        view, segments, columns, stub=view.say("Segment"), label=lambda row: names[row.segment], caption=caption,
        source=view.say("Tables with one decimal, made from the respondents; ranges are what all tables leave in common."),
        numbers="high", states=rows, beside=["people", "allowed"], sortable=False,
    )  # fmt: skip
