"""How precise each share is: the words and drawings of that notebook."""

from typing import Any

import numpy as np
import pandas as pd
from markupsafe import Markup

from analysis.estimates import design_effects, foremost
from analysis.polls import WHOLE, Result
from analysis.show.charts import Chart, Line, Mark
from analysis.show.common import STEP_OF_MARGIN, Key, answered, plausible_frames, segment_rows, shares_table
from analysis.show.display import Shown, each, first_of, follows, paragraph, sentences
from analysis.show.dots import charted
from analysis.show.tables import GAP, Cell, Column, Heading, Row, column_table, table
from analysis.show.view import View
from analysis.stats import LARGE_BASE

__all__ = [
    "answer", "design_effect", "intervals_table", "margins_chart", "methods_table", "places_table", "small_bases_table",
]  # fmt: skip

_MOST_ROWS = 20  # of groups that are too small to quote


def _known(bases: pd.DataFrame) -> pd.DataFrame:
    return bases[bases["margin_of_error"].notna()]


def _of_whole(bases: pd.DataFrame) -> float:
    whole = bases.loc[bases["segment"] == WHOLE, "margin_of_error"]
    return float(whole.iloc[0]) if len(whole) else float("nan")


def _numbers(view: View, bases: pd.DataFrame) -> list[dict[str, Any]]:
    margins = bases[["segment", "n_effective", "margin_of_error"]]
    return view.stated(margins, value="margin_of_error", measure="margin_of_error")


@follows
def answer(view: View, bases: pd.DataFrame, figures: pd.DataFrame) -> Shown:
    """Answer how far chance can move a share of the whole, and of the least precise part."""
    say, sheet, frames = view.say, view.poll.sheet, plausible_frames(view, bases)
    if _known(bases).empty:
        return answered(
            say("How far chance can move these figures cannot be said: they rest on an unknown number of people.")
        )  # fmt: skip
    whole, low, high, assumed = (_of_whole(frames[name]) for name in ("own", "low", "high", "assumed"))
    parts = _known(bases[bases["segment"] != WHOLE])
    # A margin of as many as a weight allows at least may be far smaller.
    counted = parts[parts["source"] != "at least"]
    least = first_of((counted if len(counted) else parts).nlargest(1, "margin_of_error"))
    ends = view.between(f"±{100 * low:.1f}", f"±{100 * high:.1f}")
    printed = sheet.margin_of_error
    # What the sheet says is understated only where it is the margin of as many independent interviews, at the same level.
    understated = printed is not None and abs(assumed - printed) <= STEP_OF_MARGIN < (whole - assumed) / 2
    headline, keys = list[Markup](), list[Key]()
    if printed is not None:
        level = sheet.confidence_level
        at = "" if level is None else say("{level} confidence", level=view.level(level))
        keys.append(Key(say("±{margin:points}", margin=printed), say("as published"), at))
    if whole == whole:
        of_whole = say(
            "Chance alone may move {pollster}’s figures for the whole sample by up to {margin:points} ({level} confidence); "
            "the published margin of error is {sheet:points}."
            if understated
            else "Chance alone may move {pollster}’s figures for the whole sample by up to {margin:points} "
            "({level} confidence).",
            margin=whole, sheet=printed,
        )  # fmt: skip
        headline.append(of_whole)
        keys.append(Key(say("±{margin:points}", margin=whole), say("in the whole sample"), ends))
    if least is not None:
        asked, margin = view.behind(least.segment, least.base, least.source), least.margin_of_error
        of_least = say(
            "Chance alone may move {pollster}’s figures of its least precise segment ({segment:segment}; {asked}) by up to "
            "{margin:points} ({level} confidence)."
            if whole != whole
            else "In its least precise segment ({segment:segment}; {asked}) chance reaches {margin:points} at most."
            if least.source == "at least"
            else "In its least precise segment whose interviews are known, or can be reckoned ({segment:segment}; {asked}), "
            "chance reaches {margin:points}."
            if len(counted) < len(view.poll.segments.ids) - 1
            else "In its least precise segment ({segment:segment}; {asked}) chance reaches {margin:points}.",
            segment=least.segment, asked=asked, margin=margin,
        )  # fmt: skip
        headline.append(of_least)
        keys.append(Key(say("±{margin:points}", margin=margin), view.segment(least.segment), asked))
    over_effects = say(
        "For the whole sample {ends} points is plausible, since {n:interviews} in {places:count} places are worth fewer "
        "independent ones."
        if design_effects(view.poll).counted
        else "For the whole sample {ends} points is assumed, since what selection and weighting cost was not published.",
        ends=ends, n=sheet.n, places=sheet.sampling_points,
    )  # fmt: skip
    at_level = say(
        "That is at {level} confidence for a share of one half, where chance reaches farthest; refusals, wording and "
        "changes of mind come on top."
    )
    of_sheet = Markup()
    at_its_level = sheet.confidence_level == view.options.confidence_level
    if printed is not None and at_its_level and printed - assumed > STEP_OF_MARGIN:
        of_sheet = say(
            "The published ±{sheet:points} are those of a design effect of about {effect}.",
            sheet=printed, effect=f"{(printed / assumed) ** 2:.1f}",
        )  # fmt: skip
    caveat = sentences("" if sheet.n is None else over_effects, of_sheet, at_level)
    flags = figures["flag"]
    few, unknown = (flags == "too few").sum(), (flags == "base unknown").sum()
    if len(flags):
        what = say(
            "published figures rest on too few people to quote, or on an unknown number"
            if unknown
            else "published figures rest on too few people to quote"
        )
        keys.append(Key(say("{some:count} of {all:count}", some=few + unknown, all=len(flags)), what))
    return answered(sentences(*headline), caveat, keys, _numbers(view, bases))


@follows
def design_effect(view: View, bases: pd.DataFrame) -> Shown:
    """Say which design effect these bases are made with, and why it is not 1."""
    found, sheet = design_effects(view.poll), view.poll.sheet
    of_places = view.say(
        "{n:interviews} in {places:count} places are not {n:count} independent ones: people of one place answer alike. "
        "For such samples a design effect between {low:number} and {high:number} is plausible; this page uses "
        "{effect:number}. A margin of error without one takes it for 1."
        if found.counted
        else "What selection and weighting cost was not published. A design effect of 1.5 is assumed then, within 1 to 2; "
        "this page uses {effect:number}."
        if found.weighting == 1
        else "What selection cost was not published: a design effect of 1.5 is assumed for it, within 1 to 2. With weights "
        "it is plausible between {low:number} and {high:number}; this page uses {effect:number}.",
        n=sheet.n, places=sheet.sampling_points, low=found.low, high=found.high,
    )  # fmt: skip
    of_weights = view.say(
        "In that range is what weighting cost: it multiplied the variance by {factor:number} at least.",
        factor=found.weighting,
    )
    return paragraph(sentences(of_places, of_weights if found.weighting > 1 else ""))


@charted
def margins_chart(view: View, bases: pd.DataFrame) -> Chart | Shown:
    """Draw the margin of every segment, over the plausible design effects, beside that of the technical sheet."""
    if _known(bases).empty:
        return view.nothing()
    bases, say = _known(bases), view.say
    frames, found, sheet = plausible_frames(view, bases), design_effects(view.poll), view.poll.sheet
    lows, highs = (frames[name]["margin_of_error"] for name in ("low", "high"))
    marks, of = {}, {row.segment: row for row in each(bases)}
    for row, low, high in zip(of.values(), lows, highs, strict=True):
        margin, few = row.margin_of_error, row.n_effective < view.options.small_base
        text, ends = f"±{100 * margin:.1f}", view.figures((low, high))
        marks[row.segment] = [Mark(margin, low, high, text, "ink", ends, hollow=few)]
    rows = segment_rows(view, marks, lambda one: view.behind(one, of[one].base, of[one].source))
    references = []
    if sheet.margin_of_error is not None:
        printed = sheet.margin_of_error
        references = [Line(printed, say("published: ±{margin}", margin=view.figure(printed)))]
    beside = say(
        "Dot: margin at a design effect of {effect:number}. Line: at {low:number} to {high:number}.",
        low=found.low, high=found.high,
    )  # fmt: skip
    missing = [view.segment(one) for one in view.poll.segments.ids if one not in of]
    unknown = say("Without a known number of interviews: {segments:list}.", segments=missing)
    source = view.source(beside, unknown if missing else "")
    axis = say("margin of error of a share of one half, in points, at {level} confidence")
    one = say("How precise a share of one half is")
    caption = say("The smaller the segment, the larger its margin of error") if len(rows) > 1 else one
    numbers = _numbers(view, bases)
    return Chart(rows, caption, source, axis=axis, references=references, percent=False, numbers=numbers)


@follows
def intervals_table(view: View, shares: pd.DataFrame) -> Shown:
    """Show every share of a question with its interval, for the whole and each segment."""
    question = view.asked_in(shares)
    known = shares[shares["low"].notna() & shares["answer"].isin(foremost(view.poll, question.id)[:1])]
    if known.empty:
        caption = view.say("{name}: per cent by segment", name=view.name(question))
    else:
        row = first_of(known.assign(width=known["high"] - known["low"]).nlargest(1, "width"))
        caption = view.say(
            "{answer}: {share:share} {segment:where} may be anything from {ends:percents}",
            answer=view.named(question[row.answer]), share=row.estimate, segment=row.segment, ends=(row.low, row.high),
        )  # fmt: skip
    source = view.say(
        "Beneath each share its {level} interval, at a design effect of {effect:number}; none where the number of "
        "interviews is unknown."
    )
    return shares_table(
        view, question, shares, caption=caption, source=view.source(source, question=question)
    )


@follows
def small_bases_table(view: View, figures: pd.DataFrame) -> Shown:
    """Show the groups of people that are too few to quote, over all tables of the poll."""
    say, small = view.say, view.options.small_base
    few = figures[figures["flag"] == "too few"]
    named = few.assign(**_of_whom(view, few)).groupby(["asked", "given", "segment"], sort=False)
    groups = named["base"].agg(base="max", figures="size")
    drawn = groups.reset_index().nsmallest(_MOST_ROWS, "base")
    left_out = len(groups) - len(drawn)
    care, unknown = ((figures["flag"] == word).sum() for word in ("read with care", "base unknown"))
    careful = say(
        (
            "{n:count} figure, on fewer than {large:count}, should be read with care.",
            "{n:count} figures, on fewer than {large:count}, should be read with care.",
        ),
        n=care, large=LARGE_BASE,
    )  # fmt: skip
    notes = [
        say("Effective interviews are interviews divided by the design effect, here {effect:number}."),
        say("Larger groups that are not listed: {n:count}.", n=left_out) if left_out else "",
        careful if care else "",
        say("Figures on an unknown number of interviews: {n:count}.", n=unknown) if unknown else "",
    ]
    if few.empty:
        none = say(
            "No figure is known to rest on fewer than {small:count} effective interviews.", small=small
        )
        return paragraph(none, *notes)
    columns = [
        Column(say("Interviews"), "base", "count"),
        Column(say("Effective"), lambda row: view.count(min(row.base / view.options.effect, small - 1))),
        Column(say("Figures"), "figures", "count"),
    ]
    caption = say("Too few to quote: fewer than {small:count} effective interviews", small=small)
    return column_table(
        view, drawn, columns, stub=say("Who answered"), label=lambda row: _group(view, row), small=view.of_segment,
        caption=caption, source=sentences(*notes), numbers="base",
    )  # fmt: skip


def _of_whom(view: View, cells: pd.DataFrame) -> dict[str, list[str]]:
    """Say of each cell of whom it is a share: of those who gave an answer, or of all who were asked."""
    questions = {question.id: question for question in view.poll.questions}
    own = {one.id: one.base != "all" or bool(one.with_role("unweighted_base")) for one in questions.values()}
    rows = [(row.question, questions[row.question][row.answer].given or "") for row in each(cells)]
    asked = [question if given or own[question] else "" for question, given in rows]
    return {"given": [given for _, given in rows], "asked": asked}


def _group(view: View, row: Any) -> Markup:
    """Name people: those who gave an answer, those who were asked a question, or everybody."""
    if row.given:
        return view.say(
            "Those who chose {answer}", answer=view.named(view.poll.question(row.asked)[row.given])
        )
    if row.asked:
        return view.say("All who were asked: {name}", name=view.name(row.asked))
    return view.say("Everybody, in every table")


def places_table(view: View, result: Result | None, alike: pd.DataFrame) -> Shown:
    """Show how alike people of one district voted, and the design effect that follows, by how districts would be drawn."""
    known, say = alike[alike["rho"].notna()], view.say
    if known.empty or result is None:
        return view.nothing()
    names = {
        "none": say("drawn from the whole country"),
        "largest": say("drawn within the largest zone and the rest"),
        "zone": say("drawn within zones"),
        "zone_rural": say("drawn within zones, mostly rural or not"),
        "region": say("drawn within regions"),
        "blank_null": say("blank and spoilt ballots, drawn within zones"),
        "turnout": say("turnout, drawn within zones"),
    } | {segment: view.segment(segment) for segment in view.poll.segments.ids}
    columns = [
        Column(say("How alike one district votes"), lambda row: f"{row.rho:.3f}"),
        Column(say("Variance that is left"), "within", "percent"),
        Column(say("Design effect"), lambda row: f"{row.design_effect:.2f}"),
    ]
    low, high, found = known["design_effect"].min(), known["design_effect"].max(), design_effects(view.poll)
    taken = say("Taken for plausible here: {low:number} to {high:number}.", low=found.low, high=found.high)
    caption = say(
        "This poll’s places are not counted, so no design effect follows from the votes by district"
        if np.isnan(low)
        else "The votes by district give design effects from {low:number} to {high:number}",
        low=low, high=high,
    )  # fmt: skip
    return column_table(
        view, known, columns, stub=say("Districts"), label=lambda row: names.get(row.Index, row.Index.replace("_", " ")),
        caption=caption,
        source=Markup("{}. {}").format(view.reference(result), taken), numbers="rho", beside=["design_effect"],
        sortable=False,
    )  # fmt: skip


@follows
def methods_table(view: View, /, **shares: pd.DataFrame) -> Shown:
    """Show the intervals of a few shares by several methods, which name the tables that are given."""
    methods = {name: own for name, one in shares.items() if len(own := one[one["estimate"].notna()])}
    if not methods:
        return view.nothing()
    first = next(iter(methods.values()))
    question, headings = view.asked_in(first), []
    for row in each(first):
        asked = view.behind(row.segment, row.base, view.how_known(question, row.segment, row.base))
        of_whom = view.say("{printed} of {asked}", printed=view.share(row.estimate), asked=asked)
        headings.append(Heading(view.of_answer(row), of_whom, over=view.segment(row.segment)))
    ends = {name: frame[["low", "high"]].to_numpy() for name, frame in methods.items()}
    rows = [
        Row(name.replace("_", "–").title(), [Cell(view.percents((low, high)) or GAP) for low, high in of_shares])
        for name, of_shares in ends.items()
    ]  # fmt: skip
    every = np.array(list(ends.values()))
    apart = (np.nanmax(every, axis=0) - np.nanmin(every, axis=0)).max()
    return table(
        view, headings, rows, caption=view.say("The methods differ by {apart:points} at most", apart=apart),
        stub=view.say("Method"), source=view.conditions(), sortable=False,
    )  # fmt: skip
