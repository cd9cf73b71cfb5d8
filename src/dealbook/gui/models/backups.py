"""The table of backups of a book, the newest first."""

from collections.abc import Hashable
from datetime import datetime
from enum import IntEnum
from typing import Final

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QColor

from dealbook.desk.safety import Reason, Stored
from dealbook.gui.models.keyed import ROOT, Index, KeyedModel
from dealbook.gui.theme import tokens
from dealbook.gui.words import literal, tr
from dealbook.language import Language


class Column(IntEnum):
    """The columns, from left to right."""

    MADE = 0
    WHY = 1
    DEALS = 2
    WON = 3
    QUOTES = 4
    LAST = 5


FIGURES: Final = frozenset({Column.DEALS, Column.WON, Column.QUOTES})
LEFT: Final = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
RIGHT: Final = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


def moment(words: Language, made: datetime) -> str:
    """Return day and time in the screen's language."""
    return f"{words.short_date(made.date())}, {made:%H:%M}"


def reason_name(reason: Reason) -> str:
    """Return why a backup was made, in the screen's language."""
    return {
        Reason.OPENING: tr("on opening"),
        Reason.MIGRATION: tr("before an update"),
        Reason.RESTORE: tr("before a restore"),
    }[reason]


class BackupsModel(KeyedModel[Stored]):
    """What there is to go back to; a backup that cannot be read is written quietly."""

    def __init__(self, words: Language, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._words = words

    def key_of(self, row: Stored) -> Hashable:
        return row.backup.path

    def columnCount(self, parent: Index = ROOT) -> int:
        return 0 if parent.isValid() else len(Column)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if orientation is not Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return RIGHT if Column(section) in FIGURES else LEFT
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        names = {
            Column.MADE: tr("Backup of"),
            Column.WHY: tr("Made"),
            Column.DEALS: tr("Deals"),
            Column.WON: tr("Won"),
            Column.QUOTES: tr("Quotes"),
            Column.LAST: tr("Last step"),
        }
        return names[Column(section)]

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        row, column = self.rows[index.row()], Column(index.column())
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return self._text(row, column)
            case Qt.ItemDataRole.TextAlignmentRole:
                return RIGHT if column in FIGURES else LEFT
            case Qt.ItemDataRole.ForegroundRole if row.contents is None:
                return QColor(tokens().muted)
            case Qt.ItemDataRole.ToolTipRole:
                return literal(str(row.backup.path))
        return None

    def _text(self, row: Stored, column: Column) -> str:
        if column is Column.MADE:
            return moment(self._words, row.made)
        if column is Column.WHY:
            return reason_name(row.backup.reason)
        if row.contents is None:
            told = tr("protected") if row.is_locked else tr("cannot be read")
            return told if column is Column.LAST else ""
        held = row.contents
        if column is Column.LAST:
            return tr(held.last_name)
        figures = {Column.DEALS: held.deals, Column.WON: held.won, Column.QUOTES: held.quotes}
        return self._words.number(figures[column])
