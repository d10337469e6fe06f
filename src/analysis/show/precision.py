"""How precise each share is: the words and drawings of that notebook."""

from typing import Any

import numpy as np
import pandas as pd
from markupsafe import Markup

from analysis.estimates import design_effects, foremost
from analysis.polls import WHOLE, Result
from analysis.show.charts import Chart, ChartRow, Mark, Reference
from analysis.show.common import Key, design_effect_sentence, plausible_frames, shares_table
from analysis.show.common import answer as show_answer
from analysis.show.display import Shown, follows, paragraph, rows_of
from analysis.show.dots import charted
from analysis.show.tables import GAP, Cell, Column, Heading, Row, column_table, table
from analysis.show.view import View
from analysis.stats import LARGE_BASE

__all__ = [
    "answer",
    "design_effect",
    "intervals_table",
    "margins_chart",
    "methods_table",
    "places_table",
    "small_bases_table",
]

_MOST_ROWS = 20  # of groups that are too small to quote
_STEP = 0.0005  # half a step of a margin with one decimal, as a share


def _known(bases: pd.DataFrame) -> pd.DataFrame:
    """Return the segments whose margin is known."""
    return bases[bases["margin_of_error"].notna()]


def _of_whole(bases: pd.DataFrame) -> float:
    """Return the margin of the whole sample."""
    whole = bases.loc[bases["segment"] == WHOLE, "margin_of_error"]
    return float(whole.iloc[0]) if len(whole) else float("nan")


def _least_precise(bases: pd.DataFrame) -> Any:
    """Return the part of the sample with the largest margin; None where no part has one."""
    parts = _known(bases[bases["segment"] != WHOLE])
    return None if parts.empty else rows_of(parts.nlargest(1, "margin_of_error"))[0]


def _numbers(view: View, bases: pd.DataFrame) -> list[dict[str, Any]]:
    margins = bases[["segment", "n_effective", "margin_of_error"]]
    return view.stated(margins, value="margin_of_error", measure="margin_of_error")


@follows
def answer(view: View, bases: pd.DataFrame, figures: pd.DataFrame) -> Shown:
    """Answer how far chance can move a share of the whole, and of the least precise part."""
    if _known(bases).empty:
        unknown = view.say(
            "How far chance can move these figures cannot be said: they rest on an unknown number of people."
        )
        return show_answer(view, unknown)
    frames = plausible_frames(view, bases)
    headline = _headline(view, bases, _of_whole(frames["assumed"]))
    return show_answer(
        view, headline, _caveat(view, frames), _keys(view, frames, figures), _numbers(view, bases)
    )


def _headline(view: View, bases: pd.DataFrame, assumed: float) -> Markup:
    """Say how far chance reaches in the whole, beside what the sheet says of it, and in the least precise part."""
    whole, sheet, least = _of_whole(bases), view.poll.sheet.margin_of_error, _least_precise(bases)
    fields: dict[str, Any] = {"pollster": view.pollster, "margin": whole, "sheet": sheet}
    sentences: list[Markup] = []
    # What the sheet says is understated only where it is the margin of as many independent interviews, at the same level.
    if sheet is not None and abs(assumed - sheet) <= _STEP < (whole - assumed) / 2:
        sentences.append(
            view.say(
                "Chance alone can move {pollster}’s figures for the whole sample by up to {margin:points}, "
                "not the {sheet:points} of its technical sheet.",
                **fields,
            )
        )
    elif whole == whole:
        sentences.append(
            view.say(
                "Chance alone can move {pollster}’s figures for the whole sample by up to {margin:points}.",
                **fields,
            )
        )
    if least is not None:
        fields = {
            "segment": least.segment,
            "asked": _interviews(view, least),
            "margin": least.margin_of_error,
        }
        sentences.append(
            view.say(
                "In its least precise segment ({segment:segment}; {asked}) it is up to {margin:points}.",
                **fields,
            )
        )
    return Markup(" ").join(sentences)


def _ends(view: View, frames: dict[str, pd.DataFrame]) -> str:
    """Write the margins of the whole sample over the plausible design effects."""
    low, high = (100 * _of_whole(frames[name]) for name in ("low", "high"))
    return view.between(f"±{low:.1f}", f"±{high:.1f}")


def _caveat(view: View, frames: dict[str, pd.DataFrame]) -> Markup:
    """Say over which design effects, at which level, and what comes on top."""
    sheet = view.poll.sheet
    sentences = []
    if design_effects(view.poll).counted:
        sentences.append(
            view.say(
                "For the whole sample {ends} points is plausible, since {n:interviews} in {places:count} places are not as "
                "many independent ones.",
                ends=_ends(view, frames),
                n=sheet.n,
                places=sheet.sampling_points,
            )
        )
    elif sheet.n is not None:
        sentences.append(
            view.say(
                "For the whole sample {ends} points is assumed, since the technical sheet does not say in how many places "
                "people were asked.",
                ends=_ends(view, frames),
            )
        )
    sentences.append(
        view.say(
            "That is at {level:level} confidence for a share of one half, where chance reaches farthest; refusals, wording "
            "and changes of mind come on top.",
            level=view.options.confidence_level,
        )
    )
    return Markup(" ").join(sentences)


def _keys(view: View, frames: dict[str, pd.DataFrame], figures: pd.DataFrame) -> list[Key]:
    """Return the sheet's margin, that of the whole and of the least precise part, and how many figures are uncertain."""
    sheet, whole, least = view.poll.sheet, _of_whole(frames["own"]), _least_precise(frames["own"])
    keys = []

    def margin(margin: float, what: str, small: str = "") -> None:
        keys.append(Key(view.say("±{margin:points}", margin=margin), what, small))

    if sheet.margin_of_error is not None:
        level = sheet.confidence_level
        at = "" if level is None else view.say("{level:level} confidence", level=level)
        margin(sheet.margin_of_error, view.say("on the technical sheet"), at)
    if whole == whole:
        margin(whole, view.say("in the whole sample"), _ends(view, frames))
    if least is not None:
        margin(least.margin_of_error, view.segment(least.segment), _interviews(view, least))
    flags = figures["flag"]
    published, few, unknown = len(flags), (flags == "too few").sum(), (flags == "base unknown").sum()
    if published:
        number = view.say("{some:count} of {all:count}", some=few + unknown, all=published)
        what = (
            view.say("published figures rest on too few people to quote, or on an unknown number")
            if unknown
            else view.say("published figures rest on too few people to quote")
        )
        keys.append(Key(number, what))
    return keys


@follows
def design_effect(view: View, bases: pd.DataFrame) -> Shown:
    """Say why interviews are not as many independent ones, and what these bases take them for."""
    return paragraph(design_effect_sentence(view))


@charted
def margins_chart(view: View, bases: pd.DataFrame) -> Chart | Shown:
    """Draw the margin of every segment, over the plausible design effects, beside that of the technical sheet."""
    if _known(bases).empty:
        return paragraph(view.say("How many people stand behind any segment is not known."))
    bases = _known(bases)
    frames, found = plausible_frames(view, bases), design_effects(view.poll)
    lows, highs = (frames[name]["margin_of_error"] for name in ("low", "high"))
    first_parts = {partition.parts[0] for partition in view.poll.segments.partitions}
    rows: list[ChartRow] = []
    for row, low, high in zip(rows_of(bases), lows, highs, strict=True):
        ends = view.between(f"{100 * low:.1f}", f"{100 * high:.1f}")
        few = row.n_effective < view.options.small_base
        mark = Mark(
            row.margin_of_error, low, high, f"±{100 * row.margin_of_error:.1f}", "ink", ends, hollow=few
        )
        small, rule = _interviews(view, row).striptags(), row.segment in first_parts and bool(rows)
        rows.append(
            ChartRow(view.segment(row.segment), [mark], small, strong=row.segment == WHOLE, rule=rule)
        )
    references = []
    if (sheet := view.poll.sheet.margin_of_error) is not None:
        references.append(Reference(sheet, view.say("sheet: ±{margin}", margin=f"{100 * sheet:.1f}")))
    source = [
        view.source(),
        view.say(
            "Dot: margin at a design effect of {effect:number}. Line: at {low:number} to {high:number}.",
            effect=view.options.effect,
            low=found.low,
            high=found.high,
        ),
    ]
    missing = [view.segment(one) for one in view.poll.segments.ids if one not in set(bases["segment"])]
    if missing:
        source.append(view.say("Without a known number of interviews: {segments:list}.", segments=missing))
    axis = view.say(
        "margin of error of a share of one half, in points, at {level:level} confidence",
        level=view.options.confidence_level,
    )
    caption = (
        view.say("The smaller the segment, the larger its margin of error")
        if len(rows) > 1
        else view.say("How precise a share of one half is")
    )
    return Chart(
        rows, caption, Markup(" ").join(source), axis=axis.striptags(), references=references, percent=False,
        numbers=_numbers(view, bases),
    )  # fmt: skip


def _interviews(view: View, row: Any) -> Markup:
    """Write how many interviews stand behind a segment, as far as that is known."""
    if row.source == "printed":
        return view.say("{n:interviews}", n=row.base)
    if row.source == "recovered":
        return view.say("about {n:interviews}", n=row.base)
    return view.say("at least {n:interviews}", n=row.base)


@follows
def intervals_table(view: View, shares: pd.DataFrame) -> Shown:
    """Show every share of a question with its interval, for the whole and each segment."""
    question = view.poll.question(shares["question"].iloc[0])
    known = shares[shares["low"].notna() & shares["answer"].isin(foremost(view.poll, question.id)[:1])]
    if known.empty:
        caption = view.say("{name}: per cent by segment", name=view.name(question))
    else:
        row = rows_of(known.assign(width=known["high"] - known["low"]).nlargest(1, "width"))[0]
        name = view.short(question[row.answer])
        caption = view.say(
            "{answer}: {share:share} {segment:where} may be anything from {ends:percents}",
            answer=name if question[row.answer].role == "candidate" else view.quoted(name),
            share=row.estimate,
            segment=row.segment,
            ends=(row.low, row.high),
        )
    source = view.say(
        "Beneath each share its {level:level} interval, at a design effect of {effect:number}; none where the number of "
        "interviews is unknown. In grey: too few interviews to quote.",
        level=view.options.confidence_level,
        effect=view.options.effect,
    )
    return shares_table(view, shares, caption=caption, source=view.source(question=question) + " " + source)


@follows
def small_bases_table(view: View, figures: pd.DataFrame) -> Shown:
    """Show the groups of people that are too few to quote, over all tables of the poll."""
    cells = figures.assign(**_of_whom(view, figures))
    few = cells[cells["flag"] == "too few"]
    groups = few.groupby(["asked", "given", "segment"], sort=False).agg(
        base=("base", "max"), figures=("flag", "size")
    )
    drawn = groups.reset_index().nsmallest(_MOST_ROWS, "base")
    left_out, small = len(groups) - len(drawn), view.options.small_base
    care, unknown = ((cells["flag"] == word).sum() for word in ("read with care", "base unknown"))
    notes = [
        view.say("Larger groups that are not listed: {n:count}.", n=left_out) if left_out else "",
        view.say(
            "Figures to be read with care, on fewer than {large:count}: {n:count}.", n=care, large=LARGE_BASE
        )
        if care
        else "",
        view.say("Figures on an unknown number of interviews: {n:count}.", n=unknown) if unknown else "",
    ]
    effective = view.say(
        "Effective interviews are interviews divided by the design effect, here {effect:number}.",
        effect=view.options.effect,
    )
    if few.empty:
        none = view.say(
            "No figure is known to rest on fewer than {small:count} effective interviews.", small=small
        )
        return paragraph(none, effective, *notes)
    columns = [
        Column(view.say("Interviews"), "base", "count"),
        Column(view.say("Effective"), lambda row: view.count(np.floor(row.base / view.options.effect))),
        Column(view.say("Figures"), "figures", "count"),
    ]
    caption = view.say("Too small to quote: fewer than {small:count} effective interviews", small=small)
    return column_table(
        view, drawn, columns, stub=view.say("Who answered"), label=lambda row: _group(view, row),
        small=lambda row: view.segment(row.segment), caption=caption,
        source=Markup(" ").join(filter(None, [effective, *notes])), numbers="base",
    )  # fmt: skip


def _of_whom(view: View, cells: pd.DataFrame) -> dict[str, list[str]]:
    """Say of each cell of whom it is a share: of those who gave an answer, or of all who were asked."""
    questions = {question.id: question for question in view.poll.questions}
    given = [questions[row.question][row.answer].given or "" for row in rows_of(cells)]
    own = {one.id: one.base != "all" or bool(one.with_role("unweighted_base")) for one in questions.values()}
    asked = [
        row.question if name or own[row.question] else ""
        for row, name in zip(rows_of(cells), given, strict=True)
    ]
    return {"given": given, "asked": asked}


def _group(view: View, row: Any) -> Markup:
    """Name people: those who gave an answer, those who were asked a question, or everybody."""
    if row.given:
        return view.say("Those who answered {answer}", answer=view.quoted(view.answer(row.asked, row.given)))
    if row.asked:
        return view.say("All who were asked: {name}", name=view.name(row.asked))
    return view.say("Everybody, in every table")


def places_table(view: View, result: Result | None, alike: pd.DataFrame) -> Shown:
    """Show how alike people of one district voted, and the design effect that follows, by how districts would be drawn."""
    known = alike[alike["rho"].notna()]
    if known.empty or result is None:
        return paragraph(view.say("No result by district is at hand for the candidates of this poll."))
    names = {
        "none": view.say("drawn from the whole country"),
        "largest": view.say("drawn within the largest zone and the rest"),
        "zone": view.say("drawn within zones"),
        "zone_rural": view.say("drawn within zones, mostly rural or not"),
        "region": view.say("drawn within regions"),
        "blank_null": view.say("blank and spoilt ballots, drawn within zones"),
        "turnout": view.say("turnout, drawn within zones"),
    } | {segment: view.segment(segment) for segment in view.poll.segments.ids}
    columns = [
        Column(view.say("How alike one district votes"), lambda row: f"{row.rho:.3f}"),
        Column(view.say("Variance that is left"), lambda row: view.percent(row.within)),
        Column(view.say("Design effect"), "design_effect", "number"),
    ]
    low, high, found = known["design_effect"].min(), known["design_effect"].max(), design_effects(view.poll)
    plausible = view.say(
        "Taken for plausible here: {low:number} to {high:number}.", low=found.low, high=found.high
    )
    source = Markup("{}. {}").format(view.reference(result), plausible)
    caption = (
        view.say("This poll’s places are not counted, so no design effect follows from the votes by district")
        if np.isnan(low)
        else view.say(
            "The votes by district give design effects from {low:number} to {high:number}", low=low, high=high
        )
    )
    return column_table(
        view, known, columns, stub=view.say("Districts"), label=lambda row: names.get(row.Index, row.Index),
        caption=caption, source=source, numbers="rho", sortable=False,
    )  # fmt: skip


@follows
def methods_table(view: View, /, **shares: pd.DataFrame) -> Shown:
    """Show the intervals of a few shares by several methods, which name the tables that are given."""
    methods = {name: own for name, one in shares.items() if len(own := one[one["estimate"].notna()])}
    if not methods:
        return paragraph(view.say("No base is known, so there is nothing to compare."))
    first = next(iter(methods.values()))
    question = view.poll.question(first["question"].iloc[0])
    headings = [
        Heading(
            view.short(question[row.answer]),
            view.say("{printed} of about {n:interviews}", printed=view.share(row.estimate), n=row.base),
            over=view.segment(row.segment),
        )
        for row in rows_of(first)
    ]
    ends = {name: frame[["low", "high"]].to_numpy() for name, frame in methods.items()}
    rows = [
        Row(
            name.replace("_", "–").title(),
            [Cell(view.percents((low, high)) if low == low else GAP) for low, high in of_shares],
        )
        for name, of_shares in ends.items()
    ]
    every = np.array(list(ends.values()))
    apart = (np.nanmax(every, axis=0) - np.nanmin(every, axis=0)).max()
    caption = view.say("The methods differ by {apart:points} at most", apart=apart)
    return table(
        view,
        headings,
        rows,
        caption=caption,
        stub=view.say("Method"),
        source=view.conditions(),
        sortable=False,
    )
