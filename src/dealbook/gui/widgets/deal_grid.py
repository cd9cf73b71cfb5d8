"""Tables that are typed into as in a spreadsheet: type, Tab, type; Enter goes down; Tab leaves after the last cell.

What is typed is followed at every key and committed when the cell is left. An editor that is open stays open, with its
text, whatever happens to the table around it.
"""

from collections.abc import Callable, Sequence
from typing import Final

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, QTimer
from PySide6.QtGui import QColor, QFontMetrics, QKeyEvent, QKeySequence, QPainter, QPalette, QPen, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemDelegate,
    QComboBox,
    QHeaderView,
    QLineEdit,
    QStyle,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from dealbook.domain.deal import Event, Line
from dealbook.gui.models.grid import GridModel
from dealbook.gui.models.keyed import Index
from dealbook.gui.theme import ROW, tokens
from dealbook.gui.widgets.table import RowDelegate, Table, name_editor

Hint = QAbstractItemDelegate.EndEditHint
Choices = Callable[[Index], Sequence[tuple[str, str]]]
_FILLED: Final = "filled"
CELL_PADDING: Final = 5
_EDGES: Final = 20
"""What an editor needs besides its text: frame, padding, cursor."""


class GridDelegate(RowDelegate):
    """Makes the editors: a field, or a list where a cell has choices."""

    def __init__(self, model: GridModel[Line] | GridModel[Event], choices: Choices, view: QTableView) -> None:
        super().__init__(view)
        self._view = view
        self._model = model
        self._choices = choices

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        colours = tokens()
        cell = QStyleOptionViewItem(option)
        self.initStyleOption(cell, index)
        painter.save()
        part = self.part(option.rect)
        if cell.backgroundBrush.style() != Qt.BrushStyle.NoBrush:
            painter.fillRect(part, cell.backgroundBrush)
        elif option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(part, QColor(colours.accent_soft))
        painter.setFont(cell.font)
        painter.setPen(cell.palette.color(QPalette.ColorRole.Text))
        room = part.adjusted(CELL_PADDING, 0, -CELL_PADDING, 0)
        wrap = wrapping(cell.text, painter.fontMetrics(), room.width())
        painter.drawText(room, Qt.AlignmentFlag(cell.displayAlignment) | wrap, cell.text)
        painter.setPen(QPen(QColor(colours.hairline), 1))
        painter.drawLine(option.rect.bottomLeft(), option.rect.bottomRight())
        if option.state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(QPen(QColor(colours.accent), 1))
            painter.drawRect(part.adjusted(0, 0, -1, -2))
        painter.restore()

    def part(self, cell: QRect) -> QRect:
        """Return the part of a cell that it is written and typed in: all of it."""
        return cell

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        cell = QStyleOptionViewItem(option)
        self.initStyleOption(cell, index)
        return QSize(QFontMetrics(cell.font).horizontalAdvance(cell.text) + 2 * CELL_PADDING + 2, ROW)

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: Index) -> QWidget:
        held = QPersistentModelIndex(index)
        choices = self._choices(index)
        if choices:
            chooser = QComboBox(parent)
            for value, word in choices:
                chooser.addItem(word, value)
            chooser.currentIndexChanged.connect(lambda _: self._model.preview(held, chooser.currentData()))
            return name_editor(chooser, index)
        editor = QLineEdit(parent)
        editor.setAlignment(Qt.AlignmentFlag(index.data(Qt.ItemDataRole.TextAlignmentRole)))
        editor.textEdited.connect(lambda text: self._model.preview(held, text))
        editor.textChanged.connect(
            lambda: editor.setGeometry(_room_for(editor, self.part(self._view.visualRect(held))))
        )
        return name_editor(editor, index)

    def updateEditorGeometry(self, editor: QWidget, option: QStyleOptionViewItem, index: Index) -> None:
        editor.setGeometry(_room_for(editor, self.part(option.rect)))

    def setEditorData(self, editor: QWidget, index: Index) -> None:
        if editor.property(_FILLED):
            return  # a refresh must not take away what is being typed
        editor.setProperty(_FILLED, True)
        value = index.data(Qt.ItemDataRole.EditRole)
        if isinstance(editor, QComboBox):
            blocked = editor.blockSignals(True)
            editor.setCurrentIndex(max(editor.findData(value), 0))
            editor.blockSignals(blocked)
        elif isinstance(editor, QLineEdit):
            editor.setText(str(value or ""))

    def setModelData(self, editor: QWidget, model: QAbstractItemModel, index: Index) -> None:
        value = editor.currentData() if isinstance(editor, QComboBox) else editor.property("text")
        model.setData(index, value)

    def destroyEditor(self, editor: QWidget, index: Index) -> None:
        self._model.end_preview()
        super().destroyEditor(editor, index)


class Grid(Table):
    """A spreadsheet of records; `most_rows` is how tall it grows before it scrolls."""

    def __init__(
        self,
        name: str,
        model: GridModel[Line] | GridModel[Event],
        choices: Choices,
        remove_step: str,
        *,
        most_rows: int,
    ) -> None:
        super().__init__(name)
        self._grid = model
        self._remove_step = remove_step
        self._most_rows = most_rows
        self.setModel(model)
        self.setItemDelegate(GridDelegate(model, choices, self))
        self.edit_cells()
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.horizontalHeader().setMinimumSectionSize(24)
        self._stretched = 0
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(0)
        self._later.timeout.connect(self.fit_columns)
        for change in (model.rowsInserted, model.rowsRemoved):
            change.connect(self.fit_height)
        for change in (model.rowsInserted, model.rowsRemoved, model.dataChanged, model.headerDataChanged):
            change.connect(self._later.start)
        self.fit_height()

    def fit_height(self) -> None:
        """Be as tall as the rows, up to the most."""
        rows = self._grid.rowCount()
        body = sum(self.rowHeight(row) for row in range(min(rows, self._most_rows)))
        header = self.horizontalHeader()
        self.setFixedHeight(body + 2 + (0 if header.isHidden() else header.sizeHint().height()))

    def size_columns(self, stretched: int) -> None:
        """Let one column take what the others leave, and those be as wide as what is in them."""
        header = self.horizontalHeader()
        self._stretched = stretched
        for column in range(self._grid.columnCount()):
            fits = QHeaderView.ResizeMode.Stretch if column == stretched else QHeaderView.ResizeMode.Fixed
            header.setSectionResizeMode(column, fits)
        self.fit_columns()

    def fit_columns(self) -> None:
        """Make the columns as wide as what is in them; done once after any number of changes."""
        for column in range(self._grid.columnCount()):
            if column == self._stretched or self.isColumnHidden(column):
                continue
            wanted = self.sizeHintForColumn(column)
            if not self.horizontalHeader().isHidden():
                name = str(self._grid.headerData(column, Qt.Orientation.Horizontal))
                wanted = max(wanted, self.fontMetrics().horizontalAdvance(name) + 2 * CELL_PADDING + 2)
            if self.columnWidth(column) != wanted:
                self.setColumnWidth(column, wanted)
        self.fit_rows()

    def fit_rows(self) -> None:
        """Make the rows as tall as what is in them."""
        self.fit_height()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.fit_rows()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy()
        elif event.matches(QKeySequence.StandardKey.Paste):
            self.paste()
        elif event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.remove_selected()
        elif event.key() == Qt.Key.Key_Escape and self._grid.draft(self.currentIndex()) is not None:
            self._grid.give_up(self.currentIndex())
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.state() is not self.State.EditingState:
            self.edit(self.currentIndex())
        else:
            super().keyPressEvent(event)

    def copy(self) -> None:
        """Put the selected cells on the clipboard; what that means is the subclass's business."""

    def paste(self) -> None:
        """Take lines from the clipboard; what that means is the subclass's business."""

    def remove_selected(self) -> None:
        """Take out the rows of the selected cells, and stay where they were."""
        rows = sorted({index.row() for index in self.selectionModel().selectedIndexes()})
        column = self.currentIndex().column()
        self._grid.remove(rows, self._remove_step)
        if rows and self._grid.rowCount():
            self.setCurrentIndex(self._grid.index(min(rows[0], self._grid.rowCount() - 1), max(column, 0)))

    def focusNextPrevChild(self, forward: bool) -> bool:
        """Tab goes from cell to cell and leaves the table at its ends."""
        cell = self.neighbour(self.currentIndex(), forward=forward)
        if self.hasFocus() and cell.isValid() and self.currentIndex().isValid():
            self.setCurrentIndex(cell)  # without the focus, Qt only asks because an editor goes away
            return True
        self.setTabKeyNavigation(False)
        left = super().focusNextPrevChild(forward)
        self.setTabKeyNavigation(True)
        return left

    def closeEditor(self, editor: QWidget, hint: Hint) -> None:
        self.end_editor(editor)
        self.go_on(hint)

    def end_editor(self, editor: QWidget) -> None:
        """Take an editor away and stay in its cell."""
        super().closeEditor(editor, Hint.NoHint)

    def go_on(self, hint: Hint) -> None:
        """Go where the key that ended an editor leads: Tab to the next cell, which opens; Enter to the one below."""
        if hint in (Hint.EditNextItem, Hint.EditPreviousItem):
            forward = hint == Hint.EditNextItem
            cell = self.neighbour(self.currentIndex(), forward=forward)
            if cell.isValid():
                self.setCurrentIndex(cell)
                self.edit(cell)
            else:
                self.focusNextPrevChild(forward)
        elif hint == Hint.SubmitModelCache:
            below = self._grid.index(self.currentIndex().row() + 1, self.currentIndex().column())
            if below.isValid() and below.flags() & Qt.ItemFlag.ItemIsEnabled:
                self.setCurrentIndex(below)

    def neighbour(self, index: QModelIndex, *, forward: bool) -> QModelIndex:
        """Return the next cell that can be typed into, or the one before; none at the end."""
        columns = [c for c in range(self._grid.columnCount()) if not self.isColumnHidden(c)]
        step = 1 if forward else -1
        place = index.row() * len(columns) + (columns.index(index.column()) if index.column() in columns else 0)
        place = place + step if index.isValid() else (0 if forward else self._grid.rowCount() * len(columns) - 1)
        while 0 <= place < self._grid.rowCount() * len(columns):
            cell = self._grid.index(place // len(columns), columns[place % len(columns)])
            if cell.flags() & Qt.ItemFlag.ItemIsEditable:
                return cell
            place += step
        return QModelIndex()


def _room_for(editor: QWidget, cell: QRect) -> QRect:
    """Return where an editor stands: its cell, and more to the left or right where what is typed needs it."""
    needs = editor.sizeHint().width()
    if isinstance(editor, QLineEdit):
        needs = editor.fontMetrics().horizontalAdvance(editor.text()) + _EDGES
    more = max(needs - cell.width(), 0)
    to_the_left = isinstance(editor, QLineEdit) and bool(editor.alignment() & Qt.AlignmentFlag.AlignRight)
    return cell.adjusted(-more, 0, 0, 0) if to_the_left else cell.adjusted(0, 0, more, 0)


def wrapping(text: str, metrics: QFontMetrics, room: int) -> Qt.TextFlag:
    """Return how a text wraps: between words, and inside one where it is longer than a line."""
    longest = max((metrics.horizontalAdvance(word) for word in text.replace("-", "- ").split()), default=0)
    return Qt.TextFlag.TextWrapAnywhere if longest > room else Qt.TextFlag.TextWordWrap
