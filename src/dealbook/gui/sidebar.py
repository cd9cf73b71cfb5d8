"""The sidebar: where the person is, whose book it is, and what the last step was."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from dealbook.desk.session import Session
from dealbook.gui.icons import icon
from dealbook.gui.theme import GRID, tokens
from dealbook.gui.widgets.labels import Elided, ElidedButton, button, label, set_tip
from dealbook.gui.words import current, tr

WIDTH: Final = 184
ICON: Final = QSize(16, 16)
SMALL_ICON: Final = QSize(12, 12)


class Sidebar(QWidget):
    """The name of the book, one entry for each page, and at the bottom what was saved last, with undo and redo."""

    chosen = Signal(str)
    """The person picked a page."""
    undo_wanted = Signal()
    redo_wanted = Signal()
    history_wanted = Signal()
    lock_wanted = Signal()
    """The person wants to see to the passphrase."""

    def __init__(self, entries: Sequence[tuple[str, str, str]]) -> None:
        """Show `entries`: name, text and shortcut of each page."""
        super().__init__()
        self.setObjectName("sidebar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedWidth(WIDTH)
        self.partner = Elided(role="small")
        self.lock = button(tr("Protected"), "footer")
        set_tip(self.lock, tr("This book is encrypted with a passphrase. Change or remove it"))
        self.lock.clicked.connect(self.lock_wanted)
        self.lock.hide()
        self.entries = {name: self._entry(name, text, keys) for name, text, keys in entries}
        self._has_icons = False
        column = QVBoxLayout(self)
        column.setContentsMargins(10, 2 * GRID, 10, GRID)
        column.setSpacing(2)
        column.addWidget(label("Dealbook", "brand"))
        column.addWidget(self.partner)
        column.addWidget(self.lock, 0, Qt.AlignmentFlag.AlignLeft)
        column.addSpacing(GRID + 2)
        for entry in self.entries.values():
            column.addWidget(entry)
        column.addStretch(1)
        column.addWidget(self._footer())

    def show_page(self, name: str) -> None:
        """Mark the entry of the page that is shown."""
        for each, entry in self.entries.items():
            entry.setChecked(each == name)

    def show_state(self, session: Session | None) -> None:
        """Say whose book is open and what its last step was."""
        self.footer.setVisible(session is not None)
        for entry in self.entries.values():
            entry.setVisible(session is not None)
        self.partner.setText(session.partner.name if session else "")
        self.lock.setVisible(session is not None and session.book.key is not None)
        if session is None:
            return
        book = session.book
        self.saved.setText(tr("Saved · step {n}").format(n=current().number(book.step_count)))
        _offer(self.undo, book.undo_name, tr("Undo: {step}"), "Ctrl+Z")
        _offer(self.redo, book.redo_name, tr("Redo: {step}"), "Ctrl+Shift+Z")

    def load_icons(self) -> None:
        """Paint the icons; called after the first paint, because their font takes its time."""
        self._has_icons = True
        for name, entry in self.entries.items():
            entry.setIcon(icon(name, tokens().muted, tokens().accent))
            entry.setIconSize(ICON)
        self.lock.setIcon(icon("lock", tokens().muted))
        self.lock.setIconSize(SMALL_ICON)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() is QEvent.Type.PaletteChange and self._has_icons:
            self.load_icons()
        super().changeEvent(event)

    def _entry(self, name: str, text: str, keys: str) -> QPushButton:
        entry = button(f"  {text}", "nav", name=text)  # the style has no distance between icon and text
        entry.setCheckable(True)
        set_tip(entry, text, keys)
        entry.clicked.connect(lambda: self.chosen.emit(name))
        return entry

    def _footer(self) -> QWidget:
        self.footer = QWidget()
        self.saved = button("", "footer")
        set_tip(self.saved, tr("History of the book"), "Ctrl+H")
        self.saved.clicked.connect(self.history_wanted)
        self.undo = ElidedButton("footer")
        self.redo = ElidedButton("footer")
        self.undo.clicked.connect(self.undo_wanted)
        self.redo.clicked.connect(self.redo_wanted)
        column = QVBoxLayout(self.footer)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for part in (self.saved, self.undo, self.redo):
            column.addWidget(part)
        return self.footer


def _offer(control: ElidedButton, step: str | None, what: str, keys: str) -> None:
    """Show a button that tells which step it is about, or hide it where there is none."""
    control.setVisible(step is not None)
    if step is not None:
        control.set_words(what.format(step=tr(step)), keys)
