"""The front page: the story that its notebook tells, and what each report found, in one sentence and a link."""

import json
import re
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from markupsafe import Markup

from polltables.files import put
from polltables.rendering.collection import Report
from polltables.rendering.entries import FRONT_PAGE
from polltables.rendering.page import View, page_style, page_words, poll_name, style_sheet

__all__ = ["write_index"]

_NEEDED = {"report", "title", "subject", "headline"}
_PLACE = re.compile("<!--findings-->.*?<!--/findings-->", re.DOTALL)


@cache
def _template() -> Any:
    from jinja2 import Environment, StrictUndefined

    text = files("polltables.rendering").joinpath("template/front.html.j2").read_text("utf-8")
    return Environment(autoescape=True, undefined=StrictUndefined).from_string(text)


def write_index(folder: Path, reports: Sequence[Report]) -> None:
    """Write what the reports of a folder found into its front page, or into one of its own where no notebook made any.

    Parameters
    ----------
    folder : pathlib.Path
        Where the reports are, with JSON files beside them; `index.html` is the front page.
    reports : sequence of Report
        Of one poll and one language, in their order. One that was never made is left out.
    """
    there = [
        (report, found)
        for report in reports
        if report.name != FRONT_PAGE and (found := _found(folder / f"{report.name}.json"))
    ]
    page = folder / f"{FRONT_PAGE}.html"
    made = any(report.name == FRONT_PAGE for report in reports) and page.is_file()
    if not made and not there:
        return
    first = there[0][0] if there else reports[0]
    view = View(first.poll, first.language)
    table = _findings(view, [found for _, found in there])
    languages = dict.fromkeys(language for report, _ in there for language in report.languages)
    other = next((language for language in languages if language != first.language), None)
    before = page.read_text("utf-8") if made else _alone(first, view, other)
    content = _PLACE.sub(lambda _: f"<!--findings-->{table}<!--/findings-->", before).encode()
    if not page.is_file() or page.read_bytes() != content:
        put(page, content)


def _found(path: Path) -> dict[str, Any] | None:
    """Read what a report found; None if it was not made, or the file is another one."""
    try:
        found = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) and found.keys() >= _NEEDED else None


def _findings(view: View, found: Sequence[dict[str, Any]]) -> Markup:
    """Write a table of what was found: the question, the finding, and where it is shown."""
    words = page_words(view)
    row = Markup('<tr><th scope="row"><a href="{}.html">{}</a>{}</th><td class="pt-text">{}</td></tr>')
    rows = [
        row.format(
            one["report"],
            one["subject"] or one["title"],
            Markup("<small>{}</small>").format(one["title"]) if one["subject"] else "",
            Markup(one["headline"]),
        )
        for one in found
    ]
    table = Markup(
        '<div class="pt pt-table"><div class="pt-scroll" tabindex="0" role="region" aria-label="{}">'
        '<table class="pt-filter">'
        '<caption>{}</caption><thead><tr><th scope="col">{}</th><th scope="col" class="pt-text">{}</th></tr></thead>'
        "<tbody>{}</tbody></table></div></div>"
    )
    return table.format(
        words["findings"], words["findings"], words["question"], words["finding"], Markup("").join(rows)
    )


def _alone(report: Report, view: View, other: str | None) -> str:
    """Write a front page that has no notebook: a title, and the place of the findings."""
    return str(
        _template().render(
            language=report.language,
            words=page_words(view),
            style=style_sheet() + f"<style>{page_style()}</style>",
            title=view.text(view.poll.source, "title"),
            poll_name=poll_name(view),
            other_language=other,
            other_edition=report.edition_link(other).with_name("index.html").as_posix() if other else "",
        )
    )
