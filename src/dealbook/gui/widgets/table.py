"""The base of all tables: room to breathe, hairlines in place of a grid, and the keyboard first."""

from typing import Final

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPen
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from dealbook.gui.theme import ROW, tokens

Index = QModelIndex | QPersistentModelIndex
PADDING: Final = 5
"""What a cell keeps free at its sides, besides the style's own three pixels; headers keep eight."""


class RowDelegate(QStyledItemDelegate):
    """Paints a cell without a focus frame and draws the hairline below it."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        cell = QStyleOptionViewItem(option)
        cell.state &= ~QStyle.StateFlag.State_HasFocus
        if cell.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(option.rect, QColor(tokens().accent_soft))
        cell.rect = option.rect.adjusted(PADDING, 0, -PADDING, 0)
        super().paint(painter, cell, index)
        painter.save()
        painter.setPen(QPen(QColor(tokens().hairline), 1))
        painter.drawLine(option.rect.bottomLeft(), option.rect.bottomRight())
        painter.restore()


class Table(QTableView):
    """A table of rows: a whole row is selected, Enter opens it, Tab leaves the table.

    Figures are right-aligned by the model's TextAlignmentRole; their headers follow. Digits are of equal width by the
    application's font. A table whose cells are typed into
    calls `edit_cells` once.
    """

    opened = Signal(QModelIndex)
    """Enter or a double click on a row."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        """Make an empty table; `name` is what a screen reader calls it."""
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setItemDelegate(RowDelegate(self))
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(ROW)
        self.verticalHeader().setMinimumSectionSize(ROW)
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        self.doubleClicked.connect(self.opened)

    def fit(self, column: int, *texts: str) -> None:
        """Make a column as wide as its header and the widest of `texts` need."""
        header = str(self.model().headerData(column, Qt.Orientation.Horizontal))
        arrow = 2 * PADDING if self.isSortingEnabled() else 0
        widest = max(self.fontMetrics().horizontalAdvance(text) for text in (header, *texts))
        self.setColumnWidth(column, widest + 4 * PADDING + arrow)

    def edit_cells(self) -> None:
        """Let cells be selected one by one and typed into, as in a spreadsheet; Tab goes to the next cell."""
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectItems)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ContiguousSelection)
        self.setTabKeyNavigation(True)
        self.setEditTriggers(
            QAbstractItemView.EditTrigger.AnyKeyPressed
            | QAbstractItemView.EditTrigger.EditKeyPressed
            | QAbstractItemView.EditTrigger.DoubleClicked
        )
        self.doubleClicked.disconnect(self.opened)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        rows = self.selectionBehavior() is QAbstractItemView.SelectionBehavior.SelectRows
        if enter and rows and self.currentIndex().isValid():
            self.opened.emit(self.currentIndex())
            return
        super().keyPressEvent(event)


def name_editor(editor: QWidget, index: Index) -> QWidget:
    """Give the field in which a cell is typed the name of its column, for who does not see the column; returns it."""
    editor.setAccessibleName(str(index.model().headerData(index.column(), Qt.Orientation.Horizontal) or ""))
    return editor
