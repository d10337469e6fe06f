"""What surrounds a report on its page, words and style: the one place where rendering meets `analysis.show`."""

import datetime
import io
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from analysis.estimates import Options
from analysis.show.display import NUMBERS_MIME, SETTINGS_MIME, style_sheet
from analysis.show.view import SETTINGS_VARIABLE, View, settings_of
from analysis.show.words import LANGUAGES, Words, read_catalogue

__all__ = [
    "LANGUAGES", "NUMBERS_MIME", "SETTINGS_MIME", "SETTINGS_VARIABLE", "Controls", "View", "controls_of", "css_string",
    "page_script", "page_style", "page_template", "poll_name", "read_catalogue", "script_words", "style_sheet", "warm_up",
]  # fmt: skip


def poll_name(view: View) -> str:
    """Name a poll in the reader's language: its pollster and days."""
    return view.say("{pollster}, {fieldwork}")


def warm_up() -> None:
    """Have drawn and worded once what is slow the first time: processes that are forked afterwards share what is there."""
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    from analysis.show.layout import STYLE, widest

    for language in LANGUAGES:
        Words(language).days((datetime.date(2000, 1, 1), datetime.date(2000, 1, 2)))
    with rc_context(STYLE):
        figure = Figure(figsize=(1, 1))
        for weight in ("normal", "bold"):
            figure.text(0.5, 0.5, "50.0", fontweight=weight)
            widest(["50.0"], size=1, weight=weight)
        figure.savefig(io.BytesIO(), format="svg")


def css_string(text: str) -> str:
    """Write a text as CSS does, with whatever could end or leave the string as its number."""
    return '"' + "".join(one if one.isalnum() or one in " ,.–" else f"\\{ord(one):x} " for one in text) + '"'


def _file(name: str) -> str:
    """Read a file that pages are made with."""
    return files("polltables.rendering").joinpath("template", name).read_text("utf-8")


@cache
def page_template(name: str) -> Any:
    """Return a template: of a `report`, or one that escapes what it gets, of `findings` or a `front` page of its own."""
    from jinja2 import Environment, StrictUndefined

    environment = Environment(autoescape=name != "report", undefined=StrictUndefined)
    return environment.from_string(_file(f"{name}.html.j2"))


def page_style(name: str = "") -> str:
    """Return the style sheet of pages, which comes after that of what is shown; the front page prints in its own way."""
    return _file("report.css") + (_file("front.css") if name == "index" else "")


def page_script() -> str:
    """Return the script of pages, without its remarks."""
    lines = _file("report.js").splitlines()
    return "\n".join(line for line in lines if not line.lstrip().startswith("//"))


@dataclass(frozen=True, slots=True)
class Controls:
    """The settings that a reader can choose, as they are written, and the places of the page's own."""

    effects: tuple[str, ...]
    levels: tuple[str, ...]
    effect: int
    level: int

    @property
    def own(self) -> int:
        """The place of the page's own setting among all."""
        return self.level * len(self.effects) + self.effect


def controls_of(view: View, parameters: Mapping[str, Any]) -> Controls:
    """Return the settings that a report with these parameters can be read at."""
    options = Options(parameters.get("confidence_level", 0.95), parameters.get("design_effect"))
    settings, own = settings_of(view.poll, options), options.of(view.poll)
    effects = list(dict.fromkeys(one.effect for one in settings))
    levels = list(dict.fromkeys(one.confidence_level for one in settings))
    return Controls(
        tuple(map(view.number, effects)),
        tuple(map(view.level, levels)),
        effects.index(own.effect),
        levels.index(own.confidence_level),
    )


def script_words(view: View, controls: Controls, poll: str) -> dict[str, Any]:
    """Return the words that the script of pages uses."""
    say = view.say
    said = {
        "filter": say("Show rows with the word"),
        "cite": say("Cite"),
        "copied": say("Copied"),
        "link": say("Link"),
        "workbook": say("Numbers of this report as XLSX"),
        "citation": say("Analysis of the poll by {poll}.", poll=poll),
    }
    return {name: str(text) for name, text in said.items()} | {"effects": controls.effects}
