"""How estimates are made: the options, checked and explained once, and the design effects that a sheet makes plausible."""

from dataclasses import dataclass, replace
from numbers import Real
from typing import Any, TypeVar

import numpy as np

from analysis.errors import AnalysisError
from analysis.polls import Poll, Race, Result
from analysis.polls.schema import Unchanging
from analysis.stats import plausible_design_effects
from analysis.stats.arrays import SMALL_BASE
from analysis.stats.multiplicity import ADJUSTMENTS

__all__ = [
    "LARGEST_NONRESPONSE", "DesignEffects", "Options", "a_poll", "a_share", "design_effects", "loaded", "options_of",
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
      bounds on weights allow for it where neither bases nor non-answers are printed. The interviews behind figures follow
      it, as far as they follow from weights; the design effect that a sheet makes plausible is that at its default.

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
