"""The version of a program that holds for a deal: of a won one that pinned at signing, whatever comes later."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from dealbook.book.programs import ProgramText
from dealbook.desk.compare import compare, explain
from dealbook.desk.deals import choose, save_deal, set_stage
from dealbook.desk.forecast_deals import found_of
from dealbook.desk.program_terms import governing_version, program_terms, terms_of_deal
from dealbook.desk.session import Session
from dealbook.domain.deal import Choice, Deal, Event, EventKind, Line, Offer, Stage
from dealbook.domain.partner import Enrolment
from dealbook.programs.terms import Terms

FILE = """
format = 1

[program]
id = "{id}"
vendor = "Vendor"
name = "Program {id}"
version = "{version}"
effective_from = {since}
applies_to = "{to}"
covers = ["ucaas"]

[[plan]]
id = "agent"
model = "agent"

[[plan.pays]]
id = "residual"
basis = "mrr"
rate = "{rate}"
every = "month"
"""
DAY = date(2026, 4, 1)


def add(session: Session, version: str, since: str, rate: str, program: str = "own", to: str = "new-deals") -> None:
    text = FILE.format(id=program, version=version, since=since, rate=rate, to=to)
    with session.step("Version"):
        session.book.programs.save(ProgramText(program, date.fromisoformat(since), text))
        if program not in {one.program for one in session.book.partner.enrolments()}:
            session.book.partner.save_enrolment(Enrolment(program=program, certified=True))


@pytest.fixture
def deal(session: Session) -> Deal:
    """A deal of 1,000.00 a month, open, with a plan chosen under version 1."""
    add(session, "1", "2025-01-01", "10%")
    line = Line(product="seat", category="ucaas", quantity=Decimal(40), unit_price=Decimal(25))
    offer = Offer(lines=(line,), starts=DAY)
    made = save_deal(session, Deal(customer="Weser IT", signed=date(2026, 3, 10), offers=(offer,)), "Deal")
    return choose(session, made.id, Choice(offer_id=made.offers[0].id, program="own", version="1", plan="agent"))


def terms(session: Session, deal: Deal) -> Terms:
    (own,) = [one for one in terms_of_deal(session, deal) if one.program.id == "own"]
    return own


def monthly(session: Session, deal: Deal) -> Decimal | None:
    rows = compare(session, deal, deal.offers[0]).rows
    (own,) = [row for row in rows if row.key == ("own", "agent")]
    return None if own.totals is None else own.totals.monthly


def test_an_open_deal_is_under_the_version_in_force(session: Session, deal: Deal) -> None:
    assert monthly(session, deal) == 100
    add(session, "2", "2026-01-01", "8%")
    assert terms(session, deal).program.version == "2"
    assert monthly(session, deal) == 80


def test_a_won_deal_keeps_its_version_when_another_one_is_added_later(session: Session, deal: Deal) -> None:
    won = set_stage(session, deal.id, Stage.WON, day=deal.signed)
    add(session, "2", "2026-01-01", "8%")  # in force on its signing day, but not known then
    assert terms(session, won).program.version == "1"
    assert monthly(session, won) == 100
    assert governing_version(session, won, "own") is terms(session, won).program
    flow = found_of(session, won).flow
    assert flow is not None
    assert [payment.amount for payment in flow.payments] == [100]
    assert explain(session, won, won.offers[0], "own", "agent").version == "1"


def test_winning_pins_the_version_in_force_on_the_signing_day(session: Session, deal: Deal) -> None:
    add(session, "2", "2026-01-01", "8%")
    won = set_stage(session, deal.id, Stage.WON, day=deal.signed)
    assert won.chosen is not None
    assert won.chosen.version == "2"
    assert monthly(session, won) == 80
    session.undo()
    assert session.deal(deal.id) == deal


def test_what_is_won_already_is_not_pinned_again(session: Session, deal: Deal) -> None:
    won = set_stage(session, deal.id, Stage.WON, day=deal.signed)
    add(session, "2", "2026-01-01", "8%")
    again = set_stage(session, deal.id, Stage.WON, day=deal.signed)
    assert again.chosen == won.chosen


def test_a_version_without_the_plan_is_not_pinned(session: Session, deal: Deal) -> None:
    text = FILE.format(id="own", version="2", since="2026-01-01", rate="8%", to="new-deals").replace(
        '"agent"', '"other"', 1
    )
    with session.step("Version"):
        session.book.programs.save(ProgramText("own", date(2026, 1, 1), text))
    won = set_stage(session, deal.id, Stage.WON, day=deal.signed)
    assert won.chosen is not None
    assert won.chosen.version == "1"


def test_what_holds_for_all_deals_holds_for_a_pinned_one(session: Session, deal: Deal) -> None:
    won = set_stage(session, deal.id, Stage.WON, day=deal.signed)
    add(session, "2", "2027-04-01", "5%", to="all-deals")
    flow = found_of(session, won).flow
    assert flow is not None
    assert [(payment.count, payment.amount) for payment in flow.payments] == [(12, 100), (24, 50)]


def test_the_contracts_version_rules_open_deals(session: Session, deal: Deal) -> None:
    add(session, "2", "2026-01-01", "8%")
    with session.step("Contract"):
        session.book.partner.save_enrolment(Enrolment(program="own", certified=True, version="1"))
    assert terms(session, deal).program.version == "1"


def test_a_version_that_is_gone_is_told(session: Session, deal: Deal) -> None:
    won = set_stage(session, deal.id, Stage.WON, day=deal.signed)
    assert won.chosen is not None
    won = choose(session, won.id, replace(won.chosen, version="0"))
    (problem,) = terms(session, won).problems
    assert (problem.code, problem.facts["version"], problem.facts["instead"]) == ("pinned-version-gone", "0", "1")
    assert monthly(session, won) == 100


def test_the_terms_of_a_deal_are_kept(session: Session, deal: Deal) -> None:
    won = set_stage(session, deal.id, Stage.WON, day=deal.signed)
    assert terms(session, won) is terms(session, deal)  # nothing else was pinned
    add(session, "2", "2026-01-01", "8%")
    assert terms(session, won) is terms(session, won)
    assert terms(session, won) is not terms(session, deal)
    assert [one.program.id for one in terms_of_deal(session, won)] == [
        one.program.id for one in program_terms(session, won.signed)
    ]


def test_a_successor_takes_over_in_the_comparison_and_the_forecast(session: Session, deal: Deal) -> None:
    add(session, "1", "2026-01-01", "12%", program="next")
    event = Event(month=13, kind=EventKind.SUCCESSOR, program="next", plan="agent")
    taken = replace(deal, offers=(replace(deal.offers[0], events=(event,)),))
    won = set_stage(session, save_deal(session, taken, "Successor").id, Stage.WON, day=deal.signed)
    flow = found_of(session, won).flow
    assert flow is not None
    assert [(payment.component, payment.count, payment.amount) for payment in flow.payments] == [
        ("residual", 12, 100),
        ("next/agent/residual", 24, 120),
    ]
    steps = [step.code for step in explain(session, won, won.offers[0], "own", "agent").trace]
    assert {"succeeded", "successor"} <= set(steps)
    rows = {row.key: row for row in compare(session, won, won.offers[0]).rows}
    totals = rows["own", "agent"].totals
    assert totals is not None
    assert (totals.monthly, totals.total) == (100, 4080)
