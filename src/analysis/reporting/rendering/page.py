"""The words of the page around a report."""

from analysis.reporting.language import say

__all__ = ["page_words"]


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
        "table": say("Table"),
        "figure": say("Figure"),
    }
