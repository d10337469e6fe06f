"""Do the parts of a poll.toml refer to one another as they should, and can the figures of its sheet be."""

import re
from collections.abc import Iterator

from analysis.polls.figures import parse_count
from analysis.polls.model import Document
from analysis.polls.schema import ID_FORM, is_id
from analysis.polls.segments import WHOLE
from analysis.polls.sheet import SHEET_FIGURES

__all__ = ["document_problems"]

_LANGUAGE = re.compile("[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){,3}")
_FIRST_YEAR, _LAST_YEAR = 1800, 2200
_MOST_PLACES = 10**9


def document_problems(document: Document, where: str) -> Iterator[str]:
    """Say what does not fit together in a well-formed poll.toml.

    * `where`: how to name the file.
    """
    yield from _segment_problems(document, where)
    yield from _partition_problems(document, where)
    yield from _cycle_problems(document, where)
    questions = [question.id for question in document.questions]
    for question in document.questions:
        others = [other for other in questions if other != question.id]
        if question.repeats and question.repeats not in others:
            yield (
                f"{where}, question {question.id!r}, 'repeats': {question.repeats!r} is no other question; "
                f"there is: {', '.join(others)}."
            )
    yield from _sheet_problems(document, where)


def _segment_problems(document: Document, where: str) -> Iterator[str]:
    """Say whether the whole is declared, and which bases and repeated columns cannot be."""
    ids = [segment.id for segment in document.segments]
    if WHOLE not in ids:
        yield f"{where}: no segment {WHOLE!r}; declare it, even where no table prints it."
    for segment in document.segments:
        there = f"{where}, segment {segment.id!r}"
        if segment.base:
            try:
                parse_count(segment.base, decimal_mark=document.decimal_mark)
            except ValueError as error:
                yield f"{there}, 'base': {error}."
        if segment.repeats and (segment.repeats not in ids or segment.repeats == segment.id):
            yield f"{there}, 'repeats': {segment.repeats!r} is no other segment; there is: {', '.join(ids)}."
        if bool(segment.repeats) != bool(segment.wave):
            yield f"{there}: a column of an earlier reading needs both 'wave' (when) and 'repeats' (of which segment)."
        if segment.outside and segment.id == WHOLE:
            yield f"{there}, 'outside': the whole is not outside of itself; leave it out."


def _partition_problems(document: Document, where: str) -> Iterator[str]:
    """Say which partitions are made of what is no segment, or of too little."""
    ids = [segment.id for segment in document.segments]
    apart = {segment.id for segment in document.segments if segment.apart}
    for partition in document.partitions:
        there, parts = f"{where}, partition {partition.id!r}", partition.parts
        unknown = [part for part in (partition.of, *parts) if part not in ids]
        if unknown:
            yield f"{there}: {', '.join(map(repr, unknown))} is no segment; there is: {', '.join(ids)}."
        if len(parts) < 2 or len(set(parts)) < len(parts) or partition.of in parts:
            yield f"{there}: parts {list(parts)} must be two or more different segments, without the whole itself."
        if others := sorted(apart.intersection([partition.of, *parts])):
            yield f"{there}: {', '.join(others)} is an earlier reading, or outside the sample; leave it out."


def _cycle_problems(document: Document, where: str) -> Iterator[str]:
    """Say which segments would contain themselves."""
    parts: dict[str, set[str]] = {}
    for partition in document.partitions:
        parts.setdefault(partition.of, set()).update(partition.parts)
    for start in parts:
        within, pending = set[str](), list(parts[start])
        while pending:
            current = pending.pop()
            if current not in within:
                within.add(current)
                pending += parts.get(current, ())
        if start in within:
            yield f"{where}, [[partitions]]: {start!r} would lie within itself; mend 'of' and 'parts'."


def _sheet_problems(document: Document, where: str) -> Iterator[str]:
    """Say what is wrong with the figures of the technical sheet."""
    sheet, mark = document.sheet, document.decimal_mark
    if not _LANGUAGE.fullmatch(document.language):
        yield f"{where}, 'language': {document.language[:100]!r} is no code of a language, such as es or pt-BR."
    printed = {item.id: item.printed for item in sheet.items}
    for item in ["pollster"] if document.format > 1 else ["pollster", "sample_size"]:
        if item not in printed:
            yield f"{where}, [sheet]: the line {item!r} is missing; every poll says it. Add [[sheet.items]] with this id."
    for name, parse in SHEET_FIGURES.items():
        if name not in printed:
            continue
        try:
            value = parse(printed[name], decimal_mark=mark)
        except ValueError as error:
            yield f"{where}, sheet item {name!r}: {error}."
        else:
            if value == 0 or (name == "confidence_level" and value == 1):
                yield f"{where}, sheet item {name!r}: {printed[name]!r} cannot be; copy it as printed."
    if sheet.fieldwork_end < sheet.fieldwork_start:
        yield f"{where}, [sheet]: fieldwork ends before it starts; swap the two dates."
    if not (sheet.fieldwork_start.year >= _FIRST_YEAR and sheet.fieldwork_end.year <= _LAST_YEAR):
        yield f"{where}, [sheet]: no fieldwork lies outside the years {_FIRST_YEAR} to {_LAST_YEAR}; copy it as printed."
    counts = sheet.coverage_counts
    for name, count in counts.items():
        if not is_id(name):
            yield f"{where}, [sheet.coverage_counts]: {name[:100]!r} is not an id; use {ID_FORM}."
        elif type(count) is not int or not 1 <= count <= _MOST_PLACES:
            yield f"{where}, [sheet.coverage_counts], {name!r}: {count!r} is no whole number from 1 to {_MOST_PLACES:,}."
    if sheet.sampling_unit and sheet.sampling_unit not in counts:
        yield (
            f"{where}, [sheet], 'sampling_unit': {sheet.sampling_unit!r} is not counted in "
            f"[sheet.coverage_counts]; there is: {', '.join(counts) or 'nothing'}."
        )
