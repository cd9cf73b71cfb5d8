"""The table of quotes: one row for each revision that was issued, the latest first."""

from collections.abc import Hashable
from enum import IntEnum
from typing import Final

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QColor

from dealbook.domain.quote import Quote, QuoteStatus
from dealbook.gui.models.keyed import ROOT, Index, KeyedModel
from dealbook.gui.theme import tokens
from dealbook.gui.words import literal, tr
from dealbook.language import Language


class Column(IntEnum):
    """The columns, from left to right."""

    NUMBER = 0
    CUSTOMER = 1
    DAY = 2
    STATUS = 3


SETTLED: Final = frozenset({QuoteStatus.DECLINED, QuoteStatus.REPLACED})
LEFT: Final = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


def status_name(status: QuoteStatus) -> str:
    """Return a quote's status in the screen's language."""
    return {
        QuoteStatus.ISSUED: tr("issued"),
        QuoteStatus.SENT: tr("sent"),
        QuoteStatus.ACCEPTED: tr("accepted"),
        QuoteStatus.DECLINED: tr("declined"),
        QuoteStatus.REPLACED: tr("replaced"),
    }[status]


class QuotesModel(KeyedModel[Quote]):
    """The quotes of a book, those that no longer count written quietly."""

    def __init__(self, words: Language, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._words = words

    def key_of(self, row: Quote) -> Hashable:
        return row.id

    def row_of(self, quote_id: str) -> int | None:
        """Return the row of a quote, or None where there is none."""
        return next((position for position, quote in enumerate(self.rows) if quote.id == quote_id), None)

    def columnCount(self, parent: Index = ROOT) -> int:
        return 0 if parent.isValid() else len(Column)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if orientation is not Qt.Orientation.Horizontal or role != Qt.ItemDataRole.DisplayRole:
            return None
        names = {
            Column.NUMBER: tr("Quote"),
            Column.CUSTOMER: tr("Customer"),
            Column.DAY: tr("Date"),
            Column.STATUS: tr("Status"),
        }
        return names[Column(section)]

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        quote = self.rows[index.row()]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return self._text(quote, Column(index.column()))
            case Qt.ItemDataRole.TextAlignmentRole:
                return LEFT
            case Qt.ItemDataRole.ForegroundRole if quote.status in SETTLED:
                return QColor(tokens().muted)
            case Qt.ItemDataRole.ToolTipRole:
                valid = self._words.date(quote.content.valid_until)
                return literal(tr("{title}, valid until {day}").format(title=quote.content.title, day=valid))
        return None

    def _text(self, quote: Quote, column: Column) -> str:
        match column:
            case Column.NUMBER:
                return quote.label
            case Column.CUSTOMER:
                return quote.content.customer
            case Column.DAY:
                return self._words.short_date(quote.content.day)
            case Column.STATUS:
                return status_name(quote.status)
