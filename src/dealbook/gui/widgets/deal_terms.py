"""Term and events of the offer: how long, from when, how often renewed, and what happens meanwhile."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Final

from PySide6.QtCore import QDate, QLocale
from PySide6.QtWidgets import QDateEdit, QHBoxLayout

from dealbook.desk.plan_names import PlanKey, plan_names
from dealbook.domain.deal import EventKind
from dealbook.gui.models import reading
from dealbook.gui.models import step_names as names
from dealbook.gui.models.event_words import basis_text
from dealbook.gui.models.events import EventColumn, EventsModel
from dealbook.gui.models.open_deal import OpenDeal
from dealbook.gui.models.reading import WrongInputError
from dealbook.gui.theme import GRID
from dealbook.gui.widgets.card import Card
from dealbook.gui.widgets.deal_events import Adders, EventsTable, likely_month
from dealbook.gui.widgets.deal_fields import Field, labelled
from dealbook.gui.widgets.labels import Elided, label, set_role
from dealbook.gui.words import current, literal, plural, tr
from dealbook.language import Language

_DATE_FORMS: Final = {"de": "d. MMM yyyy"}


class TermsCard(Card):
    """Shows and changes term, start, renewals and events of the offer."""

    def __init__(self, open_deal: OpenDeal) -> None:
        super().__init__(tr("Term and events"))
        self._open = open_deal
        self._refused = ""
        self.events = EventsModel(open_deal.words, open_deal.change_events, open_deal.type_events, self)
        self.term = Field(tr("Term in months"), self._save_term, look="small")
        self.term.followed.connect(self._try_term)
        self.term.step = self._stepped
        self.starts = date_field(tr("Start of the service"), look="small")
        self.starts.dateChanged.connect(self._save_starts)
        self.renewals = Field(tr("Renewals, as number × months"), self._save_renewals, look="small")
        self.renewals.followed.connect(self._try_renewals)
        self.table = EventsTable(self.events)
        self.basis = Elided("", "small")
        self.note = label("", "bad-small", wrap=True)
        fields = QHBoxLayout()
        fields.setSpacing(GRID)
        fields.addLayout(labelled(tr("Term"), self.term), 3)
        fields.addLayout(labelled(tr("Starts"), self.starts), 4)
        fields.addLayout(labelled(tr("Renewals"), self.renewals), 3)
        self.body.addLayout(fields)
        self.body.addWidget(self.table)
        self.body.addWidget(self.basis)
        self.body.addWidget(self.note)
        self.adders = Adders()
        self.adders.wanted.connect(self._add)
        self.tools.addWidget(self.adders)
        for field in (self.term, self.renewals):
            field.problem_changed.connect(self._say)
        self.events.drafted.connect(self._say)
        for change in (self.events.rowsInserted, self.events.rowsRemoved):
            change.connect(self._show_table)
        self._show_table()
        self._say()

    def refresh(self) -> None:
        """Show the offer as it is saved."""
        offer, words = self._open.offer, self._open.words
        self.term.show_value(months_text(offer.term))
        self.renewals.show_value(f"{words.number(offer.renewals)} × {words.number(offer.renewal_term)}")
        show_date(self.starts, offer.starts)
        self.events.set_offer(offer, self._open.deal.currency, plan_names(self._open.session))
        self.events.set_problems(self._open.event_problems())
        self._say()  # a start that was refused is no longer what was typed

    def show_effects(self, ticked: Sequence[PlanKey]) -> None:
        """Show what the events do to the payments, with what is typed and tried."""
        effects = self._open.effects(ticked)
        self.events.set_effects({} if effects is None else effects.of)
        self.basis.setText("" if effects is None else basis_text(effects.told))
        self.basis.setVisible(effects is not None)

    def _add(self, kind: EventKind) -> None:
        """Add an event where it most likely falls and go to its month."""
        self._refused = self.events.add(kind, likely_month(self._open.offer, kind))
        self._say()
        if not self._refused and self.events.added >= 0:
            cell = self.events.index(self.events.added, EventColumn.MONTH)
            self.table.setFocus()
            self.table.setCurrentIndex(cell)
            self.table.edit(cell)

    # --- term, start, renewals

    def _save_term(self, text: str) -> str:
        try:
            term = reading.months(text, self._open.words)
        except WrongInputError as wrong:
            return str(wrong)
        return self._open.change_offer(replace(self._open.offer, term=term), names.TERM)

    def _try_term(self, text: str) -> None:
        try:
            self._open.type(replace(self._open.offer, term=reading.months(text, self._open.words)))
        except WrongInputError:
            self._open.type(None)

    def _stepped(self, text: str, by: int) -> str:
        try:
            return months_text(max(reading.months(text, self._open.words) + by, 1))
        except WrongInputError:
            return text

    def _save_starts(self, day: QDate) -> None:
        problem = self._open.change_offer(replace(self._open.offer, starts=python_date(day)), names.STARTS)
        self.starts.setToolTip(literal(problem))
        if problem:
            self.note.setText(problem)
            self.note.show()
            show_date(self.starts, self._open.offer.starts)

    def _save_renewals(self, text: str) -> str:
        try:
            number, months = read_renewals(text, self._open.words)
        except WrongInputError as wrong:
            return str(wrong)
        offer = self._open.offer
        changed = replace(offer, renewals=number, renewal_term=months or offer.renewal_term)
        return self._open.change_offer(changed, names.RENEWALS)

    def _try_renewals(self, text: str) -> None:
        try:
            number, months = read_renewals(text, self._open.words)
        except WrongInputError:
            self._open.type(None)
            return
        offer = self._open.offer
        self._open.type(replace(offer, renewals=number, renewal_term=months or offer.renewal_term))

    # --- words

    def _say(self) -> None:
        drafts = self.events.drafts
        typed = self.term.problem or self.renewals.problem or (drafts[0][1].problem if drafts else "")
        wrong, saved = typed or self._refused, next(iter(self.events.problems), None)
        self._refused = ""
        told = wrong or (saved.text if saved is not None else "")
        set_role(self.note, "bad-small" if wrong or (saved is not None and saved.is_error) else "warning-small")
        self.note.setText(told)
        self.note.setVisible(bool(told))

    def _show_table(self) -> None:
        self.table.setVisible(bool(self.events.rows))
        self.table.fit_height()


def months_text(months: int) -> str:
    """Return a number of months in words."""
    return plural("{n} month", "{n} months", months)


def read_renewals(text: str, words: Language) -> tuple[int, int]:
    """Read "1 × 12" or "2x24" as number and months each; months 0 where only the number is given."""
    number, sign, months = text.replace("x", "×").replace("*", "×").partition("×")
    return reading.whole(number, words), reading.months(months, words) if sign else 0


def date_field(name: str, *, look: str = "") -> QDateEdit:
    """Return a field for a day, written as the screen's language writes it."""
    field = QDateEdit()
    field.setAccessibleName(name)
    field.setCalendarPopup(True)
    field.setKeyboardTracking(False)
    field.setLocale(QLocale(current().code))
    field.setDisplayFormat(_DATE_FORMS.get(current().code, "d MMM yyyy"))
    field.setDateRange(QDate(1990, 1, 1), QDate(2100, 12, 31))
    if look:
        field.setProperty("look", look)
    return field


def show_date(field: QDateEdit, day: date) -> None:
    """Show a day without announcing it as a change."""
    shown = QDate(day.year, day.month, day.day)
    if field.date() != shown:
        blocked = field.blockSignals(True)
        field.setDate(shown)
        field.blockSignals(blocked)


def python_date(day: QDate) -> date:
    """Return Qt's day as Python's."""
    return date(day.year(), day.month(), day.day())
