"""The question for the passphrase of a book that is to be opened, in place on the start page."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout

from dealbook.desk.passphrases import Key
from dealbook.gui.theme import GRID
from dealbook.gui.widgets.card import Card
from dealbook.gui.widgets.labels import Elided, button, set_tip
from dealbook.gui.widgets.passphrase import PassphraseField
from dealbook.gui.words import tr


class Unlock(Card):
    """Asks for one book at a time; hidden while it asks nothing."""

    def __init__(
        self, open_book: Callable[[Path, Key], object], cancel: Callable[[], object], action: str = ""
    ) -> None:
        """`open_book` opens the book, or calls `refuse`; `cancel` calls `forget` and shows what was before."""
        super().__init__(tr("This book is protected"))
        self._open_book = open_book
        self._cancel = cancel
        self.book: Path | None = None
        self.name = Elided(role="strong")
        self.place = Elided(role="small")
        self.field = PassphraseField(tr("Passphrase"))
        self.field.entered.connect(self._open)
        self.open = button(action or tr("Open the book"), "primary")
        self.open.clicked.connect(self._open)
        self.cancel = button(tr("Cancel"))
        set_tip(self.cancel, tr("Do not open this book"), "Esc")
        self.cancel.clicked.connect(cancel)
        buttons = QHBoxLayout()
        buttons.setSpacing(GRID)
        buttons.addWidget(self.open)
        buttons.addWidget(self.cancel)
        buttons.addStretch(1)
        for part in (self.name, self.place, self.field):
            self.body.addWidget(part)
        self.body.addLayout(buttons)
        self.hide()

    def ask(self, book: Path) -> None:
        """Ask for the passphrase of a book."""
        self.book = book
        self.name.setText(book.stem)
        self.place.setText(str(book.parent))
        self.field.clear()
        self.show()
        self.field.setFocus(Qt.FocusReason.OtherFocusReason)

    def refuse(self, words: str) -> None:
        """Say that it was not the passphrase; what was typed stays, selected."""
        self.field.refuse(words)

    def forget(self) -> None:
        """Ask no more, and forget what was typed."""
        self.book = None
        self.field.clear()
        self.hide()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self._cancel()
            return
        super().keyPressEvent(event)

    def _open(self) -> None:
        if self.book is None:
            return
        if not self.field.text():
            self.field.refuse(tr("Type the passphrase."))
            return
        self._open_book(self.book, Key(self.field.text()))
