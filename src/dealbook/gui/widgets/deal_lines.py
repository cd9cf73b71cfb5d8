"""The offer's lines: the grid, what is wrong in it in words, and the details of the current line below."""

from typing import Final

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent, QShowEvent
from PySide6.QtWidgets import (
    QAbstractItemDelegate,
    QApplication,
    QCheckBox,
    QCompleter,
    QLineEdit,
    QSizePolicy,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from dealbook.domain.deal import CATEGORIES
from dealbook.gui.models import step_names as names
from dealbook.gui.models.keyed import Index
from dealbook.gui.models.line_cells import Column, choices, headers
from dealbook.gui.models.lines import LinesModel
from dealbook.gui.models.pasted import pasted_lines
from dealbook.gui.theme import GRID, ROW
from dealbook.gui.widgets.deal_fields import Field, grid, labelled
from dealbook.gui.widgets.deal_grid import CELL_PADDING, Grid, GridDelegate, wrapping
from dealbook.gui.widgets.labels import button, keep_room_for_bold, label, set_tip
from dealbook.gui.words import plural, tr

_MOST_ROWS: Final = 12
EndEditHint = QAbstractItemDelegate.EndEditHint


class LinesDelegate(GridDelegate):
    """Completes products from the whole book."""

    def __init__(self, model: LinesModel, view: Grid) -> None:
        super().__init__(model, lambda index: choices(index.column()), view)
        self._lines = model

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: Index) -> QWidget:
        editor = super().createEditor(parent, option, index)
        if index.column() == Column.PRODUCT and isinstance(editor, QLineEdit):
            completer = QCompleter(sorted(line.product for line in self._lines.products().values()), editor)
            completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
            completer.setFilterMode(Qt.MatchFlag.MatchContains)
            editor.setCompleter(completer)
            popup = completer.popup()
            if popup is not None:
                popup.installEventFilter(_PopupKeys(completer, editor))
            editor.setPlaceholderText(tr("Product"))
        return editor


class _PopupKeys(QObject):
    """Lets Tab and Enter mean the same with the list of products open: take what is marked and go on."""

    def __init__(self, completer: QCompleter, editor: QLineEdit) -> None:
        super().__init__(completer)
        self._completer = completer
        self._editor = editor

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        keys = (Qt.Key.Key_Tab, Qt.Key.Key_Backtab, Qt.Key.Key_Return, Qt.Key.Key_Enter)
        popup = self._completer.popup()
        if popup is None or not isinstance(event, QKeyEvent) or event.type() != QEvent.Type.KeyPress:
            return False
        if event.key() not in keys:
            return False
        marked = popup.currentIndex()
        if marked.isValid():
            self._editor.setText(str(marked.data()))
        popup.hide()
        QApplication.sendEvent(self._editor, QKeyEvent(event.type(), event.key(), event.modifiers()))
        return True


class LinesTable(Grid):
    """The grid of lines; its last row adds."""

    pasted = Signal(int)
    """So many lines were added from the clipboard."""

    def __init__(self, model: LinesModel) -> None:
        super().__init__(
            tr("Lines of the offer"), model, lambda i: choices(i.column()), names.REMOVE_LINES, most_rows=_MOST_ROWS
        )
        self._model = model
        self._added = False
        self.setItemDelegate(LinesDelegate(model, self))
        self.setWordWrap(True)
        for column in range(Column.TOTAL + 1, model.columnCount()):
            self.setColumnHidden(column, True)
        self.setObjectName("lines")
        self.size_columns(Column.PRODUCT)
        for change in (model.rowsInserted, model.rowsRemoved):
            change.connect(self._span)
        self._span()

    def commitData(self, editor: QWidget) -> None:
        adding = self._model.is_adding(self.currentIndex())
        before = self._model.rowCount()
        super().commitData(editor)
        self._added = adding and self._model.rowCount() > before

    def closeEditor(self, editor: QWidget, hint: QAbstractItemDelegate.EndEditHint) -> None:
        if self._added:  # go on in the line that has come into being, above the row that adds
            self._added = False
            hint = EndEditHint.EditNextItem if hint == EndEditHint.SubmitModelCache else hint
            self.end_editor(editor)
            self.setCurrentIndex(self._model.index(len(self._model.rows) - 1, Column.PRODUCT))
            self.go_on(hint)
            return
        super().closeEditor(editor, hint)

    def copy(self) -> None:
        cells = sorted((i.row(), i.column()) for i in self.selectionModel().selectedIndexes())
        rows: dict[int, list[str]] = {}
        for row, column in cells:
            if not self.isColumnHidden(column) and row < len(self._model.rows):
                rows.setdefault(row, []).append(str(self._model.index(row, column).data() or ""))
        if rows:
            QGuiApplication.clipboard().setText("\n".join("\t".join(cells) for cells in rows.values()))

    def paste(self) -> None:
        text = QGuiApplication.clipboard().text()
        category = self._model.rows[0].category if self._model.rows else CATEGORIES[0]
        added = pasted_lines(text, self._model.forms, category, self._model.products())
        if self._model.add_pasted(added):
            self.pasted.emit(len(added))
            self.setCurrentIndex(self._model.index(len(self._model.rows) - len(added), Column.PRODUCT))

    def _span(self) -> None:
        """Let the words of the last row run across the columns, which are empty there."""
        self.clearSpans()
        self.setSpan(len(self._model.rows), 0, 1, Column.TOTAL + 1)

    def fit_rows(self) -> None:
        """Give a product that does not fit on one line as many as it needs."""
        room = self.columnWidth(Column.PRODUCT) - 2 * CELL_PADDING
        for row, line in enumerate(self._model.rows):
            wrap = wrapping(line.product, self.fontMetrics(), room)
            text = self.fontMetrics().boundingRect(0, 0, max(room, 40), 1000, wrap, line.product)
            wanted = max(ROW, text.height() + 10)
            if self.rowHeight(row) != wanted:
                self.setRowHeight(row, wanted)
        self.fit_height()


class LineDetails(QWidget):
    """What else a line has, without room in the grid; follows the grid's current line."""

    def __init__(self, model: LinesModel) -> None:
        super().__init__()
        self._model = model
        self._row = QPersistentModelIndex()
        texts = headers(model.forms)
        self.fields = {column: self._field(column, texts[column]) for column in _FIELDS}
        self.optional = QCheckBox(texts[Column.OPTIONAL])
        self.optional.toggled.connect(lambda on: self._set(Column.OPTIONAL, "1" if on else ""))
        layout = grid()
        layout.setContentsMargins(0, 0, 0, 0)
        for place, column in enumerate((Column.NET, Column.BUY, Column.FREE, Column.SEATS)):
            layout.addLayout(labelled(texts[column], self.fields[column]), 0, place)
        layout.addLayout(labelled(texts[Column.RAMP], self.fields[Column.RAMP]), 1, 0)
        layout.addLayout(labelled(texts[Column.DESCRIPTION], self.fields[Column.DESCRIPTION]), 1, 1, 1, 2)
        layout.addWidget(self.optional, 1, 3, Qt.AlignmentFlag.AlignBottom)
        self.fields[Column.RAMP].setPlaceholderText("1: 20; 7: 40")
        self.optional.setToolTip(tr("An optional line is on the quote, but not in the totals or in what is earned."))
        self.setLayout(layout)
        model.dataChanged.connect(self._refill)

    def show_row(self, index: QModelIndex) -> None:
        """Show the line of a row of the grid."""
        for field in self.fields.values():
            if field.hasFocus():
                field.commit()
        self._row = QPersistentModelIndex(index.siblingAtColumn(Column.NET))
        self._refill(fresh=True)

    def _field(self, column: Column, name: str) -> Field:
        field = Field(name, lambda text: self._set(column, text), look="small")
        field.followed.connect(lambda text: self._model.preview(self._cell(column), text))
        return field

    def _cell(self, column: Column) -> QModelIndex:
        return self._model.index(self._row.row(), column)

    def _set(self, column: Column, text: str) -> str:
        self._model.setData(self._cell(column), text)
        draft = self._model.draft(self._cell(column))
        return draft.problem if draft else ""

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._refill()

    def _refill(self, *_: object, fresh: bool = False) -> None:
        if self.isHidden():
            return  # it catches up when it is shown
        line = self._model.record(self._row.row()) if self._row.isValid() else None
        self.setEnabled(line is not None)
        saved = self._model.rows[self._row.row()] if line is not None else None
        for column, field in self.fields.items():
            if fresh:
                field.give_up()
            field.show_value(self._model.edit_text(saved, column) if saved is not None else "")
        blocked = self.optional.blockSignals(True)
        self.optional.setChecked(saved is not None and saved.optional)
        self.optional.blockSignals(blocked)


_FIELDS: Final = (Column.NET, Column.BUY, Column.FREE, Column.SEATS, Column.RAMP, Column.DESCRIPTION)


class LinesPanel(QWidget):
    """Grid, note and details together; the details open with F4 or their button and stay as they were left."""

    def __init__(self, model: LinesModel) -> None:
        super().__init__()
        self._model = model
        self.table = LinesTable(model)
        self.details = LineDetails(model)
        self.details.hide()
        self.note = label("", "bad-small", wrap=True)
        self.note.hide()
        self.more = button(tr("Details"), "quiet")
        self.more.setCheckable(True)
        keep_room_for_bold(self.more)
        set_tip(self.more, tr("Net and buy price, free months, ramp of the current line"), "F4")
        self.more.toggled.connect(self._open_details)
        self.summary = label("", "small")
        self.summary.setIndent(CELL_PADDING)
        self.summary.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GRID // 2)
        column.addWidget(self.table)
        column.addWidget(self.note)
        column.addWidget(self.summary)
        column.addWidget(self.details)
        self.table.selectionModel().currentChanged.connect(self._follow)
        model.dataChanged.connect(self._summarise)
        model.drafted.connect(self._say)
        model.dataChanged.connect(self._say)

    def current_line(self) -> int:
        """Return the row of the line that the details are about; -1 where there is none."""
        row = self.table.currentIndex().row()
        return row if 0 <= row < len(self._model.rows) else -1

    def _open_details(self, on: bool) -> None:
        self.details.setVisible(on)
        self._summarise()

    def _follow(self, current: QModelIndex) -> None:
        self.details.show_row(current)
        self._summarise()

    def _summarise(self) -> None:
        """Say beside the button what the current line's details hold."""
        line = self._model.record(self.table.currentIndex().row())
        texts = headers(self._model.forms)
        told = []
        if line is not None:
            shown = [Column.NET] * (line.price != line.full_price) + [Column.BUY, Column.FREE, Column.RAMP]
            for column in shown:
                text = self._model.edit_text(line, column)
                if text:
                    told.append(f"{texts[column]} {text}")
            if line.optional:
                told.append(texts[Column.OPTIONAL])
        self.summary.setText("  ·  ".join(told))
        self.summary.setVisible(bool(told) and self.details.isHidden())

    def _say(self) -> None:
        """Say under the grid what is wrong in it: of the current cell, else of the first that is wrong."""
        drafts = self._model.drafts
        here = next((draft for index, draft in drafts if index == self.table.currentIndex()), None)
        shown = here or (drafts[0][1] if drafts else None)
        self.note.setVisible(shown is not None)
        if shown is not None:
            others = len(drafts) - 1
            more = (
                " " + plural("{n} more cell is not saved.", "{n} more cells are not saved.", others) if others else ""
            )
            self.note.setText(shown.problem + more)
