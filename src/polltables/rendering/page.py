"""What surrounds a report on its page, words and style: the one place where rendering meets `analysis.show`."""

import datetime
import io
from importlib.resources import files

from analysis.show.display import NUMBERS_MIME, SETTINGS_MIME, style_sheet
from analysis.show.view import SETTINGS_VARIABLE, View
from analysis.show.words import LANGUAGES, Words, read_catalogue

__all__ = [
    "LANGUAGES",
    "NUMBERS_MIME",
    "SETTINGS_MIME",
    "SETTINGS_VARIABLE",
    "View",
    "page_style",
    "page_words",
    "poll_name",
    "read_catalogue",
    "style_sheet",
    "warm_up",
]


def poll_name(view: View) -> str:
    """Name a poll in the reader's language: its pollster and days."""
    return f"{view.pollster}, {view.fieldwork()}"


def warm_up() -> None:
    """Have drawn and worded once what is slow the first time: processes that are forked afterwards share what is there."""
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    from analysis.show.dots import STYLE

    for language in LANGUAGES:
        Words(language).days((datetime.date(2000, 1, 1), datetime.date(2000, 1, 2)))
    with rc_context(STYLE):
        figure = Figure(figsize=(1, 1))
        for weight in ("normal", "bold"):
            figure.text(0.5, 0.5, "50.0", fontweight=weight)
        figure.savefig(io.BytesIO(), format="svg")


def page_style() -> str:
    """Return the style sheet of pages, which comes after that of what is shown."""
    return files("polltables.rendering").joinpath("template/report.css").read_text("utf-8")


def page_words(words: Words) -> dict[str, str]:
    """Return the words that the templates use."""
    say = words.say
    said = {
        "skip": say("Skip to the answer"),
        "answer": say("The answer"),
        "contents": say("Contents"),
        "code": say("Code"),
        "made": say("How this report was made"),
        "parameters": say("With these parameters:"),
        "again": say("Made again, identical to the byte, by"),
        "alone": say("the notebook alone runs with"),
        "numbers": say("Every number stated is also in"),
        "beside": say("beside this file"),
        "save": say("All numbers of this report as XLSX"),
        "all_reports": say("All reports"),
        "edition": say("Edición en español"),
        "front": say("What does this poll say?"),
        "lead": say(
            "Each question has one answer here, with its interval where it has one. The report behind it shows the tables, "
            "figures and method that it rests on."
        ),
        "skip_front": say("Skip to the findings"),
        "read": say("Read the report"),
        "front_note": say(
            "Intervals cover sampling error alone. Every number stands in the JSON file beside its report."
        ),
        "table": say("Table"),
        "figure": say("Figure"),
    }
    return {name: str(text) for name, text in said.items()}
