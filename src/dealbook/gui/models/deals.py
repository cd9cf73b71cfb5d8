"""The table of deals: one row a deal, with the plan and the expected earnings filled in as they become known."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import IntEnum
from operator import attrgetter
from typing import Any, Final

from PySide6.QtCore import QAbstractTableModel, QObject, Qt, QTimer
from PySide6.QtGui import QColor

from dealbook.domain.deal import Stage
from dealbook.domain.money import ZERO
from dealbook.earnings.dealrow import DealRow
from dealbook.gui.models.keyed import ROOT, Index, runs
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


COLUMNS: Final = tuple(Column)
#: What the model answers; of every cell that it paints, a view asks for many more.
ROLES: Final = frozenset(
    {
        Qt.ItemDataRole.DisplayRole,
        Qt.ItemDataRole.TextAlignmentRole,
        Qt.ItemDataRole.ForegroundRole,
        Qt.ItemDataRole.ToolTipRole,
        Qt.ItemDataRole.AccessibleTextRole,
    }
)
FIGURES: Final = frozenset({Column.MRR, Column.TERM, Column.EXPECTED})
RIGHT: Final = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
LEFT: Final = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
NONE: Final = "\N{EN DASH}"
BY_EARNINGS: Final = frozenset({Column.PLAN, Column.EXPECTED})
FEW: Final = 3
"""Hits are few where there are so many times as many deals."""
LITTLE: Final = 40
"""Up to so many rows come and go one by one, so that whatever hangs on a row stays; more of them at once."""
SORTED_AT_ONCE: Final = 1000
SORT_PAUSE: Final = 500
"""Milliseconds until a long table is sorted anew while what it is sorted by is still being worked out."""


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


class DealsModel(QAbstractTableModel):
    """The deals of the book, those of them that a search found, in the order of a column.

    The order of all deals is worked out when they change, so a search only picks from it.
    """

    def __init__(self, words: Language, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._words = words
        self._ordered: Sequence[DealRow] = ()
        self._hits: Collection[str] | None = None
        self._stage: Stage | None = None
        self._places: dict[str, int] | None = None
        self._currencies = 0
        self._shown: list[DealRow] = []
        self._earnings: dict[str, Earning] = {}
        self._stale: dict[str, Earning] = {}
        self._currency: str | None = None
        self._sort: tuple[Column, Qt.SortOrder] = (Column.STAGE, Qt.SortOrder.AscendingOrder)
        self._sorting = QTimer(self)
        self._sorting.setSingleShot(True)
        self._sorting.timeout.connect(self._arrange_rows)

    # --- content

    def show_deals(
        self, deals: Iterable[DealRow], hits: Collection[str] | None = None, stage: Stage | None = None
    ) -> None:
        """Show these deals, of them only those in `hits` and in a stage where they are given."""
        self._ordered, self._hits, self._stage = tuple(deals), hits, stage
        self._currencies = len({row.currency for row in self._ordered})
        self._arrange_rows()

    def show_hits(self, hits: Collection[str] | None, stage: Stage | None = None) -> None:
        """Show of the deals only those in `hits` and in a stage; None: all."""
        self._hits, self._stage = hits, stage
        self._pick_rows()

    def set_earnings(self, earnings: Mapping[str, Earning]) -> None:
        """Fill in what was worked out, by deal."""
        self._earnings.update(earnings)
        if self.needs_all_earnings:
            if len(self._ordered) <= SORTED_AT_ONCE:
                self._arrange_rows()
            elif not self._sorting.isActive():
                self._sorting.start(SORT_PAUSE)
        for place, row in enumerate(self._shown):
            if row.id in earnings:
                self._announce(place, place)

    def forget_earnings(self) -> None:
        """What was worked out no longer holds; the figures stay on the screen until new ones are there."""
        self._stale |= self._earnings
        self._earnings.clear()

    @property
    def needs_all_earnings(self) -> bool:
        """Whether the order hangs on what each deal earns, not only on those that are seen."""
        return self._sort[0] in BY_EARNINGS

    @property
    def shown(self) -> Sequence[DealRow]:
        """The deals that are shown, from the top."""
        return self._shown

    def without_earnings(self, first: int = 0, after: int | None = None) -> list[str]:
        """Return the deals of the rows `first` ≤ row < `after` that are not worked out yet, from the top."""
        return [row.id for row in self._shown[first:after] if row.id not in self._earnings]

    def deal_at(self, index: Index) -> DealRow:
        """Return the deal of a row."""
        return self._shown[index.row()]

    def row_of(self, deal_id: str) -> int | None:
        """Return the row of a deal, or None where it is not shown."""
        return next((place for place, row in enumerate(self._shown) if row.id == deal_id), None)

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        self._sort = (Column(column), order)
        self._arrange_rows()

    def _arrange_rows(self) -> None:
        column, order = self._sort
        ordered = sorted(self._ordered, key=lambda row: (row.closes, row.customer.casefold(), row.id))
        ordered.sort(key=self._sort_key(column), reverse=order is Qt.SortOrder.DescendingOrder)
        self._ordered, self._places = ordered, None
        self._pick_rows()

    def _sort_key(self, column: Column) -> Callable[[DealRow], Any]:
        if column in BY_EARNINGS:
            by = _plan_order if column is Column.PLAN else _expected_order
            return lambda row: by(self._earning(row))
        return SORT_KEYS[column]

    def _pick_rows(self) -> None:
        """Show the hits among the deals in their order."""
        rows, stage = self._picked(), self._stage
        if stage is not None:
            rows = [row for row in rows if row.stage is stage]
        currencies = {row.currency for row in (rows if self._currencies > 1 else rows[:1])}
        currency = currencies.pop() if len(currencies) == 1 else None
        was, self._currency = self._currency, currency
        self._replace_rows(rows)
        if currency != was:
            self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(Column) - 1)
            self._announce(0, len(self._shown) - 1)

    def _picked(self) -> list[DealRow]:
        """Return the hits in their order; few of many are looked up, and not looked for."""
        hits, ordered = self._hits, self._ordered
        if hits is None:
            return list(ordered)
        if len(hits) * FEW > len(ordered):
            return [row for row in ordered if row.id in hits]
        if self._places is None:
            self._places = {row.id: place for place, row in enumerate(ordered)}
        places = self._places
        return [ordered[place] for place in sorted(places[key] for key in hits if key in places)]

    def _replace_rows(self, rows: list[DealRow]) -> None:
        """Show other rows: the least that the views must hear where little differs, else all at once."""
        if abs(len(rows) - len(self._shown)) > LITTLE:
            self._reset(rows)
            return
        old, new = {row.id for row in self._shown}, {row.id for row in rows}
        if len(old ^ new) > LITTLE:
            self._reset(rows)
            return
        for place in range(len(self._shown) - 1, -1, -1) if old - new else ():
            if self._shown[place].id not in new:
                self.beginRemoveRows(ROOT, place, place)
                del self._shown[place]
                self.endRemoveRows()
        self._insert_and_move(rows, new - old)
        changed = [place for place, (a, b) in enumerate(zip(self._shown, rows, strict=True)) if a is not b and a != b]
        self._shown = rows
        for first, last in runs(changed):
            self._announce(first, last)

    def _insert_and_move(self, rows: list[DealRow], added: Collection[str]) -> None:
        """Bring the rows that stay into their new order, then put those that are new into their places."""
        place = {row.id: number for number, row in enumerate(rows)}
        ordered = sorted(self._shown, key=lambda row: place[row.id])
        if any(a is not b for a, b in zip(ordered, self._shown, strict=True)):
            self.layoutAboutToBeChanged.emit()
            held = self.persistentIndexList()
            keys = [self._shown[index.row()].id for index in held]
            self._shown = ordered
            place_of = {row.id: number for number, row in enumerate(ordered)}
            moved = [self.index(place_of[key], one.column()) for key, one in zip(keys, held, strict=True)]
            self.changePersistentIndexList(held, moved)
            self.layoutChanged.emit()
        for number, row in enumerate(rows) if added else ():
            if row.id in added:
                self.beginInsertRows(ROOT, number, number)
                self._shown.insert(number, row)
                self.endInsertRows()

    def _reset(self, rows: list[DealRow]) -> None:
        self.beginResetModel()
        self._shown = rows
        self.endResetModel()

    def _announce(self, first: int, last: int) -> None:
        if first <= last:
            self.dataChanged.emit(self.index(first, 0), self.index(last, len(Column) - 1))

    def _earning(self, row: DealRow) -> Earning | None:
        return self._earnings.get(row.id) or self._stale.get(row.id)

    # --- Qt

    def rowCount(self, parent: Index = ROOT) -> int:
        return 0 if parent.isValid() else len(self._shown)

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
        if role not in ROLES or not index.isValid():
            return None
        row, column = self._shown[index.row()], COLUMNS[index.column()]
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
                return literal(day_words(row, self._words))
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

    def _text(self, deal: DealRow, column: Column) -> str:
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
                return self._plan(deal)
            case Column.EXPECTED:
                return self._expected(deal)
            case Column.CLOSES:
                return self._words.short_date(deal.closes)

    def _plan(self, deal: DealRow) -> str:
        earning = self._earning(deal)
        if earning is None:
            return ""
        if not earning.plan:
            return NONE
        return earning.plan if deal.plan else tr("best: {plan}").format(plan=earning.plan)

    def _expected(self, deal: DealRow) -> str:
        earning = self._earning(deal)
        if earning is None:
            return "…"
        return NONE if earning.amount is None else self._amount(earning.amount, deal.currency)

    def _amount(self, amount: Decimal, currency: str) -> str:
        return self._words.amount(amount, currency) if self._currency else self._words.money(amount, currency)

    @staticmethod
    def _is_quiet(deal: DealRow, column: Column) -> bool:
        """Tell what is written quietly: lost deals, and a plan that is only proposed."""
        return deal.stage is Stage.LOST or (column is Column.PLAN and not deal.plan)


def _plan_order(earning: Earning | None) -> str:
    return earning.plan.casefold() if earning else ""


def _expected_order(earning: Earning | None) -> tuple[bool, Decimal]:
    """Sort deals without a figure below those with one, be it negative: a clawback can exceed what was paid."""
    amount = earning.amount if earning else None
    return amount is not None, amount or ZERO


_STAGES: Final = {stage: place for place, stage in enumerate(Stage)}
SORT_KEYS: Final[Mapping[Column, Callable[[DealRow], Any]]] = {
    Column.CUSTOMER: lambda row: row.customer.casefold(),
    Column.TITLE: lambda row: row.title.casefold(),
    Column.STAGE: lambda row: _STAGES[row.stage],
    Column.MRR: attrgetter("mrr"),
    Column.TERM: attrgetter("term"),
    Column.CLOSES: attrgetter("closes"),
}
