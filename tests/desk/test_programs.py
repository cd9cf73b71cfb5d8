"""Memberships, contract values and exchange rates: each use case one step that can be undone."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from dealbook.desk.compare import clear_input, compare, set_input
from dealbook.desk.programs import (
    Origin,
    change_enrolment,
    doubts,
    enrol,
    enrolment_of,
    found,
    input_rows,
    leave,
    mark_assumed,
    program_rows,
    rejoin,
)
from dealbook.desk.rates import RateFault, remove_rate, save_rate
from dealbook.desk.session import Session
from dealbook.domain.deal import Choice, Deal, Line, Offer
from dealbook.domain.partner import Enrolment, ExchangeRate
from dealbook.earnings.estimate import Status
from dealbook.programs.values import Bands

DAY = date(2026, 6, 1)
NEC, NFON, AVAYA = "nec-univerge-blue", "nfon-ngage", "avaya-cloud-fr"
RATE = ExchangeRate(day=date(2026, 1, 2), base="EUR", quote="USD", rate=Decimal("1.17"))


def statuses(session: Session, program: str, country: str = "DE") -> dict[str, Status]:
    """Return how a small telephony deal stands under each plan of a program."""
    line = Line(product="Seat", category="ucaas", quantity=Decimal(40), unit_price=Decimal(20))
    offer = Offer(id="o", lines=(line,), term=36, starts=date(2026, 7, 1))
    currency = "USD" if program == NEC else "EUR"
    deal = Deal(customer="C", signed=DAY, offers=(offer,), currency=currency, country=country)
    rows = compare(session, deal, offer).rows
    return {row.estimate.plan: row.estimate.status for row in rows if row.estimate.program == program}


def test_enrolling_opens_the_plans_and_says_no_more_than_that(session: Session) -> None:
    assert set(statuses(session, NEC, "US").values()) == {Status.INELIGIBLE}
    made = enrol(session, NEC)
    assert made == Enrolment(program=NEC, id=made.id)
    assert Status.INELIGIBLE not in statuses(session, NEC, "US").values()
    assert enrol(session, NEC) == made
    session.undo()
    assert enrolment_of(session, NEC) is None


def test_nobody_enrols_in_a_program_that_is_not_there(session: Session) -> None:
    with pytest.raises(KeyError):
        enrol(session, "nobody")
    with pytest.raises(KeyError):
        leave(session, NEC, DAY)
    assert session.book.step_count == 0


def test_leaving_takes_the_values_along_and_undo_brings_them_back(session: Session) -> None:
    enrol(session, NEC)
    set_input(session, NEC, "commission", "18%", assumed=True)
    before = enrolment_of(session, NEC)
    leave(session, NEC, DAY)
    assert session.enrolments == ()
    session.undo()
    assert enrolment_of(session, NEC) == before
    assert before is not None
    assert before.inputs == {"commission": "18%"}


def test_values_that_the_version_does_not_ask_for_are_named(session: Session) -> None:
    made = enrol(session, NEC)
    change_enrolment(session, replace(made, inputs={"commission": "18%", "commission2": "2%", "spiff": "x"}), "Import")
    assert [(one.code, one.facts["found"]) for one in doubts(session, NEC, DAY)] == [("unknown-input", "commission2")]
    assert doubts(session, "nobody", DAY) == ()


def test_leaving_with_deals_keeps_the_values_until_a_day(session: Session) -> None:
    enrol(session, NEC)
    set_input(session, NEC, "commission", "18%")
    offer = Offer(id="o", lines=(), term=36, starts=DAY)
    chosen = Choice(offer_id="o", program=NEC, version="cloud-cash", plan="agent")
    with session.step("Deal"):
        session.book.deals.save(Deal(customer="C", signed=DAY, offers=(offer,), chosen=chosen))
    left = leave(session, NEC, DAY)
    assert left is not None
    assert (left.until, left.inputs) == (DAY, {"commission": "18%"})
    rows = {day: next(row for row in program_rows(session, day) if row.id == NEC) for day in (DAY, date(2026, 5, 31))}
    assert (rows[DAY].is_member, rows[DAY].has_left) == (False, True)
    assert rows[date(2026, 5, 31)].is_member
    assert session.book.undo_name == "Leave a program"
    assert rejoin(session, NEC).until is None
    with pytest.raises(KeyError):
        rejoin(session, NFON)


def test_a_membership_changes_in_a_named_step(session: Session) -> None:
    made = enrol(session, NFON)
    changed = replace(made, certified=True, since=date(2024, 1, 1), version="2022", tier="Gold")
    assert change_enrolment(session, changed, "Change tier") == changed
    assert session.book.undo_name == "Change tier"
    steps = session.book.step_count
    change_enrolment(session, changed, "Change tier")
    assert session.book.step_count == steps


def test_the_rows_say_what_is_missing(session: Session) -> None:
    rows = {row.id: row for row in program_rows(session, DAY)}
    vendors = [row.program.vendor for row in program_rows(session, DAY)]
    assert vendors == sorted(vendors, key=str.casefold)
    assert rows[NEC].enrolment is None
    missing = rows[NEC].missing
    assert missing == 4
    enrol(session, NEC)
    set_input(session, NEC, "commission", "18%")
    row = next(row for row in program_rows(session, DAY) if row.id == NEC)
    assert row.missing == missing - 1
    assert row.enrolment == enrolment_of(session, NEC)
    assert not next(r for r in program_rows(session, date(2010, 1, 1)) if r.id == NEC).is_in_force


def test_a_pinned_version_is_the_one_that_is_shown(session: Session) -> None:
    older, newest = (program.version for program in session.catalog.versions[NFON][-2:])
    made = enrol(session, NFON)
    shown = {row.id: row.program.version for row in program_rows(session, DAY)}
    assert shown[NFON] == newest
    change_enrolment(session, replace(made, version=older), "Change program version")
    shown = {row.id: row.program.version for row in program_rows(session, DAY)}
    assert shown[NFON] == older


def test_search_goes_by_every_word(session: Session) -> None:
    rows = program_rows(session, DAY)
    assert [row.id for row in found(rows, "NEC univerge")] == [NEC]
    assert [row.id for row in found(rows, "wholesale nec")] == [NEC]
    assert found(rows, "nec nfon") == []


def test_where_a_value_is_from(session: Session) -> None:
    enrol(session, NEC)
    enrol(session, AVAYA)
    set_input(session, NEC, "commission", "18%")
    set_input(session, NEC, "spiff", "0x", assumed=True)
    rows = {row.input.name: row for row in input_rows(session, NEC, DAY)}
    assert rows["commission"].origin is Origin.CONTRACT
    assert rows["spiff"].origin is Origin.ASSUMED
    assert rows["reseller_discount"].origin is Origin.MISSING
    assert rows["commission"].raw == "18%"
    bonus = next(row for row in input_rows(session, AVAYA, DAY) if row.input.name == "bonus")
    assert (bonus.value, bonus.input.at_most) == (None, Decimal(8))  # a ceiling is no value
    set_input(session, AVAYA, "bonus", "9x")
    avaya = {row.input.name: row for row in input_rows(session, AVAYA, DAY)}
    assert avaya["bonus"].problem is not None
    assert avaya["bonus"].problem.code == "above-ceiling"
    assert {row.problem for name, row in avaya.items() if name != "bonus"} == {None}
    assert avaya["bonus"].source.startswith("Avaya dédie")
    assert input_rows(session, "nobody", DAY) == []


def test_a_table_is_kept_as_a_table(session: Session) -> None:
    made = enrol(session, AVAYA)
    table = {"by": "term", "12": "2x", "36": "8x"}
    change_enrolment(session, replace(made, inputs={"bonus": table}), "Import")
    bonus = next(row for row in input_rows(session, AVAYA, DAY) if row.input.name == "bonus")
    assert isinstance(bonus.value, Bands)
    assert bonus.raw == table


def test_clearing_and_assuming(session: Session) -> None:
    enrol(session, NEC)
    set_input(session, NEC, "commission", "18%")
    mark_assumed(session, NEC, "commission", True, "Change assumption")
    known = enrolment_of(session, NEC)
    assert known is not None
    assert known.assumed == {"commission"}
    clear_input(session, NEC, "commission")
    known = enrolment_of(session, NEC)
    assert known is not None
    assert (dict(known.inputs), known.assumed) == ({}, frozenset())
    steps = session.book.step_count
    clear_input(session, NEC, "commission")
    mark_assumed(session, NEC, "commission", True, "Change assumption")
    assert session.book.step_count == steps


def test_rates_are_added_changed_and_removed(session: Session) -> None:
    assert save_rate(session, RATE) is None
    later = replace(RATE, day=date(2026, 7, 1), rate=Decimal("1.158"))
    assert save_rate(session, later, RATE) is None
    assert list(session.rates) == [later]
    assert session.book.undo_name == "Change exchange rate"
    session.undo()
    assert list(session.rates) == [RATE]
    remove_rate(session, RATE)
    assert list(session.rates) == []
    session.undo()
    assert list(session.rates) == [RATE]


@pytest.mark.parametrize(
    ("wrong", "fault"),
    [
        (replace(RATE, quote="EUR"), RateFault.SAME_CURRENCY),
        (replace(RATE, rate=Decimal(0)), RateFault.NOT_POSITIVE),
        (replace(RATE, rate=Decimal("1.2")), RateFault.DOUBLE),
        (replace(RATE, base="USD", quote="EUR", rate=Decimal("0.9")), RateFault.DOUBLE),
    ],
)
def test_a_wrong_rate_is_refused(session: Session, wrong: ExchangeRate, fault: RateFault) -> None:
    save_rate(session, RATE)
    assert save_rate(session, wrong) is fault
    assert list(session.rates) == [RATE]
    assert save_rate(session, replace(RATE, rate=Decimal("1.2")), RATE) is None  # the same one, changed
