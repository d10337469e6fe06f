"""Which messages there are to translate. Run as a script, it prints those that lack a translation, ready for a PO file."""

import ast
import sys

import nbformat
from babel.messages.pofile import normalize

from analysis.estimates import COMPARISON_VERDICTS, LEAD_VERDICTS, WEIGHT_VERDICTS
from analysis.estimates.audit import AUDIT_VERDICTS
from analysis.paths import project_root
from analysis.polls.schema import ASKED, BASES, KINDS
from analysis.show.language import LANGUAGES, catalogue, read_catalogue
from polltables.rendering.narrative import catalogue_path, paragraphs

SOURCES = project_root() / "src"
NOTEBOOKS = sorted((project_root() / "notebooks").glob("*.ipynb"))


def calls(name):
    """Every call of a function in the packages, with the file it stands in."""
    for path in sorted(SOURCES.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == name:
                yield path, node


def said():
    """Messages written out in the code."""
    return dict.fromkeys(
        node.args[0].value for _, node in calls("say") if isinstance(node.args[0], ast.Constant)
    )


def terms():
    """Words of the vocabularies of results, which are said through `term`."""
    words = [*COMPARISON_VERDICTS, *LEAD_VERDICTS, *WEIGHT_VERDICTS, *AUDIT_VERDICTS, *KINDS, *ASKED, *BASES]
    return dict.fromkeys(word.replace("_", " ") for word in words)


def missing(language):
    """Every message without a translation: (catalogue file, message)."""
    known = catalogue(language)
    for message in [*said(), *terms()]:
        if message not in known:
            yield f"show/languages/{language}", message
    for path in NOTEBOOKS:
        where = catalogue_path(path, language)
        known = read_catalogue(where) if where.is_file() else {}
        for paragraph in paragraphs(nbformat.read(path, as_version=4)):
            if paragraph not in known:
                yield where.name, paragraph


if __name__ == "__main__":
    found = [(language, *entry) for language in LANGUAGES[1:] for entry in missing(language)]
    for language, where, message in found:
        print(f'\n#. {language}: {where}\nmsgid {normalize(message, width=120)}\nmsgstr ""')
    sys.exit(bool(found))
