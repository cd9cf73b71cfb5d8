"""The head of a page: its title, a quiet count beside it, and the page's buttons at the right."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from dealbook.gui.theme import FIELD, GRID
from dealbook.gui.widgets.labels import label


class Header(QWidget):
    """Equally high on every page, with buttons or without."""

    def __init__(self, title: str, *tools: QWidget) -> None:
        super().__init__()
        self.setMinimumHeight(FIELD)
        self.count: QLabel = label(role="muted")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(GRID)
        row.addWidget(label(title, "title"))
        row.addWidget(self.count, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addStretch(1)
        for tool in tools:
            row.addWidget(tool)


def page_column(page: QWidget) -> QVBoxLayout:
    """Give a page its one column and return it; its parts stand as far apart as on every page."""
    page.setObjectName("page")
    column = QVBoxLayout(page)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(GRID + GRID // 2)
    return column
