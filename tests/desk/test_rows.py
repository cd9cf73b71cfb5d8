"""The rows of the table and what is read of deals: the same as the deals themselves, without reading them."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dealbook.book.connection import create_book
from dealbook.desk import kept_deals
from dealbook.desk.program_terms import program_terms
from dealbook.desk.session import Session
from dealbook.domain.deal import Choice, Deal, Line, Offer
from dealbook.domain.partner import Enrolment
from dealbook.earnings.dealrow import deal_row
from dealbook.programs.terms import all_terms
from tests.book.records import deals as any_deal

DAY = date(2026, 3, 10)
ACTIONS = st.sampled_from(["new", "change", "choose", "remove", "import", "undo", "redo"])


@contextmanager
def statements(session: Session) -> Iterator[list[str]]:
    """Note what the book asks SQLite meanwhile."""
    asked: list[str] = []
    session.book._db.conn.set_trace_callback(asked.append)
    yield asked
    session.book._db.conn.set_trace_callback(None)


def saved(session: Session, deal: Deal) -> Deal:
    with session.step("Save"):
        return session.book.deals.save(deal)


def plain(number: int = 0) -> Deal:
    line = Line(product=f"Seat {number}", category="ucaas", unit_price=Decimal("10.00"), quantity=Decimal(number + 1))
    return Deal(customer=f"Customer {number}", signed=DAY, offers=(Offer(starts=DAY, lines=(line,)),))


def act(session: Session, action: str, drawn: Deal) -> None:
    """Do one thing to the book."""
    deals = session.book.deals.all()
    if action == "undo":
        session.undo()
    elif action == "redo":
        session.redo()
    elif action == "import":
        with session.step("Import"):
            session.book.deals.add_all([drawn, drawn])
    elif action == "new" or not deals:
        saved(session, drawn)
    elif action == "remove":
        with session.step("Remove"):
            session.book.deals.remove(deals[len(deals) // 2].id)
    elif action == "choose" and deals[0].offers:
        choice = Choice(offer_id=deals[0].offers[-1].id, program="nfon-ngage", version="2022", plan="commission")
        saved(session, replace(deals[0], chosen=choice))
    else:
        saved(session, replace(drawn, id=deals[0].id, chosen=None))


@settings(max_examples=25)
@given(st.lists(st.tuples(ACTIONS, any_deal), max_size=8))
def test_rows_are_those_of_the_deals_after_every_change(actions: list[tuple[str, Deal]]) -> None:
    with TemporaryDirectory() as folder:
        session = Session(create_book(Path(folder) / "any.dealbook"))
        assert session.rows == {}
        for action, drawn in actions:
            act(session, action, drawn)
            deals = session.book.deals.all()
            assert list(session.rows.items()) == [(deal.id, deal_row(deal)) for deal in deals]
            assert tuple(session.deals.values()) == deals
            assert list(session.some_deals(deal.id for deal in deals[::-1])) == list(deals[::-1])
            assert all(session.deal(deal.id) == deal for deal in deals)
        session.close()


def test_a_table_of_deals_reads_no_line(session: Session) -> None:
    for number in range(3):
        saved(session, plain(number))
    fresh = Session(session.book)
    with statements(fresh) as asked:
        assert len(fresh.rows) == 3
    assert len(asked) == 1
    assert "line" not in asked[0]


def test_a_change_reads_the_row_of_the_deal_alone(session: Session) -> None:
    deals = [saved(session, plain(number)) for number in range(3)]
    assert len(session.rows) == 3
    kept = session.rows[deals[0].id]
    with statements(session) as asked:
        saved(session, replace(deals[1], customer="Other"))
        assert session.rows[deals[1].id].customer == "Other"
    assert session.rows[deals[0].id] is kept
    read = [text for text in asked if text.lstrip().startswith("SELECT deal.id, customer")]
    assert len(read) == 1
    assert deals[1].id in read[0]


def test_of_a_large_book_few_deals_stay_at_hand(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept_deals, "KEPT", 2)
    monkeypatch.setattr(kept_deals, "_AT_ONCE", 2)
    deals = [saved(session, plain(number)) for number in range(5)]
    assert len(session.rows) == len(deals)
    with statements(session) as asked:
        assert tuple(session.deals.values()) == tuple(deals)
    assert len(asked) == 4 * 3, "five deals are three times two"
    held = session.deal(deals[0].id)
    assert session.deal(deals[0].id) is held
    for deal in deals[1:]:
        session.deal(deal.id)
    assert session.deal(deals[0].id) is not held
    assert session.deal(deals[0].id) == held
    assert "nothing" not in session.deals
    with pytest.raises(KeyError):
        session.deals["nothing"]


def test_what_is_kept_by_deal_goes_with_the_deal(session: Session) -> None:
    one, two = saved(session, plain()), saved(session, plain(1))
    kept = session.by_deal("figures", frozenset({"partner"}))
    kept |= {one.id: 1, two.id: 2}
    with session.step("Change"):
        session.book.deals.save(replace(one, note="x"))
        assert session.by_deal("figures", frozenset({"partner"})) == {}
    assert session.by_deal("figures", frozenset({"partner"})) == {two.id: 2}
    with session.step("Partner"):
        session.book.partner.save(replace(session.partner, name="Nord"))
    assert session.by_deal("figures", frozenset({"partner"})) == {}


def test_products_are_the_latest_of_their_name(session: Session) -> None:
    first = saved(session, plain())
    lines = (replace(first.offers[0].lines[0], id="", unit_price=Decimal("12.00")),)
    saved(session, replace(plain(1), offers=(Offer(starts=DAY, lines=lines),)))
    assert [(line.product, line.unit_price) for line in session.products] == [("Seat 0", Decimal("12.00"))]


def test_the_terms_of_a_day_are_those_worked_out_for_it(session: Session) -> None:
    until = date(2024, 5, 6)
    with session.step("Enrol"):
        session.book.partner.save_enrolment(Enrolment(program="nfon-ngage", certified=True, until=until))
        session.book.partner.save_enrolment(Enrolment(program="google-workspace", version="renewals-20"))
    days = {until, *(one.effective_from for found in session.catalog.versions.values() for one in found)}
    for day in sorted(days):
        for near in (day - timedelta(days=1), day, day + timedelta(days=1)):
            wanted = all_terms(session.catalog, session.partner, session.enrolments, near)
            assert program_terms(session, near) == wanted
