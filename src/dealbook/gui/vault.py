"""What the window does for protected books: asks for their passphrase, and sets, changes and removes it."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING, Final, Protocol

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QWidget

from dealbook.book.cipher import Key
from dealbook.book.errors import BookError
from dealbook.desk.session import Session
from dealbook.gui.book_words import refusal
from dealbook.gui.context import Tone
from dealbook.gui.frame import Frame
from dealbook.gui.pages.start import StartPage
from dealbook.gui.places import Pages
from dealbook.gui.widgets.backup_beside import Beside
from dealbook.gui.words import plural, tr

if TYPE_CHECKING:  # not before somebody asks for it
    from dealbook.desk.passphrases import Change, Outcome
    from dealbook.gui.pages.protect import ProtectPage

OFTEN: Final = 100
"""Milliseconds between two looks at how far a change is."""


class Host(Protocol):
    """The window, as far as it is needed here."""

    session: Session | None
    frame: Frame
    start: StartPage
    pages: Pages | None

    def open_book(self, path: Path, key: Key | None = None) -> None:
        """Open a book, ask for its passphrase, or say why it cannot be opened."""

    def close_book(self) -> None:
        """Close the open book."""

    def show_beside(self, content: QWidget) -> None:
        """Show what is no page of the open book in place of its pages."""

    def show_book(self) -> None:
        """Show the pages of the open book again, or the start page."""

    def go(self, page: str, **args: str) -> None:
        """Show a page of the open book, if there is one."""

    def tell(self, error: BookError) -> None:
        """Say a refusal."""


class Vault(QObject):
    """Serves one window."""

    def __init__(self, window: Host, parent: QObject) -> None:
        super().__init__(parent)
        self._window = window
        self.page: ProtectPage | None = None
        self._stop = Event()
        self._back: tuple[str, dict[str, str]] = ("deals", {})
        self._beside = Beside(self)
        self._beside.done.connect(self._finish)
        self._looks = QTimer(self)
        self._looks.setInterval(OFTEN)

    # --- opening

    def settles(self, book: Path, error: BookError) -> bool:
        """Ask for the passphrase of a book where that is what it lacks; False where it is another refusal."""
        if error.code not in {"protected", "wrong-passphrase"}:
            return False
        unlock = self._window.start.unlock
        if error.code == "wrong-passphrase" and unlock.book == book:
            unlock.refuse(refusal(error))
        else:
            self.ask(book)
        return True

    def ask(self, book: Path) -> None:
        """Ask for the passphrase of a book on the start page."""
        self._window.frame.notices.hide()
        self._window.show_beside(self._window.start)
        self._window.start.ask_passphrase(book)

    def forget(self) -> None:
        """Ask no more: a book is open, or none is wanted."""
        self._window.start.forget_passphrase()

    # --- setting, changing, removing

    @property
    def is_busy(self) -> bool:
        """Whether a change is under way."""
        return self._beside.is_busy

    def show(self) -> None:
        """Show the page for the open book."""
        from dealbook.gui.pages.protect import ProtectPage, Ways

        session = self._window.session
        if session is None:
            return
        self.drop_page()
        self._window.frame.notices.hide()
        ways = Ways(self._begin, self._leave, self._give_up, self._delete)
        self.page = ProtectPage(session.book.path.stem, session.book.key, ways)
        self._window.show_beside(self.page)
        self.page.start()

    def drop_page(self) -> None:
        """Take the page away, unless it shows how far a change is."""
        page = self.page
        if page is not None and not page.is_busy:
            self.page = None
            self._window.frame.drop_content(page)

    def end(self) -> None:
        """The window closes: what is under way is given up, and the book is as it was."""
        self._stop.set()
        self._looks.stop()
        self._beside.forget()

    def _begin(self, new: Key | None) -> None:
        from dealbook.desk.passphrases import Change, carry_out

        window = self._window
        if window.session is None or window.pages is None or self.page is None:
            return
        change = Change(window.session.book.path, window.session.book.key, new)
        self._back = (window.pages.name, window.pages.where())
        self._stop = Event()
        self.page.show_progress(0, 1)
        window.close_book()
        window.show_beside(self.page)
        self._looks.timeout.connect(partial(self._look, change))
        self._looks.start()
        self._beside.ask(partial(carry_out, change, self._stop.is_set))

    def _finish(self, outcome: "Outcome") -> None:
        window, change = self._window, outcome.change
        self._looks.stop()
        self._looks.timeout.disconnect()
        if self.page is not None:
            self.page.show_idle()
        self.drop_page()
        if window.session is None:  # nobody opened another book meanwhile
            window.open_book(change.book, change.new if outcome.is_done else change.old)
            window.go(self._back[0], **self._back[1])
        if outcome.refusal is not None:
            window.tell(outcome.refusal)
        elif outcome.is_stopped:
            window.frame.notices.notify(tr("Stopped. The book is as it was."), Tone.WARNING)
        else:
            if change.left:
                self._show_left(change.left)
            window.frame.notices.notify(_done(outcome))

    def _show_left(self, files: Sequence[Path]) -> None:
        self.show()
        if self.page is not None:
            self.page.show_left(files)

    def _look(self, change: "Change") -> None:
        if self.page is not None:
            self.page.show_progress(change.done, change.total)

    def _give_up(self) -> None:
        self._stop.set()

    def _leave(self) -> None:
        self._window.show_book()
        self.drop_page()

    def _delete(self, files: Sequence[Path]) -> None:
        from dealbook.desk.passphrases import delete_for_good

        stayed = delete_for_good(files)
        self._leave()
        if stayed:
            one, many = "{n} file could not be deleted: {files}", "{n} files could not be deleted: {files}"
            text = plural(one, many, len(stayed))
            self._window.frame.notices.notify(text.replace("{files}", ", ".join(map(str, stayed))), Tone.ERROR)
        else:
            self._window.frame.notices.notify(tr("The files are deleted."))


def _done(outcome: "Outcome") -> str:
    if outcome.change.new is None:
        return tr("The passphrase is removed. Everybody who has the files can read them.")
    if outcome.change.old is None:
        return tr("The book and its backups are protected.")
    return tr("The book and its backups have the new passphrase.")
