"""The book after paying the own people: the cash so far with and without them, the deepest point marked and told.

While nobody gets a share, it says so and leads to the setting.
"""

from itertools import accumulate

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from dealbook.desk.gap_book import BookGap
from dealbook.desk.gap_words import told
from dealbook.earnings.gap import Gap
from dealbook.gui.models.cash import BreakEven, Cash, CashLine
from dealbook.gui.theme import GRID
from dealbook.gui.widgets.deal_chart import CashChart
from dealbook.gui.widgets.labels import button, label
from dealbook.gui.words import tr
from dealbook.language import Language


class PeopleChart(QWidget):
    """The chart with the words for its deepest point, or the way to the settings."""

    settings_wanted = Signal()
    """The share of the salespeople is to be set."""

    def __init__(self, words: Language) -> None:
        super().__init__()
        self._words = words
        self.chart = CashChart()
        self.told = label("", "strong", wrap=True)
        self.way = button(tr("Set the share of your salespeople…"), "link")
        self.way.clicked.connect(self.settings_wanted)
        self._stack = QStackedWidget()
        self._stack.addWidget(self._figures())
        self._stack.addWidget(self._nothing())
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._stack)

    def hasHeightForWidth(self) -> bool:
        return False  # or the chart would ask for the height it likes best, and take it from the card below

    def show_gap(self, book: BookGap | None, *, expected: bool, pipeline: bool, months: int) -> None:
        """Show the book; None: nobody gets a share."""
        if book is None:
            self._stack.setCurrentIndex(1)
            return
        gap = book.gap(expected=expected, pipeline=pipeline, months=months)
        received = book.received(expected=expected, pipeline=pipeline)[:months]
        before = CashLine(tr("From the vendors"), tr("From the vendors"), 1, tuple(enumerate(accumulate(received))))
        self.chart.show_cash(_drawn(book, gap, before, self._words))
        self.told.setText(told(book, gap, self._words))
        self._stack.setCurrentIndex(0)

    def _figures(self) -> QWidget:
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GRID)
        column.addWidget(self.told)
        column.addWidget(self.chart, 1)
        return inside

    def _nothing(self) -> QWidget:
        inside = QWidget()
        column = QVBoxLayout(inside)
        text = tr(
            "If you pay your salespeople when a deal is signed, while the vendor pays over time, here stands how deep "
            "the cash of the book gets."
        )
        column.addWidget(label(text, "muted", wrap=True))
        column.addWidget(self.way, alignment=Qt.AlignmentFlag.AlignLeft)
        column.addStretch(1)
        return inside


def _drawn(book: BookGap, gap: Gap, before: CashLine, words: Language) -> Cash:
    """Return the lines; the deepest point is marked where the cash goes below zero."""
    first, currency = book.forecast.first, book.forecast.currency
    points = tuple((point.month - first, point.so_far) for point in gap.points)
    after = CashLine(tr("After our people"), tr("After our people"), 0, points)
    marks = []
    if gap.deepest_month is not None:
        text = words.amount(gap.deepest, currency)
        marks.append(BreakEven(gap.deepest_month - first, gap.deepest, text))
    return Cash((before, after), tuple(marks), len(gap.points) - 1, currency, first)
