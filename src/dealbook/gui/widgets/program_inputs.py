"""The table of a program's contract values: arrows choose, typing writes, Space ticks "assumed", Delete clears.

Insert makes a table of a value, or goes to the line on which its next row is typed; there Left and Right choose between
the row's key and its figure.
"""

from typing import Final

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QPersistentModelIndex, QSize, Qt, QTimer
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPen, QResizeEvent, QShowEvent
from PySide6.QtWidgets import (
    QAbstractItemDelegate,
    QAbstractItemView,
    QComboBox,
    QHeaderView,
    QLineEdit,
    QStyle,
    QStyleOptionViewItem,
    QWidget,
)

from dealbook.gui.models.input_lines import Sort
from dealbook.gui.models.input_looks import Column
from dealbook.gui.models.program_inputs import InputsModel
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
        self.rows_before = 0
        """How many lines there were when the open editor began."""

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
            painter.drawText(inner, _side(index) | Qt.AlignmentFlag.AlignVCenter, self._inputs.example(index))
        painter.restore()

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        cell = QStyleOptionViewItem(option)
        cell.rect.setWidth(option.rect.width() - 2 * PADDING)
        hint = super().sizeHint(cell, index)
        return QSize(hint.width() + 2 * PADDING, max(ROW, hint.height() + GRID))

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: Index) -> QWidget:
        self.rows_before = self._inputs.rowCount()
        spoken = str(self._inputs.index(index.row(), Column.LABEL).data(Qt.ItemDataRole.AccessibleTextRole))
        if self._inputs.is_begun(index):
            return self._fact_box(parent, index, spoken)
        editor = QLineEdit(parent)
        editor.setAlignment(_side(index) | Qt.AlignmentFlag.AlignVCenter)
        editor.setAccessibleName(spoken)
        return editor

    def setEditorData(self, editor: QWidget, index: Index) -> None:
        if isinstance(editor, QComboBox):
            editor.setCurrentIndex(editor.findData(self._inputs.fact_of(index)))
        else:
            super().setEditorData(editor, index)

    def setModelData(self, editor: QWidget, model: QAbstractItemModel, index: Index) -> None:
        if isinstance(editor, QComboBox):
            model.setData(index, editor.currentData())
        else:
            super().setModelData(editor, model, index)

    def _fact_box(self, parent: QWidget, index: Index, spoken: str) -> QComboBox:
        box = QComboBox(parent)
        for name, text in self._inputs.facts():
            box.addItem(text, name)
        box.setAccessibleName(spoken)
        box.view().setMinimumWidth(box.sizeHint().width())
        return box


class InputsTable(Table):
    """As tall as its lines; the page around it scrolls."""

    def __init__(self, model: InputsModel) -> None:
        super().__init__(tr("Contract values"))
        self._inputs = model
        self._delegate = InputDelegate(model, self)
        self.setModel(model)
        self.setItemDelegate(self._delegate)
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
        model.rekeyed.connect(self._follow_row)
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

    def begin_table(self) -> None:
        """Go to the line on which a row of the current value is typed, made for it where there is none."""
        if (place := self._inputs.begin_table(self.currentIndex())) is not None:
            self.setCurrentIndex(self._inputs.index(place, Column.LABEL))
            self.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self.state() is QAbstractItemView.State.EditingState:
            return  # an editor passes on the Enter that ends it
        self._settle()
        index, key = self.currentIndex(), event.key()
        if key == Qt.Key.Key_Space:
            self._inputs.toggle(index)
        elif key == Qt.Key.Key_Insert:
            self.begin_table()
        elif key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self._inputs.clear(index)
        elif key == Qt.Key.Key_Escape and self._inputs.give_up(index):
            return
        elif key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            column = Column.LABEL if key == Qt.Key.Key_Left else Column.VALUE
            if index.siblingAtColumn(column).flags() & Qt.ItemFlag.ItemIsEditable:
                self.setCurrentIndex(index.siblingAtColumn(column))
        else:
            super().keyPressEvent(event)

    def _settle(self) -> None:
        """Be in a cell that can be typed into, wherever the row was clicked: in its value, or in its key."""
        current = self.currentIndex()
        if current.isValid() and not (
            current.column() == Column.LABEL and current.flags() & Qt.ItemFlag.ItemIsEditable
        ):
            self.setCurrentIndex(current.siblingAtColumn(Column.VALUE))

    def closeEditor(self, editor: QWidget, hint: Hint) -> None:
        super().closeEditor(editor, Hint.NoHint)
        line = self._inputs.line(self.currentIndex())
        is_new = line is not None and line.sort is Sort.NEW
        added = is_new and self._inputs.rowCount() > self._delegate.rows_before
        if hint in (Hint.EditNextItem, Hint.EditPreviousItem):
            self._go_on(1 if hint is Hint.EditNextItem else -1, again=added)
        elif is_new and hint is Hint.SubmitModelCache:
            self.setCurrentIndex(self.currentIndex().siblingAtColumn(Column.LABEL if added else Column.VALUE))

    def _go_on(self, by: int, *, again: bool) -> None:
        """Edit the next cell, or the one before; after a row was added, the line for another one."""
        cells = self._cells()
        current = self.currentIndex()
        here = (current.row(), current.column())
        if again:
            target: tuple[int, int] | None = (current.row(), int(Column.LABEL))
        else:
            skip = self._inputs.is_blank(current)  # nothing was typed into a further row: leave it
            later = [cell for cell in cells if (cell > here if by > 0 else cell < here)]
            if skip and by > 0:
                later = [cell for cell in later if cell[0] > here[0]]
            target = (later[0] if by > 0 else later[-1]) if later else None
        if target is None:
            self.focusNextPrevChild(by > 0)
            return
        index = self._inputs.index(*target)
        self.setCurrentIndex(index)
        self.edit(index)

    def _cells(self) -> list[tuple[int, int]]:
        """Return the cells that can be typed into, as rows and columns, in their order."""
        return [
            (row, column)
            for row in range(self._inputs.rowCount())
            for column in (int(Column.LABEL), int(Column.VALUE))
            if self._inputs.index(row, column).flags() & Qt.ItemFlag.ItemIsEditable
        ]

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._later.start()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._later.start()

    def _edit(self, index: QModelIndex) -> None:
        is_key = index.column() == Column.LABEL and index.flags() & Qt.ItemFlag.ItemIsEditable
        cell = index if is_key else index.siblingAtColumn(Column.VALUE)
        if cell.flags() & Qt.ItemFlag.ItemIsEditable:
            self.edit(cell)

    def _follow_row(self, name: str, key: str) -> None:
        """Stay on a row that got another key, which is another line to the model."""
        if (place := self._inputs.place_of(name, Sort.ROW, key)) is not None:
            self.setCurrentIndex(self._inputs.index(place, Column.LABEL))


def _side(index: Index) -> Qt.AlignmentFlag:
    return Qt.AlignmentFlag.AlignLeft if index.column() == Column.LABEL else Qt.AlignmentFlag.AlignRight
