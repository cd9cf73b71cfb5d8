"""The first page while no book is open: the sample book, a new one, one from disk, or one of those opened lately."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QComboBox,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from dealbook.desk.passphrases import Key
from dealbook.gui.models.partner import CURRENCIES
from dealbook.gui.theme import GRID
from dealbook.gui.widgets.card import Card
from dealbook.gui.widgets.labels import Elided, button, label, set_look, set_role
from dealbook.gui.widgets.unlock import Unlock
from dealbook.gui.words import tr

WIDTH: Final = 680


@dataclass(frozen=True, slots=True)
class Ways:
    """What the start page asks of the window: each opens a book, or says in the window why it cannot."""

    sample: Callable[[], object]
    choose: Callable[[], object]
    create: Callable[[str, str], object]
    """Takes the partner's name and currency, and asks where the book shall lie."""
    open: Callable[[Path], object]
    unlock: Callable[[Path, Key], object]
    """Takes a protected book and what was typed as its passphrase."""
    cancel: Callable[[], object]
    """Shows the open book again, if there is one."""


class StartPage(QWidget):
    """Every way to a book on one page, usable by keyboard: the first button has the focus."""

    def __init__(self, ways: Ways) -> None:
        super().__init__()
        self.setObjectName("page")
        self._ways = ways
        column = QVBoxLayout()
        column.setSpacing(2 * GRID)
        column.addWidget(label(tr("Which book?"), "title"))
        column.addWidget(
            label(
                tr("A book is one file on this computer. It keeps your deals and what each would earn."),
                "muted",
                wrap=True,
            )
        )
        self.unlock = Unlock(ways.unlock, self._unlock_no_more)
        column.addWidget(self.unlock)
        column.addWidget(self._begin())
        self.recent = Card(tr("Opened lately"))
        column.addWidget(self.recent)
        column.addStretch(1)
        self.area = _scrolling(column)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self.area)

    def show_recent(self, books: Sequence[Path]) -> None:
        """List the books opened lately; without any, there is no list."""
        while (item := self.recent.body.takeAt(0)) is not None:
            if (row := item.widget()) is not None:
                row.deleteLater()
        for book in books:
            self.recent.body.addWidget(self._recent_row(book))
        self.recent.setVisible(bool(books))

    def ask_new(self) -> None:
        """Ask for the name and the currency of a new book, in place."""
        self.form.show()
        set_role(self.sample, "")
        self.name.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def ask_passphrase(self, book: Path) -> None:
        """Ask for the passphrase of a protected book, in place."""
        set_role(self.sample, "")
        self.unlock.ask(book)

    def forget_passphrase(self) -> None:
        """Ask no more: a book is open, or another way is taken."""
        self.unlock.forget()
        set_role(self.sample, "primary" if self.form.isHidden() else "")

    def forget_new(self) -> None:
        """Ask no more: there is a book."""
        self.form.hide()
        self.name.clear()

    def _unlock_no_more(self) -> None:
        self.forget_passphrase()
        self._ways.cancel()

    def _begin(self) -> Card:
        card = Card()
        grid = QGridLayout()
        grid.setHorizontalSpacing(2 * GRID)
        grid.setVerticalSpacing(GRID)
        grid.setColumnStretch(1, 1)
        self.sample = button(tr("Open the sample book"), "primary")
        self.new = button(tr("New book…"))
        self.choose = button(tr("Open a book…"))
        self.sample.clicked.connect(self._ways.sample)
        self.new.clicked.connect(self.ask_new)
        self.choose.clicked.connect(self._ways.choose)
        hints = (
            (self.sample, tr("A reseller's book to try everything in.")),
            (self.new, tr("An empty book for your own deals.")),
            (self.choose, tr("A file that ends in .dealbook.")),
        )
        for row, (control, hint) in enumerate(hints):
            grid.addWidget(control, 2 * row, 0)
            grid.addWidget(label(hint, "muted", wrap=True), 2 * row, 1)
        grid.addWidget(self._new_form(), 3, 0, 1, 2)
        card.body.addLayout(grid)
        return card

    def _new_form(self) -> QWidget:
        self.form = QWidget()
        self.name = QLineEdit()
        self.name.setPlaceholderText(tr("Your company's name"))
        self.name.setAccessibleName(tr("Your company's name"))
        self.name.returnPressed.connect(self._create)
        self.currency = QComboBox()
        self.currency.addItems(CURRENCIES)
        self.currency.setAccessibleName(tr("Currency"))
        self.save = button(tr("Save the book as…"), "primary")
        self.save.clicked.connect(self._create)
        self.name_problem = label(role="bad-small")
        self.name_problem.hide()
        grid = QGridLayout(self.form)
        grid.setContentsMargins(0, 0, 0, GRID)
        grid.addWidget(self.name, 0, 0)
        grid.addWidget(self.currency, 0, 1)
        grid.addWidget(self.save, 0, 2)
        grid.addWidget(self.name_problem, 1, 0, 1, 3)
        self.form.hide()
        return self.form

    def _create(self) -> None:
        name = self.name.text().strip()
        set_look(self.name, "wrong", "" if name else "true")
        self.name_problem.setText("" if name else tr("The book needs your company's name; quotes carry it."))
        self.name_problem.setVisible(not name)
        if name:
            self._ways.create(name, self.currency.currentText())
        else:
            self.name.setFocus()

    def _recent_row(self, book: Path) -> QWidget:
        row = QWidget()
        line = QHBoxLayout(row)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(GRID)
        opener: QPushButton = button(book.stem, "link")
        opener.setAccessibleName(tr("Open {book}").format(book=str(book)))
        opener.clicked.connect(lambda: self._ways.open(book))
        line.addWidget(opener)
        line.addWidget(Elided(str(book.parent), "small"), 1)
        return row


def _scrolling(column: QVBoxLayout) -> QScrollArea:
    """Return the column in the middle of an area that scrolls where the window is too low for it."""
    frame = QWidget()
    frame.setMaximumWidth(WIDTH)
    frame.setLayout(column)
    inner = QWidget()
    outer = QHBoxLayout(inner)
    outer.addStretch(1)
    outer.addWidget(frame, 8)
    outer.addStretch(1)
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setFrameShape(QScrollArea.Shape.NoFrame)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # its buttons are reached, and scroll it
    area.setWidget(inner)
    for ground in (area.viewport(), inner):  # the page's own colour shows through
        ground.setAutoFillBackground(False)
    return area
