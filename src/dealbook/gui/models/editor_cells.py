"""A small grid of the form: the rows of one key, and an empty one below that adds."""

from collections.abc import Callable, Hashable
from typing import Final, NamedTuple

from PySide6.QtCore import QObject, Qt

from dealbook.desk.form_grids import NESTED, Grid, GridRow
from dealbook.gui.models.keyed import ROOT, Index, KeyedModel
from dealbook.gui.words import mark, tr

Role = Qt.ItemDataRole
NAMES: Final = {
    "from": mark("from"),
    "for": mark("for"),
    "figure": mark("figure"),
    "fact": mark("fact"),
    "of": mark("only"),
    "test": mark("test"),
    "limit": mark("limit"),
    "share": mark("share"),
    "lag": mark("months later"),
    "role": mark("role"),
}


class CellLine(NamedTuple):
    """One row, or None for the one that adds."""

    number: int
    row: GridRow | None


class CellsModel(KeyedModel[CellLine]):
    """Shows a grid; what is typed goes to `edited` (row, column, text) and `added` (text)."""

    def __init__(
        self,
        edited: Callable[[GridRow, int, str], object],
        added: Callable[[str], object],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._edited = edited
        self._added = added
        self._grid = Grid((), ())

    def key_of(self, row: CellLine) -> Hashable:
        return row.number

    def show(self, grid: Grid) -> None:
        """Show a grid of the same columns as before, or the first one."""
        is_first = not self._grid.columns
        if is_first:
            self.beginResetModel()
        changed = self._grid.columns != grid.columns
        self._grid = grid
        if is_first:
            self.endResetModel()
        elif changed:
            self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(grid.columns) - 1)
        self.set_rows([*(CellLine(n, row) for n, row in enumerate(grid.rows)), CellLine(len(grid.rows), None)])

    def row_at(self, number: int) -> GridRow | None:
        """Return a row; None for the one that adds."""
        return self._rows[number].row if 0 <= number < len(self._rows) else None

    def options(self, index: Index) -> tuple[str, ...]:
        """Return what a cell can be chosen from; nothing where it is typed."""
        row = self.row_at(index.row())
        if row is None:
            return self._grid.first if index.column() == 0 else ()
        return row.options[index.column()]

    def columnCount(self, parent: Index = ROOT) -> int:
        return 0 if parent.isValid() else len(self._grid.columns)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Role.DisplayRole) -> object:
        if orientation is Qt.Orientation.Horizontal and role == Role.DisplayRole:
            return tr(NAMES[self._grid.columns[section]])
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        row = self.row_at(index.row())
        fixed = (row is None and index.column() > 0) or (row is not None and row.cells[index.column()] == NESTED)
        return super().flags(index) | (Qt.ItemFlag.NoItemFlags if fixed else Qt.ItemFlag.ItemIsEditable)

    def data(self, index: Index, role: int = Role.DisplayRole) -> object:
        row = self.row_at(index.row())
        if role in (Role.DisplayRole, Role.EditRole):
            if row is None:
                return tr("+ row") if role == Role.DisplayRole and index.column() == 0 else ""
            return row.cells[index.column()]
        if role == Role.ToolTipRole and row is not None and row.cells[index.column()] == NESTED:
            return tr("A table inside the table; it is edited in the text.")
        return None

    def setData(self, index: Index, value: object, role: int = Role.EditRole) -> bool:
        if role != Role.EditRole:
            return False
        row, typed = self.row_at(index.row()), str(value).strip()
        if row is None:
            if typed:
                self._added(typed)
        elif typed != row.cells[index.column()]:
            self._edited(row, index.column(), typed)
        return True
