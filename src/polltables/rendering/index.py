"""The front page: what each report found, in one sentence, a small picture and a link."""

import json
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from itertools import groupby
from pathlib import Path
from typing import Any

from analysis.errors import ReportError
from polltables.files import put
from polltables.rendering.collection import Report
from polltables.rendering.page import (
    View,
    page_style,
    page_words,
    poll_name,
    style_sheet,
)

__all__ = ["index_html", "write_index"]

_NEEDED = {"report", "title", "subject", "headline", "picture"}


@cache
def _template() -> Any:
    from jinja2 import Environment, StrictUndefined

    text = files("polltables.rendering").joinpath("template/front.html.j2").read_text("utf-8")
    return Environment(autoescape=True, undefined=StrictUndefined).from_string(text)


def write_index(folder: Path, reports: Sequence[Report]) -> None:
    """Write the front page of a folder of reports, at once, from the JSON files beside them.

    Parameters
    ----------
    folder : pathlib.Path
        Where the reports are; `index.html` goes there.
    reports : sequence of Report
        Of one poll and one language. One that was never made is left out; the rest stand in the order of their `front`.
    """
    findings = [
        (report, found)
        for report in sorted(reports, key=lambda report: report.front)
        if (found := _found(folder / f"{report.name}.json"))
    ]
    if not findings:
        return
    page, content = folder / "index.html", index_html(findings).encode()
    if not page.is_file() or page.read_bytes() != content:
        put(page, content)


def _found(path: Path) -> dict[str, Any] | None:
    """Read what a report found; None if it was not made, or the file is another one."""
    try:
        found = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return None
    return found if isinstance(found, dict) and found.keys() >= _NEEDED else None


def index_html(findings: Sequence[tuple[Report, dict[str, Any]]]) -> str:
    """Write a front page from reports and what stands in their JSON files.

    Raises
    ------
    ReportError
        If there is nothing to write about.
    """
    if not findings:
        raise ReportError(
            "No report was made, so there is nothing to put on a front page; render some first."
        )
    first = findings[0][0]
    languages = dict.fromkeys(name for report, _ in findings for name in report.languages)
    other = next((name for name in languages if name != first.language), None)
    view = View(first.poll, first.language)
    poll = view.poll
    groups = [
        {"title": items[0][1]["title"], "items": [finding for _, finding in items]}
        for _, found in groupby(findings, key=lambda finding: finding[0].notebook)
        if (items := list(found))
    ]
    return str(
        _template().render(
            language=first.language,
            words=page_words(view),
            style=style_sheet() + f"<style>{page_style()}</style>",
            title=view.text(poll.source, "title"),
            poll_name=poll_name(view),
            interviews=view.interviews(poll.sheet.n) if poll.sheet.n else "",
            publisher=poll.source.publisher,
            groups=groups,
            other_language=other,
            other_edition=first.edition_link(other).with_name("index.html").as_posix() if other else "",
        )
    )
