"""The front page: what each report found, in one sentence, a small picture and a link."""

import json
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from itertools import groupby
from pathlib import Path
from typing import Any

from analysis.errors import ReportError
from analysis.show.display import figure_style
from analysis.show.language import LANGUAGES, language, set_language, text_of
from analysis.show.notes import fieldwork
from analysis.show.phrases import interviews
from polltables.rendering.collection import Report
from polltables.rendering.page import page_style, page_words

__all__ = ["index_html", "write_index"]


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
        (report, json.loads(path.read_text("utf-8")))
        for report in sorted(reports, key=lambda report: report.front)
        if (path := folder / f"{report.name}.json").is_file()
    ]
    if not findings:
        return
    beside = folder / ".index.html.new"
    beside.write_text(index_html(findings), "utf-8", newline="\n")
    beside.replace(folder / "index.html")


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
    before = language()
    set_language(first.language)
    try:
        poll = first.poll
        other = next(name for name in LANGUAGES if name != first.language)
        groups = [
            {"title": items[0][1]["title"], "items": [finding for _, finding in items]}
            for _, found in groupby(findings, key=lambda finding: finding[0].notebook)
            if (items := list(found))
        ]
        return str(
            _template().render(
                language=first.language,
                words=page_words(),
                style=figure_style() + f"<style>{page_style()}</style>",
                title=text_of(poll.source, "title"),
                poll_name=f"{poll.sheet.short_name}, {fieldwork(poll)}",
                interviews=interviews(poll.sheet.n),
                publisher=poll.source.publisher,
                groups=groups,
                other_language=other,
                other_edition=first.edition_link(other).with_name("index.html").as_posix(),
            )
        )
    finally:
        set_language(before)
