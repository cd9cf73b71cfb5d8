"""Curves of cash and where one plan catches up with another; exchange rates of the signing day."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dealbook.domain.deal import Deal, Event, EventKind, Line, Offer
from dealbook.domain.partner import ExchangeRate
from dealbook.earnings.compare import break_even, cash_curve, rate_on
from dealbook.earnings.payments import ONCE, RECURRING, Payment, by_month, merged, paid_between
from dealbook.earnings.revenue import Revenue, in_currency

DAY = date(2026, 4, 1)

Curve = list[tuple[int, Decimal]]


def curve(*points: tuple[int, int]) -> Curve:
    return [(month, Decimal(cash)) for month, cash in points]


def run(amount: int, month: int = 100, count: int = 1, every: int = 1, kind: str = RECURRING) -> Payment:
    return Payment("c", "care", kind, month, count, every, Decimal(amount), 1, 0)


def test_later_plan_catches_up() -> None:
    now = curve((0, 100))
    later = cash_curve([run(10, month=101, count=36)], 100)
    assert break_even(now, later) == break_even(later, now) == 10


def test_no_break_even_where_one_leads_all_along() -> None:
    assert break_even(curve((0, 100)), curve((1, 10), (2, 20))) is None
    assert break_even(curve((0, 5)), curve((0, 5))) is None
    assert break_even([], []) is None


def test_clawback_can_lose_the_lead() -> None:
    assert break_even(curve((0, 100), (5, 20)), curve((1, 30))) == 5


RUNS = st.builds(
    run,
    st.integers(1, 3),
    st.integers(0, 20),
    st.integers(1, 6),
    st.sampled_from([1, 3]),
    st.sampled_from([ONCE, RECURRING]),
)


@given(st.lists(RUNS, max_size=6))
def test_merged_runs_are_the_same_cash(runs: list[Payment]) -> None:
    assert by_month(merged(runs)) == by_month(runs)
    assert len(merged(runs)) <= len(runs)


@given(st.lists(RUNS, max_size=6), st.integers(0, 40), st.integers(0, 40))
def test_paid_between_counts_the_months(runs: list[Payment], first: int, after: int) -> None:
    expected = sum((cash for month, cash in by_month(runs).items() if first <= month < after), Decimal(0))
    assert paid_between(runs, first, after) == expected


def test_a_price_to_come_is_converted_too() -> None:
    line = Line(product="seat", category="ucaas", unit_price=Decimal(20))
    event = Event(month=13, kind=EventKind.PRICE, product="seat", unit_price=Decimal(30))
    offer = in_currency(
        Offer(lines=(line,), events=(event, Event(month=7, kind=EventKind.CANCEL)), starts=DAY), Decimal(2)
    )
    assert [one.unit_price for one in offer.lines] == [40]
    assert [one.unit_price for one in offer.events] == [60, None]


@pytest.mark.parametrize("events", [(), (Event(month=2**40, kind=EventKind.RENEWAL, term=2**40),)])
def test_a_deal_without_end_is_laid_out_at_once(events: tuple[Event, ...]) -> None:
    offer = Offer(starts=DAY, term=2**40, renewals=2**40, renewal_term=2**40, events=events)
    revenue = Revenue(Deal(customer="C", signed=DAY, offers=(offer,)), offer)
    assert revenue.course.number(2**40 + 1) == 1
    assert revenue.horizon == offer.horizon


def test_rate_of_the_day_either_way_round() -> None:
    rates = [
        ExchangeRate(day=date(2026, 1, 1), base="EUR", quote="USD", rate=Decimal("1.25")),
        ExchangeRate(day=date(2026, 6, 1), base="EUR", quote="USD", rate=Decimal(2)),
    ]
    assert rate_on(rates, "EUR", "USD", date(2026, 5, 31)) == Decimal("1.25")
    assert rate_on(rates, "USD", "EUR", date(2026, 5, 31)) == Decimal("0.8")
    assert rate_on(rates, "EUR", "USD", date(2026, 6, 1)) == 2
    assert rate_on(rates, "EUR", "USD", date(2025, 12, 31)) is None
    assert rate_on([], "EUR", "EUR", date(2025, 12, 31)) == 1
