"""Winning, losing and opening a deal again on its page, by the keys that a person presses."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from dealbook.desk.deals import save_deal
from dealbook.desk.session import Session
from dealbook.desk.stages import LOSE, REOPEN, WIN
from dealbook.domain.checks import check_deal, errors
from dealbook.domain.deal import Choice, Stage
from dealbook.gui.widgets.deal_stage import StageStrip
from tests.gui.deal_support import Key, Opened, a_deal, a_session, focus, open_page, press, write

TODAY = date.today()  # noqa: DTZ011  # the page asks the computer's day


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    made = a_session(tmp_path / "book.dealbook")
    yield made
    made.close()


@pytest.fixture
def opened(qtbot: QtBot, session: Session) -> Opened:
    return open_page(qtbot, session, a_deal())


def strip(opened: Opened) -> StageStrip:
    return opened.page.stage


def want(opened: Opened, letter: str) -> None:
    """Type the first letter of a stage where the stages are."""
    QApplication.setKeyboardInputInterval(0)  # a letter typed before is not the first one of this stage
    opened.page.header.stage.setFocus()
    write(letter)
    QApplication.processEvents()


def type_day(text: str) -> None:
    """Type a day over the one that stands in the field."""
    focus().selectAll()  # type: ignore[attr-defined]  # the field of a day
    write(text)


def test_winning_asks_for_the_day_and_is_one_step(opened: Opened) -> None:
    steps, starts = opened.session.book.step_count, opened.deal.offers[0].starts
    want(opened, "w")
    assert strip(opened).isVisible()
    assert opened.page.header.stage.currentText() == "open"  # nothing is saved yet
    assert opened.deal.stage is Stage.OPEN
    assert focus() is strip(opened).day
    type_day("20 Apr 2026")
    press(Key.Key_Return)
    deal = opened.deal
    assert (deal.stage, deal.signed, deal.offers[0].starts) == (Stage.WON, date(2026, 4, 20), starts)
    assert opened.session.book.step_count == steps + 1
    assert opened.session.book.undo_name == WIN
    assert not strip(opened).isVisible()
    assert focus() is opened.page.header.stage
    assert opened.page.header.stage.currentText() == "won"
    opened.session.undo()
    assert opened.deal.stage is Stage.OPEN
    assert opened.page.header.stage.currentText() == "open"


def test_the_day_is_today_unless_another_is_typed_and_the_start_moves_along(opened: Opened) -> None:
    want(opened, "w")
    assert "moves along" in strip(opened).note.text() or date(2026, 6, 1) > TODAY
    press(Key.Key_Return)
    assert opened.deal.signed == TODAY
    assert not errors(check_deal(opened.deal))


def test_what_is_no_day_is_said_and_saves_nothing(opened: Opened) -> None:
    want(opened, "w")
    type_day("soon")
    press(Key.Key_Return)
    assert opened.deal.stage is Stage.OPEN
    assert strip(opened).isVisible()
    assert "“soon” is no day" in strip(opened).note.text()
    type_day("1.6.2026")
    assert "to 1 Jul 2026" in strip(opened).note.text()  # it follows the keys
    press(Key.Key_Up, Key.Key_PageDown, Key.Key_Return)
    assert (opened.deal.stage, opened.deal.signed) == (Stage.WON, date(2026, 5, 2))


def test_the_day_asked_for_before_does_not_stay(opened: Opened) -> None:
    want(opened, "w")
    type_day("20 Apr 2026")
    press(Key.Key_Return)
    want(opened, "l")
    shown = strip(opened).day.text()
    press(Key.Key_Return)
    assert shown == opened.page.open_deal.words.short_date(TODAY)
    assert (opened.deal.stage, opened.deal.lost_on) == (Stage.LOST, TODAY)


def test_escape_leaves_everything_as_it_was(opened: Opened) -> None:
    before, steps = opened.deal, opened.session.book.step_count
    want(opened, "l")
    press(Key.Key_Escape)
    assert not strip(opened).isVisible()
    assert focus() is opened.page.header.stage
    assert (opened.deal, opened.session.book.step_count) == (before, steps)
    want(opened, "o")  # it is open already
    assert not strip(opened).isVisible()


def test_without_a_plan_it_says_so_and_one_key_takes_the_best(opened: Opened) -> None:
    best = opened.page.open_deal.comparison
    assert best is not None
    assert best.best is not None
    steps = opened.session.book.step_count
    want(opened, "w")
    assert "No plan is chosen" in strip(opened).note.text()
    assert best.best.estimate.plan_name in strip(opened).best.text()
    press(Key.Key_B, ctrl=True)
    deal = opened.deal
    assert deal.stage is Stage.WON
    assert deal.chosen is not None
    assert (deal.chosen.program, deal.chosen.plan) == best.best.key
    assert deal.chosen.offer_id == deal.offers[0].id
    assert opened.session.book.step_count == steps + 1
    assert not opened.page.header.unchosen.isVisible()


def test_won_without_a_plan_stays_marked(opened: Opened) -> None:
    want(opened, "w")
    press(Key.Key_Return)
    assert opened.deal.chosen is None
    assert opened.page.header.unchosen.isVisible()


def test_the_chosen_plan_is_pinned_with_the_version_of_the_day(opened: Opened) -> None:
    choice = Choice(offer_id=opened.deal.offers[0].id, program="nfon-ngage", version="2022", plan="commission")
    save_deal(opened.session, replace(opened.deal, chosen=choice), "Choose")
    want(opened, "w")
    assert not strip(opened).best.isVisible()
    assert "NFON · Commission, version 2022" in strip(opened).note.text()
    type_day("15 Jun 2021")
    press(Key.Key_Return)
    assert opened.deal.chosen == replace(choice, version="2016")
    assert opened.page.open_deal.change_signed(date(2026, 2, 1)) == ""
    assert opened.deal.signed == date(2026, 2, 1)
    assert opened.deal.chosen == choice


def test_losing_asks_for_day_and_reason_and_opening_again_clears_them(opened: Opened) -> None:
    want(opened, "l")
    type_day("3 Mar 2026")
    press(Key.Key_Tab)
    assert focus() is strip(opened).reason
    write("too expensive")
    press(Key.Key_Return)
    deal = opened.deal
    assert (deal.stage, deal.lost_on, deal.lost_reason) == (Stage.LOST, date(2026, 3, 3), "too expensive")
    assert deal.signed == date(2026, 4, 30)
    assert opened.session.book.undo_name == LOSE
    header = opened.page.header
    assert (header.closing_word.text(), header.reason.text()) == ("on", "too expensive")
    header.reason.setFocus()
    header.reason.selectAll()
    write("price")
    press(Key.Key_Return)
    assert (opened.deal.lost_reason, opened.deal.lost_on) == ("price", date(2026, 3, 3))
    want(opened, "o")
    assert (opened.deal.stage, opened.deal.lost_on, opened.deal.lost_reason) == (Stage.OPEN, None, "")
    assert opened.session.book.undo_name == REOPEN
    opened.session.undo()
    assert opened.deal.lost_on == date(2026, 3, 3)
    assert header.reason.isVisible()


def test_a_reason_that_was_given_before_is_offered(qtbot: QtBot, session: Session) -> None:
    with session.step("Lost"):
        session.book.deals.save(replace(a_deal(), stage=Stage.LOST, lost_on=TODAY, lost_reason="Another vendor"))
    opened = open_page(qtbot, session, a_deal())
    want(opened, "l")
    completer = strip(opened).reason.completer()
    completer.setCompletionPrefix("vend")
    assert completer.currentCompletion() == "Another vendor"


def test_arrows_open_the_list_and_pass_stages_over(opened: Opened) -> None:
    opened.page.header.stage.setFocus()
    press(Key.Key_Down)
    assert not strip(opened).isVisible()
    view = opened.page.header.stage.view()
    assert view.isVisible()
    opened.page.header.stage.hidePopup()


def test_another_deal_does_not_inherit_the_question(opened: Opened) -> None:
    want(opened, "w")
    with opened.session.step("Other"):
        other = opened.session.book.deals.save(a_deal(customer="Other"))
    opened.page.show_deal(other.id)
    assert not strip(opened).isVisible()
