"""Cumulative cash of the ticked plans: the chart's lines, where two of them cross for good, and the same as a table."""

from bisect import bisect_right
from collections.abc import Hashable, Sequence
from decimal import Decimal
from itertools import combinations
from typing import Final, NamedTuple

from PySide6.QtCore import QObject, Qt

from dealbook.desk.compare import Comparison, cumulative
from dealbook.desk.gap import Gaps, curve_of
from dealbook.domain.money import ZERO
from dealbook.earnings.compare import break_even
from dealbook.gui.models.comparison import Shown
from dealbook.gui.models.keyed import ROOT, Index, KeyedModel
from dealbook.gui.words import tr
from dealbook.language import Language

Role = Qt.ItemDataRole
_RIGHT: Final = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class CashLine(NamedTuple):
    """A plan's cash so far: `points` are (months since signing, amount) at each change; `series` is its colour."""

    name: str
    short: str
    series: int
    points: tuple[tuple[int, Decimal], ...]

    def at(self, month: int) -> Decimal:
        """Return the cash up to and including a month since signing."""
        place = bisect_right(self.points, month, key=lambda point: point[0]) - 1
        return self.points[place][1] if place >= 0 else ZERO


class BreakEven(NamedTuple):
    """From `month` on (since signing) the line that was behind is ahead; `amount` is where they meet.

    With a `text`, it marks something else, which that text says.
    """

    month: int
    amount: Decimal
    text: str = ""


class Cash(NamedTuple):
    """What the chart draws: lines up to `months` after signing, and where they meet.

    With `first`, months are calendar months from that one on.
    """

    lines: tuple[CashLine, ...] = ()
    marks: tuple[BreakEven, ...] = ()
    months: int = 0
    currency: str = "EUR"
    first: int | None = None


def cash_of(ticked: Sequence[Shown], comparison: Comparison, horizon: int, gaps: Gaps | None = None) -> Cash:
    """Return the lines of the ticked plans, drawn to the end of the assumed renewals at least.

    With `gaps`, they are what is left after paying the own people.
    """
    vendors = [shown.row.estimate.vendor for shown in ticked]
    lines = []
    for shown in ticked:
        estimate = shown.row.estimate
        short = estimate.plan_name if vendors.count(estimate.vendor) > 1 else estimate.vendor
        points = tuple(_curve(shown, comparison, gaps))
        lines.append(CashLine(shown.name, short, shown.series or 0, points))
    marks = {}
    for a, b in combinations(lines, 2):
        if (month := break_even(a.points, b.points)) is not None and month > 0:
            amount = min(a.at(month), b.at(month))
            marks[month, amount] = BreakEven(month, amount)
    last = max((line.points[-1][0] for line in lines if line.points), default=0)
    return Cash(tuple(lines), tuple(marks.values()), max(last, horizon), comparison.currency)


def _curve(shown: Shown, comparison: Comparison, gaps: Gaps | None) -> list[tuple[int, Decimal]]:
    plan = None if gaps is None else gaps.of(shown.key)
    return cumulative(shown.row, comparison) if plan is None else curve_of(plan, comparison)


class CashRow(NamedTuple):
    """A month of the table, with each line's cash so far."""

    month: int
    amounts: tuple[Decimal, ...]


class CashModel(KeyedModel[CashRow]):
    """The chart as a table: a row for every month in which something is paid."""

    def __init__(self, words: Language, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._words = words
        self._cash = Cash()
        self._signed = 0

    def key_of(self, row: CashRow) -> Hashable:
        return row.month

    def show(self, cash: Cash, signed_month: int) -> None:
        """Show the lines; `signed_month` is the signing's calendar month."""
        if [line.name for line in cash.lines] != [line.name for line in self._cash.lines]:
            self.beginResetModel()
            self._rows, self._cash = [], cash
            self.endResetModel()
        self._cash, self._signed = cash, signed_month
        months = sorted({0, *(month for line in cash.lines for month, _ in line.points)})
        self.set_rows([CashRow(month, tuple(line.at(month) for line in cash.lines)) for month in months])

    def text(self) -> str:
        """Return the table as text for a spreadsheet."""
        columns = range(self.columnCount())
        head = [tr("Month"), *(line.name for line in self._cash.lines)]
        rows = [[str(self.index(row, column).data()) for column in columns] for row in range(self.rowCount())]
        return "\n".join("\t".join(row) for row in [head, *rows])

    def columnCount(self, parent: Index = ROOT) -> int:
        return 0 if parent.isValid() else 1 + len(self._cash.lines)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Role.DisplayRole) -> object:
        if orientation is not Qt.Orientation.Horizontal:
            return None
        if role == Role.TextAlignmentRole and section:
            return _RIGHT
        names = [tr("Month"), *(line.name.replace(" · ", "\n", 1) for line in self._cash.lines)]
        return names[section] if role == Role.DisplayRole and section < len(names) else None

    def data(self, index: Index, role: int = Role.DisplayRole) -> object:
        if not index.isValid():
            return None
        row = self._rows[index.row()]
        if role == Role.TextAlignmentRole and index.column():
            return _RIGHT
        if role != Role.DisplayRole:
            return None
        if index.column() == 0:
            return f"{row.month} · {self._words.month(self._signed + row.month)}"
        return self._words.amount(row.amounts[index.column() - 1], self._cash.currency)
