"""How estimates are made: the options, checked and explained once, and the design effects that a sheet makes plausible."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from numbers import Real
from typing import Any, TypeVar

import numpy as np
import pandas as pd

from analysis.errors import AnalysisError
from analysis.polls import Poll, Race, Result
from analysis.polls.schema import Unchanging
from analysis.stats import plausible_design_effects
from analysis.stats.arrays import SMALL_BASE
from analysis.stats.multiplicity import ADJUSTMENTS

__all__ = [
    "LARGEST_NONRESPONSE", "DesignEffects", "Options", "Recipe", "a_poll", "a_share", "again", "at_settings", "derived",
    "design_effects", "loaded", "made", "made_each", "no_rows", "options_of", "remade", "rows_of",
]  # fmt: skip


_LEAST_LEVEL, _MOST_EFFECT = 0.01, 1000
_Loaded = TypeVar("_Loaded", Poll, Race, Result)
_EXAMPLES = {"poll": "cpi-2021-04", "race": "peru-2021-runoff", "result": "peru-2021-runoff"}
LARGEST_NONRESPONSE = 0.12
"""Largest share of a segment that a question is taken to have left out of its base without saying so."""


@dataclass(frozen=True, slots=True)
class Options(Unchanging):
    """How estimates are made. Every function of this room takes one, and keeps it with its table (`frame.attrs["options"]`).

    * `confidence_level`: strictly between 0 and 1.
    * `design_effect`: variance of the sample relative to a simple random one of its size. None: the middle of what the
      technical sheet makes plausible (`design_effects`); 1 is what sheets assume when they print a margin of error.
    * `adjustment`: for the number of comparisons: `holm`, `bonferroni`, `benjamini_hochberg` or `none`.
    * `small_base`: effective interviews below which nothing is tested.
    * `largest_nonresponse`: largest share of a segment that a question may have left out of its base without saying so;
      bounds on weights allow for it where neither bases nor non-answers are printed. Tables of weights and bases follow it;
      interviews behind single figures are those at its default.

    An `AnalysisError` names every option that is not allowed.

    Examples
    --------
    >>> Options(confidence_level=0.9).design_effect is None
    True

    Nothing said of the design effect, the technical sheet decides.
    """

    confidence_level: float = 0.95
    design_effect: float | None = None
    adjustment: str = "holm"
    small_base: float = SMALL_BASE
    largest_nonresponse: float = LARGEST_NONRESPONSE

    def __post_init__(self) -> None:
        """Check every option."""
        level, effect, most = self.confidence_level, self.design_effect, self.largest_nonresponse
        checks = {
            "confidence_level": (
                _is_number(level) and _LEAST_LEVEL <= level < 1,
                f"a number strictly between 0 and 1, such as 0.95, and {_LEAST_LEVEL} at least",
            ),
            "design_effect": (
                effect is None or (_is_number(effect) and 1 / _MOST_EFFECT <= effect <= _MOST_EFFECT),
                f"a number above 0, such as 1.5, {_MOST_EFFECT} at most, or None for the middle of what the sheet makes "
                "plausible",
            ),
            "adjustment": (self.adjustment in tuple(ADJUSTMENTS), f"one of {', '.join(ADJUSTMENTS)}"),
            "small_base": (
                _is_number(self.small_base) and self.small_base >= 0,
                "a number of interviews such as 30",
            ),
            "largest_nonresponse": (_is_number(most) and 0 <= most < 1, "a share of 0 or more, below 1"),
        }
        if problems := [
            f"{name}: {getattr(self, name)!r} is not allowed; use {allowed}."
            for name, (right, allowed) in checks.items()
            if not right
        ]:
            raise AnalysisError(problems)

    @property
    def alpha(self) -> float:
        """One less the confidence level."""
        return 1 - self.confidence_level

    @property
    def effect(self) -> float:
        """The design effect as a number; the options of a table always have one."""
        if self.design_effect is None:
            raise AnalysisError(
                "design_effect: it is None; Options().of(poll) takes it from the poll's sheet."
            )
        return float(self.design_effect)

    def of(self, poll: Poll) -> "Options":
        """Return the options with the design effect that holds for a poll."""
        if self.design_effect is not None:
            return self
        return replace(self, design_effect=design_effects(poll).middle)


def a_share(name: str, value: Any) -> float:
    """Return an assumption as it is, or say that it is no share."""
    if not (_is_number(value) and 0 <= value <= 1):
        raise AnalysisError(f"{name}: {value!r} is not allowed; use a share from 0 to 1, such as 0.03.")
    return float(value)


def _is_number(value: Any) -> bool:
    return isinstance(value, Real) and not isinstance(value, bool)


@dataclass(frozen=True, slots=True)
class DesignEffects:
    """The design effects that are plausible for a poll.

    `counted` says whether the sheet counts the places visited; `weighting` is the factor of weights that is in them.
    """

    low: float
    middle: float
    high: float
    counted: bool
    weighting: float


def design_effects(poll: Poll) -> DesignEffects:
    """Return the design effects that a poll's technical sheet and tables make plausible.

    From the interviews in each place that was visited, with what is known of how much people of one place answer alike;
    where places were not counted, 1 to 2 with 1.5 between, which is an assumption. Where interviews are printed, all that
    is multiplied by what weighting them cost at least (`weighting_factors`; Gabler, Häder & Lahiri 1999, *Survey
    Methodology* 25): for answers that have nothing to do with the weights.

    Examples
    --------
    >>> from analysis import load_poll
    >>> found = design_effects(load_poll("cpi-2021-04"))
    >>> round(found.low, 2), round(found.middle, 2), round(found.high, 2)
    (1.28, 1.66, 2.04)

    About ten interviews in each of 115 districts are worth 1.3 to 2 times fewer independent ones.
    """
    from analysis.estimates.bases import weighting_cost

    places, n = a_poll(poll).sheet.sampling_points, poll.sheet.n
    counted = places is not None and n is not None
    of_places = plausible_design_effects(float(n or np.nan), float(places or np.nan) if counted else np.nan)
    cost = weighting_cost(poll)
    low, middle, high = (cost * float(one) for one in of_places)
    return DesignEffects(low, middle, high, counted, cost)


def loaded(kind: type[_Loaded], value: Any) -> _Loaded:
    """Return what was loaded as it is; anything else, such as the id of one, is refused with what to do."""
    if not isinstance(value, kind):
        name = kind.__name__.lower()
        raise AnalysisError(
            f"{name}: {str(value)[:60]!r} is a {type(value).__name__}, not a {name}; load one first, as with "
            f"load_{name}({_EXAMPLES[name]!r})."
        )
    return value


def a_poll(poll: Any) -> Poll:
    """Return a poll as it is, or say that it is none."""
    return loaded(Poll, poll)


def options_of(subject: Poll | Race, options: Options | None) -> Options:
    """Return the options that hold for a poll, or those of a race; what is none of these is refused with what to do."""
    if options is not None and not isinstance(options, Options):
        raise AnalysisError(
            f"options: {str(options)[:60]!r} is a {type(options).__name__}; use Options(confidence_level=0.9, "
            "design_effect=1.5)."
        )
    options = options or Options()
    return options if isinstance(subject, Race) else options.of(a_poll(subject))


@dataclass(frozen=True, eq=False, slots=True)
class Recipe(Unchanging):
    """How a table of a poll or race was made: a function that makes it for each of some options."""

    subject: Poll | Race
    make: Callable[[Sequence[Options]], list[pd.DataFrame]]

    def __reduce__(self) -> tuple[Any, ...]:
        """Leave the recipe behind: a table that was stored is one that was not made here."""
        return type(None), ()


def made(
    subject: Any, options: Options | None, make: Callable[[Sequence[Options]], list[pd.DataFrame]]
) -> pd.DataFrame:
    """Make a table, and keep with it the options and the recipe: `frame.attrs` holds `options` and `recipe`."""
    options = options_of(subject, options)
    frame = make([options])[0]
    frame.attrs |= {"options": options, "recipe": Recipe(subject, make)}
    return frame


def made_each(subject: Any, options: Options | None, make: Callable[[Options], pd.DataFrame]) -> pd.DataFrame:
    """Make a table as `made` does, by a function that makes it for one of the options."""
    return made(subject, options, lambda settings: [make(one) for one in settings])


def at_settings(
    frame: pd.DataFrame, changing: Sequence[Mapping[str, Any]], columns: Sequence[str]
) -> list[pd.DataFrame]:
    """Add to a table the columns that follow the options, for each of them, in an order of columns.

    All are made as one table and cut apart, which takes a fifth of the time of as many tables.
    """
    count = len(frame)
    whole = frame.iloc[np.tile(np.arange(count), len(changing))]
    added = {name: np.concatenate([np.ravel(one[name]) for one in changing]) for name in changing[0]}
    whole = whole.assign(**added)[list(columns)].copy()
    return [
        whole.iloc[start : start + count].set_axis(frame.index)
        for start in range(0, count * len(changing), count or 1)
    ] or [whole.copy() for _ in changing]


def no_rows(poll: Poll, options: Options | None, columns: Sequence[str]) -> pd.DataFrame:
    """Make a table without rows, where a poll lacks what it would be about; it has options and a recipe like any other."""
    return made(
        poll, options, lambda settings: [pd.DataFrame({name: [] for name in columns}) for _ in settings]
    )


def again(frame: pd.DataFrame, settings: Sequence[Options]) -> list[pd.DataFrame] | None:
    """Make a table anew with other options, and take the rows of the same numbers of each; None where that cannot be done.

    Examples
    --------
    >>> from analysis import load_poll
    >>> from analysis.estimates import intervals
    >>> found = intervals(load_poll("cpi-2021-04"), "vote_intention", Options(design_effect=1)).head(1)
    >>> [float(other["low"].iloc[0].round(3)) for other in again(found, [Options(0.9, 1), Options(0.9, 2)])]
    [0.333, 0.324]

    With 90 % confidence Castillo had 33.3 % at least, or 32.4 % where two interviews are worth one.
    """
    recipe = frame.attrs.get("recipe")
    return None if recipe is None else rows_of(frame, remade(recipe, settings))


def remade(recipe: Recipe, settings: Sequence[Options]) -> list[pd.DataFrame]:
    """Make a table with other options, by how it was made; with all of its rows."""
    wanted = [options_of(recipe.subject, one) for one in settings]
    # What every table may have left out shapes a table as a whole, which recipes make for one such share.
    alike = groupby(wanted, key=lambda one: one.largest_nonresponse)
    tables = [table for _, some in alike for table in recipe.make(list(some))]
    for table, one in zip(tables, wanted, strict=True):
        table.attrs |= {"options": one, "recipe": recipe}
    return tables


def rows_of(frame: pd.DataFrame, tables: Sequence[pd.DataFrame]) -> list[pd.DataFrame] | None:
    """Take of tables the rows whose numbers another has; None where one lacks some."""
    if not all(frame.index.isin(table.index).all() for table in tables):
        return None
    return [table if table.index.equals(frame.index) else table.loc[frame.index] for table in tables]


def derived(
    of: pd.DataFrame, function: Callable[[Sequence[pd.DataFrame]], list[pd.DataFrame]]
) -> pd.DataFrame:
    """Make a table from one that was made here, so that it can be made again with other options as that can.

    The function takes the other table at each of some options.
    """
    frame = function([of])[0]
    if (recipe := of.attrs.get("recipe")) is not None:
        of_others = Recipe(recipe.subject, lambda settings: function(again(of, settings) or []))
        frame.attrs |= {"options": of.attrs["options"], "recipe": of_others}
    return frame
