"""The try-out: what the edited text would pay on any deal of the book, beside what is in force, and why."""

from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QComboBox, QHeaderView, QStackedWidget

from dealbook.desk.trial import explain_trial, governing, sample_for, try_program
from dealbook.domain.checks import check_deal, errors
from dealbook.domain.deal import Deal, Offer
from dealbook.gui.context import Context
from dealbook.gui.models.editor_trial import TrialColumn, TrialModel
from dealbook.gui.models.steps import StepsModel
from dealbook.gui.theme import GRID
from dealbook.gui.widgets.card import Card
from dealbook.gui.widgets.deal_figures import WhyTable
from dealbook.gui.widgets.labels import button, label, set_tip
from dealbook.gui.widgets.table import Table
from dealbook.gui.words import literal, tr
from dealbook.programs.model import Program

_ROW: Final = 24
_LEAST_NAME: Final = 15 * GRID
_FIRST_TO_GO: Final = (TrialColumn.MONTHLY, TrialColumn.YEAR)
"""Where there is no room for the plans' names beside all figures."""
SAMPLE: Final = ""
"""The deal that stands for the sample of the reference."""


class TrialTable(Table):
    """The plans; Enter, Space or W asks why."""

    why_wanted = Signal()

    def __init__(self, model: TrialModel) -> None:
        super().__init__(tr("What the text would pay"))
        self._lines = model
        self.setModel(model)
        self.verticalHeader().setMinimumSectionSize(_ROW)
        self.verticalHeader().setDefaultSectionSize(_ROW)
        header = self.horizontalHeader()
        header.setSectionsClickable(False)
        header.setSectionResizeMode(TrialColumn.PLAN, QHeaderView.ResizeMode.Stretch)
        self.opened.connect(lambda _: self.why_wanted.emit())
        for change in (model.rowsInserted, model.rowsRemoved, model.dataChanged, model.layoutChanged):
            change.connect(self.arrange)

    def arrange(self) -> None:
        """Give every figure its width, and a reason the whole row."""
        self.clearSpans()
        for column in range(TrialColumn.ONCE, len(TrialColumn)):
            self.showColumn(column)
            self.fit(column, *self._lines.widest(column))
        for column in _FIRST_TO_GO:
            figures = sum(self.columnWidth(one) for one in range(TrialColumn.ONCE, len(TrialColumn)))
            self.setColumnHidden(column, self.viewport().width() - figures < _LEAST_NAME)
        for row, line in enumerate(self._lines.rows):
            if line.kind == "reason":
                self.setSpan(row, 0, 1, len(TrialColumn))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.arrange()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Space, Qt.Key.Key_W) and self.currentIndex().isValid():
            self.why_wanted.emit()
        else:
            super().keyPressEvent(event)


class TrialCard(Card):
    """Follows the edited program; the last one that read well stays in sight, and says so."""

    def __init__(self, context: Context) -> None:
        super().__init__(tr("Try-out"), " ")
        self._context = context
        self._program: Program | None = None
        self._is_old = False
        self.model = TrialModel(context.words, self)
        self.steps = StepsModel(context.words, self)
        self.table = TrialTable(self.model)
        self.table.why_wanted.connect(self.show_why)
        self.why = WhyTable(self.steps)
        self.deals, self.offers = _box(tr("Deal")), _box(tr("Offer"))
        self.deals.activated.connect(lambda _: self._choose_deal())
        self.offers.activated.connect(lambda _: self._show())
        self.why_button = button(tr("Why?"), "quiet")
        self.why_button.setCheckable(True)
        set_tip(self.why_button, tr("The arithmetic of the plan, line by line"), "W")
        self.why_button.clicked.connect(self._toggle)
        for part in (self.deals, self.offers, self.why_button):
            self.tools.addWidget(part)
        self._views = QStackedWidget()
        self._views.addWidget(self.table)
        self._views.addWidget(self.why)
        self.empty = label("", "muted", wrap=True)
        self.body.addWidget(self.empty)
        self.body.addWidget(self._views, 1)
        self.load_deals()

    # --- deals

    def load_deals(self) -> None:
        """Offer the deals of the book and the sample; the chosen one stays chosen."""
        held = self.deals.currentData()
        self.deals.clear()
        self.deals.addItem(tr("Sample: 40 seats at 25.00"), SAMPLE)
        for row in self._context.session.rows.values():
            if row.term:  # a deal without an offer has none
                self.deals.addItem(" · ".join(part for part in (row.customer, row.title) if part), row.id)
        self.deals.setCurrentIndex(max(self.deals.findData(held), 0))
        self._load_offers()

    def choose(self, deal_id: str) -> None:
        """Try another deal."""
        self.deals.setCurrentIndex(max(self.deals.findData(deal_id), 0))
        self._choose_deal()

    def current(self) -> tuple[Deal, Offer] | None:
        """Return the deal and offer that are tried; None where the book no longer has them."""
        deal_id = self.deals.currentData()
        if deal_id == SAMPLE:
            deal = sample_for(self._program) if self._program is not None else None
        else:
            deal = self._context.session.deals.get(deal_id)
        if deal is None or not deal.offers:
            return None
        chosen = self.offers.currentData()
        return deal, next((offer for offer in deal.offers if offer.id == chosen), deal.offers[0])

    def _choose_deal(self) -> None:
        self._load_offers()
        self._show()

    def _load_offers(self) -> None:
        deal = self._context.session.deals.get(self.deals.currentData() or "")
        held = self.offers.currentData()
        self.offers.clear()
        for offer in deal.offers if deal else ():
            self.offers.addItem(offer.title or tr("Offer"), offer.id)
        self.offers.setVisible(self.offers.count() > 1 and not self.why_button.isChecked())
        self.offers.setCurrentIndex(max(self.offers.findData(held), 0))

    # --- showing

    def show_program(self, program: Program | None) -> None:
        """Show what a program pays; None keeps what was shown, marked as old."""
        self._is_old = program is None
        if program is not None:
            self._program = program
        self._show()

    def forget(self) -> None:
        """Another text is shown: what the one before paid goes."""
        self._program = None
        self.show_table()
        self._show()

    def _show(self) -> None:
        self.table.setEnabled(not self._is_old)
        found = self.current()
        reason = self._obstacle(found)
        self.empty.setText(reason)
        self.empty.setVisible(bool(reason))
        self._views.setVisible(self._program is not None and found is not None and not self._is_wrong(found))
        if self._program is None or found is None or self._is_wrong(found):
            self.model.set_rows([])
            self.note.setText("")
            return
        deal, offer = found
        before = governing(self._context.session, self._program.id, deal)
        rows = try_program(self._context.session, self._program, deal, offer)
        self.model.show(rows, deal.currency, in_force=before is not None)
        self.note.setText(deal.currency)
        self.table.arrange()
        if self.table.currentIndex().row() < 0 and self.model.rowCount():
            self.table.selectRow(0)
        if self._views.currentWidget() is self.why:
            self.show_why()

    def _obstacle(self, found: tuple[Deal, Offer] | None) -> str:
        """Return why nothing, or only something old, can be shown."""
        if self._program is None:
            return tr("What each plan would pay stands here as soon as the text has no errors.")
        if found is not None and self._is_wrong(found):
            return tr("This deal has problems of its own; mend them on its page.")
        return tr("The text has errors. This is what it paid before them.") if self._is_old else ""

    def _is_wrong(self, found: tuple[Deal, Offer] | None) -> bool:
        return found is not None and bool(errors(check_deal(found[0])))

    # --- why

    def show_why(self) -> None:
        """Show the arithmetic of the current plan in the place of the table."""
        found = self.current()
        row = self.table.currentIndex().row()
        if self._program is None or found is None or not 0 <= row < self.model.rowCount():
            return
        plan, kind = self.model.rows[row].plan, self.model.rows[row].kind
        session = self._context.session
        program = governing(session, self._program.id, found[0]) if kind == "old" else self._program
        if program is None or program.plan(plan) is None:
            self.show_table()
            return
        explained = explain_trial(session, program, *found, plan)
        self.steps.show(explained.estimate, explained, program, found[0].currency)
        self._views.setCurrentWidget(self.why)
        self.why_button.setChecked(True)
        self._show_choices(shown=False)
        self.heading.setText(self.steps.name)
        self.heading.setToolTip(literal(self.steps.name))
        self.why.fit_rows()
        self.why.setFocus()

    def show_table(self) -> None:
        """Go back to the plans."""
        self._views.setCurrentWidget(self.table)
        self.why_button.setChecked(False)
        self.heading.setText(tr("Try-out"))
        self._show_choices(shown=True)

    def _show_choices(self, *, shown: bool) -> None:
        """Show the deals to choose from; beside the arithmetic the name of its plan has their room."""
        self.deals.setVisible(shown)
        self.offers.setVisible(shown and self.offers.count() > 1)

    def start(self) -> None:
        """Take the focus."""
        (self.why if self._views.currentWidget() is self.why else self.table).setFocus()

    def _toggle(self, on: bool) -> None:
        if on:
            self.show_why()
        else:
            self.show_table()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self._views.currentWidget() is self.why:
            self.show_table()
            self.table.setFocus()
        else:
            super().keyPressEvent(event)


def _box(name: str) -> QComboBox:
    box = QComboBox()
    box.setAccessibleName(name)
    box.setProperty("look", "small")
    box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    box.setMinimumContentsLength(18)
    box.setMaximumWidth(30 * GRID)
    return box
