"""How the parts of a poll are named in a sentence: in the reader's language, as markup."""

from html import escape

from analysis.polls import Poll
from analysis.reporting.language import label_of, text_of

__all__ = ["answer_name", "question_name", "segment_name"]


def answer_name(poll: Poll, question: str, answer: str) -> str:
    """Name an answer."""
    return escape(label_of(poll.question(question)[answer]))


def question_name(poll: Poll, question: str) -> str:
    """Name a question, set apart from the sentence."""
    return f"<em>{escape(text_of(poll.question(question), 'name'))}</em>"


def segment_name(poll: Poll, segment: str) -> str:
    """Name a column."""
    return escape(label_of(poll.segments[segment]))
