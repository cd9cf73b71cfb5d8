"""What the window does for the safety of its book: looks after it once it is open, and goes back to a backup."""

from pathlib import Path
from typing import TYPE_CHECKING, Final, Protocol

from PySide6.QtCore import QObject
from PySide6.QtGui import QCursor, QGuiApplication, Qt
from PySide6.QtWidgets import QWidget

from dealbook.book.cipher import Key
from dealbook.book.errors import BookError
from dealbook.desk.session import Session
from dealbook.gui.book_words import refusal
from dealbook.gui.context import Tone
from dealbook.gui.frame import Frame
from dealbook.gui.widgets.backup_keeper import Keeper
from dealbook.gui.words import current, tr

if TYPE_CHECKING:  # not before somebody asks for it
    from dealbook.desk.safety import Looked
    from dealbook.gui.pages.backups import BackupsPage

MENDED_BY_BACKUP: Final = frozenset({"damaged", "missing", "not-a-book"})
"""Refusals of a book for which an earlier state of it is what one wants."""


class Host(Protocol):
    """The window, as far as it is needed here."""

    session: Session | None
    frame: Frame

    def open_book(self, path: Path, key: Key | None = None) -> None:
        """Open a book, or say why it cannot be opened."""

    def close_book(self) -> None:
        """Close the open book."""

    def show_beside(self, content: QWidget) -> None:
        """Show what is no page of the open book in place of its pages."""

    def show_book(self) -> None:
        """Show the pages of the open book again, or the start page."""

    def tell(self, error: BookError) -> None:
        """Say a refusal."""


class Safekeeping(QObject):
    """Serves one window."""

    def __init__(self, window: Host, parent: QObject) -> None:
        super().__init__(parent)
        self._window = window
        self.page: BackupsPage | None = None
        self.keeper = Keeper(self)
        self.keeper.looked.connect(self._tell)

    # --- looking after the open book

    def begin(self, session: Session) -> None:
        """Look after a book that was just opened."""
        self.keeper.begin(session.book.path, session.book.key)

    def end(self) -> None:
        """The book is about to be closed, and its files must be free."""
        self.keeper.end()
        self.drop_page()

    def drop_page(self) -> None:
        """Take the list of backups away, and leave their files alone."""
        page, self.page = self.page, None
        if page is not None:
            page.let_go()
            self._window.frame.drop_content(page)

    def _tell(self, looked: "Looked") -> None:
        session = self._window.session
        if session is None or session.book.path != looked.book:
            return
        if looked.damage:
            session.book.condemn(looked.damage)
            self._offer(looked.book, BookError("found-damaged", reason=looked.damage))
        elif looked.refusal is not None:
            self._window.frame.notices.notify(refusal(looked.refusal), Tone.WARNING)

    # --- going back

    def offer(self, book: Path, error: BookError) -> bool:
        """Say why a book cannot be opened, and offer its backups where that mends it; False where it does not."""
        from dealbook.desk.safety import backups

        if error.code not in MENDED_BY_BACKUP or not backups(book):
            return False
        self._offer(book, error)
        return True

    def show(self, book: Path | None = None) -> None:
        """Show the backups: of `book`, else of the open one, else of any that has some."""
        from dealbook.desk.safety import backups, books
        from dealbook.gui.pages.backups import BackupsPage, Ways

        window = self._window
        session = window.session
        chosen = book.resolve() if book else session.book.path if session else None
        known = dict.fromkeys(books())
        if chosen is not None and (backups(chosen) or session is not None):
            known = {chosen: None, **known}
        self.drop_page()
        window.frame.notices.hide()
        self.page = BackupsPage(current(), Ways(self.restore, self._leave, self._open_book, self._key))
        window.show_beside(self.page)
        self.page.show_books(tuple(known), chosen)

    def restore(self, book: Path, backup: Path, backup_key: Key | None = None) -> None:
        """Put a backup in the place of a book and open it; a refusal leaves the book as it was.

        `backup_key` opens the backup where it is protected. The book keeps the passphrase that it has.
        """
        from dealbook.desk.safety import fitting, restore

        window = self._window
        key = self._key(book) or backup_key
        keys = [known for known in (key, backup_key) if known is not None]
        window.close_book()
        QGuiApplication.setOverrideCursor(QCursor(Qt.CursorShape.WaitCursor))
        try:
            before = restore(book, backup, key=key, backup_key=backup_key)
        except BookError as error:
            window.open_book(book, fitting(book, keys))
            window.tell(error)
            return
        finally:
            QGuiApplication.restoreOverrideCursor()
        window.open_book(book, fitting(book, keys))
        if window.session is None:  # it says why
            return
        text = tr("The backup is restored. The book as it was before is kept as a backup.")
        if before is None:
            window.frame.notices.notify(tr("The backup is restored."))
        else:
            window.frame.notices.notify(
                text,
                Tone.WARNING,
                action=tr("Take it back"),
                then=lambda: self.restore(book, before.path, fitting(before.path, keys)),
            )

    def _key(self, book: Path) -> Key | None:
        """Return the key of a book that the window has open; None for any other, and for a plain one."""
        session = self._window.session
        return session.book.key if session is not None and session.book.path == book else None

    def _offer(self, book: Path, error: BookError) -> None:
        self._window.frame.notices.notify(
            refusal(error), Tone.ERROR, action=tr("Restore a backup…"), then=lambda: self.show(book)
        )

    def _open_book(self) -> Path | None:
        session = self._window.session
        return session.book.path if session else None

    def _leave(self) -> None:
        self._window.show_book()
        self.drop_page()
