"""An executed notebook into a self-contained HTML page and the JSON of its numbers."""

import json
import re
import shlex
from base64 import b64encode
from collections import Counter
from hashlib import sha256
from typing import Any

from nbformat import NotebookNode

from analysis.polls import Poll
from polltables.files import typed
from polltables.rendering.assembly import assembled, headline_of, headlines_of, plain, tags
from polltables.rendering.collection import Report
from polltables.rendering.page import (
    LANGUAGES,
    NUMBERS_MIME,
    Controls,
    View,
    controls_of,
    css_string,
    page_script,
    page_style,
    page_template,
    poll_name,
    script_words,
    style_sheet,
)
from polltables.rendering.settings import Lookups

__all__ = ["export_html", "export_numbers"]

# Of the kinds of words in code, those that the style sheet has no colour for: half of what marks them.
_UNPAINTED = re.compile(r'<span class="(?!(?:k|kn|ow|kc|s1|s2|mi|mf|c1)")\w+">([^<]*)</span>')

_DRAWING = re.compile(r'<div class="pt-(?:wide|narrow)">.*?</div>', re.DOTALL)
_STYLE = re.compile(r' style="([^"<>{}&]*)"')  # nothing that could end a rule or the sheet


def export_html(notebook: NotebookNode, report: Report, poll: Poll) -> str:
    """Write an executed notebook about a poll as one HTML page that needs nothing else.

    ReportError if a cell wrote to the error stream or shows what no page can, or the notebook does not open with a title.
    """
    from nbconvert.filters import Highlight2HTML

    view, numbers = View(poll, report.language), _numbers(notebook)
    controls: Controls = controls_of(view, report.parameters)
    lookups = Lookups(controls.own)
    parts = assembled(notebook, report, lookups)
    if others := [number for number in numbers if not number.get("shown_in")]:
        lookups.file(others)
    about_what = subject(report, view)
    headline = ": ".join(filter(None, [about_what, plain(headline_of(parts.answer)) or parts.title]))
    other = next((language for language in report.languages if language != report.language), None)
    about = vars(parts) | {
        "name": report.name,
        "headline": headline,
        "description": f"{parts.title} {'. '.join(filter(None, (about_what, poll_name(view))))}.",
        "language": report.language,
        "poll_name": poll_name(view),
        "running_head": css_string(f"{about_what or parts.title} – {poll_name(view)}"),
        "style": style_sheet().removeprefix("<style>").removesuffix("</style>") + page_style(report.name),
        "parameters": {key: json.dumps(value) for key, value in report.parameters.items()},
        "command": _render_command(report),
        "papermill": _papermill_command(report),
        "controls": controls if lookups else None,
        "lookups": lookups.packed() if lookups or lookups.files else "",
        "script": page_script(),
        "script_hash": f"sha256-{b64encode(sha256(page_script().encode()).digest()).decode()}",
        "script_words": _inside_script(script_words(view, controls, poll_name(view))),
        "metadata": _inside_script(_metadata(view, headline)),
        "neighbours": report.neighbours,
        "other_language": other,
        "other_edition": report.edition_link(other) if other else "",
        "subject": about_what,
        "untranslated": view.untranslated(),
        "has_numbers": bool(numbers),
    }
    paint = Highlight2HTML(notebook.metadata.get("language_info", {}).get("pygments_lexer"))
    page = page_template("report").render(
        report=about, say=view.say, highlighted=lambda source: _UNPAINTED.sub(r"\1", paint(source))
    )
    return _styled_once(str(page))


def _styled_once(page: str) -> str:
    """Say once how marks and letters of figures look, in the style sheet: it takes half of a drawing."""
    styles = Counter(style for drawing in _DRAWING.findall(page) for style in _STYLE.findall(drawing))
    names = {style: f"p{place}" for place, (style, _) in enumerate(styles.most_common())}
    rules = "".join(f".{name}{{{style}}}" for style, name in names.items())
    named = _DRAWING.sub(
        lambda drawing: _STYLE.sub(lambda style: f' class="{names[style[1]]}"', drawing[0]), page
    )
    return named.replace("</style>", f"{rules}</style>", 1)


def _inside_script(content: Any) -> str:
    """Write JSON so that nothing in it ends the element in which it stands."""
    return json.dumps(content, ensure_ascii=False).replace("<", "\\u003c")


def _metadata(view: View, headline: str) -> dict[str, Any]:
    """Describe the page for search engines and archives, in the words of schema.org."""
    sheet = view.poll.sheet
    days = (
        {"temporalCoverage": "/".join(day.isoformat() for day in sheet.fieldwork)} if sheet.is_dated else {}
    )
    return {
        "@context": "https://schema.org",
        "@type": "Dataset",
        "name": headline,
        "description": view.text(view.poll.source, "title"),
        "inLanguage": view.language,
        **days,
        "creator": {"@type": "Organization", "name": view.poll.source.publisher},
    }


def subject(report: Report, view: View) -> str:
    """Say which question a report is about, of those that are made of each."""
    return view.name(report.parameters["question"]) if report.is_of_each_question else ""


def _render_command(report: Report) -> str:
    """Write the command that makes the report again."""
    chosen = "" if report.language == LANGUAGES[0] else f" --language {report.language}"
    elsewhere = f" --polls {typed(report.shelf)}" if report.shelf else ""
    return f"polltables render {report.name}{chosen}{elsewhere}"


def _papermill_command(report: Report) -> str:
    """Write the plain papermill call with the same parameters."""
    chosen = [f"-p {key} {shlex.quote(str(value))}" for key, value in report.overrides.items()]
    return " ".join([f"papermill notebooks/{report.notebook.name} out.ipynb", *chosen])


def export_numbers(notebook: NotebookNode, report: Report, poll: Poll) -> str:
    """Write every number that an executed notebook states about a poll as JSON, in the order of the report."""
    answer = next((cell for cell in notebook.cells if "answer" in tags(cell)), None)
    document = {
        "report": report.name,
        "title": notebook.cells[0].source.partition("\n")[0].removeprefix("# "),
        "subject": subject(report, View(poll, report.language)),
        "language": report.language,
        "headline": headline_of(answer),
        "poll": poll.id,
        "data_sha256": poll.sha256,
        "parameters": dict(report.parameters),
    }
    if headlines := headlines_of(answer):
        document["headlines"] = headlines
    lines = ",\n".join(
        json.dumps(number, ensure_ascii=False, sort_keys=True) for number in _numbers(notebook)
    )
    head = json.dumps(document, ensure_ascii=False, indent=1).removesuffix("\n}")
    return f'{head},\n "numbers": [\n{lines}\n]}}\n'


def _numbers(notebook: NotebookNode) -> list[dict[str, Any]]:
    """Return every number that an executed notebook states."""
    return [
        number
        for cell in notebook.cells
        for output in cell.get("outputs", [])
        for number in output.get("data", {}).get(NUMBERS_MIME, [])
    ]
