"""What opens under the head of the deal page, in place and not as a dialog: the customer's details, and the quote."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QCheckBox, QComboBox, QFrame, QGridLayout, QHBoxLayout, QPlainTextEdit, QVBoxLayout

from dealbook.book.errors import BookError
from dealbook.desk.quotes import VALID_DAYS, issue_quote, latest_quotes, quote_content, revise_quote
from dealbook.desk.wording import problem_text
from dealbook.domain.deal import CustomerKind, Role
from dealbook.domain.problem import ProblemsError
from dealbook.domain.quote import Quote
from dealbook.gui.book_words import refusal
from dealbook.gui.models import step_names as names
from dealbook.gui.models.open_deal import OpenDeal
from dealbook.gui.theme import GRID
from dealbook.gui.widgets.deal_fields import Field, labelled
from dealbook.gui.widgets.deal_offers import offer_title
from dealbook.gui.widgets.deal_terms import date_field, python_date, show_date
from dealbook.gui.widgets.labels import button, label
from dealbook.gui.words import tr

_ADDRESS_HEIGHT: Final = 76
_ALTERNATIVES_IN_A_ROW: Final = 3
_LANGUAGES: Final = (("en", "English"), ("fr", "Français"), ("de", "Deutsch"))


class Strip(QFrame):
    """A part of the page that opens and closes; Escape closes it."""

    closed = Signal()

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setObjectName("strip")
        self.setAccessibleName(name)
        self.hide()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.closed.emit()
            return
        super().keyPressEvent(event)


class CustomerStrip(Strip):
    """Contact and address for the quote; country, kind and roles, which programs ask about."""

    def __init__(self, open_deal: OpenDeal) -> None:
        super().__init__(tr("Customer details"))
        self._open = open_deal
        self.contact = Field(tr("Contact"), lambda text: self._save(contact=text.strip()), look="small")
        self.address = _Text(tr("Address"), lambda text: self._save(address=text.strip()))
        self.country = Field(tr("Country"), lambda text: self._save(country=text.strip().upper() or None), look="small")
        self.country.setPlaceholderText("DE")
        self.country.setMaxLength(2)
        self.segment = Field(tr("Segment"), lambda text: self._save(segment=text.strip() or None), look="small")
        self.note = _Text(tr("Note (never on a quote)"), lambda text: self._save(note=text.strip()))
        self.kind = _chooser(tr("Customer is"), _kinds())
        self.kind.activated.connect(lambda: self._save(customer_kind=CustomerKind(self.kind.currentData())))
        self.registered = QCheckBox(tr("Deal registered with the vendor"))
        self.registered.clicked.connect(lambda on: self._save(registered=on))
        self.roles = {role: QCheckBox(text) for role, text in _roles()}
        for box in self.roles.values():
            box.clicked.connect(self._save_roles)
        self._lay_out()

    def refresh(self) -> None:
        """Show the deal as it is saved."""
        deal = self._open.deal
        self.contact.show_value(deal.contact)
        self.address.show_value(deal.address)
        self.country.show_value(deal.country or "")
        self.segment.show_value(deal.segment or "")
        self.note.show_value(deal.note)
        self.kind.setCurrentIndex(self.kind.findData(deal.customer_kind.value))
        self.registered.setChecked(deal.registered)
        for role, box in self.roles.items():
            box.setChecked(role in deal.roles)

    def _lay_out(self) -> None:
        layout = QGridLayout(self)
        layout.setContentsMargins(2 * GRID, GRID, 2 * GRID, GRID + 4)
        layout.setHorizontalSpacing(2 * GRID)
        layout.addLayout(labelled(tr("Contact"), self.contact), 0, 0)
        layout.addLayout(labelled(tr("Address"), self.address), 0, 1, 2, 1)
        layout.addLayout(labelled(tr("Country"), self.country), 0, 2)
        layout.addLayout(labelled(tr("Customer is"), self.kind), 0, 3)
        layout.addLayout(labelled(tr("Note (never on a quote)"), self.note), 0, 4, 2, 1)
        layout.addLayout(labelled(tr("Segment"), self.segment), 1, 0)
        boxes = QVBoxLayout()
        boxes.setSpacing(2)
        boxes.addWidget(self.registered)
        held = QHBoxLayout()
        held.setSpacing(GRID + GRID // 2)
        held.addWidget(label(tr("We hold:"), "small"))
        for box in self.roles.values():
            held.addWidget(box)
        held.addStretch(1)
        boxes.addLayout(held)
        layout.addLayout(boxes, 1, 2, 1, 2)
        for column, share in enumerate((3, 4, 1, 2, 4)):
            layout.setColumnStretch(column, share)

    def _save(self, **changes: object) -> str:
        return self._open.change(replace(self._open.deal, **changes), names.DETAILS)  # type: ignore[arg-type]

    def _save_roles(self) -> None:
        self._save(roles=frozenset(role for role, box in self.roles.items() if box.isChecked()))


class QuoteStrip(Strip):
    """Language, validity and which offers; then the quote is issued, under the next number."""

    issued = Signal(str)
    """A quote was issued: its id."""
    said = Signal(str)
    """It could not be issued; why, in words."""

    def __init__(self, open_deal: OpenDeal) -> None:
        super().__init__(tr("Issue a quote"))
        self._open = open_deal
        self.language = _chooser(tr("Language of the quote"), _LANGUAGES)
        self.valid_until = date_field(tr("Valid until"), look="small")
        self.number = _chooser(tr("Number of the quote"), ())
        self.issue = button(tr("Issue quote"), "primary")
        self.issue.clicked.connect(self.issue_now)
        self._offers = QGridLayout()
        self._offers.setHorizontalSpacing(3 * GRID)
        self._offers.setColumnStretch(_ALTERNATIVES_IN_A_ROW + 1, 1)
        self._with = label(tr("with the alternatives"), "muted")
        self._offers.addWidget(self._with, 0, 0)
        self._alternatives: list[tuple[str, QCheckBox]] = []
        self._former: dict[str, Quote] = {}
        column = QVBoxLayout(self)
        column.setContentsMargins(2 * GRID, GRID, 2 * GRID, GRID)
        column.setSpacing(GRID)
        row = QHBoxLayout()
        row.setSpacing(GRID)
        column.addLayout(row)
        column.addLayout(self._offers)
        row.addWidget(label(tr("In"), "muted"))
        row.addWidget(self.language)
        row.addWidget(label(tr("valid until"), "muted"))
        row.addWidget(self.valid_until)
        row.addStretch(1)
        row.addWidget(self.number)
        row.addWidget(self.issue)

    def refresh(self) -> None:
        """Offer the deal's other offers as alternatives; start from the partner's language."""
        deal, shown = self._open.deal, self._open.offer
        wanted = [
            (offer.id, offer_title(offer, place)) for place, offer in enumerate(deal.offers) if offer.id != shown.id
        ]
        if [(key, box.text().replace("&&", "&")) for key, box in self._alternatives] != wanted:
            for _, box in self._alternatives:
                self._offers.removeWidget(box)
                box.deleteLater()
            self._alternatives = [(key, _box(text)) for key, text in wanted]
            for place, (_, box) in enumerate(self._alternatives):
                self._offers.addWidget(box, place // _ALTERNATIVES_IN_A_ROW, 1 + place % _ALTERNATIVES_IN_A_ROW)
            self._with.setVisible(bool(wanted))

    def start(self) -> None:
        """Begin a quote: the partner's language, valid for the usual time."""
        self.language.setCurrentIndex(max(self.language.findData(self._open.session.partner.language), 0))
        show_date(self.valid_until, _today() + timedelta(days=VALID_DAYS))
        self._offer_numbers()
        self.language.setFocus()

    def issue_now(self) -> None:
        """Issue the quote of the offer shown, the ticked ones as alternatives."""
        day = _today()
        chosen = [self._open.offer.id, *(key for key, box in self._alternatives if box.isChecked())]
        try:
            content = quote_content(
                self._open.session,
                self._open.deal,
                chosen,
                day,
                valid_days=(python_date(self.valid_until.date()) - day).days,
                language_code=self.language.currentData(),
            )
            former = self._former.get(self.number.currentData())
            if former is None:
                quote = issue_quote(self._open.session, self._open.deal, content)
            else:
                quote = revise_quote(self._open.session, former, self._open.deal, content)
        except ProblemsError as error:
            self.said.emit(problem_text(error.problems[0], self._open.words))
        except BookError as error:
            self.said.emit(refusal(error))
        else:
            self.issued.emit(quote.id)

    def _offer_numbers(self) -> None:
        """Offer a new number first, and a revision of each quote that the deal has."""
        self._former = {quote.series: quote for quote in latest_quotes(self._open.session, self._open.deal.id)}
        self.number.clear()
        self.number.addItem(tr("New number"), "")
        for number in self._former:
            self.number.addItem(tr("Revision of {number}").format(number=number), number)
        self.number.setVisible(bool(self._former))


class _Text(QPlainTextEdit):
    """A text of several lines, saved when it is left; Tab leaves it."""

    def __init__(self, name: str, save: Callable[[str], object]) -> None:
        super().__init__()
        self._save = save
        self._saved = ""
        self.setAccessibleName(name)
        self.setTabChangesFocus(True)
        self.setFixedHeight(_ADDRESS_HEIGHT)

    def show_value(self, text: str) -> None:
        """Show what is saved; what is being typed stays."""
        untouched = self.toPlainText() == self._saved
        self._saved = text
        if untouched and self.toPlainText() != text:
            self.setPlainText(text)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if self.toPlainText() != self._saved:
            self._save(self.toPlainText())


def _chooser(name: str, entries: Sequence[tuple[str, str]]) -> QComboBox:
    made = QComboBox()
    made.setAccessibleName(name)
    made.setProperty("look", "small")
    for value, text in entries:
        made.addItem(text, value)
    return made


def _box(text: str) -> QCheckBox:
    return QCheckBox(text.replace("&", "&&"))


def _kinds() -> list[tuple[str, str]]:
    return [
        (CustomerKind.NEW.value, tr("new to the vendor")),
        (CustomerKind.EXISTING.value, tr("a customer already")),
        (CustomerKind.MIGRATION.value, tr("migrating")),
    ]


def _roles() -> list[tuple[Role, str]]:
    return [(Role.ACQUISITION, tr("acquisition")), (Role.CARE, tr("care"))]


def _today() -> date:
    return date.today()  # noqa: DTZ011  # the person's own day
