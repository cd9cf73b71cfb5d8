"""What it takes to pay the own people under each plan, as a table: ranked as the comparison, and to be copied."""

from collections.abc import Hashable
from enum import IntEnum
from typing import Final, NamedTuple

from PySide6.QtCore import QObject, Qt

from dealbook.desk.gap import Gaps, PlanGap
from dealbook.earnings.gap import Covered
from dealbook.gui.models.comparison import NOT_KNOWN, PlanKey
from dealbook.gui.models.keyed import ROOT, Index, KeyedModel
from dealbook.gui.words import literal, tr
from dealbook.language import Language

Role = Qt.ItemDataRole
_RIGHT: Final = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_LEFT: Final = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


class Column(IntEnum):
    """What the table says of a plan."""

    PLAN = 0
    PAID = 1
    DEEPEST = 2
    BACK = 3
    COVERED = 4


class GapRow(NamedTuple):
    """A plan: its key, its whole name, what the columns say, and what is copied of it."""

    key: PlanKey
    name: str
    cells: tuple[str, ...]
    copied: tuple[str, ...]


class GapModel(KeyedModel[GapRow]):
    """The plans that pay, in the order of the comparison."""

    def __init__(self, words: Language, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._words = words
        self._is_at_once = True

    def key_of(self, row: GapRow) -> Hashable:
        return row.key

    def show(self, gaps: Gaps) -> None:
        """Show the plans; vendor or plan alone where that tells them apart."""
        if gaps.is_at_once != self._is_at_once:
            self._is_at_once = gaps.is_at_once
            self.headerDataChanged.emit(Qt.Orientation.Horizontal, Column.PAID, Column.PAID)
        vendors = [plan.row.estimate.vendor for plan in gaps.plans]
        rows = []
        for plan in gaps.plans:
            estimate = plan.row.estimate
            short = estimate.plan_name if vendors.count(estimate.vendor) > 1 else estimate.vendor
            name = f"{estimate.vendor} · {estimate.plan_name}"
            paid, deepest, month, back, deals = self._told(plan, gaps.currency)
            shown = paid[0] if self._is_at_once else paid[1]
            cells = (short, shown, " · ".join(filter(None, (deepest, month))), back, deals)
            rows.append(GapRow(plan.row.key, name, cells, (name, *paid, deepest, month, back, deals)))
        self.set_rows(rows)

    def text(self) -> str:
        """Return the table as text for a spreadsheet."""
        return "\n".join("\t".join(cells) for cells in (_copied_heads(), *(row.copied for row in self._rows)))

    def columnCount(self, parent: Index = ROOT) -> int:
        return 0 if parent.isValid() else len(Column)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Role.DisplayRole) -> object:
        if orientation is not Qt.Orientation.Horizontal:
            return None
        if role == Role.TextAlignmentRole:
            return _RIGHT if section else _LEFT
        if role == Role.ToolTipRole:
            return _tips(self._is_at_once)[section]
        return _heads(self._is_at_once)[section] if role == Role.DisplayRole else None

    def data(self, index: Index, role: int = Role.DisplayRole) -> object:
        if not index.isValid():
            return None
        if role == Role.TextAlignmentRole:
            return _RIGHT if index.column() else _LEFT
        row = self._rows[index.row()]
        if role == Role.ToolTipRole or (role == Role.AccessibleTextRole and index.column() == Column.PLAN):
            return literal(row.name) if index.column() == Column.PLAN else None
        return row.cells[index.column()] if role == Role.DisplayRole else None

    def _told(self, plan: PlanGap, currency: str) -> tuple[tuple[str, str], str, str, str, str]:
        """Return what the people get at signing and in all, the deepest point, its month, when back, deals covered."""
        words, gap = self._words, plan.gap
        deepest, month, back = NOT_KNOWN, "", NOT_KNOWN
        if gap.deepest_month is not None:
            deepest, month = words.amount(gap.deepest, currency), words.month(gap.deepest_month)
            back = tr("never") if gap.back is None else words.month(gap.back)
        paid = words.amount(plan.at_once, currency), words.amount(plan.whole, currency)
        return paid, deepest, month, back, covered_text(plan.covered, words)


def covered_text(covered: Covered | None, words: Language) -> str:
    """Say how many deals a month the cash covers."""
    if covered is None:
        return NOT_KNOWN
    if covered.is_any:
        return tr("any number")
    return words.number(covered.deals) if covered.deals else tr("none")


def _heads(is_at_once: bool) -> tuple[str, ...]:
    return (
        tr("Plan"),
        tr("Paid out\nat signing") if is_at_once else tr("Paid out\nin all"),
        tr("Deepest\npoint"),
        tr("Even\nfrom"),
        tr("Deals\na month"),
    )


def _copied_heads() -> tuple[str, ...]:
    names = _heads(is_at_once=True)
    heads = (names[0], names[1], _heads(is_at_once=False)[1], names[2], tr("Month"), *names[3:])
    return tuple(" ".join(head.split()) for head in heads)


def _tips(is_at_once: bool) -> tuple[str, ...]:
    return (
        "",
        tr("What your salespeople get in the month of signing.")
        if is_at_once
        else tr("What your salespeople get in all, less what they give back."),
        tr("The lowest point of the cash of one deal, after paying your people, and its month."),
        tr("From this month on the deal has brought at least what your people got."),
        tr("So many such deals every month the cash of the settings covers, for as long as you like."),
    )
