"""The try-out: an edited text on a deal, beside what is in force, with nothing written."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from dealbook.desk.compare import compare
from dealbook.desk.deals import new_deal, save_deal
from dealbook.desk.editing import version_text
from dealbook.desk.programs import enrol
from dealbook.desk.session import Session
from dealbook.desk.trial import explain_trial, sample_deal, sample_for, try_out
from dealbook.domain.deal import Deal, Line
from dealbook.domain.partner import Enrolment
from dealbook.domain.problem import ProblemsError
from dealbook.earnings.estimate import Status
from dealbook.programs.reader import read_program
from tests.desk.mistakes import component

NFON = "nfon-ngage"


@pytest.fixture
def deal(session: Session) -> Deal:
    """A deal of 85 seats at 22.00 for three years."""
    made = new_deal(session, "Müller & Söhne GmbH", today=date(2026, 1, 1))
    line = Line(product="Seat", category="ucaas", quantity=Decimal(85), unit_price=Decimal("22.00"))
    offer = replace(made.offers[0], lines=(line,), term=36, starts=date(2026, 5, 1))
    return save_deal(session, replace(made, offers=(offer,), signed=date(2026, 4, 1)), "x")


def test_it_pays_what_the_comparison_says_for_a_version_in_force(session: Session, deal: Deal) -> None:
    enrol(session, NFON)
    with session.step("x"):
        known = session.enrolments[0]
        session.book.partner.save_enrolment(replace(known, certified=True, inputs={"commission": "15%"}))
    offer = deal.offers[0]
    (shown,) = [row for row in compare(session, deal, offer).rows if row.estimate.program == NFON]
    (tried,) = try_out(session, version_text(session, NFON, date(2022, 1, 1)), deal, offer)
    assert tried.new is not None
    assert tried.old is not None
    assert tried.new.totals == tried.old.totals == shown.totals


def test_a_change_shows_beside_what_is_in_force_and_nothing_is_written(session: Session, deal: Deal) -> None:
    text = version_text(session, NFON, date(2022, 1, 1))
    steps, offer = session.book.step_count, deal.offers[0]
    changed = text.replace('rate = "$commission"', 'rate = "20%"')
    (row,) = try_out(session, changed, deal, offer)
    assert row.new is not None
    assert row.new.totals is not None
    assert row.new.totals.monthly == Decimal("374.00")
    assert row.old is not None
    assert row.old.totals != row.new.totals
    assert session.book.step_count == steps
    assert version_text(session, NFON, date(2022, 1, 1)) == text


def test_who_is_not_enrolled_or_not_yet_counts_as_enrolled(session: Session, deal: Deal) -> None:
    text = component('rate = "1x"')
    (row,) = try_out(session, text, deal, deal.offers[0])
    assert row.new is not None
    assert row.new.estimate.status is Status.PAYABLE
    assert row.old is None
    with session.step("x"):
        late = Enrolment(program="p", since=date(2027, 1, 1), until=date(2027, 2, 1))
        session.book.partner.save_enrolment(late)
    (row,) = try_out(session, text, deal, deal.offers[0])
    assert row.new is not None
    assert row.new.estimate.status is Status.PAYABLE


def test_the_enrolment_s_contract_counts(session: Session, deal: Deal) -> None:
    text = component('rate = "$r"', "[inputs.r]\n")
    (row,) = try_out(session, text, deal, deal.offers[0])
    assert row.new is not None
    assert row.new.estimate.status is Status.INCOMPLETE
    with session.step("x"):
        session.book.partner.save_enrolment(Enrolment(program="p", inputs={"r": "1x"}))
    (row,) = try_out(session, text, deal, deal.offers[0])
    assert row.new is not None
    assert row.new.totals is not None
    assert row.new.totals.upfront == Decimal("1870.00")


def test_a_plan_that_the_text_drops_is_shown_as_it_is_in_force(session: Session, deal: Deal) -> None:
    text = version_text(session, NFON, date(2022, 1, 1)).replace('id = "commission"', 'id = "other"', 1)
    rows = try_out(session, text, deal, deal.offers[0])
    assert [(row.plan, row.new is None, row.old is None) for row in rows] == [
        ("other", False, True),
        ("commission", True, False),
    ]


def test_a_text_with_errors_is_not_tried(session: Session, deal: Deal) -> None:
    with pytest.raises(ProblemsError):
        try_out(session, component('rate = "1y"'), deal, deal.offers[0])


def test_why(session: Session, deal: Deal) -> None:
    program = read_program(component('rate = "1x"'))
    row = explain_trial(session, program, deal, deal.offers[0], "agent")
    assert [step.code for step in row.estimate.trace][:2] == ["component", "basis"]
    with pytest.raises(KeyError):
        explain_trial(session, program, deal, deal.offers[0], "nobody")


def test_the_sample_is_the_deal_of_the_reference(session: Session) -> None:
    deal = sample_deal()
    assert (deal.offers[0].lines[0].quantity, deal.offers[0].term) == (40, 36)
    text = (
        component('rate = "1x"')
        .replace('["ucaas", "hardware"]', '["connectivity"]')
        .replace("covers", 'currency = "USD"\ncovers')
    )
    fitted = sample_for(read_program(text))
    (row,) = try_out(session, text, fitted, fitted.offers[0])
    assert row.new is not None
    assert row.new.totals is not None
    assert row.new.totals.upfront == Decimal("1000.00")
    assert fitted.currency == "USD"
