"""The list of what can be written at the cursor, with what each means; Ctrl+Space opens it.

Arrows choose, Enter and Tab write, Escape closes; typing on narrows the list.
"""

from typing import Final

from PySide6.QtCore import QEvent, QObject, QPoint, Qt
from PySide6.QtGui import QColor, QKeyEvent, QTextCursor
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableWidget, QTableWidgetItem

from dealbook.desk.completing import Completion, Completions, completions
from dealbook.gui.theme import GRID, tokens
from dealbook.gui.widgets.editor_text import ProgramText
from dealbook.gui.words import literal, tr

_MOST_ROWS: Final = 10
_ROW: Final = 24
_WIDTH: Final = 62 * GRID
_TAKES: Final = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Tab)
_MOVES: Final = (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown)


class Completer(QTableWidget):
    """Hangs below the cursor of one text and writes into it; the text keeps the focus."""

    def __init__(self, text: ProgramText) -> None:
        super().__init__(text.viewport())
        self._text = text
        self._found = Completions(0, 0, ())
        self.setObjectName("hits")
        self.setAccessibleName(tr("What can be written here"))
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setColumnCount(2)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setAutoFillBackground(True)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.horizontalHeader().hide()
        self.horizontalHeader().setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(_ROW)
        self.verticalHeader().setMinimumSectionSize(_ROW)
        self.hide()
        self.itemClicked.connect(lambda _: self.take())
        text.completion_wanted.connect(self.open)
        text.textChanged.connect(self._follow)
        text.installEventFilter(self)

    def open(self) -> None:
        """Show what can be written at the cursor; a single one that is begun is written at once."""
        self._found = completions(self._text.plain.text, self._text.position())
        items = self._found.items
        if not items:
            self.hide()
            return
        self.setRowCount(len(items))
        for row, item in enumerate(items):
            self._fill(row, item)
        self.resizeColumnToContents(0)
        self.selectRow(0)
        self._place(len(items))
        self.show()
        self.raise_()

    def take(self) -> None:
        """Write the chosen one in the place of the word that was begun."""
        row = self.currentRow()
        self.hide()
        if not 0 <= row < len(self._found.items):
            return
        item, plain = self._found.items[row], self._text.plain
        cursor = self._text.textCursor()
        cursor.setPosition(plain.utf16(self._found.start))
        cursor.setPosition(plain.utf16(self._found.end), QTextCursor.MoveMode.KeepAnchor)
        cursor.insertText(item.text)
        cursor.movePosition(QTextCursor.MoveOperation.Left, n=item.back)
        self._text.setTextCursor(cursor)
        self.hide()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if not self.isVisible():
            return False
        if event.type() is QEvent.Type.FocusOut:
            self.hide()
        if event.type() is not QEvent.Type.KeyPress or not isinstance(event, QKeyEvent):
            return False
        if event.key() in _TAKES:
            self.take()
        elif event.key() == Qt.Key.Key_Escape:
            self.hide()
        elif event.key() in _MOVES:
            super().keyPressEvent(event)
        else:
            return False
        return True

    def _follow(self) -> None:
        """Narrow the list while one types on; it closes where nothing fits."""
        if self.isVisible():
            self.open()

    def _fill(self, row: int, item: Completion) -> None:
        name, about = QTableWidgetItem(item.name), QTableWidgetItem(item.meaning)
        name.setFont(self._text.font())
        about.setForeground(QColor(tokens().muted))
        about.setToolTip(literal(item.meaning))
        self.setItem(row, 0, name)
        self.setItem(row, 1, about)

    def _place(self, rows: int) -> None:
        view = self._text.viewport()
        cursor = self._text.cursorRect()
        height = min(rows, _MOST_ROWS) * _ROW + GRID
        width = min(_WIDTH, view.width() - GRID)
        below = cursor.bottom() + 2
        top = below if below + height <= view.height() else max(0, cursor.top() - height - 2)
        self.setFixedSize(width, min(height, view.height()))
        self.move(QPoint(min(cursor.left(), max(0, view.width() - width)), top))
