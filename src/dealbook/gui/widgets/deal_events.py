"""The grid of an offer's events: each with what it does to the payments below it, and the buttons that add one."""

from functools import partial
from typing import Final

from PySide6.QtCore import QRect, Qt, Signal
from PySide6.QtGui import QColor, QFont, QPainter, QPaintEvent
from PySide6.QtWidgets import QComboBox, QCompleter, QHBoxLayout, QMenu, QStyleOptionViewItem, QWidget

from dealbook.domain.deal import EventKind, Offer
from dealbook.gui.models import step_names as names
from dealbook.gui.models.event_words import kind_text
from dealbook.gui.models.events import KINDS_OFFERED, EventColumn, EventsModel
from dealbook.gui.models.keyed import Index
from dealbook.gui.theme import GRID, ROW, tokens
from dealbook.gui.widgets.deal_grid import CELL_PADDING, Grid, GridDelegate
from dealbook.gui.widgets.labels import button, set_tip
from dealbook.gui.words import tr

_EFFECT: Final = 20
"""The height of the line that says what an event does."""
_MOST_EVENTS: Final = 4
_YEAR: Final = 12
_LEFT: Final = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop
ADD_KEY: Final = "Ctrl+E"


class EventDelegate(GridDelegate):
    """Writes an event in the upper part of its row, and makes lists that can be typed into."""

    def __init__(self, model: EventsModel, view: "EventsTable") -> None:
        super().__init__(model, model.choices, view)
        self._events = model

    def part(self, cell: QRect) -> QRect:
        return QRect(cell.left(), cell.top(), cell.width(), min(ROW, cell.height()))

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: Index) -> QWidget:
        made = super().createEditor(parent, option, index)
        if isinstance(made, QComboBox) and self._events.is_typed_too(index):
            made.setEditable(True)
            made.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
            self._completes(made)
        return made

    def setEditorData(self, editor: QWidget, index: Index) -> None:
        super().setEditorData(editor, index)
        line = editor.lineEdit() if isinstance(editor, QComboBox) else None
        if line is not None:
            line.selectAll()

    @staticmethod
    def _completes(chooser: QComboBox) -> None:
        """Let every part of a name find it."""
        completer = chooser.completer()
        if completer is not None:
            completer.setFilterMode(Qt.MatchFlag.MatchContains)
            completer.setCompletionMode(QCompleter.CompletionMode.PopupCompletion)

    def setModelData(self, editor: QWidget, model: object, index: Index) -> None:
        if isinstance(editor, QComboBox) and editor.isEditable():
            self._events.setData(index, editor.currentText())
        else:
            super().setModelData(editor, model, index)  # type: ignore[arg-type]  # the view hands its own model


class EventsTable(Grid):
    """The events, by month; below each, in one line, what it does to the payments."""

    def __init__(self, model: EventsModel) -> None:
        super().__init__(tr("Events"), model, model.choices, names.REMOVE_EVENTS, most_rows=_MOST_EVENTS)
        self._events = model
        self.setItemDelegate(EventDelegate(model, self))
        self.verticalHeader().setDefaultSectionSize(ROW + _EFFECT)
        self.size_columns(EventColumn.WHAT)
        self.horizontalHeader().hide()
        self.fit_height()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self.viewport())
        small = QFont(self.font())
        small.setPointSizeF(small.pointSizeF() * _SMALLER)
        painter.setFont(small)
        colours = tokens()
        for row in range(self._events.rowCount()):
            top = self.rowViewportPosition(row) + ROW - 2
            room = QRect(CELL_PADDING, top, self.viewport().width() - 2 * CELL_PADDING, _EFFECT)
            if room.intersects(event.rect()):
                gain = colours.muted if self._events.is_nothing(row) else colours.good
                painter.setPen(QColor(colours.bad if self._events.is_loss(row) else gain))
                text = self._events.effect_text(row)
                painter.drawText(
                    room, _LEFT, painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, room.width())
                )
        painter.end()


_SMALLER: Final = 0.92


class Adders(QWidget):
    """The buttons that add an event: the three that are wanted most, and a menu with all of them."""

    wanted = Signal(object)
    """An event of this kind (EventKind) is to be added."""

    def __init__(self) -> None:
        super().__init__()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(GRID // 2)
        for text, kind in (
            (tr("+ seats"), EventKind.ADD),
            (tr("+ renewal"), EventKind.RENEWAL),
            (tr("+ handover"), EventKind.HANDOVER),
        ):
            adder = button(text, "quiet", name=kind_text(kind))
            adder.setObjectName("adder")
            adder.clicked.connect(partial(self._ask, kind))
            row.addWidget(adder)
        self.more = button(tr("+ event") + "  ▾", "quiet", name=tr("Add an event"))
        self.more.setObjectName("adder")
        set_tip(self.more, tr("Add an event of any kind"), ADD_KEY)
        self.more.setMenu(QMenu(self.more))
        for kind in KINDS_OFFERED:
            self.more.menu().addAction(kind_text(kind)).triggered.connect(partial(self._ask, kind))
        row.addWidget(self.more)

    def _ask(self, kind: EventKind, _checked: bool = False) -> None:
        self.wanted.emit(kind)


def likely_month(offer: Offer, kind: EventKind) -> int:
    """Return where a new event most likely falls: a renewal after the term before it, another a year after the last."""
    if kind is EventKind.RENEWAL:
        return offer.course.after
    months = [event.month for event in offer.events]
    return min(max(months, default=1) + _YEAR, max(offer.course.after - 1, 1))
