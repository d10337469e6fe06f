"""Do the parts of a poll.toml refer to one another as they should: partitions, repeated questions, bases."""

from collections.abc import Mapping
from typing import Any

from analysis.polls.rounding import parse_count
from analysis.polls.segments import WHOLE

__all__ = ["reference_problems"]


def reference_problems(document: Mapping[str, Any], where: str) -> list[str]:
    """Say which names of a well-formed poll.toml lead nowhere.

    Parameters
    ----------
    document : mapping
        The parsed file, its form already checked.
    where : str
        How to name the file.

    Examples
    --------
    >>> reference_problems({"segments": [], "questions": []}, "poll.toml")
    ["poll.toml: no segment 'total'; declare it, even where no table prints it."]

    The whole sample is always a segment.
    """
    problems: list[str] = []
    segments = [entry["id"] for entry in document["segments"]]
    if WHOLE not in segments:
        problems.append(f"{where}: no segment {WHOLE!r}; declare it, even where no table prints it.")
    for partition in document.get("partitions", []):
        there = f"{where}, partition {partition['id']!r}"
        parts = partition["parts"]
        unknown = [part for part in [partition["of"], *parts] if part not in segments]
        if unknown:
            problems.append(
                f"{there}: {', '.join(map(repr, unknown))} is no segment; there is: {', '.join(segments)}."
            )
        if len(parts) < 2 or len(set(map(str, parts))) < len(parts) or partition["of"] in parts:
            problems.append(
                f"{there}: parts {parts} must be two or more different segments, without the whole itself."
            )
    problems += _cycle_problems(document, where)
    questions = {entry["id"]: entry for entry in document["questions"]}
    for question in questions.values():
        repeats = question.get("repeats")
        if repeats is not None and (repeats not in questions or repeats == question["id"]):
            there_is = ", ".join(other for other in questions if other != question["id"])
            problems.append(
                f"{where}, question {question['id']!r}, 'repeats': {repeats!r} is no other question; there is: {there_is}."
            )
    for segment in document["segments"]:
        if "base" in segment:
            try:
                parse_count(segment["base"], decimal_mark=document["decimal_mark"])
            except ValueError as error:
                problems.append(f"{where}, segment {segment['id']!r}, 'base': {error}.")
    return problems


def _cycle_problems(document: Mapping[str, Any], where: str) -> list[str]:
    """Say which segments would contain themselves."""
    parts: dict[str, set[str]] = {}
    for partition in document.get("partitions", []):
        parts.setdefault(partition["of"], set()).update(map(str, partition["parts"]))
    problems = []
    for start in parts:
        within, pending = set[str](), list(parts[start])
        while pending:
            current = pending.pop()
            if current not in within:
                within.add(current)
                pending += parts.get(current, ())
        if start in within:
            problems.append(
                f"{where}, [[partitions]]: {start!r} would lie within itself; mend 'of' and 'parts'."
            )
    return problems
