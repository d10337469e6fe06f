"""What a notebook cell shows: HTML for people, text, Markdown and LaTeX for other tools, numbers for programs."""

import csv
import io
import re
import sys
import unicodedata
from base64 import b64encode
from collections import namedtuple
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, wraps
from importlib.resources import files
from inspect import signature
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TypeVar

import pandas as pd
from markupsafe import Markup, escape

from analysis.errors import AnalysisError

if TYPE_CHECKING:
    from analysis.show.view import View

__all__ = [
    "NUMBERS_MIME", "SETTINGS_MIME", "Rows", "Shown", "at_every_setting", "download_link", "draw_figures", "each",
    "first_of", "follows", "largest", "made_of_rows", "numbers_of", "paragraph", "plain", "seen", "sentences", "style_sheet",
    "values_of",
]  # fmt: skip

NUMBERS_MIME = "application/vnd.polltables.numbers+json"
"""Media type under which a cell's output carries the numbers it states."""

SETTINGS_MIME = "application/vnd.polltables.settings+json"
"""Media type under which it carries its HTML at every setting of a report's controls."""

_DECIMALS = 5  # a thousandth of a point; the last bits differ between processors, and nobody reads a share beyond this
_DECIMALS_OF_PEOPLE = 1

_STATED = (
    "question", "answer", "segment", "other", "against", "scenario", "measure", "target", "reading", "low", "high",
    "n_effective", "p_adjusted", "verdict",
)  # fmt: skip

_LATEX = str.maketrans(
    {"\\": r"\textbackslash{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}"}
    | {c: f"\\{c}" for c in "&%$#_{}"}
)

Rows = pd.DataFrame | Sequence[Any]
"""A table, or its rows as `each` gives them: pages ask so often that frames would take most of the time."""

P = ParamSpec("P")
R = TypeVar("R")


@cache
def style_sheet() -> str:
    """Return the style sheet of what is shown, which notebooks carry with each output and reports once."""
    css = files("analysis.show").joinpath("style.css").read_text("utf-8")
    return f"<style>{css}</style>"


def draw_figures() -> None:
    """Have notebooks show a figure as a picture even where pyplot, which would see to that, was not imported."""
    shell = sys.modules["IPython"].get_ipython() if "IPython" in sys.modules else None
    if shell is not None and "matplotlib.pyplot" not in sys.modules:
        pictures = shell.display_formatter.formatters["image/png"]
        pictures.for_type_by_name("matplotlib.figure", "Figure", _picture)


def _picture(figure: Any) -> Any:
    """Draw a figure as pyplot's are drawn, unless it says itself how it is shown."""
    if hasattr(figure, "_repr_mimebundle_"):
        return None
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", bbox_inches="tight")
    return b64encode(buffer.getvalue()).decode()


@dataclass(frozen=True, slots=True)
class Shown:
    """Something to show: the last value of a cell.

    Attributes
    ----------
    html : str
        Markup without scripts or references.
    text, markdown, latex : str
        The same for a terminal, and for other documents.
    numbers : tuple of dict
        Every number stated, for the JSON beside a report: `value`, and where they apply `low`, `high`, `question`,
        `answer`, `segment`, `against`, `verdict`, and `shown_in`, the caption above it.
    variants : tuple of str
        The same markup at every setting of a report's controls; empty where it does not depend on them.
    """

    html: str
    text: str
    numbers: tuple[dict[str, Any], ...] = ()
    markdown: str = ""
    latex: str = ""
    variants: tuple[str, ...] = ()

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        bundle: dict[str, Any] = {"text/html": style_sheet() + self.html, "text/plain": self.text}
        extra = {"text/markdown": self.markdown, "text/latex": self.latex, NUMBERS_MIME: list(self.numbers)}
        bundle |= {kind: content for kind, content in extra.items() if content}
        if self.variants:
            bundle[SETTINGS_MIME] = list(self.variants)
        return bundle

    def __add__(self, other: "Shown") -> "Shown":
        """Show one thing after the other; what would be the same twice, once."""
        if self.html == other.html and {*self.variants, *other.variants} <= {self.html}:
            return self
        count = max(len(self.variants), len(other.variants))
        sides = [list(one.variants) or [one.html] * count for one in (self, other)]
        variants = tuple(one + another for one, another in zip(*sides, strict=True))
        texts = [(one.text, one.markdown, one.latex) for one in (self, other)]
        text, markdown, latex = ("\n\n".join(filter(None, both)) for both in zip(*texts, strict=True))
        return Shown(self.html + other.html, text, self.numbers + other.numbers, markdown, latex, variants)


def seen(function: Callable[..., Any], view: "View", *given: Any) -> "View":
    """Return the view at the options of the tables given (`View.of`), or say that it is none."""
    if not hasattr(view, "settings"):
        raise AnalysisError(
            f"{function.__name__.strip('_')}: its first argument is a {type(view).__name__} and no View; make one by "
            "show.View(poll)."
        )
    return view.of(*given)


def made_of_rows(function: Callable[..., R], *args: Any, **kwargs: Any) -> R:
    """Call what shows tables; rows that it misses, because somebody took them away, are named as such."""
    try:
        return function(*args, **kwargs)
    except AnalysisError:
        raise
    except (AttributeError, KeyError, IndexError, TypeError, ValueError) as error:
        name, missing = function.__name__.strip("_"), _missed(error)
        raise AnalysisError(
            f"{name}: what was given cannot be shown ({type(error).__name__}: {str(error)[:200]}); give a View, then tables "
            f"of `estimates` as they were made, rows left out at most: {name}({', '.join(signature(function).parameters)})."
            if not missing
            else f"{name}: {missing[:80]} is not among the rows and columns given; give the tables whole, or the same rows "
            "of each."
        ) from error


def _missed(error: Exception) -> str:
    """Name the row or column that was looked for in vain; empty if it was something else that failed."""
    if isinstance(error, AttributeError) and isinstance(error.obj, tuple):  # a row of a table
        return repr(error.name)
    if isinstance(error, KeyError):
        return repr(error.args[0])
    return "a row" if isinstance(error, IndexError) else ""


def at_every_setting(
    function: Callable[..., R], view: "View", own: R, args: Sequence[Any], kwargs: Mapping[str, Any]
) -> list[R]:
    """Call what shows tables for every setting of a report's controls, with its tables made anew (`estimates.again`).

    `own` is what it shows at that of the view; nothing, if none of its tables follows them.
    """
    given = [*args, *kwargs.values()] if view.settings else []
    made = [view.follow(value) if isinstance(value, pd.DataFrame) else None for value in given]
    if not any(made):
        return []
    shown = []
    for place, options in enumerate(view.settings):
        if options == view.options:
            shown.append(own)
            continue
        there = [
            value if tables is None else tables[place] for value, tables in zip(given, made, strict=True)
        ]
        named = dict(zip(kwargs, there[len(args) :], strict=True))
        shown.append(function(view.at(options), *there[: len(args)], **named))
    return shown


def follows(function: "Callable[Concatenate[View, P], Shown]") -> "Callable[Concatenate[View, P], Shown]":
    """Let what a function shows follow the controls of a report.

    While a report is made, the function is called for every setting with its tables made anew, so that a page states at
    each what the notebook would with these parameters. A table that was not made by `estimates` stays.
    """

    @wraps(function)
    def shown(view: "View", /, *args: P.args, **kwargs: P.kwargs) -> Shown:
        view = seen(function, view, *args, *kwargs.values())
        base = made_of_rows(function, view, *args, **kwargs)
        variants = at_every_setting(function, view, base, args, kwargs)
        return replace(base, variants=tuple(there.html for there in variants))

    return shown


def sentences(*said: str | None) -> Markup:
    """Write sentences one after the other; those that say nothing are left out."""
    return Markup(" ").join(filter(None, said))


def paragraph(*said: str, kind: str = "", numbers: Sequence[Mapping[str, Any]] = ()) -> Shown:
    """Show sentences as a paragraph; nothing where none of them says anything."""
    markup = sentences(*said)
    if not markup:
        return Shown("", "")
    classes = f"pt-sentence {kind}".strip()
    plain = markup.striptags()
    html = f'<p class="{classes}">{_unbroken(markup)}</p>'
    return Shown(html, plain, tuple(map(dict, numbers)), plain, _latex(plain))


def plain(text: str) -> str:
    """Return a text as it stands where nothing is markup."""
    return text.striptags() if isinstance(text, Markup) else " ".join(str(text).split())


def _latex(text: str) -> str:
    return text.translate(_LATEX)


def download_link(view: "View", caption: str, numbers: Sequence[Mapping[str, Any]]) -> str:
    """Return a link that saves the numbers of a table or figure as CSV; the file is inside the link."""
    from urllib.parse import quote

    if not numbers:
        return ""
    if view.is_variant:  # files are those of the page's own setting
        return '<p class="pt-save"></p>'
    columns = dict.fromkeys(key for number in numbers for key in number if key != "shown_in")
    if len({number.get("question") for number in numbers}) == 1:  # which the caption says
        columns.pop("question", None)
    table = io.StringIO()
    lines = csv.DictWriter(table, list(columns), extrasaction="ignore", lineterminator="\n")
    lines.writeheader()
    lines.writerows(numbers)
    plain = unicodedata.normalize("NFKD", caption).encode("ascii", "ignore").decode().lower()
    name = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:60] or "data"
    content = quote(table.getvalue(), safe=",.:;()/")
    saves = escape(view.say("Data of “{caption}” as CSV", caption=caption).striptags())
    return (
        f'<p class="pt-save"><a download="{name}.csv" href="data:text/csv;charset=utf-8,{content}" '
        f'aria-label="{saves}">CSV</a></p>'
    )


def numbers_of(
    rows: "Rows", *, value: str = "estimate", beside: Sequence[str] = (), **constant: str
) -> list[dict[str, Any]]:
    """Turn rows into records of the numbers they state, missing fields left out and floats rounded.

    `beside` names columns that are kept beyond those that every table may have.

    Examples
    --------
    >>> numbers_of(pd.DataFrame({"segment": ["rural"], "estimate": [0.6150000001], "base": [204.0]}), method="printed")
    [{'segment': 'rural', 'value': 0.615, 'method': 'printed'}]

    One number is stated: the share 0.615 of the rural column.
    """
    kept = [name for name in dict.fromkeys([*_STATED, *beside]) if name != value]
    found = each(rows)
    names = {name: name for name in kept if found and hasattr(found[0], name)} | {value: "value"}
    return [
        _record({**{told: getattr(row, name) for name, told in names.items()}, **constant})
        for row in found
        if pd.notna(getattr(row, value))
    ]


@cache
def _kind_of_row(columns: tuple[str, ...]) -> Any:
    return namedtuple("Row", ("Index", *columns), rename=True)


def each(frame: "Rows") -> list[Any]:
    """Return the rows of a table, their cells as attributes; as `itertuples` does, which takes seven times as long."""
    if not isinstance(frame, pd.DataFrame):
        return list(frame)
    row = _kind_of_row(tuple(frame.columns))
    return [row(*cells) for cells in zip(frame.index, *frame.to_numpy(dtype=object).T.tolist(), strict=True)]


def values_of(frame: "Rows", name: str) -> list[Any]:
    """Return a column of a table, or what its rows have there."""
    return frame[name].tolist() if isinstance(frame, pd.DataFrame) else [getattr(row, name) for row in frame]


def first_of(frame: "Rows") -> Any:
    """Return the first row of a table; None where it has none."""
    return next(iter(each(frame[:1])), None)


def largest(frame: "Rows", name: str = "estimate") -> list[Any]:
    """Return the rows of a table where a value is known, the largest first; of equal ones, the one that came first."""
    known = [row for row in each(frame) if pd.notna(getattr(row, name))]
    return sorted(known, key=lambda row: -getattr(row, name))


def _record(fields: Mapping[Any, Any]) -> dict[str, Any]:
    known = {str(k): v for k, v in fields.items() if not pd.isna(v) and v != ""}
    places = {"n_effective": _DECIMALS_OF_PEOPLE}
    return {
        k: round(float(v), places.get(k, _DECIMALS)) if isinstance(v, float) else v for k, v in known.items()
    }


def note(text: str) -> str:
    """Write the source and base beneath a table or figure."""
    return f'<p class="pt-note">{_unbroken(escape(text))}</p>' if text else ""


def _unbroken(markup: str) -> str:
    """Keep days such as 18–21 April in one line, which browsers break at the dash."""
    return re.sub(r"\b\d{1,2}–\d{1,2}\b(?![^<]*>)", r'<span class="pt-days">\g<0></span>', str(markup))
