"""What winning a deal reaches, checked by winning it: what then differs in the book is what was promised."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dealbook.book.programs import ProgramText
from dealbook.desk.compare import Objective, Row, compare
from dealbook.desk.reach import Reach, reaches
from dealbook.desk.reach_words import reach_words
from dealbook.desk.session import Session
from dealbook.desk.stages import win
from dealbook.domain.deal import Choice, Deal, Line, Offer, Stage
from dealbook.domain.money import round_minor
from dealbook.domain.partner import Assumptions, Enrolment, ExchangeRate, Partner
from dealbook.language import language

CARRIER = """
format = 1
[program]
id = "carrier"
vendor = "Carrier"
name = "Partners"
version = "1"
effective_from = 2020-01-01
currency = "EUR"
covers = ["ucaas"]
[inputs.bonus]
label = "Bonus"
kind = "rate"
value = {{ by = "tier", Gold = "3x", Silver = "2x", else = "1x" }}
confidence = "assumed"
[inputs.residual]
label = "Residual"
kind = "rate"
value = {{ by = "attainment", "0" = "5%", "0.5" = "8%", "1" = "12%" }}
confidence = "assumed"
[standing]
{standing}
[standing.quota]
fact = "won_mrr"
target = 2000
[[standing.tier]]
name = "Silver"
requires = [{{ fact = "won_seats", at_least = 20 }}]
[[standing.tier]]
name = "Gold"
requires = [{{ fact = "won_seats", at_least = 50 }}]
[[plan]]
id = "agent"
name = "Agent"
model = "agent"
[[plan.pays]]
id = "bonus"
label = "Bonus"
basis = "mrr"
rate = "$bonus"
at = "signing"
{cap}
[[plan.pays]]
id = "residual"
label = "Residual"
basis = "mrr"
rate = "$residual"
every = "month"
"""
YEAR = 'period = "calendar-year"'
NOT_OWN = f"{YEAR}\ncounts_this_deal = false"
NEXT = f'{YEAR}\ntakes_effect = "next-period"'
LASTS = f'{YEAR}\nlasts = "next-period"'
QUARTER = 'period = "calendar-quarter"'
ROLLING = 'period = "rolling-3-months"'
FISCAL = 'period = "fiscal-year"\nstarts_month = 7'
STANDINGS = (YEAR, NOT_OWN, NEXT, LASTS, QUARTER, ROLLING, FISCAL)
EN = language("en")


def set_up(session: Session, standing: str, cap: str = "") -> None:
    with session.step("Set up"):
        session.book.partner.save(Partner(name="Nordlicht", country="DE", assume=Assumptions()))
        text = CARRIER.format(standing=standing, cap=cap)
        session.book.programs.save(ProgramText("carrier", date(2020, 1, 1), text))
        session.book.partner.save_enrolment(Enrolment(program="carrier"))
        rate = ExchangeRate(day=date(2020, 1, 1), base="EUR", quote="USD", rate=Decimal(2))
        session.book.partner.save_rate(rate)


def a_deal(seats: int, day: date, customer: str = "Müller", **changes: object) -> Deal:
    line = Line(product="Seat", category="ucaas", quantity=Decimal(seats), unit_price=Decimal("20.00"))
    offer = Offer(lines=(line,), term=12, starts=day)
    return replace(Deal(customer=customer, signed=day, offers=(offer,)), **changes)  # type: ignore[arg-type]


def saved(session: Session, *deals: Deal, chosen: bool = True) -> list[Deal]:
    found = []
    with session.step("Deals"):
        for deal in deals:
            one = session.book.deals.save(deal)
            choice = Choice(offer_id=one.offers[0].id, program="carrier", version="1", plan="agent")
            found.append(session.book.deals.save(replace(one, chosen=choice)) if chosen else one)
    return found


def reached(session: Session, deal: Deal, objective: Objective = Objective.EXPECTED) -> list[Reach]:
    comparison = compare(session, deal, deal.offers[0], objective=objective)
    return [
        one
        for one in reaches(session, deal, deal.offers[0], comparison, objective=objective)
        if one.program == "carrier"
    ]


def row(session: Session, deal: Deal) -> Row:
    rows = compare(session, deal, deal.offers[0]).rows
    return next(one for one in rows if one.key == ("carrier", "agent"))


# --- one deal


def test_a_deal_reaches_the_tier_and_the_others_gain(session: Session) -> None:
    set_up(session, YEAR)
    saved(session, a_deal(25, date(2026, 2, 1), stage=Stage.WON))
    deal, later, early, next_year = saved(
        session,
        a_deal(25, date(2026, 6, 1)),
        a_deal(10, date(2026, 9, 1), "Later", probability=Decimal("0.5")),
        a_deal(10, date(2026, 5, 1), "Early"),
        a_deal(10, date(2027, 1, 1), "Next year"),
    )
    (gold,) = reached(session, deal, Objective.TERM)
    assert (gold.tier, gold.row, gold.at_once) == ("Gold", Decimal("0.5"), True)
    assert (gold.first, gold.until) == (date(2026, 6, 1), date(2027, 1, 1))
    # its own: one month's revenue more, and 3 % more of twelve
    assert gold.own == Decimal(500) + Decimal(500) * 12 * Decimal("0.03")
    (gain,) = gold.others  # 200 a month: one month's revenue more; 1,200 of 2,000 are won with it either way
    assert (gain.deal_id, gain.customer, gain.probability) == (later.id, "Later", Decimal("0.5"))
    assert gain.amount == (Decimal(200) + Decimal(200) * 12 * Decimal("0.03")) / 2
    assert not {early.id, next_year.id} & {one.deal_id for one in gold.others}


def test_nothing_where_nothing_changes(session: Session) -> None:
    set_up(session, YEAR)
    saved(session, a_deal(80, date(2026, 2, 1), stage=Stage.WON))
    open_deal, won, lost = saved(
        session,
        a_deal(5, date(2026, 6, 1)),
        a_deal(60, date(2027, 6, 1), stage=Stage.WON),
        a_deal(60, date(2027, 6, 1), stage=Stage.LOST),
    )
    assert reached(session, open_deal) == []
    assert reached(session, won) == []
    assert reached(session, lost) == []


def test_a_tier_that_the_contract_fixes_is_not_reached(session: Session) -> None:
    set_up(session, YEAR)
    (deal,) = saved(session, a_deal(60, date(2026, 6, 1)))
    assert [one.tier for one in reached(session, deal)] == ["Gold"]
    with session.step("Fix"):
        (enrolment,) = session.enrolments
        session.book.partner.save_enrolment(replace(enrolment, tier="Silver"))
    assert [(one.tier, one.row) for one in reached(session, deal)] == [("", Decimal("0.5"))]


@pytest.mark.parametrize(
    ("standing", "first", "until"),
    [
        (YEAR, date(2026, 6, 15), date(2027, 1, 1)),
        (NEXT, date(2027, 1, 1), date(2028, 1, 1)),
        (LASTS, date(2026, 6, 15), date(2028, 1, 1)),
        (QUARTER, date(2026, 6, 15), date(2026, 7, 1)),
        (ROLLING, date(2026, 6, 15), date(2026, 9, 16)),
        (FISCAL, date(2026, 6, 15), date(2026, 7, 1)),
    ],
)
def test_it_says_until_when(session: Session, standing: str, first: date, until: date) -> None:
    set_up(session, standing)
    (deal,) = saved(session, a_deal(20, date(2026, 6, 15)))
    (silver,) = reached(session, deal)
    assert (silver.tier, silver.first, silver.until) == ("Silver", first, until)
    assert silver.at_once is (standing != NEXT)


def test_other_deals_count_under_their_best_plan_too_and_in_the_deals_currency(session: Session) -> None:
    set_up(session, YEAR)
    (deal,) = saved(session, a_deal(20, date(2026, 6, 1), currency="USD"), chosen=False)
    (other,) = saved(session, a_deal(10, date(2026, 9, 1), "Other", probability=Decimal(1)), chosen=False)
    (silver,) = reached(session, deal)
    (gain,) = silver.others
    assert gain.deal_id == other.id
    assert gain.amount == 400  # a month's 200 euros more, at two dollars each


def test_without_a_rate_it_says_how_many_are_left_out(session: Session) -> None:
    set_up(session, YEAR)
    (deal,) = saved(session, a_deal(20, date(2026, 6, 1), currency="CHF"))
    (silver,) = reached(session, deal)
    assert (silver.own, silver.others, silver.unpriced) == (None, (), 0)
    saved(session, a_deal(10, date(2026, 9, 1)))
    (silver,) = reached(session, deal)
    assert (silver.others, silver.unpriced) == ((), 1)


# --- any book


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    standing=st.sampled_from(STANDINGS),
    cap=st.sampled_from(("", 'cap = 1500\ncap_per = "year"')),
    won=st.lists(st.tuples(st.integers(1, 40), st.integers(0, 500)), max_size=3),
    others=st.lists(st.tuples(st.integers(1, 40), st.integers(0, 500)), min_size=1, max_size=3),
    seats=st.integers(1, 60),
    day=st.integers(0, 400),
)
def test_what_is_promised_is_what_winning_it_does(
    session: Session,
    standing: str,
    cap: str,
    won: Sequence[tuple[int, int]],
    others: Sequence[tuple[int, int]],
    seats: int,
    day: int,
) -> None:
    with session.step("Empty"):
        for deal_id in list(session.deals):
            session.book.deals.remove(deal_id)
    set_up(session, standing, cap)
    start = date(2026, 1, 1).toordinal()
    if cap:  # what a deal won that day or later is paid by its own new tier, and leaves of the cap, is not followed
        won = [(n, at) for n, at in won if at < day]
    saved(session, *(a_deal(n, date.fromordinal(start + at), stage=Stage.WON) for n, at in won))
    waiting = saved(session, *(a_deal(n, date.fromordinal(start + at), f"Open {n}") for n, at in others))
    (deal,) = saved(session, a_deal(seats, date.fromordinal(start + day)))
    found = reached(session, deal)
    before = {one.id: row(session, one) for one in waiting}
    win(session, deal.id, deal.signed)
    after = {one.id: row(session, one) for one in waiting}
    gains = {gain.deal_id: gain.amount for reach in found for gain in reach.others}
    for one in waiting:
        figures = [rows[one.id].totals for rows in (before, after)]
        assert None not in figures
        more = figures[1].expected_value - figures[0].expected_value  # type: ignore[union-attr]  # None is not in it
        inside = any(reach.first <= one.signed < reach.until for reach in found)
        if inside:
            assert gains.get(one.id, 0) == round_minor(more * one.probability, Decimal("0.01"))
        else:
            assert one.id not in gains
    session.undo()


def test_a_tier_of_the_next_period_and_a_row_of_this_one_are_told_apart(session: Session) -> None:
    set_up(session, NEXT)
    (deal,) = saved(session, a_deal(60, date(2026, 6, 1)))
    saved(session, a_deal(10, date(2026, 9, 1), "This year"), a_deal(10, date(2027, 9, 1), "Next year"))
    row, gold = reached(session, deal, Objective.TERM)
    assert (row.tier, row.row, row.at_once) == ("", Decimal("0.5"), True)
    assert (gold.tier, gold.row, gold.at_once, gold.own) == ("Gold", None, False, 0)
    assert [[gain.customer for gain in one.others] for one in (row, gold)] == [["This year"], ["Next year"]]
    assert "(from 1 Jan 2027 until 31 Dec 2027)" in reach_words(gold, "EUR", EN).sentence


# --- words


def test_it_is_said_in_words(session: Session) -> None:
    set_up(session, LASTS)
    saved(session, a_deal(25, date(2026, 2, 1), stage=Stage.WON))
    (deal,) = saved(session, a_deal(25, date(2026, 6, 1)))
    saved(session, a_deal(10, date(2027, 10, 1), "Later", probability=Decimal("0.5"), title="Phones"))
    (gold,) = reached(session, deal, Objective.TERM)
    words = reach_words(gold, "EUR", EN)
    assert words.sentence == "With this deal you reach Gold at Carrier (until 31 Dec 2027)"
    assert words.gain == "+780.00"
    assert words.details.split("\n") == [
        "+680.00 on this deal",
        "+100.00 on 1 open deal, weighted by how likely it closes:",
        "Later · Phones, closes 1 Oct 2027, 50%: +100.00",
    ]
    bare = reach_words(replace(gold, others=(), own=Decimal(0)), "EUR", language("de"))
    assert bare.gain == ""
    assert bare.details.startswith("Das ändert keine Zahlung")
