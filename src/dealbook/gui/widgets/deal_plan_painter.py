"""How a plan's row looks: name, marks, figures, the bar of now and later; in grey with its reason where nothing pays.

A row is painted as one picture of which every cell shows its part, so that bars and reasons run across the columns.
"""

from typing import Final

from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPainterPath, QPen
from PySide6.QtWidgets import QPushButton, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QTableView, QWidget

from dealbook.earnings.estimate import Status
from dealbook.gui.models.comparison import ComparisonModel, Figure, Fold, Shown
from dealbook.gui.models.keyed import Index
from dealbook.gui.theme import GRID, Tokens, tokens

_TICK: Final = 20
"""What the mark of the chart takes at the left."""
_LINE: Final = 22
_BAR: Final = 6
_EDGE: Final = 6
_FIELD_WIDTH: Final = 200
_FIELD_HEIGHT: Final = 28
_WRAP: Final = Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop
_MIDDLE: Final = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


class PlanDelegate(QStyledItemDelegate):
    """Paints the rows of the comparison and says how tall they are."""

    def __init__(self, model: ComparisonModel, view: QTableView) -> None:
        super().__init__(view)
        self._model = model
        self._view = view

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        shown = self._model.shown(index)
        if shown is None:
            return
        colours = tokens()
        row = QRect(0, option.rect.top(), self._view.viewport().width(), option.rect.height())
        painter.save()
        painter.setClipRect(option.rect)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(row, QColor(colours.accent_soft))
        if shown.fold is not None:
            self._paint_fold(painter, row, shown.fold, colours)
        elif shown.totals is not None:
            self._paint_payable(painter, row, shown, colours)
        else:
            self._paint_unpaid(painter, row, shown, index, colours)
        self._paint_edges(painter, row, option, colours)
        painter.restore()

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(60, self.height_of(index, self._view.viewport().width()))

    def height_of(self, index: Index, width: int) -> int:
        """Return how tall a row is in a table of this width."""
        shown = self._model.shown(index)
        if shown is None:
            return _LINE
        if shown.fold is not None:
            return _EDGE + _LINE + _EDGE
        if shown.totals is not None:
            return _EDGE + _LINE * len(self._name_lines(shown)) + _BAR + _EDGE + 2
        height = _EDGE + _LINE + self._reason_rect(shown, index, width).height() + _EDGE
        return max(height, _FIELD_HEIGHT + 2 * _EDGE) if shown.asks else height

    def updateEditorGeometry(self, editor: QWidget, option: QStyleOptionViewItem, index: Index) -> None:
        width = max(editor.sizeHint().width(), 88)
        right = self._view.viewport().width() - GRID
        if isinstance(editor, QPushButton):  # beside the name, as the reason below may need the whole width
            editor.setGeometry(right - width, option.rect.top() + _EDGE, width, _LINE)
            return
        top = option.rect.top() + (option.rect.height() - _FIELD_HEIGHT) // 2
        editor.setGeometry(right - width, top, width, _FIELD_HEIGHT)

    def tick_rect(self, row: QRect) -> QRect:
        """Return where a click ticks a row for the chart."""
        return QRect(row.left(), row.top(), _TICK + 2, _LINE + _EDGE)

    def bold_metrics(self, font: QFont) -> QFontMetrics:
        """Return the measures of bold figures."""
        return QFontMetrics(_bold(font))

    # --- rows that pay

    def _paint_payable(self, painter: QPainter, row: QRect, shown: Shown, colours: Tokens) -> None:
        font = _bold(self._view.font()) if shown.row.is_best else QFont(self._view.font())
        top = row.top() + _EDGE
        self._paint_tick(painter, QPoint(10, top + _LINE // 2), shown, colours)
        painter.setFont(font)
        painter.setPen(QColor(colours.text))
        lines = self._name_lines(shown)
        end = 0
        for number, line in enumerate(lines):
            width = row.width() - GRID if number else self._view.columnWidth(Figure.PLAN)  # figures: only on the first
            room = QRect(_TICK, top + number * _LINE, width - _TICK, _LINE)
            text = painter.fontMetrics().elidedText(line, Qt.TextElideMode.ElideRight, room.width())
            painter.drawText(room, _MIDDLE, text)
            end = _TICK + painter.fontMetrics().horizontalAdvance(text) + GRID
        self._paint_marks(painter, QPoint(end, top + (len(lines) - 1) * _LINE), shown, colours)
        self._paint_figures(painter, top, shown, colours)
        self._paint_bar(painter, row, top + len(lines) * _LINE + 2, shown, colours)

    def _paint_figures(self, painter: QPainter, top: int, shown: Shown, colours: Tokens) -> None:
        for column in range(Figure.NOW, self._model.columnCount()):
            strong = shown.row.is_best or column == Figure.EXPECTED
            painter.setFont(_bold(self._view.font()) if strong else self._view.font())
            painter.setPen(QColor(colours.text))
            left, width = self._view.columnViewportPosition(column), self._view.columnWidth(column)
            text = self._model.figure_text(shown.row, column) if shown.totals else ""
            right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            painter.drawText(QRect(left, top, width - GRID, _LINE), right, text)

    def _paint_tick(self, painter: QPainter, centre: QPoint, shown: Shown, colours: Tokens) -> None:
        ticked = shown.series is not None
        colour = QColor(colours.series[shown.series % len(colours.series)]) if shown.series is not None else None
        painter.setPen(Qt.PenStyle.NoPen if ticked else QPen(QColor(colours.scroll), 1.5))
        painter.setBrush(colour if colour is not None else Qt.BrushStyle.NoBrush)
        painter.drawEllipse(centre, 4, 4)

    def _paint_bar(self, painter: QPainter, row: QRect, top: int, shown: Shown, colours: Tokens) -> None:
        left, length = row.left() + _TICK - 2, row.width() - _TICK + 2 - GRID
        whole = QRectF(left, top, max((shown.now + shown.later) * length, 0), _BAR)
        if whole.width() < 1:
            return
        path = QPainterPath()
        path.addRoundedRect(whole, _BAR / 2, _BAR / 2)
        painter.fillPath(path, QColor(colours.accent_pale))
        painter.save()
        painter.setClipRect(QRectF(left, top, shown.now * length, _BAR), Qt.ClipOperation.IntersectClip)
        painter.fillPath(path, QColor(colours.accent))
        painter.restore()

    def _paint_marks(self, painter: QPainter, at: QPoint, shown: Shown, colours: Tokens) -> None:
        painter.setFont(_small(self._view.font()))
        metrics = painter.fontMetrics()
        for word, colour, framed in self._marks(shown, colours):
            width = metrics.horizontalAdvance(word) + (12 if framed else 4)
            room = QRect(at.x(), at.y() + 2, width, _LINE - 4)
            painter.setPen(QPen(QColor(colour), 1))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            if framed:
                painter.drawRoundedRect(QRectF(room).adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
            painter.drawText(room, Qt.AlignmentFlag.AlignCenter, word)
            at = QPoint(at.x() + width + 4, at.y())

    def _marks(self, shown: Shown, colours: Tokens) -> list[tuple[str, str, bool]]:
        """Return the words after a name, each with its colour and whether it has a frame."""
        words = self._model.marks(shown)
        first = colours.good if shown.row.is_best else colours.accent
        marks = [(word, colours.accent if place else first, True) for place, word in enumerate(words)]
        tier = shown.row.estimate.tier
        return marks + ([(tier, colours.muted, False)] if tier and shown.totals else [])

    def _name_lines(self, shown: Shown) -> list[str]:
        """Return the name on one line, or vendor and plan on two where it does not fit with its marks."""
        font = _bold(self._view.font()) if shown.row.is_best else self._view.font()
        small = QFontMetrics(_small(self._view.font()))
        marks = sum(small.horizontalAdvance(word) + 16 for word, _, _ in self._marks(shown, tokens()))
        room = self._view.columnWidth(Figure.PLAN) - _TICK
        if QFontMetrics(font).horizontalAdvance(shown.name) + (marks and marks + GRID) <= room:
            return [shown.name]
        return [shown.row.estimate.vendor, shown.row.estimate.plan_name]

    def _paint_fold(self, painter: QPainter, row: QRect, fold: Fold, colours: Tokens) -> None:
        """Paint how many plans the row stands for, behind a sign that points down once they are shown."""
        middle = row.top() + _EDGE + _LINE // 2
        corners = [QPoint(6, middle - 2), QPoint(10, middle + 3), QPoint(14, middle - 2)]
        if not fold.is_open:
            corners = [QPoint(8, middle - 4), QPoint(13, middle), QPoint(8, middle + 4)]
        painter.setPen(QPen(QColor(colours.muted), 1.5))
        painter.drawPolyline(corners)
        painter.setFont(self._view.font())
        painter.setPen(QColor(colours.muted))
        room = QRect(_TICK, row.top() + _EDGE, row.width() - _TICK - GRID, _LINE)
        painter.drawText(
            room, _MIDDLE, painter.fontMetrics().elidedText(fold.text, Qt.TextElideMode.ElideRight, room.width())
        )

    # --- rows that do not

    def _paint_unpaid(self, painter: QPainter, row: QRect, shown: Shown, index: Index, colours: Tokens) -> None:
        top = row.top() + _EDGE
        waits = shown.row.estimate.status is Status.INCOMPLETE
        painter.setFont(self._view.font())
        painter.setPen(QColor(colours.text if waits else colours.muted))
        painter.drawText(QRect(_TICK, top, row.width(), _LINE), _MIDDLE, shown.name)
        start = _TICK + painter.fontMetrics().horizontalAdvance(shown.name) + GRID
        painter.setFont(_small(self._view.font()))
        painter.setPen(QColor(colours.warning if waits else colours.muted))
        painter.drawText(QRect(start, top, row.width(), _LINE), _MIDDLE, " · ".join(self._model.marks(shown)))
        draft = self._model.draft(index)
        painter.setPen(QColor(colours.bad if draft else colours.warning if waits else colours.muted))
        room = self._reason_rect(shown, index, row.width()).translated(0, row.top())
        painter.drawText(room, _WRAP, self._reason(shown, index))

    def _reason(self, shown: Shown, index: Index) -> str:
        draft = self._model.draft(index)
        return draft.problem if draft else shown.reason

    def _reason_rect(self, shown: Shown, index: Index, width: int) -> QRect:
        room = width - _TICK - GRID - (_FIELD_WIDTH if shown.asks else 0)
        metrics = QFontMetrics(_small(self._view.font()))
        found = metrics.boundingRect(QRect(0, 0, max(room, 80), 1000), _WRAP, self._reason(shown, index))
        return QRect(_TICK, _EDGE + _LINE, max(room, 80), found.height() + 2)

    def _paint_edges(self, painter: QPainter, row: QRect, option: QStyleOptionViewItem, colours: Tokens) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
        painter.setPen(QPen(QColor(colours.hairline), 1))
        painter.drawLine(row.bottomLeft(), row.bottomRight())
        if self._view.hasFocus() and option.state & QStyle.StateFlag.State_Selected:
            painter.setPen(QPen(QColor(colours.accent), 1))
            painter.drawRect(row.adjusted(0, 0, -1, -1))


def _bold(font: QFont) -> QFont:
    made = QFont(font)
    made.setWeight(QFont.Weight.DemiBold)
    return made


def _small(font: QFont) -> QFont:
    made = QFont(font)
    made.setPointSizeF(font.pointSizeF() * 0.92)
    return made
