"""What the merge page shows below its head: the records that differ, a few words, or the question for a passphrase."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from dealbook.desk.passphrases import Key
from dealbook.gui.models.merge import MergeModel
from dealbook.gui.theme import GRID
from dealbook.gui.widgets.card import Card
from dealbook.gui.widgets.empty import Empty
from dealbook.gui.widgets.merge_detail import MergeDetail
from dealbook.gui.widgets.merge_tables import RecordsTable
from dealbook.gui.widgets.unlock import Unlock
from dealbook.gui.words import tr


class MergeBody(QStackedWidget):
    """Shows one of the three; the list leads into the record that is selected, and back."""

    def __init__(self, model: MergeModel, unlock: Callable[[Path, Key], object], give_up: Callable[[], object]) -> None:
        """`unlock` takes what was typed as the passphrase of a book, `give_up` is called where none is known."""
        super().__init__()
        self.table = RecordsTable(model)
        self.detail = MergeDetail()
        self.table.opened.connect(lambda _: self.detail.table.setFocus())
        self.detail.table.left.connect(self.table.setFocus)
        self.empty = Empty()
        self.unlock = Unlock(unlock, give_up, tr("Read the book"))
        self._sides = self._side_by_side()
        self._asking = QWidget()
        column = QVBoxLayout(self._asking)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.unlock)
        column.addStretch(1)
        for part in (self.empty, self._sides, self._asking):
            self.addWidget(part)

    def show_records(self) -> None:
        """Show the records that differ."""
        self.setCurrentWidget(self._sides)

    def show_words(self) -> None:
        """Show what `empty` says."""
        self.setCurrentWidget(self.empty)

    def show_question(self) -> None:
        """Show the question for a passphrase."""
        self.setCurrentWidget(self._asking)

    def _side_by_side(self) -> QWidget:
        left = Card()
        left.body.addWidget(self.table, 1)
        made = QWidget()
        row = QHBoxLayout(made)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(GRID + GRID // 2)
        row.addWidget(left, 3)
        row.addWidget(self.detail, 2)
        return made
