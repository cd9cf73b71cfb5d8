"""Our people: under each plan, what they get at once, how deep the cash gets, and how many such deals it covers.

Shown in the card below the comparison. While nobody gets a share, it says so and leads to the setting.
"""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QHeaderView, QStackedWidget, QVBoxLayout, QWidget

from dealbook.desk.gap import Gaps
from dealbook.desk.wording import problem_text
from dealbook.domain.partner import Partner
from dealbook.gui.models.gap import Column, GapModel
from dealbook.gui.models.partner_money import share_words
from dealbook.gui.theme import GRID
from dealbook.gui.widgets.labels import Elided, button, label
from dealbook.gui.widgets.table import PADDING, Table
from dealbook.gui.words import tr
from dealbook.language import Language

_TWO_LINES = 46


class PeopleView(QWidget):
    """The table of the plans with what it rests on; or the way to the settings."""

    settings_wanted = Signal()
    """The share of the salespeople is to be set."""

    def __init__(self, model: GapModel, words: Language) -> None:
        super().__init__()
        self._words = words
        self.table = _Plans(model)
        self.about = Elided(role="small")
        self.after = QCheckBox(tr("Also in the chart"))
        self.after.setToolTip(tr("Show in the chart and in its table what is left after paying your people"))
        self.way = button(tr("Set the share of your salespeople…"), "link")
        self.way.clicked.connect(self.settings_wanted)
        self._stack = QStackedWidget()
        self._stack.addWidget(self._figures())
        self._stack.addWidget(self._nothing())
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._stack)
        self.setFocusProxy(self.table)

    def show_gaps(self, gaps: Gaps, partner: Partner) -> None:
        """Say by which settings the figures are, and what they lack."""
        problem = "" if gaps.problem is None else problem_text(gaps.problem, self._words)
        self.about.setText(" ".join(filter(None, (share_words(partner, self._words), problem))))
        self.table.arrange()
        self._stack.setCurrentIndex(0)

    def show_nothing(self) -> None:
        """Lead to the settings: nobody gets a share."""
        self.after.setChecked(False)
        self._stack.setCurrentIndex(1)

    def _figures(self) -> QWidget:
        below = QHBoxLayout()
        below.setSpacing(GRID)
        below.addWidget(self.about, 1)
        below.addWidget(self.after)
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GRID // 2)
        column.addWidget(self.table, 1)
        column.addLayout(below)
        return inside

    def _nothing(self) -> QWidget:
        inside = QWidget()
        column = QVBoxLayout(inside)
        text = tr(
            "If you pay your salespeople when a deal is signed, while the vendor pays over time, here stands how much "
            "cash that takes under each plan."
        )
        column.addWidget(label(text, "muted", wrap=True))
        column.addWidget(self.way, alignment=Qt.AlignmentFlag.AlignLeft)
        column.addStretch(1)
        return inside


class _Plans(Table):
    """The plans; their names give way, the figures do not."""

    def __init__(self, model: GapModel) -> None:
        super().__init__(tr("Our people, by plan"))
        self.setModel(model)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        header = self.horizontalHeader()
        header.setFixedHeight(_TWO_LINES)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header.setSectionResizeMode(Column.PLAN, QHeaderView.ResizeMode.Stretch)

    def arrange(self) -> None:
        """Make every column of figures as wide as what is in it."""
        self.ensurePolished()  # else the font is not that of the page yet
        model, measure = self.model(), self.fontMetrics().horizontalAdvance
        for column in range(Column.PAID, model.columnCount()):
            head = str(model.headerData(column, Qt.Orientation.Horizontal)).splitlines()
            widest = max(measure(line) for line in head) + 2 * PADDING
            self.setColumnWidth(column, max(widest + GRID, self.sizeHintForColumn(column) + 2 * PADDING))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Copy):
            event.ignore()  # the card copies the whole table
            return
        super().keyPressEvent(event)
