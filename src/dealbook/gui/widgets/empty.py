"""What an empty page or table says: what belongs here, and the action that begins it."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from dealbook.gui.theme import GRID
from dealbook.gui.widgets.labels import button, label


class Empty(QWidget):
    """A few words in the middle of the page, and at most one button."""

    def __init__(self) -> None:
        super().__init__()
        self.heading = label(role="heading")
        self.words = label(role="muted", wrap=True)
        self.words.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self.words.setFixedWidth(52 * GRID)
        self.action = button("")
        self._then: Callable[[], object] | None = None
        self.action.clicked.connect(self._act)
        column = QVBoxLayout(self)
        column.setSpacing(GRID)
        column.addStretch(2)
        for part in (self.heading, self.words, self.action):
            column.addWidget(part, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(3)

    def say(self, heading: str, words: str, action: str = "", then: Callable[[], object] | None = None) -> None:
        """Say this; `action` is the label of a button that calls `then`."""
        self.heading.setText(heading)
        self.words.setText(words)
        self.words.setVisible(bool(words))
        self.words.setMinimumHeight(
            max(self.words.heightForWidth(self.words.width()), 0)
        )  # alignment forgets it otherwise
        self.action.setText(action)
        self.action.setVisible(bool(action))
        self._then = then

    def _act(self) -> None:
        if self._then is not None:
            self._then()
