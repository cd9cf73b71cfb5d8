"""What is done with deals, and the table of deals."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from dealbook.desk import deals as desk
from dealbook.desk.session import Session
from dealbook.desk.stages import set_stage
from dealbook.domain.deal import Charge, Choice, Deal, Event, EventKind, Line, Offer, Stage
from dealbook.domain.partner import Partner
from dealbook.earnings.dealrow import deal_row

TODAY = date(2026, 1, 31)


def _line(quantity: str, price: str, charge: Charge = Charge.MONTHLY, **more: object) -> Line:
    line = Line(product="seat", category="ucaas", quantity=Decimal(quantity), unit_price=Decimal(price), charge=charge)
    return replace(line, **more)  # type: ignore[arg-type]


def _with_lines(session: Session, *lines: Line, customer: str = "Müller") -> Deal:
    deal = desk.new_deal(session, customer, today=TODAY)
    return desk.save_deal(session, replace(deal, offers=(replace(deal.offers[0], lines=lines),)), "Lines")


def _choice(deal: Deal, offer: int = 0) -> Choice:
    return Choice(offer_id=deal.offers[offer].id, program="nfon-ngage", version="2022", plan="commission")


def test_a_new_deal_takes_what_the_partner_has(session: Session) -> None:
    with session.step("Partner"):
        session.book.partner.save(Partner(name="Nord", country="CH", currency="CHF"))
    deal = desk.new_deal(session, "Müller", today=TODAY)
    assert session.deal(deal.id) == deal
    assert (deal.customer, deal.country, deal.currency, deal.stage) == ("Müller", "CH", "CHF", Stage.OPEN)
    assert (deal.signed, deal.offers[0].starts) == (date(2026, 2, 28), date(2026, 3, 1))
    assert session.book.undo_name == desk.NEW


def test_a_saved_deal_can_be_taken_back(session: Session) -> None:
    deal = desk.new_deal(session, "Müller", today=TODAY)
    desk.save_deal(session, replace(deal, customer="Meier"), "Rename")
    assert session.book.undo_name == "Rename"
    session.undo()
    assert session.deal(deal.id) == deal


def test_a_choice_goes_with_its_offer(session: Session) -> None:
    deal = _with_lines(session)
    deal = desk.save_deal(session, replace(deal, offers=(*deal.offers, Offer(starts=TODAY))), "Offer")
    deal = desk.choose(session, deal.id, _choice(deal, 1))
    assert desk.save_deal(session, replace(deal, note="x"), "Note").chosen == deal.chosen
    without = desk.save_deal(session, replace(deal, offers=deal.offers[:1]), "Remove offer")
    assert without.chosen is None
    session.undo()
    assert session.deal(deal.id).chosen == deal.chosen


def test_choosing_is_a_step(session: Session) -> None:
    deal = _with_lines(session)
    chosen = desk.choose(session, deal.id, _choice(deal))
    assert session.deal(deal.id).chosen == chosen.chosen == _choice(deal)
    assert session.book.undo_name == desk.CHOOSE
    desk.choose(session, deal.id, None)
    assert (session.deal(deal.id).chosen, session.book.undo_name) == (None, desk.UNCHOOSE)


def test_a_copy_begins_anew(session: Session) -> None:
    deal = _with_lines(session, _line("85", "22.00"))
    event = Event(month=13, kind=EventKind.ADD, product="seat")
    deal = replace(deal, stage=Stage.WON, chosen=_choice(deal), offers=(replace(deal.offers[0], events=(event,)),))
    deal = desk.save_deal(session, deal, "Win")
    copy = desk.duplicate_deal(session, deal.id)
    assert session.deal(deal.id) == deal
    assert (copy.stage, copy.chosen, copy.offers[0].events) == (Stage.OPEN, None, ())
    assert copy.customer == deal.customer
    assert [replace(line, id="") for line in copy.offers[0].lines] == [_line("85", "22.00")]
    assert not {copy.id, copy.offers[0].id} & {deal.id, deal.offers[0].id}
    assert session.book.undo_name == desk.DUPLICATE


def test_a_removed_deal_comes_back(session: Session) -> None:
    deal = _with_lines(session, _line("85", "22.00"))
    desk.remove_deal(session, deal.id)
    assert (deal.id in session.deals, session.book.undo_name) == (False, desk.REMOVE)
    session.undo()
    assert session.deal(deal.id) == deal


def test_what_is_not_there_cannot_be_changed(session: Session) -> None:
    for act in (desk.duplicate_deal, desk.remove_deal, lambda s, i: set_stage(s, i, Stage.WON)):
        with pytest.raises(KeyError):
            act(session, "nothing")
    assert session.book.step_count == 0


# --- the table


@pytest.mark.parametrize(
    ("lines", "mrr"),
    [
        ([], "0.00"),
        ([_line("85", "22.00")], "1870.00"),
        ([_line("85", "22.00"), _line("12", "65.00", Charge.ONE_TIME)], "1870.00"),
        ([_line("85", "22.00"), _line("12", "65.00", optional=True)], "1870.00"),
        ([_line("1", "100.00", Charge.ANNUAL)], "8.33"),
        ([_line("1", "100.00", Charge.ANNUAL)] * 3, "25.00"),  # the twelfth is not rounded before the end
        ([_line("0.5", "0.01")] * 2, "0.02"),  # what a line bills is
        ([_line("10", "0", unit_price=None, list_price=Decimal("9.99"), discount=Decimal("0.05"))], "94.91"),
    ],
)
def test_a_deal_s_monthly_revenue(session: Session, lines: list[Line], mrr: str) -> None:
    row = deal_row(_with_lines(session, *lines))
    assert str(row.mrr) == mrr


def test_the_chosen_offer_speaks_for_a_deal(session: Session) -> None:
    deal = _with_lines(session, _line("1", "10.00"))
    other = Offer(starts=TODAY, term=24, lines=(_line("1", "20.00"),))
    deal = desk.save_deal(session, replace(deal, offers=(*deal.offers, other)), "Offer")
    row = deal_row(deal)
    assert (row.mrr, row.term, row.program, row.plan) == (Decimal(10), 36, "", "")
    row = deal_row(desk.choose(session, deal.id, _choice(deal, 1)))
    assert (row.mrr, row.term, row.program, row.plan) == (Decimal(20), 24, "nfon-ngage", "commission")


def test_a_deal_without_offers_has_a_row() -> None:
    row = deal_row(Deal(customer="Müller", signed=TODAY, offers=()))
    assert (row.mrr, row.term, row.closes, row.currency) == (Decimal("0.00"), 0, TODAY, "EUR")


@pytest.mark.parametrize(
    ("search", "customers"),
    [
        ("", ["Müller & Söhne", "Straßenbau", "Acme"]),
        ("MÜLLER", ["Müller & Söhne"]),
        ("muller", ["Müller & Söhne"]),
        ("mueller soehne", ["Müller & Söhne"]),
        ("strassen", ["Straßenbau"]),
        ("söhne telephony", ["Müller & Söhne"]),
        ("  telephony   ada ", ["Müller & Söhne"]),
        ("ad", ["Müller & Söhne", "Acme"]),
        ("ö", ["Müller & Söhne", "Acme"]),  # as o
        ("roadrunner", ["Acme"]),
        ("telephony acme", []),
        ('"', []),
    ],
)
def test_search_finds_every_word_anywhere(session: Session, search: str, customers: list[str]) -> None:
    made = Deal(customer="Müller & Söhne", title="Telephony", contact="Ada", signed=TODAY, offers=())
    desk.save_deal(session, made, "New")
    desk.save_deal(session, replace(made, customer="Straßenbau", title="", contact="", stage=Stage.WON), "New")
    desk.save_deal(session, replace(made, customer="Acme", title="", contact="", note="meep, says the Roadrunner"), "N")
    hits = desk.hits_of(session, search)
    assert sorted(row.customer for row in session.rows.values() if hits is None or row.id in hits) == sorted(customers)


def test_a_search_does_not_join_fields(session: Session) -> None:
    desk.save_deal(session, Deal(customer="Abcd", title="Efgh", signed=TODAY, offers=()), "New")
    assert desk.hits_of(session, "cdef") == frozenset()
    assert desk.hits_of(session, "de") == frozenset()
