"""A field that is typed into: what it holds is committed when it is left or Enter is pressed, and followed meanwhile.

What cannot be saved stays in the field, marked, with the words for it; Escape goes back to what is saved.
"""

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QComboBox,
    QGridLayout,
    QLineEdit,
    QSizePolicy,
    QSlider,
    QVBoxLayout,
    QWidget,
)

from dealbook.gui.widgets.labels import label, set_look
from dealbook.gui.words import literal

_ROOM: Final = 12
"""What a field that grows with its text keeps free for frame and cursor."""


class Field(QLineEdit):
    """A line of text bound to a saved value: `save` says what is wrong or returns an empty text."""

    problem_changed = Signal()
    """What is wrong with the text is something else now, or nothing any more."""
    followed = Signal(str)
    """The person typed; the text so far."""

    def __init__(self, name: str, save: Callable[[str], str], *, look: str = "", grows: bool = False) -> None:
        """`name` is what a screen reader says; `grows`: as wide as its text."""
        super().__init__()
        self.setAccessibleName(name)
        self._save = save
        self._saved = ""
        self._grows = grows
        self.problem = ""
        self.step: Callable[[str, int], str] | None = None
        if look:
            self.setProperty("look", look)
        if grows:
            self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
            self.textChanged.connect(self.updateGeometry)
        self.textEdited.connect(self.followed)
        self.editingFinished.connect(self.commit)

    def show_value(self, text: str) -> None:
        """Show what is saved; what the person is typing, or typed wrong, stays."""
        was_untouched = self.text() == self._saved
        self._saved = text
        if was_untouched and self.text() != text:
            self.setText(text)
            self.setCursorPosition(0)
        elif self.text() == text:
            self._say("")

    def commit(self) -> None:
        """Save the text, if it is another one."""
        text = self.text()
        if text == self._saved:
            self._say("")
            return
        self._say(self._save(text))
        if not self.problem:
            self.setText(self._saved)  # as the page writes it: saving has led to `show_value`

    def give_up(self) -> None:
        """Go back to what is saved."""
        self.setText(self._saved)
        self._say("")
        self.followed.emit(self._saved)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and (self.text() != self._saved or self.problem):
            self.give_up()
            self.selectAll()
            return
        by = {Qt.Key.Key_Up: 1, Qt.Key.Key_Down: -1, Qt.Key.Key_PageUp: 12, Qt.Key.Key_PageDown: -12}.get(
            Qt.Key(event.key()), 0
        )
        if by and self.step is not None:
            self.setText(self.step(self.text(), by))
            self.selectAll()
            self.followed.emit(self.text())
            return
        super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if event.reason() in (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason):
            self.selectAll()

    def sizeHint(self) -> QSize:
        hint = super().sizeHint()
        return QSize(self._text_width(), hint.height()) if self._grows else hint

    def minimumSizeHint(self) -> QSize:
        hint = super().minimumSizeHint()
        return QSize(min(self._text_width(), 120), hint.height()) if self._grows else hint

    def _text_width(self) -> int:
        text = self.text() or self.placeholderText()
        return self.fontMetrics().horizontalAdvance(text) + _ROOM

    def _say(self, problem: str) -> None:
        if problem == self.problem:
            return
        self.problem = problem
        self.setToolTip(literal(problem))
        self.setAccessibleDescription(problem)
        set_look(self, "wrong", "true" if problem else "")
        self.problem_changed.emit()


def labelled(text: str, field: QWidget) -> QVBoxLayout:
    """Return a field with its label above."""
    column = QVBoxLayout()
    column.setSpacing(2)
    above = label(text, "small")
    above.setBuddy(field)
    column.addWidget(above)
    column.addWidget(field)
    column.addStretch(1)
    return column


def grid() -> QGridLayout:
    """Return an empty grid for labelled fields."""
    made = QGridLayout()
    made.setContentsMargins(0, 0, 0, 0)
    made.setHorizontalSpacing(8)
    made.setVerticalSpacing(6)
    return made


class StillWheel(QObject):
    """Keeps the mouse wheel, turned to scroll the page, from changing a value that it happens to pass over."""

    def guard(self, page: QWidget) -> None:
        """Guard every list, day and slider of a page that is there now."""
        for kind in (QComboBox, QAbstractSpinBox, QSlider):
            for widget in page.findChildren(kind):
                widget.installEventFilter(self)
                widget.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Wheel and isinstance(watched, QWidget) and not watched.hasFocus():
            event.ignore()
            return True
        return False
