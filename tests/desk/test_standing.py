"""What a won deal counts for in a program's standing: its chosen offer, in the program's currency, while in care."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from dealbook.desk.compare import terms_on
from dealbook.desk.session import Session
from dealbook.desk.standing import won_by_program
from dealbook.domain.deal import Choice, Deal, Event, EventKind, Line, Offer, Role, Stage
from dealbook.domain.partner import Enrolment, ExchangeRate, Partner
from dealbook.earnings.standing import Won

NFON, AVAYA = "nfon-ngage", "avaya-cloud-fr"
STARTS = date(2026, 2, 1)


def offer_of(quantity: int, *events: Event) -> Offer:
    seat = Line(product="seat", category="ucaas", quantity=Decimal(quantity), unit_price=Decimal("20.00"))
    return Offer(lines=(seat,), term=12, starts=STARTS, events=events)


def win(session: Session, *offers: Offer, chosen: int = 0, **changes: object) -> Deal:
    """Save a deal that was won with one of its offers."""
    deal = Deal(customer="Weser IT", signed=date(2026, 1, 20), offers=offers, stage=Stage.WON)
    with session.step("Win"):
        saved = session.book.deals.save(replace(deal, **changes))  # type: ignore[arg-type]
        choice = Choice(offer_id=saved.offers[chosen].id, program=NFON, version="2022", plan="commission")
        return session.book.deals.save(replace(saved, chosen=choice))


def won(session: Session, day: date) -> Won:
    """Return what counts for another deal that is signed on a day."""
    deal = Deal(customer="Other", signed=day, offers=(), id="other")
    return won_by_program(session, deal, terms_on(session, deal))[NFON]


@pytest.fixture
def session(session: Session) -> Session:
    with session.step("Set up"):
        session.book.partner.save(Partner(name="Nordlicht Systems GmbH"))
        session.book.partner.save_enrolment(Enrolment(program=NFON, certified=True))
    return session


def test_a_won_deal_counts_with_its_figures(session: Session) -> None:
    win(session, offer_of(10))
    found = won(session, date(2026, 3, 1)).current
    figures = {"won_deals": 1, "won_seats": 10, "won_mrr": 200, "won_tcv": 2400, "care_revenue": 2400}
    assert {name: found[name] for name in figures} == figures


@pytest.mark.parametrize(("chosen", "seats"), [(0, 10), (1, 25)])
def test_the_chosen_offer_is_what_was_won(session: Session, chosen: int, seats: int) -> None:
    win(session, offer_of(10), offer_of(25), chosen=chosen)
    assert won(session, date(2026, 3, 1)).current["won_seats"] == seats


def test_it_counts_in_the_programs_currency_at_the_signing_days_rate(session: Session) -> None:
    with session.step("Rates"):
        for day, rate in ((date(2026, 1, 1), "0.10"), (date(2026, 2, 1), "0.50")):
            session.book.partner.save_rate(ExchangeRate(day=day, base="SEK", quote="EUR", rate=Decimal(rate)))
    win(session, offer_of(10), currency="SEK")
    found = won(session, date(2026, 3, 1)).current
    assert [found[name] for name in ("won_mrr", "won_tcv", "won_seats")] == [20, 240, 10]


def test_without_a_rate_it_counts_with_its_seats_and_no_money(session: Session) -> None:
    win(session, offer_of(10), currency="SEK")
    found = won(session, date(2026, 3, 1)).current
    names = ("won_deals", "won_seats", "won_mrr", "won_tcv", "care_revenue")
    assert [found[name] for name in names] == [1, 10, 0, 0, 0]


@pytest.mark.parametrize(("day", "in_care"), [(date(2026, 1, 31), 0), (STARTS, 2400), (date(2026, 4, 30), 2400)])
def test_care_begins_with_the_service(session: Session, day: date, in_care: int) -> None:
    win(session, offer_of(10))
    assert won(session, day).current["care_revenue"] == in_care


@pytest.mark.parametrize(
    ("events", "last", "first_without"),
    [
        ((Event(month=4, kind=EventKind.CANCEL),), date(2026, 4, 30), date(2026, 5, 1)),
        ((Event(month=3, kind=EventKind.HANDOVER, role=Role.CARE),), date(2026, 3, 31), date(2026, 4, 1)),
        (
            (Event(month=3, kind=EventKind.HANDOVER, role=Role.CARE), Event(month=6, kind=EventKind.CANCEL)),
            date(2026, 3, 31),
            date(2026, 4, 1),
        ),
        (
            (Event(month=6, kind=EventKind.HANDOVER, role=Role.CARE), Event(month=4, kind=EventKind.CANCEL)),
            date(2026, 4, 30),
            date(2026, 5, 1),
        ),
    ],
)
def test_care_ends_with_a_cancellation_or_a_handover(
    session: Session, events: tuple[Event, ...], last: date, first_without: date
) -> None:
    win(session, offer_of(10, *events))
    assert won(session, last).current["care_revenue"] == 2400
    assert won(session, first_without).current["care_revenue"] == 0


def test_a_handover_of_acquisition_leaves_the_care(session: Session) -> None:
    win(session, offer_of(10, Event(month=3, kind=EventKind.HANDOVER, role=Role.ACQUISITION)))
    assert won(session, date(2026, 12, 1)).current["care_revenue"] == 2400


def test_care_that_comes_later_counts_from_then_on(session: Session) -> None:
    event = Event(month=3, kind=EventKind.HANDOVER, role=Role.CARE, to_us=True)
    win(session, offer_of(10, event), roles=frozenset({Role.ACQUISITION}))
    assert won(session, date(2026, 3, 31)).current["care_revenue"] == 0
    assert won(session, date(2026, 4, 1)).current["care_revenue"] == 2400


def test_open_deals_and_other_programs_do_not_count(session: Session) -> None:
    deal = win(session, offer_of(10))
    with session.step("Open"):
        session.book.deals.save(replace(deal, stage=Stage.OPEN))
    assert won(session, date(2026, 3, 1)).current["won_deals"] == 0
    with session.step("Elsewhere"):
        assert deal.chosen is not None
        session.book.deals.save(replace(deal, chosen=replace(deal.chosen, program=AVAYA)))
    assert won(session, date(2026, 3, 1)).current["won_deals"] == 0


def test_a_deal_does_not_count_for_itself(session: Session) -> None:
    deal = win(session, offer_of(10))
    assert won_by_program(session, deal, terms_on(session, deal))[NFON].current["won_deals"] == 0


def test_a_change_of_the_deal_or_a_rate_counts_at_once(session: Session) -> None:
    deal = win(session, offer_of(10), currency="SEK")
    assert won(session, date(2026, 3, 1)).current["won_mrr"] == 0
    with session.step("Rate"):
        rate = ExchangeRate(day=date(2026, 1, 1), base="SEK", quote="EUR", rate=Decimal("0.10"))
        session.book.partner.save_rate(rate)
    assert won(session, date(2026, 3, 1)).current["won_mrr"] == 20
    with session.step("Grow"):
        session.book.deals.save(replace(deal, offers=(replace(deal.offers[0], lines=offer_of(20).lines),)))
    assert won(session, date(2026, 3, 1)).current["won_seats"] == 20
