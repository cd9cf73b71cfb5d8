"""Protected books in the window: asked for in place, set, changed, removed; with the keyboard alone."""

import gc
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from dealbook.book import cipher, protecting
from dealbook.book.backup import backups
from dealbook.book.cipher import Key, is_protected
from dealbook.book.connection import open_book
from dealbook.book.protecting import Change, protect
from dealbook.desk.deals import new_deal
from dealbook.gui.pages.backups import BackupsPage
from dealbook.gui.pages.protect import ProtectPage
from dealbook.gui.preferences import Preferences
from dealbook.gui.run import open_first
from dealbook.gui.window import Window

SECRET = "correct horse battery"


@pytest.fixture(autouse=True)
def _quick_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cipher, "_ROUNDS", 10)


@pytest.fixture
def locked(book_path: Path) -> Path:
    """A closed protected book."""
    protect(Change(book_path, None, Key(SECRET)))
    return book_path


def typed(text: str, then: Qt.Key = Qt.Key.Key_Return) -> None:
    """Type into whatever has the focus."""
    field = QApplication.focusWidget()
    assert isinstance(field, QLineEdit)
    QTest.keyClicks(field, text)
    QTest.keyClick(field, then)


def page_of(window: Window) -> ProtectPage:
    """Show the page through the menu."""
    window.actions_by_name["protect"].trigger()
    assert window.vault.page is not None
    return window.vault.page


def done(window: Window, qtbot: QtBot, session: object) -> None:
    """Wait until the change is over and the book open again."""
    qtbot.waitUntil(lambda: window.session is not None and window.session is not session, timeout=20_000)


# --- opening


def test_a_protected_book_is_asked_for_in_place(window: Window, locked: Path) -> None:
    window.open_book(locked)
    unlock = window.start.unlock
    assert unlock.isVisible()
    assert unlock.name.text() == "Nordlicht"
    assert QApplication.focusWidget() is unlock.field.line
    assert window.windowTitle() == "Dealbook"
    typed("wrong")
    assert unlock.field.problem.text() == "That is not the passphrase of this book."
    assert not window.frame.notices.isVisible()
    assert unlock.field.line.selectedText()
    assert QApplication.focusWidget() is unlock.field.line
    typed(SECRET)  # over what is selected
    assert window.session is not None
    assert len(window.session.deals) == 4
    assert not unlock.isVisible()
    assert unlock.field.text() == ""


def test_the_question_is_whole_in_a_low_window(window: Window, locked: Path) -> None:
    """Else the field is squeezed to a line, or the window grows beyond the screen."""
    window.resize(960, 600)
    window.start.show_recent([locked.with_name(f"{number}.dealbook") for number in range(9)])
    window.open_book(locked)
    line = window.start.unlock.field.line
    QCoreApplication.processEvents()
    assert window.height() == 600, "the window grew beyond the screen"
    assert line.height() >= line.minimumSizeHint().height()
    assert line.visibleRegion().boundingRect() == line.rect()


def test_nothing_typed_is_said(window: Window, locked: Path, qtbot: QtBot) -> None:
    window.open_book(locked)
    qtbot.mouseClick(window.start.unlock.open, Qt.MouseButton.LeftButton)
    assert window.start.unlock.field.problem.text() == "Type the passphrase."


def test_the_book_of_last_time_is_asked_for_at_the_start(
    window: Window, preferences: Preferences, locked: Path
) -> None:
    preferences.remember(locked)
    open_first(window, preferences, None, sample=False)
    assert window.start.unlock.book == locked
    assert SECRET not in repr(preferences._settings.allKeys())


def test_a_book_that_is_dropped_on_the_window_is_asked_for(window: Window, locked: Path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(locked))])
    actions, buttons, keys = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    entering = QDragEnterEvent(QPoint(9, 9), actions, data, buttons, keys)
    window.dragEnterEvent(entering)
    assert entering.isAccepted()
    window.dropEvent(QDropEvent(QPointF(9, 9), actions, data, buttons, keys))
    assert window.start.unlock.book == locked
    data.setUrls([QUrl.fromLocalFile(str(locked.with_suffix(".txt")))])
    other = QDragEnterEvent(QPoint(9, 9), actions, data, buttons, keys)
    other.ignore()
    window.dragEnterEvent(other)
    assert not other.isAccepted()


def test_escape_goes_back_to_the_open_book(window: Window, locked: Path, tmp_path: Path) -> None:
    window.create_book(tmp_path / "Other", "Other", "EUR")
    window.go("settings")
    window.open_book(locked)
    assert window.session is not None
    typed("half", Qt.Key.Key_Escape)
    assert window.pages is not None
    assert window.pages.isVisible()
    assert window.pages.name == "settings"
    assert window.start.unlock.field.text() == ""


def test_another_refusal_is_said_as_ever(window: Window, locked: Path) -> None:
    other = open_book(locked, Key(SECRET))
    window.open_book(locked)
    assert "is open already" in window.frame.notices.text.text()
    other.close()


def test_what_is_typed_is_hidden_and_can_be_shown(window: Window, locked: Path, qtbot: QtBot) -> None:
    window.open_book(locked)
    field = window.start.unlock.field
    assert field.line.echoMode() is QLineEdit.EchoMode.Password
    qtbot.mouseClick(field.show_it, Qt.MouseButton.LeftButton)
    assert field.line.echoMode() is QLineEdit.EchoMode.Normal
    window.open_book(locked)
    assert window.start.unlock.field.line.echoMode() is QLineEdit.EchoMode.Password


# --- setting, changing, removing


def test_a_passphrase_is_set_with_the_keyboard_alone(opened: Window, qtbot: QtBot, book_path: Path) -> None:
    session = opened.session
    opened.go("settings")
    page = page_of(opened)
    (form,) = page.forms
    assert QApplication.focusWidget() is form.fields()[0].line
    typed(SECRET)
    typed("something else")
    assert form.again is not None
    assert form.again.problem.text() == "The two are not the same."
    assert opened.session is session
    typed(SECRET)
    done(opened, qtbot, session)
    assert is_protected(book_path)
    assert "are protected" in opened.frame.notices.text.text()
    assert opened.frame.sidebar.lock.isVisible()
    assert opened.windowTitle() == "Nordlicht (protected) – Dealbook"
    assert opened.pages is not None
    assert opened.pages.name == "settings", "back to where it was"
    assert opened.vault.page is None
    assert opened.session is not None
    new_deal(opened.session, "Neu")


def test_a_short_one_is_taken_with_a_hint(opened: Window, qtbot: QtBot) -> None:
    session = opened.session
    form = page_of(opened).forms[0]
    assert form.new is not None
    typed("abc", Qt.Key.Key_Tab)
    assert "12 characters" in form.new.problem.text()
    form.new.line.setFocus()
    typed("")
    typed("abc")
    done(opened, qtbot, session)
    assert opened.session is not None
    assert opened.session.book.key is not None


def test_an_empty_one_is_refused(opened: Window, qtbot: QtBot, book_path: Path) -> None:
    form = page_of(opened).forms[0]
    qtbot.mouseClick(form.act, Qt.MouseButton.LeftButton)
    assert form.new is not None
    assert form.new.problem.text() == "Type the passphrase."
    assert opened.session is not None
    assert not is_protected(book_path)


def test_it_is_changed_and_removed(window: Window, locked: Path, qtbot: QtBot) -> None:
    window.open_book(locked, Key(SECRET))
    session = window.session
    window.frame.sidebar.lock.click()
    page = window.vault.page
    assert page is not None
    change, _ = page.forms
    typed("wrong")
    typed("new one")
    typed("new one")
    assert change.old is not None
    assert change.old.problem.text() == "That is not the passphrase of this book."
    assert window.session is session
    typed(SECRET)
    qtbot.mouseClick(change.act, Qt.MouseButton.LeftButton)
    done(window, qtbot, session)
    session = window.session
    assert session is not None
    assert session.book.key is not None
    assert session.book.key.is_same(Key("new one"))
    remove = page_of(window).forms[1]
    assert remove.old is not None
    remove.old.line.setFocus()
    typed("new one")
    done(window, qtbot, session)
    assert not is_protected(locked)
    assert not window.frame.sidebar.lock.isVisible()
    assert window.windowTitle() == "Nordlicht – Dealbook"


def test_nothing_holds_a_passphrase_once_the_book_is_closed(window: Window, locked: Path, qtbot: QtBot) -> None:
    gc.collect()
    before = sum(isinstance(one, Key) for one in gc.get_objects())
    window.open_book(locked)
    typed("wrong")
    typed(SECRET)
    with qtbot.waitSignal(window.safekeeping.keeper.looked):
        window.safekeeping.keeper.look()
    session = window.session
    page_of(window)
    typed(SECRET)
    typed("second")
    typed("second")
    done(window, qtbot, session)
    with qtbot.waitSignal(window.safekeeping.keeper.looked):
        window.safekeeping.keeper.look()
    page = shown(window, qtbot)
    qtbot.waitUntil(page.preview.restore.isEnabled)
    page.restore()
    del page, session
    assert sum(isinstance(one, Key) for one in gc.get_objects()) > before
    window.close_book()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    gc.collect()
    assert sum(isinstance(one, Key) for one in gc.get_objects()) == before


def test_escape_changes_nothing(opened: Window, book_path: Path) -> None:
    opened.go("quotes")
    page_of(opened)
    typed(SECRET, Qt.Key.Key_Escape)
    assert opened.pages is not None
    assert opened.pages.isVisible()
    assert opened.pages.name == "quotes"
    assert opened.vault.page is None


def test_it_can_be_stopped(opened: Window, qtbot: QtBot, book_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    session = opened.session

    def slow(address: str, unlock: str, target: Path, new: str, watch: Callable[[int], bool]) -> None:
        while watch(0):
            pass
        raise protecting.StoppedError

    monkeypatch.setattr(protecting, "rewrite", slow)
    page = page_of(opened)
    typed(SECRET)
    typed(SECRET)
    qtbot.waitUntil(page.progress.isVisible)
    assert not page.back.isEnabled()
    QTest.keyClick(page, Qt.Key.Key_Escape)
    assert opened.vault.page is page
    qtbot.mouseClick(page.progress.cancel, Qt.MouseButton.LeftButton)
    done(opened, qtbot, session)
    assert opened.frame.notices.text.text() == "Stopped. The book is as it was."
    assert opened.session is not None
    assert opened.session.book.key is None


def test_a_refusal_leaves_the_book_open(opened: Window, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(protecting, "rewrite", full)
    session = opened.session
    page_of(opened)
    typed(SECRET)
    typed(SECRET)
    done(opened, qtbot, session)
    assert "could not be set" in opened.frame.notices.text.text()
    assert opened.session is not None
    assert opened.session.book.key is None


def test_closing_the_window_meanwhile_leaves_the_book_as_it_was(
    opened: Window, qtbot: QtBot, book_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def slow(address: str, unlock: str, target: Path, new: str, watch: Callable[[int], bool]) -> None:
        while watch(0):
            pass
        raise protecting.StoppedError

    monkeypatch.setattr(protecting, "rewrite", slow)
    page_of(opened)
    typed(SECRET)
    typed(SECRET)
    opened.close()
    assert not is_protected(book_path)
    assert {file.name for file in book_path.parent.glob(f"*{book_path.name}*")} == {book_path.name}


def test_files_that_stayed_are_named_and_deleted(opened: Window, qtbot: QtBot, book_path: Path) -> None:
    with qtbot.waitSignal(opened.safekeeping.keeper.looked):
        opened.safekeeping.keeper.look()
    damaged = backups(book_path)[0].path
    content = bytearray(damaged.read_bytes())
    content[4096:] = b"\xa5" * (len(content) - 4096)
    damaged.write_bytes(content)
    session = opened.session
    page_of(opened)
    typed(SECRET)
    typed(SECRET)
    done(opened, qtbot, session)
    page = opened.vault.page
    assert page is not None
    assert page.left.isVisible()
    assert QApplication.focusWidget() is page.keep
    qtbot.mouseClick(page.delete, Qt.MouseButton.LeftButton)
    assert not damaged.exists()
    assert opened.vault.page is None
    assert opened.frame.notices.text.text() == "The files are deleted."


def test_another_language_asks_again(window: Window, locked: Path) -> None:
    window.open_book(locked)
    window.speak("de")
    assert window.start.unlock.isVisible()
    assert window.start.unlock.open.text() == "Buch öffnen"
    typed("falsch")
    assert window.start.unlock.field.problem.text() == "Das ist nicht das Kennwort dieses Buchs."
    window.speak("fr")
    typed(SECRET)
    assert window.session is not None


# --- backups


def shown(window: Window, qtbot: QtBot, book: Path | None = None) -> BackupsPage:
    """Show the backups and wait until the list stands."""
    window.safekeeping.show(book)
    page = window.safekeeping.page
    assert page is not None
    qtbot.waitUntil(lambda: page.model.rowCount() > 0)
    return page


@pytest.fixture
def backed_up(window: Window, locked: Path, qtbot: QtBot) -> Window:
    """A window on a protected book with a backup, changed since."""
    window.open_book(locked, Key(SECRET))
    with qtbot.waitSignal(window.safekeeping.keeper.looked):
        window.safekeeping.keeper.look()
    assert window.session is not None
    new_deal(window.session, "Neu")
    return window


def test_a_backup_of_a_protected_book_is_restored_and_taken_back(backed_up: Window, qtbot: QtBot, locked: Path) -> None:
    page = shown(backed_up, qtbot)
    qtbot.waitUntil(lambda: "1 deal goes:" in page.preview.lines())
    page.restore()
    assert backed_up.session is not None
    assert backed_up.session.book.key is not None
    assert len(backed_up.session.deals) == 4
    qtbot.mouseClick(backed_up.frame.notices.action, Qt.MouseButton.LeftButton)
    assert len(backed_up.session.deals) == 5
    backed_up.close_book()
    assert is_protected(locked)


def test_without_the_book_a_backup_asks_for_its_passphrase(backed_up: Window, qtbot: QtBot, locked: Path) -> None:
    backed_up.close_book()
    locked.unlink()
    page = shown(backed_up, qtbot, locked)
    field = page.preview.passphrase
    assert field.isVisible()
    assert not page.preview.restore.isEnabled()
    assert page.model.index(0, 5).data() == "protected"
    field.line.setFocus()
    typed("wrong")
    assert field.problem.text() == "That is not the passphrase of this book."
    typed(SECRET)
    qtbot.waitUntil(page.preview.restore.isEnabled)
    page.restore()
    assert backed_up.session is not None
    assert backed_up.session.book.key is not None
    assert is_protected(backups(locked)[0].path)


def test_a_backup_with_a_former_passphrase_is_restored_under_the_present_one(
    backed_up: Window, qtbot: QtBot, locked: Path
) -> None:
    backup = backups(locked)[0].path
    former = backup.with_name("former")
    shutil.copyfile(backup, former)
    backed_up.close_book()
    protect(Change(locked, Key(SECRET), Key("second")))
    former.replace(backup)
    backed_up.open_book(locked, Key("second"))
    page = shown(backed_up, qtbot)
    page.preview.passphrase.line.setFocus()
    typed(SECRET)
    qtbot.waitUntil(lambda: "1 deal goes:" in page.preview.lines())
    page.restore()
    assert backed_up.session is not None
    assert backed_up.session.book.key is not None
    assert backed_up.session.book.key.is_same(Key("second"))
