"""Ctrl+Z inside a field: the field's own typing first, and the book's last step when there is none.

A field of Qt keeps the keys of undo and redo for itself even with nothing to undo. The guard watches whichever field
has the focus and lets the keys through to the window's actions when the field has no use for them.
"""

from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QApplication, QComboBox, QLineEdit, QPlainTextEdit, QSpinBox, QWidget
from shiboken6 import isValid


class UndoGuard(QObject):
    """Follows the focus and steps in between a field and its undo keys."""

    def __init__(self, app: QApplication) -> None:
        """Begin to follow the focus of `app`."""
        super().__init__(app)
        self._watched: QWidget | None = None
        app.focusChanged.connect(self._follow)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is not QEvent.Type.ShortcutOverride or not isinstance(event, QKeyEvent):
            return False
        undo, redo = can_undo(watched)
        for keys, own in ((QKeySequence.StandardKey.Undo, undo), (QKeySequence.StandardKey.Redo, redo)):
            if event.matches(keys) and not own:
                event.ignore()
                return True
        return False

    def _follow(self, _old: QWidget | None, new: QWidget | None) -> None:
        if self._watched is not None and isValid(self._watched):  # a field that is being destroyed gives up its focus
            self._watched.removeEventFilter(self)
        self._watched = new
        if new is not None:
            new.installEventFilter(self)


def can_undo(field: QObject | None) -> tuple[bool, bool]:
    """Tell whether a field has typing of its own to undo, and to redo."""
    match field:
        case QPlainTextEdit():
            return field.document().isUndoAvailable(), field.document().isRedoAvailable()
        case QLineEdit():
            return field.isUndoAvailable(), field.isRedoAvailable()
        case QSpinBox():
            return can_undo(field.lineEdit())
        case QComboBox() if field.isEditable():
            return can_undo(field.lineEdit())
    return False, False
