"""The window as a person uses it: opening books, going about, searching, undoing."""

import sqlite3
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QWidget
from pytestqt.qtbot import QtBot

from dealbook.book.connection import Touched, open_book
from dealbook.desk.deals import new_deal, set_stage
from dealbook.domain.deal import Stage
from dealbook.gui.preferences import Preferences
from dealbook.gui.run import open_first
from dealbook.gui.theme import DARK, LIGHT, Appearance, tokens
from dealbook.gui.window import Window

CTRL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
ALT = Qt.KeyboardModifier.AltModifier


def press(window: Window, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    """Press a key where the focus is."""
    QTest.keyClick(focus(window), key, modifier)


def focus(window: Window) -> QWidget:
    """Return what has the focus."""
    return QApplication.focusWidget() or window


def page_name(window: Window) -> str:
    """Return the page that is shown; nothing for the start page."""
    return window.pages.name if window.pages is not None and window.pages.isVisible() else ""


# --- books


def test_without_a_book_there_is_the_start_page_and_nothing_else(window: Window) -> None:
    assert window.start.isVisible()
    assert not any(entry.isVisible() for entry in window.frame.sidebar.entries.values())
    assert not window.frame.search.isVisible()
    assert not window.actions_by_name["new-deal"].isEnabled()


def test_a_book_opens_at_its_deals(window: Window, book_path: Path) -> None:
    window.open_book(book_path)
    assert page_name(window) == "deals"
    assert window.windowTitle() == "Nordlicht – Dealbook"
    assert window.frame.sidebar.partner.accessibleName() == "Nordlicht Systems GmbH"
    assert window.actions_by_name["new-deal"].isEnabled()


@pytest.mark.parametrize("content", [b"", b"no book at all\n" * 100])
def test_a_file_that_is_no_book_is_refused_in_the_window(window: Window, tmp_path: Path, content: bytes) -> None:
    wrong = tmp_path / "letter.dealbook"
    wrong.write_bytes(content)
    window.open_book(wrong)
    assert window.frame.notices.isVisible()
    assert "is not a Dealbook book" in window.frame.notices.text.text()
    assert "was not changed" in window.frame.notices.text.text()
    assert window.start.isVisible()
    assert wrong.read_bytes() == content


def test_a_newer_book_is_refused_and_the_open_one_stays(opened: Window, tmp_path: Path) -> None:
    newer = tmp_path / "newer.dealbook"
    source = sqlite3.connect(opened.session.book.path if opened.session else "")
    with sqlite3.connect(newer) as target:
        source.backup(target)
        target.execute("PRAGMA user_version = 999")
    target.close()
    source.close()
    opened.open_book(newer)
    assert "newer Dealbook" in opened.frame.notices.text.text()
    assert page_name(opened) == "deals"
    assert opened.windowTitle() == "Nordlicht – Dealbook"


def test_a_missing_book_is_refused(window: Window, tmp_path: Path) -> None:
    window.open_book(tmp_path / "gone.dealbook")
    assert "There is no file" in window.frame.notices.text.text()


def test_the_refusal_is_said_in_the_language_of_the_screen(window: Window, tmp_path: Path) -> None:
    window.speak("de")
    window.open_book(tmp_path / "gone.dealbook")
    assert "Es gibt keine Datei" in window.frame.notices.text.text()


def test_escape_closes_a_notice(window: Window, tmp_path: Path) -> None:
    window.open_book(tmp_path / "gone.dealbook")
    window.frame.notices.close_button.setFocus()
    press(window, Qt.Key.Key_Escape)
    assert not window.frame.notices.isVisible()


def test_a_new_book_is_asked_for_in_place(window: Window, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "Weser"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_, **__: (str(target), ""))
    press(window, Qt.Key.Key_N, CTRL | SHIFT)
    assert focus(window) is window.start.name
    QTest.keyClicks(window.start.name, "Weser IT")
    window.start.currency.setCurrentText("CHF")
    press(window, Qt.Key.Key_Return)
    assert page_name(window) == "deals"
    assert window.session is not None
    assert window.session.partner.name == "Weser IT"
    assert window.session.partner.currency == "CHF"
    assert (tmp_path / "Weser.dealbook").exists()
    assert focus(window).property("text") == "New deal"  # what belongs into an empty book
    window.close_book()
    assert not window.start.form.isVisible()
    assert window.start.name.text() == ""


def test_undo_in_a_new_book_keeps_its_partner(window: Window, tmp_path: Path) -> None:
    window.create_book(tmp_path / "Weser.dealbook", "Weser IT", "CHF")
    assert window.session is not None
    assert not window.actions_by_name["undo"].isEnabled()
    window.undo()
    assert window.session.partner.name == "Weser IT"


def test_a_new_book_needs_a_name(window: Window, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_, **__: pytest.fail("asked for a file too early"))
    window.new_book()
    press(window, Qt.Key.Key_Return)
    assert window.start.name_problem.isVisible()
    assert window.session is None


def test_a_new_book_takes_no_files_place(window: Window, book_path: Path) -> None:
    before = book_path.read_bytes()
    window.create_book(book_path, "Weser IT", "EUR")
    assert "is there already" in window.frame.notices.text.text()
    assert window.session is None
    assert book_path.read_bytes() == before


def test_a_new_book_that_cannot_be_filled_leaves_no_file(window: Window, tmp_path: Path) -> None:
    window.create_book(tmp_path / "Weser", "Weser\0IT", "EUR")
    assert "U+0000" in window.frame.notices.text.text()
    assert window.session is None
    assert list(tmp_path.glob("Weser*")) == []


def test_a_book_that_was_open_stays_open_while_a_new_one_is_asked_for(opened: Window) -> None:
    opened.new_book()
    assert opened.start.isVisible()
    press(opened, Qt.Key.Key_1, ALT)
    assert page_name(opened) == "deals"


def test_the_books_opened_lately_are_offered(opened: Window, book_path: Path, preferences: Preferences) -> None:
    opened.close_book()
    assert preferences.recent == (book_path,)
    assert opened.start.recent.isVisible()
    titles = [action.text() for action in opened.actions_by_name.submenus["recent"].actions()]
    assert titles == ["Nordlicht"]
    opened.actions_by_name.submenus["recent"].actions()[0].trigger()
    assert page_name(opened) == "deals"


def test_the_book_of_last_time_opens_again(window: Window, book_path: Path, preferences: Preferences) -> None:
    open_first(window, preferences, None, sample=False)
    assert window.session is None
    preferences.remember(book_path)
    open_first(window, preferences, None, sample=False)
    assert window.windowTitle() == "Nordlicht – Dealbook"


def test_the_book_that_is_asked_for_goes_before_the_last_one(
    window: Window, book_path: Path, preferences: Preferences, tmp_path: Path
) -> None:
    preferences.remember(book_path)
    open_first(window, preferences, tmp_path / "gone.dealbook", sample=False)
    assert "gone.dealbook" in window.frame.notices.text.text()
    assert window.session is None


def test_the_sample_book_is_made_on_first_use_and_kept(window: Window) -> None:
    window.open_sample()
    assert window.session is not None
    assert len(window.session.deals) > 20
    deal = new_deal(window.session, "Mine")
    window.open_sample()
    assert deal.id in window.session.deals


def test_a_closed_window_leaves_the_book_free(opened: Window, book_path: Path) -> None:
    opened.close()
    book = open_book(book_path)
    assert len(book.deals.all()) == 4
    book.close()


# --- going about


def test_pages_by_key_and_back(opened: Window) -> None:
    press(opened, Qt.Key.Key_3, ALT)
    assert page_name(opened) == "programs"
    assert opened.frame.sidebar.entries["programs"].isChecked()
    press(opened, Qt.Key.Key_4, ALT)
    assert page_name(opened) == "quotes"
    assert opened.frame.sidebar.entries["quotes"].isChecked()
    press(opened, Qt.Key.Key_5, ALT)
    assert page_name(opened) == "settings"
    press(opened, Qt.Key.Key_Left, ALT)
    assert page_name(opened) == "quotes"
    press(opened, Qt.Key.Key_Left, ALT)
    assert page_name(opened) == "programs"
    press(opened, Qt.Key.Key_Left, ALT)
    assert page_name(opened) == "deals"
    press(opened, Qt.Key.Key_Left, ALT)
    assert page_name(opened) == "deals"


def test_the_sidebar_leads_to_the_pages(opened: Window, qtbot: QtBot) -> None:
    qtbot.mouseClick(opened.frame.sidebar.entries["settings"], Qt.MouseButton.LeftButton)
    assert page_name(opened) == "settings"


def test_search_finds_as_one_types_and_jumps(opened: Window) -> None:
    press(opened, Qt.Key.Key_K, CTRL)
    search = opened.frame.search
    assert focus(opened) is search
    QTest.keyClicks(search, "GMBH")
    assert search.hits() == ["Müller & Söhne GmbH · Telephony 2026", "Q-2026-0001 · Müller & Söhne GmbH"]
    QTest.keyClicks(search, " tele")
    assert search.hits() == ["Müller & Söhne GmbH · Telephony 2026"]
    QTest.keyClick(search, Qt.Key.Key_Return)
    assert page_name(opened) == "deal"
    assert opened.session is not None
    assert opened.pages is not None
    assert opened.session.deal(opened.pages.args["deal_id"]).customer == "Müller & Söhne GmbH"
    assert search.text() == ""


def test_search_finds_a_quote_by_its_number(opened: Window) -> None:
    QTest.keyClicks(opened.frame.search, "2026-0001")
    QTest.keyClick(opened.frame.search, Qt.Key.Key_Return)
    assert page_name(opened) == "quotes"


def test_search_without_a_hit_goes_nowhere(opened: Window) -> None:
    QTest.keyClicks(opened.frame.search, "zebra")
    assert opened.frame.search.hits() == []
    QTest.keyClick(opened.frame.search, Qt.Key.Key_Return)
    assert page_name(opened) == "deals"


# --- undo


def test_undo_and_redo_by_key_and_what_the_sidebar_says(opened: Window) -> None:
    assert opened.session is not None
    deal = next(iter(opened.session.deals.values()))
    set_stage(opened.session, deal.id, Stage.WON)
    sidebar = opened.frame.sidebar
    steps = opened.session.book.step_count
    assert sidebar.undo.accessibleName() == "Undo: Mark as won"
    assert sidebar.saved.text() == f"Saved · step {steps}"
    assert not sidebar.redo.isVisible()
    press(opened, Qt.Key.Key_Z, CTRL)
    assert opened.session.deal(deal.id).stage is Stage.OPEN
    assert sidebar.redo.accessibleName() == "Redo: Mark as won"
    assert sidebar.saved.text() == f"Saved · step {steps - 1}"
    press(opened, Qt.Key.Key_Z, CTRL | SHIFT)
    assert opened.session.deal(deal.id).stage is Stage.WON


def test_undo_by_the_sidebar(opened: Window, qtbot: QtBot) -> None:
    assert opened.session is not None
    deal = new_deal(opened.session, "Neu")
    qtbot.mouseClick(opened.frame.sidebar.undo, Qt.MouseButton.LeftButton)
    assert deal.id not in opened.session.deals


def test_undo_in_a_field_takes_its_own_typing_first(opened: Window) -> None:
    assert opened.session is not None
    deal = new_deal(opened.session, "Neu")
    search = opened.frame.search
    search.setFocus()
    QTest.keyClicks(search, "ab")
    press(opened, Qt.Key.Key_Z, CTRL)
    assert search.text() == ""
    assert deal.id in opened.session.deals
    press(opened, Qt.Key.Key_Z, CTRL)
    assert deal.id not in opened.session.deals


def test_redo_in_a_field_is_the_books_when_the_field_has_none(opened: Window) -> None:
    assert opened.session is not None
    deal = new_deal(opened.session, "Neu")
    opened.session.undo()
    opened.frame.search.setFocus()
    press(opened, Qt.Key.Key_Z, CTRL | SHIFT)
    assert deal.id in opened.session.deals


def test_a_deal_that_undo_takes_away_is_left(opened: Window) -> None:
    assert opened.session is not None
    deal = new_deal(opened.session, "Neu")
    opened.go("deal", deal_id=deal.id)
    opened.undo()
    assert page_name(opened) == "deals"


def test_each_change_is_announced_once_even_after_another_language(
    opened: Window, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert opened.session is not None
    opened.speak("de")
    opened.speak("en")
    assert opened.pages is not None
    calls: list[Touched] = []
    monkeypatch.setattr(opened.pages, "refresh", calls.append)
    new_deal(opened.session, "Neu")
    assert [touched.name for touched in calls] == ["New deal"]


# --- the screen


def test_another_language_keeps_book_and_page(opened: Window, preferences: Preferences) -> None:
    press(opened, Qt.Key.Key_5, ALT)
    opened.actions_by_name["language:de"].trigger()
    assert page_name(opened) == "settings"
    assert preferences.language == "de"
    assert opened.pages is not None
    assert opened.pages.page("settings").title == "Einstellungen"
    assert opened.actions_by_name["language:de"].isChecked()


def test_shortcuts_work_after_another_language(opened: Window) -> None:
    opened.speak("fr")
    QApplication.sendPostedEvents()
    press(opened, Qt.Key.Key_4, ALT)
    assert page_name(opened) == "quotes"


def test_light_and_dark(opened: Window, preferences: Preferences) -> None:
    assert tokens() is LIGHT
    opened.actions_by_name["appearance:dark"].trigger()
    assert tokens() is DARK
    assert preferences.appearance is Appearance.DARK
    opened.appear(Appearance.LIGHT)
    assert tokens() is LIGHT


def test_every_menu_entry_has_its_own_key(opened: Window) -> None:
    actions = opened.actions_by_name
    keys = [action.shortcut().toString() for action in actions.all() if not action.shortcut().isEmpty()]
    assert len(keys) == len(set(keys))
    assert "Ctrl+Z" in keys
