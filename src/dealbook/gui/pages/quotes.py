"""The quotes page: every quote and revision that was issued, its status, and the PDF as the customer got it."""

from datetime import date
from pathlib import Path
from typing import Final

from PySide6.QtCore import QModelIndex, QStandardPaths
from PySide6.QtWidgets import QComboBox, QFileDialog, QHBoxLayout, QHeaderView, QStackedWidget, QWidget

from dealbook.book.connection import Touched
from dealbook.book.errors import BookError
from dealbook.desk.quotes import export_pdf, set_status
from dealbook.domain.quote import Quote, QuoteStatus
from dealbook.gui.book_words import refusal, said
from dealbook.gui.context import Context, Tone
from dealbook.gui.models.quotes import Column, QuotesModel, status_name
from dealbook.gui.theme import GRID
from dealbook.gui.widgets.card import Card
from dealbook.gui.widgets.empty import Empty
from dealbook.gui.widgets.header import Header, page_column
from dealbook.gui.widgets.labels import Elided, button, set_tip
from dealbook.gui.widgets.preview import Preview
from dealbook.gui.widgets.table import Table
from dealbook.gui.words import plural, tr

NUMBER: Final = "Q-2028-0088-2"
WIDEST: Final = 24
"""So many characters of a number are seen, also of one that a merge marked with the name of its book."""


class QuotesPage(QWidget):
    """Look at a quote, follow what became of it, save its PDF again."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self.title = tr("Quotes")
        self._context = context
        self._shown = ""
        self.model = QuotesModel(context.words, self)
        self.table = self._table()
        self.preview = Preview()
        self.empty = Empty()
        self._content = QWidget()
        sides = QHBoxLayout(self._content)
        sides.setContentsMargins(0, 0, 0, 0)
        sides.setSpacing(GRID + GRID // 2)
        sides.addWidget(self._list_card(), 6)
        sides.addWidget(self._preview_card(), 7)
        self._body = QStackedWidget()
        self._body.addWidget(self._content)
        self._body.addWidget(self.empty)
        column = page_column(self)
        header = Header(self.title)
        self.count = header.count
        column.addWidget(header)
        column.addWidget(self._body, 1)
        self._load()

    # --- what a page can be told

    def arrive(self, quote_id: str = "") -> None:
        """Show the page, with this quote where one is named."""
        if (row := self.model.row_of(quote_id)) is not None:
            self.table.selectRow(row)
        self.table.setFocus()

    def refresh(self, touched: Touched) -> None:
        """Follow a change of the book."""
        if any(kind == "quote" for kind, _ in touched.records):
            self._load()

    # --- building

    def _table(self) -> Table:
        table = Table(tr("Quotes"))
        table.setModel(self.model)
        table.fit(Column.NUMBER, NUMBER)
        table.fit(Column.DAY, self._context.words.short_date(date(2028, 12, 28)))
        table.fit(Column.STATUS, *(status_name(status) for status in QuoteStatus))
        table.horizontalHeader().setSectionResizeMode(Column.CUSTOMER, QHeaderView.ResizeMode.Stretch)
        table.selectionModel().currentRowChanged.connect(self._show)
        table.opened.connect(self._open_deal)
        return table

    def _list_card(self) -> Card:
        card = Card()
        card.body.addWidget(self.table)
        return card

    def _preview_card(self) -> Card:
        card = Card()
        self.heading = Elided(role="heading")
        self.status = QComboBox()
        self.status.setAccessibleName(tr("Status"))
        for status in QuoteStatus:
            self.status.addItem(status_name(status), status)
        self.status.activated.connect(self._set_status)
        self.open_deal = button(tr("Deal"))
        set_tip(self.open_deal, tr("Open the deal of this quote"), "Return")
        self.open_deal.clicked.connect(lambda: self._open_deal(self.table.currentIndex()))
        self.save = button(tr("Save as PDF…"))
        self.save.clicked.connect(self._choose_place)
        row = QHBoxLayout()
        row.setSpacing(GRID)
        row.addWidget(self.heading, 1)
        row.addWidget(self.status)
        row.addWidget(self.open_deal)
        row.addWidget(self.save)
        card.body.addLayout(row)
        card.body.addWidget(self.preview, 1)
        return card

    # --- showing

    def _load(self) -> None:
        quotes = self._context.session.book.quotes.all()[::-1]
        self.model.set_rows(quotes)
        marked = {quote.label[:WIDEST] for quote in quotes if quote.origin}
        self.table.fit(Column.NUMBER, NUMBER, *marked)
        self.count.setText(plural("{n} quote", "{n} quotes", len(quotes)) if quotes else "")
        self._body.setCurrentWidget(self._content if quotes else self.empty)
        if not quotes:
            words = tr("A quote is issued from a deal. It then stands here, as the customer got it.")
            self.empty.say(tr("No quotes yet"), words, tr("Go to the deals"), lambda: self._context.go("deals"))
        elif not self.table.currentIndex().isValid():
            self.table.selectRow(0)
        self._show_status()

    def current(self) -> Quote | None:
        """Return the quote that is shown."""
        index = self.table.currentIndex()
        return self.model.rows[index.row()] if index.isValid() else None

    def _show(self) -> None:
        quote = self.current()
        if quote is not None and quote.id != self._shown:
            self._shown = quote.id
            self._show_pdf(quote)
        self._show_status()

    def _show_pdf(self, quote: Quote) -> None:
        self.heading.setText(quote.label)
        try:
            self.preview.show_pdf(self._context.session.book.quotes.pdf(quote.id))
        except BookError as error:
            self.preview.show_pdf(b"")
            self._context.notify(refusal(error), Tone.ERROR)

    def _show_status(self) -> None:
        if (quote := self.current()) is not None:
            self.status.setCurrentIndex(self.status.findData(quote.status))
            self.status.setEnabled(quote.status is not QuoteStatus.REPLACED)

    # --- doing

    def _set_status(self, position: int) -> None:
        quote, status = self.current(), QuoteStatus(self.status.itemData(position))  # Qt gives plain text back
        if quote is not None and status is not quote.status:
            with said(self._context.notify):
                set_status(self._context.session, quote.id, status)
            self._show_status()  # what was refused is not shown

    def _open_deal(self, index: QModelIndex) -> None:
        if index.isValid():
            self._context.go("deal", deal_id=self.model.rows[index.row()].deal_id)

    def _choose_place(self) -> None:
        if (quote := self.current()) is None:
            return
        folder = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
        chosen = QFileDialog.getExistingDirectory(
            self, tr("Folder for {quote}").format(quote=f"{quote.label}.pdf"), folder
        )
        if chosen:
            self.save_pdf(quote, Path(chosen))

    def save_pdf(self, quote: Quote, folder: Path) -> None:
        """Write a quote's PDF into `folder`, and say where it is or why it is not."""
        try:
            saved = export_pdf(self._context.session, quote.id, folder)
        except (BookError, OSError) as error:
            reason = refusal(error) if isinstance(error, BookError) else error.strerror or str(error)
            text = tr("The PDF was not written: {reason}. The quote is safe in the book. Choose another place.")
            self._context.notify(text.format(reason=reason), Tone.ERROR)
            return
        self._context.notify(tr("Saved as {path}.").format(path=saved))
