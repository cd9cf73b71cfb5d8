"""The page on which a book's passphrase is set, changed and removed.

It stands apart from the pages of an open book, because the book is closed while its file is written anew.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from dealbook.desk.passphrases import Key
from dealbook.gui.theme import GRID
from dealbook.gui.widgets.card import Card
from dealbook.gui.widgets.header import Header, page_column
from dealbook.gui.widgets.labels import Elided, button, label, set_role, set_tip
from dealbook.gui.widgets.passphrase_form import FormWords, PassphraseForm
from dealbook.gui.widgets.progress import ProgressRow
from dealbook.gui.words import mark, plural, tr

WIDTH: Final = 680


@dataclass(frozen=True, slots=True)
class Ways:
    """What the page asks of the window."""

    change: Callable[[Key | None], object]
    """Takes the new passphrase, None for none."""
    leave: Callable[[], object]
    stop: Callable[[], object]
    delete: Callable[[Sequence[Path]], object]


class ProtectPage(QWidget):
    """One card for a plain book, two for a protected one; while a change is under way, how far it is."""

    def __init__(self, name: str, present: Key | None, ways: Ways) -> None:
        """`name` is the book's, `present` the passphrase that it has."""
        super().__init__()
        self.title = tr("Protect the book")
        self._ways = ways
        self.is_busy = False
        self.forms = _forms(present, ways.change)
        set_role(self.forms[0].act, "primary")
        self.back = button(tr("Back"))
        set_tip(self.back, tr("Change nothing"), "Esc")
        self.back.clicked.connect(self._leave)
        header = Header(self.title, self.back)
        header.count.setText(name)
        self.progress = ProgressRow(tr("Book and backups written anew"))
        self.progress.cancel.clicked.connect(ways.stop)
        self.left = Card(tr("These files stayed as they were"))
        self.left.hide()
        column = page_column(self)
        column.addWidget(header)
        column.addWidget(self.progress)
        column.addWidget(self._scrolled(), 1)

    def start(self) -> None:
        """Put the focus where work starts."""
        self.forms[0].fields()[0].setFocus(Qt.FocusReason.OtherFocusReason)

    def show_progress(self, done: int, total: int) -> None:
        """Show how far a change is; meanwhile nothing else can be asked for."""
        self._be_busy(True)
        self.progress.show_done(done * 1000 // max(total, 1), 1000, f"{done * 100 // max(total, 1)} %")

    def show_idle(self) -> None:
        """Nothing is under way any more."""
        self._be_busy(False)
        self.progress.hide()

    def show_left(self, files: Sequence[Path]) -> None:
        """Name the files that could not be written anew, and offer to delete them."""
        for form in self.forms:
            form.hide()
        told = plural(
            "{n} file with a former state of the book is damaged, has another passphrase or cannot be written. It is "
            "as readable as before.",
            "{n} files with former states of the book are damaged, have another passphrase or cannot be written. They "
            "are as readable as before.",
            len(files),
        )
        self.left.body.addWidget(label(told, wrap=True))
        for file in files:
            self.left.body.addWidget(Elided(str(file), "small"))
        self.delete = button(tr("Delete for good"))
        self.delete.clicked.connect(lambda: self._ways.delete(files))
        self.keep = button(tr("Keep them"), "primary")
        self.keep.clicked.connect(self._leave)
        row = QHBoxLayout()
        row.setSpacing(GRID)
        row.addWidget(self.keep)
        row.addWidget(self.delete)
        row.addStretch(1)
        self.left.body.addLayout(row)
        self.left.show()
        self.keep.setFocus(Qt.FocusReason.OtherFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self._leave()
            return
        super().keyPressEvent(event)

    def _scrolled(self) -> QScrollArea:
        inner = QWidget()
        inner.setMaximumWidth(WIDTH)
        cards = QVBoxLayout(inner)
        cards.setContentsMargins(0, 0, 0, 0)
        cards.setSpacing(2 * GRID)
        for card in (self.left, *self.forms):
            cards.addWidget(card)
        cards.addStretch(1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QScrollArea.Shape.NoFrame)
        area.setWidget(inner)
        for ground in (area.viewport(), inner):  # the page's own colour shows through
            ground.setAutoFillBackground(False)
        return area

    def _be_busy(self, is_busy: bool) -> None:
        if is_busy != self.is_busy:
            self.is_busy = is_busy
            self.back.setEnabled(not is_busy)
            for form in self.forms:
                form.clear()
                form.setEnabled(not is_busy)

    def _leave(self) -> None:
        if not self.is_busy:
            self._ways.leave()


def _forms(present: Key | None, change: Callable[[Key | None], object]) -> tuple[PassphraseForm, ...]:
    if present is None:
        meaning = (_text(_ENCRYPTED), _text(_NO_WAY_BACK, "warning"), _text(_NOT_PROTECTED, "small"))
        words = FormWords(tr("Set a passphrase"), tr("Protect the book"), tr("Passphrase"), meaning)
        return (PassphraseForm(words, None, change),)
    changing, removing = tr("Change the passphrase"), tr("Remove the passphrase")
    anew = (_text(_ANEW), _text(_NO_WAY_BACK, "warning"))
    return (
        PassphraseForm(FormWords(changing, changing, tr("New passphrase"), anew), present, change),
        PassphraseForm(FormWords(removing, removing, "", (_text(_OPEN_TO_ALL, "warning"),)), present, change),
    )


def _text(message: str, role: str = "") -> QLabel:
    return label(tr(message), role, wrap=True)


_ENCRYPTED: Final = mark(
    "The book is encrypted with it, and so are its backups: those that there are, and all to come. Without it, whoever "
    "has the files can read nothing in them."
)
_NO_WAY_BACK: Final = mark(
    "There is no way back without the passphrase: nobody can reset it, and no backup helps. Write it down, and keep it "
    "where you keep your contracts."
)
_NOT_PROTECTED: Final = mark(
    "Not protected are files that you exported, copies that you made yourself, and what was deleted earlier but still "
    "lies somewhere on the disk. Encrypting the whole disk protects these as well."
)
_ANEW: Final = mark("The book and all its backups are encrypted anew.")
_OPEN_TO_ALL: Final = mark("The book and its backups can then be read by everybody who has the files.")
