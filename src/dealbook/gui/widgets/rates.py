"""The exchange rates in the settings: a table that is typed into, and a row of fields that adds."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QAbstractItemDelegate,
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)

from dealbook.book.errors import BookError
from dealbook.desk.rates import remove_rate, save_rate
from dealbook.domain.partner import ExchangeRate
from dealbook.gui.book_words import refusal, said
from dealbook.gui.context import Context
from dealbook.gui.models.days import day
from dealbook.gui.models.partner import CURRENCIES
from dealbook.gui.models.rates import Column, RatesModel, fault_words
from dealbook.gui.models.reading import WrongInputError, number
from dealbook.gui.theme import GRID, ROW
from dealbook.gui.widgets.card import Card
from dealbook.gui.widgets.fields import choice
from dealbook.gui.widgets.import_rates import choose_rates
from dealbook.gui.widgets.labels import button, label, set_look, set_tip
from dealbook.gui.widgets.program_section import today
from dealbook.gui.widgets.table import Table
from dealbook.gui.words import tr

Hint = QAbstractItemDelegate.EndEditHint
_MOST_ROWS: Final = 6


class RatesTable(Table):
    """Arrows go from cell to cell, typing writes, Delete removes the rate; Tab leaves the table."""

    removal_wanted = Signal()

    def __init__(self, model: RatesModel) -> None:
        super().__init__(tr("Exchange rates"))
        self._rates = model
        self.setModel(model)
        self.edit_cells()
        self.setTabKeyNavigation(False)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        header = self.horizontalHeader()
        header.setSectionsClickable(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        for change in (model.rowsInserted, model.rowsRemoved):
            change.connect(self.fit_height)
        self.fit_height()

    def fit_height(self) -> None:
        """Be as tall as the rates, up to a few; more of them scroll."""
        self.setFixedHeight(ROW + ROW * min(self._rates.rowCount(), _MOST_ROWS) + 2)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self.state() is QAbstractItemView.State.EditingState:
            return  # an editor passes on the Enter that ends it
        if event.key() == Qt.Key.Key_Delete:
            self.removal_wanted.emit()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.currentIndex().isValid():
            self.edit(self.currentIndex())
        else:
            super().keyPressEvent(event)

    def closeEditor(self, editor: QWidget, hint: Hint) -> None:
        super().closeEditor(editor, Hint.NoHint)
        by = {Hint.EditNextItem: 1, Hint.EditPreviousItem: -1}.get(hint, 0)
        cell = self.currentIndex().siblingAtColumn(self.currentIndex().column() + by)
        if by and cell.isValid():
            self.setCurrentIndex(cell)
            self.edit(cell)


class RatesCard(Card):
    """What one currency is worth in another, from a day on."""

    def __init__(self, context: Context) -> None:
        super().__init__(tr("Exchange rates"), tr("for programs that pay in another currency"))
        self._context = context
        self.model = RatesModel(context.words, self._save, self)
        self.table = RatesTable(self.model)
        self.empty = label(tr("No rates yet. The latest one on or before the signing day holds."), "muted", wrap=True)
        self.problem = label("", "bad-small", wrap=True)
        self.problem.hide()
        self.drop = button(tr("Remove"), "quiet")
        set_tip(self.drop, tr("Remove the selected rate"), "Del")
        self.drop.clicked.connect(self._remove)
        self.tools.addWidget(self.drop)
        self.bring = button(tr("Import…"), "quiet")
        set_tip(self.bring, tr("Rates from a CSV or XLSX file"))
        self.bring.clicked.connect(lambda: choose_rates(self, context))
        self.tools.addWidget(self.bring)
        self.table.removal_wanted.connect(self._remove)
        self.model.drafted.connect(self._say)
        for part in (self.table, self.empty, self.problem):
            self.body.addWidget(part)
        self.body.addLayout(self._adding())
        self.load()

    def load(self) -> None:
        """Show the rates of the book."""
        rates = self._context.session.rates
        self.model.show_rates(rates)
        self.table.setVisible(bool(rates))
        self.drop.setVisible(bool(rates))
        self.empty.setVisible(not rates)

    def start(self, base: str = "", quote: str = "") -> None:
        """Begin a rate: its figure has the focus, between the two currencies where they are known."""
        for field, code in ((self.base, base), (self.quote, quote)):
            if code and field.findData(code) >= 0:
                field.setCurrentIndex(field.findData(code))
        self.rate.setFocus()

    # --- building

    def _adding(self) -> QVBoxLayout:
        words, partner = self._context.words, self._context.session.partner
        codes = sorted({*CURRENCIES, partner.currency, *self._program_currencies()}, key=_common_first)
        options = [(code, code) for code in codes]
        self.day, self.rate = QLineEdit(words.short_date(today())), QLineEdit()
        self.rate.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.base, self.quote = choice(options), choice(options)
        self.base.setCurrentIndex(self.base.findData(partner.currency))
        self.quote.setCurrentIndex(self.quote.findData("USD" if partner.currency != "USD" else "EUR"))
        self.add = button(tr("Add"))
        self.add.clicked.connect(self._add)
        self.rate.returnPressed.connect(self._add)
        self.day.returnPressed.connect(self._add)
        row = QHBoxLayout()
        row.setSpacing(GRID)
        names = (tr("From the day"), tr("1 unit of"), tr("is in"), tr("Rate"))
        for name, control, share in zip(names, (self.day, self.base, self.quote, self.rate), (5, 4, 4, 4), strict=True):
            control.setAccessibleName(name)
            control.setMinimumWidth(0)
            row.addWidget(control, share)
        row.addWidget(self.add)
        self.wrong = label("", "bad-small", wrap=True)
        self.wrong.hide()
        column = QVBoxLayout()
        column.setSpacing(2)
        column.addLayout(row)
        column.addWidget(self.wrong)
        return column

    def _program_currencies(self) -> Sequence[str]:
        versions = self._context.session.catalog.versions.values()
        return [program.currency for programs in versions for program in programs]

    # --- doing

    def _save(self, rate: ExchangeRate, before: ExchangeRate | None) -> str:
        try:
            return fault_words(save_rate(self._context.session, rate, before))
        except BookError as error:
            return refusal(error)

    def _add(self) -> None:
        """Add what stands in the fields; what is wrong with it stands below them."""
        words = self._context.words
        self._complain("", None)
        field = self.day
        try:
            since = day(self.day.text(), words)
            field = self.rate
            figure = number(self.rate.text(), words)
        except WrongInputError as wrong:
            self._complain(str(wrong), field)
            return
        rate = ExchangeRate(day=since, base=self.base.currentData(), quote=self.quote.currentData(), rate=figure)
        if problem := self._save(rate, None):
            self._complain(problem, self.rate)
            return
        self.rate.clear()
        self.rate.setFocus()
        if (row := self.model.row_of(rate)) is not None:
            self.table.setCurrentIndex(self.model.index(row, Column.RATE))

    def _complain(self, problem: str, field: QLineEdit | None) -> None:
        self.wrong.setText(problem)
        self.wrong.setVisible(bool(problem))
        for each in (self.day, self.rate):
            set_look(each, "wrong", "true" if each is field and problem else "")
            each.setAccessibleDescription(problem if each is field else "")

    def _remove(self) -> None:
        index = self.table.currentIndex()
        if index.isValid():
            with said(self._context.notify):
                remove_rate(self._context.session, self.model.rows[index.row()])

    def _say(self) -> None:
        problem = self.model.problem()
        self.problem.setText(problem)
        self.problem.setVisible(bool(problem))


def _common_first(code: str) -> tuple[int, str]:
    return CURRENCIES.index(code) if code in CURRENCIES else len(CURRENCIES), code
