"""What was published: polls, population targets, results, races and track records, read from `data/`."""

from analysis.polls.known import KnownWeights, load_known_weights
from analysis.polls.loading import list_polls, load_poll
from analysis.polls.model import Answer, Poll, Question
from analysis.polls.races import Race, find_other_poll, find_race, find_result, load_race
from analysis.polls.references import (
    PUBLISHED,
    Reference,
    Result,
    Target,
    load_result,
    load_results,
    load_target,
    load_targets,
)
from analysis.polls.segments import WHOLE, Partition, Segment, Segments
from analysis.polls.sheet import Sheet
from analysis.polls.track_records import TrackRecord, load_track_record

__all__ = [
    "PUBLISHED", "WHOLE", "Answer", "KnownWeights", "Partition", "Poll", "Question", "Race", "Reference", "Result",
    "Segment", "Segments", "Sheet", "Target", "TrackRecord", "find_other_poll", "find_race", "find_result",
    "list_polls", "load_known_weights", "load_poll", "load_race", "load_result", "load_results", "load_target",
    "load_targets", "load_track_record",
]  # fmt: skip
