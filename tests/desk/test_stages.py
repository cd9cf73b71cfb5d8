"""The stages of a deal: what is kept of each, each change one step that can be taken back."""

from dataclasses import replace
from datetime import date

import pytest

from dealbook.desk import stages
from dealbook.desk.deals import duplicate_deal, new_deal, save_deal
from dealbook.desk.session import Session
from dealbook.domain.checks import check_deal, errors
from dealbook.domain.deal import Choice, Deal, Offer, Stage
from dealbook.domain.partner import Enrolment

NFON = "nfon-ngage"
OPENED = date(2026, 1, 10)


@pytest.fixture
def deal(session: Session) -> Deal:
    with session.step("Set up"):
        session.book.partner.save_enrolment(Enrolment(program=NFON, certified=True))
    return new_deal(session, "Müller", today=OPENED)


def choice(deal: Deal, version: str = "?") -> Choice:
    return Choice(offer_id=deal.offers[0].id, program=NFON, version=version, plan="commission")


def test_winning_keeps_the_day_and_pins_the_version_that_governs_then(session: Session, deal: Deal) -> None:
    save_deal(session, replace(deal, chosen=choice(deal)), "Choose")
    won = stages.win(session, deal.id, date(2021, 6, 30))
    assert (won.stage, won.signed, won.chosen) == (Stage.WON, date(2021, 6, 30), choice(deal, "2016"))
    assert session.deal(deal.id) == won
    assert session.book.undo_name == stages.WIN
    assert session.undo()
    assert session.deal(deal.id).stage is Stage.OPEN
    assert session.deal(deal.id).chosen == choice(deal)


def test_winning_can_choose_in_the_same_step(session: Session, deal: Deal) -> None:
    steps = session.book.step_count
    won = stages.win(session, deal.id, date(2026, 2, 1), choice(deal))
    assert won.chosen == choice(deal, "2022")
    assert session.book.step_count == steps + 1
    session.undo()
    assert session.deal(deal.id) == deal


def test_winning_without_a_plan_chooses_none(session: Session, deal: Deal) -> None:
    assert stages.win(session, deal.id, date(2026, 2, 1)).chosen is None


@pytest.mark.parametrize(
    ("signed", "starts"),
    [
        (date(2026, 2, 20), date(2026, 3, 1)),  # still before the start
        (date(2026, 3, 31), date(2026, 3, 1)),  # in its month
        (date(2026, 5, 2), date(2026, 6, 1)),  # as far behind the signing as it was planned
    ],
)
def test_a_start_before_the_signing_moves_along(session: Session, deal: Deal, signed: date, starts: date) -> None:
    assert (deal.signed, deal.offers[0].starts) == (date(2026, 2, 10), date(2026, 3, 1))
    won = stages.win(session, deal.id, signed)
    assert won.offers[0].starts == starts
    assert not errors(check_deal(won))


def test_a_start_that_was_wrong_before_is_mended_too(session: Session, deal: Deal) -> None:
    wrong = replace(deal, offers=(Offer(starts=date(2025, 1, 1)),))
    for day in (date(2026, 1, 5), date(2026, 3, 5)):
        assert not errors(check_deal(stages.signed_on(session, wrong, day)))


def test_losing_keeps_day_and_reason_and_opening_again_clears_them(session: Session, deal: Deal) -> None:
    lost = stages.lose(session, deal.id, date(2026, 4, 1), "  price ")
    assert (lost.stage, lost.lost_on, lost.lost_reason) == (Stage.LOST, date(2026, 4, 1), "price")
    assert lost.signed == deal.signed
    assert session.book.undo_name == stages.LOSE
    again = stages.reopen(session, deal.id)
    assert again == deal
    assert session.book.undo_name == stages.REOPEN
    session.undo()
    assert session.deal(deal.id) == lost


def test_a_stage_by_itself_takes_the_day_and_is_one_step(session: Session, deal: Deal) -> None:
    steps = session.book.step_count
    assert stages.set_stage(session, deal.id, Stage.LOST, day=date(2026, 4, 1)).lost_on == date(2026, 4, 1)
    won = stages.set_stage(session, deal.id, Stage.WON, day=date(2026, 4, 2))
    assert (won.signed, won.lost_on, won.opened) == (date(2026, 4, 2), None, OPENED)
    assert stages.set_stage(session, deal.id, Stage.WON, day=date(2026, 5, 1)) == won
    assert session.book.step_count == steps + 2


def test_a_copy_is_open_from_today_and_was_never_lost(session: Session, deal: Deal) -> None:
    stages.lose(session, deal.id, date(2026, 4, 1), "price")
    copy = duplicate_deal(session, deal.id, today=date(2026, 5, 5))
    assert (copy.stage, copy.opened, copy.lost_on, copy.lost_reason) == (Stage.OPEN, date(2026, 5, 5), None, "")


def test_reasons_come_by_how_often_they_were_given(session: Session, deal: Deal) -> None:
    given = ("price", "no need", "price", "", "Anbieter")
    deals = [replace(deal, lost_reason=reason) for reason in given]
    assert stages.reasons(deals) == ["price", "Anbieter", "no need"]
