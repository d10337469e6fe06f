"""What this poll says: the words, the map and the questions of the front page."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from markupsafe import Markup

from analysis.estimates import SILENT_ROLES
from analysis.polls import Result
from analysis.show.common import Key, answered
from analysis.show.display import Shown, each, follows, note
from analysis.show.printed import disclosed
from analysis.show.published import verdict_sentence
from analysis.show.view import View
from analysis.stats import margin_of_error

__all__ = ["answer", "asked_by_readers", "where_each_led"]

_TILE, _STEP = (54, 52), (58, 56)  # size of a tile, and from one to the next
_STRENGTHS = (0.1, 0.3)  # leads from which a tile is darker


def _percentage_lead(valid: pd.DataFrame) -> float:
    """Return the lead of the first over the second, of valid votes."""
    first, second = valid["estimate"].iloc[:2]
    return float(first - second)


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
    whole = ranked.set_index("answer")
    silent = _silence(view, others)
    if lead.empty or lead["estimate"].isna().all():
        return _without_candidates(view, ranked, silent)
    first = _upright(lead)
    fields = _fields(view, first, whole, valid, result)
    keys = [
        Key(
            view.signed(first.estimate),
            view.say("points: {ahead}’s lead among {whom}", **fields),
            view.say("{level} interval {ends}",
                         ends=view.ends((first.low, first.high))) if first.low == first.low else "",
        ),
        Key(view.percent(fields["neither"]), view.say("chose neither of the two"), _rest(view, whole, first)),
    ]  # fmt: skip
    if silent is not None:
        keys.append(silent)
    if len(valid) > 1:
        keys.append(_valid_key(view, valid, result, fields))
    stated = view.stated(lead) + view.stated(valid)
    return answered(_headline(view, first, result, fields), _standfirst(view, result, fields), keys, stated)


def _upright(lead: pd.DataFrame) -> Any:
    """Return the lead of the candidate who is ahead over the other."""
    row = lead.iloc[0]
    if row["estimate"] >= 0:
        return each(lead)[0]
    turned = lead.assign(
        answer=lead["against"], against=lead["answer"], estimate=-lead["estimate"], low=-lead["high"],
        high=-lead["low"], verdict=lead["verdict"].replace({"behind": "ahead"}),
    )  # fmt: skip
    return each(turned)[0]


def _fields(
    view: View, first: Any, whole: pd.DataFrame, valid: pd.DataFrame, result: Result | None
) -> dict[str, Any]:
    """Collect what the sentences of the page say."""
    question = view.poll.question(first.question)
    share = whole["estimate"]
    fields: dict[str, Any] = {
        "ahead": view.short(question[first.answer]),
        "behind": view.short(question[first.against]),
        "lead": first.estimate,
        "a": share[first.answer],
        "b": share[first.against],
        "neither": 1 - share[first.answer] - share[first.against],
        "n": view.asked_of(question),
        "whom": view.whom(question),
        "pollster": view.pollster,
        "fieldwork": view.fieldwork(),
    }
    if result is not None:
        votes = {name: result.votes.get(name, 0) for name in valid["answer"]}
        cast = sum(votes.values())
        winner, second = sorted(votes, key=lambda name: -votes[name])[:2]
        fields |= {
            "winner": view.short(question[winner]),
            "margin": (votes[winner] - votes[second]) / cast,
            "day": result.date,
            "days": (result.date - view.poll.sheet.fieldwork_end).days,
            "official": votes[first.answer] / cast,
        }
    return fields


def _headline(view: View, first: Any, result: Result | None, fields: dict[str, Any]) -> Markup:
    """Say who led and who won."""
    if first.verdict == "ahead" and result is not None:
        return view.say(
            "{ahead} led {behind} by {lead:points} in {pollster}’s poll of {fieldwork}. On {day:date} {winner} won by "
            "{margin:points} of valid votes.",
            **fields,
        )
    if first.verdict == "ahead":
        return view.say(
            "{ahead} led {behind} by {lead:points} in {pollster}’s poll of {fieldwork}.", **fields
        )
    if result is not None:
        return view.say(
            "{ahead} ({a:share}) and {behind} ({b:share}) were level, within what chance explains, in {pollster}’s poll of "
            "{fieldwork}. On {day:date} {winner} won by {margin:points} of valid votes.",
            **fields,
        )
    return view.say(
        "{ahead} ({a:share}) and {behind} ({b:share}) were level, within what chance explains, in {pollster}’s poll of "
        "{fieldwork}.",
        **fields,
    )


def _standfirst(view: View, result: Result | None, fields: dict[str, Any]) -> Markup:
    """Say how many chose whom, and how far away the vote was."""
    if fields["n"] is None:
        return view.say(
            "{a:share} chose {ahead}, {b:share} {behind}, and {neither:percent} neither.", **fields
        )
    if result is None:
        return view.say(
            "Of {n:interviews}, {a:share} chose {ahead}, {b:share} {behind}, and {neither:percent} neither.",
            **fields,
        )
    return view.say(
        "Of {n:interviews}, {a:share} chose {ahead}, {b:share} {behind}, and {neither:percent} neither. The vote was {days} "
        "days away.",
        **fields,
    )


def _rest(view: View, whole: pd.DataFrame, first: Any) -> str:
    """Name what those who chose neither said."""
    question = view.poll.question(first.question)
    others = whole[~whole.index.isin([first.answer, first.against]) & whole["estimate"].notna()].sort_values(
        "estimate", ascending=False, kind="stable"
    )
    said = [
        f"{view.short(question[str(name)])} {view.share(share)}"
        for name, share in others["estimate"].head(3).items()
    ]
    return ", ".join(said)


def _silence(view: View, others: Sequence[pd.DataFrame]) -> Key | None:
    """Find the question about which most people named nothing."""
    rows = [
        row
        for frame in others
        for row in each(frame)
        if row.role in SILENT_ROLES and row.estimate == row.estimate
    ]
    if not rows:
        return None
    most = max(rows, key=lambda row: row.estimate)
    question = view.poll.question(most.question)
    what = view.say(
        "“{answer}”: {question}", answer=view.short(question[most.answer]), question=view.name(question)
    )
    return Key(view.share(most.estimate), what)


def _valid_key(view: View, valid: pd.DataFrame, result: Result | None, fields: dict[str, Any]) -> Key:
    ordered = valid.sort_values("estimate", ascending=False, kind="stable")
    lead = _percentage_lead(ordered)
    ahead = fields["ahead"]
    if result is None:
        return Key(view.signed(lead), view.say("points: {ahead}’s lead in valid votes", ahead=ahead))
    names = list(ordered["answer"].iloc[:2])
    votes = [result.votes.get(name, 0) for name in names]
    official = (votes[0] - votes[1]) / sum(result.votes.get(name, 0) for name in valid["answer"])
    number = f"{view.signed(lead)} → {view.signed(official)}"
    return Key(number, view.say("points: {ahead}’s lead in valid votes, poll and result", ahead=ahead))


def _without_candidates(view: View, ranked: pd.DataFrame, silent: Key | None) -> Shown:
    """Say what was answered most to the first question."""
    known = ranked[ranked["estimate"].notna()].sort_values("estimate", ascending=False, kind="stable")
    if known.empty:
        return answered(view.say("No share of the whole sample was published."))
    question, top = view.poll.question(known["question"].iloc[0]), known.iloc[0]
    headline = view.say(
        "“{answer}” was the most frequent answer, with {share:share}, in {pollster}’s poll of {fieldwork}.",
        answer=view.short(question[top["answer"]]),
        share=top["estimate"],
    )
    keys = [Key(view.share(row.estimate), view.short(question[row.answer])) for row in each(known.head(3))]
    keys += [silent] if silent is not None else []
    return answered(headline, view.name(question), keys, view.stated(known))


@follows
def where_each_led(view: View, result: Result | None, *leads: pd.DataFrame) -> Shown:
    """Map the regions by who led in their zone, with a list of the zones; a list alone where there is no map."""
    rows = [_upright(lead) for lead in leads if len(lead) and lead["estimate"].notna().all()]
    if not any(len(lead) == 1 for lead in leads):
        return view.sentence("This question is not about a vote, so nobody led.")
    if not rows:
        return view.sentence("Who led in which segment was not published.")
    question = view.poll.question(rows[0].question)
    colour = _candidate_colours(question)
    strength = {
        row.segment: 1 + int(np.searchsorted(_STRENGTHS, row.estimate, "right"))
        if row.verdict == "ahead"
        else 1
        for row in rows
    }
    looks = {row.segment: (colour.get(row.answer, "other"), strength[row.segment]) for row in rows}
    tiles = _tiles(view, result, looks)
    mapped = (
        set(result.regions["zone"]) if tiles and result is not None else _first_division(view, set(looks))
    )
    listed = [row for row in rows if row.segment in mapped] or rows
    item = Markup('<li><i class="pt-tile pt-{}-{}"></i><span>{}</span><b>{} {}</b><small>{}</small></li>')
    entries = [
        item.format(
            *looks[row.segment], view.segment(row.segment), view.short(question[row.answer]), view.signed(row.estimate),
            view.ends((row.low, row.high)) if row.verdict == "ahead" else view.say("within chance"),
        )
        for row in sorted(listed, key=lambda row: -row.estimate)
    ]  # fmt: skip
    caption = view.say("Who led where, in points of {whom}", whom=view.whom(question))
    source = view.source(question=question)
    if tiles and result is not None:
        source = Markup("{} {}").format(source, view.reference(result, "assumption"))
    html = Markup(
        '<figure class="pt pt-figure pt-where"><figcaption>{}</figcaption><div>{}<ul class="pt-key">{}</ul></div>{}</figure>'
    ).format(caption, Markup(tiles), Markup("").join(entries), Markup(note(source)))
    lines = [
        f"{view.segment(row.segment)}: {view.short(question[row.answer])} {view.signed(row.estimate)}"
        for row in listed
    ]
    stated = tuple(number for lead in leads for number in view.stated(lead))
    return Shown(str(html), "\n".join([caption.striptags(), *lines, source]), stated)


def _first_division(view: View, known: set[str]) -> set[str]:
    """Return the parts of the first partition that has more than two: the figure beneath the list has all segments."""
    divisions = [known.intersection(partition.parts) for partition in view.poll.segments.partitions]
    several = [parts for parts in divisions if len(parts) > 2] or [parts for parts in divisions if parts]
    return several[0] if several else known


def _candidate_colours(question: Any) -> dict[str, str]:
    from analysis.show.common import colours

    return {name: colour for name, colour in colours(question).items() if colour != "other"}


def _tiles(view: View, result: Result | None, looks: dict[str, tuple[str, int]]) -> str:
    """Draw a tile for each region, coloured like its zone; empty where the regions have no places on a map."""
    if result is None or "tile_row" not in result.regions:
        return ""
    regions = result.regions[result.regions["tile_row"].notna() & result.regions["zone"].isin(looks)]
    if regions.empty:
        return ""
    tile = Markup(
        '<g class="pt-{}-{}"><title>{}</title><rect x="{}" y="{}" width="{}" height="{}" rx="6"/>'
        '<text x="{}" y="{}" text-anchor="middle" font-size="13">{}</text></g>'
    )
    drawn = []
    for row in each(regions):
        x, y = (row.tile_column - 1) * _STEP[0] + 2, (row.tile_row - 1) * _STEP[1] + 2
        drawn.append(
            tile.format(
                *looks[row.zone], f"{row.region}: {view.segment(row.zone)}", round(x), round(y), *_TILE,
                round(x + _TILE[0] / 2), round(y + _TILE[1] / 2 + 5), row.tile,
            )
        )  # fmt: skip
    width = round(regions["tile_column"].max() * _STEP[0])
    height = round(regions["tile_row"].max() * _STEP[1])
    return str(
        Markup(
            '<svg class="pt-tiles" aria-hidden="true" viewBox="0 0 {} {}" width="{}" height="{}">{}</svg>'
        ).format(width, height, width, height, Markup("").join(drawn))
    )


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
        fields = _fields(view, _upright(lead), ranked.set_index("answer"), valid, result)
        fields |= {
            "valid_lead": abs(_percentage_lead(valid)),
            "named": float(valid["of_all"].sum()),
            "poll": float(valid["estimate"].max()),
        }
        if accuracy is not None:
            asked.append(_wrong_or_changed(view, accuracy, fields))
        asked.append(
            (
                view.say("Why {lead:points} here and {valid_lead:points} there?", **fields),
                view.say(
                    "{lead:points} of {whom}; {valid_lead:points} of the {named:percent} who chose a candidate, "
                    "which is how official results count.",
                    **fields,
                ),
            )
        )
        asked += _undecided(view, ranked)
    asked.append((view.say("Does what was published add up?"), verdict_sentence(view, audit)))
    asked.append((view.say("Can I trust this poll?"), _trust(view)))
    pair = Markup("<dt>{}</dt><dd>{}</dd>")
    html = Markup('<dl class="pt pt-questions">{}</dl>').format(
        Markup("").join(pair.format(*one) for one in asked)
    )
    text = "\n".join(f"{question.striptags()} {said.striptags()}" for question, said in asked)
    return Shown(str(html), text, markdown=text)


def _wrong_or_changed(view: View, accuracy: pd.DataFrame, fields: dict[str, Any]) -> tuple[Markup, Markup]:
    row = accuracy.set_index("measure").loc["mosteller_3"]
    said = view.say(
        "Of those who chose a candidate, the poll had {ahead} at {poll:percent}; the result was {official:percent} of valid "
        "votes {days} days later. Shares were off by {error:points} on average, where chance alone makes {expected:points}. "
        "How much of the rest was the poll’s error and how much changed minds, one poll cannot tell.",
        error=row["estimate"],
        expected=row["expected"],
        **fields,
    )
    return view.say("Was the poll wrong, or did voters change?"), said


def _undecided(view: View, ranked: pd.DataFrame) -> list[tuple[Markup, Markup]]:
    """Say how many had not decided, where the table has a row for them."""
    rows = ranked[
        ranked["role"].isin(["undecided", "blank_null", "will_not_vote"]) & ranked["estimate"].notna()
    ]
    if not (rows["role"] == "undecided").any():
        return []
    question = view.poll.question(rows["question"].iloc[0])
    listed = [f"{view.short(question[row.answer])} {view.share(row.estimate)}" for row in each(rows)]
    total = float(rows["estimate"].sum())
    said = view.say("{rows:list}: {total:percent} together.", rows=listed, total=total)
    return [(view.say("How many were undecided, or chose nobody?"), said)]


def _trust(view: View) -> Markup:
    """Say what was disclosed, and what the margin of error is worth."""
    items = disclosed(view)
    missing = [item.name for item in items if not item.said]
    fields = {"said": len(items) - len(missing), "all": len(items), "missing": missing or ["–"]}
    told = (
        view.say(
            "{said} of the {all} things are published that the American Association for Public Opinion Research (AAPOR) "
            "asks a pollster to say. Not published: {missing:list}.",
            **fields,
        )
        if missing
        else view.say(
            "All {all} things are published that the American Association for Public Opinion Research (AAPOR) asks a "
            "pollster to say.",
            **fields,
        )
    )
    n = view.poll.sheet.n
    if n is None:
        return told
    printed = view.poll.sheet.margin_of_error
    level = view.options.confidence_level
    likely = float(margin_of_error(n / view.options.effect, confidence_level=level))
    if printed is None:
        more = view.say(
            "Shares of the whole sample are good to about ±{likely:points} by chance alone.", likely=likely
        )
    else:
        more = view.say(
            "The margin of error is printed as ±{printed:points}; allowing for how people were selected it is nearer "
            "±{likely:points}, and covers chance alone.",
            printed=printed,
            likely=likely,
        )
    return Markup("{} {}").format(told, more)
