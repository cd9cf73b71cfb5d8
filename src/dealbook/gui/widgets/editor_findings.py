"""The list of what was found in a program's text; Enter goes there."""

from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHeaderView

from dealbook.gui.models.editor_findings import FindingColumn, FindingsModel
from dealbook.gui.theme import GRID
from dealbook.gui.widgets.table import Table
from dealbook.gui.words import tr

_ROW: Final = 24


class FindingsTable(Table):
    """The findings by line; long ones wrap."""

    def __init__(self, model: FindingsModel) -> None:
        super().__init__(tr("Problems"))
        self._lines = model
        self.setModel(model)
        self.setWordWrap(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.verticalHeader().setMinimumSectionSize(_ROW)
        self.horizontalHeader().hide()
        self.fit(FindingColumn.LINE, "9999")
        self.horizontalHeader().setSectionResizeMode(FindingColumn.WORDS, QHeaderView.ResizeMode.Stretch)

    def fit_rows(self) -> None:
        """Give every finding the height that its words need."""
        room = max(self.columnWidth(FindingColumn.WORDS) - 2 * GRID - 4, 60)
        for number, line in enumerate(self._lines.rows):
            needed = self.fontMetrics().boundingRect(0, 0, room, 1000, Qt.TextFlag.TextWordWrap, line.words)
            height = max(_ROW, needed.height() + GRID)
            if self.rowHeight(number) != height:
                self.setRowHeight(number, height)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.fit_rows()
