"""Starts the window: application, theme, fonts, the book that was asked for; the rest after the first paint."""

import gc
import sys
from functools import partial
from pathlib import Path
from types import TracebackType

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from dealbook import __version__
from dealbook.book.faults import as_refusal
from dealbook.gui import theme
from dealbook.gui.preferences import Preferences
from dealbook.gui.undo import UndoGuard
from dealbook.gui.window import Window

AFTER_FIRST_PAINT = 40
"""Milliseconds after which what the first paint did not wait for is loaded."""


def run(book: Path | None, *, sample: bool) -> int:
    """Show the window and stay until it is closed; returns the exit status."""
    app = application()
    preferences = Preferences()
    window = open_window(app, preferences)
    window.show()
    sys.excepthook = partial(tell_unexpected, window)
    open_first(window, preferences, book, sample=sample)
    QTimer.singleShot(AFTER_FIRST_PAINT, window.load_icons)
    return app.exec()


def tell_unexpected(
    window: Window, kind: type[BaseException], error: BaseException, trace: TracebackType | None
) -> None:
    """Say in the window that the disk, the network or the book let somebody down; a mistake of ours only in the log."""
    sys.__excepthook__(kind, error, trace)
    if (told := as_refusal(error)) is not None:
        window.tell(told)


def open_first(window: Window, preferences: Preferences, book: Path | None, *, sample: bool) -> None:
    """Open the book that was asked for, else the one opened last; without one the window stays at its start page."""
    if sample:
        window.open_sample()
    elif book is not None:
        window.open_book(book)
    elif preferences.recent:
        window.open_book(preferences.recent[0])


def application() -> QApplication:
    """Return the application, made once, with its name and icon."""
    app = QApplication.instance() or QApplication(sys.argv[:1])
    if not isinstance(app, QApplication):
        message = "Dealbook needs a QApplication"
        raise TypeError(message)
    app.setApplicationName("Dealbook")
    app.setApplicationVersion(__version__)
    app.setDesktopFileName("dealbook")
    app.setFont(theme.tabular(app.font()))
    gc.set_threshold(2_000, 10, 1_000)  # a full collection goes through all that a large book has in memory
    return app


def open_window(app: QApplication, preferences: Preferences) -> Window:
    """Dress the application and build the window, without a book."""
    theme.apply(app, preferences.appearance)
    window = Window(preferences)
    guard = UndoGuard(app)
    window.destroyed.connect(guard.deleteLater)
    return window
