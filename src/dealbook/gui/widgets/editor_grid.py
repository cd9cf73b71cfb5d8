"""A small grid of the form: cells are typed or chosen in their place, Delete takes a row out, Tab leaves the grid."""

from typing import Final

from PySide6.QtCore import QAbstractItemModel, QModelIndex, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QAbstractItemDelegate,
    QAbstractItemView,
    QComboBox,
    QHeaderView,
    QLineEdit,
    QStyleOptionViewItem,
    QWidget,
)

from dealbook.gui.models.editor_cells import CellsModel
from dealbook.gui.theme import GRID
from dealbook.gui.widgets.table import Index, RowDelegate, Table, name_editor

Hint = QAbstractItemDelegate.EndEditHint
_ROW: Final = 26
_MOST_ROWS: Final = 8


class CellDelegate(RowDelegate):
    """Edits a cell as a choice where the model has options, else as a line."""

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: Index) -> QWidget:
        model = index.model()
        options = model.options(index) if isinstance(model, CellsModel) else ()
        if not options:
            return name_editor(super().createEditor(parent, option, index), index)
        box = QComboBox(parent)
        box.addItems(options)
        box.activated.connect(lambda _: self._chosen(box))
        return name_editor(box, index)

    def setEditorData(self, editor: QWidget, index: Index) -> None:
        if isinstance(editor, QComboBox):
            editor.setCurrentIndex(max(editor.findText(str(index.data(Qt.ItemDataRole.EditRole))), 0))
        else:
            super().setEditorData(editor, index)

    def setModelData(self, editor: QWidget, model: QAbstractItemModel, index: Index) -> None:
        if isinstance(editor, QComboBox):
            model.setData(_plain(index), editor.currentText())
        elif isinstance(editor, QLineEdit):
            model.setData(_plain(index), editor.text())

    def _chosen(self, box: QComboBox) -> None:
        self.commitData.emit(box)
        self.closeEditor.emit(box, Hint.NoHint)


class GridTable(Table):
    """The rows of one key; as tall as they are, up to a few."""

    removal_wanted = Signal(int)

    def __init__(self, name: str, model: CellsModel) -> None:
        super().__init__(name)
        self._cells = model
        self.setModel(model)
        self.setItemDelegate(CellDelegate(self))
        self.edit_cells()
        self.setTabKeyNavigation(False)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.verticalHeader().setMinimumSectionSize(_ROW)
        self.verticalHeader().setDefaultSectionSize(_ROW)
        header = self.horizontalHeader()
        header.setSectionsClickable(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        header.setFixedHeight(_ROW)
        for change in (model.rowsInserted, model.rowsRemoved, model.modelReset):
            change.connect(self.fit_height)
        self.fit_height()

    def fit_height(self) -> None:
        """Be as tall as the rows, up to a few; more of them scroll."""
        self.setFixedHeight(_ROW + _ROW * min(self._cells.rowCount(), _MOST_ROWS) + GRID // 2)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        index = self.currentIndex()
        if self.state() is QAbstractItemView.State.EditingState:
            return  # an editor passes on the Enter that ends it
        if event.key() == Qt.Key.Key_Delete and index.isValid():
            self.removal_wanted.emit(index.row())
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space) and index.isValid():
            self.edit(index)
        else:
            super().keyPressEvent(event)

    def closeEditor(self, editor: QWidget, hint: Hint) -> None:
        super().closeEditor(editor, Hint.NoHint)
        by = {Hint.EditNextItem: 1, Hint.EditPreviousItem: -1}.get(hint, 0)
        cell = self.currentIndex().siblingAtColumn(self.currentIndex().column() + by)
        if by and cell.isValid():
            self.setCurrentIndex(cell)
            self.edit(cell)


def _plain(index: Index) -> QModelIndex:
    return index.model().index(index.row(), index.column())
