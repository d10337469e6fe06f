"""Which messages there are to translate. Run as a script, it prints those that lack a translation, ready for a PO file."""

import ast
import sys
from dataclasses import astuple
from functools import cache

import nbformat
from babel.messages.pofile import normalize
from jinja2 import Environment
from jinja2.ext import extract_from_ast

from analysis import estimates
from analysis.estimates.verdict import HIGHER, LEADS
from analysis.paths import project_root
from analysis.show.words import LANGUAGES, read_catalogue
from polltables.rendering.narrative import catalogue_path, paragraphs

SOURCES = project_root() / "src"
NOTEBOOKS = sorted((project_root() / "notebooks").glob("[0-9][0-9]-*.ipynb"))
CATALOGUES = SOURCES / "analysis" / "show" / "languages"


@cache
def parsed(path):
    """The code of a module."""
    return ast.parse(path.read_text("utf-8"))


def calls(*names):
    """Every call of some methods in the packages, or of what they were named, with the file it stands in."""
    for path in sorted(SOURCES.rglob("*.py")):
        for node in ast.walk(parsed(path)):
            if isinstance(node, ast.Call) and {
                getattr(node.func, "attr", ""),
                getattr(node.func, "id", ""),
            } & set(names):
                yield path, node


def messages_in(node):
    """The messages written out where something is said: texts, or texts with their plurals, or a choice of two such."""
    if isinstance(node, ast.IfExp):
        return [*messages_in(node.body), *messages_in(node.orelse)]
    try:
        return [ast.literal_eval(node)]
    except ValueError:
        return []


def catalogue_of(path, language):
    """The catalogue of a module: its own in `show`, one for the whole of every other package."""
    name = path.stem if path.parent.name == "show" else "page"
    return CATALOGUES / language / f"{name}.po"


def said():
    """Messages written out in the code and in templates, each with the file in which it is first said."""
    found = {}
    for path, node in calls("say", "sentence"):
        for message in messages_in(node.args[0]):
            found.setdefault(message, path)
    for path in sorted(SOURCES.rglob("*.j2")):
        for _, _, message in extract_from_ast(Environment().parse(path.read_text("utf-8")), ("say",)):
            found.setdefault(message, path)
    return found


def terms():
    """Words of results that are said through `term`: the verdicts."""
    of_scales = [word for scale in (HIGHER, LEADS) for word in astuple(scale)]
    return dict.fromkeys([*of_scales, *estimates.UNSETTLED, *estimates.UNTESTED])


def translations(language):
    """Every translation of messages into a language, with the file in which it stands."""
    return {
        message: (text, path)
        for path in sorted((CATALOGUES / language).glob("*.po"))
        for message, text in read_catalogue(path).items()
    }


def missing(language):
    """Every message without a translation: (catalogue file, message)."""
    known = translations(language)
    for message, path in said().items():
        if message not in known:
            yield catalogue_of(path, language).name, message
    for message in terms():
        if message not in known:
            yield "terms.po", message
    for path in NOTEBOOKS:
        where = catalogue_path(path, language)
        known = read_catalogue(where) if where.is_file() else {}
        for paragraph in paragraphs(nbformat.read(path, as_version=4)):
            if paragraph not in known:
                yield where.name, paragraph


if __name__ == "__main__":
    wanted = sys.argv[1:]
    found = [(language, *entry) for language in LANGUAGES[1:] for entry in missing(language)]
    for language, where, message in found:
        if wanted and where not in wanted:
            continue
        one, *more = [message] if isinstance(message, str) else message
        print(f"\n#. {language}/{where}\nmsgid {normalize(one, width=120)}")
        plurals = [
            f'msgid_plural {normalize(other, width=120)}\nmsgstr[0] ""\nmsgstr[1] ""' for other in more
        ]
        print("\n".join(plurals or ['msgstr ""']))
    sys.exit(bool(found))
