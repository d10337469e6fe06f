"""One grammar for drawings: rows of dots with intervals, values written beside them, and lines to compare with.

A `Chart` says what is drawn; `Drawing` is the matplotlib figure of it, which anybody may change. A report has a second,
narrow one for telephones, and moves lines and dots as its controls are moved, without drawing anew.
"""

import io
import re
from collections.abc import Callable, Sequence
from functools import wraps
from hashlib import sha256
from typing import Any, Concatenate, ParamSpec
from warnings import catch_warnings, filterwarnings

from markupsafe import escape
from matplotlib import rc_context
from matplotlib.backends.backend_svg import RendererSVG
from matplotlib.figure import Figure
from matplotlib.font_manager import findfont
from matplotlib.lines import Line2D
from matplotlib.text import Text

from analysis.show.charts import COLOURS, Chart, limits
from analysis.show.display import Shown, at_every_setting, download_link, made_of_rows, note, seen
from analysis.show.layout import STYLE, Layout, draw_axis, draw_headings, draw_references, draw_row, measured
from analysis.show.view import View

__all__ = ["Drawing", "charted", "drawn"]

P = ParamSpec("P")

_MARK = re.compile(r'<g id="mark-([a-z]+)-([^"]*)".*?(?=</g>)', re.DOTALL)


class Drawing(Figure):
    """A figure made without pyplot: shown as SVG in the colours of the page, and open to anybody's changes.

    Its axes are `drawing.axes[0]`; after a change the drawing is shown as it then is.
    """

    _scale = 1.0

    def __init__(
        self, view: View, chart: Chart, *, narrow: bool = False, charts: Sequence[Chart] = ()
    ) -> None:
        self.view, self.chart = view, chart
        self.variants: tuple[str, ...] = ()
        self._drawn: tuple[str, str] | None = None
        self.other: Drawing | None = None
        with rc_context(STYLE):
            self._places = Layout(chart, charts, narrow=narrow)
            super().__init__(figsize=(self._places.width / 72, self._places.height / 72))
            self._draw(limits(charts or [chart]))

    def _draw(self, ends: tuple[float, float]) -> None:
        chart, places = self.chart, self._places
        left, below = places.left / places.width, places.below / places.height
        axes = self.add_axes((left, below, places.span / places.width, places.rows_height / places.height))
        draw_axis(self, axes, chart, places, ends)
        draw_references(axes, chart)
        draw_headings(self, chart, places)
        for number, row in enumerate(chart.rows):
            draw_row(axes, row, number, places)

    def set_size_inches(self, w: Any, h: Any = None, forward: bool = True) -> None:
        """Change the size; in a smaller one than was laid out letters and lines shrink too, so that none overlap."""
        super().set_size_inches(w, h, forward)
        scale = min(1.0, *(72 * self.get_size_inches() / (self._places.width, self._places.height)))
        ratio, self._scale = scale / self._scale, scale
        for text in self.findobj(Text):
            text.set_fontsize(ratio * text.get_fontsize())
        for line in self.findobj(Line2D):
            sizes = ("linewidth", "markersize", "markeredgewidth")
            line.set(**{name: ratio * getattr(line, f"get_{name}")() for name in sizes})

    def draw(self, renderer: Any) -> None:
        """Draw the figure; in SVG with texts measured once, as they were when room was left for them."""
        usual = renderer.get_text_width_height_descent
        if isinstance(usual.__self__, RendererSVG):
            renderer.get_text_width_height_descent = lambda text, font, math: (
                (None if math else measured(text, findfont(font), font.get_size_in_points()))
                or usual(text, font, math)
            )
        super().draw(renderer)

    def savefig(self, *args: Any, **kwargs: Any) -> None:
        """Save the figure with letters as wide as they were when room was left for them."""
        with rc_context(STYLE):
            super().savefig(*args, **kwargs)

    def svg(self) -> str:
        """Write the figure as SVG for a page: no date, no ids but those of what moves, colours as variables."""
        buffer = io.StringIO()
        with rc_context(STYLE), catch_warnings():
            # Letters are written as letters: the reader's fonts have them.
            filterwarnings("ignore", "Glyph .* missing")
            metadata: Any = {"Date": None, "Creator": None, "Format": None, "Type": None}
            self.savefig(buffer, format="svg", metadata=metadata, facecolor="none")
        svg = buffer.getvalue()
        svg = svg[svg.index("<svg") :]
        # matplotlib's metadata names its version, and its style would reach beyond the figure.
        svg = re.sub(r"<metadata>.*?</metadata>|<style.*?</style>", "", svg, flags=re.DOTALL)
        referred = set(re.findall(r'(?<=url\(#)[^)]+|(?<=href="#)[^"]+', svg))
        kept = referred | set(re.findall(r'(?<= id=")mark-[^"]+', svg))
        svg = re.sub(r' id="([^"]+)"', lambda m: m.group() if m.group(1) in kept else "", svg)
        # Several figures share a page, where an id must stand once.
        prefix = "pt" + sha256(svg.encode()).hexdigest()[:8]
        for name in sorted(referred):
            svg = svg.replace(f'id="{name}"', f'id="{prefix}{name}"').replace(f"#{name}", f"#{prefix}{name}")
        svg = re.sub(r'<path d="[^"]*" style="fill: none"/>', "", svg)
        svg = re.sub(r"<[^>]+>", lambda tag: _short(tag.group()), svg)
        svg = re.sub(r'(<use [^>]*?);stroke-width:[^"]*', r"\1", svg)  # as the mark that is used has it
        # Verdana has the same widths, for readers without DejaVu Sans; the family is said once.
        svg = svg.replace("<svg", "<svg font-family=\"'DejaVu Sans',Verdana,sans-serif\"", 1)
        for name, colour in COLOURS.items():
            svg = svg.replace(colour, f"var(--{name},{colour})")
        svg = re.sub(r">\s+<", "><", svg)
        while "<g></g>" in svg:
            svg = svg.replace("<g></g>", "")
        return svg

    def pieces(self, chart: Chart) -> dict[str, str]:
        """Return what moves when the same rows have other intervals: path data, fills and texts, by the ids of marks."""
        found = {"axis-": self._places.axis_title(chart)}
        height = self.get_figheight() * 72
        marks = [
            (f"{number}-{place}", mark, self._places.mark_height(row, number, place))
            for number, row in enumerate(chart.rows)
            for place, mark in enumerate(row.marks)
        ]
        points = [(x, y) for _, mark, y in marks for x in (mark.low, mark.high, mark.value)]
        drawn = iter((self.axes[0].transData.transform(points or [(0, 0)]) * 72 / self.dpi).tolist())
        for (name, mark, _), (x1, y1), (x2, _), (x, _) in zip(marks, drawn, drawn, drawn, strict=False):
            if mark.low == mark.low:
                found[f"line-{name}"] = f"M{_n(x1)} {_n(height - y1)}H{_n(x2)}"
            if mark.value == mark.value:
                found[f"at-{name}"] = _n(x)
            found[f"dot-{name}"] = "paper" if mark.hollow else mark.colour
            found[f"value-{name}"], found[f"text-{name}"] = mark.text, mark.ends
        return found

    def _both(self) -> tuple[str, str]:
        """Return the figure, and the narrow one; once somebody has changed it, it alone, following no controls."""
        if self._drawn is not None and not self.stale:
            return self._drawn
        if self._drawn is not None:
            self._drawn, self.other, self.variants = None, None, ()
        return self.svg(), self.other.svg() if self.other is not None else ""

    def _html(self, svg: str, narrow: str, chart: Chart, view: View) -> str:
        both = f'<div class="pt-wide">{svg}</div><div class="pt-narrow">{narrow}</div>' if narrow else svg
        both = re.sub(r"(var\(--\w+),#\w+", r"\1", both)  # the style sheet has them all
        return (
            f'<figure class="pt pt-figure"><figcaption>{escape(chart.caption)}</figcaption>{both}{chart.described()}'
            f"{note(chart.source)}{download_link(view, chart.caption, _stated(chart))}</figure>"
        )

    def shown(self) -> Shown:
        """Return the figure as it goes into a report."""
        return self._shown(*self._both())

    def _shown(self, svg: str, narrow: str) -> Shown:
        html = self._html(_moved(_cut(svg), {}), _moved(_cut(narrow), {}), self.chart, self.view)
        text = "\n".join(filter(None, [self.chart.caption, self.chart.spoken(), self.chart.source]))
        return Shown(html, text, _stated(self.chart), variants=self.variants)

    def follow(self, charts: Sequence[Chart]) -> None:
        """Prepare the figure for every setting: what moves is written anew, the rest stays."""
        self._drawn = self._both()
        self.stale = False  # until somebody changes it
        base, slim = map(_cut, self._drawn)
        own = self.pieces(self.chart), self.other.pieces(self.chart) if self.other is not None else {}
        variants = []
        for chart in charts:
            wide = _moved(base, _changed(own[0], self.pieces(chart)))
            narrow = "" if self.other is None else _moved(slim, _changed(own[1], self.other.pieces(chart)))
            variants.append(self._html(wide, narrow, chart, self.view.at(self.view.options)))
        self.variants = tuple(variants)

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None, **kwargs: Any) -> dict[str, Any]:
        svg, narrow = self._both()
        colours = {"image/svg+xml": re.sub(r"var\(--\w+,(#\w+)\)", r"\1", svg)}
        return self._shown(svg, narrow)._repr_mimebundle_() | colours


def _stated(chart: Chart) -> tuple[dict[str, Any], ...]:
    return tuple({**number, "shown_in": chart.caption} for number in chart.numbers)


def _n(number: float) -> str:
    """Write a coordinate as it stands in a shortened tag."""
    whole, _, parts = f"{number:.6f}".rstrip("0").partition(".")
    return f"{whole}.{parts[0]}" if parts else whole


def _short(tag: str) -> str:
    """Shorten what matplotlib writes in a tag: places to a tenth, no turn, blank or anchor that says nothing."""
    tag = re.sub(r" font-family: 'DejaVu Sans';?| transform=\"rotate\(-0 [^\"]*\"", "", tag)
    tag = re.sub(r"(\d\.\d)\d+", r"\1", " ".join(tag.split()))
    tag = tag.replace("; ", ";").replace(": ", ":").replace(' z"', 'z"').replace(' " ', '" ')
    tag = re.sub(r' d="M (\S+) (\S+) L (\S+) \2"', r' d="M\1 \2H\3"', tag)
    tag = re.sub(r' d="M (\S+) (\S+) L \1 (\S+)"', r' d="M\1 \2V\3"', tag)
    return tag.replace("text-anchor:start;", "")


def _cut(svg: str) -> list[tuple[str, str, str]]:
    """Cut an SVG at what moves: each piece with the kind and the place of its mark, of which there is none where all stays.

    What served for that alone is left out, and groups, which are a twentieth of a drawing, where none of them says anything.
    """
    is_plain = "<g " not in re.sub(r'<g id="mark-[^"]*"', "<g", svg)
    svg, end, pieces = svg.replace("<svg ", '<svg aria-hidden="true" ', 1), 0, []
    for mark in _MARK.finditer(svg):
        pieces += [(svg[end : mark.start()], "", ""), (mark.group(), *mark.groups())]
        end = mark.end()
    served = re.compile(r'<g id="mark-[^"]*">|</?g/?>' if is_plain else r' id="mark-[^"]*"')
    return [(served.sub("", text), kind, place) for text, kind, place in [*pieces, (svg[end:], "", "")]]


def _changed(before: dict[str, str], after: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in after.items() if before.get(name) != value}


def _moved(pieces: Sequence[tuple[str, str, str]], changed: dict[str, str]) -> str:
    """Put an SVG together, its pieces as they changed."""

    def moved(part: str, kind: str, place: str) -> str:
        value = changed.get(f"{kind}-{place}")
        if kind == "dot" and (at := changed.get(f"at-{place}")) is not None:
            part = re.sub(r' x="[^"]*"', f' x="{at}"', part, count=1)
        if value is None:
            return part
        if kind == "line":
            return re.sub(r' d="[^"]*"', f' d="{value}"', part, count=1)
        if kind == "dot":
            return re.sub(r"fill:var\(--\w+,#\w+\)", f"fill:var(--{value},{COLOURS[value]})", part)
        lines = iter(value.split("\n"))
        return re.sub(r">[^<]*</text>", lambda _: f">{escape(next(lines, ''))}</text>", part)

    return "".join(moved(*piece) if piece[1] else piece[0] for piece in pieces)


def drawn(view: View, chart: Chart, charts: Sequence[Chart] = ()) -> Drawing:
    """Draw a chart; while a report is made, a narrow one as well, and both for every setting."""
    drawing = Drawing(view, chart, charts=charts)
    if view.settings:
        drawing.other = Drawing(view, chart, narrow=True, charts=charts)
        drawing.follow(charts)
    return drawing


def charted(
    build: Callable[Concatenate[View, P], Chart | Shown],
) -> Callable[Concatenate[View, P], Drawing | Shown]:
    """Draw the chart that a function builds of a view and of tables, and let it follow the controls of a report.

    Where there is nothing to draw, the function says so instead. At other settings it must draw the same rows.
    """

    @wraps(build)
    def drawing(view: View, /, *args: P.args, **kwargs: P.kwargs) -> Drawing | Shown:
        view = seen(build, view, *args, *kwargs.values())
        built = made_of_rows(build, view, *args, **kwargs)
        if isinstance(built, Shown):
            return built
        charts: list[Chart | Shown] = at_every_setting(build, view, built, args, kwargs)
        return drawn(view, built, [chart if isinstance(chart, Chart) else built for chart in charts])

    return drawing
