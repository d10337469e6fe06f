import itertools

import pytest

from analysis.errors import PollError

INVERSE = {
    "same": "same",
    "contains": "within",
    "within": "contains",
    "disjoint": "disjoint",
    "overlapping": "overlapping",
}


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ("total", "oriente", "contains"),
        ("rural", "interior", "within"),
        ("lima_callao", "interior", "disjoint"),
        ("oriente", "costa_sur", "disjoint"),
        ("lima_callao", "rural", "disjoint"),
        ("oriente", "rural", "overlapping"),
        ("urbano", "urbano", "same"),
    ],
)
def test_relations_follow_from_the_partitions(cpi, first, second, expected):
    assert cpi.segments.relation(first, second) == expected


def test_a_relation_read_backwards_is_its_inverse(cpi):
    for first, second in itertools.product(cpi.segments.ids, repeat=2):
        assert cpi.segments.relation(second, first) == INVERSE[cpi.segments.relation(first, second)]


def test_segments_that_no_partition_keeps_apart_may_overlap(valle):
    assert valle.segments.relation("women", "first_vote") == "overlapping"
    assert valle.segments.relation("women", "total") == "within"


def test_an_unknown_segment_or_partition_is_named_with_those_there_are(cpi):
    with pytest.raises(
        PollError,
        match=r"No segment 'norte'; did you mean 'costa_sierra_norte'\? There is: total, lima_callao",
    ):
        cpi.segments.relation("norte", "total")
    with pytest.raises(PollError, match="No partition 'age'; there is: region, zone, area"):
        cpi.segments.partition("age")
