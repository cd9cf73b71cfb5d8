"""The deals page: the table of the book's deals, with search, stages, and what is done with a deal as a whole."""

from collections.abc import Callable, Iterable
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Final

from PySide6.QtCore import QModelIndex, QPoint, Qt
from PySide6.QtGui import QAction, QDragEnterEvent, QDropEvent, QHideEvent, QKeySequence, QShowEvent
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QHeaderView,
    QLineEdit,
    QMenu,
    QStackedWidget,
    QWidget,
)

from dealbook.book.connection import Touched
from dealbook.desk.deals import duplicate_deal, hits_of, new_deal, remove_deal, set_stage
from dealbook.domain.deal import Stage
from dealbook.earnings.dealrow import DealRow
from dealbook.gui.book_words import said
from dealbook.gui.context import Context, Tone
from dealbook.gui.dropping import dropped_table
from dealbook.gui.models.deals import Column, DealsModel, stage_name
from dealbook.gui.models.expected import Expectations
from dealbook.gui.theme import GRID, ROW
from dealbook.gui.widgets.card import Card
from dealbook.gui.widgets.empty import Empty
from dealbook.gui.widgets.header import Header, page_column
from dealbook.gui.widgets.labels import button, set_tip
from dealbook.gui.widgets.new_deal import NewDeal
from dealbook.gui.widgets.table import Table
from dealbook.gui.words import plural, tr

AT_LEAST: Final = 20
"""So many rows from the first one that is seen are worked out, however small the table is."""
WIDE_PLAN: Final = "Vendor · agent with upfront"
WIDE_DAY: Final = date(2028, 12, 28)
WIDE_AMOUNT: Final = Decimal("88888.88")
"""What a column has room for; more is cut, and stands in the tooltip."""


class DealsPage(QWidget):
    """Find a deal and open it; make, duplicate, remove one."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self.title = tr("Deals")
        self._context = context
        self.model = DealsModel(context.words, self)
        self.expectations = Expectations(context.session, self)
        self.expectations.known.connect(self.model.set_earnings)
        self.table = self._table()
        self.empty = Empty()
        self.new_form = NewDeal()
        self.new_form.wanted.connect(self._create)
        self.new_form.given_up.connect(self.table.setFocus)
        self._body = QStackedWidget()
        self._body.addWidget(self.table)
        self._body.addWidget(self.empty)
        card = Card()
        card.body.addWidget(self.new_form)
        card.body.addWidget(self._body, 1)
        column = page_column(self)
        column.addWidget(self._header())
        column.addLayout(self._filters())
        column.addWidget(card, 1)
        self.setAcceptDrops(True)
        self._row_actions()
        self._load()

    # --- what a page can be told

    def arrive(self, new: str = "") -> None:
        """Show the page; with `new`, ask for the customer of a new deal."""
        if new:
            self.new_form.ask()
        elif not self.search.hasFocus():
            (self.table if self.model.rowCount() else self.empty.action).setFocus()

    def refresh(self, touched: Touched) -> None:
        """Follow a change of the book; one deal can change what all earn, as won deals count for tiers and quotas."""
        kinds = {kind for kind, _ in touched.records}
        if kinds <= {"quote", "setting"}:
            return
        self.model.forget_earnings()
        self._load()

    # --- building

    def _header(self) -> Header:
        summary = button(tr("Commission summary…"))
        summary.clicked.connect(lambda: self._context.go("summary"))
        set_tip(summary, tr("What was earned and is expected in a period"), "Ctrl+Shift+S")
        bring = button(tr("Import…"))
        bring.clicked.connect(lambda: self._context.go("import"))
        set_tip(bring, tr("Deals from a CSV or XLSX file; it can be dropped on the page as well"), "Ctrl+I")
        new = button(tr("New deal"), "primary")
        new.clicked.connect(self.new_form.ask)
        set_tip(new, tr("Make a new deal"), "Ctrl+N")
        header = Header(self.title, bring, summary, new)
        self.count = header.count
        return header

    def _filters(self) -> QHBoxLayout:
        self.search = QLineEdit()
        self.search.setPlaceholderText(tr("Customer, title, contact, note"))
        self.search.setAccessibleName(tr("Search the deals"))
        self.search.setClearButtonEnabled(True)
        self.search.setMaximumWidth(320)
        self.search.textChanged.connect(self._search)
        self.search.returnPressed.connect(self._to_first)
        self.stage = QComboBox()
        self.stage.setAccessibleName(tr("Stage"))
        self.stage.addItem(tr("All stages"), None)
        for stage in Stage:
            self.stage.addItem(stage_name(stage), stage)
        self.stage.currentIndexChanged.connect(self._search)
        row = QHBoxLayout()
        row.setSpacing(GRID)
        row.addWidget(self.search, 1)
        row.addWidget(self.stage)
        row.addStretch(1)
        self._tools = row
        return row

    def _table(self) -> Table:
        table = Table(tr("Deals"))
        table.setModel(self.model)
        table.setSortingEnabled(True)
        header = table.horizontalHeader()
        header.setSortIndicator(Column.STAGE, Qt.SortOrder.AscendingOrder)
        table.fit(Column.STAGE, *(stage_name(stage) for stage in Stage))
        table.fit(Column.TERM)
        table.fit(Column.PLAN, WIDE_PLAN)
        table.fit(Column.CLOSES, self._context.words.short_date(WIDE_DAY))
        for column in (Column.MRR, Column.EXPECTED):
            table.fit(column, *(self._context.words.money(WIDE_AMOUNT, code) for code in ("EUR", "USD")))
        for column in (Column.CUSTOMER, Column.TITLE):
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.Stretch)
        table.opened.connect(self._open)
        table.verticalScrollBar().valueChanged.connect(self._ask)
        table.verticalScrollBar().rangeChanged.connect(self._ask)
        header.sortIndicatorChanged.connect(self._ask)
        table.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        table.customContextMenuRequested.connect(self._show_menu)
        return table

    def _row_actions(self) -> None:
        """Make what can be done with the selected deal: by key in the table, by button beside the search, by menu."""
        self.menu = QMenu(self)
        for text, keys, do in (
            (tr("Open"), "", self._open_selected),
            (tr("Duplicate"), "Ctrl+D", self._duplicate),
            (tr("Remove"), "Del", self._remove),
        ):
            self.menu.addAction(self._action(text, keys, do))
            if keys:
                tool = button(text, "quiet")
                set_tip(tool, text, keys)
                tool.clicked.connect(do)
                self._tools.addWidget(tool)
        self.stage_menu = self.menu.addMenu(tr("Stage"))
        for stage in Stage:
            self.stage_menu.addAction(self._action(stage_name(stage), "", partial(self._set_stage, stage)))

    def _action(self, text: str, keys: str, do: Callable[[], object]) -> QAction:
        action = QAction(text, self.table)
        action.setShortcut(QKeySequence(keys))
        action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        action.triggered.connect(lambda _=False: do())
        self.table.addAction(action)
        return action

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if dropped_table(event.mimeData()) is not None:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        path = dropped_table(event.mimeData())
        if path is not None:
            event.acceptProposedAction()
            self._context.go("import", file=str(path))

    # --- showing

    def _load(self) -> None:
        """Take over the book's deals."""
        self._show(self._context.session.rows.values())

    def _search(self) -> None:
        """Show what the search and the stage leave of the deals that are there."""
        self._show(None)

    def _show(self, deals: Iterable[DealRow] | None) -> None:
        """Show the hits, among other deals than before where some are given."""
        session, selected, row = self._context.session, self._selected(), self.table.currentIndex().row()
        stage = self.stage.currentData()
        hits = hits_of(session, self.search.text()), Stage(stage) if stage else None  # Qt gives plain text
        if deals is None:
            self.model.show_hits(*hits)
        else:
            self.model.show_deals(deals, *hits)
        self._say_what_is_shown()
        self._select(selected, otherwise=row)
        self._ask()

    def _say_what_is_shown(self) -> None:
        hits = self.model.rowCount()
        self.count.setText(plural("{n} deal", "{n} deals", hits))
        self._body.setCurrentWidget(self.table if hits else self.empty)
        if not self._context.session.rows:
            words = tr("A deal is what a customer wants from you: seats, prices, a term. Start with its name.")
            self.empty.say(tr("No deals yet"), words, tr("New deal"), self.new_form.ask)
        elif not hits:
            self.empty.say(tr("No deal matches"), "", tr("Show all deals"), self._show_all)

    def _ask(self) -> None:
        """Have the deals worked out that are seen; and then all of them, where the order hangs on it."""
        if not self.isVisible():
            return
        first = max(self.table.rowAt(0), 0)
        wanted = self.model.without_earnings(first, first + max(self.table.height() // ROW, AT_LEAST))
        if self.model.needs_all_earnings:
            wanted = list(dict.fromkeys([*wanted, *self.model.without_earnings()]))
        self.expectations.ask(wanted)

    def _show_all(self) -> None:
        self.search.clear()
        self.stage.setCurrentIndex(0)
        self.search.setFocus()

    def _selected(self) -> str | None:
        index = self.table.currentIndex()
        return self.model.deal_at(index).id if index.isValid() else None

    def _select(self, deal_id: str | None, *, otherwise: int = 0) -> None:
        """Select a deal; where it is gone, the one that stands in its place."""
        row = self.model.row_of(deal_id) if deal_id else None
        if self.model.rowCount():
            near = min(max(otherwise, 0), self.model.rowCount() - 1)
            self.table.selectRow(near if row is None else row)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._ask()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.expectations.pause()  # a hidden page works nothing out, least of all in a book that is being closed

    # --- doing

    def _create(self, customer: str) -> None:
        with said(self._context.notify):
            deal = new_deal(self._context.session, customer)
            self._select(deal.id)  # on the way back the list stands at it
            self._context.go("deal", deal_id=deal.id)

    def _open(self, index: QModelIndex) -> None:
        self._context.go("deal", deal_id=self.model.deal_at(index).id)

    def _open_selected(self) -> None:
        if (deal_id := self._selected()) is not None:
            self._context.go("deal", deal_id=deal_id)

    def _to_first(self) -> None:
        """Go from the search to what it found; with one deal found, open it."""
        if self.model.rowCount() == 1:
            self._open(self.model.index(0, 0))
        elif self.model.rowCount():
            self.table.selectRow(0)
            self.table.setFocus()

    def _duplicate(self) -> None:
        if (deal_id := self._selected()) is not None:
            with said(self._context.notify):
                self._select(duplicate_deal(self._context.session, deal_id).id)

    def _remove(self) -> None:
        if (deal_id := self._selected()) is None:
            return
        customer = self._context.session.rows[deal_id].customer
        with said(self._context.notify, Tone.WARNING):
            remove_deal(self._context.session, deal_id)
            text = tr("{customer} was removed.").format(customer=customer)
            self._context.notify(text, action=tr("Undo"), then=self._undo)

    def _undo(self) -> None:
        with said(self._context.notify):
            self._context.session.undo()

    def _set_stage(self, stage: Stage) -> None:
        if (deal_id := self._selected()) is not None:
            with said(self._context.notify):
                deal = set_stage(self._context.session, deal_id, stage)
                if deal.stage is Stage.WON and deal.chosen is None:
                    text = tr("{customer} is won without a plan, and counts in no program’s standing.")
                    said_of = text.format(customer=deal.customer)
                    self._context.notify(said_of, action=tr("Open"), then=self._open_selected)

    def _show_menu(self, where: QPoint) -> None:
        if self._selected() is not None:
            self.menu.popup(self.table.viewport().mapToGlobal(where))
