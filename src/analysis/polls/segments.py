"""The columns of a poll's tables, and which of them are disjoint, nested or overlapping."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from analysis.polls.schema import Id, InTwoLanguages, computed, the_named

__all__ = ["WHOLE", "Partition", "Segment", "Segments"]

WHOLE = "total"
"""The id reserved for the whole sample, which contains every other segment."""


@dataclass(frozen=True, slots=True)
class Segment(InTwoLanguages):
    """A column of the published tables.

    * `phrase`: how a sentence places somebody in it, such as "in the interior"; empty for its label in brackets.
    * `base`: interviews behind the column in every table, as printed; empty where they are not.
    * `wave`, `repeats`: of a column that prints an earlier reading again: when that was, and of which segment.
    * `outside`: its people are not among the whole, as those of a country beside the whole of a town.
    * `interviews`: the printed base as a number.
    """

    id: Id
    label: str
    label_en: str = ""
    short: str = ""
    short_en: str = ""
    phrase: str = ""
    phrase_en: str = ""
    base: str = ""
    base_kind: Literal["unweighted", "weighted"] = "unweighted"
    wave: str = ""
    repeats: str = ""
    outside: bool = False
    interviews: int | None = computed(lambda: None)

    @property
    def apart(self) -> bool:
        """Whether it holds other people than the sample, who are compared with nobody."""
        return self.outside or self.wave != ""


@dataclass(frozen=True, slots=True)
class Partition(InTwoLanguages):
    """A way in which disjoint segments (`parts`) make up another (`of`); the label is the printed spanner."""

    id: Id
    of: str
    parts: tuple[str, ...]
    label: str = ""
    label_en: str = ""


@dataclass(frozen=True, slots=True)
class Segments:
    """The segments of a poll, in printed order, and how they divide one another."""

    items: tuple[Segment, ...]
    partitions: tuple[Partition, ...]

    def __iter__(self) -> Iterator[Segment]:
        """Go through the segments in printed order."""
        return iter(self.items)

    @property
    def ids(self) -> tuple[str, ...]:
        """Segment ids, in printed order."""
        return tuple(segment.id for segment in self.items)

    def __getitem__(self, segment_id: str) -> Segment:
        """Return the segment with this id, or say which there are."""
        return the_named("no segment", segment_id, self.items)

    def partition(self, partition_id: str) -> Partition:
        """Return the partition with this id, or say which there are."""
        return the_named("no partition", partition_id, self.partitions)

    def containers(self, segment_id: str) -> set[str]:
        """Return every segment known to contain this one, itself included."""
        found = {segment_id} if self[segment_id].apart else {segment_id, WHOLE}
        pending = [segment_id]
        while pending:
            current = pending.pop()
            parents = {p.of for p in self.partitions if current in p.parts} - found
            found |= parents
            pending += parents
        return found

    def relation(self, first: str, second: str) -> str:
        """Say how two segments lie to each other.

        `"same"`, `"contains"` (the first contains the second), `"within"`, `"disjoint"`, or `"overlapping"`: nothing
        published keeps them apart, and how much they share is unknown.

        Examples
        --------
        >>> from analysis.polls import load_poll
        >>> segments = load_poll("cpi-2021-04").segments
        >>> segments.relation("total", "oriente"), segments.relation("oriente", "lima_callao")
        ('contains', 'disjoint')
        >>> segments.relation("oriente", "rural")
        'overlapping'

        The East lies outside Lima and Callao, but some of its interviews are rural: those two
        columns must not be compared as if they were independent.
        """
        if self[first] == self[second]:
            return "same"
        around_first, around_second = self.containers(first), self.containers(second)
        if first in around_second:
            return "contains"
        if second in around_first:
            return "within"
        for partition in self.partitions:
            parts_first = around_first.intersection(partition.parts)
            parts_second = around_second.intersection(partition.parts)
            if parts_first and parts_second and parts_first.isdisjoint(parts_second):
                return "disjoint"
        return "overlapping"
