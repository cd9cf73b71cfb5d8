"""The table of an impact: one row a deal, ranked, with what it earns under both versions; and its work in slices."""

from collections.abc import Hashable
from decimal import Decimal
from enum import IntEnum
from typing import Final

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QColor

from dealbook.desk.impact_rows import Group, Impact, ImpactRow
from dealbook.desk.impact_words import note_of, plan_of
from dealbook.domain.money import ZERO
from dealbook.gui.models.keyed import ROOT, Index, KeyedModel
from dealbook.gui.theme import tokens
from dealbook.gui.words import literal, tr
from dealbook.language import Language

Role = Qt.ItemDataRole
LEFT: Final = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
RIGHT: Final = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
UNKNOWN: Final = "?"
PLUS: Final = "+"


class Column(IntEnum):
    """The columns, from left to right."""

    CUSTOMER = 0
    STAGE = 1
    PLAN = 2
    OLD = 3
    NEW = 4
    CHANGE = 5
    NOTE = 6


FIGURES: Final = frozenset({Column.OLD, Column.NEW, Column.CHANGE})


def signed(change: Decimal, words: Language, currency: str) -> str:
    """Return a change with its sign, be it up or down."""
    return f"{PLUS if change > 0 else ''}{words.amount(change, currency)}"


class ImpactModel(KeyedModel[ImpactRow]):
    """The deals of an impact, all of them or only those to which something happens."""

    def __init__(self, words: Language, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._words = words
        self._impact: Impact | None = None

    def show_impact(self, impact: Impact, *, whole: bool) -> None:
        """Show the deals of `impact`; without `whole`, only those to which something happens."""
        heads_differ = self._impact is None or self._impact.currency != impact.currency
        self._impact = impact
        self.set_rows(impact.rows if whole else impact.changed)
        if heads_differ:
            self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(Column) - 1)

    def key_of(self, row: ImpactRow) -> Hashable:
        return row.deal_id

    def row_of(self, deal_id: str) -> int | None:
        """Return the row of a deal, or None where it is not shown."""
        return next((place for place, row in enumerate(self.rows) if row.deal_id == deal_id), None)

    def columnCount(self, parent: Index = ROOT) -> int:
        return 0 if parent.isValid() else len(Column)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Role.DisplayRole) -> object:
        if orientation is not Qt.Orientation.Horizontal:
            return None
        if role == Role.TextAlignmentRole:
            return RIGHT if section in FIGURES else LEFT
        return self.header(Column(section)) if role == Role.DisplayRole else None

    def header(self, column: Column) -> str:
        """Return what a column is called, with the currency of its figures."""
        sign = f" {self._words.currency_sign(self._impact.currency)}" if self._impact else ""
        names = {
            Column.CUSTOMER: tr("Customer"),
            Column.STAGE: tr("Stage"),
            Column.PLAN: tr("Plan"),
            Column.OLD: tr("Old") + sign,
            Column.NEW: tr("New") + sign,
            Column.CHANGE: tr("Change") + sign,
            Column.NOTE: tr("Remarks"),
        }
        return names[column]

    def data(self, index: Index, role: int = Role.DisplayRole) -> object:
        if not index.isValid() or self._impact is None:
            return None
        row, column = self.rows[index.row()], Column(index.column())
        match role:
            case Role.DisplayRole:
                return self.text(row, column)
            case Role.TextAlignmentRole:
                return RIGHT if column in FIGURES else LEFT
            case Role.ForegroundRole:
                return _colour(row, column)
            case Role.ToolTipRole if column not in FIGURES:
                return literal(self.text(row, column))
        return None

    def text(self, row: ImpactRow, column: Column) -> str:
        """Return what a cell says."""
        match column:
            case Column.CUSTOMER:
                return " · ".join(filter(None, (row.customer, row.title)))
            case Column.STAGE:
                return stage_text(row)
            case Column.PLAN:
                return plan_of(row)
            case Column.OLD:
                return self._amount(row.old.amount)
            case Column.NEW:
                return self._amount(row.new.amount)
            case Column.CHANGE:
                return UNKNOWN if row.change is None else signed(row.change, self._words, self._currency)
            case Column.NOTE:
                return note_of(row, self._impact.question, self._words) if self._impact else ""

    @property
    def _currency(self) -> str:
        return self._impact.currency if self._impact else ""

    def _amount(self, amount: Decimal | None) -> str:
        return UNKNOWN if amount is None else self._words.amount(amount, self._currency)

    def as_text(self) -> str:
        """Return the table as lines with tabs between the cells, as a spreadsheet takes them."""
        lines = [[self.header(column) for column in Column]]
        lines += [[self.text(row, column) for column in Column] for row in self.rows]
        return "\n".join("\t".join(" ".join(cell.split()) for cell in line) for line in lines)


def stage_text(row: ImpactRow) -> str:
    """Return the stage of a deal as the table shows it."""
    return tr("won") if row.group is Group.WON else tr("open") if row.group is Group.OPEN else tr("elsewhere")


def _colour(row: ImpactRow, column: Column) -> QColor | None:
    colours = tokens()
    if column is Column.CHANGE and row.change:
        return QColor(colours.good if row.change > ZERO else colours.bad)
    if row.change is None and column in FIGURES | {Column.NOTE}:
        return QColor(colours.warning)
    quiet = row.group is Group.ELSEWHERE or column in {Column.STAGE, Column.NOTE}
    return QColor(colours.muted) if quiet else None
