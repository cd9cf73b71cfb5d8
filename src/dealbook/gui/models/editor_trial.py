"""What the edited program would pay on a deal, plan by plan, beside what the version in force pays."""

from collections.abc import Hashable, Sequence
from decimal import Decimal
from enum import IntEnum
from typing import Final, NamedTuple

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QColor, QFont

from dealbook.desk.compare import Row
from dealbook.desk.trial import TrialRow
from dealbook.desk.wording import problem_text
from dealbook.domain.problem import Severity
from dealbook.earnings.estimate import Status
from dealbook.gui.models.keyed import ROOT, Index, KeyedModel
from dealbook.gui.theme import tokens
from dealbook.gui.words import literal, tr
from dealbook.language import Language

Role = Qt.ItemDataRole
_RIGHT: Final = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_LEFT: Final = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_TOTALS: Final = ("upfront", "monthly", "first_year", "expected_value")


class TrialColumn(IntEnum):
    """The columns, from left to right."""

    PLAN = 0
    ONCE = 1
    MONTHLY = 2
    YEAR = 3
    EXPECTED = 4
    CHANGE = 5


class TrialLine(NamedTuple):
    """One line: `kind` is "new", "old" (the version in force) or "reason"; `texts` are the cells."""

    plan: str
    kind: str
    texts: tuple[str, ...]
    rises: bool = False
    falls: bool = False


class TrialModel(KeyedModel[TrialLine]):
    """Shows the plans of the text; what is in force stands below where it pays something else."""

    def __init__(self, words: Language, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._words = words
        self._currency = ""

    def key_of(self, row: TrialLine) -> Hashable:
        return row.plan, row.kind

    def show(self, rows: Sequence[TrialRow], currency: str, *, in_force: bool) -> None:
        """Show what was tried out, in `currency`; `in_force`: there is a version to hold it against."""
        self._currency = currency
        self.set_rows([line for row in rows for line in self._lines(row, in_force=in_force)])

    def widest(self, column: int) -> list[str]:
        """Return the texts of a column, to fit it to."""
        return [line.texts[column] for line in self._rows if line.kind != "reason"]

    # --- lines

    def _lines(self, row: TrialRow, *, in_force: bool) -> list[TrialLine]:
        lines: list[TrialLine] = []
        new, old = _figures(row.new), _figures(row.old)
        nothing = row.new is not None and row.old is not None and not new and not old
        by = new[-1] - old[-1] if new and old else None
        if row.new is not None:
            change = "" if by is None else self._amount(by, sign=True) if by else tr("as before")
            lines.append(
                TrialLine(
                    row.plan, "new", (row.name, *self._cells(row.new), change), bool(by and by > 0), bool(by and by < 0)
                )
            )
            if reason := self._reason(row.new):
                lines.append(TrialLine(row.plan, "reason", (reason, *[""] * 5)))
        if in_force and (row.new is None or row.old is None or new != old) and not nothing:
            before = tr("   in force now") if row.new is not None else f"{row.name} ({tr('in force now')})"
            cells = self._cells(row.old) if row.old is not None else (tr("no such plan"), "", "", "")
            lines.append(TrialLine(row.plan, "old", (before, *cells, "")))
        return lines

    def _cells(self, row: Row) -> tuple[str, ...]:
        if row.estimate.status is Status.INELIGIBLE:
            return (tr("ineligible"), "", "", "")
        if row.totals is None:
            return (tr("incomplete"), "", "", "")
        return tuple(self._amount(getattr(row.totals, name)) for name in _TOTALS)

    def _reason(self, row: Row) -> str:
        """Return why a plan does not pay, or what is missing."""
        if row.estimate.status is Status.PAYABLE and row.totals is not None:
            return ""
        if not row.converted:
            return tr("There is no exchange rate into the currency of the deal.")
        matter = [p for p in row.estimate.problems if p.severity is Severity.ERROR] or row.estimate.problems
        return " ".join(dict.fromkeys(problem_text(problem, self._words) for problem in matter))

    def _amount(self, amount: Decimal, *, sign: bool = False) -> str:
        text = self._words.amount(amount, self._currency)
        return f"+{text}" if sign and amount > 0 else text

    # --- Qt

    def columnCount(self, parent: Index = ROOT) -> int:
        return 0 if parent.isValid() else len(TrialColumn)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Role.DisplayRole) -> object:
        if orientation is not Qt.Orientation.Horizontal:
            return None
        if role == Role.TextAlignmentRole:
            return _LEFT if section == TrialColumn.PLAN else _RIGHT
        names = (tr("Plan"), tr("Once"), tr("Monthly"), tr("Year 1"), tr("Expected"), tr("Change"))
        return names[section] if role == Role.DisplayRole else None

    def data(self, index: Index, role: int = Role.DisplayRole) -> object:
        if not index.isValid():
            return None
        line = self._rows[index.row()]
        if role == Role.DisplayRole:
            return line.texts[index.column()]
        if role == Role.TextAlignmentRole:
            return _LEFT if index.column() == TrialColumn.PLAN else _RIGHT
        if role == Role.ForegroundRole:
            return self._colour(line, index.column())
        if role == Role.FontRole and line.kind == "new" and index.column() in (TrialColumn.PLAN, TrialColumn.EXPECTED):
            bold = QFont()
            bold.setWeight(QFont.Weight.DemiBold)
            return bold
        if role == Role.ToolTipRole and index.column() == TrialColumn.PLAN:
            return literal(line.texts[0])
        return None

    def _colour(self, line: TrialLine, column: int) -> QColor | None:
        colours = tokens()
        if line.kind == "reason":
            return QColor(colours.warning)
        if line.kind == "old" or (column == TrialColumn.CHANGE and not (line.rises or line.falls)):
            return QColor(colours.muted)
        if column == TrialColumn.CHANGE:
            return QColor(colours.good if line.rises else colours.bad)
        return None


def _figures(row: Row | None) -> tuple[Decimal, ...]:
    """Return the figures of a plan that pays; nothing for one that does not."""
    if row is None or row.totals is None or row.estimate.status is not Status.PAYABLE:
        return ()
    return tuple(getattr(row.totals, name) for name in _TOTALS)
