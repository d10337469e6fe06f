"""What functions on arrays have in common: they broadcast, leave NaN where it is, change no input, refuse percentages."""

import inspect
from functools import partial
from itertools import combinations

import numpy as np
import pytest

from analysis import stats
from analysis.errors import AnalysisError
from analysis.stats.arrays import critical_value, two_sided_p_value

# Two values for each parameter that holds one number a cell.
VALUES = {
    "share": (0.355, 0.1), "share_a": (0.355, 0.1), "share_b": (0.2, 0.0), "share_part": (0.355, 0.1),
    "share_whole": (0.25, 0.2), "overlap": (0.0, 0.0), "column_sum": (1.3, np.nan), "z": (1.96, -0.5),
    "n": (1200.0, 60.0), "n_a": (1200.0, 60.0), "n_b": (445.0, 30.0), "n_part": (445.0, 60.0),
    "n_whole": (3000.0, 2000.0), "n_parent": (5000.0, 1700.0), "places": (115.0, 40.0),
    "design_effect": (1.0, 1.66), "margin": (0.028, 0.05), "lead": (0.124, -0.3),
    "response_rate": (0.3, 0.9), "estimate": (0.124, -0.3), "standard_error": (0.02, 0.03), "low": (0.3, 0.0),
    "high": (0.4, 1.0), "nonresponse": (0.12, 0.0), "added_error": (0.0, 0.03),
    "confidence_level": (0.95, 0.9), "unit": (0.001, 0.0), "weight": (0.2, np.nan),
}  # fmt: skip
# The rest says how: methods are functions of their own here, and what few people are is the same for all cells.
HOW = {"method", "small_count"}
# Of these the last axis is one of candidates, segments or hypotheses, or an argument is no array.
OTHERS = {
    "adjusted_p_values", "calibration", "can_be_first", "column_letters", "combined_interval",
    "ecological_bounds", "ecological_regression", "intraclass_correlation", "inverted_p_value", "joint_bounds",
    "matching_levels", "poll_errors", "probability_of_leading", "rao_scott_test",
    "variance_within_strata", "weight_bounds", "weighting_factor_bound", "critical_value",
}  # fmt: skip
# Of these, what gives one number; the first are arrays that must go together along their last axis.
ONE = {
    "adjusted_p_values": {"p_values": 0.03}, "matching_levels": {"p_values": 0.03, "p_adjusted": 0.06},
    "critical_value": {"confidence_level": 0.95},
    "calibration": {
        "polls": 9, "covered": 8, "squared_lead_error": 2, "lead_variance": 1, "squared_share_error": 2, "share_variance": 1,
    },
    "combined_interval": {"weights": [0.4, 0.6], "estimates": [0.1, 0.2], "lows": [0.0, 0.1], "highs": [0.2, 0.3]},
    **{
        name: {"group_share": [0.9, 0.2], "share": [0.8, 0.4], "weight": [1, 3]}
        for name in ("ecological_bounds", "ecological_regression")
    },
    "intraclass_correlation": {"shares": [0.3, 0.5], "weights": [1, 3]},
    "variance_within_strata": {"shares": [0.3, 0.5], "weights": [1, 3], "strata": ["a", "b"]},
    "weighting_factor_bound": {"interviews": [50, 70], "low": [0.3, 0.6], "high": [0.4, 0.7]},
}  # fmt: skip
FUNCTIONS = {
    **{
        name: function
        for name in stats.__all__
        if inspect.isfunction(function := getattr(stats, name)) and name not in OTHERS | {"share_interval"}
    },
    **{f"share_interval {method}": partial(stats.share_interval, method=method) for method in stats.METHODS},
    "two_sided_p_value": two_sided_p_value,
}
every = pytest.mark.parametrize("function", FUNCTIONS.values(), ids=list(FUNCTIONS))


def taken(function):
    """The parameters of a function that hold numbers, and their two values."""
    names = [name for name in inspect.signature(function).parameters if name not in HOW]
    return {name: VALUES[name] for name in names}


def called(function, given):
    """What a function gives, as a tuple also of one array."""
    found = function(**given)
    return found if isinstance(found, tuple) else (found,)


@every
def test_every_cell_of_a_grid_is_what_is_found_of_its_numbers_alone(function):
    values = taken(function)
    grid = dict(zip(values, np.ix_(*values.values()), strict=True))
    before = {name: array.copy() for name, array in grid.items()}
    found = called(function, grid)
    assert all(np.array_equal(grid[name], array, equal_nan=True) for name, array in before.items())
    for part in found:
        assert part.shape == (2,) * len(values)
    for place in np.ndindex(found[0].shape):
        alone = called(function, {name: values[name][at] for name, at in zip(values, place, strict=True)})
        for part, one in zip(found, alone, strict=True):
            assert isinstance(one, np.ndarray)
            assert one.shape == ()
            np.testing.assert_allclose(part[place], one, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("name", ONE)
def test_one_number_is_an_array_without_dimensions(name):
    found = getattr(stats, name)(**ONE[name])
    parts = [getattr(found, field) for field in found.__slots__] if hasattr(found, "__slots__") else found
    for one in parts if isinstance(parts, list | tuple) else [parts]:
        assert isinstance(one, np.ndarray)
        assert one.shape == ()


@pytest.mark.parametrize("name", [*FUNCTIONS, *ONE])
def test_shapes_that_do_not_go_together_are_named(name):
    function = FUNCTIONS.get(name) or getattr(stats, name)
    given = ONE[name] if name in ONE else {each: one for each, (one, _) in taken(function).items()}
    more = {"small_count": 5.0} if "small_count" in inspect.signature(function).parameters else {}
    arrays = {each: value for each, value in (given | more).items() if each != "strata"}
    for one, other in combinations(arrays, 2):
        wrong = {one: np.broadcast_to(arrays[one], (3, 2)), other: np.broadcast_to(arrays[other], (4, 2))}
        with pytest.raises(AnalysisError, match="these do not go together") as refused:
            function(**given | wrong)
        assert {f"{each} of shape {wrong[each].shape}" for each in wrong} <= set(
            str(refused.value).partition(": ")[0].replace("), ", "); ").split("; ")
        )


@every
def test_nothing_gives_nothing(function):
    assert {part.shape for part in called(function, {name: [] for name in taken(function)})} == {(0,)}


UNKNOWN = {"n": (0, -1, np.inf), "n_a": (0, -1), "n_b": (0, -1), "n_part": (0, -1), "n_whole": (0, -1), "n_parent": (0, -1),
           "design_effect": (0, -1), "margin": (0, -1)}  # fmt: skip
# What need not be known: where it is not, the widest that can be is taken.
NOT_NEEDED = {"places", "column_sum", "confidence_level", "added_error", "unit", "weight"}


@every
def test_what_is_not_known_is_nan_and_spares_its_neighbours(function):
    values = {name: one for name, (one, _) in taken(function).items()}
    known = called(function, values)
    for name in values.keys() - NOT_NEEDED:
        for unknown in (np.nan, *UNKNOWN.get(name, ())):
            found = called(function, values | {name: [unknown, values[name]]})
            assert any(np.isnan(part).tolist() == [True, False] for part in found), (name, unknown)
            for part, one in zip(found, known, strict=True):
                np.testing.assert_array_equal(part[1], one)


@every
def test_percentages_and_levels_that_cannot_be_are_refused_by_name(function):
    values = {name: one for name, (one, _) in taken(function).items()}
    for name, value in values.items():
        if name.startswith("share") or name == "response_rate":
            for wrong in (35.5, -0.01, 1.01, np.inf):
                message = rf"^{name}: {wrong:g} is not a share; .* divide percentages by 100"
                with pytest.raises(AnalysisError, match=message):
                    function(**values | {name: [[value, np.nan], [wrong, value]]})
        elif name == "confidence_level":
            for wrong in (0, 1, 95, -0.1):
                message = rf"confidence_level: {wrong:g} is not allowed; use a share strictly between 0 and 1"
                with pytest.raises(AnalysisError, match=message):
                    function(**values | {name: [value, wrong]})


# z from printed tables of the normal distribution.
@pytest.mark.parametrize(("level", "z"), [(0.6827, 1.0), (0.90, 1.645), (0.95, 1.960), (0.99, 2.576)])
def test_critical_values_are_those_of_printed_tables(level, z):
    assert critical_value(level) == pytest.approx(z, abs=5e-4)
    assert critical_value([level]).shape == (1,)
