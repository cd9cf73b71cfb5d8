"""The settings page: the partner as documents and programs see it, what estimates rest on, how the screen looks."""

from collections.abc import Iterable
from functools import partial

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLineEdit, QScrollArea, QVBoxLayout, QWidget

from dealbook.book.connection import Touched
from dealbook.book.errors import BookError
from dealbook.domain.partner import Partner
from dealbook.gui.book_words import refusal
from dealbook.gui.context import Context, Tone
from dealbook.gui.models.partner import ASSUMED, COMPANY, DOCUMENTS, PartnerField
from dealbook.gui.models.partner_money import SALES, work_fields
from dealbook.gui.models.reading import WrongInputError
from dealbook.gui.theme import GRID, Appearance
from dealbook.gui.widgets.card import Card
from dealbook.gui.widgets.fields import Field, Paragraph, choice
from dealbook.gui.widgets.header import Header, page_column
from dealbook.gui.widgets.logo import Logo
from dealbook.gui.widgets.rates import RatesCard
from dealbook.gui.words import LANGUAGE_NAMES, SYSTEM, tr


class SettingsPage(QWidget):
    """Every field is saved as it is left, as a step of its own that can be undone."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self.title = tr("Settings")
        self._context = context
        self.fields: dict[str, Field] = {}
        self._work = work_fields(self._duties())
        self._data = {field.name: field for field in (*COMPANY, *DOCUMENTS, *ASSUMED, *SALES, *self._work)}
        self.logo = Logo(context)
        self.rates = RatesCard(context)
        inner = QWidget()
        inner.setObjectName("page")
        sides = QHBoxLayout(inner)
        sides.setContentsMargins(0, 0, GRID, 0)
        sides.setSpacing(GRID + GRID // 2)
        sides.addLayout(self._left(), 1)
        sides.addLayout(self._right(), 1)
        self._area = area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidget(inner)
        column = page_column(self)
        column.addWidget(Header(self.title))
        column.addWidget(area, 1)
        self._load()

    # --- what a page can be told

    def arrive(self, part: str = "", base: str = "", quote: str = "") -> None:
        """Show the page; the first field has the focus, or that of `part`: "rates", "sales" or "work"."""
        if part == "rates":
            self.rates.start(base, quote)
            self._area.ensureWidgetVisible(self.rates)
        elif part in ("sales", "work"):
            card, field = {"sales": (self.sales, "sales_share"), "work": (self.work, "hour_cost")}[part]
            control = self.fields[field].control
            control.setFocus()
            if isinstance(control, QLineEdit):
                control.selectAll()  # who was sent here types over what stands there
            QTimer.singleShot(0, self, lambda: self._area.ensureWidgetVisible(card))
        else:
            self.fields["name"].control.setFocus()

    def refresh(self, touched: Touched) -> None:
        """Follow a change of the book."""
        if any(kind == "partner" for kind, _ in touched.records):
            self._load()
        if any(kind == "rate" for kind, _ in touched.records):
            self.rates.load()

    # --- building

    def _left(self) -> QVBoxLayout:
        company = self._card(tr("Your company"), COMPANY)
        assumed = self._card(tr("Assumptions"), ASSUMED, tr("what nobody can know"))
        self.sales = self._card(tr("Our salespeople"), SALES, tr("what they get of what vendors pay"))
        cards = [company, assumed, self.sales]
        if self._context.screen is not None:
            cards.append(self._screen())
        return _column(*cards)

    def _right(self) -> QVBoxLayout:
        documents = self._card(tr("On your documents"), DOCUMENTS)
        documents.body.addWidget(self.logo)
        self.work = self._card(tr("Our work"), self._work, tr("for net earnings and earnings an hour"))
        return _column(documents, self.rates, self.work)

    def _duties(self) -> list[str]:
        """Return what the plans of the book's programs leave to the partner."""
        programs = (versions[-1] for versions in self._context.session.catalog.versions.values() if versions)
        return sorted({duty for program in programs for plan in program.plans for duty in plan.duties})

    def _card(self, title: str, fields: Iterable[PartnerField], note: str = "") -> Card:
        card = Card(title, note)
        grid = QGridLayout()
        grid.setHorizontalSpacing(GRID)
        grid.setVerticalSpacing(GRID)
        grid.setColumnStretch(0, 1)
        grid.setColumnStretch(1, 1)
        row, column = 0, 0
        for data in fields:
            field = Field(tr(data.label), _control(data), partial(self._save, data))
            if data.spoken:
                field.control.setAccessibleName(data.spoken)
            if data.tip:
                field.control.setToolTip(tr(data.tip))
            self.fields[data.name] = field
            if data.is_wide and column:
                row, column = row + 1, 0
            grid.addWidget(field, row, column, 1, 2 if data.is_wide else 1)
            row, column = (row, 1) if column == 0 and not data.is_wide else (row + 1, 0)
        card.body.addLayout(grid)
        return card

    def _screen(self) -> Card:
        screen = self._context.screen
        card = Card(tr("This screen"), tr("on this computer, for every book"))
        languages = choice([(SYSTEM, tr("As the computer")), *LANGUAGE_NAMES.items()])
        appearances = choice(
            [
                (Appearance.SYSTEM, tr("As the system")),
                (Appearance.LIGHT, tr("Light")),
                (Appearance.DARK, tr("Dark")),
            ]
        )
        row = QHBoxLayout()
        row.setSpacing(GRID)
        if screen is not None:
            self.language = Field(tr("Language"), languages, self._speak)
            self.appearance = Field(tr("Appearance"), appearances, self._appear)
            self.language.show_text(screen.preferences.language)
            self.appearance.show_text(screen.preferences.appearance)
            row.addWidget(self.language, 1)
            row.addWidget(self.appearance, 1)
        card.body.addLayout(row)
        return card

    def _speak(self, code: str) -> str:
        if self._context.screen is not None:
            self._context.screen.speak(code)
        return ""

    def _appear(self, which: str) -> str:
        if self._context.screen is not None:
            self._context.screen.appear(Appearance(which))
        return ""

    # --- showing and saving

    def _load(self) -> None:
        partner = self._context.session.partner
        for name, field in self.fields.items():
            field.show_text(self._data[name].read(partner, self._context.words))
        self.logo.show_logo(partner.logo)

    def _save(self, data: PartnerField, text: str) -> str:
        """Save a field as a step; return what is wrong with the text, in words."""
        session = self._context.session
        try:
            before = session.partner
            changed = data.write(before, text, self._context.words)
            if changed != before:
                with session.step(data.step):
                    session.book.partner.save(changed)
                self._tell_currency(before, changed)
        except WrongInputError as wrong:
            return str(wrong)
        except BookError as error:
            return refusal(error)
        self.fields[data.name].show_text(data.read(session.partner, self._context.words))
        return ""

    def _tell_currency(self, before: Partner, changed: Partner) -> None:
        """Say that amounts were not converted when the book has another currency now."""
        if before.currency == changed.currency or not any(before.amounts):
            return
        words = self._context.words
        reserve, hour = (words.money(amount, changed.currency) for amount in changed.amounts)
        text = tr("Cash for salespeople is now {reserve}, an hour {hour}: nothing was converted. Check both.")
        told = text.format(reserve=reserve, hour=hour)
        self._context.notify(told, Tone.WARNING, action=tr("Undo"), then=self._context.session.undo)


def _control(data: PartnerField) -> QWidget:
    if data.options:
        return choice([(value, tr(text)) for value, text in data.options])
    return Paragraph(data.lines) if data.lines > 1 else QLineEdit()


def _column(*cards: Card) -> QVBoxLayout:
    column = QVBoxLayout()
    column.setSpacing(GRID + GRID // 2)
    for card in cards:
        column.addWidget(card)
    column.addStretch(1)
    return column
