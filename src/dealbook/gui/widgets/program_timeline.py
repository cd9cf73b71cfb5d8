"""The versions of a program on a line of time: each a bar from its first day to its end, today marked, years above."""

from collections.abc import Sequence
from datetime import date
from typing import Final

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen
from PySide6.QtWidgets import QHeaderView, QStyleOptionViewItem, QWidget

from dealbook.desk.program_versions import Span
from dealbook.gui.models.program_versions import Column, VersionsModel
from dealbook.gui.theme import GRID, tokens
from dealbook.gui.widgets.program_list import ProgramDelegate
from dealbook.gui.widgets.table import Index, Table
from dealbook.gui.words import tr

_ROW: Final = 6 * GRID
_BAR: Final = 10
_MOST_ROWS: Final = 5
_LEAST_YEAR: Final = 34
"""Pixels that the name of a year needs."""
_TIME_SHARE: Final = 0.45


class Scale:
    """Where a day stands on the line: from the first year that matters to the end of the last."""

    def __init__(self, spans: Sequence[Span], today: date) -> None:
        """Take in every version, and today."""
        days = [today, *(span.first for span in spans), *(span.until for span in spans if span.until is not None)]
        self.first = date(min(days).year, 1, 1)
        self.last = date(max(days).year + 1, 1, 1)
        self.today = today

    def part(self, day: date | None) -> float:
        """Return where a day stands, from 0 to 1; the end for None."""
        if day is None:
            return 1.0
        return (day.toordinal() - self.first.toordinal()) / (self.last.toordinal() - self.first.toordinal())

    def years(self, width: int) -> list[int]:
        """Return the years that have room for their name."""
        count = self.last.year - self.first.year
        every = max(1, -(-count * _LEAST_YEAR // max(width, 1)))
        return list(range(self.first.year, self.last.year, every))


class TimeDelegate(ProgramDelegate):
    """Paints the bars; names are painted as in the list of programs."""

    def __init__(self, line: "TimeLine") -> None:
        super().__init__(line)
        self._line_of_time = line

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        super().paint(painter, option, index)
        span = self._line_of_time.span_at(index.row())
        if index.column() != Column.TIME or span is None:
            return
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setClipRect(option.rect)
        self._bar(painter, option.rect, span)
        colours = tokens()
        at = _x(option.rect, self._line_of_time.scale.part(self._line_of_time.scale.today))
        painter.setPen(QPen(QColor(colours.muted), 1, Qt.PenStyle.DashLine))
        painter.drawLine(at, option.rect.top(), at, option.rect.bottom())
        painter.restore()

    def _bar(self, painter: QPainter, rect: QRect, span: Span) -> None:
        colours, scale = tokens(), self._line_of_time.scale
        left, right = _x(rect, scale.part(span.first)), _x(rect, scale.part(span.until))
        bar = QRectF(left, rect.center().y() - _BAR / 2, max(right - left, 4), _BAR)
        if span.until is None:
            bar.setRight(rect.right() + _BAR)  # no end: it runs out of the picture
        path = QPainterPath()
        path.addRoundedRect(bar, 3, 3)
        painter.fillPath(path, QColor(colours.accent if span.is_in_force else colours.accent_pale))
        if span.is_own or span.is_pinned:
            painter.setPen(QPen(QColor(colours.text if span.is_pinned else colours.accent), 1.5))
            painter.drawPath(path)


class _Years(QHeaderView):
    """The header of the time line: the years, and today."""

    def __init__(self, line: "TimeLine") -> None:
        super().__init__(Qt.Orientation.Horizontal, line)
        self._line_of_time = line

    def paintSection(self, painter: QPainter, rect: QRect, logical: int) -> None:
        super().paintSection(painter, rect, logical)
        if logical != Column.TIME:
            return
        colours, scale = tokens(), self._line_of_time.scale
        painter.save()
        painter.setPen(QColor(colours.muted))
        font = painter.font()
        font.setPointSizeF(font.pointSizeF() * 0.85)
        painter.setFont(font)
        for year in scale.years(rect.width()):
            at = _x(rect, scale.part(date(year, 1, 1)))
            painter.drawLine(at, rect.bottom() - 4, at, rect.bottom())
            if at + _LEAST_YEAR <= rect.right():
                painter.drawText(at + 3, rect.bottom() - 5, str(year))
        word = tr("today")
        at = _x(rect, scale.part(scale.today)) - painter.fontMetrics().horizontalAdvance(word) // 2
        at = min(at, rect.right() - painter.fontMetrics().horizontalAdvance(word))
        painter.drawText(at, rect.top() + painter.fontMetrics().ascent(), word)
        painter.restore()


class TimeLine(Table):
    """The versions, the latest on top; arrows choose one."""

    def __init__(self, model: VersionsModel, parent: QWidget | None = None) -> None:
        super().__init__(tr("Versions"), parent)
        self._versions = model
        self.scale = Scale((), date(2026, 1, 1))
        self.setHorizontalHeader(_Years(self))
        self.setModel(model)
        self.setItemDelegate(TimeDelegate(self))
        self.verticalHeader().setDefaultSectionSize(_ROW)
        header = self.horizontalHeader()
        header.setSectionsClickable(False)
        header.setHighlightSections(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setSectionResizeMode(Column.VERSION, QHeaderView.ResizeMode.Stretch)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    def show_spans(self, spans: Sequence[Span], today: date) -> None:
        """Show versions, given earliest first."""
        self.scale = Scale(spans, today)
        self._versions.set_rows(tuple(reversed(spans)))
        rows = min(max(len(spans), 1), _MOST_ROWS)
        self.setFixedHeight(self.horizontalHeader().sizeHint().height() + rows * _ROW + 2)
        self.viewport().update()
        self.horizontalHeader().viewport().update()

    def span_at(self, row: int) -> Span | None:
        """Return the version of a row."""
        return self._versions.rows[row] if 0 <= row < self._versions.rowCount() else None

    def current(self) -> Span | None:
        """Return the version that is chosen."""
        return self.span_at(self.currentIndex().row())

    def resizeEvent(self, event: object) -> None:
        super().resizeEvent(event)  # type: ignore[arg-type]  # Qt's event
        self.setColumnWidth(Column.TIME, round(self.viewport().width() * _TIME_SHARE))


def _x(rect: QRect, part: float) -> int:
    return round(rect.left() + GRID // 2 + part * (rect.width() - GRID))
