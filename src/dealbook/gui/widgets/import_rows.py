"""The rows of a file as a table: Space, or a click on the tick, leaves the selected rows out or takes them in."""

from typing import Final

from PySide6.QtCore import QItemSelectionModel, Qt, Signal
from PySide6.QtGui import QAction, QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView

from dealbook.gui.models.import_preview import Column, PreviewModel
from dealbook.gui.theme import GRID
from dealbook.gui.widgets.table import Table
from dealbook.gui.words import tr

_NAME_WIDTH: Final = 13 * GRID


class RowsTable(Table):
    """Several rows can be selected at once."""

    toggled = Signal()

    def __init__(self, model: PreviewModel) -> None:
        super().__init__(tr("Rows of the file and what is wrong with them"))
        self.setModel(model)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.fit(Column.ROW, "☐ 88888")
        self.fit(Column.QUANTITY, "8,888")
        self.fit(Column.PRICE, "8,888.88")
        for column in (Column.CUSTOMER, Column.TITLE, Column.PRODUCT):
            self.setColumnWidth(column, _NAME_WIDTH)
        self.horizontalHeader().setSectionResizeMode(Column.TOLD, QHeaderView.ResizeMode.Stretch)
        toggle = QAction(f"{tr('Leave out or take in')}\t{tr('Space')}", self)
        toggle.triggered.connect(self.toggled)
        self.addAction(toggle)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)

    def go_to(self, position: int) -> None:
        """Select one row, whatever keys are held down: `selectRow` would add it while Ctrl is."""
        index = self.model().index(position, Column.ROW)
        flags = QItemSelectionModel.SelectionFlag
        self.selectionModel().setCurrentIndex(index, flags.ClearAndSelect | flags.Rows)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Space and event.modifiers() == Qt.KeyboardModifier.NoModifier:
            self.toggled.emit()
        else:
            super().keyPressEvent(event)
