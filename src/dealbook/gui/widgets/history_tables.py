"""The two tables of the history page: the steps under their days, and what one of them changed."""

from datetime import time
from typing import Final

from PySide6.QtCore import QModelIndex, QSize, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QStyleOptionViewItem

from dealbook.gui.models.history import Column, HistoryModel, ToldColumn, ToldModel
from dealbook.gui.theme import GRID, ROW
from dealbook.gui.widgets.table import PADDING, Index, RowDelegate, Table
from dealbook.gui.words import tr

_WHAT: Final = 0.46
"""The part of the width that the names of the fields have."""


class StepsTable(Table):
    """Steps under their days; a day goes across, and the arrow keys pass over it."""

    def __init__(self, model: HistoryModel) -> None:
        super().__init__(tr("Steps of the book"))
        self._model = model
        self.setModel(model)
        model.modelReset.connect(lambda: self._span(0))
        model.rowsInserted.connect(lambda _, first, __: self._span(first))
        self.fit(Column.TIME, f"{time(20, 28):%H:%M}")
        self.fit(Column.STATE, tr("next to undo"), tr("next to redo"))
        for column in (Column.NAME, Column.TOUCHED):
            self.horizontalHeader().setSectionResizeMode(column, QHeaderView.ResizeMode.Stretch)

    def _span(self, first: int) -> None:
        if first == 0:
            self.clearSpans()
        for row in self._model.day_rows(first):
            self.setSpan(row, 0, 1, len(Column))


class WrappedDelegate(RowDelegate):
    """Breaks what does not fit into lines, and asks for the height that they need."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        narrow = QStyleOptionViewItem(option)
        narrow.rect = option.rect.adjusted(PADDING, 0, -PADDING, 0)
        hint = super().sizeHint(narrow, index)
        return QSize(hint.width(), max(hint.height() + GRID, ROW))


class ToldTable(Table):
    """What a step changed; the lines are selected and copied as in a spreadsheet."""

    copy_wanted = Signal()

    def __init__(self, model: ToldModel) -> None:
        super().__init__(tr("What the step changed"))
        self.setModel(model)
        self._told = model
        self.setItemDelegate(WrappedDelegate(self))
        self.setWordWrap(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        model.modelReset.connect(lambda: self._fit(0))
        model.rowsInserted.connect(lambda _, first, __: self._fit(first))

    def _fit(self, first: int) -> None:
        """Let heads go across, and make rows as high as their words need."""
        if first == 0:
            self.clearSpans()
        for row in range(first, len(self._told.lines)):
            if self._told.lines[row].is_head:
                self.setSpan(row, 0, 1, len(ToldColumn))
            self.resizeRowToContents(row)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        width = self.viewport().width()
        what = int(width * _WHAT)
        self.setColumnWidth(ToldColumn.WHAT, what)
        self.setColumnWidth(ToldColumn.BEFORE, (width - what) // 2)
        self.setColumnWidth(ToldColumn.AFTER, width - what - (width - what) // 2)
        self._fit(0)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy_wanted.emit()
            return
        super().keyPressEvent(event)

    def selected_rows(self) -> list[QModelIndex]:
        """Return the first cell of each selected row, from the top."""
        return sorted(self.selectionModel().selectedRows(), key=QModelIndex.row)
