"""How the parts of a poll are named in a sentence: in the reader's language, as markup."""

import re
from html import escape
from textwrap import shorten

from analysis.estimates import PRINTED, Reweighting
from analysis.polls import PUBLISHED, Poll, Target
from analysis.show.language import label_of, reference_text, say, text_of

__all__ = [
    "answer_mention",
    "answer_name",
    "brief_answer",
    "question_name",
    "segment_name",
    "short_label",
    "short_name",
    "target_name",
    "weights_name",
]


def answer_name(poll: Poll, question: str, answer: str) -> str:
    """Name an answer."""
    return escape(label_of(poll.question(question)[answer]))


def answer_mention(poll: Poll, question: str, answer: str) -> str:
    """Name an answer within a sentence: people as they are, anything else in quotation marks."""
    name = answer_name(poll, question, answer)
    is_person = poll.question(question)[answer].role == "candidate"
    return name if is_person else say("“{name}”", name=name)


def short_label(poll: Poll, question: str, answer: str, width: int = 60) -> str:
    """Name an answer in a caption, without markup and cut to a width."""
    chosen = poll.question(question)[answer]
    name = shorten(label_of(chosen), width, placeholder=" …")
    return name if chosen.role == "candidate" else say("“{name}”", name=name)


def question_name(poll: Poll, question: str) -> str:
    """Name a question, set apart from the sentence."""
    return f"<em>{escape(text_of(poll.question(question), 'name'))}</em>"


def segment_name(poll: Poll, segment: str) -> str:
    """Name a column."""
    return escape(label_of(poll.segments[segment]))


def target_name(target: Target) -> str:
    """Name a target, without markup."""
    return (
        say("weights implied by the figures") if target.id == PUBLISHED else reference_text(target, "title")
    )


def weights_name(result: Reweighting, weights: str) -> str:
    """Name one of the sets of weights of a result, without markup."""
    if weights == PRINTED:
        return say("total as printed")
    known = {target.id: target for target in result.targets}
    return (
        reference_text(known[weights], "title") if weights in known else say("weights implied by the figures")
    )


def brief_answer(poll: Poll, question: str, answer: str, *, width: int = 52) -> str:
    """Name an answer in few words, as plain text: of several wordings joined by slashes, the first.

    Examples
    --------
    >>> from analysis.polls import load_poll
    >>> poll = load_poll("cpi-2021-04")
    >>> brief_answer(poll, "reasons_castillo", "discontent")
    "People's discontent …"
    >>> brief_answer(poll, "vote_certainty", "blank_null_may_change")
    'Would cast a blank or spoilt ballot: Could change candidate before election day'

    The ellipsis says that the printed label goes on. A row that is conditional on an answer names it first.
    """
    asked = poll.question(question)
    label = label_of(asked[answer])
    first = re.split(r"\s*/\s+", label)[0] if len(label) > width else label
    brief = shorten(first, width, placeholder=" …")
    if brief != label and not brief.endswith("…"):
        brief += " …"
    given = asked[answer].given
    if given is None:
        return brief
    return say("{given}: {answer}", answer=brief, given=brief_answer(poll, question, given, width=width))


def short_name(poll: Poll, question: str, answer: str) -> str:
    """Name a candidate without the party that stands behind the name, as text; in full where that names two.

    Examples
    --------
    >>> from analysis.polls import load_poll
    >>> short_name(load_poll("cpi-2021-04"), "vote_intention", "castillo")
    'Pedro Castillo'

    The printed label goes on with the party.
    """
    asked = poll.question(question)

    def without_party(label: str) -> str:
        return re.split(r"\s+[-–—(]", label)[0] or label

    short = without_party(label_of(asked[answer]))
    named = [a for a in asked.answers if a.role == "candidate"]
    alike = [a for a in named if without_party(label_of(a)) == short]
    return short if len(alike) < 2 else label_of(asked[answer])
