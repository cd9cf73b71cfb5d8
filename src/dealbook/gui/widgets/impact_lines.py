"""The readable difference of two versions: one line a change, wrapped, to be walked through with the arrow keys."""

from collections.abc import Iterable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractItemView, QFrame, QListWidget, QListWidgetItem

from dealbook.gui.theme import GRID
from dealbook.gui.words import tr


class DifferenceList(QListWidget):
    """Shows lines; a screen reader says the one that is current."""

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName(tr("What is different"))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWordWrap(True)
        self.setSpacing(GRID // 4)
        self.setTextElideMode(Qt.TextElideMode.ElideNone)
        self.setResizeMode(QListWidget.ResizeMode.Adjust)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)

    def show_lines(self, lines: Iterable[str]) -> None:
        """Show these changes, or say that there are none."""
        self.clear()
        self.addItems(list(lines))
        if not self.count():
            self.say(tr("Both versions say the same."))

    def say(self, text: str) -> None:
        """Show a sentence in place of changes."""
        self.clear()
        item = QListWidgetItem(text)
        item.setFlags(Qt.ItemFlag.ItemIsEnabled)
        self.addItem(item)

    def lines(self) -> list[str]:
        """Return what is shown."""
        return [self.item(row).text() for row in range(self.count())]
