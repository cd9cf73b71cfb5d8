"""The head of the deal page: who and what, how likely and when, and what can be done; everything edited in place."""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Final

from PySide6.QtCore import QDate, Signal
from PySide6.QtWidgets import QHBoxLayout, QMenu, QVBoxLayout, QWidget

from dealbook.book.errors import BookError
from dealbook.desk.compare import Comparison
from dealbook.desk.deals import choose
from dealbook.desk.stages import reopen
from dealbook.domain.deal import Choice, Deal, Stage
from dealbook.earnings.estimate import Status
from dealbook.gui.book_words import refusal
from dealbook.gui.models import reading
from dealbook.gui.models import step_names as names
from dealbook.gui.models.comparison import PlanKey
from dealbook.gui.models.open_deal import OpenDeal
from dealbook.gui.models.reading import WrongInputError
from dealbook.gui.theme import GRID
from dealbook.gui.widgets.deal_fields import Field
from dealbook.gui.widgets.deal_stage import StageBox
from dealbook.gui.widgets.deal_terms import date_field, python_date, show_date
from dealbook.gui.widgets.labels import button, keep_room_for_bold, label, set_tip
from dealbook.gui.words import tr

_SMALL_GAP: Final = 4


class DealHeader(QWidget):
    """Shows and changes the head of the deal."""

    said = Signal(str)
    """Something could not be done; why, in words."""
    stage_wanted = Signal(object)
    """The deal is to be won or lost (Stage): its day is still to be asked for."""
    mended = Signal()
    """What was wrong with a field no longer is."""

    def __init__(self, open_deal: OpenDeal) -> None:
        super().__init__()
        self._open = open_deal
        self.customer = Field(tr("Customer"), self._save_customer, look="customer", grows=True)
        self.customer.setPlaceholderText(tr("Customer"))
        self.title = Field(tr("Title"), self._save_title, look="flat", grows=True)
        self.title.setPlaceholderText(tr("Title"))
        self.stage = StageBox()
        self.stage.activated.connect(self._want_stage)
        self.probability = Field(tr("Probability"), self._save_probability, look="flat", grows=True)
        self.closes = date_field(tr("Closing day"), look="flat")
        self.closes.dateChanged.connect(self._save_closing)
        self.place = button("", "quiet", name=tr("Customer details"))
        self.place.setCheckable(True)
        set_tip(self.place, tr("Contact, address, country and what programs ask about the customer"), "F6")
        self.closing_word = label("", "muted")
        self.reason = Field(tr("Why it was lost"), self._save_reason, look="flat", grows=True)
        self.reason.setPlaceholderText(tr("why?"))
        self.unchosen = label(tr("no plan chosen"), "warning")
        self.history = button(tr("Its history"), "quiet")
        set_tip(self.history, tr("What was changed in this deal, and when"), "Ctrl+Shift+H")
        self.choose = button(tr("Choose plan"))
        self.choose.setProperty("menu", "true")
        self.choose.setMenu(QMenu(self.choose))
        self.choose.menu().aboutToShow.connect(self._fill_plans)
        self.quote = button(tr("Quote…"), "primary")
        self.quote.setCheckable(True)
        set_tip(self.quote, tr("Issue a quote of this offer"), "Ctrl+Shift+Q")
        self._lay_out()
        for field in (self.customer, self.title, self.probability, self.reason):
            field.problem_changed.connect(lambda field=field: self._pass_on(field))

    def refresh(self) -> None:
        """Show the deal as it is saved."""
        deal, words = self._open.deal, self._open.words
        self.customer.show_value(deal.customer)
        self.title.show_value(deal.title)
        self.stage.setCurrentIndex(self.stage.findData(deal.stage.value))
        self.probability.show_value(words.percent(deal.probability))
        self.probability.setVisible(deal.stage is Stage.OPEN)
        is_lost = deal.stage is Stage.LOST
        words_of = {Stage.OPEN: tr("closes"), Stage.WON: tr("signed"), Stage.LOST: tr("on")}
        self.closing_word.setText(words_of[deal.stage])
        show_date(self.closes, deal.lost_on if is_lost and deal.lost_on else deal.signed)
        self.closes.setToolTip(self._opened_words(deal))
        self.reason.show_value(deal.lost_reason)
        self.reason.setVisible(is_lost)
        self.unchosen.setVisible(deal.stage is Stage.WON and deal.chosen is None)
        self.place.setText(place_of(deal) + "  ▾")
        keep_room_for_bold(self.place)

    def choose_plan(self, key: PlanKey | None) -> None:
        """Save which plan the offer shown takes; the one that is chosen already is given up."""
        deal, offer = self._open.deal, self._open.offer
        now = deal.chosen
        if key is None or (now is not None and (now.offer_id, now.program, now.plan) == (offer.id, *key)):
            self._do(lambda: choose(self._open.session, deal.id, None))
            return
        rows = self._open.comparison.rows if self._open.comparison else ()
        version = next((row.estimate.version for row in rows if row.key == key), "")
        choice = Choice(offer_id=offer.id, program=key[0], version=version, plan=key[1])
        self._do(lambda: choose(self._open.session, deal.id, choice))

    def _lay_out(self) -> None:
        first = QHBoxLayout()
        first.setSpacing(GRID)
        first.addWidget(self.customer)
        first.addStretch(1)
        first.addWidget(self.history)
        first.addWidget(self.choose)
        first.addWidget(self.quote)
        second = QHBoxLayout()
        second.setSpacing(_SMALL_GAP)
        parts = (self.title, self.stage, self.probability, self.closing_word, self.closes, self.reason, self.unchosen)
        for part in (*parts, self.place):
            if part in (self.stage, self.closing_word, self.place):
                second.addWidget(label("·", "muted"))
            second.addWidget(part)
        second.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(_SMALL_GAP)
        column.addLayout(first)
        column.addLayout(second)

    def _fill_plans(self) -> None:
        menu = self.choose.menu()
        menu.clear()
        comparison: Comparison | None = self._open.comparison
        chosen = self._open.deal.chosen
        for row in comparison.rows if comparison else ():
            if row.estimate.status is Status.PAYABLE:
                text = f"{row.estimate.vendor} · {row.estimate.plan_name}".replace("&", "&&")
                action = menu.addAction(text)
                action.setCheckable(True)
                mine = chosen is not None and chosen.offer_id == self._open.offer.id
                action.setChecked(mine and chosen is not None and row.key == (chosen.program, chosen.plan))
                action.triggered.connect(lambda _=False, key=row.key: self.choose_plan(key))
        if menu.isEmpty():
            menu.addAction(tr("No plan pays for this offer yet.")).setEnabled(False)
        if chosen is not None:
            menu.addSeparator()
            menu.addAction(tr("Choose none")).triggered.connect(lambda: self.choose_plan(None))

    # --- saving

    def _pass_on(self, field: Field) -> None:
        if field.problem:
            self.said.emit(f"{field.accessibleName()}: {field.problem}")
        else:
            self.mended.emit()

    def _save_customer(self, text: str) -> str:
        return self._open.change(replace(self._open.deal, customer=text.strip()), names.CUSTOMER)

    def _save_title(self, text: str) -> str:
        return self._open.change(replace(self._open.deal, title=text.strip()), names.TITLE)

    def _save_probability(self, text: str) -> str:
        try:
            share: Decimal = reading.share(text, self._open.words)
        except WrongInputError as wrong:
            return str(wrong)
        return self._open.change(replace(self._open.deal, probability=share), names.PROBABILITY)

    def _save_closing(self, day: QDate) -> None:
        deal, chosen = self._open.deal, python_date(day)
        if deal.stage is Stage.LOST:
            problem = self._open.change_lost(chosen, deal.lost_reason)
        else:
            problem = self._open.change_signed(chosen)
        if problem:
            self.said.emit(problem)
            self.refresh()

    def _save_reason(self, text: str) -> str:
        deal = self._open.deal
        return self._open.change_lost(deal.lost_on or deal.signed, text)

    def _want_stage(self) -> None:
        """Open the deal again, or have the day asked for on which it was won or lost."""
        wanted, deal = Stage(self.stage.currentData()), self._open.deal  # Qt hands an enumeration back as plain text
        self.stage.setCurrentIndex(self.stage.findData(deal.stage.value))
        if wanted is deal.stage:
            return
        if wanted is Stage.OPEN:
            self._do(lambda: reopen(self._open.session, deal.id))
        else:
            self.stage_wanted.emit(wanted)

    def _opened_words(self, deal: Deal) -> str:
        """Return since when the deal is in the book; empty where nobody knows."""
        if deal.opened is None:
            return ""
        return tr("In the book since {day}").format(day=self._open.words.short_date(deal.opened))

    def _do(self, change: Callable[[], object]) -> None:
        try:
            change()
        except BookError as error:
            self.said.emit(refusal(error))


def place_of(deal: Deal) -> str:
    """Return where the customer is: the last line of the address, or the country."""
    lines = [line.strip() for line in deal.address.splitlines() if line.strip()]
    town = lines[-1] if lines else ""
    return ", ".join(filter(None, (town, deal.country))) or tr("Customer details")
