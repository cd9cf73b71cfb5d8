"""Curves of cash and where one plan catches up with another; exchange rates of the signing day."""

from datetime import date
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from dealbook.domain.partner import ExchangeRate
from dealbook.earnings.compare import break_even, cash_curve, rate_on
from dealbook.earnings.payments import ONCE, RECURRING, Payment, by_month, merged, paid_between

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
