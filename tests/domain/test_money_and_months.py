"""Rounding, dividing, calendar months: the small rules that everything stands on."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dealbook.domain.money import divide, from_minor, minor_unit, round_minor, to_minor
from dealbook.domain.months import (
    add_months,
    first_service_month_from,
    full_years,
    month_text,
    parse_month,
    service_month_begins,
)

CENT = minor_unit("EUR")
AMOUNTS = st.decimals(-(10**9), 10**9, places=2)
DAYS = st.dates(date(1990, 1, 1), date(2090, 1, 1))


@pytest.mark.parametrize(
    ("exact", "rounded"), [("0.005", "0.01"), ("-0.005", "-0.01"), ("0.0049999", "0.00"), ("2.675", "2.68")]
)
def test_half_goes_away_from_zero(exact: str, rounded: str) -> None:
    assert round_minor(Decimal(exact), CENT) == Decimal(rounded)


@given(AMOUNTS, st.lists(st.integers(1, 100), min_size=1, max_size=5), st.data())
def test_parts_add_up(whole: Decimal, weights: list[int], data: st.DataObject) -> None:
    shares = [Decimal(w) / sum(weights) for w in weights]
    odd = data.draw(st.integers(0, len(shares) - 1))
    parts = divide(whole, shares, CENT, odd=odd)
    assert sum(parts) == whole
    assert all(abs(part - whole * share) <= CENT * len(shares) for part, share in zip(parts, shares, strict=True))


def test_odd_cent_goes_where_it_is_said() -> None:
    half = [Decimal("0.5"), Decimal("0.5")]
    assert divide(Decimal("88.39"), half, CENT, odd=0) == [Decimal("44.20"), Decimal("44.19")]
    assert divide(Decimal("88.39"), half, CENT, odd=-1) == [Decimal("44.19"), Decimal("44.20")]
    assert divide(Decimal("-88.39"), half, CENT, odd=0) == [Decimal("-44.20"), Decimal("-44.19")]


@given(AMOUNTS)
def test_minor_units_and_back(amount: Decimal) -> None:
    assert from_minor(to_minor(amount, "EUR"), "EUR") == amount


def test_too_many_decimals_are_refused() -> None:
    with pytest.raises(ValueError, match="decimals"):
        to_minor(Decimal("0.001"), "EUR")
    with pytest.raises(ValueError, match="decimals"):
        to_minor(Decimal("0.5"), "JPY")


@pytest.mark.parametrize(
    ("anchor", "months", "day"),
    [
        (date(2024, 1, 31), 1, date(2024, 2, 29)),
        (date(2024, 2, 29), 36, date(2027, 2, 28)),
        (date(2024, 1, 31), 2, date(2024, 3, 31)),
    ],
)
def test_months_are_counted_from_the_anchor(anchor: date, months: int, day: date) -> None:
    assert add_months(anchor, months) == day


@given(DAYS, DAYS)
def test_first_service_month_is_the_first(starts: date, day: date) -> None:
    k = first_service_month_from(starts, day)
    assert service_month_begins(starts, k) >= day
    assert k == 1 or service_month_begins(starts, k - 1) < day


@given(st.integers(12, 9999 * 12))
def test_month_text_and_back(index: int) -> None:
    assert parse_month(month_text(index)) == index


def test_full_years() -> None:
    assert full_years(date(2020, 2, 29), date(2021, 2, 28)) == 0
    assert full_years(date(2020, 3, 1), date(2021, 3, 1)) == 1
    assert full_years(date(2022, 1, 1), date(2020, 1, 1)) == 0
