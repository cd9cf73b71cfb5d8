"""The table of a program's contract values: arrows choose, typing writes, Space ticks "assumed", Delete clears."""

from typing import Final

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QSize, Qt, QTimer
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPen, QResizeEvent, QShowEvent
from PySide6.QtWidgets import (
    QAbstractItemDelegate,
    QAbstractItemView,
    QHeaderView,
    QLineEdit,
    QStyle,
    QStyleOptionViewItem,
    QWidget,
)

from dealbook.gui.models.program_inputs import Column, InputsModel
from dealbook.gui.theme import GRID, ROW, tokens
from dealbook.gui.widgets.table import PADDING, RowDelegate, Table
from dealbook.gui.words import tr

Index = QModelIndex | QPersistentModelIndex
Hint = QAbstractItemDelegate.EndEditHint
_VALUE: Final = 104
_ORIGIN: Final = 144
_INSET: Final = 1
_FIELD: Final = 24


class InputDelegate(RowDelegate):
    """Frames the cells that can be typed into, and gives a line the height its words need."""

    def __init__(self, model: InputsModel, parent: QWidget) -> None:
        super().__init__(parent)
        self._inputs = model

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        super().paint(painter, option, index)
        if not index.flags() & Qt.ItemFlag.ItemIsEditable:
            return
        colours = tokens()
        frame = option.rect.adjusted(_INSET, 0, -_INSET, 0)
        frame.setTop(option.rect.center().y() - _FIELD // 2)
        frame.setHeight(_FIELD)
        colour = colours.hairline
        if self._inputs.draft(index):
            colour = colours.bad
        elif option.state & QStyle.StateFlag.State_HasFocus:
            colour = colours.accent
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(colour), 1))
        painter.drawRoundedRect(frame, 4, 4)
        if not index.data():
            painter.setPen(QColor(colours.faint))
            inner = frame.adjusted(PADDING, 0, -PADDING, 0)
            painter.drawText(
                inner, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, self._inputs.example(index)
            )
        painter.restore()

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        cell = QStyleOptionViewItem(option)
        cell.rect.setWidth(option.rect.width() - 2 * PADDING)
        hint = super().sizeHint(cell, index)
        return QSize(hint.width() + 2 * PADDING, max(ROW, hint.height() + GRID))

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: Index) -> QWidget:
        editor = QLineEdit(parent)
        editor.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        editor.setAccessibleName(str(self._inputs.index(index.row(), Column.LABEL).data()))
        return editor


class InputsTable(Table):
    """As tall as its lines; the page around it scrolls."""

    def __init__(self, model: InputsModel) -> None:
        super().__init__(tr("Contract values"))
        self._inputs = model
        self.setModel(model)
        self.setItemDelegate(InputDelegate(model, self))
        self.setWordWrap(True)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setEditTriggers(
            QAbstractItemView.EditTrigger.AnyKeyPressed
            | QAbstractItemView.EditTrigger.EditKeyPressed
            | QAbstractItemView.EditTrigger.SelectedClicked
        )
        header = self.horizontalHeader()
        header.setSectionsClickable(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header.setSectionResizeMode(Column.LABEL, QHeaderView.ResizeMode.Stretch)
        self.fit(Column.ASSUMED)
        self.setColumnWidth(Column.VALUE, _VALUE)
        self.setColumnWidth(Column.ORIGIN, _ORIGIN)
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(0)
        self._later.timeout.connect(self.arrange)
        for change in (model.dataChanged, model.rowsInserted, model.rowsRemoved, model.layoutChanged):
            change.connect(self._later.start)
        self.opened.connect(self._edit)

    def arrange(self) -> None:
        """Give every line the height its words need, and the table that of its lines."""
        self.resizeRowsToContents()
        body = sum(self.rowHeight(row) for row in range(self._inputs.rowCount()))
        self.setFixedHeight(self.horizontalHeader().height() + body + 2)
        self.updateEditorGeometries()

    def start(self) -> None:
        """Take the focus, at the first value that is missing."""
        self.setCurrentIndex(self._inputs.index(self._inputs.first_missing(), Column.VALUE))
        self.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self.state() is QAbstractItemView.State.EditingState:
            return  # an editor passes on the Enter that ends it
        index = self.currentIndex().siblingAtColumn(Column.VALUE)
        if index.isValid() and index != self.currentIndex():
            self.setCurrentIndex(index)  # typing means the value, wherever the row was clicked
        if event.key() == Qt.Key.Key_Space:
            self._inputs.toggle(index)
        elif event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self._inputs.clear(index)
        elif event.key() not in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            super().keyPressEvent(event)

    def closeEditor(self, editor: QWidget, hint: Hint) -> None:
        super().closeEditor(editor, Hint.NoHint)
        by = {Hint.EditNextItem: 1, Hint.EditPreviousItem: -1}.get(hint, 0)
        if not by:
            return
        row = self.currentIndex().row() + by
        while 0 <= row < self._inputs.rowCount():
            index = self._inputs.index(row, Column.VALUE)
            if index.flags() & Qt.ItemFlag.ItemIsEditable:
                self.setCurrentIndex(index)
                self.edit(index)
                return
            row += by
        self.focusNextPrevChild(by > 0)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._later.start()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._later.start()

    def _edit(self, index: QModelIndex) -> None:
        value = index.siblingAtColumn(Column.VALUE)
        if value.flags() & Qt.ItemFlag.ItemIsEditable:
            self.edit(value)
