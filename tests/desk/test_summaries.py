"""The commission summary of a period, gathered from the won deals of a book."""

import io
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from pypdf import PdfReader

from dealbook.book.programs import ProgramText
from dealbook.desk.compare import expected_of
from dealbook.desk.session import Session
from dealbook.desk.summaries import commission_summary, summary_content
from dealbook.documents.content import Paid, Reason, SummaryContent
from dealbook.domain.deal import Choice, Deal, Event, EventKind, Line, Offer, Stage
from dealbook.domain.months import parse_month
from dealbook.domain.partner import Enrolment, ExchangeRate, Partner
from dealbook.earnings.payments import paid_between

DAY = date(2026, 6, 1)
MARCH, APRIL, JUNE = parse_month("2026-03"), parse_month("2026-04"), parse_month("2026-06")
SEATS = Line(product="Seat", category="ucaas", quantity=Decimal(60), unit_price=Decimal("9.82"))
OWN_PROGRAM = """
format = 1
[program]
id = "own"
vendor = "Own"
name = "Program"
version = "1"
effective_from = 2026-01-01
currency = "EUR"
covers = ["ucaas"]
[[plan]]
id = "agent"
name = "Agent"
model = "agent"
[[plan.pays]]
id = "bonus"
label = "Bonus"
basis = "mrr"
rate = "2x"
at = "signing"
clawback = { window = 24, share = "prorated" }
"""
NFON = Enrolment(program="nfon-ngage", certified=True)
AVAYA = Enrolment(program="avaya-cloud-fr")


@pytest.fixture
def book(session: Session) -> Session:
    """A session of a partner in euros, enrolled with NFON and, without its contract's values, with Avaya."""
    with session.step("Set up"):
        session.book.partner.save(Partner(name="Nordlicht Systems GmbH", country="DE"))
        session.book.partner.save_enrolment(NFON)
        session.book.partner.save_enrolment(AVAYA)
    return session


def won(
    session: Session, customer: str, *, plan: tuple[str, str] | None = ("nfon-ngage", "commission"), **more: object
) -> Deal:
    """Save a won deal of 589.20 a month for 24 months, signed in March and starting in April."""
    offer = Offer(lines=(SEATS,), term=24, starts=date(2026, 4, 1))
    deal = Deal(customer=customer, signed=date(2026, 3, 10), offers=(offer,), stage=Stage.WON, country="DE")
    with session.step("Win"):
        saved = session.book.deals.save(replace(deal, **more))  # type: ignore[arg-type]  # any field
        if plan is not None:
            choice = Choice(offer_id=saved.offers[0].id, program=plan[0], version="2022", plan=plan[1])
            saved = session.book.deals.save(replace(saved, chosen=choice))
    return saved


def gathered(session: Session, first: int = MARCH, after: int = JUNE + 1) -> SummaryContent:
    """Return the summary of March to June, or of another period."""
    return summary_content(session, first, after, "en", DAY)


def test_counts_what_is_paid_in_the_period_and_nothing_else(book: Session) -> None:
    won(book, "Müller")
    (program,) = gathered(book, MARCH, JUNE).programs
    assert program.name == "NFON · Ngage"
    assert program.deals[0].paid == Paid(recurring=Decimal("88.38") * 2)  # April and May, not June
    assert gathered(book, JUNE, JUNE + 1).programs[0].paid.total == Decimal("88.38")


def test_amounts_are_those_of_the_estimate(book: Session) -> None:
    deal = won(book, "Müller")
    row = expected_of(book, deal)
    assert row is not None
    everything = gathered(book, MARCH, MARCH + 600).programs[0].paid.total
    assert everything == sum(payment.total for payment in row.estimate.payments) != 0
    assert gathered(book).programs[0].paid.total == paid_between(row.estimate.payments, MARCH, JUNE + 1)


def test_only_won_deals_count(book: Session) -> None:
    won(book, "Open", stage=Stage.OPEN)
    won(book, "Lost", stage=Stage.LOST)
    made = gathered(book)
    assert made.programs == ()
    assert made.left_out == ()


def test_a_period_before_anything_is_paid_is_empty(book: Session) -> None:
    won(book, "Müller")
    assert gathered(book, MARCH - 12, MARCH).programs == ()
    assert "Nothing is expected" in printed(commission_summary(book, MARCH - 12, MARCH, "en"))


@pytest.mark.parametrize("after", [MARCH, MARCH - 1])
def test_a_period_without_a_month_is_refused(book: Session, after: int) -> None:
    with pytest.raises(ValueError, match="no month"):
        gathered(book, MARCH, after)


def test_deals_stand_by_name_and_without_a_choice_the_best_plan_counts(book: Session) -> None:
    won(book, "zebra")
    won(book, "Alpha", plan=None)
    (program,) = gathered(book).programs
    assert [(deal.customer, deal.is_chosen) for deal in program.deals] == [("Alpha", False), ("zebra", True)]
    assert program.paid.total == sum(deal.paid.total for deal in program.deals)


def test_kinds_are_kept_apart(book: Session) -> None:
    known = next(enrolment for enrolment in book.enrolments if enrolment.program == AVAYA.program)
    with book.step("Enrol"):
        book.book.partner.save_enrolment(
            replace(known, inputs={"bonus": "8x", "residual": "12%"}, assumed=frozenset({"bonus"}))
        )
    offer = Offer(lines=(SEATS,), term=36, starts=date(2026, 4, 1))
    won(book, "Paris", plan=("avaya-cloud-fr", "referrer"), offers=(offer,), country="FR")
    made = gathered(book)
    assert [program.name.split(" ")[0] for program in made.programs] == ["Avaya"], made.left_out
    (deal,) = made.programs[0].deals
    assert deal.paid.once == Decimal("589.20") * 8
    assert deal.paid.recurring > 0
    assert len(deal.assumed) == 1
    assert deal.assumed[0] != "bonus"


def test_clawbacks_are_shown_as_such(book: Session) -> None:
    with book.step("Own program"):
        book.book.programs.save(ProgramText("own", date(2026, 1, 1), OWN_PROGRAM))
        book.book.partner.save_enrolment(Enrolment(program="own"))
    leaving = Event(month=3, kind=EventKind.CANCEL)
    offer = Offer(lines=(SEATS,), term=24, starts=date(2026, 4, 1), events=(leaving,))
    won(book, "Leaves", plan=("own", "agent"), offers=(offer,))
    (program,) = gathered(book, MARCH, MARCH + 60).programs
    assert program.paid == Paid(once=Decimal("1178.40"), clawback=Decimal("-1080.20"))  # 22 of 24 months not served
    assert gathered(book, MARCH, APRIL).programs[0].paid == Paid(once=Decimal("1178.40"))


def test_what_cannot_be_counted_is_named_with_the_reason(book: Session) -> None:
    won(book, "Incomplete", plan=("avaya-cloud-fr", "referrer"), country="FR")
    won(book, "Gone", plan=("nfon-ngage", "no-such-plan"))
    won(book, "Faulty", offers=(Offer(lines=(replace(SEATS, unit_price=None),), starts=date(2026, 4, 1)),))
    won(book, "Bare", plan=None, country="FR")
    made = gathered(book)
    assert made.programs == ()
    found = {one.customer: one for one in made.left_out}
    assert list(found) == ["Bare", "Faulty", "Gone", "Incomplete"]
    assert found["Incomplete"].reason is Reason.INCOMPLETE
    assert len(found["Incomplete"].missing) == 2
    assert found["Gone"].reason is Reason.NO_PLAN
    assert found["Faulty"].reason is Reason.FAULTY


def test_other_currencies_are_converted_only_with_a_rate(book: Session) -> None:
    won(book, "Müller")
    with book.step("Francs"):
        book.book.partner.save(replace(book.partner, currency="CHF"))
    assert gathered(book).conversions == ()
    with book.step("Rates"):
        for day, rate in ((date(2026, 1, 1), "0.95"), (date(2026, 5, 1), "0.9345"), (date(2026, 7, 1), "2")):
            book.book.partner.save_rate(ExchangeRate(day=day, base="EUR", quote="CHF", rate=Decimal(rate)))
    made = gathered(book)
    (conversion,) = made.conversions
    assert conversion.rate == Decimal("0.9345")
    assert conversion.amount == (made.by_currency["EUR"].total * Decimal("0.9345")).quantize(Decimal("0.01"))
    assert (made.currency, list(made.by_currency)) == ("CHF", ["EUR"])


def test_is_printed_in_the_language_asked_for(book: Session) -> None:
    won(book, "Müller & <b>Söhne</b>")
    text = printed(commission_summary(book, MARCH, JUNE + 1, "en"))
    assert "Commission summary" in text
    assert "Müller & <b>Söhne</b>" in text
    assert "265.14" in text  # three months of 88.38


def printed(pdf: bytes) -> str:
    """Return the text of a PDF."""
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)
