"""Tidy tables of a poll with a codebook: JSON, Parquet, and a Frictionless Data Package."""

import io
import json
from typing import Any

import pandas as pd

from analysis.errors import AnalysisError
from analysis.polls import Poll
from polltables.exporting.text import guarded

__all__ = ["CODEBOOK", "data_package", "poll_json", "poll_parquet", "tidy_tables"]

CODEBOOK = {
    "figures": {
        "question": ("string", "id of the question"),
        "answer": ("string", "id of the answer, unique in its question"),
        "segment": ("string", "id of the segment"),
        "printed": ("string", "the figure as printed, a percentage; never missing"),
        "share": ("number", "the figure as a share in 0–1"),
        "low": ("number", "least share that rounds to the printed figure"),
        "high": ("number", "greatest share that rounds to the printed figure"),
    },
    "answers": {
        "question": ("string", "id of the question"),
        "answer": ("string", "id of the answer"),
        "label": ("string", "row label as printed"),
        "label_en": ("string", "in English"),
        "role": ("string", "kind of answer"),
        "given": (
            "string",
            "answer among whose givers the row is a share; missing for a share of the whole base",
        ),
    },
    "questions": {
        "question": ("string", "id of the question"),
        "name": ("string", "what reports call it"),
        "name_en": ("string", "in English"),
        "title": ("string", "printed heading"),
        "instructions": ("string", "printed note on how it was asked"),
        "kind": ("string", "single_response or multiple_response"),
        "asked": ("string", "card, read_aloud, spontaneous or not_stated"),
        "base": ("string", "all interviews of a segment, part of them, or not_stated"),
        "repeats": ("string", "question whose figures it prints again"),
        "not_published": ("string", "why figures are missing"),
    },
    "segments": {
        "segment": ("string", "id of the segment"),
        "label": ("string", "as printed"),
        "label_en": ("string", "in English"),
        "base": ("integer", "published number of interviews"),
    },
    "partitions": {
        "partition": ("string", "id of the partition"),
        "of": ("string", "segment that is divided"),
        "part": ("string", "one of the segments that divide it"),
        "label": ("string", "heading printed over the parts"),
    },
    "sheet": {
        "item": ("string", "id of the line of the technical sheet"),
        "label": ("string", "as printed"),
        "printed": ("string", "as printed"),
    },
}
"""Every column of the tidy tables: type (of a Frictionless table schema) and meaning."""

_KEYS = {
    "figures": ["question", "answer", "segment"], "answers": ["question", "answer"], "questions": ["question"],
    "segments": ["segment"], "partitions": ["partition", "part"], "sheet": ["item"],
}  # fmt: skip
_REFERENCES = {
    "figures": [(["question", "answer"], "answers"), (["segment"], "segments")],
    "answers": [(["question"], "questions")],
}


def tidy_tables(poll: Poll) -> dict[str, pd.DataFrame]:
    """Return the poll as tables, one thing a row, with the columns of `CODEBOOK`.

    Examples
    --------
    >>> from analysis.polls import load_poll
    >>> tables = tidy_tables(load_poll("cpi-2021-04"))
    >>> {name: len(table) for name, table in tables.items()}
    {'figures': 868, 'answers': 97, 'questions': 8, 'segments': 9, 'partitions': 8, 'sheet': 15}

    Of the cells of 97 answers and nine segments, 868 were published.
    """
    rows: dict[str, list[dict[str, Any]]] = {
        "answers": [
            {"question": q.id, "answer": a.id, "label": a.label, "label_en": a.label_en, "role": a.role, "given": a.given}
            for q in poll.questions for a in q.rows
        ],
        "questions": [
            {"question": q.id, **{name: getattr(q, name) or None for name in CODEBOOK["questions"] if name != "question"}}
            for q in poll.questions
        ],
        "segments": [
            {"segment": s.id, "label": s.label, "label_en": s.label_en, "base": s.interviews} for s in poll.segments
        ],
        "partitions": [
            {"partition": p.id, "of": p.of, "part": part, "label": p.label or None}
            for p in poll.segments.partitions for part in p.parts
        ],
        "sheet": [{"item": item.id, "label": item.label, "printed": item.printed} for item in poll.sheet.items],
    }  # fmt: skip
    tables = {"figures": poll.figures.copy()}
    tables |= {name: pd.DataFrame(entries, columns=list(CODEBOOK[name])) for name, entries in rows.items()}
    tables["segments"]["base"] = tables["segments"]["base"].astype("Int64")
    return tables


def _describing(poll: Poll) -> dict[str, Any]:
    first, last = poll.sheet.fieldwork
    return {
        "name": poll.id.lower(),
        "title": poll.source.title,
        "description": f"{poll.sheet.short_name}, {poll.sheet.n} interviews, {first} to {last}",
        "version": poll.sha256[:12],
        "contributors": [{"title": poll.source.publisher, "role": "publisher"}],
    }


def poll_json(poll: Poll) -> str:
    """Write the tidy tables and their codebook as one JSON document."""
    codebook = {
        table: {column: meaning for column, (_, meaning) in columns.items()}
        for table, columns in CODEBOOK.items()
    }
    tables = {
        name: json.loads(table.to_json(orient="records", double_precision=10))
        for name, table in tidy_tables(poll).items()
    }
    document = {**_describing(poll), "codebook": codebook, **tables}
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


def poll_parquet(poll: Poll) -> bytes:
    """Write the long table of figures as Parquet.

    Raises
    ------
    AnalysisError
        If no Parquet library is installed: it is large and changes how pandas holds text, so the project goes without.
    """
    stream = io.BytesIO()
    try:
        tidy_tables(poll)["figures"].to_parquet(stream, index=False)
    except ImportError as error:
        raise AnalysisError(
            "Parquet needs the package pyarrow, which the project does without; install it beside "
            "(`pip install pyarrow`), or export --format datapackage, which holds the same tables as CSV."
        ) from error
    return stream.getvalue()


def data_package(poll: Poll) -> dict[str, str]:
    """Write the tidy tables as CSV files with a Frictionless descriptor (specs.frictionlessdata.io): name -> text."""
    files, resources = {}, []
    for name, table in tidy_tables(poll).items():
        text = table.map(lambda value: guarded(value) if isinstance(value, str) else value)
        files[f"{name}.csv"] = text.to_csv(index=False, lineterminator="\n")
        schema: dict[str, Any] = {
            "fields": [
                {"name": column, "type": kind, "description": meaning}
                for column, (kind, meaning) in CODEBOOK[name].items()
            ],
            "primaryKey": _KEYS[name],
            "missingValues": [""],
        }
        if name in _REFERENCES:
            schema["foreignKeys"] = [
                {"fields": fields, "reference": {"resource": table, "fields": fields}}
                for fields, table in _REFERENCES[name]
            ]
        resources.append(
            {"name": name, "path": f"{name}.csv", "profile": "tabular-data-resource", "format": "csv",
             "mediatype": "text/csv", "encoding": "utf-8", "schema": schema}
        )  # fmt: skip
    descriptor = {"profile": "tabular-data-package", **_describing(poll), "resources": resources}
    files["datapackage.json"] = json.dumps(descriptor, ensure_ascii=False, indent=1) + "\n"
    return files
