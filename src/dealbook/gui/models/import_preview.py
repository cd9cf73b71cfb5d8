"""The rows of a table before they are imported: what each would become, what is wrong with it, whether it stays in."""

from collections.abc import Iterable
from enum import IntEnum
from typing import Final, NamedTuple

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QColor

from dealbook.desk.import_drafts import Draft, ReadRow
from dealbook.desk.importing import Preview
from dealbook.desk.table_cells import Fault, shown
from dealbook.desk.table_fields import Field
from dealbook.gui.theme import tokens
from dealbook.gui.words import literal, tr
from dealbook.language import Language
from dealbook.tables.grid import column_name

Index = QModelIndex | QPersistentModelIndex
Role = Qt.ItemDataRole
_ROOT: Final = QModelIndex()
_LEFT: Final = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT: Final = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class Column(IntEnum):
    """The columns, from left to right."""

    ROW = 0
    CUSTOMER = 1
    TITLE = 2
    PRODUCT = 3
    QUANTITY = 4
    PRICE = 5
    TOLD = 6


_FIELDS: Final = {
    Column.CUSTOMER: (Field.CUSTOMER,),
    Column.TITLE: (Field.TITLE,),
    Column.PRODUCT: (Field.PRODUCT,),
    Column.QUANTITY: (Field.QUANTITY,),
    Column.PRICE: (Field.UNIT_PRICE, Field.LIST_PRICE),
}
_FIGURES: Final = frozenset({Column.ROW, Column.QUANTITY, Column.PRICE})


class Entry(NamedTuple):
    """A row with the deal that it belongs to and what is wrong with it."""

    row: ReadRow
    draft: Draft
    faults: tuple[Fault, ...]


class PreviewModel(QAbstractTableModel):
    """The rows in the order of the file; a tick says that a row is imported."""

    ticked = Signal(int, bool)
    """Somebody wants a row (by its number) in, or out."""

    def __init__(self, words: Language, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._words = words
        self._left_out: frozenset[int] = frozenset()
        self.entries: list[Entry] = []

    def show_preview(self, seen: Preview | None, *, only_told: bool = False) -> None:
        """Show a preview; with `only_told` the rows alone about which there is something to say."""
        self.beginResetModel()
        self._left_out = seen.left_out if seen else frozenset()
        entries = sorted(_entries(seen.drafts if seen else ()), key=lambda entry: entry.row.number)
        self.entries = [one for one in entries if not only_told or one.faults or one.draft.is_known]
        self.endResetModel()

    def numbers(self, indexes: Iterable[Index]) -> set[int]:
        """Return the numbers of the rows that some cells stand in."""
        return {self.entries[index.row()].row.number for index in indexes}

    def position_of(self, number: int) -> int:
        """Return where a row of the file stands; 0 where it is not shown."""
        return next((at for at, one in enumerate(self.entries) if one.row.number == number), 0)

    def told(self, position: int) -> list[str]:
        """Return everything there is to say about a row, each sentence with its column."""
        entry = self.entries[position]
        lines = []
        for fault in entry.faults:
            place = "" if fault.column is None else f"{column_name(fault.column)}{fault.row}: "
            lines.append(place + fault.text(self._words))
        if entry.draft.is_known:
            lines.append(tr("The book has a deal of this customer, title and day already."))
        return lines

    # --- Qt

    def rowCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self.entries)

    def columnCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(Column)

    def flags(self, index: Index) -> Qt.ItemFlag:
        tick = Qt.ItemFlag.ItemIsUserCheckable if index.column() == Column.ROW else Qt.ItemFlag.NoItemFlags
        return super().flags(index) | tick

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Role.DisplayRole) -> object:
        if orientation is not Qt.Orientation.Horizontal:
            return None
        if role == Role.TextAlignmentRole:
            return _RIGHT if section in _FIGURES - {Column.ROW} else _LEFT
        names = {
            Column.ROW: tr("Row"),
            Column.CUSTOMER: tr("Customer"),
            Column.TITLE: tr("Title"),
            Column.PRODUCT: tr("Product"),
            Column.QUANTITY: tr("Qty"),
            Column.PRICE: tr("Price"),
            Column.TOLD: tr("To know"),
        }
        return names[Column(section)] if role == Role.DisplayRole else None

    def data(self, index: Index, role: int = Role.DisplayRole) -> object:  # one case a role
        if not index.isValid():
            return None
        entry, column = self.entries[index.row()], Column(index.column())
        is_out = entry.row.number in self._left_out
        match role:
            case Role.DisplayRole:
                return self._text(index.row(), entry, column)
            case Role.CheckStateRole if column is Column.ROW:
                return Qt.CheckState.Unchecked if is_out else Qt.CheckState.Checked
            case Role.TextAlignmentRole:
                return _RIGHT if column in _FIGURES - {Column.ROW} else _LEFT
            case Role.ForegroundRole:
                return _colour(entry, column, is_out=is_out)
            case Role.ToolTipRole if column is not Column.ROW:
                text = "\n".join(self.told(index.row())) if column is Column.TOLD else self.data(index)
                return literal(str(text))
            case Role.AccessibleTextRole if column is Column.ROW:
                state = tr("left out") if is_out else tr("is imported")
                return f"{entry.row.number}, {state}"
        return None

    def setData(self, index: Index, value: object, role: int = Role.EditRole) -> bool:
        if role != Role.CheckStateRole or not index.isValid():
            return False
        self.ticked.emit(self.entries[index.row()].row.number, Qt.CheckState(value) is Qt.CheckState.Checked)
        return True

    def _text(self, position: int, entry: Entry, column: Column) -> str:
        if column is Column.ROW:
            return str(entry.row.number)
        if column is Column.TOLD:
            return " · ".join(self.told(position))
        values = (entry.row.values.get(field) for field in _FIELDS[column])
        value = next((value for value in values if value is not None), None)
        if column is Column.PRICE and value is not None:
            return self._words.amount(value, entry.draft.deal.currency if entry.draft.deal else "EUR")
        return shown(value, self._words)


def _entries(drafts: Iterable[Draft]) -> Iterable[Entry]:
    for draft in drafts:
        faults: dict[int, list[Fault]] = {}
        for fault in draft.faults:
            faults.setdefault(fault.row, []).append(fault)
        for row in draft.rows:
            yield Entry(row, draft, tuple(faults.get(row.number, ())))


def _colour(entry: Entry, column: Column, *, is_out: bool) -> QColor | None:
    colours = tokens()
    if is_out:
        return QColor(colours.muted)
    if column is Column.TOLD:
        return QColor(colours.bad if entry.faults else colours.warning)
    return None
