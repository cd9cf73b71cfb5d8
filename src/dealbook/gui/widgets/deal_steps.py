"""What would change this: the nearest steps below the comparison, to be tried and taken."""

from typing import Final

from PySide6.QtCore import QModelIndex, QRect, Qt, Signal
from PySide6.QtGui import QColor, QFocusEvent, QFontMetrics, QKeyEvent, QPainter, QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QHeaderView,
    QSizePolicy,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
)

from dealbook.desk.nearest import NextStep
from dealbook.gui.models.keyed import Index
from dealbook.gui.models.next_steps import NextStepsModel, Question, ShownStep, StepColumn, StepSearch
from dealbook.gui.models.open_deal import OpenDeal
from dealbook.gui.theme import GRID, tokens
from dealbook.gui.widgets.labels import Elided, button, set_tip
from dealbook.gui.widgets.table import Table
from dealbook.gui.words import tr

_LINE: Final = 24
_MOST_LINES: Final = 3
"""So many steps are in sight; more of them scroll."""


class StepDelegate(QStyledItemDelegate):
    """Paints a cell flat on the strip's own ground; the current row stands out while the list has the focus."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        cell = QStyleOptionViewItem(option)
        self.initStyleOption(cell, index)
        colours = tokens()
        painter.save()
        if cell.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(cell.rect, QColor(colours.card))
        painter.setPen(cell.palette.color(cell.palette.ColorRole.Text))
        painter.setFont(cell.font)
        room = cell.rect.adjusted(GRID // 2, 0, -GRID // 2, 0)
        if index.column() == StepColumn.STEP:
            painter.drawText(QRect(room.left(), room.top(), GRID * 2, room.height()), _MIDDLE, "▸")
            room = room.adjusted(GRID * 2, 0, 0, 0)
        text = QFontMetrics(cell.font).elidedText(cell.text, Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, cell.displayAlignment, text)
        painter.restore()


_MIDDLE: Final = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


class StepsTable(Table):
    """The steps: Enter takes one, Space tries it, Escape no longer tries it."""

    tried = Signal(object)
    """This step is to be tried (NextStep), or none any longer (None)."""
    taken = Signal(object)
    """This step is to be taken (NextStep)."""

    def __init__(self, model: NextStepsModel) -> None:
        super().__init__(tr("What would change this: Space tries a step, Enter takes it"))
        self._steps = model
        self.setObjectName("steps")
        self.setModel(model)
        self.setItemDelegate(StepDelegate(self))
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.verticalHeader().setMinimumSectionSize(_LINE)
        self.verticalHeader().setDefaultSectionSize(_LINE)
        header = self.horizontalHeader()
        header.hide()
        header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header.setSectionResizeMode(StepColumn.STEP, QHeaderView.ResizeMode.Stretch)
        self.opened.connect(self.take)

    @property
    def current(self) -> ShownStep | None:
        """The step of the current row."""
        return self._steps.shown(self.currentIndex())

    def arrange(self) -> None:
        """Be as tall as the steps, up to a few, and give their figures the width they need."""
        self.setFixedHeight(_LINE * min(self._steps.rowCount(), _MOST_LINES) + 2)
        for column in (StepColumn.MARK, StepColumn.GAIN):
            texts = [str(self._steps.index(row, column).data() or "") for row in range(self._steps.rowCount())]
            width = max((self.fontMetrics().horizontalAdvance(text) for text in texts), default=0)
            self.setColumnWidth(column, width + GRID + GRID // 2 if width else 0)
        self.clearSpans()
        for row, shown in enumerate(self._steps.rows):
            if not (shown.words.gain or shown.is_tried):
                self.setSpan(row, StepColumn.STEP, 1, len(StepColumn))  # room for the words where there is no figure

    def take(self, *_: object) -> None:
        """Ask for the current step to be taken, where it is one of the deal."""
        current = self.current
        if current is not None and current.step.is_for_deal:
            self.taken.emit(current.step)

    def try_out(self) -> None:
        """Ask for the current step to be tried, or no longer."""
        current = self.current
        if current is not None and current.step.is_for_deal:
            self.tried.emit(None if current.is_tried else current.step)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Space:
            self.try_out()
        elif event.key() == Qt.Key.Key_Escape and any(row.is_tried for row in self._steps.rows):
            self.tried.emit(None)
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if not self.currentIndex().isValid():
            self.setCurrentIndex(self._steps.index(0, StepColumn.STEP))


class StepsStrip(QFrame):
    """The steps, and above them the buttons and details of the current one; hidden while there are none.

    They are those of the deal as it is, also while one of them is tried.
    """

    said = Signal(str)
    """A step could not be taken; why, in words."""

    def __init__(self, open_deal: OpenDeal) -> None:
        super().__init__()
        self.setObjectName("next-steps")
        self.setAccessibleName(tr("What would change this"))
        self._open = open_deal
        self._found: tuple[NextStep, ...] = ()
        self._tried: NextStep | None = None
        self.search = StepSearch(open_deal.session, self)
        self.model = NextStepsModel(open_deal.words, self)
        self.table = StepsTable(self.model)
        self.try_button = button(tr("Try"), "link", name=tr("Try this step"))
        self.try_button.setCheckable(True)
        self.take_button = button(tr("Take"), "link", name=tr("Take this step"))
        set_tip(self.try_button, tr("Compare with this step, without saving it"), "Space")
        set_tip(self.take_button, tr("Change the deal so"), "Return")
        self.details = Elided("", "small")
        self._build()
        self._connect()
        self.hide()

    def follow(self) -> None:
        """Look for the steps of what is shown; what is found shows itself a moment later."""
        if self._open.trial.taken is None and self._tried is not None:
            self._tried = None
            self._show()
        self.search.ask(Question(*self._open.asked, self._open.assume, self._open.objective))

    def forget(self) -> None:
        """Look anew when something is shown next: the book has changed, or the page is left."""
        self.search.forget()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.table.arrange()

    def _build(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(GRID // 2)
        head.addWidget(self.details, 1)
        head.addWidget(self.try_button)
        head.addWidget(self.take_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(GRID, GRID // 2, GRID, GRID // 2)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(self.table)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def _connect(self) -> None:
        self.search.found.connect(self._find)
        self.table.tried.connect(self._try)
        self.table.taken.connect(self._take)
        self.try_button.clicked.connect(self.table.try_out)
        self.take_button.clicked.connect(self.table.take)
        self.table.selectionModel().currentRowChanged.connect(self._tell)

    def _find(self, steps: tuple[NextStep, ...]) -> None:
        self._found = steps
        self._show()

    def _show(self) -> None:
        """Show the steps; what is current stays so as long as it is there."""
        had_focus = self.table.hasFocus()
        self.model.show(self._found, self._tried)
        self.setVisible(bool(self._found))
        self.table.arrange()
        if had_focus and self._found and not self.table.currentIndex().isValid():
            self.table.setCurrentIndex(self.model.index(0, StepColumn.STEP))
        self._tell()

    def _tell(self, _current: QModelIndex | None = None, _before: QModelIndex | None = None) -> None:
        """Say what else there is to say of the current step, and offer what can be done with it."""
        current = self.table.current
        can = current is not None and current.step.is_for_deal
        self.try_button.setEnabled(can)
        self.take_button.setEnabled(can)
        self.try_button.setChecked(current is not None and current.is_tried)
        self.details.setText(current.words.details if current is not None else tr("What would change this"))

    def _try(self, step: NextStep | None) -> None:
        """Compare the deal with a step taken; None goes back."""
        self._tried = None if step is None else self._fresh(step)
        self._open.try_step(self._tried)
        self._show()

    def _take(self, step: NextStep) -> None:
        """Change the deal so."""
        fresh = self._fresh(step)
        if fresh is not None:
            self.said.emit(self._open.take_step(fresh))

    def _fresh(self, step: NextStep) -> NextStep | None:
        """Return a step as it is for what is shown now: the deal may have changed since the list was made."""
        self.search.finish()
        return next((one for one in self._found if one.is_same(step)), None)
