"""The table of deals: one row a deal, with the plan and the expected earnings filled in as they become known."""

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import IntEnum
from operator import attrgetter
from typing import Any, Final

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QColor

from dealbook.desk.deals import DealRow
from dealbook.domain.deal import Stage
from dealbook.domain.money import ZERO
from dealbook.gui.models.keyed import ROOT, Index, KeyedModel
from dealbook.gui.theme import tokens
from dealbook.gui.words import literal, tr
from dealbook.language import Language


class Column(IntEnum):
    """The columns, from left to right."""

    CUSTOMER = 0
    TITLE = 1
    STAGE = 2
    MRR = 3
    TERM = 4
    PLAN = 5
    EXPECTED = 6
    CLOSES = 7


@dataclass(frozen=True, slots=True)
class Earning:
    """What a deal is expected to earn, in the deal's currency, and by which plan; `amount` is None where none pays."""

    plan: str
    amount: Decimal | None


@dataclass(frozen=True, slots=True)
class ShownDeal:
    """A row of the table; `earning` is None until it is worked out."""

    deal: DealRow
    earning: Earning | None = None


FIGURES: Final = frozenset({Column.MRR, Column.TERM, Column.EXPECTED})
RIGHT: Final = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
LEFT: Final = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
NONE: Final = "\N{EN DASH}"


def stage_name(stage: Stage) -> str:
    """Return a stage in the screen's language."""
    return {Stage.OPEN: tr("open"), Stage.WON: tr("won"), Stage.LOST: tr("lost")}[stage]


def day_words(deal: DealRow, words: Language) -> str:
    """Return in words what the day of a deal is: when it should close, was signed, or was lost, and why."""
    said = {
        Stage.OPEN: tr("expected to close on {day}"),
        Stage.WON: tr("signed on {day}"),
        Stage.LOST: tr("lost on {day}"),
    }[deal.stage].format(day=words.short_date(deal.closes))
    return f"{said}: {deal.reason}" if deal.reason else said


class DealsModel(KeyedModel[ShownDeal]):
    """The deals that a search found, in the order of a column."""

    def __init__(self, words: Language, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._words = words
        self._deals: Sequence[DealRow] = ()
        self._earnings: dict[str, Earning] = {}
        self._currency: str | None = None
        self._sort: tuple[Column, Qt.SortOrder] = (Column.STAGE, Qt.SortOrder.AscendingOrder)

    def key_of(self, row: ShownDeal) -> Hashable:
        return row.deal.id

    # --- content

    def show_deals(self, deals: Sequence[DealRow]) -> None:
        """Show these deals."""
        self._deals = deals
        currencies = {deal.currency for deal in deals}
        currency = currencies.pop() if len(currencies) == 1 else None
        if currency != self._currency:
            self._currency = currency
            self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(Column) - 1)
        self._arrange_rows()

    def set_earnings(self, earnings: Mapping[str, Earning]) -> None:
        """Fill in what was worked out, by deal."""
        self._earnings.update(earnings)
        self._arrange_rows()

    def forget_earnings(self) -> None:
        """What was worked out no longer holds; the figures stay on the screen until new ones are there."""
        self._earnings.clear()

    def without_earnings(self) -> list[str]:
        """Return the deals that are shown and not worked out yet, from the top."""
        return [row.deal.id for row in self.rows if row.deal.id not in self._earnings]

    def deal_at(self, index: Index) -> DealRow:
        """Return the deal of a row."""
        return self.rows[index.row()].deal

    def row_of(self, deal_id: str) -> int | None:
        """Return the row of a deal, or None where it is not shown."""
        return next((position for position, row in enumerate(self.rows) if row.deal.id == deal_id), None)

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        self._sort = (Column(column), order)
        self._arrange_rows()

    def _arrange_rows(self) -> None:
        old = {row.deal.id: row.earning for row in self.rows}
        shown = [ShownDeal(deal, self._earnings.get(deal.id, old.get(deal.id))) for deal in self._deals]
        column, order = self._sort
        shown.sort(key=lambda row: (row.deal.closes, row.deal.customer.casefold(), row.deal.id))
        shown.sort(key=SORT_KEYS[column], reverse=order is Qt.SortOrder.DescendingOrder)
        self.set_rows(shown)

    # --- Qt

    def columnCount(self, parent: Index = ROOT) -> int:
        return 0 if parent.isValid() else len(Column)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if orientation is not Qt.Orientation.Horizontal:
            return None
        column = Column(section)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return RIGHT if column in FIGURES else LEFT
        return self._header(column) if role == Qt.ItemDataRole.DisplayRole else None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        row, column = self.rows[index.row()], Column(index.column())
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return self._text(row, column)
            case Qt.ItemDataRole.TextAlignmentRole:
                return RIGHT if column in FIGURES else LEFT
            case Qt.ItemDataRole.ForegroundRole if self._is_quiet(row, column):
                return QColor(tokens().muted)
            case Qt.ItemDataRole.ToolTipRole if column in {Column.CUSTOMER, Column.TITLE, Column.PLAN}:
                return literal(self._text(row, column))
            case Qt.ItemDataRole.ToolTipRole | Qt.ItemDataRole.AccessibleTextRole if column is Column.CLOSES:
                return literal(day_words(row.deal, self._words))
        return None

    def _header(self, column: Column) -> str:
        sign = f" {self._words.currency_sign(self._currency)}" if self._currency else ""
        names = {
            Column.CUSTOMER: tr("Customer"),
            Column.TITLE: tr("Title"),
            Column.STAGE: tr("Stage"),
            Column.MRR: tr("MRR") + sign,
            Column.TERM: tr("Term"),
            Column.PLAN: tr("Plan"),
            Column.EXPECTED: tr("Expected") + sign,
            Column.CLOSES: tr("Closes"),
        }
        return names[column]

    def _text(self, row: ShownDeal, column: Column) -> str:
        deal = row.deal
        match column:
            case Column.CUSTOMER:
                return deal.customer
            case Column.TITLE:
                return deal.title
            case Column.STAGE:
                return stage_name(deal.stage)
            case Column.MRR:
                return self._amount(deal.mrr, deal.currency)
            case Column.TERM:
                return self._words.number(deal.term)
            case Column.PLAN:
                return self._plan(row)
            case Column.EXPECTED:
                return self._expected(row)
            case Column.CLOSES:
                return self._words.short_date(deal.closes)

    def _plan(self, row: ShownDeal) -> str:
        if row.earning is None:
            return ""
        if not row.earning.plan:
            return NONE
        return row.earning.plan if row.deal.plan else tr("best: {plan}").format(plan=row.earning.plan)

    def _expected(self, row: ShownDeal) -> str:
        if row.earning is None:
            return "…"
        return NONE if row.earning.amount is None else self._amount(row.earning.amount, row.deal.currency)

    def _amount(self, amount: Decimal, currency: str) -> str:
        return self._words.amount(amount, currency) if self._currency else self._words.money(amount, currency)

    @staticmethod
    def _is_quiet(row: ShownDeal, column: Column) -> bool:
        """Tell what is written quietly: lost deals, and a plan that is only proposed."""
        return row.deal.stage is Stage.LOST or (column is Column.PLAN and not row.deal.plan)


def _stage_order(row: ShownDeal) -> int:
    return list(Stage).index(row.deal.stage)


def _plan_order(row: ShownDeal) -> str:
    return row.earning.plan.casefold() if row.earning else ""


def _expected_order(row: ShownDeal) -> tuple[bool, Decimal]:
    """Sort deals without a figure below those with one, be it negative: a clawback can exceed what was paid."""
    amount = row.earning.amount if row.earning else None
    return amount is not None, amount or ZERO


SORT_KEYS: Final[Mapping[Column, Callable[[ShownDeal], Any]]] = {
    Column.CUSTOMER: lambda row: row.deal.customer.casefold(),
    Column.TITLE: lambda row: row.deal.title.casefold(),
    Column.STAGE: _stage_order,
    Column.MRR: attrgetter("deal.mrr"),
    Column.TERM: attrgetter("deal.term"),
    Column.PLAN: _plan_order,
    Column.EXPECTED: _expected_order,
    Column.CLOSES: attrgetter("deal.closes"),
}
