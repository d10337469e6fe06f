"""The parameters of a notebook: what it takes, what a poll can answer, and which values are wrong."""

import ast
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from functools import partial
from pathlib import Path
from typing import Any

from analysis.errors import AnalysisError, ReportError
from analysis.estimates import Options, fitting_targets
from analysis.paths import shown_path
from analysis.polls import (
    PUBLISHED,
    Poll,
    load_known_weights,
    load_race,
    load_result,
    load_target,
    load_targets,
    load_track_record,
)
from analysis.stats import METHODS
from polltables.rendering.committed import advice
from polltables.rendering.page import LANGUAGES

__all__ = [
    "Named",
    "Parameter",
    "adapted",
    "assignment",
    "form_problems",
    "load_named",
    "read_parameters",
    "value_problems",
]

Named = Callable[[str, str], Any]
"""What loads the data that a parameter names; for many reports one that keeps what it has loaded."""

_LOADERS: dict[str, Callable[[str], Any]] = {
    "target": load_target,
    "targets": load_targets,
    "known": load_known_weights,
    "race": load_race,
    "record": load_track_record,
    "result": load_result,
}

_TYPES: dict[str, tuple[type, ...]] = {
    "str": (str,),
    "int": (int,),
    "float": (int, float),
    "bool": (bool,),
    "float | None": (int, float, type(None)),
}

_LONGEST = 200  # characters of what is wrong


@dataclass(frozen=True, slots=True)
class Parameter:
    """The type that a notebook's parameter is declared with (empty if none), and its default value."""

    type_name: str
    default: Any


def read_parameters(notebook: Path) -> dict[str, Parameter]:
    """Read a notebook's parameters from its cell tagged `parameters`, without importing papermill.

    ReportError if the file is no notebook, or a line of the cell is not `name: type = value`.
    """
    where = shown_path(notebook)
    try:
        cells = json.loads(notebook.read_text("utf-8"))["cells"]
        sources = [
            "".join(cell["source"]) for cell in cells if "parameters" in cell["metadata"].get("tags", [])
        ]
        statements = ast.parse(sources[0]).body if sources else []
    except (
        Exception
    ) as error:  # a file that is no notebook, or whose brackets are nested without end, makes any
        problem = f"{type(error).__name__}: {error}"[:_LONGEST]
        again = "Open it in JupyterLab and save it anew, as one of format 4."
        said = f"{where}: not a notebook with parameters: {problem}. {advice(notebook) or again}"
        raise ReportError(said) from error
    found = {}
    for statement in statements:
        try:
            name, type_name, value = assignment(statement)
            found[name] = Parameter(type_name, ast.literal_eval(value))
            json.dumps(found[name].default)  # a set or bytes are no value that a report can be told apart by
        except (ValueError, TypeError, RecursionError, MemoryError) as error:
            raise ReportError(
                f"{where}, parameters, {ast.unparse(statement)[:_LONGEST]!r}: write name: type = value  # help."
            ) from error
    return found


def assignment(statement: ast.stmt) -> tuple[str, str, ast.expr]:
    """Take an assignment to one name apart: the name, its type (empty if none), and the value; else a ValueError."""
    match statement:
        case ast.AnnAssign(target=ast.Name(id=name), annotation=type_name, value=ast.expr() as value):
            return name, ast.unparse(type_name), value
        case ast.Assign(targets=[ast.Name(id=name)], value=value):
            return name, "", value
    raise ValueError


def form_problems(overrides: Mapping[str, Any], known: Mapping[str, Parameter], where: str) -> Iterator[str]:
    """Say which parameters the notebook does not have, and which values are of another type."""
    for key, value in overrides.items():
        if key not in known:
            yield f"{where}: unknown parameter {key!r}; the notebook has: {', '.join(known)}."
            continue
        allowed = _TYPES.get(known[key].type_name)
        if allowed and (not isinstance(value, allowed) or (isinstance(value, bool) and bool not in allowed)):
            yield f"{where}, parameter {key!r}: {value!r} is not of type {known[key].type_name}."


def _check_one_of(allowed: Iterable[str], value: Any) -> None:
    if value not in allowed:
        raise AnalysisError(f"{value!r} is not allowed; use one of {', '.join(allowed)}.")


def load_named(parameter: str, value: str) -> Any:
    """Load the data beside the polls that the value of a parameter names."""
    return _LOADERS[parameter](value)


def _option(name: str, value: Any) -> Options:
    return Options(**{name: value})


def value_problems(
    parameters: Mapping[str, Any],
    poll: Poll,
    where: str,
    *,
    defaults: Mapping[str, Any],
    named: Named,
) -> Iterator[str]:
    """Say which values are not allowed, and what there is instead; an empty default leaves the choice to the notebook."""

    def partition(value: str) -> None:
        if value or poll.segments.partitions:
            poll.segments.partition(value)

    may_be = {"target": PUBLISHED, "race": "", "result": ""}  # which name no file

    def data(parameter: str, value: str) -> object:
        return may_be.get(parameter) == value or named(parameter, value)

    checks: dict[str, Callable[[Any], object]] = {
        "question": poll.question,
        "segment": poll.segments.__getitem__,
        "partition": partition,
        "method": partial(_check_one_of, METHODS),
        "language": partial(_check_one_of, LANGUAGES),
    }
    checks |= {parameter: partial(data, parameter) for parameter in _LOADERS}
    checks |= {option.name: partial(_option, option.name) for option in fields(Options)}
    for key, check in checks.items():
        if key in parameters and not (parameters[key] == "" == defaults.get(key)):
            try:
                check(parameters[key])
            except (AnalysisError, TypeError) as error:
                yield f"{where}, parameter {key!r}: {error}"


def adapted(defaults: Mapping[str, Any], poll: Poll, named: Named) -> dict[str, Any]:
    """Replace what a notebook takes unless told otherwise by what another poll has.

    A question that the poll lacks gives way to its main one, a partition to its first one, a target that does not fit
    its segments to the published weights, and a race or result about other answers to none.
    """

    def knows(others: Iterable[str]) -> bool:
        answers = (answer.id for question in poll.questions for answer in question.answers)
        return len(set(others).intersection(answers)) > 1

    partitions = [partition.id for partition in poll.segments.partitions]
    values = dict(defaults)
    if values.get("question") and values["question"] not in {question.id for question in poll.questions}:
        values["question"] = poll.main_question.id
    if values.get("partition") and values["partition"] not in partitions:
        values["partition"] = partitions[0] if partitions else ""
    if values.get("target", PUBLISHED) != PUBLISHED:
        fitting = {target.id for target in fitting_targets(poll, named("targets", ""))}
        values["target"] = values["target"] if values["target"] in fitting else PUBLISHED
    if values.get("race") and not knows(named("race", values["race"]).answers):
        values["race"] = ""
    if values.get("result") and not knows(named("result", values["result"]).votes):
        values["result"] = ""
    return values
