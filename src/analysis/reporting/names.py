"""How the parts of a poll are named in a sentence: in the reader's language, as markup."""

import re
from html import escape

from analysis.polls import Poll
from analysis.reporting.language import label_of, text_of

__all__ = ["answer_name", "question_name", "segment_name", "short_name"]


def answer_name(poll: Poll, question: str, answer: str) -> str:
    """Name an answer."""
    return escape(label_of(poll.question(question)[answer]))


def question_name(poll: Poll, question: str) -> str:
    """Name a question, set apart from the sentence."""
    return f"<em>{escape(text_of(poll.question(question), 'name'))}</em>"


def segment_name(poll: Poll, segment: str) -> str:
    """Name a column."""
    return escape(label_of(poll.segments[segment]))


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
