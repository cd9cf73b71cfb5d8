"""Starts the window: application, theme, fonts, the book that was asked for; the rest after the first paint."""

import sys
from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from dealbook import __version__
from dealbook.gui import theme
from dealbook.gui.preferences import Preferences
from dealbook.gui.undo import UndoGuard
from dealbook.gui.window import Window

AFTER_FIRST_PAINT = 40
"""Milliseconds after which what the first paint did not wait for is loaded."""


def run(book: Path | None, *, sample: bool) -> int:
    """Show the window and stay until it is closed; returns the exit status."""
    app = application()
    window = open_window(app, Preferences())
    window.show()
    if book is not None:
        window.open_book(book)
    elif sample:
        window.open_sample()
    QTimer.singleShot(AFTER_FIRST_PAINT, window.load_icons)
    return app.exec()


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
    return app


def open_window(app: QApplication, preferences: Preferences) -> Window:
    """Dress the application and build the window, without a book."""
    theme.apply(app, preferences.appearance)
    window = Window(preferences)
    guard = UndoGuard(app)
    window.destroyed.connect(guard.deleteLater)
    return window
