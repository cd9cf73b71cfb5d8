"""Paying the own people: worked cases by hand, and what holds for whatever is paid."""

from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dealbook.domain.money import ONE, ZERO, round_minor
from dealbook.domain.months import parse_month
from dealbook.domain.partner import SalesBasis, SalesPay, SalesTime
from dealbook.earnings.compare import cash_curve
from dealbook.earnings.forecast import Loss
from dealbook.earnings.gap import Gap, Signed, covered, depth, gap, gap_of, own_losses, own_pay
from dealbook.earnings.payments import CLAWBACK, ONCE, RECURRING, UPFRONT, Payment
from tests.support import ROOT, read_case

CENT = Decimal("0.01")
FIRST = parse_month("2026-01")
FILES = sorted((ROOT / "tests" / "earnings" / "gap").glob("*.toml"))


def payments(raw: list[Mapping[str, Any]]) -> list[Payment]:
    return [
        Payment(
            one.get("component", "residual"),
            "care",
            one["kind"],
            parse_month(one["month"]),
            one.get("count", 1),
            one.get("every", 1),
            Decimal(one["amount"]),
            one["service"],
            max(one["service"] - 1, 0),
        )
        for one in raw
    ]


def sales_of(raw: Mapping[str, str]) -> SalesPay:
    share = Decimal(raw["share"].removesuffix("%")) / 100
    return SalesPay(share=share, of=SalesBasis(raw["of"]), at=SalesTime(raw["at"]))


def case_gap(path: Path) -> Gap:
    case = read_case(path)
    paid = payments(case["payment"])
    signed = payments(case["signed"]) if "signed" in case else paid
    when = Signed(parse_month(case["signing"]), parse_month(case["start"]), case["term"])
    own = own_pay(paid, signed, sales_of(case["sales"]), when)
    return gap_of(paid, own, Decimal(case.get("rate", 1)), CENT)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_worked_case(path: Path) -> None:
    case, found = read_case(path), case_gap(path)
    expect = case["expect"]
    by_month = {point.month: point for point in found.points}
    for point in case["point"]:
        one = by_month[parse_month(point["month"])]
        assert (one.received, one.paid, one.so_far) == (point["received"], point["paid"], point["so_far"])
    assert found.paid == expect["paid"]
    assert found.deepest == expect["deepest"]
    assert found.deepest_month == (parse_month(expect["deepest_month"]) if "deepest_month" in expect else None)
    assert found.back == (parse_month(expect["back"]) if "back" in expect else None)
    assert depth(found) == expect.get("depth")
    answer = covered(found, Decimal(case["reserve"]))
    assert (answer.is_any, answer.deals) == ((True, 0) if expect["deals"] == "any" else (False, expect["deals"]))


def test_there_are_cases() -> None:
    assert len(FILES) >= 9


# --- what always holds

AMOUNTS = st.decimals("0.01", 5000, places=2)
RUNS = st.lists(
    st.tuples(
        st.sampled_from([ONCE, UPFRONT, RECURRING]), st.integers(0, 30), st.integers(1, 40), st.sampled_from([1, 3, 12])
    ).flatmap(lambda run: st.tuples(st.just(run), AMOUNTS)),
    min_size=1,
    max_size=4,
)
SALES = st.builds(
    SalesPay,
    share=st.decimals(0, 1, places=3),
    of=st.sampled_from(SalesBasis),
    at=st.sampled_from(SalesTime),
)
RATES = st.sampled_from([ONE, Decimal("1.1725"), Decimal("0.8605852")])


def made(runs: list[Any], taken_back: Decimal = ZERO) -> list[Payment]:
    found = []
    for number, ((kind, start, count, every), amount) in enumerate(runs):
        is_single = kind != RECURRING
        service = start if is_single else start + every
        found.append(
            Payment(f"c{number}", "care", kind, FIRST + start, 1 if is_single else count, every, amount, service, start)
        )
        if is_single and taken_back:
            back = round_minor(-amount * taken_back, CENT)
            found.append(Payment(f"c{number}", "care", CLAWBACK, FIRST + start + 5, 1, 1, back, start + 5, start + 5))
    return found


@given(RUNS, SALES, st.integers(0, 6), st.integers(1, 60), RATES, st.sampled_from([ZERO, Decimal("0.4"), ONE]))
def test_the_months_add_up_to_the_share(
    runs: list[Any], sales: SalesPay, wait: int, term: int, rate: Decimal, back: Decimal
) -> None:
    paid, when = made(runs, back), Signed(FIRST, FIRST + wait, term)
    own = own_pay(paid, [one for one in paid if one.kind != CLAWBACK], sales, when)
    found = gap_of(paid, own, rate, CENT)
    assert found.paid == round_minor(sum((one.total for one in own), ZERO) * rate, CENT)
    assert sum(point.received for point in found.points) == round_minor(sum(p.total for p in paid) * rate, CENT)
    assert found.points[-1].so_far == sum(point.received - point.paid for point in found.points)
    if sales.of is SalesBasis.TOTAL:  # what stays with the vendor's side is shared, however it is paid
        total = sum((one.total for one in paid), ZERO)
        assert found.paid == round_minor(total * sales.share * rate, CENT)


@given(RUNS, SALES, RATES)
def test_when_does_not_change_how_much(runs: list[Any], sales: SalesPay, rate: Decimal) -> None:
    paid, when = made(runs), Signed(FIRST, FIRST + 2, 24)
    wholes = set()
    for at in SalesTime:
        one = SalesPay(share=sales.share, of=sales.of, at=at)
        wholes.add(gap_of(paid, own_pay(paid, paid, one, when), rate, CENT).paid)
    assert len(wholes) == 1


@given(RUNS, st.sampled_from(SalesBasis), st.sampled_from(SalesTime))
def test_without_a_share_the_gap_is_the_plain_cash(runs: list[Any], of: SalesBasis, at: SalesTime) -> None:
    paid = made(runs, Decimal("0.5"))
    own = own_pay(paid, paid, SalesPay(share=ZERO, of=of, at=at), Signed(FIRST, FIRST, 12))
    found = gap_of(paid, own, ONE, CENT)
    assert [(point.month - FIRST, point.so_far) for point in found.points] == cash_curve(paid, FIRST)
    assert all(point.paid == 0 for point in found.points)


@given(RUNS, SALES, st.integers(0, 6), st.decimals(0, 10**7, places=2))
def test_so_many_deals_are_covered_and_not_one_more(
    runs: list[Any], sales: SalesPay, wait: int, reserve: Decimal
) -> None:
    paid = made(runs)
    found = gap_of(paid, own_pay(paid, paid, sales, Signed(FIRST, FIRST + wait, 24)), ONE, CENT)
    deep, answer = depth(found), covered(found, reserve)
    assert deep is not None  # nobody is paid more than comes in
    assert answer.is_any == (deep == 0)
    if deep:
        assert answer.deals * deep <= reserve < (answer.deals + 1) * deep


@given(RUNS, SALES, st.integers(0, 6))
def test_the_depth_is_that_of_deals_begun_month_by_month(runs: list[Any], sales: SalesPay, wait: int) -> None:
    paid = made(runs)
    one = gap_of(paid, own_pay(paid, paid, sales, Signed(FIRST, FIRST + wait, 24)), ONE, CENT)
    last = max(point.month for point in one.points)
    till, deepest, changes = ZERO, ZERO, {point.month: point.received - point.paid for point in one.points}
    for month in range(FIRST, last + 40):
        for begun in range(FIRST, month + 1):  # the deal that began then is so many months old
            till += changes.get(FIRST + month - begun, ZERO)
        deepest = min(deepest, till)
    assert depth(one) == -deepest


@given(st.lists(st.tuples(st.integers(0, 40), st.decimals(-500, 500, places=2)), max_size=20))
def test_back_is_the_first_month_that_is_not_followed_by_a_gap(moves: list[tuple[int, Decimal]]) -> None:
    found = gap(dict(moves), {})
    below = [point.month for point in found.points if point.so_far < 0]
    after = [point.month for point in found.points if not below or point.month > below[-1]]
    assert found.back == (after[0] if after else None)
    assert found.deepest == min([ZERO, *(point.so_far for point in found.points)])
    assert (found.deepest_month is None) == (not below)


def test_a_loss_is_not_shared() -> None:
    paid = [
        Payment("margin", "care", RECURRING, FIRST, 12, 1, Decimal(-10), 1, 0),
        Payment("bonus", "care", ONCE, FIRST, 1, 1, Decimal(100), 0, 0),
    ]
    for at in SalesTime:
        own = own_pay(paid, paid, SalesPay(share=Decimal("0.5"), at=at), Signed(FIRST, FIRST, 12))
        assert gap_of(paid, own, ONE, CENT).paid == 50


def test_what_might_be_taken_back_is_shared_as_far_as_it_was_paid_on() -> None:
    bonus = Payment("bonus", "care", ONCE, FIRST, 1, 1, Decimal(1000), 0, 0)
    later = Payment("bonus", "care", ONCE, FIRST + 14, 1, 1, Decimal(500), 15, 14)
    losses = [Loss(((FIRST, Decimal(800)), (FIRST + 14, Decimal(500))), {1: ONE, 2: ONE})]
    sales = SalesPay(share=Decimal("0.1"), of=SalesBasis.FIRST_YEAR)
    (own,) = own_losses(losses, [bonus, later], sales, Signed(FIRST, FIRST, 24))
    assert own.paid == ((FIRST, Decimal(80)), (FIRST + 14, ZERO))
    assert own.shares == losses[0].shares
    assert own_losses(losses, [later], sales, Signed(FIRST, FIRST, 24)) == ()
