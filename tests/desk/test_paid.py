"""What won deals were paid once, deal by deal in the order of signing, for programs that ask for it."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from dealbook.book.programs import ProgramText
from dealbook.desk import paid
from dealbook.desk.compare import compare, terms_on
from dealbook.desk.session import Session
from dealbook.desk.standing import won_by_program
from dealbook.domain.deal import Choice, Deal, Event, EventKind, Line, Offer, Stage
from dealbook.domain.partner import Enrolment, ExchangeRate, Partner
from dealbook.earnings.case import Case
from dealbook.earnings.estimate import Estimate
from dealbook.earnings.evaluate import evaluate
from dealbook.earnings.worth import Worth
from dealbook.programs.model import Plan

PROGRAM = """\
format = 1

[program]
id = "{id}"
vendor = "V"
name = "P"
version = "1"
effective_from = 2025-01-01
covers = ["ucaas"]
{head}

[[plan]]
id = "referral"
model = "referral"

[[plan.pays]]
id = "fee"
basis = "mrr"
rate = "1x"
{pays}
"""
STARTS = date(2026, 3, 1)
CAPPED = 'cap = 1000\ncap_per = "year"\nclawback = { window = 6, share = "100%" }'


def save(session: Session, program: str, pays: str = CAPPED, head: str = "", **enrolment: object) -> None:
    with session.step("Program"):
        text = PROGRAM.format(id=program, pays=pays, head=head)
        session.book.programs.save(ProgramText(program, date(2025, 1, 1), text))
        session.book.partner.save_enrolment(Enrolment(program=program, **enrolment))  # type: ignore[arg-type]


def offer_of(seats: int, starts: date, *events: Event) -> Offer:
    seat = Line(product="seat", category="ucaas", quantity=Decimal(seats), unit_price=Decimal("20.00"))
    return Offer(lines=(seat,), term=12, starts=starts, events=events)


def win(session: Session, signed: date, seats: int, program: str = "capped", *events: Event, **changes: object) -> Deal:
    offer = offer_of(seats, signed, *events)
    deal = Deal(customer="Weser IT", signed=signed, offers=(offer,), stage=Stage.WON)
    with session.step("Win"):
        saved = session.book.deals.save(replace(deal, **changes))  # type: ignore[arg-type]
        choice = Choice(offer_id=saved.offers[0].id, program=program, version="1", plan="referral")
        return session.book.deals.save(replace(saved, chosen=choice))


def paid_so_far(session: Session, day: date, program: str = "capped", deal: Deal | None = None) -> list[Decimal]:
    """Return what was paid in the year of a day and in the year before."""
    asked = deal or Deal(customer="Other", signed=day, offers=(), id="other")
    won = won_by_program(session, asked, terms_on(session, asked))[program]
    return [won.current["won_paid"], won.before["won_paid"]]


@pytest.fixture
def session(session: Session) -> Session:
    with session.step("Set up"):
        session.book.partner.save(Partner(name="Nordlicht Systems GmbH"))
    save(session, "capped")
    return session


def test_each_deal_is_paid_what_the_ones_before_leave_of_the_cap(session: Session) -> None:
    win(session, date(2026, 5, 1), 30)  # 600.00 of 1,000.00, and 400.00 are left
    win(session, date(2026, 3, 1), 10)  # made later, and signed before: 200.00, so that only 800.00 are left
    win(session, date(2026, 6, 1), 30)  # 200.00 of its 600.00
    assert paid_so_far(session, date(2026, 3, 1)) == [200, 0]
    assert paid_so_far(session, date(2026, 5, 31)) == [800, 0]
    assert paid_so_far(session, date(2026, 12, 31)) == [1000, 0]
    assert paid_so_far(session, date(2027, 1, 1)) == [0, 1000]


def test_the_comparison_of_a_deal_uses_it(session: Session) -> None:
    win(session, date(2026, 3, 1), 40)
    deal = Deal(customer="C", signed=date(2026, 4, 1), offers=(offer_of(30, date(2026, 5, 1)),), id="new")
    (row,) = [row for row in compare(session, deal, deal.offers[0]).rows if row.key == ("capped", "referral")]
    assert row.totals is not None
    assert row.totals.upfront == 200


def test_a_won_deal_counts_what_came_before_it_and_not_itself(session: Session) -> None:
    day = date(2026, 3, 1)
    first, second = win(session, day, 10), win(session, day, 15)
    assert paid_so_far(session, day, deal=first) == [0, 0]
    assert paid_so_far(session, day, deal=second) == [200, 0]
    assert paid_so_far(session, day) == [500, 0]


def test_what_is_paid_back_makes_no_room(session: Session) -> None:
    win(session, date(2026, 3, 1), 10, "capped", Event(month=3, kind=EventKind.CANCEL))
    assert paid_so_far(session, date(2026, 6, 1)) == [200, 0]


def test_a_payment_counts_in_the_year_in_which_it_is_paid(session: Session) -> None:
    more = 'lag = 2\ninstalments = [ { share = "50%" }, { share = "50%", lag = 12 } ]'
    save(session, "late", f"{CAPPED}\n{more}", '[standing]\nperiod = "fiscal-year"\nstarts_month = 4')
    win(session, date(2026, 2, 1), 10, "late")  # 100.00 in April 2026 and April 2027
    assert paid_so_far(session, date(2026, 3, 31), "late") == [0, 0]
    assert paid_so_far(session, date(2026, 4, 1), "late") == [100, 0]
    assert paid_so_far(session, date(2027, 4, 1), "late") == [100, 100]


def test_money_of_another_currency_is_converted(session: Session) -> None:
    rate = ExchangeRate(day=date(2026, 1, 1), base="SEK", quote="EUR", rate=Decimal("0.10"))
    with session.step("Rate"):
        session.book.partner.save_rate(rate)
    win(session, date(2026, 3, 1), 10, currency="SEK")
    assert paid_so_far(session, date(2026, 6, 1)) == [20, 0]


def test_a_successor_counts_what_the_old_program_won_and_paid(session: Session) -> None:
    save(session, "heir", CAPPED, 'succeeds = ["capped"]\neffective_until = 2099-01-01')
    win(session, date(2026, 3, 1), 10)
    win(session, date(2026, 4, 1), 60, "heir")  # 1,200.00, of which 800.00 are left
    day = date(2026, 6, 1)
    assert paid_so_far(session, day, "heir") == [1000, 0]
    assert paid_so_far(session, day, "capped") == [200, 0]
    asked = Deal(customer="Other", signed=day, offers=(), id="other")
    won = won_by_program(session, asked, terms_on(session, asked))
    assert [won[name].current["won_seats"] for name in ("heir", "capped")] == [70, 10]


@pytest.mark.parametrize(
    ("pays", "head", "needs"),
    [
        (CAPPED, "", True),
        ("cap = 1000", "", False),
        ("", '[standing.quota]\nfact = "won_paid"\ntarget = 5', True),
        ('points = { by = "won_paid", "0" = "1%" }', "", True),
        ('points = "$p"', '[inputs.p]\nvalue = { by = "term", "1" = { by = "won_paid", "0" = "1%" } }', True),
        ('requires = [ { fact = "won_paid", below = 5 } ]', "", True),
        ('requires = [ { fact = "won_mrr", below = 5 } ]', "", False),
    ],
)
def test_only_a_program_that_asks_is_evaluated(
    session: Session, pays: str, head: str, needs: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    save(session, "capped", pays, head)
    win(session, date(2026, 3, 1), 10)
    asked: list[Case] = []

    def counted(case: Case, plan: Plan, worth: Worth) -> Estimate:
        asked.append(case)
        return evaluate(case, plan, worth)

    monkeypatch.setattr(paid, "evaluate", counted)
    paid_so_far(session, date(2026, 6, 1))
    assert bool(asked) is needs
    paid_so_far(session, date(2026, 7, 1))
    assert len(asked) == needs, "worked out once"


def test_a_change_of_a_deal_counts_at_once(session: Session) -> None:
    deal = win(session, date(2026, 3, 1), 10)
    assert paid_so_far(session, date(2026, 6, 1)) == [200, 0]
    with session.step("Grow"):
        session.book.deals.save(replace(deal, offers=(replace(deal.offers[0], lines=offer_of(20, STARTS).lines),)))
    assert paid_so_far(session, date(2026, 6, 1)) == [400, 0]
