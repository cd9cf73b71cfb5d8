"""The list of what was found in a program's text; Enter goes there."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHeaderView

from dealbook.desk.text_check import Finding
from dealbook.gui.models.editor_findings import FindingColumn, FindingsModel
from dealbook.gui.theme import GRID
from dealbook.gui.widgets.card import Card
from dealbook.gui.widgets.labels import label
from dealbook.gui.widgets.table import Table
from dealbook.gui.words import plural, tr
from dealbook.language import Language

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


class FindingsCard(Card):
    """What was found, or that nothing was."""

    chosen = Signal(object)
    """A finding was clicked."""
    opened = Signal(object)
    """A finding was opened: the person wants to mend it."""

    def __init__(self, words: Language) -> None:
        super().__init__(tr("Problems"), " ")
        self.model = FindingsModel(words, self)
        self.table = FindingsTable(self.model)
        self._none = label(tr("Nothing is wrong or doubtful."), "muted", wrap=True)
        self._none.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.body.addWidget(self._none)
        self.body.addWidget(self.table, 1)
        self.table.clicked.connect(lambda index: self.chosen.emit(self._at(index)))
        self.table.opened.connect(lambda index: self.opened.emit(self._at(index)))

    def show_findings(self, findings: Sequence[Finding]) -> None:
        """Show these findings."""
        self.model.show(findings)
        self.table.fit_rows()
        self._none.setVisible(not findings)
        self.table.setVisible(bool(findings))
        self.note.setText(plural("{n} problem", "{n} problems", len(findings)) if findings else "")

    def _at(self, index: QModelIndex) -> Finding:
        return self.model.rows[index.row()].finding
