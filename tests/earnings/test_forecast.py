"""Months add up to the engine's own totals, whatever is paid, split, held back or taken back."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dealbook.domain.money import ONE, ZERO
from dealbook.domain.months import month_index
from dealbook.domain.partner import Assumptions
from dealbook.earnings.compare import Cases
from dealbook.earnings.estimate import Status, Totals
from dealbook.earnings.evaluate import evaluate, exposures_of
from dealbook.earnings.forecast import MONTHS, Flow, Kind, Levers, Loss, Outlook, Spread, losses_of, spread
from dealbook.earnings.payments import ONCE, RECURRING, UPFRONT, Payment, paid_between
from dealbook.earnings.worth import worth_of
from dealbook.programs.terms import all_terms
from tests.support import CASES, case_catalog, case_deal, case_partner

CHURN = Decimal("0.02")
FIRST = month_index(date(2026, 6, 1))


def flows(path: Path, assume: Assumptions) -> list[tuple[Flow, Totals, int]]:
    """Return what each plan of a case pays, with the engine's totals and the signing month."""
    deal, partner = case_deal(path), case_partner(path)
    rates = partner.rates if partner else ()
    terms = all_terms(
        case_catalog(path), partner.partner if partner else None, partner.enrolments if partner else None, deal.signed
    )
    cases = Cases(deal, deal.offers[0], rates)
    found = []
    for one in terms:
        case = cases.case(one)
        for plan in one.program.plans:
            estimate = evaluate(case, plan, worth_of(assume))
            if estimate.status is Status.PAYABLE and estimate.totals is not None:
                flow = Flow(
                    estimate.payments,
                    losses_of(exposures_of(case, plan)),
                    month_index(deal.offers[0].starts),
                    case.revenue.cancelled is not None,
                )
                found.append((flow, estimate.totals, month_index(deal.signed)))
    return found


def total(one: Spread) -> Decimal:
    return Decimal(sum(sum(months) for months in one.cash.values())) / 100


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_the_months_are_the_engines_totals(path: Path) -> None:
    for flow, totals, signing in flows(path, Assumptions(discount_rate=ZERO, churn=CHURN)):
        last = max((p.month + (p.count - 1) * p.every for p in flow.payments), default=signing)
        if last >= signing + MONTHS or any(amount.total != round(amount.total, 2) for amount in flow.payments):
            continue
        contracted = spread(flow, Outlook(signing, Levers()), ONE, 2)
        expected = spread(flow, Outlook(signing, Levers(churn=CHURN)), ONE, 2)
        assert total(contracted) == sum((p.total for p in flow.payments), ZERO)
        months = sum(len([m for m in cash if m]) for cash in expected.cash.values())
        unit = Decimal(1).scaleb(int(totals.expected_value.as_tuple().exponent))  # a total in yen is rounded to a yen
        assert abs(total(expected) - totals.expected_value) <= Decimal("0.01") * months + unit


@pytest.mark.parametrize("path", CASES[::7], ids=lambda path: path.stem)
def test_the_residual_base_is_the_recurring_part_of_the_expected_value(path: Path) -> None:
    assume = Assumptions(discount_rate=Decimal("0.08"), churn=CHURN)
    for flow, totals, signing in flows(path, assume):
        if flow.losses or any(p.kind != RECURRING or p.amount != round(p.amount, 2) for p in flow.payments):
            continue
        one = spread(flow, Outlook(signing, Levers(churn=CHURN, discount_rate=assume.discount_rate)), ONE, 2)
        assert abs(Decimal(one.value) / 100 - totals.expected_value) <= Decimal("0.01")


def run(amount: str = "10.00", *, kind: str = RECURRING, start: int = 0, count: int = 24, every: int = 1) -> Payment:
    service = start + every if kind == RECURRING else 0
    survives = service - 1 if kind == RECURRING else 0
    return Payment("c", "care", kind, FIRST + start + every - 1, count, every, Decimal(amount), service, survives)


def test_a_customer_who_is_served_has_stayed_so_far() -> None:
    begun = Flow((run(count=36, start=-12),), (), FIRST - 12, is_known=False)
    begun = begun._replace(payments=(begun.payments[0]._replace(service=1, survives=0),))
    one = spread(begun, Outlook(FIRST, Levers(churn=Decimal("0.5"))), ONE, 2).cash[Kind.RECURRING]
    assert one[:4] == (1000, 500, 250, 125)
    assert one[24:] == (0,) * (MONTHS - 24)


def test_a_loss_that_is_behind_costs_nothing_more() -> None:
    loss = Loss(((FIRST - 3, Decimal(100)),), {1: ONE, 2: ONE, 3: ONE, 4: ONE})
    flow = Flow((), (loss,), FIRST - 2, is_known=False)
    months = spread(flow, Outlook(FIRST, Levers(churn=Decimal("0.5"))), ONE, 2).cash[Kind.CLAWBACK]
    assert months[:4] == (0, -5000, -2500, 0)  # two months are served; the third and the fourth can still be the last


def test_prices_fall_once_a_year_and_take_nothing_off_what_is_paid_once() -> None:
    flow = Flow((run(count=36), run("100.00", kind=UPFRONT, start=30, count=1)), (), FIRST, is_known=False)
    one = spread(flow, Outlook(FIRST, Levers(price_fall=Decimal("0.1"))), ONE, 2)
    assert [one.cash[Kind.RECURRING][place] for place in (0, 11, 12, 23, 24)] == [1000, 1000, 900, 900, 810]
    assert one.cash[Kind.UPFRONT][30] == 10000


def test_what_is_known_does_not_churn() -> None:
    flow = Flow((run(),), (Loss(((FIRST, Decimal(100)),), {1: ONE}),), FIRST, is_known=True)
    levers = Levers(churn=Decimal("0.5"))
    assert spread(flow, Outlook(FIRST, levers), ONE, 2).cash == spread(flow, Outlook(FIRST, Levers()), ONE, 2).cash


def test_the_exposure_is_what_leaving_at_the_months_end_would_cost() -> None:
    shares = {1: ONE, 2: Decimal("0.5")}
    flow = Flow(
        (run("100.00", kind=ONCE, count=1),), (Loss(((FIRST, Decimal(100)),), shares),), FIRST + 1, is_known=False
    )
    one = spread(flow, Outlook(FIRST, Levers()), ONE, 2)
    assert one.exposure[:4] == (10000, 10000, 5000, 0)
    assert one.cash[Kind.ONCE][0] == 10000


def test_what_is_paid_by_the_quarter_counts_a_month_with_its_third() -> None:
    flow = Flow((run("30.00", every=3, count=8, start=-2),), (), FIRST - 2, is_known=False)
    assert spread(flow, Outlook(FIRST, Levers()), ONE, 2).monthly == 1000


@given(
    st.lists(
        st.tuples(
            st.decimals("0.01", 5000, places=2),
            st.integers(-40, 70),
            st.integers(1, 80),
            st.sampled_from([1, 3, 12]),
            st.sampled_from([ONCE, UPFRONT, RECURRING]),
        ),
        max_size=6,
    ),
    st.integers(0, 20),
)
def test_as_contracted_each_month_is_what_is_paid_in_it(
    drawn: list[tuple[Decimal, int, int, int, str]], later: int
) -> None:
    runs = tuple(
        Payment("c", "care", kind, FIRST + start, count if kind == RECURRING else 1, every, amount, 0, 0)
        for amount, start, count, every, kind in drawn
    )
    flow = Flow(runs, (), FIRST, is_known=False).later(later)
    one = spread(flow, Outlook(FIRST, Levers()), ONE, 2)
    for place in range(MONTHS):
        cents = sum(months[place] for months in one.cash.values())
        assert Decimal(cents) / 100 == paid_between(flow.payments, FIRST + place, FIRST + place + 1)
    assert flow.start == FIRST + later
