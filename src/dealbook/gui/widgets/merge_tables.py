"""The two tables of a merge: the records that differ, and one of them; the arrow keys choose a side."""

from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QHeaderView, QWidget

from dealbook.desk.merging import Side
from dealbook.gui.models.merge import Cell, Column, DetailModel, MergeModel
from dealbook.gui.theme import GRID
from dealbook.gui.widgets.table import PADDING, Table
from dealbook.gui.words import tr

LEAST_WITH_NEWS: Final = 56 * GRID
"""In a narrower list there is no room for what happened."""
LABEL_LEAST: Final = 12
"""Characters that the names of the fields have room for at least."""
_SIDES: Final = {Qt.Key.Key_Left: Side.OURS, Qt.Key.Key_Right: Side.THEIRS}


class _SideTable(Table):
    """A table in whose rows the left arrow takes what is here, and the right one what is there."""

    chosen = Signal(object)
    """The side that the keys were for."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        side = _SIDES.get(Qt.Key(event.key()))
        if side is not None and not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            self.chosen.emit(side)
            return
        super().keyPressEvent(event)


class RecordsTable(_SideTable):
    """The records that differ."""

    def __init__(self, model: MergeModel, parent: QWidget | None = None) -> None:
        super().__init__(tr("Records that differ"), parent)
        self.setModel(model)
        self.fit(Column.KIND, tr("Exchange rate"))
        self.fit(Column.FATE, tr("parts of both"), tr("is removed"), tr("stays out"))
        header = self.horizontalHeader()
        for column in (Column.NAME, Column.NEWS):
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.Stretch)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.setColumnHidden(Column.NEWS, self.width() < LEAST_WITH_NEWS)  # it stands beside the record as well


class DetailTable(_SideTable):
    """One record, field by field."""

    left = Signal()
    """Escape: back to the list."""

    def __init__(self, model: DetailModel, parent: QWidget | None = None) -> None:
        super().__init__(tr("The record here and there"), parent)
        self.setModel(model)
        header = self.horizontalHeader()
        for cell in (Cell.HERE, Cell.THERE):
            header.setSectionResizeMode(cell, QHeaderView.ResizeMode.Stretch)

    def fit_labels(self) -> None:
        """Give the names of the fields the room that they need, and the two sides at least the rest."""
        self.resizeColumnToContents(Cell.LABEL)
        least = self.fontMetrics().averageCharWidth() * LABEL_LEAST
        wanted = self.columnWidth(Cell.LABEL) + PADDING
        self.setColumnWidth(Cell.LABEL, max(least, min(wanted, self.viewport().width() * 2 // 5)))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
            return
        super().keyPressEvent(event)
