"""A card: a titled part of a page with rounded corners."""

from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from dealbook.gui.theme import GRID
from dealbook.gui.widgets.labels import Elided, label


class Card(QFrame):
    """A part of a page: a title, a quiet note beside it, tools at the right, and the body below.

    Put content into `body`, buttons into `tools`. Without a title there is no header.
    """

    def __init__(self, title: str = "", note: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("card")
        self.setAccessibleName(title)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(2 * GRID, GRID + GRID // 2, 2 * GRID, 2 * GRID)
        outer.setSpacing(GRID)
        self.heading = label(title, "heading")
        self.note = label(note, "muted")
        self.header = QHBoxLayout()
        self.tools = QHBoxLayout()
        self.tools.setSpacing(GRID)
        if title:
            self._fill_header()
            outer.addLayout(self.header)
        self.body = QVBoxLayout()
        self.body.setSpacing(GRID)
        outer.addLayout(self.body, 1)

    def let_heading_give_way(self) -> None:
        """Cut the heading, and not the tools, where there is little room."""
        whole, self.heading = self.heading, Elided(self.heading.text(), "heading")
        self.header.replaceWidget(whole, self.heading)
        self.header.setStretch(0, 1000)
        whole.hide()
        whole.deleteLater()

    def _fill_header(self) -> None:
        self.header.setSpacing(GRID)
        self.header.addWidget(self.heading)
        self.header.addWidget(self.note)
        self.header.addStretch(1)
        self.header.addLayout(self.tools)
