"""What the sections of a program share: a column that scrolls, words that take the place of nothing, today."""

from datetime import date

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QLayout, QScrollArea, QVBoxLayout, QWidget

from dealbook.desk.programs import ProgramRow
from dealbook.gui.theme import GRID
from dealbook.gui.widgets.labels import label


class Section(QScrollArea):
    """A section of a program: content in `column`, which scrolls; the keyboard can scroll it, too."""

    def __init__(self, name: str) -> None:
        """Make an empty section; `name` is what its tab and a screen reader call it."""
        super().__init__()
        self.name = name
        self.setAccessibleName(name)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.inner = QWidget()
        self.inner.setObjectName("page")
        self.column = QVBoxLayout(self.inner)
        self.column.setContentsMargins(0, GRID, GRID, GRID)
        self.column.setSpacing(GRID + GRID // 2)
        self.setWidget(self.inner)
        for part in (self.viewport(), self.inner):  # the card behind shows through
            part.setAutoFillBackground(False)

    def show_program(self, row: ProgramRow, *, moved: bool) -> None:
        """Show a program, or what has changed in it; `moved` says that it is another one than before."""
        raise NotImplementedError

    def start(self) -> None:
        """Take the focus where work starts."""
        self.setFocus()

    def say_nothing(self, layout: QVBoxLayout, words: str) -> None:
        """Say why nothing stands here."""
        layout.addWidget(label(words, "muted", wrap=True))


def empty_layout(layout: QLayout) -> None:
    """Take everything out of a layout, layouts inside it too."""
    while (item := layout.takeAt(0)) is not None:
        if (widget := item.widget()) is not None:
            widget.hide()
            widget.deleteLater()
        elif (inner := item.layout()) is not None:
            empty_layout(inner)


def today() -> date:
    """Return the day on which programs are looked at."""
    return date.today()  # noqa: DTZ011 - the user's own day
