"""The merge page, by key and drop: look at what another book has, decide what both changed, merge, undo."""

import shutil
import warnings
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtTest import QAbstractItemModelTester, QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QWidget
from pytestqt.qtbot import QtBot

from dealbook.book.cipher import Key
from dealbook.book.connection import open_book
from dealbook.book.protecting import Change, protect
from dealbook.desk.deals import new_deal, save_deal
from dealbook.desk.merging import Side
from dealbook.desk.quotes import issue_quote, quote_content
from dealbook.desk.session import Session
from dealbook.domain.deal import Deal
from dealbook.gui.models.merge import Cell, Column, Filter
from dealbook.gui.pages.merge import MergePage
from dealbook.gui.window import Window
from tests.book.records import dump, files

MUELLER, HANSEN = "Müller & Söhne GmbH", "Hansen Reederei"


@pytest.fixture
def other(book_path: Path, tmp_path: Path) -> Path:
    """The book of the laptop: a copy in which a deal is new and quoted, and two were changed."""
    path = tmp_path / "away" / "Laptop.dealbook"
    path.parent.mkdir()
    shutil.copyfile(book_path, path)
    session = Session(open_book(path))
    deals = {deal.customer: deal for deal in session.deals.values()}
    new = new_deal(session, "Neu & Co.", today=date(2026, 1, 1))
    seats = replace(deals[HANSEN].offers[0].lines[0], id="")
    filled = save_deal(session, replace(new, offers=(replace(new.offers[0], lines=(seats,)),)), "Fill")
    content = quote_content(session, filled, [filled.offers[0].id], filled.signed)
    issue_quote(session, filled, content)
    line = deals[MUELLER].offers[0].lines[0]
    offer = replace(deals[MUELLER].offers[0], lines=(replace(line, quantity=Decimal(99)),))
    save_deal(session, replace(deals[MUELLER], offers=(offer,), contact="Frau Müller"), "Seats")
    save_deal(session, replace(deals[HANSEN], note="there"), "Note")
    session.close()
    return path


@pytest.fixture
def changed(opened: Window) -> Session:
    """The open book, in which one of these deals was changed as well."""
    assert opened.session is not None
    deal = deal_of(opened.session, MUELLER)
    save_deal(opened.session, replace(deal, note="here", contact="Herr Müller"), "Note")
    return opened.session


@pytest.fixture
def page(opened: Window, changed: Session, other: Path, qtbot: QtBot) -> MergePage:
    """The page with the other book read."""
    opened.go("merge", file=str(other))
    assert opened.pages is not None
    found = opened.pages.page("merge")
    assert isinstance(found, MergePage)
    read(found, qtbot)
    return found


def read(page: MergePage, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: not page.reader.is_busy)


def deal_of(session: Session, customer: str) -> Deal:
    return next(deal for deal in session.deals.values() if deal.customer == customer)


def column(page: MergePage, which: Column) -> list[str]:
    return [page.model.index(row, which).data() for row in range(page.model.rowCount())]


def detail(page: MergePage) -> list[tuple[str, str, str]]:
    model = page.detail.model
    return [tuple(model.index(row, cell).data() for cell in Cell) for row in range(model.rowCount())]


def press(key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    focus = QApplication.focusWidget()
    assert focus is not None
    QTest.keyClick(focus, key, modifier)


def dropped(target: QWidget, path: Path) -> bool:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    keys = (Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # the form with whole pixels; the other one is newer Qt's
        enter = QDragEnterEvent(QPoint(5, 5), *keys)
    QApplication.sendEvent(target, enter)
    if enter.isAccepted():
        QApplication.sendEvent(target, QDropEvent(QPointF(5, 5), *keys))
    return enter.isAccepted()


# --- looking


def test_what_is_to_be_decided_comes_first(page: MergePage) -> None:
    QAbstractItemModelTester(page.model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    QAbstractItemModelTester(page.detail.model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    assert column(page, Column.KIND) == ["Deal", "Deal", "Deal", "Quote"]
    assert column(page, Column.NAME) == [
        f"{MUELLER} · Telephony 2026",
        f"{HANSEN} · Contact centre",
        "Neu & Co.",
        "Q-2026-0002 · Neu & Co.",
    ]
    assert column(page, Column.NEWS)[:3] == [
        "changed in both: Contact, Note, offers",
        "changed there: Note",
        "only there",
    ]
    assert column(page, Column.FATE) == ["to decide", "as there", "comes in", "comes in"]
    assert page.count.text() == "1 to decide"
    assert page.go_on.text() == "Merge: 1 deal, 1 quote, 1 changed"
    assert page.choices.same.text() == "5 records are alike"
    assert page.table.hasFocus()


def test_the_record_stands_field_by_field(page: MergePage) -> None:
    assert detail(page) == [
        ("Contact", "Herr Müller", "Frau Müller"),
        ("Note", "here", "–"),
        ("Offer 1", "", ""),
        ("    Cloud seat: Quantity", "85", "99"),
    ]
    assert page.detail.hint.text() == "To decide. Until then it stays as it is here."


def test_a_filter_shows_one_kind_of_news(page: MergePage) -> None:
    texts = [page.choices.filter.itemText(row) for row in range(page.choices.filter.count())]
    assert texts == [
        "All that differs (4)",
        "To decide or look at (1)",
        "Comes in (2)",
        "Changes (1)",
        "Stays as it is (1)",
    ]
    page.choices.filter.setFocus()
    press(Qt.Key.Key_Down)
    assert page.choices.filter.currentData() == Filter.TO_SEE
    page.choices.filter.activated.emit(1)
    assert column(page, Column.FATE) == ["to decide"]


# --- deciding by key


def test_arrows_take_a_side_and_enter_leads_into_the_record(page: MergePage) -> None:
    press(Qt.Key.Key_Right)
    assert column(page, Column.FATE)[0] == "as there"
    assert page.detail.theirs.isChecked()
    press(Qt.Key.Key_Left)
    assert (column(page, Column.FATE)[0], page.count.text()) == ("as here", "")
    press(Qt.Key.Key_Return)
    assert page.detail.table.hasFocus()
    press(Qt.Key.Key_Right)
    assert detail(page)[0] == ("Contact", "Herr Müller", "✓ Frau Müller")
    assert detail(page)[1] == ("Note", "✓ here", "–")
    assert column(page, Column.FATE)[0] == "parts of both"
    for _ in range(3):
        press(Qt.Key.Key_Down)
    press(Qt.Key.Key_Right)  # on a line of the offer
    assert detail(page)[2] == ("Offer 1", "", "✓")
    press(Qt.Key.Key_Escape)
    assert page.table.hasFocus()


def test_parts_of_both_are_merged(page: MergePage, changed: Session) -> None:
    press(Qt.Key.Key_Return)
    press(Qt.Key.Key_Right)
    QTest.keyClick(page.go_on, Qt.Key.Key_Space)
    page.runner.finish()
    merged = deal_of(changed, MUELLER)
    assert (merged.contact, merged.note, merged.offers[0].lines[0].quantity) == ("Frau Müller", "here", 85)


def test_both_changes_are_offered_where_they_are_of_different_parts(page: MergePage) -> None:
    both = page.detail.both
    assert both.isVisible()
    QTest.keyClick(both, Qt.Key.Key_Space)
    entry = page.model.entry(0)
    assert entry.side is Side.MIXED
    assert all(part.startswith("offer:") for part in entry.parts)
    press(Qt.Key.Key_Down) if page.table.hasFocus() else page.table.selectRow(1)
    assert not both.isVisible()


def test_the_rest_is_decided_at_once(page: MergePage) -> None:
    QTest.keyClick(page.choices.rest_theirs, Qt.Key.Key_Space)
    assert column(page, Column.FATE)[0] == "as there"
    assert not page.choices.rest_theirs.isVisible()
    assert page.go_on.text() == "Merge: 1 deal, 1 quote, 2 changed"


# --- merging


def test_merging_is_one_step_and_the_notice_undoes_it(
    page: MergePage, opened: Window, changed: Session, other: Path
) -> None:
    before, there = dump(changed.book.path), files(other.parent)
    QTest.keyClick(page.go_on, Qt.Key.Key_Space)
    page.runner.finish()
    assert opened.pages is not None
    assert opened.pages.name == "deals"
    assert opened.frame.notices.text.text() == "Merged: 1 deal, 1 quote, 1 changed."
    assert (deal_of(changed, HANSEN).note, deal_of(changed, MUELLER).note) == ("there", "here")
    assert [quote.label for quote in changed.book.quotes.all()] == ["Q-2026-0001", "Q-2026-0002"]
    assert files(other.parent) == there
    QTest.keyClick(opened.frame.notices.action, Qt.Key.Key_Space)
    assert dump(changed.book.path) == before


def test_nothing_comes_in_between_and_stopping_leaves_nothing(
    page: MergePage, opened: Window, changed: Session
) -> None:
    before = dump(changed.book.path)
    QTest.keyClick(page.go_on, Qt.Key.Key_Space)
    assert page.progress.cancel.hasFocus()
    QTest.keyClick(opened, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert changed.book.in_step or page.runner.is_busy
    QTest.keyClick(page.progress.cancel, Qt.Key.Key_Space)
    assert opened.frame.notices.text.text() == "Stopped. Nothing was merged."
    assert dump(changed.book.path) == before
    assert page.model.rowCount() == 4
    assert page.go_on.hasFocus()


def test_a_change_meanwhile_is_followed_and_decisions_stay(page: MergePage, changed: Session, qtbot: QtBot) -> None:
    press(Qt.Key.Key_Right)
    save_deal(changed, replace(deal_of(changed, HANSEN), contact="new"), "Contact")
    read(page, qtbot)
    assert column(page, Column.NEWS)[0] == "changed in both: Contact, Note"
    assert [entry.is_decided for entry in map(page.model.entry, range(2))] == [False, True]
    assert page.model.entry(1).side is Side.THEIRS


def test_reading_can_be_cancelled(opened: Window, other: Path) -> None:
    opened.go("merge")
    assert opened.pages is not None
    page = opened.pages.page("merge")
    assert page.empty.action.hasFocus()
    page.open(other)
    QTest.keyClick(page.progress.cancel, Qt.Key.Key_Space)
    assert not page.reader.is_busy
    assert not page.progress.isVisible()
    assert page.model.rowCount() == 0


def test_two_books_that_are_alike(opened: Window, book_path: Path, tmp_path: Path, qtbot: QtBot) -> None:
    opened.close_book()
    same = tmp_path / "Same.dealbook"
    shutil.copyfile(book_path, same)
    opened.open_book(book_path)
    opened.go("merge", file=str(same))
    assert opened.pages is not None
    page = opened.pages.page("merge")
    read(page, qtbot)
    assert page.empty.heading.text() == "The two books are alike"
    assert not page.go_on.isEnabled()


def test_the_open_book_itself_is_refused_in_words(opened: Window, book_path: Path, qtbot: QtBot) -> None:
    opened.go("merge", file=str(book_path))
    assert opened.pages is not None
    page = opened.pages.page("merge")
    read(page, qtbot)
    assert "is the book that is open" in opened.frame.notices.text.text()
    assert page.empty.action.isVisible()


def test_a_protected_book_asks_for_its_passphrase(opened: Window, other: Path, qtbot: QtBot) -> None:
    protect(Change(other, None, Key("secret words")), lambda: False)
    opened.go("merge", file=str(other))
    assert opened.pages is not None
    page = opened.pages.page("merge")
    read(page, qtbot)
    assert page.body.unlock.field.line.hasFocus()
    qtbot.keyClicks(page.body.unlock.field.line, "wrong")
    press(Qt.Key.Key_Return)
    read(page, qtbot)
    assert page.body.unlock.field.problem.isVisible()
    assert page.body.unlock.field.line.selectedText() == "wrong"
    qtbot.keyClicks(page.body.unlock.field.line, "secret words")
    press(Qt.Key.Key_Return)
    read(page, qtbot)
    assert page.model.rowCount() > 0
    assert page.body.unlock.field.text() == ""
    page.open(other)
    read(page, qtbot)
    press(Qt.Key.Key_Escape)
    assert page.empty.action.hasFocus()


# --- ways to the page


def test_the_menu_leads_to_the_page_and_its_button_to_a_file(
    opened: Window, other: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened.actions_by_name["merge"].trigger()
    assert opened.pages is not None
    page = opened.pages.page("merge")
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_args: (str(other), ""))
    QTest.keyClick(page.empty.action, Qt.Key.Key_Space)
    read(page, qtbot)
    assert page.model.rowCount() > 0


def test_a_book_that_is_dropped_on_the_window_can_be_looked_at(opened: Window, other: Path, qtbot: QtBot) -> None:
    assert dropped(opened, other)
    assert opened.frame.notices.text.text().startswith("Laptop.dealbook is another book.")
    QTest.keyClick(opened.frame.notices.action, Qt.Key.Key_Space)
    assert opened.pages is not None
    assert opened.pages.name == "merge"
    page = opened.pages.page("merge")
    read(page, qtbot)
    assert page.model.rowCount() > 0
    page.stop()
    assert dropped(page, other)
    read(page, qtbot)


def test_a_book_that_is_dropped_on_an_empty_window_opens(window: Window, book_path: Path) -> None:
    assert dropped(window, book_path)
    assert window.session is not None
    assert not dropped(window, book_path.with_name("letter.txt"))


def test_the_copy_goes_with_the_page(page: MergePage, opened: Window) -> None:
    held = page._held.other
    assert held is not None
    assert held.copy.exists()
    opened.close_book()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert not held.copy.parent.exists()
