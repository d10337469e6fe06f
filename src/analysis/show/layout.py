"""How a table or a figure is put on the page: caption above, source and base beneath."""

from collections.abc import Mapping, Sequence
from functools import cache
from html import escape
from importlib.resources import files
from typing import Any

import numpy as np
import pandas as pd

from analysis.polls import Poll, Question
from analysis.show.display import Shown, download_link
from analysis.show.language import label_of, language
from analysis.show.phrases import interval

__all__ = [
    "NOT_PUBLISHED",
    "answer_labels",
    "bilingual",
    "cell_figure",
    "cell_range",
    "figure_block",
    "picture",
    "segment_columns",
    "table_block",
]

NOT_PUBLISHED = "–"
"""What stands in a cell whose figure was not published, or cannot be known."""

CLASSES = ("pt-text", "pt-few")
"""The classes a cell can have; what each looks like stands in figures.css."""


def cell_figure(value: float, form: str = ".1f") -> str:
    """Format a number for a cell, or say that it cannot be known."""
    return NOT_PUBLISHED if np.isnan(value) else format(value, form)


def cell_range(low: float, high: float, decimals: int = 1) -> str:
    """Write an interval of shares under a heading that gives the unit."""
    return NOT_PUBLISHED if np.isnan(low) else interval(low, high, decimals).rstrip("%")


@cache
def _styler_class() -> Any:
    """Return pandas' Styler with our table template: it lays out spanners and formats cells, we write the tags."""
    from pandas.io.formats.style import Styler

    folder = files("analysis.show").joinpath("template")
    return Styler.from_custom_template(str(folder), html_table="table.html.j2")


def table_block(
    cells: pd.DataFrame,
    *,
    caption: str,
    stub: str,
    note: str = "",
    row_labels: Sequence[str] | None = None,
    column_labels: Sequence[Any] | None = None,
    classes: pd.DataFrame | None = None,
    text_columns: Sequence[str] = (),
    numbers: Sequence[dict[str, Any]] = (),
) -> Shown:
    """Show a table of finished cells.

    Parameters
    ----------
    cells : pandas.DataFrame
        Strings, with unique index and columns; column levels above the last are spanners.
    caption, stub, note : str
        The caption above, the heading of the row labels, and the source and base beneath.
    row_labels, column_labels : sequence, optional
        What is shown instead of index and columns. These, and the cells, are markup: escape what
        comes from a file.
    classes : pandas.DataFrame, optional
        For each cell one of `CLASSES`, several separated by blanks.
    text_columns : sequence of str
        Columns of words, which are aligned left.
    numbers : sequence of dict
        What the table states; see `Shown`.
    """
    stated = tuple({**number, "shown_in": caption} for number in numbers)
    shown_classes = pd.DataFrame("", index=cells.index, columns=cells.columns)
    shown_classes[[column for column in cells.columns if column in text_columns]] = "pt-text"
    if classes is not None:
        shown_classes = (shown_classes + " " + classes).reindex_like(cells)
    # pandas would give the names of the axes a header row of their own.
    unnamed = cells.set_axis(cells.index.set_names([None] * cells.index.nlevels), axis=0).set_axis(
        cells.columns.set_names([None] * cells.columns.nlevels), axis=1
    )
    styler = _styler_class()(unnamed, cell_ids=False).set_td_classes(shown_classes)
    if row_labels is not None:
        styler = styler.relabel_index([_as_it_is(label) for label in row_labels], axis=0)
    if column_labels is not None:
        styler = styler.relabel_index([_as_it_is(label) for label in column_labels], axis=1)
    table = styler.to_html(
        exclude_styles=True,
        caption=escape(caption),
        stub=escape(stub),
        meant_classes=CLASSES,
        columns_of_text=list(text_columns),
    )
    html = (
        f'<div class="pt pt-table"><div class="pt-scroll" tabindex="0" role="region" '
        f'aria-label="{escape(caption)}">{table}</div>{_note(note)}{download_link(caption, stated)}</div>'
    )
    return Shown(html, f"{caption}\n{cells.to_string()}\n{note}".strip(), stated)


def _as_it_is(label: Any) -> Any:
    """Keep a label, or one a level, from being read as a format string, which pandas takes labels for."""
    if isinstance(label, tuple):
        return tuple(_as_it_is(part) for part in label)
    return label.replace("{", "{{").replace("}", "}}")


def figure_block(
    svg: str, *, caption: str, alternative: str, note: str = "", numbers: Sequence[Mapping[str, Any]] = ()
) -> Shown:
    """Show a drawing with its caption, the text that stands for it, and its source and base."""
    stated = tuple({**number, "shown_in": caption} for number in numbers)
    labelled = svg.replace("<svg ", f'<svg role="img" aria-label="{escape(alternative)}" ', 1)
    html = (
        f'<figure class="pt pt-figure"><figcaption>{escape(caption)}</figcaption>'
        f'<div class="pt-scroll" tabindex="0" role="region" aria-label="{escape(caption)}">{labelled}</div>'
        f"{_note(note)}{download_link(caption, stated)}</figure>"
    )
    return Shown(html, f"{caption}\n{alternative}\n{note}".strip(), stated)


def picture(svg: str, *, alternative: str) -> Shown:
    """Show the small drawing that goes with a headline, in the report and on the front page."""
    labelled = svg.replace("<svg ", f'<svg role="img" aria-label="{escape(alternative)}" ', 1)
    return Shown(f'<div class="pt pt-picture">{labelled}</div>', alternative)


def _note(note: str) -> str:
    return f'<p class="pt-note">{escape(note)}</p>' if note else ""


def bilingual(printed: str, english: str, printed_language: str) -> str:
    """Write, for a reader of English, the English text over the printed one, where they differ; else the printed one."""
    if language() != "en" or printed == english:
        return escape(printed)
    return f'{escape(english)}<span class="pt-original" lang="{escape(printed_language)}">{escape(printed)}</span>'


def segment_columns(poll: Poll) -> tuple[pd.MultiIndex, list[tuple[str, str]]]:
    """Return the columns of a published table, by (spanner, segment), and their labels."""
    spanner = {part: partition for partition in poll.segments.partitions for part in partition.parts}
    columns, labels = [], []
    for segment in poll.segments:
        partition = spanner.get(segment.id)
        over = label_of(partition) if partition else ""
        columns.append((over, segment.id))
        labels.append((escape(over), escape(label_of(segment))))
    return pd.MultiIndex.from_tuples(columns), labels


def answer_labels(poll: Poll, question: Question, *, original: bool) -> list[str]:
    """Write the row labels; a row that is conditional on an answer is indented beneath it."""
    labels = []
    for answer in question.answers:
        label = (
            bilingual(answer.label, answer.label_en, poll.language) if original else escape(label_of(answer))
        )
        labels.append(f'<span class="pt-conditional">{label}</span>' if answer.given else label)
    return labels
