"""The window's notice bar: news, warnings and errors in the window itself, never in a dialog."""

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QAccessible, QAccessibleEvent, QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

from dealbook.gui.context import Tone
from dealbook.gui.theme import GRID
from dealbook.gui.widgets.labels import button, label, set_look
from dealbook.gui.words import tr

NEWS_STAYS: Final = 8_000
"""Milliseconds after which news go away by themselves; warnings and errors wait to be read."""


class NoticeBar(QFrame):
    """One notice at a time, with at most one action; the next one takes its place."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("notice")
        self._then: Callable[[], object] | None = None
        self.text = label(wrap=True)
        self.action = button("", "link")
        self.close_button = button("✕", "quiet", name=tr("Close this message"))
        self.action.clicked.connect(self._act)
        self.close_button.clicked.connect(self.hide)
        row = QHBoxLayout(self)
        row.setContentsMargins(GRID + GRID // 2, GRID // 2, GRID, GRID // 2)
        row.addWidget(self.text, 1)
        row.addWidget(self.action)
        row.addWidget(self.close_button)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.hide)
        self.hide()

    def notify(
        self, text: str, tone: Tone = Tone.NEWS, *, action: str = "", then: Callable[[], object] | None = None
    ) -> None:
        """Show `text`; `action` is the label of a button that calls `then`. An empty text takes the notice away."""
        self.setVisible(bool(text))
        if not text:
            return
        self.text.setText(text)
        self.setAccessibleName(text)
        self.action.setText(action)
        self.action.setVisible(bool(action))
        self._then = then
        set_look(self, "tone", tone)
        QAccessible.updateAccessibility(QAccessibleEvent(self, QAccessible.Event.Alert))
        if tone is Tone.NEWS:
            self._timer.start(NEWS_STAYS)
        else:
            self._timer.stop()

    def withdraw_offer(self) -> None:
        """Take away a notice with a button: it offers to undo a step that is no longer the last one."""
        if self._then is not None:
            self._then = None
            self.hide()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.hide()
            return
        super().keyPressEvent(event)

    def _act(self) -> None:
        then = self._then
        self.hide()
        if then is not None:
            then()
