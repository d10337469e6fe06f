"""What people name: the share of each answer with the interval that holds with all others, and the columns that differ."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from analysis.polls import Poll
from analysis.show.charts.drawing import COLOURS, STYLE, figure_svg, small_panel
from analysis.show.charts.fitting import fitted
from analysis.show.display import Shown, numbers_of
from analysis.show.language import label_of, say, text_of
from analysis.show.layout import figure_block, picture
from analysis.show.names import brief_answer
from analysis.show.notes import adjustment_note, table_source
from analysis.show.phrases import (
    interval,
    joined,
    level,
    percent,
)
from analysis.show.selection import HOLDS

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["reasons_chart", "reasons_picture"]

_IN_PICTURE = 3
_INCHES_A_LINE = 0.14


def most_named(ranked: pd.DataFrame, top: int) -> pd.DataFrame:
    """Return the answers named most often, then the rows that name nothing."""
    named = ranked[ranked["place"].notna()].sort_values("place", kind="stable").head(top)
    unnamed = ranked[ranked["place"].isna() & ranked["share"].notna()]
    return pd.concat([named, unnamed.sort_values("share", ascending=False, kind="stable")])


def _differing(poll: Poll, whole: pd.DataFrame, answer: str) -> list[str]:
    """Name the columns in which an answer is more, and less, frequent than among all others."""
    columns = (whole[name] for name in ("answer", "verdict", "share_a", "segment_a"))
    of_answer = [row for row in zip(*columns, strict=True) if row[0] == answer]
    found = []
    for verdict, words in (("higher", say("higher: {columns}")), ("lower", say("lower: {columns}"))):
        some = [(share, segment) for _, judged, share, segment in of_answer if judged == verdict]
        some.sort(key=lambda cell: cell[0], reverse=verdict == "higher")
        if some:
            named = [f"{label_of(poll.segments[segment])} {percent(share)}" for share, segment in some]
            found.append(words.format(columns=", ".join(named)))
    return found


def _draw(axes: "Axes", rows: Sequence[Any], columns: pd.DataFrame, middles: Mapping[str, float]) -> None:
    """Draw answers: the total with its interval, a tick for every column, a triangle for one that differs."""
    others = columns[columns["share_a"].notna()]
    at = others["answer"].map(middles)
    ticks = {"higher": ("^", COLOURS["first"], 5, 2), "lower": ("v", COLOURS["first"], 5, 2)}
    kinds = others["verdict"].where(others["verdict"].isin(HOLDS), "")
    for kind, (marker, colour, size, order) in {"": ("|", COLOURS["quiet"], 6, 1), **ticks}.items():
        of_kind = kinds == kind
        axes.plot(
            100 * others["share_a"][of_kind],
            at[of_kind],
            marker,
            color=colour,
            markersize=size,
            zorder=order,
        )
    positions = [middles[row.answer] for row in rows]
    colours = [COLOURS["quiet"] if np.isnan(row.place) else COLOURS["ink"] for row in rows]
    axes.hlines(
        positions,
        [100 * row.low_together for row in rows],
        [100 * row.high_together for row in rows],
        colors=colours,
        linewidths=2.2,
        zorder=3,
    )
    axes.scatter(
        [100 * row.share for row in rows],
        positions,
        s=36,
        c=[
            COLOURS["paper"] if row.flag == "too few" else colour
            for row, colour in zip(rows, colours, strict=True)
        ],
        edgecolors=colours,
        linewidths=1,
        zorder=4,
    )


def reasons_chart(
    poll: Poll,
    ranked: pd.DataFrame,
    whole: pd.DataFrame,
    *,
    top: int,
    confidence_level: float,
    adjustment: str,
    design_effect: float,
) -> Shown:
    """Draw the answers named most often, and name the columns in which one is more or less frequent than elsewhere."""
    rows: list[Any] = list(most_named(ranked, top).itertuples())
    if not rows:
        return Shown("", "")
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    question = poll.question(rows[0].question)
    of_rows = whole[whole["answer"].isin([row.answer for row in rows])]
    labels = [fitted(brief_answer(poll, question.id, row.answer, width=72), 2.2, size=8) for row in rows]
    differing = [_differing(poll, of_rows, row.answer) for row in rows]
    words = ["\n".join(fitted(line, 2.2, size=8) for line in lines) for lines in differing]
    heights = [
        _INCHES_A_LINE * (1 + max(label.count("\n"), word.count("\n"))) + 0.14
        for label, word in zip(labels, words, strict=True)
    ]
    first_unnamed = next((k for k, row in enumerate(rows) if np.isnan(row.place)), len(rows))
    tops = np.concatenate([[0], np.cumsum(heights)[:-1]]) + np.where(
        np.arange(len(rows)) >= max(first_unnamed, 1), 0.12, 0.0
    )
    total = float(tops[-1] + heights[-1])
    shares = [of_rows["share_a"], ranked["share"], ranked["high_together"]]
    greatest = 100 * float(np.nanmax(np.concatenate([s.to_numpy(dtype=float) for s in shares])))
    with rc_context(STYLE):
        figure = Figure(figsize=(7.2, total + 0.55))
        axes = figure.add_axes((0.372, 0.47 / (total + 0.55), 0.293, total / (total + 0.55)))
        axes.grid(axis="x", linewidth=0.6)
        axes.set_axisbelow(True)
        across: Any = axes.get_yaxis_transform()
        text: Any = {"transform": across, "va": "center", "linespacing": 1.15}
        middles = {
            row.answer: above + height / 2 for row, above, height in zip(rows, tops, heights, strict=True)
        }
        for row, label, word in zip(rows, labels, words, strict=True):
            middle = middles[row.answer]
            quiet = COLOURS["ink"] if not np.isnan(row.place) else COLOURS["quiet"]
            axes.text(-0.19, middle, label, ha="right", fontsize=8, color=quiet, **text)
            axes.text(
                -0.02, middle, f"{100 * row.share:.1f}", ha="right", fontsize=8, fontweight="bold", **text
            )
            axes.text(1.04, middle, word, ha="left", fontsize=8, **text)
        _draw(axes, rows, of_rows, middles)
        if 0 < first_unnamed < len(rows):
            axes.axhline(
                tops[first_unnamed] - 0.06, color=COLOURS["line"], linewidth=0.8, linestyle=(0, (4, 3))
            )
        axes.set_xlim(0, 1.04 * greatest)
        axes.set_ylim(total, 0)
        axes.set_yticks([])
        axes.set_xlabel(say("per cent of the column"))
        svg = figure_svg(figure, placed=True)
    left_out = int(ranked["place"].notna().sum()) - first_unnamed
    note = [
        say(
            "Dot and figure: {column}. Line: its interval, wide enough for all answers to hold together at {level} "
            "confidence. Ticks: the other columns. Triangles and words: columns that are higher or lower than the rest of "
            "the sample.",
            column=label_of(poll.segments[rows[0].segment]),
            level=level(confidence_level),
        ),
        say("Grey: rows that name nothing.") if first_unnamed < len(rows) else "",
        say("{left_out} more answers in the table.", left_out=left_out) if left_out > 1 else "",
        say("One more answer in the table.") if left_out == 1 else "",
        say("Intervals: Wilson.")
        if not np.isnan(rows[0].low_together)
        else say("No intervals: the base is unknown."),
        adjustment_note(adjustment, design_effect),
        table_source(poll, question),
    ]
    stated = of_rows.rename(columns={"segment_a": "segment", "share_a": "value"})
    return figure_block(
        svg,
        caption=say(
            "{question}: what is named most, and where more or less often", question=text_of(question, "name")
        ),
        alternative=_alternative(poll, rows, differing),
        note=" ".join(sentence for sentence in note if sentence),
        numbers=numbers_of(
            pd.DataFrame(rows)
            .rename(columns={"share": "value", "low": "low_alone", "high": "high_alone"})
            .rename(columns={"low_together": "low", "high_together": "high"})[
                ["question", "answer", "segment", "value", "low", "high"]
            ]
        )
        + numbers_of(stated[["question", "answer", "segment", "value", "p_adjusted", "verdict"]]),
    )


def _alternative(poll: Poll, rows: list[Any], differing: list[list[str]]) -> str:
    """Say in words what the chart shows, answer by answer."""
    sentences = [say("Dots with intervals, one line an answer.")]
    for row, columns in zip(rows, differing, strict=True):
        name = brief_answer(poll, row.question, row.answer)
        sentences.append(f"{'; '.join([f'{name} {percent(row.share)}', *columns])}.")
    return " ".join(sentences)


def reasons_picture(poll: Poll, ranked: pd.DataFrame) -> Shown:
    """Draw the three answers named most often."""
    named = ranked[ranked["low_together"].notna() & ranked["place"].notna()]
    rows: list[Any] = list(named.sort_values("place", kind="stable").head(_IN_PICTURE).itertuples())
    if not rows:
        return Shown("", "")
    from matplotlib import rc_context

    labels = [fitted(brief_answer(poll, row.question, row.answer), 2.2, size=8.5) for row in rows]
    lines = sum(label.count("\n") + 1 for label in labels)
    with rc_context(STYLE):
        column = label_of(poll.segments[rows[0].segment])
        title = fitted(say("per cent of {segment}", segment=column), 2.4, size=9)
        figure, axes = small_panel(labels, title, size=8.5, height=0.14 * lines + 0.14 * len(rows) + 0.5)
        for position, row in enumerate(rows):
            ends = [100 * row.low_together, 100 * row.high_together]
            axes.plot(ends, [position] * 2, color=COLOURS["ink"], linewidth=2.4)
            axes.plot(100 * row.share, position, "o", color=COLOURS["ink"], markersize=6)
            axes.annotate(
                percent(row.share),
                (ends[1], position),
                xytext=(6, 0),
                textcoords="offset points",
                va="center",
                fontsize=9,
                color=COLOURS["ink"],
            )
        axes.set_xlim(0, 125 * float(named["high_together"].max()))
        svg = figure_svg(figure, placed=True)
    described = [
        say(
            "{answer} {share} (interval {interval})",
            answer=brief_answer(poll, row.question, row.answer),
            share=percent(row.share),
            interval=interval(row.low_together, row.high_together),
        )
        for row in rows
    ]
    return picture(svg, alternative=say("Dots with intervals: {answers}.", answers=joined(described)))
