"""A table whose rows have keys: given new rows, it tells the views the least that has changed.

Selection, current cell, scroll position and an open editor all hang on a row's index. A model that resets loses them;
this one takes rows out, puts rows in, moves rows and announces the cells of rows that differ, and nothing else.
"""

from abc import abstractmethod
from collections.abc import Hashable, Sequence
from typing import Generic, TypeVar

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex

Row = TypeVar("Row")
Index = QModelIndex | QPersistentModelIndex
ROOT = QModelIndex()


class KeyedModel(QAbstractTableModel, Generic[Row]):
    """Holds rows that are told apart by `key_of`; subclasses say how a row looks."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: list[Row] = []

    @abstractmethod
    def key_of(self, row: Row) -> Hashable:
        """Return what stays the same while the row's figures change."""

    @property
    def rows(self) -> Sequence[Row]:
        """The rows as they stand."""
        return self._rows

    def rowCount(self, parent: Index = ROOT) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def set_rows(self, rows: Sequence[Row]) -> None:
        """Show `rows`, whose keys must all differ, and announce the differences."""
        keys = [self.key_of(row) for row in rows]
        if keys != self._keys():
            self._remove_all_but(frozenset(keys))
            self._insert_missing(rows, keys)
            self._arrange(keys)
        changed = [position for position, row in enumerate(rows) if self._rows[position] != row]
        for position in changed:
            self._rows[position] = rows[position]
        for first, last in runs(changed):
            self.announce(first, last)

    def announce(self, first: int, last: int | None = None) -> None:
        """Tell the views that a row, or the rows up to `last`, look different."""
        if not self._rows:
            return
        bottom = first if last is None else last
        self.dataChanged.emit(self.index(first, 0), self.index(bottom, self.columnCount() - 1))

    def _keys(self) -> list[Hashable]:
        return [self.key_of(row) for row in self._rows]

    def _remove_all_but(self, keys: frozenset[Hashable]) -> None:
        for position in range(len(self._rows) - 1, -1, -1):
            if self.key_of(self._rows[position]) not in keys:
                self.beginRemoveRows(ROOT, position, position)
                del self._rows[position]
                self.endRemoveRows()

    def _insert_missing(self, rows: Sequence[Row], keys: Sequence[Hashable]) -> None:
        known = frozenset(self._keys())
        for position, (row, key) in enumerate(zip(rows, keys, strict=True)):
            if key not in known:
                self.beginInsertRows(ROOT, position, position)
                self._rows.insert(position, row)
                self.endInsertRows()

    def _arrange(self, keys: Sequence[Hashable]) -> None:
        """Bring the rows into the order of `keys`, taking along every index that somebody holds on to."""
        if self._keys() == list(keys):
            return
        self.layoutAboutToBeChanged.emit()
        place = {key: position for position, key in enumerate(keys)}
        held = self.persistentIndexList()
        count = len(self._rows)
        rows = [place[self.key_of(row)] for row in self._rows]
        moved = [self.index(rows[i.row()] if i.row() < count else i.row(), i.column()) for i in held]
        self._rows.sort(key=lambda row: place[self.key_of(row)])
        self.changePersistentIndexList(held, moved)
        self.layoutChanged.emit()


def runs(positions: Sequence[int]) -> list[tuple[int, int]]:
    """Join ascending positions that follow one another to (first, last)."""
    runs: list[tuple[int, int]] = []
    for position in positions:
        if runs and runs[-1][1] == position - 1:
            runs[-1] = (runs[-1][0], position)
        else:
            runs.append((position, position))
    return runs
