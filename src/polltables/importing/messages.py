"""What an import says: problems, questions and what was left out, grouped by kind, each with its first places."""

import re
from collections.abc import Iterable, Mapping, Sequence

from polltables.terminal import counted

__all__ = ["grouped", "left_out_lines", "question_lines"]

_MOST = 12
_FEW_LETTERS = 160


def _kind(problem: str) -> str:
    """Return what problems of one kind have in common: their words, without places, quotations and numbers."""
    text = re.sub(r"'[^']*'|\"[^\"]*\"", "…", problem)
    text = re.sub(r"^[^:]{0,200}: ", "", text)
    return re.sub(r"\d[\d.,]*|\b[A-Z]{1,3}\d+\b", "#", text)


def grouped(problems: Sequence[str]) -> list[str]:
    """Shorten a list of problems: of each kind the first two, and how many more there are.

    Examples
    --------
    >>> grouped([f"a.md, line {n}: 'x' is not a percentage" for n in range(5)])
    ["a.md, line 0: 'x' is not a percentage", "a.md, line 1: 'x' is not a percentage", '… and 3 more of this kind']

    Nobody reads the same message a thousand times.
    """
    kinds: dict[str, list[str]] = {}
    for problem in problems:
        kinds.setdefault(_kind(problem), []).append(problem)
    lines: list[str] = []
    for same in list(kinds.values())[:_MOST]:
        lines += same[:2]
        if len(same) > 2:
            lines.append(f"… and {len(same) - 2} more of this kind")
    if len(kinds) > _MOST:
        lines.append(f"… and {len(kinds) - _MOST} other kinds of problems")
    return lines


def _short(text: str) -> str:
    return text if len(text) <= _FEW_LETTERS else f"{text[:_FEW_LETTERS]}…"


def question_lines(unsure: Sequence[Mapping[str, str]]) -> list[str]:
    """Say which questions are open, and the answers that hold until then."""
    lines = []
    for doubt in unsure[:_MOST]:
        lines += [
            f"  {doubt['about']}: {_short(doubt['question'])}",
            f"    {_short(doubt['proposed'])} ({_short(doubt['because'])})",
        ]
    if len(unsure) > _MOST:
        lines.append(f"  … and {len(unsure) - _MOST} more, under [[unsure]]")
    return lines


def left_out_lines(left_out: Iterable[Mapping[str, str]]) -> list[str]:
    """Say what is not in a draft, one line a kind: how many numbers, from where on."""
    kinds: dict[str, list[Mapping[str, str]]] = {}
    for left in left_out:
        kinds.setdefault(_kind(f": {left['because']}"), []).append(left)
    lines = []
    for same in list(kinds.values())[: 2 * _MOST]:
        first = same[0]
        numbers = sum(len(re.findall(r"\d+(?:[.,]\d+)*", left["text"])) for left in same)
        if len(same) == 1:
            lines.append(f"  {_short(first['where'])}: {_short(first['text'])!r}: {_short(first['because'])}")
        else:
            more = counted(len(same) - 1, "more place")
            held = f", {counted(numbers, 'number')}" if numbers else ""
            lines.append(f"  {_short(first['where'])} and {more}{held}: {_short(first['because'])}")
    if len(kinds) > 2 * _MOST:
        lines.append(f"  … and {len(kinds) - 2 * _MOST} other kinds, under [[left_out]]")
    return lines
