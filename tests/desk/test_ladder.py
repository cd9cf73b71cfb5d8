"""The standing in a program as the screen shows it: tiers, quota, period and opening figures."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from dealbook.book.programs import ProgramText
from dealbook.desk.compare import terms_of_day
from dealbook.desk.deals import new_deal, save_deal
from dealbook.desk.ladder import Ladder, ladder, set_opening
from dealbook.desk.programs import change_enrolment, enrol, remove_enrolment
from dealbook.desk.session import Session
from dealbook.domain.deal import Choice, Line, Stage
from dealbook.earnings.case import Case
from dealbook.earnings.revenue import Revenue
from dealbook.earnings.standing import NOTHING_WON

NFON = "nfon-ngage"
DAY = date(2027, 6, 1)
QUOTA = """
format = 1
[program]
id = "q"
vendor = "V"
name = "N"
version = "1"
effective_from = 2025-01-01
covers = ["ucaas"]
[inputs.target]
kind = "money"
{value}
[standing]
takes_effect = "next-period"
{standing}
[standing.quota]
fact = "won_mrr"
target = "$target"
grows = "10%"
[[standing.tier]]
name = "Base"
[[standing.tier]]
name = "Top"
requires = [{{ fact = "won_deals", at_least = 2 }}]
[[plan]]
id = "a"
model = "agent"
[[plan.pays]]
id = "c"
basis = "mrr"
rate = {{ by = "attainment", "0" = "5%", "1" = "6%" }}
"""


def shown(session: Session, program: str = NFON, day: date = DAY) -> Ladder:
    """Return the standing."""
    found = ladder(session, program, day)
    assert found is not None
    return found


def win(session: Session, seats: int, program: str = NFON, day: date = date(2027, 3, 1)) -> None:
    """Win a deal under a program."""
    deal = new_deal(session, "C", today=day)
    line = Line(product="Seat", category="ucaas", quantity=Decimal(seats), unit_price=Decimal(10))
    offer = replace(deal.offers[0], lines=(line,), starts=day)
    chosen = Choice(offer_id=offer.id, program=program, version="1", plan="commission")
    save_deal(session, replace(deal, offers=(offer,), stage=Stage.WON, chosen=chosen, signed=day, country="DE"), "Win")


def own(session: Session, value: str = "value = 1000", standing: str = "") -> None:
    """Have a program with a quota and tiers of the period before."""
    with session.step("Own"):
        text = QUOTA.format(value=value, standing=standing)
        session.book.programs.save(ProgramText("q", date(2025, 1, 1), text))
    enrol(session, "q")


def test_tiers_with_what_is_there_and_what_is_missing(session: Session) -> None:
    change_enrolment(session, replace(enrol(session, NFON), certified=True, standing={"won_seats": Decimal(90)}), "x")
    win(session, 122)
    found = shown(session)
    assert (found.first, found.last) == (date(2027, 1, 1), date(2027, 12, 31))
    silver, gold, platinum = found.tiers
    assert found.tier == "Silver"
    assert (silver.is_current, gold.is_current, platinum.is_current) == (True, False, False)
    seats, care = gold.any_of
    assert (seats.has, seats.limit, seats.missing, seats.holds) == (212, 300, 88, False)
    assert care.limit == 250000
    assert gold.requires[0].holds
    assert [(row.fact, row.opening, row.book) for row in found.figures] == [
        ("won_seats", 90, 122),
        ("care_revenue", None, 122 * 10 * 12),
    ]
    win(session, 88)
    assert shown(session).tier == "Gold"
    assert shown(session).tiers[1].any_of[0].missing == 0


def test_nobody_is_certified_by_looking(session: Session) -> None:
    enrol(session, NFON)
    found = shown(session)
    assert found.tier is None
    assert found.tiers[0].requires[0].holds is False
    assert not found.is_fixed


def test_outside_a_program_there_is_no_tier(session: Session) -> None:
    own(session)
    assert shown(session, "q").tier == "Base"
    remove_enrolment(session, "q")
    found = shown(session, "q")
    assert (found.tier, found.is_member) == (None, False)
    assert not any(row.is_current for row in found.tiers)


def test_a_tier_fixed_by_contract(session: Session) -> None:
    change_enrolment(session, replace(enrol(session, NFON), tier="Platinum"), "x")
    found = shown(session)
    assert (found.tier, found.is_fixed) == ("Platinum", True)
    assert found.tiers[2].is_current
    assert not found.tiers[2].is_reached


def test_the_quota_grows_and_agrees_with_the_engine(session: Session) -> None:
    own(session)
    win(session, 50, "q")
    quota = shown(session, "q").quota
    assert quota is not None
    assert (quota.base, quota.target, quota.won, quota.missing) == (1000, Decimal("1210.00"), 500, 710)
    terms = next(one for one in terms_of_day(session, DAY) if one.program.id == "q")
    deal = new_deal(session, "C", today=DAY)
    case = Case(Revenue(replace(deal, signed=DAY), deal.offers[0]), terms, NOTHING_WON)
    case.facts.known["won_mrr"] = quota.won
    assert case.facts.get("attainment") == quota.attainment


def test_a_target_that_is_missing(session: Session) -> None:
    own(session, value="")
    quota = shown(session, "q").quota
    assert quota is not None
    assert (quota.target, quota.attainment, quota.missing) == (None, None, 0)


def test_the_deal_of_nothing_counts_for_nothing(session: Session) -> None:
    """A program counts the deal at hand; looking at the standing is no deal."""
    own(session, standing="counts_this_deal = true")
    change_enrolment(session, replace(enrol(session, "q"), before={"won_deals": Decimal(1)}), "x")
    win(session, 5, "q")
    found = shown(session, "q")
    assert found.tiers[1].requires[0].has == 1
    assert found.tier == "Base"


def test_the_period_before_rules(session: Session) -> None:
    own(session)
    assert shown(session, "q").needs_before
    set_opening(session, "q", "won_deals", Decimal(2), before=True)
    assert shown(session, "q").tier == "Top"
    assert not shown(session, "q").tiers[1].is_reached  # by this period's figures
    row = next(row for row in shown(session, "q").figures if row.fact == "won_deals")
    assert (row.opening, row.before) == (None, 2)
    session.undo()
    assert shown(session, "q").tier == "Base"


def test_opening_figures_are_steps(session: Session) -> None:
    enrol(session, NFON)
    steps = session.book.step_count
    set_opening(session, NFON, "won_seats", Decimal(90))
    set_opening(session, NFON, "won_seats", Decimal(90))
    assert session.book.step_count == steps + 1
    assert session.book.undo_name == "Change opening figure"
    set_opening(session, NFON, "won_seats", None)
    assert session.enrolments[0].standing == {}
    session.undo()
    assert session.enrolments[0].standing == {"won_seats": 90}
    with pytest.raises(KeyError):
        set_opening(session, NFON, "seats", Decimal(1))
    with pytest.raises(KeyError):
        set_opening(session, "nec-univerge-blue", "won_seats", Decimal(1))


def test_without_a_program(session: Session) -> None:
    assert ladder(session, "nobody", DAY) is None
    plain = shown(session, "nec-univerge-blue")
    assert (plain.tiers, plain.quota, plain.figures) == ((), None, ())
