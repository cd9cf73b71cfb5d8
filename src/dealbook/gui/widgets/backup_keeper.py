"""Looks after the open book: a moment after it is shown, it is checked and backed up beside the window."""

from pathlib import Path
from threading import Event
from typing import Final

from PySide6.QtCore import QObject, QTimer, Signal

from dealbook.desk.safety import Key, look_after
from dealbook.gui.widgets.backup_beside import Beside

PAUSE: Final = 1500
"""Milliseconds after which it begins: the first page has its figures by then."""


class Keeper(QObject):
    """Looks after one book at a time."""

    looked = Signal(object)
    """A `Looked` about the book that was begun with last."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._stop = Event()
        self._beside = Beside(self)
        self._beside.done.connect(self.looked)
        self._book: Path | None = None
        self._key: Key | None = None
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.timeout.connect(self.look)

    def begin(self, book: Path, key: Key | None = None) -> None:
        """Look after a book that was just opened, with `key` where it is protected, once it is shown."""
        self._book, self._key = book, key
        self._stop = Event()
        self._pause.start(PAUSE)

    def look(self) -> None:
        """Do it now."""
        self._pause.stop()
        if self._book is not None:
            book, stop, key = self._book, self._stop, self._key
            self._beside.ask(lambda: look_after(book, stop.is_set, key))

    def end(self) -> None:
        """The book is about to be closed: stop what runs, and wait for it."""
        self._pause.stop()
        self._stop.set()
        self._book = self._key = None
        self._beside.forget()
