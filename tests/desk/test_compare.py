"""The comparison on the real sample book: ranks, conversion, contract values, standing from won deals."""

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from itertools import takewhile
from pathlib import Path

import pytest

from dealbook.book.connection import open_book
from dealbook.desk.compare import (
    Objective,
    break_even,
    compare,
    cumulative,
    expected_of,
    explain,
    input_form,
    rank,
    set_input,
)
from dealbook.desk.demo import shown_deal
from dealbook.desk.sample import make_sample_book
from dealbook.desk.session import Session
from dealbook.domain.deal import Deal
from dealbook.earnings.estimate import Estimate, Status, Step


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    make_sample_book(tmp_path / "sample.dealbook")
    opened = Session(open_book(tmp_path / "sample.dealbook"))
    yield opened
    opened.close()


@pytest.fixture
def deal(session: Session) -> Deal:
    return shown_deal(session)


def of_the_plan(estimate: Estimate) -> list[Step]:
    """Return the arithmetic of the plan itself, without what the partner's own work leaves of it."""
    return list(takewhile(lambda step: step.code != "work", estimate.trace))


@pytest.mark.parametrize("objective", Objective)
def test_ranked_by_the_objective(session: Session, deal: Deal, objective: Objective) -> None:
    rows = compare(session, deal, deal.offers[0], objective=objective).rows
    figures = [figure for row in rows if (figure := row.figure(objective)) is not None]
    assert len(figures) > 2
    assert figures == sorted(figures, reverse=True)
    assert [row.is_best for row in rows] == [True] + [False] * (len(rows) - 1)


def test_what_pays_comes_first_and_what_is_not_open_last(session: Session, deal: Deal) -> None:
    rows = compare(session, deal, deal.offers[0]).rows
    assert {row.estimate.status for row in rows} == set(Status)
    again = rank(rows[::-1], Objective.EXPECTED)
    statuses = [row.estimate.status for row in again]
    assert statuses == sorted(statuses, key=[Status.PAYABLE, Status.INCOMPLETE, Status.INELIGIBLE].index)
    assert [row.key for row in again if row.is_best] == [rows[0].key]
    unconverted = replace(rows[0], totals=None, converted=False)  # of what it pays, nobody knows what it is worth here
    again = rank((unconverted, *rows[1:]), Objective.EXPECTED)
    assert again[0].estimate.status is Status.PAYABLE
    assert again[0].key != rows[0].key
    assert next(row for row in reversed(again) if row.estimate.status is Status.PAYABLE).key == rows[0].key


def test_without_a_rate_there_is_no_figure_in_the_deals_currency(session: Session, deal: Deal) -> None:
    with session.step("No rates"):
        for rate in session.rates:
            session.book.partner.remove_rate(rate)
    for row in compare(session, deal, deal.offers[0]).rows:
        is_own = row.estimate.currency == deal.currency
        assert row.converted is is_own
        assert row.to_deal == 1
        assert (row.totals is None) is (not is_own or row.estimate.totals is None)


def test_totals_are_in_the_deals_currency(session: Session, deal: Deal) -> None:
    found = compare(session, deal, deal.offers[0])
    dollars = next(row for row in found.rows if row.estimate.currency == "USD" and row.totals and row.totals.total)
    assert found.currency == "EUR"
    assert dollars.totals is not None
    assert dollars.estimate.totals is not None
    assert dollars.totals.total == (dollars.estimate.totals.total * dollars.to_deal).quantize(Decimal("0.01"))
    assert dollars.totals.total != dollars.estimate.totals.total
    assert cumulative(dollars, found)[-1][1] == dollars.totals.total


def test_missing_contract_value_is_named_and_can_be_given(session: Session, deal: Deal) -> None:
    found = compare(session, deal, deal.offers[0])
    row = next(row for row in found.rows if row.estimate.status is Status.INCOMPLETE)
    (name,) = row.missing
    assert row.totals is None
    for wrong in ("thirty", "0,3", "1,000%", "30 €", ""):  # a program file's form, and no other
        assert set_input(session, row.estimate.program, name, wrong) != []
    assert set_input(session, row.estimate.program, name, "30 %") == []
    again = next(r for r in compare(session, deal, deal.offers[0]).rows if r.key == row.key)
    assert again.estimate.status is Status.PAYABLE
    session.undo()
    assert next(r for r in compare(session, deal, deal.offers[0]).rows if r.key == row.key) == row


def test_a_contract_value_needs_a_membership_and_an_input(session: Session) -> None:
    known = next(e for e in session.enrolments if session.catalog.versions[e.program][-1].inputs)
    name = next(iter(session.catalog.versions[known.program][-1].inputs))
    with session.step("Leave"):
        session.book.partner.remove_enrolment(known.id)
    steps = session.book.step_count
    assert input_form(session, known.program, name) is not None
    assert [p.code for p in set_input(session, known.program, name, "12%")] == ["not-enrolled"]
    session.undo()
    assert [p.code for p in set_input(session, known.program, "nothing", "12%")] == ["not-enrolled"]
    assert session.book.step_count == steps - 1


def test_explained_estimate_is_the_same_with_a_trace(session: Session, deal: Deal) -> None:
    for row in compare(session, deal, deal.offers[0]).rows:
        explained = explain(session, deal, deal.offers[0], *row.key)
        assert explained._replace(trace=()) == row.estimate
        if row.estimate.totals is not None and row.estimate.status is Status.PAYABLE:
            assert row.totals is not None
            assert of_the_plan(explained)[-1].result == row.totals.expected_value


def test_expected_is_of_the_chosen_plan(session: Session) -> None:
    won = [deal for deal in session.deals.values() if deal.chosen is not None]
    assert won
    for deal in won:
        row = expected_of(session, deal)
        assert row is not None
        assert deal.chosen is not None
        assert row.key == (deal.chosen.program, deal.chosen.plan)


def test_won_deals_lift_the_tier(session: Session, deal: Deal) -> None:
    """The tier is worked out from the won deals of the year: without them it is another."""
    tiers = {row.estimate.program: row.estimate.tier for row in compare(session, deal, deal.offers[0]).rows}
    with session.step("Forget"):
        for other in list(session.deals.values()):
            if other.chosen is not None and other.chosen.program == "nfon-ngage":
                session.book.deals.save(replace(other, chosen=None))
        for enrolment in session.enrolments:
            if enrolment.program == "nfon-ngage":
                session.book.partner.save_enrolment(replace(enrolment, standing={}))
    after = {row.estimate.program: row.estimate.tier for row in compare(session, deal, deal.offers[0]).rows}
    assert tiers["nfon-ngage"] == "Gold"
    assert after["nfon-ngage"] == "Silver"


def test_break_even_is_where_the_curves_cross(session: Session, deal: Deal) -> None:
    found = compare(session, deal, deal.offers[0])
    by_plan = {row.key: row for row in found.rows}
    now, later = by_plan["nec-univerge-blue", "cloud-cash"], by_plan["nec-univerge-blue", "reseller"]
    month = break_even(now, later, found)
    assert month is not None

    def cash(curve: list[tuple[int, Decimal]], at: int) -> Decimal:
        return max((c for m, c in curve if m <= at), default=Decimal(0))

    assert cash(cumulative(later, found), month) >= cash(cumulative(now, found), month)
    assert cash(cumulative(later, found), month - 1) < cash(cumulative(now, found), month - 1)


def test_arithmetic_ends_with_the_figure_that_is_shown(session: Session, deal: Deal) -> None:
    row = next(r for r in compare(session, deal, deal.offers[0]).rows if r.estimate.currency == "USD" and r.totals)
    assert row.totals is not None
    last = of_the_plan(explain(session, deal, deal.offers[0], *row.key))[-1]
    assert (last.code, last.result) == ("total-converted", row.totals.expected_value)
