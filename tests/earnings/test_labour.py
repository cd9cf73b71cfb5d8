"""The work of a plan: worked cases by hand, and what holds for every case of the engine."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dealbook.domain.deal import CATEGORIES
from dealbook.domain.money import ZERO, round_minor
from dealbook.domain.partner import Assumptions, DutyWork, Work
from dealbook.earnings.labour import SIXTY, Labour, in_care, labour
from dealbook.earnings.revenue import Revenue
from tests.support import CASES, ROOT, case_deal, read_case

CENT = Decimal("0.01")
EVERYTHING = frozenset(CATEGORIES)
FILES = sorted((ROOT / "tests" / "earnings" / "labour").glob("*.toml"))


def work_of(raw: dict[str, Any]) -> Work:
    duties = {
        name: DutyWork(hours=Decimal(duty.get("hours", 0)), minutes=Decimal(duty.get("minutes", 0)))
        for name, duty in raw.get("duties", {}).items()
    }
    return Work(hour_cost=Decimal(raw["hour_cost"]), sale_hours=Decimal(raw.get("sale_hours", 0)), duties=duties)


def labour_of(path: Path, duties: tuple[str, ...], work: Work, assume: Assumptions) -> Labour:
    deal = case_deal(path)
    revenue = Revenue(deal, deal.offers[0])
    return labour(revenue, in_care(revenue, EVERYTHING), duties, work, assume)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_worked_case(path: Path) -> None:
    case = read_case(path)
    expect, work, earned = case["expect"], work_of(case["work"]), Decimal(case["earned"])
    assume = Assumptions(**{name: Decimal(rate.removesuffix("%")) / 100 for name, rate in case["assume"].items()})
    found = labour_of(path, tuple(case["duties"]), work, assume)
    assert (found.months, found.seat_months) == (expect["months"], expect["seat_months"])
    assert (found.hours, found.expected_hours) == (expect["hours"], expect["expected_hours"])
    cost = found.cost(work.hour_cost, CENT)
    assert cost == expect["cost"]
    assert earned - cost == expect["net"]
    assert found.hourly(earned, CENT) == expect.get("hourly")


def test_there_are_cases() -> None:
    assert len(FILES) >= 7


@pytest.mark.parametrize("path", CASES[::5], ids=lambda path: path.stem)
def test_months_one_by_one_are_the_same(path: Path) -> None:
    """The sums of series against adding up month by month, as programs.md §8.6 says it."""
    deal, churn = case_deal(path), Decimal("0.02")
    revenue = Revenue(deal, deal.offers[0])
    stretches = in_care(revenue, EVERYTHING)
    work = Work(sale_hours=Decimal(3), duties={"a": DutyWork(hours=Decimal("0.5"), minutes=Decimal(7))})
    assume = Assumptions(discount_rate=Decimal("0.08"), churn=churn)
    found = labour(revenue, stretches, ("a",), work, assume)
    stays = 1 if revenue.cancelled is not None else 1 - churn
    factor = (1 + assume.discount_rate) ** (Decimal(-1) / 12)
    expected = discounted = Decimal(180)
    for first, last, seats in stretches:
        for k in range(first, last + 1):
            minutes = 30 + 7 * seats
            likely = minutes * Decimal(stays) ** (k - 1)
            expected += likely
            discounted += likely * factor ** (revenue.start + k - 1 - revenue.signing)
    assert round(found.expected, 9) == round(expected, 9)
    assert round(found.discounted, 9) == round(discounted, 9)
    assert found.minutes == 180 + 30 * found.months + 7 * found.seat_months


HOURS = st.decimals(0, 20, places=2)


@given(st.sampled_from(FILES), HOURS, HOURS, HOURS, st.decimals(0, 200, places=2), st.decimals(0, "0.2", places=3))
def test_the_duties_and_the_sale_add_up(
    path: Path, sale: Decimal, hours: Decimal, minutes: Decimal, cost: Decimal, churn: Decimal
) -> None:
    work = Work(sale_hours=sale, duties={"a": DutyWork(hours=hours, minutes=minutes), "b": DutyWork(hours=minutes)})
    assume = Assumptions(discount_rate=ZERO, churn=churn)
    found = labour_of(path, ("a", "b", "a", "unknown"), work, assume)
    assert [duty.name for duty in found.duties] == ["a", "b", "unknown"]  # a duty named twice is done once
    assert found.minutes == sale * SIXTY + sum(duty.minutes for duty in found.duties)
    assert round(found.expected, 15) == round(sale * SIXTY + sum(duty.expected for duty in found.duties), 15)
    assert found.expected <= found.minutes
    assert round(found.discounted, 15) == round(found.expected, 15)  # money later is worth the same
    assert found.cost(cost, CENT) == round_minor(found.expected * cost / 60, CENT)
