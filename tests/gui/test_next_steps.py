"""What would change the winner, on the deal page, by the keys; and what the comparison folds away."""

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from dealbook.desk.compare import Objective
from dealbook.desk.deals import save_deal
from dealbook.desk.nearest import next_steps
from dealbook.desk.session import Session
from dealbook.domain.partner import Enrolment
from dealbook.gui.models.comparison import FOLDED
from dealbook.gui.models.line_cells import Column
from dealbook.gui.models.next_steps import StepColumn
from dealbook.gui.pages.settings import SettingsPage
from dealbook.gui.widgets.deal_figures import View
from dealbook.gui.widgets.deal_steps import StepsTable
from dealbook.gui.window import Window
from tests.gui.deal_support import Key, Opened, a_deal, a_session, focus, open_page, press, write

CASH = ("nec-univerge-blue", "cloud-cash")


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    made = a_session(tmp_path / "book.dealbook")
    nec = next(one for one in made.enrolments if one.program == CASH[0])
    with made.step("A reseller with little margin"):
        made.book.partner.save_enrolment(replace(nec, inputs={**nec.inputs, "reseller_discount": "10%"}))
    yield made
    made.close()


@pytest.fixture
def opened(qtbot: QtBot, session: Session) -> Opened:
    """A deal over 24 months: twelve more, and Cloud Cash is open to it."""
    opened = open_page(qtbot, session, a_deal(term=24))
    opened.page.next_steps.search.finish()
    return opened


def steps(opened: Opened) -> StepsTable:
    """Go to the steps, with the first one current."""
    table = opened.page.next_steps.table
    table.setFocus()
    QApplication.processEvents()
    return table


def texts(opened: Opened) -> list[str]:
    model = opened.page.next_steps.model
    return [str(model.index(row, StepColumn.STEP).data()) for row in range(model.rowCount())]


def go_to_step(opened: Opened, text: str) -> None:
    row = next(row for row, found in enumerate(texts(opened)) if text in found)
    steps(opened).setCurrentIndex(opened.page.next_steps.model.index(row, 0))


# --- the steps --------------------------------------------------------------------------------------------------------


def test_the_steps_are_those_of_the_desk(opened: Opened) -> None:
    assert opened.page.next_steps.isVisible()
    assert texts(opened)[0] == "12 months more: eligible for Agent with Cloud Cash · NEC"
    deal = opened.deal
    found = next_steps(opened.session, deal, deal.offers[0])
    assert [row.step.move.gain for row in opened.page.next_steps.model.rows] == [step.move.gain for step in found]
    model = opened.page.next_steps.model
    assert [model.index(0, column).data() for column in (StepColumn.MARK, StepColumn.GAIN)] == [
        "best",
        f"+{opened.page.open_deal.words.amount(found[0].move.gain)}",
    ]


def test_space_tries_a_step_without_saving_it_and_escape_goes_back(opened: Opened) -> None:
    before, saved, listed = opened.figures(), opened.deal, texts(opened)
    table = steps(opened)
    press(Key.Key_Space)
    assert opened.figures()[CASH] != before.get(CASH)
    assert opened.page.plans.rows[0].key == CASH
    assert opened.page.next_steps.model.index(0, StepColumn.MARK).data() == "tried"
    assert opened.page.levers.term.value.text() == "36 months"
    assert opened.page.levers.apply.isEnabled()
    assert opened.deal == saved
    opened.page.next_steps.search.finish()
    assert texts(opened) == listed  # what would change the deal as it is, not as it is tried
    press(Key.Key_Escape)
    assert opened.figures() == before
    press(Key.Key_Space, Key.Key_Space)
    assert opened.figures() == before
    assert focus() is table


def test_enter_takes_a_step_and_undo_takes_it_back(opened: Opened) -> None:
    before, count = opened.deal, opened.session.book.step_count
    steps(opened)
    press(Key.Key_Return)
    assert opened.deal.offers[0].term == 36
    assert opened.session.book.step_count == count + 1
    assert opened.session.book.undo_name == "Take a step"
    opened.page.next_steps.search.finish()
    assert not [text for text in texts(opened) if "Cloud Cash" in text]
    opened.session.undo()
    assert opened.deal == before
    opened.page.next_steps.search.finish()
    assert "Cloud Cash" in texts(opened)[0]


def test_what_is_tried_can_be_applied_with_the_levers(opened: Opened) -> None:
    steps(opened)
    press(Key.Key_Space)
    tried = opened.figures()
    opened.page.levers.apply.setFocus()
    press(Key.Key_Space)
    assert opened.deal.offers[0].term == 36
    assert opened.figures() == tried


def test_the_buttons_do_the_same_with_the_mouse(opened: Opened) -> None:
    strip = opened.page.next_steps
    table = strip.table
    place = table.visualRect(opened.page.next_steps.model.index(0, 0)).center()
    QTest.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=place)
    QTest.mouseClick(strip.try_button, Qt.MouseButton.LeftButton)
    assert opened.page.plans.rows[0].key == CASH
    assert strip.try_button.isChecked()
    QTest.mouseClick(strip.try_button, Qt.MouseButton.LeftButton)
    assert opened.page.plans.rows[0].key != CASH
    QTest.mouseClick(strip.take_button, Qt.MouseButton.LeftButton)
    assert opened.deal.offers[0].term == 36


def test_a_step_of_ones_standing_is_only_told(opened: Opened) -> None:
    before, figures, count = opened.deal, opened.figures(), opened.session.book.step_count
    go_to_step(opened, "tier Gold")
    strip = opened.page.next_steps
    assert not strip.try_button.isEnabled()
    assert not strip.take_button.isEnabled()
    assert "standing" in str(opened.page.next_steps.model.index(1, 0).data(Qt.ItemDataRole.ToolTipRole))
    press(Key.Key_Space, Key.Key_Return)
    assert (opened.deal, opened.figures(), opened.session.book.step_count) == (before, figures, count)


def test_no_key_waits_for_the_steps_and_they_follow_when_it_is_quiet(qtbot: QtBot, opened: Opened) -> None:
    table = opened.page.panel.table
    table.setFocus()
    table.setCurrentIndex(opened.page.lines.index(0, Column.QUANTITY))
    before = opened.page.next_steps.model.rows[0].words.gain
    write("9")
    assert not opened.page.next_steps.search.is_answered
    assert opened.page.next_steps.model.rows[0].words.gain == before
    qtbot.waitUntil(lambda: opened.page.next_steps.search.is_answered)
    assert opened.page.next_steps.model.rows[0].words.gain != before


def test_a_step_starts_from_what_the_levers_try(opened: Opened) -> None:
    levers = opened.page.levers
    levers.seats.slider.setFocus()
    press(Key.Key_PageUp)
    opened.page.next_steps.search.finish()
    steps(opened)
    press(Key.Key_Space)
    assert opened.page.open_deal.shown_offer.lines[0].quantity == 94
    press(Key.Key_Escape)
    assert opened.page.open_deal.shown_offer.lines[0].quantity == 94
    assert opened.page.open_deal.shown_offer.term == 24
    press(Key.Key_Return)
    offer = opened.deal.offers[0]
    assert (offer.lines[0].quantity, offer.term) == (Decimal(94), 36)


def test_a_deal_that_changed_meanwhile_is_not_put_back(opened: Opened) -> None:
    steps(opened)
    deal = opened.deal
    lines = (replace(deal.offers[0].lines[0], quantity=Decimal(90)), *deal.offers[0].lines[1:])
    save_deal(opened.session, replace(deal, offers=(replace(deal.offers[0], lines=lines),)), "Elsewhere")
    press(Key.Key_Return)
    offer = opened.deal.offers[0]
    assert (offer.lines[0].quantity, offer.term) == (Decimal(90), 36)


def test_typing_forgets_what_is_tried(opened: Opened) -> None:
    steps(opened)
    press(Key.Key_Space)
    table = opened.page.panel.table
    table.setFocus()
    table.setCurrentIndex(opened.page.lines.index(0, Column.QUANTITY))
    write("9")
    assert opened.page.open_deal.trial.is_idle
    assert opened.page.plans.rows[0].key != CASH
    assert opened.page.next_steps.model.index(0, StepColumn.MARK).data() != "tried"


def test_the_objective_decides_what_a_step_is_worth(opened: Opened) -> None:
    opened.page.open_deal.set_objective(Objective.NOW)
    opened.page.next_steps.search.finish()
    deal = opened.deal
    found = next_steps(opened.session, deal, deal.offers[0], objective=Objective.NOW)
    assert [row.step.move.gain for row in opened.page.next_steps.model.rows] == [step.move.gain for step in found]


def test_without_steps_there_is_no_strip(qtbot: QtBot, session: Session) -> None:
    deal = a_deal()
    opened = open_page(qtbot, session, replace(deal, offers=(replace(deal.offers[0], lines=()),)))
    opened.page.next_steps.search.finish()
    assert not opened.page.next_steps.isVisible()


def test_the_steps_are_reached_with_tab(opened: Opened) -> None:
    opened.page.comparison.table.setFocus()
    visited = []
    for _ in range(12):
        QTest.keyClick(focus(), Qt.Key.Key_Tab)
        visited.append(focus())
    assert opened.page.next_steps.table in visited
    assert opened.page.next_steps.table.current is not None  # so that the keys have something to act on


# --- plans of programs without enrolment ------------------------------------------------------------------------------


def fold_row(opened: Opened) -> int:
    return opened.page.plans.place(FOLDED)


def test_plans_without_enrolment_are_one_row_that_enter_opens(opened: Opened) -> None:
    table, model = opened.page.comparison.table, opened.page.plans
    rows, place = model.rowCount(), fold_row(opened)
    assert place == rows - 1
    fold = model.rows[place].fold
    assert fold is not None
    assert model.index(place, 0).data() == (f"{fold.plans} plans of {fold.programs} programs you are not enrolled in")
    table.setFocus()
    table.setCurrentIndex(model.index(place, 0))
    press(Key.Key_Return)
    assert model.rowCount() == rows + fold.plans
    assert fold_row(opened) == place
    inside = model.rows[place + 1 :]
    assert all(row.is_closed for row in inside)
    names = [row.name.casefold() for row in inside if len(row.row.estimate.problems) == 1]
    assert names == sorted(names)
    assert opened.page.figures.view is View.CHART  # Enter asks for no arithmetic there
    press(Key.Key_Down, Key.Key_E)
    assert opened.visited == [("programs", {"program": inside[0].key[0]})]
    press(Key.Key_Up, Key.Key_Return)
    assert model.rowCount() == rows


def test_a_click_opens_and_closes_it(opened: Opened) -> None:
    table, model = opened.page.comparison.table, opened.page.plans
    rows = model.rowCount()
    table.arrange()
    for expected in (rows + model.rows[-1].fold.plans, rows):  # type: ignore[union-attr]
        index = model.index(fold_row(opened), 0)
        table.scrollTo(index)
        QTest.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=table.visualRect(index).center())
        assert model.rowCount() == expected


def test_it_stays_open_while_figures_change_and_why_says_nothing_of_it(opened: Opened) -> None:
    model, table = opened.page.plans, opened.page.comparison.table
    table.setFocus()
    table.setCurrentIndex(model.index(fold_row(opened), 0))
    press(Key.Key_Space)
    rows = model.rowCount()
    opened.page.figures.show_view(View.WHY)
    opened.page.open_deal.set_objective(Objective.TERM)
    assert model.rowCount() == rows


def test_with_every_program_there_is_nothing_to_fold(qtbot: QtBot, session: Session) -> None:
    with session.step("Enrol"):
        for program in set(session.catalog.versions) - {one.program for one in session.enrolments}:
            session.book.partner.save_enrolment(Enrolment(program=program, certified=True))
    opened = open_page(qtbot, session, a_deal())
    assert fold_row(opened) == -1


# --- exchange rates ---------------------------------------------------------------------------------------------------


def test_a_missing_rate_leads_to_the_rates(opened: Opened) -> None:
    with opened.session.step("No rates"):
        for rate in opened.session.rates:
            opened.session.book.partner.remove_rate(rate)
    table, model = opened.page.comparison.table, opened.page.plans
    place = model.place(("nec-univerge-blue", "agent"))
    assert model.rows[place].lacks_rate
    table.arrange()
    door = table.indexWidget(model.index(place, 0))
    assert isinstance(door, QPushButton)
    assert door.text() == "Exchange rates…"
    assert "NEC" in door.accessibleName()
    table.setFocus()
    table.setCurrentIndex(model.index(place, 0))
    press(Key.Key_Return)
    door.click()
    asked = {"part": "rates", "base": "EUR", "quote": "USD"}
    assert opened.visited == [("settings", asked), ("settings", asked)]


def test_the_settings_begin_the_rate_that_is_asked_for(opened_window: Window) -> None:
    opened_window.go("settings", part="rates", base="USD", quote="GBP")
    assert opened_window.pages is not None
    page: SettingsPage = opened_window.pages.page("settings")
    assert focus() is page.rates.rate
    assert (page.rates.base.currentData(), page.rates.quote.currentData()) == ("USD", "GBP")


@pytest.fixture
def opened_window(window: Window, book_path: Path) -> Window:
    """A window on a small book."""
    window.open_book(book_path)
    return window
