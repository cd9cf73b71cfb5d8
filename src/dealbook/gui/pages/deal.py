"""The deal page: a deal's offers on the left, what they pay on the right, live at every keystroke.

Puts the parts together and passes on what happens between them. The deal itself, its changes and its comparison are
`models.open_deal`; each part of the page has a module of its own among the widgets.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

from PySide6.QtCore import QEvent, QModelIndex, Qt, QTimer
from PySide6.QtGui import QHideEvent, QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import QApplication, QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from dealbook.book.steps import Touched
from dealbook.desk.compare import Objective
from dealbook.desk.gap import pays_people
from dealbook.desk.wording import problem_text
from dealbook.domain.deal import Offer, Stage
from dealbook.gui.context import Context, Tone
from dealbook.gui.models import step_names as names
from dealbook.gui.models.cash import CashModel, cash_of
from dealbook.gui.models.comparison import ComparisonModel, Figure, PlanKey
from dealbook.gui.models.gap import GapModel
from dealbook.gui.models.lines import LinesModel
from dealbook.gui.models.open_deal import OpenDeal
from dealbook.gui.models.steps import StepsModel
from dealbook.gui.theme import GRID, tokens
from dealbook.gui.widgets.card import Card
from dealbook.gui.widgets.deal_comparison import ComparisonCard
from dealbook.gui.widgets.deal_events import ADD_KEY
from dealbook.gui.widgets.deal_fields import StillWheel
from dealbook.gui.widgets.deal_figures import FiguresCard, View
from dealbook.gui.widgets.deal_header import DealHeader
from dealbook.gui.widgets.deal_levers import LeversCard
from dealbook.gui.widgets.deal_lines import LinesPanel
from dealbook.gui.widgets.deal_offers import OfferTabs
from dealbook.gui.widgets.deal_reach import ReachStrip
from dealbook.gui.widgets.deal_stage import StageStrip
from dealbook.gui.widgets.deal_steps import StepsStrip
from dealbook.gui.widgets.deal_strips import CustomerStrip, QuoteStrip
from dealbook.gui.widgets.deal_style import deal_style
from dealbook.gui.widgets.deal_terms import TermsCard
from dealbook.gui.widgets.deal_totals import Totals
from dealbook.gui.words import plural, tr

_GAP = GRID + GRID // 2
_LEFT_WIDTH = 524


class DealPage(QWidget):
    """Shows one deal."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self.setObjectName("page")
        self.title = tr("Deal")
        self._context = context
        self._styled = ""
        self._cash_later = QTimer(self)  # the curves may come a moment after the figures
        self._cash_later.setSingleShot(True)
        self._cash_later.setInterval(0)
        self._cash_later.timeout.connect(self._show_cash)
        self.open_deal = OpenDeal(context.session, context.words, self)
        self.lines = LinesModel(
            context.words,
            self.open_deal.change_lines,
            self.open_deal.type_lines,
            self.open_deal.products,
            self,
        )
        self.plans = ComparisonModel(context.words, self.open_deal.set_input, self)
        self.cash = CashModel(context.words, self)
        self.steps = StepsModel(context.words, self)
        self.gaps = GapModel(context.words, self)
        self._build()
        StillWheel(self).guard(self)
        self._connect()
        self._set_keys()
        self._dress()

    # --- what the window calls

    def show_deal(self, deal_id: str) -> None:
        """Show a deal; the focus goes to its lines. Raises KeyError when there is none of that id."""
        self.plans.forget_ticks()
        self.open_deal.show(deal_id)
        for strip in (self.customer, self.quote, self.stage):
            strip.hide()
        self.figures.show_view(View.CHART)
        table = self.panel.table
        table.setCurrentIndex(self.lines.index(0, 0))
        table.setFocus()
        if not self.open_deal.deal.customer:
            self.header.customer.setFocus()

    def arrive(self, **args: str) -> None:
        """Show the deal that is asked for, or stay with the one that is shown."""
        if "deal_id" in args:
            self.show_deal(args["deal_id"])

    def refresh(self, touched: Touched) -> None:
        """Follow the book: a step of this page or another, or undo."""
        if all(kind == "quote" for kind, _ in touched.records):
            return
        self._forget()
        self.open_deal.refresh(touched)

    # --- building

    def _build(self) -> None:
        self.header = DealHeader(self.open_deal)
        self.customer = CustomerStrip(self.open_deal)
        self.quote = QuoteStrip(self.open_deal)
        self.stage = StageStrip(self.open_deal)
        self.offers = OfferTabs()
        self.panel = LinesPanel(self.lines)
        self.totals = Totals()
        self.terms = TermsCard(self.open_deal)
        self.levers = LeversCard(self.open_deal)
        self.next_steps = StepsStrip(self.open_deal)
        self.reach = ReachStrip(self.open_deal)
        self.comparison = ComparisonCard(self.plans, self.reach, self.next_steps)
        self.figures = FiguresCard(self.cash, self.steps, self.gaps, self._context.words)
        both = QWidget()
        both.setObjectName("page")
        columns = QHBoxLayout(both)
        columns.setContentsMargins(0, 0, 0, 0)
        columns.setSpacing(_GAP)
        columns.addWidget(self._left())
        columns.addLayout(self._right(), 1)
        page = QVBoxLayout(self)
        page.setContentsMargins(0, 0, 0, 0)
        page.setSpacing(_GAP)
        for part in (self.header, self.stage, self.customer, self.quote):
            page.addWidget(part)
        page.addWidget(_scrolling(both), 1)  # in a small window nothing may lie upon another

    def _left(self) -> QScrollArea:
        card = Card()
        card.setAccessibleName(tr("Offers"))
        self.offers.tools.addWidget(self.panel.more)
        for part in (self.offers, self.panel, self.totals):
            card.body.addWidget(part)
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(_GAP)
        for below in (card, self.terms, self.levers):
            column.addWidget(below)
        column.addStretch(1)
        area = _scrolling(inside)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFixedWidth(_LEFT_WIDTH)
        inside.setObjectName("page")
        return area

    def _right(self) -> QVBoxLayout:
        column = QVBoxLayout()
        column.setSpacing(_GAP)
        column.addWidget(self.comparison, 3)
        column.addWidget(self.figures, 2)
        return column

    def _connect(self) -> None:
        deal = self.open_deal
        deal.changed.connect(self._show_saved)
        deal.compared.connect(self._show_compared)
        self.header.said.connect(self._say)
        self.header.mended.connect(lambda: self._context.notify(""))
        self.header.stage_wanted.connect(self._ask_stage)
        self.stage.said.connect(self._say)
        self.stage.closed.connect(self._close_stage)
        self.header.place.toggled.connect(self._open_customer)
        self.header.history.clicked.connect(
            lambda: self._context.go("history", kind="deal", record=self.open_deal.deal.id)
        )
        self.customer.closed.connect(lambda: self._close_strip(self.header.place))
        self.header.quote.toggled.connect(self._open_quote)
        self.quote.closed.connect(lambda: self._close_strip(self.header.quote))
        self.quote.said.connect(self._say)
        self.quote.issued.connect(self._go_to_quote)
        self.offers.shown.connect(deal.show_offer)
        self.offers.added.connect(self._add_offer)
        self.offers.renamed.connect(self._rename_offer)
        self.offers.duplicated.connect(self._duplicate_offer)
        self.offers.removed.connect(self._remove_offer)
        self.panel.table.pasted.connect(self._say_pasted)
        self.comparison.objective.activated.connect(
            lambda: deal.set_objective(Objective(self.comparison.objective.currentData()))
        )
        table = self.comparison.table
        table.why_wanted.connect(self._open_why)
        table.choice_wanted.connect(self.header.choose_plan)
        table.program_wanted.connect(lambda program: self._context.go("programs", program=program))
        table.rates_wanted.connect(
            lambda base, quote: self._context.go("settings", part="rates", base=base, quote=quote)
        )
        self.next_steps.said.connect(self._say)
        table.selectionModel().currentRowChanged.connect(self._follow_plan)
        self.plans.ticks_changed.connect(self._cash_later.start)
        self.figures.shown.connect(self._explain)
        self.figures.shown.connect(self._show_people)
        self.figures.people.after.toggled.connect(self._cash_later.start)
        self.figures.people.settings_wanted.connect(lambda: self._context.go("settings", part="sales"))
        self.figures.left.connect(table.setFocus)

    def _set_keys(self) -> None:
        """Give what has a button a key as well; the tips name them."""
        keys: dict[str, Callable[[], object]] = {
            "Ctrl+T": self.offers.add.click,
            ADD_KEY: self.terms.adders.more.click,
            "F4": self.panel.more.click,
            "F6": self.header.place.click,
            "Ctrl+Shift+Q": self.header.quote.click,
            "F7": lambda: self.figures.show_view(View.CHART),
            "F8": lambda: self.figures.show_view(View.TABLE),
            "F9": lambda: self.figures.show_view(View.WHY),
            "Shift+F7": lambda: self.figures.show_view(View.PEOPLE),
        }
        for key, then in keys.items():
            shortcut = QShortcut(QKeySequence(key), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(then)

    # --- following the deal

    def _show_saved(self) -> None:
        """Show the deal as it is saved; what is being typed stays where it is."""
        deal, offer = self.open_deal.deal, self.open_deal.offer
        self.header.refresh()
        self.customer.refresh()
        self.quote.refresh()
        self.stage.refresh()
        self.offers.show_offers(deal.offers, self.open_deal.position)
        self.lines.set_currency(deal.currency)
        self.lines.set_rows(offer.lines)
        self.terms.refresh()
        self.comparison.refresh(
            has_lines=bool(offer.lines), currency_sign=self.open_deal.words.currency_sign(deal.currency)
        )

    def _show_compared(self) -> None:
        deal, comparison = self.open_deal.deal, self.open_deal.comparison
        if comparison is None:
            return
        chosen = deal.chosen
        mine = chosen is not None and chosen.offer_id == self.open_deal.offer.id
        key: PlanKey | None = (chosen.program, chosen.plan) if chosen is not None and mine else None
        self.totals.show_offer(deal, self.open_deal.shown_offer, self.open_deal.words)
        self.plans.set_comparison(comparison, self.open_deal.objective, key)
        self.comparison.offer_objectives(self.open_deal.objectives, self.open_deal.objective)
        self.comparison.say("" if comparison.problem is None else problem_text(comparison.problem, self._context.words))
        if not self.comparison.table.currentIndex().isValid() and self.plans.rowCount():
            self.comparison.table.setCurrentIndex(self.plans.index(0, Figure.PLAN))
        self.terms.show_effects([shown.key for shown in self.plans.ticked])
        self._cash_later.start()
        self._explain()
        self._follow()

    def _follow(self) -> None:
        """Have looked for what takes longer than a key may."""
        self.next_steps.follow()
        self.reach.follow()

    def _forget(self) -> None:
        self.next_steps.forget()
        self.reach.forget()

    def _show_cash(self) -> None:
        comparison = self.open_deal.comparison
        if comparison is not None and self.open_deal.is_open:
            self._show_people()
            gaps = self.open_deal.gaps() if self.figures.people.after.isChecked() else None
            cash = cash_of(self.plans.ticked, comparison, self.open_deal.shown_offer.horizon, gaps)
            self.figures.show_cash(cash, comparison.signed_month)
            self.figures.refresh()

    def _show_people(self, *_: object) -> None:
        """Show what it takes to pay the own people, while that is in sight or asked for."""
        people, session = self.figures.people, self._context.session
        if not pays_people(session):
            people.show_nothing()
        elif self.figures.view is View.PEOPLE and (gaps := self.open_deal.gaps()) is not None:
            self.gaps.show(gaps)
            people.show_gaps(gaps, session.partner)

    def _follow_plan(self, _current: QModelIndex, _before: QModelIndex) -> None:
        self._explain()

    def _explain(self, *_: object) -> None:
        """Show the arithmetic of the current plan, while that is what the card shows."""
        shown = self.plans.shown(self.comparison.table.currentIndex())
        if self.figures.view is not View.WHY or shown is None or shown.fold is not None:
            self.figures.refresh()
            return
        estimate = self.open_deal.explain(*shown.key)
        versions = self.open_deal.session.catalog.versions.get(estimate.program, ())
        program = next((one for one in versions if one.version == estimate.version), None)
        self.steps.show(estimate, shown.row, program, self.open_deal.deal.currency)
        self.figures.refresh()

    def _open_why(self) -> None:
        self.figures.show_view(View.WHY)
        self.figures.why.setFocus()

    # --- offers

    def _add_offer(self) -> None:
        deal, offer = self.open_deal.deal, self.open_deal.offer
        fresh = Offer(term=offer.term, starts=offer.starts, renewals=offer.renewals, renewal_term=offer.renewal_term)
        self._say(self.open_deal.change(replace(deal, offers=(*deal.offers, fresh)), names.ADD_OFFER))
        self.open_deal.show_offer(len(self.open_deal.deal.offers) - 1)
        self.panel.table.setFocus()
        self.panel.table.setCurrentIndex(self.lines.index(0, 0))

    def _rename_offer(self, position: int, title: str) -> None:
        offers = list(self.open_deal.deal.offers)
        offers[position] = replace(offers[position], title=title)
        self._say(self.open_deal.change(replace(self.open_deal.deal, offers=tuple(offers)), names.RENAME_OFFER))
        self.offers.bar.setFocus()

    def _duplicate_offer(self, position: int) -> None:
        deal = self.open_deal.deal
        original = deal.offers[position]
        copy = replace(
            original,
            id="",
            title=tr("{title} (copy)").format(title=original.title) if original.title else "",
            lines=tuple(replace(line, id="") for line in original.lines),
            events=tuple(replace(event, id="") for event in original.events),
        )
        offers = (*deal.offers[: position + 1], copy, *deal.offers[position + 1 :])
        self._say(self.open_deal.change(replace(deal, offers=offers), names.DUPLICATE_OFFER))
        self.open_deal.show_offer(position + 1)

    def _remove_offer(self, position: int) -> None:
        deal = self.open_deal.deal
        if len(deal.offers) < 2 or not 0 <= position < len(deal.offers):  # noqa: PLR2004
            return
        offers = (*deal.offers[:position], *deal.offers[position + 1 :])
        problem = self.open_deal.change(replace(deal, offers=offers), names.REMOVE_OFFER)
        if problem:
            self._say(problem)
        else:
            self._context.notify(tr("The offer was removed."), action=tr("Undo"), then=self._context.session.undo)

    # --- strips and words

    def _open_customer(self, on: bool) -> None:
        self.customer.setVisible(on)
        if on:
            self.customer.contact.setFocus()

    def _ask_stage(self, stage: Stage) -> None:
        self.stage.ask(stage, date.today())  # noqa: DTZ011  # the person's own day

    def _close_stage(self) -> None:
        self.stage.hide()
        self.header.stage.setFocus()

    def _open_quote(self, on: bool) -> None:
        self.quote.setVisible(on)
        if on:
            self.quote.start()

    def _close_strip(self, opener: object) -> None:
        for one in (self.header.place, self.header.quote):
            if one is opener:
                one.setChecked(False)
                one.setFocus()

    def _go_to_quote(self, quote_id: str) -> None:
        self.header.quote.setChecked(False)
        self._context.go("quotes", quote_id=quote_id)

    def _say(self, problem: str) -> None:
        if problem:
            self._context.notify(problem, Tone.WARNING)

    def _say_pasted(self, lines: int) -> None:
        text = plural("{n} line was pasted.", "{n} lines were pasted.", lines)
        self._context.notify(text, action=tr("Undo"), then=self._context.session.undo)

    # --- looks

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            QTimer.singleShot(0, self, self._dress)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._dress()
        if self.open_deal.is_open:
            self._follow()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._forget()  # another page may change the book, or close it

    def _dress(self) -> None:
        sheet = deal_style(tokens(), QApplication.font().pointSizeF())
        if sheet != self._styled:
            self._styled = sheet
            self.setStyleSheet(sheet)


def _scrolling(inside: QWidget) -> QScrollArea:
    """Return an area that scrolls what does not fit, after the focus; it is no place of its own to stop at."""
    area = QScrollArea()
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setWidgetResizable(True)
    area.setWidget(inside)
    return area
