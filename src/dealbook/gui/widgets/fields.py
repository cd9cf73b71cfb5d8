"""Fields that are filled in place: a small label above, the control, and what is wrong with the input below it."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import Signal
from PySide6.QtGui import QFocusEvent
from PySide6.QtWidgets import QComboBox, QLineEdit, QPlainTextEdit, QVBoxLayout, QWidget

from dealbook.gui.theme import GRID
from dealbook.gui.widgets.labels import label, set_look


class Paragraph(QPlainTextEdit):
    """Text of several lines; Tab leaves it, and leaving it finishes the input."""

    finished = Signal()

    def __init__(self, lines: int) -> None:
        super().__init__()
        self.setTabChangesFocus(True)
        self.setFixedHeight(lines * self.fontMetrics().lineSpacing() + 3 * GRID)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.finished.emit()


class Field(QWidget):
    """One field: shows a text, and hands over what was typed when the person leaves it or presses Enter."""

    def __init__(self, name: str, control: QWidget, finished: Callable[[str], str]) -> None:
        """Show `control` under the label `name`; `finished` takes the text and returns what is wrong with it, or ""."""
        super().__init__()
        self._finished = finished
        self._shown = ""
        self.control = control
        self.problem = label(role="bad-small", wrap=True)
        self.problem.hide()
        control.setAccessibleName(name)
        caption = label(name, "small")
        caption.setBuddy(control)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        for part in (caption, control, self.problem):
            column.addWidget(part)
        column.addStretch(1)
        match control:
            case Paragraph():
                control.finished.connect(self._hand_over)
            case QLineEdit():
                control.editingFinished.connect(self._hand_over)
            case QComboBox():
                control.activated.connect(self._hand_over)

    def text(self) -> str:
        """Return what stands in the field; of a choice, the value and not its words."""
        match self.control:
            case Paragraph():
                return self.control.toPlainText()
            case QLineEdit():
                return self.control.text()
            case QComboBox():
                return str(self.control.currentData())
        return ""

    def show_text(self, text: str) -> None:
        """Show `text`, which is right; what was typed before is no longer there to undo."""
        self._shown = text
        self._say("")
        match self.control:
            case Paragraph() if self.control.toPlainText() != text or self.control.document().isUndoAvailable():
                self.control.setPlainText(text)
            case QLineEdit():
                place = self.control.cursorPosition()
                self.control.setText(text)
                self.control.setCursorPosition(min(place, len(text)) if self.control.hasFocus() else 0)
            case QComboBox():
                self.control.setCurrentIndex(self.control.findData(text))

    def follow(self, text: str) -> None:
        """Show `text` after a change of the book; what was typed wrong stays while that is still what is saved."""
        if text != self._shown or self.problem.isHidden():
            self.show_text(text)

    def _hand_over(self) -> None:
        text = self.text()
        if text == self._shown:
            self._say("")
            return
        problem = self._finished(text)
        self._say(problem)

    def _say(self, problem: str) -> None:
        self.problem.setText(problem)
        self.problem.setVisible(bool(problem))
        self.control.setAccessibleDescription(problem)
        set_look(self.control, "wrong", "true" if problem else "")


def choice(options: Sequence[tuple[str, str]]) -> QComboBox:
    """Return a choice between values, each with its words."""
    box = QComboBox()
    for value, text in options:
        box.addItem(text, value)
    return box
