"""Periods of a program, and what the won deals count in them."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dealbook.earnings.standing import WonDeal, period, won_figures
from dealbook.programs.model import Standing

DAYS = st.dates(date(1990, 1, 1), date(2090, 1, 1))


@pytest.mark.parametrize(
    ("standing", "first", "after"),
    [
        (Standing(period="calendar-year"), date(2026, 1, 1), date(2027, 1, 1)),
        (Standing(period="calendar-quarter"), date(2026, 4, 1), date(2026, 7, 1)),
        (Standing(period="fiscal-year", starts_month=4), date(2026, 4, 1), date(2027, 4, 1)),
        (Standing(period="fiscal-year", starts_month=6), date(2025, 6, 1), date(2026, 6, 1)),
        (Standing(period="rolling-3-months"), date(2026, 2, 11), date(2026, 5, 11)),
        (Standing(period="rolling-12-months"), date(2025, 5, 11), date(2026, 5, 11)),
    ],
)
def test_period(standing: Standing, first: date, after: date) -> None:
    assert period(standing, date(2026, 5, 10)) == (first, after)


@given(
    DAYS,
    st.sampled_from(["calendar-year", "calendar-quarter", "fiscal-year", "rolling-3-months", "rolling-12-months"]),
    st.integers(1, 12),
)
def test_a_day_lies_in_its_period(day: date, name: str, month: int) -> None:
    first, after = period(Standing(period=name, starts_month=month), day)
    assert first <= day < after


def won(signed: date, seats: int = 10, served_until: date = date.max, *, in_care: bool = True) -> WonDeal:
    mrr = Decimal(seats * 20)
    return WonDeal(signed, Decimal(seats), mrr, mrr * 36, ((signed, served_until),) if in_care else ())


def test_only_deals_of_the_period_count() -> None:
    deals = [won(date(2025, 12, 31), 1), won(date(2026, 1, 1), 2), won(date(2026, 5, 10), 4), won(date(2026, 5, 11), 8)]
    found = won_figures(deals, Standing(), date(2026, 5, 10))
    assert found.current["won_seats"] == 6
    assert found.current["won_deals"] == 2
    assert found.current["won_tcv"] == 6 * 20 * 36
    assert found.before["won_seats"] == 1


def test_care_revenue_counts_who_is_served_and_looked_after() -> None:
    day = date(2026, 5, 10)
    deals = [won(date(2020, 1, 1), 1), won(date(2020, 1, 1), 2, day), won(date(2020, 1, 1), 4, in_care=False)]
    assert won_figures(deals, Standing(), day).current["care_revenue"] == 20 * 12
