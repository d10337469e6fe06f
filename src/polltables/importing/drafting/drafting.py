"""What was recognised in a source, turned into a draft poll."""

import re
from collections import Counter
from collections.abc import Sequence
from itertools import accumulate, dropwhile, takewhile

from analysis.errors import PollError
from polltables.importing.drafting.draft import Draft, Given, fitting
from polltables.importing.drafting.ledger import list_lost, list_rest
from polltables.importing.drafting.questions import draft_questions
from polltables.importing.drafting.segments import draft_segments
from polltables.importing.drafting.sheet import draft_sheet
from polltables.importing.page import Line, Source
from polltables.importing.recognition.dates import is_date_label
from polltables.importing.recognition.families import is_whole
from polltables.importing.recognition.languages import language_of
from polltables.importing.recognition.model import Table
from polltables.importing.recognition.recognising import Recognised, recognise
from polltables.importing.recognition.refusing import several_polls
from polltables.importing.recognition.sums import conditions_of
from polltables.importing.recognition.titles import is_question, undecorated
from polltables.importing.writing import draft_files

__all__ = ["draft_poll"]

_TITLE_LINES = 4  # at most


def draft_poll(source: Source, given: Given) -> Draft:
    """Turn a source into a draft, listing its doubts and what it left out.

    PollError if no table of percentages is in it, or it holds several polls, or not everything could be read and is
    to be.
    """
    if why := several_polls(source):
        raise PollError(f"{source.name}: {why}")
    found = recognise(source, measures=given.measures)
    if given.tables and found.tables:
        if min(given.tables) > len(found.tables):
            raise PollError(
                f"{source.name}: --tables: there are {len(found.tables)}, and none of those numbers."
            )
        found.tables = [table for number, table in enumerate(found.tables, start=1) if number in given.tables]
    if not found.tables:
        problems = [*(f"{where}: {why}." for where, why, _ in found.unread), *source.pictures]
        none = "no table of percentages was found; a table has a header, labels in its first column and figures beside them"
        raise PollError(problems or [f"{source.name}: {none}."])
    for table in found.tables:
        table.given = conditions_of(table.rows)
    draft = Draft(source.name, found.decimal_mark)
    _numbers(draft, found)
    _language(draft, source, found, given)
    # A reading that is shown beside earlier ones may be called by its days.
    told = [table.stub for table in found.tables]
    told += [
        column.label for table in found.tables for column in table.columns if is_date_label(column.label)
    ]
    names = [Line(text, source.name) for text in dict.fromkeys(told) if text]
    # What a publication says at length of itself may run into the first question.
    over = list(takewhile(lambda line: not is_question(line.text), found.tables[0].texts))
    lines = [*found.head, *(over if len(over) > _TITLE_LINES else []), *names, *found.loose]
    n = draft_sheet(draft, found.sheet, lines, given, _base_of_whole(found.tables))
    _source(draft, found.head, given)
    segments = draft_segments(draft, found.tables, n)
    draft_questions(draft, found.tables, segments, n)
    list_rest(draft, source, found)
    list_lost(draft, source, draft_files(draft))
    draft.files = draft_files(draft)
    return draft


def _base_of_whole(tables: Sequence[Table]) -> str:
    """Return the most interviews that any table prints for the whole sample."""
    columns = [column for table in tables for column in table.columns]
    bases = [int(column.base) for column in columns if column.base and is_whole(column.label)]
    for table in tables if not bases else ():
        # The first column may be the whole under another name, such as that of all voters: others add up to it.
        first, *others = [int(column.base or 0) for column in table.columns]
        runs = (accumulate(others[start:]) for start in range(len(others)))
        bases += [first] if first and any(first in run for run in runs) else []
    return str(max(bases)) if bases else ""


def _numbers(draft: Draft, found: Recognised) -> None:
    """Say how the percentages are printed, and ask where the file shows two ways."""
    counts = Counter(
        len(figure.replace(",", ".").partition(".")[2])
        for table in found.tables
        for row in table.rows
        for figure in row.figures
        if row.role in {"", "net"} and figure is not None
    )
    decimals = next(iter(counts.most_common(1)), (0, 0))[0]  # tables of bases alone have none
    draft.document["decimals"] = decimals
    if counts[decimals] < 0.8 * sum(counts.values()):
        shown = ", ".join(f"{count} with {number}" for number, count in sorted(counts.items()))
        draft.ask("decimals", "With how many decimals are percentages printed?", str(decimals), shown)


def _language(draft: Draft, source: Source, found: Recognised, given: Given) -> None:
    """Find the language of the labels."""
    labels = [column.label for table in found.tables[:40] for column in table.columns]
    labels += [row.label for table in found.tables[:40] for row in table.rows]
    titles = [line.text for table in found.tables[:40] for line in table.texts]
    lines = [block.text for block in source.blocks[:400] if isinstance(block, Line)]
    language, certain = language_of([*labels, *titles, *lines])
    draft.document["language"] = given.language or language
    if not given.language and not certain:
        because = "no word tells the languages apart"
        draft.ask("language", "In which language are the labels printed?", language, because)


def _source(draft: Draft, head: Sequence[Line], given: Given) -> None:
    """Write where the figures come from: the lines over the first table are the document's title."""
    after = dropwhile(lambda line: line.used, (line for line in head if line.text))
    titles = ((line, sum(map(str.isalpha, line.text)), sum(map(str.isdigit, line.text))) for line in after)
    # Words more than numbers, and not too many.
    told = takewhile(lambda one: not one[0].used and max(2, one[2]) < one[1] < 200, titles)
    lines = [line for line, *_ in told][:3]
    texts = filter(None, (undecorated(line.text) for line in lines))
    title = given.title or fitting(". ".join(texts).replace(".. ", ". "))
    if given.title is None and title:
        for line in lines:
            line.used = True
    items = {item["id"]: item["printed"] for item in draft.document["sheet"]["items"]}
    publisher = items.get("pollster", "?")
    draft.document["source"] = {"title": title or draft.source_name, "publisher": publisher}
    address = re.search(r"\b(?:https?://|www\.)[^\s/|,]+(?:/[^\s|,]*)?", " ".join(items.values()))
    if address:
        draft.document["source"]["url"] = address[0].strip(".")
