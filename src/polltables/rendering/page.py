"""What surrounds a report on its page, words and style: the one place where rendering meets `analysis.show`."""

import datetime
from importlib.resources import files

from analysis.polls import Poll
from analysis.show.display import NUMBERS_MIME, figure_style
from analysis.show.language import (
    LANGUAGES,
    language,
    read_catalogue,
    reference_text,
    say,
    set_language,
    text_of,
)
from analysis.show.notes import fieldwork
from analysis.show.phrases import interviews

__all__ = [
    "LANGUAGES",
    "NUMBERS_MIME",
    "figure_style",
    "interviews",
    "language",
    "page_style",
    "page_words",
    "poll_name",
    "read_catalogue",
    "reference_text",
    "set_language",
    "text_of",
    "warm_up",
]


def poll_name(poll: Poll) -> str:
    """Name a poll in the reader's language: its pollster and days."""
    return f"{poll.sheet.short_name}, {fieldwork(poll)}"


def warm_up() -> None:
    """Have drawn and worded once what is slow the first time: processes that are forked afterwards share what is there."""
    import pandas as pd
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    from analysis.show.charts.drawing import STYLE, figure_svg
    from analysis.show.layout import table_block
    from analysis.show.phrases import days
    from analysis.show.tables.published import computed_with

    computed_with()
    for chosen in reversed(LANGUAGES):
        set_language(chosen)
        days(datetime.date(2000, 1, 1), datetime.date(2000, 1, 2))
    table_block(pd.DataFrame({"share": ["50.0"]}), caption="", stub="")
    with rc_context(STYLE):
        figure = Figure(figsize=(1, 1))
        for weight in ("normal", "bold"):
            figure.text(0.5, 0.5, "50.0", fontweight=weight)
        figure_svg(figure)


def page_style() -> str:
    """Return the style sheet of pages, which comes after that of figures."""
    return files("polltables.rendering").joinpath("template/report.css").read_text("utf-8")


def page_words() -> dict[str, str]:
    """Return the words that the templates use, in the reader's language."""
    return {
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
