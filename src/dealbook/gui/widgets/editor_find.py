"""The find field of the text: Ctrl+F opens it, Enter and Shift+Enter go on, Escape closes it."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QTextCursor, QTextDocument
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QPlainTextEdit, QWidget

from dealbook.gui.theme import GRID
from dealbook.gui.widgets.labels import button, label, set_look, set_tip
from dealbook.gui.words import tr


class FindBar(QWidget):
    """Looks for words in one text, around its end, in any case."""

    left = Signal()

    def __init__(self, text: QPlainTextEdit) -> None:
        super().__init__()
        self._text = text
        self.line = QLineEdit()
        self.line.setPlaceholderText(tr("Find in the text"))
        self.line.setAccessibleName(tr("Find in the text"))
        self.said = label("", "small")
        back, on, close = button("‹", name=tr("Find the one before")), button("›", name=tr("Find next")), button("×")
        set_tip(back, tr("Find the one before"), "Shift+Return")
        set_tip(on, tr("Find next"), "Return")
        set_tip(close, tr("Close"), "Esc")
        close.setAccessibleName(tr("Close"))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(GRID // 2)
        for part in (self.line, self.said, back, on, close):
            row.addWidget(part)
        for each in (back, on, close):
            each.setProperty("role", "quiet")
        self.line.textEdited.connect(lambda _: self.look(begin=True))
        back.clicked.connect(lambda: self.look(backward=True))
        on.clicked.connect(lambda _: self.look())
        close.clicked.connect(self.leave)
        self.hide()

    def start(self) -> None:
        """Open, with the words that are selected in the text."""
        selected = self._text.textCursor().selectedText()
        if selected and "\u2029" not in selected:
            self.line.setText(selected)
        self.show()
        self.line.setFocus()
        self.line.selectAll()

    def leave(self) -> None:
        """Close and go back to the text."""
        self.hide()
        self._text.setFocus()
        self.left.emit()

    def look(self, *, backward: bool = False, begin: bool = False) -> bool:
        """Select the next hit; with `begin`, the one at the cursor counts too."""
        words = self.line.text()
        cursor = self._text.textCursor()
        if begin:
            cursor.setPosition(cursor.selectionStart())
        flag = QTextDocument.FindFlag.FindBackward if backward else QTextDocument.FindFlag(0)
        hit = self._text.document().find(words, cursor, flag) if words else QTextCursor()
        if words and hit.isNull():
            around = QTextCursor(self._text.document())
            around.movePosition(QTextCursor.MoveOperation.End if backward else QTextCursor.MoveOperation.Start)
            hit = self._text.document().find(words, around, flag)
        is_lost = bool(words) and hit.isNull()
        self.said.setText(tr("not found") if is_lost else "")
        set_look(self.line, "wrong", "true" if is_lost else "")
        if not hit.isNull():
            self._text.setTextCursor(hit)
        return not hit.isNull()

    def _on(self) -> None:
        self.look()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.leave()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.look(backward=bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier))
        else:
            super().keyPressEvent(event)
