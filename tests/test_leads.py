from itertools import combinations

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from analysis.errors import AnalysisError
from analysis.estimates import lead_interval
from analysis.stats.leads import LEAD_VERDICTS, lead_envelope, lead_verdict

quick = settings(deadline=None, derandomize=True)
printed_shares = st.integers(0, 1000).map(lambda thousandths: thousandths / 1000)
bases = st.floats(30, 5000)
levels = st.floats(0.8, 0.999)
kinds = st.sampled_from(["single_response", "multiple_response"])
Z = 1.959963984540054


def standard_error(a, b, both, n):
    """Return the standard error of a lead from the fourfold table of who gives which of two answers."""
    # One more for those who give A alone, one less for B alone: the variance of what one person adds.
    only_a, only_b = a - both, b - both
    return np.sqrt(np.maximum(only_a + only_b - (only_a - only_b) ** 2, 0) / n)


def overlaps(a, b, column_sum=None, steps=41):
    """Return shares of people who can have given both answers, from the least to the greatest."""
    most = min(a, b) if column_sum is None or column_sum < 1 else min(a, b, column_sum - 1)
    least = max(0, a + b - 1)
    return np.linspace(least, max(least, most), steps)


@st.composite
def fourfold_tables(draw):
    """Return shares of people who give both answers, A alone, B alone and neither."""
    counts = draw(st.lists(st.integers(0, 50), min_size=4, max_size=4).filter(any))
    return np.array(counts) / sum(counts)


@st.composite
def respondents(draw):
    """Return who of some people gives which of some answers, at least one each."""
    answers = draw(st.integers(2, 5))
    person = st.lists(st.booleans(), min_size=answers, max_size=answers).filter(any)
    return np.array(draw(st.lists(person, min_size=1, max_size=30)), dtype=float)


@st.composite
def boxes(draw, kind="multiple_response"):
    """Return the rounding ends of two printed figures."""
    a = draw(st.integers(0, 100))
    b = draw(st.integers(0, 100 if kind == "multiple_response" else 100 - a))
    half = draw(st.sampled_from([0.0005, 0.005]))
    return tuple(float(np.clip(share / 100 + end, 0, 1)) for share in (a, b) for end in (-half, half))


def test_envelope_of_ten_points_among_1200():
    lead, low, high, least, greatest = lead_envelope(0.35, 0.25, 1200)
    assert (least, greatest) == (pytest.approx(0.0087, abs=5e-5), pytest.approx(0.0222, abs=5e-5))
    # By hand: nobody gave both, sqrt(.59/1200); all who gave B gave A, sqrt(.09/1200).
    assert least == pytest.approx(np.sqrt(0.09 / 1200))
    assert greatest == pytest.approx(np.sqrt(0.59 / 1200))
    assert lead == pytest.approx(0.1)
    assert (low, high) == (pytest.approx(0.1 - Z * greatest), pytest.approx(0.1 + Z * greatest))


def test_envelope_of_two_large_shares_that_must_overlap():
    # By hand: .8 and .7 overlap in .5 to .7, so that .5 or .1 give one of the two alone.
    *_, least, greatest = lead_envelope(0.8, 0.7, 400)
    assert least == pytest.approx(np.sqrt((0.1 - 0.01) / 400))
    assert greatest == pytest.approx(np.sqrt((0.5 - 0.01) / 400))


def test_everybody_answering_narrows_the_envelope():
    # By hand: all answers sum to 1.1, so that at most .1 gave two; .35 + .25 - .2 - .01 is left.
    *_, least, greatest = lead_envelope(0.35, 0.25, 1200, column_sum=1.1)
    assert least == pytest.approx(np.sqrt(0.39 / 1200))
    assert greatest == lead_envelope(0.35, 0.25, 1200)[4]


@pytest.mark.parametrize("column_sum", [0.99, 0.6, np.nan, None])
def test_a_column_sum_that_refutes_it_or_is_unknown_does_not(column_sum):
    answer = lead_envelope(0.35, 0.25, 1200, column_sum=column_sum)
    np.testing.assert_array_equal(answer, lead_envelope(0.35, 0.25, 1200))


@quick
@given(fourfold_tables(), bases, levels)
def test_the_envelope_holds_whoever_gave_both(table, n, level):
    both, only_a, only_b, _ = table
    a, b = min(1.0, both + only_a), min(1.0, both + only_b)
    lead, low, high, least, greatest = lead_envelope(a, b, n, confidence_level=level)
    true = standard_error(a, b, both, n)
    assert least - 1e-9 <= true <= greatest + 1e-9
    assert low <= lead <= high
    assert lead == pytest.approx(a - b)


@quick
@given(printed_shares, printed_shares, bases)
def test_every_overlap_lies_in_the_envelope_and_its_ends_are_reached(a, b, n):
    errors = standard_error(a, b, overlaps(a, b), n)
    *_, least, greatest = lead_envelope(a, b, n)
    assert (least, greatest) == (pytest.approx(errors[-1], abs=1e-9), pytest.approx(errors[0], abs=1e-9))


@quick
@given(respondents())
def test_where_everybody_answers_the_true_overlap_is_within_the_bound(people):
    shares = people.mean(axis=0)
    for i, j in combinations(range(people.shape[1]), 2):
        per_person = people[:, i] - people[:, j]
        *_, least, greatest = lead_envelope(shares[i], shares[j], 100, column_sum=shares.sum())
        assert least - 1e-9 <= per_person.std() / 10 <= greatest + 1e-9


@quick
@given(printed_shares, printed_shares, st.floats(0, 1), bases)
def test_knowing_that_everybody_answers_never_widens(a, b, more, n):
    known = lead_envelope(a, b, n, column_sum=max(1.0, a + b) + more)
    unknown = lead_envelope(a, b, n)
    assert known[3] >= unknown[3] - 1e-12
    np.testing.assert_array_equal(known[:3], unknown[:3])
    assert known[4] == unknown[4]


@st.composite
def exclusive_shares(draw):
    a = draw(st.integers(0, 1000))
    return a / 1000, draw(st.integers(0, 1000 - a)) / 1000


@quick
@given(exclusive_shares(), bases, levels)
def test_answers_that_exclude_one_another_have_the_lead_of_single_response(shares, n, level):
    a, b = shares
    lead, low, high, least, greatest = lead_envelope(a, b, n, confidence_level=level, column_sum=1)
    np.testing.assert_allclose(
        (lead, low, high), lead_interval(a, b, n, confidence_level=level), rtol=0, atol=1e-12
    )
    assert least == pytest.approx(greatest, abs=1e-9)


@quick
@given(printed_shares, printed_shares, bases, levels)
def test_the_lead_of_b_is_the_lead_of_a_backwards(a, b, n, level):
    lead, low, high, least, greatest = lead_envelope(a, b, n, confidence_level=level)
    back = lead_envelope(b, a, n, confidence_level=level)
    np.testing.assert_allclose(back, (-lead, -high, -low, least, greatest), rtol=0, atol=1e-12)


def test_the_variance_of_a_lead_is_that_of_people_who_give_both():
    # .15 both, .20 A alone, .10 B alone, .55 neither.
    rng = np.random.default_rng(12)
    samples = rng.multinomial(1200, [0.15, 0.2, 0.1, 0.55], size=100_000)
    simulated = ((samples[:, 1] - samples[:, 2]) / 1200).std()
    *_, least, greatest = lead_envelope(0.35, 0.25, 1200)
    assert least < simulated < greatest
    # The standard error of a simulated standard deviation is sqrt(1/(2 draws)) of it, 0.22 % here.
    assert simulated == pytest.approx(standard_error(0.35, 0.25, 0.15, 1200), rel=0.009)


def test_envelopes_broadcast_and_missing_ones_stay_missing():
    answer = lead_envelope([[0.35], [np.nan]], 0.25, [1200, 0, np.nan], column_sum=[[1.1], [1.2]])
    assert [part.shape for part in answer] == [(2, 3)] * 5
    assert np.isnan(answer[0]).tolist() == [[False] * 3, [True] * 3]
    for part in answer[1:]:
        assert np.isnan(part).tolist() == [[False, True, True], [True] * 3]
    for part in lead_envelope(0.35, 0.25, 1200):
        assert isinstance(part, np.ndarray)
        assert part.shape == ()


def test_envelopes_refuse_what_cannot_be():
    with pytest.raises(AnalysisError, match=r"share_a: 35 is not a share"):
        lead_envelope(35, 0.25, 1200)
    with pytest.raises(AnalysisError, match=r"share_b: 25 is not a share"):
        lead_envelope(0.35, 25, 1200)
    with pytest.raises(AnalysisError, match="confidence_level: 95 is not allowed"):
        lead_envelope(0.35, 0.25, 1200, confidence_level=95)
    message = r"share_a \+ share_b: 1\.3 is more than the 1\.2 that all answers of their column sum to"
    with pytest.raises(AnalysisError, match=message):
        lead_envelope([0.1, 0.7], [0.1, 0.6], 1200, column_sum=[np.nan, 1.2])


# Verdicts


def box(a, b, half=0.0005):
    return tuple(np.clip([a - half, a + half, b - half, b + half], 0, 1))


@pytest.mark.parametrize(
    ("a", "b", "n", "verdict"),
    [
        (0.355, 0.231, 1200, "ahead"),
        (0.231, 0.355, 1200, "behind"),
        (0.355, 0.231, 100, "statistical tie"),
        (0.3, 0.3, 1200, "statistical tie"),
        (0.0, 0.0, 1200, "statistical tie"),
        (1.0, 0.0, 1200, "ahead"),
        (0.355, 0.231, 29.9, "too few interviews"),
        (0.355, 0.231, 30, "statistical tie"),
        (np.nan, 0.231, 1200, "not published"),
        (0.355, np.nan, np.nan, "not published"),
        (0.355, 0.231, np.nan, "base unknown"),
        (0.355, 0.231, 0, "base unknown"),
        (0.355, 0.231, np.inf, "base unknown"),
    ],
)
@pytest.mark.parametrize("kind", ["single_response", "multiple_response"])
def test_verdicts_of_leads(a, b, n, verdict, kind):
    # Where hardly anybody can have given two answers, both kinds are alike.
    column_sum = None if kind == "single_response" else 1.002
    assert lead_verdict(*box(a, b), n, kind=kind, column_sum=column_sum) == verdict


def test_a_lead_at_the_limit_depends_on_rounding():
    # By hand: 2.5 points of 48.5 and 46.0 % need sqrt(.945 - .025²) * 1.96/.025, squared, which is 5805 people.
    assert lead_verdict(0.485, 0.485, 0.46, 0.46, [5800, 5810]).tolist() == ["statistical tie", "ahead"]
    assert lead_verdict(*box(0.485, 0.46), [5000, 5810, 6700]).tolist() == [
        "statistical tie",
        "depends on rounding",
        "ahead",
    ]
    assert lead_verdict(*box(0.485, 0.46, half=0.005), 6700) == "depends on rounding"


def test_two_reasons_that_may_share_people():
    reasons = box(0.192, 0.182)
    assert lead_verdict(*reasons, 1200, kind="multiple_response") == "depends on the overlap"
    sums = [np.nan, 0.99, 1.0765, 1.5]
    assert lead_verdict(*reasons, 1200, kind="multiple_response", column_sum=sums).tolist() == [
        "depends on the overlap",
        "depends on the overlap",
        "statistical tie",
        "depends on the overlap",
    ]


def outcomes(limits, n, level, kind, column_sum):
    """Return the verdicts at a grid of shares within the boxes and of overlaps."""
    from scipy.stats import norm

    z, found = norm.ppf(0.5 + level / 2), set()
    for a in np.linspace(*limits[:2], 7):
        for b in np.linspace(*limits[2:], 7):
            if kind == "single_response" and a + b > 1 + 1e-12:
                continue
            both = np.zeros(1) if kind == "single_response" else overlaps(a, b, column_sum)
            distance = np.abs(a - b) - z * standard_error(a, b, both, n)
            if (np.abs(distance) < 1e-9).any():  # at the very limit either word is right
                return None
            found |= set(np.where(distance > 0, np.sign(a - b), 0))
    return found


@quick
@given(st.data(), kinds, bases, levels, st.none() | st.floats(0, 1))
def test_a_verdict_holds_everywhere_and_a_doubt_has_its_reasons(data, kind, n, level, more):
    limits = data.draw(boxes(kind))
    column_sum = None if more is None or kind == "single_response" else max(1, limits[1] + limits[3]) + more
    found = outcomes(limits, n, level, kind, column_sum)
    assume(found is not None)
    verdict = str(lead_verdict(*limits, n, kind=kind, confidence_level=level, column_sum=column_sum))
    assert verdict in LEAD_VERDICTS[:5]
    if verdict in LEAD_VERDICTS[:3]:
        assert found == {{"ahead": 1, "behind": -1, "statistical tie": 0}[verdict]}
    else:
        assert len(found) > 1
    if kind == "single_response":
        assert verdict != "depends on the overlap"


@quick
@given(st.data(), bases, st.floats(0, 1))
def test_the_overlap_matters_only_where_the_figures_themselves_leave_it_open(data, n, more):
    low_a, high_a, low_b, high_b = data.draw(boxes())
    column_sum = max(1, high_a + high_b) + more
    a, b = (low_a + high_a) / 2, (low_b + high_b) / 2
    lead, *_, least, greatest = lead_envelope(a, b, n, column_sum=column_sum)
    open_to_doubt = Z * least < abs(lead) <= Z * greatest
    options = {"kind": "multiple_response", "column_sum": column_sum}
    verdict = lead_verdict(low_a, high_a, low_b, high_b, n, **options)
    assert (verdict == "depends on the overlap") == open_to_doubt


@quick
@given(boxes(), bases)
def test_who_is_ahead_of_b_leaves_b_behind(limits, n):
    low_a, high_a, low_b, high_b = limits
    verdict = str(lead_verdict(*limits, n, kind="multiple_response"))
    back = str(lead_verdict(low_b, high_b, low_a, high_a, n, kind="multiple_response"))
    assert back == {"ahead": "behind", "behind": "ahead"}.get(verdict, verdict)


@quick
@given(boxes("single_response"), bases, st.floats(0.001, 0.999))
def test_single_response_agrees_with_the_interval_of_the_lead(limits, n, level):
    share = limits[0], limits[2]
    assume(sum(share) <= 1)
    _, low, high = lead_interval(*share, n, confidence_level=level)
    assume(min(abs(low), abs(high)) > 1e-9)
    verdict = lead_verdict(share[0], share[0], share[1], share[1], n, confidence_level=level)
    assert verdict == ("ahead" if low > 0 else "behind" if high < 0 else "statistical tie")


def test_verdicts_broadcast():
    low, high = np.array([[0.3545], [0.2305]]), np.array([[0.3555], [0.2315]])
    verdicts = lead_verdict(low, high, 0.2305, 0.2315, [20, 1200, np.nan])
    assert verdicts.tolist() == [
        ["too few interviews", "ahead", "base unknown"],
        ["too few interviews", "statistical tie", "base unknown"],
    ]
    assert isinstance(lead_verdict(*box(0.3, 0.2), 1200), np.ndarray)
    assert lead_verdict(*box(0.3, 0.2), 1200).shape == ()
    assert lead_verdict([], [], [], [], 1200).shape == (0,)


def test_the_smallest_base_is_a_parameter():
    assert lead_verdict(*box(0.355, 0.231), 1200, small_base=2000) == "too few interviews"
    assert lead_verdict(*box(0.9, 0.05), 10, small_base=0) == "ahead"


def test_verdicts_refuse_what_cannot_be():
    with pytest.raises(
        AnalysisError, match="kind: 'open' is not allowed; use one of single_response, multiple_"
    ):
        lead_verdict(*box(0.3, 0.2), 1200, kind="open")
    with pytest.raises(AnalysisError, match=r"low_a: 35\.45 is not a share"):
        lead_verdict(35.45, 35.55, 0.2, 0.2, 1200)
    with pytest.raises(AnalysisError, match=r"high_b: 0\.2 is below low_b, 0\.3; give the lower end"):
        lead_verdict(0.1, 0.2, 0.3, 0.2, 1200)
    with pytest.raises(AnalysisError, match="1 for single response"):
        lead_verdict(*box(0.6, 0.41), 1200)
    lead_verdict(*box(0.6005, 0.4), 1200)
    lead_verdict(*box(0.6, 0.41), 1200, kind="multiple_response")
    with pytest.raises(AnalysisError, match=r"more than the 1\.005 that all answers"):
        lead_verdict(*box(0.6, 0.41), 1200, kind="multiple_response", column_sum=1.005)
    with pytest.raises(AnalysisError, match="confidence_level: 0 is not allowed"):
        lead_verdict(*box(0.3, 0.2), 1200, confidence_level=0)


@pytest.mark.parametrize("function", [lead_envelope, lead_verdict])
def test_what_is_passed_in_is_left_alone(function):
    ends = [[0.3, 0.0, np.nan], [0.31, 0.01, np.nan], [0.2, 1.0, 0.1], [0.21, 1.0, 0.11]]
    shares = ends if function is lead_verdict else [ends[0], ends[2]]
    given_in = [*map(np.array, shares), np.array([1200.0, 0.0, np.nan])]
    before = [array.copy() for array in given_in]
    options = {"kind": "multiple_response"} if function is lead_verdict else {}
    function(*given_in, **options)
    for array, copy in zip(given_in, before, strict=True):
        np.testing.assert_array_equal(array, copy)
