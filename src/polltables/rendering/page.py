"""What surrounds a report on its page: words and style."""

from importlib.resources import files

from analysis.show.language import say

__all__ = ["page_style", "page_words"]


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
