"""What totals become if segments have their true sizes: the words, tables and drawing of that notebook."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
from markupsafe import Markup, escape

from analysis.estimates import PRINTED, UNTESTED
from analysis.polls import PUBLISHED, Question, Target
from analysis.show.charts import ZERO, Chart, ChartRow
from analysis.show.common import (
    BEYOND_CHANCE,
    OPEN_WEIGHT,
    Key,
    answered,
    colours,
    difference_mark,
    more_said,
    places_assumed,
    plausible_frames,
    turned,
)
from analysis.show.display import Shown, each, follows, paragraph, sentences
from analysis.show.dots import charted
from analysis.show.tables import GAP, Cell, Column, Heading, Row, column_table, table, verdict_column
from analysis.show.view import View

__all__ = [
    "answer", "check_table", "leads_table", "segments_chart", "shifts_table", "targets_table", "totals_table",
]  # fmt: skip


_MOST_LEADS = 3  # that a sentence says


def _pair(view: View, leads: pd.DataFrame) -> tuple[Question, str | Markup, str | Markup]:
    """Return the question of a lead, and both answers as a sentence names them: a candidate by name, others in quotes."""
    question = view.asked_in(leads)
    first, second = (view.named(question[leads[side].iloc[0]]) for side in ("answer", "against"))
    return question, first, second


def _range(view: View, leads: Sequence[Any], *, signed: bool) -> str:
    """Write some leads in points: one or the other, and as a range where they are many."""
    write = view.signed if signed else view.figure
    sizes = list(dict.fromkeys(write(lead) for lead in sorted(row.estimate for row in leads)))
    return view.alternatives(sizes) if len(sizes) <= _MOST_LEADS else view.between(sizes[0], sizes[-1])


def _weighted(leads: pd.DataFrame) -> list[Any]:
    """Return the leads with the sizes of populations, where they are known."""
    known = [row for row in each(leads) if row.estimate == row.estimate]
    return [row for row in known if row.target not in {PRINTED, PUBLISHED}]


def _printed(leads: pd.DataFrame) -> Any:
    """Return the lead as it was published; None where it was not."""
    return next((row for row in each(leads) if row.target == PRINTED and row.estimate == row.estimate), None)


@follows
def answer(
    view: View,
    leads: pd.DataFrame,
    shifts: Sequence[pd.DataFrame],
    targets: Sequence[Target],
    printed: pd.DataFrame,
) -> Shown:
    """Answer whether the lead stands if segments have their true sizes."""
    if leads.empty:
        return answered(view.say("Fewer than two answers have a total, so there is no lead to reweight."))
    titles = {target.id: view.reference(target) for target in targets}
    before, weighted = _printed(leads), _weighted(leads)
    named = [
        (view.say("lead with the sizes of {target:quoted}", target=titles[row.target]), row)
        for row in weighted
    ]
    if before is not None:
        named.insert(0, (view.say("lead as published"), before))
    keys = []
    for what, row in named[:3]:
        ends = view.say("{range} points", range=view.ends((row.low, row.high))) if row.low == row.low else ""
        keys.append(Key(view.signed(row.estimate), what, ends))
    # The segment of which the smallest change of size would bring a tie.
    known = [row for row in each(shifts[0]) if row.break_even == row.break_even] if weighted else []
    if known:
        tie = min(known, key=lambda row: abs(row.break_even - row.target_weight))
        what = view.say(
            "size of {segment:segment} at which there would be a tie, the rest in proportion",
            segment=tie.segment,
        )
        target = titles[weighted[0].target]
        small = view.say("{size:percent} in {target:quoted}", size=tie.target_weight, target=target)
        keys.append(Key(view.percent(tie.break_even), what, small))
    shares = printed.set_index("answer")["estimate"].to_dict()
    headline, caveat = _headline(view, leads, titles, shares), _caveat(view, leads, targets, printed)
    return answered(headline, caveat, keys, view.stated(leads))


def _headline(view: View, leads: pd.DataFrame, titles: dict[str, str], shares: Mapping[Any, float]) -> Markup:
    before, weighted, (_, first, second) = _printed(leads), _weighted(leads), _pair(view, leads)
    say = partial(view.say, first=first, second=second)
    if not weighted:
        return say(
            "No total of {first} and {second} was published, and no count fits this poll."
            if before is None
            else "No count of a population fits this poll, so nothing can be reweighted: as published, {first} had "
            "{a:share} and {second} {b:share}.",
            a=shares.get(leads["answer"].iloc[0]), b=shares.get(leads["against"].iloc[0]),
        )  # fmt: skip
    is_negative = any(row.estimate < 0 for row in weighted)
    if before is None:
        new = _range(view, weighted, signed=is_negative)
        return say("In their true sizes the parts make {first} minus {second} {new} points.", new=new)
    is_tested = not {before.verdict, *(row.verdict for row in weighted)} & set(UNTESTED)
    was_clear = before.verdict in BEYOND_CHANCE
    clear = [row for row in weighted if is_tested and row.verdict in BEYOND_CHANCE]
    gained = [row for row in clear if row.verdict != before.verdict]
    lost = [row for row in weighted if is_tested and was_clear and row.verdict not in BEYOND_CHANCE]
    told, signed = gained or lost or weighted, bool(gained or lost or is_negative)
    return say(
        "If each part of the sample had its true size, {first} would have {new} points more than {second} instead of {old}; "
        "how sure that is cannot be said."
        if not is_tested
        else "Weighted to {targets:list}, the difference between {first} and {second} would be {new} points and beyond "
        "chance; as published it is {old}."
        if gained
        else "Weighted to {targets:list}, the lead of {first} over {second} would be within chance: {new} points instead of "
        "{old}."
        if lost
        else "{first} would still clearly lead {second}, by {new} points instead of {old}, if each part of the sample had "
        "its true size."
        if was_clear
        else "{first} and {second} would still be too close to call if each part of the sample had its true size: a gap of "
        "{new} points instead of {old}.",
        new=_range(view, told, signed=signed), old=_range(view, [before], signed=signed),
        targets=[titles[row.target] for row in told],
    )  # fmt: skip


def _caveat(view: View, leads: pd.DataFrame, targets: Sequence[Target], printed: pd.DataFrame) -> Markup:
    """Say which answer had more than both, what weighting leaves as it was, and whether a verdict hangs on the design."""
    more = more_said(view, printed, {leads["answer"].iloc[0], leads["against"].iloc[0]})
    frames = plausible_frames(view, leads)
    verdicts = {name: [row.verdict for row in _weighted(frame)] for name, frame in frames.items()}
    unchanged = view.say("Only sizes change, not what people answered or who was never reached.")
    hangs = view.say("Whether the difference is beyond chance depends on the design effect.")
    said = [unchanged, hangs if verdicts["low"] != verdicts["high"] else "", places_assumed(view, *targets)]
    return sentences(more, *said if verdicts["own"] else [])


def _titles(view: View, targets: Sequence[Target]) -> dict[str, str]:
    return {PRINTED: view.say("As published")} | {target.id: view.reference(target) for target in targets}


def _beneath(view: View, question: Question, *frames: pd.DataFrame) -> Markup:
    known = any(frame["low"].notna().any() for frame in frames)
    more = [view.say("Beneath each figure its interval."), view.conditions()] if known else []
    return view.source(*more, question=question)


def _percent_cell(view: View, row: Any) -> Cell:
    if row is None or row.estimate != row.estimate:
        return Cell(GAP)
    write = view.share if row.target == PRINTED else view.percent
    return Cell(write(row.estimate), view.percents((row.low, row.high)))


@follows
def leads_table(
    view: View, leads: pd.DataFrame, targets: Sequence[Target], printed: pd.DataFrame, *totals: pd.DataFrame
) -> Shown:
    """Show both foremost answers and the lead, a row for each set of sizes."""
    if leads.empty:
        return view.nothing()
    question, titles = view.asked_in(leads), _titles(view, targets)
    shares = {(row.target, row.answer): row for one in (printed, *totals) for row in each(one)}
    shown = leads[leads["target"].isin(titles)]
    weighted, before = _weighted(shown), _printed(shown)
    caption = view.say("The totals, by whose sizes are used")
    if weighted and before is not None:
        most = max((row.estimate - before.estimate for row in weighted), key=abs)
        caption = view.say("True sizes move the lead by {most:points} at most", most=most)

    def share(answer: str) -> Column:
        return Column(
            view.short(question[answer]), lambda row: _percent_cell(view, shares.get((row.target, answer)))
        )

    columns = [
        Column(view.say("Lead, points"), "estimate", "signed", ("low", "high")),
        *map(share, (leads["answer"].iloc[0], leads["against"].iloc[0])),
        verdict_column(view, view.of_lead),
    ]
    return column_table(
        view, shown, columns, stub=view.say("Sizes of the parts"), label=lambda row: titles[row.target],
        caption=caption, source=_beneath(view, question, shown, printed, *totals), sortable=False,
        states=(shown, printed, *totals),
    )  # fmt: skip


@charted
def segments_chart(
    view: View, leads: pd.DataFrame, shifts: Sequence[pd.DataFrame], *within: pd.DataFrame
) -> Chart | Shown:
    """Draw the lead within each segment that is weighted; how large each is stands under its name."""
    within = tuple(frame for frame in within if len(frame) and frame["estimate"].notna().all())
    if len(within) < 2:
        return view.nothing()
    question, first, second = _pair(view, leads)
    ahead, behind = leads["answer"].iloc[0], leads["against"].iloc[0]
    together = pd.concat(within)
    rows = [row if row.answer == ahead else turned(row) for row in each(together)]
    paint, drawn = colours(question), []
    for row in rows:
        mark = difference_mark(view, row, paint[ahead if row.estimate > 0 else behind])
        drawn.append(ChartRow(view.segment(row.segment), [mark], _size(view, shifts[0], row.segment)))
    against = [view.segment(row.segment) for row in rows if row.estimate < 0]
    say = partial(view.say, first=first, second=second)
    caption = say(
        "{second} had more in {n} of {all} parts ({segments:list}): that is why sizes could matter"
        if against
        else "{first} had more than {second} in every part: no sizes could turn the lead",
        n=len(against), all=len(rows), segments=against,
    )  # fmt: skip
    judged = [
        view.say("Filled: beyond chance. Hollow: chance or rounding may explain it."),
        view.conditions(),
    ]
    source = view.source(*(judged if any(row.low == row.low for row in rows) else []), question=question)
    return Chart(
        drawn, caption, source, percent=False, references=ZERO,
        axis=say("{first} minus {second}, percentage points"),
        numbers=view.stated(*within),
    )  # fmt: skip


def _size(view: View, shifts: pd.DataFrame, segment: str) -> str:
    """Write how much a segment counts in the published total; nothing where that is not known."""
    row = each(shifts[shifts["segment"] == segment])[0]
    ends = row.published_low, row.published_high
    if not 0 <= ends[1] - ends[0] < 1:  # what the figures imply may be anything
        return ""
    size = view.certain(ends) if ends[1] - ends[0] > OPEN_WEIGHT else view.percent(row.published_weight)
    return view.say("{size} of the total", size=size)


def shifts_table(
    view: View, leads: pd.DataFrame, shifts: Sequence[pd.DataFrame], targets: Sequence[Target]
) -> Shown:
    """Show what each segment adds to the lead when its size changes; nothing where no size does."""
    if leads.empty or not targets:
        return paragraph()
    question, first, second = _pair(view, leads)

    def cells(row: Any, share: str, points: str) -> list[Cell]:
        """Write a share and a number of points; gaps where a segment has none."""
        values = (view.percent, getattr(row, share, np.nan)), (view.signed, getattr(row, points, np.nan))
        return [Cell(GAP if pd.isna(value) else write(value)) for write, value in values]

    headings = [Heading(view.say("Share of the total")), Heading(view.say("Lead there, points"))]
    of_each = view.say("Size"), view.say("Adds to the lead, points")
    headings += [Heading(text, over=over) for over in map(view.reference, targets) for text in of_each]
    sides = [{row.segment: row for row in each(frame)} for frame in shifts]
    rows = [
        Row(
            view.segment(segment),
            cells(next(side[segment] for side in sides if segment in side), "published_weight", "lead")
            + [cell for side in sides for cell in cells(side.get(segment), "target_weight", "contribution")],
        )
        for segment in dict.fromkeys(segment for side in sides for segment in side)
    ]
    wholes = [view.signed(frame["contribution"].sum(skipna=False)) for frame in shifts]
    how: Any = {"value": "contribution", "beside": ["published_weight", "lead", "target_weight"]}
    stated = [view.stated(one, target=target.id, **how) for one, target in zip(shifts, targets, strict=True)]
    first_side = shifts[0]
    whole = (first_side["published_weight"] * first_side["lead"]).sum(skipna=False)
    together = [Cell(text) for one in [view.signed(whole), *wholes] for text in ("", one)]
    rows.append(Row(view.say("Together"), together, looks="strong"))
    return table(
        view, headings, rows, stub=view.say("Part"), sortable=False,
        source=view.source(view.say("Rounded figures need not add up exactly."), question=question),
        caption=view.say("What each part adds to the lead of {first} over {second}", first=first, second=second),
        numbers=[number for one in stated for number in one],
    )  # fmt: skip


def targets_table(view: View, targets: Sequence[Target]) -> Shown:
    """Show whose sizes are used, and what they assume."""
    if not targets:
        return view.sentence("There is no count of a population that has the segments of this poll.")
    headings = [Heading(text, words=True) for text in (view.say("What is counted"), view.say("Source"))]
    rows = [
        Row(view.reference(one), [Cell(view.reference(one, name)) for name in ("unit", "source")])
        for one in targets
    ]
    shown = table(view, headings, rows, caption=view.say("Whose sizes are used"), stub=view.say("Sizes of"))
    at_home = view.say(
        "Votes cast leave out those who stayed at home. A total that is weighted to them leaves these out once more, where "
        "one of the answers is not to vote."
    )
    said = [escape(view.reference(target, "assumption")) for target in targets]
    said += [at_home for target in targets if target.counts == "votes"]
    for sentence in dict.fromkeys(said):
        shown += paragraph(sentence)
    return shown


@follows
def check_table(view: View, implied: pd.DataFrame) -> Shown:
    """Show whether the sizes that the printed figures imply give back the printed totals."""
    both = implied[implied["estimate"].notna() & implied["published"].notna()]
    if both.empty or implied["target"].iloc[0] == PRINTED:
        return view.nothing()
    question = view.asked_in(both)
    half = 0.5 * 10.0 ** -(view.poll.decimals + 2) + 1e-9
    back = both["published"].between(both["rounding_low"] - half, both["rounding_high"] + half)
    columns = [
        Column(view.say("As published"), "published", "share"),
        Column(view.say("From the parts"), "estimate", "percent", ("rounding_low", "rounding_high")),
    ]
    return column_table(
        view, both, columns, stub=view.text(question, "row_heading"), label=lambda row: view.label(question[row.answer]),
        caption=view.say(
            "{back} of {all} totals that can be checked come back from their parts", back=back.sum(), all=len(both)
        ),
        source=view.source(view.say("Beneath each figure what rounding leaves open."), question=question),
    )  # fmt: skip


@follows
def totals_table(
    view: View, targets: Sequence[Target], printed: pd.DataFrame, *totals: pd.DataFrame
) -> Shown:
    """Show every answer, a column for each set of sizes."""
    if printed.empty:
        return view.nothing()
    question, titles = view.asked_in(printed), _titles(view, targets)
    frames = {frame["target"].iloc[0]: frame for frame in (printed, *totals)}
    frames = {name: frame for name, frame in frames.items() if name in titles}
    sides = [{row.answer: row for row in each(frame)} for frame in frames.values()]
    rows = []
    for answer in map(question.__getitem__, printed["answer"]):
        cells = [_percent_cell(view, side.get(answer.id)) for side in sides]
        rows.append(Row(view.label(answer), cells, looks="inner" if answer.given else ""))
    return table(
        view, [Heading(titles[name]) for name in frames], rows, stub=view.text(question, "row_heading"),
        caption=view.say("{name}: every total, by whose sizes are used", name=view.name(question)),
        source=_beneath(view, question, *frames.values()), sortable=not any(answer.given for answer in question.answers),
        numbers=view.stated(*frames.values()),
    )  # fmt: skip
