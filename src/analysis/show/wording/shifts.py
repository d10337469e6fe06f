"""What moves a total, and what does not: other sizes of segments, sampling, and how weights are counted."""

import numpy as np

from analysis.estimates import PRINTED, Reweighting
from analysis.polls import PUBLISHED, Poll
from analysis.show.display import Shown, numbers_of, rows_of, statement
from analysis.show.language import say
from analysis.show.names import answer_mention, segment_name
from analysis.show.phrases import counted, level, percent, points

__all__ = ["break_even_sentence", "segment_shift_sentence", "totals_sentence", "weight_error_sentence"]


def totals_sentence(poll: Poll, result: Reweighting) -> Shown:
    """Say how far the totals move, beside how far sampling could move them, and what rounding leaves open."""
    rows = result.totals[result.totals["weights"] == result.main].dropna(subset=["share"])
    moved = rows.dropna(subset=["difference"])
    if result.main == PRINTED or moved.empty:
        return statement(
            say("There is no printed total beside another one, so that nothing can be said to have moved.")
        )
    farthest = rows_of(moved.loc[[moved["difference"].abs().idxmax()]])[0]
    sentences = [
        say(
            "The total that moves most is that of {answer}: by {change}, from {printed} to {share}.",
            answer=answer_mention(poll, result.question, farthest.answer),
            change=_signed(farthest.difference),
            printed=percent(farthest.published),
            share=percent(farthest.share),
        )
    ]
    if not np.isnan(farthest.low):
        half = (farthest.high - farthest.low) / 2
        fields = {"margin": points(half), "level": level(result.confidence_level)}
        sentences.append(
            say(
                "Its margin of sampling error, ±{margin} at {level} confidence, is larger than that.",
                **fields,
            )
            if half > abs(farthest.difference)
            else say(
                "Its margin of sampling error, ±{margin} at {level} confidence, is no larger than that.",
                **fields,
            )
        )
    width = float((rows["rounding_high"] - rows["rounding_low"]).max())
    if not np.isnan(width):
        sentences.append(
            say(
                "What rounding, and weights that are not fully known, leave open spans {width} at the most.",
                width=points(width),
            )
        )
    return statement(*sentences)


def _signed(difference: float) -> str:
    """Write a change in points with its sign."""
    return f"{'+' if round(1000 * difference) > 0 else ''}{points(difference).replace('-', '−')}"


def segment_shift_sentence(poll: Poll, result: Reweighting) -> Shown:
    """Say which segment moves the lead most, and what all of them make of it."""
    if result.segments.empty or result.segments["contribution"].isna().any():
        return statement(say("Without weights for both, nothing can be said to move the lead."))
    if result.main == PUBLISHED:
        return statement(
            say("The weights are the poll’s own, so that no segment grows or shrinks and no total moves.")
        )
    rows = result.segments
    most = rows_of(rows.loc[[rows["contribution"].abs().idxmax()]])[0]
    names = [
        answer_mention(poll, result.question, result.leads[column].iloc[0])
        for column in ("answer_a", "answer_b")
    ]
    return statement(
        say(
            "{segment} moves the lead most: it has {target} of the population and had {published} of the "
            "sample, which adds "
            "{contribution} to the lead of {first} over {second}.",
            segment=segment_name(poll, most.segment),
            target=percent(most.target_weight),
            published=percent(most.published_weight),
            contribution=_signed(most.contribution),
            first=names[0],
            second=names[1],
        ),
        say("All segments together add {total}.", total=_signed(float(rows["contribution"].sum()))),
        numbers=numbers_of(
            rows.rename(columns={"contribution": "value"})[["segment", "value"]],
            what="contribution to the lead",
        ),
    )


def break_even_sentence(poll: Poll, result: Reweighting) -> Shown:
    """Say how large a segment would have to be for a tie."""
    if result.segments.empty or result.segments["lead"].isna().any():
        return statement(say("Without weights there is no size to be found at which the lead would vanish."))
    known = result.segments.dropna(subset="break_even")
    if known.empty:
        return statement(
            say(
                "No one segment, however large or small, would make a tie of it: the lead does not hang on sizes."
            )
        )
    distance = (known["break_even"] - known["target_weight"]).abs()
    nearest = rows_of(known.loc[[distance.idxmin()]])[0]
    others = len(known) - 1
    return statement(
        say(
            "For a tie, {segment} would have to be {break_even} of the whole; with these weights it is {weight}.",
            segment=segment_name(poll, nearest.segment),
            break_even=percent(nearest.break_even),
            weight=percent(nearest.target_weight),
        ),
        counted(
            others,
            say("No other segment could bring a tie about."),
            say("One other segment could bring a tie about, with a larger change of its size."),
            say("# other segments could bring a tie about, with larger changes of their sizes."),
        ),
        numbers=numbers_of(
            known.rename(columns={"break_even": "value"})[["segment", "value"]], what="break-even weight"
        ),
    )


def weight_error_sentence(poll: Poll, result: Reweighting) -> Shown:
    """Say what it matters whether weights count as sampled or as fixed."""
    rows = result.totals[result.totals["weights"] == result.main].dropna(subset=["standard_error"])
    if rows.empty or result.main == PRINTED:
        return statement(say("Without weights, or without a base, the two errors cannot be told apart."))
    first = rows_of(rows.nlargest(1, "share"))[0]
    return statement(
        say(
            "The standard error of {answer} is {sampled} if the sizes of the segments in the sample are left to "
            "chance, and "
            "{fixed} if they are fixed.",
            answer=answer_mention(poll, result.question, first.answer),
            sampled=points(first.standard_error, 2),
            fixed=points(first.standard_error_stratified, 2),
        )
    )
