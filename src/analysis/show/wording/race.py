"""Where a poll lies among the others of its race, and what those found."""

from html import escape
from typing import Any

import numpy as np
import pandas as pd

from analysis.polls import Poll, Race
from analysis.show.charts.race_leads import peers_picture
from analysis.show.display import Shown, headline, numbers_of, statement
from analysis.show.language import reference_text, say, term
from analysis.show.notes import fieldwork
from analysis.show.phrases import counted, joined, level, points, points_range, signed
from analysis.show.reading_names import candidate_name

__all__ = [
    "comparison_numbers",
    "count_readings",
    "no_race",
    "peers_answer",
    "reading_gaps_sentence",
]


def no_race() -> Shown:
    """Say that there is no race to compare with."""
    return statement(say("No race was given, so there is nothing to show here."))


def peers_answer(
    poll: Poll,
    race: Race | None,
    leads: pd.DataFrame,
    peers: pd.DataFrame,
    *,
    days: int,
    confidence_level: float,
    design_effect: float,
) -> Shown:
    """Answer where the poll's lead lies among the readings of the same days."""
    pollster = escape(poll.sheet.short_name)
    if race is None:
        return headline(
            say(
                "No race was given, so that this poll of {pollster} is not held against any other.",
                pollster=pollster,
            )
        )
    own = leads[leads["this_poll"].astype(bool)]
    if own.empty:
        return headline(
            say(
                "None of {readings} is this poll ({pollster}, {fieldwork}), so that its place among them cannot be told.",
                readings=_readings_of(race, leads),
                pollster=pollster,
                fieldwork=fieldwork(poll),
            )
        )
    row: Any = next(own.itertuples())
    first = headline(
        f"{_lead_phrase(row, pollster, confidence_level)}; {_verdict_phrase(peers, days)}",
        numbers=_lead_numbers(own, confidence_level, design_effect),
    )
    shown = first + _peers_statement(row, peers, confidence_level, design_effect)
    return shown + peers_picture(poll, race, leads, peers) if len(peers) else shown


def _readings_of(race: Race, leads: pd.DataFrame) -> str:
    """Count the readings of a race, by its title."""
    title = escape(reference_text(race, "title"))
    return counted(
        len(leads),
        "",
        say("the one reading in “{race}”", race=title),
        say("the # readings in “{race}”", race=title),
    )


def _lead_phrase(row: Any, pollster: str, confidence_level: float) -> str:
    """Say the lead of the poll among valid votes, with its interval and the word for it."""
    fields = {
        "pollster": pollster,
        "a": escape(candidate_name(row.answer_a)),
        "b": escape(candidate_name(row.answer_b)),
        "lead": points(row.lead),
    }
    if np.isnan(row.low):
        return say(
            "{pollster} had {a} {lead} ahead of {b} in valid votes (no interval: base unknown)", **fields
        )
    fields |= {"level": level(confidence_level), "interval": points_range(row.low, row.high)}
    if row.verdict == "ahead":
        return say(
            "{pollster} had {a} ahead of {b} by {lead} in valid votes ({level} interval: {interval})",
            **fields,
        )
    return say(
        "{pollster} had {a} {lead} before {b} in valid votes, {verdict} ({level} interval: {interval})",
        verdict=term(row.verdict),
        **fields,
    )


def _verdict_phrase(peers: pd.DataFrame, days: int) -> str:
    """Say from how many readings of the same days the poll can be told apart; the end of a sentence."""
    within = counted(
        days,
        say("on the same day as this poll"),
        say("within one day of this poll"),
        say("within # days of this poll"),
    )
    if peers.empty:
        return say("no other reading of the race ended {within}.", within=within)
    if len(peers) == 1:
        other = say("the one other reading that ended {within}", within=within)
        return say("its lead is {verdicts}.", verdicts=_verdict(peers["verdict"].iloc[0], other))
    others = counted(len(peers), "", "", say("the # other readings that ended {within}", within=within))
    numbers = peers["verdict"].value_counts(sort=False)
    if len(numbers) == 1:
        every = say("any of {readings}", readings=others)
        return say("its lead is {verdicts}.", verdicts=_verdict(numbers.index[0], every))
    verdicts = [_verdict(verdict, counted(n, "", say("one"), "#")) for verdict, n in numbers.items()]
    return say("its lead is {verdicts} of {readings}.", verdicts=joined(verdicts), readings=others)


def _verdict(verdict: Any, readings: str) -> str:
    """Say how the poll's lead compares with that of some readings."""
    known = {
        "higher": say("higher than in {readings}", readings=readings),
        "lower": say("lower than in {readings}", readings=readings),
        "not distinguishable": say("not distinguishable from that in {readings}", readings=readings),
        "depends on rounding": say("left open by rounding against {readings}", readings=readings),
    }
    return known.get(verdict, say("not to be tested against {readings}", readings=readings))


def _peers_statement(row: Any, peers: pd.DataFrame, confidence_level: float, design_effect: float) -> Shown:
    """Say how many of the other readings had larger leads, and the rule behind the verdicts."""
    known = peers.dropna(subset="lead_b")
    rules = [
        say(
            "A candidate is called ahead if the {level} interval of the lead leaves out zero.",
            level=level(confidence_level),
        ),
        counted(
            int(peers["p_value"].notna().sum()),
            "",
            say(
                "Two leads are called different if the p-value of their difference is below {p}.",
                p=_alpha(confidence_level),
            ),
            say(
                "Two leads are called different if the p-value of their difference, adjusted by Holm for # comparisons, "
                "is below {p}.",
                p=_alpha(confidence_level),
            ),
        ),
        say("Design effect of every reading: {effect}.", effect=f"{design_effect:g}"),
    ]
    if known.empty:
        return statement(*rules)
    larger, smaller = int((known["lead_b"] > row.lead).sum()), int((known["lead_b"] < row.lead).sum())
    parts = [
        counted(larger, "", say("one had a larger lead"), say("# had a larger lead")),
        counted(smaller, "", say("one had a smaller lead"), say("# had a smaller lead")),
        counted(len(known) - larger - smaller, "", say("one had the same lead"), say("# had the same lead")),
    ]
    return statement(
        say(
            "Of {others}, {parts}; they run from {least} to {greatest} points.",
            others=counted(len(known), "", "", say("those # readings")),
            parts=joined([part for part in parts if part]),
            least=signed(known["lead_b"].min()),
            greatest=signed(known["lead_b"].max()),
        )
        if len(known) > 1
        else "",
        *rules,
        numbers=comparison_numbers(peers),
    )


def _alpha(confidence_level: float) -> str:
    return f"{100 * (1 - confidence_level):.4g}%"


def _lead_numbers(
    rows: pd.DataFrame, confidence_level: float, design_effect: float
) -> tuple[dict[str, Any], ...]:
    """Record leads among valid votes."""
    return numbers_of(
        rows.rename(columns={"lead": "value"})[["reading", "value", "low", "high"]],
        what="lead in valid votes",
        confidence_level=f"{confidence_level:g}",
        design_effect=f"{design_effect:g}",
    )


def comparison_numbers(table: pd.DataFrame) -> tuple[dict[str, Any], ...]:
    """Record differences between the leads of two readings."""
    kept = ["reading_a", "reading_b", "value", "low", "high", "p_adjusted", "verdict"]
    return numbers_of(
        table.rename(columns={"difference": "value"})[kept], what="difference of leads in valid votes"
    )


def reading_gaps_sentence(race: Race | None, leads: pd.DataFrame) -> Shown:
    """Count what the readings did not say."""
    if race is None:
        return no_race()
    size = leads["n_from"].value_counts()
    total = len(leads)
    unknown_base = int((leads["n_effective"].isna() & leads["n"].notna()).sum())
    first_day = int(leads["first_day"].isna().sum())
    unstated = int(leads["base"].eq("not_stated").sum())
    return statement(
        counted(
            int(size.get("stated", 0)),
            say("Of {readings}, none says how many people were interviewed.", readings=count_readings(total)),
            say("Of {readings}, one says how many people were interviewed.", readings=count_readings(total)),
            say("Of {readings}, # say how many people were interviewed.", readings=count_readings(total)),
        ),
        counted(
            int(size.get("from the margin", 0)),
            "",
            say("For one more the number follows from the margin of error that was quoted (≈)."),
            say("For # more the number follows from the margin of error that was quoted (≈)."),
        ),
        counted(
            int(size.get("not published", 0)),
            "",
            say("For one it is unknown, which leaves it without an interval."),
            say("For # it is unknown, which leaves them without an interval."),
        ),
        counted(
            unknown_base,
            "",
            say(
                "One gives shares of valid votes alone and not of how many interviews, and has no interval either."
            ),
            say(
                "# give shares of valid votes alone and not of how many interviews, and have no interval either."
            ),
        ),
        counted(
            unstated,
            "",
            say("One does not say what its percentages are of."),
            say("# do not say what their percentages are of."),
        ),
        counted(
            first_day,
            "",
            say("Of one the first day of fieldwork is unknown."),
            say("Of # the first day of fieldwork is unknown."),
        ),
        numbers=[{"value": total, "what": "readings"}],
    )


def count_readings(number: int) -> str:
    """Count readings, as a sentence does."""
    return counted(number, say("no readings"), say("one reading"), say("# readings"))
