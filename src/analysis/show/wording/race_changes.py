"""What changed between the readings of a race, and how far they were from its result."""

from html import escape

import pandas as pd

from analysis.estimates import TOTAL_ERROR
from analysis.polls import Race, Result
from analysis.show.display import Shown, numbers_of, statement
from analysis.show.language import say
from analysis.show.phrases import count, counted, joined, points, signed
from analysis.show.reading_names import candidate_name, change_names, reading_names
from analysis.show.wording.race import comparison_numbers, count_readings, no_race

__all__ = [
    "pollster_changes_sentence",
    "pollsters_sentence",
    "readings_result_sentence",
]


def pollster_changes_sentence(leads: pd.DataFrame, changes: pd.DataFrame) -> Shown:
    """Say which pollsters saw the lead change from one of their readings to the next."""
    if leads.empty:
        return no_race()
    tested = int(changes["p_value"].notna().sum())
    if not tested:
        return statement(say("No pollster has two readings that can be tested against each other."))
    found = changes[changes["verdict"].isin(["higher", "lower"])]
    open_ = int((changes["verdict"] == "depends on rounding").sum())
    details = [
        say("{change} ({difference} points)", change=escape(name), difference=signed(difference))
        for name, difference in zip(change_names(leads, found), found["difference"], strict=True)
    ]
    return statement(
        counted(
            len(found),
            say("Of {changes}, none is more than chance.", changes=_count_changes(tested)),
            say(
                "Of {changes}, one is more than chance: {which}.",
                changes=_count_changes(tested),
                which=joined(details),
            ),
            say(
                "Of {changes}, # are more than chance: {which}.",
                changes=_count_changes(tested),
                which=joined(details),
            ),
        ),
        counted(
            open_,
            "",
            say("For one more the answer depends on how its figures were rounded."),
            say("For # more the answer depends on how their figures were rounded."),
        ),
        numbers=comparison_numbers(changes),
    )


def _count_changes(number: int) -> str:
    return counted(number, "", say("one change that can be tested"), say("# changes that can be tested"))


def pollsters_sentence(leads: pd.DataFrame, pairs: pd.DataFrame, *, days: int) -> Shown:
    """Say how many pairs of neighbouring readings by different pollsters differ."""
    if leads.empty:
        return no_race()
    if pairs.empty:
        return statement(
            say(
                "No two readings of different pollsters with the same instrument ended so close to each other."
            )
        )
    names = reading_names(leads)
    found = pairs[pairs["verdict"].isin(["higher", "lower"])]
    details = [
        say(
            "{larger}, is {difference} points above {smaller}",
            larger=escape(names[str(row.reading_a)]),
            smaller=escape(names[str(row.reading_b)]),
            difference=f"{100 * float(str(row.difference)):.1f}",
        )
        for row in found.itertuples()
    ]
    pairs_words = counted(
        len(pairs),
        "",
        say("one pair of readings by different pollsters, {days} apart at most", days=_count_days(days)),
        say("# pairs of readings by different pollsters, {days} apart at most", days=_count_days(days)),
    )
    return statement(
        counted(
            len(found),
            say("Of {pairs}, none differs by more than chance.", pairs=pairs_words),
            say(
                "Of {pairs}, one differs by more than chance: {which}.",
                pairs=pairs_words,
                which="; ".join(details),
            ),
            say(
                "Of {pairs}, # differ by more than chance: {which}.",
                pairs=pairs_words,
                which="; ".join(details),
            ),
        ),
        numbers=comparison_numbers(pairs),
    )


def _count_days(days: int) -> str:
    return counted(days, say("no day"), say("one day"), say("# days"))


def readings_result_sentence(
    race: Race | None, result: Result | None, leads: pd.DataFrame, against: pd.DataFrame
) -> Shown:
    """Say which readings had the official lead inside their interval, and how far off this poll and the last ones were."""
    if race is None:
        return no_race()
    if result is None or against["official"].isna().all():
        return statement(say("The race has no official result to hold its readings against."))
    verdicts = against["verdict"].value_counts()
    official = float(against["official"].iloc[0])
    return statement(
        say(
            "The official lead of {a} over {b} was {official} in valid votes.",
            a=escape(candidate_name(leads["answer_a"].iloc[0])),
            b=escape(candidate_name(leads["answer_b"].iloc[0])),
            official=points(official) if official >= 0 else f"−{points(-official)}",
        ),
        say(
            "Of {readings}, {inside} held it inside the interval, {twice} only inside twice the interval, and {outside} in "
            "neither.",
            readings=counted(
                against["low"].notna().sum(),
                say("no readings with an interval"),
                say("one reading with an interval"),
                say("# readings with an interval"),
            ),
            inside=count(verdicts.get("inside", 0)),
            twice=count(verdicts.get("inside twice the interval", 0)),
            outside=count(verdicts.get("outside", 0)),
        ),
        _own_error(leads, against),
        _last_errors(leads, against),
        numbers=numbers_of(
            against.rename(columns={"error": "value"})[["reading", "value", "verdict"]],
            what="error of the lead in valid votes",
        ),
    )


def _own_error(leads: pd.DataFrame, against: pd.DataFrame) -> str:
    """Say how far this poll was from the result, and how long before."""
    marked = leads.loc[leads["this_poll"].astype(bool), "reading"]
    own = against[against["reading"].isin(marked)].dropna(subset="error")
    if own.empty:
        return ""
    row = own.iloc[0]
    fields = {
        "days": counted(row["days_before"], say("no day"), say("one day"), say("# days")),
        "error": points(abs(row["error"])),
    }
    off = (
        say(
            "This poll ended {days} before the vote, and its lead was {error} above the official one.",
            **fields,
        )
        if row["error"] >= 0
        else say(
            "This poll ended {days} before the vote, and its lead was {error} below the official one.",
            **fields,
        )
    )
    if pd.isna(row["total_errors"]):
        return off
    share = say(
        "That is {error} in a share, {times} times the {total} by which polls of a campaign’s last weeks have been off, "
        "sampling included (root mean square; Shirani-Mehr and others 2018).",
        error=points(abs(row["share_error"])),
        times=f"{abs(row['total_errors']):.1f}",
        total=points(TOTAL_ERROR),
    )
    return f"{off} {share}"


def _last_errors(leads: pd.DataFrame, against: pd.DataFrame) -> str:
    """Say how far the last reading of each pollster was from the result."""
    last = against[against["last_of_pollster"].astype(bool)].dropna(subset="error")
    if len(last) < 2:
        return ""
    names = reading_names(leads)
    pairs = zip(last["reading"], last["error"], strict=True)
    return say(
        "The last reading of each pollster was off by (points): {errors}.",
        errors="; ".join(f"{escape(names[reading])}: {signed(error)}" for reading, error in pairs),
    )


def race_summary(leads: pd.DataFrame, changes: pd.DataFrame, against: pd.DataFrame) -> Shown:
    """Sum up: how far apart the readings are, where the changes lie, and which held the result."""
    if leads.empty:
        return no_race()
    known = leads.dropna(subset="lead").sort_values("lead", kind="stable")
    names = reading_names(leads)
    tested = int(against["low"].notna().sum())
    range_of = {
        "readings": count_readings(len(known)),
        "a": escape(candidate_name(leads["answer_a"].iloc[0])),
        "b": escape(candidate_name(leads["answer_b"].iloc[0])),
        "least": signed(known["lead"].iloc[0]),
        "greatest": signed(known["lead"].iloc[-1]),
        "lowest": escape(names[known["reading"].iloc[0]]),
        "highest": escape(names[known["reading"].iloc[-1]]),
    }
    return statement(
        say(
            "In {readings} the lead of {a} over {b} in valid votes runs from {least} ({lowest}) to {greatest} points "
            "({highest}).",
            **range_of,
        ),
        counted(
            int(changes["verdict"].isin(["higher", "lower"]).sum()),
            say("No change within a pollster is more than chance."),
            say("One change within a pollster is more than chance."),
            say("Within pollsters # changes are more than chance."),
        ),
        say(
            "Of {readings} with an interval, {inside} held the official lead inside it.",
            readings=count_readings(tested),
            inside=count((against["verdict"] == "inside").sum()),
        )
        if tested
        else "",
        numbers=numbers_of(
            known.rename(columns={"lead": "value"})[["reading", "value", "low", "high"]],
            what="lead in valid votes",
        ),
    )
