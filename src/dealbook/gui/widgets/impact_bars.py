"""The chart of an impact: a bar for each of the deals that change most, gains to the right and losses to the left.

Painted by hand; every figure of it stands in the table as well, and in its description for those who do not see it.
"""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QEvent, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from dealbook.desk.impact_rows import ImpactRow
from dealbook.domain.money import ZERO
from dealbook.gui.models.impact import signed
from dealbook.gui.theme import GRID, tokens
from dealbook.gui.words import tr
from dealbook.language import Language

MOST: Final = 8
"""More bars than this are not told apart at a glance."""
_LINE: Final = 22
_BAR: Final = 10
_NAME_SHARE: Final = 0.32
_MIDDLE: Final = Qt.AlignmentFlag.AlignVCenter


class BarsChart(QWidget):
    """Draws the largest changes; a click on a bar says which deal it is."""

    picked = Signal(str)
    """The deal of the bar that was clicked."""

    def __init__(self, words: Language) -> None:
        super().__init__()
        self._words = words
        self._rows: tuple[ImpactRow, ...] = ()
        self._currency = ""
        self.setAccessibleName(tr("Largest changes"))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def show_rows(self, rows: Sequence[ImpactRow], currency: str) -> None:
        """Show the rows with the largest changes, in their order."""
        changed = sorted((row for row in rows if row.change), key=lambda row: abs(row.change or ZERO), reverse=True)
        self._rows, self._currency = tuple(changed[:MOST]), currency
        self.setAccessibleDescription("; ".join(f"{row.customer}: {self._figure(row)}" for row in self._rows))
        self.updateGeometry()
        self.update()

    @property
    def rows(self) -> tuple[ImpactRow, ...]:
        """The deals that have a bar, from the top down."""
        return self._rows

    def sizeHint(self) -> QSize:
        return QSize(36 * GRID, MOST * _LINE)

    def minimumSizeHint(self) -> QSize:
        return QSize(24 * GRID, MOST * _LINE)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        place = int(event.position().y()) // _LINE
        if 0 <= place < len(self._rows):
            self.picked.emit(self._rows[place].deal_id)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.FontChange):
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self._rows:
            self._paint_nothing()
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colours = tokens()
        names = int(self.width() * _NAME_SHARE)
        scale, zero = self._scale(painter, names)
        painter.fillRect(QRectF(zero - 0.5, 0, 1, len(self._rows) * _LINE), QColor(colours.faint))
        for place, row in enumerate(self._rows):
            self._paint_row(painter, row, place * _LINE, (names - GRID, scale, zero))
        painter.end()

    def _paint_nothing(self) -> None:
        painter = QPainter(self)
        painter.setPen(QColor(tokens().muted))
        flags = _MIDDLE | Qt.AlignmentFlag.AlignHCenter | Qt.TextFlag.TextWordWrap
        painter.drawText(self.rect(), flags, tr("No figure changes.") if self._currency else "")
        painter.end()

    def _scale(self, painter: QPainter, names: int) -> tuple[float, float]:
        """Return the pixels of one unit, and where zero is: a figure stands across zero from its bar."""
        metrics = painter.fontMetrics()

        def room_for(gains: bool) -> int:
            figures = [self._figure(row) for row in self._rows if ((row.change or ZERO) > 0) is gains]
            return max((metrics.horizontalAdvance(figure) + GRID for figure in figures), default=0)

        changes = [float(row.change or 0) for row in self._rows]
        up, down = max(0.0, *changes, 0.0), -min(0.0, *changes, 0.0)
        room = max(self.width() - names, 1)
        left, right = room_for(gains=True), room_for(gains=False)
        scale = room / (up + down)
        if down * scale < left and up:
            return max(room - left, 1) / up, names + left
        if up * scale < right and down:
            return max(room - right, 1) / down, self.width() - right
        return scale, names + down * scale

    def _paint_row(self, painter: QPainter, row: ImpactRow, top: int, frame: tuple[int, float, float]) -> None:
        colours, (names, scale, zero) = tokens(), frame
        painter.setPen(QColor(colours.text))
        name = painter.fontMetrics().elidedText(row.customer, Qt.TextElideMode.ElideRight, names)
        painter.drawText(QRect(0, top, names, _LINE), _MIDDLE | Qt.AlignmentFlag.AlignLeft, name)
        change = float(row.change or 0)
        end = zero + change * scale
        bar = QRectF(min(zero, end), top + (_LINE - _BAR) / 2, max(abs(end - zero), 1.0), _BAR)
        painter.fillRect(bar, QColor(colours.accent if change > 0 else colours.bad))
        painter.setPen(QColor(colours.muted))
        if change > 0:
            room = QRectF(0, top, zero - GRID / 2, _LINE)
            painter.drawText(room, _MIDDLE | Qt.AlignmentFlag.AlignRight, self._figure(row))
        else:
            room = QRectF(zero + GRID / 2, top, self.width() - zero, _LINE)
            painter.drawText(room, _MIDDLE | Qt.AlignmentFlag.AlignLeft, self._figure(row))

    def _figure(self, row: ImpactRow) -> str:
        return "" if row.change is None else signed(row.change, self._words, self._currency)
