from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.polls.figures import parse_count, parse_percentage, printed_decimals, rounding_interval


@given(st.integers(0, 10_000_000), st.integers(0, 3), st.sampled_from(".,"))
def test_what_was_rounded_lies_in_the_interval_of_what_is_printed(millionths, decimals, mark):
    true = Decimal(millionths) / 100_000
    printed = str(true.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)).replace(".", mark)
    share, low, high = rounding_interval(printed, decimal_mark=mark)
    assert 0 <= low <= share <= high <= 1
    assert low - 1e-15 <= float(true / 100) <= high + 1e-15
    assert printed_decimals(printed) == decimals


@pytest.mark.parametrize(
    ("printed", "expected"),
    [
        ("45.0", (0.45, 0.4495, 0.4505)),
        ("45", (0.45, 0.445, 0.455)),
        ("0.0", (0.0, 0.0, 0.0005)),
        ("100", (1.0, 0.995, 1.0)),
        ("12.345", (0.12345, 0.123445, 0.123455)),
    ],
)
def test_the_last_printed_digit_sets_the_width(printed, expected):
    assert rounding_interval(printed) == pytest.approx(expected, abs=1e-15)


@pytest.mark.parametrize("printed", ["", "abc", "1,5", "-1.0", "1.", ".5", "1e1", "12.3%", "nan", "٣", "1 2"])
def test_what_is_not_a_percentage_is_refused(printed):
    with pytest.raises(ValueError, match=r"is not a percentage; expected a number such as 12\.3"):
        rounding_interval(printed)


def test_more_than_all_is_refused():
    with pytest.raises(ValueError, match=r"'100\.1' is above 100"):
        rounding_interval("100.1")


@pytest.mark.parametrize(
    ("printed", "mark", "expected"),
    [("±2.8%", ".", 0.028), ("+/-3,1 %", ",", 0.031), ("95.5\u00a0%", ".", 0.955), ("± 3,1 %", ",", 0.031)],
)
def test_percentages_of_a_technical_sheet(printed, mark, expected):
    assert parse_percentage(printed, decimal_mark=mark) == expected


@pytest.mark.parametrize(
    ("printed", "mark", "expected"),
    [
        ("1,200", ".", 1200),
        ("1.024", ",", 1024),
        ("21,799,186 personas", ".", 21_799_186),
        ("803", ".", 803),
        ("1 200", ".", 1200),
        ("1'200", ".", 1200),
        ("12000", ",", 12000),
        ("1.200 (mil doscientos)", ",", 1200),
        ("1\u202f200 personas de 18 años", ".", 1200),
        ("1,012명", ".", 1012),
        ("800 militantes", ".", 800),
    ],
)
def test_counts_of_a_technical_sheet(printed, mark, expected):
    assert parse_count(printed, decimal_mark=mark) == expected


@pytest.mark.parametrize(
    "printed",
    [
        "", "about 1200", "1,20", "1.5", "-3", "1e9", "0x10", "1_000", "1/2", "28%", "8 00", "2\uff18", "1,200,",
        "21 millones",
        "10 million", "10万人", "3 mil", "9" * 13, "1 234 567 890 123", "9" * 5000,
    ],
)  # fmt: skip
def test_what_is_not_a_count_is_refused(printed):
    with pytest.raises(ValueError, match="is not a count; expected a whole number"):
        parse_count(printed)
