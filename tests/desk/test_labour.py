"""What the own work leaves of the plans of an offer: ranked by it, explained line by line, or why it cannot be told."""

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from dealbook.book.connection import open_book
from dealbook.desk.compare import TOTALS, Objective, Row, compare, explain, objectives_of
from dealbook.desk.demo import shown_deal
from dealbook.desk.sample import make_sample_book
from dealbook.desk.session import Session
from dealbook.desk.wording import WORK_STEPS, step_label, step_text
from dealbook.domain.deal import Deal
from dealbook.domain.partner import DutyWork, Work
from dealbook.earnings.estimate import Status
from dealbook.earnings.labour import SIXTY
from dealbook.language import LANGUAGES, language


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    make_sample_book(tmp_path / "sample.dealbook")
    opened = Session(open_book(tmp_path / "sample.dealbook"))
    yield opened
    opened.close()


@pytest.fixture
def deal(session: Session) -> Deal:
    return shown_deal(session)


def work(session: Session, work: Work, **changes: object) -> None:
    with session.step("Work"):
        session.book.partner.save(replace(session.partner, work=work, **changes))  # type: ignore[arg-type]


def paying(session: Session, deal: Deal, objective: Objective) -> list[Row]:
    rows = compare(session, deal, deal.offers[0], objective=objective).rows
    return [row for row in rows if row.estimate.status is Status.PAYABLE and row.totals is not None]


def test_net_is_what_the_work_leaves(session: Session, deal: Deal) -> None:
    rows = paying(session, deal, Objective.NET)
    for row in rows:
        assert row.worked is not None
        assert row.totals is not None
        assert row.worked.cost is not None
        assert row.worked.net == row.totals.expected_value - row.worked.cost
        hours = row.worked.labour.expected / SIXTY
        assert row.worked.hourly == round(row.totals.expected_value / hours, 2)
    figures = [row.figure(Objective.NET) for row in rows]
    assert None not in figures
    assert figures == sorted(figures, key=lambda figure: figure or 0, reverse=True)
    # a reseller has the customer's billing and support for four years: what it earns more, it works for
    assert [row.key[1] for row in rows] != [row.key[1] for row in paying(session, deal, Objective.EXPECTED)]


def test_the_duties_of_the_plan_count_and_no_others(session: Session, deal: Deal) -> None:
    work(session, Work(hour_cost=Decimal(10), sale_hours=Decimal(1)))
    assert {row.worked.cost for row in paying(session, deal, Objective.NET) if row.worked} == {Decimal(10)}
    work(session, Work(hour_cost=Decimal(10), duties={"billing": DutyWork(hours=Decimal(1))}))
    for row in paying(session, deal, Objective.NET):
        assert row.worked is not None
        assert bool(row.worked.cost) == ("billing" in row.estimate.duties)


def test_what_takes_no_work_is_first_by_the_hour(session: Session, deal: Deal) -> None:
    work(session, Work(duties={"billing": DutyWork(hours=Decimal(1))}))
    rows = paying(session, deal, Objective.HOURLY)
    hourly = [row.figure(Objective.HOURLY) for row in rows]
    free = hourly.count(None)
    assert 0 < free < len(rows)
    assert hourly[:free] == [None] * free
    earned = [row.totals.expected_value for row in rows[:free] if row.totals]
    assert earned == sorted(earned, reverse=True)
    assert rows[0].is_best
    rest = [figure for figure in hourly[free:] if figure is not None]
    assert rest == sorted(rest, reverse=True)
    assert len(rest) == len(rows) - free


def test_what_is_offered_hangs_on_the_settings() -> None:
    assert objectives_of(Work()) == TOTALS
    assert objectives_of(Work(hour_cost=Decimal(40))) == TOTALS
    assert objectives_of(Work(sale_hours=Decimal(1))) == (*TOTALS, Objective.HOURLY)
    assert objectives_of(Work(duties={"billing": DutyWork()})) == TOTALS
    full = Work(hour_cost=Decimal(40), duties={"billing": DutyWork(minutes=Decimal(1))})
    assert objectives_of(full) == tuple(Objective)


def test_the_cost_is_converted_into_the_deals_currency(session: Session, deal: Deal) -> None:
    work(session, Work(hour_cost=Decimal(10), sale_hours=Decimal(10)))
    dollars = replace(deal, currency="USD")
    assert {row.worked.cost for row in paying(session, dollars, Objective.NET) if row.worked} == {Decimal("116.25")}


def test_without_a_rate_it_says_so_and_marks_nothing_best(session: Session, deal: Deal) -> None:
    work(session, Work(hour_cost=Decimal(10), sale_hours=Decimal(10)), currency="NOK")
    found = compare(session, deal, deal.offers[0], objective=Objective.NET)
    assert found.problem is not None
    assert found.problem.facts == {"from": "NOK", "to": "EUR"}
    assert found.best is None
    assert all(row.figure(Objective.NET) is None for row in found.rows)
    by_hour = compare(session, deal, deal.offers[0], objective=Objective.HOURLY)
    assert by_hour.problem is None  # an hour's earnings need no cost
    assert by_hour.best is not None
    trace = explain(session, deal, deal.offers[0], *by_hour.rows[0].key).trace
    (said,) = [step for step in trace if step.code == "not-priced"]
    assert step_label(said, language("en")) == "The work has no price: No exchange rate from NOK to EUR."


def test_nothing_is_worked_out_that_nobody_asked_for(session: Session, deal: Deal) -> None:
    for objective in TOTALS:
        assert all(row.worked is None for row in compare(session, deal, deal.offers[0], objective=objective).rows)
    work(session, Work())
    trace = explain(session, deal, deal.offers[0], *paying(session, deal, Objective.EXPECTED)[0].key).trace
    assert not any(step.code in WORK_STEPS for step in trace)


def test_the_arithmetic_line_by_line(session: Session, deal: Deal) -> None:
    by_key = {row.key: row for row in paying(session, deal, Objective.NET)}
    row = next(row for key, row in by_key.items() if key[1] == "reseller")
    trace = explain(session, deal, deal.offers[0], *row.key).trace
    own = [step for step in trace if step.code in WORK_STEPS]
    results = {step.code: step.result for step in own}
    assert row.worked is not None
    assert results["total-net"] == row.worked.net
    assert results["total-work"] == row.worked.cost
    assert results["total-hourly"] == row.worked.hourly
    duties = [step for step in own if step.code == "hours-duty"]
    assert sum(step.result or 0 for step in duties) + (results["hours-sale"] or 0) == results["hours"]
    lines = [step_text(step, language("en"), row.estimate.currency) for step in own]
    # 36 months and a renewal of twelve; 85 + 12 seats in each of them
    assert "Billing: 48 months × 0.25 h, 4,656 seat months × 0.5 min 50.8" in lines
    assert "First-level support: 48 months × 0.5 h, 4,656 seat months × 3 min 256.8" in lines
    assert lines[0] == "Your work"


def test_every_line_is_said_in_every_language(session: Session, deal: Deal) -> None:
    row = paying(session, deal, Objective.NET)[0]
    traces = [explain(session, deal, deal.offers[0], *each.key).trace for each in paying(session, deal, Objective.NET)]
    dollars = replace(deal, currency="USD")
    traces.append(explain(session, dollars, dollars.offers[0], *row.key).trace)
    work(session, Work(hour_cost=Decimal(10), sale_hours=Decimal(10)), currency="NOK")
    traces.append(explain(session, deal, deal.offers[0], *row.key).trace)
    own = [step for trace in traces for step in trace if step.code in WORK_STEPS]
    assert {step.code for step in own} == {code for code in WORK_STEPS if " " not in code}
    english = {step_label(step, language("en")) for step in own}
    assert any(label.startswith("Cost of an hour, converted from EUR to USD") for label in english)
    for code in LANGUAGES:
        for step in own:
            text = step_text(step, language(code), "EUR")
            assert "{" not in text
            if code != "en":
                assert step_label(step, language(code)) not in english
