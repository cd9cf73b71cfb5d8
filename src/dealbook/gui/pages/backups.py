"""The page of backups: which there are of a book, what restoring one would change, and the button that does it.

It stands apart from the pages of an open book, because a book that cannot be opened needs it most.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QHeaderView, QStackedWidget, QWidget

from dealbook.desk.safety import Contrast, Key, Reason, Stored, contrast, fitting, stored
from dealbook.gui.models.backups import BackupsModel, Column, moment, reason_name
from dealbook.gui.theme import GRID
from dealbook.gui.widgets.backup_beside import Beside
from dealbook.gui.widgets.backup_preview import BackupPreview
from dealbook.gui.widgets.card import Card
from dealbook.gui.widgets.empty import Empty
from dealbook.gui.widgets.header import Header, page_column
from dealbook.gui.widgets.labels import button, set_tip
from dealbook.gui.widgets.table import Table
from dealbook.gui.words import plural, tr
from dealbook.language import Language


@dataclass(frozen=True, slots=True)
class Ways:
    """What the page asks of the window."""

    restore: Callable[[Path, Path, Key | None], object]
    """Takes the book, the backup that shall stand in its place, and what opens that where it is protected."""
    leave: Callable[[], object]
    open_book: Callable[[], Path | None]
    """Says which book the window has open."""
    key: Callable[[Path], Key | None]
    """Says what a book was opened with that the window has open."""


class BackupsPage(QWidget):
    """Choose a book, choose a backup, read what it would change, restore it."""

    def __init__(self, words: Language, ways: Ways) -> None:
        super().__init__()
        self.title = tr("Restore a backup")
        self._words = words
        self._ways = ways
        self._keys: list[Key] = []
        """What was typed here; forgotten with the page."""
        self._shown: Path | None = None
        self._listing = Beside(self)
        self._listing.done.connect(self._take_list)
        self._comparing = Beside(self)
        self._comparing.done.connect(self._take_contrast)
        self.model = BackupsModel(words, self)
        self.table = self._table()
        self.preview = BackupPreview(words)
        self.preview.restore.clicked.connect(self.restore)
        self.preview.unlocked.connect(self._unlock)
        self.empty = Empty()
        self._content = self._sides()
        self._body = QStackedWidget()
        self._body.addWidget(self._content)
        self._body.addWidget(self.empty)
        column = page_column(self)
        header = self._header()
        self.count = header.count
        column.addWidget(header)
        column.addWidget(self._body, 1)

    # --- what the window tells it

    def show_books(self, books: tuple[Path, ...], chosen: Path | None) -> None:
        """Offer the backups of these books, first those of `chosen`."""
        self.books.clear()
        for book in books:
            self.books.addItem(book.stem, book)
            self.books.setItemData(self.books.count() - 1, str(book), Qt.ItemDataRole.ToolTipRole)
        self.books.setVisible(len(books) > 1)
        if chosen in books:
            self.books.setCurrentIndex(books.index(chosen))
        self.load()

    def load(self) -> None:
        """Look for the backups of the chosen book anew."""
        book = self.book()
        if book is None:
            self._take_list(())
            return
        self.books.setToolTip(str(book))
        self._listing.ask(partial(stored, book, self._known(book)))

    def let_go(self) -> None:
        """Leave all files alone, before one of them is replaced or the page goes."""
        self._listing.forget()
        self._comparing.forget()

    def book(self) -> Path | None:
        """Return the book whose backups are shown."""
        found = self.books.currentData()
        return Path(found) if found is not None else None

    def current(self) -> Stored | None:
        """Return the selected backup."""
        index = self.table.currentIndex()
        return self.model.rows[index.row()] if index.isValid() else None

    def restore(self) -> None:
        """Have the selected backup restored."""
        book, chosen = self.book(), self.current()
        if book is not None and chosen is not None and chosen.contents is not None:
            self._ways.restore(book, chosen.backup.path, chosen.key)

    # --- building

    def _header(self) -> Header:
        self.books = QComboBox()
        self.books.setAccessibleName(tr("Book"))
        self.books.activated.connect(self.load)
        self.back = button(tr("Back"))
        set_tip(self.back, tr("Restore nothing"), "Esc")
        self.back.clicked.connect(self._ways.leave)
        return Header(self.title, self.books, self.back)

    def _table(self) -> Table:
        table = Table(tr("Backups"))
        table.setModel(self.model)
        table.fit(Column.MADE, moment(self._words, datetime(2028, 12, 28, 20, 28)))  # noqa: DTZ001  # only its width
        table.fit(Column.WHY, *(reason_name(reason) for reason in Reason))
        for column in (Column.DEALS, Column.WON, Column.QUOTES):
            table.fit(column, "88,888")
        table.horizontalHeader().setSectionResizeMode(Column.LAST, QHeaderView.ResizeMode.Stretch)
        table.selectionModel().currentRowChanged.connect(self._compare)
        return table

    def _sides(self) -> QWidget:
        content = QWidget()
        sides = QHBoxLayout(content)
        sides.setContentsMargins(0, 0, 0, 0)
        sides.setSpacing(GRID + GRID // 2)
        card = Card()
        card.body.addWidget(self.table)
        sides.addWidget(card, 2)
        sides.addWidget(self.preview, 1)
        return content

    # --- showing

    def _take_list(self, found: tuple[Stored, ...]) -> None:
        self.model.set_rows(found)
        self.count.setText(plural("{n} backup", "{n} backups", len(found)) if found else "")
        self._body.setCurrentWidget(self._content if found else self.empty)
        if found:
            row = self._again(found)
            is_selected = self.table.currentIndex().row() == row
            self.table.selectRow(row)
            if is_selected:  # then nobody is told, but there may be more to say
                self._compare()
            self.table.setFocus()
        else:
            words = tr("A book is backed up when it is opened. Its backups then stand here.")
            self.empty.say(tr("No backups yet"), words, tr("Back"), self._ways.leave)
            self.empty.action.setFocus()

    def _compare(self) -> None:
        chosen, book = self.current(), self.book()
        if chosen is None or book is None:
            return
        self.preview.show_backup(chosen)
        if chosen.contents is not None:
            is_open = self._ways.open_book() == book
            own, keys = self._ways.key(book), self._known(book)
            self._comparing.ask(partial(_contrast, book, chosen, is_open=is_open, own=own, keys=keys))

    def _known(self, book: Path) -> tuple[Key, ...]:
        """Return what may open a book or a backup of it: its own key first."""
        own = self._ways.key(book)
        return (*([own] if own is not None else []), *self._keys)

    def _unlock(self, typed: Key) -> None:
        """Read the selected backup with what was typed, and every other one that it opens."""
        chosen = self.current()
        if chosen is None or fitting(chosen.backup.path, (typed,)) is None:
            self.preview.refuse()
            return
        self._keys.append(typed)
        self._shown = chosen.backup.path
        self.load()

    def _again(self, found: tuple[Stored, ...]) -> int:
        """Return the row of the backup that was just unlocked, else the first."""
        rows = [row for row, one in enumerate(found) if one.backup.path == self._shown]
        return rows[0] if rows else 0

    def _take_contrast(self, found: tuple[Path, Contrast | None]) -> None:
        chosen = self.current()
        if chosen is not None and chosen.backup.path == found[0]:
            self.preview.show_contrast(found[1])

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self._ways.leave()
            return
        super().keyPressEvent(event)


def _contrast(
    book: Path, chosen: Stored, *, is_open: bool, own: Key | None, keys: tuple[Key, ...]
) -> tuple[Path, Contrast | None]:
    backup = chosen.backup.path
    key = own if is_open else fitting(book, keys)
    return backup, contrast(book, backup, is_open=is_open, key=key, backup_key=chosen.key)
