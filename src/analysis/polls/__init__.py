"""What was published: polls, population targets, results and races, read from `data/`."""

from analysis.polls.loading import list_polls, load_poll
from analysis.polls.model import Answer, Poll, Question
from analysis.polls.outcomes import load_result_and_votes
from analysis.polls.races import Race, load_race, load_race_and_result
from analysis.polls.references import PUBLISHED, Result, Target, load_result, load_target, load_targets
from analysis.polls.segments import Partition, Segment, Segments
from analysis.polls.sheet import TechnicalSheet

__all__ = [
    "PUBLISHED",
    "Answer",
    "Partition",
    "Poll",
    "Question",
    "Race",
    "Result",
    "Segment",
    "Segments",
    "Target",
    "TechnicalSheet",
    "list_polls",
    "load_poll",
    "load_race",
    "load_race_and_result",
    "load_result",
    "load_result_and_votes",
    "load_target",
    "load_targets",
]
