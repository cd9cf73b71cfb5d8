"""The forecast as a table, a row for each month and one for the sums; and its work in slices."""

from collections.abc import Hashable, Sequence
from decimal import Decimal
from typing import Final, NamedTuple

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QFont

from dealbook.desk.forecast_rows import Months
from dealbook.desk.forecast_words import APART
from dealbook.domain.money import ZERO
from dealbook.gui.models.keyed import ROOT, Index, KeyedModel
from dealbook.gui.words import tr
from dealbook.language import Language

Role = Qt.ItemDataRole
_RIGHT: Final = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_LEFT: Final = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


class MonthRow(NamedTuple):
    """A month of the table, or at the end the sums; None where a column has no sum."""

    month: int | None
    amounts: tuple[Decimal | None, ...]


def short_names(names: Sequence[str]) -> list[str]:
    """Return names of programs by their vendor alone where that tells them apart."""
    vendors = [name.partition(" · ")[0] for name in names]
    return [vendor if vendors.count(vendor) == 1 else name for vendor, name in zip(vendors, names, strict=True)]


class ForecastModel(KeyedModel[MonthRow]):
    """The months as rows, the series as columns."""

    def __init__(self, words: Language, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._words = words
        self._names: tuple[str, ...] = ()
        self._currency = ""

    def key_of(self, row: MonthRow) -> Hashable:
        return row.month

    def show(self, columns: Sequence[tuple[str, Months]], first: int, months: int, currency: str) -> None:
        """Show `months` months from the calendar month `first` (an index) on."""
        names = tuple(name for name, _ in columns)
        if (names, currency) != (self._names, self._currency):
            self.beginResetModel()
            self._rows, self._names, self._currency = [], names, currency
            self.endResetModel()
        rows = [MonthRow(first + place, tuple(cash[place] for _, cash in columns)) for place in range(months)]
        apart = [tr(name) for name in APART]
        sums = tuple(None if name in apart else sum(cash[:months], ZERO) for name, cash in columns)
        self.set_rows([*rows, MonthRow(None, sums)])

    def columnCount(self, parent: Index = ROOT) -> int:
        return 0 if parent.isValid() else 1 + len(self._names)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Role.DisplayRole) -> object:
        if orientation is not Qt.Orientation.Horizontal:
            return None
        if role == Role.TextAlignmentRole:
            return _RIGHT if section else _LEFT
        names = (tr("Month"), *(self._names if role == Role.ToolTipRole else short_names(self._names)))
        shown = role in (Role.DisplayRole, Role.ToolTipRole) and section < len(names)
        return names[section] if shown else None

    def data(self, index: Index, role: int = Role.DisplayRole) -> object:
        if not index.isValid():
            return None
        row = self.rows[index.row()]
        if role == Role.DisplayRole:
            return self._text(row, index.column())
        if role == Role.TextAlignmentRole:
            return _RIGHT if index.column() else _LEFT
        if role == Role.FontRole and row.month is None:
            font = QFont()
            font.setWeight(QFont.Weight.DemiBold)
            return font
        return None

    def _text(self, row: MonthRow, column: int) -> str:
        if column == 0:
            return tr("Total") if row.month is None else self._words.month(row.month)
        amount = row.amounts[column - 1]
        return "" if amount is None else self._words.amount(amount, self._currency)
