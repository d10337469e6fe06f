"""What was published: polls, population targets, results and races, read from `data/`."""

from analysis.polls.loading import list_polls, load_poll
from analysis.polls.model import Answer, Poll, Question
from analysis.polls.segments import Partition, Segment, Segments
from analysis.polls.sheet import TechnicalSheet

__all__ = [
    "Answer",
    "Partition",
    "Poll",
    "Question",
    "Segment",
    "Segments",
    "TechnicalSheet",
    "list_polls",
    "load_poll",
]
