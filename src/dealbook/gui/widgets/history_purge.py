"""Deleting history for good, in place: which part, what would be gone, and a button that names what it does."""

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QProgressBar, QVBoxLayout, QWidget

from dealbook.desk.history import Histories, Shown
from dealbook.desk.purging import Target, confirm_text, loss, loss_text, targets
from dealbook.desk.session import Session
from dealbook.gui.theme import GRID
from dealbook.gui.widgets.card import Card
from dealbook.gui.widgets.labels import button, label
from dealbook.gui.words import tr
from dealbook.language import Language


class PurgeStrip(Card):
    """Opens under the head of the page; Escape closes it, and nothing is deleted by the key that opened it."""

    confirmed = Signal(object)
    """The `Target` that shall go."""
    closed = Signal()

    def __init__(self, session: Session, words: Language) -> None:
        super().__init__(tr("Delete for good"))
        self._session = session
        self._words = words
        self._histories: Callable[[], Histories] = lambda: Histories(session, words)
        self._targets: list[Target] = []
        self.what = QComboBox()
        self.what.setAccessibleName(tr("What is deleted"))
        self.what.activated.connect(self._say)
        self.said = label(wrap=True)
        self.sure = button("", "danger")
        self.sure.clicked.connect(lambda: self.confirmed.emit(self._targets[self.what.currentIndex()]))
        self.busy = QProgressBar()
        self.busy.setAccessibleName(tr("Deleting…"))
        self.busy.setRange(0, 0)
        self.busy.setTextVisible(False)
        self.busy.setFixedHeight(GRID)
        self.busy.hide()
        self.cancel = button(tr("Keep everything"))
        self.cancel.clicked.connect(self.closed)
        row = QHBoxLayout()
        row.setSpacing(GRID)
        row.addWidget(self.what)
        row.addWidget(self.busy, 1)
        row.addStretch(1)
        row.addWidget(self.cancel)
        row.addWidget(self.sure)
        text = QWidget()
        column = QVBoxLayout(text)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.said)
        self.body.addWidget(text)
        self.body.addLayout(row)
        self.hide()

    def ask(self, step: Shown) -> None:
        """Ask what is to go, from a step on."""
        self._targets = list(targets(self._histories(), step.entry, step.day, self._words))
        self.what.clear()
        self.what.addItems([target.label for target in self._targets])
        self._say()
        self.show()
        self.what.setFocus()

    def be_busy(self, *, is_busy: bool) -> None:
        """Show that the deletion runs; nothing can be chosen meanwhile."""
        self.busy.setVisible(is_busy)
        for part in (self.what, self.cancel, self.sure):
            part.setVisible(not is_busy)
        if is_busy:
            self.said.setText(tr("Deleting, and writing the file anew…"))

    def _say(self) -> None:
        target = self._targets[self.what.currentIndex()]
        found = loss(self._session, target)
        self.said.setText(" ".join(loss_text(found, self._histories(), self._words)))
        self.sure.setText(confirm_text(found, self._words))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.closed.emit()
            return
        super().keyPressEvent(event)
