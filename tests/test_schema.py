"""Dataclasses as schemas of TOML files: every fault named at once, with what is allowed."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import pytest

from analysis.polls.schema import Id, InTwoLanguages, allowed_values, computed, read_table


@dataclass(frozen=True)
class Leaf:
    id: Id
    kind: Literal["oak", "elm"] = "oak"


@dataclass(frozen=True)
class Tree(InTwoLanguages):
    name: str
    height: int
    planted: datetime.date | None = None
    name_en: str = ""
    leaves: tuple[Leaf, ...] = ()
    tags: tuple[str, ...] = ()
    counts: Mapping[str, int] = field(default_factory=dict)
    first: Leaf | None = None
    girth: float | None = None
    age: float = computed(lambda: 0.5)


SOUND = {"name": "Ceiba", "height": 30, "leaves": [{"id": "a"}, {"id": "b", "kind": "elm"}], "tags": ["tall"]}


def read(table: dict[str, Any]) -> tuple[Any, list[str]]:
    problems: list[str] = []
    return read_table(Tree, table, "tree.toml", problems), problems


def test_a_sound_table_becomes_what_it_says_with_defaults_and_english_twins():
    tree, problems = read(SOUND | {"planted": datetime.date(1900, 1, 1), "first": {"id": "c"}, "girth": 3})
    assert problems == []
    assert tree.leaves == (Leaf("a"), Leaf("b", "elm"))
    assert (tree.name_en, tree.tags, tree.age, tree.first) == ("Ceiba", ("tall",), 0.5, Leaf("c"))
    assert type(tree.girth) is float
    assert allowed_values(Leaf, "kind") == ("oak", "elm")
    assert allowed_values(Leaf, "id") == ()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"name": 5}, "tree.toml, 'name': 5 is not text in quotes."),
        ({"name": " "}, "tree.toml, 'name': the text is empty; write it, as printed."),
        ({"height": True}, "tree.toml, 'height': True is not a whole number."),
        ({"height": 3.5}, "tree.toml, 'height': 3.5 is not a whole number."),
        ({"planted": datetime.datetime(1900, 1, 1)}, "1900-01-01 00:00:00 is not a date such as 2021-04-18."),
        ({"girth": "1.5"}, "tree.toml, 'girth': '1.5' is not a number such as 1.5."),
        ({"girth": float("inf")}, "tree.toml, 'girth': inf is not a number such as 1.5."),
        ({"planted": "1900"}, "tree.toml, 'planted': '1900' is not a date such as 2021-04-18."),
        ({"leaves": {}}, "tree.toml, 'leaves': {} is not a list."),
        ({"leaves": ["a"]}, "tree.toml, [[leaves]] number 1: 'a' is not a table; begin it with [[leaves]]."),
        ({"leaves": [{"id": "A"}]}, "'A' is not an id; use small letters, digits and _, beginning with a letter, 100"),
        ({"leaves": [{"id": "1a"}]}, "'1a' is not an id"),
        ({"leaves": [{"id": "a"}, {"id": "a"}]}, "tree.toml, [[leaves]] number 2: the id 'a' is used twice; ids are"),
        ({"leaves": [{"id": "a", "kind": "ash"}]}, "'kind': 'ash' is not allowed; use one of oak, elm."),
        ({"leaves": [{"kind": "oak"}]}, "tree.toml, [[leaves]] number 1: 'id' is missing; add it as text in quotes."),
        ({"tags": ["a", 1]}, "tree.toml, 'tags': ['a', 1] is not a list of texts in quotes."),
        ({"first": {"id": "a", "size": 1}}, "tree.toml, [first]: unknown key 'size'; allowed: id, kind."),
        ({"age": 3}, "tree.toml: unknown key 'age'; allowed: name, height, planted, name_en, leaves, tags, counts,"),
        ({"leaves": [{"id": f"a{n}"} for n in range(2001)]}, "[[leaves]] stands 2,001 times; at most 2,000 are read."),
    ],
)  # fmt: skip
def test_a_fault_is_named_with_what_is_allowed(change, message):
    tree, problems = read(SOUND | change)
    assert tree is None
    assert len(problems) == 1
    assert message in problems[0]


def test_every_fault_is_named_at_once():
    _, problems = read({"height": "tall", "leaves": [{"id": "A", "kind": "ash"}, 3], "shade": 1})
    assert len(problems) == 6


def test_questions_are_alike_only_if_they_are_the_same(cpi):
    first, second, *_ = cpi.questions
    assert first == first
    assert first != second
    assert second not in (first,)
