"""The search field on top: finds deals and quotes as the person types, and jumps to them."""

from collections.abc import Iterator
from typing import Final

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QKeyEvent, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QCompleter, QLineEdit, QListView, QWidget

from dealbook.book.folding import matches, searchable
from dealbook.book.quotes import QuoteName
from dealbook.desk.deals import found
from dealbook.desk.session import Session
from dealbook.domain.deal import Stage
from dealbook.gui.words import tr

HITS: Final = 12
"""How many hits the list shows; more are found by typing more."""
PAGE: Final = Qt.ItemDataRole.UserRole
KEY: Final = Qt.ItemDataRole.UserRole + 1


class Search(QLineEdit):
    """A field with a list of hits below it: arrows choose, Enter jumps, Escape gives up."""

    jump = Signal(str, str)
    """Go there: the page, and the id of what it shall show."""

    def __init__(self, keys: str, parent: QWidget | None = None) -> None:
        """Make the field; `keys` is the shortcut that leads here."""
        super().__init__(parent)
        self._session: Session | None = None
        self._hits = QStandardItemModel(self)
        hint = tr("Search customers, deals, quotes …")
        self.setAccessibleName(hint)
        self.setPlaceholderText(f"{hint}   {keys}")
        self.setClearButtonEnabled(True)
        self._list = QCompleter(self._hits, self)
        self._list.setCompletionMode(QCompleter.CompletionMode.UnfilteredPopupCompletion)
        self._list.setMaxVisibleItems(HITS)
        self._popup = QListView()
        self._popup.setObjectName("hits")
        self._popup.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._popup.setAccessibleName(tr("Hits"))
        self._list.setPopup(self._popup)
        self._list.setWidget(self)
        self._list.activated[QModelIndex].connect(self._go)  # type: ignore[index]  # the stubs know one form
        self.textEdited.connect(self._find)

    def set_session(self, session: Session | None) -> None:
        """Search in this book from now on."""
        self._session = session
        self.clear()

    def hits(self) -> list[str]:
        """Return what the list shows."""
        return [self._hits.item(row).text() for row in range(self._hits.rowCount())]

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._hits.rowCount():
            self._go(self._hits.index(0, 0))
        elif event.key() == Qt.Key.Key_Down and self._hits.rowCount():
            self._list.complete()
        elif event.key() == Qt.Key.Key_Escape:
            self.clear()
            self._hits.clear()
        else:
            super().keyPressEvent(event)

    def _find(self, text: str) -> None:
        self._hits.clear()
        if self._session is None or not text.strip():
            self._popup.hide()
            return
        for item, _ in zip(_found(self._session, text), range(HITS), strict=False):
            self._hits.appendRow(item)
        if self._hits.rowCount():
            self._list.complete()
        else:
            self._popup.hide()

    def _go(self, index: QModelIndex | QPersistentModelIndex) -> None:
        page, key = index.data(PAGE), index.data(KEY)
        self._popup.hide()
        self.clear()
        self._hits.clear()
        if page is not None:
            self.jump.emit(page, key)


def _found(session: Session, text: str) -> Iterator[QStandardItem]:
    hits = sorted(found(session, text), key=lambda deal: (deal.stage is not Stage.OPEN, deal.id))  # open ones first
    for deal in hits:
        yield _item(" · ".join(filter(None, (deal.customer, deal.title))), "deal", deal.id)
    for quote, words in session.derived("quote names", frozenset({"quote"}), lambda: _quotes(session)):
        if matches(words, text):
            yield _item(f"{quote.label} · {quote.customer}", "quotes", quote.id)


def _quotes(session: Session) -> list[tuple[QuoteName, str]]:
    """Return the quotes with what a search looks through."""
    return [(quote, searchable(f"{quote.label}\n{quote.customer}")) for quote in session.book.quotes.names()]


def _item(text: str, page: str, key: str) -> QStandardItem:
    item = QStandardItem(text)
    item.setData(page, PAGE)
    item.setData(key, KEY)
    return item
