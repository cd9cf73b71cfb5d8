"""The card below the comparison: cash by month as a chart or a table, or the arithmetic of the current plan (*Why?*).

The arithmetic takes the chart's place instead of covering the comparison: the figures it explains stay in sight, and
both follow while the person types. Escape goes back.
"""

from enum import Enum
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence, QResizeEvent
from PySide6.QtWidgets import QButtonGroup, QHeaderView, QStackedWidget

from dealbook.gui.models.cash import Cash, CashModel
from dealbook.gui.models.gap import GapModel
from dealbook.gui.models.steps import StepColumn, StepsModel
from dealbook.gui.theme import GRID
from dealbook.gui.widgets.card import Card
from dealbook.gui.widgets.deal_chart import CashChart
from dealbook.gui.widgets.deal_gap import PeopleView
from dealbook.gui.widgets.labels import button, keep_room_for_bold, set_tip
from dealbook.gui.widgets.table import PADDING, Table
from dealbook.gui.words import tr
from dealbook.language import Language

_STEP_HEIGHT: Final = 24
_TWO_LINES: Final = 46
"""The height of a header with vendor and plan."""


class View(Enum):
    """What the card shows."""

    CHART = 0
    TABLE = 1
    WHY = 2
    PEOPLE = 3


class FiguresCard(Card):
    """Shows one of chart, table and arithmetic, and copies it."""

    shown = Signal(object)
    """Another view is shown."""
    left = Signal()
    """Escape: back to the comparison."""

    def __init__(self, cash: CashModel, steps: StepsModel, gaps: GapModel, words: Language) -> None:
        super().__init__(" ")
        self._cash_model, self._steps, self._gaps = cash, steps, gaps
        self.let_heading_give_way()  # the name of a plan may be long
        self.tools.setSpacing(0)  # quiet buttons have room of their own
        self.chart = CashChart()
        self.table = _plain_table(tr("Cumulative cash by month"))
        self.table.setModel(cash)
        self.table.horizontalHeader().setFixedHeight(_TWO_LINES)
        self.why = WhyTable(steps)
        self._views = QStackedWidget()
        self.people = PeopleView(gaps, words)
        for widget in (self.chart, self.table, self.why, self.people):
            self._views.addWidget(widget)
        self.body.addWidget(self._views, 1)
        self.buttons = QButtonGroup(self)
        for view, text, tip, keys in (
            (View.CHART, tr("Chart"), tr("Cash by month as a chart"), "F7"),
            (View.TABLE, tr("Table"), tr("Cash by month as a table"), "F8"),
            (View.PEOPLE, tr("People"), tr("What it takes to pay your salespeople"), "Shift+F7"),
            (View.WHY, tr("Why?"), tr("The arithmetic of the plan, line by line"), "F9"),
        ):
            made = button(text, "quiet")
            made.setCheckable(True)
            keep_room_for_bold(made)
            set_tip(made, tip, keys)
            self.buttons.addButton(made, view.value)
            self.tools.addWidget(made)
        self.copy_button = button(tr("Copy"), "quiet")
        set_tip(self.copy_button, tr("Copy what is shown here"))
        self.copy_button.clicked.connect(self.copy)
        self.tools.addWidget(self.copy_button)
        self.buttons.idClicked.connect(lambda view: self.show_view(View(view)))
        self.view = View.TABLE
        self.show_view(View.CHART)

    def show_view(self, view: View) -> None:
        """Show chart, table or arithmetic."""
        changed = view is not self.view
        self.view = view
        self.buttons.button(view.value).setChecked(True)
        self._views.setCurrentIndex(view.value)
        self._name()
        if changed:
            self.shown.emit(view)

    def show_cash(self, cash: Cash, signed_month: int) -> None:
        """Show the ticked plans' cash."""
        self.chart.show_cash(cash)
        self._cash_model.show(cash, signed_month)

    def refresh(self) -> None:
        """Name what is shown now."""
        self._name()
        self.why.fit_rows()

    def copy(self) -> None:
        """Put what is shown on the clipboard: the arithmetic as lines, the cash as a table."""
        texts = {View.WHY: self._steps.text, View.PEOPLE: self._gaps.text}
        text = texts.get(self.view, self._cash_model.text)()
        QGuiApplication.clipboard().setText(text)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.view is not View.CHART:
            self.show_view(View.CHART)
            self.left.emit()
        elif event.matches(QKeySequence.StandardKey.Copy):
            self.copy()
        else:
            super().keyPressEvent(event)

    def _name(self) -> None:
        names = {
            View.WHY: self._steps.name,
            View.PEOPLE: tr("Paying our people"),
        }
        cash = tr("Cash after our people") if self.people.after.isChecked() else tr("Cumulative cash")
        self.heading.setText(names.get(self.view, cash))
        self.setAccessibleName(self.heading.text())


class _Sheet(Table):
    """A table whose columns are as wide as what is in them."""

    def sizeHintForColumn(self, column: int) -> int:
        return super().sizeHintForColumn(column) + 2 * PADDING


class WhyTable(_Sheet):
    """The arithmetic line by line; long lines wrap."""

    def __init__(self, steps: StepsModel) -> None:
        super().__init__(tr("The arithmetic, line by line"))
        self._steps = steps
        self.setModel(steps)
        self.setWordWrap(True)
        self.horizontalHeader().hide()
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.verticalHeader().setMinimumSectionSize(_STEP_HEIGHT)
        header = self.horizontalHeader()
        header.setSectionResizeMode(StepColumn.TEXT, QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(StepColumn.RESULT, QHeaderView.ResizeMode.ResizeToContents)

    def fit_rows(self) -> None:
        """Give every line the height that its words need."""
        room = self.columnWidth(StepColumn.TEXT) - 2 * GRID
        wrap = Qt.TextFlag.TextWordWrap
        for row, line in enumerate(self._steps.rows):
            rect = self.fontMetrics().boundingRect(0, 0, max(room, 60), 1000, wrap, line.text)
            height = max(_STEP_HEIGHT, rect.height() + GRID)
            if self.rowHeight(row) != height:
                self.setRowHeight(row, height)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.fit_rows()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Copy):
            event.ignore()  # the card copies everything
            return
        super().keyPressEvent(event)


def _plain_table(name: str) -> Table:
    table = _Sheet(name)
    table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
    return table
