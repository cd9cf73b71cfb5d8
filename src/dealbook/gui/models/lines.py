"""The lines of the offer as a grid, with a last row that adds.

Owns what the views see and how a line comes to be: typed, known from earlier deals, or pasted. What a cell means stands
in `line_cells`; saving is the owner's.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Final

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QColor, QFont, QGuiApplication

from dealbook.domain.deal import CATEGORIES, Line
from dealbook.domain.money import ONE
from dealbook.gui.models import step_names as names
from dealbook.gui.models.grid import GridModel, Preview, Save
from dealbook.gui.models.keyed import ROOT, Index
from dealbook.gui.models.line_cells import TEXTS, Column, Forms, edit_text, headers, read_cell, shown_text
from dealbook.gui.models.pasted import Pasted
from dealbook.gui.theme import tokens
from dealbook.gui.words import tr
from dealbook.language import Language

Role = Qt.ItemDataRole
_WORDS: Final = frozenset({Column.CATEGORY, Column.CHARGE})
_RIGHT: Final = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_LEFT: Final = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


class LinesModel(GridModel[Line]):
    """Shows and changes the lines; `products` gives earlier lines by folded name, which fill in a new line."""

    def __init__(
        self,
        words: Language,
        save: Save[Line],
        preview: Preview[Line],
        products: Callable[[], Mapping[str, Line]],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(words, save, preview, parent)
        self.products = products
        self.forms = Forms(words, "EUR")

    def rowCount(self, parent: Index = ROOT) -> int:
        return 0 if parent.isValid() else len(self._rows) + 1

    def columnCount(self, parent: Index = ROOT) -> int:
        return 0 if parent.isValid() else len(Column)

    def set_currency(self, currency: str) -> None:
        """Write amounts in the deal's currency."""
        if currency != self.forms.currency:
            self.forms = Forms(self.forms.words, currency)
            self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(Column) - 1)

    def is_adding(self, index: Index) -> bool:
        """Tell whether an index is in the last row, which adds a line."""
        return index.isValid() and index.row() == len(self._rows)

    def flags(self, index: Index) -> Qt.ItemFlag:
        if not index.isValid() or (self.is_adding(index) and index.column() != Column.PRODUCT):
            return Qt.ItemFlag.NoItemFlags
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        return flags if index.column() == Column.TOTAL else flags | Qt.ItemFlag.ItemIsEditable

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Role.DisplayRole) -> object:
        if orientation is not Qt.Orientation.Horizontal:
            return None
        if role == Role.TextAlignmentRole:
            return _LEFT if section in TEXTS else _RIGHT
        return headers(self.forms)[Column(section)] if role == Role.DisplayRole else None

    def data(self, index: Index, role: int = Role.DisplayRole) -> object:
        if not index.isValid():
            return None
        column = Column(index.column())
        if role == Role.TextAlignmentRole:
            return _LEFT if column in TEXTS else _RIGHT
        if self.is_adding(index):
            return _adding(column, role)
        drafted = self.common_data(index, role)
        return self._cell(index, column, role) if drafted is None else drafted

    def setData(self, index: Index, value: object, role: int = Role.EditRole) -> bool:
        if role == Role.EditRole and self.is_adding(index):
            return self.add(str(value))
        return super().setData(index, value, role)

    def add(self, product: str) -> bool:
        """Add a line for a product; an earlier line of the same name gives its category, charge and prices."""
        name = product.strip()
        if not name:
            return False
        known = self.products().get(name.casefold())
        if known is None:
            category = self._rows[-1].category if self._rows else CATEGORIES[0]
            line = Line(product=name, category=category, list_price=Decimal(0))
        else:
            line = replace(known, product=name, quantity=ONE, ramp=(), optional=False, id="")
        return not self._save([*self._rows, line], names.ADD_LINE)

    def add_pasted(self, pasted: Sequence[Pasted]) -> bool:
        """Add pasted lines as one step; cells that could not be read stay in their places, marked."""
        first = len(self._rows)
        if not pasted or self._save([*self._rows, *(one.line for one in pasted)], names.PASTE_LINES):
            return False
        for row, one in enumerate(pasted, first):
            for column, text in one.unread:
                self.setData(self.index(row, column), text)
        return True

    def typed(self, record: Line, column: int, text: str) -> Line:
        return read_cell(record, Column(column), text, self.forms)

    def edit_text(self, record: Line, column: int) -> str:
        return edit_text(record, Column(column), self.forms)

    def step_name(self, column: int) -> str:
        return names.OF_LINE[Column(column)]

    def _cell(self, index: Index, column: Column, role: int) -> object:
        line = self.record(index.row())
        if line is None:
            return None
        if role == Role.DisplayRole:
            return shown_text(line, column, self.forms)
        if role == Role.EditRole:
            return self.edit_text(self._rows[index.row()], column)
        if role == Role.FontRole:
            return _small() if column in _WORDS else None
        quiet = column in _WORDS or (column == Column.TOTAL and not line.is_recurring)
        return QColor(tokens().muted) if role == Role.ForegroundRole and quiet else None


def _small() -> QFont:
    """Return a smaller font: the words of a line give way to its figures."""
    font = QGuiApplication.font()
    font.setPointSizeF(font.pointSizeF() * 0.92)
    return font


def _adding(column: Column, role: int) -> object:
    if column is not Column.PRODUCT:
        return None
    if role in {Role.DisplayRole, Role.AccessibleTextRole}:
        return tr("Type or paste lines …")
    return QColor(tokens().faint) if role == Role.ForegroundRole else None
