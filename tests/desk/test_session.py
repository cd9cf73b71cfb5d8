"""What the screens see of a book: records at hand, and word of every change."""

import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from dealbook.book.connection import Touched
from dealbook.book.programs import ProgramText
from dealbook.desk.session import Session
from dealbook.domain.deal import Deal, Offer
from dealbook.domain.partner import Enrolment, ExchangeRate, Partner

DAY = date(2026, 3, 10)


@pytest.fixture
def heard(session: Session) -> list[Touched]:
    """All that the session announces."""
    heard: list[Touched] = []
    session.subscribe(heard.append)
    return heard


def _deal(session: Session, customer: str = "Müller") -> Deal:
    with session.step("New"):
        return session.book.deals.save(Deal(customer=customer, signed=DAY, offers=(Offer(starts=DAY),)))


def test_records_are_read_once(session: Session) -> None:
    deal = _deal(session)
    assert session.deal(deal.id) is session.deals[deal.id]
    for read in (lambda: session.partner, lambda: session.enrolments, lambda: session.rates, lambda: session.catalog):
        assert read() is read()


def test_only_what_was_touched_is_read_again(session: Session) -> None:
    one, two = _deal(session), _deal(session)
    kept, partner = session.deals[two.id], session.partner
    with session.step("Note"):
        session.book.deals.save(replace(one, note="new"))
    assert session.deal(one.id).note == "new"
    assert session.deals[two.id] is kept
    assert session.partner is partner
    with session.step("Name"):
        session.book.partner.save(Partner(name="Nord"))
    assert session.partner == Partner(name="Nord")


def test_a_change_undo_and_redo_are_announced_alike(session: Session, heard: list[Touched]) -> None:
    deal = _deal(session)
    touched = Touched("New", frozenset({("deal", deal.id)}))
    assert heard == [touched]
    assert (session.undo(), session.redo()) == (touched, touched)
    assert heard == [touched] * 3
    assert session.redo() is None
    assert len(heard) == 3


def test_the_cache_follows_before_the_screens_look(session: Session) -> None:
    seen: list[list[str]] = []
    assert session.deals == {}
    session.subscribe(lambda _: seen.append([deal.customer for deal in session.deals.values()]))
    _deal(session)
    session.undo()
    session.redo()
    assert seen == [["Müller"], [], ["Müller"]]


def test_deals_stay_in_order_when_one_comes_back(session: Session) -> None:
    made = [_deal(session, name) for name in "abc"]
    with session.step("Remove"):
        session.book.deals.remove(made[1].id)
    assert list(session.deals) == [made[0].id, made[2].id]
    session.undo()
    assert list(session.deals) == [deal.id for deal in made]


def test_a_step_of_many_deals_is_followed(session: Session) -> None:
    assert session.deals == {}
    with session.step("Import"):
        for number in range(120):
            session.book.deals.save(Deal(customer=str(number), signed=DAY, offers=()))
    assert [deal.customer for deal in session.deals.values()] == [str(number) for number in range(120)]


def test_a_failed_step_leaves_and_says_nothing(session: Session, heard: list[Touched]) -> None:
    def fail() -> None:
        with session.step("Fail"):
            session.book.partner.save(Partner(name="Nord"))
            assert session.partner.name == "Nord"  # a step sees what it wrote …
            assert len(session.deals) == 0
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert session.partner.name == ""  # … and nothing of it stays
    assert heard == []


def test_a_step_sees_the_deals_that_it_wrote(session: Session) -> None:
    assert session.deals == {}
    with session.step("Import"):
        deal = session.book.deals.save(Deal(customer="Müller", signed=DAY, offers=()))
        assert session.deal(deal.id) == deal
        assert list(session.deals) == [deal.id]


def test_steps_inside_a_step_are_announced_once(session: Session, heard: list[Touched]) -> None:
    with session.step("Outer"):
        one = _deal(session)
        two = _deal(session)
        assert heard == []
    assert heard == [Touched("Outer", frozenset({("deal", one.id), ("deal", two.id)}))]


def test_a_step_that_changes_nothing_is_not_announced(session: Session, heard: list[Touched]) -> None:
    deal = _deal(session)
    with session.step("Same"):
        session.book.deals.save(deal)
    assert len(heard) == 1


def test_a_setting_is_announced_with_its_step(session: Session, heard: list[Touched]) -> None:
    with session.step("Language"):
        session.book.settings.set("language", "de")
    assert heard == [Touched("Language", frozenset({("setting", "language")}))]
    assert session.book.undo_name is None


def test_who_no_longer_listens_is_not_called(session: Session) -> None:
    heard: list[Touched] = []
    leave: list[Callable[[], None]] = []

    def once(touched: Touched) -> None:
        heard.append(touched)
        leave[0]()

    leave.append(session.subscribe(once))
    session.subscribe(heard.append)
    _deal(session)
    _deal(session)
    assert [touched.name for touched in heard] == ["New", "New", "New"]  # both, then only the second


def test_what_nobody_kept_is_not_there(session: Session) -> None:
    with pytest.raises(KeyError):
        session.deal("nothing")


def test_enrolments_and_rates_follow(session: Session) -> None:
    seen = [(session.enrolments, session.rates)]
    session.subscribe(lambda _: seen.append((session.enrolments, session.rates)))
    rate = ExchangeRate(day=DAY, base="EUR", quote="USD", rate=Decimal("1.1"))
    with session.step("Enrol"):
        enrolment = session.book.partner.save_enrolment(Enrolment(program="nfon-ngage"))
        session.book.partner.save_rate(rate)
    session.undo()
    assert seen == [((), ()), ((enrolment,), (rate,)), ((), ())]


def test_what_is_derived_is_kept_until_a_record_is_touched(session: Session) -> None:
    def made() -> object:
        return session.derived("key", frozenset({"partner"}), object)

    first = made()
    _deal(session)
    assert made() is first
    with session.step("Name"):
        session.book.partner.save(Partner(name="Nord"))
        assert made() is not first
    second = made()
    assert second is not first
    session.undo()
    assert made() is not second


def test_the_partner_s_own_programs_join_the_catalogue(session: Session) -> None:
    shipped = session.catalog
    with session.step("Program"):
        session.book.programs.save(ProgramText("own", DAY, "this is no program"))
    named = [problem.facts.get("file") for problem in session.catalog.problems]
    assert "own/2026-03-10.toml" in named
    session.undo()
    assert session.catalog.problems == shipped.problems


def test_a_session_is_loaded_without_the_book(tmp_path: object) -> None:
    code = "import sys, dealbook.desk.session; print([name for name in sys.modules if name.startswith('sqlite')])"
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert done.stdout.strip() == "[]"
