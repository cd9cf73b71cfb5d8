"""The list of programs: vendor and program with the models below, and the partner's standing at the right."""

from typing import Final

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import QHeaderView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from dealbook.gui.models.programs import SECOND_LINE, Column, ProgramsModel
from dealbook.gui.theme import GRID, tokens
from dealbook.gui.widgets.table import Index, Table
from dealbook.gui.words import tr

_ROW: Final = 6 * GRID
_SMALL: Final = 0.9
_LEFT: Final = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


class ProgramDelegate(QStyledItemDelegate):
    """Paints a program in two lines."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        colours = tokens()
        painter.save()
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(option.rect, QColor(colours.accent_soft))
        inner = option.rect.adjusted(GRID, 0, -GRID // 2, 0)
        colour = index.data(Qt.ItemDataRole.ForegroundRole) or QColor(colours.text)
        second = str(index.data(SECOND_LINE) or "")
        if second:
            half = QRect(inner.left(), inner.top() + 5, inner.width(), inner.height() // 2 - 4)
            self._line(painter, half, str(index.data()), colour)
            font = painter.font()
            font.setPointSizeF(font.pointSizeF() * _SMALL)
            painter.setFont(font)
            self._line(painter, half.translated(0, half.height() - 1), second, QColor(colours.muted))
        else:
            self._line(painter, inner, str(index.data()), colour)
        painter.setPen(QPen(QColor(colours.hairline), 1))
        painter.drawLine(option.rect.bottomLeft(), option.rect.bottomRight())
        painter.restore()

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(super().sizeHint(option, index).width(), _ROW)

    def _line(self, painter: QPainter, where: QRect, text: str, colour: QColor) -> None:
        painter.setPen(colour)
        cut = QFontMetrics(painter.font()).elidedText(text, Qt.TextElideMode.ElideRight, where.width())
        painter.drawText(where, _LEFT, cut)


class ProgramList(Table):
    """The programs that were found; arrows choose one, Enter goes to it."""

    def __init__(self, model: ProgramsModel, parent: QWidget | None = None) -> None:
        super().__init__(tr("Programs"), parent)
        self.setModel(model)
        self.setItemDelegate(ProgramDelegate(self))
        self.verticalHeader().setDefaultSectionSize(_ROW)
        header = self.horizontalHeader()
        header.setSectionsClickable(False)
        header.setSectionResizeMode(Column.PROGRAM, QHeaderView.ResizeMode.Stretch)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
