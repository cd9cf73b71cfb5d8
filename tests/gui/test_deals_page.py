"""The deals page: search, filter, sort, and what is done with a deal as a whole, all by keyboard."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from dealbook.book.errors import BookError
from dealbook.desk.compare import expected_of
from dealbook.desk.deals import save_deal
from dealbook.desk.stages import lose
from dealbook.domain.deal import Deal, Stage
from dealbook.gui.models.deals import Column
from dealbook.gui.pages.deals import DealsPage
from dealbook.gui.window import Window

DAY = date(2026, 3, 10)
CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def page(opened: Window) -> DealsPage:
    """The deals page of the small book."""
    assert opened.pages is not None
    found = opened.pages.page("deals")
    assert isinstance(found, DealsPage)
    return found


def column(page: DealsPage, which: Column) -> list[str]:
    """Return what a column shows, from the top."""
    return [page.model.index(row, which).data() for row in range(page.model.rowCount())]


def select(page: DealsPage, customer: str) -> None:
    """Select the row of a customer, as with the arrow keys."""
    page.table.selectRow(column(page, Column.CUSTOMER).index(customer))
    page.table.setFocus()


def test_open_deals_come_first_and_by_closing_day(page: DealsPage) -> None:
    assert column(page, Column.CUSTOMER) == [
        "Stadtwerke Lüneburg",
        "Müller & Söhne GmbH",
        "Hansen Reederei",
        "Café Elbblick",
    ]
    assert page.count.text() == "4 deals"


def test_what_a_row_shows(page: DealsPage) -> None:
    page.expectations.finish()
    row = [str(page.model.index(1, which).data()) for which in Column]
    assert row[: Column.PLAN] == ["Müller & Söhne GmbH", "Telephony 2026", "open", "1,870.00", "36"]
    assert row[Column.CLOSES] == "30 Apr 2026"
    headers = [page.model.headerData(which, Qt.Orientation.Horizontal) for which in Column]
    assert headers[Column.MRR] == "MRR €"


def test_expected_earnings_are_those_of_the_comparison(page: DealsPage, opened: Window, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: not page.model.without_earnings())
    session = opened.session
    assert session is not None
    deal = next(deal for deal in session.deals.values() if deal.customer.startswith("Müller"))
    row = expected_of(session, deal)
    assert row is not None
    assert row.totals is not None
    shown = column(page, Column.EXPECTED)[1]
    assert shown == f"{row.totals.expected_value:,.2f}"
    assert column(page, Column.PLAN)[1] == f"best: {row.estimate.vendor} · {row.estimate.plan_name}"


def test_figures_wait_until_they_are_worked_out(page: DealsPage, opened: Window) -> None:
    assert opened.session is not None
    page.expectations.finish()
    before = column(page, Column.EXPECTED)
    page.model.forget_earnings()
    assert column(page, Column.EXPECTED) == before
    assert len(page.model.without_earnings()) == 4


def test_a_page_that_is_hidden_works_nothing_out(page: DealsPage, opened: Window) -> None:
    opened.go("settings")
    page.model.forget_earnings()
    QApplication.processEvents()
    assert len(page.model.without_earnings()) == 4
    opened.go("deals")
    page.expectations.finish()
    assert page.model.without_earnings() == []


def test_of_a_long_table_only_what_is_seen_is_worked_out(page: DealsPage, opened: Window) -> None:
    session = opened.session
    assert session is not None
    with session.step("Import"):
        session.book.deals.add_all(Deal(customer=f"Customer {n}", signed=DAY, offers=()) for n in range(150))
    page.expectations.finish()
    missing = page.model.without_earnings()
    assert 60 < len(missing) < 140
    page.table.scrollToBottom()
    page.expectations.finish()
    assert len(page.model.without_earnings()) < len(missing)
    page.table.sortByColumn(Column.EXPECTED, Qt.SortOrder.AscendingOrder)
    page.expectations.finish()
    assert page.model.without_earnings() == []


@pytest.mark.parametrize("keys", ["telephony", "mü"])
def test_a_key_of_the_search_asks_once_and_reads_no_deal(page: DealsPage, opened: Window, keys: str) -> None:
    assert opened.session is not None
    page.expectations.finish()
    asked: list[str] = []
    opened.session.book._db.conn.set_trace_callback(asked.append)
    page.search.setText(keys)
    opened.session.book._db.conn.set_trace_callback(None)
    assert page.model.rowCount() == 2 if keys == "telephony" else 1
    assert [text for text in asked if text.startswith("SELECT id FROM deal_text")] != []
    assert [text for text in asked if any(f"FROM {table} " in text for table in ("deal", "offer", "line"))] == []


def test_search_as_one_types(page: DealsPage) -> None:
    QTest.keyClicks(page.search, "TELEPHONY plant")
    assert column(page, Column.CUSTOMER) == ["Stadtwerke Lüneburg"]
    assert page.count.text() == "1 deal"
    QTest.keyClicks(page.search, "x")
    assert page.empty.isVisible()
    assert page.empty.heading.text() == "No deal matches"
    page.empty.action.click()
    assert page.model.rowCount() == 4
    assert page.search.text() == ""


def test_enter_in_the_search_opens_the_only_hit(page: DealsPage, opened: Window) -> None:
    QTest.keyClicks(page.search, "hansen")
    QTest.keyClick(page.search, Qt.Key.Key_Return)
    assert opened.pages is not None
    assert opened.pages.name == "deal"


def test_enter_in_the_search_goes_to_the_hits(page: DealsPage) -> None:
    QTest.keyClicks(page.search, "telephony")
    QTest.keyClick(page.search, Qt.Key.Key_Return)
    assert page.table.hasFocus()
    assert page.table.currentIndex().row() == 0


@pytest.mark.parametrize(
    ("keys", "left"), [(1, ["Stadtwerke Lüneburg", "Müller & Söhne GmbH"]), (2, ["Hansen Reederei"]), (0, None)]
)
def test_filter_by_stage_with_the_arrow_keys(page: DealsPage, keys: int, left: list[str] | None) -> None:
    for _ in range(keys):
        QTest.keyClick(page.stage, Qt.Key.Key_Down)
    assert column(page, Column.CUSTOMER) == (left or column(page, Column.CUSTOMER))
    assert page.model.rowCount() == (len(left) if left else 4)


def test_sort_by_header(page: DealsPage, qtbot: QtBot) -> None:
    header = page.table.horizontalHeader()
    x = header.sectionViewportPosition(Column.MRR) + 20
    place = header.viewport().rect().center()
    place.setX(x)
    qtbot.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert column(page, Column.MRR) == ["110.00", "264.00", "1,870.00", "5,280.00"]
    qtbot.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert column(page, Column.MRR) == ["5,280.00", "1,870.00", "264.00", "110.00"]


def test_sorting_keeps_the_selected_deal(page: DealsPage) -> None:
    select(page, "Café Elbblick")
    page.table.sortByColumn(Column.MRR, Qt.SortOrder.AscendingOrder)
    assert page.table.currentIndex().row() == 0
    assert page.model.deal_at(page.table.currentIndex()).customer == "Café Elbblick"


def test_enter_opens_the_deal(page: DealsPage, opened: Window) -> None:
    select(page, "Hansen Reederei")
    QTest.keyClick(page.table, Qt.Key.Key_Return)
    assert opened.pages is not None
    assert opened.session is not None
    assert opened.session.deal(opened.pages.args["deal_id"]).customer == "Hansen Reederei"


def test_a_new_deal_by_keyboard(page: DealsPage, opened: Window) -> None:
    QTest.keyClick(page.table, Qt.Key.Key_N, CTRL)
    assert page.new_form.customer.hasFocus()
    QTest.keyClick(page.new_form.customer, Qt.Key.Key_Return)
    assert page.new_form.problem.text() == "Who is the customer?"
    QTest.keyClicks(page.new_form.customer, "Weser AG")
    QTest.keyClick(page.new_form.customer, Qt.Key.Key_Return)
    assert opened.pages is not None
    assert opened.session is not None
    assert opened.pages.name == "deal"
    assert opened.session.deal(opened.pages.args["deal_id"]).customer == "Weser AG"


def test_the_list_stands_at_the_new_deal_on_the_way_back(page: DealsPage, opened: Window) -> None:
    QTest.keyClick(page.table, Qt.Key.Key_N, CTRL)
    QTest.keyClicks(page.new_form.customer, "Weser AG")
    QTest.keyClick(page.new_form.customer, Qt.Key.Key_Return)
    opened.back()
    assert page.model.deal_at(page.table.currentIndex()).customer == "Weser AG"


def test_escape_gives_a_new_deal_up(page: DealsPage, opened: Window) -> None:
    assert opened.session is not None
    QTest.keyClick(page.table, Qt.Key.Key_N, CTRL)
    QTest.keyClicks(page.new_form.customer, "Weser AG")
    QTest.keyClick(page.new_form.customer, Qt.Key.Key_Escape)
    assert not page.new_form.isVisible()
    assert len(opened.session.deals) == 4


def test_remove_by_key_and_undo_by_the_notice(page: DealsPage, opened: Window) -> None:
    select(page, "Hansen Reederei")
    QTest.keyClick(page.table, Qt.Key.Key_Delete)
    assert "Hansen Reederei" not in column(page, Column.CUSTOMER)
    assert page.model.deal_at(page.table.currentIndex()).customer == "Café Elbblick"
    assert opened.frame.notices.text.text() == "Hansen Reederei was removed."
    opened.frame.notices.action.click()
    assert "Hansen Reederei" in column(page, Column.CUSTOMER)
    assert not opened.frame.notices.isVisible()


def test_undo_is_not_offered_for_what_is_no_longer_the_last_step(page: DealsPage, opened: Window) -> None:
    select(page, "Hansen Reederei")
    QTest.keyClick(page.table, Qt.Key.Key_Delete)
    assert opened.frame.notices.isVisible()
    opened.undo()
    assert not opened.frame.notices.isVisible()  # its button would take back the step before
    assert "Hansen Reederei" in column(page, Column.CUSTOMER)


def test_a_deal_with_quotes_is_not_removed(page: DealsPage, opened: Window) -> None:
    select(page, "Müller & Söhne GmbH")
    QTest.keyClick(page.table, Qt.Key.Key_Delete)
    assert "Müller & Söhne GmbH" in column(page, Column.CUSTOMER)
    assert "was quoted (Q-2026-0001)" in opened.frame.notices.text.text()


def test_delete_in_the_search_removes_no_deal(page: DealsPage) -> None:
    page.search.setFocus()
    QTest.keyClick(page.search, Qt.Key.Key_Delete)
    assert page.model.rowCount() == 4


def test_duplicate_by_key(page: DealsPage) -> None:
    select(page, "Café Elbblick")
    QTest.keyClick(page.table, Qt.Key.Key_D, CTRL)
    assert column(page, Column.CUSTOMER).count("Café Elbblick") == 2
    assert page.model.deal_at(page.table.currentIndex()).stage is Stage.OPEN


def test_the_stage_by_the_menu(page: DealsPage, opened: Window) -> None:
    select(page, "Stadtwerke Lüneburg")
    next(action for action in page.stage_menu.actions() if action.text() == "won").trigger()
    assert column(page, Column.STAGE)[column(page, Column.CUSTOMER).index("Stadtwerke Lüneburg")] == "won"
    assert "won without a plan" in opened.frame.notices.text.text()


def test_the_day_says_what_it_is(page: DealsPage, opened: Window) -> None:
    assert opened.session is not None

    def tip(customer: str) -> str:
        row = column(page, Column.CUSTOMER).index(customer)
        cell = page.model.index(row, Column.CLOSES)
        assert cell.data(Qt.ItemDataRole.AccessibleTextRole) == cell.data(Qt.ItemDataRole.ToolTipRole)
        return f"{cell.data()}: {cell.data(Qt.ItemDataRole.ToolTipRole)}"

    assert tip("Stadtwerke Lüneburg") == "31 Mar 2026: expected to close on 31 Mar 2026"
    assert tip("Hansen Reederei") == "15 Jan 2026: signed on 15 Jan 2026"
    deal = next(deal for deal in opened.session.deals.values() if deal.customer == "Stadtwerke Lüneburg")
    lose(opened.session, deal.id, date(2026, 3, 3), "price")
    assert tip("Stadtwerke Lüneburg") == "3 Mar 2026: lost on 3 Mar 2026: price"


@pytest.mark.parametrize("name", ["set_stage", "duplicate_deal", "remove_deal", "new_deal"])
def test_what_the_book_refuses_is_said(
    page: DealsPage, opened: Window, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    def refuse(*_args: object) -> None:
        raise BookError("not-saved", name="step", reason="disk full")

    monkeypatch.setattr(f"dealbook.gui.pages.deals.{name}", refuse)
    select(page, "Stadtwerke Lüneburg")
    if name == "set_stage":
        next(action for action in page.stage_menu.actions() if action.text() == "won").trigger()
    elif name == "new_deal":
        page.new_form.wanted.emit("Weser IT")
    else:
        QTest.keyClick(page.table, *((Qt.Key.Key_D, CTRL) if name == "duplicate_deal" else (Qt.Key.Key_Delete,)))
    assert "disk full" in opened.frame.notices.text.text()


def test_mixed_currencies_stand_in_the_cells(page: DealsPage, opened: Window) -> None:
    assert opened.session is not None
    deal = next(deal for deal in opened.session.deals.values() if deal.customer == "Café Elbblick")
    save_deal(opened.session, replace(deal, currency="CHF"), "Change currency")
    assert page.model.headerData(Column.MRR, Qt.Orientation.Horizontal) == "MRR"
    assert column(page, Column.MRR)[-1] == "CHF110.00"
    opened.undo()
    assert page.model.headerData(Column.MRR, Qt.Orientation.Horizontal) == "MRR €"


def test_a_hidden_page_catches_up(page: DealsPage, opened: Window) -> None:
    assert opened.session is not None
    opened.go("settings")
    deal = next(deal for deal in opened.session.deals.values() if deal.customer == "Café Elbblick")
    save_deal(opened.session, replace(deal, title="Two branches"), "Change title")
    opened.go("deals")
    assert "Two branches" in column(page, Column.TITLE)


def test_an_empty_book_says_what_belongs_there(window: Window, tmp_path: Path) -> None:
    window.create_book(tmp_path / "new", "Weser IT", "EUR")
    assert window.pages is not None
    page = window.pages.page("deals")
    assert page.empty.heading.text() == "No deals yet"
    page.empty.action.click()
    assert page.new_form.isVisible()


def test_every_control_has_a_name(page: DealsPage) -> None:
    page.new_form.ask()
    controls = [page.search, page.stage, page.table, page.new_form.customer]
    assert [control for control in controls if not control.accessibleName()] == []
    buttons = [button for button in page.findChildren(QPushButton) if button.isVisible()]
    assert len(buttons) > 4
    assert [button for button in buttons if not (button.accessibleName() or button.text())] == []
