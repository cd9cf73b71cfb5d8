"""Backups in the window: made after opening, offered where a book is damaged, restored and taken back."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from dealbook.book import backup as backup_module
from dealbook.book.backup import Backup, backups
from dealbook.book.connection import open_book
from dealbook.book.errors import BookError
from dealbook.desk.deals import new_deal, remove_deal, set_stage
from dealbook.domain.deal import Stage
from dealbook.gui.pages.backups import BackupsPage
from dealbook.gui.run import tell_unexpected
from dealbook.gui.window import Window


def looked(window: Window, qtbot: QtBot) -> None:
    """Have the open book looked after now, and wait for what it came to."""
    with qtbot.waitSignal(window.safekeeping.keeper.looked):
        window.safekeeping.keeper.look()


def shown(window: Window, qtbot: QtBot, book: Path | None = None) -> BackupsPage:
    """Show the backups and wait until the list stands."""
    window.safekeeping.show(book)
    page = window.safekeeping.page
    assert page is not None
    qtbot.waitUntil(lambda: page.model.rowCount() > 0)
    qtbot.waitUntil(lambda: "…" not in page.preview.summary.text())
    return page


def spoil(path: Path) -> None:
    """Write over all pages of a closed book but the first."""
    size = path.stat().st_size
    with path.open("r+b") as file:
        file.seek(4096)
        file.write(b"\xa5" * (size - 4096))


def customers(window: Window) -> set[str]:
    """Return the customers in the open book."""
    assert window.session is not None
    return {deal.customer for deal in window.session.deals.values()}


@pytest.fixture
def backed_up(opened: Window, qtbot: QtBot) -> Window:
    """A window on a book that has a backup, and was changed since."""
    looked(opened, qtbot)
    session = opened.session
    assert session is not None
    first, _, third, _ = session.deals.values()
    set_stage(session, first.id, Stage.WON)
    remove_deal(session, third.id)
    new_deal(session, "Neu")
    return opened


def test_an_opened_book_is_backed_up_beside_the_window(opened: Window, qtbot: QtBot, book_path: Path) -> None:
    assert backups(book_path) == ()
    looked(opened, qtbot)
    assert len(backups(book_path)) == 1
    assert not opened.frame.notices.isVisible()
    looked(opened, qtbot)
    assert len(backups(book_path)) == 1


def test_looking_begins_by_itself(opened: Window, qtbot: QtBot, book_path: Path) -> None:
    assert opened.safekeeping.keeper._pause.isActive()
    opened.safekeeping.keeper._pause.setInterval(0)
    qtbot.waitUntil(lambda: bool(backups(book_path)))


def test_a_book_that_is_closed_at_once_is_left_alone(opened: Window, book_path: Path) -> None:
    opened.safekeeping.keeper.look()
    opened.close_book()
    assert {file.name for file in book_path.parent.glob(f"*{book_path.name}*")} == {book_path.name}
    open_book(book_path).close()


def test_what_restoring_would_change_is_said(backed_up: Window, qtbot: QtBot) -> None:
    page = shown(backed_up, qtbot)
    assert page.count.text() == "1 backup"
    assert page.preview.summary.text() == "Since then 3 steps were made. After restoring:"
    assert page.preview.lines() == [
        "1 deal goes:",
        "Neu",
        "1 deal comes back:",
        "Café Elbblick · Branches",
        "1 deal is as it was:",
        "Müller & Söhne GmbH · Telephony 2026",
    ]


def test_a_backup_is_restored_and_taken_back(backed_up: Window, qtbot: QtBot) -> None:
    session = backed_up.session
    assert session is not None
    page = shown(backed_up, qtbot)
    qtbot.mouseClick(page.preview.restore, Qt.MouseButton.LeftButton)
    assert backed_up.session is not session
    assert customers(backed_up) >= {"Café Elbblick"}
    assert "is restored" in backed_up.frame.notices.text.text()
    assert backed_up.pages is not None
    assert backed_up.pages.name == "deals"
    qtbot.mouseClick(backed_up.frame.notices.action, Qt.MouseButton.LeftButton)
    assert customers(backed_up) >= {"Neu"}
    assert backed_up.session is not None
    assert backed_up.session.book.undo_name == "New deal"


def test_escape_goes_back_to_the_book(backed_up: Window, qtbot: QtBot) -> None:
    backed_up.go("settings")
    page = shown(backed_up, qtbot)
    assert page.table.hasFocus()
    QTest.keyClick(page.table, Qt.Key.Key_Escape)
    assert backed_up.pages is not None
    assert backed_up.pages.isVisible()
    assert backed_up.pages.name == "settings"
    assert backed_up.frame.sidebar.entries["settings"].isChecked()


def test_the_menu_leads_there_with_and_without_a_book(window: Window, book_path: Path, qtbot: QtBot) -> None:
    window.actions_by_name["restore"].trigger()
    page = window.safekeeping.page
    assert page is not None
    assert page.empty.isVisible()
    window.open_book(book_path)
    looked(window, qtbot)
    window.close_book()
    book_path.unlink()
    window.actions_by_name["restore"].trigger()
    page = window.safekeeping.page
    assert page is not None
    qtbot.waitUntil(lambda: page.model.rowCount() > 0)
    qtbot.waitUntil(lambda: "gone" in page.preview.summary.text())
    page.restore()
    assert book_path.exists()
    assert window.session is not None
    assert len(window.session.deals) == 4


def test_a_damaged_book_is_refused_and_its_backup_offered(opened: Window, qtbot: QtBot, book_path: Path) -> None:
    looked(opened, qtbot)
    opened.close_book()
    spoil(book_path)
    damaged = book_path.read_bytes()
    opened.open_book(book_path)
    assert opened.session is None
    assert "is a book, but damaged" in opened.frame.notices.text.text()
    assert book_path.read_bytes() == damaged
    qtbot.mouseClick(opened.frame.notices.action, Qt.MouseButton.LeftButton)
    page = opened.safekeeping.page
    assert page is not None
    qtbot.waitUntil(lambda: page.model.rowCount() > 0)
    page.restore()
    assert customers(opened) >= {"Café Elbblick"}


def test_damage_that_is_found_later_stops_all_writing(
    opened: Window, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    def damaged(*_: object, **__: object) -> str:
        return "page 7 is gone"

    monkeypatch.setattr(backup_module, "first_damage", damaged)
    looked(opened, qtbot)
    notices = opened.frame.notices
    assert "page 7 is gone" in notices.text.text()
    assert notices.action.text() == "Restore a backup…"
    assert opened.session is not None
    with pytest.raises(BookError):
        new_deal(opened.session, "Neu")


def test_a_backup_that_fails_is_a_warning(opened: Window, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> Backup:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(backup_module, "_into", full)
    opened.speak("de")
    looked(opened, qtbot)
    assert "ließ sich nicht sichern (kein Platz mehr" in opened.frame.notices.text.text()


def test_a_restore_that_fails_leaves_the_book_open(
    backed_up: Window, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = shown(backed_up, qtbot)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("dealbook.book.restore._prepared", full)
    page.restore()
    assert "could not be put in place" in backed_up.frame.notices.text.text()
    assert backed_up.session is not None
    assert any(deal.customer == "Neu" for deal in backed_up.session.deals.values())


def test_a_second_window_is_told_who_has_the_book(window: Window, book_path: Path) -> None:
    other = open_book(book_path)
    window.open_book(book_path)
    assert window.session is None
    assert "is open already" in window.frame.notices.text.text()
    other.close()


def test_opening_the_open_book_again_shows_it(opened: Window, book_path: Path) -> None:
    session = opened.session
    opened.go("settings")
    opened.open_book(book_path)
    assert opened.session is session
    assert opened.pages is not None
    assert opened.pages.name == "deals"


def test_opening_the_open_sample_again_shows_it(window: Window) -> None:
    window.open_sample()
    session = window.session
    window.open_sample()
    assert window.session is session
    assert not window.frame.notices.isVisible()


def test_another_language_goes_back_to_the_book(backed_up: Window, qtbot: QtBot) -> None:
    shown(backed_up, qtbot)
    backed_up.speak("de")
    assert backed_up.safekeeping.page is None
    page = shown(backed_up, qtbot)
    assert page.preview.restore.text() == "Diese Sicherung wiederherstellen"
    backed_up.close_book()
    assert backed_up.safekeeping.page is None


@pytest.mark.parametrize(
    ("number", "said"),
    [(sqlite3.SQLITE_IOERR_READ, "Connect the drive"), (sqlite3.SQLITE_CORRUPT, "Restore a backup")],
)
def test_a_disk_that_goes_away_while_reading_is_said(
    opened: Window, capsys: pytest.CaptureFixture[str], number: int, said: str
) -> None:
    error = sqlite3.OperationalError("disk I/O error")
    error.sqlite_errorcode = number
    tell_unexpected(opened, type(error), error, None)
    assert said in opened.frame.notices.text.text()
    assert "disk I/O error" in capsys.readouterr().err


def test_a_mistake_of_ours_is_no_matter_of_the_disk(opened: Window, capsys: pytest.CaptureFixture[str]) -> None:
    for error in (KeyError("x"), sqlite3.OperationalError("no such table")):
        tell_unexpected(opened, type(error), error, None)
    assert not opened.frame.notices.isVisible()


def test_everything_has_a_name(backed_up: Window, qtbot: QtBot, book_path: Path) -> None:
    page = shown(backed_up, qtbot)
    controls: tuple[Callable[[], str], ...] = (page.table.accessibleName, page.books.accessibleName)
    assert all(control() for control in controls)
    assert page.preview.restore.text()
    assert QApplication.focusWidget() is page.table


def test_another_book_with_backups_can_be_chosen(backed_up: Window, qtbot: QtBot, book_path: Path) -> None:
    other = book_path.with_name("Other.dealbook")
    backed_up.create_book(other, "Other", "EUR")
    looked(backed_up, qtbot)
    page = shown(backed_up, qtbot)
    assert [page.books.itemText(position) for position in range(page.books.count())] == ["Other", "Nordlicht"]
    page.books.setCurrentIndex(1)
    page.load()
    qtbot.waitUntil(lambda: "3 steps" in page.preview.summary.text())
    with closing(sqlite3.connect(book_path)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
