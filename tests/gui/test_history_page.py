"""The history page as a person uses it, by the keyboard; and undo from every page there is."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester, QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from dealbook.book.chronicle import PAGE
from dealbook.book.connection import open_book
from dealbook.book.errors import BUSY, BookError
from dealbook.desk.deals import new_deal, remove_deal, save_deal
from dealbook.desk.session import Session
from dealbook.domain.deal import Deal, Line, Offer
from dealbook.domain.partner import Partner
from dealbook.gui.models.history import Column, HistoryModel, ToldColumn
from dealbook.gui.pages.history import HistoryPage
from dealbook.gui.places import PLACES
from dealbook.gui.window import Window

CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
NONE = Qt.KeyboardModifier.NoModifier


def press(window: Window, key: Qt.Key, modifier: Qt.KeyboardModifier = NONE) -> None:
    """Press a key where the focus is."""
    QTest.keyClick(QApplication.focusWidget() or window, key, modifier)


def session_of(window: Window) -> Session:
    assert window.session is not None
    return window.session


def deals(window: Window) -> list[Deal]:
    return list(session_of(window).deals.values())


def page_of(window: Window) -> HistoryPage:
    assert window.pages is not None
    page: HistoryPage = window.pages.page("history")
    return page


def cells(page: HistoryPage, column: Column) -> list[str]:
    """Return a column of the list of steps, its days left out."""
    rows = range(page.model.rowCount())
    steps = [row for row in rows if page.model.step_at(page.model.index(row, 0)) is not None]
    return [str(page.model.index(row, column).data()) for row in steps]


def told(page: HistoryPage) -> list[tuple[str, str, str]]:
    return [(line.what, line.before, line.after) for line in page.lines.lines]


@pytest.fixture
def page(opened: Window) -> HistoryPage:
    """The history page of a book with some steps since it was filled: one undone, a removed deal."""
    first, _, third, _ = deals(opened)
    offer = first.offers[0]
    changed = replace(offer, lines=(replace(offer.lines[0], quantity=Decimal(87)),))
    save_deal(session_of(opened), replace(first, offers=(changed,)), "Change quantity")
    remove_deal(session_of(opened), third.id)
    save_deal(session_of(opened), replace(session_of(opened).deal(first.id), note="x"), "Change title")
    session_of(opened).undo()
    press(opened, Qt.Key.Key_H, CTRL)
    return page_of(opened)


# --- looking


def test_the_key_leads_to_the_steps_newest_first(opened: Window, page: HistoryPage) -> None:
    assert opened.pages is not None
    assert opened.pages.name == "history"
    assert page.table.hasFocus()
    assert cells(page, Column.NAME) == ["Change title", "Remove deal", "Change quantity", "Issue quote", "Fill"]
    assert cells(page, Column.STATE) == ["next to redo", "next to undo", "", "stays", ""]
    assert cells(page, Column.TOUCHED)[:2] == [
        "Müller & Söhne GmbH · Telephony 2026",
        "Café Elbblick · Branches",
    ]
    assert page.count.text() == "5 steps"
    assert page.name.accessibleName() == "Change title"
    assert "Redo brings it again." in page.made.text()


def test_the_arrow_keys_pass_over_the_days(opened: Window, page: HistoryPage) -> None:
    assert page.table.columnSpan(0, 0) == len(Column)
    assert page.table.currentIndex().row() == 1
    press(opened, Qt.Key.Key_Down)
    press(opened, Qt.Key.Key_Down)
    assert page.name.accessibleName() == "Change quantity"
    assert told(page) == [
        ("Müller & Söhne GmbH · Telephony 2026", "", ""),
        ("Line Cloud seat: Quantity", "85", "87"),
    ]
    for _ in range(5):
        press(opened, Qt.Key.Key_Up)
    assert page.table.currentIndex().row() == 1


def test_enter_goes_to_the_deal_and_back_to_the_step(opened: Window, page: HistoryPage) -> None:
    assert opened.pages is not None
    for _ in range(2):
        press(opened, Qt.Key.Key_Down)
    press(opened, Qt.Key.Key_Return)
    assert opened.pages.name == "deal"
    press(opened, Qt.Key.Key_H, CTRL | SHIFT)
    assert opened.pages.name == "history"
    assert page.only.accessibleName() == "Only Müller & Söhne GmbH · Telephony 2026"
    assert cells(page, Column.NAME) == ["Change title", "Change quantity", "Issue quote", "Fill"]
    press(opened, Qt.Key.Key_Escape)
    assert len(cells(page, Column.NAME)) == 5
    opened.back()
    assert not page.only.isHidden()
    opened.back()
    assert opened.pages.name == "deal"
    opened.back()
    assert page.name.accessibleName() == "Change quantity"


def test_steps_are_searched_while_one_types(opened: Window, page: HistoryPage, qtbot: QtBot) -> None:
    page.search.setFocus()
    QTest.keyClicks(page.search, "elbblick")
    qtbot.waitUntil(lambda: cells(page, Column.NAME) == ["Remove deal", "Fill"])
    press(opened, Qt.Key.Key_Return)
    assert page.table.hasFocus()
    page.search.setText("nobody")
    page.search_now()
    assert page.empty.heading.text() == "No step matches"
    page.empty.action.click()
    assert len(cells(page, Column.NAME)) == 5


def test_steps_of_a_kind(page: HistoryPage) -> None:
    page.kind.setCurrentIndex(page.kind.findData("quote"))
    assert cells(page, Column.NAME) == ["Issue quote"]
    assert told(page)[1] == ("Quote Q-2026-0001 issued", "", "")
    page.kind.setCurrentIndex(page.kind.findData("draft"))
    assert page.empty.isVisible()


def test_an_empty_book_says_what_belongs_here(window: Window, tmp_path: Path) -> None:
    window.create_book(tmp_path / "New.dealbook", "New", "EUR")
    session_of(window).book._db.execute("DELETE FROM step")
    window.go("history")
    page = page_of(window)
    assert page.empty.heading.text() == "No steps yet"
    assert not page.purge_button.isEnabled()
    press(window, Qt.Key.Key_Space)
    assert window.pages is not None
    assert window.pages.name == "deals"


def test_what_changed_can_be_copied(opened: Window, page: HistoryPage) -> None:
    for _ in range(2):
        press(opened, Qt.Key.Key_Down)
    press(opened, Qt.Key.Key_C, CTRL | SHIFT)
    heads = "What\tBefore\tAfter\n"
    assert QApplication.clipboard().text() == (
        f"{heads}Müller & Söhne GmbH · Telephony 2026\nLine Cloud seat: Quantity\t85\t87"
    )
    page.told.setFocus()
    while page.told.currentIndex().row() != 1:
        press(opened, Qt.Key.Key_Down)
    press(opened, Qt.Key.Key_C, CTRL)
    assert QApplication.clipboard().text() == "Line Cloud seat: Quantity\t85\t87"


def test_a_text_that_looks_like_a_formula_is_copied_as_text(opened: Window, page: HistoryPage) -> None:
    first = deals(opened)[0]
    save_deal(session_of(opened), replace(first, note='=HYPERLINK("x")'), "Note")
    page.table.selectRow(1)
    page.copy_all()
    assert "'=HYPERLINK" in QApplication.clipboard().text()


def test_the_history_follows_the_book(opened: Window, page: HistoryPage) -> None:
    press(opened, Qt.Key.Key_Down)
    press(opened, Qt.Key.Key_Z, CTRL)
    assert cells(page, Column.STATE)[:3] == ["undone", "next to redo", "next to undo"]
    assert page.name.accessibleName() == "Remove deal", "the selected step stays selected"
    press(opened, Qt.Key.Key_Z, CTRL | SHIFT)
    assert cells(page, Column.STATE)[:2] == ["next to redo", "next to undo"]
    new_deal(session_of(opened), "Neu")
    assert cells(page, Column.STATE)[:3] == ["next to undo", "undone, left behind", ""]


def test_german(opened: Window, page: HistoryPage) -> None:
    opened.speak("de")
    page = page_of(opened)
    assert cells(page, Column.NAME)[1] == "Geschäft entfernen"
    page.table.selectRow(3)
    assert told(page)[1][0] == "Position Cloud seat: Menge"
    assert page.table.model().headerData(Column.STATE, Qt.Orientation.Horizontal) == "Rückgängig"


# --- bringing back


def test_a_removed_deal_is_brought_back_and_that_is_undone(opened: Window, page: HistoryPage, qtbot: QtBot) -> None:
    page.kind.setCurrentIndex(page.kind.findData("removed"))
    assert cells(page, Column.NAME) == ["Remove deal"]
    assert page.back.text() == "Bring back"
    assert "Café Elbblick" in page.back.toolTip()
    page.back.setFocus()
    press(opened, Qt.Key.Key_Space)
    assert "Café Elbblick" in {deal.customer for deal in deals(opened)}
    assert "brought back" in opened.frame.notices.text.text()
    assert page.empty.heading.text() == "No removed deal"
    qtbot.mouseClick(opened.frame.notices.action, Qt.MouseButton.LeftButton)
    assert "Café Elbblick" not in {deal.customer for deal in deals(opened)}
    assert cells(page, Column.NAME) == ["Remove deal"]


# --- deleting for good


def test_history_is_deleted_by_a_second_act_that_names_it(opened: Window, page: HistoryPage, qtbot: QtBot) -> None:
    press(opened, Qt.Key.Key_Down)
    page.purge_button.setFocus()
    press(opened, Qt.Key.Key_Space)
    assert page.strip.isVisible()
    assert page.strip.what.hasFocus(), "the key that opened it deletes nothing"
    assert "4 steps will be gone." in page.strip.said.text()
    assert "no longer be brought back: Café Elbblick" in page.strip.said.text()
    assert "Backups" in page.strip.said.text()
    assert page.strip.sure.text() == "Delete 4 steps for good"
    for _ in range(2):
        press(opened, Qt.Key.Key_Tab)
    assert page.strip.sure.hasFocus()
    press(opened, Qt.Key.Key_Space)
    assert page.strip.busy.isVisible()
    assert not opened.isEnabled(), "nobody changes the book meanwhile"
    qtbot.waitUntil(opened.isEnabled)
    assert page.table.hasFocus()
    assert cells(page, Column.NAME) == ["Delete history for good", "Change title"]
    assert not page.strip.isVisible()
    assert "Deleted for good." in opened.frame.notices.text.text()
    assert not opened.actions_by_name["undo"].isEnabled()
    assert len(deals(opened)) == 3
    assert opened.frame.sidebar.saved.text() == "Saved · step 1"


def test_escape_deletes_nothing(opened: Window, page: HistoryPage) -> None:
    page.purge_button.click()
    press(opened, Qt.Key.Key_Escape)
    assert not page.strip.isVisible()
    assert page.table.hasFocus()
    assert len(cells(page, Column.NAME)) == 5


def test_a_deletion_that_fails_says_so(
    opened: Window, page: HistoryPage, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "dealbook.gui.pages.history.purge", lambda *_: lambda: BookError("not-saved", name="x", reason=BUSY)
    )
    page.purge_button.click()
    page.strip.sure.click()
    qtbot.waitUntil(opened.isEnabled)
    assert "could not be saved" in opened.frame.notices.text.text()
    assert not page.strip.isVisible()
    assert len(cells(page, Column.NAME)) == 5


def test_a_book_that_is_closed_amid_a_deletion_waits_for_it(opened: Window, page: HistoryPage, book_path: Path) -> None:
    page.purge_button.click()
    page.strip.sure.click()
    opened.close_book()
    assert opened.isEnabled()
    book = open_book(book_path)
    assert book.chronicle.count == 1
    book.close()


def test_all_of_a_removed_deal_is_deleted(opened: Window, page: HistoryPage, qtbot: QtBot) -> None:
    press(opened, Qt.Key.Key_Down)
    page.purge_button.click()
    page.strip.what.setCurrentIndex(page.strip.what.count() - 1)
    page.strip.what.activated.emit(page.strip.what.currentIndex())
    assert page.strip.what.currentText() == "All that is kept of Café Elbblick · Branches"
    assert "1 other step stays" in page.strip.said.text()
    page.strip.sure.click()
    qtbot.waitUntil(opened.isEnabled)
    assert cells(page, Column.NAME)[0] == "Delete a removed deal for good"
    page.kind.setCurrentIndex(page.kind.findData("removed"))
    assert page.empty.isVisible()
    opened.undo()
    assert deals(opened)[0].offers[0].lines[0].quantity == 85


# --- many steps


def test_a_long_history_is_read_in_pages(opened: Window) -> None:
    book = session_of(opened).book
    steps = [(number, f"2026-01-{1 + number % 28:02d}T10:00:00.000+00:00") for number in range(10, 5 * PAGE)]
    book._db.conn.executemany("INSERT INTO step (id, at, name, lasting) VALUES (?, ?, 'Many', 0)", steps)
    book._db.conn.commit()
    opened.go("history")
    page = page_of(opened)
    assert len(page.model.steps) == PAGE
    page.table.scrollToBottom()
    QApplication.processEvents()
    assert len(page.model.steps) == 2 * PAGE
    new_deal(session_of(opened), "Neu")
    assert len(page.model.steps) >= 2 * PAGE, "what was read stays read"
    while page.model.canFetchMore(page.table.rootIndex()):
        page.model.fetchMore(page.table.rootIndex())
    assert len(page.model.steps) == book.chronicle.count
    assert len({shown.entry.id for shown in page.model.steps}) == book.chronicle.count


def test_a_large_step_is_shown_in_parts(opened: Window) -> None:
    with session_of(opened).step("Import deals"):
        offer = Offer(starts=date(2026, 1, 1), lines=(Line(product="Seat", category="ucaas"),))
        session_of(opened).book.deals.add_all(
            Deal(customer=f"C{n}", signed=date(2026, 1, 1), offers=(offer,)) for n in range(400)
        )
    opened.go("history")
    page = page_of(opened)
    shown = page.lines.rowCount()
    assert shown < 1200
    page.copy_all()
    assert len(QApplication.clipboard().text().splitlines()) == page.lines.rowCount() + 1 > shown


def test_the_models_keep_to_the_rules(page: HistoryPage, qtbot: QtBot) -> None:
    mode = QAbstractItemModelTester.FailureReportingMode.Fatal
    testers = [QAbstractItemModelTester(model, mode) for model in (page.model, page.lines)]
    page.refresh(session_of_page(page).undo() or pytest.fail("nothing to undo"))
    assert len(testers) == 2
    assert HistoryModel(page._context.words).rowCount() == 0


def session_of_page(page: HistoryPage) -> Session:
    return page._context.session


def test_everything_has_a_name(page: HistoryPage) -> None:
    controls = (page.search, page.kind, page.table, page.told, page.strip.what)
    assert all(control.accessibleName() for control in controls)
    page.table.selectRow(3)
    tip = page.told.model().index(1, ToldColumn.WHAT).data(Qt.ItemDataRole.ToolTipRole)
    assert tip == "Line Cloud seat: Quantity"


# --- undo from every page


def _places(window: Window) -> dict[str, Callable[[], object]]:
    """Return how each page is shown as one comes upon it."""
    first = deals(window)[0]
    args: dict[str, dict[str, str]] = {
        "deal": {"deal_id": first.id},
        "editor": {"program": "nfon-ngage", "day": "2022-01-01"},
        "impact": {"program": "nfon-ngage"},
        "programs": {"program": "nfon-ngage"},
    }

    def shown(name: str) -> Callable[[], object]:
        return lambda: window.go(name, **args.get(name, {}))

    return {name: shown(name) for name in PLACES} | {"backups": window.safekeeping.show}


@pytest.mark.parametrize("name", [*PLACES, "backups"])
def test_undo_and_redo_by_key_from_every_page(opened: Window, name: str) -> None:
    session = session_of(opened)
    with session.step("Change company name"):
        session.book.partner.save(Partner(name="Südlicht"))
    _places(opened)[name]()
    QApplication.processEvents()
    for focus in _where_one_works(opened):
        focus.setFocus()
        press(opened, Qt.Key.Key_Z, CTRL)
        assert session.partner.name == "Nordlicht Systems GmbH", (name, focus)
        press(opened, Qt.Key.Key_Z, CTRL | SHIFT)
        assert session.partner.name == "Südlicht", (name, focus)
    assert opened.pages is not None
    assert name in ("backups", opened.pages.name), "undo stays on the page"


def _where_one_works(window: Window) -> list[QWidget]:
    """Return where the focus is, and every kind of field that can have it."""
    QApplication.processEvents()
    shown = [one for one in window.findChildren(QWidget) if one.isVisible() and one.isEnabled()]
    focusable = [one for one in shown if one.focusPolicy() & Qt.FocusPolicy.TabFocus]
    by_kind = {type(one): one for one in focusable}
    here = QApplication.focusWidget()
    return [*([here] if here is not None else []), *by_kind.values()]
