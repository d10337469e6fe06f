"""Groups of people that hold other groups of their list, as ages and regions do."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from polltables.importing.drafting.partitions import divides
from polltables.importing.recognition.families import family_of, is_whole
from polltables.importing.recognition.folding import folded
from polltables.importing.recognition.model import Table
from polltables.importing.recognition.vocabulary import is_net

__all__ = ["Group", "are_nested", "narrowest", "sums_among"]

_UNDER = r"<|\b(under|below|menos|moins|unter|menor)"


@dataclass(slots=True)
class Group:
    """A segment in the making: its column of each table, and what it is called."""

    label: str
    path: tuple[str, ...]
    places: list[int | None]
    id: str = ""
    where: str = ""
    double: bool = False


def are_nested(labels: Sequence[str]) -> bool:
    """Say whether groups under one heading overlap by name: there are totals of some, or all that a group is not."""
    names = {folded(label) for label in labels}
    none = (f"{no}{name}" for no in ("in", "no ", "non ", "not ") for name in names)
    return (
        any(map(is_net, labels))
        or any(map(is_whole, labels))
        or (len(names) > 2 and not names.isdisjoint(none))
    )


def sums_among(parts: Sequence[Group], tables: Sequence[Table]) -> list[Group]:
    """Find the parts that are made of some that follow them, beyond chance.

    A part that another one holds is found only where twice as much says so.
    """
    certain, held = list[Group](), 0
    for at, part in enumerate(parts):
        stops = range(at + 3, len(parts) + (at > 0)) if not family_of(part.label) else ()
        runs = [[one.places for one in parts[at + 1 : stop]] for stop in stops]
        made = [
            (one.equations, len(run)) for run in runs if (one := divides(tables, run, part.places)).proved
        ]
        times = 2 if at < held else 1
        if any(equations > times * (2 * places + 1) for equations, places in made):
            certain.append(part)
            held = max(held, at + 1 + max(places for _, places in made))
    return certain


def narrowest(parts: Sequence[Group]) -> list[Group]:
    """Leave out ages that hold other ages of the list."""
    ages = []
    for part in parts:
        first, last, *_ = [*map(int, re.findall(r"\d{1,3}", part.label)), 999, 999]
        ages.append((0, first) if re.search(_UNDER, folded(part.label)) else (first, last))
    wide = [sum(low <= one <= two <= high for one, two in set(ages)) > 1 for low, high in ages]
    return [part for part, holds_others in zip(parts, wide, strict=True) if not holds_others]
