"""The front page: the story that its notebook tells, and what each report found, in one sentence and a link."""

import json
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from polltables.files import put
from polltables.rendering.collection import Report
from polltables.rendering.entries import FRONT_PAGE
from polltables.rendering.page import (
    View,
    controls_of,
    page_style,
    page_template,
    poll_name,
    style_sheet,
)
from polltables.rendering.settings import Lookups

__all__ = ["as_made", "write_index"]

_NEEDED = {"report", "title", "subject", "headline", "parameters", "numbers"}
_PLACE = re.compile("<!--findings-->.*?<!--/findings-->", re.DOTALL)
_LOOKUPS = re.compile('(?<=<script type="text/plain" id="page-settings">)[^<]*')
_SETTING = ("confidence_level", "design_effect")
_LINK = re.compile(rb'<a\b[^>]*?\s(?:data-)?href="([^"#?:]+\.html)[#"][^>]*>')
_OF_LINKS = re.compile(rb" (?:data-)?(href|hreflang|rel)=")


def write_index(folder: Path, reports: Sequence[Report]) -> None:
    """Write what the reports of a folder found into its front page, or into one of its own where no notebook made any.

    The reports are of one poll and one language, in their order, their JSON files in the folder; one that was never made is
    left out, and no page of the folder or of another edition leads to it.
    """
    _write_findings(folder, reports)
    ours = {f"{FRONT_PAGE}.html"}.union(*({report.path.name, *report.links.values()} for report in reports))
    editions = {
        (folder / unquote(report.edition_link(one))).parent for report in reports for one in report.languages
    }
    for page in (edition / name for edition in sorted(editions) for name in sorted(ours)):
        if page.is_file():
            _lead_to_what_is_there(page, ours)


def _lead_to_what_is_there(page: Path, ours: Collection[str]) -> None:
    """Let only those links of a page lead to another of our reports that was made."""

    def led(found: re.Match[bytes]) -> bytes:
        target = page.parent / unquote(found[1].decode("utf-8", "replace"))
        is_missing = target.name in ours and not target.is_file()
        return _OF_LINKS.sub(rb" data-\1=" if is_missing else rb" \1=", found[0])

    before = page.read_bytes()
    if (content := _LINK.sub(led, before)) != before:
        put(page, content)


def _write_findings(folder: Path, reports: Sequence[Report]) -> None:
    there = [
        (report, found)
        for report in reports
        if report.name != FRONT_PAGE and (found := _found(folder / f"{report.name}.json"))
    ]
    page = folder / f"{FRONT_PAGE}.html"
    front = next((report for report in reports if report.name == FRONT_PAGE and page.is_file()), None)
    if front is None and not there:
        return
    first = there[0][0] if there else reports[0]
    view = View(first.poll, first.language)
    languages = dict.fromkeys(language for report, _ in there for language in report.languages)
    other = next((language for language in languages if language != first.language), None)
    before = page.read_text("utf-8") if front else _alone(first, view, other)
    findings = [found for _, found in there]
    table = _findings(view, findings)
    if front and (packed := _LOOKUPS.search(before)):
        table, lookups = _following(view, front, findings, packed.group())
        before = _LOOKUPS.sub(lookups, before)
    content = _PLACE.sub(lambda _: f"<!--findings-->{table}<!--/findings-->", before).encode()
    if not page.is_file() or page.read_bytes() != content:
        put(page, content)


def as_made(page: bytes) -> bytes:
    """Return what a report wrote of its page: every link, and of a front page no findings of others and no lookups."""
    made = _LINK.sub(lambda found: _OF_LINKS.sub(rb" \1=", found[0]), page)
    if b"<!--findings-->" not in made:
        return made
    return _LOOKUPS.sub("", _PLACE.sub("", made.decode("utf-8", "replace"))).encode()


def _found(path: Path) -> dict[str, Any] | None:
    """Read what a report found; None if it was not made, or the file is another one."""
    try:
        found = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) and found.keys() >= _NEEDED else None


def _findings(view: View, found: Sequence[Mapping[str, Any]]) -> str:
    """Write a table of what was found: the question, the finding, and where it is shown."""
    return str(page_template("findings").render(found=found, say=view.say))


def _following(view: View, front: Report, found: Sequence[dict[str, Any]], packed: str) -> tuple[str, str]:
    """Let findings follow the controls of the front page: the table, marked, and the page's lookups with those of it."""
    controls = controls_of(view, front.parameters)
    count = len(controls.effects) * len(controls.levels)

    def at(place: int) -> str:
        return _findings(view, [one | {"headline": _headlines(one, front, count)[place]} for one in found])

    lookups = Lookups.resumed(packed, controls.own)
    table = lookups.followed(at(controls.own), [at(place) for place in range(count)])
    return table, lookups.packed()


def _headlines(one: dict[str, Any], front: Report, count: int) -> list[str]:
    """Return what a report found at every setting of the front page; its own headline, where its settings are others."""
    own = [one["parameters"].get(name) == front.parameters.get(name) for name in _SETTING]
    listed = one.get("headlines", [])
    return listed if all(own) and len(listed) == count else [one["headline"]] * count


def _alone(report: Report, view: View, other: str | None) -> str:
    """Write a front page that has no notebook: a title, and the place of the findings."""
    return str(
        page_template("front").render(
            language=report.language,
            say=view.say,
            style=style_sheet() + f"<style>{page_style()}</style>",
            title=view.text(view.poll.source, "title"),
            poll_name=poll_name(view),
            other_language=other,
            other_edition=replace(report, name=FRONT_PAGE).edition_link(other) if other else "",
        )
    )
