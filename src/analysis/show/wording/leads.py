"""How a lead is put into words: the figure, its interval, the verdict and the rule behind it."""

import numpy as np

from analysis.show.language import say, term
from analysis.show.phrases import interval, level, percent, points, signed

__all__ = ["lead_judged", "lead_phrase", "lead_rule", "lead_span", "share_phrase", "verdict_word"]


def verdict_word(verdict: str) -> str:
    """Write the verdict on a lead."""
    return say("too few interviews to say") if verdict == "too few interviews" else term(verdict)


def lead_phrase(lead: float, low: float, high: float, verdict: str, confidence_level: float) -> str:
    """Write the size of a lead with its interval and verdict."""
    return f"{points(abs(lead))}, {lead_judged(lead, low, high, verdict, confidence_level)}"


def lead_judged(lead: float, low: float, high: float, verdict: str, confidence_level: float) -> str:
    """Write the interval of a lead, whosever it is, and the verdict."""
    if np.isnan(low):
        return say("no interval: {verdict}", verdict=verdict_word(verdict))
    ends = (low, high) if lead >= 0 else (-high, -low)
    return say(
        "{level} interval {interval}: {verdict}",
        level=level(confidence_level),
        interval=lead_span(*ends),
        verdict=verdict_word("ahead" if verdict == "behind" else verdict),
    )


def lead_span(low: float, high: float) -> str:
    """Write the interval of a lead where its unit is known.

    Examples
    --------
    >>> lead_span(-0.004, 0.098)
    '−0.4 to 9.8'

    Below nought the other candidate leads.
    """
    return say("{first} to {last}", first=signed(low).removeprefix("+"), last=signed(high).removeprefix("+"))


def lead_rule(confidence_level: float) -> str:
    """Say when a lead is called one."""
    return say(
        "Ahead: the {level} interval of the lead leaves out zero, for all shares that round to the printed ones. "
        "Statistical tie: it holds zero.",
        level=level(confidence_level),
    )


def share_phrase(share: float, low: float, high: float) -> str:
    """Write a share with its interval, where it has one."""
    if np.isnan(share) or np.isnan(low):
        return percent(share)
    return say("{share} (interval {interval})", share=percent(share), interval=interval(low, high))
