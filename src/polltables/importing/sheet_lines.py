"""The technical sheet: which grid or lines hold it, and what each of its lines is."""

import re
from collections.abc import Sequence
from typing import Any

from analysis.polls.sheet import SHEET_FIGURES
from polltables.importing.dates import fieldwork_dates
from polltables.importing.draft import Draft, Given
from polltables.importing.source import Grid, TextLine, clean
from polltables.importing.vocabulary import folded, free_id, identifier, sheet_id

__all__ = ["draft_sheet", "is_sheet", "is_sheet_line", "sheet_lines_of", "text_lines"]

_TELLING = {"pollster", "sample_size", "margin_of_error", "confidence_level", "fieldwork", "universe"}
# Units of which sheets count how many were visited, from the widest to the narrowest.
_PLACES = (
    ("departments", r"departamentos|departments"),
    ("regions", r"regiones|regions"),
    ("states", r"estados|states"),
    ("provinces", r"provincias|provinces"),
    ("districts", r"distritos|districts"),
    ("municipalities", r"municipios|comunas|municipalities"),
    ("sampling_points", r"puntos de muestreo|conglomerados|sampling points|clusters"),
)  # fmt: skip


def is_sheet(grid: Grid) -> bool:
    """Say whether a grid is a technical sheet: at most three columns, and two or more lines known by name."""
    rows = [[cell.text for cell in row if cell.text] for row in grid.rows]
    rows = [row for row in rows if row]
    if not rows or max(map(len, rows)) > 3:
        return False
    names = {sheet_id(row[-2]) for row in rows if len(row) > 1}
    return len(names - {None}) >= 2 and bool(names & _TELLING)


def sheet_lines_of(grid: Grid) -> list[dict[str, str]]:
    """Turn the rows of a technical sheet into lines: group (as far as one is printed), label, printed."""
    lines, group = [], ""
    for row in grid.rows:
        texts = [cell.text for cell in row]
        filled = [text for text in texts if text]
        if not filled:
            continue
        if len(filled) == 1:
            group = filled[0]  # a heading over the lines that follow
            lines.append({"label": group, "printed": ""})
            continue
        *before, label, printed = filled
        if before:
            group = before[0]
        lines.append({"label": label, "printed": printed, **({"group": group} if group else {})})
    # A heading is kept as the group of its lines; one without lines is a line that says itself.
    groups = {line.get("group") for line in lines}
    for line in lines:
        line["printed"] = line["printed"] or ("" if line["label"] in groups else line["label"])
    return [line for line in lines if line["printed"]]


def is_sheet_line(line: TextLine) -> bool:
    """Say whether a text is a line of a technical sheet: a known label, a colon, something printed."""
    label, colon, printed = line.text.lstrip("-•*· ").partition(":")
    return bool(colon and printed.strip() and len(label) < 80 and sheet_id(label))


def text_lines(texts: Sequence[TextLine], known: set[str]) -> tuple[list[dict[str, str]], list[TextLine]]:
    """Take `label: value` lines with a known label, that no table of the sheet holds, out of the loose text."""
    lines, rest = [], []
    for text in texts:
        label, _, printed = text.text.lstrip("-•*· ").partition(":")
        name = sheet_id(label) if is_sheet_line(text) else None
        if name and name not in known:
            known.add(name)
            lines.append({"label": clean(label), "printed": clean(printed)})
        else:
            rest.append(text)
    return lines, rest


def draft_sheet(
    draft: Draft, lines: list[dict[str, str]], head: list[TextLine], given: Given
) -> list[TextLine]:
    """Write the technical sheet into a draft; return the lines of the head that it did not use."""
    items = [_named(line, draft, {}) for line in lines]
    taken: dict[str, dict[str, str]] = {}
    for item in items:
        item["id"] = free_id(item["id"], taken)
        taken[item["id"]] = item
    more, head = text_lines(head, set(taken))
    for line in more:
        item = _named(line, draft, taken)
        taken[item["id"]] = item
    for name, label, value in (
        ("pollster", "Pollster", given.pollster),
        ("sample_size", "Sample size", given.sample_size),
        ("fieldwork", "Fieldwork", given.fieldwork),
    ):
        if value:
            line = taken.get(name, {"id": name, "label": label})
            if line.get("printed", value) != value:
                because = f"--{name.replace('_', '-')} says otherwise"
                draft.leave_out(f"technical sheet, {line['label']!r}", line["printed"], because)
            taken[name] = {**line, "printed": value}
    ordered = [{"id": item["id"], **item} for item in taken.values()]
    _check_figures(draft, ordered)
    sheet: dict[str, Any] = {"short_name": _short_name(draft, taken, given)}
    sheet |= _fieldwork(draft, taken, head)
    sheet |= _coverage(draft, taken)
    sheet["items"] = ordered
    draft.document["sheet"] = sheet
    for name, option in (("pollster", "--pollster NAME"), ("sample_size", "--sample-size N")):
        if name not in taken:
            draft.problems.append(
                f"{draft.source_name}: no line of a technical sheet names the {name.replace('_', ' ')}; every poll has "
                f"one. Add the line to the file, or say it with {option}."
            )
    return head


def _named(line: dict[str, str], draft: Draft, taken: dict[str, Any]) -> dict[str, str]:
    return {"id": free_id(sheet_id(line["label"]) or identifier(line["label"]), taken), **line}


def _check_figures(draft: Draft, items: list[dict[str, str]]) -> None:
    """Keep a line whose figure cannot be read under another id, except the sample size, which must be read."""
    for item in items:
        if item["id"] not in SHEET_FIGURES:
            continue
        try:
            value = SHEET_FIGURES[item["id"]](item["printed"], decimal_mark=draft.decimal_mark)
            if value == 0 or (item["id"] == "confidence_level" and value == 1):
                raise ValueError(f"{item['printed']!r} cannot be")
        except ValueError as error:
            if item["id"] == "sample_size":
                draft.problems.append(
                    f"{draft.source_name}, technical sheet, {item['label']!r}: {error}. Say it with --sample-size N."
                )
            else:
                draft.ask(
                    f"sheet item {item['id']}",
                    "What figure does this line hold?",
                    item["printed"],
                    f"{error}",
                )
                item["id"] += "_as_printed"


def _short_name(draft: Draft, taken: dict[str, dict[str, str]], given: Given) -> str:
    printed = taken.get("pollster", {}).get("printed", "")
    acronym = re.search(r"\(([A-Z][A-Za-z&. ]{1,15})\)", printed)
    name = given.pollster or (acronym[1] if acronym else printed) or "?"
    if not given.pollster:
        draft.ask(
            "sheet, short_name", "What do readers call the pollster?", name, "the sheet prints its full name"
        )
    return name


def _fieldwork(draft: Draft, taken: dict[str, dict[str, str]], head: Sequence[TextLine]) -> dict[str, Any]:
    """Read the days of fieldwork from the sheet, or from the lines over the first table."""
    printed = [taken["fieldwork"]["printed"]] if "fieldwork" in taken else []
    loose = [line.text for line in head if re.search(r"campo|fieldwork|field", folded(line.text))]
    for text in [*printed, *loose]:
        dates = fieldwork_dates(text)
        if dates:
            if text not in printed:
                draft.ask(
                    "sheet, fieldwork",
                    "When was the fieldwork?",
                    " to ".join(map(str, dates)),
                    f"read in {text!r}",
                )
            return {"fieldwork_start": dates[0], "fieldwork_end": dates[1]}
    found = f" ({printed[0]!r} names no day, month and year)" if printed else ""
    draft.problems.append(
        f"{draft.source_name}: the days of fieldwork are not named{found}; add a line such as 'Fieldwork: 6-8 May 2021', "
        "or say them with --fieldwork '2021-05-06 to 2021-05-08'."
    )
    return {}


def _coverage(draft: Draft, taken: dict[str, dict[str, str]]) -> dict[str, Any]:
    """Read how many places were visited, and propose the narrowest as the sampling unit."""
    text = folded(taken.get("coverage", {}).get("printed", ""))
    counts = {}
    for name, pattern in _PLACES:
        match = re.search(rf"(?<![\d.,])(\d{{1,5}}) (?:{pattern})\b", text, re.ASCII)
        if match and int(match[1]) > 0:
            counts[name] = int(match[1])
    if not counts:
        return {}
    unit = list(counts)[-1]
    draft.ask(
        "sheet, sampling_unit", "Which places were drawn to be visited?", unit,
        f"the narrowest of those that the sheet counts: {', '.join(f'{n} {name}' for name, n in counts.items())}",
    )  # fmt: skip
    return {"sampling_unit": unit, "coverage_counts": counts}
