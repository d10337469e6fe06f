"""What this poll says: the words, the map and the questions of the front page."""

import re
from collections.abc import Sequence
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
from markupsafe import Markup

from analysis.estimates import SILENT_ROLES, UNNAMED_ROLES, UNTESTED, design_effects, official_shares
from analysis.polls import WHOLE, Result
from analysis.show.answers import MOST_FIRST, doubt, may_be_first, named_first
from analysis.show.common import (
    STEP_OF_MARGIN,
    Key,
    answered,
    colours,
    error_by_chance,
    more_said,
    of_a_part,
    plausible_frames,
    reckoned,
    until_vote,
    upright,
)
from analysis.show.display import Shown, each, first_of, follows, largest, note, paragraph, plain, sentences
from analysis.show.printed import disclosed
from analysis.show.published import verdict_sentence
from analysis.show.view import View
from analysis.stats import margin_of_error

__all__ = ["answer", "asked_by_readers", "where_each_led"]

_STEP = 58, 56  # from one tile to the next
_UNDECIDED = ("undecided", "blank_null", "will_not_vote", *SILENT_ROLES)
_STRENGTHS = (0.1, 0.3)  # leads from which a tile is darker
# In ids of partitions.
_PLACES = re.compile("region|zone|area|district|province|state|department|constituency")
_LEAST_OF_MAP = 0.5  # of all regions; with fewer it is mostly empty
_LONGEST_NAME, _MOST_SUMS = 60, 4  # letters of a question in a headline, sums of answers beneath
_AS_MUCH = 1.05  # times a published margin wider than that of chance alone, up to which another is no larger
_MUCH_SILENCE = 0.2  # from which on it is told that people named nothing


@follows
def answer(
    view: View,
    lead: pd.DataFrame,
    valid: pd.DataFrame,
    ranked: pd.DataFrame,
    result: Result | None,
    others: Sequence[pd.DataFrame],
) -> Shown:
    """Tell what the poll found and how it ended; of a poll without candidates, what was answered most."""
    part = of_a_part(view, ranked) if len(ranked) else ""
    if lead.empty or lead["estimate"].isna().all():
        return _without_candidates(view, ranked, part)
    first = first_of(upright(lead))
    fields = _fields(view, first, ranked, result)
    say, question = partial(view.say, **fields), view.poll.question(first.question)
    rest = ranked[~ranked["answer"].isin([first.answer, first.against]) & ranked["estimate"].notna()]
    rest = rest.sort_values("estimate", ascending=False, kind="stable").head(3)
    named = ", ".join(f"{view.of_answer(row)} {view.share(row.estimate)}" for row in each(rest))
    ends = view.ends((first.low, first.high))
    # Others may be first as well as these two.
    also = may_be_first([row for row in each(ranked) if row.role not in UNNAMED_ROLES])
    of_level = [row for row in largest(ranked) if row.answer in {first.answer, first.against, *also}]
    level = [f"{view.named(question[row.answer])} ({view.share(row.estimate)})" for row in of_level]
    keys = [
        Key(view.signed(first.estimate), say("points: {ahead}’s lead among {whom}"),
            say("{level} interval {ends}", ends=ends) if ends else ""),
        Key(view.share(fields["neither"]), say("chose neither of the two"), named),
        *_silence(view, others),
    ]  # fmt: skip
    if valid["estimate"].notna().sum() > 1:
        keys.append(_valid_key(view, valid, result, fields["ahead"]))
    headline = sentences(
        part,
        say(
            "{ahead} led {behind} by {lead:points} in {pollster}’s poll of {fieldwork}."
            if first.verdict == "ahead"
            else "{ahead} had {a:share} and {behind} {b:share} in {pollster}’s poll of {fieldwork}; how surely is not known."
            if first.verdict in UNTESTED
            else "{level:list} were level, within what chance explains, in {pollster}’s poll of {fieldwork}."
            if len(level) <= MOST_FIRST
            else "{n_level} answers were level, within what chance explains, in {pollster}’s poll of {fieldwork}; "
            "{ahead} had {a:share} and {behind} {b:share}.",
            level=level,
            n_level=len(level),
        ),
        _ended(view, first, valid, fields) if result is not None else "",
    )
    standfirst = sentences(
        say(
            "{a:share} chose {ahead}, {b:share} {behind}, and {neither:share} neither."
            if fields["n"] is None
            else "Of {n:count} people who were asked, {a:share} chose {ahead}, {b:share} {behind}, and {neither:share} "
            "neither."
            if question.base == "part"
            else "Of {n:count} people interviewed, {a:share} chose {ahead}, {b:share} {behind}, and {neither:share} "
            "neither."
        ),
        more_said(view, ranked, {first.answer, first.against}),
        say("Judged among all answers at once, the order of the first {n_first} may be chance.", n_first=len(also))
        if first.verdict == "ahead" and len(also) > 1
        else "",
        view.say(("The vote was {n} day away.", "The vote was {n} days away."), n=fields["days"]) if result else "",
    )  # fmt: skip
    return answered(headline, standfirst, keys, view.stated(lead, valid))


def _ended(view: View, first: Any, valid: pd.DataFrame, fields: dict[str, Any]) -> Markup:
    """Say how the vote ended, beside the lead of the poll in what results are of, where that was beyond chance."""
    shares = valid.set_index("answer")["estimate"].reindex([first.answer, first.against])
    lead = shares.iloc[0] - shares.iloc[1]
    return view.say(
        "On {day:date} {winner} won by {margin:points} of valid votes."
        if first.verdict != "ahead" or not lead > 0
        else "On {day:date} {winner} won by {margin:points} of valid votes, against {valid_lead:figure} in the poll."
        if fields["winner"] == fields["ahead"]
        else "On {day:date} {winner} won by {margin:points} of valid votes, of which the poll had {ahead} ahead by "
        "{valid_lead:figure}.",
        valid_lead=lead, **fields,
    )  # fmt: skip


def _fields(view: View, first: Any, ranked: pd.DataFrame, result: Result | None) -> dict[str, Any]:
    """Collect what the sentences of the page say."""
    question, share = view.poll.question(first.question), ranked.set_index("answer")["estimate"]
    a, b = share[first.answer], share[first.against]
    fields: dict[str, Any] = {
        "ahead": view.short(question[first.answer]), "behind": view.short(question[first.against]),
        "lead": first.estimate, "a": a, "b": b, "neither": 1 - a - b,
        "n": view.asked_of(question), "whom": view.whom(question),
    }  # fmt: skip
    if result is not None:
        official: dict[Any, float] = official_shares(view.poll, result, question.id).loc[WHOLE].to_dict()
        winner, second = sorted(official, key=lambda name: -official[name])[:2]
        fields |= {
            "winner": view.short(question[winner]), "margin": official[winner] - official[second],
            "day": result.date, "days": until_vote(view, result), "official": official[first.answer],
        }  # fmt: skip
    return fields


def _silence(view: View, others: Sequence[pd.DataFrame]) -> list[Key]:
    """Return a key number of the question to which most people had nothing to say; none where they had to all."""
    firsts = (row for frame in others for row in largest(frame)[:1])
    rows = [row for row in firsts if row.role in SILENT_ROLES and row.estimate >= _MUCH_SILENCE]
    if not rows:
        return []
    most = max(rows, key=lambda row: row.estimate)
    what = view.say(
        "answered {answer:quoted} to {question:quoted}",
        answer=view.of_answer(most), question=view.name(most.question),
    )  # fmt: skip
    return [Key(view.share(most.estimate), what)]


def _valid_key(view: View, valid: pd.DataFrame, result: Result | None, ahead: str) -> Key:
    """Return the lead in valid votes as a key number, beside that in the result."""
    one, other = each(valid.sort_values("estimate", ascending=False, kind="stable").head(2))
    lead = view.signed(one.estimate - other.estimate)
    if result is None:
        return Key(lead, view.say("points: {ahead}’s lead in valid votes", ahead=ahead))
    official = official_shares(view.poll, result, one.question).loc[WHOLE]
    what = view.say("points: {ahead}’s lead in valid votes, poll and result", ahead=ahead)
    return Key(f"{lead} → {view.signed(official[one.answer] - official[other.answer])}", what)


def _without_candidates(view: View, ranked: pd.DataFrame, part: str) -> Shown:
    """Say what was answered most to the first question, and whether chance may have put it first."""
    known = ranked[ranked["estimate"].notna()].sort_values("estimate", ascending=False, kind="stable")
    if known.empty:
        return answered(view.say("No share of the whole sample was published."))
    most = each(known.head(3))
    question = view.name(most[0].question)
    cut = question if len(question) <= _LONGEST_NAME else f"{question[:_LONGEST_NAME].rstrip()}…"
    named = [row for row in each(known) if row.role not in UNNAMED_ROLES]
    n = len(may_be_first(named)) if most[0].role not in UNNAMED_ROLES else 0
    headline = view.say(
        "{answer} was the most frequent answer to “{question}”, with {share:share}, in {pollster}’s poll of {fieldwork}, "
        "but the order of the first {n} may be chance."
        if n > 1
        else "{answer} was the most frequent answer to “{question}”, with {share:share}, in {pollster}’s poll of "
        "{fieldwork}.",
        answer=named_first(view, each(known)), share=most[0].estimate, question=cut, n=n,
    )  # fmt: skip
    told = sentences(
        question if len(question) > _LONGEST_NAME else "", doubt(view, named), _sums(view, most[0])
    )
    keys = [Key(view.share(row.estimate), view.of_answer(row)) for row in most]
    return answered(sentences(part, headline), told, keys, view.stated(known))


def _sums(view: View, first: Any) -> Markup:
    """Say what the pollster itself put together of a question's answers; nothing where it did not."""
    figures, question = view.poll.figures, view.poll.question(first.question)
    here = figures[(figures["question"] == question.id) & (figures["segment"] == first.segment)]
    shares, nets = here.set_index("answer")["share"].dropna(), question.with_role("net")
    told = [f"“{view.label(row)}” {view.share(shares[row.id])}" for row in nets if row.id in shares][
        :_MOST_SUMS
    ]
    return view.say("{pollster}’s own sums of answers: {rows:list}.", rows=told) if told else Markup()


@follows
def where_each_led(view: View, result: Result | None, *leads: pd.DataFrame) -> Shown:
    """Map the regions by who led in their zone, with a list of the zones; a list alone where there is no map."""
    known = [lead for lead in leads if len(lead) and lead["estimate"].notna().all()]
    rows = [row for row in (first_of(upright(lead)) for lead in known) if row.segment != WHOLE]
    if not rows or not any(len(lead) == 1 for lead in leads):
        return paragraph()  # nothing by segment, or no vote, so that nobody led
    question = view.poll.question(rows[0].question)
    paint = colours(question)
    darker = {row.segment: int(np.searchsorted(_STRENGTHS, row.estimate, "right")) for row in rows}
    looks = {
        row.segment: (paint[row.answer], 1 + darker[row.segment] * (row.verdict == "ahead")) for row in rows
    }
    tiles = _tiles(view, result, looks)
    divided, by_place = (
        (set(result.regions["zone"]), True) if tiles and result is not None else _division(view, set(looks))
    )
    listed = [row for row in rows if row.segment in divided] or rows
    item = Markup('<li><i class="pt-tile pt-{}-{}"></i><span>{}</span><b>{} {}</b><small>{}</small></li>')
    entries = [
        item.format(
            *looks[row.segment], view.segment(row.segment), view.of_answer(row), view.signed(row.estimate),
            view.of_verdict(row) if row.verdict in UNTESTED
            else view.ends((row.low, row.high)) if row.verdict == "ahead"
            else view.say("within chance: {ends}", ends=view.ends((row.low, row.high))),
        )
        for row in sorted(listed, key=lambda row: -row.estimate)
    ]  # fmt: skip
    caption = view.say(
        "Who led where, in points of {whom}" if by_place else "Who led in which group, in points of {whom}",
        whom=view.whom(question),
    )
    assumed = view.reference(result, "assumption") if tiles and result is not None else ""
    first, second = (f"{100 * lead:.0f}" for lead in _STRENGTHS)
    shades = view.say(
        "The stronger the colour, the larger the lead: from {first} and from {second} points on. Weakest: less, or within "
        "chance.",
        first=first, second=second,
    )  # fmt: skip
    of_zone = (
        view.say(
            "Each tile has the figure of its whole zone, not one of its own, whether or not anyone was asked there."
        )
        if tiles
        else ""
    )
    known_ends = [row.segment for row in listed if row.low == row.low]
    beneath = sentences(
        view.say("Beneath each lead its {level} interval."), reckoned(view, question, known_ends)
    )
    behind = [row for row in rows if paint[row.answer] == "second"]
    dashed = view.say("Dashed edge: {candidate}.", candidate=view.of_answer(behind[0])) if behind else ""
    source = view.source(beneath if known_ends else "", of_zone, shades, dashed, assumed, question=question)
    html = Markup(
        '<figure class="pt pt-figure pt-where"><figcaption>{}</figcaption><div>{}<ul class="pt-key">{}</ul></div>{}</figure>'
    ).format(caption, tiles, Markup("").join(entries), Markup(note(source)))
    lines = [
        f"{view.segment(row.segment)}: {view.of_answer(row)} {view.signed(row.estimate)}" for row in listed
    ]
    text = "\n".join(map(plain, [caption, *lines, source]))
    return Shown(str(html), text, tuple(view.stated(*leads)))


def _division(view: View, known: set[str]) -> tuple[set[str], bool]:
    """Return the parts of one partition, of places if there is one of more than two, and whether they are places."""
    divisions = [
        (parts, _PLACES.search(partition.id) is not None)
        for partition in view.poll.segments.partitions
        if (parts := known.intersection(partition.parts))
    ]
    # The figure beneath the list has all segments.
    divisions.sort(key=lambda one: (len(one[0]) < 3, not one[1]))
    return divisions[0] if divisions else (known, False)


def _tiles(view: View, result: Result | None, looks: dict[str, tuple[str, int]]) -> Markup:
    """Draw a tile for each region, coloured like its zone; empty where the regions have no places on a map."""
    if result is None or "tile_row" not in result.regions:
        return Markup()
    placed = result.regions[result.regions["tile_row"].notna()]
    regions = placed[placed["zone"].isin(looks)]
    if len(regions) < _LEAST_OF_MAP * len(placed) or regions.empty:
        return Markup()
    tile = Markup(
        '<g class="pt-{}-{}"><title>{}</title><rect x="{}" y="{}" width="54" height="52" rx="6"/>'
        '<text x="{}" y="{}" text-anchor="middle" font-size="13">{}</text></g>'
    )
    drawn = []
    for row in each(regions):
        x, y = round((row.tile_column - 1) * _STEP[0] + 2), round((row.tile_row - 1) * _STEP[1] + 2)
        title = f"{row.region}: {view.segment(row.zone)}"
        drawn.append(tile.format(*looks[row.zone], title, x, y, x + 27, y + 31, row.tile))
    width = round(regions["tile_column"].max() * _STEP[0])
    height = round(regions["tile_row"].max() * _STEP[1])
    return Markup(
        '<svg class="pt-tiles" aria-hidden="true" viewBox="0 0 {0} {1}" width="{0}" height="{1}">{2}</svg>'
    ).format(width, height, Markup("").join(drawn))


@follows
def asked_by_readers(
    view: View,
    lead: pd.DataFrame,
    valid: pd.DataFrame,
    ranked: pd.DataFrame,
    accuracy: pd.DataFrame | None,
    result: Result | None,
    audit: pd.DataFrame,
) -> Shown:
    """Answer what readers ask: was it wrong, why two leads, how many undecided, does it add up, can it be trusted."""
    asked: list[tuple[Markup, Markup]] = []
    if len(lead) and lead["estimate"].notna().all():
        named, first = valid["of_all"].max() / valid["estimate"].max(), first_of(upright(lead))
        share = valid.set_index("answer")["estimate"].reindex([first.answer, first.against])
        say = partial(
            view.say, valid_lead=share.iloc[0] - share.iloc[1], named=named, poll=share.iloc[0],
            **_fields(view, first, ranked, result),
        )  # fmt: skip
        if accuracy is not None:
            off = accuracy[accuracy["measure"] == "mosteller_3"]
            error = each(off)[0].estimate
            said = say(
                "Of those who chose a candidate, the poll had {ahead} at {poll:percent}; the result was {official:percent} "
                "of valid votes. Shares were off by {error:points} on average, where chance alone would "
                "make about {chance}.",
                error=error, chance=error_by_chance(view, off),
            )  # fmt: skip
            rest = say(
                "How much of the rest was the poll’s error and how much changed minds, one poll cannot tell; the other "
                "polls of the race may."
            )
            is_more = error > each(plausible_frames(view, off)["high"])[0].expected
            said = sentences(said, rest if is_more else say("That is no more than chance makes."))
            asked.append((say("Was the poll wrong, or did voters change?"), said))
        lead_of_all, valid_lead = (
            view.points(one) for one in (first.estimate, share.iloc[0] - share.iloc[1])
        )
        if named >= 0 and lead_of_all != valid_lead:
            said = say(
                "{lead:points} of {whom}; {valid_lead:points} of the {named:share} who chose a candidate, which is how "
                "official results count."
                if result is not None
                else "{lead:points} of {whom}; {valid_lead:points} of the {named:share} who chose a candidate."
            )
            asked.append((say("Why {lead:points} here and {valid_lead:points} there?"), said))
        rows = each(ranked[ranked["role"].isin(_UNDECIDED) & ranked["estimate"].notna()])
        if len(rows) > 1:  # else the answer is among the key numbers
            listed = [f"{view.share(row.estimate)} “{view.of_answer(row)}”" for row in rows]
            total = sum(row.estimate for row in rows)
            said = say("{rows:list}: {total:share} in all.", rows=listed, total=total)
            asked.append((say("How many were undecided, or chose nobody?"), said))
    asked.append((view.say("Does what was published add up?"), verdict_sentence(view, audit)))
    asked.append((view.say("Can I trust this poll?"), _trust(view)))
    pair = Markup("<dt>{}</dt><dd>{}</dd>")
    html = Markup('<dl class="pt pt-questions">{}</dl>').format(
        Markup("").join(pair.format(*one) for one in asked)
    )
    text = "\n".join(f"{question.striptags()} {said.striptags()}" for question, said in asked)
    return Shown(str(html), text, markdown=text)


def _trust(view: View) -> Markup:
    """Say what was disclosed, and what the margin of error is worth."""
    items, n, printed = view.once(disclosed), view.poll.sheet.n, view.poll.sheet.margin_of_error
    missing = [item.name for item in items if not item.said]
    told = view.say(
        (
            "Of the {all} things that the American Association for Public Opinion Research (AAPOR) asks a pollster to say, "
            "{n} was published. Not published: {missing:list}.",
            "Of the {all} things that the American Association for Public Opinion Research (AAPOR) asks a pollster to say, "
            "{n} were published. Not published: {missing:list}.",
        )
        if missing
        else "All {all} things that the American Association for Public Opinion Research (AAPOR) asks a pollster to say "
        "were published.",
        n=len(items) - len(missing), all=len(items), missing=missing,
    )  # fmt: skip
    if n is None:
        return told
    level = view.options.confidence_level
    if printed is not None:  # which holds at a level of its own
        level = view.poll.sheet.confidence_level or level
    likely, alone = (
        margin_of_error(n / effect, confidence_level=level) for effect in (view.options.effect, 1)
    )
    is_wide = printed is not None and printed - alone > STEP_OF_MARGIN and likely <= _AS_MUCH * printed
    more = view.say(
        "Shares of the whole sample are good to about ±{likely:points} by chance alone."
        if printed is None
        else "The published margin of error is ±{printed:points}, which leaves room for how people were selected; it covers "
        "chance alone."
        if is_wide or likely <= printed
        else "The published margin of error is ±{printed:points}; as interviews are not independent, it is nearer "
        "±{likely:points} at the same {at} confidence, and covers chance alone."
        if design_effects(view.poll).counted
        else "The published margin of error is ±{printed:points}; with what selection and weighting usually cost, it is "
        "nearer ±{likely:points} at the same {at} confidence, and covers chance alone.",
        printed=printed, likely=float(likely), at=view.level(level),
    )  # fmt: skip
    return sentences(told, more)
